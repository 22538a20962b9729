/* random.c - RandomNormal, RandomUniform, their Like forms: noise as a function of the session's seed, the node's place among the random
 * nodes of the file, and the element: the same for any number of threads and from run to run, until the session's seed changes. */
#include <math.h>
#include <string.h>

#include "base/random.h"
#include "nn/op.h"

/* The node's number stands for it in the noise: passes may reorder nodes. */
static int prepare(struct sx_graph *graph, struct sx_node *node, struct sx_error *error)
{
    uint64_t *number = sx_arena_alloc(&graph->arena, sizeof *number);
    if (!number)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    *number = (uint64_t)graph->random_count++;
    node->state = number;
    return SYRINX_OK;
}

static int output(struct sx_call *call, enum sx_dtype normal, int rank, const int64_t *shape)
{
    int64_t type = sx_node_int(call->node, "dtype", normal);
    if (type != SX_FLOAT && type != SX_DOUBLE && type != SX_FLOAT16)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "noise that is not of type float, double or float16");
    return sx_call_output(call, 0, (enum sx_dtype)type, rank, shape);
}

static int infer(struct sx_call *call)
{
    const struct sx_attribute *shape = sx_node_attribute(call->node, "shape");
    if (!shape || shape->int_count > SX_MAX_RANK)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "no shape, or one of too many dimensions");
    return output(call, SX_FLOAT, shape->int_count, shape->ints);
}

static int infer_like(struct sx_call *call)
{
    return output(call, call->in[0]->type, call->in[0]->rank, call->in[0]->shape);
}

struct noise {
    struct sx_tensor *out;
    uint64_t seed;
    float scale, offset;
    bool normal;
};

/* Gaussian by Box and Muller would cost a logarithm and a cosine an element; the sum of uniforms of base/random.h has kurtosis 2.7. */
static void fill(void *user, int64_t begin, int64_t end)
{
    const struct noise *n = user;
    for (int64_t i = begin; i < end; i++) {
        float unit = n->normal ? sx_random_normal(n->seed, (uint64_t)i) : (float)(sx_random_bits(n->seed, (uint64_t)i) >> 40) * 0x1p-24f;
        float value = n->offset + n->scale * unit;
        if (n->out->type == SX_FLOAT)
            ((float *)n->out->data)[i] = value;
        else if (n->out->type == SX_DOUBLE)
            ((double *)n->out->data)[i] = value;
        else
            ((uint16_t *)n->out->data)[i] = sx_float_to_half(value);
    }
}

static int run(struct sx_call *call)
{
    bool normal = strncmp(call->node->op->name, "RandomNormal", 12) == 0;
    const struct sx_attribute *own = sx_node_attribute(call->node, "seed");
    const uint64_t *number = call->node->state;
    uint32_t bits = 0;
    if (own)
        memcpy(&bits, &own->f, sizeof bits);
    struct noise noise = {.out = &call->out[0], .normal = normal, .seed = sx_random_bits(call->seed + bits, *number)};
    if (normal) {
        noise.offset = sx_node_float(call->node, "mean", 0);
        noise.scale = sx_node_float(call->node, "scale", 1);
    } else {
        noise.offset = sx_node_float(call->node, "low", 0);
        noise.scale = sx_node_float(call->node, "high", 1) - noise.offset;
    }
    sx_parallel(call->pool, sx_tensor_count(&call->out[0]), 16384, fill, &noise);
    return SYRINX_OK;
}

#define RANDOM(op, inputs, shape_function) \
    {.name = op, .min_inputs = inputs, .max_inputs = inputs, .max_outputs = 1, .flags = SX_OP_RANDOM, .prepare = prepare, .infer = shape_function, .run = run}

SX_OP(RandomNormal) = RANDOM("RandomNormal", 0, infer);
SX_OP(RandomUniform) = RANDOM("RandomUniform", 0, infer);
SX_OP(RandomNormalLike) = RANDOM("RandomNormalLike", 1, infer_like);
SX_OP(RandomUniformLike) = RANDOM("RandomUniformLike", 1, infer_like);
