/* op.c - the table of operators, and what their shape functions share. */
#include "nn/op.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SX_LISTED_OP(name) SX_DECLARE_OP(name);
#include "nn_ops.h"
#undef SX_LISTED_OP

static const struct sx_op *const all_ops[] = {
#define SX_LISTED_OP(name) &sx_op_##name,
#include "nn_ops.h"
#undef SX_LISTED_OP
};

const struct sx_op *sx_op_find(const char *domain, const char *type)
{
    if (strcmp(domain, "ai.onnx") == 0)
        domain = "";
    for (size_t i = 0; i < sizeof all_ops / sizeof *all_ops; i++)
        if (!(all_ops[i]->flags & SX_OP_INTERNAL) && strcmp(all_ops[i]->name, type) == 0 && strcmp(all_ops[i]->domain ? all_ops[i]->domain : "", domain) == 0)
            return all_ops[i];
    return NULL;
}

const char *sx_op_check(const struct sx_op *op, const struct sx_node *node)
{
    if (node->input_count < op->min_inputs)
        return "too few inputs";
    if (node->input_count > (op->max_inputs < SX_MAX_INPUTS ? op->max_inputs : SX_MAX_INPUTS))
        return "too many inputs";
    if (node->output_count < 1 || node->output_count > (op->max_outputs < SX_MAX_OUTPUTS ? op->max_outputs : SX_MAX_OUTPUTS))
        return "wrong number of outputs";
    for (int i = 0; i < op->min_inputs; i++)
        if (node->inputs[i] < 0)
            return "an input is missing";
    return NULL;
}

int sx_call_fail(struct sx_call *call, int code, const char *format, ...)
{
    char message[320];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return sx_fail(call->error, code, "node '%.120s' (%s): %s", call->node->name, call->node->op->name, message);
}

bool sx_call_has(const struct sx_call *call, int index)
{
    return index < call->in_count && call->in[index];
}

int sx_call_output(struct sx_call *call, int index, enum sx_dtype type, int rank, const int64_t *shape)
{
    struct sx_tensor *out = &call->out[index];
    if (rank > SX_MAX_RANK)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "the result has %d dimensions; the engine has %d", rank, SX_MAX_RANK);
    out->type = type;
    out->rank = rank;
    if (rank > 0)
        memmove(out->shape, shape, (size_t)rank * sizeof *shape);
    if (sx_tensor_count(out) < 0)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the result has an impossible shape");
    return SYRINX_OK;
}

int sx_call_ints(struct sx_call *call, int index, int64_t *out, int room)
{
    const struct sx_tensor *t = call->in[index];
    if ((t->type != SX_INT64 && t->type != SX_INT32) || t->rank > 1)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "input %d must be a list of integers", index);
    int64_t count = sx_tensor_count(t);
    if (count > room)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "input %d has too many numbers", index);
    if (count && !t->data)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "its shape depends on computed data");
    for (int64_t i = 0; i < count; i++)
        out[i] = sx_tensor_int(t, i);
    return (int)count;
}

int sx_call_axis(struct sx_call *call, int64_t axis, int rank)
{
    if (axis < -rank || axis >= rank)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "axis %lld is not one of %d", (long long)axis, rank);
    return (int)(axis < 0 ? axis + rank : axis);
}

int sx_call_axes(struct sx_call *call, int index, int rank, bool flags[SX_MAX_RANK], bool *given)
{
    int64_t list[SX_MAX_RANK];
    int count = 0;
    memset(flags, 0, SX_MAX_RANK * sizeof *flags);
    *given = false;
    const struct sx_attribute *attribute = sx_node_attribute(call->node, "axes");
    if (attribute) {
        count = attribute->int_count;
        if (count > SX_MAX_RANK)
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "too many axes");
        if (count)
            memcpy(list, attribute->ints, (size_t)count * sizeof *list);
        *given = true;
    } else if (sx_call_has(call, index)) {
        count = sx_call_ints(call, index, list, SX_MAX_RANK);
        if (count < 0)
            return count;
        *given = true;
    }
    for (int i = 0; i < count; i++) {
        int axis = sx_call_axis(call, list[i], rank);
        if (axis < 0)
            return axis;
        if (flags[axis])
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "an axis is named twice");
        flags[axis] = true;
    }
    return SYRINX_OK;
}

bool sx_broadcast(const struct sx_tensor *a, const struct sx_tensor *b, int *rank, int64_t shape[SX_MAX_RANK])
{
    int n = a->rank > b->rank ? a->rank : b->rank;
    int64_t out[SX_MAX_RANK];
    for (int i = 0; i < n; i++) {
        int64_t p = i < n - a->rank ? 1 : a->shape[i - (n - a->rank)], q = i < n - b->rank ? 1 : b->shape[i - (n - b->rank)];
        if (p != q && p != 1 && q != 1)
            return false;
        out[i] = p == 1 ? q : p;
    }
    *rank = n;
    memcpy(shape, out, (size_t)n * sizeof *shape);
    return true;
}

void sx_broadcast_steps(const struct sx_tensor *t, int rank, const int64_t *shape, int64_t steps[SX_MAX_RANK])
{
    int64_t step = 1;
    for (int i = rank - 1; i >= 0; i--) {
        int own = i - (rank - t->rank);
        int64_t size = own < 0 ? 1 : t->shape[own];
        steps[i] = size == 1 && shape[i] != 1 ? 0 : size == 1 ? 0 : step;
        step *= size;
    }
}

void sx_broadcast_rows(const struct sx_tensor *a, const struct sx_tensor *b, const struct sx_tensor *out, sx_row *row, void *user)
{
    int64_t sa[SX_MAX_RANK], sb[SX_MAX_RANK], size[SX_MAX_RANK], at[SX_MAX_RANK] = {0};
    int rank = 0;
    if (sx_tensor_count(out) == 0)
        return;
    sx_broadcast_steps(a, out->rank, out->shape, sa);
    sx_broadcast_steps(b, out->rank, out->shape, sb);
    /* axes that both inputs walk through evenly become one */
    for (int i = 0; i < out->rank; i++) {
        int64_t n = out->shape[i];
        if (n == 1)
            continue;
        if (rank && sa[rank - 1] == sa[i] * n && sb[rank - 1] == sb[i] * n) {
            size[rank - 1] *= n;
            sa[rank - 1] = sa[i];
            sb[rank - 1] = sb[i];
        } else {
            size[rank] = n;
            sa[rank] = sa[i];
            sb[rank++] = sb[i];
        }
    }
    const char *pa = a->data, *pb = b->data;
    char *po = out->data;
    size_t za = sx_dtype_size(a->type), zb = sx_dtype_size(b->type), zo = sx_dtype_size(out->type);
    int64_t count = rank ? size[rank - 1] : 1, ia = 0, ib = 0;
    for (;;) {
        row(user, pa + ia * (int64_t)za, rank ? sa[rank - 1] : 0, pb + ib * (int64_t)zb, rank ? sb[rank - 1] : 0, po, count);
        po += count * (int64_t)zo;
        int d = rank - 2;
        for (; d >= 0; d--) {
            ia += sa[d];
            ib += sb[d];
            if (++at[d] < size[d])
                break;
            ia -= sa[d] * size[d];
            ib -= sb[d] * size[d];
            at[d] = 0;
        }
        if (d < 0)
            return;
    }
}

static void add_row(void *user, const void *a, int64_t a_step, const void *b, int64_t b_step, void *out, int64_t count)
{
    (void)user;
    sx_kernels()->binary[SX_BINARY_ADD](a, (int)a_step, b, (int)b_step, out, (size_t)count);
}

void sx_broadcast_add(const struct sx_tensor *a, const struct sx_tensor *b, const struct sx_tensor *sum)
{
    sx_broadcast_rows(a, b, sum, add_row, NULL);
}

int sx_infer_same(struct sx_call *call)
{
    return sx_call_output(call, 0, call->in[0]->type, call->in[0]->rank, call->in[0]->shape);
}

int sx_infer_broadcast(struct sx_call *call)
{
    struct sx_tensor sum = *call->in[0];
    for (int i = 1; i < call->in_count; i++) {
        if (!call->in[i])
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "an input is missing");
        if (call->in[i]->type != sum.type)
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "inputs of different types (%s, %s)", sx_dtype_name(sum.type), sx_dtype_name(call->in[i]->type));
        if (!sx_broadcast(&sum, call->in[i], &sum.rank, sum.shape))
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "input shapes do not broadcast");
    }
    return sx_call_output(call, 0, sum.type, sum.rank, sum.shape);
}

bool sx_window_pointwise(const struct sx_call *call, const int *time_in, int time_out, struct sx_window *windows)
{
    (void)windows;
    for (int i = 0; i < call->in_count; i++) {
        if (!call->in[i])
            continue;
        int from_right = call->out[0].rank - time_out;
        if (time_in[i] >= 0 ? call->in[i]->rank - time_in[i] != from_right
                            : call->in[i]->rank >= from_right && call->in[i]->shape[call->in[i]->rank - from_right] != 1)
            return false;
    }
    return true;
}

struct loop {
    void (*task)(void *, int64_t, int64_t);
    void *user;
    int64_t count, piece;
};

static void loop_piece(void *user, int index)
{
    const struct loop *loop = user;
    int64_t begin = index * loop->piece, end = begin + loop->piece;
    loop->task(loop->user, begin, end < loop->count ? end : loop->count);
}

void sx_parallel(struct sx_pool *pool, int64_t count, int64_t grain, void (*task)(void *user, int64_t begin, int64_t end), void *user)
{
    int threads = sx_pool_threads(pool);
    if (threads < 2 || count <= grain) {
        if (count > 0)
            task(user, 0, count);
        return;
    }
    int64_t pieces = (count + grain - 1) / grain;
    if (pieces > threads * 4)
        pieces = threads * 4;
    struct loop loop = {task, user, count, (count + pieces - 1) / pieces};
    sx_pool_run(pool, (int)((count + loop.piece - 1) / loop.piece), loop_piece, &loop);
}
