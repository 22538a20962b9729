/* sha256.h - the digest that finds damaged voice files (FIPS 180-4). */
#ifndef SX_BASE_SHA256_H
#define SX_BASE_SHA256_H

#include <stddef.h>

/* Writes 64 lower-case hex digits and a NUL. */
void sx_sha256_hex(const void *data, size_t length, char hex[65]);

#endif
