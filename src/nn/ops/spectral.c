/* spectral.c - DFT and STFT of any length by the mixed-radix Cooley-Tukey transform, in double precision. */
#include <math.h>
#include <string.h>

#include "nn/op.h"

enum { LONGEST = 1 << 22 };

struct complex {
    double re, im;
};

/* out[k] = sum over j of in[j * step] e^(sign 2 pi i j k / n): a transform of each residue class of the smallest prime factor, then their
 * butterflies. roots[j] = e^(sign 2 pi i j / whole), whole = n * step. `spare` has n elements. */
static void transform(const struct complex *in, int64_t step, int64_t n, const struct complex *roots, int64_t whole, struct complex *out, struct complex *spare)
{
    int64_t p = 2;
    if (n == 1) {
        *out = *in;
        return;
    }
    while (p * p <= n && n % p)
        p++;
    if (n % p)
        p = n;
    int64_t m = n / p;
    for (int64_t r = 0; r < p; r++)
        transform(in + r * step, step * p, m, roots, whole, spare + r * m, out + r * m);
    for (int64_t k = 0; k < m; k++)
        for (int64_t q = 0; q < p; q++) {
            struct complex sum = spare[k];
            int64_t turn = (k + q * m) * step % whole, at = 0;
            for (int64_t r = 1; r < p; r++) {
                at += turn;
                if (at >= whole)
                    at -= whole;
                struct complex w = roots[at], v = spare[r * m + k];
                sum.re += w.re * v.re - w.im * v.im;
                sum.im += w.re * v.im + w.im * v.re;
            }
            out[k + q * m] = sum;
        }
}

static void make_roots(struct complex *roots, int64_t n, bool inverse)
{
    for (int64_t j = 0; j < n; j++) {
        double angle = 2 * 3.14159265358979323846 * (double)j / (double)n;
        roots[j] = (struct complex){cos(angle), inverse ? sin(angle) : -sin(angle)};
    }
}

static void store(const struct sx_tensor *out, int64_t i, double v)
{
    if (out->type == SX_DOUBLE)
        ((double *)out->data)[i] = v;
    else
        ((float *)out->data)[i] = (float)v;
}

/* An integer input of one element. */
static int scalar(struct sx_call *call, int index, int64_t least, int64_t most, const char *what, int64_t *value)
{
    const struct sx_tensor *t = call->in[index];
    if ((t->type != SX_INT64 && t->type != SX_INT32) || sx_tensor_count(t) != 1)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "%s must be one integer", what);
    if (!t->data)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "its shape depends on computed data");
    *value = sx_tensor_int(t, 0);
    if (*value < least || *value > most)
        return sx_call_fail(call, SYRINX_ERROR_ARGUMENT, "%s of %lld", what, (long long)*value);
    return SYRINX_OK;
}

/* A length with a large prime factor takes its square in time. */
static int check_length(struct sx_call *call, int64_t n)
{
    int64_t rest = n;
    for (int64_t p = 2; p * p <= rest; p++)
        while (rest % p == 0)
            rest /= p;
    if (n < 1 || n > LONGEST || rest * n > (int64_t)1 << 32)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "a transform of %lld values", (long long)n);
    return SYRINX_OK;
}

struct dft {
    int axis;
    int64_t n, have, bins, outer, inner;    /* transform length, input and output elements along the axis */
    int parts, out_parts;                   /* 1: real, 2: complex */
    bool inverse, half;                     /* half: the other bins follow from symmetry */
};

static int read_dft(struct sx_call *call, struct dft *d)
{
    const struct sx_tensor *x = call->in[0];
    if (x->type != SX_FLOAT && x->type != SX_DOUBLE)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(x->type));
    if (x->rank < 2 || x->shape[x->rank - 1] < 1 || x->shape[x->rank - 1] > 2)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the last axis must hold one or two parts");
    int64_t axis = call->opset < 20 ? sx_node_int(call->node, "axis", 1) : -2;
    if (sx_call_has(call, 2) && scalar(call, 2, INT32_MIN, INT32_MAX, "axis", &axis) != SYRINX_OK)
        return call->error->code;
    d->axis = sx_call_axis(call, axis, x->rank);
    if (d->axis < 0)
        return d->axis;
    if (d->axis == x->rank - 1)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the last axis holds the parts");
    d->parts = (int)x->shape[x->rank - 1];
    d->inverse = sx_node_int(call->node, "inverse", 0) != 0;
    d->half = sx_node_int(call->node, "onesided", 0) != 0;
    d->have = x->shape[d->axis];
    d->n = d->inverse && d->half ? 2 * (d->have - 1) : d->have;
    if (sx_call_has(call, 1) && scalar(call, 1, 1, LONGEST, "length", &d->n) != SYRINX_OK)
        return call->error->code;
    if (check_length(call, d->n) != SYRINX_OK)
        return call->error->code;
    d->bins = d->half && !d->inverse ? d->n / 2 + 1 : d->n;
    d->out_parts = d->half && d->inverse ? 1 : 2;
    d->outer = d->inner = 1;
    for (int i = 0; i < x->rank - 1; i++)
        *(i < d->axis ? &d->outer : &d->inner) *= i == d->axis ? 1 : x->shape[i];
    return SYRINX_OK;
}

static int infer_dft(struct sx_call *call)
{
    struct dft d;
    int64_t shape[SX_MAX_RANK];
    int code = read_dft(call, &d);
    if (code != SYRINX_OK)
        return code;
    memcpy(shape, call->in[0]->shape, sizeof shape);
    shape[d.axis] = d.bins;
    shape[call->in[0]->rank - 1] = d.out_parts;
    return sx_call_output(call, 0, call->in[0]->type, call->in[0]->rank, shape);
}

static size_t scratch_dft(const struct sx_call *call)
{
    struct sx_call copy = *call;
    struct sx_error error = {0};
    struct dft d;
    copy.error = &error;
    return read_dft(&copy, &d) == SYRINX_OK ? 4 * (size_t)d.n * sizeof(struct complex) : 0;
}

static int run_dft(struct sx_call *call)
{
    struct dft d;
    int code = read_dft(call, &d);
    if (code != SYRINX_OK)
        return code;
    const struct sx_tensor *x = call->in[0];
    struct complex *roots = call->scratch, *in = roots + d.n, *out = in + d.n, *spare = out + d.n;
    make_roots(roots, d.n, d.inverse);
    for (int64_t o = 0; o < d.outer; o++)
        for (int64_t i = 0; i < d.inner; i++) {
            for (int64_t k = 0; k < d.n; k++) {
                int64_t at = ((o * d.have + k) * d.inner + i) * d.parts;
                in[k] = k < d.have ? (struct complex){sx_tensor_real(x, at), d.parts == 2 ? sx_tensor_real(x, at + 1) : 0} : (struct complex){0, 0};
            }
            for (int64_t k = d.n / 2 + 1; d.half && d.inverse && k < d.n; k++)      /* the half that symmetry tells */
                in[k] = (struct complex){in[d.n - k].re, -in[d.n - k].im};
            transform(in, 1, d.n, roots, d.n, out, spare);
            double scale = d.inverse ? 1 / (double)d.n : 1;
            for (int64_t k = 0; k < d.bins; k++) {
                int64_t at = ((o * d.bins + k) * d.inner + i) * d.out_parts;
                store(&call->out[0], at, out[k].re * scale);
                if (d.out_parts == 2)
                    store(&call->out[0], at + 1, out[k].im * scale);
            }
        }
    return SYRINX_OK;
}

struct stft {
    int64_t batch, length, step, n, frames, bins;
    int parts;
};

static int read_stft(struct sx_call *call, struct stft *s)
{
    const struct sx_tensor *x = call->in[0];
    bool window = sx_call_has(call, 2);
    if (x->type != SX_FLOAT && x->type != SX_DOUBLE)
        return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(x->type));
    if (x->rank < 2 || x->rank > 3 || (x->rank == 3 && (x->shape[2] < 1 || x->shape[2] > 2)))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the signal must be [batch, length, parts]");
    s->batch = x->shape[0];
    s->length = x->shape[1];
    s->parts = x->rank == 3 ? (int)x->shape[2] : 1;
    if (window && (call->in[2]->type != x->type || call->in[2]->rank != 1))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the window must be a list of the signal's type");
    if (!window && !sx_call_has(call, 3))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "neither window nor frame_length");
    if (scalar(call, 1, 1, INT32_MAX, "frame_step", &s->step) != SYRINX_OK)
        return call->error->code;
    s->n = window ? call->in[2]->shape[0] : 0;
    if (sx_call_has(call, 3) && scalar(call, 3, 1, LONGEST, "frame_length", &s->n) != SYRINX_OK)
        return call->error->code;
    if (check_length(call, s->n) != SYRINX_OK)
        return call->error->code;
    if (s->n > s->length || (window && call->in[2]->shape[0] != s->n))
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "frames of %lld do not fit the signal or the window", (long long)s->n);
    s->frames = 1 + (s->length - s->n) / s->step;
    s->bins = sx_node_int(call->node, "onesided", 1) != 0 ? s->n / 2 + 1 : s->n;
    return SYRINX_OK;
}

static int infer_stft(struct sx_call *call)
{
    struct stft s;
    int code = read_stft(call, &s);
    if (code != SYRINX_OK)
        return code;
    const int64_t shape[4] = {s.batch, s.frames, s.bins, 2};
    return sx_call_output(call, 0, call->in[0]->type, 4, shape);
}

static size_t scratch_stft(const struct sx_call *call)
{
    struct sx_call copy = *call;
    struct sx_error error = {0};
    struct stft s;
    copy.error = &error;
    return read_stft(&copy, &s) == SYRINX_OK ? 4 * (size_t)s.n * sizeof(struct complex) : 0;
}

static int run_stft(struct sx_call *call)
{
    struct stft s;
    int code = read_stft(call, &s);
    if (code != SYRINX_OK)
        return code;
    const struct sx_tensor *x = call->in[0], *window = sx_call_has(call, 2) ? call->in[2] : NULL;
    struct complex *roots = call->scratch, *in = roots + s.n, *out = in + s.n, *spare = out + s.n;
    make_roots(roots, s.n, false);
    for (int64_t b = 0; b < s.batch; b++)
        for (int64_t f = 0; f < s.frames; f++) {
            for (int64_t i = 0; i < s.n; i++) {
                int64_t at = (b * s.length + f * s.step + i) * s.parts;
                double w = window ? sx_tensor_real(window, i) : 1;
                in[i] = (struct complex){w * sx_tensor_real(x, at), s.parts == 2 ? w * sx_tensor_real(x, at + 1) : 0};
            }
            transform(in, 1, s.n, roots, s.n, out, spare);
            for (int64_t k = 0; k < s.bins; k++) {
                store(&call->out[0], ((b * s.frames + f) * s.bins + k) * 2, out[k].re);
                store(&call->out[0], ((b * s.frames + f) * s.bins + k) * 2 + 1, out[k].im);
            }
        }
    return SYRINX_OK;
}

SX_OP(DFT) = {
    .name = "DFT", .min_inputs = 1, .max_inputs = 3, .max_outputs = 1, .infer = infer_dft, .run = run_dft, .scratch = scratch_dft,
};
SX_OP(STFT) = {
    .name = "STFT", .min_inputs = 2, .max_inputs = 4, .max_outputs = 1, .infer = infer_stft, .run = run_stft, .scratch = scratch_stft,
};
