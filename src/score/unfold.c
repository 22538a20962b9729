/* unfold.c - a walk over the bars as a player's eye goes, with a mark on each jump that was taken so that none is taken twice. */
#include "score/unfold.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "syrinx.h"

/* What is known about an ending, kept at its first bar. */
struct ending {
    uint32_t last;              /* its last bar */
    uint32_t all;               /* endings of the whole group: 1. 2. 3. that follow each other */
    bool lone, final;           /* the only one of its group; the last one */
};

enum { JUMPS = 1000 };          /* da capo, dal segno and to coda of one score, at most: each looks through all bars */

struct walk {
    const struct sx_unfold_bar *bars;
    size_t count, limit, room;
    struct ending *endings;     /* [count] */
    int64_t *inside;            /* [count]: the first bar of the ending around it, or -1 */
    uint16_t *visits;           /* [count] */
    bool *taken;                /* [count]: the jump at its end */
    struct sx_unfold_step *steps;
    size_t step_count;
    int jumps;
};

static unsigned highest(uint32_t set)
{
    unsigned n = 0;
    for (; set; set >>= 1)
        n++;
    return n;
}

static void find_endings(struct walk *walk)
{
    const struct sx_unfold_bar *bars = walk->bars;
    for (size_t i = 0; i < walk->count; i++)
        walk->inside[i] = -1;
    for (size_t i = 0; i < walk->count;) {
        if (!(bars[i].flags & SX_BAR_ENDING_BEGIN) || !bars[i].endings) {
            i++;
            continue;
        }
        size_t first = i, begin = i;
        uint32_t all = 0;
        while (i < walk->count && (bars[i].flags & SX_BAR_ENDING_BEGIN) && bars[i].endings) {       /* one group */
            begin = i;
            all |= bars[i].endings;
            while (!(bars[i].flags & (SX_BAR_ENDING_END | SX_BAR_REPEAT_END)) && i + 1 < walk->count && !(bars[i + 1].flags & SX_BAR_ENDING_BEGIN))
                i++;
            walk->endings[begin].last = (uint32_t)i;
            for (size_t k = begin; k <= i; k++)
                walk->inside[k] = (int64_t)begin;
            i++;
        }
        for (size_t k = first; k < i; k = walk->endings[k].last + (size_t)1)
            walk->endings[k] = (struct ending){ walk->endings[k].last, all, first == begin, k == begin };
    }
}

/* How often the passage that ends with this bar is played. */
static unsigned passes(const struct walk *walk, size_t bar)
{
    unsigned times = walk->bars[bar].times;
    int64_t begin = walk->inside[bar];
    if (begin < 0)
        return times ? times : 2;
    const struct ending *ending = &walk->endings[begin];
    unsigned told = highest(ending->all) + ending->lone;
    return ending->lone && times > told ? times : told > 2 ? told : 2;
}

/* Is the ending that begins here for this time? */
static bool fits(const struct walk *walk, size_t bar, unsigned pass, bool last_time)
{
    const struct ending *ending = &walk->endings[bar];
    if (last_time)
        return ending->final && !(ending->lone && (walk->bars[ending->last].flags & SX_BAR_REPEAT_END));
    return (pass <= 32 && walk->bars[bar].endings >> (pass - 1) & 1) || (ending->final && !ending->lone && pass > highest(ending->all));
}

static bool same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

/* The bar with a mark, by its label, or the nearest in front of `from` (or behind it), or any. -1: none. */
static int64_t find(const struct walk *walk, uint32_t mark, const char *label, size_t from, bool ahead)
{
    int64_t before = -1, behind = -1;
    for (size_t i = 0; i < walk->count; i++) {
        if (!(walk->bars[i].flags & mark))
            continue;
        if (same(walk->bars[i].place_label, label))
            return (int64_t)i;
        if (i <= from)
            before = (int64_t)i;
        else if (behind < 0)
            behind = (int64_t)i;
    }
    return ahead ? (behind >= 0 ? behind : before) : (before >= 0 ? before : behind);
}

static bool play(struct walk *walk, size_t bar, unsigned pass)
{
    if (!sx_grow(&walk->steps, walk->step_count, &walk->room, sizeof *walk->steps))
        return false;
    if (walk->visits[bar] < UINT16_MAX)
        walk->visits[bar]++;
    walk->steps[walk->step_count++] = (struct sx_unfold_step){ (uint32_t)bar, (uint16_t)(pass < UINT16_MAX ? pass : UINT16_MAX), walk->visits[bar] };
    return true;
}

/* *cut is set where the limit ends the walk. False: no memory. */
static bool walk_through(struct walk *walk, bool *cut)
{
    const struct sx_unfold_bar *bars = walk->bars;
    size_t i = 0, start = 0;
    unsigned pass = 1;
    bool jumped = false, again = false;
    while (i < walk->count) {
        uint32_t flags = bars[i].flags;
        if ((flags & SX_BAR_REPEAT_BEGIN) && i != start) {
            start = i;
            pass = 1;
        }
        if (walk->inside[i] == (int64_t)i && !fits(walk, i, pass, jumped && !again)) {
            bool over = walk->endings[i].final;
            i = walk->endings[i].last + (size_t)1;
            if (over) {
                start = i;
                pass = 1;
            }
            continue;
        }
        if (walk->step_count >= walk->limit || walk->jumps > JUMPS) {
            *cut = true;
            return true;
        }
        if (!play(walk, i, pass))
            return false;
        if (jumped && (flags & SX_BAR_FINE))
            return true;
        int64_t target = -1;
        if (jumped && (flags & SX_BAR_TO_CODA)) {
            walk->jumps++;
            target = find(walk, SX_BAR_CODA, bars[i].jump_label, i, true);
        }
        if (target > (int64_t)i) {          /* a coda lies behind; one before would go round for ever */
            start = i = (size_t)target;
            pass = 1;
            continue;
        }
        if ((flags & SX_BAR_REPEAT_END) && (!jumped || again) && pass < passes(walk, i)) {
            pass++;
            i = start;
            continue;
        }
        if ((flags & (SX_BAR_DA_CAPO | SX_BAR_DAL_SEGNO)) && !walk->taken[i]) {
            walk->jumps++;
            walk->taken[i] = true;
            target = flags & SX_BAR_DAL_SEGNO ? find(walk, SX_BAR_SEGNO, bars[i].jump_label, i, false) : 0;
            jumped = true;
            again = flags & SX_BAR_REPEATS_AGAIN;
            start = i = (size_t)(target > 0 ? target : 0);
            pass = 1;
            continue;
        }
        const struct ending *ending = walk->inside[i] >= 0 ? &walk->endings[walk->inside[i]] : NULL;
        bool over = ending ? ending->final && ending->last == i : flags & SX_BAR_REPEAT_END;
        i++;
        if (over) {
            start = i;
            pass = 1;
        }
    }
    return true;
}

int sx_unfold(const struct sx_unfold_bar *bars, size_t count, size_t limit, struct sx_unfold_step **steps, size_t *step_count, bool *cut)
{
    struct walk walk = { .bars = bars, .count = count, .limit = limit };
    *steps = NULL;
    *step_count = 0;
    *cut = false;
    if (count == 0)
        return SYRINX_OK;
    walk.endings = calloc(count, sizeof *walk.endings);
    walk.inside = calloc(count, sizeof *walk.inside);
    walk.visits = calloc(count, sizeof *walk.visits);
    walk.taken = calloc(count, sizeof *walk.taken);
    bool good = walk.endings && walk.inside && walk.visits && walk.taken;
    if (good) {
        find_endings(&walk);
        good = walk_through(&walk, cut);
    }
    free(walk.endings);
    free(walk.inside);
    free(walk.visits);
    free(walk.taken);
    if (!good) {
        free(walk.steps);
        return SYRINX_ERROR_MEMORY;
    }
    *steps = walk.steps;
    *step_count = walk.step_count;
    return SYRINX_OK;
}
