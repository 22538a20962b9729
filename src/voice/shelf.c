/* shelf.c - files of a package in a folder: plain files only, of a size that a voice may have. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ascii.h"
#include "voice/package.h"

bool sx_is_note(const char *name)
{
    static const char *const notes[] = {"licence", "license", "copying", "notice", "readme", "authors"};
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
        size_t n = strlen(notes[i]);
        if (sx_ascii_compare_n(name, notes[i], n) == 0 && (!name[n] || name[n] == '.' || name[n] == '-' || name[n] == '_'))
            return true;
    }
    return false;
}

bool sx_shelf_add(struct sx_shelf *shelf, const char *name, uint64_t index, struct sx_faults *faults)
{
    if (shelf->count == SX_PACKAGE_ENTRIES) {
        sx_fault(faults, SYRINX_ERROR_INPUT, "%s: more than %d files: no voice has so many", shelf->where, SX_PACKAGE_ENTRIES);
        return false;
    }
    char *copy = strdup(name);
    if (!copy) {
        sx_fault(faults, SYRINX_ERROR_MEMORY, "out of memory");
        return false;
    }
    shelf->index[shelf->count] = index;
    shelf->names[shelf->count++] = copy;
    return true;
}

int sx_shelf_folder(const char *path, struct sx_shelf *shelf, struct sx_faults *faults, struct sx_error *error)
{
    shelf->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int again = shelf->folder < 0 ? -1 : dup(shelf->folder);
    DIR *dir = again < 0 ? NULL : fdopendir(again);
    if (!dir) {
        int code = sx_fail(error, SYRINX_ERROR_IO, "%s: %s", path, strerror(errno));
        if (again >= 0)
            close(again);
        return code;
    }
    const struct dirent *entry;
    while ((entry = readdir(dir)) && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 || sx_shelf_add(shelf, entry->d_name, 0, faults)))
        ;
    closedir(dir);
    return SYRINX_OK;
}

/* Reads a file that has `size` bytes and no more. */
static bool read_whole(int fd, size_t size, unsigned char **data)
{
    unsigned char *bytes = malloc(size + 1);
    size_t done = 0;
    while (bytes && done <= size) {
        ssize_t n = read(fd, bytes + done, size + 1 - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    *data = bytes;
    return bytes && done == size;
}

static bool read_folder_file(struct sx_shelf *shelf, const char *name, size_t limit, struct sx_package_file *file, struct sx_faults *faults)
{
    struct stat info;
    int fd = openat(shelf->folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &info) != 0) {
        if (errno == ELOOP)
            sx_fault(faults, SYRINX_ERROR_INPUT, "%s: %s is a symbolic link; a package holds its files themselves", shelf->where, name);
        else
            sx_fault(faults, SYRINX_ERROR_IO, "%s: %s: %s", shelf->where, name, strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    bool good = false;
    if (!S_ISREG(info.st_mode))
        sx_fault(faults, SYRINX_ERROR_INPUT, "%s: %s is not a regular file", shelf->where, name);
    else if (info.st_size < 0 || (uint64_t)info.st_size > limit || shelf->total + (uint64_t)info.st_size > SX_PACKAGE_ALL)
        sx_fault(faults, SYRINX_ERROR_INPUT, "%s: %s is too large: %zu bytes are the most, and %d MiB for all files", shelf->where, name, limit, SX_PACKAGE_ALL >> 20);
    else if ((good = read_whole(fd, (size_t)info.st_size, &file->data))) {
        file->size = (size_t)info.st_size;
        shelf->total += file->size;
    } else if (!file->data)
        sx_fault(faults, SYRINX_ERROR_MEMORY, "out of memory");
    else
        sx_fault(faults, SYRINX_ERROR_IO, "%s: %s: reading failed, or it is being written", shelf->where, name);
    close(fd);
    return good;
}

bool sx_shelf_read(struct sx_shelf *shelf, int i, size_t limit, struct sx_package_file *file, struct sx_faults *faults)
{
    file->name = strdup(shelf->names[i]);
    file->data = NULL;
    file->size = 0;
    if (!file->name) {
        sx_fault(faults, SYRINX_ERROR_MEMORY, "out of memory");
        return false;
    }
    bool good = shelf->zip ? sx_shelf_read_zip(shelf, i, limit, file, faults) : read_folder_file(shelf, shelf->names[i], limit, file, faults);
    if (!good) {
        free(file->data);
        file->data = NULL;
    }
    return good;
}

void sx_shelf_close(struct sx_shelf *shelf)
{
    for (int i = 0; i < shelf->count; i++)
        free(shelf->names[i]);
    if (shelf->folder >= 0)
        close(shelf->folder);
    sx_shelf_close_zip(shelf);
}
