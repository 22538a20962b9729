/* wordbook.c - looking up the dictionary of pronunciations: a binary search over the blocks' first words, then one block is decoded. */
#include "text/wordbook.h"

#include <stdint.h>
#include <string.h>

#include "text/coded.h"
#include "text/data.h"

struct book {
    const unsigned char *map, *graphones, *directory, *rows, *offsets, *blocks, *end;
    uint32_t words, block_count;
    int letters;                        /* N */
};

struct decoder {
    const struct book *book;
    struct sx_coded coded;
};

struct word {
    unsigned char letters[SX_WORDBOOK_WORD];
    int length;
};

static struct book open_book(void)
{
    const struct sx_section section = sx_data(SX_DATA_wordbook);
    const unsigned char *data = section.data;
    struct book book = {.words = sx_read32(data + 4), .block_count = sx_read32(data + 8), .letters = (int)sx_read32(data + 12), .end = section.end};
    const unsigned char **parts[] = {&book.map, &book.graphones, &book.directory, &book.rows, &book.offsets, &book.blocks};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        *parts[i] = data + sx_read32(data + 16 + 4 * i);
    return book;
}

static int compare(const struct word *a, const unsigned char *b, int b_length)
{
    int c = memcmp(a->letters, b, (size_t)(a->length < b_length ? a->length : b_length));
    return c ? c : a->length - b_length;
}

/* The words of the block that would hold `key`, and the decoder behind them; the index of `key` in it, -1 when it is not there. */
static int find(const struct book *book, const struct word *key, struct word words[SX_WORDBOOK_BLOCK], struct decoder *d, int *count)
{
    uint32_t low = 0, high = book->block_count;
    while (low < high) {        /* the last block whose first word is not behind `key` */
        uint32_t middle = (low + high) / 2;
        const unsigned char *p = book->blocks + sx_read24(book->offsets + 3 * middle);
        if (compare(key, p + 1, p[0]) < 0)
            high = middle;
        else
            low = middle + 1;
    }
    if (!low)
        return -1;
    const unsigned char *p = book->blocks + sx_read24(book->offsets + 3 * (low - 1));
    uint32_t left = book->words - SX_WORDBOOK_BLOCK * (low - 1);
    *count = left < SX_WORDBOOK_BLOCK ? (int)left : SX_WORDBOOK_BLOCK;
    words[0].length = p[0];
    memcpy(words[0].letters, p + 1, p[0]);
    *d = (struct decoder){book, {book->directory, book->rows, book->offsets, NULL, book->end, 0}};
    sx_coded_start(&d->coded, p + 1 + p[0]);
    int at = compare(key, words[0].letters, words[0].length) == 0 ? 0 : -1;
    for (int i = 1; i < *count; i++) {
        const struct word *before = &words[i - 1];
        int context = before->length < SX_WORDBOOK_LENGTHS - 1 ? before->length : SX_WORDBOOK_LENGTHS - 1;
        int n = sx_coded_next(&d->coded, context), letter = n ? before->letters[n - 1] : 0;
        memcpy(words[i].letters, before->letters, (size_t)n);
        while (n < SX_WORDBOOK_WORD && (letter = sx_coded_next(&d->coded, SX_WORDBOOK_LENGTHS + letter)))
            words[i].letters[n++] = (unsigned char)letter;
        words[i].length = n;
        int c = at < 0 ? compare(key, words[i].letters, n) : 1;
        if (c < 0)
            return -1;
        if (c == 0)
            at = i;
    }
    return at;
}

/* One pronunciation; its kind. */
static int decode(struct decoder *d, const struct word *word, struct sx_phone *out, int *count)
{
    const struct book *book = d->book;
    int after_letters = SX_WORDBOOK_LENGTHS + book->letters + 1, kind = sx_coded_next(&d->coded, after_letters), n = 0, symbol;
    if (kind & SX_WORDBOOK_PLAIN) {
        while ((symbol = sx_coded_next(&d->coded, after_letters + 1)) != SX_WORDBOOK_END)
            if (n < SX_WORDBOOK_PHONES)
                out[n++] = (struct sx_phone){(uint8_t)(SX_PHONE_FIRST + (symbol & 0x3F)), (uint8_t)(symbol >> 6)};
        *count = n;
        return kind;
    }
    int stressed = 0;
    for (int i = 0; i < word->length; i++) {
        int letter = word->letters[i], after = i + 1 < word->length ? word->letters[i + 1] : 0;
        const unsigned char *graphone = book->graphones + 4 * sx_coded_next(&d->coded, after_letters + 2 + ((letter - 1) * (book->letters + 1) + after) * 2 + stressed);
        for (int k = 0; k < graphone[0] && n < SX_WORDBOOK_PHONES; k++) {
            out[n++] = (struct sx_phone){(uint8_t)(SX_PHONE_FIRST + (graphone[1 + k] & 0x3F)), graphone[1 + k] >> 6};
            stressed |= graphone[1 + k] >> 6 == 1;
        }
    }
    *count = n;
    return kind;
}

/* Decodes up to pronunciation `variant` of a word and returns its phones, or with `out` NULL counts the pronunciations; -1: not there. */
static int look_up(const char *text, size_t length, int variant, struct sx_phone *out)
{
    struct book book = open_book();
    struct word key = {.length = 0}, words[SX_WORDBOOK_BLOCK];
    if (!length || length > SX_WORDBOOK_WORD)
        return -1;
    for (size_t i = 0; i < length; i++)
        if (!(key.letters[key.length++] = book.map[(unsigned char)text[i]]))
            return -1;
    struct decoder decoder;
    struct sx_phone phones[SX_WORDBOOK_PHONES];
    int count, at = find(&book, &key, words, &decoder, &count), n;
    if (at < 0)
        return -1;
    if (!out && variant < 0)
        return 1;
    for (int i = 0; i < at; i++)
        while (decode(&decoder, &words[i], phones, &n) & SX_WORDBOOK_MORE)
            ;
    for (int k = 0;; k++) {
        bool more = decode(&decoder, &words[at], out && k == variant ? out : phones, &n) & SX_WORDBOOK_MORE;
        if (out && k == variant)
            return n;
        if (!more)
            return out ? -1 : k + 1;
    }
}

int sx_wordbook_find(const char *word, size_t length, int variant, struct sx_phone *out)
{
    return variant < 0 ? -1 : look_up(word, length, variant, out);
}

bool sx_wordbook_has(const char *word, size_t length)
{
    return look_up(word, length, -1, NULL) > 0;
}

int sx_wordbook_variants(const char *word, size_t length)
{
    int n = look_up(word, length, 0, NULL);
    return n < 0 ? 0 : n;
}
