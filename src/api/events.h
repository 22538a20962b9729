/* events.h - events that wait until the samples they belong to were read. */
#ifndef SX_API_EVENTS_H
#define SX_API_EVENTS_H

#include <stdbool.h>

#include "api/queue.h"
#include "syrinx.h"

struct sx_events {
    struct sx_queue queue;      /* of syrinx_event; names of marks are owned */
    char *taken;                /* the name of the event that was taken last */
};

void sx_events_init(struct sx_events *events);
/* False: no memory. The name of a mark is copied, other names must be static. */
bool sx_events_put(struct sx_events *events, const syrinx_event *event);
/* The next event whose position is below `read`, or the end if it is at it; its name is valid until the next call. */
bool sx_events_take(struct sx_events *events, uint64_t read, syrinx_event *event);
/* Drops the oldest of those that could have been taken, but for `keep`. */
void sx_events_forget(struct sx_events *events, uint64_t read, size_t keep);
void sx_events_clear(struct sx_events *events);
void sx_events_free(struct sx_events *events);

#endif
