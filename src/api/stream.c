/* stream.c - text in, samples out: pulls utterances through text, acoustic model and vocoder in small blocks.
 *
 * Work is done on a fixed schedule of blocks (2, 4, 8, then 16 frames from the start of an utterance), never by the size of the caller's
 * read: reads copy from `made`. What other threads may touch is atomic: the cancel flag and the three settings. */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "acoustic/acoustic.h"
#include "api/handles.h"
#include "api/level.h"
#include "api/queue.h"
#include "dsp/format.h"
#include "vocoder/vocoder.h"

enum {
    KEEP_LEAD = 3,                  /* frames of silence that an utterance keeps before its first phone: the rest would be waiting time */
    /* KEEP_LEAD and the silence at an utterance's end count as part of the sentence pause */
    FADE = 60,                      /* samples of fade where the lead is cut: 2.5 ms */
    LAST_BLOCK = SX_VOCODER_BLOCK,
    EVENTS_KEPT = 8192              /* behind what was read; a program that never takes events must not grow */
};

struct syrinx_stream {
    const syrinx_voice *voice;
    syrinx_options options;
    struct sx_text *lexicon_text;   /* front end with the user's lexicon, or NULL */
    struct sx_reader *reader;
    struct sx_acoustic *acoustic;
    struct sx_vocoder *vocoder;
    struct sx_level level;
    struct sx_error error;

    atomic_int cancelled;
    _Atomic float rate, pitch, volume;

    bool ended;                     /* syrinx_stream_end was called */
    bool finished;                  /* all was made after it; the end event is out */
    bool speaking;                  /* an utterance is under way */
    bool spoke;                     /* something was spoken since the start: the next sentence has a pause before it */
    bool cut;                       /* the last utterance was cut: no pause */
    bool paragraph;
    bool record_frames;
    int block;                      /* frames of the next step */
    uint64_t silence;               /* samples of pause still to give */
    uint64_t base;                  /* absolute sample of the utterance's frame 0 (may lie before what is given: the cut lead) */
    uint64_t made_total, read_total;
    int skip;                       /* samples of the cut lead still to drop */
    int fade;                       /* samples of the fade still to do */
    int frame;                      /* of the utterance, given to the vocoder */

    float *frames;                  /* [SX_VOCODER_BLOCK][SX_VOCODER_IN] */
    float *made;                    /* samples not yet read */
    int made_count, made_next, made_room;

    struct sx_queue events, pictures;
    struct sx_arena arena;          /* words of the utterance */
    const struct sx_word *words;
    const struct sx_token *tokens;
    int word_count;
    int lead;                       /* frames cut at its start */
    bool lead_known;
    int tail;                       /* samples of silence that the last utterance ended with */
    int word_open;                  /* word whose event waits for its end, or -1 */
    uint64_t word_start;
    uint64_t placed_end;            /* sample where the last placed token ends */
    struct sx_queue held;           /* phone events behind the waiting word event */
};

/* -------------------------------------------------------------- life */

static int build(syrinx_stream *stream, struct sx_error *error)
{
    const struct sx_voice *voice = stream->voice->voice;
    float weights[SX_SPEAKERS];
    int code = sx_voice_weights(voice, stream->options.speaker, weights, error);
    if (code == SYRINX_OK && stream->options.lexicon)
        code = sx_text_new(stream->options.lexicon, 0, &stream->lexicon_text, error);
    if (code == SYRINX_OK)
        code = sx_reader_new(stream->lexicon_text ? stream->lexicon_text : stream->voice->text, &stream->reader, error);
    if (code == SYRINX_OK)
        code = sx_acoustic_new(voice, weights, &stream->acoustic, error);
    if (code == SYRINX_OK)
        code = sx_vocoder_new(voice->model[SX_GRAPH_VOCODER], voice->pool, stream->options.seed, &stream->vocoder, error);
    if (code < 0)
        return code;
    stream->made_room = (SX_VOCODER_BLOCK + sx_vocoder_delay(stream->vocoder)) * SX_HOP;
    stream->made = malloc((size_t)stream->made_room * sizeof(float));
    stream->frames = malloc((size_t)SX_VOCODER_BLOCK * SX_VOCODER_IN * sizeof(float));
    if (!stream->made || !stream->frames)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    return SYRINX_OK;
}

static int check_options(const syrinx_options *options, struct sx_error *error)
{
    const char *why = sx_setting_refused(SYRINX_RATE, options->rate);
    if (!why)
        why = sx_setting_refused(SYRINX_PITCH, options->pitch);
    if (!why)
        why = sx_setting_refused(SYRINX_VOLUME, options->volume);
    if (!why && !(options->sentence_pause >= 0 && options->sentence_pause <= 10))
        why = "a sentence pause is 0 to 10 seconds";
    if (why)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "%s", why);
    const char *language = options->language;
    if (language && (strncasecmp(language, "en", 2) != 0 || (language[2] && language[2] != '-' && language[2] != '_')))
        return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "language \"%s\": this version speaks English only", options->language);
    return SYRINX_OK;
}

int syrinx_stream_new(syrinx_voice *voice, const syrinx_options *given, syrinx_stream **out)
{
    struct sx_error *error = sx_thread_error();
    if (!voice || !out)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "syrinx_stream_new: voice or stream is NULL");
    *out = NULL;
    syrinx_stream *stream = calloc(1, sizeof *stream);
    if (!stream)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    stream->voice = voice;
    sx_queue_init(&stream->events, sizeof(syrinx_event));
    sx_queue_init(&stream->held, sizeof(syrinx_event));
    sx_queue_init(&stream->pictures, sizeof(syrinx_frame));
    syrinx_options_init(&stream->options);
    int code = sx_options_copy(&stream->options, sizeof stream->options, sizeof stream->options, given, "syrinx_options", error);
    if (code == SYRINX_OK)
        code = check_options(&stream->options, error);
    if (code == SYRINX_OK)
        code = build(stream, error);
    if (code < 0) {
        syrinx_stream_free(stream);
        return code;
    }
    stream->options.speaker = stream->options.language = stream->options.lexicon = NULL;    /* the caller's strings, used up */
    atomic_store(&stream->rate, stream->options.rate);
    atomic_store(&stream->pitch, stream->options.pitch);
    atomic_store(&stream->volume, stream->options.volume);
    sx_level_reset(&stream->level, stream->options.volume);
    stream->word_open = -1;
    *out = stream;
    return SYRINX_OK;
}

void syrinx_stream_free(syrinx_stream *stream)
{
    if (!stream)
        return;
    sx_queue_free(&stream->events);
    sx_queue_free(&stream->held);
    sx_queue_free(&stream->pictures);
    sx_vocoder_free(stream->vocoder);
    sx_acoustic_free(stream->acoustic);
    sx_reader_free(stream->reader);
    sx_text_free(stream->lexicon_text);
    sx_arena_free(&stream->arena);
    free(stream->frames);
    free(stream->made);
    free(stream);
}

/* As new; the settings stay as they are. */
static void reset(syrinx_stream *stream)
{
    sx_reader_reset(stream->reader);
    sx_acoustic_reset(stream->acoustic);
    sx_vocoder_reset(stream->vocoder, stream->options.seed);
    sx_level_reset(&stream->level, atomic_load(&stream->volume));
    sx_queue_clear(&stream->events);
    sx_queue_clear(&stream->held);
    sx_queue_clear(&stream->pictures);
    stream->ended = stream->finished = stream->speaking = stream->spoke = stream->cut = stream->paragraph = false;
    stream->silence = stream->base = stream->made_total = stream->read_total = 0;
    stream->made_count = stream->made_next = stream->skip = stream->fade = 0;
    stream->word_open = -1;
}

/* -------------------------------------------------------------- text in */

int syrinx_stream_text(syrinx_stream *stream, const char *text, size_t length, int kind)
{
    if (!stream)
        return SYRINX_ERROR_ARGUMENT;
    if (!text || (kind != SYRINX_TEXT && kind != SYRINX_SSML))
        return sx_fail(&stream->error, SYRINX_ERROR_ARGUMENT, "syrinx_stream_text: text is NULL or of no known kind");
    if (kind == SYRINX_SSML)
        return sx_fail(&stream->error, SYRINX_ERROR_UNSUPPORTED, "SSML is not read by this version; give plain text");
    if (atomic_exchange(&stream->cancelled, 0))
        reset(stream);
    if (length == SYRINX_LEN_AUTO)
        length = strlen(text);
    stream->ended = stream->finished = false;
    return sx_reader_push(stream->reader, text, length, &stream->error);
}

struct sx_reader *sx_stream_reader(syrinx_stream *stream, struct sx_error **error)
{
    *error = &stream->error;
    if (atomic_exchange(&stream->cancelled, 0))
        reset(stream);
    stream->ended = stream->finished = false;
    return stream->reader;
}

int syrinx_stream_end(syrinx_stream *stream)
{
    if (!stream)
        return SYRINX_ERROR_ARGUMENT;
    if (atomic_exchange(&stream->cancelled, 0))
        reset(stream);
    sx_reader_end(stream->reader);
    stream->ended = true;
    stream->finished = false;
    return SYRINX_OK;
}

/* -------------------------------------------------------------- events */

static bool put_event(struct sx_queue *queue, int type, uint64_t sample, uint64_t duration, uint64_t begin, uint64_t end, const char *name, int stress)
{
    syrinx_event event = {.type = type, .sample = sample, .duration = duration, .text_begin = begin, .text_end = end, .name = name, .stress = stress};
    return sx_queue_put(queue, &event);
}

/* The open word ends at `sample`: its event goes out with the phones behind it. */
static bool close_word(syrinx_stream *stream, uint64_t sample)
{
    if (stream->word_open < 0)
        return true;
    const struct sx_word *word = &stream->words[stream->word_open];
    bool good = put_event(&stream->events, SYRINX_EVENT_WORD, stream->word_start, sample - stream->word_start, word->begin, word->end, NULL, 0);
    syrinx_event *event;
    while ((event = sx_queue_peek(&stream->held))) {
        good = sx_queue_put(&stream->events, event) && good;
        sx_queue_drop(&stream->held);
    }
    stream->word_open = -1;
    return good;
}

static uint64_t frame_sample(const syrinx_stream *stream, int frame)
{
    int kept = frame > stream->lead ? frame - stream->lead : 0;
    return stream->base + (uint64_t)kept * SX_HOP;
}

/* Turns the tokens that the plan has placed into events. */
static bool place_events(syrinx_stream *stream)
{
    struct sx_placed placed;
    bool good = true;
    while (sx_acoustic_placed(stream->acoustic, &placed)) {
        if (!stream->lead_known) {      /* the begin mark is the first */
            stream->lead = placed.frames > KEEP_LEAD ? placed.frames - KEEP_LEAD : 0;
            stream->skip = stream->lead * SX_HOP;
            stream->fade = stream->lead ? FADE : 0;
            stream->lead_known = true;
        }
        const struct sx_token *token = &stream->tokens[placed.token];
        uint64_t start = frame_sample(stream, placed.start), end = frame_sample(stream, placed.start + placed.frames);
        if (stream->word_open >= 0 && token->word != stream->word_open)
            good = close_word(stream, start) && good;
        if (token->word >= 0 && token->word < stream->word_count) {
            if (stream->word_open < 0) {
                stream->word_open = token->word;
                stream->word_start = start;
            }
            const struct sx_word *word = &stream->words[token->word];
            good = put_event(&stream->held, SYRINX_EVENT_PHONE, start, end - start, word->begin, word->end, sx_phone_ipa(token->phone), token->stress) && good;
        }
        stream->placed_end = end;
        stream->tail = token->phone == SX_PHONE_END ? (int)(end - start) : 0;
    }
    return good;
}

int syrinx_stream_event(syrinx_stream *stream, syrinx_event *event)
{
    if (!stream || !event)
        return SYRINX_ERROR_ARGUMENT;
    const syrinx_event *first = sx_queue_peek(&stream->events);
    if (!first || (first->sample >= stream->read_total && !(first->type == SYRINX_EVENT_END && first->sample == stream->read_total)))
        return 0;
    *event = *first;
    sx_queue_drop(&stream->events);
    return 1;
}

int syrinx_stream_frame(syrinx_stream *stream, syrinx_frame *frame)
{
    if (!stream || !frame)
        return SYRINX_ERROR_ARGUMENT;
    stream->record_frames = true;
    const syrinx_frame *first = sx_queue_peek(&stream->pictures);
    if (!first || first->sample >= stream->read_total)
        return 0;
    *frame = *first;
    sx_queue_drop(&stream->pictures);
    return 1;
}

/* -------------------------------------------------------------- samples out */

/* Takes the next utterance. 1 began, 0 there is none, < 0 failed. */
static int begin_utterance(syrinx_stream *stream)
{
    struct sx_utterance utterance;
    int got = sx_reader_next(stream->reader, &utterance, &stream->error);
    if (got <= 0)
        return got;
    sx_arena_reset(&stream->arena);
    struct sx_word *words = sx_arena_array(&stream->arena, (size_t)utterance.word_count, sizeof *words);
    struct sx_token *tokens = sx_arena_array(&stream->arena, (size_t)utterance.token_count, sizeof *tokens);
    if (!words || !tokens)
        return sx_fail(&stream->error, SYRINX_ERROR_MEMORY, "out of memory");
    if (utterance.word_count)
        memcpy(words, utterance.words, (size_t)utterance.word_count * sizeof *words);
    memcpy(tokens, utterance.tokens, (size_t)utterance.token_count * sizeof *tokens);
    int code = sx_acoustic_begin(stream->acoustic, &utterance, &stream->error);
    if (code < 0)
        return code;
    double pause = 0;
    if (stream->spoke && !stream->cut)
        pause = stream->options.sentence_pause * (stream->paragraph ? 2 : 1) / fmaxf(1, atomic_load(&stream->rate));
    int64_t silence = llrint(pause * SX_RATE) - stream->tail - KEEP_LEAD * SX_HOP;
    stream->silence = silence > 0 ? (uint64_t)silence : 0;
    stream->words = words;
    stream->word_count = utterance.word_count;
    stream->tokens = tokens;
    stream->cut = utterance.cut;
    stream->paragraph = utterance.paragraph;
    stream->base = stream->made_total + stream->silence;
    stream->frame = 0;
    stream->lead_known = false;
    stream->lead = stream->skip = stream->fade = 0;
    stream->block = 2;
    stream->speaking = stream->spoke = true;
    if (!put_event(&stream->events, SYRINX_EVENT_SENTENCE, stream->base, 0, utterance.begin, utterance.end, NULL, 0))
        return sx_fail(&stream->error, SYRINX_ERROR_MEMORY, "out of memory");
    return 1;
}

static bool record(syrinx_stream *stream, int count)
{
    for (int i = 0; i < count && stream->record_frames; i++) {
        const float *frame = stream->frames + (size_t)i * SX_VOCODER_IN;
        int f = stream->frame + i;
        if (f < stream->lead)
            continue;
        float sum = 0;
        for (int k = 0; k < SX_MELS; k++)
            sum += frame[k];
        syrinx_frame picture = {frame_sample(stream, f), expf(frame[SX_MELS]), frame[SX_MELS + 1] > 0.5f, sum / SX_MELS};
        if (!sx_queue_put(&stream->pictures, &picture))
            return false;
    }
    return true;
}

/* Drops the cut lead from the front of `made` and fades in behind it. */
static void trim_lead(syrinx_stream *stream)
{
    int drop = stream->skip < stream->made_count ? stream->skip : stream->made_count;
    stream->skip -= drop;
    stream->made_next = drop;
    for (int i = drop; i < stream->made_count && stream->fade > 0; i++, stream->fade--)
        stream->made[i] *= (float)(FADE - stream->fade) / FADE;
}

/* Makes the next block of the utterance. */
static int speak_block(syrinx_stream *stream)
{
    bool last;
    const struct sx_prosody prosody = {atomic_load(&stream->rate), atomic_load(&stream->pitch)};
    int count = sx_acoustic_frames(stream->acoustic, &prosody, stream->frames, stream->block, &last);
    bool good = place_events(stream) && record(stream, count);
    stream->made_next = 0;
    stream->made_count = sx_vocoder_push(stream->vocoder, stream->frames, count, last, stream->made);
    stream->frame += count;
    if (stream->block < LAST_BLOCK)
        stream->block *= 2;
    sx_level_apply(&stream->level, atomic_load(&stream->volume), stream->made, stream->made_count);
    trim_lead(stream);
    stream->made_total += (uint64_t)(stream->made_count - stream->made_next);
    if (last) {
        good = close_word(stream, stream->placed_end) && good;
        stream->speaking = false;
    }
    return good ? SYRINX_OK : sx_fail(&stream->error, SYRINX_ERROR_MEMORY, "out of memory");
}

static void make_silence(syrinx_stream *stream)
{
    int count = stream->silence < (uint64_t)stream->made_room ? (int)stream->silence : stream->made_room;
    memset(stream->made, 0, (size_t)count * sizeof *stream->made);
    stream->made_next = 0;
    stream->made_count = count;
    stream->made_total += (uint64_t)count;
    stream->silence -= (uint64_t)count;
}

/* Does one step. 1 go on, 0 all is said, SYRINX_AGAIN, or a failure. */
static int step(syrinx_stream *stream)
{
    if (stream->silence > 0) {
        make_silence(stream);
        return 1;
    }
    if (stream->speaking) {
        int code = speak_block(stream);
        return code < 0 ? code : 1;
    }
    int got = begin_utterance(stream);
    if (got != 0)
        return got;
    if (!stream->ended)
        return SYRINX_AGAIN;
    if (!stream->finished) {
        stream->finished = true;
        if (!put_event(&stream->events, SYRINX_EVENT_END, stream->made_total, 0, 0, 0, NULL, 0))
            return sx_fail(&stream->error, SYRINX_ERROR_MEMORY, "out of memory");
    }
    return 0;
}

/* Drops the oldest events that could have been taken, and pictures likewise, beyond a fixed number. */
static void forget_old(syrinx_stream *stream)
{
    const syrinx_event *event;
    const syrinx_frame *picture;
    while (stream->events.count > EVENTS_KEPT && (event = sx_queue_peek(&stream->events)) && event->sample < stream->read_total)
        sx_queue_drop(&stream->events);
    while (stream->pictures.count > EVENTS_KEPT && (picture = sx_queue_peek(&stream->pictures)) && picture->sample < stream->read_total)
        sx_queue_drop(&stream->pictures);
}

int syrinx_stream_read(syrinx_stream *stream, float *samples, int count)
{
    int given = 0;
    if (!stream)
        return SYRINX_ERROR_ARGUMENT;
    if (!samples || count <= 0)
        return sx_fail(&stream->error, SYRINX_ERROR_ARGUMENT, "syrinx_stream_read: needs room for at least one sample");
    forget_old(stream);
    while (given < count) {
        if (atomic_exchange(&stream->cancelled, 0)) {
            reset(stream);
            return sx_fail(&stream->error, SYRINX_ERROR_CANCELLED, "cancelled");
        }
        int ready = stream->made_count - stream->made_next;
        if (ready == 0) {
            int code = step(stream);
            if (code == 1)
                continue;
            /* what was given counts; the failure, if it is one, comes back with the next call */
            return given ? given : code;
        }
        int n = ready < count - given ? ready : count - given;
        memcpy(samples + given, stream->made + stream->made_next, (size_t)n * sizeof *samples);
        stream->made_next += n;
        stream->read_total += (uint64_t)n;
        given += n;
    }
    return given;
}

/* -------------------------------------------------------------- from any thread */

int syrinx_stream_set(syrinx_stream *stream, int what, float value)
{
    if (!stream || sx_setting_refused(what, value))
        return SYRINX_ERROR_ARGUMENT;
    if (what == SYRINX_RATE)
        atomic_store(&stream->rate, value);
    else if (what == SYRINX_PITCH)
        atomic_store(&stream->pitch, value);
    else
        atomic_store(&stream->volume, value);
    return SYRINX_OK;
}

int syrinx_stream_cancel(syrinx_stream *stream)
{
    if (!stream)
        return SYRINX_ERROR_ARGUMENT;
    atomic_store(&stream->cancelled, 1);
    return SYRINX_OK;
}

const char *syrinx_stream_message(const syrinx_stream *stream)
{
    return stream ? stream->error.message : "";
}
