/* file.c - mmap, write loops, temporary names. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/random.h"

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

/* ".syrinx-" and 16 hex digits in the folder of `path`: short, so that a long final name is no trouble. NULL: no memory. */
static char *temporary_name(const char *path, uint64_t number)
{
    const char *slash = strrchr(path, '/');
    size_t folder = slash ? (size_t)(slash - path) + 1 : 0;
    char *name = malloc(folder + 32);
    if (name) {
        memcpy(name, path, folder);
        snprintf(name + folder, 32, ".syrinx-%016llx", (unsigned long long)number);
    }
    return name;
}

/* O_CREAT with 0666 lets the system apply the umask; asking for the umask would change it for all threads for a moment. */
static int create_temporary(const char *path, char **temporary)
{
    static _Atomic uint64_t turn;
    for (int attempt = 0; attempt < 100; attempt++) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        uint64_t seed = (uint64_t)now.tv_nsec ^ (uint64_t)now.tv_sec << 30 ^ (uint64_t)getpid() << 44;
        *temporary = temporary_name(path, sx_random_bits(seed, turn++));
        int fd = *temporary ? open(*temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666) : -1;
        if (fd >= 0 || !*temporary)
            return fd;
        int why = errno;
        free(*temporary);               /* nothing was made, so nothing may be removed */
        *temporary = NULL;
        errno = why;
        if (why != EEXIST)
            return -1;
    }
    return -1;
}

/* The file that `path` stands for: a symbolic link is followed, also one whose target does not exist yet. NULL with errno. */
static char *follow(const char *path)
{
    char *target = realpath(path, NULL);
    struct stat info;
    if (target || errno != ENOENT || lstat(path, &info) != 0 || !S_ISLNK(info.st_mode))
        return target || errno == ENOENT ? (target ? target : strdup(path)) : NULL;
    char link[4096];
    ssize_t length = readlink(path, link, sizeof link - 1);
    if (length < 0)
        return NULL;
    link[length] = '\0';
    const char *slash = strrchr(path, '/');
    size_t folder = link[0] == '/' || !slash ? 0 : (size_t)(slash - path) + 1;
    target = malloc(folder + (size_t)length + 1);
    if (target) {
        memcpy(target, path, folder);
        memcpy(target + folder, link, (size_t)length + 1);
    }
    return target;
}

int sx_atomic_open(const char *path, struct sx_atomic_file *file, struct sx_error *error)
{
    struct stat info;
    file->fd = -1;
    file->temporary = NULL;
    file->path = follow(path);
    if (!file->path)
        return sx_fail(error, errno == ENOMEM ? SYRINX_ERROR_MEMORY : SYRINX_ERROR_IO, "%s: %s", path, strerror(errno));
    bool there = stat(file->path, &info) == 0;
    if (there && S_ISDIR(info.st_mode)) {
        sx_atomic_abandon(file);
        return sx_fail(error, SYRINX_ERROR_IO, "%s: is a folder", path);
    }
    file->fd = create_temporary(file->path, &file->temporary);
    if (file->fd < 0) {
        int why = errno;
        sx_atomic_abandon(file);
        return sx_fail(error, why == ENOENT ? SYRINX_ERROR_NOT_FOUND : SYRINX_ERROR_IO, "%s: %s", path, strerror(why));
    }
    /* a file that was private stays private; some file systems know no modes */
    if (there && fchmod(file->fd, info.st_mode & 0777) != 0)
        errno = 0;
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
