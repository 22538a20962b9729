/* flow_plan.c - which columns each node needs, how far it lags behind the input, and where its columns lie.
 *
 * Where time is, two dry runs of the shapes tell: the axis that grows with the input. */
#include <stdlib.h>
#include <string.h>

#include "nn/flow.h"

enum { SHORT = 8191, LONG = 8501, DIFFERENCE = LONG - SHORT };
enum { KNOWN_BYTES = 1 << 20, KNOWN_TOTAL = 1 << 26, MAX_HISTORY = 1 << 16, MAX_BYTES = 1 << 28 };

struct probe {
    struct sx_tensor *tensors;      /* one a value; data NULL: depends on the input's elements */
    size_t known;                   /* bytes evaluated */
    struct sx_arena arena;
};

static int no_memory(struct sx_error *error)
{
    return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
}

static int unsupported(struct sx_error *error, const struct sx_node *node, const char *why)
{
    return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "not streamable: node '%.120s' (%s) %s", node->name, node->op->name, why);
}

static int dry_run(const struct sx_graph *graph, const struct sx_flow_part *part, int64_t columns, struct probe *probe, struct sx_error *error)
{
    probe->tensors = sx_arena_array(&probe->arena, (size_t)graph->value_count + 1, sizeof *probe->tensors);
    if (!probe->tensors)
        return no_memory(error);
    for (int i = 0; i < graph->value_count; i++)
        if (graph->values[i].constant)
            probe->tensors[i] = *graph->values[i].constant;
    for (int n = 0; part->known && n < part->node_count; n++)
        for (int i = 0; i < part->nodes[n]->input_count; i++) {
            int id = part->nodes[n]->inputs[i];
            const struct sx_tensor *tensor = id < 0 ? NULL : part->known(part->user, id);
            if (tensor)
                probe->tensors[id] = *tensor;
        }
    for (int i = 0; i < part->input_count; i++) {
        const struct sx_value *input = &graph->values[part->inputs[i]];
        struct sx_tensor *t = &probe->tensors[part->inputs[i]];
        if (!part->known)
            *t = (struct sx_tensor){.type = SX_FLOAT, .rank = 3, .shape = {1, columns, input->shape[2]}};
        t->shape[part->times[i]] = columns;
        t->data = NULL;
    }
    for (int n = 0; n < part->node_count; n++) {
        const struct sx_node *node = part->nodes[n];
        struct sx_call call = {.node = node, .opset = graph->opset, .in_count = node->input_count, .out_count = node->output_count, .error = error};
        bool known = true;
        size_t bytes = 0;
        for (int i = 0; i < node->input_count; i++)
            if (node->inputs[i] >= 0) {
                call.in[i] = &probe->tensors[node->inputs[i]];
                known = known && (call.in[i]->data || sx_tensor_count(call.in[i]) == 0);
            }
        if (node->op->infer(&call) != SYRINX_OK)
            return error->code;
        for (int i = 0; i < node->output_count; i++)
            bytes += (size_t)sx_tensor_count(&call.out[i]) * sx_dtype_size(call.out[i].type);
        if (node->op->flags & SX_OP_VIEW) {
            call.out[0].data = call.in[0]->data;
        } else if ((known || (node->op->flags & SX_OP_SHAPE)) && bytes <= KNOWN_BYTES && probe->known <= KNOWN_TOTAL
                   && !(node->op->flags & SX_OP_RANDOM)) {
            probe->known += bytes;
            size_t scratch = node->op->scratch ? node->op->scratch(&call) : 0;
            if (scratch > KNOWN_BYTES)
                return unsupported(error, node, "is too large");
            if (scratch && !(call.scratch = sx_arena_alloc(&probe->arena, scratch)))
                return no_memory(error);
            for (int i = 0; i < node->output_count; i++)
                if (!(call.out[i].data = sx_arena_array(&probe->arena, (size_t)sx_tensor_count(&call.out[i]), sx_dtype_size(call.out[i].type))))
                    return no_memory(error);
            if (node->op->run(&call) != SYRINX_OK)
                return error->code;
        }
        for (int i = 0; i < node->output_count; i++)
            if (node->outputs[i] >= 0)
                probe->tensors[node->outputs[i]] = call.out[i];
    }
    return SYRINX_OK;
}

/* The axis that grows by a multiple of the input's growth, with nothing but ones before it; -1 when there is none such. */
static int time_axis(const struct sx_tensor *a, const struct sx_tensor *b, int64_t *rate, int64_t *extra)
{
    int axis = -1;
    for (int i = 0; i < a->rank; i++)
        if (a->shape[i] != b->shape[i]) {
            int64_t more = b->shape[i] - a->shape[i];
            if (axis >= 0 || more < DIFFERENCE || more % DIFFERENCE != 0)
                return -1;
            axis = i;
            *rate = more / DIFFERENCE;
        }
    for (int i = 0; i < axis; i++)
        if (a->shape[i] != 1)
            return -1;
    if (axis >= 0)
        *extra = a->shape[axis] - *rate * SHORT;
    return axis;
}

struct planner {
    struct sx_flow *flow;
    const struct sx_flow_part *part;
    struct probe a, b;
    int *buffer_of;             /* of a value, -1: constant along time */
    struct sx_error *error;
};

static int describe(struct planner *plan, const struct sx_node *node, int id, struct sx_flow_port *port)
{
    *port = (struct sx_flow_port){.buffer = -1, .time = -1, .absent = id < 0, .value = -1};
    if (id < 0)
        return SYRINX_OK;
    const struct sx_tensor *a = &plan->a.tensors[id], *b = &plan->b.tensors[id];
    const struct sx_value *value = &plan->flow->graph->values[id];
    port->tensor = *a;
    if (plan->part->known && plan->part->known(plan->part->user, id) && a->data) {
        port->value = id;       /* sx_flow_known brings the data of each run */
        return SYRINX_OK;
    }
    if (value->constant || (a->data && (node->op->flags & SX_OP_VIEW)))
        return SYRINX_OK;       /* what a view reads is a shape: it was needed in the dry runs only */
    if (a->data) {              /* computed from shapes: fine when the signal's length made no difference */
        size_t bytes = (size_t)sx_tensor_count(a) * sx_dtype_size(a->type);
        if (a->type != b->type || !b->data || !sx_tensor_same_shape(a, b) || memcmp(a->data, b->data, bytes) != 0)
            return unsupported(plan->error, node, "needs the length of the signal");
        port->tensor.data = sx_arena_alloc(&plan->flow->arena, bytes);
        if (!port->tensor.data)
            return no_memory(plan->error);
        memcpy(port->tensor.data, a->data, bytes);
        return SYRINX_OK;
    }
    int64_t rate, extra;
    if (a->rank != b->rank || (port->time = time_axis(a, b, &rate, &extra)) < 0)
        return unsupported(plan->error, node, "handles a value without one axis of time in front");
    return SYRINX_OK;
}

static int add_buffer(struct planner *plan, int id, const struct sx_flow_port *port, int64_t delay, int64_t past)
{
    struct sx_column_buffer *buffer = &plan->flow->buffers[plan->flow->buffer_count];
    struct sx_tensor column = port->tensor;
    int64_t extra = 0, rate = 1;
    column.shape[port->time] = 1;
    time_axis(&plan->a.tensors[id], &plan->b.tensors[id], &rate, &extra);
    *buffer = (struct sx_column_buffer){.bytes = (size_t)sx_tensor_count(&column) * sx_dtype_size(column.type), .delay = delay, .past = past, .rate = rate,
                                        .extra = extra};
    plan->buffer_of[id] = plan->flow->buffer_count;
    return plan->flow->buffer_count++;
}

/* Asks the operator for its windows, with shapes of the short dry run. */
static int ask_windows(struct planner *plan, struct sx_flow_step *step)
{
    const struct sx_node *node = step->node;
    struct sx_call call = {.node = node, .opset = plan->flow->graph->opset, .in_count = node->input_count, .out_count = node->output_count,
                           .error = plan->error};
    int time_in[SX_MAX_INPUTS];
    struct sx_window *windows = calloc((size_t)node->input_count + 1, sizeof *windows);
    if (!windows)
        return no_memory(plan->error);
    for (int i = 0; i < node->input_count; i++) {
        time_in[i] = step->in[i].time;
        call.in[i] = step->in[i].absent ? NULL : &plan->a.tensors[node->inputs[i]];
    }
    for (int i = 0; i < node->output_count; i++)
        if (node->outputs[i] >= 0)
            call.out[i] = plan->a.tensors[node->outputs[i]];
    bool good = false;
    if (node->op->flags & SX_OP_UNARY)
        good = time_in[0] == step->out[0].time;
    else if (node->op->flags & SX_OP_BINARY)
        good = sx_window_pointwise(&call, time_in, step->out[0].time, windows);
    else if (node->op->window)
        good = node->op->window(&call, time_in, step->out[0].time, windows);
    for (int i = 0; i < node->input_count; i++) {
        step->in[i].left = windows[i].left;
        step->in[i].span = windows[i].span;
        if (windows[i].left < 0 || windows[i].span < 0 || windows[i].left > MAX_HISTORY || windows[i].span > MAX_HISTORY)
            good = false;
    }
    free(windows);
    return good ? SYRINX_OK : unsupported(plan->error, node, "has no finite reach along time");
}

static int plan_node(struct planner *plan, const struct sx_node *node)
{
    struct sx_flow *flow = plan->flow;
    struct sx_flow_step *step = &flow->steps[flow->step_count];
    bool live = false;
    for (int i = 0; i < node->output_count; i++)
        live = live || (node->outputs[i] >= 0 && !plan->a.tensors[node->outputs[i]].data);
    if (!live)
        return SYRINX_OK;
    step->node = node;
    step->in = sx_arena_array(&flow->arena, (size_t)node->input_count + 1, sizeof *step->in);
    step->out = sx_arena_array(&flow->arena, (size_t)node->output_count + 1, sizeof *step->out);
    if (!step->in || !step->out)
        return no_memory(plan->error);
    for (int i = 0; i < node->input_count; i++)
        if (describe(plan, node, node->inputs[i], &step->in[i]) != SYRINX_OK)
            return plan->error->code;
    for (int i = 0; i < node->output_count; i++)
        if (describe(plan, node, node->outputs[i], &step->out[i]) != SYRINX_OK)
            return plan->error->code;
    if (node->outputs[0] < 0)
        return unsupported(plan->error, node, "has no first output");
    if (ask_windows(plan, step) != SYRINX_OK)
        return plan->error->code;
    int64_t delay = 0, past = 0, rate = 0, out_rate = 0, extra;
    for (int i = 0; i < node->input_count; i++) {
        struct sx_flow_port *port = &step->in[i];
        if (port->time < 0)
            continue;
        port->buffer = plan->buffer_of[node->inputs[i]];
        const struct sx_column_buffer *buffer = &flow->buffers[port->buffer];
        int64_t need = buffer->delay + port->span - port->left;
        if (need > delay)
            delay = need;
        if (buffer->past + port->left > past)
            past = buffer->past + port->left;
        if (rate && buffer->rate != rate)
            return unsupported(plan->error, node, "joins values of different rates");
        rate = buffer->rate;
    }
    if (delay > MAX_HISTORY)
        return unsupported(plan->error, node, "looks too far ahead");
    step->factor = node->op->factor ? node->op->factor(node) : 1;
    for (int i = 0; i < node->output_count; i++)
        if (node->outputs[i] >= 0
            && (time_axis(&plan->a.tensors[node->outputs[i]], &plan->b.tensors[node->outputs[i]], &out_rate, &extra) < 0 || out_rate != rate * step->factor))
            return unsupported(plan->error, node, "changes the rate of time");
    if (node->op->flags & SX_OP_VIEW) {         /* the same columns under another name */
        plan->buffer_of[node->outputs[0]] = step->in[0].buffer;
        return SYRINX_OK;
    }
    for (int i = 0; i < node->input_count; i++) {
        struct sx_flow_port *port = &step->in[i];
        if (port->buffer < 0)
            continue;
        struct sx_column_buffer *buffer = &flow->buffers[port->buffer];
        int64_t history = delay - buffer->delay + port->left;
        if (history > MAX_HISTORY)
            return unsupported(plan->error, node, "needs too much of the past");
        if (history > buffer->history)
            buffer->history = history;
    }
    for (int i = 0; i < node->output_count; i++)
        if (node->outputs[i] >= 0)
            step->out[i].buffer = add_buffer(plan, node->outputs[i], &step->out[i], delay * step->factor, (past + (step->factor > 1)) * step->factor);
    flow->step_count++;
    return SYRINX_OK;
}

/* Buffers live from the step that fills them to their last reader and share memory; what they keep between rounds lies apart. */
static int place(struct planner *plan)
{
    struct sx_flow *flow = plan->flow;
    int count = flow->buffer_count, code = SYRINX_OK;
    int *last = calloc((size_t)count + 1, sizeof *last), *piece = calloc((size_t)count + 1, sizeof *piece);
    struct { char *memory; size_t size; int until; } *pieces = calloc((size_t)count + 1, sizeof *pieces);
    int piece_count = 0;
    if (!last || !piece || !pieces)
        code = no_memory(plan->error);
    for (int s = 0; code == SYRINX_OK && s < flow->step_count; s++)
        for (int i = 0; i < flow->steps[s].node->input_count; i++)
            if (flow->steps[s].in[i].buffer >= 0)
                last[flow->steps[s].in[i].buffer] = s;
    if (code == SYRINX_OK) {
        last[flow->output] = flow->step_count;
        /* which piece: the inputs' buffers are filled before step 0, others by their step */
        for (int s = -1; s < flow->step_count; s++) {
            int outputs = s < 0 ? flow->input_count : flow->steps[s].node->output_count;
            for (int i = 0; i < outputs; i++) {
                int b = s < 0 ? flow->inputs[i] : flow->steps[s].out[i].buffer, best = -1;
                if (b < 0)
                    continue;
                struct sx_column_buffer *buffer = &flow->buffers[b];
                size_t size = (buffer->bytes * (size_t)(buffer->history + flow->max_columns * buffer->rate) + 63) / 64 * 64;
                if (last[b] < s)
                    last[b] = s;            /* nobody reads it, but the step writes it */
                for (int p = 0; p < piece_count; p++)
                    if (pieces[p].until < s && (best < 0 || (pieces[best].size < size ? pieces[p].size > pieces[best].size
                                                             : pieces[p].size >= size && pieces[p].size < pieces[best].size)))
                        best = p;
                if (best < 0)
                    best = piece_count++;
                if (pieces[best].size < size)
                    pieces[best].size = size;
                pieces[best].until = last[b];
                piece[b] = best;
            }
        }
    }
    double total = 0;
    for (int b = 0; code == SYRINX_OK && b < count; b++)
        total += (double)(flow->buffers[b].history + flow->max_columns * flow->buffers[b].rate) * (double)flow->buffers[b].bytes;
    if (total > MAX_BYTES)
        code = sx_fail(plan->error, SYRINX_ERROR_UNSUPPORTED, "not streamable: the columns in flight take %.0f MB", total / 1e6);
    for (int p = 0; code == SYRINX_OK && p < piece_count; p++)
        if (!(pieces[p].memory = sx_arena_alloc(&flow->arena, pieces[p].size)))
            code = no_memory(plan->error);
    for (int b = 0; code == SYRINX_OK && b < count; b++) {
        struct sx_column_buffer *buffer = &flow->buffers[b];
        buffer->memory = pieces[piece[b]].memory;
        buffer->saved = sx_arena_array(&flow->arena, (size_t)buffer->history, buffer->bytes);
        if (!buffer->saved)
            code = no_memory(plan->error);
    }
    free(last);
    free(piece);
    free(pieces);
    return code;
}

/* Scratch for the largest round. */
static int reserve_scratch(struct planner *plan)
{
    struct sx_flow *flow = plan->flow;
    size_t most = 0;
    for (int s = 0; s < flow->step_count; s++) {
        struct sx_flow_step *step = &flow->steps[s];
        struct sx_call *call = &flow->call;
        if (!step->node->op->scratch)
            continue;
        memset(call, 0, sizeof *call);
        call->node = step->node;
        call->in_count = step->node->input_count;
        call->out_count = step->node->output_count;
        call->valid = true;
        call->error = plan->error;
        for (int i = 0; i < call->in_count; i++)
            if (!step->in[i].absent) {
                if (step->in[i].buffer >= 0)
                    step->in[i].tensor.shape[step->in[i].time] = flow->max_columns * flow->buffers[step->in[i].buffer].rate + step->in[i].span;
                call->in[i] = &step->in[i].tensor;
            }
        for (int i = 0; i < call->out_count; i++) {
            call->out[i] = step->out[i].tensor;
            if (step->out[i].buffer >= 0)
                call->out[i].shape[step->out[i].time] = flow->max_columns * flow->buffers[step->out[i].buffer].rate;
        }
        size_t bytes = step->node->op->scratch(call);
        if (bytes > most)
            most = bytes;
    }
    flow->scratch = sx_arena_alloc(&flow->arena, most);
    return flow->scratch ? SYRINX_OK : no_memory(plan->error);
}

static int plan_all(struct planner *plan)
{
    struct sx_flow *flow = plan->flow;
    const struct sx_graph *graph = flow->graph;
    struct sx_error *error = plan->error;
    const struct sx_flow_part *part = plan->part;
    if (dry_run(graph, part, SHORT, &plan->a, error) != SYRINX_OK || dry_run(graph, part, LONG, &plan->b, error) != SYRINX_OK)
        return error->code;
    plan->buffer_of = sx_arena_array(&plan->a.arena, (size_t)graph->value_count + 1, sizeof *plan->buffer_of);
    size_t outputs = (size_t)part->input_count;
    for (int n = 0; n < part->node_count; n++)
        outputs += (size_t)part->nodes[n]->output_count;
    flow->buffers = sx_arena_array(&flow->arena, outputs, sizeof *flow->buffers);
    flow->steps = sx_arena_array(&flow->arena, (size_t)part->node_count + 1, sizeof *flow->steps);
    if (!plan->buffer_of || !flow->buffers || !flow->steps)
        return no_memory(error);
    for (int i = 0; i < graph->value_count; i++)
        plan->buffer_of[i] = -1;
    flow->input_count = part->input_count;
    for (int i = 0; i < part->input_count; i++) {
        struct sx_flow_port port = {.tensor = plan->a.tensors[part->inputs[i]], .time = part->times[i]};
        flow->inputs[i] = add_buffer(plan, part->inputs[i], &port, 0, 0);
    }
    for (int n = 0; n < part->node_count; n++)
        if (plan_node(plan, part->nodes[n]) != SYRINX_OK)
            return error->code;
    int id = part->output;
    const char *name = graph->values[id].name;
    int64_t rate, extra;
    flow->output = plan->buffer_of[id];
    flow->result = plan->a.tensors[id];
    if (flow->output < 0 || flow->result.type != SX_FLOAT || (flow->result_time = time_axis(&plan->a.tensors[id], &plan->b.tensors[id], &rate, &extra)) < 0)
        return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "not streamable: output '%.120s' has no axis of time", name);
    if (extra > 0)
        return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "not streamable: output '%.120s' is longer than the input", name);
    flow->result.shape[flow->result_time] = 0;
    int code = place(plan);
    return code == SYRINX_OK ? reserve_scratch(plan) : code;
}

int sx_flow_plan(struct sx_flow *flow, const struct sx_flow_part *part, struct sx_error *error)
{
    struct planner plan = {.flow = flow, .part = part, .error = error};
    int code = plan_all(&plan);
    sx_arena_free(&plan.a.arena);
    sx_arena_free(&plan.b.arena);
    return code;
}
