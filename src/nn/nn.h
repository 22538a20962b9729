/* nn.h - neural networks: an ONNX file becomes a model, a model runs whole (sx_session) or along time (sx_flow).
 *
 * A model is immutable and may be shared by any number of threads; a session or flow belongs to one thread at a time. */
#ifndef SX_NN_NN_H
#define SX_NN_NN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/pool.h"

struct sx_model;        /* graph and weights */
struct sx_session;      /* one whole run at a time: any graph, any shapes */
struct sx_flow;         /* an incremental run along one time axis: columns in, columns out */

/* ONNX's numbers of element types (TensorProto.DataType), those that the engine computes with. */
enum sx_dtype {
    SX_FLOAT = 1, SX_UINT8 = 2, SX_INT8 = 3, SX_UINT16 = 4, SX_INT16 = 5, SX_INT32 = 6, SX_INT64 = 7, SX_BOOL = 9, SX_FLOAT16 = 10, SX_DOUBLE = 11,
    SX_UINT32 = 12, SX_UINT64 = 13, SX_BFLOAT16 = 16,
};

enum { SX_MAX_RANK = 8 };

struct sx_tensor {
    enum sx_dtype type;
    int rank;
    int64_t shape[SX_MAX_RANK];
    void *data;             /* row-major */
};

/* How weights and sums are kept. What decides something - durations, indices, whatever a whole number depends on - is float32 in all of them. A processor
 * that lacks what a precision needs computes in float32 instead: sx_nn_precision tells. */
enum sx_precision {
    SX_PRECISION_FLOAT32,
    SX_PRECISION_BFLOAT16,      /* weights and products in bfloat16, sums in float32: about twice the speed */
    SX_PRECISION_FLOAT16,       /* weights in float16, computed in float32: half the memory */
    SX_PRECISION_INT8,          /* weights in int8 with a scale for each output, computed in float32: a quarter */
    SX_PRECISIONS
};

/* "float32", "bfloat16", "float16", "int8"; NULL out of range. */
const char *sx_precision_name(enum sx_precision precision);
/* The one of that name, -1: none. */
int sx_precision_find(const char *name);
/* What a model of that precision is computed in here: itself, or float32 when the kernels that run lack it. */
enum sx_precision sx_nn_precision(enum sx_precision precision);

struct sx_model_options {
    enum sx_precision precision;
    bool mapped;            /* the data is a file as sx_map_open gives it: pages that were read may be given back */
    struct sx_pool *pool;   /* helps with packing the weights; NULL: one thread */
};

/* Reads, checks and optimises a model. The file is mapped and stays mapped; the memory must outlive the model.
 * FORMAT (damaged), UNSUPPORTED (an operator that the engine lacks: the message names it, its node and opset), NOT_FOUND, IO, MEMORY. */
int sx_model_open(const char *path, struct sx_model **model, struct sx_error *error);
int sx_model_open_memory(const void *data, size_t size, const char *name, struct sx_model **model, struct sx_error *error);
/* The same with options; NULL: none. */
int sx_model_open_as(const char *path, const struct sx_model_options *options, struct sx_model **model, struct sx_error *error);
int sx_model_open_memory_as(const void *data, size_t size, const char *name, const struct sx_model_options *options, struct sx_model **model, struct sx_error *error);
void sx_model_close(struct sx_model *model);

/* Calls `visit` for each kind of operator that the engine lacks, with how many nodes are of it (those in graphs of If and the like among them); 64 kinds at most.
 * The number of kinds; what is damaged is passed over. */
int sx_model_missing(const void *data, size_t size, void (*visit)(void *user, const char *domain, const char *type, int count), void *user);

int sx_model_input_count(const struct sx_model *model);
int sx_model_output_count(const struct sx_model *model);
const char *sx_model_input_name(const struct sx_model *model, int index);
const char *sx_model_output_name(const struct sx_model *model, int index);
/* Declared shape; -1 for a symbolic or unknown dimension. Returns the rank. */
int sx_model_input_shape(const struct sx_model *model, int index, enum sx_dtype *type, int64_t shape[SX_MAX_RANK]);

/* pool may be NULL: one thread. */
int sx_session_new(const struct sx_model *model, struct sx_pool *pool, struct sx_session **session, struct sx_error *error);
/* The data is not copied and must stay valid during the run. Missing inputs fail the run. */
int sx_session_set_input(struct sx_session *session, int index, const struct sx_tensor *tensor, struct sx_error *error);
/* Noise (RandomNormalLike and its kin) is a function of this number, 0 at first: the same seed gives the same result in every run. */
void sx_session_set_seed(struct sx_session *session, uint64_t seed);
/* Bytes that the results and working areas of a run may take in all; 1 GiB at first. A model that wants more fails with MEMORY and the node's name. */
void sx_session_set_limit(struct sx_session *session, size_t bytes);
int sx_session_run(struct sx_session *session, struct sx_error *error);
/* Runs end with SYRINX_ERROR_CANCELLED at the next node once *stop, which any thread may set, is not 0. NULL: they do not. */
void sx_session_stop_on(struct sx_session *session, const _Atomic int *stop);
/* Valid until the next run. NULL out of range. */
const struct sx_tensor *sx_session_output(const struct sx_session *session, int index);
void sx_session_free(struct sx_session *session);

/* A flow runs a model that has one input [1,T,C] and one output [1,T,D], all of it streamable along T. `max_columns` (1 to 4096) is the most that
 * one push computes at once: a longer push is cut. UNSUPPORTED names the node that has no finite reach in time. */
int sx_flow_new(const struct sx_model *model, struct sx_pool *pool, int max_columns, struct sx_flow **flow, struct sx_error *error);
int sx_flow_input_width(const struct sx_flow *flow);       /* C */
int sx_flow_output_width(const struct sx_flow *flow);      /* D */
int sx_flow_look_ahead(const struct sx_flow *flow);        /* input columns that an output column needs from the future */
int sx_flow_rate(const struct sx_flow *flow);              /* output columns for each input column: 1 unless the graph upsamples */
/* Brings `count` columns (row-major [count][C]); with `last` the end of the signal is reached, where the graph pads as it would in a whole
 * run. Writes the output columns that are now complete to `output` ([n][D], room for (count + look-ahead) * rate columns) and returns n. Outputs depend only on the
 * inputs, never on how they were cut into pushes: the same bits. After `last` the flow is as new. Nothing is allocated.
 * With count 0 input may be NULL. */
int sx_flow_push(struct sx_flow *flow, const float *input, int count, bool last, float *output);
void sx_flow_reset(struct sx_flow *flow);
void sx_flow_free(struct sx_flow *flow);

/* The kernels that run: "c", "avx2", "avx512" or "neon"; $SYRINX_CPU overrides downwards. */
const char *sx_nn_level(void);

#endif
