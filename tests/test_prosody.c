/* test_prosody.c - structure, rate and pitch as they are heard, with the shipped voice: brackets, quotations, paragraphs, items; clean sound over the whole
 * range of rate and pitch; quiet edges. */
#include "test.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "acoustic/acoustic.h"
#include "acoustic/sizes.h"
#include "api/handles.h"
#include "dsp/format.h"
#include "syrinx.h"

enum { WORDS = 64, FRAMES = 4000, BLOCK = 480 };

static syrinx_voice *voice;

struct word {
    int begin, end;             /* samples */
    double pitch, first, last;  /* semitones over 100 Hz: mean, the first frames', the last ones' */
    double level;               /* decibels */
};

struct take {
    float *samples;
    int count;
    struct word words[WORDS];
    int word_count;
    syrinx_frame frames[FRAMES];
    int frame_count;
};

static double decibels(const float *samples, int count)
{
    double sum = 1e-18;
    for (int i = 0; i < count; i++)
        sum += (double)samples[i] * samples[i] / count;
    return 10 * log10(sum);
}

/* Mean of the contour over [from, to), in semitones. */
static double contour(const struct take *take, int from, int to)
{
    double sum = 0;
    int n = 0;
    for (int i = 0; i < take->frame_count; i++) {
        int at = (int)take->frames[i].sample;
        if (at >= from && at < to) {
            sum += 12 * log2(take->frames[i].f0 / 100);
            n++;
        }
    }
    assert_true(n > 0);
    return sum / n;
}

static void drop(struct take *take)
{
    free(take->samples);
    free(take);
}

enum kind { TEXT = SYRINX_TEXT, SSML = SYRINX_SSML, MARKDOWN };

/* NULL: this build reads no documents. */
static struct take *say_as(const char *text, const syrinx_options *options, enum kind kind)
{
    struct take *take = calloc(1, sizeof *take);
    syrinx_stream *stream;
    syrinx_frame frame;
    syrinx_event event;
    int n, room = 0;
    assert_non_null(take);
    assert_int_equal(syrinx_stream_new(voice, options, &stream), SYRINX_OK);
    assert_int_equal(syrinx_stream_frame(stream, &frame), 0);
    if (kind == MARKDOWN) {
        syrinx_document *markdown;
        if (syrinx_document_read(text, strlen(text), SYRINX_DOCUMENT_MARKDOWN, &markdown) == SYRINX_ERROR_UNSUPPORTED) {
            syrinx_stream_free(stream);
            free(take);
            return NULL;
        }
        assert_int_equal(syrinx_stream_document(stream, markdown, -1), SYRINX_OK);
        syrinx_document_close(markdown);
    } else {
        assert_int_equal(syrinx_stream_text(stream, text, SYRINX_LEN_AUTO, kind), SYRINX_OK);
    }
    assert_int_equal(syrinx_stream_end(stream), SYRINX_OK);
    do {
        if (take->count + BLOCK > room)
            assert_non_null(take->samples = realloc(take->samples, (size_t)(room = 2 * (take->count + BLOCK)) * sizeof(float)));
        n = syrinx_stream_read(stream, take->samples + take->count, BLOCK);
        take->count += n > 0 ? n : 0;
        while (syrinx_stream_event(stream, &event) == 1)
            if (event.type == SYRINX_EVENT_WORD) {
                assert_true(take->word_count < WORDS);
                take->words[take->word_count++] = (struct word){.begin = (int)event.sample, .end = (int)(event.sample + event.duration)};
            }
        while (syrinx_stream_frame(stream, &frame) == 1) {
            assert_true(take->frame_count < FRAMES);
            take->frames[take->frame_count++] = frame;
        }
    } while (n > 0);
    assert_int_equal(n, 0);
    syrinx_stream_free(stream);
    for (int i = 0; i < take->word_count; i++) {
        struct word *word = &take->words[i];
        word->pitch = contour(take, word->begin, word->end);
        word->first = contour(take, word->begin, word->begin + 2 * SX_HOP);
        word->last = contour(take, word->end - 2 * SX_HOP, word->end);
        word->level = decibels(take->samples + word->begin, word->end - word->begin);
    }
    return take;
}

static struct take *say(const char *text)
{
    return say_as(text, NULL, TEXT);
}

static double seconds(const struct word *word)
{
    return (word->end - word->begin) / (double)SX_RATE;
}

static double gap(const struct take *take, int before)
{
    return (take->words[before].begin - take->words[before - 1].end) / (double)SX_RATE;
}

#define NEAR(value, wanted, room) \
    do { \
        double value_ = (value), wanted_ = (wanted); \
        if (!(fabs(value_ - wanted_) <= (room))) \
            fail_msg("%s is %g, not %g +- %g", #value, value_, wanted_, (double)(room)); \
    } while (0)

/* ------------------------------------------------------------------ structure */

static void a_bracket_is_lower_quicker_and_softer(void **state)
{
    (void)state;
    struct take *commas = say("The old lamp, which nobody had ever liked, went out."), *brackets = say("The old lamp (which nobody had ever liked) went out.");
    assert_int_equal(brackets->word_count, 10);
    double pitch = 0, level = 0, quick = 0, slow = 0, high = -1e9, low = 1e9, high_commas = -1e9, low_commas = 1e9;
    for (int i = 0; i < 10; i++) {
        const struct word *plain = &commas->words[i], *word = &brackets->words[i];
        if (i < 3 || i > 7) {
            NEAR(word->pitch, plain->pitch, 0.7);       /* the contour goes to and from the bracket */
            NEAR(seconds(word), seconds(plain), 0.03);
            continue;
        }
        assert_true(word->pitch < plain->pitch);
        pitch += (word->pitch - plain->pitch) / 5;
        level += (word->level - plain->level) / 5;
        quick += seconds(word);
        slow += seconds(plain);
        high = fmax(high, word->pitch);
        low = fmin(low, word->pitch);
        high_commas = fmax(high_commas, plain->pitch);
        low_commas = fmin(low_commas, plain->pitch);
    }
    NEAR(pitch, SX_PAREN_PITCH, 0.7);
    NEAR(level, -2, 1.2);
    NEAR(slow / quick, SX_PAREN_TEMPO, 0.05);
    assert_true(high - low < 0.9 * (high_commas - low_commas));
    assert_true(gap(brackets, 3) >= 0.11 && gap(brackets, 8) >= 0.11);
    drop(commas);
    drop(brackets);
}

static void a_quotation_begins_high_between_gaps(void **state)
{
    (void)state;
    struct take *plain = say("She said nobody has ever liked it and went out."), *quoted = say("She said \"nobody has ever liked it\" and went out.");
    assert_int_equal(quoted->word_count, 10);
    double before = 9;
    for (int i = 2; i <= 6; i++) {
        double more = quoted->words[i].pitch - plain->words[i].pitch;
        assert_true(more > -0.1 && more < SX_QUOTE_PITCH + 0.1 && more < before + 0.1);
        before = more;
    }
    NEAR(quoted->words[2].pitch - plain->words[2].pitch, SX_QUOTE_PITCH * 0.85, 0.3);
    NEAR(quoted->words[6].pitch - plain->words[6].pitch, 0, 0.3);
    assert_true(gap(quoted, 2) >= 0.05 && gap(quoted, 7) >= 0.05);
    assert_true(quoted->words[3].begin - quoted->words[2].end < SX_RATE / 50);
    drop(plain);
    drop(quoted);
}

/* Words 3..6 are the same sentence: in the middle, as the first and as the last of a paragraph. */
static void paragraphs_are_heard(void **state)
{
    (void)state;
    struct take *middle = say("It was late. The lamp went out. It was raining. Nobody saw it."),
                *first = say("It was late.\n\nThe lamp went out. It was raining. Nobody saw it."),
                *last = say("It was late. The lamp went out.\n\nIt was raining. Nobody saw it.");
    NEAR(first->words[3].pitch - middle->words[3].pitch, SX_FIRST_PITCH, 0.3);
    NEAR(first->words[6].last - middle->words[6].last, 0, 0.2);
    NEAR(last->words[3].pitch - middle->words[3].pitch, 0, 0.05);
    NEAR(last->words[6].last - middle->words[6].last, SX_LAST_PITCH, 0.3);
    assert_true(seconds(&last->words[6]) > seconds(&middle->words[6]) + 0.005);
    NEAR(seconds(&last->words[4]), seconds(&middle->words[4]), 0.011);
    drop(middle);
    drop(first);
    drop(last);
    /* what is alone is said as the voice has learnt it, whatever surrounds it */
    struct take *alone = say("The lamp went out."), *line = say("The lamp went out.\n\n"),
                *markup = say_as("<speak>The lamp went out.</speak>", NULL, SSML);
    assert_int_equal(line->count, alone->count);
    assert_memory_equal(line->samples, alone->samples, (size_t)alone->count * sizeof(float));
    assert_int_equal(markup->count, alone->count);
    assert_memory_equal(markup->samples, alone->samples, (size_t)alone->count * sizeof(float));
    drop(alone);
    drop(line);
    drop(markup);
}

/* Silence between sentences, from the last sound to the first: what the events tell. */
static void pauses_differ_and_follow_the_rate(void **state)
{
    (void)state;
    syrinx_options options;
    syrinx_options_init(&options);
    assert_true(options.sentence_pause < 0);        /* the voice's own */
    for (float rate = 0.5f; rate <= 2; rate *= 2) {
        options.rate = rate;
        struct take *take = say_as("It was late. It was cold.\n\nIt was over.", &options, TEXT);
        NEAR(gap(take, 3), SX_PAUSE_SENTENCE / rate, 0.02);
        NEAR(gap(take, 6), SX_PAUSE_SENTENCE * SX_PAUSE_PARAGRAPH / rate, 0.02);
        drop(take);
    }
    struct take *take = say_as("# It was late\n\nIt was cold.\n\nIt was over.", NULL, MARKDOWN);
    if (!take)
        return;
    NEAR(gap(take, 3), SX_PAUSE_SENTENCE * SX_PAUSE_SECTION, 0.02);
    NEAR(gap(take, 6), SX_PAUSE_SENTENCE * SX_PAUSE_PARAGRAPH, 0.02);
    drop(take);
}

static void headings_are_slow_and_items_go_on(void **state)
{
    (void)state;
    struct take *heading = say_as("# The seven lamps\n\nIt was late.", NULL, MARKDOWN);
    if (!heading)
        skip();
    struct take *plain = say("The seven lamps");
    assert_true(heading->words[2].end - heading->words[0].begin > 1.05 * (plain->words[2].end - plain->words[0].begin));
    drop(heading);
    drop(plain);
    /* "pears" in the middle of the list, with a stop, and at its end */
    struct take *open = say_as("- apples\n- two pears\n- plums\n", NULL, MARKDOWN), *closed = say_as("- apples.\n- two pears.\n- plums.\n", NULL, MARKDOWN),
                *end = say_as("- apples\n- plums\n- two pears\n\nIt was late.", NULL, MARKDOWN);
    assert_true(open->words[2].last > closed->words[2].last + 3);
    NEAR(open->words[1].pitch, closed->words[1].pitch, 0.5);
    assert_true(end->words[3].last < closed->words[2].last);
    drop(open);
    drop(closed);
    drop(end);
}

/* What markup asks for is heard whole, though the decoder gets a part of it only, and structure comes on top. */
static void markup_shifts_all_of_the_pitch(void **state)
{
    (void)state;
    struct take *plain = say("He told (or so it seemed) a story."),
                *high = say_as("<speak><prosody pitch='+9st'>He told (or so it seemed) a story.</prosody></speak>", NULL, SSML),
                *flat = say_as("<speak><prosody range='0%'>He told (or so it seemed) a story.</prosody></speak>", NULL, SSML);
    assert_int_equal(high->word_count, 8);
    for (int i = 0; i < 8; i++) {
        NEAR(high->words[i].pitch - plain->words[i].pitch, 9, 0.01);
        NEAR(flat->words[i].pitch, flat->words[0].pitch, 0.05);
        NEAR(seconds(&high->words[i]), seconds(&plain->words[i]), 1e-9);
    }
    drop(plain);
    drop(high);
    drop(flat);
}

/* All marks at once, byte by byte and in odd blocks: the same bits. */
static void any_cut_is_the_same(void **state)
{
    (void)state;
    static const char text[] = "One lamp (the \"old\" one) went out. \"Nobody ever liked it,\" she said.\n\nIt was late. (Or early?)\n\nWell. \"Perhaps";
    struct take *whole = say(text);
    syrinx_stream *stream;
    float block[37];
    int n, count = 0;
    assert_int_equal(syrinx_stream_new(voice, NULL, &stream), SYRINX_OK);
    for (size_t i = 0; i <= strlen(text); i++) {
        if (i < strlen(text))
            assert_int_equal(syrinx_stream_text(stream, text + i, 1, SYRINX_TEXT), SYRINX_OK);
        else
            assert_int_equal(syrinx_stream_end(stream), SYRINX_OK);
        while ((n = syrinx_stream_read(stream, block, (int)COUNT(block))) > 0) {
            assert_true(count + n <= whole->count);
            assert_memory_equal(block, whole->samples + count, (size_t)n * sizeof *block);
            count += n;
        }
    }
    assert_int_equal(n, 0);
    assert_int_equal(count, whole->count);
    syrinx_stream_free(stream);
    drop(whole);
}

/* ------------------------------------------------------------------ the range of rate and pitch */

/* f0 of a stretch by its autocorrelation between 60 and 600 Hz, 0 where there is none. */
static double pitch_at(const float *x, int n)
{
    double best = 0;
    int at = 0;
    for (int lag = 40; lag < 400; lag++) {
        double sum = 0, a = 1e-9, b = 1e-9;
        for (int i = 0; i + 400 < n; i++) {
            sum += (double)x[i] * x[i + lag];
            a += (double)x[i] * x[i];
            b += (double)x[i + lag] * x[i + lag];
        }
        double r = sum / sqrt(a * b);
        if (r > best + 0.03) {
            best = r;
            at = lag;
        }
    }
    return best > 0.6 ? SX_RATE / (double)at : 0;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_pitch(const struct take *take)
{
    double found[600];
    int n = 0;
    for (int at = 0; at + 1600 < take->count && n < 600; at += 720) {
        double f = decibels(take->samples + at, 1600) > -32 ? pitch_at(take->samples + at, 1600) : 0;
        if (f > 0)
            found[n++] = 12 * log2(f / 100);
    }
    assert_true(n > 4);
    qsort(found, (size_t)n, sizeof *found, by_size);
    return found[n / 2];
}

/* Spikes: a second difference many times over those of the 10 ms around it. */
static int clicks(const float *x, int count)
{
    enum { SIDE = 120 };
    int found = 0;
    double sum = 0;
    for (int i = 1; i + 1 < count; i++) {
        double d = fabs((double)x[i - 1] - 2 * (double)x[i] + (double)x[i + 1]);
        if (i >= SIDE && i + SIDE < count && d > 0.02) {
            sum = 0;
            for (int k = i - SIDE; k < i + SIDE; k++)
                if (abs(k - i) > 3)
                    sum += fabs((double)x[k - 1] - 2 * (double)x[k] + (double)x[k + 1]) / (2 * SIDE - 7);
            found += d > 25 * (sum + 0.0005);
        }
    }
    return found;
}

static void clean_at_every_rate_and_pitch(void **state)
{
    (void)state;
    static const float rates[] = {0.5f, 1, 2, 4}, pitches[] = {0, -12, -6, 6, 12};
    const char *text = "Was she ever told about the strange lights (and the noise) over the harbour?";
    double level = 0, length = 0;
    for (size_t r = 0; r < COUNT(rates); r++) {
        double pitch = 0;
        for (size_t p = 0; p < COUNT(pitches); p++) {
            syrinx_options options;
            syrinx_options_init(&options);
            options.rate = rates[r];
            options.pitch = pitches[p];
            struct take *take = say_as(text, &options, TEXT);
            for (int i = 0; i < take->count; i++)
                assert_true(fabsf(take->samples[i]) <= 0.999f);        /* NaN, too */
            assert_int_equal(clicks(take->samples, take->count), 0);
            if (!p)
                pitch = median_pitch(take);
            else
                NEAR(median_pitch(take) - pitch, pitches[p], rates[r] > 2 ? 3 : 1);       /* few periods lie in a window then, and the pitch runs */
            if (!r && !p) {
                level = decibels(take->samples, take->count);
                length = take->count / 2.0;
            }
            NEAR(decibels(take->samples, take->count), level, 5);
            NEAR(take->count * rates[r] / length, 1, rates[r] > 2 ? 0.25 : 0.1);
            drop(take);
        }
    }
}

/* The spike detector sees what it is for. */
static void a_spike_is_a_click(void **state)
{
    (void)state;
    struct take *take = say("Nobody liked it.");
    assert_int_equal(clicks(take->samples, take->count), 0);
    take->samples[take->words[1].begin + 1000] += 0.5f;
    assert_true(clicks(take->samples, take->count) > 0);
    drop(take);
}

/* Frames of a sentence at a pitch. */
static int frames_at(float semitones, float *frames)
{
    static const struct sx_token tokens[] = {{SX_PHONE_BEGIN, 0, -1, 0}, {17, 0, 0, 0}, {30, 1, 0, 0}, {20, 0, 0, 0}, {SX_PHONE_STOP, 0, -1, 0}, {SX_PHONE_END, 0, -1, 0}};
    static const struct sx_word words[] = {{.first = 1, .count = 3, .text = "x", .style = &sx_style_plain}};
    const struct sx_utterance utterance = {.tokens = tokens, .token_count = (int)COUNT(tokens), .words = words, .word_count = 1};
    struct sx_acoustic *acoustic;
    struct sx_error error;
    float weights[SX_SPEAKERS] = {1};
    const struct sx_prosody prosody = {1, semitones, 1};
    float unheard[SX_ACOUSTIC_BLOCK];
    bool last = false;
    int count = 0;
    assert_int_equal(sx_acoustic_new(voice->voice, &acoustic, &error), SYRINX_OK);
    assert_int_equal(sx_acoustic_begin(acoustic, &utterance, weights, 1, SX_STANDING_START, &error), SYRINX_OK);
    while (!last && count + SX_ACOUSTIC_BLOCK <= 400) {
        count += sx_acoustic_frames(acoustic, &prosody, frames + (size_t)count * SX_VOCODER_IN, unheard, SX_ACOUSTIC_BLOCK, &last);
        /* what the networks do not see of the shift: s - 3 tanh(s/3) semitones */
        assert_float_equal(unheard[0], (semitones - 3 * tanhf(semitones / 3)) / 12 * 0.693147f, 1e-4);
    }
    assert_true(last);
    sx_acoustic_free(acoustic);
    return count;
}

/* A spectrum of the speaker's own range is said at any pitch: beyond a few semitones only the pitch goes on changing. */
static void large_shifts_leave_the_spectrum(void **state)
{
    (void)state;
    static float plain[400 * SX_VOCODER_IN], octave[400 * SX_VOCODER_IN], two[400 * SX_VOCODER_IN], little[400 * SX_VOCODER_IN];
    int n = frames_at(0, plain);
    assert_int_equal(frames_at(0.5f, little), n);
    assert_int_equal(frames_at(12, octave), n);
    assert_int_equal(frames_at(24, two), n);
    double far = 0, near = 0, small = 0;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < SX_VOCODER_IN; k++) {
            int at = i * SX_VOCODER_IN + k;
            if (k == SX_MELS) {
                NEAR(octave[at] - plain[at], log(2), 1e-5);
                NEAR(two[at] - plain[at], 2 * log(2), 1e-5);
            } else if (k < SX_MELS) {
                far += fabs((double)octave[at] - plain[at]);
                near += fabs((double)two[at] - octave[at]);
                small += fabs((double)little[at] - plain[at]);
            }
        }
    assert_true(far > 0 && small > 0.02 * far);
    assert_true(near < 0.01 * far);
}

/* ------------------------------------------------------------------ edges */

static void single_words_have_quiet_edges(void **state)
{
    (void)state;
    static const char *const texts[] = {"a", "F", "S", "8", "5", "0", "stop", "cat", "this", "judge", "off", "Yes!", "no?", "tick", "edit"};
    for (size_t i = 0; i < COUNT(texts); i++)
        for (float rate = 1; rate <= 4; rate *= 4) {
            syrinx_options options;
            syrinx_options_init(&options);
            options.rate = rate;
            struct take *take = say_as(texts[i], &options, TEXT);
            const struct word *word = &take->words[take->word_count - 1];
            assert_true(take->word_count >= 1 && take->words[0].begin >= 2 * SX_HOP && word->end < take->count);
            assert_true(decibels(take->samples, 48) < -55);                             /* 2 ms */
            assert_true(decibels(take->samples + take->count - 120, 120) < -60);        /* 5 ms */
            assert_true(fabsf(take->samples[0]) < 0.001f && fabsf(take->samples[take->count - 1]) < 0.001f);
            /* behind the last word the sound dies away and does not come back */
            if (rate == 1)
                assert_true(decibels(take->samples + take->count - 1200, 1200) < -55);
            assert_true(word->level > -40);
            drop(take);
        }
}

static int setup(void **state)
{
    (void)state;
    return syrinx_voice_open("voices/base", NULL, &voice);
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
        cmocka_unit_test(a_bracket_is_lower_quicker_and_softer), cmocka_unit_test(a_quotation_begins_high_between_gaps), cmocka_unit_test(paragraphs_are_heard),
        cmocka_unit_test(pauses_differ_and_follow_the_rate), cmocka_unit_test(headings_are_slow_and_items_go_on),
        cmocka_unit_test(markup_shifts_all_of_the_pitch), cmocka_unit_test(any_cut_is_the_same),
        cmocka_unit_test(clean_at_every_rate_and_pitch), cmocka_unit_test(a_spike_is_a_click), cmocka_unit_test(large_shifts_leave_the_spectrum),
        cmocka_unit_test(single_words_have_quiet_edges)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
