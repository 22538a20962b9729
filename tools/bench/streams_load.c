/* streams_load.c - many streams on one voice against the clock: the figures of tools/bench/streams.
 *
 * Each stream has a thread that reads blocks of 20 ms, at most AHEAD of the moment when they would be heard, as a program with that much of a buffer
 * would. A block that is not there when it should be heard is an underrun; the clock then waits for it. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "bench.h"
#include "syrinx.h"

enum { BLOCK = 480, MOST = 1024 };
#define AHEAD 0.2               /* seconds */

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

static int feed(struct load *load)
{
    const char *text = bench_sentences[bench_draw(&load->turn, BENCH_SENTENCES)];
    return syrinx_stream_text(load->stream, text, SYRINX_LEN_AUTO, SYRINX_TEXT);
}

static void *play(void *user)
{
    struct load *load = user;
    float block[BLOCK];
    double length = (double)BLOCK / syrinx_voice_sample_rate(voice), heard = bench_seconds(CLOCK_MONOTONIC) + AHEAD;
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
        double late = bench_seconds(CLOCK_MONOTONIC) - heard;
        if (late > 0) {
            load->underruns++;
            load->latest = late > load->latest ? late : load->latest;
            heard += late;              /* it is heard when it is there */
        }
        load->blocks++;
        load->seconds += length;
        heard += length;
        bench_sleep_until(heard - AHEAD);
    }
    load->cpu = bench_seconds(CLOCK_THREAD_CPUTIME_ID);
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
        for (int k = 0; k < 3 * BENCH_SENTENCES; k++)     /* all memory that it ever needs */
            syrinx_stream_text(loads[i].stream, bench_sentences[k % BENCH_SENTENCES], SYRINX_LEN_AUTO, SYRINX_TEXT);
        while (syrinx_stream_read(loads[i].stream, block, BLOCK) > 0)
            continue;
        if (i == 0)
            before = bench_memory("RssAnon:");
    }
    after = bench_memory("RssAnon:");
    for (int i = 0; i < count; i++)
        if (pthread_create(&loads[i].thread, NULL, play, &loads[i]) != 0)
            return 1;
    bench_sleep_until(bench_seconds(CLOCK_MONOTONIC) + seconds);
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
               (double)(after - before) / 1024 / (count - 1), (double)syrinx_voice_size(voice) / 1048576, (double)bench_memory("VmRSS:") / 1024);
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
