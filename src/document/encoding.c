/* encoding.c - files to UTF-8: byte order marks, a page's charset, and what base/encoding.h makes of the rest. */
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/utf8.h"
#include "document/parts.h"

enum { CHARSET_WITHIN = 2048 };         /* bytes of a page in which its charset is looked for */

/* Whether the page says that it is in a one-byte Latin encoding. */
static bool says_latin(const char *bytes, size_t length)
{
    static const char *const names[] = { "windows-1252", "iso-8859-1", "iso-8859-15", "latin1", "us-ascii", "cp1252" };
    size_t within = length < CHARSET_WITHIN ? length : CHARSET_WITHIN;
    for (size_t i = 0; i + 12 < within; i++) {
        bool charset = sx_ascii_compare_n(bytes + i, "charset=", 8) == 0, encoding = sx_ascii_compare_n(bytes + i, "encoding=", 9) == 0;
        if (!charset && !encoding)
            continue;
        size_t at = i + (charset ? 8 : 9);
        at += bytes[at] == '"' || bytes[at] == '\'';
        for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
            size_t n = strlen(names[k]);
            if (within - at >= n && sx_ascii_compare_n(bytes + at, names[k], n) == 0)
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

int sx_encoding_read(const char *bytes, size_t length, bool html, char **out, size_t *out_length, struct sx_error *error)
{
    unsigned char first = length >= 2 ? (unsigned char)bytes[0] : 0, second = length >= 2 ? (unsigned char)bytes[1] : 0;
    if ((first == 0xFF && second == 0xFE) || (first == 0xFE && second == 0xFF)) {
        *out = from_utf16(bytes, length, first == 0xFE, out_length);
    } else if (sx_encoding_valid(bytes, length)) {
        if ((*out = malloc(length + 1))) {
            memcpy(*out, bytes, length);
            *out_length = length;
        }
    } else {
        *out = sx_encoding_convert(bytes, length, sx_encoding_is_latin(bytes, length) || (html && says_latin(bytes, length)), out_length);
    }
    if (!*out)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    char *fit = realloc(*out, *out_length + 1);
    *out = fit ? fit : *out;
    (*out)[*out_length] = '\0';
    return *out_length <= SX_DOCUMENT_LIMIT ? SYRINX_OK : sx_fail(error, SYRINX_ERROR_INPUT, "larger than %d MB", SX_DOCUMENT_LIMIT >> 20);
}
