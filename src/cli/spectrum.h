/* spectrum.h - a spectrogram for the eye, not for synthesis. */
#ifndef SYRINX_CLI_SPECTRUM_H
#define SYRINX_CLI_SPECTRUM_H

#include <stddef.h>

struct cli_spectrum {
    unsigned char *values;      /* [columns, bins] 0 (silence) to 255 (the loudest) */
    size_t columns;
    int bins, hop;              /* hop in samples */
    double top;                 /* Hz at the upper edge of the last bin */
};

/* 20 ms Hann windows, columns every 5 ms or, when that makes too many, less often. 0, or -1 without memory. */
int cli_spectrum_make(struct cli_spectrum *spectrum, const float *samples, size_t count, int rate);
/* For a piano roll: rows of half a semitone from a quarter tone below key `low` up to the one below `high`; columns every 10 ms or less often. Windows are
 * as long as telling semitones apart needs: 85 ms above 1 kHz to 683 ms below 125 Hz.
 * `bins` are the rows, `top` is `high`. 0, or -1 without memory. */
int cli_spectrum_keys(struct cli_spectrum *spectrum, const float *samples, size_t count, int rate, int low, int high);
void cli_spectrum_free(struct cli_spectrum *spectrum);

#endif
