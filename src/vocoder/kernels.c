/* kernels.c - the renderer's inner loops: one source, inlined into one function a processor level. */
#include <math.h>
#include <string.h>

#include "dsp/fastmath.h"
#include "vocoder/kernels.h"

#define INLINE static inline __attribute__((always_inline))

typedef float vector __attribute__((vector_size(64), aligned(64), may_alias));

/* sum of cos(k p) for k = 1..K and a part of k = K+1, so that a gliding f0 lets no harmonic in or out with a click; K + part = rate / 2f - 1/2
 * makes the power 1. The sum is a Dirichlet kernel: sin((2K+1) h) / (2 sin h) - 1/2 with h = p/2. */
INLINE void pulses_body(const uint32_t *restrict phase, const float *restrict f0, float *restrict pulses, int n)
{
    for (int i = 0; i < n; i++) {
        float q = (float)(0.5 * SX_RATE) / f0[i] - 0.5f;
        int32_t k = (int32_t)q;
        float part = q - (float)k;
        uint32_t half = phase[i] >> 1;
        float above = sx_sin_turn((uint32_t)(2 * k + 1) * half), below = sx_sin_turn(half);
        above = half == 0 ? (float)(2 * k + 1) : above;
        below = half == 0 ? 1.0f : below;
        float top = sx_sin_turn((uint32_t)(k + 1) * phase[i] + 0x40000000u);
        float gain = sqrtf(f0[i] * (float)(4.0 / SX_RATE));
        pulses[i] = gain * (above / (below + below) - 0.5f + part * top);
    }
}

INLINE void phase_body(const float *restrict matrix, const float *restrict input, float *restrict quarters)
{
    const vector *row = (const vector *)__builtin_assume_aligned(matrix, 64);
    vector *out = (vector *)__builtin_assume_aligned(quarters, 64);
    for (int block = 0; block < SX_RENDER_BINS / SX_PHASE_BLOCK; block++) {
        vector a = row[0] * input[0], b = row[1] * input[0], c = row[2] * input[0];
        row += 3;
        for (int k = 1; k < SX_PHASE_INPUTS; k++, row += 3) {
            a += row[0] * input[k];
            b += row[1] * input[k];
            c += row[2] * input[k];
        }
        out[0] = a;
        out[1] = b;
        out[2] = c;
        out += 3;
    }
}

INLINE void filter_body(const struct sx_bands *harmonic, const float *restrict harmonic_gains, const float *restrict quarters,
                        struct sx_complex *restrict spectrum, const struct sx_bands *noise, const float *restrict noise_gains,
                        const struct sx_complex *restrict other)
{
    for (int i = 0; i < SX_RENDER_BINS; i++) {
        float h = harmonic_gains[harmonic->low[i]], n = noise_gains[noise->low[i]];
        h = sx_exp(h + harmonic->weight[i] * (harmonic_gains[harmonic->low[i] + 1] - h));
        n = sx_exp(n + noise->weight[i] * (noise_gains[noise->low[i] + 1] - n));
        float s, c;
        sx_sincos(quarters[i], &s, &c);
        s *= h;
        c *= h;
        float re = spectrum[i].re, im = spectrum[i].im;
        spectrum[i].re = re * c - im * s + other[i].re * n;
        spectrum[i].im = re * s + im * c + other[i].im * n;
    }
}

#define LEVEL(name, attributes) \
    attributes static void pulses_##name(const uint32_t *phase, const float *f0, float *pulses, int n) \
    { \
        pulses_body(phase, f0, pulses, n); \
    } \
    attributes static void phase_##name(const float *matrix, const float *input, float *quarters) \
    { \
        phase_body(matrix, input, quarters); \
    } \
    attributes static void filter_##name(const struct sx_bands *harmonic, const float *harmonic_gains, const float *quarters, \
                                         struct sx_complex *spectrum, const struct sx_bands *noise, const float *noise_gains, \
                                         const struct sx_complex *other) \
    { \
        filter_body(harmonic, harmonic_gains, quarters, spectrum, noise, noise_gains, other); \
    } \
    static const struct sx_render_kernels kernels_##name = { #name, pulses_##name, phase_##name, filter_##name };

LEVEL(c, )
#if defined(__x86_64__)
LEVEL(avx2, __attribute__((target("avx2"))))
#endif

const struct sx_render_kernels *sx_render_kernels(const char *level)
{
#if defined(__x86_64__)
    if (strcmp(level, "avx2") == 0 || strcmp(level, "avx512") == 0) return &kernels_avx2;
#else
    (void)level;
#endif
    return &kernels_c;
}
