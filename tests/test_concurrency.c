/* test_concurrency.c - many streams on one voice at once, cancels and settings from other threads; what `make sanitize-thread` runs under ThreadSanitizer. */
#include "test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "syrinx.h"

enum { STREAMS = 6 };

static syrinx_voice *voice;
static const char *const texts[] = {
    "Please turn left at the next traffic light.", "On the 3rd of May she paid $4.50.", "Xanthorpe and Quivellion are no words.",
    "Dr. Smith reads the read book.", "Is it raining? :-) It is 25 °C.", "Short.",
};

/* FNV-1a of all samples of a text; < 0 never. */
static uint64_t say(syrinx_stream *stream, const char *text, int block)
{
    float samples[700];
    uint64_t hash = 0xCBF29CE484222325u;
    int n;
    if (syrinx_stream_text(stream, text, SYRINX_LEN_AUTO, SYRINX_TEXT) < 0 || syrinx_stream_end(stream) < 0)
        return 0;
    while ((n = syrinx_stream_read(stream, samples, block)) > 0)
        for (int i = 0; i < n; i++) {
            uint32_t bits;
            memcpy(&bits, &samples[i], sizeof bits);
            hash = (hash ^ bits) * 0x100000001B3u;
        }
    return n == 0 ? hash : 0;
}

static uint64_t say_alone(const char *text, int block)
{
    syrinx_stream *stream;
    if (syrinx_stream_new(voice, NULL, &stream) < 0)
        return 0;
    uint64_t hash = say(stream, text, block);
    syrinx_stream_free(stream);
    return hash;
}

struct speaker {
    pthread_t thread;
    int index;
    uint64_t hash[COUNT(texts)];
};

static void *speak_all(void *user)
{
    struct speaker *speaker = user;
    for (size_t i = 0; i < COUNT(texts); i++) {
        size_t k = (i + (size_t)speaker->index) % COUNT(texts);
        speaker->hash[k] = say_alone(texts[k], 100 + 93 * speaker->index);
    }
    return NULL;
}

/* Streams side by side say what each of them says alone. */
static void streams_do_not_meet(void **state)
{
    (void)state;
    struct speaker speakers[STREAMS] = {{0}};
    for (int i = 0; i < STREAMS; i++) {
        speakers[i].index = i;
        assert_int_equal(pthread_create(&speakers[i].thread, NULL, speak_all, &speakers[i]), 0);
    }
    for (int i = 0; i < STREAMS; i++)
        pthread_join(speakers[i].thread, NULL);
    for (size_t k = 0; k < COUNT(texts); k++) {
        uint64_t alone = say_alone(texts[k], 480);
        assert_true(alone != 0);
        for (int i = 0; i < STREAMS; i++)
            assert_true(speakers[i].hash[k] == alone);
    }
}

struct talk {
    syrinx_stream *stream;
    atomic_bool reading, enough;
    atomic_int cancelled, failed;
};

/* Speaks on and on, whatever comes. */
static void *talk_on(void *user)
{
    struct talk *talk = user;
    float samples[240];
    while (!atomic_load(&talk->enough)) {
        int n = syrinx_stream_read(talk->stream, samples, 240);
        atomic_store(&talk->reading, true);
        for (int i = 0; i < n; i++)
            if (!(samples[i] >= -1 && samples[i] <= 1))
                atomic_fetch_add(&talk->failed, 1);
        syrinx_event event;
        while (syrinx_stream_event(talk->stream, &event) == 1)
            continue;
        if (n == SYRINX_ERROR_CANCELLED)
            atomic_fetch_add(&talk->cancelled, 1);
        else if (n < 0 && n != SYRINX_AGAIN)
            atomic_fetch_add(&talk->failed, 1);
        if (n <= 0)
            syrinx_stream_text(talk->stream, "And so it went on and on, and nobody knew why. ", SYRINX_LEN_AUTO, SYRINX_TEXT);
    }
    return NULL;
}

/* Cancels and settings of one thread on a stream that another one reads. */
static void cancel_and_set_from_outside(void **state)
{
    (void)state;
    struct talk talk = {0};
    pthread_t thread;
    assert_int_equal(syrinx_stream_new(voice, NULL, &talk.stream), SYRINX_OK);
    assert_int_equal(pthread_create(&thread, NULL, talk_on, &talk), 0);
    for (int i = 0; i < 40; i++) {
        atomic_store(&talk.reading, false);
        while (!atomic_load(&talk.reading))
            sched_yield();
        assert_int_equal(syrinx_stream_set(talk.stream, SYRINX_RATE, 0.5f + 0.1f * (float)i), SYRINX_OK);
        assert_int_equal(syrinx_stream_set(talk.stream, SYRINX_PITCH, (float)(i % 9 - 4)), SYRINX_OK);
        assert_int_equal(syrinx_stream_set(talk.stream, SYRINX_VOLUME, (float)(i % 7 - 3)), SYRINX_OK);
        assert_int_equal(syrinx_stream_set(talk.stream, SYRINX_RATE, 7), SYRINX_ERROR_ARGUMENT);
        if (i % 2)
            assert_int_equal(syrinx_stream_cancel(talk.stream), SYRINX_OK);
    }
    atomic_store(&talk.enough, true);
    pthread_join(thread, NULL);
    assert_int_equal(atomic_load(&talk.failed), 0);
    assert_true(atomic_load(&talk.cancelled) >= 1);
    syrinx_stream_free(talk.stream);
}

static void *open_and_speak(void *user)
{
    uint64_t *hash = user;
    syrinx_voice *own;
    syrinx_stream *stream;
    if (syrinx_voice_open(NULL, NULL, &own) < 0)
        return NULL;
    if (syrinx_stream_new(own, NULL, &stream) == SYRINX_OK)
        *hash = say(stream, texts[0], 480);
    syrinx_stream_free(stream);
    syrinx_voice_close(own);
    return NULL;
}

/* Voices opened, and messages made, by several threads. */
static void voices_open_side_by_side(void **state)
{
    (void)state;
    pthread_t threads[4];
    uint64_t hash[4] = {0}, alone = say_alone(texts[0], 480);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, open_and_speak, &hash[i]), 0);
    for (int i = 0; i < 4; i++) {
        syrinx_stream *stream;
        syrinx_options options;
        syrinx_options_init(&options);
        options.speaker = "nobody";
        assert_int_equal(syrinx_stream_new(voice, &options, &stream), SYRINX_ERROR_NOT_FOUND);
        assert_non_null(strstr(syrinx_last_message(), "nobody"));
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        assert_true(hash[i] == alone);
    }
}

/* A voice whose streams share a pool of threads. */
static void streams_share_a_pool(void **state)
{
    (void)state;
    syrinx_voice_options options;
    syrinx_voice *usual = voice;
    syrinx_voice_options_init(&options);
    options.threads = 2;
    uint64_t alone = say_alone(texts[0], 480);
    assert_int_equal(syrinx_voice_open(NULL, &options, &voice), SYRINX_OK);
    struct speaker speakers[2] = {{.index = 0}, {.index = 1}};
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&speakers[i].thread, NULL, speak_all, &speakers[i]), 0);
    for (int i = 0; i < 2; i++)
        pthread_join(speakers[i].thread, NULL);
    for (int i = 0; i < 2; i++)
        assert_true(speakers[i].hash[0] == alone);
    syrinx_voice_close(voice);
    voice = usual;
}

static void *other_language(void *user)
{
    syrinx_options options;
    syrinx_stream *stream;
    uint64_t *hash = user;
    syrinx_options_init(&options);
    options.language = "de";
    if (syrinx_stream_new(voice, &options, &stream) == SYRINX_OK)
        *hash = say(stream, "Guten Tag, wie geht es Ihnen?", 480);
    syrinx_stream_free(stream);
    return NULL;
}

/* libespeak-ng has one state for the process. */
static void other_languages_side_by_side(void **state)
{
    (void)state;
    pthread_t threads[3];
    uint64_t hash[3] = {0}, alone = 0;
    other_language(&alone);
    if (!alone)
        skip();
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, other_language, &hash[i]), 0);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < 3; i++)
        assert_true(hash[i] == alone);
}

static int open_voice(void **state)
{
    (void)state;
    return syrinx_voice_open(NULL, NULL, &voice);
}

static int close_voice(void **state)
{
    (void)state;
    syrinx_voice_close(voice);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_do_not_meet),      cmocka_unit_test(cancel_and_set_from_outside), cmocka_unit_test(voices_open_side_by_side),
        cmocka_unit_test(streams_share_a_pool),     cmocka_unit_test(other_languages_side_by_side),
    };
    return cmocka_run_group_tests(tests, open_voice, close_voice);
}
