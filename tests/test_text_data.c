/* test_text_data.c - text.dat: every byte of it is under a digest, cut or changed it is refused, and a process opens it once, from wherever it is. */
#include "test.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/place.h"
#include "base/sha256.h"
#include "syrinx.h"
#include "text/data.h"
#include "text/dict.h"
#include "text/homograph.h"
#include "text/letters.h"
#include "text/wordbook.h"

static unsigned char *bytes;        /* the build's file, in memory that may be changed */
static size_t size, head;

/* The file of the build folder; where the library has it inside, the one that it was made from. */
static int setup(void **state)
{
    struct sx_error error;
    struct sx_map map;
    (void)state;
    static const char *const tails[] = {"../text.dat", "../gen/text/text.dat"};
    char *own = sx_own_folder();
    int code = -1;
    for (size_t i = 0; own && i < COUNT(tails) && code < 0; i++) {
        char *path = sx_path_join(own, tails[i]);
        code = path ? sx_map_open(path, &map, &error) : -1;
        free(path);
    }
    free(own);
    if (code < 0 || !(bytes = malloc(map.size)))
        return -1;
    memcpy(bytes, map.data, size = map.size);
    sx_map_close(&map);
    head = (size_t)bytes[4] | (size_t)bytes[5] << 8;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free(bytes);
    return 0;
}

/* Puts the digest under a changed head. */
static void seal(void)
{
    char hex[65];
    sx_sha256_hex(bytes, head - SX_DATA_HEX, hex);
    memcpy(bytes + head - SX_DATA_HEX, hex, SX_DATA_HEX);
}

static void whole(void **state)
{
    static struct sx_data data;
    struct sx_error error;
    (void)state;
    assert_int_equal(sx_data_parse(bytes, size, &data, &error), 0);
    const unsigned char *end = bytes + head;
    for (int i = 0; i < SX_DATA_SECTIONS; i++) {
        const struct sx_section *section = &data.section[i];
        assert_int_equal((section->data - bytes) % SX_DATA_ALIGN, 0);
        assert_true(section->data >= end && section->data - end < SX_DATA_ALIGN && section->end > section->data);
        for (; end < section->data; end++)
            assert_int_equal(*end, 0);
        assert_int_equal(sx_data_check(&data, (enum sx_data_section)i, &error), 0);
        end = section->end;
    }
    assert_ptr_equal(end, bytes + size);
    assert_memory_equal(bytes + 24, SX_VERSION, sizeof SX_VERSION);
    assert_memory_equal(data.section[SX_DATA_wordbook].data, "SXW1", 4);
    assert_memory_equal(data.section[SX_DATA_units].data, "SXD1", 4);
    assert_memory_equal(data.section[SX_DATA_letters_ngram].data, "SXN2", 4);
    assert_memory_equal(data.section[SX_DATA_letters_2_step].data, "SXL1", 4);
}

static void cut_off(void **state)
{
    static struct sx_data data;
    struct sx_error error;
    (void)state;
    for (size_t length = 0; length < size; length += length < head + 100 ? 1 : 1 + size / 500) {
        unsigned char *copy = malloc(length + 1);       /* so that a sanitizer sees a byte too many */
        assert_non_null(copy);
        memcpy(copy, bytes, length);
        assert_int_equal(sx_data_parse(copy, length, &data, &error), SYRINX_ERROR_FORMAT);
        assert_true(error.message[0]);
        free(copy);
    }
    unsigned char *longer = calloc(1, size + 1);
    assert_non_null(longer);
    memcpy(longer, bytes, size);
    assert_int_equal(sx_data_parse(longer, size + 1, &data, &error), SYRINX_ERROR_FORMAT);
    free(longer);
}

static void changed(void **state)
{
    static struct sx_data data;
    struct sx_error error;
    (void)state;
    for (size_t i = 0; i < head; i++) {
        bytes[i] ^= 0x11;
        assert_int_equal(sx_data_parse(bytes, size, &data, &error), SYRINX_ERROR_FORMAT);
        bytes[i] ^= 0x11;
    }
    assert_int_equal(sx_data_parse(bytes, size, &data, &error), 0);
    for (int i = 0; i < SX_DATA_SECTIONS; i++) {
        unsigned char *byte = bytes + (data.section[i].end - bytes) - 1 - i;
        *byte ^= 1;
        data.checked = 0;
        assert_int_equal(sx_data_check(&data, (enum sx_data_section)i, &error), SYRINX_ERROR_FORMAT);
        assert_non_null(strstr(error.message, (const char *)bytes + SX_DATA_HEAD + SX_DATA_ENTRY * i));
        *byte ^= 1;
        assert_int_equal(sx_data_check(&data, (enum sx_data_section)i, &error), 0);
    }
}

/* Right in itself, but not what this library was built with: also with positions that lead out. */
static void of_another_build(void **state)
{
    static struct sx_data data;
    struct sx_error error;
    unsigned char *kept = malloc(head);
    (void)state;
    assert_non_null(kept);
    memcpy(kept, bytes, head);
    memcpy(bytes + 24, "99.1", 5);
    seal();
    assert_int_equal(sx_data_parse(bytes, size, &data, &error), SYRINX_ERROR_UNSUPPORTED);
    assert_non_null(strstr(error.message, "99.1"));
    memcpy(bytes, kept, head);
    memset(bytes + SX_DATA_HEAD + 32, 0xFF, 16);
    seal();
    assert_int_equal(sx_data_parse(bytes, size, &data, &error), SYRINX_ERROR_UNSUPPORTED);
    memcpy(bytes, kept, head);
    free(kept);
}

/* ------------------------------------------------------------------ a process: each test has one of its own, as the first opening is for ever */

static char folder[64], path[128];

/* What went wrong in the child, for its exit status; 0: nothing. */
static void in_a_child(int (*test)(void))
{
    int status;
    strcpy(folder, "/tmp/syrinx-data-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/text.dat", folder);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(test());
    assert_int_equal(waitpid(child, &status, 0), child);
    unlink(path);
    rmdir(path);
    rmdir(folder);
    if (!WIFEXITED(status) || WEXITSTATUS(status))
        fail_msg("line %d", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

/* A line of this file fits into an exit status modulo 255. */
#define CHECK(condition)                \
    do {                                \
        if (!(condition))               \
            return 1 + __LINE__ % 255;  \
    } while (0)

static bool write_file(size_t length)
{
    FILE *file = fopen(path, "wb");
    return file && fwrite(bytes, 1, length, file) == length && fclose(file) == 0;
}

static bool speaks(void)
{
    char *phones = NULL;
    bool right = syrinx_phonemize("hello blorptastic", SYRINX_LEN_AUTO, SYRINX_ARPABET, 0, NULL, &phones) == 0 && strncmp(phones, "HH AH0 L OW1 | ", 15) == 0;
    syrinx_free(phones);
    return right;
}

static int nowhere(void)
{
    char *phones = (char *)1;
    syrinx_front *front;
    CHECK(setenv("SYRINX_TEXT_DATA", path, 1) == 0);
    CHECK(syrinx_front_new(NULL, &front) == SYRINX_ERROR_NOT_FOUND && !front);
    CHECK(strstr(syrinx_last_message(), "SYRINX_TEXT_DATA: ") && strstr(syrinx_last_message(), path));
    CHECK(syrinx_phonemize("hello", SYRINX_LEN_AUTO, SYRINX_IPA, 0, NULL, &phones) == SYRINX_ERROR_NOT_FOUND);
    syrinx_voice *voice;
    CHECK(syrinx_voice_open(NULL, NULL, &voice) == SYRINX_ERROR_NOT_FOUND && !voice);
    /* who looks all the same finds nothing */
    const unsigned char *value;
    size_t length;
    struct sx_phone found[SX_WORDBOOK_PHONES];
    CHECK(!sx_dict_find(SX_DICT(units), "km", 2, &value, &length) && !sx_wordbook_has("hello", 5) && sx_wordbook_find("hello", 5, 0, found) < 0);
    CHECK(sx_homograph_pick("I read it.", 10, 2, 6, "read", found) == 0);
    struct sx_letters_model *model;
    struct sx_letters *letters;
    struct sx_error error;
    CHECK(sx_letters_model_new(&model, &error) == 0 && sx_letters_new(model, &letters, &error) == 0);
    CHECK(sx_letters_say(letters, "hello", 5, found, SX_WORDBOOK_PHONES, &error) == SYRINX_ERROR_NOT_FOUND);
    /* that was not the last word */
    CHECK(write_file(size) && speaks() && sx_letters_say(letters, "hello", 5, found, SX_WORDBOOK_PHONES, &error) > 2);
    sx_letters_free(letters);
    sx_letters_model_free(model);
    return 0;
}

static int by_path(void)
{
    CHECK(syrinx_text_data_open(path) == SYRINX_ERROR_NOT_FOUND && strstr(syrinx_last_message(), path));
    CHECK(syrinx_text_data_open(folder) == SYRINX_ERROR_IO);
    CHECK(mkfifo(path, 0600) == 0 && syrinx_text_data_open(path) == SYRINX_ERROR_IO && unlink(path) == 0);
    CHECK(write_file(0) && syrinx_text_data_open(path) == SYRINX_ERROR_FORMAT);
    CHECK(write_file(size - 1) && syrinx_text_data_open(path) == SYRINX_ERROR_FORMAT && strstr(syrinx_last_message(), path));
    bytes[head + 1000] ^= 1;        /* in the wordbook */
    CHECK(write_file(size) && syrinx_text_data_open(path) == SYRINX_ERROR_FORMAT && strstr(syrinx_last_message(), "wordbook"));
    bytes[head + 1000] ^= 1;
    CHECK(write_file(size) && syrinx_text_data_open(path) == SYRINX_OK && unlink(path) == 0 && speaks());
    CHECK(syrinx_text_data_open("/nowhere") == SYRINX_OK && syrinx_text_data_open(NULL) == SYRINX_OK);
    return 0;
}

/* Damage in what unknown words need shows when the first one comes. */
static int later(void)
{
    char *phones;
    bytes[size - 1] ^= 1;
    CHECK(write_file(size) && syrinx_text_data_open(path) == SYRINX_OK);
    CHECK(syrinx_phonemize("hello", SYRINX_LEN_AUTO, SYRINX_IPA, 0, NULL, &phones) == SYRINX_OK);
    syrinx_free(phones);
    CHECK(syrinx_phonemize("hello blorptastic", SYRINX_LEN_AUTO, SYRINX_IPA, 0, NULL, &phones) == SYRINX_ERROR_FORMAT);
    CHECK(strstr(syrinx_last_message(), "letters_2_step"));
    return 0;
}

static int from_memory(void)
{
    CHECK(syrinx_text_data_use(NULL, 0) == SYRINX_ERROR_ARGUMENT);
    CHECK(syrinx_text_data_use(bytes, 1000) == SYRINX_ERROR_FORMAT);
    CHECK(setenv("SYRINX_TEXT_DATA", path, 1) == 0);
    CHECK(syrinx_text_data_use(bytes, size) == SYRINX_OK && syrinx_text_data_use(bytes, 3) == SYRINX_OK && speaks());
    return 0;
}

/* From any folder: the library knows where it lies, or has it inside. */
static int by_itself(void)
{
    CHECK(chdir("/") == 0 && unsetenv("SYRINX_TEXT_DATA") == 0 && syrinx_text_data_open(NULL) == SYRINX_OK && speaks());
    return 0;
}

static void *open_it(void *user)
{
    *(int *)user = speaks() ? 0 : 1;
    return NULL;
}

static int by_many(void)
{
    pthread_t threads[8];
    int results[COUNT(threads)];
    CHECK(unsetenv("SYRINX_TEXT_DATA") == 0);
    for (size_t i = 0; i < COUNT(threads); i++)
        CHECK(pthread_create(&threads[i], NULL, open_it, &results[i]) == 0);
    for (size_t i = 0; i < COUNT(threads); i++)
        CHECK(pthread_join(threads[i], NULL) == 0 && results[i] == 0);
    return 0;
}

/* Where the library has its data inside there is no file to be missed. */
static bool with_file(void)
{
    int status = -1;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        _exit(syrinx_text_data_open("/nowhere/text.dat") == SYRINX_ERROR_NOT_FOUND);
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

static void test_nowhere(void **state) { (void)state; if (with_file()) in_a_child(nowhere); else skip(); }
static void test_by_path(void **state) { (void)state; if (with_file()) in_a_child(by_path); else skip(); }
static void test_later(void **state) { (void)state; if (with_file()) in_a_child(later); else skip(); }
static void test_from_memory(void **state) { (void)state; if (with_file()) in_a_child(from_memory); else skip(); }
static void test_by_itself(void **state) { (void)state; in_a_child(by_itself); }
static void test_by_many(void **state) { (void)state; in_a_child(by_many); }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole), cmocka_unit_test(cut_off), cmocka_unit_test(changed), cmocka_unit_test(of_another_build), cmocka_unit_test(test_nowhere),
        cmocka_unit_test(test_by_path), cmocka_unit_test(test_later), cmocka_unit_test(test_from_memory), cmocka_unit_test(test_by_itself),
        cmocka_unit_test(test_by_many),
    };
    return cmocka_run_group_tests_name("text_data", tests, setup, teardown);
}
