/* graph.h - a network in memory: values joined by nodes, as the reader delivers it and the passes change it.
 *
 * Values and nodes are numbers (indices), -1 is "absent". Everything lives in the graph's arena; constants may lie in the mapped file. */
#ifndef SX_NN_GRAPH_H
#define SX_NN_GRAPH_H

#include "base/arena.h"
#include "base/file.h"
#include "nn/nn.h"

struct sx_op;

struct sx_bytes {
    const unsigned char *data;
    size_t size;
};

struct sx_attribute {
    const char *name;
    int64_t i;
    float f;
    const char *s;              /* NULL unless a string */
    const int64_t *ints;
    const float *floats;
    int int_count, float_count;
    const struct sx_tensor *tensor;     /* NULL unless a tensor */
    const char **strings;
    int string_count;
    /* A graph (of If, Loop, Scan). Its first own_inputs inputs are what the operator feeds; the others are inputs of the node from
     * first_capture on: values of the graph around that it reads. */
    struct sx_graph *graph;
    int own_inputs, first_capture;
    struct sx_bytes body;       /* while the model is read */
};

struct sx_value {
    const char *name;
    enum sx_dtype type;         /* 0: not declared */
    int rank;                   /* -1: not declared */
    int64_t shape[SX_MAX_RANK]; /* -1: not declared */
    const struct sx_tensor *constant;   /* NULL unless known when the model is opened; its data may be unaligned in the file */
    int producer;               /* node, or -1 */
    int uses;                   /* by nodes and as a graph output; valid after sx_graph_sort */
};

struct sx_node {
    const struct sx_op *op;
    const char *name;
    int input_count, output_count, attribute_count;
    int own_inputs;             /* those that the file names; behind them come captures, see sx_attribute */
    int *inputs, *outputs;      /* values */
    struct sx_attribute *attributes;
    void *state;                /* what op->prepare and the passes made; in the arena */
};

struct sx_graph {
    struct sx_arena arena;
    struct sx_value *values;
    int value_count, value_room;
    struct sx_node **nodes;     /* in topological order after sx_graph_sort */
    int node_count, node_room;
    int *inputs, *outputs;      /* values */
    const char **output_names;  /* a pass may let an output be another value */
    int input_count, output_count;
    int opset;
    int random_count;           /* nodes that make noise; each has a number */
    size_t folded, packed;      /* bytes that folding and packing made: a small file must not ask for much */
    struct sx_graph *children, *sibling;    /* graphs in attributes of nodes, for sx_graph_free */
    struct sx_map map;          /* the file, when the model is one that is mapped */
    enum sx_precision precision;        /* that is wished for */
    struct sx_pool *pool;       /* while the model is opened; may be NULL */
    struct sx_pack_block *packs;        /* memory of packed weights (packed.c) */
    struct sx_dims *dims;       /* [dims_count] shapes of the values that the file has (shapes.h); NULL unless passes run */
    int dims_count;
};

/* onnx.c: fills an empty graph from a ModelProto. */
int sx_onnx_read(const void *data, size_t size, struct sx_graph *graph, struct sx_error *error);
/* onnx_tensor.c: numbers of a repeated fixed-width field, in place when they lie in one packed run, else gathered. */
int sx_onnx_fixed(struct sx_bytes bytes, uint32_t number, size_t size, size_t want, struct sx_arena *arena, void **data, struct sx_error *error);
/* Reads a TensorProto whose memory comes from the arena, or lies in `data` (then it may be unaligned). */
int sx_onnx_tensor(struct sx_bytes data, struct sx_arena *arena, struct sx_tensor *tensor, struct sx_error *error);

/* graph.c. -1 or NULL: no memory. */
int sx_graph_value(struct sx_graph *graph, const char *name);
struct sx_node *sx_graph_node(struct sx_graph *graph, const struct sx_op *op, const char *name, int inputs, int outputs);
/* Drops what no output needs, orders the nodes, counts uses. FORMAT when there is a cycle or a value without source. */
int sx_graph_sort(struct sx_graph *graph, struct sx_error *error);
/* Numbers the values that are left by their first use and lays the nodes out in order, so that a run walks through memory; the last of all passes. */
int sx_graph_compact(struct sx_graph *graph, struct sx_error *error);
void sx_graph_free(struct sx_graph *graph);

/* Attributes; the default when there is none. */
const struct sx_attribute *sx_node_attribute(const struct sx_node *node, const char *name);
int64_t sx_node_int(const struct sx_node *node, const char *name, int64_t normal);
float sx_node_float(const struct sx_node *node, const char *name, float normal);
const char *sx_node_string(const struct sx_node *node, const char *name, const char *normal);

/* tensor.c. Bytes of an element, 0 for a type that the engine lacks. */
size_t sx_dtype_size(enum sx_dtype type);
const char *sx_dtype_name(enum sx_dtype type);
/* Elements; -1 when a dimension is negative or the product is past the engine's limit (2^31 elements). */
int64_t sx_tensor_count(const struct sx_tensor *tensor);
bool sx_tensor_same_shape(const struct sx_tensor *a, const struct sx_tensor *b);
void sx_half_to_float(const void *half, float *out, size_t count);  /* half may be unaligned */
uint16_t sx_float_to_half(float value);
float sx_bfloat_to_float(uint16_t value);
uint16_t sx_float_to_bfloat(float value);
/* Any of the integer types; bool is none of them. */
bool sx_dtype_integer(enum sx_dtype type);
/* Element `index` of a tensor (aligned or not) of any type as an integer, for integer types exact (uint64 wraps), or as a real number. */
int64_t sx_tensor_int(const struct sx_tensor *tensor, int64_t index);
double sx_tensor_real(const struct sx_tensor *tensor, int64_t index);

/* passes.c, lower.c, normalize.c, layout.c, fuse.c: the order is sx_graph_optimize's. */
int sx_graph_optimize(struct sx_graph *graph, struct sx_error *error);
/* widen.c: before everything else, on the whole model with the graphs inside of it. */
int sx_pass_widen(struct sx_graph *graph, struct sx_error *error);
int sx_pass_fold(struct sx_graph *graph, bool all, struct sx_error *error);
int sx_pass_neutral(struct sx_graph *graph, struct sx_error *error);      /* neutral.c */
int sx_pass_lower(struct sx_graph *graph, struct sx_error *error);
int sx_pass_normalize(struct sx_graph *graph, struct sx_error *error);
int sx_pass_layout(struct sx_graph *graph, struct sx_error *error);
int sx_pass_fuse(struct sx_graph *graph, struct sx_error *error);
int sx_pass_common(struct sx_graph *graph, struct sx_error *error);     /* common.c */
int sx_pass_pack(struct sx_graph *graph, struct sx_error *error);
/* packed.c: zeroed memory for packed weights, aligned to 64 bytes, for the life of the graph; NULL: none, or more than 2 GB in all. One reservation for
 * all of them, in bytes that sx_pack_bytes made of those of each, keeps them in one piece. */
int sx_graph_pack_reserve(struct sx_graph *graph, size_t bytes, struct sx_error *error);
void *sx_graph_pack_alloc(struct sx_graph *graph, size_t bytes);
static inline size_t sx_pack_bytes(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}
/* Brings the pages of such memory in, before they are written; several threads may. */
void sx_graph_pack_populate(const struct sx_graph *graph, const void *data, size_t bytes);
/* Whether those bytes lie in the mapped file. */
bool sx_graph_in_file(const struct sx_graph *graph, const void *bytes);
/* The tensor was packed: its pages of the mapped file need not stay in memory. */
void sx_graph_packed_from(const struct sx_graph *graph, const struct sx_tensor *tensor);
/* The model is ready: nor need all others. */
void sx_graph_packed_all(const struct sx_graph *graph);
void sx_graph_pack_free(struct sx_graph *graph);
/* Makes every constant that a node reads aligned memory. */
int sx_pass_align(struct sx_graph *graph, struct sx_error *error);
/* The constant behind a value, also through a Cast of float16 to float that was left alone; NULL when it is none. */
const struct sx_tensor *sx_graph_constant(const struct sx_graph *graph, int value);
/* A new constant value; -1: no memory. */
int sx_graph_add_constant(struct sx_graph *graph, const struct sx_tensor *tensor);
/* `tensor` as floats in the arena (from float or float16), NULL: no memory or another type. */
float *sx_graph_floats(struct sx_graph *graph, const struct sx_tensor *tensor);

/* precision.c: which nodes may compute in short numbers. */
int sx_pass_precision(struct sx_graph *graph, struct sx_error *error);
/* model.c: as sx_model_open_memory_as, but `cut` sees the graph as the file has it, before any pass, and may give it other inputs and outputs. */
int sx_model_open_part(const void *data, size_t size, const char *name, const struct sx_model_options *options,
                       int (*cut)(struct sx_graph *graph, void *user, struct sx_error *error), void *user, struct sx_model **model, struct sx_error *error);

struct sx_model {
    struct sx_graph graph;
    bool mapped;
};

#endif
