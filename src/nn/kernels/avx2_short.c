/* avx2_short.c - weights of two bytes or one that become floats on their way into the sums, for AVX2 + FMA + F16C. Tiles are 1 to 6 columns by a panel. */
#if defined(__x86_64__)
#include "nn/kernels/avx2.h"
#include "nn/kernels/short.h"

/* Eight weights; `bytes` is a constant at every call, as is `columns` below. */
INLINE __m256 load_weights(const char *w, int bytes)
{
    if (bytes == 2)
        return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)w));
    return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)(const void *)w)));
}

INLINE void tile(const struct sx_short_linear *job, int panel, const float *x, float *y, int columns, int bytes)
{
    __m256 sum[6][2];
    ptrdiff_t x_step = job->x_step;
    const char *w = (const char *)job->weights + (ptrdiff_t)panel * job->taps * job->in * SX_PANEL * bytes;
    const float *bias = job->bias + panel * SX_PANEL;
#pragma GCC unroll 6
    for (int c = 0; c < columns; c++)
#pragma GCC unroll 2
        for (int v = 0; v < 2; v++)
            sum[c][v] = bytes == 1 ? _mm256_setzero_ps() : _mm256_load_ps(bias + 8 * v);
    for (int k = 0; k < job->taps; k++, x += job->tap_step)
        for (int i = 0; i < job->in; i++, w += SX_PANEL * bytes) {
            __m256 low = load_weights(w, bytes), high = load_weights(w + 8 * bytes, bytes);
#pragma GCC unroll 6
            for (int c = 0; c < columns; c++) {
                __m256 value = _mm256_broadcast_ss(x + c * x_step + i);
                sum[c][0] = _mm256_fmadd_ps(low, value, sum[c][0]);
                sum[c][1] = _mm256_fmadd_ps(high, value, sum[c][1]);
            }
        }
    int left = job->out - panel * SX_PANEL;
#pragma GCC unroll 6
    for (int c = 0; c < columns; c++)
#pragma GCC unroll 2
        for (int v = 0; v < 2; v++) {
            ptrdiff_t at = y - job->y + c * job->y_step + panel * SX_PANEL + 8 * v;
            if (bytes == 1)
                sum[c][v] = _mm256_fmadd_ps(sum[c][v], _mm256_loadu_ps(job->scale + panel * SX_PANEL + 8 * v), _mm256_load_ps(bias + 8 * v));
            if (job->add[0])
                sum[c][v] = _mm256_add_ps(sum[c][v], load_part(job->add[0] + at, left - 8 * v));
            if (job->add[1])
                sum[c][v] = _mm256_add_ps(sum[c][v], load_part(job->add[1] + at, left - 8 * v));
            store_part(job->y + at, sum[c][v], left - 8 * v);
            if (job->active)
                store_part(job->active + at, apply_leaky_relu(sum[c][v], _mm256_set1_ps(job->slope)), left - 8 * v);
        }
}

INLINE void linear(const struct sx_short_linear *job, int panel, int panels, int columns, int bytes)
{
    for (int p = panel; p < panel + panels; p++)
        for (int c = 0; c < columns; ) {
            /* 7 to 9 columns are split evenly */
            int rest = columns - c, now = rest <= 6 ? rest : rest < 10 ? rest - rest / 2 : 6;
            const float *x = (const float *)job->x + c * job->x_step;
            float *y = job->y + c * job->y_step;
            switch (now) {
            case 1: tile(job, p, x, y, 1, bytes); break;
            case 2: tile(job, p, x, y, 2, bytes); break;
            case 3: tile(job, p, x, y, 3, bytes); break;
            case 4: tile(job, p, x, y, 4, bytes); break;
            case 5: tile(job, p, x, y, 5, bytes); break;
            default: tile(job, p, x, y, 6, bytes); break;
            }
            c += now;
        }
}

static void half(const struct sx_short_linear *job, int panel, int panels, int columns)
{
    linear(job, panel, panels, columns, 2);
}

static void byte(const struct sx_short_linear *job, int panel, int panels, int columns)
{
    linear(job, panel, panels, columns, 1);
}

static void to_half(const float *x, uint16_t *y, size_t count)
{
    size_t i = 0;
    for (; i + 8 <= count; i += 8)
        _mm_storeu_si128((__m128i *)(void *)(y + i), _mm256_cvtps_ph(_mm256_loadu_ps(x + i), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
    for (; i < count; i++)
        y[i] = (uint16_t)_cvtss_sh(x[i], _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

const struct sx_short_kernels sx_short_kernels_avx2 = {.half = half, .byte = byte, .to_half = to_half};
#else
typedef int sx_no_avx2_short;
#endif
