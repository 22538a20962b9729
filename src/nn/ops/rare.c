/* rare.c - CumProd and EyeLike. */
#include <string.h>

#include "nn/op.h"

/* The axis is an input of one number. */
static int find_axis(struct sx_call *call)
{
    const struct sx_tensor *t = call->in[1];
    if (sx_tensor_count(t) != 1 || (t->type != SX_INT64 && t->type != SX_INT32))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "one axis expected");
    if (!t->data)
        return 0;
    return sx_call_axis(call, sx_tensor_int(t, 0), call->in[0]->rank);
}

static int infer_product(struct sx_call *call)
{
    enum sx_dtype type = call->in[0]->type;
    if (type != SX_FLOAT && type != SX_DOUBLE && type != SX_INT32 && type != SX_INT64)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(type));
    int axis = find_axis(call);
    return axis < 0 ? axis : sx_infer_same(call);
}

#define PRODUCT(type, wide) { \
        const type *x = (const type *)call->in[0]->data + base; \
        type *y = (type *)call->out[0].data + base; \
        wide product = 1; \
        for (int64_t k = 0; k < length; k++) { \
            int64_t at = (reverse ? length - 1 - k : k) * inner; \
            wide next = product * (wide)x[at]; \
            y[at] = (type)(exclusive ? product : next); \
            product = next; \
        } \
    } break;

static int run_product(struct sx_call *call)
{
    const struct sx_tensor *source = call->in[0];
    bool reverse = sx_node_int(call->node, "reverse", 0) != 0, exclusive = sx_node_int(call->node, "exclusive", 0) != 0;
    int axis = find_axis(call);
    int64_t outer = 1, length = 1, inner = 1;
    if (axis < 0)
        return axis;
    for (int d = 0; d < source->rank; d++)
        *(d < axis ? &outer : d == axis ? &length : &inner) *= source->shape[d];
    for (int64_t n = 0; n < outer * inner; n++) {
        int64_t base = n / inner * length * inner + n % inner;
        switch (source->type) {
        case SX_FLOAT: PRODUCT(float, double)
        case SX_DOUBLE: PRODUCT(double, double)
        case SX_INT32: PRODUCT(int32_t, uint64_t)
        default: PRODUCT(int64_t, uint64_t)
        }
    }
    return SYRINX_OK;
}

static int infer_eye(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    int64_t type = sx_node_int(call->node, "dtype", x->type);
    if (x->rank != 2)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "two dimensions expected");
    if (type < 1 || type > 63 || sx_dtype_size((enum sx_dtype)type) == 0)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "dtype %lld", (long long)type);
    return sx_call_output(call, 0, (enum sx_dtype)type, 2, x->shape);
}

/* The bytes of 1 in any type. */
static void store_one(enum sx_dtype type, char *to)
{
    const float f = 1;
    const double d = 1;
    const uint16_t half = sx_float_to_half(1), brain = sx_float_to_bfloat(1);
    const uint64_t whole = 1;       /* little-endian: the first bytes of any integer */
    memcpy(to, type == SX_FLOAT ? (const void *)&f : type == SX_DOUBLE ? (const void *)&d : type == SX_FLOAT16 ? (const void *)&half
           : type == SX_BFLOAT16 ? (const void *)&brain : (const void *)&whole, sx_dtype_size(type));
}

static int run_eye(struct sx_call *call)
{
    const struct sx_tensor *y = &call->out[0];
    int64_t k = sx_node_int(call->node, "k", 0), count = sx_tensor_count(y);
    size_t size = sx_dtype_size(y->type);
    if (count)
        memset(y->data, 0, (size_t)count * size);
    for (int64_t r = 0; k > -(int64_t)INT32_MAX && k < INT32_MAX && r < y->shape[0]; r++)
        if (r + k >= 0 && r + k < y->shape[1])
            store_one(y->type, (char *)y->data + (size_t)(r * y->shape[1] + r + k) * size);
    return SYRINX_OK;
}

SX_OP(CumProd) = {
    .name = "CumProd", .min_inputs = 2, .max_inputs = 2, .max_outputs = 1, .infer = infer_product, .run = run_product,
};
SX_OP(EyeLike) = {
    .name = "EyeLike", .min_inputs = 1, .max_inputs = 1, .max_outputs = 1, .flags = SX_OP_SHAPE, .infer = infer_eye, .run = run_eye,
};
