/* abc_play.c - the tune as it is played: bar after bar in the order of playing, voices become parts of the score, tied notes become one. */
#include <stdlib.h>
#include <string.h>

#include "base/sort.h"
#include "score/abc.h"

struct open_note { struct sx_note note; int64_t end; };     /* a tie that may go on at `end` */

struct player {
    struct sx_abc_reader *reader;
    struct sx_score *score;
    const struct sx_abc_order *order;
    struct open_note (*open)[ABC_TIES];         /* [voices] */
    int *open_count;
    struct sx_abc_event *tempos;                   /* of all voices, by time */
    size_t tempo_count;
    double tempo;                               /* in force where the music is now */
    struct sx_abc_meter meter;
    struct sx_abc_event **keys;                    /* [voices] the one in force; NULL: the header's */
    struct sx_abc_accompanist *accompanist;
};

static int compare_notes(const void *a, const void *b)
{
    const struct sx_abc_note *x = a, *y = b;
    return x->time < y->time ? -1 : x->time > y->time;
}

static int compare_events(const void *a, const void *b)
{
    const struct sx_abc_event *x = a, *y = b;
    return x->time < y->time ? -1 : x->time > y->time;
}

static size_t first_note(const struct sx_abc_voice *voice, int64_t time)
{
    size_t low = 0, high = voice->note_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (voice->notes[middle].time < time)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t first_event(const struct sx_abc_event *events, size_t count, int64_t time)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (events[middle].time < time)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int close_tie(struct player *player, size_t v, int k)
{
    struct open_note *open = player->open[v];
    int status = sx_score_add_note(player->score, player->reader->voices[v].part, &open[k].note);
    memmove(open + k, open + k + 1, (size_t)(--player->open_count[v] - k) * sizeof *open);
    return status;
}

/* Tells each event which one of a kind was the last before it, so that a jump finds what is in force without a search. */
static void link_events(struct sx_abc_event *events, size_t count, int which, enum sx_abc_event_kind kind)
{
    int32_t last = -1;
    for (size_t i = 0; i < count; i++) {
        events[i].last[which] = last;
        if (events[i].kind == kind)
            last = (int32_t)i;
    }
}

/* The last one of the kind before events[i], or NULL. */
static struct sx_abc_event *last_before(struct sx_abc_event *events, size_t i, int which, enum sx_abc_event_kind kind)
{
    if (i == 0)
        return NULL;
    struct sx_abc_event *event = &events[i - 1];
    return event->kind == kind ? event : event->last[which] >= 0 ? &events[event->last[which]] : NULL;
}

/* Ties that nothing goes on. */
static int close_ties(struct player *player, size_t v, int64_t now)
{
    int status = SYRINX_OK;
    for (int k = 0; k < player->open_count[v] && status == SYRINX_OK;)
        if (player->open[v][k].end < now - 1)
            status = close_tie(player, v, k);
        else
            k++;
    return status;
}

static void add_words(const struct player *player, const struct sx_abc_note *from, int verse, struct sx_note *note)
{
    const struct sx_abc_syllable *first = NULL;
    for (int32_t i = from->words; i >= 0; i = player->reader->syllables[i].next) {
        const struct sx_abc_syllable *s = &player->reader->syllables[i];
        if (s->verse == verse) {
            first = s;
            break;
        }
        if (s->verse == 1)
            first = s;
    }
    if (!first || (!first->text))
        return;
    note->lyric = first->text;
    note->syllable = first->kind;
    note->extend = first->extend;
}

static int play_note(struct player *player, size_t v, const struct sx_abc_note *from, int64_t now, int verse)
{
    const struct sx_abc_voice *voice = &player->reader->voices[v];
    struct sx_note note = {
        .onset = now, .duration = from->length, .pitch = from->pitch, .alter = from->alter, .step = from->step, .octave = from->octave, .channel = from->channel,
        .program = from->program, .staff = 0, .ornament = from->ornament, .tremolo = from->tremolo, .above = from->above, .below = from->below,
        .voice = (uint16_t)(from->overlay + 1), .flags = from->flags,
    };
    struct open_note *open = player->open[v];
    if (!(from->flags & SX_NOTE_GRACE))
        for (int k = 0; k < player->open_count[v]; k++)
            if (open[k].note.pitch == note.pitch && open[k].end >= now - 1 && open[k].end <= now + 1) {
                open[k].end = now + from->length;
                open[k].note.duration = open[k].end - open[k].note.onset;
                open[k].note.flags = (open[k].note.flags & ~(uint32_t)SX_NOTE_SLUR) | (from->flags & (SX_NOTE_SLUR | SX_NOTE_FERMATA | SX_NOTE_BREATH));
                return from->tie ? SYRINX_OK : close_tie(player, v, k);
            }
    add_words(player, from, verse, &note);
    if (from->tie && player->open_count[v] < ABC_TIES) {
        open[player->open_count[v]++] = (struct open_note){ note, now + from->length };
        return SYRINX_OK;
    }
    return sx_score_add_note(player->score, voice->part, &note);
}

static int play_event(struct player *player, size_t v, const struct sx_abc_event *event, int64_t now)
{
    int part = player->reader->voices[v].part;
    switch ((enum sx_abc_event_kind)event->kind) {
    case ABC_DYNAMIC: {
        struct sx_dynamic dynamic = { .tick = now, .kind = (uint8_t)event->a, .velocity = (uint8_t)event->b, .voice = SX_ALL_VOICES };
        return sx_score_add_dynamic(player->score, part, &dynamic);
    }
    case ABC_CONTROL:
        return sx_score_add_control(player->score, part, now, (enum sx_control_kind)event->a, (float)event->value);
    default:
        return SYRINX_OK;
    }
}

/* The key of a voice from here on, where it is another one. */
static int play_key(struct player *player, size_t v, struct sx_abc_event *key, int64_t now)
{
    const struct sx_abc_reader *reader = player->reader;
    if (key == player->keys[v])
        return SYRINX_OK;
    player->keys[v] = key;
    return sx_score_add_key(player->score, reader->voices[v].part, now, key ? key->a : reader->start_key.fifths, key ? key->b : reader->start_key.minor);
}

static int play_voice(struct player *player, size_t v, const struct sx_abc_span *span, int64_t now, int verse, bool jumped, bool last)
{
    struct sx_abc_voice *voice = &player->reader->voices[v];
    int status = SYRINX_OK;
    size_t e = first_event(voice->events, voice->event_count, span->begin);
    if (jumped)
        status = play_key(player, v, last_before(voice->events, e, 0, ABC_KEY), now);
    for (; e < voice->event_count && (last || voice->events[e].time < span->end) && status == SYRINX_OK; e++) {
        int64_t at = now + voice->events[e].time - span->begin;
        status = voice->events[e].kind == ABC_KEY ? play_key(player, v, &voice->events[e], at) : play_event(player, v, &voice->events[e], at);
    }
    for (size_t i = first_note(voice, span->begin); i < voice->note_count && (last || voice->notes[i].time < span->end) && status == SYRINX_OK; i++) {
        int64_t at = now + voice->notes[i].time - span->begin;
        status = close_ties(player, v, at);
        if (status == SYRINX_OK)
            status = play_note(player, v, &voice->notes[i], at, verse);
    }
    return status;
}

static int play_tempo(struct player *player, const struct sx_abc_span *span, int64_t now, bool jumped, bool last)
{
    size_t i = first_event(player->tempos, player->tempo_count, span->begin);
    /* Behind a jump the tempo is the one written there. The meters are in the same list. */
    double tempo = player->reader->tempo ? player->reader->tempo : 120;
    int beats = player->reader->start_meter.beats, unit = player->reader->start_meter.unit;
    int status = SYRINX_OK;
    const struct sx_abc_event *last_tempo = last_before(player->tempos, i, 0, ABC_TEMPO), *last_meter = last_before(player->tempos, i, 1, ABC_METER);
    if (last_tempo)
        tempo = last_tempo->value;
    if (last_meter) {
        beats = last_meter->a;
        unit = last_meter->b;
    }
    if (jumped && tempo != player->tempo) {
        player->tempo = tempo;
        status = sx_score_add_tempo(player->score, now, tempo);
    }
    if (jumped && status == SYRINX_OK && (beats != player->meter.beats || unit != player->meter.unit)) {
        player->meter = (struct sx_abc_meter){ beats, unit, false, sx_score_ticks(4 * (int64_t)beats, unit) };
        status = sx_score_add_meter(player->score, now, beats, unit);
    }
    for (; i < player->tempo_count && (last || player->tempos[i].time < span->end) && status == SYRINX_OK; i++) {
        const struct sx_abc_event *event = &player->tempos[i];
        int64_t at = now + event->time - span->begin;
        if (event->kind == ABC_TEMPO && event->value != player->tempo) {
            player->tempo = event->value;
            status = sx_score_add_tempo(player->score, at, event->value);
        } else if (event->kind == ABC_METER && (event->a != player->meter.beats || event->b != player->meter.unit)) {
            player->meter = (struct sx_abc_meter){ event->a, event->b, false, sx_score_ticks(4 * (int64_t)event->a, event->b) };
            status = sx_score_add_meter(player->score, at, event->a, event->b);
        }
    }
    return status;
}

static int play_steps(struct player *player)
{
    const struct sx_abc_order *order = player->order;
    int64_t now = 0;
    int status = SYRINX_OK;
    for (size_t i = 0; i < order->step_count && status == SYRINX_OK; i++) {
        const struct sx_abc_step *step = &order->steps[i];
        const struct sx_abc_span *span = &order->spans[step->span];
        bool jumped = i == 0 || order->steps[i - 1].span + 1 != step->span, last = step->span + 1 == order->span_count;
        /* A bar that a repeat sign divides is counted once. */
        bool goes_on = !jumped && i > 0 && order->spans[order->steps[i - 1].span].number == span->number && span->into > 0;
        if (!goes_on)
            status = sx_score_add_bar(player->score, now, span->number, step->pass);
        if (status == SYRINX_OK)
            status = play_tempo(player, span, now, jumped, last);
        for (size_t v = 0; v < player->reader->voice_count && status == SYRINX_OK; v++)
            status = play_voice(player, v, span, now, step->verse, jumped, last);
        if (status == SYRINX_OK && player->accompanist)
            status = sx_abc_accompany(player->accompanist, span, &player->meter, now, span->into);
        now += span->end - span->begin;
    }
    for (size_t v = 0; v < player->reader->voice_count; v++)
        while (player->open_count[v] > 0 && status >= 0) {
            int code = close_tie(player, v, 0);
            if (code != SYRINX_OK)
                status = code;
            if (code == SX_SCORE_FULL)
                break;
        }
    return status;
}

/* Parts for the voices, and what is sorted by time. */
static int prepare(struct player *player)
{
    struct sx_abc_reader *reader = player->reader;
    size_t n = 0;
    for (size_t v = 0; v < reader->voice_count; v++) {
        struct sx_abc_voice *voice = &reader->voices[v];
        const char *name = voice->name && *voice->name ? voice->name : reader->voice_count == 1 && reader->score->title ? reader->score->title : voice->id;
        voice->part = sx_score_add_part(reader->score, voice->id, name);
        if (voice->part < 0)
            return voice->part;
        struct sx_score_part *part = &reader->score->parts[voice->part];
        part->program = voice->note_count ? voice->notes[0].program : voice->program;
        part->channel = voice->note_count ? voice->notes[0].channel : voice->channel;
        part->percussion = voice->percussion;
        int transpose = voice->shift.clef + 12 * voice->shift.octave + voice->shift.transpose;
        part->transpose = (int8_t)(transpose > 127 ? 127 : transpose < -127 ? -127 : transpose);
        if (!sx_sort(voice->notes, voice->note_count, sizeof *voice->notes, compare_notes) || !sx_sort(voice->events, voice->event_count, sizeof *voice->events, compare_events))
            return SYRINX_ERROR_MEMORY;
        link_events(voice->events, voice->event_count, 0, ABC_KEY);
        for (size_t k = 0; k < voice->event_count; k++)
            n += voice->events[k].kind == ABC_TEMPO || voice->events[k].kind == ABC_METER;
    }
    player->tempos = malloc((n + 1) * sizeof *player->tempos);
    player->open = calloc(reader->voice_count + 1, sizeof *player->open);
    player->open_count = calloc(reader->voice_count + 1, sizeof *player->open_count);
    player->keys = calloc(reader->voice_count + 1, sizeof *player->keys);
    if (!player->tempos || !player->open || !player->open_count || !player->keys)
        return SYRINX_ERROR_MEMORY;
    for (size_t v = 0; v < reader->voice_count; v++)
        for (size_t k = 0; k < reader->voices[v].event_count; k++) {
            const struct sx_abc_event *event = &reader->voices[v].events[k];
            if (event->kind == ABC_TEMPO || event->kind == ABC_METER)
                player->tempos[player->tempo_count++] = *event;
        }
    if (!sx_sort(player->tempos, player->tempo_count, sizeof *player->tempos, compare_events))
        return SYRINX_ERROR_MEMORY;
    link_events(player->tempos, player->tempo_count, 0, ABC_TEMPO);
    link_events(player->tempos, player->tempo_count, 1, ABC_METER);
    return SYRINX_OK;
}

int sx_abc_play(struct sx_abc_reader *reader, const struct sx_abc_order *order)
{
    struct player player = { .reader = reader, .score = reader->score, .order = order, .meter = reader->start_meter, .tempo = 0 };
    int status = prepare(&player);
    if (status == SYRINX_OK)
        status = sx_abc_accompanist_new(reader, &player.accompanist);
    if (status == SYRINX_OK)
        status = sx_score_add_meter(reader->score, 0, reader->start_meter.beats, reader->start_meter.unit);
    if (status == SYRINX_OK)
        status = sx_score_add_key(reader->score, -1, 0, reader->start_key.fifths, reader->start_key.minor);
    if (status == SYRINX_OK)
        status = play_steps(&player);
    sx_abc_accompanist_free(player.accompanist);
    free(player.tempos);
    free(player.open);
    free(player.open_count);
    free(player.keys);
    return status < 0 ? sx_abc_fail_memory(reader) : SYRINX_OK;
}
