/* packed.c - where packed weights lie: one large mapping, populated piece by piece, and the file's pages given back behind it.
 *
 * A voice of 60 MB would otherwise cost 30 000 page faults and twice its size at the peak. Huge pages, where the system has them for the asking, take
 * a quarter of the time of small ones. Only where memory comes from a host that must find it first can they be slow: then small ones do. */
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "nn/graph.h"

enum { SMALL = 1 << 16, HUGE_PAGE = 1 << 21 };
enum { SLOW = 1000000, SLOW_PAGES = 2 };        /* ns for one: five times what its zeros cost, twice the time of small pages; so many of those are enough */

/* Linux 5.14; a kernel that lacks it says so, and pages come one by one. */
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

struct sx_pack_block {
    struct sx_pack_block *next;
    char *map, *data;           /* data: the map from the first border of a huge page on, when there are some */
    size_t room, used;
    atomic_int patience;        /* slow huge pages that may still come; 0: small ones */
};

/* What nobody writes to takes no memory. */
static struct sx_pack_block *add_block(struct sx_graph *graph, size_t bytes)
{
    struct sx_pack_block *block = sx_arena_alloc(&graph->arena, sizeof *block);
    if (!block)
        return NULL;
    bool huge = bytes >= HUGE_PAGE;
    block->room = bytes + 4095 - (bytes + 4095) % 4096;
    block->map = mmap(NULL, block->room + (huge ? HUGE_PAGE : 0), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block->map == MAP_FAILED)
        return NULL;
    block->data = block->map + (huge ? HUGE_PAGE - (uintptr_t)block->map % HUGE_PAGE : 0);
    atomic_init(&block->patience, huge && madvise(block->data, block->room, MADV_HUGEPAGE) == 0 ? SLOW_PAGES : 0);
    block->next = graph->packs;
    graph->packs = block;
    return block;
}

int sx_graph_pack_reserve(struct sx_graph *graph, size_t bytes, struct sx_error *error)
{
    if (bytes >> 31)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "the weights take more than 2 GB");
    return bytes == 0 || add_block(graph, bytes) ? SYRINX_OK : sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
}

void *sx_graph_pack_alloc(struct sx_graph *graph, size_t bytes)
{
    if (bytes >> 31 || (graph->packed + (bytes = sx_pack_bytes(bytes))) >> 31)
        return NULL;
    struct sx_pack_block *block = graph->packs;
    if ((!block || block->room - block->used < bytes) && !(block = add_block(graph, bytes > SMALL ? bytes : SMALL)))
        return NULL;
    void *piece = block->data + block->used;
    block->used += bytes;
    graph->packed += bytes;
    return piece;
}

static struct sx_pack_block *block_of(const struct sx_graph *graph, const char *data)
{
    struct sx_pack_block *block = graph->packs;
    while (block && (data < block->data || data >= block->data + block->room))
        block = block->next;
    return block;
}

static int64_t processor_time(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Many at once, where one fault each would cost more than the work on them. */
void sx_graph_pack_populate(const struct sx_graph *graph, const void *data, size_t bytes)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), at = (uintptr_t)data / page * page, end = (uintptr_t)data + bytes;
    struct sx_pack_block *block = block_of(graph, data);
    if (!block || end - at < 16 * page)
        return;
    while (at < end) {
        bool huge = atomic_load_explicit(&block->patience, memory_order_relaxed) > 0;
        uintptr_t border = huge ? at / HUGE_PAGE * HUGE_PAGE + HUGE_PAGE : end, next = border < end ? border : end;
        int64_t start = huge ? processor_time() : 0;
        madvise((void *)at, next - at, MADV_POPULATE_WRITE);
        if (huge && processor_time() - start > SLOW && atomic_fetch_sub_explicit(&block->patience, 1, memory_order_relaxed) == 1)
            madvise(block->data, block->room, MADV_NOHUGEPAGE);
        at = next;
    }
}

bool sx_graph_in_file(const struct sx_graph *graph, const void *bytes)
{
    const unsigned char *data = bytes;
    return graph->map.data && data >= graph->map.data && data < graph->map.data + graph->map.size;
}

/* The whole pages among those bytes: their neighbours may hold what is still read. If needed again, they come back from the file. */
static void give_back(const unsigned char *begin, size_t bytes)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uintptr_t first = ((uintptr_t)begin + page - 1) / page * page, last = ((uintptr_t)begin + bytes) / page * page;
    if (last > first)
        madvise((void *)first, last - first, MADV_DONTNEED);
}

void sx_graph_packed_from(const struct sx_graph *graph, const struct sx_tensor *tensor)
{
    if (sx_graph_in_file(graph, tensor->data))
        give_back(tensor->data, (size_t)sx_tensor_count(tensor) * sx_dtype_size(tensor->type));
}

void sx_graph_packed_all(const struct sx_graph *graph)
{
    if (graph->map.data)
        give_back(graph->map.data, graph->map.size);
}

void sx_graph_pack_free(struct sx_graph *graph)
{
    for (struct sx_pack_block *block = graph->packs; block; block = block->next)
        munmap(block->map, block->room + (size_t)(block->data - block->map));
    graph->packs = NULL;
}
