/* test_document_subtitle.c - SubRip and WebVTT: times, order, what is in them that nobody says. */
#ifdef SX_HAVE_FILES
#include "document.h"

static void test_reading(void **state)
{
    static const struct { const char *text, *wanted; } cases[] = {
        { "", "" },
        { "1\n00:00:01,500 --> 00:00:03,000\nHello there.\n\n2\n00:00:04,000 --> 00:00:05,250\nSecond\nline\n",
          "<1.5>{u}(2.5)Hello there./<4>(1.25)Second line/{p}" },
        { "\xEF\xBB\xBF" "1\r\n00:00:01,000 --> 00:00:02,000\r\nA\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nB", "<1>{u}(2)A/<3>(1)B/{p}" },
        { "WEBVTT - x\n\nNOTE\nnot this\n\nSTYLE\n::cue { color: red }\n\nintro\n00:01.000 --> 00:02.000 align:start line:0\n<v Ann>Hi &amp; <i>bye</i> <00:01.500>now\n",
          "<1>{u}(1)Hi & bye now/{p}" },
        { "00:00:05,000 --> 00:00:06,000\nlate\n\n00:00:01,000 --> 00:00:02,000\nearly\n", "<1>{u}(4)early/<5>(1)late/{p}" },
        { "1\n00:00:01,000 --> 00:00:02,000\nno empty line\n2\n00:00:03,000 --> 00:00:04,000\nhere\n", "<1>{u}(2)no empty line/<3>(1)here/{p}" },
        { "0:01,5 --> 0:02\nshort times\n", "<1.5>{u}(0.5)short times/{p}" },
        { "100:00 --> 100:01\nminutes\n", "<6000>{u}(1)minutes/{p}" },
        { "00:01.000 --> 00:02.000\n{\\an8}top <font color=\"red\">red</font> \xE2\x99\xAA la \xE2\x99\xAA\n", "<1>{u}(1)top red la/{p}" },
        { "00:01.000 --> 00:02.000\n- Who?\n- Me.\n", "<1>{u}(1)Who?/Me./{p}" },
        { "00:01.000 --> 00:02.000\n[door slams] Who is it?\n", "<1>{u}(1)Who is it?/{p}" },
        { "00:01.000 --> 00:02.000\n[music]\n\n00:03.000 --> 00:04.000\nx\n", "<1>{u}(2)<3>(1)x/{p}" },
        { "00:01.000 --> 00:02.000\na < b > c\n", "<1>{u}(1)a < b > c/{p}" },
        { "00:01.000 --> 00:03.000\na\n\n00:02.000 --> 00:04.000\nb\n", "<1>{u}(1)a/<2>(2)b/{p}" },
        { "00:03.000 --> 00:01.000\nbackwards\n", "<3>{u}backwards/{p}" },
        { "00:01.000 -> 00:02.000\nno\n", "" },
        { "x --> y\nno\n00:--> 1\n", "" },
        { "00:01.000 --> 00:02.000\n\n", "" },
        { "00:01.000 --> 00:02.000\nx&nbsp;y\n", "<1>{u}(1)x y/{p}" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        check_reading(cases[i].text, SYRINX_DOCUMENT_SUBTITLES, cases[i].wanted);
}

static void test_absurd_times(void **state)
{
    static const char far[] = "x\n\n99999:00:00,000 --> 99999:00:01,000\nx\n", digits[] = "9999999999999999999:00 --> 1:00\nx\n";
    struct sx_document *document;
    struct sx_error error;
    (void)state;
    assert_int_equal(sx_document_read(NULL, far, strlen(far), SYRINX_DOCUMENT_SUBTITLES, &document, &error), SYRINX_ERROR_INPUT);
    assert_non_null(strstr(error.message, "line 3"));
    check_reading(digits, SYRINX_DOCUMENT_SUBTITLES, "");
}

static void test_hostile(void **state)
{
    static const char *const pieces[] = { "00:01 --> 00:02\n", "00:01 --> 00:02\nx\n\n", "1\n", "-->", "<i", "{", "[", "&", "\xE2\x99", "\0", "00:0", "- " };
    enum { LENGTH = 200000 };
    (void)state;
    for (size_t i = 0; i < COUNT(pieces); i++) {
        struct sx_buffer text = { 0 };
        sx_buffer_puts(&text, "00:00:01,000 --> 00:00:02,000\n");
        while (text.length < LENGTH)
            sx_buffer_add(&text, pieces[i], pieces[i][0] ? strlen(pieces[i]) : 1);
        struct sx_document *document = read_document(text.data, text.length, SYRINX_DOCUMENT_SUBTITLES);
        free(play(document, -1));
        sx_document_free(document);
        sx_buffer_free(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_reading), cmocka_unit_test(test_absurd_times), cmocka_unit_test(test_hostile) };
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
