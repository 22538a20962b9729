/* chapters.c - where chapters begin: by headings, and what to do with title pages and headings without text. */
#include <stdlib.h>
#include <string.h>

#include "document/parts.h"

enum { TITLE_MOST = 200 };      /* bytes of a title */

const char *sx_document_keep(struct sx_document *document, const char *text, size_t length)
{
    char *copy = sx_arena_alloc(&document->arena, length + 1);
    size_t n = 0;
    bool blank = false;
    for (size_t i = 0; copy && i < length; i++) {
        if ((unsigned char)text[i] <= ' ' || text[i] == 0x7F) {
            blank = n > 0;
            continue;
        }
        if (blank)
            copy[n++] = ' ';
        blank = false;
        copy[n++] = text[i];
    }
    if (!copy || n == 0)
        return NULL;
    copy[n] = '\0';
    return copy;
}

int sx_document_add_chapter(struct sx_document *document, const char *title, size_t length, int level, int part, uint32_t from, uint32_t heading,
                            struct sx_error *error)
{
    if (document->chapter_count == SX_CHAPTERS)
        return SYRINX_OK;       /* the last one goes on to the end */
    if (document->chapter_count == document->chapter_room) {
        int room = document->chapter_room ? 2 * document->chapter_room : 32;
        struct sx_chapter *grown = realloc(document->chapters, (size_t)room * sizeof *grown);
        if (!grown)
            return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
        document->chapters = grown;
        document->chapter_room = room;
    }
    if (length > TITLE_MOST) {
        for (length = TITLE_MOST; length > 0 && ((unsigned char)title[length] & 0xC0) == 0x80; length--)
            ;
    }
    const char *kept = title ? sx_document_keep(document, title, length) : NULL;
    document->chapters[document->chapter_count++] = (struct sx_chapter){
        .title = kept ? kept : "", .level = level, .part = part, .from = from, .heading = heading };
    return SYRINX_OK;
}

struct heading { const struct sx_element *node; int part, level; };

struct headings { struct heading *list; int count, room; };

static int collect(const struct sx_document *document, struct headings *headings, struct sx_error *error)
{
    for (int i = 0; i < document->part_count; i++) {
        const struct sx_part *part = &document->parts[i];
        for (const struct sx_element *at = part->root; at;
             at = sx_element_next(at, part->root, !(sx_tag_kind(at->tag) & SX_SILENT) && at->tag != SX_TAG_TABLE)) {
            if (!sx_tag_heading(at->tag) || at->inside == 0)
                continue;
            if (headings->count == headings->room) {
                int room = headings->room ? 2 * headings->room : 64;
                struct heading *grown = realloc(headings->list, (size_t)room * sizeof *grown);
                if (!grown)
                    return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
                headings->list = grown;
                headings->room = room;
            }
            headings->list[headings->count++] = (struct heading){ at, i, at->tag - SX_TAG_H1 + 1 };
        }
    }
    return SYRINX_OK;
}

/* The heading is followed by a deeper one at once. */
static bool is_bare(const struct headings *headings, int i)
{
    const struct heading *heading = &headings->list[i], *next = heading + 1;
    return i + 1 < headings->count && next->part == heading->part && next->level > heading->level &&
           next->node->before <= heading->node->before + heading->node->inside;
}

int sx_document_find_chapters(struct sx_document *document, struct sx_error *error)
{
    struct headings headings = { 0 };
    struct sx_buffer title = { 0 };
    int levels[7] = { 0 }, most = 1;
    int code = collect(document, &headings, error);
    for (int i = 0; i < headings.count; i++)
        levels[headings.list[i].level]++;
    while (most < 6 && levels[most] < 2)        /* the outermost level that has more than one */
        most++;
    for (int i = 0, deepest = most; i < headings.count && code == SYRINX_OK; i++) {
        const struct heading *heading = &headings.list[i];
        if (heading->level <= most)
            deepest = most;
        if (heading->level > deepest)
            continue;
        if (is_bare(&headings, i) && heading[1].level > deepest)        /* a part: its chapters count */
            deepest = heading[1].level;
        sx_buffer_clear(&title);
        sx_element_gather(&document->parts[heading->part].tree, heading->node, &title);
        code = sx_document_add_chapter(document, title.data, title.length, heading->level, heading->part, heading->node->order, heading->node->inside, error);
    }
    sx_buffer_free(&title);
    free(headings.list);
    return code < 0 ? code : sx_document_settle_chapters(document, error);
}

/* Letters before node `from` of a part, of what is read there. */
static uint64_t text_before(const struct sx_part *part, uint32_t from)
{
    const struct sx_element *root = part->root;
    if (!root || from <= root->order)
        return part->text;
    return part->text + (from > root->last ? root->inside : sx_tree_node(&part->tree, from)->before - root->before);
}

int sx_document_settle_chapters(struct sx_document *document, struct sx_error *error)
{
    uint64_t all = 0;
    for (int i = 0; i < document->part_count; i++) {
        document->parts[i].text = all;
        all += document->parts[i].root ? document->parts[i].root->inside : 0;
    }
    for (int i = 0; i < document->chapter_count; i++)
        document->chapters[i].text = text_before(&document->parts[document->chapters[i].part], document->chapters[i].from);
    if (all == 0) {
        document->chapter_count = 0;
        return SYRINX_OK;
    }
    if (document->chapter_count == 0 || document->chapters[0].text > 0) {
        const char *title = document->title ? document->title : document->chapter_count > 0 ? "Beginning" : "";
        int code = sx_document_add_chapter(document, title, strlen(title), 1, 0, 0, 0, error);
        if (code < 0)
            return code;
        struct sx_chapter first = document->chapters[document->chapter_count - 1];
        memmove(document->chapters + 1, document->chapters, (size_t)(document->chapter_count - 1) * sizeof first);
        document->chapters[0] = first;
    } else {
        document->chapters[0].part = 0;
        document->chapters[0].from = 0;
    }
    int kept = 0;
    for (int i = 0; i < document->chapter_count; i++) {
        struct sx_chapter chapter = document->chapters[i];
        uint64_t end = i + 1 < document->chapter_count ? document->chapters[i + 1].text : all;
        bool empty = end <= chapter.text, bare = end <= chapter.text + chapter.heading;
        if (i + 1 < document->chapter_count && (empty || (bare && document->chapters[i + 1].level > chapter.level))) {
            document->chapters[i + 1].part = chapter.part;
            document->chapters[i + 1].from = chapter.from;
            document->chapters[i + 1].text = chapter.text;
            document->chapters[i + 1].heading += bare && !empty ? chapter.heading : 0;
            continue;
        }
        if (!empty)
            document->chapters[kept++] = chapter;
    }
    document->chapter_count = kept;
    return SYRINX_OK;
}
