/* format.h - the numbers that speech has in this house, in one place. The voice's card holds the same (docs/VOICE_FORMAT.md) and a test
 * compares both. */
#ifndef SX_DSP_FORMAT_H
#define SX_DSP_FORMAT_H

enum {
    SX_RATE = 24000,            /* samples a second, float32 within -1..1 */
    SX_HOP = 240,               /* samples a frame: 10 ms; frame t is centred on sample 240 t */
    SX_FFT = 1024,              /* periodic Hann window of the analysis */
    SX_BINS = SX_FFT / 2 + 1,
    SX_MELS = 80,               /* triangles on the HTK mel scale, each normalised to sum 1 */
    SX_HARMONIC_BANDS = 56,     /* of the vocoder's harmonic filter */
    SX_NOISE_BANDS = 40,
    SX_ODD_TERMS = 32,          /* odd cepstrum: group delay of the harmonic filter */
    SX_SHAPE_POINTS = 8,        /* of the noise's envelope inside a frame */
    SX_PULSED = 2,              /* harmonics of the pitch that the noise's level follows: a cosine and a sine each */
    SX_FILTERS_PLAIN = SX_HARMONIC_BANDS + SX_NOISE_BANDS + SX_ODD_TERMS,  /* of voices whose noise has neither shape nor pulse */
    SX_FILTERS = SX_FILTERS_PLAIN + SX_SHAPE_POINTS + 2 * SX_PULSED,
    SX_VOCODER_IN = SX_MELS + 2 /* log-mel, ln f0, voicing */
};

#define SX_MEL_LOW 0.0          /* Hz */
#define SX_MEL_HIGH 12000.0
#define SX_MEL_FLOOR 1e-4       /* magnitude; natural logarithm: ln 1e-4 = -9.21 is silence */
#define SX_ACTIVE_RMS 0.05      /* level of the training recordings */
#define SX_F0_LOW 60.0          /* Hz that the renderer accepts */
#define SX_F0_HIGH 1000.0

#endif
