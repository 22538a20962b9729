/* bundle.c - puts the files of the text data into one, with their digests (format: text/data.h). */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"
#include "text/data.h"
#include "tool.h"

static const char *const names[] = {
#define NAME(name) #name,
    SX_DATA_AT_ONCE(NAME) SX_DATA_LATER(NAME)
#undef NAME
};

static unsigned char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    unsigned char *bytes = NULL;
    size_t room = 0;
    *size = 0;
    while (file && !feof(file) && !ferror(file)) {
        room = room ? 2 * room : 1 << 16;
        bytes = need(realloc(bytes, room));
        *size += fread(bytes + *size, 1, room - *size, file);
    }
    if (!file || ferror(file) || fclose(file))
        die("cannot read", path);
    return bytes;
}

static void put(unsigned char *at, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        at[i] = (unsigned char)(value >> 8 * i);
}

static void put_digest(unsigned char *at, const void *bytes, size_t size)
{
    char hex[SX_DATA_HEX + 1];
    sx_sha256_hex(bytes, size, hex);
    memcpy(at, hex, SX_DATA_HEX);
}

void write_bundle(const char *version, char **items, int count, const char *path)
{
    unsigned char *bytes[SX_DATA_SECTIONS], head[SX_DATA_HEAD + SX_DATA_ENTRY * SX_DATA_SECTIONS + SX_DATA_HEX + SX_DATA_ALIGN] = {0};
    size_t size[SX_DATA_SECTIONS], digest = SX_DATA_HEAD + SX_DATA_ENTRY * SX_DATA_SECTIONS, at = digest + SX_DATA_HEX;
    if (count != SX_DATA_SECTIONS || strlen(version) >= SX_DATA_VERSION)
        die("other sections than in data.h, or a long version", version);
    for (int i = 0; i < count; i++) {
        size_t n = strlen(names[i]);
        unsigned char *entry = head + SX_DATA_HEAD + SX_DATA_ENTRY * i;
        if (strncmp(items[i], names[i], n) || items[i][n] != '=')
            die("not the section that comes next in data.h", items[i]);
        bytes[i] = read_file(items[i] + n + 1, &size[i]);
        at = (at + SX_DATA_ALIGN - 1) / SX_DATA_ALIGN * SX_DATA_ALIGN;
        memcpy(entry, names[i], n);
        put(entry + 32, at, 8);
        put(entry + 40, size[i], 8);
        put_digest(entry + 48, bytes[i], size[i]);
        at += size[i];
    }
    put(head, 0x31545853, 4);           /* "SXT1" */
    put(head + 4, digest + SX_DATA_HEX, 4);
    put(head + 8, SX_DATA_SECTIONS, 4);
    put(head + 16, at, 8);
    strcpy((char *)head + 24, version);
    put_digest(head + digest, head, digest);
    FILE *file = fopen(path, "wb");
    if (!file)
        die("cannot write", path);
    size_t done = fwrite(head, 1, digest + SX_DATA_HEX, file);
    for (int i = 0; i < count; i++) {
        for (; done % SX_DATA_ALIGN; done++)
            putc(0, file);
        done += fwrite(bytes[i], 1, size[i], file);
        free(bytes[i]);
    }
    if (done != at || fclose(file))
        die("cannot write", path);
}

void write_digest(const char *bundle, const char *path)
{
    size_t size;
    unsigned char *bytes = read_file(bundle, &size);
    FILE *file = fopen(path, "w");
    if (!file || size < SX_DATA_HEAD + SX_DATA_ENTRY * SX_DATA_SECTIONS + SX_DATA_HEX)
        die("cannot write, or not a bundle", path);
    fprintf(file, "#define SX_DATA_DIGEST \"%.*s\"\n", SX_DATA_HEX, (const char *)bytes + SX_DATA_HEAD + SX_DATA_ENTRY * SX_DATA_SECTIONS);
    if (fclose(file))
        die("cannot write", path);
    free(bytes);
}
