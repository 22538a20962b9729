/* fft.h - real transforms of one size, by FFTW or kissfft (one of fft_fftw.c and fft_kissfft.c is compiled).
 *
 * A plan may be shared by threads; the work buffers belong to the caller and come from sx_fft_alloc (aligned). FFTW is planned with
 * FFTW_ESTIMATE only, under one lock: measured plans change the bits of the output. */
#ifndef SX_DSP_FFT_H
#define SX_DSP_FFT_H

#include <stddef.h>

struct sx_fft;

struct sx_complex { float re, im; };

struct sx_fft *sx_fft_new(int size);                /* even, 2 or more; NULL when there is no memory */
void sx_fft_free(struct sx_fft *fft);
void *sx_fft_alloc(size_t bytes);                   /* aligned for the transforms; NULL when there is none */
void sx_fft_release(void *memory);
/* size real values to size/2 + 1 bins, no scaling: X[k] = sum x[n] exp(-2 pi i k n / size). The input is kept. */
void sx_fft_forward(const struct sx_fft *fft, const float *input, struct sx_complex *output);
/* The inverse without the factor 1/size; destroys `input`. */
void sx_fft_inverse(const struct sx_fft *fft, struct sx_complex *input, float *output);
const char *sx_fft_name(void);                      /* "fftw" or "kissfft" */

#endif
