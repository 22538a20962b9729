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

enum { ORDER = SX_NGRAM_ORDER, CHILD_BITS = 18, HEADER = 4 + 4 * (1 + ORDER) };

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

/* The symbols of what goes on from a pair or a triple. */
static void spell(int order, uint32_t index)
{
    struct ngram parent = ngram(order, index);
    uint32_t end = ngram(order, index + 1).child;
    int o = order - 2, count = (int)(end - parent.child), size = o * SX_NGRAM_SIZES + sx_ngram_size(count), before = 0;
    if (end < parent.child || end > counts[order] || count > 2 * 255)
        die("n-grams out of order", NULL);
    coder_put(SX_NGRAM_COUNT + o, count < 255 ? count : 255);
    if (count >= 255)
        coder_put(SX_NGRAM_COUNT + 2, count - 255);
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
        coder_put(SX_NGRAM_P + size, child.chance >> SX_NGRAM_RAW);
        coder_put_raw(SX_NGRAM_RAW, child.chance & ((1 << SX_NGRAM_RAW) - 1));
        before = child.token;
    }
}

/* The plain file, checked as far as its sizes go. */
static unsigned char *read_plain(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END))
        die("cannot read", path);
    size_t size = (size_t)ftell(file), at = HEADER;
    unsigned char *data = need(malloc(size + 1));
    rewind(file);
    if (fread(data, 1, size, file) != size || fclose(file) || size < at || memcmp(data, "SXN1", 4))
        die("no n-grams", path);
    at += 2 * (size_t)sx_read32(data + 4);
    for (int n = 1; n <= ORDER; n++) {
        counts[n - 1] = sx_read32(data + 4 + 4 * n);
        level[n - 1] = data + at;
        at += (size_t)(n < ORDER ? 5 : 2) * ((size_t)counts[n - 1] + 1);
    }
    if (at != size || counts[1] > 0xFFFF)
        die("n-grams cut off, or too many", path);
    return data;
}

struct part {
    unsigned char *data;
    size_t size;
};

/* The runs of pairs and triples, and where they are. */
static void write_runs(struct part tables[2], struct part *runs)
{
    for (int n = 2; n < ORDER; n++)
        tables[n - 2].data = need(malloc(6 * (counts[n - 1] + 2u)));
    runs->data = need(malloc(8 * ((size_t)counts[2] + counts[3]) + 1024));
    for (int pass = 0; pass < 2; pass++) {      /* counts, then codes */
        for (int n = 2; n < ORDER; n++) {
            uint32_t per = sx_ngram_block(n);
            struct part *table = &tables[n - 2];
            table->size = 0;
            for (uint32_t block = 0; block <= counts[n - 1] / per; block++) {
                coder_begin();
                for (uint32_t i = block * per; i < (block + 1) * per && i < counts[n - 1]; i++)
                    spell(n, i);
                table->size += coder_number(table->data + table->size, runs->size, 3);
                if (n == 2)
                    table->size += coder_number(table->data + table->size, ngram(n, block * per < counts[1] ? block * per : counts[1]).child, 3);
                if (pass)
                    runs->size += coder_write(runs->data + runs->size);
                else
                    coder_count();
            }
        }
        if (!pass)
            coder_settle();
    }
}

void pack_ngrams(const char *from, const char *to)
{
    unsigned char *data = read_plain(from), header[4 + 4 * (4 + SX_NGRAM_PARTS)] = "SXN2";
    uint32_t codes = sx_read32(data + 4);
    enum { CODES, TOKENS, PAIRS, DIRECTORY, ROWS, BLOCKS, RUNS = BLOCKS + 2 };
    struct part parts[SX_NGRAM_PARTS] = {[CODES] = {data + HEADER, 2 * (size_t)codes}, [TOKENS] = {need(malloc(4 * (counts[0] + 1u))), 0},
                                         [PAIRS] = {need(malloc(2 * (size_t)counts[1] + 1)), 0}};
    for (uint32_t i = 0; i <= counts[0]; i++) {
        struct ngram n = ngram(1, i);
        unsigned char *entry = parts[TOKENS].data + parts[TOKENS].size;
        if (i < counts[0] && n.token != (int)i)
            die("a token is missing", from);
        entry[0] = (unsigned char)n.chance;
        entry[1] = (unsigned char)n.back;
        parts[TOKENS].size += 2 + coder_number(entry + 2, n.child, 2);
    }
    for (uint32_t i = 0; i < counts[1]; i++)
        parts[PAIRS].size += coder_number(parts[PAIRS].data + parts[PAIRS].size, (size_t)(ngram(2, i).token | ngram(2, i).chance << SX_NGRAM_TOKEN_BITS), 2);
    write_runs(&parts[BLOCKS], &parts[RUNS]);
    parts[ROWS].size = 3 * coder_tables(SX_NGRAM_CONTEXTS, &parts[DIRECTORY].data, &parts[ROWS].data);
    parts[DIRECTORY].size = 2 * SX_NGRAM_CONTEXTS;
    coder_number(header + 4, codes, 4);
    for (int i = 0; i < 3; i++)
        coder_number(header + 8 + 4 * i, counts[i], 4);
    size_t at = sizeof header;
    for (int i = 0; i < SX_NGRAM_PARTS; i++) {
        coder_number(header + 20 + 4 * i, at, 4);
        at += parts[i].size;
    }
    FILE *file = fopen(to, "wb");
    bool written = file && fwrite(header, 1, sizeof header, file) == sizeof header;
    for (int i = 0; i < SX_NGRAM_PARTS; i++)
        written = written && fwrite(parts[i].data, 1, parts[i].size, file) == parts[i].size;
    if (!written || fclose(file))
        die("cannot write", to);
    for (int i = TOKENS; i < SX_NGRAM_PARTS; i++)
        free(parts[i].data);
    free(data);
}
