/* f0.c - normalised cross-correlation and Viterbi, then a shorter window on the path found.
 *
 * The correlation around a frame's centre after Talkin (RAPT, 1995), with a bias so that quiet frames do not look periodic; 110 states of pitch and
 * one of none. The second pass takes 14 ms instead of 30: it keeps harmonics of gliding speech in line. Training measures with the same
 * numbers (tools/train/f0.py): change both or none. */
#include "dsp/f0.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dsp/fft.h"
#include "dsp/format.h"

#define LOW 80.0                    /* Hz */
#define HIGH 420.0

enum {
    STATES = 110,
    WINDOW = 720,                   /* samples correlated in pass 1 */
    LAGS = 304,                     /* rate / LOW + 4 */
    SEGMENT = WINDOW + LAGS,        /* 1024, and no sum below wraps around: a transform of this size will do */
    SHORT = 340,                    /* pass 2 */
    SHORT_LAGS = 319,               /* 1.05 rate / LOW + 4 */
    TAPS = 161,
    NONE = 255                      /* state: unvoiced */
};

/* Costs in units of correlation. */
#define MOVE 4.0                    /* per ln-unit of pitch */
#define MOVE_LIMIT 1.2
#define SWITCH 0.35                 /* from voiced to unvoiced or back */
#define UNVOICED 0.62
#define SILENT 0.2                  /* unvoiced where the RMS is below QUIET */
#define QUIET 1.5e-3
#define LONG_LAG 0.05               /* per ln-unit of lag: against octaves down */
#define BIAS (WINDOW * 3e-4 * 3e-4)

struct tracker {
    float segment[SEGMENT], window[SEGMENT], correlation[SEGMENT];      /* first: aligned */
    struct sx_complex a[SEGMENT], b[SEGMENT];                           /* SEGMENT / 2 + 1 used */
    double energy[SEGMENT + 1];                                         /* running sum of squares */
    double lag[STATES], lag_cost[STATES];
    double move[STATES][STATES];
    struct sx_fft *fft;
};

/* Low-pass of 161 taps: a sinc under a Hamming window, sum 1; half of it, from the middle. */
static void low_pass_taps(double cutoff, float *taps /* [TAPS / 2 + 1] */)
{
    double full[TAPS / 2 + 1], sum = 0.0;
    for (int k = 0; k <= TAPS / 2; k++) {
        double x = 2.0 * cutoff / SX_RATE * k;
        full[k] = (k ? sin(M_PI * x) / (M_PI * x) : 1.0) * (0.54 + 0.46 * cos(2.0 * M_PI * k / (TAPS - 1)));
        sum += k ? 2.0 * full[k] : full[k];
    }
    for (int k = 0; k <= TAPS / 2; k++) taps[k] = (float)(full[k] / sum);
}

/* Zero phase, zeros outside the signal. */
static void low_pass(const float *samples, size_t count, double cutoff, float *out)
{
    enum { BLOCK = 256, HALF = TAPS / 2 };
    float taps[HALF + 1], in[BLOCK + 2 * HALF], sum[BLOCK];
    low_pass_taps(cutoff, taps);
    for (size_t start = 0; start < count; start += BLOCK) {
        for (size_t i = 0; i < BLOCK + 2 * HALF; i++) {
            size_t n = start + i - HALF;            /* wraps far beyond count before the signal */
            in[i] = n < count ? samples[n] : 0.0f;
        }
        for (int i = 0; i < BLOCK; i++) sum[i] = in[HALF + i] * taps[0];
        for (int k = 1; k <= HALF; k++) {
            for (int i = 0; i < BLOCK; i++) sum[i] += (in[HALF + i - k] + in[HALF + i + k]) * taps[k];
        }
        for (size_t i = 0; i < BLOCK && start + i < count; i++) out[start + i] = sum[i];
    }
}

/* Copies samples first .. first + n - 1 (first may be negative), zeros outside. */
static void cut(const float *samples, size_t count, int64_t first, int n, float *out)
{
    for (int i = 0; i < n; i++) {
        int64_t at = first + i;
        out[i] = at >= 0 && (uint64_t)at < count ? samples[at] : 0.0f;
    }
}

static void running_energy(const float *x, int n, double *energy)
{
    energy[0] = 0.0;
    for (int i = 0; i < n; i++) energy[i + 1] = energy[i] + (double)x[i] * x[i];
}

static int64_t segment_start(size_t t)
{
    return (int64_t)t * SX_HOP - (WINDOW / 2 + LAGS / 2);
}

/* Normalised correlation of frame t at all lags -> tracker->correlation[LAGS]; returns the RMS of the window. */
static double correlate(struct tracker *tracker, const float *samples, size_t count, size_t t)
{
    cut(samples, count, segment_start(t), SEGMENT, tracker->segment);
    memcpy(tracker->window, tracker->segment, sizeof(float) * WINDOW);      /* the rest stays zero */
    running_energy(tracker->segment, SEGMENT, tracker->energy);
    sx_fft_forward(tracker->fft, tracker->window, tracker->a);
    sx_fft_forward(tracker->fft, tracker->segment, tracker->b);
    for (int k = 0; k <= SEGMENT / 2; k++) {
        struct sx_complex a = tracker->a[k], b = tracker->b[k];
        tracker->a[k] = (struct sx_complex){ a.re * b.re + a.im * b.im, a.re * b.im - a.im * b.re };
    }
    sx_fft_inverse(tracker->fft, tracker->a, tracker->correlation);
    const double *e = tracker->energy;
    for (int l = 0; l < LAGS; l++) {
        double scale = sqrt((e[WINDOW] + BIAS) * (e[WINDOW + l] - e[l] + BIAS)) * SEGMENT;
        tracker->correlation[l] = (float)(tracker->correlation[l] / scale);
    }
    return sqrt(e[WINDOW] / WINDOW);
}

static void frame_costs(struct tracker *tracker, double *cost /* [STATES] */)
{
    for (int s = 0; s < STATES; s++) {
        int i = (int)tracker->lag[s];
        double w = tracker->lag[s] - i;
        cost[s] = 1.0 - (tracker->correlation[i] * (1.0 - w) + tracker->correlation[i + 1] * w) + tracker->lag_cost[s];
    }
}

static int least(const double *x)
{
    int best = 0;
    for (int s = 1; s < STATES; s++) best = x[s] < x[best] ? s : best;
    return best;
}

/* One Viterbi step: voiced[STATES] and *unvoiced are path costs; back[STATES + 1] where each came from. */
static void step(const struct tracker *tracker, double *voiced, double *unvoiced, const double *cost, double quiet, uint8_t *back)
{
    double best[STATES];
    int32_t from[STATES];
    for (int s = 0; s < STATES; s++) {
        best[s] = voiced[0] + tracker->move[0][s];
        from[s] = 0;
    }
    for (int32_t p = 1; p < STATES; p++) {
        double v = voiced[p];
        const double *move = tracker->move[p];
        for (int s = 0; s < STATES; s++) {
            double c = v + move[s];
            from[s] = c < best[s] ? p : from[s];
            best[s] = c < best[s] ? c : best[s];
        }
    }
    int k = least(voiced);
    double end = voiced[k] + SWITCH, start = *unvoiced + SWITCH;
    for (int s = 0; s < STATES; s++) {
        back[s] = start < best[s] ? NONE : (uint8_t)from[s];
        voiced[s] = (start < best[s] ? start : best[s]) + cost[s];
    }
    back[STATES] = end < *unvoiced ? (uint8_t)k : NONE;
    *unvoiced = (end < *unvoiced ? end : *unvoiced) + quiet;
}

/* Top of the parabola through r[-1], r[0], r[1], from its middle. */
static double peak(const double *r)
{
    double d = r[-1] - 2.0 * r[0] + r[1];
    return fabs(d) > 1e-12 ? 0.5 * (r[-1] - r[1]) / d : 0.0;
}

/* Sum of products, n a multiple of 4: four sums, for no compiler may reorder one. */
static double dot(const float *a, const float *b, int n)
{
    double sum[4] = { 0.0 };
    for (int i = 0; i < n; i += 4) {
        for (int j = 0; j < 4; j++) sum[j] += (double)a[i + j] * b[i + j];
    }
    return (sum[0] + sum[2]) + (sum[1] + sum[3]);
}

/* r[l - low] for low <= l <= high: correlation of x[0 .. window-1] with x[l ..], with one bias inside the root and one on both energies. */
static void correlate_near(const float *x, int window, int low, int high, double bias, double inside, double *r)
{
    double first = dot(x, x, window), moved = dot(x + low, x + low, window);
    for (int l = low; l <= high; l++) {
        r[l - low] = dot(x, x + l, window) / sqrt((first + bias) * (moved + bias) + inside);
        moved += (double)x[l + window] * x[l + window] - (double)x[l] * x[l];
        if (moved < 0.0) moved = 0.0;
    }
}

/* Index of the largest of r[0 .. n-1], n >= 1. */
static int largest(const double *r, int n)
{
    int best = 0;
    for (int i = 1; i < n; i++) best = r[i] > r[best] ? i : best;
    return best;
}

/* The peak within 3 % of the state's lag. */
static double state_f0(const float *samples, size_t count, size_t t, double lag)
{
    float x[SEGMENT + 1];
    double r[32];
    int low = (int)(lag * 0.97), high = (int)(lag * 1.03) + 2;      /* up to high - 1; at most 21 lags */
    if (low < 2) low = 2;
    if (high > LAGS - 2) high = LAGS - 2;
    cut(samples, count, segment_start(t), SEGMENT + 1, x);
    correlate_near(x, WINDOW, low - 1, high, BIAS, 0.0, r);
    int k = 1 + largest(r + 1, high - low);
    return SX_RATE / (low - 1 + k + peak(r + k));
}

/* Voiced runs of less than 30 ms are chance; a value 3 % off both its neighbours' median gives way to it. */
static void tidy(const double *raw, size_t frames, float *f0)
{
    for (size_t t = 0; t < frames; t++) {
        double a = t > 0 ? raw[t - 1] : 0.0, b = raw[t], c = t + 1 < frames ? raw[t + 1] : 0.0;
        double median = fmax(fmin(a, b), fmin(fmax(a, b), c));
        f0[t] = (float)(a > 0.0 && b > 0.0 && c > 0.0 && fabs(log(b / median)) > 0.03 ? median : b);
    }
}

static void drop_short_runs(double *f0, size_t frames)
{
    for (size_t t = 0; t < frames;) {
        size_t end = t;
        while (end < frames && f0[end] > 0.0) end++;
        if (end - t < 3) memset(f0 + t, 0, sizeof *f0 * (end - t));
        t = end + 1;
    }
}

/* Pass 1: back[frames][STATES + 1] and raw[frames] are room for it. */
static void track(struct tracker *tracker, const float *samples, size_t count, size_t frames, uint8_t *back, double *raw, float *f0)
{
    double voiced[STATES], unvoiced = 0.0, cost[STATES];
    for (size_t t = 0; t < frames; t++) {
        double quiet = correlate(tracker, samples, count, t) < QUIET ? SILENT : UNVOICED;
        frame_costs(tracker, cost);
        if (t == 0) {
            memcpy(voiced, cost, sizeof voiced);
            unvoiced = quiet;
        } else {
            step(tracker, voiced, &unvoiced, cost, quiet, back + t * (STATES + 1));
        }
    }
    int state = least(voiced);
    if (!(voiced[state] < unvoiced)) state = NONE;
    for (size_t t = frames; t-- > 0;) {
        raw[t] = state == NONE ? 0.0 : state_f0(samples, count, t, tracker->lag[state]);
        if (t > 0) state = back[t * (STATES + 1) + (state == NONE ? STATES : (size_t)state)];
    }
    drop_short_runs(raw, frames);
    tidy(raw, frames, f0);
}

/* Pass 2: the peak within 2.5 % of pass 1. */
static void refine(const float *samples, size_t count, size_t frames, float *f0)
{
    const float low_f0 = (float)(LOW * 0.97), high_f0 = (float)(HIGH * 1.03);
    for (size_t t = 0; t < frames; t++) {
        float x[SHORT + SHORT_LAGS + 1];
        double r[32];
        if (!(f0[t] > 0.0f)) continue;
        f0[t] = fminf(fmaxf(f0[t], low_f0), high_f0);
        float lag = SX_RATE / f0[t];
        int low = (int)(lag * 0.975), high = (int)(lag * 1.025) + 2;
        if (low < 2) low = 2;
        if (high > SHORT_LAGS - 2) high = SHORT_LAGS - 2;
        int64_t first = (int64_t)rint((double)((int64_t)t * SX_HOP) - (double)((SHORT + lag) / 2.0f));
        cut(samples, count, first, SHORT + SHORT_LAGS + 1, x);
        correlate_near(x, SHORT, low, high, 0.0, 1e-9, r);
        int k = largest(r, high > low ? high - low : 1);
        if (k > 0 && low + k < high - 1) f0[t] = (float)(SX_RATE / (low + k + peak(r + k)));
    }
}

static void tracker_init(struct tracker *tracker)
{
    double distance = log(HIGH / LOW) / (STATES - 1);
    for (int s = 0; s < STATES; s++) {
        tracker->lag[s] = SX_RATE / (LOW * pow(HIGH / LOW, s / (double)(STATES - 1)));
        for (int p = 0; p < STATES; p++) tracker->move[p][s] = fmin(abs(p - s) * distance * MOVE, MOVE_LIMIT);
    }
    for (int s = 0; s < STATES; s++) tracker->lag_cost[s] = LONG_LAG * log(tracker->lag[s] / tracker->lag[STATES - 1]);
}

int sx_f0_track(const float *samples, size_t count, float *f0, struct sx_error *error)
{
    size_t frames = count / SX_HOP + 1;
    struct tracker *tracker = sx_fft_alloc(sizeof *tracker);
    float *filtered = calloc(count ? count : 1, sizeof *filtered);
    uint8_t *back = calloc(frames, STATES + 1);
    double *raw = calloc(frames, sizeof *raw);
    int result = SYRINX_OK;
    if (tracker) {
        memset(tracker, 0, sizeof *tracker);
        tracker->fft = sx_fft_new(SEGMENT);
    }
    if (tracker && tracker->fft && filtered && back && raw) {
        tracker_init(tracker);
        low_pass(samples, count, 1100.0, filtered);
        track(tracker, filtered, count, frames, back, raw, f0);
        low_pass(samples, count, 1500.0, filtered);
        refine(filtered, count, frames, f0);
    } else {
        result = sx_fail(error, SYRINX_ERROR_MEMORY, "no memory to track pitch through %zu samples", count);
    }
    if (tracker) sx_fft_free(tracker->fft);
    sx_fft_release(tracker);
    free(filtered);
    free(back);
    free(raw);
    return result;
}
