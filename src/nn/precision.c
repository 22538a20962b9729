/* precision.c - which SxLinear, SxConv and SxUpsample may have short weights: those that nothing depends on but the sound.
 *
 * Rounding the weights of a duration predictor could move a duration by a frame. So everything that reaches a whole number - the frames of a phoneme, an
 * index, a comparison - stays float32, whatever the graph and however its nodes are named. */
#include <stdlib.h>
#include <string.h>

#include "nn/affine.h"
#include "nn/kernels/short.h"

static const char *const names[SX_PRECISIONS] = {"float32", "bfloat16", "float16", "int8"};

const char *sx_precision_name(enum sx_precision precision)
{
    return (unsigned)precision < SX_PRECISIONS ? names[precision] : NULL;
}

int sx_precision_find(const char *name)
{
    for (int i = 0; i < SX_PRECISIONS; i++)
        if (strcmp(name, names[i]) == 0)
            return i;
    return -1;
}

enum sx_precision sx_nn_precision(enum sx_precision precision)
{
    const struct sx_short_kernels *kernels = sx_short_kernels();
    bool there = precision == SX_PRECISION_BFLOAT16 ? kernels->bfloat != NULL : precision == SX_PRECISION_FLOAT16 ? kernels->half != NULL
                 : precision == SX_PRECISION_INT8 && kernels->byte;
    return there ? precision : SX_PRECISION_FLOAT32;
}

/* Whether a node makes whole numbers, truths or places of real numbers. */
static bool decides(const struct sx_node *node)
{
    static const char *const deciding[] = {"Ceil", "Floor", "Round", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "Equal", "ArgMax", "ArgMin", "TopK", "NonZero",
                                           "Unique", "Multinomial", "Bernoulli", "NonMaxSuppression", "IsNaN", "IsInf", "Sign", "Mod"};
    for (size_t i = 0; i < sizeof deciding / sizeof *deciding; i++)
        if (strcmp(node->op->name, deciding[i]) == 0)
            return true;
    if (node->op->flags & SX_OP_CONTROL)
        return true;            /* what happens inside is not looked at */
    int64_t to = strcmp(node->op->name, "Cast") == 0 ? sx_node_int(node, "to", 0) : SX_FLOAT;
    return to != SX_FLOAT && to != SX_DOUBLE && to != SX_FLOAT16 && to != SX_BFLOAT16;
}

static bool large(const struct sx_affine *affine)
{
    return !affine->depthwise && !sx_affine_narrow(affine) && affine->groups == 1;
}

int sx_pass_precision(struct sx_graph *graph, struct sx_error *error)
{
    enum sx_precision precision = sx_nn_precision(graph->precision);
    if (precision == SX_PRECISION_FLOAT32)
        return SYRINX_OK;
    bool *exact = calloc((size_t)graph->value_count + 1, sizeof *exact);
    if (!exact)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    for (int n = graph->node_count - 1; n >= 0; n--) {
        struct sx_node *node = graph->nodes[n];
        bool needed = decides(node);
        for (int i = 0; i < node->output_count; i++)
            needed = needed || (node->outputs[i] >= 0 && exact[node->outputs[i]]);
        if (needed && !(node->op->flags & SX_OP_SHAPE))
            for (int i = 0; i < node->input_count; i++)
                if (node->inputs[i] >= 0)
                    exact[node->inputs[i]] = true;
        if (needed)
            continue;
        if (node->op == &sx_op_SxUpsample)
            ((struct sx_upsample *)node->state)->precision = precision;
        else if ((node->op == &sx_op_SxLinear || node->op == &sx_op_SxConv) && large(node->state))
            ((struct sx_affine *)node->state)->precision = precision;
    }
    free(exact);
    return SYRINX_OK;
}
