/* file.h - files as mapped memory, and files that appear only when complete. */
#ifndef SX_BASE_FILE_H
#define SX_BASE_FILE_H

#include <stddef.h>

#include "base/error.h"

/* A whole file, read-only. The memory stays valid until sx_map_close, also when the file is removed. */
struct sx_map {
    const unsigned char *data;      /* NULL when size is 0 */
    size_t size;
};

/* NOT_FOUND, IO (also for a folder or a device). */
int sx_map_open(const char *path, struct sx_map *map, struct sx_error *error);
void sx_map_close(struct sx_map *map);

/* A file under a temporary name in the folder of its final one. */
struct sx_atomic_file {
    int fd;                 /* open for writing, or -1 */
    char *temporary, *path;
};

int sx_atomic_open(const char *path, struct sx_atomic_file *file, struct sx_error *error);
/* fsync, close, rename; on failure the temporary file is removed. Frees the struct's memory in any case. */
int sx_atomic_commit(struct sx_atomic_file *file, struct sx_error *error);
/* Removes the temporary file. */
void sx_atomic_abandon(struct sx_atomic_file *file);

/* write(2) until all is written; 0, or -1 with errno. */
int sx_write_all(int fd, const void *bytes, size_t length);

/* "folder/name" in fresh memory (free()), NULL when there is none. */
char *sx_path_join(const char *folder, const char *name);

#endif
