/* resample.c - soxr behind a small interface, and the refusal of a build without it. */
#include "audio/resample.h"

#include <stdlib.h>

#ifdef SX_HAVE_FILES
#include <soxr.h>

struct sx_resampler {
    soxr_t soxr;
};

int sx_resampler_new(int from, int to, int channels, struct sx_resampler **resampler, struct sx_error *error)
{
    soxr_error_t why = NULL;
    soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
    soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
    soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
    *resampler = malloc(sizeof **resampler);
    if (!*resampler)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    (*resampler)->soxr = soxr_create(from, to, (unsigned)channels, &why, &io, &quality, &runtime);
    if (!(*resampler)->soxr) {
        free(*resampler);
        *resampler = NULL;
        return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "%d Hz to %d Hz: %s", from, to, soxr_strerror(why));
    }
    return SYRINX_OK;
}

int sx_resampler_run(struct sx_resampler *resampler, const float *input, int frames, int *used,
                     float *output, int capacity, int *made, struct sx_error *error)
{
    size_t in = 0, out = 0;
    soxr_error_t why = soxr_process(resampler->soxr, input, input ? (size_t)frames : 0, &in, output, (size_t)capacity, &out);
    *used = (int)in;
    *made = (int)out;
    return why ? sx_fail(error, SYRINX_ERROR_MEMORY, "resampling: %s", soxr_strerror(why)) : SYRINX_OK;
}

void sx_resampler_reset(struct sx_resampler *resampler)
{
    soxr_clear(resampler->soxr);
}

void sx_resampler_free(struct sx_resampler *resampler)
{
    if (resampler) {
        soxr_delete(resampler->soxr);
        free(resampler);
    }
}
#else
int sx_resampler_new(int from, int to, int channels, struct sx_resampler **resampler, struct sx_error *error)
{
    (void)channels;
    *resampler = NULL;
    return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "%d Hz to %d Hz: this build of Syrinx cannot resample (FILES=0)", from, to);
}

int sx_resampler_run(struct sx_resampler *resampler, const float *input, int frames, int *used,
                     float *output, int capacity, int *made, struct sx_error *error)
{
    (void)resampler, (void)input, (void)frames, (void)output, (void)capacity;
    *used = *made = 0;
    return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "this build of Syrinx cannot resample (FILES=0)");
}

void sx_resampler_reset(struct sx_resampler *resampler)
{
    (void)resampler;
}

void sx_resampler_free(struct sx_resampler *resampler)
{
    (void)resampler;
}
#endif
