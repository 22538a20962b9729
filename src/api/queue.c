/* queue.c - a ring that doubles. */
#include "api/queue.h"

#include <stdlib.h>
#include <string.h>

void sx_queue_init(struct sx_queue *queue, size_t item)
{
    memset(queue, 0, sizeof *queue);
    queue->item = item;
}

static char *slot(struct sx_queue *queue, size_t index)
{
    return queue->items + (queue->first + index) % queue->capacity * queue->item;
}

static bool grow(struct sx_queue *queue)
{
    size_t capacity = queue->capacity ? 2 * queue->capacity : 64;
    char *items = malloc(capacity * queue->item);
    if (!items)
        return false;
    for (size_t i = 0; i < queue->count; i++)
        memcpy(items + i * queue->item, slot(queue, i), queue->item);
    free(queue->items);
    queue->items = items;
    queue->capacity = capacity;
    queue->first = 0;
    return true;
}

bool sx_queue_put(struct sx_queue *queue, const void *item)
{
    if (queue->count == queue->capacity && !grow(queue))
        return false;
    memcpy(slot(queue, queue->count++), item, queue->item);
    return true;
}

void *sx_queue_peek(struct sx_queue *queue)
{
    return queue->count ? slot(queue, 0) : NULL;
}

void sx_queue_drop(struct sx_queue *queue)
{
    queue->first = (queue->first + 1) % queue->capacity;
    queue->count--;
}

void sx_queue_clear(struct sx_queue *queue)
{
    queue->first = queue->count = 0;
}

void sx_queue_free(struct sx_queue *queue)
{
    free(queue->items);
    memset(queue, 0, sizeof *queue);
}
