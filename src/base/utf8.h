/* utf8.h - decoding that never fails: what is not UTF-8 is U+FFFD, byte by byte as Unicode recommends. */
#ifndef SX_BASE_UTF8_H
#define SX_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Decodes the character at text[0..length), length >= 1, into *codepoint; returns its bytes (1 to 4). Overlong forms, surrogates, values over
 * U+10FFFF and truncated sequences give U+FFFD for the longest prefix of a valid sequence. */
int sx_utf8_decode(const char *text, size_t length, uint32_t *codepoint);

/* Writes 1 to 4 bytes, returns how many; an invalid code point is written as U+FFFD. */
int sx_utf8_encode(uint32_t codepoint, char bytes[4]);

/* 1 when text[0..length) ends inside a sequence that more bytes could complete: how many of its bytes are there (1 to 3), else 0. */
int sx_utf8_pending(const char *text, size_t length);

#endif
