/* protocol.c - Speech Dispatcher's module protocol as a machine of two states: a command's line, or a line of a block.
 *
 * Written from the protocol's description in Speech Dispatcher's manual and from what its 0.11 sends. */
#include "speechd/protocol.h"

#include <stdlib.h>
#include <string.h>

enum { DATA_KEPT = 1 << 16 };       /* room that stays for the next block */

static const struct {
    const char *name;
    enum sd_verb verb;
    bool block;
} verbs[] = {{"SPEAK", SD_SPEAK, true}, {"CHAR", SD_CHAR, true}, {"KEY", SD_KEY, true}, {"SOUND_ICON", SD_SOUND_ICON, true}, {"SET", SD_SET, true},
             {"AUDIO", SD_AUDIO, true}, {"LOGLEVEL", SD_LOGLEVEL, true}, {"INIT", SD_INIT, false}, {"STOP", SD_STOP, false}, {"PAUSE", SD_PAUSE, false},
             {"LIST VOICES", SD_LIST_VOICES, false}, {"QUIT", SD_QUIT, false}};

void sd_parser_init(struct sd_parser *parser, const struct sd_sink *sink)
{
    memset(parser, 0, sizeof *parser);
    parser->sink = *sink;
}

void sd_parser_free(struct sd_parser *parser)
{
    free(parser->data);
    parser->data = NULL;
    parser->length = parser->capacity = 0;
}

/* A line that is no data. */
static void take_line(struct sd_parser *parser)
{
    size_t n = parser->line_length;
    parser->line_length = 0;
    if (n > SD_LINE_MOST) {
        parser->sink.command(parser->sink.user, SD_UNKNOWN, "", 0, 0);
        return;
    }
    char *line = parser->line;
    while (n > 0 && (line[n - 1] == '\r' || line[n - 1] == ' '))
        n--;
    line[n] = 0;
    if (n >= 5 && !memcmp(line, "DEBUG", 5) && (n == 5 || line[5] == ' ')) {
        size_t at = n == 5 ? 5 : 6;
        parser->sink.command(parser->sink.user, SD_DEBUG, line + at, n - at, 0);
        return;
    }
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strlen(verbs[i].name) != n || memcmp(verbs[i].name, line, n) != 0)
            continue;
        if (!verbs[i].block) {
            parser->sink.command(parser->sink.user, verbs[i].verb, "", 0, 0);
            return;
        }
        parser->verb = verbs[i].verb;
        parser->length = parser->line_start = parser->lines = parser->seen = 0;
        parser->lost = parser->stop_seen = false;
        parser->sink.begin(parser->sink.user, parser->verb);
        return;
    }
    parser->sink.command(parser->sink.user, SD_UNKNOWN, "", 0, 0);
}

/* Room for `more` bytes and a NUL; else the block is lost. */
static bool make_room(struct sd_parser *parser, size_t more)
{
    if (parser->lost || more > SD_DATA_MOST - parser->length) {
        parser->lost = true;
        return false;
    }
    if (parser->length + more < parser->capacity)
        return true;
    size_t capacity = parser->capacity ? parser->capacity : 4096;
    while (capacity <= parser->length + more)
        capacity *= 2;
    char *data = realloc(parser->data, capacity);
    if (!data) {
        parser->lost = true;
        return false;
    }
    parser->data = data;
    parser->capacity = capacity;
    return true;
}

static void end_block(struct sd_parser *parser)
{
    enum sd_verb verb = parser->verb;
    size_t length = parser->length;
    parser->verb = SD_UNKNOWN;
    if (length > 0)
        length--;                   /* the line feed before the full stop */
    bool there = !parser->lost && make_room(parser, 1);
    if (there)
        parser->data[length] = 0;
    parser->sink.command(parser->sink.user, verb, there ? parser->data : NULL, there ? length : 0, parser->lines);
    if (parser->capacity > DATA_KEPT)
        sd_parser_free(parser);
}

/* Bytes of one line of a block, the line feed included if it is there. */
static void take_data(struct sd_parser *parser, const char *bytes, size_t length)
{
    bool ends = bytes[length - 1] == '\n';
    size_t visible = length - (ends ? 1 : 0);
    if (visible && !parser->seen)
        parser->stop_seen = *bytes == '.';
    parser->seen = parser->seen + visible > 2 ? 2 : parser->seen + visible;
    if (ends && parser->stop_seen && parser->seen == 1) {
        parser->length = parser->line_start;
        end_block(parser);
        return;
    }
    if (make_room(parser, length)) {
        memcpy(parser->data + parser->length, bytes, length);
        parser->length += length;
    }
    if (!ends)
        return;
    if (parser->stop_seen && !parser->lost) {       /* a stuffed full stop */
        memmove(parser->data + parser->line_start, parser->data + parser->line_start + 1, parser->length - parser->line_start - 1);
        parser->length--;
    }
    parser->lines++;
    parser->line_start = parser->length;
    parser->seen = 0;
    parser->stop_seen = false;
}

void sd_parser_push(struct sd_parser *parser, const char *bytes, size_t length)
{
    while (length > 0) {
        const char *feed = memchr(bytes, '\n', length);
        size_t n = feed ? (size_t)(feed - bytes) + 1 : length;
        if (parser->verb != SD_UNKNOWN) {
            take_data(parser, bytes, n);
        } else {
            size_t visible = feed ? n - 1 : n, room = SD_LINE_MOST - parser->line_length;
            if (parser->line_length <= SD_LINE_MOST && visible <= room) {
                memcpy(parser->line + parser->line_length, bytes, visible);
                parser->line_length += visible;
            } else {
                parser->line_length = SD_LINE_MOST + 1;
            }
            if (feed)
                take_line(parser);
        }
        bytes += n;
        length -= n;
    }
}
