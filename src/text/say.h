/* say.h - a sentence on its way from characters to spoken words.
 *
 * Each class of things that are not read as they are written has a file say_<class>.c with one function that looks at the text at say->at: when
 * it knows what stands there it adds the words, moves `at` behind it and returns true. say.c asks them in turn. */
#ifndef SX_TEXT_SAY_H
#define SX_TEXT_SAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "text/text.h"

enum sx_spoken_kind {
    SX_SPOKEN_WORD,
    SX_SPOKEN_LETTER        /* one letter, said by its name */
};

struct sx_spoken {
    const char *text;       /* lower case, NUL-terminated */
    uint32_t begin, end;    /* bytes of the sentence that it comes from */
    uint8_t kind;
    uint8_t mark;           /* what stands behind it: SX_PHONE_WORD, _COMMA or _SEMICOLON */
};

struct sx_say {
    const char *text;       /* a sentence of clean text, NUL-terminated */
    size_t length, at;
    bool shouting;          /* all of it is capitals: they say nothing about single words */
    struct sx_arena *arena;
    struct sx_spoken *words;
    int count, room;
    int end;                /* SX_PHONE_STOP, _QUESTION or _EXCLAMATION */
    bool failed;            /* out of memory */
};

/* Reads the whole sentence. The words are in the arena. 0 or MEMORY. */
int sx_say_sentence(struct sx_say *say, struct sx_error *error);

/* Adds the words of `text`, which are parted by spaces, for the bytes [begin, end). A single capital is a letter to be named ("F B I"), a comma behind
 * a word is a pause. */
void sx_say_add(struct sx_say *say, size_t begin, size_t end, const char *text);
void sx_say_addf(struct sx_say *say, size_t begin, size_t end, const char *format, ...) __attribute__((format(printf, 4, 5)));
/* A pause behind the last word; the stronger of two stays. */
void sx_say_mark(struct sx_say *say, int mark);
/* Spells ASCII letters and digits. */
void sx_say_spell(struct sx_say *say, size_t begin, size_t end, const char *text, size_t length);

/* ------------------------------------------------------------------ number words, say_number.c */

enum { SX_NUMBER_ROOM = 1024 };

/* The digits (no separators) as a cardinal: "1204" -> "one thousand two hundred four". More than 36 digits are read one by one (at most 300 of them). All write at
 * most `room` bytes and return `out`. */
char *sx_number_cardinal(const char *digits, size_t length, char *out, size_t room);
char *sx_number_ordinal(const char *digits, size_t length, char *out, size_t room);
char *sx_number_digits(const char *digits, size_t length, char *out, size_t room);
/* A year of 1 to 4 digits: "1905" -> "nineteen oh five". */
char *sx_number_year(const char *digits, size_t length, char *out, size_t room);
/* Groups as in addresses and flights: "221" -> "two twenty one", "1600" -> "sixteen hundred". */
char *sx_number_pairs(const char *digits, size_t length, char *out, size_t room);
/* "sixty" -> "sixties", "first" stays: the plural of the last word. */
char *sx_number_plural(char *words, size_t room);

#endif
