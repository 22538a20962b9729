/* events.c - the queue of events of a stream. */
#include "api/events.h"

#include <stdlib.h>
#include <string.h>

void sx_events_init(struct sx_events *events)
{
    events->taken = NULL;
    sx_queue_init(&events->queue, sizeof(syrinx_event));
}

bool sx_events_put(struct sx_events *events, const syrinx_event *event)
{
    syrinx_event copy = *event;
    if (event->type == SYRINX_EVENT_MARK && !(copy.name = strdup(event->name)))
        return false;
    if (sx_queue_put(&events->queue, &copy))
        return true;
    if (event->type == SYRINX_EVENT_MARK)
        free((char *)copy.name);
    return false;
}

static void drop(struct sx_events *events)
{
    const syrinx_event *first = sx_queue_peek(&events->queue);
    if (first->type == SYRINX_EVENT_MARK)
        free((char *)first->name);
    sx_queue_drop(&events->queue);
}

bool sx_events_take(struct sx_events *events, uint64_t read, syrinx_event *event)
{
    const syrinx_event *first = sx_queue_peek(&events->queue);
    free(events->taken);
    events->taken = NULL;
    /* marks may stand behind the last sample too */
    bool behind = first && (first->type == SYRINX_EVENT_END || first->type == SYRINX_EVENT_MARK);
    if (!first || (first->sample >= read && !(behind && first->sample == read)))
        return false;
    *event = *first;
    if (first->type == SYRINX_EVENT_MARK)
        events->taken = (char *)first->name;
    sx_queue_drop(&events->queue);
    return true;
}

void sx_events_forget(struct sx_events *events, uint64_t read, size_t keep)
{
    const syrinx_event *event;
    while (events->queue.count > keep && (event = sx_queue_peek(&events->queue)) && event->sample < read)
        drop(events);
}

void sx_events_clear(struct sx_events *events)
{
    while (events->queue.count)
        drop(events);
}

void sx_events_free(struct sx_events *events)
{
    sx_events_clear(events);
    sx_queue_free(&events->queue);
    free(events->taken);
    events->taken = NULL;
}
