/* affine.h - the state of SxLinear and SxConv, the operators that nearly all arithmetic goes through: weights, what was fused, packed panels.
 *
 * SxConv works on [batch, time, channel]; SxLinear on the last axis of anything. y = activation(scale * (W x) + bias) + residual + second residual. Output 1,
 * if there is one, is the LeakyRelu of output 0. */
#ifndef SX_NN_AFFINE_H
#define SX_NN_AFFINE_H

#include "nn/op.h"

enum sx_weight_layout { SX_IN_OUT, SX_OUT_IN, SX_OUT_IN_TAP };      /* MatMul and Gemm; Gemm with transB; Conv */

struct sx_affine {
    int taps, in, out, groups;          /* in, out: channels of one group */
    int64_t dilation, stride, pad_left, pad_right;
    bool depthwise;                     /* groups of one channel each */
    bool narrow;                        /* few outputs, many inputs: see SX_NARROW */
    int activation;                     /* enum sx_unary, -1 none */
    float slope;
    int residuals;                      /* inputs 1 and 2, as many, are added at the end; the second has the result's shape */
    float active_slope;                 /* of output 1 */
    const struct sx_tensor *source;     /* float or float16, perhaps unaligned */
    enum sx_weight_layout layout;
    float *scale;                       /* [groups * out] or NULL; goes into the weights */
    float *bias_source;                 /* [groups * out] or NULL; scaled already */
    /* packed: [group][panel][tap][in][SX_PANEL], [tap][channel] when depthwise, [out][tap][in] when narrow; bias padded to panels */
    float *weights, *bias;
};

/* SxUpsample: ConvTranspose whose output has exactly `stride` columns for each of the input (upsample.c). */
struct sx_upsample {
    int in, out, kernel, stride, crop;  /* crop: output columns cut at the front */
    int taps;                           /* input columns that one output column is the sum of */
    const struct sx_tensor *source;     /* [in][out][kernel], float or float16, perhaps unaligned */
    float *bias_source;                 /* [out] or NULL */
    float active_slope;                 /* output 1, if there is one, is the LeakyRelu of output 0 */
    float *weights[2], *bias[2];        /* packed as of a convolution: the early phases of a row, then the late ones */
};

SX_DECLARE_OP(SxUpsample);
SX_DECLARE_OP(SxLinear);
SX_DECLARE_OP(SxConv);

/* Packs the weights of a node's state; its source is not needed afterwards. */
int sx_affine_pack(struct sx_graph *graph, struct sx_affine *affine, struct sx_error *error);

int sx_upsample_pack(struct sx_graph *graph, struct sx_upsample *upsample, struct sx_error *error);

static inline int sx_panels(int outputs)
{
    return (outputs + SX_PANEL - 1) / SX_PANEL;
}

#endif
