/* seat.c - by the first program of a part: an orchestra's usual places (data/programs.tsv); parts of one place sit side by side, one part alone in the middle. */
#include "instrument/seat.h"

#include <math.h>
#include <stdlib.h>

#include "instrument/gm.h"

#define APART 0.3f              /* between neighbours of one place, ... */
#define WIDTH 1.0f              /* ... and all of them at most */
#define EDGE 0.8f

int sx_seat_parts(const struct sx_score *score, const struct sx_performance *performance, float *pan)
{
    bool *heard = calloc(score->part_count + 1, sizeof *heard);
    size_t parts = 0;
    if (!heard)
        return SYRINX_ERROR_MEMORY;
    for (size_t i = 0; i < score->part_count; i++)
        pan[i] = 0;
    for (size_t i = 0; i < performance->note_count; i++) {
        const struct sx_performed_note *note = &performance->notes[i];
        if (heard[note->part])
            continue;
        heard[note->part] = true;
        parts++;
        pan[note->part] = note->note->flags & SX_NOTE_PERCUSSION ? 0 : sx_gm_program(note->note->program, note->pitch)->seat;
    }
    if (parts == 1) {
        for (size_t i = 0; i < score->part_count; i++)
            pan[i] = 0;
    }
    /* Those of one place, in the order of the score, from left to right. */
    for (size_t i = 0; i < score->part_count && parts > 1; i++) {
        size_t count = 0, place = 0;
        if (!heard[i])
            continue;
        for (size_t j = i; j < score->part_count; j++)
            count += heard[j] && pan[j] == pan[i];
        float middle = pan[i], apart = count > 1 ? fminf(APART, WIDTH / (float)(count - 1)) : 0;
        for (size_t j = i; j < score->part_count && count > 1; j++) {
            if (!heard[j] || pan[j] != middle)
                continue;
            heard[j] = false;           /* has its seat */
            pan[j] = fminf(fmaxf(middle + apart * ((float)place++ - (float)(count - 1) / 2), -EDGE), EDGE);
        }
    }
    free(heard);
    return SYRINX_OK;
}
