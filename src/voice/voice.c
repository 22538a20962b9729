/* voice.c - opens a voice folder: card, digests, networks, and whether they fit together. */
#include "voice/voice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/sha256.h"
#include "dsp/format.h"

static int open_card(struct sx_voice *voice, struct sx_error *error)
{
    char *path = sx_path_join(voice->path, "voice.json");
    struct sx_map map;
    if (!path)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    int code = sx_map_open(path, &map, error);
    if (code == SYRINX_OK) {
        if (map.size == 0 || map.size > SX_CARD_BYTES)
            code = sx_fail(error, SYRINX_ERROR_FORMAT, "%s: a voice card has 1 byte to 1 MiB, not %zu bytes", path, map.size);
        else
            code = sx_card_parse((const char *)map.data, map.size, path, &voice->card, error);
        sx_map_close(&map);
    }
    free(path);
    return code;
}

/* The text network tells durations: it is always float32. */
static int open_graph(struct sx_voice *voice, int graph, bool verify, enum sx_precision precision, struct sx_error *error)
{
    const struct sx_model_options options = {graph == SX_GRAPH_TEXT ? SX_PRECISION_FLOAT32 : precision, true, voice->pool};
    char *path = sx_path_join(voice->path, voice->card.file[graph]);
    if (!path)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    struct sx_map *map = &voice->map[graph];
    int code = sx_map_open(path, map, error);
    if (code == SYRINX_OK && verify) {
        char digest[65];
        sx_sha256_hex(map->data, map->size, digest);
        if (strcmp(digest, voice->card.digest[graph]) != 0)
            code = sx_fail(error, SYRINX_ERROR_FORMAT, "%s: damaged: its SHA-256 is not the one in voice.json", path);
    }
    if (code == SYRINX_OK)
        code = sx_model_open_memory_as(map->data, map->size, path, &options, &voice->model[graph], error);
    free(path);
    return code;
}

/* Declared input `index` must be `rank` wide with `last` as its last dimension (unknown passes: running it will tell). */
static bool fits(const struct sx_model *model, int index, enum sx_dtype type, int rank, int64_t last)
{
    int64_t shape[SX_MAX_RANK];
    enum sx_dtype is;
    return index < sx_model_input_count(model) && sx_model_input_shape(model, index, &is, shape) == rank && is == type &&
           (shape[rank - 1] == last || shape[rank - 1] < 0 || last < 0);
}

static void text_fits(const struct sx_voice *voice, struct sx_faults *faults)
{
    static const struct { const char *in, *shape, *out; enum sx_dtype type; int rank; } wanted[] = {
        {"phone", "int64 [1,N]", "hidden", SX_INT64, 2}, {"stress", "int64 [1,N]", "log_duration", SX_INT64, 2},
        {"position", "float [1,N,4]", "pitch", SX_FLOAT, 3}, {"speaker", "float [1,number of speakers]", "energy", SX_FLOAT, 2}};
    const struct sx_model *text = voice->model[SX_GRAPH_TEXT];
    const char *file = voice->card.file[SX_GRAPH_TEXT];
    if (sx_model_input_count(text) != 4 || sx_model_output_count(text) != 4) {
        sx_fault(faults, SYRINX_ERROR_FORMAT, "%s: %s has not the 4 inputs and 4 outputs of a voice of format 1", voice->path, file);
        return;
    }
    for (int i = 0; i < 4; i++) {
        int64_t last = i == 2 ? 4 : i == 3 ? voice->card.speaker_count : -1;
        if (strcmp(sx_model_input_name(text, i), wanted[i].in) != 0 || !fits(text, i, wanted[i].type, wanted[i].rank, last))
            sx_fault(faults, SYRINX_ERROR_FORMAT, "%s: input %d of %s is not \"%s\", %s", voice->path, i + 1, file, wanted[i].in, wanted[i].shape);
        if (strcmp(sx_model_output_name(text, i), wanted[i].out) != 0)
            sx_fault(faults, SYRINX_ERROR_FORMAT, "%s: output %d of %s is not \"%s\"", voice->path, i + 1, file, wanted[i].out);
    }
}

static void column_fits(const struct sx_voice *voice, int graph, int width, struct sx_faults *faults)
{
    const struct sx_model *model = voice->model[graph];
    if (sx_model_input_count(model) != 1 || sx_model_output_count(model) != 1 || !fits(model, 0, SX_FLOAT, 3, width))
        sx_fault(faults, SYRINX_ERROR_FORMAT, "%s: %s has not the one input (float [1,T,%d]) and the one output of a voice of format 1", voice->path,
                 voice->card.file[graph], width);
}

void sx_voice_fits(const struct sx_voice *voice, struct sx_faults *faults)
{
    if (voice->model[SX_GRAPH_TEXT])
        text_fits(voice, faults);
    if (voice->model[SX_GRAPH_DECODER])
        column_fits(voice, SX_GRAPH_DECODER, voice->card.hidden + 6, faults);
    if (voice->model[SX_GRAPH_VOCODER])
        column_fits(voice, SX_GRAPH_VOCODER, SX_VOCODER_IN, faults);
}

static int check_graphs(const struct sx_voice *voice, struct sx_error *error)
{
    struct sx_faults faults = {0};
    sx_voice_fits(voice, &faults);
    if (faults.count)
        *error = faults.first;
    return faults.count ? error->code : SYRINX_OK;
}

static int open_piper(struct sx_voice *voice, const char *path, enum sx_precision precision, struct sx_error *error)
{
    const struct sx_model_options options = {.precision = precision, .pool = voice->pool};
    struct sx_faults faults = {0};
    sx_piper_open_as(path, &options, &faults, &voice->piper);
    if (faults.count) {
        *error = faults.first;
        return error->code;
    }
    return sx_voice_piper_card(voice, error);
}

int sx_voice_open(const char *name, int threads, bool verify, struct sx_voice **out, struct sx_error *error)
{
    return sx_voice_open_as(name, threads, verify, SX_PRECISION_FLOAT32, out, error);
}

int sx_voice_open_as(const char *name, int threads, bool verify, enum sx_precision precision, struct sx_voice **out, struct sx_error *error)
{
    *out = NULL;
    struct sx_voice *voice = calloc(1, sizeof *voice);
    if (!voice)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    int code = sx_voice_find(name ? name : SX_DEFAULT_VOICE, &voice->path, error);
    char *piper = code == SYRINX_OK ? sx_voice_piper_file(voice->path) : NULL;
    voice->precision = sx_nn_precision(precision);
    if (code == SYRINX_OK && threads != 1) {
        voice->pool = sx_pool_new(threads);
        if (!voice->pool)
            code = sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    }
    if (code == SYRINX_OK)
        code = piper ? open_piper(voice, piper, precision, error) : open_card(voice, error);
    free(piper);
    for (int i = 0; i < SX_GRAPHS && code == SYRINX_OK && !voice->piper; i++)
        code = open_graph(voice, i, verify, precision, error);
    if (code == SYRINX_OK && !voice->piper)
        code = check_graphs(voice, error);
    if (code < 0)
        sx_voice_close(voice);
    else
        *out = voice;
    return code;
}

void sx_voice_close(struct sx_voice *voice)
{
    if (!voice)
        return;
    for (int i = 0; i < SX_GRAPHS; i++) {
        sx_model_close(voice->model[i]);
        sx_map_close(&voice->map[i]);
    }
    sx_piper_close(voice->piper);
    sx_pool_free(voice->pool);
    sx_card_free(&voice->card);
    free(voice->path);
    free(voice);
}

static int find_speaker(const struct sx_voice *voice, const char *name, size_t length)
{
    for (int i = 0; i < voice->card.speaker_count; i++)
        if (strlen(voice->card.speakers[i]) == length && memcmp(voice->card.speakers[i], name, length) == 0)
            return i;
    return -1;
}

static int unknown_speaker(const struct sx_voice *voice, const char *name, size_t length, struct sx_error *error)
{
    char known[360] = "";
    int i = 0;
    for (size_t used = 0; i < voice->card.speaker_count && used + strlen(voice->card.speakers[i]) + 8 < sizeof known; i++)
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", voice->card.speakers[i]);
    return sx_fail(error, SYRINX_ERROR_NOT_FOUND, "voice %s has no speaker \"%.*s\"; it has %s%s", voice->card.name, (int)(length < 60 ? length : 60), name, known,
                   i < voice->card.speaker_count ? " and others" : "");
}

/* Reads "NAME" or "NAME:WEIGHT" at *at, and moves behind it and the spaces there. Returns the speaker or a negative code. */
static int read_part(const struct sx_voice *voice, const char *whole, const char **at, double *weight, struct sx_error *error)
{
    const char *name = *at + strspn(*at, " ");
    size_t length = strcspn(name, ":,"), trimmed = length;
    while (trimmed > 0 && name[trimmed - 1] == ' ')
        trimmed--;
    if (trimmed == 0)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "speaker \"%s\": a name is empty; want NAME or NAME:WEIGHT,NAME:WEIGHT", whole);
    int index = find_speaker(voice, name, trimmed);
    if (index < 0)
        return unknown_speaker(voice, name, trimmed, error);
    const char *end = name + length;
    *weight = 1;
    if (*end == ':') {
        const char *number = end + 1 + strspn(end + 1, " ");
        *weight = sx_parse_decimal(number, &end);
        if (end == number || !(*weight >= 0 && *weight <= 1e6))
            return sx_fail(error, SYRINX_ERROR_ARGUMENT, "speaker \"%s\": a weight is a number from 0 to 1000000", whole);
        end += strspn(end, " ");
    }
    *at = end;
    return index;
}

int sx_voice_weights(const struct sx_voice *voice, const char *speaker, float *weights, struct sx_error *error)
{
    double sum = 0, parts[SX_SPEAKERS] = {0};
    if (!speaker)
        speaker = voice->card.speakers[voice->card.default_speaker];
    for (const char *at = speaker;; at++) {
        double weight = 1;
        int index = read_part(voice, speaker, &at, &weight, error);
        if (index < 0)
            return index;
        parts[index] += weight;
        sum += weight;
        if (*at == '\0')
            break;
        if (*at != ',')
            return sx_fail(error, SYRINX_ERROR_ARGUMENT, "speaker \"%s\": want NAME or NAME:WEIGHT,NAME:WEIGHT", speaker);
    }
    if (sum <= 0)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "speaker \"%s\": all weights are 0", speaker);
    for (int i = 0; i < voice->card.speaker_count; i++)
        weights[i] = (float)(parts[i] / sum);
    return SYRINX_OK;
}
