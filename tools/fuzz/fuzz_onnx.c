/* fuzz_onnx.c - libFuzzer target: a model file of any bytes is opened, run whole on several inputs in one session, and run along time. */
#include <stdlib.h>

#include "nn/graph.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ELEMENTS = 4096, INPUTS = 8 };

enum { FILLS = 4 };

/* What the inputs hold: nothing, ones of their type (truths, counts, indices), numbers of both signs, the file's own bytes. */
static void fill(struct sx_tensor *tensor, int64_t *memory, int kind, const uint8_t *data, size_t size)
{
    tensor->data = memory;
    size_t bytes = (size_t)sx_tensor_count(tensor) * sx_dtype_size(tensor->type);
    for (size_t i = 0; i < bytes; i++) {
        size_t at = i % sx_dtype_size(tensor->type);
        uint8_t one = at == 0;
        if (tensor->type == SX_FLOAT)
            one = (uint8_t)(0x3F800000u >> (8 * at));
        ((uint8_t *)memory)[i] = kind == 0 ? 0 : kind == 1 ? one : kind == 2 ? (uint8_t)(i * 73 + 191) : data[i % size];
    }
    for (size_t i = 0; tensor->type == SX_BOOL && i < bytes; i++)
        ((uint8_t *)memory)[i] &= 1;
}

static void run_whole(const struct sx_model *model, const uint8_t *data, size_t size)
{
    static const int64_t unknown[FILLS] = {3, 1, 0, 5};
    static int64_t memory[INPUTS][ELEMENTS];
    struct sx_error error = {0};
    struct sx_session *session;
    if (sx_model_input_count(model) > INPUTS || sx_session_new(model, NULL, &session, &error) != SYRINX_OK)
        return;
    for (int kind = 0; kind < FILLS; kind++) {
        bool ready = true;
        for (int i = 0; ready && i < sx_model_input_count(model); i++) {
            struct sx_tensor tensor = {.data = NULL};
            tensor.rank = sx_model_input_shape(model, i, &tensor.type, tensor.shape);
            if (tensor.rank < 0)
                tensor.rank = 2;
            for (int d = 0; d < tensor.rank; d++)
                if (tensor.shape[d] < 0)
                    tensor.shape[d] = unknown[kind];
            int64_t count = sx_tensor_count(&tensor);
            ready = count >= 0 && count <= ELEMENTS && sx_dtype_size(tensor.type) != 0;
            if (ready)
                fill(&tensor, memory[i], kind, data, size);
            ready = ready && sx_session_set_input(session, i, &tensor, &error) == SYRINX_OK;
        }
        sx_session_set_seed(session, (uint64_t)kind);
        if (ready && sx_session_run(session, &error) == SYRINX_OK)
            for (int i = 0; i < sx_model_output_count(model); i++) {
                const struct sx_tensor *out = sx_session_output(session, i);
                volatile uint8_t sum = 0;
                if (!out || sx_tensor_count(out) < 0)
                    abort();
                for (size_t b = (size_t)sx_tensor_count(out) * sx_dtype_size(out->type); b > 0; b--)
                    sum = (uint8_t)(sum + ((const uint8_t *)out->data)[b - 1]);
            }
    }
    sx_session_free(session);
}

static void run_flow(const struct sx_model *model)
{
    struct sx_error error = {0};
    struct sx_flow *flow;
    if (sx_flow_new(model, NULL, 3, &flow, &error) != SYRINX_OK)
        return;
    size_t in = (size_t)sx_flow_input_width(flow), out = (size_t)sx_flow_output_width(flow), ahead = (size_t)sx_flow_look_ahead(flow);
    if (in <= ELEMENTS && out * (ahead + 8) <= 1 << 22) {
        float *x = calloc(8 * in, sizeof *x), *y = calloc((8 + ahead) * out + 1, sizeof *y);
        if (x && y) {
            int n = sx_flow_push(flow, x, 5, false, y);
            n += sx_flow_push(flow, x, 3, true, y + (size_t)n * out);
            if ((size_t)n > 8 + ahead)
                abort();
        }
        free(x);
        free(y);
    }
    sx_flow_free(flow);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sx_error error = {0};
    struct sx_model *model;
    if (sx_model_open_memory(data, size, "fuzz", &model, &error) != SYRINX_OK)
        return 0;
    run_whole(model, data, size);
    run_flow(model);
    sx_model_close(model);
    return 0;
}
