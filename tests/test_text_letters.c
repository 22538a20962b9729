/* test_text_letters.c - letter-to-sound: words that it was not trained on, one primary stress, the same every time, dictionaries, patterns. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "text/dict.h"
#include "text/letters.h"
#include "text/pattern.h"
#include "text/text.h"

/* Words kept aside from training, with the dictionary's pronunciation. */
static const struct { const char *word, *phones; } held_out[] = {
    {"backsaw", "B AE1 K S AA2"}, {"lolly", "L AA1 L IY0"}, {"avowedly", "AH0 V AW1 AH0 D L IY0"}, {"tram", "T R AE1 M"}, {"bebop", "B IY1 B AA2 P"},
    {"wranglings", "R AE1 NG G AH0 L IH0 NG Z"}, {"lousiness", "L AW1 Z IY0 N AH0 S"}, {"funderburg", "F AH1 N D ER0 B ER0 G"}, {"wickliff", "W IH1 K L IH0 F"},
    {"kunio", "K Y UW1 N IY0 OW0"}, {"monarchists", "M AA1 N AA0 R K IH0 S T S"}};

static struct sx_letters_model *model;
static struct sx_letters *letters;

static int setup(void **state)
{
    struct sx_error error;
    (void)state;
    return sx_letters_model_new(&model, &error) || sx_letters_new(model, &letters, &error);
}

static int teardown(void **state)
{
    (void)state;
    sx_letters_free(letters);
    sx_letters_model_free(model);
    return 0;
}

static int say(const char *word, size_t length, struct sx_phone out[SX_WORD_PHONES])
{
    struct sx_error error = {0};
    int n = sx_letters_say(letters, word, length, out, SX_WORD_PHONES, &error);
    assert_true(n >= 0);
    return n;
}

static void unseen_words(void **state)
{
    (void)state;
    int right = 0;
    for (size_t i = 0; i < COUNT(held_out); i++) {
        struct sx_phone p[SX_WORD_PHONES];
        char text[400] = "";
        int n = say(held_out[i].word, strlen(held_out[i].word), p);
        for (int k = 0; k < n; k++)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", k ? " " : "", sx_phone_arpabet(p[k].id, p[k].stress));
        right += !strcmp(text, held_out[i].phones);
    }
    /* about 65 % of such words are right to the last stress mark; letters read by rule alone give none or one */
    assert_true(right >= 4);
}

static void one_stress(void **state)
{
    (void)state;
    static const char *const words[] = {"zyxxle", "aaaaaa", "bcdfg", "supercalifragilisticexpialidocious", "x", "eunoia", "o'brienish", "'''", "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"};
    for (size_t i = 0; i < COUNT(words); i++) {
        struct sx_phone a[SX_WORD_PHONES], b[SX_WORD_PHONES];
        int n = say(words[i], strlen(words[i]), a), primary = 0, vowels = 0;
        assert_int_equal(say(words[i], strlen(words[i]), b), n);
        assert_memory_equal(a, b, (size_t)n * sizeof *a);
        for (int k = 0; k < n; k++) {
            primary += a[k].stress == 1;
            vowels += sx_phone_vowel(a[k].id);
        }
        assert_int_equal(primary, vowels ? 1 : 0);
    }
    struct sx_phone one[1];
    struct sx_error error;
    assert_int_equal(sx_letters_say(letters, "banana", 6, one, 1, &error), 1);
    assert_int_equal(sx_letters_say(letters, "", 0, one, 1, &error), 0);
}

/* Without the lexicon every word is asked of the network. */
static void no_lexicon(void **state)
{
    (void)state;
    struct sx_text *with, *without;
    struct sx_error error;
    struct sx_buffer a = {0}, b = {0};
    assert_int_equal(sx_text_new(NULL, 0, &with, &error), 0);
    assert_int_equal(sx_text_new(NULL, SX_TEXT_NO_LEXICON, &without, &error), 0);
    assert_int_equal(sx_text_phonemize(with, "colonel yacht", 13, SYRINX_ARPABET, false, &a, &error), 0);
    assert_int_equal(sx_text_phonemize(without, "colonel yacht", 13, SYRINX_ARPABET, false, &b, &error), 0);
    assert_string_equal(a.data, "K ER1 N AH0 L | Y AA1 T");
    assert_non_null(strchr(b.data, '|'));
    sx_buffer_free(&a);
    sx_buffer_free(&b);
    sx_text_free(with);
    sx_text_free(without);
}

/* Every word of the dictionary's source is found, what lies between is not. */
static void dictionary(void **state)
{
    (void)state;
    FILE *file = fopen("src/text/data/cmudict.dict", "r");
    assert_non_null(file);
    char line[512];
    int words = 0;
    const unsigned char *value;
    size_t size;
    while (fgets(line, sizeof line, file)) {
        size_t n = strcspn(line, " ");
        if (line[n] != ' ' || memchr(line, '(', n))
            continue;
        assert_true(sx_dict_find(SX_DICT(lexicon), line, n, &value, &size));
        assert_true(size >= 1 && value[0] + 1u <= size);
        line[n] = '~';
        assert_false(sx_dict_find(SX_DICT(lexicon), line, n + 1, &value, &size));
        words++;
    }
    fclose(file);
    assert_true(words > 120000);
    assert_false(sx_dict_find(SX_DICT(lexicon), "", 0, &value, &size));
    assert_false(sx_dict_find(SX_DICT(lexicon), "\xFF\xFF", 2, &value, &size));
    assert_true(sx_dict_find(SX_DICT(units), "km", 2, &value, &size));
    assert_int_equal(memcmp(value, "kilometer\t", 10), 0);
}

static void patterns(void **state)
{
    (void)state;
    struct sx_match m;
    assert_true(sx_match("(\\d{1,3}(,\\d{3})+|\\d+)(.\\d+)?", "1,234,567.89x", &m));
    assert_int_equal(m.length, 12);
    assert_int_equal(m.size[1], 9);
    assert_int_equal(m.size[3], 3);
    assert_true(sx_match("(ab|a)(bc)?c", "abc", &m));
    assert_int_equal(m.length, 3);
    assert_int_equal(m.size[1], 2);
    assert_null(m.from[2]);
    assert_false(sx_match("[^a-z]+\\b", "abc", &m));
    assert_true(sx_match_nocase("p\\.?m\\.?\\b", "P.M. now", &m));
    assert_int_equal(m.length, 4);
    assert_false(sx_match("\\d+\\e", "3.14", &m));
    assert_true(sx_match("\\d+\\e", "3. ", &m));
    assert_false(sx_match("a", "", &m));
    /* exponential for a plain backtracker: given up */
    assert_false(sx_match("(a*)*(a*)*(a*)*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", &m));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(unseen_words, setup, teardown),
        cmocka_unit_test_setup_teardown(one_stress, setup, teardown),
        cmocka_unit_test(no_lexicon),
        cmocka_unit_test(dictionary),
        cmocka_unit_test(patterns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
