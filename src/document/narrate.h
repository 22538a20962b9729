/* narrate.h - reads a tree aloud: what a person would say of it, into a sink of text/markup.h.
 *
 * narrate.c sends text, narrate_tree.c knows the elements, narrate_list.c and narrate_table.c lists and tables. */
#ifndef SX_DOCUMENT_NARRATE_H
#define SX_DOCUMENT_NARRATE_H

#include "base/arena.h"
#include "base/buffer.h"
#include "document/tree.h"
#include "text/markup.h"

struct sx_narrator {
    const struct sx_tree *tree;
    const struct sx_markup_sink *sink;
    struct sx_error *error;
    int code;                   /* the first failure; then nothing more is sent */
    uint64_t base;              /* position of the source's first byte */
    uint32_t from, to;          /* nodes that are read: order in [from, to) */
    bool book;                  /* an EPUB: notes that pop up and page numbers are not read */
    const char *language;       /* of the document, or NULL */
    struct sx_arena arena;      /* languages and heads of tables */
    struct sx_buffer run, scratch;
    uint64_t run_begin;         /* `run` came from here, byte for byte */
    uint64_t reached;           /* no position goes back behind this */
    struct sx_style style, wanted;  /* of what was sent last; of what comes */
    int boundary;               /* due before the next text: enum sx_boundary, 0 none */
    bool line;                  /* a line break is due */
    bool joined;                /* what comes goes on with what was sent, whatever begins between */
    bool blank;                 /* a space is due, from the bytes [blank_begin, blank_end) */
    uint64_t blank_begin, blank_end;
    bool open;                  /* text was sent since the last boundary */
    uint32_t previous;          /* last character sent, 0 behind a boundary or a blank */
    int letters, characters;    /* of the word under way */
};

/* What an element hands down to what is in it. */
struct sx_context {
    uint8_t emphasis, structure;
    bool pre, code, item;
    const char *language;
};

/* Text of the source at `position`, byte for byte; blanks become single ones. */
void sx_narrate_text(struct sx_narrator *narrator, const struct sx_context *context, const char *text, size_t length, size_t position);
/* Text that is not in the source but stands for the bytes [begin, end). A space goes before it where `apart`. */
void sx_narrate_made(struct sx_narrator *narrator, const struct sx_context *context, const char *text, size_t begin, size_t end, bool apart);
void sx_narrate_boundary(struct sx_narrator *narrator, enum sx_boundary boundary);
void sx_narrate_line(struct sx_narrator *narrator);
/* The last that was sent asks for no mark behind it. */
bool sx_narrate_stopped(const struct sx_narrator *narrator);

/* Reads `node` and what is in it as far as it lies in [from, to). */
void sx_narrate_node(struct sx_narrator *narrator, const struct sx_element *node, struct sx_context context);
void sx_narrate_children(struct sx_narrator *narrator, const struct sx_element *node, const struct sx_context *context);
void sx_narrate_list(struct sx_narrator *narrator, const struct sx_element *list, struct sx_context context);
void sx_narrate_table(struct sx_narrator *narrator, const struct sx_element *table, struct sx_context context);

/* Reads what lies in `root` of nodes [from, to): `language` NULL or the document's. */
struct sx_narration {
    uint64_t base;
    const struct sx_element *root;
    uint32_t from, to;
    bool book, last;            /* last: a section ends behind it */
    const char *language;
};
int sx_narrate(const struct sx_tree *tree, const struct sx_narration *narration, const struct sx_markup_sink *sink, struct sx_error *error);
/* The element of a web page that holds what it is about (main, a lone article), else the root. */
const struct sx_element *sx_narrate_root(const struct sx_tree *tree);

#endif
