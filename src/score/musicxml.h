/* musicxml.h - the inside of the MusicXML reader: a score as written, bar by bar, before it is played (musicxml_play.c). */
#ifndef SX_SCORE_MUSICXML_H
#define SX_SCORE_MUSICXML_H

#include "base/buffer.h"
#include "base/grow.h"
#include "score/score.h"
#include "score/unfold.h"

/* Elements that mean something here, sorted by name: a test of the reader's own finds a wrong order. Dynamics are last in the enum, by their own list. */
#define SX_MX_ELEMENTS(X) \
    X(ACCENT, "accent") X(ACCIDENTAL_MARK, "accidental-mark") X(ACTUAL_NOTES, "actual-notes") X(ALTER, "alter") X(ARPEGGIATE, "arpeggiate") \
    X(ATTRIBUTES, "attributes") X(BACKUP, "backup") X(BARLINE, "barline") X(BEAT_TYPE, "beat-type") X(BEAT_UNIT, "beat-unit") X(BEAT_UNIT_DOT, "beat-unit-dot") \
    X(BEATS, "beats") X(BREATH_MARK, "breath-mark") X(CAESURA, "caesura") X(CHORD, "chord") X(CHROMATIC, "chromatic") X(CODA, "coda") \
    X(CREATOR, "creator") X(CREDIT, "credit") X(CUE, "cue") X(DELAYED_TURN, "delayed-turn") X(DETACHED_LEGATO, "detached-legato") X(DIRECTION, "direction") \
    X(DISPLAY_OCTAVE, "display-octave") X(DISPLAY_STEP, "display-step") X(DIVISIONS, "divisions") X(DOT, "dot") X(DOWN_BOW, "down-bow") X(DURATION, "duration") \
    X(DYNAMICS, "dynamics") X(ELISION, "elision") X(ENDING, "ending") X(EXTEND, "extend") X(FERMATA, "fermata") X(FIFTHS, "fifths") X(FIRST, "first") \
    X(FORWARD, "forward") X(GLISSANDO, "glissando") X(GRACE, "grace") X(HARMONIC, "harmonic") X(INSTRUMENT, "instrument") \
    X(INSTRUMENT_NAME, "instrument-name") X(INSTRUMENT_SOUND, "instrument-sound") X(INVERTED_MORDENT, "inverted-mordent") X(INVERTED_TURN, "inverted-turn") \
    X(KEY, "key") X(LYRIC, "lyric") X(LYRICIST, "lyricist") X(MEASURE, "measure") X(MEASURE_REPEAT, "measure-repeat") X(METRONOME, "metronome") \
    X(MIDI_BANK, "midi-bank") X(MIDI_CHANNEL, "midi-channel") X(MIDI_INSTRUMENT, "midi-instrument") X(MIDI_PROGRAM, "midi-program") \
    X(MIDI_UNPITCHED, "midi-unpitched") X(MODE, "mode") X(MORDENT, "mordent") X(MOVEMENT_TITLE, "movement-title") X(NORMAL_NOTES, "normal-notes") \
    X(NOTE, "note") X(OCTAVE, "octave") X(OCTAVE_CHANGE, "octave-change") X(OFFSET, "offset") X(OTHER_DYNAMICS, "other-dynamics") X(PAN, "pan") X(PART, "part") \
    X(PART_NAME, "part-name") X(PEDAL, "pedal") X(PER_MINUTE, "per-minute") X(PITCH, "pitch") X(REPEAT, "repeat") X(REST, "rest") X(RIGHTS, "rights") \
    X(SCHLEIFER, "schleifer") X(SCORE_INSTRUMENT, "score-instrument") X(SCORE_PART, "score-part") X(SCORE_PARTWISE, "score-partwise") \
    X(SCORE_TIMEWISE, "score-timewise") X(SECOND, "second") X(SEGNO, "segno") X(SENZA_MISURA, "senza-misura") X(SLIDE, "slide") X(SLUR, "slur") \
    X(SNAP_PIZZICATO, "snap-pizzicato") X(SOFT_ACCENT, "soft-accent") X(SOUND, "sound") X(SPICCATO, "spiccato") X(STACCATISSIMO, "staccatissimo") \
    X(STACCATO, "staccato") X(STAFF, "staff") X(STAVES, "staves") X(STEP, "step") X(STOPPED, "stopped") X(STRAIGHT, "straight") X(STRESS, "stress") \
    X(STRONG_ACCENT, "strong-accent") X(SWING, "swing") X(SYLLABIC, "syllabic") X(TENUTO, "tenuto") X(TEXT, "text") X(TIE, "tie") X(TIED, "tied") X(TIME, "time") \
    X(TRANSPOSE, "transpose") X(TREMOLO, "tremolo") X(TRILL_MARK, "trill-mark") X(TURN, "turn") X(TYPE, "type") X(UNPITCHED, "unpitched") X(UP_BOW, "up-bow") \
    X(VOICE, "voice") X(VOLUME, "volume") X(WEDGE, "wedge") X(WORDS, "words") X(WORK_TITLE, "work-title")

enum sx_mx_element {
    MX_OTHER,
#define X(name, text) MX_##name,
    SX_MX_ELEMENTS(X)
#undef X
    MX_ELEMENTS
};

enum { SX_MX_STAVES = 16, SX_MX_SLURS = 16, SX_MX_DEPTH = 256, SX_MX_CELLS = 500000, SX_MX_INSTRUMENTS = 256, SX_MX_TIMES = 100 };
enum { SX_TIE_START = 1, SX_TIE_STOP = 2 };

struct sx_mx_lyric {
    const char *text;
    uint16_t verse;
    uint8_t syllable;
    bool extend;
};

/* A note as written. note.onset counts from the bar's begin. */
struct sx_mx_note {
    struct sx_note note;
    uint32_t lyric;             /* first of its verses */
    uint16_t lyrics;
    uint8_t tie;
};

enum sx_mx_kind { SX_MX_TEMPO, SX_MX_TEMPO_RATIO, SX_MX_METER, SX_MX_KEY, SX_MX_MARK, SX_MX_LEVEL, SX_MX_CRESCENDO, SX_MX_DIMINUENDO, SX_MX_WEDGE_END,
                   SX_MX_CONTROL };

struct sx_mx_event {
    int64_t at;                 /* ticks from the bar's begin */
    double value;
    const char *mark;           /* MARK */
    int16_t a, b;               /* METER: beats, unit; KEY: fifths, minor; CONTROL: kind; LEVEL: velocity */
    uint8_t kind;
};

/* What one part has in one bar. */
struct sx_mx_cell {
    uint32_t part, measure;
    uint32_t note, notes, event, events;
};

struct sx_mx_measure {
    int64_t length;             /* ticks: what is in it, in the part where that is most; 0: nothing, as the meter says */
    int32_t number;
    uint16_t beats, unit;       /* the meter in force */
    struct sx_unfold_bar order; /* what barlines and <sound> say */
    uint32_t signs;             /* SX_BAR_... that signs and words mean: for scores without <sound> */
    bool coda_sign;             /* the first one in a score leads to the second */
    bool repeat_behind;         /* the next bar begins a repeat */
};

struct sx_mx_instrument {
    const char *id;
    uint32_t part;
    int16_t program, bank, unpitched, channel;     /* from 0; -1: not told */
};

/* What holds on in a part from bar to bar, while it is read. */
struct sx_mx_part {
    const char *id, *name;
    double divisions;
    int transpose[SX_MX_STAVES];       /* semitones, by staff; [0]: all that tell none */
    uint32_t instrument, instruments;   /* its own, first and count */
    uint32_t measure;                   /* how many it has */
    uint32_t repeat_from;               /* measure-repeat: first bar of it, ... */
    int repeat_bars;                    /* ... and how many bars it repeats; 0: none goes on */
    uint16_t slur_voice[SX_MX_SLURS];  /* the voice that an open slur is in; 0: closed */
    bool pizzicato;
};

/* Bars that sound as those so many bars before them. A part's come in order, and none begins within another. */
struct sx_mx_repeat { uint32_t part, first, last; int bars; };

struct sx_mx {
    struct sx_score *score;
    struct sx_error *error;
    bool timewise, started, jumps_told;     /* started: a root element was seen; jumps_told: <sound> tells jumps, so words do not */
    bool cells_full;
    /* the score */
    struct sx_mx_part *parts;
    struct sx_mx_measure *measures;
    struct sx_mx_cell *cells;
    struct sx_mx_note *notes;
    struct sx_mx_event *events;
    struct sx_mx_lyric *lyrics;
    struct sx_mx_instrument *instruments;
    struct sx_mx_repeat *repeats;
    size_t part_count, part_room, measure_count, measure_room, cell_count, cell_room, note_count, note_room, event_count, event_room, lyric_count, lyric_room,
           instrument_count, instrument_room, repeat_count, repeat_room;
    /* where the reading is */
    uint8_t stack[SX_MX_DEPTH];    /* enum sx_mx_element */
    int depth;
    struct sx_buffer text;
    int part, instrument;       /* index; -1: none */
    int64_t cursor, reached, last_onset;    /* ticks in the bar: now, the furthest, the last note without <chord> */
    uint32_t measure;           /* index */
    uint16_t beats, unit;       /* the meter in force */
    double swing_first;
    /* the element that is being read */
    struct sx_mx_note note;
    struct sx_mx_lyric lyric;
    struct sx_buffer syllable;
    bool chord, rest, grace, unpitched, sound_offset, tied_start, tied_stop;
    double duration, offset;
    double type_quarters;       /* of <type>; 0: not told */
    int dots, actual, normal;
    uint32_t slur_start, slur_stop;     /* bits: numbers of slurs */
    int mark_alter;             /* of an accidental at an ornament */
    bool mark_told, mark_below, notes_full;
    int time_beats, time_unit, part_beats, fifths, chromatic, octave_change, transpose_staff;
    bool minor, time_free;
    double beat_units[2], per_minute;
    int beat_unit;              /* how many were told */
    bool tempo_told, mark_seen, metronome_seen, barline_right, repeat_stop;
    uint32_t direction_event;   /* the first of this direction */
    size_t metronome_at;        /* events that were there before its metronome mark */
};

/* musicxml_element.c */
int sx_mx_begin(void *user, const char *name, const char **attributes);
int sx_mx_end(void *user, const char *name);
int sx_mx_text(void *user, const char *text, size_t length);

/* musicxml_note.c. `element` within a note has begun, or has ended with this text. */
void sx_mx_note_begin(struct sx_mx *xml, const char **attributes);
void sx_mx_note_part(struct sx_mx *xml, enum sx_mx_element element, const char **attributes);
int sx_mx_note_value(struct sx_mx *xml, enum sx_mx_element element, const char *text);
int sx_mx_note_end(struct sx_mx *xml);
/* The quarter notes of "eighth"; 0: no such value. */
double sx_mx_note_type(const char *name);
/* Ticks of a <duration>; a wrong one is 0, and warned of. */
int64_t sx_mx_duration(struct sx_mx *xml, double duration);

/* musicxml_direction.c: all in a measure but notes. */
int sx_mx_direction_part(struct sx_mx *xml, enum sx_mx_element element, const char *name, const char **attributes);
int sx_mx_direction_value(struct sx_mx *xml, enum sx_mx_element element, enum sx_mx_element parent, const char *text);

/* Growth with limits; SYRINX_OK, SX_SCORE_FULL or SYRINX_ERROR_MEMORY. */
int sx_mx_add_event(struct sx_mx *xml, const struct sx_mx_event *event);
void sx_mx_warn(struct sx_mx *xml, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* An attribute is there and says so. */
bool sx_mx_is(const char **attributes, const char *name, const char *value);
/* A decimal, or `otherwise`. */
double sx_mx_number(const char *text, double otherwise);
int sx_mx_integer(const char *text, int otherwise);

/* musicxml_play.c */
int sx_mx_play(struct sx_mx *xml);

/* programs.c: a General MIDI program by the name of an instrument, or by MusicXML's sound identifier ("wind.flutes.flute"); -1: none known. */
int sx_program_find(const char *name);
/* A key of the drum map by the name of an instrument; -1. */
int sx_drum_find(const char *name);
/* By the place on a percussion staff: step 0 to 6 (C to B) and octave. */
int sx_drum_at(int step, int octave);

#endif
