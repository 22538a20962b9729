/* test_effects.c - the driven amplifier folds nothing back and does not hiss on; the chorus is as loud as what goes in and swings by cents; both end. */
#include "test.h"

#include "signals.h"

#include "instrument/chorus.h"
#include "instrument/drive.h"

enum { COUNT = 48000, BLOCK = 2048 };

static float samples[COUNT + BLOCK], sides[2][COUNT + BLOCK];

static void sine(double hz, double amplitude)
{
    for (int i = 0; i < COUNT + BLOCK; i++)
        samples[i] = (float)(amplitude * sin(2 * M_PI * hz * i / 48000));
}

static void drive_all(struct sx_drive *drive, float gain, int block)
{
    for (int at = 0; at < COUNT; at += block)
        sx_drive_run(drive, gain, samples + at, COUNT - at < block ? COUNT - at : block);
}

static double power(const float *x, int from, int to)
{
    double sum = 0;
    for (int i = from; i < to; i++)
        sum += (double)x[i] * (double)x[i];
    return sum / (to - from);
}

/* Amplitude of a frequency that is a whole number of hertz, over half a second with a Blackman-Harris window. */
static double partial(const float *x, double hz)
{
    double re = 0, im = 0;
    for (int i = 0; i < COUNT / 2; i++) {
        double t = 2 * M_PI * i / (COUNT / 2), w = 0.35875 - 0.48829 * cos(t) + 0.14128 * cos(2 * t) - 0.01168 * cos(3 * t);
        re += w * x[COUNT / 2 + i] * cos(2 * M_PI * hz * i / 48000);
        im += w * x[COUNT / 2 + i] * sin(2 * M_PI * hz * i / 48000);
    }
    return hypot(re, im) / (0.35875 * COUNT / 4);
}

/* Partials of a sine lie at its multiples; everything between them folded back. The prime keeps what folds back off the multiples. */
static void folds_nothing_back(void **state)
{
    static const double tones[] = { 331, 1319, 2111, 3229 };
    (void)state;
    for (int k = 0; k < 4; k++) {
        struct sx_drive drive = { 0 };
        double first, worst = 0;
        sine(tones[k], 0.3);
        drive_all(&drive, 34, BLOCK);
        first = partial(samples, tones[k]);
        CHECK_ABOVE(first, 0.05);
        if (3 * tones[k] < 4800)        /* it distorts, and the loudspeaker lets that through */
            CHECK_ABOVE(partial(samples, 3 * tones[k]) / first, 0.1);
        for (int n = 2; n < 400; n++) {         /* where harmonics of four times the rate would come to lie */
            double folded = fabs(remainder(n * tones[k], 48000));
            if (n * tones[k] < 24000 || fabs(remainder(folded, tones[k])) < 40 || folded > 20000)
                continue;
            worst = fmax(worst, partial(samples, folded));
        }
        CHECK_ABOVE(-72, 20 * log10(worst / first + 1e-12));
    }
}

static void any_cut_gives_the_same_samples(void **state)
{
    static float whole[COUNT];
    struct sx_drive drive = { 0 }, pieces = { 0 };
    struct sx_chorus chorus = { 0 }, parts = { 0 };
    (void)state;
    sine(440, 0.2);
    drive_all(&drive, 20, BLOCK);
    memcpy(whole, samples, sizeof whole);
    sine(440, 0.2);
    drive_all(&pieces, 20, 37);
    assert_memory_equal(whole, samples, sizeof whole);
    sx_chorus_run(&chorus, 0, samples, COUNT, sides[0], sides[1]);
    memcpy(whole, sides[0], sizeof whole);
    for (int at = 0; at < COUNT; at += 192)
        sx_chorus_run(&parts, at, samples + at, 192, sides[0] + at, sides[1] + at);
    assert_memory_equal(whole, sides[0], sizeof whole);
}

/* 60 dB softer than what drives it: a release, and noise in rests. */
static void rests_are_quiet(void **state)
{
    struct sx_drive drive = { 0 };
    (void)state;
    for (int i = 0; i < COUNT; i++)
        samples[i] = 0.0001f * (float)((int)(sx_random_bits(1, (uint64_t)i) % 2001) - 1000) / 1000;
    drive_all(&drive, 34, BLOCK);
    CHECK_ABOVE(-60, 10 * log10(power(samples, 0, COUNT)));
    sine(220, 0.3);
    drive_all(&drive, 34, BLOCK);
    memset(samples, 0, sizeof samples);
    drive_all(&drive, 34, BLOCK);
    CHECK_ABOVE(1e-10, power(samples, BLOCK, COUNT));
    memset(samples, 0, sizeof samples);
    drive_all(&drive, 34, BLOCK);
    for (int i = 0; i < COUNT; i++)
        assert_true(fabsf(samples[i]) < 1e-6f);
}

/* The pitch of copies: the distance of zeros, over stretches of 20 ms; two copies a side beat, so a side is taken with the other copy's delay cancelled by a short impulse. */
static void chorus_swings_by_cents(void **state)
{
    struct sx_chorus chorus = { 0 };
    int first = 0, last = 0, most_rise = 0;
    (void)state;
    /* an impulse every step of 4096 samples: two copies of it a side, whose delays are read off */
    for (int at = 0; at < 40 * 4096; at += 4096) {
        memset(samples, 0, 4096 * sizeof *samples);
        samples[64] = 1;
        sx_chorus_run(&chorus, at, samples, 4096, sides[0], sides[1]);
        for (int side = 0; side < 2; side++) {
            double sum = 0;
            int early = 0;
            for (int i = 64; i < 4096; i++) {
                sum += sides[side][i];
                early = early == 0 && fabsf(sides[side][i]) > 0.2f ? i - 64 : early;
                assert_true(i - 64 < 1200 || sides[side][i] == 0);      /* and nothing behind 25 ms */
            }
            CHECK_NEAR(sum, 1.41421, 0.02);
            assert_true(early > 300 && early < 800);
            if (side == 0 && at > 0) {
                most_rise = abs(early - last) > most_rise ? abs(early - last) : most_rise;
                first = first == 0 ? early : first;
            }
            last = side == 0 ? early : last;
        }
    }
    /* 10 cents are 0.58 %, 24 samples in 4096; it does move */
    assert_true(most_rise >= 8 && most_rise <= 26);
    /* as loud as what went in, for a sound that is no single tone */
    for (int i = 0; i < COUNT; i++)
        samples[i] = (float)((int)(sx_random_bits(2, (uint64_t)i) % 2001) - 1000) / 5000;
    memset(&chorus, 0, sizeof chorus);
    sx_chorus_run(&chorus, 0, samples, COUNT, sides[0], sides[1]);
    for (int side = 0; side < 2; side++)
        CHECK_NEAR(10 * log10(power(sides[side], BLOCK, COUNT) / power(samples, BLOCK, COUNT)), 0, 1.5);
    /* going on elsewhere, nothing of before is heard */
    memset(samples, 0, sizeof samples);
    sx_chorus_run(&chorus, 100 * BLOCK, samples, BLOCK, sides[0], sides[1]);
    CHECK_ABOVE(1e-20, power(sides[0], 0, BLOCK));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folds_nothing_back), cmocka_unit_test(any_cut_gives_the_same_samples), cmocka_unit_test(rests_are_quiet), cmocka_unit_test(chorus_swings_by_cents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
