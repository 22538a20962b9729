/* graph.c - building, ordering and freeing graphs. */
#include "nn/graph.h"

#include <stdlib.h>
#include <string.h>

#include "nn/op.h"

static bool grow(void **list, int count, int *room, size_t size)
{
    if (count < *room)
        return true;
    int wanted = *room ? *room * 2 : 64;
    if (wanted < 0)
        return false;
    void *bigger = realloc(*list, (size_t)wanted * size);
    if (!bigger)
        return false;
    *list = bigger;
    *room = wanted;
    return true;
}

int sx_graph_value(struct sx_graph *graph, const char *name)
{
    if (!grow((void **)&graph->values, graph->value_count, &graph->value_room, sizeof *graph->values))
        return -1;
    graph->values[graph->value_count] = (struct sx_value){.name = name, .rank = -1, .producer = -1};
    return graph->value_count++;
}

struct sx_node *sx_graph_node(struct sx_graph *graph, const struct sx_op *op, const char *name, int inputs, int outputs)
{
    struct sx_node *node = sx_arena_alloc(&graph->arena, sizeof *node);
    if (!node || !grow((void **)&graph->nodes, graph->node_count, &graph->node_room, sizeof *graph->nodes))
        return NULL;
    node->op = op;
    node->name = name;
    node->input_count = inputs;
    node->output_count = outputs;
    node->own_inputs = inputs;
    node->inputs = sx_arena_array(&graph->arena, (size_t)inputs, sizeof *node->inputs);
    node->outputs = sx_arena_array(&graph->arena, (size_t)outputs, sizeof *node->outputs);
    if (!node->inputs || !node->outputs)
        return NULL;
    for (int i = 0; i < inputs; i++)
        node->inputs[i] = -1;
    for (int i = 0; i < outputs; i++)
        node->outputs[i] = -1;
    graph->nodes[graph->node_count++] = node;
    return node;
}

/* Depth first from the outputs with a stack of our own: a chain of a million nodes must not use the thread's stack. */
int sx_graph_sort(struct sx_graph *graph, struct sx_error *error)
{
    int count = graph->node_count, done = 0, depth = 0, code = SYRINX_OK;
    for (int i = 0; i < graph->value_count; i++) {
        graph->values[i].producer = -1;
        graph->values[i].uses = 0;
    }
    for (int n = 0; n < count; n++)
        for (int i = 0; i < graph->nodes[n]->output_count; i++)
            if (graph->nodes[n]->outputs[i] >= 0)
                graph->values[graph->nodes[n]->outputs[i]].producer = n;
    for (int i = 0; i < graph->input_count; i++)
        graph->values[graph->inputs[i]].producer = -2;      /* fed by the caller */

    struct sx_node **order = calloc((size_t)count + 1, sizeof *order);
    int *stack = malloc(((size_t)count + 1) * sizeof *stack), *next = calloc((size_t)count + 1, sizeof *next);
    char *state = calloc((size_t)count + 1, 1);             /* 0 new, 1 on the stack, 2 done */
    if (!order || !stack || !next || !state)
        code = sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    for (int o = 0; o < graph->output_count && code == SYRINX_OK; o++) {
        struct sx_value *value = &graph->values[graph->outputs[o]];
        value->uses++;
        if (value->constant || value->producer == -2)
            continue;
        if (value->producer < 0)
            code = sx_fail(error, SYRINX_ERROR_FORMAT, "not a valid ONNX model: nothing makes output '%.120s'", value->name);
        else if (state[value->producer] == 0) {
            stack[depth++] = value->producer;
            state[value->producer] = 1;
        }
        while (depth > 0 && code == SYRINX_OK) {
            int n = stack[depth - 1];
            struct sx_node *node = graph->nodes[n];
            if (next[n] == node->input_count) {
                state[n] = 2;
                order[done++] = node;
                depth--;
                continue;
            }
            int id = node->inputs[next[n]++];
            if (id < 0)
                continue;
            value = &graph->values[id];
            value->uses++;
            if (value->constant || value->producer == -2)
                continue;
            if (value->producer < 0)
                code = sx_fail(error, SYRINX_ERROR_FORMAT, "not a valid ONNX model: nothing makes '%.120s', which node '%.120s' reads", value->name, node->name);
            else if (state[value->producer] == 1)
                code = sx_fail(error, SYRINX_ERROR_FORMAT, "not a valid ONNX model: node '%.120s' depends on itself", node->name);
            else if (state[value->producer] == 0) {
                stack[depth++] = value->producer;
                state[value->producer] = 1;
            }
        }
    }
    if (code == SYRINX_OK) {
        if (done)
            memcpy(graph->nodes, order, (size_t)done * sizeof *order);
        graph->node_count = done;
        for (int i = 0; i < graph->value_count; i++)
            graph->values[i].producer = -1;
        for (int n = 0; n < done; n++)
            for (int i = 0; i < graph->nodes[n]->output_count; i++)
                if (graph->nodes[n]->outputs[i] >= 0)
                    graph->values[graph->nodes[n]->outputs[i]].producer = n;
    }
    free(order);
    free(stack);
    free(next);
    free(state);
    return code;
}

/* Nodes with their lists, one behind the other. */
static int compact_nodes(struct sx_graph *graph, struct sx_error *error)
{
    size_t ids = 0, attributes = 0;
    for (int n = 0; n < graph->node_count; n++) {
        ids += (size_t)graph->nodes[n]->input_count + (size_t)graph->nodes[n]->output_count;
        attributes += (size_t)graph->nodes[n]->attribute_count;
    }
    struct sx_node *nodes = sx_arena_array(&graph->arena, (size_t)graph->node_count + 1, sizeof *nodes);
    struct sx_attribute *list = sx_arena_array(&graph->arena, attributes + 1, sizeof *list);
    int *places = sx_arena_array(&graph->arena, ids + 1, sizeof *places);
    if (!nodes || !list || !places)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    for (int n = 0; n < graph->node_count; n++) {
        struct sx_node *node = &nodes[n];
        *node = *graph->nodes[n];
        for (int i = 0; i < node->input_count; i++)
            places[i] = node->inputs[i];
        node->inputs = places;
        places += node->input_count;
        for (int i = 0; i < node->output_count; i++)
            places[i] = node->outputs[i];
        node->outputs = places;
        places += node->output_count;
        for (int i = 0; i < node->attribute_count; i++)
            list[i] = node->attributes[i];
        node->attributes = list;
        list += node->attribute_count;
        graph->nodes[n] = node;
    }
    return SYRINX_OK;
}

int sx_graph_compact(struct sx_graph *graph, struct sx_error *error)
{
    int *place = malloc(((size_t)graph->value_count + 1) * sizeof *place), count = 0;
    struct sx_value *values = calloc((size_t)graph->value_count + 1, sizeof *values);
    if (!place || !values) {
        free(place);
        free(values);
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    }
    memset(place, 0xFF, (size_t)graph->value_count * sizeof *place);
    for (int n = -1; n <= graph->node_count; n++) {     /* -1: the graph's inputs, node_count: its outputs */
        struct sx_node *node = n >= 0 && n < graph->node_count ? graph->nodes[n] : NULL;
        for (int list = 0; list < 2; list++) {
            int *ids = node ? (list ? node->outputs : node->inputs) : list ? NULL : n < 0 ? graph->inputs : graph->outputs;
            int some = node ? (list ? node->output_count : node->input_count) : list ? 0 : n < 0 ? graph->input_count : graph->output_count;
            for (int i = 0; i < some; i++) {
                if (ids[i] < 0)
                    continue;
                if (place[ids[i]] < 0) {
                    values[count] = graph->values[ids[i]];
                    place[ids[i]] = count++;
                }
                ids[i] = place[ids[i]];
            }
        }
    }
    free(place);
    free(graph->values);
    graph->values = values;
    graph->value_room = graph->value_count + 1;
    graph->value_count = count;
    return compact_nodes(graph, error);
}

void sx_graph_free(struct sx_graph *graph)
{
    for (struct sx_graph *child = graph->children, *next; child; child = next) {      /* at most as deep as the reader lets them be */
        next = child->sibling;
        sx_graph_free(child);
    }
    free(graph->values);
    free(graph->nodes);
    sx_graph_pack_free(graph);
    sx_arena_free(&graph->arena);
    memset(graph, 0, sizeof *graph);
}

const struct sx_attribute *sx_node_attribute(const struct sx_node *node, const char *name)
{
    for (int i = 0; i < node->attribute_count; i++)
        if (node->attributes[i].name[0] == name[0] && strcmp(node->attributes[i].name, name) == 0)
            return &node->attributes[i];
    return NULL;
}

int64_t sx_node_int(const struct sx_node *node, const char *name, int64_t normal)
{
    const struct sx_attribute *a = sx_node_attribute(node, name);
    return a ? a->i : normal;
}

float sx_node_float(const struct sx_node *node, const char *name, float normal)
{
    const struct sx_attribute *a = sx_node_attribute(node, name);
    return a ? a->f : normal;
}

const char *sx_node_string(const struct sx_node *node, const char *name, const char *normal)
{
    const struct sx_attribute *a = sx_node_attribute(node, name);
    return a && a->s ? a->s : normal;
}

const struct sx_tensor *sx_graph_constant(const struct sx_graph *graph, int value)
{
    if (value < 0)
        return NULL;
    if (graph->values[value].constant)
        return graph->values[value].constant;
    if (graph->values[value].producer < 0)
        return NULL;
    const struct sx_node *node = graph->nodes[graph->values[value].producer];
    if (strcmp(node->op->name, "Cast") != 0 || sx_node_int(node, "to", 0) != SX_FLOAT || node->inputs[0] < 0)
        return NULL;
    const struct sx_tensor *source = graph->values[node->inputs[0]].constant;
    return source && source->type == SX_FLOAT16 ? source : NULL;
}

int sx_graph_add_constant(struct sx_graph *graph, const struct sx_tensor *tensor)
{
    struct sx_tensor *copy = sx_arena_alloc(&graph->arena, sizeof *copy);
    int id = copy ? sx_graph_value(graph, "constant") : -1;
    if (id < 0)
        return -1;
    *copy = *tensor;
    graph->values[id].constant = copy;
    return id;
}

float *sx_graph_floats(struct sx_graph *graph, const struct sx_tensor *tensor)
{
    size_t count = (size_t)sx_tensor_count(tensor);
    float *out = tensor->type == SX_FLOAT || tensor->type == SX_FLOAT16 ? sx_arena_array(&graph->arena, count, sizeof *out) : NULL;
    if (!out)
        return NULL;
    if (tensor->type == SX_FLOAT16)
        sx_half_to_float(tensor->data, out, count);
    else if (count)
        memcpy(out, tensor->data, count * sizeof *out);
    return out;
}
