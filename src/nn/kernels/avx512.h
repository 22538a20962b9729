/* avx512.h - what avx512.c and short512.h share: registers of which only some lanes count. */
#ifndef SX_NN_KERNELS_AVX512_H
#define SX_NN_KERNELS_AVX512_H

#include <immintrin.h>

#define INLINE static inline __attribute__((always_inline))

INLINE __mmask16 tail_mask(int count)
{
    return count >= 16 ? (__mmask16)0xFFFF : count > 0 ? (__mmask16)((1u << count) - 1) : (__mmask16)0;
}

INLINE __m512 apply_leaky_relu(__m512 x, __m512 parameter)
{
    return _mm512_mask_mul_ps(x, _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_LT_OQ), x, parameter);
}

#endif
