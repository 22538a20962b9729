/* stage.c - makes, commits and clears a job's folder ".syrinx-<16 hex digits>". */
#include "stage.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int trouble(const char *path)
{
    cli_error("%s: %s", path, strerror(errno));
    return CLI_FAILED;
}

/* The folders that lead to a file. */
static int make_folders(const char *path)
{
    char *copy = strdup(path);
    int status = copy ? CLI_DONE : cli_failed(SYRINX_ERROR_MEMORY, NULL);
    for (char *slash = copy ? strchr(copy + 1, '/') : NULL; slash && status == CLI_DONE; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(copy, 0777) != 0 && errno != EEXIST)
            status = trouble(copy);
        *slash = '/';
    }
    free(copy);
    return status;
}

/* Plain files only: nothing of ours has a folder in it. */
static void empty_folder(const char *path)
{
    DIR *folder = opendir(path);
    struct dirent *entry;
    while (folder && (entry = readdir(folder)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder)
        closedir(folder);
}

int stage_open(struct stage *stage, const char *target, const struct job_name *name)
{
    struct stat info;
    memset(stage, 0, sizeof *stage);
    int status = make_folders(target);
    if (status != CLI_DONE)
        return status;
    stage->target = realpath(target, NULL);             /* a symbolic link stays one */
    if (!stage->target && errno != ENOENT)
        return trouble(target);
    if (!stage->target && !(stage->target = strdup(target)))
        return cli_failed(SYRINX_ERROR_MEMORY, NULL);
    if (stat(stage->target, &info) == 0 && !S_ISREG(info.st_mode)) {
        cli_error("%s: is there already, and no plain file", target);
        return CLI_FAILED;
    }
    const char *slash = strrchr(stage->target, '/'), *base = slash ? slash + 1 : stage->target;
    if (asprintf(&stage->folder, "%.*s.syrinx-%016llx", (int)(base - stage->target), stage->target, (unsigned long long)(name->a ^ name->b)) < 0 ||
        asprintf(&stage->path, "%s/%s", stage->folder, base) < 0)
        return cli_failed(SYRINX_ERROR_MEMORY, NULL);
    if (mkdir(stage->folder, 0777) == 0)
        return CLI_DONE;
    if (errno != EEXIST || lstat(stage->folder, &info) != 0 || !S_ISDIR(info.st_mode))
        return trouble(stage->folder);
    empty_folder(stage->folder);
    return CLI_DONE;
}

int stage_commit(const struct stage *stage)
{
    return rename(stage->path, stage->target) == 0 ? CLI_DONE : trouble(stage->target);
}

void stage_close(struct stage *stage)
{
    if (stage->folder) {
        empty_folder(stage->folder);
        rmdir(stage->folder);
    }
    free(stage->folder);
    free(stage->path);
    free(stage->target);
    memset(stage, 0, sizeof *stage);
}
