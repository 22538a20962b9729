/* flow.h - the plan of an incremental run (flow_plan.c makes it, flow.c runs it).
 *
 * Every value along time is an endless row of columns: zeros before column 0, the graph's columns, zeros after the last. A round moves all of
 * them on by the same n columns; a value with delay d then stands d columns behind the input. Its buffer holds `history` old columns that
 * readers still need, then the n new ones. */
#ifndef SX_NN_FLOW_H
#define SX_NN_FLOW_H

#include "nn/op.h"

struct sx_column_buffer {
    char *memory;               /* [history + max_columns][bytes] */
    size_t bytes;               /* of a column */
    int64_t delay, history;     /* columns */
    int64_t extra;              /* columns of a whole run beyond those of the input (negative: fewer) */
};

struct sx_flow_port {
    struct sx_tensor tensor;    /* shape with 0 at the time axis; data of a constant */
    int buffer;                 /* -1: absent or constant along time */
    int time;                   /* axis, -1 */
    bool absent;
    int64_t left, span;         /* inputs: see sx_window */
};

struct sx_flow_step {
    const struct sx_node *node;
    struct sx_flow_port *in, *out;
};

struct sx_flow {
    const struct sx_graph *graph;
    struct sx_pool *pool;
    struct sx_arena arena;
    struct sx_column_buffer *buffers;
    struct sx_flow_step *steps;
    int buffer_count, step_count;
    int input, output;          /* buffers */
    int input_width, output_width, max_columns;
    void *scratch;
    int64_t position;           /* columns that went in, virtual ones of the flush included */
    struct sx_error error;
    struct sx_call call;
};

/* Fills everything but position; the memory is zeroed. */
int sx_flow_plan(struct sx_flow *flow, struct sx_error *error);

#endif
