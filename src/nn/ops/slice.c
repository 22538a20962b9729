/* slice.c - Slice (steps of any sign), Expand, and the copy loop that they share. */
#include <string.h>

#include "nn/op.h"

/* Copies elements: out runs row by row, in steps as given from `from` on. */
static void copy_steps(const struct sx_tensor *out, const char *from, const int64_t *steps)
{
    int64_t at[SX_MAX_RANK] = {0}, count = sx_tensor_count(out), where = 0;
    int64_t size = (int64_t)sx_dtype_size(out->type), inner = 1;
    int rank = out->rank;
    while (rank > 0 && steps[rank - 1] == inner) {     /* whole rows at the end */
        inner *= out->shape[rank - 1];
        rank--;
    }
    char *to = out->data;
    for (int64_t n = 0; n < count; n += inner, to += inner * size) {
        memcpy(to, from + where * size, (size_t)(inner * size));
        for (int d = rank - 1; d >= 0; d--) {
            where += steps[d];
            if (++at[d] < out->shape[d])
                break;
            where -= steps[d] * out->shape[d];
            at[d] = 0;
        }
    }
}

struct cut {
    int64_t start[SX_MAX_RANK], step[SX_MAX_RANK], size[SX_MAX_RANK];
};

/* Opset 10 on: inputs starts, ends, axes, steps; before: attributes. */
static int find_cut(struct sx_call *call, struct cut *cut)
{
    const struct sx_tensor *x = call->in[0];
    int64_t lists[4][SX_MAX_RANK];
    int counts[4] = {-1, -1, -1, -1};
    static const char *const names[] = {"starts", "ends", "axes"};
    for (int i = 0; i < 4; i++) {
        const struct sx_attribute *a = i < 3 ? sx_node_attribute(call->node, names[i]) : NULL;
        if (a) {
            if (a->int_count > SX_MAX_RANK)
                return sx_call_fail(call, SYRINX_ERROR_FORMAT, "too many axes");
            counts[i] = a->int_count;
            if (a->int_count)
                memcpy(lists[i], a->ints, (size_t)a->int_count * sizeof *a->ints);
        } else if (sx_call_has(call, i + 1) && (counts[i] = sx_call_ints(call, i + 1, lists[i], SX_MAX_RANK)) < 0) {
            return counts[i];
        }
    }
    if (counts[0] < 0 || counts[0] != counts[1] || (counts[2] >= 0 && counts[2] != counts[0]) || (counts[3] >= 0 && counts[3] != counts[0])
        || counts[0] > x->rank)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "starts, ends, axes and steps do not fit");
    bool done[SX_MAX_RANK] = {false};
    for (int d = 0; d < x->rank; d++) {
        cut->start[d] = 0;
        cut->step[d] = 1;
        cut->size[d] = x->shape[d];
    }
    for (int i = 0; i < counts[0]; i++) {
        int d = sx_call_axis(call, counts[2] >= 0 ? lists[2][i] : i, x->rank);
        if (d < 0)
            return d;
        int64_t n = x->shape[d], start = lists[0][i], end = lists[1][i], step = counts[3] >= 0 ? lists[3][i] : 1;
        if (step == 0 || step < -INT32_MAX || done[d])
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "a step of 0, or an axis twice");
        if (step > INT32_MAX)
            step = INT32_MAX;
        done[d] = true;
        if (start < 0)
            start = start < -n ? -1 : start + n;        /* before the front */
        if (end < 0)
            end = end < -n ? -1 : end + n;
        if (step > 0) {
            start = start < 0 ? 0 : start > n ? n : start;
            end = end < 0 ? 0 : end > n ? n : end;
            cut->size[d] = end > start ? (end - start - 1) / step + 1 : 0;
        } else {
            start = start < 0 ? (lists[0][i] < -n ? 0 : start) : start > n - 1 ? n - 1 : start;
            end = end > n - 1 ? n - 1 : end;
            cut->size[d] = start > end && n > 0 ? (start - end - 1) / -step + 1 : 0;
        }
        cut->start[d] = cut->size[d] ? start : 0;
        cut->step[d] = step;
    }
    return SYRINX_OK;
}

static int infer(struct sx_call *call)
{
    struct cut cut;
    int code = find_cut(call, &cut);
    return code == SYRINX_OK ? sx_call_output(call, 0, call->in[0]->type, call->in[0]->rank, cut.size) : code;
}

static int run(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    struct cut cut;
    int64_t steps[SX_MAX_RANK], own = 1, first = 0;
    int code = find_cut(call, &cut);
    if (code != SYRINX_OK || sx_tensor_count(&call->out[0]) == 0)
        return code;
    for (int d = x->rank - 1; d >= 0; d--) {
        steps[d] = own * cut.step[d];
        first += own * cut.start[d];
        own *= x->shape[d];
    }
    copy_steps(&call->out[0], (const char *)x->data + first * (int64_t)sx_dtype_size(x->type), steps);
    return SYRINX_OK;
}

/* Cuts of other axes; along time nothing may be cut. Judged on the long shapes of the dry run, where any cut shows. */
static bool window(const struct sx_call *call, const int *time_in, int time_out, struct sx_window *windows)
{
    struct sx_call copy = *call;
    struct sx_error error;
    struct cut cut;
    (void)windows;
    copy.error = &error;
    return time_in[0] == time_out && find_cut(&copy, &cut) == SYRINX_OK && cut.start[time_out] == 0 && cut.step[time_out] == 1
           && cut.size[time_out] == call->in[0]->shape[time_out];
}

static int infer_expand(struct sx_call *call)
{
    struct sx_tensor shape = {.data = NULL};
    int rank;
    int64_t sum[SX_MAX_RANK];
    if ((shape.rank = sx_call_ints(call, 1, shape.shape, SX_MAX_RANK)) < 0)
        return shape.rank;
    if (!sx_broadcast(call->in[0], &shape, &rank, sum))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the shape does not broadcast");
    return sx_call_output(call, 0, call->in[0]->type, rank, sum);
}

static int run_expand(struct sx_call *call)
{
    int64_t steps[SX_MAX_RANK];
    if (sx_tensor_count(&call->out[0]) == 0)
        return SYRINX_OK;
    sx_broadcast_steps(call->in[0], call->out[0].rank, call->out[0].shape, steps);
    copy_steps(&call->out[0], call->in[0]->data, steps);
    return SYRINX_OK;
}

SX_OP(Slice) = {
    .name = "Slice", .min_inputs = 1, .max_inputs = 5, .max_outputs = 1, .infer = infer, .run = run, .window = window,
};
SX_OP(Expand) = {
    .name = "Expand", .min_inputs = 2, .max_inputs = 2, .max_outputs = 1, .infer = infer_expand, .run = run_expand,
};
