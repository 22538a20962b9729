/* package.c - reads a voice package into memory and checks all of it. */
#include "voice/package.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/sha256.h"
#include "dsp/format.h"

enum { BLOCK = 16, DECODER_AHEAD = 10, VOCODER_AHEAD = 3 };     /* frames; the last two are what format 1 promises */

/* -------------------------------------------------------------- reading */

static int find(const struct sx_shelf *shelf, const char *name)
{
    for (int i = 0; i < shelf->count; i++)
        if (strcmp(shelf->names[i], name) == 0)
            return i;
    return -1;
}

static void read_card(struct sx_package *package, struct sx_shelf *shelf, struct sx_faults *faults)
{
    struct sx_package_file *file = &package->file[0];
    char *where = sx_path_join(package->where, "voice.json");
    int i = find(shelf, "voice.json");
    package->count = 1 + SX_GRAPHS;
    if (!where)
        sx_fault(faults, SYRINX_ERROR_MEMORY, "out of memory");
    else if (i < 0)
        sx_fault(faults, SYRINX_ERROR_FORMAT, "%s: no voice.json in it: not a voice package", package->where);
    else if (sx_shelf_read(shelf, i, SX_CARD_BYTES, file, faults)) {
        if (file->size == 0)
            sx_fault(faults, SYRINX_ERROR_FORMAT, "%s: empty", where);
        else
            sx_card_read((const char *)file->data, file->size, where, &package->card, faults);
    }
    free(where);
}

static void read_graphs(struct sx_package *package, struct sx_shelf *shelf, struct sx_faults *faults)
{
    const struct sx_card *card = &package->card;
    for (int i = 0; i < SX_GRAPHS; i++) {
        struct sx_package_file *file = &package->file[1 + i];
        char digest[65];
        if (!card->file[i])
            continue;
        int k = find(shelf, card->file[i]);
        if (k < 0) {
            sx_fault(faults, SYRINX_ERROR_FORMAT, "%s: %s, which voice.json names, is missing", package->where, card->file[i]);
            continue;
        }
        if (!sx_shelf_read(shelf, k, SX_PACKAGE_FILE, file, faults) || !card->digest[i][0])
            continue;
        sx_sha256_hex(file->data, file->size, digest);
        if (strcmp(digest, card->digest[i]) != 0)
            sx_fault(faults, SYRINX_ERROR_FORMAT, "%s: %s is damaged: its SHA-256 is %s, not the one in voice.json", package->where, file->name, digest);
    }
}

static void read_rest(struct sx_package *package, struct sx_shelf *shelf, struct sx_faults *faults)
{
    for (int i = 0; i < shelf->count; i++) {
        const char *name = shelf->names[i];
        bool named = strcmp(name, "voice.json") == 0;
        for (int k = 0; k < SX_GRAPHS; k++)
            named = named || (package->card.file[k] && strcmp(name, package->card.file[k]) == 0);
        if (named)
            continue;
        if (!sx_is_note(name) || !sx_plain_name(name) || package->count == (int)(sizeof package->file / sizeof *package->file)) {
            sx_hint(faults, "%s: %s in it does not belong to the voice and is left out", package->where, name);
        } else {
            struct sx_package_file *file = &package->file[package->count];
            if (sx_shelf_read(shelf, i, SX_PACKAGE_NOTE, file, faults))
                package->count++;
            else
                free(file->name);
        }
    }
}

static void read_shelf(struct sx_package *package, struct sx_shelf *shelf, struct sx_faults *faults)
{
    read_card(package, shelf, faults);
    if (package->file[0].data) {
        read_graphs(package, shelf, faults);
        read_rest(package, shelf, faults);
    }
}

static int begin(const char *where, struct sx_package *package, struct sx_shelf *shelf, struct sx_error *error)
{
    memset(package, 0, sizeof *package);
    memset(shelf, 0, sizeof *shelf);
    shelf->folder = -1;
    shelf->where = package->where = strdup(where);
    return package->where ? SYRINX_OK : sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
}

/* A bare model: ONNX is a protobuf message whose first field is the version of its format, a small number. */
static bool is_onnx(const char *path, const struct sx_map *map)
{
    size_t n = strlen(path);
    return (n > 5 && strcmp(path + n - 5, ".onnx") == 0) || (map->size > 2 && map->data[0] == 8 && map->data[1] > 0 && map->data[1] < 32);
}

static int read_file(const char *path, struct sx_package *package, struct sx_shelf *shelf, struct sx_faults *faults, struct sx_error *error)
{
    struct sx_map map;
    int code = sx_map_open(path, &map, error);
    if (code < 0)
        return code;
    if (map.size >= 4 && memcmp(map.data, "PK", 2) == 0) {
        code = sx_shelf_zip(map.data, map.size, shelf, faults, error);
        if (code == SYRINX_OK && faults->count == 0)
            read_shelf(package, shelf, faults);
        sx_shelf_close_zip(shelf);
    } else if (is_onnx(path, &map)) {
        code = sx_fail(error, SYRINX_ERROR_UNSUPPORTED,
                       "%s: a single ONNX model, not a voice package, and no %s.json beside it, which would make it a Piper voice", path, path);
    } else {
        sx_fault(faults, SYRINX_ERROR_FORMAT, "%s: neither a folder nor a ZIP archive: not a voice package", path);
    }
    sx_map_close(&map);
    return code;
}

int sx_package_read(const char *path, struct sx_package *package, struct sx_faults *faults, struct sx_error *error)
{
    struct sx_shelf shelf;
    struct stat info;
    int code = begin(path, package, &shelf, error);
    if (code < 0)
        return code;
    if (stat(path, &info) != 0)
        code = sx_fail(error, errno == ENOENT || errno == ENOTDIR ? SYRINX_ERROR_NOT_FOUND : SYRINX_ERROR_IO, "%s: %s", path, strerror(errno));
    else if (S_ISDIR(info.st_mode)) {
        package->is_folder = true;
        code = sx_shelf_folder(path, &shelf, faults, error);
        if (code == SYRINX_OK)
            read_shelf(package, &shelf, faults);
    } else {
        code = read_file(path, package, &shelf, faults, error);
    }
    sx_shelf_close(&shelf);
    return code;
}

int sx_package_read_zip(const void *bytes, size_t length, const char *where, struct sx_package *package, struct sx_faults *faults, struct sx_error *error)
{
    struct sx_shelf shelf;
    int code = begin(where, package, &shelf, error);
    if (code == SYRINX_OK)
        code = sx_shelf_zip(bytes, length, &shelf, faults, error);
    if (code == SYRINX_OK && faults->count == 0)
        read_shelf(package, &shelf, faults);
    if (package->where)
        sx_shelf_close(&shelf);
    return code;
}

void sx_package_free(struct sx_package *package)
{
    for (int i = 0; i < package->count; i++) {
        free(package->file[i].name);
        free(package->file[i].data);
    }
    sx_card_free(&package->card);
    free(package->where);
    memset(package, 0, sizeof *package);
}

/* -------------------------------------------------------------- checking */

/* The networks along time must run along time, with the right width (or the one of older voices) and no more delay than format 1 has. */
static void check_flow(const struct sx_voice *voice, int graph, int width, int older, int promised, struct sx_faults *faults)
{
    struct sx_error error;
    struct sx_flow *flow;
    const char *file = voice->card.file[graph];
    int code = sx_flow_new(voice->model[graph], NULL, BLOCK, &flow, &error);
    if (code < 0) {
        sx_fault(faults, code, "%s: %s cannot run along time: %s", voice->path, file, error.message);
        return;
    }
    if (sx_flow_output_width(flow) != width && sx_flow_output_width(flow) != older)
        sx_fault(faults, SYRINX_ERROR_FORMAT, "%s: %s gives %d numbers a frame, not %d", voice->path, file, sx_flow_output_width(flow), width);
    if (sx_flow_look_ahead(flow) > promised)
        sx_hint(faults, "%s: %s looks %d frames ahead; format 1 has at most %d", voice->path, file, sx_flow_look_ahead(flow), promised);
    sx_flow_free(flow);
}

/* The card's parts are the package's own; only the text and the strings that a voice owns are copied. */
static bool copy_card(const struct sx_package *package, struct sx_card *card)
{
    struct sx_faults none = {0};
    sx_card_read((const char *)package->file[0].data, package->file[0].size, package->where, card, &none);
    return !none.memory;
}

void sx_package_check(const struct sx_package *package, struct sx_faults *faults, struct sx_voice **out)
{
    *out = NULL;
    if (!package->file[0].data || package->file[0].size == 0)
        return;
    struct sx_voice *voice = calloc(1, sizeof *voice);
    if (!voice || !(voice->path = strdup(package->where)) || !copy_card(package, &voice->card)) {
        sx_fault(faults, SYRINX_ERROR_MEMORY, "out of memory");
        sx_voice_close(voice);
        return;
    }
    for (int i = 0; i < SX_GRAPHS; i++) {
        const struct sx_package_file *file = &package->file[1 + i];
        struct sx_error error;
        char *where = file->data ? sx_path_join(package->where, file->name) : NULL;
        int code = where ? sx_model_open_memory(file->data, file->size, where, &voice->model[i], &error) : SYRINX_OK;
        if (code < 0) {
            voice->model[i] = NULL;
            sx_fault(faults, code, "%s", error.message);
        }
        free(where);
    }
    int before = faults->count;
    if (voice->card.speaker_count && voice->card.hidden)
        sx_voice_fits(voice, faults);
    if (faults->count == before && voice->model[SX_GRAPH_DECODER])
        check_flow(voice, SX_GRAPH_DECODER, SX_MELS + 1, SX_MELS + 1, DECODER_AHEAD, faults);
    if (faults->count == before && voice->model[SX_GRAPH_VOCODER])
        check_flow(voice, SX_GRAPH_VOCODER, SX_FILTERS, SX_FILTERS_PLAIN, VOCODER_AHEAD, faults);
    if (faults->count)
        sx_voice_close(voice);
    else
        *out = voice;
}
