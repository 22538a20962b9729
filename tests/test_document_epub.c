/* test_document_epub.c - EPUBs, made here by libzip: chapters, contents of both kinds, and what is refused. */
#ifdef SX_HAVE_FILES
#include <zip.h>

#include "base/archive.h"
#include "document.h"

struct file { const char *name, *text; };

static const char container[] = "<?xml version=\"1.0\"?><container><rootfiles><rootfile full-path=\"OEBPS/content.opf\"/></rootfiles></container>";
static const char navigation[] = "<html xmlns:epub=\"x\"><head><title/></head><body><nav epub:type=\"landmarks\"><a href=\"a.xhtml\">no</a></nav><nav epub:type=\"toc\"><ol>"
    "<li><a href=\"text/part%201.xhtml\">Part One</a><ol><li><a href=\"text/a.xhtml\">Chapter 1: <i>Start</i></a></li><li><a href=\"text/b.xhtml\">Chapter 2</a>"
    "<ol><li><a href=\"text/b.xhtml#deep\">2.1</a></li></ol></li><li><a href=\"text/b.xhtml#c3\">Chapter 3</a></li></ol></li></ol></nav></body></html>";

#define METADATA "<metadata xmlns:dc=\"d\"><dc:title>A Book &amp; More</dc:title><dc:title>no</dc:title><dc:creator>Ann</dc:creator><dc:creator> Bob\n</dc:creator><dc:language>en-GB</dc:language></metadata>"
#define PACKAGE(manifest, spine) "<?xml version=\"1.0\"?><package>" METADATA "<manifest>" manifest "</manifest><spine toc=\"ncx\">" spine "</spine></package>"
#define XHTML(id, href) "<item id=\"" id "\" href=\"" href "\" media-type=\"application/xhtml+xml\"/>"

static const char package[] = PACKAGE("<item id=\"nav\" href=\"nav.xhtml\" media-type=\"application/xhtml+xml\" properties=\"nav\"/>" XHTML("cover", "cover.xhtml")
    XHTML("p", "text/part%201.xhtml") XHTML("a", "./text/../text/a.xhtml") XHTML("b", "text/b.xhtml") XHTML("n", "notes.xhtml") "<item id=\"i\" href=\"c.jpg\" media-type=\"image/jpeg\"/>",
    "<itemref idref=\"cover\"/><itemref idref=\"nav\"/><itemref idref=\"p\"/><itemref idref=\"a\"/><itemref idref=\"b\"/><itemref idref=\"b\"/><itemref idref=\"n\" linear=\"no\"/><itemref idref=\"zz\"/>");

static const struct file book[] = {
    { "mimetype", "application/epub+zip" }, { "META-INF/container.xml", container }, { "OEBPS/content.opf", package }, { "OEBPS/nav.xhtml", navigation },
    { "OEBPS/cover.xhtml", "<html><body><img src=\"c.jpg\" alt=\"Cover\"/></body></html>" },
    { "OEBPS/text/part 1.xhtml", "<html><body><h1>Part One</h1></body></html>" },
    { "OEBPS/text/a.xhtml", "<?xml version=\"1.0\"?><html><head><title/><script src=\"x\"/></head><body><h2>Chapter 1: Start</h2><p>It was a night.<a epub:type=\"noteref\" href=\"n\">1</a> "
      "<span epub:type=\"pagebreak\">5</span>On.</p><a id=\"x\"/><p>Not a link.</p><aside epub:type=\"footnote\"><p>No.</p></aside></body></html>" },
    { "OEBPS/text/b.xhtml", "<html><body><h2>Chapter 2</h2><p>Middle. This part of the book has some more words, since else it would be taken for a title page with nothing of its own on it. "
      "This part of the book has some more words, since else it would be taken for a title page with nothing of its own on it. This part of the book has some more words, since else it "
      "would be taken for a title page with nothing of its own on it. This part of the book has some more words, since else it would be taken for a title page with nothing of its own on "
      "it. This part of the book has some more words, since else it would be taken for a title page with nothing of its own on it. This part of the book has some more words, since else "
      "it would be taken for a title page with nothing of its own on it. This part of the book has some more words, since else it would be taken for a title page with nothing of its own "
      "on it. This part of the book has some more words, since else it would be taken for a title page with nothing of its own on it. This part of the book has some more words, since "
      "else it would be taken for a title page with nothing of its own on it. This part of the book has some more words, since else it would be taken for a title page.</p><p id=\"deep\">Deep.</p>"
      "<div><h2><a id=\"c3\"></a>Chapter 3</h2><p>The end.</p></div></body></html>" },
    { "OEBPS/notes.xhtml", "<html><body><p>Notes.</p></body></html>" },
};

/* A ZIP archive of the files in fresh memory; `level` 0: stored. */
static char *pack(const struct file *files, size_t count, size_t *length, zip_int32_t method)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *target = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_t *zip = zip_open_from_source(target, ZIP_TRUNCATE, &error);
    assert_non_null(zip);
    zip_source_keep(target);
    for (size_t i = 0; i < count; i++) {
        zip_source_t *source = zip_source_buffer(zip, files[i].text, strlen(files[i].text), 0);
        zip_int64_t index = zip_file_add(zip, files[i].name, source, ZIP_FL_ENC_UTF_8 | ZIP_FL_OVERWRITE);
        assert_true(index >= 0);
        zip_set_file_compression(zip, (zip_uint64_t)index, method, 0);
    }
    assert_int_equal(zip_close(zip), 0);
    zip_stat_t info;
    assert_int_equal(zip_source_open(target), 0);
    assert_int_equal(zip_source_stat(target, &info), 0);
    char *bytes = malloc((size_t)info.size + 1);
    assert_non_null(bytes);
    assert_int_equal(zip_source_read(target, bytes, info.size), (zip_int64_t)info.size);
    *length = (size_t)info.size;
    zip_source_close(target);
    zip_source_free(target);
    zip_error_fini(&error);
    return bytes;
}

static int read_files(const struct file *files, size_t count, struct sx_document **document, struct sx_error *error)
{
    size_t length;
    char *bytes = pack(files, count, &length, ZIP_CM_DEFLATE);
    int code = sx_document_read(NULL, bytes, length, SYRINX_DOCUMENT_AUTO, document, error);
    free(bytes);
    return code;
}

static void test_book(void **state)
{
    struct sx_document *document;
    struct sx_error error;
    (void)state;
    assert_int_equal(read_files(book, COUNT(book), &document, &error), SYRINX_OK);
    assert_int_equal(sx_document_kind(document), SYRINX_DOCUMENT_EPUB);
    assert_string_equal(sx_document_title(document), "A Book & More");
    assert_string_equal(sx_document_author(document), "Ann, Bob");
    assert_string_equal(sx_document_language(document), "en-GB");
    check_chapters(document, "2 Chapter 1: Start|2 Chapter 2|2 Chapter 3");
    char *got = play(document, 0);
    assert_string_equal(got, "{h}Part One///{p}{h}Chapter 1: Start///{p}It was a night. On.//Not a link.///");
    free(got);
    got = play(document, 1);
    assert_true(strncmp(got, "{h}Chapter 2///{p}Middle. This", 30) == 0);
    assert_string_equal(got + strlen(got) - 8, "Deep.///");
    free(got);
    got = play(document, 2);
    assert_string_equal(got, "{h}Chapter 3///{p}The end.///");
    free(got);
    struct sx_buffer place = { 0 };
    struct sx_place cursor = { 0 };
    sx_document_place(document, document->parts[3].base + 60, &cursor, &place);
    assert_string_equal(place.data, "chapter 2: Chapter 2");
    sx_buffer_free(&place);
    free(play(document, -1));
    sx_document_free(document);
}

/* EPUB 2, and a book without any contents. */
static void test_contents(void **state)
{
    static const char ncx[] = "<?xml version=\"1.0\"?><ncx><docTitle><text>no</text></docTitle><navMap><navPoint><navLabel><text>First\n one</text></navLabel><content src=\"a.html\"/></navPoint>"
        "<navPoint><navLabel><text>Second</text></navLabel><content src=\"b.html\"/></navPoint></navMap></ncx>";
    static const char opf[] = PACKAGE("<item id=\"ncx\" href=\"toc.ncx\" media-type=\"application/x-dtbncx+xml\"/><item id=\"a\" href=\"a.html\" media-type=\"text/html\"/>"
        XHTML("b", "b.html") XHTML("c", "c.html"), "<itemref idref=\"a\"/><itemref idref=\"b\"/><itemref idref=\"c\"/>");
    struct file files[] = { { "META-INF/container.xml", container }, { "OEBPS/content.opf", opf }, { "OEBPS/toc.ncx", ncx }, { "OEBPS/a.html", "<p>caf\xE9<br>x" },
                            { "OEBPS/B.HTML", "<html><body><h3>Bee</h3><p>b</p></body></html>" }, { "OEBPS/c.html", "<p>c</p>" } };
    struct sx_document *document;
    struct sx_error error;
    (void)state;
    assert_int_equal(read_files(files, COUNT(files), &document, &error), SYRINX_OK);
    check_chapters(document, "1 First one|1 Second");
    char *got = play(document, -1);
    assert_string_equal(got, "café<-> x//{h}Bee///{p}b//c///");
    free(got);
    sx_document_free(document);
    files[2].text = "<ncx><navMap>";        /* broken contents do not keep anyone from reading */
    assert_int_equal(read_files(files, COUNT(files), &document, &error), SYRINX_OK);
    check_chapters(document, "1 |1 Bee|1 ");
    sx_document_free(document);
}

static void check_refused(const struct file *files, size_t count, int code, const char *message)
{
    struct sx_document *document;
    struct sx_error error;
    int got = read_files(files, count, &document, &error);
    if (got != code || !strstr(error.message, message))
        fail_msg("%d %s, not %d %s", got, error.message, code, message);
    assert_null(document);
}

static void test_refused(void **state)
{
    static const char drm[] = "<encryption><EncryptedData><EncryptionMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#aes128-cbc\"/></EncryptedData></encryption>";
    static const char fonts[] = "<encryption><EncryptedData><EncryptionMethod Algorithm=\"http://www.idpf.org/2008/embedding\"/></EncryptedData></encryption>";
    struct file files[COUNT(book) + 1];
    (void)state;
    memcpy(files, book, sizeof book);
    files[COUNT(book)] = (struct file){ "META-INF/encryption.xml", drm };
    check_refused(files, COUNT(files), SYRINX_ERROR_UNSUPPORTED, "protected");
    files[COUNT(book)].text = fonts;
    struct sx_document *document;
    struct sx_error error;
    assert_int_equal(read_files(files, COUNT(files), &document, &error), SYRINX_OK);
    sx_document_free(document);
    files[COUNT(book)].text = "<encryption>";
    check_refused(files, COUNT(files), SYRINX_ERROR_FORMAT, "META-INF/encryption.xml: line 1");
    check_refused(book, 1, SYRINX_ERROR_FORMAT, "no EPUB");
    check_refused(book, 2, SYRINX_ERROR_FORMAT, "\"OEBPS/content.opf\" is missing");
    check_refused(book, 5, SYRINX_ERROR_FORMAT, "\"OEBPS/text/part 1.xhtml\" is missing");
    memcpy(files, book, sizeof book);
    files[2].text = "<package></package>";
    check_refused(files, COUNT(book), SYRINX_ERROR_FORMAT, "spine is empty");
    files[1].text = "<container></container>";
    check_refused(files, COUNT(book), SYRINX_ERROR_FORMAT, "names no package");
    files[1].text = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]><container>&c;</container>";
    check_refused(files, COUNT(book), SYRINX_ERROR_FORMAT, "names no package");
}

static void test_bomb(void **state)
{
    enum { LENGTH = 8 << 20, LARGE = SX_ARCHIVE_ENTRY + 10 };
    char *zeros = malloc(LARGE + 1);
    struct file files[COUNT(book)];
    (void)state;
    assert_non_null(zeros);
    memset(zeros, ' ', LARGE);
    zeros[LENGTH] = '\0';
    memcpy(files, book, sizeof book);
    files[6].text = zeros;
    check_refused(files, COUNT(files), SYRINX_ERROR_INPUT, "packed more than");
    zeros[LENGTH] = ' ';
    zeros[LARGE] = '\0';
    check_refused(files, COUNT(files), SYRINX_ERROR_INPUT, "too large");
    free(zeros);
}

/* Cut anywhere, or with a byte changed anywhere, an archive is refused or read: nothing else. */
static void test_damaged(void **state)
{
    struct sx_error error;
    size_t length;
    (void)state;
    for (int stored = 0; stored < 2; stored++) {
        char *bytes = pack(book, COUNT(book), &length, stored ? ZIP_CM_STORE : ZIP_CM_DEFLATE);
        for (size_t i = 0; i < length; i += 7) {
            struct sx_document *document;
            char *cut = malloc(i + 1);
            assert_non_null(cut);
            memcpy(cut, bytes, i);
            assert_true(sx_document_read("x.epub", cut, i, SYRINX_DOCUMENT_EPUB, &document, &error) < 0);
            free(cut);
            char before = bytes[i];
            bytes[i] ^= 0x55;
            if (sx_document_read("x.epub", bytes, length, SYRINX_DOCUMENT_EPUB, &document, &error) == SYRINX_OK) {
                free(play(document, -1));
                sx_document_free(document);
            }
            bytes[i] = before;
        }
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_book), cmocka_unit_test(test_contents), cmocka_unit_test(test_refused), cmocka_unit_test(test_bomb), cmocka_unit_test(test_damaged),
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
