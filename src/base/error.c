/* error.c - codes and messages. */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

int sx_fail(struct sx_error *error, int code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char text[sizeof error->message];      /* the arguments may point into error->message */
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    size_t length = strlen(text);
    text[length - (size_t)sx_utf8_pending(text, length)] = '\0';        /* cut within a character */
    memcpy(error->message, text, sizeof text);
    error->code = code;
    return code;
}

int sx_context(struct sx_error *error, const char *format, ...)
{
    char prefix[sizeof error->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(prefix, sizeof prefix, format, arguments);
    va_end(arguments);
    return sx_fail(error, error->code, "%s: %s", prefix, error->message);
}

void sx_error_clear(struct sx_error *error)
{
    error->code = SYRINX_OK;
    error->message[0] = '\0';
}

struct sx_error *sx_thread_error(void)
{
    static _Thread_local struct sx_error error;
    return &error;
}

const char *syrinx_last_message(void)
{
    return sx_thread_error()->message;
}

const char *syrinx_strerror(int code)
{
    switch (code) {
    case SYRINX_ERROR_ARGUMENT: return "invalid argument";
    case SYRINX_ERROR_MEMORY: return "out of memory";
    case SYRINX_ERROR_NOT_FOUND: return "not found";
    case SYRINX_ERROR_IO: return "input or output failed";
    case SYRINX_ERROR_FORMAT: return "damaged or unknown format";
    case SYRINX_ERROR_UNSUPPORTED: return "not supported";
    case SYRINX_ERROR_INPUT: return "input refused";
    case SYRINX_ERROR_DEVICE: return "audio device failed";
    case SYRINX_ERROR_CANCELLED: return "cancelled";
    case SYRINX_ERROR_EXISTS: return "exists already";
    case SYRINX_AGAIN: return "more text needed";
    default: return code >= 0 ? "success" : "unknown error";
    }
}
