/* fft_fftw.c - fft.h by FFTW in single precision. */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include <fftw3.h>

#include "dsp/fft.h"

struct sx_fft {
    int size;
    fftwf_plan forward, inverse;
};

/* FFTW's planner is the one part of it that is not safe in threads. */
static pthread_mutex_t planner = PTHREAD_MUTEX_INITIALIZER;

struct sx_fft *sx_fft_new(int size)
{
    if (size < 2 || size % 2 != 0) return NULL;
    struct sx_fft *fft = calloc(1, sizeof *fft);
    /* Planned and run on memory of one alignment, else the plan could differ from run to run, and the bits with it. */
    float *real = sx_fft_alloc(sizeof(float) * (size_t)size);
    fftwf_complex *bins = sx_fft_alloc(sizeof(fftwf_complex) * ((size_t)size / 2 + 1));
    if (fft && real && bins) {
        fft->size = size;
        pthread_mutex_lock(&planner);
        fft->forward = fftwf_plan_dft_r2c_1d(size, real, bins, FFTW_ESTIMATE | FFTW_PRESERVE_INPUT);
        fft->inverse = fftwf_plan_dft_c2r_1d(size, bins, real, FFTW_ESTIMATE | FFTW_DESTROY_INPUT);
        pthread_mutex_unlock(&planner);
    }
    sx_fft_release(real);
    sx_fft_release(bins);
    if (fft && fft->forward && fft->inverse) return fft;
    sx_fft_free(fft);
    return NULL;
}

void sx_fft_free(struct sx_fft *fft)
{
    if (!fft) return;
    pthread_mutex_lock(&planner);
    if (fft->forward) fftwf_destroy_plan(fft->forward);
    if (fft->inverse) fftwf_destroy_plan(fft->inverse);
    pthread_mutex_unlock(&planner);
    free(fft);
}

void *sx_fft_alloc(size_t bytes)
{
    if (bytes > SIZE_MAX - 64) return NULL;
    return aligned_alloc(64, bytes ? (bytes + 63) / 64 * 64 : 64);
}

void sx_fft_release(void *memory)
{
    free(memory);
}

void sx_fft_forward(const struct sx_fft *fft, const float *input, struct sx_complex *output)
{
    /* PRESERVE_INPUT: the cast takes nothing from the caller. */
    fftwf_execute_dft_r2c(fft->forward, (float *)input, (fftwf_complex *)output);
}

void sx_fft_inverse(const struct sx_fft *fft, struct sx_complex *input, float *output)
{
    fftwf_execute_dft_c2r(fft->inverse, (fftwf_complex *)input, output);
}

const char *sx_fft_name(void)
{
    return "fftw";
}
