/* kernels.c - the inner loops of instruments: one source, inlined into one function a processor level.
 *
 * Sinusoids are written into the spectrum as the main lobe of a window (Rodet and Depalle, "Spectral envelopes and inverse FFT synthesis", AES 1992), so a partial
 * costs eight bins a frame and all partials of a part share one inverse transform. */
#include "instrument/kernels.h"

#include "dsp/fastmath.h"
#include "dsp/level.h"
#include "instrument/instrument.h"

/* What a healthy network stays well within: e^6 is 52 dB above full scale. */
#define LN_LOW -40.0f
#define LN_HIGH 6.0f

SX_INLINE float partials_body(const struct sx_partial_frame *frame, const float *restrict lobes, float least, struct sx_line *restrict line)
{
    float re[SX_SOUND_PARTIALS], im[SX_SOUND_PARTIALS], place[SX_SOUND_PARTIALS], size[SX_SOUND_PARTIALS], loudest = 0.0f;
    const float *restrict ratio = frame->ratio, *restrict color = frame->color, *restrict ln = frame->ln;
    float *restrict phase = frame->phase;
    float f0 = frame->f0, span = frame->span, gain = frame->gain, limit = frame->limit;
    int count = frame->count;
    for (int k = 0; k < count; k++) {
        float turn = phase[k] + ratio[k] * span, s, c;
        turn -= (turn + SX_ROUND) - SX_ROUND;
        phase[k] = turn;
        float at = ratio[k] * f0, a = sx_exp(sx_clamp(ln[k] + color[k], LN_LOW, LN_HIGH)) * gain;
        a = at < limit ? a : 0.0f;
        a = a < least ? 0.0f : a;
        sx_sincos(4.0f * turn, &s, &c);
        size[k] = a;
        place[k] = at;
        re[k] = 0.5f * a * c;
        im[k] = 0.5f * a * s;
    }
    for (int k = 0; k < count; k++) loudest = size[k] > loudest ? size[k] : loudest;
    if (loudest == 0.0f) return 0.0f;
    for (int k = 0; k < count; k++) {
        if (size[k] == 0.0f) continue;
        int bin = (int)place[k];
        float step = (place[k] - (float)bin) * SX_LOBE_STEPS;
        int row = (int)step;
        float part = step - (float)row, a = re[k], b = im[k], lobe[SX_LOBE];
        const float *restrict low = lobes + row * SX_LOBE;
        float *restrict to_re = line->re + SX_LINE_GUARD + bin - 3, *restrict to_im = line->im + SX_LINE_GUARD + bin - 3;
        for (int j = 0; j < SX_LOBE; j++) lobe[j] = low[j] + part * (low[SX_LOBE + j] - low[j]);
        for (int j = 0; j < SX_LOBE; j++) to_re[j] += a * lobe[j];
        for (int j = 0; j < SX_LOBE; j++) to_im[j] += b * lobe[j];
    }
    return loudest;
}

/* ln gains in straight lines over the bands: ln[bin]. The number of bins. */
SX_INLINE int lines_body(const int32_t *restrict first, const float *restrict weight, int count, const float *restrict gains, float *restrict ln)
{
    for (int i = 0; i + 1 < count; i++) {
        float below = gains[i], rise = gains[i + 1] - below;
        for (int b = first[i]; b < first[i + 1]; b++) ln[b] = below + weight[b] * rise;
    }
    return first[count - 1];
}

SX_INLINE void hiss_body(const int32_t *restrict first, const float *restrict weight, int count, const float *restrict gains, float *restrict ln,
                      const struct sx_line *restrict noise, struct sx_line *restrict line)
{
    const float *restrict re = noise->re + SX_LINE_GUARD, *restrict im = noise->im + SX_LINE_GUARD;
    float *restrict to_re = line->re + SX_LINE_GUARD, *restrict to_im = line->im + SX_LINE_GUARD;
    int bins = lines_body(first, weight, count, gains, ln);
    for (int b = 0; b < bins; b++) {
        float gain = sx_exp(ln[b]);
        to_re[b] += gain * re[b];
        to_im[b] += gain * im[b];
    }
}

SX_INLINE void filter_body(const int32_t *restrict first, const float *restrict weight, int count, const float *restrict gains, float *restrict ln,
                        struct sx_complex *restrict bins)
{
    int n = lines_body(first, weight, count, gains, ln);
    for (int b = 0; b < n; b++) {
        float gain = sx_exp(ln[b]);
        bins[b].re *= gain;
        bins[b].im *= gain;
    }
}

#define LEVEL(name, attributes) \
    attributes static float partials_##name(const struct sx_partial_frame *frame, const float *lobes, float least, struct sx_line *line) \
    { \
        return partials_body(frame, lobes, least, line); \
    } \
    attributes static void hiss_##name(const int32_t *first, const float *weight, int count, const float *gains, float *work, const struct sx_line *noise, \
                                       struct sx_line *line) \
    { \
        hiss_body(first, weight, count, gains, work, noise, line); \
    } \
    attributes static void filter_##name(const int32_t *first, const float *weight, int count, const float *gains, float *work, struct sx_complex *bins) \
    { \
        filter_body(first, weight, count, gains, work, bins); \
    } \
    static const struct sx_sound_kernels kernels_##name = { #name, partials_##name, hiss_##name, filter_##name };

SX_LEVELS

const struct sx_sound_kernels *sx_sound_kernels(const char *level)
{
    return SX_LEVEL_OF(level);
}
