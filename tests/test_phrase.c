/* test_phrase.c - breaks in long stretches: as the model's Python places them, never where nobody breaks, in linear time; punctuation to marks. */
#include "test.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/phrase.h"
#include "text/say.h"

enum { MOST = 60000 };

static struct sx_spoken words[MOST];

/* Words of `text`, parted by blanks, into words[]; "," and "|" behind a word are kept apart: `marks` and `breaks`, NULL or [MOST]. */
static int split(char *text, bool *breaks)
{
    int count = 0;
    for (char *w = strtok(text, " \n"); w; w = strtok(NULL, " \n")) {
        if (!strcmp(w, "|") || !strcmp(w, ",")) {
            if (*w == ',')
                words[count - 1].mark = SX_PHONE_COMMA;
            else if (breaks)
                breaks[count - 1] = true;
            continue;
        }
        words[count] = (struct sx_spoken){.text = w, .begin = (uint32_t)count * 2, .end = (uint32_t)count * 2 + 1, .mark = SX_PHONE_WORD, .phone_count = -1};
        if (breaks)
            breaks[count] = false;
        count++;
    }
    return count;
}

/* The words with " |" behind each that has a mark. */
static const char *shown(int count)
{
    static char out[4000];
    out[0] = 0;
    for (int i = 0; i < count; i++) {
        strcat(out, words[i].text);
        strcat(out, words[i].mark > SX_PHONE_WORD ? " | " : i + 1 < count ? " " : "");
    }
    return out;
}

static const char *phrased(const char *text)
{
    static char copy[4000];
    snprintf(copy, sizeof copy, "%s", text);
    int count = split(copy, NULL);
    sx_phrase(words, count);
    return shown(count);
}

static void as_python(void **state)
{
    (void)state;
    FILE *f = fopen("tests/data/phrase.txt", "r");
    assert_non_null(f);
    char line[2000];
    static bool breaks[MOST];
    int lines = 0, all = 0;
    while (fgets(line, sizeof line, f)) {
        if (line[0] == '#')
            continue;
        int count = split(line, breaks);
        sx_phrase(words, count);
        for (int i = 0; i < count; i++) {
            if ((words[i].mark == SX_PHONE_COMMA) != breaks[i])
                fail_msg("%s", shown(count));
            all += breaks[i];
        }
        lines++;
    }
    fclose(f);
    assert_true(lines >= 40 && all >= 40);
}

static void known_places(void **state)
{
    (void)state;
    assert_string_equal(phrased("the captain told the crew to lower the boats at once but nobody on the deck could hear what he was saying"),
                        "the captain told the crew to lower the boats at once | but nobody on the deck could hear what he was saying");
    assert_string_equal(phrased("the gardener had planted three rows of beans along the southern wall of the house and watered them every evening"),
                        "the gardener had planted three rows of beans along the southern wall of the house | and watered them every evening");
    /* short ones are said in one breath */
    assert_string_equal(phrased("he came and went"), "he came and went");
    assert_string_equal(phrased("she looked at the clock and saw that it was late but stayed"), "she looked at the clock and saw that it was late but stayed");
    assert_string_equal(phrased(""), "");
}

static bool one_of(const char *word, const char *list)
{
    char key[40];
    snprintf(key, sizeof key, " %s ", word);
    return strstr(list, key) != NULL;
}

/* Random sentences of common words, some with marks: the rules that hold whatever the network says. */
static void rules_hold(void **state)
{
    (void)state;
    static const char *const some[] = {
        "the", "a", "of", "to", "and", "but", "in", "which", "house", "was", "walking", "slowly", "she", "had", "because", "my", "very", "children", "from",
        "with", "painted", "when", "green", "i", "said", "that", "at", "mother's", "until", "is", "their", "or", "old", "into", "never", "who", "didn't"};
    static const char leans[] = " the a of to and but in which was she had because my very from with when i that at until is their or into never who didn't ";
    uint32_t random = 1;
    int breaks = 0;
    for (int round = 0; round < 3000; round++) {
        int count = 1 + round % 60, before[64];
        for (int i = 0; i < count; i++) {
            random = random * 1664525 + 1013904223;
            const char *text = some[(random >> 16) % (sizeof some / sizeof some[0])];
            int mark = (random >> 8) % 37 == 0 ? SX_PHONE_COMMA + (random >> 12) % 2 : SX_PHONE_WORD;
            words[i] = (struct sx_spoken){.text = text, .begin = (uint32_t)i, .end = (uint32_t)i + 1, .mark = (uint8_t)mark, .phone_count = -1};
            words[i].fixed = (random >> 4) % 11 == 0;
            if ((random >> 5) % 13 == 0 && i)
                words[i].begin = words[i - 1].begin;
            before[i] = mark;
        }
        sx_phrase(words, count);
        for (int i = 0, from = 0; i < count; i++) {
            if (before[i] > SX_PHONE_WORD) {
                assert_int_equal(words[i].mark, before[i]);
            } else if (words[i].mark != SX_PHONE_WORD) {
                int next = i + 1;
                assert_int_equal(words[i].mark, SX_PHONE_COMMA);
                assert_true(i + 1 < count && !words[i].fixed && words[i].begin != words[i + 1].begin);
                assert_false(one_of(words[i].text, leans));
                assert_true(i + 1 - from >= SX_PHRASE_ROOM);
                while (next + 1 < count && words[next].mark == SX_PHONE_WORD)
                    next++;
                assert_true(next - i >= SX_PHRASE_ROOM);
                breaks++;
            }
            if (words[i].mark > SX_PHONE_WORD) {
                from = i + 1;
            }
        }
        /* what is short was left alone */
        for (int i = 0, from = 0; i < count; i++)
            if (before[i] > SX_PHONE_WORD || i + 1 == count) {
                for (int k = from; i - from < SX_PHRASE_LONG && k < i; k++)
                    assert_int_equal(words[k].mark, SX_PHONE_WORD);
                from = i + 1;
            }
    }
    assert_true(breaks > 500);
}

/* Sixty thousand words at once: no stretch between breaks longer than is right where there are places, and a second pass changes nothing for the worse. */
static void endless(void **state)
{
    (void)state;
    static const char *const verse[] = {"and", "the", "people", "of", "the", "valley", "carried", "their", "water", "home"};
    for (int i = 0; i < MOST; i++)
        words[i] = (struct sx_spoken){.text = verse[i % 10], .begin = (uint32_t)i, .end = (uint32_t)i + 1, .mark = SX_PHONE_WORD, .phone_count = -1};
    sx_phrase(words, MOST);
    int longest = 0, run = 0;
    for (int i = 0; i < MOST; i++) {
        run = words[i].mark > SX_PHONE_WORD ? 0 : run + 1;
        longest = run > longest ? run : longest;
    }
    assert_true(longest <= 40);
    for (int i = 0; i < MOST; i++) {    /* nowhere to break */
        words[i].mark = SX_PHONE_WORD;
        words[i].text = i % 2 ? "of" : "and";
    }
    sx_phrase(words, MOST);
    for (int i = 0; i < MOST; i++)
        assert_int_equal(words[i].mark, SX_PHONE_WORD);
    char *monster = malloc(1 << 20);    /* words of a million letters, of none, of any bytes */
    assert_non_null(monster);
    memset(monster, 'e', 1 << 20);
    monster[(1 << 20) - 1] = 0;
    for (int i = 0; i < 300; i++)
        words[i].text = i % 3 ? i % 2 ? "\xFF\xC3" : "" : monster;
    sx_phrase(words, 300);
    free(monster);
    sx_phrase(NULL, 0);
}

static void best_part(void **state)
{
    (void)state;
    char plain[] = "we saw the red boats of the fishermen and the nets on the sand";
    int count = split(plain, NULL);
    assert_int_equal(sx_phrase_part(words, count, 2, count), 7);                /* fishermen | and */
    assert_int_equal(sx_phrase_part(words, count, 2, 5), 4);                    /* nothing but the end */
    words[3].mark = SX_PHONE_COMMA;
    assert_int_equal(sx_phrase_part(words, count, 2, count), 3);
    words[10].mark = SX_PHONE_SEMICOLON;
    assert_int_equal(sx_phrase_part(words, count, 2, count), 10);
    assert_int_equal(sx_phrase_part(words, count, 2, 9), 3);
    assert_int_equal(sx_phrase_part(words, 1, 0, 1), 0);
}

/* ------------------------------------------------------------------ punctuation */

static struct sx_text *text;

static int setup(void **state)
{
    struct sx_error error;
    (void)state;
    return sx_text_new(NULL, 0, &text, &error);
}

static int teardown(void **state)
{
    (void)state;
    sx_text_free(text);
    return 0;
}

/* Utterances of `source`, a line each: words with their marks, what opens and closes; '~' where the sentence goes on. */
static void check(const char *source, const char *wanted)
{
    static const char *const mark[] = {"", "", "", "", ",", ";", ".", "?", "!"};
    struct sx_reader *reader;
    struct sx_utterance u;
    struct sx_error error;
    struct sx_buffer out = {0};
    assert_int_equal(sx_reader_new(text, &reader, &error), 0);
    assert_int_equal(sx_reader_push(reader, source, strlen(source), &error), 0);
    sx_reader_end(reader);
    while (sx_reader_next(reader, &u, &error) > 0) {
        for (int i = 0; i < u.word_count; i++)
            sx_buffer_printf(&out, "%s%s%s%s%s%s%s", i ? " " : out.length ? "/" : "", u.words[i].open & SX_PAREN ? "(" : "", u.words[i].open & SX_QUOTE ? "\"" : "",
                             u.words[i].text, u.words[i].close & SX_QUOTE ? "\"" : "", u.words[i].close & SX_PAREN ? ")" : "",
                             mark[u.tokens[u.words[i].first + u.words[i].count].phone]);
        if (u.cut)
            sx_buffer_printf(&out, "~");
    }
    assert_string_equal(out.data ? out.data : "", wanted);
    sx_buffer_free(&out);
    sx_reader_free(reader);
}

static void punctuation(void **state)
{
    (void)state;
    check("The lamp (an old one) went out.", "the lamp, (an old one), went out.");
    check("Bring the box(es) home.", "bring the box (es) home.");
    check("The so-called \"quick\" way took hours.", "the so called \"quick\" way took hours.");
    check("(\"Nobody,\" he wrote.)", "(\"nobody\", he wrote).");
    check("Two things: rope; nails - and a hammer.", "two things; rope; nails; and a hammer.");
    check("My brother\xE2\x80\x94the tall one\xE2\x80\x94left.", "my brother; the tall one; left.");
    check("He waited... and waited\xE2\x80\xA6 for you.", "he waited; and waited; for you.");
    check("Mind the flag !important here.", "mind the flag important here.");
}

static void ends(void **state)
{
    (void)state;
    check("What?! No way!? You did...? Stop... Yes!!!", "what?/no way?/you did?/stop./yes!");
    check("\"Who is there?\" asked the porter.", "\"who is there\"?~/asked the porter.");
    check("\"Run!\" she cried, and ran.", "\"run\"!~/she cried, and ran.");
    check("Is it late? he wondered.", "is it late?~/he wondered.");
    check("Yahoo! is a name.", "yahoo; is a name.");
    check("He asked \"Why?\".", "he asked \"why\".");
    check("Did he say \"yes\"?", "did he say \"yes\"?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_python), cmocka_unit_test(known_places), cmocka_unit_test(rules_hold), cmocka_unit_test(endless), cmocka_unit_test(best_part),
        cmocka_unit_test_setup_teardown(punctuation, setup, teardown), cmocka_unit_test_setup_teardown(ends, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
