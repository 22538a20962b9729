/* letters_ngram.h - n-grams that judge beside the letter-to-sound networks.
 *
 * File, little-endian, written by tools/train/letters/ngram.py: "SXN1"; u32 codes, n-grams of orders 1 to 4; u16 codes, ascending. Token 0 stands before a word, 1 behind it, code i is token i + 2. Then the n-grams of each order in ascending order: u16 the last token |
 * -10 log p << 9, and below order 4 u24 where those begin that go on from it | -10 log of the weight of the shorter context << 18; one more at the end
 * of each order. */
#ifndef SX_TEXT_LETTERS_NGRAM_H
#define SX_TEXT_LETTERS_NGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct sx_letters_ngram {
    const unsigned char *codes, *level[4];
    uint32_t code_count, count[4];
};

/* In place: the data must stay. FORMAT when its size is not what it says. */
int sx_letters_ngram_open(const unsigned char *data, size_t size, struct sx_letters_ngram *ngram, struct sx_error *error);

/* What a code that is not in the file stands for from SX_NGRAM_ENDING on. */
enum { SX_NGRAM_OTHER = 1023, SX_NGRAM_ENDING = 1024 };

/* Log-probability of a word, given as codes. */
double sx_letters_ngram_score(const struct sx_letters_ngram *ngram, const uint16_t *codes, int count);

#endif
