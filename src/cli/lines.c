/* lines.c - reads lines, gives each to the front end, prints what comes back. */
#include "lines.h"

#include "book.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_LINE ((size_t)16 << 20)

struct line {
    char *text;
    size_t length, capacity;
};

static int add(struct line *line, const char *text, size_t length)
{
    if (line->length + length > MAX_LINE) {
        cli_error("a line is longer than %zu bytes", MAX_LINE);
        return CLI_REFUSED;
    }
    if (line->length + length > line->capacity) {
        size_t capacity = 2 * (line->length + length);
        char *grown = realloc(line->text, capacity);
        if (!grown)
            return cli_failed(SYRINX_ERROR_MEMORY, NULL);
        line->text = grown;
        line->capacity = capacity;
    }
    if (length)
        memcpy(line->text + line->length, text, length);
    line->length += length;
    return CLI_DONE;
}

static int print_line(struct line *line, struct cli_lines *lines, bool flush)
{
    char *result = NULL;
    size_t length = line->length;
    if (length > 0 && line->text[length - 1] == '\r')
        length--;
    int code = lines->make(lines, length ? line->text : "", length, lines->ssml ? SYRINX_SSML : SYRINX_TEXT, &result);
    line->length = 0;
    if (code < 0)
        return cli_failed(code, syrinx_front_message(lines->front));
    for (char *at = result; *at; at++) {
        if (*at == '\n' || *at == '\r')
            *at = ' ';
    }
    fputs(result, stdout);
    fputc('\n', stdout);
    syrinx_free(result);
    if ((flush && fflush(stdout) != 0) || ferror(stdout)) {
        cli_error("standard output: %s", strerror(errno));
        return CLI_FAILED;
    }
    return CLI_DONE;
}

static int read_lines(struct cli_lines *lines, int operands, char **words)
{
    struct cli_source source;
    struct line line = { 0 };
    struct stat info;
    int status = cli_source_open(&source, lines->file, operands, words);
    if (status != CLI_DONE)
        return status;
    /* Whoever talks to us through pipes waits for each answer; files go faster in blocks. */
    bool flush = source.fd >= 0 && !(fstat(source.fd, &info) == 0 && S_ISREG(info.st_mode));
    bool whole = source.fd < 0 || lines->ssml;      /* newlines in operands are spaces */
    for (;;) {
        const char *piece;
        size_t length;
        status = cli_source_read(&source, &piece, &length);
        if (status != CLI_DONE || length == 0)
            break;
        while (status == CLI_DONE && length > 0) {
            const char *end = whole ? NULL : memchr(piece, '\n', length);
            size_t n = end ? (size_t)(end - piece) : length;
            status = add(&line, piece, n);
            if (status == CLI_DONE && end)
                status = print_line(&line, lines, flush);
            n += end != NULL;
            piece += n;
            length -= n;
        }
        if (status != CLI_DONE || cli_interrupted())
            break;
    }
    if (status == CLI_DONE && (line.length > 0 || whole))
        status = print_line(&line, lines, false);
    if (cli_interrupted())
        status = cli_interrupt_status();
    free(line.text);
    cli_source_close(&source);
    return status;
}

/* The words of a document that are in no lexicon. */
static int print_unknown(struct cli_lines *lines)
{
    struct cli_source source;
    struct cli_book book;
    char *result = NULL;
    int status = cli_book_open(&book, NULL, true, lines->unknown, 0, NULL, &source);
    if (status == CLI_DONE) {
        int code = syrinx_front_unknown(lines->front, book.document, lines->alphabet, &result);
        if (code < 0)
            status = cli_failed(code, syrinx_front_message(lines->front));
    }
    if (status == CLI_DONE && (fputs(result, stdout) < 0 || fflush(stdout) != 0)) {
        cli_error("standard output: %s", strerror(errno));
        status = CLI_FAILED;
    }
    syrinx_free(result);
    cli_source_close(&source);
    cli_book_close(&book);
    return status;
}

int cli_lines(struct cli_lines *lines, int operands, char **words)
{
    if (!cli_punctuation(lines->punctuation, &lines->options.punctuation))
        return CLI_USAGE;
    lines->options.warn = cli_warn;
    char *folder = lines->ssml ? cli_folder_of(lines->file) : NULL;
    if (lines->ssml && !folder)
        return cli_failed(SYRINX_ERROR_MEMORY, NULL);
    lines->options.folder = folder;
    int code = syrinx_front_new(&lines->options, &lines->front);
    free(folder);
    if (code < 0)
        return cli_failed(code, syrinx_last_message());
    int status = lines->unknown ? print_unknown(lines) : read_lines(lines, operands, words);
    syrinx_front_free(lines->front);
    return status;
}
