/* document.h - a document as one line of text, for comparisons: "{h}" a style, "/" "//" "///" the ends of sentence, paragraph and section, "<1.5>" a wait,
 * "<->" a break. Checks on the way that positions never go back and that text which is as long as its bytes is those bytes. */
#ifndef SX_TESTS_DOCUMENT_H
#define SX_TESTS_DOCUMENT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "document/document.h"
#include "document/parts.h"
#include "test.h"

struct script {
    struct sx_buffer out;
    const struct sx_document *document;
    uint64_t reached;
    bool open;                  /* a boundary would end something */
    struct sx_style style;
    char language[40];
};

static int script_text(void *user, const char *bytes, size_t length, uint64_t begin, uint64_t end, struct sx_error *error)
{
    struct script *script = user;
    (void)error;
    assert_true(length > 0 && begin < end && begin >= script->reached);
    script->reached = begin;
    const struct sx_part *part = script->document->parts, *last = part + script->document->part_count - 1;
    while (part < last && begin >= part[1].base)
        part++;
    assert_true(end <= part->base + part->length);
    const char *source = part->bytes + (begin - part->base);
    if (length == end - begin && length > 3 && !strchr("<&[", *source)) {     /* not made for a mark that happens to be as long */
        for (size_t i = 0; i < length; i++)
            assert_true(bytes[i] == source[i] || bytes[i] == ' ');
    }
    for (size_t i = 0; i < length; i++)
        assert_true((unsigned char)bytes[i] >= ' ' || script->document->kind == SYRINX_DOCUMENT_TEXT);
    sx_buffer_add(&script->out, bytes, length);
    script->open = true;
    return SYRINX_OK;
}

static int script_style(void *user, const struct sx_style *style, struct sx_error *error)
{
    static const char structures[] = "phiqctu", emphases[] = " -.*!";
    struct script *script = user;
    (void)error;
    const char *language = style->language ? style->language : "";
    bool new = style->structure != script->style.structure || style->emphasis != script->style.emphasis || strcmp(language, script->language) != 0;
    if (new)
        sx_buffer_printf(&script->out, "{%c%s%s}", structures[style->structure],
                         (char[]){ style->emphasis ? emphases[style->emphasis] : '\0', '\0' }, language);
    if (style->seconds > 0)
        sx_buffer_printf(&script->out, "(%g)", (double)style->seconds);
    script->style = *style;
    snprintf(script->language, sizeof script->language, "%s", language);
    return SYRINX_OK;
}

static int script_boundary(void *user, enum sx_boundary boundary, struct sx_error *error)
{
    struct script *script = user;
    (void)error;
    if (script->open)
        sx_buffer_puts(&script->out, boundary == SX_BOUNDARY_SENTENCE ? "/" : boundary == SX_BOUNDARY_PARAGRAPH ? "//" : "///");
    script->open = false;
    return SYRINX_OK;
}

static int script_point(void *user, const struct sx_point *point, struct sx_error *error)
{
    struct script *script = user;
    (void)error;
    if (point->kind == SX_POINT_WAIT)
        sx_buffer_printf(&script->out, "<%g>", (double)point->seconds);
    else
        sx_buffer_puts(&script->out, "<->");
    return SYRINX_OK;
}

/* What is read of a chapter, -1: of all. Freed by the caller. */
static char *play(const struct sx_document *document, int chapter)
{
    struct script script = { .document = document };
    struct sx_error error;
    const struct sx_markup_sink sink = { &script, script_text, script_style, script_boundary, script_point };
    assert_int_equal(sx_document_play(document, chapter, &sink, &error), SYRINX_OK);
    if (!script.out.data)
        sx_buffer_puts(&script.out, "");
    return script.out.data;
}

static struct sx_document *read_document(const char *text, size_t length, int kind)
{
    struct sx_document *document = NULL;
    struct sx_error error = { 0 };
    char *exact = malloc(length ? length : 1);      /* so that a sanitizer sees every byte too far */
    assert_non_null(exact);
    memcpy(exact, text, length);
    int code = sx_document_read(NULL, exact, length, kind, &document, &error);
    free(exact);
    if (code < 0)
        fail_msg("%d: %s", code, error.message);
    return document;
}

static inline void check_reading(const char *text, int kind, const char *wanted)
{
    struct sx_document *document = read_document(text, strlen(text), kind);
    char *got = play(document, -1);
    if (strcmp(got, wanted) != 0)
        fail_msg("\n  text   %s\n  got    %s\n  wanted %s", text, got, wanted);
    free(got);
    sx_document_free(document);
}

/* "level title|level title" */
static inline void check_chapters(const struct sx_document *document, const char *wanted)
{
    char list[1000] = "";
    for (int i = 0; i < sx_document_chapters(document); i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%d %s", i ? "|" : "", sx_document_chapter_level(document, i),
                 sx_document_chapter_title(document, i));
    assert_string_equal(list, wanted);
}

#endif
