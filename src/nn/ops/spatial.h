/* spatial.h - windows that slide over the axes after batch and channel: what pooling and integer convolution share. */
#ifndef SX_NN_OPS_SPATIAL_H
#define SX_NN_OPS_SPATIAL_H

#include "nn/op.h"

enum { SX_MAX_SPATIAL = SX_MAX_RANK - 2 };

struct sx_spatial {
    int dims;
    int64_t size[SX_MAX_SPATIAL], result[SX_MAX_SPATIAL], kernel[SX_MAX_SPATIAL], stride[SX_MAX_SPATIAL], dilation[SX_MAX_SPATIAL];
    int64_t begin[SX_MAX_SPATIAL], end[SX_MAX_SPATIAL];        /* padding */
    int64_t plane, source, taps;        /* elements of a result, of an input plane, of the window */
};

/* Reads kernel_shape, strides, dilations, pads, auto_pad, ceil_mode. kernel: the weights' dims, or NULL: the attribute is all there is. */
int sx_spatial_measure(struct sx_call *call, const struct sx_tensor *x, const int64_t *kernel, struct sx_spatial *spatial);

/* Splits an index of a plane of `dims` sizes into coordinates. */
static inline void sx_spatial_split(int dims, const int64_t *size, int64_t index, int64_t *at)
{
    for (int d = dims - 1; d >= 0; d--) {
        at[d] = index % size[d];
        index /= size[d];
    }
}

#endif
