/* abc_voice.c - the voices of a tune: the field V:, and what reading adds to a voice (notes, events, bars). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "score/abc.h"
#include "score/musicxml.h"

bool sx_abc_grow(struct sx_abc_reader *reader, void *array, size_t *room, size_t count, size_t size)
{
    if (sx_grow(array, count, room, size))
        return true;
    sx_abc_fail_memory(reader);
    return false;
}

void sx_abc_clear_accidentals(struct sx_abc_voice *voice)
{
    for (int step = 0; step < 7; step++)
        for (int octave = 0; octave < 12; octave++)
            voice->accidental[step][octave] = NAN;
}

struct sx_abc_bar *sx_abc_open_bar(struct sx_abc_voice *voice)
{
    return &voice->bars[voice->bar_count - 1];
}

static bool push_bar(struct sx_abc_reader *reader, struct sx_abc_voice *voice)
{
    if (voice->bar_count >= SX_SCORE_BARS || reader->event_total >= ABC_EVENTS) {
        if (sx_abc_first_warning(reader, ABC_W_BARS))
            sx_abc_warn(reader, "too many bars; the rest is left out");
        reader->status = SX_SCORE_FULL;
        return false;
    }
    if (!sx_abc_grow(reader, &voice->bars, &voice->bar_room, voice->bar_count, sizeof *voice->bars))
        return false;
    reader->event_total++;
    voice->bars[voice->bar_count++] = (struct sx_abc_bar){ .begin = voice->now, .length = (int32_t)(voice->meter.free ? 0 : voice->meter.length / (ABC_WHOLE / 1024)) };
    return true;
}

static struct sx_abc_voice *add_voice(struct sx_abc_reader *reader, const char *id, size_t length)
{
    if (reader->voice_count == ABC_VOICES) {
        if (sx_abc_first_warning(reader, ABC_W_VOICES))
            sx_abc_warn(reader, "more than %d voices; the others are left out", ABC_VOICES);
        return NULL;
    }
    if (!reader->voices) {
        reader->voices = calloc(ABC_VOICES, sizeof *reader->voices);
        if (!reader->voices) {
            sx_abc_fail_memory(reader);
            return NULL;
        }
    }
    struct sx_abc_voice *voice = &reader->voices[reader->voice_count];
    *voice = (struct sx_abc_voice){ .part = -1, .unit = reader->unit, .meter = reader->meter, .key = reader->key, .program = reader->program, .channel = reader->channel,
                                 .percussion = reader->percussion, .program_told = reader->program_told };
    if (reader->body)
        voice->shift = reader->shift;
    memcpy(voice->id, id, length);
    voice->id[length] = 0;
    sx_abc_clear_accidentals(voice);
    if (!push_bar(reader, voice))
        return NULL;
    reader->voice_count++;
    for (size_t i = 0; i < reader->control_count; i++)
        sx_abc_add_event(reader, voice, ABC_CONTROL, reader->controls[i].kind, 0, reader->controls[i].value);
    return voice;
}

struct sx_abc_voice *sx_abc_current(struct sx_abc_reader *reader)
{
    if (reader->voice_count == 0 && !add_voice(reader, "1", 1))
        return NULL;
    return &reader->voices[reader->voice];
}

static void read_name(struct sx_abc_reader *reader, struct sx_abc_voice *voice, const char *text, size_t length)
{
    if (length >= 2 && text[0] == '"' && text[length - 1] == '"')
        text++, length -= 2;
    /* Names are printed in lines that "\n" divides. */
    char name[200];
    size_t n = 0;
    for (size_t i = 0; i < length && n + 1 < sizeof name; i++)
        if (text[i] == '\\' && i + 1 < length && text[i + 1] == 'n')
            name[n++] = ' ', i++;
        else
            name[n++] = text[i];
    voice->name = sx_abc_keep_text(reader, name, n);
    int program = voice->name && !voice->program_told ? sx_program_find(voice->name) : -1;
    if (program >= 0)
        voice->program = (uint8_t)program;
}

void sx_abc_choose_voice(struct sx_abc_reader *reader, const char *text, size_t length)
{
    struct sx_abc_scan scan = { text, text + length };
    const char *word;
    bool quoted;
    size_t n = sx_abc_scan_word(&scan, &word, &quoted);
    if (n == 0)
        return;
    if (n >= ABC_ID)
        n = ABC_ID - 1;
    size_t i = 0;
    while (i < reader->voice_count && !(strncmp(reader->voices[i].id, word, n) == 0 && reader->voices[i].id[n] == 0))
        i++;
    /* Music before the first V: was the first voice's. */
    if (i == reader->voice_count && !add_voice(reader, word, n))
        return;
    reader->voice = i;
    reader->voice_told = true;
    struct sx_abc_voice *voice = &reader->voices[i];
    int percussion = voice->percussion;
    while ((n = sx_abc_scan_word(&scan, &word, &quoted)) > 0 || quoted) {
        const char *equals = memchr(word, '=', n);
        size_t key = equals ? (size_t)(equals - word) : 0;
        if (key && (sx_abc_word_is(word, key, "name") || sx_abc_word_is(word, key, "nm")))
            read_name(reader, voice, equals + 1, n - key - 1);
        else if (n)
            sx_abc_read_clef(word, n, &voice->shift, &percussion);
    }
    if (percussion && !voice->percussion) {
        voice->percussion = true;
        voice->channel = 9;
    }
}

void sx_abc_voices_free(struct sx_abc_reader *reader)
{
    for (size_t i = 0; i < reader->voice_count; i++) {
        free(reader->voices[i].notes);
        free(reader->voices[i].events);
        free(reader->voices[i].bars);
    }
    free(reader->voices);
    reader->voices = NULL;
    reader->voice_count = 0;
}

struct sx_abc_note *sx_abc_add_note(struct sx_abc_reader *reader, struct sx_abc_voice *voice)
{
    if (reader->note_total >= SX_SCORE_NOTES) {
        if (sx_abc_first_warning(reader, ABC_W_NOTES))
            sx_abc_warn(reader, "more than %d notes; the rest is left out", SX_SCORE_NOTES);
        reader->status = SX_SCORE_FULL;
        return NULL;
    }
    if (!sx_abc_grow(reader, &voice->notes, &voice->note_room, voice->note_count, sizeof *voice->notes))
        return NULL;
    reader->note_total++;
    struct sx_abc_note *note = &voice->notes[voice->note_count++];
    *note = (struct sx_abc_note){ .time = voice->now, .words = -1, .program = voice->program, .channel = voice->channel, .overlay = (uint8_t)voice->overlay };
    return note;
}

void sx_abc_add_event(struct sx_abc_reader *reader, struct sx_abc_voice *voice, enum sx_abc_event_kind kind, int a, int b, double value)
{
    if (reader->event_total >= ABC_EVENTS) {
        if (sx_abc_first_warning(reader, ABC_W_EVENTS))
            sx_abc_warn(reader, "more than %d changes and bars; the rest of them is left out", ABC_EVENTS);
        return;
    }
    if (!sx_abc_grow(reader, &voice->events, &voice->event_room, voice->event_count, sizeof *voice->events))
        return;
    reader->event_total++;
    voice->events[voice->event_count++] = (struct sx_abc_event){ .time = voice->now, .value = value, .a = a, .b = b, .kind = (uint8_t)kind };
}

void sx_abc_bar_line(struct sx_abc_reader *reader, struct sx_abc_voice *voice, uint32_t ends, int times, uint32_t begins, uint32_t endings)
{
    sx_abc_clear_accidentals(voice);
    if (voice->overlay && --voice->overlay_bars > 0 && voice->now < voice->far)
        return;                         /* a bar line within && ... */
    if (voice->overlay) {
        if (voice->now < voice->far)
            voice->now = voice->far;
        voice->overlay = 0;
        voice->far = 0;
        voice->group_is = false;
    }
    struct sx_abc_bar *bar = sx_abc_open_bar(voice);
    bool empty = voice->now <= bar->begin;
    struct sx_abc_bar *ended = !empty ? bar : voice->bar_count > 1 ? bar - 1 : NULL;
    struct sx_abc_marks *marks = &voice->marks;
    if (ended) {
        ended->flags |= ends | (marks->bar & (SX_BAR_DA_CAPO | SX_BAR_DAL_SEGNO | SX_BAR_FINE | SX_BAR_TO_CODA));
        if (times > ended->times)
            ended->times = (uint16_t)times;
    }
    bool taken = marks->coda && ended && !ended->coda;
    if (taken)
        ended->coda = 2;
    if (!empty && !push_bar(reader, voice))
        return;
    bar = sx_abc_open_bar(voice);
    bar->flags |= begins | (marks->bar & SX_BAR_SEGNO);
    bar->endings |= endings;
    if (marks->coda && !taken)
        bar->coda = 1;
    marks->bar = 0;
    marks->coda = false;
}
