/* chorus.c - two delays a side, read between samples by cubic polynomials (Catmull and Rom 1974). How a delay swings is a function of the absolute sample alone. */
#include "instrument/chorus.h"

#include <math.h>
#include <string.h>

#include "dsp/fastmath.h"

enum { TAPS = 4 };

#define RATE 48000.0

struct tap { float delay, swing; double hertz, phase; };       /* samples; turns */

/* 2 pi hertz swing / RATE is what the pitch swings by: 8 to 10 cents. */
static const struct tap taps[TAPS] = { { 480, 130, 0.31, 0 }, { 760, 82, 0.53, 0.25 }, { 570, 112, 0.37, 0.5 }, { 860, 90, 0.47, 0.75 } };

static float delay_at(const struct tap *tap, int64_t sample)
{
    double turns = (double)sample * (tap->hertz / RATE) + tap->phase;
    float sine, cosine;
    sx_sincos((float)(4 * (turns - floor(turns)) - 2), &sine, &cosine);
    return tap->delay + tap->swing * sine;
}

static void add_tap(const struct sx_chorus *chorus, const struct tap *tap, int64_t position, float *out)
{
    const float *ring = chorus->ring;
    float from = delay_at(tap, position), rise = (delay_at(tap, position + SX_CHORUS_STEP) - from) / SX_CHORUS_STEP;
    for (int i = 0; i < SX_CHORUS_STEP; i++) {
        float delay = from + rise * (float)i;
        int whole = (int)delay;
        float x = delay - (float)whole;
        unsigned at = (unsigned)(position + i - whole) + SX_CHORUS_RING;
        float a = ring[(at + 1) % SX_CHORUS_RING], b = ring[at % SX_CHORUS_RING], c = ring[(at - 1) % SX_CHORUS_RING], d = ring[(at - 2) % SX_CHORUS_RING];
        out[i] += b + 0.5f * x * (c - a + x * (2 * a - 5 * b + 4 * c - d + x * (3 * (b - c) + d - a)));
    }
}

void sx_chorus_run(struct sx_chorus *chorus, int64_t position, const float *samples, int frames, float *left, float *right)
{
    if (position != chorus->next)
        memset(chorus->ring, 0, sizeof chorus->ring);
    chorus->next = position + frames;
    for (int done = 0; done < frames; done += SX_CHORUS_STEP, position += SX_CHORUS_STEP) {
        for (int i = 0; i < SX_CHORUS_STEP; i++) {
            chorus->ring[(uint64_t)(position + i) % SX_CHORUS_RING] = samples[done + i];
            left[done + i] = right[done + i] = 0;
        }
        for (int k = 0; k < TAPS; k++)
            add_tap(chorus, &taps[k], position, k < TAPS / 2 ? left + done : right + done);
        for (int i = 0; i < SX_CHORUS_STEP; i++) {
            left[done + i] *= 0.70710678f;
            right[done + i] *= 0.70710678f;
        }
    }
}
