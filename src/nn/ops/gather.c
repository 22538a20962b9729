/* gather.c - Gather: slices of `data` along an axis, picked by indices. */
#include <string.h>

#include "nn/op.h"

static int infer(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0], *index = call->in[1];
    int axis = sx_call_axis(call, sx_node_int(call->node, "axis", 0), x->rank), n = 0;
    int64_t shape[2 * SX_MAX_RANK];
    if (axis < 0)
        return axis;
    if (index->type != SX_INT64 && index->type != SX_INT32)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "indices must be integers");
    for (int i = 0; i < x->rank; i++) {
        if (i != axis)
            shape[n++] = x->shape[i];
        for (int j = 0; i == axis && j < index->rank; j++)
            shape[n++] = index->shape[j];
    }
    return sx_call_output(call, 0, x->type, n, shape);
}

static int run(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0], *index = call->in[1];
    int64_t axis = sx_node_int(call->node, "axis", 0), outer = 1, count = sx_tensor_count(index);
    if (axis < 0)
        axis += x->rank;
    size_t inner = sx_dtype_size(x->type);
    for (int i = 0; i < x->rank; i++) {
        if (i < axis)
            outer *= x->shape[i];
        if (i > axis)
            inner *= (size_t)x->shape[i];
    }
    int64_t n = x->shape[axis];
    const char *from = x->data;
    char *to = call->out[0].data;
    for (int64_t o = 0; o < outer; o++, from += (size_t)n * inner)
        for (int64_t i = 0; i < count; i++, to += inner) {
            int64_t k = sx_tensor_int(index, i);
            if (k < -n || k >= n)
                return sx_call_fail(call, SYRINX_ERROR_ARGUMENT, "index %lld is not one of %lld", (long long)k, (long long)n);
            if (inner)
                memcpy(to, from + (size_t)(k < 0 ? k + n : k) * inner, inner);
        }
    return SYRINX_OK;
}

/* Picking inside a column with constant indices, or a column for each of the indices that come in time. */
static bool window(const struct sx_call *call, const int *time_in, int time_out, struct sx_window *windows)
{
    int64_t axis = sx_node_int(call->node, "axis", 0);
    (void)windows;
    (void)time_out;
    if (axis < 0)
        axis += call->in[0]->rank;
    return (time_in[0] >= 0) != (time_in[1] >= 0) && time_in[0] != axis;
}

SX_OP(Gather) = {
    .name = "Gather", .min_inputs = 2, .max_inputs = 2, .max_outputs = 1, .infer = infer, .run = run, .window = window,
};
