/* soak_listener.c - hours of use by listeners without patience: starts, stops, pauses, other rates, pitches, volumes, speakers and languages, marks, letters
 * and chapters, broken markup, all at random. After each tenth of the time all stand still and the memory is looked at. Used by tools/bench/soak.
 *
 * Every second listener keeps one stream for the whole time, the others open new ones. A conductor's thread cancels and sets from outside, as a user
 * interface does. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "bench.h"
#include "syrinx.h"

enum { MOST = 64, BLOCK = 3000, CHAPTER = 24000, TENTHS = 10, WARM = 3 };

static const char *const short_texts[] = { "a", "K", "5", "?", "space", "Settings", "Are you sure?", "On", "\xF0\x9F\x98\x80", "" };
static const char *const others[] = {
    "\"Nor was she,\" he said (1812-1877). ", "Il est cinq heures, sagt sie, und geht. ", "See https://example.org/a/b?c=d#e, or call +1 555 0100.\n\n",
};
static const char *const markup[] = {
    "<speak>One <mark name=\"a\"/> two <break time=\"300ms\"/> three. <mark name=\"b\"/></speak>",
    "<speak><prosody rate=\"150%\" pitch=\"+20%\" volume=\"-6dB\">Faster and higher</prosody>, <emphasis level=\"strong\">then</emphasis> as before.</speak>",
    "<speak><lang xml:lang=\"de\">Guten Morgen</lang>, said she, <lang xml:lang=\"fr\">bonjour</lang>.<mark name=\"end\"/></speak>",
    "<speak><say-as interpret-as=\"characters\">A1b?</say-as> <sub alias=\"that is\">i.e.</sub> <phoneme ph=\"t\xC9\x99\xCB\x88me\xC9\xAAto\xCA\x8A\">tomato</phoneme></speak>",
    "<speak><p><s>First.</s><s>Second, <voice name=\"linda\">by another</voice>.</s></p><p>Third.</p></speak>",
    "<speak>This is <b broken", "<speak>So is </this></speak>",
};
static const char *const languages[] = { NULL, NULL, NULL, "en-GB", "auto", "de", "fr", "xx" };
#define COUNT(list) ((unsigned)(sizeof list / sizeof list[0]))

static syrinx_voice *voice;
static atomic_bool enough, halt;
static pthread_barrier_t standing;
static unsigned rest;                   /* milliseconds between acts, at most */

struct listener {
    pthread_t thread;
    pthread_mutex_t lock;               /* of `stream`, against the conductor while it changes */
    syrinx_stream *stream;
    bool keeps;
    unsigned turn;                      /* of its random numbers */
    uint64_t read, event;               /* of the stream's life: samples, the last event's */
    double seconds;                     /* of sound */
    unsigned long acts, cancels, failures, streams, marks;
    const char *wrong;                  /* what was never to be */
};

static double now(void)
{
    return bench_seconds(CLOCK_MONOTONIC);
}

static void sleep_for(double seconds)
{
    bench_sleep_until(now() + seconds);
}

static const char *sentence(unsigned *turn)
{
    unsigned which = bench_draw(turn, BENCH_SENTENCES + COUNT(others));
    return which < BENCH_SENTENCES ? bench_sentences[which] : others[which - BENCH_SENTENCES];
}

/* ------------------------------------------------------------------ what a listener does */

static void open_stream(struct listener *l)
{
    syrinx_options options;
    syrinx_stream *stream;
    syrinx_options_init(&options);
    options.speaker = bench_draw(&l->turn, 3) ? NULL : syrinx_voice_speaker(voice, (int)bench_draw(&l->turn, (unsigned)syrinx_voice_speaker_count(voice)));
    options.language = languages[bench_draw(&l->turn, COUNT(languages))];
    options.punctuation = (int)bench_draw(&l->turn, 4);
    options.visemes = (int)bench_draw(&l->turn, 2);
    options.rate = 0.5f + 0.01f * (float)bench_draw(&l->turn, 550);
    if (syrinx_stream_new(voice, &options, &stream) < 0) {      /* a language that is not there */
        l->failures++;
        if (syrinx_stream_new(voice, NULL, &stream) < 0) {
            l->wrong = "no stream could be made";
            return;
        }
    }
    pthread_mutex_lock(&l->lock);
    syrinx_stream_free(l->stream);
    l->stream = stream;
    pthread_mutex_unlock(&l->lock);
    l->read = l->event = 0;
    l->streams++;
}

static void give(struct listener *l, char *chapter)
{
    unsigned kind = bench_draw(&l->turn, 20);
    int code;
    if (kind < 8) {
        code = syrinx_stream_text(l->stream, short_texts[bench_draw(&l->turn, COUNT(short_texts))], SYRINX_LEN_AUTO, SYRINX_TEXT);
    } else if (kind < 14) {
        code = syrinx_stream_text(l->stream, sentence(&l->turn), SYRINX_LEN_AUTO, SYRINX_TEXT);
    } else if (kind < 19) {
        code = syrinx_stream_text(l->stream, markup[bench_draw(&l->turn, COUNT(markup))], SYRINX_LEN_AUTO, SYRINX_SSML);
    } else {
        size_t n = 0, most = 1 + bench_draw(&l->turn, CHAPTER - 300);
        while (n < most) {
            const char *s = sentence(&l->turn);
            memcpy(chapter + n, s, strlen(s));
            n += strlen(s);
        }
        code = syrinx_stream_text(l->stream, chapter, n, SYRINX_TEXT);
    }
    if (code >= 0 && bench_draw(&l->turn, 2))
        code = syrinx_stream_end(l->stream);
    if (code < 0) {
        l->failures++;
        syrinx_stream_cancel(l->stream);        /* what a program does behind broken markup */
    }
}

static void take_events(struct listener *l)
{
    syrinx_event event;
    syrinx_frame frame;
    while (bench_draw(&l->turn, 50) && syrinx_stream_event(l->stream, &event) == 1) {
        if (event.sample > l->read || event.sample < l->event)
            l->wrong = "an event out of order";
        l->event = event.sample;
        l->marks += event.type == SYRINX_EVENT_MARK;
    }
    for (int i = 0; !bench_draw(&l->turn, 4) && i < 20; i++)
        (void)syrinx_stream_frame(l->stream, &frame);
}

static void act(struct listener *l, float *block, char *chapter)
{
    unsigned what = bench_draw(&l->turn, 100);
    if (what < 6) {
        syrinx_stream_cancel(l->stream);
        l->cancels++;
    } else if (what < 10) {
        syrinx_stream_set(l->stream, SYRINX_RATE, 0.25f + 0.01f * (float)bench_draw(&l->turn, 575));
    } else if (what < 13) {
        syrinx_stream_set(l->stream, SYRINX_PITCH, (float)bench_draw(&l->turn, 48) - 24);
    } else if (what < 16) {
        syrinx_stream_set(l->stream, SYRINX_VOLUME, (float)bench_draw(&l->turn, 40) - 30);
    } else if (what < 18) {
        sleep_for(0.001 * bench_draw(&l->turn, 300));         /* a pause */
    } else if (what < 19 && !l->keeps) {
        open_stream(l);
        if (l->wrong)
            return;
    }
    int n = syrinx_stream_read(l->stream, block, 1 + (int)bench_draw(&l->turn, BLOCK));
    if (n > 0) {
        l->read += (uint64_t)n;
        l->seconds += (double)n / syrinx_voice_sample_rate(voice);
    } else if (n == SYRINX_ERROR_CANCELLED) {
        l->read = l->event = 0;
    } else if (n == SYRINX_AGAIN || n == 0) {
        give(l, chapter);
    } else {
        l->wrong = syrinx_stream_message(l->stream);
    }
    take_events(l);
    l->acts++;
}

/* As new, so that what it says at the moment is not counted. */
static void stand(struct listener *l, float *block)
{
    syrinx_stream_cancel(l->stream);
    while (syrinx_stream_read(l->stream, block, BLOCK) != SYRINX_ERROR_CANCELLED)
        continue;
    l->read = l->event = 0;
    pthread_barrier_wait(&standing);
    pthread_barrier_wait(&standing);
}

static void *listen_on(void *user)
{
    struct listener *l = user;
    float *block = malloc(BLOCK * sizeof *block);
    char *chapter = malloc(CHAPTER);
    if (!block || !chapter)
        l->wrong = "out of memory";
    while (!atomic_load(&enough)) {
        if (atomic_load(&halt))
            stand(l, block);
        else if (l->wrong)
            sleep_for(0.1);
        else
            act(l, block, chapter);
        if (rest && !l->wrong)
            sleep_for(0.001 * bench_draw(&l->turn, rest + 1));
    }
    free(block);
    free(chapter);
    return NULL;
}

/* ------------------------------------------------------------------ the whole */

/* From outside: the user presses keys until `until`. */
static void conduct(struct listener *listeners, int count, unsigned *turn, double until)
{
    while (now() < until) {
        struct listener *l = &listeners[bench_draw(turn, (unsigned)count)];
        pthread_mutex_lock(&l->lock);
        if (bench_draw(turn, 2))
            syrinx_stream_set(l->stream, SYRINX_RATE, 0.5f + 0.01f * (float)bench_draw(turn, 550));
        else
            syrinx_stream_set(l->stream, SYRINX_VOLUME, (float)bench_draw(turn, 20) - 20);
        pthread_mutex_unlock(&l->lock);
        double left = until - now();
        sleep_for(left > 0.25 ? 0.001 * bench_draw(turn, 250) : left > 0 ? left : 0);
    }
}

static int soak(int count, double seconds)
{
    static struct listener listeners[MOST];
    unsigned turn = 2024;
    double begin = now(), sound = 0;
    unsigned long acts = 0, cancels = 0, failures = 0, streams = 0, marks = 0;
    long warm = 0, last = 0;
    printf("%6.0f s: VmRSS %ld kB, its own %ld kB: the voice is open\n", 0.0, bench_memory("VmRSS:"), bench_memory("RssAnon:"));
    if (pthread_barrier_init(&standing, NULL, (unsigned)count + 1) != 0)
        return 1;
    for (int i = 0; i < count; i++) {
        listeners[i].turn = 54321u + 977u * (unsigned)i;
        listeners[i].keeps = i % 2 == 0;
        pthread_mutex_init(&listeners[i].lock, NULL);
        open_stream(&listeners[i]);
        if (listeners[i].wrong || pthread_create(&listeners[i].thread, NULL, listen_on, &listeners[i]) != 0)
            return fprintf(stderr, "%s\n", syrinx_last_message()), 1;
    }
    for (int k = 1; k <= TENTHS; k++) {
        conduct(listeners, count, &turn, begin + seconds * k / TENTHS);
        atomic_store(&halt, true);
        pthread_barrier_wait(&standing);
        last = bench_memory("RssAnon:");
        warm = k == WARM ? last : warm;
        printf("%6.0f s: VmRSS %ld kB, its own %ld kB%s\n", now() - begin, bench_memory("VmRSS:"), last, k == WARM ? ": warm" : "");
        fflush(stdout);
        atomic_store(&halt, false);
        if (k == TENTHS)
            atomic_store(&enough, true);
        pthread_barrier_wait(&standing);
    }
    int status = 0;
    for (int i = 0; i < count; i++) {
        pthread_join(listeners[i].thread, NULL);
        if (listeners[i].wrong) {
            fprintf(stderr, "listener %d: %s\n", i, listeners[i].wrong);
            status = 1;
        }
        sound += listeners[i].seconds;
        acts += listeners[i].acts;
        cancels += listeners[i].cancels;
        failures += listeners[i].failures;
        streams += listeners[i].streams;
        marks += listeners[i].marks;
        syrinx_stream_free(listeners[i].stream);
        pthread_mutex_destroy(&listeners[i].lock);
    }
    pthread_barrier_destroy(&standing);
    printf("%d listeners, %.0f s: %lu acts, %.0f s of sound, %lu cancels, %lu streams, %lu marks, %lu refusals (broken markup, no such language); its own memory grew by "
           "%ld kB after three tenths of the time, VmHWM %ld kB\n", count, now() - begin, acts, sound, cancels, streams, marks, failures, last - warm, bench_memory("VmHWM:"));
    if (last - warm > 1024) {
        fprintf(stderr, "the memory grew by more than 1 MB\n");
        status = 1;
    }
    return status;
}

int main(int argc, char **argv)
{
    int count = argc == 4 ? atoi(argv[1]) : 0;
    double seconds = argc == 4 ? atof(argv[2]) : 0;
    if (count < 1 || count > MOST || seconds <= 0 || atoi(argv[3]) < 0)
        return fprintf(stderr, "usage: soak_listener LISTENERS SECONDS REST-MS\n"), 2;
    rest = (unsigned)atoi(argv[3]);
    if (syrinx_voice_open(NULL, NULL, &voice) < 0)
        return fprintf(stderr, "%s\n", syrinx_last_message()), 1;
    int status = soak(count, seconds);
    syrinx_voice_close(voice);
    return status;
}
