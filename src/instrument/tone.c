/* tone.c - the life of a note: time that the network is asked for, pitch with glide, vibrato and bend, loudness with attack, decay, release, slurs and cuts. */
#include "instrument/tone.h"

#include <math.h>

#include "base/random.h"
#include "dsp/fastmath.h"
#include "instrument/tables.h"

#define LN_DB 0.11512925f           /* ln 10 / 20: decibels to ln amplitude */
#define LN_60 6.9077553f            /* 60 dB */
#define SLUR 0.04f                  /* seconds in which a slurred note takes over */
#define GLIDE 0.06f
#define FOLLOW 0.03f                /* seconds: how a note's velocity follows the controls */
#define VIBRATO_RISE 0.4f           /* seconds from the first of the vibrato to all of it */
#define DAMPED -11.5f               /* ln: 100 dB down is over */

/* Where the card has none: what a modulation wheel does. */
#define WHEEL_HERTZ 5.5f
#define WHEEL_CENTS 35.0f

static float seconds_between(int64_t from, int64_t to)
{
    return (float)(to - from) * (1.0f / SX_SOUND_RATE);
}

/* 0 to 1 with soft ends. */
static float ease(float x)
{
    x = sx_clamp(x, 0.0f, 1.0f);
    return x * x * (3.0f - 2.0f * x);
}

static float uniform(uint64_t seed, uint64_t index)
{
    return (float)(sx_random_bits(seed, index) >> 40) * 0x1p-24f;
}

void sx_sound_clamp(struct sx_sound *s)
{
    s->pitch = sx_clamp(s->pitch, 0.0f, 136.0f);
    s->velocity = sx_clamp(s->velocity, 0.0f, 1.0f);
    s->glide = sx_clamp(s->glide, 0.0f, 10.0f);
    s->shift = sx_clamp(s->shift, -48.0f, 48.0f);
    s->gain = sx_clamp(s->gain, -120.0f, 40.0f);
    s->tilt = sx_clamp(s->tilt, -24.0f, 24.0f);
    s->attack = sx_clamp(s->attack, 0.0f, 10.0f);
    s->decay = sx_clamp(s->decay, 0.0f, 400.0f);
    s->release = s->release > 0.0f ? sx_clamp(s->release, 0.01f, 100.0f) : 1.0f;
    s->ring = sx_clamp(s->ring, 0.0f, 100.0f);
    s->vibrato = s->vibrato != s->vibrato ? 0.0f : sx_clamp(s->vibrato, -1.0f, 3.0f);
    s->noise = s->noise != s->noise ? 0.0f : sx_clamp(s->noise, -120.0f, 40.0f);
    s->transient = s->transient != s->transient ? 0.0f : sx_clamp(s->transient, -120.0f, 40.0f);
    s->detune = s->detune != s->detune ? 0.0f : sx_clamp(s->detune, -1200.0f, 1200.0f);
}

void sx_tone_bands(const struct sx_sound *sound, int count, float *band, float *color)
{
    for (int i = 0; i < count; i++) {
        double hertz = sx_sound_band(i, count);
        band[i] = sound->shift == 0.0f ? (float)i : (float)fmin(sx_sound_band_at(hertz * exp2(-sound->shift / 12.0), count), count - 1.0);
        color[i] = LN_DB * sound->tilt * (float)log2(fmax(hertz, 50.0) / 500.0);
    }
}

float sx_tone_attack(const struct sx_tone *tone, float seconds)
{
    return tone->sound.attack > 0.0f ? ease(seconds / tone->sound.attack) : 1.0f;
}

static float glide_at(const struct sx_tone *tone, int64_t sample)
{
    if (tone->glide_seconds <= 0.0f) return tone->glide_to;
    float x = ease(seconds_between(tone->glide_at, sample) / tone->glide_seconds);
    return tone->glide_from + (tone->glide_to - tone->glide_from) * x;
}

static void slur(struct sx_tone *tone, struct sx_tone *from, int64_t onset)
{
    float seconds = tone->sound.glide > 0.0f ? tone->sound.glide : GLIDE;
    float there = from->sound.pitch + glide_at(from, onset);
    tone->slurred = true;
    tone->glide_from = there - tone->sound.pitch;
    tone->glide_to = 0.0f;
    from->glide_from = there - from->sound.pitch;
    from->glide_to = tone->sound.pitch - from->sound.pitch;
    tone->glide_at = from->glide_at = onset;
    tone->glide_seconds = from->glide_seconds = seconds;
    from->slur_end = onset;
}

void sx_tone_begin(struct sx_tone *tone, const struct sx_instrument *instrument, uint64_t seed, int64_t id, int64_t onset, const struct sx_sound *sound,
                   const struct sx_tone_controls *controls, struct sx_tone *from)
{
    const struct sx_instrument_card *card = &instrument->card;
    tone->id = id;
    tone->onset = onset;
    tone->sound = *sound;
    tone->seed = sx_random_bits(seed, (uint64_t)id);
    for (int i = 0; i < 2; i++) tone->variation[i] = 2.0f * uniform(tone->seed, (uint64_t)i) - 1.0f;
    tone->vibrato_phase = uniform(tone->seed, 2);
    tone->vibrato_rate = 0.94f + 0.12f * uniform(tone->seed, 3);
    tone->slurred = false;
    tone->down = true;
    tone->sustained = tone->sostenuto = tone->silent = tone->over = false;
    tone->ended = tone->cut = tone->slur_end = tone->last = -1;
    tone->release = tone->damped = 0.0f;
    tone->glide_from = tone->glide_to = tone->glide_seconds = 0.0f;
    tone->glide_at = onset;
    tone->velocity = sound->velocity;
    tone->fixed = (card->gain + sound->gain) * LN_DB;
    if (controls->value[SX_SOUND_SOFT] > 0.0f) {
        tone->velocity *= 1.0f - 0.25f * controls->value[SX_SOUND_SOFT];
        tone->fixed -= LN_DB * controls->value[SX_SOUND_SOFT];
    }
    tone->sound.velocity = tone->velocity;
    tone->swell = controls->value[SX_SOUND_SWELL];
    if (card->sustained && controls->value[SX_SOUND_DYNAMICS] >= 0.0f) tone->velocity = controls->value[SX_SOUND_DYNAMICS];
    if (from && card->sustained) slur(tone, from, onset);
    int64_t first = (onset + SX_START_SHARED + SX_SOUND_HOP - 1) / SX_SOUND_HOP;
    tone->shared = first + 1;
    tone->place = onset;
    tone->f0 = 0.0f;
    tone->level = tone->known = 1e9f;
    for (int g = 0; g <= SX_SOUND_GROUP; g++) tone->dynamic[g] = sx_tone_dynamic(tone, controls, onset);
    sx_tone_bands(sound, SX_SOUND_BANDS, tone->band, tone->band_color);
}

/* Seconds that the network is asked for; *fall gets the decibels that the sound lies below that. */
static float course(const struct sx_instrument_card *card, float t, float *fall)
{
    *fall = 0.0f;
    if (card->sustained) {
        float length = card->hold[1] - card->hold[0];
        if (t <= card->hold[1]) return t;
        if (length < 0.01f) return card->hold[1];
        float u = fmodf(t - card->hold[1], 2.0f * length);
        return u < length ? card->hold[1] - u : card->hold[0] + (u - length);
    }
    if (t <= card->seconds) return t;
    *fall = (t - card->seconds) * card->tail;
    return card->seconds;
}

/* Semitones, and decibels at *swing. */
static float vibrato(const struct sx_tone *tone, const struct sx_instrument_card *card, const struct sx_tone_controls *controls, float t, float *swing)
{
    float wheel = controls->value[SX_SOUND_MODULATION], hertz = WHEEL_HERTZ, cents = WHEEL_CENTS, amount = 2.0f * wheel;
    *swing = 0.0f;
    if (card->percussion) return 0.0f;
    if (card->vibrato_cents > 0.0f || card->vibrato_decibels > 0.0f) {
        hertz = card->vibrato_hertz;
        cents = card->vibrato_cents;
        amount += controls->value[SX_SOUND_VIBRATO] * (1.0f + tone->sound.vibrato) * ease((t - card->vibrato_delay) / VIBRATO_RISE);
    } else {
        amount *= 0.5f;
    }
    if (amount == 0.0f) return 0.0f;
    float turn = hertz * tone->vibrato_rate * t + tone->vibrato_phase, s, c;
    turn -= floorf(turn);
    sx_sincos(4.0f * turn, &s, &c);
    *swing = card->vibrato_decibels * amount * s;
    return 0.01f * cents * amount * s;
}

void sx_tone_frame(const struct sx_tone *tone, const struct sx_instrument *instrument, const struct sx_tone_controls *controls, int64_t sample,
                   struct sx_tone_frame *frame)
{
    const struct sx_instrument_card *card = &instrument->card;
    float t = seconds_between(tone->onset, sample), fall, swing, ln = tone->fixed;
    float at = course(card, tone->slurred ? t + card->attack_skip : t, &fall);
    float pitch = tone->sound.pitch + glide_at(tone, sample) + controls->value[SX_SOUND_BEND];
    frame->column[0] = sx_clamp(pitch - tone->sound.shift, card->low, card->high);
    frame->column[1] = tone->velocity;
    frame->column[2] = at;
    frame->column[3] = tone->variation[0];
    frame->column[4] = tone->variation[1];
    frame->pitch = pitch + 0.01f * tone->sound.detune + vibrato(tone, card, controls, t, &swing);
    ln += (swing - fall - tone->sound.decay * t) * LN_DB;
    frame->gain = sx_exp(sx_clamp(ln, -40.0f, 20.0f));
    frame->gain *= sx_tone_attack(tone, t);
    if (tone->slurred) frame->gain *= sx_clamp(t / SLUR, 0.0f, 1.0f);
    frame->noise = sx_exp(tone->sound.noise * LN_DB);
    if (!tone->slurred) frame->noise *= sx_clamp(((float)(sample - tone->onset) - 1024.0f) * (1.0f / 512.0f), 0.0f, 1.0f);
}

void sx_tone_follow(struct sx_tone *tone, const struct sx_instrument *instrument, const struct sx_tone_controls *controls)
{
    float target = tone->sound.velocity, swell = controls->value[SX_SOUND_SWELL];
    if (!instrument->card.sustained) return;
    if (controls->value[SX_SOUND_DYNAMICS] >= 0.0f) target = controls->value[SX_SOUND_DYNAMICS];
    if (swell >= 0.0f) {
        if (tone->swell < 0.0f) tone->swell = swell;
        target += swell - tone->swell;
    } else if (tone->swell >= 0.0f) {           /* it stays where the swell has brought it */
        tone->sound.velocity = target = tone->velocity;
        tone->swell = -1.0f;
    }
    target = sx_clamp(target, 0.0f, 1.0f);
    tone->velocity += (target - tone->velocity) * (SX_SOUND_HOP / (SX_SOUND_RATE * FOLLOW));
}

float sx_tone_dynamic(const struct sx_tone *tone, const struct sx_tone_controls *controls, int64_t sample)
{
    float ln = controls->value[SX_SOUND_LEVEL] * LN_DB, damp = tone->damped, fade = 1.0f;
    if (tone->ended >= 0 && tone->release > 0.0f && sample > tone->ended) damp -= seconds_between(tone->ended, sample) / tone->release * LN_60;
    if (tone->cut >= 0 && sample > tone->cut) damp -= seconds_between(tone->cut, sample) / tone->cut_seconds * LN_60;
    if (tone->slur_end >= 0 && sample > tone->slur_end) fade = sx_clamp(1.0f - seconds_between(tone->slur_end, sample) / SLUR, 0.0f, 1.0f);
    if (damp <= DAMPED) return 0.0f;
    return fade * sx_exp(sx_clamp(ln + damp, -40.0f, 10.0f));
}

void sx_tone_end(struct sx_tone *tone, const struct sx_instrument *instrument, const struct sx_tone_controls *controls, int64_t sample)
{
    tone->down = false;
    tone->sustained = controls->value[SX_SOUND_SUSTAIN] >= 0.5f;
    if (tone->sustained || tone->sostenuto || tone->ended >= 0) return;
    float seconds = sx_instrument_release(instrument, tone->sound.pitch - tone->sound.shift);
    tone->release = seconds > 0.0f ? seconds * tone->sound.release : tone->sound.ring;
    if (tone->release <= 0.0f && instrument->card.sustained) tone->release = 0.1f;     /* what is fed never rings on for ever */
    if (tone->release > 0.0f) tone->release = fmaxf(tone->release, 0.02f);
    tone->ended = sample;
}

void sx_tone_cut(struct sx_tone *tone, int64_t sample, float seconds)
{
    seconds = seconds > 0.005f ? fminf(seconds, 100.0f) : 0.005f;
    if (tone->cut >= 0 && tone->cut_seconds <= seconds) return;
    if (tone->cut >= 0 && sample > tone->cut) tone->damped -= seconds_between(tone->cut, sample) / tone->cut_seconds * LN_60;
    tone->cut = sample;
    tone->cut_seconds = seconds;
}
