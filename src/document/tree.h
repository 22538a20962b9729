/* tree.h - a marked-up text as a tree of elements: what Markdown, HTML and the chapters of an EPUB have in common.
 *
 * Elements are those of HTML; the Markdown reader makes the same ones. The tree points into the source, so every text node knows its bytes.
 * Our own and not gumbo's, since that one takes time by the square of the nesting (100 KB of "<div>": 10 s) and frees by recursion. */
#ifndef SX_DOCUMENT_TREE_H
#define SX_DOCUMENT_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"

/* Name in capitals, name in the source, kind. Sorted by name: a test compares. */
#define SX_TAGS(X) \
    X(A, "a", 0) X(ABBR, "abbr", 0) X(ADDRESS, "address", SX_BLOCK) X(AREA, "area", SX_VOID) X(ARTICLE, "article", SX_BLOCK) \
    X(ASIDE, "aside", SX_BLOCK) X(AUDIO, "audio", SX_SILENT) X(B, "b", 0) X(BASE, "base", SX_VOID) X(BLOCKQUOTE, "blockquote", SX_BLOCK) \
    X(BODY, "body", SX_BLOCK) X(BR, "br", SX_VOID) X(BUTTON, "button", SX_SILENT) X(CANVAS, "canvas", SX_SILENT) X(CAPTION, "caption", SX_BLOCK) \
    X(CENTER, "center", SX_BLOCK) X(CITE, "cite", 0) X(CODE, "code", 0) X(COL, "col", SX_VOID) X(DATALIST, "datalist", SX_SILENT) \
    X(DD, "dd", SX_BLOCK) X(DEL, "del", SX_SILENT) X(DETAILS, "details", SX_BLOCK) X(DIALOG, "dialog", SX_SILENT) X(DIR, "dir", SX_BLOCK) \
    X(DIV, "div", SX_BLOCK) X(DL, "dl", SX_BLOCK) X(DT, "dt", SX_BLOCK) X(EM, "em", 0) X(EMBED, "embed", SX_VOID) \
    X(FIELDSET, "fieldset", SX_BLOCK) X(FIGCAPTION, "figcaption", SX_BLOCK) X(FIGURE, "figure", SX_BLOCK) X(FOOTER, "footer", SX_BLOCK) \
    X(FORM, "form", SX_BLOCK) X(H1, "h1", SX_BLOCK) X(H2, "h2", SX_BLOCK) X(H3, "h3", SX_BLOCK) X(H4, "h4", SX_BLOCK) X(H5, "h5", SX_BLOCK) \
    X(H6, "h6", SX_BLOCK) X(HEAD, "head", SX_SILENT) X(HEADER, "header", SX_BLOCK) X(HGROUP, "hgroup", SX_BLOCK) X(HR, "hr", SX_BLOCK | SX_VOID) \
    X(HTML, "html", SX_BLOCK) X(I, "i", 0) X(IFRAME, "iframe", SX_SILENT | SX_RAW) X(IMG, "img", SX_VOID) X(INPUT, "input", SX_VOID) \
    X(LEGEND, "legend", SX_BLOCK) X(LI, "li", SX_BLOCK) X(LINK, "link", SX_VOID) X(MAIN, "main", SX_BLOCK) X(MATH, "math", 0) \
    X(MENU, "menu", SX_BLOCK) X(META, "meta", SX_VOID) X(METER, "meter", SX_SILENT) X(NAV, "nav", SX_BLOCK | SX_SILENT) \
    X(NOEMBED, "noembed", SX_SILENT | SX_RAW) X(NOFRAMES, "noframes", SX_SILENT | SX_RAW) X(NOSCRIPT, "noscript", SX_SILENT) \
    X(OBJECT, "object", SX_SILENT) X(OL, "ol", SX_BLOCK) X(OPTION, "option", SX_SILENT) X(P, "p", SX_BLOCK) X(PARAM, "param", SX_VOID) \
    X(PRE, "pre", SX_BLOCK) X(PROGRESS, "progress", SX_SILENT) X(RP, "rp", SX_SILENT) X(RT, "rt", SX_SILENT) X(S, "s", SX_SILENT) \
    X(SCRIPT, "script", SX_SILENT | SX_RAW) X(SECTION, "section", SX_BLOCK) X(SELECT, "select", SX_SILENT) X(SOURCE, "source", SX_VOID) \
    X(SPAN, "span", 0) X(STRIKE, "strike", SX_SILENT) X(STRONG, "strong", 0) X(STYLE, "style", SX_SILENT | SX_RAW) X(SUB, "sub", 0) \
    X(SUMMARY, "summary", SX_BLOCK) X(SUP, "sup", 0) X(SVG, "svg", SX_SILENT) X(TABLE, "table", SX_BLOCK) X(TBODY, "tbody", SX_BLOCK) \
    X(TD, "td", SX_BLOCK) X(TEMPLATE, "template", SX_SILENT) X(TEXTAREA, "textarea", SX_SILENT | SX_RAW) X(TFOOT, "tfoot", SX_BLOCK) \
    X(TH, "th", SX_BLOCK) X(THEAD, "thead", SX_BLOCK) X(TITLE, "title", SX_SILENT | SX_RAW) X(TR, "tr", SX_BLOCK) X(TRACK, "track", SX_VOID) \
    X(UL, "ul", SX_BLOCK) X(VIDEO, "video", SX_SILENT) X(WBR, "wbr", SX_VOID)

enum { SX_BLOCK = 1, SX_VOID = 2, SX_SILENT = 4, SX_RAW = 8 };      /* raw: no markup inside */

enum sx_tag {
    SX_TAG_TEXT, SX_TAG_ROOT, SX_TAG_OTHER,     /* other: an element that we know nothing about, read through */
#define X(name, text, kind) SX_TAG_##name,
    SX_TAGS(X)
#undef X
    SX_TAG_COUNT
};

enum { SX_TREE_DEPTH = 200, SX_TREE_LIMIT = 64 << 20 };     /* elements nested deeper are read as if their tags were not there; bytes of a source */

/* Positions are bytes of the source. Silent elements keep no text, but for title. */
struct sx_element {
    uint8_t tag;                /* enum sx_tag */
    uint8_t task;               /* of a Markdown list item: ' ' or 'x' where it is a task; of a span: 'i' where it is an image's text; else 0 */
    uint8_t decoded;            /* `bytes` holds the text */
    uint8_t length_decoded;
    uint32_t begin, end;        /* the text, or the element's start tag */
    uint32_t order, last;       /* number in the order of the source; of its last descendant */
    uint32_t before, inside;    /* bytes of text, blanks not counted, that stand before it and in it */
    int32_t number;             /* of a Markdown list: the first item's */
    struct sx_element *parent, *next;
    union {
        struct sx_element *first;
        char bytes[8];
    };
};

struct sx_tree {
    struct sx_arena arena;
    const char *source;         /* [length], UTF-8, lives as long as the tree */
    uint32_t length;
    bool xml;                   /* "<a/>" ends itself, and no element ends by itself */
    bool markdown;
    bool navigation;            /* keep the text of nav: a table of contents is wanted */
    struct sx_element *root;
    uint32_t count, text;       /* nodes; bytes of text, blanks not counted */
    /* while it grows */
    struct sx_element *chunk, *chunk_end;
    struct sx_element **chunks; /* [count / 256 + 1]: all of them, in order */
    uint32_t chunk_room;
    struct { struct sx_element *node, *tail; } open[SX_TREE_DEPTH + 1];
    int depth, silent;          /* open[0 .. depth-1]; silent: how many of them are */
    uint32_t overflow;          /* elements opened beyond the depth */
    bool failed;                /* no memory */
};

/* False: no memory. */
bool sx_tree_begin(struct sx_tree *tree, const char *source, size_t length, bool xml);
/* Opens an element whose start tag is source[begin, end); NULL: no memory, or nested too deep. */
struct sx_element *sx_tree_open(struct sx_tree *tree, enum sx_tag tag, size_t begin, size_t end);
void sx_tree_close(struct sx_tree *tree, enum sx_tag tag);
/* Text with character references, and without. */
void sx_tree_text(struct sx_tree *tree, size_t begin, size_t end);
void sx_tree_plain(struct sx_tree *tree, size_t begin, size_t end);
/* All is there. MEMORY. */
int sx_tree_end(struct sx_tree *tree, struct sx_error *error);
void sx_tree_free(struct sx_tree *tree);

/* The node of an order below `count`. */
struct sx_element *sx_tree_node(const struct sx_tree *tree, uint32_t order);

enum sx_tag sx_tag_find(const char *name, size_t length);
int sx_tag_kind(enum sx_tag tag);
static inline bool sx_tag_heading(enum sx_tag tag) { return tag >= SX_TAG_H1 && tag <= SX_TAG_H6; }

const char *sx_element_text(const struct sx_tree *tree, const struct sx_element *node, size_t *length);
/* The node that follows in the order of the source: within `top` if that is not NULL, without the children of `node` unless `into`. */
struct sx_element *sx_element_next(const struct sx_element *node, const struct sx_element *top, bool into);
/* All text within, blanks made single. */
void sx_element_gather(const struct sx_tree *tree, const struct sx_element *node, struct sx_buffer *out);

/* Walks the attributes of a start tag: true while there is one. Begin with *at = 0. Slices of the source, undecoded; `value` may be empty. */
struct sx_attribute { const char *name, *value; size_t name_length, value_length; };
bool sx_element_attribute(const struct sx_tree *tree, const struct sx_element *node, size_t *at, struct sx_attribute *attribute);
/* The value of one, decoded, appended to `out`; false where there is none. Names compare without case. */
bool sx_element_value(const struct sx_tree *tree, const struct sx_element *node, const char *name, struct sx_buffer *out);
bool sx_attribute_is(const struct sx_attribute *attribute, const char *name);

/* A character reference at text[0] == '&': its UTF-8 (at most 8 bytes) and length in the source; 0: it is none. */
int sx_reference_decode(const char *text, size_t length, char bytes[8], size_t *used);
void sx_reference_text(const char *text, size_t length, struct sx_buffer *out);

/* Reads source[begin, end) of the tree into it: HTML, or XHTML where the tree is xml. */
void sx_html_read(struct sx_tree *tree, size_t begin, size_t end);
/* Reads the whole source as Markdown, from byte `begin`. MEMORY, INPUT (a table whose rows would fill the memory). */
int sx_markdown_read(struct sx_tree *tree, size_t begin, struct sx_error *error);

#endif
