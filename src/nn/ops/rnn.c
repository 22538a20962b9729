/* rnn.c - LSTM, GRU and RNN, also LSTM with 8-bit weights: both directions, lengths, both layouts, peepholes, chosen activations (onnx.ai/onnx/operators/onnx__LSTM.html and its kin).
 *
 * Weights are packed for the linear kernel; the input's part is computed for a block of steps at once, the recurrent part step by step. */
#include <math.h>
#include <string.h>

#include "nn/op.h"

enum { LARGEST = 1 << 20, BLOCK_ROWS = 64, MOST_GATES = 4 };

/* Inputs of DynamicQuantizeLSTM behind those of LSTM: scale and zero point of the 8-bit weights, which are stored [in][gates]. */
enum { W_SCALE = 8, W_ZERO = 9, R_SCALE = 10, R_ZERO = 11, QUANTIZED_INPUTS = 12 };

enum kind { RNN, GRU, LSTM };

/* Functions of the gates with their alpha and beta. */
enum activation { RELU, TANH, SIGMOID, AFFINE, LEAKY_RELU, THRESHOLDED_RELU, SCALED_TANH, HARD_SIGMOID, ELU, SOFTSIGN, SOFTPLUS, ACTIVATIONS };

static const struct {
    const char *name;
    float alpha, beta;
    bool has_alpha, has_beta;
} activations[ACTIVATIONS] = {
    [RELU] = {"Relu", 0, 0, false, false}, [TANH] = {"Tanh", 0, 0, false, false}, [SIGMOID] = {"Sigmoid", 0, 0, false, false},
    [AFFINE] = {"Affine", 1, 0, true, true}, [LEAKY_RELU] = {"LeakyRelu", 0.01f, 0, true, false},
    [THRESHOLDED_RELU] = {"ThresholdedRelu", 1, 0, true, false}, [SCALED_TANH] = {"ScaledTanh", 1, 1, true, true},
    [HARD_SIGMOID] = {"HardSigmoid", 0.2f, 0.5f, true, true}, [ELU] = {"Elu", 1, 0, true, false}, [SOFTSIGN] = {"Softsign", 0, 0, false, false},
    [SOFTPLUS] = {"Softplus", 0, 0, false, false},
};

struct function {
    enum activation which;
    float alpha, beta;
};

struct rnn {
    enum kind kind;
    int gates, groups, functions;           /* functions of one direction */
    int directions, hidden, inputs;
    int64_t steps, batch;
    bool batch_first, reverse, coupled, reset_after, quantized;
    float clip;                             /* 0: none */
    struct function function[2][3];
    int width;                              /* floats of a row of gates: every group is padded to panels */
    int block;                              /* steps of which the input's part is computed at once */
};

/* Gates that are computed from the same recurrent input: all of them, but GRU's last waits for the reset gate. */
struct group {
    int first, gates;           /* in gates */
    int panels, offset;         /* where it lies in a row, in floats */
};

static int find_groups(const struct rnn *r, struct group group[2])
{
    int count = r->kind == GRU ? 2 : 1, offset = 0;
    for (int g = 0; g < count; g++) {
        group[g].first = g * 2;
        group[g].gates = r->kind == LSTM ? 4 : r->kind == RNN ? 1 : g == 0 ? 2 : 1;
        group[g].panels = (group[g].gates * r->hidden + SX_PANEL - 1) / SX_PANEL;
        group[g].offset = offset;
        offset += group[g].panels * SX_PANEL;
    }
    return offset;
}

static bool same_letters(const char *a, const char *b)
{
    for (; *a && *b; a++, b++)
        if ((*a | 32) != (*b | 32))
            return false;
    return *a == *b;
}

static int read_functions(struct sx_call *call, struct rnn *r)
{
    static const enum activation normal[3][3] = {[RNN] = {TANH}, [GRU] = {SIGMOID, TANH}, [LSTM] = {SIGMOID, TANH, TANH}};
    const struct sx_attribute *names = sx_node_attribute(call->node, "activations"), *alpha = sx_node_attribute(call->node, "activation_alpha"),
                              *beta = sx_node_attribute(call->node, "activation_beta");
    int a = 0, b = 0;
    if (names && names->string_count != 0 && names->string_count != r->functions * r->directions)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "%d activations expected", r->functions * r->directions);
    for (int d = 0; d < r->directions; d++)
        for (int i = 0; i < r->functions; i++) {
            struct function *f = &r->function[d][i];
            f->which = normal[r->kind][i];
            if (names && names->string_count) {
                const char *name = names->strings[d * r->functions + i];
                for (f->which = 0; f->which < ACTIVATIONS && !same_letters(name, activations[f->which].name); f->which++)
                    continue;
                if (f->which == ACTIVATIONS)
                    return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "activation %.40s", name);
            }
            f->alpha = activations[f->which].alpha;
            f->beta = activations[f->which].beta;
            if (activations[f->which].has_alpha && alpha && a < alpha->float_count)
                f->alpha = alpha->floats[a++];
            if (activations[f->which].has_beta && beta && b < beta->float_count)
                f->beta = beta->floats[b++];
        }
    return SYRINX_OK;
}

/* An optional float input of that shape. */
static int check_input(struct sx_call *call, int index, int rank, int64_t a, int64_t b, int64_t c)
{
    const int64_t shape[3] = {a, b, c};
    if (!sx_call_has(call, index))
        return SYRINX_OK;
    const struct sx_tensor *t = call->in[index];
    if (t->type != SX_FLOAT)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "input %d is %s", index, sx_dtype_name(t->type));
    bool fits = t->rank == rank;
    for (int i = 0; fits && i < rank; i++)
        fits = t->shape[i] == shape[i];
    return fits ? SYRINX_OK : sx_call_fail(call, SYRINX_ERROR_FORMAT, "input %d has another shape than the sizes of the network say", index);
}

/* 8-bit weights [directions][in][gates] with a scale and a zero point for each direction or for each of its gates. */
static int check_bytes(struct sx_call *call, const struct rnn *r, int index, int64_t in)
{
    const struct sx_tensor *w = call->in[index], *scale = call->in[index == 1 ? W_SCALE : R_SCALE], *zero = call->in[index == 1 ? W_ZERO : R_ZERO];
    int64_t rows = (int64_t)r->gates * r->hidden, count = scale ? sx_tensor_count(scale) : 0;
    bool fits = w->shape[0] == r->directions && w->shape[1] == in && w->shape[2] == rows && scale && zero && scale->type == SX_FLOAT && zero->type == w->type
                && (count == r->directions || count == r->directions * rows) && sx_tensor_count(zero) == count;
    return fits ? SYRINX_OK : sx_call_fail(call, SYRINX_ERROR_FORMAT, "weights, scale or zero point of input %d do not fit", index);
}

/* Everything that shapes and attributes say. */
static int read_rnn(struct sx_call *call, struct rnn *r)
{
    const struct sx_node *node = call->node;
    const struct sx_tensor *x = call->in[0], *w = call->in[1], *rec = call->in[2];
    const char *direction = sx_node_string(node, "direction", "forward");
    struct group group[2];
    bool quantized = node->op->max_inputs == QUANTIZED_INPUTS;
    *r = (struct rnn){.kind = quantized || node->op->name[0] == 'L' ? LSTM : node->op->name[0] == 'G' ? GRU : RNN, .quantized = quantized};
    r->gates = r->kind == LSTM ? 4 : r->kind == GRU ? 3 : 1;
    r->functions = r->kind == LSTM ? 3 : r->kind == GRU ? 2 : 1;
    r->directions = strcmp(direction, "bidirectional") == 0 ? 2 : 1;
    r->reverse = strcmp(direction, "reverse") == 0;
    if (!r->reverse && r->directions == 1 && strcmp(direction, "forward") != 0)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "direction '%.40s'", direction);
    if (x->rank != 3 || w->rank != 3 || rec->rank != 3)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "input and weights must have three dimensions");
    for (int i = 1; i < 3 && quantized; i++)
        if (call->in[i]->type != SX_INT8 && call->in[i]->type != SX_UINT8)
            return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "weights of type %s", sx_dtype_name(call->in[i]->type));
    if (x->type != SX_FLOAT || (!quantized && (w->type != SX_FLOAT || rec->type != SX_FLOAT)))
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(x->type));
    r->batch_first = sx_node_int(node, "layout", 0) != 0;
    r->steps = x->shape[r->batch_first];
    r->batch = x->shape[!r->batch_first];
    int64_t hidden = rec->shape[quantized ? 1 : 2];
    if (x->shape[2] > LARGEST || hidden > LARGEST || sx_node_int(node, "hidden_size", hidden) != hidden)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "impossible sizes");
    r->inputs = (int)x->shape[2];
    r->hidden = (int)hidden;
    int64_t rows = (int64_t)r->gates * r->hidden;
    r->coupled = sx_node_int(node, "input_forget", 0) != 0;
    r->reset_after = sx_node_int(node, "linear_before_reset", 0) != 0;
    r->clip = sx_node_float(node, "clip", 0);
    int64_t outer = r->batch_first ? r->batch : r->directions, inner = r->batch_first ? r->directions : r->batch;
    if (quantized ? check_bytes(call, r, 1, r->inputs) != SYRINX_OK || check_bytes(call, r, 2, r->hidden) != SYRINX_OK
                  : check_input(call, 1, 3, r->directions, rows, r->inputs) != SYRINX_OK || check_input(call, 2, 3, r->directions, rows, r->hidden) != SYRINX_OK)
        return call->error->code;
    if (check_input(call, 3, 2, r->directions, 2 * rows, 0) != SYRINX_OK || check_input(call, 5, 3, outer, inner, r->hidden) != SYRINX_OK
        || check_input(call, 6, 3, outer, inner, r->hidden) != SYRINX_OK || check_input(call, 7, 2, r->directions, 3 * r->hidden, 0) != SYRINX_OK)
        return call->error->code;
    if (sx_call_has(call, 4) && (call->in[4]->type != SX_INT32 || call->in[4]->rank != 1 || call->in[4]->shape[0] != r->batch))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the lengths must be one int32 for each item of the batch");
    r->width = find_groups(r, group);
    r->block = (int)(r->batch >= BLOCK_ROWS || r->batch == 0 ? 1 : BLOCK_ROWS / r->batch);
    return read_functions(call, r);
}

static int infer(struct sx_call *call)
{
    struct rnn r;
    int code = read_rnn(call, &r);
    if (code != SYRINX_OK)
        return code;
    const int64_t whole[4] = {r.batch_first ? r.batch : r.steps, r.batch_first ? r.steps : r.directions, r.batch_first ? r.directions : r.batch, r.hidden};
    const int64_t last[3] = {r.batch_first ? r.batch : r.directions, r.batch_first ? r.directions : r.batch, r.hidden};
    code = sx_call_output(call, 0, SX_FLOAT, 4, whole);
    for (int i = 1; code == SYRINX_OK && i < call->out_count; i++)
        code = sx_call_output(call, i, SX_FLOAT, 3, last);
    return code;
}

/* Floats of a direction's working memory: packed W and R, three biases, a block of inputs and gates, and the state. */
static size_t direction_floats(const struct rnn *r)
{
    size_t rows = (size_t)r->block * (size_t)r->batch, hidden = ((size_t)r->hidden + 15) / 16 * 16;
    return (size_t)r->width * ((size_t)r->inputs + (size_t)r->hidden + 2) + rows * (size_t)r->width + (rows * (size_t)r->inputs + 15) / 16 * 16
           + hidden * ((size_t)r->batch * 2 + 2) + (size_t)r->width;
}

static size_t scratch(const struct sx_call *call)
{
    struct sx_call copy = *call;
    struct sx_error error = {0};
    struct rnn r;
    copy.error = &error;
    return read_rnn(&copy, &r) == SYRINX_OK ? direction_floats(&r) * (size_t)r.directions * sizeof(float) : 0;
}

/* Weight of gate `row` and input `i` of a direction; `index` 1 for W, 2 for R. */
static float weight(const struct rnn *r, const struct sx_call *call, int index, int direction, int64_t row, int64_t i)
{
    const struct sx_tensor *w = call->in[index];
    int64_t rows = (int64_t)r->gates * r->hidden, in = index == 1 ? r->inputs : r->hidden;
    if (!r->quantized)
        return ((const float *)w->data)[(direction * rows + row) * in + i];
    const struct sx_tensor *scale = call->in[index == 1 ? W_SCALE : R_SCALE], *zero = call->in[index == 1 ? W_ZERO : R_ZERO];
    int64_t k = sx_tensor_count(scale) == r->directions ? direction : direction * rows + row;
    return (float)(sx_tensor_int(w, (direction * in + i) * rows + row) - sx_tensor_int(zero, k)) * ((const float *)scale->data)[k];
}

/* `count` gates from `first` on as [panel][in][SX_PANEL]. */
static void pack(const struct rnn *r, const struct sx_call *call, int index, int direction, int first, int count, float *out)
{
    int in = index == 1 ? r->inputs : r->hidden;
    for (int p = 0; p * SX_PANEL < count; p++)
        for (int i = 0; i < in; i++)
            for (int o = 0; o < SX_PANEL; o++)
                *out++ = p * SX_PANEL + o < count ? weight(r, call, index, direction, first + p * SX_PANEL + o, i) : 0;
}

static void activate(const struct function *f, float clip, float *x, int count)
{
    for (int i = 0; clip > 0 && i < count; i++)
        x[i] = x[i] > clip ? clip : x[i] < -clip ? -clip : x[i];
    switch (f->which) {
    case RELU: sx_kernels()->unary[SX_UNARY_RELU](x, 0, x, (size_t)count); return;
    case TANH: sx_kernels()->unary[SX_UNARY_TANH](x, 0, x, (size_t)count); return;
    case SIGMOID: sx_kernels()->unary[SX_UNARY_SIGMOID](x, 0, x, (size_t)count); return;
    default: break;
    }
    for (int i = 0; i < count; i++) {
        float v = x[i];
        switch (f->which) {
        case AFFINE: v = f->alpha * v + f->beta; break;
        case LEAKY_RELU: v = v < 0 ? f->alpha * v : v; break;
        case THRESHOLDED_RELU: v = v > f->alpha ? v : 0; break;
        case SCALED_TANH: v = f->alpha * tanhf(f->beta * v); break;
        case HARD_SIGMOID: v = f->alpha * v + f->beta; v = v < 0 ? 0 : v > 1 ? 1 : v; break;
        case ELU: v = v < 0 ? f->alpha * expm1f(v) : v; break;
        case SOFTSIGN: v = v / (1 + fabsf(v)); break;
        default: v = v > 0 ? v + log1pf(expf(-v)) : log1pf(expf(v)); break;
        }
        x[i] = v;
    }
}

/* One direction's weights in the working memory and its state. */
struct direction {
    const struct rnn *r;
    struct sx_call *call;
    int index;
    struct group group[2];
    float *w, *rec, *bias, *rec_bias;       /* packed; bias: added to the input's part; rec_bias: GRU's, inside the reset */
    float *x, *gates;                       /* a block of inputs [block][batch][inputs], of gates [block][batch][width] */
    float *h, *c, *tmp;                     /* [batch][hidden padded to 16]; a row for the reset state, and one for tanh(c) */
    const float *peephole;                  /* i, o, f; NULL without */
};

static void linear(const float *weights, const float *bias, const float *x, int in, float *y, int out, int panels, int columns, ptrdiff_t y_step)
{
    struct sx_linear job = {.weights = weights, .bias = bias, .x = x, .x_step = in, .tap_step = in, .taps = 1, .in = in, .out = out, .y = y, .y_step = y_step};
    sx_kernels()->linear(&job, 0, panels, columns);
}

static void step_lstm(const struct direction *d, float *g, float *h, float *c)
{
    const struct rnn *r = d->r;
    const struct function *f = r->function[d->index];
    int n = r->hidden;
    float *in = g, *out = g + n, *forget = g + 2 * n, *cell = g + 3 * n;
    linear(d->rec, g, h, n, g, 4 * n, d->group[0].panels, 1, r->width);
    for (int i = 0; d->peephole && i < n; i++) {
        in[i] += d->peephole[i] * c[i];
        forget[i] += d->peephole[2 * n + i] * c[i];
    }
    activate(&f[0], r->clip, in, n);
    if (r->coupled)
        for (int i = 0; i < n; i++)
            forget[i] = 1 - in[i];
    else
        activate(&f[0], r->clip, forget, n);
    activate(&f[1], r->clip, cell, n);
    for (int i = 0; i < n; i++)
        c[i] = forget[i] * c[i] + in[i] * cell[i];
    for (int i = 0; d->peephole && i < n; i++)
        out[i] += d->peephole[n + i] * c[i];
    activate(&f[0], r->clip, out, n);
    memcpy(d->tmp, c, (size_t)n * sizeof *c);
    activate(&f[2], r->clip, d->tmp, n);
    for (int i = 0; i < n; i++)
        h[i] = out[i] * d->tmp[i];
}

static void step_gru(const struct direction *d, float *g, float *h)
{
    const struct rnn *r = d->r;
    const struct function *f = r->function[d->index];
    int n = r->hidden;
    const float *update = g, *reset = g + n, *rec = d->rec + (size_t)d->group[1].offset * (size_t)n;
    float *hidden = g + d->group[1].offset;
    linear(d->rec, g, h, n, g, 2 * n, d->group[0].panels, 1, r->width);
    activate(&f[0], r->clip, g, 2 * n);
    if (r->reset_after) {
        linear(rec, d->rec_bias + d->group[1].offset, h, n, d->tmp, n, d->group[1].panels, 1, r->width);
        for (int i = 0; i < n; i++)
            hidden[i] += reset[i] * d->tmp[i];
    } else {
        for (int i = 0; i < n; i++)
            d->tmp[i] = reset[i] * h[i];
        linear(rec, hidden, d->tmp, n, hidden, n, d->group[1].panels, 1, r->width);
    }
    activate(&f[1], r->clip, hidden, n);
    for (int i = 0; i < n; i++)
        h[i] = (1 - update[i]) * hidden[i] + update[i] * h[i];
}

static void step_rnn(const struct direction *d, float *g, float *h)
{
    linear(d->rec, g, h, d->r->hidden, g, d->r->hidden, d->group[0].panels, 1, d->r->width);
    activate(&d->r->function[d->index][0], d->r->clip, g, d->r->hidden);
    memcpy(h, g, (size_t)d->r->hidden * sizeof *h);
}

/* Packs a direction's weights into its part of the scratch memory and fetches the initial state. */
static void open_direction(struct direction *d, const struct rnn *r, struct sx_call *call, int index)
{
    size_t hidden = ((size_t)r->hidden + 15) / 16 * 16, width = (size_t)r->width, rows = (size_t)r->block * (size_t)r->batch;
    float *at = (float *)call->scratch + direction_floats(r) * (size_t)index;
    *d = (struct direction){.r = r, .call = call, .index = index};
    int groups = r->kind == GRU ? 2 : 1;
    find_groups(r, d->group);
    d->w = at;
    d->rec = d->w + width * (size_t)r->inputs;
    d->bias = d->rec + width * (size_t)r->hidden;
    d->rec_bias = d->bias + width;
    d->gates = d->rec_bias + width;
    d->x = d->gates + rows * width;
    d->h = d->x + (rows * (size_t)r->inputs + 15) / 16 * 16;
    d->c = d->h + hidden * (size_t)r->batch;
    d->tmp = d->c + hidden * (size_t)r->batch;
    const float *b = sx_call_has(call, 3) ? (const float *)call->in[3]->data + (size_t)index * 2 * (size_t)r->gates * (size_t)r->hidden : NULL;
    memset(d->bias, 0, 2 * width * sizeof *d->bias);
    for (int g = 0; g < groups; g++) {
        const struct group *group = &d->group[g];
        int count = group->gates * r->hidden, first = group->first * r->hidden;
        pack(r, call, 1, index, first, count, d->w + (size_t)group->offset * (size_t)r->inputs);
        pack(r, call, 2, index, first, count, d->rec + (size_t)group->offset * (size_t)r->hidden);
        bool inside = g == 1 && r->reset_after;
        for (int i = 0; b && i < count; i++) {
            d->bias[group->offset + i] = b[first + i] + (inside ? 0 : b[r->gates * r->hidden + first + i]);
            d->rec_bias[group->offset + i] = inside ? b[r->gates * r->hidden + first + i] : 0;
        }
    }
    d->peephole = r->kind == LSTM && sx_call_has(call, 7) ? (const float *)call->in[7]->data + (size_t)index * 3 * (size_t)r->hidden : NULL;
    for (int64_t n = 0; n < r->batch; n++)
        for (int s = 0; s < 2; s++) {
            float *to = (s ? d->c : d->h) + (size_t)n * hidden;
            size_t from = (size_t)(r->batch_first ? n * r->directions + index : index * r->batch + n) * (size_t)r->hidden;
            memset(to, 0, hidden * sizeof *to);
            if (sx_call_has(call, 5 + s) && r->hidden)
                memcpy(to, (const float *)call->in[5 + s]->data + from, (size_t)r->hidden * sizeof *to);
        }
}

static int64_t length_of(const struct rnn *r, const struct sx_call *call, int64_t n)
{
    return sx_call_has(call, 4) ? ((const int32_t *)call->in[4]->data)[n] : r->steps;
}

static void run_direction(const struct rnn *r, struct sx_call *call, int index)
{
    struct direction d;
    bool back = r->reverse || index == 1;
    size_t hidden = ((size_t)r->hidden + 15) / 16 * 16, row = (size_t)r->hidden * sizeof(float);
    open_direction(&d, r, call, index);
    for (int64_t begin = 0; begin < r->steps; begin += r->block) {
        int block = (int)(r->steps - begin < r->block ? r->steps - begin : r->block);
        /* the inputs of this block in the order in which they are read */
        for (int k = 0; k < block; k++)
            for (int64_t n = 0; n < r->batch; n++) {
                int64_t length = length_of(r, call, n), t = back ? length - 1 - (begin + k) : begin + k;
                t = t < 0 ? 0 : t;
                size_t from = (size_t)(r->batch_first ? n * r->steps + t : t * r->batch + n) * (size_t)r->inputs;
                if (r->inputs)
                    memcpy(d.x + ((size_t)k * (size_t)r->batch + (size_t)n) * (size_t)r->inputs, (const float *)call->in[0]->data + from,
                           (size_t)r->inputs * sizeof(float));
            }
        for (int g = 0; g < (r->kind == GRU ? 2 : 1); g++) {
            const struct group *group = &d.group[g];
            linear(d.w + (size_t)group->offset * (size_t)r->inputs, d.bias + group->offset, d.x, r->inputs, d.gates + group->offset,
                   group->gates * r->hidden, group->panels, block * (int)r->batch, r->width);
        }
        for (int k = 0; k < block; k++)
            for (int64_t n = 0; n < r->batch; n++) {
                int64_t length = length_of(r, call, n), t = back ? length - 1 - (begin + k) : begin + k;
                float *gates = d.gates + ((size_t)k * (size_t)r->batch + (size_t)n) * (size_t)r->width, *h = d.h + (size_t)n * hidden;
                bool inside = begin + k < length;
                if (inside && r->kind == LSTM)
                    step_lstm(&d, gates, h, d.c + (size_t)n * hidden);
                else if (inside && r->kind == GRU)
                    step_gru(&d, gates, h);
                else if (inside)
                    step_rnn(&d, gates, h);
                if (!inside)
                    t = begin + k;
                size_t to = (size_t)(r->batch_first ? (n * r->steps + t) * r->directions + index : (t * r->directions + index) * r->batch + n) * (size_t)r->hidden;
                float *y = call->out[0].data ? (float *)call->out[0].data + to : NULL;
                if (y && inside)
                    memcpy(y, h, row);
                else if (y)
                    memset(y, 0, row);
            }
    }
    for (int64_t n = 0; n < r->batch; n++)
        for (int s = 0; s < 2 && 1 + s < call->out_count; s++) {
            size_t to = (size_t)(r->batch_first ? n * r->directions + index : index * r->batch + n) * (size_t)r->hidden;
            if (call->out[1 + s].data && row)
                memcpy((float *)call->out[1 + s].data + to, (s ? d.c : d.h) + (size_t)n * hidden, row);
        }
}

struct job {
    const struct rnn *r;
    struct sx_call *call;
};

static void some_directions(void *user, int64_t begin, int64_t end)
{
    const struct job *job = user;
    for (int64_t i = begin; i < end; i++)
        run_direction(job->r, job->call, (int)i);
}

static int run(struct sx_call *call)
{
    struct rnn r;
    int code = read_rnn(call, &r);
    if (code != SYRINX_OK)
        return code;
    for (int64_t n = 0; sx_call_has(call, 4) && n < r.batch; n++)
        if (length_of(&r, call, n) < 0 || length_of(&r, call, n) > r.steps)
            return sx_call_fail(call, SYRINX_ERROR_ARGUMENT, "length %lld of %lld steps", (long long)length_of(&r, call, n), (long long)r.steps);
    if (r.batch == 0 || r.hidden == 0)
        return SYRINX_OK;
    sx_parallel(call->pool, r.directions, 1, some_directions, &(struct job){&r, call});
    return SYRINX_OK;
}

SX_OP(LSTM) = {
    .name = "LSTM", .min_inputs = 3, .max_inputs = 8, .max_outputs = 3, .infer = infer, .run = run, .scratch = scratch,
};
SX_OP(GRU) = {
    .name = "GRU", .min_inputs = 3, .max_inputs = 6, .max_outputs = 2, .infer = infer, .run = run, .scratch = scratch,
};
SX_OP(RNN) = {
    .name = "RNN", .min_inputs = 3, .max_inputs = 6, .max_outputs = 2, .infer = infer, .run = run, .scratch = scratch,
};
/* ONNX Runtime's form of quantised models. It rounds activations to 8 bits, too; here they stay as they are, nearer to the model that was quantised. */
SX_OP(DynamicQuantizeLSTM) = {
    .name = "DynamicQuantizeLSTM", .domain = "com.microsoft", .min_inputs = 3, .max_inputs = QUANTIZED_INPUTS, .max_outputs = 3,
    .infer = infer, .run = run, .scratch = scratch,
};
