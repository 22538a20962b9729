/* stft.h - the house's short-time spectrum (SX_FFT, SX_HOP, periodic Hann) and the way back from it.
 *
 * Frame t is centred on sample SX_HOP * t with zeros outside the signal; a signal of n samples has n / SX_HOP + 1 frames. */
#ifndef SX_DSP_STFT_H
#define SX_DSP_STFT_H

#include <stddef.h>
#include <stdint.h>

#include "dsp/fft.h"
#include "dsp/format.h"

/* Overlap-add of frames of SX_FFT samples in a stream. Zeroed: at the start of a signal. */
struct sx_overlap {
    float sum[SX_FFT];          /* sample 0 is the first that is not final */
    int64_t frames;             /* added so far */
};

enum { SX_OVERLAP_TAIL = SX_FFT / 2 };      /* the most that sx_overlap_end writes */

/* Adds a frame centred on sample SX_HOP * (frames so far); writes the samples from 0 on that are now final, at most SX_HOP, and returns how many: 0, 0, 208, then
 * always 240. */
int sx_overlap_add(struct sx_overlap *overlap, const float *frame, float *samples);
/* Writes the rest: T frames give T * SX_HOP samples. Then as new. */
int sx_overlap_end(struct sx_overlap *overlap, float *samples);

/* Periodic Hann window, size values times `scale`. */
void sx_hann(float *window, int size, double scale);

struct sx_stft;

struct sx_stft *sx_stft_new(void);      /* NULL when there is no memory */
void sx_stft_free(struct sx_stft *stft);
void sx_stft_frame(struct sx_stft *stft, const float *samples, size_t count, size_t t, struct sx_complex *bins /* [SX_BINS] */);
/* The way back, in a stream: frames come in order, each is windowed once more and the sum divided by the sum of squared windows, so unchanged
 * bins (they are destroyed) give the signal back. Writes and returns as sx_overlap_add and sx_overlap_end. */
int sx_stft_inverse(struct sx_stft *stft, struct sx_complex *bins, float *samples);
int sx_stft_inverse_end(struct sx_stft *stft, float *samples);

#endif
