/* kernels.h - the inner loops of instruments, compiled for more than one processor level. All levels give the same bits: no fused operations, sums in one order
 * (only the Fourier transforms may differ from level to level). */
#ifndef SX_INSTRUMENT_KERNELS_H
#define SX_INSTRUMENT_KERNELS_H

#include <stdint.h>

#include "dsp/fft.h"

enum {
    SX_LINE_GUARD = 8,              /* room for lobes below bin 0 */
    SX_LINE_BINS = 513,
    SX_LINE = 544,                  /* the same above the last bin, in whole vectors */
    SX_LOBE = 8,                    /* bins of a sinusoid's main lobe: Blackman-Harris is 0 at 4 bins */
    SX_LOBE_STEPS = 256,            /* places between two bins that are tabled */
};

/* Bin b lies at [SX_LINE_GUARD + b]. */
struct sx_line {
    float re[SX_LINE], im[SX_LINE];
};

/* What the partials of a note are in a frame. */
struct sx_partial_frame {
    const float *ratio;             /* [count] of f0, its own inharmonicity with it */
    const float *color;             /* [count] ln gain, constant in the note */
    const float *ln;                /* [count] ln amplitude, from the network */
    float *phase;                   /* [count] turns, of the frame before; becomes that of this one */
    float f0;                       /* in bins */
    float span;                     /* turns that a partial of ratio 1 goes through since the frame before */
    float gain;                     /* factor on all */
    float limit;                    /* in bins: partials from here on are left out */
    int count;
};

struct sx_sound_kernels {
    const char *level;
    /* Adds the partials to a line; `lobes` [SX_LOBE_STEPS + 1][SX_LOBE]. Amplitudes below `least` are left out. The loudest amplitude. */
    float (*partials)(const struct sx_partial_frame *frame, const float *lobes, float least, struct sx_line *line);
    /* Adds noise through bands to a line: bins first[i] to first[i + 1] - 1 lie between bands i and i + 1 of `count`, weight[bin] is that of the upper one.
     * gains: ln; work: [SX_LINE_BINS]. */
    void (*hiss)(const int32_t *first, const float *weight, int count, const float *gains, float *work, const struct sx_line *noise, struct sx_line *line);
    /* bins[bin] *= exp(that), in re and im. */
    void (*filter)(const int32_t *first, const float *weight, int count, const float *gains, float *work, struct sx_complex *bins);
};

/* By a level of sx_nn_level(); a level that has no loops of its own gets the next below. */
const struct sx_sound_kernels *sx_sound_kernels(const char *level);

#endif
