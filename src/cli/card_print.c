/* card_print.c - a voice's card as a person reads it: what it is, who lent their voice, how it was made, how good it is. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "card.h"

enum { LABEL = 11, TABLE_COLUMNS = 8, TABLE_ROWS = 64, ITEMS = 100 };

static void heading(const char *text)
{
    bool color = cli_color(stdout);
    printf("\n%s%s%s\n", color ? "\033[1m" : "", text, color ? "\033[0m" : "");
}

static void add(char **line, const char *separator, const char *before, const char *text, const char *after)
{
    if (!text || !*text)
        return;
    size_t length = *line ? strlen(*line) : 0;
    char *more = realloc(*line, length + strlen(separator) + strlen(before) + strlen(text) + strlen(after) + 1);
    if (!more)
        return;
    *line = more;
    sprintf(more + length, "%s%s%s%s", length ? separator : "", before, text, after);
}

static void add_member(char **line, const char *separator, const char *object, const char *key, const char *after)
{
    char *text = card_text(card_member(object, key));
    add(line, separator, "", text, after);
    free(text);
}

static char *size_text(double bytes)
{
    char *text = malloc(32);
    if (text)
        snprintf(text, 32, bytes < 1e5 ? "%.0f kB" : "%.1f MB", bytes / (bytes < 1e5 ? 1e3 : 1e6));
    return text;
}

/* "a 1, b 2" of an object's scalars, the first ITEMS of them. */
static char *pairs(const char *object)
{
    char *line = NULL, *key;
    const char *value = NULL;
    for (int i = 0; i < ITEMS && (value = card_next(object, value, &key)); i++) {
        char *text = card_text(value);
        if (key && text) {
            add(&line, ", ", "", key, "");
            add(&line, " ", "", text, "");
        }
        free(text);
        free(key);
    }
    return line;
}

/* A value of any kind under a label: a container with containers in it goes on, a level further in. */
void card_outline(int indent, int width, const char *label, const char *value)
{
    char *key, *line = NULL;
    const char *item = NULL;
    if (!card_is_container(value)) {
        card_paragraph(indent, width, label, card_text(value));
        return;
    }
    bool deep = false;
    while (!deep && (item = card_next(value, item, NULL))) {
        deep = card_is_container(item);
        char *text = *value == '[' ? card_text(item) : NULL;
        deep = deep || (text && strchr(text, ' '));         /* commands, sentences: a line each */
        free(text);
    }
    item = NULL;
    if (!deep && *value == '[') {
        for (int i = 0; i < ITEMS && (item = card_next(value, item, NULL)); i++) {
            char *text = card_text(item);
            add(&line, ", ", "", text, "");
            free(text);
        }
    }
    if (!deep) {
        card_paragraph(indent, width, label, *value == '[' ? line : pairs(value));
        return;
    }
    printf("%*s%s\n", indent, "", label);
    for (int i = 0; i < ITEMS && indent < 40 && (item = card_next(value, item, &key)); i++) {
        card_outline(indent + 2, key ? LABEL : 2, key ? key : "-", item);
        free(key);
    }
}

/* -------------------------------------------------------------- parts of the card */

static void print_files(const syrinx_voice *voice, const char *card)
{
    const char *files = card_member(card, "files"), *entry = NULL;
    char *line = size_text((double)syrinx_voice_size(voice)), *list = NULL;
    for (int i = 0; i < ITEMS && (entry = card_next(files, entry, NULL)); i++) {
        char *name = card_text(card_member(entry, "name")), *path = name ? malloc(strlen(syrinx_voice_path(voice)) + strlen(name) + 2) : NULL, *size = NULL;
        struct stat info;
        if (path) {
            sprintf(path, "%s/%s", syrinx_voice_path(voice), name);
            if (stat(path, &info) == 0)
                size = size_text((double)info.st_size);
        }
        add(&list, ", ", "", name, "");
        add(&list, " ", "", size, "");
        free(size);
        free(path);
        free(name);
    }
    if (files)                          /* the JSON of a Piper voice tells of none */
        add(&line, ", ", "", "complete by their SHA-256", "");
    add(&line, ": ", "", list, "");
    free(list);
    card_paragraph(2, LABEL, "files", line);
}

static void print_speakers(const syrinx_voice *voice, const char *card)
{
    const char *speakers = card_member(card, "speakers"), *entry = NULL;
    int count = syrinx_voice_speaker_count(voice), width = 0;
    heading(count == 1 ? "Speaker" : "Speakers");
    for (int i = 0; i < count; i++)
        width = card_width(syrinx_voice_speaker(voice, i)) > width ? card_width(syrinx_voice_speaker(voice, i)) : width;
    width = (width > 24 ? 24 : width) + 2;
    for (int i = 0; i < count; i++) {
        entry = card_next(speakers, entry, NULL);
        char *line = NULL;
        if (count > 1 && i == syrinx_voice_default_speaker(voice))
            add(&line, ", ", "", "the default", "");
        add(&line, ", ", "", syrinx_voice_speaker_language(voice, i), "");
        add_member(&line, ", ", entry, "sex", "");
        add_member(&line, ", ", entry, "minutes", " minutes of recordings");
        add_member(&line, ", ", entry, "licence", "");
        add_member(&line, "; ", entry, "source", "");
        if (!line)
            add(&line, "", "", "the card tells nothing", "");
        card_paragraph(2, width, syrinx_voice_speaker(voice, i), line);
    }
}

static bool is_known(const char *key, const char *const *known)
{
    for (; *known; known++)
        if (strcmp(key, *known) == 0)
            return true;
    return false;
}

/* What is measured in several ways (recordings, copies, synthesis) is a table: a column a way, a row a measure. */
static bool print_table(const char *figures)
{
    char *names[TABLE_COLUMNS] = { NULL }, *rows[TABLE_ROWS], *key;
    const char *columns[TABLE_COLUMNS], *value = NULL;
    int column_count = 0, row_count = 0, label = 0, total = 0;
    while (column_count < TABLE_COLUMNS && (value = card_next(figures, value, &key))) {
        if (key && *value == '{') {
            columns[column_count] = value;
            names[column_count++] = key;
        } else {
            free(key);
        }
    }
    for (int c = 0; c < column_count; c++) {
        total += card_width(names[c]) > 6 ? card_width(names[c]) + 2 : 8;
        value = NULL;
        while (row_count < TABLE_ROWS && (value = card_next(columns[c], value, &key))) {
            bool there = !key || card_is_container(value);
            for (int r = 0; r < row_count; r++)
                there = there || strcmp(rows[r], key) == 0;
            if (there) {
                free(key);
                continue;
            }
            label = card_width(key) > label ? card_width(key) : label;
            rows[row_count++] = key;
        }
    }
    bool fits = column_count > 0 && row_count > 0 && 2 + label + total <= 110;
    for (int r = -1; fits && r < row_count; r++) {
        printf("  %s%*s", r < 0 ? "" : rows[r], label - (r < 0 ? 0 : card_width(rows[r])), "");
        for (int c = 0; c < column_count; c++) {
            char *text = r < 0 ? NULL : card_text(card_member(columns[c], rows[r]));
            const char *cell = r < 0 ? names[c] : text ? text : "";
            int width = card_width(names[c]) > 6 ? card_width(names[c]) + 2 : 8;
            printf("%*s%s", width > card_width(cell) ? width - card_width(cell) : 1, "", cell);
            free(text);
        }
        putchar('\n');
    }
    for (int c = 0; c < column_count; c++)
        free(names[c]);
    for (int r = 0; r < row_count; r++)
        free(rows[r]);
    return fits;
}

static void print_training(const char *card)
{
    static const char *const known[] = { "data", "command", "steps", "minutes", "date", "figures", NULL };
    static const char *const order[] = { "date", "data", "command", "steps", "minutes", NULL };
    const char *training = card_member(card, "training"), *figures = card_member(training, "figures"), *value = NULL;
    char *key;
    if (!card_next(training, NULL, NULL))
        return;
    heading("Training");
    for (int i = 0; order[i]; i++)
        card_outline(2, LABEL, order[i], card_member(training, order[i]));
    while ((value = card_next(training, value, &key))) {
        if (key && !is_known(key, known))
            card_outline(2, LABEL, key, value);
        free(key);
    }
    if (!card_next(figures, NULL, NULL)) {
        card_paragraph(2, LABEL, "figures", card_text(figures));
        return;
    }
    heading("Figures");
    bool table = print_table(figures);
    value = NULL;
    while ((value = card_next(figures, value, &key))) {
        if (key && !(table && *value == '{'))
            card_outline(2, LABEL, key, value);
        free(key);
    }
}

void card_print(const syrinx_voice *voice)
{
    const char *card = syrinx_voice_card(voice);
    card += strspn(card, " \t\r\n");
    bool color = cli_color(stdout);
    char *languages = NULL, *version = card_text(card_member(card, "version"));
    printf("%s%s%s%s%s\n", color ? "\033[1m" : "", syrinx_voice_name(voice), version && *version ? " " : "", version ? version : "", color ? "\033[0m" : "");
    free(version);
    for (int i = 0; i < syrinx_voice_language_count(voice); i++)
        add(&languages, ", ", "", syrinx_voice_language(voice, i), "");
    char *about = card_text(card_member(card, "description"));
    card_paragraph(2, LABEL, "is", about ? about : strdup(syrinx_voice_description(voice)));
    printf("  %-*s%s\n", LABEL, "folder", syrinx_voice_path(voice));
    print_files(voice, card);
    char rate[32];
    snprintf(rate, sizeof rate, "%d Hz, mono", syrinx_voice_sample_rate(voice));
    card_paragraph(2, LABEL, "sound", strdup(rate));
    card_paragraph(2, LABEL, "languages", languages);
    card_paragraph(2, LABEL, "licence", card_text(card_member(card, "licence")));
    card_paragraph(2, LABEL, "consent", card_text(card_member(card, "consent")));
    print_speakers(voice, card);
    print_training(card);
}
