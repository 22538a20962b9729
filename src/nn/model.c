/* model.c - opening and asking a model. */
#include "nn/nn.h"

#include <stdlib.h>
#include <string.h>

#include "nn/op.h"

static int open_bytes(const void *data, size_t size, const char *name, const struct sx_model_options *options,
                      int (*cut)(struct sx_graph *graph, void *user, struct sx_error *error), void *user, struct sx_model **model, struct sx_error *error)
{
    struct sx_model *m = calloc(1, sizeof *m);
    *model = NULL;
    if (!m)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    if (options && options->mapped)
        m->graph.map = (struct sx_map){data, size};
    if (options) {
        m->graph.precision = options->precision;
        m->graph.pool = options->pool;
    }
    int code = sx_onnx_read(data, size, &m->graph, error);
    if (code == SYRINX_OK && cut)
        code = cut(&m->graph, user, error);
    if (code == SYRINX_OK)
        code = sx_pass_widen(&m->graph, error);
    if (code == SYRINX_OK)
        code = sx_graph_optimize(&m->graph, error);
    sx_graph_packed_all(&m->graph);
    m->graph.pool = NULL;
    if (code != SYRINX_OK) {
        sx_model_close(m);
        return sx_context(error, "%s", name);
    }
    *model = m;
    return SYRINX_OK;
}

int sx_model_open_memory_as(const void *data, size_t size, const char *name, const struct sx_model_options *options, struct sx_model **model,
                            struct sx_error *error)
{
    return open_bytes(data, size, name, options, NULL, NULL, model, error);
}

int sx_model_open_memory(const void *data, size_t size, const char *name, struct sx_model **model, struct sx_error *error)
{
    return open_bytes(data, size, name, NULL, NULL, NULL, model, error);
}

int sx_model_open_part(const void *data, size_t size, const char *name, const struct sx_model_options *options,
                       int (*cut)(struct sx_graph *graph, void *user, struct sx_error *error), void *user, struct sx_model **model, struct sx_error *error)
{
    return open_bytes(data, size, name, options, cut, user, model, error);
}

int sx_model_open_as(const char *path, const struct sx_model_options *options, struct sx_model **model, struct sx_error *error)
{
    struct sx_model_options own = options ? *options : (struct sx_model_options){SX_PRECISION_FLOAT32, false, NULL};
    struct sx_map map;
    *model = NULL;
    int code = sx_map_open(path, &map, error);
    if (code != SYRINX_OK)
        return code;
    own.mapped = true;
    code = open_bytes(map.data, map.size, path, &own, NULL, NULL, model, error);
    if (code != SYRINX_OK) {
        sx_map_close(&map);
        return code;
    }
    (*model)->mapped = true;
    return SYRINX_OK;
}

int sx_model_open(const char *path, struct sx_model **model, struct sx_error *error)
{
    return sx_model_open_as(path, NULL, model, error);
}

void sx_model_close(struct sx_model *model)
{
    if (!model)
        return;
    struct sx_map map = model->graph.map;
    sx_graph_free(&model->graph);
    if (model->mapped)
        sx_map_close(&map);
    free(model);
}

int sx_model_input_count(const struct sx_model *model)
{
    return model->graph.input_count;
}

int sx_model_output_count(const struct sx_model *model)
{
    return model->graph.output_count;
}

const char *sx_model_input_name(const struct sx_model *model, int index)
{
    return index < 0 || index >= model->graph.input_count ? NULL : model->graph.values[model->graph.inputs[index]].name;
}

const char *sx_model_output_name(const struct sx_model *model, int index)
{
    return index < 0 || index >= model->graph.output_count ? NULL : model->graph.output_names[index];
}

int sx_model_input_shape(const struct sx_model *model, int index, enum sx_dtype *type, int64_t shape[SX_MAX_RANK])
{
    if (index < 0 || index >= model->graph.input_count)
        return -1;
    const struct sx_value *value = &model->graph.values[model->graph.inputs[index]];
    *type = value->type;
    if (value->rank > 0)
        memcpy(shape, value->shape, (size_t)value->rank * sizeof *shape);
    return value->rank;
}
