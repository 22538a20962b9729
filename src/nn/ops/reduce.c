/* reduce.c - ReduceSum, Mean, Max, Min, Prod, L1, L2, SumSquare, LogSum, LogSumExp over any axes. Reals are summed in double precision. */
#include <math.h>
#include <string.h>

#include "nn/op.h"
#include "nn/types.h"

enum reduction { SUM, MEAN, MAX, MIN, PROD, L1, L2, SQUARES, LOG_SUM, LOG_SUM_EXP };

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
    double real, most;      /* most: of LogSumExp, subtracted before exp */
    int64_t whole;
};

/* Integers of 64 bits without a sign compare as signed ones with the top bit turned. */
static int64_t turned(enum sx_dtype type, enum reduction which, int64_t v)
{
    return type == SX_UINT64 && (which == MAX || which == MIN) ? v ^ INT64_MIN : v;
}

static void start(struct total *t, enum reduction which, enum sx_dtype type)
{
    int64_t least = INT64_MIN, most = INT64_MAX;
    size_t bits = sx_dtype_size(type) * 8;
    bool sign = type == SX_INT8 || type == SX_INT16 || type == SX_INT32;
    if (type == SX_BOOL) {
        least = 0;
        most = 1;
    } else if (sx_dtype_integer(type) && bits < 64) {
        most = (INT64_C(1) << (bits - sign)) - 1;
        least = sign ? -most - 1 : 0;
    }
    t->real = which == PROD ? 1 : which == MAX ? -INFINITY : which == MIN ? INFINITY : 0;
    t->whole = which == PROD ? 1 : which == MAX ? least : which == MIN ? most : 0;
}

static void take_real(struct total *t, enum reduction which, double v)
{
    switch (which) {
    case SUM: case MEAN: case LOG_SUM: t->real += v; break;
    case MAX: t->real = v > t->real || v != v ? v : t->real; break;
    case MIN: t->real = v < t->real || v != v ? v : t->real; break;
    case PROD: t->real *= v; break;
    case L1: t->real += fabs(v); break;
    case L2: case SQUARES: t->real += v * v; break;
    case LOG_SUM_EXP: t->real += exp(v - t->most); break;
    }
}

static void take_whole(struct total *t, enum reduction which, int64_t v)
{
    uint64_t sum = (uint64_t)t->whole, u = (uint64_t)v;
    switch (which) {
    case MAX: t->whole = v > t->whole ? v : t->whole; break;
    case MIN: t->whole = v < t->whole ? v : t->whole; break;
    case PROD: t->whole = (int64_t)(sum * u); break;
    case L1: t->whole = (int64_t)(sum + (v < 0 ? 0 - u : u)); break;
    case L2: case SQUARES: t->whole = (int64_t)(sum + u * u); break;
    default: t->whole = (int64_t)(sum + u); break;
    }
}

static void finish(const struct total *t, enum reduction which, int64_t inner, const struct sx_tensor *out, int64_t o)
{
    double real = which == MEAN && inner ? t->real / (double)inner : which == L2 ? sqrt(t->real) : which == LOG_SUM ? log(t->real)
                  : which == LOG_SUM_EXP ? log(t->real) + t->most : t->real;
    int64_t whole = which == MEAN && inner ? t->whole / inner : which == L2 ? (int64_t)sqrt((double)t->whole) : t->whole;
    whole = turned(out->type, which, whole);
    switch (out->type) {
#define STORE(number, type) case number: ((type *)out->data)[o] = (type)whole; break;
    SX_INTEGER_TYPES(STORE)
    case SX_BOOL: ((uint8_t *)out->data)[o] = whole != 0; break;
    case SX_FLOAT: ((float *)out->data)[o] = (float)real; break;
    default: ((double *)out->data)[o] = real; break;
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
    bool integer = sx_dtype_integer(x->type) || x->type == SX_BOOL;
    if ((!integer && x->type != SX_FLOAT && x->type != SX_DOUBLE) || (integer && which >= LOG_SUM))
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
        struct total total = {.most = 0};
        for (int d = q - 1; d >= 0; d--) {
            where += rest % outer_size[d] * outer_step[d];
            rest /= outer_size[d];
        }
        start(&total, which, x->type);
        for (int pass = which == LOG_SUM_EXP ? 0 : 1; pass < 2; pass++) {
            for (int64_t k = 0; k < inner; k++) {
                double v = x->type == SX_FLOAT ? ((const float *)x->data)[where] : integer ? 0 : ((const double *)x->data)[where];
                if (pass == 0)
                    total.most = k == 0 || v > total.most ? v : total.most;
                else if (integer)
                    take_whole(&total, which, turned(x->type, which, sx_tensor_int(x, where)));
                else
                    take_real(&total, which, v);
                for (int d = r - 1; d >= 0; d--) {
                    where += step[d];
                    if (++at[d] < size[d])
                        break;
                    where -= step[d] * size[d];
                    at[d] = 0;
                }
            }
            if (!isfinite(total.most))      /* infinities would give NaN */
                total.most = 0;
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
static int run_log_sum(struct sx_call *call) { return run(call, LOG_SUM); }
static int run_log_sum_exp(struct sx_call *call) { return run(call, LOG_SUM_EXP); }

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
SX_OP(ReduceLogSum) = REDUCTION("ReduceLogSum", run_log_sum);
SX_OP(ReduceLogSumExp) = REDUCTION("ReduceLogSumExp", run_log_sum_exp);
