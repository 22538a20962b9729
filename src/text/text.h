/* text.h - English text to utterances: phones with stress, words, breaks, each with the bytes of the source that it came from.
 *
 * A sx_text is the immutable front end (lexicon, rules, letter-to-sound); any number of readers share it. A reader belongs to one thread. */
#ifndef SX_TEXT_TEXT_H
#define SX_TEXT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "text/markup.h"

enum {      /* ids of src/text/data/phones.tsv; a test compares */
    SX_PHONE_PAD = 0, SX_PHONE_BEGIN = 1, SX_PHONE_END = 2, SX_PHONE_WORD = 3, SX_PHONE_COMMA = 4, SX_PHONE_SEMICOLON = 5, SX_PHONE_STOP = 6,
    SX_PHONE_QUESTION = 7, SX_PHONE_EXCLAMATION = 8, SX_PHONE_FIRST = 16
};

enum { SX_QUOTE = 1, SX_PAREN = 2 };    /* what opens before a word or closes behind it: quotation marks, brackets of any kind */

enum { SX_UTTERANCE_PHONES = 400 };     /* the most that one utterance holds, marks not counted */

/* A token of docs/VOICE_FORMAT.md. */
struct sx_token {
    uint16_t phone;             /* id of the phone table, marks included */
    uint8_t stress;             /* 0, 1 primary, 2 secondary */
    int32_t word;               /* index into words, -1 for a mark */
    float seconds;              /* how long a mark is to last whatever the voice thinks; 0: as it thinks */
};

struct sx_word {
    uint64_t begin, end;        /* bytes of the source, counted from the first byte ever given to the reader */
    int first, count;           /* its tokens */
    const char *text;           /* the word as spoken, lower case ("dollars"), NUL-terminated; several words may share a source range ("$5") */
    const struct sx_style *style;   /* never NULL; lives until the next sx_reader_next */
    float share;                /* the part of its passage that lies in this sentence */
    uint8_t open, close;        /* SX_QUOTE, SX_PAREN: for voices that know their marks; a pause that is due stands in the tokens */
};

struct sx_utterance {
    const struct sx_token *tokens;      /* ^ … end-mark $ */
    int token_count;
    const struct sx_word *words;
    int word_count;
    uint64_t begin, end;        /* source bytes of the sentence, white space at the edges left out */
    bool paragraph;             /* a paragraph ends after it: a longer pause is due */
    bool cut;                   /* the sentence goes on in the next utterance: no sentence pause */
    bool section;               /* a chapter or a heading ends after it: the longest pause */
    const struct sx_point *points;      /* in order; an utterance may have nothing but points: no words and no tokens then */
    int point_count;
};

struct sx_text;
struct sx_reader;

enum { SX_TEXT_NO_LEXICON = 1 };    /* letter-to-sound for every word */
#define SX_TEXT_PUNCTUATION(level) ((level) << 8)       /* SYRINX_PUNCTUATION_… */
#define SX_TEXT_PUNCTUATION_OF(flags) ((flags) >> 8 & 3)

/* `lexicon` may be NULL, else the path of a user's lexicon. NOT_FOUND, INPUT (a bad line: the message says which), MEMORY; what sx_data_open tells. */
int sx_text_new(const char *lexicon, int flags, struct sx_text **text, struct sx_error *error);
void sx_text_free(struct sx_text *text);

int sx_reader_new(const struct sx_text *text, struct sx_reader **reader, struct sx_error *error);
/* Appends bytes: any bytes at all, cut anywhere. */
int sx_reader_push(struct sx_reader *reader, const char *bytes, size_t length, struct sx_error *error);
/* The text is complete. */
void sx_reader_end(struct sx_reader *reader);
/* The language of text that has none of its own, a BCP 47 tag; "auto": found sentence by sentence; NULL: English of no country. UNSUPPORTED: nobody speaks it. */
int sx_reader_language(struct sx_reader *reader, const char *language, struct sx_error *error);
/* The phones that the voice knows: others are said by the nearest of them. Without a call all are given out. */
struct sx_known;
void sx_reader_known(struct sx_reader *reader, const struct sx_known *known);
/* Who is told of what is no failure. */
void sx_reader_warn(struct sx_reader *reader, void (*warn)(void *user, const char *message), void *user);
/* Which marks are named, SYRINX_PUNCTUATION_…, instead of what the sx_text says. */
void sx_reader_punctuation(struct sx_reader *reader, int level);
/* The four calls of markup as a table, for parsers. */
void sx_reader_sink(struct sx_reader *reader, struct sx_markup_sink *sink);
/* Source bytes seen so far. */
uint64_t sx_reader_position(const struct sx_reader *reader);

/* What markup says. Positions: sx_reader_push counts on from `position`, the source bytes seen so far; these calls move it. */
/* The same as sx_reader_push for text that stands at source bytes [begin, end): byte for byte if as long, else all of it comes from all of them (an
 * entity, a bullet that is read out). `begin` never goes back. */
int sx_reader_push_at(struct sx_reader *reader, const char *bytes, size_t length, uint64_t begin, uint64_t end, struct sx_error *error);
/* A new passage begins: how what is pushed from now on is said. Copied. Two calls with equal styles make two passages. */
int sx_reader_style(struct sx_reader *reader, const struct sx_style *style, struct sx_error *error);
/* The sentence, paragraph or section ends here if one is open. */
int sx_reader_boundary(struct sx_reader *reader, enum sx_boundary boundary, struct sx_error *error);
/* A break, mark, wait or recording; begin and end in `point` are its bytes of the source, `word` does not count. Copied. */
int sx_reader_point(struct sx_reader *reader, const struct sx_point *point, struct sx_error *error);
/* The next utterance that is known to be complete, in the reader's memory until the next call. 1 got one, 0 none before more text or the end (after the
 * end: all is read; then the reader takes text again), < 0 failure. Text without anything to say gives no utterance. Memory is bounded:
 * a sentence without an end is cut. */
int sx_reader_next(struct sx_reader *reader, struct sx_utterance *utterance, struct sx_error *error);
/* Forgets queued text; positions start at 0 again. */
void sx_reader_reset(struct sx_reader *reader);
void sx_reader_free(struct sx_reader *reader);

/* Words or phones of one piece of plain text (print.h), appended to `out`. */
int sx_text_normalize(const struct sx_text *text, const char *bytes, size_t length, struct sx_buffer *out, struct sx_error *error);
int sx_text_phonemize(const struct sx_text *text, const char *bytes, size_t length, int alphabet, bool json, struct sx_buffer *out,
                      struct sx_error *error);

/* IPA or ARPAbet ("AH0") of a token; NULL where there is none. Static strings. */
const char *sx_phone_ipa(int phone);
const char *sx_phone_arpabet(int phone, int stress);
bool sx_phone_vowel(int phone);

#endif
