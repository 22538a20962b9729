/* install.c - voices into the user's folder and out of it, each in one step: a reader of the folder sees a whole voice or none. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/random.h"
#include "voice/package.h"

enum { STALE = 24 * 3600 };             /* seconds after which a folder that an add left behind (it was killed) is litter */
static const char prefix[] = ".syrinx-voice-";

static int no_memory(struct sx_error *error)
{
    return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
}

static int failed(const char *path, struct sx_error *error)
{
    return sx_fail(error, SYRINX_ERROR_IO, "%s: %s", path, strerror(errno));
}

static bool is_there(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0;
}

/* -------------------------------------------------------------- folders of voices */

/* Makes a folder and those above it, private as the XDG specification wants it. */
static int make_folders(const char *path, struct sx_error *error)
{
    char *part = strdup(path);
    int code = SYRINX_OK;
    if (!part)
        return no_memory(error);
    for (char *slash = part; slash && code == SYRINX_OK;) {
        slash = strchr(slash + 1, '/');
        if (slash)
            *slash = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST && !is_there(part))
            code = failed(part, error);
        if (slash)
            *slash = '/';
    }
    free(part);
    struct stat info;
    if (code == SYRINX_OK && (stat(path, &info) != 0 || !S_ISDIR(info.st_mode)))
        code = sx_fail(error, SYRINX_ERROR_IO, "%s: is no folder", path);
    return code;
}

/* The user's folder of voices, or a message where there can be none. */
static int user_folder(char **folder, struct sx_error *error)
{
    *folder = sx_voice_user_folder();
    return *folder ? SYRINX_OK : sx_fail(error, SYRINX_ERROR_NOT_FOUND, "no folder for your voices: neither XDG_DATA_HOME nor HOME is set");
}

static bool is_stranger(const struct sx_card *card, const char *name)
{
    size_t n = strlen(name);
    for (int i = 0; i < SX_GRAPHS; i++)
        if (card->file[i] && strcmp(name, card->file[i]) == 0)
            return false;
    return strcmp(name, "voice.json") != 0 && !(n > 5 && strcmp(name + n - 5, ".onnx") == 0) && !(n > 10 && strcmp(name + n - 10, ".onnx.json") == 0) && !sx_is_note(name);
}

/* Whatever a user keeps in a voice's folder besides (recordings, a training) must not go with it: INPUT when there is such a thing. */
static int is_only_voice(const char *folder, struct sx_error *error)
{
    struct sx_map map = {0};
    struct sx_card card = {0};
    struct sx_faults ignored = {0};
    char *path = sx_path_join(folder, "voice.json");
    if (!path)
        return no_memory(error);
    if (sx_map_open(path, &map, error) == SYRINX_OK && map.size && map.size <= SX_CARD_BYTES)
        sx_card_read((const char *)map.data, map.size, path, &card, &ignored);
    sx_map_close(&map);
    free(path);
    DIR *dir = opendir(folder);
    int code = dir ? SYRINX_OK : failed(folder, error);
    const struct dirent *entry;
    while (code == SYRINX_OK && (entry = readdir(dir))) {
        struct stat info;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        bool file = fstatat(dirfd(dir), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISDIR(info.st_mode);
        if (!file || is_stranger(&card, entry->d_name))
            code = sx_fail(error, SYRINX_ERROR_INPUT, "%s holds more than a voice (%.100s): take that out first, or remove the folder yourself", folder, entry->d_name);
    }
    if (dir)
        closedir(dir);
    sx_card_free(&card);
    return code;
}

/* Deletes the files of a folder, and it; what cannot be deleted stays. */
static int delete_folder(const char *folder, struct sx_error *error)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    int code = SYRINX_OK;
    while (dir && (entry = readdir(dir)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && unlinkat(dirfd(dir), entry->d_name, 0) != 0 && code == SYRINX_OK)
            code = failed(folder, error);
    if (dir)
        closedir(dir);
    if (rmdir(folder) != 0 && code == SYRINX_OK)
        code = failed(folder, error);
    return code;
}

/* A hidden name beside the voices that is free; the search passes over hidden folders. */
static char *temporary_name(const char *folder)
{
    static _Atomic uint64_t turn;
    struct timespec now;
    char name[sizeof prefix + 16];
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t seed = (uint64_t)now.tv_nsec ^ (uint64_t)now.tv_sec << 30 ^ (uint64_t)getpid() << 44;
    snprintf(name, sizeof name, "%s%016llx", prefix, (unsigned long long)sx_random_bits(seed, turn++));
    return sx_path_join(folder, name);
}

/* What earlier adds left when they were killed. */
static void sweep(const char *folder)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    while (dir && (entry = readdir(dir))) {
        struct stat info;
        struct sx_error ignored;
        char *path = strncmp(entry->d_name, prefix, sizeof prefix - 1) == 0 ? sx_path_join(folder, entry->d_name) : NULL;
        if (path && lstat(path, &info) == 0 && S_ISDIR(info.st_mode) && info.st_mtime + STALE < time(NULL))
            delete_folder(path, &ignored);
        free(path);
    }
    if (dir)
        closedir(dir);
}

static void sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);                      /* some file systems cannot, and have nothing to lose then */
        close(fd);
    }
}

/* -------------------------------------------------------------- adding */

static int write_file(const char *folder, const struct sx_package_file *file, struct sx_error *error)
{
    char *path = sx_path_join(folder, file->name);
    if (!path)
        return no_memory(error);
    int code = SYRINX_OK, fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0 || sx_write_all(fd, file->data, file->size) != 0 || (fsync(fd) != 0 && errno != EINVAL && errno != ENOSYS))
        code = failed(path, error);
    if (fd >= 0 && close(fd) != 0 && code == SYRINX_OK)
        code = failed(path, error);
    free(path);
    return code;
}

static int write_all(const char *folder, const struct sx_package *package, struct sx_error *error)
{
    int code = SYRINX_OK;
    for (int i = 0; i < package->count && code == SYRINX_OK; i++)
        code = write_file(folder, &package->file[i], error);
    sync_folder(folder);
    return code;
}

static int exists(const char *path, struct sx_error *error)
{
    return sx_fail(error, SYRINX_ERROR_EXISTS, "%s: there is a voice of that name already", path);
}

/* Gives the new folder its name where nothing has it. */
static int put_new(const char *temporary, const char *path, struct sx_error *error)
{
    if (renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
        return SYRINX_OK;
    if (errno == EEXIST || errno == ENOTEMPTY)
        return exists(path, error);
    if ((errno != EINVAL && errno != ENOSYS) || rename(temporary, path) != 0)      /* not every file system knows the flag */
        return errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR ? exists(path, error) : failed(path, error);
    return SYRINX_OK;
}

/* Exchanges the new folder with the old one, which then has the temporary name. */
static int put_over(const char *temporary, const char *path, struct sx_error *error)
{
    if (renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_EXCHANGE) == 0)
        return SYRINX_OK;
    if (errno != EINVAL && errno != ENOSYS)
        return failed(path, error);
    char *old = NULL, *folder = strdup(path);      /* two steps: for a moment there is no voice of that name */
    if (folder) {
        *strrchr(folder, '/') = '\0';
        old = temporary_name(folder);
    }
    free(folder);
    if (!old)
        return no_memory(error);
    int code = rename(path, old) == 0 ? SYRINX_OK : failed(path, error);
    if (code == SYRINX_OK && rename(temporary, path) != 0) {
        code = failed(path, error);
        if (rename(old, path) != 0)
            code = sx_fail(error, SYRINX_ERROR_IO, "%s: %s; the voice is now in %s", path, strerror(errno), old);
    } else if (code == SYRINX_OK && rename(old, temporary) != 0) {
        struct sx_error ignored;
        delete_folder(old, &ignored);
    }
    free(old);
    return code;
}

/* What stands at `path` may be replaced: a folder of a voice and no more. */
static int may_replace(const char *path, bool replace, struct sx_error *error)
{
    struct stat info;
    if (lstat(path, &info) != 0)
        return SYRINX_OK;
    if (!replace)
        return exists(path, error);
    if (S_ISLNK(info.st_mode) || !S_ISDIR(info.st_mode))
        return sx_fail(error, SYRINX_ERROR_INPUT, "%s: is no folder, but a link or a file: remove it yourself", path);
    return is_only_voice(path, error);
}

int sx_package_install(const struct sx_package *package, bool replace, char **out, struct sx_error *error)
{
    char *voices, *path = NULL, *temporary = NULL;
    *out = NULL;
    int code = user_folder(&voices, error);
    if (code == SYRINX_OK)
        code = make_folders(voices, error);
    if (code == SYRINX_OK) {
        sweep(voices);
        path = sx_path_join(voices, package->card.name);
        temporary = temporary_name(voices);
        code = path && temporary ? may_replace(path, replace, error) : no_memory(error);
    }
    if (code == SYRINX_OK && mkdir(temporary, 0777) != 0)
        code = failed(temporary, error);
    else if (code == SYRINX_OK) {
        struct sx_error ignored;
        code = write_all(temporary, package, error);
        bool over = code == SYRINX_OK && replace && is_there(path);      /* what came there meanwhile is somebody's, too */
        if (code == SYRINX_OK)
            code = over ? put_over(temporary, path, error) : put_new(temporary, path, error);
        if (code < 0 || over)
            delete_folder(temporary, &ignored);
        sync_folder(voices);
    }
    if (code == SYRINX_OK)
        *out = path;
    else
        free(path);
    free(temporary);
    free(voices);
    return code;
}

/* -------------------------------------------------------------- removing */

static int note_place(const char *path, void *user)
{
    struct sx_buffer *places = user;
    sx_buffer_printf(places, "%s%s", places->length ? ", " : "", path);
    return 0;
}

static int not_here(const char *name, const char *voices, struct sx_error *error)
{
    struct sx_buffer places = {0};
    int code = sx_voice_each(name, note_place, &places) == 0
                   ? sx_fail(error, SYRINX_ERROR_NOT_FOUND, "no voice \"%s\" in your folder %s, nor anywhere else (see `syrinx voices`)", name, voices)
             : places.failed ? no_memory(error)
                   : sx_fail(error, SYRINX_ERROR_NOT_FOUND, "no voice \"%s\" in your folder %s; one is in %s, which is not ours to change", name, voices, places.data);
    sx_buffer_free(&places);
    return code;
}

/* Out of sight first, in one step, then deleted. */
static int take_away(const char *path, const char *voices, struct sx_error *error)
{
    char *temporary = temporary_name(voices);
    if (!temporary)
        return no_memory(error);
    int code = rename(path, temporary) == 0 ? delete_folder(temporary, error) : failed(path, error);
    free(temporary);
    sync_folder(voices);
    return code;
}

int sx_package_remove(const char *name, char **out, struct sx_error *error)
{
    char *voices, *path, *card = NULL, *piper = NULL;
    struct stat info;
    *out = NULL;
    if (!sx_plain_name(name))
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "\"%.100s\" is no voice's name", name);
    int code = user_folder(&voices, error);
    if (code < 0)
        return code;
    path = sx_path_join(voices, name);
    card = path ? sx_path_join(path, "voice.json") : NULL;
    if (!card)
        code = no_memory(error);
    else if (lstat(path, &info) != 0)
        code = not_here(name, voices, error);
    else if (S_ISLNK(info.st_mode))     /* a voice that lies elsewhere: what the user made is the link, and it goes */
        code = unlink(path) == 0 ? SYRINX_OK : failed(path, error);
    else if (!S_ISDIR(info.st_mode) || !(is_there(card) || (piper = sx_voice_piper_file(path))))
        code = sx_fail(error, SYRINX_ERROR_INPUT, "%s is no voice: there is no voice.json in it", path);
    else {
        code = is_only_voice(path, error);
        if (code == SYRINX_OK)
            code = take_away(path, voices, error);
    }
    if (code == SYRINX_OK)
        *out = path;
    else
        free(path);
    free(piper);
    free(card);
    free(voices);
    return code;
}
