/* kernels.h - the renderer's inner loops, compiled for more than one processor level. All levels give the same bits: no
 * fused operations, and sums in one order (only the Fourier transforms may differ from level to level). */
#ifndef SX_VOCODER_KERNELS_H
#define SX_VOCODER_KERNELS_H

#include <stdint.h>

#include "dsp/fft.h"
#include "dsp/format.h"

enum { SX_RENDER_BINS = 528 };      /* SX_BINS rounded up to whole vectors */

/* Linear interpolation from band log-gains to bins: low[bin] is the band below, weight[bin] of the band above. */
struct sx_bands {
    int32_t low[SX_RENDER_BINS];
    float weight[SX_RENDER_BINS];
};

struct sx_render_kernels {
    const char *level;
    /* phase[n]: 2^32 a turn; f0[n] in Hz. Band-limited pulses of power 1. */
    void (*pulses)(const uint32_t *phase, const float *f0, float *pulses, int n);
    /* turn[n] = sin(harmonic * phase[n] + ahead), both 2^32 a turn. */
    void (*turn)(const uint32_t *phase, uint32_t harmonic, uint32_t ahead, float *turn, int n);
    /* swell[n] = exp(sum of depth[k] turn[k][n]) of the 2 SX_PULSED rows of n; |sum| below 87. */
    void (*swell)(const float *depth, const float *turn, float *swell, int n);
    /* Band log-gains to bins [SX_RENDER_BINS]. */
    void (*spread)(const struct sx_bands *bands, const float *gains, float *bins);
    /* All [SX_RENDER_BINS]: spectrum * exp(gain + i phase) + other * exp(other_gain) goes to spectrum. The phase in radians, below 10^6, is
     * the imaginary part of `phase`. */
    void (*filter)(const float *gain, const struct sx_complex *phase, struct sx_complex *spectrum, const float *other_gain,
                   const struct sx_complex *other);
};

/* By a level of sx_nn_level(); a level that has no loops of its own gets the next below. */
const struct sx_render_kernels *sx_render_kernels(const char *level);

#endif
