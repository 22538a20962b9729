/* test_document_plain.c - plain text: chapters by their headings, the text as it is. */
#ifdef SX_HAVE_FILES
#include "document.h"

static void test_chapters(void **state)
{
    static const struct { const char *text, *chapters; } cases[] = {
        { "", "" },
        { " \n\n", "" },
        { "One line.", "1 " },
        { "CHAPTER I\n\nIt was.\n\nCHAPTER II\n\nIt is.\n", "2 CHAPTER I|2 CHAPTER II" },
        { "Chapter 1. The start\n\nx\n\nChapter 2: The end\n\ny", "2 Chapter 1. The start|2 Chapter 2: The end" },
        { "CHAPTER I.\nDown the Rabbit-Hole\n\nAlice.\n\nCHAPTER II.\nThe Pool\n\nMore.", "2 CHAPTER I. Down the Rabbit-Hole|2 CHAPTER II. The Pool" },
        { "Preface\n\nx\n\nChapter One\n\ny\n\nEPILOGUE\n\nz", "2 Preface|2 Chapter One|2 EPILOGUE" },
        { "PART TWO\n\nCHAPTER XIV\n\nx\n\nChapter twenty-one\n\ny", "2 CHAPTER XIV|2 Chapter twenty-one" },
        { "Title: My Book\nAuthor: Me\n\nsome words\n\nCHAPTER 1\n\nx", "1 My Book|2 CHAPTER 1" },
        { "Contents\n\nCHAPTER I\nCHAPTER II\n\nCHAPTER I\n\nx\n\nCHAPTER II\n\ny", "1 Beginning|2 CHAPTER I|2 CHAPTER II" },
        { "Chapter 1 is where it begins.\n\nPart one of this is long.\n\nchapter 2\n\nBook him.\n", "1 " },
        { "a\nCHAPTER I\n\nb", "1 " },
        { "CHAPTER I\r\n\r\nx\r\n\r\nCHAPTER II\r\n\r\ny", "2 CHAPTER I|2 CHAPTER II" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sx_document *document = read_document(cases[i].text, strlen(cases[i].text), SYRINX_DOCUMENT_TEXT);
        check_chapters(document, cases[i].chapters);
        sx_document_free(document);
    }
}

static void test_reading(void **state)
{
    static const char text[] = "\xEF\xBB\xBFTitle: T\nAuthor:  A B\n\nhello\n\nCHAPTER I\n\nOne.\n\nTwo.\n\nCHAPTER II\n\nThree.\n";
    static const char *const wanted[] = { "Title: T\nAuthor:  A B\n\nhello\n\n///", "{h}CHAPTER I///{p}\n\nOne.\n\nTwo.\n\n///", "{h}CHAPTER II///{p}\n\nThree.\n///" };
    (void)state;
    struct sx_document *document = read_document(text, strlen(text), SYRINX_DOCUMENT_TEXT);
    assert_string_equal(sx_document_title(document), "T");
    assert_string_equal(sx_document_author(document), "A B");
    assert_int_equal(sx_document_chapters(document), 3);
    for (int i = 0; i < 3; i++) {
        char *got = play(document, i);
        assert_string_equal(got, wanted[i]);
        free(got);
    }
    struct sx_buffer place = { 0 };
    struct sx_place cursor = { 0 };
    sx_document_place(document, 3, &cursor, &place);
    sx_document_place(document, 31, &cursor, &place);
    assert_string_equal(place.data, "1:14:6");
    sx_buffer_free(&place);
    sx_document_free(document);
}

static void test_limits(void **state)
{
    struct sx_document *document;
    struct sx_error error;
    size_t length = (size_t)SX_DOCUMENT_LIMIT + 1;
    char *text = malloc(length);
    (void)state;
    assert_non_null(text);
    memset(text, 'a', length);
    assert_int_equal(sx_document_read(NULL, text, length, SYRINX_DOCUMENT_TEXT, &document, &error), SYRINX_ERROR_INPUT);
    assert_int_equal(sx_document_open("/nonexistent/x.md", SYRINX_DOCUMENT_AUTO, &document, &error), SYRINX_ERROR_NOT_FOUND);
    free(text);
    document = read_document("a", 1, SYRINX_DOCUMENT_TEXT);
    const struct sx_markup_sink sink = { 0 };
    assert_int_equal(sx_document_play(document, 1, &sink, &error), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(sx_document_play(document, -2, &sink, &error), SYRINX_ERROR_ARGUMENT);
    sx_document_free(document);
    sx_document_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_chapters), cmocka_unit_test(test_reading), cmocka_unit_test(test_limits) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
#else
#include <stdio.h>

int main(void)
{
    puts("ok 1 - documents # SKIP this build has none");
    return 0;
}
#endif
