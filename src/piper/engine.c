/* engine.c - utterances of a Piper voice to samples. Text encoder and durations run once an utterance, flow and decoder along time in pieces, the same samples as in
 * one go. Where each phoneme lies is known before the first sample is made. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/random.h"
#include "base/utf8.h"
#include "piper/piper.h"
#include "voice/voice.h"

enum {
    FIRST_BLOCK = 2, LAST_BLOCK = 16,   /* frames of a step: the first is small, so that speech begins soon; each then is twice the one before */
    NAMES = 4096                        /* of phones that are made of several phonemes ("iː") */
};

#define PAUSE 0.2f                      /* seconds behind a sentence, as Piper has it */
#define MOST_SECONDS 600.0              /* of an utterance: durations that come to more are not to be believed */

struct engine {
    struct sx_engine base;
    const struct sx_voice *voice;
    const struct sx_piper *piper;
    struct sx_piper_speller letters;
    struct sx_speller speller;
    struct sx_course *course;           /* NULL: the voice's graph has no end that runs along time */
    struct sx_session *session;         /* the course's, or one that makes all samples at once */
    int speaker;
    float noise_scale, noise_w;
    bool normalize;
    uint64_t seed, utterances;          /* so far */
    bool told_pitch;
    void (*warn)(void *user, const char *message);
    void *warn_user;

    struct sx_arena arena;              /* of the utterance */
    int64_t length, sid;                /* inputs of the graph, which its end may still read */
    float scales[3];
    const float *source;                /* samples of a sentence that is made as a whole, NULL: it comes in pieces */
    int64_t sample_count, sample;
    int block, ahead;                   /* frames of the next step, and of the look-ahead that are still to go in */
    bool active;
    struct sx_heard *heard;
    int heard_count, heard_next;

    struct sx_arena name_arena;
    const char **names;                 /* sorted by nothing: few */
    int name_count;
};

static int no_memory(struct sx_error *error)
{
    return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
}

/* -------------------------------------------------------------- life */

static void release(struct sx_engine *base)
{
    struct engine *engine = (struct engine *)base;
    if (engine->course)
        sx_course_free(engine->course);
    else
        sx_session_free(engine->session);
    sx_arena_free(&engine->arena);
    sx_arena_free(&engine->name_arena);
    free(engine);
}

static void reset(struct sx_engine *base, uint64_t seed)
{
    struct engine *engine = (struct engine *)base;
    engine->seed = seed;
    engine->utterances = 0;
    engine->active = false;
    engine->heard_count = engine->heard_next = 0;
}

static int create(const struct sx_voice *voice, const struct sx_engine_options *options, struct sx_engine **out, struct sx_error *error)
{
    const struct sx_piper *piper = voice->piper;
    struct engine *engine = calloc(1, sizeof *engine);
    *out = NULL;
    if (!engine)
        return no_memory(error);
    engine->voice = voice;
    engine->piper = piper;
    engine->warn = options->warn;
    engine->warn_user = options->warn_user;
    engine->letters = (struct sx_piper_speller){.config = &piper->config, .warn = options->warn, .warn_user = options->warn_user};
    engine->speller = (struct sx_speller){&engine->letters, sx_piper_spell, SX_PIPER_UTTERANCE};
    engine->base = (struct sx_engine){.kind = &sx_piper_engine, .rate = piper->config.sample_rate, .gain = 1, .pause = PAUSE, .speller = &engine->speller};
    engine->noise_scale = options->noise_scale >= 0 ? options->noise_scale : piper->config.noise_scale;
    engine->noise_w = options->noise_w >= 0 ? options->noise_w : piper->config.noise_w;
    engine->normalize = options->normalize;
    int code = engine->speaker = sx_piper_speaker(&piper->config, options->speaker, error);
    if (code >= 0)
        code = sx_piper_spell_check(&piper->config, error);
    if (code >= 0 && piper->suffix)
        code = sx_course_new(piper->model, piper->suffix, voice->pool, LAST_BLOCK, &engine->course, error);
    else if (code >= 0)
        code = sx_session_new(piper->model, voice->pool, &engine->session, error);
    if (code >= 0 && engine->course)
        engine->session = sx_course_session(engine->course);
    if (code >= 0)
        sx_session_stop_on(engine->session, options->cancelled);
    engine->names = code >= 0 ? sx_arena_array(&engine->name_arena, NAMES, sizeof *engine->names) : NULL;
    if (code >= 0 && !engine->names)
        code = no_memory(error);
    if (code < 0) {
        release(&engine->base);
        return code;
    }
    engine->base.room = LAST_BLOCK * piper->config.hop;
    reset(&engine->base, options->seed);
    *out = &engine->base;
    return SYRINX_OK;
}

/* -------------------------------------------------------------- where phones are */

/* The name of a phone in several parts, kept for the life of the engine; NULL: no memory. */
static const char *name_of(struct engine *engine, const char *text, size_t length)
{
    for (int i = 0; i < engine->name_count; i++)
        if (strlen(engine->names[i]) == length && memcmp(engine->names[i], text, length) == 0)
            return engine->names[i];
    char *name = engine->name_count < NAMES ? sx_arena_strdup(&engine->name_arena, text, length) : NULL;
    if (name)
        engine->names[engine->name_count++] = name;
    return name;
}

/* Signs that belong to the sound before them: length, aspiration, nasality. */
static bool modifies(uint32_t code)
{
    utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)code);
    return k == UTF8PROC_CATEGORY_MN || k == UTF8PROC_CATEGORY_ME || k == UTF8PROC_CATEGORY_LM || k == UTF8PROC_CATEGORY_SK;
}

/* Phonemes to phones: the stress mark before a sound and the signs behind it are one with it. `at` [token_count + 2]: the samples where the begin mark and each token
 * end; the last is the end of all. */
static int place(struct engine *engine, const struct sx_utterance *u, const uint64_t *at, struct sx_error *error)
{
    const struct sx_piper_config *config = &engine->piper->config;
    int count = 0, stress = 0, pending = -1;
    engine->heard = sx_arena_array(&engine->arena, (size_t)u->token_count + 2, sizeof *engine->heard);
    if (!engine->heard)
        return no_memory(error);
    engine->heard[count++] = (struct sx_heard){.word = -1, .end = at[0]};
    for (int i = 0; i < u->token_count; i++) {
        const struct sx_token *token = &u->tokens[i];
        const char *text = config->phonemes[token->phone].text;
        struct sx_heard *last = &engine->heard[count - 1];
        uint32_t code;
        sx_utf8_decode(text, strlen(text), &code);
        bool same = token->word >= 0 && last->word == token->word;
        if (token->word >= 0 && (code == 0x2C8 || code == 0x2CC)) {
            stress = code == 0x2C8 ? 1 : 2;
            pending = pending < 0 ? i : pending;
            continue;
        }
        if (same && pending < 0 && modifies(code) && last->name && strlen(last->name) + strlen(text) < 60) {
            char joined[64];
            size_t n = strlen(last->name);
            memcpy(joined, last->name, n);
            strcpy(joined + n, text);
            const char *name = name_of(engine, joined, n + strlen(text));
            last->name = name ? name : last->name;
            last->end = at[i + 1];
            continue;
        }
        engine->heard[count] = (struct sx_heard){.word = token->word, .name = token->word >= 0 && code != ' ' ? text : NULL, .stress = stress,
                                                 .start = at[pending >= 0 ? pending : i], .end = at[i + 1]};
        count++;
        stress = 0;
        pending = -1;
    }
    engine->heard[count] = (struct sx_heard){.word = -1, .start = engine->heard[count - 1].end, .end = at[u->token_count + 1]};
    engine->heard_count = count + 1;
    engine->heard_next = 0;
    return SYRINX_OK;
}

/* Frames of each id to samples where tokens end. */
static int place_ids(struct engine *engine, const struct sx_utterance *u, const struct sx_tensor *frames, const int *last, int ids, uint64_t samples, struct sx_error *error)
{
    const struct sx_piper_config *config = &engine->piper->config;
    uint64_t *at = sx_arena_array(&engine->arena, (size_t)u->token_count + 2, sizeof *at);
    int done = 0, first = config->phonemes[config->begin].count + config->phonemes[config->pad].count;
    double sum = 0;
    if (!at)
        return no_memory(error);
    for (int i = 0; i < u->token_count + 2; i++) {
        int end = i == 0 ? first : last[i - 1];
        for (; done < end; done++)
            sum += frames ? ((const float *)frames->data)[done] * (double)config->hop : (double)samples / ids;
        at[i] = sum > 0 && sum < (double)samples ? (uint64_t)sum : sum > 0 ? samples : 0;
    }
    return place(engine, u, at, error);
}

static bool placed(struct sx_engine *base, struct sx_heard *heard)
{
    struct engine *engine = (struct engine *)base;
    if (engine->heard_next >= engine->heard_count)
        return false;
    *heard = engine->heard[engine->heard_next++];
    return true;
}

/* -------------------------------------------------------------- an utterance */

static int64_t elements(const struct sx_tensor *tensor)
{
    int64_t count = tensor ? 1 : 0;
    for (int i = 0; tensor && i < tensor->rank; i++)
        count *= tensor->shape[i];
    return count;
}

/* All that has to be known before the first sample; *durations is NULL when the graph does not tell them. */
static int run_front(struct engine *engine, int64_t *ids, int count, int speaker, float length_scale, const struct sx_tensor **durations, struct sx_error *error)
{
    const struct sx_piper *piper = engine->piper;
    const struct sx_tensor inputs[4] = {{SX_INT64, 2, {1, count}, ids}, {SX_INT64, 1, {1}, &engine->length}, {SX_FLOAT, 1, {3}, engine->scales}, {SX_INT64, 1, {1}, &engine->sid}};
    int64_t frames = 0;
    int code = SYRINX_OK;
    engine->length = count;
    engine->sid = piper->config.speaker_ids[speaker];
    engine->scales[0] = engine->noise_scale;
    engine->scales[1] = length_scale;
    engine->scales[2] = engine->noise_w;
    for (int i = 0; i < 4 && code == SYRINX_OK; i++)
        if (piper->inputs[i] >= 0)
            code = sx_session_set_input(engine->session, piper->inputs[i], &inputs[i], error);
    sx_session_set_seed(engine->session, sx_random_bits(engine->seed, engine->utterances++));
    if (code == SYRINX_OK)
        code = engine->course ? sx_course_begin(engine->course, &frames, error) : sx_session_run(engine->session, error);
    if (code < 0)
        return code;
    *durations = piper->has_durations ? sx_session_output(engine->session, 0) : NULL;
    if (*durations && ((*durations)->type != SX_FLOAT || elements(*durations) != count))
        *durations = NULL;
    engine->source = NULL;
    engine->sample_count = frames * piper->config.hop;
    if (!engine->course) {
        const struct sx_tensor *out = sx_session_output(engine->session, piper->has_durations ? 1 : 0);
        if (!out || out->type != SX_FLOAT)
            return sx_fail(error, SYRINX_ERROR_FORMAT, "%s: the graph gave other shapes than that of a Piper voice", engine->voice->path);
        engine->source = out->data;
        engine->sample_count = elements(out);
    }
    if ((double)engine->sample_count > MOST_SECONDS * piper->config.sample_rate)
        return sx_fail(error, SYRINX_ERROR_FORMAT, "%s: a sentence that lasts over %.0f seconds", engine->voice->path, MOST_SECONDS);
    return SYRINX_OK;
}

/* Piper's level: the loudest sample of each sentence is at full scale. */
static void to_full_scale(float *samples, int64_t count)
{
    float peak = 0;
    for (int64_t i = 0; i < count; i++)
        peak = fabsf(samples[i]) > peak ? fabsf(samples[i]) : peak;
    for (int64_t i = 0; i < count && peak >= 1e-8f; i++)
        samples[i] /= peak;
}

/* All samples of the utterance at once, for a level that only the whole can tell. */
static int make_whole(struct engine *engine, struct sx_error *error)
{
    int64_t room = engine->sample_count + engine->base.room, count = 0;
    float *samples = sx_arena_array(&engine->arena, (size_t)room, sizeof *samples);
    if (!samples)
        return no_memory(error);
    if (!engine->course && engine->sample_count)
        memcpy(samples, engine->source, (size_t)(count = engine->sample_count) * sizeof *samples);
    for (bool last = !engine->course; !last;) {
        int made = sx_course_step(engine->course, LAST_BLOCK, samples + count, &last, error);
        if (made < 0)
            return made;
        count += made;
    }
    to_full_scale(samples, count);
    engine->source = samples;
    engine->sample_count = count;
    return SYRINX_OK;
}

static void tell_pitch(struct engine *engine, const struct sx_utterance *u)
{
    for (int i = 0; i < u->word_count && !engine->told_pitch; i++) {
        const struct sx_style *style = u->words[i].style;
        if (style->pitch != 0 || style->range != 1 || style->contour_count) {
            engine->told_pitch = true;
            if (engine->warn)
                engine->warn(engine->warn_user, "the pitch of a Piper voice cannot be changed: markup that wants it is passed over");
        }
    }
}

static int begin(struct sx_engine *base, const struct sx_utterance *u, const char *speaker, float rate, int where, struct sx_error *error)
{
    struct engine *engine = (struct engine *)base;
    const struct sx_piper_config *config = &engine->piper->config;
    const struct sx_tensor *durations;
    struct sx_error unknown = {0};
    (void)where;
    sx_arena_reset(&engine->arena);
    engine->heard_count = engine->heard_next = 0;
    int who = speaker ? sx_piper_speaker(config, speaker, &unknown) : engine->speaker;
    if (who < 0) {
        if (engine->warn)
            engine->warn(engine->warn_user, unknown.message);
        who = engine->speaker;
    }
    tell_pitch(engine, u);
    int count = sx_piper_ids(config, u->tokens, u->token_count, NULL, NULL);
    int64_t *ids = sx_arena_array(&engine->arena, (size_t)count, sizeof *ids);
    int *last = sx_arena_array(&engine->arena, (size_t)u->token_count + 1, sizeof *last);
    if (!ids || !last)
        return no_memory(error);
    sx_piper_ids(config, u->tokens, u->token_count, ids, last);
    float faster = rate * (u->word_count ? u->words[0].style->rate : 1);
    int code = run_front(engine, ids, count, who, config->length_scale / (faster > 0.05f ? faster : 0.05f), &durations, error);
    if (code == SYRINX_OK)
        code = place_ids(engine, u, durations, last, count, (uint64_t)engine->sample_count, error);
    if (code == SYRINX_OK && engine->normalize)
        code = make_whole(engine, error);
    engine->sample = 0;
    engine->block = FIRST_BLOCK;
    engine->ahead = engine->course ? sx_course_look_ahead(engine->course) : 0;
    engine->active = code == SYRINX_OK;
    return code;
}

static int make(struct sx_engine *base, const struct sx_prosody *prosody, struct sx_step *step, struct sx_error *error)
{
    struct engine *engine = (struct engine *)base;
    (void)prosody;                      /* the tempo of a sentence is settled before it begins */
    step->count = step->frame_count = 0;
    step->frames = NULL;
    step->last = true;
    if (!engine->active)
        return SYRINX_OK;
    if (!engine->source) {
        /* the look-ahead first: nothing comes out of it, so it goes in as fast as it can */
        do {
            int ahead = engine->ahead < LAST_BLOCK ? engine->ahead : LAST_BLOCK, columns = ahead > 0 ? ahead : engine->block;
            step->count = sx_course_step(engine->course, columns, step->samples, &step->last, error);
            engine->ahead -= columns;
        } while (step->count == 0 && !step->last);
        if (step->count < 0) {
            engine->active = false;
            return step->count;
        }
        engine->block = engine->block * 2 < LAST_BLOCK ? engine->block * 2 : LAST_BLOCK;
    } else {
        int64_t left = engine->sample_count - engine->sample;
        step->count = left < engine->base.room ? (int)left : engine->base.room;
        step->last = step->count == left;
        if (step->count)
            memcpy(step->samples, engine->source + engine->sample, (size_t)step->count * sizeof *step->samples);
        engine->sample += step->count;
    }
    for (int i = 0; i < step->count; i++)       /* a graph may give anything */
        if (!isfinite(step->samples[i]))
            step->samples[i] = 0;
    engine->active = !step->last;
    return SYRINX_OK;
}

const struct sx_engine_kind sx_piper_engine = {create, release, reset, begin, make, placed};
