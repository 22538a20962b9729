/* buffer.c - doubling growth. */
#include "base/buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool sx_buffer_reserve(struct sx_buffer *buffer, size_t more)
{
    if (buffer->failed)
        return false;
    if (more > SIZE_MAX / 2 || buffer->length > SIZE_MAX / 2 - more - 1) {
        buffer->failed = true;
        return false;
    }
    size_t need = buffer->length + more + 1;
    if (need <= buffer->capacity)
        return true;
    size_t capacity = buffer->capacity ? buffer->capacity : 64;
    while (capacity < need)
        capacity *= 2;
    char *data = realloc(buffer->data, capacity);
    if (!data) {
        buffer->failed = true;
        return false;
    }
    buffer->data = data;
    buffer->capacity = capacity;
    data[buffer->length] = '\0';
    return true;
}

void sx_buffer_add(struct sx_buffer *buffer, const void *bytes, size_t length)
{
    if (!sx_buffer_reserve(buffer, length))
        return;
    if (length)
        memcpy(buffer->data + buffer->length, bytes, length);
    buffer->length += length;
    buffer->data[buffer->length] = '\0';
}

void sx_buffer_puts(struct sx_buffer *buffer, const char *text)
{
    sx_buffer_add(buffer, text, strlen(text));
}

void sx_buffer_putc(struct sx_buffer *buffer, char byte)
{
    sx_buffer_add(buffer, &byte, 1);
}

void sx_buffer_printf(struct sx_buffer *buffer, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int need = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (need < 0)
        buffer->failed = true;
    else if (sx_buffer_reserve(buffer, (size_t)need)) {
        vsnprintf(buffer->data + buffer->length, (size_t)need + 1, format, again);
        buffer->length += (size_t)need;
    }
    va_end(again);
}

void sx_buffer_drop(struct sx_buffer *buffer, size_t length)
{
    if (length >= buffer->length) {
        sx_buffer_clear(buffer);
        return;
    }
    memmove(buffer->data, buffer->data + length, buffer->length - length + 1);
    buffer->length -= length;
}

void sx_buffer_clear(struct sx_buffer *buffer)
{
    buffer->length = 0;
    if (buffer->data)
        buffer->data[0] = '\0';
}

void sx_buffer_free(struct sx_buffer *buffer)
{
    free(buffer->data);
    memset(buffer, 0, sizeof *buffer);
}
