/* first_audio.c - measures the time from syrinx_stream_text() to the first block of a sentence of five seconds; tools/bench/first_audio builds and calls it. */
#include "bench.h"
#include "syrinx.h"

enum { BLOCK = 256 };
#define SECONDS 5.0

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int fail(const char *why)
{
    fprintf(stderr, "first_audio: %s\n", why);
    return 1;
}

/* Hands in the text; the first block is what is waited for. */
static int first_block(syrinx_stream *stream, const char *text, float *block)
{
    int code = syrinx_stream_text(stream, text, SYRINX_LEN_AUTO, SYRINX_TEXT);
    if (code == SYRINX_OK)
        code = syrinx_stream_end(stream);
    return code == SYRINX_OK ? syrinx_stream_read(stream, block, BLOCK) : code;
}

/* How long it lasts in all; negative: a failure. */
static double duration(syrinx_voice *voice, const syrinx_options *options, const char *text)
{
    float block[BLOCK];
    syrinx_stream *stream;
    long samples = 0;
    if (syrinx_stream_new(voice, options, &stream) < 0)
        return -1;
    int n = first_block(stream, text, block);
    for (; n > 0; n = syrinx_stream_read(stream, block, BLOCK))
        samples += n;
    syrinx_stream_free(stream);
    return n < 0 ? -1 : (double)samples / syrinx_voice_sample_rate(voice);
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return fail("VOICE THREADS CALLS TEXT");
    int threads = atoi(argv[2]), calls = atoi(argv[3]);
    const char *text = argv[4], *name = strrchr(argv[1], '/');
    double *wall = calloc((size_t)calls, sizeof *wall), *busy = calloc((size_t)calls, sizeof *busy);
    syrinx_voice_options opening;
    syrinx_options options;
    syrinx_voice *voice;
    syrinx_stream *stream;
    float block[BLOCK];
    if (calls < 1 || !wall || !busy)
        return fail("calls must be 1 or more");
    syrinx_voice_options_init(&opening);
    opening.threads = threads;
    double opened = bench_seconds(CLOCK_MONOTONIC), cpu = bench_seconds(CLOCK_PROCESS_CPUTIME_ID);
    if (syrinx_voice_open(argv[1], &opening, &voice) < 0)
        return fail(syrinx_last_message());
    opened = bench_seconds(CLOCK_MONOTONIC) - opened;
    cpu = bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    syrinx_options_init(&options);
    options.noise_w = 0;
    double seconds = duration(voice, &options, text);
    if (seconds <= 0)
        return fail("the voice makes no sound");
    options.rate = (float)(seconds / SECONDS < 0.25 ? 0.25 : seconds / SECONDS > 6 ? 6 : seconds / SECONDS);
    seconds = duration(voice, &options, text);
    if (seconds < SECONDS - 0.1)
        fprintf(stderr, "first_audio: the sentence lasts %.2f s at the slowest rate: take a longer text\n", seconds);
    if (syrinx_stream_new(voice, &options, &stream) < 0)
        return fail(syrinx_last_message());
    for (int i = -2; i < calls; i++) {      /* two to warm up */
        double w = bench_seconds(CLOCK_MONOTONIC), a = bench_seconds(CLOCK_PROCESS_CPUTIME_ID), c = bench_seconds(CLOCK_THREAD_CPUTIME_ID);
        if (first_block(stream, text, block) <= 0)
            return fail(syrinx_stream_message(stream));
        w = bench_seconds(CLOCK_MONOTONIC) - w;
        a = bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - a;
        c = bench_seconds(CLOCK_THREAD_CPUTIME_ID) - c;
        if (i >= 0) {
            double others = threads > 1 ? (a - c) / (threads - 1) : 0;
            wall[i] = w;
            busy[i] = others > c ? others : c;
        }
        if (syrinx_stream_cancel(stream) < 0 || syrinx_stream_read(stream, block, BLOCK) != SYRINX_ERROR_CANCELLED)
            return fail("the rest could not be dropped");
    }
    qsort(wall, (size_t)calls, sizeof *wall, compare);
    qsort(busy, (size_t)calls, sizeof *busy, compare);
    int middle = calls / 2, late = (int)(0.99 * (calls - 1) + 0.5);
    printf("%s, %d thread%s: opened in %.1f ms (CPU %.1f); %.2f s of sound, first samples of %d calls: wall median %.1f, 99 %% %.1f, fastest %.1f ms; CPU of the busiest thread %.1f, %.1f, %.1f ms\n",
           name ? name + 1 : argv[1], threads, threads == 1 ? "" : "s", opened * 1e3, cpu * 1e3, seconds, calls, wall[middle] * 1e3, wall[late] * 1e3, wall[0] * 1e3,
           busy[middle] * 1e3, busy[late] * 1e3, busy[0] * 1e3);
    syrinx_stream_free(stream);
    syrinx_voice_close(voice);
    free(wall);
    free(busy);
    return 0;
}
