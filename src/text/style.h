/* style.h - how a passage is to be said, and what may stand between words: what SSML, documents and programs tell the reader beside the text. */
#ifndef SX_TEXT_STYLE_H
#define SX_TEXT_STYLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sx_lexicon;

enum sx_emphasis { SX_EMPHASIS_NORMAL, SX_EMPHASIS_NONE, SX_EMPHASIS_REDUCED, SX_EMPHASIS_MODERATE, SX_EMPHASIS_STRONG };

/* What a passage is part of. Voices of format 1 do not hear it; the pauses around it and punctuation levels do. */
enum sx_structure {
    SX_STRUCTURE_PLAIN, SX_STRUCTURE_HEADING, SX_STRUCTURE_ITEM, SX_STRUCTURE_QUOTATION, SX_STRUCTURE_CODE, SX_STRUCTURE_CELL, SX_STRUCTURE_CUE
};

enum { SX_CONTOUR_POINTS = 16 };

/* Begin from sx_style_plain. Strings may be NULL. */
struct sx_style {
    float rate;                 /* factor of the stream's rate, > 0; 1 */
    float pitch;                /* semitones added; 0 */
    float range;                /* factor of the pitch's movement about its mean, >= 0; 1 */
    float volume;               /* decibels added; 0; -INFINITY is silence of the same length */
    float seconds;              /* what the passage shall last; 0: as it comes */
    uint8_t emphasis;           /* enum sx_emphasis */
    uint8_t structure;          /* enum sx_structure */
    uint8_t as;                 /* SX_AS_… of say.h: the kind of thing that it is; 0: look and see */
    uint8_t alphabet;           /* of `phones`: SYRINX_IPA or SYRINX_ARPABET */
    uint8_t one_word;           /* the passage is one word (SSML's token), whatever blanks are in it */
    uint8_t contour_count;
    struct { float at, pitch; } contour[SX_CONTOUR_POINTS];     /* at: 0..1 of the passage; pitch: semitones added there */
    const char *format, *detail;    /* of `as` */
    const char *language;       /* BCP 47; NULL: the stream's */
    const char *speaker;        /* a name, or a blend "kathleen:0.6,linda:0.4"; NULL: the stream's */
    const char *instead;        /* text that is said instead of the passage */
    const char *phones;         /* phones that are said instead; words parted by blanks */
    const char *role;           /* part of speech of the word: "VVD", "noun" … */
    const struct sx_lexicon *lexicon;   /* asked before the user's own; readers keep a reference */
};

extern const struct sx_style sx_style_plain;

/* Ends that the text itself does not show. */
enum sx_boundary { SX_BOUNDARY_SENTENCE = 1, SX_BOUNDARY_PARAGRAPH, SX_BOUNDARY_SECTION };

enum sx_break { SX_BREAK_NONE, SX_BREAK_X_WEAK, SX_BREAK_WEAK, SX_BREAK_MEDIUM, SX_BREAK_STRONG, SX_BREAK_X_STRONG };

enum sx_point_kind {
    SX_POINT_BREAK,             /* strength, or seconds where that is >= 0 */
    SX_POINT_MARK,              /* name */
    SX_POINT_WAIT,              /* what follows is heard no earlier than at `seconds` of the stream */
    SX_POINT_AUDIO              /* the recording `name` (a path) is heard here */
};

/* Something between words. */
struct sx_point {
    uint8_t kind;
    uint8_t strength;           /* enum sx_break */
    float seconds;              /* -1: none given */
    const char *name;
    uint64_t begin, end;        /* bytes of the source */
    int word;                   /* in an utterance: the word before which it stands; word_count: behind the last */
};

#endif
