/* recording.h - a WAV file as mono samples. */
#ifndef SYRINX_CLI_RECORDING_H
#define SYRINX_CLI_RECORDING_H

#include "cli.h"

struct cli_recording {
    float *samples;             /* [count], within -1..1 when the file is */
    size_t count;
    int rate;
};

/* PCM of 8, 16, 24 or 32 bits and float of 32 or 64; RIFF and RF64; several channels are averaged. "-" is standard input. Prints
 * what is wrong and returns an exit status. */
int cli_recording_read(const char *path, struct cli_recording *recording);
void cli_recording_free(struct cli_recording *recording);

#endif
