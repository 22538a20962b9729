/* session.c - a whole run: nodes in order, each result in a block of memory that goes back when its last reader is done.
 *
 * Blocks stay with the session, so a second run of the same shapes allocates nothing. */
#include <stdlib.h>
#include <string.h>

#include "nn/tail.h"

/* A model that wants more than this is taken for an error in the model. Fuzzers stop earlier: time is what they have least of. */
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
enum { MAX_BYTES_SHIFT = 20, MAX_TOTAL_SHIFT = 24 };
#else
enum { MAX_BYTES_SHIFT = 30, MAX_TOTAL_SHIFT = 31 };
#endif

struct block {
    void *memory;
    size_t size;
    int users;                          /* values that lie in it */
};

struct slot {
    struct sx_tensor tensor;
    int block;                          /* -1: not ours (an input or a constant), or none */
    int uses;                           /* readers still to come in this run */
    bool ready;
};

struct sx_session {
    const struct sx_graph *graph;
    struct sx_pool *pool;
    struct slot *slots;                 /* one a value */
    struct sx_tensor *inputs;
    bool *given;
    struct block *blocks;
    int block_count, block_room;
    size_t total;                       /* bytes of all blocks */
    void *scratch;
    size_t scratch_size;
    struct sx_tail *tail;               /* NULL: none */
    uint64_t seed;
    bool done;
};

int sx_session_new(const struct sx_model *model, struct sx_pool *pool, struct sx_session **session, struct sx_error *error)
{
    struct sx_session *s = calloc(1, sizeof *s);
    *session = NULL;
    if (!s)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    s->graph = &model->graph;
    s->pool = pool;
    s->slots = calloc((size_t)s->graph->value_count + 1, sizeof *s->slots);
    s->inputs = calloc((size_t)s->graph->input_count + 1, sizeof *s->inputs);
    s->given = calloc((size_t)s->graph->input_count + 1, sizeof *s->given);
    if (!s->slots || !s->inputs || !s->given) {
        sx_session_free(s);
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    }
    s->tail = sx_tail_find(s->graph);
    *session = s;
    return SYRINX_OK;
}

void sx_session_free(struct sx_session *session)
{
    if (!session)
        return;
    for (int i = 0; i < session->block_count; i++)
        free(session->blocks[i].memory);
    sx_tail_free(session->tail);
    free(session->blocks);
    free(session->scratch);
    free(session->slots);
    free(session->inputs);
    free(session->given);
    free(session);
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
    session->inputs[index] = *tensor;
    session->given[index] = true;
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
        session->total -= b->size;
        b->size = (size + 63) / 64 * 64;
        b->memory = (session->total + b->size) >> MAX_TOTAL_SHIFT ? NULL : aligned_alloc(64, b->size);
        if (!b->memory) {
            b->size = 0;
            return -1;
        }
        session->total += b->size;
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

static int run_node(struct sx_session *session, const struct sx_node *node, struct sx_error *error)
{
    const struct sx_graph *graph = session->graph;
    struct sx_call call = {.node = node, .opset = graph->opset, .in_count = node->input_count, .out_count = node->output_count,
                           .pool = session->pool, .seed = session->seed, .error = error};
    for (int i = 0; i < node->input_count; i++)
        if (node->inputs[i] >= 0)
            call.in[i] = &session->slots[node->inputs[i]].tensor;
    if (node->op->infer(&call) != SYRINX_OK)
        return error->code;
    for (int i = 0; i < node->output_count; i++) {
        int id = node->outputs[i];
        if (id < 0 || session->slots[id].uses == 0)
            continue;
        struct slot *slot = &session->slots[id];
        if (i == 0 && (node->op->flags & SX_OP_VIEW)) {
            const struct slot *from = &session->slots[node->inputs[0]];
            call.out[0].data = from->tensor.data;
            slot->block = from->block;
            if (slot->block >= 0)
                session->blocks[slot->block].users++;
        } else {
            size_t bytes = (size_t)sx_tensor_count(&call.out[i]) * sx_dtype_size(call.out[i].type);
            slot->block = bytes >> MAX_BYTES_SHIFT ? -1 : take_block(session, bytes);
            if (slot->block < 0)
                return sx_call_fail(&call, SYRINX_ERROR_MEMORY, "no memory for a result of %zu bytes", bytes);
            call.out[i].data = session->blocks[slot->block].memory;
        }
        slot->tensor = call.out[i];
        slot->ready = true;
    }
    if (!(node->op->flags & SX_OP_VIEW)) {
        size_t bytes = node->op->scratch ? node->op->scratch(&call) : 0;
        if (bytes > session->scratch_size) {
            free(session->scratch);
            session->scratch_size = 0;
            session->scratch = bytes >> MAX_BYTES_SHIFT ? NULL : aligned_alloc(64, (bytes + 63) / 64 * 64);
            if (!session->scratch)
                return sx_call_fail(&call, SYRINX_ERROR_MEMORY, "no memory for a working area of %zu bytes", bytes);
            session->scratch_size = bytes;
        }
        call.scratch = session->scratch;
        if (node->op->run(&call) != SYRINX_OK)
            return error->code;
    }
    for (int i = 0; i < node->input_count; i++)
        if (node->inputs[i] >= 0 && --session->slots[node->inputs[i]].uses == 0)
            drop(session, node->inputs[i]);
    return SYRINX_OK;
}

void sx_session_set_seed(struct sx_session *session, uint64_t seed)
{
    session->seed = seed;
}

static const struct sx_tensor *known_value(const void *user, int value)
{
    const struct sx_session *session = user;
    return session->slots[value].ready ? &session->slots[value].tensor : NULL;
}

/* The nodes of the tail, in pieces along time if they can, else one by one. */
static int run_tail(struct sx_session *session, struct sx_error *error)
{
    const struct sx_graph *graph = session->graph;
    struct sx_tensor output;
    if (sx_tail_ready(session->tail, known_value, session, session->pool, &output)) {
        struct slot *slot = &session->slots[sx_tail_output(session->tail)];
        size_t bytes = (size_t)sx_tensor_count(&output) * sx_dtype_size(output.type);
        int block = bytes >> MAX_BYTES_SHIFT ? -1 : take_block(session, bytes);
        if (block < 0)
            return sx_fail(error, SYRINX_ERROR_MEMORY, "no memory for a result of %zu bytes", bytes);
        output.data = session->blocks[block].memory;
        slot->tensor = output;
        slot->block = block;
        slot->ready = true;
        return sx_tail_run(session->tail, session->pool, &output, error);
    }
    for (int n = 0; n < graph->node_count; n++)
        if (sx_tail_has(session->tail, n) && run_node(session, graph->nodes[n], error) != SYRINX_OK)
            return error->code;
    return SYRINX_OK;
}

int sx_session_run(struct sx_session *session, struct sx_error *error)
{
    const struct sx_graph *graph = session->graph;
    session->done = false;
    for (int i = 0; i < session->block_count; i++)
        session->blocks[i].users = 0;
    for (int i = 0; i < graph->value_count; i++) {
        struct slot *slot = &session->slots[i];
        *slot = (struct slot){.block = -1, .uses = graph->values[i].uses};
        if (graph->values[i].constant) {
            slot->tensor = *graph->values[i].constant;
            slot->ready = true;
        }
    }
    for (int i = 0; i < graph->input_count; i++) {
        if (!session->given[i])
            return sx_fail(error, SYRINX_ERROR_ARGUMENT, "input '%.120s' is missing", graph->values[graph->inputs[i]].name);
        session->slots[graph->inputs[i]].tensor = session->inputs[i];
        session->slots[graph->inputs[i]].ready = true;
    }
    for (int n = 0; n < graph->node_count; n++)
        if (!sx_tail_has(session->tail, n) && run_node(session, graph->nodes[n], error) != SYRINX_OK)
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
