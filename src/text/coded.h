/* coded.h - symbols coded by an asymmetric numeral system (Duda 2009; the range variant with bytes of Giesen): how the large tables of the front end
 * lie in the text data. tool/coder.c writes it.
 *
 * Directory: u16 for each context, its first row. Rows: u8 symbol, u16 frequency (in 4096ths, falling; those of one context add up to 4096).
 * A run: u24 state, bytes. A reader never leaves the bytes it was given, whatever they are. */
#ifndef SX_TEXT_CODED_H
#define SX_TEXT_CODED_H

#include <stdint.h>

enum { SX_CODED_BITS = 12, SX_CODED_STATE_MIN = 1 << 16 };      /* the state lies from here to 256 times this */

struct sx_coded {
    const unsigned char *directory, *rows, *rows_end, *p, *end;
    uint32_t state;
};

static inline uint32_t sx_read16(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static inline uint32_t sx_read24(const unsigned char *p)
{
    return sx_read16(p) | (uint32_t)p[2] << 16;
}

static inline uint32_t sx_read32(const unsigned char *p)
{
    return sx_read16(p) | sx_read16(p + 2) << 16;
}

static inline void sx_coded_start(struct sx_coded *coded, const unsigned char *p)
{
    coded->state = coded->end - p >= 3 ? sx_read24(p) : 0;
    coded->p = coded->end - p >= 3 ? p + 3 : coded->end;
}

/* The next symbol in a context. */
static inline int sx_coded_next(struct sx_coded *coded, int context)
{
    const unsigned char *row = coded->rows + 3 * sx_read16(coded->directory + 2 * context);
    uint32_t left = coded->state & ((1 << SX_CODED_BITS) - 1), frequency = 0;
    for (;; row += 3) {
        if (coded->rows_end - row < 3)
            return 0;
        frequency = sx_read16(row + 1);
        if (left < frequency)
            break;
        left -= frequency;
    }
    coded->state = frequency * (coded->state >> SX_CODED_BITS) + left;
    while (coded->state < SX_CODED_STATE_MIN && coded->p < coded->end)
        coded->state = coded->state << 8 | *coded->p++;
    return row[0];
}

/* A number of `bits` bits that was not worth coding. */
static inline int sx_coded_raw(struct sx_coded *coded, int bits)
{
    int value = (int)(coded->state & ((1u << bits) - 1));
    coded->state >>= bits;
    while (coded->state < SX_CODED_STATE_MIN && coded->p < coded->end)
        coded->state = coded->state << 8 | *coded->p++;
    return value;
}

#endif
