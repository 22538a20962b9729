/* resample.h - a whole recording from one sample rate to another, better than 100 dB below 0.9 of the lower Nyquist frequency. */
#ifndef SX_DSP_RESAMPLE_H
#define SX_DSP_RESAMPLE_H

#include <stddef.h>

#include "base/error.h"

/* How many samples `count` samples at rate `from` become at rate `to`: rounded up. */
size_t sx_resample_count(size_t count, int from, int to);
/* out[sx_resample_count]: sample m lies at time m / to; zeros outside the signal. Rates 1000 to 1 000 000. ARGUMENT, MEMORY. */
int sx_resample(const float *samples, size_t count, int from, int to, float *out, struct sx_error *error);

#endif
