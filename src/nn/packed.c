/* packed.c - where packed weights lie: a few large mappings, in huge pages if the system gives them, and the file's pages given back behind them.
 *
 * A voice of 60 MB would otherwise cost 15 000 page faults and twice its size at the peak. */
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "nn/graph.h"

enum { HUGE_PAGE = 1 << 21, BLOCK = 1 << 23, SMALL = 1 << 16 };

struct sx_pack_block {
    struct sx_pack_block *next;
    void *map;
    size_t size;                /* of the mapping */
    char *data;
    size_t room, used;          /* bytes at data */
};

static struct sx_pack_block *add_block(struct sx_graph *graph, size_t bytes)
{
    struct sx_pack_block *block = sx_arena_alloc(&graph->arena, sizeof *block);
    /* a small network takes a small block; a large one is filled by many weights and aligned for huge pages */
    size_t room = graph->packs ? (bytes > BLOCK ? bytes : BLOCK) : bytes > SMALL ? bytes : SMALL, align = room >= BLOCK ? HUGE_PAGE : 0;
    if (!block)
        return NULL;
    room = (room + (size_t)HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    if (!align)
        room = (bytes > SMALL ? bytes : SMALL) + 4096;
    block->size = room + align;
    block->map = mmap(NULL, block->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block->map == MAP_FAILED)
        return NULL;
    block->data = block->map;
    if (align) {
        block->data += (HUGE_PAGE - (uintptr_t)block->map % HUGE_PAGE) % HUGE_PAGE;
        madvise(block->data, room, MADV_HUGEPAGE);
    }
    block->room = room;
    block->next = graph->packs;
    graph->packs = block;
    return block;
}

float *sx_graph_pack_alloc(struct sx_graph *graph, size_t count)
{
    if (count > SIZE_MAX / 8)
        return NULL;
    size_t bytes = (count * sizeof(float) + 63) / 64 * 64;
    if ((graph->packed + bytes) >> 31)
        return NULL;
    struct sx_pack_block *block = graph->packs;
    if ((!block || block->room - block->used < bytes) && !(block = add_block(graph, bytes)))
        return NULL;
    float *piece = (float *)(void *)(block->data + block->used);
    block->used += bytes;
    graph->packed += bytes;
    return piece;
}

void sx_graph_packed_from(const struct sx_graph *graph, const struct sx_tensor *tensor)
{
    const unsigned char *begin = tensor->data;
    size_t bytes = (size_t)sx_tensor_count(tensor) * sx_dtype_size(tensor->type), page = (size_t)sysconf(_SC_PAGESIZE);
    if (!graph->map.data || begin < graph->map.data || begin >= graph->map.data + graph->map.size || bytes < page)
        return;
    /* whole pages only: their neighbours may hold what is still read; if needed again, they come back from the file */
    uintptr_t first = ((uintptr_t)begin + page - 1) / page * page, last = ((uintptr_t)begin + bytes) / page * page;
    if (last > first)
        madvise((void *)first, last - first, MADV_DONTNEED);
}

void sx_graph_pack_free(struct sx_graph *graph)
{
    for (struct sx_pack_block *block = graph->packs; block; block = block->next)
        munmap(block->map, block->size);
    graph->packs = NULL;
}
