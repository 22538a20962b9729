/* config.c - a user's own defaults: ~/.config/syrinx/config. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static const char *const allowed[] = { "voice", "speaker", "rate", "pitch", "volume", "lexicon", "language", "punctuation", "precision" };
/* What the file says; it lives as long as the process, as command-line words do. */
static char *values[sizeof allowed / sizeof allowed[0]];

static char *config_path(void)
{
    const char *base = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME"), *middle = "";
    if (!base || *base != '/') {
        base = home;
        middle = "/.config";
    }
    if (!base || !*base)
        return NULL;
    char *path = malloc(strlen(base) + strlen(middle) + sizeof "/syrinx/config");
    if (path)
        sprintf(path, "%s%s/syrinx/config", base, middle);
    return path;
}

static char *trim(char *text)
{
    while (*text == ' ' || *text == '\t')
        text++;
    size_t n = strlen(text);
    while (n > 0 && strchr(" \t\r\n", text[n - 1]))
        text[--n] = '\0';
    return text;
}

/* *which: the place in `allowed`, or -1 */
static const struct cli_option *find(const struct cli_option *options, const char *name, int *which)
{
    *which = -1;
    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++) {
        if (strcmp(allowed[i], name) == 0)
            *which = (int)i;
    }
    for (; *which >= 0 && options->name; options++) {
        if (strcmp(options->name, name) == 0)
            return options;
    }
    return NULL;
}

static bool read_line(const struct cli_option *options, char *line, const char *path, int number)
{
    int which;
    char *name = trim(line), *equals = strchr(name, '=');
    if (!*name || *name == '#')
        return true;
    if (equals)
        *equals = '\0';
    name = trim(name);
    const struct cli_option *option = find(options, name, &which);
    if (which < 0 || !equals) {
        cli_error("%s:%d: expected voice, speaker, rate, pitch, volume, lexicon, language, punctuation or precision, then \"= value\"", path, number);
        return false;
    }
    if (!option)                        /* a subcommand without this option */
        return true;
    free(values[which]);
    values[which] = strdup(trim(equals + 1));
    if (values[which] && cli_option_set(option, values[which]))
        return true;
    cli_error("%s:%d: that was in this line", path, number);
    return false;
}

bool cli_config(const struct cli_option *options, int *status)
{
    char *path = config_path(), *line = NULL;
    size_t capacity = 0;
    bool good = true;
    FILE *file = path ? fopen(path, "re") : NULL;
    for (int number = 1; good && file && getline(&line, &capacity, file) >= 0; number++)
        good = read_line(options, line, path, number);
    if (file)
        fclose(file);
    free(line);
    free(path);
    *status = good ? CLI_DONE : CLI_USAGE;
    return good;
}
