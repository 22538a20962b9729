/* norm.c - LayerNormalization (opset 17) over the last axes. */
#include <math.h>

#include "nn/op.h"

static int infer(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    int axis = sx_call_axis(call, sx_node_int(call->node, "axis", -1), x->rank);
    if (axis < 0)
        return axis;
    if (x->type != SX_FLOAT)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(x->type));
    int64_t width = 1, shape[SX_MAX_RANK];
    for (int i = 0; i < x->rank; i++) {
        shape[i] = i < axis ? x->shape[i] : 1;
        if (i >= axis)
            width *= x->shape[i];
    }
    for (int i = 1; i < 3; i++)
        if (sx_call_has(call, i) && (call->in[i]->type != SX_FLOAT || sx_tensor_count(call->in[i]) != width))
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "scale or bias does not fit the input");
    for (int i = 1; i < call->out_count; i++)
        if (sx_call_output(call, i, SX_FLOAT, x->rank, shape) != SYRINX_OK)
            return call->error->code;
    return sx_call_output(call, 0, SX_FLOAT, x->rank, x->shape);
}

struct rows {
    const float *x, *gain, *shift;
    float *y, epsilon;
    int width;
};

static void some_rows(void *user, int64_t begin, int64_t end)
{
    const struct rows *r = user;
    while (begin < end) {
        int n = end - begin < 4096 ? (int)(end - begin) : 4096;
        sx_kernels()->layernorm(r->x + begin * r->width, r->gain, r->shift, r->epsilon, r->width, n, r->y + begin * r->width);
        begin += n;
    }
}

static int run(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    int64_t axis = sx_node_int(call->node, "axis", -1), width = 1, count = sx_tensor_count(x);
    for (int64_t i = axis < 0 ? axis + x->rank : axis; i < x->rank; i++)
        width *= x->shape[i];
    if (count == 0)
        return SYRINX_OK;
    struct rows rows = {
        .x = x->data, .y = call->out[0].data, .width = (int)width, .epsilon = sx_node_float(call->node, "epsilon", 1e-5f),
        .gain = sx_call_has(call, 1) ? call->in[1]->data : NULL, .shift = sx_call_has(call, 2) ? call->in[2]->data : NULL,
    };
    for (int64_t r = 0; call->out_count > 1 && r < count / width; r++) {
        const float *p = rows.x + r * width;
        double sum = 0, square = 0;
        for (int64_t i = 0; i < width; i++)
            sum += p[i];
        for (int64_t i = 0; i < width; i++)
            square += (p[i] - sum / (double)width) * (p[i] - sum / (double)width);
        if (call->out[1].data)
            ((float *)call->out[1].data)[r] = (float)(sum / (double)width);
        if (call->out_count > 2 && call->out[2].data)
            ((float *)call->out[2].data)[r] = (float)(1 / sqrt(square / (double)width + rows.epsilon));
    }
    if (call->out[0].data)
        sx_parallel(call->pool, count / width, 8192 / width + 1, some_rows, &rows);
    return SYRINX_OK;
}

static bool window(const struct sx_call *call, const int *time_in, int time_out, struct sx_window *windows)
{
    int64_t axis = sx_node_int(call->node, "axis", -1);
    (void)windows;
    for (int i = 1; i < call->in_count; i++)
        if (call->in[i] && time_in[i] >= 0)
            return false;
    return time_in[0] == time_out && time_out < (axis < 0 ? axis + call->in[0]->rank : axis);
}

SX_OP(LayerNormalization) = {
    .name = "LayerNormalization", .min_inputs = 2, .max_inputs = 3, .max_outputs = 3, .infer = infer, .run = run, .window = window,
};
