/* test_base.c - strings, memory, files, digests, threads. */
#include "test.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/ascii.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/file.h"
#include "base/number.h"
#include "base/pool.h"
#include "base/random.h"
#include "base/sha256.h"
#include "base/utf8.h"

static void utf8_decodes_and_encodes_every_scalar(void **state)
{
    (void)state;
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        char bytes[4];
        uint32_t back;
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        int n = sx_utf8_encode(c, bytes);
        assert_int_equal(sx_utf8_decode(bytes, (size_t)n, &back), n);
        assert_int_equal(back, c);
        for (int cut = 1; cut < n; cut++) {     /* a truncated sequence is one replacement for what is there, and pending */
            assert_int_equal(sx_utf8_decode(bytes, (size_t)cut, &back), cut);
            assert_int_equal(back, 0xFFFD);
            assert_int_equal(sx_utf8_pending(bytes, (size_t)cut), cut);
        }
        assert_int_equal(sx_utf8_pending(bytes, (size_t)n), 0);
    }
}

static void utf8_replaces_what_is_not_utf8(void **state)
{
    (void)state;
    static const struct { const char *bytes; size_t length; int used; } bad[] = {
        {"\xC0\x80", 2, 1}, {"\xED\xA0\x80", 3, 1}, {"\xF4\x90\x80\x80", 4, 1}, {"\xFF", 1, 1}, {"\x80", 1, 1}, {"\xE2\x82" "A", 3, 2}, {"\xF0\x9F\x98" "A", 4, 3}};
    for (size_t i = 0; i < COUNT(bad); i++) {
        uint32_t c;
        assert_int_equal(sx_utf8_decode(bad[i].bytes, bad[i].length, &c), bad[i].used);
        assert_int_equal(c, 0xFFFD);
    }
    assert_int_equal(sx_utf8_encode(0xD800, (char[4]){0}), 3);
}

static void buffer_grows_and_drops(void **state)
{
    (void)state;
    struct sx_buffer buffer = {0};
    for (int i = 0; i < 1000; i++)
        sx_buffer_printf(&buffer, "%d,", i);
    assert_int_equal(buffer.length, strlen(buffer.data));
    sx_buffer_drop(&buffer, 4);
    assert_int_equal(strncmp(buffer.data, "2,3,4,", 6), 0);
    assert_true(strstr(buffer.data, ",999,") != NULL);
    sx_buffer_drop(&buffer, SIZE_MAX);
    assert_int_equal(buffer.length, 0);
    assert_false(sx_buffer_reserve(&buffer, SIZE_MAX - 3));
    assert_true(buffer.failed);
    sx_buffer_free(&buffer);
}

static void arena_pieces_are_zero_aligned_and_apart(void **state)
{
    (void)state;
    struct sx_arena arena = {0};
    for (int round = 0; round < 3; round++) {
        unsigned char *pieces[200];
        for (size_t i = 0; i < COUNT(pieces); i++) {
            size_t size = i * 37 % 5000 + (i == 100 ? 300000 : 0);
            pieces[i] = sx_arena_alloc(&arena, size);
            assert_int_equal((uintptr_t)pieces[i] % (size < 64 ? 16 : 64), 0);
            for (size_t k = 0; k < size; k++)
                assert_int_equal(pieces[i][k], 0);
            memset(pieces[i], (int)i, size);
        }
        for (size_t i = 0; i < COUNT(pieces); i++)
            if (i * 37 % 5000)
                assert_int_equal(pieces[i][i * 37 % 5000 - 1], i & 255);
        sx_arena_reset(&arena);
    }
    assert_null(sx_arena_array(&arena, SIZE_MAX / 4, 8));
    assert_null(sx_arena_alloc(&arena, SIZE_MAX - 10));
    sx_arena_free(&arena);
}

static void decimals_do_not_depend_on_the_locale(void **state)
{
    (void)state;
    static const struct { const char *text; double value; int used; } cases[] = {
        {"0.6,x", 0.6, 3}, {"-12.5e-1", -1.25, 8}, {"3", 3, 1}, {".5", .5, 2}, {"abc", 0, 0}, {"-", 0, 0}, {"1e", 1, 1}, {"1,5", 1, 1}, {"", 0, 0}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *end;
        assert_float_equal(sx_parse_decimal(cases[i].text, &end), cases[i].value, 1e-9);
        assert_int_equal(end - cases[i].text, cases[i].used);
    }
}

static void long_decimals_are_numbers(void **state)
{
    (void)state;
    char text[2000];
    const char *end;
    assert_true(sx_parse_decimal("0e9999", &end) == 0 && !*end);
    assert_true(sx_parse_decimal("1e9999", &end) == (double)INFINITY && !*end);
    assert_true(sx_parse_decimal("-1e9999", &end) == -(double)INFINITY && !*end);
    assert_true(sx_parse_decimal("1e-9999", &end) == 0 && !*end);
    assert_true(sx_parse_decimal("1e99999999999999999999", &end) == (double)INFINITY && !*end);
    snprintf(text, sizeof text, "0.%01000d5", 0);
    assert_true(sx_parse_decimal(text, &end) == 0 && !*end);
    memset(text, '3', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_true(sx_parse_decimal(text, &end) == (double)INFINITY && !*end);
    text[1] = '.';
    assert_float_equal(sx_parse_decimal(text, &end), 10.0 / 3, 1e-12);
    assert_true(!*end);
    text[1] = '3';
    strcpy(text + 1000, "e-999");
    assert_float_equal(sx_parse_decimal(text, &end), 10.0 / 3, 1e-12);
    assert_true(!*end);
}

static void ascii_comparison_is_strcasecmp_in_c(void **state)
{
    (void)state;
    static const char *words[] = {"", "a", "A", "aB", "Ab", "abc", "ABD", "[", "_", "Z", "\xC4\xB0", "\xC3\xA4", "\xC3\x84"};
    for (size_t i = 0; i < COUNT(words); i++)
        for (size_t k = 0; k < COUNT(words); k++) {
            int want = strcasecmp(words[i], words[k]), got = sx_ascii_compare(words[i], words[k]);
            assert_true((want > 0) == (got > 0) && (want < 0) == (got < 0));
            for (size_t n = 0; n < 4; n++) {
                want = strncasecmp(words[i], words[k], n);
                got = sx_ascii_compare_n(words[i], words[k], n);
                assert_true((want > 0) == (got > 0) && (want < 0) == (got < 0));
            }
        }
}

static void sha256_gives_the_standard_digests(void **state)
{
    (void)state;
    char hex[65], *million = malloc(1000000);
    sx_sha256_hex("", 0, hex);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    sx_sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, hex);
    assert_string_equal(hex, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    memset(million, 'a', 1000000);
    sx_sha256_hex(million, 1000000, hex);
    assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(million);
}

static void atomic_file_appears_only_when_committed(void **state)
{
    (void)state;
    char folder[] = "/tmp/syrinx-test-XXXXXX", path[64];
    struct sx_error error;
    struct sx_atomic_file file;
    struct sx_map map;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/out", folder);
    assert_int_equal(sx_atomic_open(path, &file, &error), 0);
    assert_int_equal(sx_write_all(file.fd, "hello", 5), 0);
    assert_int_equal(access(path, F_OK), -1);
    sx_atomic_abandon(&file);
    assert_int_equal(rmdir(folder), 0);         /* nothing was left in it */
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(sx_atomic_open(path, &file, &error), 0);
    assert_int_equal(sx_write_all(file.fd, "hello", 5), 0);
    assert_int_equal(sx_atomic_commit(&file, &error), 0);
    assert_int_equal(sx_map_open(path, &map, &error), 0);
    assert_int_equal(map.size, 5);
    assert_memory_equal(map.data, "hello", 5);
    sx_map_close(&map);
    /* a private file stays private, a link stays a link, a name of the full length is no trouble */
    struct stat info;
    char link[64], target[64], longest[300];
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(sx_atomic_open(path, &file, &error), 0);
    assert_int_equal(sx_atomic_commit(&file, &error), 0);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    snprintf(link, sizeof link, "%s/link", folder);
    snprintf(target, sizeof target, "%s/target", folder);
    assert_int_equal(symlink("target", link), 0);
    assert_int_equal(sx_atomic_open(link, &file, &error), 0);
    assert_int_equal(sx_atomic_commit(&file, &error), 0);
    assert_int_equal(lstat(link, &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    assert_int_equal(stat(target, &info), 0);
    snprintf(longest, sizeof longest, "%s/%0255d", folder, 0);
    assert_int_equal(sx_atomic_open(longest, &file, &error), 0);
    assert_int_equal(sx_atomic_commit(&file, &error), 0);
    unlink(longest);
    unlink(link);
    unlink(target);
    unlink(path);
    rmdir(folder);
    assert_int_equal(sx_atomic_open("/nonexistent/folder/x", &file, &error), SYRINX_ERROR_NOT_FOUND);
    assert_int_equal(sx_atomic_open("/tmp", &file, &error), SYRINX_ERROR_IO);
    assert_int_equal(sx_map_open("/tmp", &map, &error), SYRINX_ERROR_IO);
    assert_int_equal(sx_map_open("/nonexistent", &map, &error), SYRINX_ERROR_NOT_FOUND);
}

static atomic_int visits[5000];

static void visit(void *user, int index)
{
    (void)user;
    atomic_fetch_add(&visits[index], 1);
}

static void pool_does_each_piece_once(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 4; threads++) {
        struct sx_pool *pool = sx_pool_new(threads);
        assert_non_null(pool);
        for (int round = 0; round < 50; round++) {
            memset(visits, 0, sizeof visits);
            sx_pool_run(pool, 100 * round, visit, NULL);
            for (int i = 0; i < 5000; i++)
                assert_int_equal(visits[i], i < 100 * round);
        }
        sx_pool_free(pool);
    }
}

static void noise_is_normal_enough_and_repeatable(void **state)
{
    (void)state;
    double sum = 0, squares = 0, lag = 0;
    enum { N = 200000 };
    for (uint64_t i = 0; i < N; i++) {
        double x = sx_random_normal(7, i);
        sum += x;
        squares += x * x;
        lag += x * sx_random_normal(7, i + 1);
    }
    assert_float_equal(sum / N, 0, 0.01);
    assert_float_equal(squares / N, 1, 0.01);
    assert_float_equal(lag / N, 0, 0.01);
    assert_true(sx_random_bits(1, 5) != sx_random_bits(2, 5));
    assert_true(sx_random_bits(3, 9) == sx_random_bits(3, 9));
}

static void messages_are_cut_at_a_character(void **state)
{
    (void)state;
    struct sx_error error;
    char text[1100];
    for (int i = 0; i < 1099; i++)
        text[i] = "\xE2\x82\xAC"[i % 3];
    text[1099] = '\0';
    for (int lead = 0; lead < 4; lead++) {
        sx_fail(&error, SYRINX_ERROR_IO, "%.*s%s", lead, "abc", text);
        uint32_t c;
        size_t at = 0, length = strlen(error.message);
        while (at < length) {
            at += (size_t)sx_utf8_decode(error.message + at, length - at, &c);
            assert_int_not_equal(c, 0xFFFD);
        }
    }
    sx_fail(&error, SYRINX_ERROR_IO, "disk full");
    assert_int_equal(sx_context(&error, "%s", "a.wav"), SYRINX_ERROR_IO);
    assert_string_equal(error.message, "a.wav: disk full");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_decodes_and_encodes_every_scalar), cmocka_unit_test(utf8_replaces_what_is_not_utf8),
        cmocka_unit_test(buffer_grows_and_drops), cmocka_unit_test(arena_pieces_are_zero_aligned_and_apart),
        cmocka_unit_test(decimals_do_not_depend_on_the_locale), cmocka_unit_test(long_decimals_are_numbers),
        cmocka_unit_test(ascii_comparison_is_strcasecmp_in_c), cmocka_unit_test(sha256_gives_the_standard_digests),
        cmocka_unit_test(atomic_file_appears_only_when_committed), cmocka_unit_test(pool_does_each_piece_once),
        cmocka_unit_test(noise_is_normal_enough_and_repeatable), cmocka_unit_test(messages_are_cut_at_a_character)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
