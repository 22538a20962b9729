/* phonemize.c - `syrinx phonemize`: text as phones. */
#include <string.h>

#include "lines.h"

struct phonemize {
    int alphabet, flags;
    const char *lexicon;
};

static int make(void *user, const char *line, size_t length, char **result)
{
    const struct phonemize *phonemize = user;
    return syrinx_phonemize(line, length, phonemize->alphabet, phonemize->flags, phonemize->lexicon, result);
}

int cli_phonemize(int argc, char **argv)
{
    struct phonemize phonemize = { SYRINX_IPA, 0, NULL };
    const char *file = NULL, *alphabet = "ipa";
    int no_lexicon = 0, jsonl = 0;
    const struct cli_option options[] = {
        { "file", 'f', CLI_STRING, &file, "FILE", "read the text from FILE; - is standard input", 0, 0 },
        { "alphabet", 0, CLI_STRING, &alphabet, "NAME", "ipa (the default) or arpabet", 0, 0 },
        { "lexicon", 0, CLI_STRING, &phonemize.lexicon, "FILE", "your own words: a line is WORD, tab, ARPAbet, [[IPA]] or words", 0, 0 },
        { "no-lexicon", 0, CLI_FLAG, &no_lexicon, NULL, "every word by its letters alone", 0, 0 },
        { "jsonl", 0, CLI_FLAG, &jsonl, NULL, "one JSON array a line: text, begin, end and phones of each word", 0, 0 },
        { NULL, 0, 0, NULL, NULL, NULL, 0, 0 },
    };
    const struct cli_usage usage = {
        "phonemize", "[OPTION]... [TEXT]...",
        "Prints the phones that will be spoken. TEXT is one piece; without it, each line of standard input\n"
        "makes one line of output. Words are parted by a space in IPA and by \" | \" in ARPAbet.", options,
    };
    int operands, status;
    if (!cli_config(options, &status) || !cli_options(&usage, argc, argv, &operands, &status))
        return status;
    if (strcmp(alphabet, "arpabet") == 0)
        phonemize.alphabet = SYRINX_ARPABET;
    else if (strcmp(alphabet, "ipa") != 0)
        return cli_misuse("--alphabet: '%s' is neither ipa nor arpabet", alphabet);
    phonemize.flags = (no_lexicon ? SYRINX_NO_LEXICON : 0) | (jsonl ? SYRINX_JSON : 0);
    return cli_lines(file, operands, argv + 1, make, &phonemize);
}
