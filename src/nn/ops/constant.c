/* constant.c - Constant, ConstantOfShape, Range: tensors from attributes and numbers. */
#include <math.h>
#include <string.h>

#include "nn/op.h"

/* What the one attribute says; the tensor's data may lie unaligned in the file. */
static int constant_tensor(struct sx_call *call, struct sx_tensor *out)
{
    const struct sx_node *node = call->node;
    const struct sx_attribute *a;
    *out = (struct sx_tensor){.rank = 0};
    if ((a = sx_node_attribute(node, "value")) && a->tensor) {
        *out = *a->tensor;
    } else if ((a = sx_node_attribute(node, "value_float"))) {
        out->type = SX_FLOAT;
        out->data = (void *)&a->f;
    } else if ((a = sx_node_attribute(node, "value_int"))) {
        out->type = SX_INT64;
        out->data = (void *)&a->i;
    } else if ((a = sx_node_attribute(node, "value_floats"))) {
        *out = (struct sx_tensor){.type = SX_FLOAT, .rank = 1, .shape = {a->float_count}, .data = (void *)a->floats};
    } else if ((a = sx_node_attribute(node, "value_ints"))) {
        *out = (struct sx_tensor){.type = SX_INT64, .rank = 1, .shape = {a->int_count}, .data = (void *)a->ints};
    } else {
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "no value, or one of a type that the engine lacks");
    }
    return SYRINX_OK;
}

static int infer_constant(struct sx_call *call)
{
    struct sx_tensor value;
    int code = constant_tensor(call, &value);
    return code == SYRINX_OK ? sx_call_output(call, 0, value.type, value.rank, value.shape) : code;
}

static int run_constant(struct sx_call *call)
{
    struct sx_tensor value;
    int code = constant_tensor(call, &value);
    size_t bytes = code == SYRINX_OK ? (size_t)sx_tensor_count(&value) * sx_dtype_size(value.type) : 0;
    if (bytes)
        memcpy(call->out[0].data, value.data, bytes);
    return code;
}

static int infer_of_shape(struct sx_call *call)
{
    int64_t shape[SX_MAX_RANK];
    const struct sx_attribute *value = sx_node_attribute(call->node, "value");
    int rank = sx_call_ints(call, 0, shape, SX_MAX_RANK);
    if (rank < 0)
        return rank;
    if (value && (!value->tensor || sx_tensor_count(value->tensor) != 1))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the value must be one number");
    return sx_call_output(call, 0, value ? value->tensor->type : SX_FLOAT, rank, shape);
}

static int run_of_shape(struct sx_call *call)
{
    const struct sx_attribute *value = sx_node_attribute(call->node, "value");
    size_t count = (size_t)sx_tensor_count(&call->out[0]), size = sx_dtype_size(call->out[0].type);
    char *to = call->out[0].data, zero[8] = {0};
    const void *one = value ? value->tensor->data : zero;
    if (count == 0)
        return SYRINX_OK;
    if (memcmp(one, zero, size) == 0) {
        memset(to, 0, count * size);
        return SYRINX_OK;
    }
    memcpy(to, one, size);
    for (size_t done = size, all = count * size; done < all; ) {      /* doubling */
        size_t n = done < all - done ? done : all - done;
        memcpy(to + done, to, n);
        done += n;
    }
    return SYRINX_OK;
}

/* Elements of a range; -1 when it has no end. */
static int64_t range_count(const struct sx_call *call)
{
    double v[3], n;
    for (int i = 0; i < 3; i++) {
        const struct sx_tensor *t = call->in[i];
        v[i] = t->type == SX_FLOAT ? *(const float *)t->data : t->type == SX_DOUBLE ? *(const double *)t->data : (double)sx_tensor_int(t, 0);
    }
    n = ceil((v[1] - v[0]) / v[2]);
    return !(n < 2147483648.0) ? -1 : n > 0 ? (int64_t)n : 0;
}

static int infer_range(struct sx_call *call)
{
    enum sx_dtype type = call->in[0]->type;
    if (type == SX_FLOAT16)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type float16");
    for (int i = 0; i < 3; i++) {
        if (call->in[i]->type != type || sx_tensor_count(call->in[i]) != 1 || (type != SX_FLOAT && type != SX_DOUBLE && type != SX_INT32 && type != SX_INT64))
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "start, limit and delta must be numbers of one type");
        if (!call->in[i]->data)
            return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "its shape depends on computed data");
    }
    int64_t count = range_count(call);
    if (count < 0)
        return sx_call_fail(call, SYRINX_ERROR_ARGUMENT, "a range without end");
    return sx_call_output(call, 0, type, 1, &count);
}

#define FILL(type) { \
        type start = *(const type *)call->in[0]->data, delta = *(const type *)call->in[2]->data; \
        for (int64_t i = 0; i < count; i++) \
            ((type *)call->out[0].data)[i] = (type)(start + (type)i * delta); \
    } break;

static int run_range(struct sx_call *call)
{
    int64_t count = call->out[0].shape[0];
    switch (call->out[0].type) {
    case SX_FLOAT: FILL(float)
    case SX_DOUBLE: FILL(double)
    case SX_INT32:
    case SX_INT64: {
        int64_t value = sx_tensor_int(call->in[0], 0), delta = sx_tensor_int(call->in[2], 0);
        for (int64_t i = 0; i < count; i++, value = (int64_t)((uint64_t)value + (uint64_t)delta)) {
            if (call->out[0].type == SX_INT64)
                ((int64_t *)call->out[0].data)[i] = value;
            else
                ((int32_t *)call->out[0].data)[i] = (int32_t)value;
        }
        break;
    }
    default: break;
    }
    return SYRINX_OK;
}

SX_OP(Constant) = {
    .name = "Constant", .min_inputs = 0, .max_inputs = 0, .max_outputs = 1, .infer = infer_constant, .run = run_constant,
};
SX_OP(ConstantOfShape) = {
    .name = "ConstantOfShape", .min_inputs = 1, .max_inputs = 1, .max_outputs = 1, .infer = infer_of_shape, .run = run_of_shape,
};
SX_OP(Range) = {
    .name = "Range", .min_inputs = 3, .max_inputs = 3, .max_outputs = 1, .infer = infer_range, .run = run_range,
};
