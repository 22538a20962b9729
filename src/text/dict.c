/* dict.c - a binary search over the blocks' first keys, then a walk through one block of front-coded keys. */
#include "text/dict.h"

#include <stdint.h>
#include <string.h>

static uint32_t read32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static int compare(const char *a, size_t a_length, const unsigned char *b, size_t b_length)
{
    int c = memcmp(a, b, a_length < b_length ? a_length : b_length);
    return c ? c : (a_length > b_length) - (a_length < b_length);
}

bool sx_dict_find(struct sx_dict dict, const char *key, size_t length, const unsigned char **value, size_t *value_length)
{
    uint32_t entries = read32(dict.data + 4), low = 0, high = read32(dict.data + 8);
    while (low < high) {        /* the last block whose first key is not behind `key` */
        uint32_t middle = (low + high) / 2;
        const unsigned char *p = dict.data + read32(dict.data + 12 + 4 * middle);
        if (compare(key, length, p + 4, p[1]) < 0)
            high = middle;
        else
            low = middle + 1;
    }
    if (!low)
        return false;
    const unsigned char *p = dict.data + read32(dict.data + 12 + 4 * (low - 1));
    uint32_t left = entries - 16 * (low - 1);
    size_t match = 0;           /* bytes of `key` that agree with the entry before */
    for (uint32_t i = 0; i < 16 && i < left && p < dict.end; i++) {
        size_t shared = p[0], more = p[1], size = p[2] | (size_t)p[3] << 8;
        if (shared < match)
            return false;       /* the entry differs from `key` where the one before agreed, and the keys ascend */
        if (shared == match) {
            size_t n = 0;
            while (n < more && match < length && p[4 + n] == (unsigned char)key[match]) {
                n++;
                match++;
            }
            if (n == more && match == length) {
                *value = p + 4 + more;
                *value_length = size;
                return true;
            }
        }
        p += 4 + more + size;
    }
    return false;
}
