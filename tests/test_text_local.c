/* test_text_local.c - characters by name, words to spell with and punctuation levels in German and Dutch; letters in any language. What needs libespeak-ng is
 * skipped where it is not installed. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "text/foreign.h"
#include "text/say.h"

static int need_library(void **state)
{
    (void)state;
    if (!sx_foreign_present())
        skip();
    return 0;
}

static char *words_of(const struct sx_say *say, char out[2000])
{
    size_t n = 0;
    out[0] = 0;
    for (int i = 0; i < say->count && n < 1900; i++)
        n += (size_t)snprintf(out + n, 2000 - n, "%s%s", i ? " " : "", say->words[i].text);
    return out;
}

struct row {
    const char *language, *kind, *format, *detail, *text, *spoken;
    bool english;               /* words without phones of libespeak-ng are among them */
};

static const struct row rows[] = {
    {"de", "characters", NULL, NULL, "ab,.", "a b komma punkt", false},
    {"de-AT", "characters", NULL, NULL, "@-\\", "ätt strich umgekehrter schrägstrich", false},
    {"de", "characters", NULL, NULL, "Aä", "a ä", false},
    {"de", "characters", NULL, "capital", "AÄb", "groß a groß ä b", false},
    {"de", "characters", NULL, NULL, "ñe\xCC\x81""\xC2\xA0", "n tilde e akut geschütztes leerzeichen", false},
    {"de", "characters", NULL, NULL, "ж", "cyrillic zhe", true},
    {"de", "characters", "phonetic", NULL, "Hallo", "heinrich anton ludwig ludwig otto", false},
    {"de", "characters", "phonetic", "capital", "Ößz7!", "groß ökonom eszett zacharias 7 ausrufezeichen", false},
    {"nl", "characters", NULL, NULL, "y@.", "griekse ij apenstaartje punt", false},
    {"nl", "characters", NULL, "capital", "Bë", "hoofdletter b e trema", false},
    {"nl", "characters", "phonetic", NULL, "Quiz", "quotiënt utrecht izaak zaandam", false},
    {"fr", "characters", NULL, NULL, "ab", "a b", false},
    {"fr", "characters", NULL, NULL, "a,", "a comma", true},
    {"ru", "characters", NULL, NULL, "ж", "ж", false},
    {"de", "cardinal", NULL, NULL, "17", "17", false},
    {"de", "digits", NULL, NULL, "17", "1 7", false},
    {"en-GB", "characters", NULL, "capital", "A,", "capital a comma", true}};

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sx_arena arena = {0};
        char text[128], spoken[2000];
        size_t length = strlen(rows[i].text);
        snprintf(text, sizeof text, "x%s y", rows[i].text);
        struct sx_say say = {.text = text, .length = strlen(text), .at = 1, .arena = &arena, .style = &sx_style_plain, .language = rows[i].language};
        assert_true(sx_say_as(&say, length, sx_say_as_kind(rows[i].kind), rows[i].format, rows[i].detail));
        assert_string_equal(words_of(&say, spoken), rows[i].spoken);
        assert_int_equal(say.at, 1 + length);
        int plain = 0;
        for (int w = 0; w < say.count; w++) {
            assert_true(say.words[w].begin >= 1 && say.words[w].begin < say.words[w].end && say.words[w].end <= 1 + length);
            plain += say.words[w].phone_count < 0;
        }
        assert_int_equal(plain > 0, rows[i].english);
        sx_arena_free(&arena);
    }
}

/* Every letter and digit has a name of its own in both languages, and no two the same. */
static void test_all_letters(void **state)
{
    static const char *const letters[] = {"abcdefghijklmnopqrstuvwxyzäöüß0123456789", "abcdefghijklmnopqrstuvwxyz0123456789"}, *const languages[] = {"de", "nl"};
    (void)state;
    for (size_t l = 0; l < COUNT(languages); l++)
        for (int phonetic = 0; phonetic < 2; phonetic++) {
            static struct { struct sx_phone phones[64]; int count; } seen[64];
            int known = 0;
            for (const char *c = letters[l]; *c;) {
                struct sx_arena arena = {0};
                uint32_t code;
                size_t n = (size_t)sx_utf8_decode(c, strlen(c), &code);
                struct sx_say say = {.text = c, .length = n, .arena = &arena, .style = &sx_style_plain, .language = languages[l]};
                if (phonetic)
                    sx_say_phonetic(&say, n, false);
                else
                    sx_say_characters(&say, n, false);
                memset(&seen[known], 0, sizeof seen[known]);
                for (int w = 0; w < say.count; w++) {
                    assert_true(say.words[w].phone_count > 0);
                    for (int p = 0; p < say.words[w].phone_count; p++)
                        seen[known].phones[seen[known].count++] = say.words[w].phones[p];
                }
                assert_true(seen[known].count > 0);
                for (int k = 0; k < known; k++)
                    assert_true(seen[k].count != seen[known].count || memcmp(seen[k].phones, seen[known].phones, sizeof seen[k].phones));
                known++;
                c += n;
                sx_arena_free(&arena);
            }
        }
}

static char *sentence(const char *language, const char *text, int punctuation, char out[2000])
{
    struct sx_arena arena = {0};
    struct sx_error error;
    char copy[300];
    snprintf(copy, sizeof copy, "%s", text);
    struct sx_say say = {.text = copy, .length = strlen(copy), .arena = &arena, .language = language, .punctuation = punctuation, .alone = true};
    assert_int_equal(sx_say_sentence(&say, &error), 0);
    for (int i = 0; i < say.count; i++)
        assert_true(say.words[i].begin < say.words[i].end && say.words[i].end <= strlen(text) && (!i || say.words[i].begin >= say.words[i - 1].begin));
    words_of(&say, out);
    sx_arena_free(&arena);
    return out;
}

static void test_levels(void **state)
{
    static const struct { const char *language; int level; const char *text, *spoken; } levels[] = {
        {"de", SYRINX_PUNCTUATION_NONE, "Ja, (nein)!", "ja nein"},
        {"de", SYRINX_PUNCTUATION_SOME, "Ja, (nein) a_b!", "ja nein a unterstrich b"},
        {"de", SYRINX_PUNCTUATION_MOST, "Ja, (nein)!", "ja klammer auf nein klammer zu"},
        {"de", SYRINX_PUNCTUATION_ALL, "Ja, (nein)!", "ja komma klammer auf nein klammer zu ausrufezeichen"},
        {"de", SYRINX_PUNCTUATION_ALL, "3,5 geht's?", "3,5 3,5 3,5 geht's fragezeichen"},
        {"de", SYRINX_PUNCTUATION_ALL, "um -5 - ja", "um -5 -5 strich ja"}, {"nl", SYRINX_PUNCTUATION_NONE, "-5", "-5 -5"},
        {"de", SYRINX_PUNCTUATION_ALL, "a-b ----- c", "a strich b 5 strich c"},
        {"nl", SYRINX_PUNCTUATION_MOST, "Goed (zo): ja", "goed haakje openen zo haakje sluiten dubbele punt ja"},
        {"de", SYRINX_PUNCTUATION_NONE, ",", "komma"}, {"nl", SYRINX_PUNCTUATION_NONE, "?", "vraagteken"}, {"de", SYRINX_PUNCTUATION_NONE, "------", "6 strich"}};
    char spoken[2000];
    (void)state;
    for (size_t i = 0; i < COUNT(levels); i++)
        assert_string_equal(sentence(levels[i].language, levels[i].text, levels[i].level, spoken), levels[i].spoken);
}

static void test_without_library(void **state)
{
    char spoken[2000];
    (void)state;
    sx_foreign_hide(true);
    assert_string_equal(sentence("de", ",", SYRINX_PUNCTUATION_NONE, spoken), "comma");
    assert_string_equal(sentence("de", "ja, ja", SYRINX_PUNCTUATION_ALL, spoken), "ja comma ja");
    struct sx_arena arena = {0};
    struct sx_say say = {.text = "Ab", .length = 2, .arena = &arena, .style = &sx_style_plain, .language = "de"};
    sx_say_phonetic(&say, 2, true);
    sx_foreign_hide(false);
    assert_string_equal(words_of(&say, spoken), "capital alpha bravo");
    sx_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup(test_rows, need_library), cmocka_unit_test_setup(test_all_letters, need_library),
                                       cmocka_unit_test_setup(test_levels, need_library), cmocka_unit_test(test_without_library)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
