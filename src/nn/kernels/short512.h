/* short512.h - the tiles of the AVX-512 kernels for short weights, shared by avx512_short.c and avx512_bf16.c (which is compiled for more).
 *
 * As in avx512.c a panel is one register, a tile up to 12 columns by 2 panels or 6 by 4. How a step of the sums loads weights and values is the includer's. */
#include "nn/kernels/avx512.h"
#include "nn/kernels/short.h"

/* Sums are done: residuals, the result and its LeakyRelu. */
INLINE void finish(const struct sx_short_linear *job, int panel, float *y, int columns, int panels, __m512 sum[12][4])
{
    int left = job->out - panel * SX_PANEL;
    _Pragma("GCC unroll 12")
    for (int c = 0; c < columns; c++)
        _Pragma("GCC unroll 4")
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

/* avx512_bf16.c's table has those of avx512_short.c as well. */
void sx_avx512_half(const struct sx_short_linear *job, int panel, int panels, int columns);
void sx_avx512_byte(const struct sx_short_linear *job, int panel, int panels, int columns);
void sx_avx512_bfloat(const struct sx_short_linear *job, int panel, int panels, int columns);
void sx_avx512_to_half(const float *x, uint16_t *y, size_t count);

/* `type` x and `weight` w elements; a step reads `wide` elements of x and SX_PANEL * wide of w. load(p) is a weight register, value(p) the same x in all lanes,
 * sum(weight, value, sum) adds. `scaled`: sums begin at zero and get scale and bias at the end. */
#define SX_LINEAR(name, type, weight_type, wide, register_type, load, value, add, scaled) \
    INLINE void name##_tile(const struct sx_short_linear *job, int panel, const type *x, float *y, int columns, int panels) \
    { \
        __m512 sum[12][4]; \
        ptrdiff_t size = (ptrdiff_t)job->taps * job->in * SX_PANEL, x_step = job->x_step; \
        const weight_type *w = (const weight_type *)job->weights + panel * size; \
        const float *bias = job->bias + panel * SX_PANEL; \
        _Pragma("GCC unroll 12") \
        for (int c = 0; c < columns; c++) \
            _Pragma("GCC unroll 4") \
            for (int v = 0; v < panels; v++) \
                sum[c][v] = scaled ? _mm512_setzero_ps() : _mm512_load_ps(bias + SX_PANEL * v); \
        for (int k = 0; k < job->taps; k++, x += job->tap_step) \
            for (int i = 0; i < job->in; i += wide, w += SX_PANEL * wide) { \
                register_type weight[4]; \
                _Pragma("GCC unroll 4") \
                for (int v = 0; v < panels; v++) { \
                    weight[v] = load(w + v * size); \
                    __asm__("" : "+v"(weight[v])); \
                } \
                _Pragma("GCC unroll 12") \
                for (int c = 0; c < columns; c++) { \
                    register_type one = value(x + c * x_step + i); \
                    _Pragma("GCC unroll 4") \
                    for (int v = 0; v < panels; v++) \
                        sum[c][v] = add(weight[v], one, sum[c][v]); \
                } \
            } \
        if (scaled) { \
            _Pragma("GCC unroll 12") \
            for (int c = 0; c < columns; c++) \
                _Pragma("GCC unroll 4") \
                for (int v = 0; v < panels; v++) \
                    sum[c][v] = _mm512_fmadd_ps(sum[c][v], _mm512_loadu_ps(job->scale + (panel + v) * SX_PANEL), _mm512_load_ps(bias + SX_PANEL * v)); \
        } \
        finish(job, panel, y, columns, panels, sum); \
    } \
    static inline void name##_group(const struct sx_short_linear *job, int panel, int panels, int columns) \
    { \
        const type *x = job->x; \
        int c = 0; \
        for (; panels <= 2 && columns - c >= 12; c += 12) \
            name##_tile(job, panel, x + c * job->x_step, job->y + c * job->y_step, 12, panels); \
        while (c < columns) { \
            /* as in avx512.c: no tile too small to hide the latency */ \
            int rest = columns - c, now = rest <= 6 ? rest : rest < 10 ? rest - rest / 2 : 6; \
            const type *from = x + c * job->x_step; \
            float *y = job->y + c * job->y_step; \
            switch (now) { \
            case 1: name##_tile(job, panel, from, y, 1, panels); break; \
            case 2: name##_tile(job, panel, from, y, 2, panels); break; \
            case 3: name##_tile(job, panel, from, y, 3, panels); break; \
            case 4: name##_tile(job, panel, from, y, 4, panels); break; \
            case 5: name##_tile(job, panel, from, y, 5, panels); break; \
            default: name##_tile(job, panel, from, y, 6, panels); break; \
            } \
            c += now; \
        } \
    } \
    void name(const struct sx_short_linear *job, int panel, int panels, int columns) \
    { \
        for (; panels >= 4; panels -= 4, panel += 4) \
            name##_group(job, panel, 4, columns); \
        if (panels >= 2) { \
            name##_group(job, panel, 2, columns); \
            panels -= 2; \
            panel += 2; \
        } \
        if (panels) \
            name##_group(job, panel, 1, columns); \
    }
