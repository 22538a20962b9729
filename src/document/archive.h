/* archive.h - files inside a ZIP archive in memory, with limits that a bomb runs into; and XML that such files hold. */
#ifndef SX_DOCUMENT_ARCHIVE_H
#define SX_DOCUMENT_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct sx_archive;

/* The bytes stay the caller's and live as long as the archive. FORMAT, INPUT (too many files), MEMORY. */
int sx_archive_open(const void *bytes, size_t length, struct sx_archive **archive, struct sx_error *error);
void sx_archive_close(struct sx_archive *archive);
bool sx_archive_has(const struct sx_archive *archive, const char *name);
/* One file in fresh memory, NUL-terminated. FORMAT (missing, damaged), INPUT (too large, or packed a thousandfold), UNSUPPORTED (enciphered), MEMORY. */
int sx_archive_read(struct sx_archive *archive, const char *name, char **bytes, size_t *length, struct sx_error *error);

/* Called with local names ("creator", not "dc:creator"). Any may be NULL. A negative return ends the reading. */
struct sx_sax_calls {
    int (*begin)(void *user, const char *name, const char **attributes);
    int (*end)(void *user, const char *name);
    int (*text)(void *user, const char *text, size_t length);
};
/* FORMAT with the line, or what a call returned. */
int sx_sax_read(const char *bytes, size_t length, const struct sx_sax_calls *calls, void *user, struct sx_error *error);
/* The value of an attribute by its local name; NULL: not there. */
const char *sx_sax_attribute(const char **attributes, const char *name);

#endif
