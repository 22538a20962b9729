/* upsample.c - SxUpsample: one-dimensional ConvTranspose with constant weights on [batch, time, channel], `stride` output columns for each input column.
 *
 * The columns of one input step lie one behind the other, so a row of stride * out sums is one row of an ordinary convolution whose kernel has
 * ceil(kernel / stride) taps. Cropping moves the rows: phases before the crop's rest read from one column further (the late ones). */
#include <string.h>

#include "nn/affine.h"
#include "nn/kernels/short.h"

enum { BLOCK = 48 };        /* input steps that pass all panels before the next ones */

size_t sx_upsample_bytes(const struct sx_upsample *up)
{
    int late = up->crop % up->stride;
    size_t panel = sx_panel_bytes(up->precision, up->taps, up->in);
    return sx_pack_bytes((size_t)sx_panels((up->stride - late) * up->out) * panel) + (size_t)sx_panels(late * up->out) * panel;
}

/* One part as floats, from [in][out][kernel] in the file. `row`: room for out * kernel floats. */
static void fill_part(const struct sx_upsample *up, int part, float *weights, float *row)
{
    size_t in = (size_t)up->in, out = (size_t)up->out, kernel = (size_t)up->kernel;
    int late = up->crop % up->stride, phases = part ? late : up->stride - late;
    const char *raw = up->source->data;
    for (size_t i = 0; i < in; i++) {
        if (up->source->type == SX_FLOAT16)
            sx_kernels()->half_to_float(raw + i * out * kernel * 2, row, out * kernel);
        else
            memcpy(row, raw + i * out * kernel * 4, out * kernel * 4);
        for (int phase = 0; phase < phases; phase++)
            for (int k = 0; k < up->taps; k++) {
                size_t at = (size_t)(part ? phase : phase + late) + (size_t)up->stride * (size_t)(up->taps - 1 - k);
                for (size_t o = 0; at < kernel && o < out; o++) {
                    size_t index = (size_t)phase * out + o;
                    weights[((index / SX_PANEL * (size_t)up->taps + (size_t)k) * in + i) * SX_PANEL + index % SX_PANEL] = row[o * kernel + at];
                }
            }
    }
}

static size_t part_panels(const struct sx_upsample *up, int part)
{
    int late = up->crop % up->stride;
    return (size_t)sx_panels((part ? late : up->stride - late) * up->out);
}

bool sx_upsample_place(struct sx_graph *graph, struct sx_upsample *up)
{
    for (int part = 0; part < 2; part++) {
        size_t panels = part_panels(up, part), bytes = sx_panel_bytes(up->precision, up->taps, up->in);
        up->weights[part] = panels ? sx_graph_pack_alloc(graph, panels * bytes) : NULL;
        up->bias[part] = sx_arena_array(&graph->arena, panels * SX_PANEL, sizeof(float));
        up->byte_scale[part] = up->precision == SX_PRECISION_INT8 ? sx_arena_array(&graph->arena, panels * SX_PANEL, sizeof(float)) : NULL;
        if ((panels && !up->weights[part]) || !up->bias[part] || (up->precision == SX_PRECISION_INT8 && !up->byte_scale[part]))
            return false;
    }
    return true;
}

bool sx_upsample_pack(const struct sx_graph *graph, struct sx_upsample *up)
{
    struct sx_arena scratch = {0};
    size_t bytes = sx_panel_bytes(up->precision, up->taps, up->in), size = (size_t)up->taps * (size_t)up->in * SX_PANEL;
    bool packed = up->precision != SX_PRECISION_FLOAT32;
    float *row = sx_arena_array(&scratch, (size_t)up->kernel * (size_t)up->out, sizeof *row);
    for (int part = 0; row && part < 2; part++) {
        size_t panels = part_panels(up, part);
        float *floats = packed ? sx_arena_array(&scratch, panels * size, sizeof(float)) : up->weights[part];
        if (panels == 0)
            continue;
        if (!floats) {
            row = NULL;
            break;
        }
        sx_graph_pack_populate(graph, up->weights[part], panels * bytes);
        for (size_t i = 0; up->bias_source && i < panels * SX_PANEL; i++)
            up->bias[part][i] = up->bias_source[i % (size_t)up->out];
        fill_part(up, part, floats, row);
        for (size_t p = 0; packed && p < panels; p++)
            sx_panel_shorten(up->precision, floats + p * size, up->taps, up->in, (char *)up->weights[part] + p * bytes,
                             up->byte_scale[part] ? up->byte_scale[part] + p * SX_PANEL : NULL);
    }
    sx_arena_free(&scratch);
    if (row)
        sx_graph_packed_from(graph, up->source);
    return row != NULL;
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
    if (up->precision == SX_PRECISION_BFLOAT16)
        return sx_bfloat_rows_bytes(x->shape[0], x->shape[1], call->valid ? 0 : left(up) + right(up), up->in);
    return call->valid ? 0 : (size_t)x->shape[0] * (size_t)(x->shape[1] + left(up) + right(up)) * (size_t)x->shape[2] * sizeof(float);
}

struct work {
    const struct sx_upsample *up;
    const float *x;                 /* the column that the first sum of row 0 reads */
    const uint16_t *short_x;        /* instead of x for bfloat16 */
    float *y, *active;              /* active NULL: nobody wants it */
    int64_t in_rows, rows;          /* of one batch item */
};

/* The same as `job` with other weights; `at`: the input column that the first sum begins with. */
static void short_sums(const struct work *work, const struct sx_linear *job, int part, int64_t at, int columns)
{
    const struct sx_upsample *up = work->up;
    bool brain = up->precision == SX_PRECISION_BFLOAT16;
    int width = brain ? up->in + up->in % 2 : up->in;
    struct sx_short_linear other = {
        .weights = up->weights[part], .bias = up->bias[part], .scale = up->byte_scale[part],
        .x = brain ? (const void *)(work->short_x + at * width) : work->x + at * width, .x_step = width, .tap_step = width, .taps = up->taps, .in = width,
        .out = job->out, .y = job->y, .y_step = job->y_step, .active = job->active, .slope = job->slope,
    };
    sx_short_run(up->precision, &other, 0, sx_panels(job->out), columns);
}

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
                .weights = up->weights[part], .bias = up->bias[part], .x = work->x ? work->x + (batch * work->in_rows + t + part) * up->in : NULL, .x_step = up->in,
                .tap_step = up->in, .taps = up->taps, .in = up->in, .out = (part ? late : up->stride - late) * up->out,
                .y = work->y + (begin * up->stride + (part ? up->stride - late : 0)) * up->out, .y_step = (ptrdiff_t)up->stride * up->out,
            };
            job.active = work->active ? work->active + (job.y - work->y) : NULL;
            job.slope = up->active_slope;
            if (up->precision == SX_PRECISION_FLOAT32)
                sx_kernels()->linear(&job, 0, sx_panels(job.out), now);
            else
                short_sums(work, &job, part, batch * work->in_rows + t + part, now);
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
    if (up->precision == SX_PRECISION_BFLOAT16) {
        int64_t zeros = call->valid ? 0 : 1;
        sx_bfloat_rows(call->pool, x->data, x->shape[0], length, zeros * before, zeros * behind, up->in, call->scratch);
        work.x = NULL;
        work.short_x = call->scratch;
        work.in_rows = length + zeros * (before + behind);
    } else if (!call->valid) {
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
