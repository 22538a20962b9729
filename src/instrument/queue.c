/* queue.c - a binary heap of events by (sample, order of telling). */
#include "instrument/queue.h"

#include <stdlib.h>
#include <string.h>

static bool before(const struct sx_sound_event *a, const struct sx_sound_event *b)
{
    return a->sample != b->sample ? a->sample < b->sample : a->order < b->order;
}

int sx_sound_queue_fix(struct sx_sound_queue *queue, int events, struct sx_error *error)
{
    queue->events = malloc((size_t)events * sizeof *queue->events);     /* pages that are never used take no memory */
    if (!queue->events) return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory for %d events", events);
    queue->capacity = events;
    queue->fixed = true;
    return SYRINX_OK;
}

int sx_sound_queue_add(struct sx_sound_queue *queue, const struct sx_sound_event *event, struct sx_error *error)
{
    if (queue->count == queue->capacity) {
        int capacity = queue->capacity ? queue->capacity * 2 : 64;
        struct sx_sound_event *more = queue->fixed || queue->capacity > (1 << 24) ? NULL : realloc(queue->events, (size_t)capacity * sizeof *more);
        if (!more) return sx_fail(error, SYRINX_ERROR_MEMORY, "no room for more than %d events ahead", queue->count);
        queue->events = more;
        queue->capacity = capacity;
    }
    struct sx_sound_event fresh = *event;
    fresh.order = queue->told++;
    int i = queue->count++;
    while (i > 0 && before(&fresh, &queue->events[(i - 1) / 2])) {
        queue->events[i] = queue->events[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    queue->events[i] = fresh;
    queue->waiting += fresh.kind == SX_EVENT_ON;
    return SYRINX_OK;
}

const struct sx_sound_event *sx_sound_queue_first(const struct sx_sound_queue *queue)
{
    return queue->count ? queue->events : NULL;
}

void sx_sound_queue_drop(struct sx_sound_queue *queue)
{
    if (!queue->count) return;
    queue->waiting -= queue->events[0].kind == SX_EVENT_ON;
    struct sx_sound_event last = queue->events[--queue->count];
    int i = 0, n = queue->count;
    for (int child = 1; child < n; child = 2 * i + 1) {
        if (child + 1 < n && before(&queue->events[child + 1], &queue->events[child])) child++;
        if (!before(&queue->events[child], &last)) break;
        queue->events[i] = queue->events[child];
        i = child;
    }
    if (n) queue->events[i] = last;
}

void sx_sound_queue_clear(struct sx_sound_queue *queue)
{
    queue->count = queue->waiting = 0;
}

void sx_sound_queue_free(struct sx_sound_queue *queue)
{
    free(queue->events);
    memset(queue, 0, sizeof *queue);
}
