/* utf8.c - the table of well-formed sequences (Unicode 15, table 3-7) as comparisons. */
#include "base/utf8.h"

/* Allowed range of the second byte and number of bytes for a lead byte; 0 for an invalid lead. */
static int lead_info(unsigned char lead, unsigned char *low, unsigned char *high)
{
    *low = 0x80;
    *high = 0xBF;
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead <= 0xDF)
        return 2;
    if (lead >= 0xE0 && lead <= 0xEF) {
        if (lead == 0xE0)
            *low = 0xA0;
        if (lead == 0xED)
            *high = 0x9F;
        return 3;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        if (lead == 0xF0)
            *low = 0x90;
        if (lead == 0xF4)
            *high = 0x8F;
        return 4;
    }
    return 0;
}

int sx_utf8_decode(const char *text, size_t length, uint32_t *codepoint)
{
    const unsigned char *bytes = (const unsigned char *)text;
    unsigned char low, high;
    int n = lead_info(bytes[0], &low, &high);
    *codepoint = 0xFFFD;
    if (n == 0)
        return 1;
    if (n == 1) {
        *codepoint = bytes[0];
        return 1;
    }
    uint32_t value = bytes[0] & (0xFFu >> (n + 1));
    for (int i = 1; i < n; i++) {
        if ((size_t)i >= length || bytes[i] < low || bytes[i] > high)
            return i;
        value = value << 6 | (bytes[i] & 0x3F);
        low = 0x80;
        high = 0xBF;
    }
    *codepoint = value;
    return n;
}

int sx_utf8_encode(uint32_t codepoint, char bytes[4])
{
    if (codepoint > 0x10FFFF || (codepoint >= 0xD800 && codepoint <= 0xDFFF))
        codepoint = 0xFFFD;
    if (codepoint < 0x80) {
        bytes[0] = (char)codepoint;
        return 1;
    }
    if (codepoint < 0x800) {
        bytes[0] = (char)(0xC0 | codepoint >> 6);
        bytes[1] = (char)(0x80 | (codepoint & 0x3F));
        return 2;
    }
    if (codepoint < 0x10000) {
        bytes[0] = (char)(0xE0 | codepoint >> 12);
        bytes[1] = (char)(0x80 | (codepoint >> 6 & 0x3F));
        bytes[2] = (char)(0x80 | (codepoint & 0x3F));
        return 3;
    }
    bytes[0] = (char)(0xF0 | codepoint >> 18);
    bytes[1] = (char)(0x80 | (codepoint >> 12 & 0x3F));
    bytes[2] = (char)(0x80 | (codepoint >> 6 & 0x3F));
    bytes[3] = (char)(0x80 | (codepoint & 0x3F));
    return 4;
}

int sx_utf8_pending(const char *text, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)text;
    for (int back = 1; back <= 3 && (size_t)back <= length; back++) {
        unsigned char byte = bytes[length - (size_t)back];
        if ((byte & 0xC0) == 0x80)
            continue;
        unsigned char low, high;
        int n = lead_info(byte, &low, &high);
        if (n <= back)
            return 0;
        if (back >= 2) {
            unsigned char second = bytes[length - (size_t)back + 1];
            if (second < low || second > high)
                return 0;
        }
        return back;
    }
    return 0;
}
