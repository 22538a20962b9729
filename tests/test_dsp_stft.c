/* test_dsp_stft.c - elementary functions, short-time spectra and their inverse, overlap-add. */
#include "signals.h"

#include "dsp/fastmath.h"
#include "dsp/stft.h"

static void exponential(void **state)
{
    (void)state;
    for (double x = -87.0; x <= 87.0; x += 0.00371) {
        float f = (float)x;
        CHECK_NEAR(sx_exp(f) / exp(f), 1.0, 2e-7);
    }
    assert_true(sx_exp(0.0f) == 1.0f);
}

static void sine_and_cosine(void **state)
{
    (void)state;
    for (double x = -900.0; x <= 900.0; x += 0.0137) {
        float f = (float)x, s, c;
        sx_sincos(f, &s, &c);
        CHECK_NEAR(s, sin(M_PI_2 * fmod(f, 4.0)), 2e-7);
        CHECK_NEAR(c, cos(M_PI_2 * fmod(f, 4.0)), 2e-7);
    }
    for (uint64_t a = 0; a < (UINT64_C(1) << 32); a += 104729 * 7) {
        CHECK_NEAR(sx_sin_turn((uint32_t)a), sin(2.0 * M_PI * (double)a / 4294967296.0), 2e-7);
    }
    /* Near its zeros a sine must be right relatively: the pulse train divides by it. */
    for (uint32_t a = 1; a < 100000; a = a * 3 + 1) {
        double expected = sin(2.0 * M_PI * a / 4294967296.0);
        CHECK_NEAR(sx_sin_turn(a) / expected, 1.0, 3e-7);
        CHECK_NEAR(sx_sin_turn(0x80000000u - a) / expected, 1.0, 3e-7);
        CHECK_NEAR(sx_sin_turn(0u - a) / expected, -1.0, 3e-7);
    }
    assert_true(sx_sin_turn(0) == 0.0f);
}

static void clamp_ends_nan(void **state)
{
    (void)state;
    assert_true(sx_clamp(NAN, -2.0f, 3.0f) == -2.0f);
    assert_true(sx_clamp(INFINITY, -2.0f, 3.0f) == 3.0f);
    assert_true(sx_clamp(-INFINITY, -2.0f, 3.0f) == -2.0f);
    assert_true(sx_clamp(1.5f, -2.0f, 3.0f) == 1.5f);
}

/* Frames at both ends, where zeros stand beyond the signal, and one within. */
static void frames_are_centred(void **state)
{
    (void)state;
    enum { COUNT = 5000 };
    float x[COUNT];
    struct sx_stft *stft = sx_stft_new();
    struct sx_complex *bins = sx_fft_alloc(sizeof *bins * SX_BINS);
    const size_t frames[] = { 0, 1, 7, COUNT / SX_HOP };
    fill_noise(x, COUNT, 3, 0.1f);
    for (size_t i = 0; i < 4; i++) {
        double expected[2 * SX_BINS];
        for (int k = 0; k < SX_BINS; k++) {
            expected[2 * k] = expected[2 * k + 1] = 0.0;
            for (int n = 0; n < SX_FFT; n++) {
                long at = (long)(frames[i] * SX_HOP) + n - SX_FFT / 2;
                if (at < 0 || at >= COUNT) continue;
                double angle = 2.0 * M_PI * (k * n % SX_FFT) / SX_FFT, w = 0.5 - 0.5 * cos(2.0 * M_PI * n / SX_FFT);
                expected[2 * k] += x[at] * w * cos(angle);
                expected[2 * k + 1] -= x[at] * w * sin(angle);
            }
        }
        sx_stft_frame(stft, x, COUNT, frames[i], bins);
        CHECK_ABOVE(snr((const float *)bins, expected, 2 * SX_BINS), 125.0);
    }
    sx_stft_free(stft);
    sx_fft_release(bins);
}

static void inverse_gives_the_signal_back(void **state)
{
    (void)state;
    const size_t counts[] = { 1, 100, 239, 240, 241, 600, 1024, 24017 };
    struct sx_stft *stft = sx_stft_new();
    struct sx_complex *bins = sx_fft_alloc(sizeof *bins * SX_BINS);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        size_t count = counts[i], frames = count / SX_HOP + 1, made = 0;
        float *x = malloc(sizeof *x * count), *y = malloc(sizeof *y * (frames + 3) * SX_HOP);
        fill_noise(x, count, i, 0.3f);
        for (size_t t = 0; t < frames; t++) {
            sx_stft_frame(stft, x, count, t, bins);
            int n = sx_stft_inverse(stft, bins, y + made);
            assert_int_equal(n, t < 2 ? 0 : t == 2 ? 208 : SX_HOP);
            made += (size_t)n;
        }
        made += (size_t)sx_stft_inverse_end(stft, y + made);
        assert_int_equal(made, frames * SX_HOP);
        CHECK_ABOVE(snr_float(y, x, count), 120.0);
        free(x);
        free(y);
    }
    sx_stft_free(stft);
    sx_fft_release(bins);
}

static void overlap_adds(void **state)
{
    (void)state;
    enum { FRAMES = 9 };
    static struct sx_overlap overlap;
    float frame[SX_FFT], out[(FRAMES + 3) * SX_HOP];
    double expected[FRAMES * SX_HOP] = { 0 };
    for (int round = 0; round < 2; round++) {       /* the second time it must be as new */
        int made = 0;
        memset(expected, 0, sizeof expected);
        for (int t = 0; t < FRAMES; t++) {
            fill_noise(frame, SX_FFT, (uint64_t)t, 1.0f);
            for (int i = 0; i < SX_FFT; i++) {
                int at = t * SX_HOP + i - SX_FFT / 2;
                if (at >= 0 && at < FRAMES * SX_HOP) expected[at] += frame[i];
            }
            made += sx_overlap_add(&overlap, frame, out + made);
        }
        made += sx_overlap_end(&overlap, out + made);
        assert_int_equal(made, FRAMES * SX_HOP);
        CHECK_ABOVE(snr(out, expected, FRAMES * SX_HOP), 130.0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exponential),
        cmocka_unit_test(sine_and_cosine),
        cmocka_unit_test(clamp_ends_nan),
        cmocka_unit_test(frames_are_centred),
        cmocka_unit_test(inverse_gives_the_signal_back),
        cmocka_unit_test(overlap_adds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
