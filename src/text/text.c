/* text.c - the front end as a whole, and short cuts for one piece of plain text. */
#include "text/text.h"

#include <stdlib.h>
#include <string.h>

#include "text/data.h"
#include "text/front.h"
#include "text/print.h"

int sx_text_new(const char *lexicon, int flags, struct sx_text **out, struct sx_error *error)
{
    struct sx_text *text = calloc(1, sizeof *text);
    if (!text)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    text->flags = flags;
    int status = sx_data_open(NULL, error);
    if (status >= 0)
        status = sx_letters_model_new(&text->letters, error);
    if (status >= 0 && lexicon)
        status = sx_lexicon_watch_new(lexicon, &text->lexicon, error);
    if (status < 0) {
        sx_text_free(text);
        return status;
    }
    *out = text;
    return 0;
}

void sx_text_free(struct sx_text *text)
{
    if (!text)
        return;
    sx_lexicon_watch_free(text->lexicon);
    sx_letters_model_free(text->letters);
    free(text);
}

static int print(const struct sx_text *text, const char *bytes, size_t length, struct sx_printer *printer, struct sx_error *error)
{
    struct sx_reader *reader;
    int status = sx_reader_new(text, &reader, error);
    if (status < 0)
        return status;
    sx_print_begin(printer);
    /* in pieces, so that memory stays bounded */
    for (size_t at = 0; at < length && status >= 0;) {
        size_t n = length - at < 8192 ? length - at : 8192;
        status = sx_reader_push(reader, bytes + at, n, error);
        at += n;
        if (status >= 0)
            status = sx_print_ready(printer, reader, error);
    }
    sx_reader_end(reader);
    if (status >= 0)
        status = sx_print_ready(printer, reader, error);
    sx_print_end(printer);
    sx_reader_free(reader);
    return status < 0 ? status : printer->out->failed ? sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory") : 0;
}

int sx_text_normalize(const struct sx_text *text, const char *bytes, size_t length, struct sx_buffer *out, struct sx_error *error)
{
    struct sx_printer printer = {.form = SX_PRINT_WORDS, .out = out};
    return print(text, bytes, length, &printer, error);
}

int sx_text_phonemize(const struct sx_text *text, const char *bytes, size_t length, int alphabet, bool json, struct sx_buffer *out, struct sx_error *error)
{
    struct sx_printer printer = {.form = sx_print_form(alphabet), .json = json, .out = out};
    return print(text, bytes, length, &printer, error);
}
