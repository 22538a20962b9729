/* unfold.h - the order in which bars are played: repeats, endings, da capo, dal segno, coda, fine.
 *
 * Readers describe the bars as written and then play them in the order that comes back, so the rules are the same for all notations. */
#ifndef SX_SCORE_UNFOLD_H
#define SX_SCORE_UNFOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SX_BAR_REPEAT_BEGIN = 1 << 0,   /* at its begin */
    SX_BAR_REPEAT_END = 1 << 1,     /* at its end; goes back to the last REPEAT_BEGIN, else to behind the last REPEAT_END, else to the first bar */
    SX_BAR_ENDING_BEGIN = 1 << 2,   /* `endings` says which; lasts to ENDING_END, a REPEAT_END, or the next ENDING_BEGIN */
    SX_BAR_ENDING_END = 1 << 3,
    SX_BAR_SEGNO = 1 << 4,          /* at its begin */
    SX_BAR_CODA = 1 << 5,           /* at its begin */
    SX_BAR_TO_CODA = 1 << 6,        /* at its end, after a jump back */
    SX_BAR_DA_CAPO = 1 << 7,        /* at its end, when its repeats are done */
    SX_BAR_DAL_SEGNO = 1 << 8,
    SX_BAR_FINE = 1 << 9,           /* at its end, after a jump back */
    SX_BAR_REPEATS_AGAIN = 1 << 10  /* with a jump: repeats are taken once more behind it (else the last ending only) */
};

struct sx_unfold_bar {
    uint32_t flags;
    uint32_t endings;           /* bit n - 1: ending n */
    uint16_t times;             /* of a REPEAT_END: how often the passage is played in all; 0: twice, or as the endings say */
    const char *jump_label;     /* of DAL_SEGNO and TO_CODA: which segno or coda is meant; NULL: the nearest before (segno), the next behind (coda) */
    const char *place_label;    /* of SEGNO and CODA; NULL: none */
};

struct sx_unfold_step {
    uint32_t bar;               /* as written */
    uint16_t pass;              /* of the repeat around it: 1, 2, ... Verse n of the lyrics belongs to pass n */
    uint16_t visit;             /* how often the bar has been played, with this time */
};

/* *steps: [*step_count], free(). At most `limit` steps and a thousand jumps: more are cut off and *cut is set. Ends for any input. SYRINX_OK or SYRINX_ERROR_MEMORY. */
int sx_unfold(const struct sx_unfold_bar *bars, size_t count, size_t limit, struct sx_unfold_step **steps, size_t *step_count, bool *cut);

#endif
