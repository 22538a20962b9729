/* neon.c - the kernels for AArch64, whose processors all have Advanced SIMD with fused multiply-add and float16 conversion.
 *
 * A panel is four registers. Tiles of the linear kernel: up to 6 columns by one panel, 24 of the 32 registers hold sums, each a chain of fused
 * multiply-adds from the bias on. There are no masks: a tail passes through a small array, by the same instructions. */
#if defined(__aarch64__)
#include <arm_neon.h>
#include <math.h>
#include <string.h>

#include "nn/kernels/kernels.h"

#define INLINE static inline __attribute__((always_inline))

INLINE float32x4_t load_part(const float *p, int count)
{
    float part[4] = {0};
    if (count >= 4)
        return vld1q_f32(p);
    for (int i = 0; i < count; i++)
        part[i] = p[i];
    return vld1q_f32(part);
}

INLINE void store_part(float *y, float32x4_t v, int count)
{
    float part[4];
    if (count >= 4) {
        vst1q_f32(y, v);
        return;
    }
    vst1q_f32(part, v);
    for (int i = 0; i < count; i++)
        y[i] = part[i];
}

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

/* The methods are generic.c's. */
INLINE float32x4_t exponential(float32x4_t x)
{
    /* this minimum and maximum pass NaN on */
    float32x4_t c = vmaxq_f32(vdupq_n_f32(-104.0f), vminq_f32(vdupq_n_f32(104.0f), x));
    float32x4_t n = vrndnq_f32(vmulq_f32(c, vdupq_n_f32(1.44269504088896341f)));
    float32x4_t r = vfmsq_f32(c, n, vdupq_n_f32(0.693359375f));
    r = vfmaq_f32(r, n, vdupq_n_f32(2.12194440e-4f));
    float32x4_t p = vdupq_n_f32(1.9875691500e-4f);
    p = vfmaq_f32(vdupq_n_f32(1.3981999507e-3f), p, r);
    p = vfmaq_f32(vdupq_n_f32(8.3334519073e-3f), p, r);
    p = vfmaq_f32(vdupq_n_f32(4.1665795894e-2f), p, r);
    p = vfmaq_f32(vdupq_n_f32(1.6666665459e-1f), p, r);
    p = vfmaq_f32(vdupq_n_f32(5.0000001201e-1f), p, r);
    p = vaddq_f32(vfmaq_f32(r, p, vmulq_f32(r, r)), vdupq_n_f32(1.0f));
    int32x4_t k = vcvtq_s32_f32(n), half = vshrq_n_s32(k, 1), bias = vdupq_n_s32(127);
    float32x4_t low = vreinterpretq_f32_s32(vshlq_n_s32(vaddq_s32(half, bias), 23));
    float32x4_t high = vreinterpretq_f32_s32(vshlq_n_s32(vaddq_s32(vsubq_s32(k, half), bias), 23));
    return vmulq_f32(vmulq_f32(p, low), high);
}

INLINE float32x4_t logistic(float32x4_t x)
{
    float32x4_t one = vdupq_n_f32(1.0f);
    return vdivq_f32(one, vaddq_f32(one, exponential(vnegq_f32(x))));
}

INLINE float32x4_t apply_relu(float32x4_t x, float32x4_t parameter)
{
    (void)parameter;
    return vbslq_f32(vcltzq_f32(x), vdupq_n_f32(0), x);
}

INLINE float32x4_t apply_sigmoid(float32x4_t x, float32x4_t parameter)
{
    (void)parameter;
    return logistic(x);
}

INLINE float32x4_t apply_silu(float32x4_t x, float32x4_t parameter)
{
    (void)parameter;
    return vmulq_f32(x, logistic(x));
}

INLINE float32x4_t apply_exponentials(float32x4_t x, float32x4_t parameter)
{
    (void)parameter;
    return exponential(x);
}

INLINE float32x4_t apply_tangent(float32x4_t x, float32x4_t parameter)
{
    (void)parameter;
    float32x4_t one = vdupq_n_f32(1.0f), two = vdupq_n_f32(2.0f), a = vabsq_f32(x), s = vmulq_f32(x, x);
    float32x4_t p = vdupq_n_f32(-5.70498872745e-3f);
    p = vfmaq_f32(vdupq_n_f32(2.06390887954e-2f), p, s);
    p = vfmaq_f32(vdupq_n_f32(-5.37397155531e-2f), p, s);
    p = vfmaq_f32(vdupq_n_f32(1.33314422036e-1f), p, s);
    p = vfmaq_f32(vdupq_n_f32(-3.33332819422e-1f), p, s);
    float32x4_t small = vfmaq_f32(x, vmulq_f32(p, s), x);
    float32x4_t e = exponential(vmulq_f32(two, vminq_f32(vdupq_n_f32(20.0f), a)));
    float32x4_t large = vsubq_f32(one, vdivq_f32(two, vaddq_f32(e, one)));
    large = vbslq_f32(vdupq_n_u32(0x80000000), x, large);
    return vbslq_f32(vcltq_f32(a, vdupq_n_f32(0.625f)), small, large);
}

INLINE float32x4_t apply_error_functions(float32x4_t x, float32x4_t parameter)
{
    (void)parameter;
    float32x4_t one = vdupq_n_f32(1.0f), a = vabsq_f32(x), s = vmulq_f32(x, x);
    float32x4_t p = vdupq_n_f32(7.85386073e-5f);
    p = vfmaq_f32(vdupq_n_f32(-8.01019371e-4f), p, s);
    p = vfmaq_f32(vdupq_n_f32(5.18832775e-3f), p, s);
    p = vfmaq_f32(vdupq_n_f32(-2.68538129e-2f), p, s);
    p = vfmaq_f32(vdupq_n_f32(1.12835854e-1f), p, s);
    p = vfmaq_f32(vdupq_n_f32(-3.76126260e-1f), p, s);
    p = vfmaq_f32(vdupq_n_f32(1.28379166e-1f), p, s);
    float32x4_t small = vfmaq_f32(x, p, x);
    a = vminq_f32(vdupq_n_f32(4.0f), a);
    float32x4_t q = vdupq_n_f32(1.86379256e-4f);
    q = vfmaq_f32(vdupq_n_f32(-2.94765890e-3f), q, a);
    q = vfmaq_f32(vdupq_n_f32(2.18380671e-2f), q, a);
    q = vfmaq_f32(vdupq_n_f32(-1.03106759e-1f), q, a);
    q = vfmaq_f32(vdupq_n_f32(-6.38144851e-1f), q, a);
    q = vfmaq_f32(vdupq_n_f32(-1.12708914f), q, a);
    q = vfmaq_f32(vdupq_n_f32(-3.41522275e-4f), q, a);
    float32x4_t large = vsubq_f32(one, exponential(q));
    large = vbslq_f32(vdupq_n_u32(0x80000000), x, large);
    return vbslq_f32(vcltq_f32(a, one), small, large);
}

#define UNARY(name) \
    static void name(const float *x, float parameter, float *y, size_t count) \
    { \
        float32x4_t p = vdupq_n_f32(parameter); \
        size_t i = 0; \
        for (; i + 4 <= count; i += 4) \
            vst1q_f32(y + i, apply_##name(vld1q_f32(x + i), p)); \
        if (i < count) \
            store_part(y + i, apply_##name(load_part(x + i, (int)(count - i)), p), (int)(count - i)); \
    }
UNARY(relu)
UNARY(leaky_relu)
UNARY(sigmoid)
UNARY(silu)
UNARY(exponentials)
UNARY(tangent)
UNARY(error_functions)

#define BINARY(name, op) \
    static void name(const float *a, int a_step, const float *b, int b_step, float *y, size_t count) \
    { \
        float32x4_t va = vdupq_n_f32(*a), vb = vdupq_n_f32(*b); \
        size_t i = 0; \
        for (; i + 4 <= count; i += 4) { \
            if (a_step) \
                va = vld1q_f32(a + i); \
            if (b_step) \
                vb = vld1q_f32(b + i); \
            vst1q_f32(y + i, op(va, vb)); \
        } \
        if (i < count) { \
            if (a_step) \
                va = load_part(a + i, (int)(count - i)); \
            if (b_step) \
                vb = load_part(b + i, (int)(count - i)); \
            store_part(y + i, op(va, vb), (int)(count - i)); \
        } \
    }
BINARY(add, vaddq_f32)
BINARY(subtract, vsubq_f32)
BINARY(multiply, vmulq_f32)
BINARY(divide, vdivq_f32)

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
