/* phrasing.c - writes the break model's large tables, which the training made as C, as bytes that text/phrase.c finds by their sizes. */
#include <stdint.h>
#include <stdio.h>

#include "text/data/phrasing_en.inc"
#include "tool.h"

static void put16(FILE *file, const uint16_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        putc(values[i] & 0xFF, file);
        putc(values[i] >> 8, file);
    }
}

void write_phrasing(const char *path)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        die("cannot write", path);
    fwrite(pool, 1, sizeof pool, file);
    put16(file, offsets, sizeof offsets / sizeof *offsets);
    put16(file, slots, sizeof slots / sizeof *slots);
    fwrite(vectors, 1, sizeof vectors, file);
    fwrite(first, 1, sizeof first, file);
    if (ferror(file) || fclose(file))
        die("cannot write", path);
}
