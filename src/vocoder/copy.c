/* copy.c - recording -> frames -> sound, with the recording prepared as those of the training were: rumble off, level, denoised. */
#include "vocoder/copy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dsp/analysis.h"
#include "dsp/fastmath.h"
#include "dsp/prepare.h"
#include "dsp/resample.h"
#include "vocoder/vocoder.h"

/* Fainter than this is silence and is not lifted to the level of speech: -100 dB. */
#define FAINTEST 1e-5

/* Resampled, filtered, levelled, denoised -> *prepared, *length; *level is what the level was. */
static int prepare(const float *samples, size_t count, int rate, float **prepared, size_t *length, double *level, struct sx_error *error)
{
    *length = sx_resample_count(count, rate, SX_RATE);
    float *finite = malloc(sizeof *finite * count);
    *prepared = malloc(sizeof **prepared * *length);
    if (!finite || !*prepared) {
        free(finite);
        return sx_fail(error, SYRINX_ERROR_MEMORY, "no memory for a copy of %zu samples", count);
    }
    for (size_t i = 0; i < count; i++) finite[i] = isfinite(samples[i]) ? sx_clamp(samples[i], -100.0f, 100.0f) : 0.0f;
    int result = SYRINX_OK;
    if (rate == SX_RATE) memcpy(*prepared, finite, sizeof *finite * count);
    else result = sx_resample(finite, count, rate, SX_RATE, *prepared, error);
    free(finite);
    if (result < 0) return result;
    sx_high_pass(*prepared, *length);
    *level = sx_active_rms(*prepared, *length);
    if (!(*level > FAINTEST)) {
        *level = SX_ACTIVE_RMS;
        return SYRINX_OK;
    }
    for (size_t i = 0; i < *length; i++) (*prepared)[i] *= (float)(SX_ACTIVE_RMS / *level);
    return sx_denoise(*prepared, *length, error);
}

/* All frames through the vocoder; sound has room for frames->count * SX_HOP samples and a block with the vocoder's delay. */
static void speak(struct sx_vocoder *vocoder, const struct sx_frames *frames, float *sound)
{
    float block[SX_VOCODER_BLOCK * SX_VOCODER_IN];
    for (int t = 0; t < frames->count; t += SX_VOCODER_BLOCK) {
        int n = frames->count - t < SX_VOCODER_BLOCK ? frames->count - t : SX_VOCODER_BLOCK;
        for (int i = 0; i < n; i++) {
            float *column = block + i * SX_VOCODER_IN;
            memcpy(column, frames->mel + (size_t)(t + i) * SX_MELS, sizeof *column * SX_MELS);
            column[SX_MELS] = frames->lnf0[t + i];
            column[SX_MELS + 1] = frames->voiced[t + i];
        }
        sound += sx_vocoder_push(vocoder, block, NULL, n, t + n == frames->count, sound);
    }
}

int sx_copy(const struct sx_model *vocoder_model, struct sx_pool *pool, uint64_t seed, const float *samples, size_t count, int rate,
            float **out, size_t *out_count, struct sx_error *error)
{
    *out = NULL;
    *out_count = 0;
    if (rate < 8000 || rate > 192000) return sx_fail(error, SYRINX_ERROR_INPUT, "sample rate %d: 8000 to 192000 are possible", rate);
    if (count < (size_t)rate / 100) return sx_fail(error, SYRINX_ERROR_INPUT, "%zu samples are less than a hundredth of a second", count);
    if (count > SIZE_MAX / 64) return sx_fail(error, SYRINX_ERROR_INPUT, "too long to copy: %zu samples", count);
    struct sx_vocoder *vocoder = NULL;
    struct sx_frames frames = { 0 };
    float *prepared = NULL, *sound = NULL;
    size_t length = 0;
    double level = 0.0;
    int result = prepare(samples, count, rate, &prepared, &length, &level, error);
    if (result == SYRINX_OK) result = sx_analyse(prepared, length, &frames, error);
    if (result == SYRINX_OK) result = sx_vocoder_new(vocoder_model, pool, seed, &vocoder, error);
    if (result == SYRINX_OK) {
        size_t room = (size_t)frames.count + SX_VOCODER_BLOCK + (size_t)sx_vocoder_delay(vocoder);
        sound = malloc(sizeof *sound * SX_HOP * room);
        if (!sound) result = sx_fail(error, SYRINX_ERROR_MEMORY, "no memory for a copy of %zu samples", count);
    }
    if (result == SYRINX_OK) {
        speak(vocoder, &frames, sound);
        for (size_t i = 0; i < length; i++) sound[i] = sx_clamp(sound[i] * (float)(level / SX_ACTIVE_RMS), -1.0f, 1.0f);
        *out = sound;
        *out_count = length;
        sound = NULL;
    }
    free(sound);
    free(prepared);
    sx_frames_free(&frames);
    sx_vocoder_free(vocoder);
    return result;
}
