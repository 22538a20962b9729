/* package_piper.c - the two files of a Piper voice as a package, to be checked and put into the user's folder like any other. */
#include <stdlib.h>
#include <string.h>

#include "voice/package.h"

static int read_file(const char *path, const char *name, size_t limit, struct sx_package_file *file, struct sx_faults *faults, struct sx_error *error)
{
    struct sx_map map;
    int code = sx_map_open(path, &map, error);
    if (code < 0)
        return code;
    if (map.size == 0 || map.size > limit)
        sx_fault(faults, SYRINX_ERROR_INPUT, "%s: has %zu bytes; 1 to %zu can be taken", path, map.size, limit);
    else if (!(file->name = strdup(name)) || !(file->data = malloc(map.size)))
        code = sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    else
        memcpy(file->data, map.data, file->size = map.size);
    sx_map_close(&map);
    return code;
}

int sx_package_read_piper(const char *onnx, struct sx_package *package, struct sx_faults *faults, struct sx_voice **out, struct sx_error *error)
{
    const char *slash = strrchr(onnx, '/'), *name = slash ? slash + 1 : onnx;
    size_t n = strlen(name);
    char *json = malloc(strlen(onnx) + 6);
    struct sx_voice *voice = calloc(1, sizeof *voice);
    int code = SYRINX_OK;
    *out = NULL;
    memset(package, 0, sizeof *package);
    if (!json || !voice || !(package->where = strdup(onnx)) || !(voice->path = strdup(onnx)) || !(package->card.name = strndup(name, n > 5 ? n - 5 : n)))
        code = sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    if (code == SYRINX_OK) {
        strcpy(stpcpy(json, onnx), ".json");
        package->count = 2;
        code = read_file(onnx, name, SX_PACKAGE_FILE, &package->file[0], faults, error);
        if (code == SYRINX_OK)
            code = read_file(json, strrchr(json, '/') ? strrchr(json, '/') + 1 : json, SX_PIPER_JSON, &package->file[1], faults, error);
        if (code == SYRINX_OK && !sx_plain_name(package->card.name))
            sx_fault(faults, SYRINX_ERROR_INPUT, "%s: the file's name cannot be a voice's", onnx);
    }
    if (code == SYRINX_OK && package->file[0].data && package->file[1].data)
        sx_piper_open_memory(package->file[0].data, package->file[0].size, (const char *)package->file[1].data, package->file[1].size, onnx, faults, &voice->piper);
    if (code == SYRINX_OK && voice->piper && sx_voice_piper_card(voice, error) == SYRINX_OK && faults->count == 0)
        *out = voice;
    else
        sx_voice_close(voice);
    free(json);
    return code;
}
