/* players.c - which sounders a performance needs, and who has them. */
#include "instrument/players.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"

enum { INSTRUMENTS = 64 };

struct wanted_role {
    struct sx_role role;
    int next;                   /* of the same part; -1: none */
};

static bool same_role(const struct sx_role *a, const struct sx_role *b)
{
    return a->part == b->part && a->instrument == b->instrument && a->place == b->place && a->drive == b->drive && a->chorus == b->chorus;
}

int sx_players_want(struct sx_players *all, size_t part_count, const struct sx_role *role, struct sx_error *error)
{
    if (!all->heads) {
        all->heads = malloc((part_count + 1) * sizeof *all->heads);
        if (!all->heads)
            return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
        memset(all->heads, 0xFF, (part_count + 1) * sizeof *all->heads);
    }
    for (int i = all->heads[role->part]; i >= 0; i = all->wanted[i].next) {
        if (same_role(&all->wanted[i].role, role))
            return SYRINX_OK;
    }
    if (all->wanted_count == all->wanted_room) {
        int room = all->wanted_room ? 2 * all->wanted_room : 32;
        struct wanted_role *grown = realloc(all->wanted, (size_t)room * sizeof *grown);
        if (!grown)
            return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
        all->wanted = grown;
        all->wanted_room = room;
    }
    all->wanted[all->wanted_count] = (struct wanted_role){ *role, all->heads[role->part] };
    all->heads[role->part] = all->wanted_count++;
    return SYRINX_OK;
}

static int add_player(struct sx_players *all, const struct sx_instrument *instrument, int index, bool drive, bool chorus, struct sx_error *error)
{
    struct sx_player *player = &all->players[all->count++];
    const struct sx_sounder_options options = { .group = SX_SOUND_GROUP, .events = SX_PLAYER_EVENTS };
    player->role.instrument = index;
    if ((drive && !(player->drive = calloc(1, sizeof *player->drive))) || (chorus && !(player->chorus = calloc(1, sizeof *player->chorus))))
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    return sx_sounder_new(instrument, &options, &player->sounder, error);
}

int sx_players_open(struct sx_players *all, struct sx_instrument *const *instruments, uint64_t seed, bool chorus, struct sx_error *error)
{
    int roles[INSTRUMENTS] = { 0 }, used = 0, code = SYRINX_OK;
    bool drives[INSTRUMENTS] = { false }, choruses[INSTRUMENTS] = { false };
    for (int i = 0; i < all->wanted_count; i++) {
        const struct sx_role *role = &all->wanted[i].role;
        used += roles[role->instrument]++ == 0;
        drives[role->instrument] |= role->drive > 0;
        choruses[role->instrument] |= chorus || role->chorus > 0;
    }
    for (int i = 0; i < INSTRUMENTS && code == SYRINX_OK; i++) {
        int count = roles[i];
        if (all->wanted_count > SX_PLAYERS && count > 1)          /* one each, and what is left by how many roles there are */
            count = 1 + (int)((int64_t)(count - 1) * (SX_PLAYERS - used) / (all->wanted_count - used));
        for (int k = 0; k < count && code == SYRINX_OK; k++)
            code = add_player(all, instruments[i], i, drives[i], choruses[i], error);
    }
    free(all->wanted);
    free(all->heads);
    all->wanted = NULL;
    all->heads = NULL;
    all->seed = seed;
    return code;
}

void sx_players_free(struct sx_players *all)
{
    for (int i = 0; i < all->count; i++) {
        sx_sounder_free(all->players[i].sounder);
        free(all->players[i].drive);
        free(all->players[i].chorus);
    }
    free(all->wanted);
    free(all->heads);
    memset(all, 0, sizeof *all);
}

void sx_players_reset(struct sx_players *all)
{
    for (int i = 0; i < all->count; i++)
        all->players[i].taken = false;
    all->made = 0;
}

int sx_players_find(struct sx_players *all, const struct sx_role *role, int64_t position, bool *fresh)
{
    int found = -1;
    *fresh = false;
    for (int i = 0; i < all->count; i++) {
        const struct sx_player *player = &all->players[i];
        if (player->role.instrument != role->instrument)
            continue;
        if (player->taken && same_role(&player->role, role))
            return i;
        if (found >= 0 && !all->players[found].taken)
            continue;
        if (!player->taken || (found < 0 && sx_sounder_idle(player->sounder) && !player->rang))
            found = i;
    }
    if (found < 0)
        return -1;
    struct sx_player *player = &all->players[found];
    sx_sounder_reset(player->sounder, sx_random_bits(all->seed, ++all->made));
    if (player->drive)
        memset(player->drive, 0, sizeof *player->drive);
    if (player->chorus)
        memset(player->chorus, 0, sizeof *player->chorus);
    player->role = *role;
    player->taken = *fresh = true;
    player->rang = false;
    player->origin = position;
    return found;
}
