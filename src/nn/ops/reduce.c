/* reduce.c - ReduceSum, Mean, Max, Min, Prod, L1, L2, SumSquare over any axes. Floats are summed in double precision. */
#include <math.h>
#include <string.h>

#include "nn/op.h"

enum reduction { SUM, MEAN, MAX, MIN, PROD, L1, L2, SQUARES };

static int find_axes(struct sx_call *call, bool flags[SX_MAX_RANK], bool *nothing)
{
    bool given;
    int rank = call->in[0]->rank, code = sx_call_axes(call, 1, rank, flags, &given), marked = 0;
    if (code != SYRINX_OK)
        return code;
    for (int i = 0; i < rank; i++)
        marked += flags[i];
    *nothing = marked == 0 && sx_node_int(call->node, "noop_with_empty_axes", 0) != 0;
    for (int i = 0; marked == 0 && !*nothing && i < rank; i++)
        flags[i] = true;
    return SYRINX_OK;
}

static int infer(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    bool flags[SX_MAX_RANK], nothing, keep = sx_node_int(call->node, "keepdims", 1) != 0;
    int64_t shape[SX_MAX_RANK];
    int code = find_axes(call, flags, &nothing), n = 0;
    if (code != SYRINX_OK)
        return code;
    for (int i = 0; i < x->rank; i++) {
        if (!flags[i])
            shape[n++] = x->shape[i];
        else if (keep)
            shape[n++] = 1;
    }
    return sx_call_output(call, 0, x->type, n, shape);
}

/* Integers wrap, as in arith.c. */
struct total {
    double real;
    int64_t whole;
};

static void start(struct total *t, enum reduction which, enum sx_dtype type)
{
    static const int64_t least[] = {[SX_UINT8] = 0, [SX_INT8] = INT8_MIN, [SX_INT32] = INT32_MIN, [SX_INT64] = INT64_MIN, [SX_BOOL] = 0, [SX_DOUBLE] = 0};
    static const int64_t most[] = {[SX_UINT8] = UINT8_MAX, [SX_INT8] = INT8_MAX, [SX_INT32] = INT32_MAX, [SX_INT64] = INT64_MAX, [SX_BOOL] = 1, [SX_DOUBLE] = 0};
    t->real = which == PROD ? 1 : which == MAX ? -INFINITY : which == MIN ? INFINITY : 0;
    t->whole = which == PROD ? 1 : which == MAX ? least[type] : which == MIN ? most[type] : 0;
}

static void take_real(struct total *t, enum reduction which, double v)
{
    switch (which) {
    case SUM: case MEAN: t->real += v; break;
    case MAX: t->real = v > t->real || v != v ? v : t->real; break;
    case MIN: t->real = v < t->real || v != v ? v : t->real; break;
    case PROD: t->real *= v; break;
    case L1: t->real += fabs(v); break;
    case L2: case SQUARES: t->real += v * v; break;
    }
}

static void take_whole(struct total *t, enum reduction which, int64_t v)
{
    uint64_t sum = (uint64_t)t->whole, u = (uint64_t)v;
    switch (which) {
    case SUM: case MEAN: t->whole = (int64_t)(sum + u); break;
    case MAX: t->whole = v > t->whole ? v : t->whole; break;
    case MIN: t->whole = v < t->whole ? v : t->whole; break;
    case PROD: t->whole = (int64_t)(sum * u); break;
    case L1: t->whole = (int64_t)(sum + (v < 0 ? 0 - u : u)); break;
    case L2: case SQUARES: t->whole = (int64_t)(sum + u * u); break;
    }
}

static void finish(const struct total *t, enum reduction which, int64_t inner, const struct sx_tensor *out, int64_t o)
{
    double real = which == MEAN && inner ? t->real / (double)inner : which == L2 ? sqrt(t->real) : t->real;
    int64_t whole = which == MEAN && inner ? t->whole / inner : which == L2 ? (int64_t)sqrt((double)t->whole) : t->whole;
    switch (out->type) {
    case SX_FLOAT: ((float *)out->data)[o] = (float)real; break;
    case SX_DOUBLE: ((double *)out->data)[o] = real; break;
    case SX_INT32: ((int32_t *)out->data)[o] = (int32_t)whole; break;
    case SX_INT64: ((int64_t *)out->data)[o] = whole; break;
    case SX_INT8: ((int8_t *)out->data)[o] = (int8_t)whole; break;
    default: ((uint8_t *)out->data)[o] = (uint8_t)whole; break;
    }
}

static int run(struct sx_call *call, enum reduction which)
{
    const struct sx_tensor *x = call->in[0];
    bool flags[SX_MAX_RANK], nothing;
    int64_t size[SX_MAX_RANK], step[SX_MAX_RANK], outer_size[SX_MAX_RANK], outer_step[SX_MAX_RANK], own[SX_MAX_RANK], inner = 1, outer = 1, s = 1;
    int code = find_axes(call, flags, &nothing), r = 0, q = 0;
    if (code != SYRINX_OK)
        return code;
    if (x->type == SX_FLOAT16)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(x->type));
    for (int d = x->rank - 1; d >= 0; d--) {
        own[d] = s;
        s *= x->shape[d];
    }
    for (int d = 0; d < x->rank; d++) {
        if (flags[d]) {
            size[r] = x->shape[d];
            step[r++] = own[d];
            inner *= x->shape[d];
        } else {
            outer_size[q] = x->shape[d];
            outer_step[q++] = own[d];
            outer *= x->shape[d];
        }
    }
    for (int64_t o = 0; o < outer; o++) {
        int64_t where = 0, rest = o, at[SX_MAX_RANK] = {0};
        struct total total;
        for (int d = q - 1; d >= 0; d--) {
            where += rest % outer_size[d] * outer_step[d];
            rest /= outer_size[d];
        }
        start(&total, which, x->type);
        for (int64_t k = 0; k < inner; k++) {
            switch (x->type) {
            case SX_FLOAT: take_real(&total, which, ((const float *)x->data)[where]); break;
            case SX_DOUBLE: take_real(&total, which, ((const double *)x->data)[where]); break;
            case SX_INT32:
            case SX_INT64: take_whole(&total, which, sx_tensor_int(x, where)); break;
            case SX_INT8: take_whole(&total, which, ((const int8_t *)x->data)[where]); break;
            default: take_whole(&total, which, ((const uint8_t *)x->data)[where]); break;
            }
            for (int d = r - 1; d >= 0; d--) {
                where += step[d];
                if (++at[d] < size[d])
                    break;
                where -= step[d] * size[d];
                at[d] = 0;
            }
        }
        finish(&total, which, inner, &call->out[0], o);
    }
    return SYRINX_OK;
}

static int run_sum(struct sx_call *call) { return run(call, SUM); }
static int run_mean(struct sx_call *call) { return run(call, MEAN); }
static int run_max(struct sx_call *call) { return run(call, MAX); }
static int run_min(struct sx_call *call) { return run(call, MIN); }
static int run_prod(struct sx_call *call) { return run(call, PROD); }
static int run_l1(struct sx_call *call) { return run(call, L1); }
static int run_l2(struct sx_call *call) { return run(call, L2); }
static int run_squares(struct sx_call *call) { return run(call, SQUARES); }

static bool window(const struct sx_call *call, const int *time_in, int time_out, struct sx_window *windows)
{
    struct sx_call copy = *call;
    struct sx_error error;
    bool flags[SX_MAX_RANK], nothing;
    (void)time_out;
    (void)windows;
    copy.error = &error;
    return time_in[0] >= 0 && find_axes(&copy, flags, &nothing) == SYRINX_OK && !flags[time_in[0]];
}

#define REDUCTION(op, function) \
    {.name = op, .min_inputs = 1, .max_inputs = 2, .max_outputs = 1, .infer = infer, .run = function, .window = window}

SX_OP(ReduceSum) = REDUCTION("ReduceSum", run_sum);
SX_OP(ReduceMean) = REDUCTION("ReduceMean", run_mean);
SX_OP(ReduceMax) = REDUCTION("ReduceMax", run_max);
SX_OP(ReduceMin) = REDUCTION("ReduceMin", run_min);
SX_OP(ReduceProd) = REDUCTION("ReduceProd", run_prod);
SX_OP(ReduceL1) = REDUCTION("ReduceL1", run_l1);
SX_OP(ReduceL2) = REDUCTION("ReduceL2", run_l2);
SX_OP(ReduceSumSquare) = REDUCTION("ReduceSumSquare", run_squares);
