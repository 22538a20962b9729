/* words.c - text without sound: the normalised words and the phones of a piece of text. */
#include <stdlib.h>
#include <string.h>

#include "api/handles.h"
#include "base/buffer.h"

/* Hands the buffer's memory to the caller. */
static int give(struct sx_buffer *buffer, int code, char **result, struct sx_error *error)
{
    if (code == SYRINX_OK && !buffer->data)
        sx_buffer_puts(buffer, "");
    if (code == SYRINX_OK && buffer->failed)
        code = sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    if (code < 0)
        sx_buffer_free(buffer);
    else
        *result = buffer->data;
    return code;
}

int syrinx_normalize(const char *text, size_t length, char **result)
{
    struct sx_error *error = sx_thread_error();
    struct sx_buffer buffer = {0};
    struct sx_text *front;
    if (!text || !result)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "syrinx_normalize: text or result is NULL");
    *result = NULL;
    int code = sx_text_new(NULL, 0, &front, error);
    if (code < 0)
        return code;
    code = sx_text_normalize(front, text, length == SYRINX_LEN_AUTO ? strlen(text) : length, &buffer, error);
    sx_text_free(front);
    return give(&buffer, code, result, error);
}

int syrinx_phonemize(const char *text, size_t length, int alphabet, int flags, const char *lexicon, char **result)
{
    struct sx_error *error = sx_thread_error();
    struct sx_buffer buffer = {0};
    struct sx_text *front;
    if (!text || !result || (alphabet != SYRINX_IPA && alphabet != SYRINX_ARPABET) || (flags & ~(SYRINX_NO_LEXICON | SYRINX_JSON)))
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "syrinx_phonemize: a NULL, or no known alphabet or flag");
    *result = NULL;
    int code = sx_text_new(lexicon, flags & SYRINX_NO_LEXICON ? SX_TEXT_NO_LEXICON : 0, &front, error);
    if (code < 0)
        return code;
    code = sx_text_phonemize(front, text, length == SYRINX_LEN_AUTO ? strlen(text) : length, alphabet, (flags & SYRINX_JSON) != 0, &buffer, error);
    sx_text_free(front);
    return give(&buffer, code, result, error);
}

void syrinx_free(void *memory)
{
    free(memory);
}
