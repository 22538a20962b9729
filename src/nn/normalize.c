/* normalize.c - LayerNormalization written out in small steps, as exporters did before opset 17, becomes the operator.
 *
 * d = x - mean(x); y = d / sqrt(mean(d^2) + epsilon), means over the last axis; then * gain, + shift. */
#include <string.h>

#include "nn/op.h"

SX_DECLARE_OP(LayerNormalization);

/* The node of that type behind a value, or NULL. */
static struct sx_node *made_by(const struct sx_graph *graph, int value, const char *type)
{
    if (value < 0 || graph->values[value].constant || graph->values[value].producer < 0)
        return NULL;
    struct sx_node *node = graph->nodes[graph->values[value].producer];
    return strcmp(node->op->name, type) == 0 ? node : NULL;
}

/* A float constant of one element. */
static bool number(const struct sx_graph *graph, int value, float *out)
{
    const struct sx_tensor *t = value < 0 ? NULL : graph->values[value].constant;
    if (!t || t->type != SX_FLOAT || sx_tensor_count(t) != 1)
        return false;
    memcpy(out, t->data, sizeof *out);
    return true;
}

/* What a mean over the last axis is taken of; -1 when the value is no such mean. */
static int mean_of(const struct sx_graph *graph, int value)
{
    const struct sx_node *node = made_by(graph, value, "ReduceMean");
    if (!node || sx_node_int(node, "keepdims", 1) == 0)
        return -1;
    const struct sx_attribute *axes = sx_node_attribute(node, "axes");
    if (axes)
        return axes->int_count == 1 && axes->ints[0] == -1 ? node->inputs[0] : -1;
    const struct sx_tensor *list = node->input_count > 1 && node->inputs[1] >= 0 ? graph->values[node->inputs[1]].constant : NULL;
    return list && list->type == SX_INT64 && sx_tensor_count(list) == 1 && sx_tensor_int(list, 0) == -1 ? node->inputs[0] : -1;
}

static bool is_square_of(const struct sx_graph *graph, int value, int d)
{
    const struct sx_node *node = made_by(graph, value, "Pow");
    float two;
    if (node)
        return node->inputs[0] == d && number(graph, node->inputs[1], &two) && two == 2;
    node = made_by(graph, value, "Mul");
    return node && node->inputs[0] == d && node->inputs[1] == d;
}

/* A Div that ends the pattern. */
static int find_norm(struct sx_graph *graph, struct sx_node *node, struct sx_error *error)
{
    int d = node->inputs[0], x;
    float epsilon;
    const struct sx_node *difference = made_by(graph, d, "Sub"), *root = made_by(graph, node->inputs[1], "Sqrt");
    const struct sx_node *sum = root ? made_by(graph, root->inputs[0], "Add") : NULL;
    if (!difference || !sum || (x = mean_of(graph, difference->inputs[1])) < 0 || x != difference->inputs[0])
        return SYRINX_OK;
    int side = number(graph, sum->inputs[1], &epsilon) ? 0 : 1;
    if (!number(graph, sum->inputs[1 - side], &epsilon) || !(epsilon >= 0) || !is_square_of(graph, mean_of(graph, sum->inputs[side]), d))
        return SYRINX_OK;
    struct sx_attribute *attributes = sx_arena_array(&graph->arena, 2, sizeof *attributes);
    int *inputs = sx_arena_array(&graph->arena, 3, sizeof *inputs);
    if (!attributes || !inputs)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    attributes[0] = (struct sx_attribute){.name = "axis", .i = -1};
    attributes[1] = (struct sx_attribute){.name = "epsilon", .f = epsilon};
    inputs[0] = x;
    inputs[1] = inputs[2] = -1;
    node->op = &sx_op_LayerNormalization;
    node->inputs = inputs;
    node->input_count = 1;
    node->attributes = attributes;
    node->attribute_count = 2;
    node->state = attributes;
    return SYRINX_OK;
}

/* Mul or Add of a constant vector behind a normalisation that nobody else reads: its gain or shift. */
static void take_constant(struct sx_graph *graph, struct sx_node *next, int index)
{
    for (int side = 0; side < 2; side++) {
        struct sx_node *norm = made_by(graph, next->inputs[side], "LayerNormalization");
        const struct sx_tensor *t = next->inputs[1 - side] < 0 ? NULL : graph->values[next->inputs[1 - side]].constant;
        /* state: made by find_norm, with room for all inputs; a shift comes last */
        if (!norm || !norm->state || graph->values[next->inputs[side]].uses != 1 || !t || t->type != SX_FLOAT || t->rank != 1 || t->shape[0] < 2
            || norm->inputs[index] >= 0 || norm->inputs[2] >= 0)
            continue;
        norm->inputs[index] = next->inputs[1 - side];
        norm->input_count = index + 1;
        graph->values[next->outputs[0]].producer = graph->values[next->inputs[side]].producer;
        norm->outputs[0] = next->outputs[0];
        next->output_count = 0;
        return;
    }
}

int sx_pass_normalize(struct sx_graph *graph, struct sx_error *error)
{
    for (int n = 0; n < graph->node_count; n++) {
        struct sx_node *node = graph->nodes[n];
        if (node->output_count != 1 || node->outputs[0] < 0)
            continue;
        if (strcmp(node->op->name, "Div") == 0) {
            if (find_norm(graph, node, error) != SYRINX_OK)
                return error->code;
        } else if (strcmp(node->op->name, "Mul") == 0) {
            take_constant(graph, node, 1);
        } else if (strcmp(node->op->name, "Add") == 0) {
            take_constant(graph, node, 2);
        }
    }
    return sx_graph_sort(graph, error);
}
