/* encoding.c - files to UTF-8: byte order marks, a page's charset, Windows-1252 for what is not UTF-8 (most old files are). */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "document/parts.h"

enum { CHARSET_WITHIN = 2048 };         /* bytes of a page in which its charset is looked for */

static const uint16_t windows[32] = {
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
    0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
};

/* Counts characters of two bytes and more, and bytes that are in none. */
static void look_at(const char *bytes, size_t length, size_t *good, size_t *bad)
{
    *good = *bad = 0;
    for (size_t i = 0; i < length;) {
        uint32_t c;
        if ((unsigned char)bytes[i] < 0x80) {
            i++;
            continue;
        }
        int n = sx_utf8_decode(bytes + i, length - i, &c);
        bool fine = c != 0xFFFD || (n == 3 && (unsigned char)bytes[i] == 0xEF);
        *good += fine;
        *bad += !fine;
        i += (size_t)n;
    }
}

bool sx_encoding_valid(const char *bytes, size_t length)
{
    size_t good, bad;
    look_at(bytes, length, &good, &bad);
    return bad == 0;
}

/* Whether the page says that it is in a one-byte Latin encoding. */
static bool says_latin(const char *bytes, size_t length)
{
    static const char *const names[] = { "windows-1252", "iso-8859-1", "iso-8859-15", "latin1", "us-ascii", "cp1252" };
    size_t within = length < CHARSET_WITHIN ? length : CHARSET_WITHIN;
    for (size_t i = 0; i + 12 < within; i++) {
        bool charset = strncasecmp(bytes + i, "charset=", 8) == 0, encoding = strncasecmp(bytes + i, "encoding=", 9) == 0;
        if (!charset && !encoding)
            continue;
        size_t at = i + (charset ? 8 : 9);
        at += bytes[at] == '"' || bytes[at] == '\'';
        for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
            size_t n = strlen(names[k]);
            if (within - at >= n && strncasecmp(bytes + at, names[k], n) == 0)
                return true;
        }
        return false;
    }
    return false;
}

static char *from_utf16(const char *bytes, size_t length, bool big, size_t *out_length)
{
    char *out = malloc(length / 2 * 3 + 4);
    size_t n = 0;
    for (size_t i = 2; out && i + 1 < length; i += 2) {
        unsigned high = (unsigned char)bytes[i + !big], low = (unsigned char)bytes[i + big];
        uint32_t c = high << 8 | low;
        if (c >= 0xD800 && c < 0xDC00 && i + 3 < length) {
            unsigned high2 = (unsigned char)bytes[i + 2 + !big], low2 = (unsigned char)bytes[i + 2 + big];
            uint32_t second = high2 << 8 | low2;
            if (second >= 0xDC00 && second < 0xE000) {
                c = 0x10000 + ((c - 0xD800) << 10) + (second - 0xDC00);
                i += 2;
            }
        }
        n += (size_t)sx_utf8_encode(c, out + n);
    }
    *out_length = n;
    return out;
}

/* latin: every byte is a character; else what is no UTF-8 becomes U+FFFD. */
static char *convert(const char *bytes, size_t length, bool latin, size_t *out_length)
{
    char *out = malloc(length * 3 + 4);
    size_t n = 0;
    for (size_t i = 0; out && i < length;) {
        unsigned char byte = (unsigned char)bytes[i];
        uint32_t c = byte;
        if (latin || byte < 0x80)
            i++;
        else
            i += (size_t)sx_utf8_decode(bytes + i, length - i, &c);
        if (latin && c >= 0x80 && c < 0xA0)
            c = windows[c - 0x80];
        n += (size_t)sx_utf8_encode(c, out + n);
    }
    *out_length = n;
    return out;
}

int sx_encoding_read(const char *bytes, size_t length, bool html, char **out, size_t *out_length, struct sx_error *error)
{
    size_t good, bad;
    unsigned char first = length >= 2 ? (unsigned char)bytes[0] : 0, second = length >= 2 ? (unsigned char)bytes[1] : 0;
    if ((first == 0xFF && second == 0xFE) || (first == 0xFE && second == 0xFF)) {
        *out = from_utf16(bytes, length, first == 0xFE, out_length);
    } else {
        look_at(bytes, length, &good, &bad);
        if (bad == 0 && (*out = malloc(length + 1))) {
            memcpy(*out, bytes, length);
            *out_length = length;
        } else if (bad > 0) {
            *out = convert(bytes, length, bad > good || (html && says_latin(bytes, length)), out_length);
        }
    }
    if (!*out)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    char *fit = realloc(*out, *out_length + 1);
    *out = fit ? fit : *out;
    (*out)[*out_length] = '\0';
    return *out_length <= SX_DOCUMENT_LIMIT ? SYRINX_OK : sx_fail(error, SYRINX_ERROR_INPUT, "larger than %d MB", SX_DOCUMENT_LIMIT >> 20);
}
