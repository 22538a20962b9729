/* voices.c - `syrinx voices`: which voices there are, and what a voice's card says. */
#include <string.h>

#include "cli.h"

#define MAX_DEPTH 32

struct listing {
    int count, failed;
};

static int list_voice(const char *name, const char *path, void *user)
{
    struct listing *listing = user;
    syrinx_voice_options options;
    syrinx_voice *voice;
    syrinx_voice_options_init(&options);
    options.verify = 0;                 /* a list is not the place to read every file */
    printf("%s%-12s%s", cli_color(stdout) ? "\033[1m" : "", name, cli_color(stdout) ? "\033[0m" : "");
    if (syrinx_voice_open(path, &options, &voice) < 0) {
        printf(" (cannot be opened: %s)\n", syrinx_last_message());
        listing->failed++;
    } else {
        for (int i = 0; i < syrinx_voice_speaker_count(voice); i++)
            printf("%s%s", i ? ", " : " ", syrinx_voice_speaker(voice, i));
        printf("  (%s)\n", path);
        syrinx_voice_close(voice);
    }
    listing->count++;
    return 0;
}

static int list_all(void)
{
    struct listing listing = { 0, 0 };
    int code = syrinx_voices_list(list_voice, &listing);
    if (code < 0)
        return cli_failed(code, syrinx_last_message());
    if (listing.count == 0) {
        cli_error("no voice is installed; set SYRINX_VOICES to a folder with voices");
        return CLI_FAILED;
    }
    return listing.failed ? CLI_REFUSED : CLI_DONE;
}

/* Prints a JSON string at *at (on its opening quote) as plain text and moves behind it; false when it does not end. */
static bool print_string(const char **at, bool print)
{
    const char *s = *at + 1;
    for (; *s && *s != '"'; s++) {
        if (*s == '\\' && s[1]) {
            s++;
            const char *plain = *s == 'n' || *s == 't' ? " " : NULL;
            if (!print)
                continue;
            if (plain)
                fputs(plain, stdout);
            else if (*s == 'u')
                fputs("\\u", stdout);
            else
                putchar(*s);
        } else if (print && (unsigned char)*s >= 0x20 && *s != 0x7F) {
            putchar(*s);
        }
    }
    *at = s + (*s == '"');
    return *s == '"';
}

static const char *skip_space(const char *s)
{
    while (*s == ' ' || *s == '\t' || *s == '\n' || *s == '\r' || *s == ',')
        s++;
    return s;
}

/* Prints a JSON value as an indented outline: "name: value" a line. The library has checked the card; this only has to end. */
static bool print_value(const char **at, int depth)
{
    const char *s = skip_space(*at);
    bool good = true;
    if (*s == '"') {
        putchar(' ');
        good = print_string(&s, true);
        putchar('\n');
    } else if (*s == '{' || *s == '[') {
        char close = *s == '{' ? '}' : ']';
        bool object = *s == '{';
        s = skip_space(s + 1);
        putchar('\n');
        while (good && *s && *s != close && depth < MAX_DEPTH) {
            printf("%*s", 2 * depth, "");
            if (object) {
                good = *s == '"' && print_string(&s, true);
                s = skip_space(s);
                good = good && *s == ':';
                s += *s == ':';
                putchar(':');
            } else {
                putchar('-');
            }
            good = good && print_value(&s, depth + 1);
            s = skip_space(s);
        }
        good = good && *s == close;
        s += *s == close;
    } else {
        putchar(' ');
        const char *begin = s;
        while (*s && !strchr(" \t\r\n,]}", *s))
            putchar(*s++);
        putchar('\n');
        good = s > begin;
    }
    *at = s;
    return good;
}

static int print_info(const char *name, bool json)
{
    syrinx_voice *voice;
    int code = syrinx_voice_open(name, NULL, &voice);
    if (code < 0)
        return cli_failed(code, syrinx_last_message());
    const char *card = syrinx_voice_card(voice);
    if (json) {
        size_t length = strlen(card);
        fputs(card, stdout);
        if (length == 0 || card[length - 1] != '\n')
            putchar('\n');
    } else {
        printf("%s: %d speaker%s, %d Hz, files complete\nfolder: %s\ncard:", syrinx_voice_name(voice), syrinx_voice_speaker_count(voice),
               syrinx_voice_speaker_count(voice) == 1 ? "" : "s", syrinx_voice_sample_rate(voice), syrinx_voice_path(voice));
        print_value(&card, 1);
    }
    syrinx_voice_close(voice);
    return CLI_DONE;
}

int cli_voices(int argc, char **argv)
{
    int json = 0, operands, status;
    const struct cli_option options[] = {
        { "json", 0, CLI_FLAG, &json, NULL, "info: print the card as it is", 0, 0 },
        { NULL, 0, 0, NULL, NULL, NULL, 0, 0 },
    };
    const struct cli_usage usage = {
        "voices", "[OPTION]... [info [NAME]]",
        "Lists the voices in $SYRINX_VOICES, your data folder and the installed folder, the default one first.\n"
        "'info' checks the files of one voice and prints its card: speakers, data, licence, training.", options,
    };
    if (!cli_options(&usage, argc, argv, &operands, &status))
        return status;
    if (operands == 0)
        return json ? cli_misuse("--json without info") : list_all();
    if (strcmp(argv[1], "info") != 0)
        return cli_misuse("unknown action '%s'", argv[1]);
    if (operands > 2)
        return cli_misuse("one voice at a time");
    return print_info(operands == 2 ? argv[2] : NULL, json != 0);
}
