/* faults.c - counts what is wrong with a package and hands it on. */
#include "voice/faults.h"

#include <stdarg.h>
#include <stdio.h>

static void make(struct sx_error *error, int code, const char *format, va_list arguments)
{
    char text[sizeof error->message];
    vsnprintf(text, sizeof text, format, arguments);
    for (char *c = text; *c; c++)           /* names and cards of strangers must not move a terminal's cursor about */
        if ((unsigned char)*c < 0x20 || *c == 0x7F)
            *c = '?';
    sx_fail(error, code, "%s", text);       /* cuts at a character */
}

int sx_fault(struct sx_faults *faults, int code, const char *format, ...)
{
    struct sx_error error;
    va_list arguments;
    va_start(arguments, format);
    make(&error, code, format, arguments);
    va_end(arguments);
    if (code == SYRINX_ERROR_MEMORY)
        faults->memory = true;
    if (faults->count++ == 0)
        faults->first = error;
    if (faults->tell && code != SYRINX_ERROR_MEMORY)
        faults->tell(faults->user, false, error.message);
    return code;
}

void sx_hint(struct sx_faults *faults, const char *format, ...)
{
    struct sx_error error;
    va_list arguments;
    if (!faults->tell)
        return;
    va_start(arguments, format);
    make(&error, SYRINX_OK, format, arguments);
    va_end(arguments);
    faults->tell(faults->user, true, error.message);
}
