/* loudness.h - sound brought to a loudness (EBU R 128) under a peak limit: kept in a temporary file until all of it is known. */
#ifndef SX_AUDIO_LOUDNESS_H
#define SX_AUDIO_LOUDNESS_H

#include "base/error.h"

struct sx_loudness;

/* lufs: integrated loudness wanted; peak: dBTP that the true peak stays under. The temporary file is made in the folder of `beside` (NULL: $TMPDIR or
 * /tmp) and has no name. UNSUPPORTED in a build without file formats, IO, MEMORY. */
int sx_loudness_new(double lufs, double peak, int rate, int channels, const char *beside, struct sx_loudness **loudness, struct sx_error *error);
/* samples: frames * channels, interleaved. IO: the disk is full. */
int sx_loudness_write(struct sx_loudness *loudness, const float *samples, int frames, struct sx_error *error);
/* All is there: gives the levelled samples to `give` piece by piece. Where both cannot be had the peak limit wins, and it stays softer. */
int sx_loudness_finish(struct sx_loudness *loudness, int (*give)(void *user, const float *samples, int frames), void *user, struct sx_error *error);
void sx_loudness_free(struct sx_loudness *loudness);

#endif
