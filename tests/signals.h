/* signals.h - what the tests of dsp and vocoder share: noise, vowels, signal-to-error ratios, cmocka. */
#ifndef SX_TEST_SIGNALS_H
#define SX_TEST_SIGNALS_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "dsp/format.h"

#define CHECK_ABOVE(value, bound) \
    do { \
        double value_ = (value), bound_ = (bound); \
        if (!(value_ > bound_)) fail_msg("%s is %g, not above %g", #value, value_, bound_); \
    } while (0)
#define CHECK_NEAR(value, expected, tolerance) \
    do { \
        double value_ = (value), expected_ = (expected); \
        if (!(fabs(value_ - expected_) <= (tolerance))) fail_msg("%s is %.9g, not within %g of %.9g", #value, value_, (double)(tolerance), expected_); \
    } while (0)

/* Decibels of reference over difference. */
static inline double snr(const float *x, const double *reference, size_t n)
{
    double signal = 0.0, error = 0.0;
    for (size_t i = 0; i < n; i++) {
        signal += reference[i] * reference[i];
        error += (x[i] - reference[i]) * (x[i] - reference[i]);
    }
    return 10.0 * log10(signal / (error + 1e-300));
}

static inline double snr_float(const float *x, const float *reference, size_t n)
{
    double signal = 0.0, error = 0.0;
    for (size_t i = 0; i < n; i++) {
        signal += (double)reference[i] * reference[i];
        error += ((double)x[i] - reference[i]) * ((double)x[i] - reference[i]);
    }
    return 10.0 * log10(signal / (error + 1e-300));
}

static inline void fill_noise(float *x, size_t n, uint64_t seed, float gain)
{
    for (size_t i = 0; i < n; i++) x[i] = gain * sx_random_normal(seed, i);
}

/* Harmonics of a gliding f0 (Hz at the start and at the end) under three formants; RMS about 0.05. */
static inline void fill_vowel(float *x, size_t n, double from, double to)
{
    double phase = 0.0, power = 0.0;
    for (size_t i = 0; i < n; i++) {
        double f0 = from * pow(to / from, i / (double)n), sum = 0.0;
        phase += 2.0 * M_PI * f0 / SX_RATE;
        for (int k = 1; k * f0 < 4000.0; k++) {
            double f = k * f0, gain = 0.0;
            gain += 1.0 / (1.0 + pow((f - 600.0) / 120.0, 2.0)) + 0.5 / (1.0 + pow((f - 1200.0) / 150.0, 2.0));
            gain += 0.2 / (1.0 + pow((f - 2600.0) / 200.0, 2.0)) + 0.05;
            sum += gain * cos(k * phase);
        }
        x[i] = (float)sum;
        power += sum * sum;
    }
    float scale = (float)(SX_ACTIVE_RMS / sqrt(power / (double)n));
    for (size_t i = 0; i < n; i++) x[i] *= scale;
}

#endif
