/* plain.c - plain text: "CHAPTER I" and the like standing alone begin chapters, the text itself is read as it is. Front matter of Markdown, too. */
#include <string.h>

#include "base/ascii.h"
#include "document/parts.h"

enum { LINE_MOST = 100, HEAD_LINES = 40 };

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

struct line { size_t begin, end, next; };       /* without blanks at the edges */

static struct line line_at(const char *bytes, size_t length, size_t at)
{
    const char *newline = at < length ? memchr(bytes + at, '\n', length - at) : NULL;
    struct line line = { at, newline ? (size_t)(newline - bytes) : length, newline ? (size_t)(newline - bytes) + 1 : length };
    while (line.begin < line.end && (unsigned char)bytes[line.begin] <= ' ')
        line.begin++;
    while (line.end > line.begin && (unsigned char)bytes[line.end - 1] <= ' ')
        line.end--;
    return line;
}

/* "IV", "12", "twenty-one", "the first": what numbers a chapter. Returns its length, 0: none. */
static size_t number_length(const char *text, size_t length)
{
    static const char *const words[] = { "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
        "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
        "hundred", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "last", "the", "and" };
    size_t i = 0, digits = strspn(text, "0123456789");
    if (digits > 0 && digits <= length)
        return digits < 5 ? digits : 0;
    size_t roman = strspn(text, "IVXLC");
    if (roman == 0)
        roman = strspn(text, "ivxlc");
    if (roman > 0 && roman <= length && roman < 10 && !is_letter(text[roman]))
        return roman;
    while (i < length) {
        size_t n = 0;
        while (i + n < length && is_letter(text[i + n]))
            n++;
        bool known = false;
        for (size_t k = 0; k < sizeof words / sizeof *words && !known; k++)
            known = strlen(words[k]) == n && sx_ascii_compare_n(text + i, words[k], n) == 0;
        if (!known)
            break;
        i += n;
        if (i < length && (text[i] == '-' || text[i] == ' '))
            i++;
    }
    return i;
}

/* The level of a heading: 1 a part, 2 a chapter; 0: no heading. `text` is a line that stands alone, NUL-terminated somewhere behind. */
static int heading_level(const char *text, size_t length)
{
    static const struct { const char *word; int level; bool alone; } words[] = {
        { "part", 1, false }, { "book", 1, false }, { "volume", 1, false }, { "act", 1, false }, { "chapter", 2, false }, { "letter", 2, false },
        { "prologue", 2, true }, { "epilogue", 2, true }, { "preface", 2, true }, { "foreword", 2, true }, { "introduction", 2, true },
        { "afterword", 2, true }, { "conclusion", 2, true }, { "appendix", 2, true },
    };
    size_t n = 0;
    while (n < length && is_letter(text[n]))
        n++;
    if (length > LINE_MOST || n == 0)
        return 0;
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        if (strlen(words[k].word) != n || sx_ascii_compare_n(text, words[k].word, n) != 0 || text[0] >= 'a')
            continue;
        if (words[k].alone)
            return n == length || (n + 1 == length && strchr(".:", text[n])) ? words[k].level : 0;
        if (n + 1 >= length || text[n] != ' ')
            return 0;
        size_t number = number_length(text + n + 1, length - n - 1), at = n + 1 + number;
        if (number == 0)
            return 0;
        /* then nothing, or a title behind a mark; "Part one of this is" is a sentence */
        while (at > n && text[at - 1] == ' ')
            at--;
        return at == length || strchr(".:-)", text[at]) || (unsigned char)text[at] >= 0xE2 ? words[k].level : 0;
    }
    return 0;
}

static bool blank_line(const char *bytes, size_t length, size_t at)
{
    struct line line = line_at(bytes, length, at);
    return line.begin == line.end;
}

static void read_head_line(struct sx_document *document, const char *bytes, struct line line)
{
    size_t n = line.end - line.begin;
    const char *text = bytes + line.begin;
    if (!document->title && n > 6 && sx_ascii_compare_n(text, "title:", 6) == 0)
        document->title = sx_document_keep(document, text + 6, n - 6);
    if (!document->author && n > 7 && sx_ascii_compare_n(text, "author:", 7) == 0)
        document->author = sx_document_keep(document, text + 7, n - 7);
}

int sx_plain_read(struct sx_document *document, struct sx_error *error)
{
    const struct sx_part *part = &document->parts[0];
    const char *bytes = part->bytes;
    size_t length = part->length, content = 0, heading_end = 0;
    bool alone = true, any = false;
    int lines = 0, code = SYRINX_OK;
    for (size_t at = sx_encoding_mark(bytes, length); at < length && code == SYRINX_OK; lines++) {
        struct line line = line_at(bytes, length, at);
        if (lines < HEAD_LINES)
            read_head_line(document, bytes, line);
        size_t end = line.next;
        int level = alone && line.end > line.begin ? heading_level(bytes + line.begin, line.end - line.begin) : 0;
        if (level > 0 && !blank_line(bytes, length, end)) {     /* a title on the next line */
            struct line second = line_at(bytes, length, end);
            bool fits = second.end - second.begin < 60 && blank_line(bytes, length, second.next) &&
                        heading_level(bytes + second.begin, second.end - second.begin) == 0;
            level = fits ? level : 0;
            line.end = fits ? second.end : line.end;
            end = fits ? second.next : end;
        }
        if (level > 0) {
            bool bare = document->chapter_count > 0 && content <= heading_end;     /* nothing since the last heading: a list of contents, or a part */
            struct sx_chapter last = bare ? document->chapters[document->chapter_count - 1] : (struct sx_chapter){ .level = 0 };
            if (document->chapter_count == 0 && any)
                code = sx_document_add_chapter(document, document->title ? document->title : "Beginning",
                                               strlen(document->title ? document->title : "Beginning"), 1, 0, 0, 0, error);
            document->chapter_count -= bare;
            if (code == SYRINX_OK)
                code = sx_document_add_chapter(document, bytes + line.begin, line.end - line.begin, level, 0,
                                               bare ? last.from : document->chapter_count ? (uint32_t)line.begin : 0, 0, error);
            heading_end = content = line.end;
        } else if (line.end > line.begin) {
            content = line.end;
        }
        any = any || line.end > line.begin;
        alone = blank_line(bytes, length, at) || level > 0;
        at = end;
    }
    if (code == SYRINX_OK && any && document->chapter_count == 0)
        code = sx_document_add_chapter(document, document->title, document->title ? strlen(document->title) : 0, 1, 0, 0, 0, error);
    return code;
}

static int send(const struct sx_document *document, size_t begin, size_t end, const struct sx_markup_sink *sink, struct sx_error *error)
{
    const struct sx_part *part = &document->parts[0];
    if (begin < sx_encoding_mark(part->bytes, part->length))
        begin = sx_encoding_mark(part->bytes, part->length);
    return begin < end ? sink->text(sink->user, part->bytes + begin, end - begin, begin, end, error) : SYRINX_OK;
}

/* A heading line as such, with its end; returns behind it. */
static int send_heading(const struct sx_document *document, size_t begin, size_t end, const struct sx_markup_sink *sink, struct sx_error *error)
{
    struct sx_style style = sx_style_plain;
    style.structure = SX_STRUCTURE_HEADING;
    int code = sink->boundary(sink->user, SX_BOUNDARY_SECTION, error);
    if (code >= 0)
        code = sink->style(sink->user, &style, error);
    if (code >= 0)
        code = send(document, begin, end, sink, error);
    if (code >= 0)
        code = sink->boundary(sink->user, SX_BOUNDARY_SECTION, error);
    return code < 0 ? code : sink->style(sink->user, &sx_style_plain, error);
}

int sx_plain_play(const struct sx_document *document, int chapter, const struct sx_markup_sink *sink, struct sx_error *error)
{
    const struct sx_part *part = &document->parts[0];
    const char *bytes = part->bytes;
    size_t at = chapter < 0 ? 0 : document->chapters[chapter].from;
    size_t end = chapter < 0 || chapter + 1 == document->chapter_count ? part->length : document->chapters[chapter + 1].from, from = at;
    bool alone = true;
    int code = sink->style(sink->user, &sx_style_plain, error);
    while (at < end && code >= 0) {
        struct line line = line_at(bytes, end, at);
        bool blank = line.begin == line.end;
        if (!blank && alone && document->chapter_count > 1 && heading_level(bytes + line.begin, line.end - line.begin) > 0 &&
            blank_line(bytes, end, line.next)) {
            code = send(document, from, line.begin, sink, error);
            if (code >= 0)
                code = send_heading(document, line.begin, line.end, sink, error);
            from = line.end;
        }
        alone = blank;
        at = line.next;
    }
    if (code >= 0)
        code = send(document, from, end, sink, error);
    return code < 0 ? code : sink->boundary(sink->user, SX_BOUNDARY_SECTION, error);
}

/* ------------------------------------------------------------------ front matter */

static const char *value_of(struct sx_document *document, const char *text, size_t length, const char *name, char mark)
{
    size_t n = strlen(name);
    if (length <= n || sx_ascii_compare_n(text, name, n) != 0)
        return NULL;
    while (n < length && text[n] == ' ')
        n++;
    if (n >= length || text[n] != mark)
        return NULL;
    for (n++; n < length && (unsigned char)text[n] <= ' '; n++)
        ;
    if (length - n >= 2 && (text[n] == '"' || text[n] == '\'') && text[length - 1] == text[n]) {
        n++;
        length--;
    }
    return n < length && text[n] != '[' && text[n] != '{' && text[n] != '|' && text[n] != '>' ? sx_document_keep(document, text + n, length - n) : NULL;
}

size_t sx_front_matter(struct sx_document *document, const char *bytes, size_t length)
{
    size_t begin = sx_encoding_mark(bytes, length);
    struct line first = line_at(bytes, length, begin);
    bool yaml = first.end - first.begin == 3 && memcmp(bytes + first.begin, "---", 3) == 0;
    bool toml = first.end - first.begin == 3 && memcmp(bytes + first.begin, "+++", 3) == 0;
    if ((!yaml && !toml) || first.begin != begin)
        return begin;
    size_t end = first.next;
    for (bool found = false; !found; ) {
        if (end >= length)
            return begin;       /* no end: a thematic break, then */
        struct line line = line_at(bytes, length, end);
        const char *text = bytes + line.begin;
        if (end == first.next && line.begin == line.end)
            return begin;
        found = line.end - line.begin == 3 && (memcmp(text, yaml ? "---" : "+++", 3) == 0 || (yaml && memcmp(text, "...", 3) == 0));
        end = line.next;
    }
    for (size_t at = first.next; at < end;) {
        struct line line = line_at(bytes, end, at);
        const char *text = bytes + line.begin;
        size_t n = line.end - line.begin;
        char mark = yaml ? ':' : '=';
        const char *title = line.begin == at ? value_of(document, text, n, "title", mark) : NULL;
        const char *author = line.begin == at ? value_of(document, text, n, "author", mark) : NULL;
        const char *language = line.begin == at ? value_of(document, text, n, "lang", mark) : NULL;
        language = language || line.begin != at ? language : value_of(document, text, n, "language", mark);
        document->title = title && !document->title ? title : document->title;
        document->author = author && !document->author ? author : document->author;
        document->language = language && !document->language ? language : document->language;
        at = line.next;
    }
    return end;
}
