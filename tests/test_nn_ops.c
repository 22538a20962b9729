/* test_nn_ops.c - operators that move, pick, count, resize and normalise, a family a test; values by hand or by a plain formula here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "nn_node.h"

#define CHECK(op, opset, attributes, result, ...) \
    check_node(op, opset, attributes, (struct sx_tensor[]){__VA_ARGS__}, (int)(sizeof((struct sx_tensor[]){__VA_ARGS__}) / sizeof(struct sx_tensor)), \
               (struct sx_tensor[]){result}, 1)
#define FAILS(op, opset, attributes, code, ...) \
    check_node_fails(op, opset, attributes, (struct sx_tensor[]){__VA_ARGS__}, \
                     (int)(sizeof((struct sx_tensor[]){__VA_ARGS__}) / sizeof(struct sx_tensor)), code)

static void test_gather(void **state)
{
    (void)state;
    struct sx_buffer a = {0};
    struct sx_tensor x = FLOATS(DIMS(2, 3), 1, 2, 3, 4, 5, 6);
    put_int(&a, "axis", 1);
    CHECK("GatherElements", 13, &a, FLOATS(DIMS(2, 2), 3, 1, 4, 5), x, INTS(DIMS(2, 2), -1, 0, 0, 1));
    CHECK("GatherND", 13, NULL, FLOATS(DIMS(2), 6, 2), x, INTS(DIMS(2, 2), 1, -1, 0, 1));
    CHECK("GatherND", 13, NULL, FLOATS(DIMS(1, 3), 4, 5, 6), x, INTS(DIMS(1, 1), 1));
    put_int(&a, "batch_dims", 1);
    CHECK("GatherND", 13, &a, FLOATS(DIMS(2), 3, 4), x, INTS(DIMS(2, 1), 2, 0));
    struct sx_tensor none = {.type = SX_INT64, .rank = 2, .shape = {0, 2}, .data = (int64_t[]){0}};
    struct sx_tensor nothing = {.type = SX_FLOAT, .rank = 1, .shape = {0}, .data = (float[]){0}};
    CHECK("GatherND", 13, NULL, nothing, x, none);
    FAILS("GatherND", 13, NULL, SYRINX_ERROR_ARGUMENT, x, INTS(DIMS(1, 2), 0, 3));
    FAILS("GatherElements", 13, NULL, SYRINX_ERROR_ARGUMENT, x, INTS(DIMS(1, 1), -3));
}

static void test_scatter(void **state)
{
    (void)state;
    struct sx_buffer a = {0};
    struct sx_tensor x = FLOATS(DIMS(2, 3), 1, 2, 3, 4, 5, 6);
    CHECK("ScatterND", 16, NULL, FLOATS(DIMS(2, 3), 1, 2, 30, 40, 5, 6), x, INTS(DIMS(2, 2), 0, 2, 1, 0), FLOATS(DIMS(2), 30, 40));
    put_string(&a, "reduction", "add");
    CHECK("ScatterND", 16, &a, FLOATS(DIMS(2, 3), 1, 2, 3, 10, 13, 16), x, INTS(DIMS(2, 1), 1, -1), FLOATS(DIMS(2, 3), 1, 2, 3, 5, 6, 7));
    put_string(&a, "reduction", "max");
    put_int(&a, "axis", 1);
    CHECK("ScatterElements", 18, &a, FLOATS(DIMS(2, 3), 9, 2, 3, 4, 5, 6), x, INTS(DIMS(2, 1), 0, 2), FLOATS(DIMS(2, 1), 9, 1));
    struct sx_tensor none = {.type = SX_INT64, .rank = 2, .shape = {0, 2}, .data = (int64_t[]){0}};
    struct sx_tensor nothing = {.type = SX_FLOAT, .rank = 1, .shape = {0}, .data = (float[]){0}};
    CHECK("ScatterND", 16, NULL, x, x, none, nothing);
    FAILS("ScatterND", 16, NULL, SYRINX_ERROR_ARGUMENT, x, INTS(DIMS(1, 2), 2, 0), FLOATS(DIMS(1), 1));
    FAILS("ScatterND", 16, NULL, SYRINX_ERROR_FORMAT, x, INTS(DIMS(1, 2), 0, 0), FLOATS(DIMS(2), 1, 2));
}

static void test_nonzero(void **state)
{
    (void)state;
    CHECK("NonZero", 13, NULL, INTS(DIMS(2, 3), 0, 1, 1, 1, 0, 2), BOOLS(DIMS(2, 3), 0, 1, 0, 1, 0, 1));
    CHECK("NonZero", 13, NULL, INTS(DIMS(1, 2), 0, 3), FLOATS(DIMS(4), 1, 0, -0.0f, NAN));
    struct sx_tensor empty = {.type = SX_INT64, .rank = 2, .shape = {2, 0}, .data = (int64_t[]){0}};
    CHECK("NonZero", 13, NULL, empty, FLOATS(DIMS(2, 2), 0, 0, 0, 0));
}

static void test_integers(void **state)
{
    (void)state;
    struct sx_buffer a = {0};
    CHECK("Mod", 13, NULL, INTS(DIMS(5), 1, -1, 2, -2, 0), INTS(DIMS(5), 7, -7, -7, 7, 5), INTS(DIMS(5), 3, -3, 3, -3, 0));
    put_int(&a, "fmod", 1);
    CHECK("Mod", 13, &a, FLOATS(DIMS(3), 1, -1, 1), FLOATS(DIMS(3), 7, -7, 7), FLOATS(DIMS(3), 3, 3, -3));
    CHECK("Mod", 13, NULL, INTS(DIMS(1), 0), INTS(DIMS(1), INT64_MIN), INTS(DIMS(1), -1));
    CHECK("Div", 14, NULL, INTS(DIMS(3), INT64_MIN, -2, 0), INTS(DIMS(3), INT64_MIN, -7, 7), INTS(DIMS(3), -1, 3, 0));
    CHECK("Add", 14, NULL, TENSOR(SX_UINT16, uint16_t, DIMS(1), 1), TENSOR(SX_UINT16, uint16_t, DIMS(1), 65535), TENSOR(SX_UINT16, uint16_t, DIMS(1), 2));
    CHECK("Max", 13, NULL, TENSOR(SX_UINT64, uint64_t, DIMS(1), UINT64_MAX), TENSOR(SX_UINT64, uint64_t, DIMS(1), 1),
          TENSOR(SX_UINT64, uint64_t, DIMS(1), UINT64_MAX));
    CHECK("Pow", 15, NULL, INTS(DIMS(3), 81, 0, -1), INTS(DIMS(3), 3, 2, -1), INTS(DIMS(3), 4, -1, -3));
    CHECK("Sum", 13, NULL, FLOATS(DIMS(2), 9, 10), FLOATS(DIMS(2), 1, 2), FLOATS(DIMS(1), 3), FLOATS(DIMS(2), 5, 5));
    CHECK("Mean", 13, NULL, FLOATS(DIMS(2), 2, 4), FLOATS(DIMS(2), 1, 2), FLOATS(DIMS(2), 3, 6));
    CHECK("MatMul", 13, NULL, INTS(DIMS(2, 1), 50, 122), INTS(DIMS(2, 3), 1, 2, 3, 4, 5, 6), INTS(DIMS(3, 1), 7, 8, 9));
    CHECK("MatMul", 13, NULL, TENSOR(SX_DOUBLE, double, DIMS(1), 11), TENSOR(SX_DOUBLE, double, DIMS(1, 2), 1, 2), TENSOR(SX_DOUBLE, double, DIMS(2), 3, 4));
    put_int(&a, "to", SX_INT8);
    CHECK("Cast", 13, &a, TENSOR(SX_INT8, int8_t, DIMS(4), 127, -128, 0, -3), FLOATS(DIMS(4), 1e9f, -1e9f, NAN, -3.7f));
    put_int(&a, "to", SX_BFLOAT16);
    CHECK("Cast", 13, &a, TENSOR(SX_BFLOAT16, uint16_t, DIMS(2), 0x3F80, 0xC000), FLOATS(DIMS(2), 1.001f, -2));
    CHECK("CastLike", 15, NULL, INTS(DIMS(2), 1, -2), FLOATS(DIMS(2), 1.9f, -2.9f), INTS(DIMS(1), 0));
    put_int(&a, "keepdims", 0);
    CHECK("ReduceMax", 20, &a, SCALAR(SX_UINT64, uint64_t, UINT64_MAX), TENSOR(SX_UINT64, uint64_t, DIMS(3), 1, UINT64_MAX, 2));
    put_int(&a, "keepdims", 0);
    CHECK("ReduceLogSumExp", 18, &a, SCALAR(SX_FLOAT, float, 1000.6931472f), FLOATS(DIMS(2), 1000, 1000));
}

static void test_arrange(void **state)
{
    (void)state;
    struct sx_buffer a = {0};
    struct sx_tensor x = FLOATS(DIMS(2, 3), 1, 2, 3, 4, 5, 6);
    CHECK("Tile", 13, NULL, FLOATS(DIMS(2, 6), 1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6), x, INTS(DIMS(2), 1, 2));
    CHECK("Tile", 13, NULL, FLOATS(DIMS(4, 1), 1, 2, 1, 2), FLOATS(DIMS(2, 1), 1, 2), INTS(DIMS(2), 2, 1));
    CHECK("Trilu", 14, NULL, FLOATS(DIMS(2, 3), 1, 2, 3, 0, 5, 6), x);
    put_int(&a, "upper", 0);
    CHECK("Trilu", 14, &a, FLOATS(DIMS(2, 3), 0, 0, 0, 4, 0, 0), x, SCALAR(SX_INT64, int64_t, -1));
    put_int(&a, "batch_axis", 0);
    put_int(&a, "time_axis", 1);
    CHECK("ReverseSequence", 10, &a, FLOATS(DIMS(2, 3), 2, 1, 3, 6, 5, 4), x, INTS(DIMS(2), 2, 3));
    FAILS("ReverseSequence", 10, NULL, SYRINX_ERROR_ARGUMENT, x, INTS(DIMS(3), 3, 1, 1));
    CHECK("Pad", 13, NULL, FLOATS(DIMS(1, 4), 2, 3, 9, 9), x, INTS(DIMS(4), 0, -1, -1, 2), SCALAR(SX_FLOAT, float, 9));     /* crops and pads */
}

static void test_choose(void **state)
{
    (void)state;
    struct sx_buffer a = {0};
    struct sx_tensor x = FLOATS(DIMS(2, 4), 3, 1, 3, 2, 5, 6, 4, 6);
    check_node("TopK", 11, NULL, (struct sx_tensor[]){x, INTS(DIMS(1), 3)}, 2,
               (struct sx_tensor[]){FLOATS(DIMS(2, 3), 3, 3, 2, 6, 6, 5), INTS(DIMS(2, 3), 0, 2, 3, 1, 3, 0)}, 2);
    put_int(&a, "largest", 0);
    put_int(&a, "axis", 0);
    check_node("TopK", 11, &a, (struct sx_tensor[]){x, INTS(DIMS(1), 1)}, 2,
               (struct sx_tensor[]){FLOATS(DIMS(1, 4), 3, 1, 3, 2), INTS(DIMS(1, 4), 0, 0, 0, 0)}, 2);
    FAILS("TopK", 11, NULL, SYRINX_ERROR_FORMAT, x, INTS(DIMS(1), 5));
    CHECK("OneHot", 11, NULL, FLOATS(DIMS(3, 3), 2, 5, 2, 2, 2, 5, 2, 2, 2), INTS(DIMS(3), 1, -1, 7), SCALAR(SX_INT64, int64_t, 3), FLOATS(DIMS(2), 2, 5));
    CHECK("Where", 16, NULL, FLOATS(DIMS(2, 2), 1, 5, 5, 1), BOOLS(DIMS(2, 2), 1, 0, 0, 1), FLOATS(DIMS(1), 1), SCALAR(SX_FLOAT, float, 5));
    CHECK("CumSum", 14, NULL, FLOATS(DIMS(3), 1, 3, 6), FLOATS(DIMS(3), 1, 2, 3), SCALAR(SX_INT64, int64_t, 0));
}

static struct sx_tensor no_input(void)
{
    return (struct sx_tensor){.type = 0};
}

static void test_resize(void **state)
{
    (void)state;
    struct sx_buffer a = {0};
    struct sx_tensor x = FLOATS(DIMS(1, 1, 3), 1, 2, 4);
    CHECK("Resize", 19, NULL, FLOATS(DIMS(1, 1, 6), 1, 1, 2, 2, 4, 4), x, no_input(), FLOATS(DIMS(3), 1, 1, 2));
    put_string(&a, "mode", "linear");
    CHECK("Resize", 19, &a, FLOATS(DIMS(1, 1, 6), 1, 1.25f, 1.75f, 2.5f, 3.5f, 4), x, no_input(), FLOATS(DIMS(3), 1, 1, 2));
    put_string(&a, "mode", "linear");
    put_string(&a, "coordinate_transformation_mode", "align_corners");
    CHECK("Resize", 19, &a, FLOATS(DIMS(1, 1, 5), 1, 1.5f, 2, 3, 4), x, no_input(), no_input(), INTS(DIMS(3), 1, 1, 5));
    /* a cubic keeps a straight line inside */
    put_string(&a, "mode", "cubic");
    put_string(&a, "coordinate_transformation_mode", "asymmetric");
    struct sx_tensor line = FLOATS(DIMS(6), 0, 1, 2, 3, 4, 5);
    struct sx_model *model;
    struct sx_session *session;
    struct sx_buffer bytes;
    struct sx_error error;
    struct sx_tensor in[] = {line, no_input(), FLOATS(DIMS(1), 2)};
    assert_int_equal(run_built_node("Resize", 19, &a, in, 3, false, NULL, 1, &model, &session, &bytes, &error), SYRINX_OK);
    const float *y = sx_session_output(session, 0)->data;
    for (int i = 2; i <= 8; i++)
        assert_true(fabsf(y[i] - (float)i / 2) < 1e-5f);
    sx_session_free(session);
    sx_model_close(model);
    sx_buffer_free(&bytes);
    sx_buffer_free(&a);
    CHECK("Upsample", 9, NULL, FLOATS(DIMS(1, 1, 6), 1, 1, 2, 2, 4, 4), x, FLOATS(DIMS(3), 1, 1, 2));
    FAILS("Resize", 19, NULL, SYRINX_ERROR_FORMAT, x, no_input(), FLOATS(DIMS(3), 1, 1, -2));
    FAILS("Resize", 19, NULL, SYRINX_ERROR_FORMAT, x, no_input(), FLOATS(DIMS(2), 1, 2));
}

static void test_norms(void **state)
{
    (void)state;
    struct sx_buffer a = {0};
    struct sx_tensor x = FLOATS(DIMS(1, 2, 2), 1, 3, 2, 6);
    float unit = 1 / sqrtf(1.0f + 1e-5f), two = 2 / sqrtf(4.0f + 1e-5f), ten = sqrtf(3.5f + 1e-5f);
    CHECK("InstanceNormalization", 6, NULL, FLOATS(DIMS(1, 2, 2), -unit, unit, 10 - 3 * two, 10 + 3 * two), x, FLOATS(DIMS(2), 1, 3), FLOATS(DIMS(2), 0, 10));
    put_int(&a, "num_groups", 1);
    CHECK("GroupNormalization", 21, &a, FLOATS(DIMS(1, 2, 2), -2 / ten, 0, -1 / ten + 1, 3 / ten + 1), x, FLOATS(DIMS(2), 1, 1), FLOATS(DIMS(2), 0, 1));
    CHECK("BatchNormalization", 15, NULL, FLOATS(DIMS(1, 2, 2), 0, 2 * unit, 2 - unit, 2 + 3 * unit), x, FLOATS(DIMS(2), 1, 1), FLOATS(DIMS(2), 0, 2),
          FLOATS(DIMS(2), 1, 3), FLOATS(DIMS(2), 1, 1));
    CHECK("GlobalAveragePool", 1, NULL, FLOATS(DIMS(1, 2, 1), 2, 4), x);
    FAILS("InstanceNormalization", 6, NULL, SYRINX_ERROR_FORMAT, x, FLOATS(DIMS(1), 1), FLOATS(DIMS(1), 1));
}

static void test_activations(void **state)
{
    (void)state;
    struct sx_buffer a = {0};
    struct sx_tensor x = FLOATS(DIMS(4), -20, -1, 0.5f, 90);
    float y[4];
    static const struct { const char *op; int opset; } known[] = {
        {"Elu", 6}, {"Softsign", 1}, {"Swish", 24}, {"Mish", 18}, {"Gelu", 20}, {"HardSigmoid", 6}, {"Atan", 7}, {"Softplus", 1}, {"Erf", 13},
    };
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        for (int i = 0; i < 4; i++) {
            double v = ((const float *)x.data)[i], plus = v > 30 ? v : log1p(exp(v)), all[] = {
                v < 0 ? exp(v) - 1 : v, v / (1 + fabs(v)), v / (1 + exp(-v)), v * tanh(plus), v / 2 * (1 + erf(v / sqrt(2))),
                fmin(1, fmax(0, 0.2 * v + 0.5)), atan(v), plus, erf(v),
            };
            y[i] = (float)all[k];
        }
        struct sx_tensor expected = x;
        expected.data = y;
        CHECK(known[k].op, known[k].opset, NULL, expected, x);
    }
    CHECK("PRelu", 16, NULL, FLOATS(DIMS(4), -10, -2, 0.5f, 90), x, FLOATS(DIMS(4), 0.5f, 2, 9, 9));
    CHECK("IsNaN", 20, NULL, BOOLS(DIMS(3), 0, 1, 0), FLOATS(DIMS(3), 1, NAN, INFINITY));
    put_int(&a, "detect_negative", 0);
    CHECK("IsInf", 20, &a, BOOLS(DIMS(3), 0, 0, 1), FLOATS(DIMS(3), -INFINITY, NAN, INFINITY));
}

/* Transposed convolution by its definition: x[i] w[k] goes to i * stride + k * dilation - begin. */
static void test_conv_transpose(void **state)
{
    (void)state;
    for (int stride = 1; stride <= 4; stride++)
        for (int dilation = 1; dilation <= 2; dilation++)
            for (int groups = 1; groups <= 2; groups++) {
                enum { IN = 4, OUT = 4, TIME = 5, TAPS = 3 };
                float x[IN * TIME], w[IN * OUT * TAPS], y[OUT * 64] = {0};
                int begin = 1, end = 0, padding = stride > 1, each = OUT / groups;
                int length = (TIME - 1) * stride + (TAPS - 1) * dilation + 1 + padding - begin - end;
                for (int i = 0; i < IN * TIME; i++)
                    x[i] = sinf((float)i);
                for (int i = 0; i < IN * each * TAPS; i++)
                    w[i] = cosf((float)i);
                for (int c = 0; c < IN; c++)
                    for (int o = 0; o < each; o++)
                        for (int t = 0; t < TIME; t++)
                            for (int k = 0; k < TAPS; k++) {
                                int at = t * stride + k * dilation - begin, channel = c / (IN / groups) * each + o;
                                if (at >= 0 && at < length)
                                    y[channel * length + at] += x[c * TIME + t] * w[(c * each + o) * TAPS + k];
                            }
                struct sx_buffer a = {0};
                put_ints(&a, "strides", 1, (int64_t[]){stride});
                put_ints(&a, "dilations", 1, (int64_t[]){dilation});
                put_ints(&a, "pads", 2, (int64_t[]){begin, end});
                put_ints(&a, "output_padding", 1, (int64_t[]){padding});
                put_int(&a, "group", groups);
                struct sx_tensor tensor = {.type = SX_FLOAT, .rank = 3, .shape = {1, IN, TIME}, .data = x};
                struct sx_tensor weights = {.type = SX_FLOAT, .rank = 3, .shape = {IN, each, TAPS}, .data = w};
                struct sx_tensor expected = {.type = SX_FLOAT, .rank = 3, .shape = {1, OUT, length}, .data = y};
                CHECK("ConvTranspose", 11, &a, expected, tensor, weights);
            }
}

/* Noise depends on the seed and the node's number, not on threads or runs; its moments are about right. */
static void test_noise(void **state)
{
    (void)state;
    struct sx_buffer graph = {0}, bytes;
    struct sx_error error;
    struct sx_model *model;
    const int64_t shape[] = {40000};
    put_port(&graph, 11, "x", SX_FLOAT, 1, shape);
    put_node(&graph, "RandomNormalLike", "one", "x", "y", NULL);
    put_node(&graph, "RandomUniformLike", "two", "x", "z", NULL);
    put_port(&graph, 12, "y", SX_FLOAT, 1, shape);
    put_port(&graph, 12, "z", SX_FLOAT, 1, shape);
    assert_int_equal(open_built(&graph, 15, &model, &bytes, &error), SYRINX_OK);
    static float zeros[40000], first[2][40000];
    struct sx_tensor x = {.type = SX_FLOAT, .rank = 1, .shape = {40000}, .data = zeros};
    struct sx_pool *pool = sx_pool_new(3);
    for (int round = 0; round < 4; round++) {
        struct sx_session *session;
        assert_int_equal(sx_session_new(model, round == 1 ? pool : NULL, &session, &error), SYRINX_OK);
        if (round == 3)
            sx_session_set_seed(session, 5);
        assert_int_equal(sx_session_set_input(session, 0, &x, &error), SYRINX_OK);
        for (int again = 0; again <= round; again++)
            assert_int_equal(sx_session_run(session, &error), SYRINX_OK);
        for (int o = 0; o < 2; o++) {
            const float *y = sx_session_output(session, o)->data;
            if (round == 0)
                memcpy(first[o], y, sizeof first[o]);
            assert_int_equal(memcmp(first[o], y, sizeof first[o]) == 0, round < 3);
        }
        sx_session_free(session);
    }
    double sum = 0, square = 0, uniform = 0;
    for (int i = 0; i < 40000; i++) {
        sum += first[0][i];
        square += first[0][i] * first[0][i];
        uniform += first[1][i];
        assert_true(first[1][i] >= 0 && first[1][i] < 1);
    }
    assert_true(fabs(sum / 40000) < 0.03 && fabs(square / 40000 - 1) < 0.03 && fabs(uniform / 40000 - 0.5) < 0.01);
    sx_pool_free(pool);
    sx_model_close(model);
    sx_buffer_free(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gather), cmocka_unit_test(test_scatter), cmocka_unit_test(test_nonzero), cmocka_unit_test(test_integers),
        cmocka_unit_test(test_arrange), cmocka_unit_test(test_choose), cmocka_unit_test(test_resize), cmocka_unit_test(test_norms),
        cmocka_unit_test(test_activations), cmocka_unit_test(test_conv_transpose), cmocka_unit_test(test_noise),
    };
    return cmocka_run_group_tests_name("nn_ops", tests, NULL, NULL);
}
