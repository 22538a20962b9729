/* neon_short.c - weights of two bytes or one that become floats on their way into the sums, for every AArch64. */
#if defined(__aarch64__)
#include "nn/kernels/short_neon.h"

INLINE float32x4_t load_half(const uint16_t *p)
{
    return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(p)));
}

INLINE float32x4_t load_byte(const int8_t *p)
{
    int32_t four;
    memcpy(&four, p, sizeof four);
    return vcvtq_f32_s32(vmovl_s16(vget_low_s16(vmovl_s8(vreinterpret_s8_s32(vdup_n_s32(four))))));
}

#define VALUE(p) (*(p))

SX_LINEAR(sx_neon_half, float, uint16_t, 1, float32x4_t, float, load_half, VALUE, vfmaq_n_f32, 0)
SX_LINEAR(sx_neon_byte, float, int8_t, 1, float32x4_t, float, load_byte, VALUE, vfmaq_n_f32, 1)

void sx_neon_to_half(const float *x, uint16_t *y, size_t count)
{
    for (size_t i = 0; i < count; i += 4) {
        int now = count - i < 4 ? (int)(count - i) : 4;
        uint16_t four[4];
        vst1_u16(four, vreinterpret_u16_f16(vcvt_f16_f32(load_part(x + i, now))));
        memcpy(y + i, four, (size_t)now * sizeof *y);
    }
}

const struct sx_short_kernels sx_short_kernels_neon = {.half = sx_neon_half, .byte = sx_neon_byte, .to_half = sx_neon_to_half};
#else
typedef int sx_no_neon_short;
#endif
