/* piper.c - opens a Piper voice: the JSON, the graph in two parts, and whether they fit together. */
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
    const struct sx_model *front = piper->front;
    for (int i = 0; i < 4; i++)
        piper->inputs[i] = -1;
    for (int i = 0; i < sx_model_input_count(front); i++) {
        int64_t shape[SX_MAX_RANK];
        enum sx_dtype type;
        const char *name = sx_model_input_name(front, i);
        int rank = sx_model_input_shape(front, i, &type, shape), place = -1;
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

static void check_fit(struct sx_piper *piper, const struct sx_piper_cut *cut, const char *where, struct sx_faults *faults)
{
    const struct sx_piper_config *config = &piper->config;
    if (config->speaker_count > 1 && piper->inputs[3] < 0)
        sx_fault(faults, SYRINX_ERROR_FORMAT, "%s: the JSON tells of %d speakers, but the graph has no input for the speaker", where, config->speaker_count);
    if (cut->durations < 0)
        sx_hint(faults, "%s: no durations found in the graph: words get no times of their own", where);
    if (!piper->decoder)
        sx_hint(faults, "%s: no HiFi-GAN decoder found in the graph: each sentence is made as a whole before it is heard", where);
}

/* Runs the decoder along time? Then how many samples it makes of a frame. */
static void try_decoder(struct sx_piper *piper, const char *where, struct sx_faults *faults)
{
    struct sx_flow *flow;
    struct sx_error error = {0};
    int code = sx_flow_new(piper->decoder, NULL, 1, &flow, &error);
    if (code < 0) {
        sx_fault(faults, code, "%s: %s", where, error.message);
        return;
    }
    if (sx_flow_rate(flow) * sx_flow_output_width(flow) != piper->config.hop)
        sx_fault(faults, SYRINX_ERROR_FORMAT, "%s: the graph makes %d samples of a frame, the JSON says %d", where,
                 sx_flow_rate(flow) * sx_flow_output_width(flow), piper->config.hop);
    sx_flow_free(flow);
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

void sx_piper_open_memory(const void *onnx, size_t size, const char *json, size_t length, const char *where, struct sx_faults *faults, struct sx_piper **out)
{
    struct sx_piper *piper = calloc(1, sizeof *piper);
    struct sx_piper_cut cut = {.durations = -1, .decoder = -1};
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
    int code = sx_model_open_part(onnx, size, where, NULL, sx_piper_cut_front, &cut, &piper->front, &error);
    if (code == SYRINX_OK && cut.decoder >= 0)
        code = sx_model_open_part(onnx, size, where, NULL, sx_piper_cut_decoder, &cut, &piper->decoder, &error);
    if (code < 0) {
        struct lacking lacking = {where, faults};
        sx_fault(faults, code, "%s", error.message);
        if (code == SYRINX_ERROR_UNSUPPORTED)
            sx_model_missing(onnx, size, tell_lacking, &lacking);
    } else {
        find_inputs(piper, where, faults);
        check_fit(piper, &cut, where, faults);
        if (piper->decoder)
            try_decoder(piper, where, faults);
    }
    piper->has_durations = cut.durations >= 0;
    piper->width = cut.width;
    if (faults->count > before)
        sx_piper_close(piper);
    else
        *out = piper;
}

void sx_piper_open(const char *path, struct sx_faults *faults, struct sx_piper **out)
{
    struct sx_map onnx = {0}, json = {0};
    struct sx_error error = {0};
    char *beside = malloc(strlen(path) + 6);
    *out = NULL;
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
        sx_piper_open_memory(onnx.data, onnx.size, (const char *)json.data, json.size, path, faults, out);
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
    sx_model_close(piper->front);
    sx_model_close(piper->decoder);
    sx_map_close(&piper->file);
    sx_piper_config_free(&piper->config);
    free(piper);
}
