/* stage.h - the folder in which a job's file is made, beside the place that the finished file gets. */
#ifndef SYRINX_CLI_STAGE_H
#define SYRINX_CLI_STAGE_H

#include "job.h"

/* Its name comes from the job's id alone: what a killed run left is found and cleared by the next one that does the job. */
struct stage {
    char *folder, *path;        /* path: of the file that is being made */
    char *target;               /* its place when it is done */
};

/* Makes the folder, and those that lead to it. An exit status; the message is the listener's. */
int stage_open(struct stage *stage, const char *target, const struct job_name *name);
/* Puts the file into its place, in one step. */
int stage_commit(const struct stage *stage);
/* Removes the folder and what is left in it. */
void stage_close(struct stage *stage);

#endif
