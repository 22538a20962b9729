/* script.h - writing systems: which one a character belongs to, and what to do with one that the voice's language does not use. */
#ifndef SX_TEXT_SCRIPT_H
#define SX_TEXT_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sx_script {
    SX_SCRIPT_COMMON,       /* digits, punctuation, signs, marks that go with any script */
    SX_SCRIPT_LATIN, SX_SCRIPT_GREEK, SX_SCRIPT_CYRILLIC, SX_SCRIPT_ARMENIAN, SX_SCRIPT_HEBREW, SX_SCRIPT_ARABIC, SX_SCRIPT_DEVANAGARI, SX_SCRIPT_BENGALI,
    SX_SCRIPT_GURMUKHI, SX_SCRIPT_GUJARATI, SX_SCRIPT_ORIYA, SX_SCRIPT_TAMIL, SX_SCRIPT_TELUGU, SX_SCRIPT_KANNADA, SX_SCRIPT_MALAYALAM, SX_SCRIPT_SINHALA,
    SX_SCRIPT_THAI, SX_SCRIPT_LAO, SX_SCRIPT_TIBETAN, SX_SCRIPT_MYANMAR, SX_SCRIPT_GEORGIAN, SX_SCRIPT_HANGUL, SX_SCRIPT_ETHIOPIC, SX_SCRIPT_CHEROKEE,
    SX_SCRIPT_KHMER, SX_SCRIPT_MONGOLIAN, SX_SCRIPT_KANA, SX_SCRIPT_HAN,
    SX_SCRIPT_OTHER,        /* letters of any further script */
    SX_SCRIPTS
};

/* Of a letter, mark or anything else. */
enum sx_script sx_script_of(uint32_t code);
/* The value of a decimal digit of any script (of the first plane), -1 for anything else. */
int sx_script_digit(uint32_t code);
/* A stop or comma of another script ("。", "؟", "، ") at text[0..length): its bytes, 0 when there is none. *sign is then '.', '?', '!' or ','. */
size_t sx_script_stop(const char *text, size_t length, char *sign);
/* "Chinese", "Greek": what a letter of it is called. */
const char *sx_script_name(enum sx_script script);
/* Does the language (BCP 47) use it? Latin: every language does, in names and loan words. */
bool sx_script_used(enum sx_script script, const char *language);
/* The language that a text in this script is most likely in, by its letters; NULL when there is none. The first letter is of the script. */
const char *sx_script_language(enum sx_script script, const char *text, size_t length);
/* The text in Latin letters (a-z, ' and blanks), as an English reader would spell it; what no table knows is left out. NUL-terminated; its length. */
size_t sx_script_latin(const char *text, size_t length, char *out, size_t room);

#endif
