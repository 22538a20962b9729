/* cast.c - Cast between the engine's types. Floats out of an integer's range are clamped (ONNX leaves it open); NaN becomes 0. */
#include <string.h>

#include "nn/op.h"

static int infer(struct sx_call *call)
{
    int64_t to = sx_node_int(call->node, "to", 0);
    if (to < 0 || to > 63 || sx_dtype_size((enum sx_dtype)to) == 0)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "to type %s", sx_dtype_name((enum sx_dtype)(to < 0 || to > 63 ? 63 : to)));
    return sx_call_output(call, 0, (enum sx_dtype)to, call->in[0]->rank, call->in[0]->shape);
}

static double read_number(const struct sx_tensor *t, int64_t i)
{
    float f;
    switch (t->type) {
    case SX_FLOAT: return ((const float *)t->data)[i];
    case SX_DOUBLE: return ((const double *)t->data)[i];
    case SX_FLOAT16: sx_half_to_float((const uint16_t *)t->data + i, &f, 1); return f;
    case SX_INT8: return ((const int8_t *)t->data)[i];
    default: return ((const uint8_t *)t->data)[i];
    }
}

static int64_t clamp(double x, double low, double high, int64_t least, int64_t most)
{
    return x != x ? 0 : x <= low ? least : x >= high ? most : (int64_t)x;
}

static int run(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0], *y = &call->out[0];
    int64_t count = sx_tensor_count(x);
    if (count == 0)
        return SYRINX_OK;
    if (x->type == y->type) {
        memcpy(y->data, x->data, (size_t)count * sx_dtype_size(x->type));
        return SYRINX_OK;
    }
    if (x->type == SX_FLOAT16 && y->type == SX_FLOAT) {
        sx_kernels()->half_to_float(x->data, y->data, (size_t)count);
        return SYRINX_OK;
    }
    if (x->type == SX_INT8 && y->type == SX_FLOAT) {        /* weights of one byte */
        for (int64_t i = 0; i < count; i++)
            ((float *)y->data)[i] = ((const int8_t *)x->data)[i];
        return SYRINX_OK;
    }
    bool integer = x->type == SX_INT64 || x->type == SX_INT32;
    for (int64_t i = 0; i < count; i++) {
        int64_t n = integer ? sx_tensor_int(x, i) : 0;      /* int64 does not fit a double */
        double v = integer ? (double)n : read_number(x, i);
        switch (y->type) {
        case SX_FLOAT: ((float *)y->data)[i] = integer ? (float)n : (float)v; break;
        case SX_DOUBLE: ((double *)y->data)[i] = v; break;
        case SX_FLOAT16: ((uint16_t *)y->data)[i] = sx_float_to_half((float)v); break;
        case SX_BOOL: ((uint8_t *)y->data)[i] = v != 0; break;
        case SX_INT64: ((int64_t *)y->data)[i] = integer ? n : clamp(v, -9223372036854775808.0, 9223372036854775808.0, INT64_MIN, INT64_MAX); break;
        case SX_INT32: ((int32_t *)y->data)[i] = (int32_t)(integer ? n : clamp(v, -2147483648.0, 2147483647.0, INT32_MIN, INT32_MAX)); break;
        case SX_INT8: ((int8_t *)y->data)[i] = (int8_t)(integer ? n : clamp(v, -128, 127, -128, 127)); break;
        case SX_UINT8: ((uint8_t *)y->data)[i] = (uint8_t)(integer ? n : clamp(v, 0, 255, 0, 255)); break;
        }
    }
    return SYRINX_OK;
}

SX_OP(Cast) = {
    .name = "Cast", .min_inputs = 1, .max_inputs = 1, .max_outputs = 1, .flags = SX_OP_UNARY, .infer = infer, .run = run,
};
