/* score.c - scores of syrinx.h: the handle, its performance, its notes. */
#include <math.h>
#include <stdlib.h>

#include "api/handles.h"
#include "base/error.h"
#include "score/perform.h"

static void set_performance(syrinx_score *score, struct sx_shared_performance *shared)
{
    sx_performance_drop(score->shared);
    score->shared = shared;
}

void sx_performance_drop(struct sx_shared_performance *shared)
{
    if (!shared || atomic_fetch_sub(&shared->users, 1) > 1)
        return;
    sx_performance_free(&shared->performance);
    free(shared);
}

/* A performance that one handle has. */
static int perform(syrinx_score *score, const struct sx_perform_options *options, struct sx_error *error)
{
    struct sx_shared_performance *shared = calloc(1, sizeof *shared);
    int code = shared ? sx_perform(score->score, options, &shared->performance, error) : sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    if (code < 0) {
        free(shared);
        return code;
    }
    shared->users = 1;
    set_performance(score, shared);
    return SYRINX_OK;
}

static int open_score(const char *path, const void *bytes, size_t length, int format, int tune, syrinx_score **out)
{
    struct sx_error *error = sx_thread_error();
    struct sx_score_options options = { (enum sx_score_format)format, tune };
    *out = NULL;
    syrinx_score *score = calloc(1, sizeof *score);
    int code = score ? sx_score_read(path, bytes, length, &options, &score->score, error) : sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    if (code == SYRINX_OK)
        code = perform(score, NULL, error);
    if (code < 0) {
        syrinx_score_close(score);
        return code;
    }
    *out = score;
    return SYRINX_OK;
}

static int check(const char *what, bool null, int format, int tune)
{
    if (null || format < SYRINX_SCORE_AUTO || format > SYRINX_SCORE_MUSICXML || tune < 0)
        return sx_fail(sx_thread_error(), SYRINX_ERROR_ARGUMENT, "%s: a NULL, no known format, or no tune", what);
    return SYRINX_OK;
}

int syrinx_score_open(const char *path, int format, int tune, syrinx_score **score)
{
    int code = check("syrinx_score_open", !path || !score, format, tune);
    return code < 0 ? code : open_score(path, NULL, 0, format, tune, score);
}

int syrinx_score_read(const void *bytes, size_t length, int format, int tune, syrinx_score **score)
{
    int code = check("syrinx_score_read", (!bytes && length) || !score, format, tune);
    return code < 0 ? code : open_score(NULL, bytes ? bytes : "", length, format, tune, score);
}

void syrinx_score_close(syrinx_score *score)
{
    if (!score)
        return;
    set_performance(score, NULL);
    sx_score_free(score->score);
    free(score);
}

const char *syrinx_score_title(const syrinx_score *score)
{
    return score ? score->score->title : NULL;
}

const char *syrinx_score_composer(const syrinx_score *score)
{
    return score ? score->score->composer : NULL;
}

int syrinx_score_tune_count(const syrinx_score *score)
{
    return score ? score->score->tunes : SYRINX_ERROR_ARGUMENT;
}

int syrinx_score_part_count(const syrinx_score *score)
{
    return score ? (int)score->score->part_count : SYRINX_ERROR_ARGUMENT;
}

static const struct sx_score_part *part_of(const syrinx_score *score, int part)
{
    return score && part >= 0 && (size_t)part < score->score->part_count ? &score->score->parts[part] : NULL;
}

const char *syrinx_score_part(const syrinx_score *score, int part)
{
    const struct sx_score_part *found = part_of(score, part);
    return !found ? NULL : *found->name ? found->name : found->id;
}

const char *syrinx_score_part_id(const syrinx_score *score, int part)
{
    const struct sx_score_part *found = part_of(score, part);
    return found ? found->id : NULL;
}

const char *syrinx_score_warning(const syrinx_score *score, int index)
{
    return score && index >= 0 && (size_t)index < score->score->warning_count ? score->score->warnings[index].text : NULL;
}

void syrinx_perform_options_init(syrinx_perform_options *options)
{
    if (options)
        *options = (syrinx_perform_options){ .size = sizeof *options, .tempo = 1, .first_bar = -1, .last_bar = -1, .others = -INFINITY };
}

int syrinx_score_perform(syrinx_score *score, const syrinx_perform_options *given)
{
    struct sx_error *error = sx_thread_error();
    syrinx_perform_options options;
    syrinx_perform_options_init(&options);
    if (!score)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "syrinx_score_perform: a NULL");
    if (given) {
        int code = sx_options_copy(&options, sizeof options, sizeof options, given, "syrinx_perform_options", error);
        if (code < 0)
            return code;
    }
    if (!(options.tempo >= 0.1 && options.tempo <= 10) || !(options.transpose >= -60 && options.transpose <= 60) || !(options.fermata >= 0 && options.fermata <= 4) ||
        options.last_bar < options.first_bar || !(options.others <= 0))
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "tempo is 0.1 to 10, transpose -60 to 60, fermata 0 to 4, others at most 0, and the last bar is not before the first");
    const struct sx_perform_options inner = { options.tempo, options.transpose, options.first_bar, options.last_bar, options.fermata, options.solo,
                                              options.mute, isfinite(options.others), options.others, options.balance };
    return perform(score, &inner, error);
}

int syrinx_score_note_count(const syrinx_score *score)
{
    return score ? (int)score->shared->performance.note_count : SYRINX_ERROR_ARGUMENT;
}

int syrinx_score_note(const syrinx_score *score, int index, syrinx_note *note)
{
    if (!score || !note || index < 0 || (size_t)index >= score->shared->performance.note_count)
        return sx_fail(sx_thread_error(), SYRINX_ERROR_ARGUMENT, "syrinx_score_note: a NULL, or no such note");
    const struct sx_performed_note *played = &score->shared->performance.notes[index];
    const struct sx_note *written = played->note;
    *note = (syrinx_note){ .onset = played->onset, .duration = played->duration, .sounding = played->sounding, .pitch = played->pitch, .velocity = played->velocity,
                           .part = played->part, .bar = written->bar < score->score->bar_count ? score->score->bars[written->bar].number : 0,
                           .program = written->program, .bank = written->bank, .channel = written->channel,
                           .flags = written->flags & SX_NOTE_PERCUSSION ? SYRINX_NOTE_PERCUSSION : 0, .lyric = played->first ? written->lyric : NULL,
                           .syllable = played->first ? written->syllable : SYRINX_SYLLABLE_NONE };
    return SYRINX_OK;
}

double syrinx_score_seconds(const syrinx_score *score)
{
    return score ? score->shared->performance.seconds : 0;
}
