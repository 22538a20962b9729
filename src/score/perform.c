/* perform.c - notes in ticks become notes in seconds: tempo, swing, fermatas, grace notes, arpeggios, articulation, dynamics, pedal, and a player's choice
 * of bars and parts. */
#include "score/perform.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/grow.h"
#include "base/number.h"
#include "base/sort.h"

#define GRACE 0.065             /* seconds of an acciaccatura, ... */
#define GRACES 0.11             /* ... and of several of them together, at most */
#define ARPEGGIO 0.066          /* seconds from note to note of a broken chord */
#define LONGEST_HOLD 3.0        /* seconds that a fermata adds, at most */
#define SWELL 400               /* controls that a hairpin becomes, at most, ... */
#define SWELLS 100000           /* ... and all of a score */

struct stage {
    struct sx_score *score;
    struct sx_performance *out;
    struct sx_clock *clock;     /* of `out` */
    double transpose;
    int64_t begin, end;         /* ticks that are played */
    bool *silent;               /* [part_count] */
    int swells;                 /* controls that were made for hairpins */
};

/* ------------------------------------------------------------------ time */

const struct sx_meter *sx_score_meter(const struct sx_score *score, int64_t tick)
{
    static const struct sx_meter common = { 0, 4, 4 };
    size_t low = 0, high = score->meter_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (score->meters[middle].tick <= tick)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? &score->meters[low - 1] : &common;
}

/* Pairs of eighths in quarter meters: the first one gets score->swing of the beat. Counted from the bar's begin. */
static int64_t swung(const struct sx_score *score, int64_t tick)
{
    if (score->swing == 0.5 || score->fixed || score->bar_count == 0 || sx_score_meter(score, tick)->unit != 4)
        return tick;
    size_t low = 0, high = score->bar_count;
    while (low < high) {                        /* the first bar behind the tick */
        size_t middle = low + (high - low) / 2;
        if (score->bars[middle].tick <= tick)
            low = middle + 1;
        else
            high = middle;
    }
    int64_t bar = score->bars[low ? low - 1 : 0].tick, in = tick - bar, beat = in - in % SX_QUARTER;
    double share = (double)(in - beat) / (double)SX_QUARTER, swing = score->swing;
    share = share < 0.5 ? share * 2 * swing : swing + (share - 0.5) * 2 * (1 - swing);
    return bar + beat + (int64_t)(share * (double)SX_QUARTER);
}

static double held(const struct sx_clock *clock, int64_t tick)
{
    size_t low = 0, high = clock->fermata_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (clock->fermatas[middle].end <= tick)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? clock->fermatas[low - 1].sum : 0;
}

static double score_seconds(const struct sx_clock *clock, int64_t tick)
{
    return sx_score_seconds(clock->score, swung(clock->score, tick)) + held(clock, tick);
}

double sx_clock_seconds(const struct sx_clock *clock, int64_t tick)
{
    return (score_seconds(clock, tick) - clock->origin) / clock->tempo;
}

static double seconds_at(const struct stage *stage, int64_t tick)
{
    return sx_clock_seconds(stage->clock, tick);
}

/* ------------------------------------------------------------------ which bars, which parts */

/* The first bars in the order of playing whose numbers lie within [first, last], up to one that does not. */
static int choose_bars(struct stage *stage, int first, int last, struct sx_error *error)
{
    const struct sx_score *score = stage->score;
    stage->begin = 0;
    stage->end = INT64_MAX;
    stage->out->last_bar = score->bar_count;
    if (first < 0)
        return SYRINX_OK;
    size_t i = 0;
    while (i < score->bar_count && (score->bars[i].number < first || score->bars[i].number > last))
        i++;
    if (i == score->bar_count)
        return sx_fail(error, SYRINX_ERROR_INPUT, "the score has no bars %d to %d", first, last);
    stage->begin = score->bars[i].tick;
    stage->out->first_bar = i;
    while (i < score->bar_count && score->bars[i].number >= first && score->bars[i].number <= last)
        i++;
    stage->end = i < score->bar_count ? score->bars[i].tick : INT64_MAX;
    stage->out->last_bar = i;
    return SYRINX_OK;
}

/* All parts of a name; where there are none, of an id, else the part of a number. */
static bool choose_part(const struct sx_score *score, const char *name, size_t length, bool *chosen)
{
    size_t number = 0;
    bool found = false;
    for (int ids = 0; ids < 2 && !found && length > 0; ids++) {
        for (size_t i = 0; i < score->part_count; i++) {
            const char *own = ids ? score->parts[i].id : score->parts[i].name;
            if (strlen(own) == length && sx_ascii_compare_n(own, name, length) == 0)
                found = chosen[i] = true;
        }
    }
    for (size_t i = 0; i < length; i++)
        number = name[i] >= '0' && name[i] <= '9' && number <= score->part_count ? 10 * number + (size_t)(name[i] - '0') : score->part_count + 1;
    if (!found && number >= 1 && number <= score->part_count)
        found = chosen[number - 1] = true;
    return found;
}

/* The next name of a list into *name, its length, without the blanks around it. A name may hold commas: the longest stretch up to a comma, or up to a colon where
 * `colon`, that is a part's counts. chosen[]: its parts. False: no part has it, *name is the stretch up to the next comma. */
static bool next_name(const struct sx_score *score, const char **list, const char *end, const char **name, size_t *length, bool *chosen)
{
    const char *begin = *list + strspn(*list, " "), *stop = end;
    for (;;) {
        size_t count = (size_t)(stop - begin);
        while (count && begin[count - 1] == ' ')
            count--;
        *name = begin;
        *length = count;
        *list = stop;
        if (choose_part(score, begin, count, chosen))
            return true;
        const char *comma = stop;
        while (comma > begin && comma[-1] != ',')
            comma--;
        if (comma <= begin)
            return false;
        stop = comma - 1;
    }
}

static int no_part(const char *name, size_t length, struct sx_error *error)
{
    length = length < 200 ? length : 200;
    while (length > 0 && ((unsigned char)name[length] & 0xC0) == 0x80)
        length--;                       /* whole characters */
    return sx_fail(error, SYRINX_ERROR_INPUT, "the score has no part \"%.*s\"", (int)length, name);
}

/* Sets chosen[] for each part that the list names; an unknown one is an error. */
static int choose_parts(const struct sx_score *score, const char *list, bool *chosen, struct sx_error *error)
{
    const char *name;
    size_t length;
    while (list && *list) {
        if (!next_name(score, &list, list + strlen(list), &name, &length, chosen))
            return no_part(name, length, error);
        list += *list == ',';
    }
    return SYRINX_OK;
}

/* "Alto:3,2:-12": factors on gains[]. Names may hold colons, so the one before the decibels is the last that a number and a comma or the end follow. */
static int balance_parts(const struct sx_score *score, const char *list, float *gains, bool *chosen, struct sx_error *error)
{
    while (list && *list) {
        const char *name, *begin = list;
        size_t length;
        const char *end = NULL;
        double decibels = 0;
        for (const char *colon = strchr(begin, ':'); colon; colon = strchr(colon + 1, ':')) {
            decibels = sx_parse_decimal(colon + 1 + strspn(colon + 1, " "), &end);
            end += strspn(end, " ");
            if (end == colon + 1 + strspn(colon + 1, " ") || (*end && *end != ',') || !(decibels >= -200 && decibels <= 24))
                continue;
            memset(chosen, 0, score->part_count * sizeof *chosen);
            list = begin;
            if (next_name(score, &list, colon, &name, &length, chosen) && list == colon)
                break;
            return no_part(begin, (size_t)(colon - begin), error);
        }
        if (list == begin)
            return sx_fail(error, SYRINX_ERROR_INPUT, "a balance is parts with decibels, -200 to 24, such as \"Alto:3,Bass:-12\", not \"%.200s\"", begin);
        for (size_t i = 0; i < score->part_count; i++)
            gains[i] *= chosen[i] ? (float)pow(10, decibels / 20) : 1;
        list = end + (*end == ',');
    }
    return SYRINX_OK;
}

static int choose_silent(struct stage *stage, const struct sx_perform_options *options, struct sx_error *error)
{
    size_t count = stage->score->part_count;
    bool *named = calloc(count + 1, sizeof *named);
    stage->silent = calloc(count + 1, sizeof *stage->silent);
    float *gains = stage->out->gains = calloc(count + 1, sizeof *gains);
    int code = SYRINX_OK;
    if (!named || !stage->silent || !gains) {
        free(named);
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    }
    for (size_t i = 0; i < count; i++)
        gains[i] = 1;
    if (options->solo && *options->solo) {
        code = choose_parts(stage->score, options->solo, named, error);
        for (size_t i = 0; i < count && code == SYRINX_OK; i++) {
            stage->silent[i] = !named[i] && !options->soften;
            gains[i] = named[i] || !options->soften ? 1 : (float)pow(10, options->others / 20);
        }
    }
    if (code == SYRINX_OK)
        code = choose_parts(stage->score, options->mute, stage->silent, error);
    if (code == SYRINX_OK)
        code = balance_parts(stage->score, options->balance, gains, named, error);
    free(named);
    return code;
}

/* ------------------------------------------------------------------ notes */

static int add(struct stage *stage, size_t part, const struct sx_note *note, double onset, double duration, double semitones, int velocity, bool first)
{
    struct sx_performance *out = stage->out;
    if (onset > SX_PERFORM_SECONDS)
        return SX_SCORE_FULL;
    if (out->note_count >= 2 * SX_SCORE_NOTES)
        return SX_SCORE_FULL;
    if (!sx_grow(&out->notes, out->note_count, &out->note_room, sizeof *out->notes))
        return SYRINX_ERROR_MEMORY;
    double pitch = (double)note->pitch + semitones + (note->flags & SX_NOTE_PERCUSSION ? 0 : stage->transpose);
    while (pitch < 0)                   /* nothing sounds there: in the nearest octave */
        pitch += 12;
    while (pitch > 127)
        pitch -= 12;
    duration = duration > 0 ? duration < SX_PERFORM_SECONDS ? duration : SX_PERFORM_SECONDS : 0;
    out->notes[out->note_count++] = (struct sx_performed_note){
        onset > 0 ? onset : 0, duration, duration, (float)pitch,
        (uint8_t)(velocity < 1 ? 1 : velocity > 127 ? 127 : velocity), (uint16_t)part, note, first };
    return SYRINX_OK;
}

static int velocity_of(const struct stage *stage, size_t part, const struct sx_note *note)
{
    int velocity = note->velocity ? note->velocity : sx_score_dynamic(&stage->score->parts[part], note->onset, note->staff, note->voice);
    if (note->flags & SX_NOTE_FIXED)
        return velocity;
    velocity += note->flags & SX_NOTE_MARCATO ? 20 : note->flags & SX_NOTE_ACCENT ? 12 : 0;
    return velocity < 1 ? 1 : velocity > 127 ? 127 : velocity;
}

/* How much of its written time a note sounds. */
static double share_of(const struct sx_note *note)
{
    if (note->flags & SX_NOTE_FIXED)
        return 1;
    if (note->flags & SX_NOTE_STACCATISSIMO)
        return 0.3;
    if (note->flags & SX_NOTE_STACCATO)
        return note->flags & (SX_NOTE_TENUTO | SX_NOTE_SLUR) ? 0.75 : 0.5;
    return note->flags & SX_NOTE_BREATH ? 0.8 : 1;
}

/* Grace notes that belong to a note: those of its voice at its onset that stand just before it. */
static size_t graces_before(const struct sx_score_part *part, size_t index, size_t found[16], bool after)
{
    const struct sx_note *note = &part->notes[index];
    int64_t at = after ? note->onset + note->duration : note->onset;
    size_t count = 0, low = 0, high = part->note_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (part->notes[middle].onset < at)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t seen = 0; low < part->note_count && part->notes[low].onset == at && count < 16 && seen < 64; low++, seen++) {
        const struct sx_note *grace = &part->notes[low];
        if ((grace->flags & SX_NOTE_GRACE) && grace->voice == note->voice && !(grace->flags & SX_NOTE_AFTER) == !after)
            found[count++] = low;
    }
    return count;
}

/* A broken chord of one staff: how many of its notes sound before this one. */
static int arpeggio_place(const struct sx_score_part *part, size_t index)
{
    const struct sx_note *note = &part->notes[index];
    bool down = note->flags & SX_NOTE_ARPEGGIO_DOWN;
    int place = 0;
    for (int way = -1; way <= 1; way += 2) {
        for (size_t i = index, seen = 0; seen < 64; seen++) {
            if (way < 0 ? i == 0 : i + 1 >= part->note_count)
                break;
            i = way < 0 ? i - 1 : i + 1;
            const struct sx_note *other = &part->notes[i];
            if (other->onset != note->onset)
                break;
            if ((other->flags & (SX_NOTE_ARPEGGIO | SX_NOTE_ARPEGGIO_DOWN)) && !(other->flags & SX_NOTE_GRACE) && other->staff == note->staff)
                place += down ? other->pitch > note->pitch : other->pitch < note->pitch;
        }
    }
    return place;
}

/* Several grace notes of a chord sound at once only where they are written in several voices: here they follow each other. */
static int play_graces(struct stage *stage, size_t index, const size_t *graces, size_t count, double from, double each)
{
    const struct sx_score_part *part = &stage->score->parts[index];
    int code = SYRINX_OK;
    for (size_t i = 0; i < count && code == SYRINX_OK; i++) {
        const struct sx_note *grace = &part->notes[graces[i]];
        code = add(stage, index, grace, from + each * (double)i, each, 0, velocity_of(stage, index, grace), true);
    }
    return code;
}

static bool leads_chord(const struct sx_score_part *part, size_t index)
{
    for (size_t i = index, seen = 0; i-- > 0 && seen < 64 && part->notes[i].onset == part->notes[index].onset; seen++) {
        if (part->notes[i].voice == part->notes[index].voice && !(part->notes[i].flags & SX_NOTE_GRACE))
            return false;
    }
    return true;
}

static int play_note(struct stage *stage, size_t index, size_t at)
{
    const struct sx_score_part *part = &stage->score->parts[index];
    const struct sx_note *note = &part->notes[at];
    double onset = seconds_at(stage, note->onset), length = seconds_at(stage, note->onset + note->duration) - onset;
    int velocity = velocity_of(stage, index, note), code = SYRINX_OK;
    if (note->flags & SX_NOTE_FIXED)
        return add(stage, index, note, onset, length, 0, velocity, true);
    size_t graces[16];
    size_t before = graces_before(part, at, graces, false);
    if (before > 0) {
        bool leads = leads_chord(part, at), slash = part->notes[graces[0]].flags & SX_NOTE_SLASH;
        double each = 0, taken = 0;
        if (slash || before > 2) {              /* on the beat, and short */
            taken = fmin(fmin(GRACE * (double)before, GRACES), length / 2);
            each = taken / (double)before;
        } else {                                /* on the beat: as long as written, at most half of the note */
            for (size_t i = 0; i < before; i++)
                taken += (double)part->notes[graces[i]].duration / (double)SX_QUARTER;
            double quarters = (double)note->duration / (double)SX_QUARTER;
            taken = quarters > 0 ? length * fmin(taken / quarters, 0.5) : 0;
            each = taken / (double)before;
        }
        if (leads)
            code = play_graces(stage, index, graces, before, onset, each);
        onset += taken;
        length -= taken;
    }
    size_t after = code == SYRINX_OK ? graces_before(part, at, graces, true) : 0;
    if (after > 0) {
        double each = fmin(GRACE, length / 2 / (double)after);
        if (leads_chord(part, at))
            code = play_graces(stage, index, graces, after, onset + length - each * (double)after, each);
        length -= each * (double)after;
    }
    if (note->flags & (SX_NOTE_ARPEGGIO | SX_NOTE_ARPEGGIO_DOWN)) {
        double late = fmin(ARPEGGIO * arpeggio_place(part, at), length / 2);
        onset += late;
        length -= late;
    }
    struct sx_ornament_note pieces[SX_ORNAMENT_NOTES];
    int count = sx_ornament_expand(stage->score, (int)index, note, length, pieces);
    double share = share_of(note), passed = 0;
    for (int i = 0; i < count && code == SYRINX_OK; i++) {
        double piece = pieces[i].share * length;
        code = add(stage, index, note, onset + passed, i + 1 == count ? piece * share : piece, pieces[i].semitones, velocity, i == 0);
        passed += piece;
    }
    return code;
}

/* ------------------------------------------------------------------ fermatas */

static int by_end(const void *a, const void *b)
{
    const struct sx_fermata *x = a, *y = b;
    return x->end != y->end ? (x->end > y->end) - (x->end < y->end) : (x->extra > y->extra) - (x->extra < y->extra);
}

/* share: what a fermata adds to its note's time. Parts that hold together hold once. */
static int find_fermatas(struct sx_clock *clock, double share)
{
    const struct sx_score *score = clock->score;
    for (size_t part = 0; part < score->part_count; part++) {
        for (size_t i = 0; i < score->parts[part].note_count; i++) {
            const struct sx_note *note = &score->parts[part].notes[i];
            if (!(note->flags & SX_NOTE_FERMATA) || (note->flags & (SX_NOTE_FIXED | SX_NOTE_GRACE | SX_NOTE_CUE)))
                continue;
            if (!sx_grow(&clock->fermatas, clock->fermata_count, &clock->fermata_room, sizeof *clock->fermatas))
                return SYRINX_ERROR_MEMORY;
            int64_t end = note->onset + note->duration;
            double length = sx_score_seconds(score, end) - sx_score_seconds(score, note->onset);
            clock->fermatas[clock->fermata_count++] = (struct sx_fermata){ end, fmin(length * share, LONGEST_HOLD), 0 };
        }
    }
    if (!sx_sort(clock->fermatas, clock->fermata_count, sizeof *clock->fermatas, by_end))
        return SYRINX_ERROR_MEMORY;
    size_t n = 0;
    for (size_t i = 0; i < clock->fermata_count; i++) {
        if (n > 0 && clock->fermatas[n - 1].end == clock->fermatas[i].end)
            n--;
        clock->fermatas[n] = clock->fermatas[i];
        clock->fermatas[n].sum = clock->fermatas[n].extra + (n > 0 ? clock->fermatas[n - 1].sum : 0);
        n++;
    }
    clock->fermata_count = n;
    return SYRINX_OK;
}

/* ------------------------------------------------------------------ controls */

static int add_control(struct stage *stage, size_t part, double time, int kind, float value)
{
    struct sx_performance *out = stage->out;
    if (!sx_grow(&out->controls, out->control_count, &out->control_room, sizeof *out->controls))
        return SYRINX_ERROR_MEMORY;
    out->controls[out->control_count++] = (struct sx_performed_control){ time > 0 ? time : 0, value, (uint8_t)kind, (uint16_t)part };
    return SYRINX_OK;
}

static int play_controls(struct stage *stage, size_t index)
{
    const struct sx_score_part *part = &stage->score->parts[index];
    float last[SX_CONTROL_DYNAMICS + 1];
    bool told[SX_CONTROL_DYNAMICS + 1] = { false };
    int code = SYRINX_OK;
    size_t i = 0;
    for (; i < part->control_count && part->controls[i].tick < stage->begin; i++) {
        last[part->controls[i].kind] = part->controls[i].value;
        told[part->controls[i].kind] = part->controls[i].kind != SX_CONTROL_SILENCE;
    }
    for (int kind = 0; kind <= SX_CONTROL_DYNAMICS && code == SYRINX_OK; kind++) {
        if (told[kind])
            code = add_control(stage, index, 0, kind, last[kind]);
    }
    for (; i < part->control_count && part->controls[i].tick < stage->end && code == SYRINX_OK; i++)
        code = add_control(stage, index, seconds_at(stage, part->controls[i].tick), part->controls[i].kind, part->controls[i].value);
    return code;
}

/* What notes that are held through a hairpin swell to: the level at steps of a twentieth of a second, at most SWELL of them. Struck and plucked notes
 * do not hear of it. Only hairpins of the whole part: a control knows no staff and no voice. */
static int play_hairpins(struct stage *stage, size_t index)
{
    const struct sx_score_part *part = &stage->score->parts[index];
    int64_t done = INT64_MIN;
    int code = SYRINX_OK;
    for (size_t i = 0; i < part->dynamic_count && code == SYRINX_OK; i++) {
        int64_t from, to;
        if (part->dynamics[i].staff != 0 || part->dynamics[i].voice != SX_ALL_VOICES || !sx_score_hairpin(part, i, &from, &to))
            continue;
        from = from > done ? from : done;
        from = from > stage->begin ? from : stage->begin;
        to = to < stage->end ? to : stage->end;
        if (from >= to)
            continue;
        int steps = (int)fmin(fmax(20 * (seconds_at(stage, to) - seconds_at(stage, from)), 1), SWELL);
        if (stage->swells + steps > SWELLS)
            return SYRINX_OK;
        stage->swells += steps;
        for (int k = 0; k <= steps && code == SYRINX_OK; k++) {
            int64_t tick = from + (int64_t)((double)(to - from) / steps * k) - (k == steps);    /* a mark at the end is not the hairpin's */
            code = add_control(stage, index, seconds_at(stage, tick), SX_CONTROL_DYNAMICS, (float)sx_score_dynamic(part, tick, 0, SX_ALL_VOICES) / 127);
        }
        done = to;
    }
    return code;
}

/* Keys that are up while the pedal is down sound on until it goes up, or the key goes down again. notes: of one part, by onset. */
static int hold(struct stage *stage, size_t index, size_t from)
{
    const struct sx_score_part *part = &stage->score->parts[index];
    struct sx_performance *out = stage->out;
    double again[128];
    bool pedal = false;
    for (size_t i = 0; i < part->control_count && !pedal; i++)
        pedal = part->controls[i].kind == SX_CONTROL_PEDAL && part->controls[i].value >= 0.5f;
    if (!pedal)
        return SYRINX_OK;
    double *ups = calloc(2 * part->control_count, sizeof *ups);     /* [2 * spans]: down and up */
    if (!ups)
        return SYRINX_ERROR_MEMORY;
    size_t spans = 0;
    bool down = false;
    for (size_t i = 0; i < part->control_count; i++) {
        const struct sx_control *control = &part->controls[i];
        if (control->kind != SX_CONTROL_PEDAL || (control->value >= 0.5f) == down)
            continue;
        down = !down;
        ups[2 * spans + !down] = seconds_at(stage, control->tick);
        spans += !down;
    }
    if (down)
        ups[2 * spans++ + 1] = seconds_at(stage, stage->score->end);
    for (int key = 0; key < 128; key++)
        again[key] = INFINITY;
    for (size_t i = out->note_count; i-- > from;) {
        struct sx_performed_note *note = &out->notes[i];
        double end = note->onset + note->duration;
        size_t low = 0, high = spans;
        while (low < high) {                    /* the first span that ends behind the key's end */
            size_t middle = low + (high - low) / 2;
            if (ups[2 * middle + 1] <= end)
                low = middle + 1;
            else
                high = middle;
        }
        if (low < spans && ups[2 * low] <= end)
            end = ups[2 * low + 1];
        int key = (int)note->pitch & 127;
        end = end > again[key] ? again[key] : end;
        note->sounding = end - note->onset > note->duration ? end - note->onset : note->duration;
        again[key] = note->onset;
    }
    free(ups);
    return SYRINX_OK;
}

/* ------------------------------------------------------------------ all of it */

static int by_onset(const void *a, const void *b)
{
    const struct sx_performed_note *x = a, *y = b;
    if (x->onset != y->onset)
        return x->onset < y->onset ? -1 : 1;
    if (x->part != y->part)
        return x->part < y->part ? -1 : 1;
    return (x->pitch > y->pitch) - (x->pitch < y->pitch);
}

static int by_time(const void *a, const void *b)
{
    double x = ((const struct sx_performed_control *)a)->time, y = ((const struct sx_performed_control *)b)->time;
    return (x > y) - (x < y);
}

/* Two voices that meet on one note of an instrument are one note, as long as the longer. notes: of one part, sorted. */
static void merge_unisons(struct sx_performance *out, size_t from)
{
    size_t n = from;
    for (size_t i = from; i < out->note_count; i++) {
        struct sx_performed_note *note = &out->notes[i], *last = n > from ? &out->notes[n - 1] : NULL;
        if (!last || last->onset != note->onset || last->pitch != note->pitch || last->note->voice == note->note->voice || (note->note->flags & SX_NOTE_FIXED)) {
            out->notes[n++] = *note;
            continue;
        }
        last->duration = last->sounding = fmax(last->duration, note->duration);
        last->velocity = last->velocity > note->velocity ? last->velocity : note->velocity;
        last->note = last->note->lyric ? last->note : note->note;
    }
    out->note_count = n;
}

static int play_part(struct stage *stage, size_t index)
{
    const struct sx_score_part *part = &stage->score->parts[index];
    size_t from = stage->out->note_count;
    int code = play_controls(stage, index);
    if (code == SYRINX_OK && !stage->score->fixed)
        code = play_hairpins(stage, index);
    for (size_t i = 0; i < part->note_count && code == SYRINX_OK; i++) {
        const struct sx_note *note = &part->notes[i];
        if (note->onset >= stage->begin && note->onset < stage->end && !(note->flags & (SX_NOTE_CUE | SX_NOTE_GRACE)))
            code = play_note(stage, index, i);
    }
    if (code == SX_SCORE_FULL) {
        sx_score_warn(stage->score, -1, (int)index, "longer than a day, or more than %d notes with its ornaments: the rest is left out", 2 * SX_SCORE_NOTES);
        code = SYRINX_OK;
    }
    if (code == SYRINX_OK && !sx_sort(stage->out->notes + from, stage->out->note_count - from, sizeof *stage->out->notes, by_onset))
        code = SYRINX_ERROR_MEMORY;
    if (code != SYRINX_OK)
        return code;
    merge_unisons(stage->out, from);
    return hold(stage, index, from);
}

/* Where the music begins again in a loop: the last bar of all counts as its meter says, less the pickup that it shares its time with. Where only some bars are
 * played, at the next bar. */
static double cycle_of(const struct stage *stage, struct sx_performance *performance)
{
    const struct sx_score *score = stage->score;
    int64_t end = stage->end;
    if (end > score->end) {
        end = score->end;
        if (score->bar_count > 0) {
            int64_t last = score->bars[score->bar_count - 1].tick, first = score->bar_count > 1 ? score->bars[1].tick - score->bars[0].tick : 0;
            const struct sx_meter *begin = sx_score_meter(score, score->bars[0].tick), *meter = sx_score_meter(score, last);
            int64_t full = last + sx_score_ticks(4 * (int64_t)meter->beats, meter->unit);
            bool pickup = first > 0 && first < sx_score_ticks(4 * (int64_t)begin->beats, begin->unit) && stage->begin <= score->bars[0].tick;
            full -= pickup ? first : 0;
            end = full > end ? full : end;
        }
    }
    performance->cycle_end = end;
    double seconds = sx_clock_seconds(&performance->clock, end);
    return seconds < 0.1 ? 0.1 : seconds < SX_PERFORM_SECONDS ? seconds : SX_PERFORM_SECONDS;
}

int sx_perform(struct sx_score *score, const struct sx_perform_options *options, struct sx_performance *performance, struct sx_error *error)
{
    static const struct sx_perform_options standard = { .first_bar = -1 };
    struct stage stage = { .score = score, .out = performance, .clock = &performance->clock };
    options = options ? options : &standard;
    *performance = (struct sx_performance){ .clock = { .score = score, .tempo = options->tempo > 0 ? options->tempo : 1 } };
    stage.transpose = options->transpose;
    int code = choose_bars(&stage, options->first_bar, options->last_bar, error);
    if (code == SYRINX_OK)
        code = choose_silent(&stage, options, error);
    if (code == SYRINX_OK) {
        if (options->fermata > 0)
            code = find_fermatas(stage.clock, options->fermata);
        stage.clock->origin = score_seconds(stage.clock, stage.begin);
        for (size_t i = 0; i < score->part_count && code == SYRINX_OK; i++) {
            if (!stage.silent[i])
                code = play_part(&stage, i);
        }
        if (code == SYRINX_OK && (!sx_sort(performance->notes, performance->note_count, sizeof *performance->notes, by_onset) ||
                                  !sx_sort(performance->controls, performance->control_count, sizeof *performance->controls, by_time)))
            code = SYRINX_ERROR_MEMORY;
        performance->begin = stage.begin;
        performance->end = stage.end < score->end ? stage.end : score->end;
        performance->seconds = seconds_at(&stage, performance->end);
        if (performance->seconds > SX_PERFORM_SECONDS)
            performance->seconds = SX_PERFORM_SECONDS;
        for (size_t i = 0; i < performance->note_count; i++)
            performance->seconds = fmax(performance->seconds, performance->notes[i].onset + performance->notes[i].duration);
        performance->cycle = cycle_of(&stage, performance);
        if (code == SYRINX_ERROR_MEMORY)
            sx_fail(error, code, "out of memory");
    }
    free(stage.silent);
    if (code < 0)
        sx_performance_free(performance);
    return code;
}

void sx_performance_free(struct sx_performance *performance)
{
    free(performance->notes);
    free(performance->controls);
    free(performance->clock.fermatas);
    free(performance->gains);
    *performance = (struct sx_performance){ 0 };
}
