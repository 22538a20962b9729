/* ascii.h - letters of ASCII alone, whatever the process's locale: in a Turkish one, strcasecmp finds "TITLE" and "title" different. */
#ifndef SX_BASE_ASCII_H
#define SX_BASE_ASCII_H

#include <stdbool.h>
#include <stddef.h>

static inline char sx_ascii_lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static inline bool sx_ascii_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Blank, tab, newline, vertical tab, form feed, return. */
static inline bool sx_ascii_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* As strncasecmp: at most `length` bytes, none behind a NUL. */
static inline int sx_ascii_compare_n(const char *a, const char *b, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char x = (unsigned char)sx_ascii_lower(a[i]), y = (unsigned char)sx_ascii_lower(b[i]);
        if (x != y || !x)
            return x - y;
    }
    return 0;
}

/* As strcasecmp. */
static inline int sx_ascii_compare(const char *a, const char *b)
{
    return sx_ascii_compare_n(a, b, (size_t)-1);
}

#endif
