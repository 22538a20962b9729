/* music.c - the score stream of syrinx.h: blocks of the orchestra, at the rate asked for, through the limiter, into reads of any size. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/handles.h"
#include "audio/limiter.h"
#include "audio/resample.h"
#include "base/error.h"
#include "instrument/orchestra.h"

#define CEILING 0.8912509f      /* -1 dB true peak */
#define STEM_FRAMES 1024        /* of a read with stems, at most */
#define ROOM_BLOCK (SX_ORCHESTRA_BLOCK + 512)   /* frames that a block or the end of one can become at the other rate, or in the limiter */

struct syrinx_music {
    const syrinx_score *score;
    struct sx_shared_performance *shared;
    struct sx_orchestra *orchestra;
    syrinx_music_options options;
    struct sx_limiter *limiter;
    struct sx_resampler *resampler;     /* NULL: 48 000 */
    struct sx_error error;
    atomic_bool cancelled;
    int channels;               /* of a block: the mix and the stems */
    float *block;               /* [SX_ORCHESTRA_BLOCK][channels] */
    float *rated;               /* [ROOM_BLOCK][channels] at the stream's rate */
    float *mix;                 /* [ROOM_BLOCK][2] before the limiter */
    float *made;                /* [ROOM_BLOCK][2] behind it, of which made_next.. are to be read */
    int made_count, made_next;
    int block_left;             /* frames of the block that the resampler did not take yet */
    float *stems;               /* [stem_room][channels - 2], frames from stem_base on */
    size_t stem_count, stem_room;
    uint64_t stem_base, position;       /* position: frames read */
    int last;                   /* frames of the last read */
    uint64_t taken, given;      /* frames that went into the limiter and came out */
    bool over, drained, ended;  /* the orchestra is; the resampler is; all is made */
};

void syrinx_music_options_init(syrinx_music_options *options)
{
    if (options)
        *options = (syrinx_music_options){ .size = sizeof *options, .sample_rate = SX_SOUND_RATE, .seed = 1, .room = SYRINX_ROOM_HALL, .times = 1, .limit = 3600 };
}

static int check_options(const syrinx_music_options *options, struct sx_error *error)
{
    if (options->sample_rate != 48000 && options->sample_rate != 44100)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "music has 48000 or 44100 samples a second, not %d", options->sample_rate);
    if (options->room < SYRINX_ROOM_NONE || options->room > SYRINX_ROOM_CHURCH || !(options->wet >= -60 && options->wet <= 12))
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "a room is 0 (none) to 3 (church), its level -60 to 12 decibels");
    if (!(options->gain >= -60 && options->gain <= 20))
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "a gain is -60 to 20 decibels");
    if (options->count_in < 0 || options->count_in > 16 || options->times < 0 || options->times > 100000)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "0 to 16 bars are counted in, and music is played 0 (without end) to 100000 times");
    if (!(options->limit >= 0.1 && options->limit <= 86400))
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "the limit is 0.1 to 86400 seconds");
    return SYRINX_OK;
}

static int open_all(syrinx_music *music, struct sx_error *error)
{
    const syrinx_music_options *options = &music->options;
    struct sx_orchestra_options inner = { .seed = options->seed, .room = sx_rooms[options->room], .has_room = options->room != SYRINX_ROOM_NONE,
                                          .stems = options->stems != 0, .gain = options->gain, .click = options->click != 0, .count_in = options->count_in,
                                          .times = options->times, .limit = options->limit, .warn = options->warn, .warn_user = options->warn_user };
    inner.room.wet += options->wet;
    int code = sx_orchestra_new(&music->shared->performance, &inner, &music->orchestra, error);
    if (code < 0)
        return code;
    music->channels = sx_orchestra_channels(music->orchestra);
    if (options->sample_rate != SX_SOUND_RATE)
        code = sx_resampler_new(SX_SOUND_RATE, options->sample_rate, music->channels, &music->resampler, error);
    if (code < 0)
        return code;
    size_t channels = (size_t)music->channels;
    music->limiter = sx_limiter_new(options->sample_rate, 2);
    music->block = calloc(SX_ORCHESTRA_BLOCK * channels, sizeof *music->block);
    music->rated = calloc(ROOM_BLOCK * channels, sizeof *music->rated);
    music->mix = calloc(ROOM_BLOCK, 2 * sizeof *music->mix);
    music->made = calloc(ROOM_BLOCK, 2 * sizeof *music->made);
    bool good = music->limiter && music->block && music->rated && music->mix && music->made;
    if (good && channels > 2) {
        music->stem_room = 2 * STEM_FRAMES + 2 * ROOM_BLOCK + (size_t)sx_limiter_delay(music->limiter);
        music->stems = calloc(music->stem_room * (channels - 2), sizeof *music->stems);
        good = music->stems != NULL;
    }
    if (!good)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    sx_limiter_reset(music->limiter, 1, CEILING);
    return SYRINX_OK;
}

int syrinx_music_new(const syrinx_score *score, const syrinx_music_options *given, syrinx_music **out)
{
    struct sx_error *error = sx_thread_error();
    syrinx_music_options options;
    if (!score || !out)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "syrinx_music_new: a NULL");
    *out = NULL;
    syrinx_music_options_init(&options);
    int code = sx_options_copy(&options, sizeof options, sizeof options, given, "syrinx_music_options", error);
    if (code == SYRINX_OK)
        code = check_options(&options, error);
    if (code < 0)
        return code;
    syrinx_music *music = calloc(1, sizeof *music);
    if (!music)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    music->score = score;
    music->options = options;
    music->shared = score->shared;
    atomic_fetch_add(&music->shared->users, 1);
    code = open_all(music, error);
    if (code < 0)
        syrinx_music_free(music);
    else
        *out = music;
    return code;
}

void syrinx_music_free(syrinx_music *music)
{
    if (!music)
        return;
    sx_orchestra_free(music->orchestra);
    sx_performance_drop(music->shared);
    sx_limiter_free(music->limiter);
    sx_resampler_free(music->resampler);
    free(music->block);
    free(music->rated);
    free(music->mix);
    free(music->made);
    free(music->stems);
    free(music);
}

static void begin_again(syrinx_music *music)
{
    sx_orchestra_reset(music->orchestra);
    sx_limiter_reset(music->limiter, 1, CEILING);
    if (music->resampler)
        sx_resampler_reset(music->resampler);
    music->made_count = music->made_next = music->block_left = music->last = 0;
    music->stem_count = 0;
    music->stem_base = music->position = music->taken = music->given = 0;
    music->over = music->drained = music->ended = false;
}

/* Frames at the stream's rate: the mix into the limiter, the stems into their place. */
static void take_frames(syrinx_music *music, const float *frames, int count)
{
    size_t channels = (size_t)music->channels, stems = channels - 2;
    for (size_t i = 0; i < (size_t)count; i++) {
        music->mix[2 * i] = frames[i * channels];
        music->mix[2 * i + 1] = frames[i * channels + 1];
        if (stems > 0)
            memcpy(music->stems + (music->stem_count + i) * stems, frames + i * channels + 2, stems * sizeof *frames);
    }
    music->stem_count += stems > 0 ? (size_t)count : 0;
    music->taken += (uint64_t)count;
    music->made_count = sx_limiter_run(music->limiter, music->mix, count, music->made);
    music->made_next = 0;
    music->given += (uint64_t)music->made_count;
}

/* What is still in the limiter. */
static void end_limiter(syrinx_music *music)
{
    int want = (int)(music->taken - music->given);
    want = want < ROOM_BLOCK ? want : ROOM_BLOCK;
    music->made_next = 0;
    music->made_count = want > 0 ? sx_limiter_run(music->limiter, NULL, want, music->made) : 0;
    music->given += (uint64_t)music->made_count;
    music->ended = music->given == music->taken;
}

/* One block more into `made`. */
static int make(syrinx_music *music)
{
    int made = SX_ORCHESTRA_BLOCK, used;
    const float *frames = music->block;
    if (music->drained) {
        end_limiter(music);
        return SYRINX_OK;
    }
    if (!music->over && music->block_left == 0) {
        int code = sx_orchestra_render(music->orchestra, music->block, &music->error);
        if (code < 0)
            return code;
        music->over = code == 0;
        music->block_left = music->over || !music->resampler ? 0 : SX_ORCHESTRA_BLOCK;
    }
    if (music->resampler) {
        frames = music->rated;
        const float *from = music->block + (size_t)(SX_ORCHESTRA_BLOCK - music->block_left) * (size_t)music->channels;
        int code = sx_resampler_run(music->resampler, music->over ? NULL : from, music->block_left, &used, music->rated, ROOM_BLOCK, &made, &music->error);
        if (code < 0)
            return code;
        music->block_left -= music->over ? 0 : used;
        music->drained = music->over && made == 0;
    } else {
        music->drained = music->over;
        made = music->over ? 0 : made;
    }
    take_frames(music, frames, made);
    return SYRINX_OK;
}

/* Stems of frames that were read and will not be asked for again. */
static void forget_stems(syrinx_music *music)
{
    size_t stems = (size_t)music->channels - 2, gone = (size_t)(music->position - music->stem_base);
    if (stems == 0 || gone == 0)
        return;
    music->stem_count -= gone;
    memmove(music->stems, music->stems + gone * stems, music->stem_count * stems * sizeof *music->stems);
    music->stem_base = music->position;
}

int syrinx_music_read(syrinx_music *music, float *samples, int frames)
{
    int done = 0;
    if (!music || !samples || frames < 0)
        return sx_fail(music ? &music->error : sx_thread_error(), SYRINX_ERROR_ARGUMENT, "syrinx_music_read: a NULL or a negative count");
    if (atomic_exchange(&music->cancelled, false)) {
        begin_again(music);
        return sx_fail(&music->error, SYRINX_ERROR_CANCELLED, "cancelled");
    }
    forget_stems(music);
    music->last = 0;
    if (music->channels > 2 && frames > STEM_FRAMES)
        frames = STEM_FRAMES;
    while (done < frames) {
        if (music->made_next == music->made_count) {
            if (music->ended)
                break;
            int code = make(music);
            if (code < 0)
                return code;
            continue;
        }
        int n = music->made_count - music->made_next;
        n = n < frames - done ? n : frames - done;
        memcpy(samples + 2 * (size_t)done, music->made + 2 * (size_t)music->made_next, 2 * (size_t)n * sizeof *samples);
        music->made_next += n;
        done += n;
    }
    music->position += (uint64_t)done;
    music->last = done;
    return done;
}

void syrinx_music_cancel(syrinx_music *music)
{
    if (music)
        atomic_store(&music->cancelled, true);
}

const char *syrinx_music_message(const syrinx_music *music)
{
    return music ? music->error.message : "";
}

int syrinx_music_stem_count(const syrinx_music *music)
{
    return music ? sx_orchestra_stems(music->orchestra) : SYRINX_ERROR_ARGUMENT;
}

const char *syrinx_music_stem_name(const syrinx_music *music, int stem)
{
    if (!music || stem < 0 || stem >= sx_orchestra_stems(music->orchestra))
        return NULL;
    int part = sx_orchestra_stem_part(music->orchestra, stem);
    return part == SX_STEM_ROOM ? "room" : part == SX_STEM_CLICK ? "click" : syrinx_score_part(music->score, part);
}

int syrinx_music_stem(const syrinx_music *music, int stem, float *samples)
{
    if (!music || !samples || music->channels == 2 || stem < 0 || stem >= sx_orchestra_stems(music->orchestra))
        return sx_fail(sx_thread_error(), SYRINX_ERROR_ARGUMENT, "syrinx_music_stem: a NULL, no such stem, or the option was not set");
    size_t stems = (size_t)music->channels - 2;
    const float *from = music->stems + (size_t)(music->position - (uint64_t)music->last - music->stem_base) * stems + 2 * (size_t)stem;
    for (size_t i = 0; i < (size_t)music->last; i++, from += stems) {
        samples[2 * i] = from[0];
        samples[2 * i + 1] = from[1];
    }
    return music->last;
}

double syrinx_music_seconds(const syrinx_music *music)
{
    return music ? sx_orchestra_seconds(music->orchestra) : 0;
}

int syrinx_music_place(const syrinx_music *music, uint64_t frame, syrinx_place *place)
{
    if (!music || !place)
        return sx_fail(sx_thread_error(), SYRINX_ERROR_ARGUMENT, "syrinx_music_place: a NULL");
    const struct sx_performance *performance = &music->shared->performance;
    const struct sx_score *score = performance->clock.score;
    double seconds = (double)frame / music->options.sample_rate - sx_orchestra_lead(music->orchestra), cycle = fmin(performance->cycle, music->options.limit);
    double time = seconds > 0 ? floor(seconds / cycle) : 0;
    if (music->options.times > 0 && time > music->options.times - 1)
        time = music->options.times - 1;
    *place = (syrinx_place){ .bar = -1, .pass = 1, .time = (int)fmin(time, 1e9) + 1, .seconds = seconds - time * cycle };
    size_t low = performance->first_bar, high = performance->last_bar < score->bar_count ? performance->last_bar : score->bar_count;
    while (low < high) {                /* the first bar behind it */
        size_t middle = low + (high - low) / 2;
        if (sx_clock_seconds(&performance->clock, score->bars[middle].tick) <= place->seconds + 1e-9)
            low = middle + 1;
        else
            high = middle;
    }
    if (low > performance->first_bar) {
        place->bar = score->bars[low - 1].number;
        place->pass = score->bars[low - 1].pass;
    }
    return SYRINX_OK;
}
