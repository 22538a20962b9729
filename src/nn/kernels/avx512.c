/* avx512.c - the kernels for AVX-512 F, BW, DQ, VL. Compiled with those -m flags; only choose.c's table leads here.
 *
 * A panel is one register. Tiles of the linear kernel: up to 6 columns by four panels, up to 12 by two or one; tails run under masks. */
#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>

#include "nn/kernels/kernels.h"

#define INLINE static inline __attribute__((always_inline))

INLINE __mmask16 tail_mask(int count)
{
    return count >= 16 ? (__mmask16)0xFFFF : count > 0 ? (__mmask16)((1u << count) - 1) : (__mmask16)0;
}

INLINE __m512 apply_leaky_relu(__m512 x, __m512 parameter)
{
    return _mm512_mask_mul_ps(x, _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_LT_OQ), x, parameter);
}

/* `columns` and `panels` are constants at every call, so the arrays become registers. */
INLINE void tile(const struct sx_linear *job, int panel, const float *x, float *y, int columns, int panels)
{
    __m512 sum[12][4];
    ptrdiff_t size = (ptrdiff_t)job->taps * job->in * SX_PANEL, x_step = job->x_step;
    const float *w = job->weights + panel * size, *bias = job->bias + panel * SX_PANEL;
#pragma GCC unroll 12
    for (int c = 0; c < columns; c++)
#pragma GCC unroll 4
        for (int v = 0; v < panels; v++)
            sum[c][v] = _mm512_load_ps(bias + SX_PANEL * v);
    for (int k = 0; k < job->taps; k++, x += job->tap_step)
        for (int i = 0; i < job->in; i++, w += SX_PANEL) {
            __m512 weight[4];
#pragma GCC unroll 4
            for (int v = 0; v < panels; v++) {
                weight[v] = _mm512_load_ps(w + v * size);
                __asm__("" : "+v"(weight[v]));      /* one load for all columns: GCC would fold it into each FMA */
            }
#pragma GCC unroll 12
            for (int c = 0; c < columns; c++) {
                __m512 value = _mm512_set1_ps(x[c * x_step + i]);
#pragma GCC unroll 4
                for (int v = 0; v < panels; v++)
                    sum[c][v] = _mm512_fmadd_ps(weight[v], value, sum[c][v]);
            }
        }
    int left = job->out - panel * SX_PANEL;
#pragma GCC unroll 12
    for (int c = 0; c < columns; c++)
#pragma GCC unroll 4
        for (int v = 0; v < panels; v++) {
            ptrdiff_t at = y - job->y + c * job->y_step + (panel + v) * SX_PANEL;
            __mmask16 mask = tail_mask(left - SX_PANEL * v);
            if (job->add[0])
                sum[c][v] = _mm512_add_ps(sum[c][v], _mm512_maskz_loadu_ps(mask, job->add[0] + at));
            if (job->add[1])
                sum[c][v] = _mm512_add_ps(sum[c][v], _mm512_maskz_loadu_ps(mask, job->add[1] + at));
            _mm512_mask_storeu_ps(job->y + at, mask, sum[c][v]);
            if (job->active)
                _mm512_mask_storeu_ps(job->active + at, mask, apply_leaky_relu(sum[c][v], _mm512_set1_ps(job->slope)));
        }
}

INLINE void panel_group(const struct sx_linear *job, int panel, int panels, int columns)
{
    int c = 0;
    for (; panels <= 2 && columns - c >= 12; c += 12)
        tile(job, panel, job->x + c * job->x_step, job->y + c * job->y_step, 12, panels);
    while (c < columns) {
        /* tiles of 6; 7 to 9 are split evenly, so that no tile is too small to hide the latency */
        int rest = columns - c, now = rest <= 6 ? rest : rest < 10 ? rest - rest / 2 : 6;
        const float *x = job->x + c * job->x_step;
        float *y = job->y + c * job->y_step;
        switch (now) {
        case 1: tile(job, panel, x, y, 1, panels); break;
        case 2: tile(job, panel, x, y, 2, panels); break;
        case 3: tile(job, panel, x, y, 3, panels); break;
        case 4: tile(job, panel, x, y, 4, panels); break;
        case 5: tile(job, panel, x, y, 5, panels); break;
        default: tile(job, panel, x, y, 6, panels); break;
        }
        c += now;
    }
}

static void linear(const struct sx_linear *job, int panel, int panels, int columns)
{
    for (; panels >= 4; panels -= 4, panel += 4)
        panel_group(job, panel, 4, columns);
    if (panels >= 2) {
        panel_group(job, panel, 2, columns);
        panels -= 2;
        panel += 2;
    }
    if (panels)
        panel_group(job, panel, 1, columns);
}

static void depthwise(const float *weights, const float *bias, const float *x, ptrdiff_t x_step, ptrdiff_t tap_step, int taps, int channels,
                      float *y, ptrdiff_t y_step, int columns)
{
    for (int t = 0; t < columns; t++, x += x_step, y += y_step)
        for (int c = 0; c < channels; c += 16) {
            __mmask16 mask = tail_mask(channels - c);
            __m512 a = _mm512_maskz_loadu_ps(mask, bias + c);
            const float *w = weights + c, *p = x + c;
            for (int k = 0; k < taps; k++, w += channels, p += tap_step)
                a = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(mask, w), _mm512_maskz_loadu_ps(mask, p), a);
            _mm512_mask_storeu_ps(y + c, mask, a);
        }
}

/* Four columns at a time, sums over the inputs in 16 lanes, at the end across them. */
INLINE void narrow_columns(const struct sx_linear *job, int columns)
{
    ptrdiff_t x_step = job->x_step;
    for (int o = 0; o < job->out; o++) {
        const float *w = job->weights + (ptrdiff_t)o * job->taps * job->in, *x = job->x;
        __m512 sum[4];
#pragma GCC unroll 4
        for (int c = 0; c < columns; c++)
            sum[c] = _mm512_setzero_ps();
        for (int k = 0; k < job->taps; k++, x += job->tap_step, w += job->in)
            for (int i = 0; i < job->in; i += 16) {
                __mmask16 mask = tail_mask(job->in - i);
                __m512 weight = _mm512_maskz_loadu_ps(mask, w + i);
#pragma GCC unroll 4
                for (int c = 0; c < columns; c++)
                    sum[c] = _mm512_fmadd_ps(weight, _mm512_maskz_loadu_ps(mask, x + c * x_step + i), sum[c]);
            }
#pragma GCC unroll 4
        for (int c = 0; c < columns; c++)
            job->y[c * job->y_step + o] = job->bias[o] + _mm512_reduce_add_ps(sum[c]);
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

static void layernorm(const float *x, const float *gain, const float *shift, float epsilon, int width, int rows, float *y)
{
    for (int r = 0; r < rows; r++, x += width, y += width) {
        __m512 a = _mm512_setzero_ps();
        for (int i = 0; i < width; i += 16)
            a = _mm512_add_ps(a, _mm512_maskz_loadu_ps(tail_mask(width - i), x + i));
        __m512 mean = _mm512_set1_ps(_mm512_reduce_add_ps(a) / (float)width);
        a = _mm512_setzero_ps();
        for (int i = 0; i < width; i += 16) {
            __mmask16 mask = tail_mask(width - i);
            __m512 d = _mm512_maskz_sub_ps(mask, _mm512_maskz_loadu_ps(mask, x + i), mean);
            a = _mm512_fmadd_ps(d, d, a);
        }
        __m512 scale = _mm512_set1_ps(1 / sqrtf(_mm512_reduce_add_ps(a) / (float)width + epsilon));
        for (int i = 0; i < width; i += 16) {
            __mmask16 mask = tail_mask(width - i);
            __m512 v = _mm512_mul_ps(_mm512_sub_ps(_mm512_maskz_loadu_ps(mask, x + i), mean), scale);
            if (gain && shift)
                v = _mm512_fmadd_ps(v, _mm512_maskz_loadu_ps(mask, gain + i), _mm512_maskz_loadu_ps(mask, shift + i));
            else if (gain)
                v = _mm512_mul_ps(v, _mm512_maskz_loadu_ps(mask, gain + i));
            else if (shift)
                v = _mm512_add_ps(v, _mm512_maskz_loadu_ps(mask, shift + i));
            _mm512_mask_storeu_ps(y + i, mask, v);
        }
    }
}

/* The methods are generic.c's. */
INLINE __m512 exponential(__m512 x)
{
    /* min and max return their second operand when one is NaN, so NaN passes */
    __m512 c = _mm512_max_ps(_mm512_set1_ps(-104.0f), _mm512_min_ps(_mm512_set1_ps(104.0f), x));
    __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(c, _mm512_set1_ps(1.44269504088896341f)), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0.693359375f), c);
    r = _mm512_fmadd_ps(n, _mm512_set1_ps(2.12194440e-4f), r);
    __m512 p = _mm512_set1_ps(1.9875691500e-4f);
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.3981999507e-3f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(8.3334519073e-3f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(4.1665795894e-2f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.6666665459e-1f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(5.0000001201e-1f));
    p = _mm512_add_ps(_mm512_fmadd_ps(p, _mm512_mul_ps(r, r), r), _mm512_set1_ps(1.0f));
    return _mm512_scalef_ps(p, n);      /* p * 2^n with one rounding */
}

INLINE __m512 logistic(__m512 x)
{
    __m512 one = _mm512_set1_ps(1.0f);
    return _mm512_div_ps(one, _mm512_add_ps(one, exponential(_mm512_xor_ps(x, _mm512_set1_ps(-0.0f)))));
}

INLINE __m512 apply_relu(__m512 x, __m512 parameter)
{
    (void)parameter;
    return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_LT_OQ), x, _mm512_setzero_ps());
}

INLINE __m512 apply_sigmoid(__m512 x, __m512 parameter)
{
    (void)parameter;
    return logistic(x);
}

INLINE __m512 apply_silu(__m512 x, __m512 parameter)
{
    (void)parameter;
    return _mm512_mul_ps(x, logistic(x));
}

INLINE __m512 apply_exponentials(__m512 x, __m512 parameter)
{
    (void)parameter;
    return exponential(x);
}

INLINE __m512 apply_tangent(__m512 x, __m512 parameter)
{
    (void)parameter;
    __m512 sign = _mm512_set1_ps(-0.0f), one = _mm512_set1_ps(1.0f), two = _mm512_set1_ps(2.0f);
    __m512 a = _mm512_andnot_ps(sign, x), s = _mm512_mul_ps(x, x);
    __m512 p = _mm512_set1_ps(-5.70498872745e-3f);
    p = _mm512_fmadd_ps(p, s, _mm512_set1_ps(2.06390887954e-2f));
    p = _mm512_fmadd_ps(p, s, _mm512_set1_ps(-5.37397155531e-2f));
    p = _mm512_fmadd_ps(p, s, _mm512_set1_ps(1.33314422036e-1f));
    p = _mm512_fmadd_ps(p, s, _mm512_set1_ps(-3.33332819422e-1f));
    __m512 small = _mm512_fmadd_ps(_mm512_mul_ps(p, s), x, x);
    __m512 e = exponential(_mm512_mul_ps(two, _mm512_min_ps(_mm512_set1_ps(20.0f), a)));
    __m512 large = _mm512_sub_ps(one, _mm512_div_ps(two, _mm512_add_ps(e, one)));
    large = _mm512_or_ps(_mm512_andnot_ps(sign, large), _mm512_and_ps(sign, x));
    return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, _mm512_set1_ps(0.625f), _CMP_LT_OQ), large, small);
}

INLINE __m512 apply_error_functions(__m512 x, __m512 parameter)
{
    (void)parameter;
    __m512 sign = _mm512_set1_ps(-0.0f), one = _mm512_set1_ps(1.0f), a = _mm512_andnot_ps(sign, x), s = _mm512_mul_ps(x, x);
    __m512 p = _mm512_set1_ps(7.85386073e-5f);
    p = _mm512_fmadd_ps(p, s, _mm512_set1_ps(-8.01019371e-4f));
    p = _mm512_fmadd_ps(p, s, _mm512_set1_ps(5.18832775e-3f));
    p = _mm512_fmadd_ps(p, s, _mm512_set1_ps(-2.68538129e-2f));
    p = _mm512_fmadd_ps(p, s, _mm512_set1_ps(1.12835854e-1f));
    p = _mm512_fmadd_ps(p, s, _mm512_set1_ps(-3.76126260e-1f));
    p = _mm512_fmadd_ps(p, s, _mm512_set1_ps(1.28379166e-1f));
    __m512 small = _mm512_fmadd_ps(p, x, x);
    a = _mm512_min_ps(_mm512_set1_ps(4.0f), a);
    __m512 q = _mm512_set1_ps(1.86379256e-4f);
    q = _mm512_fmadd_ps(q, a, _mm512_set1_ps(-2.94765890e-3f));
    q = _mm512_fmadd_ps(q, a, _mm512_set1_ps(2.18380671e-2f));
    q = _mm512_fmadd_ps(q, a, _mm512_set1_ps(-1.03106759e-1f));
    q = _mm512_fmadd_ps(q, a, _mm512_set1_ps(-6.38144851e-1f));
    q = _mm512_fmadd_ps(q, a, _mm512_set1_ps(-1.12708914f));
    q = _mm512_fmadd_ps(q, a, _mm512_set1_ps(-3.41522275e-4f));
    __m512 large = _mm512_sub_ps(one, exponential(q));
    large = _mm512_or_ps(_mm512_andnot_ps(sign, large), _mm512_and_ps(sign, x));
    return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, one, _CMP_LT_OQ), large, small);
}

#define UNARY(name) \
    static void name(const float *x, float parameter, float *y, size_t count) \
    { \
        __m512 p = _mm512_set1_ps(parameter); \
        size_t i = 0; \
        for (; i + 16 <= count; i += 16) \
            _mm512_storeu_ps(y + i, apply_##name(_mm512_loadu_ps(x + i), p)); \
        if (i < count) { \
            __mmask16 mask = tail_mask((int)(count - i)); \
            _mm512_mask_storeu_ps(y + i, mask, apply_##name(_mm512_maskz_loadu_ps(mask, x + i), p)); \
        } \
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
        __m512 va = _mm512_set1_ps(*a), vb = _mm512_set1_ps(*b); \
        for (size_t i = 0; i < count; i += 16) { \
            __mmask16 mask = count - i >= 16 ? (__mmask16)0xFFFF : tail_mask((int)(count - i)); \
            if (a_step) \
                va = _mm512_maskz_loadu_ps(mask, a + i); \
            if (b_step) \
                vb = _mm512_maskz_loadu_ps(mask, b + i); \
            _mm512_mask_storeu_ps(y + i, mask, op(va, vb)); \
        } \
    }
BINARY(add, _mm512_add_ps)
BINARY(subtract, _mm512_sub_ps)
BINARY(multiply, _mm512_mul_ps)
BINARY(divide, _mm512_div_ps)

static void half_to_float(const void *half, float *out, size_t count)
{
    const unsigned char *p = half;
    for (size_t i = 0; i < count; i += 16) {
        __mmask16 mask = count - i >= 16 ? (__mmask16)0xFFFF : tail_mask((int)(count - i));
        _mm512_mask_storeu_ps(out + i, mask, _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(mask, p + 2 * i)));
    }
}

/* 16 columns of 16 rows at a time, turned in registers: pairs, then fours within each quarter, then the quarters. */
static void panel_of_rows(const void *raw, const float *scale, int rows, int taps, int in, float *to)
{
    static const float none[16];
    ptrdiff_t count = (ptrdiff_t)in * taps;
    int tap = 0, input = 0;
    for (ptrdiff_t j = 0; j < count; j += 16) {
        __m512 r[16], t[16];
        __mmask16 mask = count - j >= 16 ? (__mmask16)0xFFFF : tail_mask((int)(count - j));
#pragma GCC unroll 16
        for (int i = 0; i < 16; i++) {
            r[i] = _mm512_maskz_loadu_ps(mask, i < rows ? (const void *)((const char *)raw + (i * count + j) * (ptrdiff_t)sizeof(float)) : none);
            if (scale && i < rows)
                r[i] = _mm512_mul_ps(r[i], _mm512_set1_ps(scale[i]));
        }
#pragma GCC unroll 8
        for (int i = 0; i < 16; i += 2) {
            t[i] = _mm512_unpacklo_ps(r[i], r[i + 1]);
            t[i + 1] = _mm512_unpackhi_ps(r[i], r[i + 1]);
        }
#pragma GCC unroll 4
        for (int i = 0; i < 16; i += 4) {           /* r[i + c]: columns c, c + 4, c + 8, c + 12 of rows i to i + 3 */
            r[i] = _mm512_castpd_ps(_mm512_unpacklo_pd(_mm512_castps_pd(t[i]), _mm512_castps_pd(t[i + 2])));
            r[i + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(_mm512_castps_pd(t[i]), _mm512_castps_pd(t[i + 2])));
            r[i + 2] = _mm512_castpd_ps(_mm512_unpacklo_pd(_mm512_castps_pd(t[i + 1]), _mm512_castps_pd(t[i + 3])));
            r[i + 3] = _mm512_castpd_ps(_mm512_unpackhi_pd(_mm512_castps_pd(t[i + 1]), _mm512_castps_pd(t[i + 3])));
        }
#pragma GCC unroll 4
        for (int c = 0; c < 4; c++) {
            __m512 even = _mm512_shuffle_f32x4(r[c], r[4 + c], 0x88), odd = _mm512_shuffle_f32x4(r[c], r[4 + c], 0xDD);
            __m512 more_even = _mm512_shuffle_f32x4(r[8 + c], r[12 + c], 0x88), more_odd = _mm512_shuffle_f32x4(r[8 + c], r[12 + c], 0xDD);
            t[c] = _mm512_shuffle_f32x4(even, more_even, 0x88);
            t[c + 4] = _mm512_shuffle_f32x4(odd, more_odd, 0x88);
            t[c + 8] = _mm512_shuffle_f32x4(even, more_even, 0xDD);
            t[c + 12] = _mm512_shuffle_f32x4(odd, more_odd, 0xDD);
        }
#pragma GCC unroll 16
        for (int i = 0; i < 16; i++) {
            if (i >= count - j)
                return;
            _mm512_store_ps(to + ((ptrdiff_t)tap * in + input) * SX_PANEL, t[i]);
            if (++tap == taps) {
                tap = 0;
                input++;
            }
        }
    }
}

const struct sx_kernels sx_kernels_avx512 = {
    .name = "avx512",
    .linear = linear,
    .narrow = narrow,
    .depthwise = depthwise,
    .layernorm = layernorm,
    .unary = {relu, sigmoid, silu, tangent, exponentials, leaky_relu, error_functions},
    .binary = {add, subtract, multiply, divide},
    .half_to_float = half_to_float,
    .panel = panel_of_rows,
};
#else
typedef int sx_no_avx512;
#endif
