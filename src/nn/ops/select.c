/* select.c - TopK: the largest or smallest of each line along an axis; OneHot. */
#include <string.h>

#include "nn/op.h"

static int infer_topk(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    int axis = sx_call_axis(call, sx_node_int(call->node, "axis", -1), x->rank);
    int64_t k = sx_node_int(call->node, "k", -1), shape[SX_MAX_RANK];
    if (axis < 0)
        return axis;
    if (call->opset >= 10) {
        if (!sx_call_has(call, 1) || call->in[1]->type != SX_INT64 || sx_tensor_count(call->in[1]) != 1)
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "K must be one int64");
        if (!call->in[1]->data)
            return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "its shape depends on computed data");
        k = sx_tensor_int(call->in[1], 0);
    }
    if (k < 0 || k > x->shape[axis])
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "%lld of %lld elements wanted", (long long)k, (long long)x->shape[axis]);
    memcpy(shape, x->shape, sizeof shape);
    shape[axis] = k;
    if (call->out_count > 1 && sx_call_output(call, 1, SX_INT64, x->rank, shape) != SYRINX_OK)
        return call->error->code;
    return sx_call_output(call, 0, x->type, x->rank, shape);
}

static size_t scratch_topk(const struct sx_call *call)
{
    int64_t axis = sx_node_int(call->node, "axis", -1);
    return (size_t)call->out[0].shape[axis < 0 ? axis + call->out[0].rank : axis] * sizeof(int64_t);
}

/* A line of elements and what comes first in it. */
struct line {
    const struct sx_tensor *x;
    int64_t base, step;
    bool largest, whole;
};

/* Whether element i goes before element j: by value, equal ones by their place. NaN counts as larger than all. */
static bool before(const struct line *line, int64_t i, int64_t j)
{
    int64_t p = line->base + i * line->step, q = line->base + j * line->step;
    double a = sx_tensor_real(line->x, p), b = sx_tensor_real(line->x, q);
    if (a != a || b != b)
        return (a != a) == (b != b) ? i < j : (a != a) == line->largest;
    if (a == b && line->whole) {            /* integers past 2^53 */
        int64_t m = sx_tensor_int(line->x, p), n = sx_tensor_int(line->x, q);
        return m == n ? i < j : (m > n) == line->largest;
    }
    return a == b ? i < j : (a > b) == line->largest;
}

/* Lets heap[at] sink: the last of the order stands on top. */
static void sink(const struct line *line, int64_t *heap, int64_t count, int64_t at)
{
    for (;;) {
        int64_t child = 2 * at + 1, kept = heap[at];
        if (child >= count)
            return;
        if (child + 1 < count && before(line, heap[child], heap[child + 1]))
            child++;
        if (!before(line, kept, heap[child]))
            return;
        heap[at] = heap[child];
        heap[child] = kept;
        at = child;
    }
}

/* The first k of n in order: a heap of the best so far, then sorted by taking its top away. */
static void choose(const struct line *line, int64_t n, int64_t k, int64_t *heap)
{
    for (int64_t i = 0; i < k; i++)
        heap[i] = i;
    for (int64_t i = k / 2 - 1; i >= 0; i--)
        sink(line, heap, k, i);
    for (int64_t i = k; i < n; i++)
        if (before(line, i, heap[0])) {
            heap[0] = i;
            sink(line, heap, k, 0);
        }
    for (int64_t i = k - 1; i > 0; i--) {
        int64_t top = heap[0];
        heap[0] = heap[i];
        heap[i] = top;
        sink(line, heap, i, 0);
    }
}

static int run_topk(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    int64_t axis = sx_node_int(call->node, "axis", -1), outer = 1, inner = 1;
    size_t size = sx_dtype_size(x->type);
    if (axis < 0)
        axis += x->rank;
    int64_t n = x->shape[axis], k = call->out[0].shape[axis];
    for (int d = 0; d < x->rank; d++)
        *(d < axis ? &outer : &inner) *= d == axis ? 1 : x->shape[d];
    struct line line = {.x = x, .step = inner, .largest = sx_node_int(call->node, "largest", 1) != 0, .whole = sx_dtype_integer(x->type)};
    for (int64_t o = 0; k > 0 && o < outer; o++)
        for (int64_t i = 0; i < inner; i++) {
            line.base = o * n * inner + i;
            choose(&line, n, k, call->scratch);
            for (int64_t j = 0; j < k; j++) {
                int64_t from = ((const int64_t *)call->scratch)[j], to = (o * k + j) * inner + i;
                if (call->out[0].data)
                    memcpy((char *)call->out[0].data + (size_t)to * size, (const char *)x->data + (size_t)(line.base + from * inner) * size, size);
                if (call->out_count > 1 && call->out[1].data)
                    ((int64_t *)call->out[1].data)[to] = from;
            }
        }
    return SYRINX_OK;
}

static int infer_onehot(struct sx_call *call)
{
    const struct sx_tensor *index = call->in[0], *depth = call->in[1];
    int64_t shape[SX_MAX_RANK + 1];
    int axis = sx_call_axis(call, sx_node_int(call->node, "axis", -1), index->rank + 1);
    if (axis < 0)
        return axis;
    if (sx_tensor_count(depth) != 1 || sx_tensor_count(call->in[2]) != 2)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "depth must be one number, values two");
    if (!depth->data)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "its shape depends on computed data");
    double n = sx_tensor_real(depth, 0);
    if (!(n >= 0 && n < 2147483648.0))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "an impossible depth");
    for (int d = 0; d <= index->rank; d++)
        shape[d] = d < axis ? index->shape[d] : d == axis ? (int64_t)n : index->shape[d - 1];
    return sx_call_output(call, 0, call->in[2]->type, index->rank + 1, shape);
}

static int run_onehot(struct sx_call *call)
{
    const struct sx_tensor *index = call->in[0], *out = &call->out[0];
    size_t size = sx_dtype_size(out->type);
    int64_t axis = sx_node_int(call->node, "axis", -1), count = sx_tensor_count(out), inner = 1;
    if (axis < 0)
        axis += out->rank;
    for (int d = (int)axis + 1; d < out->rank; d++)
        inner *= out->shape[d];
    for (int64_t i = 0, n = out->shape[axis]; i < count; i++) {
        double at = sx_tensor_real(index, i / (n * inner) * inner + i % inner), k = (double)(i / inner % n);
        bool on = at == k || at + (double)n == k;
        memcpy((char *)out->data + (size_t)i * size, (const char *)call->in[2]->data + (on ? size : 0), size);
    }
    return SYRINX_OK;
}

SX_OP(TopK) = {
    .name = "TopK", .min_inputs = 1, .max_inputs = 2, .max_outputs = 2, .infer = infer_topk, .run = run_topk, .scratch = scratch_topk,
};
SX_OP(OneHot) = {
    .name = "OneHot", .min_inputs = 3, .max_inputs = 3, .max_outputs = 1, .infer = infer_onehot, .run = run_onehot,
};
