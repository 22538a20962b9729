/* pool.c - AveragePool, MaxPool (with the places of the maxima), LpPool over any number of axes; GlobalMaxPool. */
#include <math.h>
#include <string.h>

#include "nn/ops/spatial.h"

enum pooling { AVERAGE, MOST, POWER };

static bool number_type(enum sx_dtype type, enum pooling which)
{
    return type == SX_FLOAT || type == SX_DOUBLE || (which == MOST && (type == SX_INT8 || type == SX_UINT8));
}

static enum pooling which_of(const struct sx_call *call)
{
    return call->node->op->name[0] == 'A' ? AVERAGE : call->node->op->name[0] == 'M' ? MOST : POWER;
}

static int infer(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    struct sx_spatial s;
    int64_t shape[SX_MAX_RANK];
    if (!number_type(x->type, which_of(call)))
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(x->type));
    int code = sx_spatial_measure(call, x, NULL, &s);
    if (code != SYRINX_OK)
        return code;
    memcpy(shape, x->shape, sizeof shape);
    memcpy(shape + 2, s.result, (size_t)s.dims * sizeof *s.result);
    if (call->out_count > 1 && (code = sx_call_output(call, 1, SX_INT64, x->rank, shape)) != SYRINX_OK)
        return code;
    return sx_call_output(call, 0, x->type, x->rank, shape);
}

struct job {
    const struct sx_call *call;
    const struct sx_spatial *s;
    enum pooling which;
    bool count_padding, columns_first;
    double p;
};

/* The place of an element when the last axis runs slowest (storage_order 1). */
static int64_t column_index(const struct sx_spatial *s, int64_t index)
{
    int64_t at[SX_MAX_SPATIAL], out = 0;
    sx_spatial_split(s->dims, s->size, index, at);
    for (int d = s->dims - 1; d >= 0; d--)
        out = out * s->size[d] + at[d];
    return out;
}

static void store(const struct sx_tensor *out, int64_t i, double v)
{
    switch (out->type) {
    case SX_FLOAT: ((float *)out->data)[i] = (float)v; break;
    case SX_DOUBLE: ((double *)out->data)[i] = v; break;
    case SX_INT8: ((int8_t *)out->data)[i] = (int8_t)v; break;
    default: ((uint8_t *)out->data)[i] = (uint8_t)v; break;
    }
}

/* One window: the taps that lie inside are clipped first, then walked. */
static void window(const struct job *job, int64_t channel, int64_t o)
{
    const struct sx_spatial *s = job->s;
    const struct sx_tensor *x = job->call->in[0];
    int64_t at[SX_MAX_SPATIAL], start[SX_MAX_SPATIAL], first[SX_MAX_SPATIAL], last[SX_MAX_SPATIAL], tap[SX_MAX_SPATIAL], counted = 1, inside = 1, best = -1;
    double sum = 0;
    sx_spatial_split(s->dims, s->result, o, at);
    for (int d = 0; d < s->dims; d++) {
        start[d] = at[d] * s->stride[d] - s->begin[d];
        first[d] = start[d] >= 0 ? 0 : (-start[d] + s->dilation[d] - 1) / s->dilation[d];
        int64_t room = s->size[d] - start[d], padded = room + s->end[d];
        last[d] = room <= 0 ? 0 : (room - 1) / s->dilation[d] + 1;
        int64_t most = padded <= 0 ? 0 : (padded - 1) / s->dilation[d] + 1;     /* taps inside the padded input: what rounding up adds does not count */
        last[d] = last[d] < s->kernel[d] ? last[d] : s->kernel[d];
        counted *= most < s->kernel[d] ? most : s->kernel[d];
        inside *= last[d] > first[d] ? last[d] - first[d] : 0;
        tap[d] = first[d];
    }
    for (int64_t n = 0; n < inside; n++) {
        int64_t where = 0;
        for (int d = 0; d < s->dims; d++)
            where = where * s->size[d] + start[d] + tap[d] * s->dilation[d];
        double v = sx_tensor_real(x, channel * s->source + where);
        if (job->which == MOST) {
            if (best < 0 || v > sum || (v != v && sum == sum)) {
                sum = v;
                best = where;
            }
        } else {
            sum += job->which == AVERAGE ? v : job->p == 2 ? v * v : job->p == 1 ? fabs(v) : pow(fabs(v), job->p);
        }
        for (int d = s->dims - 1; d >= 0; d--) {
            if (++tap[d] < last[d])
                break;
            tap[d] = first[d];
        }
    }
    int64_t to = channel * s->plane + o;
    if (job->which == AVERAGE)
        sum /= (double)(job->count_padding ? counted : inside > 0 ? inside : 1);
    else if (job->which == POWER)
        sum = job->p == 2 ? sqrt(sum) : job->p == 1 ? sum : pow(sum, 1 / job->p);
    else if (best < 0)
        sum = x->type == SX_INT8 ? -128 : x->type == SX_UINT8 ? 0 : -INFINITY;
    if (job->call->out[0].data)
        store(&job->call->out[0], to, sum);
    if (job->which == MOST && job->call->out_count > 1 && job->call->out[1].data)
        ((int64_t *)job->call->out[1].data)[to] = best < 0 ? 0 : channel * s->source + (job->columns_first ? column_index(s, best) : best);
}

static void windows(void *user, int64_t begin, int64_t end)
{
    const struct job *job = user;
    for (int64_t i = begin; i < end; i++)
        window(job, i / job->s->plane, i % job->s->plane);
}

static int run(struct sx_call *call)
{
    struct sx_spatial s;
    int code = sx_spatial_measure(call, call->in[0], NULL, &s);
    if (code != SYRINX_OK)
        return code;
    struct job job = {call, &s, which_of(call), sx_node_int(call->node, "count_include_pad", 0) != 0, sx_node_int(call->node, "storage_order", 0) != 0,
                      (double)sx_node_int(call->node, "p", 2)};
    sx_parallel(call->pool, sx_tensor_count(&call->out[0]), 8192 / s.taps + 1, windows, &job);
    return SYRINX_OK;
}

static int infer_global(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    int64_t shape[SX_MAX_RANK];
    if (!number_type(x->type, MOST))
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(x->type));
    if (x->rank < 2)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "input of %d dimensions", x->rank);
    for (int d = 0; d < x->rank; d++)
        shape[d] = d < 2 ? x->shape[d] : 1;
    return sx_call_output(call, 0, x->type, x->rank, shape);
}

static int run_global(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    int64_t rows = sx_tensor_count(&call->out[0]), each = rows ? sx_tensor_count(x) / rows : 0;
    for (int64_t r = 0; r < rows; r++) {
        double most = x->type == SX_INT8 ? -128 : x->type == SX_UINT8 ? 0 : -INFINITY;
        for (int64_t i = 0; i < each; i++) {
            double v = sx_tensor_real(x, r * each + i);
            if (v > most || v != v)
                most = v;
        }
        store(&call->out[0], r, most);
    }
    return SYRINX_OK;
}

SX_OP(AveragePool) = {
    .name = "AveragePool", .min_inputs = 1, .max_inputs = 1, .max_outputs = 1, .infer = infer, .run = run,
};
SX_OP(MaxPool) = {
    .name = "MaxPool", .min_inputs = 1, .max_inputs = 1, .max_outputs = 2, .infer = infer, .run = run,
};
SX_OP(LpPool) = {
    .name = "LpPool", .min_inputs = 1, .max_inputs = 1, .max_outputs = 1, .infer = infer, .run = run,
};
SX_OP(GlobalMaxPool) = {
    .name = "GlobalMaxPool", .min_inputs = 1, .max_inputs = 1, .max_outputs = 1, .infer = infer_global, .run = run_global,
};
