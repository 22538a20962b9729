/* neon.c - the kernels for AArch64, whose processors all have Advanced SIMD with fused multiply-add and float16 conversion.
 *
 * A panel is four registers. Tiles of the linear kernel: up to 6 columns by one panel, 24 of the 32 registers hold sums, each a chain of fused
 * multiply-adds from the bias on. There are no masks: a tail passes through a small array, by the same instructions. */
#if defined(__aarch64__)
#include <math.h>
#include <string.h>

#include "nn/kernels/kernels.h"
#include "nn/kernels/neon.h"

INLINE float32x4_t apply_leaky_relu(float32x4_t x, float32x4_t parameter)
{
    return vbslq_f32(vcltzq_f32(x), vmulq_f32(x, parameter), x);
}

/* `columns` is a constant at every call, so the array becomes registers. */
INLINE void tile(const struct sx_linear *job, int panel, const float *x, float *y, int columns)
{
    float32x4_t sum[6][4];
    ptrdiff_t x_step = job->x_step;
    const float *w = job->weights + (ptrdiff_t)panel * job->taps * job->in * SX_PANEL, *bias = job->bias + panel * SX_PANEL;
#pragma GCC unroll 6
    for (int c = 0; c < columns; c++)
#pragma GCC unroll 4
        for (int v = 0; v < 4; v++)
            sum[c][v] = vld1q_f32(bias + 4 * v);
    for (int k = 0; k < job->taps; k++, x += job->tap_step)
        for (int i = 0; i < job->in; i++, w += SX_PANEL) {
            float32x4_t weight[4];
#pragma GCC unroll 4
            for (int v = 0; v < 4; v++)
                weight[v] = vld1q_f32(w + 4 * v);
#pragma GCC unroll 6
            for (int c = 0; c < columns; c++) {
                float value = x[c * x_step + i];
#pragma GCC unroll 4
                for (int v = 0; v < 4; v++)
                    sum[c][v] = vfmaq_n_f32(sum[c][v], weight[v], value);
            }
        }
    int left = job->out - panel * SX_PANEL;
    float32x4_t slope = vdupq_n_f32(job->slope);
#pragma GCC unroll 6
    for (int c = 0; c < columns; c++)
#pragma GCC unroll 4
        for (int v = 0; v < 4; v++) {
            ptrdiff_t at = y - job->y + c * job->y_step + panel * SX_PANEL + 4 * v;
            if (job->add[0])
                sum[c][v] = vaddq_f32(sum[c][v], load_part(job->add[0] + at, left - 4 * v));
            if (job->add[1])
                sum[c][v] = vaddq_f32(sum[c][v], load_part(job->add[1] + at, left - 4 * v));
            store_part(job->y + at, sum[c][v], left - 4 * v);
            if (job->active)
                store_part(job->active + at, apply_leaky_relu(sum[c][v], slope), left - 4 * v);
        }
}

/* Panels outside, columns inside: a panel stays in the first-level cache while all columns pass. */
static void linear(const struct sx_linear *job, int panel, int panels, int columns)
{
    for (int p = panel; p < panel + panels; p++) {
        int c = 0;
        for (; columns - c >= 10 || columns - c == 6; c += 6)
            tile(job, p, job->x + c * job->x_step, job->y + c * job->y_step, 6);
        while (c < columns) {       /* the rest of up to 9 columns as one or two tiles: many sums hide the latency */
            int rest = columns - c, now = rest <= 6 ? rest : rest - rest / 2;
            const float *x = job->x + c * job->x_step;
            float *y = job->y + c * job->y_step;
            switch (now) {
            case 1: tile(job, p, x, y, 1); break;
            case 2: tile(job, p, x, y, 2); break;
            case 3: tile(job, p, x, y, 3); break;
            case 4: tile(job, p, x, y, 4); break;
            case 5: tile(job, p, x, y, 5); break;
            default: tile(job, p, x, y, 6); break;
            }
            c += now;
        }
    }
}

static void depthwise(const float *weights, const float *bias, const float *x, ptrdiff_t x_step, ptrdiff_t tap_step, int taps, int channels,
                      float *y, ptrdiff_t y_step, int columns)
{
    for (int t = 0; t < columns; t++, x += x_step, y += y_step) {
        int c = 0;
        for (; c + 16 <= channels; c += 16) {
            float32x4_t sum[4];
            const float *w = weights + c, *p = x + c;
            for (int v = 0; v < 4; v++)
                sum[v] = vld1q_f32(bias + c + 4 * v);
            for (int k = 0; k < taps; k++, w += channels, p += tap_step)
                for (int v = 0; v < 4; v++)
                    sum[v] = vfmaq_f32(sum[v], vld1q_f32(w + 4 * v), vld1q_f32(p + 4 * v));
            for (int v = 0; v < 4; v++)
                vst1q_f32(y + c + 4 * v, sum[v]);
        }
        for (; c < channels; c += 4) {
            int count = channels - c;
            float32x4_t sum = load_part(bias + c, count);
            const float *w = weights + c, *p = x + c;
            for (int k = 0; k < taps; k++, w += channels, p += tap_step)
                sum = vfmaq_f32(sum, load_part(w, count), load_part(p, count));
            store_part(y + c, sum, count);
        }
    }
}

/* Four columns at a time, sums over the inputs in 2 x 4 lanes, at the end across them. */
INLINE void narrow_columns(const struct sx_linear *job, int columns)
{
    ptrdiff_t x_step = job->x_step;
    for (int o = 0; o < job->out; o++) {
        const float *w = job->weights + (ptrdiff_t)o * job->taps * job->in, *x = job->x;
        float32x4_t sum[4][2];
#pragma GCC unroll 4
        for (int c = 0; c < columns; c++)
            sum[c][0] = sum[c][1] = vdupq_n_f32(0);
        for (int k = 0; k < job->taps; k++, x += job->tap_step, w += job->in) {
            int i = 0;
            for (; i + 8 <= job->in; i += 8) {
                float32x4_t low = vld1q_f32(w + i), high = vld1q_f32(w + i + 4);
#pragma GCC unroll 4
                for (int c = 0; c < columns; c++) {
                    sum[c][0] = vfmaq_f32(sum[c][0], low, vld1q_f32(x + c * x_step + i));
                    sum[c][1] = vfmaq_f32(sum[c][1], high, vld1q_f32(x + c * x_step + i + 4));
                }
            }
            for (; i < job->in; i += 4) {
                float32x4_t low = load_part(w + i, job->in - i);
#pragma GCC unroll 4
                for (int c = 0; c < columns; c++)
                    sum[c][0] = vfmaq_f32(sum[c][0], low, load_part(x + c * x_step + i, job->in - i));
            }
        }
#pragma GCC unroll 4
        for (int c = 0; c < columns; c++)
            job->y[c * job->y_step + o] = job->bias[o] + vaddvq_f32(vaddq_f32(sum[c][0], sum[c][1]));
    }
}

static void narrow(const struct sx_linear *job, int columns)
{
    struct sx_linear part = *job;
    for (; columns >= 4; columns -= 4, part.x += 4 * part.x_step, part.y += 4 * part.y_step)
        narrow_columns(&part, 4);
    for (; columns > 0; columns--, part.x += part.x_step, part.y += part.y_step)
        narrow_columns(&part, 1);
}

/* Sixteen partial sums of x - mean, or of its square. */
INLINE float row_sum(const float *x, float32x4_t mean, int power, int width)
{
    float32x4_t sum[4] = {vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0)};
    int i = 0;
    for (; i + 16 <= width; i += 16)
#pragma GCC unroll 4
        for (int v = 0; v < 4; v++) {
            float32x4_t d = vsubq_f32(vld1q_f32(x + i + 4 * v), mean);
            sum[v] = power == 2 ? vfmaq_f32(sum[v], d, d) : vaddq_f32(sum[v], d);
        }
    for (; i + 4 <= width; i += 4) {
        float32x4_t d = vsubq_f32(vld1q_f32(x + i), mean);
        sum[0] = power == 2 ? vfmaq_f32(sum[0], d, d) : vaddq_f32(sum[0], d);
    }
    float total = vaddvq_f32(vaddq_f32(vaddq_f32(sum[0], sum[2]), vaddq_f32(sum[1], sum[3])));
    for (; i < width; i++) {
        float d = x[i] - vgetq_lane_f32(mean, 0);
        total += power == 2 ? d * d : d;
    }
    return total;
}

static void layernorm(const float *x, const float *gain, const float *shift, float epsilon, int width, int rows, float *y)
{
    for (int r = 0; r < rows; r++, x += width, y += width) {
        float32x4_t mean = vdupq_n_f32(row_sum(x, vdupq_n_f32(0), 1, width) / (float)width);
        float32x4_t scale = vdupq_n_f32(1 / sqrtf(row_sum(x, mean, 2, width) / (float)width + epsilon));
        for (int i = 0; i < width; i += 4) {
            int count = width - i;
            float32x4_t v = vmulq_f32(vsubq_f32(load_part(x + i, count), mean), scale);
            if (gain && shift)
                v = vfmaq_f32(load_part(shift + i, count), v, load_part(gain + i, count));
            else if (gain)
                v = vmulq_f32(v, load_part(gain + i, count));
            else if (shift)
                v = vaddq_f32(v, load_part(shift + i, count));
            store_part(y + i, v, count);
        }
    }
}

/* ------------------------------------------------------------------ element by element */

#define V float32x4_t
#define LANES 4
#define v_set vdupq_n_f32
#define v_load vld1q_f32
#define v_store vst1q_f32
#define v_add vaddq_f32
#define v_subtract vsubq_f32
#define v_multiply vmulq_f32
#define v_divide vdivq_f32
#define v_fma(a, b, c) vfmaq_f32(c, a, b)
#define v_fnma(a, b, c) vfmsq_f32(c, a, b)
#define v_min vminq_f32                 /* these two pass NaN on */
#define v_max vmaxq_f32
#define v_round vrndnq_f32
#define v_negate vnegq_f32
#define v_magnitude vabsq_f32

INLINE float32x4_t v_signed(float32x4_t size, float32x4_t sign)
{
    return vbslq_f32(vdupq_n_u32(0x80000000), sign, size);
}

INLINE float32x4_t v_if_less(float32x4_t a, float32x4_t b, float32x4_t then, float32x4_t otherwise)
{
    return vbslq_f32(vcltq_f32(a, b), then, otherwise);
}

INLINE float32x4_t v_scale(float32x4_t x, float32x4_t n)
{
    int32x4_t k = vcvtq_s32_f32(n), half = vshrq_n_s32(k, 1), bias = vdupq_n_s32(127);
    float32x4_t low = vreinterpretq_f32_s32(vshlq_n_s32(vaddq_s32(half, bias), 23));
    float32x4_t high = vreinterpretq_f32_s32(vshlq_n_s32(vaddq_s32(vsubq_s32(k, half), bias), 23));
    return vmulq_f32(vmulq_f32(x, low), high);
}

#include "nn/kernels/elementwise.h"

static void half_to_float(const void *half, float *out, size_t count)
{
    const unsigned char *p = half;
    for (size_t i = 0; i < count; i += 4) {
        uint16_t four[4] = {0};
        int now = count - i < 4 ? (int)(count - i) : 4;
        memcpy(four, p + 2 * i, 2 * (size_t)now);
        store_part(out + i, vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(four))), now);
    }
}

const struct sx_kernels sx_kernels_neon = {
    .name = "neon",
    .linear = linear,
    .narrow = narrow,
    .depthwise = depthwise,
    .layernorm = layernorm,
    .unary = {relu, sigmoid, silu, tangent, exponentials, leaky_relu, error_functions},
    .binary = {add, subtract, multiply, divide},
    .half_to_float = half_to_float,
    .panel = sx_panel_c,
};
#else
typedef int sx_no_neon;
#endif
