/* dict.h - read-only dictionaries, made at build time by tool/compile.c, looked up in the bytes of the text data as they lie there: nothing to do at start.
 *
 * Format, little-endian: "SXD1", u32 entries, u32 blocks, u32 offset of each block. A block has 16 entries in byte order: u8 bytes shared with the key
 * before (0 for the first), u8 further bytes, u16 bytes of the value, the further bytes, the value. */
#ifndef SX_TEXT_DICT_H
#define SX_TEXT_DICT_H

#include <stdbool.h>
#include <stddef.h>

#include "text/data.h"

struct sx_dict {
    const unsigned char *data, *end;
};

/* A dictionary of the text data. */
static inline struct sx_dict sx_dict_of(enum sx_data_section which)
{
    const struct sx_section section = sx_data(which);
    return (struct sx_dict){section.data, section.end};
}
#define SX_DICT(name) sx_dict_of(SX_DATA_##name)

/* The value of a key, not NUL-terminated; false when it is not there. */
bool sx_dict_find(struct sx_dict dict, const char *key, size_t length, const unsigned char **value, size_t *value_length);

#endif
