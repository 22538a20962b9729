/* abc.h - the inside of the ABC reader: a tune as written, voice by voice, before its repeats are played.
 *
 * abc_tune.c picks one tune of a file, abc_read.c reads it line by line into voices (notes, events and bars on a written time line each), abc_order.c
 * joins the bars of all voices and puts them in the order of playing, abc_play.c hands the notes to the score. docs/ABC.md has the rules. */
#ifndef SX_SCORE_ABC_H
#define SX_SCORE_ABC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "score/score.h"
#include "score/unfold.h"

enum {
    ABC_VOICES = 256,               /* voices of a tune */
    ABC_EVENTS = 400000,            /* events and bars of all voices together; notes: SX_SCORE_NOTES */
    ABC_NESTED = 8,                 /* tuplets within tuplets */
    ABC_TIES = 32,                  /* open ties of a voice */
    ABC_CHORD = 12,                 /* notes of a chord symbol */
    ABC_PATTERN = 64,               /* strokes of an accompaniment pattern */
    ABC_ID = 32,                    /* bytes of a voice's id */
    ABC_LONGEST = 1024,             /* whole notes that one note may last */
    ABC_LINE = 4 << 20,             /* bytes of a line after macros */
    ABC_WORK = 100000000            /* steps of searches: a fraction of a second */
};
#define ABC_WHOLE (4 * SX_QUARTER)

struct sx_abc_fraction { int64_t number, of; };

struct sx_abc_meter {
    int beats, unit;                /* 6/8; 4/4 for M:none */
    bool free;                      /* M:none */
    int64_t length;                 /* ticks of a bar */
};

struct sx_abc_key {
    int fifths;
    bool minor;
    float alter[7];                 /* of C D E F G A B, in semitones: the mode and explicit accidentals */
};

/* Where the notes of a voice sound. */
struct sx_abc_shift { int clef, octave, transpose, midi; };    /* semitones, octaves, semitones, semitones */

struct sx_abc_note {
    int64_t time, length;           /* ticks on the voice's written time line */
    uint32_t flags;                 /* SX_NOTE_... */
    int32_t words;                  /* first syllable of its list, or -1 */
    float pitch, alter;
    int8_t step, octave, above, below;
    uint8_t ornament, tremolo, program, channel;
    uint8_t overlay;                /* 0, or the & that it stands behind */
    bool tie;                       /* goes on in the next note of its pitch */
    bool head;                      /* the first note of a chord, or a single one: what a syllable is for */
};

struct sx_abc_syllable {
    const char *text;               /* kept by the score; NULL: none, but the one before goes on */
    int32_t next;                   /* another verse's, or -1 */
    uint16_t verse;                 /* from 1 */
    uint8_t kind;                   /* enum sx_syllable */
    bool extend;
};

enum sx_abc_event_kind {
    ABC_TEMPO,                      /* value: quarters a minute */
    ABC_METER,                      /* a, b */
    ABC_KEY,                        /* a: fifths, b: minor */
    ABC_DYNAMIC,                    /* a: enum sx_dynamic_kind, b: velocity */
    ABC_CONTROL,                    /* a: enum sx_control_kind, value */
    ABC_CHORD_SYMBOL,               /* a: index into chords, or -1: no chord */
    ABC_ACCOMPANY,                  /* a: index into settings of the accompaniment */
    ABC_PART                        /* a: the letter */
};

struct sx_abc_event {
    int64_t time;
    double value;
    int32_t a, b;
    int32_t last[2];                /* while playing: the last key (or tempo, and meter) before it, -1: none */
    uint8_t kind;
};

struct sx_abc_bar {
    int64_t begin;                  /* written time */
    uint32_t flags, endings;        /* of struct sx_unfold_bar */
    uint16_t times;
    uint8_t coda;                   /* 1: a coda sign at its begin, 2: within it or at its end */
    int32_t length;                 /* of the meter in force, in 1/1024 whole notes: tells pickups and split bars */
};

struct sx_abc_tuplet { int into, of, left; };  /* `of` notes' time for `into` notes, for `left` more */

/* What stands before a note and acts on it. */
struct sx_abc_marks {
    uint32_t flags;                 /* SX_NOTE_... */
    uint32_t bar;                   /* SX_BAR_..., until it is clear which bar they belong to */
    bool coda;
    uint8_t ornament, tremolo;
    int8_t tremolo_octave;
};

struct sx_abc_tie { int8_t step, octave; float alter; };

struct sx_abc_voice {
    char id[ABC_ID];
    const char *name;
    int part;                       /* of the score */
    /* state while reading */
    int64_t now, far;               /* where the next note begins; the furthest place of the bar's overlays */
    struct sx_abc_fraction unit;
    struct sx_abc_meter meter;
    struct sx_abc_key key;
    struct sx_abc_shift shift;
    float accidental[7][12];        /* of the bar, by step and octave; NAN: none */
    struct sx_abc_tuplet tuplets[ABC_NESTED];
    int nested;
    int broken;                     /* > pending for the next note: 1, 2, 3; < : -1, -2, -3 */
    struct sx_abc_marks marks;         /* for the next note */
    struct sx_abc_tie ties[ABC_TIES];
    int tie_count;
    size_t group;                   /* the last chord's notes: [group, note_count) */
    int64_t group_begin;            /* its time, also of a rest; its end is `now` */
    bool group_is;
    int slurs, overlay;
    int overlay_bars;               /* bars that the & in force goes back over */
    size_t overlay_from;            /* bar_count at a (&; 0: none */
    int octave_line;                /* !8va(! +1, !8vb(! -1 */
    bool trilling;                  /* !trill(! */
    size_t lyrics_from, lyrics_to;  /* notes that the next w: lines are for */
    size_t lyrics_bar;              /* the bar where they begin */
    int verse;                      /* of the last w: line */
    bool lyrics_open, joined;       /* joined: the last w: line ended in a backslash */
    size_t joined_note, joined_bar; /* where it goes on */
    bool joined_word;
    uint8_t program, channel;
    bool percussion, touched;       /* touched: it has music */
    bool program_told;
    /* what was read */
    struct sx_abc_note *notes;
    struct sx_abc_event *events;
    struct sx_abc_bar *bars;           /* the last one is open */
    size_t note_count, note_room, event_count, event_room, bar_count, bar_room;
};

struct sx_abc_chord {
    int8_t root, bass;              /* 0 to 11; bass: -1 none told */
    uint8_t count;
    int8_t notes[ABC_CHORD];        /* above the root */
};

struct sx_abc_chord_type { char name[16]; uint8_t count; int8_t notes[ABC_CHORD]; };

struct sx_abc_stroke { char kind; float length; uint8_t pitch, velocity; };    /* kind: f c b z g h i j G H I J, or d (drum) */

struct sx_abc_pattern { int count; double length; struct sx_abc_stroke strokes[ABC_PATTERN]; };

/* How chords are played, from some place on. */
struct sx_abc_accompaniment {
    bool chords, drums;
    int8_t chord_octave, bass_octave;
    uint8_t chord_program, bass_program, chord_volume, bass_volume;
    int drum_bars;
    struct sx_abc_pattern gchord, drum;    /* gchord.count 0: by the meter */
};

struct sx_abc_macro { char *pattern, *text; size_t pattern_length, text_length; bool transposing; };

struct sx_abc_line { const char *text; size_t length; int number; };

struct sx_abc_reader {
    struct sx_score *score;
    struct sx_error *error;
    int status;                     /* SYRINX_OK, SX_SCORE_FULL (stop reading, keep it), or an error */
    int line;                       /* of the file, from 1 */
    bool body;                      /* behind K: */
    bool hornpipe;                  /* R:hornpipe: eighths on the beat are played 2:1 */
    /* the header's values, which new voices begin with */
    struct sx_abc_fraction unit;
    bool unit_told;
    struct sx_abc_meter meter;
    struct sx_abc_key key;
    struct sx_abc_meter start_meter;   /* as the body begins; the above may change before the first note */
    struct sx_abc_key start_key;
    struct sx_abc_shift shift;
    uint8_t program, channel;
    bool percussion, program_told;
    double tempo, first_tempo;      /* quarters a minute; first: for "a tempo" */
    char order[4096];               /* P: of the header, as written */
    float midi_ratio;               /* share of the dotted note in a>b */
    char deco_mark;                 /* '!' or '+' */
    int propagate;                  /* accidentals: 0 not, 1 octave, 2 pitch */
    const char *user[128];          /* U: symbols: a decoration's name, a "text", or NULL */
    char field;                     /* the last one, for +: */
    struct sx_control controls[16]; /* %%MIDI control of the header, for all voices */
    size_t control_count;
    struct sx_abc_macro *macros;
    size_t macro_count, macro_bytes;
    struct sx_abc_voice *voices;       /* [voice_count] */
    size_t voice_count, voice;      /* the one that music goes to */
    bool voice_told;                /* a V: stood in the body */
    struct sx_abc_syllable *syllables;
    size_t syllable_count, syllable_room;
    struct sx_abc_chord *chords;
    size_t chord_count, chord_room;
    struct sx_abc_chord_type *types;   /* %%MIDI chordname */
    size_t type_count;
    struct sx_abc_accompaniment *settings;
    size_t setting_count, setting_room;
    size_t note_total, event_total;
    uint8_t drum_map[128];          /* of percussion voices; 0: as written */
    struct sx_buffer scratch, macro_text, words;
    size_t words_used;
    bool skipping;                  /* %%begintext and its kind */
    uint32_t warned;                /* one-time warnings */
    uint64_t work;                  /* steps of searches through what was read: see sx_abc_spend */
};

/* --- abc_tune.c: which lines. */
/* The bytes as UTF-8 (fresh memory, NUL behind; other text is taken for Windows-1252), NULL: no memory. */
char *sx_abc_decode(const char *bytes, size_t length, size_t *out);
/* The next line from *at on, without its end; false at the end. */
bool sx_abc_next_line(const char *text, size_t length, size_t *at, struct sx_abc_line *line);
/* Where the tune begins and ends in the text, and how many there are; the file's header is [0, *header). FORMAT where there is none. */
int sx_abc_find_tune(const char *text, size_t length, int wanted, struct sx_abc_reader *reader, size_t *header, size_t *begin, size_t *end, int *line);

/* --- abc_read.c */
int sx_abc_fail_memory(struct sx_abc_reader *reader);
void sx_abc_warn(struct sx_abc_reader *reader, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* As sx_abc_warn, once for each of the 32 kinds. */
enum { ABC_W_CHARACTER, ABC_W_LENGTH, ABC_W_LYRICS, ABC_W_DECORATION, ABC_W_CHORD, ABC_W_TUPLET, ABC_W_NEST, ABC_W_FIELD, ABC_W_MACRO, ABC_W_EVENTS, ABC_W_NOTES,
       ABC_W_VOICES, ABC_W_TEMPO, ABC_W_METER, ABC_W_ALIGN, ABC_W_PARTS, ABC_W_MARKS, ABC_W_BARS, ABC_W_KEY, ABC_W_BRACKET,
       ABC_W_WORK };
bool sx_abc_first_warning(struct sx_abc_reader *reader, int kind);
/* Counts steps of a search. Some searches begin anew with each line; where a file makes them go through all of a long tune again and again, the reading ends. */
void sx_abc_spend(struct sx_abc_reader *reader, size_t steps);
/* Grows *array of elements of `size` to hold one more. */
bool sx_abc_grow(struct sx_abc_reader *reader, void *array, size_t *room, size_t count, size_t size);
void sx_abc_field(struct sx_abc_reader *reader, char letter, const char *text, size_t length, bool inlined);
void sx_abc_directive(struct sx_abc_reader *reader, const char *text, size_t length);      /* abc_midi.c: behind %% or I: */

/* --- abc_text.c: words and numbers of fields. */
struct sx_abc_scan { const char *at, *end; };
void sx_abc_skip_space(struct sx_abc_scan *scan);
bool sx_abc_scan_int(struct sx_abc_scan *scan, int64_t most, int64_t *value);     /* digits; held within `most`; no digits: *value stays */
bool sx_abc_scan_signed(struct sx_abc_scan *scan, int64_t most, int64_t *value);
/* A word up to a space, or a "quoted text" (then *quoted). Length 0 at the end. */
size_t sx_abc_scan_word(struct sx_abc_scan *scan, const char **word, bool *quoted);
bool sx_abc_word_is(const char *word, size_t length, const char *what);        /* without regard to case */
/* Field text without surrounding blanks, with \'e, &eacute; and \u00e9 decoded, kept by the score. */
const char *sx_abc_keep_text(struct sx_abc_reader *reader, const char *text, size_t length);
void sx_abc_add_text(struct sx_buffer *out, const char *text, size_t length);

/* --- abc_field.c: M: L: Q: */
bool sx_abc_read_meter(const char *text, size_t length, struct sx_abc_meter *meter);
bool sx_abc_read_unit(const char *text, size_t length, struct sx_abc_fraction *unit);
struct sx_abc_fraction sx_abc_default_unit(const struct sx_abc_meter *meter);
/* Quarters a minute; 0: says nothing of speed. unit: of the old forms Q:120 and Q:C=120. */
double sx_abc_read_tempo(struct sx_abc_reader *reader, const char *text, size_t length, struct sx_abc_fraction unit);

/* --- abc_key.c: K: and the clefs and shifts in K: and V: */
/* Returns false where there is no key in it (only a clef). */
bool sx_abc_read_key(struct sx_abc_reader *reader, const char *text, size_t length, struct sx_abc_key *key, struct sx_abc_shift *shift, int *percussion);
/* One word of K: or V:, such as clef=bass, treble-8, octave=-1; false: something else. */
bool sx_abc_read_clef(const char *word, size_t length, struct sx_abc_shift *shift, int *percussion);

/* --- abc_voice.c */
struct sx_abc_voice *sx_abc_current(struct sx_abc_reader *reader);       /* makes voice "1" where there is none; NULL: reader->status */
void sx_abc_choose_voice(struct sx_abc_reader *reader, const char *text, size_t length);
void sx_abc_voices_free(struct sx_abc_reader *reader);
struct sx_abc_note *sx_abc_add_note(struct sx_abc_reader *reader, struct sx_abc_voice *voice);     /* zeroed but for program, channel, overlay; NULL: status */
void sx_abc_add_event(struct sx_abc_reader *reader, struct sx_abc_voice *voice, enum sx_abc_event_kind kind, int a, int b, double value);
struct sx_abc_bar *sx_abc_open_bar(struct sx_abc_voice *voice);
/* A bar line here: `ends` marks the bar before, `begins` the next one. */
void sx_abc_bar_line(struct sx_abc_reader *reader, struct sx_abc_voice *voice, uint32_t ends, int times, uint32_t begins, uint32_t endings);
void sx_abc_clear_accidentals(struct sx_abc_voice *voice);

/* --- abc_music.c and abc_note.c: lines of notes. */
void sx_abc_music(struct sx_abc_reader *reader, const char *text, size_t length);
bool sx_abc_is_note(char c);
void sx_abc_read_note(struct sx_abc_reader *reader, struct sx_abc_voice *voice, struct sx_abc_scan *scan);      /* accidental or letter */
void sx_abc_read_chord(struct sx_abc_reader *reader, struct sx_abc_voice *voice, struct sx_abc_scan *scan);     /* at [ */
void sx_abc_read_graces(struct sx_abc_reader *reader, struct sx_abc_voice *voice, struct sx_abc_scan *scan);    /* at { */
void sx_abc_read_rest(struct sx_abc_reader *reader, struct sx_abc_voice *voice, struct sx_abc_scan *scan);      /* at z x Z X */
void sx_abc_read_tuplet(struct sx_abc_reader *reader, struct sx_abc_voice *voice, struct sx_abc_scan *scan);    /* behind (, at a digit */
void sx_abc_read_broken(struct sx_abc_reader *reader, struct sx_abc_voice *voice, struct sx_abc_scan *scan);    /* at > or < */
void sx_abc_read_tie(struct sx_abc_voice *voice);

/* --- abc_deco.c */
/* A decoration by name for what comes next, or at `on`, a note's index (symbol lines); false: unknown. */
bool sx_abc_decorate(struct sx_abc_reader *reader, struct sx_abc_voice *voice, const char *name, size_t length, const size_t *on);
/* A "text" in music: chord symbol or annotation. */
void sx_abc_quoted(struct sx_abc_reader *reader, struct sx_abc_voice *voice, const char *text, size_t length, const size_t *on);
void sx_abc_user_symbol(struct sx_abc_reader *reader, const char *text, size_t length);   /* U: */
const char *sx_abc_default_symbol(char c);     /* NULL: none */

/* --- abc_lyrics.c: w: and s: */
void sx_abc_lyrics(struct sx_abc_reader *reader, const char *text, size_t length, bool more);
void sx_abc_symbols(struct sx_abc_reader *reader, const char *text, size_t length);

/* --- abc_macro.c: m: */
void sx_abc_macro(struct sx_abc_reader *reader, const char *text, size_t length);
/* The line with its macros replaced, in reader->macro_text; or the line itself. */
void sx_abc_expand_macros(struct sx_abc_reader *reader, const char **text, size_t *length);
void sx_abc_macros_free(struct sx_abc_reader *reader);

/* --- abc_chord.c: chord symbols and how they are played. */
/* Index into reader->chords; -1: "no chord"; -2: no chord symbol. */
int sx_abc_read_chord_symbol(struct sx_abc_reader *reader, const char *text, size_t length);
bool sx_abc_read_pattern(const char *text, size_t length, struct sx_abc_pattern *pattern);
void sx_abc_default_pattern(const struct sx_abc_meter *meter, struct sx_abc_pattern *pattern);
struct sx_abc_accompaniment *sx_abc_setting(struct sx_abc_reader *reader);       /* a changed copy from here on; NULL: status */

/* --- abc_order.c */
struct sx_abc_span {                   /* a bar of all voices together */
    int64_t begin, end;             /* written time */
    int64_t into;                   /* how far into its measure it begins */
    int32_t number;                 /* printed */
};
struct sx_abc_step { uint32_t span; uint16_t pass, verse; };
struct sx_abc_order {
    struct sx_abc_span *spans;
    struct sx_abc_step *steps;
    size_t span_count, step_count;
};
int sx_abc_make_order(struct sx_abc_reader *reader, struct sx_abc_order *order);
void sx_abc_order_free(struct sx_abc_order *order);

/* --- abc_play.c and abc_accompany.c */
int sx_abc_play(struct sx_abc_reader *reader, const struct sx_abc_order *order);
struct sx_abc_accompanist;
/* *player NULL: nothing to accompany. */
int sx_abc_accompanist_new(struct sx_abc_reader *reader, struct sx_abc_accompanist **player);
/* One bar at `played`; `into`: how far into its measure it begins (pickups, split bars). */
int sx_abc_accompany(struct sx_abc_accompanist *player, const struct sx_abc_span *span, const struct sx_abc_meter *meter, int64_t played, int64_t into);
void sx_abc_accompanist_free(struct sx_abc_accompanist *player);

#endif
