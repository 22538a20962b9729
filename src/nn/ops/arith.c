/* arith.c - Add, Sub, Mul, Div, Pow, Max, Min with broadcasting. Integers wrap; x / 0 is 0 for integers. */
#include <math.h>

#include "nn/op.h"

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
#define INTEGERS(type) \
    ROW(add, type, WRAP(+)) \
    ROW(sub, type, WRAP(-)) \
    ROW(mul, type, WRAP(*)) \
    ROW(max, type, x > y ? x : y) \
    ROW(min, type, x < y ? x : y)
#define FLOATS(type, power) \
    ROW(pow, type, power(x, y)) \
    ROW(max, type, x > y || x != x ? x : y) \
    ROW(min, type, x < y || x != x ? x : y)

INTEGERS(int32_t)
INTEGERS(int64_t)
INTEGERS(int8_t)
INTEGERS(uint8_t)
ROW(div, int32_t, QUOTIENT)
ROW(div, int64_t, QUOTIENT)
ROW(div, int8_t, QUOTIENT)
ROW(div, uint8_t, y == 0 ? 0 : x / y)
FLOATS(float, powf)
FLOATS(double, pow)
ROW(add, double, x + y)
ROW(sub, double, x - y)
ROW(mul, double, x * y)
ROW(div, double, x / y)

/* By squaring; a negative exponent truncates to 0, as integer division does. */
static int64_t integer_power(int64_t base, int64_t exponent)
{
    uint64_t result = 1, factor = (uint64_t)base;
    if (exponent < 0)
        return base == 1 ? 1 : base == -1 ? (exponent & 1 ? -1 : 1) : 0;
    for (; exponent; exponent >>= 1, factor *= factor)
        if (exponent & 1)
            result *= factor;
    return (int64_t)result;
}
ROW(pow, int32_t, integer_power(x, y))
ROW(pow, int64_t, integer_power(x, y))

static row_function *pick(enum sx_dtype type, row_function *f64, row_function *i32, row_function *i64, row_function *i8, row_function *u8)
{
    switch (type) {
    case SX_DOUBLE: return f64;
    case SX_INT32: return i32;
    case SX_INT64: return i64;
    case SX_INT8: return i8;
    case SX_UINT8: return u8;
    default: return NULL;
    }
}

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

#define PICK(name) pick(call->in[0]->type, name##_double, name##_int32_t, name##_int64_t, name##_int8_t, name##_uint8_t)
static int run_add(struct sx_call *call) { return run_kernel(call, SX_BINARY_ADD, PICK(add)); }
static int run_sub(struct sx_call *call) { return run_kernel(call, SX_BINARY_SUB, PICK(sub)); }
static int run_mul(struct sx_call *call) { return run_kernel(call, SX_BINARY_MUL, PICK(mul)); }
static int run_div(struct sx_call *call) { return run_kernel(call, SX_BINARY_DIV, PICK(div)); }

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
    for (int64_t i = 0; i < count; i++) {
        double x = call->in[0]->type == SX_FLOAT ? ((const float *)a)[i * a_step] : call->in[0]->type == SX_INT32 ? ((const int32_t *)a)[i * a_step]
                   : (double)((const int64_t *)a)[i * a_step];
        double y = call->in[1]->type == SX_FLOAT ? ((const float *)b)[i * b_step] : call->in[1]->type == SX_INT32 ? ((const int32_t *)b)[i * b_step]
                   : (double)((const int64_t *)b)[i * b_step];
        double v = pow(x, y);
        if (call->in[0]->type == SX_FLOAT)
            ((float *)out)[i] = (float)v;
        else if (call->in[0]->type == SX_INT32)
            ((int32_t *)out)[i] = v > -2147483648.0 && v < 2147483647.0 ? (int32_t)v : 0;
        else
            ((int64_t *)out)[i] = v > -9.2e18 && v < 9.2e18 ? (int64_t)v : 0;
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
        return run_typed(call, base->type == SX_FLOAT ? pow_float : pick(base->type, pow_double, pow_int32_t, pow_int64_t, NULL, NULL));
    }
    bool known = true;
    for (int i = 0; i < 2; i++)
        known = known && (call->in[i]->type == SX_FLOAT || call->in[i]->type == SX_INT32 || call->in[i]->type == SX_INT64);
    if (!known)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "types %s and %s", sx_dtype_name(base->type), sx_dtype_name(exponent->type));
    sx_broadcast_rows(base, exponent, &call->out[0], mixed_pow_row, call);
    return SYRINX_OK;
}

/* Max and Min take any number of inputs: the result so far is broadcast again with each, in the output's memory. */
static int fold_inputs(struct sx_call *call, row_function *function)
{
    if (!function)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(call->in[0]->type));
    sx_broadcast_rows(call->in[0], call->in[call->in_count > 1], &call->out[0], typed_row, &function);
    for (int i = 2; i < call->in_count; i++)
        sx_broadcast_rows(&call->out[0], call->in[i], &call->out[0], typed_row, &function);
    return SYRINX_OK;
}

static int run_max(struct sx_call *call) { return fold_inputs(call, call->in[0]->type == SX_FLOAT ? max_float : PICK(max)); }
static int run_min(struct sx_call *call) { return fold_inputs(call, call->in[0]->type == SX_FLOAT ? min_float : PICK(min)); }

#define TWO(op, infer_function, run_function) \
    {.name = op, .min_inputs = 2, .max_inputs = 2, .max_outputs = 1, .flags = SX_OP_BINARY, .infer = infer_function, .run = run_function}

SX_OP(Add) = TWO("Add", sx_infer_broadcast, run_add);
SX_OP(Sub) = TWO("Sub", sx_infer_broadcast, run_sub);
SX_OP(Mul) = TWO("Mul", sx_infer_broadcast, run_mul);
SX_OP(Div) = TWO("Div", sx_infer_broadcast, run_div);
SX_OP(Pow) = TWO("Pow", infer_pow, run_pow);
SX_OP(Max) = {
    .name = "Max", .min_inputs = 1, .max_inputs = SX_MAX_INPUTS, .max_outputs = 1, .flags = SX_OP_BINARY, .infer = sx_infer_broadcast, .run = run_max,
};
SX_OP(Min) = {
    .name = "Min", .min_inputs = 1, .max_inputs = SX_MAX_INPUTS, .max_outputs = 1, .flags = SX_OP_BINARY, .infer = sx_infer_broadcast, .run = run_min,
};
