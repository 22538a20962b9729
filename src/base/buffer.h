/* buffer.h - a growing run of bytes, always NUL-terminated behind the last one.
 *
 * A failed allocation sets `failed` and later calls do nothing, so a writer checks once at the end. */
#ifndef SX_BASE_BUFFER_H
#define SX_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

struct sx_buffer {
    char *data;             /* NULL while nothing was written */
    size_t length, capacity;
    bool failed;
};

void sx_buffer_add(struct sx_buffer *buffer, const void *bytes, size_t length);
void sx_buffer_puts(struct sx_buffer *buffer, const char *text);
void sx_buffer_putc(struct sx_buffer *buffer, char byte);
void sx_buffer_printf(struct sx_buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Drops `length` bytes at the front. */
void sx_buffer_drop(struct sx_buffer *buffer, size_t length);
void sx_buffer_clear(struct sx_buffer *buffer);     /* keeps the memory */
void sx_buffer_free(struct sx_buffer *buffer);
/* Makes room for `more` bytes behind the end; false when there is no memory. */
bool sx_buffer_reserve(struct sx_buffer *buffer, size_t more);

#endif
