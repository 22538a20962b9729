/* test_score.c - the model of a score and its limits, the order of bars, time, dynamics. */
#include "score.h"

#include <math.h>
#include <stdlib.h>

#include "base/encoding.h"
#include "score/unfold.h"

/* Bars as letters; "|:" and ":|" repeat, [1 [2 begin endings, ] ends one, S segno, C coda, T to coda, D da capo, G dal segno, F fine: behind the bar's
 * letter but for "|:", "[n", S and C, which stand before it. */
static const char *order_of(const char *text, int times)
{
    static char out[400];
    struct sx_unfold_bar bars[32] = { { 0 } };
    struct sx_unfold_step *steps;
    size_t count = 0, n = 0, step_count;
    char letters[32];
    bool cut;
    uint32_t before = 0, endings = 0;
    for (const char *at = text; *at; at++) {
        if (at[0] == '|' && at[1] == ':') {
            before |= SX_BAR_REPEAT_BEGIN;
            at++;
        } else if (at[0] == ':' && at[1] == '|') {
            bars[count - 1].flags |= SX_BAR_REPEAT_END;
            bars[count - 1].times = (uint16_t)times;
            at++;
        } else if (*at == '[') {
            before |= SX_BAR_ENDING_BEGIN;
            while (at[1] >= '1' && at[1] <= '9')
                endings |= 1u << (*++at - '1');
        } else if (*at >= 'a' && *at <= 'z') {
            bars[count].flags = before;
            bars[count].endings = endings;
            letters[count++] = *at;
            before = endings = 0;
        } else if (*at == 'S' || *at == 'C') {
            before |= *at == 'S' ? SX_BAR_SEGNO : SX_BAR_CODA;
        } else {
            bars[count - 1].flags |= *at == ']' ? SX_BAR_ENDING_END : *at == 'T' ? SX_BAR_TO_CODA : *at == 'D' ? SX_BAR_DA_CAPO : *at == 'G' ? SX_BAR_DAL_SEGNO
                                   : *at == 'F' ? SX_BAR_FINE : *at == 'R' ? SX_BAR_REPEATS_AGAIN : 0;
        }
    }
    assert_int_equal(sx_unfold(bars, count, 100, &steps, &step_count, &cut), SYRINX_OK);
    for (size_t i = 0; i < step_count; i++) {
        out[n++] = letters[steps[i].bar];
        if (steps[i].pass > 1)
            out[n++] = (char)('0' + steps[i].pass % 10);
    }
    out[n] = '\0';
    if (cut)
        strcpy(out + n, "...");
    free(steps);
    return out;
}

static void bars_in_order(void **state)
{
    (void)state;
    assert_string_equal(order_of("abc", 0), "abc");
    assert_string_equal(order_of("ab:|c", 0), "aba2b2c");
    assert_string_equal(order_of("a|:bc:|d", 3), "abcb2c2b3c3d");
    assert_string_equal(order_of("ab:|cd:|e", 0), "aba2b2cdc2d2e");
    assert_string_equal(order_of("|:a[1b:|[2c]d", 0), "aba2c2d");
    assert_string_equal(order_of("|:a[12b:|[3c]d", 0), "aba2b2a3c3d");
    assert_string_equal(order_of("|:a[1b:|[2c:|d", 0), "aba2c2d");
    assert_string_equal(order_of("|:a[1b:|c", 0), "aba2c");
    assert_string_equal(order_of("|:a[1b:|[2c:||:d:|", 0), "aba2c2dd2");
    assert_string_equal(order_of("abFcD", 0), "abcab");
    assert_string_equal(order_of("aSbcG", 0), "abcbc");
    assert_string_equal(order_of("aSbTcGCd", 0), "abcbd");
    assert_string_equal(order_of("|:a:|bFcD", 0), "aa2bcab");
    assert_string_equal(order_of("|:a:|bFcDR", 0), "aa2bcaa2b");
    assert_string_equal(order_of("|:a[1b:|[2cF]dD", 0), "aba2c2dac");
    assert_int_equal(strlen(order_of("a:|", 100)), 199);
    assert_string_equal(order_of("ab:|", 200) + strlen(order_of("ab:|", 200)) - 3, "...");
    assert_string_equal(order_of("", 0), "");
}

/* Any flags at all come to an end within the limit, and never leave the bars. */
static void any_bars_end(void **state)
{
    uint32_t seed = 1;
    (void)state;
    for (int round = 0; round < 3000; round++) {
        struct sx_unfold_bar bars[12] = { { 0 } };
        struct sx_unfold_step *steps;
        size_t count;
        bool cut;
        for (int i = 0; i < 12; i++) {
            seed = seed * 1664525 + 1013904223;
            bars[i].flags = (seed >> 8) & (seed >> 20) & 0x7FF;
            bars[i].endings = seed >> 28;
            bars[i].times = (uint16_t)(seed >> 24 & 7);
            bars[i].jump_label = seed & 64 ? "x" : NULL;
            bars[i].place_label = seed & 128 ? "x" : NULL;
        }
        assert_int_equal(sx_unfold(bars, 12, 500, &steps, &count, &cut), SYRINX_OK);
        assert_true(count <= 500);
        for (size_t i = 0; i < count; i++)
            assert_true(steps[i].bar < 12 && steps[i].pass >= 1 && steps[i].visit >= 1);
        free(steps);
    }
}

/* Each of very many jumps looks through all bars: a score with so many is cut off. */
static void jumps_are_limited(void **state)
{
    enum { BARS = 3000 };
    struct sx_unfold_bar *bars = calloc(BARS, sizeof *bars);
    struct sx_unfold_step *steps;
    size_t count;
    bool cut;
    (void)state;
    assert_non_null(bars);
    for (int way = 0; way < 2; way++) {
        for (int i = 0; i < BARS; i++)
            bars[i].flags = way ? SX_BAR_CODA | SX_BAR_TO_CODA | (i == 0 ? SX_BAR_DA_CAPO : 0) : SX_BAR_SEGNO | SX_BAR_DAL_SEGNO;
        assert_int_equal(sx_unfold(bars, BARS, 100000, &steps, &count, &cut), SYRINX_OK);
        assert_true(cut && count > 1000 && count < 2010);
        free(steps);
    }
    free(bars);
}

static void time_is_exact(void **state)
{
    struct sx_score *score = sx_score_new();
    (void)state;
    assert_int_equal(sx_score_ticks(1, 3) * 3, SX_QUARTER);
    assert_int_equal(sx_score_ticks(7, 480) * 480, 7 * SX_QUARTER);
    assert_int_equal(sx_score_ticks(1, 0), 0);
    assert_int_equal(sx_score_ticks(INT64_MAX, 1), SX_SCORE_QUARTERS * SX_QUARTER);
    assert_int_equal(sx_score_ticks(INT64_MIN + 1, 1), -SX_SCORE_QUARTERS * SX_QUARTER);
    sx_score_add_tempo(score, 4 * SX_QUARTER, 60);
    sx_score_add_tempo(score, 2 * SX_QUARTER, 240);
    sx_score_add_tempo(score, 2 * SX_QUARTER, 30);
    sx_score_add_tempo(score, 9, NAN);
    sx_score_add_tempo(score, 9, -1);
    sx_score_finish(score);
    assert_int_equal(score->tempo_count, 2);
    assert_true(fabs(sx_score_seconds(score, SX_QUARTER) - 0.5) < 1e-12);
    assert_true(fabs(sx_score_seconds(score, 5 * SX_QUARTER) - (1 + 4 + 1)) < 1e-12);
    sx_score_free(score);
}

static void limits_hold(void **state)
{
    struct sx_score *score = sx_score_new();
    struct sx_note note = { .onset = -5, .duration = INT64_MAX, .pitch = 300, .velocity = 200 };
    char name[16];
    (void)state;
    assert_int_equal(sx_score_add_part(score, "P", NULL), 0);
    assert_int_equal(sx_score_add_note(score, 0, &note), SYRINX_OK);
    assert_int_equal(score->parts[0].notes[0].onset, 0);
    assert_int_equal(score->parts[0].notes[0].duration, SX_SCORE_QUARTERS * SX_QUARTER);
    assert_int_equal(score->parts[0].notes[0].pitch, 127);
    assert_true(warned(score, "quarter notes in length"));
    note.onset = INT64_MAX;
    assert_int_equal(sx_score_add_note(score, 0, &note), SX_SCORE_FULL);
    note = (struct sx_note){ .pitch = 60 };
    while (score->note_count < SX_SCORE_NOTES)
        assert_int_equal(sx_score_add_note(score, 0, &note), SYRINX_OK);
    assert_int_equal(sx_score_add_note(score, 0, &note), SX_SCORE_FULL);
    assert_true(warned(score, "more than 400000 notes"));
    for (int i = 1; i < SX_SCORE_PARTS; i++) {
        snprintf(name, sizeof name, "P%d", i);
        assert_int_equal(sx_score_add_part(score, name, name), i);
    }
    assert_int_equal(sx_score_add_part(score, "x", "x"), -SX_SCORE_FULL);
    for (int i = 0; i < 300; i++)
        sx_score_warn(score, 12, 2, "no %d", i);
    assert_int_equal(score->warning_count, SX_SCORE_WARNINGS);
    assert_true(warned(score, "bar 12, P2: no 0"));
    assert_int_equal(score->warnings_dropped, 300 - (SX_SCORE_WARNINGS - 3));
    assert_string_equal(sx_score_keep(score, BYTES("a\x01\xFF\nb")), "a\xEF\xBF\xBD b");
    sx_score_free(score);
}

static void warnings_are_cut_at_a_character(void **state)
{
    struct sx_score *score = sx_score_new();
    char name[200], text[600];
    (void)state;
    for (int lead = 0; lead < 3; lead++) {
        memset(name, 'n', 3);
        for (int i = 0; i < 60; i++)
            memcpy(name + lead + 3 * i, "\xE2\x82\xAC", 4);
        memset(text, 't', 3);
        for (int i = 0; i < 190; i++)
            memcpy(text + lead + 3 * i, "\xE2\x82\xAC", 4);
        assert_int_equal(sx_score_add_part(score, name, name), lead);
        sx_score_warn(score, 1, lead, "%s", text);
        const char *warning = score->warnings[lead].text;
        assert_true(strlen(warning) > 500 && sx_encoding_valid(warning, strlen(warning)));
    }
    sx_score_free(score);
}

static void dynamics_make_velocities(void **state)
{
    struct sx_score *score = sx_score_new();
    const struct sx_dynamic crescendo = { .tick = 4 * SX_QUARTER, .kind = SX_DYNAMIC_CRESCENDO, .voice = SX_ALL_VOICES };
    const struct sx_dynamic end = { .tick = 8 * SX_QUARTER, .kind = SX_DYNAMIC_HAIRPIN_END, .voice = SX_ALL_VOICES };
    (void)state;
    assert_true(sx_score_velocity("pp") < sx_score_velocity("p") && sx_score_velocity("f") < sx_score_velocity("ff"));
    assert_int_equal(sx_score_velocity("wedge"), 0);
    sx_score_add_part(score, "P", "");
    sx_score_add_mark(score, 0, 0, 0, SX_ALL_VOICES, "p");
    sx_score_add_dynamic(score, 0, &crescendo);
    sx_score_add_dynamic(score, 0, &end);
    sx_score_add_mark(score, 0, 8 * SX_QUARTER, 0, SX_ALL_VOICES, "f");
    sx_score_add_mark(score, 0, 10 * SX_QUARTER, 0, SX_ALL_VOICES, "sfz");
    sx_score_add_mark(score, 0, 12 * SX_QUARTER, 2, SX_ALL_VOICES, "pp");
    sx_score_finish(score);
    const struct sx_score_part *part = &score->parts[0];
    int p = sx_score_velocity("p"), f = sx_score_velocity("f");
    assert_int_equal(sx_score_dynamic(part, 0, 0, 1), p);
    assert_int_equal(sx_score_dynamic(part, 4 * SX_QUARTER, 0, 1), p);
    assert_in_range(sx_score_dynamic(part, 6 * SX_QUARTER, 0, 1), (p + f) / 2 - 1, (p + f) / 2 + 1);
    assert_int_equal(sx_score_dynamic(part, 9 * SX_QUARTER, 0, 1), f);
    assert_true(sx_score_dynamic(part, 10 * SX_QUARTER, 0, 1) > f);
    assert_int_equal(sx_score_dynamic(part, 11 * SX_QUARTER, 0, 1), f);
    assert_int_equal(sx_score_dynamic(part, 12 * SX_QUARTER, 1, 1), f);
    assert_int_equal(sx_score_dynamic(part, 12 * SX_QUARTER, 2, 1), sx_score_velocity("pp"));
    sx_score_free(score);
}

static void what_is_no_score(void **state)
{
    struct sx_score *score;
    struct sx_error error;
    (void)state;
    assert_int_equal(sx_score_read(NULL, "", 0, NULL, &score, &error), SYRINX_ERROR_INPUT);
    assert_int_equal(sx_score_read(NULL, BYTES("Dear Sir,"), NULL, &score, &error), SYRINX_ERROR_FORMAT);
    assert_int_equal(sx_score_read(NULL, BYTES("<html></html>"), NULL, &score, &error), SYRINX_ERROR_FORMAT);
    assert_non_null(strstr(error.message, "<html>"));
    assert_int_equal(sx_score_read("/nonexistent/x.mid", NULL, 0, NULL, &score, &error), SYRINX_ERROR_NOT_FOUND);
    assert_null(score);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars_in_order), cmocka_unit_test(any_bars_end), cmocka_unit_test(jumps_are_limited), cmocka_unit_test(time_is_exact), cmocka_unit_test(limits_hold), cmocka_unit_test(warnings_are_cut_at_a_character),
        cmocka_unit_test(dynamics_make_velocities), cmocka_unit_test(what_is_no_score),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
