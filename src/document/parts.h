/* parts.h - the inside of a document, shared by the readers of the formats. */
#ifndef SX_DOCUMENT_PARTS_H
#define SX_DOCUMENT_PARTS_H

#include "base/encoding.h"
#include "document/document.h"
#include "document/tree.h"

enum {
    SX_DOCUMENT_LIMIT = SX_TREE_LIMIT,  /* bytes of a file */
    SX_CHAPTERS = 20000
};

/* One source: the file, or one chapter file of a book. */
struct sx_part {
    char *bytes;                /* [length], ours */
    size_t length;
    uint64_t base;              /* position of its first byte */
    uint64_t text;              /* letters in the parts before it */
    struct sx_tree tree;        /* not for plain text and subtitles */
    const struct sx_element *root; /* of the tree, that holds what is read; NULL: no tree */
};

struct sx_chapter {
    const char *title;
    int level, part;
    uint32_t from;              /* node of the part's tree, or byte of plain text */
    uint32_t heading;           /* letters or bytes of its heading, which are no content */
    uint64_t text;              /* letters that stand before it in the document */
};

struct sx_cue {
    double begin, end, slot;    /* seconds; slot: until the next one */
    uint32_t from, to;          /* bytes */
    uint32_t order;
};

struct sx_document {
    int kind;
    const char *title, *author, *language;
    struct sx_arena arena;
    struct sx_part *parts;
    struct sx_chapter *chapters;
    struct sx_cue *cues;
    int part_count, part_room, chapter_count, chapter_room, cue_count, cue_room;
};

/* A fresh part that owns `bytes` (malloc; freed on failure, too); NULL: no memory. */
struct sx_part *sx_document_add_part(struct sx_document *document, char *bytes, size_t length);
/* Its tree from what it holds. */
int sx_part_parse(struct sx_document *document, struct sx_part *part, bool xml, struct sx_error *error);
/* A chapter at the end of the list. The title is copied, blanks made single. */
int sx_document_add_chapter(struct sx_document *document, const char *title, size_t length, int level, int part, uint32_t from, uint32_t heading,
                            struct sx_error *error);
/* Chapters by the headings of the parts; what stands before the first one becomes a chapter, too. */
int sx_document_find_chapters(struct sx_document *document, struct sx_error *error);
/* A chapter for what stands before the first; chapters that are but a heading become one with the next. */
int sx_document_settle_chapters(struct sx_document *document, struct sx_error *error);
/* A copy in the document's memory, blanks made single and cut off at the ends; NULL where nothing is left. */
const char *sx_document_keep(struct sx_document *document, const char *text, size_t length);

/* The file as UTF-8, in fresh memory; *begin: behind a byte order mark. `html` looks for a charset in the first bytes. */
int sx_encoding_read(const char *bytes, size_t length, bool html, char **out, size_t *out_length, struct sx_error *error);

int sx_plain_read(struct sx_document *document, struct sx_error *error);
int sx_plain_play(const struct sx_document *document, int chapter, const struct sx_markup_sink *sink, struct sx_error *error);
/* "---" or "+++" lines before Markdown; returns where the text begins. */
size_t sx_front_matter(struct sx_document *document, const char *bytes, size_t length);
int sx_subtitle_read(struct sx_document *document, struct sx_error *error);
int sx_subtitle_play(const struct sx_document *document, const struct sx_markup_sink *sink, struct sx_error *error);
int sx_epub_read(struct sx_document *document, const char *bytes, size_t length, struct sx_error *error);

#endif
