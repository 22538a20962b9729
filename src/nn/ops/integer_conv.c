/* integer_conv.c - ConvInteger and QLinearConv over any number of axes: 8-bit numbers, 32-bit sums. */
#include <string.h>

#include "nn/ops/integer.h"
#include "nn/ops/spatial.h"

struct conv {
    const struct sx_tensor *x, *w, *bias;
    struct sx_spatial s;
    int64_t in, out, groups;            /* channels */
    int32_t x_zero;
    const struct sx_tensor *w_zero;     /* NULL, one, or one for each output channel */
    int32_t *sums;
    /* QLinearConv only */
    const struct sx_tensor *x_scale, *w_scale, *y_scale, *y_zero, *y;
};

static int read_conv(struct sx_call *call, struct conv *c)
{
    bool linear = call->node->op->max_inputs == 9;
    *c = (struct conv){.x = call->in[0], .w = call->in[linear ? 3 : 1], .w_zero = linear ? call->in[5] : sx_call_has(call, 3) ? call->in[3] : NULL};
    const struct sx_tensor *x_zero = sx_call_has(call, 2) ? call->in[2] : NULL;
    if (!sx_is_byte(c->x) || !sx_is_byte(c->w) || (x_zero && (x_zero->type != c->x->type || sx_tensor_count(x_zero) != 1)) || (c->w_zero && c->w_zero->type != c->w->type))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "input, weights and zero points must be int8 or uint8 and of equal types");
    if (c->x->rank != c->w->rank || c->x->rank < 3)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "input of %d and weights of %d dimensions", c->x->rank, c->w->rank);
    c->groups = sx_node_int(call->node, "group", 1);
    c->in = c->x->shape[1];
    c->out = c->w->shape[0];
    if (c->groups < 1 || c->groups > 1 << 20 || c->in % c->groups || c->out % c->groups || c->w->shape[1] != c->in / c->groups)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the weights do not fit the input's channels");
    if (c->w_zero && sx_tensor_count(c->w_zero) != 1 && sx_tensor_count(c->w_zero) != c->out)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the zero points do not fit the weights");
    c->x_zero = x_zero && x_zero->data ? sx_byte(x_zero, 0) : 0;
    if (linear) {
        c->x_scale = call->in[1];
        c->w_scale = call->in[4];
        c->y_scale = call->in[6];
        c->y_zero = call->in[7];
        c->bias = sx_call_has(call, 8) ? call->in[8] : NULL;
        c->x_zero = call->in[2]->data ? sx_byte(call->in[2], 0) : 0;
        if (c->x_scale->type != SX_FLOAT || c->w_scale->type != SX_FLOAT || c->y_scale->type != SX_FLOAT || sx_tensor_count(c->x_scale) != 1
            || sx_tensor_count(c->y_scale) != 1 || (sx_tensor_count(c->w_scale) != 1 && sx_tensor_count(c->w_scale) != c->out)
            || !sx_is_byte(c->y_zero) || sx_tensor_count(c->y_zero) != 1 || (c->bias && (c->bias->type != SX_INT32 || sx_tensor_count(c->bias) != c->out)))
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "scales, zero points or bias do not fit");
    }
    return sx_spatial_measure(call, c->x, c->w->shape + 2, &c->s);
}

static int infer(struct sx_call *call)
{
    struct conv c;
    int code = read_conv(call, &c);
    if (code != SYRINX_OK)
        return code;
    int64_t shape[SX_MAX_RANK] = {c.x->shape[0], c.out};
    memcpy(shape + 2, c.s.result, (size_t)c.s.dims * sizeof *shape);
    return sx_call_output(call, 0, c.y_zero ? c.y_zero->type : SX_INT32, c.x->rank, shape);
}

static size_t scratch(const struct sx_call *call)
{
    return call->node->op->max_inputs == 9 ? (size_t)sx_tensor_count(&call->out[0]) * sizeof(int32_t) : 0;
}

/* Adds one tap of one input plane to a plane of sums: w (x - zero), nothing where the input is padding. */
static void add_tap(const struct conv *c, const char *x, int32_t w, const int64_t *tap, int32_t *y)
{
    const struct sx_spatial *s = &c->s;
    int64_t first[SX_MAX_SPATIAL] = {0}, last[SX_MAX_SPATIAL] = {0}, at[SX_MAX_SPATIAL], rows = 1;
    int n = s->dims;
    for (int d = 0; d < n; d++) {
        int64_t begin = tap[d] * s->dilation[d] - s->begin[d], room = s->size[d] - begin;       /* input position of output 0 */
        first[d] = begin >= 0 ? 0 : (-begin + s->stride[d] - 1) / s->stride[d];
        last[d] = room <= 0 ? 0 : (room - 1) / s->stride[d] + 1;
        last[d] = last[d] < s->result[d] ? last[d] : s->result[d];
        if (last[d] <= first[d])
            return;
        at[d] = first[d];
        rows *= d < n - 1 ? last[d] - first[d] : 1;
    }
    int64_t count = last[n - 1] - first[n - 1];
    for (; rows > 0; rows--) {
        int64_t from = 0, to = 0;
        for (int d = 0; d < n; d++) {
            from = from * s->size[d] + at[d] * s->stride[d] + tap[d] * s->dilation[d] - s->begin[d];
            to = to * s->result[d] + at[d];
        }
        sx_add_bytes(y + to, w, x + from, c->x->type == SX_INT8, s->stride[n - 1], count);
        for (int64_t i = 0; c->x_zero && i < count; i++)
            y[to + i] = (int32_t)((uint32_t)y[to + i] - (uint32_t)(w * c->x_zero));
        for (int d = n - 2; d >= 0; d--) {
            if (++at[d] < last[d])
                break;
            at[d] = first[d];
        }
    }
}

static void planes(void *user, int64_t begin, int64_t end)
{
    const struct conv *c = user;
    int64_t each = c->in / c->groups, tap[SX_MAX_SPATIAL];
    for (int64_t p = begin; p < end; p++) {
        int64_t batch = p / c->out, o = p % c->out, group = o / (c->out / c->groups);
        int32_t *y = c->sums + p * c->s.plane, zero = c->w_zero ? sx_byte(c->w_zero, sx_tensor_count(c->w_zero) == 1 ? 0 : o) : 0;
        for (int64_t i = 0; i < c->s.plane; i++)
            y[i] = c->bias ? ((const int32_t *)c->bias->data)[o] : 0;
        for (int64_t i = 0; i < each; i++)
            for (int64_t k = 0; k < c->s.taps; k++) {
                int32_t w = sx_byte(c->w, (o * each + i) * c->s.taps + k) - zero;
                sx_spatial_split(c->s.dims, c->s.kernel, k, tap);
                if (w)
                    add_tap(c, (const char *)c->x->data + (batch * c->in + group * each + i) * c->s.source, w, tap, y);
            }
        if (!c->y)
            continue;
        const float *scale = c->w_scale->data;
        float factor = *(const float *)c->x_scale->data * scale[sx_tensor_count(c->w_scale) == 1 ? 0 : o] / *(const float *)c->y_scale->data;
        for (int64_t i = 0; i < c->s.plane; i++)
            sx_store_byte(c->y, p * c->s.plane + i, y[i], factor, sx_byte(c->y_zero, 0));
    }
}

static int run(struct sx_call *call)
{
    struct conv c;
    int code = read_conv(call, &c);
    if (code != SYRINX_OK || sx_tensor_count(&call->out[0]) == 0)
        return code;
    c.y = c.y_zero ? &call->out[0] : NULL;
    c.sums = c.y_zero ? call->scratch : call->out[0].data;
    sx_parallel(call->pool, c.x->shape[0] * c.out, 1, planes, &c);
    return SYRINX_OK;
}

SX_OP(ConvInteger) = {
    .name = "ConvInteger", .min_inputs = 2, .max_inputs = 4, .max_outputs = 1, .infer = infer, .run = run,
};
SX_OP(QLinearConv) = {
    .name = "QLinearConv", .min_inputs = 8, .max_inputs = 9, .max_outputs = 1, .infer = infer, .run = run, .scratch = scratch,
};
