/* data_find.c - the text data of this process: where it is looked for, and the one mapping of it, made when the first voice or front end is. */
#include "text/data.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/place.h"

/* Set once, under the lock, then read by all; never unmapped, as strings of it may be in use to the end (the library stays loaded: -z nodelete). */
static struct sx_data the_data;
static struct sx_data *_Atomic opened;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#ifdef SX_DATA_INSIDE
/* SX_DATA_INSIDE is the path of the file, given by rules.mk. */
__asm__(".pushsection .rodata, \"a\"\n"
        ".balign 64\n"
        ".global sx_data_inside\n.hidden sx_data_inside\n"
        ".global sx_data_inside_end\n.hidden sx_data_inside_end\n"
        "sx_data_inside:\n.incbin \"" SX_DATA_INSIDE "\"\n"
        "sx_data_inside_end:\n.byte 0\n"
        ".popsection\n");
extern const unsigned char sx_data_inside[], sx_data_inside_end[];

/* Nobody checks the library itself, either. */
static int find(const char *path, const void *bytes, size_t size, struct sx_error *error)
{
    (void)path, (void)bytes, (void)size;
    int code = sx_data_parse(sx_data_inside, (size_t)(sx_data_inside_end - sx_data_inside), &the_data, error);
    the_data.checked = ~0u;
    return code;
}
#else
static int accept(const unsigned char *bytes, size_t size, struct sx_error *error)
{
    int code = sx_data_parse(bytes, size, &the_data, error);
    for (int i = 0; i < SX_DATA_FIRST_LATER && code == SYRINX_OK; i++)
        code = sx_data_check(&the_data, (enum sx_data_section)i, error);
    return code;
}

static int try_file(const char *path, struct sx_error *error)
{
    struct sx_map map;
    int code = sx_map_open(path, &map, error);
    if (code < 0)
        return code;
    code = accept(map.data, map.size, error);
    if (code < 0) {
        sx_context(error, "%s", path);
        sx_map_close(&map);
    }
    return code;
}

struct search {
    bool found;
    struct sx_error wrong;      /* of the first file that is there, but is not right */
    char places[400];
};

/* A file that is not right does not hide a right one elsewhere. */
static void look(struct search *search, const char *folder, const char *tail)
{
    char *path = search->found || !folder ? NULL : sx_path_join(folder, tail);
    struct sx_error error;
    if (!path)
        return;
    size_t used = strlen(search->places);
    snprintf(search->places + used, sizeof search->places - used, "%s%s", used ? ", " : "", path);
    int code = try_file(path, &error);
    search->found = code == SYRINX_OK;
    if (code < 0 && code != SYRINX_ERROR_NOT_FOUND && search->wrong.code == SYRINX_OK)
        search->wrong = error;
    free(path);
}

static int find(const char *path, const void *bytes, size_t size, struct sx_error *error)
{
    const char *variable = getenv("SYRINX_TEXT_DATA");
    if (bytes)
        return accept(bytes, size, error);
    if (path)
        return try_file(path, error);
    if (variable && *variable)
        return try_file(variable, error) < 0 ? sx_context(error, "SYRINX_TEXT_DATA") : SYRINX_OK;
    struct search search = {.found = false};
    char *own = sx_own_folder();
    look(&search, own, "text.dat");                             /* a build folder, or a program that brings its own */
    look(&search, own, "../share/syrinx/text.dat");             /* an installation, also one that was moved */
    look(&search, own, "../text.dat");                          /* the tests of a build folder */
    free(own);
    look(&search, SX_DATA_DIR, "text.dat");
    if (search.found)
        return SYRINX_OK;
    if (search.wrong.code < 0) {
        *error = search.wrong;
        return error->code;
    }
    return sx_fail(error, SYRINX_ERROR_NOT_FOUND, "no text data: %s (SYRINX_TEXT_DATA may name the file)", search.places);
}
#endif

static int open_once(const char *path, const void *bytes, size_t size, struct sx_error *error)
{
    int code = SYRINX_OK;
    if (atomic_load_explicit(&opened, memory_order_acquire))
        return SYRINX_OK;
    pthread_mutex_lock(&lock);
    if (!opened && (code = find(path, bytes, size, error)) == SYRINX_OK)
        atomic_store_explicit(&opened, &the_data, memory_order_release);
    pthread_mutex_unlock(&lock);
    return code;
}

int sx_data_open(const char *path, struct sx_error *error)
{
    return open_once(path, NULL, 0, error);
}

int sx_data_use(const void *bytes, size_t size, struct sx_error *error)
{
    return open_once(NULL, bytes, size, error);
}

struct sx_section sx_data(enum sx_data_section which)
{
    static const unsigned char nothing[512];        /* an empty dictionary of any kind; a map in which no key is */
    const struct sx_data *data = atomic_load_explicit(&opened, memory_order_acquire);
    if (!data) {
        struct sx_error error;
        if (sx_data_open(NULL, &error) < 0)
            return (struct sx_section){nothing, nothing + sizeof nothing};
        data = opened;
    }
    return data->section[which];
}

int sx_data_need(enum sx_data_section which, struct sx_error *error)
{
    int code = sx_data_open(NULL, error);
    if (code == SYRINX_OK && sx_data_check(opened, which, error) < 0)
        code = sx_context(error, "text data");
    return code;
}
