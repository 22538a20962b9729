/* arrange.c - Tile, Trilu, ReverseSequence: elements repeated, blanked, turned round. */
#include <string.h>

#include "nn/op.h"

static int infer_tile(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    int64_t repeats[SX_MAX_RANK], shape[SX_MAX_RANK];
    int count = sx_call_ints(call, 1, repeats, SX_MAX_RANK);
    if (count < 0)
        return count;
    if (count != x->rank)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "%d repeats for %d axes", count, x->rank);
    for (int d = 0; d < x->rank; d++) {
        if (repeats[d] < 0 || repeats[d] > INT32_MAX || x->shape[d] * repeats[d] > INT32_MAX)
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "an impossible count of repeats");
        shape[d] = x->shape[d] * repeats[d];
    }
    return sx_call_output(call, 0, x->type, x->rank, shape);
}

static int run_tile(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0], *y = &call->out[0];
    int64_t count = sx_tensor_count(y), at[SX_MAX_RANK] = {0}, own[SX_MAX_RANK], step = 1;
    int last = x->rank - 1;
    if (count == 0)
        return SYRINX_OK;
    for (int d = last; d >= 0; d--) {
        own[d] = step;
        step *= x->shape[d];
    }
    size_t size = sx_dtype_size(x->type), bytes = (last < 0 ? 1 : (size_t)x->shape[last]) * size;
    int64_t repeats = last < 0 ? 1 : y->shape[last] / x->shape[last], rows = last < 0 ? 1 : count / y->shape[last];
    char *to = y->data;
    for (int64_t r = 0; r < rows; r++) {
        int64_t where = 0;
        for (int d = 0; d < last; d++)
            where += at[d] % x->shape[d] * own[d];
        for (int64_t i = 0; i < repeats; i++, to += bytes)
            memcpy(to, (const char *)x->data + (size_t)where * size, bytes);
        for (int d = last - 1; d >= 0; d--) {
            if (++at[d] < y->shape[d])
                break;
            at[d] = 0;
        }
    }
    return SYRINX_OK;
}

static int infer_trilu(struct sx_call *call)
{
    if (call->in[0]->rank < 2)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "no matrices");
    if (sx_call_has(call, 1) && (call->in[1]->type != SX_INT64 || sx_tensor_count(call->in[1]) != 1))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the diagonal must be one int64");
    return sx_infer_same(call);
}

/* Keeps column j of row i when j - i >= k (upper) or <= k (lower). */
static int run_trilu(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    bool upper = sx_node_int(call->node, "upper", 1) != 0;
    int64_t k = sx_call_has(call, 1) ? sx_tensor_int(call->in[1], 0) : 0, rows = x->shape[x->rank - 2], columns = x->shape[x->rank - 1];
    int64_t count = sx_tensor_count(x);
    size_t size = sx_dtype_size(x->type);
    if (count == 0)
        return SYRINX_OK;
    k = k < -rows ? -rows : k > columns ? columns : k;
    for (int64_t r = 0; r < count / columns; r++) {
        int64_t edge = r % rows + k + !upper;       /* the first column that is kept, or the first one that is not */
        edge = edge < 0 ? 0 : edge > columns ? columns : edge;
        size_t head = (size_t)edge * size, whole = (size_t)columns * size;
        char *to = (char *)call->out[0].data + (size_t)r * whole;
        const char *from = (const char *)x->data + (size_t)r * whole;
        if (upper) {
            memset(to, 0, head);
            memcpy(to + head, from + head, whole - head);
        } else {
            memcpy(to, from, head);
            memset(to + head, 0, whole - head);
        }
    }
    return SYRINX_OK;
}

static int infer_reverse(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0], *lengths = call->in[1];
    int64_t batch = sx_node_int(call->node, "batch_axis", 1), time = sx_node_int(call->node, "time_axis", 0);
    if (x->rank < 2 || batch < 0 || batch > 1 || time < 0 || time > 1 || batch == time)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "batch and time must be the first two axes");
    if (lengths->type != SX_INT64 || lengths->rank != 1 || lengths->shape[0] != x->shape[batch])
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "one length for each sequence expected");
    return sx_infer_same(call);
}

static int run_reverse(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    int64_t batch = sx_node_int(call->node, "batch_axis", 1), steps = x->shape[1 - batch], sequences = x->shape[batch];
    size_t bytes = sx_dtype_size(x->type);
    for (int d = 2; d < x->rank; d++)
        bytes *= (size_t)x->shape[d];
    for (int64_t s = 0; s < sequences; s++) {
        int64_t length = sx_tensor_int(call->in[1], s);
        if (length < 0 || length > steps)
            return sx_call_fail(call, SYRINX_ERROR_ARGUMENT, "a length of %lld in %lld steps", (long long)length, (long long)steps);
        for (int64_t t = 0; t < steps && bytes; t++) {
            int64_t from = t < length ? length - 1 - t : t;
            size_t at = (size_t)(batch == 0 ? s * steps + t : t * sequences + s), source = (size_t)(batch == 0 ? s * steps + from : from * sequences + s);
            memcpy((char *)call->out[0].data + at * bytes, (const char *)x->data + source * bytes, bytes);
        }
    }
    return SYRINX_OK;
}

SX_OP(Tile) = {
    .name = "Tile", .min_inputs = 2, .max_inputs = 2, .max_outputs = 1, .infer = infer_tile, .run = run_tile,
};
SX_OP(Trilu) = {
    .name = "Trilu", .min_inputs = 1, .max_inputs = 2, .max_outputs = 1, .infer = infer_trilu, .run = run_trilu,
};
SX_OP(ReverseSequence) = {
    .name = "ReverseSequence", .min_inputs = 2, .max_inputs = 2, .max_outputs = 1, .infer = infer_reverse, .run = run_reverse,
};
