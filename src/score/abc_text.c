/* abc_text.c - words and numbers in ABC fields, and ABC's ways to write letters with accents: \'e, &eacute;, \u00e9. */
#include <string.h>

#include <utf8proc.h>

#include "base/ascii.h"
#include "base/utf8.h"
#include "score/abc.h"

void sx_abc_skip_space(struct sx_abc_scan *scan)
{
    while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\t'))
        scan->at++;
}

bool sx_abc_scan_int(struct sx_abc_scan *scan, int64_t most, int64_t *value)
{
    const char *begin = scan->at;
    int64_t v = 0;
    for (; scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9'; scan->at++) {
        v = v * 10 + (*scan->at - '0');
        if (v > most)
            v = most;
    }
    if (scan->at == begin)
        return false;
    *value = v;
    return true;
}

bool sx_abc_scan_signed(struct sx_abc_scan *scan, int64_t most, int64_t *value)
{
    struct sx_abc_scan start = *scan;
    bool minus = scan->at < scan->end && *scan->at == '-';
    if (scan->at < scan->end && (*scan->at == '-' || *scan->at == '+'))
        scan->at++;
    if (!sx_abc_scan_int(scan, most, value)) {
        *scan = start;
        return false;
    }
    if (minus)
        *value = -*value;
    return true;
}

size_t sx_abc_scan_word(struct sx_abc_scan *scan, const char **word, bool *quoted)
{
    sx_abc_skip_space(scan);
    *word = scan->at;
    *quoted = false;
    if (scan->at < scan->end && *scan->at == '"') {
        const char *close = memchr(scan->at + 1, '"', (size_t)(scan->end - scan->at - 1));
        *quoted = true;
        *word = scan->at + 1;
        size_t length = (size_t)((close ? close : scan->end) - *word);
        scan->at = close ? close + 1 : scan->end;
        return length;
    }
    bool inside = false;        /* name="First violin" is one word */
    while (scan->at < scan->end && (inside || (*scan->at != ' ' && *scan->at != '\t'))) {
        inside ^= *scan->at == '"';
        scan->at++;
    }
    return (size_t)(scan->at - *word);
}

bool sx_abc_word_is(const char *word, size_t length, const char *what)
{
    return strlen(what) == length && sx_ascii_compare_n(word, what, length) == 0;
}

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static void add_code(struct sx_buffer *out, uint32_t code)
{
    char bytes[4];
    sx_buffer_add(out, bytes, (size_t)sx_utf8_encode(code, bytes));
}

/* A letter and a combining mark as one character where Unicode has it. */
static void add_accented(struct sx_buffer *out, char letter, uint32_t mark)
{
    utf8proc_int32_t codes[2] = { letter, (utf8proc_int32_t)mark };
    utf8proc_ssize_t n = utf8proc_normalize_utf32(codes, 2, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
    for (utf8proc_ssize_t i = 0; i < n; i++)
        add_code(out, (uint32_t)codes[i]);
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The combining mark of \'e and the like. */
static uint32_t mark_of(char c)
{
    static const struct { char c; uint16_t mark; } marks[] = {
        { '`', 0x300 }, { '\'', 0x301 }, { '^', 0x302 }, { '~', 0x303 }, { '"', 0x308 }, { ',', 0x327 }, { 'c', 0x327 }, { 'v', 0x30C }, { 'u', 0x306 },
        { 'H', 0x30B }, { '=', 0x304 }, { ';', 0x328 }, { '.', 0x307 }, { 'r', 0x30A },
    };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (marks[i].c == c)
            return marks[i].mark;
    return 0;
}

/* Two letters behind a backslash, or an entity's name, that are a letter of their own. */
static uint32_t special(const char *name, size_t length)
{
    static const struct { const char *name; uint16_t code; } specials[] = {
        { "ae", 0xE6 }, { "AE", 0xC6 }, { "oe", 0x153 }, { "OE", 0x152 }, { "ss", 0xDF }, { "aa", 0xE5 }, { "AA", 0xC5 }, { "/o", 0xF8 }, { "/O", 0xD8 },
        { "/l", 0x142 }, { "/L", 0x141 }, { "/d", 0x111 }, { "/D", 0x110 }, { "dh", 0xF0 }, { "DH", 0xD0 }, { "th", 0xFE }, { "TH", 0xDE },
        { "aelig", 0xE6 }, { "AElig", 0xC6 }, { "oelig", 0x153 }, { "OElig", 0x152 }, { "szlig", 0xDF }, { "oslash", 0xF8 }, { "Oslash", 0xD8 },
        { "eth", 0xF0 }, { "ETH", 0xD0 }, { "thorn", 0xFE }, { "THORN", 0xDE }, { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' },
        { "nbsp", 0xA0 }, { "copy", 0xA9 }, { "sharp", 0x266F }, { "flat", 0x266D },
    };
    for (size_t i = 0; i < sizeof specials / sizeof *specials; i++)
        if (strlen(specials[i].name) == length && memcmp(specials[i].name, name, length) == 0)
            return specials[i].code;
    return 0;
}

/* At a backslash; returns how many bytes it took. */
static size_t add_escape(struct sx_buffer *out, const char *text, size_t length)
{
    if (length < 2)
        return 1;
    if (text[1] == 'u' && length >= 6) {
        int a = hex(text[2]), b = hex(text[3]), c = hex(text[4]), d = hex(text[5]);
        if (a >= 0 && b >= 0 && c >= 0 && d >= 0) {
            add_code(out, (uint32_t)(a << 12 | b << 8 | c << 4 | d));
            return 6;
        }
    }
    if (length >= 3) {
        uint32_t code = special(text + 1, 2), mark = mark_of(text[1]);
        if (code) {
            add_code(out, code);
            return 3;
        }
        if (mark && is_letter(text[2])) {
            add_accented(out, text[2], mark);
            return 3;
        }
    }
    sx_buffer_putc(out, text[1]);
    return 2;
}

/* At an ampersand; returns how many bytes it took. */
static size_t add_entity(struct sx_buffer *out, const char *text, size_t length)
{
    static const struct { const char *name; uint16_t mark; } endings[] = {
        { "acute", 0x301 }, { "grave", 0x300 }, { "circ", 0x302 }, { "tilde", 0x303 }, { "uml", 0x308 }, { "cedil", 0x327 }, { "ring", 0x30A }, { "caron", 0x30C },
    };
    const char *close = memchr(text, ';', length < 12 ? length : 12);
    if (close) {
        size_t n = (size_t)(close - text - 1);
        uint32_t code = special(text + 1, n);
        if (code && n > 1) {
            add_code(out, code);
            return n + 2;
        }
        for (size_t i = 0; i < sizeof endings / sizeof *endings && n > 1 && is_letter(text[1]); i++)
            if (strlen(endings[i].name) == n - 1 && memcmp(endings[i].name, text + 2, n - 1) == 0) {
                add_accented(out, text[1], endings[i].mark);
                return n + 2;
            }
    }
    sx_buffer_putc(out, '&');
    return 1;
}

void sx_abc_add_text(struct sx_buffer *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length;)
        if (text[i] == '\\')
            i += add_escape(out, text + i, length - i);
        else if (text[i] == '&')
            i += add_entity(out, text + i, length - i);
        else
            sx_buffer_putc(out, text[i++]);
}

const char *sx_abc_keep_text(struct sx_abc_reader *reader, const char *text, size_t length)
{
    while (length && (*text == ' ' || *text == '\t'))
        text++, length--;
    while (length && (text[length - 1] == ' ' || text[length - 1] == '\t'))
        length--;
    sx_buffer_clear(&reader->scratch);
    sx_abc_add_text(&reader->scratch, text, length);
    if (reader->scratch.failed) {
        sx_abc_fail_memory(reader);
        return NULL;
    }
    return sx_score_keep(reader->score, reader->scratch.data ? reader->scratch.data : "", reader->scratch.length);
}
