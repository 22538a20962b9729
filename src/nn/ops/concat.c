/* concat.c - Concat and Split: runs of bytes along an axis put together and taken apart. */
#include <string.h>

#include "nn/op.h"

/* Bytes of `size` steps along an axis and everything behind it; how many such runs there are. */
static size_t run_bytes(const struct sx_tensor *t, int axis, int64_t *runs)
{
    size_t bytes = sx_dtype_size(t->type);
    *runs = 1;
    for (int i = 0; i < t->rank; i++) {
        if (i < axis)
            *runs *= t->shape[i];
        else
            bytes *= (size_t)t->shape[i];
    }
    return bytes;
}

static int infer_concat(struct sx_call *call)
{
    struct sx_tensor sum = *call->in[0];
    int axis = sx_call_axis(call, sx_node_int(call->node, "axis", call->opset < 4 ? 1 : 0), sum.rank);
    if (axis < 0)
        return axis;
    for (int i = 1; i < call->in_count; i++) {
        const struct sx_tensor *t = call->in[i];
        if (!t || t->type != sum.type || t->rank != sum.rank)
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "inputs of different types or ranks");
        for (int d = 0; d < sum.rank; d++)
            if (d != axis && t->shape[d] != sum.shape[d])
                return sx_call_fail(call, SYRINX_ERROR_FORMAT, "input shapes differ");
        sum.shape[axis] += t->shape[axis];
    }
    return sx_call_output(call, 0, sum.type, sum.rank, sum.shape);
}

static int run_concat(struct sx_call *call)
{
    int64_t axis = sx_node_int(call->node, "axis", call->opset < 4 ? 1 : 0), runs;
    if (axis < 0)
        axis += call->out[0].rank;
    size_t whole = run_bytes(&call->out[0], (int)axis, &runs), offset = 0;
    for (int i = 0; i < call->in_count; i++) {
        size_t bytes = run_bytes(call->in[i], (int)axis, &runs);
        for (int64_t r = 0; bytes && r < runs; r++)
            memcpy((char *)call->out[0].data + (size_t)r * whole + offset, (const char *)call->in[i]->data + (size_t)r * bytes, bytes);
        offset += bytes;
    }
    return SYRINX_OK;
}

/* Parts along a channel axis; all inputs move in time, or there would be a constant to repeat. */
static bool window_concat(const struct sx_call *call, const int *time_in, int time_out, struct sx_window *windows)
{
    int64_t axis = sx_node_int(call->node, "axis", call->opset < 4 ? 1 : 0);
    (void)windows;
    for (int i = 0; i < call->in_count; i++)
        if (time_in[i] != time_out)
            return false;
    return (axis < 0 ? axis + call->out[0].rank : axis) != time_out;
}

/* Sizes come as an input, an attribute, or equal parts with a smaller last one. */
static int infer_split(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    const struct sx_attribute *attribute = sx_node_attribute(call->node, "split");
    int axis = sx_call_axis(call, sx_node_int(call->node, "axis", 0), x->rank);
    int64_t sizes[SX_MAX_OUTPUTS], total = 0, shape[SX_MAX_RANK];
    if (axis < 0)
        return axis;
    if (sx_call_has(call, 1)) {
        int n = sx_call_ints(call, 1, sizes, SX_MAX_OUTPUTS);
        if (n < 0)
            return n;
        if (n != call->out_count)
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "%d sizes for %d outputs", n, call->out_count);
    } else if (attribute) {
        if (attribute->int_count != call->out_count)
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "%d sizes for %d outputs", attribute->int_count, call->out_count);
        memcpy(sizes, attribute->ints, (size_t)call->out_count * sizeof *sizes);
    } else {
        int64_t each = (x->shape[axis] + call->out_count - 1) / call->out_count, left = x->shape[axis];
        for (int i = 0; i < call->out_count; i++, left -= sizes[i - 1])
            sizes[i] = left < each ? left : each;
    }
    memcpy(shape, x->shape, sizeof shape);
    for (int i = 0; i < call->out_count; i++) {
        if (sizes[i] < 0 || sizes[i] > x->shape[axis] - total)
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the parts do not fit the input");
        total += sizes[i];
        shape[axis] = sizes[i];
        if (sx_call_output(call, i, x->type, x->rank, shape) != SYRINX_OK)
            return call->error->code;
    }
    if (total != x->shape[axis])
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the parts do not fill the input");
    return SYRINX_OK;
}

static int run_split(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    int64_t axis = sx_node_int(call->node, "axis", 0), runs;
    if (axis < 0)
        axis += x->rank;
    size_t whole = run_bytes(x, (int)axis, &runs), offset = 0;
    for (int i = 0; i < call->out_count; i++) {
        size_t bytes = run_bytes(&call->out[i], (int)axis, &runs);
        for (int64_t r = 0; call->out[i].data && bytes && r < runs; r++)
            memcpy((char *)call->out[i].data + (size_t)r * bytes, (const char *)x->data + (size_t)r * whole + offset, bytes);
        offset += bytes;
    }
    return SYRINX_OK;
}

static bool window_split(const struct sx_call *call, const int *time_in, int time_out, struct sx_window *windows)
{
    int64_t axis = sx_node_int(call->node, "axis", 0);
    (void)windows;
    return time_in[0] == time_out && (axis < 0 ? axis + call->in[0]->rank : axis) != time_out;
}

SX_OP(Concat) = {
    .name = "Concat", .min_inputs = 1, .max_inputs = SX_MAX_INPUTS, .max_outputs = 1, .infer = infer_concat, .run = run_concat, .window = window_concat,
};
SX_OP(Split) = {
    .name = "Split", .min_inputs = 1, .max_inputs = 2, .max_outputs = SX_MAX_OUTPUTS, .infer = infer_split, .run = run_split, .window = window_split,
};
