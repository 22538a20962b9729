/* error.h - how one part of Syrinx tells another what went wrong: a code of syrinx.h and a sentence.
 *
 * Functions that can fail take a `struct sx_error *` (never NULL) and return sx_fail(...), so that a failure is one
 * line: `return sx_fail(error, SYRINX_ERROR_IO, "%s: %s", path, strerror(errno));`. A caller that adds context calls sx_context(). */
#ifndef SX_BASE_ERROR_H
#define SX_BASE_ERROR_H

#include "syrinx.h"

struct sx_error {
    int code;               /* SYRINX_OK or a negative code of syrinx.h */
    char message[504];      /* UTF-8, NUL-terminated, cut at a character when too long */
};

/* Writes code and message, returns code. */
int sx_fail(struct sx_error *error, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Puts "prefix: " before the message; returns error->code. */
int sx_context(struct sx_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

void sx_error_clear(struct sx_error *error);

/* The message of calls that have no handle: one a thread. */
struct sx_error *sx_thread_error(void);

#endif
