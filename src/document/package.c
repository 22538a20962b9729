/* package.c - container, package and encryption of an EPUB (EPUB 3.3, section 5 and OCF). */
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "document/book.h"

bool sx_book_grow(void **array, int count, int *room, size_t size)
{
    if (count < *room)
        return true;
    int more = *room ? 2 * *room : 32;
    void *grown = realloc(*array, (size_t)more * size);
    if (!grown)
        return false;
    *array = grown;
    *room = more;
    return true;
}

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

const char *sx_book_path(struct sx_book *book, const char *folder, const char *href, const char **fragment)
{
    size_t room = strlen(folder) + strlen(href) + 2, n = strlen(folder);
    char *path = sx_arena_alloc(&book->document->arena, room);
    *fragment = NULL;
    if (!path || strstr(href, "://"))
        return NULL;
    memcpy(path, folder, n);
    if (*href == '/')
        n = 0;
    for (const char *at = href; *at && *at != '?'; at++) {
        if (*at == '#' && !*fragment) {
            path[n++] = '\0';
            *fragment = path + n;
        } else if (*at == '%' && hex(at[1]) >= 0 && hex(at[2]) >= 0 && hex(at[1]) + hex(at[2]) > 0) {
            path[n++] = (char)(hex(at[1]) * 16 + hex(at[2]));
            at += 2;
        } else {
            path[n++] = *at;
        }
    }
    path[n] = '\0';
    /* "./", "../" and "//" within the path; none leads out of the archive */
    char *out = path;
    for (char *at = path; *at;) {
        char *slash = strchr(at, '/');
        size_t length = slash ? (size_t)(slash - at) : strlen(at);
        if (length == 2 && memcmp(at, "..", 2) == 0) {
            if (out > path)
                out--;
            while (out > path && out[-1] != '/')
                out--;
        } else if (length > 0 && !(length == 1 && *at == '.')) {
            memmove(out, at, length);
            out += length;
            if (slash)
                *out++ = '/';
        }
        at += length + (slash != NULL);
    }
    *out = '\0';
    return path;
}

/* ------------------------------------------------------------------ container */

static int container_begin(void *user, const char *name, const char **attributes)
{
    struct sx_book *book = user;
    const char *path = sx_sax_attribute(attributes, "full-path");
    if (strcmp(name, "rootfile") == 0 && path && !book->text.length)
        sx_buffer_puts(&book->text, path);
    return SYRINX_OK;
}

/* ------------------------------------------------------------------ package */

static const char *keep(struct sx_book *book, const char *text)
{
    return text ? sx_arena_strdup(&book->document->arena, text, strlen(text)) : "";
}

static int add_item(struct sx_book *book, const char **attributes)
{
    const char *href = sx_sax_attribute(attributes, "href"), *id = sx_sax_attribute(attributes, "id"), *fragment;
    if (!href || !id)
        return SYRINX_OK;
    if (book->item_count >= SX_BOOK_ITEMS)
        return sx_fail(book->error, SYRINX_ERROR_INPUT, "more than %d files in the manifest", SX_BOOK_ITEMS);
    if (!sx_book_grow((void **)&book->items, book->item_count, &book->item_room, sizeof *book->items))
        return sx_fail(book->error, SYRINX_ERROR_MEMORY, "out of memory");
    struct sx_book_item item = { .id = keep(book, id), .path = sx_book_path(book, book->folder, href, &fragment),
                                 .media = keep(book, sx_sax_attribute(attributes, "media-type")),
                                 .properties = keep(book, sx_sax_attribute(attributes, "properties")), .part = -1 };
    if (!item.id || !item.media || !item.properties)
        return sx_fail(book->error, SYRINX_ERROR_MEMORY, "out of memory");
    if (!item.path)
        return SYRINX_OK;       /* elsewhere: it is not in the book */
    book->items[book->item_count++] = item;
    return SYRINX_OK;
}

static int find_item(const struct sx_book *book, const char *id, int from)
{
    for (int i = 0; i < book->item_count; i++) {
        int k = (from + i) % book->item_count;
        if (strcmp(book->items[k].id, id) == 0)
            return k;
    }
    return -1;
}

static int add_to_spine(struct sx_book *book, const char **attributes)
{
    const char *id = sx_sax_attribute(attributes, "idref"), *linear = sx_sax_attribute(attributes, "linear");
    int from = book->spine_count ? book->spine[book->spine_count - 1] + 1 : 0;
    int index = id && book->item_count ? find_item(book, id, from) : -1;
    if (index < 0 || book->items[index].linear || (linear && sx_ascii_compare(linear, "no") == 0) || strcmp(book->items[index].properties, "nav") == 0)
        return SYRINX_OK;       /* a page of contents is for the eye */
    if (!sx_book_grow((void **)&book->spine, book->spine_count, &book->spine_room, sizeof *book->spine))
        return sx_fail(book->error, SYRINX_ERROR_MEMORY, "out of memory");
    book->items[index].linear = true;
    book->spine[book->spine_count++] = index;
    return SYRINX_OK;
}

static int package_begin(void *user, const char *name, const char **attributes)
{
    struct sx_book *book = user;
    book->inside = NULL;
    sx_buffer_clear(&book->text);
    if (strcmp(name, "item") == 0)
        return add_item(book, attributes);
    if (strcmp(name, "itemref") == 0)
        return add_to_spine(book, attributes);
    if (strcmp(name, "spine") == 0 && sx_sax_attribute(attributes, "toc"))
        book->ncx = keep(book, sx_sax_attribute(attributes, "toc"));
    if (strcmp(name, "title") == 0 || strcmp(name, "creator") == 0 || strcmp(name, "language") == 0)
        book->inside = name[0] == 't' ? "title" : name[0] == 'c' ? "creator" : "language";
    return SYRINX_OK;
}

static int package_text(void *user, const char *text, size_t length)
{
    struct sx_book *book = user;
    if (book->inside)
        sx_buffer_add(&book->text, text, length);
    return SYRINX_OK;
}

static int package_end(void *user, const char *name)
{
    struct sx_book *book = user;
    struct sx_document *document = book->document;
    if (book->inside && strcmp(name, book->inside) == 0 && book->text.length) {
        const char *value = sx_document_keep(document, book->text.data, book->text.length);
        if (*name == 't' && !document->title)
            document->title = value;
        else if (*name == 'l' && !document->language)
            document->language = value;
        else if (*name == 'c' && value) {       /* all that made it */
            if (book->author.length)
                sx_buffer_puts(&book->author, ", ");
            sx_buffer_puts(&book->author, value);
        }
    }
    book->inside = NULL;
    return SYRINX_OK;
}

/* ------------------------------------------------------------------ encryption */

/* Fonts are often scrambled, which is no protection of the text. */
static int encryption_begin(void *user, const char *name, const char **attributes)
{
    struct sx_book *book = user;
    const char *algorithm = sx_sax_attribute(attributes, "Algorithm");
    if (strcmp(name, "EncryptionMethod") == 0 && algorithm)
        book->enciphered = book->enciphered || (!strstr(algorithm, "www.idpf.org/2008/embedding") && !strstr(algorithm, "ns.adobe.com/pdf/enc#RC"));
    return SYRINX_OK;
}

static int read_xml(struct sx_book *book, const char *name, const struct sx_sax_calls *calls)
{
    char *bytes;
    size_t length;
    int code = sx_archive_read(book->archive, name, &bytes, &length, book->error);
    if (code < 0)
        return code;
    code = sx_sax_read(bytes, length, calls, book, book->error);
    free(bytes);
    return code < 0 ? sx_context(book->error, "%s", name) : code;
}

int sx_book_read_package(struct sx_book *book)
{
    static const struct sx_sax_calls container = { container_begin, NULL, NULL }, package = { package_begin, package_end, package_text },
                                     encryption = { encryption_begin, NULL, NULL };
    const char *fragment;
    int code = SYRINX_OK;
    if (sx_archive_has(book->archive, "META-INF/encryption.xml"))
        code = read_xml(book, "META-INF/encryption.xml", &encryption);
    if (code == SYRINX_OK && book->enciphered)
        return sx_fail(book->error, SYRINX_ERROR_UNSUPPORTED, "the book is protected (DRM): only who sold it can open it");
    if (code == SYRINX_OK && !sx_archive_has(book->archive, "META-INF/container.xml"))
        return sx_fail(book->error, SYRINX_ERROR_FORMAT, "a ZIP archive, but no EPUB: META-INF/container.xml is missing");
    if (code == SYRINX_OK)
        code = read_xml(book, "META-INF/container.xml", &container);
    if (code < 0)
        return code;
    const char *path = book->text.length && !book->text.failed ? sx_book_path(book, "", book->text.data, &fragment) : NULL;
    if (!path)
        return sx_fail(book->error, SYRINX_ERROR_FORMAT, "META-INF/container.xml names no package");
    const char *slash = strrchr(path, '/');
    book->folder = sx_arena_strdup(&book->document->arena, path, slash ? (size_t)(slash - path) + 1 : 0);
    if (!book->folder)
        return sx_fail(book->error, SYRINX_ERROR_MEMORY, "out of memory");
    code = read_xml(book, path, &package);
    if (code == SYRINX_OK && book->author.length && !book->author.failed)
        book->document->author = sx_document_keep(book->document, book->author.data, book->author.length);
    if (code == SYRINX_OK && book->spine_count == 0)
        code = sx_fail(book->error, SYRINX_ERROR_FORMAT, "%s: the spine is empty", path);
    return code;
}
