/* streams_load.c - many streams on one voice against the clock: the figures of tools/bench/streams.
 *
 * Each stream has a thread that reads blocks of 20 ms, at most AHEAD of the moment when they would be heard, as a program with that much of a buffer
 * would. A block that is not there when it should be heard is an underrun; the clock then waits for it. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "syrinx.h"

enum { BLOCK = 480, MOST = 1024 };
#define AHEAD 0.2               /* seconds */

static const char *const texts[] = {
    "The quick brown fox jumps over the lazy dog. ", "On the 3rd of May, 1997, she paid $4.50 for a cup of tea. ", "Please mind the gap between the train and the platform. ",
    "Nobody had told the old lighthouse keeper that the ships were no longer coming, and so, every evening, he lit the lamp and waited. ",
    "How far is it from here to the sea? ", "Xanthorpe and Quivellion were not in the book. ",
};
enum { TEXTS = sizeof texts / sizeof *texts };

static syrinx_voice *voice;
static atomic_bool enough;

struct load {
    pthread_t thread;
    syrinx_stream *stream;
    unsigned turn;              /* of its random numbers */
    double seconds, cpu;        /* of sound, of its thread */
    unsigned long blocks, underruns;
    double latest;              /* seconds that a block was late, at most */
    int code;                   /* a failure */
};

static double now(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void sleep_until(double when)
{
    struct timespec t = { (time_t)when, (long)((when - (double)(time_t)when) * 1e9) };
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
        continue;
}

/* KB of the process that are its own, not a file's: VmRSS without what is mapped. */
static long own_memory(const char *what)
{
    char line[256];
    long kb = -1;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, what, strlen(what)) == 0)
            kb = strtol(line + strlen(what) + 1, NULL, 10);
    if (file)
        fclose(file);
    return kb;
}

static unsigned draw(struct load *load, unsigned below)
{
    load->turn = load->turn * 1664525u + 1013904223u;
    return (load->turn >> 8) % below;
}

static int feed(struct load *load)
{
    const char *text = texts[draw(load, TEXTS)];
    return syrinx_stream_text(load->stream, text, SYRINX_LEN_AUTO, SYRINX_TEXT);
}

static void *play(void *user)
{
    struct load *load = user;
    float block[BLOCK];
    double length = (double)BLOCK / syrinx_voice_sample_rate(voice), heard = now(CLOCK_MONOTONIC) + AHEAD;
    while (!atomic_load(&enough) && load->code >= 0) {
        int filled = 0;
        while (filled < BLOCK && load->code >= 0) {
            int n = syrinx_stream_read(load->stream, block + filled, BLOCK - filled);
            if (n > 0)
                filled += n;
            else
                load->code = n == SYRINX_AGAIN || n == 0 ? feed(load) : n;
        }
        syrinx_event event;
        while (syrinx_stream_event(load->stream, &event) == 1)
            continue;
        double late = now(CLOCK_MONOTONIC) - heard;
        if (late > 0) {
            load->underruns++;
            load->latest = late > load->latest ? late : load->latest;
            heard += late;              /* it is heard when it is there */
        }
        load->blocks++;
        load->seconds += length;
        heard += length;
        sleep_until(heard - AHEAD);
    }
    load->cpu = now(CLOCK_THREAD_CPUTIME_ID);
    return NULL;
}

static int measure(int count, double seconds)
{
    static struct load loads[MOST];
    float block[BLOCK];
    unsigned long blocks = 0, underruns = 0;
    double sound = 0, cpu = 0, latest = 0;
    long before = 0, after;
    for (int i = 0; i < count; i++) {
        loads[i].turn = 12345u + 977u * (unsigned)i;
        if (syrinx_stream_new(voice, NULL, &loads[i].stream) < 0)
            return fprintf(stderr, "%s\n", syrinx_last_message()), 1;
        for (int k = 0; k < 3 * TEXTS; k++)     /* all memory that it ever needs */
            syrinx_stream_text(loads[i].stream, texts[k % TEXTS], SYRINX_LEN_AUTO, SYRINX_TEXT);
        while (syrinx_stream_read(loads[i].stream, block, BLOCK) > 0)
            continue;
        if (i == 0)
            before = own_memory("RssAnon:");
    }
    after = own_memory("RssAnon:");
    for (int i = 0; i < count; i++)
        if (pthread_create(&loads[i].thread, NULL, play, &loads[i]) != 0)
            return 1;
    sleep_until(now(CLOCK_MONOTONIC) + seconds);
    atomic_store(&enough, true);
    for (int i = 0; i < count; i++) {
        pthread_join(loads[i].thread, NULL);
        if (loads[i].code < 0)
            return fprintf(stderr, "%s\n", syrinx_stream_message(loads[i].stream)), 1;
        blocks += loads[i].blocks;
        underruns += loads[i].underruns;
        sound += loads[i].seconds;
        cpu += loads[i].cpu;
        latest = loads[i].latest > latest ? loads[i].latest : latest;
        syrinx_stream_free(loads[i].stream);
    }
    printf("streams %d, %.0f s: %lu blocks, %lu underruns (the latest %.0f ms late)\n", count, seconds, blocks, underruns, 1e3 * latest);
    printf("processor time a second of sound %.4f, of all streams together %.2f\n", cpu / sound, count * cpu / sound);
    if (count > 1)
        printf("memory of each stream behind the first %.2f MB, networks of the voice %.1f MB (in the file), process in all %.1f MB\n",
               (double)(after - before) / 1024 / (count - 1), (double)syrinx_voice_size(voice) / 1048576, (double)own_memory("VmRSS:") / 1024);
    return 0;
}

int main(int argc, char **argv)
{
    int count = argc == 3 ? atoi(argv[1]) : 0;
    double seconds = argc == 3 ? atof(argv[2]) : 0;
    if (count < 1 || count > MOST || seconds <= 0)
        return fprintf(stderr, "usage: streams_load STREAMS SECONDS\n"), 2;
    if (syrinx_voice_open(NULL, NULL, &voice) < 0)
        return fprintf(stderr, "%s\n", syrinx_last_message()), 1;
    int status = measure(count, seconds);
    syrinx_voice_close(voice);
    return status;
}
