/* speaker.c - one message after another through the library to the server.
 *
 * Samples are made up to STORE ahead, so that a long sentence's begin does not tear the sound, and sent up to the configured time (100 ms) ahead of a clock
 * that starts with the first of them: what the server holds is what would still be heard after a stop, were it not thrown away there. */
#include "speechd/speaker.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    STORE = 12000,                  /* samples made ahead at most */
    FIRST = 240,                    /* of the first read: 10 ms */
    LATER = 480,
    SEND = 1200,                    /* samples in a block that is sent, at most: 50 ms. The server plays a block nearly to its end before it looks at the next, so
                                       each end is a place where a busy machine may tear the sound */
    PIECE = 16384,                  /* bytes of text given at a time: a stop comes between */
    KEPT = 1 << 18                  /* bytes of a message's room that stay for the next */
};

struct mark {
    uint64_t sample;
    char *name;
};

struct sd_speaker {
    struct sd_voices *voices;
    struct sd_output *output;
    const struct sd_config *config;
    void (*log)(const char *message);
    pthread_t thread;
    pthread_mutex_t lock;           /* of what follows */
    pthread_cond_t wake;
    bool quit, waiting;             /* waiting: a message is at hand for the thread */
    uint64_t id;
    enum sd_verb verb;
    struct sd_text message;
    struct sd_settings settings;
    syrinx_stream *current;         /* what a stop cancels */
    /* the thread's own */
    struct sd_text given, markup;
    int16_t store[STORE];           /* a ring */
    size_t store_first, store_count;
    bool begun;                     /* something of the message was made */
    struct mark *marks;             /* [marks_room], a queue from marks_first */
    size_t marks_first, marks_count, marks_room;
    uint64_t sent;                  /* samples of the message */
    size_t block;                   /* of the next block that is sent: FIRST, then twice as many up to SEND */
    int rate;
    int64_t start;                  /* nanoseconds: when the first sample was due; moved on when sound came late */
};

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* Sleeps until the time or until somebody wakes; false: the message ended. */
static bool sleep_until(struct sd_speaker *speaker, uint64_t id, int64_t time)
{
    struct timespec until = {(time_t)(time / 1000000000), (long)(time % 1000000000)};
    pthread_mutex_lock(&speaker->lock);
    while (!speaker->quit && sd_output_lives(speaker->output, id) && now() < time)
        if (pthread_cond_timedwait(&speaker->wake, &speaker->lock, &until) == ETIMEDOUT)
            break;
    pthread_mutex_unlock(&speaker->lock);
    return sd_output_lives(speaker->output, id);
}

/* ------------------------------------------------------------------ text in */

/* 0, an error of the library, or 1 when the message ended meanwhile. */
static int give(struct sd_speaker *speaker, uint64_t id, syrinx_stream *stream, const struct sd_text *markup)
{
    for (size_t at = 0; at < markup->length;) {
        size_t n = markup->length - at < PIECE ? markup->length - at : PIECE;
        int code = syrinx_stream_text(stream, markup->bytes + at, n, SYRINX_SSML);
        if (code < 0)
            return code;
        if (!sd_output_lives(speaker->output, id))
            return 1;
        at += n;
    }
    return syrinx_stream_end(stream);
}

/* The stream of the settings, whose language becomes the one that speaks, with the message in it; NULL: there is nothing to be heard. */
static syrinx_stream *open_stream(struct sd_speaker *speaker, uint64_t id, enum sd_verb verb, struct sd_settings *settings)
{
    struct sd_target target;
    syrinx_stream *stream;
    sd_voices_choose(speaker->voices, settings, &target);
    int code = sd_voices_stream(speaker->voices, &target, settings->punctuation, &stream, &speaker->rate);
    if (code < 0) {
        speaker->log(syrinx_last_message());
        return NULL;
    }
    memcpy(settings->language, target.reads, sizeof settings->language);
    float pitch = sd_settings_pitch(settings, speaker->config) + target.pitch;
    syrinx_stream_set(stream, SYRINX_RATE, sd_settings_rate(settings, speaker->config));
    syrinx_stream_set(stream, SYRINX_PITCH, fmaxf(-24, fminf(24, pitch)));
    syrinx_stream_set(stream, SYRINX_VOLUME, sd_settings_volume(settings));
    if (!sd_spoken(&speaker->markup, verb, speaker->given.bytes, speaker->given.length, settings, speaker->config))
        return NULL;
    pthread_mutex_lock(&speaker->lock);
    speaker->current = stream;
    pthread_mutex_unlock(&speaker->lock);
    code = give(speaker, id, stream, &speaker->markup);
    if (code == SYRINX_ERROR_INPUT && sd_spoken_plain(&speaker->markup, speaker->given.bytes, speaker->given.length)) {
        speaker->log(syrinx_stream_message(stream));    /* broken markup is no reason to say nothing */
        syrinx_stream_cancel(stream);
        code = give(speaker, id, stream, &speaker->markup);
    }
    if (code < 0)
        speaker->log(syrinx_stream_message(stream));
    return code == SYRINX_OK ? stream : NULL;
}

/* ------------------------------------------------------------------ sound out */

static void clear(struct sd_speaker *speaker)
{
    for (size_t i = 0; i < speaker->marks_count; i++)
        free(speaker->marks[speaker->marks_first + i].name);
    speaker->marks_first = speaker->marks_count = 0;
    speaker->store_first = speaker->store_count = 0;
    speaker->sent = 0;
    speaker->begun = false;
    speaker->block = FIRST;
}

static bool keep_mark(struct sd_speaker *speaker, uint64_t sample, const char *name)
{
    if (speaker->marks_first + speaker->marks_count == speaker->marks_room) {
        if (speaker->marks_first > speaker->marks_room / 2) {
            memmove(speaker->marks, speaker->marks + speaker->marks_first, speaker->marks_count * sizeof *speaker->marks);
            speaker->marks_first = 0;
        } else {
            size_t room = speaker->marks_room ? 2 * speaker->marks_room : 64;
            struct mark *marks = realloc(speaker->marks, room * sizeof *marks);
            if (!marks)
                return false;
            speaker->marks = marks;
            speaker->marks_room = room;
        }
    }
    char *copy = strdup(name);
    if (copy)
        speaker->marks[speaker->marks_first + speaker->marks_count++] = (struct mark){sample, copy};
    return copy != NULL;
}

/* Makes some more sound. 1 there is some, 0 all is made, else a failure. */
static int make(struct sd_speaker *speaker, syrinx_stream *stream)
{
    float samples[LATER];
    syrinx_event event;
    int n = syrinx_stream_read(stream, samples, speaker->begun ? LATER : FIRST);
    for (int i = 0; i < n; i++)
        speaker->store[(speaker->store_first + speaker->store_count++) % STORE] = (int16_t)lrintf(samples[i] * 32767);
    speaker->begun |= n > 0;
    while (syrinx_stream_event(stream, &event) > 0)
        if (event.type == SYRINX_EVENT_MARK && event.name && !keep_mark(speaker, event.sample, event.name))
            return SYRINX_ERROR_MEMORY;
    return n > 0 ? 1 : n;
}

/* Sends marks that are reached and the sound up to the next one. False: the message ended. */
static bool send_some(struct sd_speaker *speaker, uint64_t id, bool all_made)
{
    const uint64_t here = speaker->sent;
    while (speaker->marks_count > 0) {
        struct mark *mark = &speaker->marks[speaker->marks_first];
        if (mark->sample > here && !(all_made && speaker->store_count == 0))
            break;
        bool good = sd_output_mark(speaker->output, id, mark->name);
        free(mark->name);
        speaker->marks_first++;
        speaker->marks_count--;
        if (!good)
            return false;
    }
    size_t n = speaker->store_count < speaker->block ? speaker->store_count : speaker->block;
    if (speaker->marks_count > 0 && speaker->marks[speaker->marks_first].sample - here < n)
        n = (size_t)(speaker->marks[speaker->marks_first].sample - here);
    if (n > STORE - speaker->store_first)
        n = STORE - speaker->store_first;
    if (n == 0)
        return true;
    if (speaker->sent == 0)
        speaker->start = now();
    if (!sd_output_sound(speaker->output, id, speaker->store + speaker->store_first, (int)n, speaker->rate))
        return false;
    speaker->store_first = (speaker->store_first + n) % STORE;
    speaker->store_count -= n;
    speaker->sent += n;
    speaker->block = 2 * speaker->block < SEND ? 2 * speaker->block : SEND;
    return true;
}

/* Nanoseconds until the next block may go; 0 at once. */
static int64_t wait_due(struct sd_speaker *speaker)
{
    if (speaker->sent == 0)
        return 0;
    int64_t due = speaker->start + (int64_t)(speaker->sent * 1000000000 / (uint64_t)speaker->rate), time = now();
    if (due < time) {               /* the sound has run dry: it goes on from now */
        speaker->start += time - due;
        due = time;
    }
    int64_t wait = due + (int64_t)speaker->block * 1000000000 / speaker->rate - (int64_t)speaker->config->ahead * 1000000 - time;
    return wait > 0 ? wait : 0;
}

static void speak(struct sd_speaker *speaker, uint64_t id, syrinx_stream *stream)
{
    bool all_made = false;
    while (!all_made || speaker->store_count > 0 || speaker->marks_count > 0) {
        int64_t wait = wait_due(speaker);
        if (wait == 0 && (speaker->store_count >= speaker->block || all_made)) {
            if (!send_some(speaker, id, all_made))
                return;
        } else if (!all_made && STORE - speaker->store_count >= LATER) {
            int code = make(speaker, stream);
            if (!sd_output_lives(speaker->output, id))
                return;
            if (code < 0)
                speaker->log(syrinx_stream_message(stream));
            all_made = code <= 0;
        } else if (!sleep_until(speaker, id, now() + wait)) {
            return;
        }
    }
    sd_output_end(speaker->output, id);
}

static void *run(void *user)
{
    struct sd_speaker *speaker = user;
    for (;;) {
        pthread_mutex_lock(&speaker->lock);
        speaker->current = NULL;
        while (!speaker->waiting && !speaker->quit)
            pthread_cond_wait(&speaker->wake, &speaker->lock);
        if (speaker->quit) {
            pthread_mutex_unlock(&speaker->lock);
            return NULL;
        }
        uint64_t id = speaker->id;
        enum sd_verb verb = speaker->verb;
        struct sd_settings settings = speaker->settings;
        struct sd_text message = speaker->message;
        speaker->message = speaker->given;
        speaker->given = message;
        speaker->waiting = false;
        pthread_mutex_unlock(&speaker->lock);
        clear(speaker);
        syrinx_stream *stream = open_stream(speaker, id, verb, &settings);
        if (stream)
            speak(speaker, id, stream);
        else
            sd_output_end(speaker->output, id);
        clear(speaker);
        if (speaker->given.capacity > KEPT)
            sd_text_free(&speaker->given);
        if (speaker->markup.capacity > KEPT)
            sd_text_free(&speaker->markup);
    }
}

/* ------------------------------------------------------------------ from the other thread */

struct sd_speaker *sd_speaker_new(struct sd_voices *voices, struct sd_output *output, const struct sd_config *config, void (*log)(const char *message))
{
    struct sd_speaker *speaker = calloc(1, sizeof *speaker);
    pthread_condattr_t attributes;
    if (!speaker)
        return NULL;
    speaker->voices = voices;
    speaker->output = output;
    speaker->config = config;
    speaker->log = log;
    if (pthread_mutex_init(&speaker->lock, NULL) == 0) {
        if (pthread_condattr_init(&attributes) == 0) {
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
            int failed = pthread_cond_init(&speaker->wake, &attributes);
            pthread_condattr_destroy(&attributes);
            if (!failed) {
                if (pthread_create(&speaker->thread, NULL, run, speaker) == 0)
                    return speaker;
                pthread_cond_destroy(&speaker->wake);
            }
        }
        pthread_mutex_destroy(&speaker->lock);
    }
    free(speaker);
    return NULL;
}

bool sd_speaker_say(struct sd_speaker *speaker, uint64_t id, enum sd_verb verb, const char *data, size_t length, const struct sd_settings *settings)
{
    pthread_mutex_lock(&speaker->lock);
    sd_text_clear(&speaker->message);
    sd_text_add(&speaker->message, data, length);
    bool good = !speaker->message.failed;
    if (good) {
        speaker->id = id;
        speaker->verb = verb;
        speaker->settings = *settings;
        speaker->waiting = true;
        pthread_cond_signal(&speaker->wake);
    }
    pthread_mutex_unlock(&speaker->lock);
    return good;
}

void sd_speaker_leave(struct sd_speaker *speaker)
{
    pthread_mutex_lock(&speaker->lock);
    if (speaker->current)
        syrinx_stream_cancel(speaker->current);
    pthread_cond_signal(&speaker->wake);
    pthread_mutex_unlock(&speaker->lock);
}

void sd_speaker_free(struct sd_speaker *speaker)
{
    if (!speaker)
        return;
    pthread_mutex_lock(&speaker->lock);
    speaker->quit = true;
    if (speaker->current)
        syrinx_stream_cancel(speaker->current);
    pthread_cond_signal(&speaker->wake);
    pthread_mutex_unlock(&speaker->lock);
    pthread_join(speaker->thread, NULL);
    clear(speaker);
    free(speaker->marks);
    sd_text_free(&speaker->message);
    sd_text_free(&speaker->given);
    sd_text_free(&speaker->markup);
    pthread_cond_destroy(&speaker->wake);
    pthread_mutex_destroy(&speaker->lock);
    free(speaker);
}
