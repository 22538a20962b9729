/* nn_build.h - for the tests of src/nn: writes small ONNX models as bytes, reads the cases of tests/data/nn. */
#ifndef SX_TESTS_NN_BUILD_H
#define SX_TESTS_NN_BUILD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"
#include "nn/graph.h"

static inline void put_varint(struct sx_buffer *b, uint64_t v)
{
    for (; v >= 0x80; v >>= 7)
        sx_buffer_putc(b, (char)(v | 0x80));
    sx_buffer_putc(b, (char)v);
}

static inline void put_number(struct sx_buffer *b, int field, uint64_t v)
{
    put_varint(b, (uint64_t)field << 3);
    put_varint(b, v);
}

static inline void put_bytes(struct sx_buffer *b, int field, const void *data, size_t size)
{
    put_varint(b, (uint64_t)field << 3 | 2);
    put_varint(b, size);
    if (size)
        sx_buffer_add(b, data, size);
}

static inline void put_text(struct sx_buffer *b, int field, const char *text)
{
    put_bytes(b, field, text, strlen(text));
}

/* Adds a message and empties it. */
static inline void put_message(struct sx_buffer *b, int field, struct sx_buffer *message)
{
    put_bytes(b, field, message->data, message->length);
    sx_buffer_free(message);
    memset(message, 0, sizeof *message);
}

/* inputs and outputs: names with blanks between. `extra`: attributes that are written already, may be NULL. */
static inline void put_node(struct sx_buffer *graph, const char *op, const char *name, const char *inputs, const char *outputs, struct sx_buffer *extra)
{
    struct sx_buffer node = {0};
    for (int side = 1; side <= 2; side++) {
        const char *list = side == 1 ? inputs : outputs;
        while (*list) {
            size_t n = strcspn(list, " ");
            put_bytes(&node, side, list, n);
            list += n + (list[n] != 0);
        }
    }
    put_text(&node, 3, name);
    put_text(&node, 4, op);
    if (extra) {
        sx_buffer_add(&node, extra->data, extra->length);
        sx_buffer_free(extra);
        memset(extra, 0, sizeof *extra);
    }
    put_message(graph, 1, &node);
}

/* An attribute with integers, as part of a node. */
static inline void put_ints(struct sx_buffer *node, const char *name, int count, const int64_t *values)
{
    struct sx_buffer attribute = {0};
    put_text(&attribute, 1, name);
    for (int i = 0; i < count; i++)
        put_number(&attribute, 8, (uint64_t)values[i]);
    put_number(&attribute, 20, 7);
    put_message(node, 5, &attribute);
}

/* An input (field 11) or output (12); dimension -1 is symbolic. */
static inline void put_port(struct sx_buffer *graph, int field, const char *name, int type, int rank, const int64_t *shape)
{
    struct sx_buffer value = {0}, kind = {0}, tensor = {0}, dims = {0};
    for (int i = 0; i < rank; i++) {
        struct sx_buffer dim = {0};
        if (shape[i] >= 0)
            put_number(&dim, 1, (uint64_t)shape[i]);
        else
            put_text(&dim, 2, "n");
        put_message(&dims, 1, &dim);
    }
    put_number(&tensor, 1, (uint64_t)type);
    put_message(&tensor, 2, &dims);
    put_message(&kind, 1, &tensor);
    put_text(&value, 1, name);
    put_message(&value, 2, &kind);
    put_message(graph, field, &value);
}

/* A float initializer with raw data. */
static inline void put_weight(struct sx_buffer *graph, const char *name, int rank, const int64_t *shape, const float *values, size_t count)
{
    struct sx_buffer tensor = {0};
    for (int i = 0; i < rank; i++)
        put_number(&tensor, 1, (uint64_t)shape[i]);
    put_number(&tensor, 2, SX_FLOAT);
    put_text(&tensor, 8, name);
    put_bytes(&tensor, 9, values, count * sizeof *values);
    put_message(graph, 5, &tensor);
}

/* The graph becomes a model in `model`; the graph is emptied. */
static inline void put_model(struct sx_buffer *model, struct sx_buffer *graph, int opset)
{
    struct sx_buffer set = {0};
    put_number(model, 1, 8);
    put_message(model, 7, graph);
    put_number(&set, 2, (uint64_t)opset);
    put_message(model, 8, &set);
}

static inline int open_built(struct sx_buffer *graph, int opset, struct sx_model **model, struct sx_buffer *bytes, struct sx_error *error)
{
    memset(error, 0, sizeof *error);
    memset(bytes, 0, sizeof *bytes);
    put_model(bytes, graph, opset);
    return sx_model_open_memory(bytes->data, bytes->length, "built", model, error);
}

/* A .pb file as a tensor whose data is malloc'ed; rank -1 when there is no such file. */
static inline struct sx_tensor read_tensor(const char *folder, int set, const char *kind, int index)
{
    struct sx_map map;
    struct sx_error error;
    struct sx_arena arena = {0};
    struct sx_tensor tensor = {.rank = -1};
    char path[512];
    snprintf(path, sizeof path, "tests/data/nn/%s/test_data_set_%d/%s_%d.pb", folder, set, kind, index);
    if (sx_map_open(path, &map, &error) != SYRINX_OK)
        return tensor;
    if (sx_onnx_tensor((struct sx_bytes){map.data, map.size}, &arena, &tensor, &error) == SYRINX_OK) {
        size_t bytes = (size_t)sx_tensor_count(&tensor) * sx_dtype_size(tensor.type);
        void *copy = malloc(bytes + 1);
        memcpy(copy, tensor.data, bytes);
        tensor.data = copy;
    }
    sx_arena_free(&arena);
    sx_map_close(&map);
    return tensor;
}

#endif
