/* fuzz_data.c - bytes as a text data file, past the digests: no section leads out of the file. */
#include <stdint.h>
#include <stdlib.h>

#include "text/data.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct sx_data parsed;
    struct sx_error error;
    unsigned sum = 0;
    int code = sx_data_parse(data, size, &parsed, &error);
    if (code != SYRINX_OK && code != SYRINX_ERROR_FORMAT && code != SYRINX_ERROR_UNSUPPORTED)
        abort();
    for (int i = 0; code == SYRINX_OK && i < SX_DATA_SECTIONS; i++) {
        if (sx_data_check(&parsed, (enum sx_data_section)i, &error) < 0)
            abort();
        for (const unsigned char *p = parsed.section[i].data; p < parsed.section[i].end; p++)
            sum += *p;
    }
    return sum == 1 ? -1 : 0;
}
