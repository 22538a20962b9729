/* passes.c - the order of the passes, constant folding, and the last ones: packing and alignment. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "nn/affine.h"
#include "nn/shapes.h"

enum { FOLD_BYTES = 1 << 26, FOLD_TOTAL = 1 << 28 };    /* larger results are left to the run: a few bytes of file could ask for gigabytes */
enum { KEPT_BYTES = 1 << 14 };

static int no_memory(struct sx_error *error)
{
    return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
}

static const struct sx_tensor *copied(struct sx_graph *graph, const struct sx_tensor *tensor)
{
    size_t bytes = (size_t)sx_tensor_count(tensor) * sx_dtype_size(tensor->type);
    struct sx_tensor *copy = sx_arena_alloc(&graph->arena, sizeof *copy);
    if (!copy)
        return NULL;
    *copy = *tensor;
    copy->data = sx_arena_alloc(&graph->arena, bytes);
    if (!copy->data)
        return NULL;
    if (bytes)
        memcpy(copy->data, tensor->data, bytes);
    return copy;
}

/* The same constant at an address that suits its type. */
static const struct sx_tensor *aligned(struct sx_graph *graph, const struct sx_tensor *tensor)
{
    return (uintptr_t)tensor->data % sx_dtype_size(tensor->type) == 0 ? tensor : copied(graph, tensor);
}

/* What the runs read: also not in the file when it is small, where each would bring sixteen pages into memory. */
static const struct sx_tensor *kept(struct sx_graph *graph, const struct sx_tensor *tensor)
{
    bool small = (size_t)sx_tensor_count(tensor) * sx_dtype_size(tensor->type) <= KEPT_BYTES;
    return small && sx_graph_in_file(graph, tensor->data) ? copied(graph, tensor) : aligned(graph, tensor);
}

/* Runs a node whose inputs are all known. *done is false when its result is too large to keep. */
static int evaluate(struct sx_graph *graph, struct sx_node *node, bool *done, struct sx_error *error)
{
    struct sx_call call = {.node = node, .opset = graph->opset, .in_count = node->input_count, .out_count = node->output_count, .error = error};
    size_t total = 0, known = 0;
    bool cast = strcmp(node->op->name, "Cast") == 0;
    *done = false;
    for (int i = 0; i < node->input_count; i++) {
        int id = node->inputs[i];
        if (id < 0)
            continue;
        const struct sx_tensor *t = graph->values[id].constant;
        if (!(cast && t->type == SX_FLOAT16) && !(graph->values[id].constant = t = aligned(graph, t)))
            return no_memory(error);
        call.in[i] = t;
        known += (size_t)sx_tensor_count(t) * sx_dtype_size(t->type);
    }
    if (node->op->infer(&call) != SYRINX_OK)
        return error->code;
    for (int i = 0; i < node->output_count; i++)
        total += (size_t)sx_tensor_count(&call.out[i]) * sx_dtype_size(call.out[i].type);
    if (total > FOLD_BYTES || total > (known + 65536) * 16 || graph->folded > FOLD_TOTAL)
        return SYRINX_OK;
    graph->folded += total;
    if (node->op->flags & SX_OP_VIEW) {
        call.out[0].data = call.in[0]->data;
    } else {
        for (int i = 0; i < node->output_count; i++)
            if (!(call.out[i].data = sx_arena_array(&graph->arena, (size_t)sx_tensor_count(&call.out[i]), sx_dtype_size(call.out[i].type))))
                return no_memory(error);
        size_t scratch = node->op->scratch ? node->op->scratch(&call) : 0;
        if (scratch > FOLD_BYTES)
            return SYRINX_OK;
        struct sx_arena arena = {0};
        if (scratch && !(call.scratch = sx_arena_alloc(&arena, scratch)))
            return no_memory(error);
        int code = node->op->run(&call);
        sx_arena_free(&arena);
        if (code != SYRINX_OK)
            return code;
    }
    for (int i = 0; i < node->output_count; i++) {
        if (node->outputs[i] < 0)
            continue;
        struct sx_tensor *copy = sx_arena_alloc(&graph->arena, sizeof *copy);
        if (!copy)
            return no_memory(error);
        *copy = call.out[i];
        graph->values[node->outputs[i]].constant = copy;
    }
    *done = true;
    return SYRINX_OK;
}

/* Without `all`, casts of large float16 weights stay: the lowering pass packs those from half precision, without a copy between. */
static bool foldable(const struct sx_graph *graph, const struct sx_node *node, bool all)
{
    if (node->op->flags & (SX_OP_RANDOM | SX_OP_INTERNAL | SX_OP_CONTROL))      /* internal: weights are packed last */
        return false;
    for (int i = 0; i < node->input_count; i++)
        if (node->inputs[i] >= 0 && !graph->values[node->inputs[i]].constant)
            return false;
    if (!all && node->input_count == 1 && node->inputs[0] >= 0 && strcmp(node->op->name, "Cast") == 0) {
        const struct sx_tensor *t = graph->values[node->inputs[0]].constant;
        return t->type != SX_FLOAT16 || t->rank < 2;
    }
    return true;
}

int sx_pass_fold(struct sx_graph *graph, bool all, struct sx_error *error)
{
    int *alias = malloc(((size_t)graph->value_count + 1) * sizeof *alias), code = SYRINX_OK;
    if (!alias)
        return no_memory(error);
    for (int i = 0; i < graph->value_count; i++)
        alias[i] = i;
    for (int n = 0; n < graph->node_count && code == SYRINX_OK; n++) {
        struct sx_node *node = graph->nodes[n];
        bool done;
        for (int i = 0; i < node->input_count; i++)
            if (node->inputs[i] >= 0)
                node->inputs[i] = alias[node->inputs[i]];
        if (strcmp(node->op->name, "Identity") == 0
            || (strcmp(node->op->name, "Dropout") == 0 && node->input_count == 1 && (node->output_count == 1 || node->outputs[1] < 0))) {
            if (node->outputs[0] >= 0)
                alias[node->outputs[0]] = node->inputs[0];
        } else if (foldable(graph, node, all)) {
            code = evaluate(graph, node, &done, error);
        }
    }
    for (int i = 0; i < graph->output_count; i++)
        graph->outputs[i] = alias[graph->outputs[i]];
    free(alias);
    return code != SYRINX_OK ? code : sx_graph_sort(graph, error);
}

struct packing {
    const struct sx_graph *graph;
    atomic_bool failed;
};

static bool is_affine(const struct sx_node *node)
{
    return node->op == &sx_op_SxLinear || node->op == &sx_op_SxConv;
}

static void pack_node(void *user, int index)
{
    struct packing *packing = user;
    const struct sx_node *node = packing->graph->nodes[index];
    if ((is_affine(node) && !sx_affine_pack(packing->graph, node->state)) || (node->op == &sx_op_SxUpsample && !sx_upsample_pack(packing->graph, node->state)))
        atomic_store(&packing->failed, true);
}

int sx_pass_pack(struct sx_graph *graph, struct sx_error *error)
{
    struct packing packing = {.graph = graph};
    size_t bytes = 0;
    for (int n = 0; n < graph->node_count && !(bytes >> 31); n++)
        if (is_affine(graph->nodes[n]))
            bytes += sx_pack_bytes(sx_affine_bytes(graph->nodes[n]->state));
        else if (graph->nodes[n]->op == &sx_op_SxUpsample)
            bytes += sx_pack_bytes(sx_upsample_bytes(graph->nodes[n]->state));
    if (sx_graph_pack_reserve(graph, bytes, error) != SYRINX_OK)
        return error->code;
    for (int n = 0; n < graph->node_count; n++)
        if ((is_affine(graph->nodes[n]) && !sx_affine_place(graph, graph->nodes[n]->state))
            || (graph->nodes[n]->op == &sx_op_SxUpsample && !sx_upsample_place(graph, graph->nodes[n]->state)))
            return no_memory(error);
    sx_pool_run(graph->pool, graph->node_count, pack_node, &packing);
    return atomic_load(&packing.failed) ? no_memory(error) : SYRINX_OK;
}

int sx_pass_align(struct sx_graph *graph, struct sx_error *error)
{
    for (int n = 0; n < graph->node_count; n++)
        for (int i = 0; i < graph->nodes[n]->input_count; i++) {
            int id = graph->nodes[n]->inputs[i];
            if (id >= 0 && graph->values[id].constant && !(graph->values[id].constant = kept(graph, graph->values[id].constant)))
                return no_memory(error);
        }
    for (int i = 0; i < graph->output_count; i++) {
        struct sx_value *value = &graph->values[graph->outputs[i]];
        if (value->constant && !(value->constant = kept(graph, value->constant)))
            return no_memory(error);
    }
    return SYRINX_OK;
}

static int prepare(struct sx_graph *graph, struct sx_error *error)
{
    for (int n = 0; n < graph->node_count; n++)
        if (graph->nodes[n]->op->prepare && graph->nodes[n]->op->prepare(graph, graph->nodes[n], error) != SYRINX_OK)
            return error->code;
    return SYRINX_OK;
}

/* The graphs inside of nodes, when it is known which values around them are constant. */
static int optimize_children(struct sx_graph *graph, struct sx_error *error)
{
    for (int n = 0; n < graph->node_count; n++) {
        const struct sx_node *node = graph->nodes[n];
        for (int a = 0; a < node->attribute_count; a++) {
            const struct sx_attribute *attribute = &node->attributes[a];
            struct sx_graph *child = attribute->graph;
            if (!child)
                continue;
            for (int i = attribute->own_inputs; i < child->input_count; i++)
                child->values[child->inputs[i]].constant = graph->values[node->inputs[attribute->first_capture + i - attribute->own_inputs]].constant;
            for (int i = 0; i < child->input_count; i++)
                child->values[child->inputs[i]].rank = -1;      /* what a body declares is often wrong, and nobody holds a run to it */
            child->random_count = graph->random_count;
            child->folded = graph->folded;
            child->packed = graph->packed;
            if (sx_graph_optimize(child, error) != SYRINX_OK)
                return error->code;
            graph->random_count = child->random_count;
            graph->folded = child->folded;
            graph->packed = child->packed;
        }
    }
    return SYRINX_OK;
}

static int run_passes(struct sx_graph *graph, struct sx_error *error)
{
    int code = prepare(graph, error);
    if (code == SYRINX_OK)
        code = sx_graph_sort(graph, error);
    if (code == SYRINX_OK)
        code = sx_pass_fold(graph, false, error);
    if (code == SYRINX_OK)
        code = sx_pass_common(graph, error);
    if (code == SYRINX_OK) {
        graph->dims = sx_shapes(graph);     /* NULL: less is seen, nothing is wrong */
        graph->dims_count = graph->dims ? graph->value_count : 0;
        code = sx_pass_neutral(graph, error);
    }
    if (code == SYRINX_OK)
        code = sx_pass_lower(graph, error);
    if (code == SYRINX_OK)
        code = sx_pass_fold(graph, true, error);
    if (code == SYRINX_OK)
        code = sx_pass_normalize(graph, error);
    if (code == SYRINX_OK)
        code = sx_pass_layout(graph, error);
    if (code == SYRINX_OK)
        code = sx_pass_fold(graph, true, error);
    if (code == SYRINX_OK)
        code = sx_pass_common(graph, error);
    if (code == SYRINX_OK)
        code = sx_pass_fuse(graph, error);
    if (code == SYRINX_OK)
        code = sx_pass_precision(graph, error);
    if (code == SYRINX_OK)
        code = sx_pass_pack(graph, error);
    if (code == SYRINX_OK)
        code = sx_pass_align(graph, error);
    return code == SYRINX_OK ? optimize_children(graph, error) : code;
}

int sx_graph_optimize(struct sx_graph *graph, struct sx_error *error)
{
    int code = run_passes(graph, error);
    free(graph->dims);
    graph->dims = NULL;
    graph->dims_count = 0;
    return code == SYRINX_OK ? sx_graph_compact(graph, error) : code;
}
