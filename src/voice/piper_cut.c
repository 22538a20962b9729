/* piper_cut.c - finds the durations and the decoder inside of a VITS graph.
 *
 * Durations: the output of the one Ceil, which every export of VITS has. Decoder: a HiFi-GAN begins with a LeakyRelu and a ConvTranspose that
 * no other ConvTranspose comes before. From there to the samples everything must depend on that value alone and reach only so far along time. Cut behind the
 * first convolution, not before it: there the speaker has been added already, so that the decoder has one input in all voices. */
#include "voice/piper_cut.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nn/op.h"

/* How a value follows from the decoder's input. */
struct reach {
    bool known, live;           /* looked at; depends on it */
    double rate, left, right;   /* columns a frame; frames */
};

static bool is(const struct sx_node *node, const char *type)
{
    return strcmp(node->op->name, type) == 0;
}

static const struct sx_node *producer(const struct sx_graph *graph, int value)
{
    return value < 0 || graph->values[value].constant || graph->values[value].producer < 0 ? NULL : graph->nodes[graph->values[value].producer];
}

/* An integer of a list attribute of convolutions; one dimension of time is all that they have here. */
static int first_int(const struct sx_node *node, const char *name, int normal)
{
    const struct sx_attribute *a = sx_node_attribute(node, name);
    return a && a->int_count > 0 && a->ints[0] >= 0 && a->ints[0] < 1 << 20 ? (int)a->ints[0] : normal;
}

/* Taps of a convolution along time; -1: its weight is no constant of three dimensions, or it pads by itself. */
static int taps(const struct sx_graph *graph, const struct sx_node *node)
{
    const struct sx_tensor *weight = node->input_count > 1 && node->inputs[1] >= 0 ? graph->values[node->inputs[1]].constant : NULL;
    const char *pad = sx_node_string(node, "auto_pad", "NOTSET");
    return weight && weight->rank == 3 && weight->shape[2] >= 1 && weight->shape[2] < 1 << 16 && strcmp(pad, "NOTSET") == 0 ? (int)weight->shape[2] : -1;
}

/* The reach of what a node makes; false when it has none that ends. */
static bool follow(const struct sx_graph *graph, const struct sx_node *node, const struct reach *in, struct reach *out)
{
    *out = *in;
    if (is(node, "Conv")) {
        int k = taps(graph, node), before = first_int(node, "pads", 0);
        int span = (k - 1) * first_int(node, "dilations", 1);
        out->left += before / in->rate;
        out->right += (span - before) / in->rate;
        return k > 0 && first_int(node, "strides", 1) == 1;
    }
    if (is(node, "ConvTranspose")) {
        int k = taps(graph, node), stride = first_int(node, "strides", 1), before = first_int(node, "pads", 0);
        const struct sx_attribute *pads = sx_node_attribute(node, "pads");
        int after = pads && pads->int_count > 1 ? (int)pads->ints[1] : 0;
        out->rate *= stride;
        out->left += (k - 1 - before) / out->rate;
        out->right += before / out->rate;
        /* as many columns as the stride says, or frames and samples would drift apart */
        return k > 0 && stride > 0 && first_int(node, "dilations", 1) == 1 && k - before - after + first_int(node, "output_padding", 0) == stride;
    }
    return (node->op->flags & (SX_OP_UNARY | SX_OP_BINARY)) || is(node, "Identity") || is(node, "Unsqueeze") || is(node, "Squeeze") || is(node, "Dropout");
}

/* Everything behind `from` up to the output, node by node in the order of a run. */
static bool trace(const struct sx_graph *graph, int from, const char *wanted, struct reach *reach)
{
    reach[from] = (struct reach){.known = true, .live = true, .rate = 1};
    for (int n = 0; n < graph->node_count; n++) {
        const struct sx_node *node = graph->nodes[n];
        struct reach in = {0};
        if (!wanted[n])
            continue;
        for (int i = 0; i < node->input_count; i++) {
            int id = node->inputs[i];
            if (id < 0 || !reach[id].live)
                continue;
            if (in.live && in.rate != reach[id].rate)
                return false;
            in = (struct reach){true, true, reach[id].rate, fmax(in.left, reach[id].left), fmax(in.right, reach[id].right)};
        }
        if (!in.live) {                 /* apart from constants nothing may come from elsewhere */
            if (node->input_count > 0)
                return false;
            continue;
        }
        for (int i = 0; i < node->output_count; i++)
            if (node->outputs[i] >= 0 && node->outputs[i] != from && !follow(graph, node, &in, &reach[node->outputs[i]]))
                return false;
    }
    return reach[graph->outputs[0]].live;
}

/* Room for walks over the graph. */
struct walk {
    char *wanted, *behind;      /* [nodes] marks */
    int *stack, *next;          /* [nodes] the nodes on the way, and which input of each comes next */
    struct reach *reach;        /* [values] */
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
    if (!trace(graph, from, walk->wanted, walk->reach))
        return;
    const struct reach *end = &walk->reach[graph->outputs[0]];
    if (end->rate < 1 || end->rate > 4096 || end->left > 1000 || end->right > 1000)
        return;
    cut->decoder = from;
    cut->width = (int)weight->shape[0];
    cut->hop = (int)end->rate;
    cut->reach_left = (int)ceil(fmax(end->left, 0));
    cut->reach_right = (int)ceil(fmax(end->right, 0));
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
    struct walk walk = {calloc(nodes, 1), calloc(nodes, 1), calloc(nodes, sizeof *walk.stack), calloc(nodes, sizeof *walk.next),
                        calloc((size_t)graph->value_count + 1, sizeof *walk.reach)};
    bool good = walk.wanted && walk.behind && walk.stack && walk.next && walk.reach;
    if (good)
        find_decoder(graph, cut, &walk);
    free(walk.wanted);
    free(walk.behind);
    free(walk.stack);
    free(walk.next);
    free(walk.reach);
    return good ? SYRINX_OK : sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
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
    outputs[count++] = cut->decoder >= 0 ? cut->decoder : graph->outputs[0];
    return set_outputs(graph, outputs, count) ? SYRINX_OK : sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
}

int sx_piper_cut_decoder(struct sx_graph *graph, void *user, struct sx_error *error)
{
    const struct sx_piper_cut *cut = user;
    struct sx_value *value = &graph->values[cut->decoder];
    graph->inputs = sx_arena_array(&graph->arena, 1, sizeof *graph->inputs);
    int output = graph->outputs[0];
    if (!graph->inputs || !set_outputs(graph, &output, 1))
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    graph->inputs[0] = cut->decoder;
    graph->input_count = 1;
    value->type = SX_FLOAT;
    value->rank = 3;
    value->shape[0] = 1;
    value->shape[1] = cut->width;
    value->shape[2] = -1;
    return SYRINX_OK;
}
