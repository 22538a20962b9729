/* test_music.c - the score stream: the same samples for any block, stems that add up, time, loops, panning, level, clicks, an end that is silent. */
#include "test.h"

#include "instrument.h"

#include "api/handles.h"

static char base[64], folder[120];

/* Every missing instrument is played by the piano: here a made one, fed so that it lasts: a sine and its octave. */
static int setup(void **state)
{
    struct make make = make_new(FED);
    (void)state;
    make.frame[0] = logf(0.1f);
    make.frame[1] = logf(0.02f);
    for (int i = 0; i < SX_SOUND_BANDS; i++)
        make.frame[MAKE_PARTIALS + i] = logf(0.00003f);
    strcpy(base, "/tmp/syrinx-test-XXXXXX");
    if (!mkdtemp(base))
        return -1;
    snprintf(folder, sizeof folder, "%s/instruments", base);
    mkdir(folder, 0755);
    strcat(folder, "/piano");
    make_package(&make, folder);
    setenv("SYRINX_VOICES", base, 1);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    make_remove(folder);
    *strrchr(folder, '/') = '\0';
    rmdir(folder);
    return rmdir(base);
}

static syrinx_score *score_of(const char *text)
{
    syrinx_score *score;
    if (syrinx_score_read(text, strlen(text), SYRINX_SCORE_ABC, 0, &score) < 0)
        fail_msg("%s", syrinx_last_message());
    return score;
}

static syrinx_music *music_of(const syrinx_score *score, const syrinx_music_options *options)
{
    syrinx_music *music;
    if (syrinx_music_new(score, options, &music) < 0)
        fail_msg("%s", syrinx_last_message());
    return music;
}

/* All of it, in reads of `size` frames; *frames: how many. */
static float *all_of(syrinx_music *music, int size, int *frames)
{
    float *samples = NULL;
    int room = 0, n;
    *frames = 0;
    do {
        if (*frames + size > room) {
            room = 2 * room + size + 48000;
            samples = realloc(samples, 2 * (size_t)room * sizeof *samples);
            assert_non_null(samples);
        }
        n = syrinx_music_read(music, samples + 2 * *frames, size);
        assert_true(n >= 0);
        *frames += n;
    } while (n > 0);
    return samples;
}

static float *play(const char *abc, const syrinx_music_options *options, int *frames)
{
    syrinx_score *score = score_of(abc);
    syrinx_music *music = music_of(score, options);
    float *samples = all_of(music, 4800, frames);
    syrinx_music_free(music);
    syrinx_score_close(score);
    return samples;
}

/* RMS of one side between two times. */
static double level(const float *samples, double from, double to, int side)
{
    double sum = 0;
    int a = (int)(from * 48000), b = (int)(to * 48000);
    for (int i = a; i < b; i++)
        sum += (double)samples[2 * i + side] * (double)samples[2 * i + side];
    return sqrt(sum / (b - a));
}

/* How strong a frequency is in the left and right together. */
static double tone(const float *samples, double from, double to, double hz, int rate)
{
    double re = 0, im = 0;
    int a = (int)(from * rate), b = (int)(to * rate);
    for (int i = a; i < b; i++) {
        double x = (double)samples[2 * i] + (double)samples[2 * i + 1];
        re += x * cos(2 * M_PI * hz * i / rate);
        im += x * sin(2 * M_PI * hz * i / rate);
    }
    return hypot(re, im) / (b - a);
}

static syrinx_music_options dry(void)
{
    syrinx_music_options options;
    syrinx_music_options_init(&options);
    options.room = SYRINX_ROOM_NONE;
    return options;
}

static const char two[] = "X:1\nM:4/4\nL:1/4\nQ:1/4=240\nV:1 name=\"High\"\nV:2 name=\"Low\"\nK:C\n[V:1]cdef|g4|\n[V:2]C2E2|G,4|\n";

static void any_block_is_the_same(void **state)
{
    static const int sizes[] = { 1, 7, 480, 4096, 100000 };
    int frames, count;
    (void)state;
    syrinx_score *score = score_of(two);
    syrinx_music *music = music_of(score, NULL);
    float *whole = all_of(music, 4800, &frames);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        syrinx_music_cancel(music);
        assert_int_equal(syrinx_music_read(music, whole, 0), SYRINX_ERROR_CANCELLED);
        float *again = all_of(music, sizes[i], &count);
        assert_int_equal(count, frames);
        assert_memory_equal(whole, again, 2 * (size_t)frames * sizeof *whole);
        free(again);
    }
    syrinx_music_options other;
    syrinx_music_options_init(&other);
    other.seed = 2;
    syrinx_music *differs = music_of(score, &other);
    float *second = all_of(differs, 4800, &count);
    assert_memory_not_equal(whole, second, 20000 * sizeof *whole);
    free(second);
    free(whole);
    syrinx_music_free(differs);
    syrinx_music_free(music);
    syrinx_score_close(score);
}

static void stems_add_up(void **state)
{
    enum { SIZE = 777 };
    static float mix[2 * SIZE], stem[2 * SIZE], sum[2 * SIZE];
    syrinx_music_options options;
    (void)state;
    syrinx_music_options_init(&options);
    options.stems = options.click = 1;
    options.count_in = 1;
    options.gain = -12;
    syrinx_score *score = score_of(two);
    syrinx_music *music = music_of(score, &options);
    assert_int_equal(syrinx_music_stem_count(music), 4);
    assert_string_equal(syrinx_music_stem_name(music, 0), "High");
    assert_string_equal(syrinx_music_stem_name(music, 2), "room");
    assert_string_equal(syrinx_music_stem_name(music, 3), "click");
    assert_null(syrinx_music_stem_name(music, 4));
    double heard[4] = { 0 }, off = 0;
    int n;
    while ((n = syrinx_music_read(music, mix, SIZE)) > 0) {
        memset(sum, 0, sizeof sum);
        for (int s = 0; s < 4; s++) {
            assert_int_equal(syrinx_music_stem(music, s, stem), n);
            for (int i = 0; i < 2 * n; i++) {
                sum[i] += stem[i];
                heard[s] = fmax(heard[s], fabs((double)stem[i]));
            }
        }
        for (int i = 0; i < 2 * n; i++)
            off = fmax(off, fabs((double)sum[i] - (double)mix[i]));
    }
    assert_int_equal(n, 0);
    for (int s = 0; s < 4; s++)
        assert_true(heard[s] > 1e-3);
    assert_true(off < 1e-6);
    assert_int_equal(syrinx_music_stem(music, 4, stem), SYRINX_ERROR_ARGUMENT);
    syrinx_music_free(music);
    syrinx_score_close(score);
}

/* Pitch, onset to the sample, end, silence at the end, and the same at the other rate. */
static void notes_sound_where_they_are_written(void **state)
{
    syrinx_music_options options = dry();
    int frames;
    (void)state;
    float *samples = play("X:1\nM:4/4\nL:1/4\nQ:1/4=60\nK:C\nz2A2|\n", &options, &frames);
    for (int i = 0; i < 2 * (2 * 48000 - 16); i++)
        assert_true(fabsf(samples[i]) < 1e-6f);
    assert_true(level(samples, 2.1, 3.9, 0) > 0.02);
    assert_true(tone(samples, 2.2, 3.8, 440, 48000) > 20 * tone(samples, 2.2, 3.8, 220, 48000));
    assert_true(tone(samples, 2.2, 3.8, 440, 48000) > 3 * tone(samples, 2.2, 3.8, 880, 48000));
    assert_in_range(frames, 4 * 48000, 5 * 48000);
    for (int i = 2 * (frames - 40); i < 2 * frames; i++)
        assert_true(fabsf(samples[i]) < 2e-4f);
    free(samples);
    options.sample_rate = 44100;
    syrinx_score *score = score_of("X:1\nM:4/4\nL:1/4\nQ:1/4=60\nK:C\nz2A2|\n");
    syrinx_music *music;
    int code = syrinx_music_new(score, &options, &music);
    if (code == SYRINX_OK) {            /* a build with files */
        int other;
        samples = all_of(music, 1000, &other);
        assert_true(abs(other - (int)((double)frames * 44100 / 48000)) < 4);
        assert_true(tone(samples, 2.2, 3.8, 440, 44100) > 20 * tone(samples, 2.2, 3.8, 415, 44100));
        free(samples);
        syrinx_music_free(music);
    } else {
        assert_int_equal(code, SYRINX_ERROR_UNSUPPORTED);
    }
    syrinx_score_close(score);
}

static void loops_and_counts_in(void **state)
{
    static const char beep[] = "X:1\nM:2/4\nL:1/4\nQ:1/4=120\nK:C\nA/2z3/2|\n";
    syrinx_music_options options = dry();
    syrinx_place place;
    int frames;
    (void)state;
    options.times = 3;
    float *samples = play(beep, &options, &frames);
    for (int time = 0; time < 3; time++) {
        assert_true(level(samples, time + 0.02, time + 0.2, 0) > 0.02);
        if (time < 2)                   /* the sound may end before */
            assert_true(level(samples, time + 0.6, time + 0.95, 0) < 1e-4);
    }
    assert_in_range(frames, 2.25 * 48000, 3.2 * 48000);
    free(samples);
    options.times = 0;                  /* without end */
    options.count_in = 1;
    syrinx_score *score = score_of(beep);
    syrinx_music *music = music_of(score, &options);
    float *block = calloc(2 * 48000, sizeof *block);
    assert_true(syrinx_music_seconds(music) == 0);
    for (int second = 0; second < 6; second++) {
        assert_int_equal(syrinx_music_read(music, block, 48000), 48000);
        assert_true(second == 0 ? tone(block, 0, 0.03, 2093, 48000) > 0.01 && level(block, 0.2, 0.45, 0) < 1e-4 : level(block, 0.02, 0.2, 0) > 0.02);
    }
    assert_int_equal(syrinx_music_place(music, 24000, &place), SYRINX_OK);
    assert_int_equal(place.bar, -1);
    assert_int_equal(syrinx_music_place(music, 48000 * 3 + 100, &place), SYRINX_OK);
    assert_int_equal(place.bar, 1);
    assert_int_equal(place.time, 3);
    free(block);
    syrinx_music_free(music);
    syrinx_score_close(score);
}

/* A hairpin over one long note of the flute: it grows while it sounds, and does not where nothing is written. */
static void long_notes_swell(void **state)
{
    static const char swelling[] = "X:1\nM:4/4\nL:1/4\nQ:1/4=60\nK:C\n%%MIDI program 73\n!p!!<(!A4-|A4|!<)!!f!A4|\n";
    static const char even[] = "X:1\nM:4/4\nL:1/4\nQ:1/4=60\nK:C\n%%MIDI program 73\n!p!A4-|A4|!f!A4|\n";
    const char *const scores[] = {swelling, even};
    double growth[2];
    (void)state;
    setenv("SYRINX_VOICES", "voices", 1);       /* the real flute: the stand-in is struck */
    for (int i = 0; i < 2; i++) {
        syrinx_music_options options = dry();
        int frames;
        float *samples = play(scores[i], &options, &frames);
        growth[i] = level(samples, 6.5, 7.5, 0) / level(samples, 1.0, 2.0, 0);
        free(samples);
    }
    setenv("SYRINX_VOICES", base, 1);
    assert_true(growth[0] > 1.6 * growth[1]);
    assert_true(growth[1] > 0.8 && growth[1] < 1.25);
}

static void controls_are_heard(void **state)
{
    static const char piece[] = "X:1\nM:4/4\nL:1/4\nQ:1/4=60\nK:C\n%%MIDI program 0\n%%MIDI control 10 0\n%%MIDI control 7 50\nA4|\n";
    static const char plain[] = "X:1\nM:4/4\nL:1/4\nQ:1/4=60\nK:C\n%%MIDI program 0\nA4|\n";
    syrinx_music_options options = dry();
    int frames;
    (void)state;
    float *samples = play(piece, &options, &frames), *middle = play(plain, &options, &frames);
    assert_true(level(samples, 1, 3, 0) > 100 * level(samples, 1, 3, 1));
    double power = sqrt(pow(level(samples, 1, 3, 0), 2) + pow(level(samples, 1, 3, 1), 2)), full = sqrt(pow(level(middle, 1, 3, 0), 2) + pow(level(middle, 1, 3, 1), 2));
    assert_true(fabs(20 * log10(power / full) - 40 * log10(0.5)) < 0.3);       /* constant power, 40 lg */
    free(samples);
    free(middle);
}

/* Sixty voices at full volume: loud, and never over -1 dB. */
/* The balance of parts is in the sound, and the notes stay as they are. */
static void parts_are_balanced(void **state)
{
    (void)state;
    syrinx_music_options options = dry();
    syrinx_perform_options how;
    static const struct { const char *solo, *balance; double others, high, low; } cases[] = {
        { NULL, NULL, -INFINITY, 0, 0 }, { "High", NULL, -12, 0, -12 }, { "2", NULL, -6, -6, 0 }, { NULL, "High:-20", -INFINITY, -20, 0 },
        { NULL, " low : 4.5 , 1:-3,Low:1.5", -INFINITY, -3, 6 }, { "High", NULL, -INFINITY, 0, -300 }, { "High", "Low:6", -12, 0, -6 },
    };
    static const char pair[] = "X:1\nM:4/4\nL:1/4\nQ:1/4=240\nV:1 name=\"High\"\nV:2 name=\"Low\"\nK:C\n[V:1]e4|\n[V:2]C4|\n";
    double first[2] = { 0, 0 };
    options.gain = -20;         /* far from the limiter */
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        syrinx_score *score = score_of(pair);
        int frames;
        syrinx_perform_options_init(&how);
        how.solo = cases[k].solo;
        how.balance = cases[k].balance;
        how.others = cases[k].others;
        assert_int_equal(syrinx_score_perform(score, &how), SYRINX_OK);
        assert_int_equal(syrinx_score_note_count(score), isfinite(cases[k].others) || !cases[k].solo ? 2 : 1);
        syrinx_music *music = music_of(score, &options);
        float *samples = all_of(music, 4800, &frames);
        double high = tone(samples, 0.1, 0.9, 659.2551, 48000), low = tone(samples, 0.1, 0.9, 261.6256, 48000);
        first[0] = k == 0 ? high : first[0];
        first[1] = k == 0 ? low : first[1];
        if (k != 5) {           /* alone a part is louder: fewer share the level */
            CHECK_NEAR(20 * log10(high / first[0]), cases[k].high, 0.4);
            CHECK_NEAR(20 * log10(low / first[1]), cases[k].low, 0.4);
        } else {
            CHECK_ABOVE(-35, 20 * log10(low / first[1]));
        }
        free(samples);
        syrinx_music_free(music);
        syrinx_score_close(score);
    }
    static const char *const wrong[] = { "High", "High:", ":3", "High:300", "Oboe:3", "High:3,", "High:3,,", "High:nan", "High:3 4", ":", "," };
    syrinx_score *score = score_of(pair);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        syrinx_perform_options_init(&how);
        how.balance = wrong[i];
        assert_int_equal(syrinx_score_perform(score, &how), strcmp(wrong[i], "High:3,") == 0 ? SYRINX_OK : SYRINX_ERROR_INPUT);
    }
    syrinx_perform_options_init(&how);
    how.others = 1;
    assert_int_equal(syrinx_score_perform(score, &how), SYRINX_ERROR_ARGUMENT);
    how.others = NAN;
    assert_int_equal(syrinx_score_perform(score, &how), SYRINX_ERROR_ARGUMENT);
    syrinx_score_close(score);
}

/* Controller 93 makes two sides of one, a program that has a chorus of its own needs no controller, and a driven guitar has partials that the piano has not. */
static void effects_are_heard(void **state)
{
    (void)state;
    syrinx_music_options options = dry();
    int frames;
    double wide[3], third[2];
    static const char *const chorus[] = { "", "%%MIDI control 93 127\n", "%%MIDI program 48\n" };
    static const char *const drive[] = { "%%MIDI program 27\n", "%%MIDI program 30\n" };
    char abc[200];
    for (int k = 0; k < 3; k++) {
        double difference = 0, sum = 0;
        snprintf(abc, sizeof abc, "X:1\nM:4/4\nL:1/4\nQ:1/4=240\nK:C\n%s[ceg]4|\n", chorus[k]);
        float *samples = play(abc, &options, &frames);
        for (int i = 9600; i < 40000; i++) {
            difference += pow((double)samples[2 * i] - (double)samples[2 * i + 1], 2);
            sum += pow((double)samples[2 * i] + (double)samples[2 * i + 1], 2);
        }
        wide[k] = difference / sum;
        free(samples);
    }
    CHECK_ABOVE(1e-6, wide[0]);
    CHECK_ABOVE(wide[1], 0.02);
    CHECK_ABOVE(wide[2], 0.01);
    for (int k = 0; k < 2; k++) {
        snprintf(abc, sizeof abc, "X:1\nM:4/4\nL:1/4\nQ:1/4=240\nK:C\n%sC4|\n", drive[k]);
        float *samples = play(abc, &options, &frames);
        third[k] = tone(samples, 0.3, 0.8, 3 * 261.626, 48000) / tone(samples, 0.3, 0.8, 261.626, 48000);
        free(samples);
    }
    CHECK_ABOVE(0.02, third[0]);
    CHECK_ABOVE(third[1], 0.1);
}

static void never_clips(void **state)
{
    struct sx_buffer abc = { 0 };
    syrinx_music_options options;
    int frames;
    (void)state;
    syrinx_music_options_init(&options);
    options.gain = 20;
    sx_buffer_puts(&abc, "X:1\nM:4/4\nL:1/4\nQ:1/4=240\nK:C\n");
    for (int i = 1; i <= 60; i++)
        sx_buffer_printf(&abc, "V:%d\n!fff![CEGceg]4|z4|[CEGceg]4|\n", i);
    float *samples = play(abc.data, &options, &frames), most = 0;
    for (int i = 0; i < 2 * frames; i++)
        most = fmaxf(most, fabsf(samples[i]));
    assert_true(most > 0.7f && most < 0.8925f);
    free(samples);
    sx_buffer_free(&abc);
}

static void rings_out(void **state)
{
    syrinx_music_options options;
    int frames;
    (void)state;
    syrinx_music_options_init(&options);
    options.room = SYRINX_ROOM_CHURCH;
    float *samples = play("X:1\nM:4/4\nL:1/4\nQ:1/4=120\nK:C\nA|\n", &options, &frames);
    assert_true(frames > 2.5 * 48000 && frames < 8 * 48000);
    assert_true(level(samples, 1, 1.5, 0) > 1e-3);              /* the room */
    for (int i = 2 * (frames - 100); i < 2 * frames; i++)
        assert_true(fabsf(samples[i]) < 2e-4f);
    free(samples);
}

static void odd_calls(void **state)
{
    syrinx_music *music;
    syrinx_music_options options;
    float block[2];
    (void)state;
    syrinx_score *score = score_of("X:1\nK:C\nz4|\n");
    assert_int_equal(syrinx_music_new(NULL, NULL, &music), SYRINX_ERROR_ARGUMENT);
    for (int i = 0; i < 6; i++) {
        syrinx_music_options_init(&options);
        if (i == 0)
            options.sample_rate = 32000;
        else if (i == 1)
            options.room = 4;
        else if (i == 2)
            options.times = -1;
        else if (i == 3)
            options.limit = 0;
        else if (i == 4)
            options.gain = NAN;
        else
            options.size = 3;
        assert_int_equal(syrinx_music_new(score, &options, &music), SYRINX_ERROR_ARGUMENT);
        assert_null(music);
    }
    music = music_of(score, NULL);      /* rests alone: silence as long as they are */
    int frames;
    float *samples = all_of(music, 4800, &frames);
    for (int i = 0; i < 2 * frames; i++)
        assert_true(samples[i] == 0);
    assert_int_equal(syrinx_music_stem(music, 0, block), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_music_read(music, NULL, 1), SYRINX_ERROR_ARGUMENT);
    /* performed anew while it plays: the music goes on with the notes that it has */
    assert_int_equal(syrinx_score_perform(score, NULL), SYRINX_OK);
    assert_int_equal(syrinx_music_read(music, block, 1), 0);
    free(samples);
    syrinx_music_free(music);
    syrinx_music_free(NULL);
    syrinx_score_close(score);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_block_is_the_same), cmocka_unit_test(stems_add_up), cmocka_unit_test(notes_sound_where_they_are_written), cmocka_unit_test(loops_and_counts_in),
        cmocka_unit_test(controls_are_heard), cmocka_unit_test(long_notes_swell), cmocka_unit_test(never_clips), cmocka_unit_test(rings_out), cmocka_unit_test(odd_calls),
        cmocka_unit_test(parts_are_balanced), cmocka_unit_test(effects_are_heard),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
