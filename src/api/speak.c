/* speak.c - utterances to samples: pauses and marks around them, step by step through the voice's engine, whose steps never depend on the size of the caller's
 * read. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "acoustic/sizes.h"
#include "api/stream.h"
#include "audio/recording.h"
#include "base/utf8.h"
#include "dsp/format.h"

enum {
    /* the silence that an utterance begins with and the one at its end count as part of the sentence pause */
    FADE = 120,                     /* samples of fade where the lead is cut: 5 ms */
    FADE_OUT = 1200                 /* samples of fade at an utterance's end, at most: 50 ms of what hiss the voice has */
};

/* The networks have heard people who read at their ease, and of phones of one frame they make mush: speech faster than this is planned and made at this rate, then
 * squeezed. (tools/eval/fast: at 6x a recogniser misses 79 % of the phones that the networks alone make, 32 % of these, 36 % of a recording's.) */
#define RATE_LIMIT 1.25f

static int no_memory(struct syrinx_stream *stream)
{
    return sx_fail(&stream->error, SYRINX_ERROR_MEMORY, "out of memory");
}

/* -------------------------------------------------------------- events */

static bool put(struct syrinx_stream *stream, int type, uint64_t sample, uint64_t duration, uint64_t begin, uint64_t end, const char *name)
{
    syrinx_event event = {.type = type, .sample = sample, .duration = duration, .text_begin = begin, .text_end = end, .name = name};
    return sx_events_put(&stream->events, &event);
}

/* The open word ends at `sample`: its event goes out with the phones behind it. */
static bool close_word(struct syrinx_stream *stream, uint64_t sample)
{
    if (stream->word_open < 0)
        return true;
    const struct sx_word *word = &stream->utterance.words[stream->word_open];
    bool good = put(stream, SYRINX_EVENT_WORD, stream->word_start, sample - stream->word_start, word->begin, word->end, NULL);
    syrinx_event *event;
    while ((event = sx_queue_peek(&stream->held))) {
        good = sx_events_put(&stream->events, event) && good;
        sx_queue_drop(&stream->held);
    }
    stream->word_open = -1;
    return good;
}

/* The marks among the points before point `end` are reached. */
static bool report_marks(struct syrinx_stream *stream, int end, uint64_t sample)
{
    const struct sx_utterance *u = &stream->utterance;
    bool good = true;
    for (; stream->mark < end; stream->mark++) {
        const struct sx_point *point = &u->points[stream->mark];
        if (point->kind == SX_POINT_MARK)
            good = put(stream, SYRINX_EVENT_MARK, sample, 0, point->begin, point->end, point->name ? point->name : "") && good;
    }
    return good;
}

/* One past the last point before word `word`. */
static int points_before(const struct syrinx_stream *stream, int word)
{
    int i = stream->mark;
    while (i < stream->utterance.point_count && stream->utterance.points[i].word <= word)
        i++;
    return i;
}

/* The last break before word `word` that was not passed yet, else where the marks are: marks before it are reached before its silence. */
static int last_break(const struct syrinx_stream *stream, int word)
{
    int i = points_before(stream, word);
    while (i > stream->mark && stream->utterance.points[i - 1].kind != SX_POINT_BREAK)
        i--;
    return i;
}

/* Where a sample of the utterance is heard. */
static uint64_t heard_sample(const struct syrinx_stream *stream, uint64_t sample)
{
    uint64_t kept = sample > (uint64_t)stream->lead ? sample - (uint64_t)stream->lead : 0;
    return stream->base + (uint64_t)sx_squeeze_place(&stream->squeeze, (int64_t)kept);
}

/* How much the sound of a rate is squeezed. */
static int step_of(const struct syrinx_stream *stream, float rate)
{
    int step = stream->engine->has_pitch ? (int)ceilf(rate * (SX_SQUEEZE_WHOLE / RATE_LIMIT)) : 0;
    return step > SX_SQUEEZE_WHOLE ? step : SX_SQUEEZE_WHOLE;
}

/* Samples of silence more that an utterance to be squeezed begins with, so that as much is left of it as of others. */
static int squeezed_lead(const struct syrinx_stream *stream)
{
    int frames = stream->engine->lead / SX_HOP;
    return (frames * sx_squeeze_last(&stream->squeeze) / SX_SQUEEZE_WHOLE - frames) * SX_HOP;
}

static bool open_word(struct syrinx_stream *stream, int index, uint64_t sample)
{
    uint64_t start = heard_sample(stream, sample);
    float decibels = stream->utterance.words[index].style->volume;
    bool good = report_marks(stream, points_before(stream, index), start);
    stream->word_open = index;
    stream->word_start = start;
    if (decibels != stream->volume_here) {
        struct sx_volume volume = {sample, decibels};
        good = sx_queue_put(&stream->volumes, &volume) && good;
        stream->volume_here = decibels;
    }
    return good;
}

/* Signs of length and the like, which Piper voices have behind a sound, do not change the mouth. */
static int shape_of(const char *name)
{
    char first[5] = "";
    uint32_t code;
    int shape = name ? syrinx_viseme(name) : 0;
    if (name && *name && !shape) {
        memcpy(first, name, (size_t)sx_utf8_decode(name, strlen(name), &code));
        shape = syrinx_viseme(first);
    }
    return shape;
}

/* The shape of the mouth for a phone; what is between words, which are pauses, closes it. Within a word it waits as its phones do. */
static bool put_viseme(struct syrinx_stream *stream, const struct sx_heard *heard, uint64_t start, uint64_t end)
{
    const struct sx_word *word = stream->word_open >= 0 ? &stream->utterance.words[stream->word_open] : NULL;
    syrinx_event event = {.type = SYRINX_EVENT_VISEME, .sample = start, .duration = end - start, .text_begin = word ? word->begin : stream->utterance.begin,
                          .text_end = word ? word->end : stream->utterance.begin, .viseme = word ? shape_of(heard->name) : 0};
    return word ? sx_queue_put(&stream->held, &event) : sx_events_put(&stream->events, &event);
}

/* Turns what the engine has placed into events. It was placed to be squeezed by `step`: words that had their places before stay as they are. */
static bool place_events(struct syrinx_stream *stream, int step)
{
    const struct sx_utterance *u = &stream->utterance;
    struct sx_heard heard;
    bool good = true;
    while (stream->engine->kind->placed(stream->engine, &heard)) {
        if (!stream->lead_known) {
            stream->lead = stream->skip = heard.cut > squeezed_lead(stream) ? heard.cut - squeezed_lead(stream) : 0;
            stream->fade = stream->lead ? FADE : 0;
            stream->lead_known = true;
        }
        if (step != sx_squeeze_last(&stream->squeeze) && heard.start >= (uint64_t)stream->lead)
            sx_squeeze_change(&stream->squeeze, (int64_t)heard.start - stream->lead, step);
        uint64_t start = heard_sample(stream, heard.start), end = heard_sample(stream, heard.end);
        if (stream->word_open >= 0 && heard.word != stream->word_open) {
            int next = stream->word_open + 1;
            good = close_word(stream, start) && good;
            if (next < u->word_count)
                good = report_marks(stream, last_break(stream, next), start) && good;
        }
        if (heard.word >= 0 && heard.word < u->word_count) {
            if (stream->word_open < 0)
                good = open_word(stream, heard.word, heard.start) && good;
            const struct sx_word *word = &u->words[heard.word];
            const syrinx_event event = {.type = SYRINX_EVENT_PHONE, .sample = start, .duration = end - start, .text_begin = word->begin, .text_end = word->end,
                                  .name = heard.name, .stress = heard.stress, .viseme = shape_of(heard.name)};
            good = (!heard.name || sx_queue_put(&stream->held, &event)) && good;
        }
        if (stream->options.visemes && end > start)
            good = put_viseme(stream, &heard, start, end) && good;
        stream->placed_end = end;
        stream->tail = heard.silence ? (int)(end - start) : 0;
    }
    return good;
}

/* -------------------------------------------------------------- between words */

static uint64_t samples_of(const struct syrinx_stream *stream, double seconds)
{
    return seconds > 0 ? (uint64_t)llrint(seconds * stream->engine->rate) : 0;
}

/* Samples of the pause that breaks have asked for so far; what the words before it ended with counts. */
static uint64_t pause_due(const struct syrinx_stream *stream)
{
    uint64_t asked = samples_of(stream, stream->pause_asked), tail = (uint64_t)stream->tail;
    return asked > tail ? asked - tail : 0;
}

/* Where the next thing to be heard begins at the earliest: words begin with a silence of their own. */
static uint64_t reached(const struct syrinx_stream *stream)
{
    uint64_t due = pause_due(stream), lead = (uint64_t)stream->engine->lead;
    return stream->made_total + (due > lead ? due - lead : 0);
}

/* A recording that cannot be read is no failure: the text around it is still to be heard. */
static void begin_recording(struct syrinx_stream *stream, const char *path)
{
    struct sx_error error = {0};
    if (sx_recording_load(path, stream->engine->rate, &stream->recording, &stream->recording_count, &error) < 0)
        sx_stream_warn(stream, error.message);
    stream->recording_next = 0;
    stream->silence = pause_due(stream);
    stream->pause_asked = -1;
}

/* A break between utterances. Of several the longest counts. */
static void ask_pause(struct syrinx_stream *stream, const struct sx_point *point)
{
    static const float strengths[] = {[SX_BREAK_NONE] = 0, [SX_BREAK_X_WEAK] = 0.1f, [SX_BREAK_WEAK] = 0.15f, [SX_BREAK_MEDIUM] = 0.3f, [SX_BREAK_STRONG] = 0.6f,
                                      [SX_BREAK_X_STRONG] = 1.2f};
    bool given = point->seconds >= 0, first = stream->pause_asked < 0;
    float seconds = given ? point->seconds : strengths[point->strength <= SX_BREAK_X_STRONG ? point->strength : SX_BREAK_MEDIUM];
    stream->pause_asked = first ? seconds : fmaxf(seconds, stream->pause_asked);
    stream->pause_at_least = (first || stream->pause_at_least) && !given && point->strength != SX_BREAK_NONE;
}

/* A point that does not lie within words acts. */
static void act(struct syrinx_stream *stream, const struct sx_point *point)
{
    if (point->kind == SX_POINT_BREAK)
        ask_pause(stream, point);
    else if (point->kind == SX_POINT_WAIT)
        stream->wait_until = samples_of(stream, fmin(point->seconds, 1e6));
    else if (point->kind == SX_POINT_AUDIO)
        begin_recording(stream, point->name ? point->name : "");
}

/* Samples of silence due before words, which begin with a silence of their own. */
static uint64_t pause_before(struct syrinx_stream *stream)
{
    double pause = 0;
    if (stream->spoke && !stream->cut)
        pause = stream->options.sentence_pause * stream->pause_factor / atomic_load(&stream->rate);
    if (stream->utterance.words[0].style->structure == SX_STRUCTURE_CUE)
        pause = fmin(pause, SX_PAUSE_CUE);
    if (stream->pause_asked >= 0)
        pause = stream->pause_at_least ? fmax(pause, stream->pause_asked) : stream->pause_asked;
    int64_t due = (int64_t)samples_of(stream, pause) - stream->tail - stream->engine->lead;
    int64_t wait = (int64_t)stream->wait_until - (int64_t)stream->made_total - stream->engine->lead;
    due = wait > due ? wait : due;
    stream->pause_asked = -1;
    stream->wait_until = 0;
    return due > 0 ? (uint64_t)due : 0;
}

/* -------------------------------------------------------------- utterances */

/* Takes the next utterance. 1 got one, 0 there is none, < 0 failed. */
static int load(struct syrinx_stream *stream)
{
    struct sx_utterance utterance;
    int got = sx_reader_next(stream->reader, &utterance, &stream->error);
    if (got <= 0)
        return got;
    sx_arena_reset(&stream->arena);
    size_t word_count = (size_t)utterance.word_count, token_count = (size_t)utterance.token_count, point_count = (size_t)utterance.point_count;
    struct sx_word *words = sx_arena_array(&stream->arena, word_count, sizeof *words);
    struct sx_token *tokens = sx_arena_array(&stream->arena, token_count, sizeof *tokens);
    struct sx_point *points = sx_arena_array(&stream->arena, point_count, sizeof *points);
    if (!words || !tokens || !points)
        return no_memory(stream);
    if (word_count) {
        memcpy(words, utterance.words, word_count * sizeof *words);
        memcpy(tokens, utterance.tokens, token_count * sizeof *tokens);
    }
    if (point_count)
        memcpy(points, utterance.points, point_count * sizeof *points);
    utterance.words = words;
    utterance.tokens = tokens;
    utterance.points = points;
    stream->utterance = utterance;
    stream->point = stream->mark = 0;
    stream->loaded = true;
    stream->begun = false;
    return 1;
}

static int begin_words(struct syrinx_stream *stream)
{
    const struct sx_utterance *u = &stream->utterance;
    float rate = atomic_load(&stream->rate);
    sx_squeeze_begin(&stream->squeeze, step_of(stream, rate));
    int code = stream->engine->kind->begin(stream->engine, u, u->words[0].style->speaker, rate, stream->place, &stream->error);
    if (code < 0)
        return code;
    stream->silence = pause_before(stream);
    stream->cut = u->cut;
    stream->pause_factor = u->section ? SX_PAUSE_SECTION : u->paragraph ? SX_PAUSE_PARAGRAPH : 1;
    stream->place = u->section || u->paragraph ? SX_STANDING_OPENS : SX_STANDING_WITHIN;
    stream->base = stream->made_total + stream->silence;
    stream->frame = 0;
    stream->voiced = 0;
    stream->lead_known = false;
    stream->lead = stream->skip = stream->fade = 0;
    stream->begun = stream->speaking = stream->spoke = true;
    sx_queue_clear(&stream->volumes);
    float decibels = u->words[0].style->volume;
    if (decibels != stream->volume_here) {      /* the silence that it begins with, too */
        sx_level_mark(&stream->level, atomic_load(&stream->volume), decibels);
        stream->volume_here = decibels;
    }
    return put(stream, SYRINX_EVENT_SENTENCE, stream->base, 0, u->begin, u->end, NULL) ? 1 : no_memory(stream);
}

/* The next thing that the utterance holds: points before its words, the words, points behind them. */
static int go_on(struct syrinx_stream *stream)
{
    const struct sx_utterance *u = &stream->utterance;
    while (stream->point < u->point_count) {
        const struct sx_point *point = &u->points[stream->point];
        if (u->word_count && !stream->begun && point->word > 0)
            break;
        if (!u->word_count || point->word == 0 || point->word == u->word_count) {
            if (point->kind != SX_POINT_MARK && !report_marks(stream, stream->point, reached(stream)))
                return no_memory(stream);
            act(stream, point);
        }
        stream->point++;
        if (stream->recording)
            return 1;
    }
    if (u->word_count && !stream->begun)
        return begin_words(stream);
    if (!u->word_count && u->section) {
        stream->pause_factor = SX_PAUSE_SECTION;
        stream->place = stream->place == SX_STANDING_WITHIN ? SX_STANDING_OPENS : stream->place;
    }
    if (!report_marks(stream, u->point_count, reached(stream)))
        return no_memory(stream);
    stream->loaded = false;
    return 1;
}

static bool record(struct syrinx_stream *stream, const struct sx_step *step)
{
    for (int i = 0; step->frames && i < step->frame_count && stream->record_frames; i++) {
        const float *frame = step->frames + (size_t)i * SX_VOCODER_IN;
        int f = stream->frame + i;
        if (f * SX_HOP < stream->lead)
            continue;
        float sum = 0;
        for (int k = 0; k < SX_MELS; k++)
            sum += frame[k];
        syrinx_frame picture = {heard_sample(stream, (uint64_t)f * SX_HOP), expf(frame[SX_MELS]), frame[SX_MELS + 1] > 0.5f, sum / SX_MELS};
        if (!sx_queue_put(&stream->pictures, &picture))
            return false;
    }
    return true;
}

/* The stream's volume and the markup's, which changes where words begin. */
static void set_level(struct syrinx_stream *stream, float *samples, int count)
{
    float volume = atomic_load(&stream->volume);
    for (int done = 0; done < count;) {
        const struct sx_volume *next = sx_queue_peek(&stream->volumes);
        uint64_t here = stream->voiced + (uint64_t)done;
        if (next && next->from <= here) {
            stream->level.markup = next->decibels;
            sx_queue_drop(&stream->volumes);
            continue;
        }
        int n = next && next->from - here < (uint64_t)(count - done) ? (int)(next->from - here) : count - done;
        sx_level_apply(&stream->level, volume, samples + done, n);
        done += n;
    }
    stream->voiced += (uint64_t)count;
}

/* Drops the cut lead from the front of `made` and fades in behind it. */
static void trim_lead(struct syrinx_stream *stream)
{
    int drop = stream->skip < stream->made_count ? stream->skip : stream->made_count;
    stream->skip -= drop;
    stream->made_next = drop;
    for (int i = drop; i < stream->made_count && stream->fade > 0; i++, stream->fade--)
        stream->made[i] *= (float)(FADE - stream->fade) / FADE;
}

/* The last step holds more than FADE_OUT: the vocoder's delay. Half of the silence behind the last phone is left as it is. */
static void fade_out(struct syrinx_stream *stream)
{
    int count = stream->made_count - stream->made_next;
    count = count < FADE_OUT ? count : FADE_OUT;
    int tail = (int)((int64_t)stream->tail * sx_squeeze_last(&stream->squeeze) / SX_SQUEEZE_WHOLE);      /* it is still to be squeezed */
    count = count < tail / 2 ? count : tail / 2;
    float *from = stream->made + stream->made_count - count;
    for (int i = 0; i < count; i++)
        from[i] *= (float)(count - i) / (float)(count + 1);
}

/* Makes the next block of the utterance. */
static int speak_block(struct syrinx_stream *stream)
{
    struct sx_step step = {.samples = stream->made};
    const float rate = atomic_load(&stream->rate);
    const int faster = sx_squeeze_may_change(&stream->squeeze) ? step_of(stream, rate) : sx_squeeze_last(&stream->squeeze);
    const struct sx_prosody prosody = {rate * SX_SQUEEZE_WHOLE / (float)faster, atomic_load(&stream->pitch), (float)faster / SX_SQUEEZE_WHOLE};
    int code = stream->engine->kind->make(stream->engine, &prosody, &step, &stream->error);
    if (code < 0)
        return code;
    bool good = place_events(stream, faster) && record(stream, &step);
    for (int i = 0; step.frames && i < step.frame_count; i++)
        if ((stream->frame + i) * SX_HOP >= stream->lead)
            sx_squeeze_frame(&stream->squeeze, step.frames[i * SX_VOCODER_IN + SX_MELS]);
    stream->made_next = 0;
    stream->made_count = step.count;
    stream->frame += step.frame_count;
    set_level(stream, stream->made, stream->made_count);
    trim_lead(stream);
    if (step.last)
        fade_out(stream);
    stream->made_count = stream->made_next + sx_squeeze_push(&stream->squeeze, stream->made + stream->made_next, stream->made_count - stream->made_next,
                                                             stream->made_room + SX_SQUEEZE_MORE - stream->made_next, step.last);
    stream->made_total += (uint64_t)(stream->made_count - stream->made_next);
    if (step.last) {
        good = close_word(stream, stream->placed_end) && good;
        stream->speaking = false;
    }
    return good ? 1 : no_memory(stream);
}

static void make_silence(struct syrinx_stream *stream)
{
    int count = stream->silence < (uint64_t)stream->made_room ? (int)stream->silence : stream->made_room;
    memset(stream->made, 0, (size_t)count * sizeof *stream->made);
    stream->made_next = 0;
    stream->made_count = count;
    stream->made_total += (uint64_t)count;
    stream->silence -= (uint64_t)count;
}

static void play_recording(struct syrinx_stream *stream)
{
    size_t left = stream->recording_count - stream->recording_next;
    int count = left < (size_t)stream->made_room ? (int)left : stream->made_room;
    const float unity = 20 * log10f(stream->level.unity);        /* recordings have their level already */
    if (count) {
        memcpy(stream->made, stream->recording + stream->recording_next, (size_t)count * sizeof *stream->made);
        stream->level.markup = 0;
        sx_level_apply(&stream->level, atomic_load(&stream->volume) - unity, stream->made, count);
    }
    stream->made_next = 0;
    stream->made_count = count;
    stream->made_total += (uint64_t)count;
    stream->recording_next += (size_t)count;
    if (stream->recording_next == stream->recording_count)
        sx_stream_end_recording(stream);
}

void sx_stream_end_recording(struct syrinx_stream *stream)
{
    free(stream->recording);
    stream->recording = NULL;
    stream->recording_count = stream->recording_next = 0;
    stream->tail = 0;
    sx_level_reset(&stream->level, atomic_load(&stream->volume));
    stream->volume_here = 0;
}

int sx_stream_step(struct syrinx_stream *stream)
{
    if (stream->silence > 0) {
        make_silence(stream);
        return 1;
    }
    if (stream->recording) {
        play_recording(stream);
        return 1;
    }
    if (stream->speaking)
        return speak_block(stream);
    if (stream->loaded)
        return go_on(stream);
    int got = load(stream);
    if (got != 0)
        return got;
    if (!stream->ended)
        return SYRINX_AGAIN;
    if (stream->pause_asked > 0) {      /* a break at the end of all */
        stream->silence = pause_due(stream);
        stream->pause_asked = -1;
        return 1;
    }
    if (!stream->finished) {
        stream->finished = true;
        stream->place = SX_STANDING_START;         /* what a program says next may be anything */
        if (!put(stream, SYRINX_EVENT_END, stream->made_total, 0, 0, 0, NULL))
            return no_memory(stream);
    }
    return 0;
}
