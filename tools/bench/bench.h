/* bench.h - what the measuring programs share: clocks, memory, random numbers, sentences to say. */
#ifndef TOOLS_BENCH_H
#define TOOLS_BENCH_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Seconds of a clock. */
static inline double bench_seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Until CLOCK_MONOTONIC shows so many seconds. */
static inline void bench_sleep_until(double when)
{
    struct timespec t = { (time_t)when, (long)((when - (double)(time_t)when) * 1e9) };
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
        continue;
}

/* KB that /proc/self/status tells: "VmRSS:", "RssAnon:" (what is the process's own, not a file's), ...; -1: it does not. */
static inline long bench_memory(const char *what)
{
    char line[256];
    long kb = -1;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, what, strlen(what)) == 0)
            kb = strtol(line + strlen(what), NULL, 10);
    if (file)
        fclose(file);
    return kb;
}

/* A number below `below`; *turn is where the row of them has come to. */
static inline unsigned bench_draw(unsigned *turn, unsigned below)
{
    *turn = *turn * 1664525u + 1013904223u;
    return (*turn >> 8) % below;
}

/* Sentences in English as they come in books. */
static const char *const bench_sentences[] = {
    "The quick brown fox jumps over the lazy dog. ", "On the 3rd of May, 1997, she paid $4.50 for a cup of tea. ", "Please mind the gap between the train and the platform. ",
    "Nobody had told the old lighthouse keeper that the ships were no longer coming, and so, every evening, he lit the lamp and waited. ",
    "How far is it from here to the sea? ", "Xanthorpe and Quivellion were not in the book. ",
};
enum { BENCH_SENTENCES = sizeof bench_sentences / sizeof *bench_sentences };

#endif
