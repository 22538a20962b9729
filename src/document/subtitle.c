/* subtitle.c - SubRip and WebVTT: cues in the order of time, each said no earlier than it is shown. */
#include <stdlib.h>
#include <string.h>

#include "document/parts.h"

enum { MARK_MOST = 500 };               /* bytes of a tag or a note in brackets */
enum { LONGEST = 24 * 3600 };           /* seconds: a later cue is a mistake, and waiting for it would fill a disk */

/* "[[h]h:]mm:ss[,.]mmm" at text[*at]; false: no time. */
static bool read_time(const char *text, size_t length, size_t *at, double *seconds)
{
    double fields[3] = { 0 }, part = 0;
    int count = 0;
    size_t i = *at;
    while (i < length && (text[i] == ' ' || text[i] == '\t'))
        i++;
    for (;;) {
        size_t begin = i;
        double value = 0;
        while (i < length && text[i] >= '0' && text[i] <= '9' && i - begin < 9)
            value = value * 10 + (text[i++] - '0');
        if (i == begin || count == 3)
            return false;
        fields[count++] = value;
        if (i >= length || text[i] != ':')
            break;
        i++;
    }
    if (count < 2)
        return false;
    if (i < length && (text[i] == ',' || text[i] == '.')) {
        double scale = 0.1;
        for (i++; i < length && text[i] >= '0' && text[i] <= '9'; i++, scale /= 10)
            part += scale * (text[i] - '0');
    }
    *seconds = part + (count == 3 ? fields[0] * 3600 + fields[1] * 60 + fields[2] : fields[0] * 60 + fields[1]);
    *at = i;
    return true;
}

static size_t line_end(const char *text, size_t length, size_t at, size_t *next)
{
    const char *newline = at < length ? memchr(text + at, '\n', length - at) : NULL;
    size_t end = newline ? (size_t)(newline - text) : length;
    *next = newline ? end + 1 : length;
    while (end > at && (unsigned char)text[end - 1] <= ' ')
        end--;
    return end;
}

/* "00:01,000 --> 00:02,000" */
static bool read_timing(const char *text, size_t end, size_t at, struct sx_cue *cue)
{
    if (!read_time(text, end, &at, &cue->begin))
        return false;
    while (at < end && text[at] == ' ')
        at++;
    if (end - at < 3 || memcmp(text + at, "-->", 3) != 0)
        return false;
    at += 3;
    return read_time(text, end, &at, &cue->end);
}

static bool is_number(const char *text, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
    }
    return end > begin;
}

static int in_time(const void *a, const void *b)
{
    const struct sx_cue *first = a, *second = b;
    if (first->begin != second->begin)
        return first->begin < second->begin ? -1 : 1;
    return first->order < second->order ? -1 : first->order > second->order;
}

static int add_cue(struct sx_document *document, const struct sx_cue *cue, struct sx_error *error)
{
    if (document->cue_count == document->cue_room) {
        int room = document->cue_room ? 2 * document->cue_room : 256;
        struct sx_cue *grown = realloc(document->cues, (size_t)room * sizeof *grown);
        if (!grown)
            return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
        document->cues = grown;
        document->cue_room = room;
    }
    document->cues[document->cue_count++] = *cue;
    return SYRINX_OK;
}

int sx_subtitle_read(struct sx_document *document, struct sx_error *error)
{
    const char *text = document->parts[0].bytes;
    size_t length = document->parts[0].length, next;
    int line = 1, code = SYRINX_OK;
    for (size_t at = sx_encoding_mark(text, length); at < length && code == SYRINX_OK; at = next, line++) {
        struct sx_cue cue = { .order = (uint32_t)document->cue_count };
        size_t end = line_end(text, length, at, &next);
        if (!memchr(text + at, '>', end - at) || !read_timing(text, end, at, &cue))
            continue;           /* numbers, names of cues, notes, style sheets */
        if (cue.begin > LONGEST)
            return sx_fail(error, SYRINX_ERROR_INPUT, "line %d: a subtitle at %.0f hours; 24 are the most", line, cue.begin / 3600);
        cue.from = (uint32_t)next;
        cue.to = cue.from;
        while (next < length) {
            size_t begin = next, after, after_end;
            end = line_end(text, length, begin, &after);
            struct sx_cue other;
            if (end == begin || read_timing(text, end, begin, &other))
                break;
            /* the number of the next cue where the empty line is missing */
            after_end = line_end(text, length, after, &(size_t){ 0 });
            if (is_number(text, begin, end) && after < length && read_timing(text, after_end, after, &other))
                break;
            cue.to = (uint32_t)end;
            next = after;
            line++;
        }
        if (cue.to > cue.from)
            code = add_cue(document, &cue, error);
    }
    if (code < 0 || document->cue_count == 0)
        return code;
    qsort(document->cues, (size_t)document->cue_count, sizeof *document->cues, in_time);
    for (int i = 0; i < document->cue_count; i++) {
        struct sx_cue *cue = &document->cues[i];
        double until = i + 1 < document->cue_count && cue[1].begin > cue->begin ? cue[1].begin : cue->end;
        cue->slot = until - cue->begin;
    }
    return sx_document_add_chapter(document, NULL, 0, 1, 0, 0, 0, error);
}

/* ------------------------------------------------------------------ playing */

struct player {
    const struct sx_markup_sink *sink;
    struct sx_error *error;
    uint64_t reached;
    bool blank, said;           /* a space is due; something of the cue was said */
    int code;
};

static void send(struct player *player, const char *bytes, size_t length, uint64_t begin, uint64_t end)
{
    if (length == 0 || player->code < 0)
        return;
    if (begin < player->reached) {      /* cues that stand in the file behind later ones */
        begin = player->reached;
        end = begin + 1 == begin + length ? begin + 2 : begin + 1;
    }
    player->reached = begin;
    player->code = player->sink->text(player->sink->user, bytes, length, begin, end, player->error);
}

/* Words of one stretch without markup, with single blanks. */
static void say(struct player *player, const char *text, size_t begin, size_t end)
{
    for (size_t i = begin; i < end;) {
        size_t from = i;
        while (i < end && (unsigned char)text[i] <= ' ')
            i++;
        player->blank = player->blank || i > from;
        from = i;
        while (i < end && (unsigned char)text[i] > ' ')
            i++;
        if (i == from)
            continue;
        if (player->blank && player->said)
            send(player, " ", 1, from > 0 ? from - 1 : 0, from);
        send(player, text + from, i - from, from, i);
        player->blank = false;
        player->said = true;
    }
}

/* What is in no sentence: tags, "{\an8}", notes, and sounds in brackets. Returns behind it, or `at`. */
static size_t skip_mark(const char *text, size_t at, size_t end)
{
    static const struct { char open, close; } marks[] = { { '<', '>' }, { '{', '}' }, { '[', ']' } };
    if (end - at >= 3 && (memcmp(text + at, "\u266A", 3) == 0 || memcmp(text + at, "\u266B", 3) == 0))
        return at + 3;
    for (int i = 0; i < 3; i++) {
        if (text[at] != marks[i].open || at + 1 >= end)
            continue;
        char next = text[at + 1];
        if (marks[i].open == '<' && next != '/' && !((next | 32) >= 'a' && (next | 32) <= 'z') && !(next >= '0' && next <= '9'))
            return at;
        const char *close = memchr(text + at, marks[i].close, end - at < MARK_MOST ? end - at : MARK_MOST);
        return close ? (size_t)(close - text) + 1 : at;
    }
    return at;
}

static void say_line(struct player *player, const char *text, size_t begin, size_t end)
{
    while (begin < end && (unsigned char)text[begin] <= ' ')
        begin++;
    bool dash = begin < end && (text[begin] == '-' || (end - begin > 3 && (memcmp(text + begin, "\u2013", 3) == 0 || memcmp(text + begin, "\u2014", 3) == 0)));
    if (dash && player->said && player->code >= 0) {            /* another speaker */
        player->code = player->sink->boundary(player->sink->user, SX_BOUNDARY_SENTENCE, player->error);
        player->said = false;
    }
    if (dash)
        begin += text[begin] == '-' ? 1 : 3;
    size_t from = begin;
    player->blank = true;
    while (begin < end && player->code >= 0) {
        char bytes[8];
        size_t used, after = skip_mark(text, begin, end);
        int n = text[begin] == '&' ? sx_reference_decode(text + begin, end - begin, bytes, &used) : 0;
        if (after == begin && n == 0) {
            begin++;
            continue;
        }
        say(player, text, from, begin);
        if (n > 0) {
            bool nbsp = n == 2 && memcmp(bytes, "\u00A0", 2) == 0;
            if (player->blank && player->said && !nbsp)
                send(player, " ", 1, begin > 0 ? begin - 1 : 0, begin);
            if (!nbsp)
                send(player, bytes, (size_t)n, begin, begin + used);
            player->blank = nbsp;
            player->said = player->said || !nbsp;
            after = begin + used;
        }
        from = begin = after;
    }
    say(player, text, from, end);
}

int sx_subtitle_play(const struct sx_document *document, const struct sx_markup_sink *sink, struct sx_error *error)
{
    struct player player = { .sink = sink, .error = error };
    const char *text = document->parts[0].bytes;
    for (int i = 0; i < document->cue_count && player.code >= 0; i++) {
        const struct sx_cue *cue = &document->cues[i];
        struct sx_style style = sx_style_plain;
        struct sx_point point = { .kind = SX_POINT_WAIT, .seconds = (float)cue->begin, .begin = cue->from, .end = cue->from };
        style.structure = SX_STRUCTURE_CUE;
        style.seconds = cue->slot > 0 ? (float)cue->slot : 0;
        if (point.begin < player.reached)
            point.begin = point.end = player.reached;
        player.code = sink->point(sink->user, &point, error);
        if (player.code >= 0)
            player.code = sink->style(sink->user, &style, error);
        player.said = false;
        for (size_t at = cue->from, next; at < cue->to && player.code >= 0; at = next) {
            size_t end = line_end(text, cue->to, at, &next);
            say_line(&player, text, at, end);
        }
        if (player.code >= 0)
            player.code = sink->boundary(sink->user, SX_BOUNDARY_SENTENCE, error);      /* no long pause: the next one may be due */
    }
    if (player.code >= 0)
        player.code = sink->style(sink->user, &sx_style_plain, error);
    return player.code;
}
