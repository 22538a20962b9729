/* kernels.h - the renderer's inner loops, compiled for more than one processor level. All levels give the same bits: no
 * fused operations, and sums in one order (only the Fourier transforms may differ from level to level). */
#ifndef SX_VOCODER_KERNELS_H
#define SX_VOCODER_KERNELS_H

#include <stdint.h>

#include "dsp/fft.h"
#include "dsp/format.h"

enum {
    SX_RENDER_BINS = 528,       /* SX_BINS rounded up to whole vectors */
    SX_PHASE_BLOCK = 48,        /* bins that the phase product keeps in registers */
    SX_PHASE_INPUTS = SX_HARMONIC_BANDS + SX_ODD_TERMS
};

/* Linear interpolation from band log-gains to bins: low[bin] is the band below, weight[bin] of the band above. */
struct sx_bands {
    int32_t low[SX_RENDER_BINS];
    float weight[SX_RENDER_BINS];
};

struct sx_render_kernels {
    const char *level;
    /* phase[n]: 2^32 a turn; f0[n] in Hz. Band-limited pulses of power 1. */
    void (*pulses)(const uint32_t *phase, const float *f0, float *pulses, int n);
    /* matrix[SX_RENDER_BINS / SX_PHASE_BLOCK][SX_PHASE_INPUTS][SX_PHASE_BLOCK] times input[SX_PHASE_INPUTS] -> quarter turns [SX_RENDER_BINS] */
    void (*phase)(const float *matrix, const float *input, float *quarters);
    /* spectrum[bin] *= exp(gain) * exp(i pi/2 quarters); other[bin] *= exp(other gain); their sum goes to spectrum. */
    void (*filter)(const struct sx_bands *harmonic, const float *harmonic_gains, const float *quarters, struct sx_complex *spectrum,
                   const struct sx_bands *noise, const float *noise_gains, const struct sx_complex *other);
};

/* By a level of sx_nn_level(); a level that has no loops of its own gets the next below. */
const struct sx_render_kernels *sx_render_kernels(const char *level);

#endif
