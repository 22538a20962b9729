/* document.h - any bytes as a document of one kind: opened, played as a whole and by chapters, its text and places asked for. What reaches the sink is
 * valid UTF-8 at places that never go back. */
#ifndef SX_FUZZ_DOCUMENT_H
#define SX_FUZZ_DOCUMENT_H

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/utf8.h"
#include "document/document.h"

struct fuzz_player { uint64_t reached, end; };

static int fuzz_text(void *user, const char *bytes, size_t length, uint64_t begin, uint64_t end, struct sx_error *error)
{
    struct fuzz_player *player = user;
    (void)error;
    if (length == 0 || begin >= end || begin < player->reached || begin > player->end)
        abort();
    player->reached = begin;
    for (size_t i = 0; i < length;) {
        uint32_t c;
        int n = sx_utf8_decode(bytes + i, length - i, &c);
        if (c == 0xFFFD && !(n == 3 && memcmp(bytes + i, "\xEF\xBF\xBD", 3) == 0))
            abort();
        i += (size_t)n;
    }
    return SYRINX_OK;
}

static int fuzz_style(void *user, const struct sx_style *style, struct sx_error *error)
{
    (void)user, (void)error;
    if (style->structure > SX_STRUCTURE_CUE || !(style->seconds >= 0))
        abort();
    return SYRINX_OK;
}

static int fuzz_boundary(void *user, enum sx_boundary boundary, struct sx_error *error)
{
    (void)user, (void)error;
    if (boundary < SX_BOUNDARY_SENTENCE || boundary > SX_BOUNDARY_SECTION)
        abort();
    return SYRINX_OK;
}

static int fuzz_point(void *user, const struct sx_point *point, struct sx_error *error)
{
    (void)user, (void)error;
    if (point->kind == SX_POINT_WAIT && !(point->seconds >= 0 && point->seconds <= 86400))
        abort();
    return SYRINX_OK;
}

static inline int fuzz_document(const void *data, size_t size, int kind)
{
    struct sx_document *document;
    struct sx_error error;
    if (sx_document_read(NULL, data, size, kind, &document, &error) < 0)
        return 0;
    char *text;
    size_t length;
    if (sx_document_text(document, &text, &length, &error) < 0 || strlen(text) > length)
        abort();
    free(text);
    int chapters = sx_document_chapters(document);
    for (int i = -1; i < chapters && i < 20; i++) {
        struct fuzz_player player = { 0, length };
        const struct sx_markup_sink sink = { &player, fuzz_text, fuzz_style, fuzz_boundary, fuzz_point };
        if (sx_document_play(document, i, &sink, &error) < 0 || (i >= 0 && !sx_document_chapter_title(document, i)))
            abort();
    }
    struct sx_place cursor = { 0 };
    struct sx_buffer place = { 0 };
    sx_document_place(document, length / 2, &cursor, &place);
    sx_document_place(document, length, &cursor, &place);
    sx_buffer_free(&place);
    sx_document_free(document);
    return 0;
}

#endif
