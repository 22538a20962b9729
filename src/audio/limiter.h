/* limiter.h - a gain with a true-peak limit that looks ahead: no sample and nothing between samples gets over it by more than a rounding. */
#ifndef SX_AUDIO_LIMITER_H
#define SX_AUDIO_LIMITER_H

struct sx_limiter;

/* NULL: no memory. */
struct sx_limiter *sx_limiter_new(int rate, int channels);
/* Begins anew: a factor for all samples, and the largest value that may come out (both > 0). */
void sx_limiter_reset(struct sx_limiter *limiter, float gain, float limit);
/* In and out frame by frame, interleaved; `output` (room for frames) gets what is ready, sx_limiter_delay frames later. input NULL: silence, to get the
 * rest out. Returns the frames that were made. */
int sx_limiter_run(struct sx_limiter *limiter, const float *input, int frames, float *output);
int sx_limiter_delay(const struct sx_limiter *limiter);
void sx_limiter_free(struct sx_limiter *limiter);

#endif
