/* recording.h - a sound file to be heard between words (SSML's audio element). */
#ifndef SX_AUDIO_RECORDING_H
#define SX_AUDIO_RECORDING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { SX_RECORDING_SECONDS = 600 };    /* what is longer is cut */

/* Can the file be read? */
bool sx_recording_readable(const char *path);
/* All of it, mixed to mono at `rate`, in fresh memory. NOT_FOUND, FORMAT, MEMORY; UNSUPPORTED in a build without file formats. */
int sx_recording_load(const char *path, int rate, float **samples, size_t *count, struct sx_error *error);

#endif
