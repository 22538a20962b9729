/* transpose.c - Transpose for any rank and element size. */
#include <string.h>

#include "nn/op.h"

static int permutation(struct sx_call *call, int perm[SX_MAX_RANK])
{
    const struct sx_attribute *attribute = sx_node_attribute(call->node, "perm");
    int rank = call->in[0]->rank;
    bool seen[SX_MAX_RANK] = {false};
    if (attribute && attribute->int_count != rank)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the permutation does not fit the input");
    for (int i = 0; i < rank; i++) {
        int64_t p = attribute ? attribute->ints[i] : rank - 1 - i;
        if (p < 0 || p >= rank || seen[p])
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "not a permutation");
        seen[p] = true;
        perm[i] = (int)p;
    }
    return SYRINX_OK;
}

static int infer(struct sx_call *call)
{
    int perm[SX_MAX_RANK], code = permutation(call, perm);
    int64_t shape[SX_MAX_RANK];
    if (code != SYRINX_OK)
        return code;
    for (int i = 0; i < call->in[0]->rank; i++)
        shape[i] = call->in[0]->shape[perm[i]];
    return sx_call_output(call, 0, call->in[0]->type, call->in[0]->rank, shape);
}

#define COPY(type) { \
        const type *s = (const type *)from; \
        type *d = (type *)to; \
        for (int64_t i = 0; i < n; i++) \
            d[i] = s[i * step]; \
    } break;

static void strided(const void *from, void *to, int64_t n, int64_t step, size_t size)
{
    if (step == 1) {
        memcpy(to, from, (size_t)n * size);
        return;
    }
    switch (size) {
    case 1: COPY(uint8_t)
    case 2: COPY(uint16_t)
    case 4: COPY(uint32_t)
    default: COPY(uint64_t)
    }
}

static int run(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0], *y = &call->out[0];
    int perm[SX_MAX_RANK], rank = 0, code = permutation(call, perm);
    int64_t step[SX_MAX_RANK], size[SX_MAX_RANK], at[SX_MAX_RANK] = {0}, own[SX_MAX_RANK], count = sx_tensor_count(y), where = 0;
    size_t bytes = sx_dtype_size(x->type);
    if (code != SYRINX_OK || count == 0)
        return code;
    own[x->rank > 0 ? x->rank - 1 : 0] = 1;
    for (int i = x->rank - 2; i >= 0; i--)
        own[i] = own[i + 1] * x->shape[i + 1];
    for (int i = 0; i < x->rank; i++) {     /* axes that stay neighbours become one */
        int64_t n = y->shape[i], s = own[perm[i]];
        if (n == 1)
            continue;
        if (rank && step[rank - 1] == s * n) {
            size[rank - 1] *= n;
            step[rank - 1] = s;
        } else {
            size[rank] = n;
            step[rank++] = s;
        }
    }
    int64_t row = rank ? size[rank - 1] : 1, inner = rank ? step[rank - 1] : 1;
    char *to = y->data;
    for (;;) {
        strided((const char *)x->data + (size_t)where * bytes, to, row, inner, bytes);
        to += (size_t)row * bytes;
        int d = rank - 2;
        for (; d >= 0; d--) {
            where += step[d];
            if (++at[d] < size[d])
                break;
            where -= step[d] * size[d];
            at[d] = 0;
        }
        if (d < 0)
            return SYRINX_OK;
    }
}

/* Free along time when every axis but time keeps its place: the flow stores columns. Here: nothing but axes of one element moves past others. */
static bool window(const struct sx_call *call, const int *time_in, int time_out, struct sx_window *windows)
{
    const struct sx_attribute *attribute = sx_node_attribute(call->node, "perm");
    (void)windows;
    return attribute && attribute->ints[time_out] == time_in[0];
}

SX_OP(Transpose) = {
    .name = "Transpose", .min_inputs = 1, .max_inputs = 1, .max_outputs = 1, .infer = infer, .run = run, .window = window,
};
