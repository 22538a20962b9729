/* piper.c - opens a Piper voice: the JSON, the graph, and whether they fit together. */
#include "voice/piper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "voice/piper_cut.h"

bool sx_piper_is(const char *path)
{
    size_t n = strlen(path);
    struct stat info;
    return n > 5 && strcmp(path + n - 5, ".onnx") == 0 && !(stat(path, &info) == 0 && S_ISDIR(info.st_mode));
}

/* Which input is which: by type and shape, since that is what tells them apart in every export; of two lists of numbers the lengths come first. */
static void find_inputs(struct sx_piper *piper, const char *where, struct sx_faults *faults)
{
    const struct sx_model *model = piper->model;
    for (int i = 0; i < 4; i++)
        piper->inputs[i] = -1;
    for (int i = 0; i < sx_model_input_count(model); i++) {
        int64_t shape[SX_MAX_RANK];
        enum sx_dtype type;
        const char *name = sx_model_input_name(model, i);
        int rank = sx_model_input_shape(model, i, &type, shape), place = -1;
        if (type == SX_INT64 && rank == 2)
            place = 0;
        else if (type == SX_FLOAT && rank == 1 && (shape[0] == 3 || shape[0] < 0))
            place = 2;
        else if (type == SX_INT64 && rank == 1)
            place = strcmp(name, "sid") == 0 || piper->inputs[1] >= 0 ? 3 : 1;
        if (place < 0 || piper->inputs[place] >= 0)
            sx_fault(faults, SYRINX_ERROR_UNSUPPORTED, "%s: input \"%.80s\" is none of those of a Piper voice (input, input_lengths, scales, sid)", where, name);
        else
            piper->inputs[place] = i;
    }
    if (faults->count == 0 && (piper->inputs[0] < 0 || piper->inputs[2] < 0))
        sx_fault(faults, SYRINX_ERROR_UNSUPPORTED, "%s: no input for %s: not the graph of a Piper voice", where, piper->inputs[0] < 0 ? "phonemes (int64 [1,N])" : "scales (float [3])");
}

/* Says a few phonemes in silence: what runs along time, and how many samples a frame makes. */
static void try_graph(struct sx_piper *piper, const char *where, struct sx_faults *faults)
{
    const struct sx_piper_config *config = &piper->config;
    int64_t ids[] = {0, 0, 0, 0, 0, 0, 0}, count = (int64_t)(sizeof ids / sizeof *ids), speaker = 0;
    float scales[3] = {0, 1, 0};
    const struct sx_tensor known[4] = {{SX_INT64, 2, {1, count}, ids}, {SX_INT64, 1, {1}, &count}, {SX_FLOAT, 1, {3}, scales}, {SX_INT64, 1, {1}, &speaker}};
    struct sx_tensor inputs[4];
    struct sx_error error = {0};
    for (int i = 0; i < 4; i++)
        if (piper->inputs[i] >= 0)
            inputs[piper->inputs[i]] = known[i];
    ids[0] = config->phonemes[config->begin].ids[0];
    for (int i = 1; i < count - 1; i++)
        ids[i] = i % 2 ? config->phonemes[config->pad].ids[0] : config->phonemes[(i * 7) % config->phoneme_count].ids[0];
    ids[count - 1] = config->phonemes[config->end].ids[0];
    speaker = config->speaker_ids[config->default_speaker];
    int code = sx_suffix_find(piper->model, piper->has_durations ? 1 : 0, piper->inputs[0], inputs, &piper->suffix, &error);
    if (code < 0)
        sx_fault(faults, code, "%s: %s", where, error.message);
    else if (!piper->suffix)
        sx_hint(faults, "%s: no part of the graph runs along time: each sentence is made as a whole before it is heard", where);
    else if (sx_suffix_rate(piper->suffix) != config->hop)
        sx_fault(faults, SYRINX_ERROR_FORMAT, "%s: the graph makes %d samples of a frame, the JSON says %d", where, sx_suffix_rate(piper->suffix), config->hop);
}

static void check_fit(struct sx_piper *piper, const char *where, struct sx_faults *faults)
{
    if (piper->config.speaker_count > 1 && piper->inputs[3] < 0)
        sx_fault(faults, SYRINX_ERROR_FORMAT, "%s: the JSON tells of %d speakers, but the graph has no input for the speaker", where, piper->config.speaker_count);
    if (!piper->has_durations)
        sx_hint(faults, "%s: no durations found in the graph: words get no times of their own", where);
}

struct lacking {
    const char *where;
    struct sx_faults *faults;
};

static void tell_lacking(void *user, const char *domain, const char *type, int count)
{
    const struct lacking *lacking = user;
    sx_hint(lacking->faults, "%s: needs operator %s%s%s, which is lacking: %d node%s", lacking->where, domain, *domain ? "." : "", type, count, count == 1 ? "" : "s");
}

static void open_memory(const void *onnx, size_t size, const char *json, size_t length, const char *where, const struct sx_model_options *options,
                        struct sx_faults *faults, struct sx_piper **out)
{
    struct sx_piper *piper = calloc(1, sizeof *piper);
    struct sx_error error = {0};
    char named[600];
    int before = faults->count;
    *out = NULL;
    if (!piper) {
        sx_fault(faults, SYRINX_ERROR_MEMORY, "out of memory");
        return;
    }
    snprintf(named, sizeof named, "%.590s.json", where);
    sx_piper_config_read(json, length, named, &piper->config, faults);
    int code = sx_model_open_part(onnx, size, where, options, sx_piper_cut, &piper->has_durations, &piper->model, &error);
    if (code < 0) {
        struct lacking lacking = {where, faults};
        sx_fault(faults, code, "%s", error.message);
        if (code == SYRINX_ERROR_UNSUPPORTED)
            sx_model_missing(onnx, size, tell_lacking, &lacking);
    } else {
        find_inputs(piper, where, faults);
        if (faults->count == before)
            check_fit(piper, where, faults);
        if (faults->count == before)
            try_graph(piper, where, faults);
    }
    if (faults->count > before)
        sx_piper_close(piper);
    else
        *out = piper;
}

void sx_piper_open_memory(const void *onnx, size_t size, const char *json, size_t length, const char *where, struct sx_faults *faults, struct sx_piper **out)
{
    open_memory(onnx, size, json, length, where, NULL, faults, out);
}

void sx_piper_open(const char *path, struct sx_faults *faults, struct sx_piper **out)
{
    struct sx_model_options options = {.precision = SX_PRECISION_FLOAT32};
    sx_piper_open_as(path, &options, faults, out);
}

void sx_piper_open_as(const char *path, const struct sx_model_options *options, struct sx_faults *faults, struct sx_piper **out)
{
    struct sx_model_options own = *options;
    struct sx_map onnx = {0}, json = {0};
    struct sx_error error = {0};
    char *beside = malloc(strlen(path) + 6);
    *out = NULL;
    own.mapped = true;
    if (!beside) {
        sx_fault(faults, SYRINX_ERROR_MEMORY, "out of memory");
        return;
    }
    strcpy(stpcpy(beside, path), ".json");
    int code = sx_map_open(path, &onnx, &error);
    if (code == SYRINX_OK && (code = sx_map_open(beside, &json, &error)) == SYRINX_ERROR_NOT_FOUND)
        code = sx_fail(&error, SYRINX_ERROR_NOT_FOUND, "%s: not there; a Piper voice is two files, NAME.onnx and NAME.onnx.json", beside);
    if (code < 0)
        sx_fault(faults, code, "%s", error.message);
    else
        open_memory(onnx.data, onnx.size, (const char *)json.data, json.size, path, &own, faults, out);
    if (*out)
        (*out)->file = onnx;
    else
        sx_map_close(&onnx);
    sx_map_close(&json);
    free(beside);
}

void sx_piper_close(struct sx_piper *piper)
{
    if (!piper)
        return;
    sx_suffix_free(piper->suffix);
    sx_model_close(piper->model);
    sx_map_close(&piper->file);
    sx_piper_config_free(&piper->config);
    free(piper);
}
