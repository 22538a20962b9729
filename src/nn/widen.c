/* widen.c - float16 and bfloat16 graphs compute in float: sixteen-bit numbers stay where a model stores them, in its weights, inputs and outputs.
 *
 * Every type named in the graph becomes float; what comes in sixteen bits is cast behind the input or weight, what must go out so in front of
 * the output. Results are as precise as float's or better, with one rounding at the end, and only Cast ever meets the short types. */
#include <stdlib.h>
#include <string.h>

#include "nn/op.h"

SX_DECLARE_OP(Cast);

enum { SMALL = 4096 };          /* elements of a weight that is converted at once; larger ones are left to the packing */

static bool is_short(int64_t type)
{
    return type == SX_FLOAT16 || type == SX_BFLOAT16;
}

static int no_memory(struct sx_error *error)
{
    return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
}

/* A Cast node from one value to another. */
static int add_cast(struct sx_graph *graph, int from, int to, int64_t type, struct sx_error *error)
{
    struct sx_node *node = sx_graph_node(graph, &sx_op_Cast, graph->values[from].name, 1, 1);
    if (!node || !(node->attributes = sx_arena_alloc(&graph->arena, sizeof *node->attributes)))
        return no_memory(error);
    node->attributes[0] = (struct sx_attribute){.name = "to", .i = type};
    node->attribute_count = 1;
    node->inputs[0] = from;
    node->outputs[0] = to;
    return SYRINX_OK;
}

static const struct sx_tensor *widened(struct sx_graph *graph, const struct sx_tensor *t)
{
    struct sx_tensor *copy = sx_arena_alloc(&graph->arena, sizeof *copy);
    size_t count = (size_t)sx_tensor_count(t);
    float *data = sx_arena_array(&graph->arena, count, sizeof *data);
    if (!copy || !data)
        return NULL;
    for (size_t i = 0; i < count; i++)
        data[i] = (float)sx_tensor_real(t, (int64_t)i);
    *copy = *t;
    copy->type = SX_FLOAT;
    copy->data = data;
    return copy;
}

/* Types and tensors that attributes name. */
static int widen_attributes(struct sx_graph *graph, struct sx_node *node, struct sx_error *error)
{
    static const char *const types[] = {"to", "dtype", "output_dtype", "output_datatype"};
    for (int a = 0; a < node->attribute_count; a++) {
        struct sx_attribute *attribute = &node->attributes[a];
        for (size_t i = 0; i < sizeof types / sizeof *types; i++)
            if (strcmp(attribute->name, types[i]) == 0 && is_short(attribute->i))
                attribute->i = SX_FLOAT;
        if (attribute->tensor && is_short(attribute->tensor->type) && !(attribute->tensor = widened(graph, attribute->tensor)))
            return no_memory(error);
    }
    return SYRINX_OK;
}

/* Weights that only Casts read stay as they are. */
static int widen_constants(struct sx_graph *graph, struct sx_error *error)
{
    int count = graph->value_count, code = SYRINX_OK;
    bool *needed = calloc((size_t)count + 1, sizeof *needed);
    if (!needed)
        return no_memory(error);
    for (int n = 0; n < graph->node_count; n++)
        for (int i = 0; i < graph->nodes[n]->input_count; i++)
            if (graph->nodes[n]->inputs[i] >= 0 && graph->nodes[n]->op != &sx_op_Cast)
                needed[graph->nodes[n]->inputs[i]] = true;
    for (int i = 0; i < graph->output_count; i++)
        needed[graph->outputs[i]] = true;
    for (int id = 0; id < count && code == SYRINX_OK; id++) {
        const struct sx_tensor *t = graph->values[id].constant;
        if (!t || !is_short(t->type) || !needed[id])
            continue;
        if (t->type == SX_FLOAT16 && sx_tensor_count(t) > SMALL) {
            int narrow = sx_graph_add_constant(graph, t);
            graph->values[id].constant = NULL;
            code = narrow < 0 ? no_memory(error) : add_cast(graph, narrow, id, SX_FLOAT, error);
        } else if (!(graph->values[id].constant = widened(graph, t))) {
            code = no_memory(error);
        }
    }
    free(needed);
    return code;
}

/* The ports of the whole model keep their types: casts inside of them. */
static int widen_ports(struct sx_graph *graph, struct sx_error *error)
{
    for (int i = 0; i < graph->output_count; i++) {
        enum sx_dtype type = graph->values[graph->outputs[i]].type;
        if (!is_short(type))
            continue;
        int inside = graph->outputs[i], outside = sx_graph_value(graph, graph->values[inside].name);
        if (outside < 0)
            return no_memory(error);
        graph->values[outside].type = type;
        graph->outputs[i] = outside;
        if (add_cast(graph, inside, outside, type, error) != SYRINX_OK)
            return error->code;
    }
    for (int i = 0; i < graph->input_count; i++) {
        int inside = graph->inputs[i], outside;
        if (!is_short(graph->values[inside].type))
            continue;
        if ((outside = sx_graph_value(graph, graph->values[inside].name)) < 0)
            return no_memory(error);
        graph->values[outside].type = graph->values[inside].type;
        graph->values[outside].rank = graph->values[inside].rank;
        memcpy(graph->values[outside].shape, graph->values[inside].shape, sizeof graph->values[outside].shape);
        graph->values[inside].type = SX_FLOAT;
        graph->inputs[i] = outside;
        if (add_cast(graph, outside, inside, SX_FLOAT, error) != SYRINX_OK)
            return error->code;
    }
    return SYRINX_OK;
}

/* As deep as the reader lets graphs lie in each other. */
static int widen(struct sx_graph *graph, bool whole, struct sx_error *error)
{
    int nodes = graph->node_count, code = SYRINX_OK;
    for (int n = 0; n < nodes && code == SYRINX_OK; n++) {
        struct sx_node *node = graph->nodes[n];
        code = widen_attributes(graph, node, error);
        for (int a = 0; a < node->attribute_count && code == SYRINX_OK; a++)
            if (node->attributes[a].graph)
                code = widen(node->attributes[a].graph, false, error);
    }
    if (code == SYRINX_OK)
        code = widen_constants(graph, error);
    if (code == SYRINX_OK && whole)
        code = widen_ports(graph, error);
    for (int i = 0; i < graph->value_count && !whole; i++)
        if (is_short(graph->values[i].type))
            graph->values[i].type = SX_FLOAT;
    return code;
}

int sx_pass_widen(struct sx_graph *graph, struct sx_error *error)
{
    return widen(graph, true, error);
}
