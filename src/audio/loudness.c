/* loudness.c - measures while the samples come (libebur128: EBU R 128, ITU-R BS.1770), then plays them back levelled.
 *
 * A limiter takes loudness away, and a true peak can rise where it bends the gain, so gain and limit are tried on the whole and corrected
 * until both hold. Where nothing has to be limited the first try is exact. */
#include "audio/loudness.h"

#ifdef SX_HAVE_FILES
#include <ebur128.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audio/limiter.h"
#include "base/file.h"

enum { PIECE = 8192, TRIES = 8 };       /* samples of one piece */

#define CLOSE 0.1                       /* LU: near enough */
#define PRESSED 6.0                     /* dB of gain at most that only make up for the limiter: more would be heard */
#define MARGIN 0.02                     /* dB under the limit that is asked of the limiter */

struct sx_loudness {
    double lufs, peak;
    int rate, channels, fd;
    uint64_t frames;
    ebur128_state *meter;
    struct sx_limiter *limiter;
    float *input, *output;      /* [PIECE] */
};

static double from_decibel(double value)
{
    return pow(10, value / 20);
}

/* A file without a name: gone with its descriptor, whatever happens. */
static int open_nameless(const char *beside)
{
    const char *folder = getenv("TMPDIR"), *slash = beside ? strrchr(beside, '/') : NULL;
    char *path = NULL;
    if (beside && asprintf(&path, "%.*s", slash ? (int)(slash - beside) + 1 : 1, slash ? beside : ".") < 0)
        return -1;
    folder = path ? path : folder && *folder ? folder : "/tmp";
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) {               /* a file system without such files */
        char *name = sx_path_join(folder, ".syrinx.XXXXXX");
        fd = name ? mkostemp(name, O_CLOEXEC) : -1;
        int why = errno;
        if (fd >= 0)
            unlink(name);
        free(name);
        errno = why;
    }
    free(path);
    return fd;
}

static ebur128_state *new_meter(const struct sx_loudness *loudness)
{
    return ebur128_init((unsigned)loudness->channels, (unsigned long)loudness->rate, EBUR128_MODE_I | EBUR128_MODE_TRUE_PEAK);
}

int sx_loudness_new(double lufs, double peak, int rate, int channels, const char *beside, struct sx_loudness **out, struct sx_error *error)
{
    struct sx_loudness *loudness = calloc(1, sizeof *loudness);
    *out = NULL;
    if (!loudness)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    loudness->lufs = lufs;
    loudness->peak = peak;
    loudness->rate = rate;
    loudness->channels = channels;
    loudness->fd = open_nameless(beside);
    if (loudness->fd < 0) {
        int code = sx_fail(error, SYRINX_ERROR_IO, "a temporary file for --loudness: %s", strerror(errno));
        sx_loudness_free(loudness);
        return code;
    }
    loudness->meter = new_meter(loudness);
    loudness->limiter = sx_limiter_new(rate, channels);
    loudness->input = malloc(PIECE * sizeof(float));
    loudness->output = malloc(PIECE * sizeof(float));
    if (!loudness->meter || !loudness->limiter || !loudness->input || !loudness->output) {
        sx_loudness_free(loudness);
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    }
    *out = loudness;
    return SYRINX_OK;
}

int sx_loudness_write(struct sx_loudness *loudness, const float *samples, int frames, struct sx_error *error)
{
    if (sx_write_all(loudness->fd, samples, (size_t)frames * (size_t)loudness->channels * sizeof(float)) != 0)
        return sx_fail(error, SYRINX_ERROR_IO, "a temporary file for --loudness: %s", strerror(errno));
    if (ebur128_add_frames_float(loudness->meter, samples, (size_t)frames) != EBUR128_SUCCESS)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    loudness->frames += (uint64_t)frames;
    return SYRINX_OK;
}

/* dB of the loudest channel; -HUGE_VAL for silence. */
static double true_peak(ebur128_state *meter, int channels)
{
    double most = 0, peak;
    for (int c = 0; c < channels; c++) {
        if (ebur128_true_peak(meter, (unsigned)c, &peak) == EBUR128_SUCCESS && peak > most)
            most = peak;
    }
    return most > 0 ? 20 * log10(most) : -HUGE_VAL;
}

static int read_piece(struct sx_loudness *loudness, uint64_t frame, int frames, struct sx_error *error)
{
    size_t size = (size_t)loudness->channels * sizeof(float), want = (size_t)frames * size, done = 0;
    while (done < want) {
        ssize_t n = pread(loudness->fd, (char *)loudness->input + done, want - done, (off_t)(frame * size + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return sx_fail(error, SYRINX_ERROR_IO, "a temporary file for --loudness: %s", n < 0 ? strerror(errno) : "it became shorter");
        done += (size_t)n;
    }
    return SYRINX_OK;
}

/* The whole through gain and limiter, to `give` or to a meter. */
static int play(struct sx_loudness *loudness, double gain, double limit, ebur128_state *meter, int (*give)(void *, const float *, int), void *user,
                struct sx_error *error)
{
    int piece = PIECE / loudness->channels, code = SYRINX_OK;
    uint64_t end = loudness->frames + (uint64_t)sx_limiter_delay(loudness->limiter);
    sx_limiter_reset(loudness->limiter, (float)from_decibel(gain), (float)from_decibel(limit));
    for (uint64_t at = 0; at < end && code == SYRINX_OK;) {
        bool rest = at >= loudness->frames;
        uint64_t left = (rest ? end : loudness->frames) - at;
        int frames = left < (uint64_t)piece ? (int)left : piece;
        if (!rest)
            code = read_piece(loudness, at, frames, error);
        if (code < 0)
            break;
        int made = sx_limiter_run(loudness->limiter, rest ? NULL : loudness->input, frames, loudness->output);
        at += (uint64_t)frames;
        if (made > 0 && give)
            code = give(user, loudness->output, made);
        else if (made > 0 && ebur128_add_frames_float(meter, loudness->output, (size_t)made) != EBUR128_SUCCESS)
            code = sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    }
    return code;
}

/* Tries gain and limit on the whole and corrects them. */
static int settle(struct sx_loudness *loudness, double *gain, double *limit, struct sx_error *error)
{
    double most = *gain + PRESSED, before = 0, before_gain = 0;     /* what the last try reached */
    for (int i = 0; i < TRIES; i++) {
        double reached;
        ebur128_state *meter = new_meter(loudness);
        if (!meter)
            return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
        int code = play(loudness, *gain, *limit, meter, NULL, NULL, error);
        double peak = true_peak(meter, loudness->channels);
        bool known = ebur128_loudness_global(meter, &reached) == EBUR128_SUCCESS && isfinite(reached);
        ebur128_destroy(&meter);
        if (code < 0)
            return code;
        bool high = peak > loudness->peak, quiet = known && reached < loudness->lufs - CLOSE && *gain < most;
        if (!high && (!quiet || i == TRIES - 1))
            return SYRINX_OK;
        if (high)
            *limit -= peak - loudness->peak + MARGIN;
        if (quiet) {            /* a dB more of gain is less than a dB of loudness: how much less, two tries tell */
            double slope = i > 0 && *gain > before_gain ? fmin(1, fmax(0.2, (reached - before) / (*gain - before_gain))) : 1;
            before = reached;
            before_gain = *gain;
            *gain = fmin(most, *gain + (loudness->lufs - reached) / slope);
        }
    }
    return SYRINX_OK;
}

int sx_loudness_finish(struct sx_loudness *loudness, int (*give)(void *user, const float *samples, int frames), void *user, struct sx_error *error)
{
    double measured, gain = 0, limit = loudness->peak - MARGIN;
    /* too short to be measured (under 0.4 s), or silence: it stays as it is */
    if (ebur128_loudness_global(loudness->meter, &measured) == EBUR128_SUCCESS && isfinite(measured))
        gain = loudness->lufs - measured;
    int code = SYRINX_OK;
    if (true_peak(loudness->meter, loudness->channels) + gain > limit)
        code = settle(loudness, &gain, &limit, error);
    return code < 0 ? code : play(loudness, gain, limit, NULL, give, user, error);
}

void sx_loudness_free(struct sx_loudness *loudness)
{
    if (!loudness)
        return;
    if (loudness->fd >= 0)
        close(loudness->fd);
    if (loudness->meter)
        ebur128_destroy(&loudness->meter);
    sx_limiter_free(loudness->limiter);
    free(loudness->input);
    free(loudness->output);
    free(loudness);
}

#else

int sx_loudness_new(double lufs, double peak, int rate, int channels, const char *beside, struct sx_loudness **loudness, struct sx_error *error)
{
    (void)lufs, (void)peak, (void)rate, (void)channels, (void)beside;
    *loudness = NULL;
    return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "this build of Syrinx (FILES=0) cannot measure loudness");
}

int sx_loudness_write(struct sx_loudness *loudness, const float *samples, int frames, struct sx_error *error)
{
    (void)loudness, (void)samples, (void)frames;
    return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "no loudness");
}

int sx_loudness_finish(struct sx_loudness *loudness, int (*give)(void *user, const float *samples, int frames), void *user, struct sx_error *error)
{
    (void)loudness, (void)give, (void)user;
    return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "no loudness");
}

void sx_loudness_free(struct sx_loudness *loudness)
{
    (void)loudness;
}
#endif
