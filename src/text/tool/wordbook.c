/* wordbook.c - writes the dictionary of pronunciations in the format of text/wordbook.h.
 *
 * Letters and phones are aligned by expectation-maximisation over all monotonic alignments (Deligne and Bimbot 1995, one letter a side), then everything
 * is coded with the frequencies found. Deterministic: the same entries give the same bytes. */
#include "tool.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coder.h"
#include "text/wordbook.h"

enum { PER_LETTER = 3, PHONES = SX_WORDBOOK_PHONES, WORD = SX_WORDBOOK_WORD, ROUNDS = 4, GRAPHONES = 256 };
enum { TABLE_BITS = 20, PLAIN = 0xFFFF };

_Static_assert(SX_WORDBOOK_LENGTHS + 3 + SX_WORDBOOK_ALPHABET + SX_WORDBOOK_ALPHABET * (SX_WORDBOOK_ALPHABET + 1) * 2 <= CODER_CONTEXTS, "contexts");

static int letter_of[256], letters;

/* ------------------------------------------------------------------ graphones: letter, count of phones, phones */

struct graphone {
    uint64_t key;               /* 0: free */
    double probability, expected;
    uint32_t seen;
    int id;                     /* of its phones among the outputs, -1: given up */
};

static struct graphone table[1 << TABLE_BITS];

static uint64_t key_of(int letter, const unsigned char *phones, int count, unsigned char mask)
{
    uint64_t key = (uint64_t)letter << 32 | (uint64_t)(count + 1) << 40;
    for (int i = 0; i < count; i++)
        key |= (uint64_t)(phones[i] & mask) << 8 * i;
    return key;
}

static struct graphone *graphone(uint64_t key)
{
    size_t i = (size_t)(key * 0x9E3779B97F4A7C15u >> (64 - TABLE_BITS)), steps = 0;
    while (table[i].key && table[i].key != key) {
        i = (i + 1) & ((1 << TABLE_BITS) - 1);
        if (++steps == 1 << TABLE_BITS)
            die("too many graphones", NULL);
    }
    table[i].key = key;
    return &table[i];
}

static double chance(const struct graphone *g, int count, bool first)
{
    static const double prior[PER_LETTER + 1] = {0.1, 0.8, 0.09, 0.01};
    return first ? prior[count] : g->probability;
}

/* Adds the expected counts of one pronunciation. */
static void expect(const char *word, int n, const unsigned char *phones, int m, bool first)
{
    static double forward[WORD + 1][PHONES + 1], back[WORD + 1][PHONES + 1];
    memset(forward, 0, sizeof forward);
    memset(back, 0, sizeof back);
    forward[0][0] = back[n][m] = 1;
    for (int i = 0; i < n; i++)
        for (int j = 0; j <= m; j++)
            for (int k = 0; forward[i][j] > 0 && k <= PER_LETTER && j + k <= m; k++)
                forward[i + 1][j + k] += forward[i][j] * chance(graphone(key_of((unsigned char)word[i], phones + j, k, 0x3F)), k, first);
    double all = forward[n][m];
    if (!(all > 0))
        return;
    for (int i = n - 1; i >= 0; i--)
        for (int j = 0; j <= m; j++)
            for (int k = 0; forward[i][j] > 0 && k <= PER_LETTER && j + k <= m; k++) {
                struct graphone *g = graphone(key_of((unsigned char)word[i], phones + j, k, 0x3F));
                double p = chance(g, k, first) * back[i + 1][j + k];
                back[i][j] += p;
                g->expected += forward[i][j] * p / all;
            }
}

/* The likeliest alignment: phones of each letter; false when there is none. */
static bool align(const char *word, int n, const unsigned char *phones, int m, unsigned char counts[WORD])
{
    static double score[WORD + 1][PHONES + 1];
    static unsigned char step[WORD + 1][PHONES + 1];
    for (int i = 0; i <= n; i++)
        for (int j = 0; j <= m; j++)
            score[i][j] = i || j ? -INFINITY : 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j <= m; j++)
            for (int k = 0; score[i][j] > -INFINITY && k <= PER_LETTER && j + k <= m; k++) {
                double p = graphone(key_of((unsigned char)word[i], phones + j, k, 0x3F))->probability;
                if (p > 0 && score[i][j] + log(p) > score[i + 1][j + k]) {
                    score[i + 1][j + k] = score[i][j] + log(p);
                    step[i + 1][j + k] = (unsigned char)k;
                }
            }
    if (!(score[n][m] > -INFINITY))
        return false;
    for (int i = n, j = m; i > 0; i--) {
        counts[i - 1] = step[i][j];
        j -= step[i][j];
    }
    return true;
}

/* ------------------------------------------------------------------ the book */

struct spoken {
    unsigned char count, phones[PHONES];
    int graphones[WORD];        /* PLAIN at 0: coded without letters */
};

static unsigned char outputs[GRAPHONES][4];
static int output_count;

static int output_of(const unsigned char *phones, int count)
{
    unsigned char wanted[4] = {(unsigned char)count, 0, 0, 0};
    memcpy(wanted + 1, phones, (size_t)count);
    for (int i = 0; i < output_count; i++)
        if (!memcmp(outputs[i], wanted, 4))
            return i;
    if (output_count == GRAPHONES)
        return -1;
    memcpy(outputs[output_count], wanted, 4);
    return output_count++;
}

static int by_count(const void *a, const void *b)
{
    const struct graphone *x = *(const struct graphone *const *)a, *y = *(const struct graphone *const *)b;
    return x->seen != y->seen ? (x->seen < y->seen ? 1 : -1) : (x->key > y->key) - (x->key < y->key);
}

/* Numbers the phones of the graphones that are seen often, the commonest first. */
static void choose_outputs(void)
{
    struct graphone **list = need(malloc(sizeof *list << TABLE_BITS));
    size_t n = 0;
    for (size_t i = 0; i < 1 << TABLE_BITS; i++)
        if (table[i].key) {
            table[i].id = -1;
            if (table[i].seen >= 3)
                list[n++] = &table[i];
        }
    qsort(list, n, sizeof *list, by_count);
    for (size_t i = 0; i < n; i++) {
        unsigned char phones[PER_LETTER];
        int count = (int)(list[i]->key >> 40 & 7) - 1;
        for (int k = 0; k < count; k++)
            phones[k] = (unsigned char)(list[i]->key >> 8 * k);
        list[i]->id = output_of(phones, count);
    }
    free(list);
}

/* The pronunciations of all entries, aligned; said[first[i]] is the first of entry i. */
static struct spoken *speak(const struct entry *entries, size_t count, size_t *first)
{
    size_t n = 0, room = count * 2 + 16;
    struct spoken *said = need(malloc(room * sizeof *said));
    for (size_t i = 0; i < count; i++) {
        first[i] = n;
        for (size_t at = 0; at < entries[i].length; at += 1u + entries[i].value[at]) {
            struct spoken *s = &said[n++];
            if (entries[i].value[at] > PHONES || n == room)
                die("too many phones or pronunciations", entries[i].key);
            s->count = entries[i].value[at];
            memcpy(s->phones, entries[i].value + at + 1, s->count);
        }
    }
    first[count] = n;
    for (int round = 0; round < ROUNDS; round++) {
        double sum = 0;
        for (size_t i = 0; i < count; i++)
            for (size_t k = first[i]; k < first[i + 1]; k++)
                expect(entries[i].key, (int)strlen(entries[i].key), said[k].phones, said[k].count, round == 0);
        for (size_t g = 0; g < 1 << TABLE_BITS; g++)
            sum += table[g].expected;
        for (size_t g = 0; g < 1 << TABLE_BITS; g++) {
            table[g].probability = table[g].expected / sum;
            table[g].expected = 0;
        }
    }
    /* From here with stress: graphones of the same table, told apart by a bit. */
    static const uint64_t stressed = (uint64_t)1 << 50;
    static unsigned char counts[WORD];
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < count; i++)
            for (size_t k = first[i]; k < first[i + 1]; k++) {
                struct spoken *s = &said[k];
                int length = (int)strlen(entries[i].key);
                bool fits = align(entries[i].key, length, s->phones, s->count, counts);
                for (int c = 0, at = 0; c < length && fits; at += counts[c++]) {
                    struct graphone *g = graphone(stressed | key_of((unsigned char)entries[i].key[c], s->phones + at, counts[c], 0xFF));
                    if (pass == 0)
                        g->seen++;
                    else if ((s->graphones[c] = g->id) < 0)
                        fits = false;
                }
                if (pass == 1 && !fits)
                    s->graphones[0] = PLAIN;
            }
        if (pass == 0) {
            /* key_of() leaves the count in bits 40 to 42: choose_outputs() reads it there */
            for (size_t g = 0; g < 1 << TABLE_BITS; g++)
                if (table[g].key && !(table[g].key & stressed))
                    table[g].seen = 0;
            choose_outputs();
        }
    }
    return said;
}

static bool has_primary(int output)
{
    for (int k = 0; k < outputs[output][0]; k++)
        if (outputs[output][1 + k] >> 6 == 1)
            return true;
    return false;
}

/* The symbols of one block into symbols[]. */
static void spell(const struct entry *entries, size_t count, const struct spoken *said, const size_t *first)
{
    int kinds = SX_WORDBOOK_LENGTHS + letters + 1;
    coder_begin();
    for (size_t i = 1; i < count; i++) {
        const char *before = entries[i - 1].key, *word = entries[i].key;
        size_t shared = 0, length = strlen(before);
        while (before[shared] && before[shared] == word[shared])
            shared++;
        coder_put(length < SX_WORDBOOK_LENGTHS - 1 ? (int)length : SX_WORDBOOK_LENGTHS - 1, (int)shared);
        int letter = shared ? letter_of[(unsigned char)word[shared - 1]] : 0;
        for (size_t k = shared; k <= strlen(word); k++) {
            int now = word[k] ? letter_of[(unsigned char)word[k]] : 0;
            if (k < WORD)
                coder_put(SX_WORDBOOK_LENGTHS + letter, now);
            letter = now;
        }
    }
    for (size_t i = 0; i < count; i++)
        for (size_t k = first[i]; k < first[i + 1]; k++) {
            const struct spoken *s = &said[k];
            bool plain = s->graphones[0] == PLAIN, given = false;
            coder_put(kinds, (k + 1 < first[i + 1] ? SX_WORDBOOK_MORE : 0) | (plain ? SX_WORDBOOK_PLAIN : 0));
            for (int p = 0; p <= s->count && plain; p++)
                coder_put(kinds + 1, p < s->count ? s->phones[p] : SX_WORDBOOK_END);
            for (const char *p = entries[i].key; *p && !plain; p++) {
                int letter = letter_of[(unsigned char)*p], after = letter_of[(unsigned char)p[1]], g = s->graphones[p - entries[i].key];
                coder_put(kinds + 2 + ((letter - 1) * (letters + 1) + after) * 2 + given, g);
                given |= has_primary(g);
            }
        }
}

void write_wordbook(const char *path, const struct entry *entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(entries[i].key) > WORD || !entries[i].key[0])
            die("a word too long", entries[i].key);
        for (const char *p = entries[i].key; *p; p++)
            letter_of[(unsigned char)*p] = 1;
    }
    for (int c = 0; c < 256; c++)
        if (letter_of[c])
            letter_of[c] = ++letters;
    if (letters > SX_WORDBOOK_ALPHABET)
        die("too many letters", NULL);
    size_t *first = need(malloc((count + 1) * sizeof *first));
    struct spoken *said = speak(entries, count, first);
    size_t blocks = (count + SX_WORDBOOK_BLOCK - 1) / SX_WORDBOOK_BLOCK;
    unsigned char *coded = need(malloc(count * 64 + 1024)), *offsets = need(malloc(blocks * 3 + 1));
    size_t size = 0;
    for (int pass = 0; pass < 2; pass++)        /* counts, then codes */
        for (size_t b = 0; b < blocks; b++) {
            size_t at = b * SX_WORDBOOK_BLOCK, n = count - at < SX_WORDBOOK_BLOCK ? count - at : SX_WORDBOOK_BLOCK;
            spell(entries + at, n, said, first + at);
            if (pass == 0) {
                coder_count();
                if (b == blocks - 1)
                    coder_settle();
                continue;
            }
            coder_number(offsets + 3 * b, size, 3);
            size_t length = strlen(entries[at].key);
            coded[size++] = (unsigned char)length;
            for (size_t i = 0; i < length; i++)
                coded[size++] = (unsigned char)letter_of[(unsigned char)entries[at].key[i]];
            size += coder_write(coded + size);
        }
    int contexts = SX_WORDBOOK_LENGTHS + letters + 3 + letters * (letters + 1) * 2;
    unsigned char header[40], map[256], *directory, *table_rows;
    size_t rows = coder_tables(contexts, &directory, &table_rows);
    for (int c = 0; c < 256; c++)
        map[c] = (unsigned char)letter_of[c];
    const struct { const void *data; size_t size; } parts[] = {
        {map, sizeof map}, {outputs, 4 * (size_t)output_count}, {directory, 2 * (size_t)contexts}, {table_rows, 3 * rows}, {offsets, 3 * blocks}, {coded, size}};
    enum { PARTS = sizeof parts / sizeof parts[0] };
    memcpy(header, "SXW1", 4);
    coder_number(header + 4, count, 4);
    coder_number(header + 8, blocks, 4);
    coder_number(header + 12, (size_t)letters, 4);
    size_t at = sizeof header;
    FILE *file = fopen(path, "wb");
    bool written = file != NULL;
    for (int i = 0; i < PARTS; i++) {
        coder_number(header + 16 + 4 * i, at, 4);
        at += parts[i].size;
    }
    written = written && fwrite(header, 1, sizeof header, file) == sizeof header;
    for (int i = 0; i < PARTS; i++)
        written = written && fwrite(parts[i].data, 1, parts[i].size, file) == parts[i].size;
    if (!written || fclose(file))
        die("cannot write", path);
    free(first);
    free(said);
    free(coded);
    free(offsets);
    free(directory);
    free(table_rows);
}
