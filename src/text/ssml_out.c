/* ssml_out.c - the way out to the sink: what stands outside startmark and endmark or is not spoken stays behind, white space is blanks. */
#include <string.h>

#include "base/utf8.h"
#include "text/ssml_parts.h"

enum { PIECE = 1024 };

static bool white(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

void sx_ssml_send(struct sx_ssml *ssml, const struct sx_ssml_held *item, const char *text)
{
    const struct sx_markup_sink *sink = &ssml->sink;
    struct sx_error error;
    sx_error_clear(&error);
    int status = 0;
    if (ssml->xml.error.code < 0)
        return;
    switch (item->kind) {
    case SX_SSML_HELD_TEXT:
        status = sink->text(sink->user, text, item->length, item->begin, item->end, &error);
        break;
    case SX_SSML_HELD_STYLE:
        status = sink->style(sink->user, &item->style, &error);
        break;
    case SX_SSML_HELD_BOUNDARY:
        status = sink->boundary(sink->user, item->boundary, &error);
        break;
    default:
        status = sink->point(sink->user, &item->point, &error);
    }
    if (status < 0) {
        error.code = status;
        sx_xml_fail_with(&ssml->xml, &error);
    }
}

static bool gated(const struct sx_ssml *ssml)
{
    return ssml->silent || !ssml->speaking || ssml->xml.error.code < 0;
}

/* Clean text, at most PIECE bytes, positions of the source. */
static void send_text(struct sx_ssml *ssml, const char *bytes, size_t length, uint64_t begin, uint64_t end)
{
    if (ssml->style_due) {
        const struct sx_style *style = ssml->count ? &ssml->frames[ssml->count - 1].style : &sx_style_plain;
        if (ssml->hold.on)
            sx_ssml_hold_style(ssml, style);
        else
            sx_ssml_send(ssml, &(struct sx_ssml_held){.kind = SX_SSML_HELD_STYLE, .style = *style}, NULL);
        ssml->style_due = false;
    }
    begin = begin > ssml->last ? begin : ssml->last;
    end = end > begin ? end : begin;
    ssml->last = begin;
    if (ssml->hold.on)
        sx_ssml_hold_text(ssml, bytes, length, begin, end);
    else
        sx_ssml_send(ssml, &(struct sx_ssml_held){.kind = SX_SSML_HELD_TEXT, .length = length, .begin = begin, .end = end}, bytes);
}

/* The innermost <audio> whose content is spoken; NULL: none. */
static struct sx_ssml_frame *audio(struct sx_ssml *ssml)
{
    for (int i = ssml->count; ssml->audios && i--;)
        if (ssml->frames[i].kind == SX_SSML_AUDIO)
            return &ssml->frames[i];
    return NULL;
}

static bool wordy(char c)
{
    return (c & 0x80) || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

void sx_ssml_out_text(struct sx_ssml *ssml, const char *bytes, size_t length, uint64_t begin, uint64_t end)
{
    if (gated(ssml))
        return;
    begin += ssml->offset;
    end += ssml->offset;
    bool exact = end - begin == length;
    struct sx_ssml_frame *frame = audio(ssml);
    while (frame && frame->heard == ssml->heard && length && white(*bytes)) {   /* its <desc> may still be all that it has */
        bytes++;
        length--;
        begin += exact;
    }
    if (ssml->gap && length && wordy(ssml->before) && wordy(*bytes))
        send_text(ssml, " ", 1, begin, begin);
    if (length) {
        ssml->gap = false;
        ssml->before = bytes[length - 1];
    }
    char piece[PIECE];
    while (length && ssml->xml.error.code >= 0) {
        size_t n = length < PIECE ? length : PIECE;
        if (n < length)
            n -= (size_t)sx_utf8_pending(bytes, n);
        bool heard = false;
        for (size_t i = 0; i < n; i++) {
            piece[i] = white(bytes[i]) ? ' ' : bytes[i];
            heard |= piece[i] != ' ';
        }
        ssml->heard += heard;
        send_text(ssml, piece, n, begin, exact ? begin + n : end);
        bytes += n;
        length -= n;
        begin += exact ? n : 0;
    }
}

void sx_ssml_out_boundary(struct sx_ssml *ssml, enum sx_boundary boundary)
{
    if (gated(ssml))
        return;
    ssml->before = ' ';
    if (ssml->hold.on)
        sx_ssml_hold_boundary(ssml, boundary);
    else
        sx_ssml_send(ssml, &(struct sx_ssml_held){.kind = SX_SSML_HELD_BOUNDARY, .boundary = boundary}, NULL);
}

void sx_ssml_out_point(struct sx_ssml *ssml, struct sx_point point)
{
    if (gated(ssml))
        return;
    point.begin += ssml->offset;
    point.end += ssml->offset;
    ssml->heard += point.kind == SX_POINT_AUDIO;
    ssml->gap |= point.kind != SX_POINT_MARK;
    if (ssml->hold.on)
        sx_ssml_hold_point(ssml, &point);
    else
        sx_ssml_send(ssml, &(struct sx_ssml_held){.kind = SX_SSML_HELD_POINT, .point = point}, NULL);
}
