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
#include "text/dict.h"
#include "text/lexicon.h"
#include "text/pattern.h"
#include "text/phones.h"
#include "text/text.h"

enum sx_spoken_kind {
    SX_SPOKEN_WORD,
    SX_SPOKEN_LETTER        /* one letter, said by its name */
};

struct sx_spoken {
    const char *text;       /* lower case, NUL-terminated */
    uint32_t begin, end;    /* bytes of the sentence that it comes from */
    uint8_t kind;
    uint8_t mark;           /* what stands behind it: SX_PHONE_WORD, _COMMA or _SEMICOLON; _QUESTION or _EXCLAMATION: an utterance ends there, the sentence goes on */
    uint8_t open, close;    /* SX_QUOTE, SX_PAREN: what opens before it, closes behind it */
    bool fixed;             /* the mark was asked for: phrasing leaves it as it is */
    int phone_count;        /* of `phones`; -1: they are looked for */
    const struct sx_phone *phones;      /* known already (markup, another language), in the arena */
    const struct sx_style *style;       /* never NULL */
    float share;                        /* of its passage that lies in the sentence */
};

/* Bytes [begin, end) of the sentence are said in one style; passages follow one another without a gap. */
struct sx_say_passage {
    size_t begin, end;
    const struct sx_style *style;
    float share;
};

struct sx_say {
    const char *text;       /* a sentence of clean text, NUL-terminated */
    size_t length, at;
    bool shouting;          /* all of it is capitals: they say nothing about single words */
    const struct sx_lexicon *lexicon;   /* the user's: its words are read as they stand; NULL: none */
    const char *language;   /* BCP 47 tag of the passage at hand; NULL: none given */
    struct sx_say_passage *passages;    /* NULL: all is plain */
    int passage_count;
    const struct sx_style *style;       /* of the passage at hand */
    float share;
    uint8_t opening;        /* what opens before the next word */
    struct sx_arena *arena;
    struct sx_spoken *words;
    int count, room;
    int end;                /* SX_PHONE_STOP, _QUESTION or _EXCLAMATION */
    bool failed;            /* out of memory */
};

/* Reads the whole sentence. The words are in the arena. 0 or MEMORY. */
int sx_say_sentence(struct sx_say *say, struct sx_error *error);

/* Reads [say->at, end) as running text; nothing from `end` on is seen. */
void sx_say_run(struct sx_say *say, size_t end);

/* Adds the words of `text`, which are parted by spaces, for the bytes [begin, end). A single capital is a letter to be named ("F B I"), a comma behind
 * a word is a pause. */
void sx_say_add(struct sx_say *say, size_t begin, size_t end, const char *text);
void sx_say_addf(struct sx_say *say, size_t begin, size_t end, const char *format, ...) __attribute__((format(printf, 4, 5)));
/* A word whose phones are known. `text` is what it is called. */
void sx_say_phones(struct sx_say *say, size_t begin, size_t end, const char *text, size_t length, const struct sx_phone *phones, int count);
/* Adds one word as it stands. */
void sx_say_word(struct sx_say *say, size_t begin, size_t end, const char *text, size_t length);
/* A pause behind the last word; the stronger of two stays. */
void sx_say_mark(struct sx_say *say, int mark);
/* Reads a character that is nothing but punctuation and moves on: a pause or nothing, say_mark.c. */
void sx_say_punctuation(struct sx_say *say);
/* The mark at the end, from the last run of stops: a question when one of them asks. */
void sx_say_find_end(struct sx_say *say);
/* Spells ASCII letters and digits. */
void sx_say_spell(struct sx_say *say, size_t begin, size_t end, const char *text, size_t length);

/* sx_say_add for the next `length` bytes, which are then done with. Returns true. */
bool sx_say_take(struct sx_say *say, size_t length, const char *text);
bool sx_say_takef(struct sx_say *say, size_t length, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* ------------------------------------------------------------------ what stands around, say_context.c */

/* The word (letters, digits, ' and .) before or behind a place, white space and other characters between; its length, 0 when there is none. */
size_t sx_say_word_before(const struct sx_say *say, size_t at, const char **word);
size_t sx_say_word_after(const struct sx_say *say, size_t at, const char **word);
/* Is the word, in any case, one of " a b c "? */
bool sx_say_one_of(const char *word, size_t length, const char *list);
/* Is the spoken word before one of " a b c "? */
bool sx_say_after(const struct sx_say *say, const char *list);
/* Value of a key in a table, NUL-terminated in `out`. */
bool sx_say_table(struct sx_dict table, const char *key, size_t length, char *out, size_t room);
/* Field `index` of a value whose fields are parted by tabs, copied into the `room` bytes of out. NULL when it is not there. */
const char *sx_say_field(const char *value, int index, char *out, size_t room);
/* Has the dictionary this word (any case)? */
bool sx_say_known(const char *word, size_t length);

/* ------------------------------------------------------------------ what markup asks for, say_passage.c */

/* Is the passage at hand read by a way of its own: phones, other words, a kind, a language? */
bool sx_say_passage_special(const struct sx_say *say);
/* Reads it, [say->at, end). */
void sx_say_passage(struct sx_say *say, size_t end);
/* May a passage that is not special be read in one go with the one before it? */
bool sx_say_passage_joins(const struct sx_say *say, const struct sx_style *before, const struct sx_style *next);
/* "[[təˈmeɪtoʊ]]" or "[[T AH0 M EY1 T OW2]]" in running text. */
bool sx_say_inline_phones(struct sx_say *say);

/* ------------------------------------------------------------------ what markup says of a passage, say_as.c */

enum sx_as {
    SX_AS_NONE, SX_AS_CARDINAL, SX_AS_ORDINAL, SX_AS_DIGITS, SX_AS_CHARACTERS, SX_AS_DATE, SX_AS_TIME, SX_AS_DURATION, SX_AS_TELEPHONE, SX_AS_CURRENCY,
    SX_AS_MEASURE, SX_AS_FRACTION, SX_AS_ADDRESS, SX_AS_NAME, SX_AS_NET, SX_AS_EXPLETIVE
};

/* The kind that an attribute interpret-as names, in the W3C's words or those of other engines; -1 for one that is not known. */
int sx_say_as_kind(const char *interpret_as);
/* Reads the `length` bytes at say->at as what they were said to be; format and detail as in SSML, NULL for none. False, and nothing done, when they are not
 * that: they are to be read as usual. */
bool sx_say_as(struct sx_say *say, size_t length, int kind, const char *format, const char *detail);

/* ------------------------------------------------------------------ the classes */

bool sx_say_plain(struct sx_say *say);          /* not a class: the quick way for plain words */
bool sx_say_web(struct sx_say *say);            /* addresses of pages, mail, files, #tags, @names */
bool sx_say_phone(struct sx_say *say);          /* telephone and other numbers read digit by digit */
bool sx_say_date(struct sx_say *say);
bool sx_say_time(struct sx_say *say);
bool sx_say_money(struct sx_say *say);
bool sx_say_measure(struct sx_say *say);
bool sx_say_relation(struct sx_say *say);       /* ranges, scores, ratios, fractions */
bool sx_say_numeral(struct sx_say *say);        /* years, decades, ordinals, decimals, cardinals */
bool sx_say_serial(struct sx_say *say);         /* letters and digits mixed, versions */
bool sx_say_roman(struct sx_say *say);
bool sx_say_abbreviation(struct sx_say *say);
bool sx_say_capitals(struct sx_say *say);       /* acronyms, CamelCase */
bool sx_say_symbol(struct sx_say *say);
/* A piece of a word that is no sentence's word: part of a name of a file, a tag, CamelCase. Split at changes of case, spelled when it cannot be said. */
void sx_say_piece(struct sx_say *say, size_t begin, size_t end, const char *text, size_t length);

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
/* "1,204.50", ".5": separators are left out, what is behind the stop is read digit by digit. */
char *sx_number_text(const char *text, size_t length, char *out, size_t room);
/* "sixty" -> "sixties", "first" stays: the plural of the last word. */
char *sx_number_plural(char *words, size_t room);

#endif
