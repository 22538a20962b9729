/* test_text_lexicon.c - a user's lexicon: what it may hold, what it says of bad lines; the dictionary without it. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text/text.h"

static char path[] = "/tmp/syrinx-lexicon-XXXXXX";

static int setup(void **state)
{
    (void)state;
    strcpy(path + sizeof path - 7, "XXXXXX");
    int fd = mkstemp(path);
    return fd < 0 || close(fd);
}

static int teardown(void **state)
{
    (void)state;
    return unlink(path);
}

static void write_file(const char *content)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(content, file);
    assert_int_equal(fclose(file), 0);
}

static void says(struct sx_text *text, const char *input, const char *want)
{
    struct sx_buffer out = {0};
    struct sx_error error;
    assert_int_equal(sx_text_phonemize(text, input, strlen(input), SYRINX_ARPABET, false, &out, &error), 0);
    assert_string_equal(out.data, want);
    sx_buffer_free(&out);
}

static void good(void **state)
{
    (void)state;
    struct sx_text *text;
    struct sx_error error;
    write_file("\xEF\xBB\xBF# comment\n\nNguyen\tW IH1 N\r\nsiobhán\t[[ʃɪˈvɔːn]]\nnginx\tengine X\nnguyen\tN OW1\nthe\tDH IY1\ngif \t JH IH1 F \n"
               "Mälzer\t[[ˈmɛltsɐ]]\nW3C\tworld wide web\nSQL\tS IY1 K W AH0 L\nvs\tV ER1 S AH0 Z\n");
    assert_int_equal(sx_text_new(path, 0, &text, &error), 0);
    says(text, "NGUYEN runs", "W IH1 N | R AH1 N Z");
    says(text, "Nguyen's nginx", "W IH1 N Z | EH1 N JH AH0 N | EH1 K S");
    says(text, "SIOBHA\xCC\x81N Siobhán", "SH IH0 V AO1 N | SH IH0 V AO1 N");
    says(text, "the pear", "DH IY1 | P EH1 R");
    /* before acronyms and abbreviations */
    says(text, "SQL vs. W3C.", "S IY1 K W AH0 L | V ER1 S AH0 Z | W ER1 L D | W AY1 D | W EH1 B");
    says(text, "gif file", "JH IH1 F | F AY1 L");
    sx_text_free(text);
}

static void bad(void **state)
{
    (void)state;
    struct sx_text *empty;
    struct sx_error none;
    write_file("");
    assert_int_equal(sx_text_new(path, 0, &empty, &none), 0);
    sx_text_free(empty);
    static const struct { const char *content, *place; int code; } rows[] = {
        {"good\tG UH1 D\nno tab here\n", ":2:", SYRINX_ERROR_INPUT}, {"word\tXX YY\n", ":1:", SYRINX_ERROR_INPUT}, {"# c\n\nword\t[[☃]]\n", ":3:", SYRINX_ERROR_INPUT},
        {"word\t\n", ":1:", SYRINX_ERROR_INPUT}, {"\tW ER1 D\n", ":1:", SYRINX_ERROR_INPUT}, {"word\t[[]]\n", ":1:", SYRINX_ERROR_INPUT}, {"word\t[[h\n", ":1:", SYRINX_ERROR_INPUT},
        {"w\xFF\tW ER1 D\n", ":1:", SYRINX_ERROR_INPUT}, {"word\tT1 T\n", ":1:", SYRINX_ERROR_INPUT}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sx_text *text;
        struct sx_error error;
        write_file(rows[i].content);
        assert_int_equal(sx_text_new(path, 0, &text, &error), rows[i].code);
        assert_non_null(strstr(error.message, rows[i].place));
        assert_non_null(strstr(error.message, path));
    }
    struct sx_text *text;
    struct sx_error error;
    assert_int_equal(sx_text_new("/nonexistent/lexicon", 0, &text, &error), SYRINX_ERROR_NOT_FOUND);
}

/* Two thousand words: the table grows. */
static void many(void **state)
{
    (void)state;
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (int i = 0; i < 2000; i++)
        fprintf(file, "w%c%c%cq\tB IY1 %s\n", 'a' + i % 26, 'a' + i / 26 % 26, 'a' + i / 676, i % 2 ? "T" : "D");
    assert_int_equal(fclose(file), 0);
    struct sx_text *text;
    struct sx_error error;
    assert_int_equal(sx_text_new(path, 0, &text, &error), 0);
    says(text, "waaaq wbaaq", "B IY1 D | B IY1 T");
    says(text, "wxxcq wxycq", "B IY1 T | B IY1 T");
    sx_text_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(good, setup, teardown),
        cmocka_unit_test_setup_teardown(bad, setup, teardown),
        cmocka_unit_test_setup_teardown(many, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
