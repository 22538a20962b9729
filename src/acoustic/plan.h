/* plan.h - where each token lies in time, and the pitch through it: durations with carried rounding, a contour through pitch points
 * (docs/VOICE_FORMAT.md, "From token to frame"). Pure arithmetic, no network. */
#ifndef SX_ACOUSTIC_PLAN_H
#define SX_ACOUSTIC_PLAN_H

#include <stdbool.h>

#include "text/text.h"

struct sx_plan {
    /* the utterance, as the text encoder gave it; owned by the caller */
    const struct sx_token *tokens;
    const float *log_duration;      /* [count] ln(1 + frames) */
    const float *pitch;             /* [count][3] ln Hz */
    const float *tempo;             /* [count] factor of the rate; NULL: 1 */
    const float *shift;             /* [count][3] ln Hz added to the pitch, as markup asks for; NULL: 0 */
    int count;
    /* the plan so far */
    int *start, *frames;            /* [count], room given by the caller */
    int planned;                    /* tokens with a place */
    int end;                        /* frames planned */
    double carry;                   /* duration that rounding owes */
    float squeeze;                  /* sx_prosody: of what is placed next */
    /* the contour: points of planned tokens, three each; room for 3 * count given by the caller */
    float *point_x, *point_y, *point_shift;
    int points, cursor;             /* cursor: contour queries go forward */
};

void sx_plan_begin(struct sx_plan *plan);
/* Frames that token i would take at rate 1, not rounded; 0 for the end mark. */
float sx_plan_length(const struct sx_plan *plan, int i);
/* Places the tokens of the next word and the mark behind it. `rate` as in syrinx_options. */
void sx_plan_word(struct sx_plan *plan, float rate);
/* ln f0 at frame f, f never falling from call to call. Plans on with `rate` as far as needed. */
float sx_plan_lnf0(struct sx_plan *plan, int f, float rate);
/* What is added to it at frame f, the one that sx_plan_lnf0 was asked for last. */
float sx_plan_shift(const struct sx_plan *plan, int f);

#endif
