/* rearrange.c - operators that move elements: DepthToSpace, SpaceToDepth, CenterCropPad, Col2Im, Compress, TensorScatter. */
#include <string.h>

#include "nn/op.h"

/* DepthToSpace, SpaceToDepth: [N, C, H, W] with blocks of b x b, as a permutation of six axes. */
static int read_blocks(struct sx_call *call, bool to_space, int64_t *block, int64_t shape[4])
{
    const struct sx_tensor *x = call->in[0];
    *block = sx_node_int(call->node, "blocksize", 0);
    if (x->rank != 4 || *block < 1 || *block > 1 << 15)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "four dimensions and a positive blocksize expected");
    int64_t b = *block, square = b * b;
    if (to_space ? x->shape[1] % square != 0 : x->shape[2] % b != 0 || x->shape[3] % b != 0)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "blocks of %lld do not fit", (long long)b);
    shape[0] = x->shape[0];
    shape[1] = to_space ? x->shape[1] / square : x->shape[1] * square;
    shape[2] = to_space ? x->shape[2] * b : x->shape[2] / b;
    shape[3] = to_space ? x->shape[3] * b : x->shape[3] / b;
    return SYRINX_OK;
}

static int infer_blocks(struct sx_call *call)
{
    int64_t block, shape[4];
    int code = read_blocks(call, call->node->op->name[0] == 'D', &block, shape);
    return code == SYRINX_OK ? sx_call_output(call, 0, call->in[0]->type, 4, shape) : code;
}

static int run_blocks(struct sx_call *call)
{
    bool to_space = call->node->op->name[0] == 'D', by_column = strcmp(sx_node_string(call->node, "mode", "DCR"), "CRD") == 0;
    int64_t b, ignored[4];
    int code = read_blocks(call, to_space, &b, ignored);
    const struct sx_tensor *small = to_space ? call->in[0] : &call->out[0], *wide = to_space ? &call->out[0] : call->in[0];
    if (code != SYRINX_OK)
        return code;
    size_t size = sx_dtype_size(small->type);
    int64_t depth = wide->shape[1], rows = small->shape[2], columns = small->shape[3], at = 0;
    for (int64_t n = 0; n < wide->shape[0]; n++)        /* in the order of the tensor with the space */
        for (int64_t c = 0; c < depth; c++)
            for (int64_t y = 0; y < wide->shape[2]; y++)
                for (int64_t x = 0; x < wide->shape[3]; x++, at++) {
                    int64_t dy = y % b, dx = x % b, channel = by_column ? (c * b + dy) * b + dx : (dy * b + dx) * depth + c;
                    int64_t other = ((n * depth * b * b + channel) * rows + y / b) * columns + x / b;
                    memcpy((char *)call->out[0].data + (size_t)(to_space ? at : other) * size,
                           (const char *)call->in[0]->data + (size_t)(to_space ? other : at) * size, size);
                }
    return SYRINX_OK;
}

/* Copies a box of `size` elements an axis between two tensors of one rank and type. */
static void copy_box(const struct sx_tensor *from, const int64_t *from_start, const struct sx_tensor *to, const int64_t *to_start, const int64_t *box)
{
    int rank = to->rank;
    size_t size = sx_dtype_size(to->type);
    int64_t at[SX_MAX_RANK] = {0}, rows = 1, width = rank ? box[rank - 1] : 1;
    for (int d = 0; d < rank - 1; d++)
        rows *= box[d];
    for (; width > 0 && rows > 0; rows--) {
        int64_t a = 0, b = 0;
        for (int d = 0; d < rank; d++) {
            a = a * from->shape[d] + from_start[d] + at[d];
            b = b * to->shape[d] + to_start[d] + at[d];
        }
        memcpy((char *)to->data + (size_t)b * size, (const char *)from->data + (size_t)a * size, (size_t)width * size);
        for (int d = rank - 2; d >= 0; d--) {
            if (++at[d] < box[d])
                break;
            at[d] = 0;
        }
    }
}

static int infer_center(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    const struct sx_attribute *axes = sx_node_attribute(call->node, "axes");
    int64_t wanted[SX_MAX_RANK], shape[SX_MAX_RANK];
    int count = sx_call_ints(call, 1, wanted, SX_MAX_RANK);
    if (count < 0)
        return count;
    memcpy(shape, x->shape, sizeof shape);
    if (count != (axes ? axes->int_count : x->rank))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "%d sizes", count);
    for (int i = 0; i < count; i++) {
        int axis = axes ? sx_call_axis(call, axes->ints[i], x->rank) : i;
        if (axis < 0)
            return axis;
        shape[axis] = wanted[i];
    }
    return sx_call_output(call, 0, x->type, x->rank, shape);
}

static int run_center(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0], *y = &call->out[0];
    int64_t from[SX_MAX_RANK] = {0}, to[SX_MAX_RANK] = {0}, box[SX_MAX_RANK] = {0}, count = sx_tensor_count(y);
    for (int d = 0; d < x->rank; d++) {
        int64_t surplus = x->shape[d] - y->shape[d];
        from[d] = surplus > 0 ? surplus / 2 : 0;
        to[d] = surplus < 0 ? -surplus / 2 : 0;
        box[d] = surplus > 0 ? y->shape[d] : x->shape[d];
    }
    if (count)
        memset(y->data, 0, (size_t)count * sx_dtype_size(y->type));
    if (count && sx_tensor_count(x))
        copy_box(x, from, y, to, box);
    return SYRINX_OK;
}

/* Col2Im: columns of blocks are added up where they lie in the image. */
struct image {
    int dims;
    int64_t size[SX_MAX_RANK], block[SX_MAX_RANK], stride[SX_MAX_RANK], dilation[SX_MAX_RANK], begin[SX_MAX_RANK], places[SX_MAX_RANK];
    int64_t channels, taps, columns;
};

static int read_image(struct sx_call *call, struct image *m)
{
    const struct sx_tensor *x = call->in[0];
    enum { MOST = SX_MAX_RANK - 2 };
    *m = (struct image){.taps = 1, .columns = 1};
    m->dims = sx_call_ints(call, 1, m->size, MOST);
    if (m->dims < 0)
        return m->dims;
    int blocks = sx_call_ints(call, 2, m->block, MOST);
    if (blocks < 0)
        return blocks;
    if (x->rank != 3 || (x->type != SX_FLOAT && x->type != SX_DOUBLE) || m->dims < 1 || blocks != m->dims)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "three dimensions of floats and sizes of image and block expected");
    const struct sx_attribute *strides = sx_node_attribute(call->node, "strides"), *dilations = sx_node_attribute(call->node, "dilations"),
                              *pads = sx_node_attribute(call->node, "pads");
    if ((strides && strides->int_count != m->dims) || (dilations && dilations->int_count != m->dims) || (pads && pads->int_count != 2 * m->dims))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "strides, dilations or pads of another number of axes");
    for (int d = 0; d < m->dims; d++) {
        m->stride[d] = strides ? strides->ints[d] : 1;
        m->dilation[d] = dilations ? dilations->ints[d] : 1;
        m->begin[d] = pads ? pads->ints[d] : 0;
        int64_t end = pads ? pads->ints[m->dims + d] : 0;
        const int64_t values[] = {m->size[d], m->block[d], m->stride[d], m->dilation[d], m->begin[d] + 1, end + 1};
        for (int i = 0; i < 6; i++)
            if (values[i] < 1 || values[i] > 1 << 24)
                return sx_call_fail(call, SYRINX_ERROR_FORMAT, "sizes out of range");
        int64_t room = m->size[d] + m->begin[d] + end - m->dilation[d] * (m->block[d] - 1) - 1;
        m->places[d] = room < 0 ? 0 : room / m->stride[d] + 1;
        if (m->block[d] > INT32_MAX / m->taps || (m->places[d] && m->columns > INT32_MAX / m->places[d]))
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "sizes out of range");
        m->taps *= m->block[d];
        m->columns *= m->places[d];
    }
    m->channels = x->shape[1] / m->taps;
    if (x->shape[1] % m->taps || x->shape[2] != m->columns)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the input does not have %lld rows a channel and %lld columns", (long long)m->taps, (long long)m->columns);
    return SYRINX_OK;
}

static int infer_image(struct sx_call *call)
{
    struct image m;
    int code = read_image(call, &m);
    if (code != SYRINX_OK)
        return code;
    int64_t shape[SX_MAX_RANK] = {call->in[0]->shape[0], m.channels};
    memcpy(shape + 2, m.size, (size_t)m.dims * sizeof *shape);
    return sx_call_output(call, 0, call->in[0]->type, m.dims + 2, shape);
}

static int run_image(struct sx_call *call)
{
    struct image m;
    int code = read_image(call, &m);
    const struct sx_tensor *x = call->in[0], *y = &call->out[0];
    int64_t count = sx_tensor_count(y), planes = x->shape[0] * (code == SYRINX_OK ? m.channels : 0), plane = planes ? count / planes : 0;
    if (code != SYRINX_OK || count == 0)
        return code;
    memset(y->data, 0, (size_t)count * sx_dtype_size(y->type));
    for (int64_t i = 0; i < sx_tensor_count(x); i++) {
        int64_t column = i % m.columns, tap = i / m.columns % m.taps, p = i / m.columns / m.taps, where = 0, step = 1;
        bool inside = true;
        for (int d = m.dims - 1; d >= 0; d--) {
            int64_t at = column % m.places[d] * m.stride[d] + tap % m.block[d] * m.dilation[d] - m.begin[d];
            inside = inside && at >= 0 && at < m.size[d];
            where += at * step;
            step *= m.size[d];
            column /= m.places[d];
            tap /= m.block[d];
        }
        if (!inside)
            continue;
        if (y->type == SX_FLOAT)
            ((float *)y->data)[p * plane + where] += ((const float *)x->data)[i];
        else
            ((double *)y->data)[p * plane + where] += ((const double *)x->data)[i];
    }
    return SYRINX_OK;
}

/* Compress: the slices whose flag is set; without an axis the flattened input's elements. */
static int infer_compress(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0], *flags = call->in[1];
    bool flat = !sx_node_attribute(call->node, "axis");
    int axis = flat ? 0 : sx_call_axis(call, sx_node_int(call->node, "axis", 0), x->rank);
    if (axis < 0)
        return axis;
    if (flags->type != SX_BOOL || flags->rank != 1)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the condition must be a list of bools");
    if (flags->shape[0] > 0 && !flags->data)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "its shape depends on computed data");
    int64_t shape[SX_MAX_RANK], length = flat ? sx_tensor_count(x) : x->shape[axis], kept = 0;
    for (int64_t i = 0; i < flags->shape[0] && i < length; i++)
        kept += ((const uint8_t *)flags->data)[i] != 0;
    memcpy(shape, x->shape, sizeof shape);
    shape[axis] = kept;
    return sx_call_output(call, 0, x->type, flat ? 1 : x->rank, shape);
}

static int run_compress(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0], *flags = call->in[1];
    bool flat = !sx_node_attribute(call->node, "axis");
    int64_t axis = sx_node_int(call->node, "axis", 0), outer = 1, length = sx_tensor_count(x);
    size_t inner = sx_dtype_size(x->type);
    if (!flat) {
        axis += axis < 0 ? x->rank : 0;
        length = x->shape[axis];
        for (int d = 0; d < x->rank; d++) {
            outer *= d < axis ? x->shape[d] : 1;
            inner *= d > axis ? (size_t)x->shape[d] : 1;
        }
    }
    char *to = call->out[0].data;
    for (int64_t o = 0; inner && o < outer; o++)
        for (int64_t i = 0; i < flags->shape[0] && i < length; i++)
            if (((const uint8_t *)flags->data)[i]) {
                memcpy(to, (const char *)x->data + (size_t)(o * length + i) * inner, inner);
                to += inner;
            }
    return SYRINX_OK;
}

/* TensorScatter: a cache with rows replaced from a place on, which each item of the batch has for itself. */
static int infer_cache(struct sx_call *call)
{
    const struct sx_tensor *past = call->in[0], *update = call->in[1];
    int axis = sx_call_axis(call, sx_node_int(call->node, "axis", -2), past->rank);
    bool fits = axis > 0 && update->rank == past->rank && update->type == past->type;
    if (axis < 0)
        return axis;
    for (int d = 0; fits && d < past->rank; d++)
        fits = d == axis ? update->shape[d] <= past->shape[d] : update->shape[d] == past->shape[d];
    if (fits && sx_call_has(call, 2))
        fits = call->in[2]->rank == 1 && call->in[2]->shape[0] == past->shape[0] && (call->in[2]->type == SX_INT64 || call->in[2]->type == SX_INT32);
    return fits ? sx_infer_same(call) : sx_call_fail(call, SYRINX_ERROR_FORMAT, "update or indices do not fit the cache");
}

static int run_cache(struct sx_call *call)
{
    const struct sx_tensor *past = call->in[0], *update = call->in[1];
    int64_t axis = sx_node_int(call->node, "axis", -2), outer = 1, count = sx_tensor_count(past);
    size_t inner = sx_dtype_size(past->type);
    bool circular = strcmp(sx_node_string(call->node, "mode", "linear"), "circular") == 0;
    axis += axis < 0 ? past->rank : 0;
    for (int d = 0; d < past->rank; d++) {
        outer *= d < axis ? past->shape[d] : 1;
        inner *= d > axis ? (size_t)past->shape[d] : 1;
    }
    int64_t length = past->shape[axis], rows = update->shape[axis];
    if (count == 0)
        return SYRINX_OK;
    memcpy(call->out[0].data, past->data, (size_t)count * sx_dtype_size(past->type));
    for (int64_t o = 0; o < outer; o++) {
        int64_t start = sx_call_has(call, 2) ? sx_tensor_int(call->in[2], o / (outer / past->shape[0])) : 0;
        if (start < 0 || start > INT32_MAX || (!circular && start + rows > length))
            return sx_call_fail(call, SYRINX_ERROR_ARGUMENT, "index %lld outside of the cache", (long long)start);
        for (int64_t i = 0; i < rows; i++)
            memcpy((char *)call->out[0].data + (size_t)(o * length + (start + i) % length) * inner,
                   (const char *)update->data + (size_t)(o * rows + i) * inner, inner);
    }
    return SYRINX_OK;
}

SX_OP(DepthToSpace) = {
    .name = "DepthToSpace", .min_inputs = 1, .max_inputs = 1, .max_outputs = 1, .infer = infer_blocks, .run = run_blocks,
};
SX_OP(SpaceToDepth) = {
    .name = "SpaceToDepth", .min_inputs = 1, .max_inputs = 1, .max_outputs = 1, .infer = infer_blocks, .run = run_blocks,
};
SX_OP(CenterCropPad) = {
    .name = "CenterCropPad", .min_inputs = 2, .max_inputs = 2, .max_outputs = 1, .infer = infer_center, .run = run_center,
};
SX_OP(Col2Im) = {
    .name = "Col2Im", .min_inputs = 3, .max_inputs = 3, .max_outputs = 1, .infer = infer_image, .run = run_image,
};
SX_OP(Compress) = {
    .name = "Compress", .min_inputs = 2, .max_inputs = 2, .max_outputs = 1, .infer = infer_compress, .run = run_compress,
};
SX_OP(TensorScatter) = {
    .name = "TensorScatter", .min_inputs = 2, .max_inputs = 3, .max_outputs = 1, .infer = infer_cache, .run = run_cache,
};
