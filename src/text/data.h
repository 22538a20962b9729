/* data.h - the text data: the front end's dictionaries, n-grams and networks, one file (text.dat) that the build makes, mapped once for the whole process.
 *
 * It belongs to the library: the SHA-256 of its head is compiled in and the head holds those of its sections, so what is looked up is what the build wrote,
 * byte for byte, and readers need not doubt it. With TEXT_DATA=inside the same bytes lie in the library.
 *
 * Format, little-endian: the head: "SXT1"; u32 bytes of the head, sections, 0; u64 bytes of the file; char[16] version, NUL-padded; for each section char[32]
 * name, NUL-padded, u64 position, u64 bytes, char[64] SHA-256 in hexadecimal; char[64] SHA-256 of the head up to here. Then the sections, each at a
 * multiple of 64. */
#ifndef SX_TEXT_DATA_H
#define SX_TEXT_DATA_H

#include <stdatomic.h>
#include <stddef.h>

#include "base/error.h"

/* In the order of the file; rules.mk says what is in them. Those of SX_DATA_LATER are for words that no dictionary has: they are checked when the first one comes,
 * which most texts do without; they come last. */
#define SX_DATA_AT_ONCE(X) X(wordbook) X(reduced) X(abbreviations) X(units) X(currencies) X(acronyms) X(symbols) X(compounds) X(places) X(characters) X(emoji) \
    X(regions) X(nato) X(characters_de) X(characters_nl) X(spelling_de) X(spelling_nl) X(homographs) X(homographs_model) X(phrasing) X(ipa_nearest) X(phones_fallback) \
    X(languages) X(function_words) X(transliteration)
#define SX_DATA_LATER(X) X(letters_ngram) X(letters_stress) X(letters_1) X(letters_1_step) X(letters_2) X(letters_2_step)

enum sx_data_section {
#define SX_DATA_NAME(name) SX_DATA_##name,
    SX_DATA_AT_ONCE(SX_DATA_NAME) SX_DATA_LATER(SX_DATA_NAME) SX_DATA_SECTIONS
#undef SX_DATA_NAME
};
enum { SX_DATA_FIRST_LATER = SX_DATA_letters_ngram };

enum { SX_DATA_VERSION = 16, SX_DATA_HEAD = 40, SX_DATA_ENTRY = 112, SX_DATA_HEX = 64, SX_DATA_ALIGN = 64 };     /* bytes: the head without entries, an entry, ... */

struct sx_section {
    const unsigned char *data, *end;
};

struct sx_data {
    struct sx_section section[SX_DATA_SECTIONS];
    const unsigned char *entries;       /* in the head */
    _Atomic unsigned checked;           /* a bit for each section */
};

/* Reads a file's bytes, which must stay. FORMAT: no text data, damaged, cut off; UNSUPPORTED: of another build. */
int sx_data_parse(const unsigned char *bytes, size_t size, struct sx_data *data, struct sx_error *error);
/* Compares one section with its digest, unless that was done before; any thread. FORMAT. */
int sx_data_check(struct sx_data *data, enum sx_data_section which, struct sx_error *error);

/* The process's own: data_find.c. Opened once, then it stays: what is asked for later makes no difference, as only one file is right.
 * `path` NULL: $SYRINX_TEXT_DATA, or text.dat in one of the usual places. NOT_FOUND (the message has the places), FORMAT, UNSUPPORTED, IO, MEMORY. */
int sx_data_open(const char *path, struct sx_error *error);
/* The same with bytes that stay as they are for ever. */
int sx_data_use(const void *bytes, size_t size, struct sx_error *error);
/* A section, opened if need be. Where nothing can be opened, zeros, in which nothing is found; sx_text_new tells why. */
struct sx_section sx_data(enum sx_data_section which);
/* For a section of SX_DATA_LATER, before it is used: sx_data_check. */
int sx_data_need(enum sx_data_section which, struct sx_error *error);

#endif
