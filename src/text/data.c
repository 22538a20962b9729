/* data.c - the text data's file: its head, read with a doubt for every number, and the digests of its sections. */
#include "text/data.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/sha256.h"
#include "text/coded.h"

/* SX_DATA_DIGEST: the SHA-256 in the head of the file that this build made. */
#include "text/data_digest.inc"

static uint64_t read64(const unsigned char *p)
{
    return sx_read32(p) | (uint64_t)sx_read32(p + 4) << 32;
}

/* A fuzzer cannot guess digests; it is to get past them. */
static bool same_digest(const unsigned char *hex, const void *bytes, size_t size)
{
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
    (void)hex, (void)bytes, (void)size;
    return true;
#else
    char own[SX_DATA_HEX + 1];
    sx_sha256_hex(bytes, size, own);
    return memcmp(own, hex, SX_DATA_HEX) == 0;
#endif
}

static bool of_this_build(const unsigned char *hex)
{
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
    return hex != NULL;
#else
    return memcmp(hex, SX_DATA_DIGEST, SX_DATA_HEX) == 0;
#endif
}

int sx_data_parse(const unsigned char *bytes, size_t size, struct sx_data *data, struct sx_error *error)
{
    if (size < SX_DATA_HEAD + SX_DATA_HEX || memcmp(bytes, "SXT1", 4))
        return sx_fail(error, SYRINX_ERROR_FORMAT, "no text data of Syrinx, or cut off");
    size_t head = sx_read32(bytes + 4), count = sx_read32(bytes + 8), digest = head - SX_DATA_HEX;
    if (count > 1000 || head != SX_DATA_HEAD + SX_DATA_ENTRY * count + SX_DATA_HEX || head > size || !same_digest(bytes + digest, bytes, digest))
        return sx_fail(error, SYRINX_ERROR_FORMAT, "the head is damaged, or cut off");
    if (count != SX_DATA_SECTIONS || !of_this_build(bytes + digest))
        return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "text data of another build, of version %.*s; the library's is %s", SX_DATA_VERSION, (const char *)bytes + 24,
                       SX_VERSION);
    uint64_t whole = read64(bytes + 16);
    if (size != whole)
        return sx_fail(error, SYRINX_ERROR_FORMAT, "%zu bytes, not %" PRIu64 ": cut off, or changed", size, whole);
    data->entries = bytes + SX_DATA_HEAD;
    for (int i = 0; i < SX_DATA_SECTIONS; i++) {
        const unsigned char *entry = data->entries + SX_DATA_ENTRY * i;
        uint64_t at = read64(entry + 32), length = read64(entry + 40);
        if (at > size || length > size - at)
            return sx_fail(error, SYRINX_ERROR_FORMAT, "section %.32s lies outside the file", (const char *)entry);
        data->section[i] = (struct sx_section){bytes + at, bytes + at + length};
    }
    data->checked = 0;
    return SYRINX_OK;
}

int sx_data_check(struct sx_data *data, enum sx_data_section which, struct sx_error *error)
{
    if (data->checked & 1u << which)
        return SYRINX_OK;
    const struct sx_section *section = &data->section[which];
    const unsigned char *entry = data->entries + SX_DATA_ENTRY * (int)which;
    if (!same_digest(entry + 48, section->data, (size_t)(section->end - section->data)))
        return sx_fail(error, SYRINX_ERROR_FORMAT, "section %.32s is damaged", (const char *)entry);
    data->checked |= 1u << which;
    return SYRINX_OK;
}

_Static_assert(SX_DATA_SECTIONS <= 32, "bits of `checked`");
