/* avx512_short.c - weights of two bytes or one that become floats on their way into the sums, for AVX-512 F, BW, DQ, VL. */
#if defined(__x86_64__)
#include "nn/kernels/short512.h"

#define LOAD_HALF(p) _mm512_cvtph_ps(_mm256_load_si256((const __m256i *)(const void *)(p)))
#define LOAD_BYTE(p) _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_load_si128((const __m128i *)(const void *)(p))))
#define VALUE(p) _mm512_set1_ps(*(p))

SX_LINEAR(sx_avx512_half, float, uint16_t, 1, __m512, LOAD_HALF, VALUE, _mm512_fmadd_ps, 0)
SX_LINEAR(sx_avx512_byte, float, int8_t, 1, __m512, LOAD_BYTE, VALUE, _mm512_fmadd_ps, 1)

void sx_avx512_to_half(const float *x, uint16_t *y, size_t count)
{
    for (size_t i = 0; i < count; i += 16) {
        __mmask16 mask = count - i >= 16 ? (__mmask16)0xFFFF : tail_mask((int)(count - i));
        _mm256_mask_storeu_epi16(y + i, mask, _mm512_cvtps_ph(_mm512_maskz_loadu_ps(mask, x + i), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
    }
}

const struct sx_short_kernels sx_short_kernels_avx512 = {.half = sx_avx512_half, .byte = sx_avx512_byte, .to_half = sx_avx512_to_half};
#else
typedef int sx_no_avx512_short;
#endif
