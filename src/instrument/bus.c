/* bus.c - from the spectra of a part to its samples, and from white noise to spectra. */
#include "instrument/bus.h"

#include <string.h>

#include "base/random.h"

struct sx_bus *sx_bus_new(const struct sx_instrument_tables *tables, uint64_t seed)
{
    struct sx_bus *bus = sx_fft_alloc(sizeof *bus);
    if (!bus) return NULL;
    memset(&bus->line, 0, sizeof bus->line);
    bus->tables = tables;
    bus->kernels = sx_sound_kernels(sx_nn_level());
    sx_bus_reset(bus, seed);
    return bus;
}

void sx_bus_free(struct sx_bus *bus)
{
    sx_fft_release(bus);
}

void sx_bus_reset(struct sx_bus *bus, uint64_t seed)
{
    bus->seed = seed;
    for (int i = 0; i < SX_NOISE_SLOTS; i++) bus->noise_frame[i] = -1;
    bus->sounding = bus->ringing = bus->has_white = false;
    memset(&bus->line, 0, sizeof bus->line);
    memset(bus->tail, 0, sizeof bus->tail);
}

/* Four samples of 64 random bits: uniform, as the sums that filters make of them are as good as normal. */
void sx_noise(uint64_t seed, int64_t sample, float *noise, int count)
{
    const float scale = 5.2857725e-5f;              /* sqrt(12) / 65536 */
    int64_t at = sample & ~(int64_t)3;
    for (int i = (int)(at - sample); i < count; i += 4, at += 4) {
        uint64_t bits = sx_random_bits(seed, (uint64_t)at);
        for (int j = 0; j < 4; j++, bits >>= 16)
            if (i + j >= 0 && i + j < count) noise[i + j] = ((float)(int32_t)(bits & 0xFFFF) - 32767.5f) * scale;
    }
}

void sx_bus_noise_at(struct sx_bus *bus, int source, int64_t sample, struct sx_line *line)
{
    const int half = SX_SOUND_FFT / 2;
    const float *window = bus->tables->window;
    float *noise = bus->white, *samples = bus->samples;
    int64_t from = sample - half - (int64_t)source * SX_NOISE_APART * SX_SOUND_HOP, on = from - bus->white_from;
    int kept = bus->has_white && on >= 0 && on < SX_SOUND_FFT ? SX_SOUND_FFT - (int)on : 0;    /* the frame before has most of it */
    memmove(noise, noise + SX_SOUND_FFT - kept, sizeof *noise * (size_t)kept);
    sx_noise(bus->seed, from + kept, noise + kept, SX_SOUND_FFT - kept);
    bus->white_from = from;
    bus->has_white = true;
    for (int n = 0; n < half; n++) samples[n] = noise[half + n] * window[n];
    for (int n = half; n < SX_SOUND_FFT; n++) samples[n] = noise[n - half] * window[n];
    sx_fft_forward(bus->tables->fft, samples, bus->bins);
    for (int b = 0; b < SX_LINE_BINS; b++) {
        line->re[SX_LINE_GUARD + b] = bus->bins[b].re;
        line->im[SX_LINE_GUARD + b] = bus->bins[b].im;
    }
}

const struct sx_line *sx_bus_noise(struct sx_bus *bus, int source, int64_t f)
{
    int64_t frame = f - (int64_t)source * SX_NOISE_APART + SX_NOISE_SLOTS;     /* f is 0 or more, so this is above 0 */
    int slot = (int)(frame % SX_NOISE_SLOTS);
    if (bus->noise_frame[slot] != frame) {
        sx_bus_noise_at(bus, 0, (frame - SX_NOISE_SLOTS) * SX_SOUND_HOP, &bus->noise[slot]);
        bus->noise_frame[slot] = frame;
    }
    return &bus->noise[slot];
}

void sx_bus_hiss(struct sx_bus *bus, const float *gains, const struct sx_line *noise, struct sx_line *line)
{
    bus->kernels->hiss(bus->tables->first, bus->tables->weight, SX_SOUND_BANDS, gains, bus->gain, noise, line);
}

const float *sx_bus_samples(struct sx_bus *bus, const struct sx_line *line)
{
    struct sx_complex *bins = bus->bins;
    for (int b = 0; b < SX_LINE_BINS; b++) bins[b] = (struct sx_complex){ line->re[SX_LINE_GUARD + b], line->im[SX_LINE_GUARD + b] };
    /* What of a lobe lies below 0 is, mirrored and conjugated, what the lobe of the negative frequency adds above it. */
    for (int b = 1; b < SX_LINE_GUARD; b++) {
        bins[b].re += line->re[SX_LINE_GUARD - b];
        bins[b].im -= line->im[SX_LINE_GUARD - b];
    }
    bins[0] = (struct sx_complex){ 2.0f * bins[0].re, 0.0f };
    bins[SX_LINE_BINS - 1].im = 0.0f;
    sx_fft_inverse(bus->tables->fft, bins, bus->samples);
    return bus->samples;
}

bool sx_bus_finish(struct sx_bus *bus, float *samples)
{
    bool sounds = bus->sounding || bus->ringing;
    if (!sounds) {
        memset(samples, 0, sizeof *samples * SX_SOUND_HOP);
        return false;
    }
    if (!bus->sounding) {
        memcpy(samples, bus->tail, sizeof bus->tail);
        bus->ringing = false;
        return true;
    }
    const float *restrict made = sx_bus_samples(bus, &bus->line), *restrict before = made + SX_SOUND_FFT - SX_SOUND_HOP;
    const float *restrict rise = bus->tables->rise, *restrict fall = bus->tables->fall;
    if (!bus->ringing) memset(bus->tail, 0, sizeof bus->tail);
    for (int n = 0; n < SX_SOUND_HOP; n++) samples[n] = bus->tail[n] + before[n] * rise[n];
    for (int n = 0; n < SX_SOUND_HOP; n++) bus->tail[n] = made[n] * fall[n];
    bus->ringing = true;
    bus->sounding = false;
    memset(&bus->line, 0, sizeof bus->line);
    return true;
}
