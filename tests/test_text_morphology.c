/* test_text_morphology.c - words from parts of the dictionary, syllables, what is remembered, where a word's phones come from. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "text/letters_step.h"
#include "text/morphology.h"
#include "text/pronounce.h"
#include "text/recall.h"
#include "text/syllable.h"
#include "text/wordbook.h"

static int parse(const char *arpabet, struct sx_phone *out)
{
    return sx_morphology_append(out, 0, arpabet);
}

static void spell(const struct sx_phone *phones, int count, char *text, size_t room)
{
    text[0] = 0;
    for (int i = 0; i < count; i++)
        snprintf(text + strlen(text), room - strlen(text), "%s%s", i ? " " : "", sx_phone_arpabet(phones[i].id, phones[i].stress));
}

static void rules(void **state)
{
    (void)state;
    static const struct { const char *word, *rule, *phones; } words[] = {
        {"gazebo's", "'s", "G AH0 Z IY1 B OW0 Z"}, {"ostrich's", "'s", "AO1 S T R IH0 CH IH0 Z"}, {"corrals", "-s", "K ER0 AE1 L Z"},
        {"equalled", "-ed", "IY1 K W AH0 L D"}, {"advocating", "-ate", "AE1 D V AH0 K EY2 T IH0 NG"}, {"noisily", "-ly", "N OY1 Z AH0 L IY0"},
        {"crumbly", "-ly", "K R AH1 M B L IY0"}, {"keyboardless", "less", "K IY1 B AO2 R D L AH0 S"}, {"happiness", "ness", "HH AE1 P IY0 N AH0 S"},
        {"uncool", "un", "AH0 N K UW1 L"}, {"unabridged", "un", "AH2 N AH0 B R IH1 JH D"}, {"reencode", "re", "R IY2 EH0 N K OW1 D"},
        {"overpriced", "-ed", "OW2 V ER0 P R AY1 S T"}, {"colourless", "british", "K AH1 L ER0 L AH0 S"}, {"apologised", "-ed", "AH0 P AA1 L AH0 JH AY2 Z D"},
        {"metres", "-s", "M IY1 T ER0 Z"}, {"nightstorm", "compound", "N AY1 T S T AO2 R M"},
        {"nightstorms", "compound", "N AY1 T S T AO2 R M Z"}, {"waterproofing", "-ing", "W AO1 T ER0 P R UW2 F IH0 NG"}};
    for (size_t i = 0; i < COUNT(words); i++) {
        struct sx_phone p[SX_WORD_PHONES];
        const char *rule = NULL;
        char text[400];
        int n = sx_morphology_say(words[i].word, strlen(words[i].word), p, &rule);
        spell(p, n > 0 ? n : 0, text, sizeof text);
        if (strcmp(text, words[i].phones) || !rule || strcmp(rule, words[i].rule))
            fail_msg("%s: %s by %s, wanted %s by %s", words[i].word, text, rule ? rule : "none", words[i].phones, words[i].rule);
    }
    /* left to the network, or too short, long or strange */
    static const char *const others[] = {"", "a", "s", "xq", "floury", "zzzzless", "'", "''s", "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq",
                                         "ununununununununununununununununun"};
    for (size_t i = 0; i < COUNT(others); i++) {
        struct sx_phone p[SX_WORD_PHONES];
        assert_int_equal(sx_morphology_say(others[i], strlen(others[i]), p, NULL), -1);
    }
}

/* Every word of a long list has at most one primary stress and fits its room. */
static void one_stress(void **state)
{
    (void)state;
    static const char *const parts[] = {"over", "under", "screen", "snow", "reader", "blower", "less", "ness", "ing", "ed", "ly", "'s", "re", "un", "wise", "water"};
    int said = 0;
    for (size_t a = 0; a < COUNT(parts); a++)
        for (size_t b = 0; b < COUNT(parts); b++)
            for (size_t c = 0; c < COUNT(parts); c++) {
                char word[64];
                struct sx_phone p[SX_WORD_PHONES];
                int length = snprintf(word, sizeof word, "%s%s%s", parts[a], parts[b], parts[c]), primary = 0;
                int n = sx_morphology_say(word, (size_t)length, p, NULL);
                assert_true(n <= SX_WORD_PHONES);
                for (int i = 0; i < n; i++)
                    primary += p[i].stress == 1;
                assert_true(primary <= 1);
                said += n > 0;
            }
    assert_true(said > 100);
}

static void syllables(void **state)
{
    (void)state;
    static const struct { const char *phones, *parts; } words[] = {
        {"HH AH0 L OW1", "02"}, {"W ER1 L D", "0"}, {"M IH1 S T ER0", "02"}, {"EH1 K S T R AH0", "02"}, {"S IH1 NG ER0", "03"}, {"AE1 NG K ER0", "02"},
        {"AA1 R D V AA2 R K", "03"}, {"K AH0 N S T R AH1 K T", "03"}, {"IY1 G AH0 L", "01"}, {"AY1 D IY2 AH0", "013"}, {"AE1 TH L IY2 T", "02"},
        {"V AE1 L Y UW0", "02"}, {"AE1 T L AH0 S", "02"}, {"S T R EH1 NG K TH S", "0"}, {"SH", "0"}};
    for (size_t i = 0; i < COUNT(words); i++) {
        struct sx_phone p[SX_WORD_PHONES];
        int starts[SX_WORD_PHONES], n = parse(words[i].phones, p), count = sx_syllables(p, n, starts);
        assert_int_equal(count, (int)strlen(words[i].parts));
        for (int k = 0; k < count; k++)
            if (starts[k] != words[i].parts[k] - '0')
                fail_msg("%s: syllable %d begins at %d", words[i].phones, k, starts[k]);
    }
    int starts[1];
    assert_int_equal(sx_syllables(NULL, 0, starts), 0);
}

static void remembered(void **state)
{
    (void)state;
    struct sx_recall *recall = sx_recall_new();
    struct sx_phone p[SX_WORD_PHONES], q[SX_WORD_PHONES];
    assert_non_null(recall);
    int n = parse("HH AH0 L OW1", p);
    assert_int_equal(sx_recall_find(recall, "hello", 5, q), -1);
    sx_recall_keep(recall, "hello", 5, p, n);
    assert_int_equal(sx_recall_find(recall, "hello", 5, q), n);
    assert_memory_equal(p, q, (size_t)n * sizeof *p);
    assert_int_equal(sx_recall_find(recall, "hell", 4, q), -1);
    /* not kept: long, foreign phones, more phones than fit */
    sx_recall_keep(recall, "incomprehensibilities", 21, p, n);
    assert_int_equal(sx_recall_find(recall, "incomprehensibilities", 21, q), -1);
    p[0].id = 100;
    sx_recall_keep(recall, "hello", 5, p, n);
    assert_int_equal(sx_recall_find(recall, "hello", 5, q), -1);
    sx_recall_keep(NULL, "hello", 5, p, n);
    assert_int_equal(sx_recall_find(NULL, "hello", 5, q), -1);
    sx_recall_free(recall);
}

static void sources(void **state)
{
    (void)state;
    assert_int_equal(sx_pronounce_source("hello", 5), SX_WORD_DICTIONARY);
    assert_int_equal(sx_pronounce_source("na\xC3\xAFve", 6), SX_WORD_DICTIONARY);
    assert_int_equal(sx_pronounce_source("keyboardless", 12), SX_WORD_RULE);
    assert_int_equal(sx_pronounce_source("blorptangle", 11), SX_WORD_LETTERS);
    assert_int_equal(sx_pronounce_source("", 0), SX_WORD_LETTERS);
}

/* Damaged step networks are refused. */
static void damaged(void **state)
{
    (void)state;
    static const unsigned char bytes[64] = "SXL1\1\0\1\0\1\0\4\0";
    struct sx_letters_step *step;
    struct sx_error error;
    for (size_t n = 0; n <= sizeof bytes; n++)
        assert_int_equal(sx_letters_step_open(bytes, n, &step, &error), SYRINX_ERROR_FORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules), cmocka_unit_test(one_stress), cmocka_unit_test(syllables), cmocka_unit_test(remembered), cmocka_unit_test(sources),
        cmocka_unit_test(damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
