/* kernels.h - the inner loops of the engine, one table for each processor level, chosen once.
 *
 * Every function computes each output element by the same operations in the same order whatever the counts are, so results do not depend
 * on how work is cut into calls. Levels may differ from each other in the last bits. Pointers need no more than float alignment. */
#ifndef SX_NN_KERNELS_H
#define SX_NN_KERNELS_H

#include <stddef.h>
#include <stdint.h>

enum { SX_PANEL = 16 };         /* outputs in a panel of packed weights */
enum { SX_NARROW = 4 };         /* so few outputs fill a panel badly: `narrow` is faster */

/* y[t][o] = bias[o] + sum over taps k, inputs i of weights[o][k][i] * x[t * x_step + k * tap_step + i], summed from the bias up in that order, then
 * + add[0][t][o] + add[1][t][o]; active[t][o] = LeakyRelu of that. add and active have y's step and may be NULL (add[1] only with add[0]).
 * Weights are packed [panel][tap][in][SX_PANEL], zeros past the last output, 64-byte aligned; so is the bias. */
struct sx_linear {
    const float *weights, *bias;
    const float *x;
    ptrdiff_t x_step, tap_step;             /* floats */
    int taps, in, out;
    float *y;
    ptrdiff_t y_step;
    const float *add[2];
    float *active, slope;
};

enum sx_unary { SX_UNARY_RELU, SX_UNARY_SIGMOID, SX_UNARY_SILU, SX_UNARY_TANH, SX_UNARY_EXP, SX_UNARY_LEAKY_RELU, SX_UNARY_ERF, SX_UNARY_COUNT };
enum sx_binary { SX_BINARY_ADD, SX_BINARY_SUB, SX_BINARY_MUL, SX_BINARY_DIV, SX_BINARY_COUNT };

struct sx_kernels {
    const char *name;
    /* Panels [panel, panel + panels) for `columns` columns. */
    void (*linear)(const struct sx_linear *job, int panel, int panels, int columns);
    /* The same sums for few outputs, in another order: weights are [out][tap][in], nothing need be aligned, columns [0, columns). */
    void (*narrow)(const struct sx_linear *job, int columns);
    /* y[t][c] = bias[c] + sum over k of weights[k][c] * x[t * x_step + k * tap_step + c], for c in [0, channels). */
    void (*depthwise)(const float *weights, const float *bias, const float *x, ptrdiff_t x_step, ptrdiff_t tap_step, int taps, int channels,
                      float *y, ptrdiff_t y_step, int columns);
    /* Rows of `width`: (x - mean) / sqrt(variance + epsilon) * gain + shift; gain and shift may be NULL. y may be x. */
    void (*layernorm)(const float *x, const float *gain, const float *shift, float epsilon, int width, int rows, float *y);
    /* y may be x; `parameter` is the slope of LEAKY_RELU. */
    void (*unary[SX_UNARY_COUNT])(const float *x, float parameter, float *y, size_t count);
    /* y[i] = a[i * a_step] op b[i * b_step]; steps are 0 or 1. y may be a or b when its step is 1. */
    void (*binary[SX_BINARY_COUNT])(const float *a, int a_step, const float *b, int b_step, float *y, size_t count);
    void (*half_to_float)(const void *half, float *out, size_t count);      /* half may be unaligned */
    /* A panel of weights from `rows` rows, up to SX_PANEL, as files have them, [row][in][tap], perhaps unaligned: to[tap][in][SX_PANEL], zeros past the last
     * row; scale[row] multiplies, or is NULL. `to` is aligned to 64 bytes. */
    void (*panel)(const void *raw, const float *scale, int rows, int taps, int in, float *to);
};

/* The best table that the processor and $SYRINX_CPU allow. */
const struct sx_kernels *sx_kernels(void);
/* By name, NULL when this build or processor lacks it: for tests. */
const struct sx_kernels *sx_kernels_level(const char *name);

void sx_panel_c(const void *raw, const float *scale, int rows, int taps, int in, float *to);

extern const struct sx_kernels sx_kernels_c;
extern const struct sx_kernels sx_kernels_avx2, sx_kernels_avx512;     /* x86-64 only */
extern const struct sx_kernels sx_kernels_neon;                         /* AArch64 only */

#endif
