/* sink.c - bytes to files, pipes and devices, with a memory for failures. */
#include "audio/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Fills in what an open descriptor allows. A regular file that was not opened for appending can be mended afterwards. */
static int look_at(struct sx_sink *sink, struct sx_error *error)
{
    struct stat info;
    int flags = fcntl(sink->fd, F_GETFL);
    if (fstat(sink->fd, &info) != 0 || flags < 0)
        return sx_fail(error, SYRINX_ERROR_IO, "%s: %s", sink->name, strerror(errno));
    if ((flags & O_ACCMODE) == O_RDONLY)
        return sx_fail(error, SYRINX_ERROR_IO, "%s: not open for writing", sink->name);
    off_t base = lseek(sink->fd, 0, SEEK_CUR);
    sink->seekable = S_ISREG(info.st_mode) && !(flags & O_APPEND) && base >= 0;
    sink->base = sink->seekable ? base : 0;
    return SYRINX_OK;
}

static int open_sink(const char *path, struct sx_sink *sink, struct sx_error *error)
{
    struct stat info;
    if (strcmp(path, "-") == 0) {
        sink->name = strdup("standard output");
        if (!sink->name)
            return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
        /* A descriptor of our own, so that close() reports what it has to. */
        sink->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
        if (sink->fd < 0)
            return sx_fail(error, SYRINX_ERROR_IO, "%s: %s", sink->name, strerror(errno));
        return look_at(sink, error);
    }
    sink->name = strdup(path);
    if (!sink->name)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "%s: out of memory", path);
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)) {
        sink->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
        if (sink->fd < 0)
            return sx_fail(error, SYRINX_ERROR_IO, "%s: %s", path, strerror(errno));
        return look_at(sink, error);
    }
    int code = sx_atomic_open(path, &sink->file, error);
    if (code < 0)
        return code;
    sink->fd = sink->file.fd;
    sink->seekable = true;
    return SYRINX_OK;
}

int sx_sink_open(const char *path, struct sx_sink *sink, struct sx_error *error)
{
    memset(sink, 0, sizeof *sink);
    sink->fd = sink->file.fd = -1;
    int code = open_sink(path, sink, error);
    if (code < 0)
        sx_sink_abandon(sink);
    return code;
}

int sx_sink_write(struct sx_sink *sink, const void *bytes, size_t length)
{
    const char *at = bytes;
    if (sink->failed)
        return -1;
    if (!sink->seekable && sink->position < sink->end) {
        int64_t gone = sink->end - sink->position;
        size_t skip = gone < (int64_t)length ? (size_t)gone : length;
        at += skip;
        length -= skip;
        sink->position += (int64_t)skip;
    }
    if (length == 0)
        return 0;
    if (sx_write_all(sink->fd, at, length) != 0) {
        sink->failed = errno ? errno : EIO;
        return -1;
    }
    sink->position += (int64_t)length;
    if (sink->position > sink->end)
        sink->end = sink->position;
    return 0;
}

int64_t sx_sink_seek(struct sx_sink *sink, int64_t position)
{
    if (position < 0 || (!sink->seekable && position > sink->end))
        return -1;
    if (sink->seekable && lseek(sink->fd, sink->base + position, SEEK_SET) < 0) {
        if (!sink->failed)
            sink->failed = errno;
        return -1;
    }
    sink->position = position;
    return position;
}

int sx_sink_check(const struct sx_sink *sink, struct sx_error *error)
{
    if (!sink->failed)
        return SYRINX_OK;
    return sx_fail(error, SYRINX_ERROR_IO, "%s: %s", sink->name, strerror(sink->failed));
}

static void forget(struct sx_sink *sink)
{
    free(sink->name);
    sink->name = NULL;
    sink->fd = -1;
}

int sx_sink_commit(struct sx_sink *sink, struct sx_error *error)
{
    int code = sx_sink_check(sink, error);
    if (code < 0) {
        sx_sink_abandon(sink);
        return code;
    }
    if (sink->file.path) {
        code = sx_atomic_commit(&sink->file, error);
        if (code < 0)       /* the message names the resolved path; that is the one to look at */
            sx_context(error, "the sound file could not be finished");
    } else {
        /* What goes to a file by redirection must reach the disk too; pipes and devices answer EINVAL. */
        if (sink->seekable && fsync(sink->fd) != 0 && errno != EINVAL && errno != ENOSYS && errno != EROFS)
            code = sx_fail(error, SYRINX_ERROR_IO, "%s: %s", sink->name, strerror(errno));
        if (sink->seekable && code == SYRINX_OK)
            lseek(sink->fd, sink->base + sink->end, SEEK_SET);      /* what the caller writes next follows ours */
        if (close(sink->fd) != 0 && code == SYRINX_OK)
            code = sx_fail(error, SYRINX_ERROR_IO, "%s: %s", sink->name, strerror(errno));
    }
    forget(sink);
    return code;
}

void sx_sink_abandon(struct sx_sink *sink)
{
    if (sink->file.path)
        sx_atomic_abandon(&sink->file);
    else if (sink->fd >= 0)
        close(sink->fd);
    forget(sink);
}
