/* quantize.c - QuantizeLinear, DequantizeLinear (whole, by axis, by blocks), DynamicQuantizeLinear. */
#include <math.h>
#include <string.h>

#include "nn/op.h"
#include "nn/types.h"

static bool small_integer(enum sx_dtype type)
{
    return type == SX_UINT8 || type == SX_INT8 || type == SX_UINT16 || type == SX_INT16;
}

/* Where the scale of an element lies: one for all, one for each index of an axis, or one for a block of that axis. */
struct scales {
    int64_t length, inner, block, blocks;       /* the axis: elements, elements behind it, elements that share a scale, scales */
    bool one, blocked;
};

static int find_scales(struct sx_call *call, struct scales *s)
{
    const struct sx_tensor *x = call->in[0], *scale = call->in[1];
    int64_t block = sx_node_int(call->node, "block_size", 0);
    *s = (struct scales){.one = block == 0 && sx_tensor_count(scale) == 1, .inner = 1};
    if (scale->type != SX_FLOAT && scale->type != SX_DOUBLE)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "a scale of type %s", sx_dtype_name(scale->type));
    if (sx_call_has(call, 2) && sx_tensor_count(call->in[2]) != sx_tensor_count(scale))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "scale and zero point have different sizes");
    if (s->one)
        return SYRINX_OK;
    int axis = sx_call_axis(call, sx_node_int(call->node, "axis", 1), x->rank);
    if (axis < 0)
        return axis;
    s->length = x->shape[axis];
    for (int d = axis + 1; d < x->rank; d++)
        s->inner *= x->shape[d];
    s->blocked = block != 0;
    if (block < 0 || block > INT32_MAX)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "a block size of %lld", (long long)block);
    s->block = block ? block : 1;
    s->blocks = s->blocked ? (s->length + s->block - 1) / s->block : s->length;
    bool fits = s->blocked ? scale->rank == x->rank : scale->rank == 1 && scale->shape[0] == s->length;
    for (int d = 0; fits && s->blocked && d < x->rank; d++)
        fits = scale->shape[d] == (d == axis ? s->blocks : x->shape[d]);
    return fits ? SYRINX_OK : sx_call_fail(call, SYRINX_ERROR_FORMAT, "the scale does not fit the input");
}

static int64_t scale_of(const struct scales *s, int64_t i)
{
    if (s->one)
        return 0;
    int64_t k = i / s->inner % s->length;
    return s->blocked ? (i / s->inner / s->length * s->blocks + k / s->block) * s->inner + i % s->inner : k;
}

static int infer_quantize(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    struct scales s;
    int64_t wanted = sx_node_int(call->node, "output_dtype", 0);
    enum sx_dtype type = sx_call_has(call, 2) ? call->in[2]->type : wanted > 0 && wanted < 64 ? (enum sx_dtype)wanted : SX_UINT8;
    if (x->type != SX_FLOAT && x->type != SX_DOUBLE && x->type != SX_INT32)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "input of type %s", sx_dtype_name(x->type));
    if (!small_integer(type))
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "to type %s", sx_dtype_name(type));
    if (wanted && (enum sx_dtype)wanted != type)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "zero point and output_dtype differ");
    int code = find_scales(call, &s);
    return code == SYRINX_OK ? sx_call_output(call, 0, type, x->rank, x->shape) : code;
}

static void store(const struct sx_tensor *out, int64_t i, double v)
{
    double low = out->type == SX_INT8 ? -128 : out->type == SX_INT16 ? -32768 : 0;
    double high = out->type == SX_INT8 ? 127 : out->type == SX_UINT8 ? 255 : out->type == SX_INT16 ? 32767 : 65535;
    v = v >= low ? v <= high ? v : high : low;      /* NaN becomes the least */
    switch (out->type) {
    case SX_INT8: ((int8_t *)out->data)[i] = (int8_t)v; break;
    case SX_UINT8: ((uint8_t *)out->data)[i] = (uint8_t)v; break;
    case SX_INT16: ((int16_t *)out->data)[i] = (int16_t)v; break;
    default: ((uint16_t *)out->data)[i] = (uint16_t)v; break;
    }
}

/* The quotient is rounded to the scale's precision before it is rounded to a whole number, as the operator is defined. */
static double quotient(const struct sx_tensor *x, int64_t i, double scale)
{
    double v = sx_tensor_real(x, i);
    return rint(x->type == SX_DOUBLE ? v / scale : (double)((float)v / (float)scale));
}

static int run_quantize(struct sx_call *call)
{
    struct scales s;
    int code = find_scales(call, &s);
    int64_t count = sx_tensor_count(call->in[0]);
    for (int64_t i = 0; code == SYRINX_OK && i < count; i++) {
        int64_t k = scale_of(&s, i);
        double zero = sx_call_has(call, 2) ? sx_tensor_real(call->in[2], k) : 0;
        store(&call->out[0], i, quotient(call->in[0], i, sx_tensor_real(call->in[1], k)) + zero);
    }
    return code;
}

static int infer_dequantize(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    struct scales s;
    int64_t wanted = sx_node_int(call->node, "output_dtype", 0);
    if (!small_integer(x->type) && x->type != SX_INT32)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "input of type %s", sx_dtype_name(x->type));
    if (sx_call_has(call, 2) && call->in[2]->type != x->type)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the zero point is %s, the input %s", sx_dtype_name(call->in[2]->type), sx_dtype_name(x->type));
    if (wanted && wanted != SX_FLOAT && wanted != SX_DOUBLE)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "output_dtype %lld", (long long)wanted);
    int code = find_scales(call, &s);
    return code == SYRINX_OK ? sx_call_output(call, 0, wanted ? (enum sx_dtype)wanted : call->in[1]->type, x->rank, x->shape) : code;
}

static int run_dequantize(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    struct scales s;
    int code = find_scales(call, &s);
    int64_t count = sx_tensor_count(x);
    for (int64_t i = 0; code == SYRINX_OK && i < count; i++) {
        int64_t k = scale_of(&s, i), zero = sx_call_has(call, 2) ? sx_tensor_int(call->in[2], k) : 0;
        double scale = sx_tensor_real(call->in[1], k), value = (double)(sx_tensor_int(x, i) - zero);
        if (call->out[0].type == SX_FLOAT)
            ((float *)call->out[0].data)[i] = (float)value * (float)scale;
        else
            ((double *)call->out[0].data)[i] = value * scale;
    }
    return code;
}

static int infer_dynamic(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    if (x->type != SX_FLOAT)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(x->type));
    for (int i = 1; i < call->out_count; i++)
        if (sx_call_output(call, i, i == 1 ? SX_FLOAT : SX_UINT8, 0, NULL) != SYRINX_OK)
            return call->error->code;
    return sx_call_output(call, 0, SX_UINT8, x->rank, x->shape);
}

/* The range always holds 0, so that 0 is exact. */
static int run_dynamic(struct sx_call *call)
{
    const float *x = call->in[0]->data;
    int64_t count = sx_tensor_count(call->in[0]);
    float low = 0, high = 0;
    for (int64_t i = 0; i < count; i++) {
        low = x[i] < low ? x[i] : low;
        high = x[i] > high ? x[i] : high;
    }
    float scale = high > low ? (high - low) / 255 : 1, place = -low / scale;
    float zero = place != place ? 0 : rintf(place < 0 ? 0 : place > 255 ? 255 : place);
    for (int64_t i = 0; call->out[0].data && i < count; i++)
        store(&call->out[0], i, (double)(rintf(x[i] / scale) + zero));
    if (call->out_count > 1 && call->out[1].data)
        *(float *)call->out[1].data = scale;
    if (call->out_count > 2 && call->out[2].data)
        *(uint8_t *)call->out[2].data = (uint8_t)zero;
    return SYRINX_OK;
}

SX_OP(QuantizeLinear) = {
    .name = "QuantizeLinear", .min_inputs = 2, .max_inputs = 3, .max_outputs = 1, .infer = infer_quantize, .run = run_quantize,
};
SX_OP(DequantizeLinear) = {
    .name = "DequantizeLinear", .min_inputs = 2, .max_inputs = 3, .max_outputs = 1, .infer = infer_dequantize, .run = run_dequantize,
};
SX_OP(DynamicQuantizeLinear) = {
    .name = "DynamicQuantizeLinear", .min_inputs = 1, .max_inputs = 1, .max_outputs = 3, .infer = infer_dynamic, .run = run_dynamic,
};
