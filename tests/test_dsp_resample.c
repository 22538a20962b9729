/* test_dsp_resample.c - rate conversion against tones computed at the new rate, aliases, lengths, ends. */
#include "signals.h"

#include "dsp/resample.h"

/* Eight tones up to `top` Hz at time t. */
static double tones(double t, double top)
{
    double sum = 0.0;
    for (int k = 0; k < 8; k++) sum += 0.1 * sin(2.0 * M_PI * top * (0.03 + k * 0.97 / 7.0) * t + k);
    return sum;
}

static float *convert(const float *x, size_t count, int from, int to)
{
    struct sx_error error;
    float *y = malloc(sizeof *y * sx_resample_count(count, from, to));
    assert_int_equal(sx_resample(x, count, from, to, y, &error), SYRINX_OK);
    return y;
}

static double conversion_snr(int from, int to)
{
    double top = 0.9 * 0.5 * (from < to ? from : to);
    size_t count = (size_t)from / 4, made = sx_resample_count(count, from, to);
    /* 15 ms at either end see the zeros beyond the signal. */
    size_t margin = (size_t)to / 60 + 1;
    float *x = malloc(sizeof *x * count);
    double *expected = malloc(sizeof *expected * made);
    for (size_t i = 0; i < count; i++) x[i] = (float)tones((double)i / from, top);
    for (size_t i = 0; i < made; i++) expected[i] = tones((double)i / to, top);
    float *y = convert(x, count, from, to);
    double result = snr(y + margin, expected + margin, made - 2 * margin);
    free(x);
    free(y);
    free(expected);
    return result;
}

static void tones_survive(void **state)
{
    (void)state;
    const int rates[] = { 8000, 11025, 16000, 22050, 32000, 44100, 48000, 88200, 96000, 192000, 24001, 44101, 47999 };
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        CHECK_ABOVE(conversion_snr(rates[i], 24000), 100.0);
    }
    CHECK_ABOVE(conversion_snr(24000, 48000), 100.0);
    CHECK_ABOVE(conversion_snr(24000, 8000), 100.0);
    CHECK_ABOVE(conversion_snr(24000, 22050), 100.0);
}

static void what_cannot_be_kept_is_gone(void **state)
{
    (void)state;
    const double hertz[] = { 12010.0, 13000.0, 17000.0, 23500.0 };
    enum { FROM = 48000, COUNT = 12000 };
    float x[COUNT];
    for (int k = 0; k < 4; k++) {
        double loudest = 0.0;
        for (int i = 0; i < COUNT; i++) x[i] = (float)sin(2.0 * M_PI * hertz[k] * i / FROM);
        float *y = convert(x, COUNT, FROM, 24000);
        for (size_t i = 400; i < COUNT / 2 - 400; i++) loudest = fmax(loudest, fabs(y[i]));
        free(y);
        CHECK_ABOVE(-20.0 * log10(loudest), 95.0);
    }
}

static void lengths(void **state)
{
    (void)state;
    assert_int_equal(sx_resample_count(0, 48000, 24000), 0);
    assert_int_equal(sx_resample_count(1, 48000, 24000), 1);
    assert_int_equal(sx_resample_count(2, 48000, 24000), 1);
    assert_int_equal(sx_resample_count(3, 48000, 24000), 2);
    assert_int_equal(sx_resample_count(441, 44100, 24000), 240);
    assert_int_equal(sx_resample_count(8000, 8000, 24000), 24000);
    assert_int_equal(sx_resample_count(SIZE_MAX / 64, 8000, 24000), SIZE_MAX / 64 / 8000 * 24000 + (SIZE_MAX / 64 % 8000) * 3);
}

static void short_signals_and_bad_rates(void **state)
{
    (void)state;
    struct sx_error error;
    float x[3] = { 0.5f, 0.5f, 0.5f }, y[64];
    for (size_t n = 0; n <= 3; n++) {
        assert_int_equal(sx_resample(x, n, 8000, 24000, y, &error), SYRINX_OK);
        for (size_t i = 0; i < sx_resample_count(n, 8000, 24000); i++) assert_true(fabsf(y[i]) < 1.0f);
    }
    assert_int_equal(sx_resample(x, 3, 0, 24000, y, &error), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(sx_resample(x, 3, 24000, 2000000, y, &error), SYRINX_ERROR_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tones_survive),
        cmocka_unit_test(what_cannot_be_kept_is_gone),
        cmocka_unit_test(lengths),
        cmocka_unit_test(short_signals_and_bad_rates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
