/* document.c - opens a document, finds out what it is, and plays its chapters. */
#include "document/document.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/file.h"
#include "document/narrate.h"
#include "document/parts.h"

struct sx_part *sx_document_add_part(struct sx_document *document, char *bytes, size_t length)
{
    if (document->part_count == document->part_room) {
        int room = document->part_room ? 2 * document->part_room : 4;
        struct sx_part *grown = realloc(document->parts, (size_t)room * sizeof *grown);
        if (!grown) {
            free(bytes);
            return NULL;
        }
        document->parts = grown;
        document->part_room = room;
    }
    struct sx_part *part = &document->parts[document->part_count], *last = document->part_count ? part - 1 : NULL;
    memset(part, 0, sizeof *part);
    part->bytes = bytes;
    part->length = length;
    part->base = last ? last->base + last->length : 0;
    document->part_count++;
    return part;
}

int sx_part_parse(struct sx_document *document, struct sx_part *part, bool xml, struct sx_error *error)
{
    size_t begin = sx_encoding_mark(part->bytes, part->length);
    int code = SYRINX_OK;
    if (!sx_tree_begin(&part->tree, part->bytes, part->length, xml))
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    if (document->kind == SYRINX_DOCUMENT_MARKDOWN)
        code = sx_markdown_read(&part->tree, sx_front_matter(document, part->bytes, part->length), error);
    else
        sx_html_read(&part->tree, begin, part->length);
    int end = sx_tree_end(&part->tree, error);
    part->root = sx_narrate_root(&part->tree);
    return code < 0 ? code : end;
}

/* ------------------------------------------------------------------ what a page tells about itself */

static const char *gathered(struct sx_document *document, const struct sx_tree *tree, const struct sx_element *node)
{
    struct sx_buffer text = { 0 };
    sx_element_gather(tree, node, &text);
    const char *kept = text.length && !text.failed ? sx_document_keep(document, text.data, text.length) : NULL;
    sx_buffer_free(&text);
    return kept;
}

static const char *attribute(struct sx_document *document, const struct sx_tree *tree, const struct sx_element *node, const char *name)
{
    struct sx_buffer text = { 0 };
    bool there = sx_element_value(tree, node, name, &text);
    const char *kept = there && text.length && !text.failed ? sx_document_keep(document, text.data, text.length) : NULL;
    sx_buffer_free(&text);
    return kept;
}

static void read_head(struct sx_document *document, const struct sx_tree *tree)
{
    const struct sx_element *heading = NULL;
    int headings = 0;
    for (const struct sx_element *at = tree->root; at; at = sx_element_next(at, NULL, at->tag != SX_TAG_SVG && at->tag != SX_TAG_TEMPLATE)) {
        if (at->tag == SX_TAG_TITLE && !document->title && at->first)
            document->title = gathered(document, tree, at);
        else if (at->tag == SX_TAG_HTML && !document->language)
            document->language = attribute(document, tree, at, "lang");
        else if (at->tag == SX_TAG_META && !document->author) {
            const char *name = attribute(document, tree, at, "name");
            if (name && sx_ascii_compare(name, "author") == 0)
                document->author = attribute(document, tree, at, "content");
        } else if (at->tag == SX_TAG_H1 && at->inside > 0) {
            heading = headings++ ? heading : at;
        }
    }
    if (!document->title && headings == 1)      /* the one outermost heading is the title */
        document->title = gathered(document, tree, heading);
}

/* ------------------------------------------------------------------ opening */

static int kind_by_name(const char *name)
{
    static const struct { const char *ending; int kind; } endings[] = {
        { ".txt", SYRINX_DOCUMENT_TEXT }, { ".text", SYRINX_DOCUMENT_TEXT }, { ".md", SYRINX_DOCUMENT_MARKDOWN }, { ".markdown", SYRINX_DOCUMENT_MARKDOWN },
        { ".mkd", SYRINX_DOCUMENT_MARKDOWN }, { ".html", SYRINX_DOCUMENT_HTML }, { ".htm", SYRINX_DOCUMENT_HTML }, { ".xhtml", SYRINX_DOCUMENT_HTML },
        { ".epub", SYRINX_DOCUMENT_EPUB }, { ".srt", SYRINX_DOCUMENT_SUBTITLES }, { ".vtt", SYRINX_DOCUMENT_SUBTITLES },
    };
    const char *base = name ? strrchr(name, '/') : NULL, *dot = name ? strrchr(base ? base : name, '.') : NULL;
    for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++) {
        if (sx_ascii_compare(dot, endings[i].ending) == 0)
            return endings[i].kind;
    }
    return SYRINX_DOCUMENT_AUTO;
}

static bool has_before(const char *bytes, size_t length, const char *what)
{
    size_t n = strlen(what);
    for (size_t i = 0; i + n <= length && i < 512; i++) {
        if (sx_ascii_compare_n(bytes + i, what, n) == 0)
            return true;
    }
    return false;
}

static int kind_by_content(const char *bytes, size_t length)
{
    size_t i = sx_encoding_mark(bytes, length), digits = 0;
    if (length >= 4 && memcmp(bytes, "PK\3\4", 4) == 0)
        return SYRINX_DOCUMENT_EPUB;
    while (i < length && (unsigned char)bytes[i] <= ' ')
        i++;
    if (length - i >= 6 && memcmp(bytes + i, "WEBVTT", 6) == 0)
        return SYRINX_DOCUMENT_SUBTITLES;
    if (i < length && bytes[i] == '<' && (has_before(bytes + i, length - i, "<!doctype html") || has_before(bytes + i, length - i, "<html")))
        return SYRINX_DOCUMENT_HTML;
    while (i + digits < length && bytes[i + digits] >= '0' && bytes[i + digits] <= '9')
        digits++;
    i += digits;
    i += i < length && bytes[i] == '\r';
    if (digits > 0 && digits < 7 && i < length && bytes[i] == '\n' && has_before(bytes + i, length - i < 40 ? length - i : 40, "-->"))
        return SYRINX_DOCUMENT_SUBTITLES;
    return SYRINX_DOCUMENT_TEXT;
}

static int read_whole(struct sx_document *document, const char *bytes, size_t length, bool xml, struct sx_error *error)
{
    char *text = NULL;
    size_t text_length = 0;
    int code = sx_encoding_read(bytes, length, document->kind == SYRINX_DOCUMENT_HTML, &text, &text_length, error);
    if (code < 0) {
        free(text);
        return code;
    }
    struct sx_part *part = sx_document_add_part(document, text, text_length);
    if (!part)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    if (document->kind == SYRINX_DOCUMENT_TEXT)
        return sx_plain_read(document, error);
    if (document->kind == SYRINX_DOCUMENT_SUBTITLES)
        return sx_subtitle_read(document, error);
    code = sx_part_parse(document, part, xml, error);
    if (code < 0)
        return code;
    read_head(document, &part->tree);
    return sx_document_find_chapters(document, error);
}

int sx_document_read(const char *name, const void *bytes, size_t length, int kind, struct sx_document **out, struct sx_error *error)
{
    *out = NULL;
    if (kind == SYRINX_DOCUMENT_AUTO)
        kind = kind_by_name(name);
    if (kind == SYRINX_DOCUMENT_AUTO)
        kind = kind_by_content(bytes, length);
    if (length > SX_DOCUMENT_LIMIT)
        return sx_fail(error, SYRINX_ERROR_INPUT, "larger than %d MB", SX_DOCUMENT_LIMIT >> 20);
    struct sx_document *document = calloc(1, sizeof *document);
    if (!document)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    document->kind = kind;
    const char *dot = name ? strrchr(name, '.') : NULL;
    bool xml = (dot && sx_ascii_compare(dot, ".xhtml") == 0) || (length > 5 && memcmp(bytes, "<?xml", 5) == 0);
    int code = kind == SYRINX_DOCUMENT_EPUB ? sx_epub_read(document, bytes, length, error) : read_whole(document, bytes, length, xml, error);
    if (code < 0) {
        sx_document_free(document);
        return code;
    }
    *out = document;
    return SYRINX_OK;
}

int sx_document_open(const char *path, int kind, struct sx_document **document, struct sx_error *error)
{
    struct sx_map map;
    *document = NULL;
    int code = sx_map_open(path, &map, error);
    if (code < 0)
        return code;
    code = sx_document_read(path, map.data ? (const char *)map.data : "", map.size, kind, document, error);
    sx_map_close(&map);
    return code < 0 ? sx_context(error, "%s", path) : code;
}

void sx_document_free(struct sx_document *document)
{
    if (!document)
        return;
    for (int i = 0; i < document->part_count; i++) {
        sx_tree_free(&document->parts[i].tree);
        free(document->parts[i].bytes);
    }
    free(document->parts);
    free(document->chapters);
    free(document->cues);
    sx_arena_free(&document->arena);
    free(document);
}

/* ------------------------------------------------------------------ what is in it */

int sx_document_kind(const struct sx_document *document)
{
    return document->kind;
}

const char *sx_document_title(const struct sx_document *document)
{
    return document->title;
}

const char *sx_document_author(const struct sx_document *document)
{
    return document->author;
}

const char *sx_document_language(const struct sx_document *document)
{
    return document->language;
}

int sx_document_chapters(const struct sx_document *document)
{
    return document->chapter_count;
}

const char *sx_document_chapter_title(const struct sx_document *document, int chapter)
{
    return document->chapters[chapter].title;
}

int sx_document_chapter_level(const struct sx_document *document, int chapter)
{
    return document->chapters[chapter].level;
}

/* Whether `position` lies before the chapter's first byte. */
static bool lies_before(const struct sx_document *document, uint64_t position, const struct sx_chapter *chapter)
{
    const struct sx_part *part = &document->parts[chapter->part];
    if (!part->root)
        return position < part->base + chapter->from;
    if (position < part->base)
        return true;
    return chapter->from > part->root->order && position < part->base + sx_tree_node(&part->tree, chapter->from)->begin;
}

static int chapter_of(const struct sx_document *document, uint64_t position)
{
    int low = 0, high = document->chapter_count;
    while (high - low > 1) {
        int middle = (low + high) / 2;
        if (lies_before(document, position, &document->chapters[middle]))
            high = middle;
        else
            low = middle;
    }
    return low;
}

void sx_document_place(const struct sx_document *document, uint64_t position, struct sx_place *cursor, struct sx_buffer *out)
{
    if (document->kind == SYRINX_DOCUMENT_EPUB) {
        int chapter = chapter_of(document, position);
        const char *title = document->chapter_count > 0 ? document->chapters[chapter].title : "";
        sx_buffer_printf(out, "chapter %d%s%s", chapter + 1, *title ? ": " : "", title);
        return;
    }
    const struct sx_part *part = &document->parts[0];
    uint64_t column = 1;
    if (cursor->position == 0)
        cursor->line_begin = sx_encoding_mark(part->bytes, part->length);
    for (; cursor->position < position && cursor->position < part->length; cursor->position++) {
        if (part->bytes[cursor->position] == '\n') {
            cursor->line++;
            cursor->line_begin = cursor->position + 1;
        }
    }
    for (uint64_t i = cursor->line_begin; i < position && i < part->length && i - cursor->line_begin < 100000; i++)
        column += ((unsigned char)part->bytes[i] & 0xC0) != 0x80;
    sx_buffer_printf(out, "%llu:%llu", (unsigned long long)cursor->line + 1, (unsigned long long)column);
}

/* ------------------------------------------------------------------ playing */

static int play_trees(const struct sx_document *document, int chapter, const struct sx_markup_sink *sink, struct sx_error *error)
{
    bool last = chapter < 0 || chapter + 1 == document->chapter_count;
    int first_part = chapter < 0 ? 0 : document->chapters[chapter].part;
    int last_part = last ? document->part_count - 1 : document->chapters[chapter + 1].part;
    int code = SYRINX_OK;
    if (!last && document->chapters[chapter + 1].text <= document->parts[last_part].text && last_part > first_part) {
        last_part--;            /* the next chapter begins with its file */
        last = true;
    }
    for (int i = first_part; i <= last_part && code >= 0; i++) {
        const struct sx_part *part = &document->parts[i];
        struct sx_narration narration = { .base = part->base, .root = part->root, .from = 0, .to = UINT32_MAX,
                                          .last = i == last_part, .book = document->kind == SYRINX_DOCUMENT_EPUB, .language = document->language };
        if (i == first_part && chapter >= 0)
            narration.from = document->chapters[chapter].from;
        if (i == last_part && !last)
            narration.to = document->chapters[chapter + 1].from;
        if (!narration.book || part->tree.text > 0 || narration.last)       /* a cover is silent */
            code = sx_narrate(&part->tree, &narration, sink, error);
    }
    return code;
}

int sx_document_play(const struct sx_document *document, int chapter, const struct sx_markup_sink *sink, struct sx_error *error)
{
    if (chapter >= document->chapter_count || chapter < -1)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "there is no chapter %d", chapter);
    if (document->chapter_count == 0)
        return SYRINX_OK;
    if (document->kind == SYRINX_DOCUMENT_TEXT)
        return sx_plain_play(document, chapter, sink, error);
    if (document->kind == SYRINX_DOCUMENT_SUBTITLES)
        return sx_subtitle_play(document, sink, error);
    return play_trees(document, chapter, sink, error);
}

/* ------------------------------------------------------------------ what was read, as text */

enum { NOTHING = 0x7F };        /* DEL: what is not read within a word */

struct mask {
    const struct sx_document *document;
    char *text;
    uint64_t last;              /* end of what was copied */
    bool ended, parted;         /* a paragraph, a sentence or a word ended behind it */
    int part;
};

static int mask_text(void *user, const char *bytes, size_t length, uint64_t begin, uint64_t end, struct sx_error *error)
{
    struct mask *mask = user;
    const struct sx_document *document = mask->document;
    (void)error;
    while (mask->part + 1 < document->part_count && begin >= document->parts[mask->part + 1].base)
        mask->part++;
    uint64_t limit = document->parts[mask->part].base + document->parts[mask->part].length;
    if (end > limit || begin < mask->last)
        return SYRINX_OK;
    if (length == 1 && *bytes == ' ') {
        mask->parted = true;
        return SYRINX_OK;
    }
    bool fits = length <= end - begin, raised = !fits && length <= 3 * (end - begin);   /* "2" that was read as U+00B2 */
    if (!fits && !raised)
        return SYRINX_OK;
    if (mask->ended && mask->last > 0 && begin >= mask->last + 2)
        memcpy(mask->text + mask->last, "\n\n", 2);
    else if (!mask->parted && mask->last > 0 && length > 0 && *bytes != ' ')
        memset(mask->text + mask->last, NOTHING, begin - mask->last);
    mask->ended = mask->parted = false;
    if (raised) {
        const struct sx_part *part = &document->parts[mask->part];
        memcpy(mask->text + begin, part->bytes + (begin - part->base), end - begin);
    } else {
        memcpy(mask->text + begin, bytes, length);
        memset(mask->text + begin + length, NOTHING, end - begin - length);
    }
    mask->last = end;
    mask->parted = length > 0 && bytes[length - 1] == ' ';
    return SYRINX_OK;
}

static int mask_style(void *user, const struct sx_style *style, struct sx_error *error)
{
    (void)user, (void)style, (void)error;
    return SYRINX_OK;
}

static int mask_boundary(void *user, enum sx_boundary boundary, struct sx_error *error)
{
    struct mask *mask = user;
    (void)error;
    for (uint64_t i = mask->last; i > 0 && mask->text[i - 1] == NOTHING; i--)
        mask->text[i - 1] = ' ';
    mask->ended = mask->ended || boundary > SX_BOUNDARY_SENTENCE;
    mask->parted = true;
    return SYRINX_OK;
}

static int mask_point(void *user, const struct sx_point *point, struct sx_error *error)
{
    (void)user, (void)point, (void)error;
    return SYRINX_OK;
}

int sx_document_text(const struct sx_document *document, char **text, size_t *length, struct sx_error *error)
{
    const struct sx_part *last = document->part_count ? &document->parts[document->part_count - 1] : NULL;
    struct mask mask = { .document = document };
    const struct sx_markup_sink sink = { &mask, mask_text, mask_style, mask_boundary, mask_point };
    *length = last ? (size_t)last->base + last->length : 0;
    *text = mask.text = malloc(*length + 1);
    if (!mask.text)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    memset(mask.text, ' ', *length);
    mask.text[*length] = '\0';
    int code = sx_document_play(document, -1, &sink, error);
    if (code < 0) {
        free(mask.text);
        *text = NULL;
    }
    return code < 0 ? code : SYRINX_OK;
}
