/* cast.c - Cast and CastLike between the engine's types. Floats out of an integer's range are clamped (ONNX leaves it open); NaN becomes 0. */
#include <string.h>

#include "nn/op.h"
#include "nn/types.h"

static int infer(struct sx_call *call)
{
    int64_t to = sx_node_int(call->node, "to", 0);
    if (to < 0 || to > 63 || sx_dtype_size((enum sx_dtype)to) == 0)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "to type %s", sx_dtype_name((enum sx_dtype)(to < 0 || to > 63 ? 63 : to)));
    return sx_call_output(call, 0, (enum sx_dtype)to, call->in[0]->rank, call->in[0]->shape);
}

/* The limits of a type as doubles; `most` is the first value past it, so that the comparison is exact. */
static int64_t clamp(double x, enum sx_dtype type)
{
    static const struct { double low, high; int64_t least, most; } limits[] = {
        [SX_INT8] = {-128, 127, -128, 127}, [SX_UINT8] = {0, 255, 0, 255}, [SX_INT16] = {-32768, 32767, -32768, 32767},
        [SX_UINT16] = {0, 65535, 0, 65535}, [SX_INT32] = {-2147483648.0, 2147483647.0, INT32_MIN, INT32_MAX},
        [SX_UINT32] = {0, 4294967295.0, 0, UINT32_MAX}, [SX_INT64] = {-9223372036854775808.0, 9223372036854775808.0, INT64_MIN, INT64_MAX},
    };
    if (type == SX_UINT64)
        return (int64_t)(x >= 18446744073709551616.0 ? UINT64_MAX : x > 0 ? (uint64_t)x : 0);
    return x != x ? 0 : x <= limits[type].low ? limits[type].least : x >= limits[type].high ? limits[type].most : (int64_t)x;
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
    bool integer = sx_dtype_integer(x->type);
    for (int64_t i = 0; i < count; i++) {
        double v = sx_tensor_real(x, i);
        int64_t n = integer ? sx_tensor_int(x, i) : sx_dtype_integer(y->type) ? clamp(v, y->type) : 0;      /* int64 does not fit a double */
        switch (y->type) {
#define STORE(number, type) case number: ((type *)y->data)[i] = (type)n; break;
        SX_INTEGER_TYPES(STORE)
        case SX_FLOAT: ((float *)y->data)[i] = integer && x->type != SX_UINT64 ? (float)n : (float)v; break;
        case SX_DOUBLE: ((double *)y->data)[i] = v; break;
        case SX_FLOAT16: ((uint16_t *)y->data)[i] = sx_float_to_half((float)v); break;
        case SX_BFLOAT16: ((uint16_t *)y->data)[i] = sx_float_to_bfloat((float)v); break;
        case SX_BOOL: ((uint8_t *)y->data)[i] = v != 0; break;
        }
    }
    return SYRINX_OK;
}

static int infer_like(struct sx_call *call)
{
    return sx_call_output(call, 0, call->in[1]->type, call->in[0]->rank, call->in[0]->shape);
}

SX_OP(CastLike) = {
    .name = "CastLike", .min_inputs = 2, .max_inputs = 2, .max_outputs = 1, .infer = infer_like, .run = run,
};
SX_OP(Cast) = {
    .name = "Cast", .min_inputs = 1, .max_inputs = 1, .max_outputs = 1, .flags = SX_OP_UNARY, .infer = infer, .run = run,
};
