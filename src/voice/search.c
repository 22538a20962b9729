/* search.c - where voices are: $SYRINX_VOICES, the user's data folder, beside the library, the installed folder. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/place.h"
#include "voice/voice.h"

enum { FOLDERS = 64 };              /* $SYRINX_VOICES may fill all but the last KEPT */
enum { KEPT = 4 };

struct folders {
    char *list[FOLDERS];
    int count;
};

static void add(struct folders *folders, const char *base, size_t length, const char *tail)
{
    if (length == 0 || folders->count == FOLDERS)
        return;
    char *path = malloc(length + strlen(tail) + 1);
    if (!path)
        return;
    memcpy(path, base, length);
    strcpy(path + length, tail);
    for (int i = 0; i < folders->count; i++) {
        if (strcmp(folders->list[i], path) == 0) {      /* the library beside its own installed folder, for one */
            free(path);
            return;
        }
    }
    folders->list[folders->count++] = path;
}

/* The library's own place finds the voices of a build tree (build/../voices) and of an installation that was moved. */
static void add_beside_library(struct folders *folders)
{
    char *own = sx_own_folder(), *slash = own ? strrchr(own, '/') : NULL;
    if (slash) {
        add(folders, own, (size_t)(slash - own), "/share/syrinx/voices");
        add(folders, own, (size_t)(slash - own), "/voices");
    }
    free(own);
}

char *sx_voice_user_folder(void)
{
    const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME"), *tail = "/syrinx/voices";
    if (!data || *data != '/') {        /* the XDG specification: a relative path is to be ignored */
        data = home;
        tail = "/.local/share/syrinx/voices";
    }
    char *path = data && *data ? malloc(strlen(data) + strlen(tail) + 1) : NULL;
    if (path)
        strcpy(stpcpy(path, data), tail);
    return path;
}

static void search_path(struct folders *folders)
{
    folders->count = 0;
    const char *variable = getenv("SYRINX_VOICES");
    while (variable && *variable && folders->count < FOLDERS - KEPT) {
        size_t length = strcspn(variable, ":");
        add(folders, variable, length, "");
        variable += length + (variable[length] == ':');
    }
    char *own = sx_voice_user_folder();
    if (own)
        add(folders, own, strlen(own), "");
    free(own);
    add_beside_library(folders);
    add(folders, SX_DATA_DIR, strlen(SX_DATA_DIR), "/voices");
}

static void free_folders(struct folders *folders)
{
    for (int i = 0; i < folders->count; i++)
        free(folders->list[i]);
}

int sx_voice_folders(int (*visit)(const char *folder, void *user), void *user)
{
    struct folders folders;
    int stop = 0;
    search_path(&folders);
    for (int i = 0; i < folders.count && !stop; i++)
        stop = visit(folders.list[i], user);
    free_folders(&folders);
    return stop;
}

static bool has_card(const char *folder)
{
    char *card = sx_path_join(folder, "voice.json");
    struct stat info;
    bool there = card && stat(card, &info) == 0;
    free(card);
    if (!there) {                   /* a folder with the two files of a Piper voice */
        char *file = stat(folder, &info) == 0 && S_ISDIR(info.st_mode) ? sx_voice_piper_file(folder) : NULL;
        there = file != NULL;
        free(file);
    }
    return there;
}

/* The voice of a name in a folder, in fresh memory: a folder of that name, or else the .onnx of a Piper voice. NULL: none. */
static char *voice_in(const char *folder, const char *name)
{
    char *path = sx_path_join(folder, name);
    if (path && has_card(path))
        return path;
    free(path);
    path = malloc(strlen(folder) + strlen(name) + 12);
    struct stat info;
    if (!path)
        return NULL;
    strcpy(stpcpy(stpcpy(stpcpy(path, folder), "/"), name), ".onnx.json");
    bool there = stat(path, &info) == 0 && S_ISREG(info.st_mode);
    path[strlen(path) - 5] = 0;
    if (there && stat(path, &info) == 0 && S_ISREG(info.st_mode))
        return path;
    free(path);
    return NULL;
}

int sx_voice_find(const char *name, char **path, struct sx_error *error)
{
    *path = NULL;
    if (strchr(name, '/') || (sx_piper_is(name) && access(name, R_OK) == 0)) {     /* a file's name in the folder at hand needs no "./" */
        *path = strdup(name);
        return *path ? SYRINX_OK : sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    }
    if (*name == '\0' || *name == '.')
        return sx_fail(error, SYRINX_ERROR_NOT_FOUND, "\"%s\" is no voice's name (a path needs a '/')", name);
    struct folders folders;
    char places[400] = "";
    search_path(&folders);
    for (int i = 0; i < folders.count && !*path; i++) {
        *path = voice_in(folders.list[i], name);
        size_t used = strlen(places);
        snprintf(places + used, sizeof places - used, "%s%s", i ? ", " : "", folders.list[i]);
    }
    free_folders(&folders);
    return *path ? SYRINX_OK : sx_fail(error, SYRINX_ERROR_NOT_FOUND, "no voice \"%s\" in %s (see `syrinx voices`)", name, places);
}

int sx_voice_each(const char *name, int (*visit)(const char *path, void *user), void *user)
{
    struct folders folders;
    int visits = 0, stop = 0;
    search_path(&folders);
    for (int i = 0; i < folders.count && !stop && sx_plain_name(name); i++) {
        char *path = voice_in(folders.list[i], name);
        if (path) {
            visits++;
            stop = visit(path, user);
        }
        free(path);
    }
    free_folders(&folders);
    return visits;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of the voices in one folder, sorted; *count of them. */
static char **read_folder(const char *folder, size_t *count)
{
    char **names = NULL;
    *count = 0;
    DIR *dir = opendir(folder);
    struct dirent *entry;
    while (dir && (entry = readdir(dir))) {
        size_t n = strlen(entry->d_name);
        if (n > 5 && strcmp(entry->d_name + n - 5, ".onnx") == 0)
            n -= 5;
        char *name = entry->d_name[0] == '.' ? NULL : strndup(entry->d_name, n), *path = name ? voice_in(folder, name) : NULL;
        free(name);
        if (path) {
            char **more = realloc(names, (*count + 1) * sizeof *names);
            if (more) {
                names = more;
                names[*count] = strndup(entry->d_name, n);
                *count += names[*count] != NULL;
            }
        }
        free(path);
    }
    if (dir)
        closedir(dir);
    if (*count)
        qsort(names, *count, sizeof *names, by_name);
    return names;
}

int sx_voice_list(int (*visit)(const char *name, const char *path, void *user), void *user)
{
    struct folders folders;
    struct sx_error ignored;
    int visits = 0, stop = 0;
    char *path;
    if (sx_voice_find(SX_DEFAULT_VOICE, &path, &ignored) == SYRINX_OK) {
        visits++;
        stop = visit(SX_DEFAULT_VOICE, path, user);
        free(path);
    }
    search_path(&folders);
    for (int i = 0; i < folders.count && !stop; i++) {
        size_t count;
        char **names = read_folder(folders.list[i], &count);
        for (size_t k = 0; k < count && !stop; k++) {
            char *here = k && strcmp(names[k], names[k - 1]) == 0 ? NULL : voice_in(folders.list[i], names[k]), *wins = NULL;
            /* a voice hidden by one of the same name in an earlier folder is not listed, the default was */
            if (here && strcmp(names[k], SX_DEFAULT_VOICE) != 0 && sx_voice_find(names[k], &wins, &ignored) == SYRINX_OK &&
                strcmp(wins, here) == 0) {
                visits++;
                stop = visit(names[k], here, user);
            }
            free(wins);
            free(here);
        }
        for (size_t k = 0; k < count; k++)
            free(names[k]);
        free(names);
    }
    free_folders(&folders);
    return visits;
}
