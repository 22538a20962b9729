/* generic.c - the kernels in portable C: the reference for the others, and what runs where there is nothing better. */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "nn/graph.h"
#include "nn/kernels/kernels.h"

/* Four floats as one value: GCC and Clang make SSE, NEON or whatever there is of it. */
typedef float quad __attribute__((vector_size(16), aligned(4)));

static inline quad load(const float *p)
{
    quad v;
    memcpy(&v, p, sizeof v);
    return v;
}

static void store_tile(const struct sx_linear *job, const quad *sum, float *y, int width)
{
    ptrdiff_t at = y - job->y;
    float row[SX_PANEL];
    memcpy(row, sum, sizeof row);
    for (int a = 0; a < 2 && job->add[a]; a++)
        for (int i = 0; i < width; i++)
            row[i] += job->add[a][at + i];
    memcpy(y, row, (size_t)width * sizeof *y);
    for (int i = 0; job->active && i < width; i++)
        job->active[at + i] = row[i] < 0 ? row[i] * job->slope : row[i];
}

/* Two columns at a time use each weight twice; more would spill out of 16 registers. */
static inline __attribute__((always_inline)) void tile(const struct sx_linear *job, const float *w, const float *bias, const float *x, float *y,
                                                       int columns, int width)
{
    quad sum[2][4];
    for (int c = 0; c < columns; c++)
        for (int v = 0; v < 4; v++)
            sum[c][v] = load(bias + 4 * v);
    for (int k = 0; k < job->taps; k++, x += job->tap_step)
        for (int i = 0; i < job->in; i++, w += SX_PANEL)
            for (int v = 0; v < 4; v++) {
                quad weight = load(w + 4 * v);
                for (int c = 0; c < columns; c++)
                    sum[c][v] += weight * x[c * job->x_step + i];
            }
    for (int c = 0; c < columns; c++)
        if (job->add[0] || job->active)
            store_tile(job, sum[c], y + c * job->y_step, width);
        else
            memcpy(y + c * job->y_step, sum[c], (size_t)width * sizeof *y);
}

typedef double exact __attribute__((vector_size(32)));

/* The fused multiply-add of the other levels, through double: the product is exact there. Several times slower, for layers that cost little. */
static void fused_column(const struct sx_linear *job, const float *w, const float *bias, const float *x, float *y, int width)
{
    quad sum[4];
    for (int v = 0; v < 4; v++)
        sum[v] = load(bias + 4 * v);
    for (int i = 0; i < job->in; i++, w += SX_PANEL)
        for (int v = 0; v < 4; v++) {
            quad weight = load(w + 4 * v);
            exact next = __builtin_convertvector(weight, exact) * (double)x[i] + __builtin_convertvector(sum[v], exact);
            sum[v] = __builtin_convertvector(next, quad);
        }
    store_tile(job, sum, y, width);
}

/* Small layers over single columns make the parameters of splines in duration predictors, which magnify each rounding a thousandfold: they round once
 * a step, as the other levels and ONNX Runtime do, so that all get the same durations. */
static bool rounds_once(const struct sx_linear *job)
{
    return job->taps == 1 && job->out <= 2 * SX_PANEL;
}

static void linear(const struct sx_linear *job, int panel, int panels, int columns)
{
    for (int p = panel; p < panel + panels; p++) {
        const float *w = job->weights + (size_t)p * (size_t)job->taps * (size_t)job->in * SX_PANEL;
        int width = job->out - p * SX_PANEL < SX_PANEL ? job->out - p * SX_PANEL : SX_PANEL;
        const float *bias = job->bias + p * SX_PANEL, *x = job->x;
        float *y = job->y + p * SX_PANEL;
        int c = 0;
        for (; rounds_once(job) && c < columns; c++, x += job->x_step, y += job->y_step)
            fused_column(job, w, bias, x, y, width);
        for (; c + 2 <= columns; c += 2, x += 2 * job->x_step, y += 2 * job->y_step)
            tile(job, w, bias, x, y, 2, width);
        if (c < columns)
            tile(job, w, bias, x, y, 1, width);
    }
}

static void narrow(const struct sx_linear *job, int columns)
{
    for (int t = 0; t < columns; t++)
        for (int o = 0; o < job->out; o++) {
            const float *w = job->weights + (ptrdiff_t)o * job->taps * job->in, *x = job->x + t * job->x_step;
            quad sum[2] = {{0}, {0}};
            float rest = 0;
            for (int k = 0; k < job->taps; k++, w += job->in, x += job->tap_step) {
                int i = 0;
                for (; i + 8 <= job->in; i += 8) {
                    sum[0] += load(w + i) * load(x + i);
                    sum[1] += load(w + i + 4) * load(x + i + 4);
                }
                for (; i < job->in; i++)
                    rest += w[i] * x[i];
            }
            sum[0] += sum[1];
            job->y[t * job->y_step + o] = job->bias[o] + (rest + ((sum[0][0] + sum[0][2]) + (sum[0][1] + sum[0][3])));
        }
}

static void depthwise(const float *weights, const float *bias, const float *x, ptrdiff_t x_step, ptrdiff_t tap_step, int taps, int channels,
                      float *y, ptrdiff_t y_step, int columns)
{
    for (int t = 0; t < columns; t++, x += x_step, y += y_step) {
        memcpy(y, bias, (size_t)channels * sizeof *y);
        for (int k = 0; k < taps; k++) {
            const float *w = weights + (ptrdiff_t)k * channels, *p = x + k * tap_step;
            for (int c = 0; c < channels; c++)
                y[c] += w[c] * p[c];
        }
    }
}

/* Sixteen partial sums, as a vector unit would have them: fast, and more exact than one long chain. */
static float row_sum(const float *x, float mean, int power, int width)
{
    float part[16] = {0};
    int i = 0;
    for (; i + 16 <= width; i += 16)
        for (int j = 0; j < 16; j++) {
            float d = x[i + j] - mean;
            part[j] += power == 2 ? d * d : d;
        }
    for (int j = 0; i < width; i++, j++) {
        float d = x[i] - mean;
        part[j] += power == 2 ? d * d : d;
    }
    for (int n = 8; n > 0; n /= 2)
        for (int j = 0; j < n; j++)
            part[j] += part[j + n];
    return part[0];
}

static void layernorm(const float *x, const float *gain, const float *shift, float epsilon, int width, int rows, float *y)
{
    for (int r = 0; r < rows; r++, x += width, y += width) {
        float mean = row_sum(x, 0, 1, width) / (float)width;
        float scale = 1 / sqrtf(row_sum(x, mean, 2, width) / (float)width + epsilon);
        for (int i = 0; i < width; i++) {
            float v = (x[i] - mean) * scale;
            if (gain)
                v *= gain[i];
            y[i] = shift ? v + shift[i] : v;
        }
    }
}

static inline float power_of_two(int n)     /* 2^n for -126 <= n <= 127 */
{
    uint32_t bits = (uint32_t)(n + 127) << 23;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* e^x = 2^n e^r, |r| <= ln 2 / 2, polynomial of Cephes' expf (Moshier); relative error about 1e-7. The scale in two steps reaches
 * subnormal results and overflow. NaN stays NaN. */
static inline float exponential(float x)
{
    float c = x > 104.0f ? 104.0f : x;
    c = c < -104.0f ? -104.0f : c;
    float n = rintf(c * 1.44269504088896341f);
    float r = c - n * 0.693359375f;
    r = r + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * (r * r) + r + 1.0f;
    if (c != c)
        return c;
    int k = (int)n, half = k >> 1;
    return p * power_of_two(half) * power_of_two(k - half);
}

static inline float logistic(float x)
{
    return 1.0f / (1.0f + exponential(-x));
}

/* Small arguments by Cephes' polynomial, others from the exponential. */
static inline float hyperbolic_tangent(float x)
{
    float a = fabsf(x), s = x * x;
    float p = -5.70498872745e-3f;
    p = p * s + 2.06390887954e-2f;
    p = p * s - 5.37397155531e-2f;
    p = p * s + 1.33314422036e-1f;
    p = p * s - 3.33332819422e-1f;
    float small = p * s * x + x;
    float large = 1.0f - 2.0f / (exponential(2.0f * (a > 20.0f ? 20.0f : a)) + 1.0f);
    return a < 0.625f ? small : copysignf(a != a ? a : large, x);
}

/* Polynomials of our own (least squares, reweighted to the smallest relative error): erf(x) / x - 1 in x^2 up to 1, the logarithm of erfc(x) in x from 1 to 4,
 * where erf is 1 to 24 bits. Their own error is 1e-9. */
static inline float error_function(float x)
{
    float a = fabsf(x), s = x * x;
    float p = 7.85386073e-5f;
    p = p * s - 8.01019371e-4f;
    p = p * s + 5.18832775e-3f;
    p = p * s - 2.68538129e-2f;
    p = p * s + 1.12835854e-1f;
    p = p * s - 3.76126260e-1f;
    p = p * s + 1.28379166e-1f;
    float small = p * x + x;
    a = a > 4.0f ? 4.0f : a;
    float q = 1.86379256e-4f;
    q = q * a - 2.94765890e-3f;
    q = q * a + 2.18380671e-2f;
    q = q * a - 1.03106759e-1f;
    q = q * a - 6.38144851e-1f;
    q = q * a - 1.12708914f;
    q = q * a - 3.41522275e-4f;
    float large = copysignf(a != a ? a : 1.0f - exponential(q), x);
    return a < 1.0f ? small : large;
}

static void relu(const float *x, float parameter, float *y, size_t count)
{
    (void)parameter;
    for (size_t i = 0; i < count; i++)
        y[i] = x[i] < 0 ? 0 : x[i];
}

static void leaky_relu(const float *x, float slope, float *y, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] = x[i] < 0 ? x[i] * slope : x[i];
}

static void sigmoid(const float *x, float parameter, float *y, size_t count)
{
    (void)parameter;
    for (size_t i = 0; i < count; i++)
        y[i] = logistic(x[i]);
}

static void silu(const float *x, float parameter, float *y, size_t count)
{
    (void)parameter;
    for (size_t i = 0; i < count; i++)
        y[i] = x[i] * logistic(x[i]);
}

static void tangent(const float *x, float parameter, float *y, size_t count)
{
    (void)parameter;
    for (size_t i = 0; i < count; i++)
        y[i] = hyperbolic_tangent(x[i]);
}

static void error_functions(const float *x, float parameter, float *y, size_t count)
{
    (void)parameter;
    for (size_t i = 0; i < count; i++)
        y[i] = error_function(x[i]);
}

static void exponentials(const float *x, float parameter, float *y, size_t count)
{
    (void)parameter;
    for (size_t i = 0; i < count; i++)
        y[i] = exponential(x[i]);
}

#define BINARY(name, op) \
    static void name(const float *a, int a_step, const float *b, int b_step, float *y, size_t count) \
    { \
        float first_a = *a, first_b = *b; \
        if (a_step && b_step) \
            for (size_t i = 0; i < count; i++) \
                y[i] = a[i] op b[i]; \
        else if (a_step) \
            for (size_t i = 0; i < count; i++) \
                y[i] = a[i] op first_b; \
        else if (b_step) \
            for (size_t i = 0; i < count; i++) \
                y[i] = first_a op b[i]; \
        else \
            for (size_t i = 0; i < count; i++) \
                y[i] = first_a op first_b; \
    }
BINARY(add, +)
BINARY(subtract, -)
BINARY(multiply, *)
BINARY(divide, /)

/* A transposition, in runs short enough to stay in the first-level cache. */
void sx_panel_c(const void *raw, const float *scale, int rows, int taps, int in, float *to)
{
    enum { RUN = 64 };
    size_t count = (size_t)in * (size_t)taps, tap = 0, input = 0;
    float run[SX_PANEL][RUN + 4], turned[4][SX_PANEL];      /* + 4: rows in different lines of the cache */
    memset(run, 0, sizeof run);
    for (size_t j = 0; j < count; j += RUN) {
        size_t n = count - j < RUN ? count - j : RUN;
        for (size_t r = 0; r < (size_t)rows; r++) {
            memcpy(run[r], (const char *)raw + (r * count + j) * sizeof(float), n * sizeof(float));
            for (size_t i = 0; scale && i < n; i++)
                run[r][i] *= scale[r];
        }
        for (size_t i = 0; i < n; i++) {
            float *p = to + (tap * (size_t)in + input) * SX_PANEL;
            if (i % 4 == 0)
                for (size_t r = 0; r < SX_PANEL; r++)       /* four at a time: the compiler makes shuffles of it */
                    for (size_t c = 0; c < 4; c++)
                        turned[c][r] = run[r][i + c];
            memcpy(p, turned[i % 4], sizeof turned[0]);
            if (++tap == (size_t)taps) {
                tap = 0;
                input++;
            }
        }
    }
}

const struct sx_kernels sx_kernels_c = {
    .name = "c",
    .linear = linear,
    .narrow = narrow,
    .depthwise = depthwise,
    .layernorm = layernorm,
    .unary = {relu, sigmoid, silu, tangent, exponentials, leaky_relu, error_functions},
    .binary = {add, subtract, multiply, divide},
    .half_to_float = sx_half_to_float,
    .panel = sx_panel_c,
};
