/* lexicon_watch.c - a lexicon that is edited while it is used: when its file changes, it is read again. */
#include <dirent.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/file.h"
#include "text/lexicon_parts.h"

static const int64_t look_every = 100000000;     /* nanoseconds */

static uint64_t mix(uint64_t h, uint64_t value)
{
    h = (h ^ value) * 0x9E3779B97F4A7C15u;
    return h ^ h >> 29;
}

static uint64_t mix_file(uint64_t h, const struct stat *info)
{
    h = mix(mix(h, (uint64_t)info->st_dev), (uint64_t)info->st_ino);
    h = mix(h, (uint64_t)info->st_size);
    return mix(mix(h, (uint64_t)info->st_mtim.tv_sec), (uint64_t)info->st_mtim.tv_nsec);
}

uint64_t sx_lexicon_state(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return 0;
    uint64_t state = mix_file(1, &info), files = 0;
    DIR *folder = S_ISDIR(info.st_mode) ? opendir(path) : NULL;
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        char *file = entry->d_name[0] != '.' ? sx_path_join(path, entry->d_name) : NULL;
        if (file && stat(file, &info) == 0 && S_ISREG(info.st_mode))
            files += mix_file(2, &info);        /* in whatever order they come */
        free(file);
    }
    if (folder)
        closedir(folder);
    state = mix(state, files);
    return state ? state : 1;
}

bool sx_lexicon_changed(const struct sx_lexicon *lexicon)
{
    return lexicon->path && sx_lexicon_state(lexicon->path) != lexicon->state;
}

int sx_lexicon_refresh(struct sx_lexicon **lexicon, struct sx_error *error)
{
    struct sx_lexicon *old = *lexicon, *fresh;
    uint64_t state = old->path ? sx_lexicon_state(old->path) : old->state, seen = state ? state : 1;
    if (state == old->state)
        old->refused = 0;       /* as it was before something went wrong */
    if (state == old->state || seen == old->refused)
        return 0;
    int status = sx_lexicon_open(old->path, &fresh, error);
    if (status < 0) {
        old->refused = seen;
        return status;
    }
    *lexicon = fresh;
    sx_lexicon_close(old);
    return 1;
}

struct sx_lexicon_watch {
    pthread_mutex_t lock;
    struct sx_lexicon *lexicon;
    int64_t look_at;        /* nanoseconds of CLOCK_MONOTONIC */
};

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int sx_lexicon_watch_new(const char *path, struct sx_lexicon_watch **out, struct sx_error *error)
{
    struct sx_lexicon_watch *watch = calloc(1, sizeof *watch);
    if (!watch || pthread_mutex_init(&watch->lock, NULL) != 0) {
        free(watch);
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    }
    int status = sx_lexicon_open(path, &watch->lexicon, error);
    watch->look_at = now() + look_every;
    if (status < 0) {
        sx_lexicon_watch_free(watch);
        return status;
    }
    *out = watch;
    return 0;
}

struct sx_lexicon *sx_lexicon_watch_get(struct sx_lexicon_watch *watch, void (*warn)(void *user, const char *message), void *user)
{
    struct sx_error error;
    int status = 0;
    pthread_mutex_lock(&watch->lock);
    int64_t time = now();
    if (time >= watch->look_at) {
        watch->look_at = time + look_every;
        status = sx_lexicon_refresh(&watch->lexicon, &error);
    }
    struct sx_lexicon *lexicon = sx_lexicon_ref(watch->lexicon);
    pthread_mutex_unlock(&watch->lock);
    if (status < 0 && warn)
        warn(user, error.message);
    return lexicon;
}

void sx_lexicon_watch_free(struct sx_lexicon_watch *watch)
{
    if (!watch)
        return;
    sx_lexicon_close(watch->lexicon);
    pthread_mutex_destroy(&watch->lock);
    free(watch);
}
