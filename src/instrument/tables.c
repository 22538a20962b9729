/* tables.c - windows, lobes and places of bands. */
#include "instrument/tables.h"

#include <math.h>
#include <stdlib.h>

/* The four-term Blackman-Harris window (Harris 1978), -92 dB. */
static const double TERMS[] = { 0.35875, 0.48829, 0.14128, 0.01168 };

static double window(double turn)
{
    double w = 0.0;
    for (int i = 0; i < 4; i++) w += TERMS[i] * cos(2.0 * M_PI * i * turn);
    return w;
}

/* Sum of cos(2 pi x n / N) over n = -N/2..N/2, the ends halved. */
static double dirichlet(double x)
{
    if (fabs(x) < 1e-9) return SX_SOUND_FFT;
    return sin(M_PI * x) / tan(M_PI * x / SX_SOUND_FFT);
}

static double lobe(double x)
{
    double w = TERMS[0] * dirichlet(x);
    for (int i = 1; i < 4; i++) w += 0.5 * TERMS[i] * (dirichlet(x - i) + dirichlet(x + i));
    return w;
}

double sx_sound_band(double i, int count)
{
    return 600.0 * (exp(i * log(41.0) / (count - 1)) - 1.0);
}

double sx_sound_band_at(double hertz, int count)
{
    return log(1.0 + hertz / 600.0) * (count - 1) / log(41.0);
}

static void places(int32_t *first, float *weight, int bins, int fft, int count)
{
    int band = 0;
    first[0] = 0;
    for (int b = 0; b < bins; b++) {
        double at = sx_sound_band_at(b * (double)SX_SOUND_RATE / fft, count);
        while (band < count - 2 && at >= band + 1) first[++band] = b;
        weight[b] = (float)fmin(at - band, 1.0);
    }
    first[count - 1] = bins;
}

struct sx_instrument_tables *sx_instrument_tables_new(void)
{
    struct sx_instrument_tables *t = calloc(1, sizeof *t);
    if (!t) return NULL;
    t->fft = sx_fft_new(SX_SOUND_FFT);
    t->strike_fft = sx_fft_new(SX_STRIKE_FFT);
    if (!t->fft || !t->strike_fft) {
        sx_instrument_tables_free(t);
        return NULL;
    }
    for (int r = 0; r <= SX_LOBE_STEPS; r++)
        for (int j = 0; j < SX_LOBE; j++) t->lobes[r * SX_LOBE + j] = (float)lobe(j - 3 - (double)r / SX_LOBE_STEPS);
    for (int n = 0; n < SX_SOUND_FFT; n++) t->window[n] = (float)window((double)n / SX_SOUND_FFT);
    for (int n = 0; n < SX_SOUND_HOP; n++) {
        double x = (double)n / SX_SOUND_HOP;
        t->rise[n] = (float)(x / window((double)(n - SX_SOUND_HOP) / SX_SOUND_FFT) / SX_SOUND_FFT);
        t->fall[n] = (float)((1.0 - x) / window((double)n / SX_SOUND_FFT) / SX_SOUND_FFT);
    }
    for (int n = 0; n < SX_STRIKE_FFT; n++) t->strike_window[n] = (float)(0.5 + 0.5 * cos(2.0 * M_PI * n / SX_STRIKE_FFT));
    for (int n = 0; n < SX_STRIKE_HOP; n++) {
        double x = (double)n / SX_STRIKE_HOP, at = 2.0 * M_PI / SX_STRIKE_FFT;
        t->strike_rise[n] = (float)(x / (0.5 + 0.5 * cos(at * (n - SX_STRIKE_HOP))) / SX_STRIKE_FFT);
        t->strike_fall[n] = (float)((1.0 - x) / (0.5 + 0.5 * cos(at * n)) / SX_STRIKE_FFT);
    }
    places(t->first, t->weight, SX_LINE_BINS, SX_SOUND_FFT, SX_SOUND_BANDS);
    places(t->strike_first, t->strike_weight, SX_STRIKE_BINS, SX_STRIKE_FFT, SX_SOUND_STEP_BANDS);
    return t;
}

void sx_instrument_tables_free(struct sx_instrument_tables *tables)
{
    if (!tables) return;
    sx_fft_free(tables->fft);
    sx_fft_free(tables->strike_fft);
    free(tables);
}
