/* normalize_more.c - RMSNormalization, LpNormalization, MeanVarianceNormalization, Hardmax. Sums in double precision. */
#include <math.h>
#include <string.h>

#include "nn/op.h"

/* An axis splits a tensor into outer x length x inner. */
struct split {
    int64_t outer, length, inner;
};

static struct split split_at(const struct sx_tensor *t, int axis)
{
    struct split s = {1, 1, 1};
    for (int d = 0; d < t->rank; d++)
        *(d < axis ? &s.outer : d == axis ? &s.length : &s.inner) *= t->shape[d];
    return s;
}

static void store(const struct sx_tensor *t, int64_t i, double v)
{
    if (t->type == SX_DOUBLE)
        ((double *)t->data)[i] = v;
    else
        ((float *)t->data)[i] = (float)v;
}

static int need_real(struct sx_call *call)
{
    if (call->in[0]->type != SX_FLOAT && call->in[0]->type != SX_DOUBLE)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(call->in[0]->type));
    return SYRINX_OK;
}

static int infer_rms(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0], *scale = call->in[1];
    struct sx_tensor inner = {.rank = 0}, sum = {.rank = 0};
    int axis = sx_call_axis(call, sx_node_int(call->node, "axis", -1), x->rank);
    if (axis < 0 || need_real(call) != SYRINX_OK)
        return call->error->code;
    for (int d = axis; d < x->rank; d++)
        inner.shape[inner.rank++] = x->shape[d];
    if (scale->type != x->type || !sx_broadcast(&inner, scale, &sum.rank, sum.shape) || !sx_tensor_same_shape(&sum, &inner))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the scale does not fit the input");
    return sx_infer_same(call);
}

static int run_rms(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0], *scale = call->in[1];
    int axis = sx_call_axis(call, sx_node_int(call->node, "axis", -1), x->rank);
    double epsilon = sx_node_float(call->node, "epsilon", 1e-5f);
    int64_t steps[SX_MAX_RANK], rows = 1, width = 1, rank = x->rank - axis;
    for (int d = 0; d < x->rank; d++)
        *(d < axis ? &rows : &width) *= x->shape[d];
    sx_broadcast_steps(scale, (int)rank, x->shape + axis, steps);
    for (int64_t r = 0; r < rows; r++) {
        double sum = 0;
        for (int64_t i = 0; i < width; i++)
            sum += sx_tensor_real(x, r * width + i) * sx_tensor_real(x, r * width + i);
        double factor = 1 / sqrt(sum / (double)width + epsilon);
        for (int64_t i = 0; i < width; i++) {
            int64_t rest = i, at = 0;
            for (int64_t d = rank - 1; d >= 0; d--) {
                at += rest % x->shape[axis + d] * steps[d];
                rest /= x->shape[axis + d];
            }
            store(&call->out[0], r * width + i, sx_tensor_real(x, r * width + i) * factor * sx_tensor_real(scale, at));
        }
    }
    return SYRINX_OK;
}

static int infer_along(struct sx_call *call)
{
    bool hardmax = call->node->op->name[0] == 'H';
    if (need_real(call) != SYRINX_OK)
        return call->error->code;
    int axis = sx_call_axis(call, sx_node_int(call->node, "axis", hardmax && call->opset < 13 ? 1 : -1), call->in[0]->rank);
    if (axis < 0)
        return axis;
    if (!hardmax && sx_node_int(call->node, "p", 2) != 1 && sx_node_int(call->node, "p", 2) != 2)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "p must be 1 or 2");
    return sx_infer_same(call);
}

static int run_lp(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    struct split s = split_at(x, sx_call_axis(call, sx_node_int(call->node, "axis", -1), x->rank));
    bool square = sx_node_int(call->node, "p", 2) == 2;
    for (int64_t n = 0; n < s.outer * s.inner; n++) {
        int64_t base = n / s.inner * s.length * s.inner + n % s.inner;
        double sum = 0;
        for (int64_t k = 0; k < s.length; k++) {
            double v = sx_tensor_real(x, base + k * s.inner);
            sum += square ? v * v : fabs(v);
        }
        sum = square ? sqrt(sum) : sum;
        for (int64_t k = 0; k < s.length; k++)
            store(&call->out[0], base + k * s.inner, sum > 0 ? sx_tensor_real(x, base + k * s.inner) / sum : 0);
    }
    return SYRINX_OK;
}

/* 1 at the first of the largest, 0 elsewhere; before opset 13 everything from the axis on is one row. */
static int run_hardmax(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    struct split s = split_at(x, sx_call_axis(call, sx_node_int(call->node, "axis", call->opset < 13 ? 1 : -1), x->rank));
    if (call->opset < 13) {
        s.length *= s.inner;
        s.inner = 1;
    }
    for (int64_t n = 0; n < s.outer * s.inner; n++) {
        int64_t base = n / s.inner * s.length * s.inner + n % s.inner, best = 0;
        for (int64_t k = 0; k < s.length; k++) {
            if (sx_tensor_real(x, base + k * s.inner) > sx_tensor_real(x, base + best * s.inner))
                best = k;
            store(&call->out[0], base + k * s.inner, 0);
        }
        if (s.length)
            store(&call->out[0], base + best * s.inner, 1);
    }
    return SYRINX_OK;
}

static int infer_mvn(struct sx_call *call)
{
    bool flags[SX_MAX_RANK], given;
    if (need_real(call) != SYRINX_OK || sx_call_axes(call, 1, call->in[0]->rank, flags, &given) != SYRINX_OK)
        return call->error->code;
    if (!given && call->in[0]->rank < 4)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "axes 0, 2 and 3 expected");
    return sx_infer_same(call);
}

/* Each group of elements that differ only in the axes: mean 0, deviation 1. */
static int run_mvn(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    bool flags[SX_MAX_RANK], given;
    int code = sx_call_axes(call, 1, x->rank, flags, &given);
    int64_t size[SX_MAX_RANK], step[SX_MAX_RANK], kept = 0, total = 1, inner = 1, outer = 1, n = 0;
    if (code != SYRINX_OK || sx_tensor_count(x) == 0)
        return code;
    for (int pass = 0; pass < 2; pass++)                /* kept axes first */
        for (int d = 0; d < x->rank; d++) {
            bool summed = given ? flags[d] : d == 0 || d == 2 || d == 3;
            if (summed != (pass == 1))
                continue;
            total = 1;
            for (int e = d + 1; e < x->rank; e++)
                total *= x->shape[e];
            size[n] = x->shape[d];
            step[n++] = total;
            *(summed ? &inner : &outer) *= x->shape[d];
            kept += !summed;
        }
    for (int64_t o = 0; o < outer; o++) {
        double sum = 0, square = 0;
        for (int pass = 0; pass < 3; pass++)
            for (int64_t i = 0; i < inner; i++) {
                int64_t at = 0, rest = o;
                for (int64_t d = kept - 1; d >= 0; rest /= size[d], d--)
                    at += rest % size[d] * step[d];
                rest = i;
                for (int64_t d = n - 1; d >= kept; rest /= size[d], d--)
                    at += rest % size[d] * step[d];
                double v = sx_tensor_real(x, at), mean = sum / (double)inner;
                if (pass == 0)
                    sum += v;
                else if (pass == 1)
                    square += (v - mean) * (v - mean);
                else
                    store(&call->out[0], at, (v - mean) / (sqrt(square / (double)inner) + 1e-9));
            }
    }
    return SYRINX_OK;
}

SX_OP(RMSNormalization) = {
    .name = "RMSNormalization", .min_inputs = 2, .max_inputs = 2, .max_outputs = 1, .infer = infer_rms, .run = run_rms,
};
SX_OP(LpNormalization) = {
    .name = "LpNormalization", .min_inputs = 1, .max_inputs = 1, .max_outputs = 1, .infer = infer_along, .run = run_lp,
};
SX_OP(Hardmax) = {
    .name = "Hardmax", .min_inputs = 1, .max_inputs = 1, .max_outputs = 1, .infer = infer_along, .run = run_hardmax,
};
SX_OP(MeanVarianceNormalization) = {
    .name = "MeanVarianceNormalization", .min_inputs = 1, .max_inputs = 1, .max_outputs = 1, .infer = infer_mvn, .run = run_mvn,
};
