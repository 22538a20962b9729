/* drive.c - x / sqrt(1 + x x), a little off its middle, at four times the rate. What folds back is further reduced by taking the mean of the curve between two
 * samples instead of its value (Parker, Zavalishin and Le Bivic 2016): its integral is sqrt(1 + x x), so the mean needs no division by a small difference. */
#include "instrument/drive.h"

#include <math.h>
#include <string.h>

enum { OVER = SX_DRIVE_OVER, TAPS = SX_DRIVE_TAPS, PHASE = TAPS / OVER };

#define TINY 1e-20f             /* no denormal numbers */
#define BIAS 0.3f               /* the curve's middle: even partials, as of a tube */
#define BIAS_OUT 0.28734789f    /* what the curve makes of it */
#define QUIET 6e-4f             /* -64 dB: input below fades, so that a release does not hiss on */
#define LEVEL 0.155f            /* what comes out is about as loud as a clean guitar */

/* Filters at 48 kHz: one pole at 90 Hz (tight basses), one at 5.5 kHz before; two poles of a Butterworth filter of fourth order at 4.8 kHz twice: a 12 inch loudspeaker. */
#define LOW 0.0117118f          /* 1 - exp(-2 pi 90 / 48000) */
#define HIGH 0.5132f            /* 1 - exp(-2 pi 5500 / 48000) */
#define RUMBLE 0.0091211f       /* 70 Hz */
#define RISE 0.0041580f         /* 5 ms */
#define FALL 0.00034716f        /* 60 ms */

/* A low-pass for rates between: 32 taps, Kaiser window, flat to 8 kHz, -80 dB from 40 kHz on of 192. Sum 1. By phases, the newest sample first. */
static const float filter[TAPS] = {
    -2.10009706e-05f, -0.000221157446f, -0.00058351117f, -0.000517824959f, 0.00098046954f, 0.00411772872f, 0.00672919461f, 0.0043430675f,
    -0.00652569022f, -0.0230555823f, -0.0332024304f, -0.0197410464f, 0.0287956915f, 0.106846416f, 0.189391843f, 0.242663832f,
    0.242663832f, 0.189391843f, 0.106846416f, 0.0287956915f, -0.0197410464f, -0.0332024304f, -0.0230555823f, -0.00652569022f,
    0.0043430675f, 0.00672919461f, 0.00411772872f, 0.00098046954f, -0.000517824959f, -0.00058351117f, -0.000221157446f, -2.10009706e-05f
};

/* Direct form 2 transposed. */
struct section { float b0, b1, b2, a1, a2; };
static const struct section sections[2] = {
    { 0.0618851953f, 0.123770391f, 0.0618851953f, -1.04859958f, 0.296140357f },
    { 0.0779563409f, 0.155912682f, 0.0779563409f, -1.32091344f, 0.632738801f }
};

/* One sample at 48 kHz becomes one again, over four between. */
static float shape(struct sx_drive *drive, float x)
{
    memmove(drive->up, drive->up + 1, sizeof drive->up - sizeof *drive->up);
    drive->up[PHASE - 1] = x;
    memmove(drive->down, drive->down + OVER, sizeof drive->down - OVER * sizeof *drive->down);
    for (int k = 0; k < OVER; k++) {
        float sum = BIAS, root;
        for (int j = 0; j < PHASE; j++)
            sum += (float)OVER * filter[k + OVER * j] * drive->up[PHASE - 1 - j];
        root = sqrtf(1 + sum * sum);
        drive->down[TAPS - OVER + k] = (sum + drive->last) / (root + drive->root) - BIAS_OUT;
        drive->last = sum;
        drive->root = root;
    }
    float out = 0;
    for (int j = 0; j < TAPS; j++)
        out += filter[j] * drive->down[TAPS - 1 - j];
    return out;
}

static float loudspeaker(struct sx_drive *drive, float x)
{
    for (int i = 0; i < 2; i++) {
        const struct section *s = &sections[i];
        float *state = drive->speaker[i], y = s->b0 * x + state[0];
        state[0] = s->b1 * x - s->a1 * y + state[1] + TINY;
        state[1] = s->b2 * x - s->a2 * y + TINY;
        x = y;
    }
    drive->rumble += RUMBLE * (x - drive->rumble) + TINY;
    return x - drive->rumble;
}

void sx_drive_run(struct sx_drive *drive, float gain, float *samples, int frames)
{
    float factor = powf(10, gain / 20);
    if (drive->root == 0) {             /* fresh: the curve rests at its middle */
        drive->last = BIAS;
        drive->root = sqrtf(1 + BIAS * BIAS);
    }
    for (int i = 0; i < frames; i++) {
        drive->low += LOW * (samples[i] - drive->low) + TINY;
        float x = samples[i] - drive->low, size = fabsf(x);
        drive->high[0] += HIGH * (x - drive->high[0]) + TINY;
        drive->high[1] += HIGH * (drive->high[0] - drive->high[1]) + TINY;
        drive->level += (size > drive->level ? RISE : FALL) * (size - drive->level) + TINY;
        float gate = drive->level / (drive->level + QUIET);
        samples[i] = LEVEL * loudspeaker(drive, shape(drive, factor * gate * gate * drive->high[1]));
    }
}
