/* attention.c - Attention (opset 23 and 24): softmax(Q K' scale + mask) V with grouped heads, caches, causal and length masks, soft cap. */
#include <math.h>
#include <string.h>

#include "nn/op.h"

/* Q, K or V as [batch][heads][rows][width], whatever its layout is. */
struct heads {
    const float *data;
    int64_t heads, rows, width, batch_step, head_step, row_step;
};

struct attention {
    struct heads q, k, v, past_k, past_v;
    int64_t batch, past, total;         /* total: keys with those of the cache */
    float scale, cap;
    int mode;                           /* of output 3: scores, capped, with mask, after softmax */
    bool causal, flat;                  /* flat: heads lie beside each other in the last of three axes */
    const struct sx_tensor *mask, *lengths;
    int64_t mask_step[4], mask_length;
    float *keys, *scores, *y, *present_k, *present_v, *matrix;
};

static bool read_heads(const struct sx_tensor *t, int64_t count, struct heads *h)
{
    if (t->rank == 4) {
        *h = (struct heads){t->data, t->shape[1], t->shape[2], t->shape[3], t->shape[1] * t->shape[2] * t->shape[3], t->shape[2] * t->shape[3], t->shape[3]};
        return count == 0 || count == h->heads;
    }
    if (t->rank != 3 || count < 1 || t->shape[2] % count)
        return false;
    *h = (struct heads){t->data, count, t->shape[1], t->shape[2] / count, t->shape[1] * t->shape[2], t->shape[2] / count, t->shape[2]};
    return true;
}

static int read_attention(struct sx_call *call, struct attention *a)
{
    const struct sx_node *node = call->node;
    int64_t q_heads = sx_node_int(node, "q_num_heads", 0), kv_heads = sx_node_int(node, "kv_num_heads", 0);
    *a = (struct attention){.causal = sx_node_int(node, "is_causal", 0) != 0, .cap = sx_node_float(node, "softcap", 0)};
    for (int i = 0; i < 6; i++)
        if (sx_call_has(call, i) && call->in[i]->type != SX_FLOAT && !(i == 3 && call->in[i]->type == SX_BOOL))
            return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "input %d of type %s", i, sx_dtype_name(call->in[i]->type));
    const struct sx_tensor *q = call->in[0];
    a->flat = q->rank == 3;
    if (!read_heads(q, q_heads, &a->q) || !read_heads(call->in[1], kv_heads, &a->k) || !read_heads(call->in[2], kv_heads, &a->v))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "Q, K or V do not have the heads");
    a->batch = q->shape[0];
    if (call->in[1]->shape[0] != a->batch || call->in[2]->shape[0] != a->batch || a->k.width != a->q.width || a->v.rows != a->k.rows
        || a->k.heads != a->v.heads || a->k.heads < 1 || a->q.heads % a->k.heads)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "Q, K and V do not fit each other");
    if (sx_call_has(call, 4) != sx_call_has(call, 5))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "a cache of keys without values");
    if (sx_call_has(call, 4)) {
        if (call->in[4]->rank != 4 || call->in[5]->rank != 4 || !read_heads(call->in[4], 0, &a->past_k) || !read_heads(call->in[5], 0, &a->past_v)
            || call->in[4]->shape[0] != a->batch || call->in[5]->shape[0] != a->batch || a->past_k.heads != a->k.heads || a->past_v.heads != a->k.heads
            || a->past_k.width != a->k.width || a->past_v.width != a->v.width || a->past_k.rows != a->past_v.rows)
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the cache does not fit K and V");
        a->past = a->past_k.rows;
    }
    a->total = a->past + a->k.rows;
    a->scale = sx_node_float(node, "scale", a->q.width ? (float)(1 / sqrt((double)a->q.width)) : 1);
    a->mode = (int)sx_node_int(node, "qk_matmul_output_mode", 0);
    if (sx_call_has(call, 3)) {
        const struct sx_tensor *m = a->mask = call->in[3];
        const int64_t full[4] = {a->batch, a->q.heads, a->q.rows, a->total};
        int64_t step = 1;
        bool fits = m->rank >= 1 && m->rank <= 4;
        for (int d = 3; fits && d >= 4 - m->rank; d--) {
            int64_t n = m->shape[d - (4 - m->rank)];
            fits = n == 1 || n == full[d] || (d == 3 && n < full[d]);
            a->mask_step[d] = n == 1 ? 0 : step;
            step *= n;
        }
        if (!fits)
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the mask does not fit");
        a->mask_length = m->shape[m->rank - 1] == 1 ? a->total : m->shape[m->rank - 1];     /* what is missing is hidden */
    }
    if (sx_call_has(call, 6)) {
        a->lengths = call->in[6];
        if (a->lengths->type != SX_INT64 || a->lengths->rank != 1 || a->lengths->shape[0] != a->batch)
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "one length for each item of the batch expected");
    }
    return SYRINX_OK;
}

static int infer(struct sx_call *call)
{
    struct attention a;
    int code = read_attention(call, &a);
    if (code != SYRINX_OK)
        return code;
    const int64_t flat[3] = {a.batch, a.q.rows, a.q.heads * a.v.width}, whole[4] = {a.batch, a.q.heads, a.q.rows, a.v.width};
    const int64_t keys[4] = {a.batch, a.k.heads, a.total, a.k.width}, values[4] = {a.batch, a.k.heads, a.total, a.v.width};
    const int64_t matrix[4] = {a.batch, a.q.heads, a.q.rows, a.total};
    code = a.flat ? sx_call_output(call, 0, SX_FLOAT, 3, flat) : sx_call_output(call, 0, SX_FLOAT, 4, whole);
    for (int i = 1; code == SYRINX_OK && i < call->out_count; i++)
        code = sx_call_output(call, i, SX_FLOAT, 4, i == 1 ? keys : i == 2 ? values : matrix);
    return code;
}

static size_t scratch(const struct sx_call *call)
{
    struct sx_call copy = *call;
    struct sx_error error = {0};
    struct attention a;
    copy.error = &error;
    if (read_attention(&copy, &a) != SYRINX_OK)
        return 0;
    /* sizes of two tensors that exist, times each other: could overflow only past 2^62 */
    double floats = (double)a.batch * (double)a.total * ((double)a.k.heads * (double)a.k.width + (double)a.q.heads * (double)a.q.rows);
    return floats > 1e12 ? (size_t)1 << 42 : (size_t)floats * sizeof(float);
}

static const float *row_of(const struct heads *past, const struct heads *now, int64_t split, int64_t b, int64_t h, int64_t row)
{
    const struct heads *from = row < split ? past : now;
    return from->data + b * from->batch_step + h * from->head_step + (row < split ? row : row - split) * from->row_step;
}

/* Keys as [batch][heads][width][total]: scores of a query are then sums of rows. */
static void turn_keys(void *user, int64_t begin, int64_t end)
{
    const struct attention *a = user;
    for (int64_t n = begin; n < end; n++)
        for (int64_t j = 0; j < a->total; j++) {
            const float *k = row_of(&a->past_k, &a->k, a->past, n / a->k.heads, n % a->k.heads, j);
            const float *v = row_of(&a->past_v, &a->v, a->past, n / a->k.heads, n % a->k.heads, j);
            for (int64_t i = 0; i < a->k.width; i++)
                a->keys[(n * a->k.width + i) * a->total + j] = k[i];
            if (a->present_k && a->k.width)
                memcpy(a->present_k + (n * a->total + j) * a->k.width, k, (size_t)a->k.width * sizeof *k);
            if (a->present_v && a->v.width)
                memcpy(a->present_v + (n * a->total + j) * a->v.width, v, (size_t)a->v.width * sizeof *v);
        }
}

/* One row of the matrix of queries and keys, and its result. */
static void attend(const struct attention *a, int64_t b, int64_t h, int64_t i)
{
    int64_t kv = h / (a->q.heads / a->k.heads), line = (b * a->q.heads + h) * a->q.rows + i, n = a->total;
    const float *q = a->q.data + b * a->q.batch_step + h * a->q.head_step + i * a->q.row_step, *keys = a->keys + (b * a->k.heads + kv) * a->k.width * n;
    float *s = a->scores + line * n, *kept = a->matrix ? a->matrix + line * n : NULL, most = -INFINITY;
    for (int64_t j = 0; j < n; j++)
        s[j] = 0;
    for (int64_t d = 0; d < a->q.width; d++)
        for (int64_t j = 0; j < n; j++)
            s[j] += q[d] * keys[d * n + j];
    for (int64_t j = 0; j < n; j++)
        s[j] *= a->scale;
    if (kept && a->mode == 0)
        memcpy(kept, s, (size_t)n * sizeof *s);
    for (int64_t j = 0; a->cap > 0 && j < n; j++)
        s[j] = a->cap * tanhf(s[j] / a->cap);
    if (kept && a->mode == 1)
        memcpy(kept, s, (size_t)n * sizeof *s);
    int64_t length = a->lengths ? ((const int64_t *)a->lengths->data)[b] : n;
    int64_t offset = a->past == 0 && a->lengths ? length - a->q.rows : a->past;      /* keys before this block of queries */
    for (int64_t j = 0; j < n; j++) {
        bool hidden = j >= length || (a->causal && j > i + offset);
        if (a->mask && j >= a->mask_length) {
            hidden = true;
        } else if (a->mask) {
            int64_t at = b * a->mask_step[0] + h * a->mask_step[1] + i * a->mask_step[2] + j * a->mask_step[3];
            if (a->mask->type == SX_BOOL)
                hidden = hidden || !((const uint8_t *)a->mask->data)[at];
            else
                s[j] += ((const float *)a->mask->data)[at];
        }
        if (hidden)
            s[j] = -INFINITY;
        most = s[j] > most ? s[j] : most;
    }
    if (kept && a->mode == 2)
        memcpy(kept, s, (size_t)n * sizeof *s);
    double sum = 0;
    for (int64_t j = 0; j < n; j++) {
        s[j] = most > -INFINITY ? expf(s[j] - most) : 0;        /* a query that sees nothing gives zeros */
        sum += s[j];
    }
    float factor = sum > 0 ? (float)(1 / sum) : 0;
    for (int64_t j = 0; j < n; j++)
        s[j] *= factor;
    if (kept && a->mode == 3)
        memcpy(kept, s, (size_t)n * sizeof *s);
    float *y = a->y + (a->flat ? ((b * a->q.rows + i) * a->q.heads + h) * a->v.width : line * a->v.width);
    for (int64_t d = 0; d < a->v.width; d++)
        y[d] = 0;
    for (int64_t j = 0; j < n; j++) {
        const float *v = row_of(&a->past_v, &a->v, a->past, b, kv, j);
        for (int64_t d = 0; s[j] != 0 && d < a->v.width; d++)
            y[d] += s[j] * v[d];
    }
}

static void some_rows(void *user, int64_t begin, int64_t end)
{
    const struct attention *a = user;
    for (int64_t n = begin; n < end; n++)
        attend(a, n / a->q.rows / a->q.heads, n / a->q.rows % a->q.heads, n % a->q.rows);
}

static int run(struct sx_call *call)
{
    struct attention a;
    int code = read_attention(call, &a);
    if (code != SYRINX_OK)
        return code;
    float **outputs[] = {&a.y, &a.present_k, &a.present_v, &a.matrix};
    for (int i = 0; i < call->out_count; i++)
        *outputs[i] = call->out[i].data;
    a.keys = call->scratch;
    a.scores = a.keys + a.batch * a.k.heads * a.k.width * a.total;
    int64_t before = a.batch * a.k.heads, rows = a.batch * a.q.heads * a.q.rows;
    sx_parallel(call->pool, before, 1, turn_keys, &a);
    if (a.y && sx_tensor_count(&call->out[0]) + (a.matrix ? rows * a.total : 0) > 0)
        sx_parallel(call->pool, rows, 4, some_rows, &a);
    return SYRINX_OK;
}

SX_OP(Attention) = {
    .name = "Attention", .min_inputs = 3, .max_inputs = 7, .max_outputs = 4, .infer = infer, .run = run, .scratch = scratch,
};
