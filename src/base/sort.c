/* sort.c - merge sort, bottom up. */
#include "base/sort.h"

#include <stdlib.h>
#include <string.h>

bool sx_sort(void *items, size_t count, size_t size, int (*compare)(const void *, const void *))
{
    char *from = items;
    size_t sorted = 1;
    while (sorted < count && compare(from + (sorted - 1) * size, from + sorted * size) <= 0)
        sorted++;
    if (sorted >= count)
        return true;
    char *room = calloc(count, size), *to = room;
    if (!room)
        return false;
    for (size_t run = 1; run < count; run *= 2) {
        for (size_t begin = 0; begin < count; begin += 2 * run) {
            size_t middle = begin + run < count ? begin + run : count, end = begin + 2 * run < count ? begin + 2 * run : count;
            size_t a = begin, b = middle;
            for (size_t k = begin; k < end; k++) {
                bool left = a < middle && (b >= end || compare(from + a * size, from + b * size) <= 0);
                memcpy(to + k * size, from + (left ? a++ : b++) * size, size);
            }
        }
        char *swap = from;
        from = to;
        to = swap;
    }
    if (from != items)
        memcpy(items, from, count * size);
    free(room);
    return true;
}
