/* acoustic.h - an utterance to frames: the text encoder runs once, durations and pitch become a plan word by word, the decoder
 * makes frames in small blocks. Rate and pitch may change on the way: the plan reaches one word ahead.
 *
 * Belongs to one thread. Frames depend on the utterance and the settings at each step, never on how many are asked for at once. */
#ifndef SX_ACOUSTIC_ACOUSTIC_H
#define SX_ACOUSTIC_ACOUSTIC_H

#include <stdbool.h>

#include "acoustic/manner.h"
#include "base/error.h"
#include "text/text.h"
#include "voice/voice.h"

struct sx_acoustic;

enum { SX_ACOUSTIC_BLOCK = 16,          /* the most frames that one call makes */
       SX_LEAD_FRAMES = 8 };            /* silence at the start of every utterance, at least */

/* What may change while an utterance runs. */
struct sx_prosody {
    float rate;             /* 1 as recorded, 2 twice as fast */
    float pitch;            /* semitones */
    float squeeze;          /* how many times shorter what is placed from now on will be made behind the vocoder: marks that have a length of their own allow for it */
};

/* A token whose place is known. */
struct sx_placed {
    int token;              /* index into the utterance's tokens */
    int start, frames;
};

int sx_acoustic_new(const struct sx_voice *voice, struct sx_acoustic **acoustic, struct sx_error *error);
/* sx_session_stop_on, for the text encoder: it takes milliseconds for a long sentence. */
void sx_acoustic_stop_on(struct sx_acoustic *acoustic, const _Atomic int *stop);
/* Takes an utterance (the tokens are copied) and encodes it. An utterance that was under way is dropped. `weights`: of the speakers, see
 * sx_voice_weights. `rate`: the one at hand, for passages that have a length of their own. `place`: among the sentences around it. */
int sx_acoustic_begin(struct sx_acoustic *acoustic, const struct sx_utterance *utterance, const float *weights, float rate, enum sx_standing place,
                      struct sx_error *error);
/* Makes up to `count` frames [n][SX_VOCODER_IN] (log-mel, ln f0, voicing), and of each the part of ln f0 that the vocoder's
 * network had better not see [n]. Returns n; *last is set with the final ones. */
int sx_acoustic_frames(struct sx_acoustic *acoustic, const struct sx_prosody *prosody, float *frames, float *unheard, int count, bool *last);
/* The next token that was placed since the last call, in order; false when there is none yet. */
bool sx_acoustic_placed(struct sx_acoustic *acoustic, struct sx_placed *placed);
void sx_acoustic_reset(struct sx_acoustic *acoustic);
void sx_acoustic_free(struct sx_acoustic *acoustic);

#endif
