/* queue.h - events and picture frames that wait until the samples they belong to were read. */
#ifndef SX_API_QUEUE_H
#define SX_API_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

/* First in, first out, of items of one size. Grows by doubling, keeps its memory when cleared. */
struct sx_queue {
    char *items;
    size_t item, capacity, first, count;
};

void sx_queue_init(struct sx_queue *queue, size_t item);
bool sx_queue_put(struct sx_queue *queue, const void *item);    /* false: no memory */
void *sx_queue_peek(struct sx_queue *queue);                    /* NULL when empty; valid until the next put */
void sx_queue_drop(struct sx_queue *queue);                     /* the first item; not when empty */
void sx_queue_clear(struct sx_queue *queue);
void sx_queue_free(struct sx_queue *queue);

#endif
