/* ogg_serial.c - libsndfile draws the serial number of an Ogg stream from the clock; ours comes from the file's name. (RFC 3533, section 6.)
 *
 * A page's checksum is a CRC that begins at 0, which is linear: what it changes by is the checksum of the change alone, and the body need not be known. */
#include "audio/ogg_serial.h"

#include <string.h>

enum { SERIAL_AT = 14, SUM_AT = 22, SEGMENTS_AT = 26, FIXED = 27 };

uint32_t sx_ogg_serial_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    uint32_t hash = 0x811C9DC5u;                        /* FNV-1a */
    for (const char *c = slash ? slash + 1 : path; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 0x01000193u;
    return hash;
}

static uint32_t read32(const unsigned char *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void write32(unsigned char *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (unsigned char)(value >> 8 * i);
}

/* The checksum of four bytes and `zeros` zero bytes behind them. */
static uint32_t sum_of(uint32_t value, size_t zeros)
{
    unsigned char bytes[4];
    uint32_t sum = 0;
    write32(bytes, value);
    for (size_t i = 0; i < 4 + zeros; i++) {
        sum ^= i < 4 ? (uint32_t)bytes[i] << 24 : 0;
        for (int bit = 0; bit < 8; bit++)
            sum = sum << 1 ^ (sum & 0x80000000u ? 0x04C11DB7u : 0);
    }
    return sum;
}

size_t sx_ogg_serial_page(struct sx_ogg_serial *ogg, const unsigned char *bytes, size_t length, unsigned char header[SX_OGG_HEADER_MOST])
{
    if (ogg->body > 0 || length < FIXED || memcmp(bytes, "OggS", 4) != 0 || length < FIXED + (size_t)bytes[SEGMENTS_AT]) {
        ogg->body -= length < ogg->body ? length : ogg->body;
        return 0;
    }
    size_t size = FIXED + (size_t)bytes[SEGMENTS_AT], body = 0;
    for (size_t i = FIXED; i < size; i++)
        body += bytes[i];
    memcpy(header, bytes, size);
    uint32_t change = read32(bytes + SERIAL_AT) ^ ogg->serial;
    write32(header + SERIAL_AT, ogg->serial);
    write32(header + SUM_AT, read32(bytes + SUM_AT) ^ sum_of(change, size - SERIAL_AT - 4 + body));
    ogg->body = body > length - size ? body - (length - size) : 0;
    return size;
}
