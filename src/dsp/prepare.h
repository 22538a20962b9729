/* prepare.h - what is done to a recording before it is measured, in training and in copy synthesis: rumble off, level, denoise. */
#ifndef SX_DSP_PREPARE_H
#define SX_DSP_PREPARE_H

#include <stddef.h>

#include "base/error.h"

/* Butterworth high-pass, 60 Hz, second order, in place. SX_RATE. */
void sx_high_pass(float *samples, size_t count);
/* RMS over the 20 ms frames that lie within 30 dB of the loudest; 0 for digital silence. */
double sx_active_rms(const float *samples, size_t count);
/* Takes the steady noise off in place, by 16 dB at most. MEMORY. */
int sx_denoise(float *samples, size_t count, struct sx_error *error);

#endif
