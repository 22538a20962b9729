/* express.h - what the styles of an utterance's words do to its plan: tempo, pitch, range, contour, emphasis, a given length. */
#ifndef SX_ACOUSTIC_EXPRESS_H
#define SX_ACOUSTIC_EXPRESS_H

#include "acoustic/plan.h"
#include "base/arena.h"
#include "base/error.h"

struct sx_express {
    const struct sx_utterance *utterance;
    float mean;             /* ln Hz, of the speaker */
    float rate;             /* of the stream: a given length holds at that rate */
};

/* Replaces plan->tempo, plan->pitch and *energy by changed copies in the arena, or leaves them as they are when all words are plain. MEMORY. */
int sx_express_apply(const struct sx_express *express, struct sx_plan *plan, const float **energy, struct sx_arena *arena, struct sx_error *error);

#endif
