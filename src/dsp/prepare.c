/* prepare.c - high-pass and active level of a recording. */
#include "dsp/prepare.h"

#include <math.h>

#include "dsp/format.h"

void sx_high_pass(float *samples, size_t count)
{
    /* The bilinear transform of 1 / (1 + sqrt2 s + s^2), in the transposed direct form II; double, for the poles lie close to 1. */
    double k = tan(M_PI * 60.0 / SX_RATE), scale = 1.0 / (1.0 + M_SQRT2 * k + k * k);
    double a1 = 2.0 * (k * k - 1.0) * scale, a2 = (1.0 - M_SQRT2 * k + k * k) * scale, s1 = 0.0, s2 = 0.0;
    for (size_t n = 0; n < count; n++) {
        double x = samples[n] * scale, y = x + s1;
        s1 = -2.0 * x - a1 * y + s2;
        s2 = x - a2 * y;
        samples[n] = (float)y;
    }
}

/* Sum of squares of hop number i; hops reach beyond both ends. */
static double hop_energy(const float *samples, size_t count, size_t i)
{
    double sum = 0.0;
    for (size_t n = i * SX_HOP; n < (i + 1) * SX_HOP && n < count; n++) sum += (double)samples[n] * samples[n];
    return sum;
}

double sx_active_rms(const float *samples, size_t count)
{
    /* Frame t is the hops t - 1 and t. */
    size_t frames = count / SX_HOP + 1, active = 0;
    double loudest = 0.0, sum = 0.0, previous = 0.0;
    for (size_t t = 0; t < frames; t++) {
        double hop = hop_energy(samples, count, t);
        loudest = fmax(loudest, previous + hop);
        previous = hop;
    }
    previous = 0.0;
    for (size_t t = 0; t < frames; t++) {
        double hop = hop_energy(samples, count, t);
        if (previous + hop > loudest * 1e-3) {
            sum += previous + hop;
            active++;
        }
        previous = hop;
    }
    return active ? sqrt(sum / (double)active / (2 * SX_HOP)) : 0.0;
}
