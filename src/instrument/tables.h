/* tables.h - what the renderer of instruments looks up: windows, lobes, where the bands of noise lie. Immutable, one for each opened instrument. */
#ifndef SX_INSTRUMENT_TABLES_H
#define SX_INSTRUMENT_TABLES_H

#include "dsp/fft.h"
#include "instrument/instrument.h"
#include "instrument/kernels.h"

enum {
    SX_STRIKE_FFT = 512,            /* of the transient's steps */
    SX_STRIKE_HOP = 64,
    SX_STRIKE_BINS = SX_STRIKE_FFT / 2 + 1,
};

struct sx_instrument_tables {
    float lobes[(SX_LOBE_STEPS + 1) * SX_LOBE];     /* [place between two bins][bin], of a Blackman-Harris window of SX_SOUND_FFT */
    float window[SX_SOUND_FFT];                     /* that window, its middle at 0: [n] and [SX_SOUND_FFT - n] */
    float rise[SX_SOUND_HOP], fall[SX_SOUND_HOP];   /* triangle / window / SX_SOUND_FFT on the samples before and from the middle */
    int32_t first[SX_SOUND_BANDS];                  /* noise: first bin at or above each band, behind the last bin for the last one */
    float weight[SX_LINE_BINS];                     /* of the band above a bin, against the one below */
    float strike_window[SX_STRIKE_FFT];             /* the same of the transient, a Hann window */
    float strike_rise[SX_STRIKE_HOP], strike_fall[SX_STRIKE_HOP];
    int32_t strike_first[SX_SOUND_STEP_BANDS];
    float strike_weight[SX_STRIKE_BINS];
    struct sx_fft *fft, *strike_fft;
};

struct sx_instrument_tables *sx_instrument_tables_new(void);    /* NULL when there is no memory */
void sx_instrument_tables_free(struct sx_instrument_tables *tables);

/* Hz of band i of `count`: docs/INSTRUMENT_FORMAT.md. */
double sx_sound_band(double i, int count);
/* The band, with decimals, at a frequency. */
double sx_sound_band_at(double hertz, int count);

#endif
