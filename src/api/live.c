/* live.c - an instrument played live: events from any thread wait in a ring, the reading thread takes them between blocks, makes stereo of the sound and brings it
 * to the caller's rate. */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "api/handles.h"
#include "audio/resample.h"
#include "dsp/fastmath.h"
#include "instrument/chorus.h"

enum {
    WAITING = 4096, KEYS_DOWN = 256, RESAMPLED = 1024,
    AHEAD = 4096,                   /* events that the sounder has room for: what is more waits for the next block */
    AT_ONCE = KEYS_DOWN + 8,        /* the most of them that one event becomes */
    RINGING = SX_CHORUS_RING / SX_SOUND_HOP
};

enum kind { NOTE_ON, NOTE_OFF, CONTROL, BEND, MIDI };

struct live_event {
    int64_t at;                     /* frames, at the caller's rate, behind the first that was read */
    enum kind kind;
    float a, b;                     /* key and velocity, controller and value, semitones */
    unsigned char message[3];
};

/* A note whose key is down, by the key that ends it. */
struct key_down {
    float key;
    int64_t id;
};

struct syrinx_live {
    struct sx_sounder *sounder;
    struct sx_resampler *resampler; /* NULL: 48 000 */
    int rate;
    float gain;                     /* factor */
    uint64_t seed;

    pthread_mutex_t lock;           /* of the ring and of `read` */
    struct live_event ring[WAITING];
    int ring_from, ring_count;
    int64_t read;                   /* frames read so far, at the caller's rate */

    struct key_down down[KEYS_DOWN];/* oldest first */
    int down_count;
    float volume, expression, pan;  /* 0 to 1, pan from -1 to 1 */
    float left, right;              /* factors at the end of the last block */
    float chorus, chorus_before;    /* 0 to 1: controller 93 now, and at the end of the last block */
    int ringing;                    /* blocks that the chorus sounds on */
    struct sx_chorus copies;
    bool legato;
    int bend_range, bend, rpn;      /* semitones; -8192 to 8191; the parameter that data entry changes */

    float mono[SX_SOUND_HOP], sides[2][SX_SOUND_HOP], block[2 * SX_SOUND_HOP], resampled[2 * RESAMPLED];
    int block_at, resampled_at, resampled_count;    /* what of them was taken; frames that there are */
};

void syrinx_live_options_init(syrinx_live_options *options)
{
    if (!options) return;
    memset(options, 0, sizeof *options);
    options->size = sizeof *options;
    options->sample_rate = SX_SOUND_RATE;
    options->seed = 1;
    options->notes = 64;
}

static void at_rest(syrinx_live *live)
{
    live->expression = 1.0f;
    live->legato = false;
    live->bend = 0;
    live->rpn = 0x3FFF;
}

static void factors(const syrinx_live *live, float *left, float *right)
{
    float level = live->gain * live->volume * live->volume * live->expression * live->expression, s, c;
    sx_sincos(0.5f * (live->pan + 1.0f), &s, &c);       /* equal power: 3 dB less on each side in the middle */
    *left = level * c;
    *right = level * s;
}

int syrinx_live_new(const syrinx_instrument *instrument, const syrinx_live_options *given, syrinx_live **out)
{
    struct sx_error *error = sx_thread_error();
    syrinx_live_options options;
    if (!instrument || !out) return sx_fail(error, SYRINX_ERROR_ARGUMENT, "syrinx_live_new: instrument or live is NULL");
    *out = NULL;
    syrinx_live_options_init(&options);
    int code = sx_options_copy(&options, sizeof options, sizeof options, given, "syrinx_live_options", error);
    if (code < 0) return code;
    if (options.sample_rate < 8000 || options.sample_rate > 192000)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "sample_rate is 8000 to 192000, not %d", options.sample_rate);
    if (options.notes < 1 || options.notes > SX_SOUND_NOTES) return sx_fail(error, SYRINX_ERROR_ARGUMENT, "notes is 1 to %d, not %d", SX_SOUND_NOTES, options.notes);
    if (!(options.gain >= -60.0f && options.gain <= 24.0f)) return sx_fail(error, SYRINX_ERROR_ARGUMENT, "gain is -60 to 24");
    syrinx_live *live = calloc(1, sizeof *live);
    if (!live || pthread_mutex_init(&live->lock, NULL) != 0) {
        free(live);
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    }
    struct sx_sounder_options sounding = { .seed = options.seed, .group = 1, .limit = options.notes, .events = AHEAD };
    code = sx_sounder_new(instrument->instrument, &sounding, &live->sounder, error);
    if (code == SYRINX_OK && options.sample_rate != SX_SOUND_RATE) code = sx_resampler_new(SX_SOUND_RATE, options.sample_rate, 2, &live->resampler, error);
    if (code < 0) {
        syrinx_live_free(live);
        return code;
    }
    live->rate = options.sample_rate;
    live->gain = exp2f(options.gain / 6.0206f);
    live->volume = 100.0f / 127.0f;                     /* as General MIDI begins */
    live->gain /= live->volume * live->volume;
    live->bend_range = 2;
    live->block_at = SX_SOUND_HOP;
    at_rest(live);
    factors(live, &live->left, &live->right);
    *out = live;
    return SYRINX_OK;
}

void syrinx_live_free(syrinx_live *live)
{
    if (!live) return;
    sx_sounder_free(live->sounder);
    sx_resampler_free(live->resampler);
    pthread_mutex_destroy(&live->lock);
    free(live);
}

/* ---------------------------------------------------------------- events told, by any thread */

static int tell(syrinx_live *live, int when, struct live_event event)
{
    if (when < 0) return sx_fail(sx_thread_error(), SYRINX_ERROR_ARGUMENT, "`when` is 0 or more, not %d", when);
    pthread_mutex_lock(&live->lock);
    bool room = live->ring_count < WAITING;
    if (room) {
        event.at = live->read + when;
        live->ring[(live->ring_from + live->ring_count++) % WAITING] = event;
    }
    pthread_mutex_unlock(&live->lock);
    return room ? SYRINX_OK : sx_fail(sx_thread_error(), SYRINX_ERROR_MEMORY, "%d events wait for a read already", WAITING);
}

static bool within(float x, float low, float high)
{
    return x >= low && x <= high;
}

int syrinx_live_note_on(syrinx_live *live, int when, float key, float velocity)
{
    if (!live || !within(key, 0.0f, 127.0f) || !within(velocity, 0.0f, 127.0f))
        return sx_fail(sx_thread_error(), SYRINX_ERROR_ARGUMENT, "syrinx_live_note_on: live is NULL, or key or velocity is not 0 to 127");
    return tell(live, when, (struct live_event){ .kind = velocity > 0.0f ? NOTE_ON : NOTE_OFF, .a = key, .b = velocity });
}

int syrinx_live_note_off(syrinx_live *live, int when, float key)
{
    if (!live || !within(key, 0.0f, 127.0f)) return sx_fail(sx_thread_error(), SYRINX_ERROR_ARGUMENT, "syrinx_live_note_off: live is NULL, or key is not 0 to 127");
    return tell(live, when, (struct live_event){ .kind = NOTE_OFF, .a = key });
}

int syrinx_live_control(syrinx_live *live, int when, int controller, float value)
{
    if (!live || controller < 0 || controller > 127 || !within(value, 0.0f, 127.0f))
        return sx_fail(sx_thread_error(), SYRINX_ERROR_ARGUMENT, "syrinx_live_control: live is NULL, or controller or value is not 0 to 127");
    return tell(live, when, (struct live_event){ .kind = CONTROL, .a = (float)controller, .b = value });
}

int syrinx_live_bend(syrinx_live *live, int when, float semitones)
{
    if (!live || !within(semitones, -48.0f, 48.0f))
        return sx_fail(sx_thread_error(), SYRINX_ERROR_ARGUMENT, "syrinx_live_bend: live is NULL, or semitones is not -48 to 48");
    return tell(live, when, (struct live_event){ .kind = BEND, .a = semitones });
}

int syrinx_live_midi(syrinx_live *live, int when, const unsigned char *message, size_t length)
{
    struct live_event event = { .kind = MIDI };
    if (!live || !message || length < 1) return sx_fail(sx_thread_error(), SYRINX_ERROR_ARGUMENT, "syrinx_live_midi: live or message is NULL, or of length 0");
    if ((message[0] & 0x80) == 0) return sx_fail(sx_thread_error(), SYRINX_ERROR_ARGUMENT, "a MIDI message begins with its status, not with 0x%02X", message[0]);
    if (message[0] < 0x80 || message[0] >= 0xF0) return SYRINX_OK;
    for (size_t i = 0; i < 3 && i < length; i++) event.message[i] = message[i];
    bool two = (message[0] & 0xF0) != 0xC0 && (message[0] & 0xF0) != 0xD0;
    if (length < (two ? 3u : 2u) || ((event.message[1] | event.message[2]) & 0x80))
        return sx_fail(sx_thread_error(), SYRINX_ERROR_ARGUMENT, "a MIDI message that is not whole");
    return tell(live, when, event);
}

/* ---------------------------------------------------------------- events taken, by the thread that reads */

static int note_on(syrinx_live *live, int64_t sample, float key, float velocity, struct sx_error *error)
{
    struct sx_sound sound = { .pitch = key, .velocity = velocity / 127.0f };
    int64_t id;
    if (live->legato && live->down_count) sound.from = live->down[live->down_count - 1].id;
    int code = sx_sounder_on(live->sounder, sample, &sound, &id, error);
    if (code < 0) return code;
    if (live->down_count == KEYS_DOWN) {                /* more keys than there are: the oldest is let go */
        code = sx_sounder_off(live->sounder, sample, live->down[0].id, error);
        memmove(live->down, live->down + 1, sizeof *live->down * (size_t)--live->down_count);
    }
    live->down[live->down_count++] = (struct key_down){ key, id };
    return code;
}

static int note_off(syrinx_live *live, int64_t sample, float key, struct sx_error *error)
{
    for (int i = 0; i < live->down_count; i++) {
        if (fabsf(live->down[i].key - key) > 1e-3f) continue;
        int64_t id = live->down[i].id;
        memmove(live->down + i, live->down + i + 1, sizeof *live->down * (size_t)(--live->down_count - i));
        return sx_sounder_off(live->sounder, sample, id, error);
    }
    return SYRINX_OK;
}

static int all_off(syrinx_live *live, int64_t sample, struct sx_error *error)
{
    int code = SYRINX_OK;
    for (int i = 0; i < live->down_count && code == SYRINX_OK; i++) code = sx_sounder_off(live->sounder, sample, live->down[i].id, error);
    live->down_count = 0;
    return code;
}

static int reset_controls(syrinx_live *live, int64_t sample, struct sx_error *error)
{
    static const struct { int control; float value; } rest[] = { { SX_SOUND_BEND, 0.0f }, { SX_SOUND_MODULATION, 0.0f }, { SX_SOUND_DYNAMICS, -1.0f },
                                                                 { SX_SOUND_SUSTAIN, 0.0f }, { SX_SOUND_SOSTENUTO, 0.0f }, { SX_SOUND_SOFT, 0.0f } };
    int code = SYRINX_OK;
    at_rest(live);
    for (size_t i = 0; i < sizeof rest / sizeof *rest && code == SYRINX_OK; i++)
        code = sx_sounder_control(live->sounder, sample, rest[i].control, rest[i].value, error);
    return code;
}

static int control(syrinx_live *live, int64_t sample, int controller, float value, struct sx_error *error)
{
    float part = value / 127.0f;
    switch (controller) {
    case 1: return sx_sounder_control(live->sounder, sample, SX_SOUND_MODULATION, part, error);
    case 2: return sx_sounder_control(live->sounder, sample, SX_SOUND_DYNAMICS, part, error);
    case 6:
        if (live->rpn == 0) live->bend_range = (int)fminf(value, 48.0f);
        break;
    case 7: live->volume = part; break;
    case 10: live->pan = value < 64.0f ? value / 64.0f - 1.0f : (value - 64.0f) / 63.0f; break;
    case 11: live->expression = part; break;
    case 64: return sx_sounder_control(live->sounder, sample, SX_SOUND_SUSTAIN, part, error);
    case 66: return sx_sounder_control(live->sounder, sample, SX_SOUND_SOSTENUTO, part, error);
    case 67: return sx_sounder_control(live->sounder, sample, SX_SOUND_SOFT, part, error);
    case 68: live->legato = value >= 64.0f; break;
    case 93: live->chorus = part; break;
    case 98: case 99: live->rpn = 0x3FFF; break;        /* a parameter of someone's own */
    case 100: live->rpn = (live->rpn & ~0x7F) | (int)value; break;
    case 101: live->rpn = (live->rpn & 0x7F) | (int)value << 7; break;
    case 120:
        live->down_count = 0;
        return sx_sounder_cut(live->sounder, sample, 0, 0.005f, error);
    case 121: return reset_controls(live, sample, error);
    case 123: return all_off(live, sample, error);
    default: break;
    }
    return SYRINX_OK;
}

static int midi(syrinx_live *live, int64_t sample, const unsigned char *m, struct sx_error *error)
{
    switch (m[0] & 0xF0) {
    case 0x80: return note_off(live, sample, m[1], error);
    case 0x90: return m[2] ? note_on(live, sample, m[1], m[2], error) : note_off(live, sample, m[1], error);
    case 0xB0: return control(live, sample, m[1], m[2], error);
    case 0xE0:
        live->bend = (m[1] | m[2] << 7) - 8192;
        return sx_sounder_control(live->sounder, sample, SX_SOUND_BEND, (float)(live->bend * live->bend_range) / 8192.0f, error);
    default: return SYRINX_OK;
    }
}

static int take(syrinx_live *live, const struct live_event *event, int64_t sample, struct sx_error *error)
{
    switch (event->kind) {
    case NOTE_ON: return note_on(live, sample, event->a, event->b, error);
    case NOTE_OFF: return note_off(live, sample, event->a, error);
    case CONTROL: return control(live, sample, (int)event->a, event->b, error);
    case BEND: return sx_sounder_control(live->sounder, sample, SX_SOUND_BEND, event->a, error);
    case MIDI: return midi(live, sample, event->message, error);
    }
    return SYRINX_OK;
}

/* Takes the events that lie before the end of the next block out of the ring, earliest first, and hands them on; later ones stay. */
static int take_events(syrinx_live *live, struct sx_error *error)
{
    int64_t begins = sx_sounder_position(live->sounder), ends = begins + SX_SOUND_HOP;
    while (sx_sounder_room(live->sounder) >= AT_ONCE) {
        struct live_event event;
        int64_t sample = INT64_MAX;
        int found = -1;
        pthread_mutex_lock(&live->lock);
        for (int i = 0; i < live->ring_count; i++) {
            const struct live_event *e = &live->ring[(live->ring_from + i) % WAITING];
            int64_t at = live->rate == SX_SOUND_RATE ? e->at : (int64_t)((double)e->at * SX_SOUND_RATE / live->rate);
            if (at < begins) at = begins;
            if (at < sample && at < ends) {
                sample = at;
                event = *e;
                found = i;
                if (at == begins) break;
            }
        }
        if (found >= 0) {
            for (int i = found; i > 0; i--) live->ring[(live->ring_from + i) % WAITING] = live->ring[(live->ring_from + i - 1) % WAITING];
            live->ring_from = (live->ring_from + 1) % WAITING;
            live->ring_count--;
        }
        pthread_mutex_unlock(&live->lock);
        if (found < 0) return SYRINX_OK;
        int code = take(live, &event, sample, error);
        if (code < 0) return code;
    }
    return SYRINX_OK;
}

/* ---------------------------------------------------------------- sound */

/* Bends what is over 0.9 so that nothing leaves -1..1. */
static float keep_within(float x)
{
    float size = fabsf(x);
    if (size <= 0.9f) return x;
    float over = (size - 0.9f) * 10.0f;
    return copysignf(0.9f + 0.1f * over / (1.0f + over), x);
}

/* The sound as it is, on both sides, and what the chorus adds; as loud as before. */
static void add_chorus(syrinx_live *live, int64_t position)
{
    float from = live->chorus_before, rise = (live->chorus - from) / SX_SOUND_HOP;
    if (from > 0.0f || live->chorus > 0.0f) sx_chorus_run(&live->copies, position, live->mono, SX_SOUND_HOP, live->sides[0], live->sides[1]);
    for (int side = 0; side < 2; side++) {
        float *x = live->sides[side];
        for (int i = 0; i < SX_SOUND_HOP; i++) {
            float share = from + rise * (float)i;
            x[i] = share > 0.0f ? (live->mono[i] + share * x[i]) / sqrtf(1.0f + share * share) : live->mono[i];
        }
    }
    live->chorus_before = live->chorus;
}

static int make_block(syrinx_live *live, struct sx_error *error)
{
    int code = take_events(live, error);
    if (code < 0) return code;
    float left, right, l = live->left, r = live->right;
    factors(live, &left, &right);
    int64_t position = sx_sounder_position(live->sounder);
    live->ringing = sx_sounder_render(live->sounder, live->mono) ? RINGING + 1 : live->ringing;
    if (live->ringing == 0) {
        memset(live->block, 0, sizeof live->block);
    } else {
        live->ringing--;
        add_chorus(live, position);
        for (int i = 0; i < SX_SOUND_HOP; i++) {
            float part = (float)(i + 1) / SX_SOUND_HOP;
            live->block[2 * i] = keep_within(live->sides[0][i] * (l + (left - l) * part));
            live->block[2 * i + 1] = keep_within(live->sides[1][i] * (r + (right - r) * part));
        }
    }
    live->left = left;
    live->right = right;
    live->block_at = 0;
    return SYRINX_OK;
}

/* Up to `frames` frames at 48 000. */
static int read_block(syrinx_live *live, float *samples, int frames, struct sx_error *error)
{
    if (live->block_at == SX_SOUND_HOP) {
        int code = make_block(live, error);
        if (code < 0) return code;
    }
    int n = SX_SOUND_HOP - live->block_at < frames ? SX_SOUND_HOP - live->block_at : frames;
    memcpy(samples, live->block + 2 * live->block_at, sizeof *samples * 2 * (size_t)n);
    live->block_at += n;
    return n;
}

static int read_resampled(syrinx_live *live, float *samples, int frames, struct sx_error *error)
{
    while (live->resampled_at == live->resampled_count) {
        int used, code = SYRINX_OK;
        if (live->block_at == SX_SOUND_HOP) code = make_block(live, error);
        if (code < 0) return code;
        live->resampled_at = live->resampled_count = 0;
        code = sx_resampler_run(live->resampler, live->block + 2 * live->block_at, SX_SOUND_HOP - live->block_at, &used, live->resampled, RESAMPLED,
                                &live->resampled_count, error);
        if (code < 0) return code;
        live->block_at += used;
    }
    int n = live->resampled_count - live->resampled_at < frames ? live->resampled_count - live->resampled_at : frames;
    for (int i = 0; i < 2 * n; i++) samples[i] = sx_clamp(live->resampled[2 * live->resampled_at + i], -1.0f, 1.0f);
    live->resampled_at += n;
    return n;
}

int syrinx_live_read(syrinx_live *live, float *samples, int frames)
{
    struct sx_error *error = sx_thread_error();
    if (!live || !samples || frames < 0) return sx_fail(error, SYRINX_ERROR_ARGUMENT, "syrinx_live_read: live or samples is NULL, or frames is below 0");
    for (int done = 0; done < frames;) {
        int n = (live->resampler ? read_resampled : read_block)(live, samples + 2 * (size_t)done, frames - done, error);
        if (n < 0) return n;
        done += n;
    }
    pthread_mutex_lock(&live->lock);
    live->read += frames;
    pthread_mutex_unlock(&live->lock);
    return frames;
}

int syrinx_live_notes(const syrinx_live *live)
{
    return live ? sx_sounder_notes(live->sounder) : 0;
}
