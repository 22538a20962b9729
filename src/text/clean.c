/* clean.c - cleaning, one character at a time, so that text may come in any pieces. Composition (NFC) joins a mark with the character before it;
 * marks that do not compose say nothing in English and are left out, so a tower of them costs nothing. */
#include "text/clean.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/utf8.h"
#include "text/characters.h"

/* Room for `more` bytes behind the text, in the text and in both lists of places. */
static bool reserve(struct sx_clean *clean, size_t more)
{
    struct sx_buffer *text = &clean->text;
    if (text->length + more < clean->room)
        return true;
    size_t room = (text->length + more) * 2 + 256;
    char *data = realloc(text->data, room);
    if (data)
        text->data = data;
    uint64_t *from = realloc(clean->from, room * sizeof *from);
    if (from)
        clean->from = from;
    uint64_t *to = realloc(clean->to, room * sizeof *to);
    if (to)
        clean->to = to;
    if (!data || !from || !to) {
        clean->failed = true;
        return false;
    }
    clean->room = room;
    return true;
}

static void append(struct sx_clean *clean, const char *bytes, size_t length, uint64_t from, uint64_t to)
{
    if (clean->whole) {
        from = clean->whole_from;
        to = clean->whole_to;
    }
    if (!reserve(clean, length))
        return;
    size_t at = clean->text.length;
    memcpy(clean->text.data + at, bytes, length);
    clean->text.length = at + length;
    clean->text.data[at + length] = 0;
    for (size_t i = 0; i < length; i++) {
        clean->from[at + i] = from;
        clean->to[at + i] = to;
    }
}

static void append_char(struct sx_clean *clean, uint32_t c, uint64_t from, uint64_t to)
{
    char bytes[4];
    append(clean, bytes, (size_t)sx_utf8_encode(c, bytes), from, to);
}

/* ' ' < '\n' < "\n\n": the stronger of two neighbours stays. */
static void append_space(struct sx_clean *clean, int lines, uint64_t from, uint64_t to)
{
    struct sx_buffer *text = &clean->text;
    size_t n = text->length;
    if (n && text->data[n - 1] == '\n') {
        bool two = n > 1 && text->data[n - 2] == '\n';
        if (lines && !two)
            append(clean, "\n", 1, from, to);
        return;
    }
    if (n && text->data[n - 1] == ' ') {
        if (!lines)
            return;
        text->data[n - 1] = '\n';
        clean->to[n - 1] = to;
        if (lines > 1)
            append(clean, "\n", 1, from, to);
        return;
    }
    append(clean, lines > 1 ? "\n\n" : lines ? "\n" : " ", lines > 1 ? 2 : 1, from, to);
}

static void character(struct sx_clean *clean, uint32_t c, uint64_t from, uint64_t to);

/* Joins `mark` with the last character; false when there is no such character. */
static bool compose(struct sx_clean *clean, uint32_t mark, uint64_t to)
{
    struct sx_buffer *text = &clean->text;
    size_t n = text->length, start = n;
    while (start && n - start < 4 && ((unsigned char)text->data[start - 1] & 0xC0) == 0x80)
        start--;
    if (!start)
        return false;
    if (--start < clean->barrier)
        return false;
    uint32_t last;
    sx_utf8_decode(text->data + start, n - start, &last);
    int32_t pair[4] = {(int32_t)last, (int32_t)mark, 0, 0};
    utf8proc_ssize_t left = utf8proc_normalize_utf32(pair, 2, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
    if (left != 1)
        return false;
    uint64_t from = clean->from[start];
    text->length = start;
    append_char(clean, (uint32_t)pair[0], from, to);
    return true;
}

static bool invisible(uint32_t c)
{
    return c == 0xAD || c == 0x34F || c == 0x61C || c == 0x180E || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFFFD || (c >= 0xE0000 && c <= 0xE0FFF) ||
           (c & 0xFFFE) == 0xFFFE;
}

/* The last character of the text, 0 at its begin. */
static uint32_t last_character(const struct sx_clean *clean)
{
    size_t n = clean->text.length, start = n;
    uint32_t code = 0;
    while (start && n - start < 4 && ((unsigned char)clean->text.data[start - 1] & 0xC0) == 0x80)
        start--;
    if (start)
        sx_utf8_decode(clean->text.data + start - 1, n - start + 1, &code);
    return code;
}

/* Vowels of Hebrew, Arabic, the scripts of India and South East Asia are marks that do not compose. A few in a row at most. */
static bool mark_is_said(const struct sx_clean *clean, uint32_t c)
{
    enum { MARKS = 4 };
    if (c < 0x591 || (c >= 0x1AB0 && c < 0x1B00) || (c >= 0x1DC0 && c < 0xA66F) || c > 0xABFF)
        return false;
    size_t n = clean->text.length;
    for (int marks = 0; n; ) {
        size_t start = n - 1;
        uint32_t code;
        while (start && n - start < 4 && ((unsigned char)clean->text.data[start] & 0xC0) == 0x80)
            start--;
        sx_utf8_decode(clean->text.data + start, n - start, &code);
        utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)code);
        if (k != UTF8PROC_CATEGORY_MN && k != UTF8PROC_CATEGORY_MC)
            return code >= 0x590 && k <= UTF8PROC_CATEGORY_LO;
        if (++marks == MARKS)
            return false;
        n = start;
    }
    return false;
}

/* Invisible characters that make emoji: a joiner behind one, the tags of a flag, the frame of a keycap. */
static bool emoji_part(const struct sx_clean *clean, uint32_t c)
{
    enum { TAG = 4, TAGS = 8 };
    if (c == 0x200D)
        return sx_emoji_is(last_character(clean));
    if (c == 0x20E3) {
        uint32_t last = last_character(clean);
        return (last >= '0' && last <= '9') || last == '#' || last == '*';
    }
    if (c < 0xE0020 || c > 0xE007F)
        return false;
    size_t n = clean->text.length;          /* not more tags than a flag has */
    const char *text = clean->text.data;
    for (int i = 0; i < TAGS && n >= TAG; i++, n -= TAG) {
        if (!memcmp(text + n - TAG, "\xF0\x9F\x8F\xB4", TAG))
            return true;
        if (memcmp(text + n - TAG, "\xF3\xA0", 2) != 0)
            return false;
    }
    return false;
}

/* Characters that stand for others: full-width forms, ligatures, letters of mathematics, Roman numerals, what stands below the line ("H₂O"). */
static bool compatible(uint32_t c)
{
    return (c >= 0xFF00 && c <= 0xFFEF) || (c >= 0xFB00 && c <= 0xFB06) || (c >= 0x1D400 && c <= 0x1D7FF) || (c >= 0x2160 && c <= 0x217F) ||
           (c >= 0x1F130 && c <= 0x1F149) || (c >= 0x2460 && c <= 0x24E9) || (c >= 0x2080 && c <= 0x208E);
}

/* "&amp;" and others that plain text was left with: a ';' comes and the name is there. The character takes the bytes of all of it. */
static bool entity(struct sx_clean *clean, uint64_t to)
{
    static const struct { const char *name; uint32_t code; } names[] = {
        {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}, {"nbsp", ' '}, {"copy", 0xA9}, {"reg", 0xAE}, {"trade", 0x2122},
            {"deg", 0xB0}, {"euro", 0x20AC},
        {"pound", 0xA3}, {"yen", 0xA5}, {"cent", 0xA2}, {"sect", 0xA7}, {"para", 0xB6}, {"mdash", 0x2014}, {"ndash", 0x2013}, {"hellip", 0x2026},
            {"times", 0xD7},
        {"divide", 0xF7}, {"plusmn", 0xB1}, {"frac12", 0xBD}, {"frac14", 0xBC}, {"frac34", 0xBE}, {"lsquo", 0x2018}, {"rsquo", 0x2019}, {"ldquo", 0x201C},
            {"rdquo", 0x201D},
        {"laquo", 0xAB}, {"raquo", 0xBB}, {"middot", 0xB7}, {"bull", 0x2022}, {"eacute", 0xE9}, {"egrave", 0xE8}, {"agrave", 0xE0}, {"aacute", 0xE1},
            {"ccedil", 0xE7},
        {"ouml", 0xF6}, {"uuml", 0xFC}, {"auml", 0xE4}, {"szlig", 0xDF}, {"ntilde", 0xF1}, {"iacute", 0xED}, {"oacute", 0xF3}, {"uacute", 0xFA}, {"shy", 0xAD}};
    enum { LONGEST = 9 };
    struct sx_buffer *text = &clean->text;
    size_t n = text->length, k = 0;
    while (k < LONGEST && k < n && text->data[n - 1 - k] != '&')
        k++;
    if (k < 2 || k == LONGEST || k >= n)
        return false;
    const char *name = text->data + n - k;
    uint32_t code = 0;
    if (*name == '#') {
        bool hex = k > 2 && (name[1] == 'x' || name[1] == 'X');
        for (size_t i = hex ? 2 : 1; i < k; i++) {
            int digit = name[i] >= '0' && name[i] <= '9' ? name[i] - '0' : hex && (name[i] | 32) >= 'a' &&
                (name[i] | 32) <= 'f' ? (name[i] | 32) - 'a' + 10 : -1;
            if (digit < 0)
                return false;
            code = code * (hex ? 16 : 10) + (uint32_t)digit;
        }
        if (code < 0x20 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000) || code == ';')
            return false;
    } else {
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            if (strlen(names[i].name) == k && !memcmp(name, names[i].name, k))
                code = names[i].code;
    }
    if (!code)
        return false;
    uint64_t from = clean->from[n - k - 1];
    text->length = n - k - 1;
    text->data[text->length] = 0;
    character(clean, code, from, to);
    return true;
}

static void character(struct sx_clean *clean, uint32_t c, uint64_t from, uint64_t to)
{
    if (clean->escape) {        /* ESC [ parameters letter: colours of a terminal */
        if (clean->escape == 1 && c == '[') {
            clean->escape = 2;
            return;
        }
        bool inside = clean->escape == 2 && c >= 0x20 && c < 0x40;
        bool last = clean->escape == 2 && c >= 0x40 && c < 0x7F;
        if (!inside)
            clean->escape = 0;
        if (inside || last)
            return;
    }
    switch (c) {
    case '\n': case 0x85: case 0x2028: case '\v':
        append_space(clean, 1, from, to);
        return;
    case '\r':
        /* The '\n' of a pair counts; a '\r' alone is white space. */
        append_space(clean, 0, from, to);
        return;
    case '\f': case 0x2029:
        append_space(clean, 2, from, to);
        return;
    case 0x1B:
        clean->escape = 1;
        return;
    default:
        break;
    }
    if (clean->raw) {
        if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c == ' ' || c == 0xA0)
            append_space(clean, 0, from, to);
        else if (c != 0xAD && c != 0xFEFF && c != 0xFFFD)
            append_char(clean, c, from, to);
        return;
    }
    switch (c) {
    case 0x2018: case 0x2019: case 0x201B: case 0x2BC: case 0x2032: case 0xB4: case '`': case 0xFF07:
        append(clean, c == '`' && clean->backticks ? "`" : "'", 1, from, to);
        return;
    case 0x201C: case 0x201D: case 0x201E: case 0x201F: case 0xAB: case 0xBB: case 0x2033: case 0x300C: case 0x300D: case 0x2039: case 0x203A:
        append(clean, "\"", 1, from, to);
        return;
    case 0x2010: case 0x2011: case 0x2212: case 0xFE63: case 0xFF0D:
        append(clean, "-", 1, from, to);
        return;
    case 0x2026:
        append(clean, "...", 3, from, to);
        return;
    case 0x2012: case 0x2013:
        append(clean, "\xE2\x80\x93", 3, from, to);     /* – */
        return;
    case 0x2014: case 0x2015: case 0x2E3A: case 0x2E3B:
        append(clean, "\xE2\x80\x94", 3, from, to);     /* — */
        return;
    case 0x2044: case 0x2215:
        append(clean, "/", 1, from, to);
        return;
    case 0x2126: case 0x212A: case 0x212B:      /* ohm, kelvin, angstrom: NFC has the letters */
        append_char(clean, c == 0x2126 ? 0x3A9 : c == 0x212A ? 'K' : 0xC5, from, to);
        return;
    case ';':
        if (entity(clean, to))
            return;
        break;
    default:
        break;
    }
    if (c < 0x20 || (c >= 0x7F && c < 0xA0)) {
        append_space(clean, 0, from, to);
        return;
    }
    if (c < 0x7F) {
        if (c == ' ')
            append_space(clean, 0, from, to);
        else
            append_char(clean, c, from, to);
        return;
    }
    if (invisible(c) || c == 0x20E3) {
        if (emoji_part(clean, c))
            append_char(clean, c, from, to);
        return;
    }
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    switch (category) {
    case UTF8PROC_CATEGORY_MN: case UTF8PROC_CATEGORY_MC: case UTF8PROC_CATEGORY_ME:
        if (!compose(clean, c, to) && mark_is_said(clean, c))
            append_char(clean, c, from, to);
        return;
    case UTF8PROC_CATEGORY_ZS: case UTF8PROC_CATEGORY_ZL: case UTF8PROC_CATEGORY_ZP:
        append_space(clean, 0, from, to);
        return;
    case UTF8PROC_CATEGORY_CC: case UTF8PROC_CATEGORY_CF: case UTF8PROC_CATEGORY_CS: case UTF8PROC_CATEGORY_CO:
        return;
    case UTF8PROC_CATEGORY_CN:
        if (sx_emoji_is(c))     /* newer than the library that tells */
            append_char(clean, c, from, to);
        return;
    default:
        break;
    }
    if (compatible(c)) {
        int32_t parts[20];
        utf8proc_ssize_t n = utf8proc_decompose_char((utf8proc_int32_t)c, parts, 20, UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE, NULL);
        for (utf8proc_ssize_t i = 0; i < n && n <= 20; i++)
            append_char(clean, (uint32_t)parts[i], from, to);
        return;
    }
    append_char(clean, c, from, to);
}

void sx_clean_push(struct sx_clean *clean, const char *bytes, size_t length)
{
    size_t i = 0;
    while (i < length && !clean->failed) {
        uint32_t c;
        if (clean->partial_count) {     /* complete the cut character byte by byte */
            char *p = clean->partial;
            int n = clean->partial_count;
            p[n++] = bytes[i];
            int took = sx_utf8_decode(p, (size_t)n, &c);
            if (took == n && sx_utf8_pending(p, (size_t)n) == n) {
                clean->partial_count = n;
                i++;
                clean->position++;
                continue;
            }
            if (took == n) {
                i++;
                clean->position++;
            }
            /* else the new byte begins another character: the cut one was bad */
            clean->partial_count = 0;
            character(clean, c, clean->position - (uint64_t)took, clean->position);
            continue;
        }
        if ((unsigned char)bytes[i] >= 0x80 && length - i < 4 && sx_utf8_pending(bytes + i, length - i) == (int)(length - i)) {
            clean->partial_count = (int)(length - i);
            memcpy(clean->partial, bytes + i, length - i);
            clean->position += length - i;
            break;
        }
        int took = sx_utf8_decode(bytes + i, length - i, &c);
        character(clean, c, clean->position, clean->position + (uint64_t)took);
        i += (size_t)took;
        clean->position += (uint64_t)took;
    }
}

void sx_clean_part(struct sx_clean *clean)
{
    clean->partial_count = 0;
    clean->escape = 0;
    clean->barrier = clean->text.length;
}

void sx_clean_push_at(struct sx_clean *clean, const char *bytes, size_t length, uint64_t begin, uint64_t end)
{
    clean->whole = length != end - begin;
    clean->whole_from = begin;
    clean->whole_to = end;
    clean->position = begin;
    sx_clean_push(clean, bytes, length);
    clean->whole = false;
    clean->position = end;
}

void sx_clean_space(struct sx_clean *clean, int lines)
{
    append_space(clean, lines, clean->position, clean->position);
}

void sx_clean_end(struct sx_clean *clean)
{
    clean->partial_count = 0;
    clean->escape = 0;
    append_char(clean, SX_CLEAN_END, clean->position, clean->position);
}

void sx_clean_close(struct sx_clean *clean)
{
    append_char(clean, SX_CLEAN_CLOSE, clean->position, clean->position);
}

void sx_clean_drop(struct sx_clean *clean, size_t length)
{
    if (!length)
        return;
    size_t rest = clean->text.length - length;
    clean->barrier = clean->barrier > length ? clean->barrier - length : 0;
    sx_buffer_drop(&clean->text, length);
    if (rest == 0)
        return;
    memmove(clean->from, clean->from + length, rest * sizeof *clean->from);
    memmove(clean->to, clean->to + length, rest * sizeof *clean->to);
}

void sx_clean_reset(struct sx_clean *clean)
{
    clean->text.length = 0;
    clean->failed = false;
    clean->position = 0;
    clean->partial_count = 0;
    clean->escape = 0;
    clean->barrier = 0;
}

void sx_clean_free(struct sx_clean *clean)
{
    free(clean->text.data);
    free(clean->from);
    free(clean->to);
    memset(clean, 0, sizeof *clean);
}
