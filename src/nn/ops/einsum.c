/* einsum.c - Einsum: sums of products over named axes (numpy.org/doc/stable/reference/generated/numpy.einsum.html), with ellipsis and diagonals.
 *
 * Each label is a dimension with a step in every input; a loop walks the output's labels, an inner one those that are summed. */
#include <string.h>

#include "nn/op.h"

enum { MOST_INPUTS = 8, MOST_LABELS = 52 + SX_MAX_RANK };       /* letters, then the ellipsis' axes from the right */

struct einsum {
    int inputs, labels;                         /* in the order of walking: those of the output first */
    int kept;
    int64_t size[MOST_LABELS], step[MOST_INPUTS][MOST_LABELS];
};

static int letter(char c)
{
    return c >= 'a' && c <= 'z' ? c - 'a' : c >= 'A' && c <= 'Z' ? c - 'A' + 26 : -1;
}

/* The labels of one term; *length says how many. `dots`: axes that an ellipsis stands for. False when it is no term. */
static bool read_term(const char **at, int dots, int *list, int room, int *length, bool *has_dots)
{
    *length = 0;
    *has_dots = false;
    for (; **at && **at != ',' && !(**at == '-' && (*at)[1] == '>'); (*at)++) {
        if (**at == ' ')
            continue;
        if (**at == '.') {
            if (strncmp(*at, "...", 3) != 0 || *has_dots || *length + dots > room)
                return false;
            for (int i = 0; i < dots; i++)
                list[(*length)++] = 52 + dots - 1 - i;
            *has_dots = true;
            *at += 2;
            continue;
        }
        if (letter(**at) < 0 || *length == room)
            return false;
        list[(*length)++] = letter(**at);
    }
    return true;
}

static int read_einsum(struct sx_call *call, struct einsum *e)
{
    const char *equation = sx_node_string(call->node, "equation", ""), *at = equation;
    int terms[MOST_INPUTS][SX_MAX_RANK], lengths[MOST_INPUTS], out[MOST_LABELS], out_length = 0, uses[MOST_LABELS] = {0}, most_dots = 0;
    int64_t size[MOST_LABELS];
    bool has_dots, any_dots = false;
    e->inputs = call->in_count;
    if (call->in_count > MOST_INPUTS)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "more than %d inputs", MOST_INPUTS);
    for (int i = 0; i < MOST_LABELS; i++)
        size[i] = -1;
    for (int n = 0; n < call->in_count; n++) {
        const struct sx_tensor *x = call->in[n];
        const char *again = at;
        if (!x)
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "an input is missing");
        if (!read_term(&again, 0, terms[n], SX_MAX_RANK, &lengths[n], &has_dots))
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "equation '%.120s'", equation);
        int dots = has_dots ? x->rank - lengths[n] : 0;
        if (dots < 0 || !read_term(&at, dots, terms[n], SX_MAX_RANK, &lengths[n], &has_dots) || lengths[n] != x->rank)
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "equation '%.120s' does not fit input %d", equation, n);
        any_dots |= has_dots;
        most_dots = dots > most_dots ? dots : most_dots;
        for (int i = 0; i < lengths[n]; i++) {
            int label = terms[n][i];
            uses[label]++;
            if (size[label] < 0 || size[label] == 1)
                size[label] = x->shape[i];
            else if (x->shape[i] != size[label] && x->shape[i] != 1)
                return sx_call_fail(call, SYRINX_ERROR_FORMAT, "dimensions %lld and %lld of one label", (long long)x->shape[i], (long long)size[label]);
        }
        if (n + 1 < call->in_count && *at++ != ',')
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "equation '%.120s' has too few terms", equation);
    }
    if (*at == ',')
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "equation '%.120s' has too many terms", equation);
    if (*at) {
        at += 2;
        if (!read_term(&at, most_dots, out, MOST_LABELS, &out_length, &has_dots) || *at)
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "equation '%.120s'", equation);
    } else {            /* implicit: the ellipsis, then the labels that occur once, in the order of the alphabet (capitals first) */
        for (int i = 0; any_dots && i < most_dots; i++)
            out[out_length++] = 52 + most_dots - 1 - i;
        for (int c = 0; c < 52; c++) {
            int label = c < 26 ? c + 26 : c - 26;
            if (uses[label] == 1)
                out[out_length++] = label;
        }
    }
    e->kept = out_length;
    e->labels = 0;
    int place[MOST_LABELS];
    memset(place, 0xFF, sizeof place);
    for (int i = 0; i < out_length; i++) {
        if (size[out[i]] < 0 || place[out[i]] >= 0)
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "equation '%.120s': a label of the result is unknown or there twice", equation);
        place[out[i]] = e->labels;
        e->size[e->labels++] = size[out[i]];
    }
    for (int label = 0; label < MOST_LABELS; label++)
        if (size[label] >= 0 && place[label] < 0) {
            place[label] = e->labels;
            e->size[e->labels++] = size[label];
        }
    memset(e->step, 0, sizeof e->step);
    for (int n = 0; n < call->in_count; n++) {
        int64_t step = 1;
        for (int i = lengths[n] - 1; i >= 0; i--) {
            if (call->in[n]->shape[i] != 1)         /* a label twice: the diagonal, steps add up */
                e->step[n][place[terms[n][i]]] += step;
            step *= call->in[n]->shape[i];
        }
    }
    return SYRINX_OK;
}

static int infer(struct sx_call *call)
{
    struct einsum e;
    int code = read_einsum(call, &e);
    if (code != SYRINX_OK)
        return code;
    enum sx_dtype type = call->in[0]->type;
    if (type != SX_FLOAT && type != SX_DOUBLE && type != SX_INT32 && type != SX_INT64)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(type));
    for (int n = 1; n < call->in_count; n++)
        if (call->in[n]->type != type)
            return sx_call_fail(call, SYRINX_ERROR_FORMAT, "inputs of different types");
    return sx_call_output(call, 0, type, e.kept, e.size);
}

struct job {
    const struct sx_call *call;
    const struct einsum *e;
};

/* One element of the result: products are summed with the last label innermost. */
static void element(const struct job *job, int64_t index)
{
    const struct einsum *e = job->e;
    const struct sx_tensor *out = &job->call->out[0];
    int64_t base[MOST_INPUTS] = {0}, at[MOST_LABELS] = {0}, rest = index, total = 1;
    for (int d = e->kept - 1; d >= 0; d--) {
        for (int n = 0; n < e->inputs; n++)
            base[n] += rest % e->size[d] * e->step[n][d];
        rest /= e->size[d];
    }
    for (int d = e->kept; d < e->labels; d++)
        total *= e->size[d];
    int last = e->labels - 1;
    int64_t run = e->labels > e->kept ? e->size[last] : 1;
    double sum = 0;
    uint64_t whole = 0;
    for (int64_t done = 0; done < total; done += run) {
        if (out->type == SX_FLOAT && e->inputs == 2) {          /* what models ask for */
            const float *a = (const float *)job->call->in[0]->data + base[0], *b = (const float *)job->call->in[1]->data + base[1];
            int64_t sa = e->labels > e->kept ? e->step[0][last] : 0, sb = e->labels > e->kept ? e->step[1][last] : 0;
            for (int64_t i = 0; i < run; i++)
                sum += (double)a[i * sa] * (double)b[i * sb];
        } else {
            for (int64_t i = 0; i < run; i++) {
                double product = 1;
                uint64_t whole_product = 1;
                for (int n = 0; n < e->inputs; n++) {
                    int64_t where = base[n] + (e->labels > e->kept ? i * e->step[n][last] : 0);
                    if (out->type == SX_FLOAT || out->type == SX_DOUBLE)
                        product *= sx_tensor_real(job->call->in[n], where);
                    else
                        whole_product *= (uint64_t)sx_tensor_int(job->call->in[n], where);
                }
                sum += product;
                whole += whole_product;
            }
        }
        for (int d = last - 1; d >= e->kept; d--) {
            for (int n = 0; n < e->inputs; n++)
                base[n] += e->step[n][d];
            if (++at[d] < e->size[d])
                break;
            for (int n = 0; n < e->inputs; n++)
                base[n] -= e->step[n][d] * e->size[d];
            at[d] = 0;
        }
    }
    switch (out->type) {
    case SX_FLOAT: ((float *)out->data)[index] = (float)sum; break;
    case SX_DOUBLE: ((double *)out->data)[index] = sum; break;
    case SX_INT32: ((int32_t *)out->data)[index] = (int32_t)(uint32_t)whole; break;
    default: ((int64_t *)out->data)[index] = (int64_t)whole; break;
    }
}

static void elements(void *user, int64_t begin, int64_t end)
{
    for (int64_t i = begin; i < end; i++)
        element(user, i);
}

static int run(struct sx_call *call)
{
    struct einsum e;
    int code = read_einsum(call, &e);
    if (code != SYRINX_OK)
        return code;
    double total = 1;
    for (int d = e.kept; d < e.labels; d++)
        total *= (double)e.size[d];
    if (total > 4294967296.0)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "a sum of more than 2^32 products");
    sx_parallel(call->pool, sx_tensor_count(&call->out[0]), (int64_t)(8192 / (total + 1)) + 1, elements, &(struct job){call, &e});
    return SYRINX_OK;
}

SX_OP(Einsum) = {
    .name = "Einsum", .min_inputs = 1, .max_inputs = MOST_INPUTS, .max_outputs = 1, .infer = infer, .run = run,
};
