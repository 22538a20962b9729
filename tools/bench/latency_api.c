/* latency_api.c - times of the library by itself, of a stream that answers keys (options.prompt): from the text to the first 10 ms of sound and to the first that an ear
 * can hear if it is played as it comes, of letters with every speaker in turn; and from a cancel that comes from another thread at a random moment
 * to the return of the read. Beside the time on the wall stands the processor time of the thread that reads: on a busy machine the difference is waiting for a
 * processor. Used by tools/bench/speechd. */
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "syrinx.h"

#define LOUD 0.0063f     /* -44 dB of full scale */

enum { FIRST = 240, LONG = 48000, PAUSE = 3000, SPEAKERS = 32 };       /* PAUSE: microseconds before a call: a process with real-time priority that never rests is put to rest */

static double now(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void report(const char *what, const char *how, double *wall, double *cpu, int count)
{
    int late = count * 99 / 100 < count ? count * 99 / 100 : count - 1;
    qsort(wall, (size_t)count, sizeof *wall, by_size);
    qsort(cpu, (size_t)count, sizeof *cpu, by_size);
    printf("API: %-10s %-32s median %6.2f ms, 99 %% %6.2f ms, slowest %6.2f ms; processor %5.2f, %5.2f, %5.2f ms (%d)\n", what, how, 1000 * wall[count / 2], 1000 * wall[late],
           1000 * wall[count - 1], 1000 * cpu[count / 2], 1000 * cpu[late], 1000 * cpu[count - 1], count);
}

static unsigned turn = 15;

static double chance(void)
{
    turn = turn * 1103515245u + 12345u;
    return (turn >> 8) / 16777216.0;
}

struct reader {
    syrinx_stream *stream;
    const char *text;
    float samples[LONG];
    atomic_bool begun, over;
    double returned, cpu_returned;
    int code;
    clockid_t clock;
};

/* Gives the text and reads as a file writer does, much at a time. */
static void *read_on(void *user)
{
    struct reader *reader = user;
    pthread_getcpuclockid(pthread_self(), &reader->clock);
    atomic_store(&reader->begun, true);
    int code = syrinx_stream_text(reader->stream, reader->text, SYRINX_LEN_AUTO, SYRINX_TEXT);
    if (code >= 0)
        code = syrinx_stream_end(reader->stream);
    while (code >= 0) {
        code = syrinx_stream_read(reader->stream, reader->samples, LONG);
        if (code == 0) {        /* said before the cancel came: once more */
            syrinx_stream_text(reader->stream, reader->text, SYRINX_LEN_AUTO, SYRINX_TEXT);
            code = syrinx_stream_end(reader->stream);
        }
    }
    reader->returned = now(CLOCK_MONOTONIC);
    reader->cpu_returned = now(CLOCK_THREAD_CPUTIME_ID);
    reader->code = code;
    atomic_store(&reader->over, true);
    return NULL;
}

static bool stop_once(struct reader *reader, double after, double *wall, double *cpu)
{
    pthread_t thread;
    struct timespec wait = {0, (long)(1e9 * after)};
    usleep(PAUSE);
    atomic_store(&reader->begun, false);
    atomic_store(&reader->over, false);
    if (pthread_create(&thread, NULL, read_on, reader) != 0)
        return false;
    while (!atomic_load(&reader->begun))
        nanosleep(&(struct timespec){0, 10000}, NULL);
    nanosleep(&wait, NULL);
    double used = now(reader->clock), sent = now(CLOCK_MONOTONIC);
    syrinx_stream_cancel(reader->stream);
    pthread_join(thread, NULL);
    *wall = reader->returned - sent;
    *cpu = reader->cpu_returned > used ? reader->cpu_returned - used : 0;
    if (reader->code == SYRINX_ERROR_CANCELLED)
        return true;
    fprintf(stderr, "%s\n", syrinx_stream_message(reader->stream));
    return false;
}

static bool start_once(struct reader *reader, double *wall, double *cpu, double *heard)
{
    usleep(PAUSE);
    double sent = now(CLOCK_MONOTONIC), used = now(CLOCK_THREAD_CPUTIME_ID);
    int n = syrinx_stream_text(reader->stream, reader->text, SYRINX_LEN_AUTO, SYRINX_TEXT);
    if (n >= 0)
        n = syrinx_stream_end(reader->stream);
    if (n >= 0)
        n = syrinx_stream_read(reader->stream, reader->samples, FIRST);
    *cpu = now(CLOCK_THREAD_CPUTIME_ID) - used;
    *wall = now(CLOCK_MONOTONIC) - sent;
    int quiet = 0, i = 0;
    while (n > 0) {
        for (i = 0; i < n && fabsf(reader->samples[i]) < LOUD; i++)
            quiet++;
        if (i < n)
            break;
        n = syrinx_stream_read(reader->stream, reader->samples, FIRST);
    }
    *heard = *wall + quiet / 24000.0;
    syrinx_stream_cancel(reader->stream);
    while (n >= 0)
        n = syrinx_stream_read(reader->stream, reader->samples, FIRST);
    return n == SYRINX_ERROR_CANCELLED;
}

int main(int argc, char **argv)
{
    static const char *const kinds[][2] = {{"a letter", NULL}, {"12 words", "The quick brown fox jumps over the lazy dog near the river."},
        {"60 words", "Nobody had told the old lighthouse keeper, who had lived on the rock for more than thirty years, that the ships were no longer coming, and so, every evening, "
                     "when the sun had gone down behind the islands, he climbed the hundred and twelve steps, lit the lamp, sat down in his chair by the window, and waited "
                     "for somebody to pass by."}};
    static struct reader reader;
    char letter[] = "a";
    syrinx_voice *voice = NULL;
    int calls = argc == 2 ? atoi(argv[1]) : 0;
    double *wall = calls > 0 ? malloc((size_t)calls * sizeof *wall) : NULL, *cpu = calls > 0 ? malloc((size_t)calls * sizeof *cpu) : NULL,
           *heard = calls > 0 ? malloc((size_t)calls * sizeof *heard) : NULL;
    syrinx_stream *streams[SPEAKERS];
    int speakers = 0;
    if (!wall || !cpu || !heard)
        return fprintf(stderr, "usage: latency_api CALLS\n"), 2;
    if (syrinx_voice_open(NULL, NULL, &voice) < 0)
        return fprintf(stderr, "%s\n", syrinx_last_message()), 1;
    for (; speakers < syrinx_voice_speaker_count(voice) && speakers < SPEAKERS; speakers++) {
        syrinx_options options;
        syrinx_options_init(&options);
        options.prompt = 1;
        options.speaker = syrinx_voice_speaker(voice, speakers);
        if (syrinx_stream_new(voice, &options, &streams[speakers]) < 0)
            return fprintf(stderr, "%s\n", syrinx_last_message()), 1;
    }
    bool good = true;
    for (int kind = 0; kind < 3 && good; kind++) {
        reader.text = kinds[kind][1] ? kinds[kind][1] : letter;
        for (int i = -26 * speakers; i < calls && good; i++) {      /* first some to warm up */
            letter[0] = (char)('a' + (i + 26 * speakers) % 26);
            reader.stream = streams[kind ? 0 : (i + 26 * speakers) / 26 % speakers];
            good = start_once(&reader, &wall[i < 0 ? 0 : i], &cpu[i < 0 ? 0 : i], &heard[i < 0 ? 0 : i]);
        }
        reader.stream = streams[0];
        if (good) {
            double *same = malloc((size_t)calls * sizeof *same);
            if (!same)
                return 1;
            memcpy(same, cpu, (size_t)calls * sizeof *same);
            report(kinds[kind][0], "to the first sound", wall, cpu, calls);
            report(kinds[kind][0], "to what is heard", heard, same, calls);
            free(same);
        }
        for (int i = 0; i < calls && good; i++)
            good = stop_once(&reader, 0.03 * chance(), &wall[i], &cpu[i]);
        if (good)
            report(kinds[kind][0], "cancel to the read's return", wall, cpu, calls);
    }
    while (speakers)
        syrinx_stream_free(streams[--speakers]);
    syrinx_voice_close(voice);
    free(wall);
    free(cpu);
    free(heard);
    return !good;
}
