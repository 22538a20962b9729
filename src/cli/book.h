/* book.h - documents for `syrinx speak`: which input is one, and the names of its chapters' files. */
#ifndef SYRINX_CLI_BOOK_H
#define SYRINX_CLI_BOOK_H

#include "cli.h"

struct cli_book {
    syrinx_document *document;          /* NULL: the input is read as plain text, as it comes */
    int count;                          /* chapters */
    const char *place, *format;         /* of the files: a folder, or a name with %d in it */
    char **files;                       /* [count], with their folder */
};

enum { CLI_NAME_MOST = 100 };           /* bytes */
/* A title as a part of a file's name that every system takes: no signs that mean something to it, no blanks or stops at the ends. May be empty. */
void cli_clean_name(const char *title, char out[CLI_NAME_MOST + 1]);

/* Opens what FILE, operands or standard input hold if `input` (NULL: not given; else auto, text, markdown, html, epub, srt, vtt) or the file itself says
 * that it is a document, or if `whole` asks for one; then `source` holds its text. Else `source` is open as cli_source_open() has it. */
int cli_book_open(struct cli_book *book, const char *input, bool whole, const char *file, int operands, char **words, struct cli_source *source);
/* Makes the names of the chapters' files; a folder that is not there is made. */
int cli_book_place(struct cli_book *book, const char *place, const char *format);
/* The cue sheet beside the files. */
int cli_book_cue(const struct cli_book *book, const char *performer);
void cli_book_close(struct cli_book *book);

#endif
