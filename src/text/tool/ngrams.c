/* ngrams.c - packs the n-grams beside the letter-to-sound networks: from the file of the training into the format of text/letters_ngram.h. */
#include "tool.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coder.h"
#include "text/coded.h"
#include "text/letters_ngram.h"

enum { ORDER = SX_NGRAM_ORDER, CHILD_BITS = 18 };

static const unsigned char *level[ORDER];
static uint32_t counts[ORDER];

struct ngram {
    int token, chance, back;
    uint32_t child;
};

static struct ngram ngram(int order, uint32_t index)
{
    const unsigned char *p = level[order - 1] + (size_t)(order < ORDER ? 5 : 2) * index;
    uint32_t more = order < ORDER ? sx_read24(p + 2) : 0;
    return (struct ngram){(int)(sx_read16(p) & ((1 << SX_NGRAM_TOKEN_BITS) - 1)), (int)(sx_read16(p) >> SX_NGRAM_TOKEN_BITS), (int)(more >> CHILD_BITS),
                          more & ((1 << CHILD_BITS) - 1)};
}

/* The symbols of what goes on from one. */
static void spell(int order, uint32_t index)
{
    struct ngram parent = ngram(order, index);
    uint32_t end = ngram(order, index + 1).child;
    int o = order - 1, count = (int)(end - parent.child), size = o * SX_NGRAM_SIZES + sx_ngram_size(count), before = 0;
    if (end < parent.child || end > counts[order] || count > 2 * 255)
        die("n-grams out of order", NULL);
    coder_put(SX_NGRAM_COUNT + o, count < 255 ? count : 255);
    if (count >= 255)
        coder_put(SX_NGRAM_COUNT + 3, count - 255);
    coder_put(SX_NGRAM_BACK + size, parent.back);
    for (int i = 0; i < count; i++) {
        struct ngram child = ngram(order + 1, parent.child + (uint32_t)i);
        int class = child.token >> SX_NGRAM_CLASS_BITS, low = child.token & ((1 << SX_NGRAM_CLASS_BITS) - 1), old = before >> SX_NGRAM_CLASS_BITS;
        if (i && child.token <= before)
            die("n-grams out of order", NULL);
        coder_put(i ? SX_NGRAM_NEXT + size * SX_NGRAM_CLASSES + old : SX_NGRAM_FIRST + size, i ? class - old : class);
        if (i && class == old)
            coder_put(SX_NGRAM_HIGHER + o * SX_NGRAM_CLASSES + class, child.token - before);
        else
            coder_put(SX_NGRAM_LOW + o * SX_NGRAM_CLASSES + class, low);
        coder_put(SX_NGRAM_P + size, child.chance);
        before = child.token;
    }
}

void pack_ngrams(const char *from, const char *to)
{
    FILE *file = fopen(from, "rb");
    if (!file || fseek(file, 0, SEEK_END))
        die("cannot read", from);
    size_t size = (size_t)ftell(file), at = 4 + 4 * (1 + ORDER);
    unsigned char *data = need(malloc(size + 1));
    rewind(file);
    if (fread(data, 1, size, file) != size || fclose(file) || size < at || memcmp(data, "SXN1", 4))
        die("no n-grams", from);
    uint32_t codes = sx_read32(data + 4);
    at += 2 * (size_t)codes;
    for (int n = 1; n <= ORDER; n++) {
        counts[n - 1] = sx_read32(data + 4 + 4 * n);
        level[n - 1] = data + at;
        at += (size_t)(n < ORDER ? 5 : 2) * ((size_t)counts[n - 1] + 1);
    }
    if (at != size)
        die("n-grams cut off", from);
    unsigned char *chances = need(malloc(counts[0] + 1u)), *tables[ORDER - 1], *runs = need(malloc(2 * size)), *directory, *rows;
    size_t table_size[ORDER - 1], used = 0;
    for (uint32_t i = 0; i < counts[0]; i++) {
        chances[i] = (unsigned char)ngram(1, i).chance;
        if (ngram(1, i).token != (int)i)
            die("a token is missing", from);
    }
    for (int n = 1; n < ORDER; n++)
        tables[n - 1] = need(malloc(6 * (counts[n - 1] + 2u)));
    for (int pass = 0; pass < 2; pass++) {      /* counts, then codes */
        for (int n = 1; n < ORDER; n++) {
            uint32_t per = sx_ngram_block(n);
            table_size[n - 1] = 0;
            for (uint32_t block = 0; block <= counts[n - 1] / per; block++) {
                unsigned char *entry = tables[n - 1] + table_size[n - 1];
                coder_begin();
                for (uint32_t i = block * per; i < (block + 1) * per && i < counts[n - 1]; i++)
                    spell(n, i);
                table_size[n - 1] += coder_number(entry, used, 3);
                if (n < ORDER - 1)
                    table_size[n - 1] += coder_number(entry + 3, block * per < counts[n - 1] ? ngram(n, block * per).child : counts[n], 3);
                if (pass)
                    used += coder_write(runs + used);
                else
                    coder_count();
            }
        }
        if (!pass)
            coder_settle();
    }
    size_t row_count = coder_tables(SX_NGRAM_CONTEXTS, &directory, &rows);
    const struct { const void *data; size_t size; } parts[SX_NGRAM_PARTS] = {
        {data + 4 + 4 * (1 + ORDER), 2 * (size_t)codes}, {chances, counts[0]}, {directory, 2 * SX_NGRAM_CONTEXTS}, {rows, 3 * row_count},
        {tables[0], table_size[0]}, {tables[1], table_size[1]}, {tables[2], table_size[2]}, {runs, used}};
    unsigned char header[4 + 4 * (4 + SX_NGRAM_PARTS)] = "SXN2";
    coder_number(header + 4, codes, 4);
    for (int i = 0; i < 3; i++)
        coder_number(header + 8 + 4 * i, counts[i], 4);
    at = sizeof header;
    for (int i = 0; i < SX_NGRAM_PARTS; i++) {
        coder_number(header + 20 + 4 * i, at, 4);
        at += parts[i].size;
    }
    file = fopen(to, "wb");
    bool written = file && fwrite(header, 1, sizeof header, file) == sizeof header;
    for (int i = 0; i < SX_NGRAM_PARTS; i++)
        written = written && fwrite(parts[i].data, 1, parts[i].size, file) == parts[i].size;
    if (!written || fclose(file))
        die("cannot write", to);
    for (int n = 1; n < ORDER; n++)
        free(tables[n - 1]);
    free(data);
    free(chances);
    free(runs);
    free(directory);
    free(rows);
}
