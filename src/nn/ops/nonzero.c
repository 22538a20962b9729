/* nonzero.c - NonZero: the index tuples of all elements that are not zero, a column each. The result's shape needs the elements. */
#include <string.h>

#include "nn/op.h"

static bool nonzero(const struct sx_tensor *t, int64_t i)
{
    size_t size = sx_dtype_size(t->type);
    uint64_t bits = 0;
    memcpy(&bits, (const char *)t->data + (size_t)i * size, size);      /* little-endian, as everywhere in the engine */
    if (t->type == SX_FLOAT || t->type == SX_DOUBLE || t->type == SX_FLOAT16)
        bits &= ((uint64_t)1 << (8 * size - 1)) - 1;                    /* -0 is zero */
    return bits != 0;
}

static int infer(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    int64_t count = sx_tensor_count(x), shape[2] = {x->rank, 0};
    if (count && !x->data)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "its shape depends on computed data");
    for (int64_t i = 0; i < count; i++)
        shape[1] += nonzero(x, i);
    return sx_call_output(call, 0, SX_INT64, 2, shape);
}

static int run(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    int64_t count = sx_tensor_count(x), found = call->out[0].shape[1], at[SX_MAX_RANK] = {0}, *to = call->out[0].data;
    for (int64_t i = 0; i < count; i++) {
        if (nonzero(x, i)) {
            for (int d = 0; d < x->rank; d++)
                to[d * found] = at[d];
            to++;
        }
        for (int d = x->rank - 1; d >= 0; d--) {
            if (++at[d] < x->shape[d])
                break;
            at[d] = 0;
        }
    }
    return SYRINX_OK;
}

SX_OP(NonZero) = {
    .name = "NonZero", .min_inputs = 1, .max_inputs = 1, .max_outputs = 1, .infer = infer, .run = run,
};
