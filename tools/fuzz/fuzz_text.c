/* fuzz_text.c - any bytes to utterances: the first byte chooses how the rest is cut into pieces. */
#include <stdlib.h>

#include "text/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct sx_text *text;
    static struct sx_reader *reader;        /* kept: making the network's memory anew each time would take most of the time */
    struct sx_error error;
    struct sx_utterance u;
    if (!text && (sx_text_new(NULL, 0, &text, &error) < 0 || sx_reader_new(text, &reader, &error) < 0))
        abort();
    if (!size)
        return 0;
    sx_reader_reset(reader);
    size_t piece = data[0] ? data[0] : size;
    data++;
    size--;
    for (size_t at = 0; at <= size;) {
        size_t n = size - at < piece ? size - at : piece;
        if (sx_reader_push(reader, (const char *)data + at, n, &error) < 0)
            abort();
        at += n;
        if (at == size) {
            sx_reader_end(reader);
            at++;
        }
        int status;
        while ((status = sx_reader_next(reader, &u, &error)) > 0) {
            int phones = 0;
            for (int i = 0; i < u.token_count; i++)
                phones += u.tokens[i].phone >= SX_PHONE_FIRST;
            if (!phones || phones > SX_UTTERANCE_PHONES || u.begin >= u.end || u.end > size)
                abort();
            for (int i = 0; i < u.word_count; i++)
                if (u.words[i].begin < u.begin || u.words[i].begin >= u.words[i].end || u.words[i].end > u.end)
                    abort();
        }
        if (status < 0)
            abort();
    }
    return 0;
}
