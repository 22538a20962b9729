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
    enum sx_precision precision;        /* of what is packed; other than float32 only with one group, neither depthwise nor narrow */
    /* packed: [group][panel][tap][in][SX_PANEL], [tap][channel] when depthwise, [out][tap][in] when narrow; of other precisions as kernels/short.h has it;
     * bias padded to panels */
    void *weights;
    float *bias, *byte_scale;           /* byte_scale: of int8 */
};

/* SxUpsample: ConvTranspose whose output has exactly `stride` columns for each of the input (upsample.c). */
struct sx_upsample {
    int in, out, kernel, stride, crop;  /* crop: output columns cut at the front */
    int taps;                           /* input columns that one output column is the sum of */
    const struct sx_tensor *source;     /* [in][out][kernel], float or float16, perhaps unaligned */
    float *bias_source;                 /* [out] or NULL */
    float active_slope;                 /* output 1, if there is one, is the LeakyRelu of output 0 */
    enum sx_precision precision;
    void *weights[2];                   /* packed as of a convolution: the early phases of a row, then the late ones */
    float *bias[2], *byte_scale[2];
};

SX_DECLARE_OP(SxUpsample);
SX_DECLARE_OP(SxLinear);
SX_DECLARE_OP(SxConv);

/* Packing the weights of a node's state: the bytes that they will take, memory for them, and the packing itself, which several threads may do for several
 * nodes. The source is not needed afterwards. False: no memory. */
size_t sx_affine_bytes(const struct sx_affine *affine);
bool sx_affine_place(struct sx_graph *graph, struct sx_affine *affine);
bool sx_affine_pack(const struct sx_graph *graph, struct sx_affine *affine);
size_t sx_upsample_bytes(const struct sx_upsample *upsample);
bool sx_upsample_place(struct sx_graph *graph, struct sx_upsample *upsample);
bool sx_upsample_pack(const struct sx_graph *graph, struct sx_upsample *upsample);

/* Whether `narrow` will be set. */
static inline bool sx_affine_narrow(const struct sx_affine *affine)
{
    return affine->out <= SX_NARROW && affine->groups == 1 && (int64_t)affine->in * affine->taps >= 32 && affine->layout != SX_IN_OUT;
}

/* short_weights.c: bytes of a panel of taps * in * SX_PANEL weights, and one made of floats; `scale` is of int8. */
size_t sx_panel_bytes(enum sx_precision precision, int taps, int in);
void sx_panel_shorten(enum sx_precision precision, const float *panel, int taps, int in, void *out, float *scale);
/* Inputs of bfloat16 sums: `rows` rows of `in` floats in each of `batches`, `left` and `right` rows of zeros around them, each row with an even number of
 * elements. Bytes, a multiple of 64, and the copy. */
size_t sx_bfloat_rows_bytes(int64_t batches, int64_t rows, int64_t around, int in);
void sx_bfloat_rows(struct sx_pool *pool, const float *x, int64_t batches, int64_t rows, int64_t left, int64_t right, int in, uint16_t *out);
/* Panels [panel, panel + panels) of `job` with weights of that precision; its x are the rows above for bfloat16 (x_step and tap_step count rows' elements),
 * else floats. */
struct sx_short_linear;
void sx_short_run(enum sx_precision precision, const struct sx_short_linear *job, int panel, int panels, int columns);

static inline int sx_panels(int outputs)
{
    return (outputs + SX_PANEL - 1) / SX_PANEL;
}

#endif
