/* grow.h - arrays that grow by doubling. */
#ifndef SX_BASE_GROW_H
#define SX_BASE_GROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Room for one more behind `count` elements of `size` bytes; array: the address of the pointer to them, *room: how many there is place for. False: no memory, and
 * all is as it was. */
static inline bool sx_grow(void *array, size_t count, size_t *room, size_t size)
{
    void *old, *grown;
    if (count < *room)
        return true;
    size_t more = *room ? 2 * *room : 16;
    memcpy(&old, array, sizeof old);            /* whatever the pointer points to */
    grown = more <= SIZE_MAX / 2 / size ? realloc(old, more * size) : NULL;
    if (!grown)
        return false;
    memcpy(array, &grown, sizeof grown);
    *room = more;
    return true;
}

#endif
