/* letters_ngram.c - looks n-grams up in the bytes of their file: from order to order a binary search among those that go on from the one before. */
#include "text/letters_ngram.h"

#include <stdbool.h>
#include <string.h>

#define STEP (-0.1)

enum { ORDER = 4, BEGIN = 0, END = 1, TOKEN_BITS = 9, CHILD_BITS = 18 };

static uint32_t read16(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t read32(const unsigned char *p)
{
    return read16(p) | read16(p + 2) << 16;
}

static size_t entry_size(int order)
{
    return order < ORDER ? 5 : 2;
}

int sx_letters_ngram_open(const unsigned char *data, size_t size, struct sx_letters_ngram *ngram, struct sx_error *error)
{
    size_t at = 4 + 4 * (1 + ORDER);
    if (size < at || memcmp(data, "SXN1", 4))
        return sx_fail(error, SYRINX_ERROR_FORMAT, "letter-to-sound: no n-grams");
    ngram->code_count = read32(data + 4);
    ngram->codes = data + at;
    at += 2 * (size_t)ngram->code_count;
    for (int n = 1; n <= ORDER; n++) {
        ngram->count[n - 1] = read32(data + 4 + 4 * n);
        ngram->level[n - 1] = data + (at < size ? at : size);
        at += entry_size(n) * ((size_t)ngram->count[n - 1] + 1);
    }
    if (at != size || ngram->code_count + 2 > 1 << TOKEN_BITS)
        return sx_fail(error, SYRINX_ERROR_FORMAT, "letter-to-sound: n-grams cut off");
    return 0;
}

/* The token, -1 for a code that the file does not know. */
static int token_of(const struct sx_letters_ngram *ngram, uint32_t code)
{
    uint32_t low = 0, high = ngram->code_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (read16(ngram->codes + 2 * middle) < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low < ngram->code_count && read16(ngram->codes + 2 * low) == code ? (int)low + 2 : -1;
}

static uint32_t children(const struct sx_letters_ngram *ngram, int order, uint32_t index)
{
    const unsigned char *p = ngram->level[order - 1] + entry_size(order) * index + 2;
    uint32_t at = (read16(p) | (uint32_t)p[2] << 16) & ((1 << CHILD_BITS) - 1);
    return at < ngram->count[order] ? at : ngram->count[order];
}

/* The index of an n-gram among those of its order; false when it is not there. */
static bool find(const struct sx_letters_ngram *ngram, const int *tokens, int order, uint32_t *index)
{
    uint32_t low = 0, high = ngram->count[0];
    for (int n = 1;; n++) {
        const unsigned char *level = ngram->level[n - 1];
        size_t size = entry_size(n);
        uint32_t end = high, token = (uint32_t)tokens[n - 1];
        while (low < high) {
            uint32_t middle = (low + high) / 2;
            if ((read16(level + size * middle) & ((1 << TOKEN_BITS) - 1)) < token)
                low = middle + 1;
            else
                high = middle;
        }
        if (low >= end || (read16(level + size * low) & ((1 << TOKEN_BITS) - 1)) != token)
            return false;
        if (n == order) {
            *index = low;
            return true;
        }
        uint32_t next = children(ngram, n, low);
        high = children(ngram, n, low + 1);
        low = next;
    }
}

/* tokens: [ORDER], the last one is asked for. */
static double conditional(const struct sx_letters_ngram *ngram, const int *tokens)
{
    double score = 0;
    uint32_t index;
    for (int order = ORDER; order > 0; order--) {
        const int *last = tokens + ORDER - order;
        if (find(ngram, last, order, &index))
            return score + STEP * (read16(ngram->level[order - 1] + entry_size(order) * index) >> TOKEN_BITS);
        if (order > 1 && find(ngram, last, order - 1, &index))
            score += STEP * (ngram->level[order - 2][entry_size(order - 1) * index + 4] >> (CHILD_BITS - 16));
    }
    return score + STEP * 127;
}

double sx_letters_ngram_score(const struct sx_letters_ngram *ngram, const uint16_t *codes, int count)
{
    int tokens[ORDER] = {BEGIN, BEGIN, BEGIN, BEGIN};
    double score = 0;
    for (int i = 0; i <= count; i++) {
        int token = i < count ? token_of(ngram, codes[i]) : END;
        if (token < 0 && codes[i] >= SX_NGRAM_ENDING)
            token = token_of(ngram, SX_NGRAM_OTHER);
        memmove(tokens, tokens + 1, (ORDER - 1) * sizeof *tokens);
        tokens[ORDER - 1] = token;
        score += token < 0 ? STEP * 127 : conditional(ngram, tokens);
    }
    return score;
}
