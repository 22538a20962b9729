/* renderer.h - from filters to sound, one frame of 10 ms at a time, in a stream. */
#ifndef SX_VOCODER_RENDERER_H
#define SX_VOCODER_RENDERER_H

#include <stdint.h>

#include "dsp/format.h"

struct sx_renderer;

enum {
    SX_RENDER_TAIL = SX_FFT / 2,        /* the most samples that sx_renderer_end writes */
    SX_RENDER_DELAY = 3                 /* whole frames until the samples of a frame are out */
};

/* `level`: of sx_nn_level(). NULL when there is no memory. */
struct sx_renderer *sx_renderer_new(uint64_t seed, const char *level);
void sx_renderer_free(struct sx_renderer *renderer);
void sx_renderer_reset(struct sx_renderer *renderer, uint64_t seed);

/* Adds a frame: `frame` [SX_VOCODER_IN] log-mel, ln f0, voicing; `filters` [SX_FILTERS] the network's output for it; `next_pitch` ln f0 of the next frame
 * (of this one at the end). Writes the samples that are now final, at most SX_HOP, and returns how many: 0, 0, 208, then always 240. Any
 * input is survived: what is not a number or out of range is clamped. */
int sx_renderer_push(struct sx_renderer *renderer, const float *frame, const float *filters, float next_pitch, float *samples);
/* Writes the rest, so that a signal of T frames had T * SX_HOP samples, and is ready for the next signal; noise and phase go on. */
int sx_renderer_end(struct sx_renderer *renderer, float *samples);

#endif
