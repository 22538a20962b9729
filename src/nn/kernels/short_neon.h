/* short_neon.h - the tiles of the NEON kernels for short weights, shared by neon_short.c and neon_bf16.c (which is compiled for more).
 *
 * As in neon.c a panel is four registers, a tile up to 6 columns. How a step of the sums loads weights and values is the includer's. */
#include <string.h>

#include "nn/kernels/neon.h"
#include "nn/kernels/short.h"

/* Sums are done: residuals, the result and its LeakyRelu. */
INLINE void finish(const struct sx_short_linear *job, int panel, float *y, int columns, float32x4_t sum[6][4])
{
    int left = job->out - panel * SX_PANEL;
    _Pragma("GCC unroll 6")
    for (int c = 0; c < columns; c++)
        _Pragma("GCC unroll 4")
        for (int v = 0; v < 4; v++) {
            ptrdiff_t at = y - job->y + c * job->y_step + panel * SX_PANEL + 4 * v;
            if (job->add[0])
                sum[c][v] = vaddq_f32(sum[c][v], load_part(job->add[0] + at, left - 4 * v));
            if (job->add[1])
                sum[c][v] = vaddq_f32(sum[c][v], load_part(job->add[1] + at, left - 4 * v));
            store_part(job->y + at, sum[c][v], left - 4 * v);
            if (job->active)
                store_part(job->active + at, vbslq_f32(vcltzq_f32(sum[c][v]), vmulq_f32(sum[c][v], vdupq_n_f32(job->slope)), sum[c][v]), left - 4 * v);
        }
}

/* neon_bf16.c's table has those of neon_short.c as well. */
void sx_neon_half(const struct sx_short_linear *job, int panel, int panels, int columns);
void sx_neon_byte(const struct sx_short_linear *job, int panel, int panels, int columns);
void sx_neon_bfloat(const struct sx_short_linear *job, int panel, int panels, int columns);
void sx_neon_to_half(const float *x, uint16_t *y, size_t count);

/* `type` x and `weight_type` w elements; a step reads `wide` elements of x and SX_PANEL * wide of w. load(p) is the weights of four outputs, value(p) the same x
 * for all of them, add(sum, weight, value). `scaled`: sums begin at zero and get scale and bias at the end. */
#define SX_LINEAR(name, type, weight_type, wide, register_type, value_type, load, value, add, scaled) \
    INLINE void name##_tile(const struct sx_short_linear *job, int panel, const type *x, float *y, int columns) \
    { \
        float32x4_t sum[6][4]; \
        ptrdiff_t size = (ptrdiff_t)job->taps * job->in * SX_PANEL, x_step = job->x_step; \
        const weight_type *w = (const weight_type *)job->weights + panel * size; \
        const float *bias = job->bias + panel * SX_PANEL; \
        _Pragma("GCC unroll 6") \
        for (int c = 0; c < columns; c++) \
            _Pragma("GCC unroll 4") \
            for (int v = 0; v < 4; v++) \
                sum[c][v] = scaled ? vdupq_n_f32(0) : vld1q_f32(bias + 4 * v); \
        for (int k = 0; k < job->taps; k++, x += job->tap_step) \
            for (int i = 0; i < job->in; i += wide, w += SX_PANEL * wide) { \
                register_type weight[4]; \
                _Pragma("GCC unroll 4") \
                for (int v = 0; v < 4; v++) \
                    weight[v] = load(w + 4 * wide * v); \
                _Pragma("GCC unroll 6") \
                for (int c = 0; c < columns; c++) { \
                    value_type one = value(x + c * x_step + i); \
                    _Pragma("GCC unroll 4") \
                    for (int v = 0; v < 4; v++) \
                        sum[c][v] = add(sum[c][v], weight[v], one); \
                } \
            } \
        if (scaled) { \
            _Pragma("GCC unroll 6") \
            for (int c = 0; c < columns; c++) \
                _Pragma("GCC unroll 4") \
                for (int v = 0; v < 4; v++) \
                    sum[c][v] = vfmaq_f32(vld1q_f32(bias + 4 * v), sum[c][v], vld1q_f32(job->scale + panel * SX_PANEL + 4 * v)); \
        } \
        finish(job, panel, y, columns, sum); \
    } \
    void name(const struct sx_short_linear *job, int panel, int panels, int columns) \
    { \
        for (int p = panel; p < panel + panels; p++) { \
            const type *x = job->x; \
            int c = 0; \
            for (; columns - c >= 10 || columns - c == 6; c += 6) \
                name##_tile(job, p, x + c * job->x_step, job->y + c * job->y_step, 6); \
            while (c < columns) {       /* as in neon.c: no tile too small to hide the latency */ \
                int rest = columns - c, now = rest <= 6 ? rest : rest - rest / 2; \
                const type *from = x + c * job->x_step; \
                float *y = job->y + c * job->y_step; \
                switch (now) { \
                case 1: name##_tile(job, p, from, y, 1); break; \
                case 2: name##_tile(job, p, from, y, 2); break; \
                case 3: name##_tile(job, p, from, y, 3); break; \
                case 4: name##_tile(job, p, from, y, 4); break; \
                case 5: name##_tile(job, p, from, y, 5); break; \
                default: name##_tile(job, p, from, y, 6); break; \
                } \
                c += now; \
            } \
        } \
    }
