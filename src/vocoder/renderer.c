/* renderer.c - harmonics and noise, filtered frame by frame in the spectrum (docs/VOICE_FORMAT.md has the network's side).
 *
 * With N = 1024, hop 240, and for frame t: log-mel m, ln f0, voicing v, network output o = (o_h[56], o_n[40], o_p[32], o_s[8], o_b[4]):
 *
 *   f[n]  = exp(linear interpolation of ln f0 between frame centres), p[n] = 2 pi sum f / rate
 *   e[n]  = 2 sqrt(f/rate) (sum_{k=1..K} cos k p + r cos (K+1) p),   K + r = rate / 2f - 1/2       pulses, power 1
 *   z[n]  ~ N(0,1), a function of seed and n                                                       noise, power 1
 *   s[n]  = linear interpolation of exp(o_s[k]) at samples 240t - 210 + 60 k, held at the ends     shape of the noise: bursts are shorter than a frame
 *   g[n]  = s[n] exp(o_b[0] cos p + o_b[1] sin p + o_b[2] cos 2p + o_b[3] sin 2p)                  its pulse: breath comes in puffs
 *   E, U  = rfft of e, g z over samples 240t-240 .. 240t+239, periodic Hann(480), zeros around up to N
 *   lh    = Sh m - 2.3 + 3 o_h,   ln = Sn m - 3.1 - v (1 + 3 max(0, 1 - f_i/4000)) + 3 o_n
 *   theta = minimum phase of the interpolated lh, plus -sum_k o_p[k] sin(2 pi f k / N)              k = 1..32
 *   Y     = E exp(interpolated lh) exp(i theta) + U exp(interpolated ln)
 *   sound[240t-512 .. 240t+511] += irfft(Y)
 *
 * The minimum phase comes from the cepstrum of the log-gains, folded and transformed back (Oppenheim and Schafer); the odd cepstrum
 * o_p is added to the folded one on the way. Two transforms of 1 us: a constant matrix for it would be slower. */
#include "vocoder/renderer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "dsp/analysis.h"
#include "dsp/fastmath.h"
#include "dsp/fft.h"
#include "dsp/stft.h"
#include "vocoder/kernels.h"

enum {
    BANDS = SX_HARMONIC_BANDS + SX_NOISE_BANDS,
    PULSE = 2 * SX_HOP,                     /* samples of an excitation frame */
    SIDE = (SX_FFT - PULSE) / 2             /* zeros on either side of it */
};

#define QUARTER 0x40000000u         /* of a turn: a cosine is a sine ahead by it */

/* What a healthy network stays well within. */
#define GAIN_LOW -20.0f
#define GAIN_HIGH 6.0f
#define ODD_LIMIT 32.0f
#define SHAPE_LOW -8.0f
#define SHAPE_HIGH 3.0f
#define PULSED_LIMIT 2.0f
#define MEL_HIGH 8.0f

struct sx_renderer {
    struct sx_complex pulse_bins[SX_RENDER_BINS], noise_bins[SX_RENDER_BINS];
    struct sx_complex phase_bins[SX_RENDER_BINS];       /* imaginary part: radians */
    float harmonic[SX_RENDER_BINS], hiss[SX_RENDER_BINS];   /* interpolated log-gains */
    float work[SX_FFT];
    struct sx_overlap sum;                  /* of the sound */
    float skip[SX_MELS][BANDS];             /* Sh, Sn, mel-major */
    float voiced[SX_NOISE_BANDS];
    float window[PULSE];                    /* Hann / N: the inverse transform has no factor */
    float shape_weight[PULSE];              /* of the later of the two points around each sample */
    uint8_t shape_point[PULSE];             /* the earlier one */
    float pulses[PULSE], noise[PULSE];      /* excitation: the second half is the current frame's own 240 samples */
    float turn[2 * SX_PULSED][PULSE];       /* cos p, sin p, cos 2p, sin 2p of the same samples */
    struct sx_bands harmonic_bands, noise_bands;
    struct sx_fft *fft;
    const struct sx_render_kernels *kernels;
    uint64_t seed, index;                   /* of the noise */
    uint64_t phase;                         /* 2^64 a turn */
};

/* Band centres in Hz: 2000 (7^(i/(n-1)) - 1), 72 or 100 Hz apart at the bottom: never finer than the harmonics. */
static double band_centre(int i, int n)
{
    return 2000.0 * (exp(i * log(7.0) / (n - 1)) - 1.0);
}

static void bands_init(struct sx_bands *bands, int n)
{
    int j = 0;
    for (int bin = 0; bin < SX_BINS; bin++) {
        double f = bin * (double)SX_RATE / SX_FFT;
        while (j < n - 2 && band_centre(j + 1, n) <= f) j++;
        double low = band_centre(j, n), high = band_centre(j + 1, n), w = (f - low) / (high - low);
        bands->low[bin] = j;
        bands->weight[bin] = (float)(w < 0.0 ? 0.0 : w > 1.0 ? 1.0 : w);
    }
}

/* Rows of the skips: the mel envelope around each band. column: first band's place in renderer->skip. */
static void skip_init(struct sx_renderer *renderer, const double *centroid, int column, int n)
{
    for (int i = 0; i < n; i++) {
        double f = band_centre(i, n), width = fmax(180.0, 0.06 * f), sum = 0.0, row[SX_MELS];
        for (int m = 0; m < SX_MELS; m++) {
            row[m] = fmax(0.0, 1.0 - fabs(centroid[m] - f) / width);
            sum += row[m];
        }
        for (int m = 0; m < SX_MELS; m++) renderer->skip[m][column + i] = (float)(row[m] / sum);
    }
}

static void tables_init(struct sx_renderer *renderer, float *mel /* [SX_MELS][SX_BINS] */)
{
    double centroid[SX_MELS];
    sx_mel_weights(mel);
    for (int m = 0; m < SX_MELS; m++) {
        centroid[m] = 0.0;
        for (int bin = 0; bin < SX_BINS; bin++) centroid[m] += mel[m * SX_BINS + bin] * (bin * (double)SX_RATE / SX_FFT);
    }
    skip_init(renderer, centroid, 0, SX_HARMONIC_BANDS);
    skip_init(renderer, centroid, SX_HARMONIC_BANDS, SX_NOISE_BANDS);
    for (int i = 0; i < SX_NOISE_BANDS; i++) {
        renderer->voiced[i] = (float)(1.0 + 3.0 * fmax(0.0, 1.0 - band_centre(i, SX_NOISE_BANDS) / 4000.0));
    }
    bands_init(&renderer->harmonic_bands, SX_HARMONIC_BANDS);
    bands_init(&renderer->noise_bands, SX_NOISE_BANDS);
    sx_hann(renderer->window, PULSE, 1.0 / SX_FFT);
    for (int i = 0; i < PULSE; i++) {
        float x = ((float)i - 30.0f) / 60.0f;
        int k = x < 0.0f ? 0 : x >= SX_SHAPE_POINTS - 1 ? SX_SHAPE_POINTS - 2 : (int)x;
        renderer->shape_point[i] = (uint8_t)k;
        renderer->shape_weight[i] = sx_clamp(x - (float)k, 0.0f, 1.0f);
    }
}

struct sx_renderer *sx_renderer_new(uint64_t seed, const char *level)
{
    struct sx_renderer *renderer = sx_fft_alloc(sizeof *renderer);
    float *mel = malloc(sizeof *mel * SX_MELS * SX_BINS);
    if (renderer) {
        memset(renderer, 0, sizeof *renderer);
        renderer->fft = sx_fft_new(SX_FFT);
    }
    if (!renderer || !mel || !renderer->fft) {
        free(mel);
        sx_renderer_free(renderer);
        return NULL;
    }
    renderer->kernels = sx_render_kernels(level);
    tables_init(renderer, mel);
    free(mel);
    sx_renderer_reset(renderer, seed);
    return renderer;
}

void sx_renderer_free(struct sx_renderer *renderer)
{
    if (!renderer) return;
    sx_fft_free(renderer->fft);
    sx_fft_release(renderer);
}

/* Ready for the first frame of a signal. */
static void begin(struct sx_renderer *renderer)
{
    memset(&renderer->sum, 0, sizeof renderer->sum);
    memset(renderer->pulses, 0, sizeof renderer->pulses);
    memset(renderer->noise, 0, sizeof renderer->noise);
    memset(renderer->turn, 0, sizeof renderer->turn);
}

void sx_renderer_reset(struct sx_renderer *renderer, uint64_t seed)
{
    begin(renderer);
    renderer->seed = seed;
    renderer->index = 0;
    renderer->phase = 0;
}

/* The 240 samples of excitation after the frame's centre; what was there before moves to the first half. */
static void excite(struct sx_renderer *renderer, float pitch, float next_pitch)
{
    float f0[SX_HOP], *pulses = renderer->pulses, *noise = renderer->noise;
    uint32_t phase[SX_HOP];
    const float low = (float)log(SX_F0_LOW), high = (float)log(SX_F0_HIGH);
    double from = sx_clamp(pitch, low, high), to = sx_clamp(next_pitch, low, high);
    /* A straight line of ln f0 is a geometric row of f0; in double it is off by 1e-14 after 240 steps. */
    double f = exp(from), ratio = exp((to - from) / SX_HOP);
    for (int i = 0; i < SX_HOP; i++) {
        renderer->phase += (uint64_t)(int64_t)(f * (18446744073709551616.0 / SX_RATE));
        phase[i] = (uint32_t)(renderer->phase >> 32);
        f0[i] = (float)f;
        f *= ratio;
    }
    memcpy(pulses, pulses + SX_HOP, sizeof *pulses * SX_HOP);
    memcpy(noise, noise + SX_HOP, sizeof *noise * SX_HOP);
    renderer->kernels->pulses(phase, f0, pulses + SX_HOP, SX_HOP);
    for (int k = 0; k < 2 * SX_PULSED; k++) {
        float *turn = renderer->turn[k];
        memcpy(turn, turn + SX_HOP, sizeof *turn * SX_HOP);
        renderer->kernels->turn(phase, (uint32_t)(1 + k / 2), k % 2 ? 0 : QUARTER, turn + SX_HOP, SX_HOP);
    }
    for (int i = 0; i < SX_HOP; i++) noise[SX_HOP + i] = sx_random_normal(renderer->seed, renderer->index + (uint64_t)i);
    renderer->index += SX_HOP;
}

static void spectrum(struct sx_renderer *renderer, const float *excitation, struct sx_complex *bins)
{
    for (int i = 0; i < PULSE; i++) renderer->work[SIDE + i] = excitation[i] * renderer->window[i];
    sx_fft_forward(renderer->fft, renderer->work, bins);
}

/* The same of the noise, louder and softer inside the frame. shape: [SX_SHAPE_POINTS] log-gains; pulsed: [2 SX_PULSED] of `turn`. */
static void noise_spectrum(struct sx_renderer *renderer, const float *shape, const float *pulsed)
{
    float gain[SX_SHAPE_POINTS], shaped[PULSE], swell[PULSE], depth[2 * SX_PULSED];
    for (int k = 0; k < SX_SHAPE_POINTS; k++) gain[k] = expf(sx_clamp(shape[k], SHAPE_LOW, SHAPE_HIGH));
    for (int k = 0; k < 2 * SX_PULSED; k++) depth[k] = sx_clamp(pulsed[k], -PULSED_LIMIT, PULSED_LIMIT);
    renderer->kernels->swell(depth, renderer->turn[0], swell, PULSE);
    for (int i = 0; i < PULSE; i++) {
        float a = gain[renderer->shape_point[i]], b = gain[renderer->shape_point[i] + 1];
        shaped[i] = renderer->noise[i] * swell[i] * (a + (b - a) * renderer->shape_weight[i]);
    }
    spectrum(renderer, shaped, renderer->noise_bins);
}

/* Phase of the harmonic filter: minimum phase of renderer->harmonic and the odd cepstrum terms. */
static void phase_of(struct sx_renderer *renderer, const float *odd)
{
    struct sx_complex *bins = renderer->phase_bins;
    float *cepstrum = renderer->work;
    for (int bin = 0; bin < SX_BINS; bin++) bins[bin] = (struct sx_complex){ renderer->harmonic[bin], 0.0f };
    sx_fft_inverse(renderer->fft, bins, cepstrum);
    /* The even part of a causal sequence: twice the right half. Terms 0 and N/2 add no phase. */
    for (int k = 0; k < SX_FFT / 2; k++) cepstrum[k] *= 2.0f / SX_FFT;
    for (int k = 0; k < SX_ODD_TERMS; k++) cepstrum[1 + k] += sx_clamp(odd[k], -ODD_LIMIT, ODD_LIMIT);
    cepstrum[0] = 0.0f;
    memset(cepstrum + SX_FFT / 2, 0, sizeof *cepstrum * (SX_FFT / 2));
    sx_fft_forward(renderer->fft, cepstrum, bins);
    bins[0].im = 0.0f;
    bins[SX_BINS - 1].im = 0.0f;
}

/* gains: [BANDS] harmonic, then noise log-gains. */
static void log_gains(const struct sx_renderer *renderer, const float *frame, const float *filters, float *gains)
{
    float voicing = sx_clamp(frame[SX_MELS + 1], 0.0f, 1.0f);
    for (int i = 0; i < SX_HARMONIC_BANDS; i++) gains[i] = -2.3f;
    for (int i = 0; i < SX_NOISE_BANDS; i++) gains[SX_HARMONIC_BANDS + i] = -3.1f - voicing * renderer->voiced[i];
    for (int m = 0; m < SX_MELS; m++) {
        float mel = sx_clamp(frame[m], GAIN_LOW, MEL_HIGH);
        for (int i = 0; i < BANDS; i++) gains[i] += renderer->skip[m][i] * mel;
    }
    for (int i = 0; i < BANDS; i++) gains[i] = sx_clamp(gains[i] + 3.0f * filters[i], GAIN_LOW, GAIN_HIGH);
}

int sx_renderer_push(struct sx_renderer *renderer, const float *frame, const float *filters, float next_pitch, float *samples)
{
    float gains[BANDS];
    excite(renderer, frame[SX_MELS], next_pitch);
    log_gains(renderer, frame, filters, gains);
    renderer->kernels->spread(&renderer->harmonic_bands, gains, renderer->harmonic);
    renderer->kernels->spread(&renderer->noise_bands, gains + SX_HARMONIC_BANDS, renderer->hiss);
    phase_of(renderer, filters + BANDS);
    memset(renderer->work, 0, sizeof renderer->work);
    spectrum(renderer, renderer->pulses, renderer->pulse_bins);
    noise_spectrum(renderer, filters + SX_FILTERS_PLAIN, filters + SX_FILTERS_PLAIN + SX_SHAPE_POINTS);
    renderer->kernels->filter(renderer->harmonic, renderer->phase_bins, renderer->pulse_bins, renderer->hiss, renderer->noise_bins);
    sx_fft_inverse(renderer->fft, renderer->pulse_bins, renderer->work);
    return sx_overlap_add(&renderer->sum, renderer->work, samples);
}

int sx_renderer_end(struct sx_renderer *renderer, float *samples)
{
    int count = sx_overlap_end(&renderer->sum, samples);
    begin(renderer);
    return count;
}
