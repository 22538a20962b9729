/* piper.h - a Piper voice: one ONNX graph of a VITS and the .onnx.json beside it (docs/PIPER.md). Immutable, shared by threads.
 *
 * What the graph is made of is told by its structure, never by its names: the text encoder and the durations need the whole sentence, flow and decoder are its suffix, which
 * runs along time. */
#ifndef SX_VOICE_PIPER_H
#define SX_VOICE_PIPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/file.h"
#include "nn/course.h"
#include "voice/faults.h"

enum {
    SX_PIPER_JSON = 4 << 20,        /* most bytes of the .onnx.json */
    SX_PIPER_PHONEMES = 4096,       /* entries of phoneme_id_map */
    SX_PIPER_IDS = 8,               /* ids of one phoneme */
    SX_PIPER_SPEAKERS = 100000
};

enum sx_piper_type { SX_PIPER_ESPEAK, SX_PIPER_TEXT };

/* An entry of phoneme_id_map. */
struct sx_piper_phoneme {
    const char *text;               /* UTF-8, mostly one code point */
    int ids[SX_PIPER_IDS];
    int count;
};

struct sx_piper_config {
    struct sx_arena arena;          /* all strings and lists below */
    const char *json;               /* the whole file, NUL-terminated */
    int sample_rate, hop;           /* samples a second, samples a frame */
    int symbols;                    /* ids are less than that */
    float noise_scale, length_scale, noise_w;
    enum sx_piper_type type;
    const char *espeak;             /* name of libespeak-ng's voice */
    const char *language;           /* BCP 47, "" when not told */
    const char *quality, *dataset, *version;    /* "" when not told */
    struct sx_piper_phoneme *phonemes;          /* sorted by text, as strcmp does */
    int phoneme_count;
    int pad, begin, end;            /* phonemes "_", "^", "$" */
    struct { const char *from, *to; } *map;     /* phoneme_map: `to` is what is said for code point `from` */
    int map_count;
    const char **clusters;          /* code points that are one phoneme together ("aɪ") */
    int cluster_count;
    int speaker_count, default_speaker;
    const char **speakers;          /* [speaker_count] names; the number of one that has none */
    int *speaker_ids;               /* [speaker_count] what the graph gets */
};

/* Reads a .onnx.json as far as it goes and tells every fault and hint; `config` is to be freed in any case. */
void sx_piper_config_read(const char *text, size_t length, const char *where, struct sx_piper_config *config, struct sx_faults *faults);
void sx_piper_config_free(struct sx_piper_config *config);
/* The phoneme of that text, -1 for none. */
int sx_piper_phoneme(const struct sx_piper_config *config, const char *text, size_t length);
/* The speaker (an index) by name or number; NULL or "": the default. NOT_FOUND, ARGUMENT (a blend). */
int sx_piper_speaker(const struct sx_piper_config *config, const char *name, struct sx_error *error);

struct sx_piper {
    struct sx_piper_config config;
    struct sx_map file;
    struct sx_model *model;         /* input, input_lengths, scales, (sid) -> (durations,) samples */
    struct sx_suffix *suffix;       /* of the samples; NULL: there is none, they are made as a whole */
    bool has_durations;             /* the first output: frames of each id, [1,1,ids] */
    int inputs[4];                  /* index of ids, lengths, scales, speaker; -1: none */
};

/* Is this path the file of a voice of Piper ("….onnx", with or without the .json beside it)? */
bool sx_piper_is(const char *path);
/* Opens, cuts and checks: faults are told; *piper is NULL after a fault. */
void sx_piper_open(const char *path, struct sx_faults *faults, struct sx_piper **piper);
/* The same with precision and pool. */
void sx_piper_open_as(const char *path, const struct sx_model_options *options, struct sx_faults *faults, struct sx_piper **piper);
/* The same from memory, which must outlive it; where: the path for messages. */
void sx_piper_open_memory(const void *onnx, size_t size, const char *json, size_t length, const char *where, struct sx_faults *faults, struct sx_piper **piper);
void sx_piper_close(struct sx_piper *piper);

#endif
