/* arena.h - memory that is given out piece by piece and taken back all at once.
 *
 * A stage that makes many small things with one common end of life (a sentence, a graph) takes them from an arena. After
 * sx_arena_reset the blocks stay, so a warm arena allocates nothing. Not for several threads at once. */
#ifndef SX_BASE_ARENA_H
#define SX_BASE_ARENA_H

#include <stddef.h>

struct sx_arena_block;

struct sx_arena {
    struct sx_arena_block *first, *current;     /* zeroed: an empty arena */
};

/* Zeroed memory, aligned to 64 bytes, less than 64 bytes to 16; NULL when there is none. size 0 gives a valid pointer. */
void *sx_arena_alloc(struct sx_arena *arena, size_t size);
/* count * size with an overflow check. */
void *sx_arena_array(struct sx_arena *arena, size_t count, size_t size);
char *sx_arena_strdup(struct sx_arena *arena, const char *text, size_t length);
void sx_arena_reset(struct sx_arena *arena);    /* all pieces are gone, the blocks are kept */
void sx_arena_free(struct sx_arena *arena);

#endif
