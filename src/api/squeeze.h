/* squeeze.h - speech made faster than the networks can: periods of the voice are taken out of the samples, and the places of what is left are exact. How much
 * is taken out may change on the way. */
#ifndef SX_API_SQUEEZE_H
#define SX_API_SQUEEZE_H

#include <stdbool.h>
#include <stdint.h>

enum { SX_SQUEEZE_WHOLE = 16,           /* a step of so much changes nothing: 40 is 2.5 times as fast */
       SX_SQUEEZE_FRAMES = 64,          /* frames whose period is remembered: more than lie between the plan and the samples */
       SX_SQUEEZE_MORE = 1600,          /* samples that one call may give back on top of those that it got */
       SX_SQUEEZE_HELD = 8192,          /* samples that wait at most, those of one call included */
       SX_SQUEEZE_STEPS = 16 };         /* changes of the step that lie ahead of the samples at hand, at most */

/* From sample `in` of what comes, whose place is `out`. */
struct sx_squeeze_step {
    int64_t in, out;
    int step;
};

struct sx_squeeze {
    struct sx_squeeze_step steps[SX_SQUEEZE_STEPS];     /* of the samples at hand, and those ahead */
    int step_count;
    float period[SX_SQUEEZE_FRAMES];    /* samples, of frame f at f % SX_SQUEEZE_FRAMES */
    int64_t frames;                     /* with a period */
    int64_t in, out;                    /* samples: position of held[0] among all that came; handed out */
    int64_t total;                      /* that came */
    int64_t copy;                       /* samples to be handed out as they are before the next period goes */
    int count;
    float held[SX_SQUEEZE_HELD];
};

/* The next samples are the first of an utterance, to be `step` sixteenths as fast. */
void sx_squeeze_begin(struct sx_squeeze *squeeze, int step);
/* There is room for another change. */
bool sx_squeeze_may_change(const struct sx_squeeze *squeeze);
/* From sample `in`, which has not come yet, it is to be `step`; changes come in order. Between two of them places are proportional. */
void sx_squeeze_change(struct sx_squeeze *squeeze, int64_t in, int step);
/* The step of what comes last. */
int sx_squeeze_last(const struct sx_squeeze *squeeze);
/* The next frame (SX_HOP samples) of what will come: its ln f0, also where there is no voice. */
void sx_squeeze_frame(struct sx_squeeze *squeeze, float lnf0);
/* Takes `count` samples and gives back, in the same place with `room` for SX_SQUEEZE_MORE more, what they have become; returns how many those are: with the
 * `last` ones all in all sx_squeeze_place() of what came. Neither depends on how the samples are cut. */
int sx_squeeze_push(struct sx_squeeze *squeeze, float *samples, int count, int room, bool last);
/* Where sample `in` of the utterance has its place: of those that were not handed out yet. The sound is there within a period of the voice. */
int64_t sx_squeeze_place(const struct sx_squeeze *squeeze, int64_t in);

#endif
