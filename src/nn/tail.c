/* tail.c - finds what follows the first upsampling and runs it in pieces; with several threads, a stretch of time for each. */
#include "nn/tail.h"

#include <stdlib.h>
#include <string.h>

enum { LEAST = 4, MOST = 16, ROOM = 8 << 20 };    /* input columns of a round: as many as keep what is in flight in all threads within ROOM bytes */
enum { MAX_THREADS = 64 };

struct stretch {
    struct sx_tail *tail;
    struct sx_flow *flow;
    int64_t from, to;           /* input columns whose output columns it makes */
    char *output;               /* of the whole signal */
    void *piece;                /* output of a round */
};

struct sx_tail {
    const struct sx_graph *graph;
    bool *member;               /* nodes */
    struct sx_node **nodes;
    struct sx_flow_part part;
    struct sx_tensor *shapes;   /* of what the flows were made for: the values that come from outside */
    int *outside, outside_count;
    bool unfit;                 /* those shapes do not work */
    struct stretch stretches[MAX_THREADS];
    int flow_count;
    int piece;                  /* input columns of a round */
    const char *inputs[SX_FLOW_INPUTS];
    int64_t length;
};

/* A value that another node makes, the caller brings or the file holds, once. */
static void note_outside(struct sx_tail *tail, int value)
{
    for (int i = 0; i < tail->outside_count; i++)
        if (tail->outside[i] == value)
            return;
    tail->outside[tail->outside_count++] = value;
}

static bool collect(struct sx_tail *tail)
{
    const struct sx_graph *graph = tail->graph;
    bool *inside = calloc((size_t)graph->value_count + 1, sizeof *inside);
    int outputs = 0, reads = 0;
    bool good = inside != NULL;
    for (int n = 0; good && n < graph->node_count; n++) {
        struct sx_node *node = graph->nodes[n];
        bool starts = node->op->factor != NULL, joins = starts;
        for (int i = 0; i < node->input_count; i++)
            joins = joins || (node->inputs[i] >= 0 && inside[node->inputs[i]]);
        if (!joins)
            continue;
        if (node->op->flags & (SX_OP_RANDOM | SX_OP_CONTROL))
            good = false;
        tail->member[n] = true;
        tail->nodes[tail->part.node_count++] = node;
        reads += node->input_count;
        for (int i = 0; i < node->output_count; i++)
            if (node->outputs[i] >= 0)
                inside[node->outputs[i]] = true;
        /* what an upsampling reads from outside is what runs along time */
        if (starts && !inside[node->inputs[0]]) {
            int i = 0;
            while (i < tail->part.input_count && tail->part.inputs[i] != node->inputs[0])
                i++;
            if (i == SX_FLOW_INPUTS)
                good = false;
            else if (i == tail->part.input_count) {
                tail->part.times[tail->part.input_count] = 1;
                tail->part.inputs[tail->part.input_count++] = node->inputs[0];
            }
        }
    }
    for (int i = 0; good && i < graph->output_count; i++)
        if (inside[graph->outputs[i]]) {
            tail->part.output = graph->outputs[i];
            outputs++;
        }
    if (!good || outputs != 1 || !(tail->outside = calloc((size_t)reads + 1, sizeof *tail->outside))) {
        free(inside);
        return false;
    }
    for (int n = 0; n < tail->part.node_count; n++)
        for (int i = 0; i < tail->nodes[n]->input_count; i++) {
            int id = tail->nodes[n]->inputs[i];
            if (id >= 0 && !inside[id] && !graph->values[id].constant)
                note_outside(tail, id);
        }
    free(inside);
    tail->part.nodes = tail->nodes;
    tail->shapes = calloc((size_t)tail->outside_count + 1, sizeof *tail->shapes);
    return tail->shapes != NULL;
}

struct sx_tail *sx_tail_find(const struct sx_graph *graph)
{
    bool any = false;
    for (int n = 0; n < graph->node_count; n++)
        any = any || graph->nodes[n]->op->factor;
    struct sx_tail *tail = any ? calloc(1, sizeof *tail) : NULL;
    if (!tail)
        return NULL;
    tail->graph = graph;
    tail->member = calloc((size_t)graph->node_count + 1, sizeof *tail->member);
    tail->nodes = calloc((size_t)graph->node_count + 1, sizeof *tail->nodes);
    if (!tail->member || !tail->nodes || !collect(tail)) {
        sx_tail_free(tail);
        return NULL;
    }
    return tail;
}

bool sx_tail_has(const struct sx_tail *tail, int node)
{
    return tail && tail->member[node];
}

int sx_tail_output(const struct sx_tail *tail)
{
    return tail->part.output;
}

static void drop_flows(struct sx_tail *tail)
{
    for (int i = 0; i < tail->flow_count; i++) {
        sx_flow_free(tail->stretches[i].flow);
        free(tail->stretches[i].piece);
    }
    tail->flow_count = 0;
}

void sx_tail_free(struct sx_tail *tail)
{
    if (!tail)
        return;
    drop_flows(tail);
    free(tail->member);
    free(tail->nodes);
    free(tail->outside);
    free(tail->shapes);
    free(tail);
}

static bool is_input(const struct sx_tail *tail, int value)
{
    for (int i = 0; i < tail->part.input_count; i++)
        if (tail->part.inputs[i] == value)
            return true;
    return false;
}

/* The flows can be kept when nothing but the length changed. */
static bool same_shapes(struct sx_tail *tail)
{
    bool same = true;
    for (int i = 0; i < tail->outside_count; i++) {
        const struct sx_tensor *now = tail->part.known(tail->part.user, tail->outside[i]);
        struct sx_tensor shape = now ? *now : (struct sx_tensor){.rank = -1};
        shape.data = NULL;
        if (is_input(tail, tail->outside[i]) && shape.rank > 1)
            shape.shape[1] = 0;
        if (shape.type != tail->shapes[i].type || shape.rank != tail->shapes[i].rank || (shape.rank > 0 && !sx_tensor_same_shape(&shape, &tail->shapes[i])))
            same = false;
        tail->shapes[i] = shape;
    }
    return same;
}

/* Asks a flow of single columns how much memory each column takes. */
static bool choose_piece(struct sx_tail *tail, int threads)
{
    struct sx_error error = {0};
    struct sx_flow *flow;
    size_t bytes = 1;
    if (sx_flow_new_part(tail->graph, &tail->part, NULL, 1, &flow, &error) != SYRINX_OK)
        return false;
    for (int b = 0; b < flow->buffer_count; b++)
        bytes += (size_t)flow->buffers[b].rate * flow->buffers[b].bytes;
    sx_flow_free(flow);
    size_t fit = ROOM / (size_t)threads / bytes;
    tail->piece = fit < LEAST ? LEAST : fit > MOST ? MOST : (int)fit;
    return true;
}

static bool add_flow(struct sx_tail *tail, struct sx_pool *pool)
{
    struct sx_error error = {0};
    struct stretch *stretch = &tail->stretches[tail->flow_count];
    *stretch = (struct stretch){.tail = tail};
    if (sx_flow_new_part(tail->graph, &tail->part, pool, tail->piece, &stretch->flow, &error) != SYRINX_OK)
        return false;
    tail->flow_count++;
    const struct sx_column_buffer *out = &stretch->flow->buffers[stretch->flow->output];
    stretch->piece = malloc((size_t)tail->piece * (size_t)out->rate * out->bytes + 1);
    return stretch->piece != NULL;
}

/* How many stretches pay: each computes again what its neighbour's edge needs. */
static int stretch_count(const struct sx_tail *tail, struct sx_pool *pool)
{
    const struct sx_flow *flow = tail->stretches[0].flow;
    int64_t edge = sx_flow_past(flow) + sx_flow_look_ahead(flow), most = tail->length / (2 * edge + MOST);
    int threads = sx_pool_threads(pool);
    return most < 2 || threads < 2 ? 1 : most < threads ? (int)most : threads;
}

bool sx_tail_ready(struct sx_tail *tail, const struct sx_tensor *(*known)(const void *user, int value), const void *user, struct sx_pool *pool,
                   struct sx_tensor *output)
{
    tail->part.known = known;
    tail->part.user = user;
    tail->length = -1;
    bool same = same_shapes(tail);
    for (int i = 0; i < tail->part.input_count; i++) {
        const struct sx_tensor *input = known(user, tail->part.inputs[i]);
        if (!input || input->rank != 3 || input->shape[0] != 1 || input->shape[1] < 1 || (tail->length >= 0 && input->shape[1] != tail->length))
            return false;
        tail->length = input->shape[1];
        tail->inputs[i] = input->data;
    }
    if (!same) {
        drop_flows(tail);
        tail->unfit = false;
    }
    if (!tail->unfit && tail->flow_count == 0 && (!choose_piece(tail, sx_pool_threads(pool)) || !add_flow(tail, pool))) {
        drop_flows(tail);
        tail->unfit = true;
    }
    if (tail->unfit)
        return false;
    const struct sx_flow *flow = tail->stretches[0].flow;
    const struct sx_column_buffer *out = &flow->buffers[flow->output];
    *output = flow->result;
    output->shape[flow->result_time] = tail->length * out->rate + out->extra;
    if (output->shape[flow->result_time] < 1 || sx_tensor_count(output) < 0)
        return false;
    for (int wanted = stretch_count(tail, pool); tail->flow_count < wanted; )
        if (!add_flow(tail, pool)) {
            drop_flows(tail);
            return false;
        }
    return true;
}

/* Starts so far before its columns that the artificial beginning does not reach them, stops when the last of them is complete. */
static void run_stretch(void *user, int index)
{
    struct sx_tail *tail = user;
    struct stretch *stretch = &tail->stretches[index];
    struct sx_flow *flow = stretch->flow;
    const struct sx_column_buffer *out = &flow->buffers[flow->output];
    int64_t start = stretch->from - sx_flow_past(flow);
    if (start < 0)
        start = 0;
    /* output columns counted from the flow's beginning */
    int64_t at = 0, skip = (stretch->from - start) * out->rate;
    int64_t wanted = (stretch->to == tail->length ? tail->length * out->rate + out->extra : stretch->to * out->rate) - start * out->rate;
    int64_t length = tail->length - start;
    sx_flow_reset(flow);
    while (at < wanted && flow->error.code == SYRINX_OK) {
        const char *inputs[SX_FLOW_INPUTS];
        int64_t left = length - flow->position;
        int n = left > 0 && left < tail->piece ? (int)left : tail->piece;
        for (int i = 0; i < tail->part.input_count; i++)
            inputs[i] = tail->inputs[i] + (size_t)(start + flow->position) * flow->buffers[flow->inputs[i]].bytes;
        int64_t made = sx_flow_round(flow, left > 0 ? inputs : NULL, n, left > 0 ? -1 : length, stretch->piece);
        int64_t first = at < skip ? skip - at : 0, end = at + made > wanted ? wanted - at : made;
        if (end > first)
            memcpy(stretch->output + (size_t)(start * out->rate + at + first) * out->bytes, (char *)stretch->piece + (size_t)first * out->bytes,
                   (size_t)(end - first) * out->bytes);
        at += made;
    }
}

int sx_tail_run(struct sx_tail *tail, struct sx_pool *pool, const struct sx_tensor *output, struct sx_error *error)
{
    int count = stretch_count(tail, pool);
    for (int i = 0; i < count; i++) {
        struct stretch *stretch = &tail->stretches[i];
        stretch->from = tail->length * i / count;
        stretch->to = tail->length * (i + 1) / count;
        stretch->output = output->data;
        stretch->flow->pool = count > 1 ? NULL : pool;      /* a loop of the pool must not start another */
        stretch->flow->error.code = SYRINX_OK;
        sx_flow_known(stretch->flow, &tail->part);
    }
    sx_pool_run(pool, count, run_stretch, tail);
    for (int i = 0; i < count; i++)
        if (tail->stretches[i].flow->error.code != SYRINX_OK) {
            *error = tail->stretches[i].flow->error;
            return error->code;
        }
    return SYRINX_OK;
}
