/* fuse.c - what follows an SxLinear or SxConv becomes part of it: constant gains and biases, an activation, a residual. */
#include <string.h>

#include "nn/affine.h"

SX_DECLARE_OP(SxSilu);

static int no_memory(struct sx_error *error)
{
    return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
}

/* The affine node behind a value that nobody else reads. */
static struct sx_node *affine_of(const struct sx_graph *graph, int value)
{
    if (value < 0 || graph->values[value].constant || graph->values[value].producer < 0 || graph->values[value].uses != 1)
        return NULL;
    struct sx_node *node = graph->nodes[graph->values[value].producer];
    return node->op == &sx_op_SxLinear || node->op == &sx_op_SxConv ? node : NULL;
}

/* One number, or one for each output channel, whatever rank the result has. */
static bool per_channel(const struct sx_node *node, const struct sx_tensor *t)
{
    const struct sx_affine *affine = node->state;
    int64_t outputs = (int64_t)affine->out * affine->groups, count = t ? sx_tensor_count(t) : 0;
    if (!t || t->type != SX_FLOAT || t->rank > (node->op == &sx_op_SxConv ? 3 : 1))
        return false;
    return count == 1 || (count == outputs && t->rank > 0 && t->shape[t->rank - 1] == outputs);
}

/* The node takes over the output of the one behind it. */
static void absorb(struct sx_graph *graph, struct sx_node *node, struct sx_node *next)
{
    graph->values[next->outputs[0]].producer = graph->values[node->outputs[0]].producer;
    node->outputs[0] = next->outputs[0];
    next->output_count = 0;
}

static int fuse_constant(struct sx_graph *graph, struct sx_node *node, struct sx_node *next, const struct sx_tensor *t, char operation, struct sx_error *error)
{
    struct sx_affine *affine = node->state;
    int64_t outputs = (int64_t)affine->out * affine->groups;
    bool one = sx_tensor_count(t) == 1;
    float *values = sx_graph_floats(graph, t);
    if (!affine->bias_source)
        affine->bias_source = sx_arena_array(&graph->arena, (size_t)outputs, sizeof(float));
    if (operation != '+' && !affine->scale) {
        affine->scale = sx_arena_array(&graph->arena, (size_t)outputs, sizeof(float));
        for (int64_t i = 0; affine->scale && i < outputs; i++)
            affine->scale[i] = 1;
    }
    if (!values || !affine->bias_source || (operation != '+' && !affine->scale))
        return no_memory(error);
    for (int64_t i = 0; i < outputs; i++) {
        float v = values[one ? 0 : i];
        if (operation == '+') {
            affine->bias_source[i] += v;
        } else {
            affine->scale[i] *= v;
            affine->bias_source[i] *= v;
        }
    }
    absorb(graph, node, next);
    return SYRINX_OK;
}

static int activation(const struct sx_node *node, float *slope)
{
    static const struct { const char *name; enum sx_unary which; } known[] = {
        {"Relu", SX_UNARY_RELU}, {"LeakyRelu", SX_UNARY_LEAKY_RELU}, {"Sigmoid", SX_UNARY_SIGMOID}, {"Tanh", SX_UNARY_TANH}, {"SxSilu", SX_UNARY_SILU},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(node->op->name, known[i].name) == 0) {
            *slope = sx_node_float(node, "alpha", 0.01f);
            return (int)known[i].which;
        }
    return -1;
}

/* x * Sigmoid(x) */
static void find_silu(struct sx_graph *graph, struct sx_node *node)
{
    for (int side = 0; side < 2; side++) {
        int x = node->inputs[side], s = node->inputs[1 - side];
        if (x < 0 || s < 0 || graph->values[s].constant || graph->values[s].producer < 0 || graph->values[s].uses != 1)
            continue;
        const struct sx_node *sigmoid = graph->nodes[graph->values[s].producer];
        if (strcmp(sigmoid->op->name, "Sigmoid") != 0 || sigmoid->inputs[0] != x)
            continue;
        node->op = &sx_op_SxSilu;
        node->inputs[0] = x;
        node->input_count = 1;
        node->attribute_count = 0;
        graph->values[x].uses--;        /* the Sigmoid is dead */
        return;
    }
}

/* A LeakyRelu of a result that others read as well becomes its node's second output. */
static int second_output(struct sx_graph *graph, struct sx_node *relu, struct sx_error *error)
{
    int id = relu->inputs[0];
    struct sx_node *node = id < 0 || graph->values[id].constant || graph->values[id].producer < 0 ? NULL : graph->nodes[graph->values[id].producer];
    if (!node || node->output_count != 1 || graph->values[id].uses < 2 || strcmp(relu->op->name, "LeakyRelu") != 0)
        return SYRINX_OK;
    float slope = sx_node_float(relu, "alpha", 0.01f);
    if (node->op == &sx_op_SxConv || node->op == &sx_op_SxLinear)
        ((struct sx_affine *)node->state)->active_slope = slope;
    else if (node->op == &sx_op_SxUpsample)
        ((struct sx_upsample *)node->state)->active_slope = slope;
    else
        return SYRINX_OK;
    int *outputs = sx_arena_array(&graph->arena, 2, sizeof *outputs);
    if (!outputs)
        return no_memory(error);
    outputs[0] = id;
    outputs[1] = relu->outputs[0];
    graph->values[outputs[1]].producer = graph->values[id].producer;
    node->outputs = outputs;
    node->output_count = 2;
    relu->output_count = 0;
    return SYRINX_OK;
}

static int fuse_node(struct sx_graph *graph, struct sx_node *node, struct sx_error *error)
{
    if (node->output_count != 1 || node->outputs[0] < 0)
        return SYRINX_OK;
    if (strcmp(node->op->name, "Mul") == 0)
        find_silu(graph, node);
    char operation = strcmp(node->op->name, "Add") == 0 ? '+' : strcmp(node->op->name, "Mul") == 0 ? '*' : 0;
    if (operation) {
        for (int side = 0; side < 2; side++) {
            struct sx_node *affine = affine_of(graph, node->inputs[side]);
            int other = node->inputs[1 - side];
            struct sx_affine *state = affine ? affine->state : NULL;
            if (!state || affine->output_count > 1)
                continue;
            const struct sx_tensor *t = graph->values[other].constant;
            if (state->residuals) {
                /* a sum of blocks that end in a residual each */
                if (operation != '+' || t || state->residuals > 1 || other == node->inputs[side])
                    continue;
                int *three = sx_arena_array(&graph->arena, 3, sizeof *three);
                if (!three)
                    return no_memory(error);
                memcpy(three, affine->inputs, 2 * sizeof *three);
                three[2] = other;
                affine->inputs = three;
                affine->input_count = 3;
                state->residuals = 2;
                absorb(graph, affine, node);
                return SYRINX_OK;
            }
            if (t && state->activation < 0 && per_channel(affine, t))
                return fuse_constant(graph, affine, node, t, operation, error);
            if (t || operation != '+' || other == node->inputs[side])
                continue;
            int *inputs = sx_arena_array(&graph->arena, 2, sizeof *inputs);
            if (!inputs)
                return no_memory(error);
            inputs[0] = affine->inputs[0];
            inputs[1] = other;
            affine->inputs = inputs;
            affine->input_count = 2;
            state->residuals = 1;
            absorb(graph, affine, node);
            return SYRINX_OK;
        }
        return SYRINX_OK;
    }
    float slope;
    int which = activation(node, &slope);
    struct sx_node *affine = which >= 0 ? affine_of(graph, node->inputs[0]) : NULL;
    struct sx_affine *state = affine ? affine->state : NULL;
    if (state && state->activation < 0 && !state->residuals && affine->output_count == 1) {
        state->activation = which;
        state->slope = slope;
        absorb(graph, affine, node);
        return SYRINX_OK;
    }
    return which == SX_UNARY_LEAKY_RELU ? second_output(graph, node, error) : SYRINX_OK;
}

int sx_pass_fuse(struct sx_graph *graph, struct sx_error *error)
{
    for (int n = 0; n < graph->node_count; n++)
        if (fuse_node(graph, graph->nodes[n], error) != SYRINX_OK)
            return error->code;
    return sx_graph_sort(graph, error);
}
