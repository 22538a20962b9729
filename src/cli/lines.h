/* lines.h - subcommands that show what the text front end makes of each line. */
#ifndef SYRINX_CLI_LINES_H
#define SYRINX_CLI_LINES_H

#include "cli.h"

struct cli_lines {
    const char *file, *punctuation;
    const char *unknown;            /* a document whose unknown words are wanted instead */
    int ssml;
    syrinx_front_options options;
    syrinx_front *front;
    /* Makes `*result` (freed with syrinx_free) of one piece of text of a kind; a code of syrinx.h. */
    int (*make)(struct cli_lines *lines, const char *text, size_t length, int kind, char **result);
    int alphabet, flags;            /* of phonemize */
};

/* What the subcommands share, for their lists of options. */
#define CLI_LINES_OPTIONS(lines) \
    { "file", 'f', CLI_STRING, &(lines).file, "FILE", "read the text from FILE; - is standard input", 0, 0 }, \
    { "language", 'l', CLI_STRING, &(lines).options.language, "LANG", "of the text, such as en-GB or de; auto finds it by the words", 0, 0 }, \
    { "lexicon", 0, CLI_STRING, &(lines).options.lexicon, "FILE", "your own words: a line is WORD, tab, ARPAbet, [[IPA]] or words", 0, 0 }, \
    { "punctuation", 0, CLI_STRING, &(lines).punctuation, "LEVEL", "the marks to be named: none, some, most or all", 0, 0 }, \
    { "ssml", 0, CLI_FLAG, &(lines).ssml, NULL, "the text is SSML 1.1, all of it one piece", 0, 0 }

/* The operands as one line, else FILE or standard input line by line, or with --ssml as a whole. Line breaks in a result become spaces. */
int cli_lines(struct cli_lines *lines, int operands, char **words);

#endif
