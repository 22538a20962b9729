/* abc_accompany.c - the chords, the bass and the drums that accompany a tune, bar by bar as it is played. */
#include <math.h>
#include <stdlib.h>

#include "base/sort.h"
#include "score/abc.h"

struct sx_abc_accompanist {
    struct sx_abc_reader *reader;
    struct sx_abc_event *events;           /* chord symbols and settings of all voices, by time */
    size_t count;
    int chords, bass, drums;            /* parts of the score, or -1 */
    int chord;                          /* in force; -1: none */
    struct sx_abc_accompaniment setting;
    int drum_bar;                       /* of a pattern over several bars */
};

static int compare(const void *a, const void *b)
{
    const struct sx_abc_event *x = a, *y = b;
    return x->time < y->time ? -1 : x->time > y->time;
}

int sx_abc_accompanist_new(struct sx_abc_reader *reader, struct sx_abc_accompanist **out)
{
    size_t n = 0, symbols = 0;
    bool drums = reader->setting_count && reader->settings[0].drums;
    *out = NULL;
    for (size_t i = 0; i < reader->voice_count; i++)
        for (size_t k = 0; k < reader->voices[i].event_count; k++) {
            int kind = reader->voices[i].events[k].kind;
            n += kind == ABC_CHORD_SYMBOL || kind == ABC_ACCOMPANY;
            symbols += kind == ABC_CHORD_SYMBOL;
            drums |= kind == ABC_ACCOMPANY && reader->settings[reader->voices[i].events[k].a].drums;
        }
    if (symbols == 0 && !drums)
        return SYRINX_OK;
    if (reader->setting_count == 0 && !sx_abc_setting(reader))
        return reader->status;
    struct sx_abc_accompanist *player = calloc(1, sizeof *player);
    struct sx_abc_event *events = malloc((n + 1) * sizeof *events);
    if (!player || !events) {
        free(player);
        free(events);
        return sx_abc_fail_memory(reader);
    }
    *player = (struct sx_abc_accompanist){ .reader = reader, .events = events, .chords = -1, .bass = -1, .drums = -1, .chord = -1, .setting = reader->settings[0] };
    /* Chord symbols stand in one voice; where several have them, the first one's are played. */
    bool taken = false;
    for (size_t i = 0; i < reader->voice_count; i++) {
        bool here = false;
        for (size_t k = 0; k < reader->voices[i].event_count; k++) {
            const struct sx_abc_event *event = &reader->voices[i].events[k];
            if (event->kind == ABC_ACCOMPANY || (event->kind == ABC_CHORD_SYMBOL && !taken))
                events[player->count++] = *event;
            here |= event->kind == ABC_CHORD_SYMBOL;
        }
        taken |= here;
    }
    *out = player;
    if (!sx_sort(events, player->count, sizeof *events, compare))
        return sx_abc_fail_memory(reader);
    if (symbols) {
        player->chords = sx_score_add_part(reader->score, "chords", "Chords");
        player->bass = player->chords >= 0 ? sx_score_add_part(reader->score, "bass", "Bass") : -1;
    }
    if (drums) {
        player->drums = sx_score_add_part(reader->score, "drums", "Drums");
        if (player->drums >= 0) {
            reader->score->parts[player->drums].percussion = true;
            reader->score->parts[player->drums].channel = 9;
        }
    }
    return player->chords == SYRINX_ERROR_MEMORY || player->bass == SYRINX_ERROR_MEMORY || player->drums == SYRINX_ERROR_MEMORY ? sx_abc_fail_memory(reader) : SYRINX_OK;
}

void sx_abc_accompanist_free(struct sx_abc_accompanist *player)
{
    if (player)
        free(player->events);
    free(player);
}

static int sound(struct sx_abc_accompanist *player, int part, int key, int program, int velocity, int64_t onset, int64_t duration, bool drum)
{
    if (part < 0 || key < 0 || key > 127)
        return SYRINX_OK;
    struct sx_note note = {
        .onset = onset, .duration = duration, .pitch = (float)key, .step = SX_STEP_UNKNOWN, .octave = (int8_t)(key / 12 - 1), .velocity = (uint8_t)velocity,
        .program = (uint8_t)program, .channel = drum ? 9 : 0, .flags = drum ? SX_NOTE_PERCUSSION : 0, .voice = 1,
    };
    return sx_score_add_note(player->reader->score, part, &note);
}

/* The chord's keys from below: root between C3 and B3, inverted so that a bass note that is told and in the chord comes first. */
static int keys_of(const struct sx_abc_chord *chord, int keys[ABC_CHORD])
{
    int n = chord->count, from = 0;
    for (int i = 0; i < n; i++) {
        keys[i] = 48 + chord->root + chord->notes[i];
        if (chord->bass >= 0 && (keys[i] - chord->bass) % 12 == 0)
            from = i;
    }
    for (int i = 0; i < from; i++)
        keys[i] += 12;
    for (int i = 1; i < n; i++)
        for (int k = i; k > 0 && keys[k - 1] > keys[k]; k--) {
            int swap = keys[k];
            keys[k] = keys[k - 1];
            keys[k - 1] = swap;
        }
    return n;
}

static int strike(struct sx_abc_accompanist *player, const struct sx_abc_stroke *stroke, int64_t onset, int64_t duration)
{
    const struct sx_abc_accompaniment *s = &player->setting;
    char kind = stroke->kind;
    if (kind == 'z' || player->chord < 0 || !s->chords)
        return SYRINX_OK;
    const struct sx_abc_chord *chord = &player->reader->chords[player->chord];
    int status = SYRINX_OK;
    if (kind == 'f' || kind == 'b') {
        int key = 36 + (chord->bass >= 0 ? chord->bass : chord->root) + 12 * s->bass_octave;
        status = sound(player, player->bass, key, s->bass_program, s->bass_volume, onset, duration, false);
    }
    if (kind == 'f' || status != SYRINX_OK)
        return status;
    int keys[ABC_CHORD], n = keys_of(chord, keys), first = 0, last = n - 1, up = 12 * s->chord_octave;
    if (kind != 'c' && kind != 'b') {           /* one note of the chord: g h i j, capitals an octave lower */
        first = last = (kind | 32) - 'g' < n ? (kind | 32) - 'g' : n - 1;
        up -= kind < 'a' ? 12 : 0;
    }
    for (int i = first; i <= last && status == SYRINX_OK; i++)
        status = sound(player, player->chords, keys[i] + up, s->chord_program, s->chord_volume, onset, duration, false);
    return status;
}

/* Chord symbols and settings up to a place. */
static void catch_up(struct sx_abc_accompanist *player, size_t *next, int64_t time)
{
    for (; *next < player->count && player->events[*next].time <= time; ++*next) {
        const struct sx_abc_event *event = &player->events[*next];
        if (event->kind == ABC_CHORD_SYMBOL)
            player->chord = event->a;
        else
            player->setting = player->reader->settings[event->a];
    }
}

static int play_pattern(struct sx_abc_accompanist *player, const struct sx_abc_pattern *pattern, const struct sx_abc_span *span, int64_t measure, int64_t played, int64_t into,
                        bool drum, size_t first)
{
    int64_t length = span->end - span->begin;
    double unit = (double)measure / pattern->length, at = 0;
    size_t next = first;
    int status = SYRINX_OK;
    /* A bar that is longer than its meter goes on with the pattern. */
    for (int i = 0, n = 0; n < 4 * ABC_PATTERN && status == SYRINX_OK; n++, i = (i + 1) % pattern->count) {
        const struct sx_abc_stroke *stroke = &pattern->strokes[i];
        int64_t begin = llround(at * unit) - into, end = llround((at + (double)stroke->length) * unit) - into;
        at += (double)stroke->length;
        if (begin >= length)
            break;
        if (begin < 0)
            continue;
        if (end > length)
            end = length;
        if (!drum) {
            catch_up(player, &next, span->begin + begin);
            status = strike(player, stroke, played + begin, end - begin);
        } else if (stroke->kind == 'd') {
            status = sound(player, player->drums, stroke->pitch, 0, stroke->velocity, played + begin, end - begin, true);
        }
    }
    return status;
}

int sx_abc_accompany(struct sx_abc_accompanist *player, const struct sx_abc_span *span, const struct sx_abc_meter *meter, int64_t played, int64_t into)
{
    size_t low = 0, high = player->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (player->events[middle].time < span->begin)
            low = middle + 1;
        else
            high = middle;
    }
    size_t next = low;
    catch_up(player, &next, span->begin);
    struct sx_abc_pattern usual;
    const struct sx_abc_pattern *pattern = &player->setting.gchord;
    if (pattern->count == 0) {
        sx_abc_default_pattern(meter, &usual);
        pattern = &usual;
    } else {
        usual = *pattern;               /* the setting may change on the way */
        pattern = &usual;
    }
    int status = pattern->count && player->chords >= 0 ? play_pattern(player, pattern, span, meter->length, played, into, false, next) : SYRINX_OK;
    if (status == SYRINX_OK && player->drums >= 0 && player->setting.drums && player->setting.drum.count) {
        int bars = player->setting.drum_bars;
        usual = player->setting.drum;
        status = play_pattern(player, &usual, span, meter->length * bars, played, into + meter->length * (player->drum_bar % bars), true, next);
        player->drum_bar++;
    }
    /* Chords behind the last stroke are in force in the next bar. */
    next = low;
    catch_up(player, &next, span->end - 1);
    return status;
}
