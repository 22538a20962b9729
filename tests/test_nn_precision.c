/* test_nn_precision.c - short weights: the kernels of every level against sums in double precision, networks in each precision against float32, the same
 * bits whole, along time, cut and on threads, and durations that no precision may change. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/pool.h"
#include "base/random.h"
#include "nn/affine.h"
#include "nn/kernels/short.h"
#include "nn_build.h"
#include "syrinx.h"
#include "voice/piper.h"

#define SMALL "tests/data/piper/small.onnx"

static uint64_t drawn;

static int draw(int below)
{
    return (int)((sx_random_bits(21, drawn++) >> 33) % (uint64_t)below);
}

static float *numbers(size_t count, float scale)
{
    float *p = aligned_alloc(64, (count * sizeof *p + 127) / 64 * 64);
    assert_non_null(p);
    for (size_t i = 0; i < count; i++)
        p[i] = scale == 0 ? 0 : sx_random_normal(22, drawn++) * scale;
    return p;
}

/* A random convolution: weights as floats [panel][tap][in][SX_PANEL] and short, what the short ones stand for, and sums by the definition. */
struct layer {
    enum sx_precision precision;
    int in, width, out, taps, columns, panels;      /* width: inputs of a row as the kernel reads them */
    float *floats, *bias, *scale, *x, *add, *y, *active;
    void *weights;
    uint16_t *short_x;
    size_t y_count;
};

static void *aligned(size_t bytes)
{
    void *p = aligned_alloc(64, (bytes + 127) / 64 * 64);
    assert_non_null(p);
    memset(p, 0, bytes);
    return p;
}

static struct layer new_layer(const struct sx_short_kernels *k, enum sx_precision precision)
{
    struct layer l = {.precision = precision, .in = 1 + draw(40), .out = 1 + draw(80), .taps = 1 + draw(4), .columns = 1 + draw(30)};
    l.width = precision == SX_PRECISION_BFLOAT16 ? l.in + l.in % 2 : l.in;
    l.panels = sx_panels(l.out);
    size_t panel = (size_t)(l.taps * l.in * SX_PANEL), bytes = sx_panel_bytes(precision, l.taps, l.in), rows = (size_t)(l.columns + l.taps - 1);
    l.floats = numbers((size_t)l.panels * panel, 1);
    l.bias = numbers((size_t)(l.panels * SX_PANEL), 1);
    l.scale = numbers((size_t)(l.panels * SX_PANEL), 0);
    l.x = numbers(rows * (size_t)l.in, 1);
    l.weights = aligned((size_t)l.panels * bytes);
    l.short_x = aligned(rows * (size_t)l.width * sizeof *l.short_x);
    for (int p = 0; p < l.panels; p++) {
        char *to = (char *)l.weights + (size_t)p * bytes;
        const float *from = l.floats + (size_t)p * panel;
        if (precision == SX_PRECISION_BFLOAT16)
            sx_panel_to_bfloat(k, from, l.taps, l.in, (uint16_t *)(void *)to);
        else if (precision == SX_PRECISION_FLOAT16)
            k->to_half(from, (uint16_t *)(void *)to, panel);
        else
            sx_panel_to_bytes(from, panel / SX_PANEL, (int8_t *)to, l.scale + p * SX_PANEL);
    }
    for (size_t r = 0; r < rows && precision == SX_PRECISION_BFLOAT16; r++)
        k->to_bfloat(l.x + r * (size_t)l.in, l.short_x + r * (size_t)l.width, (size_t)l.in);
    l.y_count = (size_t)(l.columns * l.out);
    l.add = numbers(l.y_count, 1);
    l.y = numbers(l.y_count, 0);
    l.active = numbers(l.y_count, 0);
    return l;
}

static void free_layer(struct layer *l)
{
    void *all[] = {l->floats, l->bias, l->scale, l->x, l->add, l->y, l->active, l->weights, l->short_x};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
}

static struct sx_short_linear job_of(const struct layer *l, float *y, float *active)
{
    return (struct sx_short_linear){.weights = l->weights, .x = l->precision == SX_PRECISION_BFLOAT16 ? (const void *)l->short_x : l->x, .bias = l->bias, .scale = l->scale,
                                    .x_step = l->width, .tap_step = l->width, .taps = l->taps, .in = l->width, .out = l->out, .y = y, .y_step = l->out,
                                    .add = {l->add, NULL}, .active = active, .slope = 0.1f};
}

/* What weight `at` of the layer stands for once it is short: by tensor.c's conversions, which are tested elsewhere; of int8 the nearest multiple of the scale. */
static double rounded(const struct layer *l, size_t at, float scale)
{
    float back, v = l->floats[at];
    uint16_t half = sx_float_to_half(v);
    if (l->precision == SX_PRECISION_BFLOAT16)
        return sx_bfloat_to_float(sx_float_to_bfloat(v));
    if (l->precision == SX_PRECISION_FLOAT16) {
        sx_half_to_float(&half, &back, 1);
        return back;
    }
    double q = ((const int8_t *)l->weights)[at] * (double)scale;
    assert_true(fabs(q - v) <= 0.5001 * scale);
    return q;
}

static void check_layer(const struct layer *l)
{
    bool brain = l->precision == SX_PRECISION_BFLOAT16;
    for (int c = 0; c < l->columns; c++)
        for (int o = 0; o < l->out; o++) {
            size_t w = (size_t)(o / SX_PANEL) * (size_t)(l->taps * l->in * SX_PANEL) + (size_t)(o % SX_PANEL);
            double sum = l->bias[o], size = fabs(sum);
            for (int k = 0; k < l->taps; k++)
                for (int i = 0; i < l->in; i++) {
                    float x = l->x[(c + k) * l->in + i];
                    double p = rounded(l, w + (size_t)((k * l->in + i) * SX_PANEL), l->scale[o]) * (brain ? sx_bfloat_to_float(sx_float_to_bfloat(x)) : x);
                    sum += p;
                    size += fabs(p);
                }
            sum += l->add[c * l->out + o];
            double got = l->y[c * l->out + o];
            if (!(fabs(got - sum) <= 1e-5 * size))
                fail_msg("%s, column %d, output %d: %.9g, should be %.9g", sx_precision_name(l->precision), c, o, got, sum);
            assert_true(l->active[c * l->out + o] == (got < 0 ? (float)got * 0.1f : (float)got));
        }
}

static void kernels_sum_what_was_rounded(void **state)
{
    (void)state;
    static const char *const levels[] = {"c", "avx2", "avx512", "neon"};
    int tried = 0;
    for (size_t n = 0; n < sizeof levels / sizeof *levels; n++) {
        const struct sx_short_kernels *k = sx_kernels_level(levels[n]) ? sx_short_kernels_level(levels[n]) : NULL;
        for (int p = SX_PRECISION_BFLOAT16; k && p < SX_PRECISIONS; p++) {
            void (*run)(const struct sx_short_linear *, int, int, int) = p == SX_PRECISION_BFLOAT16 ? k->bfloat : p == SX_PRECISION_FLOAT16 ? k->half : k->byte;
            if (!run)
                continue;
            tried++;
            for (int round = 0; round < 60; round++) {
                struct layer l = new_layer(k, (enum sx_precision)p);
                struct sx_short_linear job = job_of(&l, l.y, l.active);
                run(&job, 0, l.panels, l.columns);
                check_layer(&l);
                /* cut into single panels and columns: the same bits */
                float *y = numbers(l.y_count, 0), *active = numbers(l.y_count, 0);
                for (int c = 0; c < l.columns; ) {
                    int now = 1 + draw(l.columns - c);
                    struct sx_short_linear part = job_of(&l, y + c * l.out, active + c * l.out);
                    part.x = p == SX_PRECISION_BFLOAT16 ? (const void *)(l.short_x + c * l.width) : l.x + c * l.width;
                    part.add[0] = l.add + c * l.out;
                    for (int panel = 0; panel < l.panels; panel++)
                        run(&part, panel, 1, now);
                    c += now;
                }
                assert_memory_equal(y, l.y, l.y_count * sizeof *y);
                assert_memory_equal(active, l.active, l.y_count * sizeof *y);
                free(y);
                free(active);
                free_layer(&l);
            }
        }
    }
    print_message("# %d kernels for short weights here\n", tried);
}

static void panels_without_numbers(void **state)
{
    (void)state;
    float panel[2 * SX_PANEL] = {0}, scale[SX_PANEL];
    int8_t bytes[2 * SX_PANEL];
    panel[1] = INFINITY;
    panel[2] = NAN;
    panel[3] = 1e-38f;
    panel[4] = -2;
    panel[SX_PANEL + 4] = 1;
    sx_panel_to_bytes(panel, 2, bytes, scale);
    assert_true(scale[0] == 0 && scale[1] == 0 && scale[3] == 0);
    assert_int_equal(bytes[4], -127);
    assert_int_equal(bytes[SX_PANEL + 4], 64);      /* 63.5, to even */
    assert_true(scale[4] == 2.0f / 127);
}

/* -------------------------------------------------------------- a network along time */

enum { IN = 7, WIDE = 20, NARROW = 9, ODD = 5 };

static void put_layer(struct sx_buffer *graph, const char *op, const char *name, const char *from, const char *to, int first, int second, int kernel, const int64_t *pads, int stride)
{
    char weight[32], inputs[80];
    int64_t shape[3] = {first, second, kernel};
    float *w = numbers((size_t)(first * second * kernel), 0.3f);
    struct sx_buffer extra = {0};
    snprintf(weight, sizeof weight, "%s_w", name);
    snprintf(inputs, sizeof inputs, "%s %s", from, weight);
    put_weight(graph, weight, 3, shape, w, (size_t)(first * second * kernel));
    put_ints(&extra, "pads", 2, pads);
    if (stride > 1)
        put_ints(&extra, "strides", 1, (const int64_t[]){stride});
    put_node(graph, op, name, inputs, to, &extra);
    free(w);
}

static void put_transpose(struct sx_buffer *graph, const char *name, const char *from, const char *to)
{
    struct sx_buffer extra = {0};
    put_ints(&extra, "perm", 3, (const int64_t[]){0, 2, 1});
    put_node(graph, "Transpose", name, from, to, &extra);
}

/* [1,n,IN] -> [1,2n,ODD]: convolutions with odd channels, an upsampling with a late phase, a residual with LeakyRelu. */
static struct sx_buffer network(void)
{
    struct sx_buffer graph = {0}, model = {0};
    drawn = 1000;
    put_port(&graph, 11, "x", SX_FLOAT, 3, (const int64_t[]){1, -1, IN});
    put_port(&graph, 12, "y", SX_FLOAT, 3, (const int64_t[]){1, -1, ODD});
    put_transpose(&graph, "turn", "x", "a");
    put_layer(&graph, "Conv", "first", "a", "b", WIDE, IN, 3, (const int64_t[]){1, 1}, 1);
    put_node(&graph, "LeakyRelu", "relu", "b", "c", NULL);
    put_layer(&graph, "ConvTranspose", "up", "c", "d", WIDE, NARROW, 4, (const int64_t[]){1, 1}, 2);
    put_node(&graph, "LeakyRelu", "relu2", "d", "e", NULL);
    put_layer(&graph, "Conv", "second", "e", "f", NARROW, NARROW, 5, (const int64_t[]){2, 2}, 1);
    put_node(&graph, "Add", "add", "d f", "g", NULL);
    put_layer(&graph, "Conv", "last", "g", "h", ODD, NARROW, 1, (const int64_t[]){0, 0}, 1);
    put_transpose(&graph, "back", "h", "y");
    put_model(&model, &graph, 13);
    return model;
}

static float *run_whole(const struct sx_model *model, struct sx_pool *pool, const float *x, int columns)
{
    struct sx_error error = {0};
    struct sx_session *session;
    struct sx_tensor input = {SX_FLOAT, 3, {1, columns, IN}, (void *)(uintptr_t)x};
    float *copy = numbers((size_t)(2 * columns * ODD), 0);
    assert_int_equal(sx_session_new(model, pool, &session, &error), SYRINX_OK);
    assert_int_equal(sx_session_set_input(session, 0, &input, &error), SYRINX_OK);
    if (sx_session_run(session, &error) != SYRINX_OK)
        fail_msg("%s", error.message);
    const struct sx_tensor *y = sx_session_output(session, 0);
    assert_int_equal(sx_tensor_count(y), 2 * columns * ODD);
    memcpy(copy, y->data, (size_t)(2 * columns * ODD) * sizeof *copy);
    sx_session_free(session);
    return copy;
}

static double decibels(const float *a, const float *b, size_t count)
{
    double difference = 0, size = 0;
    for (size_t i = 0; i < count; i++) {
        difference += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
        size += (double)b[i] * b[i];
    }
    return 10 * log10(size / difference);
}

static void whole_and_streamed_are_one(void **state)
{
    (void)state;
    enum { COLUMNS = 61 };
    struct sx_buffer bytes = network();
    float *x = numbers(COLUMNS * IN, 1), *exact = NULL;
    struct sx_pool *pool = sx_pool_new(3);
    for (int p = 0; p < SX_PRECISIONS; p++) {
        struct sx_model_options options = {.precision = (enum sx_precision)p, .pool = p % 2 ? pool : NULL};
        struct sx_error error = {0};
        struct sx_model *model;
        struct sx_flow *flow;
        assert_int_equal(sx_model_open_memory_as(bytes.data, bytes.length, "built", &options, &model, &error), SYRINX_OK);
        float *whole = run_whole(model, NULL, x, COLUMNS), *again = run_whole(model, pool, x, COLUMNS);
        float *streamed = numbers((size_t)(2 * (COLUMNS + 20) * ODD), 0);
        assert_memory_equal(whole, again, 2 * COLUMNS * ODD * sizeof *whole);
        assert_int_equal(sx_flow_new(model, NULL, 16, &flow, &error), SYRINX_OK);
        for (int round = 0; round < 6; round++) {
            int at = 0, made = 0;
            while (at < COLUMNS) {
                int n = 1 + draw(COLUMNS - at < 9 ? COLUMNS - at : 9);
                made += sx_flow_push(flow, x + at * IN, n, at + n == COLUMNS, streamed + made * ODD);
                at += n;
            }
            assert_int_equal(made, 2 * COLUMNS);
            assert_memory_equal(whole, streamed, 2 * COLUMNS * ODD * sizeof *whole);
        }
        static const double least[SX_PRECISIONS] = {1000, 38, 55, 30};
        if (p == 0)
            exact = whole;
        else if (sx_nn_precision((enum sx_precision)p) == SX_PRECISION_FLOAT32)
            assert_memory_equal(whole, exact, 2 * COLUMNS * ODD * sizeof *whole);
        else if (!(decibels(whole, exact, 2 * COLUMNS * ODD) >= least[p]) || decibels(whole, exact, 2 * COLUMNS * ODD) > 100)
            fail_msg("%s: %.1f dB", sx_precision_name((enum sx_precision)p), decibels(whole, exact, 2 * COLUMNS * ODD));
        if (p)
            free(whole);
        free(again);
        free(streamed);
        sx_flow_free(flow);
        sx_model_close(model);
    }
    free(exact);
    free(x);
    sx_pool_free(pool);
    sx_buffer_free(&bytes);
}

/* -------------------------------------------------------------- a voice */

static void durations_stay(void **state)
{
    (void)state;
    int64_t ids[] = {1, 0, 5, 0, 9, 0, 7, 0, 12, 0, 6, 0, 2}, length = sizeof ids / sizeof *ids, sid = 0;
    float scales[3] = {0, 1, 0}, *frames = NULL;
    const struct sx_tensor inputs[4] = {{SX_INT64, 2, {1, length}, ids}, {SX_INT64, 1, {1}, &length}, {SX_FLOAT, 1, {3}, scales}, {SX_INT64, 1, {1}, &sid}};
    struct sx_tensor samples = {.data = NULL};
    for (int p = 0; p < SX_PRECISIONS; p++) {
        struct sx_model_options options = {.precision = (enum sx_precision)p};
        struct sx_faults faults = {0};
        struct sx_error error = {0};
        struct sx_piper *piper;
        struct sx_session *session;
        sx_piper_open_as(SMALL, &options, &faults, &piper);
        assert_non_null(piper);
        assert_true(piper->has_durations);
        assert_int_equal(sx_session_new(piper->model, NULL, &session, &error), SYRINX_OK);
        for (int i = 0; i < 4; i++)
            if (piper->inputs[i] >= 0)
                assert_int_equal(sx_session_set_input(session, piper->inputs[i], &inputs[i], &error), SYRINX_OK);
        if (sx_session_run(session, &error) != SYRINX_OK)
            fail_msg("%s", error.message);
        const struct sx_tensor *d = sx_session_output(session, 0), *y = sx_session_output(session, 1);
        size_t count = (size_t)sx_tensor_count(y);
        assert_int_equal(sx_tensor_count(d), length);
        if (p == 0) {
            frames = malloc((size_t)length * sizeof *frames);
            memcpy(frames, d->data, (size_t)length * sizeof *frames);
            samples = *y;
            samples.data = malloc(count * sizeof(float));
            memcpy(samples.data, y->data, count * sizeof(float));
        } else {
            assert_memory_equal(frames, d->data, (size_t)length * sizeof *frames);
            assert_true(sx_tensor_same_shape(&samples, y));
            double snr = decibels(y->data, samples.data, count);
            print_message("# %s: %.1f dB\n", sx_precision_name((enum sx_precision)p), snr);
            assert_true(snr >= 25);
        }
        sx_session_free(session);
        sx_piper_close(piper);
    }
    free(frames);
    free(samples.data);
}

static void options_are_checked(void **state)
{
    (void)state;
    syrinx_voice_options options;
    syrinx_voice *voice;
    syrinx_voice_options_init(&options);
    assert_int_equal(options.precision, SYRINX_PRECISION_FLOAT32);
    for (int bad = -1; bad <= 4; bad += 5) {
        options.precision = bad;
        assert_int_equal(syrinx_voice_open(SMALL, &options, &voice), SYRINX_ERROR_ARGUMENT);
        assert_non_null(strstr(syrinx_last_message(), "precision"));
    }
    for (int p = 0; p < SX_PRECISIONS; p++) {
        options.precision = p;
        assert_int_equal(syrinx_voice_open(SMALL, &options, &voice), SYRINX_OK);
        assert_int_equal(syrinx_voice_precision(voice), sx_nn_precision((enum sx_precision)p));
        assert_int_equal(sx_precision_find(sx_precision_name((enum sx_precision)p)), p);
        syrinx_voice_close(voice);
    }
    /* a program built when there was no precision */
    options.size = offsetof(syrinx_voice_options, precision);
    options.precision = 77;
    assert_int_equal(syrinx_voice_open(SMALL, &options, &voice), SYRINX_OK);
    assert_int_equal(syrinx_voice_precision(voice), SYRINX_PRECISION_FLOAT32);
    syrinx_voice_close(voice);
    assert_int_equal(sx_precision_find("double"), -1);
    assert_null(sx_precision_name(SX_PRECISIONS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kernels_sum_what_was_rounded), cmocka_unit_test(panels_without_numbers), cmocka_unit_test(whole_and_streamed_are_one),
        cmocka_unit_test(durations_stay), cmocka_unit_test(options_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
