/* squeeze.h - speech made faster than the networks can: periods of the voice are taken out of the samples, and the places of what is left are exact. */
#ifndef SX_API_SQUEEZE_H
#define SX_API_SQUEEZE_H

#include <stdbool.h>
#include <stdint.h>

enum { SX_SQUEEZE_WHOLE = 16,           /* a step of so much changes nothing: 40 is 2.5 times as fast */
       SX_SQUEEZE_FRAMES = 64,          /* frames whose period is remembered: more than lie between the plan and the samples */
       SX_SQUEEZE_HELD = 8192 };        /* samples that wait at most, those of one call included */

struct sx_squeeze {
    int step;
    float period[SX_SQUEEZE_FRAMES];    /* samples, of frame f at f % SX_SQUEEZE_FRAMES */
    int64_t frames;                     /* with a period */
    int64_t in, out;                    /* samples: position of held[0] among all that came; handed out */
    int64_t total;                      /* that came */
    int copy;                           /* samples to be handed out as they are before the next period goes */
    int count;
    float held[SX_SQUEEZE_HELD];
};

/* The next samples are the first of an utterance, to be `step` sixteenths as fast. */
void sx_squeeze_begin(struct sx_squeeze *squeeze, int step);
/* The next frame (SX_HOP samples) of what will come: its ln f0, also where there is no voice. */
void sx_squeeze_frame(struct sx_squeeze *squeeze, float lnf0);
/* Takes `count` samples and gives back, in the same place, what they have become; returns how many those are: with the `last` ones all in all
 * sx_squeeze_place() of what came. Neither depends on how the samples are cut. */
int sx_squeeze_push(struct sx_squeeze *squeeze, float *samples, int count, int room, bool last);
/* Where sample `in` of the utterance has its place. */
int64_t sx_squeeze_place(const struct sx_squeeze *squeeze, int64_t in);

#endif
