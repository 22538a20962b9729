/* characters.h - what a character is called, as a screen reader says it: from tables that people can edit (docs/CHARACTERS.md), else computed. */
#ifndef SX_TEXT_CHARACTERS_H
#define SX_TEXT_CHARACTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SX_CHARACTER_ROOM = 256 };       /* enough for every name */
enum { SX_LEVEL_NEVER = 4 };            /* beside SYRINX_PUNCTUATION_NONE to _ALL */

/* The name of the character (an emoji sequence, or a letter with its accents) at text[0..length), length >= 1: words of a-z parted by blanks, single
 * capitals are letters to be named ("E acute"), a comma is a pause. Never empty. `capitals`: capitals are told ("capital E acute"). At most `room` bytes.
 * Returns how many bytes of text it names. */
size_t sx_characters_name(const char *text, size_t length, bool capitals, char *out, size_t room);

/* The name of one code point, without its context. */
void sx_characters_name_code(uint32_t code, bool capitals, char *out, size_t room);

/* The lowest punctuation level at which the character is spoken in running text; SX_LEVEL_NEVER for letters, digits and what is silent there. */
int sx_characters_level(uint32_t code);

/* The script or kind of a character ("cyrillic"), NULL when it has none. */
const char *sx_characters_script(uint32_t code);

/* The emoji at text[0..length): its bytes, 0 when there is none. `tones`: skin tones are told. `out` may be NULL. emoji.c. */
size_t sx_emoji_find(const char *text, size_t length, bool tones, char *out, size_t room);
/* The emoji text[0..length) without skin tones and variation selectors; its bytes in out. */
size_t sx_emoji_plain(const char *text, size_t length, char *out, size_t room);
/* May the character be an emoji's begin, or stand behind a joiner? Rejects letters fast. */
bool sx_emoji_is(uint32_t code);

#endif
