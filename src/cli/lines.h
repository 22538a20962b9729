/* lines.h - subcommands that turn one line into one line. */
#ifndef SYRINX_CLI_LINES_H
#define SYRINX_CLI_LINES_H

#include "cli.h"

/* Makes `*result` (freed with syrinx_free) of one line without its newline; a code of syrinx.h. */
typedef int cli_line_function(void *user, const char *line, size_t length, char **result);

/* The operands as one line, else FILE or standard input line by line. Line breaks in a result become spaces. */
int cli_lines(const char *file, int operands, char **words, cli_line_function *make, void *user);

#endif
