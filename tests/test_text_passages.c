/* test_text_passages.c - styles, points and ends given beside the text: where they arrive. */
#include "test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "text/text.h"

static struct sx_text *text;
static struct sx_reader *reader;
static struct sx_error error;
static struct sx_utterance u;

static int setup(void **state)
{
    (void)state;
    return sx_text_new(NULL, 0, &text, &error) < 0 || sx_reader_new(text, &reader, &error) < 0;
}

static int teardown(void **state)
{
    (void)state;
    sx_reader_free(reader);
    sx_text_free(text);
    return 0;
}

static void push(const char *bytes)
{
    assert_int_equal(sx_reader_push(reader, bytes, strlen(bytes), &error), 0);
}

static void style(const struct sx_style *s)
{
    assert_int_equal(sx_reader_style(reader, s, &error), 0);
}

static void point(int kind, float seconds, int strength, const char *name)
{
    struct sx_point p = {.kind = (uint8_t)kind, .seconds = seconds, .strength = (uint8_t)strength, .name = name, .begin = 7, .end = 9};
    assert_int_equal(sx_reader_point(reader, &p, &error), 0);
}

static void next(void)
{
    assert_int_equal(sx_reader_next(reader, &u, &error), 1);
}

static void nothing(void)
{
    assert_int_equal(sx_reader_next(reader, &u, &error), 0);
}

static void words(const char *expected)
{
    char joined[1000] = "";
    for (int i = 0; i < u.word_count; i++) {
        strcat(joined, i ? " " : "");
        strcat(joined, u.words[i].text);
    }
    assert_string_equal(joined, expected);
}

static void phones(int word, const char *expected)
{
    char joined[200] = "";
    for (int i = 0; i < u.words[word].count; i++)
        strcat(joined, sx_phone_ipa(u.tokens[u.words[word].first + i].phone));
    assert_string_equal(joined, expected);
}

static void styles_follow_words(void **state)
{
    (void)state;
    struct sx_style loud = sx_style_plain, slow = sx_style_plain;
    sx_reader_reset(reader);
    loud.volume = 6;
    slow.rate = 0.5f;
    slow.language = "en-GB";
    push("One two ");
    style(&loud);
    push("three 5");
    style(&sx_style_plain);
    push(" km four. ");
    style(&slow);
    push("Five.");
    sx_reader_end(reader);
    next();
    words("one two three five kilometers four");
    assert_true(u.words[1].style->volume == 0 && u.words[2].style->volume == 6 && u.words[3].style->volume == 6 && u.words[5].style->volume == 0);
    assert_true(u.words[3].begin == 14);
    next();
    words("five");
    assert_true(u.words[0].style->rate == 0.5f);
    assert_string_equal(u.words[0].style->language, "en-GB");
    nothing();
}

static void other_things_are_said(void **state)
{
    (void)state;
    struct sx_style s = sx_style_plain;
    sx_reader_reset(reader);
    push("Salt is ");
    s.instead = "sodium chloride, or 2 ions";
    style(&s);
    push("NaCl ");
    s = sx_style_plain;
    s.phones = "təˈmeɪtoʊ";
    style(&s);
    push("tomato");
    s.phones = "R EH1 D | L EH1 D";
    s.alphabet = SYRINX_ARPABET;
    style(&s);
    push(" red lead ");
    s.phones = "no phones at all";
    style(&s);
    push("well");
    style(&sx_style_plain);
    push(" end.");
    sx_reader_end(reader);
    next();
    words("salt is sodium chloride or two ions təˈmeɪtoʊ r eh1 d l eh1 d well end");
    assert_int_equal(u.words[2].begin, 8);
    assert_int_equal(u.words[6].end, 12);
    phones(7, "təmeɪtoʊ");
    phones(8, "ɹɛd");
    phones(9, "lɛd");
    assert_int_equal(u.tokens[u.words[3].first + u.words[3].count].phone, SX_PHONE_COMMA);
    nothing();
}

static void passages_end_where_they_end(void **state)
{
    (void)state;
    struct sx_style s = sx_style_plain;
    sx_reader_reset(reader);
    push("It is 4");
    s.instead = "many";
    style(&s);
    push("5");
    style(&sx_style_plain);
    push("00 now.");
    sx_reader_end(reader);
    next();
    words("it is four many zero zero now");
}

static void points_find_their_words(void **state)
{
    (void)state;
    sx_reader_reset(reader);
    point(SX_POINT_MARK, -1, 0, "a");
    push("One ");
    point(SX_POINT_MARK, -1, 0, "b");
    push("two ");
    point(SX_POINT_BREAK, 0.5f, 0, NULL);
    push("three ");
    point(SX_POINT_BREAK, -1, SX_BREAK_NONE, NULL);
    push("four, ");
    point(SX_POINT_BREAK, -1, SX_BREAK_NONE, NULL);
    push("five ");
    point(SX_POINT_BREAK, 2, 0, NULL);
    push("six. ");
    point(SX_POINT_MARK, -1, 0, "c");
    push("Seven.");
    point(SX_POINT_MARK, -1, 0, "d");
    sx_reader_end(reader);
    next();
    words("one two three four five");
    assert_true(u.cut);
    assert_int_equal(u.point_count, 5);
    assert_string_equal(u.points[0].name, "a");
    assert_true(u.points[0].word == 0 && u.points[0].begin == 7 && u.points[0].end == 9);
    assert_true(u.points[1].word == 1 && u.points[2].word == 2 && u.points[3].word == 3 && u.points[4].word == 4);
    const struct sx_token *mark = &u.tokens[u.words[2].first - 1];
    assert_int_equal(mark->phone, SX_PHONE_SEMICOLON);
    assert_true(mark->seconds == 0.5f);
    assert_int_equal(u.tokens[u.words[4].first - 1].phone, SX_PHONE_WORD);
    next();
    words("six");
    assert_true(u.point_count == 1 && u.points[0].word == 0 && u.points[0].seconds == 2);
    next();
    words("seven");
    assert_int_equal(u.point_count, 2);
    assert_true(u.points[0].word == 0 && u.points[1].word == 1);
    nothing();
}

static void points_without_words(void **state)
{
    (void)state;
    sx_reader_reset(reader);
    point(SX_POINT_MARK, -1, 0, "x");
    push("  ");
    nothing();
    sx_reader_end(reader);
    next();
    assert_true(u.word_count == 0 && u.point_count == 1);
    nothing();
    /* and the reader goes on */
    push("Hello.");
    sx_reader_end(reader);
    next();
    words("hello");
    assert_int_equal(u.point_count, 0);
}

static void ends_are_ends(void **state)
{
    (void)state;
    sx_reader_reset(reader);
    push("no stop here");
    sx_reader_boundary(reader, SX_BOUNDARY_SENTENCE, &error);
    push("Nor here");
    sx_reader_boundary(reader, SX_BOUNDARY_PARAGRAPH, &error);
    push("A heading");
    sx_reader_boundary(reader, SX_BOUNDARY_SECTION, &error);
    next();
    words("no stop here");
    assert_true(!u.paragraph && !u.section);
    next();
    words("nor here");
    assert_true(u.paragraph && !u.section);
    next();
    words("a heading");
    assert_true(u.paragraph && u.section);
    nothing();
}

static void ranges_of_pushed_pieces(void **state)
{
    (void)state;
    sx_reader_reset(reader);
    assert_int_equal(sx_reader_push_at(reader, "R ", 2, 10, 12, &error), 0);
    assert_int_equal(sx_reader_push_at(reader, "&", 1, 12, 17, &error), 0);
    assert_int_equal(sx_reader_push_at(reader, " D here.", 8, 17, 25, &error), 0);
    sx_reader_end(reader);
    next();
    words("r and d here");
    assert_true(u.words[0].begin == 10 && u.words[1].begin == 12 && u.words[1].end == 17 && u.words[2].begin == 18);
    assert_int_equal(sx_reader_position(reader), 25);
}

static void speakers_part_utterances(void **state)
{
    (void)state;
    struct sx_style s = sx_style_plain;
    sx_reader_reset(reader);
    s.speaker = "linda";
    push("She said ");
    style(&s);
    push("come here");
    style(&sx_style_plain);
    push(" and went.");
    sx_reader_end(reader);
    next();
    words("she said");
    next();
    words("come here");
    assert_string_equal(u.words[0].style->speaker, "linda");
    next();
    words("and went");
}

/* A long text at once takes no longer for being long: 4 MB with a passage and a mark every few words. Bounded by the test's own time limit. */
static void long_text_at_once(void **state)
{
    (void)state;
    struct sx_style s = sx_style_plain;
    long count = 0, marks = 0;
    sx_reader_reset(reader);
    for (int i = 0; i < 30000; i++) {
        s.volume = (float)(i % 7);
        style(&s);
        push("A short line of words is here. ");
        point(SX_POINT_MARK, -1, 0, "m");
    }
    sx_reader_end(reader);
    while (sx_reader_next(reader, &u, &error) == 1) {
        count += u.word_count;
        marks += u.point_count;
        if (u.word_count)
            assert_true(u.words[0].style->volume == (float)((count / 7 - 1) % 7));
    }
    assert_int_equal(count, 210000);
    assert_int_equal(marks, 30000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(styles_follow_words),
        cmocka_unit_test(other_things_are_said),
        cmocka_unit_test(passages_end_where_they_end),
        cmocka_unit_test(points_find_their_words),
        cmocka_unit_test(points_without_words),
        cmocka_unit_test(ends_are_ends),
        cmocka_unit_test(ranges_of_pushed_pieces),
        cmocka_unit_test(speakers_part_utterances),
        cmocka_unit_test(long_text_at_once),
    };
    return cmocka_run_group_tests_name("text_passages", tests, setup, teardown);
}
