/* test_vocoder_renderer.c - the renderer against its formulas written out in double precision, and against what must be exactly so: flat filters
 * give the excitation back, pulses have power 1, hostile input stays finite. */
#include "signals.h"

#include "dsp/analysis.h"
#include "vocoder/kernels.h"
#include "vocoder/renderer.h"

enum {
    ODD_FIRST = SX_HARMONIC_BANDS + SX_NOISE_BANDS,
    NOISE_FIRST = SX_HARMONIC_BANDS
};

struct signal {
    int count;
    float *frames;          /* [count][SX_VOCODER_IN] */
    float *filters;         /* [count][SX_FILTERS] */
};

static struct signal signal_new(int count)
{
    struct signal s = { count, calloc((size_t)count, sizeof(float) * SX_VOCODER_IN), calloc((size_t)count, sizeof(float) * SX_FILTERS) };
    assert_true(s.frames && s.filters);
    return s;
}

static void signal_free(struct signal *s)
{
    free(s->frames);
    free(s->filters);
}

/* Speech-like levels, moving pitch, voicing on and off, filters all over the place. */
static struct signal random_signal(int count)
{
    struct signal s = signal_new(count);
    uint64_t k = 0;
    for (int t = 0; t < count; t++) {
        float *frame = s.frames + t * SX_VOCODER_IN, *filters = s.filters + t * SX_FILTERS;
        for (int m = 0; m < SX_MELS; m++) frame[m] = -3.5f - 0.03f * (float)m + sx_random_normal(11, k++);
        frame[SX_MELS] = 5.0f + 0.3f * (float)sin(0.7 * t);
        frame[SX_MELS + 1] = t % 5 < 3 ? 1.0f : 0.0f;
        for (int i = 0; i < SX_FILTERS; i++) filters[i] = 0.4f * sx_random_normal(12, k++);
    }
    return s;
}

/* Harmonics or noise alone through flat filters of gain 1: the excitation itself. */
static struct signal flat_signal(int count, double hertz, bool harmonic)
{
    struct signal s = signal_new(count);
    for (int t = 0; t < count; t++) {
        s.frames[t * SX_VOCODER_IN + SX_MELS] = (float)log(hertz);
        for (int i = 0; i < ODD_FIRST; i++) {
            bool on = (i < NOISE_FIRST) == harmonic;
            s.filters[t * SX_FILTERS + i] = !on ? -1000.0f : harmonic ? 2.3f / 3.0f : 3.1f / 3.0f;
        }
    }
    return s;
}

/* Samples of the whole signal, malloc'ed; checks the counts on the way. */
static float *render(struct sx_renderer *renderer, const struct signal *s)
{
    float *out = malloc(sizeof *out * SX_HOP * ((size_t)s->count + SX_RENDER_DELAY));
    int made = 0;
    for (int t = 0; t < s->count; t++) {
        int next = t + 1 < s->count ? t + 1 : t;
        int n = sx_renderer_push(renderer, s->frames + t * SX_VOCODER_IN, s->filters + t * SX_FILTERS, s->frames[next * SX_VOCODER_IN + SX_MELS], out + made);
        assert_int_equal(n, t < 2 ? 0 : t == 2 ? 208 : SX_HOP);
        made += n;
    }
    made += sx_renderer_end(renderer, out + made);
    assert_int_equal(made, s->count * SX_HOP);
    return out;
}

static float *render_new(uint64_t seed, const struct signal *s)
{
    struct sx_renderer *renderer = sx_renderer_new(seed, "c");
    assert_non_null(renderer);
    float *out = render(renderer, s);
    sx_renderer_free(renderer);
    return out;
}

/* ---- the formulas of renderer.c in double, sums in place of transforms */

static double cosines[SX_FFT], sines[SX_FFT];

static double band_centre(int i, int n)
{
    return 2000.0 * (exp(i * log(7.0) / (n - 1)) - 1.0);
}

static void interpolate(const double *gains, int n, double *bins)
{
    for (int k = 0; k < SX_BINS; k++) {
        double f = k * 24000.0 / SX_FFT;
        bins[k] = gains[n - 1];
        for (int i = n - 2; i >= 0; i--) {
            double low = band_centre(i, n), high = band_centre(i + 1, n);
            if (f >= low && f < high) bins[k] = gains[i] + (gains[i + 1] - gains[i]) * (f - low) / (high - low);
        }
    }
}

static void band_skip(const float *mel, int n, double *gains)
{
    static float weights[SX_MELS][SX_BINS];
    sx_mel_weights(weights[0]);
    for (int i = 0; i < n; i++) {
        double sum = 0.0, norm = 0.0, f = band_centre(i, n);
        for (int m = 0; m < SX_MELS; m++) {
            double c = 0.0;
            for (int k = 0; k < SX_BINS; k++) c += weights[m][k] * k * 24000.0 / SX_FFT;
            double w = fmax(0.0, 1.0 - fabs(c - f) / fmax(180.0, 0.06 * f));
            sum += w * mel[m];
            norm += w;
        }
        gains[i] = sum / norm;
    }
}

/* theta[k] from log magnitudes: real cepstrum, folded, imaginary part of its transform. */
static void minimum_phase(const double *log_gain, double *theta)
{
    double cepstrum[SX_FFT / 2 + 1];
    for (int q = 0; q <= SX_FFT / 2; q++) {
        double sum = log_gain[0] + log_gain[SX_BINS - 1] * (q % 2 ? -1.0 : 1.0);
        for (int k = 1; k < SX_BINS - 1; k++) sum += 2.0 * log_gain[k] * cosines[k * q % SX_FFT];
        cepstrum[q] = sum / SX_FFT;
    }
    for (int k = 0; k < SX_BINS; k++) {
        theta[k] = 0.0;
        for (int q = 1; q < SX_FFT / 2; q++) theta[k] -= 2.0 * cepstrum[q] * sines[k * q % SX_FFT];
    }
}

/* Transform of the Hann frame around sample 240 t of x, which has `length` samples. */
static void frame_bins(const double *x, int length, int t, double *re, double *im)
{
    for (int k = 0; k < SX_BINS; k++) {
        re[k] = im[k] = 0.0;
        for (int i = 0; i < 2 * SX_HOP; i++) {
            int at = (t - 1) * SX_HOP + i, place = i + (SX_FFT - 2 * SX_HOP) / 2;
            if (at < 0 || at >= length) continue;
            double w = x[at] * (0.5 - 0.5 * cos(2.0 * M_PI * i / (2 * SX_HOP)));
            re[k] += w * cosines[k * place % SX_FFT];
            im[k] -= w * sines[k * place % SX_FFT];
        }
    }
}

/* The noise around frame t with its shape: gains exp(o) at 240 t - 210 + 60 k, straight lines between, level outside; and with its pulse, the
 * four numbers behind these. turn: phase of the pitch in turns. */
static void shape_noise(const double *z, const double *turn, int length, int t, const float *o, double *shaped)
{
    const float *pulsed = o + SX_SHAPE_POINTS;
    for (int at = (t - 1) * SX_HOP; at < (t + 1) * SX_HOP; at++) {
        double x = (at - t * SX_HOP + 210) / 60.0, y = fmin(fmax(x, 0.0), 7.0);
        int k = y < 7.0 ? (int)y : 6;
        if (at < 0 || at >= length) continue;
        double p = 2.0 * M_PI * turn[at];
        shaped[at] = z[at] * (exp(o[k]) * (k + 1 - y) + exp(o[k + 1]) * (y - k)) *
                     exp(pulsed[0] * cos(p) + pulsed[1] * sin(p) + pulsed[2] * cos(2.0 * p) + pulsed[3] * sin(2.0 * p));
    }
}

static double *reference(uint64_t seed, const struct signal *s)
{
    int length = s->count * SX_HOP;
    double *e = malloc(sizeof *e * (size_t)length), *z = malloc(sizeof *z * (size_t)length), *out = calloc((size_t)length, sizeof *out);
    double *shaped = calloc((size_t)length, sizeof *shaped), *turn = calloc((size_t)length, sizeof *turn);
    double phase = 0.0;
    for (int k = 0; k < SX_FFT; k++) {
        cosines[k] = cos(2.0 * M_PI * k / SX_FFT);
        sines[k] = sin(2.0 * M_PI * k / SX_FFT);
    }
    for (int n = 0; n < length; n++) {
        int t = n / SX_HOP, next = t + 1 < s->count ? t + 1 : t;
        double a = s->frames[t * SX_VOCODER_IN + SX_MELS], b = s->frames[next * SX_VOCODER_IN + SX_MELS];
        double f = exp(a + (b - a) * (n % SX_HOP) / SX_HOP), q = 12000.0 / f - 0.5, sum = 0.0;
        turn[n] = phase = fmod(phase + f / 24000.0, 1.0);
        for (int k = 1; k <= (int)q; k++) sum += cos(2.0 * M_PI * k * phase);
        sum += (q - floor(q)) * cos(2.0 * M_PI * ((int)q + 1) * phase);
        e[n] = 2.0 * sqrt(f / 24000.0) * sum;
        z[n] = sx_random_normal(seed, (uint64_t)n);
    }
    for (int t = 0; t < s->count; t++) {
        const float *frame = s->frames + t * SX_VOCODER_IN, *o = s->filters + t * SX_FILTERS;
        double h[SX_HARMONIC_BANDS], n[SX_NOISE_BANDS], a[SX_BINS], b[SX_BINS], theta[SX_BINS];
        double er[SX_BINS], ei[SX_BINS], zr[SX_BINS], zi[SX_BINS], yr[SX_BINS], yi[SX_BINS];
        band_skip(frame, SX_HARMONIC_BANDS, h);
        band_skip(frame, SX_NOISE_BANDS, n);
        for (int i = 0; i < SX_HARMONIC_BANDS; i++) h[i] += -2.3 + 3.0 * o[i];
        for (int i = 0; i < SX_NOISE_BANDS; i++) {
            n[i] += -3.1 - frame[SX_MELS + 1] * (1.0 + 3.0 * fmax(0.0, 1.0 - band_centre(i, SX_NOISE_BANDS) / 4000.0)) + 3.0 * o[NOISE_FIRST + i];
        }
        interpolate(h, SX_HARMONIC_BANDS, a);
        interpolate(n, SX_NOISE_BANDS, b);
        minimum_phase(a, theta);
        frame_bins(e, length, t, er, ei);
        shape_noise(z, turn, length, t, o + SX_FILTERS_PLAIN, shaped);
        frame_bins(shaped, length, t, zr, zi);
        for (int k = 0; k < SX_BINS; k++) {
            for (int j = 1; j <= SX_ODD_TERMS; j++) theta[k] -= o[ODD_FIRST + j - 1] * sines[k * j % SX_FFT];
            double c = exp(a[k]) * cos(theta[k]), d = exp(a[k]) * sin(theta[k]), g = exp(b[k]);
            yr[k] = er[k] * c - ei[k] * d + zr[k] * g;
            yi[k] = er[k] * d + ei[k] * c + zi[k] * g;
        }
        for (int i = 0; i < SX_FFT; i++) {
            int at = t * SX_HOP + i - SX_FFT / 2;
            double sum = yr[0] + yr[SX_BINS - 1] * (i % 2 ? -1.0 : 1.0);
            if (at < 0 || at >= length) continue;
            for (int k = 1; k < SX_BINS - 1; k++) sum += 2.0 * (yr[k] * cosines[k * i % SX_FFT] - yi[k] * sines[k * i % SX_FFT]);
            out[at] += sum / SX_FFT;
        }
    }
    free(e);
    free(z);
    free(shaped);
    free(turn);
    return out;
}

static void renders_the_formulas(void **state)
{
    (void)state;
    struct signal s = random_signal(14);
    float *out = render_new(77, &s);
    double *expected = reference(77, &s);
    CHECK_ABOVE(snr(out, expected, (size_t)s.count * SX_HOP), 100.0);
    free(out);
    free(expected);
    signal_free(&s);
}

/* ---- flat filters */

static void flat_noise_is_the_noise(void **state)
{
    (void)state;
    struct signal s = flat_signal(40, 150.0, false);
    size_t count = 39 * SX_HOP;         /* the last hop fades, for no frame follows */
    float *out = render_new(5, &s);
    double *expected = malloc(sizeof *expected * count), power = 0.0;
    for (size_t i = 0; i < count; i++) {
        expected[i] = sx_random_normal(5, i);
        power += expected[i] * expected[i] / (double)count;
    }
    CHECK_ABOVE(snr(out, expected, count), 100.0);
    CHECK_NEAR(power, 1.0, 0.05);
    free(out);
    free(expected);
    signal_free(&s);
}

static void pulses_have_power_one(void **state)
{
    (void)state;
    const double hertz[] = { 61.0, 77.0, 103.0, 155.0, 233.0, 401.0, 711.0, 999.0 };
    for (size_t i = 0; i < sizeof hertz / sizeof *hertz; i++) {
        struct signal s = flat_signal(102, hertz[i], true);
        float *out = render_new(1, &s);
        double power = 0.0;
        for (int n = SX_HOP; n < 101 * SX_HOP; n++) power += (double)out[n] * out[n] / 24000.0;
        double q = 12000.0 / hertz[i] - 0.5, rest = q - floor(q);
        CHECK_NEAR(power, (floor(q) + rest * rest) * 2.0 * hertz[i] / 24000.0, 0.003);
        CHECK_NEAR(power, 1.0, 0.07);
        free(out);
        signal_free(&s);
    }
}

/* Harmonics of 150 Hz have one height up to the last below 12 kHz (79, and half of the 80th, which lies there), and nothing lies between them. */
static void pulses_are_band_limited(void **state)
{
    (void)state;
    struct signal s = flat_signal(12, 150.0, true);
    float *out = render_new(1, &s);
    const int length = 1600;            /* ten periods from sample 480 on */
    double height = 2.0 * sqrt(150.0 / 24000.0);
    for (int k = 5; k <= 800; k += 5) {
        double re = 0.0, im = 0.0;
        for (int n = 0; n < length; n++) {
            re += out[480 + n] * cos(2.0 * M_PI * k * n / length);
            im -= out[480 + n] * sin(2.0 * M_PI * k * n / length);
        }
        double amplitude = 2.0 * hypot(re, im) / length;
        CHECK_NEAR(amplitude, k % 10 ? 0.0 : k < 800 ? height : amplitude, 1e-4);
    }
    free(out);
    signal_free(&s);
}

/* Frames of one steady gain: the power of either branch is the gain's. */
static void gains_are_gains(void **state)
{
    (void)state;
    const float gains[] = { -4.0f, -1.0f, 1.0f };
    for (int i = 0; i < 6; i++) {
        bool harmonic = i < 3;
        struct signal s = flat_signal(102, 120.0, harmonic);
        for (int t = 0; t < s.count; t++) {
            for (int j = harmonic ? 0 : NOISE_FIRST; j < (harmonic ? NOISE_FIRST : ODD_FIRST); j++) s.filters[t * SX_FILTERS + j] += gains[i % 3] / 3.0f;
        }
        float *out = render_new(3, &s);
        double power = 0.0;
        for (int n = SX_HOP; n < 101 * SX_HOP; n++) power += (double)out[n] * out[n] / 24000.0;
        CHECK_NEAR(0.5 * log(power), gains[i % 3], 0.02);
        free(out);
        signal_free(&s);
    }
}

/* ---- streams */

static void lengths_are_exact(void **state)
{
    (void)state;
    struct sx_renderer *renderer = sx_renderer_new(1, "c");
    for (int count = 0; count < 9; count++) {
        struct signal s = random_signal(count);
        free(render(renderer, &s));     /* checks the count */
        signal_free(&s);
    }
    sx_renderer_free(renderer);
}

static void seeds_and_signals_differ(void **state)
{
    (void)state;
    struct signal s = random_signal(20);
    size_t bytes = sizeof(float) * SX_HOP * 20;
    struct sx_renderer *renderer = sx_renderer_new(1, "c");
    float *first = render(renderer, &s), *second = render(renderer, &s);
    sx_renderer_reset(renderer, 1);
    float *again = render(renderer, &s);
    sx_renderer_reset(renderer, 2);
    float *other = render(renderer, &s);
    assert_memory_equal(first, again, bytes);
    assert_memory_not_equal(first, second, bytes);
    assert_memory_not_equal(first, other, bytes);
    CHECK_ABOVE(40.0, snr_float(other, first, SX_HOP * 20));
    free(first);
    free(second);
    free(again);
    free(other);
    sx_renderer_free(renderer);
    signal_free(&s);
}

static void hostile_input_stays_finite(void **state)
{
    (void)state;
    const float wild[] = { NAN, INFINITY, -INFINITY, 3e38f, -3e38f, 1e-42f, 1e9f, -1e9f, 0.0f };
    enum { WILD = sizeof wild / sizeof *wild };
    struct sx_renderer *renderer = sx_renderer_new(1, "c");
    for (int round = 0; round < 40; round++) {
        struct signal s = random_signal(12);
        for (int i = 0; i < s.count * SX_VOCODER_IN; i++) {
            if (round < WILD || sx_random_bits(3, (uint64_t)(round * 1000 + i)) % 4 == 0) s.frames[i] = wild[(round + (round < WILD ? 0 : i)) % WILD];
        }
        for (int i = 0; i < s.count * SX_FILTERS; i++) {
            if (round < WILD || sx_random_bits(4, (uint64_t)(round * 1000 + i)) % 4 == 0) s.filters[i] = wild[(round + (round < WILD ? 0 : i)) % WILD];
        }
        float *out = render(renderer, &s);
        for (int n = 0; n < s.count * SX_HOP; n++) assert_true(fabsf(out[n]) < 1e9f);
        free(out);
        signal_free(&s);
    }
    /* And nothing of it stays behind. */
    struct signal s = random_signal(12);
    sx_renderer_reset(renderer, 9);
    float *out = render(renderer, &s), *expected = render_new(9, &s);
    assert_memory_equal(out, expected, sizeof *out * SX_HOP * 12);
    free(out);
    free(expected);
    signal_free(&s);
    sx_renderer_free(renderer);
}

/* The loops of all levels that this processor has give the same bits. */
static void levels_agree(void **state)
{
    (void)state;
    const char *levels[] = { "avx2", "avx512", "neon", "never heard of" };
    struct signal s = random_signal(30);
    float *expected = render_new(6, &s);
    for (int i = 0; i < 4; i++) {
        const struct sx_render_kernels *kernels = sx_render_kernels(levels[i]);
#if defined(__x86_64__)
        if (strcmp(kernels->level, "avx2") == 0 && !__builtin_cpu_supports("avx2")) continue;
#endif
        assert_non_null(kernels);
        struct sx_renderer *renderer = sx_renderer_new(6, levels[i]);
        float *out = render(renderer, &s);
        assert_memory_equal(out, expected, sizeof *out * SX_HOP * 30);
        free(out);
        sx_renderer_free(renderer);
    }
    assert_string_equal(sx_render_kernels("c")->level, "c");
    free(expected);
    signal_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(renders_the_formulas),
        cmocka_unit_test(flat_noise_is_the_noise),
        cmocka_unit_test(pulses_have_power_one),
        cmocka_unit_test(pulses_are_band_limited),
        cmocka_unit_test(gains_are_gains),
        cmocka_unit_test(lengths_are_exact),
        cmocka_unit_test(seeds_and_signals_differ),
        cmocka_unit_test(hostile_input_stays_finite),
        cmocka_unit_test(levels_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
