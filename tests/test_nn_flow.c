/* test_nn_flow.c - incremental runs: random cuts, every level of kernels and any number of threads give the bits of a whole run. */
#include <malloc.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/random.h"
#include "nn/kernels/kernels.h"
#include "nn_build.h"

static const struct { const char *name; int look_ahead, fewer; } cases[] = {{"voice", 4, 0}, {"voice_f16", 4, 0}, {"stack", 12, 6}, {"norm", 0, 0}};
enum { CASES = sizeof cases / sizeof *cases, LONGEST = 90 };

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

/* A whole run; the result is malloc'ed. */
static float *whole(const struct sx_model *model, struct sx_pool *pool, const float *input, int width, int columns, int *out_columns, int *out_width)
{
    struct sx_error error = {0};
    struct sx_session *session;
    struct sx_tensor tensor = {.type = SX_FLOAT, .rank = 3, .shape = {1, columns, width}, .data = (void *)input};
    assert_int_equal(sx_session_new(model, pool, &session, &error), SYRINX_OK);
    assert_int_equal(sx_session_set_input(session, 0, &tensor, &error), SYRINX_OK);
    if (sx_session_run(session, &error) != SYRINX_OK)
        fail_msg("%s", error.message);
    const struct sx_tensor *out = sx_session_output(session, 0);
    *out_columns = (int)out->shape[1];
    *out_width = (int)out->shape[2];
    size_t bytes = (size_t)sx_tensor_count(out) * sizeof(float);
    float *copy = malloc(bytes + 1);
    memcpy(copy, out->data, bytes);
    sx_session_free(session);
    return copy;
}

static uint64_t drawn;

static int draw(int below)
{
    return (int)(sx_random_bits(21, drawn++) >> 33) % below;
}

/* Pushes `columns` in pieces of 0 to `largest`; returns the columns that came. */
static int stream(struct sx_flow *flow, const float *input, int columns, int largest, float *output)
{
    int in = sx_flow_input_width(flow), out = sx_flow_output_width(flow), got = 0, at = 0;
    for (;;) {
        int n = draw(largest + 1);
        bool last = false;
        if (n >= columns - at) {
            n = columns - at;
            last = draw(4) != 0;            /* sometimes the end comes alone */
        }
        got += sx_flow_push(flow, input + at * in, n, last, output + got * out);
        at += n;
        assert_true(last || got <= at);
        if (last)
            return got;
    }
}

static void compare_all(struct sx_pool *pool)
{
    static const int largest[] = {1, 2, 3, 7, 16, 50};
    for (int c = 0; c < CASES; c++) {
        struct sx_model *model = open_case(cases[c].name);
        struct sx_error error = {0};
        for (int round = 0; round < 40; round++) {
            struct sx_flow *flow;
            int columns = round < 12 ? round : draw(LONGEST), out_columns, out_width;
            assert_int_equal(sx_flow_new(model, pool, largest[round % 6], &flow, &error), SYRINX_OK);
            assert_int_equal(sx_flow_look_ahead(flow), cases[c].look_ahead);
            int width = sx_flow_input_width(flow);
            size_t size = (size_t)(columns * width);
            float *input = malloc((size + 1) * sizeof *input);
            for (size_t i = 0; i < size; i++)
                input[i] = sx_random_normal(31, drawn++);
            float *expected = whole(model, pool, input, width, columns, &out_columns, &out_width);
            assert_int_equal(out_width, sx_flow_output_width(flow));
            assert_int_equal(out_columns, columns > cases[c].fewer ? columns - cases[c].fewer : 0);
            float *output = malloc((size_t)(columns + cases[c].look_ahead) * (size_t)out_width * sizeof *output);
            for (int again = 0; again < 3; again++) {       /* after the end a flow is as new */
                assert_int_equal(stream(flow, input, columns, again ? 16 : largest[round % 6], output), out_columns);
                assert_memory_equal(output, expected, (size_t)(out_columns * out_width) * sizeof *output);
            }
            sx_flow_push(flow, input, columns < 5 ? columns : 5, false, output);
            sx_flow_reset(flow);                            /* and after a reset */
            assert_int_equal(stream(flow, input, columns, 9, output), out_columns);
            assert_memory_equal(output, expected, (size_t)(out_columns * out_width) * sizeof *output);
            free(input);
            free(expected);
            free(output);
            sx_flow_free(flow);
        }
        sx_model_close(model);
    }
}

static void test_cuts(void **state)
{
    (void)state;
    compare_all(NULL);
}

static void test_threads(void **state)
{
    (void)state;
    for (int threads = 2; threads <= 4; threads += 2) {
        struct sx_pool *pool = sx_pool_new(threads);
        assert_non_null(pool);
        compare_all(pool);
        sx_pool_free(pool);
    }
}

/* Threads against none, with enough columns that the work is really shared. */
static void test_thread_bits(void **state)
{
    (void)state;
    for (int c = 0; c < CASES; c++) {
        struct sx_model *model = open_case(cases[c].name);
        struct sx_pool *pool = sx_pool_new(4);
        enum { COLUMNS = 3000 };
        int width = c < 2 ? 6 : c == 2 ? 5 : 8, columns, out_width;
        float *input = malloc(COLUMNS * 8 * sizeof *input);
        for (int i = 0; i < COLUMNS * 8; i++)
            input[i] = sx_random_normal(41, (uint64_t)i);
        float *one = whole(model, NULL, input, width, COLUMNS, &columns, &out_width), *four = whole(model, pool, input, width, COLUMNS, &columns, &out_width);
        assert_memory_equal(one, four, (size_t)(columns * out_width) * sizeof *one);
        free(input);
        free(one);
        free(four);
        sx_pool_free(pool);
        sx_model_close(model);
    }
}

/* The level is chosen once a process: a child for each. */
static void test_levels(void **state)
{
    static const char *const names[] = {"c", "avx2", "avx512", "neon"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int status;
        if (!sx_kernels_level(names[i]))
            continue;
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            char path[4096];
            ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
            path[n > 0 ? n : 0] = 0;
            setenv("SYRINX_CPU", names[i], 1);
            execl(path, path, "level", names[i], (char *)NULL);
            _exit(99);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
}

static void test_no_allocation(void **state)
{
    (void)state;
    struct sx_model *model = open_case("stack");
    struct sx_error error = {0};
    struct sx_flow *flow;
    static float input[16 * 5], output[64 * 7];
    assert_int_equal(sx_flow_new(model, NULL, 16, &flow, &error), SYRINX_OK);
    struct mallinfo2 before = mallinfo2();
    for (int i = 0; i < 20; i++)
        sx_flow_push(flow, input, i % 17, i % 7 == 6, output);
    struct mallinfo2 after = mallinfo2();
    assert_int_equal(before.uordblks, after.uordblks);
    assert_int_equal(before.hblkhd, after.hblkhd);
    sx_flow_free(flow);
    sx_model_close(model);
}

/* What cannot stream says which node it is. */
static int flow_of(struct sx_buffer *graph, struct sx_error *error)
{
    struct sx_buffer bytes;
    struct sx_model *model;
    struct sx_flow *flow = NULL;
    int code = open_built(graph, 17, &model, &bytes, error);
    if (code == SYRINX_OK)
        code = sx_flow_new(model, NULL, 8, &flow, error);
    sx_flow_free(flow);
    sx_model_close(model);
    sx_buffer_free(&bytes);
    return code;
}

static void test_refusals(void **state)
{
    (void)state;
    const int64_t shape[] = {1, -1, 4}, last[] = {-1}, time[] = {1}, three[] = {4, 4, 3}, pads[] = {4, 4}, stride[] = {2}, swap[] = {0, 2, 1};
    float w[48] = {0.5f};
    struct sx_error error;
    struct sx_buffer graph = {0}, extra = {0};
    struct sx_model *model = open_case("text");
    struct sx_flow *flow;
    memset(&error, 0, sizeof error);
    assert_int_equal(sx_flow_new(model, NULL, 8, &flow, &error), SYRINX_ERROR_UNSUPPORTED);
    assert_null(flow);
    sx_model_close(model);
    /* an average over time; one over channels is fine */
    for (int i = 0; i < 2; i++) {
        put_port(&graph, 11, "x", SX_FLOAT, 3, shape);
        put_ints(&extra, "axes", 1, i ? last : time);
        put_node(&graph, "ReduceMean", "average", "x", "m", &extra);
        put_node(&graph, "Sub", "difference", "x m", "y", NULL);
        put_port(&graph, 12, "y", SX_FLOAT, 3, shape);
        assert_int_equal(flow_of(&graph, &error), i ? SYRINX_OK : SYRINX_ERROR_UNSUPPORTED);
        if (!i)
            assert_non_null(strstr(error.message, "average"));
    }
    /* convolutions that stretch or thin out time */
    for (int i = 0; i < 2; i++) {
        put_port(&graph, 11, "x", SX_FLOAT, 3, shape);
        put_weight(&graph, "w", 3, three, w, 48);
        put_ints(&extra, "perm", 3, swap);
        put_node(&graph, "Transpose", "t", "x", "a", &extra);
        put_ints(&extra, i ? "pads" : "strides", i ? 2 : 1, i ? pads : stride);
        put_node(&graph, "Conv", "bad", "a w", "b", &extra);
        put_ints(&extra, "perm", 3, swap);
        put_node(&graph, "Transpose", "u", "b", "y", &extra);
        put_port(&graph, 12, "y", SX_FLOAT, 3, shape);
        assert_int_equal(flow_of(&graph, &error), SYRINX_ERROR_UNSUPPORTED);
    }
    /* softmax along time */
    put_port(&graph, 11, "x", SX_FLOAT, 3, shape);
    put_ints(&extra, "perm", 3, swap);
    put_node(&graph, "Transpose", "t", "x", "a", &extra);
    put_node(&graph, "Softmax", "attention", "a", "b", NULL);
    put_ints(&extra, "perm", 3, swap);
    put_node(&graph, "Transpose", "u", "b", "y", &extra);
    put_port(&graph, 12, "y", SX_FLOAT, 3, shape);
    assert_int_equal(flow_of(&graph, &error), SYRINX_ERROR_UNSUPPORTED);
    assert_non_null(strstr(error.message, "attention"));
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "level") == 0) {
        const struct CMUnitTest tests[] = {cmocka_unit_test(test_cuts), cmocka_unit_test(test_thread_bits)};
        if (strcmp(sx_nn_level(), argv[2]) != 0)
            return 98;
        if (!freopen("/dev/null", "w", stdout))     /* the parent counts as one test */
            return 97;
        return cmocka_run_group_tests_name(argv[2], tests, NULL, NULL);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cuts), cmocka_unit_test(test_threads), cmocka_unit_test(test_thread_bits), cmocka_unit_test(test_levels),
        cmocka_unit_test(test_no_allocation), cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests_name("nn_flow", tests, NULL, NULL);
}
