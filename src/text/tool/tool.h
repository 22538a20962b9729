/* tool.h - what the files of the build's data compiler share. */
#ifndef SX_TEXT_TOOL_H
#define SX_TEXT_TOOL_H

#include <stddef.h>

struct entry {
    char *key;
    unsigned char *value;       /* pronunciations: each a count and a byte a phone (id - 16, stress in the upper two bits) */
    size_t length;
    size_t order;               /* of two lines with one key the first comes first */
};

_Noreturn void die(const char *message, const char *detail);
void *need(void *memory);

/* "SXN1" into "SXN2" of letters_ngram.h. */
void pack_ngrams(const char *from, const char *to);

/* Entries in byte order of their keys, each key once. */
void write_wordbook(const char *path, const struct entry *entries, size_t count);

/* The large tables of data/phrasing_en.inc, one behind another. */
void write_phrasing(const char *path);

/* The text data (text/data.h) from its sections, each "name=path"; the digest of its head as a C definition. */
void write_bundle(const char *version, char **items, int count, const char *path);
void write_digest(const char *bundle, const char *path);

#endif
