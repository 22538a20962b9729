/* letters_ngram.c - looks n-grams up in the bytes of their file: from order to order the block of what goes on from the one before is decoded. */
#include "text/letters_ngram.h"

#include <stdbool.h>
#include <string.h>

#include "text/coded.h"

#define STEP (-0.1)

enum { ORDER = SX_NGRAM_ORDER, BEGIN = 0, END = 1, NEVER = 127 };
enum { CODES, CHANCES, DIRECTORY, ROWS, BLOCKS, RUNS = BLOCKS + ORDER - 1 };

static size_t block_size(int order)
{
    return order < ORDER - 1 ? 6 : 3;
}

int sx_letters_ngram_open(const unsigned char *data, size_t size, struct sx_letters_ngram *ngram, struct sx_error *error)
{
    size_t header = 4 + 4 * (4 + SX_NGRAM_PARTS), need[SX_NGRAM_PARTS];
    if (size < header || memcmp(data, "SXN2", 4))
        return sx_fail(error, SYRINX_ERROR_FORMAT, "letter-to-sound: no n-grams");
    ngram->code_count = sx_read32(data + 4);
    for (int i = 0; i < 3; i++)
        ngram->count[i] = sx_read32(data + 8 + 4 * i);
    memset(need, 0, sizeof need);
    need[CODES] = 2 * (size_t)ngram->code_count;
    need[CHANCES] = ngram->count[0];
    need[DIRECTORY] = 2 * SX_NGRAM_CONTEXTS;
    for (int order = 1; order < ORDER; order++)
        need[BLOCKS + order - 1] = (ngram->count[order - 1] / (size_t)sx_ngram_block(order) + 1) * block_size(order);
    size_t at = header;
    for (int i = 0; i < SX_NGRAM_PARTS; i++) {
        size_t begin = sx_read32(data + 20 + 4 * i), end = i + 1 < SX_NGRAM_PARTS ? sx_read32(data + 24 + 4 * i) : size;
        if (begin < at || end < begin || end > size || end - begin < need[i])
            return sx_fail(error, SYRINX_ERROR_FORMAT, "letter-to-sound: n-grams cut off");
        ngram->part[i] = data + begin;
        at = begin;
    }
    ngram->part[SX_NGRAM_PARTS] = data + size;
    if (ngram->code_count + 2 > 1 << SX_NGRAM_TOKEN_BITS)
        return sx_fail(error, SYRINX_ERROR_FORMAT, "letter-to-sound: too many codes");
    return 0;
}

/* The token, -1 for a code that the file does not know. */
static int token_of(const struct sx_letters_ngram *ngram, uint32_t code)
{
    uint32_t low = 0, high = ngram->code_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (sx_read16(ngram->part[CODES] + 2 * middle) < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low < ngram->code_count && sx_read16(ngram->part[CODES] + 2 * low) == code ? (int)low + 2 : -1;
}

struct found {
    bool there;
    uint32_t index;             /* among those of the next order */
    int chance, back;           /* -10 log of its probability, of the weight of the shorter context */
};

/* `token` among what goes on from n-gram `index` of `order`. */
static struct found go_on(const struct sx_letters_ngram *ngram, int order, uint32_t index, int token)
{
    uint32_t per = sx_ngram_block(order), left = index % per;
    const unsigned char *block = ngram->part[BLOCKS + order - 1] + block_size(order) * (index / per), *runs = ngram->part[RUNS];
    const unsigned char *end = ngram->part[SX_NGRAM_PARTS];
    struct sx_coded coded = {ngram->part[DIRECTORY], ngram->part[ROWS], ngram->part[BLOCKS], NULL, end, 0};
    struct found found = {.index = order < ORDER - 1 ? sx_read24(block + 3) : 0};
    uint32_t at = sx_read24(block);
    sx_coded_start(&coded, at < (size_t)(end - runs) ? runs + at : end);
    for (int o = order - 1;; left--) {
        int count = sx_coded_next(&coded, SX_NGRAM_COUNT + o);
        if (count == 255)
            count += sx_coded_next(&coded, SX_NGRAM_COUNT + 3);
        int size = o * SX_NGRAM_SIZES + sx_ngram_size(count), class = 0, low = 0;
        found.back = sx_coded_next(&coded, SX_NGRAM_BACK + size);
        for (int i = 0; i < count; i++, found.index++) {
            int higher = sx_coded_next(&coded, i ? SX_NGRAM_NEXT + size * SX_NGRAM_CLASSES + class : SX_NGRAM_FIRST + size);
            bool same = i && !higher;
            class = ((i ? class : 0) + higher) % SX_NGRAM_CLASSES;
            low = (same ? low : 0) + sx_coded_next(&coded, (same ? SX_NGRAM_HIGHER : SX_NGRAM_LOW) + o * SX_NGRAM_CLASSES + class);
            found.chance = sx_coded_next(&coded, SX_NGRAM_P + size);
            int now = (class << SX_NGRAM_CLASS_BITS) + low;
            if (!left && now >= token) {
                found.there = now == token;
                return found;
            }
        }
        if (!left)
            return found;
    }
}

/* tokens: [ORDER], the last one is asked for. */
static double conditional(const struct sx_letters_ngram *ngram, const int *tokens)
{
    double score = 0;
    for (int order = ORDER; order > 1; order--) {
        const int *token = tokens + ORDER - order;
        struct found found = {.there = token[0] >= 0 && (uint32_t)token[0] < ngram->count[0], .index = (uint32_t)token[0]};
        for (int n = 1; n < order && found.there; n++) {
            if (found.index >= ngram->count[n - 1])
                break;
            found = go_on(ngram, n, found.index, token[n]);
            if (n == order - 1)
                score += STEP * (found.there ? found.chance : found.back);
            if (n == order - 1 && found.there)
                return score;
        }
    }
    int last = tokens[ORDER - 1];
    return score + STEP * (last >= 0 && (uint32_t)last < ngram->count[0] ? ngram->part[CHANCES][last] : NEVER);
}

double sx_letters_ngram_score(const struct sx_letters_ngram *ngram, struct sx_ngram_memo *memo, const uint16_t *codes, int count)
{
    int tokens[ORDER] = {BEGIN, BEGIN, BEGIN, BEGIN};
    uint64_t key = 0;
    double score = 0;
    for (int i = 0; i <= count; i++) {
        int token = i < count ? token_of(ngram, codes[i]) : END;
        if (token < 0 && codes[i] >= SX_NGRAM_ENDING)
            token = token_of(ngram, SX_NGRAM_OTHER);
        memmove(tokens, tokens + 1, (ORDER - 1) * sizeof *tokens);
        tokens[ORDER - 1] = token;
        if (token < 0) {
            score += STEP * NEVER;
            continue;
        }
        key = 1;
        for (int k = 0; k < ORDER; k++)
            key = key << 10 | (uint64_t)(tokens[k] + 1);
        size_t slot = (size_t)(key * 0x9E3779B97F4A7C15u >> 56);
        if (memo->entries[slot].key != key) {
            memo->entries[slot].key = key;
            memo->entries[slot].score = conditional(ngram, tokens);
        }
        score += memo->entries[slot].score;
    }
    return score;
}
