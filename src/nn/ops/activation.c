/* activation.c - functions of one element that networks use between layers and that have no kernel: HardSigmoid, Elu, Gelu, Swish, Mish,
 * Softsign, PRelu; Atan; IsNaN and IsInf. */
#include <string.h>
#include <tgmath.h>

#include "nn/op.h"

struct piece {
    const void *x;
    void *y;
    double a, b;            /* alpha and beta */
    float (*single)(float x, float a, float b);
    double (*twice)(double x, double a, double b);
};

static void single_piece(void *user, int64_t begin, int64_t end)
{
    const struct piece *p = user;
    for (int64_t i = begin; i < end; i++)
        ((float *)p->y)[i] = p->single(((const float *)p->x)[i], (float)p->a, (float)p->b);
}

static void double_piece(void *user, int64_t begin, int64_t end)
{
    const struct piece *p = user;
    for (int64_t i = begin; i < end; i++)
        ((double *)p->y)[i] = p->twice(((const double *)p->x)[i], p->a, p->b);
}

/* The same expression for float and double; <tgmath.h> picks the functions. */
#define FUNCTION(name, expression) \
    static float name##_single(float x, float a, float b) { typedef float real; (void)a; (void)b; (void)(real)0; return expression; } \
    static double name##_twice(double x, double a, double b) { typedef double real; (void)a; (void)b; (void)(real)0; return expression; } \
    static int run_##name(struct sx_call *call) { return each(call, name##_single, name##_twice); }

/* alpha and beta of the operator; what is normal differs. */
static double parameter(const struct sx_node *node, const char *name)
{
    bool hard = strcmp(node->op->name, "HardSigmoid") == 0;
    return sx_node_float(node, name, hard ? (*name == 'a' ? 0.2f : 0.5f) : 1);
}

static int each(struct sx_call *call, float (*single)(float, float, float), double (*twice)(double, double, double))
{
    struct piece piece = {.x = call->in[0]->data, .y = call->out[0].data, .single = single, .twice = twice,
                          .a = parameter(call->node, "alpha"), .b = parameter(call->node, "beta")};
    if (call->in[0]->type != SX_FLOAT && call->in[0]->type != SX_DOUBLE)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(call->in[0]->type));
    sx_parallel(call->pool, sx_tensor_count(call->in[0]), 4096, call->in[0]->type == SX_FLOAT ? single_piece : double_piece, &piece);
    return SYRINX_OK;
}

/* softplus that neither overflows nor loses small values */
#define SOFTPLUS(x) ((x) > 0 ? (x) + log1p(exp(-(x))) : log1p(exp(x)))

FUNCTION(hard_sigmoid, fmax((real)0, fmin((real)1, a * x + b)))
FUNCTION(elu, x < 0 ? a * expm1(x) : x)
FUNCTION(softsign, x / (1 + fabs(x)))
FUNCTION(swish, x / (1 + exp(-a * x)))
FUNCTION(mish, x * tanh(SOFTPLUS(x)))
FUNCTION(atan, atan(x))
FUNCTION(gelu_erf, x * (1 + erf(x * (real)0.70710678118654752)) / 2)
FUNCTION(gelu_tanh, x * (1 + tanh((real)0.79788456080286536 * (x + (real)0.044715 * x * x * x))) / 2)

static int run_gelu(struct sx_call *call)
{
    return strcmp(sx_node_string(call->node, "approximate", "none"), "tanh") == 0 ? run_gelu_tanh(call) : run_gelu_erf(call);
}

/* The slope broadcasts to the input, never the other way. */
static int infer_prelu(struct sx_call *call)
{
    struct sx_tensor sum = {.data = NULL};
    if (call->in[0]->type != call->in[1]->type)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "inputs of different types");
    if (!sx_broadcast(call->in[0], call->in[1], &sum.rank, sum.shape) || !sx_tensor_same_shape(&sum, call->in[0]))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the slope does not broadcast to the input");
    return sx_infer_same(call);
}

#define SLOPE(type) { \
        const type *p = a, *q = b; \
        for (int64_t i = 0; i < count; i++, p += a_step, q += b_step) \
            ((type *)out)[i] = *p < 0 ? *p * *q : *p; \
    }

static void prelu_row(void *user, const void *a, int64_t a_step, const void *b, int64_t b_step, void *out, int64_t count)
{
    if (*(const enum sx_dtype *)user == SX_FLOAT)
        SLOPE(float)
    else
        SLOPE(double)
}

static int run_prelu(struct sx_call *call)
{
    enum sx_dtype type = call->in[0]->type;
    if (type != SX_FLOAT && type != SX_DOUBLE)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(type));
    sx_broadcast_rows(call->in[0], call->in[1], &call->out[0], prelu_row, &type);
    return SYRINX_OK;
}

static int infer_truth(struct sx_call *call)
{
    enum sx_dtype type = call->in[0]->type;
    if (type != SX_FLOAT && type != SX_DOUBLE && type != SX_FLOAT16 && type != SX_BFLOAT16)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "type %s", sx_dtype_name(type));
    return sx_call_output(call, 0, SX_BOOL, call->in[0]->rank, call->in[0]->shape);
}

static int run_isnan(struct sx_call *call)
{
    int64_t count = sx_tensor_count(call->in[0]);
    for (int64_t i = 0; i < count; i++)
        ((uint8_t *)call->out[0].data)[i] = isnan(sx_tensor_real(call->in[0], i));
    return SYRINX_OK;
}

static int run_isinf(struct sx_call *call)
{
    bool negative = sx_node_int(call->node, "detect_negative", 1) != 0, positive = sx_node_int(call->node, "detect_positive", 1) != 0;
    int64_t count = sx_tensor_count(call->in[0]);
    for (int64_t i = 0; i < count; i++) {
        double v = sx_tensor_real(call->in[0], i);
        ((uint8_t *)call->out[0].data)[i] = isinf(v) && (v < 0 ? negative : positive);
    }
    return SYRINX_OK;
}

#define ONE(op, infer_function, function) \
    {.name = op, .min_inputs = 1, .max_inputs = 1, .max_outputs = 1, .flags = SX_OP_UNARY, .infer = infer_function, .run = function}

SX_OP(HardSigmoid) = ONE("HardSigmoid", sx_infer_same, run_hard_sigmoid);
SX_OP(Elu) = ONE("Elu", sx_infer_same, run_elu);
SX_OP(Softsign) = ONE("Softsign", sx_infer_same, run_softsign);
SX_OP(Swish) = ONE("Swish", sx_infer_same, run_swish);
SX_OP(Mish) = ONE("Mish", sx_infer_same, run_mish);
SX_OP(Gelu) = ONE("Gelu", sx_infer_same, run_gelu);
SX_OP(Atan) = ONE("Atan", sx_infer_same, run_atan);
SX_OP(IsNaN) = ONE("IsNaN", infer_truth, run_isnan);
SX_OP(IsInf) = ONE("IsInf", infer_truth, run_isinf);
SX_OP(PRelu) = {
    .name = "PRelu", .min_inputs = 2, .max_inputs = 2, .max_outputs = 1, .flags = SX_OP_BINARY, .infer = infer_prelu, .run = run_prelu,
};
