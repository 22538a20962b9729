/* common.c - nodes that compute the same thing twice become one. Exporters write the shape arithmetic of every use out again. */
#include <stdlib.h>
#include <string.h>

#include "nn/op.h"

enum { SMALL = 64 };            /* bytes of constants that are compared by content */

struct table {
    int *slots;                 /* -1: free; else a node, or a value of a constant */
    uint32_t mask;
};

static uint32_t mix(uint32_t h, const void *data, size_t size)
{
    const unsigned char *p = data;
    for (size_t i = 0; i < size; i++)
        h = (h ^ p[i]) * 16777619u;     /* FNV-1a */
    return h;
}

static uint32_t hash_node(const struct sx_node *node)
{
    uint32_t h = mix(2166136261u, &node->op, sizeof node->op);
    h = mix(h, node->inputs, (size_t)node->input_count * sizeof *node->inputs);
    return h ^ h >> 15;
}

static bool same_attribute(const struct sx_attribute *a, const struct sx_attribute *b)
{
    if (strcmp(a->name, b->name) != 0 || a->i != b->i || memcmp(&a->f, &b->f, sizeof a->f) != 0 || a->int_count != b->int_count
        || a->float_count != b->float_count || (a->s == NULL) != (b->s == NULL) || (a->s && strcmp(a->s, b->s) != 0))
        return false;
    if ((a->int_count && memcmp(a->ints, b->ints, (size_t)a->int_count * sizeof *a->ints) != 0)
        || (a->float_count && memcmp(a->floats, b->floats, (size_t)a->float_count * sizeof *a->floats) != 0))
        return false;
    if (!a->tensor != !b->tensor)
        return false;
    if (!a->tensor || a->tensor == b->tensor)
        return true;
    size_t bytes = (size_t)sx_tensor_count(a->tensor) * sx_dtype_size(a->tensor->type);
    return a->tensor->type == b->tensor->type && sx_tensor_same_shape(a->tensor, b->tensor) && bytes <= SMALL
           && memcmp(a->tensor->data, b->tensor->data, bytes) == 0;
}

static bool same_node(const struct sx_node *a, const struct sx_node *b)
{
    if (a->op != b->op || a->input_count != b->input_count || a->output_count != b->output_count || a->attribute_count != b->attribute_count
        || (a->input_count && memcmp(a->inputs, b->inputs, (size_t)a->input_count * sizeof *a->inputs) != 0))
        return false;
    for (int i = 0; i < a->attribute_count; i++)
        if (!same_attribute(&a->attributes[i], &b->attributes[i]))
            return false;
    for (int i = 0; i < a->output_count; i++)
        if ((a->outputs[i] < 0) != (b->outputs[i] < 0))
            return false;
    return true;
}

static size_t small_bytes(const struct sx_tensor *t)
{
    size_t bytes = t ? (size_t)sx_tensor_count(t) * sx_dtype_size(t->type) : SMALL + 1;
    return bytes <= SMALL ? bytes : 0;
}

/* The first constant of the same content. */
static int same_constant(const struct sx_graph *graph, struct table *table, int id)
{
    const struct sx_tensor *t = graph->values[id].constant;
    size_t bytes = small_bytes(t);
    if (!bytes)
        return id;
    uint32_t h = mix(2166136261u, t->data, bytes), slot = (h ^ h >> 15) & table->mask;
    for (; table->slots[slot] >= 0; slot = (slot + 1) & table->mask) {
        const struct sx_tensor *other = graph->values[table->slots[slot]].constant;
        if (other->type == t->type && sx_tensor_same_shape(other, t) && memcmp(other->data, t->data, bytes) == 0)
            return table->slots[slot];
    }
    table->slots[slot] = id;
    return id;
}

static bool new_table(struct table *table, int count)
{
    table->mask = 63;
    while (table->mask / 2 < (uint32_t)count)
        table->mask = table->mask * 2 + 1;
    table->slots = malloc(((size_t)table->mask + 1) * sizeof *table->slots);
    if (table->slots)
        memset(table->slots, 0xFF, ((size_t)table->mask + 1) * sizeof *table->slots);
    return table->slots != NULL;
}

static void merge(struct sx_graph *graph, struct table *nodes, struct table *constants, int *alias, bool *is_output)
{
    for (int n = 0; n < graph->node_count; n++) {
        struct sx_node *node = graph->nodes[n];
        for (int i = 0; i < node->input_count; i++) {
            int id = node->inputs[i];
            if (id >= 0)
                node->inputs[i] = graph->values[id].constant ? same_constant(graph, constants, id) : alias[id];
        }
        if ((node->op->flags & (SX_OP_RANDOM | SX_OP_CONTROL | SX_OP_INTERNAL)) || node->state)
            continue;
        bool outside = false;
        for (int i = 0; i < node->output_count; i++)
            outside = outside || (node->outputs[i] >= 0 && is_output[node->outputs[i]]);
        uint32_t slot = hash_node(node) & nodes->mask;
        while (nodes->slots[slot] >= 0 && !same_node(graph->nodes[nodes->slots[slot]], node))
            slot = (slot + 1) & nodes->mask;
        if (nodes->slots[slot] < 0)
            nodes->slots[slot] = n;
        else if (!outside)          /* outputs of the graph keep a node of their own */
            for (int i = 0; i < node->output_count; i++)
                if (node->outputs[i] >= 0)
                    alias[node->outputs[i]] = graph->nodes[nodes->slots[slot]]->outputs[i];
    }
}

int sx_pass_common(struct sx_graph *graph, struct sx_error *error)
{
    struct table nodes = {NULL, 0}, constants = {NULL, 0};
    int *alias = malloc(((size_t)graph->value_count + 1) * sizeof *alias);
    bool *is_output = calloc((size_t)graph->value_count + 1, sizeof *is_output);
    bool good = alias && is_output && new_table(&nodes, graph->node_count) && new_table(&constants, graph->value_count);
    if (good) {
        for (int i = 0; i < graph->value_count; i++)
            alias[i] = i;
        for (int i = 0; i < graph->output_count; i++)
            is_output[graph->outputs[i]] = true;
        merge(graph, &nodes, &constants, alias, is_output);
    }
    free(nodes.slots);
    free(constants.slots);
    free(alias);
    free(is_output);
    return good ? sx_graph_sort(graph, error) : sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
}
