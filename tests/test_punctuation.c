/* test_punctuation.c - punctuation by name at each level: pauses stay, numbers and addresses stay; texts that are nothing but marks; a user's names. */
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utf8proc.h>

#include "base/utf8.h"
#include "text/foreign.h"
#include "text/text.h"

struct row {
    const char *text, *spoken[4];       /* at none, some, most, all; NULL: as at the level below */
};

static const struct row rows[] = {
    {"Hello, world!", {"hello world", NULL, NULL, "hello comma world exclamation mark"}},
    {"One (two) three: four; five.", {"one two three four five", NULL, "one left paren two right paren three colon four semicolon five",
                                      "one left paren two right paren three colon four semicolon five dot"}},
    {"A well-known \"fact\".", {"a well known fact", NULL, "a well known quote fact quote", "a well dash known quote fact quote dot"}},
    {"It's 'so' and the dogs' too", {"it's so and the dogs' too", NULL, NULL, "it's apostrophe so apostrophe and the dogs apostrophe too"}},
    {"run `ls` or don`t", {"run ls' or don't", "run backtick ls backtick or don backtick t", NULL, NULL}},
    {"so f(x) is", {"so f of x is", NULL, NULL, NULL}},
    {"give 'em more", {"give 'em more", NULL, NULL, NULL}},
    {"a * b", {"a times b", NULL, NULL, NULL}},
    {"Sale* now", {"sale now", "sale star now", NULL, NULL}},
    {"*bold* and _it_", {"bold and it", "star bold star and underscore it underscore", NULL, NULL}},
    {"{x | y}", {"x y", "x vertical bar y", "left brace x vertical bar y right brace", NULL}},
    {"salt & pepper", {"salt and pepper", NULL, NULL, NULL}},
    /* rows of one mark */
    {"so ... on", {"so on", NULL, NULL, "so dot dot dot on"}},
    {"a -- b", {"a b", NULL, NULL, "a dash dash b"}},
    {"a ------ b", {"a b", NULL, NULL, "a six dash b"}},
    {"a ====== b", {"a b", "a six equals b", NULL, NULL}},
    {"Stop!!!!! Now", {"stop now", NULL, NULL, "stop five exclamation mark now"}},
    {"~~~~~ the end ~~~~~", {"the end", "five tilde the end five tilde", NULL, NULL}},
    {"*&%$#@!", {"", "star ampersand percent dollar number sign at", NULL, "star ampersand percent dollar number sign at exclamation mark"}},
    /* what the classes read stays */
    {"It costs $5, or 3.5.", {"it costs five dollars or three point five", NULL, NULL, "it costs five dollars comma or three point five dot"}},
    {"At 10:30 on 2023-11-02", {"at ten thirty on november second twenty twenty three", NULL, NULL, NULL}},
    {"-40 and 1,250", {"minus forty and one thousand two hundred fifty", NULL, NULL, NULL}},
    {"See www.example.com/a.", {"see w w w dot example dot com slash a", NULL, NULL, "see w w w dot example dot com slash a dot"}},
    {"Dr. Smith, e.g. here", {"doctor smith for example here", NULL, NULL, "doctor smith comma for example here"}},
    {"Call (212) 555-0187.", {"call two one two five five five zero one eight seven", NULL, NULL, "call two one two five five five zero one eight seven dot"}},
    {"a C++ class", {"a c plus plus class", NULL, NULL, NULL}},
    {"False.[3] Next", {"false next", NULL, "false left bracket three right bracket next", "false dot left bracket three right bracket next"}},
    /* other signs */
    {"\xE2\x80\xA2 milk \xE2\x80\x94 eggs", {"milk eggs", "bullet milk eggs", "bullet milk em dash eggs", NULL}},
    {"\xE2\x98\x8E us \xE2\x99\x9E \xE2\x86\x90 x", {"telephone us black knight left arrow x", NULL, NULL, NULL}},
    {"\xE2\x94\x80\xE2\x94\x80 a \xE2\x96\xA0", {"a", "light horizontal light horizontal a black square", NULL, NULL}},
    {"\xE2\x80\x9Cyes\xE2\x80\x9D", {"yes", NULL, "quote yes quote", NULL}},
};

/* Texts that are nothing else. */
static const struct row alone[] = {
    {",", {"comma", NULL, NULL, NULL}},
    {".", {"dot", NULL, NULL, NULL}},
    {" ?\n", {"question mark", NULL, NULL, NULL}},
    {"-", {"dash", NULL, NULL, NULL}},
    {"*", {"star", NULL, NULL, NULL}},
    {"!!!", {"exclamation mark exclamation mark exclamation mark", NULL, NULL, NULL}},
    {"--------", {"eight dash", NULL, NULL, NULL}},
    {"?!", {"question mark exclamation mark", NULL, NULL, NULL}},
    {"\xE2\x94\x80", {"light horizontal", NULL, NULL, NULL}},
    {"\xE2\x96\xAA", {"small black square", NULL, NULL, NULL}},
    {"\xC2\xB2", {"superscript two", NULL, NULL, NULL}},
    {"* * *", {"", "star star star", NULL, NULL}},      /* parts scenes */
    {"...!?", {"", NULL, NULL, "dot dot dot exclamation mark question mark"}},
    {"One.\n\n***\n\nTwo.", {"one two", "one star star star two", NULL, "one dot star star star two dot"}},
    {"One.\n\n-", {"one", NULL, NULL, "one dot dash"}},
};

/* Letters that are neither English nor of another language's script. */
static const struct row letters[] = {
    {"\xC6\x9B or \xC9\xA7.", {"lambda with stroke or heng with hook", NULL, NULL, "lambda with stroke or heng with hook dot"}},
    {"\xC5\x81\xC3\xB3\xC4\x91\xC5\xBA", {"\xC5\x82\xC3\xB3\xC4\x91\xC5\xBA", NULL, NULL, NULL}},
    {"\xCE\xB1 and \xCE\xA9", {"alpha and omega", NULL, NULL, NULL}},
};

static struct sx_text *text[4];

static int setup(void **state)
{
    struct sx_error error;
    (void)state;
    for (int level = 0; level < 4; level++)
        if (sx_text_new(NULL, SX_TEXT_PUNCTUATION(level), &text[level], &error) < 0)
            return -1;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    for (int level = 0; level < 4; level++)
        sx_text_free(text[level]);
    return 0;
}

static void check(const struct sx_text *by, const char *input, const char *wanted)
{
    struct sx_buffer out = {0};
    struct sx_error error = {0};
    assert_int_equal(sx_text_normalize(by, input, strlen(input), &out, &error), 0);
    if (strcmp(out.data ? out.data : "", wanted))
        print_error("of \"%s\"\n", input);
    assert_string_equal(out.data ? out.data : "", wanted);
    sx_buffer_free(&out);
}

static void check_rows(const struct row *row, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *wanted = "";
        for (int level = 0; level < 4; level++) {
            wanted = row[i].spoken[level] ? row[i].spoken[level] : wanted;
            check(text[level], row[i].text, wanted);
        }
    }
}

static void levels(void **state)
{
    (void)state;
    check_rows(rows, COUNT(rows));
}

static void nothing_else(void **state)
{
    (void)state;
    check_rows(alone, COUNT(alone));
}

static void odd_letters(void **state)
{
    (void)state;
    check_rows(letters, COUNT(letters));
}

/* A reader that is used again, and one that is told of paragraphs, know where a text begins and ends. */
static void texts(void **state)
{
    static const struct { const char *piece; char then; int words; } steps[] = {
        {",", 'e', 1}, {",", 'e', 1}, {"One", 'b', 1}, {"***", 'b', 0}, {"two.", 'b', 1}, {"-", 'e', 0}, {"-", 'e', 1}, {"", 'e', 0}, {"***", 'b', 0}, {"x", 'e', 1},
        {"***", 'b', 0}, {"", 'r', 0}, {"?", 'e', 2}};
    struct sx_reader *reader;
    struct sx_utterance u;
    struct sx_error error;
    (void)state;
    assert_int_equal(sx_reader_new(text[0], &reader, &error), 0);
    for (size_t i = 0; i < COUNT(steps); i++) {
        int words = 0, status;
        assert_int_equal(sx_reader_push(reader, steps[i].piece, strlen(steps[i].piece), &error), 0);
        if (steps[i].then == 'e')
            sx_reader_end(reader);
        else if (steps[i].then == 'b')
            assert_int_equal(sx_reader_boundary(reader, SX_BOUNDARY_PARAGRAPH, &error), 0);
        else
            sx_reader_reset(reader);
        while ((status = sx_reader_next(reader, &u, &error)) > 0)
            words += u.word_count;
        assert_int_equal(status, 0);
        if (words != steps[i].words)
            print_error("step %zu\n", i);
        assert_int_equal(words, steps[i].words);
    }
    sx_reader_free(reader);
}

/* One character as a text is never silent: every sign, mark and number, and letters of every script. */
static void speak_all(void)
{
    struct sx_reader *reader;
    struct sx_utterance u;
    struct sx_error error;
    int asked = 0, silent = 0;          /* U+FFFD stands for bytes that are no text */
    assert_int_equal(sx_reader_new(text[0], &reader, &error), 0);
    for (uint32_t c = 0x21; c < 0x1FB00; c++) {
        utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)c);
        bool letter = k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_LO;
        if (c == 0xFFFD || (!letter && (k < UTF8PROC_CATEGORY_ND || k > UTF8PROC_CATEGORY_SO)) || (letter && c > 0x3000 && c % 97))
            continue;
        char bytes[4];
        size_t n = (size_t)sx_utf8_encode(c, bytes);
        assert_int_equal(sx_reader_push(reader, bytes, n, &error), 0);
        sx_reader_end(reader);
        int words = 0, status;
        while ((status = sx_reader_next(reader, &u, &error)) > 0)
            words += u.word_count;
        if (!words)
            print_error("U+%04X\n", c);
        assert_int_equal(status, 0);
        silent += !words;
        asked++;
    }
    assert_true(asked > 15000);
    assert_int_equal(silent, 0);
    sx_reader_free(reader);
}

static void never_silent(void **state)
{
    (void)state;
    speak_all();
    sx_foreign_hide(true);
    speak_all();
    sx_foreign_hide(false);
}

/* The pause of a mark comes behind its name. */
static void pauses(void **state)
{
    struct sx_reader *reader;
    struct sx_utterance u;
    struct sx_error error;
    char marks[32] = "";
    (void)state;
    assert_int_equal(sx_reader_new(text[SYRINX_PUNCTUATION_ALL], &reader, &error), 0);
    assert_int_equal(sx_reader_push(reader, "well, we (now) go?", 18, &error), 0);
    sx_reader_end(reader);
    assert_int_equal(sx_reader_next(reader, &u, &error), 1);
    for (int i = 0; i < u.token_count; i++)
        if (u.tokens[i].phone < SX_PHONE_FIRST)
            strcat(marks, (const char *[]){"", "^", "$", " ", ",", ";", ".", "?", "!"}[u.tokens[i].phone]);
    assert_string_equal(marks, "^ ,  ,  ,  ?$");       /* well comma, we left paren, now right paren, go question mark? */
    assert_int_equal(u.words[1].begin, 4);
    assert_int_equal(u.words[1].end, 5);
    sx_reader_free(reader);
}

/* Code is read with its signs, the text around it is not. */
static void code(void **state)
{
    struct sx_style style = sx_style_plain;
    struct sx_reader *reader;
    struct sx_utterance u;
    struct sx_error error;
    struct sx_buffer out = {0};
    (void)state;
    assert_int_equal(sx_reader_new(text[0], &reader, &error), 0);
    assert_int_equal(sx_reader_push(reader, "Say *this* and ", 15, &error), 0);
    style.structure = SX_STRUCTURE_CODE;
    assert_int_equal(sx_reader_style(reader, &style, &error), 0);
    assert_int_equal(sx_reader_push(reader, "*that* | more", 13, &error), 0);
    assert_int_equal(sx_reader_style(reader, &sx_style_plain, &error), 0);
    assert_int_equal(sx_reader_push(reader, " *now*", 6, &error), 0);
    sx_reader_end(reader);
    while (sx_reader_next(reader, &u, &error) > 0)
        for (int i = 0; i < u.word_count; i++)
            sx_buffer_printf(&out, "%s ", u.words[i].text);
    assert_string_equal(out.data, "say this and star that star vertical bar more now ");
    sx_buffer_free(&out);
    sx_reader_free(reader);
}

/* A user's own names win, at every level, for signs, rows of signs and emoji; by words and by phones. */
static void own_names(void **state)
{
    char path[] = "/tmp/syrinx-test-XXXXXX";
    struct sx_error error = {0};
    (void)state;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    static const char lines[] = "\xE2\x86\x92\tleads to\n\\#\thash\n~\tmore or less\n=>\tgives\n\xF0\x9F\x91\x8D\tyes please\n\xF0\x9F\x91\xA9\tlady\n\xF0\x9F\xA6\x8A\t[[f\xC9\x92ks]]\n";
    assert_int_equal(write(fd, lines, sizeof lines - 1), sizeof lines - 1);
    close(fd);
    for (int level = 0; level < 4; level++) {
        struct sx_text *own;
        assert_int_equal(sx_text_new(path, SX_TEXT_PUNCTUATION(level), &own, &error), 0);
        check(own, "a \xE2\x86\x92 b", "a leads to b");
        check(own, "a => b ~ c #d", "a gives b more or less c hash d");
        check(own, "\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD", "yes please");
        check(own, "\xF0\x9F\x91\xA9 \xF0\x9F\x91\xA9\xE2\x80\x8D\xE2\x9A\x95", "lady woman health worker");
        check(own, "a \xF0\x9F\xA6\x8A", "a \xF0\x9F\xA6\x8A");
        struct sx_buffer out = {0};
        assert_int_equal(sx_text_phonemize(own, "\xF0\x9F\xA6\x8A", 4, SYRINX_ARPABET, false, &out, &error), 0);
        assert_non_null(out.data);
        assert_true(out.length > 3);
        sx_buffer_free(&out);
        sx_text_free(own);
    }
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels), cmocka_unit_test(nothing_else), cmocka_unit_test(odd_letters), cmocka_unit_test(texts), cmocka_unit_test(never_silent), cmocka_unit_test(pauses), cmocka_unit_test(code),
        cmocka_unit_test(own_names),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
