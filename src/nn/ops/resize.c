/* resize.c - Resize and Upsample in any number of dimensions, an axis after the other: each output place along an axis has a run of source
 * places with weights (ONNX's definition of the coordinates: onnx/reference/ops/op_resize.py). */
#include <math.h>
#include <string.h>

#include "nn/op.h"

enum mode { NEAREST, LINEAR, CUBIC };
enum { MAX_SHRINK = 1 << 12 };      /* with a filter: it is as wide */

struct resize {
    enum mode mode;
    const char *coordinates, *nearest;
    bool antialias, exclude_outside;
    double a;                               /* of the cubic */
    double scale[SX_MAX_RANK], begin[SX_MAX_RANK], end[SX_MAX_RANK];   /* begin, end: the region of interest */
    int64_t size[SX_MAX_RANK];              /* of the result */
};

/* Numbers of an input that may be absent or empty: their count, or -1 after a failure. */
static int numbers(struct sx_call *call, int index, double *out, int room)
{
    if (!sx_call_has(call, index) || sx_tensor_count(call->in[index]) == 0)
        return 0;
    const struct sx_tensor *t = call->in[index];
    int64_t count = sx_tensor_count(t);
    if (t->rank != 1 || count > room)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "input %d must be a short list of numbers", index);
    if (!t->data)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "its shape depends on computed data");
    for (int64_t i = 0; i < count; i++)
        out[i] = sx_tensor_real(t, i);
    return (int)count;
}

/* Which axes the lists name, in their order. */
static int find_axes(struct sx_call *call, int axes[SX_MAX_RANK])
{
    const struct sx_attribute *list = sx_node_attribute(call->node, "axes");
    int rank = call->in[0]->rank, count = list ? list->int_count : rank;
    bool seen[SX_MAX_RANK] = {false};
    if (count > rank)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "too many axes");
    for (int i = 0; i < count; i++) {
        axes[i] = sx_call_axis(call, list ? list->ints[i] : i, rank);
        if (axes[i] < 0)
            return axes[i];
        if (seen[axes[i]])
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "an axis is named twice");
        seen[axes[i]] = true;
    }
    return count;
}

static int bad_size(struct sx_call *call)
{
    return sx_call_fail(call, SYRINX_ERROR_FORMAT, "scales or sizes do not fit the input");
}

/* Scales and sizes, whichever is given, for all axes. */
static int find_sizes(struct sx_call *call, struct resize *r)
{
    const struct sx_tensor *x = call->in[0];
    const char *policy = sx_node_string(call->node, "keep_aspect_ratio_policy", "stretch");
    bool old = call->opset < 11, upsample = strcmp(call->node->op->name, "Upsample") == 0;
    double scales[SX_MAX_RANK] = {0}, sizes[SX_MAX_RANK] = {0}, roi[2 * SX_MAX_RANK] = {0};
    int axes[SX_MAX_RANK], count = find_axes(call, axes), given = 0, sized = 0, region = 0;
    if (count < 0)
        return count;
    const struct sx_attribute *attribute = sx_node_attribute(call->node, "scales");
    if (upsample && attribute) {
        for (given = 0; given < attribute->float_count && given < SX_MAX_RANK; given++)
            scales[given] = attribute->floats[given];
    } else if (old || upsample) {
        given = numbers(call, 1, scales, SX_MAX_RANK);
    } else {
        region = numbers(call, 1, roi, 2 * SX_MAX_RANK);
        given = numbers(call, 2, scales, SX_MAX_RANK);
        sized = numbers(call, 3, sizes, SX_MAX_RANK);
    }
    if (given < 0 || sized < 0 || region < 0)
        return call->error->code;
    if ((given != 0) == (sized != 0) || (given && given != count) || (sized && sized != count) || (region && region != 2 * count))
        return count == 0 && x->rank == 0 ? SYRINX_OK : bad_size(call);
    for (int d = 0; d < x->rank; d++) {
        r->size[d] = x->shape[d];
        r->scale[d] = 1;
        r->begin[d] = 0;
        r->end[d] = 1;
    }
    double least = INFINITY, most = 0;
    for (int i = 0; i < count; i++) {
        int d = axes[i];
        double n = (double)x->shape[d];
        if (region) {
            r->begin[d] = roi[i];
            r->end[d] = roi[count + i];
        }
        if (given) {
            r->scale[d] = scales[i];
            if (!(scales[i] > 0) || !(n * scales[i] < 2147483648.0))
                return bad_size(call);
            r->size[d] = (int64_t)floor(n * scales[i]);
            continue;
        }
        if (!(sizes[i] >= 0 && sizes[i] < 2147483648.0) || (n == 0 && sizes[i] > 0))
            return bad_size(call);
        r->size[d] = (int64_t)sizes[i];
        r->scale[d] = n > 0 ? sizes[i] / n : 1;
        least = fmin(least, r->scale[d]);
        most = fmax(most, r->scale[d]);
    }
    if (sized && strcmp(policy, "stretch") != 0) {
        double scale = strcmp(policy, "not_larger") == 0 ? least : most;
        if (!isfinite(scale))
            return bad_size(call);
        for (int i = 0; i < count; i++) {
            double size = floor((double)x->shape[axes[i]] * scale + 0.5);
            if (!(size < 2147483648.0))
                return bad_size(call);
            r->size[axes[i]] = (int64_t)size;
            r->scale[axes[i]] = scale;
        }
    }
    for (int d = 0; d < x->rank; d++)
        if (x->shape[d] > 0 && !(r->scale[d] > 0))
            return bad_size(call);
    for (int d = 0; r->antialias && r->mode != NEAREST && d < x->rank; d++)
        if (r->scale[d] * MAX_SHRINK < 1)
            return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "an axis that shrinks to less than 1/%d", MAX_SHRINK);
    return SYRINX_OK;
}

static int measure(struct sx_call *call, struct resize *r)
{
    static const char *const coordinates[] = {"half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric",
                                              "tf_half_pixel_for_nn", "tf_crop_and_resize"};
    static const char *const nearest[] = {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"};
    const char *mode = sx_node_string(call->node, "mode", "nearest");
    bool old = call->opset < 11, known = false, known_nearest = false;
    *r = (struct resize){
        .mode = strcmp(mode, "nearest") == 0 ? NEAREST : strcmp(mode, "linear") == 0 || strcmp(mode, "bilinear") == 0 ? LINEAR : CUBIC,
        .coordinates = old ? "asymmetric" : sx_node_string(call->node, "coordinate_transformation_mode", "half_pixel"),
        .nearest = old ? "floor" : sx_node_string(call->node, "nearest_mode", "round_prefer_floor"),
        .antialias = sx_node_int(call->node, "antialias", 0) != 0, .exclude_outside = sx_node_int(call->node, "exclude_outside", 0) != 0,
        .a = sx_node_float(call->node, "cubic_coeff_a", -0.75f),
    };
    for (size_t i = 0; i < sizeof coordinates / sizeof *coordinates; i++)
        known = known || strcmp(r->coordinates, coordinates[i]) == 0;
    for (size_t i = 0; i < sizeof nearest / sizeof *nearest; i++)
        known_nearest = known_nearest || strcmp(r->nearest, nearest[i]) == 0;
    if ((r->mode == CUBIC && strcmp(mode, "cubic") != 0) || !known || !known_nearest)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "mode %.20s, %.30s, %.30s", mode, r->coordinates, r->nearest);
    if (r->mode != NEAREST && call->in[0]->type != SX_FLOAT)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(call->in[0]->type));
    return find_sizes(call, r);
}

static int infer(struct sx_call *call)
{
    struct resize r;
    int code = measure(call, &r);
    return code == SYRINX_OK ? sx_call_output(call, 0, call->in[0]->type, call->in[0]->rank, r.size) : code;
}

/* The place in the source, in fractions of its steps, that output place x along axis d stands for. */
static double source_place(const struct resize *r, int d, int64_t n, double x)
{
    double scale = r->scale[d], width = scale * (double)n;
    const char *mode = r->coordinates;
    if (strcmp(mode, "align_corners") == 0)
        return width <= 1 ? 0 : x * (double)(n - 1) / (width - 1);
    if (strcmp(mode, "asymmetric") == 0)
        return x / scale;
    if (strcmp(mode, "tf_half_pixel_for_nn") == 0)
        return (x + 0.5) / scale;
    if (strcmp(mode, "tf_crop_and_resize") == 0) {
        double span = (r->end[d] - r->begin[d]) * (double)(n - 1), out = (double)r->size[d];
        return r->begin[d] * (double)(n - 1) + (out <= 1 ? span / 2 : x * span / (out - 1));
    }
    if (strcmp(mode, "pytorch_half_pixel") == 0 && r->size[d] <= 1)
        return 0;
    double place = (x + 0.5) / scale - 0.5;
    if (strcmp(mode, "half_pixel_symmetric") == 0)
        place += (double)n / 2 * (1 - (double)r->size[d] / width);
    return place;
}

static double cubic(double x, double a)
{
    x = fabs(x);
    return x <= 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

/* Source places of a weighted sum; the filter widens when an axis shrinks with antialias. */
static int taps_of(const struct resize *r, int d)
{
    double scale = r->antialias && r->scale[d] < 1 ? r->scale[d] : 1, reach = (r->mode == CUBIC ? 2 : 1) / scale;
    return r->mode == NEAREST ? 1 : 2 - 2 * (int)(floor(-reach) + 1);
}

/* Fills places[taps] (inside the source) and weights[taps] of one output place. Returns false when it lies outside of a cropped region. */
static bool find_taps(const struct resize *r, int d, int64_t n, int64_t x, int taps, int64_t *places, float *weights)
{
    double place = source_place(r, d, n, (double)x), whole = floor(place), ratio = place - whole, sum = 0;
    bool inside = strcmp(r->coordinates, "tf_crop_and_resize") != 0 || (place >= 0 && place <= (double)(n - 1));
    if (!(fabs(whole) < 4294967296.0))      /* a region of interest of no sense */
        whole = ratio = 0;
    int64_t base = (int64_t)whole;
    if (r->mode == NEAREST) {
        if (ratio > 0 && (strcmp(r->nearest, "ceil") == 0 || ratio > 0.5 || (ratio == 0.5 && strcmp(r->nearest, "round_prefer_ceil") == 0))
            && strcmp(r->nearest, "floor") != 0)
            base++;
        places[0] = base < 0 ? 0 : base >= n ? n - 1 : base;
        weights[0] = 1;
        return inside;
    }
    double scale = r->antialias && r->scale[d] < 1 ? r->scale[d] : 1;
    int64_t first = 1 - taps / 2;
    for (int i = 0; i < taps; i++) {
        int64_t at = base + first + i;
        double distance = ((double)(first + i) - ratio) * scale;
        double weight = r->mode == CUBIC ? cubic(distance, r->a) : fabs(distance) < 1 ? 1 - fabs(distance) : 0;
        if (r->exclude_outside && (at < 0 || at >= n))
            weight = 0;
        places[i] = at < 0 ? 0 : at >= n ? n - 1 : at;
        weights[i] = (float)weight;
        sum += weight;
    }
    for (int i = 0; i < taps && sum != 0; i++)
        weights[i] = (float)(weights[i] / sum);
    return inside;
}

/* Bytes of the largest result between two axes, and of the lists of taps. */
static void areas(const struct sx_call *call, const struct resize *r, size_t *between, size_t *lists)
{
    const struct sx_tensor *x = call->in[0];
    *between = 0;
    *lists = 0;
    for (int d = 0; d < x->rank; d++) {
        size_t bytes = sx_dtype_size(x->type), list = (size_t)taps_of(r, d) * (sizeof(int64_t) + sizeof(float));
        for (int i = 0; i < x->rank; i++) {
            size_t n = (size_t)(i <= d ? r->size[i] : x->shape[i]);
            bytes = n && bytes > SIZE_MAX / 4 / n ? SIZE_MAX / 4 : bytes * n;
        }
        *between = bytes > *between ? bytes : *between;
        *lists = list > *lists ? list : *lists;
    }
    *between = (*between + 63) / 64 * 64;
    *lists = (*lists + 63) / 64 * 64;
}

static size_t scratch(const struct sx_call *call)
{
    struct sx_call copy = *call;
    struct sx_error error;
    struct resize r;
    size_t between, lists;
    copy.error = &error;
    if (measure(&copy, &r) != SYRINX_OK)
        return 0;
    areas(call, &r, &between, &lists);
    return 2 * between + lists;
}

static void one_axis(const struct resize *r, int d, int64_t n, int64_t outer, int64_t inner, size_t size, const char *from, char *to, char *lists)
{
    int taps = taps_of(r, d);
    int64_t *places = (int64_t *)(void *)lists, m = r->size[d];
    float *weights = (float *)(void *)(places + taps);
    for (int64_t x = 0; x < m; x++) {
        find_taps(r, d, n, x, taps, places, weights);
        for (int64_t o = 0; o < outer; o++) {
            char *out = to + (size_t)((o * m + x) * inner) * size;
            if (r->mode == NEAREST) {
                memcpy(out, from + (size_t)((o * n + places[0]) * inner) * size, (size_t)inner * size);
                continue;
            }
            float *y = (float *)(void *)out;
            for (int t = 0; t < taps; t++) {
                const float *s = (const float *)(const void *)from + (o * n + places[t]) * inner;
                for (int64_t i = 0; i < inner; i++)
                    y[i] = (t ? y[i] : 0) + weights[t] * s[i];
            }
        }
    }
}

/* What lies outside of a cropped region. */
static void extrapolate(const struct sx_call *call, const struct resize *r, char *lists)
{
    const struct sx_tensor *x = call->in[0];
    float *y = call->out[0].data, value = sx_node_float(call->node, "extrapolation_value", 0);
    for (int d = 0; d < x->rank; d++) {
        int taps = taps_of(r, d);
        int64_t *places = (int64_t *)(void *)lists, outer = 1, inner = 1;
        for (int i = 0; i < x->rank; i++)
            *(i < d ? &outer : &inner) *= i == d ? 1 : r->size[i];
        for (int64_t i = 0; i < r->size[d]; i++)
            for (int64_t o = 0; !find_taps(r, d, x->shape[d], i, taps, places, (float *)(void *)(places + taps)) && o < outer; o++)
                for (int64_t k = 0; k < inner; k++)
                    y[(o * r->size[d] + i) * inner + k] = value;
    }
}

static int run(struct sx_call *call)
{
    const struct sx_tensor *x = call->in[0];
    struct resize r;
    size_t between, lists, size = sx_dtype_size(x->type);
    int code = measure(call, &r), last = -1, turn = 0;
    int64_t count = sx_tensor_count(&call->out[0]);
    if (code != SYRINX_OK || count == 0)
        return code;
    bool crop = strcmp(r.coordinates, "tf_crop_and_resize") == 0;
    for (int d = 0; d < x->rank; d++)
        if (r.scale[d] != 1 || r.size[d] != x->shape[d] || (crop && (r.begin[d] != 0 || r.end[d] != 1)))
            last = d;
    if (last < 0) {             /* nothing changes: then there is no scratch memory */
        memcpy(call->out[0].data, x->data, (size_t)count * size);
        return SYRINX_OK;
    }
    areas(call, &r, &between, &lists);
    char *buffers[2] = {(char *)call->scratch, (char *)call->scratch + between}, *list = buffers[1] + between;
    const char *from = x->data;
    for (int d = 0; d <= last; d++) {
        if (r.scale[d] == 1 && r.size[d] == x->shape[d] && !(crop && (r.begin[d] != 0 || r.end[d] != 1)))
            continue;
        int64_t outer = 1, inner = 1;
        for (int i = 0; i < x->rank; i++)
            *(i < d ? &outer : &inner) *= i < d ? r.size[i] : i > d ? x->shape[i] : 1;
        char *to = d == last ? call->out[0].data : buffers[turn++ & 1];
        one_axis(&r, d, x->shape[d], outer, inner, size, from, to, list);
        from = to;
    }
    if (crop && x->type == SX_FLOAT)
        extrapolate(call, &r, list);
    return SYRINX_OK;
}

SX_OP(Resize) = {
    .name = "Resize", .min_inputs = 1, .max_inputs = 4, .max_outputs = 1, .infer = infer, .run = run, .scratch = scratch,
};
SX_OP(Upsample) = {
    .name = "Upsample", .min_inputs = 1, .max_inputs = 2, .max_outputs = 1, .infer = infer, .run = run, .scratch = scratch,
};
