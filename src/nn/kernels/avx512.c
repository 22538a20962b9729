/* avx512.c - the kernels for AVX-512 F, BW, DQ, VL. Compiled with those -m flags; only choose.c's table leads here.
 *
 * A panel is one register. Tiles of the linear kernel: up to 6 columns by four panels, up to 12 by two or one; tails run under masks. */
#if defined(__x86_64__)
#include <math.h>

#include "nn/kernels/avx512.h"
#include "nn/kernels/kernels.h"

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

/* ------------------------------------------------------------------ element by element */

#define V __m512
#define LANES 16
#define v_set _mm512_set1_ps
#define v_load _mm512_loadu_ps
#define v_store _mm512_storeu_ps
#define v_add _mm512_add_ps
#define v_subtract _mm512_sub_ps
#define v_multiply _mm512_mul_ps
#define v_divide _mm512_div_ps
#define v_fma _mm512_fmadd_ps
#define v_fnma _mm512_fnmadd_ps
#define v_min _mm512_min_ps             /* these two return their second operand when one is NaN */
#define v_max _mm512_max_ps

INLINE __m512 load_part(const float *p, int count)
{
    return _mm512_maskz_loadu_ps(tail_mask(count), p);
}

INLINE void store_part(float *y, __m512 v, int count)
{
    _mm512_mask_storeu_ps(y, tail_mask(count), v);
}

INLINE __m512 v_round(__m512 x)
{
    return _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

INLINE __m512 v_negate(__m512 x)
{
    return _mm512_xor_ps(x, _mm512_set1_ps(-0.0f));
}

INLINE __m512 v_magnitude(__m512 x)
{
    return _mm512_andnot_ps(_mm512_set1_ps(-0.0f), x);
}

INLINE __m512 v_signed(__m512 size, __m512 sign)
{
    return _mm512_or_ps(v_magnitude(size), _mm512_and_ps(_mm512_set1_ps(-0.0f), sign));
}

INLINE __m512 v_if_less(__m512 a, __m512 b, __m512 then, __m512 otherwise)
{
    return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_LT_OQ), otherwise, then);
}

#define v_scale _mm512_scalef_ps        /* with one rounding */

#include "nn/kernels/elementwise.h"

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
