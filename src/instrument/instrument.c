/* instrument.c - opens an instrument's folder: card, networks, and whether they fit together; where instruments are looked for. */
#include "instrument/instrument.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/sha256.h"
#include "instrument/tables.h"
#include "voice/voice.h"

static int open_card(struct sx_instrument *instrument, struct sx_error *error)
{
    char *path = sx_path_join(instrument->path, "instrument.json");
    struct sx_map map;
    if (!path) return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    int code = sx_map_open(path, &map, error);
    if (code == SYRINX_OK) {
        if (map.size == 0 || map.size > SX_CARD_BYTES)
            code = sx_fail(error, SYRINX_ERROR_FORMAT, "%s: an instrument's card has 1 byte to 1 MiB, not %zu bytes", path, map.size);
        else
            code = sx_instrument_card_parse((const char *)map.data, map.size, path, &instrument->card, error);
        sx_map_close(&map);
    }
    free(path);
    return code;
}

/* One input [1,T,width] and one output, whose width the first sounder checks. */
static int check_graph(const struct sx_model *model, const char *path, int width, struct sx_error *error)
{
    int64_t shape[SX_MAX_RANK];
    enum sx_dtype type;
    if (sx_model_input_count(model) != 1 || sx_model_output_count(model) != 1 || sx_model_input_shape(model, 0, &type, shape) != 3 || type != SX_FLOAT ||
        shape[2] != width)
        return sx_fail(error, SYRINX_ERROR_FORMAT, "%s: has not the one input (float [1,T,%d]) and the one output of an instrument of format 1", path, width);
    return SYRINX_OK;
}

static int open_graph(struct sx_instrument *instrument, int graph, int width, struct sx_model **model, struct sx_error *error)
{
    char *path = sx_path_join(instrument->path, instrument->card.file[graph]), digest[65];
    const char *wanted = instrument->card.digest[graph];
    struct sx_map *map = &instrument->map[graph];
    if (!path) return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    int code = sx_map_open(path, map, error);
    if (code == SYRINX_OK && *wanted) {
        sx_sha256_hex(map->data, map->size, digest);
        if (strcmp(digest, wanted) != 0) code = sx_fail(error, SYRINX_ERROR_FORMAT, "%s: damaged: its SHA-256 is not the one in instrument.json", path);
    }
    if (code == SYRINX_OK) code = sx_model_open_memory(map->data, map->size, path, model, error);
    if (code == SYRINX_OK) code = check_graph(*model, path, width, error);
    free(path);
    return code;
}

/* A sounder and a note tell whether the graphs run and have the widths that the card tells. */
static int try_out(struct sx_instrument *instrument, struct sx_error *error)
{
    struct sx_sounder *sounder;
    int code = sx_sounder_new(instrument, NULL, &sounder, error);
    if (code == SYRINX_OK) sx_sounder_free(sounder);
    return code;
}

int sx_instrument_open(const char *name, struct sx_instrument **out, struct sx_error *error)
{
    *out = NULL;
    struct sx_instrument *instrument = calloc(1, sizeof *instrument);
    if (!instrument) return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    int code = sx_instrument_find(name, &instrument->path, error);
    if (code == SYRINX_OK) code = open_card(instrument, error);
    if (code == SYRINX_OK) code = open_graph(instrument, 0, 5, &instrument->frame, error);
    if (code == SYRINX_OK) code = open_graph(instrument, 1, 4, &instrument->onset, error);
    if (code == SYRINX_OK && !(instrument->tables = sx_instrument_tables_new())) code = sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    if (code == SYRINX_OK) code = try_out(instrument, error);
    if (code < 0)
        sx_instrument_close(instrument);
    else
        *out = instrument;
    return code;
}

void sx_instrument_close(struct sx_instrument *instrument)
{
    if (!instrument) return;
    sx_model_close(instrument->frame);
    sx_model_close(instrument->onset);
    for (int i = 0; i < 2; i++) sx_map_close(&instrument->map[i]);
    sx_instrument_tables_free(instrument->tables);
    sx_instrument_card_free(&instrument->card);
    free(instrument->path);
    free(instrument);
}

uint64_t sx_instrument_size(const struct sx_instrument *instrument)
{
    return instrument->map[0].size + instrument->map[1].size;
}

float sx_instrument_release(const struct sx_instrument *instrument, float key)
{
    const struct sx_instrument_card *card = &instrument->card;
    int n = card->release_count, i = 0;
    if (n == 0) return 0.0f;
    if (key <= card->release[0][0]) return card->release[0][1];
    while (i + 1 < n && card->release[i + 1][0] < key) i++;
    if (i + 1 == n) return card->release[n - 1][1];
    float from = card->release[i][0], to = card->release[i + 1][0], part = to > from ? (key - from) / (to - from) : 1.0f;
    return card->release[i][1] + part * (card->release[i + 1][1] - card->release[i][1]);
}

/* ---------------------------------------------------------------- where they are */

/* "folder/instruments/name" in fresh memory when it has a card. */
static char *instrument_in(const char *folder, const char *name)
{
    char *place = sx_path_join(folder, "instruments"), *path = place ? sx_path_join(place, name) : NULL;
    char *card = path ? sx_path_join(path, "instrument.json") : NULL;
    struct stat info;
    bool there = card && stat(card, &info) == 0;
    free(place);
    free(card);
    if (there) return path;
    free(path);
    return NULL;
}

struct finding {
    const char *name;
    char *path;
    char places[400];
};

static int find_in(const char *folder, void *user)
{
    struct finding *finding = user;
    size_t used = strlen(finding->places);
    snprintf(finding->places + used, sizeof finding->places - used, "%s%s/instruments", used ? ", " : "", folder);
    finding->path = instrument_in(folder, finding->name);
    return finding->path != NULL;
}

int sx_instrument_find(const char *name, char **path, struct sx_error *error)
{
    struct finding finding = { .name = name };
    *path = NULL;
    if (strchr(name, '/')) {
        *path = strdup(name);
        return *path ? SYRINX_OK : sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    }
    if (!sx_plain_name(name)) return sx_fail(error, SYRINX_ERROR_NOT_FOUND, "\"%s\" is no instrument's name (a path needs a '/')", name);
    sx_voice_folders(find_in, &finding);
    *path = finding.path;
    return *path ? SYRINX_OK : sx_fail(error, SYRINX_ERROR_NOT_FOUND, "no instrument \"%s\" in %s", name, finding.places);
}

struct listing {
    char **names;
    size_t count;
    bool failed;
};

static int list_in(const char *folder, void *user)
{
    struct listing *listing = user;
    char *place = sx_path_join(folder, "instruments");
    DIR *dir = place ? opendir(place) : NULL;
    struct dirent *entry;
    while (dir && (entry = readdir(dir))) {
        char *path = sx_plain_name(entry->d_name) ? instrument_in(folder, entry->d_name) : NULL;
        if (!path) continue;
        free(path);
        char **more = realloc(listing->names, (listing->count + 1) * sizeof *more);
        char *name = more ? strdup(entry->d_name) : NULL;
        if (more) listing->names = more;
        if (!name) {
            listing->failed = true;
            break;
        }
        listing->names[listing->count++] = name;
    }
    if (dir) closedir(dir);
    free(place);
    return listing->failed;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int sx_instrument_list(int (*visit)(const char *name, const char *path, void *user), void *user)
{
    struct listing listing = { 0 };
    struct sx_error ignored;
    int visits = 0, stop = 0;
    sx_voice_folders(list_in, &listing);
    if (listing.count) qsort(listing.names, listing.count, sizeof *listing.names, by_name);
    for (size_t i = 0; i < listing.count && !stop && !listing.failed; i++) {
        char *path;
        if (i && strcmp(listing.names[i], listing.names[i - 1]) == 0) continue;
        if (sx_instrument_find(listing.names[i], &path, &ignored) < 0) continue;
        visits++;
        stop = visit(listing.names[i], path, user);
        free(path);
    }
    for (size_t i = 0; i < listing.count; i++) free(listing.names[i]);
    free(listing.names);
    return listing.failed ? SYRINX_ERROR_MEMORY : visits;
}
