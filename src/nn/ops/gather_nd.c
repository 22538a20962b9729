/* gather_nd.c - GatherElements and GatherND: elements, or slices, picked by index tuples. */
#include <string.h>

#include "nn/op.h"

static bool indices_ok(const struct sx_tensor *t)
{
    return t->type == SX_INT64 || t->type == SX_INT32;
}

static int infer_elements(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0], *index = call->in[1];
    int axis = sx_call_axis(call, sx_node_int(call->node, "axis", 0), x->rank);
    if (axis < 0)
        return axis;
    if (!indices_ok(index) || index->rank != x->rank)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "indices must be integers, with as many dimensions as the data");
    for (int d = 0; d < x->rank; d++)
        if (d != axis && index->shape[d] > x->shape[d])
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "more indices than data along axis %d", d);
    return sx_call_output(call, 0, x->type, index->rank, index->shape);
}

static int run_elements(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0], *index = call->in[1];
    int64_t own[SX_MAX_RANK], at[SX_MAX_RANK] = {0}, step = 1, count = sx_tensor_count(index), axis = sx_node_int(call->node, "axis", 0), base = 0;
    size_t size = sx_dtype_size(x->type);
    char *to = call->out[0].data;
    if (axis < 0)
        axis += x->rank;
    for (int d = x->rank - 1; d >= 0; d--) {
        own[d] = step;
        step *= x->shape[d];
    }
    int64_t n = x->shape[axis];
    for (int64_t i = 0; i < count; i++, to += size) {
        int64_t k = sx_tensor_int(index, i);
        if (k < -n || k >= n)
            return sx_call_fail(call, SYRINX_ERROR_ARGUMENT, "index %lld is not one of %lld", (long long)k, (long long)n);
        memcpy(to, (const char *)x->data + (size_t)(base + (k < 0 ? k + n : k) * own[axis]) * size, size);
        for (int d = x->rank - 1; d >= 0; d--) {
            int64_t move = d == axis ? 0 : own[d];      /* the axis is not walked: its place comes from the index */
            base += move;
            if (++at[d] < index->shape[d])
                break;
            base -= move * index->shape[d];
            at[d] = 0;
        }
    }
    return SYRINX_OK;
}

/* output: indices' shape but for its last axis, then the data's axes that a tuple leaves open */
static int infer_nd(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0], *index = call->in[1];
    int64_t batch = sx_node_int(call->node, "batch_dims", 0), shape[2 * SX_MAX_RANK];
    int n = 0;
    if (!indices_ok(index) || index->rank < 1 || x->rank < 1)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "indices must be tuples of integers");
    int64_t tuple = index->shape[index->rank - 1];
    if (batch < 0 || batch >= index->rank || batch >= x->rank || tuple > x->rank - batch)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "tuples of %lld do not fit data of %d dimensions", (long long)tuple, x->rank);
    for (int d = 0; d < batch; d++)
        if (x->shape[d] != index->shape[d])
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "batches of different sizes");
    for (int d = 0; d < index->rank - 1; d++)
        shape[n++] = index->shape[d];
    for (int d = (int)(batch + tuple); d < x->rank; d++)
        shape[n++] = x->shape[d];
    return sx_call_output(call, 0, x->type, n, shape);
}

static int run_nd(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0], *index = call->in[1];
    int64_t batch = sx_node_int(call->node, "batch_dims", 0), tuple = index->shape[index->rank - 1], tuples = 1, batches = 1, slice = 1, one = 1;
    char *to = call->out[0].data;
    if (sx_tensor_count(&call->out[0]) == 0)
        return SYRINX_OK;
    for (int d = 0; d < index->rank - 1; d++)
        *(d < batch ? &batches : &tuples) *= index->shape[d];
    for (int d = (int)batch; d < x->rank; d++)
        *(d < batch + tuple ? &one : &slice) *= x->shape[d];
    size_t bytes = (size_t)slice * sx_dtype_size(x->type);
    for (int64_t b = 0; b < batches; b++)
        for (int64_t i = 0; i < tuples; i++, to += bytes) {
            int64_t where = 0;
            for (int64_t k = 0; k < tuple; k++) {
                int64_t n = x->shape[batch + k], v = sx_tensor_int(index, (b * tuples + i) * tuple + k);
                if (v < -n || v >= n)
                    return sx_call_fail(call, SYRINX_ERROR_ARGUMENT, "index %lld is not one of %lld", (long long)v, (long long)n);
                where = where * n + (v < 0 ? v + n : v);
            }
            memcpy(to, (const char *)x->data + (size_t)(b * one + where) * bytes, bytes);
        }
    return SYRINX_OK;
}

SX_OP(GatherElements) = {
    .name = "GatherElements", .min_inputs = 2, .max_inputs = 2, .max_outputs = 1, .infer = infer_elements, .run = run_elements,
};
SX_OP(GatherND) = {
    .name = "GatherND", .min_inputs = 2, .max_inputs = 2, .max_outputs = 1, .infer = infer_nd, .run = run_nd,
};
