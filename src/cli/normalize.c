/* normalize.c - `syrinx normalize`: text as the words that will be spoken. */
#include "lines.h"

static int make(void *user, const char *line, size_t length, char **result)
{
    (void)user;
    return syrinx_normalize(line, length, result);
}

int cli_normalize(int argc, char **argv)
{
    const char *file = NULL;
    const struct cli_option options[] = {
        { "file", 'f', CLI_STRING, &file, "FILE", "read the text from FILE; - is standard input", 0, 0 },
        { NULL, 0, 0, NULL, NULL, NULL, 0, 0 },
    };
    const struct cli_usage usage = {
        "normalize", "[OPTION]... [TEXT]...",
        "Prints the words that will be spoken: numbers, dates, abbreviations and signs are written out.\n"
        "TEXT is one piece; without it, each line of standard input makes one line of output.", options,
    };
    int operands, status;
    if (!cli_options(&usage, argc, argv, &operands, &status))
        return status;
    return cli_lines(file, operands, argv + 1, make, NULL);
}
