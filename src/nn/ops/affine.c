/* affine.c - SxLinear and SxConv: MatMul, Gemm and one-dimensional Conv with constant weights, time-major, with what was fused into them. */
#include "nn/affine.h"
#include "nn/kernels/short.h"

#include <string.h>

enum { BLOCK = 48 };        /* columns that pass all panels before the next ones: their inputs stay in the second-level cache */

static void one_output(const struct sx_affine *affine, int64_t output, const char *raw, float *row)
{
    /* row becomes [tap][in] of one output, from [in][tap] in the file */
    size_t count = (size_t)affine->in * (size_t)affine->taps;
    float *file = row + count;
    if (affine->source->type == SX_FLOAT16)
        sx_kernels()->half_to_float(raw + (size_t)output * count * 2, file, count);
    else
        memcpy(file, raw + (size_t)output * count * 4, count * 4);
    for (int i = 0; i < affine->in; i++)
        for (int k = 0; k < affine->taps; k++)
            row[(size_t)k * (size_t)affine->in + (size_t)i] = file[(size_t)i * (size_t)affine->taps + (size_t)k];
    for (size_t i = 0; affine->scale && i < count; i++)
        row[i] *= affine->scale[output];
}

/* `panels` panels from `p` on, as floats, of weights that lie [in][out]: several at a time, since a row of one panel is no more than a line of the cache. */
static void fill_in_out(const struct sx_affine *affine, size_t p, size_t panels, const char *raw, float *to)
{
    size_t out = (size_t)affine->out, count = (size_t)affine->in * (size_t)affine->taps;
    bool half = affine->source->type == SX_FLOAT16;
    for (size_t i = 0; i < count; i++)
        for (size_t q = 0; q < panels; q++) {
            size_t first = (p + q) * SX_PANEL, outputs = out - first < SX_PANEL ? out - first : SX_PANEL;
            float *row = to + (q * count + i) * SX_PANEL;
            if (half)
                sx_kernels()->half_to_float(raw + (i * out + first) * 2, row, outputs);
            else if (outputs == SX_PANEL)
                memcpy(row, raw + (i * out + first) * 4, SX_PANEL * sizeof *row);
            else
                memcpy(row, raw + (i * out + first) * 4, outputs * sizeof *row);
            for (size_t o = 0; affine->scale && o < outputs; o++)
                row[o] *= affine->scale[first + o];
        }
}

/* Panel `p` of group `g` as floats; `row` has room for two outputs or SX_PANEL numbers. */
static void fill_panel(const struct sx_affine *affine, size_t g, size_t p, const char *raw, float *to, float *row)
{
    size_t out = (size_t)affine->out, count = (size_t)affine->in * (size_t)affine->taps, first = p * SX_PANEL;
    size_t outputs = out - first < SX_PANEL ? out - first : SX_PANEL;
    bool half = affine->source->type == SX_FLOAT16;
    if (affine->layout == SX_IN_OUT) {
        fill_in_out(affine, p, 1, raw, to);
    } else if (!half) {
        first += g * out;
        sx_kernels()->panel(raw + first * count * sizeof *to, affine->scale ? affine->scale + first : NULL, (int)outputs, affine->taps, affine->in, to);
    } else {
        for (size_t o = 0; o < outputs; o++) {
            one_output(affine, (int64_t)(g * out + first + o), raw, row);
            for (size_t i = 0; i < count; i++)
                to[i * SX_PANEL + o] = row[i];
        }
    }
}

size_t sx_affine_bytes(const struct sx_affine *affine)
{
    size_t count = (size_t)affine->taps * (size_t)affine->in;
    if (affine->depthwise)
        return count * (size_t)affine->groups * sizeof(float);
    return (size_t)affine->groups * (size_t)sx_panels(affine->out) * sx_panel_bytes(affine->precision, affine->taps, affine->in);
}

bool sx_affine_place(struct sx_graph *graph, struct sx_affine *affine)
{
    size_t panels = (size_t)sx_panels(affine->out), groups = (size_t)affine->groups;
    affine->narrow = sx_affine_narrow(affine);
    affine->weights = sx_graph_pack_alloc(graph, sx_affine_bytes(affine));
    affine->bias = sx_arena_array(&graph->arena, affine->depthwise ? groups : groups * panels * SX_PANEL, sizeof *affine->bias);
    if (affine->precision == SX_PRECISION_INT8 && !(affine->byte_scale = sx_arena_array(&graph->arena, panels * SX_PANEL, sizeof(float))))
        return false;
    return affine->weights && affine->bias;
}

bool sx_affine_pack(const struct sx_graph *graph, struct sx_affine *affine)
{
    size_t in = (size_t)affine->in, taps = (size_t)affine->taps, out = (size_t)affine->out, groups = (size_t)affine->groups;
    size_t panels = (size_t)sx_panels(affine->out), bytes = sx_panel_bytes(affine->precision, affine->taps, affine->in), outputs = groups * out;
    const char *raw = affine->source->data;
    bool packed = affine->precision != SX_PRECISION_FLOAT32;
    struct sx_arena scratch = {0};
    float *row = sx_arena_array(&scratch, 2 * in * taps + SX_PANEL, sizeof *row);
    float *panel = packed ? sx_arena_array(&scratch, in * taps * SX_PANEL, sizeof *panel) : NULL;
    if (!row || (packed && !panel)) {
        sx_arena_free(&scratch);
        return false;
    }
    sx_graph_pack_populate(graph, affine->weights, sx_affine_bytes(affine));
    if (affine->narrow || affine->depthwise) {
        size_t step = affine->depthwise ? groups : 1;
        for (size_t o = 0; o < outputs; o++) {
            float *to = (float *)affine->weights + o * (affine->narrow ? in * taps : 1);
            one_output(affine, (int64_t)o, raw, row);
            for (size_t i = 0; i < in * taps; i++)
                to[i * step] = row[i];
        }
    } else if (affine->layout == SX_IN_OUT && !packed && groups == 1) {
        enum { TOGETHER = 8 };
        for (size_t p = 0; p < panels; p += TOGETHER)
            fill_in_out(affine, p, panels - p < TOGETHER ? panels - p : TOGETHER, raw, (float *)(void *)((char *)affine->weights + p * bytes));
    } else {
        for (size_t g = 0; g < groups; g++)
            for (size_t p = 0; p < panels; p++) {
                char *to = (char *)affine->weights + (g * panels + p) * bytes;
                if (packed && p == panels - 1)      /* outputs past the last must be zeros */
                    memset(panel, 0, in * taps * SX_PANEL * sizeof *panel);
                fill_panel(affine, g, p, raw, packed ? panel : (float *)(void *)to, row);
                if (packed)
                    sx_panel_shorten(affine->precision, panel, affine->taps, affine->in, to, affine->byte_scale ? affine->byte_scale + p * SX_PANEL : NULL);
            }
    }
    if (affine->bias_source)
        for (size_t o = 0; o < outputs; o++)
            affine->bias[affine->depthwise ? o : o / out * panels * SX_PANEL + o % out] = affine->bias_source[o];
    sx_arena_free(&scratch);
    sx_graph_packed_from(graph, affine->source);
    return true;
}

/* The shape before the residual. */
static int affine_shape(struct sx_call *call, struct sx_tensor *plain)
{
    const struct sx_affine *affine = call->node->state;
    const struct sx_tensor *x = call->in[0];
    bool conv = call->node->op == &sx_op_SxConv;
    if (x->type != SX_FLOAT)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "input of type %s", sx_dtype_name(x->type));
    if (x->rank < 1 || (conv && x->rank != 3))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "input has %d dimensions", x->rank);
    if (x->shape[x->rank - 1] != (int64_t)affine->in * affine->groups)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "input has %lld channels, the weights %lld", (long long)x->shape[x->rank - 1],
                            (long long)affine->in * affine->groups);
    plain->type = SX_FLOAT;
    plain->rank = x->rank;
    memcpy(plain->shape, x->shape, sizeof plain->shape);
    plain->shape[x->rank - 1] = (int64_t)affine->out * affine->groups;
    if (conv) {
        int64_t span = (affine->taps - 1) * affine->dilation, room = x->shape[1] + affine->pad_left + affine->pad_right - span;
        plain->shape[1] = room > 0 ? (room - 1) / affine->stride + 1 : 0;
    }
    if (sx_tensor_count(plain) < 0)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the result has an impossible shape");
    return SYRINX_OK;
}

static int infer(struct sx_call *call)
{
    const struct sx_affine *affine = call->node->state;
    struct sx_tensor plain = {.data = NULL};
    int code = affine_shape(call, &plain);
    if (code != SYRINX_OK)
        return code;
    for (int i = 1; i <= affine->residuals; i++)
        if (call->in[i]->type != SX_FLOAT || !sx_broadcast(&plain, call->in[i], &plain.rank, plain.shape))
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "input shapes do not broadcast");
    if (call->out_count > 1 && sx_call_output(call, 1, SX_FLOAT, plain.rank, plain.shape) != SYRINX_OK)
        return call->error->code;
    return sx_call_output(call, 0, SX_FLOAT, plain.rank, plain.shape);
}

/* Of the copy of the input that a run makes: with zeros around it, in bfloat16. */
static size_t padded_bytes(const struct sx_call *call)
{
    const struct sx_affine *affine = call->node->state;
    const struct sx_tensor *x = call->in[0];
    if (affine->precision == SX_PRECISION_BFLOAT16) {
        bool padded = !call->valid && call->node->op == &sx_op_SxConv;
        if (call->node->op == &sx_op_SxConv)
            return sx_bfloat_rows_bytes(x->shape[0], x->shape[1], padded ? affine->pad_left + affine->pad_right : 0, affine->in);
        return sx_bfloat_rows_bytes(1, sx_tensor_count(x) / affine->in, 0, affine->in);
    }
    if (call->valid || call->node->op != &sx_op_SxConv || (affine->pad_left == 0 && affine->pad_right == 0))
        return 0;
    size_t bytes = (size_t)x->shape[0] * (size_t)(x->shape[1] + affine->pad_left + affine->pad_right) * (size_t)x->shape[2] * sizeof(float);
    return (bytes + 63) / 64 * 64;
}

/* Whether a residual has another shape than the sums: then they are added afterwards, broadcast. */
static bool spreads(const struct sx_call *call, const struct sx_tensor *plain)
{
    const struct sx_affine *affine = call->node->state;
    bool same = sx_tensor_same_shape(plain, &call->out[0]);
    for (int i = 1; i <= affine->residuals; i++)
        same = same && sx_tensor_same_shape(plain, call->in[i]);
    return !same;
}

static size_t scratch(const struct sx_call *call)
{
    const struct sx_affine *affine = call->node->state;
    size_t bytes = padded_bytes(call);
    struct sx_call copy = *call;
    struct sx_tensor plain = {.data = NULL};
    if (affine->residuals && !call->valid && affine_shape(&copy, &plain) == SYRINX_OK && spreads(call, &plain))
        bytes += (size_t)sx_tensor_count(&plain) * sizeof(float);
    return bytes;
}

struct work {
    const struct sx_affine *affine;
    const float *x, *residual[2];   /* x: padded already; residual NULL when there is none of the same shape */
    const uint16_t *short_x;        /* instead of x for bfloat16 */
    float *y, *active;              /* active NULL: nobody wants it, or it comes later */
    int64_t in_columns, out_columns;        /* of one batch item */
    int columns;                    /* panels(): so many from the start */
};

/* Whether the kernel of the sums adds the residuals and makes the second output; else `finish` does. */
static bool fused(const struct work *work)
{
    return work->affine->activation < 0 && !work->affine->depthwise && !work->affine->narrow;
}

static void short_sums(const struct work *work, int64_t at, float *y, int panel, int panels, int columns)
{
    const struct sx_affine *a = work->affine;
    bool brain = a->precision == SX_PRECISION_BFLOAT16;
    ptrdiff_t width = brain ? a->in + a->in % 2 : a->in, offset = y - work->y;
    struct sx_short_linear job = {
        .weights = a->weights, .bias = a->bias, .scale = a->byte_scale, .x = brain ? (const void *)(work->short_x + at * width) : work->x + at * width,
        .x_step = a->stride * width, .tap_step = a->dilation * width, .taps = a->taps, .in = (int)width, .out = a->out, .y = y, .y_step = a->out,
        .slope = a->active_slope,
    };
    for (int i = 0; fused(work) && i < 2 && work->residual[i]; i++)
        job.add[i] = work->residual[i] + offset;
    job.active = fused(work) && work->active ? work->active + offset : NULL;
    sx_short_run(a->precision, &job, panel, panels, columns);
}

/* `at`: the input column that the first sum begins with. */
static void sums(const struct work *work, int64_t at, float *y, int panel, int panels, int columns)
{
    const struct sx_affine *a = work->affine;
    const struct sx_kernels *kernels = sx_kernels();
    ptrdiff_t width = (ptrdiff_t)a->in * a->groups;
    if (a->precision != SX_PRECISION_FLOAT32) {
        short_sums(work, at, y, panel, panels < 0 ? sx_panels(a->out) : panels, columns);
        return;
    }
    const float *x = work->x + at * width;
    if (a->depthwise) {
        kernels->depthwise(a->weights, a->bias, x, a->stride * width, a->dilation * width, a->taps, a->groups, y, a->groups, columns);
        return;
    }
    int each = sx_panels(a->out);
    if (a->narrow) {
        struct sx_linear job = {.weights = a->weights, .bias = a->bias, .x = x, .x_step = a->stride * width, .tap_step = a->dilation * width, .taps = a->taps,
                                .in = a->in, .out = a->out, .y = y, .y_step = a->out};
        kernels->narrow(&job, columns);
        return;
    }
    for (int g = 0; g < a->groups; g++) {
        struct sx_linear job = {
            .weights = (const float *)a->weights + (size_t)g * (size_t)each * (size_t)a->taps * (size_t)a->in * SX_PANEL,
            .bias = a->bias + (size_t)g * (size_t)each * SX_PANEL,
            .x = x + (ptrdiff_t)g * a->in, .x_step = a->stride * width, .tap_step = a->dilation * width,
            .taps = a->taps, .in = a->in, .out = a->out,
            .y = y + (ptrdiff_t)g * a->out, .y_step = (ptrdiff_t)a->out * a->groups,
        };
        if (fused(work)) {
            ptrdiff_t offset = job.y - work->y;
            for (int i = 0; i < 2 && work->residual[i]; i++)
                job.add[i] = work->residual[i] + offset;
            job.active = work->active ? work->active + offset : NULL;
            job.slope = a->active_slope;
        }
        kernels->linear(&job, panel, panels < 0 ? each : panels, columns);
    }
}

static void finish(const struct work *work, float *y, int64_t offset, int columns)
{
    const struct sx_affine *a = work->affine;
    const struct sx_kernels *kernels = sx_kernels();
    size_t count = (size_t)columns * (size_t)a->out * (size_t)a->groups;
    if (fused(work))
        return;
    if (a->activation >= 0)
        kernels->unary[a->activation](y, a->slope, y, count);
    for (int i = 0; i < 2 && work->residual[i]; i++)
        kernels->binary[SX_BINARY_ADD](y, 1, work->residual[i] + offset, 1, y, count);
    if (work->active)
        kernels->unary[SX_UNARY_LEAKY_RELU](y, a->active_slope, work->active + offset, count);
}

static void columns_task(void *user, int64_t begin, int64_t end)
{
    const struct work *work = user;
    const struct sx_affine *a = work->affine;
    int64_t out_width = (int64_t)a->out * a->groups;
    while (begin < end) {
        int64_t batch = begin / work->out_columns, t = begin % work->out_columns;
        int64_t n = work->out_columns - t < end - begin ? work->out_columns - t : end - begin;
        int now = n < BLOCK ? (int)n : BLOCK;
        float *y = work->y + begin * out_width;
        sums(work, batch * work->in_columns + t * a->stride, y, 0, -1, now);
        finish(work, y, begin * out_width, now);
        begin += now;
    }
}

static void panels_task(void *user, int64_t begin, int64_t end)
{
    const struct work *work = user;
    int all = sx_panels(work->affine->out), first = (int)begin * 4, last = end * 4 < all ? (int)end * 4 : all;
    sums(work, 0, work->y, first, last - first, work->columns);
}

static int run(struct sx_call *call)
{
    const struct sx_affine *affine = call->node->state;
    const struct sx_tensor *x = call->in[0];
    if (!call->out[0].data && call->out_count > 1)      /* nobody wants the first output: it is overwritten */
        call->out[0].data = call->out[1].data;
    struct sx_tensor plain = call->out[0];
    struct work work = {.affine = affine, .x = x->data, .y = call->out[0].data};
    int64_t width = x->shape[x->rank - 1], batches = 1;
    bool conv = call->node->op == &sx_op_SxConv, brain = affine->precision == SX_PRECISION_BFLOAT16;
    if (!call->valid && affine_shape(call, &plain) != SYRINX_OK)
        return call->error->code;
    int64_t total = sx_tensor_count(&plain) / ((int64_t)affine->out * affine->groups);
    if (total == 0)
        return SYRINX_OK;
    work.in_columns = work.out_columns = total;
    if (conv) {
        batches = x->shape[0];
        work.in_columns = x->shape[1];
        work.out_columns = plain.shape[1];
        size_t bytes = call->valid || brain ? 0 : padded_bytes(call);
        if (brain && !call->valid)
            work.in_columns += affine->pad_left + affine->pad_right;
        if (bytes) {
            float *to = call->scratch;
            const float *from = x->data;
            size_t left = (size_t)(affine->pad_left * width), middle = (size_t)(x->shape[1] * width), right = (size_t)(affine->pad_right * width);
            for (int64_t b = 0; b < batches; b++, from += middle) {
                memset(to, 0, left * sizeof *to);
                memcpy(to + left, from, middle * sizeof *to);
                memset(to + left + middle, 0, right * sizeof *to);
                to += left + middle + right;
            }
            work.x = call->scratch;
            work.in_columns += affine->pad_left + affine->pad_right;
        }
    }
    if (brain) {
        bool pads = conv && !call->valid;
        sx_bfloat_rows(call->pool, x->data, batches, conv ? x->shape[1] : total, pads ? affine->pad_left : 0, pads ? affine->pad_right : 0, affine->in, call->scratch);
        work.short_x = call->scratch;
    }
    bool spread = false;
    if (affine->residuals) {
        spread = !call->valid && spreads(call, &plain);
        if (spread)
            work.y = (float *)(void *)((char *)call->scratch + padded_bytes(call));
        else
            work.residual[0] = call->in[1]->data;
    }
    if (!spread) {
        work.residual[1] = affine->residuals > 1 ? call->in[2]->data : NULL;
        work.active = call->out_count > 1 ? call->out[1].data : NULL;
    }
    int64_t cost = (int64_t)affine->taps * affine->in * affine->out * affine->groups;
    if (total <= BLOCK / 2 && batches == 1 && !affine->depthwise && affine->groups == 1 && cost * total >= 1 << 20) {
        work.columns = (int)total;
        sx_parallel(call->pool, (sx_panels(affine->out) + 3) / 4, 1, panels_task, &work);
        finish(&work, work.y, 0, work.columns);
    } else {
        int64_t grain = (1 << 19) / (cost ? cost : 1) + 1;
        sx_parallel(call->pool, total, grain < BLOCK ? BLOCK : grain, columns_task, &work);
    }
    if (spread) {
        plain.data = work.y;
        sx_broadcast_add(&plain, call->in[1], &call->out[0]);
        const struct sx_kernels *kernels = sx_kernels();
        float *y = call->out[0].data;
        size_t count = (size_t)sx_tensor_count(&call->out[0]);
        if (affine->residuals > 1)
            sx_broadcast_add(&call->out[0], call->in[2], &call->out[0]);
        if (call->out_count > 1 && call->out[1].data)
            kernels->unary[SX_UNARY_LEAKY_RELU](y, affine->active_slope, call->out[1].data, count);
    }
    return SYRINX_OK;
}

static bool conv_window(const struct sx_call *call, const int *time_in, int time_out, struct sx_window *windows)
{
    const struct sx_affine *affine = call->node->state;
    if (affine->stride != 1 || time_in[0] != 1 || time_out != 1)
        return false;
    windows[0].left = affine->pad_left;
    windows[0].span = (affine->taps - 1) * affine->dilation;
    for (int i = 1; i <= affine->residuals; i++)
        if (time_in[i] != 1 || call->in[i]->rank != 3 || call->in[i]->shape[2] != call->out[0].shape[2])
            return false;
    return true;
}

static bool linear_window(const struct sx_call *call, const int *time_in, int time_out, struct sx_window *windows)
{
    const struct sx_affine *affine = call->node->state;
    (void)windows;
    if (time_in[0] != time_out || time_out == call->out[0].rank - 1 || call->in[0]->rank != call->out[0].rank)
        return false;
    for (int i = 1; i <= affine->residuals; i++)
        if (time_in[i] != time_out || !sx_tensor_same_shape(call->in[i], &call->out[0]))
            return false;
    return true;
}

SX_OP(SxLinear) = {
    .name = "SxLinear", .min_inputs = 1, .max_inputs = 3, .max_outputs = 2, .flags = SX_OP_INTERNAL,
    .infer = infer, .run = run, .scratch = scratch, .window = linear_window,
};

SX_OP(SxConv) = {
    .name = "SxConv", .min_inputs = 1, .max_inputs = 3, .max_outputs = 2, .flags = SX_OP_INTERNAL,
    .infer = infer, .run = run, .scratch = scratch, .window = conv_window,
};
