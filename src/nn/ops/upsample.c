/* upsample.c - SxUpsample: one-dimensional ConvTranspose with constant weights on [batch, time, channel], `stride` output columns for each input column.
 *
 * The columns of one input step lie one behind the other, so a row of stride * out sums is one row of an ordinary convolution whose kernel has
 * ceil(kernel / stride) taps. Cropping moves the rows: phases before the crop's rest read from one column further (the late ones). */
#include <string.h>

#include "nn/affine.h"

enum { BLOCK = 48 };        /* input steps that pass all panels before the next ones */

int sx_upsample_pack(struct sx_graph *graph, struct sx_upsample *up, struct sx_error *error)
{
    size_t in = (size_t)up->in, out = (size_t)up->out, kernel = (size_t)up->kernel;
    int late = up->crop % up->stride, phases[2] = {up->stride - late, late};
    const char *raw = up->source->data;
    struct sx_arena scratch = {0};
    float *row = sx_arena_array(&scratch, kernel * out, sizeof *row);
    for (int part = 0; row && part < 2; part++) {
        size_t outputs = (size_t)phases[part] * out, panels = (size_t)sx_panels((int)outputs), size = (size_t)up->taps * in * SX_PANEL;
        up->weights[part] = sx_graph_pack_alloc(graph, panels * size);
        up->bias[part] = sx_arena_array(&graph->arena, panels * SX_PANEL, sizeof(float));
        if (!up->weights[part] || !up->bias[part])
            row = NULL;
        for (size_t i = 0; row && up->bias_source && i < outputs; i++)
            up->bias[part][i] = up->bias_source[i % out];
    }
    if (!row) {
        sx_arena_free(&scratch);
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    }
    for (size_t i = 0; i < in; i++) {
        if (up->source->type == SX_FLOAT16)
            sx_kernels()->half_to_float(raw + i * out * kernel * 2, row, out * kernel);
        else
            memcpy(row, raw + i * out * kernel * 4, out * kernel * 4);
        for (int part = 0; part < 2; part++)
            for (int phase = 0; phase < phases[part]; phase++)
                for (int k = 0; k < up->taps; k++) {
                    size_t at = (size_t)(part ? phase : phase + late) + (size_t)up->stride * (size_t)(up->taps - 1 - k);
                    for (size_t o = 0; at < kernel && o < out; o++) {
                        size_t index = (size_t)phase * out + o;
                        up->weights[part][((index / SX_PANEL * (size_t)up->taps + (size_t)k) * in + i) * SX_PANEL + index % SX_PANEL] = row[o * kernel + at];
                    }
                }
    }
    sx_arena_free(&scratch);
    sx_graph_packed_from(graph, up->source);
    return SYRINX_OK;
}

/* Input columns before and behind the one of a row that its sums need. */
static int64_t left(const struct sx_upsample *up) { return up->taps - 1 - up->crop / up->stride; }
static int64_t right(const struct sx_upsample *up) { return up->crop / up->stride + (up->crop % up->stride > 0); }

static int infer(struct sx_call *call)
{
    const struct sx_upsample *up = call->node->state;
    const struct sx_tensor *x = call->in[0];
    if (x->type != SX_FLOAT)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "input of type %s", sx_dtype_name(x->type));
    if (x->rank != 3 || x->shape[2] != up->in)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "input does not fit %d channels", up->in);
    for (int i = 0; i < call->out_count; i++)
        if (sx_call_output(call, i, SX_FLOAT, 3, (const int64_t[3]){x->shape[0], x->shape[1] * up->stride, up->out}) != SYRINX_OK)
            return call->error->code;
    return SYRINX_OK;
}

static size_t scratch(const struct sx_call *call)
{
    const struct sx_upsample *up = call->node->state;
    const struct sx_tensor *x = call->in[0];
    return call->valid ? 0 : (size_t)x->shape[0] * (size_t)(x->shape[1] + left(up) + right(up)) * (size_t)x->shape[2] * sizeof(float);
}

struct work {
    const struct sx_upsample *up;
    const float *x;                 /* the column that the first sum of row 0 reads */
    float *y, *active;              /* active NULL: nobody wants it */
    int64_t in_rows, rows;          /* of one batch item */
};

static void rows_task(void *user, int64_t begin, int64_t end)
{
    const struct work *work = user;
    const struct sx_upsample *up = work->up;
    int late = up->crop % up->stride;
    while (begin < end) {
        int64_t batch = begin / work->rows, t = begin % work->rows, n = work->rows - t < end - begin ? work->rows - t : end - begin;
        int now = n < BLOCK ? (int)n : BLOCK;
        for (int part = 0; part < 2 - (late == 0); part++) {
            struct sx_linear job = {
                .weights = up->weights[part], .bias = up->bias[part], .x = work->x + (batch * work->in_rows + t + part) * up->in, .x_step = up->in,
                .tap_step = up->in, .taps = up->taps, .in = up->in, .out = (part ? late : up->stride - late) * up->out,
                .y = work->y + (begin * up->stride + (part ? up->stride - late : 0)) * up->out, .y_step = (ptrdiff_t)up->stride * up->out,
            };
            job.active = work->active ? work->active + (job.y - work->y) : NULL;
            job.slope = up->active_slope;
            sx_kernels()->linear(&job, 0, sx_panels(job.out), now);
        }
        begin += now;
    }
}

static int run(struct sx_call *call)
{
    const struct sx_upsample *up = call->node->state;
    const struct sx_tensor *x = call->in[0];
    if (!call->out[0].data && call->out_count > 1)
        call->out[0].data = call->out[1].data;
    int64_t before = left(up), behind = right(up), length = x->shape[1];
    struct work work = {.up = up, .x = x->data, .y = call->out[0].data, .in_rows = length, .rows = call->out[0].shape[1] / up->stride};
    if (sx_tensor_count(&call->out[0]) == 0)
        return SYRINX_OK;
    work.active = call->out_count > 1 ? call->out[1].data : NULL;
    if (!call->valid) {
        float *to = call->scratch;
        const float *from = x->data;
        for (int64_t b = 0; b < x->shape[0]; b++, from += length * up->in) {
            memset(to, 0, (size_t)(before * up->in) * sizeof *to);
            memcpy(to + before * up->in, from, (size_t)(length * up->in) * sizeof *to);
            memset(to + (before + length) * up->in, 0, (size_t)(behind * up->in) * sizeof *to);
            to += (before + length + behind) * up->in;
        }
        work.x = call->scratch;
        work.in_rows = before + length + behind;
    }
    int64_t cost = (int64_t)up->taps * up->in * up->out * up->stride, grain = (1 << 19) / cost + 1;
    sx_parallel(call->pool, x->shape[0] * work.rows, grain, rows_task, &work);
    return SYRINX_OK;
}

static bool window(const struct sx_call *call, const int *time_in, int time_out, struct sx_window *windows)
{
    const struct sx_upsample *up = call->node->state;
    windows[0].left = left(up);
    windows[0].span = left(up) + right(up);
    return time_in[0] == 1 && time_out == 1;
}

static int factor(const struct sx_node *node)
{
    const struct sx_upsample *up = node->state;
    return up->stride;
}

SX_OP(SxUpsample) = {
    .name = "SxUpsample", .min_inputs = 1, .max_inputs = 1, .max_outputs = 2, .flags = SX_OP_INTERNAL,
    .infer = infer, .run = run, .scratch = scratch, .window = window, .factor = factor,
};
