/* phonemize.c - `syrinx phonemize`: text as phones. */
#include <string.h>

#include "lines.h"

static int make(struct cli_lines *lines, const char *text, size_t length, int kind, char **result)
{
    return syrinx_front_phonemize(lines->front, text, length, kind, lines->alphabet, lines->flags, result);
}

int cli_phonemize(int argc, char **argv)
{
    struct cli_lines lines = { .make = make, .alphabet = SYRINX_IPA };
    const char *alphabet = "ipa";
    int jsonl = 0;
    syrinx_front_options_init(&lines.options);
    const struct cli_option options[] = {
        CLI_LINES_OPTIONS(lines),
        { "alphabet", 0, CLI_STRING, &alphabet, "NAME", "ipa (the default), arpabet, or tokens: what a voice gets", 0, 0 },
        { "no-lexicon", 0, CLI_FLAG, &lines.options.no_lexicon, NULL, "every word by its letters alone", 0, 0 },
        { "unknown", 0, CLI_STRING, &lines.unknown, "FILE", "list the words of a document that are in no lexicon: word, count, phones, place", 0, 0 },
        { "jsonl", 0, CLI_FLAG, &jsonl, NULL, "one JSON array a line: text, begin, end and phones of each word", 0, 0 },
        { NULL, 0, 0, NULL, NULL, NULL, 0, 0 },
    };
    const struct cli_usage usage = {
        "phonemize", "[OPTION]... [TEXT]...",
        "Prints the phones that will be spoken. TEXT is one piece; without it, each line of standard input\n"
        "makes one line of output. Words are parted by a space in IPA and by \" | \" in ARPAbet; tokens, marks among\n"
        "them, by spaces.", options,
    };
    int operands, status;
    if (!cli_config(options, &status) || !cli_options(&usage, argc, argv, &operands, &status))
        return status;
    if (strcmp(alphabet, "arpabet") == 0)
        lines.alphabet = SYRINX_ARPABET;
    else if (strcmp(alphabet, "tokens") == 0)
        lines.alphabet = SYRINX_TOKENS;
    else if (strcmp(alphabet, "ipa") != 0)
        return cli_misuse("--alphabet: '%s' is none of ipa, arpabet and tokens", alphabet);
    if (lines.unknown && (lines.file || operands > 0 || jsonl || lines.ssml || lines.options.no_lexicon))
        return cli_misuse("--unknown takes a document of its own, and neither text, --file, --jsonl, --ssml nor --no-lexicon");
    lines.flags = jsonl ? SYRINX_JSON : 0;
    return cli_lines(&lines, operands, argv + 1);
}
