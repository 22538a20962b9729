/* test_emoji.c - emoji by name, in running text and by themselves: every row of the table, sequences that are composed, and hostile ones. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "text/characters.h"
#include "text/text.h"

struct row {
    const char *text, *spoken;
};

#define ZWJ "\xE2\x80\x8D"
#define VS16 "\xEF\xB8\x8F"
#define MAN "\xF0\x9F\x91\xA8"
#define WOMAN "\xF0\x9F\x91\xA9"
#define PERSON "\xF0\x9F\xA7\x91"
#define GIRL "\xF0\x9F\x91\xA7"
#define HEART "\xE2\x9D\xA4" VS16
#define MEDIUM "\xF0\x9F\x8F\xBD"
#define DARK "\xF0\x9F\x8F\xBF"
#define JOY "\xF0\x9F\x98\x82"
#define THUMB "\xF0\x9F\x91\x8D"
#define REGION(c) "\xF0\x9F\x87" c
#define TAG(c) "\xF3\xA0" c

static const struct row rows[] = {
    {"Great job " THUMB, "great job thumbs up"},
    {"So " JOY JOY JOY "!", "so face with tears of joy"},
    {"a " JOY " " THUMB THUMB ".", "a face with tears of joy thumbs up"},
    {"I " HEART " you", "i red heart you"},
    {"ok" THUMB MEDIUM "ok", "ok thumbs up ok"},
    /* people */
    {WOMAN MEDIUM ZWJ "\xE2\x9A\x95" VS16, "woman health worker"},
    {PERSON ZWJ "\xF0\x9F\x92\xBB", "technologist"},
    {MAN ZWJ "\xF0\x9F\xA6\xAF", "man with white cane"},
    {"\xF0\x9F\x8F\x83" ZWJ "\xE2\x99\x80" VS16, "woman running"},
    {"\xF0\x9F\x91\xAE" ZWJ "\xE2\x99\x82" VS16, "man police officer"},
    {"\xF0\x9F\x8F\x83" ZWJ "\xE2\x99\x80" VS16 ZWJ "\xE2\x9E\xA1" VS16, "woman running facing right"},
    {MAN ZWJ WOMAN ZWJ GIRL, "family man woman girl"},
    {WOMAN ZWJ HEART ZWJ MAN, "couple with heart woman man"},
    {WOMAN MEDIUM ZWJ HEART ZWJ "\xF0\x9F\x92\x8B" ZWJ WOMAN DARK, "kiss woman woman"},
    {PERSON MEDIUM ZWJ "\xF0\x9F\xA4\x9D" ZWJ PERSON DARK, "people holding hands"},
    /* things */
    {HEART ZWJ "\xF0\x9F\x94\xA5", "heart on fire"},
    {"\xF0\x9F\x8F\xB3" VS16 ZWJ "\xF0\x9F\x8C\x88", "rainbow flag"},
    {"\xF0\x9F\x90\xBB" ZWJ "\xE2\x9D\x84" VS16, "polar bear"},
    {"\xF0\x9F\xA6\x96", "t rex"},
    {"\xF0\x9F\xAB\xA8", "shaking face"},
    /* flags and keys */
    {REGION("\xA9") REGION("\xAA") " and " REGION("\xAB") REGION("\xB7"), "flag of germany and flag of france"},
    {REGION("\xA9") REGION("\xAA") REGION("\xAB") REGION("\xB7"), "flag of germany flag of france"},
    {REGION("\xBF") REGION("\xBF"), "regional indicator z"},
    {REGION("\xA9"), "regional indicator d"},
    {"\xF0\x9F\x8F\xB4" TAG("\x81\xA7") TAG("\x81\xA2") TAG("\x81\xB3") TAG("\x81\xA3") TAG("\x81\xB4") TAG("\x81\xBF"), "flag of scotland"},
    {"\xF0\x9F\x8F\xB4" TAG("\x81\xA1") TAG("\x81\xA1") "b", "black flag b"},
    {"press 5" VS16 "\xE2\x83\xA3 or #" VS16 "\xE2\x83\xA3", "press keycap five or keycap number sign"},
    /* faces of signs */
    {"Fine :-) then", "fine smiling face then"},
    {"That is sad :-(", "that is sad sad face"},
    {"I <3 it. Oh ;)!", "i heart it oh winking face"},
    {"\xC2\xAF\\_(\xE3\x83\x84)_/\xC2\xAF", "shrug"},
    {"o_O ^_^", "confused face happy face"},
    {"at 5:00 (see a:b) :x", "at five o'clock see a b x"},
    /* ratings */
    {"Rated \xE2\x98\x85\xE2\x98\x85\xE2\x98\x85\xE2\x98\x85\xE2\x98\x86 by us", "rated four out of five stars by us"},
    {"\xE2\xAD\x90\xE2\xAD\x90\xE2\xAD\x90", "three stars"},
    {"\xE2\xAD\x90 \xE2\x98\x85 note", "star note"},
};

static const struct row with_tones[] = {
    {"ok " THUMB MEDIUM, "ok thumbs up medium skin tone"},
    {THUMB MEDIUM THUMB MEDIUM THUMB, "two times thumbs up medium skin tone thumbs up"},
    {WOMAN MEDIUM ZWJ "\xF0\x9F\xA4\x9D" ZWJ MAN DARK, "woman and man holding hands medium skin tone dark skin tone"},
    {"\xF0\x9F\x8F\xBB", "light skin tone"},
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

/* The words; valid until the next call. */
static const char *read_words(int level, const char *input, size_t length)
{
    static struct sx_buffer out;
    struct sx_error error = {0};
    sx_buffer_clear(&out);
    assert_int_equal(sx_text_normalize(text[level], input, length, &out, &error), 0);
    sx_buffer_puts(&out, "");
    return out.data ? out.data : "";
}

static void check(int level, const struct row *row)
{
    const char *spoken = read_words(level, row->text, strlen(row->text));
    if (strcmp(spoken, row->spoken))
        print_error("of \"%s\"\n", row->text);
    assert_string_equal(spoken, row->spoken);
}

static void golden(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        check(SYRINX_PUNCTUATION_NONE, &rows[i]);
    for (size_t i = 0; i < COUNT(with_tones); i++)
        check(SYRINX_PUNCTUATION_MOST, &with_tones[i]);
}

/* Each emoji of the table, also with a skin tone and a selector behind it, is its name between the words around it. */
static void whole_table(void **state)
{
    char line[512], input[600], wanted[600];
    int count = 0;
    (void)state;
    FILE *file = fopen("src/text/data/emoji_en.tsv", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        char *name = strchr(line, '\t');
        if (!name || !strncmp(line, "# ", 2) || (unsigned char)line[0] < 0xE2 || !strncmp(line, ZWJ, 3))
            continue;
        *name++ = 0;
        snprintf(wanted, sizeof wanted, "one %s two", name);
        for (char *p = wanted; *p; p++)
            if (*p >= 'A' && *p <= 'Z')
                *p += 32;
        for (int tail = 0; tail < 3; tail++) {
            snprintf(input, sizeof input, "one %s%s two", line, tail == 1 ? VS16 : tail == 2 ? DARK : "");
            if (strcmp(read_words(0, input, strlen(input)), wanted))
                print_error("of \"%s\"\n", input);
            assert_string_equal(read_words(0, input, strlen(input)), wanted);
        }
        count++;
    }
    fclose(file);
    assert_true(count > 1300);
}

static void every_region(void **state)
{
    char line[512];
    int count = 0;
    (void)state;
    FILE *file = fopen("src/text/data/regions_en.tsv", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        if (line[0] < 'A' || line[0] > 'Z' || line[2] != '\t')
            continue;
        char flag[8], name[SX_CHARACTER_ROOM], wanted[SX_CHARACTER_ROOM];
        memcpy(flag, "\xF0\x9F\x87\x00\xF0\x9F\x87\x00", 8);
        flag[3] = (char)(0xA6 + line[0] - 'A');
        flag[7] = (char)(0xA6 + line[1] - 'A');
        assert_int_equal(sx_emoji_find(flag, 8, false, name, sizeof name), 8);
        snprintf(wanted, sizeof wanted, "flag of %.200s", line + 3);
        assert_string_equal(name, wanted);
        count++;
    }
    fclose(file);
    assert_true(count >= 249);
}

/* Rows without end: every one is read in time, and says a bounded number of words. */
static void hostile(void **state)
{
    static const char *const pieces[] = {
        ZWJ, WOMAN ZWJ, REGION("\xA9"), TAG("\x81\xA1"), "\xF0\x9F\x8F\xB4" TAG("\x81\xA1"), VS16, MEDIUM, "5" VS16 "\xE2\x83\xA3", "\xE2\x83\xA3", HEART ZWJ HEART,
        "\xE2\x98\x85", "\xE2\x98\x86", ":-) ", "\xF0\x9F\x8F\xB4" ZWJ ZWJ, MAN MEDIUM DARK, "\xC2\xAF\\_(", "\xF0\x9F\xAB\xBF"};
    (void)state;
    for (size_t i = 0; i < COUNT(pieces); i++)
        for (int level = 0; level < 4; level += 3) {
            struct sx_buffer b = {0};
            for (int n = 0; n < 10000; n++)
                sx_buffer_puts(&b, pieces[i]);
            for (int cut = 0; cut < 2; cut++)
                assert_true(strlen(read_words(level, b.data + cut, b.length - (size_t)cut)) < 60 * 10000);
            sx_buffer_free(&b);
        }
    /* a joiner or tag away from an emoji is not there */
    assert_string_equal(read_words(3, "a" ZWJ "b " TAG("\x81\xA1") "c", strlen("a" ZWJ "b " TAG("\x81\xA1") "c")), "ab c");
}

/* The words of a sequence have its bytes, all of them. */
static void bytes(void **state)
{
    static const char input[] = "So " WOMAN MEDIUM ZWJ "\xE2\x9A\x95" VS16 " 5" VS16 "\xE2\x83\xA3.";
    struct sx_reader *reader;
    struct sx_utterance u;
    struct sx_error error;
    (void)state;
    assert_int_equal(sx_reader_new(text[0], &reader, &error), 0);
    assert_int_equal(sx_reader_push(reader, input, sizeof input - 1, &error), 0);
    sx_reader_end(reader);
    assert_int_equal(sx_reader_next(reader, &u, &error), 1);
    assert_int_equal(u.word_count, 6);      /* so, woman, health, worker, keycap, five */
    for (int i = 1; i < 4; i++) {
        assert_int_equal(u.words[i].begin, 3);
        assert_in_range(u.words[i].end, 3 + 14, 3 + 17);
    }
    assert_int_equal(u.words[5].begin, 21);
    assert_int_equal(u.words[5].end, 28);
    sx_reader_free(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden), cmocka_unit_test(whole_table), cmocka_unit_test(every_region), cmocka_unit_test(hostile), cmocka_unit_test(bytes),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
