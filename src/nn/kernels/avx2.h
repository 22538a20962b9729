/* avx2.h - what avx2.c and avx2_short.c share: registers of which only some lanes count. */
#ifndef SX_NN_KERNELS_AVX2_H
#define SX_NN_KERNELS_AVX2_H

#include <immintrin.h>

#define INLINE static inline __attribute__((always_inline))

INLINE __m256i tail_mask(int count)     /* lanes 0 .. count-1 */
{
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

INLINE void store_part(float *y, __m256 v, int count)
{
    if (count >= 8)
        _mm256_storeu_ps(y, v);
    else if (count > 0)
        _mm256_maskstore_ps(y, tail_mask(count), v);
}

INLINE __m256 load_part(const float *p, int count)
{
    return count >= 8 ? _mm256_loadu_ps(p) : count > 0 ? _mm256_maskload_ps(p, tail_mask(count)) : _mm256_setzero_ps();
}

INLINE __m256 apply_leaky_relu(__m256 x, __m256 parameter)
{
    return _mm256_blendv_ps(x, _mm256_mul_ps(x, parameter), _mm256_cmp_ps(x, _mm256_setzero_ps(), _CMP_LT_OQ));
}

#endif
