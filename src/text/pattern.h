/* pattern.h - small regular expressions over ASCII, read straight from their text: what the rules of normalisation are written in.
 *
 * A pattern matches at the begin of a text. Everything stands for itself (a stop too) but: ( ) group and capture, | alternatives within a group, [a-z] [^a-z]
 * one byte of a set, ? * + {n} {n,m} greedy repeats, and
 *   \d digit   \u capital   \l small letter   \a letter   \w letter or digit   \s space or line end   \S anything else but the end   \X the byte X
 *   \b no letter (of ASCII, or of two bytes of UTF-8) or digit follows   \e the same, and no [.,:/-] with a digit behind it: a number ends
 * A text ends with NUL, which matches nothing. Work is bounded: a hostile text makes a pattern fail, never hang. */
#ifndef SX_TEXT_PATTERN_H
#define SX_TEXT_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

enum { SX_PATTERN_GROUPS = 12 };

struct sx_match {
    size_t length;                                  /* bytes matched */
    const char *from[SX_PATTERN_GROUPS];            /* group i: [from, from + size), NULL when it took no part; 0 is the whole */
    size_t size[SX_PATTERN_GROUPS];
};

bool sx_match(const char *pattern, const char *text, struct sx_match *match);
/* Letters match in either case. */
bool sx_match_nocase(const char *pattern, const char *text, struct sx_match *match);

#endif
