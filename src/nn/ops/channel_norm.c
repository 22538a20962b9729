/* channel_norm.c - BatchNormalization, InstanceNormalization, GroupNormalization: [batch, channel, ...] normalised with a gain and shift a
 * channel; GlobalAveragePool. Means and variances are taken in double precision. */
#include <math.h>

#include "nn/op.h"

struct planes {
    const float *x, *gain, *shift;
    float *y;
    int64_t channels, size, group;      /* size: elements of a channel; group: channels that share mean and variance */
    bool group_gain;                    /* gain and shift are one a group */
    double epsilon;
};

static int is_float(struct sx_call *call, int least_rank)
{
    const struct sx_tensor *x = call->in[0];
    for (int i = 1; i < call->in_count; i++)
        if (call->in[i] && call->in[i]->type != SX_FLOAT)
            return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(call->in[i]->type));
    if (x->type != SX_FLOAT)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(x->type));
    return x->rank < least_rank ? sx_call_fail(call, SYRINX_ERROR_FORMAT, "input of %d dimensions", x->rank) : SYRINX_OK;
}

static int64_t plane_size(const struct sx_tensor *x)
{
    int64_t size = 1;
    for (int d = 2; d < x->rank; d++)
        size *= x->shape[d];
    return size;
}

static void moments(const float *x, int64_t count, double *mean, double *variance)
{
    double sum = 0, square = 0;
    for (int64_t i = 0; i < count; i++)
        sum += x[i];
    *mean = sum / (double)count;
    for (int64_t i = 0; i < count; i++)
        square += (x[i] - *mean) * (x[i] - *mean);
    *variance = square / (double)count;
}

static void some_groups(void *user, int64_t begin, int64_t end)
{
    const struct planes *p = user;
    int64_t groups = p->channels / p->group;
    for (int64_t g = begin; g < end; g++) {
        const float *x = p->x + g * p->group * p->size;
        float *y = p->y + g * p->group * p->size;
        double mean, variance;
        moments(x, p->group * p->size, &mean, &variance);
        double scale = 1 / sqrt(variance + p->epsilon);
        for (int64_t c = 0; c < p->group; c++, x += p->size, y += p->size) {
            int64_t own = p->group_gain ? g % groups : g % groups * p->group + c;
            float gain = (float)(scale * p->gain[own]), shift = p->shift[own], middle = (float)mean;
            for (int64_t i = 0; i < p->size; i++)
                y[i] = (x[i] - middle) * gain + shift;
        }
    }
}

static int64_t group_count(const struct sx_call *call)
{
    bool instance = call->node->op->name[0] == 'I';
    return instance ? call->in[0]->shape[1] : sx_node_int(call->node, "num_groups", 0);
}

/* GroupNormalization has a gain for each group before opset 21, for each channel since; the counts tell. */
static int infer_groups(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    if (is_float(call, 2) != SYRINX_OK)
        return call->error->code;
    int64_t groups = group_count(call), channels = x->shape[1], gains = sx_tensor_count(call->in[1]);
    if (groups < (channels > 0) || (groups > 0 && channels % groups != 0))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "%lld channels in %lld groups", (long long)channels, (long long)groups);
    if ((gains != channels && gains != groups) || sx_tensor_count(call->in[2]) != gains)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "scale or bias does not fit the input");
    return sx_infer_same(call);
}

static int run_groups(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    if (sx_tensor_count(x) == 0)
        return SYRINX_OK;
    int64_t groups = group_count(call), channels = x->shape[1];
    struct planes planes = {
        .x = x->data, .gain = call->in[1]->data, .shift = call->in[2]->data, .y = call->out[0].data, .channels = channels, .size = plane_size(x),
        .group = channels / groups, .group_gain = sx_tensor_count(call->in[1]) != channels, .epsilon = sx_node_float(call->node, "epsilon", 1e-5f),
    };
    sx_parallel(call->pool, x->shape[0] * groups, 1, some_groups, &planes);
    return SYRINX_OK;
}

/* Outputs beyond the first: the running mean and variance of training. */
static int infer_batch(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    if (is_float(call, 1) != SYRINX_OK)
        return call->error->code;
    int64_t channels = x->rank > 1 ? x->shape[1] : 1;
    for (int i = 1; i < 5; i++)
        if (call->in[i]->rank != 1 || call->in[i]->shape[0] != channels)
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "scale, bias, mean or variance do not fit the input");
    if (call->out_count > 3 || (call->out_count > 1 && sx_node_int(call->node, "training_mode", 0) == 0))
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "the outputs of training");
    for (int i = 1; i < call->out_count; i++)
        if (sx_call_output(call, i, SX_FLOAT, 1, &channels) != SYRINX_OK)
            return call->error->code;
    return sx_infer_same(call);
}

static int run_batch(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    const float *from = x->data, *gain = call->in[1]->data, *shift = call->in[2]->data, *means = call->in[3]->data, *variances = call->in[4]->data;
    double epsilon = sx_node_float(call->node, "epsilon", 1e-5f), momentum = sx_node_float(call->node, "momentum", 0.9f);
    bool training = sx_node_int(call->node, "training_mode", 0) != 0;
    int64_t batch = x->rank ? x->shape[0] : 1, channels = x->rank > 1 ? x->shape[1] : 1, size = plane_size(x), count = batch * size;
    for (int64_t c = 0; c < channels; c++) {
        double mean = means[c], variance = variances[c];
        if (training) {
            double sum = 0, square = 0;
            for (int64_t b = 0; b < batch; b++)
                for (int64_t i = 0; i < size; i++)
                    sum += from[(b * channels + c) * size + i];
            mean = count ? sum / (double)count : 0;
            for (int64_t b = 0; b < batch; b++)
                for (int64_t i = 0; i < size; i++) {
                    double d = from[(b * channels + c) * size + i] - mean;
                    square += d * d;
                }
            variance = count ? square / (double)count : 0;
            if (call->out_count > 1 && call->out[1].data)
                ((float *)call->out[1].data)[c] = (float)(means[c] * momentum + mean * (1 - momentum));
            if (call->out_count > 2 && call->out[2].data)
                ((float *)call->out[2].data)[c] = (float)(variances[c] * momentum + variance * (1 - momentum));
        }
        float scale = (float)(gain[c] / sqrt(variance + epsilon)), middle = (float)mean;
        for (int64_t b = 0; call->out[0].data && b < batch; b++)
            for (int64_t i = 0, at = (b * channels + c) * size; i < size; i++, at++)
                ((float *)call->out[0].data)[at] = (from[at] - middle) * scale + shift[c];
    }
    return SYRINX_OK;
}

static int infer_average(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    int64_t shape[SX_MAX_RANK];
    if (is_float(call, 2) != SYRINX_OK)
        return call->error->code;
    for (int d = 0; d < x->rank; d++)
        shape[d] = d < 2 ? x->shape[d] : 1;
    return sx_call_output(call, 0, SX_FLOAT, x->rank, shape);
}

static int run_average(struct sx_call *call)
{
    int64_t count = sx_tensor_count(&call->out[0]), size = plane_size(call->in[0]);
    for (int64_t p = 0; p < count; p++) {
        double sum = 0;
        for (int64_t i = 0; i < size; i++)
            sum += ((const float *)call->in[0]->data)[p * size + i];
        ((float *)call->out[0].data)[p] = (float)(sum / (double)size);
    }
    return SYRINX_OK;
}

SX_OP(BatchNormalization) = {
    .name = "BatchNormalization", .min_inputs = 5, .max_inputs = 5, .max_outputs = 5, .infer = infer_batch, .run = run_batch,
};
SX_OP(InstanceNormalization) = {
    .name = "InstanceNormalization", .min_inputs = 3, .max_inputs = 3, .max_outputs = 1, .infer = infer_groups, .run = run_groups,
};
SX_OP(GroupNormalization) = {
    .name = "GroupNormalization", .min_inputs = 3, .max_inputs = 3, .max_outputs = 1, .infer = infer_groups, .run = run_groups,
};
SX_OP(GlobalAveragePool) = {
    .name = "GlobalAveragePool", .min_inputs = 1, .max_inputs = 1, .max_outputs = 1, .infer = infer_average, .run = run_average,
};
