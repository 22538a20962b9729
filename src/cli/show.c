/* show.c - the words on the screen while they are spoken: each appears when it is heard, the current one highlighted on a terminal. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

void cli_show_begin(struct cli_show *show, FILE *file, bool markup)
{
    memset(show, 0, sizeof *show);
    show->file = file;
    show->markup = markup;
    show->terminal = cli_color(file);
    show->columns = isatty(fileno(file)) ? cli_columns(file) : 0;
}

static int width(const char *text, size_t length)
{
    int n = 0;
    for (size_t i = 0; i < length; i++)
        n += ((unsigned char)text[i] & 0xC0) != 0x80;
    return n;
}

/* Text may hold anything; a terminal gets no control characters and no broken UTF-8. */
static void print_clean(struct cli_show *show, const char *text, size_t length)
{
    for (size_t i = 0, n; i < length; i += n) {
        bool valid;
        unsigned char byte = (unsigned char)text[i];
        n = cli_utf8(text + i, length - i, &valid);
        if (!valid)
            fputs("\xEF\xBF\xBD", show->file);
        else if (byte == 0x7F)          /* what a document has within a word that nobody reads */
            show->column--;
        else if (byte < 0x20 || (byte == 0xC2 && (unsigned char)text[i + 1] < 0xA0))
            fputc(' ', show->file);
        else
            fwrite(text + i, 1, n, show->file);
    }
    show->column += width(text, length);
}

/* The current word back to normal. The cursor was saved in front of it, and nothing was printed behind it. */
static void settle(struct cli_show *show)
{
    if (!show->open)
        return;
    fputs("\0338", show->file);
    int column = show->column;
    print_clean(show, show->word, strlen(show->word));
    show->column = column;
    show->open = false;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

/* What stands between two words (nothing of it is shown of markup): punctuation stays with the word before it, spaces become one, an empty line ends a paragraph. Returns how
 * many bytes at the end belong to the next word (an opening quotation mark); *space tells whether a space stands before them. */
static size_t print_gap(struct cli_show *show, const char *text, size_t length, bool *space)
{
    size_t i = 0, tail = length;
    int newlines = 0;
    *space = show->markup;
    if (show->markup)
        return 0;
    while (i < length && !is_space(text[i]))
        i++;
    print_clean(show, text, i);
    for (size_t k = i; k < length; k++) {
        if (is_space(text[k])) {
            *space = true;
            newlines += text[k] == '\n';
            tail = k + 1;
        }
    }
    if (!*space)
        return 0;
    /* whatever else lies in the middle, such as a dash between spaces */
    size_t from = i;
    while (from < tail && is_space(text[from]))
        from++;
    size_t to = tail;
    while (to > from && is_space(text[to - 1]))
        to--;
    if (to > from && show->column > 0) {
        fputc(' ', show->file);
        show->column++;
    }
    if (to > from)
        print_clean(show, text + from, to - from);
    if (newlines >= 2 && show->column > 0) {
        fputs("\n\n", show->file);
        show->column = 0;
    }
    return length - tail;
}

void cli_show_word(struct cli_show *show, struct cli_source *source, uint64_t begin, uint64_t end)
{
    size_t gap_length, length;
    bool space;
    if (!show->file || begin < show->printed || end <= begin)
        return;
    settle(show);
    const char *gap = cli_source_text(source, show->printed, begin, &gap_length);
    size_t tail = print_gap(show, gap, gap_length, &space);
    const char *word = cli_source_text(source, begin, end, &length);
    int need = width(gap + gap_length - tail, tail) + width(word, length);
    if (show->columns && show->column > 0 && show->column + space + need >= show->columns) {
        fputc('\n', show->file);
        show->column = 0;
    } else if (space && show->column > 0) {
        fputc(' ', show->file);
        show->column++;
    }
    print_clean(show, gap + gap_length - tail, tail);
    if (show->terminal && length < (size_t)show->columns) {
        if (length + 1 > show->word_capacity) {
            char *grown = realloc(show->word, length + 64);
            if (grown) {
                show->word = grown;
                show->word_capacity = length + 64;
            }
        }
        show->open = length < show->word_capacity && !memchr(word, 0, length);
    }
    if (show->open) {
        memcpy(show->word, word, length);
        show->word[length] = '\0';
        fputs("\0337\033[1;7m", show->file);
    }
    print_clean(show, word, length);
    if (show->open)
        fputs("\033[0m", show->file);
    fflush(show->file);
    show->printed = end;
    cli_source_forget(source, end);
}

void cli_show_end(struct cli_show *show, struct cli_source *source, bool complete)
{
    size_t length;
    if (show->file) {
        settle(show);
        const char *rest = cli_source_text(source, show->printed, UINT64_MAX, &length);
        while (length > 0 && (!complete || show->markup || is_space(rest[length - 1])))
            length--;
        print_clean(show, rest, length);
        if (show->column > 0)
            fputc('\n', show->file);
        fflush(show->file);
    }
    free(show->word);
    memset(show, 0, sizeof *show);
}
