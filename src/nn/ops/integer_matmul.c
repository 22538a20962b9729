/* integer_matmul.c - MatMulInteger and QLinearMatMul: products of 8-bit matrices in 32-bit sums, exact and so the same on every machine. */
#include <string.h>

#include "nn/ops/integer.h"

struct product {
    const struct sx_tensor *a, *b, *a_zero, *b_zero;        /* zero points: NULL is 0 */
    int64_t m, k, n, batches;
    int rank;                                               /* of the batch */
    int64_t shape[SX_MAX_RANK], a_step[SX_MAX_RANK], b_step[SX_MAX_RANK];
    int32_t *sums;
    /* QLinearMatMul only */
    const struct sx_tensor *a_scale, *b_scale, *y_scale, *y_zero, *y;
};

/* One number, one for each row (or column), or those of each matrix of the batch. */
static bool suits(const struct sx_tensor *t, int64_t each, int64_t total)
{
    int64_t count = sx_tensor_count(t);
    return count == 1 || count == each || count == total;
}

static int64_t place(const struct sx_tensor *t, int64_t each, int64_t matrix, int64_t index)
{
    int64_t count = sx_tensor_count(t);
    return count == 1 ? 0 : count == each ? index : matrix * each + index;
}

static int read_product(struct sx_call *call, struct product *p)
{
    bool linear = call->node->op->max_inputs == 8;
    *p = (struct product){.a = call->in[0], .b = call->in[linear ? 3 : 1]};
    if (linear) {
        p->a_scale = call->in[1];
        p->a_zero = call->in[2];
        p->b_scale = call->in[4];
        p->b_zero = call->in[5];
        p->y_scale = call->in[6];
        p->y_zero = call->in[7];
        if (p->a_scale->type != SX_FLOAT || p->b_scale->type != SX_FLOAT || p->y_scale->type != SX_FLOAT)
            return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "scales of type %s", sx_dtype_name(p->a_scale->type));
    } else {
        p->a_zero = sx_call_has(call, 2) ? call->in[2] : NULL;
        p->b_zero = sx_call_has(call, 3) ? call->in[3] : NULL;
    }
    struct sx_tensor a = *p->a, b = *p->b;
    if (!sx_is_byte(&a) || !sx_is_byte(&b) || (p->a_zero && p->a_zero->type != a.type) || (p->b_zero && p->b_zero->type != b.type)
        || (p->y_zero && !sx_is_byte(p->y_zero)))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "matrices and zero points must be int8 or uint8");
    if (a.rank < 1 || b.rank < 1)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "a matrix has no dimensions");
    if (a.rank == 1) {
        a.rank = 2;
        a.shape[1] = a.shape[0];
        a.shape[0] = 1;
    }
    if (b.rank == 1) {
        b.rank = 2;
        b.shape[1] = 1;
    }
    p->m = a.shape[a.rank - 2];
    p->k = a.shape[a.rank - 1];
    p->n = b.shape[b.rank - 1];
    if (p->k != b.shape[b.rank - 2])
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "inner dimensions %lld and %lld differ", (long long)p->k, (long long)b.shape[b.rank - 2]);
    struct sx_tensor outer_a = a, outer_b = b, batch = {.rank = 0};
    outer_a.rank -= 2;
    outer_b.rank -= 2;
    if (!sx_broadcast(&outer_a, &outer_b, &batch.rank, batch.shape))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "input shapes do not broadcast");
    p->rank = batch.rank;
    memcpy(p->shape, batch.shape, sizeof p->shape);
    sx_broadcast_steps(&outer_a, p->rank, p->shape, p->a_step);
    sx_broadcast_steps(&outer_b, p->rank, p->shape, p->b_step);
    p->batches = sx_tensor_count(&batch);
    int64_t rows = p->m * sx_tensor_count(&outer_a), columns = p->n * sx_tensor_count(&outer_b);
    if (p->batches < 0 || (p->a_zero && !suits(p->a_zero, p->m, rows)) || (p->b_zero && !suits(p->b_zero, p->n, columns))
        || (linear && (!suits(p->a_scale, p->m, rows) || !suits(p->b_scale, p->n, columns) || !suits(p->y_scale, p->m, p->m) || !suits(p->y_zero, p->m, p->m))))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "scales or zero points do not fit the matrices");
    return SYRINX_OK;
}

static int infer(struct sx_call *call)
{
    struct product p;
    int code = read_product(call, &p);
    if (code != SYRINX_OK)
        return code;
    int64_t shape[SX_MAX_RANK + 2];
    int rank = p.rank;
    memcpy(shape, p.shape, sizeof p.shape);
    if (p.a->rank > 1)
        shape[rank++] = p.m;
    if (p.b->rank > 1)
        shape[rank++] = p.n;
    return sx_call_output(call, 0, p.y_zero ? p.y_zero->type : SX_INT32, rank, shape);
}

static size_t scratch(const struct sx_call *call)
{
    return call->node->op->max_inputs == 8 ? (size_t)sx_tensor_count(&call->out[0]) * sizeof(int32_t) : 0;
}

/* Rows of the result: sum of a (b - zero) = sum of a b - zero * sum of a. */
static void some_rows(void *user, int64_t begin, int64_t end)
{
    const struct product *p = user;
    for (int64_t r = begin; r < end; r++) {
        int64_t matrix_a = 0, matrix_b = 0, rest = r / p->m, i = r % p->m;
        for (int d = p->rank - 1; d >= 0; d--) {
            matrix_a += rest % p->shape[d] * p->a_step[d];
            matrix_b += rest % p->shape[d] * p->b_step[d];
            rest /= p->shape[d];
        }
        int32_t *y = p->sums + r * p->n;
        uint32_t total = 0;
        int32_t zero = p->a_zero ? sx_byte(p->a_zero, place(p->a_zero, p->m, matrix_a, i)) : 0;
        memset(y, 0, (size_t)p->n * sizeof *y);
        for (int64_t k = 0; k < p->k; k++) {
            int32_t a = sx_byte(p->a, (matrix_a * p->m + i) * p->k + k) - zero;
            total += (uint32_t)a;
            sx_add_bytes(y, a, (const char *)p->b->data + (matrix_b * p->k + k) * p->n, p->b->type == SX_INT8, 1, p->n);
        }
        for (int64_t j = 0; p->b_zero && j < p->n; j++)
            y[j] = (int32_t)((uint32_t)y[j] - total * (uint32_t)sx_byte(p->b_zero, place(p->b_zero, p->n, matrix_b, j)));
        if (!p->y)
            continue;
        float row = ((const float *)p->a_scale->data)[place(p->a_scale, p->m, matrix_a, i)], out = ((const float *)p->y_scale->data)[place(p->y_scale, p->m, 0, i)];
        int32_t shift = sx_byte(p->y_zero, place(p->y_zero, p->m, 0, i));
        for (int64_t j = 0; j < p->n; j++)
            sx_store_byte(p->y, r * p->n + j, y[j], row * ((const float *)p->b_scale->data)[place(p->b_scale, p->n, matrix_b, j)] / out, shift);
    }
}

static int run(struct sx_call *call)
{
    struct product p;
    int code = read_product(call, &p);
    if (code != SYRINX_OK || sx_tensor_count(&call->out[0]) == 0)
        return code;
    p.y = p.y_zero ? &call->out[0] : NULL;
    p.sums = p.y_zero ? call->scratch : call->out[0].data;
    sx_parallel(call->pool, p.batches * p.m, 65536 / (p.k * p.n + 1) + 1, some_rows, &p);
    return SYRINX_OK;
}

SX_OP(MatMulInteger) = {
    .name = "MatMulInteger", .min_inputs = 2, .max_inputs = 4, .max_outputs = 1, .infer = infer, .run = run,
};
SX_OP(QLinearMatMul) = {
    .name = "QLinearMatMul", .min_inputs = 8, .max_inputs = 8, .max_outputs = 1, .infer = infer, .run = run, .scratch = scratch,
};
