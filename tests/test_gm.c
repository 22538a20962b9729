/* test_gm.c - the map of General MIDI: every program and key has an instrument of ours, no pitch is moved; where parts sit; where beats are, and their click. */
#include "score.h"

#include <math.h>

#include "instrument/click.h"
#include "instrument/gm.h"
#include "instrument/seat.h"

/* What tools/train/instruments makes: the folders of voices/instruments. */
static const char *const trained[] = {
    "bass_electric", "bassoon", "cello", "choir_aah", "clarinet", "double_bass_arco", "double_bass_pizz", "drum_kit", "flute", "glockenspiel", "guitar_electric",
    "guitar_nylon", "guitar_steel", "harp", "harpsichord", "horn", "marimba", "oboe", "organ_pipe", "piano", "sax_alto", "sax_tenor", "timpani", "trombone", "trumpet",
    "tuba", "vibraphone", "violin", "xylophone",
};

static bool is_trained(const char *name)
{
    for (size_t i = 0; i < COUNT(trained); i++) {
        if (strcmp(trained[i], name) == 0)
            return true;
    }
    return false;
}

static void programs_have_instruments(void **state)
{
    bool used[COUNT(trained)] = { false };
    (void)state;
    for (int program = 0; program < 128; program++) {
        assert_non_null(sx_gm_name(program));
        int last = -1;
        for (int key = 0; key < 128; key++) {
            const struct sx_gm_program *map = sx_gm_program(program, (float)key);
            assert_int_equal(map->program, program);
            assert_true(map->low <= key && key <= map->high);
            assert_true(map->low == last + 1 || map->low <= last);      /* no gap between lines */
            last = map->high;
            if (!is_trained(map->instrument))
                fail_msg("program %d: %s is no instrument", program, map->instrument);
            for (size_t i = 0; i < COUNT(trained); i++)
                used[i] = used[i] || strcmp(trained[i], map->instrument) == 0;
            assert_true(fabsf(map->seat) <= 1 && map->attack >= 0 && map->attack <= 10 && map->release > 0 && map->decay >= 0 && map->vibrato >= -1);
            assert_true((map->key >= 0) == (strcmp(map->instrument, "drum_kit") == 0));
        }
    }
    for (size_t i = 0; i < COUNT(trained); i++) {
        if (!used[i])
            fail_msg("%s is heard in no program", trained[i]);
    }
    assert_null(sx_gm_name(128));
    assert_int_equal(sx_gm_program(-1, 60)->program, 0);
    assert_int_equal(sx_gm_program(500, 60)->program, 127);
    assert_string_equal(sx_gm_program(48, 40.4f)->instrument, "double_bass_arco");
    assert_string_equal(sx_gm_program(48, 40.6f)->instrument, "cello");
}

/* Trained keys of the kit: the others are one of these, moved. */
static void keys_have_drums(void **state)
{
    static const int recorded[] = { 36, 38, 42, 45, 46, 49, 50, 51 };
    (void)state;
    for (int key = SX_GM_DRUM_LOW; key <= SX_GM_DRUM_HIGH; key++) {
        const struct sx_gm_drum *drum = sx_gm_drum(key);
        assert_int_equal(drum->key, key);
        assert_true(is_trained(drum->instrument));
        bool found = strcmp(drum->instrument, "drum_kit") != 0;
        for (size_t i = 0; i < COUNT(recorded); i++)
            found = found || drum->pitch == (float)recorded[i];
        assert_true(found);
        assert_true(fabsf(drum->pan) <= 1 && fabsf(drum->shift) <= 12);
    }
    assert_int_equal(sx_gm_drum(0)->key, SX_GM_DRUM_LOW);
    assert_int_equal(sx_gm_drum(127)->key, SX_GM_DRUM_HIGH);
    assert_true(sx_gm_drum(42)->choke == sx_gm_drum(46)->choke && sx_gm_drum(42)->choke != 0);
}

/* ------------------------------------------------------------------ seats and beats */

static struct sx_performance perform(struct sx_score *score, const struct sx_perform_options *options)
{
    struct sx_performance performance;
    struct sx_error error;
    if (sx_perform(score, options, &performance, &error) < 0)
        fail_msg("%s", error.message);
    return performance;
}

static void parts_have_seats(void **state)
{
    static const char quartet[] = "X:1\nM:4/4\nL:1/4\nV:1\nV:2\nV:3\nV:4\nK:C\n[V:1]%%MIDI program 40\n[V:1]c4|\n[V:2]c4|\n[V:3]C4|\n[V:4]C4|\n";
    float pan[8];
    (void)state;
    struct sx_score *score = read_score(BYTES(quartet));
    assert_int_equal(score->part_count, 4);
    struct sx_performance performance = perform(score, NULL);
    for (size_t i = 0; i < performance.note_count; i++) {      /* a choir: all of one place */
        for (size_t p = 0; p < 4; p++)
            score->parts[p].notes[0].program = 52;
    }
    assert_int_equal(sx_seat_parts(score, &performance, pan), SYRINX_OK);
    for (int i = 0; i < 3; i++)
        assert_true(pan[i + 1] - pan[i] > 0.2f);
    assert_true(fabsf(pan[0] + pan[3]) < 1e-6f && pan[3] <= 0.8f);
    score->parts[0].notes[0].program = 40;                      /* a violin sits on the left, a double bass on the right */
    score->parts[1].notes[0].program = 43;
    assert_int_equal(sx_seat_parts(score, &performance, pan), SYRINX_OK);
    assert_true(pan[0] < -0.3f && pan[1] > 0.3f);
    sx_performance_free(&performance);
    performance = perform(score, &(struct sx_perform_options){ .first_bar = -1, .solo = "1" });
    assert_int_equal(sx_seat_parts(score, &performance, pan), SYRINX_OK);
    assert_true(pan[0] == 0);                                   /* alone: in the middle */
    sx_performance_free(&performance);
    sx_score_free(score);
}

/* "0! 500 1000 1500 2000!": milliseconds of the beats, ! on the first. */
static const char *beats_of(const char *abc, size_t length, const struct sx_perform_options *options, int count_in)
{
    static char text[1000];
    struct sx_beats beats;
    double seconds;
    bool first;
    size_t n = 0;
    struct sx_score *score = read_score(abc, length);
    struct sx_performance performance = perform(score, options);
    text[0] = '\0';
    sx_beats_begin(&beats, &performance, count_in, true);
    while (sx_beats_next(&beats, &seconds, &first) && n < sizeof text - 30)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%.0f%s", n ? " " : "", 1000 * seconds, first ? "!" : "");
    snprintf(text + n, sizeof text - n, " lead %.0f", 1000 * beats.lead);
    sx_performance_free(&performance);
    sx_score_free(score);
    return text;
}

static void beats_follow_the_meter(void **state)
{
    const struct sx_perform_options half = { .tempo = 0.5, .first_bar = -1 }, second = { .tempo = 1, .first_bar = 2, .last_bar = 2 };
    (void)state;
    assert_string_equal(beats_of(BYTES("X:1\nM:3/4\nL:1/4\nQ:1/4=120\nK:C\nCDE|FGA|\n"), NULL, 0), "0! 500 1000 1500! 2000 2500 lead 0");
    assert_string_equal(beats_of(BYTES("X:1\nM:3/4\nL:1/4\nQ:1/4=120\nK:C\nCDE|FGA|\n"), &half, 1), "0! 1000 2000 3000! 4000 5000 6000! 7000 8000 lead 3000");
    assert_string_equal(beats_of(BYTES("X:1\nM:3/4\nL:1/4\nQ:1/4=120\nK:C\nCDE|FGA|\n"), &second, 1), "0! 500 1000 1500! 2000 2500 lead 1500");
    assert_string_equal(beats_of(BYTES("X:1\nM:6/8\nL:1/8\nQ:3/8=120\nK:C\nCDE FGA|\n"), NULL, 0), "0! 500 lead 0");
    /* a pickup is the last beat of its bar: three are counted before it, and a bar */
    assert_string_equal(beats_of(BYTES("X:1\nM:4/4\nL:1/4\nQ:1/4=120\nK:C\nC|DEFG|\n"), NULL, 1),
                        "0! 500 1000 1500 2000! 2500 3000 3500 4000! 4500 5000 5500 lead 3500");
}

static void a_click_is_a_short_tone(void **state)
{
    static float whole[9600], cut[9600];
    struct sx_click click;
    (void)state;
    sx_click_strike(&click, true, 48000);
    assert_false(sx_click_run(&click, whole, 9600));
    sx_click_strike(&click, true, 48000);
    for (int at = 0; at < 9600; at += 100)
        sx_click_run(&click, cut + at, 100);
    assert_memory_equal(whole, cut, sizeof whole);
    int crossings = 0;
    float most = 0;
    for (int i = 1; i < 960; i++) {
        crossings += whole[i - 1] < 0 && whole[i] >= 0;
        most = fmaxf(most, fabsf(whole[i]));
    }
    assert_in_range(crossings, 40, 43);         /* 2093 Hz in 20 ms */
    assert_true(most > 0.2f && most < 0.5f && fabsf(whole[9599]) < 1e-5f);
}

/* ------------------------------------------------------------------ hairpins */

static const char *swells(const char *xml, size_t length)
{
    static char text[400];
    struct sx_score *score = read_score(xml, length);
    struct sx_performance performance = perform(score, NULL);
    size_t n = 0;
    double last = -1, first = -1, from = -1, to = -1;
    int count = 0;
    for (size_t i = 0; i < performance.control_count; i++) {
        const struct sx_performed_control *control = &performance.controls[i];
        if (control->kind != SX_CONTROL_DYNAMICS)
            continue;
        assert_true(control->time >= last);
        if (count++ == 0) {
            first = control->time;
            from = 127 * (double)control->value;
        }
        last = control->time;
        to = 127 * (double)control->value;
    }
    n = (size_t)snprintf(text, sizeof text, "%d: %.1f to %.1f s, %.0f to %.0f", count, first, last, from, to);
    assert_true(n < sizeof text);
    sx_performance_free(&performance);
    sx_score_free(score);
    return text;
}

#define XML(dynamics, note) "<score-partwise><part-list><score-part id=\"P\"><part-name>V</part-name></score-part></part-list><part id=\"P\"><measure number=\"1\">" \
    "<attributes><divisions>1</divisions><time><beats>4</beats><beat-type>4</beat-type></time></attributes>" dynamics note "</measure></part></score-partwise>"
#define LONG "<note><pitch><step>A</step><octave>4</octave></pitch><duration>4</duration></note>"
#define MARK(what) "<direction><direction-type>" what "</direction-type></direction>"

static void hairpins_become_controls(void **state)
{
    (void)state;
    assert_string_equal(swells(BYTES(XML(MARK("<dynamics><p/></dynamics>") MARK("<wedge type=\"crescendo\"/>"),
                               LONG MARK("<wedge type=\"stop\"/>") MARK("<dynamics><f/></dynamics>")))), "41: 0.0 to 2.0 s, 49 to 95");
    assert_string_equal(swells(BYTES(XML(MARK("<dynamics><p/></dynamics>"), LONG))), "0: -1.0 to -1.0 s, -1 to -1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_have_instruments), cmocka_unit_test(keys_have_drums), cmocka_unit_test(parts_have_seats), cmocka_unit_test(beats_follow_the_meter),
        cmocka_unit_test(a_click_is_a_short_tone), cmocka_unit_test(hairpins_become_controls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
