/* html.c - HTML and XHTML to the tree: the tokens of the WHATWG standard as far as a listener could tell, in time that grows with the length. */
#include <string.h>

#include "base/ascii.h"
#include "document/tree.h"

enum { SUBSET = 65536 };        /* bytes that a doctype may have between its brackets; else it ends at its first '>' */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool ends_name(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '/' || c == '>';
}

/* Where the tag that begins at text[at] ends (behind its '>'), quotes respected; 0: nowhere. */
static size_t tag_end(const char *text, size_t at, size_t end)
{
    char before = '\0';         /* the last that was no blank: a quote opens a value only behind '=' */
    for (size_t i = at + 1; i < end; i++) {
        char c = text[i];
        if (c == '>')
            return i + 1;
        if ((c == '"' || c == '\'') && before == '=') {
            const char *close = memchr(text + i + 1, c, end - i - 1);
            if (!close)
                return 0;
            i = (size_t)(close - text);
        }
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
            before = c;
    }
    return 0;
}

/* Where "</name" stands, from `at`; `end`: nowhere. */
static size_t find_end_tag(const char *text, size_t at, size_t end, const char *name, size_t length)
{
    while (at < end) {
        const char *less = memchr(text + at, '<', end - at);
        if (!less)
            return end;
        at = (size_t)(less - text);
        if (end - at > length + 2 && text[at + 1] == '/' && sx_ascii_compare_n(text + at + 2, name, length) == 0 && ends_name(text[at + 2 + length]))
            return at;
        at++;
    }
    return end;
}

/* The text of a picture is text, too: a page may have no other. In a book such a page is the cover. */
static void count_image(struct sx_tree *tree, struct sx_element *image)
{
    struct sx_attribute attribute;
    for (size_t at = 0; sx_element_attribute(tree, image, &at, &attribute);) {
        if (sx_attribute_is(&attribute, "alt"))
            image->inside = (uint32_t)attribute.value_length;
    }
    tree->text += image->inside;
}

/* A start tag at `at`; returns where to go on. */
static size_t read_start(struct sx_tree *tree, size_t at, size_t end)
{
    const char *text = tree->source;
    size_t name = at + 1, length = 0, after = tag_end(text, at, end);
    if (after == 0)
        return end;             /* a tag that never ends */
    while (!ends_name(text[name + length]))
        length++;
    /* "xhtml:p" and the like: the prefix says nothing that we want to know */
    const char *colon = tree->xml ? memchr(text + name, ':', length) : NULL;
    size_t prefix = colon ? (size_t)(colon - text) + 1 - name : 0;
    enum sx_tag tag = sx_tag_find(text + name + prefix, length - prefix);
    bool alone = tree->xml && text[after - 2] == '/';
    struct sx_element *node = sx_tree_open(tree, tag, at, after);
    int kind = sx_tag_kind(tag);
    if (tag == SX_TAG_IMG && node && !tree->xml && tree->silent == 0)
        count_image(tree, node);
    if (kind & SX_VOID)
        return after;
    if (alone) {
        sx_tree_close(tree, tag);
        return after;
    }
    if (!(kind & SX_RAW))
        return after;
    size_t close = find_end_tag(text, after, end, text + name, length);
    if (tag == SX_TAG_TITLE && node)
        sx_tree_text(tree, after, close);
    if (close == end)
        return end;             /* in Markdown its end may come in a piece of its own */
    sx_tree_close(tree, tag);
    after = tag_end(text, close, end);
    return after ? after : end;
}

static size_t read_end(struct sx_tree *tree, size_t at, size_t end)
{
    const char *text = tree->source;
    size_t name = at + 2, length = 0, after = tag_end(text, at, end);
    if (after == 0)
        return end;
    while (!ends_name(text[name + length]))
        length++;
    const char *colon = tree->xml ? memchr(text + name, ':', length) : NULL;
    size_t prefix = colon ? (size_t)(colon - text) + 1 - name : 0;
    enum sx_tag tag = sx_tag_find(text + name + prefix, length - prefix);
    if (tag == SX_TAG_BR)
        sx_tree_open(tree, tag, at, after);     /* "</br>" is a line break, as browsers have it */
    else
        sx_tree_close(tree, tag);
    return after;
}

/* "<!…" and "<?…": comments, CDATA, doctype, processing instructions. */
static size_t read_other(struct sx_tree *tree, size_t at, size_t end)
{
    const char *text = tree->source, *found;
    if (end - at >= 4 && memcmp(text + at, "<!--", 4) == 0) {
        if (end - at >= 5 && text[at + 4] == '>')
            return at + 5;
        found = memmem(text + at + 2, end - at - 2, "-->", 3);      /* "<!-->" and "<!--->" are whole comments */
        return found ? (size_t)(found - text) + 3 : end;
    }
    if (tree->xml && end - at >= 9 && memcmp(text + at, "<![CDATA[", 9) == 0) {
        found = memmem(text + at + 9, end - at - 9, "]]>", 3);
        size_t close = found ? (size_t)(found - text) : end;
        sx_tree_plain(tree, at + 9, close);
        return found ? close + 3 : end;
    }
    found = memchr(text + at, '>', end - at);
    size_t close = found ? (size_t)(found - text) + 1 : end;
    const char *subset = text[at + 1] == '!' ? memchr(text + at, '[', close - at) : NULL;
    if (subset) {               /* a doctype with declarations of its own */
        size_t left = end - (size_t)(subset - text);
        found = memmem(subset, left < SUBSET ? left : SUBSET, "]>", 2);
        close = found ? (size_t)(found - text) + 2 : close;
    }
    return close;
}

void sx_html_read(struct sx_tree *tree, size_t begin, size_t end)
{
    const char *text = tree->source;
    size_t from = begin;        /* text not yet handed over begins here */
    for (size_t at = begin; at < end && !tree->failed;) {
        const char *less = memchr(text + at, '<', end - at);
        if (!less)
            break;
        at = (size_t)(less - text);
        char next = at + 1 < end ? text[at + 1] : '\0';
        bool closing = next == '/' && at + 2 < end && is_letter(text[at + 2]);
        if (!is_letter(next) && !closing && next != '!' && next != '?') {
            at++;               /* a "<" that means itself */
            continue;
        }
        sx_tree_text(tree, from, at);
        at = closing ? read_end(tree, at, end) : is_letter(next) ? read_start(tree, at, end) : read_other(tree, at, end);
        from = at;
    }
    sx_tree_text(tree, from, end);
}
