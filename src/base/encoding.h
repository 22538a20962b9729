/* encoding.h - text of unknown origin to UTF-8: what is not UTF-8 is Windows-1252, as most old files are. */
#ifndef SX_BASE_ENCODING_H
#define SX_BASE_ENCODING_H

#include <stdbool.h>
#include <stddef.h>

/* All of it is UTF-8. */
bool sx_encoding_valid(const char *bytes, size_t length);
/* It has more bytes that are in no character of UTF-8 than characters of several bytes: so every byte is a character. */
bool sx_encoding_is_latin(const char *bytes, size_t length);
/* Fresh memory with a NUL behind; NULL: no memory. latin: every byte is a character of Windows-1252; else what is no UTF-8 becomes U+FFFD. */
char *sx_encoding_convert(const char *bytes, size_t length, bool latin, size_t *out_length);

/* Bytes of the byte order mark that the text begins with. */
static inline size_t sx_encoding_mark(const char *bytes, size_t length)
{
    return length >= 3 && (unsigned char)bytes[0] == 0xEF && (unsigned char)bytes[1] == 0xBB && (unsigned char)bytes[2] == 0xBF ? 3 : 0;
}

#endif
