/* data.c - the public calls for the text data. */
#include "base/error.h"
#include "text/data.h"

int syrinx_text_data_open(const char *path)
{
    return sx_data_open(path, sx_thread_error());
}

int syrinx_text_data_use(const void *bytes, size_t length)
{
    struct sx_error *error = sx_thread_error();
    return bytes ? sx_data_use(bytes, length, error) : sx_fail(error, SYRINX_ERROR_ARGUMENT, "syrinx_text_data_use: bytes is NULL");
}
