/* names.h - which value has which name, while a graph is read: a hash table with open addressing. */
#ifndef SX_NN_NAMES_H
#define SX_NN_NAMES_H

#include "nn/graph.h"

struct sx_names {
    struct sx_names_entry *entries;     /* [mask + 1] */
    uint32_t mask;
};

bool sx_names_new(struct sx_names *names, uint32_t room);      /* room: a power of two */
void sx_names_free(struct sx_names *names);
/* The value of that name, -1 when there is none. */
int sx_names_find(const struct sx_names *names, const struct sx_graph *graph, struct sx_bytes name);
/* The same, made in the graph when it is new; -1 with an error: no memory, or the name is no text. */
int sx_names_value(struct sx_names *names, struct sx_graph *graph, struct sx_bytes name, struct sx_error *error);
/* A copy of the bytes in the arena; NULL with an error when they are no text or there is no memory. */
const char *sx_names_text(struct sx_arena *arena, struct sx_bytes bytes, struct sx_error *error);

#endif
