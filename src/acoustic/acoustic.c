/* acoustic.c - text encoder, plan and decoder of one utterance at a time. */
#include "acoustic/acoustic.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "acoustic/express.h"
#include "acoustic/plan.h"
#include "acoustic/sizes.h"
#include "base/arena.h"
#include "dsp/format.h"

#define SEMITONE 0.057762265f       /* ln(2) / 12 */

enum { MEL_OUT = SX_MELS + 1, RING = 64 };     /* RING: frames between decoder input and output, a power of two over the look-ahead */

struct sx_acoustic {
    const struct sx_voice *voice;
    struct sx_session *encoder;
    struct sx_flow *decoder;
    int hidden;                     /* width H of the encoder's output */
    float *column;                  /* [SX_ACOUSTIC_BLOCK][H + 6] */
    float *decoded;                 /* [SX_ACOUSTIC_BLOCK + look-ahead][MEL_OUT] */
    int decoded_count, decoded_next;
    float lnf0[RING], unheard[RING];    /* of frames that the decoder holds: pitch, and the part of its shift that the networks do not see */
    struct sx_arena arena;          /* of the utterance */
    struct sx_plan plan;
    const float *hidden_data;       /* [tokens][H], the encoder's memory */
    const float *energy;            /* [tokens] */
    int in, out;                    /* frames given to the decoder, frames handed out */
    int token;                      /* that frame `in` lies in */
    int placed;                     /* tokens reported */
    bool active, flushed;
};

int sx_acoustic_new(const struct sx_voice *voice, struct sx_acoustic **out, struct sx_error *error)
{
    *out = NULL;
    struct sx_acoustic *acoustic = calloc(1, sizeof *acoustic);
    if (!acoustic)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    acoustic->voice = voice;
    acoustic->hidden = voice->card.hidden;
    int code = sx_session_new(voice->model[SX_GRAPH_TEXT], voice->pool, &acoustic->encoder, error);
    if (code == SYRINX_OK)
        code = sx_flow_new(voice->model[SX_GRAPH_DECODER], voice->pool, SX_ACOUSTIC_BLOCK, &acoustic->decoder, error);
    if (code == SYRINX_OK && (sx_flow_output_width(acoustic->decoder) != MEL_OUT || sx_flow_input_width(acoustic->decoder) != acoustic->hidden + 6 ||
                              sx_flow_look_ahead(acoustic->decoder) >= RING - SX_ACOUSTIC_BLOCK))
        code = sx_fail(error, SYRINX_ERROR_FORMAT, "%s: the decoder has not the inputs and outputs of a voice of format 1", voice->path);
    if (code == SYRINX_OK) {
        size_t look = (size_t)sx_flow_look_ahead(acoustic->decoder);
        acoustic->column = calloc((size_t)SX_ACOUSTIC_BLOCK * (size_t)(acoustic->hidden + 6), sizeof(float));
        acoustic->decoded = calloc((SX_ACOUSTIC_BLOCK + look) * MEL_OUT, sizeof(float));
        if (!acoustic->column || !acoustic->decoded)
            code = sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    }
    if (code < 0)
        sx_acoustic_free(acoustic);
    else
        *out = acoustic;
    return code;
}

void sx_acoustic_stop_on(struct sx_acoustic *acoustic, const _Atomic int *stop)
{
    sx_session_stop_on(acoustic->encoder, stop);
}

/* The four position features of each token: [count][4]. */
static void token_positions(const struct sx_token *tokens, int count, float *position)
{
    int mark = 0;
    for (int i = 0; i < count; i++) {
        bool pause = tokens[i].phone < SX_PHONE_FIRST && tokens[i].phone != SX_PHONE_WORD;
        mark = pause ? i : mark;
        position[4 * i] = (float)i / (float)count;
        position[4 * i + 2] = (float)(i - mark < 40 ? i - mark : 40) / 20.0f;
        position[4 * i + 3] = logf((float)count) / 4.0f;
    }
    mark = count - 1;
    for (int i = count - 1; i >= 0; i--) {
        bool pause = tokens[i].phone < SX_PHONE_FIRST && tokens[i].phone != SX_PHONE_WORD;
        mark = pause ? i : mark;
        position[4 * i + 1] = (float)(mark - i < 40 ? mark - i : 40) / 20.0f;
    }
}

static bool is_shape(const struct sx_tensor *tensor, int64_t tokens, int64_t width)
{
    if (!tensor || tensor->type != SX_FLOAT || tensor->rank != (width ? 3 : 2) || tensor->shape[0] != 1 || tensor->shape[1] != tokens)
        return false;
    return width == 0 || tensor->shape[2] == width;
}

static int encode(struct sx_acoustic *acoustic, const struct sx_token *tokens, int count, const float *weights, struct sx_error *error)
{
    struct sx_arena *arena = &acoustic->arena;
    int64_t *phone = sx_arena_array(arena, (size_t)count, sizeof *phone);
    int64_t *stress = sx_arena_array(arena, (size_t)count, sizeof *stress);
    float *position = sx_arena_array(arena, (size_t)count * 4, sizeof *position);
    float speaker[SX_SPEAKERS];
    if (!phone || !stress || !position)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    memcpy(speaker, weights, (size_t)acoustic->voice->card.speaker_count * sizeof *speaker);
    for (int i = 0; i < count; i++) {
        phone[i] = tokens[i].phone;
        stress[i] = tokens[i].stress;
    }
    token_positions(tokens, count, position);
    const struct sx_tensor inputs[4] = {
        {SX_INT64, 2, {1, count}, phone},
        {SX_INT64, 2, {1, count}, stress},
        {SX_FLOAT, 3, {1, count, 4}, position},
        {SX_FLOAT, 2, {1, acoustic->voice->card.speaker_count}, speaker},
    };
    int code = SYRINX_OK;
    for (int i = 0; i < 4 && code == SYRINX_OK; i++)
        code = sx_session_set_input(acoustic->encoder, i, &inputs[i], error);
    if (code == SYRINX_OK)
        code = sx_session_run(acoustic->encoder, error);
    if (code < 0)
        return code;
    const struct sx_tensor *hidden = sx_session_output(acoustic->encoder, 0), *duration = sx_session_output(acoustic->encoder, 1);
    const struct sx_tensor *pitch = sx_session_output(acoustic->encoder, 2), *energy = sx_session_output(acoustic->encoder, 3);
    if (!is_shape(hidden, count, acoustic->hidden) || !is_shape(duration, count, 0) || !is_shape(pitch, count, 3) || !is_shape(energy, count, 0))
        return sx_fail(error, SYRINX_ERROR_FORMAT, "%s: the text encoder gave other shapes than a voice of format 1 has", acoustic->voice->path);
    acoustic->hidden_data = hidden->data;
    acoustic->energy = energy->data;
    acoustic->plan.log_duration = duration->data;
    acoustic->plan.pitch = pitch->data;
    return SYRINX_OK;
}

int sx_acoustic_begin(struct sx_acoustic *acoustic, const struct sx_utterance *utterance, const float *weights, float rate, enum sx_standing place,
                      struct sx_error *error)
{
    int count = utterance->token_count;
    sx_acoustic_reset(acoustic);
    if (count < 3)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "an utterance needs its marks");
    struct sx_arena *arena = &acoustic->arena;
    struct sx_token *tokens = sx_arena_array(arena, (size_t)count, sizeof *tokens);
    struct sx_plan *plan = &acoustic->plan;
    plan->start = sx_arena_array(arena, (size_t)count, sizeof(int));
    plan->frames = sx_arena_array(arena, (size_t)count, sizeof(int));
    plan->point_x = sx_arena_array(arena, (size_t)count * 3, sizeof(float));
    plan->point_y = sx_arena_array(arena, (size_t)count * 3, sizeof(float));
    plan->point_shift = sx_arena_array(arena, (size_t)count * 3, sizeof(float));
    if (!tokens || !plan->start || !plan->frames || !plan->point_x || !plan->point_y || !plan->point_shift)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    memcpy(tokens, utterance->tokens, (size_t)count * sizeof *tokens);
    plan->tokens = tokens;
    plan->count = count;
    int code = encode(acoustic, tokens, count, weights, error);
    if (code < 0)
        return code;
    float mean = 0;
    for (int i = 0; i < acoustic->voice->card.speaker_count; i++)
        mean += weights[i] * acoustic->voice->card.pitch[i];
    struct sx_express express = {utterance, mean, rate, place};
    code = sx_express_apply(&express, plan, &acoustic->energy, arena, error);
    if (code < 0)
        return code;
    sx_plan_begin(plan);
    acoustic->active = true;
    return SYRINX_OK;
}

/* The networks have learnt the pitches of their speakers: where they are asked for others their spectra go wrong. So they get small shifts whole and of
 * large ones SX_SHIFT_LIMIT at most, and the speaker's spectrum is said at the pitch that was asked for. */
static float heard(float shift)
{
    const float limit = SX_SHIFT_LIMIT * SEMITONE;
    return shift == 0 ? 0 : limit * tanhf(shift / limit);
}

/* Writes the decoder's input column for frame `in`; false when the utterance has no such frame. */
static bool make_column(struct sx_acoustic *acoustic, const struct sx_prosody *prosody, float *column)
{
    struct sx_plan *plan = &acoustic->plan;
    int f = acoustic->in;
    plan->squeeze = prosody->squeeze;
    float lnf0 = sx_plan_lnf0(plan, f, prosody->rate);
    while (acoustic->token < plan->count) {
        if (acoustic->token == plan->planned)
            sx_plan_word(plan, prosody->rate);
        if (f < plan->start[acoustic->token] + plan->frames[acoustic->token])
            break;
        acoustic->token++;
    }
    if (acoustic->token == plan->count)
        return false;
    int i = acoustic->token, d = plan->frames[i], k = f - plan->start[i];
    float shift = sx_plan_shift(plan, f) + prosody->pitch * SEMITONE;
    float *tail = column + acoustic->hidden;
    memcpy(column, acoustic->hidden_data + (size_t)i * (size_t)acoustic->hidden, (size_t)acoustic->hidden * sizeof *column);
    tail[0] = ((float)k + 0.5f) / (float)d;
    tail[1] = (float)(k < 20 ? k : 20) / 10.0f;
    tail[2] = (float)(d - 1 - k < 20 ? d - 1 - k : 20) / 10.0f;
    tail[3] = logf((float)d) / 3.0f;
    tail[4] = lnf0 + heard(shift);
    tail[5] = acoustic->energy[i];
    acoustic->lnf0[f % RING] = lnf0 + shift;
    acoustic->unheard[f % RING] = shift - heard(shift);
    return true;
}

/* Gives the decoder up to `count` columns; what comes out waits in `decoded`. */
static void decode(struct sx_acoustic *acoustic, const struct sx_prosody *prosody, int count)
{
    int n = 0;
    bool more = true;
    while (n < count && (more = make_column(acoustic, prosody, acoustic->column + (size_t)n * (size_t)(acoustic->hidden + 6)))) {
        acoustic->in++;
        n++;
    }
    acoustic->decoded_next = 0;
    acoustic->decoded_count = sx_flow_push(acoustic->decoder, acoustic->column, n, !more, acoustic->decoded);
    acoustic->flushed = !more;
}

int sx_acoustic_frames(struct sx_acoustic *acoustic, const struct sx_prosody *prosody, float *frames, float *unheard, int count, bool *last)
{
    int made = 0;
    *last = false;
    if (!acoustic->active) {
        *last = true;
        return 0;
    }
    while (made < count) {
        if (acoustic->decoded_next == acoustic->decoded_count) {
            if (acoustic->flushed)
                break;
            /* as many columns as frames are wanted, and the look-ahead on top the first time */
            int want = count - made;
            if (acoustic->in == 0)
                want += sx_flow_look_ahead(acoustic->decoder);
            decode(acoustic, prosody, want < SX_ACOUSTIC_BLOCK ? want : SX_ACOUSTIC_BLOCK);
            continue;
        }
        const float *mel = acoustic->decoded + (size_t)acoustic->decoded_next++ * MEL_OUT;
        float *frame = frames + (size_t)made * SX_VOCODER_IN;
        memcpy(frame, mel, SX_MELS * sizeof *frame);
        frame[SX_MELS] = acoustic->lnf0[acoustic->out % RING];
        frame[SX_MELS + 1] = mel[SX_MELS] > 0 ? 1.0f : 0.0f;
        unheard[made++] = acoustic->unheard[acoustic->out % RING];
        acoustic->out++;
    }
    if (acoustic->flushed && acoustic->decoded_next == acoustic->decoded_count) {
        *last = true;
        acoustic->active = false;
    }
    return made;
}

bool sx_acoustic_placed(struct sx_acoustic *acoustic, struct sx_placed *placed)
{
    const struct sx_plan *plan = &acoustic->plan;
    if (acoustic->placed >= plan->planned)
        return false;
    placed->token = acoustic->placed++;
    placed->start = plan->start[placed->token];
    placed->frames = plan->frames[placed->token];
    return true;
}

void sx_acoustic_reset(struct sx_acoustic *acoustic)
{
    sx_flow_reset(acoustic->decoder);
    sx_arena_reset(&acoustic->arena);
    memset(&acoustic->plan, 0, sizeof acoustic->plan);
    acoustic->in = acoustic->out = acoustic->token = acoustic->placed = 0;
    acoustic->decoded_count = acoustic->decoded_next = 0;
    acoustic->active = acoustic->flushed = false;
}

void sx_acoustic_free(struct sx_acoustic *acoustic)
{
    if (!acoustic)
        return;
    sx_session_free(acoustic->encoder);
    sx_flow_free(acoustic->decoder);
    sx_arena_free(&acoustic->arena);
    free(acoustic->column);
    free(acoustic->decoded);
    free(acoustic);
}
