/* bus.h - the common spectrum of a part: frames become samples, and white noise becomes spectra.
 *
 * Frame f is centred on sample SX_SOUND_HOP * f; frames are windowed (Blackman-Harris), which the way back takes out again and puts a triangle of two hops in its
 * place, so that amplitudes go in straight lines from frame to frame. */
#ifndef SX_INSTRUMENT_BUS_H
#define SX_INSTRUMENT_BUS_H

#include "instrument/kernels.h"
#include "instrument/tables.h"

enum {
    SX_NOISE_SOURCES = 6,           /* so that notes do not add coherently */
    SX_NOISE_APART = 13,            /* frames that one source lies behind the one before: no comb that can be heard */
    SX_NOISE_SLOTS = (SX_NOISE_SOURCES - 1) * SX_NOISE_APART + 1,
};

struct sx_bus {
    const struct sx_instrument_tables *tables;
    const struct sx_sound_kernels *kernels;
    uint64_t seed;                                  /* of the noise */
    struct sx_line line;                            /* of the frame that is being made */
    struct sx_line noise[SX_NOISE_SLOTS];           /* spectra of the newest frames of noise */
    int64_t noise_frame[SX_NOISE_SLOTS];            /* which; -1: none */
    bool sounding;                                  /* something is in the line */
    bool ringing;                                   /* something is in the tail */
    float tail[SX_SOUND_HOP];                       /* of the last frame, on the samples behind its middle */
    float gain[SX_LINE];                            /* work of the kernels */
    float white[SX_SOUND_FFT];                      /* the last stretch of white noise, from sample `white_from` on */
    int64_t white_from;
    bool has_white;
    _Alignas(64) float samples[SX_SOUND_FFT];       /* work of the transforms, also of the shorter one */
    _Alignas(64) struct sx_complex bins[SX_SOUND_FFT / 2 + 1];
};

struct sx_bus *sx_bus_new(const struct sx_instrument_tables *tables, uint64_t seed);    /* NULL when there is no memory */
void sx_bus_free(struct sx_bus *bus);
void sx_bus_reset(struct sx_bus *bus, uint64_t seed);

/* White noise of variance 1, a function of seed and sample; samples before 0 exist, too. */
void sx_noise(uint64_t seed, int64_t sample, float *noise, int count);
/* The spectrum of a source's noise around frame f. Valid until the next call. */
const struct sx_line *sx_bus_noise(struct sx_bus *bus, int source, int64_t f);
/* The same around any sample. */
void sx_bus_noise_at(struct sx_bus *bus, int source, int64_t sample, struct sx_line *line);
/* Adds noise to a line: ln gains [SX_SOUND_BANDS]. */
void sx_bus_hiss(struct sx_bus *bus, const float *gains, const struct sx_line *noise, struct sx_line *line);
/* The samples of a line, its middle at 0: n at [n], -n at [SX_SOUND_FFT - n]; windowed, and SX_SOUND_FFT times too loud. */
const float *sx_bus_samples(struct sx_bus *bus, const struct sx_line *line);
/* Ends the frame: writes the SX_SOUND_HOP samples before its middle and clears the line. false: all of them are 0. */
bool sx_bus_finish(struct sx_bus *bus, float *samples);

#endif
