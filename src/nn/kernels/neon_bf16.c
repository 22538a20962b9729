/* neon_bf16.c - bfloat16 arithmetic: BFDOT takes two products a lane and step, twice the work of a float's. Compiled for FEAT_BF16 (ARMv8.6). */
#if defined(__aarch64__)
#include "nn/kernels/short_neon.h"

INLINE bfloat16x8_t load_pairs(const uint16_t *p)
{
    return vreinterpretq_bf16_u16(vld1q_u16(p));
}

INLINE bfloat16x8_t same_pair(const uint16_t *p)
{
    uint32_t pair;
    memcpy(&pair, p, sizeof pair);
    return vreinterpretq_bf16_u32(vdupq_n_u32(pair));
}

SX_LINEAR(sx_neon_bfloat, uint16_t, uint16_t, 2, bfloat16x8_t, bfloat16x8_t, load_pairs, same_pair, vbfdotq_f32, 0)

static void to_bfloat(const float *x, uint16_t *y, size_t count)
{
    for (size_t i = 0; i < count; i += 4) {
        int now = count - i < 4 ? (int)(count - i) : 4;
        uint16_t four[8];
        vst1q_u16(four, vreinterpretq_u16_bf16(vcvtq_low_bf16_f32(load_part(x + i, now))));
        memcpy(y + i, four, (size_t)now * sizeof *y);
    }
}

const struct sx_short_kernels sx_short_kernels_neon_bf16 = {
    .bfloat = sx_neon_bfloat, .half = sx_neon_half, .byte = sx_neon_byte, .to_bfloat = to_bfloat, .to_half = sx_neon_to_half,
};
#else
typedef int sx_no_neon_bf16;
#endif
