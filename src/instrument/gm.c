/* gm.c - the tables of General MIDI, compiled in from data/. */
#include "instrument/gm.h"

#include <stddef.h>

static const struct sx_gm_program programs[] = {
#include "instrument/programs.inc"
};
static const struct sx_gm_drum drums[] = {
#include "instrument/percussion.inc"
};
static const char *const names[] = {
#include "instrument/names.inc"
};
_Static_assert(sizeof names / sizeof *names == SX_GM_PROGRAMS, "programs.tsv names 128 programs");
_Static_assert(sizeof drums / sizeof *drums == SX_GM_DRUM_HIGH - SX_GM_DRUM_LOW + 1, "percussion.tsv has a line a key");

const struct sx_gm_program *sx_gm_program(int program, float key)
{
    const struct sx_gm_program *found = &programs[0];
    program = program < 0 ? 0 : program >= SX_GM_PROGRAMS ? SX_GM_PROGRAMS - 1 : program;
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        if (programs[i].program == program) {
            found = &programs[i];               /* lines of a program go up: the last one that begins at the key or below */
            if (key < (float)found->high + 0.5f)
                break;
        }
    }
    return found;
}

const struct sx_gm_drum *sx_gm_drum(int key)
{
    key = key < SX_GM_DRUM_LOW ? SX_GM_DRUM_LOW : key > SX_GM_DRUM_HIGH ? SX_GM_DRUM_HIGH : key;
    return &drums[key - SX_GM_DRUM_LOW];
}

const char *sx_gm_name(int program)
{
    return program >= 0 && program < SX_GM_PROGRAMS ? names[program] : NULL;
}
