/* packed.c - where packed weights lie: a few large mappings, populated piece by piece, and the file's pages given back behind them.
 *
 * A voice of 60 MB would otherwise cost 30 000 page faults and twice its size at the peak. */
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "nn/graph.h"

enum { BLOCK = 1 << 23, SMALL = 1 << 16 };

/* Linux 5.14; a kernel that lacks it says so, and pages come one by one. */
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

struct sx_pack_block {
    struct sx_pack_block *next;
    char *data;
    size_t room, used;
};

/* A small network takes a small block; after that, blocks that many weights share. What nobody writes to takes no memory. */
static struct sx_pack_block *add_block(struct sx_graph *graph, size_t bytes)
{
    struct sx_pack_block *block = sx_arena_alloc(&graph->arena, sizeof *block);
    size_t least = graph->packs ? BLOCK : SMALL;
    if (!block)
        return NULL;
    block->room = (bytes > least ? bytes : least) + 4095;
    block->room -= block->room % 4096;
    block->data = mmap(NULL, block->room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block->data == MAP_FAILED)
        return NULL;
    block->next = graph->packs;
    graph->packs = block;
    return block;
}

/* Brings pages in at once, where one fault each would cost more than the work on them. */
static void populate(const void *data, size_t bytes)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), first = (uintptr_t)data / page * page;
    if (bytes >= 16 * page)
        madvise((void *)first, ((uintptr_t)data + bytes - first), MADV_POPULATE_WRITE);
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
    populate(piece, bytes);
    graph->packed += bytes;
    return piece;
}

static bool in_file(const struct sx_graph *graph, const unsigned char *data)
{
    return graph->map.data && data >= graph->map.data && data < graph->map.data + graph->map.size;
}

void sx_graph_packed_from(const struct sx_graph *graph, const struct sx_tensor *tensor)
{
    const unsigned char *begin = tensor->data;
    size_t bytes = (size_t)sx_tensor_count(tensor) * sx_dtype_size(tensor->type), page = (size_t)sysconf(_SC_PAGESIZE);
    if (!in_file(graph, begin) || bytes < page)
        return;
    /* whole pages only: their neighbours may hold what is still read; if needed again, they come back from the file */
    uintptr_t first = ((uintptr_t)begin + page - 1) / page * page, last = ((uintptr_t)begin + bytes) / page * page;
    if (last > first)
        madvise((void *)first, last - first, MADV_DONTNEED);
}

void sx_graph_pack_free(struct sx_graph *graph)
{
    for (struct sx_pack_block *block = graph->packs; block; block = block->next)
        munmap(block->data, block->room);
    graph->packs = NULL;
}
