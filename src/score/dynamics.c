/* dynamics.c - dynamic marks as velocities. */
#include <string.h>

#include "score/score.h"

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
