/* job_list.c - lines of a job list of any size, one at a time. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "job.h"

static bool copy_input(FILE *to)
{
    char bytes[65536];
    while (cli_wait_readable(STDIN_FILENO) == 1) {
        ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (n <= 0)
            return n == 0 && fflush(to) == 0;
        if (fwrite(bytes, 1, (size_t)n, to) != (size_t)n)
            return false;
    }
    return false;
}

int job_list_open(struct job_list *list, const char *path)
{
    bool standard = strcmp(path, "-") == 0;
    *list = (struct job_list){ .path = standard ? "standard input" : path };
    list->file = standard ? tmpfile() : fopen(path, "re");
    bool good = list->file && (!standard || copy_input(list->file));
    if (cli_interrupted())
        return cli_interrupt_status();
    if (!good) {
        cli_error("%s: %s", list->path, strerror(errno));
        return CLI_FAILED;
    }
    job_list_rewind(list);
    return CLI_DONE;
}

void job_list_rewind(struct job_list *list)
{
    rewind(list->file);
    list->number = 0;
}

void job_list_close(struct job_list *list)
{
    if (list->file)
        fclose(list->file);
    list->file = NULL;
}

static bool is_blank(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!strchr(" \t\r\n", text[i]) || text[i] == '\0')
            return false;
    return true;
}

/* One line, blank or not: 1, 0 at the end, -1 after a message. */
static int read_line(struct job_list *list, struct job *job)
{
    int c = getc_unlocked(list->file);
    if (c == EOF && !ferror(list->file))
        return 0;
    job->length = 0;
    job->number = ++list->number;
    for (; c != EOF && c != '\n'; c = getc_unlocked(list->file)) {
        if (job->length + 1 >= job->capacity || job->length >= JOB_LINE_MOST) {
            size_t capacity = job->capacity ? 2 * job->capacity : 1024;
            char *line = job->length < JOB_LINE_MOST ? realloc(job->line, capacity) : NULL;
            if (!line) {
                bool longer = job->length >= JOB_LINE_MOST;
                snprintf(job->told.message, sizeof job->told.message, longer ? "the line is longer than 16 MB: a long text belongs into a file" : "out of memory");
                while (longer && c != EOF && c != '\n')
                    c = getc_unlocked(list->file);
                job->column = 1;
                return -1;
            }
            job->line = line;
            job->capacity = capacity;
        }
        job->line[job->length++] = (char)c;
    }
    if (ferror(list->file)) {
        snprintf(job->told.message, sizeof job->told.message, "%s", strerror(errno));
        job->column = 1;
        return -1;
    }
    if (list->number == 1 && job->length >= 3 && memcmp(job->line, "\xEF\xBB\xBF", 3) == 0) {       /* the mark that some editors put first */
        job->length -= 3;
        memmove(job->line, job->line + 3, job->length);
    }
    return 1;
}

int job_list_next(struct job_list *list, struct job *job)
{
    int got;
    *job->told.message = '\0';
    while ((got = read_line(list, job)) == 1 && is_blank(job->line, job->length))
        continue;
    return got;
}
