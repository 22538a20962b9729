/* foreign.h - words of other languages as phones, said by libespeak-ng where it is installed.
 *
 * libespeak-ng (GPL-3 or later) is loaded when the first word of another language comes; nothing of English needs it. Its state is one for the whole
 * process, so is the lock around it: any thread may call. The environment variable SYRINX_ESPEAK names another file than libespeak-ng.so.1, or, when
 * empty, none. */
#ifndef SX_TEXT_FOREIGN_H
#define SX_TEXT_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "text/phones.h"

/* Can text in this language be said? 0, or UNSUPPORTED, the message says why: no such language, or no libespeak-ng. */
int sx_foreign_check(const char *language, struct sx_error *error);
/* Is libespeak-ng there? */
bool sx_foreign_present(void);
/* For tests: as if it were not there. */
void sx_foreign_hide(bool hide);

struct sx_foreign_word {
    uint32_t begin, end;        /* bytes of the text; words may share them ("123") and never overlap otherwise */
    const struct sx_phone *phones;
    int count;                  /* at most SX_FOREIGN_PHONES; 0 when libespeak-ng has nothing to say for it; SX_FOREIGN_ENGLISH: see there */
};

enum {
    SX_FOREIGN_ENGLISH = -1,    /* a word in Latin letters in a language that is not written in them ("iPhone" in Chinese): to be read as English */
    SX_FOREIGN_PIECE = 240,     /* bytes that one call into libespeak-ng gets at most */
    SX_FOREIGN_PHONES = 40      /* of one word; more are further words of the same bytes */
};

/* The words of a passage, clean text without NUL, of any length; what is between words is not reported. Words and phones are in the arena. Same text, same
 * phones, whatever was said before. UNSUPPORTED as sx_foreign_check, MEMORY. */
int sx_foreign_say(const char *language, const char *text, size_t length, struct sx_arena *arena, const struct sx_foreign_word **words, int *count,
                   struct sx_error *error);

/* English name of a language by its BCP 47 tag, the tag itself when it has none. At most room - 1 bytes. */
const char *sx_language_name(const char *language, char *out, size_t room);
/* Are they the same language, whatever regions and scripts follow ("en-US", "en")? */
bool sx_language_same(const char *a, const char *b);

/* ------------------------------------------------------------------ between the foreign_*.c */

/* Field `index` (0 name, 1 voices, 2 scripts) of the language's line in languages.tsv; false when there is none. */
bool sx_language_field(const char *language, int index, char *out, size_t room);

/* The library's side, foreign_espeak.c. Finds the identifier of a voice ("gmw/de"); false: none. */
bool sx_espeak_voice(const char *language, char *identifier, size_t room);
/* Identifiers of all voices that can be used, each once, at most `room`; their number, 0 without the library. */
int sx_espeak_list(char (*identifiers)[64], int room);
/* Appends what the library says to `text`, at most SX_FOREIGN_PIECE bytes: groups of phonemes parted by blanks, phonemes by '_'. False: no memory, no voice. */
bool sx_espeak_say(const char *identifier, const char *text, size_t length, struct sx_buffer *out);

/* Finds the identifier of the voice that the library itself has under this name ("en-us"), else as sx_espeak_voice. */
bool sx_espeak_exact(const char *name, char *identifier, size_t room);

/* A piece of text that libespeak-ng says in one go. */
struct sx_espeak_clause {
    size_t begin, end;          /* bytes of the text; the character that the library looked ahead belongs to the clause that it was read with */
    size_t phonemes, length;    /* in the buffer: IPA, words parted by blanks, "(en)" where the language changes */
    char mark;                  /* what ended it: one of ".?!,:;"; 0: nothing, or a mark that Piper does not hand on */
    bool sentence;              /* it ended a sentence */
};

/* Says a text clause by clause, at most `room` of them, and appends the phonemes to `out`. It is said as it stands, but for what the library cannot bear (foreign_tame.h).
 * The number of clauses; -1: no memory, no voice. */
int sx_espeak_clauses(const char *identifier, const char *text, size_t length, struct sx_buffer *out, struct sx_espeak_clause *clauses, int room);

/* The text as libespeak-ng 1.51 reads it best, in place, foreign_spell.c: plain forms of letters, no letters that the language (a subtag) lacks. The new length. */
size_t sx_foreign_spell(const char *language, char piece[SX_FOREIGN_PIECE], size_t length);

/* Phones of one group, foreign_ipa.c. `language` begins as `home`, the voice's, and is changed by a mark such as "(en)". Counts symbols that no line of ipa_nearest.tsv knows in *unknown (may be NULL). Returns the number of phones. */
int sx_ipa_parse(char language[16], const char *home, const char *text, size_t length, struct sx_phone *out, int room, int *unknown);

/* ------------------------------------------------------------------ voices that do not know all phones, foreign_fallback.c */

/* The phones that a voice was trained with. */
struct sx_known {
    uint64_t bits[2];           /* bit id % 64 of bits[id / 64] */
};

/* The phones of English: those with an ARPAbet name. What a card without "phones_known" means. */
void sx_known_english(struct sx_known *known);
bool sx_known_has(const struct sx_known *known, int phone);
enum sx_phone_place { SX_PLACE_INSIDE, SX_PLACE_BEFORE_VOWEL, SX_PLACE_LAST };    /* of a phone in its word; glides are vowels here */
/* What a voice says for a phone: itself, or one to four others, or none at all (0). The first vowel takes the stress. */
int sx_phone_fallback(const struct sx_known *known, struct sx_phone in, enum sx_phone_place place, struct sx_phone out[4]);
/* The same for a word: at most `room` phones, the rest is left out; their number. Never empty when `in` was not. */
int sx_phones_fallback(const struct sx_known *known, const struct sx_phone *in, int count, struct sx_phone *out, int room);

#endif
