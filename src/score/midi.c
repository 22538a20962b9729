/* midi.c - Standard MIDI Files (RP-001, formats 0, 1 and 2): chunks, and the events of all tracks in the order of time.
 *
 * A damaged file plays as far as it can be read: what was wrong is a warning. Only a file that is no MIDI file, or tells no time, is an error. */
#include "score/midi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

static uint32_t big(const unsigned char *at, int bytes)
{
    uint32_t value = 0;
    for (int i = 0; i < bytes; i++)
        value = value << 8 | at[i];
    return value;
}

static int64_t score_tick(const struct sx_midi *midi, int64_t tick)
{
    return tick > INT64_MAX / midi->tick_numerator ? SX_SCORE_QUARTERS * SX_QUARTER : sx_score_ticks(tick * midi->tick_numerator, midi->tick_denominator);
}

static void broken(struct sx_midi *midi, uint32_t index, const char *what)
{
    struct sx_midi_track *track = &midi->tracks[index];
    sx_score_warn(midi->score, -1, -1, "track %u: %s; the rest of it is left out", (unsigned)index, what);
    track->at = track->end;
    track->ended = true;
}

/* A variable-length quantity; -1: cut off, or longer than its four bytes. */
static int64_t quantity(struct sx_midi_track *track)
{
    int64_t value = 0;
    for (int i = 0; i < 4 && track->at < track->end; i++) {
        unsigned char byte = *track->at++;
        value = value << 7 | (byte & 0x7F);
        if (!(byte & 0x80))
            return value;
    }
    return -1;
}

/* ------------------------------------------------------------------ tracks in the order of time */

static bool earlier(const struct sx_midi *midi, uint32_t a, uint32_t b)
{
    int64_t x = midi->tracks[a].tick, y = midi->tracks[b].tick;
    return x < y || (x == y && a < b);
}

static void sift(struct sx_midi *midi, size_t i)
{
    for (;;) {
        size_t child = 2 * i + 1, least = i;
        for (size_t k = child; k < child + 2 && k < midi->heap_count; k++)
            least = earlier(midi, midi->heap[k], midi->heap[least]) ? k : least;
        if (least == i)
            return;
        uint32_t swap = midi->heap[i];
        midi->heap[i] = midi->heap[least];
        midi->heap[least] = swap;
        i = least;
    }
}

/* Reads the time to a track's next event; ends the track where there is none. */
static void wait_for_next(struct sx_midi *midi, uint32_t index)
{
    struct sx_midi_track *track = &midi->tracks[index];
    if (track->ended)
        return;
    if (track->at >= track->end) {
        broken(midi, index, "it has no end");
        return;
    }
    int64_t delta = quantity(track);
    if (delta < 0)
        broken(midi, index, "a time is damaged");
    else
        track->tick += delta;
}

/* ------------------------------------------------------------------ meta events */

static int add_text(struct sx_midi *midi, uint32_t index, int64_t tick, const unsigned char *bytes, size_t length, bool karaoke)
{
    if (midi->text_count >= SX_SCORE_NOTES)
        return SYRINX_OK;
    if (!sx_grow(&midi->texts, midi->text_count, &midi->text_room, sizeof *midi->texts))
        return SYRINX_ERROR_MEMORY;
    midi->texts[midi->text_count++] = (struct sx_midi_text){ tick, (const char *)bytes, (uint32_t)length, index, karaoke };
    return SYRINX_OK;
}

static int meta(struct sx_midi *midi, uint32_t index, int64_t tick, int kind, const unsigned char *bytes, size_t length)
{
    struct sx_midi_track *track = &midi->tracks[index];
    struct sx_score *score = midi->score;
    switch (kind) {
    case 0x01:
        return add_text(midi, index, tick, bytes, length, true);
    case 0x02:
        if (!score->rights)
            score->rights = sx_midi_keep(midi, (const char *)bytes, length);
        return SYRINX_OK;
    case 0x03:
        if (!track->name)
            track->name = sx_midi_keep(midi, (const char *)bytes, length);
        return SYRINX_OK;
    case 0x05:
        return add_text(midi, index, tick, bytes, length, false);
    case 0x2F:
        track->ended = true;
        return SYRINX_OK;
    case 0x51:
        if (length < 3 || big(bytes, 3) == 0) {
            sx_score_warn(score, -1, -1, "track %u: a tempo of no time at all is left out", (unsigned)index);
            return SYRINX_OK;
        }
        return midi->smpte ? SYRINX_OK : sx_score_add_tempo(score, tick, 60e6 / (double)big(bytes, 3));
    case 0x58:
        return length >= 2 && bytes[1] < 9 ? sx_score_add_meter(score, tick, bytes[0], 1 << bytes[1]) : SYRINX_OK;
    case 0x59:
        return length >= 2 ? sx_score_add_key(score, -1, tick, (signed char)bytes[0], bytes[1] == 1) : SYRINX_OK;
    default:
        return SYRINX_OK;
    }
}

/* ------------------------------------------------------------------ events */

/* Data bytes of a system message that has no business in a file. */
static int system_data(int status)
{
    return status == 0xF2 ? 2 : status == 0xF1 || status == 0xF3 ? 1 : 0;
}

/* Reads one event of a track. As sx_midi_channel_event. */
static int event(struct sx_midi *midi, uint32_t index)
{
    struct sx_midi_track *track = &midi->tracks[index];
    int64_t tick = score_tick(midi, track->tick);
    if (track->at >= track->end) {
        broken(midi, index, "an event is cut off");
        return SYRINX_OK;
    }
    int status = *track->at;
    if (status >= 0x80)
        track->at++;
    else
        status = track->status;
    if (status == 0) {
        broken(midi, index, "data without an event");
        return SYRINX_OK;
    }
    if (status >= 0xF0) {
        int kind = 0;
        if (status == 0xFF) {
            if (track->at >= track->end) {
                broken(midi, index, "an event is cut off");
                return SYRINX_OK;
            }
            kind = *track->at++;
        }
        if (status != 0xFF && status != 0xF0 && status != 0xF7) {
            int skip = system_data(status);
            track->at += track->end - track->at < skip ? track->end - track->at : skip;
            return SYRINX_OK;
        }
        int64_t length = quantity(track);
        if (length < 0 || length > track->end - track->at) {
            broken(midi, index, "an event is longer than the track");
            return SYRINX_OK;
        }
        const unsigned char *bytes = track->at;
        track->at += length;
        return status == 0xFF ? meta(midi, index, tick, kind, bytes, (size_t)length) : SYRINX_OK;
    }
    track->status = (uint8_t)status;
    int data = (status & 0xE0) == 0xC0 ? 1 : 2, values[2] = { 0, 0 };
    for (int i = 0; i < data; i++) {
        if (track->at >= track->end || *track->at >= 0x80) {
            if (track->at >= track->end)
                broken(midi, index, "an event is cut off");
            else
                sx_score_warn(midi->score, -1, -1, "track %u: an incomplete event is left out", (unsigned)index);
            return SYRINX_OK;
        }
        values[i] = *track->at++;
    }
    return sx_midi_channel_event(midi, index, tick, status, values[0], values[1]);
}

/* Plays tracks [first, first + count) together. */
static int run(struct sx_midi *midi, uint32_t first, uint32_t count)
{
    midi->heap_count = 0;
    for (uint32_t i = first; i < first + count; i++) {
        wait_for_next(midi, i);
        if (!midi->tracks[i].ended)
            midi->heap[midi->heap_count++] = i;
    }
    for (size_t i = midi->heap_count; i-- > 0;)
        sift(midi, i);
    while (midi->heap_count > 0) {
        uint32_t index = midi->heap[0];
        struct sx_midi_track *track = &midi->tracks[index];
        int code = event(midi, index);
        if (code < 0)
            return code;
        wait_for_next(midi, index);
        if (code == SX_SCORE_FULL)
            track->ended = true;
        if (track->ended) {
            int64_t end = score_tick(midi, track->tick);
            sx_midi_end_track(midi, index, end);
            midi->score->end = end > midi->score->end ? end : midi->score->end;
            midi->heap[0] = midi->heap[--midi->heap_count];
        }
        sift(midi, 0);
    }
    return SYRINX_OK;
}

/* ------------------------------------------------------------------ chunks */

static int add_track(struct sx_midi *midi, const unsigned char *bytes, size_t length)
{
    if (!sx_grow(&midi->tracks, midi->track_count, &midi->track_room, sizeof *midi->tracks))
        return SYRINX_ERROR_MEMORY;
    midi->tracks[midi->track_count++] = (struct sx_midi_track){ .at = bytes, .end = bytes + length };
    return SYRINX_OK;
}

static int read_division(struct sx_midi *midi, int division)
{
    if (division & 0x8000) {
        int frames = 256 - (division >> 8), parts = division & 0xFF;
        if ((frames != 24 && frames != 25 && frames != 29 && frames != 30) || parts == 0)
            return sx_fail(midi->error, SYRINX_ERROR_FORMAT, "not a MIDI file, or damaged: it counts %d frames of %d ticks a second", frames, parts);
        midi->smpte = true;             /* 120 beats a minute whatever it says: a quarter note is half a second; 29 stands for 30000/1001 */
        midi->tick_numerator = frames == 29 ? 2002 : 2;
        midi->tick_denominator = frames == 29 ? (int64_t)30000 * parts : (int64_t)frames * parts;
        return SYRINX_OK;
    }
    if (division == 0)
        return sx_fail(midi->error, SYRINX_ERROR_FORMAT, "a damaged MIDI file: a quarter note has no ticks");
    midi->tick_numerator = 1;
    midi->tick_denominator = division;
    return SYRINX_OK;
}

static int read_chunks(struct sx_midi *midi)
{
    const unsigned char *at = midi->bytes, *end = at + midi->length;
    if (end - at >= 20 && memcmp(at, "RIFF", 4) == 0 && memcmp(at + 8, "RMID", 4) == 0)        /* RP-029: the file is in a "data" chunk */
        at += memcmp(at + 12, "data", 4) == 0 ? 20 : 12;
    while (end - at >= 4 && memcmp(at, "MThd", 4) != 0)         /* some hide behind a header of another system */
        at++;
    if (end - at < 14 || big(at + 4, 4) < 6 || big(at + 4, 4) > (uint32_t)(end - at - 8))
        return sx_fail(midi->error, SYRINX_ERROR_FORMAT, "not a MIDI file, or its header is damaged");
    midi->format = (int)big(at + 8, 2);
    uint32_t promised = big(at + 10, 2);
    int code = read_division(midi, (int)big(at + 12, 2));
    at += 8 + big(at + 4, 4);
    while (code == SYRINX_OK && end - at >= 8) {
        uint32_t length = big(at + 4, 4);
        bool track = memcmp(at, "MTrk", 4) == 0;
        if (length > (uint32_t)(end - at - 8)) {
            length = (uint32_t)(end - at - 8);
            if (track)
                sx_score_warn(midi->score, -1, -1, "track %u: the file ends within it", (unsigned)midi->track_count);
        }
        if (track && midi->track_count < 65535)
            code = add_track(midi, at + 8, length);
        at += 8 + length;
    }
    if (code != SYRINX_OK)
        return code;
    if (midi->track_count == 0)
        return sx_fail(midi->error, SYRINX_ERROR_FORMAT, "a MIDI file without tracks");
    if (midi->track_count < promised)
        sx_score_warn(midi->score, -1, -1, "%u tracks are promised, %u are there", (unsigned)promised, (unsigned)midi->track_count);
    return SYRINX_OK;
}

/* ------------------------------------------------------------------ names */

static void name_parts(struct sx_midi *midi)
{
    struct sx_score *score = midi->score;
    for (size_t i = 0; i < score->part_count; i++) {
        const struct sx_midi_part *part = midi->parts[i];
        const struct sx_midi_track *track = &midi->tracks[part->track];
        char id[48], *name = NULL;
        const char *base = track->name && *track->name ? track->name : NULL;
        bool several = track->channels & (track->channels - 1);
        char suffix[16] = "";
        if (part->channel == 9)
            memcpy(suffix, ":drums", 7);
        else if (several)
            snprintf(suffix, sizeof suffix, ":ch%d", part->channel + 1);
        snprintf(id, sizeof id, "track%u%s", (unsigned)part->track, suffix);
        score->parts[i].id = sx_arena_strdup(&score->arena, id, strlen(id));
        score->parts[i].id = score->parts[i].id ? score->parts[i].id : "";
        score->parts[i].name = score->parts[i].id;
        if (base && (name = sx_arena_alloc(&score->arena, strlen(base) + sizeof suffix))) {
            memcpy(name, base, strlen(base));
            memcpy(name + strlen(base), suffix, strlen(suffix) + 1);
            score->parts[i].name = name;
        }
    }
    if (midi->track_count && midi->tracks[0].name && *midi->tracks[0].name && (midi->format == 0 || midi->tracks[0].channels == 0))
        score->title = midi->tracks[0].name;
}

int sx_midi_read(const unsigned char *bytes, size_t length, struct sx_score *score, struct sx_error *error)
{
    struct sx_midi midi = { .score = score, .error = error, .bytes = bytes, .length = length };
    sx_error_clear(error);
    score->fixed = true;
    sx_midi_channels_begin(&midi);
    int code = read_chunks(&midi);
    if (code == SYRINX_OK) {
        midi.heap = calloc(midi.track_count, sizeof *midi.heap);
        code = midi.heap ? SYRINX_OK : SYRINX_ERROR_MEMORY;
    }
    if (code == SYRINX_OK && midi.format != 2)
        code = run(&midi, 0, (uint32_t)midi.track_count);
    for (uint32_t i = 0; midi.format == 2 && code == SYRINX_OK && i < midi.track_count; i++) {      /* patterns: one after the other */
        midi.tracks[i].tick = i ? midi.tracks[i - 1].tick : 0;
        code = run(&midi, i, 1);
    }
    if (code == SYRINX_OK) {
        name_parts(&midi);
        code = sx_score_finish(score);
    }
    if (code == SYRINX_OK)
        code = sx_midi_place_lyrics(&midi);
    free(midi.tracks);
    free(midi.heap);
    free(midi.parts);
    free(midi.texts);
    return code == SYRINX_ERROR_MEMORY && error->code == SYRINX_OK ? sx_fail(error, code, "out of memory") : code;
}
