/* fuzz_onnx.c - libFuzzer target: a model file of any bytes is opened, run whole and run along time. */
#include <stdlib.h>

#include "nn/graph.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ELEMENTS = 4096 };

static void run_whole(const struct sx_model *model)
{
    static int64_t zeros[ELEMENTS];         /* as good for any type */
    struct sx_error error = {0};
    struct sx_session *session;
    bool ready = true;
    if (sx_session_new(model, NULL, &session, &error) != SYRINX_OK)
        return;
    for (int i = 0; i < sx_model_input_count(model); i++) {
        struct sx_tensor tensor = {.data = zeros};
        tensor.rank = sx_model_input_shape(model, i, &tensor.type, tensor.shape);
        if (tensor.rank < 0)
            tensor.rank = 2;
        for (int d = 0; d < tensor.rank; d++)
            if (tensor.shape[d] < 0)
                tensor.shape[d] = 3;
        int64_t count = sx_tensor_count(&tensor);
        ready = ready && count >= 0 && count <= ELEMENTS && sx_session_set_input(session, i, &tensor, &error) == SYRINX_OK;
    }
    if (ready && sx_session_run(session, &error) == SYRINX_OK)
        for (int i = 0; i < sx_model_output_count(model); i++)
            if (!sx_session_output(session, i))
                abort();
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
    run_whole(model);
    run_flow(model);
    sx_model_close(model);
    return 0;
}
