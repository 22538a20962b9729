/* unique.c - Unique: the different elements, or slices along an axis, with first places, inverse indices and counts. */
#include <stdlib.h>
#include <string.h>

#include "nn/op.h"

struct slices {
    const struct sx_tensor *x;
    int64_t count, outer, inner;        /* slices; elements in front of and behind the axis */
};

static int64_t element(const struct slices *s, int64_t slice, int64_t i)
{
    return (i / s->inner * s->count + slice) * s->inner + i % s->inner;
}

/* Order by the elements; integers exactly, NaN behind all numbers. */
static int compare(const struct slices *s, int64_t a, int64_t b)
{
    bool whole = sx_dtype_integer(s->x->type), large = s->x->type == SX_UINT64;
    for (int64_t i = 0; i < s->outer * s->inner; i++) {
        int64_t p = element(s, a, i), q = element(s, b, i);
        int order;
        if (whole) {
            int64_t x = sx_tensor_int(s->x, p), y = sx_tensor_int(s->x, q);
            order = large ? ((uint64_t)x > (uint64_t)y) - ((uint64_t)x < (uint64_t)y) : (x > y) - (x < y);
        } else {
            double x = sx_tensor_real(s->x, p), y = sx_tensor_real(s->x, q);
            order = (x > y) - (x < y);
            if (order == 0 && (x != x) != (y != y))
                order = x != x ? 1 : -1;
        }
        if (order)
            return order;
    }
    return 0;
}

/* Merge sort of slice numbers, which keeps equal ones in their order. */
static void sort(const struct slices *s, int64_t *list, int64_t *spare)
{
    for (int64_t width = 1; width < s->count; width *= 2) {
        for (int64_t begin = 0; begin < s->count; begin += 2 * width) {
            int64_t middle = begin + width < s->count ? begin + width : s->count, end = middle + width < s->count ? middle + width : s->count;
            int64_t a = begin, b = middle, to = begin;
            while (a < middle || b < end)
                spare[to++] = b == end || (a < middle && compare(s, list[a], list[b]) <= 0) ? list[a++] : list[b++];
        }
        memcpy(list, spare, (size_t)s->count * sizeof *list);
    }
}

static int read_slices(struct sx_call *call, struct slices *s)
{
    const struct sx_tensor *x = call->in[0];
    *s = (struct slices){x, 1, 1, 1};
    if (!sx_node_attribute(call->node, "axis")) {
        s->count = sx_tensor_count(x);
        return SYRINX_OK;
    }
    int axis = sx_call_axis(call, sx_node_int(call->node, "axis", 0), x->rank);
    for (int d = 0; axis >= 0 && d < x->rank; d++)
        *(d < axis ? &s->outer : d == axis ? &s->count : &s->inner) *= x->shape[d];
    return axis < 0 ? axis : SYRINX_OK;
}

/* group[slice] = number of its group in the order of the output, first[group] = first slice of it. Returns the groups. */
static int64_t find_groups(const struct slices *s, bool sorted, int64_t *work, int64_t **group, int64_t **first)
{
    int64_t *list = work, *spare = work + s->count, *by_sort = work + 2 * s->count, groups = 0;
    *first = work + 3 * s->count;
    for (int64_t i = 0; i < s->count; i++)
        list[i] = i;
    sort(s, list, spare);
    for (int64_t i = 0; i < s->count; i++) {
        if (i == 0 || compare(s, list[i - 1], list[i]) != 0)
            (*first)[groups++] = list[i];
        by_sort[list[i]] = groups - 1;
    }
    *group = by_sort;
    if (sorted)
        return groups;
    int64_t next = 0;                   /* groups get numbers as their first slices come */
    for (int64_t g = 0; g < groups; g++)
        spare[g] = -1;
    for (int64_t i = 0; i < s->count; i++) {
        if (spare[by_sort[i]] < 0) {
            (*first)[next] = i;
            spare[by_sort[i]] = next++;
        }
        by_sort[i] = spare[by_sort[i]];
    }
    return groups;
}

/* The shape depends on the data, so the whole work is done twice: the operator is rare. */
static int64_t *prepare_work(struct sx_call *call, const struct slices *s)
{
    int64_t *work = malloc(((size_t)s->count * 4 + 1) * sizeof *work);
    if (!work)
        sx_call_fail(call, SYRINX_ERROR_MEMORY, "out of memory");
    return work;
}

static int infer(struct sx_call *call)
{
    struct slices s;
    int64_t shape[SX_MAX_RANK], *group, *first, *work;
    int code = read_slices(call, &s);
    if (code != SYRINX_OK)
        return code;
    if (sx_tensor_count(call->in[0]) > 0 && !call->in[0]->data)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "its shape depends on computed data");
    if (sx_tensor_count(call->in[0]) == 0 && s.count > 1)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "slices without elements");
    if (!(work = prepare_work(call, &s)))
        return call->error->code;
    bool flat = !sx_node_attribute(call->node, "axis");
    int64_t groups = find_groups(&s, sx_node_int(call->node, "sorted", 1) != 0, work, &group, &first), axis = sx_node_int(call->node, "axis", 0);
    free(work);
    memcpy(shape, call->in[0]->shape, sizeof shape);
    shape[axis < 0 ? axis + call->in[0]->rank : axis] = groups;
    for (int i = 1; i < call->out_count; i++)
        if (sx_call_output(call, i, SX_INT64, 1, i == 2 ? &s.count : &groups) != SYRINX_OK)
            return call->error->code;
    return sx_call_output(call, 0, call->in[0]->type, flat ? 1 : call->in[0]->rank, shape);
}

static int run(struct sx_call *call)
{
    struct slices s;
    int64_t *group, *first, *work;
    int code = read_slices(call, &s);
    if (code != SYRINX_OK || s.count == 0)
        return code;
    if (!(work = prepare_work(call, &s)))
        return call->error->code;
    int64_t groups = find_groups(&s, sx_node_int(call->node, "sorted", 1) != 0, work, &group, &first);
    size_t size = sx_dtype_size(s.x->type), row = (size_t)s.inner * size;
    for (int64_t o = 0; row && call->out[0].data && o < s.outer; o++)
        for (int64_t g = 0; g < groups; g++)
            memcpy((char *)call->out[0].data + (size_t)(o * groups + g) * row, (const char *)s.x->data + (size_t)(o * s.count + first[g]) * row, row);
    int64_t *out[4] = {NULL};
    for (int i = 1; i < call->out_count; i++)
        out[i] = call->out[i].data;
    for (int64_t g = 0; g < groups; g++) {
        if (out[1])
            out[1][g] = first[g];
        if (out[3])
            out[3][g] = 0;
    }
    for (int64_t i = 0; i < s.count; i++) {
        if (out[2])
            out[2][i] = group[i];
        if (out[3])
            out[3][group[i]]++;
    }
    free(work);
    return SYRINX_OK;
}

SX_OP(Unique) = {
    .name = "Unique", .min_inputs = 1, .max_inputs = 1, .max_outputs = 4, .infer = infer, .run = run,
};
