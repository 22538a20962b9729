/* rotary.c - RotaryEmbedding (opset 23): pairs of channels turn by the angle of their position. */
#include <string.h>

#include "nn/op.h"

struct rotary {
    int64_t batch, heads, rows, width, turned;          /* turned: channels of a head that turn */
    int64_t head_step, row_step;
    const struct sx_tensor *positions;
    int64_t table;                                      /* rows of the tables of cosines and sines */
    bool interleaved;
};

static int read_rotary(struct sx_call *call, struct rotary *r)
{
    const struct sx_tensor *x = call->in[0], *c = call->in[1], *s = call->in[2];
    int64_t heads = sx_node_int(call->node, "num_heads", 0);
    for (int i = 0; i < 3; i++)
        if (call->in[i]->type != SX_FLOAT)
            return sx_call_fail(call, SYRINX_ERROR_UNSUPPORTED, "type %s", sx_dtype_name(call->in[i]->type));
    *r = (struct rotary){.interleaved = sx_node_int(call->node, "interleaved", 0) != 0, .batch = x->rank ? x->shape[0] : 0};
    if (x->rank == 4) {
        r->heads = x->shape[1];
        r->rows = x->shape[2];
        r->width = x->shape[3];
        r->head_step = r->rows * r->width;
        r->row_step = r->width;
    } else if (x->rank == 3 && heads > 0 && x->shape[2] % heads == 0) {
        r->heads = heads;
        r->rows = x->shape[1];
        r->width = x->shape[2] / heads;
        r->head_step = r->width;
        r->row_step = x->shape[2];
    } else {
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "the input does not have the heads");
    }
    r->turned = sx_node_int(call->node, "rotary_embedding_dim", 0);
    r->turned = r->turned ? r->turned : r->width;
    if (r->turned < 0 || r->turned > r->width || r->turned % 2)
        return sx_call_fail(call, SYRINX_ERROR_FORMAT, "%lld of %lld channels cannot turn", (long long)r->turned, (long long)r->width);
    r->positions = sx_call_has(call, 3) ? call->in[3] : NULL;
    bool fits = sx_tensor_same_shape(c, s) && c->rank == (r->positions ? 2 : 3) && c->shape[c->rank - 1] == r->turned / 2;
    if (r->positions)
        fits = fits && r->positions->type == SX_INT64 && r->positions->rank == 2 && r->positions->shape[0] == r->batch && r->positions->shape[1] == r->rows;
    else
        fits = fits && c->shape[0] == r->batch && c->shape[1] == r->rows;
    r->table = fits ? c->shape[0] : 0;
    return fits ? SYRINX_OK : sx_call_fail(call, SYRINX_ERROR_FORMAT, "the tables or positions do not fit the input");
}

static int infer(struct sx_call *call)
{
    struct rotary r = {0};
    int code = read_rotary(call, &r);
    return code == SYRINX_OK ? sx_infer_same(call) : code;
}

static int run(struct sx_call *call)
{
    struct rotary r = {0};
    int code = read_rotary(call, &r);
    if (code != SYRINX_OK)
        return code;
    int64_t half = r.turned / 2;
    for (int64_t b = 0; b < r.batch; b++)
        for (int64_t i = 0; i < r.rows; i++) {
            int64_t place = r.positions ? ((const int64_t *)r.positions->data)[b * r.rows + i] : b * r.rows + i;
            if (r.positions && (place < 0 || place >= r.table))
                return sx_call_fail(call, SYRINX_ERROR_ARGUMENT, "position %lld is not one of %lld", (long long)place, (long long)r.table);
            const float *cosine = (const float *)call->in[1]->data + place * half, *sine = (const float *)call->in[2]->data + place * half;
            for (int64_t h = 0; h < r.heads; h++) {
                int64_t at = b * r.heads * r.rows * r.width + h * r.head_step + i * r.row_step;
                const float *x = (const float *)call->in[0]->data + at;
                float *y = (float *)call->out[0].data + at;
                for (int64_t k = 0; k < half; k++) {
                    int64_t p = r.interleaved ? 2 * k : k, q = r.interleaved ? 2 * k + 1 : half + k;
                    float re = cosine[k] * x[p] - sine[k] * x[q], im = sine[k] * x[p] + cosine[k] * x[q];
                    y[p] = re;
                    y[q] = im;
                }
                if (r.width > r.turned)
                    memcpy(y + r.turned, x + r.turned, (size_t)(r.width - r.turned) * sizeof *y);
            }
        }
    return SYRINX_OK;
}

SX_OP(RotaryEmbedding) = {
    .name = "RotaryEmbedding", .min_inputs = 3, .max_inputs = 4, .max_outputs = 1, .infer = infer, .run = run,
};
