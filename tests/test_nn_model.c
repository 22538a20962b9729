/* test_nn_model.c - whole runs against PyTorch's outputs, errors that name the cause, and models that mean harm. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"
#include "nn/op.h"
#include "nn_build.h"

static const char *const cases[] = {"voice", "voice_f16", "stack", "text", "picture", "norm"};
enum { CASES = sizeof cases / sizeof *cases };

static struct sx_model *open_case(const char *name)
{
    struct sx_error error = {0};
    struct sx_model *model;
    char path[256];
    snprintf(path, sizeof path, "tests/data/nn/%s/model.onnx", name);
    if (sx_model_open(path, &model, &error) != SYRINX_OK)
        fail_msg("%s", error.message);
    return model;
}

static double relative_error(const struct sx_tensor *got, const struct sx_tensor *expected)
{
    double difference = 0, norm = 0;
    assert_non_null(got);
    assert_int_equal(got->type, expected->type);
    assert_true(sx_tensor_same_shape(got, expected));
    for (int64_t i = 0; i < sx_tensor_count(got); i++) {
        double a = got->type == SX_FLOAT ? ((const float *)got->data)[i] : (double)sx_tensor_int(got, i);
        double b = got->type == SX_FLOAT ? ((const float *)expected->data)[i] : (double)sx_tensor_int(expected, i);
        difference += (a - b) * (a - b);
        norm += b * b;
    }
    return sqrt(difference / (norm + 1e-30));
}

static void run_case(const char *name, struct sx_pool *pool)
{
    struct sx_error error = {0};
    struct sx_model *model = open_case(name);
    struct sx_session *session;
    assert_int_equal(sx_session_new(model, pool, &session, &error), SYRINX_OK);
    int sets = 0;
    for (;; sets++) {
        struct sx_tensor inputs[4] = {{.rank = 0}};
        int n = sx_model_input_count(model), given = 0;
        for (; given < n; given++) {
            inputs[given] = read_tensor(name, sets, "input", given);
            if (inputs[given].rank < 0)
                break;
            assert_int_equal(sx_session_set_input(session, given, &inputs[given], &error), SYRINX_OK);
        }
        if (given < n)
            break;
        assert_int_equal(sx_session_run(session, &error), SYRINX_OK);
        for (int i = 0; i < sx_model_output_count(model); i++) {
            struct sx_tensor expected = read_tensor(name, sets, "output", i);
            assert_true(relative_error(sx_session_output(session, i), &expected) < 1e-5);
            free(expected.data);
        }
        for (int i = 0; i < given; i++)
            free(inputs[i].data);
    }
    assert_true(sets >= 2);
    assert_null(sx_session_output(session, 99));
    sx_session_free(session);
    sx_model_close(model);
}

static void test_pytorch(void **state)
{
    (void)state;
    struct sx_pool *pool = sx_pool_new(3);
    for (int i = 0; i < CASES; i++) {
        run_case(cases[i], NULL);
        run_case(cases[i], pool);
    }
    sx_pool_free(pool);
}

static void test_ports(void **state)
{
    (void)state;
    struct sx_error error = {0};
    struct sx_model *model = open_case("text");
    struct sx_session *session;
    int64_t shape[SX_MAX_RANK];
    enum sx_dtype type;
    assert_int_equal(sx_model_input_count(model), 2);
    assert_string_equal(sx_model_input_name(model, 0), "phone");
    assert_string_equal(sx_model_output_name(model, 2), "mean");
    assert_null(sx_model_input_name(model, 2));
    assert_int_equal(sx_model_input_shape(model, 0, &type, shape), 2);
    assert_int_equal(type, SX_INT64);
    assert_int_equal(shape[0], 1);
    assert_int_equal(shape[1], -1);
    assert_int_equal(sx_session_new(model, NULL, &session, &error), SYRINX_OK);
    assert_int_equal(sx_session_run(session, &error), SYRINX_ERROR_ARGUMENT);
    assert_non_null(strstr(error.message, "phone"));
    float wrong[2] = {0};
    struct sx_tensor tensor = {.type = SX_FLOAT, .rank = 2, .shape = {1, 2}, .data = wrong};
    assert_int_equal(sx_session_set_input(session, 0, &tensor, &error), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(sx_session_set_input(session, 1, &tensor, &error), SYRINX_OK);
    tensor.shape[1] = 3;
    assert_int_equal(sx_session_set_input(session, 1, &tensor, &error), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(sx_session_set_input(session, 2, &tensor, &error), SYRINX_ERROR_ARGUMENT);
    tensor.type = 0;
    assert_int_equal(sx_session_set_input(session, 1, &tensor, &error), SYRINX_ERROR_ARGUMENT);
    /* an index outside the table is an error of the run, and the session goes on to work */
    int64_t ids[3] = {1, 99, 2};
    struct sx_tensor phones = {.type = SX_INT64, .rank = 2, .shape = {1, 3}, .data = ids};
    assert_int_equal(sx_session_set_input(session, 0, &phones, &error), SYRINX_OK);
    assert_int_equal(sx_session_run(session, &error), SYRINX_ERROR_ARGUMENT);
    assert_null(sx_session_output(session, 0));
    ids[1] = 10;
    assert_int_equal(sx_session_run(session, &error), SYRINX_OK);
    assert_int_equal(sx_session_output(session, 0)->shape[1], 3);
    sx_session_free(session);
    sx_model_close(model);
    assert_int_equal(sx_model_open("tests/data/nn/none.onnx", &model, &error), SYRINX_ERROR_NOT_FOUND);
    assert_null(model);
}

static int count_nodes(const struct sx_graph *graph, const char *op)
{
    int count = 0;
    for (int i = 0; i < graph->node_count; i++)
        count += strcmp(graph->nodes[i]->op->name, op) == 0;
    return count;
}

/* What the passes leave: no transposition, no padding, everything that can be is part of a convolution or a linear layer. */
static void test_passes(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct sx_model *model = open_case(cases[i]);
        assert_int_equal(model->graph.node_count, 17);
        assert_int_equal(count_nodes(&model->graph, "SxConv"), 4);
        assert_int_equal(count_nodes(&model->graph, "SxLinear"), 7);
        assert_int_equal(count_nodes(&model->graph, "LayerNormalization"), 4);
        sx_model_close(model);      /* and Sub, Div of the input */
    }
    struct sx_model *model = open_case("norm");
    assert_int_equal(model->graph.node_count, 4);
    assert_int_equal(count_nodes(&model->graph, "LayerNormalization"), 2);
    sx_model_close(model);
    model = open_case("stack");
    assert_int_equal(count_nodes(&model->graph, "Transpose"), 0);
    assert_int_equal(count_nodes(&model->graph, "Tanh") + count_nodes(&model->graph, "Relu"), 0);
    sx_model_close(model);
}

/* A model of one node with two float inputs of symbolic length. */
static int open_node(const char *op, int opset, struct sx_error *error)
{
    struct sx_buffer graph = {0}, bytes;
    struct sx_model *model;
    const int64_t shape[] = {1, -1, 4};
    put_port(&graph, 11, "a", SX_FLOAT, 3, shape);
    put_port(&graph, 11, "b", SX_FLOAT, 3, shape);
    put_port(&graph, 12, "y", SX_FLOAT, 3, shape);
    put_node(&graph, op, "first", "a b", "y", NULL);
    int code = open_built(&graph, opset, &model, &bytes, error);
    sx_model_close(model);
    sx_buffer_free(&bytes);
    return code;
}

static void test_errors(void **state)
{
    (void)state;
    struct sx_error error;
    struct sx_model *model;
    struct sx_buffer graph = {0}, bytes;
    const int64_t shape[] = {1, -1, 4};
    assert_int_equal(open_node("Add", 13, &error), SYRINX_OK);
    assert_int_equal(open_node("Frobnicate", 13, &error), SYRINX_ERROR_UNSUPPORTED);
    assert_non_null(strstr(error.message, "Frobnicate"));
    assert_non_null(strstr(error.message, "first"));
    assert_non_null(strstr(error.message, "opset 13"));
    assert_int_equal(open_node("SxLinear", 13, &error), SYRINX_ERROR_UNSUPPORTED);      /* ours, not a file's */
    assert_int_equal(open_node("Relu", 13, &error), SYRINX_ERROR_FORMAT);               /* two inputs */
    assert_int_equal(open_node("Add", 0, &error), SYRINX_ERROR_FORMAT);
    /* a cycle, a value from nowhere, a value made twice */
    put_port(&graph, 12, "y", SX_FLOAT, 3, shape);
    put_node(&graph, "Add", "one", "x y", "x", NULL);
    put_node(&graph, "Relu", "two", "x", "y", NULL);
    assert_int_equal(open_built(&graph, 13, &model, &bytes, &error), SYRINX_ERROR_FORMAT);
    assert_non_null(strstr(error.message, "depends on itself"));
    sx_buffer_free(&bytes);
    put_port(&graph, 12, "y", SX_FLOAT, 3, shape);
    put_node(&graph, "Relu", "two", "nowhere", "y", NULL);
    assert_int_equal(open_built(&graph, 13, &model, &bytes, &error), SYRINX_ERROR_FORMAT);
    assert_non_null(strstr(error.message, "nowhere"));
    sx_buffer_free(&bytes);
    put_port(&graph, 11, "x", SX_FLOAT, 3, shape);
    put_port(&graph, 12, "y", SX_FLOAT, 3, shape);
    put_node(&graph, "Relu", "one", "x", "y", NULL);
    put_node(&graph, "Tanh", "two", "x", "y", NULL);
    assert_int_equal(open_built(&graph, 13, &model, &bytes, &error), SYRINX_ERROR_FORMAT);
    assert_non_null(strstr(error.message, "twice"));
    sx_buffer_free(&bytes);
    /* external data: a weight with data_location 1 */
    struct sx_buffer tensor = {0};
    put_number(&tensor, 1, 4);
    put_number(&tensor, 2, SX_FLOAT);
    put_text(&tensor, 8, "w");
    put_number(&tensor, 14, 1);
    put_message(&graph, 5, &tensor);
    assert_int_equal(open_built(&graph, 13, &model, &bytes, &error), SYRINX_ERROR_UNSUPPORTED);
    assert_non_null(strstr(error.message, "external"));
    sx_buffer_free(&bytes);
    /* shapes whose product overflows, with few bytes behind them */
    const float value = 1;
    const int64_t huge[] = {1 << 30, 1 << 30, 1 << 30, 16}, negative[] = {-4};
    put_weight(&graph, "w", 4, huge, &value, 1);
    assert_int_equal(open_built(&graph, 13, &model, &bytes, &error), SYRINX_ERROR_FORMAT);
    sx_buffer_free(&bytes);
    put_weight(&graph, "w", 1, negative, &value, 1);
    assert_int_equal(open_built(&graph, 13, &model, &bytes, &error), SYRINX_ERROR_FORMAT);
    sx_buffer_free(&bytes);
    /* nothing at all, and no ONNX */
    assert_int_equal(sx_model_open_memory("", 0, "empty", &model, &error), SYRINX_ERROR_FORMAT);
    assert_int_equal(sx_model_open_memory("{\"a\": 1}", 8, "json", &model, &error), SYRINX_ERROR_FORMAT);
}

/* A layer whose input is constant too, with half-precision weights that folding leaves alone at first. */
static void test_constant_layer(void **state)
{
    (void)state;
    struct sx_error error;
    struct sx_model *model;
    struct sx_session *session;
    struct sx_buffer graph = {0}, bytes, tensor = {0}, extra = {0}, to = {0};
    const int64_t shape[] = {1, 2};
    const float x[] = {3, 4};
    const uint16_t half[] = {0x3C00, 0x4000, 0x4200, 0x4400};       /* 1, 2, 3, 4 */
    put_weight(&graph, "x", 2, shape, x, 2);
    put_number(&tensor, 1, 2);
    put_number(&tensor, 1, 2);
    put_number(&tensor, 2, SX_FLOAT16);
    put_text(&tensor, 8, "h");
    put_bytes(&tensor, 9, half, sizeof half);
    put_message(&graph, 5, &tensor);
    put_text(&to, 1, "to");
    put_number(&to, 3, SX_FLOAT);
    put_message(&extra, 5, &to);
    put_node(&graph, "Cast", "cast", "h", "w", &extra);
    put_node(&graph, "MatMul", "layer", "x w", "y", NULL);
    put_port(&graph, 12, "y", SX_FLOAT, 2, shape);
    assert_int_equal(open_built(&graph, 13, &model, &bytes, &error), SYRINX_OK);
    assert_int_equal(sx_session_new(model, NULL, &session, &error), SYRINX_OK);
    assert_int_equal(sx_session_run(session, &error), SYRINX_OK);
    const float *y = sx_session_output(session, 0)->data;
    assert_true(y[0] == 15 && y[1] == 22);
    sx_session_free(session);
    sx_model_close(model);
    sx_buffer_free(&bytes);
}

/* A chain of 200,000 nodes is sorted without recursion; memory does not grow with squares. */
static void test_long_chain(void **state)
{
    (void)state;
    struct sx_error error;
    struct sx_model *model;
    struct sx_buffer graph = {0}, bytes;
    const int64_t shape[] = {3};
    char in[16] = "x", out[16];
    put_port(&graph, 11, "x", SX_FLOAT, 1, shape);
    for (int i = 200000; i >= 1; i--) {
        snprintf(out, sizeof out, i == 1 ? "y" : "v%d", i);
        put_node(&graph, i % 2 ? "Neg" : "Identity", "", in, out, NULL);
        memcpy(in, out, sizeof in);
    }
    put_port(&graph, 12, "y", SX_FLOAT, 1, shape);
    assert_int_equal(open_built(&graph, 13, &model, &bytes, &error), SYRINX_OK);
    struct sx_session *session;
    float x[3] = {1, -2, 3};
    struct sx_tensor tensor = {.type = SX_FLOAT, .rank = 1, .shape = {3}, .data = x};
    assert_int_equal(sx_session_new(model, NULL, &session, &error), SYRINX_OK);
    assert_int_equal(sx_session_set_input(session, 0, &tensor, &error), SYRINX_OK);
    assert_int_equal(sx_session_run(session, &error), SYRINX_OK);
    assert_true(((const float *)sx_session_output(session, 0)->data)[1] == -2);
    sx_session_free(session);
    sx_model_close(model);
    sx_buffer_free(&bytes);
}

/* A few bytes that ask for a lot: an error, no attempt. */
static void test_greed(void **state)
{
    (void)state;
    struct sx_error error;
    struct sx_model *model;
    struct sx_buffer graph = {0}, bytes, extra = {0}, attribute = {0}, list = {0};
    const int64_t none[] = {0}, big[] = {1 << 15, 1 << 15};
    put_number(&list, 1, 2);
    put_number(&list, 2, SX_INT64);
    put_number(&list, 7, (uint64_t)big[0]);
    put_number(&list, 7, (uint64_t)big[1]);
    put_text(&attribute, 1, "value");
    put_message(&attribute, 5, &list);
    put_message(&extra, 5, &attribute);
    put_node(&graph, "Constant", "c", "", "c", &extra);
    put_node(&graph, "ConstantOfShape", "big", "c", "y", NULL);
    put_port(&graph, 12, "y", SX_FLOAT, 0, none);
    assert_int_equal(open_built(&graph, 13, &model, &bytes, &error), SYRINX_OK);
    struct sx_session *session;
    assert_int_equal(sx_session_new(model, NULL, &session, &error), SYRINX_OK);
    assert_int_equal(sx_session_run(session, &error), SYRINX_ERROR_MEMORY);
    assert_non_null(strstr(error.message, "big"));
    sx_session_free(session);
    sx_model_close(model);
    sx_buffer_free(&bytes);
}

/* Opens, runs, streams whatever comes; must not crash. Returns whether it opened. */
static bool use(const void *data, size_t size)
{
    struct sx_error error = {0};
    struct sx_model *model;
    struct sx_session *session;
    struct sx_flow *flow;
    static float zeros[4096];
    static int64_t ids[64];
    if (sx_model_open_memory(data, size, "hostile", &model, &error) != SYRINX_OK) {
        assert_true(error.code < 0 && *error.message);
        return false;
    }
    if (sx_session_new(model, NULL, &session, &error) == SYRINX_OK) {
        bool ready = true;
        for (int i = 0; i < sx_model_input_count(model); i++) {
            struct sx_tensor tensor = {.data = zeros};
            tensor.rank = sx_model_input_shape(model, i, &tensor.type, tensor.shape);
            if (tensor.rank < 0)
                tensor.rank = 3;
            for (int d = 0; d < tensor.rank; d++)
                if (tensor.shape[d] < 0)
                    tensor.shape[d] = 6;
            if (tensor.type == SX_INT64)
                tensor.data = ids;
            int64_t n = sx_tensor_count(&tensor);
            ready = ready && n >= 0 && n <= (tensor.type == SX_INT64 ? 64 : 2048) && sx_session_set_input(session, i, &tensor, &error) == SYRINX_OK;
        }
        if (ready)
            sx_session_run(session, &error);
        sx_session_free(session);
    }
    if (sx_flow_new(model, NULL, 4, &flow, &error) == SYRINX_OK) {
        size_t columns = 16 + (size_t)sx_flow_look_ahead(flow);
        float *out = calloc(columns * (size_t)sx_flow_output_width(flow) + 1, sizeof *out), *in = calloc(16 * (size_t)sx_flow_input_width(flow), sizeof *in);
        if (out && in)
            sx_flow_push(flow, in, 8, true, out);
        free(out);
        free(in);
        sx_flow_free(flow);
    }
    sx_model_close(model);
    return true;
}

static void test_truncation(void **state)
{
    (void)state;
    static const char *const small[] = {"voice_f16", "text"};
    for (int c = 0; c < 2; c++) {
        char path[256];
        struct sx_map map;
        struct sx_error error;
        snprintf(path, sizeof path, "tests/data/nn/%s/model.onnx", small[c]);
        assert_int_equal(sx_map_open(path, &map, &error), SYRINX_OK);
        int opened = 0;
        for (size_t n = 0; n < map.size; n++) {
            void *copy = malloc(n + 1);         /* just as long as told, so that a sanitizer sees every byte too far */
            memcpy(copy, map.data, n);
            opened += use(copy, n);
            free(copy);
        }
        assert_int_equal(opened, 0);            /* the operator set stands last in a file */
        assert_true(use(map.data, map.size));
        sx_map_close(&map);
    }
}

static void test_flips(void **state)
{
    (void)state;
    uint64_t draw = 0;
    int opened = 0, rounds = 700;
    for (int c = 0; c < CASES; c++) {
        char path[256];
        struct sx_map map;
        struct sx_error error;
        snprintf(path, sizeof path, "tests/data/nn/%s/model.onnx", cases[c]);
        assert_int_equal(sx_map_open(path, &map, &error), SYRINX_OK);
        unsigned char *copy = malloc(map.size);
        for (int i = 0; i < rounds; i++) {
            memcpy(copy, map.data, map.size);
            int flips = 1 + (int)(sx_random_bits(3, draw++) % 4);
            for (int f = 0; f < flips; f++) {
                uint64_t bits = sx_random_bits(4, draw++);
                copy[bits % map.size] ^= (unsigned char)(1 + bits / map.size % 255);
            }
            opened += use(copy, map.size);
        }
        free(copy);
        sx_map_close(&map);
    }
    print_message("# %d of %d damaged models still opened\n", opened, rounds * CASES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pytorch), cmocka_unit_test(test_ports), cmocka_unit_test(test_passes), cmocka_unit_test(test_errors), cmocka_unit_test(test_constant_layer),
        cmocka_unit_test(test_long_chain),
        cmocka_unit_test(test_greed), cmocka_unit_test(test_truncation), cmocka_unit_test(test_flips),
    };
    return cmocka_run_group_tests_name("nn_model", tests, NULL, NULL);
}
