/* start.c - the beginning of a note: partials from their random (or, slurred, the earlier note's) phases on, and the transient, which is white noise whose bands are
 * given every 64 samples. */
#include "instrument/start.h"

#include <math.h>
#include <string.h>

#include "base/random.h"
#include "dsp/fastmath.h"

#define LN_DB 0.11512925f

enum { FADE = 12, END_FADE = 16 };      /* samples: of the cut at the onset, of the transient's end */

static float lerp_at(const float *values, float at, int count)
{
    int i = (int)at < count - 1 ? (int)at : count - 2;
    return values[i] + (at - (float)i) * (values[i + 1] - values[i]);
}

float sx_tone_bins(const struct sx_tone_frame *frame, float cents)
{
    float pitch = frame->pitch + 0.01f * sx_clamp(cents, -1200.0f, 1200.0f);
    return (float)(440.0 * SX_SOUND_FFT / SX_SOUND_RATE) * exp2f((pitch - 69.0f) * (1.0f / 12.0f));
}

bool sx_tone_noise(const struct sx_tone *tone, const float *network, float gain, float *gains, float *loudest)
{
    float most = SX_LN_LEAST, more = gain > 1e-12f ? logf(gain) : -40.0f;
    for (int i = 0; i < SX_SOUND_BANDS; i++) {
        float g = tone->sound.shift == 0.0f ? network[i] : lerp_at(network, tone->band[i], SX_SOUND_BANDS);
        gains[i] = sx_clamp(g + tone->band_color[i] + more, -40.0f, 6.0f);
        most = gains[i] > most ? gains[i] : most;
    }
    *loudest = sx_exp(most);
    return most > SX_LN_LEAST;
}

void sx_start_begin(struct sx_starter *starter, struct sx_tone *tone, const struct sx_instrument *instrument, const float *onset, const struct sx_tone *from,
                    const struct sx_tone_frame *at)
{
    const struct sx_instrument_card *card = &instrument->card;
    int count = card->partials;
    float f0 = sx_tone_bins(at, 0.0f) * (float)((double)SX_SOUND_RATE / SX_SOUND_FFT), band[SX_SOUND_STEP_BANDS], color[SX_SOUND_STEP_BANDS];
    for (int k = 0; k < count; k++) {
        tone->ratio[k] = card->ratios[k] * exp2f(sx_clamp(onset[k], -2400.0f, 2400.0f) * (1.0f / 1200.0f));
        tone->color[k] = tone->sound.tilt == 0.0f ? 0.0f : LN_DB * tone->sound.tilt * log2f(fmaxf(f0 * tone->ratio[k], 20.0f) * (1.0f / 500.0f));
        tone->phase[k] = (float)(sx_random_bits(tone->seed, 16u + (uint64_t)k) >> 40) * 0x1p-24f - 0.5f;
    }
    if (from && tone->slurred) {
        float turns = from->f0 * (float)(tone->onset - from->place) * (1.0f / SX_SOUND_FFT);
        for (int k = 0; k < count; k++) {
            float turn = from->phase[k] + from->ratio[k] * turns;
            tone->phase[k] = turn - floorf(turn + 0.5f);
        }
    }
    sx_tone_bands(&tone->sound, SX_SOUND_STEP_BANDS, band, color);
    for (int m = 0; m < SX_SOUND_STEPS; m++) {
        const float *row = onset + count + m * SX_SOUND_STEP_BANDS;
        float more = tone->fixed + tone->sound.transient * LN_DB;
        if (tone->sound.attack > 0.0f) more += logf(fmaxf(sx_tone_attack(tone, (float)(32 + 64 * m) / SX_SOUND_RATE), 1e-9f));
        for (int i = 0; i < SX_SOUND_STEP_BANDS; i++) {
            float g = tone->sound.shift == 0.0f ? row[i] : lerp_at(row, band[i], SX_SOUND_STEP_BANDS);
            starter->steps[m][i] = sx_clamp(g + color[i] + more, -40.0f, 6.0f);
        }
    }
    tone->place = tone->onset;
    tone->f0 = 0.0f;
    memset(tone->start, 0, sizeof tone->start);
}

void sx_start_frame(struct sx_starter *starter, struct sx_tone *tone, int n, const struct sx_tone_frame *frame, const float *network, int partials)
{
    struct sx_bus *bus = starter->bus;
    float f0 = sx_tone_bins(frame, network[partials + SX_SOUND_BANDS]), gains[SX_SOUND_BANDS], loudest;
    bool own = n == SX_START_FRAMES - 1;            /* not on the way of the note's phase */
    memset(&starter->line, 0, sizeof starter->line);
    if (own) memcpy(starter->phase, tone->phase, sizeof starter->phase);
    struct sx_partial_frame p = { tone->ratio, tone->color, network, own ? starter->phase : tone->phase, f0,
                                  n ? (tone->f0 + f0) * (0.5f * SX_SOUND_HOP / SX_SOUND_FFT) : 0.0f, frame->gain, SX_PARTIAL_LIMIT, partials };
    bool sounds = bus->kernels->partials(&p, bus->tables->lobes, SX_LEAST, &starter->line) > 0.0f;
    if (!own) {
        tone->f0 = f0;
        tone->place = tone->onset + (int64_t)n * SX_SOUND_HOP;
    }
    if (frame->noise > 0.0f && sx_tone_noise(tone, network + partials, frame->noise * frame->gain, gains, &loudest)) {
        sx_bus_noise_at(bus, tone->source, tone->onset + (int64_t)n * SX_SOUND_HOP, &starter->noise);
        sx_bus_hiss(bus, gains, &starter->noise, &starter->line);
        sounds = true;
    }
    if (!sounds) return;
    const float *restrict made = sx_bus_samples(bus, &starter->line);
    float *restrict before = tone->start + (n > 0 ? n - 1 : 0) * SX_SOUND_HOP, *restrict behind = tone->start + n * SX_SOUND_HOP;
    if (n > 0)
        for (int i = 0; i < SX_SOUND_HOP; i++) before[i] += made[SX_SOUND_FFT - SX_SOUND_HOP + i] * bus->tables->rise[i];
    if (!own)
        for (int i = 0; i < SX_SOUND_HOP; i++) behind[i] += made[i] * bus->tables->fall[i];
}

/* Step m around its middle, from -1 (as the first one) to SX_SOUND_STEPS (as the last one). */
static void strike(struct sx_starter *starter, struct sx_tone *tone, int m, uint64_t seed)
{
    struct sx_bus *bus = starter->bus;
    const struct sx_instrument_tables *tables = bus->tables;
    const float *gains = starter->steps[m < 0 ? 0 : m < SX_SOUND_STEPS ? m : SX_SOUND_STEPS - 1];
    const int half = SX_STRIKE_FFT / 2;
    int middle = SX_STRIKE_HOP / 2 + m * SX_STRIKE_HOP;
    float most = SX_LN_LEAST, noise[SX_STRIKE_FFT], *samples = bus->samples;
    for (int i = 0; i < SX_SOUND_STEP_BANDS; i++) most = gains[i] > most ? gains[i] : most;
    if (most <= SX_LN_LEAST) return;
    sx_noise(seed, middle - half, noise, SX_STRIKE_FFT);
    for (int n = 0; n < half; n++) samples[n] = noise[half + n] * tables->strike_window[n];
    for (int n = half; n < SX_STRIKE_FFT; n++) samples[n] = noise[n - half] * tables->strike_window[n];
    sx_fft_forward(tables->strike_fft, samples, bus->bins);
    bus->kernels->filter(tables->strike_first, tables->strike_weight, SX_SOUND_STEP_BANDS, gains, bus->gain, bus->bins);
    sx_fft_inverse(tables->strike_fft, bus->bins, samples);
    for (int i = 0; i < SX_STRIKE_HOP; i++) {
        int before = middle - SX_STRIKE_HOP + i, behind = middle + i;
        if (before >= 0 && before < SX_SOUND_STEPS * SX_STRIKE_HOP) tone->start[before] += samples[SX_STRIKE_FFT - SX_STRIKE_HOP + i] * tables->strike_rise[i];
        if (behind >= 0 && behind < SX_SOUND_STEPS * SX_STRIKE_HOP) tone->start[behind] += samples[i] * tables->strike_fall[i];
    }
}

void sx_start_end(struct sx_starter *starter, struct sx_tone *tone)
{
    enum { LENGTH = SX_SOUND_STEPS * SX_STRIKE_HOP };
    if (!tone->slurred) {
        float end[END_FADE];
        memcpy(end, tone->start + LENGTH - END_FADE, sizeof end);
        for (int m = -1; m <= SX_SOUND_STEPS; m++) strike(starter, tone, m, tone->seed ^ 0x5354524Bu);
        for (int i = 0; i < END_FADE; i++) {
            float *sample = tone->start + LENGTH - END_FADE + i, part = ((float)i + 0.5f) / END_FADE;
            *sample += (end[i] - *sample) * part;
        }
    }
    for (int i = 0; i < FADE; i++) tone->start[i] *= ((float)i + 0.5f) / FADE;
}
