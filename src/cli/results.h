/* results.h - the results file of `syrinx batch`: a line for each job that ended, appended when its file has its name. */
#ifndef SYRINX_CLI_RESULTS_H
#define SYRINX_CLI_RESULTS_H

#include "spool.h"

/* What a run has left to do with a job; larger ones win over smaller ones. */
enum { RESULT_NONE, RESULT_FAILED, RESULT_DONE };

struct result {
    int exit;                   /* an exit status; 0 is done */
    const char *message;        /* "" when done */
    uint64_t samples;
    int rate;                   /* samples a second; 0 when no voice was there */
    double elapsed;             /* seconds that it took */
};

struct results {
    char *path;
    int fd;                     /* locked: one run at a time appends */
};

/* The name of a shard's file: "jobs.results.jsonl" to "jobs.results-2of5.jsonl"; shards 1: as it is. In fresh memory. */
char *results_path(const char *base, int shard, int shards);
/* The name that belongs to a list: "jobs.jsonl" to "jobs.results.jsonl". In fresh memory. */
char *results_base(const char *list);
/* Opens (makes) the file, locks it and cuts off a last line that was not written to its end. */
int results_open(struct results *results, const char *path);
int results_append(struct results *results, const struct job *job, const struct result *result);
void results_close(struct results *results);
/* Adds what the file of `base` and those of all its shards tell to a spool: names, prints, RESULT_… as value. What is no result is passed over. */
int results_read(const char *base, struct spool *spool);

#endif
