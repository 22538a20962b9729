/* test_document_api.c - documents through syrinx.h: what they tell, what a stream makes of their chapters, mistakes of the caller. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "syrinx.h"

static const char page[] = "<html lang=en><title>T</title><meta name=author content=A><h1>One &amp; only</h1><p>First words.</p><h1>Two</h1><p>Xanthorpe again.";

#ifdef SX_HAVE_FILES
static syrinx_document *open_page(void)
{
    syrinx_document *document = NULL;
    assert_int_equal(syrinx_document_read(page, strlen(page), SYRINX_DOCUMENT_AUTO, &document), SYRINX_OK);
    assert_non_null(document);
    return document;
}

static void test_about(void **state)
{
    syrinx_document *document = open_page();
    char *text;
    size_t length;
    (void)state;
    assert_int_equal(syrinx_document_kind(document), SYRINX_DOCUMENT_HTML);
    assert_string_equal(syrinx_document_title(document), "T");
    assert_string_equal(syrinx_document_author(document), "A");
    assert_string_equal(syrinx_document_language(document), "en");
    assert_int_equal(syrinx_document_chapter_count(document), 2);
    assert_string_equal(syrinx_document_chapter_title(document, 0), "One & only");
    assert_string_equal(syrinx_document_chapter_title(document, 1), "Two");
    assert_null(syrinx_document_chapter_title(document, 2));
    assert_null(syrinx_document_chapter_title(document, -1));
    assert_int_equal(syrinx_document_text(document, &text, &length), SYRINX_OK);
    assert_int_equal(length, strlen(page));
    assert_int_equal(strstr(text, "First words.") - text, strstr(page, "First words.") - page);
    assert_null(strchr(text, '<'));
    syrinx_free(text);
    syrinx_document_close(document);
    syrinx_document_close(NULL);
}

/* Words of the events until all is spoken, as the source has them, parted by bars. */
static void speak(syrinx_stream *stream, char *words, size_t size)
{
    float samples[4800];
    syrinx_event event;
    int n;
    *words = '\0';
    assert_int_equal(syrinx_stream_end(stream), SYRINX_OK);
    while ((n = syrinx_stream_read(stream, samples, 4800)) > 0)
        while (syrinx_stream_event(stream, &event) > 0)
            if (event.type == SYRINX_EVENT_WORD)
                snprintf(words + strlen(words), size - strlen(words), "%.*s|", (int)(event.text_end - event.text_begin), page + event.text_begin);
    assert_int_equal(n, 0);
}

static void test_stream(void **state)
{
    syrinx_document *document = open_page();
    syrinx_voice *voice;
    syrinx_stream *stream;
    char words[200];
    (void)state;
    assert_int_equal(syrinx_voice_open(NULL, NULL, &voice), SYRINX_OK);
    assert_int_equal(syrinx_stream_new(voice, NULL, &stream), SYRINX_OK);
    assert_int_equal(syrinx_stream_document(stream, document, 1), SYRINX_OK);
    speak(stream, words, sizeof words);
    assert_string_equal(words, "Two|Xanthorpe|again|");
    assert_int_equal(syrinx_stream_cancel(stream), SYRINX_OK);
    assert_int_equal(syrinx_stream_document(stream, document, -1), SYRINX_OK);
    speak(stream, words, sizeof words);
    assert_string_equal(words, "One|&amp;|only|First|words|Two|Xanthorpe|again|");
    /* a chapter that lies before what was given is spoken, too, only its bytes are not told */
    assert_int_equal(syrinx_stream_document(stream, document, 0), SYRINX_OK);
    speak(stream, words, sizeof words);
    assert_true(*words != '\0');
    assert_int_equal(syrinx_stream_document(stream, document, 2), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_stream_document(stream, NULL, 0), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_stream_document(NULL, document, 0), SYRINX_ERROR_ARGUMENT);
    syrinx_document_close(document);
    syrinx_stream_free(stream);
    syrinx_voice_close(voice);
}

static void test_unknown(void **state)
{
    syrinx_document *document = open_page();
    syrinx_front *front;
    char *result;
    (void)state;
    assert_int_equal(syrinx_front_new(NULL, &front), SYRINX_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(syrinx_front_unknown(front, document, SYRINX_ARPABET, &result), SYRINX_OK);
        assert_true(strncmp(result, "xanthorpe\t1\t", 12) == 0);
        assert_non_null(strchr(result, '\n'));
        assert_string_equal(strchr(result, '\n'), "\n");
        syrinx_free(result);
    }
    assert_int_equal(syrinx_front_unknown(front, NULL, SYRINX_IPA, &result), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_front_unknown(front, document, 7, &result), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_front_unknown(NULL, document, SYRINX_IPA, &result), SYRINX_ERROR_ARGUMENT);
    syrinx_front_free(front);
    syrinx_document_close(document);
}

static void test_mistakes(void **state)
{
    syrinx_document *document;
    (void)state;
    assert_int_equal(syrinx_document_read(NULL, 5, SYRINX_DOCUMENT_TEXT, &document), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_document_read("a", 1, 99, &document), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_document_read("a", 1, SYRINX_DOCUMENT_TEXT, NULL), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_document_read("a", 1, SYRINX_DOCUMENT_EPUB, &document), SYRINX_ERROR_FORMAT);
    assert_null(document);
    assert_int_equal(syrinx_document_open("/nonexistent.md", SYRINX_DOCUMENT_AUTO, &document), SYRINX_ERROR_NOT_FOUND);
    assert_int_equal(syrinx_document_open(NULL, SYRINX_DOCUMENT_AUTO, &document), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_document_read(NULL, 0, SYRINX_DOCUMENT_AUTO, &document), SYRINX_OK);
    assert_int_equal(syrinx_document_chapter_count(document), 0);
    syrinx_document_close(document);
    assert_int_equal(syrinx_document_kind(NULL), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_document_chapter_count(NULL), SYRINX_ERROR_ARGUMENT);
    assert_null(syrinx_document_title(NULL));
}
#else
static void test_none(void **state)
{
    syrinx_document *document;
    (void)state;
    assert_int_equal(syrinx_document_read(page, strlen(page), SYRINX_DOCUMENT_AUTO, &document), SYRINX_ERROR_UNSUPPORTED);
    assert_null(document);
    assert_int_equal(syrinx_stream_document(NULL, NULL, 0), SYRINX_ERROR_UNSUPPORTED);
    syrinx_document_close(NULL);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
#ifdef SX_HAVE_FILES
        cmocka_unit_test(test_about), cmocka_unit_test(test_stream), cmocka_unit_test(test_unknown), cmocka_unit_test(test_mistakes),
#else
        cmocka_unit_test(test_none),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
