/* dynamics.c - dynamic marks as velocities, and the level that they make at any place. */
#include <string.h>

#include "score/perform.h"

/* accent: notes at this place alone; after: the level from here on, 0: as before. */
static const struct { char mark[8]; unsigned char level, accent; } marks[] = {
    { "pppppp", 1, 0 }, { "ppppp", 5, 0 }, { "pppp", 10, 0 }, { "ppp", 16, 0 }, { "pp", 33, 0 }, { "p", 49, 0 }, { "mp", 64, 0 }, { "mf", 80, 0 },
    { "f", 96, 0 }, { "ff", 112, 0 }, { "fff", 120, 0 }, { "ffff", 124, 0 }, { "fffff", 126, 0 }, { "ffffff", 127, 0 }, { "n", 1, 0 },
    { "sf", 0, 112 }, { "sfz", 0, 112 }, { "sffz", 0, 120 }, { "sfp", 49, 112 }, { "sfpp", 33, 112 }, { "sfzp", 49, 112 }, { "fp", 49, 96 },
    { "fz", 0, 112 }, { "rf", 0, 104 }, { "rfz", 0, 104 }, { "pf", 96, 49 },
};

static int find(const char *mark)
{
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (strcmp(marks[i].mark, mark) == 0)
            return (int)i;
    }
    return -1;
}

int sx_score_velocity(const char *mark)
{
    int i = find(mark);
    return i < 0 ? 0 : marks[i].accent ? marks[i].accent : marks[i].level;
}

const char *sx_score_mark(const char *mark)
{
    int i = find(mark);
    return i < 0 ? NULL : marks[i].mark;
}

int sx_score_add_mark(struct sx_score *score, int part, int64_t tick, int staff, int voice, const char *mark)
{
    int i = find(mark), code = SYRINX_OK;
    struct sx_dynamic dynamic = { .tick = tick, .staff = (uint8_t)staff, .voice = (uint16_t)voice };
    if (i >= 0 && marks[i].level) {
        dynamic.kind = SX_DYNAMIC_LEVEL;
        dynamic.velocity = marks[i].level;
        code = sx_score_add_dynamic(score, part, &dynamic);
    }
    if (i >= 0 && marks[i].accent && code == SYRINX_OK) {
        dynamic.kind = SX_DYNAMIC_ACCENT;
        dynamic.velocity = marks[i].accent;
        code = sx_score_add_dynamic(score, part, &dynamic);
    }
    return code;
}

/* ------------------------------------------------------------------ the level at a place */

static bool acts(const struct sx_dynamic *dynamic, int staff, int voice)
{
    return (dynamic->staff == 0 || staff == 0 || dynamic->staff == staff) && (dynamic->voice == SX_ALL_VOICES || dynamic->voice == voice);
}

/* Where a hairpin leads: the next mark's level, or one step of the scale on. */
static int hairpin_goal(const struct sx_score_part *part, size_t at, int level, int staff, int voice, int64_t *end)
{
    int up = part->dynamics[at].kind == SX_DYNAMIC_CRESCENDO;
    int64_t stop = -1;
    for (size_t i = at + 1; i < part->dynamic_count && i < at + 64; i++) {
        const struct sx_dynamic *next = &part->dynamics[i];
        if (!acts(next, staff, voice) || next->kind == SX_DYNAMIC_ACCENT)
            continue;
        if (next->kind == SX_DYNAMIC_HAIRPIN_END && stop < 0) {
            stop = next->tick;
            continue;
        }
        if (next->kind == SX_DYNAMIC_LEVEL && (stop < 0 || next->tick <= stop + SX_QUARTER)) {     /* a mark soon behind its end is its goal */
            *end = stop >= 0 && stop < next->tick ? stop : next->tick;
            return next->velocity;
        }
        if (stop < 0 && next->kind != SX_DYNAMIC_LEVEL)
            stop = next->tick;
        break;
    }
    *end = stop >= 0 ? stop : part->dynamics[at].tick + 16 * SX_QUARTER;
    return up ? (level + 16 < 126 ? level + 16 : 126) : (level > 32 ? level - 16 : 16);
}

int sx_score_dynamic(const struct sx_score_part *part, int64_t tick, int staff, int voice)
{
    size_t low = 0, high = part->dynamic_count;
    while (low < high) {                        /* the first one behind the tick */
        size_t middle = low + (high - low) / 2;
        if (part->dynamics[middle].tick <= tick)
            low = middle + 1;
        else
            high = middle;
    }
    int level = 80, accent = 0;
    size_t level_at = low, first = low > 64 ? low - 64 : 0;
    for (size_t i = low; i-- > 0 && i + 4096 > low;) {      /* the last level, and hairpins since */
        if (part->dynamics[i].kind == SX_DYNAMIC_LEVEL && acts(&part->dynamics[i], staff, voice)) {
            level = part->dynamics[i].velocity;
            level_at = i;
            break;
        }
    }
    if (level_at < low && first <= level_at)
        first = level_at + 1;
    for (size_t i = first; i < low; i++) {
        const struct sx_dynamic *dynamic = &part->dynamics[i];
        if (!acts(dynamic, staff, voice))
            continue;
        if (dynamic->kind == SX_DYNAMIC_CRESCENDO || dynamic->kind == SX_DYNAMIC_DIMINUENDO) {
            int64_t end;
            int goal = hairpin_goal(part, i, level, staff, voice, &end);
            if (dynamic->kind == SX_DYNAMIC_CRESCENDO ? goal < level : goal > level)
                goal = level;                   /* a subito behind it is no goal */
            double share = end > dynamic->tick ? (double)(tick - dynamic->tick) / (double)(end - dynamic->tick) : 1;
            level = (int)(level + (goal - level) * (share < 1 ? share : 1));
        }
    }
    for (size_t i = low; i-- > 0 && i + 64 > low && part->dynamics[i].tick == tick;) {
        if (part->dynamics[i].kind == SX_DYNAMIC_ACCENT && acts(&part->dynamics[i], staff, voice))
            accent = part->dynamics[i].velocity;
    }
    return accent ? accent : level < 1 ? 1 : level > 127 ? 127 : level;
}

bool sx_score_hairpin(const struct sx_score_part *part, size_t at, int64_t *from, int64_t *to)
{
    const struct sx_dynamic *dynamic = &part->dynamics[at];
    if (dynamic->kind != SX_DYNAMIC_CRESCENDO && dynamic->kind != SX_DYNAMIC_DIMINUENDO)
        return false;
    *from = dynamic->tick;
    hairpin_goal(part, at, 80, dynamic->staff, dynamic->voice, to);
    return *to > *from;
}
