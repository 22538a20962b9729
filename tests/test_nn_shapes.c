/* test_nn_shapes.c - what passes may leave out and move because of shapes: additions that change nothing, Transposes past operands that can follow; and what they may not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "nn/op.h"
#include "nn/shapes.h"
#include "nn_build.h"

static const int64_t any[3] = {-1, 4, -1}, one[3] = {-1, 1, -1};

static struct sx_model *build(struct sx_buffer *graph, struct sx_buffer *bytes)
{
    struct sx_model *model;
    struct sx_error error;
    if (open_built(graph, 15, &model, bytes, &error) != SYRINX_OK)
        fail_msg("%s", error.message);
    return model;
}

static int count_nodes(const struct sx_model *model, const char *type)
{
    int count = 0;
    for (int n = 0; n < model->graph.node_count; n++)
        count += strcmp(model->graph.nodes[n]->op->name, type) == 0;
    return count;
}

/* Runs with x [1,4,columns] and m [1,1,m_columns], elements 1, 2, …; the output. */
static const struct sx_tensor *run(const struct sx_model *model, struct sx_session **session, int64_t columns, int64_t m_columns)
{
    static float x[256], m[64];
    struct sx_error error = {0};
    const struct sx_tensor inputs[2] = {{SX_FLOAT, 3, {1, 4, columns}, x}, {SX_FLOAT, 3, {1, 1, m_columns}, m}};
    for (int i = 0; i < 256; i++)
        x[i] = (float)(i + 1);
    for (int i = 0; i < 64; i++)
        m[i] = (float)(i % 3 + 1);
    assert_int_equal(sx_session_new(model, NULL, session, &error), SYRINX_OK);
    for (int i = 0; i < sx_model_input_count(model); i++)
        assert_int_equal(sx_session_set_input(*session, i, &inputs[i], &error), SYRINX_OK);
    if (sx_session_run(*session, &error) != SYRINX_OK)
        fail_msg("%s", error.message);
    return sx_session_output(*session, 0);
}

/* ((x * m) + 0 of its shape) * exp(-0 of its shape) is x * m; but m + 0 of the shape of x is wider than m. */
static void test_neutral(void **state)
{
    (void)state;
    for (int widen = 0; widen < 2; widen++) {
        struct sx_buffer graph = {0}, bytes;
        struct sx_session *session;
        put_port(&graph, 11, "x", SX_FLOAT, 3, any);
        put_port(&graph, 11, "m", SX_FLOAT, 3, one);
        put_node(&graph, "Mul", "masked", "x m", "y", NULL);
        put_node(&graph, "Shape", "shape", widen ? "x" : "y", "s", NULL);
        put_node(&graph, "ConstantOfShape", "zeros", "s", "z", NULL);
        put_node(&graph, "Neg", "neg", "z", "n", NULL);
        put_node(&graph, "Exp", "exp", "n", "e", NULL);
        put_node(&graph, "Add", "add", widen ? "m z" : "y z", "a", NULL);
        put_node(&graph, "Mul", "mul", "a e", "out", NULL);
        put_port(&graph, 12, "out", SX_FLOAT, 3, any);
        struct sx_model *model = build(&graph, &bytes);
        assert_int_equal(count_nodes(model, "Add"), widen);
        assert_int_equal(count_nodes(model, "Exp"), widen);
        const struct sx_tensor *out = run(model, &session, 5, widen ? 1 : 5);
        assert_int_equal(out->shape[1], 4);
        assert_int_equal(out->shape[2], 5);
        for (int c = 0; c < 4; c++)
            for (int t = 0; t < 5; t++)
                assert_true(((float *)out->data)[c * 5 + t] == (widen ? 1 : (float)(c * 5 + t + 1) * (float)(t % 3 + 1)));
        sx_session_free(session);
        sx_model_close(model);
        sx_buffer_free(&bytes);
    }
}

/* conv(conv(x) * m) needs one Transpose in, one out, and one of the mask. */
static void test_mask(void **state)
{
    static const int64_t shape[3] = {4, 4, 1};
    float weights[16];
    struct sx_buffer graph = {0}, bytes;
    struct sx_session *session;
    (void)state;
    for (int i = 0; i < 16; i++)
        weights[i] = i % 5 == 0 ? 2 : 0;                /* twice the identity */
    put_weight(&graph, "w", 3, shape, weights, 16);
    put_port(&graph, 11, "x", SX_FLOAT, 3, any);
    put_port(&graph, 11, "m", SX_FLOAT, 3, one);
    put_node(&graph, "Conv", "first", "x w", "a", NULL);
    put_node(&graph, "Mul", "mask1", "a m", "b", NULL);
    put_node(&graph, "Conv", "second", "b w", "c", NULL);
    put_node(&graph, "Mul", "mask2", "c m", "d", NULL);
    put_node(&graph, "Conv", "third", "d w", "out", NULL);
    put_port(&graph, 12, "out", SX_FLOAT, 3, any);
    struct sx_model *model = build(&graph, &bytes);
    assert_int_equal(count_nodes(model, "Transpose"), 3);
    for (int64_t columns = 1; columns < 9; columns += 3) {
        const struct sx_tensor *out = run(model, &session, columns, columns);
        for (int64_t c = 0; c < 4; c++)
            for (int64_t t = 0; t < columns; t++)
                assert_true(((float *)out->data)[c * columns + t] == 8 * (float)(c * columns + t + 1) * (float)(t % 3 + 1) * (float)(t % 3 + 1));
        sx_session_free(session);
    }
    sx_model_close(model);
    sx_buffer_free(&bytes);
}

/* Symbols of the sizes themselves. */
static void test_symbols(void **state)
{
    struct sx_buffer graph = {0}, bytes = {0};
    struct sx_graph g = {.opset = 15};
    struct sx_error error = {0};
    (void)state;
    put_port(&graph, 11, "x", SX_FLOAT, 3, any);
    put_port(&graph, 11, "m", SX_FLOAT, 3, one);
    put_node(&graph, "Mul", "n1", "x m", "a", NULL);
    put_node(&graph, "Mul", "n2", "a m", "b", NULL);
    put_node(&graph, "Mul", "n3", "m x", "c", NULL);
    put_node(&graph, "Add", "n4", "b c", "d", NULL);
    put_port(&graph, 12, "d", SX_FLOAT, 3, any);
    put_model(&bytes, &graph, 15);
    assert_int_equal(sx_onnx_read(bytes.data, bytes.length, &g, &error), SYRINX_OK);
    assert_int_equal(sx_graph_sort(&g, &error), SYRINX_OK);
    struct sx_dims *dims = sx_shapes(&g);
    assert_non_null(dims);
    const struct sx_dims *x = &dims[g.inputs[0]], *m = &dims[g.inputs[1]], *d = &dims[g.outputs[0]], *a = NULL;
    for (int i = 0; i < g.value_count; i++)
        a = strcmp(g.values[i].name, "a") == 0 ? &dims[i] : a;
    assert_int_equal(x->rank, 3);
    assert_int_equal(a->size[1], 4);
    assert_memory_equal(a->size, d->size, 3 * sizeof *a->size);     /* joined again and again, it stays what it is */
    assert_true(sx_shapes_covers(a, m) == false && sx_shapes_covers(x, x) && sx_shapes_covers(d, a) && !sx_shapes_covers(m, x));
    assert_true(x->size[2] < 0 && x->size[2] != m->size[2] && a->size[2] != x->size[2]);
    free(dims);
    sx_graph_free(&g);
    sx_buffer_free(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_neutral), cmocka_unit_test(test_mask), cmocka_unit_test(test_symbols)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
