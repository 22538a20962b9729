/* letters_step.c - the step of a letter-to-sound network, on the engine's kernels: it runs for single letters, where a graph would cost more than its sums. */
#include "text/letters_step.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "nn/kernels/kernels.h"

struct sx_letters_step {
    struct sx_arena arena;
    int outputs, hidden;
    float *history[SX_STEP_HISTORY];        /* [outputs + 2][hidden]: graphones, multiplied already */
    float *state, *bias, *norm_gain, *norm_shift;
    float *out, *out_bias;                  /* packed for the kernels */
};

struct reader {
    const unsigned char *p, *end;
    struct sx_arena *arena;
    bool failed;
};

static const unsigned char *take(struct reader *r, size_t size)
{
    if (r->failed || (size_t)(r->end - r->p) < size) {
        r->failed = true;
        return NULL;
    }
    r->p += size;
    return r->p - size;
}

static int read16(struct reader *r)
{
    const unsigned char *p = take(r, 2);
    return p ? p[0] | p[1] << 8 : 0;
}

static float *room(struct reader *r, size_t count)
{
    float *out = r->failed ? NULL : sx_arena_array(r->arena, count + 16, sizeof *out);
    if (!out) {
        r->failed = true;
        return NULL;
    }
    /* kernels want packed weights at 64 bytes */
    out = (float *)(((uintptr_t)out + 63) / 64 * 64);
    memset(out, 0, count * sizeof *out);
    return out;
}

static float *read_floats(struct reader *r, size_t count, size_t padded)
{
    const unsigned char *p = take(r, 4 * count);
    float *out = room(r, padded);
    for (size_t i = 0; p && out && i < count; i++) {
        uint32_t bits = (uint32_t)p[4 * i] | (uint32_t)p[4 * i + 1] << 8 | (uint32_t)p[4 * i + 2] << 16 | (uint32_t)p[4 * i + 3] << 24;
        memcpy(&out[i], &bits, sizeof bits);
    }
    return out;
}

static size_t panels(size_t outputs)
{
    return (outputs + SX_PANEL - 1) / SX_PANEL;
}

/* i8 [in][out] with a gain for each output: packed [panel][in][SX_PANEL]. */
static float *read_packed(struct reader *r, size_t in, size_t out)
{
    const signed char *w = (const signed char *)take(r, in * out);
    float *gain = read_floats(r, out, out), *packed = room(r, panels(out) * SX_PANEL * in);
    for (size_t o = 0; w && gain && packed && o < out; o++)
        for (size_t i = 0; i < in; i++)
            packed[(o / SX_PANEL * in + i) * SX_PANEL + o % SX_PANEL] = (float)w[i * out + o] * gain[o];
    return packed;
}

static void multiply(const float *packed, const float *bias, int in, int out, const float *x, int rows, float *y)
{
    struct sx_linear job = {.weights = packed, .bias = bias, .x = x, .x_step = in, .tap_step = in, .taps = 1, .in = in, .out = out, .y = y, .y_step = out};
    sx_kernels()->linear(&job, 0, (int)panels((size_t)out), rows);
}

int sx_letters_step_open(const unsigned char *data, size_t size, struct sx_letters_step **out, struct sx_error *error)
{
    struct sx_letters_step *step = calloc(1, sizeof *step);
    if (!step)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    struct reader r = {.p = data, .end = data + size, .arena = &step->arena};
    const unsigned char *magic = take(&r, 4);
    int outputs = read16(&r), hidden = read16(&r), embed = read16(&r), history = read16(&r);
    if (!magic || memcmp(magic, "SXL1", 4) || r.failed || outputs < 1 || outputs > SX_STEP_OUTPUTS || hidden < 1 || hidden > SX_STEP_HIDDEN ||
        embed < 1 || embed > 256 || history != SX_STEP_HISTORY) {
        sx_letters_step_free(step);
        return sx_fail(error, SYRINX_ERROR_FORMAT, "letter-to-sound: not a step network");
    }
    size_t count = (size_t)outputs + 2, h = (size_t)hidden;
    step->outputs = outputs;
    step->hidden = hidden;
    const signed char *graphones = (const signed char *)take(&r, count * (size_t)embed);
    float *gain = read_floats(&r, (size_t)embed, (size_t)embed), *rows = room(&r, count * (size_t)embed), *zeros = room(&r, panels(h) * SX_PANEL);
    for (size_t i = 0; graphones && gain && rows && i < count * (size_t)embed; i++)
        rows[i] = (float)graphones[i] * gain[i % (size_t)embed];
    for (int k = 0; k < SX_STEP_HISTORY; k++) {
        float *packed = read_packed(&r, (size_t)embed, h);
        step->history[k] = room(&r, count * h);
        if (!r.failed)
            multiply(packed, zeros, embed, hidden, rows, (int)count, step->history[k]);
    }
    step->state = read_floats(&r, SX_STEP_STATE * h, SX_STEP_STATE * h);
    step->bias = read_floats(&r, h, h);
    step->norm_gain = read_floats(&r, h, h);
    step->norm_shift = read_floats(&r, h, h);
    step->out = read_packed(&r, h, (size_t)outputs);
    step->out_bias = read_floats(&r, (size_t)outputs, panels((size_t)outputs) * SX_PANEL);
    if (r.failed || r.p != r.end) {
        sx_letters_step_free(step);
        return sx_fail(error, SYRINX_ERROR_FORMAT, "letter-to-sound: a step network is cut off, or memory is");
    }
    *out = step;
    return 0;
}

void sx_letters_step_free(struct sx_letters_step *step)
{
    if (!step)
        return;
    sx_arena_free(&step->arena);
    free(step);
}

int sx_letters_step_hidden(const struct sx_letters_step *step)
{
    return step->hidden;
}

int sx_letters_step_outputs(const struct sx_letters_step *step)
{
    return step->outputs;
}

void sx_letters_step_run(const struct sx_letters_step *step, const struct sx_step_row *rows, int count, float *scratch, float *logits)
{
    int h = step->hidden;
    for (int r = 0; r < count; r++) {
        const struct sx_step_row *row = &rows[r];
        const float *t[SX_STEP_HISTORY], *s = step->state, *bias = step->bias, *column = row->column;
        float *y = scratch + (ptrdiff_t)r * h;
        for (int k = 0; k < SX_STEP_HISTORY; k++)
            t[k] = step->history[k] + (ptrdiff_t)row->history[k] * h;
        for (int i = 0; i < h; i++)
            y[i] = column[i] + bias[i] + ((t[0][i] + t[1][i]) + (t[2][i] + t[3][i])) +
                   (row->state[0] * s[i] + row->state[1] * s[h + i] + row->state[2] * s[2 * h + i]);
    }
    const struct sx_kernels *kernels = sx_kernels();
    kernels->unary[SX_UNARY_SILU](scratch, 0, scratch, (size_t)count * (size_t)h);
    kernels->layernorm(scratch, step->norm_gain, step->norm_shift, 1e-5f, h, count, scratch);
    multiply(step->out, step->out_bias, h, step->outputs, scratch, count, logits);
}
