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
    squeeze->steps[0] = (struct sx_squeeze_step){0, 0, step};
    squeeze->step_count = 1;
    squeeze->frames = squeeze->in = squeeze->out = squeeze->total = squeeze->copy = 0;
    squeeze->count = 0;
}

bool sx_squeeze_may_change(const struct sx_squeeze *squeeze)
{
    return squeeze->step_count < SX_SQUEEZE_STEPS;
}

void sx_squeeze_change(struct sx_squeeze *squeeze, int64_t in, int step)
{
    struct sx_squeeze_step *last = &squeeze->steps[squeeze->step_count - 1];
    in = in > squeeze->total ? in : squeeze->total;
    if (in <= last->in) {           /* nothing has come of what the last one is for */
        last->step = step;
    } else if (step != last->step && sx_squeeze_may_change(squeeze)) {
        last[1] = (struct sx_squeeze_step){in, sx_squeeze_place(squeeze, in), step};
        squeeze->step_count++;
    }
}

int sx_squeeze_last(const struct sx_squeeze *squeeze)
{
    return squeeze->steps[squeeze->step_count - 1].step;
}

void sx_squeeze_frame(struct sx_squeeze *squeeze, float lnf0)
{
    float period = SX_RATE / expf(lnf0);
    squeeze->period[squeeze->frames++ % SX_SQUEEZE_FRAMES] = period > PERIOD_LEAST ? period < PERIOD_MOST ? period : PERIOD_MOST : PERIOD_LEAST;
}

int64_t sx_squeeze_place(const struct sx_squeeze *squeeze, int64_t in)
{
    const struct sx_squeeze_step *step = &squeeze->steps[squeeze->step_count - 1];
    while (step > squeeze->steps && in < step->in)
        step--;
    return step->out + (in - step->in) * SX_SQUEEZE_WHOLE / step->step;
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

/* Where the step at hand ends. */
static int64_t step_end(const struct sx_squeeze *squeeze)
{
    return squeeze->step_count > 1 ? squeeze->steps[1].in : INT64_MAX;
}

/* Samples to be copied before what is out lies where it should, if `dropped` of them are left out: out + copy = place(in + dropped + copy). */
static int64_t copy_due(const struct sx_squeeze *squeeze, int dropped)
{
    const struct sx_squeeze_step *step = squeeze->steps;
    int64_t whole = SX_SQUEEZE_WHOLE;
    if (step->step <= whole)        /* for ever */
        return INT64_MAX / 2;
    return ((squeeze->in - step->in + dropped) * whole - (squeeze->out - step->out) * step->step) / (step->step - whole);
}

/* The next step is reached: first what is still due to the one before it. */
static void next_step(struct sx_squeeze *squeeze)
{
    squeeze->step_count--;
    memmove(squeeze->steps, squeeze->steps + 1, (size_t)squeeze->step_count * sizeof *squeeze->steps);
    int64_t due = copy_due(squeeze, 0);
    squeeze->copy = due > 0 ? due : 0;
}

/* Samples that go out as they are. */
static int copy_some(struct sx_squeeze *squeeze, float *out, int room)
{
    int64_t n = squeeze->copy, end = step_end(squeeze) - squeeze->in;
    n = n < end ? n : end;
    n = n < squeeze->count ? n : squeeze->count;
    n = n < room ? n : room;
    memcpy(out, squeeze->held, (size_t)n * sizeof *out);
    drop(squeeze, (int)n);
    squeeze->copy -= n;
    squeeze->out += n;
    return (int)n;
}

/* Takes one period out, over which the sound before it fades into that behind it. Returns the samples made; 0: more has to come first, or more room. */
static int take_out(struct sx_squeeze *squeeze, float *out, int room)
{
    /* a fade of `fade` samples, then `copy` as they are, and what is out lies where it should */
    int period = period_here(squeeze);
    int64_t length = copy_due(squeeze, period);
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
    squeeze->copy = length - fade;
    return fade;
}

/* One of both. */
static int go_on(struct sx_squeeze *squeeze, float *out, int room)
{
    while (squeeze->in >= step_end(squeeze))
        next_step(squeeze);
    if (squeeze->steps->step <= SX_SQUEEZE_WHOLE && squeeze->copy <= 0)
        squeeze->copy = copy_due(squeeze, 0);
    return squeeze->copy > 0 ? copy_some(squeeze, out, room) : take_out(squeeze, out, room);
}

int sx_squeeze_push(struct sx_squeeze *squeeze, float *samples, int count, int room, bool last)
{
    int made = 0;
    squeeze->total += count;
    if (squeeze->steps->step == SX_SQUEEZE_WHOLE && squeeze->step_count == 1 && squeeze->count == 0 && !last) {
        squeeze->in += count;
        squeeze->out += count;
        return count;
    }
    if (count > SX_SQUEEZE_HELD - squeeze->count)       /* cannot be: a block and the longest periods fit */
        count = SX_SQUEEZE_HELD - squeeze->count;
    memcpy(squeeze->held + squeeze->count, samples, (size_t)count * sizeof *samples);
    squeeze->count += count;
    for (int n = 1; n > 0; made += n)
        n = go_on(squeeze, samples + made, room - made);
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
