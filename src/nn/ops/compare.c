/* compare.c - Equal, Greater, Less, their or-equal forms, And, Or, Xor, Where. */
#include <string.h>

#include "nn/op.h"
#include "nn/types.h"

enum relation { EQUAL, GREATER, LESS, GREATER_EQUAL, LESS_EQUAL, AND, OR, XOR };

struct user {
    enum relation relation;
    enum sx_dtype type;
};

/* Which of less, equal, greater make a relation true; nothing is true of a NaN. */
static const int wanted[] = {[EQUAL] = 2, [GREATER] = 4, [LESS] = 1, [GREATER_EQUAL] = 6, [LESS_EQUAL] = 3, [AND] = 8, [OR] = 14, [XOR] = 6};

/* One loop a type for all relations; truths count as one, two or both. */
#define ROW(number, t) \
    case number: { \
        const t *p = a, *q = b; \
        for (int64_t i = 0; i < count; i++, p += a_step, q += b_step) { \
            t x = *p, y = *q; \
            int is = logic ? 1 << ((x != 0) + 2 * (y != 0)) : (x < y) | (x == y) << 1 | (x > y) << 2; \
            r[i] = (is & mask) != 0; \
        } \
    } break;

static void row(void *user, const void *a, int64_t a_step, const void *b, int64_t b_step, void *out, int64_t count)
{
    const struct user *u = user;
    uint8_t *r = out;
    int mask = wanted[u->relation];
    bool logic = u->relation >= AND;
    switch (u->type) {
    SX_NUMBER_TYPES(ROW)
    ROW(SX_BOOL, uint8_t)
    default: break;
    }
}

static int infer(struct sx_call *call)
{
    int code = sx_infer_broadcast(call);
    call->out[0].type = SX_BOOL;
    return code;
}

static int run(struct sx_call *call, enum relation relation)
{
    struct user user = {relation, call->in[0]->type};
    if (user.type == SX_FLOAT16 || user.type == SX_BFLOAT16)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(user.type));
    sx_broadcast_rows(call->in[0], call->in[1], &call->out[0], row, &user);
    return SYRINX_OK;
}

static int run_equal(struct sx_call *call) { return run(call, EQUAL); }
static int run_greater(struct sx_call *call) { return run(call, GREATER); }
static int run_less(struct sx_call *call) { return run(call, LESS); }
static int run_greater_equal(struct sx_call *call) { return run(call, GREATER_EQUAL); }
static int run_less_equal(struct sx_call *call) { return run(call, LESS_EQUAL); }
static int run_and(struct sx_call *call) { return run(call, AND); }
static int run_or(struct sx_call *call) { return run(call, OR); }
static int run_xor(struct sx_call *call) { return run(call, XOR); }

static int infer_where(struct sx_call *call)
{
    struct sx_tensor shape = *call->in[0];
    if (call->in[0]->type != SX_BOOL || call->in[1]->type != call->in[2]->type)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "wrong input types");
    if (!sx_broadcast(&shape, call->in[1], &shape.rank, shape.shape) || !sx_broadcast(&shape, call->in[2], &shape.rank, shape.shape))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "input shapes do not broadcast");
    return sx_call_output(call, 0, call->in[1]->type, shape.rank, shape.shape);
}

/* A row: elements at steps of their own, 0 where one stands for all. */
#define PICK(type) \
    for (int64_t i = 0; i < n; i++) \
        ((type *)to)[i] = *((chosen[i * steps[0]] ? (const type *)x + i * steps[1] : (const type *)y + i * steps[2]))

static void pick_row(const uint8_t *chosen, const void *x, const void *y, void *to, int64_t n, const int64_t steps[3], size_t size)
{
    switch (size) {
    case 1: PICK(uint8_t); break;
    case 2: PICK(uint16_t); break;
    case 4: PICK(uint32_t); break;
    default: PICK(uint64_t); break;
    }
}

static int run_where(struct sx_call *call)
{
    const struct sx_tensor *out = &call->out[0];
    int64_t steps[3][SX_MAX_RANK], at[SX_MAX_RANK] = {0}, where[3] = {0}, count = sx_tensor_count(out), row = out->rank ? out->shape[out->rank - 1] : 1;
    size_t size = sx_dtype_size(out->type);
    for (int i = 0; i < 3; i++)
        sx_broadcast_steps(call->in[i], out->rank, out->shape, steps[i]);
    int last = out->rank ? out->rank - 1 : 0;
    const int64_t inner[3] = {out->rank ? steps[0][last] : 0, out->rank ? steps[1][last] : 0, out->rank ? steps[2][last] : 0};
    char *to = out->data;
    for (int64_t n = 0; n < count; n += row, to += (size_t)row * size) {
        pick_row((const uint8_t *)call->in[0]->data + where[0], (const char *)call->in[1]->data + (size_t)where[1] * size,
                 (const char *)call->in[2]->data + (size_t)where[2] * size, to, row, inner, size);
        for (int d = out->rank - 2; d >= 0; d--) {
            for (int i = 0; i < 3; i++)
                where[i] += steps[i][d];
            if (++at[d] < out->shape[d])
                break;
            for (int i = 0; i < 3; i++)
                where[i] -= steps[i][d] * out->shape[d];
            at[d] = 0;
        }
    }
    return SYRINX_OK;
}

#define TWO(op, function) \
    {.name = op, .min_inputs = 2, .max_inputs = 2, .max_outputs = 1, .flags = SX_OP_BINARY, .infer = infer, .run = function}

SX_OP(Equal) = TWO("Equal", run_equal);
SX_OP(Greater) = TWO("Greater", run_greater);
SX_OP(Less) = TWO("Less", run_less);
SX_OP(GreaterOrEqual) = TWO("GreaterOrEqual", run_greater_equal);
SX_OP(LessOrEqual) = TWO("LessOrEqual", run_less_equal);
SX_OP(And) = TWO("And", run_and);
SX_OP(Or) = TWO("Or", run_or);
SX_OP(Xor) = TWO("Xor", run_xor);
SX_OP(Where) = {
    .name = "Where", .min_inputs = 3, .max_inputs = 3, .max_outputs = 1, .flags = SX_OP_BINARY, .infer = infer_where, .run = run_where,
};
