/* lower.c - MatMul, Gemm and one-dimensional Conv with constant weights become SxLinear and SxConv. */
#include <string.h>

#include "nn/affine.h"

enum { LARGEST = 1 << 20, LARGEST_PAD = 1 << 16 };     /* kernel, dilation, stride: beyond it 32-bit products could overflow */

static int no_memory(struct sx_error *error)
{
    return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
}

static struct sx_affine *new_state(struct sx_graph *graph, const struct sx_tensor *source, enum sx_weight_layout layout, int64_t in, int64_t out)
{
    struct sx_affine *state = sx_arena_alloc(&graph->arena, sizeof *state);
    if (!state)
        return NULL;
    state->source = source;
    state->layout = layout;
    state->in = (int)in;
    state->out = (int)out;
    state->taps = state->groups = 1;
    state->dilation = state->stride = 1;
    state->activation = -1;
    return state;
}

static bool weights(const struct sx_tensor *t, int rank)
{
    if (!t || (t->type != SX_FLOAT && t->type != SX_FLOAT16) || t->rank != rank || sx_tensor_count(t) < 1)
        return false;
    for (int i = 0; i < rank; i++)
        if (t->shape[i] > LARGEST)
            return false;
    return true;
}

static int lower_matmul(struct sx_graph *graph, struct sx_node *node, struct sx_error *error)
{
    const struct sx_tensor *b = sx_graph_constant(graph, node->inputs[1]);
    if (!weights(b, 2))
        return SYRINX_OK;
    struct sx_affine *state = new_state(graph, b, SX_IN_OUT, b->shape[0], b->shape[1]);
    if (!state)
        return no_memory(error);
    node->op = &sx_op_SxLinear;
    node->state = state;
    node->input_count = 1;
    return SYRINX_OK;
}

static int lower_gemm(struct sx_graph *graph, struct sx_node *node, struct sx_error *error)
{
    const struct sx_tensor *b = sx_graph_constant(graph, node->inputs[1]), *c = NULL;
    bool transposed = sx_node_int(node, "transB", 0) != 0;
    if (!weights(b, 2) || sx_node_int(node, "transA", 0) != 0)
        return SYRINX_OK;
    int64_t out = b->shape[!transposed], in = b->shape[transposed];
    if (node->input_count > 2) {
        c = sx_graph_constant(graph, node->inputs[2]);
        if (!c || (c->type != SX_FLOAT && c->type != SX_FLOAT16) || c->rank > 2 || (c->rank == 2 && c->shape[0] != 1)
            || (sx_tensor_count(c) != out && sx_tensor_count(c) != 1))
            return SYRINX_OK;
    }
    struct sx_affine *state = new_state(graph, b, transposed ? SX_OUT_IN : SX_IN_OUT, in, out);
    if (!state)
        return no_memory(error);
    float alpha = sx_node_float(node, "alpha", 1), beta = sx_node_float(node, "beta", 1);
    if (alpha != 1) {
        if (!(state->scale = sx_arena_array(&graph->arena, (size_t)out, sizeof *state->scale)))
            return no_memory(error);
        for (int64_t i = 0; i < out; i++)
            state->scale[i] = alpha;
    }
    if (c) {
        float *values = sx_graph_floats(graph, c);
        state->bias_source = sx_arena_array(&graph->arena, (size_t)out, sizeof *state->bias_source);
        if (!values || !state->bias_source)
            return no_memory(error);
        for (int64_t i = 0; i < out; i++)
            state->bias_source[i] = beta * values[sx_tensor_count(c) == 1 ? 0 : i];
    }
    node->op = &sx_op_SxLinear;
    node->state = state;
    node->input_count = 1;
    return SYRINX_OK;
}

static const int64_t swap[3] = {0, 2, 1};

static int swap_axes(struct sx_graph *graph, const char *name, int from, int to, struct sx_error *error)
{
    SX_DECLARE_OP(Transpose);
    struct sx_node *node = sx_graph_node(graph, &sx_op_Transpose, name, 1, 1);
    if (!node || !(node->attributes = sx_arena_alloc(&graph->arena, sizeof *node->attributes)))
        return no_memory(error);
    node->attributes[0] = (struct sx_attribute){.name = "perm", .ints = swap, .int_count = 3};
    node->attribute_count = 1;
    node->inputs[0] = from;
    node->outputs[0] = to;
    return SYRINX_OK;
}

static int time_major(struct sx_graph *graph, struct sx_node *node, const struct sx_op *op, void *state, struct sx_error *error)
{
    int in = sx_graph_value(graph, node->name), out = sx_graph_value(graph, node->name);
    if (in < 0 || out < 0)
        return no_memory(error);
    if (swap_axes(graph, node->name, node->inputs[0], in, error) != SYRINX_OK || swap_axes(graph, node->name, out, node->outputs[0], error) != SYRINX_OK)
        return error->code;
    node->op = op;
    node->state = state;
    node->input_count = 1;
    node->inputs[0] = in;
    node->outputs[0] = out;
    return SYRINX_OK;
}

/* The number `index` of an integer list, or `normal` without the list; false when it is outside [least, LARGEST]. */
static bool item(const struct sx_node *node, const char *name, int index, int64_t least, int64_t normal, int64_t *out)
{
    const struct sx_attribute *a = sx_node_attribute(node, name);
    *out = a && index < a->int_count ? a->ints[index] : normal;
    return *out >= least && *out <= LARGEST;
}

static int lower_conv(struct sx_graph *graph, struct sx_node *node, struct sx_error *error)
{
    const struct sx_tensor *w = sx_graph_constant(graph, node->inputs[1]), *b = NULL;
    const char *automatic = sx_node_string(node, "auto_pad", "NOTSET");
    int64_t groups = sx_node_int(node, "group", 1), kernel, stride, dilation, left, right;
    if (!weights(w, 3) || groups < 1 || w->shape[0] % groups != 0 || w->shape[1] * groups > LARGEST)
        return SYRINX_OK;
    if (node->input_count > 2) {
        b = sx_graph_constant(graph, node->inputs[2]);
        if (!b || (b->type != SX_FLOAT && b->type != SX_FLOAT16) || sx_tensor_count(b) != w->shape[0])
            return SYRINX_OK;
    }
    if (!item(node, "kernel_shape", 0, 1, w->shape[2], &kernel) || kernel != w->shape[2] || !item(node, "strides", 0, 1, 1, &stride)
        || !item(node, "dilations", 0, 1, 1, &dilation) || !item(node, "pads", 0, 0, 0, &left) || !item(node, "pads", 1, 0, 0, &right))
        return SYRINX_OK;           /* ops/conv.c judges what is odd */
    int64_t span = (kernel - 1) * dilation;
    if (span > LARGEST || left > LARGEST_PAD || right > LARGEST_PAD)
        return SYRINX_OK;
    if (strcmp(automatic, "SAME_UPPER") == 0 || strcmp(automatic, "SAME_LOWER") == 0) {
        if (stride != 1)
            return SYRINX_OK;       /* depends on the length */
        left = automatic[5] == 'U' ? span / 2 : span - span / 2;
        right = span - left;
    } else if (strcmp(automatic, "VALID") == 0) {
        left = right = 0;
    } else if (strcmp(automatic, "NOTSET") != 0) {
        return SYRINX_OK;
    }
    struct sx_affine *state = new_state(graph, w, SX_OUT_IN_TAP, w->shape[1], w->shape[0] / groups);
    if (!state)
        return no_memory(error);
    state->taps = (int)kernel;
    state->groups = (int)groups;
    state->stride = stride;
    state->dilation = dilation;
    state->pad_left = left;
    state->pad_right = right;
    state->depthwise = groups > 1 && state->in == 1 && state->out == 1;
    if (b && !(state->bias_source = sx_graph_floats(graph, b)))
        return no_memory(error);
    return time_major(graph, node, &sx_op_SxConv, state, error);
}

/* One group, no dilation, a crop that leaves `stride` columns for each of the input; the rest is ops/conv.c's. */
static int lower_transposed(struct sx_graph *graph, struct sx_node *node, struct sx_error *error)
{
    const struct sx_tensor *w = sx_graph_constant(graph, node->inputs[1]), *b = NULL;
    int64_t kernel, stride, dilation, left, right, extra;
    if (!weights(w, 3) || sx_node_int(node, "group", 1) != 1 || strcmp(sx_node_string(node, "auto_pad", "NOTSET"), "NOTSET") != 0
        || sx_node_attribute(node, "output_shape"))
        return SYRINX_OK;
    if (node->input_count > 2) {
        b = sx_graph_constant(graph, node->inputs[2]);
        if (!b || (b->type != SX_FLOAT && b->type != SX_FLOAT16) || sx_tensor_count(b) != w->shape[1])
            return SYRINX_OK;
    }
    if (!item(node, "kernel_shape", 0, 1, w->shape[2], &kernel) || kernel != w->shape[2] || !item(node, "strides", 0, 1, 1, &stride)
        || !item(node, "dilations", 0, 1, 1, &dilation) || !item(node, "pads", 0, 0, 0, &left) || !item(node, "pads", 1, 0, 0, &right)
        || !item(node, "output_padding", 0, 0, 0, &extra))
        return SYRINX_OK;
    int64_t taps = (kernel + stride - 1) / stride;
    if (dilation != 1 || kernel - stride - left - right + extra != 0 || left / stride > taps - 1 || stride > 4096 || w->shape[1] * stride > LARGEST
        || kernel * w->shape[1] > LARGEST)
        return SYRINX_OK;
    struct sx_upsample *state = sx_arena_alloc(&graph->arena, sizeof *state);
    if (!state)
        return no_memory(error);
    *state = (struct sx_upsample){.in = (int)w->shape[0], .out = (int)w->shape[1], .kernel = (int)kernel, .stride = (int)stride, .crop = (int)left,
                                  .taps = (int)taps, .source = w};
    if (b && !(state->bias_source = sx_graph_floats(graph, b)))
        return no_memory(error);
    return time_major(graph, node, &sx_op_SxUpsample, state, error);
}

int sx_pass_lower(struct sx_graph *graph, struct sx_error *error)
{
    int count = graph->node_count, code = SYRINX_OK;
    for (int n = 0; n < count && code == SYRINX_OK; n++) {
        struct sx_node *node = graph->nodes[n];
        if (strcmp(node->op->name, "MatMul") == 0)
            code = lower_matmul(graph, node, error);
        else if (strcmp(node->op->name, "Gemm") == 0)
            code = lower_gemm(graph, node, error);
        else if (strcmp(node->op->name, "Conv") == 0)
            code = lower_conv(graph, node, error);
        else if (strcmp(node->op->name, "ConvTranspose") == 0)
            code = lower_transposed(graph, node, error);
    }
    return code != SYRINX_OK ? code : sx_graph_sort(graph, error);
}
