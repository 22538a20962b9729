/* test_document_markdown.c - Markdown as it is read aloud. */
#ifdef SX_HAVE_FILES
#include "document.h"

static void test_reading(void **state)
{
    static const struct { const char *text, *wanted; } cases[] = {
        { "", "" },
        { "\n \n", "" },
        { "Plain words.", "Plain words.///" },
        { "One\ntwo\n\nthree", "One two//three///" },
        { "# Head\ntext", "{h}Head///{p}text///" },
        { "Head\n====\n\nSub\n---\n\ntext", "{h}Head///Sub///{p}text///" },
        { "a *b* c **d** e", "a{p*} b{p} c{p!} d{p} e///" },
        { "**All of it.**", "All of it.///" },
        { "**All of it**.", "All of it.///" },
        { "*This is a thought that somebody has for so long a time that it is no emphasis at all* now", "This is a thought that somebody has for so long a time that it is no emphasis at all now///" },
        { "un*fold*ed **5**% (*x*) y", "unfolded{p!} 5%{p} ({p*}x){p} y///" },
        { "**Note**: this", "{p!}Note:{p} this///" },
        { "`code()` here", "code() here///" },
        { "[text](http://a.b/c \"title\") <http://x.org>", "text http://x.org///" },
        { "See https://example.com/a now", "See https://example.com/a now///" },
        { "a &amp; b &eacute;", "a & b é///" },
        { "a\\*b \\\nc", "a*b<-> c///" },
        { "- one\n- two", "{i}one/two///" },
        { "1. one\n2. two", "{i}1./one/2./two///" },
        { "5) five\n6) six", "{i}5./five/6./six///" },
        { "1. a\n   - b\n   - c\n2. d", "{i}1./a/b/c/2./d///" },
        { "- a\n\n  b\n\n- c", "{i}a/b/c///" },
        { "- [x] milk\n- [ ] tea", "{i}Done: milk/To do: tea///" },
        { "> said\n> he", "{q}said he///" },
        { "a\n\n***\n\nb", "a///b///" },
        { "a\n\n\\* \\* \\*\n\nb", "a///b///" },
        { "| K | V |\n|---|---|\n| a | b |", "{t}K, V/a, b///" },
        { "|N|A|C|\n|---|---|---|\n|Ann|5|Rome|\n|Bob| |Paris.|", "{t}N: Ann; A: 5; C: Rome/N: Bob; C: Paris.///" },
        { "```c\nint x;\n{\n  y();\n}\n```\nend", "{c}Code:/int x;/y();//{p}end///" },
        { "    x = 1\n", "{c}Code:/x = 1///" },
        { "![A cat](c.png)", "Image: A cat///" },
        { "See ![a cat](c.png) here", "See a cat here///" },
        { "![c.png](c.png) x", "x///" },
        { "word[^1] more.[^note]\n\n[^1]: The note.\n", "word more.//Note: The note.///" },
        { "word[^1].\n\n[^1]: Note\n", "word.///" },
        { "~~gone~~ stays", "stays///" },
        { "a <b>x</b> <script>y</script> z", "a{p!} x{p} z///" },
        { "<div>\nin *html*\n</div>\n\n<!-- no -->\n\nafter", "in *html*//after///" },
        { "x<sup>2</sup> H<sub>2</sub>O", "x² H₂O///" },
        { "A &lt;tag&gt; here", "A <tag> here///" },
        { "a [b", "a [b///" },
        { "f[^x y", "f[^x y///" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        check_reading(cases[i].text, SYRINX_DOCUMENT_MARKDOWN, cases[i].wanted);
}

static void test_front_matter(void **state)
{
    static const char yaml[] = "---\ntitle: \"A: b\"\nauthor:   Jane Doe\nlang: en-GB\ntags: [a, b]\n---\nText.";
    static const char toml[] = "+++\ntitle = 'T'\n+++\n# Head\n\nText.";
    (void)state;
    struct sx_document *document = read_document(yaml, strlen(yaml), SYRINX_DOCUMENT_MARKDOWN);
    assert_string_equal(sx_document_title(document), "A: b");
    assert_string_equal(sx_document_author(document), "Jane Doe");
    assert_string_equal(sx_document_language(document), "en-GB");
    char *got = play(document, -1);
    assert_string_equal(got, "Text.///");
    free(got);
    sx_document_free(document);
    document = read_document(toml, strlen(toml), SYRINX_DOCUMENT_MARKDOWN);
    assert_string_equal(sx_document_title(document), "T");
    sx_document_free(document);
    check_reading("---\n\na", SYRINX_DOCUMENT_MARKDOWN, "a///");
    check_reading("---\nnot closed", SYRINX_DOCUMENT_MARKDOWN, "not closed///");
}

static void test_chapters(void **state)
{
    static const struct { const char *text, *chapters; } cases[] = {
        { "", "" },
        { "just text", "1 " },
        { "# A\nx", "1 A" },
        { "# A\nx\n# B\ny", "1 A|1 B" },
        { "# T\n\n## A\nx\n## B\ny\n### c\nz", "2 A|2 B" },
        { "# T\nintro\n## A\nx\n## B\ny", "1 T|2 A|2 B" },
        { "before\n\n# A\nx\n# B\ny", "1 Beginning|1 A|1 B" },
        { "## *A* `b`\nx\n## B\ny", "2 A b|2 B" },
        { "# P1\n\n## A\nx\n\n# P2\n\n## B\ny", "2 A|2 B" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sx_document *document = read_document(cases[i].text, strlen(cases[i].text), SYRINX_DOCUMENT_MARKDOWN);
        check_chapters(document, cases[i].chapters);
        sx_document_free(document);
    }
    struct sx_document *document = read_document(cases[8].text, strlen(cases[8].text), SYRINX_DOCUMENT_MARKDOWN);
    sx_document_free(document);
    static const char text[] = "# T\nintro\n\n1. a\n2. b\n\n## A\nx\n\n## B\ny";
    static const char *const wanted[] = { "{h}T///{p}intro//{i}1./a/2./b///", "{h}A///{p}x///", "{h}B///{p}y///" };
    document = read_document(text, strlen(text), SYRINX_DOCUMENT_MARKDOWN);
    assert_int_equal(sx_document_chapters(document), 3);
    for (int i = 0; i < 3; i++) {
        char *got = play(document, i);
        assert_string_equal(got, wanted[i]);
        free(got);
    }
    sx_document_free(document);
}

static void test_text(void **state)
{
    static const char source[] = "# A *b*c\n\nd &amp; e[^1]\n";
    (void)state;
    struct sx_document *document = read_document(source, strlen(source), SYRINX_DOCUMENT_MARKDOWN);
    struct sx_error error;
    char *text;
    size_t length;
    assert_int_equal(sx_document_text(document, &text, &length, &error), SYRINX_OK);
    assert_int_equal(length, strlen(source));
    assert_string_equal(text, "  A  b\177c\n\nd &\177\177\177\177 e     ");
    free(text);
    sx_document_free(document);
}

/* Hostile ones end, in time that grows with their length, and read something or nothing. */
static void test_hostile(void **state)
{
    static const char *const pieces[] = { "> ", "* ", "[", "![", "**a", "`", "|a", "<b>", "&amp;", "&x", "[^", "\\", "\xFF", "1. ", "<!--", "~~a", "[a](", "***a_" };
    enum { LENGTH = 200000 };
    (void)state;
    for (size_t i = 0; i < COUNT(pieces); i++) {
        struct sx_buffer text = { 0 };
        while (text.length < LENGTH)
            sx_buffer_puts(&text, pieces[i]);
        struct sx_document *document = read_document(text.data, text.length, SYRINX_DOCUMENT_MARKDOWN);
        free(play(document, -1));
        sx_document_free(document);
        sx_buffer_free(&text);
    }
    static const char nul[] = "a\0b\0\n# c\0";
    struct sx_document *document = read_document(nul, sizeof nul, SYRINX_DOCUMENT_MARKDOWN);
    free(play(document, -1));
    sx_document_free(document);
}

/* md4c fills short rows: a wide head and many rows would make a table of the square of the file's size. */
static void test_wide_table(void **state)
{
    struct sx_buffer text = { 0 };
    struct sx_document *document;
    struct sx_error error;
    (void)state;
    for (int i = 0; i < 100; i++)
        sx_buffer_puts(&text, "|a");
    sx_buffer_puts(&text, "|\n");
    for (int i = 0; i < 100; i++)
        sx_buffer_puts(&text, "|---");
    sx_buffer_puts(&text, "|\n");
    for (int i = 0; i < 20000; i++)
        sx_buffer_puts(&text, "|b\n");
    assert_int_equal(sx_document_read(NULL, text.data, text.length, SYRINX_DOCUMENT_MARKDOWN, &document, &error), SYRINX_ERROR_INPUT);
    assert_null(document);
    sx_buffer_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reading), cmocka_unit_test(test_front_matter), cmocka_unit_test(test_chapters), cmocka_unit_test(test_text),
        cmocka_unit_test(test_hostile), cmocka_unit_test(test_wide_table),
    };
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
