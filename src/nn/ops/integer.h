/* integer.h - what products of 8-bit numbers share: reading zero points, and going back from 32-bit sums to 8 bits. */
#ifndef SX_NN_OPS_INTEGER_H
#define SX_NN_OPS_INTEGER_H

#include <math.h>

#include "nn/op.h"

static inline bool sx_is_byte(const struct sx_tensor *t)
{
    return t->type == SX_UINT8 || t->type == SX_INT8;
}

/* Element of an 8-bit tensor. */
static inline int32_t sx_byte(const struct sx_tensor *t, int64_t i)
{
    return t->type == SX_INT8 ? ((const int8_t *)t->data)[i] : ((const uint8_t *)t->data)[i];
}

/* sum * scale, rounded half to even, moved by `zero` and clamped into the type of `out`. */
static inline void sx_store_byte(const struct sx_tensor *out, int64_t i, int32_t sum, float scale, int32_t zero)
{
    float v = rintf((float)sum * scale) + (float)zero, low = out->type == SX_INT8 ? -128 : 0, high = out->type == SX_INT8 ? 127 : 255;
    v = v >= low ? v <= high ? v : high : low;
    if (out->type == SX_INT8)
        ((int8_t *)out->data)[i] = (int8_t)v;
    else
        ((uint8_t *)out->data)[i] = (uint8_t)v;
}

/* y[c] += factor * x[c] of bytes; sums wrap, as in every integer engine. */
static inline void sx_add_bytes(int32_t *y, int32_t factor, const void *x, bool is_signed, int64_t step, int64_t count)
{
    uint32_t *sum = (uint32_t *)y;
    if (is_signed) {
        const int8_t *p = x;
        if (step == 1)
            for (int64_t i = 0; i < count; i++)
                sum[i] += (uint32_t)(factor * p[i]);
        else
            for (int64_t i = 0; i < count; i++)
                sum[i] += (uint32_t)(factor * p[i * step]);
    } else {
        const uint8_t *p = x;
        if (step == 1)
            for (int64_t i = 0; i < count; i++)
                sum[i] += (uint32_t)(factor * p[i]);
        else
            for (int64_t i = 0; i < count; i++)
                sum[i] += (uint32_t)(factor * p[i * step]);
    }
}

#endif
