/* neutral.c - arithmetic that changes nothing is left out: x + 0, x - 0, x * 1, x / 1, where the zeros or ones have no larger shape than x. Exporters leave them
 * where a condition is absent, or a scale is exp(0). */
#include <stdlib.h>
#include <string.h>

#include "nn/op.h"
#include "nn/shapes.h"

SX_DECLARE_OP(Identity);

struct fill {
    bool known;                 /* every element is `value` */
    float value;
};

static bool is(const struct sx_node *node, const char *type)
{
    return strcmp(node->op->name, type) == 0;
}

/* What all elements of a node's output are, if they are one number that can be told. */
static struct fill fill_of(const struct sx_node *node, const struct fill *fills)
{
    struct fill out = {false, 0};
    int id = node->input_count > 0 ? node->inputs[0] : -1;
    if (is(node, "ConstantOfShape")) {
        const struct sx_attribute *value = sx_node_attribute(node, "value");
        if (!value)
            return (struct fill){true, 0};
        if (value->tensor && value->tensor->type == SX_FLOAT && sx_tensor_count(value->tensor) == 1)
            out = (struct fill){true, (float)sx_tensor_real(value->tensor, 0)};
    } else if (id >= 0 && fills[id].known) {
        if (is(node, "Neg"))
            out = (struct fill){true, -fills[id].value};
        else if (is(node, "Exp") && fills[id].value == 0)
            out = (struct fill){true, 1};
    }
    return out;
}

static bool neutral(const struct sx_node *node, int side, float value)
{
    if (is(node, "Add"))
        return value == 0;
    if (is(node, "Mul"))
        return value == 1;
    return side == 1 && ((is(node, "Sub") && value == 0) || (is(node, "Div") && value == 1));
}

int sx_pass_neutral(struct sx_graph *graph, struct sx_error *error)
{
    struct fill *fills = calloc((size_t)graph->value_count + 1, sizeof *fills);
    if (!fills)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    for (int n = 0; n < graph->node_count && graph->dims; n++) {
        struct sx_node *node = graph->nodes[n];
        if (node->output_count != 1 || node->outputs[0] < 0 || graph->values[node->outputs[0]].constant)
            continue;
        fills[node->outputs[0]] = fill_of(node, fills);
        for (int side = 0; side < 2 && node->input_count == 2; side++) {
            int id = node->inputs[side], other = node->inputs[1 - side];
            if (id < 0 || other < 0 || !fills[id].known || !neutral(node, side, fills[id].value) || !sx_shapes_covers(&graph->dims[other], &graph->dims[id]))
                continue;
            node->op = &sx_op_Identity;     /* the next folding takes it out */
            node->inputs[0] = other;
            node->input_count = 1;
        }
    }
    free(fills);
    return SYRINX_OK;
}
