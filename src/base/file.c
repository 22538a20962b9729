/* file.c - mmap, write loops, temporary names. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int sx_map_open(const char *path, struct sx_map *map, struct sx_error *error)
{
    map->data = NULL;
    map->size = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);    /* a FIFO must not hang the caller */
    if (fd < 0)
        return sx_fail(error, errno == ENOENT || errno == ENOTDIR ? SYRINX_ERROR_NOT_FOUND : SYRINX_ERROR_IO,
                       "%s: %s", path, strerror(errno));
    struct stat info;
    int code = SYRINX_OK;
    if (fstat(fd, &info) != 0)
        code = sx_fail(error, SYRINX_ERROR_IO, "%s: %s", path, strerror(errno));
    else if (!S_ISREG(info.st_mode))
        code = sx_fail(error, SYRINX_ERROR_IO, "%s: not a regular file", path);
    else if (info.st_size > 0) {
        void *data = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (data == MAP_FAILED)
            code = sx_fail(error, SYRINX_ERROR_IO, "%s: %s", path, strerror(errno));
        else {
            map->data = data;
            map->size = (size_t)info.st_size;
        }
    }
    close(fd);
    return code;
}

void sx_map_close(struct sx_map *map)
{
    if (map->data)
        munmap((void *)map->data, map->size);
    map->data = NULL;
    map->size = 0;
}

int sx_atomic_open(const char *path, struct sx_atomic_file *file, struct sx_error *error)
{
    size_t length = strlen(path);
    struct stat info;
    file->fd = -1;
    file->path = strdup(path);
    file->temporary = malloc(length + 16);
    if (!file->path || !file->temporary) {
        sx_atomic_abandon(file);
        return sx_fail(error, SYRINX_ERROR_MEMORY, "%s: out of memory", path);
    }
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
        sx_atomic_abandon(file);
        return sx_fail(error, SYRINX_ERROR_IO, "%s: is a folder", path);
    }
    snprintf(file->temporary, length + 16, "%s.XXXXXX", path);
    file->fd = mkostemp(file->temporary, O_CLOEXEC);
    if (file->fd < 0) {
        int why = errno;
        free(file->temporary);          /* nothing was made, so nothing may be removed */
        file->temporary = NULL;
        sx_atomic_abandon(file);
        return sx_fail(error, why == ENOENT ? SYRINX_ERROR_NOT_FOUND : SYRINX_ERROR_IO, "%s: %s", path, strerror(why));
    }
    mode_t mask = umask(0);             /* mkstemp makes 0600; a new file should follow the umask as usual */
    umask(mask);
    if (fchmod(file->fd, 0666 & ~mask) != 0)
        return SYRINX_OK;               /* some file systems know no modes */
    return SYRINX_OK;
}

int sx_atomic_commit(struct sx_atomic_file *file, struct sx_error *error)
{
    int code = SYRINX_OK;
    if (fsync(file->fd) != 0 && errno != EINVAL && errno != ENOSYS)
        code = sx_fail(error, SYRINX_ERROR_IO, "%s: %s", file->path, strerror(errno));
    int closed = close(file->fd);
    file->fd = -1;
    if (code == SYRINX_OK && closed != 0)
        code = sx_fail(error, SYRINX_ERROR_IO, "%s: %s", file->path, strerror(errno));
    if (code == SYRINX_OK && rename(file->temporary, file->path) != 0)
        code = sx_fail(error, SYRINX_ERROR_IO, "%s: %s", file->path, strerror(errno));
    if (code == SYRINX_OK) {
        free(file->temporary);
        file->temporary = NULL;
    }
    sx_atomic_abandon(file);
    return code;
}

void sx_atomic_abandon(struct sx_atomic_file *file)
{
    if (file->fd >= 0)
        close(file->fd);
    if (file->temporary)
        unlink(file->temporary);
    free(file->temporary);
    free(file->path);
    file->temporary = file->path = NULL;
    file->fd = -1;
}

int sx_write_all(int fd, const void *bytes, size_t length)
{
    const char *at = bytes;
    while (length > 0) {
        ssize_t n = write(fd, at, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            if (n == 0)
                errno = ENOSPC;
            return -1;
        }
        at += n;
        length -= (size_t)n;
    }
    return 0;
}

char *sx_path_join(const char *folder, const char *name)
{
    size_t a = strlen(folder), b = strlen(name);
    char *path = malloc(a + b + 2);
    if (path) {
        memcpy(path, folder, a);
        path[a] = '/';
        memcpy(path + a + 1, name, b + 1);
    }
    return path;
}
