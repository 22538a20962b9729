/* engine.c - the engine of Syrinx voices: acoustic model and vocoder on a fixed schedule of blocks (2, 4, 8, then 16 frames from the start of an utterance), never
 * by the size of the caller's read. */
#include "api/engine.h"

#include <stdlib.h>
#include <string.h>

#include "acoustic/sizes.h"
#include "api/level.h"
#include "dsp/format.h"
#include "piper/piper.h"
#include "vocoder/vocoder.h"

enum {
    KEEP_LEAD = 3,                  /* frames of silence that an utterance keeps before its first phone: the rest would be waiting time */
    LAST_BLOCK = SX_VOCODER_BLOCK
};

struct engine {
    struct sx_engine base;
    const struct sx_voice *voice;
    struct sx_acoustic *acoustic;
    struct sx_vocoder *vocoder;
    float weights[SX_SPEAKERS];     /* of the stream's speaker */
    void (*warn)(void *user, const char *message);
    void *warn_user;
    const struct sx_utterance *utterance;
    float *frames;                  /* [SX_VOCODER_BLOCK][SX_VOCODER_IN] */
    float unheard[SX_VOCODER_BLOCK];    /* sx_acoustic_frames */
    int block;                      /* frames of the next step */
    bool placed;                    /* the first token was */
};

static void release(struct sx_engine *base)
{
    struct engine *engine = (struct engine *)base;
    sx_acoustic_free(engine->acoustic);
    sx_vocoder_free(engine->vocoder);
    free(engine->frames);
    free(engine);
}

static int create(const struct sx_voice *voice, const struct sx_engine_options *options, struct sx_engine **out, struct sx_error *error)
{
    struct engine *engine = calloc(1, sizeof *engine);
    *out = NULL;
    if (!engine)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    engine->voice = voice;
    engine->warn = options->warn;
    engine->warn_user = options->warn_user;
    engine->base = (struct sx_engine){.kind = &sx_syrinx_engine, .rate = SX_RATE, .lead = KEEP_LEAD * SX_HOP, .gain = SX_OUTPUT_GAIN,
                                      .pause = SX_PAUSE_SENTENCE, .has_pitch = true};
    int code = sx_voice_weights(voice, options->speaker, engine->weights, error);
    if (code == SYRINX_OK)
        code = sx_acoustic_new(voice, &engine->acoustic, error);
    if (code == SYRINX_OK)
        code = sx_vocoder_new(voice->model[SX_GRAPH_VOCODER], voice->pool, options->seed, &engine->vocoder, error);
    if (code == SYRINX_OK && !(engine->frames = malloc((size_t)SX_VOCODER_BLOCK * SX_VOCODER_IN * sizeof(float))))
        code = sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    if (code < 0) {
        release(&engine->base);
        return code;
    }
    sx_acoustic_stop_on(engine->acoustic, options->cancelled);
    engine->base.room = (SX_VOCODER_BLOCK + sx_vocoder_delay(engine->vocoder)) * SX_HOP;
    *out = &engine->base;
    return SYRINX_OK;
}

static void reset(struct sx_engine *base, uint64_t seed)
{
    struct engine *engine = (struct engine *)base;
    sx_acoustic_reset(engine->acoustic);
    sx_vocoder_reset(engine->vocoder, seed);
}

/* The speaker of the utterance: the markup's where it names one that the voice has. */
static void find_weights(const struct engine *engine, const char *speaker, float weights[SX_SPEAKERS])
{
    struct sx_error error = {0};
    if (speaker && sx_voice_weights(engine->voice, speaker, weights, &error) == SYRINX_OK)
        return;
    if (speaker && engine->warn)
        engine->warn(engine->warn_user, error.message);
    memcpy(weights, engine->weights, sizeof engine->weights);
}

static int begin(struct sx_engine *base, const struct sx_utterance *utterance, const char *speaker, float rate, int place, struct sx_error *error)
{
    struct engine *engine = (struct engine *)base;
    float weights[SX_SPEAKERS] = {0};
    find_weights(engine, speaker, weights);
    engine->utterance = utterance;
    engine->block = 2;
    engine->placed = false;
    return sx_acoustic_begin(engine->acoustic, utterance, weights, rate, (enum sx_standing)place, error);
}

static int make(struct sx_engine *base, const struct sx_prosody *prosody, struct sx_step *step, struct sx_error *error)
{
    struct engine *engine = (struct engine *)base;
    (void)error;
    step->frame_count = sx_acoustic_frames(engine->acoustic, prosody, engine->frames, engine->unheard, engine->block, &step->last);
    step->frames = engine->frames;
    step->count = sx_vocoder_push(engine->vocoder, engine->frames, engine->unheard, step->frame_count, step->last, step->samples);
    if (engine->block < LAST_BLOCK)
        engine->block *= 2;
    return SYRINX_OK;
}

static bool placed(struct sx_engine *base, struct sx_heard *heard)
{
    struct engine *engine = (struct engine *)base;
    struct sx_placed at;
    if (!sx_acoustic_placed(engine->acoustic, &at))
        return false;
    const struct sx_token *token = &engine->utterance->tokens[at.token];
    *heard = (struct sx_heard){.word = token->word, .name = sx_phone_ipa(token->phone), .stress = token->stress, .start = (uint64_t)at.start * SX_HOP,
                               .end = (uint64_t)(at.start + at.frames) * SX_HOP, .silence = token->phone == SX_PHONE_END};
    if (!engine->placed && at.frames > KEEP_LEAD)       /* the begin mark is the first */
        heard->cut = (at.frames - KEEP_LEAD) * SX_HOP;
    engine->placed = true;
    return true;
}

const struct sx_engine_kind sx_syrinx_engine = {create, release, reset, begin, make, placed};

const struct sx_engine_kind *sx_engine_of(const struct sx_voice *voice)
{
    return voice->piper ? &sx_piper_engine : &sx_syrinx_engine;
}
