/* session.c - a whole run: nodes in order, each result in a block of memory that goes back when its last reader is done.
 *
 * Blocks stay with the session, so a second run of the same shapes allocates nothing. */
#include <stdlib.h>
#include <string.h>

#include "nn/session.h"
#include "nn/tail.h"

/* A run that wants more than this is taken for an error in the model. Fuzzers stop earlier: time is what they have least of. */
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
enum { MAX_TOTAL = 1 << 24, MAX_STEPS = 1 << 12 };
#else
enum { MAX_TOTAL = 1 << 30, MAX_STEPS = 1 << 28 };
#endif

struct block {
    void *memory;
    size_t size;
    int users;                          /* values that lie in it */
};

struct slot {
    int block;                          /* -1: not ours (an input or a constant), or none */
    int uses;                           /* readers still to come in this run */
    bool ready;
    struct sx_tensor tensor;
};

enum { ALWAYS = INT32_MAX };            /* uses of a constant: it stays from run to run */

struct sx_session {
    const struct sx_graph *graph;
    struct sx_pool *pool;
    struct slot *slots;                 /* one a value */
    int *uses, value_count;             /* what each slot begins a run with */
    struct sx_tensor *inputs;
    bool *given;
    struct block *blocks;
    int block_count, block_room;
    struct sx_budget own, *budget;      /* own: unless this is a session inside of another */
    void **locals;                      /* one a node that runs graphs, see sx_call */
    void *scratch;
    size_t scratch_size;
    struct sx_tail *tail;               /* NULL: none */
    struct sx_call call;
    uint64_t seed;
    bool done;
};

bool sx_budget_take(struct sx_budget *budget, size_t bytes)
{
    if (budget->used > budget->limit || bytes > budget->limit - budget->used)
        return false;
    budget->used += bytes;
    return true;
}

int sx_session_open(const struct sx_graph *graph, struct sx_pool *pool, struct sx_budget *budget, struct sx_session **session, struct sx_error *error)
{
    struct sx_session *s = calloc(1, sizeof *s);
    *session = NULL;
    if (!s)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    s->graph = graph;
    s->pool = pool;
    s->own.limit = MAX_TOTAL;
    s->budget = budget ? budget : &s->own;
    s->slots = calloc((size_t)graph->value_count + 1, sizeof *s->slots);
    s->uses = calloc((size_t)graph->value_count + 1, sizeof *s->uses);
    s->value_count = graph->value_count;
    s->inputs = calloc((size_t)graph->input_count + 1, sizeof *s->inputs);
    s->given = calloc((size_t)graph->input_count + 1, sizeof *s->given);
    bool control = false;
    for (int n = 0; n < graph->node_count; n++)
        control = control || (graph->nodes[n]->op->flags & SX_OP_CONTROL);
    if (control)
        s->locals = calloc((size_t)graph->node_count, sizeof *s->locals);
    if (!s->slots || !s->uses || !s->inputs || !s->given || (control && !s->locals)) {
        sx_session_free(s);
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    }
    for (int i = 0; i < s->value_count; i++) {
        const struct sx_tensor *constant = graph->values[i].constant;
        s->uses[i] = constant ? ALWAYS : graph->values[i].uses;
        if (constant)
            s->slots[i].tensor = *constant;
    }
    s->tail = sx_tail_find(s->graph);
    *session = s;
    return SYRINX_OK;
}

int sx_session_new(const struct sx_model *model, struct sx_pool *pool, struct sx_session **session, struct sx_error *error)
{
    return sx_session_open(&model->graph, pool, NULL, session, error);
}

void sx_session_free(struct sx_session *session)
{
    if (!session)
        return;
    for (int n = 0; session->locals && n < session->graph->node_count; n++)
        if (session->locals[n])
            session->graph->nodes[n]->op->forget(session->locals[n]);
    for (int i = 0; i < session->block_count; i++) {
        free(session->blocks[i].memory);
        session->budget->used -= session->blocks[i].size;
    }
    session->budget->used -= session->scratch_size;
    sx_tail_free(session->tail);
    free(session->blocks);
    free(session->scratch);
    free(session->locals);
    free(session->slots);
    free(session->uses);
    free(session->inputs);
    free(session->given);
    free(session);
}

void sx_session_set_limit(struct sx_session *session, size_t bytes)
{
    session->own.limit = bytes;
}

void sx_session_feed(struct sx_session *session, int index, const struct sx_tensor *tensor)
{
    session->inputs[index] = *tensor;
    session->given[index] = true;
}

int sx_session_set_input(struct sx_session *session, int index, const struct sx_tensor *tensor, struct sx_error *error)
{
    if (index < 0 || index >= session->graph->input_count)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "the model has no input %d", index);
    const struct sx_value *value = &session->graph->values[session->graph->inputs[index]];
    if (sx_dtype_size(tensor->type) == 0)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "input '%.120s': no type that the engine knows", value->name);
    if (tensor->rank < 0 || tensor->rank > SX_MAX_RANK || sx_tensor_count(tensor) < 0 || (!tensor->data && sx_tensor_count(tensor) > 0))
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "input '%.120s': an impossible shape", value->name);
    if (value->type && value->type != tensor->type)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "input '%.120s' is %s, not %s", value->name, sx_dtype_name(value->type), sx_dtype_name(tensor->type));
    if (value->rank >= 0 && value->rank != tensor->rank)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "input '%.120s' has %d dimensions, not %d", value->name, value->rank, tensor->rank);
    for (int i = 0; i < value->rank; i++)
        if (value->shape[i] >= 0 && value->shape[i] != tensor->shape[i])
            return sx_fail(error, SYRINX_ERROR_ARGUMENT, "input '%.120s': dimension %d is %lld, not %lld", value->name, i, (long long)value->shape[i],
                           (long long)tensor->shape[i]);
    sx_session_feed(session, index, tensor);
    return SYRINX_OK;
}

/* The smallest free block that fits; else a free one that grows; else a new one. -1: no memory. */
static int take_block(struct sx_session *session, size_t size)
{
    int best = -1, spare = -1;
    if (size == 0)
        size = 1;
    for (int i = 0; i < session->block_count; i++) {
        const struct block *b = &session->blocks[i];
        if (b->users)
            continue;
        if (b->size >= size && (best < 0 || b->size < session->blocks[best].size))
            best = i;
        if (spare < 0 || b->size > session->blocks[spare].size)
            spare = i;
    }
    if (best < 0) {
        if (spare < 0) {
            if (session->block_count == session->block_room) {
                int room = session->block_room ? session->block_room * 2 : 16;
                struct block *bigger = realloc(session->blocks, (size_t)room * sizeof *bigger);
                if (!bigger)
                    return -1;
                session->blocks = bigger;
                session->block_room = room;
            }
            spare = session->block_count++;
            session->blocks[spare] = (struct block){NULL, 0, 0};
        }
        struct block *b = &session->blocks[spare];
        free(b->memory);
        session->budget->used -= b->size;
        b->size = 0;
        b->memory = NULL;
        size = (size + 63) / 64 * 64;
        if (!sx_budget_take(session->budget, size))
            return -1;
        b->size = size;
        b->memory = aligned_alloc(64, size);
        if (!b->memory) {
            session->budget->used -= size;
            b->size = 0;
            return -1;
        }
        best = spare;
    }
    session->blocks[best].users = 1;
    return best;
}

static void drop(struct sx_session *session, int value)
{
    struct slot *slot = &session->slots[value];
    if (slot->block >= 0)
        session->blocks[slot->block].users--;
    slot->block = -1;
    slot->ready = false;
}

static int run_node(struct sx_session *session, int index, struct sx_error *error)
{
    const struct sx_graph *graph = session->graph;
    const struct sx_node *node = graph->nodes[index];
    struct sx_call *call = &session->call;      /* 8 KB: only what this node has is written */
    call->node = node;
    call->opset = graph->opset;
    call->in_count = node->input_count;
    call->out_count = node->output_count;
    call->pool = session->pool;
    call->seed = session->seed;
    call->local = session->locals ? &session->locals[index] : NULL;
    call->budget = session->budget;
    call->scratch = NULL;
    call->valid = false;
    call->error = error;
    for (int i = 0; i < node->input_count; i++)
        call->in[i] = node->inputs[i] < 0 ? NULL : &session->slots[node->inputs[i]].tensor;
    memset(call->out, 0, (size_t)node->output_count * sizeof *call->out);
    if (session->budget->steps == 0)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the run does not end");
    session->budget->steps--;
    if (session->budget->stop && *session->budget->stop)
        return sx_fail(error, SYRINX_ERROR_CANCELLED, "cancelled");
    if (node->op->infer(call) != SYRINX_OK)
        return error->code;
    for (int i = 0; i < node->output_count; i++) {
        int id = node->outputs[i];
        if (id < 0 || session->slots[id].uses == 0 || session->slots[id].uses == ALWAYS)
            continue;
        struct slot *slot = &session->slots[id];
        if (i == 0 && (node->op->flags & SX_OP_VIEW)) {
            const struct slot *from = &session->slots[node->inputs[0]];
            call->out[0].data = from->tensor.data;
            slot->block = from->block;
            if (slot->block >= 0)
                session->blocks[slot->block].users++;
        } else {
            size_t bytes = (size_t)sx_tensor_count(&call->out[i]) * sx_dtype_size(call->out[i].type);
            slot->block = take_block(session, bytes);
            if (slot->block < 0)
                return sx_call_fail(call, SYRINX_ERROR_MEMORY, "no memory for a result of %zu bytes (%zu of %zu in use)", bytes,
                                    session->budget->used, session->budget->limit);
            call->out[i].data = session->blocks[slot->block].memory;
        }
        slot->tensor = call->out[i];
        slot->ready = true;
    }
    if (!(node->op->flags & SX_OP_VIEW)) {
        size_t bytes = node->op->scratch ? node->op->scratch(call) : 0;
        if (bytes > session->scratch_size) {
            free(session->scratch);
            session->scratch = NULL;
            session->budget->used -= session->scratch_size;
            session->scratch_size = 0;
            bool allowed = bytes < SIZE_MAX - 64 && sx_budget_take(session->budget, bytes);
            session->scratch = allowed ? aligned_alloc(64, (bytes + 63) / 64 * 64) : NULL;
            if (!session->scratch) {
                session->budget->used -= allowed ? bytes : 0;
                return sx_call_fail(call, SYRINX_ERROR_MEMORY, "no memory for a working area of %zu bytes", bytes);
            }
            session->scratch_size = bytes;
        }
        call->scratch = session->scratch;
        if (node->op->run(call) != SYRINX_OK)
            return error->code;
    }
    for (int i = 0; i < node->input_count; i++)
        if (node->inputs[i] >= 0 && session->slots[node->inputs[i]].uses != ALWAYS && --session->slots[node->inputs[i]].uses == 0)
            drop(session, node->inputs[i]);
    return SYRINX_OK;
}

void sx_session_set_seed(struct sx_session *session, uint64_t seed)
{
    session->seed = seed;
}

const struct sx_tensor *sx_session_known(const void *user, int value)
{
    const struct sx_session *session = user;
    return session->slots[value].ready ? &session->slots[value].tensor : NULL;
}

/* The nodes of the tail, in pieces along time if they can, else one by one. */
static int run_tail(struct sx_session *session, struct sx_error *error)
{
    const struct sx_graph *graph = session->graph;
    struct sx_tensor output;
    if (sx_tail_ready(session->tail, sx_session_known, session, session->pool, &output)) {
        struct slot *slot = &session->slots[sx_tail_output(session->tail)];
        size_t bytes = (size_t)sx_tensor_count(&output) * sx_dtype_size(output.type);
        int block = take_block(session, bytes);
        if (block < 0)
            return sx_fail(error, SYRINX_ERROR_MEMORY, "no memory for a result of %zu bytes", bytes);
        output.data = session->blocks[block].memory;
        slot->tensor = output;
        slot->block = block;
        slot->ready = true;
        return sx_tail_run(session->tail, session->pool, &output, error);
    }
    for (int n = 0; n < graph->node_count; n++)
        if (sx_tail_has(session->tail, n) && run_node(session, n, error) != SYRINX_OK)
            return error->code;
    return SYRINX_OK;
}

/* Slots as they are before the first node. */
static int begin_run(struct sx_session *session, struct sx_error *error)
{
    const struct sx_graph *graph = session->graph;
    session->done = false;
    if (session->budget == &session->own)
        session->own.steps = MAX_STEPS;
    for (int i = 0; i < session->block_count; i++)
        session->blocks[i].users = 0;
    for (int i = 0; i < session->value_count; i++) {
        struct slot *slot = &session->slots[i];
        slot->block = -1;
        slot->uses = session->uses[i];
        slot->ready = slot->uses == ALWAYS;
    }
    for (int i = 0; i < graph->input_count; i++) {
        if (!session->given[i])
            return sx_fail(error, SYRINX_ERROR_ARGUMENT, "input '%.120s' is missing", graph->values[graph->inputs[i]].name);
        session->slots[graph->inputs[i]].tensor = session->inputs[i];
        session->slots[graph->inputs[i]].ready = true;
    }
    return SYRINX_OK;
}

void sx_session_stop_on(struct sx_session *session, const _Atomic int *stop)
{
    session->own.stop = stop;
}

int sx_session_run_before(struct sx_session *session, const bool *marks, struct sx_error *error)
{
    int code = begin_run(session, error);
    for (int n = 0; n < session->graph->node_count && code == SYRINX_OK; n++)
        if (!marks[n])
            code = run_node(session, n, error);
    session->done = code == SYRINX_OK;
    return code;
}

int sx_session_run_more(struct sx_session *session, const bool *marks, bool *ran, struct sx_error *error)
{
    int count = session->graph->node_count, code = SYRINX_OK;
    bool again = !session->done;
    for (int n = 0; n < count && !again; n++)
        again = marks[n] && ran[n];             /* what this one reads is gone */
    if (again) {
        memset(ran, 0, (size_t)count * sizeof *ran);
        code = begin_run(session, error);
    }
    for (int n = 0; n < count && code == SYRINX_OK; n++)
        if (!marks[n] && !ran[n]) {
            code = run_node(session, n, error);
            ran[n] = true;
        }
    session->done = code == SYRINX_OK;
    return code;
}

int sx_session_run(struct sx_session *session, struct sx_error *error)
{
    const struct sx_graph *graph = session->graph;
    if (begin_run(session, error) != SYRINX_OK)
        return error->code;
    for (int n = 0; n < graph->node_count; n++)
        if (!sx_tail_has(session->tail, n) && run_node(session, n, error) != SYRINX_OK)
            return error->code;
    if (session->tail && run_tail(session, error) != SYRINX_OK)
        return error->code;
    session->done = true;
    return SYRINX_OK;
}

const struct sx_tensor *sx_session_output(const struct sx_session *session, int index)
{
    if (!session->done || index < 0 || index >= session->graph->output_count)
        return NULL;
    return &session->slots[session->graph->outputs[index]].tensor;
}
