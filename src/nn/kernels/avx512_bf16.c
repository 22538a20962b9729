/* avx512_bf16.c - bfloat16 arithmetic: VDPBF16PS takes two products a lane and step, twice the work of a float's. Compiled for AVX512_BF16. */
#if defined(__x86_64__)
#include "nn/kernels/short512.h"

#define LOAD(p) _mm512_load_si512((const void *)(p))
#define VALUE(p) _mm512_set1_epi32(*(const int *)(const void *)(p))
#define ADD(weight, value, sum) _mm512_dpbf16_ps(sum, (__m512bh)(weight), (__m512bh)(value))

SX_LINEAR(sx_avx512_bfloat, uint16_t, uint16_t, 2, __m512i, LOAD, VALUE, ADD, 0)

static void to_bfloat(const float *x, uint16_t *y, size_t count)
{
    for (size_t i = 0; i < count; i += 16) {
        __mmask16 mask = count - i >= 16 ? (__mmask16)0xFFFF : tail_mask((int)(count - i));
        _mm256_mask_storeu_epi16(y + i, mask, (__m256i)_mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(mask, x + i)));
    }
}

const struct sx_short_kernels sx_short_kernels_avx512_bf16 = {
    .bfloat = sx_avx512_bfloat, .half = sx_avx512_half, .byte = sx_avx512_byte, .to_bfloat = to_bfloat, .to_half = sx_avx512_to_half,
};
#else
typedef int sx_no_avx512_bf16;
#endif
