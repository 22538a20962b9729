/* letters_ngram.h - n-grams that judge beside the letter-to-sound networks.
 *
 * tools/train/letters/ngram.py writes "SXN1", little-endian: u32 codes, n-grams of orders 1 to 4; u16 codes, ascending. Token 0 stands before a word, 1
 * behind it, code i is token i + 2. Then the n-grams of each order in ascending order: u16 the last token | -10 log p << 9, and below order 4 u24 where
 * those begin that go on from it | -10 log of the weight of the shorter context << 18; one more at the end of each order.
 *
 * The build packs that (tool/ngrams.c) into half the room, "SXN2": u32 codes, n-grams of orders 1 to 3, positions of the parts: u16 codes; of each
 * token u8 -10 log p, u8 -10 log of the weight of the empty context, u16 its first pair, one more at the end; pairs: u16 the last token | -10 log p << 9;
 * directory and rows of the contexts (coded.h); the blocks of pairs: u24 where the run is, u24 the first triple in it; the blocks of triples: u24 where
 * the run is; runs. A block has what goes on from 4 pairs or 8 triples. For each of them: how many (255: and a further symbol), the weight of the shorter
 * context; then the tokens, ascending, each with its probability. Tokens are coded in two parts, 16 to a class, probabilities with 3 bits as they are. */
#ifndef SX_TEXT_LETTERS_NGRAM_H
#define SX_TEXT_LETTERS_NGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { SX_NGRAM_ORDER = 4, SX_NGRAM_TOKEN_BITS = 9, SX_NGRAM_CLASS_BITS = 4, SX_NGRAM_CLASSES = 1 << (SX_NGRAM_TOKEN_BITS - SX_NGRAM_CLASS_BITS) };
enum { SX_NGRAM_RAW = 3 };              /* bits of a probability that are not coded */
enum { SX_NGRAM_SIZES = 8 };            /* so many n-grams go on from here, roughly */
/* Contexts, of pairs and of triples each: */
enum {
    SX_NGRAM_COUNT,                                                                     /* how many go on; behind these two: how many past 255 */
    SX_NGRAM_BACK = SX_NGRAM_COUNT + 3,                                                 /* weight, by size */
    SX_NGRAM_P = SX_NGRAM_BACK + 2 * SX_NGRAM_SIZES,                                    /* probability, by size */
    SX_NGRAM_FIRST = SX_NGRAM_P + 2 * SX_NGRAM_SIZES,                                   /* class of the first token, by size */
    SX_NGRAM_NEXT = SX_NGRAM_FIRST + 2 * SX_NGRAM_SIZES,                                /* how much higher the next one's is, by size and class */
    SX_NGRAM_LOW = SX_NGRAM_NEXT + 2 * SX_NGRAM_SIZES * SX_NGRAM_CLASSES,               /* the token in its class, by class */
    SX_NGRAM_HIGHER = SX_NGRAM_LOW + 2 * SX_NGRAM_CLASSES,                              /* how much higher than the one before in the same class */
    SX_NGRAM_CONTEXTS = SX_NGRAM_HIGHER + 2 * SX_NGRAM_CLASSES,
};

/* Contexts in a block, of order 2 or 3. */
static inline uint32_t sx_ngram_block(int order)
{
    return order == 2 ? 4 : 8;
}

static inline int sx_ngram_size(int count)
{
    return count < 4 ? count : count < 6 ? 4 : count < 10 ? 5 : count < 20 ? 6 : 7;
}

enum { SX_NGRAM_PARTS = 8 };            /* codes, tokens, pairs, directory, rows, blocks of pairs, of triples, runs */

struct sx_letters_ngram {
    const unsigned char *part[SX_NGRAM_PARTS + 1];
    uint32_t code_count, count[3];
};

/* What has been asked lately: the ways to say a word have most of their n-grams in common. Starts as zeros, belongs to one thread and one file. */
struct sx_ngram_memo {
    struct {
        uint64_t key;           /* four tokens */
        int score;              /* -10 log of the probability of the fourth */
        int32_t pair, triple;   /* that it ends in, -1: none */
    } entries[2048];
};

/* In place: the data must stay. FORMAT when its size is not what it says. */
int sx_letters_ngram_open(const unsigned char *data, size_t size, struct sx_letters_ngram *ngram, struct sx_error *error);

/* What a code that is not in the file stands for from SX_NGRAM_ENDING on. */
enum { SX_NGRAM_OTHER = 1023, SX_NGRAM_ENDING = 1024 };

/* Log-probability of a word, given as codes. */
double sx_letters_ngram_score(const struct sx_letters_ngram *ngram, struct sx_ngram_memo *memo, const uint16_t *codes, int count);

#endif
