/* spatial.c - the sizes of sliding windows (onnx.ai/onnx/operators/onnx__AveragePool.html). */
#include "nn/ops/spatial.h"

#include <string.h>

static bool item(const struct sx_node *node, const char *name, int index, int count, int64_t least, int64_t normal, int64_t *out)
{
    const struct sx_attribute *a = sx_node_attribute(node, name);
    if (a && a->int_count != count)
        return false;
    *out = a ? a->ints[index] : normal;
    return *out >= least && *out <= 1 << 20;
}

int sx_spatial_measure(struct sx_call *call, const struct sx_tensor *x, const int64_t *kernel, struct sx_spatial *s)
{
    const struct sx_node *node = call->node;
    const char *automatic = sx_node_string(node, "auto_pad", "NOTSET");
    bool up = sx_node_int(node, "ceil_mode", 0) != 0, same = strncmp(automatic, "SAME_", 5) == 0;
    int n = x->rank - 2;
    if (n < 1)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "input of %d dimensions", x->rank);
    if (!kernel && !sx_node_attribute(node, "kernel_shape"))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "no kernel_shape");
    if (!same && strcmp(automatic, "VALID") != 0 && strcmp(automatic, "NOTSET") != 0)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "auto_pad '%.40s'", automatic);
    *s = (struct sx_spatial){.dims = n, .plane = 1, .source = 1, .taps = 1};
    for (int d = 0; d < n; d++) {
        s->size[d] = x->shape[2 + d];
        if (!item(node, "kernel_shape", d, n, 1, kernel ? kernel[d] : 1, &s->kernel[d]) || (kernel && s->kernel[d] != kernel[d])
            || !item(node, "strides", d, n, 1, 1, &s->stride[d]) || !item(node, "dilations", d, n, 1, 1, &s->dilation[d])
            || !item(node, "pads", d, 2 * n, 0, 0, &s->begin[d]) || !item(node, "pads", n + d, 2 * n, 0, 0, &s->end[d]))
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "kernel, strides, dilations or pads are out of range");
        int64_t span = (s->kernel[d] - 1) * s->dilation[d] + 1;
        if (same) {
            int64_t result = (s->size[d] + s->stride[d] - 1) / s->stride[d], pads = (result - 1) * s->stride[d] + span - s->size[d];
            if (pads < 0)
                pads = 0;
            s->begin[d] = automatic[5] == 'U' ? pads / 2 : pads - pads / 2;
            s->end[d] = pads - s->begin[d];
        } else if (*automatic == 'V') {
            s->begin[d] = s->end[d] = 0;
        }
        int64_t room = s->size[d] + s->begin[d] + s->end[d] - span;
        s->result[d] = room < 0 ? 0 : (room + (up ? s->stride[d] - 1 : 0)) / s->stride[d] + 1;
        /* rounded up, the last window must still begin inside the input or the padding before it */
        if (up && s->result[d] > 1 && (s->result[d] - 1) * s->stride[d] >= s->size[d] + s->begin[d])
            s->result[d]--;
        if (s->kernel[d] > ((int64_t)1 << 31) / s->taps)
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "an impossible window");
        s->taps *= s->kernel[d];
        s->source *= s->size[d];        /* the input's count is checked */
    }
    struct sx_tensor plane = {.rank = n};
    memcpy(plane.shape, s->result, (size_t)n * sizeof *s->result);
    s->plane = sx_tensor_count(&plane);
    if (s->plane < 0)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the result has an impossible shape");
    return SYRINX_OK;
}
