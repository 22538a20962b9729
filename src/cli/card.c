/* card.c - the cursor over a card's JSON, and wrapped paragraphs. */
#include "card.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 64 };

static const char *skip_space(const char *s)
{
    return s + strspn(s, " \t\n\r");
}

static const char *skip_string(const char *s)
{
    for (s++; *s && *s != '"'; s++)
        s += *s == '\\' && s[1];
    return s + (*s == '"');
}

/* Behind a value; at the end of the text when it does not end. */
static const char *skip_value(const char *s)
{
    int depth = 0;
    do {
        s = skip_space(s);
        if (*s == '"')
            s = skip_string(s);
        else if (*s == '{' || *s == '[')
            depth++, s++;
        else if (*s == '}' || *s == ']')
            depth--, s++;
        else if (*s == ',' || *s == ':')
            s++;
        else
            s += strcspn(s, " \t\n\r,:]}\"[{");
        if (depth > MAX_DEPTH)
            return s + strlen(s);
    } while (*s && (depth > 0 || *skip_space(s) == ':'));
    return s;
}

bool card_is_container(const char *value)
{
    return value && (*value == '{' || *value == '[');
}

const char *card_next(const char *container, const char *at, char **key)
{
    if (key)
        *key = NULL;
    if (!card_is_container(container))
        return NULL;
    const char *s = skip_space(at ? skip_value(at) : container + 1);
    if (at && *s == ',')
        s = skip_space(s + 1);
    if (s == at || !*s || *s == '}' || *s == ']')
        return NULL;
    if (*container == '[')
        return s;
    const char *name = s;
    s = *s == '"' ? skip_space(skip_string(s)) : "";
    if (*s != ':')
        return NULL;
    if (key)
        *key = card_text(name);
    return skip_space(s + 1);
}

const char *card_member(const char *object, const char *key)
{
    char *name;
    const char *value = NULL;
    if (!object || *object != '{')
        return NULL;
    while ((value = card_next(object, value, &name))) {
        bool found = name && strcmp(name, key) == 0;
        free(name);
        if (found)
            return value;
    }
    return NULL;
}

/* -------------------------------------------------------------- text */

/* Four hexadecimal digits at `s`, or -1. */
static long hex4(const char *s)
{
    long value = 0;
    for (int i = 0; i < 4; i++) {
        const char *digits = "0123456789abcdef", *at = s[i] ? strchr(digits, s[i] | 0x20) : NULL;
        if (!at)
            return -1;
        value = value << 4 | (at - digits);
    }
    return value;
}

/* A character in UTF-8 behind `out`; what the screen must not get is a space. */
static char *put(char *out, long c)
{
    if (c < 0x20 || (c >= 0x7F && c < 0xA0))
        *out++ = ' ';
    else if (c < 0x80)
        *out++ = (char)c;
    else if (c < 0x800) {
        *out++ = (char)(0xC0 | c >> 6);
        *out++ = (char)(0x80 | (c & 63));
    } else if (c < 0x10000) {
        *out++ = (char)(0xE0 | c >> 12);
        *out++ = (char)(0x80 | (c >> 6 & 63));
        *out++ = (char)(0x80 | (c & 63));
    } else {
        *out++ = (char)(0xF0 | c >> 18);
        *out++ = (char)(0x80 | (c >> 12 & 63));
        *out++ = (char)(0x80 | (c >> 6 & 63));
        *out++ = (char)(0x80 | (c & 63));
    }
    return out;
}

/* An escape at *at (on its backslash) to `out`; \uXXXX takes 6 bytes and gives at most 3. */
static char *put_escape(char *out, const char **at)
{
    const char *s = *at;
    long c = s[1] == 'u' ? hex4(s + 2) : -1;
    if (c < 0) {
        out = put(out, s[1] && strchr("\"\\/", s[1]) ? s[1] : ' ');
        *at = s + 1 + (s[1] != '\0');
        return out;
    }
    s += 6;
    if (c >= 0xD800 && c < 0xDC00 && s[0] == '\\' && s[1] == 'u' && hex4(s + 2) >= 0xDC00) {
        c = 0x10000 + ((c & 0x3FF) << 10) + (hex4(s + 2) & 0x3FF);
        s += 6;
    }
    *at = s;
    return put(out, c >= 0xD800 && c < 0xE000 ? ' ' : c);
}

char *card_text(const char *value)
{
    if (!value || !*value || card_is_container(value))
        return NULL;
    const char *s = value, *end = *s == '"' ? skip_string(s) : s + strcspn(s, " \t\n\r,:]}");
    char *text = malloc((size_t)(end - s) + 1), *out = text;
    if (!text)
        return NULL;
    if (*s != '"') {
        while (s < end)
            out = put(out, (unsigned char)*s++ & 0x7F);
    } else {
        for (s++; s < end && *s != '"';) {
            if (*s == '\\')
                out = put_escape(out, &s);
            else if ((unsigned char)*s == 0xC2 && (unsigned char)s[1] < 0xA0) {
                *out++ = ' ';               /* control characters in UTF-8 */
                s += 1 + (s[1] != '\0');
            } else if ((unsigned char)*s < 0x80)
                out = put(out, *s++);
            else
                *out++ = *s++;
        }
    }
    *out = '\0';
    return text;
}

int card_width(const char *text)
{
    int width = 0;
    for (; *text; text++)
        width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

void card_paragraph(int indent, int width, const char *label, char *text)
{
    int columns = cli_columns(stdout), at = indent + width;
    if (!text || !*text) {
        free(text);
        return;
    }
    columns = columns > 110 ? 110 : columns < at + 30 ? at + 30 : columns;
    printf("%*s%s%*s", indent, "", label, width > card_width(label) ? width - card_width(label) : 1, "");
    bool first = true;
    for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
        int length = card_width(word);
        if (!first && at + 1 + length > columns) {
            printf("\n%*s", indent + width, "");
            at = indent + width;
            first = true;
        }
        printf("%s%s", first ? "" : " ", word);
        at += length + !first;
        first = false;
    }
    putchar('\n');
    free(text);
}
