/* job.h - a job of `syrinx batch`: a line of JSON that says what to speak, how, and into which file. docs/syrinx.1 lists the keys. */
#ifndef SYRINX_CLI_JOB_H
#define SYRINX_CLI_JOB_H

#include "speak.h"

#define JOB_LINE_MOST ((size_t)16 << 20)        /* bytes of a line; longer texts belong into files */

/* Two hashes of a string, to tell names apart without keeping them. */
struct job_name {
    uint64_t a, b;
};

/* What all jobs have in common. */
struct job_rules {
    struct cli_speak defaults;
    const char *folder;                 /* of the list: `file`, `lexicon` and voices that are paths are looked for there */
    const char *output;                 /* folder that `out` and `events` are below */
    bool any_path;                      /* absolute paths and ".." are taken */
};

struct job {
    char *line;                         /* [capacity]; strings are decoded in place and stay here */
    size_t capacity, length;
    unsigned long number;               /* of the line, from 1 */
    const char *id, *text;              /* text NULL: speak.file */
    const char *out, *events;           /* as the line has them; events may be NULL */
    struct cli_speak speak;             /* options filled in, but for output and events_path */
    char *paths[3];                     /* joined with the folder: file, lexicon, voice */
    struct job_name name;               /* of the id */
    uint64_t print;                     /* of all that decides what is made: a job that was changed is another one */
    unsigned long column;               /* of a mistake, from 1 */
    struct cli_listener told;           /* what it is */
};

/* A list of jobs, read line by line. */
struct job_list {
    FILE *file;
    const char *path;
    unsigned long number;               /* of the line read last */
};

/* Opens a list; "-" is standard input, which is copied to a temporary file so that it can be read twice. */
int job_list_open(struct job_list *list, const char *path);
void job_list_rewind(struct job_list *list);
void job_list_close(struct job_list *list);
/* The next line that is not blank, without its end: 1; 0: there is none; -1: told in job->told (also a line that is too long, behind which one can go on). */
int job_list_next(struct job_list *list, struct job *job);

/* Reads a job from its line. False: job->column and job->told. */
bool job_read(struct job *job, const struct job_rules *rules);
void job_free(struct job *job);

struct job_name job_name_of(const char *text);
/* A path without what does not change where it leads ("./", "//"), in place. */
void job_clean_path(char *path);
/* folder/path in fresh memory; just the path in ".". */
char *job_path(const char *folder, const char *path);

#endif
