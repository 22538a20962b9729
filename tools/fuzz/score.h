/* score.h - any bytes as a score of one kind: read, performed, and its promises looked at. */
#ifndef SX_FUZZ_SCORE_H
#define SX_FUZZ_SCORE_H

#include <stdlib.h>
#include <string.h>

#include "instrument/click.h"
#include "instrument/seat.h"
#include "score/perform.h"

/* What the orchestra asks a performance for: beats in the order of time, and seats on the stage. */
static inline void fuzz_stage(const struct sx_score *score, const struct sx_performance *performance)
{
    struct sx_beats beats;
    double seconds, last = 0;
    bool first;
    float *pan = malloc((score->part_count + 1) * sizeof *pan);
    if (!(performance->cycle >= 0.1))
        abort();
    sx_beats_begin(&beats, performance, 2, true);
    for (int i = 0; i < 20000 && sx_beats_next(&beats, &seconds, &first); i++) {
        if (!(seconds >= last - 1e-6))
            abort();
        last = seconds;
    }
    if (pan && sx_seat_parts(score, performance, pan) == SYRINX_OK) {
        for (size_t i = 0; i < score->part_count; i++) {
            if (!(pan[i] >= -1 && pan[i] <= 1))
                abort();
        }
    }
    free(pan);
}

static inline int fuzz_score(const void *data, size_t size, enum sx_score_format format)
{
    const struct sx_score_options options = { .format = format };
    struct sx_perform_options how = { .first_bar = -1, .fermata = 0.5 };
    struct sx_performance performance;
    struct sx_score *score;
    struct sx_error error;
    if (sx_score_read(NULL, data, size, &options, &score, &error) < 0)
        return 0;
    if (score->note_count > SX_SCORE_NOTES || score->bar_count > SX_SCORE_BARS || score->end > SX_SCORE_QUARTERS * SX_QUARTER)
        abort();
    for (size_t i = 0; i < score->part_count; i++) {
        int64_t last = 0;
        for (size_t k = 0; k < score->parts[i].note_count; k++) {
            const struct sx_note *note = &score->parts[i].notes[k];
            if (note->onset < last || note->duration < 0 || !(note->pitch >= 0 && note->pitch <= 127) || note->bar >= score->bar_count ||
                (note->lyric && strlen(note->lyric) > size * 3))
                abort();
            last = note->onset;
        }
    }
    for (size_t i = 0; i < score->warning_count; i++) {
        if (strlen(score->warnings[i].text) == 0)
            abort();
    }
    for (int bars = 0; bars < 2; bars++) {
        if (sx_perform(score, &how, &performance, &error) == SYRINX_OK) {
            double last = 0;
            for (size_t i = 0; i < performance.note_count; i++) {
                const struct sx_performed_note *note = &performance.notes[i];
                if (!(note->onset >= last) || !(note->duration >= 0) || !(note->sounding >= note->duration) || note->velocity < 1 || note->velocity > 127)
                    abort();
                last = note->onset;
            }
            fuzz_stage(score, &performance);
            sx_performance_free(&performance);
        }
        how.first_bar = 1;
        how.last_bar = 2;
        how.transpose = 3;
        how.mute = "2";
    }
    sx_score_free(score);
    return 0;
}

#endif
