/* short.h - inner loops on weights that take two bytes or one, where the processor has what they need. A table beside kernels.h's; what is NULL in it
 * is lacking, and those weights stay float32.
 *
 * Like all kernels these compute each output by the same operations in the same order whatever the counts are. */
#ifndef SX_NN_SHORT_H
#define SX_NN_SHORT_H

#include "nn/kernels/kernels.h"

/* As struct sx_linear, but for weights, x and scale:
 *   bfloat  weights [panel][tap][in / 2][SX_PANEL][2] and x [column][in] are bfloat16, `in` is even, x_step and tap_step count bfloat16s
 *   half    weights [panel][tap][in][SX_PANEL] are float16, x floats
 *   byte    weights [panel][tap][in][SX_PANEL] are int8, x floats; sums are multiplied by scale[output] before the bias is added
 * Sums of pairs (bfloat) are those of the instructions VDPBF16PS and BFDOT: subnormal numbers count as zero. */
struct sx_short_linear {
    const void *weights, *x;
    const float *bias, *scale;
    ptrdiff_t x_step, tap_step;
    int taps, in, out;
    float *y;
    ptrdiff_t y_step;
    const float *add[2];
    float *active, slope;
};

struct sx_short_kernels {
    void (*bfloat)(const struct sx_short_linear *job, int panel, int panels, int columns);
    void (*half)(const struct sx_short_linear *job, int panel, int panels, int columns);
    void (*byte)(const struct sx_short_linear *job, int panel, int panels, int columns);
    void (*to_bfloat)(const float *x, uint16_t *y, size_t count);     /* to nearest, halves to even; there whenever bfloat is */
    void (*to_half)(const float *x, uint16_t *y, size_t count);       /* the same; there whenever half is */
};

/* What goes with sx_kernels(); never NULL. */
const struct sx_short_kernels *sx_short_kernels(void);
/* What goes with a level, for tests. */
const struct sx_short_kernels *sx_short_kernels_level(const char *name);

/* A panel of `taps` * `in` * SX_PANEL floats as bfloat wants it: an odd `in` gets zeros behind it. */
void sx_panel_to_bfloat(const struct sx_short_kernels *kernels, const float *panel, int taps, int in, uint16_t *out);
/* `count` rows of SX_PANEL floats to bytes and a scale for each of the SX_PANEL outputs. */
void sx_panel_to_bytes(const float *panel, size_t count, int8_t *out, float scale[SX_PANEL]);

extern const struct sx_short_kernels sx_short_kernels_avx2, sx_short_kernels_avx512, sx_short_kernels_avx512_bf16;      /* x86-64 only */
extern const struct sx_short_kernels sx_short_kernels_neon, sx_short_kernels_neon_bf16;                                /* AArch64 only */

#endif
