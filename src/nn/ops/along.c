/* along.c - operators that work along one axis: Softmax, LogSoftmax, ArgMax, ArgMin, CumSum. */
#include <math.h>
#include <string.h>

#include "nn/op.h"
#include "nn/types.h"

/* The axis splits a tensor into outer x length x inner. */
struct split {
    int64_t outer, length, inner;
};

static struct split split_at(const struct sx_tensor *t, int64_t axis)
{
    struct split s = {1, 1, 1};
    if (axis < 0)
        axis += t->rank;
    for (int i = 0; i < t->rank; i++)
        *(i < axis ? &s.outer : i == axis ? &s.length : &s.inner) *= t->shape[i];
    return s;
}

/* Before opset 13 Softmax flattens everything from the axis on. */
static struct split softmax_split(const struct sx_call *call)
{
    int64_t axis = sx_node_int(call->node, "axis", call->opset < 13 ? 1 : -1);
    struct split s = split_at(call->in[0], axis);
    if (call->opset < 13) {
        s.length *= s.inner;
        s.inner = 1;
    }
    return s;
}

static int infer_softmax(struct sx_call *call)
{
    int64_t axis = sx_node_int(call->node, "axis", call->opset < 13 ? 1 : -1);
    if (call->in[0]->type != SX_FLOAT && call->in[0]->type != SX_DOUBLE)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(call->in[0]->type));
    if (call->in[0]->rank > 0 && sx_call_axis(call, axis, call->in[0]->rank) < 0)
        return call->error->code;
    return sx_infer_same(call);
}

/* One line: the largest element is taken off before exp; sums in order along the axis. */
#define SOFTMAX(type, exponential) \
    static void softmax_##type(const type *x, type *y, int64_t length, int64_t step, bool log_form) \
    { \
        type most = -(type)INFINITY; \
        double sum = 0; \
        for (int64_t k = 0; k < length; k++) \
            most = x[k * step] > most ? x[k * step] : most; \
        for (int64_t k = 0; k < length; k++) { \
            type e = exponential(x[k * step] - most); \
            y[k * step] = log_form ? x[k * step] - most : e; \
            sum += e; \
        } \
        type scale = (type)(1 / sum), shift = (type)log(sum); \
        for (int64_t k = 0; k < length; k++) \
            y[k * step] = log_form ? y[k * step] - shift : y[k * step] * scale; \
    }
SOFTMAX(float, expf)
SOFTMAX(double, exp)

/* Many elements beside each other, by the kernels. Short rows are the splines of duration predictors, which magnify what a polynomial rounds. */
static void softmax_row(const float *x, float *y, int64_t length)
{
    const struct sx_kernels *kernels = sx_kernels();
    float most = -INFINITY;
    double sum[4] = {0};
    for (int64_t k = 0; k < length; k++)
        most = x[k] > most ? x[k] : most;
    kernels->binary[SX_BINARY_SUB](x, 1, &most, 0, y, (size_t)length);
    kernels->unary[SX_UNARY_EXP](y, 0, y, (size_t)length);
    for (int64_t k = 0; k < length; k++)
        sum[k & 3] += (double)y[k];
    float scale = (float)(1 / ((sum[0] + sum[1]) + (sum[2] + sum[3])));
    kernels->binary[SX_BINARY_MUL](y, 1, &scale, 0, y, (size_t)length);
}

static int run_softmax(struct sx_call *call)
{
    struct split s = softmax_split(call);
    bool log_form = strcmp(call->node->op->name, "LogSoftmax") == 0;
    const void *x = call->in[0]->data;
    void *y = call->out[0].data;
    for (int64_t o = 0; o < s.outer; o++)
        for (int64_t i = 0; i < s.inner; i++) {
            int64_t at = o * s.length * s.inner + i;
            if (call->in[0]->type == SX_FLOAT && s.inner == 1 && s.length >= 16 && !log_form)
                softmax_row((const float *)x + at, (float *)y + at, s.length);
            else if (call->in[0]->type == SX_FLOAT)
                softmax_float((const float *)x + at, (float *)y + at, s.length, s.inner, log_form);
            else
                softmax_double((const double *)x + at, (double *)y + at, s.length, s.inner, log_form);
        }
    return SYRINX_OK;
}

static bool window_softmax(const struct sx_call *call, const int *time_in, int time_out, struct sx_window *windows)
{
    int64_t axis = sx_node_int(call->node, "axis", call->opset < 13 ? 1 : -1);
    (void)windows;
    if (axis < 0)
        axis += call->in[0]->rank;
    return time_in[0] == time_out && (call->opset < 13 ? axis > time_out : axis != time_out);
}

static int infer_arg(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    int axis = sx_call_axis(call, sx_node_int(call->node, "axis", 0), x->rank), n = 0;
    bool keep = sx_node_int(call->node, "keepdims", 1) != 0;
    int64_t shape[SX_MAX_RANK];
    if (axis < 0)
        return axis;
    for (int i = 0; i < x->rank; i++)
        if (i != axis || keep)
            shape[n++] = i == axis ? 1 : x->shape[i];
    return sx_call_output(call, 0, SX_INT64, n, shape);
}

static int run_arg(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    struct split s = split_at(x, sx_node_int(call->node, "axis", 0));
    bool last = sx_node_int(call->node, "select_last_index", 0) != 0, least = strcmp(call->node->op->name, "ArgMin") == 0;
    bool whole = sx_dtype_integer(x->type);
    if (s.length == 0 && s.outer * s.inner > 0)
        return sx_call_fail(call, SYRINX_ERROR_ARGUMENT, "nothing to choose from");
    for (int64_t o = 0; o < s.outer; o++)
        for (int64_t i = 0; i < s.inner; i++) {
            int64_t best = 0, most = 0;
            double value = 0;
            for (int64_t k = 0; k < s.length; k++) {
                double v = sx_tensor_real(x, (o * s.length + k) * s.inner + i);
                int64_t n = whole ? sx_tensor_int(x, (o * s.length + k) * s.inner + i) : 0;     /* large ones are equal as doubles */
                bool better = v == value ? (least ? n < most : n > most) || (last && n == most) : least ? v < value : v > value;
                if (k == 0 || better) {
                    value = v;
                    most = n;
                    best = k;
                }
            }
            ((int64_t *)call->out[0].data)[o * s.inner + i] = best;
        }
    return SYRINX_OK;
}

static bool window_arg(const struct sx_call *call, const int *time_in, int time_out, struct sx_window *windows)
{
    int64_t axis = sx_node_int(call->node, "axis", 0);
    (void)time_out;
    (void)windows;
    return time_in[0] >= 0 && (axis < 0 ? axis + call->in[0]->rank : axis) != time_in[0];
}

static int infer_cumsum(struct sx_call *call)
{
    int64_t axis;
    if (sx_tensor_count(call->in[1]) != 1)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "one axis expected");
    struct sx_tensor flat = *call->in[1], *shape = &flat;
    const struct sx_tensor *own = call->in[1];
    shape->rank = 1;
    shape->shape[0] = 1;
    call->in[1] = shape;
    int n = sx_call_ints(call, 1, &axis, 1);
    call->in[1] = own;
    if (n < 0)
        return n;
    if (sx_call_axis(call, axis, call->in[0]->rank) < 0)
        return call->error->code;
    return sx_infer_same(call);
}

#define SUM(type, sum_type) { \
        const type *x = (const type *)call->in[0]->data + base; \
        type *y = (type *)call->out[0].data + base; \
        sum_type sum = 0; \
        for (int64_t k = 0; k < s.length; k++) { \
            int64_t at = (reverse ? s.length - 1 - k : k) * s.inner; \
            sum_type v = (sum_type)x[at]; \
            y[at] = (type)(exclusive ? sum : sum + v); \
            sum += v; \
        } \
    } break;

static int run_cumsum(struct sx_call *call)
{
    struct split s = split_at(call->in[0], sx_tensor_int(call->in[1], 0));
    bool reverse = sx_node_int(call->node, "reverse", 0) != 0, exclusive = sx_node_int(call->node, "exclusive", 0) != 0;
    for (int64_t o = 0; o < s.outer; o++)
        for (int64_t i = 0; i < s.inner; i++) {
            int64_t base = o * s.length * s.inner + i;
            switch (call->in[0]->type) {
            case SX_FLOAT: SUM(float, double)
            case SX_DOUBLE: SUM(double, double)
#define WHOLE(number, type) case number: SUM(type, uint64_t)
            SX_INTEGER_TYPES(WHOLE)
            default: return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(call->in[0]->type));
            }
        }
    return SYRINX_OK;
}

SX_OP(Softmax) = {
    .name = "Softmax", .min_inputs = 1, .max_inputs = 1, .max_outputs = 1, .infer = infer_softmax, .run = run_softmax, .window = window_softmax,
};
SX_OP(LogSoftmax) = {
    .name = "LogSoftmax", .min_inputs = 1, .max_inputs = 1, .max_outputs = 1, .infer = infer_softmax, .run = run_softmax, .window = window_softmax,
};
SX_OP(ArgMax) = {
    .name = "ArgMax", .min_inputs = 1, .max_inputs = 1, .max_outputs = 1, .infer = infer_arg, .run = run_arg, .window = window_arg,
};
SX_OP(ArgMin) = {
    .name = "ArgMin", .min_inputs = 1, .max_inputs = 1, .max_outputs = 1, .infer = infer_arg, .run = run_arg, .window = window_arg,
};
SX_OP(CumSum) = {
    .name = "CumSum", .min_inputs = 2, .max_inputs = 2, .max_outputs = 1, .infer = infer_cumsum, .run = run_cumsum,
};
