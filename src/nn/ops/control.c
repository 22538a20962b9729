/* control.c - If, Loop and Scan: graphs inside of a node run in sessions of their own. What they give has a shape that only the run tells,
 * so the run happens when the shape is asked for, and `run` copies the results. */
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "nn/session.h"

/* Memory that grows and counts. */
struct store {
    char *data;
    size_t size, room;
};

enum { MAX_PORTS = SX_MAX_OUTPUTS };

struct control {
    struct sx_budget *budget;
    struct sx_session *sessions[2];         /* then and else, or the body */
    int active;
    struct sx_tensor carried[MAX_PORTS];    /* of the iteration before; data in one of the two stores, or an input */
    struct store states[2][MAX_PORTS], stacked[MAX_PORTS], slices[MAX_PORTS];
    struct sx_tensor results[MAX_PORTS];
};

static void release(struct control *control, struct store *store)
{
    control->budget->used -= store->room;
    free(store->data);
    *store = (struct store){NULL, 0, 0};
}

static void forget(void *local)
{
    struct control *control = local;
    for (int i = 0; i < 2; i++)
        sx_session_free(control->sessions[i]);
    for (int i = 0; i < MAX_PORTS; i++) {
        release(control, &control->states[0][i]);
        release(control, &control->states[1][i]);
        release(control, &control->stacked[i]);
        release(control, &control->slices[i]);
    }
    free(control);
}

static int reserve(struct sx_call *call, struct control *control, struct store *store, size_t size)
{
    if (size <= store->room)
        return SYRINX_OK;
    size_t room = size > store->room * 2 ? size : store->room * 2;
    char *bigger = NULL;
    if (sx_budget_take(control->budget, room - store->room) && !(bigger = realloc(store->data, room)))
        control->budget->used -= room - store->room;
    if (!bigger)
        return sx_call_fail(call, SYRINX_ERROR_MEMORY, "no memory for a result of %zu bytes", size);
    store->data = bigger;
    store->room = room;
    return SYRINX_OK;
}

/* The node's own things in this session, made at the first run. */
static struct control *control_of(struct sx_call *call)
{
    if (!call->local) {
        sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "graphs in nodes need a whole run");
        return NULL;
    }
    if (!*call->local) {
        struct control *control = calloc(1, sizeof *control);
        if (!control) {
            sx_call_fail(call, SYRINX_ERROR_MEMORY, "out of memory");
            return NULL;
        }
        control->budget = call->budget;
        *call->local = control;
    }
    return *call->local;
}

/* Runs a graph of the node; its own inputs have been fed. */
static int run_graph(struct sx_call *call, struct sx_session *session, const struct sx_attribute *attribute, uint64_t seed)
{
    for (int i = attribute->own_inputs; i < attribute->graph->input_count; i++)
        sx_session_feed(session, i, call->in[attribute->first_capture + i - attribute->own_inputs]);
    sx_session_set_seed(session, seed);
    if (sx_session_run(session, call->error) != SYRINX_OK)
        return sx_context(call->error, "in '%.120s' (%s)", call->node->name, call->node->op->name);
    return SYRINX_OK;
}

static int open_graph(struct sx_call *call, struct control *control, int which, const struct sx_attribute *attribute)
{
    control->active = which;
    return control->sessions[which] ? SYRINX_OK
                                    : sx_session_open(attribute->graph, call->pool, control->budget, &control->sessions[which], call->error);
}

static size_t bytes_of(const struct sx_tensor *t)
{
    return (size_t)sx_tensor_count(t) * sx_dtype_size(t->type);
}

static bool truth(const struct sx_tensor *t)
{
    return *(const uint8_t *)t->data != 0;
}

static int copy_results(struct sx_call *call)
{
    const struct control *control = *call->local;
    for (int i = 0; i < call->out_count; i++) {
        size_t bytes = bytes_of(&call->out[i]);
        if (call->out[i].data && bytes)
            memcpy(call->out[i].data, control->results[i].data, bytes);
    }
    return SYRINX_OK;
}

static int bad_graph(struct sx_node *node, struct sx_error *error)
{
    return sx_fail(error, SYRINX_ERROR_FORMAT, "node '%.120s' (%s): its graphs do not fit its inputs and outputs", node->name, node->op->name);
}

static int prepare_if(struct sx_graph *graph, struct sx_node *node, struct sx_error *error)
{
    static const char *const names[] = {"then_branch", "else_branch"};
    (void)graph;
    for (int i = 0; i < 2; i++) {
        const struct sx_attribute *attribute = sx_node_attribute(node, names[i]);
        if (!attribute || !attribute->graph || attribute->own_inputs != 0 || attribute->graph->output_count < node->output_count)
            return bad_graph(node, error);
    }
    return SYRINX_OK;
}

static int infer_if(struct sx_call *call)
{
    const struct sx_tensor *condition = call->in[0];
    struct control *control = control_of(call);
    if (!control)
        return call->error->code;
    if (condition->type != SX_BOOL || sx_tensor_count(condition) != 1)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the condition must be one truth value");
    int which = !truth(condition);
    const struct sx_attribute *attribute = sx_node_attribute(call->node, which ? "else_branch" : "then_branch");
    if (open_graph(call, control, which, attribute) != SYRINX_OK || run_graph(call, control->sessions[which], attribute, call->seed) != SYRINX_OK)
        return call->error->code;
    for (int i = 0; i < call->out_count; i++) {
        control->results[i] = *sx_session_output(control->sessions[which], i);
        if (sx_call_output(call, i, control->results[i].type, control->results[i].rank, control->results[i].shape) != SYRINX_OK)
            return call->error->code;
    }
    return SYRINX_OK;
}

/* Copies what the body gave for the next iteration: its memory lasts until it runs again. */
static int keep_states(struct sx_call *call, struct control *control, int set, int first, int count)
{
    for (int i = 0; i < count; i++) {
        const struct sx_tensor *from = sx_session_output(control->sessions[0], first + i);
        struct store *store = &control->states[set][i];
        size_t bytes = bytes_of(from);
        if (reserve(call, control, store, bytes + 1) != SYRINX_OK)
            return call->error->code;
        if (bytes)
            memcpy(store->data, from->data, bytes);
        control->carried[i] = *from;
        control->carried[i].data = store->data;
    }
    return SYRINX_OK;
}

/* Adds what the body gave to the stacks: results[first + i] has one step more along its first axis. */
static int stack(struct sx_call *call, struct control *control, int outputs, int first, int count, int64_t iteration)
{
    for (int i = 0; i < count; i++) {
        const struct sx_tensor *from = sx_session_output(control->sessions[0], outputs + i);
        struct sx_tensor *result = &control->results[first + i];
        struct store *store = &control->stacked[first + i];
        size_t bytes = bytes_of(from);
        if (from->rank + 1 > SX_MAX_RANK)
            return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "a result of more than %d dimensions", SX_MAX_RANK);
        if (iteration == 0) {
            *result = (struct sx_tensor){.type = from->type, .rank = from->rank + 1};
            if (from->rank)
                memcpy(result->shape + 1, from->shape, (size_t)from->rank * sizeof *from->shape);
            store->size = 0;
        }
        if (result->type != from->type || result->rank != from->rank + 1
            || (from->rank && memcmp(result->shape + 1, from->shape, (size_t)from->rank * sizeof *from->shape) != 0))
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "a stacked result changes its shape");
        if (reserve(call, control, store, store->size + bytes + 1) != SYRINX_OK)
            return call->error->code;
        if (bytes)
            memcpy(store->data + store->size, from->data, bytes);
        store->size += bytes;
        result->shape[0] = iteration + 1;
        result->data = store->data;
    }
    return SYRINX_OK;
}

/* A stack of nothing: the shape that the body declares for a part. */
static void empty_stack(const struct sx_graph *body, int output, struct sx_tensor *result)
{
    const struct sx_value *value = &body->values[body->outputs[output]];
    *result = (struct sx_tensor){.type = sx_dtype_size(value->type) ? value->type : SX_FLOAT, .rank = 1};
    for (int d = 0; d < value->rank && result->rank < SX_MAX_RANK; d++)
        result->shape[result->rank++] = value->shape[d] < 0 ? 0 : value->shape[d];
}

static int finish(struct sx_call *call, struct control *control, int states)
{
    for (int i = 0; i < states; i++)
        control->results[i] = control->carried[i];
    for (int i = 0; i < call->out_count; i++)
        if (sx_call_output(call, i, control->results[i].type, control->results[i].rank, control->results[i].shape) != SYRINX_OK)
            return call->error->code;
    return SYRINX_OK;
}

static int tick(struct sx_call *call)
{
    if (call->budget->steps == 0)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the run does not end");
    call->budget->steps--;
    return SYRINX_OK;
}

static int loop_states(const struct sx_node *node)
{
    return node->own_inputs > 2 ? node->own_inputs - 2 : 0;
}

static int prepare_loop(struct sx_graph *graph, struct sx_node *node, struct sx_error *error)
{
    const struct sx_attribute *body = sx_node_attribute(node, "body");
    int states = loop_states(node);
    (void)graph;
    if (!body || !body->graph || body->own_inputs != 2 + states || body->graph->output_count < 1 + states
        || body->graph->output_count - 1 > MAX_PORTS || node->output_count > body->graph->output_count - 1)
        return bad_graph(node, error);
    for (int i = 2; i < node->own_inputs; i++)
        if (node->inputs[i] < 0)
            return bad_graph(node, error);
    return SYRINX_OK;
}

/* Inputs: trip count, condition (both optional), states. The body: iteration, condition, states to condition, states, parts of stacks. */
static int infer_loop(struct sx_call *call)
{
    const struct sx_attribute *body = sx_node_attribute(call->node, "body");
    struct control *control = control_of(call);
    int states = loop_states(call->node), stacks = body->graph->output_count - 1 - states, own = call->node->own_inputs;
    const struct sx_tensor *limit = own > 0 ? call->in[0] : NULL, *given = own > 1 ? call->in[1] : NULL;
    if (!control || open_graph(call, control, 0, body) != SYRINX_OK)
        return call->error->code;
    if ((limit && (limit->type != SX_INT64 || sx_tensor_count(limit) != 1)) || (given && (given->type != SX_BOOL || sx_tensor_count(given) != 1)))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the trip count must be one int64, the condition one truth value");
    int64_t trips = limit ? sx_tensor_int(limit, 0) : INT64_MAX, iteration = 0;
    bool condition = !given || truth(given);
    for (int i = 0; i < states; i++)
        control->carried[i] = *call->in[2 + i];
    struct sx_session *session = control->sessions[0];
    for (; iteration < trips && condition; iteration++) {
        uint8_t go = condition;
        struct sx_tensor count = {.type = SX_INT64, .data = &iteration}, again = {.type = SX_BOOL, .data = &go};
        sx_session_feed(session, 0, &count);
        sx_session_feed(session, 1, &again);
        for (int i = 0; i < states; i++)
            sx_session_feed(session, 2 + i, &control->carried[i]);
        if (tick(call) != SYRINX_OK || run_graph(call, session, body, sx_random_bits(call->seed, (uint64_t)iteration)) != SYRINX_OK)
            return call->error->code;
        const struct sx_tensor *next = sx_session_output(session, 0);
        if (next->type != SX_BOOL || sx_tensor_count(next) != 1)
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the body's condition must be one truth value");
        condition = truth(next);
        if (stack(call, control, 1 + states, states, stacks, iteration) != SYRINX_OK
            || keep_states(call, control, (int)(iteration & 1), 1, states) != SYRINX_OK)
            return call->error->code;
    }
    for (int i = 0; i < stacks && iteration == 0; i++)
        empty_stack(body->graph, 1 + states + i, &control->results[states + i]);
    return finish(call, control, states);
}

static int prepare_scan(struct sx_graph *graph, struct sx_node *node, struct sx_error *error)
{
    const struct sx_attribute *body = sx_node_attribute(node, "body");
    int64_t scanned = sx_node_int(node, "num_scan_inputs", 0);
    static const char *const extras[] = {"scan_output_axes", "scan_output_directions"};
    if (graph->opset < 9)
        return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "node '%.120s' (Scan): the form before opset 9", node->name);
    if (!body || !body->graph || scanned < 1 || scanned > node->own_inputs || body->own_inputs != node->own_inputs
        || body->graph->output_count < node->own_inputs - scanned || body->graph->output_count > MAX_PORTS || node->own_inputs > MAX_PORTS
        || node->output_count > body->graph->output_count)
        return bad_graph(node, error);
    for (int i = 0; i < node->own_inputs; i++)
        if (node->inputs[i] < 0)
            return bad_graph(node, error);
    for (int e = 0; e < 2; e++) {
        const struct sx_attribute *list = sx_node_attribute(node, extras[e]);
        for (int i = 0; list && i < list->int_count; i++)
            if (list->ints[i] != 0)
                return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "node '%.120s' (Scan): %s other than 0", node->name, extras[e]);
    }
    return SYRINX_OK;
}

static int64_t list_item(const struct sx_node *node, const char *name, int index)
{
    const struct sx_attribute *list = sx_node_attribute(node, name);
    return list && index < list->int_count ? list->ints[index] : 0;
}

/* Step `at` of an input along an axis, into memory of our own. */
static int take_slice(struct sx_call *call, struct control *control, int index, const struct sx_tensor *from, int axis, int64_t at, struct sx_tensor *slice)
{
    size_t inner = sx_dtype_size(from->type), outer = 1;
    *slice = (struct sx_tensor){.type = from->type, .rank = from->rank - 1};
    for (int d = 0, n = 0; d < from->rank; d++) {
        if (d != axis)
            slice->shape[n++] = from->shape[d];
        if (d < axis)
            outer *= (size_t)from->shape[d];
        else if (d > axis)
            inner *= (size_t)from->shape[d];
    }
    if (reserve(call, control, &control->slices[index], outer * inner + 1) != SYRINX_OK)
        return call->error->code;
    slice->data = control->slices[index].data;
    for (size_t o = 0; inner && o < outer; o++)
        memcpy(control->slices[index].data + o * inner, (const char *)from->data + (o * (size_t)from->shape[axis] + (size_t)at) * inner, inner);
    return SYRINX_OK;
}

/* Inputs: states, then sequences, one step of which goes into each run of the body. Outputs: states, then stacks. */
static int infer_scan(struct sx_call *call)
{
    const struct sx_attribute *body = sx_node_attribute(call->node, "body");
    struct control *control = control_of(call);
    int scanned = (int)sx_node_int(call->node, "num_scan_inputs", 0), states = call->node->own_inputs - scanned;
    int stacks = body->graph->output_count - states, axes[MAX_PORTS];
    int64_t steps = -1;
    if (!control || open_graph(call, control, 0, body) != SYRINX_OK)
        return call->error->code;
    for (int i = 0; i < scanned; i++) {
        const struct sx_tensor *t = call->in[states + i];
        if ((axes[i] = sx_call_axis(call, list_item(call->node, "scan_input_axes", i), t->rank)) < 0)
            return axes[i];
        if (steps >= 0 && t->shape[axes[i]] != steps)
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "sequences of different lengths");
        steps = t->shape[axes[i]];
    }
    for (int i = 0; i < states; i++)
        control->carried[i] = *call->in[i];
    struct sx_session *session = control->sessions[0];
    for (int64_t iteration = 0; iteration < steps; iteration++) {
        struct sx_tensor slice;
        for (int i = 0; i < states; i++)
            sx_session_feed(session, i, &control->carried[i]);
        for (int i = 0; i < scanned; i++) {
            int64_t at = list_item(call->node, "scan_input_directions", i) ? steps - 1 - iteration : iteration;
            if (take_slice(call, control, i, call->in[states + i], axes[i], at, &slice) != SYRINX_OK)
                return call->error->code;
            sx_session_feed(session, states + i, &slice);
        }
        if (tick(call) != SYRINX_OK || run_graph(call, session, body, sx_random_bits(call->seed, (uint64_t)iteration)) != SYRINX_OK)
            return call->error->code;
        if (stack(call, control, states, states, stacks, iteration) != SYRINX_OK
            || keep_states(call, control, (int)(iteration & 1), 0, states) != SYRINX_OK)
            return call->error->code;
    }
    for (int i = 0; i < stacks && steps == 0; i++)
        empty_stack(body->graph, states + i, &control->results[states + i]);
    return finish(call, control, states);
}

SX_OP(If) = {
    .name = "If", .min_inputs = 1, .max_inputs = 1, .max_outputs = SX_MAX_OUTPUTS, .flags = SX_OP_CONTROL,
    .prepare = prepare_if, .infer = infer_if, .run = copy_results, .forget = forget,
};
SX_OP(Loop) = {
    .name = "Loop", .min_inputs = 0, .max_inputs = SX_MAX_INPUTS, .max_outputs = SX_MAX_OUTPUTS, .flags = SX_OP_CONTROL,
    .prepare = prepare_loop, .infer = infer_loop, .run = copy_results, .forget = forget,
};
SX_OP(Scan) = {
    .name = "Scan", .min_inputs = 0, .max_inputs = SX_MAX_INPUTS, .max_outputs = SX_MAX_OUTPUTS, .flags = SX_OP_CONTROL,
    .prepare = prepare_scan, .infer = infer_scan, .run = copy_results, .forget = forget,
};
