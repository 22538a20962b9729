/* drive.h - an amplifier that is driven until it distorts, and the loudspeaker behind it. All notes of a part go through one, so chords growl as they do there. */
#ifndef SX_INSTRUMENT_DRIVE_H
#define SX_INSTRUMENT_DRIVE_H

#include <stdbool.h>

enum {
    SX_DRIVE_OVER = 4,              /* it works at that many times 48 kHz */
    SX_DRIVE_TAPS = 32              /* of the filters on the way up and down, a multiple of SX_DRIVE_OVER */
};

/* Zeroed: silent. sx_drive_run() never makes it sound longer than SX_DRIVE_RING samples behind its input. */
struct sx_drive {
    float low, high[2];             /* states of the filters before it */
    float level;                    /* of the input, followed */
    float up[SX_DRIVE_TAPS / SX_DRIVE_OVER], down[SX_DRIVE_TAPS];       /* the last samples, oldest first */
    float last, root;               /* x and sqrt(1 + x x) of the last sample */
    float speaker[2][2], rumble;
};

/* In place; gain: dB before the tube, 0 to 60. */
void sx_drive_run(struct sx_drive *drive, float gain, float *samples, int frames);

#endif
