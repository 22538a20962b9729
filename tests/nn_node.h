/* nn_node.h - runs one operator on tensors that a test writes down: as inputs of a run and, folded when the model opens, as constants. */
#ifndef SX_TESTS_NN_NODE_H
#define SX_TESTS_NN_NODE_H

#include <math.h>

#include "nn_build.h"

#define DIMS(...) __VA_ARGS__
#define TENSOR(dtype, c_type, dims, ...) \
    (struct sx_tensor){.type = dtype, .rank = (int)(sizeof((int64_t[]){dims}) / sizeof(int64_t)), .shape = {dims}, .data = (c_type[]){__VA_ARGS__}}
#define FLOATS(dims, ...) TENSOR(SX_FLOAT, float, DIMS(dims), __VA_ARGS__)
#define INTS(dims, ...) TENSOR(SX_INT64, int64_t, DIMS(dims), __VA_ARGS__)
#define BOOLS(dims, ...) TENSOR(SX_BOOL, uint8_t, DIMS(dims), __VA_ARGS__)
#define SCALAR(dtype, c_type, value) (struct sx_tensor){.type = dtype, .rank = 0, .data = (c_type[]){value}}

static inline void put_int(struct sx_buffer *node, const char *name, int64_t value)
{
    struct sx_buffer attribute = {0};
    put_text(&attribute, 1, name);
    put_number(&attribute, 3, (uint64_t)value);
    put_message(node, 5, &attribute);
}

static inline void put_float(struct sx_buffer *node, const char *name, float value)
{
    struct sx_buffer attribute = {0};
    put_text(&attribute, 1, name);
    put_varint(&attribute, 2 << 3 | 5);
    sx_buffer_add(&attribute, &value, sizeof value);
    put_message(node, 5, &attribute);
}

static inline void put_string(struct sx_buffer *node, const char *name, const char *value)
{
    struct sx_buffer attribute = {0};
    put_text(&attribute, 1, name);
    put_text(&attribute, 4, value);
    put_message(node, 5, &attribute);
}

/* A graph as an attribute; it is emptied. */
static inline void put_graph(struct sx_buffer *node, const char *name, struct sx_buffer *graph)
{
    struct sx_buffer attribute = {0};
    put_text(&attribute, 1, name);
    put_message(&attribute, 6, graph);
    put_message(node, 5, &attribute);
}

/* An initializer of any type. */
static inline void put_constant(struct sx_buffer *graph, const char *name, const struct sx_tensor *t)
{
    struct sx_buffer tensor = {0};
    for (int i = 0; i < t->rank; i++)
        put_number(&tensor, 1, (uint64_t)t->shape[i]);
    put_number(&tensor, 2, t->type);
    put_text(&tensor, 8, name);
    put_bytes(&tensor, 9, t->data, (size_t)sx_tensor_count(t) * sx_dtype_size(t->type));
    put_message(graph, 5, &tensor);
}

static inline void assert_tensor(const struct sx_tensor *got, const struct sx_tensor *expected, double tolerance)
{
    assert_non_null(got);
    assert_int_equal(got->type, expected->type);
    assert_int_equal(got->rank, expected->rank);
    for (int i = 0; i < expected->rank; i++)
        assert_int_equal(got->shape[i], expected->shape[i]);
    for (int64_t i = 0; i < sx_tensor_count(expected); i++) {
        double a = sx_tensor_real(got, i), b = sx_tensor_real(expected, i);
        if (!(fabs(a - b) <= tolerance * (1 + fabs(b))) && a != b && !(isnan(a) && isnan(b)))
            fail_msg("element %d is %.9g, not %.9g", (int)i, a, b);
        if (sx_dtype_integer(expected->type))
            assert_int_equal(sx_tensor_int(got, i), sx_tensor_int(expected, i));
    }
}

enum { NODE_INPUTS = 12 };

/* Opens a model of one node and runs it. constants: all inputs are initializers. expected: for the declared types, or NULL.
 * Returns the code; *session and *model are the caller's. */
static inline int run_built_node(const char *op, int opset, const struct sx_buffer *attributes, const struct sx_tensor *inputs, int count, bool constants,
                                 const struct sx_tensor *expected, int outputs, struct sx_model **model, struct sx_session **session,
                                 struct sx_buffer *bytes, struct sx_error *error)
{
    static const char *const names[NODE_INPUTS] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"}, *const results[3] = {"y", "y z", "y z w"};
    struct sx_buffer graph = {0}, extra = {0};
    char list[32] = "";
    int given = 0;
    *session = NULL;
    for (int i = 0; i < count; i++) {
        if (i)
            strcat(list, " ");
        if (inputs[i].type == 0)            /* an absent input: an empty name */
            continue;
        strcat(list, names[i]);
        if (constants)
            put_constant(&graph, names[i], &inputs[i]);
        else
            put_port(&graph, 11, names[i], (int)inputs[i].type, inputs[i].rank, inputs[i].shape);
    }
    if (attributes && attributes->length)
        sx_buffer_add(&extra, attributes->data, attributes->length);
    put_node(&graph, op, "tested", list, results[outputs - 1], &extra);
    const int64_t none[] = {0};
    for (int i = 0; i < outputs; i++)
        put_port(&graph, 12, i == 0 ? "y" : i == 1 ? "z" : "w", expected ? (int)expected[i].type : SX_FLOAT, 0, none);
    int code = open_built(&graph, opset, model, bytes, error);
    if (code == SYRINX_OK)
        code = sx_session_new(*model, NULL, session, error);
    for (int i = 0; code == SYRINX_OK && !constants && i < count; i++)
        if (inputs[i].type)
            code = sx_session_set_input(*session, given++, &inputs[i], error);
    return code == SYRINX_OK ? sx_session_run(*session, error) : code;
}

/* Checks the outputs of one node, both ways, and that a second run gives the same. The attributes are freed. */
static inline void check_node(const char *op, int opset, struct sx_buffer *attributes, const struct sx_tensor *inputs, int count,
                              const struct sx_tensor *expected, int outputs)
{
    for (int constants = 0; constants < 2; constants++) {
        struct sx_model *model = NULL;
        struct sx_session *session;
        struct sx_buffer bytes;
        struct sx_error error;
        if (run_built_node(op, opset, attributes, inputs, count, constants, expected, outputs, &model, &session, &bytes, &error) != SYRINX_OK)
            fail_msg("%s: %s", op, error.message);
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < outputs; i++)
                assert_tensor(sx_session_output(session, i), &expected[i], 2e-6);
            assert_int_equal(sx_session_run(session, &error), SYRINX_OK);
        }
        sx_session_free(session);
        sx_model_close(model);
        sx_buffer_free(&bytes);
    }
    if (attributes)
        sx_buffer_free(attributes);
}

/* The node must fail with that code, when it is opened or run, and name itself or what is wrong. */
static inline void check_node_fails(const char *op, int opset, struct sx_buffer *attributes, const struct sx_tensor *inputs, int count, int code)
{
    struct sx_model *model = NULL;
    struct sx_session *session;
    struct sx_buffer bytes;
    struct sx_error error;
    assert_int_equal(run_built_node(op, opset, attributes, inputs, count, false, NULL, 1, &model, &session, &bytes, &error), code);
    assert_non_null(strstr(error.message, op));
    sx_session_free(session);
    sx_model_close(model);
    sx_buffer_free(&bytes);
    if (attributes)
        sx_buffer_free(attributes);
}

#endif
