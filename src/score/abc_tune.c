/* abc_tune.c - from a file to one tune: the encoding, lines, the file's header, and where tune number N begins and ends. */
#include <stdlib.h>
#include <string.h>

#include "base/encoding.h"
#include "score/abc.h"

char *sx_abc_decode(const char *bytes, size_t length, size_t *out)
{
    size_t mark = sx_encoding_mark(bytes, length);
    char *text = sx_encoding_convert(bytes + mark, length - mark, sx_encoding_is_latin(bytes, length), out);
    for (size_t i = 0; text && i < *out; i++)
        text[i] = text[i] ? text[i] : ' ';
    return text;
}

bool sx_abc_next_line(const char *text, size_t length, size_t *at, struct sx_abc_line *line)
{
    if (*at >= length)
        return false;
    size_t begin = *at, end = begin;
    while (end < length && text[end] != '\n' && text[end] != '\r')
        end++;
    *at = end + 1 + (end + 1 < length && text[end] == '\r' && text[end + 1] == '\n');
    line->text = text + begin;
    line->length = end - begin;
    line->number++;
    return true;
}

static bool is_blank(const struct sx_abc_line *line)
{
    for (size_t i = 0; i < line->length; i++)
        if (line->text[i] != ' ' && line->text[i] != '\t')
            return false;
    return true;
}

/* Of a text without any X: line, its first field is the begin of its only tune. */
static bool is_fragment(const struct sx_abc_line *line)
{
    return line->length >= 2 && line->text[1] == ':' && strchr("TCMLQKRVP", line->text[0]);
}

static int64_t number_of(const struct sx_abc_line *line)
{
    struct sx_abc_scan scan = { line->text + 2, line->text + line->length };
    int64_t number;
    sx_abc_skip_space(&scan);
    return sx_abc_scan_int(&scan, INT32_MAX, &number) ? number : -1;
}

int sx_abc_find_tune(const char *text, size_t length, int wanted, struct sx_abc_reader *reader, size_t *header, size_t *begin, size_t *end, int *number)
{
    struct sx_abc_line line = { 0 };
    size_t at = 0, start, count = 0, fragment = length, chosen = length, by_number = length;
    size_t place = wanted > 0 ? (size_t)wanted : 1, place_by_number = 0;
    int fragment_line = 0, chosen_line = 0, by_number_line = 0;
    *header = length;
    for (start = at; sx_abc_next_line(text, length, &at, &line); start = at) {
        bool x = line.length >= 2 && line.text[0] == 'X' && line.text[1] == ':';
        if (*header == length && (x || (is_blank(&line) && start > 0)))
            *header = start;
        if (fragment == length && is_fragment(&line)) {
            fragment = start;
            fragment_line = line.number;
        }
        if (!x)
            continue;
        count++;
        if (count == place) {
            chosen = start;
            chosen_line = line.number;
        }
        if (wanted > 0 && by_number == length && number_of(&line) == wanted) {
            by_number = start;
            by_number_line = line.number;
            place_by_number = count;
        }
    }
    if (count == 0) {
        if (fragment == length)
            return sx_fail(reader->error, SYRINX_ERROR_FORMAT, "no ABC tune: one begins with a line such as X:1, and its music behind a line such as K:C");
        *header = 0;
        count = 1;
        if (place == 1) {
            chosen = fragment;
            chosen_line = fragment_line;
        }
    }
    if (chosen == length && by_number < length) {
        chosen = by_number;
        chosen_line = by_number_line;
        place = place_by_number;
    }
    if (chosen == length)
        return sx_fail(reader->error, SYRINX_ERROR_INPUT, "there is no tune %d: the file has %zu", wanted, count);
    *begin = chosen;
    *number = chosen_line;
    reader->score->tune = place > INT32_MAX ? INT32_MAX : (int)place;
    reader->score->tunes = count > INT32_MAX ? INT32_MAX : (int)count;
    at = chosen;
    line.number = 0;
    bool first = true;
    for (start = at; sx_abc_next_line(text, length, &at, &line); start = at, first = false)
        if (!first && (is_blank(&line) || (line.length >= 2 && line.text[0] == 'X' && line.text[1] == ':')))
            break;
    *end = start < length ? start : length;
    if (chosen < *header)
        *header = chosen;
    return SYRINX_OK;
}
