/* encoding.c - which of two encodings a text has, and its way to UTF-8. */
#include "base/encoding.h"

#include <stdlib.h>

#include "base/utf8.h"

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

bool sx_encoding_is_latin(const char *bytes, size_t length)
{
    size_t good, bad;
    look_at(bytes, length, &good, &bad);
    return bad > good;
}

char *sx_encoding_convert(const char *bytes, size_t length, bool latin, size_t *out_length)
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
    if (out)
        out[n] = '\0';
    *out_length = n;
    return out;
}
