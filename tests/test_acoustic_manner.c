/* test_acoustic_manner.c - which tokens the structure of a text changes, and how: brackets, quotations, ends of paragraphs, headings, items. */
#include "test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "acoustic/manner.h"
#include "acoustic/sizes.h"

enum { TOKENS = 600 };

static struct sx_text *text;
static struct sx_reader *reader;
static struct sx_utterance u;
static struct sx_manner manner[TOKENS];
static enum sx_standing place;

static int setup(void **state)
{
    struct sx_error error;
    (void)state;
    return sx_text_new(NULL, 0, &text, &error);
}

static int teardown(void **state)
{
    (void)state;
    sx_reader_free(reader);
    sx_text_free(text);
    return 0;
}

static void begin(const char *source)
{
    struct sx_error error;
    sx_reader_free(reader);
    assert_int_equal(sx_reader_new(text, &reader, &error), 0);
    assert_int_equal(sx_reader_push(reader, source, strlen(source), &error), 0);
}

/* The next utterance and what is done to it. */
static void next(void)
{
    struct sx_error error;
    assert_int_equal(sx_reader_next(reader, &u, &error), 1);
    assert_in_range(u.token_count, 3, TOKENS);
    sx_manner_fill(&u, place, manner);
}

static void read_first(const char *source)
{
    begin(source);
    sx_reader_end(reader);
    next();
}


/* Semitones added at point `k` of word i: 0 its first, -1 its last. */
static float pitch(int i, int k)
{
    const struct sx_word *word = &u.words[i];
    return k < 0 ? manner[word->first + word->count - 1].pitch[2] : manner[word->first].pitch[k];
}

static int gap_before(int i)
{
    return manner[u.words[i].first - 1].gap;
}

static bool untouched(int i)
{
    const struct sx_word *word = &u.words[i];
    for (int t = word->first; t < word->first + word->count; t++)
        if (manner[t].tempo != 1 || manner[t].range != 1 || manner[t].energy != 0 || manner[t].pitch[0] != 0 || manner[t].pitch[1] != 0 || manner[t].pitch[2] != 0)
            return false;
    return true;
}

static bool all_untouched(void)
{
    for (int i = 0; i < u.word_count; i++)
        if (!untouched(i))
            return false;
    for (int t = 0; t < u.token_count; t++)
        if (manner[t].gap)
            return false;
    return true;
}

static void words_in_brackets_are_low_quick_and_soft(void **state)
{
    (void)state;
    read_first("The old lamp (nobody liked it) went out.");
    assert_true(sx_manner_any(&u, place));
    for (int i = 0; i < u.word_count; i++) {
        bool inside = i >= 3 && i <= 5;
        assert_int_equal(untouched(i), !inside);
        if (!inside)
            continue;
        assert_float_equal(pitch(i, 0), SX_PAREN_PITCH, 1e-6);
        assert_float_equal(pitch(i, -1), SX_PAREN_PITCH, 1e-6);
        const struct sx_manner *m = &manner[u.words[i].first];
        assert_true(m->tempo > 1 && m->range < 1 && m->energy < 0);
    }
    assert_int_equal(gap_before(3), SX_PAREN_GAP);
    assert_int_equal(gap_before(6), SX_PAREN_GAP);
    assert_int_equal(gap_before(4), 0);
    /* the whole sentence: its ends have their silence */
    read_first("(Nobody ever liked it.)");
    assert_float_equal(pitch(3, -1), SX_PAREN_PITCH, 1e-6);
    assert_int_equal(gap_before(0), 0);
    assert_int_equal(manner[u.token_count - 2].gap, 0);
    /* one within another is said like it, and the outer one goes on behind it */
    read_first("The lamp (green [or blue] at first) went out.");
    for (int i = 0; i < u.word_count; i++)
        assert_float_equal(pitch(i, 0), i >= 2 && i <= 6 ? SX_PAREN_PITCH : 0, 1e-6);
}

static void what_only_looks_like_brackets_is_plain(void **state)
{
    static const char *const sources[] = {"Bring the box(es) home.", "We won :) at last.", "a) Bring the box home.", "We lost :( at last.", "Call f(x) again.",
                                          "This one never ends (or so it seems."};
    (void)state;
    for (size_t i = 0; i < COUNT(sources); i++) {
        read_first(sources[i]);
        if (!all_untouched())
            fail_msg("%s", sources[i]);
    }
}

static void quotations_begin_high(void **state)
{
    (void)state;
    read_first("She said \"nobody has ever liked it\" and left.");
    assert_true(untouched(1) && untouched(7));
    assert_float_equal(pitch(2, 0), SX_QUOTE_PITCH, 1e-6);
    assert_float_equal(pitch(6, -1), 0, 1e-6);
    for (int i = 3; i <= 6; i++)
        assert_true(pitch(i, 0) < pitch(i - 1, 0) && pitch(i, 0) > 0);
    assert_int_equal(gap_before(2), SX_QUOTE_GAP);
    assert_int_equal(gap_before(7), SX_QUOTE_GAP);
    /* a word in doubt stands out, and is not parted */
    read_first("The so-called \"quick\" way took hours.");
    assert_float_equal(pitch(3, 0), SX_QUOTE_PITCH, 1e-6);
    assert_int_equal(gap_before(3), 0);
    assert_int_equal(gap_before(4), 0);
    /* somebody goes on speaking in the next sentence */
    read_first("\"Nobody liked it. Nobody at all.\"");
    assert_float_equal(pitch(0, 0), SX_QUOTE_PITCH, 1e-6);
    assert_float_equal(pitch(2, -1), 0, 1e-6);
    next();
    assert_true(all_untouched());
}

static void a_paragraph_begins_high_and_ends_low_and_slow(void **state)
{
    (void)state;
    place = SX_STANDING_START;
    begin("The lamp went out. Nobody had liked it.\n\nIt was raining. Was it late?\n\nIt");
    sx_reader_end(reader);
    next();
    assert_false(sx_manner_any(&u, place));
    assert_true(all_untouched());
    place = SX_STANDING_WITHIN;
    next();
    int last = u.word_count - 1;
    assert_true(u.paragraph && sx_manner_any(&u, place));
    assert_true(untouched(0));
    assert_float_equal(pitch(last, -1), SX_LAST_PITCH, 1e-6);
    assert_float_equal(manner[u.words[last].first + u.words[last].count - 1].tempo, SX_LAST_TEMPO, 1e-6);
    assert_true(sx_manner_any(&u, SX_STANDING_OPENS));
    place = SX_STANDING_OPENS;
    next();
    assert_float_equal(pitch(0, 0), SX_FIRST_PITCH, 1e-6);
    assert_float_equal(pitch(u.word_count - 1, -1), 0, 1e-6);
    assert_true(pitch(1, 0) < SX_FIRST_PITCH && pitch(1, 0) > 0);
    place = SX_STANDING_WITHIN;
    next();
    last = u.word_count - 1;
    assert_true(u.paragraph);
    assert_float_equal(pitch(last, -1), 0, 1e-6);       /* a question keeps its tune */
    assert_true(manner[u.words[last].first + u.words[last].count - 1].tempo < 1);
    /* a paragraph of one sentence ends as the voice does it */
    place = SX_STANDING_START;
    read_first("It was over.\n\nYes");
    assert_true(u.paragraph && !sx_manner_any(&u, place) && all_untouched());
    place = SX_STANDING_OPENS;
    read_first("It was over.\n\nYes");
    assert_float_equal(pitch(2, -1), 0, 1e-6);
    assert_float_equal(manner[u.words[2].first].tempo, 1, 1e-6);
}

static void only_the_end_of_the_last_word_is_longer(void **state)
{
    (void)state;
    place = SX_STANDING_WITHIN;
    read_first("It was a banana.\n\nYes");
    const struct sx_word *word = &u.words[3];
    int slow = 0;
    for (int t = 0; t < u.token_count; t++) {
        bool is_slow = manner[t].tempo < 1;
        assert_true(!is_slow || (t > word->first + 1 && t < word->first + word->count));
        slow += is_slow;
    }
    assert_int_equal(slow, 3);      /* AE1 N AH0 */
}

static void say_styled(const char *source, int structure, enum sx_boundary boundary)
{
    struct sx_error error;
    struct sx_style style = sx_style_plain;
    begin("");
    style.structure = (uint8_t)structure;
    assert_true(sx_reader_style(reader, &style, &error) >= 0);
    assert_true(sx_reader_push(reader, source, strlen(source), &error) >= 0);
    assert_true(sx_reader_boundary(reader, boundary, &error) >= 0);
    assert_true(sx_reader_style(reader, &sx_style_plain, &error) >= 0);
    assert_true(sx_reader_push(reader, "Then more. ", 11, &error) >= 0);
    sx_reader_end(reader);
    next();
}

static void headings_items_and_quoted_paragraphs(void **state)
{
    (void)state;
    place = SX_STANDING_START;
    say_styled("The seven lamps", SX_STRUCTURE_HEADING, SX_BOUNDARY_SECTION);
    assert_float_equal(pitch(2, -1), SX_HEADING_PITCH, 1e-6);
    place = SX_STANDING_WITHIN;
    say_styled("The seven lamps", SX_STRUCTURE_HEADING, SX_BOUNDARY_SECTION);
    assert_true(u.section && manner[u.words[0].first].tempo < 1 && manner[u.words[0].first].range > 1 && pitch(0, 0) > 0);
    assert_float_equal(pitch(2, -1), SX_HEADING_PITCH + SX_CLOSE_PITCH, 1e-6);
    say_styled("two bags of flour", SX_STRUCTURE_ITEM, SX_BOUNDARY_SENTENCE);
    assert_true(untouched(0) && untouched(2));
    assert_float_equal(pitch(3, -1), SX_ITEM_RISE, 1e-6);
    say_styled("two bags of flour.", SX_STRUCTURE_ITEM, SX_BOUNDARY_SENTENCE);
    assert_true(all_untouched());
    say_styled("two bags of flour?", SX_STRUCTURE_ITEM, SX_BOUNDARY_SENTENCE);
    assert_true(all_untouched());
    say_styled("two bags of flour", SX_STRUCTURE_ITEM, SX_BOUNDARY_PARAGRAPH);
    assert_float_equal(pitch(3, -1), SX_LAST_PITCH, 1e-6);
    say_styled("Nobody liked it.", SX_STRUCTURE_QUOTATION, SX_BOUNDARY_SENTENCE);
    assert_float_equal(pitch(1, 0), SX_BLOCK_PITCH, 1e-6);
    assert_true(manner[u.words[1].first].tempo < 1);
}

/* Marks anywhere, in any order: every number stays within what the rules can add up to. */
static void wild_marks_stay_bounded(void **state)
{
    static const char *const pieces[] = {"(", ")", "\"", "[", "]", "word ", "a", " ", ", ", ". ", "\n\n", "{", "}", "? ", "\xE2\x80\x9C", "\xE2\x80\x9D"};
    (void)state;
    unsigned turn = 7;
    for (int round = 0; round < 200; round++) {
        char source[400] = "";
        while (strlen(source) < 300)
            strcat(source, pieces[(turn = turn * 1103515245u + 12345u) / 65536u % COUNT(pieces)]);
        begin(source);
        sx_reader_end(reader);
        struct sx_error error;
        int got;
        while ((got = sx_reader_next(reader, &u, &error)) == 1) {
            if (!u.word_count)
                continue;
            assert_in_range(u.token_count, 3, TOKENS);
            sx_manner_fill(&u, (enum sx_standing)(round % 3), manner);
            for (int t = 0; t < u.token_count; t++) {
                assert_true(manner[t].tempo > 0.8f && manner[t].tempo < 1.1f && manner[t].range > 0.7f && manner[t].range < 1.2f);
                assert_true(manner[t].gap >= 0 && manner[t].gap <= SX_PAREN_GAP && fabsf(manner[t].energy) < 0.3f);
                for (int k = 0; k < 3; k++)
                    assert_true(isfinite(manner[t].pitch[k]) && fabsf(manner[t].pitch[k]) < 4);
            }
        }
        assert_int_equal(got, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_in_brackets_are_low_quick_and_soft), cmocka_unit_test(what_only_looks_like_brackets_is_plain),
        cmocka_unit_test(quotations_begin_high), cmocka_unit_test(a_paragraph_begins_high_and_ends_low_and_slow),
        cmocka_unit_test(only_the_end_of_the_last_word_is_longer), cmocka_unit_test(headings_items_and_quoted_paragraphs),
        cmocka_unit_test(wild_marks_stay_bounded)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
