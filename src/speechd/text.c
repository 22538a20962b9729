/* text.c - bytes that grow. */
#include "speechd/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

void sd_text_clear(struct sd_text *text)
{
    text->length = 0;
    text->failed = false;
    if (text->bytes)
        text->bytes[0] = 0;
}

void sd_text_free(struct sd_text *text)
{
    free(text->bytes);
    memset(text, 0, sizeof *text);
}

void sd_text_add(struct sd_text *text, const char *bytes, size_t length)
{
    if (text->failed)
        return;
    if (length >= text->capacity - text->length) {
        size_t capacity = text->capacity ? text->capacity : 256;
        while (capacity - text->length <= length) {
            if (capacity > (size_t)1 << 40) {
                text->failed = true;
                return;
            }
            capacity *= 2;
        }
        char *grown = realloc(text->bytes, capacity);
        if (!grown) {
            text->failed = true;
            return;
        }
        text->bytes = grown;
        text->capacity = capacity;
    }
    if (length)
        memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = 0;
}

void sd_text_put(struct sd_text *text, const char *string)
{
    sd_text_add(text, string, strlen(string));
}

void sd_text_escape(struct sd_text *text, const char *bytes, size_t length)
{
    for (size_t at = 0; at < length;) {
        utf8proc_int32_t code;
        size_t left = length - at;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)bytes + at, left > 4 ? 4 : (utf8proc_ssize_t)left, &code);
        if (n <= 0) {
            sd_text_put(text, "\xEF\xBF\xBD");
            at++;
            continue;
        }
        if (code == '<')
            sd_text_put(text, "&lt;");
        else if (code == '>')
            sd_text_put(text, "&gt;");
        else if (code == '&')
            sd_text_put(text, "&amp;");
        else if (code == '"')
            sd_text_put(text, "&quot;");
        else if ((code < ' ' && code != '\t' && code != '\n' && code != '\r') || code == 0xFFFE || code == 0xFFFF)
            sd_text_put(text, " ");
        else
            sd_text_add(text, bytes + at, (size_t)n);
        at += (size_t)n;
    }
}

void sd_text_print(struct sd_text *text, const char *format, ...)
{
    char line[501];
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (n > 0)
        sd_text_add(text, line, (size_t)n < sizeof line ? (size_t)n : sizeof line - 1);
}
