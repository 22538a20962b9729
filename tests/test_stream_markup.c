/* test_stream_markup.c - SSML and documents through the public API: pauses, marks and recordings where they belong, any cut of the input and any block
 * size the same, and a stream that survives what programs do to it. */
#include "test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "syrinx.h"

enum { RATE = 24000, EVENTS = 4000 };

static syrinx_voice *voice;

struct event {
    syrinx_event event;
    char name[32];
};

struct take {
    float *samples;
    int count, room;
    struct event events[EVENTS];
    int event_count;
};

static struct take *new_take(void)
{
    struct take *take = calloc(1, sizeof *take);
    assert_non_null(take);
    return take;
}

static void drop(struct take *take)
{
    free(take->samples);
    free(take);
}

/* Reads until there is no more for now; checks that events are in order, within what was read and of bytes that were given. */
static int read_more(syrinx_stream *stream, struct take *take, int block, uint64_t given)
{
    for (;;) {
        if (take->count + block > take->room)
            assert_non_null(take->samples = realloc(take->samples, (size_t)(take->room = 2 * (take->count + block)) * sizeof(float)));
        int n = syrinx_stream_read(stream, take->samples + take->count, block);
        take->count += n > 0 ? n : 0;
        syrinx_event event;
        while (syrinx_stream_event(stream, &event) == 1) {
            assert_true(take->event_count < EVENTS);
            const struct event *last = take->event_count ? &take->events[take->event_count - 1] : NULL;
            assert_true(event.sample <= (uint64_t)take->count && (!last || event.sample >= last->event.sample));
            assert_true(event.text_begin <= event.text_end && event.text_end <= given);
            struct event *kept = &take->events[take->event_count++];
            kept->event = event;
            snprintf(kept->name, sizeof kept->name, "%s", event.name ? event.name : "");
        }
        if (n <= 0)
            return n;
    }
}

static struct take *say(const char *text, int kind, const syrinx_options *options, int block)
{
    struct take *take = new_take();
    syrinx_stream *stream;
    assert_int_equal(syrinx_stream_new(voice, options, &stream), SYRINX_OK);
    assert_int_equal(syrinx_stream_text(stream, text, SYRINX_LEN_AUTO, kind), SYRINX_OK);
    assert_int_equal(syrinx_stream_end(stream), SYRINX_OK);
    assert_int_equal(read_more(stream, take, block, strlen(text)), 0);
    syrinx_stream_free(stream);
    return take;
}

static void assert_same(const struct take *a, const struct take *b)
{
    assert_int_equal(a->count, b->count);
    assert_memory_equal(a->samples, b->samples, (size_t)a->count * sizeof(float));
    assert_int_equal(a->event_count, b->event_count);
    for (int i = 0; i < a->event_count; i++) {
        const syrinx_event *x = &a->events[i].event, *y = &b->events[i].event;
        if (x->type != y->type || x->sample != y->sample || x->text_end != y->text_end)
            print_error("event %d: %d %d %d..%d %s, and %d %d %d..%d\n", i, x->type, (int)x->sample, (int)x->text_begin, (int)x->text_end, a->events[i].name, y->type, (int)y->sample,
                        (int)y->text_begin, (int)y->text_end);
        assert_true(x->type == y->type && x->sample == y->sample && x->duration == y->duration && x->text_begin == y->text_begin && x->text_end == y->text_end);
        assert_string_equal(a->events[i].name, b->events[i].name);
    }
}

/* Sample of the mark of that name, or of the nth word. */
static int mark_at(const struct take *take, const char *name)
{
    for (int i = 0; i < take->event_count; i++)
        if (take->events[i].event.type == SYRINX_EVENT_MARK && !strcmp(take->events[i].name, name))
            return (int)take->events[i].event.sample;
    fail_msg("no mark %s", name);
    return -1;
}

static const syrinx_event *word(const struct take *take, int n)
{
    for (int i = 0; i < take->event_count; i++)
        if (take->events[i].event.type == SYRINX_EVENT_WORD && !n--)
            return &take->events[i].event;
    fail_msg("there are not so many words");
    return NULL;
}

static int word_end(const struct take *take, int n)
{
    return (int)(word(take, n)->sample + word(take, n)->duration);
}

static bool silent(const struct take *take, int from, int to)
{
    for (int i = from; i < to; i++)
        if (take->samples[i] != 0)
            return false;
    return true;
}

/* ------------------------------------------------------------------ pauses and marks */

static void marks_stand_on_their_side_of_a_silence(void **state)
{
    (void)state;
    struct take *take = say("<speak><mark name='a'/><break time='2s'/><mark name='b'/>Hello<mark name='c'/><break time='1s'/><mark name='d'/>world."
                            "<mark name='e'/><break time='3s'/><mark name='f'/></speak>", SYRINX_SSML, NULL, 480);
    assert_int_equal(mark_at(take, "a"), 0);
    assert_int_equal(mark_at(take, "b"), 2 * RATE);
    assert_int_equal(word(take, 0)->sample, 2 * RATE);
    assert_int_equal(mark_at(take, "c"), word_end(take, 0));
    assert_int_equal(mark_at(take, "d"), word_end(take, 0) + RATE);
    assert_int_equal(word(take, 1)->sample, mark_at(take, "d"));
    assert_in_range(mark_at(take, "e"), word_end(take, 1), word_end(take, 1) + RATE / 4);
    /* the silence that the words end with counts, and so does that with which other words would begin */
    assert_in_range(take->count, word_end(take, 1) + 3 * RATE, word_end(take, 1) + 3 * RATE + RATE / 10);
    assert_in_range(mark_at(take, "f"), take->count - RATE / 20, take->count);
    drop(take);
}

static void breaks_last_what_they_say(void **state)
{
    (void)state;
    static const struct { const char *breaks; double seconds; } cases[] = {
        {"<break time='700ms'/>", 0.7}, {"<break time='4s'/>", 4}, {"<break time='900ms'/><break time='100ms'/>", 0.9},
        {"<break time='100ms'/><break time='900ms'/>", 0.9}, {"<break time='3s'/><break time='1s'/>", 3}, {"<break time='10s'/><break time='200h'/>", 10}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[200];
        snprintf(text, sizeof text, "<speak>Hello%sworld.</speak>", cases[i].breaks);
        struct take *take = say(text, SYRINX_SSML, NULL, 4800);
        int pause = (int)word(take, 1)->sample - word_end(take, 0);
        assert_in_range(pause, (int)(cases[i].seconds * RATE) - RATE / 50, (int)(cases[i].seconds * RATE) + RATE / 50);
        drop(take);
    }
    /* between sentences, with and without: none takes the pause away */
    struct take *usual = say("<speak><s>Hello.</s><s>World.</s></speak>", SYRINX_SSML, NULL, 4800);
    struct take *none = say("<speak><s>Hello.</s><break strength='none'/><s>World.</s></speak>", SYRINX_SSML, NULL, 4800);
    assert_true(none->count < usual->count);
    drop(none);
    drop(usual);
}

static void a_silent_volume_is_silence_of_the_same_length(void **state)
{
    (void)state;
    struct take *loud = say("<speak>Nobody hears this. Nor this.</speak>", SYRINX_SSML, NULL, 4800);
    struct take *quiet = say("<speak><prosody volume='silent'>Nobody hears this. Nor this.</prosody></speak>", SYRINX_SSML, NULL, 4800);
    assert_int_equal(loud->count, quiet->count);
    assert_false(silent(loud, 0, loud->count));
    assert_true(silent(quiet, 0, quiet->count));
    drop(loud);
    drop(quiet);
}

static void a_break_or_another_voice_parts_a_word(void **state)
{
    (void)state;
    syrinx_front *front;
    static const char *const cases[][2] = {
        {"<speak>cup<break/>board</speak>", "cup board"}, {"<speak><voice name='a'>ice</voice><voice name='b'>cream</voice></speak>", "ice cream"},
        {"<speak>cup<mark name='x'/>board</speak>", "cupboard"}, {"<speak>un<emphasis>believ</emphasis>able</speak>", "unbelievable"},
        {"<speak>Hello<break/>, you</speak>", "hello you"}};
    assert_int_equal(syrinx_front_new(NULL, &front), SYRINX_OK);
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *result;
        assert_int_equal(syrinx_front_normalize(front, cases[i][0], SYRINX_LEN_AUTO, SYRINX_SSML, &result), SYRINX_OK);
        assert_string_equal(result, cases[i][1]);
        syrinx_free(result);
    }
    syrinx_front_free(front);
}

/* ------------------------------------------------------------------ recordings */

static char *write_recording(const char *name, const struct take *take)
{
    static char path[200];
    syrinx_writer *writer;
    syrinx_writer_options options;
    const char *folder = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/syrinx-%ld-%s", folder ? folder : "/tmp", (long)getpid(), name);
    syrinx_writer_options_init(&options);
    options.sample_rate = RATE;
    assert_int_equal(syrinx_writer_open(path, &options, &writer), SYRINX_OK);
    assert_int_equal(syrinx_writer_write(writer, take->samples, take->count), SYRINX_OK);
    assert_int_equal(syrinx_writer_close(writer), SYRINX_OK);
    return path;
}

static void recordings_are_heard_between_words(void **state)
{
    (void)state;
    char text[600];
    struct take *hello = say("Hello.", SYRINX_TEXT, NULL, 4800);
    char *path = write_recording("hello.wav", hello);
    syrinx_options options;
    syrinx_options_init(&options);
    options.folder = "/";
    snprintf(text, sizeof text, "<speak><mark name='a'/><audio src='%s'>No.</audio><mark name='b'/>One<mark name='c'/><audio src='%s'/><mark name='d'/>two.</speak>", path, path);
    struct take *take = say(text, SYRINX_SSML, &options, 480), *other = say(text, SYRINX_SSML, &options, 7);
    if (mark_at(take, "b") < hello->count / 2) {    /* FILES=0 */
        assert_int_equal(word(take, 0)->text_begin, strstr(text, "No") - text);
    } else {
        assert_int_equal(mark_at(take, "a"), 0);
        assert_int_equal(mark_at(take, "b"), hello->count + RATE * 3 / 100);
        for (int i = 0; i < hello->count; i++)
            assert_float_equal(take->samples[i], hello->samples[i], 0.05);
        assert_true(mark_at(take, "c") < mark_at(take, "d") - hello->count);
    }
    assert_same(take, other);
    drop(take);
    drop(other);
    /* cancelled in the middle of it */
    syrinx_stream *stream;
    float samples[480];
    assert_int_equal(syrinx_stream_new(voice, &options, &stream), SYRINX_OK);
    assert_int_equal(syrinx_stream_text(stream, text, SYRINX_LEN_AUTO, SYRINX_SSML), SYRINX_OK);
    assert_int_equal(syrinx_stream_read(stream, samples, 480), 480);
    assert_int_equal(syrinx_stream_cancel(stream), SYRINX_OK);
    assert_int_equal(syrinx_stream_text(stream, "Hello.", SYRINX_LEN_AUTO, SYRINX_TEXT), SYRINX_OK);
    assert_int_equal(syrinx_stream_end(stream), SYRINX_OK);
    take = new_take();
    assert_int_equal(read_more(stream, take, 1000, 6), 0);
    assert_same(take, hello);
    syrinx_stream_free(stream);
    drop(take);
    drop(hello);
    unlink(path);
}

/* ------------------------------------------------------------------ cuts, ends and cancels */

static const char markup[] =
    "<speak version='1.1'><p>First <mark name='one'/>things, <emphasis level='strong'>first</emphasis>.</p><break time='1200ms'/><mark name='two'/>"
    "<p><s>She said <prosody rate='fast' pitch='+3st' volume='-6dB'>quickly: caf\xC3\xA9 &amp; tea</prosody></s><break strength='x-strong'/>"
    "<prosody duration='2s' contour='(0%,+5st)(100%,-5st)'>all <mark name='three'/>in two seconds</prosody></p>"
    "<say-as interpret-as='date' format='dmy'>3/4/2020</say-as> <sub alias='doctor'>Dr</sub><break time='500ms'/><mark name='four'/></speak>";

static void any_cut_and_any_block_is_the_same(void **state)
{
    (void)state;
    struct take *whole = say(markup, SYRINX_SSML, NULL, 4800), *odd = say(markup, SYRINX_SSML, NULL, 1);
    assert_same(whole, odd);
    drop(odd);
    for (int step = 1; step < 400; step += step > 1 ? 97 : 6) {
        struct take *take = new_take();
        syrinx_stream *stream;
        assert_int_equal(syrinx_stream_new(voice, NULL, &stream), SYRINX_OK);
        for (size_t at = 0; at < strlen(markup); at += (size_t)step) {
            size_t left = strlen(markup) - at, n = left < (size_t)step ? left : (size_t)step;
            assert_int_equal(syrinx_stream_text(stream, markup + at, n, SYRINX_SSML), SYRINX_OK);
            assert_int_equal(read_more(stream, take, 333, at + n), SYRINX_AGAIN);
        }
        assert_int_equal(syrinx_stream_end(stream), SYRINX_OK);
        assert_int_equal(read_more(stream, take, 333, strlen(markup)), 0);
        assert_same(whole, take);
        syrinx_stream_free(stream);
        drop(take);
    }
    drop(whole);
}

static void ssml_and_text_take_turns(void **state)
{
    (void)state;
    static const char one[] = "<speak>One.<mark name='m'/></speak>";
    struct take *take = new_take();
    syrinx_stream *stream;
    uint64_t given = 0;
    assert_int_equal(syrinx_stream_new(voice, NULL, &stream), SYRINX_OK);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(syrinx_stream_text(stream, one, SYRINX_LEN_AUTO, SYRINX_SSML), SYRINX_OK);
        assert_int_equal(syrinx_stream_text(stream, "Two. ", SYRINX_LEN_AUTO, SYRINX_TEXT), SYRINX_OK);
        given += strlen(one) + 5;
        if (i == 1) {
            assert_int_equal(syrinx_stream_end(stream), SYRINX_OK);
            assert_int_equal(read_more(stream, take, 480, given), 0);
        }
    }
    assert_int_equal(syrinx_stream_end(stream), SYRINX_OK);
    assert_int_equal(read_more(stream, take, 480, given), 0);
    for (int i = 0; i < 6; i++) {
        uint64_t begin = (uint64_t)(i / 2) * (strlen(one) + 5) + (i % 2 ? strlen(one) : 7);
        assert_int_equal(word(take, i)->text_begin, begin);
        assert_int_equal(word(take, i)->text_end, begin + 3);
    }
    syrinx_stream_free(stream);
    drop(take);
}

static void a_stream_survives_broken_documents(void **state)
{
    (void)state;
    struct take *alone = say("Two.", SYRINX_TEXT, NULL, 480);
    syrinx_stream *stream;
    float samples[480];
    assert_int_equal(syrinx_stream_new(voice, NULL, &stream), SYRINX_OK);
    assert_int_equal(syrinx_stream_end(stream), SYRINX_OK);             /* nothing was given */
    assert_int_equal(syrinx_stream_read(stream, samples, 480), 0);
    assert_int_equal(syrinx_stream_text(stream, "", 0, SYRINX_SSML), SYRINX_OK);
    assert_int_equal(syrinx_stream_end(stream), SYRINX_OK);
    for (int i = 0; i < 4; i++) {
        /* a mistake, a document that stops, text in the middle of one, a cancel in the middle */
        static const char *const bad[] = {"<speak>One.\n <p>Two</s>", "<speak><prosody duration='3s'>One.", "<speak>One. <voice name='x'>Tw", "<speak><p xml:lang='de'>Eins. <audio src='"};
        int code = syrinx_stream_text(stream, bad[i], SYRINX_LEN_AUTO, SYRINX_SSML);
        assert_int_equal(code, i ? SYRINX_OK : SYRINX_ERROR_INPUT);
        if (i == 0)
            assert_non_null(strstr(syrinx_stream_message(stream), "line 2, column 10"));
        if (i == 2)
            assert_int_equal(syrinx_stream_text(stream, "three", SYRINX_LEN_AUTO, SYRINX_TEXT), SYRINX_ERROR_INPUT);
        else if (i < 3)
            assert_int_equal(syrinx_stream_end(stream), SYRINX_ERROR_INPUT);
        if (i == 3)
            assert_int_equal(syrinx_stream_cancel(stream), SYRINX_OK);
        else {
            int n;
            syrinx_stream_end(stream);
            while ((n = syrinx_stream_read(stream, samples, 480)) > 0)
                ;
            assert_int_equal(n, 0);
            assert_int_equal(syrinx_stream_cancel(stream), SYRINX_OK);
        }
        struct take *take = new_take();
        assert_int_equal(syrinx_stream_text(stream, "Two.", SYRINX_LEN_AUTO, SYRINX_TEXT), SYRINX_OK);
        assert_int_equal(syrinx_stream_end(stream), SYRINX_OK);
        assert_int_equal(read_more(stream, take, 480, 4), 0);
        assert_same(take, alone);
        drop(take);
    }
    syrinx_stream_free(stream);
    drop(alone);
}

static void a_cancel_forgets_the_language(void **state)
{
    (void)state;
    char *first, *later;
    syrinx_front *front;
    syrinx_front_options options;
    syrinx_front_options_init(&options);
    options.language = "auto";
    assert_int_equal(syrinx_front_new(&options, &front), SYRINX_OK);
    assert_int_equal(syrinx_front_phonemize(front, "Taxi 17.", SYRINX_LEN_AUTO, SYRINX_TEXT, SYRINX_IPA, 0, &first), SYRINX_OK);
    assert_int_equal(syrinx_front_phonemize(front, "Ich habe gestern mit meiner Mutter gesprochen, und das war sehr sch\xC3\xB6n.", SYRINX_LEN_AUTO, SYRINX_TEXT, SYRINX_IPA, 0, &later), SYRINX_OK);
    syrinx_free(later);
    assert_int_equal(syrinx_front_phonemize(front, "Taxi 17.", SYRINX_LEN_AUTO, SYRINX_TEXT, SYRINX_IPA, 0, &later), SYRINX_OK);
    assert_string_equal(first, later);
    syrinx_free(first);
    syrinx_free(later);
    syrinx_front_free(front);
}

/* ------------------------------------------------------------------ documents */

static void count(void *user, const char *message)
{
    (void)message;
    ++*(int *)user;
}

static void events_of_a_document_stay_within_it(void **state)
{
    (void)state;
    /* later ones stand first in the file; chapters in the wrong order */
    static const struct { const char *text; int kind; } cases[] = {
        {"1\n00:00:00,900 --> 00:00:01,000\nLast of all.\n\n2\n00:00:00,100 --> 00:00:00,200\nIn the middle it is.\n\n3\n00:00:00,000 --> 00:00:00,100\nFirst.", SYRINX_DOCUMENT_SUBTITLES},
        {"# One\n\nA long text, it is.\n\n# Two\n\nB", SYRINX_DOCUMENT_MARKDOWN}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        syrinx_document *document;
        syrinx_stream *stream;
        if (syrinx_document_read(cases[i].text, strlen(cases[i].text), cases[i].kind, &document) == SYRINX_ERROR_UNSUPPORTED)
            return;
        assert_int_equal(syrinx_stream_new(voice, NULL, &stream), SYRINX_OK);
        for (int chapter = syrinx_document_chapter_count(document); chapter--;)
            assert_int_equal(syrinx_stream_document(stream, document, chapter), SYRINX_OK);
        syrinx_document_close(document);
        assert_int_equal(syrinx_stream_end(stream), SYRINX_OK);
        struct take *take = new_take();
        assert_int_equal(read_more(stream, take, 4800, strlen(cases[i].text)), 0);
        assert_true(take->event_count > 20);
        syrinx_stream_free(stream);
        drop(take);
    }
}

static void documents_and_languages_are_the_same_in_any_block(void **state)
{
    (void)state;
    static const char page[] = "<h1>Head</h1><p lang=de>Guten Tag.</p><ul><li>one<li>two</ul><table><tr><th>a<th>b<tr><td>1<td>2</table>";
    static const char cues[] = "1\n00:00:01,000 --> 00:00:02,000\nHello there, all of you who are waiting for this.\n\n2\n00:00:02,500 --> 00:00:03,000\nYes?";
    static const struct { const char *text, *language; int kind; } cases[] = {
        {page, NULL, SYRINX_DOCUMENT_HTML}, {cues, NULL, SYRINX_DOCUMENT_SUBTITLES}, {"Das ist sehr sch\xC3\xB6n, meine Damen. This is fine. C'est la vie, n'est-ce pas?", "auto", -1},
        {"Guten Tag.", "de", -1}, {"\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82, \xE4\xBD\xA0\xE5\xA5\xBD, \xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D", NULL, -1}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct take *takes[3];
        for (int k = 0; k < 3; k++) {
            static const int blocks[] = {4800, 1, 577};
            syrinx_options options;
            syrinx_stream *stream;
            syrinx_options_init(&options);
            options.language = cases[i].language;
            takes[k] = new_take();
            int code = syrinx_stream_new(voice, &options, &stream);
            if (code == SYRINX_ERROR_UNSUPPORTED) {         /* no libespeak-ng */
                while (k >= 0)
                    drop(takes[k--]);
                break;
            }
            assert_int_equal(code, SYRINX_OK);
            if (cases[i].kind >= 0) {
                syrinx_document *document;
                if (syrinx_document_read(cases[i].text, strlen(cases[i].text), cases[i].kind, &document) == SYRINX_OK) {
                    assert_int_equal(syrinx_stream_document(stream, document, -1), SYRINX_OK);
                    syrinx_document_close(document);
                }
            } else
                assert_int_equal(syrinx_stream_text(stream, cases[i].text, SYRINX_LEN_AUTO, SYRINX_TEXT), SYRINX_OK);
            assert_int_equal(syrinx_stream_end(stream), SYRINX_OK);
            assert_int_equal(read_more(stream, takes[k], blocks[k], strlen(cases[i].text)), 0);
            syrinx_stream_free(stream);
            if (k)
                assert_same(takes[0], takes[k]);
            if (k == 2)
                for (int j = 0; j < 3; j++)
                    drop(takes[j]);
        }
    }
}

static void lexica_may_change_for_ever(void **state)
{
    (void)state;
    enum { DOCUMENTS = 100 };
    const char *folder = getenv("TMPDIR");
    char path[200], text[600];
    syrinx_options options;
    syrinx_stream *stream;
    struct take *take = new_take();
    uint64_t given = 0;
    int warnings = 0;
    snprintf(path, sizeof path, "%s/syrinx-%ld-zork", folder ? folder : "/tmp", (long)getpid());
    syrinx_options_init(&options);
    options.folder = "/";
    options.rate = 6;
    options.warn = count;
    options.warn_user = &warnings;
    assert_int_equal(syrinx_stream_new(voice, &options, &stream), SYRINX_OK);
    snprintf(text, sizeof text, "<speak><lexicon uri='%s' xml:id='a'/><lexicon uri='%s'/><lookup ref='a'>zork</lookup> zork</speak>", path, path);
    /* all are given before the first one is spoken: what is spoken later still has its lexicon */
    for (int i = 0; i < DOCUMENTS; i++) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fprintf(file, "zork\tK AE1\n");
        for (int k = 0; k < i; k++)
            fprintf(file, "word%d\tK\n", k);     /* another length: another file */
        fclose(file);
        assert_int_equal(syrinx_stream_text(stream, text, SYRINX_LEN_AUTO, SYRINX_SSML), SYRINX_OK);
        assert_int_equal(syrinx_stream_text(stream, ". ", SYRINX_LEN_AUTO, SYRINX_TEXT), SYRINX_OK);
        given += strlen(text) + 2;
    }
    unlink(path);
    assert_int_equal(warnings, 0);
    assert_int_equal(syrinx_stream_end(stream), SYRINX_OK);
    assert_int_equal(read_more(stream, take, 4800, given), 0);
    int words = 0;
    for (int i = 0; i < take->event_count; i++)
        words += take->events[i].event.type == SYRINX_EVENT_WORD;
    assert_int_equal(words, 2 * DOCUMENTS);
    for (int i = 0; i + 1 < take->event_count; i++)
        if (take->events[i].event.type == SYRINX_EVENT_WORD)
            assert_string_equal(take->events[i + 1].name, "k");
    assert_int_equal(warnings, 0);
    syrinx_stream_free(stream);
    drop(take);
}

/* ------------------------------------------------------------------ options and wrong calls */

static void options_of_an_older_program_are_taken(void **state)
{
    (void)state;
    enum { OLD = offsetof(syrinx_options, punctuation) };
    union { syrinx_options options; unsigned char bytes[sizeof(syrinx_options)]; } old;
    struct take *now = say("Old # friend.", SYRINX_TEXT, NULL, 480);
    syrinx_options_init(&old.options);
    old.options.size = OLD;
    memset(old.bytes + OLD, 0xA5, sizeof old.bytes - OLD);      /* what an old program has behind its struct */
    for (int more = 0; more < 5; more += 4) {                   /* and half of a field */
        old.options.size = OLD + (size_t)more;
        struct take *then = say("Old # friend.", SYRINX_TEXT, &old.options, 480);
        assert_same(now, then);
        drop(then);
    }
    drop(now);
    syrinx_stream *stream = NULL;
    for (size_t size = 0; size < OLD; size += 4) {
        syrinx_options_init(&old.options);
        old.options.size = size;
        assert_int_equal(syrinx_stream_new(voice, &old.options, &stream), SYRINX_ERROR_ARGUMENT);
        assert_null(stream);
    }
    syrinx_options_init(&old.options);
    old.options.size = sizeof old.options + 64;                 /* of a newer program */
    assert_int_equal(syrinx_stream_new(voice, &old.options, &stream), SYRINX_OK);
    syrinx_stream_free(stream);
    for (int level = -1; level <= 4; level += 5) {
        syrinx_options_init(&old.options);
        old.options.punctuation = level;
        assert_int_equal(syrinx_stream_new(voice, &old.options, &stream), SYRINX_ERROR_ARGUMENT);
    }
}

static void wrong_calls_are_refused(void **state)
{
    (void)state;
    syrinx_stream *stream;
    syrinx_document *document = NULL;
    syrinx_front *front;
    char *result;
    size_t length;
    assert_int_equal(syrinx_stream_new(voice, NULL, &stream), SYRINX_OK);
    assert_int_equal(syrinx_stream_text(stream, "x", 1, 2), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_stream_text(stream, NULL, 0, SYRINX_SSML), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_stream_text(NULL, "x", 1, SYRINX_SSML), SYRINX_ERROR_ARGUMENT);
    assert_true(syrinx_stream_document(stream, NULL, 0) < 0);
    assert_true(syrinx_stream_document(NULL, NULL, 0) < 0);
    assert_true(syrinx_document_open(NULL, 0, &document) < 0);
    assert_true(syrinx_document_open("/", SYRINX_DOCUMENT_AUTO, &document) < 0);
    assert_true(syrinx_document_open("tests", 77, NULL) < 0);
    assert_true(syrinx_document_read(NULL, 5, SYRINX_DOCUMENT_HTML, &document) < 0);
    assert_true(syrinx_document_read("x", 1, -1, &document) < 0);
    assert_null(document);
    assert_true(syrinx_document_text(NULL, &result, &length) < 0);
    assert_true(syrinx_document_kind(NULL) < 0 && syrinx_document_chapter_count(NULL) < 0);
    assert_null(syrinx_document_chapter_title(NULL, 0));
    assert_null(syrinx_document_title(NULL));
    syrinx_document_close(NULL);
    if (syrinx_document_read(NULL, 0, SYRINX_DOCUMENT_MARKDOWN, &document) == SYRINX_OK) {
        assert_null(syrinx_document_chapter_title(document, 0));
        assert_int_equal(syrinx_stream_document(stream, document, 0), SYRINX_ERROR_ARGUMENT);
        assert_int_equal(syrinx_stream_document(stream, document, -2), SYRINX_ERROR_ARGUMENT);
        assert_int_equal(syrinx_stream_document(stream, document, -1), SYRINX_OK);
        assert_int_equal(syrinx_document_text(document, &result, NULL), SYRINX_ERROR_ARGUMENT);
        syrinx_document_close(document);
    }
    syrinx_stream_free(stream);
    assert_int_equal(syrinx_front_new(NULL, NULL), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_front_new(NULL, &front), SYRINX_OK);
    assert_int_equal(syrinx_front_normalize(front, NULL, 0, SYRINX_TEXT, &result), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_front_normalize(front, "x", 1, 7, &result), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_front_normalize(front, "x", 1, SYRINX_TEXT, NULL), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_front_normalize(NULL, "x", 1, SYRINX_TEXT, &result), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_front_phonemize(front, "x", 1, SYRINX_TEXT, SYRINX_TOKENS + 1, 0, &result), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_front_phonemize(front, "x", 1, SYRINX_TEXT, SYRINX_IPA, 64, &result), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_front_normalize(front, "<speak>a", 8, SYRINX_SSML, &result), SYRINX_ERROR_INPUT);
    assert_null(result);
    assert_int_equal(syrinx_front_normalize(front, "b", 1, SYRINX_TEXT, &result), SYRINX_OK);
    assert_string_equal(result, "b");
    syrinx_free(result);
    assert_true(syrinx_front_unknown(front, NULL, SYRINX_IPA, &result) < 0);
    assert_true(syrinx_front_unknown(NULL, NULL, SYRINX_IPA, &result) < 0);
    syrinx_front_free(front);
    syrinx_front_free(NULL);
    assert_true(syrinx_normalize(NULL, 0, &result) < 0);
    assert_true(syrinx_phonemize("x", 1, SYRINX_IPA, 0, "/nowhere/lexicon", &result) < 0);
}

/* ------------------------------------------------------------------ threads */

static char lexicon_path[200];
static atomic_int failures;

static void *speak_again(void *user)
{
    syrinx_stream *stream = user;
    float samples[4800];
    for (int i = 0; i < 6; i++) {
        int n, count = 0;
        syrinx_stream_text(stream, "<speak>Zork<mark name='m'/>. Zork zork.</speak>", SYRINX_LEN_AUTO, SYRINX_SSML);
        syrinx_stream_end(stream);
        while ((n = syrinx_stream_read(stream, samples, 4800)) > 0)
            count += n;
        failures += n < 0 || count == 0;
    }
    return NULL;
}

static void write_lexicon(int turn)
{
    char next[220];
    snprintf(next, sizeof next, "%s.new", lexicon_path);
    FILE *file = fopen(next, "w");
    assert_non_null(file);
    fprintf(file, turn % 3 == 2 ? "this is broken %d\n" : "zork\tsaid one two three %d\n", turn);
    fclose(file);
    assert_int_equal(rename(next, lexicon_path), 0);
}

static void two_threads_share_a_lexicon_that_changes(void **state)
{
    (void)state;
    pthread_t threads[2];
    syrinx_stream *streams[2];
    syrinx_options options;
    const char *folder = getenv("TMPDIR");
    syrinx_options_init(&options);
    options.lexicon = lexicon_path;
    options.rate = 6;
    snprintf(lexicon_path, sizeof lexicon_path, "%s/syrinx-%ld-lexicon", folder ? folder : "/tmp", (long)getpid());
    write_lexicon(0);
    for (int i = 0; i < 2; i++)        /* a stream is not made while its lexicon is broken */
        assert_int_equal(syrinx_stream_new(voice, &options, &streams[i]), SYRINX_OK);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, speak_again, streams[i]), 0);
    for (int turn = 1; turn < 12; turn++) {
        write_lexicon(turn);
        usleep(30000);
    }
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < 2; i++)
        syrinx_stream_free(streams[i]);
    assert_int_equal(failures, 0);
    unlink(lexicon_path);
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
        cmocka_unit_test(marks_stand_on_their_side_of_a_silence), cmocka_unit_test(breaks_last_what_they_say),
        cmocka_unit_test(a_silent_volume_is_silence_of_the_same_length), cmocka_unit_test(a_break_or_another_voice_parts_a_word),
        cmocka_unit_test(recordings_are_heard_between_words), cmocka_unit_test(any_cut_and_any_block_is_the_same), cmocka_unit_test(ssml_and_text_take_turns),
        cmocka_unit_test(a_stream_survives_broken_documents), cmocka_unit_test(a_cancel_forgets_the_language), cmocka_unit_test(events_of_a_document_stay_within_it), cmocka_unit_test(lexica_may_change_for_ever),
        cmocka_unit_test(documents_and_languages_are_the_same_in_any_block), cmocka_unit_test(options_of_an_older_program_are_taken),
        cmocka_unit_test(wrong_calls_are_refused), cmocka_unit_test(two_threads_share_a_lexicon_that_changes)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
