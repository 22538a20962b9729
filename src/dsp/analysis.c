/* analysis.c - a recording as frames: log-mel, f0, voicing. */
#include "dsp/analysis.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dsp/f0.h"
#include "dsp/format.h"
#include "dsp/stft.h"

#define DEFAULT_F0 190.0        /* Hz, where nothing is voiced */

struct mel_work {
    struct sx_complex bins[SX_FFT];
    float magnitude[SX_BINS];
    float weights[SX_MELS][SX_BINS];
    int first[SX_MELS], end[SX_MELS];       /* bins where a band is not zero */
};

static void log_mel(struct sx_stft *stft, struct mel_work *work, const float *samples, size_t count, int frames, float *mel)
{
    sx_mel_weights(work->weights[0]);
    for (int m = 0; m < SX_MELS; m++) {
        const float *row = work->weights[m];
        work->first[m] = 0;
        work->end[m] = SX_BINS;
        while (work->first[m] < SX_BINS && row[work->first[m]] == 0.0f) work->first[m]++;
        while (work->end[m] > work->first[m] && row[work->end[m] - 1] == 0.0f) work->end[m]--;
    }
    for (int t = 0; t < frames; t++) {
        sx_stft_frame(stft, samples, count, (size_t)t, work->bins);
        for (int k = 0; k < SX_BINS; k++) {
            struct sx_complex x = work->bins[k];
            work->magnitude[k] = sqrtf(x.re * x.re + x.im * x.im);
        }
        for (int m = 0; m < SX_MELS; m++) {
            float sum = 0.0f;
            for (int k = work->first[m]; k < work->end[m]; k++) sum += work->weights[m][k] * work->magnitude[k];
            mel[(size_t)t * SX_MELS + (size_t)m] = logf(fmaxf(sum, (float)SX_MEL_FLOOR));
        }
    }
}

/* f0 in Hz (0 unvoiced) -> ln f0, straight lines through unvoiced stretches, held at the ends; and voicing. */
static void fill_gaps(const float *f0, int frames, float *lnf0, float *voiced)
{
    int before = -1;        /* the last voiced frame */
    for (int t = 0; t < frames; t++) {
        voiced[t] = f0[t] > 0.0f;
        if (!(f0[t] > 0.0f)) continue;
        lnf0[t] = logf(f0[t]);
        for (int i = before + 1; i < t; i++) {
            double from = before >= 0 ? lnf0[before] : lnf0[t], slope = before >= 0 ? (lnf0[t] - from) / (t - before) : 0.0;
            lnf0[i] = (float)(from + slope * (i - before));
        }
        before = t;
    }
    for (int i = before + 1; i < frames; i++) lnf0[i] = before >= 0 ? lnf0[before] : (float)log(DEFAULT_F0);
}

int sx_analyse(const float *samples, size_t count, struct sx_frames *frames, struct sx_error *error)
{
    memset(frames, 0, sizeof *frames);
    if (count == 0) return sx_fail(error, SYRINX_ERROR_ARGUMENT, "no samples to analyse");
    if (count / SX_HOP >= INT_MAX / SX_MELS) return sx_fail(error, SYRINX_ERROR_ARGUMENT, "too long to analyse: %zu samples", count);
    int n = (int)(count / SX_HOP) + 1;
    struct sx_stft *stft = sx_stft_new();
    struct mel_work *work = sx_fft_alloc(sizeof *work);
    float *f0 = malloc(sizeof *f0 * (size_t)n);
    frames->count = n;
    frames->mel = malloc(sizeof(float) * SX_MELS * (size_t)n);
    frames->lnf0 = malloc(sizeof(float) * (size_t)n);
    frames->voiced = malloc(sizeof(float) * (size_t)n);
    int result = SYRINX_OK;
    if (!stft || !work || !f0 || !frames->mel || !frames->lnf0 || !frames->voiced) {
        result = sx_fail(error, SYRINX_ERROR_MEMORY, "no memory to analyse %zu samples", count);
    } else {
        log_mel(stft, work, samples, count, n, frames->mel);
        result = sx_f0_track(samples, count, f0, error);
    }
    if (result == SYRINX_OK) fill_gaps(f0, n, frames->lnf0, frames->voiced);
    else sx_frames_free(frames);
    sx_stft_free(stft);
    sx_fft_release(work);
    free(f0);
    return result;
}

void sx_frames_free(struct sx_frames *frames)
{
    free(frames->mel);
    free(frames->lnf0);
    free(frames->voiced);
    memset(frames, 0, sizeof *frames);
}
