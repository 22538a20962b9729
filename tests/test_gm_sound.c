/* test_gm_sound.c - with the instruments that are shipped: every program of General MIDI sounds at its pitch and no octave off, every percussion key sounds. */
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/gm.h"
#include "instrument/instrument.h"
#include "syrinx.h"

enum { FRAMES = 48000 };

/* One note of a second on a channel; volume full, no room. */
static bool play(int program, int key, int channel, float samples[2 * FRAMES])
{
    unsigned char file[] = "MThd\0\0\0\6\0\0\0\1\0\x60" "MTrk\0\0\0\x14" "\0\xC0\0" "\0\x90\0\x64" "\x81\x40\x80\0\0" "\x60\xB0\x7B\0" "\0\xFF\x2F\0";
    syrinx_music_options options;
    syrinx_score *score;
    syrinx_music *music;
    file[23] |= (unsigned char)channel;
    file[24] = (unsigned char)program;
    file[26] |= (unsigned char)channel;
    file[27] = (unsigned char)key;
    file[31] |= (unsigned char)channel;
    file[32] = (unsigned char)key;
    file[35] |= (unsigned char)channel;
    syrinx_music_options_init(&options);
    options.room = SYRINX_ROOM_NONE;
    if (syrinx_score_read(file, sizeof file - 1, SYRINX_SCORE_MIDI, 0, &score) < 0)
        fail_msg("%s", syrinx_last_message());
    assert_int_equal(syrinx_score_note_count(score), 1);
    int code = syrinx_music_new(score, &options, &music), done = 0, n;
    if (code == SYRINX_OK) {
        memset(samples, 0, 2 * FRAMES * sizeof *samples);
        while (done < FRAMES && (n = syrinx_music_read(music, samples + 2 * done, FRAMES - done)) > 0)
            done += n;
        syrinx_music_free(music);
    } else if (code != SYRINX_ERROR_NOT_FOUND) {
        fail_msg("%s", syrinx_last_message());
    }
    syrinx_score_close(score);
    return code == SYRINX_OK;
}

static double rms(const float *samples, int from, int to)
{
    double sum = 0;
    for (int i = 2 * from; i < 2 * to; i++)
        sum += (double)samples[i] * (double)samples[i];
    return 10 * log10(sum / (2 * (to - from)) + 1e-30);
}

/* The strongest tone within 40 cents of hz, in decibels: a Hann window from 0.05 s on, as long as 12 periods, at most half a second. */
static double tone(const float *samples, double hz)
{
    int from = 2400, count = (int)(12 * 48000 / hz) < 24000 ? (int)(12 * 48000 / hz) : 24000;
    double most = 0;
    count = count < 4800 ? 4800 : count;
    for (int cents = -40; cents <= 40; cents += 10) {
        double re = 0, im = 0, w = 2 * M_PI * hz * pow(2, cents / 1200.0) / 48000;
        for (int i = 0; i < count; i++) {
            double x = ((double)samples[2 * (from + i)] + (double)samples[2 * (from + i) + 1]) * (1 - cos(2 * M_PI * (i + 0.5) / count));
            re += x * cos(w * i);
            im += x * sin(w * i);
        }
        most = fmax(most, hypot(re, im) / count);
    }
    return 20 * log10(most + 1e-15);
}

/* A key in the middle of what was recorded. */
static int key_of(int program)
{
    const struct sx_gm_program *map = sx_gm_program(program, 64);
    struct sx_instrument *instrument;
    struct sx_error error;
    int key = 64;
    if (sx_instrument_open(map->instrument, &instrument, &error) < 0)
        return key;
    key = (int)lrintf((instrument->card.low + instrument->card.high) / 2);
    sx_instrument_close(instrument);
    key = key < map->low ? map->low : key > map->high ? map->high : key;
    return key;
}

static void programs_sound_at_their_pitch(void **state)
{
    static float samples[2 * FRAMES];
    int bad = 0;
    (void)state;
    for (int program = 0; program < 128; program++) {
        int key = key_of(program);
        if (!play(program, key, 0, samples))
            skip();
        double level = rms(samples, 0, FRAMES);
        if (level < -60) {
            print_message("program %d, key %d: %.1f dB\n", program, key, level);
            bad++;
        }
        if (sx_gm_program(program, (float)key)->key >= 0)       /* a noise under any key */
            continue;
        bool drum = strcmp(sx_gm_program(program, (float)key)->instrument, "timpani") == 0;        /* its second mode is a fifth up */
        double hz = 440 * pow(2, (key - 69) / 12.0), here = tone(samples, hz), below = fmax(tone(samples, hz / 2), drum ? -200 : tone(samples, hz * 1.5));
        double even = tone(samples, 2 * hz);
        if (here < below + 10 || here < even - 30) {
            print_message("program %d (%s), key %d: %.1f dB at its pitch, %.1f an octave below, %.1f above\n", program, sx_gm_program(program, (float)key)->instrument, key, here,
                          below, even);
            bad++;
        }
    }
    assert_int_equal(bad, 0);
}

/* Every key of one instrument that has a pitch sounds at it, far out of its range, too. */
static void no_octave_is_wrong_anywhere(void **state)
{
    static const int programs[] = { 40, 0, 73, 48, 61 };
    static float samples[2 * FRAMES];
    (void)state;
    for (size_t i = 0; i < COUNT(programs); i++) {
        for (int key = 36; key <= 96; key += 6) {
            if (!play(programs[i], key, 0, samples))
                skip();
            double hz = 440 * pow(2, (key - 69) / 12.0), odd = fmax(fmax(tone(samples, hz), tone(samples, 3 * hz)), tone(samples, 5 * hz));
            double half = fmax(tone(samples, hz / 2), tone(samples, 2.5 * hz)), even = fmax(tone(samples, 2 * hz), tone(samples, 4 * hz));
            if (odd < half + 10 || odd < even - 36)
                fail_msg("program %d, key %d: %.1f dB at its partials, %.1f between, %.1f at the even ones", programs[i], key, odd, half, even);
        }
    }
}

static void keys_sound(void **state)
{
    static float samples[2 * FRAMES];
    int bad = 0;
    (void)state;
    for (int key = 0; key < 128; key++) {
        if (!play(0, key, 9, samples))
            skip();
        double level = rms(samples, 0, FRAMES / 4);
        if (level < -60) {
            print_message("percussion key %d: %.1f dB\n", key, level);
            bad++;
        }
    }
    assert_int_equal(bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_sound_at_their_pitch), cmocka_unit_test(no_octave_is_wrong_anywhere), cmocka_unit_test(keys_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
