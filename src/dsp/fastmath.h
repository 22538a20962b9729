/* fastmath.h - exp, sine and cosine as straight lines of arithmetic that compilers turn into vector code.
 *
 * No tables, branches or fused operations (-ffp-contract=off), so every width of vector gives the same bits. The polynomials
 * are weighted least-squares fits iterated to equal ripple (Lawson 1961); errors stand beside them. */
#ifndef SX_DSP_FASTMATH_H
#define SX_DSP_FASTMATH_H

#include <stdint.h>
#include <string.h>

static inline float sx_float_of(int32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline int32_t sx_bits_of(float x)
{
    int32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* low <= x <= high; a NaN becomes low. */
static inline float sx_clamp(float x, float low, float high)
{
    x = x > low ? x : low;
    return x < high ? x : high;
}

/* 1.5 * 2^23: added to a small number, it leaves the nearest whole number in the low bits. */
#define SX_ROUND 12582912.0f

/* exp(x) for |x| <= 87; relative error 1.2e-7. */
static inline float sx_exp(float x)
{
    float shifted = x * 1.44269504f + SX_ROUND;
    float n = shifted - SX_ROUND;
    float r = x - n * 0.693145751953125f - n * 1.42860677e-6f;      /* ln 2 in two parts: the first product is exact */
    float p = 1.3814623e-3f;
    p = p * r + 8.368713e-3f;
    p = p * r + 4.1668389e-2f;
    p = p * r + 1.6666521e-1f;
    p = p * r + 4.9999994e-1f;                                      /* 3e-9 */
    p = p * (r * r) + r + 1.0f;
    return p * sx_float_of((int32_t)((uint32_t)sx_bits_of(shifted) << 23) + 0x3F800000);
}

/* Sine and cosine of r quarter turns, |r| <= 1/2: 3e-9 relative, 3e-8. */
static inline float sx_sin_quarter(float r)
{
    float s = r * r;
    return r * (((-4.6016541e-3f * s + 7.9680033e-2f) * s - 6.4596343e-1f) * s + 1.5707964f);
}

static inline float sx_cos_quarter(float r)
{
    float s = r * r;
    return ((-2.0426226e-2f * s + 2.5360635e-1f) * s - 1.233698f) * s + 1.0f;
}

/* The part of sx_sin and sx_sin_turn after range reduction: quadrant q (modulo 4), rest r in quarter turns. */
static inline float sx_sin_quadrant(int32_t q, float r)
{
    float s = sx_sin_quarter(r), c = sx_cos_quarter(r);
    float y = q & 1 ? c : s;
    return sx_float_of(sx_bits_of(y) ^ (int32_t)((uint32_t)(q & 2) << 30));
}

/* Sine of 2 pi * a / 2^32: a phase in whole numbers has no error of range reduction. */
static inline float sx_sin_turn(uint32_t a)
{
    uint32_t q = (a + 0x20000000u) >> 30;
    return sx_sin_quadrant((int32_t)q, (float)(int32_t)(a - (q << 30)) * 9.31322575e-10f);      /* 2^-30 */
}

/* Sine and cosine of x quarter turns, |x| < 2^21. */
static inline void sx_sincos(float x, float *sine, float *cosine)
{
    float shifted = x + SX_ROUND;
    float r = x - (shifted - SX_ROUND);
    int32_t q = sx_bits_of(shifted);
    *sine = sx_sin_quadrant(q, r);
    *cosine = sx_sin_quadrant(q + 1, r);
}

#endif
