/* view.c - Reshape, Squeeze, Unsqueeze, Flatten, Identity: the same elements in another shape; Dropout; Shape and Size. */
#include <string.h>

#include "nn/op.h"

static int infer_reshape(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    int64_t shape[SX_MAX_RANK], known = 1, total = sx_tensor_count(x);
    int n, unknown = -1;
    if (call->in_count > 1) {
        if ((n = sx_call_ints(call, 1, shape, SX_MAX_RANK)) < 0)
            return n;
    } else {                                    /* before opset 5 */
        const struct sx_attribute *attribute = sx_node_attribute(call->node, "shape");
        if (!attribute || attribute->int_count > SX_MAX_RANK)
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "no shape");
        n = attribute->int_count;
        if (n)
            memcpy(shape, attribute->ints, (size_t)n * sizeof *shape);
    }
    bool allow_zero = sx_node_int(call->node, "allowzero", 0) != 0;
    for (int i = 0; i < n; i++) {
        if (shape[i] == 0 && !allow_zero) {
            if (i >= x->rank)
                return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the shape copies a dimension that is not there");
            shape[i] = x->shape[i];
        }
        if (shape[i] == -1 && unknown < 0)
            unknown = i;
        else if (shape[i] < 0 || (shape[i] > 0 && known > INT64_MAX / shape[i]))
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "an impossible shape");
        else
            known *= shape[i];
    }
    if (unknown >= 0) {
        if (known == 0 ? total != 0 : total % known != 0)
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the shape does not fit %lld elements", (long long)total);
        shape[unknown] = known ? total / known : 0;
    }
    int code = sx_call_output(call, 0, x->type, n, shape);
    if (code == SYRINX_OK && sx_tensor_count(&call->out[0]) != total)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the shape does not fit %lld elements", (long long)total);
    return code;
}

static int infer_squeeze(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    bool drop[SX_MAX_RANK], given;
    int64_t shape[SX_MAX_RANK];
    int code = sx_call_axes(call, 1, x->rank, drop, &given), n = 0;
    if (code != SYRINX_OK)
        return code;
    for (int i = 0; i < x->rank; i++) {
        if (given ? drop[i] : x->shape[i] == 1) {
            if (x->shape[i] != 1)
                return sx_call_fail(call, SYRINX_ERROR_FORMAT, "axis %d has %lld elements, not 1", i, (long long)x->shape[i]);
            continue;
        }
        shape[n++] = x->shape[i];
    }
    return sx_call_output(call, 0, x->type, n, shape);
}

static int infer_unsqueeze(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    const struct sx_attribute *attribute = sx_node_attribute(call->node, "axes");
    bool insert[SX_MAX_RANK], given;
    int64_t shape[SX_MAX_RANK], count = attribute ? attribute->int_count : sx_call_has(call, 1) ? sx_tensor_count(call->in[1]) : 0;
    if (x->rank + count > SX_MAX_RANK)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "more than %d dimensions", SX_MAX_RANK);
    int rank = x->rank + (int)count, from = 0, code = sx_call_axes(call, 1, rank, insert, &given);
    if (code != SYRINX_OK)
        return code;
    for (int i = 0; i < rank; i++)
        shape[i] = insert[i] ? 1 : x->shape[from++];
    return sx_call_output(call, 0, x->type, rank, shape);
}

static int infer_flatten(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    int64_t axis = sx_node_int(call->node, "axis", 1), shape[2] = {1, 1};
    if (axis < -x->rank || axis > x->rank)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "axis out of range");
    if (axis < 0)
        axis += x->rank;
    for (int i = 0; i < x->rank; i++)
        shape[i >= axis] *= x->shape[i];
    return sx_call_output(call, 0, x->type, 2, shape);
}

static int infer_shape(struct sx_call *call)
{
    int rank = call->in[0]->rank;
    int64_t start = sx_node_int(call->node, "start", 0), end = sx_node_int(call->node, "end", rank);
    start = start < -rank ? 0 : start < 0 ? start + rank : start > rank ? rank : start;
    end = end < -rank ? 0 : end < 0 ? end + rank : end > rank ? rank : end;
    int64_t count = end > start ? end - start : 0;
    return sx_call_output(call, 0, SX_INT64, 1, &count);
}

static int run_shape(struct sx_call *call)
{
    int rank = call->in[0]->rank;
    int64_t start = sx_node_int(call->node, "start", 0), count = call->out[0].shape[0];
    start = start < -rank ? 0 : start < 0 ? start + rank : start > rank ? rank : start;
    if (count)
        memcpy(call->out[0].data, call->in[0]->shape + start, (size_t)count * sizeof(int64_t));
    return SYRINX_OK;
}

static int infer_size(struct sx_call *call)
{
    return sx_call_output(call, 0, SX_INT64, 0, NULL);
}

static int run_size(struct sx_call *call)
{
    *(int64_t *)call->out[0].data = sx_tensor_count(call->in[0]);
    return SYRINX_OK;
}

/* At inference it copies; the mask that some models ask for is all true. */
static int infer_dropout(struct sx_call *call)
{
    if (sx_call_has(call, 2) && (!call->in[2]->data || call->in[2]->type != SX_BOOL || *(const char *)call->in[2]->data))
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "training mode");
    if (call->out_count > 1 && sx_call_output(call, 1, SX_BOOL, call->in[0]->rank, call->in[0]->shape) != SYRINX_OK)
        return call->error->code;
    return sx_infer_same(call);
}

static int run_dropout(struct sx_call *call)
{
    size_t count = (size_t)sx_tensor_count(call->in[0]);
    if (count && call->out[0].data)
        memcpy(call->out[0].data, call->in[0]->data, count * sx_dtype_size(call->in[0]->type));
    if (count && call->out_count > 1 && call->out[1].data)
        memset(call->out[1].data, 1, count);
    return SYRINX_OK;
}

/* Columns keep their elements and order whatever the shape is called; the flow has checked that time is the outermost axis with more than one element. */
static bool window(const struct sx_call *call, const int *time_in, int time_out, struct sx_window *windows)
{
    (void)call;
    (void)time_out;
    (void)windows;
    return time_in[0] >= 0;
}

SX_OP(Reshape) = {
    .name = "Reshape", .min_inputs = 1, .max_inputs = 2, .max_outputs = 1, .flags = SX_OP_VIEW, .infer = infer_reshape, .window = window,
};
SX_OP(Squeeze) = {
    .name = "Squeeze", .min_inputs = 1, .max_inputs = 2, .max_outputs = 1, .flags = SX_OP_VIEW, .infer = infer_squeeze, .window = window,
};
SX_OP(Unsqueeze) = {
    .name = "Unsqueeze", .min_inputs = 1, .max_inputs = 2, .max_outputs = 1, .flags = SX_OP_VIEW, .infer = infer_unsqueeze, .window = window,
};
SX_OP(Flatten) = {
    .name = "Flatten", .min_inputs = 1, .max_inputs = 1, .max_outputs = 1, .flags = SX_OP_VIEW, .infer = infer_flatten, .window = window,
};
SX_OP(Identity) = {
    .name = "Identity", .min_inputs = 1, .max_inputs = 1, .max_outputs = 1, .flags = SX_OP_VIEW, .infer = sx_infer_same, .window = window,
};
SX_OP(Dropout) = {
    .name = "Dropout", .min_inputs = 1, .max_inputs = 3, .max_outputs = 2, .infer = infer_dropout, .run = run_dropout, .window = window,
};
SX_OP(Shape) = {
    .name = "Shape", .min_inputs = 1, .max_inputs = 1, .max_outputs = 1, .flags = SX_OP_SHAPE, .infer = infer_shape, .run = run_shape,
};
SX_OP(Size) = {
    .name = "Size", .min_inputs = 1, .max_inputs = 1, .max_outputs = 1, .flags = SX_OP_SHAPE, .infer = infer_size, .run = run_size,
};
