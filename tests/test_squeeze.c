/* test_squeeze.c - time compression by pitch periods: exact lengths, the pitch stays, any cut gives the same; and what a stream makes of it at 3x to 6x. */
#include "test.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "api/squeeze.h"
#include "dsp/format.h"
#include "syrinx.h"

enum { FRAMES = 200, COUNT_IN = FRAMES * SX_HOP, ROOM = 40 * SX_HOP };

enum { TURN = 7, TURNS = FRAMES * SX_HOP / 20000 };      /* frames into which a change falls */

/* Squeezes a tone of a rising pitch in blocks of `frames` frames; the samples that come out. `steps`: NULL, or steps that follow each other every 20 000 samples,
 * told TURN frames before they count; `places` (may be NULL) gets where they begin. */
static int squeeze_tone_by(int step, const int *steps, int64_t *places, int frames, float *out)
{
    static struct sx_squeeze squeeze;
    int turn = 0;
    static float tone[COUNT_IN];
    float block[ROOM + SX_SQUEEZE_MORE];
    double phase = 0;
    int made = 0;
    for (int i = 0; i < COUNT_IN; i++) {
        phase += 2 * M_PI * (150 + 50.0 * i / COUNT_IN) / SX_RATE;
        tone[i] = (float)(0.5 * sin(phase) + 0.2 * sin(3 * phase));
    }
    sx_squeeze_begin(&squeeze, step);
    for (int f = 0; f < FRAMES; f += frames) {
        int n = FRAMES - f < frames ? FRAMES - f : frames;
        for (int i = 0; i < n; i++)
            sx_squeeze_frame(&squeeze, logf(150 + 50.0f * (float)(f + i) / FRAMES));
        for (; steps && turn < TURNS && 20000 * (turn + 1) < (f + TURN) * SX_HOP; turn++) {
            sx_squeeze_change(&squeeze, 20000 * (turn + 1), steps[turn]);
            if (places)
                places[turn] = sx_squeeze_place(&squeeze, 20000 * (turn + 1));
        }
        memcpy(block, tone + f * SX_HOP, (size_t)n * SX_HOP * sizeof *block);
        n = sx_squeeze_push(&squeeze, block, n * SX_HOP, ROOM + SX_SQUEEZE_MORE, f + frames >= FRAMES);
        memcpy(out + made, block, (size_t)n * sizeof *block);
        made += n;
    }
    return made;
}

static int squeeze_tone(int step, int frames, float *out)
{
    return squeeze_tone_by(step, NULL, NULL, frames, out);
}

static void lengths_are_exact(void **state)
{
    (void)state;
    float *out = malloc((COUNT_IN + ROOM) * sizeof *out);
    for (int step = 16; step <= 96; step++)
        assert_int_equal(squeeze_tone(step, 16, out), (int64_t)COUNT_IN * 16 / step);
    free(out);
}

static void any_cut_is_the_same(void **state)
{
    (void)state;
    float *a = malloc((COUNT_IN + ROOM) * sizeof *a), *b = malloc((COUNT_IN + ROOM) * sizeof *b);
    for (int step = 17; step <= 96; step += 13) {
        int n = squeeze_tone(step, 16, a);
        for (int frames = 1; frames < 16; frames += 4) {
            assert_int_equal(squeeze_tone(step, frames, b), n);
            assert_memory_equal(a, b, (size_t)n * sizeof *a);
        }
    }
    free(a);
    free(b);
}

/* The tone is as loud as it was, has the pitch that it had at that place, and no steps. */
static void pitch_stays(void **state)
{
    (void)state;
    float *out = malloc((COUNT_IN + ROOM) * sizeof *out);
    for (int step = 16; step <= 96; step += 16) {
        int n = squeeze_tone(step, 16, out), crossings = 0;
        float step_most = 0;
        for (int i = 1; i < n - 1000; i++) {
            crossings += out[i - 1] < 0 && out[i] >= 0;
            step_most = fmaxf(step_most, fabsf(out[i] - out[i - 1]));
        }
        double hertz = (double)crossings * SX_RATE / (n - 1000);
        assert_true(hertz > 160 && hertz < 190);
        assert_true(step_most < 0.08f);     /* of the tone itself: 0.06 */
    }
    free(out);
}

/* From slow to fast and back, within the sound: lengths and places add up, any cut is the same, no steps in the sound, and at each place is the pitch of there. */
static void the_step_may_change(void **state)
{
    (void)state;
    static const int begins[] = {16, 16, 96, 24}, ways[][TURNS] = {{96, 16}, {17, 80}, {16, 64}, {25, 24}};
    float *a = malloc((COUNT_IN + ROOM) * sizeof *a), *b = malloc((COUNT_IN + ROOM) * sizeof *b);
    for (int way = 0; way < 4; way++) {
        int64_t places[TURNS], begin = 0;
        int n = squeeze_tone_by(begins[way], ways[way], places, 6, a), step = begins[way];
        for (int turn = 0; turn <= TURNS; turn++) {
            int64_t samples = turn < TURNS ? 20000 : COUNT_IN - 20000 * TURNS, end = begin + samples * 16 / step;
            assert_int_equal(turn < TURNS ? places[turn] : n, end);
            int crossings = 0;
            for (int64_t i = begin + 500; i < end - 500; i++)
                crossings += a[i - 1] < 0 && a[i] >= 0;
            double hertz = (double)crossings * SX_RATE / (double)(end - begin - 1000), there = 150 + 50.0 * (20000 * turn + (double)samples / 2) / COUNT_IN;
            assert_true(fabs(hertz - there) < 10);
            begin = end;
            step = turn < TURNS ? ways[way][turn] : 0;
        }
        for (int i = 1; i < n - 1000; i++)
            assert_true(fabsf(a[i] - a[i - 1]) < 0.08f);
        for (int frames = 1; frames < 6; frames++) {
            assert_int_equal(squeeze_tone_by(begins[way], ways[way], NULL, frames, b), n);
            assert_memory_equal(a, b, (size_t)n * sizeof *a);
        }
    }
    free(a);
    free(b);
}

static void without_a_step_nothing_changes(void **state)
{
    (void)state;
    float samples[100], before[100];
    struct sx_squeeze *squeeze = calloc(1, sizeof *squeeze);
    sx_squeeze_begin(squeeze, SX_SQUEEZE_WHOLE);
    for (int i = 0; i < 100; i++)
        samples[i] = before[i] = (float)i;
    assert_int_equal(sx_squeeze_push(squeeze, samples, 100, 100, false), 100);
    assert_memory_equal(samples, before, sizeof samples);
    free(squeeze);
}

/* ------------------------------------------------------------------ the road through the stream */

static syrinx_voice *voice;
static const char *const text = "Nobody had told the old lighthouse keeper that the ships were no longer coming. And so he waited.";

enum { WORDS = 17 };

struct take {
    float *samples;
    int count, words, phones;
    uint64_t last_word;             /* end of the last one */
    int marks_wrong;
    int word[WORDS];                /* samples */
};

static struct take say(float rate, int block, float then)
{
    struct take take = {.samples = malloc(24000 * 60 * sizeof(float))};
    syrinx_options options;
    syrinx_stream *stream;
    syrinx_event event;
    uint64_t before = 0;
    int n;
    syrinx_options_init(&options);
    options.rate = rate;
    options.sentence_pause = 0.4f;
    assert_int_equal(syrinx_stream_new(voice, &options, &stream), SYRINX_OK);
    assert_int_equal(syrinx_stream_text(stream, text, SYRINX_LEN_AUTO, SYRINX_TEXT), SYRINX_OK);
    assert_int_equal(syrinx_stream_end(stream), SYRINX_OK);
    while ((n = syrinx_stream_read(stream, take.samples + take.count, block)) > 0) {
        take.count += n;
        if (then > 0 && take.count >= 2400) {
            assert_int_equal(syrinx_stream_set(stream, SYRINX_RATE, then), SYRINX_OK);
            then = 0;
        }
        while (syrinx_stream_event(stream, &event) == 1) {
            take.marks_wrong += event.sample < before || event.sample > (uint64_t)take.count;
            before = event.sample;
            if (event.type == SYRINX_EVENT_WORD && take.words < WORDS)
                take.word[take.words] = (int)event.duration;
            take.words += event.type == SYRINX_EVENT_WORD;
            take.phones += event.type == SYRINX_EVENT_PHONE;
            if (event.type == SYRINX_EVENT_WORD)
                take.last_word = event.sample + event.duration;
        }
    }
    assert_int_equal(n, 0);
    syrinx_stream_free(stream);
    return take;
}

static void a_stream_goes_to_six(void **state)
{
    (void)state;
    struct take usual = say(1, 480, 0);
    for (float rate = 1.5f; rate <= 6; rate += 1.5f) {
        struct take fast = say(rate, 480, 0), other = say(rate, 77, 0);
        double ratio = (double)usual.count / fast.count;
        if (ratio < 0.9 * rate || ratio > 1.1 * rate)
            fail_msg("rate %g: %g as fast", (double)rate, ratio);
        assert_int_equal(fast.words, usual.words);
        assert_int_equal(fast.phones, usual.phones);
        assert_int_equal(fast.marks_wrong, 0);
        assert_true(fast.last_word <= (uint64_t)fast.count && fast.last_word > (uint64_t)fast.count * 9 / 10);
        assert_int_equal(fast.count, other.count);
        assert_memory_equal(fast.samples, other.samples, (size_t)fast.count * sizeof(float));
        double power = 0, usual_power = 0;
        for (int i = 0; i < fast.count; i++)
            power += (double)fast.samples[i] * fast.samples[i];
        for (int i = 0; i < usual.count; i++)
            usual_power += (double)usual.samples[i] * usual.samples[i];
        double louder = 10 * log10(power / fast.count / (usual_power / usual.count));
        if (fabs(louder) > 2)
            fail_msg("rate %g: %g dB louder", (double)rate, louder);
        free(fast.samples);
        free(other.samples);
    }
    free(usual.samples);
}

/* A rate that is set while a sentence runs counts from the next word, from slow to fast and back, whatever the blocks that are read. */
static void the_rate_may_change_on_the_way(void **state)
{
    (void)state;
    struct take slow = say(1, 480, 0), fast = say(6, 480, 0), up = say(1, 480, 6), down = say(6, 480, 1), other = say(1, 96, 6);
    assert_true(up.count < slow.count * 4 / 10 && up.count > fast.count);
    assert_true(down.count > fast.count * 3 && down.count < slow.count);
    assert_int_equal(up.words, slow.words);
    assert_int_equal(down.words, slow.words);
    assert_int_equal(up.marks_wrong + down.marks_wrong, 0);
    /* words that were placed late enough are as long as if it had been so from the beginning */
    for (int i = 3; i < WORDS; i++) {
        assert_in_range(up.word[i], fast.word[i] - 60, fast.word[i] + 60);          /* the carried rounding of a frame, squeezed */
        assert_in_range(down.word[i], slow.word[i] - 240, slow.word[i] + 240);
    }
    assert_int_equal(other.count, up.count);
    assert_memory_equal(other.samples, up.samples, (size_t)up.count * sizeof(float));
    free(other.samples);
    free(slow.samples);
    free(fast.samples);
    free(up.samples);
    free(down.samples);
}

static int open_voice(void **state)
{
    (void)state;
    return syrinx_voice_open(NULL, NULL, &voice);
}

static int close_voice(void **state)
{
    (void)state;
    syrinx_voice_close(voice);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lengths_are_exact),    cmocka_unit_test(any_cut_is_the_same),  cmocka_unit_test(pitch_stays), cmocka_unit_test(the_step_may_change),
        cmocka_unit_test(without_a_step_nothing_changes),
        cmocka_unit_test(a_stream_goes_to_six), cmocka_unit_test(the_rate_may_change_on_the_way),
    };
    return cmocka_run_group_tests(tests, open_voice, close_voice);
}
