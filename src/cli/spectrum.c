/* spectrum.c - short-time spectra in decibels, with a small FFT: the command uses the public library only, which has none. */
#include "spectrum.h"

#include <complex.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define SIZE 1024
#define MAX_COLUMNS 16000
#define RANGE_DB 72.0f          /* what lies further below the loudest is silence to the eye */
#define TOP_HZ 8000.0
#define KEYS_COLUMNS 6000
#define THIN 8                  /* low keys are looked at in a signal of an eighth of the rate */
#define THIN_TAPS 64

/* Keys below `hz` have that window: long enough to tell semitones apart, as short as possible for onsets. At 48 kHz 683, 341, 171 and 85 ms. */
enum { LEVELS = 4 };
static const struct level { double hz; int thin, size; } levels_of_keys[LEVELS] = { { 125, THIN, 4096 }, { 250, THIN, 2048 }, { 1000, 1, 8192 }, { INFINITY, 1, 4096 } };

/* In place, size a power of 2, decimation in time (Cooley and Tukey 1965). twiddle [size / 2]. */
static void fft(float complex *data, const float complex *twiddle, int size)
{
    for (int i = 1, j = 0; i < size; i++) {
        int bit = size >> 1;
        for (; j & bit; bit >>= 1)
            j ^= bit;
        j ^= bit;
        if (i < j) {
            float complex swap = data[i];
            data[i] = data[j];
            data[j] = swap;
        }
    }
    for (int length = 2; length <= size; length *= 2) {
        for (int at = 0; at < size; at += length) {
            for (int k = 0; k < length / 2; k++) {
                float complex odd = data[at + k + length / 2] * twiddle[k * (size / length)], even = data[at + k];
                data[at + k] = even + odd;
                data[at + k + length / 2] = even - odd;
            }
        }
    }
}

int cli_spectrum_make(struct cli_spectrum *spectrum, const float *samples, size_t count, int rate)
{
    float complex data[SIZE], twiddle[SIZE / 2];
    float window[SIZE];
    int length = rate / 50 < SIZE ? rate / 50 : SIZE;
    const double pi = 3.14159265358979323846;
    double top = TOP_HZ < rate / 2.0 ? TOP_HZ : rate / 2.0;
    spectrum->hop = rate / 200 > 0 ? rate / 200 : 1;
    while (count / (size_t)spectrum->hop > MAX_COLUMNS)
        spectrum->hop *= 2;
    spectrum->columns = count / (size_t)spectrum->hop;
    spectrum->bins = (int)(top / rate * SIZE / 2.0);        /* two bins of the transform make one row */
    spectrum->top = spectrum->bins * 2.0 * rate / SIZE;
    size_t cells = spectrum->columns * (size_t)spectrum->bins;
    float *levels = malloc((cells + 1) * sizeof *levels), most = -200.0f;
    spectrum->values = malloc(cells + 1);
    if (!levels || !spectrum->values) {
        free(levels);
        cli_spectrum_free(spectrum);
        return -1;
    }
    for (int i = 0; i < SIZE / 2; i++)
        twiddle[i] = (float complex)cexp(-2.0 * pi * I * i / SIZE);
    for (int i = 0; i < length; i++)
        window[i] = (float)(0.5 - 0.5 * cos(2.0 * pi * (i + 0.5) / length));
    for (size_t c = 0; c < spectrum->columns; c++) {
        long begin = (long)(c * (size_t)spectrum->hop) + spectrum->hop / 2 - length / 2;
        for (int i = 0; i < SIZE; i++) {
            long at = begin + i;
            data[i] = i < length && at >= 0 && (size_t)at < count ? samples[at] * window[i] : 0.0f;
        }
        fft(data, twiddle, SIZE);
        for (int b = 0; b < spectrum->bins; b++) {
            float power = crealf(data[2 * b] * conjf(data[2 * b])) + crealf(data[2 * b + 1] * conjf(data[2 * b + 1]));
            /* High frequencies are weaker by nature; 4 dB an octave above 1 kHz makes them visible. */
            float hz = 2.0f * (float)b * (float)rate / SIZE;
            float level = 10.0f * log10f(power + 1e-12f) + (hz > 1000.0f ? 4.0f * log2f(hz / 1000.0f) : 0.0f);
            levels[c * (size_t)spectrum->bins + (size_t)b] = level;
            if (level > most)
                most = level;
        }
    }
    for (size_t i = 0; i < cells; i++) {
        float part = (levels[i] - most + RANGE_DB) / RANGE_DB;
        spectrum->values[i] = most < -80.0f || part <= 0.0f ? 0 : (unsigned char)(255.0f * part);
    }
    free(levels);
    return 0;
}

void cli_spectrum_free(struct cli_spectrum *spectrum)
{
    free(spectrum->values);
    spectrum->values = NULL;
}

/* The transform of one column into rows [first, end) of half a semitone: the strongest bin within each, or between bins. gain: of its window. */
static void keys_column(const float complex *data, const struct level *level, double low, int first, int end, double bin_hz, float gain, float *levels)
{
    for (int row = first; row < end; row++) {
        double from = 440 * pow(2, (low + row / 2.0 - 69) / 12) / bin_hz, to = from * pow(2, 1 / 24.0);
        int begin = (int)floor(from + 0.5), last = (int)floor(to + 0.5);
        float most = 0;
        for (int k = begin; k <= (last > begin ? last - 1 : begin) && k < level->size / 2; k++) {
            float power = crealf(data[k] * conjf(data[k]));
            most = power > most ? power : most;
        }
        levels[row] = 10.0f * log10f(gain * most + 1e-16f);
    }
}

/* Every eighth sample behind a Blackman-Harris window, whose zeros begin at a sixteenth of the rate: -92 dB and less of what would fold. NULL without memory. */
static float *make_thin(const float *samples, size_t count, size_t *thin_count)
{
    const double pi = 3.14159265358979323846;
    float taps[THIN_TAPS], *thin = malloc((count / THIN + 1) * sizeof *thin);
    double sum = 0;
    for (int i = 0; i < THIN_TAPS; i++) {
        double t = 2 * pi * (i + 0.5) / THIN_TAPS;
        taps[i] = (float)(0.35875 - 0.48829 * cos(t) + 0.14128 * cos(2 * t) - 0.01168 * cos(3 * t));
        sum += (double)taps[i];
    }
    *thin_count = count / THIN;
    for (size_t n = 0; thin && n < *thin_count; n++) {
        long begin = (long)n * THIN - THIN_TAPS / 2;
        float y = 0;
        for (int i = 0; i < THIN_TAPS; i++)
            y += begin + i >= 0 && (size_t)(begin + i) < count ? taps[i] * samples[begin + i] : 0;
        thin[n] = y / (float)sum;
    }
    return thin;
}

/* The rows of one level in all columns. samples: at that level's rate. */
static bool keys_level(const struct level *level, const float *samples, size_t count, int rate, const struct cli_spectrum *spectrum, double low, int first, int end, float *levels)
{
    const double pi = 3.14159265358979323846;
    int size = level->size;
    float complex *data = malloc((size_t)size * sizeof *data), *twiddle = malloc((size_t)size / 2 * sizeof *twiddle);
    float *window = malloc((size_t)size * sizeof *window);
    bool good = data && twiddle && window;
    for (int i = 0; good && i < size; i++)
        window[i] = (float)(0.5 - 0.5 * cos(2.0 * pi * (i + 0.5) / size));
    for (int i = 0; good && i < size / 2; i++)
        twiddle[i] = (float complex)cexp(-2.0 * pi * I * i / size);
    for (size_t c = 0; good && c < spectrum->columns; c++) {
        long begin = ((long)(c * (size_t)spectrum->hop) + spectrum->hop / 2) / level->thin - size / 2;
        for (int i = 0; i < size; i++)
            data[i] = begin + i >= 0 && (size_t)(begin + i) < count ? samples[begin + i] * window[i] : 0.0f;
        fft(data, twiddle, size);
        keys_column(data, level, low, first, end, (double)rate / level->thin / size, 1.0f / ((float)size * (float)size), levels + c * (size_t)spectrum->bins);
    }
    free(data);
    free(twiddle);
    free(window);
    return good;
}

int cli_spectrum_keys(struct cli_spectrum *spectrum, const float *samples, size_t count, int rate, int low, int high)
{
    size_t thin_count;
    float *thin = make_thin(samples, count, &thin_count), most = -200.0f;
    spectrum->hop = rate / 100 > 0 ? rate / 100 : 1;
    while (count / (size_t)spectrum->hop > KEYS_COLUMNS)
        spectrum->hop *= 2;
    spectrum->columns = count / (size_t)spectrum->hop;
    spectrum->bins = 2 * (high - low);
    spectrum->top = high;
    size_t cells = spectrum->columns * (size_t)spectrum->bins;
    float *levels = malloc((cells + 1) * sizeof *levels);
    spectrum->values = malloc(cells + 1);
    bool good = thin && levels && spectrum->values;
    for (int k = 0, first = 0; good && k < LEVELS; k++) {
        const struct level *level = &levels_of_keys[k];
        double rows = 2 * (69 + 12 * log2(level->hz / 440) - (low - 0.5));
        int end = rows < spectrum->bins ? (int)ceil(rows) : spectrum->bins;
        if (end <= first)
            continue;
        good = keys_level(level, level->thin > 1 ? thin : samples, level->thin > 1 ? thin_count : count, rate, spectrum, low - 0.5, first, end, levels);
        first = end;
    }
    for (size_t i = 0; good && i < cells; i++)
        most = fmaxf(most, levels[i]);
    for (size_t i = 0; good && i < cells; i++) {
        float part = (levels[i] - most + RANGE_DB) / RANGE_DB;
        spectrum->values[i] = most < -115.0f || part <= 0.0f ? 0 : (unsigned char)(255.0f * part);
    }
    free(thin);
    free(levels);
    if (!good)
        cli_spectrum_free(spectrum);
    return good ? 0 : -1;
}
