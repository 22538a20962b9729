/* test_nn_speech_ops.c - recurrent layers, attention, spectra, pooling, 8-bit products, einsum, half precision: values by hand or by a plain
 * formula here; and every one of these operators on odd inputs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/pool.h"
#include "base/random.h"
#include "nn_node.h"

#define COUNT(...) (int)(sizeof((struct sx_tensor[]){__VA_ARGS__}) / sizeof(struct sx_tensor))
#define CHECK(op, opset, attributes, result, ...) \
    check_node(op, opset, attributes, (struct sx_tensor[]){__VA_ARGS__}, COUNT(__VA_ARGS__), (struct sx_tensor[]){result}, 1)
#define FAILS(op, opset, attributes, code, ...) check_node_fails(op, opset, attributes, (struct sx_tensor[]){__VA_ARGS__}, COUNT(__VA_ARGS__), code)
#define BYTES(dims, ...) TENSOR(SX_UINT8, uint8_t, DIMS(dims), __VA_ARGS__)
#define NONE (struct sx_tensor){.type = 0}

static void put_strings(struct sx_buffer *node, const char *name, int count, const char *const *values)
{
    struct sx_buffer attribute = {0};
    put_text(&attribute, 1, name);
    for (int i = 0; i < count; i++)
        put_text(&attribute, 9, values[i]);
    put_message(node, 5, &attribute);
}

static void fill(float *x, int count, uint64_t seed)
{
    for (int i = 0; i < count; i++)
        x[i] = 0.5f * sx_random_normal(seed, (uint64_t)i);
}

enum { T = 5, B = 2, I = 3, H = 19, D = 2 };        /* H is no multiple of a panel */

static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

struct recurrent {
    float x[T * B * I], w[D * 4 * H * I], r[D * 4 * H * H], b[D * 8 * H], h0[D * B * H], c0[D * B * H], p[D * 3 * H];
    int32_t lengths[B];
};

/* Gate g of unit u: input, recurrent and the two biases apart. */
static double input_part(const struct recurrent *n, int d, int gates, int g, int u, const float *x)
{
    double sum = n->b[d * 2 * gates * H + g * H + u];
    for (int i = 0; i < I; i++)
        sum += (double)n->w[((d * gates + g) * H + u) * I + i] * x[i];
    return sum;
}

static double state_part(const struct recurrent *n, int d, int gates, int g, int u, const double *h)
{
    double sum = n->b[d * 2 * gates * H + (gates + g) * H + u];
    for (int i = 0; i < H; i++)
        sum += n->r[((d * gates + g) * H + u) * H + i] * h[i];
    return sum;
}

/* The formulas of ONNX's documents, step by step, in double precision. kind: 'L', 'G' (reset before), 'g' (reset after), 'R'. */
static void reference(const struct recurrent *n, char kind, float *y, float *last_h, float *last_c)
{
    int gates = kind == 'L' ? 4 : kind == 'R' ? 1 : 3;
    for (int d = 0; d < D; d++)
        for (int b = 0; b < B; b++) {
            double h[H], c[H], next[H];
            for (int u = 0; u < H; u++) {
                h[u] = n->h0[(d * B + b) * H + u];
                c[u] = n->c0[(d * B + b) * H + u];
            }
            for (int s = 0; s < T; s++) {
                int t = d && s < n->lengths[b] ? n->lengths[b] - 1 - s : s;
                const float *x = n->x + (t * B + b) * I;
                for (int u = 0; s < n->lengths[b] && u < H; u++) {
                    double a[4], z[4];
                    for (int g = 0; g < gates; g++) {
                        a[g] = input_part(n, d, gates, g, u, x);
                        z[g] = state_part(n, d, gates, g, u, h);
                    }
                    const float *p = n->p + d * 3 * H;
                    if (kind == 'L') {
                        double i = sigmoid(a[0] + z[0] + p[u] * c[u]), f = sigmoid(a[2] + z[2] + p[2 * H + u] * c[u]);
                        c[u] = f * c[u] + i * tanh(a[3] + z[3]);
                        next[u] = sigmoid(a[1] + z[1] + p[H + u] * c[u]) * tanh(c[u]);
                    } else if (kind == 'R') {
                        next[u] = tanh(a[0] + z[0]);
                    } else {
                        double update = sigmoid(a[0] + z[0]), hidden;
                        if (kind == 'g') {
                            hidden = tanh(a[2] + sigmoid(a[1] + z[1]) * z[2]);
                        } else {
                            double reset[H];
                            for (int k = 0; k < H; k++)
                                reset[k] = h[k] * sigmoid(input_part(n, d, gates, 1, k, x) + state_part(n, d, gates, 1, k, h));
                            hidden = tanh(a[2] + state_part(n, d, gates, 2, u, reset));
                        }
                        next[u] = (1 - update) * hidden + update * h[u];
                    }
                }
                if (s < n->lengths[b])
                    memcpy(h, next, sizeof h);
                for (int u = 0; u < H; u++)
                    y[((t * D + d) * B + b) * H + u] = s < n->lengths[b] ? (float)h[u] : 0;
            }
            for (int u = 0; u < H; u++) {
                last_h[(d * B + b) * H + u] = (float)h[u];
                last_c[(d * B + b) * H + u] = (float)c[u];
            }
        }
}

static void test_recurrent(void **state)
{
    (void)state;
    static struct recurrent n = {.lengths = {T, 3}};
    static float y[T * D * B * H], h[D * B * H], c[D * B * H];
    float *const parts[] = {n.x, n.w, n.r, n.b, n.h0, n.c0, n.p};
    const int sizes[] = {T * B * I, D * 4 * H * I, D * 4 * H * H, D * 8 * H, D * B * H, D * B * H, D * 3 * H};
    for (int i = 0; i < 7; i++)
        fill(parts[i], sizes[i], 40 + (uint64_t)i);
    for (const char *kind = "LGgR"; *kind; kind++) {
        int gates = *kind == 'L' ? 4 : *kind == 'R' ? 1 : 3;
        struct sx_buffer a = {0};
        const char *op = *kind == 'L' ? "LSTM" : *kind == 'R' ? "RNN" : "GRU";
        put_string(&a, "direction", "bidirectional");
        put_int(&a, "hidden_size", H);
        if (*kind == 'g')
            put_int(&a, "linear_before_reset", 1);
        reference(&n, *kind, y, h, c);
        const struct sx_tensor inputs[] = {
            {SX_FLOAT, 3, {T, B, I}, n.x}, {SX_FLOAT, 3, {D, gates * H, I}, n.w}, {SX_FLOAT, 3, {D, gates * H, H}, n.r}, {SX_FLOAT, 2, {D, 2 * gates * H}, n.b},
            {SX_INT32, 1, {B}, n.lengths}, {SX_FLOAT, 3, {D, B, H}, n.h0}, {SX_FLOAT, 3, {D, B, H}, n.c0}, {SX_FLOAT, 2, {D, 3 * H}, n.p},
        };
        const struct sx_tensor expected[] = {{SX_FLOAT, 4, {T, D, B, H}, y}, {SX_FLOAT, 3, {D, B, H}, h}, {SX_FLOAT, 3, {D, B, H}, c}};
        check_node(op, 14, &a, inputs, *kind == 'L' ? 8 : 6, expected, *kind == 'L' ? 3 : 2);
    }
    /* other activations, one step by hand: relu(2 * 3 + 1 * 4 + 5) */
    struct sx_buffer a = {0};
    const char *const relu = "Relu", *const wrong = "Frob";
    put_strings(&a, "activations", 1, &relu);
    struct sx_tensor one[] = {FLOATS(DIMS(1, 1, 1), 3), FLOATS(DIMS(1, 1, 1), 2), FLOATS(DIMS(1, 1, 1), 1), FLOATS(DIMS(1, 2), 2, 3), NONE, FLOATS(DIMS(1, 1, 1), 4)};
    check_node("RNN", 14, &a, one, 6, (struct sx_tensor[]){FLOATS(DIMS(1, 1, 1, 1), 15)}, 1);
    put_strings(&a, "activations", 1, &wrong);
    check_node_fails("RNN", 14, &a, one, 6, SYRINX_ERROR_UNSUPPORTED);
    /* 8-bit weights, [in][gates], worth 0.5 (q - 2): i, o, f, c of x = 2 with weights 1, -1, 0, 0.5 */
    put_text(&a, 7, "com.microsoft");
    double in = sigmoid(2), out = sigmoid(-2), cell = in * tanh(1);
    struct sx_tensor lstm[] = {FLOATS(DIMS(1, 1, 1), 2), BYTES(DIMS(1, 1, 4), 4, 0, 2, 3), BYTES(DIMS(1, 1, 4), 9, 9, 9, 9), NONE, NONE, NONE, NONE, NONE,
                               FLOATS(DIMS(1), 0.5f), BYTES(DIMS(1), 2), FLOATS(DIMS(1, 4), 1, 1, 1, 1), BYTES(DIMS(1, 4), 0, 0, 0, 0)};
    check_node("DynamicQuantizeLSTM", 14, &a, lstm, 12, (struct sx_tensor[]){FLOATS(DIMS(1, 1, 1, 1), (float)(out * tanh(cell)))}, 1);
    put_text(&a, 7, "com.microsoft");
    lstm[9] = NONE;
    check_node_fails("DynamicQuantizeLSTM", 14, &a, lstm, 12, SYRINX_ERROR_FORMAT);
    check_node_fails("DynamicQuantizeLSTM", 14, NULL, lstm, 12, SYRINX_ERROR_UNSUPPORTED);     /* not ONNX's own */
    FAILS("GRU", 14, NULL, SYRINX_ERROR_FORMAT, one[0], one[1], one[2]);
    FAILS("RNN", 14, NULL, SYRINX_ERROR_ARGUMENT, one[0], one[1], one[2], NONE, TENSOR(SX_INT32, int32_t, DIMS(1), 2));
    struct sx_tensor nothing = {.type = SX_FLOAT, .rank = 3, .shape = {0, 1, 1}, .data = (float[]){0}}, no_steps = {SX_FLOAT, 4, {0, 1, 1, 1}, (float[]){0}};
    CHECK("RNN", 14, NULL, no_steps, nothing, one[1], one[2]);
}

static void test_spectra(void **state)
{
    (void)state;
    enum { N = 30 };
    float x[N * 2], wanted[N * 2];
    fill(x, N * 2, 3);
    for (int k = 0; k < N; k++) {
        double re = 0, im = 0;
        for (int i = 0; i < N; i++) {
            double angle = -2 * 3.14159265358979323846 * k * i / N;
            re += cos(angle) * x[2 * i] - sin(angle) * x[2 * i + 1];
            im += sin(angle) * x[2 * i] + cos(angle) * x[2 * i + 1];
        }
        wanted[2 * k] = (float)re;
        wanted[2 * k + 1] = (float)im;
    }
    struct sx_tensor signal = {SX_FLOAT, 3, {1, N, 2}, x}, spectrum = {SX_FLOAT, 3, {1, N, 2}, wanted};
    struct sx_buffer a = {0};
    CHECK("DFT", 17, NULL, spectrum, signal);
    put_int(&a, "inverse", 1);
    CHECK("DFT", 20, &a, signal, spectrum);
    put_int(&a, "onesided", 1);         /* 1, 2, 3, 4: 10, -2 + 2i, -2 */
    CHECK("DFT", 20, &a, FLOATS(DIMS(1, 3, 2), 10, 0, -2, 2, -2, 0), FLOATS(DIMS(1, 4, 1), 1, 2, 3, 4));
    put_int(&a, "onesided", 1);
    put_int(&a, "inverse", 1);
    CHECK("DFT", 20, &a, FLOATS(DIMS(1, 4, 1), 1, 2, 3, 4), FLOATS(DIMS(1, 3, 2), 10, 0, -2, 2, -2, 0));
    CHECK("DFT", 20, NULL, FLOATS(DIMS(1, 2, 2), 3, 0, -1, 0), FLOATS(DIMS(1, 4, 1), 1, 2, 3, 4), SCALAR(SX_INT64, int64_t, 2));
    /* frames of two with a window: (1, 2), (3, 4) times (1, 2) */
    CHECK("STFT", 17, NULL, FLOATS(DIMS(1, 2, 2, 2), 5, 0, -3, 0, 11, 0, -5, 0), FLOATS(DIMS(1, 4, 1), 1, 2, 3, 4), SCALAR(SX_INT64, int64_t, 2), FLOATS(DIMS(2), 1, 2));
    FAILS("STFT", 17, NULL, SYRINX_ERROR_FORMAT, FLOATS(DIMS(1, 2, 1), 1, 2), SCALAR(SX_INT64, int64_t, 1), FLOATS(DIMS(3), 1, 2, 3));
    FAILS("STFT", 17, NULL, SYRINX_ERROR_ARGUMENT, FLOATS(DIMS(1, 2, 1), 1, 2), SCALAR(SX_INT64, int64_t, 0), FLOATS(DIMS(2), 1, 2));
    FAILS("DFT", 20, NULL, SYRINX_ERROR_ARGUMENT, FLOATS(DIMS(1, 2, 1), 1, 2), SCALAR(SX_INT64, int64_t, INT64_MAX));
    FAILS("DFT", 20, NULL, SYRINX_ERROR_UNSUPPORTED, FLOATS(DIMS(1, 2, 1), 1, 2), SCALAR(SX_INT64, int64_t, 4194301));        /* a prime: minutes */
    CHECK("HannWindow", 17, NULL, FLOATS(DIMS(4), 0, 0.5f, 1, 0.5f), SCALAR(SX_INT64, int64_t, 4));
    put_int(&a, "periodic", 0);
    CHECK("BlackmanWindow", 17, &a, FLOATS(DIMS(3), 0, 1, 0), SCALAR(SX_INT32, int32_t, 3));
    FAILS("HammingWindow", 17, NULL, SYRINX_ERROR_FORMAT, SCALAR(SX_INT64, int64_t, -1));
}

static void test_pooling(void **state)
{
    (void)state;
    struct sx_buffer a = {0};
    const int64_t two = 2, three = 3, pads[] = {1, 0};
    struct sx_tensor x = FLOATS(DIMS(1, 1, 5), 1, 5, 2, 4, 3);
    put_ints(&a, "kernel_shape", 1, &two);
    CHECK("AveragePool", 11, &a, FLOATS(DIMS(1, 1, 4), 3, 3.5f, 3, 3.5f), x);
    put_ints(&a, "kernel_shape", 1, &two);
    put_ints(&a, "pads", 2, pads);
    put_ints(&a, "strides", 1, &two);
    CHECK("AveragePool", 11, &a, FLOATS(DIMS(1, 1, 3), 1, 3.5f, 3.5f), x);
    put_ints(&a, "kernel_shape", 1, &three);
    put_ints(&a, "strides", 1, &three);
    put_int(&a, "ceil_mode", 1);
    check_node("MaxPool", 12, &a, &x, 1, (struct sx_tensor[]){FLOATS(DIMS(1, 1, 2), 5, 4), INTS(DIMS(1, 1, 2), 1, 3)}, 2);
    put_ints(&a, "kernel_shape", 1, &two);
    put_ints(&a, "dilations", 1, &two);
    CHECK("LpPool", 18, &a, FLOATS(DIMS(1, 1, 3), sqrtf(5), sqrtf(41), sqrtf(13)), x);
    CHECK("GlobalMaxPool", 1, NULL, FLOATS(DIMS(1, 1, 1), 5), x);
    FAILS("MaxPool", 12, NULL, SYRINX_ERROR_FORMAT, x);
    const int64_t huge = INT64_MAX, zero = 0;
    put_ints(&a, "kernel_shape", 1, &huge);
    FAILS("MaxPool", 12, &a, SYRINX_ERROR_FORMAT, x);
    put_ints(&a, "kernel_shape", 1, &two);
    put_ints(&a, "strides", 1, &zero);
    FAILS("AveragePool", 12, &a, SYRINX_ERROR_FORMAT, x);
}

static void test_attention(void **state)
{
    (void)state;
    struct sx_buffer a = {0};
    /* one head of one channel: weights softmax(q k), here of 0 and ln 3: 1/4 and 3/4 */
    struct sx_tensor q = FLOATS(DIMS(1, 1, 2, 1), 1, 0), k = FLOATS(DIMS(1, 1, 2, 1), 0, logf(3)), v = FLOATS(DIMS(1, 1, 2, 2), 4, 8, 8, 0);
    CHECK("Attention", 23, NULL, FLOATS(DIMS(1, 1, 2, 2), 7, 2, 6, 4), q, k, v);
    put_int(&a, "is_causal", 1);
    CHECK("Attention", 23, &a, FLOATS(DIMS(1, 1, 2, 2), 4, 8, 6, 4), q, k, v);
    CHECK("Attention", 23, NULL, FLOATS(DIMS(1, 1, 2, 2), 8, 0, 0, 0), q, k, v, BOOLS(DIMS(2, 2), 0, 1, 0, 0));
    CHECK("Attention", 23, NULL, FLOATS(DIMS(1, 1, 2, 2), 4, 8, 4, 8), q, k, v, FLOATS(DIMS(1), 0.5f), NONE, NONE, INTS(DIMS(1), 1));
    struct sx_tensor first_k = FLOATS(DIMS(1, 1, 1, 1), 0), second_k = FLOATS(DIMS(1, 1, 1, 1), logf(3));
    const struct sx_tensor cached[] = {q, second_k, FLOATS(DIMS(1, 1, 1, 2), 8, 0), NONE, first_k, FLOATS(DIMS(1, 1, 1, 2), 4, 8)};
    check_node("Attention", 23, NULL, cached, 6, (struct sx_tensor[]){FLOATS(DIMS(1, 1, 2, 2), 7, 2, 6, 4), k, v}, 3);
    FAILS("Attention", 23, NULL, SYRINX_ERROR_FORMAT, q, v, v);
    FAILS("Attention", 23, NULL, SYRINX_ERROR_FORMAT, q, k, v, FLOATS(DIMS(3), 1, 2, 3));
    /* a quarter turn of (1, 2), none of (3, 4) */
    CHECK("RotaryEmbedding", 23, NULL, FLOATS(DIMS(1, 1, 2, 2), -2, 1, 3, 4), FLOATS(DIMS(1, 1, 2, 2), 1, 2, 3, 4), FLOATS(DIMS(2, 1), 1, 0),
          FLOATS(DIMS(2, 1), 0, 1), INTS(DIMS(1, 2), 1, 0));
    FAILS("RotaryEmbedding", 23, NULL, SYRINX_ERROR_ARGUMENT, FLOATS(DIMS(1, 1, 1, 2), 1, 2), FLOATS(DIMS(2, 1), 1, 0), FLOATS(DIMS(2, 1), 0, 1), INTS(DIMS(1, 1), 2));
    /* the state is 2 * 3 after the first step, 6 + 1 * 5 after the second; scale 1 */
    put_string(&a, "update_rule", "linear");
    put_int(&a, "q_num_heads", 1);
    put_int(&a, "kv_num_heads", 1);
    CHECK("LinearAttention", 27, &a, FLOATS(DIMS(1, 2, 1), 6, 22), FLOATS(DIMS(1, 2, 1), 1, 2), FLOATS(DIMS(1, 2, 1), 2, 1), FLOATS(DIMS(1, 2, 1), 3, 5));
    const struct sx_tensor conv[] = {FLOATS(DIMS(1, 1, 3), 1, 2, 3), FLOATS(DIMS(1, 1, 2), 10, 1)};
    check_node("CausalConvWithState", 27, NULL, conv, 2, (struct sx_tensor[]){FLOATS(DIMS(1, 1, 3), 1, 12, 23), FLOATS(DIMS(1, 1, 1), 3)}, 2);
}

static void test_bytes(void **state)
{
    (void)state;
    struct sx_buffer a = {0};
    struct sx_tensor scale = SCALAR(SX_FLOAT, float, 0.5f), zero = SCALAR(SX_UINT8, uint8_t, 10), one = SCALAR(SX_FLOAT, float, 1);
    CHECK("QuantizeLinear", 13, NULL, BYTES(DIMS(5), 10, 12, 8, 255, 0), FLOATS(DIMS(5), 0.25f, 0.76f, -1.25f, 1e9f, -1e9f), scale, zero);
    CHECK("DequantizeLinear", 13, NULL, FLOATS(DIMS(3), -5, 0, 122.5f), BYTES(DIMS(3), 0, 10, 255), scale, zero);
    put_int(&a, "axis", 0);
    CHECK("DequantizeLinear", 13, &a, FLOATS(DIMS(2, 2), 1, 2, 30, 40), TENSOR(SX_INT8, int8_t, DIMS(2, 2), 1, 2, 3, 4), FLOATS(DIMS(2), 1, 10));
    put_int(&a, "axis", 1);
    put_int(&a, "block_size", 2);
    CHECK("DequantizeLinear", 21, &a, FLOATS(DIMS(1, 3), 1, 2, 30), TENSOR(SX_INT8, int8_t, DIMS(1, 3), 1, 2, 3), FLOATS(DIMS(1, 2), 1, 10));
    FAILS("QuantizeLinear", 13, NULL, SYRINX_ERROR_FORMAT, FLOATS(DIMS(1, 3), 1, 2, 3), FLOATS(DIMS(2), 1, 2));
    struct sx_tensor x = FLOATS(DIMS(3), -1, 0, 4.1f);
    check_node("DynamicQuantizeLinear", 11, NULL, &x, 1, (struct sx_tensor[]){BYTES(DIMS(3), 0, 50, 255), SCALAR(SX_FLOAT, float, 0.02f), SCALAR(SX_UINT8, uint8_t, 50)}, 3);
    CHECK("MatMulInteger", 10, NULL, TENSOR(SX_INT32, int32_t, DIMS(1, 2), (3 - 1) * (-1 - 2) + (4 - 1) * (5 - 2), (3 - 1) * (7 - 3) + (4 - 1) * (-8 - 3)),
          BYTES(DIMS(1, 2), 3, 4), TENSOR(SX_INT8, int8_t, DIMS(2, 2), -1, 7, 5, -8), SCALAR(SX_UINT8, uint8_t, 1), TENSOR(SX_INT8, int8_t, DIMS(2), 2, 3));
    CHECK("QLinearMatMul", 10, NULL, BYTES(DIMS(1, 1), 10 + 13), BYTES(DIMS(1, 2), 3, 4), scale, SCALAR(SX_UINT8, uint8_t, 0), BYTES(DIMS(2, 1), 6, 2), one,
          SCALAR(SX_UINT8, uint8_t, 0), one, zero);
    /* edges are worth the zero point: nothing */
    const int64_t pads[] = {1, 1};
    put_ints(&a, "pads", 2, pads);
    CHECK("ConvInteger", 10, &a, TENSOR(SX_INT32, int32_t, DIMS(1, 1, 3), 1 * 2 + 2 * 3, 1 * 1 + 2 * 2 + 3 * 3, 1 * 2 + 2 * 3), BYTES(DIMS(1, 1, 3), 2, 3, 4),
          BYTES(DIMS(1, 1, 3), 1, 2, 3), SCALAR(SX_UINT8, uint8_t, 1));
    CHECK("QLinearConv", 10, NULL, BYTES(DIMS(1, 1, 2), 10 + 2, 10 + 4), BYTES(DIMS(1, 1, 2), 2, 4), scale, SCALAR(SX_UINT8, uint8_t, 0), BYTES(DIMS(1, 1, 1), 2),
          one, SCALAR(SX_UINT8, uint8_t, 0), one, zero);
    FAILS("MatMulInteger", 10, NULL, SYRINX_ERROR_FORMAT, BYTES(DIMS(1, 2), 3, 4), BYTES(DIMS(1, 2), 3, 4));
    FAILS("ConvInteger", 10, NULL, SYRINX_ERROR_FORMAT, x, x);
}

static void test_einsum(void **state)
{
    (void)state;
    struct sx_buffer a = {0};
    struct sx_tensor x = FLOATS(DIMS(2, 3), 1, 2, 3, 4, 5, 6), y = FLOATS(DIMS(3, 2), 1, 0, 0, 1, 1, 1);
    put_string(&a, "equation", "ij,jk->ik");
    CHECK("Einsum", 12, &a, FLOATS(DIMS(2, 2), 4, 5, 10, 11), x, y);
    put_string(&a, "equation", "n,d->nd");
    CHECK("Einsum", 12, &a, FLOATS(DIMS(2, 2), 3, 4, 6, 8), FLOATS(DIMS(2), 1, 2), FLOATS(DIMS(2), 3, 4));
    put_string(&a, "equation", "...ii->...i");
    CHECK("Einsum", 12, &a, FLOATS(DIMS(1, 2), 1, 4), FLOATS(DIMS(1, 2, 2), 1, 2, 3, 4));
    put_string(&a, "equation", "ba");       /* implicit: in the alphabet's order */
    CHECK("Einsum", 12, &a, FLOATS(DIMS(3, 2), 1, 4, 2, 5, 3, 6), x);
    put_string(&a, "equation", "ij->");
    CHECK("Einsum", 12, &a, SCALAR(SX_INT64, int64_t, 10), INTS(DIMS(2, 2), 1, 2, 3, 4));
    static const char *const bad[] = {"ij,jk->ik", "i", "ij->ik", "ij->ii", "i.j", "ij-", "ij->i->j", "", "ij,", "....i"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        put_string(&a, "equation", bad[i]);
        FAILS("Einsum", 12, &a, SYRINX_ERROR_FORMAT, x);
    }
}

static void test_rearranged(void **state)
{
    (void)state;
    struct sx_buffer a = {0};
    struct sx_tensor x = FLOATS(DIMS(1, 4, 1, 1), 1, 2, 3, 4), wide = FLOATS(DIMS(1, 1, 2, 2), 1, 2, 3, 4);
    put_int(&a, "blocksize", 2);
    CHECK("DepthToSpace", 13, &a, wide, x);
    put_int(&a, "blocksize", 2);
    CHECK("SpaceToDepth", 13, &a, x, wide);
    CHECK("CenterCropPad", 18, NULL, FLOATS(DIMS(4), 0, 1, 2, 0), FLOATS(DIMS(2), 1, 2), INTS(DIMS(1), 4));
    CHECK("Compress", 11, NULL, FLOATS(DIMS(2), 2, 3), wide, BOOLS(DIMS(3), 0, 1, 1));
    CHECK("TensorScatter", 24, NULL, FLOATS(DIMS(1, 3, 1), 1, 2, 9), FLOATS(DIMS(1, 3, 1), 1, 2, 3), FLOATS(DIMS(1, 1, 1), 9), INTS(DIMS(1), 2));
    FAILS("TensorScatter", 24, NULL, SYRINX_ERROR_ARGUMENT, FLOATS(DIMS(1, 3, 1), 1, 2, 3), FLOATS(DIMS(1, 1, 1), 9), INTS(DIMS(1), 3));
    CHECK("Col2Im", 18, NULL, FLOATS(DIMS(1, 1, 3), 1, 2 + 3, 4), FLOATS(DIMS(1, 2, 2), 1, 3, 2, 4), INTS(DIMS(1), 3), INTS(DIMS(1), 2));
    struct sx_tensor list = INTS(DIMS(5), 7, 3, 7, -1, 3);
    check_node("Unique", 11, NULL, &list, 1, (struct sx_tensor[]){INTS(DIMS(3), -1, 3, 7), INTS(DIMS(3), 3, 1, 0), INTS(DIMS(5), 2, 1, 2, 0, 1)}, 3);
    put_int(&a, "sorted", 0);
    CHECK("Unique", 11, &a, INTS(DIMS(3), 7, 3, -1), list);
    CHECK("EyeLike", 9, NULL, FLOATS(DIMS(1, 2), 1, 0), FLOATS(DIMS(1, 2), 7, 7));
    CHECK("CumProd", 26, NULL, INTS(DIMS(3), 2, 6, 24), INTS(DIMS(3), 2, 3, 4), SCALAR(SX_INT64, int64_t, 0));
    put_string(&a, "direction", "LEFT");
    CHECK("BitShift", 11, &a, BYTES(DIMS(1), 0), BYTES(DIMS(1), 1), BYTES(DIMS(1), 9));
    CHECK("RMSNormalization", 23, NULL, FLOATS(DIMS(1, 2), 0.6f * sqrtf(2), 1.6f * sqrtf(2)), FLOATS(DIMS(1, 2), 3000, 4000), FLOATS(DIMS(2), 1, 2));
    CHECK("LpNormalization", 1, NULL, FLOATS(DIMS(2), 0.6f, 0.8f), FLOATS(DIMS(2), 3, 4));
    CHECK("Hardmax", 13, NULL, FLOATS(DIMS(3), 0, 1, 0), FLOATS(DIMS(3), 1, 2, 2));
}

/* 1, 1.5, 65504 and what does not fit a half after a sum; the sum of many small parts keeps float's precision inside. */
static void test_half(void **state)
{
    (void)state;
    struct sx_tensor x = TENSOR(SX_FLOAT16, uint16_t, DIMS(3), 0x3C00, 0x3E00, 0x7BFF), y = TENSOR(SX_FLOAT16, uint16_t, DIMS(3), 0x3C00, 0xBE00, 0x7BFF);
    CHECK("Add", 14, NULL, TENSOR(SX_FLOAT16, uint16_t, DIMS(3), 0x4000, 0x0000, 0x7C00), x, y);
    CHECK("Mul", 14, NULL, TENSOR(SX_BFLOAT16, uint16_t, DIMS(1), 0x4010), TENSOR(SX_BFLOAT16, uint16_t, DIMS(1), 0x3FC0), TENSOR(SX_BFLOAT16, uint16_t, DIMS(1), 0x3FC0));
    struct sx_buffer a = {0};
    put_int(&a, "to", SX_FLOAT16);          /* 1 + 2^-11 and 1 + 3 * 2^-11 lie between two halves: to the even one */
    CHECK("Cast", 13, &a, TENSOR(SX_FLOAT16, uint16_t, DIMS(4), 0x3C00, 0x3C02, 0x7C00, 0x0001),
          FLOATS(DIMS(4), 1.00048828125f, 1.00146484375f, 65520, 5.9604644775390625e-8f));
    put_int(&a, "to", SX_BFLOAT16);
    CHECK("Cast", 13, &a, TENSOR(SX_BFLOAT16, uint16_t, DIMS(2), 0x3F80, 0x3F82), FLOATS(DIMS(2), 1.00390625f, 1.01171875f));
    /* 4096 halves of a weight: cast behind the file, packed or folded */
#define DOUBLES(dims, ...) TENSOR(SX_DOUBLE, double, DIMS(dims), __VA_ARGS__)
    CHECK("MatMul", 13, NULL, DOUBLES(DIMS(1, 1), 1e-9), DOUBLES(DIMS(1, 2), 1, 1), DOUBLES(DIMS(2, 1), 1 + 1e-9, -1));
    CHECK("Softmax", 13, NULL, DOUBLES(DIMS(2), 0.25, 0.75), DOUBLES(DIMS(2), 0, log(3)));
    enum { N = 4200 };
    static uint16_t weight[N], ones[N];
    for (int i = 0; i < N; i++) {
        weight[i] = 0x1400;                 /* 2^-10: past 2 a half could not count on */
        ones[i] = 0x3C00;
    }
    struct sx_tensor row = {SX_FLOAT16, 2, {1, N}, ones}, column = {SX_FLOAT16, 2, {N, 1}, weight};
    CHECK("MatMul", 13, NULL, TENSOR(SX_FLOAT16, uint16_t, DIMS(1, 1), 0x441A), row, column);       /* 4200 / 1024 = 4.1015625 */
}

static uint64_t drawn(uint64_t *draw, uint64_t n)
{
    return sx_random_bits(77, (*draw)++) % n;
}

/* All of them, on random tensors of all types with sizes of 0 to 4, wrong ranks, attributes out of range: an error or a result, never more. */
static void test_odd(void **state)
{
    (void)state;
    static const struct { const char *op; int least, most; } ops[] = {
        {"LSTM", 3, 8}, {"GRU", 3, 6}, {"RNN", 3, 6}, {"Attention", 3, 7}, {"RotaryEmbedding", 3, 4}, {"LinearAttention", 3, 6}, {"CausalConvWithState", 2, 4},
        {"DFT", 1, 3}, {"STFT", 2, 4}, {"HannWindow", 1, 1}, {"MelWeightMatrix", 5, 5}, {"AveragePool", 1, 1}, {"MaxPool", 1, 1}, {"LpPool", 1, 1},
        {"GlobalMaxPool", 1, 1}, {"QuantizeLinear", 2, 3}, {"DequantizeLinear", 2, 3}, {"DynamicQuantizeLinear", 1, 1}, {"MatMulInteger", 2, 4},
        {"QLinearMatMul", 8, 8}, {"ConvInteger", 2, 4}, {"QLinearConv", 8, 8}, {"Einsum", 1, 3}, {"DepthToSpace", 1, 1}, {"SpaceToDepth", 1, 1},
        {"CenterCropPad", 2, 2}, {"Col2Im", 3, 3}, {"Compress", 2, 2}, {"TensorScatter", 2, 3}, {"Unique", 1, 1}, {"EyeLike", 1, 1}, {"CumProd", 2, 2},
        {"BitShift", 2, 2}, {"BitwiseAnd", 2, 2}, {"BitwiseNot", 1, 1}, {"RMSNormalization", 2, 2}, {"LpNormalization", 1, 1}, {"Hardmax", 1, 1},
        {"MeanVarianceNormalization", 1, 1}, {"Celu", 1, 1}, {"Selu", 1, 1}, {"Acosh", 1, 1}, {"ReduceLogSumExp", 1, 2}, {"Resize", 1, 4},
        {"ScatterElements", 3, 3}, {"TopK", 2, 2}, {"GroupNormalization", 3, 3}, {"InstanceNormalization", 3, 3},
    };
    static const enum sx_dtype types[] = {SX_FLOAT, SX_FLOAT, SX_FLOAT, SX_INT64, SX_UINT8, SX_INT8, SX_INT32, SX_BOOL, SX_DOUBLE, SX_FLOAT16};
    static const char *const ints[] = {"axis", "group", "layout", "q_num_heads", "kv_num_heads", "num_heads", "onesided", "inverse", "blocksize", "block_size",
                                       "hidden_size", "ceil_mode", "k", "dtype", "is_causal", "rotary_embedding_dim", "num_groups", "p", "linear_before_reset"};
    static const char *const lists[] = {"kernel_shape", "strides", "dilations", "pads", "axes"};
    static const char *const equations[] = {"ij,jk->ik", "...i->...", "ii->i", "ij", "a,b,c"};
    static const int64_t values[] = {0, 1, 1, 2, 2, 3, -1, 4, -2, 1000000, INT64_MAX, INT64_MIN};
    enum { ROUNDS = 60, ELEMENTS = 4 * 4 * 4 * 4 * 4 };
    uint64_t draw = 0;
#define DRAW(n) drawn(&draw, n)
    static _Alignas(8) uint8_t data[8][ELEMENTS * 8];
    int worked = 0;
    for (size_t o = 0; o < sizeof ops / sizeof *ops; o++)
        for (int round = 0; round < ROUNDS; round++) {
            struct sx_tensor inputs[8];
            struct sx_buffer a = {0}, bytes;
            struct sx_model *model = NULL;
            struct sx_session *session;
            struct sx_error error;
            int count = ops[o].least + (int)DRAW((uint64_t)(ops[o].most - ops[o].least + 1)), rank = (int)DRAW(6), side = 1 + (int)DRAW(3);
            for (int i = 0; i < count; i++) {
                bool wild = DRAW(4) == 0;
                inputs[i] = (struct sx_tensor){.type = types[wild ? DRAW(10) : 0], .rank = wild ? (int)DRAW(6) : rank, .data = data[i]};
                if (i >= ops[o].least && DRAW(4) == 0)
                    inputs[i].type = 0;
                for (int d = 0; d < inputs[i].rank; d++)
                    inputs[i].shape[d] = wild ? (int64_t)DRAW(5) : side;
                for (int64_t e = 0; e < sx_tensor_count(&inputs[i]); e++) {
                    int64_t v = values[DRAW(wild ? 12 : 6)];
                    if (inputs[i].type == SX_FLOAT)
                        ((float *)inputs[i].data)[e] = v > 9 ? INFINITY : (float)v;
                    else if (inputs[i].type == SX_DOUBLE)
                        ((double *)inputs[i].data)[e] = (double)v;
                    else if (inputs[i].type == SX_INT64)
                        ((int64_t *)inputs[i].data)[e] = v;
                    else if (inputs[i].type == SX_INT32)
                        ((int32_t *)inputs[i].data)[e] = (int32_t)v;
                    else if (inputs[i].type == SX_FLOAT16)
                        ((uint16_t *)inputs[i].data)[e] = (uint16_t)DRAW(65536);
                    else
                        data[i][e] = inputs[i].type == SX_BOOL ? v & 1 : (uint8_t)v;
                }
            }
            for (int i = 0; i < 3; i++)
                put_int(&a, ints[DRAW(sizeof ints / sizeof *ints)], values[DRAW(12)]);
            for (int i = 0; i < 3; i++) {
                int64_t list[6];
                for (int k = 0; k < 6; k++)
                    list[k] = values[DRAW(DRAW(3) == 0 ? 12 : 6)];
                put_ints(&a, lists[i == 0 ? 0 : DRAW(5)], (int)DRAW(5), list);
            }
            put_string(&a, "equation", equations[DRAW(5)]);
            put_string(&a, "direction", DRAW(2) ? "bidirectional" : "LEFT");
            worked += run_built_node(ops[o].op, DRAW(2) ? 12 : 23, &a, inputs, count, DRAW(2) == 0, NULL, 1, &model, &session, &bytes, &error) == SYRINX_OK;
            sx_session_free(session);
            sx_model_close(model);
            sx_buffer_free(&bytes);
            sx_buffer_free(&a);
        }
    assert_true(worked > 200);      /* and not because nothing gets through */
}

/* The same bits for one thread and for three. */
static void test_threads(void **state)
{
    (void)state;
    enum { STEPS = 40, WIDTH = 24 };
    static float x[STEPS * WIDTH], w[2 * 4 * WIDTH * WIDTH], r[2 * 4 * WIDTH * WIDTH], kept[STEPS * 2 * WIDTH];
    fill(x, STEPS * WIDTH, 1);
    fill(w, 2 * 4 * WIDTH * WIDTH, 2);
    fill(r, 2 * 4 * WIDTH * WIDTH, 3);
    struct sx_tensor inputs[] = {{SX_FLOAT, 3, {STEPS, 1, WIDTH}, x}, {SX_FLOAT, 3, {2, 4 * WIDTH, WIDTH}, w}, {SX_FLOAT, 3, {2, 4 * WIDTH, WIDTH}, r}};
    struct sx_buffer a = {0}, bytes;
    struct sx_model *model;
    struct sx_session *session, *many;
    struct sx_error error;
    struct sx_pool *pool = sx_pool_new(3);
    put_string(&a, "direction", "bidirectional");
    assert_int_equal(run_built_node("LSTM", 14, &a, inputs, 3, false, NULL, 1, &model, &session, &bytes, &error), SYRINX_OK);
    memcpy(kept, sx_session_output(session, 0)->data, sizeof kept);
    assert_int_equal(sx_session_new(model, pool, &many, &error), SYRINX_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(sx_session_set_input(many, i, &inputs[i], &error), SYRINX_OK);
    for (int round = 0; round < 5; round++) {
        assert_int_equal(sx_session_run(many, &error), SYRINX_OK);
        assert_memory_equal(kept, sx_session_output(many, 0)->data, sizeof kept);
    }
    sx_session_free(session);
    sx_session_free(many);
    sx_model_close(model);
    sx_pool_free(pool);
    sx_buffer_free(&bytes);
    sx_buffer_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recurrent), cmocka_unit_test(test_spectra), cmocka_unit_test(test_pooling), cmocka_unit_test(test_attention),
        cmocka_unit_test(test_bytes), cmocka_unit_test(test_einsum), cmocka_unit_test(test_rearranged), cmocka_unit_test(test_half),
        cmocka_unit_test(test_odd), cmocka_unit_test(test_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
