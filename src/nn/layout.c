/* layout.c - Transposes sink through what does not care about the order of axes, meet, and cancel: convolution stacks become time-major. */
#include <stdlib.h>
#include <string.h>

#include "nn/affine.h"
#include "nn/shapes.h"

SX_DECLARE_OP(Transpose);
SX_DECLARE_OP(Gather);
SX_DECLARE_OP(Shape);

static int no_memory(struct sx_error *error)
{
    return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
}

/* The Transpose (with a written permutation) that makes a value, or NULL. */
static struct sx_node *transpose_of(const struct sx_graph *graph, int value)
{
    if (value < 0 || graph->values[value].constant || graph->values[value].producer < 0)
        return NULL;
    struct sx_node *node = graph->nodes[graph->values[value].producer];
    const struct sx_attribute *perm = node->op == &sx_op_Transpose ? sx_node_attribute(node, "perm") : NULL;
    if (!perm || perm->int_count < 1 || perm->int_count > SX_MAX_RANK)
        return NULL;
    bool seen[SX_MAX_RANK] = {false};
    for (int i = 0; i < perm->int_count; i++) {
        if (perm->ints[i] < 0 || perm->ints[i] >= perm->int_count || seen[perm->ints[i]])
            return NULL;
        seen[perm->ints[i]] = true;
    }
    return node;
}

static const struct sx_attribute *perm_of(const struct sx_node *node)
{
    return sx_node_attribute(node, "perm");
}

static bool same_perm(const struct sx_node *a, const struct sx_node *b)
{
    const struct sx_attribute *p = perm_of(a), *q = perm_of(b);
    return p->int_count == q->int_count && memcmp(p->ints, q->ints, (size_t)p->int_count * sizeof *p->ints) == 0;
}

/* A Transpose node at the end of the list. */
static struct sx_node *add_transpose(struct sx_graph *graph, const char *name, int from, int to, const int64_t *perm, int rank)
{
    struct sx_node *node = sx_graph_node(graph, &sx_op_Transpose, name, 1, 1);
    int64_t *copy = sx_arena_array(&graph->arena, (size_t)rank, sizeof *copy);
    if (!node || !copy || !(node->attributes = sx_arena_alloc(&graph->arena, sizeof *node->attributes)))
        return NULL;
    memcpy(copy, perm, (size_t)rank * sizeof *copy);
    node->attributes[0] = (struct sx_attribute){.name = "perm", .ints = copy, .int_count = rank};
    node->attribute_count = 1;
    node->inputs[0] = from;
    node->outputs[0] = to;
    graph->values[to].producer = graph->node_count - 1;
    return node;
}

/* A constant operand as the operator sees it before the transposition. */
static int untransposed(struct sx_graph *graph, int value, const struct sx_attribute *perm)
{
    struct sx_tensor wide = *graph->values[value].constant;
    int64_t inverse[SX_MAX_RANK];
    int shift = perm->int_count - wide.rank;
    if (sx_tensor_count(&wide) == 1)
        return value;
    for (int i = perm->int_count - 1; i >= 0; i--)
        wide.shape[i] = i < shift ? 1 : wide.shape[i - shift];
    wide.rank = perm->int_count;
    for (int i = 0; i < perm->int_count; i++)
        inverse[perm->ints[i]] = i;
    int from = sx_graph_add_constant(graph, &wide), to = sx_graph_value(graph, "constant");
    return from < 0 || to < 0 || !add_transpose(graph, "constant", from, to, inverse, perm->int_count) ? -1 : to;
}

static bool set_int(struct sx_graph *graph, struct sx_node *node, const char *name, int64_t value)
{
    struct sx_attribute *list = sx_arena_array(&graph->arena, (size_t)node->attribute_count + 1, sizeof *list);
    int n = 0;
    if (!list)
        return false;
    for (int i = 0; i < node->attribute_count; i++)
        if (strcmp(node->attributes[i].name, name) != 0)
            list[n++] = node->attributes[i];
    list[n++] = (struct sx_attribute){.name = name, .i = value};
    node->attributes = list;
    node->attribute_count = n;
    return true;
}

/* A computed operand that is not transposed: the others can be only if this one can follow. One number may stay as it is. */
enum follows { FOLLOWS_NOT, FOLLOWS, STAYS };

static enum follows follows(const struct sx_graph *graph, int value, const struct sx_attribute *perm)
{
    const struct sx_dims *dims = value < graph->dims_count ? &graph->dims[value] : NULL;
    int64_t count = 1;
    if (!dims || dims->rank < 0 || dims->rank > perm->int_count)
        return FOLLOWS_NOT;
    for (int i = 0; i < dims->rank && count == 1; i++)
        count = dims->size[i];
    return count == 1 ? STAYS : dims->rank == perm->int_count ? FOLLOWS : FOLLOWS_NOT;
}

/* The value with its axes in the order that they have before the permutation. */
static int follow(struct sx_graph *graph, int value, const struct sx_attribute *perm)
{
    int64_t inverse[SX_MAX_RANK];
    for (int i = 0; i < perm->int_count; i++)
        inverse[perm->ints[i]] = i;
    int to = sx_graph_value(graph, graph->values[value].name);
    return to < 0 || !add_transpose(graph, graph->values[value].name, value, to, inverse, perm->int_count) ? -1 : to;
}

/* Lets a node work on the sources of its transposed inputs and puts one Transpose behind it. */
static int sink(struct sx_graph *graph, struct sx_node *node, const struct sx_node *transpose, struct sx_error *error)
{
    const struct sx_attribute *perm = perm_of(transpose);
    int out = node->outputs[0], moved = sx_graph_value(graph, graph->values[out].name);
    if (moved < 0)
        return no_memory(error);
    for (int i = 0; i < node->input_count; i++) {
        int id = node->inputs[i];
        if (id < 0)
            continue;
        const struct sx_node *own = transpose_of(graph, id);
        if (graph->values[id].constant)
            node->inputs[i] = untransposed(graph, id, perm);
        else if (own && same_perm(own, transpose))
            node->inputs[i] = own->inputs[0];
        else if (follows(graph, id, perm) == FOLLOWS)
            node->inputs[i] = follow(graph, id, perm);
        if (node->inputs[i] < 0)
            return no_memory(error);
    }
    node->outputs[0] = moved;
    return add_transpose(graph, node->name, moved, out, perm->ints, perm->int_count) ? SYRINX_OK : no_memory(error);
}

/* The same for a node with several outputs and one input: a Transpose behind each. */
static int sink_outputs(struct sx_graph *graph, struct sx_node *node, const struct sx_node *transpose, struct sx_error *error)
{
    const struct sx_attribute *perm = perm_of(transpose);
    node->inputs[0] = transpose->inputs[0];
    for (int i = 0; i < node->output_count; i++) {
        int out = node->outputs[i], moved = out < 0 ? -1 : sx_graph_value(graph, graph->values[out].name);
        if (out < 0)
            continue;
        if (moved < 0 || !add_transpose(graph, node->name, moved, out, perm->ints, perm->int_count))
            return no_memory(error);
        node->outputs[i] = moved;
    }
    return SYRINX_OK;
}

/* Split, Softmax: the axis attribute follows the permutation. */
static int sink_axis(struct sx_graph *graph, struct sx_node *node, int64_t normal, struct sx_error *error)
{
    struct sx_node *transpose = transpose_of(graph, node->inputs[0]);
    if (!transpose)
        return SYRINX_OK;
    int rank = perm_of(transpose)->int_count;
    int64_t axis = sx_node_int(node, "axis", normal);
    if (axis < -rank || axis >= rank)
        return SYRINX_OK;
    if (!set_int(graph, node, "axis", perm_of(transpose)->ints[axis < 0 ? axis + rank : axis]))
        return no_memory(error);
    return sink_outputs(graph, node, transpose, error);
}

/* Slice with constant axes: those follow the permutation. */
static int sink_slice(struct sx_graph *graph, struct sx_node *node, struct sx_error *error)
{
    struct sx_node *transpose = transpose_of(graph, node->inputs[0]);
    const struct sx_tensor *axes = node->input_count > 3 && node->inputs[3] >= 0 ? graph->values[node->inputs[3]].constant : NULL;
    if (!transpose || !axes || axes->rank != 1 || axes->shape[0] > SX_MAX_RANK || (axes->type != SX_INT64 && axes->type != SX_INT32))
        return SYRINX_OK;
    const struct sx_attribute *perm = perm_of(transpose);
    struct sx_tensor list = {.type = SX_INT64, .rank = 1, .shape = {axes->shape[0]}};
    int64_t *moved = sx_arena_array(&graph->arena, (size_t)axes->shape[0], sizeof *moved);
    if (!(list.data = moved))
        return no_memory(error);
    for (int i = 0; i < axes->shape[0]; i++) {
        int64_t axis = sx_tensor_int(axes, i);
        if (axis < -perm->int_count || axis >= perm->int_count)
            return SYRINX_OK;
        moved[i] = perm->ints[axis < 0 ? axis + perm->int_count : axis];
    }
    if ((node->inputs[3] = sx_graph_add_constant(graph, &list)) < 0)
        return no_memory(error);
    return sink_outputs(graph, node, transpose, error);
}

/* The shape of a transposed value is the permuted shape of its source. */
static int sink_shape(struct sx_graph *graph, struct sx_node *node, struct sx_error *error)
{
    struct sx_node *transpose = transpose_of(graph, node->inputs[0]), *gather;
    if (!transpose || node->attribute_count)
        return SYRINX_OK;
    const struct sx_attribute *perm = perm_of(transpose);
    struct sx_tensor list = {.type = SX_INT64, .rank = 1, .shape = {perm->int_count}, .data = (void *)perm->ints};
    int out = node->outputs[0], moved = sx_graph_value(graph, graph->values[out].name), index = sx_graph_add_constant(graph, &list);
    if (moved < 0 || index < 0 || !(gather = sx_graph_node(graph, &sx_op_Gather, node->name, 2, 1)))
        return no_memory(error);
    node->inputs[0] = transpose->inputs[0];
    node->outputs[0] = moved;
    gather->inputs[0] = moved;
    gather->inputs[1] = index;
    gather->outputs[0] = out;
    graph->values[out].producer = graph->node_count - 1;
    return SYRINX_OK;
}

/* The Transpose that all computed inputs share, or NULL. With `operands` constants and values that can follow are fine as well. */
static struct sx_node *shared(const struct sx_graph *graph, const struct sx_node *node, bool operands)
{
    struct sx_node *first = NULL;
    for (int i = 0; operands && i < node->input_count && !first; i++)
        first = node->inputs[i] < 0 ? NULL : transpose_of(graph, node->inputs[i]);
    for (int i = 0; i < node->input_count; i++) {
        int id = node->inputs[i];
        if (id < 0)
            return NULL;
        if (graph->values[id].constant) {
            if (!operands)
                return NULL;
            continue;
        }
        struct sx_node *transpose = transpose_of(graph, id);
        if (operands && first && (!transpose || !same_perm(first, transpose)) && follows(graph, id, perm_of(first)) != FOLLOWS_NOT)
            continue;
        if (!transpose || (first && !same_perm(first, transpose)))
            return NULL;
        first = transpose;
    }
    for (int i = 0; first && i < node->input_count; i++)
        if (graph->values[node->inputs[i]].constant && graph->values[node->inputs[i]].constant->rank > perm_of(first)->int_count)
            return NULL;
    return first;
}

/* Pads along time with zeros, [begin, end) counts for axes [0, 1, 2] of a time-major tensor: part of the convolution. */
static bool merge_pad(struct sx_graph *graph, struct sx_node *conv)
{
    int id = conv->inputs[0];
    if (graph->values[id].producer < 0 || graph->values[id].constant)
        return false;
    const struct sx_node *pad = graph->nodes[graph->values[id].producer];
    const struct sx_tensor *pads = strcmp(pad->op->name, "Pad") == 0 && pad->input_count > 1 && pad->inputs[1] >= 0
                                   ? graph->values[pad->inputs[1]].constant : NULL;
    struct sx_affine *affine = conv->state;
    if (!pads || pads->type != SX_INT64 || sx_tensor_count(pads) != 6 || pad->input_count > 3 || strcmp(sx_node_string(pad, "mode", "constant"), "constant") != 0)
        return false;
    if (pad->input_count > 2 && pad->inputs[2] >= 0) {
        const struct sx_tensor *value = graph->values[pad->inputs[2]].constant;
        float zero;
        if (!value || value->type != SX_FLOAT || sx_tensor_count(value) != 1)
            return false;
        memcpy(&zero, value->data, sizeof zero);
        if (zero != 0)
            return false;
    }
    for (int i = 0; i < 6; i++) {
        int64_t n = sx_tensor_int(pads, i);
        if (n < 0 || n > 1 << 20 || (n != 0 && i % 3 != 1))
            return false;
    }
    int64_t left = affine->pad_left + sx_tensor_int(pads, 1), right = affine->pad_right + sx_tensor_int(pads, 4);
    if (left > 1 << 16 || right > 1 << 16)
        return false;
    affine->pad_left = left;
    affine->pad_right = right;
    conv->inputs[0] = pad->inputs[0];
    return true;
}

/* Pad with constant amounts, its input transposed: the amounts move to the axes of the source. */
static int sink_pad(struct sx_graph *graph, struct sx_node *node, const struct sx_node *transpose, struct sx_error *error)
{
    const struct sx_attribute *perm = perm_of(transpose);
    const struct sx_tensor *pads = node->inputs[1] >= 0 ? graph->values[node->inputs[1]].constant : NULL;
    int rank = perm->int_count, out = node->outputs[0], moved;
    if (!pads || pads->type != SX_INT64 || sx_tensor_count(pads) != 2 * rank || node->input_count > 3
        || (node->input_count > 2 && node->inputs[2] >= 0 && !graph->values[node->inputs[2]].constant))
        return SYRINX_OK;
    struct sx_tensor list = {.type = SX_INT64, .rank = 1, .shape = {2 * rank}};
    int64_t *amounts = sx_arena_array(&graph->arena, 2 * (size_t)rank, sizeof *amounts);
    if (!(list.data = amounts))
        return no_memory(error);
    for (int i = 0; i < rank; i++) {
        amounts[perm->ints[i]] = sx_tensor_int(pads, i);
        amounts[rank + perm->ints[i]] = sx_tensor_int(pads, rank + i);
    }
    node->inputs[0] = transpose->inputs[0];
    if ((node->inputs[1] = sx_graph_add_constant(graph, &list)) < 0 || (moved = sx_graph_value(graph, graph->values[out].name)) < 0)
        return no_memory(error);
    node->outputs[0] = moved;
    graph->values[moved].producer = graph->values[out].producer;
    return add_transpose(graph, node->name, moved, out, perm->ints, rank) ? SYRINX_OK : no_memory(error);
}

int sx_pass_layout(struct sx_graph *graph, struct sx_error *error)
{
    int count = graph->node_count, code = SYRINX_OK, room = graph->value_count;
    /* values that became equal to another one; new values have no entry */
    int *alias = malloc(((size_t)room + 1) * sizeof *alias);
    if (!alias)
        return no_memory(error);
    for (int i = 0; i < room; i++)
        alias[i] = i;
    for (int n = 0; n < count && code == SYRINX_OK; n++) {
        struct sx_node *node = graph->nodes[n], *transpose;
        for (int i = 0; i < node->input_count; i++)
            if (node->inputs[i] >= 0 && node->inputs[i] < room)
                node->inputs[i] = alias[node->inputs[i]];
        if (node->input_count > 0 && strcmp(node->op->name, "Split") == 0) {
            code = sink_axis(graph, node, 0, error);
            continue;
        }
        if (node->output_count != 1 || node->outputs[0] < 0 || node->input_count < 1)
            continue;
        if (node->op == &sx_op_Transpose && transpose_of(graph, node->outputs[0]) == node && (transpose = transpose_of(graph, node->inputs[0]))) {
            const struct sx_attribute *first = perm_of(transpose), *second = perm_of(node);
            int64_t both[SX_MAX_RANK], rank = second->int_count;
            bool identity = true;
            if (first->int_count != rank)
                continue;
            for (int i = 0; i < rank; i++) {
                both[i] = first->ints[second->ints[i]];
                identity = identity && both[i] == i;
            }
            if (identity)
                alias[node->outputs[0]] = transpose->inputs[0];
            else if (!add_transpose(graph, node->name, transpose->inputs[0], node->outputs[0], both, (int)rank))
                code = no_memory(error);
            if (!identity)
                node->output_count = 0;         /* replaced; sorting drops it */
        } else if (node->op->flags & SX_OP_UNARY) {
            if ((transpose = shared(graph, node, false)))
                code = sink(graph, node, transpose, error);
        } else if (node->op->flags & SX_OP_BINARY) {
            if ((transpose = shared(graph, node, true)))
                code = sink(graph, node, transpose, error);
        } else if (strcmp(node->op->name, "Concat") == 0) {
            int64_t axis = sx_node_int(node, "axis", 0);
            if (!(transpose = shared(graph, node, false)))
                continue;
            int rank = perm_of(transpose)->int_count;
            if (axis < -rank || axis >= rank)
                continue;
            int64_t moved = perm_of(transpose)->ints[axis < 0 ? axis + rank : axis];
            code = set_int(graph, node, "axis", moved) ? sink(graph, node, transpose, error) : no_memory(error);
        } else if (node->op == &sx_op_Shape) {
            code = sink_shape(graph, node, error);
        } else if (strcmp(node->op->name, "Softmax") == 0 && graph->opset >= 13) {
            code = sink_axis(graph, node, -1, error);
        } else if (strcmp(node->op->name, "Slice") == 0) {
            code = sink_slice(graph, node, error);
        } else if (strcmp(node->op->name, "Pad") == 0 && node->input_count > 1) {
            if ((transpose = transpose_of(graph, node->inputs[0])))
                code = sink_pad(graph, node, transpose, error);
        } else if (node->op == &sx_op_SxConv) {
            merge_pad(graph, node);
        }
    }
    for (int i = 0; i < graph->output_count; i++)
        graph->outputs[i] = alias[graph->outputs[i]];
    free(alias);
    return code != SYRINX_OK ? code : sx_graph_sort(graph, error);
}
