/* arena.c - a chain of blocks, each at least 64 KiB. */
#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGN = 64, SMALL_ALIGN = 16, BLOCK = 65536 };

struct sx_arena_block {
    struct sx_arena_block *next;
    size_t size, used;              /* bytes behind the header */
};

static char *block_data(struct sx_arena_block *block)
{
    return (char *)block + ALIGN;   /* the header fits in one alignment unit */
}

_Static_assert(sizeof(struct sx_arena_block) <= ALIGN, "block header");

void *sx_arena_alloc(struct sx_arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2)
        return NULL;
    size_t align = size < ALIGN ? SMALL_ALIGN : ALIGN, need = (size + align - 1) / align * align;
    if (need == 0)
        need = SMALL_ALIGN;
    struct sx_arena_block *block = arena->current ? arena->current : arena->first;
    if (block)
        block->used = (block->used + align - 1) / align * align;
    while (block && block->size - block->used < need) {
        block = block->next;
        if (block)
            block->used = 0;
    }
    if (!block) {
        size_t room = need > BLOCK ? need : BLOCK;
        block = aligned_alloc(ALIGN, room + ALIGN);
        if (!block)
            return NULL;
        block->size = room;
        block->used = 0;
        /* new blocks go behind the current one, so that what lies before stays in use */
        if (arena->current) {
            block->next = arena->current->next;
            arena->current->next = block;
        } else {
            block->next = arena->first;
            arena->first = block;
        }
    }
    arena->current = block;
    void *piece = block_data(block) + block->used;
    block->used += need;
    memset(piece, 0, need);
    return piece;
}

void *sx_arena_array(struct sx_arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / 2 / size)
        return NULL;
    return sx_arena_alloc(arena, count * size);
}

char *sx_arena_strdup(struct sx_arena *arena, const char *text, size_t length)
{
    char *copy = sx_arena_alloc(arena, length + 1);
    if (copy)
        memcpy(copy, text, length);
    return copy;
}

void sx_arena_reset(struct sx_arena *arena)
{
    arena->current = arena->first;
    if (arena->first)
        arena->first->used = 0;
}

void sx_arena_free(struct sx_arena *arena)
{
    struct sx_arena_block *block = arena->first;
    while (block) {
        struct sx_arena_block *next = block->next;
        free(block);
        block = next;
    }
    arena->first = arena->current = NULL;
}
