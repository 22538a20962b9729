/* reference.c - character references of HTML: numbers here, the two thousand names by gumbo. */
#include <gumbo.h>
#include <string.h>

#include "base/utf8.h"
#include "document/tree.h"

enum { LONGEST = 40 };          /* "&CounterClockwiseContourIntegral;" is the longest, 33 */

/* What numbers 0x80 to 0x9F mean: browsers take them for Windows-1252 (WHATWG HTML, numeric character reference end state). */
static const uint16_t windows[32] = {
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
    0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
};

static int digit_value(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;
}

static int decode_number(const char *text, size_t length, char bytes[8], size_t *used)
{
    int base = length > 2 && (text[2] == 'x' || text[2] == 'X') ? 16 : 10;
    size_t begin = base == 16 ? 3 : 2, i = begin;
    uint32_t value = 0;
    for (; i < length && digit_value(text[i]) < base; i++)
        value = value > 0x110000 ? value : value * (uint32_t)base + (uint32_t)digit_value(text[i]);
    if (i == begin)
        return 0;
    *used = i + (i < length && text[i] == ';');
    if (value >= 0x80 && value < 0xA0)
        value = windows[value - 0x80];
    if (value == 0 || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))
        value = 0xFFFD;
    return sx_utf8_encode(value, bytes);
}

/* "notit;" is "not" and text: what gumbo leaves behind the character tells how much of the name was used. */
static int decode_by_gumbo(const char *text, size_t length, char bytes[8], size_t *used)
{
    GumboOptions options = kGumboDefaultOptions;
    options.fragment_context = GUMBO_TAG_DIV;
    GumboOutput *output = gumbo_parse_with_options(&options, text, length);
    int result = 0;
    if (!output)
        return 0;
    const GumboVector *children = &output->root->v.element.children;
    const GumboNode *node = children->length == 1 ? children->data[0] : NULL;
    if (node && (node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_WHITESPACE)) {
        const char *made = node->v.text.text;
        size_t count = strlen(made), rest = 0;
        if (count != length || memcmp(made, text, length) != 0) {
            while (rest + 1 < count && rest + 2 < length && made[count - 1 - rest] == text[length - 1 - rest])
                rest++;
            if (count - rest <= 8) {
                memcpy(bytes, made, count - rest);
                result = (int)(count - rest);
                *used = length - rest;
            }
        }
    }
    gumbo_destroy_output(&options, output);
    return result;
}

int sx_reference_decode(const char *text, size_t length, char bytes[8], size_t *used)
{
    static const struct { const char *name, *text; } common[] = {
        { "amp;", "&" }, { "lt;", "<" }, { "gt;", ">" }, { "quot;", "\"" }, { "apos;", "'" }, { "nbsp;", "\u00A0" }, { "mdash;", "\u2014" },
        { "ndash;", "\u2013" }, { "lsquo;", "\u2018" }, { "rsquo;", "\u2019" }, { "ldquo;", "\u201C" }, { "rdquo;", "\u201D" }, { "hellip;", "\u2026" },
    };
    size_t i = 1;
    if (length < 3)
        return 0;
    if (text[1] == '#')
        return decode_number(text, length, bytes, used);
    for (size_t k = 0; k < sizeof common / sizeof *common; k++) {
        size_t n = strlen(common[k].name);
        if (n < length && memcmp(common[k].name, text + 1, n) == 0) {
            size_t count = strlen(common[k].text);
            memcpy(bytes, common[k].text, count);
            *used = n + 1;
            return (int)count;
        }
    }
    while (i < length && i < LONGEST && ((text[i] >= 'a' && text[i] <= 'z') || (text[i] >= 'A' && text[i] <= 'Z') || digit_value(text[i]) < 10))
        i++;
    if (i < 3 || i == LONGEST)
        return 0;
    return decode_by_gumbo(text, i + (i < length && text[i] == ';'), bytes, used);
}

void sx_reference_text(const char *text, size_t length, struct sx_buffer *out)
{
    for (size_t i = 0; i < length;) {
        const char *at = memchr(text + i, '&', length - i);
        size_t plain = at ? (size_t)(at - text) - i : length - i, used;
        char bytes[8];
        sx_buffer_add(out, text + i, plain);
        i += plain;
        if (!at)
            break;
        int n = sx_reference_decode(at, length - i, bytes, &used);
        if (n > 0)
            sx_buffer_add(out, bytes, (size_t)n);
        else
            sx_buffer_putc(out, '&');
        i += n > 0 ? used : 1;
    }
}
