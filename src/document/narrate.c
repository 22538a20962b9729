/* narrate.c - text to the sink: blanks made single, styles changed where words begin, ends sent when something follows. */
#include "document/narrate.h"

#include <string.h>

#include "base/utf8.h"

enum { RUN = 4096 };

static bool is_blank(char c)
{
    return (unsigned char)c <= ' ';
}

static void check(struct sx_narrator *narrator, int code)
{
    if (code < 0 && narrator->code >= 0)
        narrator->code = code;
}

static void send(struct sx_narrator *narrator, const char *text, size_t length, uint64_t begin, uint64_t end)
{
    if (begin < narrator->reached)
        begin = narrator->reached;
    if (end <= begin)
        end = begin + 1;
    narrator->reached = begin;
    if (narrator->code >= 0 && length > 0)
        check(narrator, narrator->sink->text(narrator->sink->user, text, length, begin, end, narrator->error));
}

static void flush(struct sx_narrator *narrator)
{
    if (narrator->run.failed)
        check(narrator, sx_fail(narrator->error, SYRINX_ERROR_MEMORY, "out of memory"));
    send(narrator, narrator->run.data, narrator->run.length, narrator->run_begin, narrator->run_begin + narrator->run.length);
    sx_buffer_clear(&narrator->run);
}

static bool same_language(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_style(const struct sx_style *a, const struct sx_style *b)
{
    return a->emphasis == b->emphasis && a->structure == b->structure && same_language(a->language, b->language);
}

/* A new style begins with a word, so that "<b>$</b>5" and "un*fold*ed" are read as wholes. */
static bool word_begins(const struct sx_narrator *narrator)
{
    static const char marks[] = "([{\"'/-:";
    uint32_t c = narrator->previous;
    if (narrator->blank || narrator->boundary || !narrator->open || c == 0)
        return true;
    return (c < 0x80 && strchr(marks, (int)c)) || c == 0x2018 || c == 0x201C || c == 0x2013 || c == 0x2014 || c == 0x2026 || c == 0xAB;
}

static void begin_words(struct sx_narrator *narrator)
{
    if (narrator->boundary) {
        flush(narrator);
        if (narrator->code >= 0)
            check(narrator, narrator->sink->boundary(narrator->sink->user, (enum sx_boundary)narrator->boundary, narrator->error));
        narrator->open = narrator->blank = narrator->line = false;
        narrator->previous = 0;
    }
    if (!narrator->open)
        narrator->blank = narrator->line = false;
    if (narrator->line) {
        const struct sx_point point = { .kind = SX_POINT_BREAK, .strength = SX_BREAK_MEDIUM, .seconds = -1,
                                        .begin = narrator->blank_begin, .end = narrator->blank_end };
        flush(narrator);
        if (narrator->code >= 0)
            check(narrator, narrator->sink->point(narrator->sink->user, &point, narrator->error));
    }
    if (!same_style(&narrator->style, &narrator->wanted) && word_begins(narrator)) {
        flush(narrator);
        narrator->style = narrator->wanted;
        if (narrator->code >= 0)
            check(narrator, narrator->sink->style(narrator->sink->user, &narrator->style, narrator->error));
    }
    narrator->boundary = 0;
    narrator->line = narrator->joined = false;
}

static void want(struct sx_narrator *narrator, const struct sx_context *context)
{
    narrator->wanted.emphasis = context->emphasis;
    narrator->wanted.structure = context->structure;
    narrator->wanted.language = context->language;
}

/* Remembers how the word under way ends. */
static void remember(struct sx_narrator *narrator, const char *text, size_t length)
{
    uint32_t c = 0;
    for (size_t i = 0; i < length;) {
        i += (size_t)sx_utf8_decode(text + i, length - i, &c);
        narrator->letters += (c | 32) >= 'a' && (c | 32) <= 'z';
        narrator->characters++;
    }
    if (length)
        narrator->previous = c;
}

static void put_blank(struct sx_narrator *narrator)
{
    if (!narrator->blank)
        return;
    narrator->letters = narrator->characters = 0;
    narrator->blank = false;
    if (narrator->run.length && narrator->run_begin + narrator->run.length == narrator->blank_begin && narrator->blank_end == narrator->blank_begin + 1) {
        sx_buffer_putc(&narrator->run, ' ');
        return;
    }
    flush(narrator);
    send(narrator, " ", 1, narrator->blank_begin, narrator->blank_end);
}

static void put_word(struct sx_narrator *narrator, const char *text, size_t length, uint64_t position)
{
    begin_words(narrator);
    if (!narrator->blank && !narrator->open)
        narrator->letters = narrator->characters = 0;
    put_blank(narrator);
    if (narrator->run.length >= RUN || (narrator->run.length && narrator->run_begin + narrator->run.length != position))
        flush(narrator);
    if (!narrator->run.length)
        narrator->run_begin = position;
    sx_buffer_add(&narrator->run, text, length);
    narrator->open = true;
    remember(narrator, text, length);
}

static void need_blank(struct sx_narrator *narrator, uint64_t begin, uint64_t end)
{
    if (!narrator->blank)
        narrator->blank_begin = begin;
    narrator->blank = true;
    narrator->blank_end = end;
}

void sx_narrate_text(struct sx_narrator *narrator, const struct sx_context *context, const char *text, size_t length, size_t position)
{
    want(narrator, context);
    for (size_t i = 0; i < length && narrator->code >= 0;) {
        size_t begin = i;
        while (i < length && is_blank(text[i]))
            i++;
        if (i > begin)
            need_blank(narrator, narrator->base + position + begin, narrator->base + position + i);
        begin = i;
        while (i < length && !is_blank(text[i]))
            i++;
        if (i > begin)
            put_word(narrator, text + begin, i - begin, narrator->base + position + begin);
    }
}

void sx_narrate_made(struct sx_narrator *narrator, const struct sx_context *context, const char *text, size_t begin, size_t end, bool apart)
{
    size_t length = strlen(text);
    want(narrator, context);
    if (begin >= narrator->tree->length)
        begin = narrator->tree->length > 0 ? narrator->tree->length - 1 : 0;
    if (end > narrator->tree->length || end <= begin)
        end = begin + 1;
    if (apart && !narrator->blank)
        need_blank(narrator, narrator->base + begin, narrator->base + begin + 1);
    begin_words(narrator);
    put_blank(narrator);
    flush(narrator);
    send(narrator, text, length, narrator->base + begin, narrator->base + end);
    narrator->open = true;
    remember(narrator, text, length);
}

void sx_narrate_boundary(struct sx_narrator *narrator, enum sx_boundary boundary)
{
    if ((int)boundary > narrator->boundary && !narrator->joined)
        narrator->boundary = (int)boundary;
}

void sx_narrate_line(struct sx_narrator *narrator)
{
    if (narrator->line)
        sx_narrate_boundary(narrator, SX_BOUNDARY_PARAGRAPH);       /* two of them are how old pages part paragraphs */
    narrator->line = true;
    need_blank(narrator, narrator->run_begin + narrator->run.length, narrator->run_begin + narrator->run.length + 1);
}

bool sx_narrate_stopped(const struct sx_narrator *narrator)
{
    return narrator->previous < 0x80 && narrator->previous != 0 && strchr(".!?;:,", (int)narrator->previous);
}

int sx_narrate(const struct sx_tree *tree, const struct sx_narration *narration, const struct sx_markup_sink *sink, struct sx_error *error)
{
    struct sx_narrator narrator = { .tree = tree, .sink = sink, .error = error, .base = narration->base, .from = narration->from,
                                    .to = narration->to, .book = narration->book, .language = narration->language,
                                    .reached = narration->base, .style = sx_style_plain, .wanted = sx_style_plain };
    const struct sx_context context = { .emphasis = SX_EMPHASIS_NORMAL };
    check(&narrator, sink->style(sink->user, &sx_style_plain, error));
    sx_narrate_node(&narrator, narration->root, context);
    flush(&narrator);
    bool section = narrator.boundary == SX_BOUNDARY_SECTION || narration->last;
    if (narrator.code >= 0)
        check(&narrator, sink->boundary(sink->user, section ? SX_BOUNDARY_SECTION : SX_BOUNDARY_PARAGRAPH, error));
    sx_arena_free(&narrator.arena);
    sx_buffer_free(&narrator.run);
    sx_buffer_free(&narrator.scratch);
    return narrator.code;
}
