/* window.c - HannWindow, HammingWindow, BlackmanWindow, MelWeightMatrix: tables for spectra, made from a few numbers. */
#include <math.h>
#include <string.h>

#include "nn/op.h"

static int infer_window(struct sx_call *call)
{
    int64_t size, type = sx_node_int(call->node, "output_datatype", SX_FLOAT);
    const struct sx_tensor *t = call->in[0];
    if ((t->type != SX_INT64 && t->type != SX_INT32) || sx_tensor_count(t) != 1)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the size must be one integer");
    if (type != SX_FLOAT && type != SX_DOUBLE)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "a window of type %s", sx_dtype_name(type > 0 && type < 64 ? (enum sx_dtype)type : (enum sx_dtype)63));
    if (!t->data)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "its shape depends on computed data");
    size = sx_tensor_int(t, 0);
    return sx_call_output(call, 0, (enum sx_dtype)type, 1, &size);
}

/* a0 - a1 cos + a2 cos of twice the angle; the period is the size, or one less when the window is symmetric. */
static int run_window(struct sx_call *call, double a0, double a1, double a2)
{
    int64_t n = call->out[0].shape[0], period = sx_node_int(call->node, "periodic", 1) != 0 ? n : n - 1;
    for (int64_t i = 0; i < n; i++) {
        double angle = 2 * 3.14159265358979323846 * (double)i / (double)(period > 0 ? period : 1);
        double w = a0 - a1 * cos(angle) + a2 * cos(2 * angle);
        if (call->out[0].type == SX_DOUBLE)
            ((double *)call->out[0].data)[i] = w;
        else
            ((float *)call->out[0].data)[i] = (float)w;
    }
    return SYRINX_OK;
}

static int run_hann(struct sx_call *call) { return run_window(call, 0.5, 0.5, 0); }
static int run_hamming(struct sx_call *call) { return run_window(call, 25.0 / 46, 21.0 / 46, 0); }
static int run_blackman(struct sx_call *call) { return run_window(call, 0.42, 0.5, 0.08); }

static int infer_mel(struct sx_call *call)
{
    int64_t shape[2], type = sx_node_int(call->node, "output_datatype", SX_FLOAT);
    if (type != SX_FLOAT && type != SX_DOUBLE)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "a matrix of that type");
    for (int i = 0; i < 5; i++) {
        enum sx_dtype t = call->in[i]->type;
        if (sx_tensor_count(call->in[i]) != 1 || (i < 3 ? t != SX_INT32 && t != SX_INT64 : t != SX_FLOAT && t != SX_DOUBLE))
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "input %d must be one number", i);
        if (!call->in[i]->data)
            return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "its shape depends on computed data");
    }
    shape[0] = sx_tensor_int(call->in[1], 0);
    shape[1] = sx_tensor_int(call->in[0], 0);
    if (shape[0] < 0 || shape[1] < 0 || sx_tensor_int(call->in[2], 0) < 1)
        return sx_call_fail(call, SYRINX_ERROR_ARGUMENT, "sizes and rate must be positive");
    shape[0] = shape[0] / 2 + 1;
    return sx_call_output(call, 0, (enum sx_dtype)type, 2, shape);
}

/* Triangles between neighbouring mel frequencies, in whole bins as the operator is defined: 2595 log10(1 + f / 700). */
static int run_mel(struct sx_call *call)
{
    const struct sx_tensor *out = &call->out[0];
    int64_t rows = out->shape[0], bands = out->shape[1];
    double length = (double)sx_tensor_int(call->in[1], 0), rate = (double)sx_tensor_int(call->in[2], 0);
    double low = 2595 * log10(1 + sx_tensor_real(call->in[3], 0) / 700), high = 2595 * log10(1 + sx_tensor_real(call->in[4], 0) / 700);
    double step = (high - low) / (double)(bands + 2);
    if (sx_tensor_count(out) > 0)
        memset(out->data, 0, (size_t)(rows * bands) * sx_dtype_size(out->type));
    for (int64_t b = 0; b < bands; b++) {
        double edge[3];
        for (int i = 0; i < 3; i++) {
            double hertz = 700 * (pow(10, (low + step * (double)(b + i)) / 2595) - 1);
            edge[i] = floor((length + 1) * hertz / rate);
            if (!(edge[i] >= 0 && edge[i] < 2147483648.0))
                return sx_call_fail(call, SYRINX_ERROR_ARGUMENT, "frequencies out of range");
        }
        for (int64_t r = (int64_t)edge[0]; r <= (int64_t)edge[2] && r < rows; r++) {
            double x = (double)r, up = edge[1] > edge[0] ? (x - edge[0]) / (edge[1] - edge[0]) : x == edge[1] ? 1 : 0;
            double down = edge[2] > edge[1] ? (edge[2] - x) / (edge[2] - edge[1]) : 0, w = x < edge[1] || edge[2] == edge[1] ? up : down;
            if (out->type == SX_DOUBLE)
                ((double *)out->data)[r * bands + b] = w;
            else
                ((float *)out->data)[r * bands + b] = (float)w;
        }
    }
    return SYRINX_OK;
}

#define WINDOW(op, function) \
    {.name = op, .min_inputs = 1, .max_inputs = 1, .max_outputs = 1, .infer = infer_window, .run = function}

SX_OP(HannWindow) = WINDOW("HannWindow", run_hann);
SX_OP(HammingWindow) = WINDOW("HammingWindow", run_hamming);
SX_OP(BlackmanWindow) = WINDOW("BlackmanWindow", run_blackman);
SX_OP(MelWeightMatrix) = {
    .name = "MelWeightMatrix", .min_inputs = 5, .max_inputs = 5, .max_outputs = 1, .infer = infer_mel, .run = run_mel,
};
