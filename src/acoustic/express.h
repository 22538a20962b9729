/* express.h - what an utterance's structure (manner.h) and the styles of its words do to its plan: tempo, pitch, range, contour, emphasis, gaps, a given
 * length. */
#ifndef SX_ACOUSTIC_EXPRESS_H
#define SX_ACOUSTIC_EXPRESS_H

#include "acoustic/manner.h"
#include "acoustic/plan.h"
#include "base/arena.h"
#include "base/error.h"

struct sx_express {
    const struct sx_utterance *utterance;
    float mean;             /* ln Hz, of the speaker */
    float rate;             /* of the stream: a given length holds at that rate */
    enum sx_standing place;
};

/* Replaces plan->tempo, pitch, shift, log_duration and *energy by changed copies in the arena, or leaves them as they are when there is nothing to
 * change. MEMORY. */
int sx_express_apply(const struct sx_express *express, struct sx_plan *plan, const float **energy, struct sx_arena *arena, struct sx_error *error);

#endif
