/* test_nn_precision.c - short weights: networks in each precision against float32, the same bits whole, along time, cut and on threads, and durations that no
 * precision may change. */
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
        cmocka_unit_test(whole_and_streamed_are_one), cmocka_unit_test(durations_stay), cmocka_unit_test(options_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
