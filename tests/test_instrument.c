/* The renderer of instruments against what its networks say: pitch, level, onset, noise, transient, release, and the same samples in every group. */
#include "test.h"

#include "instrument.h"

#include "instrument/bus.h"

/* Fits a sinusoid of unknown frequency near `hertz`: phases of the two halves of a Hann-windowed stretch; amplitude at *amplitude. */
static double tone_of(const float *x, int n, double hertz, double *amplitude)
{
    double f = hertz;
    for (int pass = 0; pass < 6; pass++) {
        double phase[2], size = 0.0;
        int half = n / 2;
        for (int part = 0; part < 2; part++) {
            double re = 0.0, im = 0.0, sum = 0.0;
            for (int i = 0; i < half; i++) {
                double w = 0.5 - 0.5 * cos(2.0 * M_PI * (i + 0.5) / half), angle = 2.0 * M_PI * f * (part * half + i) / SX_SOUND_RATE;
                re += w * x[part * half + i] * cos(angle);
                im -= w * x[part * half + i] * sin(angle);
                sum += w;
            }
            phase[part] = atan2(im, re);
            size += sqrt(re * re + im * im) * 2.0 / sum / 2.0;
        }
        double turn = (phase[1] - phase[0]) / (2.0 * M_PI);
        turn -= round(turn);
        f += turn * SX_SOUND_RATE / half;
        if (amplitude) *amplitude = size;
    }
    return f;
}

static double rms(const float *x, int n)
{
    double sum = 0.0;
    for (int i = 0; i < n; i++) sum += (double)x[i] * x[i];
    return sqrt(sum / n);
}

static double db(double ratio)
{
    return 20.0 * log10(ratio + 1e-30);
}

static double cents(double a, double b)
{
    return 1200.0 * log2(a / b);
}

static double key_hertz(double key)
{
    return 440.0 * exp2((key - 69.0) / 12.0);
}

static void a_partial_has_its_frequency_and_level(void **state)
{
    (void)state;
    struct make make = make_new(FED);
    make.frame[0] = logf(0.1f);
    make.frame[2] = logf(0.02f);
    make.frame[MAKE_FRAME - 1] = 12.0f;             /* cents */
    struct sx_instrument *instrument = make_open(&make);
    for (int key = 21; key <= 105; key += 7) {
        struct sx_sounder *sounder = make_sounder(instrument, 3, 4);
        make_note(sounder, 100, (float)key + 0.3f, 0.5f);
        float *x = make_sound(sounder, 4, 48000);
        double size, want = key_hertz(key + 0.42), f;
        f = tone_of(x + 16000, 24000, want, &size);
        CHECK_NEAR(cents(f, want), 0.0, 0.5);
        CHECK_NEAR(db(size / 0.1), 0.0, 0.1);
        f = tone_of(x + 16000, 24000, 3.0 * want, &size);
        CHECK_NEAR(cents(f, 3.0 * want), 0.0, 0.5);
        CHECK_NEAR(db(size / 0.02), 0.0, 0.1);
        CHECK_NEAR(db(rms(x + 16000, 24000) / sqrt((0.01 + 0.0004) / 2.0)), 0.0, 0.1);      /* and nothing else sounds */
        free(x);
        sx_sounder_free(sounder);
    }
    sx_instrument_close(instrument);
}

static void partials_follow_the_ratios_of_the_onset(void **state)
{
    (void)state;
    struct make make = make_new(STRUCK ", \"ratios\": [1, 2.756, 5.404, 8.933, 12, 13, 14, 15]");
    make.frame[1] = logf(0.1f);
    make.onset[1] = 30.0f;
    struct sx_instrument *instrument = make_open(&make);
    struct sx_sounder *sounder = make_sounder(instrument, 3, 1);
    make_note(sounder, 0, 60, 0.5f);
    float *x = make_sound(sounder, 1, 48000);
    double want = key_hertz(60) * 2.756 * exp2(30.0 / 1200.0);
    CHECK_NEAR(cents(tone_of(x + 5000, 24000, want, NULL), want), 0.0, 0.5);
    free(x);
    sx_sounder_free(sounder);
    sx_instrument_close(instrument);
}

static void onsets_are_exact_to_the_sample(void **state)
{
    (void)state;
    struct make make = make_new(STRUCK);
    for (int i = 0; i < MAKE_STEPS; i++) make.onset[MAKE_PARTIALS + i] = logf(0.1f);
    make.frame[0] = logf(0.1f);
    struct sx_instrument *instrument = make_open(&make);
    for (int onset = 1000; onset < 1300; onset += 37) {
        struct sx_sounder *sounder = make_sounder(instrument, 5, 2);
        make_note(sounder, onset, 57, 0.5f);
        float *x = make_sound(sounder, 2, 8192);
        for (int i = 0; i < onset; i++) assert_true(x[i] == 0.0f);
        assert_true(rms(x + onset, 16) > 0.01);
        CHECK_ABOVE(rms(x + onset + 14, 64), 0.05);     /* fully there within 0.3 ms */
        free(x);
        sx_sounder_free(sounder);
    }
    sx_instrument_close(instrument);
}

/* A sinusoid that a note's own grid hands over to the common one: nothing but the sinusoid at any onset. */
static void the_common_grid_takes_over_without_a_seam(void **state)
{
    (void)state;
    struct make make = make_new(FED);
    make.frame[0] = logf(0.1f);
    struct sx_instrument *instrument = make_open(&make);
    for (int onset = 0; onset < 256; onset += 51) {
        struct sx_sounder *sounder = make_sounder(instrument, 5, 1);
        make_note(sounder, onset, 60.5f, 0.5f);
        float *x = make_sound(sounder, 1, 12288);
        double f = key_hertz(60.5), re = 0.0, im = 0.0, error = 0.0;
        int n = 4096;
        const float *y = x + onset + 64;
        for (int i = 0; i < n; i++) {
            re += 2.0 / n * y[i] * cos(2.0 * M_PI * f * i / SX_SOUND_RATE);
            im += 2.0 / n * y[i] * sin(2.0 * M_PI * f * i / SX_SOUND_RATE);
        }
        for (int round = 0; round < 3; round++) {       /* the rest of a least-squares fit */
            double a = 0.0, b = 0.0;
            for (int i = 0; i < n; i++) {
                double c = cos(2.0 * M_PI * f * i / SX_SOUND_RATE), s = sin(2.0 * M_PI * f * i / SX_SOUND_RATE), r = y[i] - re * c - im * s;
                a += 2.0 / n * r * c;
                b += 2.0 / n * r * s;
            }
            re += a;
            im += b;
        }
        for (int i = 0; i < n; i++) {
            double r = y[i] - re * cos(2.0 * M_PI * f * i / SX_SOUND_RATE) - im * sin(2.0 * M_PI * f * i / SX_SOUND_RATE);
            error += r * r;
        }
        CHECK_ABOVE(-db(sqrt(error / n) / (0.1 * sqrt(0.5))), 70.0);
        free(x);
        sx_sounder_free(sounder);
    }
    sx_instrument_close(instrument);
}

/* Power of x around each frequency band, as variance of a Hann-windowed DFT. */
static double band_power(const float *x, int n, double low, double high)
{
    enum { N = 2048 };
    struct sx_fft *fft = sx_fft_new(N);
    float *frame = sx_fft_alloc(sizeof(float) * N);
    struct sx_complex *bins = sx_fft_alloc(sizeof *bins * (N / 2 + 1));
    double sum = 0.0, count = 0.0;
    for (int at = 0; at + N <= n; at += N / 2) {
        for (int i = 0; i < N; i++) frame[i] = x[at + i] * (float)sqrt(2.0 / 3.0 * 4.0 / N) * (float)(0.5 - 0.5 * cos(2.0 * M_PI * i / N));
        sx_fft_forward(fft, frame, bins);
        for (int b = 1; b < N / 2; b++) {
            double f = b * (double)SX_SOUND_RATE / N;
            if (f < low || f > high) continue;
            sum += (double)bins[b].re * bins[b].re + (double)bins[b].im * bins[b].im;
            count += 1.0;
        }
    }
    sx_fft_free(fft);
    sx_fft_release(frame);
    sx_fft_release(bins);
    return sqrt(sum / count);
}

static void noise_has_its_level(void **state)
{
    (void)state;
    struct make make = make_new(FED);
    for (int i = 0; i < SX_SOUND_BANDS; i++) make.frame[MAKE_PARTIALS + i] = logf(0.05f);
    struct sx_instrument *instrument = make_open(&make);
    struct sx_sounder *sounder = make_sounder(instrument, 7, 8);
    make_note(sounder, 77, 60, 0.5f);
    float *x = make_sound(sounder, 8, 96000);
    CHECK_NEAR(db(rms(x + 4800, 91000) / 0.05), 0.0, 0.1);
    CHECK_NEAR(db(band_power(x + 4800, 91000, 100, 1000) / 0.05), 0.0, 0.5);
    CHECK_NEAR(db(band_power(x + 4800, 91000, 5000, 20000) / 0.05), 0.0, 0.2);
    /* no seam at the end of its own grid, and a level that does not beat with the hops */
    double least = 1e9, most = 0.0;
    for (int at = 1600; at < 90000; at += 256) {
        double r = rms(x + at, 256);
        least = r < least ? r : least;
        most = r > most ? r : most;
    }
    assert_true(least > 0.03 && most < 0.075);
    free(x);
    sx_sounder_free(sounder);
    sx_instrument_close(instrument);
}

static void noise_follows_its_bands(void **state)
{
    (void)state;
    struct make make = make_new(FED);
    for (int i = 0; i < SX_SOUND_BANDS; i++) make.frame[MAKE_PARTIALS + i] = i < 16 ? logf(0.1f) : logf(0.001f);
    struct sx_instrument *instrument = make_open(&make);
    struct sx_sounder *sounder = make_sounder(instrument, 7, 8);
    make_note(sounder, 0, 60, 0.5f);
    float *x = make_sound(sounder, 8, 96000);
    double edge = sx_sound_band(15, SX_SOUND_BANDS), above = sx_sound_band(17, SX_SOUND_BANDS);
    CHECK_NEAR(db(band_power(x + 4800, 91000, 300, edge - 200) / 0.1), 0.0, 0.4);
    CHECK_NEAR(db(band_power(x + 4800, 91000, above, 23000) / 0.001), 0.0, 0.5);
    free(x);
    sx_sounder_free(sounder);
    sx_instrument_close(instrument);
}

static void notes_at_once_have_noise_of_their_own(void **state)
{
    (void)state;
    struct make make = make_new(FED);
    for (int i = 0; i < SX_SOUND_BANDS; i++) make.frame[MAKE_PARTIALS + i] = logf(0.05f);
    struct sx_instrument *instrument = make_open(&make);
    struct sx_sounder *sounder = make_sounder(instrument, 7, 8);
    for (int i = 0; i < 4; i++) make_note(sounder, 0, (float)(60 + i), 0.5f);
    float *x = make_sound(sounder, 8, 96000);
    CHECK_NEAR(db(rms(x + 4800, 91000) / 0.1), 0.0, 0.3);       /* powers add */
    free(x);
    sx_sounder_free(sounder);
    sx_instrument_close(instrument);
}

static void the_transient_has_its_level_and_time(void **state)
{
    (void)state;
    struct make make = make_new(STRUCK);
    for (int m = 0; m < SX_SOUND_STEPS; m++)
        for (int i = 0; i < SX_SOUND_STEP_BANDS; i++) make.onset[MAKE_PARTIALS + m * SX_SOUND_STEP_BANDS + i] = logf(m < 12 ? 0.2f : 0.02f);
    struct sx_instrument *instrument = make_open(&make);
    struct sx_sounder *sounder = make_sounder(instrument, 9, 2);
    double first = 0.0, second = 0.0;
    enum { NOTES = 60, APART = 4096 };
    for (int i = 0; i < NOTES; i++) make_note(sounder, i * APART + 13 * i, (float)(40 + i % 30), 0.5f);
    float *x = make_sound(sounder, 2, NOTES * (APART + 13) + 4096);
    for (int i = 0; i < NOTES; i++) {
        const float *y = x + i * (APART + 13);
        first += rms(y + 16, 720) * rms(y + 16, 720);
        second += rms(y + 816, 700) * rms(y + 816, 700);
        CHECK_NEAR(rms(y + 1536, 2000), 0.0, 1e-6);
    }
    CHECK_NEAR(db(sqrt(first / NOTES) / 0.2), 0.0, 0.15);
    CHECK_NEAR(db(sqrt(second / NOTES) / 0.02), 0.0, 0.15);
    free(x);
    sx_sounder_free(sounder);
    sx_instrument_close(instrument);
}

static void a_release_falls_as_the_card_says(void **state)
{
    (void)state;
    struct make make = make_new(STRUCK);
    make.frame[0] = logf(0.1f);
    struct sx_instrument *instrument = make_open(&make);
    struct sx_sounder *sounder = make_sounder(instrument, 9, 2);
    struct sx_error error;
    int64_t id = make_note(sounder, 0, 64.5f, 0.5f);
    sx_sounder_off(sounder, 24000, id, &error);
    float *x = make_sound(sounder, 2, 48000);
    double size, half;
    tone_of(x + 10000, 4000, key_hertz(64.5), &size);
    CHECK_NEAR(db(size / 0.1), 0.0, 0.1);
    tone_of(x + 24000 + 7200 - 200, 400, key_hertz(64.5), &half);      /* 0.3 s to -60 dB at that key */
    CHECK_NEAR(db(half / 0.1), -30.0, 0.7);
    CHECK_NEAR(rms(x + 24000 + 20000, 3000), 0.0, 1e-6);
    assert_true(sx_sounder_idle(sounder));
    free(x);
    sx_sounder_free(sounder);
    sx_instrument_close(instrument);
}

/* What is left when a stretch's slow sinusoid is taken out by second differences: a click is a burst there. */
static double roughness(const float *x, int n)
{
    double most = 0.0;
    for (int i = 2; i + 2 < n; i++) {
        double d = x[i - 2] - 4.0 * x[i - 1] + 6.0 * x[i] - 4.0 * x[i + 1] + x[i + 2];
        most = fabs(d) > most ? fabs(d) : most;
    }
    return most;
}

static void nothing_clicks(void **state)
{
    (void)state;
    struct make make = make_new(FED);
    make.frame[0] = logf(0.1f);
    struct sx_instrument *instrument = make_open(&make);
    struct sx_sounder *sounder = make_sounder(instrument, 11, 1);
    struct sx_error error;
    int64_t a = make_note(sounder, 10, 45, 0.5f);
    struct sx_sound slurred = { .pitch = 47, .velocity = 0.5f, .from = a };
    int64_t b;
    sx_sounder_on(sounder, 20000, &slurred, &b, &error);
    sx_sounder_control(sounder, 30000, SX_SOUND_LEVEL, -20.0f, &error);
    sx_sounder_control(sounder, 33333, SX_SOUND_BEND, 2.0f, &error);
    sx_sounder_off(sounder, 40001, b, &error);
    float *x = make_sound(sounder, 1, 60000);
    CHECK_ABOVE(3e-4, roughness(x + 100, 19000));
    CHECK_ABOVE(3e-4, roughness(x + 20100, 9000));
    CHECK_ABOVE(1e-3, roughness(x + 100, 59000));      /* 20 dB within a hop is a corner, a click would be 0.01 or more */
    CHECK_ABOVE(3e-4, roughness(x + 19900, 400));
    free(x);
    sx_sounder_free(sounder);
    sx_instrument_close(instrument);
}

static void a_slur_glides_without_a_gap(void **state)
{
    (void)state;
    struct make make = make_new(FED);
    make.frame[0] = logf(0.1f);
    make.frame_slope[2][0] = 1.0f;                  /* louder and louder, and 10 % more where the legato note skips in */
    struct sx_instrument *instrument = make_open(&make);
    struct sx_sounder *sounder = make_sounder(instrument, 11, 1);
    struct sx_error error;
    int64_t a = make_note(sounder, 10, 60, 0.5f), b;
    struct sx_sound slurred = { .pitch = 64, .velocity = 0.5f, .from = a };
    sx_sounder_on(sounder, 9000, &slurred, &b, &error);
    float *x = make_sound(sounder, 1, 24000);
    for (int at = 8800; at < 13000; at += 100) {    /* in any 4 ms the level of a sounding tone */
        double r = rms(x + at, 200);
        assert_true(r > 0.055 && r < 0.13);
    }
    double size;
    CHECK_NEAR(cents(tone_of(x + 14000, 4000, key_hertz(64), &size), key_hertz(64)), 0.0, 1.0);
    assert_int_equal(sx_sounder_notes(sounder), 1);
    free(x);
    sx_sounder_free(sounder);
    sx_instrument_close(instrument);
}

/* A busy passage, events told at once or late, groups of any size: the same samples, to the last bit where groups are the same. */
static float *passage(const struct sx_instrument *instrument, int group, uint64_t seed, bool late, int count)
{
    struct sx_sounder *sounder = make_sounder(instrument, seed, group);
    float *x = calloc((size_t)count, sizeof *x);
    struct sx_error error;
    int told = 0;
    for (int at = 0; at < count; at += group * SX_SOUND_HOP) {
        while (told < 40 && (!late || told * 997 < at + group * SX_SOUND_HOP)) {
            int64_t id = make_note(sounder, told * 997, (float)(48 + told * 5 % 31), 0.3f + 0.01f * (float)told);
            if (told % 3) sx_sounder_off(sounder, told * 997 + 7001, id, &error);
            if (told % 7 == 0) sx_sounder_control(sounder, told * 997 + 100, SX_SOUND_BEND, 0.1f * (float)told, &error);
            told++;
        }
        sx_sounder_render(sounder, x + at);
    }
    sx_sounder_free(sounder);
    return x;
}

static void any_group_gives_the_same_samples(void **state)
{
    (void)state;
    enum { COUNT_ = 96 * 1024 };
    struct make make = make_new(STRUCK);
    for (int k = 0; k < MAKE_PARTIALS; k++) {
        make.frame[k] = logf(0.05f) - (float)k;
        make.frame_slope[2][k] = -3.0f;
        make.frame_slope[3][k] = 0.3f;
    }
    for (int i = 0; i < SX_SOUND_BANDS; i++) make.frame[MAKE_PARTIALS + i] = logf(0.001f);
    for (int i = 0; i < MAKE_STEPS; i++) make.onset[MAKE_PARTIALS + i] = logf(0.02f);
    struct sx_instrument *instrument = make_open(&make);
    float *one = passage(instrument, 1, 5, true, COUNT_), *again = passage(instrument, 1, 5, false, COUNT_), *eight = passage(instrument, 8, 5, false, COUNT_),
          *four = passage(instrument, 4, 5, true, COUNT_), *other = passage(instrument, 1, 6, true, COUNT_);
    assert_memory_equal(one, again, sizeof(float) * COUNT_);
    assert_memory_equal(one, eight, sizeof(float) * COUNT_);
    assert_memory_equal(one, four, sizeof(float) * COUNT_);
    assert_true(memcmp(one, other, sizeof(float) * COUNT_) != 0);
    assert_true(rms(one, COUNT_) > 0.01);
    free(one);
    free(again);
    free(eight);
    free(four);
    free(other);
    sx_instrument_close(instrument);
}

static void a_long_note_holds_and_a_struck_one_dies(void **state)
{
    (void)state;
    struct make make = make_new(FED);
    make.frame[0] = logf(0.1f);
    make.frame_slope[2][0] = 0.5f;                  /* the level tells the time that the network was asked for */
    struct sx_instrument *instrument = make_open(&make);
    struct sx_sounder *sounder = make_sounder(instrument, 11, 8);
    make_note(sounder, 0, 60, 0.5f);
    float *x = make_sound(sounder, 8, 300000);
    const struct { double at, asked; } points[] = { { 0.3, 0.3 }, { 1.4, 1.4 }, { 2.0, 1.0 }, { 2.8, 0.8 }, { 3.4, 1.4 }, { 4.5, 0.5 } };
    for (size_t i = 0; i < COUNT(points); i++) {
        double size;
        tone_of(x + (int)(points[i].at * 48000) - 500, 1000, key_hertz(60), &size);
        CHECK_NEAR(db(size / 0.1) / db(exp(0.5)), points[i].asked, 0.05);
    }
    free(x);
    sx_sounder_free(sounder);
    sx_instrument_close(instrument);

    make = make_new(STRUCK);                        /* 40 dB a second behind 2 s */
    make.frame[0] = logf(0.1f);
    instrument = make_open(&make);
    sounder = make_sounder(instrument, 11, 8);
    make_note(sounder, 0, 60, 0.5f);
    x = make_sound(sounder, 8, 48000 * 5);
    double size;
    tone_of(x + 48000 * 2 - 2000, 1000, key_hertz(60), &size);
    CHECK_NEAR(db(size / 0.1), 0.0, 0.1);
    tone_of(x + 48000 * 3 - 500, 1000, key_hertz(60), &size);
    CHECK_NEAR(db(size / 0.1), -40.0, 0.3);
    assert_true(sx_sounder_idle(sounder));          /* below -90 dB from 3.75 s on */
    CHECK_NEAR(rms(x + 48000 * 4, 40000), 0.0, 1e-7);
    free(x);
    sx_sounder_free(sounder);
    sx_instrument_close(instrument);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_partial_has_its_frequency_and_level),
        cmocka_unit_test(partials_follow_the_ratios_of_the_onset),
        cmocka_unit_test(onsets_are_exact_to_the_sample),
        cmocka_unit_test(the_common_grid_takes_over_without_a_seam),
        cmocka_unit_test(noise_has_its_level),
        cmocka_unit_test(noise_follows_its_bands),
        cmocka_unit_test(notes_at_once_have_noise_of_their_own),
        cmocka_unit_test(the_transient_has_its_level_and_time),
        cmocka_unit_test(a_release_falls_as_the_card_says),
        cmocka_unit_test(nothing_clicks),
        cmocka_unit_test(a_slur_glides_without_a_gap),
        cmocka_unit_test(any_group_gives_the_same_samples),
        cmocka_unit_test(a_long_note_holds_and_a_struck_one_dies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
