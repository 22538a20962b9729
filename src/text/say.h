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
    bool own;               /* as the user's lexicon wants it: not looked up there again */
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
    int punctuation;            /* SYRINX_PUNCTUATION_… */
    bool alone;                 /* the sentence is the whole text: it is named rather than silent */
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
/* What the user's lexicon, or the markup's, has. */
bool sx_say_lexicon(struct sx_say *say);
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
bool sx_say_code(struct sx_say *say);           /* what programmers write: flags, hexadecimal, operators, identifiers of things */
bool sx_say_math(struct sx_say *say);           /* signs between operands */
bool sx_say_music(struct sx_say *say);          /* chords, keys, times */
/* The next `length` bytes as an address of the net, whatever they look like. */
void sx_say_net(struct sx_say *say, size_t length);
/* The value of a Roman numeral in capitals, 0 for none. */
int sx_roman_value(const char *text, size_t length);
/* The time of a time stamp at say->at: "14:05:30Z". */
void sx_say_stamp(struct sx_say *say);
/* Is "1:10" at say->at, of `length` bytes, a ratio by what stands around it? */
bool sx_say_ratio_meant(const struct sx_say *say, size_t length);
/* Is there an equation in the sentence? */
bool sx_say_equation(const struct sx_say *say);
bool sx_say_formula(struct sx_say *say);        /* of chemistry */
bool sx_say_isotope(struct sx_say *say);        /* ¹⁴C */
/* Bytes of a run of superscript signs, written as ASCII: "⁻¹" is "-1". */
size_t sx_say_superscript(const char *p, char out[8]);
bool sx_say_post_code(struct sx_say *say);
/* A state's name when the `length` letters at say->at are one's abbreviation and stand like one; `stop`: a stop is behind them. */
bool sx_say_place(struct sx_say *say, size_t length, bool stop);
bool sx_say_emoji(struct sx_say *say);          /* emoji, :-), ratings in stars */
bool sx_say_character(struct sx_say *say);      /* what the punctuation level, or the table in any case, wants spoken by name */
bool sx_say_odd_letters(struct sx_say *say);    /* a word of letters that nothing else can read, such as ƛ: by name */
/* Punctuation: a pause or nothing. Always moves on. */
void sx_say_punctuation(struct sx_say *say);
/* A letter of a script that the language of the passage does not use: the whole run of words in it. To be asked before the other classes. */
bool sx_say_script(struct sx_say *say);
/* The next `length` bytes are in another language: words with phones of their own, pauses for the punctuation. False, and nothing done, when libespeak-ng or
 * the language is not there: then they are read as English. */
bool sx_say_foreign(struct sx_say *say, size_t length, const char *language);
/* A piece of a word that is no sentence's word: part of a name of a file, a tag, CamelCase. Split at changes of case, spelled when it cannot be said. */
void sx_say_piece(struct sx_say *say, size_t begin, size_t end, const char *text, size_t length);

/* ------------------------------------------------------------------ by name, say_character.c */

/* Spells the next `length` bytes, a pause between two characters; `capitals` are told. Blanks are a pause, but named where there is nothing else. */
void sx_say_characters(struct sx_say *say, size_t length, bool capitals);
/* The same with a word for each letter: "alpha", "capital bravo". */
void sx_say_phonetic(struct sx_say *say, size_t length, bool capitals);
/* The whole sentence gave no word and is the whole text: its few characters by name. */
void sx_say_alone(struct sx_say *say);
/* Names the character of `n` bytes at say->at, all of a long run of it before say->length; moves behind what was named. */
void sx_say_name_run(struct sx_say *say, size_t n);

/* ------------------------------------------------------------------ by name in another language, say_local.c */

/* Is the text at hand in another language than English? What follows is for such. */
bool sx_say_elsewhere(const struct sx_say *say);
/* Names the character at say->at, of `length` bytes at most, in the language at hand; moves on. Its bytes, 0 with nothing done: libespeak-ng is missing, or nothing
 * here knows its name. */
size_t sx_say_local_character(struct sx_say *say, size_t length, bool capitals);
/* The same of `count` times the character of `n` bytes: "4 strich". */
bool sx_say_local_run(struct sx_say *say, size_t n, unsigned count);
/* The same with the word to spell with. */
size_t sx_say_local_spelling(struct sx_say *say, size_t length, bool capitals);
/* The punctuation level at hand: code is never read below `some`. */
int sx_say_level(const struct sx_say *say);

/* ------------------------------------------------------------------ where the text comes from, say_locale.c */

/* 3/4/2020 is the third of April: all English but that of the United States, Canada, the Philippines; most other languages. */
bool sx_say_day_first(const struct sx_say *say);
/* 1.000,5 is a thousand and a half: by the language's region ("en-DE", "de"). */
bool sx_say_decimal_comma(const struct sx_say *say);

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
char *sx_say_count(unsigned count, char out[SX_NUMBER_ROOM]);
/* "3", "4" -> "three quarters". */
char *sx_number_fraction(const char *top, size_t top_length, const char *bottom, size_t bottom_length, char *out, size_t room);
/* "sixty" -> "sixties", "first" stays: the plural of the last word. */
char *sx_number_plural(char *words, size_t room);

#endif
