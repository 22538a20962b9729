/* json.c - a strict reader (RFC 8259) of objects whose values are strings, numbers, true, false and null: no depth, no allocation.
 * jansson reads the cards, but does not tell where in a line a value stands, which the message about a wrong one has to. */
#include "json.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

int cli_json_wrong(struct cli_json *json, unsigned long column, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(json->message, sizeof json->message, format, arguments);
    va_end(arguments);
    json->column = column;
    return -1;
}

static int peek(const struct cli_json *json)
{
    return json->at < json->length ? (unsigned char)json->text[json->at] : -1;
}

/* What stands where something else should. */
static int unexpected(struct cli_json *json, const char *wanted)
{
    int byte = peek(json);
    if (byte < 0)
        return cli_json_wrong(json, json->column, "the line ends where %s should be", wanted);
    if (byte < 0x20 || byte >= 0x7F)
        return cli_json_wrong(json, json->column, "byte 0x%02X where %s should be", (unsigned)byte, wanted);
    return cli_json_wrong(json, json->column, "'%c' where %s should be", byte, wanted);
}

static void skip_blanks(struct cli_json *json)
{
    while (json->at < json->length && strchr(" \t\r\n", json->text[json->at]) && json->text[json->at]) {
        json->at++;
        json->column++;
    }
}

static bool take(struct cli_json *json, char byte)
{
    skip_blanks(json);
    if (peek(json) != (unsigned char)byte)
        return false;
    json->at++;
    json->column++;
    return true;
}

/* ------------------------------------------------------------------ strings */

/* Four hex digits at text[at..]; -1: they are not there. */
static int hex4(const struct cli_json *json, size_t at)
{
    int value = 0;
    for (size_t i = at; i < at + 4; i++) {
        int c = i < json->length ? (unsigned char)json->text[i] : 0;
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (digit < 0)
            return -1;
        value = value << 4 | digit;
    }
    return value;
}

static char *put_utf8(char *out, unsigned code)
{
    if (code < 0x80) {
        *out++ = (char)code;
        return out;
    }
    if (code < 0x800) {
        *out++ = (char)(0xC0 | code >> 6);
    } else {
        if (code < 0x10000) {
            *out++ = (char)(0xE0 | code >> 12);
        } else {
            *out++ = (char)(0xF0 | code >> 18);
            *out++ = (char)(0x80 | (code >> 12 & 0x3F));
        }
        *out++ = (char)(0x80 | (code >> 6 & 0x3F));
    }
    *out++ = (char)(0x80 | (code & 0x3F));
    return out;
}

/* An escape, at its backslash; *out moves on behind what it stands for. */
static int read_escape(struct cli_json *json, char **out)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    char kind = json->at + 1 < json->length ? json->text[json->at + 1] : '\0';
    const char *known = kind ? strchr(from, kind) : NULL;
    size_t used = 2;
    if (known) {
        *(*out)++ = to[known - from];
    } else if (kind == 'u') {
        int code = hex4(json, json->at + 2);
        used = 6;
        if (code < 0)
            return cli_json_wrong(json, json->column, "\\u needs four hexadecimal digits");
        if (code >= 0xD800 && code < 0xDC00) {
            int low = json->at + 7 < json->length && json->text[json->at + 6] == '\\' && json->text[json->at + 7] == 'u' ? hex4(json, json->at + 8) : -1;
            if (low < 0xDC00 || low > 0xDFFF)
                return cli_json_wrong(json, json->column, "\\u%04X is half of a character", (unsigned)code);
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            used = 12;
        } else if (code >= 0xDC00 && code < 0xE000) {
            return cli_json_wrong(json, json->column, "\\u%04X is half of a character", (unsigned)code);
        }
        if (code == 0)
            return cli_json_wrong(json, json->column, "a NUL in a string");
        *out = put_utf8(*out, (unsigned)code);
    } else {
        return cli_json_wrong(json, json->column, "a backslash that begins no escape");
    }
    json->at += used;
    json->column += used;
    return 0;
}

/* A string at its quote. */
static int read_string(struct cli_json *json, struct cli_json_value *value)
{
    char *out = json->text + ++json->at;
    value->kind = CLI_JSON_STRING;
    value->text = out;
    value->column = json->column++;
    for (;;) {
        int byte = peek(json);
        if (byte < 0)
            return cli_json_wrong(json, value->column, "this string has no end");
        if (byte == '"')
            break;
        if (byte == '\\') {
            if (read_escape(json, &out) < 0)
                return -1;
            continue;
        }
        if (byte == 0)
            return cli_json_wrong(json, json->column, "a NUL in a string");
        if (byte < 0x20)
            return cli_json_wrong(json, json->column, "a control character in a string: write it as \\u%04x", (unsigned)byte);
        bool valid;
        size_t n = cli_utf8(json->text + json->at, json->length - json->at, &valid);
        if (!valid)
            return cli_json_wrong(json, json->column, "byte 0x%02X is not UTF-8", (unsigned)byte);
        memmove(out, json->text + json->at, n);
        out += n;
        json->at += n;
        json->column++;
    }
    value->length = (size_t)(out - value->text);
    *out = '\0';                /* at the closing quote or before it */
    json->at++;
    json->column++;
    return 0;
}

/* ------------------------------------------------------------------ the other values */

static size_t digits(const char *text)
{
    return strspn(text, "0123456789");
}

static bool is_number(const char *text)
{
    text += *text == '-';
    size_t n = digits(text);
    if (n == 0 || (n > 1 && *text == '0'))
        return false;
    text += n;
    if (*text == '.') {
        n = digits(text + 1);
        if (n == 0)
            return false;
        text += 1 + n;
    }
    if (*text == 'e' || *text == 'E') {
        text++;
        text += *text == '+' || *text == '-';
        n = digits(text);
        if (n == 0)
            return false;
        text += n;
    }
    return *text == '\0';
}

/* A word of letters, digits, signs and points: a number or a name. */
static int read_word(struct cli_json *json, struct cli_json_value *value)
{
    static const struct { const char *name; enum cli_json_kind kind; } names[] = {
        { "true", CLI_JSON_TRUE }, { "false", CLI_JSON_FALSE }, { "null", CLI_JSON_NULL },
    };
    size_t n = 0;
    for (int c; (c = peek(json)) > 0 && strchr("+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", c); json->at++, json->column++) {
        if (n + 1 < sizeof value->number)
            value->number[n] = (char)c;
        n++;
    }
    if (n == 0)
        return unexpected(json, "a value");
    if (n >= sizeof value->number)
        return cli_json_wrong(json, value->column, "a word of %zu characters is no value", n);
    value->number[n] = '\0';
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(value->number, names[i].name) == 0) {
            value->kind = names[i].kind;
            return 0;
        }
    }
    value->kind = CLI_JSON_NUMBER;
    return is_number(value->number) ? 0 : cli_json_wrong(json, value->column, "'%s' is no value: a string needs quotes", value->number);
}

static int read_value(struct cli_json *json, struct cli_json_value *value)
{
    skip_blanks(json);
    memset(value, 0, sizeof *value);
    value->column = json->column;
    if (peek(json) == '"')
        return read_string(json, value);
    if (peek(json) == '{' || peek(json) == '[')
        return cli_json_wrong(json, json->column, "a value is a string, a number, true or false here, not an %s", peek(json) == '{' ? "object" : "array");
    return read_word(json, value);
}

int cli_json_begin(struct cli_json *json, char *text, size_t length)
{
    *json = (struct cli_json){ .text = text, .length = length, .column = 1 };
    text[length] = '\0';
    return take(json, '{') ? 0 : unexpected(json, "'{'");
}

int cli_json_next(struct cli_json *json, struct cli_json_value *key, struct cli_json_value *value)
{
    if (take(json, '}')) {
        skip_blanks(json);
        return json->at == json->length ? 0 : cli_json_wrong(json, json->column, "something stands behind the object: one object a line");
    }
    if (json->open && !take(json, ','))
        return unexpected(json, "',' or '}'");
    skip_blanks(json);
    memset(key, 0, sizeof *key);
    if (peek(json) != '"')
        return unexpected(json, json->open ? "a key in quotes" : "a key in quotes or '}'");
    if (read_string(json, key) < 0)
        return -1;
    if (!take(json, ':'))
        return unexpected(json, "':'");
    json->open = true;
    return read_value(json, value) < 0 ? -1 : 1;
}
