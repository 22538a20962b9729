/* contents.c - the table of contents of an EPUB: the navigation document of EPUB 3, the NCX of EPUB 2. */
#include <stdlib.h>
#include <string.h>

#include "document/book.h"

static int add_entry(struct sx_book *book, const char *title, size_t length, const char *href, int depth)
{
    const char *fragment, *path = sx_book_path(book, book->base, href, &fragment);
    if (!path || book->entry_count >= SX_BOOK_ENTRIES)
        return SYRINX_OK;
    if (!sx_book_grow((void **)&book->entries, book->entry_count, &book->entry_room, sizeof *book->entries))
        return sx_fail(book->error, SYRINX_ERROR_MEMORY, "out of memory");
    const char *kept = sx_document_keep(book->document, title, length);
    book->entries[book->entry_count++] = (struct sx_book_entry){
        .title = kept ? kept : "", .path = path, .fragment = fragment && *fragment ? fragment : NULL, .depth = depth, .part = -1 };
    return SYRINX_OK;
}

static const char *folder_of(struct sx_book *book, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *folder = sx_arena_strdup(&book->document->arena, path, slash ? (size_t)(slash - path) + 1 : 0);
    return folder ? folder : "";
}

/* ------------------------------------------------------------------ EPUB 3 */

static const struct sx_element *find_contents(const struct sx_tree *tree)
{
    const struct sx_element *first = NULL;
    struct sx_buffer type = { 0 };
    for (const struct sx_element *at = tree->root; at; at = sx_element_next(at, NULL, true)) {
        if (at->tag != SX_TAG_NAV)
            continue;
        first = first ? first : at;
        sx_buffer_clear(&type);
        if (sx_element_value(tree, at, "epub:type", &type) && type.data && strstr(type.data, "toc")) {
            first = at;
            break;
        }
    }
    sx_buffer_free(&type);
    return first;
}

static int read_navigation(struct sx_book *book, const char *path)
{
    struct sx_tree tree;
    struct sx_buffer title = { 0 }, href = { 0 };
    char *bytes;
    size_t length;
    int code = sx_archive_read(book->archive, path, &bytes, &length, book->error);
    if (code < 0)
        return code;
    if (!sx_tree_begin(&tree, bytes, length, true)) {
        sx_tree_free(&tree);
        free(bytes);
        return sx_fail(book->error, SYRINX_ERROR_MEMORY, "out of memory");
    }
    tree.navigation = true;
    sx_html_read(&tree, sx_encoding_mark(bytes, length), length);
    code = sx_tree_end(&tree, book->error);
    book->base = folder_of(book, path);
    const struct sx_element *nav = code == SYRINX_OK && sx_encoding_valid(bytes, length) ? find_contents(&tree) : NULL;
    for (const struct sx_element *at = nav; at && code == SYRINX_OK; at = sx_element_next(at, nav, true)) {
        int depth = 0;
        if (at->tag != SX_TAG_A)
            continue;
        for (const struct sx_element *up = at->parent; up; up = up->parent)
            depth += up->tag == SX_TAG_OL || up->tag == SX_TAG_UL;
        sx_buffer_clear(&title);
        sx_buffer_clear(&href);
        sx_element_gather(&tree, at, &title);
        if (sx_element_value(&tree, at, "href", &href) && href.data && !href.failed && !title.failed)
            code = add_entry(book, title.data ? title.data : "", title.length, href.data, depth > 0 ? depth : 1);
    }
    sx_buffer_free(&title);
    sx_buffer_free(&href);
    sx_tree_free(&tree);
    free(bytes);
    return code;
}

/* ------------------------------------------------------------------ EPUB 2 */

static int ncx_begin(void *user, const char *name, const char **attributes)
{
    struct sx_book *book = user;
    if (strcmp(name, "navPoint") == 0) {
        book->depth++;
        sx_buffer_clear(&book->text);
    } else if (strcmp(name, "text") == 0 && book->depth > 0) {
        book->inside = "text";
    } else if (strcmp(name, "content") == 0 && book->depth > 0 && sx_sax_attribute(attributes, "src")) {
        int code = add_entry(book, book->text.data ? book->text.data : "", book->text.length, sx_sax_attribute(attributes, "src"), book->depth);
        sx_buffer_clear(&book->text);
        return code;
    }
    return SYRINX_OK;
}

static int ncx_text(void *user, const char *text, size_t length)
{
    struct sx_book *book = user;
    if (book->inside)
        sx_buffer_add(&book->text, text, length);
    return SYRINX_OK;
}

static int ncx_end(void *user, const char *name)
{
    struct sx_book *book = user;
    if (strcmp(name, "navPoint") == 0)
        book->depth--;
    book->inside = NULL;
    return SYRINX_OK;
}

static int read_ncx(struct sx_book *book, const char *path)
{
    static const struct sx_sax_calls calls = { ncx_begin, ncx_end, ncx_text };
    char *bytes;
    size_t length;
    int code = sx_archive_read(book->archive, path, &bytes, &length, book->error);
    if (code < 0)
        return code;
    book->base = folder_of(book, path);
    book->inside = NULL;
    book->depth = 0;
    sx_buffer_clear(&book->text);
    code = sx_sax_read(bytes, length, &calls, book, book->error);
    free(bytes);
    return code;
}

static bool has_word(const char *list, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at++) {
        if ((at == list || at[-1] == ' ') && (at[n] == '\0' || at[n] == ' '))
            return true;
    }
    return false;
}

int sx_book_read_contents(struct sx_book *book)
{
    int code = SYRINX_OK;
    for (int i = 0; i < book->item_count && book->entry_count == 0 && code != SYRINX_ERROR_MEMORY; i++) {
        if (has_word(book->items[i].properties, "nav"))
            code = read_navigation(book, book->items[i].path);
    }
    for (int i = 0; i < book->item_count && book->entry_count == 0 && code != SYRINX_ERROR_MEMORY; i++) {
        bool named = book->ncx && strcmp(book->items[i].id, book->ncx) == 0;
        if (named || strcmp(book->items[i].media, "application/x-dtbncx+xml") == 0)
            code = read_ncx(book, book->items[i].path);
    }
    /* a broken table of contents does not keep anyone from reading the book */
    return code == SYRINX_ERROR_MEMORY || code == SYRINX_ERROR_INPUT ? code : SYRINX_OK;
}
