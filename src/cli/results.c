/* results.c - one line of JSON for each job that ended. A line counts when its end is there, so a kill in the middle of one costs that job's work, no more. */
#include "results.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "json.h"

#define LINE_MOST (1 << 17)             /* bytes of a result; ids and messages are shorter */

static int trouble(const char *path)
{
    cli_error("%s: %s", path, strerror(errno));
    return CLI_FAILED;
}

/* ------------------------------------------------------------------ names */

/* Where the ending ".jsonl" begins, else the end. */
static size_t before_ending(const char *path)
{
    size_t n = strlen(path);
    return n > 6 && strcmp(path + n - 6, ".jsonl") == 0 && path[n - 7] != '/' ? n - 6 : n;
}

char *results_base(const char *list)
{
    char *path = NULL;
    return asprintf(&path, "%.*s.results.jsonl", (int)before_ending(list), list) < 0 ? NULL : path;
}

char *results_path(const char *base, int shard, int shards)
{
    char *path = NULL;
    size_t n = before_ending(base);
    if (shards == 1)
        return strdup(base);
    return asprintf(&path, "%.*s-%dof%d%s", (int)n, base, shard, shards, base + n) < 0 ? NULL : path;
}

/* ------------------------------------------------------------------ writing */

/* Cuts off what stands behind the last end of a line. */
static int mend(const struct results *results)
{
    char bytes[4096];
    off_t end = lseek(results->fd, 0, SEEK_END), keep = end;
    while (keep > 0) {
        size_t n = keep < (off_t)sizeof bytes ? (size_t)keep : sizeof bytes;
        if (pread(results->fd, bytes, n, keep - (off_t)n) != (ssize_t)n)
            return trouble(results->path);
        const char *last = memrchr(bytes, '\n', n);
        if (last) {
            keep = keep - (off_t)n + (last - bytes) + 1;
            break;
        }
        keep -= (off_t)n;
    }
    if (keep == end)
        return CLI_DONE;
    cli_note("%s: the last line was not written to its end; it is dropped", results->path);
    return ftruncate(results->fd, keep) == 0 ? CLI_DONE : trouble(results->path);
}

int results_open(struct results *results, const char *path)
{
    struct stat info;
    results->path = strdup(path);
    results->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0666);
    if (!results->path)
        return cli_failed(SYRINX_ERROR_MEMORY, NULL);
    if (results->fd < 0 || fstat(results->fd, &info) != 0)
        return trouble(path);
    if (!S_ISREG(info.st_mode)) {
        cli_error("%s: results go to a plain file", path);
        return CLI_FAILED;
    }
    if (flock(results->fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK)               /* some file systems know no locks */
            return mend(results);
        cli_error("%s: another run is at work on it", path);
        return CLI_FAILED;
    }
    return mend(results);
}

int results_append(struct results *results, const struct job *job, const struct result *result)
{
    char *line = NULL;
    size_t length = 0;
    FILE *file = open_memstream(&line, &length);
    if (!file)
        return cli_failed(SYRINX_ERROR_MEMORY, NULL);
    fputs("{\"id\":", file);
    cli_json_string(file, job->id, strlen(job->id));
    fprintf(file, ",\"line\":%lu,\"status\":\"%s\",\"exit\":%d,\"out\":", job->number, result->exit == CLI_DONE ? "done" : "failed", result->exit);
    cli_json_string(file, job->out, strlen(job->out));
    fprintf(file, ",\"samples\":%llu,\"duration\":%.4f,\"elapsed\":%.3f,\"message\":", (unsigned long long)result->samples,
            result->rate ? (double)result->samples / result->rate : 0.0, result->elapsed);
    cli_json_string(file, result->message, strlen(result->message));
    fprintf(file, ",\"job\":\"%016llx\"}\n", (unsigned long long)job->print);
    bool good = fclose(file) == 0;
    const char *at = line;
    while (good && length > 0) {
        ssize_t n = write(results->fd, at, length);
        if (n < 0 && errno == EINTR)
            continue;
        good = n > 0;
        at += n > 0 ? n : 0;
        length -= n > 0 ? (size_t)n : 0;
    }
    free(line);
    return good ? CLI_DONE : trouble(results->path);
}

void results_close(struct results *results)
{
    if (results->fd >= 0)
        close(results->fd);             /* and unlocked */
    free(results->path);
    *results = (struct results){ .fd = -1 };
}

/* ------------------------------------------------------------------ reading */

/* False: the line is no result. */
static bool read_result(char *line, size_t length, struct spool_record *record)
{
    struct cli_json json;
    struct cli_json_value key, value;
    int got = cli_json_begin(&json, line, length);
    const char *id = NULL, *state = NULL, *print = NULL;
    while (got >= 0 && (got = cli_json_next(&json, &key, &value)) > 0) {
        if (value.kind != CLI_JSON_STRING)
            continue;
        if (strcmp(key.text, "id") == 0)
            id = value.text;
        else if (strcmp(key.text, "status") == 0)
            state = value.text;
        else if (strcmp(key.text, "job") == 0)
            print = value.text;
    }
    if (got < 0 || !id || !state || !print || strspn(print, "0123456789abcdef") != 16 || print[16])
        return false;
    *record = (struct spool_record){ .name = job_name_of(id), .print = strtoull(print, NULL, 16), .value = strcmp(state, "done") == 0 ? RESULT_DONE : RESULT_FAILED };
    return true;
}

static int read_file(const char *path, char *line, struct spool *spool)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), status = CLI_DONE, c;
    FILE *file = fd >= 0 ? fdopen(fd, "r") : NULL;
    size_t length = 0;
    if (!file) {
        if (fd >= 0)
            close(fd);
        return errno == ENOENT ? CLI_DONE : trouble(path);
    }
    while (status == CLI_DONE && (c = getc_unlocked(file)) != EOF) {
        struct spool_record record;
        if (c != '\n') {
            if (length < LINE_MOST)
                line[length++] = (char)c;
            continue;
        }
        if (length < LINE_MOST && read_result(line, length, &record))
            status = spool_add(spool, &record);
        length = 0;
    }
    if (status == CLI_DONE && ferror(file))
        status = trouble(path);
    fclose(file);
    return status;
}

/* "…-2of5.jsonl" at the place where the ending of the base is. */
static bool is_shard(const char *path, const char *base)
{
    size_t n = before_ending(base);
    const char *at = path + n + 1;
    size_t k = strspn(at, "0123456789");
    if (k == 0 || strncmp(at + k, "of", 2) != 0)
        return false;
    at += k + 2;
    k = strspn(at, "0123456789");
    return k > 0 && strcmp(at + k, base + n) == 0;
}

/* What means something to glob() means itself. */
static char *shards_pattern(const char *base)
{
    size_t n = before_ending(base), length = 0;
    char *pattern = malloc(2 * strlen(base) + 8);
    for (size_t i = 0; pattern && base[i]; i++) {
        if (i == n)
            length += (size_t)sprintf(pattern + length, "-*of*");
        if (strchr("*?[\\", base[i]))
            pattern[length++] = '\\';
        pattern[length++] = base[i];
    }
    if (pattern)
        strcpy(pattern + length, base[n] ? "" : "-*of*");
    return pattern;
}

int results_read(const char *base, struct spool *spool)
{
    glob_t found = { 0 };
    char *line = malloc(LINE_MOST + 1), *pattern = shards_pattern(base);
    int status = line && pattern ? read_file(base, line, spool) : cli_failed(SYRINX_ERROR_MEMORY, NULL);
    if (status == CLI_DONE) {
        int code = glob(pattern, GLOB_NOSORT, NULL, &found);
        if (code != 0 && code != GLOB_NOMATCH) {
            cli_error("%s: its folder cannot be read", base);
            status = CLI_FAILED;
        }
    }
    for (size_t i = 0; line && status == CLI_DONE && i < found.gl_pathc; i++)
        if (is_shard(found.gl_pathv[i], base))
            status = read_file(found.gl_pathv[i], line, spool);
    globfree(&found);
    free(pattern);
    free(line);
    return status;
}
