/* matmul.c - MatMul and Gemm of two computed matrices; constant right sides become SxLinear and do not come here. */
#include <string.h>

#include "nn/op.h"

/* y[m][n] += a[m][k] b[k][n]: rows of b are walked in order, so the inner loop is a vector loop. Steps let either be transposed. */
static void product(const float *a, int64_t a_row, int64_t a_col, const float *b, int64_t b_row, int64_t b_col, float *y, int64_t m, int64_t k, int64_t n)
{
    for (int64_t i = 0; i < m; i++, y += n)
        for (int64_t j = 0; j < k; j++) {
            float value = a[i * a_row + j * a_col];
            const float *row = b + j * b_row;
            if (b_col == 1)
                for (int64_t c = 0; c < n; c++)
                    y[c] += value * row[c];
            else
                for (int64_t c = 0; c < n; c++)
                    y[c] += value * row[c * b_col];
        }
}

/* The same through the kernel of weights: b is packed first, which pays from a few rows on. */
static void packed_product(const float *a, const float *b, float *y, int m, int k, int n, float *packed)
{
    int panels = (n + SX_PANEL - 1) / SX_PANEL;
    float *zeros = packed + (size_t)panels * (size_t)k * SX_PANEL;
    for (int p = 0; p < panels; p++) {
        int width = n - p * SX_PANEL < SX_PANEL ? n - p * SX_PANEL : SX_PANEL;
        float *to = packed + (size_t)p * (size_t)k * SX_PANEL;
        const float *from = b + p * SX_PANEL;
        for (int i = 0; i < k; i++, to += SX_PANEL, from += n) {
            memcpy(to, from, (size_t)width * sizeof *to);
            memset(to + width, 0, (size_t)(SX_PANEL - width) * sizeof *to);
        }
    }
    memset(zeros, 0, (size_t)panels * SX_PANEL * sizeof *zeros);
    for (int t = 0; t < m; t += 48) {
        struct sx_linear job = {.weights = packed, .bias = zeros, .x = a + (size_t)t * (size_t)k, .x_step = k, .taps = 1, .in = k, .out = n,
                                .y = y + (size_t)t * (size_t)n, .y_step = n};
        sx_kernels()->linear(&job, 0, panels, m - t < 48 ? m - t : 48);
    }
}

static bool packs(int64_t m, int64_t k, int64_t n)
{
    return m >= 4 && n >= 8 && m <= 1 << 20 && k <= 1 << 20 && n <= 1 << 20;
}

/* double and the integer types that ONNX allows, without hurry; integers wrap. */
#define PRODUCT(number, type, sum_type) \
    case number: \
        for (int64_t i = 0; i < m; i++) \
            for (int64_t j = 0; j < n; j++) { \
                sum_type sum = 0; \
                for (int64_t c = 0; c < k; c++) \
                    sum += (sum_type)((const type *)a)[i * k + c] * (sum_type)((const type *)b)[c * n + j]; \
                ((type *)y)[i * n + j] = (type)sum; \
            } \
        break;

static void other_product(enum sx_dtype dtype, const void *a, const void *b, void *y, int64_t m, int64_t k, int64_t n)
{
    switch (dtype) {
    PRODUCT(SX_DOUBLE, double, double)
    PRODUCT(SX_INT32, int32_t, uint64_t)
    PRODUCT(SX_INT64, int64_t, uint64_t)
    PRODUCT(SX_UINT32, uint32_t, uint64_t)
    PRODUCT(SX_UINT64, uint64_t, uint64_t)
    default: break;
    }
}

/* Vectors become matrices for the product, batches broadcast. */
static int shapes(struct sx_call *call, struct sx_tensor *a, struct sx_tensor *b, struct sx_tensor *batch)
{
    *a = *call->in[0];
    *b = *call->in[1];
    if (a->type != b->type || a->rank < 1 || b->rank < 1)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "wrong input types or ranks");
    if (a->type != SX_FLOAT && a->type != SX_DOUBLE && (!sx_dtype_integer(a->type) || sx_dtype_size(a->type) < 4))
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(a->type));
    if (a->rank == 1) {
        a->rank = 2;
        a->shape[1] = a->shape[0];
        a->shape[0] = 1;
    }
    if (b->rank == 1) {
        b->rank = 2;
        b->shape[1] = 1;
    }
    if (a->shape[a->rank - 1] != b->shape[b->rank - 2])
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "inner dimensions %lld and %lld differ", (long long)a->shape[a->rank - 1],
                            (long long)b->shape[b->rank - 2]);
    struct sx_tensor p = *a, q = *b;
    p.rank -= 2;
    q.rank -= 2;
    if (!sx_broadcast(&p, &q, &batch->rank, batch->shape))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "input shapes do not broadcast");
    return SYRINX_OK;
}

static int infer(struct sx_call *call)
{
    struct sx_tensor a, b, batch = {.data = NULL};
    int code = shapes(call, &a, &b, &batch), rank;
    if (code != SYRINX_OK)
        return code;
    rank = batch.rank;
    if (call->in[0]->rank > 1)
        batch.shape[rank++] = a.shape[a.rank - 2];
    if (call->in[1]->rank > 1 && rank < SX_MAX_RANK)
        batch.shape[rank++] = b.shape[b.rank - 1];
    return sx_call_output(call, 0, a.type, rank, batch.shape);
}

static int run(struct sx_call *call)
{
    struct sx_tensor a, b, batch = {.data = NULL};
    int64_t sa[SX_MAX_RANK], sb[SX_MAX_RANK];
    int code = shapes(call, &a, &b, &batch);
    if (code != SYRINX_OK)
        return code;
    int64_t m = a.shape[a.rank - 2], k = a.shape[a.rank - 1], n = b.shape[b.rank - 1], count = sx_tensor_count(&batch);
    struct sx_tensor p = a, q = b;
    p.rank -= 2;
    q.rank -= 2;
    sx_broadcast_steps(&p, batch.rank, batch.shape, sa);
    sx_broadcast_steps(&q, batch.rank, batch.shape, sb);
    char *out = call->out[0].data;
    size_t size = sx_dtype_size(a.type);
    if (sx_tensor_count(&call->out[0]) == 0)
        return SYRINX_OK;
    bool pack = packs(m, k, n);
    for (int64_t i = 0; i < count; i++, out += (size_t)(m * n) * size) {
        int64_t rest = i, ia = 0, ib = 0;
        for (int d = batch.rank - 1; d >= 0; d--) {
            ia += rest % batch.shape[d] * sa[d];
            ib += rest % batch.shape[d] * sb[d];
            rest /= batch.shape[d];
        }
        const char *left = (const char *)a.data + (size_t)(ia * m * k) * size, *right = (const char *)b.data + (size_t)(ib * k * n) * size;
        float *y = (float *)(void *)out;
        if (a.type != SX_FLOAT) {
            other_product(a.type, left, right, out, m, k, n);
        } else if (pack) {
            packed_product((const float *)(const void *)left, (const float *)(const void *)right, y, (int)m, (int)k, (int)n, call->scratch);
        } else {
            memset(y, 0, (size_t)(m * n) * size);
            product((const float *)(const void *)left, k, 1, (const float *)(const void *)right, n, 1, y, m, k, n);
        }
    }
    return SYRINX_OK;
}

static size_t scratch(const struct sx_call *call)
{
    struct sx_call copy = *call;
    struct sx_tensor a, b, batch = {.data = NULL};
    if (shapes(&copy, &a, &b, &batch) != SYRINX_OK || !packs(a.shape[a.rank - 2], a.shape[a.rank - 1], b.shape[b.rank - 1]))
        return 0;
    size_t panels = (size_t)(b.shape[b.rank - 1] + SX_PANEL - 1) / SX_PANEL;
    return panels * (size_t)(a.shape[a.rank - 1] + 1) * SX_PANEL * sizeof(float);
}

static int infer_gemm(struct sx_call *call)
{
    const struct sx_tensor *a = call->in[0], *b = call->in[1];
    bool ta = sx_node_int(call->node, "transA", 0) != 0, tb = sx_node_int(call->node, "transB", 0) != 0;
    if (a->type != SX_FLOAT || b->type != SX_FLOAT)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(a->type));
    if (a->rank != 2 || b->rank != 2 || a->shape[!ta] != b->shape[tb])
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the matrices do not fit");
    struct sx_tensor shape = {.rank = 2, .shape = {a->shape[ta], b->shape[!tb]}};
    if (sx_call_has(call, 2)) {
        struct sx_tensor sum = {.data = NULL};
        if (call->in[2]->type != SX_FLOAT || !sx_broadcast(&shape, call->in[2], &sum.rank, sum.shape) || !sx_tensor_same_shape(&sum, &shape))
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the third input does not fit");
    }
    return sx_call_output(call, 0, SX_FLOAT, 2, shape.shape);
}

static int run_gemm(struct sx_call *call)
{
    const struct sx_tensor *a = call->in[0], *b = call->in[1];
    bool ta = sx_node_int(call->node, "transA", 0) != 0, tb = sx_node_int(call->node, "transB", 0) != 0;
    float alpha = sx_node_float(call->node, "alpha", 1), beta = sx_node_float(call->node, "beta", 1), *y = call->out[0].data;
    int64_t m = call->out[0].shape[0], n = call->out[0].shape[1], k = a->shape[!ta];
    if (m * n == 0)
        return SYRINX_OK;
    memset(y, 0, (size_t)(m * n) * sizeof *y);
    product(a->data, ta ? 1 : k, ta ? m : 1, b->data, tb ? 1 : n, tb ? k : 1, y, m, k, n);
    for (int64_t i = 0; alpha != 1 && i < m * n; i++)
        y[i] *= alpha;
    if (sx_call_has(call, 2)) {
        int64_t steps[SX_MAX_RANK];
        sx_broadcast_steps(call->in[2], 2, call->out[0].shape, steps);
        for (int64_t i = 0; i < m; i++)
            for (int64_t j = 0; j < n; j++)
                y[i * n + j] += beta * ((const float *)call->in[2]->data)[i * steps[0] + j * steps[1]];
    }
    return SYRINX_OK;
}

SX_OP(MatMul) = {
    .name = "MatMul", .min_inputs = 2, .max_inputs = 2, .max_outputs = 1, .infer = infer, .run = run, .scratch = scratch,
};
SX_OP(Gemm) = {
    .name = "Gemm", .min_inputs = 2, .max_inputs = 3, .max_outputs = 1, .infer = infer_gemm, .run = run_gemm,
};
