/* vocoder.h - frames to samples in a stream: a network's filters (sx_flow) drive harmonics and noise in the STFT domain.
 *
 * A vocoder belongs to one thread. Samples depend only on the frames and the seed, never on how frames or reads are cut: the same
 * bits. Nothing is allocated after sx_vocoder_new. */
#ifndef SX_VOCODER_VOCODER_H
#define SX_VOCODER_VOCODER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "dsp/format.h"
#include "nn/nn.h"

struct sx_vocoder;

enum { SX_VOCODER_BLOCK = 16 };     /* the most frames that one push may bring */

int sx_vocoder_new(const struct sx_model *model, struct sx_pool *pool, uint64_t seed, struct sx_vocoder **vocoder, struct sx_error *error);
/* `frames`: [count][SX_VOCODER_IN] log-mel, ln f0, voicing; count <= SX_VOCODER_BLOCK, 0 allowed with `last`. `unheard`: [count] the part of each ln f0 that is for
 * the renderer alone, the network gets the rest; NULL: none. Appends the samples that are now final to
 * `samples` (room for (count + sx_vocoder_delay()) * SX_HOP) and returns how many: not whole hops, and at no time more in all than the frames pushed
 * have. Sample 0 is the centre of frame 0; a signal of T frames has T * SX_HOP samples. After `last` the vocoder is ready for the next utterance; noise
 * and phase go on, so two utterances differ. */
int sx_vocoder_push(struct sx_vocoder *vocoder, const float *frames, const float *unheard, int count, bool last, float *samples);
int sx_vocoder_delay(const struct sx_vocoder *vocoder);     /* frames between a push and the samples of its last frame */
void sx_vocoder_reset(struct sx_vocoder *vocoder, uint64_t seed);
void sx_vocoder_free(struct sx_vocoder *vocoder);

#endif
