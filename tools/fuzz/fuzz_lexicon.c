/* fuzz_lexicon.c - any bytes as a user's lexicon, plain or PLS, through a file in memory; then its own bytes are looked up in it. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "text/lexicon.h"
#include "text/text.h"

static void check_entry(const struct sx_lexicon_entry *entry)
{
    if (entry && (entry->phones ? entry->count < 1 || entry->count > SX_WORD_PHONES : !entry->words))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sx_lexicon *lexicon, *both;
    struct sx_text *text;
    struct sx_error error;
    char path[64];
    int fd = memfd_create("lexicon", 0);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (sx_lexicon_open(path, &lexicon, &error) >= 0) {
        if (sx_lexicon_join(lexicon, lexicon, &both, &error) < 0)
            abort();
        for (size_t i = 0; i < size && i < 4000; i++) {
            size_t took;
            const struct sx_lexicon_entry *entry = sx_lexicon_match(both, (const char *)data + i, size - i, i % 3 ? "VBD" : NULL, &took);
            if (!entry != !took || took > size - i)
                abort();
            check_entry(entry);
            check_entry(sx_lexicon_find(both, (const char *)data + i, size - i < 9 ? size - i : 9));
        }
        sx_lexicon_close(lexicon);
        sx_lexicon_close(both);
        if (size % 128 == 7 && sx_text_new(path, 0, &text, &error) >= 0) {      /* slow */
            struct sx_buffer out = {0};
            if (sx_text_phonemize(text, (const char *)data, size < 64 ? size : 64, SYRINX_IPA, true, &out, &error) < 0)
                abort();
            sx_buffer_free(&out);
            sx_text_free(text);
        }
    }
    close(fd);
    return 0;
}
