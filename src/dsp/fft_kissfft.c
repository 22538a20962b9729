/* fft_kissfft.c - fft.h by kissfft in single precision: a build without copyleft.
 *
 * kiss_fftr keeps a work buffer in its plan, which threads could not share. So a real transform is made here from a complex one of half the
 * size, even samples as real and odd ones as imaginary parts (Sorensen et al. 1987), all of it in the caller's buffers. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include <kiss_fft.h>

#include "dsp/fft.h"

struct sx_fft {
    int half;                           /* size / 2 */
    kiss_fft_cfg forward, inverse;
    struct sx_complex *turn;            /* [half/2 + 1] exp(-2 pi i k / size) */
};

struct sx_fft *sx_fft_new(int size)
{
    if (size < 2 || size % 2 != 0) return NULL;
    struct sx_fft *fft = calloc(1, sizeof *fft);
    if (!fft) return NULL;
    fft->half = size / 2;
    fft->forward = kiss_fft_alloc(fft->half, 0, NULL, NULL);
    fft->inverse = kiss_fft_alloc(fft->half, 1, NULL, NULL);
    fft->turn = malloc(sizeof *fft->turn * ((size_t)fft->half / 2 + 1));
    if (!fft->forward || !fft->inverse || !fft->turn) {
        sx_fft_free(fft);
        return NULL;
    }
    for (int k = 0; k <= fft->half / 2; k++) {
        double angle = -2.0 * M_PI * k / size;
        fft->turn[k] = (struct sx_complex){ (float)cos(angle), (float)sin(angle) };
    }
    return fft;
}

void sx_fft_free(struct sx_fft *fft)
{
    if (!fft) return;
    kiss_fft_free(fft->forward);
    kiss_fft_free(fft->inverse);
    free(fft->turn);
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
    int half = fft->half;
    kiss_fft(fft->forward, (const kiss_fft_cpx *)input, (kiss_fft_cpx *)output);
    /* Z = even + i odd; X[k] = even[k] + turn[k] odd[k] and X[half-k] is its mirror. */
    struct sx_complex z = output[0];
    output[0] = (struct sx_complex){ z.re + z.im, 0.0f };
    output[half] = (struct sx_complex){ z.re - z.im, 0.0f };
    for (int k = 1; k <= half / 2; k++) {
        struct sx_complex a = output[k], b = output[half - k], w = fft->turn[k];
        struct sx_complex even = { 0.5f * (a.re + b.re), 0.5f * (a.im - b.im) };
        struct sx_complex odd = { 0.5f * (a.im + b.im), 0.5f * (b.re - a.re) };
        struct sx_complex turned = { w.re * odd.re - w.im * odd.im, w.re * odd.im + w.im * odd.re };
        output[k] = (struct sx_complex){ even.re + turned.re, even.im + turned.im };
        output[half - k] = (struct sx_complex){ even.re - turned.re, turned.im - even.im };
    }
}

void sx_fft_inverse(const struct sx_fft *fft, struct sx_complex *input, float *output)
{
    int half = fft->half;
    float first = input[0].re, last = input[half].re;
    input[0] = (struct sx_complex){ first + last, first - last };
    for (int k = 1; k <= half / 2; k++) {
        struct sx_complex a = input[k], b = input[half - k], w = fft->turn[k];
        struct sx_complex even = { a.re + b.re, a.im - b.im }, turned = { a.re - b.re, a.im + b.im };
        struct sx_complex odd = { w.re * turned.re + w.im * turned.im, w.re * turned.im - w.im * turned.re };
        input[k] = (struct sx_complex){ even.re - odd.im, even.im + odd.re };
        input[half - k] = (struct sx_complex){ even.re + odd.im, odd.re - even.im };
    }
    kiss_fft(fft->inverse, (const kiss_fft_cpx *)input, (kiss_fft_cpx *)output);
}

const char *sx_fft_name(void)
{
    return "kissfft";
}
