/* voice.c - opens a voice folder: card, digests, networks, and whether they fit together. */
#include "voice/voice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/sha256.h"
#include "dsp/format.h"

enum { CARD_BYTES = 1 << 20 };

static int open_card(struct sx_voice *voice, struct sx_error *error)
{
    char *path = sx_path_join(voice->path, "voice.json");
    struct sx_map map;
    if (!path)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    int code = sx_map_open(path, &map, error);
    if (code == SYRINX_OK) {
        if (map.size == 0 || map.size > CARD_BYTES)
            code = sx_fail(error, SYRINX_ERROR_FORMAT, "%s: a voice card has 1 byte to 1 MiB, not %zu bytes", path, map.size);
        else
            code = sx_card_parse((const char *)map.data, map.size, path, &voice->card, error);
        sx_map_close(&map);
    }
    free(path);
    return code;
}

static int open_graph(struct sx_voice *voice, int graph, bool verify, struct sx_error *error)
{
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
        code = sx_model_open_memory(map->data, map->size, path, &voice->model[graph], error);
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

static int check_graphs(const struct sx_voice *voice, struct sx_error *error)
{
    const struct sx_model *text = voice->model[SX_GRAPH_TEXT];
    static const char *const inputs[] = {"phone", "stress", "position", "speaker"};
    static const char *const outputs[] = {"hidden", "log_duration", "pitch", "energy"};
    bool good = sx_model_input_count(text) == 4 && sx_model_output_count(text) == 4;
    for (int i = 0; i < 4 && good; i++)
        good = strcmp(sx_model_input_name(text, i), inputs[i]) == 0 && strcmp(sx_model_output_name(text, i), outputs[i]) == 0;
    good = good && fits(text, 0, SX_INT64, 2, -1) && fits(text, 1, SX_INT64, 2, -1) && fits(text, 2, SX_FLOAT, 3, 4) &&
           fits(text, 3, SX_FLOAT, 2, voice->card.speaker_count) &&
           fits(voice->model[SX_GRAPH_DECODER], 0, SX_FLOAT, 3, voice->card.hidden + 6) &&
           fits(voice->model[SX_GRAPH_VOCODER], 0, SX_FLOAT, 3, SX_VOCODER_IN);
    if (!good)
        return sx_fail(error, SYRINX_ERROR_FORMAT, "%s: its graphs have not the inputs and outputs of a voice of format 1", voice->path);
    return SYRINX_OK;
}

int sx_voice_open(const char *name, int threads, bool verify, struct sx_voice **out, struct sx_error *error)
{
    *out = NULL;
    struct sx_voice *voice = calloc(1, sizeof *voice);
    if (!voice)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    int code = sx_voice_find(name ? name : SX_DEFAULT_VOICE, &voice->path, error);
    if (code == SYRINX_OK)
        code = open_card(voice, error);
    if (code == SYRINX_OK && threads != 1) {
        voice->pool = sx_pool_new(threads);
        if (!voice->pool)
            code = sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    }
    for (int i = 0; i < SX_GRAPHS && code == SYRINX_OK; i++)
        code = open_graph(voice, i, verify, error);
    if (code == SYRINX_OK)
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

int sx_voice_weights(const struct sx_voice *voice, const char *speaker, float *weights, struct sx_error *error)
{
    double sum = 0, parts[SX_SPEAKERS] = {0};
    if (!speaker)
        speaker = voice->card.speakers[voice->card.default_speaker];
    for (const char *at = speaker;; at++) {
        size_t length = strcspn(at, ":,");
        int index = find_speaker(voice, at, length);
        if (index < 0)
            return sx_fail(error, SYRINX_ERROR_NOT_FOUND, "voice %s has no speaker \"%.*s\" (see `syrinx voices info %s`)", voice->card.name,
                           (int)(length < 100 ? length : 100), at, voice->card.name);
        at += length;
        double weight = 1;
        if (*at == ':') {
            const char *end;
            weight = sx_parse_decimal(at + 1, &end);
            if (end == at + 1 || !(weight >= 0 && weight <= 1e6))
                return sx_fail(error, SYRINX_ERROR_ARGUMENT, "speaker \"%s\": a weight is a number from 0 to 1000000", speaker);
            at = end;
        }
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
