/* score.h - scores from strings, and their notes as a line of text to compare with. */
#ifndef SX_TESTS_SCORE_H
#define SX_TESTS_SCORE_H

#include "test.h"

#include <stdio.h>
#include <string.h>

#include "score/perform.h"

#define BYTES(text) (text), sizeof(text) - 1

static inline struct sx_score *read_score(const void *bytes, size_t length)
{
    struct sx_score *score;
    struct sx_error error;
    int code = sx_score_read(NULL, bytes, length, NULL, &score, &error);
    if (code < 0)
        fail_msg("%s", error.message);
    return score;
}

/* "0+1000 60 v80;" a note: onset and duration in milliseconds, pitch, velocity where asked for. */
static inline const char *notes_of(struct sx_score *score, const struct sx_perform_options *options, bool velocity)
{
    static char text[8192];
    struct sx_performance performance;
    struct sx_error error;
    size_t n = 0;
    if (sx_perform(score, options, &performance, &error) < 0)
        fail_msg("%s", error.message);
    text[0] = '\0';
    for (size_t i = 0; i < performance.note_count && n < sizeof text - 100; i++) {
        const struct sx_performed_note *note = &performance.notes[i];
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%.0f+%.0f %g", i ? "; " : "", note->onset * 1000, note->duration * 1000, (double)note->pitch);
        if (velocity)
            n += (size_t)snprintf(text + n, sizeof text - n, " v%d", note->velocity);
        if (note->first && note->note->lyric)
            n += (size_t)snprintf(text + n, sizeof text - n, " %.40s", note->note->lyric);
    }
    sx_performance_free(&performance);
    return text;
}

static inline bool warned(const struct sx_score *score, const char *what)
{
    for (size_t i = 0; i < score->warning_count; i++) {
        if (strstr(score->warnings[i].text, what))
            return true;
    }
    return false;
}

#endif
