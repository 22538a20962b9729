/* bitwise.c - BitShift, BitwiseAnd, BitwiseOr, BitwiseXor, BitwiseNot of integers. */
#include <string.h>

#include "nn/op.h"
#include "nn/types.h"

enum operation { AND, OR, XOR, LEFT, RIGHT };

struct user {
    enum operation operation;
    enum sx_dtype type;
};

/* A shift by the width or more leaves nothing. */
static uint64_t combine(enum operation operation, uint64_t x, uint64_t y, uint64_t width)
{
    switch (operation) {
    case AND: return x & y;
    case OR: return x | y;
    case XOR: return x ^ y;
    case LEFT: return y < width ? x << y : 0;
    default: return y < width ? x >> y : 0;
    }
}

#define ROW(number, type) \
    case number: \
        for (int64_t i = 0; i < count; i++) { \
            uint64_t x = (uint64_t)((const type *)a)[i * a_step], y = (uint64_t)((const type *)b)[i * b_step]; \
            ((type *)out)[i] = (type)combine(u->operation, x, y, 8 * sizeof(type)); \
        } \
        break;

static void row(void *user, const void *a, int64_t a_step, const void *b, int64_t b_step, void *out, int64_t count)
{
    const struct user *u = user;
    switch (u->type) {
    SX_INTEGER_TYPES(ROW)
    default: break;
    }
}

static int infer(struct sx_call *call)
{
    enum sx_dtype type = call->in[0]->type;
    bool shift = strcmp(call->node->op->name, "BitShift") == 0;
    if (!sx_dtype_integer(type) || (shift && type != SX_UINT8 && type != SX_UINT16 && type != SX_UINT32 && type != SX_UINT64))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "type %s", sx_dtype_name(type));
    return sx_infer_broadcast(call);
}

static int run(struct sx_call *call, enum operation operation)
{
    struct user user = {operation, call->in[0]->type};
    sx_broadcast_rows(call->in[0], call->in[1], &call->out[0], row, &user);
    return SYRINX_OK;
}

static int run_and(struct sx_call *call) { return run(call, AND); }
static int run_or(struct sx_call *call) { return run(call, OR); }
static int run_xor(struct sx_call *call) { return run(call, XOR); }

static int run_shift(struct sx_call *call)
{
    const char *direction = sx_node_string(call->node, "direction", "");
    if (strcmp(direction, "LEFT") != 0 && strcmp(direction, "RIGHT") != 0)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "direction '%.40s'", direction);
    return run(call, *direction == 'L' ? LEFT : RIGHT);
}

static int infer_not(struct sx_call *call)
{
    if (!sx_dtype_integer(call->in[0]->type))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "type %s", sx_dtype_name(call->in[0]->type));
    return sx_infer_same(call);
}

static int run_not(struct sx_call *call)
{
    size_t bytes = (size_t)sx_tensor_count(call->in[0]) * sx_dtype_size(call->in[0]->type);
    for (size_t i = 0; i < bytes; i++)
        ((uint8_t *)call->out[0].data)[i] = (uint8_t)~((const uint8_t *)call->in[0]->data)[i];
    return SYRINX_OK;
}

#define TWO(op, function) \
    {.name = op, .min_inputs = 2, .max_inputs = 2, .max_outputs = 1, .flags = SX_OP_BINARY, .infer = infer, .run = function}

SX_OP(BitwiseAnd) = TWO("BitwiseAnd", run_and);
SX_OP(BitwiseOr) = TWO("BitwiseOr", run_or);
SX_OP(BitwiseXor) = TWO("BitwiseXor", run_xor);
SX_OP(BitShift) = TWO("BitShift", run_shift);
SX_OP(BitwiseNot) = {
    .name = "BitwiseNot", .min_inputs = 1, .max_inputs = 1, .max_outputs = 1, .flags = SX_OP_UNARY, .infer = infer_not, .run = run_not,
};
