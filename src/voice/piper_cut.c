/* piper_cut.c - finds the durations and the decoder inside of a VITS graph.
 *
 * Durations: the output of the one Ceil, which every export of VITS has. Decoder: a HiFi-GAN begins with a LeakyRelu and a ConvTranspose that
 * no other ConvTranspose comes before. From there to the samples everything must depend on that value alone. Cut behind the first convolution, not
 * before it: there the speaker has been added already, so that the decoder has one input in all voices. */
#include "voice/piper_cut.h"

#include <stdlib.h>
#include <string.h>

#include "nn/op.h"

static bool is(const struct sx_node *node, const char *type)
{
    return strcmp(node->op->name, type) == 0;
}

static const struct sx_node *producer(const struct sx_graph *graph, int value)
{
    return value < 0 || graph->values[value].constant || graph->values[value].producer < 0 ? NULL : graph->nodes[graph->values[value].producer];
}

/* Room for walks over the graph. */
struct walk {
    char *wanted, *behind;      /* [nodes] marks */
    int *stack, *next;          /* [nodes] the nodes on the way, and which input of each comes next */
};

/* Marks the nodes that `value` depends on, up to `stop` (-1: all). */
static void mark(const struct sx_graph *graph, int value, int stop, char *marks, const struct walk *walk)
{
    int depth = 0, id = value;
    memset(marks, 0, (size_t)graph->node_count);
    for (;;) {
        int n = id < 0 || id == stop || graph->values[id].constant ? -1 : graph->values[id].producer;
        if (n >= 0 && !marks[n]) {
            marks[n] = 1;
            walk->next[n] = 0;
            walk->stack[depth++] = n;
        }
        while (depth > 0 && walk->next[walk->stack[depth - 1]] == graph->nodes[walk->stack[depth - 1]]->input_count)
            depth--;
        if (depth == 0)
            return;
        n = walk->stack[depth - 1];
        id = graph->nodes[n]->inputs[walk->next[n]++];
    }
}

/* The one ConvTranspose that no other comes before; -1: none, or several. */
static int first_upsampling(const struct sx_graph *graph, const struct walk *walk)
{
    enum { MOST = 64 };             /* a decoder has four; each costs a walk over the graph */
    int found = -1, seen = 0;
    for (int n = 0; n < graph->node_count; n++) {
        if (!walk->wanted[n] || !is(graph->nodes[n], "ConvTranspose"))
            continue;
        bool first = ++seen <= MOST;
        if (first)
            mark(graph, graph->nodes[n]->inputs[0], -1, walk->behind, walk);
        for (int k = 0; k < graph->node_count && first; k++)
            first = !walk->behind[k] || !is(graph->nodes[k], "ConvTranspose");
        if (first && found >= 0)
            return -1;
        if (first)
            found = n;
    }
    return seen <= MOST ? found : -1;
}

static void find_decoder(const struct sx_graph *graph, struct sx_piper_cut *cut, const struct walk *walk)
{
    mark(graph, graph->outputs[0], -1, walk->wanted, walk);
    int up = first_upsampling(graph, walk);
    if (up < 0)
        return;
    const struct sx_node *node = graph->nodes[up], *before = producer(graph, node->inputs[0]);
    const struct sx_tensor *weight = node->input_count > 1 && node->inputs[1] >= 0 ? graph->values[node->inputs[1]].constant : NULL;
    int from = before && is(before, "LeakyRelu") ? before->inputs[0] : node->inputs[0];
    if (from < 0 || !weight || weight->rank != 3 || weight->shape[0] < 1 || weight->shape[0] > 1 << 16 || sx_node_int(node, "group", 1) != 1)
        return;
    mark(graph, graph->outputs[0], from, walk->wanted, walk);
    for (int n = 0; n < graph->node_count; n++)
        for (int i = 0; walk->wanted[n] && i < graph->nodes[n]->input_count; i++)
            for (int k = 0; k < graph->input_count; k++)
                if (graph->nodes[n]->inputs[i] == graph->inputs[k])
                    return;         /* what the caller brings reaches the samples by another way */
    cut->decoder = from;
    cut->width = (int)weight->shape[0];
}

static int find(const struct sx_graph *graph, struct sx_piper_cut *cut, struct sx_error *error)
{
    size_t nodes = (size_t)graph->node_count + 1;
    int ceils = 0;
    *cut = (struct sx_piper_cut){.durations = -1, .decoder = -1};
    for (int n = 0; n < graph->node_count; n++)
        if (is(graph->nodes[n], "Ceil") && ++ceils == 1)
            cut->durations = graph->nodes[n]->outputs[0];
    if (ceils != 1)
        cut->durations = -1;
    struct walk walk = {calloc(nodes, 1), calloc(nodes, 1), calloc(nodes, sizeof *walk.stack), calloc(nodes, sizeof *walk.next)};
    bool good = walk.wanted && walk.behind && walk.stack && walk.next;
    if (good)
        find_decoder(graph, cut, &walk);
    free(walk.wanted);
    free(walk.behind);
    free(walk.stack);
    free(walk.next);
    return good ? SYRINX_OK : sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
}

/* A node that exchanges the last two of three axes of `from` into `to`. */
static bool add_transpose(struct sx_graph *graph, int from, int to)
{
    static const int64_t exchange[3] = {0, 2, 1};
    struct sx_node *node = sx_graph_node(graph, sx_op_find("", "Transpose"), "cut", 1, 1);
    if (!node || !(node->attributes = sx_arena_alloc(&graph->arena, sizeof *node->attributes)))
        return false;
    node->attributes[0] = (struct sx_attribute){.name = "perm", .ints = exchange, .int_count = 3};
    node->attribute_count = 1;
    node->inputs[0] = from;
    node->outputs[0] = to;
    graph->values[to].producer = graph->node_count - 1;
    return true;
}

static bool set_outputs(struct sx_graph *graph, const int *values, int count)
{
    graph->outputs = sx_arena_array(&graph->arena, (size_t)count, sizeof *graph->outputs);
    graph->output_names = sx_arena_array(&graph->arena, (size_t)count, sizeof *graph->output_names);
    if (!graph->outputs || !graph->output_names)
        return false;
    graph->output_count = count;
    for (int i = 0; i < count; i++) {
        graph->outputs[i] = values[i];
        graph->output_names[i] = graph->values[values[i]].name;
    }
    return true;
}

int sx_piper_cut_front(struct sx_graph *graph, void *user, struct sx_error *error)
{
    struct sx_piper_cut *cut = user;
    int outputs[2], count = 0;
    if (graph->output_count < 1)
        return sx_fail(error, SYRINX_ERROR_FORMAT, "the graph has no output");
    int code = sx_graph_sort(graph, error);     /* the search needs nodes in the order of a run */
    if (code == SYRINX_OK)
        code = find(graph, cut, error);
    if (code < 0)
        return code;
    if (cut->durations >= 0)
        outputs[count++] = cut->durations;
    outputs[count] = graph->outputs[0];
    if (cut->decoder >= 0 && ((outputs[count] = sx_graph_value(graph, "frames")) < 0 || !add_transpose(graph, cut->decoder, outputs[count])))
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    count++;
    return set_outputs(graph, outputs, count) ? SYRINX_OK : sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
}

int sx_piper_cut_decoder(struct sx_graph *graph, void *user, struct sx_error *error)
{
    const struct sx_piper_cut *cut = user;
    int last = graph->outputs[0], output = sx_graph_value(graph, "samples"), frames = sx_graph_value(graph, "frames");
    /* behind the last Tanh or so [1,1,S] becomes [1,1,1,S] */
    for (const struct sx_node *node; (node = producer(graph, last)) && (is(node, "Unsqueeze") || is(node, "Squeeze") || is(node, "Identity"));)
        last = node->inputs[0];
    graph->inputs = sx_arena_array(&graph->arena, 1, sizeof *graph->inputs);
    if (!graph->inputs || frames < 0 || output < 0 || last < 0 || !add_transpose(graph, last, output) || !set_outputs(graph, &output, 1))
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    struct sx_value *value = &graph->values[frames];
    graph->inputs[0] = frames;
    graph->input_count = 1;
    value->type = SX_FLOAT;
    value->rank = 3;
    value->shape[0] = 1;
    value->shape[1] = -1;
    value->shape[2] = cut->width;
    /* the node that makes the value in the file makes one that nobody reads */
    int before = graph->values[cut->decoder].producer, unread = sx_graph_value(graph, "unread");
    if (unread < 0)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    for (int i = 0; before >= 0 && i < graph->nodes[before]->output_count; i++)
        if (graph->nodes[before]->outputs[i] == cut->decoder)
            graph->nodes[before]->outputs[i] = unread;
    return add_transpose(graph, frames, cut->decoder) ? SYRINX_OK : sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
}
