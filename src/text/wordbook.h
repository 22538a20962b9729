/* wordbook.h - the dictionary of pronunciations: made at build time by tool/wordbook.c, looked up in the bytes of the text data.
 *
 * Keys and pronunciations are coded (coded.h), a run for each block of 16 words, so a look-up decodes half a block, about a microsecond. The phones of a
 * word are coded letter by letter: each letter makes 0 to 3 of them (a graphone), and which is likely depends on this letter, the next one and whether
 * the primary stress has been given.
 *
 * Format, little-endian: "SXW1"; u32 words, blocks, u32 positions of the parts below; u8[256] byte -> letter (1 to N in byte order, 0 none);
 * graphones: u8 count, u8[3] phones (id - 16, stress in the upper two bits); directory and rows of the contexts (see below); offsets: u24 of each block;
 * blocks.
 * A block: u8 n, n letters of its first word, a run. In coding order: for each further word, how many letters it shares with the word before,
 * then its further letters and 0; then for each word its pronunciations: a kind (enum sx_wordbook_kind), then a graphone a letter, or phones and an end.
 * Contexts: 16 of the length of the word before (at most 15), N + 1 of the letter before (0: none), 1 of the kind, 1 of phones without letters (symbol
 * 255 ends), then of letter, next letter (0: none), stress given. */
#ifndef SX_TEXT_WORDBOOK_H
#define SX_TEXT_WORDBOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "text/phones.h"

enum { SX_WORDBOOK_BLOCK = 16, SX_WORDBOOK_WORD = 40, SX_WORDBOOK_ALPHABET = 40, SX_WORDBOOK_PHONES = 64 };
/* Bit 0: a further pronunciation follows. Bit 1: phones without letters. */
enum sx_wordbook_kind { SX_WORDBOOK_MORE = 1, SX_WORDBOOK_PLAIN = 2, SX_WORDBOOK_KINDS = 4 };
enum { SX_WORDBOOK_END = 255 };                 /* among phones without letters */
enum { SX_WORDBOOK_LENGTHS = 16 };              /* contexts of a length */

/* Pronunciation `variant` (0 is the first) of a word in lower case; the number of phones, -1 when there is none. Writes at most SX_WORDBOOK_PHONES. */
int sx_wordbook_find(const char *word, size_t length, int variant, struct sx_phone *out);
bool sx_wordbook_has(const char *word, size_t length);
/* How many pronunciations a word has. */
int sx_wordbook_variants(const char *word, size_t length);

#endif
