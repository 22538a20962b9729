/* instrument.h - for the tests of instruments: packages whose networks are a linear map of the column, so that every output is known. */
#ifndef SX_TESTS_INSTRUMENT_H
#define SX_TESTS_INSTRUMENT_H

#include "nn_build.h"
#include "signals.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "instrument/instrument.h"

enum { MAKE_PARTIALS = 8, MAKE_FRAME = MAKE_PARTIALS + SX_SOUND_BANDS + 1, MAKE_STEPS = SX_SOUND_STEPS * SX_SOUND_STEP_BANDS, MAKE_ONSET = MAKE_PARTIALS + MAKE_STEPS };

#define SILENT -30.0f

/* What the networks say: base + slope * column. */
struct make {
    float frame[MAKE_FRAME], frame_slope[6][MAKE_FRAME];
    float onset[MAKE_ONSET], onset_slope[4][MAKE_ONSET];
    const char *card;               /* fields behind "partials" */
    int in, out;                    /* other widths than those of format 1, at most 6 and MAKE_FRAME; 0: right */
};

#define STRUCK "\"sustained\": false, \"seconds\": 2, \"tail\": 40, \"range\": [21, 108], \"release\": [[21, 0.4], [108, 0.2]]"
#define FED "\"sustained\": true, \"hold\": [0.5, 1.5], \"range\": [21, 108], \"release\": [[21, 0.1]], \"attack_skip\": 0.1"

/* Silence at first. */
static inline struct make make_new(const char *card)
{
    struct make make = { .card = card };
    for (int i = 0; i < MAKE_FRAME - 1; i++) make.frame[i] = SILENT;
    for (int i = MAKE_PARTIALS; i < MAKE_ONSET; i++) make.onset[i] = SILENT;
    return make;
}

static inline void make_graph(const char *folder, const char *file, const char *input, const char *output, int in, int out, const float *base, const float *slope)
{
    struct sx_buffer graph = { 0 }, model = { 0 };
    const int64_t weight[] = { in, out }, bias[] = { out }, from[] = { 1, -1, in }, to[] = { 1, -1, out };
    char inputs[40];
    snprintf(inputs, sizeof inputs, "%s w", input);
    put_node(&graph, "MatMul", "matmul", inputs, "y", NULL);
    put_node(&graph, "Add", "add", "y b", output, NULL);
    put_text(&graph, 2, "made");
    float *w = calloc((size_t)in * (size_t)out + 1, sizeof *w), *b = calloc((size_t)out + 1, sizeof *b);
    for (int i = 0; i < in * out; i++) w[i] = slope[i];
    for (int i = 0; i < out; i++) b[i] = base[i];
    put_weight(&graph, "w", 2, weight, w, (size_t)(in * out));
    put_weight(&graph, "b", 1, bias, b, (size_t)out);
    put_port(&graph, 11, input, SX_FLOAT, 3, from);
    put_port(&graph, 12, output, SX_FLOAT, 3, to);
    put_model(&model, &graph, 17);
    char *path = sx_path_join(folder, file);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(model.data, 1, model.length, f), model.length);
    assert_int_equal(fclose(f), 0);
    free(path);
    free(w);
    free(b);
    sx_buffer_free(&graph);
    sx_buffer_free(&model);
}

static inline void make_file(const char *folder, const char *name, const char *text)
{
    char *path = sx_path_join(folder, name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
    free(path);
}

/* Writes the package into a fresh folder below `base`. */
static inline void make_package(const struct make *make, const char *folder)
{
    char card[2000];
    mkdir(folder, 0755);
    snprintf(card, sizeof card, "{\"format\": \"syrinx-instrument-1\", \"name\": \"made\", \"partials\": %d, %s}", MAKE_PARTIALS, make->card);
    make_file(folder, "instrument.json", card);
    int in = make->in ? make->in : 5, out = make->out ? make->out : MAKE_FRAME;
    make_graph(folder, "frame.onnx", "control", "frame", in, out, make->frame, make->frame_slope[0]);
    make_graph(folder, "onset.onnx", "note", "onset", 4, MAKE_ONSET, make->onset, make->onset_slope[0]);
}

static inline void make_remove(const char *folder)
{
    static const char *const names[] = { "instrument.json", "frame.onnx", "onset.onnx" };
    for (int i = 0; i < 3; i++) {
        char *path = sx_path_join(folder, names[i]);
        unlink(path);
        free(path);
    }
    rmdir(folder);
}

/* The package, opened; its folder is gone again. */
static inline struct sx_instrument *make_open(const struct make *make)
{
    char base[] = "/tmp/syrinx-test-XXXXXX", folder[64];
    struct sx_instrument *instrument;
    struct sx_error error;
    assert_non_null(mkdtemp(base));
    snprintf(folder, sizeof folder, "%s/made", base);
    make_package(make, folder);
    if (sx_instrument_open(folder, &instrument, &error) < 0) fail_msg("%s", error.message);
    make_remove(folder);
    rmdir(base);
    return instrument;
}

/* A sounder, with `group` blocks at once. */
static inline struct sx_sounder *make_sounder(const struct sx_instrument *instrument, uint64_t seed, int group)
{
    struct sx_sounder_options options = { .seed = seed, .group = group };
    struct sx_sounder *sounder;
    struct sx_error error;
    if (sx_sounder_new(instrument, &options, &sounder, &error) < 0) fail_msg("%s", error.message);
    return sounder;
}

/* The next `count` samples (whole groups), in fresh memory. */
static inline float *make_sound(struct sx_sounder *sounder, int group, int count)
{
    int block = group * SX_SOUND_HOP;
    float *samples = calloc((size_t)count + (size_t)block, sizeof *samples);
    for (int i = 0; i < count; i += block) sx_sounder_render(sounder, samples + i);
    return samples;
}

static inline int64_t make_note(struct sx_sounder *sounder, int64_t sample, float pitch, float velocity)
{
    struct sx_sound sound = { .pitch = pitch, .velocity = velocity };
    struct sx_error error;
    int64_t id = 0;
    assert_int_equal(sx_sounder_on(sounder, sample, &sound, &id, &error), 0);
    return id;
}

#endif
