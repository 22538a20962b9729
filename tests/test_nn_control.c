/* test_nn_control.c - If, Loop and Scan: what they give, values of graphs around, limits; and models that mean harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "nn_node.h"

static const int64_t none[] = {0}, two[] = {2};

/* then: x + x; else: x * y, y is made outside by a node. Empty names are no inputs. */
static struct sx_buffer branch(const char *op, const char *inputs)
{
    struct sx_buffer graph = {0};
    put_node(&graph, op, "inner", inputs, "result", NULL);
    put_port(&graph, 12, "result", SX_FLOAT, 0, none);
    return graph;
}

static void test_if(void **state)
{
    (void)state;
    struct sx_buffer graph = {0}, extra = {0}, bytes, part;
    struct sx_error error;
    struct sx_model *model;
    struct sx_session *session;
    put_port(&graph, 11, "c", SX_BOOL, 0, none);
    put_port(&graph, 11, "x", SX_FLOAT, 1, two);
    part = branch("Add", "x x");
    put_graph(&extra, "then_branch", &part);
    part = branch("Mul", "x y");
    put_graph(&extra, "else_branch", &part);
    put_node(&graph, "If", "choice", "c", "z", &extra);
    put_node(&graph, "Neg", "negative", "x", "y", NULL);        /* behind the node that reads it */
    put_port(&graph, 12, "z", SX_FLOAT, 1, two);
    assert_int_equal(open_built(&graph, 17, &model, &bytes, &error), SYRINX_OK);
    assert_int_equal(sx_session_new(model, NULL, &session, &error), SYRINX_OK);
    struct sx_tensor x = FLOATS(DIMS(2), 3, -4);
    for (int round = 0; round < 4; round++) {
        struct sx_tensor c = SCALAR(SX_BOOL, uint8_t, round % 2 == 0);
        assert_int_equal(sx_session_set_input(session, 0, &c, &error), SYRINX_OK);
        assert_int_equal(sx_session_set_input(session, 1, &x, &error), SYRINX_OK);
        assert_int_equal(sx_session_run(session, &error), SYRINX_OK);
        assert_tensor(sx_session_output(session, 0), round % 2 == 0 ? &FLOATS(DIMS(2), 6, -8) : &FLOATS(DIMS(2), -9, -16), 0);
    }
    /* a run that is not wanted any more */
    struct sx_tensor c = SCALAR(SX_BOOL, uint8_t, true);
    assert_int_equal(sx_session_set_input(session, 0, &c, &error), SYRINX_OK);
    _Atomic int stop = 1;
    sx_session_stop_on(session, &stop);
    assert_int_equal(sx_session_run(session, &error), SYRINX_ERROR_CANCELLED);
    assert_null(sx_session_output(session, 0));
    stop = 0;
    assert_int_equal(sx_session_run(session, &error), SYRINX_OK);
    assert_non_null(sx_session_output(session, 0));
    sx_session_free(session);
    sx_model_close(model);
    sx_buffer_free(&bytes);
}

/* Loop: state' = state + x (x from outside), a stack of the states, goes on while state < `limit`. */
static int open_loop(const char *inputs, float limit, struct sx_model **model, struct sx_buffer *bytes, struct sx_error *error)
{
    struct sx_buffer graph = {0}, extra = {0}, body = {0};
    put_port(&body, 11, "i", SX_INT64, 0, none);
    put_port(&body, 11, "go", SX_BOOL, 0, none);
    put_port(&body, 11, "old", SX_FLOAT, 0, none);
    put_constant(&body, "limit", &SCALAR(SX_FLOAT, float, limit));
    put_node(&body, "Add", "add", "old x", "new", NULL);
    put_node(&body, "Less", "less", "new limit", "again", NULL);
    put_port(&body, 12, "again", SX_BOOL, 0, none);
    put_port(&body, 12, "new", SX_FLOAT, 0, none);
    put_port(&body, 12, "new", SX_FLOAT, 0, none);
    put_port(&graph, 11, "trips", SX_INT64, 0, none);
    put_port(&graph, 11, "x", SX_FLOAT, 0, none);
    put_constant(&graph, "zero", &SCALAR(SX_FLOAT, float, 0));
    put_graph(&extra, "body", &body);
    put_node(&graph, "Loop", "loop", inputs, "last all", &extra);
    put_port(&graph, 12, "last", SX_FLOAT, 0, none);
    put_port(&graph, 12, "all", SX_FLOAT, 1, two);
    return open_built(&graph, 17, model, bytes, error);
}

static void run_loop(struct sx_session *session, int64_t trips, float x, const struct sx_tensor *last, const struct sx_tensor *all)
{
    struct sx_error error;
    struct sx_tensor count = SCALAR(SX_INT64, int64_t, trips), step = SCALAR(SX_FLOAT, float, x);
    assert_int_equal(sx_session_set_input(session, 0, &count, &error), SYRINX_OK);
    assert_int_equal(sx_session_set_input(session, 1, &step, &error), SYRINX_OK);
    assert_int_equal(sx_session_run(session, &error), SYRINX_OK);
    assert_tensor(sx_session_output(session, 0), last, 0);
    assert_tensor(sx_session_output(session, 1), all, 0);
}

static void test_loop(void **state)
{
    (void)state;
    struct sx_buffer bytes;
    struct sx_error error;
    struct sx_model *model;
    struct sx_session *session;
    assert_int_equal(open_loop("trips  zero", 10, &model, &bytes, &error), SYRINX_OK);
    assert_int_equal(sx_session_new(model, NULL, &session, &error), SYRINX_OK);
    run_loop(session, 3, 2, &SCALAR(SX_FLOAT, float, 6), &FLOATS(DIMS(3), 2, 4, 6));
    run_loop(session, 100, 4, &SCALAR(SX_FLOAT, float, 12), &FLOATS(DIMS(3), 4, 8, 12));
    struct sx_tensor empty = {.type = SX_FLOAT, .rank = 1, .shape = {0}, .data = (float[]){0}};
    run_loop(session, 0, 4, &SCALAR(SX_FLOAT, float, 0), &empty);
    sx_session_free(session);
    sx_model_close(model);
    sx_buffer_free(&bytes);
    /* without end: the stack grows until the run's limit */
    assert_int_equal(open_loop("  zero", 10, &model, &bytes, &error), SYRINX_OK);
    assert_int_equal(sx_session_new(model, NULL, &session, &error), SYRINX_OK);
    sx_session_set_limit(session, 1 << 20);
    struct sx_tensor count = SCALAR(SX_INT64, int64_t, 1), step = SCALAR(SX_FLOAT, float, 0);
    assert_int_equal(sx_session_set_input(session, 0, &count, &error), SYRINX_OK);
    assert_int_equal(sx_session_set_input(session, 1, &step, &error), SYRINX_OK);
    assert_int_equal(sx_session_run(session, &error), SYRINX_ERROR_MEMORY);
    assert_non_null(strstr(error.message, "loop"));
    sx_session_free(session);
    sx_model_close(model);
    sx_buffer_free(&bytes);
}

static void test_scan(void **state)
{
    (void)state;
    struct sx_buffer graph = {0}, extra = {0}, body = {0}, bytes;
    struct sx_error error;
    struct sx_model *model;
    struct sx_session *session;
    put_port(&body, 11, "sum", SX_FLOAT, 1, two);
    put_port(&body, 11, "row", SX_FLOAT, 1, two);
    put_node(&body, "Add", "add", "sum row", "next", NULL);
    put_port(&body, 12, "next", SX_FLOAT, 1, two);
    put_port(&body, 12, "next", SX_FLOAT, 1, two);
    put_port(&graph, 11, "x", SX_FLOAT, 2, (int64_t[]){2, 3});
    put_constant(&graph, "start", &FLOATS(DIMS(2), 0, 100));
    put_int(&extra, "num_scan_inputs", 1);
    put_ints(&extra, "scan_input_axes", 1, (int64_t[]){1});
    put_ints(&extra, "scan_input_directions", 1, (int64_t[]){1});
    put_graph(&extra, "body", &body);
    put_node(&graph, "Scan", "scan", "start x", "last all", &extra);
    put_port(&graph, 12, "last", SX_FLOAT, 1, two);
    put_port(&graph, 12, "all", SX_FLOAT, 2, (int64_t[]){3, 2});
    assert_int_equal(open_built(&graph, 17, &model, &bytes, &error), SYRINX_OK);
    assert_int_equal(sx_session_new(model, NULL, &session, &error), SYRINX_OK);
    assert_int_equal(sx_session_set_input(session, 0, &FLOATS(DIMS(2, 3), 1, 2, 3, 4, 5, 6), &error), SYRINX_OK);
    assert_int_equal(sx_session_run(session, &error), SYRINX_OK);
    assert_tensor(sx_session_output(session, 0), &FLOATS(DIMS(2), 6, 115), 0);
    assert_tensor(sx_session_output(session, 1), &FLOATS(DIMS(3, 2), 3, 106, 5, 111, 6, 115), 0);
    sx_session_free(session);
    sx_model_close(model);
    sx_buffer_free(&bytes);
}

/* Graph in graph in graph ...: the innermost reads x of the outermost. */
static int open_nested(int depth, struct sx_model **model, struct sx_buffer *bytes, struct sx_error *error)
{
    struct sx_buffer graph = {0}, inner = branch("Add", "x x");
    for (int i = 1; i < depth; i++) {
        struct sx_buffer extra = {0}, outer = {0}, other = branch("Neg", "x");
        put_graph(&extra, "then_branch", &inner);
        put_graph(&extra, "else_branch", &other);
        put_node(&outer, "If", "level", "c", "result", &extra);
        put_port(&outer, 12, "result", SX_FLOAT, 0, none);
        inner = outer;
    }
    sx_buffer_add(&graph, inner.data, inner.length);
    sx_buffer_free(&inner);
    put_port(&graph, 11, "c", SX_BOOL, 0, none);
    put_port(&graph, 11, "x", SX_FLOAT, 1, two);
    return open_built(&graph, 17, model, bytes, error);
}

static void test_nesting(void **state)
{
    (void)state;
    struct sx_buffer bytes;
    struct sx_error error;
    struct sx_model *model;
    struct sx_session *session;
    assert_int_equal(open_nested(6, &model, &bytes, &error), SYRINX_OK);
    assert_int_equal(sx_session_new(model, NULL, &session, &error), SYRINX_OK);
    assert_int_equal(sx_session_set_input(session, 0, &SCALAR(SX_BOOL, uint8_t, 1), &error), SYRINX_OK);
    assert_int_equal(sx_session_set_input(session, 1, &FLOATS(DIMS(2), 1, 2), &error), SYRINX_OK);
    assert_int_equal(sx_session_run(session, &error), SYRINX_OK);
    assert_tensor(sx_session_output(session, 0), &FLOATS(DIMS(2), 2, 4), 0);
    sx_session_free(session);
    sx_model_close(model);
    sx_buffer_free(&bytes);
    assert_int_equal(open_nested(200, &model, &bytes, &error), SYRINX_ERROR_UNSUPPORTED);
    assert_non_null(strstr(error.message, "deep"));
    sx_buffer_free(&bytes);
}

/* One node of the named operator with that attribute and no way to be right. */
static void fails_to_open(struct sx_buffer *graph, int code, const char *word)
{
    struct sx_buffer bytes;
    struct sx_error error;
    struct sx_model *model;
    assert_int_equal(open_built(graph, 17, &model, &bytes, &error), code);
    if (!strstr(error.message, word))
        fail_msg("'%s' lacks '%s'", error.message, word);
    sx_buffer_free(&bytes);
}

static void test_wrong_graphs(void **state)
{
    (void)state;
    struct sx_buffer graph = {0}, extra = {0}, part = {0};
    put_port(&graph, 11, "c", SX_BOOL, 0, none);                /* no branches at all */
    put_node(&graph, "If", "bare", "c", "z", NULL);
    put_port(&graph, 12, "z", SX_FLOAT, 0, none);
    fails_to_open(&graph, SYRINX_ERROR_FORMAT, "bare");
    put_port(&graph, 11, "c", SX_BOOL, 0, none);                /* a body that makes too little */
    put_port(&part, 12, "c", SX_BOOL, 0, none);
    put_graph(&extra, "body", &part);
    put_node(&graph, "Loop", "poor", "", "z", &extra);
    put_port(&graph, 12, "z", SX_FLOAT, 0, none);
    fails_to_open(&graph, SYRINX_ERROR_FORMAT, "poor");
    put_port(&graph, 11, "c", SX_BOOL, 0, none);                /* a branch that reads what nothing makes */
    part = branch("Neg", "nowhere");
    put_graph(&extra, "then_branch", &part);
    part = branch("Neg", "nowhere");
    put_graph(&extra, "else_branch", &part);
    put_node(&graph, "If", "lost", "c", "z", &extra);
    put_port(&graph, 12, "z", SX_FLOAT, 0, none);
    fails_to_open(&graph, SYRINX_ERROR_FORMAT, "nowhere");
    put_port(&graph, 11, "c", SX_BOOL, 0, none);                /* a branch that reads the node's own result */
    part = branch("Neg", "z");
    put_graph(&extra, "then_branch", &part);
    part = branch("Neg", "z");
    put_graph(&extra, "else_branch", &part);
    put_node(&graph, "If", "ring", "c", "z", &extra);
    put_port(&graph, 12, "z", SX_FLOAT, 0, none);
    fails_to_open(&graph, SYRINX_ERROR_FORMAT, "itself");
    put_port(&graph, 11, "c", SX_BOOL, 0, none);                /* an operator that is missing, inside */
    part = branch("Telepathy", "c");
    put_graph(&extra, "then_branch", &part);
    part = branch("Neg", "c");
    put_graph(&extra, "else_branch", &part);
    put_node(&graph, "If", "odd", "c", "z", &extra);
    put_port(&graph, 12, "z", SX_FLOAT, 0, none);
    fails_to_open(&graph, SYRINX_ERROR_UNSUPPORTED, "operator Telepathy of node 'inner' (opset 17)");
}

/* Tensors whose sizes lie, or are too much for any machine. */
static void test_sizes(void **state)
{
    (void)state;
    static const int64_t shapes[][3] = {{1 << 30, 1, 1}, {-1, 2, 2}, {INT64_MAX, INT64_MAX, 2}, {1 << 20, 1 << 20, 1 << 20}, {2, 2, 3}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (int form = 0; form < 3; form++) {
            struct sx_buffer graph = {0}, tensor = {0}, entry = {0};
            static const float few[4] = {1, 2, 3, 4};
            for (int d = 0; d < 3; d++)
                put_number(&tensor, 1, (uint64_t)shapes[i][d]);
            put_number(&tensor, 2, SX_FLOAT);
            put_text(&tensor, 8, "w");
            if (form == 0)
                put_bytes(&tensor, 9, few, sizeof few);
            else if (form == 1)
                put_bytes(&tensor, 4, few, sizeof few);
            else {                              /* in another file, which is not there */
                put_text(&entry, 1, "location");
                put_text(&entry, 2, "../../etc/passwd");
                put_message(&tensor, 13, &entry);
                put_number(&tensor, 14, 1);
            }
            put_message(&graph, 5, &tensor);
            put_node(&graph, "Neg", "n", "w", "y", NULL);
            put_port(&graph, 12, "y", SX_FLOAT, 0, none);
            fails_to_open(&graph, form == 2 ? SYRINX_ERROR_UNSUPPORTED : SYRINX_ERROR_FORMAT, form == 2 ? "external" : "weight 'w'");
        }
}

/* Results of 10^9 elements: asked for in a few bytes by each operator that can. */
static void test_greed(void **state)
{
    (void)state;
    const struct { const char *op; int opset; struct sx_tensor inputs[4]; int count; } greedy[] = {
        {"Expand", 13, {FLOATS(DIMS(1), 1), INTS(DIMS(2), 1000, 1000000)}, 2},
        {"Tile", 13, {FLOATS(DIMS(1), 1), INTS(DIMS(1), 1000000000)}, 2},
        {"ConstantOfShape", 9, {INTS(DIMS(2), 1000000, 1000)}, 1},
        {"Range", 11, {SCALAR(SX_INT64, int64_t, 0), SCALAR(SX_INT64, int64_t, 1000000000), SCALAR(SX_INT64, int64_t, 1)}, 3},
        {"Pad", 13, {FLOATS(DIMS(1), 1), INTS(DIMS(2), 500000000, 500000000)}, 2},
        {"OneHot", 11, {INTS(DIMS(1), 1), SCALAR(SX_INT64, int64_t, 1000000000), FLOATS(DIMS(2), 0, 1)}, 3},
        {"Resize", 19, {FLOATS(DIMS(2), 1, 2), {.type = 0}, FLOATS(DIMS(1), 5e8f)}, 3},
        {"Upsample", 9, {FLOATS(DIMS(2), 1, 2), FLOATS(DIMS(1), 5e8f)}, 2},
        {"ScatterND", 16, {FLOATS(DIMS(1), 1), INTS(DIMS(1, 1), 1000000000), FLOATS(DIMS(1), 1)}, 3},
    };
    for (size_t i = 0; i < sizeof greedy / sizeof *greedy; i++)
        for (int constants = 0; constants < 2; constants++) {
            struct sx_model *model = NULL;
            struct sx_session *session;
            struct sx_buffer bytes;
            struct sx_error error;
            int code = run_built_node(greedy[i].op, greedy[i].opset, NULL, greedy[i].inputs, greedy[i].count, constants, NULL, 1, &model, &session, &bytes,
                                      &error);
            if (code != SYRINX_ERROR_MEMORY && code != SYRINX_ERROR_ARGUMENT)
                fail_msg("%s: %d %s", greedy[i].op, code, error.message);
            assert_non_null(strstr(error.message, greedy[i].op));
            sx_session_free(session);
            sx_model_close(model);
            sx_buffer_free(&bytes);
        }
}

/* Every operator with inputs of every wrong kind: an error or a result, no crash. */
static void test_wrong_types(void **state)
{
    (void)state;
    static const char *const ops[] = {
#define SX_LISTED_OP(name) #name,
#include "nn_ops.h"
#undef SX_LISTED_OP
    };
    static const enum sx_dtype types[] = {SX_FLOAT, SX_INT64, SX_BOOL, SX_UINT8, SX_FLOAT16, SX_DOUBLE, SX_INT32, SX_BFLOAT16, SX_UINT64};
    static int64_t data[64] = {1, 2, 0, 1};
    uint64_t draw = 1;
    int worked = 0;
    for (size_t o = 0; o < sizeof ops / sizeof *ops; o++)
        for (int round = 0; round < 60; round++) {
            struct sx_tensor inputs[NODE_INPUTS];
            int count = round % NODE_INPUTS;
            for (int i = 0; i < count; i++) {
                draw = draw * 6364136223846793005u + 1442695040888963407u;
                inputs[i] = (struct sx_tensor){.type = types[(draw >> 33) % 9], .rank = (int)(draw >> 40) % 5, .data = data};
                if (round % 3 == 0)                             /* at times all alike, or nothing would ever work */
                    inputs[i].type = i ? inputs[0].type : SX_FLOAT;
                for (int d = 0; d < inputs[i].rank; d++)
                    inputs[i].shape[d] = (int64_t)(draw >> (44 + 2 * d)) % 3;
            }
            struct sx_model *model = NULL;
            struct sx_session *session;
            struct sx_buffer bytes;
            struct sx_error error;
            int opset = (int[]){6, 9, 12, 17, 21}[draw >> 20 & 3];
            int code = run_built_node(ops[o], opset, NULL, inputs, count, round & 1, NULL, 1 + (int)(draw >> 50 & 1), &model, &session, &bytes, &error);
            assert_true(code == SYRINX_OK || (code < 0 && *error.message));
            worked += code == SYRINX_OK;
            sx_session_free(session);
            sx_model_close(model);
            sx_buffer_free(&bytes);
        }
    print_message("# %d of %d nodes ran\n", worked, 60 * (int)(sizeof ops / sizeof *ops));
    assert_true(worked > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_if), cmocka_unit_test(test_loop), cmocka_unit_test(test_scan), cmocka_unit_test(test_nesting),
        cmocka_unit_test(test_wrong_graphs), cmocka_unit_test(test_sizes), cmocka_unit_test(test_greed), cmocka_unit_test(test_wrong_types),
    };
    return cmocka_run_group_tests_name("nn_control", tests, NULL, NULL);
}
