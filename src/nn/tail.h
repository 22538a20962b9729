/* tail.h - the end of a network from its first upsampling on, which runs as a flow in short pieces: what lies between its nodes stays in the cache
 * and takes a few megabytes whatever the length. Pieces never change a bit of the result (flow.h). */
#ifndef SX_NN_TAIL_H
#define SX_NN_TAIL_H

#include "nn/flow.h"

struct sx_tail;

/* The tail of a graph, if it has one: NULL otherwise, also without memory (then the graph runs whole). */
struct sx_tail *sx_tail_find(const struct sx_graph *graph);
bool sx_tail_has(const struct sx_tail *tail, int node);
int sx_tail_output(const struct sx_tail *tail);     /* value */
/* Makes ready for inputs of these shapes; `known` gives the tensors that other nodes made, now and in sx_tail_run. *output: the result's shape. False when
 * the nodes cannot run along time with these inputs (a batch, say). */
bool sx_tail_ready(struct sx_tail *tail, const struct sx_tensor *(*known)(const void *user, int value), const void *user, struct sx_pool *pool,
                   struct sx_tensor *output);
/* Fills output->data. */
int sx_tail_run(struct sx_tail *tail, struct sx_pool *pool, const struct sx_tensor *output, struct sx_error *error);
void sx_tail_free(struct sx_tail *tail);

#endif
