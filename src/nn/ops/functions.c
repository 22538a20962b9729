/* functions.c - the rarer functions of one element: trigonometry, hyperbolic functions, activations with parameters. Floats and doubles. */
#include <math.h>

#include "nn/op.h"

struct job {
    const struct sx_tensor *x;
    const struct sx_tensor *y;
    double (*function)(double x, double alpha, double beta);
    double alpha, beta;
};

/* Float inputs go through double precision: the result is the correctly rounded one but for rare ties. */
static void piece(void *user, int64_t begin, int64_t end)
{
    const struct job *job = user;
    for (int64_t i = begin; i < end; i++) {
        if (job->x->type == SX_DOUBLE)
            ((double *)job->y->data)[i] = job->function(((const double *)job->x->data)[i], job->alpha, job->beta);
        else
            ((float *)job->y->data)[i] = (float)job->function(((const float *)job->x->data)[i], job->alpha, job->beta);
    }
}

static int run(struct sx_call *call, double (*function)(double, double, double), float alpha, float beta)
{
    struct job job = {call->in[0], &call->out[0], function, sx_node_float(call->node, "alpha", alpha), beta};
    if (call->in[0]->type != SX_FLOAT && call->in[0]->type != SX_DOUBLE)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(call->in[0]->type));
    sx_parallel(call->pool, sx_tensor_count(call->in[0]), 4096, piece, &job);
    return SYRINX_OK;
}

#define PLAIN(name, expression) \
    static double value_##name(double x, double alpha, double beta) \
    { \
        (void)alpha; \
        (void)beta; \
        return expression; \
    }
PLAIN(acos, acos(x))
PLAIN(acosh, acosh(x))
PLAIN(asin, asin(x))
PLAIN(asinh, asinh(x))
PLAIN(atanh, atanh(x))
PLAIN(cosh, cosh(x))
PLAIN(sinh, sinh(x))
PLAIN(tan, tan(x))
PLAIN(celu, x > 0 ? x : alpha * expm1(x / alpha))
PLAIN(hard_swish, x * (x <= -3 ? 0 : x >= 3 ? 1 : (x + 3) / 6))
PLAIN(selu, x > 0 ? beta * x : beta * alpha * expm1(x))
PLAIN(thresholded, x > alpha ? x : 0)

static int run_acos(struct sx_call *call) { return run(call, value_acos, 0, 0); }
static int run_acosh(struct sx_call *call) { return run(call, value_acosh, 0, 0); }
static int run_asin(struct sx_call *call) { return run(call, value_asin, 0, 0); }
static int run_asinh(struct sx_call *call) { return run(call, value_asinh, 0, 0); }
static int run_atanh(struct sx_call *call) { return run(call, value_atanh, 0, 0); }
static int run_cosh(struct sx_call *call) { return run(call, value_cosh, 0, 0); }
static int run_sinh(struct sx_call *call) { return run(call, value_sinh, 0, 0); }
static int run_tan(struct sx_call *call) { return run(call, value_tan, 0, 0); }
static int run_celu(struct sx_call *call) { return run(call, value_celu, 1, 0); }
static int run_hard_swish(struct sx_call *call) { return run(call, value_hard_swish, 0, 0); }
static int run_selu(struct sx_call *call) { return run(call, value_selu, 1.67326319217681884765625f, sx_node_float(call->node, "gamma", 1.05070102214813232421875f)); }
static int run_thresholded(struct sx_call *call) { return run(call, value_thresholded, 1, 0); }

#define ONE(op, function) \
    {.name = op, .min_inputs = 1, .max_inputs = 1, .max_outputs = 1, .flags = SX_OP_UNARY, .infer = sx_infer_same, .run = function}

SX_OP(Acos) = ONE("Acos", run_acos);
SX_OP(Acosh) = ONE("Acosh", run_acosh);
SX_OP(Asin) = ONE("Asin", run_asin);
SX_OP(Asinh) = ONE("Asinh", run_asinh);
SX_OP(Atanh) = ONE("Atanh", run_atanh);
SX_OP(Cosh) = ONE("Cosh", run_cosh);
SX_OP(Sinh) = ONE("Sinh", run_sinh);
SX_OP(Tan) = ONE("Tan", run_tan);
SX_OP(Celu) = ONE("Celu", run_celu);
SX_OP(HardSwish) = ONE("HardSwish", run_hard_swish);
SX_OP(Selu) = ONE("Selu", run_selu);
SX_OP(ThresholdedRelu) = ONE("ThresholdedRelu", run_thresholded);
