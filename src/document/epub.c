/* epub.c - an EPUB to a document: the files of the spine become parts, the table of contents tells where chapters begin. */
#include <stdlib.h>
#include <string.h>

#include "document/book.h"
#include "document/narrate.h"

enum { OWN_TEXT = 1000 };       /* letters: with less of its own an entry is a part whose chapters count, too */
enum { TITLE_PAGE = 200 };      /* the same within a file; and letters of a part's title page, which is read with its first chapter */

static int add_file(struct sx_book *book, struct sx_book_item *item)
{
    char *raw, *text = NULL;
    size_t raw_length, length = 0;
    bool xml = strcmp(item->media, "application/xhtml+xml") == 0;
    if (!xml && strcmp(item->media, "text/html") != 0)
        return SYRINX_OK;       /* a picture */
    int code = sx_archive_read(book->archive, item->path, &raw, &raw_length, book->error);
    if (code == SYRINX_OK)
        code = sx_encoding_read(raw, raw_length, true, &text, &length, book->error);
    free(raw);
    if (code < 0) {
        free(text);
        return code;
    }
    item->part = book->document->part_count;
    struct sx_part *part = sx_document_add_part(book->document, text, length);
    return part ? sx_part_parse(book->document, part, xml, book->error) : sx_fail(book->error, SYRINX_ERROR_MEMORY, "out of memory");
}

/* ------------------------------------------------------------------ where entries lie */

static int by_fragment(const void *a, const void *b)
{
    return strcmp((*(struct sx_book_entry *const *)a)->fragment, (*(struct sx_book_entry *const *)b)->fragment);
}

/* The outermost element that begins where `node` does, as far as words go. */
static uint32_t first_of(const struct sx_element *node)
{
    while (node->parent && node->parent->tag != SX_TAG_BODY && node->parent->tag != SX_TAG_ROOT && node->parent->before == node->before)
        node = node->parent;
    return node->order;
}

/* Finds the elements whose id the sorted entries name, in one walk. */
static void find_fragments(const struct sx_part *part, struct sx_book_entry **sorted, int count)
{
    struct sx_buffer id = { 0 };
    for (const struct sx_element *at = part->tree.root; at && count > 0; at = sx_element_next(at, NULL, true)) {
        struct sx_book_entry key = { .fragment = NULL }, *wanted = &key;
        if (at->tag == SX_TAG_TEXT)
            continue;
        sx_buffer_clear(&id);
        if (!sx_element_value(&part->tree, at, "id", &id) || !id.data || id.failed)
            continue;
        key.fragment = id.data;
        struct sx_book_entry **found = bsearch(&wanted, sorted, (size_t)count, sizeof *sorted, by_fragment);
        if (!found)
            continue;
        while (found > sorted && strcmp(found[-1]->fragment, id.data) == 0)
            found--;
        for (; found < sorted + count && strcmp((*found)->fragment, id.data) == 0; found++) {
            if ((*found)->from == 0) {
                (*found)->from = first_of(at);
                (*found)->text = at->before;
            }
        }
    }
    sx_buffer_free(&id);
}

static int place_entries(struct sx_book *book)
{
    struct sx_document *document = book->document;
    struct sx_book_entry **sorted = malloc((size_t)(book->entry_count + 1) * sizeof *sorted);
    if (!sorted)
        return sx_fail(book->error, SYRINX_ERROR_MEMORY, "out of memory");
    for (int i = 0, last = 0; i < book->entry_count; i++) {
        for (int k = 0; k < book->item_count; k++) {        /* from where the last one was: they mostly go in order */
            int item = (last + k) % book->item_count;
            if (book->items[item].part >= 0 && strcmp(book->items[item].path, book->entries[i].path) == 0) {
                book->entries[i].part = book->items[item].part;
                last = item;
                break;
            }
        }
    }
    uint64_t text = 0;
    for (int p = 0; p < document->part_count; p++) {
        int count = 0;
        for (int i = 0; i < book->entry_count; i++) {
            if (book->entries[i].part == p && book->entries[i].fragment)
                sorted[count++] = &book->entries[i];
        }
        qsort(sorted, (size_t)count, sizeof *sorted, by_fragment);
        find_fragments(&document->parts[p], sorted, count);
        for (int i = 0; i < book->entry_count; i++)
            book->entries[i].text += book->entries[i].part == p ? text : 0;
        text += document->parts[p].tree.text;
    }
    free(sorted);
    return SYRINX_OK;
}

/* Entries up to `end` of depth `depth` and deeper become chapters: the outermost, and those within one that has little text of its own. */
static int choose_entries(struct sx_book *book, int begin, int end)
{
    int code = SYRINX_OK;
    for (int i = begin; i < end && code == SYRINX_OK;) {
        const struct sx_book_entry *entry = &book->entries[i];
        int next = i + 1;
        while (next < end && book->entries[next].depth > entry->depth)
            next++;
        /* chapters of a part are files of their own, sections of a chapter are places in it */
        const struct sx_book_entry *child = entry + 1;
        bool open = next > i + 1 && child->part >= 0 && child->text <= entry->text + (child->part != entry->part ? OWN_TEXT : TITLE_PAGE);
        if (entry->part >= 0)
            code = sx_document_add_chapter(book->document, entry->title, strlen(entry->title), entry->depth, entry->part, entry->from,
                                           open ? TITLE_PAGE : 0, book->error);
        if ((open || entry->part < 0) && code == SYRINX_OK && entry->depth < 20)
            code = choose_entries(book, i + 1, next);
        i = next;
    }
    return code;
}

static int in_order(const void *a, const void *b)
{
    const struct sx_chapter *first = a, *second = b;
    if (first->part != second->part)
        return first->part < second->part ? -1 : 1;
    if (first->from != second->from)
        return first->from < second->from ? -1 : 1;
    return first->level < second->level ? -1 : first->level > second->level;
}

/* Without a table of contents each file is a chapter, named by its first heading; a lone file is taken by its headings. */
static int chapters_by_file(struct sx_book *book)
{
    struct sx_document *document = book->document;
    struct sx_buffer title = { 0 };
    int code = SYRINX_OK;
    if (document->part_count == 1)
        return sx_document_find_chapters(document, book->error);
    for (int i = 0; i < document->part_count && code == SYRINX_OK; i++) {
        const struct sx_part *part = &document->parts[i];
        sx_buffer_clear(&title);
        for (const struct sx_element *at = part->root; at; at = sx_element_next(at, part->root, true)) {
            if (sx_tag_heading(at->tag) && at->inside > 0) {
                sx_element_gather(&part->tree, at, &title);
                break;
            }
        }
        code = sx_document_add_chapter(document, title.data, title.length, 1, i, 0, 0, book->error);
    }
    sx_buffer_free(&title);
    return code < 0 ? code : sx_document_settle_chapters(document, book->error);
}

int sx_epub_read(struct sx_document *document, const char *bytes, size_t length, struct sx_error *error)
{
    struct sx_book book = { .document = document, .error = error };
    int code = sx_archive_open(bytes, length, &book.archive, error);
    if (code == SYRINX_OK)
        code = sx_book_read_package(&book);
    for (int i = 0; i < book.spine_count && code == SYRINX_OK; i++)
        code = add_file(&book, &book.items[book.spine[i]]);
    if (code == SYRINX_OK)
        code = sx_book_read_contents(&book);
    if (code == SYRINX_OK && book.entry_count > 0)
        code = place_entries(&book);
    if (code == SYRINX_OK)
        code = choose_entries(&book, 0, book.entry_count);
    if (code == SYRINX_OK && document->chapter_count > 0) {
        qsort(document->chapters, (size_t)document->chapter_count, sizeof *document->chapters, in_order);
        code = sx_document_settle_chapters(document, error);
    } else if (code == SYRINX_OK) {
        code = chapters_by_file(&book);
    }
    sx_archive_close(book.archive);
    free(book.items);
    free(book.spine);
    free(book.entries);
    sx_buffer_free(&book.text);
    sx_buffer_free(&book.author);
    return code;
}
