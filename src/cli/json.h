/* json.h - one JSON object with plain values, as a line of a job list or of a results file has it: read strictly, in place, with the column of a mistake. */
#ifndef SYRINX_CLI_JSON_H
#define SYRINX_CLI_JSON_H

#include <stdbool.h>
#include <stddef.h>

/* Where a reader is. The text is changed: strings are decoded where they stand, which never makes them longer. */
struct cli_json {
    char *text;                 /* [length] */
    size_t length, at;
    unsigned long column;       /* of text[at], in characters, from 1 */
    bool open;                  /* a member was read: a comma comes before the next one */
    char message[160];          /* what is wrong, after a -1 */
};

enum cli_json_kind { CLI_JSON_STRING, CLI_JSON_NUMBER, CLI_JSON_TRUE, CLI_JSON_FALSE, CLI_JSON_NULL };

/* A key, or a value: NUL-terminated (a string with a NUL in it is refused). */
struct cli_json_value {
    enum cli_json_kind kind;
    char *text;                 /* of a string; in the reader's text */
    size_t length;
    char number[48];            /* of a number, as it was written */
    unsigned long column;       /* where it begins */
};

/* Reads "{". `text` has room for one byte more than `length`. */
int cli_json_begin(struct cli_json *json, char *text, size_t length);
/* The next member: 1; 0 behind the "}" and nothing but blanks; -1: `message` and `column` tell what is wrong. */
int cli_json_next(struct cli_json *json, struct cli_json_value *key, struct cli_json_value *value);
/* Sets message and column; always -1. */
int cli_json_wrong(struct cli_json *json, unsigned long column, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
