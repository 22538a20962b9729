/* squeeze.c - time compression by whole pitch periods (PICOLA: Morita and Itakura, "Time-scale modification algorithm for speech by use of pointer
 * interval control overlap and add", 1986; libsonic does the same). libsonic looks for the period in the sound, and its speed is a few per cent off, since it cuts
 * lengths to whole samples one by one. Here the period is known, for the voice was made with it, and each length makes up for the rest of the one before. */
#include "api/squeeze.h"

#include <math.h>
#include <string.h>

#include "dsp/format.h"

enum { PERIOD_LEAST = 24, PERIOD_MOST = 800 };      /* 1000 to 30 Hz */

void sx_squeeze_begin(struct sx_squeeze *squeeze, int step)
{
    squeeze->step = step;
    squeeze->frames = squeeze->in = squeeze->out = squeeze->total = 0;
    squeeze->copy = squeeze->count = 0;
}

void sx_squeeze_frame(struct sx_squeeze *squeeze, float lnf0)
{
    float period = SX_RATE / expf(lnf0);
    squeeze->period[squeeze->frames++ % SX_SQUEEZE_FRAMES] = period > PERIOD_LEAST ? period < PERIOD_MOST ? period : PERIOD_MOST : PERIOD_LEAST;
}

int64_t sx_squeeze_place(const struct sx_squeeze *squeeze, int64_t in)
{
    return in * SX_SQUEEZE_WHOLE / squeeze->step;
}

/* Around the sample at hand. */
static int period_here(const struct sx_squeeze *squeeze)
{
    int64_t frame = (squeeze->in + SX_HOP / 2) / SX_HOP;
    frame = frame < squeeze->frames ? frame : squeeze->frames - 1;
    return frame < 0 ? PERIOD_MOST : (int)lrintf(squeeze->period[frame % SX_SQUEEZE_FRAMES]);
}

static void drop(struct sx_squeeze *squeeze, int count)
{
    squeeze->count -= count;
    squeeze->in += count;
    memmove(squeeze->held, squeeze->held + count, (size_t)squeeze->count * sizeof *squeeze->held);
}

/* Samples that go out as they are. */
static int copy_some(struct sx_squeeze *squeeze, float *out, int room)
{
    int n = squeeze->copy < squeeze->count ? squeeze->copy : squeeze->count;
    n = n < room ? n : room;
    memcpy(out, squeeze->held, (size_t)n * sizeof *out);
    drop(squeeze, n);
    squeeze->copy -= n;
    squeeze->out += n;
    return n;
}

/* Takes one period out, over which the sound before it fades into that behind it. Returns the samples made; 0: more has to come first, or more room. */
static int take_out(struct sx_squeeze *squeeze, float *out, int room)
{
    int64_t whole = SX_SQUEEZE_WHOLE, faster = squeeze->step - whole;
    int period = period_here(squeeze);
    /* a fade of `fade` samples, then `copy` as they are, and what is out lies where it should: out + fade + copy = (in + period + fade + copy) * whole / step */
    int64_t due = (squeeze->in + period) * whole - squeeze->out * squeeze->step;
    int64_t length = due / faster;
    length = length > 1 ? length : 1;
    int fade = length < period ? (int)length : period;
    if (squeeze->count < period + fade || room < fade)
        return 0;
    for (int i = 0; i < fade; i++) {
        float part = ((float)i + 0.5f) / (float)fade;
        out[i] = squeeze->held[i] + part * (squeeze->held[i + period] - squeeze->held[i]);
    }
    drop(squeeze, period + fade);
    squeeze->out += fade;
    squeeze->copy = length - fade < 1 << 20 ? (int)(length - fade) : 1 << 20;
    return fade;
}

int sx_squeeze_push(struct sx_squeeze *squeeze, float *samples, int count, int room, bool last)
{
    int made = 0;
    squeeze->total += count;
    if (squeeze->step == SX_SQUEEZE_WHOLE) {
        squeeze->out += count;
        return count;
    }
    if (count > SX_SQUEEZE_HELD - squeeze->count)       /* cannot be: a block and the longest periods fit */
        count = SX_SQUEEZE_HELD - squeeze->count;
    memcpy(squeeze->held + squeeze->count, samples, (size_t)count * sizeof *samples);
    squeeze->count += count;
    for (int n = 1; n > 0; made += n)
        n = squeeze->copy > 0 ? copy_some(squeeze, samples + made, room - made) : take_out(squeeze, samples + made, room - made);
    if (last) {         /* what is left is shorter than two periods, or silence: as much of it as there is place for */
        int64_t left = sx_squeeze_place(squeeze, squeeze->total) - squeeze->out;
        int n = left < room - made ? (int)left : room - made, there = n < squeeze->count ? n : squeeze->count;
        if (n > 0) {
            there = there > 0 ? there : 0;
            memcpy(samples + made, squeeze->held, (size_t)there * sizeof *samples);
            memset(samples + made + there, 0, (size_t)(n - there) * sizeof *samples);
            squeeze->out += n;
            made += n;
        }
        squeeze->count = squeeze->copy = 0;
    }
    return made;
}
