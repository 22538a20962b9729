/* perform.h - a score as it sounds: what each note of it becomes in seconds, by the rules of docs/SCORES.md. */
#ifndef SX_SCORE_PERFORM_H
#define SX_SCORE_PERFORM_H

#include "score/score.h"

enum { SX_PERFORM_SECONDS = 24 * 3600 };        /* what begins later is left out, with a warning */

struct sx_perform_options {
    double tempo;               /* factor; 0: as written */
    double transpose;           /* semitones; percussion stays */
    int first_bar, last_bar;    /* printed numbers, both played; first_bar < 0: all */
    double fermata;             /* what a fermata adds to its note, as a share of it; 0: nothing, 0.5: half */
    const char *solo, *mute;    /* parts, comma between: a name, an id, or a number from 1; NULL: all, none */
    bool soften;                /* with solo: the other parts are heard, too, at */
    double others;              /* decibels */
    const char *balance;        /* parts and decibels: "Alto:3,2:-12"; NULL: all as written */
};

struct sx_performed_note {
    double onset, duration;     /* seconds: the key goes down, and how long it stays */
    double sounding;            /* as long as the pedal holds it; at least duration */
    float pitch;
    uint8_t velocity;
    uint16_t part;
    const struct sx_note *note; /* of the score; ornaments: several of one */
    bool first;                 /* of those: it carries the lyric */
};

struct sx_performed_control {
    double time;
    float value;
    uint8_t kind;               /* enum sx_control_kind */
    uint16_t part;
};

/* A fermata: what it adds to all that comes at its end or later. */
struct sx_fermata {
    int64_t end;
    double extra, sum;          /* seconds; sum: with those before it */
};

/* From ticks to seconds of the performance: tempo, swing, fermatas, and where it begins. */
struct sx_clock {
    const struct sx_score *score;
    double tempo, origin;       /* factor; seconds of the score where the performance begins */
    struct sx_fermata *fermatas;        /* [fermata_count], by end */
    size_t fermata_count, fermata_room;
};

struct sx_performance {
    struct sx_performed_note *notes;        /* [note_count], by onset, then part, then pitch */
    struct sx_performed_control *controls;  /* [control_count], by time */
    size_t note_count, note_room, control_count, control_room;
    float *gains;               /* [part_count] factors on the sound of parts; NULL: 1 */
    double seconds;             /* to the end of the last bar or note */
    double cycle;               /* to the end of the last bar, whole as its meter says: when it begins again in a loop; at least 0.1 */
    struct sx_clock clock;
    size_t first_bar, last_bar; /* indices into the score's bars that are played: [first_bar, last_bar) */
    int64_t begin, end, cycle_end;      /* ticks that are played; where the cycle ends */
};

/* options may be NULL. INPUT: no such bars, no such part. MEMORY. The score gets warnings, and must outlive the performance. */
int sx_perform(struct sx_score *score, const struct sx_perform_options *options, struct sx_performance *performance, struct sx_error *error);
void sx_performance_free(struct sx_performance *performance);
/* Seconds of the performance at a tick of the score. */
double sx_clock_seconds(const struct sx_clock *clock, int64_t tick);
/* The meter at a tick; 4/4 where none is told. */
const struct sx_meter *sx_score_meter(const struct sx_score *score, int64_t tick);

/* ornament.c: what a note with an ornament is played as: at most SX_ORNAMENT_NOTES pieces, that fill its time. */
enum { SX_ORNAMENT_NOTES = 200 };
struct sx_ornament_note { double share; int semitones; };       /* share of the note's time, and distance from it */
/* How many; 1: the note as it is. seconds: its length. */
int sx_ornament_expand(const struct sx_score *score, int part, const struct sx_note *note, double seconds, struct sx_ornament_note pieces[SX_ORNAMENT_NOTES]);
/* dynamics.c: the velocity of the notes at a tick by the marks of a part, 1 to 127. */
int sx_score_dynamic(const struct sx_score_part *part, int64_t tick, int staff, int voice);
/* Where the level changes by itself: ticks [*from, *to] of the hairpin at `at`, whose kind is CRESCENDO or DIMINUENDO; false for anything else. */
bool sx_score_hairpin(const struct sx_score_part *part, size_t at, int64_t *from, int64_t *to);

#endif
