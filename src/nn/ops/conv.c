/* conv.c - Conv and ConvTranspose in up to three dimensions, plainly: what the lowering pass does not turn into SxConv. */
#include <string.h>

#include "nn/op.h"

struct geometry {
    int64_t batch, in, out, groups;         /* channels */
    int64_t size[3], result[3], kernel[3], stride[3], dilation[3], begin[3], end[3];
};

static bool item(const struct sx_node *node, const char *name, int index, int64_t least, int64_t normal, int64_t *out)
{
    const struct sx_attribute *a = sx_node_attribute(node, name);
    if (a && index >= a->int_count)
        return false;
    *out = a ? a->ints[index] : normal;
    return *out >= least && *out <= 1 << 20;
}

/* Fewer than three dimensions become three with ones in front. */
static int measure(struct sx_call *call, bool transposed, struct geometry *g)
{
    const struct sx_tensor *x = call->in[0], *w = call->in[1];
    const char *automatic = sx_node_string(call->node, "auto_pad", "NOTSET");
    int n = x->rank - 2;
    if (x->type != SX_FLOAT || w->type != SX_FLOAT)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(x->type));
    if (n < 1 || n > 3 || w->rank != x->rank)
        return sx_call_fail(call, n > 3 ? SYRINX_ERROR_UNSUPPORTED : SYRINX_ERROR_FORMAT, "input of %d and weights of %d dimensions", x->rank, w->rank);
    g->batch = x->shape[0];
    g->in = x->shape[1];
    g->groups = sx_node_int(call->node, "group", 1);
    if (g->groups < 1 || g->groups > 1 << 20 || g->in % g->groups != 0 || (transposed ? w->shape[0] != g->in : w->shape[1] != g->in / g->groups))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the weights do not fit the input's channels");
    g->out = transposed ? w->shape[1] * g->groups : w->shape[0];
    if (g->out % g->groups != 0)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the weights do not fit the groups");
    if (sx_call_has(call, 2) && (call->in[2]->type != SX_FLOAT || sx_tensor_count(call->in[2]) != g->out))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the bias does not fit");
    for (int d = 0; d < 3; d++) {
        int i = d - (3 - n);
        g->size[d] = g->kernel[d] = g->stride[d] = g->dilation[d] = g->result[d] = 1;
        g->begin[d] = g->end[d] = 0;
        if (i < 0)
            continue;
        int64_t extra = 0;
        g->size[d] = x->shape[2 + i];
        if (!item(call->node, "kernel_shape", i, 1, w->shape[2 + i], &g->kernel[d]) || g->kernel[d] != w->shape[2 + i]
            || !item(call->node, "strides", i, 1, 1, &g->stride[d]) || !item(call->node, "dilations", i, 1, 1, &g->dilation[d])
            || !item(call->node, "pads", i, 0, 0, &g->begin[d]) || !item(call->node, "pads", n + i, 0, 0, &g->end[d])
            || (transposed && !item(call->node, "output_padding", i, 0, 0, &extra)))
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "kernel, strides, dilations or pads are out of range");
        int64_t span = (g->kernel[d] - 1) * g->dilation[d] + 1;
        bool same = strncmp(automatic, "SAME_", 5) == 0;
        if (transposed) {
            const struct sx_attribute *wanted = sx_node_attribute(call->node, "output_shape");
            int64_t full = (g->size[d] - 1) * g->stride[d] + span + extra, pads;
            if (wanted && wanted->int_count >= n) {
                g->result[d] = wanted->ints[wanted->int_count - n + i];
                if (g->result[d] < 0 || g->result[d] > INT32_MAX)
                    return sx_call_fail(call, SYRINX_ERROR_FORMAT, "an impossible output shape");
                pads = full - g->result[d];
            } else if (same) {
                g->result[d] = g->size[d] * g->stride[d];
                pads = full - g->result[d];
            } else {
                g->result[d] = full - g->begin[d] - g->end[d];
                continue;
            }
            if (pads < 0)
                pads = 0;
            g->begin[d] = strcmp(automatic, "SAME_UPPER") == 0 ? pads / 2 : pads - pads / 2;
            g->end[d] = pads - g->begin[d];
            continue;
        }
        if (same) {
            int64_t result = (g->size[d] + g->stride[d] - 1) / g->stride[d], pads = (result - 1) * g->stride[d] + span - g->size[d];
            if (pads < 0)
                pads = 0;
            g->begin[d] = strcmp(automatic, "SAME_UPPER") == 0 ? pads / 2 : pads - pads / 2;
            g->end[d] = pads - g->begin[d];
        } else if (strcmp(automatic, "VALID") == 0) {
            g->begin[d] = g->end[d] = 0;
        }
        int64_t room = g->size[d] + g->begin[d] + g->end[d] - span;
        g->result[d] = room < 0 ? 0 : room / g->stride[d] + 1;
    }
    return SYRINX_OK;
}

static int output_shape(struct sx_call *call, const struct geometry *g)
{
    int n = call->in[0]->rank - 2;
    int64_t shape[5] = {g->batch, g->out};
    for (int i = 0; i < n; i++)
        shape[2 + i] = g->result[3 - n + i];
    return sx_call_output(call, 0, SX_FLOAT, n + 2, shape);
}

static int infer_conv(struct sx_call *call)
{
    struct geometry g;
    int code = measure(call, false, &g);
    return code == SYRINX_OK ? output_shape(call, &g) : code;
}

static int infer_transposed(struct sx_call *call)
{
    struct geometry g;
    int code = measure(call, true, &g);
    return code == SYRINX_OK ? output_shape(call, &g) : code;
}

struct work {
    const struct geometry *g;
    const float *x, *w, *bias;
    float *y;
};

/* Output positions [first, last) of a dimension whose tap k falls inside the input. */
static void inside(const struct geometry *g, int d, int64_t k, int64_t *first, int64_t *last)
{
    int64_t at = k * g->dilation[d] - g->begin[d];      /* input position of output 0 */
    *first = at >= 0 ? 0 : (-at + g->stride[d] - 1) / g->stride[d];
    *last = g->size[d] - at <= 0 ? 0 : (g->size[d] - at - 1) / g->stride[d] + 1;
    if (*last > g->result[d])
        *last = g->result[d];
}

/* Planes of one output channel each: the sum over taps of shifted input planes. */
static void conv_planes(void *user, int64_t begin, int64_t end)
{
    const struct work *work = user;
    const struct geometry *g = work->g;
    int64_t plane = g->result[0] * g->result[1] * g->result[2], source = g->size[0] * g->size[1] * g->size[2];
    int64_t taps = g->kernel[0] * g->kernel[1] * g->kernel[2], each = g->in / g->groups;
    for (int64_t p = begin; p < end; p++) {
        int64_t batch = p / g->out, o = p % g->out, group = o / (g->out / g->groups);
        float *y = work->y + p * plane;
        for (int64_t i = 0; i < plane; i++)
            y[i] = work->bias ? work->bias[o] : 0;
        for (int64_t c = 0; c < each; c++) {
            const float *x = work->x + (batch * g->in + group * each + c) * source, *w = work->w + (o * each + c) * taps;
            for (int64_t k = 0; k < taps; k++) {
                int64_t tap[3] = {k / (g->kernel[1] * g->kernel[2]), k / g->kernel[2] % g->kernel[1], k % g->kernel[2]}, first[3], last[3];
                for (int d = 0; d < 3; d++)
                    inside(g, d, tap[d], &first[d], &last[d]);
                for (int64_t a = first[0]; a < last[0]; a++)
                    for (int64_t b = first[1]; b < last[1]; b++) {
                        int64_t ra = a * g->stride[0] + tap[0] * g->dilation[0] - g->begin[0], rb = b * g->stride[1] + tap[1] * g->dilation[1] - g->begin[1];
                        const float *row = x + (ra * g->size[1] + rb) * g->size[2];
                        float *to = y + (a * g->result[1] + b) * g->result[2];
                        int64_t shift = tap[2] * g->dilation[2] - g->begin[2];
                        for (int64_t i = first[2]; i < last[2]; i++)
                            to[i] += w[k] * row[i * g->stride[2] + shift];
                    }
            }
        }
    }
}

static void transposed_planes(void *user, int64_t begin, int64_t end)
{
    const struct work *work = user;
    const struct geometry *g = work->g;
    int64_t plane = g->result[0] * g->result[1] * g->result[2], source = g->size[0] * g->size[1] * g->size[2];
    int64_t taps = g->kernel[0] * g->kernel[1] * g->kernel[2], each = g->in / g->groups, out = g->out / g->groups;
    for (int64_t p = begin; p < end; p++) {
        int64_t batch = p / g->out, o = p % g->out, group = o / out;
        float *y = work->y + p * plane;
        for (int64_t i = 0; i < plane; i++)
            y[i] = work->bias ? work->bias[o] : 0;
        for (int64_t c = group * each; c < (group + 1) * each; c++)
            for (int64_t k = 0; k < taps; k++) {
                int64_t tap[3] = {k / (g->kernel[1] * g->kernel[2]), k / g->kernel[2] % g->kernel[1], k % g->kernel[2]};
                float w = work->w[(c * out + o % out) * taps + k];
                const float *x = work->x + (batch * g->in + c) * source;
                for (int64_t a = 0; a < g->size[0]; a++)
                    for (int64_t b = 0; b < g->size[1]; b++, x += g->size[2]) {
                        int64_t ra = a * g->stride[0] + tap[0] * g->dilation[0] - g->begin[0], rb = b * g->stride[1] + tap[1] * g->dilation[1] - g->begin[1];
                        if (ra < 0 || ra >= g->result[0] || rb < 0 || rb >= g->result[1])
                            continue;
                        float *to = y + (ra * g->result[1] + rb) * g->result[2];
                        for (int64_t i = 0; i < g->size[2]; i++) {
                            int64_t at = i * g->stride[2] + tap[2] * g->dilation[2] - g->begin[2];
                            if (at >= 0 && at < g->result[2])
                                to[at] += w * x[i];
                        }
                    }
            }
    }
}

static int run(struct sx_call *call, bool transposed)
{
    struct geometry g;
    int code = measure(call, transposed, &g);
    if (code != SYRINX_OK || sx_tensor_count(&call->out[0]) == 0)
        return code;
    struct work work = {.g = &g, .x = call->in[0]->data, .w = call->in[1]->data, .bias = sx_call_has(call, 2) ? call->in[2]->data : NULL,
                        .y = call->out[0].data};
    sx_parallel(call->pool, g.batch * g.out, 1, transposed ? transposed_planes : conv_planes, &work);
    return SYRINX_OK;
}

static int run_conv(struct sx_call *call) { return run(call, false); }
static int run_transposed(struct sx_call *call) { return run(call, true); }

SX_OP(Conv) = {
    .name = "Conv", .min_inputs = 2, .max_inputs = 3, .max_outputs = 1, .infer = infer_conv, .run = run_conv,
};
SX_OP(ConvTranspose) = {
    .name = "ConvTranspose", .min_inputs = 2, .max_inputs = 3, .max_outputs = 1, .infer = infer_transposed, .run = run_transposed,
};
