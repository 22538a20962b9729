/* click.h - the beats of a performance, with those that count in before it, and the sound of a metronome. */
#ifndef SX_INSTRUMENT_CLICK_H
#define SX_INSTRUMENT_CLICK_H

#include "score/perform.h"

enum { SX_COUNT_IN_BARS = 16 };         /* at most */

/* Goes through the beats in order of time. */
struct sx_beats {
    const struct sx_performance *performance;
    bool after;                 /* beats of the music, too, and not only those that count in */
    int count, beats, next;     /* beats to count in, beats of a bar, the next one to be counted */
    double beat, lead;          /* seconds of a counted beat, and of all of them: the music begins there */
    size_t bar;
    int64_t tick;               /* of the next beat, within the bar; -1: the bar was not begun */
};

/* bars: to count in, 0 to SX_COUNT_IN_BARS; before a pickup the missing beats of its bar are counted, too. */
void sx_beats_begin(struct sx_beats *beats, const struct sx_performance *performance, int bars, bool after);
/* The music begins again: beats are told from its first bar on, nothing is counted in. */
void sx_beats_again(struct sx_beats *beats);
/* The next beat: seconds from its beginning (counted beats: from theirs, so that the music begins at `lead`); *first: of a bar. False at the end. */
bool sx_beats_next(struct sx_beats *beats, double *seconds, bool *first);

/* One click at a time: a short tone, higher on the first beat. */
struct sx_click {
    double cosine, sine, re, im;        /* the turn of a sample, and where the tone is */
    double fall, level;
    int age;
};

void sx_click_strike(struct sx_click *click, bool first, int rate);
/* Adds `frames` mono samples. False: it is silent. */
bool sx_click_run(struct sx_click *click, float *samples, int frames);

#endif
