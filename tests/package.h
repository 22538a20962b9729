/* package.h - what the tests of voice packages share: the shipped voice as files in memory, changed, packed by libzip or written into folders. */
#ifndef SX_TESTS_PACKAGE_H
#define SX_TESTS_PACKAGE_H

#include "test.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef SX_HAVE_FILES
#include <zip.h>
#endif

#include "base/buffer.h"
#include "base/sha256.h"
#include "voice/package.h"

struct part {
    const char *name;
    void *data;
    size_t size;
    unsigned mode;              /* of a ZIP's entry; 0: a plain file */
};

enum { CARD, TEXT, DECODER, VOCODER, PARTS };

struct told {
    struct sx_buffer faults, hints;     /* a line each */
};

static inline void hear(void *user, bool hint, const char *message)
{
    struct told *told = user;
    sx_buffer_printf(hint ? &told->hints : &told->faults, "%s\n", message);
}

static inline void told_free(struct told *told)
{
    sx_buffer_free(&told->faults);
    sx_buffer_free(&told->hints);
}

static inline bool has(const struct sx_buffer *told, const char *what)
{
    return told->data && strstr(told->data, what);
}

static inline void *read_part(const char *path, size_t *size)
{
    struct sx_map map;
    struct sx_error error;
    assert_int_equal(sx_map_open(path, &map, &error), 0);
    void *copy = malloc(map.size);
    memcpy(copy, map.data, map.size);
    *size = map.size;
    sx_map_close(&map);
    return copy;
}

/* The shipped voice. */
static inline void load_base(struct part parts[PARTS])
{
    static const char *const names[PARTS] = {"voice.json", "text.onnx", "decoder.onnx", "vocoder.onnx"};
    for (int i = 0; i < PARTS; i++) {
        char path[64];
        snprintf(path, sizeof path, "voices/base/%s", names[i]);
        parts[i] = (struct part){names[i], NULL, 0, 0};
        parts[i].data = read_part(path, &parts[i].size);
    }
}

/* Numbers a column that the decoder gets. */
static inline int decoder_width(const struct part parts[PARTS])
{
    struct sx_card card;
    struct sx_error error;
    assert_int_equal(sx_card_parse(parts[CARD].data, parts[CARD].size, "voice.json", &card, &error), 0);
    int width = card.hidden + 6;
    sx_card_free(&card);
    return width;
}

static inline void free_parts(struct part parts[PARTS])
{
    for (int i = 0; i < PARTS; i++)
        free(parts[i].data);
}

static inline void set_part(struct part *part, const void *data, size_t size)
{
    free(part->data);
    part->data = malloc(size + 1);
    memcpy(part->data, data, size);
    part->size = size;
}

/* Edits the card. */
static inline void change_card(struct part parts[PARTS], void (*change)(json_t *root, const struct part *parts))
{
    json_t *root = json_loadb(parts[CARD].data, parts[CARD].size, 0, NULL);
    assert_non_null(root);
    change(root, parts);
    char *text = json_dumps(root, JSON_INDENT(2));
    set_part(&parts[CARD], text, strlen(text));
    free(text);
    json_decref(root);
}

/* Digests of the files as they are. */
static inline void fresh_digests(json_t *root, const struct part *parts)
{
    static const char *const keys[PARTS] = {NULL, "text", "decoder", "vocoder"};
    for (int i = 1; i < PARTS; i++) {
        char digest[65];
        sx_sha256_hex(parts[i].data, parts[i].size, digest);
        json_object_set_new(json_object_get(json_object_get(root, "files"), keys[i]), "sha256", json_string(digest));
    }
}

static inline void write_parts(const char *folder, const struct part *parts, int count)
{
    assert_true(mkdir(folder, 0755) == 0);
    for (int i = 0; i < count; i++) {
        char *path = sx_path_join(folder, parts[i].name);
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(parts[i].data, 1, parts[i].size, file), parts[i].size);
        assert_int_equal(fclose(file), 0);
        free(path);
    }
}

#ifdef SX_HAVE_FILES
static inline void *pack(const struct part *parts, int count, bool deflate, size_t *length)
{
    zip_error_t error;
    zip_stat_t info;
    zip_error_init(&error);
    zip_source_t *target = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_t *zip = zip_open_from_source(target, ZIP_TRUNCATE, &error);
    assert_non_null(zip);
    zip_source_keep(target);
    for (int i = 0; i < count; i++) {
        zip_source_t *source = zip_source_buffer(zip, parts[i].data, parts[i].size, 0);
        zip_int64_t index = zip_file_add(zip, parts[i].name, source, ZIP_FL_ENC_UTF_8);
        assert_true(index >= 0);
        zip_set_file_compression(zip, (zip_uint64_t)index, deflate ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0);
        if (parts[i].mode)
            zip_file_set_external_attributes(zip, (zip_uint64_t)index, 0, ZIP_OPSYS_UNIX, parts[i].mode << 16);
    }
    assert_int_equal(zip_close(zip), 0);
    assert_int_equal(zip_source_open(target), 0);
    assert_int_equal(zip_source_stat(target, &info), 0);
    void *bytes = malloc(info.size);
    assert_int_equal(zip_source_read(target, bytes, info.size), (zip_int64_t)info.size);
    *length = info.size;
    zip_source_close(target);
    zip_source_free(target);
    zip_error_fini(&error);
    return bytes;
}
#endif

#endif
