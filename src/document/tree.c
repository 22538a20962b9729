/* tree.c - how the tree grows: elements that end others, limits, and the walks over what is there. */
#include "document/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"

enum { CHUNK = 256 };

static const struct { const char *name; uint8_t kind; } tags[SX_TAG_COUNT] = {
    { "", 0 }, { "", SX_BLOCK }, { "", 0 },
#define X(name, text, kind) { text, kind },
    SX_TAGS(X)
#undef X
};

enum sx_tag sx_tag_find(const char *name, size_t length)
{
    int low = SX_TAG_OTHER + 1, high = SX_TAG_COUNT;
    while (low < high) {
        int middle = (low + high) / 2;
        int order = sx_ascii_compare_n(name, tags[middle].name, length);
        size_t own = order == 0 ? strlen(tags[middle].name) : 0;       /* a NUL in the name ends the comparison early */
        if (order == 0 && own == length)
            return (enum sx_tag)middle;
        if (order == 0 && own < length)
            order = 1;
        if (order > 0)
            low = middle + 1;
        else
            high = middle;      /* also where the name is but the beginning of this one */
    }
    return SX_TAG_OTHER;
}

int sx_tag_kind(enum sx_tag tag)
{
    return tags[tag].kind;
}

/* ------------------------------------------------------------------ growing */

static bool new_chunk(struct sx_tree *tree)
{
    uint32_t index = tree->count / CHUNK;
    if (index == tree->chunk_room) {
        uint32_t room = index ? 2 * index : 16;
        struct sx_element **grown = realloc(tree->chunks, room * sizeof *grown);
        if (!grown)
            return false;
        tree->chunks = grown;
        tree->chunk_room = room;
    }
    tree->chunk = tree->chunks[index] = sx_arena_array(&tree->arena, CHUNK, sizeof *tree->chunk);
    tree->chunk_end = tree->chunk ? tree->chunk + CHUNK : NULL;
    return tree->chunk != NULL;
}

static struct sx_element *new_node(struct sx_tree *tree, enum sx_tag tag, size_t begin, size_t end)
{
    if (tree->chunk == tree->chunk_end && !new_chunk(tree)) {
        tree->failed = true;
        return NULL;
    }
    struct sx_element *node = tree->chunk++;
    node->tag = (uint8_t)tag;
    node->begin = (uint32_t)begin;
    node->end = (uint32_t)end;
    node->order = node->last = tree->count++;
    node->before = tree->text;
    if (tree->depth > 0) {
        node->parent = tree->open[tree->depth - 1].node;
        if (tree->open[tree->depth - 1].tail)
            tree->open[tree->depth - 1].tail->next = node;
        else
            node->parent->first = node;
        tree->open[tree->depth - 1].tail = node;
    }
    return node;
}

static bool is_silent(const struct sx_tree *tree, enum sx_tag tag)
{
    return (tags[tag].kind & SX_SILENT) && !(tag == SX_TAG_NAV && tree->navigation);
}

static void push(struct sx_tree *tree, struct sx_element *node)
{
    tree->open[tree->depth].node = node;
    tree->open[tree->depth++].tail = NULL;
    tree->silent += is_silent(tree, node->tag);
}

static void pop(struct sx_tree *tree)
{
    struct sx_element *node = tree->open[--tree->depth].node;
    node->last = tree->count - 1;
    node->inside = tree->text - node->before;
    tree->silent -= is_silent(tree, node->tag);
}

bool sx_tree_begin(struct sx_tree *tree, const char *source, size_t length, bool xml)
{
    memset(tree, 0, sizeof *tree);
    tree->source = source;
    tree->length = (uint32_t)length;
    tree->xml = xml;
    tree->root = new_node(tree, SX_TAG_ROOT, 0, 0);
    if (tree->root)
        push(tree, tree->root);
    return tree->root != NULL;
}

/* The innermost open element of the kind, not looking out of `walls`; 0: none (the root is none). */
static int find_open(const struct sx_tree *tree, bool (*is)(enum sx_tag), bool (*wall)(enum sx_tag))
{
    for (int i = tree->depth - 1; i > 0; i--) {
        if (is(tree->open[i].node->tag))
            return i;
        if (wall(tree->open[i].node->tag))
            return 0;
    }
    return 0;
}

static void close_from(struct sx_tree *tree, int depth)
{
    while (depth > 0 && tree->depth > depth)
        pop(tree);
}

static bool is_p(enum sx_tag tag) { return tag == SX_TAG_P; }
static bool is_li(enum sx_tag tag) { return tag == SX_TAG_LI; }
static bool is_term(enum sx_tag tag) { return tag == SX_TAG_DT || tag == SX_TAG_DD; }
static bool is_cell(enum sx_tag tag) { return tag == SX_TAG_TD || tag == SX_TAG_TH || tag == SX_TAG_CAPTION; }
static bool is_row(enum sx_tag tag) { return tag == SX_TAG_TR || tag == SX_TAG_CAPTION; }
static bool is_rows(enum sx_tag tag) { return tag == SX_TAG_THEAD || tag == SX_TAG_TBODY || tag == SX_TAG_TFOOT || is_row(tag); }
static bool is_option(enum sx_tag tag) { return tag == SX_TAG_OPTION; }
static bool is_ruby(enum sx_tag tag) { return tag == SX_TAG_RT || tag == SX_TAG_RP; }
static bool is_head(enum sx_tag tag) { return tag == SX_TAG_HEAD; }
static bool wall_table(enum sx_tag tag) { return tag == SX_TAG_TABLE || tag == SX_TAG_TEMPLATE; }
static bool wall_cell(enum sx_tag tag) { return is_cell(tag) || wall_table(tag); }
static bool wall_block(enum sx_tag tag) { return (tags[tag].kind & (SX_BLOCK | SX_SILENT)) && tag != SX_TAG_P; }
static bool wall_list(enum sx_tag tag) { return tag == SX_TAG_UL || tag == SX_TAG_OL || tag == SX_TAG_MENU || tag == SX_TAG_DIR || wall_cell(tag); }
static bool wall_terms(enum sx_tag tag) { return tag == SX_TAG_DL || wall_cell(tag); }
static bool wall_select(enum sx_tag tag) { return tag == SX_TAG_SELECT || tag == SX_TAG_DATALIST || wall_cell(tag); }

/* What ends because `tag` begins. */
static void close_before(struct sx_tree *tree, enum sx_tag tag)
{
    if ((tags[tag].kind & SX_BLOCK) && tag != SX_TAG_HTML && tag != SX_TAG_BODY)
        close_from(tree, find_open(tree, is_p, wall_block));
    if (tags[tag].kind & SX_BLOCK)
        close_from(tree, find_open(tree, is_head, wall_table));     /* a head without an end */
    switch (tag) {
    case SX_TAG_LI: close_from(tree, find_open(tree, is_li, wall_list)); break;
    case SX_TAG_DT: case SX_TAG_DD: close_from(tree, find_open(tree, is_term, wall_terms)); break;
    case SX_TAG_TD: case SX_TAG_TH: close_from(tree, find_open(tree, is_cell, wall_table)); break;
    case SX_TAG_TR:
        close_from(tree, find_open(tree, is_cell, wall_table));
        close_from(tree, find_open(tree, is_row, wall_table));
        break;
    case SX_TAG_THEAD: case SX_TAG_TBODY: case SX_TAG_TFOOT:
        for (int at; (at = find_open(tree, is_rows, wall_table)) > 0;)
            close_from(tree, at);
        break;
    case SX_TAG_OPTION: close_from(tree, find_open(tree, is_option, wall_select)); break;
    case SX_TAG_RT: case SX_TAG_RP: close_from(tree, find_open(tree, is_ruby, wall_block)); break;
    default: break;
    }
}

struct sx_element *sx_tree_open(struct sx_tree *tree, enum sx_tag tag, size_t begin, size_t end)
{
    if (tree->failed)
        return NULL;
    if (!tree->xml)
        close_before(tree, tag);
    if (tags[tag].kind & SX_VOID)
        return new_node(tree, tag, begin, end);
    if (tree->depth > SX_TREE_DEPTH || tree->overflow > 0) {
        tree->overflow++;
        return NULL;
    }
    struct sx_element *node = new_node(tree, tag, begin, end);
    if (node)
        push(tree, node);
    return node;
}

void sx_tree_close(struct sx_tree *tree, enum sx_tag tag)
{
    if (tree->failed)
        return;
    if (tree->overflow > 0) {
        tree->overflow--;
        return;
    }
    for (int i = tree->depth - 1; i > 0; i--) {
        enum sx_tag open = tree->open[i].node->tag;
        if (open == tag) {
            close_from(tree, i);
            return;
        }
        /* the end of something outside does not end a table or a cell */
        if (!tree->xml && wall_cell(open) && !is_rows(tag) && !wall_cell(tag) && tag != SX_TAG_BODY && tag != SX_TAG_HTML)
            return;
    }
}

void sx_tree_plain(struct sx_tree *tree, size_t begin, size_t end)
{
    enum sx_tag inside = tree->open[tree->depth - 1].node->tag;
    if (tree->failed || begin >= end || (tree->silent > 0 && inside != SX_TAG_TITLE))
        return;
    uint32_t count = 0;
    for (size_t i = begin; i < end; i++)
        count += (unsigned char)tree->source[i] > ' ';
    struct sx_element *node = tree->open[tree->depth - 1].tail;
    if (node && node->tag == SX_TAG_TEXT && !node->decoded && node->end == begin)
        node->end = (uint32_t)end;
    else
        node = new_node(tree, SX_TAG_TEXT, begin, end);
    if (node && inside != SX_TAG_TITLE) {
        tree->text += count;
        node->inside += count;
    }
}

void sx_tree_text(struct sx_tree *tree, size_t begin, size_t end)
{
    size_t from = begin;
    if (tree->silent > 0 && tree->open[tree->depth - 1].node->tag != SX_TAG_TITLE)
        return;
    while (begin < end && !tree->failed) {
        const char *at = memchr(tree->source + begin, '&', end - begin);
        if (!at)
            break;
        char bytes[8];
        size_t used, offset = (size_t)(at - tree->source);
        int n = sx_reference_decode(at, end - offset, bytes, &used);
        begin = offset + 1;
        if (n == 0)
            continue;
        sx_tree_plain(tree, from, offset);
        struct sx_element *node = new_node(tree, SX_TAG_TEXT, offset, offset + used);
        if (node) {
            node->decoded = 1;
            node->length_decoded = (uint8_t)n;
            memcpy(node->bytes, bytes, (size_t)n);
            bool counts = tree->silent == 0;        /* a title does not */
            node->inside = counts;
            tree->text += counts;
        }
        from = begin = offset + used;
    }
    sx_tree_plain(tree, from, end);
}

int sx_tree_end(struct sx_tree *tree, struct sx_error *error)
{
    while (tree->depth > 0)
        pop(tree);
    return tree->failed ? sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory") : SYRINX_OK;
}

void sx_tree_free(struct sx_tree *tree)
{
    sx_arena_free(&tree->arena);
    free(tree->chunks);
    memset(tree, 0, sizeof *tree);
}

/* ------------------------------------------------------------------ walking */

struct sx_element *sx_tree_node(const struct sx_tree *tree, uint32_t order)
{
    return &tree->chunks[order / CHUNK][order % CHUNK];
}

const char *sx_element_text(const struct sx_tree *tree, const struct sx_element *node, size_t *length)
{
    *length = node->decoded ? node->length_decoded : node->end - node->begin;
    return node->decoded ? node->bytes : tree->source + node->begin;
}

struct sx_element *sx_element_next(const struct sx_element *node, const struct sx_element *top, bool into)
{
    if (into && node->tag != SX_TAG_TEXT && node->first)
        return node->first;
    while (node && node != top && !node->next)
        node = node->parent;
    return node && node != top ? node->next : NULL;
}

void sx_element_gather(const struct sx_tree *tree, const struct sx_element *node, struct sx_buffer *out)
{
    bool blank = false;
    size_t first = out->length;
    for (const struct sx_element *at = node; at; at = sx_element_next(at, node, at == node || !(tags[at->tag].kind & SX_SILENT))) {
        blank = blank || at->tag == SX_TAG_BR || (tags[at->tag].kind & SX_BLOCK);
        if (at->tag != SX_TAG_TEXT)
            continue;
        size_t length;
        const char *text = sx_element_text(tree, at, &length);
        for (size_t i = 0; i < length; i++) {
            if ((unsigned char)text[i] <= ' ') {
                blank = true;
                continue;
            }
            if (blank && out->length > first)
                sx_buffer_putc(out, ' ');
            blank = false;
            sx_buffer_putc(out, text[i]);
        }
        if (node->tag == SX_TAG_TEXT)
            break;
    }
}

/* ------------------------------------------------------------------ attributes */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

bool sx_element_attribute(const struct sx_tree *tree, const struct sx_element *node, size_t *at, struct sx_attribute *attribute)
{
    const char *text = tree->source + node->begin;
    size_t length = node->end - node->begin, i = *at;
    if (node->tag == SX_TAG_TEXT || length < 2 || text[0] != '<')
        return false;
    if (i == 0) {
        while (i < length && !is_space(text[i]) && text[i] != '/' && text[i] != '>')
            i++;
    }
    while (i < length && (is_space(text[i]) || text[i] == '/'))
        i++;
    if (i >= length || text[i] == '>')
        return false;
    attribute->name = text + i;
    size_t begin = i;
    for (i++; i < length && !is_space(text[i]) && text[i] != '=' && text[i] != '>' && text[i] != '/'; i++)
        ;
    attribute->name_length = i - begin;
    while (i < length && is_space(text[i]))
        i++;
    attribute->value = text + i;
    attribute->value_length = 0;
    if (i < length && text[i] == '=') {
        for (i++; i < length && is_space(text[i]); i++)
            ;
        char quote = i < length && (text[i] == '"' || text[i] == '\'') ? text[i++] : '\0';
        attribute->value = text + i;
        begin = i;
        while (i < length && (quote ? text[i] != quote : !is_space(text[i]) && text[i] != '>'))
            i++;
        attribute->value_length = i - begin;
        i += quote && i < length;
    }
    *at = i;
    return true;
}

bool sx_attribute_is(const struct sx_attribute *attribute, const char *name)
{
    return strlen(name) == attribute->name_length && sx_ascii_compare_n(attribute->name, name, attribute->name_length) == 0;
}

bool sx_element_value(const struct sx_tree *tree, const struct sx_element *node, const char *name, struct sx_buffer *out)
{
    struct sx_attribute attribute;
    for (size_t at = 0; sx_element_attribute(tree, node, &at, &attribute);) {
        if (sx_attribute_is(&attribute, name)) {
            sx_reference_text(attribute.value, attribute.value_length, out);
            return true;
        }
    }
    return false;
}
