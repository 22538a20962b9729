/* midi_channel.c - what a MIDI channel does: notes, programs, controllers, pitch bend. A channel's state is common to all tracks that use it. */
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "score/midi.h"

enum { NO_PARAMETER = 0x3FFF, DRUMS = 9 };

static const float resting[SX_CONTROL_DYNAMICS] = { [SX_CONTROL_VOLUME] = 100 / 127.0f, [SX_CONTROL_EXPRESSION] = 1, [SX_CONTROL_REVERB] = 40 / 127.0f };

void sx_midi_channels_begin(struct sx_midi *midi)
{
    for (int i = 0; i < SX_MIDI_CHANNELS; i++) {
        midi->channels[i] = (struct sx_midi_channel){ .parameter = NO_PARAMETER, .range = 2, .parts = SX_MIDI_NONE };
        memcpy(midi->channels[i].values, resting, sizeof resting);
    }
}

/* ------------------------------------------------------------------ controls */

static int control(struct sx_midi *midi, int channel, int64_t tick, enum sx_control_kind kind, float value)
{
    struct sx_midi_channel *state = &midi->channels[channel];
    int code = SYRINX_OK;
    if (kind != SX_CONTROL_SILENCE && state->values[kind] == value)
        return SYRINX_OK;
    if (kind != SX_CONTROL_SILENCE)
        state->values[kind] = value;
    for (uint32_t i = state->parts; i != SX_MIDI_NONE && code == SYRINX_OK; i = midi->parts[i]->next)
        code = sx_score_add_control(midi->score, (int)i, tick, kind, value);
    return code;
}

static int bend(struct sx_midi *midi, int channel, int64_t tick)
{
    struct sx_midi_channel *state = &midi->channels[channel];
    return control(midi, channel, tick, SX_CONTROL_BEND, state->bend * state->range + state->fine + state->coarse);
}

static int data_entry(struct sx_midi *midi, int channel, int64_t tick)
{
    struct sx_midi_channel *state = &midi->channels[channel];
    switch (state->parameter) {
    case 0:
        state->range = (float)state->data_high + (float)(state->data_low < 100 ? state->data_low : 99) / 100;
        break;
    case 1:
        state->fine = (float)((state->data_high << 7 | state->data_low) - 8192) / 8192;
        break;
    case 2:
        state->coarse = (float)(state->data_high - 64);
        break;
    default:
        return SYRINX_OK;
    }
    return bend(midi, channel, tick);
}

static int reset(struct sx_midi *midi, int channel, int64_t tick)
{
    static const uint8_t kinds[] = { SX_CONTROL_MODULATION, SX_CONTROL_EXPRESSION, SX_CONTROL_PEDAL, SX_CONTROL_SOFT };    /* RP-015: not volume, not pan */
    struct sx_midi_channel *state = &midi->channels[channel];
    int code = SYRINX_OK;
    for (size_t i = 0; i < sizeof kinds && code == SYRINX_OK; i++)
        code = control(midi, channel, tick, kinds[i], resting[kinds[i]]);
    state->parameter = NO_PARAMETER;
    state->bend = 0;
    return code == SYRINX_OK ? bend(midi, channel, tick) : code;
}

static int controller(struct sx_midi *midi, int channel, int64_t tick, int number, int value)
{
    struct sx_midi_channel *state = &midi->channels[channel];
    float share = (float)value / 127;
    switch (number) {
    case 0:
        state->bank_high = (uint8_t)value;
        return SYRINX_OK;
    case 32:
        state->bank_low = (uint8_t)value;
        return SYRINX_OK;
    case 1:
        return control(midi, channel, tick, SX_CONTROL_MODULATION, share);
    case 6:
        state->data_high = (uint8_t)value;
        state->data_low = state->parameter == 1 ? state->data_low : 0;
        return data_entry(midi, channel, tick);
    case 38:
        state->data_low = (uint8_t)value;
        return data_entry(midi, channel, tick);
    case 7:
        return control(midi, channel, tick, SX_CONTROL_VOLUME, share);
    case 10:
        return control(midi, channel, tick, SX_CONTROL_PAN, value < 64 ? (float)(value - 64) / 64 : (float)(value - 64) / 63);
    case 11:
        return control(midi, channel, tick, SX_CONTROL_EXPRESSION, share);
    case 64:
        return control(midi, channel, tick, SX_CONTROL_PEDAL, share);
    case 67:
        return control(midi, channel, tick, SX_CONTROL_SOFT, share);
    case 91:
        return control(midi, channel, tick, SX_CONTROL_REVERB, share);
    case 93:
        return control(midi, channel, tick, SX_CONTROL_CHORUS, share);
    case 98: case 99:
        state->parameter = NO_PARAMETER;        /* a parameter of one maker: its data is not ours */
        return SYRINX_OK;
    case 100:
        state->parameter = (uint16_t)((state->parameter & 0x3F80) | value);
        return SYRINX_OK;
    case 101:
        state->parameter = (uint16_t)((state->parameter & 0x7F) | value << 7);
        return SYRINX_OK;
    case 120:
        sx_midi_end_channel(midi, channel, tick);
        return control(midi, channel, tick, SX_CONTROL_SILENCE, 1);
    case 121:
        return reset(midi, channel, tick);
    case 123: case 124: case 125: case 126: case 127:
        sx_midi_end_channel(midi, channel, tick);
        return SYRINX_OK;
    default:
        return SYRINX_OK;
    }
}

/* ------------------------------------------------------------------ notes */

/* The part that a track plays on a channel, made when it sounds first; negative as sx_score_add_part. */
static int find_part(struct sx_midi *midi, uint32_t track, int channel, int64_t tick)
{
    struct sx_midi_channel *state = &midi->channels[channel];
    struct sx_score *score = midi->score;
    if (midi->tracks[track].parts[channel])
        return midi->tracks[track].parts[channel] - 1;
    if (!sx_grow(&midi->parts, score->part_count, &midi->part_room, sizeof *midi->parts))
        return SYRINX_ERROR_MEMORY;
    int index = sx_score_add_part(score, NULL, NULL);
    if (index < 0)
        return index;
    struct sx_midi_part *part = midi->parts[index] = sx_arena_alloc(&score->arena, sizeof *part);
    if (!part) {
        score->part_count--;
        return SYRINX_ERROR_MEMORY;
    }
    part->track = track;
    part->channel = (uint8_t)channel;
    part->next = state->parts;
    memset(part->first, 0xFF, sizeof part->first);
    memset(part->last, 0xFF, sizeof part->last);
    state->parts = (uint32_t)index;
    midi->tracks[track].parts[channel] = (uint16_t)(index + 1);
    midi->tracks[track].channels |= 1u << channel;
    struct sx_score_part *made = &score->parts[index];
    made->channel = (uint8_t)channel;
    made->program = state->program;
    made->bank = (uint16_t)(state->bank_high << 7 | state->bank_low);
    made->percussion = channel == DRUMS;
    for (int kind = 0; kind < SX_CONTROL_DYNAMICS; kind++) {
        if (state->values[kind] != resting[kind]) {
            int code = sx_score_add_control(score, index, tick, kind, state->values[kind]);
            if (code != SYRINX_OK)
                return code < 0 ? code : -SX_SCORE_FULL;
        }
    }
    return index;
}

static void end_note(struct sx_midi *midi, uint32_t index, int key, int64_t tick)
{
    struct sx_midi_part *part = midi->parts[index];
    if (part->first[key] == SX_MIDI_NONE)
        return;
    struct sx_note *note = &midi->score->parts[index].notes[part->first[key]];
    part->first[key] = note->bar;
    if (note->bar == SX_MIDI_NONE)
        part->last[key] = SX_MIDI_NONE;
    part->sounding--;
    midi->channels[part->channel].sounding--;
    note->bar = 0;
    note->duration = tick > note->onset ? tick - note->onset : 0;
}

static void end_part(struct sx_midi *midi, uint32_t index, int64_t tick)
{
    for (int key = 0; key < 128 && midi->parts[index]->sounding; key++) {
        while (midi->parts[index]->first[key] != SX_MIDI_NONE)
            end_note(midi, index, key, tick);
    }
}

void sx_midi_end_channel(struct sx_midi *midi, int channel, int64_t tick)
{
    for (uint32_t i = midi->channels[channel].parts; i != SX_MIDI_NONE && midi->channels[channel].sounding; i = midi->parts[i]->next)
        end_part(midi, i, tick);
}

void sx_midi_end_track(struct sx_midi *midi, uint32_t track, int64_t tick)
{
    for (int channel = 0; channel < SX_MIDI_CHANNELS; channel++) {
        if (midi->tracks[track].parts[channel])
            end_part(midi, midi->tracks[track].parts[channel] - 1u, tick);
    }
}

static int begin_note(struct sx_midi *midi, uint32_t track, int64_t tick, int channel, int key, int velocity)
{
    const struct sx_midi_channel *state = &midi->channels[channel];
    int index = find_part(midi, track, channel, tick);
    if (index < 0)
        return index == -SX_SCORE_FULL ? SX_SCORE_FULL : index;
    bool drums = channel == DRUMS || state->bank_high == 120 || state->bank_high == 127;      /* General MIDI 2 and XG select kits by these banks */
    struct sx_note note = { .onset = tick, .pitch = (float)key, .step = SX_STEP_UNKNOWN, .octave = (int8_t)(key / 12 - 1), .velocity = (uint8_t)velocity,
                            .channel = (uint8_t)channel, .program = state->program, .bank = (uint16_t)(state->bank_high << 7 | state->bank_low), .voice = 1,
                            .flags = SX_NOTE_FIXED | (drums ? SX_NOTE_PERCUSSION : 0), .bar = SX_MIDI_NONE };
    int code = sx_score_add_note(midi->score, index, &note);
    if (code != SYRINX_OK)
        return code;
    struct sx_midi_part *part = midi->parts[index];
    uint32_t made = (uint32_t)midi->score->parts[index].note_count - 1;
    if (part->last[key] == SX_MIDI_NONE)
        part->first[key] = made;
    else
        midi->score->parts[index].notes[part->last[key]].bar = made;
    part->last[key] = made;
    part->sounding++;
    midi->channels[channel].sounding++;
    return SYRINX_OK;
}

int sx_midi_channel_event(struct sx_midi *midi, uint32_t track, int64_t tick, int status, int first, int second)
{
    int channel = status & 0x0F;
    struct sx_midi_channel *state = &midi->channels[channel];
    switch (status & 0xF0) {
    case 0x90:
        if (second > 0)
            return begin_note(midi, track, tick, channel, first, second);
        /* fall through */
    case 0x80:
        if (midi->tracks[track].parts[channel])
            end_note(midi, midi->tracks[track].parts[channel] - 1u, first, tick);
        return SYRINX_OK;
    case 0xB0:
        return controller(midi, channel, tick, first, second);
    case 0xC0:
        state->program = (uint8_t)first;
        return SYRINX_OK;
    case 0xE0:
        state->bend = (float)((second << 7 | first) - 8192) / 8192;
        return bend(midi, channel, tick);
    default:
        return SYRINX_OK;       /* pressure of keys and channels changes nothing here */
    }
}
