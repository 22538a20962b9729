/* flow.c - rounds of an incremental run. */
#include "nn/flow.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_COLUMNS = 4096 };

int sx_flow_input_width(const struct sx_flow *flow)
{
    return flow->input_width;
}

int sx_flow_output_width(const struct sx_flow *flow)
{
    return flow->output_width;
}

int sx_flow_look_ahead(const struct sx_flow *flow)
{
    const struct sx_column_buffer *out = &flow->buffers[flow->output];
    return (int)((out->delay + out->rate - 1) / out->rate);
}

int sx_flow_rate(const struct sx_flow *flow)
{
    return (int)flow->buffers[flow->output].rate;
}

int64_t sx_flow_past(const struct sx_flow *flow)
{
    const struct sx_column_buffer *out = &flow->buffers[flow->output];
    return (out->past + out->rate - 1) / out->rate;
}

void sx_flow_reset(struct sx_flow *flow)
{
    flow->position = 0;
    for (int b = 0; b < flow->buffer_count; b++)
        if (flow->buffers[b].history)
            memset(flow->buffers[b].saved, 0, (size_t)flow->buffers[b].history * flow->buffers[b].bytes);
}

void sx_flow_free(struct sx_flow *flow)
{
    if (!flow)
        return;
    sx_arena_free(&flow->arena);
    free(flow);
}

/* Which of the n * rate new columns of a buffer the graph computes: [*begin, *end) of them; the rest are zeros. total < 0: no end yet. */
static void range(const struct sx_flow *flow, const struct sx_column_buffer *buffer, int n, int64_t total, int64_t *begin, int64_t *end)
{
    int64_t first = flow->position * buffer->rate - buffer->delay, length = total * buffer->rate + buffer->extra, count = n * buffer->rate;
    *begin = first < 0 ? -first : 0;
    *end = total >= 0 && length - first < count ? length - first : count;
    if (*begin > count)
        *begin = count;
    if (*end < *begin)
        *end = *begin;
}

/* Before a buffer gets n * rate new columns, its old ones. */
static char *restore(const struct sx_column_buffer *buffer)
{
    size_t old = (size_t)buffer->history * buffer->bytes;
    if (old)
        memcpy(buffer->memory, buffer->saved, old);
    return buffer->memory + old;
}

/* When it has them: what the next round will need. */
static void save(const struct sx_column_buffer *buffer, int n)
{
    if (buffer->history)
        memcpy(buffer->saved, buffer->memory + (size_t)(n * buffer->rate) * buffer->bytes, (size_t)buffer->history * buffer->bytes);
}

static void save_outputs(const struct sx_flow *flow, const struct sx_flow_step *step, int n)
{
    for (int i = 0; i < step->node->output_count; i++)
        if (step->out[i].buffer >= 0)
            save(&flow->buffers[step->out[i].buffer], n);
}

static void step_columns(struct sx_flow *flow, const struct sx_flow_step *step, int n, int64_t total)
{
    struct sx_call *call = &flow->call;
    int64_t begin = 0, end = 0;
    call->node = step->node;
    call->opset = flow->graph->opset;
    call->in_count = step->node->input_count;
    call->out_count = step->node->output_count;
    call->pool = flow->pool;
    call->scratch = flow->scratch;
    call->valid = true;
    call->error = &flow->error;
    for (int i = 0; i < call->out_count; i++) {
        const struct sx_flow_port *port = &step->out[i];
        call->out[i] = port->tensor;
        call->out[i].data = NULL;
        if (port->buffer < 0)
            continue;
        struct sx_column_buffer *buffer = &flow->buffers[port->buffer];
        char *fresh = restore(buffer);
        range(flow, buffer, n, total, &begin, &end);
        memset(fresh, 0, (size_t)begin * buffer->bytes);
        memset(fresh + (size_t)end * buffer->bytes, 0, (size_t)(n * buffer->rate - end) * buffer->bytes);
        call->out[i].shape[port->time] = end - begin;
        call->out[i].data = fresh + (size_t)begin * buffer->bytes;
    }
    if (begin == end) {
        save_outputs(flow, step, n);
        return;
    }
    /* in columns of the inputs: an upsampling makes whole groups of columns */
    int64_t delay = flow->buffers[step->out[0].buffer].delay / step->factor, first = begin / step->factor, count = (end - begin) / step->factor;
    for (int i = 0; i < call->in_count; i++) {
        struct sx_flow_port *port = &step->in[i];
        call->in[i] = port->absent ? NULL : &port->tensor;
        if (port->buffer < 0)
            continue;
        const struct sx_column_buffer *buffer = &flow->buffers[port->buffer];
        int64_t column = buffer->history + first - (delay - buffer->delay) - port->left;
        port->tensor.shape[port->time] = count + port->span;
        port->tensor.data = buffer->memory + (size_t)column * buffer->bytes;
    }
    /* Types and shapes were tried when the flow was made; what can still fail is an index computed from the signal. */
    if (step->node->op->run(call) != SYRINX_OK)
        for (int i = 0; i < call->out_count; i++)
            if (call->out[i].data)
                memset(call->out[i].data, 0, (size_t)(end - begin) * flow->buffers[step->out[i].buffer].bytes);
    save_outputs(flow, step, n);
}

int sx_flow_round(struct sx_flow *flow, const char *const *inputs, int n, int64_t total, void *output)
{
    struct sx_column_buffer *out = &flow->buffers[flow->output];
    for (int i = 0; i < flow->input_count; i++) {
        struct sx_column_buffer *in = &flow->buffers[flow->inputs[i]];
        char *fresh = restore(in);
        if (inputs)
            memcpy(fresh, inputs[i], (size_t)n * in->bytes);
        else
            memset(fresh, 0, (size_t)n * in->bytes);
        save(in, n);
    }
    for (int s = 0; s < flow->step_count; s++)
        step_columns(flow, &flow->steps[s], n, total);
    int64_t begin, end;
    range(flow, out, n, total, &begin, &end);
    if (end > begin)
        memcpy(output, out->memory + (size_t)(out->history + begin) * out->bytes, (size_t)(end - begin) * out->bytes);
    flow->position += n;
    return (int)(end - begin);
}

static int one_round(struct sx_flow *flow, const float *input, int n, int64_t total, float *output)
{
    const char *bytes = (const char *)input;
    return sx_flow_round(flow, input ? &bytes : NULL, n, total, output);
}

int sx_flow_new_part(const struct sx_graph *graph, const struct sx_flow_part *part, struct sx_pool *pool, int max_columns, struct sx_flow **flow,
                     struct sx_error *error)
{
    struct sx_flow *f = calloc(1, sizeof *f);
    *flow = NULL;
    if (!f)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    f->graph = graph;
    f->pool = pool;
    f->max_columns = max_columns < 1 ? 1 : max_columns > MAX_COLUMNS ? MAX_COLUMNS : max_columns;
    int code = sx_flow_plan(f, part, error);
    if (code != SYRINX_OK) {
        sx_flow_free(f);
        return code;
    }
    sx_flow_reset(f);
    *flow = f;
    return SYRINX_OK;
}

void sx_flow_known(struct sx_flow *flow, const struct sx_flow_part *part)
{
    for (int s = 0; part->known && s < flow->step_count; s++)
        for (int i = 0; i < flow->steps[s].node->input_count; i++) {
            struct sx_flow_port *port = &flow->steps[s].in[i];
            const struct sx_tensor *tensor = port->buffer < 0 && port->value >= 0 ? part->known(part->user, port->value) : NULL;
            if (tensor)
                port->tensor.data = tensor->data;
        }
}

int sx_flow_new(const struct sx_model *model, struct sx_pool *pool, int max_columns, struct sx_flow **flow, struct sx_error *error)
{
    const struct sx_graph *graph = &model->graph;
    struct sx_flow *f;
    *flow = NULL;
    if (graph->input_count != 1 || graph->output_count != 1)
        return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "not streamable: the model has %d inputs and %d outputs, not one of each", graph->input_count,
                       graph->output_count);
    const struct sx_value *input = &graph->values[graph->inputs[0]];
    if (input->type != SX_FLOAT || input->rank != 3 || input->shape[2] < 1 || input->shape[2] > 1 << 20 || (input->shape[0] != 1 && input->shape[0] != -1)
        || input->shape[1] != -1)
        return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "not streamable: input '%.120s' is not [1, time, channels] of floats", input->name);
    struct sx_flow_part part = {.nodes = graph->nodes, .node_count = graph->node_count, .inputs = {graph->inputs[0]}, .times = {1}, .input_count = 1,
                                .output = graph->outputs[0]};
    if (sx_flow_new_part(graph, &part, pool, max_columns, &f, error) != SYRINX_OK)
        return error->code;
    if (f->result.rank != 3 || f->result_time != 1) {
        sx_flow_free(f);
        return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "not streamable: output '%.120s' is not [1, time, channels] of floats", graph->output_names[0]);
    }
    f->input_width = (int)input->shape[2];
    f->output_width = (int)f->result.shape[2];
    /* a round of silence: an operator that lacks a type says so now */
    float *silence = calloc((size_t)f->max_columns * (size_t)(f->input_width + f->output_width * sx_flow_rate(f)), sizeof *silence);
    if (!silence) {
        sx_flow_free(f);
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    }
    one_round(f, silence, f->max_columns, -1, silence + (size_t)f->max_columns * (size_t)f->input_width);
    free(silence);
    if (f->error.code != SYRINX_OK) {
        *error = f->error;
        sx_flow_free(f);
        return error->code;
    }
    sx_flow_reset(f);
    *flow = f;
    return SYRINX_OK;
}

int sx_flow_push(struct sx_flow *flow, const float *input, int count, bool last, float *output)
{
    int written = 0;
    while (count > 0) {
        int n = count < flow->max_columns ? count : flow->max_columns;
        written += one_round(flow, input, n, -1, output + (size_t)written * (size_t)flow->output_width);
        input += (size_t)n * (size_t)flow->input_width;
        count -= n;
    }
    if (!last)
        return written;
    const struct sx_column_buffer *out = &flow->buffers[flow->output];
    int64_t total = flow->position, finish = total + (out->extra + out->delay + out->rate - 1) / out->rate;
    while (flow->position < finish) {
        int n = finish - flow->position < flow->max_columns ? (int)(finish - flow->position) : flow->max_columns;
        written += one_round(flow, NULL, n, total, output + (size_t)written * (size_t)flow->output_width);
    }
    sx_flow_reset(flow);
    return written;
}
