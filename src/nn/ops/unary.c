/* unary.c - functions of one element. */
#include <math.h>
#include <string.h>

#include "nn/op.h"
#include "nn/types.h"

/* Float functions that have a kernel, in pieces over the pool; double in plain C. */
struct pieces {
    const void *x;
    void *y;
    float parameter;
    enum sx_unary which;
    float (*single)(float);
    double (*twice)(double);
};

static void kernel_piece(void *user, int64_t begin, int64_t end)
{
    const struct pieces *p = user;
    sx_kernels()->unary[p->which]((const float *)p->x + begin, p->parameter, (float *)p->y + begin, (size_t)(end - begin));
}

static void single_piece(void *user, int64_t begin, int64_t end)
{
    const struct pieces *p = user;
    for (int64_t i = begin; i < end; i++)
        ((float *)p->y)[i] = p->single(((const float *)p->x)[i]);
}

static void double_piece(void *user, int64_t begin, int64_t end)
{
    const struct pieces *p = user;
    for (int64_t i = begin; i < end; i++)
        ((double *)p->y)[i] = p->twice(((const double *)p->x)[i]);
}

static int wrong_type(struct sx_call *call)
{
    return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(call->in[0]->type));
}

static int run_function(struct sx_call *call, float (*single)(float), double (*twice)(double))
{
    struct pieces pieces = {.x = call->in[0]->data, .y = call->out[0].data, .single = single, .twice = twice};
    enum sx_dtype type = call->in[0]->type;
    if (type != SX_FLOAT && (type != SX_DOUBLE || !twice))
        return wrong_type(call);
    sx_parallel(call->pool, sx_tensor_count(call->in[0]), 4096, type == SX_FLOAT ? single_piece : double_piece, &pieces);
    return SYRINX_OK;
}

static int run_kernel(struct sx_call *call, enum sx_unary which, float parameter, double (*twice)(double))
{
    struct pieces pieces = {.x = call->in[0]->data, .y = call->out[0].data, .parameter = parameter, .which = which};
    if (call->in[0]->type != SX_FLOAT)
        return run_function(call, NULL, twice);
    sx_parallel(call->pool, sx_tensor_count(call->in[0]), 16384, kernel_piece, &pieces);
    return SYRINX_OK;
}

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }
static double silu(double x) { return x / (1 + exp(-x)); }
static int run_sigmoid(struct sx_call *call) { return run_kernel(call, SX_UNARY_SIGMOID, 0, sigmoid); }
static int run_silu(struct sx_call *call) { return run_kernel(call, SX_UNARY_SILU, 0, silu); }
static int run_tanh(struct sx_call *call) { return run_kernel(call, SX_UNARY_TANH, 0, tanh); }
static int run_exp(struct sx_call *call) { return run_kernel(call, SX_UNARY_EXP, 0, exp); }
static int run_erf(struct sx_call *call) { return run_kernel(call, SX_UNARY_ERF, 0, erf); }

static float reciprocal(float x) { return 1 / x; }
static double reciprocal_twice(double x) { return 1 / x; }
static double softplus_twice(double x) { return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)); }
static int run_log(struct sx_call *call) { return run_function(call, logf, log); }
static int run_sqrt(struct sx_call *call) { return run_function(call, sqrtf, sqrt); }
static int run_ceil(struct sx_call *call) { return run_function(call, ceilf, ceil); }
static int run_floor(struct sx_call *call) { return run_function(call, floorf, floor); }
static int run_round(struct sx_call *call) { return run_function(call, rintf, rint); }
static int run_sin(struct sx_call *call) { return run_function(call, sinf, sin); }
static int run_cos(struct sx_call *call) { return run_function(call, cosf, cos); }
static int run_reciprocal(struct sx_call *call) { return run_function(call, reciprocal, reciprocal_twice); }

/* ln(1 + e^x) = max(x, 0) + ln(1 + t), t = e^-|x|; ln(1 + t) / t on 0..1 is a least-squares polynomial brought to equal ripple, 5e-9. */
static void softplus_piece(void *user, int64_t begin, int64_t end)
{
    static const float c[] = {1.0f, -0.499999017f, 0.333299637f, -0.249541327f, 0.196759313f, -0.153055698f, 0.106036171f, -0.0569591597f, 0.0198512617f, -0.00324398093f};
    const struct pieces *p = user;
    float t[256];
    for (int64_t i = begin; i < end; i += 256) {
        const float *x = (const float *)p->x + i;
        float *y = (float *)p->y + i;
        int n = end - i < 256 ? (int)(end - i) : 256;
        for (int k = 0; k < n; k++)
            t[k] = -fabsf(x[k]);
        sx_kernels()->unary[SX_UNARY_EXP](t, 0, t, (size_t)n);
        for (int k = 0; k < n; k++) {
            float sum = c[9];
            sum = sum * t[k] + c[8];
            sum = sum * t[k] + c[7];
            sum = sum * t[k] + c[6];
            sum = sum * t[k] + c[5];
            sum = sum * t[k] + c[4];
            sum = sum * t[k] + c[3];
            sum = sum * t[k] + c[2];
            sum = sum * t[k] + c[1];
            sum = sum * t[k] + c[0];
            float above = x[k] < 0 ? 0 : x[k];          /* what is not a number stays that */
            y[k] = above + t[k] * sum;
        }
    }
}

static int run_softplus(struct sx_call *call)
{
    struct pieces pieces = {.x = call->in[0]->data, .y = call->out[0].data};
    if (call->in[0]->type != SX_FLOAT)
        return run_function(call, NULL, softplus_twice);
    sx_parallel(call->pool, sx_tensor_count(call->in[0]), 4096, softplus_piece, &pieces);
    return SYRINX_OK;
}

#define EACH(type, expression) { \
        const type *x = call->in[0]->data; \
        type *y = call->out[0].data; \
        for (int64_t i = 0; i < count; i++) \
            y[i] = (type)(expression); \
        return SYRINX_OK; \
    }

static int run_relu(struct sx_call *call)
{
    int64_t count = sx_tensor_count(call->in[0]);
    switch (call->in[0]->type) {
#define POSITIVE(number, type) case number: EACH(type, x[i] < 0 ? 0 : x[i])
    SX_SIGNED_TYPES(POSITIVE)
    case SX_DOUBLE: EACH(double, x[i] < 0 ? 0 : x[i])
    default: return run_kernel(call, SX_UNARY_RELU, 0, NULL);
    }
}

static int run_leaky_relu(struct sx_call *call)
{
    int64_t count = sx_tensor_count(call->in[0]);
    float slope = sx_node_float(call->node, "alpha", 0.01f);
    if (call->in[0]->type == SX_DOUBLE)
        EACH(double, x[i] < 0 ? x[i] * slope : x[i])
    return run_kernel(call, SX_UNARY_LEAKY_RELU, slope, NULL);
}

/* On integers, which are few wherever they occur: cold code is made small. */
#define SMALL __attribute__((cold, noinline))

static SMALL int sign_integers(struct sx_call *call, int64_t count)
{
    switch (call->in[0]->type) {
#define SIGN(number, type) case number: EACH(type, (x[i] > 0) - (x[i] < 0))
#define POSITIVE_SIGN(number, type) case number: EACH(type, x[i] != 0)
    SX_SIGNED_TYPES(SIGN)
    SX_UNSIGNED_TYPES(POSITIVE_SIGN)
    default: return wrong_type(call);
    }
}

static int run_sign(struct sx_call *call)
{
    int64_t count = sx_tensor_count(call->in[0]);
    switch (call->in[0]->type) {
    SX_REAL_TYPES(SIGN)
    default: return sign_integers(call, count);
    }
}

static int run_neg(struct sx_call *call)
{
    int64_t count = sx_tensor_count(call->in[0]);
    switch (call->in[0]->type) {
#define NEGATE(number, type) case number: EACH(type, 0 - (uint64_t)x[i])
    SX_SIGNED_TYPES(NEGATE)
    case SX_FLOAT: EACH(float, -x[i])
    case SX_DOUBLE: EACH(double, -x[i])
    default: return wrong_type(call);
    }
}

static SMALL int abs_integers(struct sx_call *call, int64_t count)
{
    switch (call->in[0]->type) {
#define MAGNITUDE(number, type) case number: EACH(type, x[i] < 0 ? 0 - (uint64_t)x[i] : (uint64_t)x[i])
#define SAME(number, type) case number: EACH(type, x[i])
    SX_SIGNED_TYPES(MAGNITUDE)
    SX_UNSIGNED_TYPES(SAME)
    default: return wrong_type(call);
    }
}

static int run_abs(struct sx_call *call)
{
    int64_t count = sx_tensor_count(call->in[0]);
    switch (call->in[0]->type) {
    case SX_FLOAT: EACH(float, fabsf(x[i]))
    case SX_DOUBLE: EACH(double, fabs(x[i]))
    default: return abs_integers(call, count);
    }
}

static int run_not(struct sx_call *call)
{
    int64_t count = sx_tensor_count(call->in[0]);
    if (call->in[0]->type != SX_BOOL)
        return wrong_type(call);
    EACH(uint8_t, !x[i])
}

/* An absent bound is one that no element passes: reals compare with infinities, integers are not compared. */
struct bounds {
    float least, most;              /* attributes */
    const void *low, *high;         /* inputs, of the type of x, or NULL */
};

#define CLIP(number, type) \
    case number: { \
        bool below = bounds->low || bounds->least > -INFINITY, above = bounds->high || bounds->most < INFINITY; \
        type low = bounds->low ? *(const type *)bounds->low : below ? (type)bounds->least : 0; \
        type high = bounds->high ? *(const type *)bounds->high : above ? (type)bounds->most : 0; \
        const type *p = x->data; \
        type *y = call->out[0].data; \
        for (int64_t i = 0; i < count; i++) { \
            type v = below && p[i] < low ? low : p[i]; \
            y[i] = above && v > high ? high : v; \
        } \
        return SYRINX_OK; \
    }

static SMALL int clip_integers(struct sx_call *call, const struct bounds *bounds, const struct sx_tensor *x, int64_t count)
{
    switch (x->type) {
    SX_SIGNED_TYPES(CLIP)
    SX_UNSIGNED_TYPES(CLIP)
    default: return wrong_type(call);
    }
}

/* Bounds are inputs since opset 11, attributes before; either may be missing. */
static int run_clip(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    int64_t count = sx_tensor_count(x);
    for (int i = 1; i < 3; i++)
        if (sx_call_has(call, i) && (call->in[i]->type != x->type || sx_tensor_count(call->in[i]) != 1))
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "a bound must be one number of the input's type");
    const struct bounds all = {sx_node_float(call->node, "min", -INFINITY), sx_node_float(call->node, "max", INFINITY),
                               sx_call_has(call, 1) ? call->in[1]->data : NULL, sx_call_has(call, 2) ? call->in[2]->data : NULL}, *bounds = &all;
    switch (x->type) {
    SX_REAL_TYPES(CLIP)
    default: return clip_integers(call, bounds, x, count);
    }
}

static bool clip_window(const struct sx_call *call, const int *time_in, int time_out, struct sx_window *windows)
{
    (void)call;
    (void)windows;
    return time_in[0] == time_out;
}

#define ONE(op, extra, function) \
    {.name = op, .min_inputs = 1, .max_inputs = 1, .max_outputs = 1, .flags = SX_OP_UNARY | (extra), .infer = sx_infer_same, .run = function}

SX_OP(Relu) = ONE("Relu", 0, run_relu);
SX_OP(LeakyRelu) = ONE("LeakyRelu", 0, run_leaky_relu);
SX_OP(Sigmoid) = ONE("Sigmoid", 0, run_sigmoid);
SX_OP(SxSilu) = ONE("SxSilu", SX_OP_INTERNAL, run_silu);
SX_OP(Tanh) = ONE("Tanh", 0, run_tanh);
SX_OP(Exp) = ONE("Exp", 0, run_exp);
SX_OP(Log) = ONE("Log", 0, run_log);
SX_OP(Sqrt) = ONE("Sqrt", 0, run_sqrt);
SX_OP(Erf) = ONE("Erf", 0, run_erf);
SX_OP(Ceil) = ONE("Ceil", 0, run_ceil);
SX_OP(Floor) = ONE("Floor", 0, run_floor);
SX_OP(Round) = ONE("Round", 0, run_round);
SX_OP(Sin) = ONE("Sin", 0, run_sin);
SX_OP(Cos) = ONE("Cos", 0, run_cos);
SX_OP(Reciprocal) = ONE("Reciprocal", 0, run_reciprocal);
SX_OP(Softplus) = ONE("Softplus", 0, run_softplus);
SX_OP(Sign) = ONE("Sign", 0, run_sign);
SX_OP(Neg) = ONE("Neg", 0, run_neg);
SX_OP(Abs) = ONE("Abs", 0, run_abs);
SX_OP(Not) = ONE("Not", 0, run_not);
SX_OP(Clip) = {
    .name = "Clip", .min_inputs = 1, .max_inputs = 3, .max_outputs = 1, .infer = sx_infer_same, .run = run_clip, .window = clip_window,
};
