/* musicxml_play.c - a MusicXML score as written becomes one as played: bars in their order, ties merged, verses chosen. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/sort.h"
#include "score/musicxml.h"

enum { TIES_LOOKED_AT = 256 };

/* Notes of a part that may go on in a tied one. */
struct ties {
    uint32_t *notes;            /* indices of the part's notes */
    size_t count, room;
};

struct play {
    struct sx_mx *xml;
    struct sx_score *score;
    struct sx_unfold_step *steps;
    size_t step_count;
    struct ties *ties;          /* [part_count] */
    uint32_t *first_cell;       /* [part_count + 1]: of cells sorted by part */
    double *tempos;             /* [measure_count]: in force where a bar begins, as written; 0: none told */
    const char **marks;         /* of one part, [measure_count]: the dynamic in force; NULL: none told */
};

static int by_cell(const void *a, const void *b)
{
    const struct sx_mx_cell *x = a, *y = b;
    return x->part != y->part ? (x->part > y->part) - (x->part < y->part) : (x->measure > y->measure) - (x->measure < y->measure);
}

static int by_repeat(const void *a, const void *b)
{
    const struct sx_mx_repeat *x = a, *y = b;
    return x->part != y->part ? (x->part > y->part) - (x->part < y->part) : (x->first > y->first) - (x->first < y->first);
}

/* ------------------------------------------------------------------ the order of bars */

static int find_order(struct play *play)
{
    struct sx_mx *xml = play->xml;
    struct sx_unfold_bar *bars = calloc(xml->measure_count, sizeof *bars);
    bool coda = false, cut;
    if (!bars)
        return SYRINX_ERROR_MEMORY;
    for (size_t i = 0; i < xml->measure_count; i++) {
        struct sx_mx_measure *measure = &xml->measures[i];
        if (measure->repeat_behind && i + 1 < xml->measure_count)
            xml->measures[i + 1].order.flags |= SX_BAR_REPEAT_BEGIN;
        if (!xml->jumps_told) {
            if (measure->coda_sign && !coda) {
                measure->signs = (measure->signs & ~(uint32_t)SX_BAR_CODA) | SX_BAR_TO_CODA;
                coda = true;
            } else if (measure->signs & SX_BAR_TO_CODA) {
                coda = true;
            }
            measure->order.flags |= measure->signs;
        } else {
            measure->order.flags |= measure->signs & SX_BAR_SEGNO;      /* a place, no jump */
        }
        bars[i] = measure->order;
    }
    int code = sx_unfold(bars, xml->measure_count, SX_SCORE_BARS, &play->steps, &play->step_count, &cut);
    free(bars);
    if (code == SYRINX_OK && cut)
        sx_score_warn(play->score, -1, -1, "repeats and jumps make more than %d bars, or there are more jumps than any piece has: the rest is left out", SX_SCORE_BARS);
    return code;
}

static int64_t length_of(const struct sx_mx_measure *measure)
{
    return measure->length > 0 ? measure->length : sx_score_ticks(4 * (int64_t)measure->beats, measure->unit);
}

/* ------------------------------------------------------------------ notes */

/* A note goes on in this one: the earlier of them, or NULL. */
static struct sx_note *tied_from(struct play *play, size_t part, const struct sx_note *note)
{
    struct ties *ties = &play->ties[part];
    struct sx_note *notes = play->score->parts[part].notes;
    for (size_t i = ties->count, seen = 0; i-- > 0 && seen < TIES_LOOKED_AT; seen++) {
        struct sx_note *earlier = &notes[ties->notes[i]];
        if (earlier->pitch == note->pitch && llabs(earlier->onset + earlier->duration - note->onset) < SX_QUARTER / 1000) {
            ties->notes[i] = ties->notes[ties->count - 1];
            ties->count--;
            return earlier;
        }
    }
    return NULL;
}

static bool remember(struct play *play, size_t part, uint32_t index)
{
    struct ties *ties = &play->ties[part];
    const struct sx_note *notes = play->score->parts[part].notes, *now = &notes[index];
    if (ties->count == ties->room) {        /* those that went on in nothing */
        size_t n = 0;
        for (size_t i = 0; i < ties->count; i++) {
            const struct sx_note *old = &notes[ties->notes[i]];
            if (old->onset + old->duration >= now->onset)
                ties->notes[n++] = ties->notes[i];
        }
        ties->count = n;
    }
    size_t full = ties->count > ties->room / 2 ? ties->room : ties->count;      /* room for many more, so that looking through them stays rare */
    if (!sx_grow(&ties->notes, full, &ties->room, sizeof *ties->notes))
        return false;
    ties->notes[ties->count++] = index;
    return true;
}

static void choose_verse(const struct play *play, const struct sx_mx_note *written, unsigned pass, struct sx_note *note)
{
    const struct sx_mx_lyric *lyrics = play->xml->lyrics + written->lyric, *chosen = NULL;
    for (int i = 0; i < written->lyrics; i++) {
        if (lyrics[i].verse == pass)
            chosen = &lyrics[i];
    }
    for (int i = 0; i < written->lyrics && !chosen; i++)
        chosen = lyrics[i].verse == 1 ? &lyrics[i] : NULL;
    if (!chosen)
        return;
    note->lyric = chosen->text;
    note->syllable = chosen->syllable;
    note->extend = chosen->extend;
}

static int add_note(struct play *play, size_t part, const struct sx_mx_note *written, int64_t tick, unsigned pass)
{
    struct sx_note note = written->note;
    struct sx_score_part *to = &play->score->parts[part];
    note.onset += tick;
    struct sx_note *earlier = written->tie & SX_TIE_STOP ? tied_from(play, part, &note) : NULL;
    uint32_t index;
    if (earlier) {
        earlier->duration = note.onset + note.duration - earlier->onset;
        earlier->flags |= note.flags & (SX_NOTE_FERMATA | SX_NOTE_BREATH | SX_NOTE_RING);
        if (!(note.flags & SX_NOTE_SLUR))
            earlier->flags &= ~(uint32_t)SX_NOTE_SLUR;
        index = (uint32_t)(earlier - to->notes);
    } else {
        choose_verse(play, written, pass, &note);
        int code = sx_score_add_note(play->score, (int)part, &note);
        if (code != SYRINX_OK)
            return code;
        index = (uint32_t)to->note_count - 1;
    }
    return (written->tie & SX_TIE_START) && !remember(play, part, index) ? SYRINX_ERROR_MEMORY : SYRINX_OK;
}

/* ------------------------------------------------------------------ all else */

static int add_event(struct play *play, size_t part, const struct sx_mx_event *event, int64_t bar, double *tempo)
{
    struct sx_score *score = play->score;
    int64_t tick = bar + event->at;
    struct sx_dynamic dynamic = { .tick = tick, .voice = SX_ALL_VOICES };
    switch (event->kind) {
    case SX_MX_TEMPO:
        *tempo = event->value;
        return sx_score_add_tempo(score, tick, *tempo);
    case SX_MX_TEMPO_RATIO:
        *tempo = fmin(fmax(*tempo * event->value, 5), 1000);
        return sx_score_add_tempo(score, tick, *tempo);
    case SX_MX_METER:
        return part == 0 ? sx_score_add_meter(score, tick, event->a, event->b) : SYRINX_OK;
    case SX_MX_KEY:
        return sx_score_add_key(score, (int)part, tick, event->a, event->b != 0);
    case SX_MX_MARK:
        return sx_score_add_mark(score, (int)part, tick, 0, SX_ALL_VOICES, event->mark);
    case SX_MX_LEVEL:
        dynamic.kind = SX_DYNAMIC_LEVEL;
        dynamic.velocity = (uint8_t)event->a;
        return sx_score_add_dynamic(score, (int)part, &dynamic);
    case SX_MX_CRESCENDO: case SX_MX_DIMINUENDO: case SX_MX_WEDGE_END:
        dynamic.kind = event->kind == SX_MX_CRESCENDO ? SX_DYNAMIC_CRESCENDO : event->kind == SX_MX_DIMINUENDO ? SX_DYNAMIC_DIMINUENDO : SX_DYNAMIC_HAIRPIN_END;
        return sx_score_add_dynamic(score, (int)part, &dynamic);
    default:
        return sx_score_add_control(score, (int)part, tick, (enum sx_control_kind)event->a, (float)event->value);
    }
}

/* The sign that a bar repeats others; NULL: none. */
static const struct sx_mx_repeat *repeat_at(const struct sx_mx *xml, uint32_t part, uint32_t measure)
{
    size_t low = 0, high = xml->repeat_count;
    while (low < high) {                        /* the first one behind the bar */
        size_t middle = low + (high - low) / 2;
        const struct sx_mx_repeat *repeat = &xml->repeats[middle];
        if (repeat->part < part || (repeat->part == part && repeat->first <= measure))
            low = middle + 1;
        else
            high = middle;
    }
    const struct sx_mx_repeat *repeat = low ? &xml->repeats[low - 1] : NULL;
    return repeat && repeat->part == part && measure <= repeat->last && repeat->first >= (uint32_t)repeat->bars ? repeat : NULL;
}

/* What a part plays in a bar: its own, or where a sign says so, what it played some bars before. */
static const struct sx_mx_cell *cell_of(const struct play *play, size_t part, uint32_t measure)
{
    const struct sx_mx *xml = play->xml;
    const struct sx_mx_cell *cells = xml->cells + play->first_cell[part];
    size_t count = play->first_cell[part + 1] - play->first_cell[part];
    const struct sx_mx_cell *found = measure < count && cells[measure].measure == measure ? &cells[measure] : NULL;
    for (size_t low = 0, high = count; !found && low < high;) {
        size_t middle = low + (high - low) / 2;
        if (cells[middle].measure == measure)
            found = &cells[middle];
        else if (cells[middle].measure < measure)
            low = middle + 1;
        else
            high = middle;
    }
    const struct sx_mx_repeat *repeat = found && found->notes == 0 ? repeat_at(xml, (uint32_t)part, measure) : NULL;
    if (!repeat)
        return found;
    uint32_t from = repeat->first - (uint32_t)repeat->bars + (measure - repeat->first) % (uint32_t)repeat->bars;
    return from < count && cells[from].measure == from ? &cells[from] : found;
}

/* Tempos in force at the begin of each bar, in the order of writing: a jump back brings back what held there. */
static void find_tempos(struct play *play)
{
    const struct sx_mx *xml = play->xml;
    for (size_t i = 0; i < xml->cell_count; i++) {
        const struct sx_mx_cell *cell = &xml->cells[i];
        for (uint32_t k = cell->event; k < cell->event + cell->events; k++) {
            if (xml->events[k].kind == SX_MX_TEMPO && cell->measure + 1 < xml->measure_count)
                play->tempos[cell->measure + 1] = xml->events[k].value;
        }
    }
    for (size_t i = 1; i < xml->measure_count; i++) {
        if (play->tempos[i] == 0)
            play->tempos[i] = play->tempos[i - 1];
    }
}

static void find_marks(struct play *play, size_t part)
{
    const struct sx_mx *xml = play->xml;
    const char *mark = NULL;
    memset(play->marks, 0, xml->measure_count * sizeof *play->marks);
    size_t at = 0;
    for (uint32_t i = play->first_cell[part]; i < play->first_cell[part + 1]; i++) {
        const struct sx_mx_cell *cell = &xml->cells[i];
        for (; at <= cell->measure; at++)
            play->marks[at] = mark;
        for (uint32_t k = cell->event; k < cell->event + cell->events; k++) {
            if (xml->events[k].kind == SX_MX_MARK)
                mark = xml->events[k].mark;
        }
    }
}

static int play_part(struct play *play, size_t part)
{
    struct sx_mx *xml = play->xml;
    int64_t tick = 0;
    double tempo = 120;
    find_marks(play, part);
    for (size_t i = 0; i < play->step_count; i++) {
        const struct sx_unfold_step *step = &play->steps[i];
        bool jump = i > 0 && step->bar != play->steps[i - 1].bar + 1;
        int code = SYRINX_OK;
        if (jump && part == 0)
            code = sx_score_add_tempo(play->score, tick, play->tempos[step->bar] > 0 ? play->tempos[step->bar] : 120);
        if (jump && part == 0 && code == SYRINX_OK)
            code = sx_score_add_meter(play->score, tick, xml->measures[step->bar].beats, xml->measures[step->bar].unit);
        if (jump && play->marks[step->bar] && code == SYRINX_OK)
            code = sx_score_add_mark(play->score, (int)part, tick, 0, SX_ALL_VOICES, play->marks[step->bar]);
        const struct sx_mx_cell *cell = cell_of(play, part, step->bar);
        for (uint32_t k = 0; cell && k < cell->events && code == SYRINX_OK; k++)
            code = add_event(play, part, &xml->events[cell->event + k], tick, &tempo);
        for (uint32_t k = 0; cell && k < cell->notes && code == SYRINX_OK; k++)
            code = add_note(play, part, &xml->notes[cell->note + k], tick, step->pass);
        if (code != SYRINX_OK)
            return code < 0 ? code : SYRINX_OK;
        tick += length_of(&xml->measures[step->bar]);
        if (tick >= SX_SCORE_QUARTERS * SX_QUARTER)     /* nothing can be added there */
            break;
    }
    return SYRINX_OK;
}

static int play_bars(struct play *play)
{
    int64_t tick = 0;
    for (size_t i = 0; i < play->step_count; i++) {
        const struct sx_mx_measure *measure = &play->xml->measures[play->steps[i].bar];
        int code = sx_score_add_bar(play->score, tick, measure->number, play->steps[i].visit);
        if (code != SYRINX_OK)
            return code < 0 ? code : SYRINX_OK;
        tick += length_of(measure);
        play->score->end = tick;
    }
    return SYRINX_OK;
}

int sx_mx_play(struct sx_mx *xml)
{
    struct play play = { .xml = xml, .score = xml->score };
    size_t parts = xml->part_count;
    if (xml->measure_count == 0)
        return SYRINX_OK;
    play.ties = calloc(parts + 1, sizeof *play.ties);
    play.first_cell = calloc(parts + 1, sizeof *play.first_cell);
    play.tempos = calloc(xml->measure_count, sizeof *play.tempos);
    play.marks = calloc(xml->measure_count, sizeof *play.marks);
    bool good = play.ties && play.first_cell && play.tempos && play.marks && sx_sort(xml->cells, xml->cell_count, sizeof *xml->cells, by_cell) &&
                sx_sort(xml->repeats, xml->repeat_count, sizeof *xml->repeats, by_repeat);
    int code = good ? find_order(&play) : SYRINX_ERROR_MEMORY;
    for (size_t part = 0, i = 0; good && part <= parts; part++) {
        while (i < xml->cell_count && xml->cells[i].part < part)
            i++;
        play.first_cell[part] = (uint32_t)i;
    }
    if (code == SYRINX_OK) {
        find_tempos(&play);
        code = play_bars(&play);
    }
    for (size_t part = 0; part < parts && code == SYRINX_OK; part++)
        code = play_part(&play, part);
    for (size_t part = 0; play.ties && part < parts; part++)
        free(play.ties[part].notes);
    free(play.ties);
    free(play.first_cell);
    free(play.tempos);
    free(play.marks);
    free(play.steps);
    return code;
}
