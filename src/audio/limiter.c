/* limiter.c - true peaks by four-fold oversampling (ITU-R BS.1770-4, annex 2), and a gain that falls before a peak comes.
 *
 * With r[n] the gain that peak n allows and W the look-ahead: m[k] = min r[k .. k+W-1], released slowly to s <= m; the gain is the mean of
 * s[n-W+1 .. n]. Each of these windows holds n, so the mean is never over r[n], and it has no corners. */
#include "audio/limiter.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { PHASES = 4, TAPS = 16 };         /* of the interpolator: a windowed sinc */

#define LOOK_AHEAD 0.005                /* seconds */
#define RELEASE 0.08

struct sx_limiter {
    int channels, window, delay, length;    /* window W; delay W + TAPS/2 - 1; length of the rings */
    float gain, limit, release, state, before;  /* before: the last peak */
    float taps[PHASES - 1][TAPS];
    float *samples;             /* [channels][2][length]: a ring, twice in a row, so that any stretch of it is in one piece */
    float *allowed;             /* [length]: r */
    float *smooth;              /* [length]: s */
    int *queue;                 /* [length]: indices of r in the window, their values rising: the front is the minimum */
    int front, count;
    long in, out;               /* frames taken and given */
    long loud;                  /* the last frame that could make a peak over the limit, anywhere around it */
    double sum;                 /* of the last W values of s */
};

struct sx_limiter *sx_limiter_new(int rate, int channels)
{
    struct sx_limiter *limiter = calloc(1, sizeof *limiter);
    if (!limiter)
        return NULL;
    limiter->channels = channels;
    limiter->window = (int)ceil(LOOK_AHEAD * rate);
    limiter->delay = limiter->window + TAPS / 2 - 1;
    limiter->length = 2 * limiter->delay + TAPS;
    limiter->release = (float)(1 - exp(-1 / (RELEASE * rate)));
    for (int p = 1; p < PHASES; p++) {
        double sum = 0;
        for (int k = 0; k < TAPS; k++) {
            double x = k - (TAPS / 2 - 1) - (double)p / PHASES, w = cos(M_PI * x / (TAPS + 1));
            double tap = (x == 0 ? 1 : sin(M_PI * x) / (M_PI * x)) * w * w;
            limiter->taps[p - 1][k] = (float)tap;
            sum += tap;
        }
        for (int k = 0; k < TAPS; k++)
            limiter->taps[p - 1][k] /= (float)sum;
    }
    size_t length = (size_t)limiter->length;
    limiter->samples = calloc(2 * length * (size_t)channels, sizeof(float));
    limiter->allowed = calloc(length, sizeof(float));
    limiter->smooth = calloc(length, sizeof(float));
    limiter->queue = calloc(length, sizeof(int));
    if (!limiter->samples || !limiter->allowed || !limiter->smooth || !limiter->queue) {
        sx_limiter_free(limiter);
        return NULL;
    }
    sx_limiter_reset(limiter, 1, 1);
    return limiter;
}

void sx_limiter_reset(struct sx_limiter *limiter, float gain, float limit)
{
    limiter->gain = gain;
    limiter->limit = limit;
    limiter->state = 1;
    limiter->front = limiter->count = 0;
    limiter->in = limiter->out = 0;
    limiter->loud = -2 * TAPS;
    limiter->sum = limiter->window;
    limiter->before = 0;
    memset(limiter->samples, 0, 2 * (size_t)limiter->length * (size_t)limiter->channels * sizeof(float));
    for (int i = 0; i < limiter->length; i++)
        limiter->allowed[i] = limiter->smooth[i] = 1;
}

static int at(const struct sx_limiter *limiter, long frame)
{
    long index = frame % limiter->length;
    return (int)(index < 0 ? index + limiter->length : index);
}

/* The largest value at and behind frame n, up to frame n + 1, or something smaller than `enough`. */
static float peak_at(const struct sx_limiter *limiter, long n, float enough)
{
    float peak = 0;
    for (int c = 0; c < limiter->channels; c++) {
        const float *x = limiter->samples + 2 * (size_t)c * (size_t)limiter->length + at(limiter, n - (TAPS / 2 - 1)), *middle = x + TAPS / 2 - 1;
        float most = 0;
        for (int k = 0; k < TAPS; k++)
            most = fmaxf(most, fabsf(x[k]));
        peak = fmaxf(peak, fabsf(*middle));
        for (int p = 0; p < PHASES - 1 && 2 * most > enough; p++) {     /* the taps' magnitudes add up to less than 2 */
            float sum = 0;
            for (int k = 0; k < TAPS; k++)
                sum += limiter->taps[p][k] * x[k];
            peak = fmaxf(peak, fabsf(sum));
        }
    }
    return peak;
}

/* Frame `n` has what it needs around it: its allowed gain into the window, and the smoothed gain of frame n - W + 1. */
static void add_peak(struct sx_limiter *limiter, long n)
{
    bool quiet = limiter->loud < n - (TAPS / 2 - 1);    /* no sample that counts is over half of the limit */
    float here_peak = quiet ? 0 : peak_at(limiter, n, limiter->limit / limiter->gain) * limiter->gain, peak = fmaxf(here_peak, limiter->before);
    float allowed = peak > limiter->limit ? limiter->limit / peak : 1;
    int length = limiter->length, here = at(limiter, n);
    limiter->before = here_peak;
    limiter->allowed[here] = allowed;
    while (limiter->count > 0 && limiter->allowed[limiter->queue[(limiter->front + limiter->count - 1) % length]] >= allowed)
        limiter->count--;
    limiter->queue[(limiter->front + limiter->count++) % length] = here;
    long k = n - limiter->window + 1;           /* the window is [k, n] */
    if (limiter->queue[limiter->front] == at(limiter, k - 1)) {
        limiter->front = (limiter->front + 1) % length;
        limiter->count--;
    }
    float minimum = limiter->allowed[limiter->queue[limiter->front]];
    float released = limiter->state + (1 - limiter->state) * limiter->release;
    limiter->state = minimum < released ? minimum : released;
    limiter->sum += limiter->state - limiter->smooth[at(limiter, k - limiter->window)];
    limiter->smooth[at(limiter, k)] = limiter->state;
}

int sx_limiter_run(struct sx_limiter *limiter, const float *input, int frames, float *output)
{
    int made = 0, channels = limiter->channels;
    size_t length = (size_t)limiter->length;
    for (int i = 0; i < frames; i++) {
        float *place = limiter->samples + at(limiter, limiter->in);
        for (int c = 0; c < channels; c++, place += 2 * length) {
            place[0] = place[length] = input ? input[(size_t)i * (size_t)channels + (size_t)c] : 0;
            limiter->loud = !(2 * fabsf(place[0]) * limiter->gain <= limiter->limit) ? limiter->in : limiter->loud;
        }
        limiter->in++;
        add_peak(limiter, limiter->in - 1 - TAPS / 2);
        if (limiter->in <= limiter->delay)
            continue;
        /* what is summed ends with s of this frame: in - 1 - TAPS/2 - (W - 1) */
        const float *from = limiter->samples + at(limiter, limiter->out++);
        float gain = (float)(limiter->sum / limiter->window) * limiter->gain;
        for (int c = 0; c < channels; c++)
            output[(size_t)made * (size_t)channels + (size_t)c] = from[2 * (size_t)c * length] * gain;
        made++;
    }
    return made;
}

int sx_limiter_delay(const struct sx_limiter *limiter)
{
    return limiter->delay;
}

void sx_limiter_free(struct sx_limiter *limiter)
{
    if (!limiter)
        return;
    free(limiter->samples);
    free(limiter->allowed);
    free(limiter->smooth);
    free(limiter->queue);
    free(limiter);
}
