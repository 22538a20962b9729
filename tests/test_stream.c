/* test_stream.c - the whole road through the public API with the shipped voice: what comes out, not only that something does. */
#include "test.h"

#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "syrinx.h"

static syrinx_voice *voice;
static const char *const sentence = "Please turn left at the next traffic light.";

struct take {
    float *samples;
    int count;
    syrinx_event *events;
    int event_count;
};

static void drop(struct take *take)
{
    free(take->samples);
    free(take->events);
}

/* Reads a stream to its end in blocks of `block` samples (0: of changing size). */
static struct take read_all(syrinx_stream *stream, int block)
{
    struct take take = {0};
    int n, room = 0, events_room = 0;
    unsigned turn = 1;
    for (;;) {
        int want = block ? block : (int)(1 + (turn = turn * 1103515245u + 12345u) / 65536u % 3000);
        if (take.count + want > room) {
            room = 2 * (take.count + want);
            take.samples = realloc(take.samples, (size_t)room * sizeof(float));
        }
        n = syrinx_stream_read(stream, take.samples + take.count, want);
        if (n > 0)
            take.count += n;
        syrinx_event event;
        while (syrinx_stream_event(stream, &event) == 1) {
            if (take.event_count == events_room) {
                events_room = events_room ? 2 * events_room : 64;
                take.events = realloc(take.events, (size_t)events_room * sizeof event);
            }
            assert_true(event.sample <= (uint64_t)take.count);
            take.events[take.event_count++] = event;
        }
        if (n <= 0)
            break;
    }
    assert_int_equal(n, 0);
    return take;
}

static struct take say_with(const char *text, const syrinx_options *options, int block)
{
    syrinx_stream *stream;
    assert_int_equal(syrinx_stream_new(voice, options, &stream), SYRINX_OK);
    assert_int_equal(syrinx_stream_text(stream, text, SYRINX_LEN_AUTO, SYRINX_TEXT), SYRINX_OK);
    assert_int_equal(syrinx_stream_end(stream), SYRINX_OK);
    struct take take = read_all(stream, block);
    syrinx_stream_free(stream);
    return take;
}

static double rms(const float *samples, int count)
{
    double sum = 0;
    for (int i = 0; i < count; i++)
        sum += (double)samples[i] * samples[i];
    return sqrt(sum / (count > 0 ? count : 1));
}

/* Autocorrelation f0 of a stretch, 0 when unvoiced; only to check what the plan promised. */
static double pitch_at(const float *x, int n)
{
    double best = 0, energy = 0;
    int lag_best = 0;
    for (int i = 0; i < n; i++)
        energy += (double)x[i] * x[i];
    for (int lag = 50; lag < 330; lag++) {
        double sum = 0, other = 0;
        for (int i = 0; i + 330 < n; i++) {
            sum += (double)x[i] * x[i + lag];
            other += (double)x[i + lag] * x[i + lag];
        }
        double r = sum / (sqrt(energy * other) + 1e-9);
        if (r > best + 0.02) {          /* a longer lag must be clearly better */
            best = r;
            lag_best = lag;
        }
    }
    return best > 0.5 ? 24000.0 / lag_best : 0;
}

static double median_pitch(const struct take *take)
{
    double found[2000];
    int count = 0;
    for (int at = 0; at + 1200 < take->count && count < 2000; at += 480) {
        double f = rms(take->samples + at, 1200) > 0.03 ? pitch_at(take->samples + at, 1200) : 0;
        int i = count;
        if (f <= 0)
            continue;
        for (; i > 0 && found[i - 1] > f; i--)
            found[i] = found[i - 1];
        found[i] = f;
        count++;
    }
    return count ? found[count / 2] : 0;
}

static void a_sentence_is_speech(void **state)
{
    (void)state;
    struct take take = say_with(sentence, NULL, 480);
    double seconds = take.count / 24000.0, peak = 0;
    assert_true(seconds > 1.6 && seconds < 4.5);        /* 43 characters at 10 to 25 a second */
    for (int i = 0; i < take.count; i++) {
        assert_true(isfinite(take.samples[i]));
        peak = fmax(peak, fabsf(take.samples[i]));
    }
    assert_true(peak > 0.15 && peak <= 1);
    double level = rms(take.samples, take.count);
    assert_true(level > 0.04 && level < 0.25);
    /* quiet edges: no click, nothing cut off */
    assert_true(rms(take.samples, 120) < 0.01);
    assert_true(rms(take.samples + take.count - 480, 480) < 0.01);
    /* a woman's voice */
    double pitch = median_pitch(&take);
    assert_true(pitch > 110 && pitch < 260);
    drop(&take);
}

static void any_block_size_gives_the_same_samples(void **state)
{
    (void)state;
    static const int blocks[] = {1, 7, 480, 100000, 0};
    const char *text = "One. Two, three: four! The sun rose slowly over the quiet village?";
    struct take first = say_with(text, NULL, 256);
    for (size_t i = 0; i < COUNT(blocks); i++) {
        struct take take = say_with(text, NULL, blocks[i]);
        assert_int_equal(take.count, first.count);
        assert_memory_equal(take.samples, first.samples, (size_t)first.count * sizeof(float));
        assert_int_equal(take.event_count, first.event_count);
        for (int k = 0; k < take.event_count; k++) {
            assert_int_equal(take.events[k].sample, first.events[k].sample);
            assert_int_equal(take.events[k].type, first.events[k].type);
        }
        drop(&take);
    }
    drop(&first);
}

/* The same sound from just before its first, with its events where they are then; a break at the beginning stays; a cancelled stream does it again. */
static void prompt_streams_begin_with_sound(void **state)
{
    static const int blocks[] = {1, 240, 0};
    static const char *const texts[] = {"a", "F", "Who is there?", "This is it."};
    (void)state;
    for (size_t t = 0; t < COUNT(texts); t++) {
        syrinx_options options;
        syrinx_options_init(&options);
        struct take whole = say_with(texts[t], &options, 480), take = {0};
        options.prompt = 1;
        for (size_t i = 0; i < COUNT(blocks); i++) {
            take = say_with(texts[t], &options, blocks[i]);
            int cut = whole.count - take.count;
            assert_true(cut > 480 && cut < 2400);
            assert_memory_equal(take.samples + 48, whole.samples + cut + 48, (size_t)(take.count - 48) * sizeof(float));
            for (int k = 0; k < cut + 48; k++)          /* what is not heard */
                assert_true(fabsf(whole.samples[k]) < 0.0063f);
            assert_true(fabsf(whole.samples[cut + 48]) >= 0.0063f);
            assert_int_equal(take.event_count, whole.event_count);
            for (int k = 0; k < take.event_count; k++) {
                uint64_t begin = whole.events[k].sample, end = begin + whole.events[k].duration;
                begin = begin > (uint64_t)cut ? begin - (uint64_t)cut : 0;
                end = end > (uint64_t)cut ? end - (uint64_t)cut : 0;
                assert_int_equal(take.events[k].sample, begin);
                assert_int_equal(take.events[k].duration, end - begin);
            }
            drop(&take);
        }
        drop(&whole);
    }
    syrinx_options options;
    syrinx_stream *stream;
    syrinx_options_init(&options);
    options.prompt = 1;
    options.volume = -30;
    assert_int_equal(syrinx_stream_new(voice, &options, &stream), SYRINX_OK);
    int counts[3];
    for (int i = 0; i < 3; i++) {           /* the third time a break stands before it */
        assert_int_equal(syrinx_stream_text(stream, i < 2 ? "<speak>a</speak>" : "<speak><break time=\"500ms\"/>a</speak>", SYRINX_LEN_AUTO, SYRINX_SSML), SYRINX_OK);
        assert_int_equal(syrinx_stream_end(stream), SYRINX_OK);
        struct take take = read_all(stream, 480);
        counts[i] = take.count;
        drop(&take);
        assert_int_equal(syrinx_stream_cancel(stream), SYRINX_OK);
    }
    assert_int_equal(counts[0], counts[1]);
    assert_true(counts[2] > counts[0] + 11000);
    /* silence alone is no sound to wait for */
    assert_int_equal(syrinx_stream_text(stream, "<speak><break time=\"50ms\"/></speak>", SYRINX_LEN_AUTO, SYRINX_SSML), SYRINX_OK);
    assert_int_equal(syrinx_stream_end(stream), SYRINX_OK);
    struct take silence = read_all(stream, 480);
    assert_int_equal(silence.count, 1200);
    drop(&silence);
    syrinx_stream_free(stream);
}

static void text_may_come_byte_by_byte(void **state)
{
    (void)state;
    const char *text = "Caf\xC3\xA9 na\xC3\xAFve. Second sentence here. And a third";
    struct take whole = say_with(text, NULL, 480);
    syrinx_stream *stream;
    float block[480];
    struct take pieces = {.samples = malloc((size_t)(whole.count + 480) * sizeof(float))};
    assert_int_equal(syrinx_stream_new(voice, NULL, &stream), SYRINX_OK);
    int n;
    bool again = false;
    for (size_t i = 0; i < strlen(text); i++) {
        assert_int_equal(syrinx_stream_text(stream, text + i, 1, SYRINX_TEXT), SYRINX_OK);
        while ((n = syrinx_stream_read(stream, block, 480)) > 0) {
            assert_true(pieces.count + n <= whole.count);
            memcpy(pieces.samples + pieces.count, block, (size_t)n * sizeof *block);
            pieces.count += n;
        }
        assert_int_equal(n, SYRINX_AGAIN);
        again = again || pieces.count > 0;
    }
    assert_true(again);                 /* the first sentence was spoken before the text was complete */
    syrinx_stream_end(stream);
    while ((n = syrinx_stream_read(stream, block, 480)) > 0) {
        assert_true(pieces.count + n <= whole.count);
        memcpy(pieces.samples + pieces.count, block, (size_t)n * sizeof *block);
        pieces.count += n;
    }
    assert_int_equal(n, 0);
    assert_int_equal(pieces.count, whole.count);
    assert_memory_equal(pieces.samples, whole.samples, (size_t)whole.count * sizeof(float));
    syrinx_stream_free(stream);
    drop(&pieces);
    drop(&whole);
}

static void events_tell_the_truth(void **state)
{
    (void)state;
    const char *text = "Mary had $5. Then nothing.";
    struct take take = say_with(text, NULL, 333);
    int words = 0, phones = 0, sentences = 0, ends = 0;
    uint64_t at = 0, word_end = 0;
    for (int i = 0; i < take.event_count; i++) {
        const syrinx_event *event = &take.events[i];
        assert_true(event->sample >= at);
        at = event->sample;
        assert_true(event->sample + event->duration <= (uint64_t)take.count);
        assert_true(event->text_begin <= event->text_end && event->text_end <= strlen(text));
        if (event->type == SYRINX_EVENT_WORD) {
            words++;
            assert_true(event->duration > 0);
            assert_true(event->sample >= word_end);
            word_end = event->sample + event->duration;
        }
        if (event->type == SYRINX_EVENT_PHONE) {
            phones++;
            assert_non_null(event->name);
            assert_true(event->sample + event->duration <= word_end);   /* inside its word */
        }
        sentences += event->type == SYRINX_EVENT_SENTENCE;
        ends += event->type == SYRINX_EVENT_END;
    }
    assert_int_equal(sentences, 2);
    assert_int_equal(ends, 1);
    assert_true(words >= 6);            /* mary had five dollars then nothing */
    assert_true(phones >= 18);
    assert_int_equal(take.events[take.event_count - 1].type, SYRINX_EVENT_END);
    assert_int_equal(take.events[take.event_count - 1].sample, take.count);
    /* "Mary" lies at bytes 0 to 4, "$5" at 9 to 11 */
    bool mary = false, money = false;
    for (int i = 0; i < take.event_count; i++) {
        const syrinx_event *event = &take.events[i];
        mary = mary || (event->type == SYRINX_EVENT_WORD && event->text_begin == 0 && event->text_end == 4);
        money = money || (event->type == SYRINX_EVENT_WORD && event->text_begin == 9 && event->text_end == 11);
    }
    assert_true(mary && money);
    drop(&take);
}

static void rate_pitch_and_volume_do_what_they_say(void **state)
{
    (void)state;
    syrinx_options options;
    struct take normal = say_with(sentence, NULL, 480);
    double pitch = median_pitch(&normal), level = rms(normal.samples, normal.count);

    syrinx_options_init(&options);
    options.rate = 2;
    struct take fast = say_with(sentence, &options, 480);
    assert_true(fast.count > 0.4 * normal.count && fast.count < 0.62 * normal.count);
    drop(&fast);
    options.rate = 0.5f;
    struct take slow = say_with(sentence, &options, 480);
    assert_true(slow.count > 1.7 * normal.count && slow.count < 2.2 * normal.count);
    drop(&slow);

    syrinx_options_init(&options);
    options.pitch = 6;
    struct take high = say_with(sentence, &options, 480);
    assert_int_equal(high.count, normal.count);
    assert_true(fabs(12 * log2(median_pitch(&high) / pitch) - 6) < 1);
    drop(&high);

    syrinx_options_init(&options);
    options.volume = -12;
    struct take quiet = say_with(sentence, &options, 480);
    assert_true(fabs(20 * log10(rms(quiet.samples, quiet.count) / level) + 12) < 1);
    drop(&quiet);
    options.volume = 20;
    struct take loud = say_with(sentence, &options, 480);
    for (int i = 0; i < loud.count; i++)
        assert_true(fabsf(loud.samples[i]) <= 1);
    drop(&loud);
    drop(&normal);
}

static void seeds_change_the_noise_only(void **state)
{
    (void)state;
    syrinx_options options;
    syrinx_options_init(&options);
    struct take one = say_with(sentence, &options, 480), same = say_with(sentence, &options, 480);
    options.seed = 99;
    struct take other = say_with(sentence, &options, 480);
    assert_int_equal(one.count, other.count);
    assert_memory_equal(one.samples, same.samples, (size_t)one.count * sizeof(float));
    assert_true(memcmp(one.samples, other.samples, (size_t)one.count * sizeof(float)) != 0);
    assert_true(fabs(20 * log10(rms(one.samples, one.count) / rms(other.samples, other.count))) < 1);
    drop(&one);
    drop(&same);
    drop(&other);
}

static void settings_act_while_it_runs(void **state)
{
    (void)state;
    const char *text = "This is a rather long sentence, which goes on for a while, so that a change in the middle of it can be seen at its end.";
    struct take normal = say_with(text, NULL, 480);
    syrinx_stream *stream;
    float block[480];
    int n, count = 0, tail = 0;
    double sum = 0;
    assert_int_equal(syrinx_stream_new(voice, NULL, &stream), SYRINX_OK);
    syrinx_stream_text(stream, text, SYRINX_LEN_AUTO, SYRINX_TEXT);
    syrinx_stream_end(stream);
    while ((n = syrinx_stream_read(stream, block, 480)) > 0) {
        count += n;
        if (count == 24000) {
            assert_int_equal(syrinx_stream_set(stream, SYRINX_RATE, 3), SYRINX_OK);
            assert_int_equal(syrinx_stream_set(stream, SYRINX_VOLUME, -60), SYRINX_OK);
        }
        if (count > 24000 + 24000 / 4) {
            sum += rms(block, n);
            tail++;
        }
    }
    assert_true(count < 0.75 * normal.count);
    assert_true(sum / tail < 0.002);
    assert_int_equal(syrinx_stream_set(stream, SYRINX_RATE, 0), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_stream_set(stream, 77, 1), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_stream_set(stream, SYRINX_PITCH, NAN), SYRINX_ERROR_ARGUMENT);
    syrinx_stream_free(stream);
    drop(&normal);
}

static void cancel_drops_what_was_queued(void **state)
{
    (void)state;
    syrinx_stream *stream;
    float block[480];
    struct take fresh = say_with("Hello.", NULL, 480);
    assert_int_equal(syrinx_stream_new(voice, NULL, &stream), SYRINX_OK);
    syrinx_stream_text(stream, "A long story that nobody will hear. It has two sentences.", SYRINX_LEN_AUTO, SYRINX_TEXT);
    assert_true(syrinx_stream_read(stream, block, 480) > 0);
    assert_int_equal(syrinx_stream_cancel(stream), SYRINX_OK);
    assert_int_equal(syrinx_stream_read(stream, block, 480), SYRINX_ERROR_CANCELLED);
    syrinx_event event;
    assert_int_equal(syrinx_stream_event(stream, &event), 0);
    /* as new: the same samples as a new stream */
    syrinx_stream_text(stream, "Hello.", SYRINX_LEN_AUTO, SYRINX_TEXT);
    syrinx_stream_end(stream);
    struct take again = read_all(stream, 480);
    assert_int_equal(again.count, fresh.count);
    assert_memory_equal(again.samples, fresh.samples, (size_t)fresh.count * sizeof(float));
    drop(&again);
    /* text right behind a cancel is kept */
    syrinx_stream_text(stream, "Gone.", SYRINX_LEN_AUTO, SYRINX_TEXT);
    syrinx_stream_cancel(stream);
    syrinx_stream_text(stream, "Hello.", SYRINX_LEN_AUTO, SYRINX_TEXT);
    syrinx_stream_end(stream);
    again = read_all(stream, 480);
    assert_int_equal(again.count, fresh.count);
    drop(&again);
    drop(&fresh);
    syrinx_stream_free(stream);
}

static void *cancel_soon(void *stream)
{
    for (volatile int i = 0; i < 3000000; i++)
        ;
    syrinx_stream_cancel(stream);
    return NULL;
}

static void cancel_comes_from_another_thread(void **state)
{
    (void)state;
    syrinx_stream *stream;
    pthread_t thread;
    float block[64];
    int n;
    assert_int_equal(syrinx_stream_new(voice, NULL, &stream), SYRINX_OK);
    for (int i = 0; i < 200; i++)
        syrinx_stream_text(stream, "A text of two hundred sentences is long enough to be cut. ", SYRINX_LEN_AUTO, SYRINX_TEXT);
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, stream), 0);
    while ((n = syrinx_stream_read(stream, block, 64)) > 0 || n == SYRINX_AGAIN)
        if (n == SYRINX_AGAIN)          /* the other thread takes its time */
            syrinx_stream_text(stream, "And so on. ", SYRINX_LEN_AUTO, SYRINX_TEXT);
    assert_int_equal(n, SYRINX_ERROR_CANCELLED);
    pthread_join(thread, NULL);
    assert_int_equal(syrinx_stream_read(stream, block, 64), SYRINX_AGAIN);
    syrinx_stream_free(stream);
}

static void a_stream_goes_on_after_its_end(void **state)
{
    (void)state;
    syrinx_stream *stream;
    assert_int_equal(syrinx_stream_new(voice, NULL, &stream), SYRINX_OK);
    syrinx_stream_text(stream, "First.", SYRINX_LEN_AUTO, SYRINX_TEXT);
    syrinx_stream_end(stream);
    struct take first = read_all(stream, 480);
    syrinx_stream_text(stream, "Second.", SYRINX_LEN_AUTO, SYRINX_TEXT);
    syrinx_stream_end(stream);
    float block[480];
    int n, count = 0;
    while ((n = syrinx_stream_read(stream, block, 480)) > 0)
        count += n;
    assert_int_equal(n, 0);
    assert_true(count > 4800);
    syrinx_event event, last = {0};
    uint64_t begin = 0;
    while (syrinx_stream_event(stream, &event) == 1) {
        begin = event.type == SYRINX_EVENT_SENTENCE ? event.text_begin : begin;
        last = event;
    }
    assert_int_equal(last.sample, first.count + count);
    assert_int_equal(begin, 6);         /* positions in the text go on, too */
    drop(&first);
    syrinx_stream_free(stream);
}

/* A program that never takes events must not grow: what is kept of them is bounded, and the newest are still there. */
static void events_that_nobody_takes_are_bounded(void **state)
{
    (void)state;
    syrinx_stream *stream;
    float block[4800];
    syrinx_event event;
    int n, count = 0, queued = 0;
    assert_int_equal(syrinx_stream_new(voice, NULL, &stream), SYRINX_OK);
    for (int i = 0; i < 700; i++) {
        syrinx_stream_text(stream, "A sentence with some words in it. ", SYRINX_LEN_AUTO, SYRINX_TEXT);
        queued += 34;
    }
    syrinx_stream_end(stream);
    while ((n = syrinx_stream_read(stream, block, 4800)) > 0)
        ;
    assert_int_equal(n, 0);
    uint64_t last = 0;
    while (syrinx_stream_event(stream, &event) == 1) {
        count++;
        last = event.type == SYRINX_EVENT_WORD ? event.text_end : last;
    }
    assert_in_range(count, 8000, 8400);     /* of some 18 000 */
    assert_in_range(last, queued - 3, queued);
    syrinx_stream_free(stream);
}

static void nothing_to_say_is_silence_without_error(void **state)
{
    (void)state;
    static const char *const texts[] = {"", " ", "\n\n\t", "...", "\xFF\xFE", "\xE2\x80\x8B", "!?!?", "\xF0\x9F"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct take take = say_with(texts[i], NULL, 480);
        assert_true(take.count < 24000 * 6);      /* marks alone are named */
        drop(&take);
    }
}

static void wrong_calls_are_refused(void **state)
{
    (void)state;
    syrinx_stream *stream = NULL;
    syrinx_options options;
    float block[8];
    assert_int_equal(syrinx_stream_new(NULL, NULL, &stream), SYRINX_ERROR_ARGUMENT);
    syrinx_options_init(&options);
    options.size = 3;
    assert_int_equal(syrinx_stream_new(voice, &options, &stream), SYRINX_ERROR_ARGUMENT);
    syrinx_options_init(&options);
    options.rate = 100;
    assert_int_equal(syrinx_stream_new(voice, &options, &stream), SYRINX_ERROR_ARGUMENT);
    syrinx_options_init(&options);
    options.speaker = "nobody";
    assert_int_equal(syrinx_stream_new(voice, &options, &stream), SYRINX_ERROR_NOT_FOUND);
    assert_non_null(strstr(syrinx_last_message(), "nobody"));
    syrinx_options_init(&options);
    static const char *const foreign[] = {"xx", "enm", "e", ""};
    for (size_t i = 0; i < COUNT(foreign); i++) {
        options.language = foreign[i];
        assert_int_equal(syrinx_stream_new(voice, &options, &stream), SYRINX_ERROR_UNSUPPORTED);
    }
    options.language = "EN-us";
    assert_int_equal(syrinx_stream_new(voice, &options, &stream), SYRINX_OK);
    syrinx_stream_free(stream);
    stream = NULL;
    options.language = "xx";
    assert_int_equal(syrinx_stream_new(voice, &options, &stream), SYRINX_ERROR_UNSUPPORTED);
    assert_null(stream);
    assert_int_equal(syrinx_stream_new(voice, NULL, &stream), SYRINX_OK);
    assert_int_equal(syrinx_stream_text(stream, NULL, 3, SYRINX_TEXT), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_stream_text(stream, "x", 1, 9), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_stream_text(stream, "<speak/>x", 9, SYRINX_SSML), SYRINX_ERROR_INPUT);
    syrinx_stream_cancel(stream);
    assert_int_equal(syrinx_stream_read(stream, block, 8), SYRINX_ERROR_CANCELLED);
    assert_int_equal(syrinx_stream_read(stream, NULL, 8), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_stream_read(stream, block, 0), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_stream_read(stream, block, 8), SYRINX_AGAIN);
    syrinx_stream_free(stream);
    syrinx_stream_free(NULL);
    syrinx_voice_close(NULL);
    for (int code = 1; code >= -11; code--)
        assert_true(strlen(syrinx_strerror(code)) > 0);
}

struct job {
    struct take take;
    int threads;
};

static void *say_in_thread(void *argument)
{
    struct job *job = argument;
    job->take = say_with(sentence, NULL, 480);
    return NULL;
}

static void threads_share_a_voice(void **state)
{
    (void)state;
    struct take alone = say_with(sentence, NULL, 480);
    struct job jobs[4];
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, say_in_thread, &jobs[i]), 0);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(jobs[i].take.count, alone.count);
        assert_memory_equal(jobs[i].take.samples, alone.samples, (size_t)alone.count * sizeof(float));
        drop(&jobs[i].take);
    }
    /* a voice with a thread pool gives the same samples */
    syrinx_voice_options options;
    syrinx_voice *single = voice, *pooled;
    syrinx_voice_options_init(&options);
    options.threads = 3;
    assert_int_equal(syrinx_voice_open(NULL, &options, &pooled), SYRINX_OK);
    voice = pooled;
    struct take take = say_with(sentence, NULL, 480);
    voice = single;
    assert_int_equal(take.count, alone.count);
    assert_memory_equal(take.samples, alone.samples, (size_t)alone.count * sizeof(float));
    drop(&take);
    drop(&alone);
    syrinx_voice_close(pooled);
}

static int setup(void **state)
{
    (void)state;
    setenv("SYRINX_VOICES", "voices", 1);
    return syrinx_voice_open(NULL, NULL, &voice);
}

static int teardown(void **state)
{
    (void)state;
    syrinx_voice_close(voice);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sentence_is_speech), cmocka_unit_test(any_block_size_gives_the_same_samples), cmocka_unit_test(prompt_streams_begin_with_sound), cmocka_unit_test(text_may_come_byte_by_byte),
        cmocka_unit_test(events_tell_the_truth), cmocka_unit_test(rate_pitch_and_volume_do_what_they_say), cmocka_unit_test(seeds_change_the_noise_only),
        cmocka_unit_test(settings_act_while_it_runs), cmocka_unit_test(cancel_drops_what_was_queued), cmocka_unit_test(cancel_comes_from_another_thread),
        cmocka_unit_test(a_stream_goes_on_after_its_end), cmocka_unit_test(events_that_nobody_takes_are_bounded), cmocka_unit_test(nothing_to_say_is_silence_without_error),
       
        cmocka_unit_test(wrong_calls_are_refused), cmocka_unit_test(threads_share_a_voice)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
