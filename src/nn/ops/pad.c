/* pad.c - Pad: constant, edge, reflect and wrap; negative amounts crop. */
#include <string.h>

#include "nn/op.h"

struct amounts {
    int64_t begin[SX_MAX_RANK], end[SX_MAX_RANK];
};

static int find_amounts(struct sx_call *call, struct amounts *amounts)
{
    const struct sx_tensor *x = call->in[0];
    const struct sx_attribute *attribute = sx_node_attribute(call->node, "pads");
    int64_t list[2 * SX_MAX_RANK], axes[SX_MAX_RANK];
    int count, n = x->rank;
    memset(amounts, 0, sizeof *amounts);
    for (int i = 0; i < n; i++)
        axes[i] = i;
    if (sx_call_has(call, 1)) {
        if ((count = sx_call_ints(call, 1, list, 2 * SX_MAX_RANK)) < 0)
            return count;
    } else if (attribute && attribute->int_count <= 2 * SX_MAX_RANK) {
        count = attribute->int_count;
        if (count)
            memcpy(list, attribute->ints, (size_t)count * sizeof *list);
    } else {
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "no amounts");
    }
    if (sx_call_has(call, 3) && (n = sx_call_ints(call, 3, axes, SX_MAX_RANK)) < 0)
        return n;
    if (count != 2 * n)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "%d amounts for %d axes", count, n);
    for (int i = 0; i < n; i++) {
        int axis = sx_call_axis(call, axes[i], x->rank);
        if (axis < 0)
            return axis;
        amounts->begin[axis] = list[i];
        amounts->end[axis] = list[n + i];
    }
    return SYRINX_OK;
}

static int infer(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    struct amounts amounts;
    int64_t shape[SX_MAX_RANK];
    int code = find_amounts(call, &amounts);
    if (code != SYRINX_OK)
        return code;
    if (sx_call_has(call, 2) && (call->in[2]->type != x->type || sx_tensor_count(call->in[2]) != 1))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the value must be one number of the input's type");
    for (int i = 0; i < x->rank; i++) {
        if (amounts.begin[i] < -INT32_MAX || amounts.begin[i] > INT32_MAX || amounts.end[i] < -INT32_MAX || amounts.end[i] > INT32_MAX)
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "an impossible amount");
        shape[i] = x->shape[i] + amounts.begin[i] + amounts.end[i];
        if (shape[i] < 0)
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "axis %d is cropped to less than nothing", i);
    }
    return sx_call_output(call, 0, x->type, x->rank, shape);
}

/* The input position for a position outside, or -1: the constant. */
static int64_t source(int64_t at, int64_t n, char mode)
{
    if ((at >= 0 && at < n) || n == 0)
        return n == 0 ? -1 : at;
    switch (mode) {
    case 'e': return at < 0 ? 0 : n - 1;
    case 'w': at %= n; return at < 0 ? at + n : at;
    case 'r': {
        int64_t period = n > 1 ? 2 * (n - 1) : 1;
        at %= period;
        if (at < 0)
            at += period;
        return at < n ? at : period - at;
    }
    default: return -1;
    }
}

/* `count` elements of `size` bytes, all alike. */
static char *fill(char *to, const char *value, int64_t count, size_t size)
{
    size_t bytes = (size_t)count * size;
    if (count <= 0)
        return to;
    memcpy(to, value, size);
    for (size_t done = size; done < bytes; ) {      /* doubling */
        size_t n = done < bytes - done ? done : bytes - done;
        memcpy(to + done, to, n);
        done += n;
    }
    return to + bytes;
}

/* Rows along the last axis: a piece of the input between two runs of the constant. */
static void constant_rows(const struct sx_tensor *x, const struct sx_tensor *y, const struct amounts *amounts, const char *value)
{
    size_t size = sx_dtype_size(x->type);
    int last = x->rank - 1;
    int64_t at[SX_MAX_RANK] = {0}, begin = amounts->begin[last], n = x->shape[last], width = y->shape[last], rows = sx_tensor_count(y) / width;
    int64_t left = begin < 0 ? 0 : begin < width ? begin : width, from = begin < 0 ? -begin : 0, middle = n - from;
    if (middle > width - left)
        middle = width - left;
    if (middle < 0)
        middle = 0;
    char *to = y->data;
    for (int64_t r = 0; r < rows; r++) {
        int64_t row = 0;
        for (int d = 0; d < last && row >= 0; d++) {
            int64_t s = at[d] - amounts->begin[d];
            row = s < 0 || s >= x->shape[d] ? -1 : row * x->shape[d] + s;
        }
        if (row < 0) {
            to = fill(to, value, width, size);
        } else {
            to = fill(to, value, left, size);
            if (middle)
                memcpy(to, (const char *)x->data + (size_t)(row * n + from) * size, (size_t)middle * size);
            to = fill(to + (size_t)middle * size, value, width - left - middle, size);
        }
        for (int d = last - 1; d >= 0; d--) {
            if (++at[d] < y->shape[d])
                break;
            at[d] = 0;
        }
    }
}

static int run(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0], *y = &call->out[0];
    const char *mode = sx_node_string(call->node, "mode", "constant");
    struct amounts amounts;
    int code = find_amounts(call, &amounts);
    if (code != SYRINX_OK)
        return code;
    if (strcmp(mode, "constant") != 0 && strcmp(mode, "edge") != 0 && strcmp(mode, "reflect") != 0 && strcmp(mode, "wrap") != 0)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "mode %.20s", mode);
    size_t size = sx_dtype_size(x->type);
    char value[8] = {0};
    float number = sx_node_float(call->node, "value", 0);
    if (sx_call_has(call, 2))
        memcpy(value, call->in[2]->data, size);
    else if (x->type == SX_FLOAT)
        memcpy(value, &number, size);
    if (*mode == 'c' && x->rank > 0) {
        if (sx_tensor_count(y) > 0)
            constant_rows(x, y, &amounts, value);
        return SYRINX_OK;
    }
    int64_t at[SX_MAX_RANK] = {0}, count = sx_tensor_count(y), own[SX_MAX_RANK], step = 1;
    for (int d = x->rank - 1; d >= 0; d--) {
        own[d] = step;
        step *= x->shape[d];
    }
    char *to = y->data;
    for (int64_t n = 0; n < count; n++, to += size) {
        int64_t where = 0;
        for (int d = 0; d < x->rank; d++) {
            int64_t s = source(at[d] - amounts.begin[d], x->shape[d], *mode);
            if (s < 0) {
                where = -1;
                break;
            }
            where += s * own[d];
        }
        memcpy(to, where < 0 ? value : (const char *)x->data + (size_t)where * size, size);
        for (int d = x->rank - 1; d >= 0; d--) {
            if (++at[d] < y->shape[d])
                break;
            at[d] = 0;
        }
    }
    return SYRINX_OK;
}

/* Only inside a column; zeros along time became part of the convolution behind. */
static bool window(const struct sx_call *call, const int *time_in, int time_out, struct sx_window *windows)
{
    struct sx_call copy = *call;
    struct sx_error error;
    struct amounts amounts;
    (void)windows;
    copy.error = &error;
    return time_in[0] == time_out && find_amounts(&copy, &amounts) == SYRINX_OK && amounts.begin[time_out] == 0 && amounts.end[time_out] == 0;
}

SX_OP(Pad) = {
    .name = "Pad", .min_inputs = 1, .max_inputs = 4, .max_outputs = 1, .infer = infer, .run = run, .window = window,
};
