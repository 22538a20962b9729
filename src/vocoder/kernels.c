/* kernels.c - the renderer's inner loops: one source, inlined into one function a processor level. */
#include <math.h>

#include "dsp/fastmath.h"
#include "dsp/level.h"
#include "vocoder/kernels.h"

/* sum of cos(k p) for k = 1..K and a part of k = K+1, so that a gliding f0 lets no harmonic in or out with a click; K + part = rate / 2f - 1/2
 * makes the power 1 - f/rate, or a little less. The sum is a Dirichlet kernel: sin((2K+1) h) / (2 sin h) - 1/2 with h = p/2. */
SX_INLINE void pulses_body(const uint32_t *restrict phase, const float *restrict f0, float *restrict pulses, int n)
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

SX_INLINE void turn_body(const uint32_t *restrict phase, uint32_t harmonic, uint32_t ahead, float *restrict turn, int n)
{
    for (int i = 0; i < n; i++) turn[i] = sx_sin_turn(harmonic * phase[i] + ahead);
}

SX_INLINE void swell_body(const float *restrict depth, const float *restrict turn, float *restrict swell, int n)
{
    for (int i = 0; i < n; i++) swell[i] = 0.0f;
    for (int k = 0; k < 2 * SX_PULSED; k++) {
        for (int i = 0; i < n; i++) swell[i] += depth[k] * turn[k * n + i];
    }
    for (int i = 0; i < n; i++) swell[i] = sx_exp(swell[i]);
}

SX_INLINE void spread_body(const struct sx_bands *restrict bands, const float *restrict gains, float *restrict bins)
{
    for (int i = 0; i < SX_RENDER_BINS; i++) {
        float below = gains[bands->low[i]], above = gains[bands->low[i] + 1];
        bins[i] = below + bands->weight[i] * (above - below);
    }
}

SX_INLINE void filter_body(const float *restrict gain, const struct sx_complex *restrict phase, struct sx_complex *restrict spectrum,
                        const float *restrict other_gain, const struct sx_complex *restrict other)
{
    for (int i = 0; i < SX_RENDER_BINS; i++) {
        float h = sx_exp(gain[i]), n = sx_exp(other_gain[i]), s, c;
        sx_sincos(phase[i].im * (float)M_2_PI, &s, &c);
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
    attributes static void turn_##name(const uint32_t *phase, uint32_t harmonic, uint32_t ahead, float *turn, int n) \
    { \
        turn_body(phase, harmonic, ahead, turn, n); \
    } \
    attributes static void swell_##name(const float *depth, const float *turn, float *swell, int n) \
    { \
        swell_body(depth, turn, swell, n); \
    } \
    attributes static void spread_##name(const struct sx_bands *bands, const float *gains, float *bins) \
    { \
        spread_body(bands, gains, bins); \
    } \
    attributes static void filter_##name(const float *gain, const struct sx_complex *phase, struct sx_complex *spectrum, \
                                         const float *other_gain, const struct sx_complex *other) \
    { \
        filter_body(gain, phase, spectrum, other_gain, other); \
    } \
    static const struct sx_render_kernels kernels_##name = { #name, pulses_##name, turn_##name, swell_##name, spread_##name, filter_##name };

SX_LEVELS

const struct sx_render_kernels *sx_render_kernels(const char *level)
{
    return SX_LEVEL_OF(level);
}
