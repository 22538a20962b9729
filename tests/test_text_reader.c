/* test_text_reader.c - utterances: tokens, byte ranges, any cuts, limits, hostile text. */
#include "test.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/text.h"

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

struct totals {
    int utterances, words, phones, paragraphs;
    uint64_t last_end;
};

/* What every utterance must be, whatever the text. */
static void check_utterance(const struct sx_utterance *u, uint64_t source, struct totals *totals)
{
    int phones = 0;
    assert_true(u->word_count > 0);
    assert_int_equal(u->tokens[0].phone, SX_PHONE_BEGIN);
    assert_int_equal(u->tokens[u->token_count - 1].phone, SX_PHONE_END);
    int end = u->tokens[u->token_count - 2].phone;
    assert_true(end == SX_PHONE_STOP || end == SX_PHONE_QUESTION || end == SX_PHONE_EXCLAMATION);
    int at = 1;
    for (int w = 0; w < u->word_count; w++) {
        const struct sx_word *word = &u->words[w];
        assert_int_equal(word->first, at);
        assert_true(word->count > 0);
        assert_true(word->begin < word->end && word->end <= source);
        assert_true(word->begin >= u->begin && word->end <= u->end);
        assert_true(word->text[0]);
        for (int i = 0; i < word->count; i++, at++) {
            const struct sx_token *t = &u->tokens[at];
            assert_true(t->phone >= SX_PHONE_FIRST && sx_phone_ipa(t->phone));
            assert_true(t->stress <= 2 && (!t->stress || sx_phone_vowel(t->phone)));
            assert_int_equal(t->word, w);
            phones++;
        }
        int mark = u->tokens[at].phone;
        assert_int_equal(u->tokens[at].word, -1);
        if (w + 1 < u->word_count)
            assert_true(mark == SX_PHONE_WORD || mark == SX_PHONE_COMMA || mark == SX_PHONE_SEMICOLON);
        at++;
    }
    assert_int_equal(at, u->token_count - 1);
    assert_true(phones <= SX_UTTERANCE_PHONES);
    assert_true(u->begin >= totals->last_end && u->begin < u->end);
    totals->last_end = u->begin;
    totals->utterances++;
    totals->words += u->word_count;
    totals->phones += phones;
    totals->paragraphs += u->paragraph;
}

static void write_utterance(struct sx_buffer *out, const struct sx_utterance *u)
{
    sx_buffer_printf(out, "%llu %llu %d %d:", (unsigned long long)u->begin, (unsigned long long)u->end, u->paragraph, u->cut);
    for (int i = 0; i < u->word_count; i++)
        sx_buffer_printf(out, " %s[%llu %llu]", u->words[i].text, (unsigned long long)u->words[i].begin, (unsigned long long)u->words[i].end);
    for (int i = 0; i < u->token_count; i++)
        sx_buffer_printf(out, " %d.%d", u->tokens[i].phone, u->tokens[i].stress);
    sx_buffer_putc(out, '\n');
}

/* Reads a text in pieces of 1 to `piece` bytes (0: whole) and checks all that comes out. */
static struct totals read_text(const char *bytes, size_t length, size_t piece, unsigned seed, struct sx_buffer *out)
{
    struct sx_reader *reader;
    struct sx_utterance u;
    struct sx_error error = {0};
    struct totals totals = {0};
    assert_int_equal(sx_reader_new(text, &reader, &error), 0);
    for (size_t at = 0; at < length;) {
        seed = seed * 1103515245u + 12345u;
        size_t n = piece ? 1 + (seed >> 16) % piece : length;
        n = n > length - at ? length - at : n;
        assert_int_equal(sx_reader_push(reader, bytes + at, n, &error), 0);
        at += n;
        int status;
        while ((status = sx_reader_next(reader, &u, &error)) > 0) {
            check_utterance(&u, length, &totals);
            if (out)
                write_utterance(out, &u);
        }
        assert_int_equal(status, 0);
    }
    sx_reader_end(reader);
    int status;
    while ((status = sx_reader_next(reader, &u, &error)) > 0) {
        check_utterance(&u, length, &totals);
        if (out)
            write_utterance(out, &u);
    }
    assert_int_equal(status, 0);
    sx_reader_free(reader);
    return totals;
}

static void tokens(void **state)
{
    (void)state;
    struct sx_reader *reader;
    struct sx_utterance u;
    struct sx_error error;
    const char *input = "  Well, go -- now (or never)?  ";
    assert_int_equal(sx_reader_new(text, &reader, &error), 0);
    sx_reader_push(reader, input, strlen(input), &error);
    assert_int_equal(sx_reader_next(reader, &u, &error), 0);
    sx_reader_end(reader);
    assert_int_equal(sx_reader_next(reader, &u, &error), 1);
    struct sx_buffer out = {0};
    for (int i = 0; i < u.token_count; i++) {
        const char *name = u.tokens[i].phone >= SX_PHONE_FIRST ? sx_phone_arpabet(u.tokens[i].phone, u.tokens[i].stress) : sx_phone_ipa(u.tokens[i].phone);
        sx_buffer_printf(&out, "%s%s", i ? " " : "", name);
    }
    assert_string_equal(out.data, "^ W EH1 L , G OW1 ; N AW1 , AO0 R _ N EH1 V ER0 ? $");
    assert_int_equal(u.begin, 2);
    assert_int_equal(u.end, strlen(input) - 2);
    assert_int_equal(u.words[0].begin, 2);
    assert_int_equal(u.words[0].end, 6);
    assert_false(u.cut);
    assert_false(u.paragraph);
    assert_int_equal(sx_reader_next(reader, &u, &error), 0);
    /* positions go on after the end, and start again after a reset */
    sx_reader_push(reader, "Again.", 6, &error);
    sx_reader_end(reader);
    assert_int_equal(sx_reader_next(reader, &u, &error), 1);
    assert_int_equal(u.begin, strlen(input));
    sx_reader_push(reader, "Lost. Lost", 10, &error);
    sx_reader_reset(reader);
    sx_reader_push(reader, "New", 3, &error);
    sx_reader_end(reader);
    assert_int_equal(sx_reader_next(reader, &u, &error), 1);
    assert_int_equal(u.begin, 0);
    assert_string_equal(u.words[0].text, "new");
    assert_int_equal(sx_reader_next(reader, &u, &error), 0);
    sx_buffer_free(&out);
    sx_reader_free(reader);
}

static const char mixed[] =
    "Dr. Smith paid $5.50 (or \xE2\x82\xAC""4) at 5 p.m. on Jan. 5, 2020 \xE2\x80\x94 \xE2\x80\x9Cgood!\xE2\x80\x9D he said. Then caf\xC3\xA9 cafe\xCC\x81 na\xC3\xAFve\xC2\xA0words\xE2\x80\xA6 "
    "A new\r\nline.\r\n\r\nParagraph two: see https://example.com/x?y=1 or a@b.org, No. 5, vol. II. 12 345 678 things; 3/4 of \xF0\x9F\x91\x8D them\n\n\n"
    "# Heading\n\n- item (1)\n- item [2]\n\nBad \xFF\xC3 bytes \xE2\x82 here. U.S. Army. John F. Kennedy. \"Why?\" \"Because.\" !!! ... Wait... what?! 1. One. 2. Two. "
    "x = 5, y^2 \xE2\x89\xA4 10 km/h. MP3s of the 1980s; AT&T; Henry VIII. \xE4\xB8\xAD\xE6\x96\x87 \xD0\xBF\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82 \x1B[1mbold\x1B[0m end";

static void any_cuts(void **state)
{
    (void)state;
    struct sx_buffer whole = {0};
    struct totals t = read_text(mixed, sizeof mixed - 1, 0, 0, &whole);
    assert_true(t.utterances > 15);
    assert_int_equal(t.paragraphs, 4);
    for (unsigned seed = 1; seed <= 60; seed++) {
        struct sx_buffer parts = {0};
        read_text(mixed, sizeof mixed - 1, seed % 3 ? 1 + seed % 7 : 90, seed, &parts);
        assert_string_equal(parts.data, whole.data);
        sx_buffer_free(&parts);
    }
    sx_buffer_free(&whole);
}

/* A long text without any stop is cut at its commas, the same at any cuts of the input. */
static void long_sentence(void **state)
{
    (void)state;
    struct sx_buffer input = {0}, whole = {0}, parts = {0};
    for (int i = 0; i < 3000; i++)
        sx_buffer_puts(&input, i % 17 == 16 ? "seven of them, " : i % 5 ? "word " : "another ");
    struct totals t = read_text(input.data, input.length, 0, 0, &whole);
    assert_true(t.utterances > 20 && t.utterances < 60);
    read_text(input.data, input.length, 2000, 3, &parts);
    assert_string_equal(parts.data, whole.data);
    /* nearly all cuts stand behind "them" */
    int good = 0;
    for (const char *p = whole.data; (p = strchr(p, '\n')); p++)
        good++;
    int commas = 0;
    for (const char *line = whole.data; *line; line = strchr(line, '\n') + 1) {
        const char *stop = strchr(line, '\n'), *word = NULL;
        for (const char *q = line; q < stop; q++)
            if (q[0] == ' ' && !strncmp(q + 1, "them[", 5))
                word = q;
        const char *last = NULL;
        for (const char *q = line; q < stop; q++)
            if (q[0] == '[')
                last = q;
        commas += word && last && last == word + 5;
    }
    assert_true(commas >= good - 2);
    sx_buffer_free(&input);
    sx_buffer_free(&whole);
    sx_buffer_free(&parts);
}

static void fill(struct sx_buffer *b, const char *piece, size_t bytes)
{
    sx_buffer_clear(b);
    while (b->length < bytes)
        sx_buffer_puts(b, piece);
}

static void hostile(void **state)
{
    (void)state;
    struct sx_buffer b = {0};
    struct totals t;
    fill(&b, "a", 1 << 20);         /* one letter without end is said once */
    t = read_text(b.data, b.length, 4096, 1, NULL);
    assert_true(t.utterances >= 1 && t.utterances <= 3);
    fill(&b, "abcdefghij", 10000);
    t = read_text(b.data, b.length, 0, 1, NULL);
    assert_true(t.words >= 100 && t.words < 600);
    fill(&b, "abcdefghij", 1 << 20);        /* no word, no sentence: its begin is said */
    sx_buffer_puts(&b, " the end.");
    t = read_text(b.data, b.length, 4096, 1, NULL);
    assert_true(t.words > 300 && t.words < 1000);
    fill(&b, "without end and ", 500000);
    t = read_text(b.data, b.length, 4096, 1, NULL);
    assert_true(t.words > 80000);
    fill(&b, "98", 5000);
    t = read_text(b.data, b.length, 0, 1, NULL);
    assert_true(t.words > 500);
    static const char *const silent[] = {" ", "\n", "\r\n", "(", "\"", "'", "...", "!?", "\xEF\xBF\xBD", "\xFF", "\xE2\x80\x8B", "\xCC\x81", "-", "_", "*"};
    for (size_t i = 0; i < COUNT(silent); i++) {
        fill(&b, silent[i], 20000);
        t = read_text(b.data, b.length, 100, 1, NULL);
        assert_int_equal(t.utterances, 0);
    }
    static const char *const loud[] = {"a'", "b-", "1,", "1.", "$", "$1", "A", "a.", "A.B.", "IV ", "http://a.", "a@", "#a", "1/", "1:", "((((x", "\xE2\x82\xAC""5", "1 000 ", "xX",
                                       "\xF0\x9F\x91\x8D", "km/h ", "5 km/h ", "a\xCC\x81", "\xC3\x9F", "Mr. ", "e.g. ", "1st ", "5-", "/a/b", "C:\\"};
    for (size_t i = 0; i < COUNT(loud); i++) {
        fill(&b, loud[i], 6000);
        read_text(b.data, b.length, 100, 1, NULL);
    }
    sx_buffer_free(&b);
}

static void random_bytes(void **state)
{
    (void)state;
    static const char alphabet[] = "aaeeiott nsrh .,;:!?'\"()-/\\@#$%&*+=<>^~_|0123456789ABCDIVXLM\n";
    unsigned seed = 7;
    char bytes[400];
    for (int round = 0; round < 400; round++) {
        struct sx_buffer whole = {0}, parts = {0};
        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * 1103515245u + 12345u;
            bytes[i] = round % 4 ? alphabet[(seed >> 16) % (sizeof alphabet - 1)] : (char)(seed >> 16);
        }
        read_text(bytes, sizeof bytes, 0, 0, &whole);
        read_text(bytes, sizeof bytes, 40, seed, &parts);
        assert_string_equal(parts.data ? parts.data : "", whole.data ? whole.data : "");
        sx_buffer_free(&whole);
        sx_buffer_free(&parts);
    }
}

static void memory_is_bounded(void **state)
{
    (void)state;
    struct sx_reader *reader;
    struct sx_utterance u;
    struct sx_error error;
    struct sx_buffer b = {0};
    fill(&b, "some words, and 5 km of $3 things that go on ", 1 << 16);
    assert_int_equal(sx_reader_new(text, &reader, &error), 0);
    size_t early = 0;
    for (int i = 0; i < 40; i++) {
        assert_int_equal(sx_reader_push(reader, b.data, b.length, &error), 0);
        while (sx_reader_next(reader, &u, &error) > 0)
            ;
        if (i == 4)
            early = mallinfo2().uordblks;
    }
    assert_true(mallinfo2().uordblks <= early + 65536);
    sx_reader_free(reader);
    sx_buffer_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tokens, setup, teardown),
        cmocka_unit_test_setup_teardown(any_cuts, setup, teardown),
        cmocka_unit_test_setup_teardown(long_sentence, setup, teardown),
        cmocka_unit_test_setup_teardown(hostile, setup, teardown),
        cmocka_unit_test_setup_teardown(random_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(memory_is_bounded, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
