/* letters_ngram.c - looks n-grams up in the bytes of their file: from order to order the block of what goes on from the one before is decoded. */
#include "text/letters_ngram.h"

#include <stdbool.h>
#include <string.h>

#include "text/coded.h"

#define STEP (-0.1)

enum { BEGIN = 0, END = 1, NEVER = 127, TOKEN_MASK = (1 << SX_NGRAM_TOKEN_BITS) - 1 };
enum { CODES, TOKENS, PAIRS, DIRECTORY, ROWS, BLOCKS, RUNS = BLOCKS + 2 };

static size_t block_size(int order)
{
    return order == 2 ? 6 : 3;
}

int sx_letters_ngram_open(const unsigned char *data, size_t size, struct sx_letters_ngram *ngram, struct sx_error *error)
{
    size_t header = 4 + 4 * (4 + SX_NGRAM_PARTS);
    if (size < header || memcmp(data, "SXN2", 4))
        return sx_fail(error, SYRINX_ERROR_FORMAT, "letter-to-sound: no n-grams");
    ngram->code_count = sx_read32(data + 4);
    for (int i = 0; i < 3; i++)
        ngram->count[i] = sx_read32(data + 8 + 4 * i);
    const size_t need[SX_NGRAM_PARTS] = {
        [CODES] = 2 * (size_t)ngram->code_count, [TOKENS] = 4 * ((size_t)ngram->count[0] + 1), [PAIRS] = 2 * (size_t)ngram->count[1],
        [DIRECTORY] = 2 * SX_NGRAM_CONTEXTS, [BLOCKS] = ((size_t)ngram->count[1] / sx_ngram_block(2) + 1) * block_size(2),
        [BLOCKS + 1] = ((size_t)ngram->count[2] / sx_ngram_block(3) + 1) * block_size(3)};
    size_t at = header;
    for (int i = 0; i < SX_NGRAM_PARTS; i++) {
        size_t begin = sx_read32(data + 20 + 4 * i), end = i + 1 < SX_NGRAM_PARTS ? sx_read32(data + 24 + 4 * i) : size;
        if (begin < at || end < begin || end > size || end - begin < need[i])
            return sx_fail(error, SYRINX_ERROR_FORMAT, "letter-to-sound: n-grams cut off");
        ngram->part[i] = data + begin;
        at = begin;
    }
    ngram->part[SX_NGRAM_PARTS] = data + size;
    if (ngram->code_count + 2 > 1 << SX_NGRAM_TOKEN_BITS || ngram->code_count + 2 > ngram->count[0] || ngram->count[1] > 0xFFFF || ngram->count[2] >> 24)
        return sx_fail(error, SYRINX_ERROR_FORMAT, "letter-to-sound: too many n-grams, or too few");
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
    int32_t index;              /* among those of its order, -1: not there */
    int chance, back;           /* -10 log of its probability, of the weight of the shorter context */
};

/* A token behind another. */
static struct found find_pair(const struct sx_letters_ngram *ngram, int before, int token)
{
    const unsigned char *entry = ngram->part[TOKENS] + 4 * (size_t)before, *pairs = ngram->part[PAIRS];
    uint32_t low = sx_read16(entry + 2), high = sx_read16(entry + 6), all = ngram->count[1], end = high < all ? high : all;
    for (high = end; low < high;) {
        uint32_t middle = (low + high) / 2;
        if ((sx_read16(pairs + 2 * middle) & TOKEN_MASK) < (uint32_t)token)
            low = middle + 1;
        else
            high = middle;
    }
    bool there = low < end && (sx_read16(pairs + 2 * low) & TOKEN_MASK) == (uint32_t)token;
    return (struct found){there ? (int32_t)low : -1, there ? (int)(sx_read16(pairs + 2 * low) >> SX_NGRAM_TOKEN_BITS) : 0, entry[1]};
}

/* A token behind pair or triple `context`. */
static struct found go_on(const struct sx_letters_ngram *ngram, int order, uint32_t context, int token)
{
    uint32_t per = sx_ngram_block(order), left = context % per;
    const unsigned char *block = ngram->part[BLOCKS + order - 2] + block_size(order) * (context / per), *runs = ngram->part[RUNS];
    const unsigned char *end = ngram->part[SX_NGRAM_PARTS];
    struct sx_coded coded = {ngram->part[DIRECTORY], ngram->part[ROWS], ngram->part[BLOCKS], NULL, end, 0};
    struct found found = {.index = -1};
    uint32_t at = sx_read24(block), index = order == 2 ? sx_read24(block + 3) : 0;
    sx_coded_start(&coded, at < (size_t)(end - runs) ? runs + at : end);
    for (int o = order - 2;; left--) {
        int count = sx_coded_next(&coded, SX_NGRAM_COUNT + o);
        if (count == 255)
            count += sx_coded_next(&coded, SX_NGRAM_COUNT + 2);
        int size = o * SX_NGRAM_SIZES + sx_ngram_size(count), class = 0, low = 0;
        found.back = sx_coded_next(&coded, SX_NGRAM_BACK + size);
        for (int i = 0; i < count; i++, index++) {
            int higher = sx_coded_next(&coded, i ? SX_NGRAM_NEXT + size * SX_NGRAM_CLASSES + class : SX_NGRAM_FIRST + size);
            bool same = i && !higher;
            class = ((i ? class : 0) + higher) % SX_NGRAM_CLASSES;
            low = (same ? low : 0) + sx_coded_next(&coded, (same ? SX_NGRAM_HIGHER : SX_NGRAM_LOW) + o * SX_NGRAM_CLASSES + class);
            int now = (class << SX_NGRAM_CLASS_BITS) + low;
            if (!left && now > token)
                return found;
            found.chance = sx_coded_next(&coded, SX_NGRAM_P + size) << SX_NGRAM_RAW;
            found.chance += sx_coded_raw(&coded, SX_NGRAM_RAW);
            if (!left && now == token) {
                found.index = (int32_t)index;
                return found;
            }
        }
        if (!left)
            return found;
    }
}

/* What a word ends in so far: its last token, pair, triple; -1 for what is not in the file. */
struct state {
    int last;
    int32_t pair, triple;
};

/* -10 log of the probability of a token, from the longest context that has it; the state moves on. */
static int step(const struct sx_letters_ngram *ngram, struct state *state, int token)
{
    struct found fourth = {.index = -1}, third = fourth, second = fourth;
    if (state->triple >= 0 && (uint32_t)state->triple < ngram->count[2])
        fourth = go_on(ngram, 3, (uint32_t)state->triple, token);
    if (state->pair >= 0)
        third = go_on(ngram, 2, (uint32_t)state->pair, token);
    if (state->last >= 0)
        second = find_pair(ngram, state->last, token);
    *state = (struct state){token, second.index, third.index};
    if (fourth.index >= 0)
        return fourth.chance;
    if (third.index >= 0)
        return fourth.back + third.chance;
    if (second.index >= 0)
        return fourth.back + third.back + second.chance;
    return fourth.back + third.back + second.back + ngram->part[TOKENS][4 * (size_t)token];
}

double sx_letters_ngram_score(const struct sx_letters_ngram *ngram, struct sx_ngram_memo *memo, const uint16_t *codes, int count)
{
    struct state state = {BEGIN, -1, -1};
    uint64_t key = 0;           /* the last tokens + 1, 10 bits each */
    int sum = 0;
    for (int i = -2; i <= count; i++) {
        int token = i < 0 ? BEGIN : i < count ? token_of(ngram, codes[i]) : END;
        if (i >= 0 && token < 0 && codes[i] >= SX_NGRAM_ENDING)
            token = token_of(ngram, SX_NGRAM_OTHER);
        key = (key << 10 | (uint64_t)(token + 1)) & (((uint64_t)1 << 40) - 1);
        if (token < 0) {
            state = (struct state){-1, -1, -1};
            sum += NEVER;
            continue;
        }
        size_t slot = (size_t)((key + 1) * 0x9E3779B97F4A7C15u >> 53);
        if (memo->entries[slot].key != key) {
            memo->entries[slot].key = key;
            memo->entries[slot].score = step(ngram, &state, token);
            memo->entries[slot].pair = state.pair;
            memo->entries[slot].triple = state.triple;
        }
        state = (struct state){token, memo->entries[slot].pair, memo->entries[slot].triple};
        sum += i < 0 ? 0 : memo->entries[slot].score;
    }
    return STEP * sum;
}
