/* sort.h - sorting that keeps the order of equals, which qsort does not promise. */
#ifndef SX_BASE_SORT_H
#define SX_BASE_SORT_H

#include <stdbool.h>
#include <stddef.h>

/* items: [count] of `size` bytes. Sorted ones cost one look at each. False: no memory, nothing is changed. */
bool sx_sort(void *items, size_t count, size_t size, int (*compare)(const void *, const void *));

#endif
