/* chorus.h - several players instead of one: copies of a sound whose delays swing slowly, so that their pitch does by up to 10 cents. Mono in, stereo out. */
#ifndef SX_INSTRUMENT_CHORUS_H
#define SX_INSTRUMENT_CHORUS_H

#include <stdint.h>

enum {
    SX_CHORUS_RING = 2048,          /* samples: more than the longest delay */
    SX_CHORUS_STEP = 64             /* samples in which a delay moves in a straight line */
};

/* Zeroed: silent. */
struct sx_chorus {
    float ring[SX_CHORUS_RING];     /* the last samples, by their absolute place */
    int64_t next;                   /* the sample behind them: what goes on anywhere else begins anew */
};

/* The copies of samples [position, position + frames) into left and right, as loud as what goes in; position and frames are multiples of SX_CHORUS_STEP.
 * They sound on for less than SX_CHORUS_RING samples. */
void sx_chorus_run(struct sx_chorus *chorus, int64_t position, const float *samples, int frames, float *left, float *right);

#endif
