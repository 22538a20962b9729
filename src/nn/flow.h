/* flow.h - the plan of an incremental run (flow_plan.c makes it, flow.c runs it).
 *
 * Every value along time is an endless row of columns: zeros before column 0, the graph's columns, zeros after the last. Behind an upsampling by r a
 * value has r columns for each one of the input: its rate. A round moves all values on by the same n input columns, so by n * rate of their own; a value
 * with delay d then stands d of its columns behind the input. Its buffer holds `history` old columns that readers still need, then the new ones. It is alive
 * from the step that fills it to the last that reads it; the old columns are kept apart meanwhile, so that few buffers in turn serve a deep network. */
#ifndef SX_NN_FLOW_H
#define SX_NN_FLOW_H

#include "nn/op.h"

struct sx_column_buffer {
    char *memory;               /* [history + max_columns * rate][bytes], shared with buffers of other steps */
    char *saved;                /* [history][bytes]: those columns between rounds */
    size_t bytes;               /* of a column */
    int64_t rate;               /* columns for each one of the input */
    int64_t delay, history;     /* columns */
    int64_t past;               /* columns before one that have a part in it, back to the input */
    int64_t extra;              /* columns of a whole run beyond rate * those of the input (negative: fewer) */
};

struct sx_flow_port {
    struct sx_tensor tensor;    /* shape with 0 at the time axis; data of a constant */
    int buffer;                 /* -1: absent or constant along time */
    int time;                   /* axis, -1 */
    bool absent;
    int64_t left, span;         /* inputs: see sx_window */
    int value;                  /* of the graph; -1 when absent */
};

struct sx_flow_step {
    const struct sx_node *node;
    struct sx_flow_port *in, *out;
    int64_t factor;             /* output columns for each one of the inputs */
};

enum { SX_FLOW_INPUTS = 8 };

/* The part of a graph that runs as a flow: `nodes` in order, from `inputs` (values with ones before their axis of time, all of the same length) to `output`. */
struct sx_flow_part {
    struct sx_node *const *nodes;
    int node_count;
    int inputs[SX_FLOW_INPUTS], input_count, output;
    int times[SX_FLOW_INPUTS];  /* axis of time of each input */
    /* Tensors of values that other nodes made; NULL when there are none. Of inputs only the shapes are used, with time taken as variable. */
    const struct sx_tensor *(*known)(const void *user, int value);
    const void *user;
};

struct sx_flow {
    const struct sx_graph *graph;
    struct sx_pool *pool;
    struct sx_arena arena;
    struct sx_column_buffer *buffers;
    struct sx_flow_step *steps;
    int buffer_count, step_count;
    int inputs[SX_FLOW_INPUTS], input_count, output;        /* buffers */
    struct sx_tensor result;    /* shape of the output with 0 along time */
    int result_time;            /* its axis of time */
    int input_width, output_width, max_columns;
    void *scratch;
    int64_t position;           /* columns that went in, virtual ones of the flush included */
    struct sx_error error;
    struct sx_call call;
};

/* Fills everything but position; the memory is zeroed. */
int sx_flow_plan(struct sx_flow *flow, const struct sx_flow_part *part, struct sx_error *error);
/* A flow of a part of a graph. Values that are constant along time are read from where `known` said; sx_flow_known says so anew. */
int sx_flow_new_part(const struct sx_graph *graph, const struct sx_flow_part *part, struct sx_pool *pool, int max_columns, struct sx_flow **flow,
                     struct sx_error *error);
void sx_flow_known(struct sx_flow *flow, const struct sx_flow_part *part);
/* One push, count <= max_columns: inputs[i] is [count][...] of part->inputs[i], NULL for all when count virtual columns behind the end pass. total: columns
 * of the whole signal, -1 while unknown. Returns the columns written. */
int sx_flow_round(struct sx_flow *flow, const char *const *inputs, int count, int64_t total, void *output);
/* Input columns before one, and behind it, that have a part in its output columns. */
int64_t sx_flow_past(const struct sx_flow *flow);

#endif
