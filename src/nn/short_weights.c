/* short_weights.c - what SxLinear, SxConv and SxUpsample share when their weights are short: panels, inputs, and the kernel to call. */
#include <string.h>

#include "nn/affine.h"
#include "nn/kernels/short.h"

static int even(int in)
{
    return in + in % 2;
}

size_t sx_panel_bytes(enum sx_precision precision, int taps, int in)
{
    static const size_t element[SX_PRECISIONS] = {4, 2, 2, 1};
    return (size_t)taps * (size_t)(precision == SX_PRECISION_BFLOAT16 ? even(in) : in) * SX_PANEL * element[precision];
}

void sx_panel_shorten(enum sx_precision precision, const float *panel, int taps, int in, void *out, float *scale)
{
    const struct sx_short_kernels *kernels = sx_short_kernels();
    size_t count = (size_t)taps * (size_t)in;
    if (precision == SX_PRECISION_BFLOAT16)
        sx_panel_to_bfloat(kernels, panel, taps, in, out);
    else if (precision == SX_PRECISION_FLOAT16)
        kernels->to_half(panel, out, count * SX_PANEL);
    else
        sx_panel_to_bytes(panel, count, out, scale);
}

size_t sx_bfloat_rows_bytes(int64_t batches, int64_t rows, int64_t around, int in)
{
    return ((size_t)batches * (size_t)(rows + around) * (size_t)even(in) * sizeof(uint16_t) + 63) / 64 * 64;
}

struct copy {
    const float *x;
    uint16_t *out;
    int64_t rows, left, all;        /* all: with those of zeros */
    int in;
    const struct sx_short_kernels *kernels;
};

static void copy_rows(void *user, int64_t begin, int64_t end)
{
    const struct copy *copy = user;
    int width = even(copy->in);
    while (begin < end) {
        int64_t batch = begin / copy->all, row = begin % copy->all - copy->left, n = 1;
        uint16_t *to = copy->out + begin * width;
        if (row < 0 || row >= copy->rows) {
            memset(to, 0, (size_t)width * sizeof *to);
        } else if (width == copy->in) {
            n = copy->rows - row < end - begin ? copy->rows - row : end - begin;
            copy->kernels->to_bfloat(copy->x + (batch * copy->rows + row) * width, to, (size_t)(n * width));
        } else {
            copy->kernels->to_bfloat(copy->x + (batch * copy->rows + row) * copy->in, to, (size_t)copy->in);
            to[copy->in] = 0;
        }
        begin += n;
    }
}

void sx_bfloat_rows(struct sx_pool *pool, const float *x, int64_t batches, int64_t rows, int64_t left, int64_t right, int in, uint16_t *out)
{
    struct copy copy = {.x = x, .out = out, .rows = rows, .left = left, .all = left + rows + right, .in = in, .kernels = sx_short_kernels()};
    sx_parallel(pool, batches * copy.all, (1 << 18) / in + 1, copy_rows, &copy);
}

void sx_short_run(enum sx_precision precision, const struct sx_short_linear *job, int panel, int panels, int columns)
{
    const struct sx_short_kernels *kernels = sx_short_kernels();
    (precision == SX_PRECISION_BFLOAT16 ? kernels->bfloat : precision == SX_PRECISION_FLOAT16 ? kernels->half : kernels->byte)(job, panel, panels, columns);
}
