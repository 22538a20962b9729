/* stft.c - short-time spectra, overlap-add, and the inverse that gives an unchanged signal back exactly. */
#include "dsp/stft.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct sx_stft {
    float work[SX_FFT];                 /* first: the transforms want it aligned */
    float window[SX_FFT], squared[SX_FFT];      /* Hann; its square times SX_FFT, for the inverse transform has no factor */
    struct sx_overlap sum, weight;
    struct sx_fft *fft;
};

int sx_overlap_add(struct sx_overlap *overlap, const float *frame, float *samples)
{
    float *sum = overlap->sum;
    for (int i = 0; i < SX_FFT; i++) sum[i] += frame[i];
    int64_t first = overlap->frames * SX_HOP - SX_FFT / 2;      /* of sum; what lies before sample 0 is dropped */
    int skipped = first >= 0 ? 0 : first <= -SX_HOP ? SX_HOP : (int)-first;
    memcpy(samples, sum + skipped, sizeof *sum * (size_t)(SX_HOP - skipped));
    memmove(sum, sum + SX_HOP, sizeof *sum * (SX_FFT - SX_HOP));
    memset(sum + SX_FFT - SX_HOP, 0, sizeof *sum * SX_HOP);
    overlap->frames++;
    return SX_HOP - skipped;
}

int sx_overlap_end(struct sx_overlap *overlap, float *samples)
{
    int64_t first = overlap->frames * SX_HOP - SX_FFT / 2;      /* the signal ends half a frame later */
    int skipped = first < 0 ? (int)-first : 0;
    memcpy(samples, overlap->sum + skipped, sizeof *samples * (size_t)(SX_OVERLAP_TAIL - skipped));
    memset(overlap, 0, sizeof *overlap);
    return SX_OVERLAP_TAIL - skipped;
}

void sx_hann(float *window, int size, double scale)
{
    for (int i = 0; i < size; i++) window[i] = (float)((0.5 - 0.5 * cos(2.0 * M_PI * i / size)) * scale);
}

struct sx_stft *sx_stft_new(void)
{
    struct sx_stft *stft = sx_fft_alloc(sizeof *stft);
    if (!stft) return NULL;
    memset(stft, 0, sizeof *stft);
    stft->fft = sx_fft_new(SX_FFT);
    if (!stft->fft) {
        sx_fft_release(stft);
        return NULL;
    }
    sx_hann(stft->window, SX_FFT, 1.0);
    for (int i = 0; i < SX_FFT; i++) stft->squared[i] = stft->window[i] * stft->window[i] * SX_FFT;
    return stft;
}

void sx_stft_free(struct sx_stft *stft)
{
    if (!stft) return;
    sx_fft_free(stft->fft);
    sx_fft_release(stft);
}

void sx_stft_frame(struct sx_stft *stft, const float *samples, size_t count, size_t t, struct sx_complex *bins)
{
    size_t centre = t * SX_HOP;
    for (size_t i = 0; i < SX_FFT; i++) {
        size_t n = centre + i - SX_FFT / 2;         /* wraps far beyond count before the signal */
        stft->work[i] = n < count ? samples[n] * stft->window[i] : 0.0f;
    }
    sx_fft_forward(stft->fft, stft->work, bins);
}

static int divide(float *samples, const float *weight, int n)
{
    /* Within a signal the weight is between 0.4 and 2; a bound, so that nothing is divided by nearly 0 at its ends. */
    for (int i = 0; i < n; i++) samples[i] /= fmaxf(weight[i], 1e-3f * SX_FFT);
    return n;
}

int sx_stft_inverse(struct sx_stft *stft, struct sx_complex *bins, float *samples)
{
    float weight[SX_HOP];
    sx_fft_inverse(stft->fft, bins, stft->work);
    for (int i = 0; i < SX_FFT; i++) stft->work[i] *= stft->window[i];
    sx_overlap_add(&stft->weight, stft->squared, weight);
    return divide(samples, weight, sx_overlap_add(&stft->sum, stft->work, samples));
}

int sx_stft_inverse_end(struct sx_stft *stft, float *samples)
{
    float weight[SX_OVERLAP_TAIL];
    sx_overlap_end(&stft->weight, weight);
    return divide(samples, weight, sx_overlap_end(&stft->sum, samples));
}
