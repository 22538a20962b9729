/* normalize.c - `syrinx normalize`: text as the words that will be spoken. */
#include "lines.h"

static int make(struct cli_lines *lines, const char *text, size_t length, int kind, char **result)
{
    return syrinx_front_normalize(lines->front, text, length, kind, result);
}

int cli_normalize(int argc, char **argv)
{
    struct cli_lines lines = { .make = make };
    syrinx_front_options_init(&lines.options);
    const struct cli_option options[] = {
        CLI_LINES_OPTIONS(lines),
        { NULL, 0, 0, NULL, NULL, NULL, 0, 0 },
    };
    const struct cli_usage usage = {
        "normalize", "[OPTION]... [TEXT]...",
        "Prints the words that will be spoken: numbers, dates, abbreviations and signs are written out.\n"
        "TEXT is one piece; without it, each line of standard input makes one line of output.", options,
    };
    int operands, status;
    if (!cli_config(options, &status) || !cli_options(&usage, argc, argv, &operands, &status))
        return status;
    return cli_lines(&lines, operands, argv + 1);
}
