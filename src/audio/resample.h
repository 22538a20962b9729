/* resample.h - interleaved float samples from one rate to another, piece by piece. Needs a build with files (soxr). */
#ifndef SX_AUDIO_RESAMPLE_H
#define SX_AUDIO_RESAMPLE_H

#include "base/error.h"

struct sx_resampler;

/* UNSUPPORTED in a build without soxr. */
int sx_resampler_new(int from, int to, int channels, struct sx_resampler **resampler, struct sx_error *error);
/* Takes `frames` frames (NULL: the end, give what is left) and makes up to `capacity` frames in `output`. *used and *made count
 * frames; call again while *used < frames or, at the end, until *made is 0. */
int sx_resampler_run(struct sx_resampler *resampler, const float *input, int frames, int *used,
                     float *output, int capacity, int *made, struct sx_error *error);
/* Forgets what went in: the next samples begin a new signal. */
void sx_resampler_reset(struct sx_resampler *resampler);
void sx_resampler_free(struct sx_resampler *resampler);

#endif
