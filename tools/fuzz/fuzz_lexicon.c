/* fuzz_lexicon.c - any bytes as a user's lexicon, through a file in memory. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "text/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sx_text *text;
    struct sx_error error;
    char path[64];
    int fd = memfd_create("lexicon", 0);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (sx_text_new(path, 0, &text, &error) >= 0) {
        struct sx_buffer out = {0};
        if (sx_text_phonemize(text, (const char *)data, size < 500 ? size : 500, SYRINX_IPA, true, &out, &error) < 0)
            abort();
        sx_buffer_free(&out);
        sx_text_free(text);
    }
    close(fd);
    return 0;
}
