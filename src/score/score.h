/* score.h - a piece of music as notes on a time line of ticks: what every reader (MIDI, ABC, MusicXML) makes and the performance (perform.h) plays.
 *
 * The time line is the played one: repeats, endings and jumps are written out (unfold.h does it), ties are merged, pitches sound as given. What a
 * musician adds (swing, ornaments, grace notes, staccato, fermatas, dynamics) is only marked here; docs/SCORES.md has the rules of the performance.
 *
 * A reader calls sx_score_add_... in any order; all memory is the score's. The limits below hold for any input: who runs into one gets SX_SCORE_FULL,
 * the score has a warning already, and the reader stops there and keeps what it has. */
#ifndef SX_SCORE_SCORE_H
#define SX_SCORE_SCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

/* Ticks of a quarter note: 2^10 3^4 5^2 7 11 13. Nested tuplets of these primes and all usual MIDI divisions are exact, others are off by less than a
 * nanosecond; the longest score has a thousandth of what an int64_t holds. */
#define SX_QUARTER INT64_C(2075673600)

enum {
    SX_SCORE_FULL = 1,              /* returned by adders: nothing was added, stop */
    SX_SCORE_BYTES = 64 << 20,      /* limits: bytes of a file, and of an unpacked .mxl; */
    SX_SCORE_QUARTERS = 1000000,    /* quarter notes in all (about six days at 120); */
    SX_SCORE_NOTES = 400000,
    SX_SCORE_CONTROLS = 1000000,    /* controls, dynamics, and tempo, meter and key changes each; */
    SX_SCORE_BARS = 100000,         /* played bars; */
    SX_SCORE_PARTS = 1024,
    SX_SCORE_TEXT = 16 << 20,       /* bytes of lyrics and names; */
    SX_SCORE_WARNINGS = 100         /* kept; more are counted */
};

/* Marks on a note, more than one at a time. */
enum {
    SX_NOTE_PERCUSSION = 1 << 0,    /* pitch is a key of the General MIDI drum map */
    SX_NOTE_GRACE = 1 << 1,         /* onset: the principal note's; duration: as written. Graces of a voice at one onset play in the order they were added */
    SX_NOTE_SLASH = 1 << 2,         /* with GRACE: acciaccatura, short and off the beat */
    SX_NOTE_AFTER = 1 << 3,         /* with GRACE: takes its time from the note before (onset: where that one ends) */
    SX_NOTE_STACCATO = 1 << 4,
    SX_NOTE_STACCATISSIMO = 1 << 5,
    SX_NOTE_TENUTO = 1 << 6,
    SX_NOTE_ACCENT = 1 << 7,
    SX_NOTE_MARCATO = 1 << 8,       /* strong accent */
    SX_NOTE_FERMATA = 1 << 9,
    SX_NOTE_SLUR = 1 << 10,         /* bound to the next note of its voice */
    SX_NOTE_PIZZICATO = 1 << 11,
    SX_NOTE_BREATH = 1 << 12,       /* a breath or comma behind it */
    SX_NOTE_ARPEGGIO = 1 << 13,     /* a chord's notes one after the other, upwards */
    SX_NOTE_ARPEGGIO_DOWN = 1 << 14,
    SX_NOTE_GLISSANDO = 1 << 15,    /* slides into the next note of its voice */
    SX_NOTE_CUE = 1 << 16,          /* for the player's eye: not played */
    SX_NOTE_RING = 1 << 17,         /* let it ring: laissez vibrer, a tie to nothing */
    SX_NOTE_MUTED = 1 << 18,        /* stopped, con sordino, palm mute */
    SX_NOTE_HARMONIC = 1 << 19,
    SX_NOTE_DOWNBOW = 1 << 20,
    SX_NOTE_UPBOW = 1 << 21,
    SX_NOTE_FIXED = 1 << 22         /* a performance, no notation (MIDI): the performance changes neither its time nor its velocity */
};

enum sx_ornament {
    SX_ORNAMENT_NONE, SX_ORNAMENT_TRILL, SX_ORNAMENT_MORDENT /* to the lower note */, SX_ORNAMENT_PRALLTRILLER /* inverted mordent: to the upper note */,
    SX_ORNAMENT_TURN, SX_ORNAMENT_INVERTED_TURN, SX_ORNAMENT_DELAYED_TURN, SX_ORNAMENT_SCHLEIFER, SX_ORNAMENT_TREMOLO /* `tremolo` says how fast */,
    SX_ORNAMENT_ROLL            /* Irish roll: ABC's ~ */
};

enum sx_syllable { SX_SYLLABLE_NONE, SX_SYLLABLE_SINGLE, SX_SYLLABLE_BEGIN, SX_SYLLABLE_MIDDLE, SX_SYLLABLE_END };      /* of its word */

enum { SX_STEP_UNKNOWN = -1, SX_STEP_C = 0, SX_STEP_D, SX_STEP_E, SX_STEP_F, SX_STEP_G, SX_STEP_A, SX_STEP_B };

struct sx_note {
    int64_t onset, duration;    /* ticks; at least 0 */
    float pitch;                /* SOUNDING, a MIDI key number with decimals: 60 is middle C, 60.5 a quarter tone above it */
    float alter;                /* the spelling as written, before transposition: semitones on the step, +1 a sharp */
    int8_t step, octave;        /* SX_STEP_...; 4: the octave of middle C */
    uint8_t velocity;           /* 1 to 127; 0: the dynamics in force say it */
    uint8_t channel, program;   /* MIDI channel 0 to 15; General MIDI program 0 to 127 */
    uint8_t staff;              /* 1 is the upper one; 0: not told */
    uint8_t ornament;           /* enum sx_ornament */
    uint8_t tremolo;            /* strokes through the stem: 3 is thirty-seconds */
    int8_t above, below;        /* semitones of the ornament's neighbours; 0: by the key */
    uint8_t syllable;           /* enum sx_syllable */
    bool extend;                /* the syllable goes on over later notes (melisma) */
    uint16_t bank;              /* 14 bits */
    uint16_t voice;             /* within the part: notes of one voice follow each other */
    uint32_t flags;             /* SX_NOTE_... */
    uint32_t bar;               /* index into bars (a tied note: where it begins); sx_score_finish sets it */
    const char *lyric;          /* one syllable without hyphens, UTF-8, kept by sx_score_keep; NULL: none */
};

/* What acts on a part while it plays. */
enum sx_control_kind {
    SX_CONTROL_VOLUME,          /* 0 to 1 (controller 7; 100/127 at the start) */
    SX_CONTROL_EXPRESSION,      /* 0 to 1 (controller 11; 1 at the start) */
    SX_CONTROL_MODULATION,      /* 0 to 1 (controller 1) */
    SX_CONTROL_PAN,             /* -1 left to +1 right (controller 10) */
    SX_CONTROL_PEDAL,           /* 0 to 1, from 0.5 on it is down (controller 64) */
    SX_CONTROL_BEND,            /* semitones, range applied */
    SX_CONTROL_REVERB,          /* 0 to 1 (controller 91) */
    SX_CONTROL_CHORUS,          /* 0 to 1 (controller 93) */
    SX_CONTROL_SOFT,            /* 0 to 1: soft pedal, or una corda (controller 67) */
    SX_CONTROL_SILENCE,         /* all sound off (controller 120) */
    SX_CONTROL_DYNAMICS         /* 0 to 1 within a hairpin: what long notes swell to; made by the performance */
};

struct sx_control {
    int64_t tick;
    float value;
    uint8_t kind;               /* enum sx_control_kind */
};

/* Dynamics as written. From a mark to the next one the level holds; a hairpin goes from the level at its begin to the next mark, or where none comes at its
 * end, one step of the scale further. */
enum sx_dynamic_kind { SX_DYNAMIC_LEVEL, SX_DYNAMIC_CRESCENDO, SX_DYNAMIC_DIMINUENDO, SX_DYNAMIC_HAIRPIN_END, SX_DYNAMIC_ACCENT /* sfz: notes at this tick alone */ };

struct sx_dynamic {
    int64_t tick;
    uint8_t kind;               /* enum sx_dynamic_kind */
    uint8_t velocity;           /* of LEVEL and ACCENT: 1 to 127, see sx_score_velocity */
    uint8_t staff;              /* 0: all of the part */
    uint16_t voice;             /* SX_ALL_VOICES: all of them */
};
#define SX_ALL_VOICES 0xFFFF

struct sx_score_part {
    const char *id, *name;      /* as the file tells, never NULL; a name may be "" */
    uint8_t channel, program;   /* to begin with */
    uint16_t bank;
    bool percussion;
    uint8_t staves;
    int8_t transpose;           /* sounding minus written, in semitones, at the start: only to show */
    struct sx_note *notes;      /* [note_count], sorted by onset, then as added */
    size_t note_count, note_room;
    struct sx_control *controls;    /* [control_count], sorted by tick */
    size_t control_count, control_room;
    struct sx_dynamic *dynamics;    /* [dynamic_count], sorted by tick */
    size_t dynamic_count, dynamic_room;
};

struct sx_tempo { int64_t tick; double quarters, seconds; };            /* quarter notes a minute, from here on; when it begins: sx_score_finish sets it */
struct sx_meter { int64_t tick; uint16_t beats, unit; };                /* 6/8: 6 and 8 */
struct sx_key { int64_t tick; int32_t part; int8_t fifths; bool minor; };       /* part -1: all; fifths as written: -1 is one flat */
struct sx_bar {
    int64_t tick;               /* where it begins */
    int32_t number;             /* as printed; a pickup is 0 */
    uint16_t pass;              /* 1, 2, ... the time that it is played */
};
struct sx_warning { int32_t bar, part; const char *text; };             /* printed number, or -1; index, or -1; a sentence that names both */

struct sx_score {
    const char *title, *composer, *lyricist, *rights;   /* NULL: not told */
    int tune, tunes;            /* which one of how many this is, from 1 */
    bool fixed;                 /* times are a performance (MIDI): no swing, no fermatas */
    double swing;               /* share of the first eighth in a pair: 0.5 even, 0.667 as a triplet */
    struct sx_score_part *parts;    /* [part_count] */
    struct sx_tempo *tempos;    /* [tempo_count], sorted; none: 120 */
    struct sx_meter *meters;    /* [meter_count], sorted; none: 4/4 */
    struct sx_key *keys;        /* [key_count], sorted */
    struct sx_bar *bars;        /* [bar_count], sorted; a reader that adds none gets them from the meters */
    struct sx_warning *warnings;    /* [warning_count] */
    size_t part_count, tempo_count, meter_count, key_count, bar_count, warning_count;
    size_t warnings_dropped;    /* more than are kept */
    size_t note_count, control_count;   /* of all parts */
    int64_t end;                /* ticks: the last bar's or note's end */
    /* the inside */
    struct sx_arena arena;
    size_t dynamic_count, part_room, tempo_room, meter_room, key_room, bar_room, text_bytes;
    uint32_t full;              /* limits that were warned of */
};

enum sx_score_format { SX_SCORE_AUTO, SX_SCORE_MIDI, SX_SCORE_ABC, SX_SCORE_MUSICXML };

struct sx_score_options {
    enum sx_score_format format;
    int tune;                   /* of an ABC file: its place in the file, from 1; 0: the first */
};

/* The one entry. path: a file; or NULL, then bytes[length]. options may be NULL. FORMAT, INPUT (with line), UNSUPPORTED, NOT_FOUND, IO, MEMORY. */
int sx_score_read(const char *path, const void *bytes, size_t length, const struct sx_score_options *options, struct sx_score **score, struct sx_error *error);
void sx_score_free(struct sx_score *score);

/* The readers: they fill a fresh score. sx_score_read calls sx_score_finish behind them. */
int sx_midi_read(const unsigned char *bytes, size_t length, struct sx_score *score, struct sx_error *error);
int sx_musicxml_read(const char *bytes, size_t length, struct sx_score *score, struct sx_error *error);     /* .mxl, too */
int sx_abc_read(const char *bytes, size_t length, int tune, struct sx_score *score, struct sx_error *error);

/* --- for readers. Each returns SYRINX_OK, SX_SCORE_FULL or SYRINX_ERROR_MEMORY (which sets no message), where not told otherwise. */

struct sx_score *sx_score_new(void);        /* NULL: no memory */
/* The index of a fresh part, or SX_SCORE_FULL as -1, or SYRINX_ERROR_MEMORY. Strings are copied; NULL is "". program 0, channel 0. */
int sx_score_add_part(struct sx_score *score, const char *id, const char *name);
/* note->lyric is stored as it is: get it from sx_score_keep. Negative times become 0, what is beyond SX_SCORE_QUARTERS is FULL, a duration is cut there;
 * pitch is held within 0 to 127. */
int sx_score_add_note(struct sx_score *score, int part, const struct sx_note *note);
int sx_score_add_control(struct sx_score *score, int part, int64_t tick, enum sx_control_kind kind, float value);
int sx_score_add_dynamic(struct sx_score *score, int part, const struct sx_dynamic *dynamic);
int sx_score_add_tempo(struct sx_score *score, int64_t tick, double quarters);      /* held within 5 and 1000; not a number: left out */
int sx_score_add_meter(struct sx_score *score, int64_t tick, int beats, int unit);  /* nonsense (0, no power of two, over 999): left out */
int sx_score_add_key(struct sx_score *score, int part, int64_t tick, int fifths, bool minor);
int sx_score_add_bar(struct sx_score *score, int64_t tick, int number, int pass);
/* A copy in the score's memory, control characters left out, bad UTF-8 as U+FFFD; NULL: no memory, or too much text (which is warned of). */
const char *sx_score_keep(struct sx_score *score, const char *text, size_t length);
/* "bar 12, Violin: ..."; number and part may be -1. Never fails: a warning without memory is counted. */
void sx_score_warn(struct sx_score *score, int number, int part, const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Sorts, makes bars where there are none, gives each note its bar, finds the end. MEMORY alone. */
int sx_score_finish(struct sx_score *score);

/* numerator/denominator of a quarter note in ticks, to the nearest; held within the longest score; 0 where the denominator is not positive. */
int64_t sx_score_ticks(int64_t numerator, int64_t denominator);
/* "ppp" to "fff", "sfz", "fp": 1 to 127, or 0 for no dynamic mark; docs/SCORES.md has the table. */
int sx_score_velocity(const char *mark);
const char *sx_score_mark(const char *mark);        /* the same mark as a string that lives for ever; NULL: no mark */
/* The dynamics that such a mark means ("fp" is an accent and a level); what is no mark is left out. */
int sx_score_add_mark(struct sx_score *score, int part, int64_t tick, int staff, int voice, const char *mark);
/* Seconds at a tick by the tempos. After sx_score_finish. */
double sx_score_seconds(const struct sx_score *score, int64_t tick);

#endif
