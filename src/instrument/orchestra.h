/* orchestra.h - a performance becomes sound: notes and controls go to the instruments of their parts, these to the mix, the stems and the room. Rendered in blocks of
 * SX_ORCHESTRA_BLOCK frames at SX_SOUND_RATE; the limiter and other rates are the caller's. */
#ifndef SX_INSTRUMENT_ORCHESTRA_H
#define SX_INSTRUMENT_ORCHESTRA_H

#include "instrument/instrument.h"
#include "instrument/room.h"
#include "score/perform.h"

enum {
    SX_ORCHESTRA_BLOCK = SX_SOUND_GROUP * SX_SOUND_HOP,     /* 2048 frames, 43 ms */
    SX_ORCHESTRA_NOTES = 192        /* at once: for one more the one that has been released longest goes, else the oldest; more in one block are left out */
};

#define SX_ORCHESTRA_TAIL 20.0      /* seconds behind the last note, at most: then it fades */
#define SX_ORCHESTRA_REST 30.0      /* seconds of rest that are kept behind the last note */

struct sx_orchestra_options {
    uint64_t seed;
    struct sx_room_options room;
    bool has_room;
    bool stems;                     /* parts, the room and the click are wanted on their own, too */
    float gain;                     /* dB, of all but the click */
    bool click;
    int count_in;                   /* bars */
    int times;                      /* that the music is played; 0: without end */
    double limit;                   /* seconds of the music that are played of each time */
    void (*warn)(void *user, const char *message);
    void *warn_user;
};

struct sx_orchestra;

/* Opens the instruments that the notes need. The performance, its score and the options' strings have to outlive it. NOT_FOUND: not even a piano is there; what a package
 * fails with; MEMORY. */
int sx_orchestra_new(const struct sx_performance *performance, const struct sx_orchestra_options *options, struct sx_orchestra **orchestra, struct sx_error *error);
void sx_orchestra_free(struct sx_orchestra *orchestra);
/* As new, at position 0. */
void sx_orchestra_reset(struct sx_orchestra *orchestra);

/* Allocates nothing. The next block into [SX_ORCHESTRA_BLOCK][channels], channels = 2, with stems 2 + 2 * sx_orchestra_stems: the mix, then one stem after the other. Their sum is the mix.
 * 1: there was one; 0: the music is over; MEMORY. */
int sx_orchestra_render(struct sx_orchestra *orchestra, float *samples, struct sx_error *error);
int sx_orchestra_channels(const struct sx_orchestra *orchestra);
/* Stems: the parts that have notes in the order of the score, then the room where there is one, then the click where there is one. */
int sx_orchestra_stems(const struct sx_orchestra *orchestra);
enum { SX_STEM_ROOM = -1, SX_STEM_CLICK = -2 };
int sx_orchestra_stem_part(const struct sx_orchestra *orchestra, int stem);    /* index of the part, or SX_STEM_... */
/* Seconds from the first sample to the end of the last note or bar (not of what rings on); 0: without end. And to where the music begins behind what counts in. */
double sx_orchestra_seconds(const struct sx_orchestra *orchestra);
double sx_orchestra_lead(const struct sx_orchestra *orchestra);

#endif
