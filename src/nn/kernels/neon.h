/* neon.h - what the kernels for NEON share: parts of a register to and from memory. */
#ifndef SX_NN_NEON_H
#define SX_NN_NEON_H

#include <arm_neon.h>

#define INLINE static inline __attribute__((always_inline))

INLINE float32x4_t load_part(const float *p, int count)
{
    float part[4] = {0};
    if (count >= 4)
        return vld1q_f32(p);
    for (int i = 0; i < count; i++)
        part[i] = p[i];
    return vld1q_f32(part);
}

INLINE void store_part(float *y, float32x4_t v, int count)
{
    float part[4];
    if (count >= 4) {
        vst1q_f32(y, v);
        return;
    }
    vst1q_f32(part, v);
    for (int i = 0; i < count; i++)
        y[i] = part[i];
}

#endif
