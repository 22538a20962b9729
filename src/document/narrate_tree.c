/* narrate_tree.c - what is said of each element (lists and tables have files of their own); docs/DOCUMENTS.md tells the same in words. */
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#include "base/ascii.h"
#include "base/utf8.h"
#include "document/narrate.h"

enum {
    EMPHASIS_MOST = 60,         /* letters: a longer passage in italics is a letter or a thought, no emphasis */
    ORNAMENT_MOST = 24,         /* bytes of a line such as "* * *" */
    NOTE_MOST = 6               /* bytes of a note's mark: "12", "[3]", "*" */
};

/* The attributes that change what is said. */
struct attributes {
    bool hidden, note, silent, code;
    const char *language;
};

static bool has_word(const struct sx_attribute *a, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= a->value_length; i++) {
        if ((i == 0 || a->value[i - 1] == ' ') && (i + n == a->value_length || a->value[i + n] == ' ') && sx_ascii_compare_n(a->value + i, word, n) == 0)
            return true;
    }
    return false;
}

static bool has_part(const struct sx_attribute *a, const char *part)
{
    size_t n = strlen(part), k = 0;
    for (size_t i = 0; i < a->value_length && k < n; i++) {     /* blanks do not count; parts have no repeated beginnings */
        if (a->value[i] == ' ')
            continue;
        char c = sx_ascii_lower(a->value[i]);
        k = c == part[k] ? k + 1 : c == part[0];
    }
    return k == n;
}

/* Notes that a listener would stumble over: epub:type of EPUB 3, role of DPUB-ARIA. */
static void read_type(const struct sx_attribute *a, bool book, struct attributes *out)
{
    static const char *const silent[] = { "footnote", "rearnote", "footnotes", "rearnotes", "endnotes", "endnote", "doc-footnote", "doc-endnote",
                                          "doc-endnotes" };
    if (has_word(a, "noteref") || has_word(a, "doc-noteref"))
        out->note = true;
    if (has_word(a, "pagebreak") || has_word(a, "doc-pagebreak") || has_word(a, "backlink") || has_word(a, "doc-backlink"))
        out->silent = true;
    for (size_t i = 0; book && i < sizeof silent / sizeof *silent; i++)
        out->silent = out->silent || has_word(a, silent[i]);
}

static void read_attributes(struct sx_narrator *narrator, const struct sx_element *node, struct attributes *out)
{
    struct sx_attribute a;
    memset(out, 0, sizeof *out);
    for (size_t at = 0; sx_element_attribute(narrator->tree, node, &at, &a);) {
        if (sx_attribute_is(&a, "hidden"))
            out->hidden = true;
        else if (sx_attribute_is(&a, "aria-hidden"))
            out->hidden = out->hidden || has_word(&a, "true");
        else if (sx_attribute_is(&a, "style"))
            out->hidden = out->hidden || has_part(&a, "display:none") || has_part(&a, "visibility:hidden");
        else if ((sx_attribute_is(&a, "lang") || sx_attribute_is(&a, "xml:lang")) && a.value_length > 0 && a.value_length < 36) {
            char *language = sx_arena_strdup(&narrator->arena, a.value, a.value_length);
            out->language = language ? language : out->language;
        } else if (sx_attribute_is(&a, "epub:type") || sx_attribute_is(&a, "role"))
            read_type(&a, narrator->book, out);
        else if (sx_attribute_is(&a, "class"))
            out->note = out->note || has_word(&a, "noteref") || has_word(&a, "footnote-ref") || has_word(&a, "footnoteref") || has_word(&a, "fnanchor");
    }
}

/* ------------------------------------------------------------------ small pieces */

static const char *gather(struct sx_narrator *narrator, const struct sx_element *node)
{
    sx_buffer_clear(&narrator->scratch);
    sx_element_gather(narrator->tree, node, &narrator->scratch);
    return narrator->scratch.data && !narrator->scratch.failed ? narrator->scratch.data : "";
}

/* A mark that refers to a note: digits, a letter or signs, perhaps in brackets. */
static bool is_mark(const char *text)
{
    int letters = 0, digits = 0;
    size_t length = strlen(text);
    if (length == 0 || length > NOTE_MOST)
        return false;
    for (size_t i = 0; i < length; i++) {
        letters += (text[i] | 32) >= 'a' && (text[i] | 32) <= 'z';
        digits += text[i] >= '0' && text[i] <= '9';
    }
    return letters == 0 || (letters == 1 && digits == 0) || (strspn(text, "ivxlc") == length);
}

static const struct sx_element *only_child(const struct sx_element *node, enum sx_tag tag)
{
    for (const struct sx_element *at = node->first; at; at = at->next) {
        if (at->tag == tag && at->inside == node->inside)
            return at;
    }
    return NULL;
}

/* <a href="#n1"><sup>1</sup></a>, <sup><a href="#n1">1</a></sup>, <a href="#n1">[1]</a> */
static bool is_note(struct sx_narrator *narrator, const struct sx_element *node)
{
    const struct sx_element *link = node->tag == SX_TAG_A ? node : only_child(node, SX_TAG_A);
    if (!link || node->inside == 0 || node->inside > NOTE_MOST || !is_mark(gather(narrator, node)))
        return false;
    bool raised = node->tag == SX_TAG_SUP || only_child(node, SX_TAG_SUP), bracketed = narrator->scratch.data[0] == '[';
    sx_buffer_clear(&narrator->scratch);
    if (!sx_element_value(narrator->tree, link, "href", &narrator->scratch))
        return false;
    const char *href = narrator->scratch.data ? narrator->scratch.data : "";
    return (raised && strchr(href, '#')) || (bracketed && href[0] == '#');
}

/* Markdown's "[^1]" where a reference definition made it a link. */
static bool is_markdown_note(struct sx_narrator *narrator, const struct sx_element *node)
{
    return narrator->tree->markdown && node->inside > 0 && node->inside < 32 && gather(narrator, node)[0] == '^';
}

/* "* * *": a line that parts scenes. */
static bool is_ornament(struct sx_narrator *narrator, const struct sx_element *node)
{
    if (node->inside == 0 || node->inside > ORNAMENT_MOST)
        return false;
    const char *text = gather(narrator, node);
    size_t length = strlen(text);
    for (size_t i = 0; i < length;) {
        uint32_t c;
        i += (size_t)sx_utf8_decode(text + i, length - i, &c);
        utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
        bool mark = category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_ZP;
        if (!mark || c >= 0x1F000 || c == '?' || c == '!')
            return false;
    }
    return length > 0;
}

/* Characters above the line: what has a sign of its own gets it, so that the front end says "squared". */
static void say_raised(struct sx_narrator *narrator, const struct sx_element *node, const struct sx_context *context, bool up)
{
    static const char *const high[] = { "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹" };
    static const char *const low[] = { "₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉" };
    char made[64] = "", text[24];
    snprintf(text, sizeof text, "%.23s", gather(narrator, node));
    size_t length = strlen(text), digits = 0;
    bool good = node->inside > 0 && node->inside <= 8 && !narrator->blank && narrator->open;
    for (size_t i = 0; i < length && good; i++) {
        if (text[i] >= '0' && text[i] <= '9') {
            strcat(made, up ? high[text[i] - '0'] : low[text[i] - '0']);
            digits++;
        } else if ((text[i] == '-' || text[i] == '+') && i == 0 && up) {
            strcat(made, text[i] == '-' ? "⁻" : "⁺");
        } else if (strncmp(text + i, "−", 3) == 0 && i == 0 && up) {
            strcat(made, "⁻");
            i += 2;
        } else {
            good = false;
        }
    }
    /* "word¹" and "end.¹" are marks of notes without a link */
    bool after_word = narrator->letters >= 3 && narrator->letters == narrator->characters;
    if (up && node->inside > 0 && node->inside <= 3 && narrator->open && (after_word || sx_narrate_stopped(narrator)) &&
        (digits == length || strspn(text, "*") == length || strcmp(text, "†") == 0 || strcmp(text, "‡") == 0))
        return;
    const struct sx_element *first = node;
    while (first && first->tag != SX_TAG_TEXT)
        first = sx_element_next(first, node, true);
    if (good && digits > 0 && first)
        sx_narrate_made(narrator, context, made, first->begin, first->end, false);
    else
        sx_narrate_children(narrator, node, context);
}

static void say_image(struct sx_narrator *narrator, const struct sx_element *node, const struct sx_context *context)
{
    struct sx_buffer *text = &narrator->scratch;
    sx_buffer_clear(text);
    if (node->tag == SX_TAG_IMG)
        sx_element_value(narrator->tree, node, "alt", text);
    else
        sx_element_gather(narrator->tree, node, text);
    if (!text->length || text->failed)
        return;
    bool word = false;
    for (size_t i = 0; i < text->length; i++) {
        if ((unsigned char)text->data[i] < ' ')
            text->data[i] = ' ';
        word = word || text->data[i] != ' ';
    }
    const char *dot = strrchr(text->data, '.');
    if (!word || (dot && !strchr(text->data, ' ') && strlen(dot) <= 5))     /* a file's name tells nobody anything */
        return;
    /* alone in its block it is said what it is; within a sentence it is a word of it */
    const struct sx_element *block = node->parent;
    while (block && !(sx_tag_kind(block->tag) & SX_BLOCK))
        block = block->parent;
    bool alone = block && (block->inside == node->inside || block->tag == SX_TAG_FIGURE);
    size_t begin = node->begin, end = node->end;
    if (node->tag != SX_TAG_IMG && node->first && node->first->tag == SX_TAG_TEXT) {
        begin = node->first->begin;
        end = node->first->end;
    }
    if (alone) {
        sx_narrate_boundary(narrator, SX_BOUNDARY_SENTENCE);
        sx_narrate_made(narrator, context, "Image:", begin, begin + 1, false);
    }
    char *copy = sx_arena_strdup(&narrator->arena, text->data, text->length);
    if (copy)
        sx_narrate_made(narrator, context, copy, begin, end, true);
    if (alone)
        sx_narrate_boundary(narrator, SX_BOUNDARY_SENTENCE);
}

/* ------------------------------------------------------------------ text */

/* Markdown's marks of notes are silent; md4c knows none and leaves them in the text. */
static void say_markdown(struct sx_narrator *narrator, const struct sx_context *context, const char *text, size_t length, size_t position)
{
    size_t from = 0;
    while (from < length) {
        const char *at = memmem(text + from, length - from, "[^", 2);
        if (!at)
            break;
        size_t begin = (size_t)(at - text), end = begin + 2;
        while (end < length && end - begin < 40 && (unsigned char)text[end] > ' ' && text[end] != ']')
            end++;
        if (end >= length || text[end] != ']') {
            sx_narrate_text(narrator, context, text + from, begin + 2 - from, position + from);
            from = begin + 2;
            continue;
        }
        sx_narrate_text(narrator, context, text + from, begin - from, position + from);
        from = end + 1;
        if (from < length && text[from] == ':' && (narrator->boundary || !narrator->open)) {
            sx_narrate_made(narrator, context, "Note:", position + begin, position + from + 1, false);
            from++;
        }
    }
    sx_narrate_text(narrator, context, text + from, length - from, position + from);
}

/* Lines as they stand. In code a line is a sentence, and one without a letter or a digit is silent. */
static void say_lines(struct sx_narrator *narrator, const struct sx_context *context, const char *text, size_t length, size_t position)
{
    for (size_t at = 0; at < length;) {
        const char *newline = memchr(text + at, '\n', length - at);
        size_t end = newline ? (size_t)(newline - text) : length;
        bool word = !context->code || !(narrator->boundary || !narrator->open), any = false;
        for (size_t i = at; i < end; i++) {
            unsigned char c = (unsigned char)text[i];
            any = any || c > ' ';
            word = word || c >= 0x80 || ((c | 32) >= 'a' && (c | 32) <= 'z') || (c >= '0' && c <= '9');
        }
        if (word)
            sx_narrate_text(narrator, context, text + at, end - at, position + at);
        if (newline && context->code)
            sx_narrate_boundary(narrator, SX_BOUNDARY_SENTENCE);
        else if (newline && (any || narrator->open))
            sx_narrate_line(narrator);
        at = end + (newline != NULL);
    }
}

static void say_text(struct sx_narrator *narrator, const struct sx_element *node, const struct sx_context *context)
{
    size_t length;
    const char *text = sx_element_text(narrator->tree, node, &length);
    if (node->decoded) {
        if (length == 2 && memcmp(text, "\u00A0", 2) == 0)
            sx_narrate_text(narrator, context, " ", 1, node->begin);
        else if (length == 1 && *text == '\n' && context->pre)
            say_lines(narrator, context, text, length, node->begin);
        else if (length == 1 && (unsigned char)*text <= ' ')
            sx_narrate_text(narrator, context, " ", 1, node->begin);
        else {
            char bytes[9];
            memcpy(bytes, text, length);
            bytes[length] = '\0';
            sx_narrate_made(narrator, context, bytes, node->begin, node->end, false);
        }
    } else if (context->pre) {
        say_lines(narrator, context, text, length, node->begin);
    } else if (narrator->tree->markdown) {
        say_markdown(narrator, context, text, length, node->begin);
    } else {
        sx_narrate_text(narrator, context, text, length, node->begin);
    }
}

/* ------------------------------------------------------------------ elements */

static bool emphasised(const struct sx_element *node)
{
    const struct sx_element *block = node->parent;
    while (block && !(sx_tag_kind(block->tag) & SX_BLOCK))
        block = block->parent;
    return node->inside <= EMPHASIS_MOST && block && block->inside > node->inside + 1;      /* 1: the stop may stand outside */
}

static enum sx_boundary end_of(enum sx_tag tag, const struct sx_context *context)
{
    switch (tag) {
    case SX_TAG_H1: case SX_TAG_H2: case SX_TAG_H3: case SX_TAG_H4: case SX_TAG_H5: case SX_TAG_H6: case SX_TAG_HR: return SX_BOUNDARY_SECTION;
    case SX_TAG_LI: case SX_TAG_DT: case SX_TAG_DD: case SX_TAG_TR: case SX_TAG_TD: case SX_TAG_TH: case SX_TAG_CAPTION: case SX_TAG_SUMMARY:
    case SX_TAG_THEAD: case SX_TAG_TBODY: case SX_TAG_TFOOT: case SX_TAG_FIGCAPTION: return SX_BOUNDARY_SENTENCE;
    case SX_TAG_P: case SX_TAG_DIV: return context->item ? SX_BOUNDARY_SENTENCE : SX_BOUNDARY_PARAGRAPH;
    case SX_TAG_UL: case SX_TAG_OL: return context->item ? SX_BOUNDARY_SENTENCE : SX_BOUNDARY_PARAGRAPH;
    default: return SX_BOUNDARY_PARAGRAPH;
    }
}

/* Page furniture: what stands around the matter of a web page. */
static bool is_furniture(const struct sx_narrator *narrator, const struct sx_element *node)
{
    if (narrator->book || narrator->tree->markdown || (node->tag != SX_TAG_FOOTER && node->tag != SX_TAG_ASIDE))
        return false;
    for (const struct sx_element *at = node->parent; at; at = at->parent) {
        if (at->tag == SX_TAG_MAIN || at->tag == SX_TAG_ARTICLE || at->tag == SX_TAG_SECTION || at->tag == SX_TAG_BLOCKQUOTE)
            return false;
    }
    return true;
}

/* What the element says of itself, beside its children; true: all is said. */
static bool say_element(struct sx_narrator *narrator, const struct sx_element *node, struct sx_context *context)
{
    switch (node->tag) {
    case SX_TAG_BR:
        sx_narrate_line(narrator);
        return true;
    case SX_TAG_IMG:
        say_image(narrator, node, context);
        return true;
    case SX_TAG_SPAN:
        if (node->task == 'i')
            say_image(narrator, node, context);
        return node->task == 'i';
    case SX_TAG_A:
        return is_note(narrator, node) || is_markdown_note(narrator, node);
    case SX_TAG_SUP:
        if (!is_note(narrator, node))
            say_raised(narrator, node, context, true);
        return true;
    case SX_TAG_SUB:
        say_raised(narrator, node, context, false);
        return true;
    case SX_TAG_EM: case SX_TAG_I:
        if (emphasised(node) && context->emphasis != SX_EMPHASIS_STRONG)
            context->emphasis = SX_EMPHASIS_MODERATE;
        return false;
    case SX_TAG_STRONG: case SX_TAG_B:
        if (emphasised(node))
            context->emphasis = SX_EMPHASIS_STRONG;
        return false;
    case SX_TAG_H1: case SX_TAG_H2: case SX_TAG_H3: case SX_TAG_H4: case SX_TAG_H5: case SX_TAG_H6:
        context->structure = SX_STRUCTURE_HEADING;
        return false;
    case SX_TAG_BLOCKQUOTE:
        context->structure = SX_STRUCTURE_QUOTATION;
        context->item = false;
        return false;
    case SX_TAG_OL: case SX_TAG_UL: case SX_TAG_MENU: case SX_TAG_DIR:
        sx_narrate_list(narrator, node, *context);
        return true;
    case SX_TAG_DL:
        context->structure = SX_STRUCTURE_ITEM;
        context->item = true;
        return false;
    case SX_TAG_TABLE:
        sx_narrate_table(narrator, node, *context);
        return true;
    case SX_TAG_PRE:
        context->pre = true;
        context->code = only_child(node, SX_TAG_CODE) != NULL;
        if (context->code) {
            context->structure = SX_STRUCTURE_CODE;
            if (node->order >= narrator->from && node->inside > 0) {
                sx_narrate_made(narrator, context, "Code:", node->begin, node->end, false);
                sx_narrate_boundary(narrator, SX_BOUNDARY_SENTENCE);
            }
        }
        return false;
    case SX_TAG_MATH:
        sx_buffer_clear(&narrator->scratch);
        if (sx_element_value(narrator->tree, node, "alttext", &narrator->scratch) && narrator->scratch.length) {
            char *copy = sx_arena_strdup(&narrator->arena, narrator->scratch.data, narrator->scratch.length);
            if (copy)
                sx_narrate_made(narrator, context, copy, node->begin, node->end, true);
            return true;
        }
        return false;
    default:
        return false;
    }
}

void sx_narrate_children(struct sx_narrator *narrator, const struct sx_element *node, const struct sx_context *context)
{
    if (node->tag == SX_TAG_TEXT)
        return;
    const struct sx_element *at = node->first;
    if (node->order < narrator->from && narrator->from <= node->last) {     /* a chapter begins within: go there, not past all before it */
        for (at = sx_tree_node(narrator->tree, narrator->from); at->parent != node; at = at->parent)
            ;
    }
    for (; at && narrator->code >= 0 && at->order < narrator->to; at = at->next) {
        if (at->last >= narrator->from)
            sx_narrate_node(narrator, at, *context);
    }
}

void sx_narrate_node(struct sx_narrator *narrator, const struct sx_element *node, struct sx_context context)
{
    if (node->last < narrator->from || node->order >= narrator->to || narrator->code < 0)
        return;
    if (node->tag == SX_TAG_TEXT) {
        say_text(narrator, node, &context);
        return;
    }
    int kind = sx_tag_kind(node->tag);
    struct attributes attributes = { .hidden = false };
    if ((kind & SX_SILENT) || is_furniture(narrator, node))
        return;
    if (node->end > node->begin)
        read_attributes(narrator, node, &attributes);
    if (attributes.hidden || attributes.silent || (attributes.note && is_mark(gather(narrator, node))))
        return;
    if (attributes.language)
        context.language = narrator->language && sx_ascii_compare(narrator->language, attributes.language) == 0 ? NULL : attributes.language;
    enum sx_boundary boundary = end_of(node->tag, &context);
    bool block = (kind & SX_BLOCK) && node->tag != SX_TAG_HTML && node->tag != SX_TAG_BODY;
    if (block)
        sx_narrate_boundary(narrator, sx_tag_heading(node->tag) && node->tag > SX_TAG_H2 ? SX_BOUNDARY_PARAGRAPH : boundary);
    if (block && (node->tag == SX_TAG_P || node->tag == SX_TAG_DIV || node->tag == SX_TAG_CENTER) && is_ornament(narrator, node))
        sx_narrate_boundary(narrator, SX_BOUNDARY_SECTION);
    else if (!say_element(narrator, node, &context))
        sx_narrate_children(narrator, node, &context);
    if (block)
        sx_narrate_boundary(narrator, boundary);
}

const struct sx_element *sx_narrate_root(const struct sx_tree *tree)
{
    const struct sx_element *article = NULL;
    int articles = 0;
    if (tree->markdown || tree->xml)
        return tree->root;
    for (const struct sx_element *at = tree->root; at; at = sx_element_next(at, NULL, at->tag != SX_TAG_ARTICLE && !(sx_tag_kind(at->tag) & SX_SILENT))) {
        if (at->tag == SX_TAG_MAIN && at->inside > 0)
            return at;
        articles += at->tag == SX_TAG_ARTICLE;
        article = at->tag == SX_TAG_ARTICLE ? at : article;
    }
    return articles == 1 && article->inside > tree->text / 4 ? article : tree->root;
}
