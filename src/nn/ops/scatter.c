/* scatter.c - ScatterElements (once Scatter) and ScatterND: a copy of the data with elements or slices replaced, added to, and so on. */
#include <string.h>

#include "nn/op.h"
#include "nn/types.h"

enum reduction { NONE, ADD, MUL, MAX, MIN };

static int find_reduction(struct sx_call *call, enum reduction *reduction)
{
    static const char *const names[] = {"none", "add", "mul", "max", "min"};
    const char *wanted = sx_node_string(call->node, "reduction", "none");
    for (int i = 0; i < 5; i++)
        if (strcmp(wanted, names[i]) == 0) {
            *reduction = (enum reduction)i;
            if (i != NONE && (call->in[0]->type == SX_BOOL || call->in[0]->type == SX_FLOAT16 || call->in[0]->type == SX_BFLOAT16))
                return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "reduction of type %s", sx_dtype_name(call->in[0]->type));
            return SYRINX_OK;
        }
    return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "reduction %.20s", wanted);
}

static int infer_elements(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0], *index = call->in[1], *update = call->in[2];
    enum reduction reduction;
    int axis = sx_call_axis(call, sx_node_int(call->node, "axis", 0), x->rank);
    if (axis < 0)
        return axis;
    if ((index->type != SX_INT64 && index->type != SX_INT32) || index->rank != x->rank || update->type != x->type || !sx_tensor_same_shape(index, update))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "indices and updates do not fit the data");
    for (int d = 0; d < x->rank; d++)
        if (d != axis && index->shape[d] > x->shape[d])
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "more indices than data along axis %d", d);
    return find_reduction(call, &reduction) == SYRINX_OK ? sx_infer_same(call) : call->error->code;
}

static int infer_nd(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0], *index = call->in[1], *update = call->in[2];
    enum reduction reduction;
    int lead = index->rank - 1;
    if ((index->type != SX_INT64 && index->type != SX_INT32) || lead < 0 || index->shape[lead] > x->rank || update->type != x->type)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "indices and updates do not fit the data");
    int tuple = (int)index->shape[lead];
    bool fits = update->rank == lead + x->rank - tuple;
    for (int d = 0; fits && d < update->rank; d++)
        fits = update->shape[d] == (d < lead ? index->shape[d] : x->shape[tuple + d - lead]);
    if (!fits)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "indices and updates do not fit the data");
    return find_reduction(call, &reduction) == SYRINX_OK ? sx_infer_same(call) : call->error->code;
}

/* Integers wrap. NaN wins in max and min. */
#define WRAP(op) (uint64_t)*a op (uint64_t)b[i]
#define INTEGER(number, type) \
    case number: { \
        type *a = to; \
        const type *b = from; \
        for (int64_t i = 0; i < count; i++, a++) \
            *a = reduction == ADD ? (type)(WRAP(+)) : reduction == MUL ? (type)(WRAP(*)) : (reduction == MAX ? b[i] > *a : b[i] < *a) ? b[i] : *a; \
        break; \
    }
#define REAL(number, type) \
    case number: { \
        type *a = to; \
        const type *b = from; \
        for (int64_t i = 0; i < count; i++, a++) \
            *a = reduction == ADD ? *a + b[i] : reduction == MUL ? *a * b[i] \
                 : (reduction == MAX ? b[i] > *a : b[i] < *a) || b[i] != b[i] ? b[i] : *a; \
        break; \
    }

static void combine(enum sx_dtype dtype, enum reduction reduction, void *to, const void *from, int64_t count)
{
    if (reduction == NONE) {
        memcpy(to, from, (size_t)count * sx_dtype_size(dtype));
        return;
    }
    switch (dtype) {
    SX_INTEGER_TYPES(INTEGER)
    SX_REAL_TYPES(REAL)
    default: break;
    }
}

static void copy_data(const struct sx_call *call)
{
    size_t bytes = (size_t)sx_tensor_count(call->in[0]) * sx_dtype_size(call->in[0]->type);
    if (bytes)
        memcpy(call->out[0].data, call->in[0]->data, bytes);
}

static int run_elements(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0], *index = call->in[1];
    int64_t own[SX_MAX_RANK], at[SX_MAX_RANK] = {0}, step = 1, count = sx_tensor_count(index), axis = sx_node_int(call->node, "axis", 0), base = 0;
    size_t size = sx_dtype_size(x->type);
    enum reduction reduction = NONE;
    if (find_reduction(call, &reduction) != SYRINX_OK)
        return call->error->code;
    copy_data(call);
    if (axis < 0)
        axis += x->rank;
    for (int d = x->rank - 1; d >= 0; d--) {
        own[d] = step;
        step *= x->shape[d];
    }
    for (int64_t i = 0, n = x->shape[axis]; i < count; i++) {
        int64_t k = sx_tensor_int(index, i);
        if (k < -n || k >= n)
            return sx_call_fail(call, SYRINX_ERROR_ARGUMENT, "index %lld is not one of %lld", (long long)k, (long long)n);
        combine(x->type, reduction, (char *)call->out[0].data + (size_t)(base + (k < 0 ? k + n : k) * own[axis]) * size,
                (const char *)call->in[2]->data + (size_t)i * size, 1);
        for (int d = x->rank - 1; d >= 0; d--) {
            int64_t move = d == axis ? 0 : own[d];
            base += move;
            if (++at[d] < index->shape[d])
                break;
            base -= move * index->shape[d];
            at[d] = 0;
        }
    }
    return SYRINX_OK;
}

static int run_nd(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0], *index = call->in[1];
    int64_t tuple = index->shape[index->rank - 1], tuples = 1, slice = 1;
    enum reduction reduction = NONE;
    if (find_reduction(call, &reduction) != SYRINX_OK)
        return call->error->code;
    copy_data(call);
    for (int d = 0; d < index->rank - 1; d++)
        tuples *= index->shape[d];
    for (int d = (int)tuple; d < x->rank; d++)
        slice *= x->shape[d];
    size_t bytes = (size_t)slice * sx_dtype_size(x->type);
    for (int64_t i = 0; bytes && i < tuples; i++) {
        int64_t where = 0;
        for (int64_t k = 0; k < tuple; k++) {
            int64_t n = x->shape[k], v = sx_tensor_int(index, i * tuple + k);
            if (v < -n || v >= n)
                return sx_call_fail(call, SYRINX_ERROR_ARGUMENT, "index %lld is not one of %lld", (long long)v, (long long)n);
            where = where * n + (v < 0 ? v + n : v);
        }
        combine(x->type, reduction, (char *)call->out[0].data + (size_t)where * bytes, (const char *)call->in[2]->data + (size_t)i * bytes, slice);
    }
    return SYRINX_OK;
}

SX_OP(Scatter) = {
    .name = "Scatter", .min_inputs = 3, .max_inputs = 3, .max_outputs = 1, .infer = infer_elements, .run = run_elements,
};
SX_OP(ScatterElements) = {
    .name = "ScatterElements", .min_inputs = 3, .max_inputs = 3, .max_outputs = 1, .infer = infer_elements, .run = run_elements,
};
SX_OP(ScatterND) = {
    .name = "ScatterND", .min_inputs = 3, .max_inputs = 3, .max_outputs = 1, .infer = infer_nd, .run = run_nd,
};
