/* f0.h - fundamental frequency of speech, as training tracks it. */
#ifndef SX_DSP_F0_H
#define SX_DSP_F0_H

#include <stddef.h>

#include "base/error.h"

/* f0[count / SX_HOP + 1] in Hz, 0 where unvoiced. The level matters: active RMS about SX_ACTIVE_RMS. MEMORY. */
int sx_f0_track(const float *samples, size_t count, float *f0, struct sx_error *error);

#endif
