/* test_nn_short.c - the kernels for short weights of every level against sums in double precision of what the short weights stand for, and cut into pieces. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "nn/affine.h"
#include "nn/kernels/short.h"

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
    size_t panel = (size_t)l.taps * (size_t)l.in * SX_PANEL, bytes = sx_panel_bytes(precision, l.taps, l.in), rows = (size_t)(l.columns + l.taps - 1);
    l.floats = numbers((size_t)l.panels * panel, 1);
    l.bias = numbers((size_t)l.panels * SX_PANEL, 1);
    l.scale = numbers((size_t)l.panels * SX_PANEL, 0);
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
    l.y_count = (size_t)l.columns * (size_t)l.out;
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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(kernels_sum_what_was_rounded), cmocka_unit_test(panels_without_numbers)};
    return cmocka_run_group_tests_name("nn_short", tests, NULL, NULL);
}
