/* markdown.c - Markdown to the tree, by md4c: CommonMark with the tables, task lists, strike-through and bare links of GitHub.
 *
 * What md4c calls back becomes the elements that HTML has; raw HTML goes through the HTML reader. */
#include <md4c.h>
#include <string.h>

#include "document/tree.h"

/* md4c fills short rows of a table with empty cells: a wide head and many rows make a file of the square of its size. */
enum { CALLS_FREE = 100000, CALLS_BYTE = 8 };

struct reader {
    struct sx_tree *tree;
    struct sx_error *error;
    size_t at;                  /* end of the last text: where an element stands whose mark md4c does not tell */
    size_t html, html_end;      /* raw HTML that waits for its end; html_end 0: none */
    bool in_html;               /* inside a block of it */
    uint64_t calls;
};

static struct sx_element *open_at(struct reader *reader, enum sx_tag tag)
{
    return sx_tree_open(reader->tree, tag, reader->at, reader->at);
}

static int check(struct reader *reader)
{
    if (reader->tree->failed)
        return sx_fail(reader->error, SYRINX_ERROR_MEMORY, "out of memory");
    if (++reader->calls > CALLS_FREE + (uint64_t)CALLS_BYTE * reader->tree->length)
        return sx_fail(reader->error, SYRINX_ERROR_INPUT, "a table has too many empty cells");
    return 0;
}

static enum sx_tag block_tag(MD_BLOCKTYPE type, const void *detail)
{
    switch (type) {
    case MD_BLOCK_QUOTE: return SX_TAG_BLOCKQUOTE;
    case MD_BLOCK_UL: return SX_TAG_UL;
    case MD_BLOCK_OL: return SX_TAG_OL;
    case MD_BLOCK_LI: return SX_TAG_LI;
    case MD_BLOCK_HR: return SX_TAG_HR;
    case MD_BLOCK_H: return (enum sx_tag)(SX_TAG_H1 + (((const MD_BLOCK_H_DETAIL *)detail)->level - 1) % 6);
    case MD_BLOCK_CODE: return SX_TAG_PRE;
    case MD_BLOCK_P: return SX_TAG_P;
    case MD_BLOCK_TABLE: return SX_TAG_TABLE;
    case MD_BLOCK_THEAD: return SX_TAG_THEAD;
    case MD_BLOCK_TBODY: return SX_TAG_TBODY;
    case MD_BLOCK_TR: return SX_TAG_TR;
    case MD_BLOCK_TH: return SX_TAG_TH;
    case MD_BLOCK_TD: return SX_TAG_TD;
    default: return SX_TAG_ROOT;        /* the document, HTML: no element */
    }
}

static void flush_html(struct reader *reader)
{
    if (reader->html_end > reader->html)
        sx_html_read(reader->tree, reader->html, reader->html_end);
    reader->html = reader->html_end = 0;
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct reader *reader = user;
    enum sx_tag tag = block_tag(type, detail);
    reader->in_html = type == MD_BLOCK_HTML;
    if (tag == SX_TAG_ROOT)
        return check(reader);
    struct sx_element *node = open_at(reader, tag);
    if (node && type == MD_BLOCK_OL)
        node->number = (int32_t)((const MD_BLOCK_OL_DETAIL *)detail)->start;
    if (node && type == MD_BLOCK_LI && ((const MD_BLOCK_LI_DETAIL *)detail)->is_task)
        node->task = ((const MD_BLOCK_LI_DETAIL *)detail)->task_mark == ' ' ? ' ' : 'x';
    if (type == MD_BLOCK_CODE)
        open_at(reader, SX_TAG_CODE);
    return check(reader);
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct reader *reader = user;
    enum sx_tag tag = block_tag(type, detail);
    flush_html(reader);
    reader->in_html = false;
    if (type == MD_BLOCK_CODE)
        sx_tree_close(reader->tree, SX_TAG_CODE);
    if (tag != SX_TAG_ROOT && tag != SX_TAG_HR)
        sx_tree_close(reader->tree, tag);
    return check(reader);
}

static enum sx_tag span_tag(MD_SPANTYPE type)
{
    switch (type) {
    case MD_SPAN_EM: return SX_TAG_EM;
    case MD_SPAN_STRONG: return SX_TAG_STRONG;
    case MD_SPAN_A: return SX_TAG_A;
    case MD_SPAN_IMG: return SX_TAG_IMG;
    case MD_SPAN_CODE: return SX_TAG_CODE;
    case MD_SPAN_DEL: return SX_TAG_DEL;
    default: return SX_TAG_SPAN;
    }
}

/* The text of an image is its children here, not an attribute. */
static int enter_span(MD_SPANTYPE type, void *detail, void *user)
{
    struct reader *reader = user;
    (void)detail;
    if (type == MD_SPAN_IMG) {
        struct sx_element *node = open_at(reader, SX_TAG_SPAN);
        if (node)
            node->task = 'i';
    } else {
        open_at(reader, span_tag(type));
    }
    return check(reader);
}

static int leave_span(MD_SPANTYPE type, void *detail, void *user)
{
    struct reader *reader = user;
    (void)detail;
    sx_tree_close(reader->tree, type == MD_SPAN_IMG ? SX_TAG_SPAN : span_tag(type));
    return check(reader);
}

static int text(MD_TEXTTYPE type, const MD_CHAR *bytes, MD_SIZE size, void *user)
{
    struct reader *reader = user;
    struct sx_tree *tree = reader->tree;
    const char *source = tree->source;
    bool inside = bytes >= source && bytes < source + tree->length && size <= (size_t)(source + tree->length - bytes);
    size_t begin = inside ? (size_t)(bytes - source) : 0, end = begin + size;
    if (type == MD_TEXT_BR) {
        open_at(reader, SX_TAG_BR);
    } else if (type == MD_TEXT_HTML) {
        if (inside && reader->html_end == 0)
            reader->html = begin;
        if (inside && end > reader->html_end)
            reader->html_end = end;
        if (!reader->in_html && size > 0 && bytes[size - 1] == '>')
            flush_html(reader);
    } else if (type == MD_TEXT_ENTITY && inside) {
        sx_tree_text(tree, begin, end);
    } else if (inside && size > 0) {
        sx_tree_plain(tree, begin, end);
    } else {
        /* What md4c made itself: a line's end, an indentation, U+FFFD for NUL. All of them are blanks to a listener. */
        struct sx_element *node = open_at(reader, SX_TAG_WBR);
        if (node && size > 0) {
            node->tag = SX_TAG_TEXT;
            node->decoded = node->length_decoded = 1;
            node->bytes[0] = *bytes == '\n' || type == MD_TEXT_SOFTBR ? '\n' : ' ';
        }
    }
    if (inside && end > reader->at)
        reader->at = end;
    return check(reader);
}

int sx_markdown_read(struct sx_tree *tree, size_t begin, struct sx_error *error)
{
    struct reader reader = { .tree = tree, .error = error, .at = begin };
    const MD_PARSER parser = { .flags = MD_DIALECT_GITHUB, .enter_block = enter_block, .leave_block = leave_block,
                               .enter_span = enter_span, .leave_span = leave_span, .text = text };
    sx_error_clear(error);
    tree->markdown = true;
    if (md_parse(tree->source + begin, (MD_SIZE)(tree->length - begin), &parser, &reader) != 0)
        return error->code < 0 ? error->code : sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    flush_html(&reader);
    return SYRINX_OK;
}
