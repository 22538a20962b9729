/* denoise.c - spectral gain against steady noise, as training did it to its recordings.
 *
 * N is the mean power spectrum of the quietest twelfth of the frames, P that of a frame, smoothed over three frames and three bins; the gain is
 * sqrt(1 - 1.5 N/P), not below -16 dB (spectral subtraction after Berouti et al. 1979: over-subtraction and a floor). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dsp/prepare.h"
#include "dsp/stft.h"

#define OVER 1.5f
#define FLOOR 0.0251188643f     /* -16 dB of power */

struct loudness {
    double energy;
    size_t frame;
};

struct work {
    struct sx_complex bins[SX_FFT];             /* SX_BINS and room: aligned */
    struct sx_complex ring[3][SX_FFT];          /* spectra of three frames */
    float power[3][SX_BINS], smooth[SX_BINS];
    double sum[SX_BINS];
    float noise[SX_BINS];
};

static int quieter(const void *a, const void *b)
{
    const struct loudness *x = a, *y = b;
    if (x->energy != y->energy) return x->energy < y->energy ? -1 : 1;
    return x->frame < y->frame ? -1 : 1;
}

static void power_of(const struct sx_complex *bins, float *power)
{
    for (int k = 0; k < SX_BINS; k++) power[k] = bins[k].re * bins[k].re + bins[k].im * bins[k].im;
}

/* Mean power of the quietest frames, smoothed over five bins in the logarithm; zeros beyond the ends, as in training. */
static void noise_floor(struct sx_stft *stft, const float *samples, size_t count, struct loudness *order, size_t frames, struct work *work)
{
    for (size_t t = 0; t < frames; t++) {
        sx_stft_frame(stft, samples, count, t, work->bins);
        power_of(work->bins, work->smooth);
        order[t].frame = t;
        order[t].energy = 0.0;
        for (int k = 0; k < SX_BINS; k++) order[t].energy += work->smooth[k];
    }
    qsort(order, frames, sizeof *order, quieter);
    size_t quiet = frames / 12 > 8 ? frames / 12 : 8;
    if (quiet > frames) quiet = frames;
    memset(work->sum, 0, sizeof work->sum);
    for (size_t i = 0; i < quiet; i++) {
        sx_stft_frame(stft, samples, count, order[i].frame, work->bins);
        power_of(work->bins, work->smooth);
        for (int k = 0; k < SX_BINS; k++) work->sum[k] += work->smooth[k];
    }
    for (int k = 0; k < SX_BINS; k++) work->sum[k] = log(work->sum[k] / (double)quiet + 1e-12);
    for (int k = 0; k < SX_BINS; k++) {
        double sum = 0.0;
        for (int j = k - 2; j <= k + 2; j++) sum += j >= 0 && j < SX_BINS ? work->sum[j] : 0.0;
        work->noise[k] = (float)exp(sum / 5.0);
    }
}

/* Gains for the middle one of three frames; `before` or `after` is NULL at the ends, where the frame stands alone. */
static void apply_gain(struct work *work, const float *before, const float *power, const float *after, struct sx_complex *bins)
{
    float *smooth = work->smooth;
    for (int k = 0; k < SX_BINS; k++) {
        smooth[k] = before && after ? 0.25f * before[k] + 0.5f * power[k] + 0.25f * after[k] : power[k];
    }
    for (int k = 0; k < SX_BINS; k++) {
        float p = k > 0 && k < SX_BINS - 1 ? (smooth[k - 1] + smooth[k] + smooth[k + 1]) * (1.0f / 3.0f) : smooth[k];
        p = p > 1e-14f ? p : 1e-14f;        /* no fmaxf: it is a call, for the sake of NaN */
        float gain = 1.0f - OVER * work->noise[k] / p;
        gain = sqrtf(gain > FLOOR ? gain : FLOOR);
        bins[k].re *= gain;
        bins[k].im *= gain;
    }
}

static void clean(struct sx_stft *stft, float *samples, size_t count, size_t frames, struct work *work)
{
    float block[SX_FFT];
    size_t written = 0;
    for (size_t t = 0; t <= frames; t++) {
        if (t < frames) {
            /* Frames are read 512 samples ahead of their centre and written 512 behind it: in place. */
            sx_stft_frame(stft, samples, count, t, work->ring[t % 3]);
            power_of(work->ring[t % 3], work->power[t % 3]);
        }
        if (t == 0) continue;
        size_t c = t - 1;
        apply_gain(work, c > 0 ? work->power[(c - 1) % 3] : NULL, work->power[c % 3], t < frames ? work->power[t % 3] : NULL, work->ring[c % 3]);
        int n = sx_stft_inverse(stft, work->ring[c % 3], block);
        for (int i = 0; i < n && written < count; i++) samples[written++] = block[i];
    }
    int n = sx_stft_inverse_end(stft, block);
    for (int i = 0; i < n && written < count; i++) samples[written++] = block[i];
}

int sx_denoise(float *samples, size_t count, struct sx_error *error)
{
    size_t frames = count / SX_HOP + 1;
    struct sx_stft *stft = sx_stft_new();
    struct work *work = sx_fft_alloc(sizeof *work);
    struct loudness *order = calloc(frames, sizeof *order);
    int result = SYRINX_OK;
    if (stft && work && order) {
        noise_floor(stft, samples, count, order, frames, work);
        clean(stft, samples, count, frames, work);
    } else {
        result = sx_fail(error, SYRINX_ERROR_MEMORY, "no memory to denoise %zu samples", count);
    }
    sx_stft_free(stft);
    sx_fft_release(work);
    free(order);
    return result;
}
