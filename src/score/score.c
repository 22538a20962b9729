/* score.c - the builder of a score: growth with limits, warnings, and what is worked out when a reader is done. */
#include "score/score.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/sort.h"
#include "base/utf8.h"

enum { FULL_NOTES = 1, FULL_CONTROLS = 2, FULL_DYNAMICS = 4, FULL_TEMPOS = 8, FULL_METERS = 16, FULL_KEYS = 32, FULL_BARS = 64, FULL_PARTS = 128,
       FULL_TEXT = 256, FULL_LENGTH = 512 };

static const int64_t longest = SX_SCORE_QUARTERS * SX_QUARTER;

struct sx_score *sx_score_new(void)
{
    struct sx_score *score = calloc(1, sizeof *score);
    if (score) {
        score->tune = score->tunes = 1;
        score->swing = 0.5;
    }
    return score;
}

void sx_score_free(struct sx_score *score)
{
    if (!score)
        return;
    for (size_t i = 0; i < score->part_count; i++) {
        free(score->parts[i].notes);
        free(score->parts[i].controls);
        free(score->parts[i].dynamics);
    }
    free(score->parts);
    free(score->tempos);
    free(score->meters);
    free(score->keys);
    free(score->bars);
    free(score->warnings);
    sx_arena_free(&score->arena);
    free(score);
}

/* ------------------------------------------------------------------ growth */

static int full(struct sx_score *score, uint32_t which, const char *what, int limit)
{
    if (!(score->full & which)) {
        score->full |= which;
        sx_score_warn(score, -1, -1, "more than %d %s: the rest is left out", limit, what);
    }
    return SX_SCORE_FULL;
}

static int too_long(struct sx_score *score)
{
    return full(score, FULL_LENGTH, "quarter notes in length", SX_SCORE_QUARTERS);
}

/* In the score's memory: no control characters, and bad UTF-8 as U+FFFD. */
static const char *cleaned(struct sx_score *score, const char *text, size_t length)
{
    size_t bad = 0;
    uint32_t point;
    for (size_t i = 0; i < length; i += (size_t)sx_utf8_decode(text + i, length - i, &point))
        bad += (unsigned char)text[i] >= 0x80;
    char *copy = sx_arena_alloc(&score->arena, length + 2 * bad + 1);       /* a bad byte becomes three */
    if (!copy)
        return NULL;
    char *to = copy;
    for (size_t i = 0; i < length;) {
        i += (size_t)sx_utf8_decode(text + i, length - i, &point);
        if (point >= 0x20 && point != 0x7F && !(point >= 0x80 && point < 0xA0))
            to += sx_utf8_encode(point, to);
        else if (point == '\t' || point == '\n' || point == '\r')
            *to++ = ' ';
    }
    *to = '\0';
    return copy;
}

const char *sx_score_keep(struct sx_score *score, const char *text, size_t length)
{
    if (length > SX_SCORE_TEXT || score->text_bytes + length > SX_SCORE_TEXT) {
        full(score, FULL_TEXT, "bytes of text", SX_SCORE_TEXT);
        return NULL;
    }
    score->text_bytes += length + 1;
    return cleaned(score, text, length);
}

int sx_score_add_part(struct sx_score *score, const char *id, const char *name)
{
    if (score->part_count >= SX_SCORE_PARTS) {
        full(score, FULL_PARTS, "parts", SX_SCORE_PARTS);
        return -SX_SCORE_FULL;
    }
    if (!sx_grow(&score->parts, score->part_count, &score->part_room, sizeof *score->parts))
        return SYRINX_ERROR_MEMORY;
    struct sx_score_part part = { .staves = 1 };
    part.id = sx_score_keep(score, id ? id : "", id ? strlen(id) : 0);
    part.name = sx_score_keep(score, name ? name : "", name ? strlen(name) : 0);
    part.id = part.id ? part.id : "";
    part.name = part.name ? part.name : "";
    score->parts[score->part_count] = part;
    return (int)score->part_count++;
}

int sx_score_add_note(struct sx_score *score, int part, const struct sx_note *note)
{
    struct sx_score_part *owner = &score->parts[part];
    if (score->note_count >= SX_SCORE_NOTES)
        return full(score, FULL_NOTES, "notes", SX_SCORE_NOTES);
    if (note->onset >= longest)
        return too_long(score);
    if (!sx_grow(&owner->notes, owner->note_count, &owner->note_room, sizeof *owner->notes))
        return SYRINX_ERROR_MEMORY;
    struct sx_note *kept = &owner->notes[owner->note_count++];
    *kept = *note;
    kept->onset = note->onset > 0 ? note->onset : 0;
    kept->duration = note->duration > 0 ? note->duration : 0;
    if (kept->duration > longest - kept->onset) {
        kept->duration = longest - kept->onset;
        too_long(score);
    }
    kept->pitch = note->pitch >= 0 ? note->pitch <= 127 ? note->pitch : 127 : 0;        /* not a number: 0, too */
    kept->velocity = note->velocity <= 127 ? note->velocity : 127;
    kept->program &= 0x7F;
    kept->channel &= 0x0F;
    score->note_count++;
    return SYRINX_OK;
}

int sx_score_add_control(struct sx_score *score, int part, int64_t tick, enum sx_control_kind kind, float value)
{
    struct sx_score_part *owner = &score->parts[part];
    if (score->control_count >= SX_SCORE_CONTROLS)
        return full(score, FULL_CONTROLS, "controls", SX_SCORE_CONTROLS);
    if (tick >= longest)
        return too_long(score);
    if (!sx_grow(&owner->controls, owner->control_count, &owner->control_room, sizeof *owner->controls))
        return SYRINX_ERROR_MEMORY;
    owner->controls[owner->control_count++] = (struct sx_control){ tick > 0 ? tick : 0, isfinite(value) ? value : 0, (uint8_t)kind };
    score->control_count++;
    return SYRINX_OK;
}

int sx_score_add_dynamic(struct sx_score *score, int part, const struct sx_dynamic *dynamic)
{
    struct sx_score_part *owner = &score->parts[part];
    if (score->dynamic_count >= SX_SCORE_CONTROLS)
        return full(score, FULL_DYNAMICS, "dynamics", SX_SCORE_CONTROLS);
    if (dynamic->tick >= longest)
        return too_long(score);
    if (!sx_grow(&owner->dynamics, owner->dynamic_count, &owner->dynamic_room, sizeof *owner->dynamics))
        return SYRINX_ERROR_MEMORY;
    struct sx_dynamic *kept = &owner->dynamics[owner->dynamic_count++];
    *kept = *dynamic;
    kept->tick = dynamic->tick > 0 ? dynamic->tick : 0;
    kept->velocity = kept->velocity < 1 ? 1 : kept->velocity > 127 ? 127 : kept->velocity;
    score->dynamic_count++;
    return SYRINX_OK;
}

int sx_score_add_tempo(struct sx_score *score, int64_t tick, double quarters)
{
    if (!isfinite(quarters) || quarters <= 0)
        return SYRINX_OK;
    if (score->tempo_count >= SX_SCORE_CONTROLS)
        return full(score, FULL_TEMPOS, "tempo changes", SX_SCORE_CONTROLS);
    if (tick >= longest)
        return too_long(score);
    if (!sx_grow(&score->tempos, score->tempo_count, &score->tempo_room, sizeof *score->tempos))
        return SYRINX_ERROR_MEMORY;
    quarters = quarters < 5 ? 5 : quarters > 1000 ? 1000 : quarters;
    score->tempos[score->tempo_count++] = (struct sx_tempo){ tick > 0 ? tick : 0, quarters, 0 };
    return SYRINX_OK;
}

int sx_score_add_meter(struct sx_score *score, int64_t tick, int beats, int unit)
{
    if (beats < 1 || beats > 999 || unit < 1 || unit > 999 || (unit & (unit - 1)))
        return SYRINX_OK;
    if (score->meter_count >= SX_SCORE_CONTROLS)
        return full(score, FULL_METERS, "changes of meter", SX_SCORE_CONTROLS);
    if (tick >= longest)
        return too_long(score);
    if (!sx_grow(&score->meters, score->meter_count, &score->meter_room, sizeof *score->meters))
        return SYRINX_ERROR_MEMORY;
    score->meters[score->meter_count++] = (struct sx_meter){ tick > 0 ? tick : 0, (uint16_t)beats, (uint16_t)unit };
    return SYRINX_OK;
}

int sx_score_add_key(struct sx_score *score, int part, int64_t tick, int fifths, bool minor)
{
    if (score->key_count >= SX_SCORE_CONTROLS)
        return full(score, FULL_KEYS, "changes of key", SX_SCORE_CONTROLS);
    if (tick >= longest)
        return too_long(score);
    if (!sx_grow(&score->keys, score->key_count, &score->key_room, sizeof *score->keys))
        return SYRINX_ERROR_MEMORY;
    score->keys[score->key_count++] = (struct sx_key){ tick > 0 ? tick : 0, part, (int8_t)(fifths < -7 ? -7 : fifths > 7 ? 7 : fifths), minor };
    return SYRINX_OK;
}

int sx_score_add_bar(struct sx_score *score, int64_t tick, int number, int pass)
{
    if (score->bar_count >= SX_SCORE_BARS)
        return full(score, FULL_BARS, "bars", SX_SCORE_BARS);
    if (tick >= longest)
        return too_long(score);
    if (!sx_grow(&score->bars, score->bar_count, &score->bar_room, sizeof *score->bars))
        return SYRINX_ERROR_MEMORY;
    score->bars[score->bar_count++] = (struct sx_bar){ tick > 0 ? tick : 0, number, (uint16_t)(pass < 1 ? 1 : pass > UINT16_MAX ? UINT16_MAX : pass) };
    return SYRINX_OK;
}

/* ------------------------------------------------------------------ warnings */

/* The text may be of the file: cut in the middle of a character, or with a terminal's control codes. */
void sx_score_warn(struct sx_score *score, int number, int part, const char *format, ...)
{
    char text[520];
    size_t n = 0;
    va_list arguments;
    if (score->warning_count >= SX_SCORE_WARNINGS) {
        score->warnings_dropped++;
        return;
    }
    bool named = part >= 0 && (size_t)part < score->part_count;
    const char *name = named ? *score->parts[part].name ? score->parts[part].name : score->parts[part].id : "";
    size_t shown = strnlen(name, 80);
    shown -= (size_t)sx_utf8_pending(name, shown);
    if (number >= 0)
        n = (size_t)snprintf(text, sizeof text, "bar %d%s%.*s: ", number, named ? ", " : "", (int)shown, name);
    else if (named)
        n = (size_t)snprintf(text, sizeof text, "%.*s: ", (int)shown, name);
    va_start(arguments, format);
    vsnprintf(text + n, sizeof text - n, format, arguments);
    va_end(arguments);
    if (!score->warnings)
        score->warnings = calloc(SX_SCORE_WARNINGS, sizeof *score->warnings);
    size_t length = strlen(text);
    const char *copy = score->warnings ? cleaned(score, text, length - (size_t)sx_utf8_pending(text, length)) : NULL;
    if (!copy) {
        score->warnings_dropped++;
        return;
    }
    score->warnings[score->warning_count++] = (struct sx_warning){ number, named ? part : -1, copy };
}

/* ------------------------------------------------------------------ the end */

#define COMPARE(name, type, field) \
    static int name(const void *a, const void *b) \
    { \
        int64_t x = ((const struct type *)a)->field, y = ((const struct type *)b)->field; \
        return (x > y) - (x < y); \
    }
COMPARE(by_onset, sx_note, onset)
COMPARE(by_control, sx_control, tick)
COMPARE(by_dynamic, sx_dynamic, tick)
COMPARE(by_tempo, sx_tempo, tick)
COMPARE(by_meter, sx_meter, tick)
COMPARE(by_key, sx_key, tick)
COMPARE(by_bar, sx_bar, tick)

static bool sort_all(struct sx_score *score)
{
    bool good = sx_sort(score->tempos, score->tempo_count, sizeof *score->tempos, by_tempo) &&
                sx_sort(score->meters, score->meter_count, sizeof *score->meters, by_meter) &&
                sx_sort(score->keys, score->key_count, sizeof *score->keys, by_key) && sx_sort(score->bars, score->bar_count, sizeof *score->bars, by_bar);
    for (size_t i = 0; i < score->part_count && good; i++) {
        struct sx_score_part *part = &score->parts[i];
        good = sx_sort(part->notes, part->note_count, sizeof *part->notes, by_onset) &&
               sx_sort(part->controls, part->control_count, sizeof *part->controls, by_control) &&
               sx_sort(part->dynamics, part->dynamic_count, sizeof *part->dynamics, by_dynamic);
    }
    return good;
}

/* Of several at one tick the last one holds; then the seconds. */
static void time_tempos(struct sx_score *score)
{
    size_t n = 0;
    for (size_t i = 0; i < score->tempo_count; i++) {
        if (n > 0 && score->tempos[n - 1].tick == score->tempos[i].tick)
            n--;
        score->tempos[n++] = score->tempos[i];
    }
    score->tempo_count = n;
    double seconds = 0, quarters = 120;
    int64_t tick = 0;
    for (size_t i = 0; i < n; i++) {
        struct sx_tempo *tempo = &score->tempos[i];
        seconds += (double)(tempo->tick - tick) / (double)SX_QUARTER * 60 / quarters;
        tick = tempo->tick;
        quarters = tempo->quarters;
        tempo->seconds = seconds;
    }
}

static int bars_by_meters(struct sx_score *score)
{
    int64_t tick = 0, length = 4 * SX_QUARTER;
    size_t meter = 0;
    for (int number = 1; number == 1 || tick < score->end; number++) {
        int64_t next = tick;
        while (meter < score->meter_count && score->meters[meter].tick <= tick) {
            length = sx_score_ticks(4 * (int64_t)score->meters[meter].beats, score->meters[meter].unit);
            meter++;
        }
        next += length;
        if (meter < score->meter_count && score->meters[meter].tick < next)        /* a new meter begins a bar */
            next = score->meters[meter].tick;
        int code = sx_score_add_bar(score, tick, number, 1);
        if (code != SYRINX_OK)
            return code < 0 ? code : SYRINX_OK;
        tick = next;
    }
    return SYRINX_OK;
}

int sx_score_finish(struct sx_score *score)
{
    if (!sort_all(score))
        return SYRINX_ERROR_MEMORY;
    time_tempos(score);
    for (size_t i = 0; i < score->part_count; i++) {
        for (size_t k = 0; k < score->parts[i].note_count; k++) {
            const struct sx_note *note = &score->parts[i].notes[k];
            int64_t end = note->onset + (note->flags & SX_NOTE_GRACE ? 0 : note->duration);
            score->end = end > score->end ? end : score->end;
        }
    }
    if (score->end > longest)
        score->end = longest;
    if (score->bar_count == 0 && bars_by_meters(score) < 0)
        return SYRINX_ERROR_MEMORY;
    for (size_t i = 0; i < score->part_count; i++) {
        size_t bar = 0;
        for (size_t k = 0; k < score->parts[i].note_count; k++) {
            struct sx_note *note = &score->parts[i].notes[k];
            while (bar + 1 < score->bar_count && score->bars[bar + 1].tick <= note->onset)
                bar++;
            note->bar = (uint32_t)bar;
        }
    }
    return SYRINX_OK;
}

/* ------------------------------------------------------------------ time */

int64_t sx_score_ticks(int64_t numerator, int64_t denominator)
{
    if (denominator <= 0)
        return 0;
    while (denominator > INT32_MAX) {       /* so that the rest times a quarter stays within 63 bits */
        denominator >>= 1;
        numerator /= 2;
    }
    int64_t whole = numerator / denominator, rest = numerator % denominator;
    if (whole >= SX_SCORE_QUARTERS || whole <= -SX_SCORE_QUARTERS)
        return whole > 0 ? longest : -longest;
    int64_t half = rest < 0 ? -denominator / 2 : denominator / 2;
    return whole * SX_QUARTER + (rest * SX_QUARTER + half) / denominator;
}

double sx_score_seconds(const struct sx_score *score, int64_t tick)
{
    static const struct sx_tempo standard = { 0, 120, 0 };
    size_t low = 0, high = score->tempo_count;
    while (low < high) {                        /* the first tempo behind the tick */
        size_t middle = low + (high - low) / 2;
        if (score->tempos[middle].tick <= tick)
            low = middle + 1;
        else
            high = middle;
    }
    const struct sx_tempo *tempo = low ? &score->tempos[low - 1] : &standard;
    return tempo->seconds + (double)(tick - tempo->tick) / (double)SX_QUARTER * 60 / tempo->quarters;
}
