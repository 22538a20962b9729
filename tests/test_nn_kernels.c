/* test_nn_kernels.c - every level of kernels against the portable one on random shapes, and against itself cut into pieces. Prints speeds. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/random.h"
#include "nn/graph.h"
#include "nn/kernels/kernels.h"

static const char *const names[] = {"c", "avx2", "avx512", "neon"};
static uint64_t drawn;

static uint32_t draw(uint32_t below)
{
    return (uint32_t)(sx_random_bits(11, drawn++) >> 33) % below;
}

static float *numbers(size_t count, float scale)
{
    float *p = aligned_alloc(64, (count * sizeof *p + 127) / 64 * 64);
    assert_non_null(p);
    for (size_t i = 0; i < count; i++)
        p[i] = scale == 0 ? 0 : sx_random_normal(5, drawn++) * scale;
    return p;
}

static void close_to(const float *a, const float *b, size_t count, float tolerance)
{
    for (size_t i = 0; i < count; i++)
        if (!(fabsf(a[i] - b[i]) <= tolerance * (1 + fabsf(b[i]))))
            fail_msg("element %zu: %.9g, portable %.9g", i, (double)a[i], (double)b[i]);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void linear_shapes(const struct sx_kernels *k)
{
    for (int round = 0; round < 150; round++) {
        int in = 1 + (int)draw(40), out = 1 + (int)draw(70), taps = 1 + (int)draw(4), columns = 1 + (int)draw(30);
        int panels = (out + SX_PANEL - 1) / SX_PANEL, step = in * (1 + (int)draw(2)), tap = in * (1 + (int)draw(3)), y_step = out + (int)draw(3);
        size_t x_size = (size_t)((columns - 1) * step + (taps - 1) * tap + in), y_size = (size_t)(columns * y_step);
        float *w = numbers((size_t)(panels * taps * in * SX_PANEL), 1), *bias = numbers((size_t)(panels * SX_PANEL), 1), *x = numbers(x_size, 1);
        float *a = numbers(y_size, 0), *b = numbers(y_size, 0), *c = numbers(y_size, 0);
        struct sx_linear job = {.weights = w, .bias = bias, .x = x, .x_step = step, .tap_step = tap, .taps = taps, .in = in, .out = out, .y = a, .y_step = y_step};
        k->linear(&job, 0, panels, columns);
        job.y = b;
        sx_kernels_c.linear(&job, 0, panels, columns);
        close_to(a, b, y_size, 1e-5f);      /* also: nothing written between the rows */
        /* in pieces: the same bits */
        for (int t = 0; t < columns; ) {
            int n = 1 + (int)draw(7);
            if (n > columns - t)
                n = columns - t;
            for (int p = 0; p < panels; ) {
                int m = 1 + (int)draw(4);
                if (m > panels - p)
                    m = panels - p;
                job.x = x + t * step;
                job.y = c + t * y_step;
                k->linear(&job, p, m, n);
                p += m;
            }
            t += n;
        }
        assert_memory_equal(a, c, y_size * sizeof *a);
        free(w); free(bias); free(x); free(a); free(b); free(c);
    }
}

/* What the tile does at its end is what separate passes would do, bit by bit. */
static void linear_endings(const struct sx_kernels *k)
{
    for (int round = 0; round < 100; round++) {
        int in = 1 + (int)draw(20), out = 1 + (int)draw(70), columns = 1 + (int)draw(30), panels = (out + SX_PANEL - 1) / SX_PANEL, y_step = out + (int)draw(3);
        int adds = (int)draw(3);
        size_t y_size = (size_t)(columns * y_step);
        float *w = numbers((size_t)(panels * in * SX_PANEL), 1), *bias = numbers((size_t)(panels * SX_PANEL), 1), *x = numbers((size_t)(columns * in), 1);
        float *a = numbers(y_size, 0), *b = numbers(y_size, 0), *active = numbers(y_size, 0), *first = numbers(y_size, 1), *second = numbers(y_size, 1);
        struct sx_linear job = {.weights = w, .bias = bias, .x = x, .x_step = in, .taps = 1, .in = in, .out = out, .y = a, .y_step = y_step};
        k->linear(&job, 0, panels, columns);
        job.y = b;
        job.add[0] = adds > 0 ? first : NULL;
        job.add[1] = adds > 1 ? second : NULL;
        job.active = draw(4) ? active : NULL;
        job.slope = 0.1f;
        k->linear(&job, 0, panels, columns);
        for (int t = 0; t < columns; t++)
            for (int o = 0; o < y_step; o++) {
                size_t i = (size_t)(t * y_step + o);
                float v = a[i], relu;
                if (o >= out) {
                    assert_true(b[i] == 0 && active[i] == 0);       /* nothing written between the rows */
                    continue;
                }
                if (adds > 0)
                    v += first[i];
                if (adds > 1)
                    v += second[i];
                relu = v < 0 ? v * 0.1f : v;
                assert_memory_equal(&v, &b[i], sizeof v);
                if (job.active)
                    assert_memory_equal(&relu, &active[i], sizeof relu);
            }
        free(w); free(bias); free(x); free(a); free(b); free(active); free(first); free(second);
    }
}

static void narrow_shapes(const struct sx_kernels *k)
{
    for (int round = 0; round < 100; round++) {
        int in = 1 + (int)draw(70), out = 1 + (int)draw(SX_NARROW), taps = 1 + (int)draw(11), columns = 1 + (int)draw(20), step = in + (int)draw(3);
        int tap = in * (1 + (int)draw(3)), y_step = out + (int)draw(3);
        size_t y_size = (size_t)(columns * y_step);
        float *w = numbers((size_t)(out * taps * in), 1), *bias = numbers((size_t)out, 1), *x = numbers((size_t)((columns - 1) * step + (taps - 1) * tap + in), 1);
        float *a = numbers(y_size, 0), *b = numbers(y_size, 0);
        struct sx_linear job = {.weights = w, .bias = bias, .x = x, .x_step = step, .tap_step = tap, .taps = taps, .in = in, .out = out, .y = a, .y_step = y_step};
        k->narrow(&job, columns);
        for (int t = 0; t < columns; t++)
            for (int o = 0; o < y_step; o++) {
                double sum = o < out ? bias[o] : 0;
                for (int j = 0; o < out && j < taps; j++)
                    for (int i = 0; i < in; i++)
                        sum += (double)w[(o * taps + j) * in + i] * (double)x[t * step + j * tap + i];
                assert_true(fabs(a[t * y_step + o] - sum) < 1e-5 * (1 + fabs(sum)) * (1 + sqrt(taps * in)));
            }
        for (int t = 0; t < columns; ) {        /* in pieces: the same bits */
            int n = 1 + (int)draw(6);
            if (n > columns - t)
                n = columns - t;
            job.x = x + t * step;
            job.y = b + t * y_step;
            k->narrow(&job, n);
            t += n;
        }
        assert_memory_equal(a, b, y_size * sizeof *a);
        free(w); free(bias); free(x); free(a); free(b);
    }
}

static void depthwise_shapes(const struct sx_kernels *k)
{
    for (int round = 0; round < 100; round++) {
        int channels = 1 + (int)draw(50), taps = 1 + (int)draw(9), columns = 1 + (int)draw(10), tap = channels * (1 + (int)draw(3));
        size_t y_size = (size_t)(columns * channels);
        float *w = numbers((size_t)(taps * channels), 1), *bias = numbers((size_t)channels, 1), *x = numbers((size_t)((columns - 1) * channels + (taps - 1) * tap + channels), 1);
        float *a = numbers(y_size, 0), *b = numbers(y_size, 0);
        k->depthwise(w, bias, x, channels, tap, taps, channels, a, channels, columns);
        sx_kernels_c.depthwise(w, bias, x, channels, tap, taps, channels, b, channels, columns);
        close_to(a, b, y_size, 1e-5f);
        for (int t = 0; t < columns; t++)
            k->depthwise(w, bias, x + t * channels, channels, tap, taps, channels, b + t * channels, channels, 1);
        assert_memory_equal(a, b, y_size * sizeof *a);
        free(w); free(bias); free(x); free(a); free(b);
    }
}

static void layernorm_shapes(const struct sx_kernels *k)
{
    for (int round = 0; round < 100; round++) {
        int width = 1 + (int)draw(100), rows = 1 + (int)draw(5);
        size_t size = (size_t)(width * rows);
        float *x = numbers(size, 3), *gain = numbers((size_t)width, 1), *shift = numbers((size_t)width, 1), *a = numbers(size, 0), *b = numbers(size, 0);
        const float *g = draw(4) ? gain : NULL, *s = draw(4) ? shift : NULL;
        k->layernorm(x, g, s, 1e-5f, width, rows, a);
        sx_kernels_c.layernorm(x, g, s, 1e-5f, width, rows, b);
        close_to(a, b, size, width > 1 ? 2e-5f : 1e-2f);
        memcpy(b, x, size * sizeof *b);
        for (int r = 0; r < rows; r++)      /* in place, row by row */
            k->layernorm(b + r * width, g, s, 1e-5f, width, 1, b + r * width);
        assert_memory_equal(a, b, size * sizeof *a);
        free(x); free(gain); free(shift); free(a); free(b);
    }
}

static double exact(enum sx_unary which, double x)
{
    switch (which) {
    case SX_UNARY_RELU: return x < 0 ? 0 : x;
    case SX_UNARY_SIGMOID: return 1 / (1 + exp(-x));
    case SX_UNARY_SILU: return x / (1 + exp(-x));
    case SX_UNARY_TANH: return tanh(x);
    case SX_UNARY_EXP: return exp(x);
    case SX_UNARY_ERF: return erf(x);
    default: return x < 0 ? x * (double)0.1f : x;
    }
}

/* Against libm in double precision over the whole range, then tails, then what is no number. */
static void unary_values(const struct sx_kernels *k)
{
    enum { COUNT = 40000 };
    float *x = numbers(COUNT, 0), *y = numbers(COUNT, 0), *z = numbers(COUNT, 0);
    for (int which = 0; which < SX_UNARY_COUNT; which++) {
        double worst = 0;
        for (int i = 0; i < COUNT; i++)
            x[i] = (float)(i - COUNT / 2) * (i % 3 == 0 ? 0.005f : i % 3 == 1 ? 0.0004f : 1e-6f);
        k->unary[which](x, 0.1f, y, COUNT);
        for (int i = 0; i < COUNT; i++) {
            double e = exact((enum sx_unary)which, x[i]), d = fabs(y[i] - e);
            if (fabs(e) < 1e38 && d > 1e-36 && d / fabs(e) > worst)
                worst = d / fabs(e);
        }
        print_message("# %s unary %d: relative error %.2g\n", k->name, which, worst);
        assert_true(worst < 5e-7);
        for (size_t n = 1; n <= 40; n++) {      /* every tail gives the bits of the whole */
            memset(z, 0x55, 64 * sizeof *z);
            k->unary[which](x + 1000, 0.1f, z, n);
            assert_memory_equal(z, y + 1000, n * sizeof *z);
            assert_int_equal(((unsigned char *)(z + n))[0], 0x55);
        }
        const float odd[] = {NAN, INFINITY, -INFINITY, 0.0f, -0.0f, 3e38f, -3e38f, 1e-40f, -90, 90, -103, 88.9f};
        k->unary[which](odd, 0.1f, z, sizeof odd / sizeof *odd);
        assert_true(isnan(z[0]));
        for (size_t i = 1; i < sizeof odd / sizeof *odd; i++) {
            double e = exact((enum sx_unary)which, odd[i]);
            if (which == SX_UNARY_SILU && i == 2)
                continue;                       /* -inf * 0 */
            if (isinf((float)e))
                assert_true(z[i] == (float)e);
            else
                assert_true(fabs(z[i] - e) <= 1e-6 * fabs(e) + 1e-36);
        }
    }
    free(x); free(y); free(z);
}

static void binary_values(const struct sx_kernels *k)
{
    float *a = numbers(100, 1), *b = numbers(100, 1), y[100], z[100];
    for (int which = 0; which < SX_BINARY_COUNT; which++)
        for (int steps = 0; steps < 4; steps++)
            for (size_t n = 1; n <= 40; n++) {
                y[n] = z[n] = 77;
                k->binary[which](a, steps & 1, b, steps >> 1, y, n);
                sx_kernels_c.binary[which](a, steps & 1, b, steps >> 1, z, n);
                assert_memory_equal(y, z, (n + 1) * sizeof *y);     /* one correctly rounded operation: equal everywhere */
            }
    free(a); free(b);
}

/* All 65536 halves; back again for the numbers among them. */
static void half_values(const struct sx_kernels *k)
{
    unsigned char *raw = malloc(65536 * 2 + 1);
    float *a = numbers(65536, 0), *b = numbers(65536, 0);
    assert_non_null(raw);
    for (unsigned i = 0; i < 65536; i++) {
        raw[1 + 2 * i] = (unsigned char)i;
        raw[2 + 2 * i] = (unsigned char)(i >> 8);
    }
    k->half_to_float(raw + 1, a, 65536);
    sx_half_to_float(raw + 1, b, 65536);
    for (unsigned i = 0; i < 65536; i++) {
        if (isnan(b[i])) {
            assert_true(isnan(a[i]));
            continue;
        }
        assert_memory_equal(&a[i], &b[i], sizeof *a);
        assert_int_equal(sx_float_to_half(a[i]), i);
    }
    k->half_to_float(raw + 1, b, 13);
    assert_memory_equal(a, b, 13 * sizeof *a);
    free(raw); free(a); free(b);
}

/* From unaligned rows, as files have them; nothing but a multiplication, so the same bits everywhere. */
static void panels_of_rows(const struct sx_kernels *k)
{
    for (int round = 0; round < 200; round++) {
        int rows = 1 + (int)draw(SX_PANEL), taps = 1 + (int)draw(7), in = 1 + (int)draw(40);
        size_t count = (size_t)(taps * in), size = count * SX_PANEL;
        float *scale = numbers(SX_PANEL, 1), *weights = numbers(count * (size_t)rows, 1), *to = numbers(size, 1);
        unsigned char *raw = malloc(count * (size_t)rows * sizeof *weights + 3);
        assert_non_null(raw);
        memcpy(raw + 3, weights, count * (size_t)rows * sizeof *weights);
        for (int scaled = 0; scaled < 2; scaled++) {
            k->panel(raw + 3, scaled ? scale : NULL, rows, taps, in, to);
            for (int tap = 0; tap < taps; tap++)
                for (int i = 0; i < in; i++)
                    for (int r = 0; r < SX_PANEL; r++) {
                        float expected = r < rows ? weights[(r * in + i) * taps + tap] * (scaled ? scale[r] : 1) : 0;
                        assert_memory_equal(&to[(tap * in + i) * SX_PANEL + r], &expected, sizeof expected);
                    }
        }
        free(raw); free(scale); free(weights); free(to);
    }
}

static void speeds(const struct sx_kernels *k)
{
    enum { IN = 176, OUT = 352 };
    float *w = numbers(IN * OUT, 1), *bias = numbers(OUT, 1), *x = numbers(IN * 64, 1), *y = numbers(OUT * 64, 0);
    for (int columns = 1; columns <= 64; columns *= 2) {
        struct sx_linear job = {.weights = w, .bias = bias, .x = x, .x_step = IN, .taps = 1, .in = IN, .out = OUT, .y = y, .y_step = OUT};
        int rounds = 800 / columns;
        double start = seconds();
        for (int i = 0; i < rounds; i++)
            k->linear(&job, 0, OUT / SX_PANEL, columns);
        print_message("# %s linear 176 -> 352, %d columns: %.1f GFLOP/s\n", k->name, columns, 2e-9 * IN * OUT * columns * rounds / (seconds() - start));
    }
    double start = seconds();
    for (int i = 0; i < 100; i++)
        k->unary[SX_UNARY_SILU](y, 0, y, OUT * 64);
    print_message("# %s silu: %.2f ns\n", k->name, (seconds() - start) * 1e9 / (100.0 * OUT * 64));
    free(w); free(bias); free(x); free(y);
}

static void each_level(void (*check)(const struct sx_kernels *))
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (sx_kernels_level(names[i]))
            check(sx_kernels_level(names[i]));
}

static void test_linear(void **state) { (void)state; each_level(linear_shapes); }
static void test_endings(void **state) { (void)state; each_level(linear_endings); }
static void test_narrow(void **state) { (void)state; each_level(narrow_shapes); }
static void test_depthwise(void **state) { (void)state; each_level(depthwise_shapes); }
static void test_layernorm(void **state) { (void)state; each_level(layernorm_shapes); }
static void test_unary(void **state) { (void)state; each_level(unary_values); }
static void test_binary(void **state) { (void)state; each_level(binary_values); }
static void test_half(void **state) { (void)state; each_level(half_values); }
static void test_panel(void **state) { (void)state; each_level(panels_of_rows); }
static void test_speed(void **state) { (void)state; each_level(speeds); }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_linear), cmocka_unit_test(test_endings), cmocka_unit_test(test_narrow), cmocka_unit_test(test_depthwise), cmocka_unit_test(test_layernorm),
        cmocka_unit_test(test_unary), cmocka_unit_test(test_binary), cmocka_unit_test(test_half), cmocka_unit_test(test_panel), cmocka_unit_test(test_speed),
    };
    return cmocka_run_group_tests_name("nn_kernels", tests, NULL, NULL);
}
