/* resample.c - band-limited interpolation with a Kaiser-windowed sinc in polyphase form (Smith and Gossett 1984).
 *
 * With to/from = up/down in lowest terms there are `up` different fractions of a sample, so as many rows of taps. Odd ratios would need thousands:
 * beyond MAX_ROWS the two nearest of evenly spaced rows are mixed, an error below -100 dB. */
#include "dsp/resample.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum {
    CROSSINGS = 80,         /* zero crossings of the sinc on either side, in samples of the lower rate */
    MAX_ROWS = 512
};

#define BETA 10.9           /* Kaiser: stop band at -110 dB */
#define CUTOFF 0.956        /* of the lower Nyquist frequency: the middle of the transition, which ends at 1 */

/* Modified Bessel function of order 0, by its series. */
static double bessel(double x)
{
    double term = 1.0, sum = 1.0;
    for (int k = 1; term > sum * 1e-17; k++) {
        term *= x * x / (4.0 * k * k);
        sum += term;
    }
    return sum;
}

/* The kernel at t samples of the input from its middle; `scale` is the lower rate in input samples, at most 1. */
static double kernel(double t, double scale)
{
    double x = t * scale / CROSSINGS;
    if (fabs(x) >= 1.0) return 0.0;
    double c = CUTOFF * scale, sinc = t == 0.0 ? c : sin(M_PI * c * t) / (M_PI * t);
    return sinc * bessel(BETA * sqrt(1.0 - x * x)) / bessel(BETA);
}

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b) {
        int64_t r = a % b;
        a = b;
        b = r;
    }
    return a;
}

size_t sx_resample_count(size_t count, int from, int to)
{
    size_t whole = count / (size_t)from, rest = count % (size_t)from;
    return whole * (size_t)to + (rest * (size_t)to + (size_t)from - 1) / (size_t)from;
}

/* Four sums: no compiler may reorder one. */
static float dot(const float *a, const float *b, int n)
{
    float sum[8] = { 0 };
    int i = 0;
    for (; i + 8 <= n; i += 8) {
        for (int j = 0; j < 8; j++) sum[j] += a[i + j] * b[i + j];
    }
    for (int j = 0; i + j < n; j++) sum[j] += a[i + j] * b[i + j];
    return ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]));
}

/* rows[rows + 1][2 * half]: row r weighs the input samples -half+1 .. half around a point r / rows after sample 0. */
static void make_rows(float *table, int rows, int half, double scale)
{
    for (int r = 0; r <= rows; r++) {
        double sum = 0.0;
        float *row = table + (size_t)r * 2 * (size_t)half;
        for (int i = 0; i < 2 * half; i++) sum += row[i] = (float)kernel(i - half + 1 - r / (double)rows, scale);
        for (int i = 0; i < 2 * half; i++) row[i] = (float)(row[i] / sum);      /* a constant stays what it is in every row */
    }
}

int sx_resample(const float *samples, size_t count, int from, int to, float *out, struct sx_error *error)
{
    if (from < 1000 || from > 1000000 || to < 1000 || to > 1000000) {
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "cannot convert from %d to %d Hz", from, to);
    }
    int64_t divisor = common_divisor(from, to), up = to / divisor, down = from / divisor;
    double scale = to < from ? (double)to / from : 1.0;
    int half = (int)ceil(CROSSINGS / scale), rows = up < MAX_ROWS ? (int)up : MAX_ROWS;
    size_t width = 2 * (size_t)half;
    float *table = malloc(sizeof *table * width * ((size_t)rows + 1));
    float *edge = malloc(sizeof *edge * width);
    if (!table || !edge) {
        free(table);
        free(edge);
        return sx_fail(error, SYRINX_ERROR_MEMORY, "no memory to convert from %d to %d Hz", from, to);
    }
    make_rows(table, rows, half, scale);
    size_t made = sx_resample_count(count, from, to);
    int64_t base = 0, fraction = 0;         /* position in the input: base + fraction / up */
    for (size_t m = 0; m < made; m++) {
        const float *x = samples + base - half + 1;
        if (base < half - 1 || (uint64_t)(base + half) >= count) {
            for (int i = 0; i < 2 * half; i++) {
                int64_t at = base - half + 1 + i;
                edge[i] = at >= 0 && (uint64_t)at < count ? samples[at] : 0.0f;
            }
            x = edge;
        }
        double place = (double)fraction * rows / (double)up;
        int r = (int)place;
        float mix = (float)(place - r), y = dot(x, table + (size_t)r * width, 2 * half);
        if (mix > 0.0f) y += mix * (dot(x, table + (size_t)(r + 1) * width, 2 * half) - y);
        out[m] = y;
        fraction += down;
        base += fraction / up;
        fraction %= up;
    }
    free(table);
    free(edge);
    return SYRINX_OK;
}
