/* queue.h - the events of a sounder that lie ahead: out by time, those of one sample in the order told. */
#ifndef SX_INSTRUMENT_QUEUE_H
#define SX_INSTRUMENT_QUEUE_H

#include "instrument/instrument.h"

enum sx_sound_event_kind { SX_EVENT_ON, SX_EVENT_OFF, SX_EVENT_CUT, SX_EVENT_CONTROL };

struct sx_sound_event {
    int64_t sample;
    uint64_t order;                 /* set by the queue */
    enum sx_sound_event_kind kind;
    int control;
    int64_t id;
    float value;                    /* seconds of a cut, value of a control */
    struct sx_sound sound;          /* of a note that begins */
};

/* Zeroed: empty. A binary heap. */
struct sx_sound_queue {
    struct sx_sound_event *events;
    int count, capacity;
    bool fixed;                     /* it keeps to its capacity: nothing is allocated */
    int waiting;                    /* notes that begin among them */
    uint64_t told;
};

/* Room for that many, once and for all. MEMORY. */
int sx_sound_queue_fix(struct sx_sound_queue *queue, int events, struct sx_error *error);
int sx_sound_queue_add(struct sx_sound_queue *queue, const struct sx_sound_event *event, struct sx_error *error);   /* MEMORY */
const struct sx_sound_event *sx_sound_queue_first(const struct sx_sound_queue *queue);  /* NULL: empty */
void sx_sound_queue_drop(struct sx_sound_queue *queue);     /* the first */
void sx_sound_queue_clear(struct sx_sound_queue *queue);    /* keeps the memory */
void sx_sound_queue_free(struct sx_sound_queue *queue);

#endif
