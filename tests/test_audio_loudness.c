/* test_audio_loudness.c - loudness and true peak of what was written, measured again by libebur128; the limiter alone; a full disk. */
#include "test.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/limiter.h"
#include "syrinx.h"

enum { RATE = 24000 };

/* Syllables of noise and tones with pauses: as peaky as speech. */
static float *make_sound(int count, int channels)
{
    float *samples = malloc((size_t)count * (size_t)channels * sizeof *samples);
    unsigned seed = 1;
    assert_non_null(samples);
    for (int i = 0; i < count; i++) {
        double t = (double)i / RATE, syllable = fmax(0, sin(2 * M_PI * 3 * t)) * (fmod(t, 2.5) < 2 ? 1 : 0.001);
        for (int c = 0; c < channels; c++) {
            seed = seed * 1664525 + 1013904223;
            double noise = (double)(seed >> 8) / (1 << 24) - 0.5;
            double pulse = pow(fmax(0, sin(2 * M_PI * 110 * t)), 9);
            samples[i * channels + c] = (float)(0.4 * syllable * (0.6 * pulse + 0.3 * sin(2 * M_PI * 1733 * t + c) + 0.3 * noise));
        }
    }
    return samples;
}

static void test_limiter(void **state)
{
    enum { COUNT_SAMPLES = 48000 };
    float *input = make_sound(COUNT_SAMPLES, 2), *whole = malloc(2 * COUNT_SAMPLES * sizeof *whole), *pieces = malloc(2 * COUNT_SAMPLES * sizeof *pieces);
    struct sx_limiter *limiter = sx_limiter_new(RATE, 2);
    (void)state;
    assert_true(input && whole && pieces && limiter);
    /* under the limit it is a delay and a factor */
    sx_limiter_reset(limiter, 0.5f, 1.0f);
    int delay = sx_limiter_delay(limiter), made = sx_limiter_run(limiter, input, COUNT_SAMPLES, whole);
    made += sx_limiter_run(limiter, NULL, delay, whole + 2 * made);
    assert_int_equal(made, COUNT_SAMPLES);
    for (int i = 0; i < 2 * COUNT_SAMPLES; i++)
        assert_true(fabsf(whole[i] - 0.5f * input[i]) < 1e-6f);
    /* over it, no sample passes; the size of the pieces changes nothing */
    sx_limiter_reset(limiter, 8.0f, 0.5f);
    made = sx_limiter_run(limiter, input, COUNT_SAMPLES, whole);
    made += sx_limiter_run(limiter, NULL, delay, whole + 2 * made);
    float most = 0;
    for (int i = 0; i < 2 * made; i++)
        most = fmaxf(most, fabsf(whole[i]));
    assert_true(most <= 0.5001f && most > 0.49f);
    sx_limiter_reset(limiter, 8.0f, 0.5f);
    int done = 0;
    for (int at = 0, n; at < COUNT_SAMPLES; at += n) {
        n = at % 317 + 1 < COUNT_SAMPLES - at ? at % 317 + 1 : COUNT_SAMPLES - at;
        done += sx_limiter_run(limiter, input + 2 * at, n, pieces + 2 * done);
    }
    done += sx_limiter_run(limiter, NULL, delay, pieces + 2 * done);
    assert_int_equal(done, made);
    assert_memory_equal(whole, pieces, 2 * (size_t)made * sizeof *whole);
    sx_limiter_free(limiter);
    sx_limiter_free(NULL);
    free(input);
    free(whole);
    free(pieces);
}

#ifdef SX_HAVE_FILES
#include <ebur128.h>
#include <sndfile.h>

#define PATH "/tmp/syrinx-test-loudness"

static void write_sound(const char *path, const float *samples, int count, int channels, float loudness, float peak, int output_rate)
{
    syrinx_writer_options options;
    syrinx_writer *writer;
    syrinx_writer_options_init(&options);
    options.channels = channels;
    options.loudness = loudness;
    options.peak = peak;
    options.output_rate = output_rate;
    options.album = "Album";
    options.track = 7;
    assert_int_equal(syrinx_writer_open(path, &options, &writer), SYRINX_OK);
    for (int at = 0, n; at < count; at += n) {
        n = count - at < 5000 ? count - at : 5000;
        assert_int_equal(syrinx_writer_write(writer, samples + (size_t)at * (size_t)channels, n), SYRINX_OK);
    }
    assert_int_equal(syrinx_writer_close(writer), SYRINX_OK);
}

static void measure(const char *path, double *loudness, double *peak, sf_count_t *frames)
{
    SF_INFO info = { 0 };
    SNDFILE *file = sf_open(path, SFM_READ, &info);
    assert_non_null(file);
    float *samples = malloc((size_t)(info.frames * info.channels + 1) * sizeof *samples);
    assert_non_null(samples);
    assert_int_equal(sf_readf_float(file, samples, info.frames), info.frames);
    assert_string_equal(sf_get_string(file, SF_STR_ALBUM), "Album");
    assert_string_equal(sf_get_string(file, SF_STR_TRACKNUMBER), "7");
    ebur128_state *meter = ebur128_init((unsigned)info.channels, (unsigned long)info.samplerate, EBUR128_MODE_I | EBUR128_MODE_TRUE_PEAK);
    assert_non_null(meter);
    ebur128_add_frames_float(meter, samples, (size_t)info.frames);
    ebur128_loudness_global(meter, loudness);
    *peak = 0;
    for (int c = 0; c < info.channels; c++) {
        double one;
        ebur128_true_peak(meter, (unsigned)c, &one);
        *peak = fmax(*peak, one);
    }
    *peak = 20 * log10(*peak);
    *frames = info.frames;
    ebur128_destroy(&meter);
    sf_close(file);
    free(samples);
}

static void test_loudness(void **state)
{
    static const struct { float loudness, peak; int channels, output_rate; const char *ending; bool reached; } cases[] = {
        { -23, -1, 1, 0, ".wav", true }, { -19, -3, 1, 0, ".wav", true }, { -18, -3, 1, 0, ".flac", true }, { -16, -1, 2, 44100, ".flac", true },
        { -60, -1, 1, 0, ".flac", true }, { -5, -6, 1, 0, ".wav", false },       /* cannot be had: the peak wins */
    };
    enum { SECONDS = 12 };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char path[100];
        double loudness, peak;
        sf_count_t frames;
        float *samples = make_sound(SECONDS * RATE, cases[i].channels);
        snprintf(path, sizeof path, "%s%s", PATH, cases[i].ending);
        write_sound(path, samples, SECONDS * RATE, cases[i].channels, cases[i].loudness, cases[i].peak, cases[i].output_rate);
        measure(path, &loudness, &peak, &frames);
        if (peak > cases[i].peak + 0.005 || (cases[i].reached && fabs(loudness - cases[i].loudness) > 0.3))
            fail_msg("case %zu: %.2f LUFS, %.3f dBTP", i, loudness, peak);
        int rate = cases[i].output_rate ? cases[i].output_rate : RATE;
        assert_true(llabs(frames - (sf_count_t)SECONDS * rate) <= 1);
        free(samples);
        remove(path);
    }
}

/* Silence stays silence, and what is too short to be measured stays as it is. */
static void test_nothing(void **state)
{
    float silence[RATE] = { 0 }, *click = make_sound(2000, 1);
    double loudness, peak;
    sf_count_t frames;
    (void)state;
    write_sound(PATH ".wav", silence, RATE, 1, -16, -1, 0);
    measure(PATH ".wav", &loudness, &peak, &frames);
    assert_true(peak < -90);
    write_sound(PATH ".wav", click, 2000, 1, -16, -1, 0);
    measure(PATH ".wav", &loudness, &peak, &frames);
    assert_int_equal(frames, 2000);
    write_sound(PATH ".wav", click, 0, 1, -16, -1, 0);
    free(click);
    silence[5] = NAN;
    write_sound(PATH ".wav", silence, RATE, 1, -16, -1, 0);
    remove(PATH ".wav");
}

static void test_refused(void **state)
{
    static const float wrong[][2] = { { -71, -1 }, { -4, -1 }, { 3, -1 }, { NAN, -1 }, { -19, 1 }, { -19, -21 }, { -19, NAN } };
    syrinx_writer_options options;
    syrinx_writer *writer;
    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        syrinx_writer_options_init(&options);
        options.loudness = wrong[i][0];
        options.peak = wrong[i][1];
        assert_int_equal(syrinx_writer_open(PATH ".wav", &options, &writer), SYRINX_ERROR_ARGUMENT);
    }
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_limiter),
#ifdef SX_HAVE_FILES
        cmocka_unit_test(test_loudness), cmocka_unit_test(test_nothing), cmocka_unit_test(test_refused),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
