/* shapes.c - what can be told of shapes before a run: ranks, sizes, and which unknown sizes are the same one.
 *
 * An unknown size is a symbol. Two that are broadcast together make a third, their join, which absorbs both: (x * mask) * mask has the shape of x * mask. Passes
 * use it to see that an addition of zeros changes nothing, and that a mask has as many axes as what it masks. */
#include "nn/shapes.h"

#include <stdlib.h>
#include <string.h>

#include "nn/op.h"

enum { MEMO = 4096, DEEPEST = 24 };

struct symbol {
    int a, b;                   /* of a join; -1 for one of its own */
    int depth;
};

struct inference {
    const struct sx_graph *graph;
    struct sx_dims *dims;
    struct symbol *symbols;
    int count, room;
    int (*memo)[3];             /* [MEMO] two symbols and their join */
    bool failed;
};

static int64_t new_symbol(struct inference *f, int a, int b)
{
    if (f->count == f->room) {
        int room = f->room ? f->room * 2 : 1024;
        struct symbol *bigger = realloc(f->symbols, (size_t)room * sizeof *bigger);
        if (!bigger) {
            f->failed = true;
            return -1;
        }
        f->symbols = bigger;
        f->room = room;
    }
    int depth = 0;
    if (a >= 0)
        depth = 1 + (f->symbols[a].depth > f->symbols[b].depth ? f->symbols[a].depth : f->symbols[b].depth);
    f->symbols[f->count] = depth > DEEPEST ? (struct symbol){-1, -1, 0} : (struct symbol){a, b, depth};
    return -1 - (int64_t)f->count++;
}

static int64_t unknown(struct inference *f)
{
    return new_symbol(f, -1, -1);
}

/* Is the symbol among those that were joined into `in`? Wide joins are looked at only so far. */
static bool has(const struct inference *f, int in, int symbol, int *steps)
{
    while (in != symbol && f->symbols[in].a >= 0 && --*steps > 0) {
        if (has(f, f->symbols[in].a, symbol, steps))
            return true;
        in = f->symbols[in].b;
    }
    return in == symbol;
}

/* The size of two that are broadcast together. */
static int64_t join(struct inference *f, int64_t x, int64_t y)
{
    if (x == y || y == 1)
        return x;
    if (x == 1)
        return y;
    if (x >= 0 || y >= 0)
        return x >= 0 && y >= 0 ? unknown(f) : x >= 0 ? x : y;
    int a = (int)(-1 - x), b = (int)(-1 - y), steps = 64;
    if (f->failed || has(f, a, b, &steps))
        return x;
    steps = 64;
    if (has(f, b, a, &steps))
        return y;
    if (a > b) {
        int c = a;
        a = b;
        b = c;
    }
    int *memo = f->memo[((unsigned)a * 31u + (unsigned)b) % MEMO];
    if (memo[2] < 0 || memo[0] != a || memo[1] != b) {
        int64_t made = new_symbol(f, a, b);
        memo[0] = a;
        memo[1] = b;
        memo[2] = (int)(-1 - made);
    }
    return -1 - (int64_t)memo[2];
}

static struct sx_dims broadcast(struct inference *f, const struct sx_dims *a, const struct sx_dims *b)
{
    struct sx_dims out = {.rank = a->rank > b->rank ? a->rank : b->rank};
    if (a->rank < 0 || b->rank < 0)
        return (struct sx_dims){.rank = -1};
    for (int i = 0; i < out.rank; i++) {
        int p = i - (out.rank - a->rank), q = i - (out.rank - b->rank);
        out.size[i] = p < 0 ? b->size[q] : q < 0 ? a->size[p] : join(f, a->size[p], b->size[q]);
    }
    return out;
}

/* -------------------------------------------------------------- constants that operators read */

static const struct sx_tensor *constant(const struct inference *f, const struct sx_node *node, int input)
{
    return input < node->input_count && node->inputs[input] >= 0 ? f->graph->values[node->inputs[input]].constant : NULL;
}

/* The integers of an attribute, or of a constant input; their number, -1 when there are none to be known. */
static int integers(const struct inference *f, const struct sx_node *node, const char *name, int input, int64_t *out)
{
    const struct sx_attribute *a = sx_node_attribute(node, name);
    const struct sx_tensor *t = a ? NULL : constant(f, node, input);
    int count = a ? a->int_count : t && t->rank <= 1 && (t->type == SX_INT64 || t->type == SX_INT32) ? (int)sx_tensor_count(t) : -1;
    if (count > SX_MAX_RANK)
        return -1;
    for (int i = 0; i < count; i++)
        out[i] = a ? a->ints[i] : sx_tensor_int(t, i);
    return count;
}

/* -------------------------------------------------------------- operators */

static struct sx_dims windowed(struct inference *f, const struct sx_node *node, struct sx_dims x)
{
    const struct sx_tensor *w = constant(f, node, 1);
    int64_t pads[SX_MAX_RANK] = {0}, dilation = 1, stride = 1, list[SX_MAX_RANK];
    if (x.rank != 3 || !w || w->rank != 3)
        return (struct sx_dims){.rank = -1};
    bool plain = integers(f, node, "pads", 99, pads) != 1 && strcmp(sx_node_string(node, "auto_pad", "NOTSET"), "NOTSET") == 0;
    if (integers(f, node, "dilations", 99, list) == 1)
        dilation = list[0];
    if (integers(f, node, "strides", 99, list) == 1)
        stride = list[0];
    bool same = plain && stride == 1 && pads[0] >= 0 && pads[1] >= 0 && pads[0] < 1 << 20 && pads[1] < 1 << 20 && dilation > 0 && dilation < 1 << 20 &&
                w->shape[2] < 1 << 20 && pads[0] + pads[1] == dilation * (w->shape[2] - 1);
    x.size[1] = w->shape[0];
    if (!same)
        x.size[2] = unknown(f);
    return x;
}

static struct sx_dims sliced(struct inference *f, const struct sx_node *node, struct sx_dims x)
{
    int64_t starts[SX_MAX_RANK], ends[SX_MAX_RANK], axes[SX_MAX_RANK], steps[SX_MAX_RANK];
    int n = integers(f, node, "starts", 1, starts), m = integers(f, node, "ends", 2, ends), a = integers(f, node, "axes", 3, axes),
        s = integers(f, node, "steps", 4, steps);
    bool axes_given = sx_node_attribute(node, "axes") || (node->input_count > 3 && node->inputs[3] >= 0);
    if (x.rank < 0 || (axes_given && a < 0))
        return axes_given || x.rank < 0 ? (struct sx_dims){.rank = -1} : x;
    int count = axes_given ? a : n >= 0 ? n : x.rank;
    for (int i = 0; i < count; i++) {
        int64_t axis = axes_given ? axes[i] : i, step = s > i ? steps[i] : node->input_count > 4 ? 0 : 1;
        if (axis < 0)
            axis += x.rank;
        if (axis < 0 || axis >= x.rank)
            return (struct sx_dims){.rank = -1};
        int64_t size = x.size[axis];
        bool known = i < n && i < m && (step == 1 || step == -1);
        if (known && step == 1 && starts[i] == 0 && ends[i] > INT32_MAX - 1)
            continue;                           /* all of it */
        if (known && step == -1 && starts[i] == -1 && ends[i] < -INT32_MAX)
            continue;                           /* all of it, backwards */
        if (!known || step != 1 || size < 0) {
            x.size[axis] = unknown(f);
            continue;
        }
        int64_t from = starts[i] < 0 ? (starts[i] < -size ? 0 : starts[i] + size) : starts[i] > size ? size : starts[i];
        int64_t to = ends[i] < 0 ? (ends[i] < -size ? 0 : ends[i] + size) : ends[i] > size ? size : ends[i];
        x.size[axis] = to > from ? to - from : 0;
    }
    return x;
}

static struct sx_dims stretched(struct inference *f, const struct sx_node *node, struct sx_dims x, bool unsqueeze)
{
    int64_t axes[SX_MAX_RANK];
    int n = integers(f, node, "axes", 1, axes);
    struct sx_dims out = {.rank = unsqueeze ? x.rank + n : x.rank - n};
    bool marked[SX_MAX_RANK] = {false};
    int whole = unsqueeze ? out.rank : x.rank;
    if (x.rank < 0 || n < 0 || out.rank < 0 || out.rank > SX_MAX_RANK)
        return (struct sx_dims){.rank = -1};
    for (int i = 0; i < n; i++) {
        int64_t axis = axes[i] < 0 ? axes[i] + whole : axes[i];
        if (axis < 0 || axis >= whole || marked[axis])
            return (struct sx_dims){.rank = -1};
        marked[axis] = true;
    }
    for (int i = 0, in = 0, at = 0; i < whole; i++)
        if (unsqueeze)
            out.size[i] = marked[i] ? 1 : x.size[in++];
        else if (!marked[i])
            out.size[at++] = x.size[i];
    return out;
}

static struct sx_dims joined(struct inference *f, const struct sx_node *node)
{
    struct sx_dims out = f->dims[node->inputs[0]];
    int64_t axis = sx_node_int(node, "axis", 0), sum = 0;
    if (axis < 0)
        axis += out.rank;
    if (out.rank < 0 || axis < 0 || axis >= out.rank)
        return (struct sx_dims){.rank = -1};
    for (int i = 0; i < node->input_count; i++) {
        const struct sx_dims *x = &f->dims[node->inputs[i]];
        if (x->rank != out.rank)
            return (struct sx_dims){.rank = -1};
        sum = sum < 0 || x->size[axis] < 0 || x->size[axis] > 1 << 28 || sum > 1 << 28 ? -1 : sum + x->size[axis];
    }
    out.size[axis] = sum < 0 ? unknown(f) : sum;
    return out;
}

static void split(struct inference *f, const struct sx_node *node)
{
    struct sx_dims x = f->dims[node->inputs[0]];
    const struct sx_tensor *sizes = constant(f, node, 1);
    const struct sx_attribute *list = sx_node_attribute(node, "split");
    int64_t axis = sx_node_int(node, "axis", 0);
    if (axis < 0)
        axis += x.rank;
    for (int i = 0; i < node->output_count; i++) {
        if (node->outputs[i] < 0)
            continue;
        struct sx_dims *out = &f->dims[node->outputs[i]];
        *out = x;
        if (x.rank < 0 || axis < 0 || axis >= x.rank)
            out->rank = -1;
        else if (list && i < list->int_count)
            out->size[axis] = list->ints[i] >= 0 ? list->ints[i] : unknown(f);
        else if (sizes && sizes->type == SX_INT64 && i < sx_tensor_count(sizes) && sx_tensor_int(sizes, i) >= 0)
            out->size[axis] = sx_tensor_int(sizes, i);
        else
            out->size[axis] = unknown(f);
    }
}

static struct sx_dims reshaped(struct inference *f, const struct sx_node *node)
{
    const struct sx_tensor *shape = constant(f, node, 1);
    const struct sx_dims *length = node->input_count > 1 && node->inputs[1] >= 0 ? &f->dims[node->inputs[1]] : NULL;
    struct sx_dims out = {.rank = length && length->rank == 1 && length->size[0] >= 0 && length->size[0] <= SX_MAX_RANK ? (int)length->size[0] : -1};
    for (int i = 0; i < out.rank; i++) {
        int64_t size = shape && shape->type == SX_INT64 ? sx_tensor_int(shape, i) : 0;
        out.size[i] = size > 0 ? size : unknown(f);
    }
    return out;
}

static struct sx_dims multiplied(struct inference *f, const struct sx_dims *a, const struct sx_dims *b)
{
    if (a->rank < 2 || b->rank < 2)
        return (struct sx_dims){.rank = -1};
    struct sx_dims p = *a, q = *b, out;
    p.rank -= 2;
    q.rank -= 2;
    out = broadcast(f, &p, &q);
    out.size[out.rank++] = a->size[a->rank - 2];
    out.size[out.rank++] = b->size[b->rank - 1];
    return out;
}

static struct sx_dims transposed(const struct sx_node *node, const struct sx_dims *x)
{
    const struct sx_attribute *perm = sx_node_attribute(node, "perm");
    struct sx_dims out = {.rank = x->rank};
    if (x->rank < 0 || (perm && perm->int_count != x->rank))
        return (struct sx_dims){.rank = -1};
    for (int i = 0; i < x->rank; i++) {
        int64_t from = perm ? perm->ints[i] : x->rank - 1 - i;
        if (from < 0 || from >= x->rank)
            return (struct sx_dims){.rank = -1};
        out.size[i] = x->size[from];
    }
    return out;
}

/* ConstantOfShape(Shape(x)) has the shape of x. */
static struct sx_dims filled(struct inference *f, const struct sx_node *node)
{
    const struct sx_graph *graph = f->graph;
    int id = node->inputs[0], made = id < 0 || graph->values[id].constant ? -1 : graph->values[id].producer;
    if (made >= 0 && strcmp(graph->nodes[made]->op->name, "Shape") == 0 && graph->nodes[made]->attribute_count == 0)
        return f->dims[graph->nodes[made]->inputs[0]];
    struct sx_dims out = {.rank = -1};
    if (id >= 0 && f->dims[id].rank == 1 && f->dims[id].size[0] >= 0 && f->dims[id].size[0] <= SX_MAX_RANK)
        out.rank = (int)f->dims[id].size[0];
    for (int i = 0; i < out.rank; i++)
        out.size[i] = unknown(f);
    return out;
}

/* Reductions: axes as an attribute or an input, all of them when there is neither. */
static struct sx_dims reduced(struct inference *f, const struct sx_node *node, struct sx_dims x)
{
    int64_t axes[SX_MAX_RANK];
    int n = integers(f, node, "axes", 1, axes), at = 0;
    bool keep = sx_node_int(node, "keepdims", 1) != 0, marked[SX_MAX_RANK] = {false};
    if (x.rank < 0 || (n < 0 && node->input_count > 1 && node->inputs[1] >= 0) || sx_node_int(node, "noop_with_empty_axes", 0) != 0)
        return (struct sx_dims){.rank = -1};
    for (int i = 0; i < n; i++) {
        int64_t axis = axes[i] < 0 ? axes[i] + x.rank : axes[i];
        if (axis < 0 || axis >= x.rank)
            return (struct sx_dims){.rank = -1};
        marked[axis] = true;
    }
    for (int i = 0; i < x.rank; i++) {
        bool gone = n <= 0 || marked[i];
        if (!gone || keep)
            x.size[at++] = gone ? 1 : x.size[i];
    }
    x.rank = at;
    return x;
}

/* The same axes, of sizes that nothing is known about unless no amount is given for them. */
static struct sx_dims padded(struct inference *f, const struct sx_node *node, struct sx_dims x)
{
    const struct sx_tensor *pads = node->input_count < 4 ? constant(f, node, 1) : NULL;
    bool known = pads && pads->type == SX_INT64 && sx_tensor_count(pads) == 2 * x.rank;
    for (int i = 0; i < x.rank; i++)
        if (!known || sx_tensor_int(pads, i) != 0 || sx_tensor_int(pads, i + x.rank) != 0)
            x.size[i] = unknown(f);
    return x;
}

static bool is(const struct sx_node *node, const char *type)
{
    return strcmp(node->op->name, type) == 0;
}

static struct sx_dims first_output(struct inference *f, const struct sx_node *node)
{
    static const struct sx_dims nothing = {.rank = -1};
    const struct sx_dims *x = node->input_count > 0 && node->inputs[0] >= 0 ? &f->dims[node->inputs[0]] : &nothing;
    const struct sx_dims *y = node->input_count > 1 && node->inputs[1] >= 0 ? &f->dims[node->inputs[1]] : &nothing;
    unsigned flags = node->op->flags;
    if (flags & SX_OP_UNARY)
        return *x;
    if (flags & SX_OP_BINARY) {
        struct sx_dims all = *x;
        for (int i = 1; i < node->input_count; i++)
            all = broadcast(f, &all, node->inputs[i] < 0 ? &nothing : &f->dims[node->inputs[i]]);
        return all;
    }
    if (is(node, "Unsqueeze") || is(node, "Squeeze"))
        return stretched(f, node, *x, node->op->name[0] == 'U');
    if (is(node, "Shape") && node->attribute_count == 0)
        return (struct sx_dims){.rank = 1, .size = {x->rank >= 0 ? x->rank : unknown(f)}};
    if (is(node, "Gather") && x->rank >= 1 && y->rank >= 0 && x->rank + y->rank - 1 <= SX_MAX_RANK) {
        struct sx_dims out = {.rank = x->rank + y->rank - 1};
        int64_t axis = sx_node_int(node, "axis", 0);
        axis += axis < 0 ? x->rank : 0;
        for (int i = 0; i < out.rank; i++)
            out.size[i] = i < axis ? x->size[i] : i < axis + y->rank ? y->size[i - axis] : x->size[i - y->rank + 1];
        return axis >= 0 && axis < x->rank ? out : nothing;
    }
    if (is(node, "Slice"))
        return sliced(f, node, *x);
    if (is(node, "Concat"))
        return joined(f, node);
    if (is(node, "Transpose"))
        return transposed(node, x);
    if (is(node, "Reshape"))
        return reshaped(f, node);
    if (is(node, "ConstantOfShape"))
        return filled(f, node);
    if (is(node, "MatMul"))
        return multiplied(f, x, y);
    if (is(node, "Conv"))
        return windowed(f, node, *x);
    if (is(node, "Where") && node->input_count == 3 && node->inputs[2] >= 0) {
        struct sx_dims both = broadcast(f, x, y);
        return broadcast(f, &both, &f->dims[node->inputs[2]]);
    }
    if (is(node, "Expand")) {
        struct sx_dims shape = reshaped(f, node);
        for (int i = 0; i < shape.rank; i++)        /* a 0 would be a size here */
            shape.size[i] = shape.size[i] < 0 ? unknown(f) : shape.size[i];
        return broadcast(f, x, &shape);
    }
    if (strncmp(node->op->name, "Reduce", 6) == 0)
        return reduced(f, node, *x);
    if (is(node, "Pad"))
        return padded(f, node, *x);
    if (is(node, "GatherElements"))
        return *y;
    if (is(node, "Range"))
        return (struct sx_dims){.rank = 1, .size = {unknown(f)}};
    if (is(node, "Softmax") || is(node, "LayerNormalization") || is(node, "RandomNormalLike") || is(node, "Identity") || is(node, "CumSum") ||
        is(node, "Clip") || is(node, "ScatterND") || is(node, "ScatterElements"))
        return *x;
    return nothing;
}

struct sx_dims *sx_shapes(const struct sx_graph *graph)
{
    struct inference f = {.graph = graph};
    f.dims = malloc(((size_t)graph->value_count + 1) * sizeof *f.dims);
    f.memo = malloc(MEMO * sizeof *f.memo);
    if (!f.dims || !f.memo) {
        free(f.dims);
        free(f.memo);
        return NULL;
    }
    memset(f.memo, 0xFF, MEMO * sizeof *f.memo);
    for (int i = 0; i < graph->value_count; i++) {
        const struct sx_tensor *t = graph->values[i].constant;
        f.dims[i].rank = t ? t->rank : -1;
        if (t)
            memcpy(f.dims[i].size, t->shape, sizeof t->shape);
    }
    for (int i = 0; i < graph->input_count; i++) {
        const struct sx_value *value = &graph->values[graph->inputs[i]];
        struct sx_dims *d = &f.dims[graph->inputs[i]];
        d->rank = value->rank;
        for (int k = 0; k < value->rank; k++)
            d->size[k] = value->shape[k] >= 0 ? value->shape[k] : unknown(&f);
    }
    for (int n = 0; n < graph->node_count && !f.failed; n++) {
        const struct sx_node *node = graph->nodes[n];
        if (is(node, "Split"))
            split(&f, node);
        else if (node->output_count > 0 && node->outputs[0] >= 0 && !graph->values[node->outputs[0]].constant)
            f.dims[node->outputs[0]] = first_output(&f, node);
    }
    free(f.symbols);
    free(f.memo);
    if (f.failed) {
        free(f.dims);
        return NULL;
    }
    return f.dims;
}

bool sx_shapes_covers(const struct sx_dims *wide, const struct sx_dims *narrow)
{
    if (wide->rank < 0 || narrow->rank < 0 || narrow->rank > wide->rank)
        return false;
    for (int i = 0; i < narrow->rank; i++) {
        int64_t size = narrow->size[i];
        if (size != 1 && size != wide->size[i + wide->rank - narrow->rank])
            return false;
    }
    return true;
}
