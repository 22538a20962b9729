/* tiny_onnx.h - ONNX models of one convolution along time, written byte by byte, for tests that want a vocoder network and no training. */
#ifndef SX_TEST_TINY_ONNX_H
#define SX_TEST_TINY_ONNX_H

#include <stdint.h>
#include <string.h>

#include "base/buffer.h"
#include "base/random.h"

static inline void tiny_varint(struct sx_buffer *b, uint64_t value)
{
    for (; value >= 128; value >>= 7) sx_buffer_putc(b, (char)(value | 128));
    sx_buffer_putc(b, (char)value);
}

static inline void tiny_int(struct sx_buffer *b, int field, uint64_t value)
{
    tiny_varint(b, (uint64_t)field << 3);
    tiny_varint(b, value);
}

static inline void tiny_bytes(struct sx_buffer *b, int field, const void *bytes, size_t length)
{
    tiny_varint(b, (uint64_t)field << 3 | 2);
    tiny_varint(b, length);
    sx_buffer_add(b, bytes, length);
}

static inline void tiny_string(struct sx_buffer *b, int field, const char *text)
{
    tiny_bytes(b, field, text, strlen(text));
}

/* Appends `part` as a message and empties it. */
static inline void tiny_message(struct sx_buffer *b, int field, struct sx_buffer *part)
{
    tiny_bytes(b, field, part->data ? part->data : "", part->length);
    sx_buffer_free(part);
    memset(part, 0, sizeof *part);
}

static inline void tiny_ints(struct sx_buffer *node, const char *name, const int *values, int count)
{
    struct sx_buffer a = { 0 };
    tiny_string(&a, 1, name);
    for (int i = 0; i < count; i++) tiny_int(&a, 8, (uint64_t)values[i]);
    tiny_int(&a, 20, 7);                /* INTS */
    tiny_message(node, 5, &a);
}

static inline void tiny_node(struct sx_buffer *graph, struct sx_buffer *attributes, const char *type, const char *const *inputs, const char *output)
{
    struct sx_buffer node = { 0 };
    for (; *inputs; inputs++) tiny_string(&node, 1, *inputs);
    tiny_string(&node, 2, output);
    tiny_string(&node, 3, output);
    tiny_string(&node, 4, type);
    sx_buffer_add(&node, attributes->data, attributes->length);
    sx_buffer_clear(attributes);
    tiny_message(graph, 1, &node);
}

/* Random float weights of standard deviation `scale`. */
static inline void tiny_weights(struct sx_buffer *graph, const char *name, const int *shape, int rank, uint64_t seed, float scale)
{
    struct sx_buffer tensor = { 0 }, data = { 0 };
    int count = 1;
    for (int i = 0; i < rank; i++) {
        tiny_int(&tensor, 1, (uint64_t)shape[i]);
        count *= shape[i];
    }
    tiny_int(&tensor, 2, 1);            /* FLOAT */
    tiny_string(&tensor, 8, name);
    for (int i = 0; i < count; i++) {
        float w = scale * sx_random_normal(seed, (uint64_t)i);
        sx_buffer_add(&data, &w, sizeof w);
    }
    tiny_message(&tensor, 9, &data);
    tiny_message(graph, 5, &tensor);
}

/* [1, T, width] */
static inline void tiny_value(struct sx_buffer *graph, int field, const char *name, int width)
{
    struct sx_buffer value = { 0 }, type = { 0 }, tensor = { 0 }, shape = { 0 }, dim = { 0 };
    tiny_int(&dim, 1, 1);
    tiny_message(&shape, 1, &dim);
    tiny_string(&dim, 2, "frames");
    tiny_message(&shape, 1, &dim);
    tiny_int(&dim, 1, (uint64_t)width);
    tiny_message(&shape, 1, &dim);
    tiny_int(&tensor, 1, 1);
    tiny_message(&tensor, 2, &shape);
    tiny_message(&type, 1, &tensor);
    tiny_string(&value, 1, name);
    tiny_message(&value, 2, &type);
    tiny_message(graph, field, &value);
}

/* frames [1,T,in] -> filters [1,T,out]: a convolution that sees `before` frames back and `ahead` frames on. The caller frees. */
static inline struct sx_buffer tiny_model(int in, int out, int before, int ahead, float scale)
{
    struct sx_buffer model = { 0 }, graph = { 0 }, attributes = { 0 }, opset = { 0 };
    const int flip[] = { 0, 2, 1 }, kernel = before + 1 + ahead, pads[] = { before, ahead }, shape[] = { out, in, kernel };
    const char *const first[] = { "frames", NULL }, *const second[] = { "a", "w", "bias", NULL }, *const third[] = { "b", NULL };
    tiny_ints(&attributes, "perm", flip, 3);
    tiny_node(&graph, &attributes, "Transpose", first, "a");
    tiny_ints(&attributes, "kernel_shape", &kernel, 1);
    tiny_ints(&attributes, "pads", pads, 2);
    tiny_node(&graph, &attributes, "Conv", second, "b");
    tiny_ints(&attributes, "perm", flip, 3);
    tiny_node(&graph, &attributes, "Transpose", third, "filters");
    tiny_string(&graph, 2, "tiny");
    tiny_weights(&graph, "w", shape, 3, 21, scale);
    tiny_weights(&graph, "bias", shape, 1, 22, scale);
    tiny_value(&graph, 11, "frames", in);
    tiny_value(&graph, 12, "filters", out);
    tiny_int(&model, 1, 8);             /* IR version */
    tiny_message(&model, 7, &graph);
    tiny_int(&opset, 2, 17);
    tiny_message(&model, 8, &opset);
    sx_buffer_free(&attributes);
    return model;
}

#endif
