/* players.h - the sounders of an orchestra, and the effects behind them: all made when the music opens, so that nothing is allocated while it plays. */
#ifndef SX_INSTRUMENT_PLAYERS_H
#define SX_INSTRUMENT_PLAYERS_H

#include "instrument/chorus.h"
#include "instrument/drive.h"
#include "instrument/instrument.h"

enum {
    SX_PLAYERS = 96,           /* sounders at once */
    SX_PLAYER_EVENTS = 2048         /* that each has room for: see BEGINNINGS in orchestra.c */
};

/* What a sounder is needed for: one instrument of one part, at one of three places of a drum kit, behind one setting of the effects. */
struct sx_role {
    int part, instrument, place;    /* place: -1 left, 0, 1 right */
    float drive, chorus;            /* of the map: dB, and 0 to 1 */
};

struct sx_player {
    struct sx_sounder *sounder;
    struct sx_drive *drive;         /* these two: NULL where no role of the instrument has a use for them */
    struct sx_chorus *chorus;
    struct sx_role role;
    bool taken;                     /* it has that role */
    bool rang;                      /* it sounded in the last block, so its effects sound in this one */
    int64_t origin;                 /* sample that is its 0 */
};

struct wanted_role;

struct sx_players {
    struct sx_player players[SX_PLAYERS];
    int count;
    uint64_t seed, made;            /* `made` roles were given so far: their seeds */
    struct wanted_role *wanted;     /* while it is planned */
    int wanted_count, wanted_room, *heads;      /* heads [part_count]: of chains in wanted */
    size_t part_count;
};

/* Zeroed, then: what will be needed, each role as often as one likes; then the sounders. Where more than SX_PLAYERS roles are wanted, instruments share them as
 * they need them: a role that finds no idle sounder of its instrument has none. `chorus`: all may need one. MEMORY, and what sx_sounder_new() fails with. */
int sx_players_want(struct sx_players *all, size_t part_count, const struct sx_role *role, struct sx_error *error);
int sx_players_open(struct sx_players *all, struct sx_instrument *const *instruments, uint64_t seed, bool chorus, struct sx_error *error);
void sx_players_free(struct sx_players *all);
/* As new. */
void sx_players_reset(struct sx_players *all);

/* The player of a role, *fresh where it got that role now: silent, at rest, its 0 at sample `position`. -1: none is free. */
int sx_players_find(struct sx_players *all, const struct sx_role *role, int64_t position, bool *fresh);

#endif
