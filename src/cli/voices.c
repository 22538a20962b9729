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

/* Four hexadecimal digits at `s`, or -1. */
static long hex4(const char *s)
{
    long value = 0;
    for (int i = 0; i < 4; i++) {
        const char *digits = "0123456789abcdef", *at = s[i] ? strchr(digits, s[i] | 0x20) : NULL;
        if (!at)
            return -1;
        value = value << 4 | (at - digits);
    }
    return value;
}

/* A character of the card to the screen, which gets no control characters. */
static void print_character(long c)
{
    if (c < 0x20 || (c >= 0x7F && c < 0xA0))
        putchar(' ');
    else if (c < 0x80)
        putchar((int)c);
    else if (c < 0x800)
        printf("%c%c", (int)(0xC0 | c >> 6), (int)(0x80 | (c & 63)));
    else if (c < 0x10000)
        printf("%c%c%c", (int)(0xE0 | c >> 12), (int)(0x80 | (c >> 6 & 63)), (int)(0x80 | (c & 63)));
    else
        printf("%c%c%c%c", (int)(0xF0 | c >> 18), (int)(0x80 | (c >> 12 & 63)), (int)(0x80 | (c >> 6 & 63)), (int)(0x80 | (c & 63)));
}

/* Prints a JSON string at *at (on its opening quote) as plain text and moves behind it; false when it does not end. */
static bool print_string(const char **at)
{
    const char *s = *at + 1;
    while (*s && *s != '"') {
        if (*s == '\\' && s[1] == 'u' && hex4(s + 2) >= 0) {
            long c = hex4(s + 2);
            s += 6;
            if (c >= 0xD800 && c < 0xDC00 && s[0] == '\\' && s[1] == 'u' && hex4(s + 2) >= 0xDC00) {
                c = 0x10000 + ((c & 0x3FF) << 10) + (hex4(s + 2) & 0x3FF);
                s += 6;
            }
            print_character(c);
        } else if (*s == '\\' && s[1]) {
            print_character(strchr("\"\\/", s[1]) ? s[1] : ' ');
            s += 2;
        } else if ((unsigned char)*s == 0xC2 && (unsigned char)s[1] < 0xA0) {
            s += 1 + (s[1] != 0);           /* control characters in UTF-8 */
        } else {
            if ((unsigned char)*s >= 0x20 && *s != 0x7F)
                putchar(*s);
            s++;
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
        good = print_string(&s);
        putchar('\n');
    } else if (*s == '{' || *s == '[') {
        char close = *s == '{' ? '}' : ']';
        bool object = *s == '{';
        s = skip_space(s + 1);
        putchar('\n');
        while (good && *s && *s != close && depth < MAX_DEPTH) {
            printf("%*s", 2 * depth, "");
            if (object) {
                good = *s == '"' && print_string(&s);
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
