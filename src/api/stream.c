/* stream.c - the life of a stream: text in, samples and events out. What other threads may touch is atomic: the cancel flag and the three settings. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "api/stream.h"
#include "base/ascii.h"
#include "text/foreign.h"
#include "text/speller.h"

enum { EVENTS_KEPT = 8192 };        /* behind what was read; a program that never takes events must not grow */

/* -------------------------------------------------------------- life */

/* The language of text that has none of its own: that of the speaker, of a blend the one with most weight. English of a country would settle what 3/4 is, and
 * nobody asked for that. */
static const char *mother_tongue(const syrinx_stream *stream)
{
    const struct sx_card *card = &stream->voice->voice->card;
    int most = 0;
    if (stream->voice->voice->piper)    /* its speller knows */
        return NULL;
    for (int i = 1; i < card->speaker_count; i++)
        if (stream->weights[i] > stream->weights[most])
            most = i;
    const char *tag = card->language[most];
    return !*tag || (sx_ascii_compare_n(tag, "en", 2) == 0 && (!tag[2] || tag[2] == '-')) ? NULL : tag;
}

static int build(syrinx_stream *stream, struct sx_error *error)
{
    const struct sx_voice *voice = stream->voice->voice;
    if (!stream->options.speaker && !voice->piper)
        stream->options.speaker = sx_voice_speaker(voice, sx_voice_native_speaker(voice, stream->options.language));
    const struct sx_engine_options wanted = {
        .speaker = stream->options.speaker, .seed = stream->options.seed, .noise_scale = stream->options.noise_scale, .noise_w = stream->options.noise_w,
        .normalize = stream->options.normalize != 0, .cancelled = &stream->cancelled, .warn = stream->options.warn, .warn_user = stream->options.warn_user};
    int code = sx_engine_of(voice)->create(voice, &wanted, &stream->engine, error);
    if (code == SYRINX_OK && !voice->piper)
        code = sx_voice_weights(voice, stream->options.speaker, stream->weights, error);
    if (code == SYRINX_OK && stream->options.pitch != 0 && !stream->engine->has_pitch)
        code = sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "the pitch of a Piper voice cannot be changed");
    if (code == SYRINX_OK && stream->options.lexicon)
        code = sx_text_new(stream->options.lexicon, 0, &stream->lexicon_text, error);
    if (code == SYRINX_OK)
        code = sx_reader_new(stream->lexicon_text ? stream->lexicon_text : stream->voice->text, &stream->reader, error);
    if (code == SYRINX_OK)
        code = sx_reader_language(stream->reader, stream->options.language ? stream->options.language : mother_tongue(stream), error);
    if (code == SYRINX_OK) {
        struct sx_known known = {{voice->card.phones_known[0], voice->card.phones_known[1]}};
        if (!known.bits[0] && !known.bits[1])
            sx_known_english(&known);
        sx_reader_known(stream->reader, &known);
    }
    if (code == SYRINX_OK)
        sx_reader_warn(stream->reader, stream->options.warn, stream->options.warn_user);
    if (code == SYRINX_OK)
        sx_reader_punctuation(stream->reader, stream->options.punctuation);
    if (code < 0)
        return code;
    if (stream->engine->speller)
        sx_reader_speller(stream->reader, stream->engine->speller);
    if (stream->options.folder && !(stream->folder = strdup(stream->options.folder)))
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    if (stream->options.sentence_pause < 0)
        stream->options.sentence_pause = stream->engine->pause;
    stream->level.unity = stream->engine->gain;
    stream->made_room = stream->engine->room;
    stream->made = malloc(((size_t)stream->made_room + SX_SQUEEZE_MORE) * sizeof(float));
    if (!stream->made || (stream->options.prompt && !sx_prompt_init(&stream->prompt, stream->engine->rate, stream->made_room + SX_SQUEEZE_MORE)))
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
    if (!why && !(options->sentence_pause <= 10))       /* negative: the voice's own */
        why = "a sentence pause is 0 to 10 seconds";
    if (!why && !(options->noise_scale <= 10 && options->noise_w <= 10))
        why = "noise is 0 to 10";
    if (why)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "%s", why);
    int code = sx_punctuation_check(options->punctuation, error);
    if (code < 0)
        return code;
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
    sx_events_init(&stream->events);
    sx_queue_init(&stream->volumes, sizeof(struct sx_volume));
    sx_queue_init(&stream->held, sizeof(syrinx_event));
    sx_queue_init(&stream->pictures, sizeof(syrinx_frame));
    syrinx_options_init(&stream->options);
    int code = sx_options_copy(&stream->options, sizeof stream->options, offsetof(syrinx_options, punctuation), given, "syrinx_options", error);
    if (code == SYRINX_OK)
        code = check_options(&stream->options, error);
    if (code == SYRINX_OK)
        code = build(stream, error);
    if (code < 0) {
        syrinx_stream_free(stream);
        return code;
    }
    stream->options.speaker = stream->options.language = stream->options.lexicon = stream->options.folder = NULL;    /* the caller's strings, used up */
    atomic_store(&stream->rate, stream->options.rate);
    atomic_store(&stream->pitch, stream->options.pitch);
    atomic_store(&stream->volume, stream->options.volume);
    sx_level_reset(&stream->level, stream->options.volume);
    sx_squeeze_begin(&stream->squeeze, SX_SQUEEZE_WHOLE);
    stream->word_open = -1;
    stream->pause_asked = -1;
    *out = stream;
    return SYRINX_OK;
}

void syrinx_stream_free(syrinx_stream *stream)
{
    if (!stream)
        return;
    sx_stream_end_recording(stream);
    sx_events_free(&stream->events);
    sx_queue_free(&stream->volumes);
    sx_queue_free(&stream->held);
    sx_queue_free(&stream->pictures);
    sx_reader_free(stream->reader);
    if (stream->engine)
        stream->engine->kind->free(stream->engine);
    sx_ssml_free(stream->ssml);     /* its lexica were the reader's */
    free(stream->folder);
    sx_text_free(stream->lexicon_text);
    sx_arena_free(&stream->arena);
    free(stream->made);
    sx_prompt_free(&stream->prompt);
    free(stream);
}

/* As new; the settings stay as they are. */
static void reset(syrinx_stream *stream)
{
    sx_reader_reset(stream->reader);
    stream->given = 0;
    if (stream->ssml)
        (void)sx_ssml_reset(stream->ssml, 0, &stream->error);
    stream->engine->kind->reset(stream->engine, stream->options.seed);
    sx_stream_end_recording(stream);
    sx_events_clear(&stream->events);
    sx_queue_clear(&stream->volumes);
    sx_queue_clear(&stream->held);
    sx_queue_clear(&stream->pictures);
    stream->ended = stream->finished = stream->loaded = stream->begun = stream->speaking = stream->spoke = stream->cut = false;
    stream->place = SX_STANDING_START;
    stream->pause_asked = -1;
    stream->volume_here = 0;
    stream->tail = 0;
    stream->wait_until = stream->silence = stream->base = stream->made_total = stream->read_total = 0;
    stream->made_count = stream->made_next = stream->skip = stream->fade = 0;
    stream->word_open = -1;
    sx_prompt_reset(&stream->prompt);
}

/* -------------------------------------------------------------- text in */

static void take_more(syrinx_stream *stream)
{
    if (atomic_exchange(&stream->cancelled, 0))
        reset(stream);
    stream->ended = stream->finished = false;
}

int sx_stream_take_text(struct syrinx_stream *stream)
{
    take_more(stream);
    return sx_stream_ssml_end(stream);
}

int syrinx_stream_text(syrinx_stream *stream, const char *text, size_t length, int kind)
{
    if (!stream)
        return SYRINX_ERROR_ARGUMENT;
    if (!text || (kind != SYRINX_TEXT && kind != SYRINX_SSML))
        return sx_fail(&stream->error, SYRINX_ERROR_ARGUMENT, "syrinx_stream_text: text is NULL or of no known kind");
    if (length == SYRINX_LEN_AUTO)
        length = strlen(text);
    if (kind == SYRINX_SSML) {
        take_more(stream);
        return sx_stream_ssml(stream, text, length);
    }
    int code = sx_stream_take_text(stream);
    if (code == SYRINX_OK)
        code = sx_reader_push_at(stream->reader, text, length, stream->given, stream->given + length, &stream->error);
    stream->given += length;
    return code;
}

int syrinx_stream_end(syrinx_stream *stream)
{
    if (!stream)
        return SYRINX_ERROR_ARGUMENT;
    if (atomic_exchange(&stream->cancelled, 0))
        reset(stream);
    int code = sx_stream_ssml_end(stream);
    sx_reader_end(stream->reader);
    stream->ended = true;
    stream->finished = false;
    return code;
}

void sx_stream_warn(const struct syrinx_stream *stream, const char *message)
{
    if (stream->options.warn)
        stream->options.warn(stream->options.warn_user, message);
}

/* -------------------------------------------------------------- samples and events out */

/* What was read as a position among all that was made. */
static uint64_t made_until(const syrinx_stream *stream)
{
    return stream->read_total ? stream->read_total + stream->prompt.cut : 0;
}

int syrinx_stream_event(syrinx_stream *stream, syrinx_event *event)
{
    if (!stream || !event)
        return SYRINX_ERROR_ARGUMENT;
    if (!sx_events_take(&stream->events, made_until(stream), event))
        return 0;
    uint64_t end = sx_prompt_place(&stream->prompt, event->sample + event->duration);
    event->sample = sx_prompt_place(&stream->prompt, event->sample);
    event->duration = end - event->sample;
    return 1;
}

int syrinx_stream_frame(syrinx_stream *stream, syrinx_frame *frame)
{
    if (!stream || !frame)
        return SYRINX_ERROR_ARGUMENT;
    stream->record_frames = true;
    const syrinx_frame *first;
    while ((first = sx_queue_peek(&stream->pictures)) && first->sample < stream->prompt.cut && stream->read_total)
        sx_queue_drop(&stream->pictures);       /* of what was left out */
    if (!first || first->sample >= made_until(stream))
        return 0;
    *frame = *first;
    frame->sample = sx_prompt_place(&stream->prompt, frame->sample);
    sx_queue_drop(&stream->pictures);
    return 1;
}

/* Drops the oldest events that could have been taken, and pictures likewise, beyond a fixed number. */
static void forget_old(syrinx_stream *stream)
{
    const syrinx_frame *picture;
    const uint64_t here = made_until(stream);
    sx_events_forget(&stream->events, here, EVENTS_KEPT);
    while (stream->pictures.count > EVENTS_KEPT && (picture = sx_queue_peek(&stream->pictures)) && picture->sample < here)
        sx_queue_drop(&stream->pictures);
}

/* Samples that wait to be read; 0: none. With `prompt` the first ones wait until there is a sound among them. */
static int ready_samples(const syrinx_stream *stream, const float **from)
{
    const struct sx_prompt *prompt = &stream->prompt;
    if (prompt->kept && !prompt->begun)
        return 0;
    bool kept = prompt->next < prompt->count;
    *from = kept ? prompt->kept + prompt->next : stream->made + stream->made_next;
    return kept ? prompt->count - prompt->next : stream->made_count - stream->made_next;
}

/* Makes more. As sx_stream_step. */
static int make_more(syrinx_stream *stream)
{
    struct sx_prompt *prompt = &stream->prompt;
    int code = sx_stream_step(stream), count = stream->made_count - stream->made_next;
    if (!prompt->kept || prompt->begun)
        return code;
    if (code == 0 && prompt->count > 0) {
        sx_prompt_give_up(prompt);
        return 1;
    }
    if (code == 1 && count > 0) {
        sx_prompt_take(prompt, stream->made + stream->made_next, count, atomic_load(&stream->volume));
        stream->made_next = stream->made_count;
    }
    return code;
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
        const float *from = NULL;
        int ready = ready_samples(stream, &from);
        if (ready == 0) {
            int code = make_more(stream);
            if (code == 1 || code == SYRINX_ERROR_CANCELLED)
                continue;
            /* what was given counts; the failure, if it is one, comes back with the next call */
            return given ? given : code;
        }
        int n = ready < count - given ? ready : count - given;
        memcpy(samples + given, from, (size_t)n * sizeof *samples);
        if (stream->prompt.next < stream->prompt.count)
            stream->prompt.next += n;
        else
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
    if (what == SYRINX_PITCH && value != 0 && !stream->engine->has_pitch)
        return SYRINX_ERROR_UNSUPPORTED;
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
