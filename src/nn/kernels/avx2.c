/* avx2.c - the kernels for AVX2 + FMA + F16C. Compiled with -mavx2 -mfma -mf16c; only choose.c's table leads here.
 *
 * Register tiles of the linear kernel: 1 to 3 columns by two panels, 4 to 6 columns by one: up to 12 sums, each a chain of fused
 * multiply-adds from the bias on. Tails run the same instructions under masks. */
#if defined(__x86_64__)
#include <math.h>

#include "nn/kernels/avx2.h"
#include "nn/kernels/kernels.h"

/* `columns` and `panels` are constants at every call, so the arrays become registers. */
INLINE void tile(const struct sx_linear *job, int panel, const float *x, float *y, int columns, int panels)
{
    __m256 sum[6][4];
    ptrdiff_t size = (ptrdiff_t)job->taps * job->in * SX_PANEL, x_step = job->x_step;
    const float *w = job->weights + panel * size, *bias = job->bias + panel * SX_PANEL;
#pragma GCC unroll 6
    for (int c = 0; c < columns; c++)
#pragma GCC unroll 4
        for (int v = 0; v < 2 * panels; v++)
            sum[c][v] = _mm256_load_ps(bias + 8 * v);
    for (int k = 0; k < job->taps; k++, x += job->tap_step)
        for (int i = 0; i < job->in; i++, w += SX_PANEL) {
            __m256 weight[4];
#pragma GCC unroll 4
            for (int v = 0; v < 2 * panels; v++) {
                weight[v] = _mm256_load_ps(w + (v / 2) * size + 8 * (v % 2));
                __asm__("" : "+x"(weight[v]));      /* one load for all columns: GCC would fold it into each FMA */
            }
#pragma GCC unroll 6
            for (int c = 0; c < columns; c++) {
                __m256 value = _mm256_broadcast_ss(x + c * x_step + i);
#pragma GCC unroll 4
                for (int v = 0; v < 2 * panels; v++)
                    sum[c][v] = _mm256_fmadd_ps(weight[v], value, sum[c][v]);
            }
        }
    int left = job->out - panel * SX_PANEL;
#pragma GCC unroll 6
    for (int c = 0; c < columns; c++)
#pragma GCC unroll 4
        for (int v = 0; v < 2 * panels; v++) {
            ptrdiff_t at = y - job->y + c * job->y_step + panel * SX_PANEL + 8 * v;
            if (job->add[0])
                sum[c][v] = _mm256_add_ps(sum[c][v], load_part(job->add[0] + at, left - 8 * v));
            if (job->add[1])
                sum[c][v] = _mm256_add_ps(sum[c][v], load_part(job->add[1] + at, left - 8 * v));
            store_part(job->y + at, sum[c][v], left - 8 * v);
            if (job->active)
                store_part(job->active + at, apply_leaky_relu(sum[c][v], _mm256_set1_ps(job->slope)), left - 8 * v);
        }
}

INLINE void few_columns(const struct sx_linear *job, int panel, int panels, const float *x, float *y, int columns)
{
    for (; panels >= 2; panels -= 2, panel += 2)
        tile(job, panel, x, y, columns, 2);
    if (panels)
        tile(job, panel, x, y, columns, 1);
}

/* Panels outside, columns inside: a panel stays in the first-level cache while all columns pass. */
static void linear(const struct sx_linear *job, int panel, int panels, int columns)
{
    const float *x = job->x;
    float *y = job->y;
    switch (columns) {
    case 1: few_columns(job, panel, panels, x, y, 1); return;
    case 2: few_columns(job, panel, panels, x, y, 2); return;
    case 3: few_columns(job, panel, panels, x, y, 3); return;
    default: break;
    }
    /* tiles of 6, the rest of 4 to 9 columns as one or two tiles of at least 3 */
    for (int p = panel; p < panel + panels; p++) {
        int c = 0;
        for (; columns - c >= 10 || columns - c == 6; c += 6)
            tile(job, p, x + c * job->x_step, y + c * job->y_step, 6, 1);
        while (c < columns) {
            int rest = columns - c, now = rest <= 6 ? rest : rest - rest / 2;
            const float *xc = x + c * job->x_step;
            float *yc = y + c * job->y_step;
            switch (now) {
            case 3: tile(job, p, xc, yc, 3, 1); break;
            case 4: tile(job, p, xc, yc, 4, 1); break;
            case 5: tile(job, p, xc, yc, 5, 1); break;
            default: tile(job, p, xc, yc, 6, 1); now = 6; break;
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
            __m256 a = _mm256_loadu_ps(bias + c), b = _mm256_loadu_ps(bias + c + 8);
            const float *w = weights + c, *p = x + c;
            for (int k = 0; k < taps; k++, w += channels, p += tap_step) {
                a = _mm256_fmadd_ps(_mm256_loadu_ps(w), _mm256_loadu_ps(p), a);
                b = _mm256_fmadd_ps(_mm256_loadu_ps(w + 8), _mm256_loadu_ps(p + 8), b);
            }
            _mm256_storeu_ps(y + c, a);
            _mm256_storeu_ps(y + c + 8, b);
        }
        for (; c < channels; c += 8) {
            __m256i mask = tail_mask(channels - c);
            __m256 a = _mm256_maskload_ps(bias + c, mask);
            const float *w = weights + c, *p = x + c;
            for (int k = 0; k < taps; k++, w += channels, p += tap_step)
                a = _mm256_fmadd_ps(_mm256_maskload_ps(w, mask), _mm256_maskload_ps(p, mask), a);
            _mm256_maskstore_ps(y + c, mask, a);
        }
    }
}

INLINE float horizontal(__m256 a, __m256 b)
{
    a = _mm256_add_ps(a, b);
    __m128 s = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    s = _mm_add_ps(s, _mm_movehl_ps(s, s));
    return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
}

/* Four columns at a time, sums over the inputs in 8 lanes, at the end across them. */
INLINE void narrow_columns(const struct sx_linear *job, int columns)
{
    ptrdiff_t x_step = job->x_step;
    for (int o = 0; o < job->out; o++) {
        const float *w = job->weights + (ptrdiff_t)o * job->taps * job->in, *x = job->x;
        __m256 sum[4];
#pragma GCC unroll 4
        for (int c = 0; c < columns; c++)
            sum[c] = _mm256_setzero_ps();
        for (int k = 0; k < job->taps; k++, x += job->tap_step, w += job->in) {
            int i = 0;
            for (; i + 8 <= job->in; i += 8) {
                __m256 weight = _mm256_loadu_ps(w + i);
                __asm__("" : "+x"(weight));
#pragma GCC unroll 4
                for (int c = 0; c < columns; c++)
                    sum[c] = _mm256_fmadd_ps(weight, _mm256_loadu_ps(x + c * x_step + i), sum[c]);
            }
            if (i < job->in) {
                __m256i mask = tail_mask(job->in - i);
                __m256 weight = _mm256_maskload_ps(w + i, mask);
#pragma GCC unroll 4
                for (int c = 0; c < columns; c++)
                    sum[c] = _mm256_fmadd_ps(weight, _mm256_maskload_ps(x + c * x_step + i, mask), sum[c]);
            }
        }
#pragma GCC unroll 4
        for (int c = 0; c < columns; c++)
            job->y[c * job->y_step + o] = job->bias[o] + horizontal(sum[c], _mm256_setzero_ps());
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
        __m256 a = _mm256_setzero_ps(), b = a;
        int i = 0;
        for (; i + 16 <= width; i += 16) {
            a = _mm256_add_ps(a, _mm256_loadu_ps(x + i));
            b = _mm256_add_ps(b, _mm256_loadu_ps(x + i + 8));
        }
        for (; i < width; i += 8)
            a = _mm256_add_ps(a, _mm256_maskload_ps(x + i, tail_mask(width - i)));
        __m256 mean = _mm256_set1_ps(horizontal(a, b) / (float)width);
        a = b = _mm256_setzero_ps();
        for (i = 0; i + 16 <= width; i += 16) {
            __m256 d = _mm256_sub_ps(_mm256_loadu_ps(x + i), mean), e = _mm256_sub_ps(_mm256_loadu_ps(x + i + 8), mean);
            a = _mm256_fmadd_ps(d, d, a);
            b = _mm256_fmadd_ps(e, e, b);
        }
        for (; i < width; i += 8) {
            __m256i mask = tail_mask(width - i);
            __m256 d = _mm256_and_ps(_mm256_sub_ps(_mm256_maskload_ps(x + i, mask), mean), _mm256_castsi256_ps(mask));
            a = _mm256_fmadd_ps(d, d, a);
        }
        __m256 scale = _mm256_set1_ps(1 / sqrtf(horizontal(a, b) / (float)width + epsilon));
        for (i = 0; i < width; i += 8) {
            __m256i mask = tail_mask(width - i);
            __m256 v = _mm256_mul_ps(_mm256_sub_ps(_mm256_maskload_ps(x + i, mask), mean), scale);
            if (gain && shift)
                v = _mm256_fmadd_ps(v, _mm256_maskload_ps(gain + i, mask), _mm256_maskload_ps(shift + i, mask));
            else if (gain)
                v = _mm256_mul_ps(v, _mm256_maskload_ps(gain + i, mask));
            else if (shift)
                v = _mm256_add_ps(v, _mm256_maskload_ps(shift + i, mask));
            _mm256_maskstore_ps(y + i, mask, v);
        }
    }
}

/* ------------------------------------------------------------------ element by element */

#define V __m256
#define LANES 8
#define v_set _mm256_set1_ps
#define v_load _mm256_loadu_ps
#define v_store _mm256_storeu_ps
#define v_add _mm256_add_ps
#define v_subtract _mm256_sub_ps
#define v_multiply _mm256_mul_ps
#define v_divide _mm256_div_ps
#define v_fma _mm256_fmadd_ps
#define v_fnma _mm256_fnmadd_ps
#define v_min _mm256_min_ps             /* these two return their second operand when one is NaN */
#define v_max _mm256_max_ps

INLINE __m256 v_round(__m256 x)
{
    return _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

INLINE __m256 v_negate(__m256 x)
{
    return _mm256_xor_ps(x, _mm256_set1_ps(-0.0f));
}

INLINE __m256 v_magnitude(__m256 x)
{
    return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), x);
}

INLINE __m256 v_signed(__m256 size, __m256 sign)
{
    return _mm256_or_ps(v_magnitude(size), _mm256_and_ps(_mm256_set1_ps(-0.0f), sign));
}

INLINE __m256 v_if_less(__m256 a, __m256 b, __m256 then, __m256 otherwise)
{
    return _mm256_blendv_ps(otherwise, then, _mm256_cmp_ps(a, b, _CMP_LT_OQ));
}

INLINE __m256 v_scale(__m256 x, __m256 n)
{
    __m256i k = _mm256_cvtps_epi32(n), half = _mm256_srai_epi32(k, 1), bias = _mm256_set1_epi32(127);
    __m256 low = _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(half, bias), 23));
    __m256 high = _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(_mm256_sub_epi32(k, half), bias), 23));
    return _mm256_mul_ps(_mm256_mul_ps(x, low), high);
}

#include "nn/kernels/elementwise.h"

static void half_to_float(const void *half, float *out, size_t count)
{
    const unsigned char *p = half;
    size_t i = 0;
    for (; i + 8 <= count; i += 8)
        _mm256_storeu_ps(out + i, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)(p + 2 * i))));
    for (; i < count; i++)
        out[i] = _cvtsh_ss((unsigned short)(p[2 * i] | p[2 * i + 1] << 8));
}

/* 8 columns of 8 rows at a time, turned in registers: pairs, fours within each half, the halves. */
static void panel_of_rows(const void *raw, const float *scale, int rows, int taps, int in, float *to)
{
    ptrdiff_t count = (ptrdiff_t)in * taps;
    int tap = 0, input = 0;
    for (ptrdiff_t j = 0; j < count; j += 8) {
        __m256 r[8], t[8], turned[2][8];
        int n = count - j < 8 ? (int)(count - j) : 8;
        for (int half = 0; half < 2; half++) {
            const float *s = scale ? scale + 8 * half : NULL;
#pragma GCC unroll 8
            for (int i = 0; i < 8; i++) {
                int row = 8 * half + i;
                r[i] = row < rows ? load_part((const void *)((const char *)raw + (row * count + j) * (ptrdiff_t)sizeof(float)), n) : _mm256_setzero_ps();
                if (s && row < rows)
                    r[i] = _mm256_mul_ps(r[i], _mm256_set1_ps(s[i]));
            }
#pragma GCC unroll 4
            for (int i = 0; i < 8; i += 2) {
                t[i] = _mm256_unpacklo_ps(r[i], r[i + 1]);
                t[i + 1] = _mm256_unpackhi_ps(r[i], r[i + 1]);
            }
#pragma GCC unroll 2
            for (int i = 0; i < 8; i += 4) {        /* r[i + c]: columns c and c + 4 of rows i to i + 3 */
                r[i] = _mm256_castpd_ps(_mm256_unpacklo_pd(_mm256_castps_pd(t[i]), _mm256_castps_pd(t[i + 2])));
                r[i + 1] = _mm256_castpd_ps(_mm256_unpackhi_pd(_mm256_castps_pd(t[i]), _mm256_castps_pd(t[i + 2])));
                r[i + 2] = _mm256_castpd_ps(_mm256_unpacklo_pd(_mm256_castps_pd(t[i + 1]), _mm256_castps_pd(t[i + 3])));
                r[i + 3] = _mm256_castpd_ps(_mm256_unpackhi_pd(_mm256_castps_pd(t[i + 1]), _mm256_castps_pd(t[i + 3])));
            }
#pragma GCC unroll 4
            for (int c = 0; c < 4; c++) {
                turned[half][c] = _mm256_permute2f128_ps(r[c], r[c + 4], 0x20);
                turned[half][c + 4] = _mm256_permute2f128_ps(r[c], r[c + 4], 0x31);
            }
        }
        for (int i = 0; i < n; i++) {
            float *p = to + ((ptrdiff_t)tap * in + input) * SX_PANEL;
            _mm256_store_ps(p, turned[0][i]);
            _mm256_store_ps(p + 8, turned[1][i]);
            if (++tap == taps) {
                tap = 0;
                input++;
            }
        }
    }
}

const struct sx_kernels sx_kernels_avx2 = {
    .name = "avx2",
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
typedef int sx_no_avx2;
#endif
