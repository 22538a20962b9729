/* fuzz_abc.c - any bytes as an ABC file: what is read keeps the score's limits, and its notes lie within it. */
#include <stdint.h>
#include <stdlib.h>

#include "score/score.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sx_error error = { 0 };
    if (size < 1)
        return 0;
    struct sx_score *score = sx_score_new();
    if (!score)
        return 0;
    int code = sx_abc_read((const char *)data + 1, size - 1, data[0] % 4, score, &error);
    if (code < 0 && !error.message[0])
        abort();
    if (code >= 0 && sx_score_finish(score) >= 0) {
        size_t notes = 0;
        for (size_t p = 0; p < score->part_count; p++)
            for (size_t i = 0; i < score->parts[p].note_count; i++, notes++) {
                const struct sx_note *note = &score->parts[p].notes[i];
                int64_t sounds = note->flags & SX_NOTE_GRACE ? 0 : note->duration;    /* graces take their time from others */
                if (note->onset < 0 || note->duration < 0 || note->onset + sounds > score->end ||
                    !(note->pitch >= 0 && note->pitch <= 127))
                    abort();
            }
        if (notes != score->note_count || notes > SX_SCORE_NOTES || score->bar_count > SX_SCORE_BARS || !(sx_score_seconds(score, score->end) >= 0))
            abort();
    }
    sx_score_free(score);
    return 0;
}
