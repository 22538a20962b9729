/* The live instrument of syrinx.h: blocks of any size, events in their places, controllers, other rates, several threads. */
#include "test.h"

#include "instrument.h"

#include <pthread.h>

static char base[64], folder[100];

static int setup(void **state)
{
    struct make make = make_new(FED);
    (void)state;
    make.frame[0] = logf(0.1f);
    make.frame[1] = logf(0.02f);
    make.frame_slope[1][0] = 2.0f;                  /* louder with velocity */
    for (int i = 0; i < SX_SOUND_BANDS; i++) make.frame[MAKE_PARTIALS + i] = logf(0.0003f);
    strcpy(base, "/tmp/syrinx-test-XXXXXX");
    if (!mkdtemp(base)) return -1;
    snprintf(folder, sizeof folder, "%s/made", base);
    make_package(&make, folder);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    make_remove(folder);
    return rmdir(base);
}

static syrinx_live *start(syrinx_instrument **instrument, int rate)
{
    syrinx_live_options options;
    syrinx_live *live;
    if (syrinx_instrument_open(folder, instrument) < 0) fail_msg("%s", syrinx_last_message());
    syrinx_live_options_init(&options);
    options.sample_rate = rate;
    int code = syrinx_live_new(*instrument, &options, &live);
    if (code == SYRINX_ERROR_UNSUPPORTED && rate != 48000) {
        syrinx_instrument_close(*instrument);
        return NULL;
    }
    if (code < 0) fail_msg("%s", syrinx_last_message());
    return live;
}

static double side(const float *stereo, int frames, int channel)
{
    double sum = 0.0;
    for (int i = 0; i < frames; i++) sum += (double)stereo[2 * i + channel] * stereo[2 * i + channel];
    return sqrt(sum / frames);
}

static double db(double x)
{
    return 20.0 * log10(x + 1e-30);
}

/* The same piece read in blocks of `size`, its events told a whole piece ahead. */
static float *piece(int size, int frames)
{
    syrinx_instrument *instrument;
    syrinx_live *live = start(&instrument, 48000);
    float *x = calloc(2 * (size_t)frames, sizeof *x);
    for (int i = 0; i < 12; i++) {
        assert_int_equal(syrinx_live_note_on(live, 1000 + 997 * i, (float)(50 + i), 60.0f + (float)i), 0);
        assert_int_equal(syrinx_live_note_off(live, 4000 + 997 * i, (float)(50 + i)), 0);
        assert_int_equal(syrinx_live_control(live, 2000 + 500 * i, 10, (float)(10 * i)), 0);
    }
    for (int at = 0; at < frames; at += size) {
        int n = frames - at < size ? frames - at : size;
        assert_int_equal(syrinx_live_read(live, x + 2 * at, n), n);
    }
    syrinx_live_free(live);
    syrinx_instrument_close(instrument);
    return x;
}

static void any_block_gives_the_same_samples(void **state)
{
    (void)state;
    enum { FRAMES = 24000 };
    float *whole = piece(FRAMES, FRAMES);
    assert_true(side(whole, FRAMES, 0) > 0.001);
    const int sizes[] = { 1, 64, 100, 256, 1000 };
    for (size_t i = 0; i < COUNT(sizes); i++) {
        float *cut = piece(sizes[i], FRAMES);
        assert_memory_equal(whole, cut, sizeof(float) * 2 * FRAMES);
        free(cut);
    }
    free(whole);
}

static void a_note_sounds_where_it_was_told(void **state)
{
    (void)state;
    syrinx_instrument *instrument;
    syrinx_live *live = start(&instrument, 48000);
    float x[2 * 4096];
    assert_int_equal(syrinx_live_read(live, x, 100), 100);      /* a block of 256 is made */
    assert_int_equal(syrinx_live_note_on(live, 1000, 60, 100), 0);
    assert_int_equal(syrinx_live_read(live, x, 4096), 4096);
    for (int i = 0; i < 1000; i++) assert_true(x[2 * i] == 0.0f && x[2 * i + 1] == 0.0f);
    assert_true(side(x + 2000, 30, 0) > 1e-3);
    assert_int_equal(syrinx_live_notes(live), 1);
    syrinx_live_free(live);
    syrinx_instrument_close(instrument);

    live = start(&instrument, 48000);
    assert_int_equal(syrinx_live_read(live, x, 100), 100);
    assert_int_equal(syrinx_live_note_on(live, 0, 60, 100), 0);
    assert_int_equal(syrinx_live_read(live, x, 600), 600);
    for (int i = 0; i < 156; i++) assert_true(x[2 * i] == 0.0f);        /* made already */
    assert_true(side(x + 2 * 156, 30, 0) > 1e-3);
    syrinx_live_free(live);
    syrinx_instrument_close(instrument);
}

static void settle(syrinx_live *live, float *x, int frames)
{
    assert_int_equal(syrinx_live_read(live, x, 9600), 9600);
    assert_int_equal(syrinx_live_read(live, x, frames), frames);
}

static void controllers_do_what_they_say(void **state)
{
    (void)state;
    enum { FRAMES = 9600 };
    syrinx_instrument *instrument;
    syrinx_live *live = start(&instrument, 48000);
    float *x = calloc(2 * FRAMES, sizeof *x);
    syrinx_live_note_on(live, 0, 69, 64);
    settle(live, x, FRAMES);
    double left = side(x, FRAMES, 0), right = side(x, FRAMES, 1);
    CHECK_NEAR(db(left / right), 0.0, 0.01);
    CHECK_NEAR(db(left * sqrt(2.0) / (0.1 * exp(2.0 * 64 / 127.0) * sqrt(0.5))), 0.0, 0.3);

    syrinx_live_control(live, 0, 7, 50);                /* half of 100: 12 dB less */
    settle(live, x, FRAMES);
    CHECK_NEAR(db(side(x, FRAMES, 0) / left), -12.04, 0.05);
    syrinx_live_control(live, 0, 11, 63.5f);
    settle(live, x, FRAMES);
    CHECK_NEAR(db(side(x, FRAMES, 0) / left), -24.08, 0.05);
    syrinx_live_control(live, 0, 7, 100);
    syrinx_live_control(live, 0, 11, 127);
    syrinx_live_control(live, 0, 10, 127);
    settle(live, x, FRAMES);
    CHECK_NEAR(side(x, FRAMES, 0), 0.0, 1e-5);
    CHECK_NEAR(db(side(x, FRAMES, 1) / right), 3.01, 0.05);
    syrinx_live_control(live, 0, 10, 64);
    syrinx_live_control(live, 0, 2, 127);               /* breath: as at velocity 127 */
    settle(live, x, FRAMES);
    CHECK_NEAR(db(side(x, FRAMES, 0) / left), db(exp(2.0 - 2.0 * 64 / 127.0)), 0.3);
    syrinx_live_control(live, 0, 121, 0);

    syrinx_live_control(live, 0, 64, 127);              /* the pedal holds it */
    syrinx_live_note_off(live, 10, 69);
    settle(live, x, FRAMES);
    CHECK_NEAR(db(side(x, FRAMES, 0) / left), 0.0, 0.3);
    syrinx_live_control(live, 0, 64, 0);
    settle(live, x, FRAMES);
    CHECK_NEAR(side(x, FRAMES, 0), 0.0, 1e-6);
    assert_int_equal(syrinx_live_notes(live), 0);

    syrinx_live_note_on(live, 0, 69, 64);
    syrinx_live_note_on(live, 0, 60, 64);
    syrinx_live_control(live, 10, 123, 0);
    settle(live, x, FRAMES);
    assert_int_equal(syrinx_live_notes(live), 0);
    syrinx_live_note_on(live, 0, 69, 64);
    syrinx_live_control(live, 5000, 120, 0);
    assert_int_equal(syrinx_live_read(live, x, 6000), 6000);
    CHECK_NEAR(side(x + 2 * 5600, 400, 0), 0.0, 1e-6);
    free(x);
    syrinx_live_free(live);
    syrinx_instrument_close(instrument);
}

/* Crossings of zero upwards in a second. */
static double crossings(const float *x, int frames)
{
    int count = 0;
    for (int i = 1; i < frames; i++) count += x[2 * i - 2] < 0.0f && x[2 * i] >= 0.0f;
    return count;
}

static void midi_messages_bend_and_play(void **state)
{
    (void)state;
    enum { FRAMES = 48000 };
    syrinx_instrument *instrument;
    syrinx_live *live = start(&instrument, 48000);
    float *x = calloc(2 * FRAMES, sizeof *x);
    const unsigned char on[] = { 0x93, 69, 100 }, up[] = { 0xE3, 0x7F, 0x7F }, off[] = { 0x93, 69, 0 };
    const unsigned char range[][3] = { { 0xB3, 101, 0 }, { 0xB3, 100, 0 }, { 0xB3, 6, 12 } };
    assert_int_equal(syrinx_live_midi(live, 0, on, 3), 0);
    settle(live, x, FRAMES);
    CHECK_NEAR(crossings(x, FRAMES), 440.0, 2.0);
    assert_int_equal(syrinx_live_midi(live, 0, up, 3), 0);
    settle(live, x, FRAMES);
    CHECK_NEAR(crossings(x, FRAMES), 440.0 * exp2(2.0 / 12.0), 2.0);
    for (int i = 0; i < 3; i++) assert_int_equal(syrinx_live_midi(live, 0, range[i], 3), 0);
    assert_int_equal(syrinx_live_midi(live, 0, up, 3), 0);
    settle(live, x, FRAMES);
    CHECK_NEAR(crossings(x, FRAMES), 880.0, 2.0);
    assert_int_equal(syrinx_live_midi(live, 0, off, 3), 0);
    settle(live, x, FRAMES);
    CHECK_NEAR(side(x, FRAMES, 0), 0.0, 1e-6);
    assert_int_equal(syrinx_live_midi(live, 0, on, 2), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_live_midi(live, 0, on + 1, 2), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_live_midi(live, 0, (const unsigned char[]){ 0xF8 }, 1), 0);
    assert_int_equal(syrinx_live_midi(live, 0, (const unsigned char[]){ 0xC0, 5 }, 2), 0);
    free(x);
    syrinx_live_free(live);
    syrinx_instrument_close(instrument);
}

static void other_rates_sound_the_same(void **state)
{
    (void)state;
    syrinx_instrument *instrument;
    syrinx_live *live = start(&instrument, 44100);
    if (!live) skip();
    float *x = calloc(2 * 44100, sizeof *x);
    syrinx_live_note_on(live, 0, 69, 64);
    settle(live, x, 44100);
    CHECK_NEAR(crossings(x, 44100), 440.0, 2.0);
    CHECK_NEAR(db(side(x, 44100, 0) * sqrt(2.0) / (0.1 * exp(2.0 * 64 / 127.0) * sqrt(0.5))), 0.0, 0.3);
    free(x);
    syrinx_live_free(live);
    syrinx_instrument_close(instrument);
}

static void loud_chords_stay_within_full_scale(void **state)
{
    (void)state;
    enum { FRAMES = 9600 };
    syrinx_instrument *instrument;
    syrinx_live *live = start(&instrument, 48000);
    float *x = calloc(2 * FRAMES, sizeof *x), most = 0.0f;
    for (int i = 0; i < 40; i++) syrinx_live_note_on(live, 0, (float)(40 + i), 127);
    settle(live, x, FRAMES);
    for (int i = 0; i < 2 * FRAMES; i++) most = fabsf(x[i]) > most ? fabsf(x[i]) : most;
    assert_true(most > 0.9f && most <= 1.0f);
    free(x);
    syrinx_live_free(live);
    syrinx_instrument_close(instrument);
}

static void wrong_calls_are_told(void **state)
{
    (void)state;
    syrinx_instrument *instrument;
    syrinx_live *live = start(&instrument, 48000), *none;
    syrinx_live_options options;
    float x[16];
    syrinx_live_options_init(&options);
    options.sample_rate = 7999;
    assert_int_equal(syrinx_live_new(instrument, &options, &none), SYRINX_ERROR_ARGUMENT);
    syrinx_live_options_init(&options);
    options.notes = 129;
    assert_int_equal(syrinx_live_new(instrument, &options, &none), SYRINX_ERROR_ARGUMENT);
    options.size = 3;
    assert_int_equal(syrinx_live_new(instrument, &options, &none), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_live_new(NULL, NULL, &none), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_live_note_on(live, 0, 128, 64), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_live_note_on(live, 0, NAN, 64), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_live_note_on(live, -1, 60, 64), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_live_note_on(NULL, 0, 60, 64), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_live_control(live, 0, 200, 64), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_live_bend(live, 0, 100), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_live_read(live, x, -1), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_live_read(live, NULL, 1), SYRINX_ERROR_ARGUMENT);
    int told = 0;
    while (syrinx_live_control(live, 1000000, 7, 64) == 0) told++;
    assert_int_equal(told, 4096);
    assert_int_equal(syrinx_live_control(live, 0, 7, 64), SYRINX_ERROR_MEMORY);
    syrinx_live_free(live);
    syrinx_live_free(NULL);
    syrinx_instrument_close(instrument);
    syrinx_instrument_close(NULL);
    assert_int_equal(syrinx_instrument_open(NULL, &instrument), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_instrument_open("/no/such", &instrument), SYRINX_ERROR_NOT_FOUND);
    assert_true(strlen(syrinx_last_message()) > 0);
}

static void *play(void *user)
{
    syrinx_live *live = user;
    for (int i = 0; i < 2000; i++) {
        float key = (float)(40 + i * 7 % 40);
        int code = i % 2 ? syrinx_live_note_off(live, i % 300, (float)(40 + (i - 1) * 7 % 40)) : syrinx_live_note_on(live, i % 300, key, 80);
        if (code != 0 && code != SYRINX_ERROR_MEMORY) return live;
        if (i % 50 == 0) syrinx_live_control(live, 0, 11, (float)(i % 128));
    }
    return NULL;
}

static void events_may_come_from_other_threads(void **state)
{
    (void)state;
    syrinx_instrument *instrument;
    syrinx_live *live = start(&instrument, 48000);
    pthread_t threads[3];
    float x[2 * 100];
    for (int i = 0; i < 3; i++) assert_int_equal(pthread_create(&threads[i], NULL, play, live), 0);
    for (int i = 0; i < 300; i++) assert_int_equal(syrinx_live_read(live, x, 100), 100);
    for (int i = 0; i < 3; i++) {
        void *failed;
        pthread_join(threads[i], &failed);
        assert_null(failed);
    }
    for (int i = 0; i < 100; i++) assert_int_equal(syrinx_live_read(live, x, 100), 100);
    syrinx_live_free(live);
    syrinx_instrument_close(instrument);
}

/* Controller 93: the sides differ while it is up, it is as loud as before, and it rings out. */
static void chorus_makes_two_sides(void **state)
{
    syrinx_instrument *instrument;
    syrinx_live *live = start(&instrument, 48000);
    enum { COUNT = 24000 };
    float *x = calloc(2 * COUNT, sizeof *x);
    double loud[2] = { 0, 0 };
    (void)state;
    assert_non_null(x);
    for (int k = 0; k < 2; k++) {
        double difference = 0;
        assert_int_equal(syrinx_live_control(live, 0, 93, k ? 127 : 0), 0);
        for (int note = 0; note < 4; note++) assert_int_equal(syrinx_live_note_on(live, 0, 50.0f + 3.7f * (float)note, 60), 0);
        assert_int_equal(syrinx_live_read(live, x, COUNT), COUNT);
        for (int i = COUNT / 2; i < COUNT; i++) difference += fabs((double)x[2 * i] - (double)x[2 * i + 1]);
        loud[k] = side(x + COUNT, COUNT / 2, 0);
        if (k) CHECK_ABOVE(difference / (COUNT / 2), 0.1 * loud[k]);
        else CHECK_ABOVE(1e-6, difference / (COUNT / 2));
        assert_int_equal(syrinx_live_control(live, 0, 123, 0), 0);
        assert_int_equal(syrinx_live_read(live, x, COUNT), COUNT);
    }
    CHECK_NEAR(db(loud[1] / loud[0]), 0.0, 3.0);
    assert_int_equal(syrinx_live_read(live, x, COUNT), COUNT);
    for (int i = COUNT; i < 2 * COUNT; i++) assert_true(x[i] == 0.0f);
    free(x);
    syrinx_live_free(live);
    syrinx_instrument_close(instrument);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chorus_makes_two_sides), cmocka_unit_test(any_block_gives_the_same_samples),
        cmocka_unit_test(a_note_sounds_where_it_was_told),
        cmocka_unit_test(controllers_do_what_they_say),
        cmocka_unit_test(midi_messages_bend_and_play),
        cmocka_unit_test(other_rates_sound_the_same),
        cmocka_unit_test(loud_chords_stay_within_full_scale),
        cmocka_unit_test(wrong_calls_are_told),
        cmocka_unit_test(events_may_come_from_other_threads),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
