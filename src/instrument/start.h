/* start.h - the first 37 ms of a note, on a grid of frames of its own, so that nothing of it sounds before its onset; its transient. */
#ifndef SX_INSTRUMENT_START_H
#define SX_INSTRUMENT_START_H

#include "instrument/bus.h"
#include "instrument/tone.h"

/* What a note needs once; of a sounder, used by one note after the other. */
struct sx_starter {
    struct sx_bus *bus;
    struct sx_line line, noise;
    float phase[SX_SOUND_PARTIALS];                 /* of the last frame of its own: the note keeps that of the one before */
    float steps[SX_SOUND_STEPS][SX_SOUND_STEP_BANDS];
};

/* f0 in bins of the frame of a tone. cents: of the network. */
float sx_tone_bins(const struct sx_tone_frame *frame, float cents);
/* ln gains of the noise of a tone's frame out of those of the network; false: nothing to hear. *loudest: their largest factor. */
bool sx_tone_noise(const struct sx_tone *tone, const float *network, float gain, float *gains, float *loudest);

/* `onset`: output of onset.onnx, K + 384. `from`: the note it is slurred from, or NULL. `at`: its first frame. */
void sx_start_begin(struct sx_starter *starter, struct sx_tone *tone, const struct sx_instrument *instrument, const float *onset, const struct sx_tone *from,
                    const struct sx_tone_frame *at);
/* Frame n of SX_START_FRAMES; `network`: output of frame.onnx for it. */
void sx_start_frame(struct sx_starter *starter, struct sx_tone *tone, int n, const struct sx_tone_frame *frame, const float *network, int partials);
/* Adds the transient: tone->start is complete. */
void sx_start_end(struct sx_starter *starter, struct sx_tone *tone);

#define SX_LN_LEAST -11.9f          /* ln, and factor: 103 dB down, what is softer is left out */
#define SX_LEAST 6.8e-6f
#define SX_PARTIAL_LIMIT (23000.0f * SX_SOUND_FFT / SX_SOUND_RATE)

#endif
