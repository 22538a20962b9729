/* protocol.h - what Speech Dispatcher says to an output module, cut into commands: lines, and blocks of lines that end with a lone full stop.
 *
 * Knows nothing of speech, replies nothing, reads no file: bytes in, calls out. Any input is met with bounded memory. */
#ifndef SD_PROTOCOL_H
#define SD_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>

enum {
    SD_LINE_MOST = 4096,            /* bytes of a command's line; a longer one is no command */
    SD_DATA_MOST = 4 << 20          /* bytes of a block; a longer one is read to its end and dropped */
};

enum sd_verb {
    SD_UNKNOWN, SD_INIT, SD_SPEAK, SD_CHAR, SD_KEY, SD_SOUND_ICON, SD_SET, SD_AUDIO, SD_LOGLEVEL, SD_STOP, SD_PAUSE, SD_LIST_VOICES, SD_DEBUG, SD_QUIT
};

struct sd_sink {
    void *user;
    /* A verb that a block follows: the sender waits for an answer before it sends the block. */
    void (*begin)(void *user, enum sd_verb verb);
    /* A command, complete. `data`: the block without its stuffed stops and last line feed, or what stands behind the verb of DEBUG; NUL-terminated, "" where
     * there is none, NULL when it was too large or memory is short. `lines`: of the block. */
    void (*command)(void *user, enum sd_verb verb, const char *data, size_t length, size_t lines);
};

struct sd_parser {
    struct sd_sink sink;
    char line[SD_LINE_MOST + 1];    /* of a command, so far */
    size_t line_length;
    enum sd_verb verb;              /* whose block is read; SD_UNKNOWN: none */
    char *data;                     /* [capacity] */
    size_t length, capacity;
    size_t line_start;              /* in data: where the line at hand begins */
    size_t lines;
    bool lost;                      /* the block is too large, or memory was short */
    size_t seen;                    /* bytes of the line at hand when the block is lost: 0, 1, 2 is 2 or more */
    bool stop_seen;                 /* and its first was a full stop */
};

void sd_parser_init(struct sd_parser *parser, const struct sd_sink *sink);
/* Bytes as they come, cut anywhere. */
void sd_parser_push(struct sd_parser *parser, const char *bytes, size_t length);
void sd_parser_free(struct sd_parser *parser);

#endif
