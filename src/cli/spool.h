/* spool.h - what batch has to remember of each job or result, in a temporary file instead of memory, and how two of them are compared piece by piece. */
#ifndef SYRINX_CLI_SPOOL_H
#define SYRINX_CLI_SPOOL_H

#include "job.h"

struct spool_record {
    struct job_name name;
    uint64_t print;
    uint32_t index;             /* of the job, from 0 */
    uint32_t value;             /* line of a job, state of a result */
};

struct spool {
    FILE *file;
    uint64_t count;
};

int spool_open(struct spool *spool);
int spool_add(struct spool *spool, const struct spool_record *record);
void spool_close(struct spool *spool);
/* The earliest record whose name an earlier one has: true, with both. CLI_FAILED in *status after a message. */
bool spool_twice(struct spool *spool, struct spool_record *first, struct spool_record *second, int *status);
/* Calls `visit` for each record of `left` and `right` with one name; names in `left` are there once. */
int spool_match(struct spool *left, struct spool *right, void (*visit)(void *user, const struct spool_record *left, const struct spool_record *right), void *user);

#endif
