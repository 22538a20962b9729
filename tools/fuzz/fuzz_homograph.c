/* fuzz_homograph.c - any bytes around a homograph, the word at any place of them: always a reading, never a read outside. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text/homograph.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const words[] = {"read", "record", "august", "uses", "records", "used", "nice", "r\xC3\xA9sum\xC3\xA9"};
    struct sx_phone out[SX_WORD_PHONES];
    if (size < 5)
        return 0;
    const char *word = words[data[0] % (sizeof words / sizeof words[0])], *text = (const char *)data + 5;
    size_t length = size - 5;
    uint32_t begin = data[1] | (uint32_t)data[2] << 8, end = begin + (data[3] | (uint32_t)data[4] << 8);
    int n = sx_homograph_pick(text, length, begin, end, word, out);
    if (n < 0 || n > SX_WORD_PHONES || (n == 0) != (begin >= end || end > length))
        abort();
    char *role = malloc(length + 1);
    if (!role)
        return 0;
    memcpy(role, text, length);
    role[length] = 0;
    n = sx_homograph_role(word, role, out);
    if (n < 0 || n > SX_WORD_PHONES)
        abort();
    free(role);
    return 0;
}
