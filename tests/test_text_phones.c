/* test_text_phones.c - the phone table, both alphabets, golden phones of words and sentences, the printed forms. */
#include "test.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "text/phones.h"
#include "text/text.h"

/* The ids of the enum and of docs/VOICE_FORMAT.md are those of the table that training reads. */
static void table_is_the_file(void **state)
{
    (void)state;
    FILE *file = fopen("src/text/data/phones.tsv", "r");
    assert_non_null(file);
    char line[512];
    int seen = 0;
    while (fgets(line, sizeof line, file)) {
        char ipa[32], arpabet[32], kind[32];
        int id;
        if (sscanf(line, "%d\t%31[^\t]\t%31[^\t]\t%31[^\t]", &id, ipa, arpabet, kind) != 4)
            continue;
        assert_string_equal(sx_phone_ipa(id), ipa);
        assert_int_equal(sx_phone_vowel(id), !strcmp(kind, "vowel"));
        assert_true(!strcmp(kind, "mark") == (id < SX_PHONE_FIRST));
        const char *name = sx_phone_arpabet(id, 0);
        if (!strcmp(arpabet, "-")) {
            assert_null(name);
        } else {
            struct sx_phone phone;
            assert_non_null(name);
            assert_memory_equal(name, arpabet, 2 < strlen(arpabet) ? 2 : strlen(arpabet));
            int stress = sx_phone_vowel(id) && strlen(arpabet) == 3 && arpabet[2] == '1';
            name = sx_phone_arpabet(id, stress);
            assert_true(sx_phone_parse_arpabet(name, strlen(name), &phone));
            assert_int_equal(phone.id, id);
            assert_int_equal(phone.stress, stress);
        }
        seen++;
    }
    fclose(file);
    assert_true(seen > 100);
    static const struct { int id; const char *mark; } marks[] = {
        {SX_PHONE_PAD, "<pad>"}, {SX_PHONE_BEGIN, "^"}, {SX_PHONE_END, "$"}, {SX_PHONE_WORD, "_"}, {SX_PHONE_COMMA, ","}, {SX_PHONE_SEMICOLON, ";"},
        {SX_PHONE_STOP, "."}, {SX_PHONE_QUESTION, "?"}, {SX_PHONE_EXCLAMATION, "!"}};
    for (size_t i = 0; i < COUNT(marks); i++)
        assert_string_equal(sx_phone_ipa(marks[i].id), marks[i].mark);
    assert_string_equal(sx_phone_ipa(SX_PHONE_FIRST), "\xC9\x91");
    assert_null(sx_phone_ipa(15));
    assert_null(sx_phone_ipa(-1));
    assert_null(sx_phone_ipa(100000));
    assert_null(sx_phone_arpabet(SX_PHONE_FIRST, 3));
    assert_string_equal(sx_phone_ipa(SX_PHONE_SCHWA), "ə");
    assert_string_equal(sx_phone_ipa(SX_PHONE_SCHWA_R), "ɚ");
}

static void alphabets(void **state)
{
    (void)state;
    struct sx_phone p[8];
    assert_int_equal(sx_phone_parse_ipa("həˈloʊ", strlen("həˈloʊ"), p, 8), 4);
    assert_int_equal(p[3].stress, 1);
    assert_string_equal(sx_phone_ipa(p[3].id), "oʊ");
    assert_int_equal(p[1].stress, 0);
    assert_int_equal(sx_phone_parse_ipa("tʃɜːtʃ", strlen("tʃɜːtʃ"), p, 8), 3);
    assert_string_equal(sx_phone_ipa(p[0].id), "tʃ");
    assert_int_equal(sx_phone_parse_ipa("a☃", strlen("a☃"), p, 8), -1);
    assert_int_equal(sx_phone_parse_ipa("ttttttttt", 9, p, 8), -1);
    assert_false(sx_phone_parse_arpabet("XX", 2, p));
    assert_false(sx_phone_parse_arpabet("T1", 2, p));
    assert_true(sx_phone_parse_arpabet("ah2", 3, p));
    assert_string_equal(sx_phone_ipa(p[0].id), "ʌ");
    assert_int_equal(p[0].stress, 2);
}

static void check(int alphabet, bool json, const char *input, const char *want)
{
    struct sx_text *text;
    struct sx_error error;
    struct sx_buffer out = {0};
    assert_int_equal(sx_text_new(NULL, 0, &text, &error), 0);
    assert_int_equal(sx_text_phonemize(text, input, strlen(input), alphabet, json, &out, &error), 0);
    assert_string_equal(out.data ? out.data : "", want);
    sx_buffer_free(&out);
    sx_text_free(text);
}

static void golden(void **state)
{
    (void)state;
    check(SYRINX_ARPABET, false, "Hello, world!", "HH AH0 L OW1 | W ER1 L D");
    check(SYRINX_IPA, false, "Hello, world!", "həˈloʊ ˈwɝld");
    /* weak forms, "the" before a vowel */
    check(SYRINX_ARPABET, false, "The apple and the pear", "DH IY0 | AE1 P AH0 L | AE0 N D | DH AH0 | P EH1 R");
    /* a word by itself has its full form */
    check(SYRINX_ARPABET, false, "a", "EY1");
    check(SYRINX_ARPABET, false, "and", "AH0 N D");
    check(SYRINX_ARPABET, false, "The FBI's", "DH IY0 | EH1 F | B IY1 | AY1 Z");
    check(SYRINX_ARPABET, false, "two CDs", "T UW1 | S IY1 | D IY1 Z");
    /* possessives of words that the dictionary has only without */
    check(SYRINX_ARPABET, false, "the gazebo's aardvark's ostrich's", "DH AH0 | G AH0 Z IY1 B OW0 Z | AA1 R D V AA2 R K S | AO1 S T R IH0 CH IH0 Z");
    /* endings of grammar */
    check(SYRINX_ARPABET, false, "equalled oddness corrals", "IY1 K W AH0 L D | AA1 D N AH0 S | K ER0 AE1 L Z");
    check(SYRINX_ARPABET, false, "", "");
    /* accents */
    check(SYRINX_ARPABET, false, "CAF\xC3\x89 na\xC3\xAFve", "K AH0 F EY1 | N AY2 IY1 V");
}

static void json_form(void **state)
{
    (void)state;
    struct sx_text *text;
    struct sx_error error;
    struct sx_buffer out = {0};
    const char *input = "Pay $5, \xC3\xA9l\xC3\xA8ve.";
    assert_int_equal(sx_text_new(NULL, 0, &text, &error), 0);
    assert_int_equal(sx_text_phonemize(text, input, strlen(input), SYRINX_ARPABET, true, &out, &error), 0);
    json_error_t where;
    json_t *words = json_loads(out.data, 0, &where);
    assert_non_null(words);
    assert_int_equal(json_array_size(words), 4);
    static const struct { const char *text; int begin, end; } want[] = {{"pay", 0, 3}, {"five", 4, 6}, {"dollars", 4, 6}, {"\xC3\xA9l\xC3\xA8ve", 8, 15}};
    for (size_t i = 0; i < 4; i++) {
        json_t *word = json_array_get(words, i);
        assert_string_equal(json_string_value(json_object_get(word, "text")), want[i].text);
        assert_int_equal(json_integer_value(json_object_get(word, "begin")), want[i].begin);
        assert_int_equal(json_integer_value(json_object_get(word, "end")), want[i].end);
        assert_non_null(json_string_value(json_object_get(word, "phones")));
    }
    json_decref(words);
    sx_buffer_clear(&out);
    assert_int_equal(sx_text_phonemize(text, "", 0, SYRINX_IPA, true, &out, &error), 0);
    assert_string_equal(out.data, "[]");
    sx_buffer_free(&out);
    sx_text_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_is_the_file),
        cmocka_unit_test(alphabets),
        cmocka_unit_test(golden),
        cmocka_unit_test(json_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
