/* test_text_ngrams.c - the packed n-grams beside the letter-to-sound networks against a plain reader of the file that the training wrote. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/file.h"
#include "base/random.h"
#include "base/sha256.h"
#include "text/data.h"
#include "text/letters_ngram.h"

enum { ORDER = 4 };

/* The format "SXN1" of letters_ngram.h. */
struct plain {
    struct sx_map map;
    uint32_t codes, counts[ORDER];
    const unsigned char *code, *level[ORDER];
};

static uint32_t number(const unsigned char *p, int bytes)
{
    uint32_t n = 0;
    for (int i = 0; i < bytes; i++)
        n |= (uint32_t)p[i] << 8 * i;
    return n;
}

static const unsigned char *entry(const struct plain *p, int order, uint32_t i)
{
    return p->level[order - 1] + (order < ORDER ? 5 : 2) * (size_t)i;
}

static void open_plain(const char *path, struct plain *p)
{
    struct sx_error error;
    assert_int_equal(sx_map_open(path, &p->map, &error), 0);
    const unsigned char *data = p->map.data;
    assert_memory_equal(data, "SXN1", 4);
    p->codes = number(data + 4, 4);
    p->code = data + 24;
    const unsigned char *at = p->code + 2 * p->codes;
    for (int n = 0; n < ORDER; n++) {
        p->counts[n] = number(data + 8 + 4 * n, 4);
        p->level[n] = at;
        at += (n + 1 < ORDER ? 5u : 2u) * (p->counts[n] + 1u);
    }
    assert_true(at == data + p->map.size);
}

/* The index of an n-gram, -1: not there. */
static long find(const struct plain *p, const int *tokens, int order)
{
    uint32_t low = 0, high = p->counts[0];
    for (int n = 1;; n++) {
        uint32_t i = low;
        while (i < high && (int)(number(entry(p, n, i), 2) & 511) != tokens[n - 1])
            i++;
        if (i == high)
            return -1;
        if (n == order)
            return (long)i;
        low = number(entry(p, n, i) + 2, 3) & 0x3FFFF;
        high = number(entry(p, n, i + 1) + 2, 3) & 0x3FFFF;
    }
}

static double conditional(const struct plain *p, const int *tokens)
{
    double score = 0;
    for (int order = ORDER; order > 0; order--) {
        long i = find(p, tokens + ORDER - order, order);
        if (i >= 0)
            return score - 0.1 * (number(entry(p, order, (uint32_t)i), 2) >> 9);
        if (order > 1 && (i = find(p, tokens + ORDER - order, order - 1)) >= 0)
            score -= 0.1 * (number(entry(p, order - 1, (uint32_t)i) + 2, 3) >> 18);
    }
    return score - 12.7;
}

/* The score of codes one by one, as the sums of the words before. */
static double score(const struct plain *p, const uint16_t *codes, int count)
{
    int tokens[ORDER] = {0, 0, 0, 0};
    double sum = 0;
    for (int i = 0; i <= count; i++) {
        int token = i < count ? -1 : 1;
        for (int pass = 0; pass < 2 && token < 0; pass++)
            for (uint32_t k = 0; k < p->codes && (pass == 0 || codes[i] >= SX_NGRAM_ENDING); k++)
                if (number(p->code + 2 * k, 2) == (pass ? SX_NGRAM_OTHER : codes[i]))
                    token = (int)k + 2;
        memmove(tokens, tokens + 1, 3 * sizeof *tokens);
        tokens[3] = token;
        sum += token < 0 ? -12.7 : conditional(p, tokens);
    }
    return sum;
}

/* What a way through the n-grams of the file says, now and then led astray: every order, weight and unknown code is met. */
static void same(const char *path, const struct sx_section section)
{
    struct plain plain;
    struct sx_letters_ngram ngram;
    struct sx_error error;
    struct sx_ngram_memo *memo = calloc(1, sizeof *memo);
    uint64_t drawn = 0;
    open_plain(path, &plain);
    assert_non_null(memo);
    assert_int_equal(sx_letters_ngram_open(section.data, (size_t)(section.end - section.data), &ngram, &error), 0);
    for (int round = 0; round < 4000; round++) {
        uint16_t codes[12];
        int count = 1 + (int)(sx_random_bits(3, drawn++) % 12), context[3] = {0, 0, 0};
        for (int i = 0; i < count; i++) {
            int token = -1;
            for (int order = 3; order > 0 && token < 2; order--) {     /* something that goes on from the last tokens, or from fewer */
                long at = find(&plain, context + 3 - order, order);
                uint32_t first = at < 0 ? 0 : number(entry(&plain, order, (uint32_t)at) + 2, 3) & 0x3FFFF;
                uint32_t last = at < 0 ? 0 : number(entry(&plain, order, (uint32_t)at + 1) + 2, 3) & 0x3FFFF;
                if (last > first && sx_random_bits(3, drawn++) % 8)
                    token = (int)(number(entry(&plain, order + 1, first + (uint32_t)(sx_random_bits(3, drawn++) % (last - first))), 2) & 511);
            }
            if (token < 2)
                token = 2 + (int)(sx_random_bits(3, drawn++) % plain.codes);
            codes[i] = (uint16_t)number(plain.code + 2 * (token - 2), 2);
            if (sx_random_bits(3, drawn++) % 60 == 0)
                codes[i] = (uint16_t)sx_random_bits(3, drawn++);
            memmove(context, context + 1, 2 * sizeof *context);
            context[2] = token;
        }
        double expected = score(&plain, codes, count);
        for (int again = 0; again < 2; again++) {
            double got = sx_letters_ngram_score(&ngram, memo, codes, count);
            if (!(got > expected - 1e-9 && got < expected + 1e-9))
                fail_msg("%s, round %d: %.9g, not %.9g", path, round, got, expected);
        }
    }
    free(memo);
    sx_map_close(&plain.map);
}

static void test_phones(void **state)
{
    (void)state;
    same("src/text/data/letters_en_ngram.bin", sx_data(SX_DATA_letters_ngram));
}

static void test_stress(void **state)
{
    (void)state;
    same("src/text/data/letters_en_stress.bin", sx_data(SX_DATA_letters_stress));
}

/* Cut off or with a byte changed: an error or some score, no reading outside. */
static void test_hostile(void **state)
{
    (void)state;
    const struct sx_section section = sx_data(SX_DATA_letters_stress);
    size_t size = (size_t)(section.end - section.data);
    static const uint16_t codes[] = {2048, 256, 3, 70, 5, 9, 65};
    struct sx_ngram_memo *memo = malloc(sizeof *memo);
    struct sx_letters_ngram ngram;
    struct sx_error error;
    assert_non_null(memo);
    for (uint64_t round = 0; round < 2000; round++) {
        size_t length = round % 2 ? size : (size_t)(sx_random_bits(5, 3 * round) % size);
        unsigned char *copy = malloc(length + 1);
        assert_non_null(copy);
        memcpy(copy, section.data, length);
        if (round % 2)
            copy[sx_random_bits(5, 3 * round + 1) % (round % 4 == 1 ? size : 200)] = (unsigned char)sx_random_bits(5, 3 * round + 2);
        memset(memo, 0, sizeof *memo);
        if (sx_letters_ngram_open(copy, length, &ngram, &error) == 0)
            assert_true(sx_letters_ngram_score(&ngram, memo, codes, sizeof codes / sizeof *codes) <= 0);
        free(copy);
    }
    assert_int_equal(sx_letters_ngram_open(section.data, 40, &ngram, &error), SYRINX_ERROR_FORMAT);
    free(memo);
}

/* The card speaks of the files that those of the text data are packed from. */
static void test_card(void **state)
{
    (void)state;
    json_t *card = json_load_file("src/text/data/letters_en.json", 0, NULL);
    assert_non_null(card);
    static const char *const names[] = {"letters_en_ngram.bin", "letters_en_stress.bin"};
    for (size_t i = 0; i < 2; i++) {
        char path[80], hex[65];
        struct sx_map map;
        struct sx_error error;
        snprintf(path, sizeof path, "src/text/data/%s", names[i]);
        assert_int_equal(sx_map_open(path, &map, &error), 0);
        sx_sha256_hex(map.data, map.size, hex);
        assert_string_equal(json_string_value(json_object_get(json_object_get(json_object_get(card, "files"), names[i]), "sha256")), hex);
        sx_map_close(&map);
    }
    json_decref(card);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_phones), cmocka_unit_test(test_stress), cmocka_unit_test(test_hostile), cmocka_unit_test(test_card),
    };
    return cmocka_run_group_tests_name("text_ngrams", tests, NULL, NULL);
}
