/* op.h - what an operator is: shapes, a run on row-major tensors, and its reach along time.
 *
 * A file of ops/ that holds a line "SX_OP(Name) = {" at its start is all that a new operator needs: the Makefile collects the list. */
#ifndef SX_NN_OP_H
#define SX_NN_OP_H

#include "nn/graph.h"
#include "nn/kernels/kernels.h"

enum { SX_MAX_INPUTS = 256, SX_MAX_OUTPUTS = 64 };     /* of a node */

struct sx_budget;

/* One call of a node. In `infer` data of inputs may be NULL: not computed yet. */
struct sx_call {
    const struct sx_node *node;
    int opset;
    int in_count, out_count;
    const struct sx_tensor *in[SX_MAX_INPUTS];      /* NULL: an optional input that is absent */
    struct sx_tensor out[SX_MAX_OUTPUTS];           /* infer: type, rank, shape; run: fills data (NULL: an output that nobody reads) */
    struct sx_pool *pool;
    uint64_t seed;          /* of the session's noise */
    void *scratch;          /* 64-byte aligned, as many bytes as op->scratch asks for */
    void **local;           /* what the node keeps for itself in this session, NULL at first; op->forget frees it. NULL outside of sessions */
    struct sx_budget *budget;   /* of the session */
    bool valid;             /* run only: `in` already holds the columns that a whole run would pad (see sx_window) */
    struct sx_error *error;
};

/* How an operator uses time: output column t needs columns t - left ... t - left + span of an input, zeros outside the signal.
 * 0, 0 for everything that happens inside a column. */
struct sx_window {
    int64_t left, span;
};

enum {
    SX_OP_INTERNAL = 1,     /* made by the passes, not found by name */
    SX_OP_VIEW = 2,         /* output 0 is the memory of input 0 in another shape; run is NULL */
    SX_OP_UNARY = 4,        /* every element by itself, one input */
    SX_OP_BINARY = 8,       /* broadcast, element by element, all inputs alike */
    SX_OP_SHAPE = 32,       /* reads the shapes of its inputs, not their elements */
    SX_OP_CONTROL = 64,     /* runs graphs of its attributes; see ops/control.c */
    SX_OP_RANDOM = 16,      /* not a function of its inputs: never folded */
};

struct sx_op {
    const char *name;
    const char *domain;     /* NULL: ONNX's own */
    int min_inputs, max_inputs, max_outputs;
    unsigned flags;
    /* After reading; checks attributes. May be NULL. */
    int (*prepare)(struct sx_graph *graph, struct sx_node *node, struct sx_error *error);
    int (*infer)(struct sx_call *call);
    int (*run)(struct sx_call *call);
    /* Bytes of scratch memory; NULL: none. Called with shapes known. */
    size_t (*scratch)(const struct sx_call *call);
    void (*forget)(void *local);
    /* Time axes of inputs (-1: constant along time) and of output 0; fills windows[in_count], zeroed before. False: no finite reach.
     * NULL: none ever. UNARY and BINARY need no function. */
    bool (*window)(const struct sx_call *call, const int *time_in, int time_out, struct sx_window *windows);
    /* Output columns for each input column of one that has a window; NULL: one. Windows count in input columns then. */
    int (*factor)(const struct sx_node *node);
};

#define SX_OP(name) const struct sx_op sx_op_##name
#define SX_DECLARE_OP(name) extern const struct sx_op sx_op_##name

/* NULL when there is none. */
const struct sx_op *sx_op_find(const char *domain, const char *type);
/* NULL when the number of inputs and outputs suits the operator, else what is wrong. */
const char *sx_op_check(const struct sx_op *op, const struct sx_node *node);

/* Fails with the node's name and operator in the message. */
int sx_call_fail(struct sx_call *call, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* call.c: helpers for infer. */
/* Sets output `index` and checks the element count. */
int sx_call_output(struct sx_call *call, int index, enum sx_dtype type, int rank, const int64_t *shape);
/* The integers of input `index` (int32 or int64, rank 0 or 1): at most `room`. Returns their count or a negative code. */
int sx_call_ints(struct sx_call *call, int index, int64_t *out, int room);
/* An axis counted from the end when negative; -1 after a failure with message. */
int sx_call_axis(struct sx_call *call, int64_t axis, int rank);
/* Axes from attribute "axes" or from input `index`; marks them in flags[rank]; *given is false when there are none. */
int sx_call_axes(struct sx_call *call, int index, int rank, bool flags[SX_MAX_RANK], bool *given);
bool sx_call_has(const struct sx_call *call, int index);
/* The shape that a and b broadcast to; false when they do not. */
bool sx_broadcast(const struct sx_tensor *a, const struct sx_tensor *b, int *rank, int64_t shape[SX_MAX_RANK]);
/* Steps in elements of `t` along the axes of a broadcast result (0 where it repeats). */
void sx_broadcast_steps(const struct sx_tensor *t, int rank, const int64_t *shape, int64_t steps[SX_MAX_RANK]);
/* Infer functions that many share. */
int sx_infer_same(struct sx_call *call);
int sx_infer_broadcast(struct sx_call *call);
/* A window function for operators that act inside the last axis or others, never along time: all time axes equal from the right. */
bool sx_window_pointwise(const struct sx_call *call, const int *time_in, int time_out, struct sx_window *windows);
/* Calls row(user, a, b, out, step_a, step_b, count) for rows of a broadcast result; elements of `size_*` bytes, steps in elements (0 or more). */
typedef void sx_row(void *user, const void *a, int64_t a_step, const void *b, int64_t b_step, void *out, int64_t count);
void sx_broadcast_rows(const struct sx_tensor *a, const struct sx_tensor *b, const struct sx_tensor *out, sx_row *row, void *user);
/* sum = a + b of floats, broadcast. */
void sx_broadcast_add(const struct sx_tensor *a, const struct sx_tensor *b, const struct sx_tensor *sum);

/* Runs `task` over [0, count) in pieces of at least `grain`. */
void sx_parallel(struct sx_pool *pool, int64_t count, int64_t grain, void (*task)(void *user, int64_t begin, int64_t end), void *user);

#endif
