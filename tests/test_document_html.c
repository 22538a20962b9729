/* test_document_html.c - HTML as it is read aloud, the tree it makes, encodings. */
#ifdef SX_HAVE_FILES
#include "document.h"


static void test_reading(void **state)
{
    static const struct { const char *text, *wanted; } cases[] = {
        { "", "" },
        { "<", "<///" },
        { "plain", "plain///" },
        { "<p>One\n  two</p><p>three", "One two//three///" },
        { "<p>a<b>b</b>c <b>d</b>. <i>e</i> f", "abc{p!} d.{p*} e{p} f///" },
        { "<h1>Head</h1>text<h3>Sub</h3>more", "{h}Head///{p}text//{h}Sub///{p}more///" },
        { "<title>No</title><style>no</style><script>if (a<b) x = \"</p>\"</script><noscript>no</noscript>yes", "yes///" },
        { "<head><meta charset=utf-8><title>T</title><body>yes", "yes///" },
        { "<p hidden>no</p><p aria-hidden=\"true\">no</p><p style=\"color:red; display : none\">no</p><p>yes", "yes///" },
        { "<template>no</template><svg><title>no</title><text>no</text></svg><button>no</button><select><option>no</select>yes", "yes///" },
        { "a<br>b<br/>c", "a<-> b<-> c///" },
        { "a<br><br>b", "a//b///" },
        { "a<hr>b", "a///b///" },
        { "<p>* * *</p>b", "b///" },
        { "a<div>&#8258;</div>b", "a///b///" },
        { "<p>?!</p>", "?!///" },
        { "<ul><li>a<li>b<ul><li>c</ul><li>d</ul>e", "{i}a/b/c/d//{p}e///" },
        { "<ol start=3><li>a<li value=9>b<li>c</ol>", "{i}3./a/9./b/10./c///" },
        { "<ol reversed><li>a<li>b</ol>", "{i}2./a/1./b///" },
        { "<ol type=a><li>x<li>y</ol>", "{i}A./x/B./y///" },
        { "<ol start=28 type=A><li>x</ol>", "{i}AB./x///" },
        { "<dl><dt>T<dd>D<dt>U<dd>E</dl>", "{i}T/D/U/E///" },
        { "<blockquote><p>q</p></blockquote>", "{q}q///" },
        { "<pre>  a\n  b\n\nc</pre>", "a<-> b//c///" },
        { "<pre><code>x();\n}\ny();</code></pre>", "{c}Code:/x();/y();///" },
        { "<p><img src=x alt=\"A cat\"></p>", "Image: A cat///" },
        { "<p>a <img alt='b'> c", "a b c///" },
        { "<p>a<img alt=''><img src=y>c", "ac///" },
        { "<figure><img alt=Cat><figcaption>Mine</figcaption></figure>", "Image: Cat/Mine///" },
        { "a &amp; b &lt; c &notit; &nope; &#65;&#x42; &#150; &AMP &CounterClockwiseContourIntegral;", "a & b < c ¬it; &nope; AB – & ∳///" },
        { "x&nbsp;y", "x y///" },
        { "<p>m<sup>2</sup> 10<sup>-6</sup> 1<sup>st</sup> CO<sub>2</sub>", "m² 10⁻⁶ 1st CO₂///" },
        { "<p>word<sup>3</sup> end.<sup>4</sup> on<sup><a href=\"#n\">5</a></sup> and<a href='x#n'><sup>b</sup></a> [<a href=\"y\">6</a>]<a href=\"#z\">[7]</a>", "word end. on and [6]///" },
        { "<p lang=fr>bonjour <span lang=en>you</span>", "{pfr}bonjour{pen} you///" },
        { "<p>(<i lang=fr>mot</i>)", "({p*fr}mot)///" },
        { "<table><tr><td>a<td>b<tr><td>c<td>d</table>", "{t}a, b/c, d///" },
        { "<table><caption>Cap</caption><thead><tr><th>N<th>A<th>C</thead><tr><th scope=row>Ann<td>5<td>Rome<tr><td>Bob<td colspan=2>7</table>",
          "{t}Cap/Ann; A: 5; C: Rome/N: Bob; A: 7///" },
        { "<table><tr><th>N<th>A<th>C<tr><td rowspan=2>Ann<td>5<td>Rome<tr><td>6<td>Oslo</table>", "{t}N: Ann; A: 5; C: Rome/A: 6; C: Oslo///" },
        { "<table role=presentation><tr><td><p>One.</p><td><p>Two.</p></table>", "One.//Two.///" },
        { "<table><tr><td>a<table><tr><td>b</table>c</table>", "{t}a//b//c///" },
        { "<ruby>kan<rp>(</rp><rt>no</rt><rp>)</rp></ruby> <del>no</del><ins>yes</ins> <q>q</q>", "kan yes q///" },
        { "<math alttext='x squared'><mi>x</mi></math>", "x squared///" },
        { "<nav>no</nav><header>a</header><p>b</p><aside>no</aside><footer>no</footer>", "a//b///" },
        { "<p>no</p><main><p>yes</p><aside>box</aside></main>", "yes//box///" },
        { "<div>menu</div><article><h1>T</h1><p>Long enough to be the matter of the page.</p></article>", "{h}T///{p}Long enough to be the matter of the page.///" },
        { "<!-- no <p> --><!DOCTYPE html [<!ENTITY a \"b\">]><?php no ?>a<!---->b<!-->c", "abc///" },
        { "a < b and 1<2 c</3", "a < b and 1<2 c</3///" },
        { "<p>a</b></i></table></p>b", "a//b///" },
        { "<details><summary>S</summary>D</details>", "S/D///" },
        { "<a href=\"x\">link <b>t</b></a>", "link{p!} t///" },
        { "a<wbr>b", "ab///" },
        { "<p title=\"a>b\" data-x='<p>'>c", "c///" },
        { "a<unclosed", "a///" },
        { "a<!-- unclosed", "a///" },
        { "<span epub:type=\"pagebreak\">12</span>a<a epub:type=\"noteref\" href=\"n\">*</a>", "a///" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        check_reading(cases[i].text, SYRINX_DOCUMENT_HTML, cases[i].wanted);
}

static void test_about(void **state)
{
    static const char page[] = "<html lang=de><head><title>The &eacute;nd\n of it</title><meta name=Author content=\"J&uuml;rgen\"></head><h1>H</h1>x";
    (void)state;
    struct sx_document *document = read_document(page, strlen(page), SYRINX_DOCUMENT_HTML);
    assert_string_equal(sx_document_title(document), "The énd of it");
    assert_string_equal(sx_document_author(document), "Jürgen");
    assert_string_equal(sx_document_language(document), "de");
    check_chapters(document, "1 H");
    char *got = play(document, -1);
    assert_string_equal(got, "{h}H///{p}x///");        /* the document's language is not told with each passage */
    free(got);
    sx_document_free(document);
    static const char bare[] = "<h1>Only</h1><h2>A</h2>x<h2>B</h2>y";
    document = read_document(bare, strlen(bare), SYRINX_DOCUMENT_HTML);
    assert_string_equal(sx_document_title(document), "Only");
    check_chapters(document, "2 A|2 B");
    sx_document_free(document);
}

static void test_encodings(void **state)
{
    static const struct { const char *bytes; size_t length; const char *wanted; } cases[] = {
        { "\xEF\xBB\xBF<p>a\xC3\xA9", 9, "aé///" },
        { "<meta charset=iso-8859-1>caf\xE9 \x93x\x94", 34, "café “x”///" },
        { "caf\xE9", 4, "café///" },
        { "\xC3\xA9\xC3\xA9\xC3\xA9 \xFF", 8, "ééé \uFFFD///" },
        { "\xFF\xFE" "a\0\xE9\0\x3D\xD8\x00\xDE", 10, "aé😀///" },
        { "\xFE\xFF" "\0a\0b\xD8", 7, "ab///" },
        { "a\0b", 3, "a b///" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sx_document *document = read_document(cases[i].bytes, cases[i].length, SYRINX_DOCUMENT_HTML);
        char *got = play(document, -1);
        assert_string_equal(got, cases[i].wanted);
        free(got);
        sx_document_free(document);
    }
}

/* XHTML: what is empty ends itself, prefixes do not matter. */
static void test_xhtml(void **state)
{
    static const char page[] = "<?xml version=\"1.0\"?><html xmlns:x=\"y\"><head><title/><script src=\"x\"/></head><body><a id=\"x\"/><x:p>a</x:p><x:p/><p>b<![CDATA[<c>]]></p></body></html>";
    (void)state;
    check_reading(page, SYRINX_DOCUMENT_HTML, "a//b<c>///");
}

static void test_kinds(void **state)
{
    static const struct { const char *name, *text; int kind; } cases[] = {
        { NULL, "text", SYRINX_DOCUMENT_TEXT }, { "a.md", "text", SYRINX_DOCUMENT_MARKDOWN }, { "a.HTM", "text", SYRINX_DOCUMENT_HTML },
        { "b.d/a", "<!DOCTYPE html><p>x", SYRINX_DOCUMENT_HTML }, { "a.txt", "<html>", SYRINX_DOCUMENT_TEXT }, { NULL, " <html lang=en>", SYRINX_DOCUMENT_HTML },
        { NULL, "WEBVTT\n", SYRINX_DOCUMENT_SUBTITLES }, { NULL, "1\r\n00:00:01,000 --> 00:00:02,000\r\nx", SYRINX_DOCUMENT_SUBTITLES },
        { NULL, "12 men --> x", SYRINX_DOCUMENT_TEXT }, { "a.vtt", "x", SYRINX_DOCUMENT_SUBTITLES }, { "a.bin", "# x", SYRINX_DOCUMENT_TEXT },
    };
    struct sx_error error;
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sx_document *document;
        assert_int_equal(sx_document_read(cases[i].name, cases[i].text, strlen(cases[i].text), SYRINX_DOCUMENT_AUTO, &document, &error), SYRINX_OK);
        assert_int_equal(sx_document_kind(document), cases[i].kind);
        sx_document_free(document);
    }
}

static void test_tags(void **state)
{
    (void)state;
    for (int tag = SX_TAG_OTHER + 2; tag < SX_TAG_COUNT; tag++) {       /* the table is sorted, or the search fails */
        static const char *const names[] = {
#define X(name, text, kind) text,
            SX_TAGS(X)
#undef X
        };
        const char *before = names[tag - SX_TAG_OTHER - 2], *name = names[tag - SX_TAG_OTHER - 1];
        assert_true(strcmp(before, name) < 0);
        assert_int_equal(sx_tag_find(name, strlen(name)), tag);
    }
    assert_int_equal(sx_tag_find("H1", 2), SX_TAG_H1);
    assert_int_equal(sx_tag_find("bl", 2), SX_TAG_OTHER);
    assert_int_equal(sx_tag_find("blockquotes", 11), SX_TAG_OTHER);
    assert_int_equal(sx_tag_find("", 0), SX_TAG_OTHER);
    assert_int_equal(sx_tag_find("p\0xxxxxxxxxxxxxxxx", 18), SX_TAG_OTHER);
    assert_int_equal(sx_tag_find("summary\0", 8), SX_TAG_OTHER);
}

/* Pages made to break readers: nesting, formatting that is never closed, tables, quotes, references. */
static void test_hostile(void **state)
{
    static const char *const pieces[] = {
        "<div>", "<b id=1>", "<p>", "<table>", "<table><tr><td>", "<a href=x>", "</div>", "<ul><li>", "<ol reversed><li>x", "&", "&x;", "<!--", "<![CDATA[",
        "<!a[", "<p title=\"", "<", "</", "<svg>", "<title>", "<script>", "<sup>", "<sup><a>", "<em>x", "\xFF", "<h1>x", "<span class=noteref>", "<pre>\n",
        "<figure><img alt=x>", "<td>", "<caption>", "<li value=99999999999>x", "<p style='display:n", "<main>", "<article>x", "&#99999999999;", "<td rowspan=60000>x",
    };
    enum { LENGTH = 100000 };
    (void)state;
    for (size_t i = 0; i < COUNT(pieces); i++) {
        for (int all = 0; all < 2; all++) {
            struct sx_buffer text = { 0 };
            for (size_t k = 0; text.length < LENGTH; k++)
                sx_buffer_puts(&text, all ? pieces[(i + k * k) % COUNT(pieces)] : pieces[i]);
            struct sx_document *document = read_document(text.data, text.length, SYRINX_DOCUMENT_HTML);
            free(play(document, -1));
            for (int c = 0; c < sx_document_chapters(document) && c < 20; c++)
                free(play(document, c));
            sx_document_free(document);
            sx_buffer_free(&text);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reading), cmocka_unit_test(test_about), cmocka_unit_test(test_encodings), cmocka_unit_test(test_xhtml),
        cmocka_unit_test(test_kinds), cmocka_unit_test(test_tags), cmocka_unit_test(test_hostile),
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
