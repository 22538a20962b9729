/* level.h - the last step before the caller: volume without steps, and a limit that is never crossed. */
#ifndef SX_API_LEVEL_H
#define SX_API_LEVEL_H

struct sx_level {
    float unity;            /* linear, that the voice needs at 0 decibels */
    float gain;             /* linear, where the last block ended */
    float markup;           /* decibels that markup adds; -INFINITY is silence */
};

/* Voices are trained at an active RMS of 0.05 (-26 dBFS); speech to listen to lies near -18. */
#define SX_OUTPUT_GAIN 2.5f

/* Applies `decibels` and the markup's (reached linearly within the block) and the soft limit, in place. */
void sx_level_apply(struct sx_level *level, float decibels, float *samples, int count);
void sx_level_reset(struct sx_level *level, float decibels);
/* The markup's volume becomes another one without a ramp: where there is silence. */
void sx_level_mark(struct sx_level *level, float decibels, float markup);

#endif
