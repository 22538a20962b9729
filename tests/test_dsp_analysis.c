/* test_dsp_analysis.c - log-mel, pitch and voicing; what is done to a recording before they are measured. */
#include "signals.h"

#include <stdio.h>

#include "dsp/analysis.h"
#include "dsp/prepare.h"

static struct sx_frames analyse(const float *x, size_t count)
{
    struct sx_frames frames;
    struct sx_error error;
    assert_int_equal(sx_analyse(x, count, &frames, &error), SYRINX_OK);
    assert_int_equal(frames.count, (int)(count / SX_HOP) + 1);
    return frames;
}

static void mel_bands(void **state)
{
    (void)state;
    static float weights[SX_MELS][SX_BINS];
    sx_mel_weights(weights[0]);
    double before = -1.0;
    for (int m = 0; m < SX_MELS; m++) {
        double sum = 0.0, centre = 0.0;
        for (int k = 0; k < SX_BINS; k++) {
            assert_true(weights[m][k] >= 0.0f);
            sum += weights[m][k];
            centre += weights[m][k] * k * (double)SX_RATE / SX_FFT;
        }
        CHECK_NEAR(sum, 1.0, 1e-6);
        CHECK_ABOVE(centre, before);
        before = centre;
    }
    /* The middle of 82 corners evenly spaced in mel: 2595 log10(1 + f/700). Band 40's top is corner 41. */
    double top = 2595.0 * log10(1.0 + 12000.0 / 700.0), corner = 700.0 * (pow(10.0, top * 41.0 / 81.0 / 2595.0) - 1.0);
    int loudest = 0;
    for (int k = 0; k < SX_BINS; k++) loudest = weights[40][k] > weights[40][loudest] ? k : loudest;
    CHECK_NEAR(loudest * (double)SX_RATE / SX_FFT, corner, (double)SX_RATE / SX_FFT);
}

static void log_mel_is_its_formula(void **state)
{
    (void)state;
    enum { COUNT = 4000 };
    static float weights[SX_MELS][SX_BINS];
    float x[COUNT];
    fill_vowel(x, COUNT, 150.0, 170.0);
    for (int i = 0; i < COUNT; i++) x[i] += 1e-4f * sx_random_normal(9, (uint64_t)i);
    struct sx_frames frames = analyse(x, COUNT);
    sx_mel_weights(weights[0]);
    for (int t = 0; t < frames.count; t += 4) {
        double magnitude[SX_BINS];
        for (int k = 0; k < SX_BINS; k++) {
            double re = 0.0, im = 0.0;
            for (int n = 0; n < SX_FFT; n++) {
                int at = t * SX_HOP + n - SX_FFT / 2;
                if (at < 0 || at >= COUNT) continue;
                double angle = 2.0 * M_PI * (k * n % SX_FFT) / SX_FFT, w = 0.5 - 0.5 * cos(2.0 * M_PI * n / SX_FFT);
                re += x[at] * w * cos(angle);
                im += x[at] * w * sin(angle);
            }
            magnitude[k] = sqrt(re * re + im * im);
        }
        for (int m = 0; m < SX_MELS; m++) {
            double sum = 0.0;
            for (int k = 0; k < SX_BINS; k++) sum += weights[m][k] * magnitude[k];
            CHECK_NEAR(frames.mel[t * SX_MELS + m], log(fmax(sum, 1e-4)), 1e-4);
        }
    }
    sx_frames_free(&frames);
}

static double cents(double a, double b)
{
    return fabs(1200.0 * log2(a / b));
}

static void pitch_of_vowels(void **state)
{
    (void)state;
    enum { COUNT = 12000 };
    static float x[COUNT];
    const double hertz[] = { 82.0, 90.0, 101.3, 120.0, 155.7, 199.0, 233.0, 287.1, 350.0, 400.0 };
    for (size_t i = 0; i < sizeof hertz / sizeof *hertz; i++) {
        fill_vowel(x, COUNT, hertz[i], hertz[i]);
        struct sx_frames frames = analyse(x, COUNT);
        for (int t = 3; t < frames.count - 3; t++) {
            assert_true(frames.voiced[t] == 1.0f);
            if (cents(exp(frames.lnf0[t]), hertz[i]) > 3.0) fail_msg("%g Hz, frame %d: %g", hertz[i], t, exp(frames.lnf0[t]));
        }
        sx_frames_free(&frames);
    }
}

static void pitch_of_glides(void **state)
{
    (void)state;
    enum { COUNT = 24000 };
    static float x[COUNT];
    const double ends[][2] = { { 100.0, 160.0 }, { 300.0, 180.0 }, { 220.0, 110.0 } };
    for (int i = 0; i < 3; i++) {
        fill_vowel(x, COUNT, ends[i][0], ends[i][1]);
        struct sx_frames frames = analyse(x, COUNT);
        for (int t = 4; t < frames.count - 4; t++) {
            double expected = ends[i][0] * pow(ends[i][1] / ends[i][0], t * (double)SX_HOP / COUNT);
            assert_true(frames.voiced[t] == 1.0f);
            if (cents(exp(frames.lnf0[t]), expected) > 8.0) fail_msg("glide %d, frame %d: %g for %g", i, t, exp(frames.lnf0[t]), expected);
        }
        sx_frames_free(&frames);
    }
}

static void silence_and_noise_are_unvoiced(void **state)
{
    (void)state;
    enum { COUNT = 24000 };
    static float x[COUNT];
    memset(x, 0, sizeof x);
    struct sx_frames frames = analyse(x, COUNT);
    for (int t = 0; t < frames.count; t++) {
        assert_true(frames.voiced[t] == 0.0f);
        CHECK_NEAR(frames.lnf0[t], log(190.0), 1e-6);
        for (int m = 0; m < SX_MELS; m++) CHECK_NEAR(frames.mel[t * SX_MELS + m], log(1e-4), 1e-5);
    }
    sx_frames_free(&frames);
    int voiced = 0;
    fill_noise(x, COUNT, 4, 0.05f);
    frames = analyse(x, COUNT);
    for (int t = 0; t < frames.count; t++) voiced += frames.voiced[t] != 0.0f;
    assert_true(voiced <= 3);
    sx_frames_free(&frames);
}

/* Vowel, silence, vowel an octave higher: ln f0 runs straight through the gap and is held at the ends. */
static void gaps_are_filled(void **state)
{
    (void)state;
    enum { PART = 9600, COUNT = 5 * PART };
    static float x[COUNT];
    memset(x, 0, sizeof x);
    fill_vowel(x + PART, PART, 120.0, 120.0);
    fill_vowel(x + 3 * PART, PART, 240.0, 240.0);
    struct sx_frames frames = analyse(x, COUNT);
    int first = 0, last = frames.count - 1, a, b;
    while (!frames.voiced[first]) first++;
    while (!frames.voiced[last]) last--;
    CHECK_NEAR(first, PART / SX_HOP, 2);
    CHECK_NEAR(last, 4 * PART / SX_HOP, 2);
    for (a = first; frames.voiced[a + 1]; a++) ;
    for (b = last; frames.voiced[b - 1]; b--) ;
    CHECK_NEAR(b - a, PART / SX_HOP, 5);
    for (int t = 0; t < first; t++) assert_true(frames.lnf0[t] == frames.lnf0[first]);
    for (int t = last; t < frames.count; t++) assert_true(frames.lnf0[t] == frames.lnf0[last]);
    for (int t = a; t <= b; t++) {
        CHECK_NEAR(frames.lnf0[t], frames.lnf0[a] + (frames.lnf0[b] - frames.lnf0[a]) * (t - a) / (b - a), 1e-5);
    }
    sx_frames_free(&frames);
}

/* The signal of tests/data/dsp/frames.tsv, which the training's Python (tools/train/format.py, f0.py) measured. */
static void agrees_with_training(void **state)
{
    (void)state;
    enum { COUNT = 14400 };
    static float x[COUNT];
    double phase = 0.0;
    for (int n = 0; n < COUNT; n++) {
        double s = n / 24000.0, f0 = 150.0 + 60.0 * sin(9.0 * s), sum = 0.0;
        phase += 2.0 * M_PI * f0 / 24000.0;
        for (int k = 1; k <= 20; k++) sum += cos(k * phase + 0.3 * k * k) / (1.0 + 0.2 * k * k);
        double gate = sin(14.0 * s) > -0.3 ? 1.0 : 0.0;
        x[n] = (float)(0.05 * gate * sum + 0.004 * (double)sx_random_normal(5, (uint64_t)n));
    }
    struct sx_frames frames = analyse(x, COUNT);
    FILE *file = fopen("tests/data/dsp/frames.tsv", "r");
    char line[512];
    int t = 0;
    if (!file) fail_msg("tests/data/dsp/frames.tsv cannot be read");
    while (fgets(line, sizeof line, file)) {
        double f0, mel[4];
        const int band[4] = { 2, 20, 50, 79 };
        if (*line == '#') continue;
        assert_int_equal(sscanf(line, "%lf %lf %lf %lf %lf", &f0, &mel[0], &mel[1], &mel[2], &mel[3]), 5);
        assert_true(t < frames.count);
        assert_int_equal(frames.voiced[t] != 0.0f, f0 > 0.0);
        if (f0 > 0.0 && cents(exp(frames.lnf0[t]), f0) > 0.1) fail_msg("frame %d: %g for %g Hz", t, exp(frames.lnf0[t]), f0);
        for (int i = 0; i < 4; i++) CHECK_NEAR(frames.mel[t * SX_MELS + band[i]], mel[i], 1e-4);
        t++;
    }
    fclose(file);
    assert_int_equal(t, frames.count);
    sx_frames_free(&frames);
}

static void short_or_wild_signals(void **state)
{
    (void)state;
    struct sx_frames frames;
    struct sx_error error;
    float x[700] = { 0 };
    assert_int_equal(sx_analyse(x, 0, &frames, &error), SYRINX_ERROR_ARGUMENT);
    for (size_t count = 1; count < 700; count += count < 5 ? 1 : 117) {
        fill_noise(x, count, count, 1e4f);
        frames = analyse(x, count);
        for (int t = 0; t < frames.count; t++) assert_true(isfinite(frames.lnf0[t]) && isfinite(frames.mel[t * SX_MELS]));
        sx_frames_free(&frames);
        assert_int_equal(sx_denoise(x, count, &error), SYRINX_OK);
        for (size_t i = 0; i < count; i++) assert_true(isfinite(x[i]));
    }
}

/* Gain of the high-pass for a tone, in dB. */
static double high_pass_gain(double hertz)
{
    enum { COUNT = 48000 };
    static float x[COUNT];
    double before = 0.0, after = 0.0;
    for (int i = 0; i < COUNT; i++) x[i] = (float)sin(2.0 * M_PI * hertz * i / SX_RATE);
    for (int i = COUNT / 2; i < COUNT; i++) before += (double)x[i] * x[i];
    sx_high_pass(x, COUNT);
    for (int i = COUNT / 2; i < COUNT; i++) after += (double)x[i] * x[i];
    return 10.0 * log10(after / before);
}

static void high_pass(void **state)
{
    (void)state;
    CHECK_NEAR(high_pass_gain(60.0), -3.01, 0.02);
    CHECK_NEAR(high_pass_gain(15.0), -24.1, 0.1);
    CHECK_NEAR(high_pass_gain(120.0), -0.26, 0.02);
    CHECK_NEAR(high_pass_gain(1000.0), 0.0, 0.001);
}

static void active_level(void **state)
{
    (void)state;
    enum { COUNT = 24000 };
    static float x[COUNT];
    memset(x, 0, sizeof x);
    assert_true(sx_active_rms(x, COUNT) == 0.0);
    /* Pauses 50 dB down do not count. */
    for (int i = 0; i < COUNT; i++) x[i] = (float)((i / 6000 % 2 ? 0.2 : 0.2e-2) * M_SQRT2 * sin(0.05 * M_PI * i));
    CHECK_NEAR(sx_active_rms(x, COUNT), 0.2, 0.2 * 0.02);
    /* Pauses 20 dB down do. */
    for (int i = 0; i < COUNT; i++) x[i] = (float)((i / 6000 % 2 ? 0.2 : 0.2e-1) * M_SQRT2 * sin(0.05 * M_PI * i));
    CHECK_NEAR(sx_active_rms(x, COUNT), 0.2 * sqrt(0.505), 0.2 * 0.01);
}

static double level_db(const float *x, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) sum += (double)x[i] * x[i];
    return 10.0 * log10(sum / (double)n + 1e-30);
}

static void denoise(void **state)
{
    (void)state;
    enum { PART = 12000, COUNT = 4 * PART };
    static float x[COUNT], clean[COUNT];
    struct sx_error error;
    memset(clean, 0, sizeof clean);
    fill_vowel(clean + PART, PART, 140.0, 170.0);
    fill_vowel(clean + 3 * PART, PART, 180.0, 150.0);
    for (int i = 0; i < COUNT; i++) x[i] = clean[i] + 5e-4f * sx_random_normal(6, (uint64_t)i);
    double noise = level_db(x + 2400, PART - 4800);
    assert_int_equal(sx_denoise(x, COUNT, &error), SYRINX_OK);
    /* The floor of the gain is -16 dB; noise that peaks above the mean keeps a little. */
    CHECK_ABOVE(noise - level_db(x + 2400, PART - 4800), 7.0);
    CHECK_ABOVE(16.1, noise - level_db(x + 2400, PART - 4800));
    CHECK_ABOVE(snr_float(x + PART + 1200, clean + PART + 1200, PART - 2400), 35.0);
    memset(x, 0, sizeof x);
    assert_int_equal(sx_denoise(x, COUNT, &error), SYRINX_OK);
    for (int i = 0; i < COUNT; i++) assert_true(x[i] == 0.0f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mel_bands),
        cmocka_unit_test(log_mel_is_its_formula),
        cmocka_unit_test(pitch_of_vowels),
        cmocka_unit_test(pitch_of_glides),
        cmocka_unit_test(silence_and_noise_are_unvoiced),
        cmocka_unit_test(gaps_are_filled),
        cmocka_unit_test(agrees_with_training),
        cmocka_unit_test(short_or_wild_signals),
        cmocka_unit_test(high_pass),
        cmocka_unit_test(active_level),
        cmocka_unit_test(denoise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
