/* test_dsp_fft.c - the transforms against the sums that define them, in double; and one plan in several threads. */
#include "signals.h"

#include <pthread.h>

#include "dsp/fft.h"

static const int sizes[] = { 2, 4, 6, 8, 10, 18, 30, 64, 480, 720, 1000, 1018, 1024, 2048 };

/* Real and imaginary parts of bins 0 .. size/2, interleaved. */
static void naive(const float *x, int size, double *bins)
{
    for (int k = 0; k <= size / 2; k++) {
        double re = 0.0, im = 0.0;
        for (int n = 0; n < size; n++) {
            double angle = -2.0 * M_PI * ((int64_t)k * n % size) / size;
            re += x[n] * cos(angle);
            im += x[n] * sin(angle);
        }
        bins[2 * k] = re;
        bins[2 * k + 1] = im;
    }
}

static void forward_is_the_dft(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        int size = sizes[i];
        size_t n = (size_t)size, values = n + 2;
        struct sx_fft *fft = sx_fft_new(size);
        float *x = sx_fft_alloc(sizeof *x * n);
        struct sx_complex *bins = sx_fft_alloc(sizeof *bins * (n / 2 + 1));
        double *expected = malloc(sizeof *expected * values);
        assert_non_null(fft);
        fill_noise(x, n, 1, 1.0f);
        naive(x, size, expected);
        sx_fft_forward(fft, x, bins);
        CHECK_ABOVE(snr((const float *)bins, expected, values), 120.0);
        for (size_t j = 0; j < n; j++) assert_true(x[j] == sx_random_normal(1, j));      /* kept */
        sx_fft_free(fft);
        sx_fft_release(x);
        sx_fft_release(bins);
        free(expected);
    }
}

static void inverse_undoes_forward(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t n = (size_t)sizes[i];
        struct sx_fft *fft = sx_fft_new(sizes[i]);
        float *x = sx_fft_alloc(sizeof *x * n), *y = sx_fft_alloc(sizeof *y * n);
        struct sx_complex *bins = sx_fft_alloc(sizeof *bins * (n / 2 + 1));
        fill_noise(x, n, 2, 1.0f);
        sx_fft_forward(fft, x, bins);
        sx_fft_inverse(fft, bins, y);
        for (size_t j = 0; j < n; j++) y[j] /= (float)n;
        CHECK_ABOVE(snr_float(y, x, n), 120.0);
        sx_fft_free(fft);
        sx_fft_release(x);
        sx_fft_release(y);
        sx_fft_release(bins);
    }
}

/* A lone complex bin: the sign of the exponent and the missing factor of the inverse. */
static void inverse_of_one_bin(void **state)
{
    (void)state;
    enum { N = 64, K = 5 };
    struct sx_fft *fft = sx_fft_new(N);
    struct sx_complex *bins = sx_fft_alloc(sizeof *bins * (N / 2 + 1));
    float *y = sx_fft_alloc(sizeof *y * N);
    for (int k = 0; k <= N / 2; k++) bins[k] = (struct sx_complex){ 0.0f, 0.0f };
    bins[K] = (struct sx_complex){ 0.6f, -0.8f };
    sx_fft_inverse(fft, bins, y);
    for (int n = 0; n < N; n++) {
        double angle = 2.0 * M_PI * K * n / N;
        CHECK_NEAR(y[n], 2.0 * (0.6 * cos(angle) + 0.8 * sin(angle)), 2e-6);
    }
    sx_fft_free(fft);
    sx_fft_release(bins);
    sx_fft_release(y);
}

static void odd_sizes_are_refused(void **state)
{
    (void)state;
    assert_null(sx_fft_new(0));
    assert_null(sx_fft_new(1));
    assert_null(sx_fft_new(-2));
    assert_null(sx_fft_new(1023));
    sx_fft_free(NULL);
    sx_fft_release(NULL);
}

static void memory_is_aligned(void **state)
{
    (void)state;
    for (size_t bytes = 0; bytes < 300; bytes += 37) {
        void *memory = sx_fft_alloc(bytes);
        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % 64, 0);
        sx_fft_release(memory);
    }
    assert_null(sx_fft_alloc(SIZE_MAX));
}

struct job {
    const struct sx_fft *fft;
    float *x;
    struct sx_complex *bins;
    bool same;
};

enum { SIZE = 1024 };

static void *transform_often(void *user)
{
    struct job *job = user;
    struct sx_complex first[SIZE / 2 + 1];
    job->same = true;
    for (int i = 0; i < 300; i++) {
        sx_fft_forward(job->fft, job->x, job->bins);
        if (i == 0) memcpy(first, job->bins, sizeof first);
        job->same = job->same && memcmp(first, job->bins, sizeof first) == 0;
    }
    return NULL;
}

static void threads_share_a_plan(void **state)
{
    (void)state;
    struct sx_fft *fft = sx_fft_new(SIZE);
    struct job jobs[4];
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) {
        jobs[i] = (struct job){ fft, sx_fft_alloc(sizeof(float) * SIZE), sx_fft_alloc(sizeof(struct sx_complex) * (SIZE / 2 + 1)), false };
        fill_noise(jobs[i].x, SIZE, (uint64_t)i, 1.0f);
        assert_int_equal(pthread_create(&threads[i], NULL, transform_often, &jobs[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        double expected[SIZE + 2];
        pthread_join(threads[i], NULL);
        naive(jobs[i].x, SIZE, expected);
        assert_true(jobs[i].same);
        CHECK_ABOVE(snr((const float *)jobs[i].bins, expected, SIZE + 2), 120.0);
        sx_fft_release(jobs[i].x);
        sx_fft_release(jobs[i].bins);
    }
    sx_fft_free(fft);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forward_is_the_dft),
        cmocka_unit_test(inverse_undoes_forward),
        cmocka_unit_test(inverse_of_one_bin),
        cmocka_unit_test(odd_sizes_are_refused),
        cmocka_unit_test(memory_is_aligned),
        cmocka_unit_test(threads_share_a_plan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
