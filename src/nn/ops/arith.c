/* arith.c - Add, Sub, Mul, Div, Mod, Pow, Max, Min, Sum, Mean with broadcasting. Integers wrap; x / 0 and x mod 0 are 0 for integers. */
#include <math.h>
#include <string.h>

#include "nn/op.h"
#include "nn/types.h"

typedef void row_function(const char *a, int64_t a_step, const char *b, int64_t b_step, char *out, int64_t count);

#define ROW(name, type, expression) \
    static void name##_##type(const char *a, int64_t a_step, const char *b, int64_t b_step, char *out, int64_t count) \
    { \
        const type *p = (const type *)(const void *)a, *q = (const type *)(const void *)b; \
        type *r = (type *)(void *)out; \
        for (int64_t i = 0; i < count; i++, p += a_step, q += b_step) { \
            type x = *p, y = *q; \
            r[i] = (type)(expression); \
        } \
    }
#define WRAP(op) ((uint64_t)x op (uint64_t)y)
#define QUOTIENT (y == 0 ? 0 : y == (__typeof__(y))-1 ? (__typeof__(x))(0 - (uint64_t)x) : x / y)
#define INTEGERS(number, type) \
    ROW(add, type, WRAP(+)) \
    ROW(sub, type, WRAP(-)) \
    ROW(mul, type, WRAP(*)) \
    ROW(max, type, x > y ? x : y) \
    ROW(min, type, x < y ? x : y)
#define SIGNED_DIVISION(number, type) ROW(div, type, QUOTIENT)
#define UNSIGNED_DIVISION(number, type) ROW(div, type, y == 0 ? 0 : x / y)
/* C's remainder has the sign of x; Mod without fmod has the sign of y. */
#define REMAINDER (y == 0 || y == (__typeof__(y))-1 ? 0 : x % y)
#define SIGNED_MODULO(number, type) \
    ROW(rem, type, REMAINDER) \
    ROW(mod, type, REMAINDER != 0 && (REMAINDER < 0) != (y < 0) ? REMAINDER + y : REMAINDER)
#define UNSIGNED_MODULO(number, type) \
    ROW(rem, type, y == 0 ? 0 : x % y) \
    ROW(mod, type, y == 0 ? 0 : x % y)
#define FLOATS(type, power, remainder) \
    ROW(rem, type, remainder(x, y)) \
    ROW(mod, type, x - y * (type)floor(x / y)) \
    ROW(pow, type, power(x, y)) \
    ROW(max, type, x > y || x != x ? x : y) \
    ROW(min, type, x < y || x != x ? x : y)

SX_INTEGER_TYPES(INTEGERS)
SX_SIGNED_TYPES(SIGNED_DIVISION)
SX_UNSIGNED_TYPES(UNSIGNED_DIVISION)
SX_SIGNED_TYPES(SIGNED_MODULO)
SX_UNSIGNED_TYPES(UNSIGNED_MODULO)
FLOATS(float, powf, fmodf)
FLOATS(double, pow, fmod)
ROW(add, float, x + y)
ROW(add, double, x + y)
ROW(sub, double, x - y)
ROW(mul, double, x * y)
ROW(div, double, x / y)

/* By squaring; a negative exponent truncates to 0, as integer division does. */
static uint64_t integer_power(int64_t base, int64_t exponent)
{
    uint64_t result = 1, factor = (uint64_t)base;
    if (exponent < 0)
        return base == 1 ? 1 : base == -1 ? (exponent & 1 ? (uint64_t)-1 : 1) : 0;
    for (; exponent; exponent >>= 1, factor *= factor)
        if (exponent & 1)
            result *= factor;
    return result;
}

#define INTEGER_POWER(number, type) ROW(pow, type, integer_power((int64_t)x, (int64_t)y))
SX_INTEGER_TYPES(INTEGER_POWER)

/* The function of a family for a type; NULL for float16 and bool. */
#define CHOICE(family, number, type) case number: return family##_##type;
#define DEFINE_PICK(family, REALS) \
    static row_function *pick_##family(enum sx_dtype type) \
    { \
        switch (type) { \
        SX_INTEGER_TYPES(CHOICE_##family) \
        REALS \
        default: return NULL; \
        } \
    }
#define CHOICE_add(number, type) CHOICE(add, number, type)
#define CHOICE_sub(number, type) CHOICE(sub, number, type)
#define CHOICE_mul(number, type) CHOICE(mul, number, type)
#define CHOICE_div(number, type) CHOICE(div, number, type)
#define CHOICE_max(number, type) CHOICE(max, number, type)
#define CHOICE_min(number, type) CHOICE(min, number, type)
#define CHOICE_rem(number, type) CHOICE(rem, number, type)
#define CHOICE_mod(number, type) CHOICE(mod, number, type)
#define CHOICE_pow(number, type) CHOICE(pow, number, type)
DEFINE_PICK(add, SX_REAL_TYPES(CHOICE_add))
DEFINE_PICK(sub, CHOICE_sub(SX_DOUBLE, double))
DEFINE_PICK(mul, CHOICE_mul(SX_DOUBLE, double))
DEFINE_PICK(div, CHOICE_div(SX_DOUBLE, double))
DEFINE_PICK(max, SX_REAL_TYPES(CHOICE_max))
DEFINE_PICK(min, SX_REAL_TYPES(CHOICE_min))
DEFINE_PICK(rem, SX_REAL_TYPES(CHOICE_rem))
DEFINE_PICK(mod, SX_REAL_TYPES(CHOICE_mod))
DEFINE_PICK(pow, SX_REAL_TYPES(CHOICE_pow))

static void typed_row(void *user, const void *a, int64_t a_step, const void *b, int64_t b_step, void *out, int64_t count)
{
    (*(row_function **)user)(a, a_step, b, b_step, out, count);
}

static void kernel_row(void *user, const void *a, int64_t a_step, const void *b, int64_t b_step, void *out, int64_t count)
{
    enum sx_binary which = *(enum sx_binary *)user;
    if (a_step <= 1 && b_step <= 1) {
        sx_kernels()->binary[which](a, (int)a_step, b, (int)b_step, out, (size_t)count);
        return;
    }
    const float *p = a, *q = b;
    for (int64_t i = 0; i < count; i++, p += a_step, q += b_step)
        sx_kernels()->binary[which](p, 0, q, 0, (float *)out + i, 1);
}

static int run_typed(struct sx_call *call, row_function *function)
{
    if (!function)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(call->in[0]->type));
    sx_broadcast_rows(call->in[0], call->in[1], &call->out[0], typed_row, &function);
    return SYRINX_OK;
}

static int run_kernel(struct sx_call *call, enum sx_binary which, row_function *typed)
{
    if (call->in[0]->type != SX_FLOAT)
        return run_typed(call, typed);
    sx_broadcast_rows(call->in[0], call->in[1], &call->out[0], kernel_row, &which);
    return SYRINX_OK;
}

static int run_add(struct sx_call *call) { return run_kernel(call, SX_BINARY_ADD, pick_add(call->in[0]->type)); }
static int run_sub(struct sx_call *call) { return run_kernel(call, SX_BINARY_SUB, pick_sub(call->in[0]->type)); }
static int run_mul(struct sx_call *call) { return run_kernel(call, SX_BINARY_MUL, pick_mul(call->in[0]->type)); }
static int run_div(struct sx_call *call) { return run_kernel(call, SX_BINARY_DIV, pick_div(call->in[0]->type)); }

/* Pow allows an exponent of another type. */
static int infer_pow(struct sx_call *call)
{
    int rank;
    int64_t shape[SX_MAX_RANK];
    if (!sx_broadcast(call->in[0], call->in[1], &rank, shape))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "input shapes do not broadcast");
    return sx_call_output(call, 0, call->in[0]->type, rank, shape);
}

static void mixed_pow_row(void *user, const void *a, int64_t a_step, const void *b, int64_t b_step, void *out, int64_t count)
{
    const struct sx_call *call = user;
    const struct sx_tensor base = {.type = call->in[0]->type, .data = (void *)a}, exponent = {.type = call->in[1]->type, .data = (void *)b};
    bool whole = sx_dtype_integer(exponent.type) && sx_dtype_integer(base.type);
    for (int64_t i = 0; i < count; i++) {
        double v = pow(sx_tensor_real(&base, i * a_step), sx_tensor_real(&exponent, i * b_step));
        int64_t n = whole ? (int64_t)integer_power(sx_tensor_int(&base, i * a_step), sx_tensor_int(&exponent, i * b_step))
                    : v > -9.2e18 && v < 9.2e18 ? (int64_t)v : 0;
        switch (base.type) {
#define STORE(number, type) case number: ((type *)out)[i] = (type)n; break;
        SX_INTEGER_TYPES(STORE)
        case SX_FLOAT: ((float *)out)[i] = (float)v; break;
        default: ((double *)out)[i] = v; break;
        }
    }
}

static void square_row(void *user, const void *a, int64_t a_step, const void *b, int64_t b_step, void *out, int64_t count)
{
    const float *p = a;
    (void)user;
    (void)b;
    (void)b_step;
    for (int64_t i = 0; i < count; i++, p += a_step)
        ((float *)out)[i] = *p * *p;
}

static int run_pow(struct sx_call *call)
{
    const struct sx_tensor *base = call->in[0], *exponent = call->in[1];
    if (base->type == exponent->type) {
        if (base->type == SX_FLOAT && sx_tensor_count(exponent) == 1 && *(const float *)exponent->data == 2) {
            sx_broadcast_rows(base, exponent, &call->out[0], square_row, NULL);
            return SYRINX_OK;
        }
        return run_typed(call, pick_pow(base->type));
    }
    for (int i = 0; i < 2; i++)
        if (!sx_dtype_integer(call->in[i]->type) && call->in[i]->type != SX_FLOAT && call->in[i]->type != SX_DOUBLE)
            return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "types %s and %s", sx_dtype_name(base->type), sx_dtype_name(exponent->type));
    sx_broadcast_rows(base, exponent, &call->out[0], mixed_pow_row, call);
    return SYRINX_OK;
}

static int run_mod(struct sx_call *call)
{
    enum sx_dtype type = call->in[0]->type;
    return run_typed(call, sx_node_int(call->node, "fmod", 0) ? pick_rem(type) : pick_mod(type));
}

/* Max, Min, Sum and Mean take any number of inputs: the result so far is broadcast again with each, in the output's memory. */
static int fold_inputs(struct sx_call *call, row_function *function)
{
    if (!function)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(call->in[0]->type));
    if (call->in_count == 1) {
        size_t bytes = (size_t)sx_tensor_count(call->in[0]) * sx_dtype_size(call->in[0]->type);
        if (bytes)
            memcpy(call->out[0].data, call->in[0]->data, bytes);
        return SYRINX_OK;
    }
    sx_broadcast_rows(call->in[0], call->in[1], &call->out[0], typed_row, &function);
    for (int i = 2; i < call->in_count; i++)
        sx_broadcast_rows(&call->out[0], call->in[i], &call->out[0], typed_row, &function);
    return SYRINX_OK;
}

static int run_max(struct sx_call *call) { return fold_inputs(call, pick_max(call->in[0]->type)); }
static int run_min(struct sx_call *call) { return fold_inputs(call, pick_min(call->in[0]->type)); }

static int run_sum(struct sx_call *call) { return fold_inputs(call, pick_add(call->in[0]->type)); }

static int run_mean(struct sx_call *call)
{
    int64_t count = sx_tensor_count(&call->out[0]);
    if (call->in[0]->type != SX_FLOAT && call->in[0]->type != SX_DOUBLE)
        return run_typed(call, NULL);
    if (run_sum(call) != SYRINX_OK)
        return call->error->code;
    for (int64_t i = 0; i < count; i++) {
        if (call->out[0].type == SX_FLOAT)
            ((float *)call->out[0].data)[i] /= (float)call->in_count;
        else
            ((double *)call->out[0].data)[i] /= call->in_count;
    }
    return SYRINX_OK;
}

#define TWO(op, infer_function, run_function) \
    {.name = op, .min_inputs = 2, .max_inputs = 2, .max_outputs = 1, .flags = SX_OP_BINARY, .infer = infer_function, .run = run_function}

SX_OP(Add) = TWO("Add", sx_infer_broadcast, run_add);
SX_OP(Sub) = TWO("Sub", sx_infer_broadcast, run_sub);
SX_OP(Mul) = TWO("Mul", sx_infer_broadcast, run_mul);
SX_OP(Div) = TWO("Div", sx_infer_broadcast, run_div);
SX_OP(Pow) = TWO("Pow", infer_pow, run_pow);
SX_OP(Mod) = TWO("Mod", sx_infer_broadcast, run_mod);
SX_OP(Sum) = {
    .name = "Sum", .min_inputs = 1, .max_inputs = SX_MAX_INPUTS, .max_outputs = 1, .flags = SX_OP_BINARY, .infer = sx_infer_broadcast, .run = run_sum,
};
SX_OP(Mean) = {
    .name = "Mean", .min_inputs = 1, .max_inputs = SX_MAX_INPUTS, .max_outputs = 1, .flags = SX_OP_BINARY, .infer = sx_infer_broadcast, .run = run_mean,
};
SX_OP(Max) = {
    .name = "Max", .min_inputs = 1, .max_inputs = SX_MAX_INPUTS, .max_outputs = 1, .flags = SX_OP_BINARY, .infer = sx_infer_broadcast, .run = run_max,
};
SX_OP(Min) = {
    .name = "Min", .min_inputs = 1, .max_inputs = SX_MAX_INPUTS, .max_outputs = 1, .flags = SX_OP_BINARY, .infer = sx_infer_broadcast, .run = run_min,
};
