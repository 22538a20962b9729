/* linear_attention.c - LinearAttention and CausalConvWithState (opset 27): attention as a recurrence over a matrix, and the short convolution
 * in front of it, both with a state that goes from call to call. */
#include <math.h>
#include <string.h>

#include "nn/op.h"

struct linear {
    int64_t batch, steps, q_heads, heads, key, value;   /* heads: of keys and values */
    const float *q, *k, *v, *past, *decay, *beta;
    int64_t decay_width, beta_heads;                    /* decays of a head: `key` or 1; 1 or `heads` betas a step */
    bool delta;
    float scale;
    float *y, *state;
};

static int read_linear(struct sx_call *call, struct linear *a)
{
    const struct sx_node *node = call->node;
    const struct sx_tensor *q = call->in[0], *k = call->in[1], *v = call->in[2];
    const char *rule = sx_node_string(node, "update_rule", "gated_delta");
    *a = (struct linear){.q_heads = sx_node_int(node, "q_num_heads", 0), .heads = sx_node_int(node, "kv_num_heads", 0)};
    bool gated = strncmp(rule, "gated", 5) == 0;
    a->delta = strcmp(rule, "delta") == 0 || strcmp(rule, "gated_delta") == 0;
    if (!gated && !a->delta && strcmp(rule, "linear") != 0)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "update_rule '%.40s'", rule);
    for (int i = 0; i < call->in_count; i++)
        if (call->in[i] && call->in[i]->type != SX_FLOAT)
            return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(call->in[i]->type));
    if (q->rank != 3 || k->rank != 3 || v->rank != 3 || a->heads < 1 || a->q_heads < 1 || a->q_heads % a->heads || q->shape[2] % a->q_heads
        || k->shape[2] % a->heads || v->shape[2] % a->heads || q->shape[2] / a->q_heads != k->shape[2] / a->heads
        || k->shape[0] != q->shape[0] || v->shape[0] != q->shape[0] || k->shape[1] != q->shape[1] || v->shape[1] != q->shape[1])
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "query, key and value do not fit each other");
    a->batch = q->shape[0];
    a->steps = q->shape[1];
    a->key = k->shape[2] / a->heads;
    a->value = v->shape[2] / a->heads;
    a->scale = sx_node_float(node, "scale", 0);
    if (a->scale == 0)
        a->scale = a->key ? (float)(1 / sqrt((double)a->key)) : 1;
    a->q = q->data;
    a->k = k->data;
    a->v = v->data;
    if (sx_call_has(call, 3)) {
        const struct sx_tensor *p = call->in[3];
        if (p->rank != 4 || p->shape[0] != a->batch || p->shape[1] != a->heads || p->shape[2] != a->key || p->shape[3] != a->value)
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the state does not fit");
        a->past = p->data;
    }
    for (int i = 4; i < 6; i++) {
        if (!sx_call_has(call, i))
            continue;
        const struct sx_tensor *t = call->in[i];
        bool fits = t->rank == 3 && t->shape[0] == a->batch && t->shape[1] == a->steps
                    && (t->shape[2] == a->heads || t->shape[2] == (i == 4 ? a->heads * a->key : 1));
        if (!fits)
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "input %d does not fit", i);
        if (i == 4) {
            a->decay = gated ? t->data : NULL;
            a->decay_width = t->shape[2] / a->heads;
        } else {
            a->beta = t->data;
            a->beta_heads = t->shape[2];
        }
    }
    return SYRINX_OK;
}

static int infer_linear(struct sx_call *call)
{
    struct linear a;
    int code = read_linear(call, &a);
    if (code != SYRINX_OK)
        return code;
    const int64_t y[3] = {a.batch, a.steps, a.q_heads * a.value}, state[4] = {a.batch, a.heads, a.key, a.value};
    if (call->out_count > 1 && (code = sx_call_output(call, 1, SX_FLOAT, 4, state)) != SYRINX_OK)
        return code;
    return sx_call_output(call, 0, SX_FLOAT, 3, y);
}

static size_t scratch_linear(const struct sx_call *call)
{
    struct sx_call copy = *call;
    struct sx_error error = {0};
    struct linear a;
    copy.error = &error;
    if (read_linear(&copy, &a) != SYRINX_OK)
        return 0;
    double floats = (double)a.batch * (double)a.heads * ((double)a.key + 1) * (double)a.value;      /* the state, and a row of memory */
    return floats > 1e12 ? (size_t)1 << 42 : (size_t)floats * sizeof(float);
}

/* One head: the state decays, forgets what the key recalls (delta), learns the outer product of key and value, answers the query. */
static void run_head(const struct linear *a, int64_t n, float *state, float *recalled)
{
    int64_t b = n / a->heads, h = n % a->heads, groups = a->q_heads / a->heads;
    for (int64_t t = 0; t < a->steps; t++) {
        int64_t row = b * a->steps + t;
        const float *k = a->k + (row * a->heads + h) * a->key, *v = a->v + (row * a->heads + h) * a->value;
        float beta = a->beta ? a->beta[row * a->beta_heads + (a->beta_heads == 1 ? 0 : h)] : 1;
        for (int64_t i = 0; a->decay && i < a->key; i++) {
            float keep = expf(a->decay[(row * a->heads + h) * a->decay_width + (a->decay_width == 1 ? 0 : i)]);
            for (int64_t j = 0; j < a->value; j++)
                state[i * a->value + j] *= keep;
        }
        for (int64_t j = 0; j < a->value; j++)
            recalled[j] = 0;
        for (int64_t i = 0; a->delta && i < a->key; i++)
            for (int64_t j = 0; j < a->value; j++)
                recalled[j] += state[i * a->value + j] * k[i];
        for (int64_t j = 0; j < a->value; j++)
            recalled[j] = a->delta ? beta * (v[j] - recalled[j]) : v[j];
        for (int64_t i = 0; i < a->key; i++)
            for (int64_t j = 0; j < a->value; j++)
                state[i * a->value + j] += k[i] * recalled[j];
        for (int64_t g = h * groups; a->y && g < (h + 1) * groups; g++) {
            const float *q = a->q + (row * a->q_heads + g) * a->key;
            float *y = a->y + (row * a->q_heads + g) * a->value;
            for (int64_t j = 0; j < a->value; j++)
                y[j] = 0;
            for (int64_t i = 0; i < a->key; i++)
                for (int64_t j = 0; j < a->value; j++)
                    y[j] += q[i] * state[i * a->value + j];
            for (int64_t j = 0; j < a->value; j++)
                y[j] *= a->scale;
        }
    }
}

static void some_heads(void *user, int64_t begin, int64_t end)
{
    const struct linear *a = user;
    int64_t size = a->key * a->value, all = a->batch * a->heads;
    for (int64_t n = begin; n < end; n++) {
        float *state = a->state + n * size;
        if (a->past && size)
            memcpy(state, a->past + n * size, (size_t)size * sizeof *state);
        else if (size)
            memset(state, 0, (size_t)size * sizeof *state);
        run_head(a, n, state, a->state + all * size + n * a->value);
    }
}

static int run_linear(struct sx_call *call)
{
    struct linear a;
    int code = read_linear(call, &a);
    if (code != SYRINX_OK)
        return code;
    a.y = call->out[0].data;
    a.state = call->scratch;
    sx_parallel(call->pool, a.batch * a.heads, 1, some_heads, &a);
    size_t size = (size_t)(a.batch * a.heads * a.key * a.value);
    if (call->out_count > 1 && call->out[1].data && size)
        memcpy(call->out[1].data, a.state, size * sizeof *a.state);
    return SYRINX_OK;
}

static int infer_conv(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0], *w = call->in[1], *bias = sx_call_has(call, 2) ? call->in[2] : NULL, *past = sx_call_has(call, 3) ? call->in[3] : NULL;
    const char *activation = sx_node_string(call->node, "activation", "none");
    for (int i = 0; i < call->in_count; i++)
        if (call->in[i] && call->in[i]->type != SX_FLOAT)
            return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(call->in[i]->type));
    if (strcmp(activation, "none") != 0 && strcmp(activation, "silu") != 0 && strcmp(activation, "swish") != 0)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "activation '%.40s'", activation);
    if (x->rank != 3 || w->rank != 3 || w->shape[0] != x->shape[1] || w->shape[1] != 1 || w->shape[2] < 1 || (bias && sx_tensor_count(bias) != x->shape[1])
        || (past && (past->rank != 3 || past->shape[0] != x->shape[0] || past->shape[1] != x->shape[1] || past->shape[2] != w->shape[2] - 1)))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the inputs do not fit each other");
    const int64_t state[3] = {x->shape[0], x->shape[1], w->shape[2] - 1};
    if (call->out_count > 1 && sx_call_output(call, 1, SX_FLOAT, 3, state) != SYRINX_OK)
        return call->error->code;
    return sx_infer_same(call);
}

static int run_conv(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    const float *past = sx_call_has(call, 3) ? call->in[3]->data : NULL, *bias = sx_call_has(call, 2) ? call->in[2]->data : NULL;
    int64_t length = x->shape[2], taps = call->in[1]->shape[2], before = taps - 1;
    bool silu = strcmp(sx_node_string(call->node, "activation", "none"), "none") != 0;
    float *y = call->out[0].data, *state = call->out_count > 1 ? call->out[1].data : NULL;
    for (int64_t n = 0; n < x->shape[0] * x->shape[1]; n++) {
        const float *row = (const float *)x->data + n * length, *w = (const float *)call->in[1]->data + n % x->shape[1] * taps;
        for (int64_t t = 0; y && t < length; t++) {
            float sum = bias ? bias[n % x->shape[1]] : 0;
            for (int64_t k = 0; k < taps; k++) {
                int64_t at = t + k - before;
                sum += w[k] * (at >= 0 ? row[at] : past ? past[n * before + before + at] : 0);
            }
            y[n * length + t] = silu ? sum / (1 + expf(-sum)) : sum;
        }
        for (int64_t k = 0; state && k < before; k++) {
            int64_t at = length + k - before;
            state[n * before + k] = at >= 0 ? row[at] : past ? past[n * before + before + at] : 0;
        }
    }
    return SYRINX_OK;
}

SX_OP(LinearAttention) = {
    .name = "LinearAttention", .min_inputs = 3, .max_inputs = 6, .max_outputs = 2, .infer = infer_linear, .run = run_linear, .scratch = scratch_linear,
};
SX_OP(CausalConvWithState) = {
    .name = "CausalConvWithState", .min_inputs = 2, .max_inputs = 4, .max_outputs = 2, .infer = infer_conv, .run = run_conv,
};
