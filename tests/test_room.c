/* test_room.c - the room: decay times, level, stability, the same samples for any cut, and that it comes to rest. */
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "instrument/room.h"

#define RATE 48000

/* The left and right of `seconds` of the room's answer to 1/20 s of noise below 500 Hz or, noise 0, a click; the energy that went in. */
static float *answer(const struct sx_room_options *options, double seconds, int noise, double *energy)
{
    float low = 0;
    int frames = (int)(seconds * RATE);
    float *input = calloc(2 * (size_t)frames, sizeof *input), *output = calloc(2 * (size_t)frames, sizeof *output);
    struct sx_room *room = sx_room_new(options, RATE);
    assert_true(input && output && room);
    *energy = 0;
    for (int i = 0; i < (noise ? RATE / 20 : 1); i++) {
        low += 0.063f * (sx_random_normal(7, (uint64_t)i) - low);
        input[2 * i] = input[2 * i + 1] = noise ? low : 1;
        *energy += 2 * (double)input[2 * i] * (double)input[2 * i];
    }
    sx_room_run(room, input, frames, output);
    sx_room_free(room);
    free(input);
    return output;
}

/* Band-pass around hz, in place (two-pole resonator, twice: 24 dB an octave is plenty to tell 200 Hz from 6 kHz). */
static void band(float *samples, int frames, double hz)
{
    for (int pass = 0; pass < 2; pass++) {
        double r = exp(-M_PI * hz * 0.25 / RATE), a = 2 * r * cos(2 * M_PI * hz / RATE), y1 = 0, y2 = 0, x2 = 0, x1 = 0;
        for (int i = 0; i < frames; i++) {
            double x = (double)samples[2 * i], y = x - x2 + a * y1 - r * r * y2;
            x2 = x1;
            x1 = x;
            y2 = y1;
            y1 = y;
            samples[2 * i] = (float)y;
        }
    }
}

/* Seconds to -60 dB: the slope between -5 and -35 dB of the energy that is still to come (Schroeder 1965). */
static double decay_of(const float *samples, int frames)
{
    double *left = calloc((size_t)frames + 1, sizeof *left), from = 0, to = 0;
    assert_non_null(left);
    for (int i = frames - 1; i >= 0; i--)
        left[i] = left[i + 1] + (double)samples[2 * i] * (double)samples[2 * i];
    for (int i = 0; i < frames; i++) {
        double level = 10 * log10(left[i] / left[0] + 1e-30);
        from = level > -5 ? i : from;
        to = level > -35 ? i : to;
    }
    free(left);
    return 2 * (to - from) / RATE;
}

static void decays_as_asked(void **state)
{
    static const struct sx_room_options rooms[] = { { 4, 0.45f, 0.3f, 0.004f, -13 }, { 14, 1.9f, 1.0f, 0.018f, -9 }, { 26, 4.5f, 1.8f, 0.03f, -7 }, { 10, 1, 1, 0, 0 } };
    (void)state;
    for (size_t i = 0; i < COUNT(rooms); i++) {
        for (int high = 0; high < 2; high++) {
            double wanted = (double)(high ? rooms[i].high : rooms[i].decay), seconds = (double)rooms[i].decay * 1.2, in;
            float *samples = answer(&rooms[i], seconds, 0, &in);
            band(samples, (int)(seconds * RATE), high ? 6000 : 400);
            double got = decay_of(samples, (int)(seconds * RATE));
            free(samples);
            if (fabs(got / wanted - 1) > 0.15)
                fail_msg("room %d at %s frequencies: %.2f s, not %.2f", (int)i, high ? "high" : "low", got, wanted);
        }
    }
}

static void is_as_loud_as_asked(void **state)
{
    (void)state;
    for (int kind = SX_ROOM_STUDIO; kind < SX_ROOM_KINDS; kind++) {
        double seconds = (double)sx_rooms[kind].decay * 1.5, energy = 0, in;
        float *samples = answer(&sx_rooms[kind], seconds, 1, &in);
        for (int i = 0; i < 2 * (int)(seconds * RATE); i++)
            energy += (double)samples[i] * (double)samples[i];
        free(samples);
        double wet = 10 * log10(energy / in);
        if (fabs(wet - (double)sx_rooms[kind].wet) > 3)         /* the low cut takes some */
            fail_msg("room %d: %.1f dB, not %.1f", kind, wet, (double)sx_rooms[kind].wet);
    }
}

/* Left and right are alike in level and unlike in sound. */
static void is_wide(void **state)
{
    (void)state;
    double l = 0, r = 0, both = 0, in;
    float *samples = answer(&sx_rooms[SX_ROOM_HALL], 2, 0, &in);
    for (int i = RATE / 5; i < 2 * RATE; i++) {
        l += (double)samples[2 * i] * (double)samples[2 * i];
        r += (double)samples[2 * i + 1] * (double)samples[2 * i + 1];
        both += (double)samples[2 * i] * (double)samples[2 * i + 1];
    }
    free(samples);
    assert_true(fabs(10 * log10(l / r)) < 1.5);
    assert_true(fabs(both) / sqrt(l * r) < 0.3);
}

static void any_cut_is_the_same(void **state)
{
    enum { FRAMES = 20000 };
    static float input[2 * FRAMES], whole[2 * FRAMES], cut[2 * FRAMES];
    (void)state;
    struct sx_room *a = sx_room_new(&sx_rooms[SX_ROOM_HALL], RATE), *b = sx_room_new(&sx_rooms[SX_ROOM_HALL], RATE);
    assert_true(a && b);
    for (int i = 0; i < 2 * FRAMES; i++)
        input[i] = sx_random_normal(3, (uint64_t)i) * 0.2f;
    sx_room_run(a, input, FRAMES, whole);
    for (int at = 0, n = 1; at < FRAMES; at += n, n = n * 7 % 401 + 1) {
        n = n < FRAMES - at ? n : FRAMES - at;
        sx_room_run(b, input + 2 * at, n, cut + 2 * at);
    }
    assert_memory_equal(whole, cut, sizeof whole);
    sx_room_free(a);
    sx_room_free(b);
}

/* Full scale for seconds at every limit of the options, then silence: it stays bounded, comes to rest, and is empty then. */
static void comes_to_rest(void **state)
{
    static const struct sx_room_options rooms[] = { { 0, 0, 0, 0, -60 }, { 1000, 1000, 1000, 1000, 100 }, { 60, 0.1f, 0.1f, 0.2f, 10 }, { 2, 20, 0.05f, 0, 0 },
                                                    { NAN, NAN, NAN, NAN, NAN } };
    static float input[9600], output[9600], nothing[9600];
    (void)state;
    for (size_t i = 0; i < COUNT(rooms); i++) {
        struct sx_room *room = sx_room_new(&rooms[i], RATE);
        assert_non_null(room);
        float most = 0;
        for (int k = 0; k < 20; k++) {
            for (int t = 0; t < 2 * 4800; t++)
                input[t] = sx_random_normal(5, (uint64_t)(t + k * 9600)) > 0 ? 1.0f : -1.0f;
            memset(output, 0, sizeof output);
            sx_room_run(room, input, 4800, output);
            for (int t = 0; t < 2 * 4800; t++)
                most = fmaxf(most, isfinite(output[t]) ? fabsf(output[t]) : INFINITY);
        }
        if (!(most > 1e-4f && most < 100))
            fail_msg("room %d: %g", (int)i, (double)most);
        int blocks = 0;
        while (!sx_room_silent(room) && blocks++ < 600)
            sx_room_run(room, nothing, 4800, output);
        assert_true(blocks < 600);
        memset(output, 0, sizeof output);
        sx_room_run(room, nothing, 4800, output);
        for (int t = 0; t < 2 * 4800; t++)
            assert_true(fabsf(output[t]) < 1e-12f);
        sx_room_free(room);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decays_as_asked), cmocka_unit_test(is_as_loud_as_asked), cmocka_unit_test(is_wide),
        cmocka_unit_test(any_cut_is_the_same), cmocka_unit_test(comes_to_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
