/* random.h - noise as a function of (seed, index): the same at any block size and for any number of threads. */
#ifndef SX_BASE_RANDOM_H
#define SX_BASE_RANDOM_H

#include <stdint.h>

/* 64 well-mixed bits of (seed, index): the finaliser of SplitMix64 (Steele, Lea, Flood 2014) over a Weyl sequence. */
static inline uint64_t sx_random_bits(uint64_t seed, uint64_t index)
{
    uint64_t z = seed * 0xD1342543DE82EF95u + (index + 1) * 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/* Approximately N(0,1): the sum of four 16-bit uniforms, variance 1, kurtosis 2.7, |x| < 3.47. Exact integer arithmetic up to
 * one multiplication, so the same bits on every machine, and a few cycles where a logarithm and a cosine would cost fifty. */
static inline float sx_random_normal(uint64_t seed, uint64_t index)
{
    uint64_t z = sx_random_bits(seed, index);
    int32_t sum = (int32_t)(z & 0xFFFF) + (int32_t)(z >> 16 & 0xFFFF) + (int32_t)(z >> 32 & 0xFFFF) + (int32_t)(z >> 48);
    return (float)(sum - 131070) * 2.6429e-5f;      /* sqrt(12/4) / 65536 */
}

#endif
