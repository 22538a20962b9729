/* shapes.h - what can be told of the shapes of values before a run. */
#ifndef SX_NN_SHAPES_H
#define SX_NN_SHAPES_H

#include "nn/graph.h"

/* A size: 0 or more, or a negative number that stands for an unknown one; the same number, the same size. */
struct sx_dims {
    int rank;                   /* -1: unknown */
    int64_t size[SX_MAX_RANK];
};

/* One for each value of a sorted graph, to be freed; NULL: no memory. */
struct sx_dims *sx_shapes(const struct sx_graph *graph);
/* Has `wide` op `narrow` the shape of `wide`, whatever the unknown sizes are? */
bool sx_shapes_covers(const struct sx_dims *wide, const struct sx_dims *narrow);

#endif
