/* test_nn_decoder.c - a small decoder with upsampling as vocoders have it: against plain sums, in pieces, in stretches of several threads, in a batch, at every
 * level of kernels. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"
#include "nn/flow.h"
#include "nn_build.h"

enum { IN = 6, WIDE = 33, MIDDLE = 20, LAST = 7, FACTOR = 4 * 3 };

/* Weights by number, so that the reference needs no list of them. */
static float weight(uint64_t which, size_t i, float scale)
{
    return sx_random_normal(which, i) * scale;
}

static void put_random(struct sx_buffer *graph, const char *name, uint64_t which, int rank, const int64_t *shape, float scale)
{
    size_t count = 1;
    for (int i = 0; i < rank; i++)
        count *= (size_t)shape[i];
    float *all = malloc(count * sizeof *all);
    for (size_t i = 0; i < count; i++)
        all[i] = weight(which, i, scale);
    put_weight(graph, name, rank, shape, all, count);
    free(all);
}

static void put_conv(struct sx_buffer *graph, const char *op, const char *name, const char *inputs, const char *output, int64_t pad, int64_t step, int64_t stride)
{
    struct sx_buffer extra = {0};
    put_ints(&extra, "pads", 2, (const int64_t[]){pad, pad});
    put_ints(&extra, strcmp(op, "Conv") == 0 ? "dilations" : "strides", 1, &(int64_t){strcmp(op, "Conv") == 0 ? step : stride});
    put_node(graph, op, name, inputs, output, &extra);
}

static void put_swap(struct sx_buffer *graph, const char *from, const char *to)
{
    struct sx_buffer extra = {0};
    put_ints(&extra, "perm", 3, (const int64_t[]){0, 2, 1});
    put_node(graph, "Transpose", to, from, to, &extra);
}

/* [1, T, IN] to [1, FACTOR * T, 1]. */
static struct sx_model *build(struct sx_buffer *bytes)
{
    struct sx_buffer graph = {0};
    struct sx_error error;
    struct sx_model *model = NULL;
    put_port(&graph, 11, "x", SX_FLOAT, 3, (const int64_t[]){-1, -1, IN});
    put_port(&graph, 12, "y", SX_FLOAT, 3, (const int64_t[]){-1, -1, 1});
    put_random(&graph, "w0", 1, 3, (const int64_t[]){WIDE, IN, 7}, 0.2f);
    put_random(&graph, "b0", 2, 1, (const int64_t[]){WIDE}, 0.2f);
    put_random(&graph, "w1", 3, 3, (const int64_t[]){WIDE, MIDDLE, 8}, 0.2f);
    put_random(&graph, "b1", 4, 1, (const int64_t[]){MIDDLE}, 0.2f);
    put_random(&graph, "w2", 5, 3, (const int64_t[]){MIDDLE, MIDDLE, 3}, 0.2f);
    put_random(&graph, "b2", 6, 1, (const int64_t[]){MIDDLE}, 0.2f);
    put_random(&graph, "w3", 7, 3, (const int64_t[]){MIDDLE, MIDDLE, 5}, 0.2f);
    put_random(&graph, "b3", 8, 1, (const int64_t[]){MIDDLE}, 0.2f);
    put_random(&graph, "w4", 9, 3, (const int64_t[]){MIDDLE, LAST, 7}, 0.2f);
    put_random(&graph, "w5", 10, 3, (const int64_t[]){1, LAST, 7}, 0.2f);
    put_swap(&graph, "x", "xt");
    put_conv(&graph, "Conv", "pre", "xt w0 b0", "a", 3, 1, 1);
    put_node(&graph, "LeakyRelu", "ra", "a", "la", NULL);
    put_conv(&graph, "ConvTranspose", "up", "la w1 b1", "u", 2, 1, 4);
    put_node(&graph, "LeakyRelu", "ru", "u", "lu", NULL);
    put_conv(&graph, "Conv", "one", "lu w2 b2", "c", 2, 2, 1);
    put_node(&graph, "Add", "s1", "c u", "p", NULL);
    put_conv(&graph, "Conv", "two", "lu w3 b3", "d", 6, 3, 1);
    put_node(&graph, "Add", "s2", "d u", "q", NULL);
    put_node(&graph, "Add", "s3", "p q", "s", NULL);
    put_node(&graph, "LeakyRelu", "rs", "s", "ls", NULL);
    put_conv(&graph, "ConvTranspose", "up2", "ls w4", "v", 2, 1, 3);
    put_node(&graph, "LeakyRelu", "rv", "v", "lv", NULL);
    put_conv(&graph, "Conv", "post", "lv w5", "o", 3, 1, 1);
    put_node(&graph, "Tanh", "tanh", "o", "t", NULL);
    put_swap(&graph, "t", "y");
    if (open_built(&graph, 15, &model, bytes, &error) != SYRINX_OK)
        fail_msg("%s", error.message);
    return model;
}

static double *zeros(int count)
{
    double *p = calloc(count > 0 ? (size_t)count : 1, sizeof *p);
    assert_non_null(p);
    return p;
}

/* Plain sums, [channel][time]. */
static double *conv(const double *x, int in, int length, uint64_t w, uint64_t b, int out, int kernel, int pad, int step)
{
    double *y = zeros(out * length);
    for (int o = 0; o < out; o++)
        for (int t = 0; t < length; t++) {
            double sum = b ? weight(b, (size_t)o, 0.2f) : 0;
            for (int i = 0; i < in; i++)
                for (int k = 0; k < kernel; k++) {
                    int at = t + k * step - pad;
                    if (at >= 0 && at < length)
                        sum += x[i * length + at] * weight(w, (size_t)((o * in + i) * kernel + k), 0.2f);
                }
            y[o * length + t] = sum;
        }
    return y;
}

static double *transposed(const double *x, int in, int length, uint64_t w, uint64_t b, int out, int kernel, int pad, int stride)
{
    int longer = length * stride;
    double *y = zeros(out * longer);
    for (int o = 0; o < out; o++)
        for (int t = 0; b && t < longer; t++)
            y[o * longer + t] = weight(b, (size_t)o, 0.2f);
    for (int i = 0; i < in; i++)
        for (int t = 0; t < length; t++)
            for (int o = 0; o < out; o++)
                for (int k = 0; k < kernel; k++) {
                    int at = t * stride + k - pad;
                    if (at >= 0 && at < longer)
                        y[o * longer + at] += x[i * length + t] * weight(w, (size_t)((i * out + o) * kernel + k), 0.2f);
                }
    return y;
}

static double *leaky(const double *x, int count)
{
    double *y = zeros(count);
    for (int i = 0; i < count; i++)
        y[i] = x[i] < 0 ? x[i] * 0.01 : x[i];
    return y;
}

static double *reference(const float *x, int length)
{
    double *stages[16];
    int n = 0, long4 = 4 * length, long12 = FACTOR * length;
    double *xt = stages[n++] = zeros(IN * length);
    for (int t = 0; t < length; t++)
        for (int i = 0; i < IN; i++)
            xt[i * length + t] = x[t * IN + i];
    double *a = stages[n++] = conv(xt, IN, length, 1, 2, WIDE, 7, 3, 1), *la = stages[n++] = leaky(a, WIDE * length);
    double *u = stages[n++] = transposed(la, WIDE, length, 3, 4, MIDDLE, 8, 2, 4), *lu = stages[n++] = leaky(u, MIDDLE * long4);
    double *c = stages[n++] = conv(lu, MIDDLE, long4, 5, 6, MIDDLE, 3, 2, 2), *d = stages[n++] = conv(lu, MIDDLE, long4, 7, 8, MIDDLE, 5, 6, 3);
    for (int i = 0; i < MIDDLE * long4; i++)
        c[i] = (c[i] + u[i]) + (d[i] + u[i]);
    double *ls = stages[n++] = leaky(c, MIDDLE * long4), *v = stages[n++] = transposed(ls, MIDDLE, long4, 9, 0, LAST, 7, 2, 3);
    double *lv = stages[n++] = leaky(v, LAST * long12), *y = conv(lv, LAST, long12, 10, 0, 1, 7, 3, 1);
    for (int i = 0; i < long12; i++)
        y[i] = tanh(y[i]);
    while (n > 0)
        free(stages[--n]);
    return y;
}

static float *signal_of(int columns)
{
    float *x = malloc((size_t)(columns * IN) * sizeof *x);
    for (int i = 0; i < columns * IN; i++)
        x[i] = sx_random_normal(77, (uint64_t)i);
    return x;
}

/* Runs [batch, length, IN] and copies the output. */
static float *run(const struct sx_model *model, struct sx_pool *pool, float *x, int batch, int length)
{
    struct sx_session *session;
    struct sx_error error = {0};
    struct sx_tensor input = {.type = SX_FLOAT, .rank = 3, .shape = {batch, length, IN}, .data = x};
    assert_int_equal(sx_session_new(model, pool, &session, &error), SYRINX_OK);
    float *copy = NULL;
    for (int turn = 0; turn < 2; turn++) {      /* the second run uses what the first one made */
        assert_int_equal(sx_session_set_input(session, 0, &input, &error), SYRINX_OK);
        if (sx_session_run(session, &error) != SYRINX_OK)
            fail_msg("%s", error.message);
        const struct sx_tensor *y = sx_session_output(session, 0);
        assert_int_equal(y->rank, 3);
        assert_int_equal(y->shape[0], batch);
        assert_int_equal(y->shape[1], FACTOR * length);
        assert_int_equal(y->shape[2], 1);
        size_t bytes = (size_t)(batch * FACTOR * length) * sizeof(float);
        if (turn)
            assert_memory_equal(copy, y->data, bytes);
        else
            memcpy(copy = malloc(bytes), y->data, bytes);
    }
    sx_session_free(session);
    return copy;
}

static const int lengths[] = {1, 2, 3, 15, 16, 17, 40, 150};
enum { LENGTHS = sizeof lengths / sizeof *lengths };

static void test_sums(void **state)
{
    (void)state;
    struct sx_buffer bytes;
    struct sx_model *model = build(&bytes);
    float *x = signal_of(150);
    for (int l = 0; l < LENGTHS; l++) {
        float *got = run(model, NULL, x, 1, lengths[l]);
        double *expected = reference(x, lengths[l]);
        for (int i = 0; i < FACTOR * lengths[l]; i++)
            if (!(fabs(got[i] - expected[i]) < 2e-5))
                fail_msg("length %d, sample %d: %.8f, not %.8f", lengths[l], i, (double)got[i], expected[i]);
        free(got);
        free(expected);
    }
    free(x);
    sx_model_close(model);
    sx_buffer_free(&bytes);
}

static void test_threads(void **state)
{
    (void)state;
    struct sx_buffer bytes;
    struct sx_model *model = build(&bytes);
    float *x = signal_of(300);
    for (int threads = 2; threads <= 4; threads++) {
        struct sx_pool *pool = sx_pool_new(threads);
        for (int l = 0; l <= LENGTHS; l++) {
            int length = l < LENGTHS ? lengths[l] : 300;
            float *one = run(model, NULL, x, 1, length), *many = run(model, pool, x, 1, length);
            assert_memory_equal(one, many, (size_t)(FACTOR * length) * sizeof *one);
            free(one);
            free(many);
        }
        sx_pool_free(pool);
    }
    free(x);
    sx_model_close(model);
    sx_buffer_free(&bytes);
}

/* A batch cannot run along time: node by node, with the same result but for rounding. */
static void test_batch(void **state)
{
    (void)state;
    struct sx_buffer bytes;
    struct sx_model *model = build(&bytes);
    float *x = signal_of(80), *both = run(model, NULL, x, 2, 40);
    for (int item = 0; item < 2; item++) {
        float *one = run(model, NULL, x + item * 40 * IN, 1, 40);
        for (int i = 0; i < FACTOR * 40; i++)
            assert_true(fabsf(one[i] - both[item * FACTOR * 40 + i]) < 1e-6f);
        free(one);
    }
    free(x);
    free(both);
    sx_model_close(model);
    sx_buffer_free(&bytes);
}

/* The public flow over a graph that upsamples: any cut, the bits of the whole run. */
static void test_cuts(void **state)
{
    (void)state;
    enum { LENGTH = 60 };
    struct sx_buffer bytes;
    struct sx_model *model = build(&bytes);
    struct sx_flow *flow;
    struct sx_error error = {0};
    float *x = signal_of(LENGTH), *whole = run(model, NULL, x, 1, LENGTH);
    if (sx_flow_new(model, NULL, 8, &flow, &error) != SYRINX_OK)
        fail_msg("%s", error.message);
    assert_int_equal(sx_flow_rate(flow), FACTOR);
    float *y = malloc((size_t)((LENGTH + sx_flow_look_ahead(flow)) * FACTOR) * sizeof *y);
    uint64_t draw = 0;
    for (int round = 0; round < 20; round++) {
        int at = 0, got = 0;
        while (at < LENGTH) {
            int n = 1 + (int)(sx_random_bits(3, draw++) % (round < 5 ? 2 : 20));
            if (n > LENGTH - at)
                n = LENGTH - at;
            got += sx_flow_push(flow, x + at * IN, n, at + n == LENGTH, y + got);
            at += n;
        }
        assert_int_equal(got, LENGTH * FACTOR);
        assert_memory_equal(y, whole, (size_t)(LENGTH * FACTOR) * sizeof *y);
    }
    sx_flow_free(flow);
    free(x);
    free(y);
    free(whole);
    sx_model_close(model);
    sx_buffer_free(&bytes);
}

static const char *self;

static void test_levels(void **state)
{
    (void)state;
    static const char *const levels[] = {"c", "avx2", "neon"};
    char command[600];
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        if (!sx_kernels_level(levels[i]))
            continue;
        snprintf(command, sizeof command, "SYRINX_CPU=%s '%s' one >/dev/null 2>&1", levels[i], self);
        assert_int_equal(system(command), 0);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sums), cmocka_unit_test(test_threads), cmocka_unit_test(test_batch), cmocka_unit_test(test_cuts), cmocka_unit_test(test_levels),
    };
    self = argv[0];
    if (argc > 1) {
        const struct CMUnitTest some[] = {cmocka_unit_test(test_sums), cmocka_unit_test(test_threads), cmocka_unit_test(test_cuts)};
        return cmocka_run_group_tests_name("nn_decoder_level", some, NULL, NULL);
    }
    return cmocka_run_group_tests_name("nn_decoder", tests, NULL, NULL);
}
