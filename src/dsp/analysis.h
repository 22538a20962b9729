/* analysis.h - what training measures in a recording, in C: log-mel, f0, voicing (docs/VOICE_FORMAT.md). */
#ifndef SX_DSP_ANALYSIS_H
#define SX_DSP_ANALYSIS_H

#include <stddef.h>

#include "base/error.h"

struct sx_frames {
    int count;              /* samples / SX_HOP + 1 */
    float *mel;             /* [count][SX_MELS], natural log of the magnitude */
    float *lnf0;            /* [count], ln Hz, interpolated through unvoiced stretches */
    float *voiced;          /* [count], 0 or 1 */
};

/* Samples at SX_RATE, at least one. MEMORY. */
int sx_analyse(const float *samples, size_t count, struct sx_frames *frames, struct sx_error *error);
void sx_frames_free(struct sx_frames *frames);

/* Mel filter bank: weights[SX_MELS][SX_BINS], rows sum to 1. */
void sx_mel_weights(float *weights);

#endif
