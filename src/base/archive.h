/* archive.h - files inside a ZIP archive in memory, with limits that a bomb runs into. */
#ifndef SX_BASE_ARCHIVE_H
#define SX_BASE_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum {
    SX_ARCHIVE_ENTRY = 32 << 20,        /* bytes of one file, of all that are read from one archive, and how many files there may be */
    SX_ARCHIVE_TOTAL = 128 << 20,
    SX_ARCHIVE_FILES = 20000
};

struct sx_archive;

/* The bytes stay the caller's and live as long as the archive. FORMAT, INPUT (too many files), MEMORY. */
int sx_archive_open(const void *bytes, size_t length, struct sx_archive **archive, struct sx_error *error);
void sx_archive_close(struct sx_archive *archive);
bool sx_archive_has(const struct sx_archive *archive, const char *name);
/* One file in fresh memory, NUL-terminated. FORMAT (missing, damaged), INPUT (too large, or packed a thousandfold), UNSUPPORTED (enciphered), MEMORY. */
int sx_archive_read(struct sx_archive *archive, const char *name, char **bytes, size_t *length, struct sx_error *error);

#endif
