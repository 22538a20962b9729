/* options.c - command-line options by GNU habits, read from a table that also makes the help. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static const char *color_when;
static int want_help;
static const struct cli_option common[] = {
    { "quiet", 'q', CLI_FLAG, &cli_quiet, NULL, "print errors only", 0, 0 },
    { "color", 0, CLI_STRING, &color_when, "WHEN", "auto (the default: on a terminal), always or never", 0, 0 },
    { "help", 'h', CLI_FLAG, &want_help, NULL, "print this", 0, 0 },
    { NULL, 0, 0, NULL, NULL, NULL, 0, 0 },
};

static void print_options(const struct cli_option *option)
{
    for (; option->name; option++) {
        char left[64], letter[8] = "    ";
        if (option->letter)
            snprintf(letter, sizeof letter, "-%c, ", option->letter);
        bool maybe = option->kind == CLI_MAYBE_INT;
        snprintf(left, sizeof left, "  %s--%s%s%s%s", letter, option->name, maybe ? "[=" : option->argument ? " " : "", option->argument ? option->argument : "",
                 maybe ? "]" : "");
        printf("%-28s %s%s\n", left, strlen(left) > 28 ? "\n                             " : "", option->help);
    }
}

static void print_help(const struct cli_usage *usage)
{
    printf("usage: %s %s\n\n%s\n\n", cli_name, usage->line, usage->text);
    print_options(usage->options);
    print_options(common);
}

/* One option by its long name or a beginning that only it has. NULL after an explanation. */
static const struct cli_option *find_long(const struct cli_usage *usage, const char *name, size_t length)
{
    const struct cli_option *tables[] = { usage->options, common }, *found = NULL;
    for (int t = 0; t < 2; t++) {
        for (const struct cli_option *option = tables[t]; option->name; option++) {
            if (strncmp(option->name, name, length) != 0)
                continue;
            if (option->name[length] == '\0')
                return option;
            if (found) {
                cli_misuse("option '--%.*s' is not clear: '--%s' or '--%s'?", (int)length, name, found->name, option->name);
                return NULL;
            }
            found = option;
        }
    }
    if (!found)
        cli_misuse("unknown option '--%.*s'", (int)length, name);
    return found;
}

static const struct cli_option *find_letter(const struct cli_usage *usage, char letter)
{
    const struct cli_option *tables[] = { usage->options, common };
    for (int t = 0; t < 2; t++) {
        for (const struct cli_option *option = tables[t]; option->name; option++) {
            if (option->letter == letter)
                return option;
        }
    }
    cli_misuse("unknown option '-%c'", letter);
    return NULL;
}

static bool set_number(const struct cli_option *option, const char *text)
{
    char *end;
    errno = 0;
    if (option->kind == CLI_UINT64) {
        unsigned long long value = strtoull(text, &end, 0);
        if (*text < '0' || *text > '9' || *end || errno) {
            cli_misuse("--%s: '%s' is not a number from 0 to 18446744073709551615", option->name, text);
            return false;
        }
        *(uint64_t *)option->value = value;
        return true;
    }
    double value = strtod(text, &end);
    if (end == text || *end || !isfinite(value) || (option->kind != CLI_FLOAT && (value != floor(value) || fabs(value) > 2e9))) {
        cli_misuse("--%s: '%s' is not a %s", option->name, text, option->kind != CLI_FLOAT ? "whole number" : "number");
        return false;
    }
    if (option->low < option->high && (value < option->low || value > option->high)) {
        cli_misuse("--%s: %s is out of range (%g to %g)", option->name, text, option->low, option->high);
        return false;
    }
    if (option->kind != CLI_FLOAT)
        *(int *)option->value = (int)value;
    else
        *(float *)option->value = (float)value;
    return true;
}

bool cli_option_set(const struct cli_option *option, const char *text)
{
    if (option->kind != CLI_STRING)
        return set_number(option, text);
    *(const char **)option->value = text;
    return true;
}

/* argv[*at] begins with "--". */
static bool read_long(const struct cli_usage *usage, int argc, char **argv, int *at)
{
    const char *name = argv[*at] + 2, *equals = strchr(name, '=');
    const struct cli_option *option = find_long(usage, name, equals ? (size_t)(equals - name) : strlen(name));
    if (!option)
        return false;
    if (option->kind == CLI_FLAG) {
        if (equals)
            cli_misuse("option '--%s' takes no value", option->name);
        else
            *(int *)option->value = 1;
        return !equals;
    }
    if (option->kind == CLI_MAYBE_INT && !equals) {
        *(int *)option->value = (int)option->low;
        return true;
    }
    if (!equals && *at + 1 >= argc) {
        cli_misuse("option '--%s' needs a value", option->name);
        return false;
    }
    return cli_option_set(option, equals ? equals + 1 : argv[++*at]);
}

/* argv[*at] is a dash and letters. */
static bool read_short(const struct cli_usage *usage, int argc, char **argv, int *at)
{
    for (const char *letter = argv[*at] + 1; *letter; letter++) {
        const struct cli_option *option = find_letter(usage, *letter);
        if (!option)
            return false;
        if (option->kind == CLI_FLAG) {
            *(int *)option->value = 1;
            continue;
        }
        if (letter[1])
            return cli_option_set(option, letter + 1);
        if (*at + 1 >= argc) {
            cli_misuse("option '-%c' needs a value", *letter);
            return false;
        }
        return cli_option_set(option, argv[++*at]);
    }
    return true;
}

bool cli_options(const struct cli_usage *usage, int argc, char **argv, int *operands, int *status)
{
    int count = 0;
    bool only_operands = false;
    *status = CLI_USAGE;
    for (int i = 1; i < argc; i++) {
        char *word = argv[i];
        if (only_operands || word[0] != '-' || word[1] == '\0')
            argv[1 + count++] = word;
        else if (strcmp(word, "--") == 0)
            only_operands = true;
        else if (!(word[1] == '-' ? read_long : read_short)(usage, argc, argv, &i))
            return false;
    }
    if (color_when && !cli_set_color(color_when)) {
        cli_misuse("--color: '%s' is none of auto, always, never", color_when);
        return false;
    }
    *status = CLI_DONE;
    if (want_help) {
        print_help(usage);
        return false;
    }
    *operands = count;
    return true;
}

bool cli_punctuation(const char *name, int *level)
{
    static const char *const names[] = { "none", "some", "most", "all" };
    for (int i = 0; name && i < 4; i++) {
        if (strcmp(name, names[i]) == 0) {
            *level = i;
            return true;
        }
    }
    if (name)
        cli_misuse("--punctuation: '%s' is not none, some, most or all", name);
    return !name;
}

static const char *const precisions[] = { "float32", "bfloat16", "float16", "int8" };

bool cli_precision(const char *name, int *precision)
{
    for (int i = 0; name && i < 4; i++) {
        if (strcmp(name, precisions[i]) == 0) {
            *precision = i;
            return true;
        }
    }
    if (name)
        cli_misuse("--precision: '%s' is not float32, bfloat16, float16 or int8", name);
    return !name;
}

void cli_precision_told(const syrinx_voice *voice, int wanted)
{
    if (syrinx_voice_precision(voice) != wanted)
        cli_note("this processor lacks what %s needs: the voice computes in %s", precisions[wanted], precisions[syrinx_voice_precision(voice)]);
}
