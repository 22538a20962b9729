/* onnx.c - a ModelProto (onnx.proto of ONNX 1.22, IR 3 to 13) becomes a graph. Weights stay where they are. */
#include <stdlib.h>
#include <string.h>

#include "nn/names.h"
#include "nn/op.h"
#include "nn/wire.h"

enum { MAX_DEPTH = 8 };             /* of graphs in graphs: the reader and the passes recurse */

struct capture {
    int outer, inner;               /* the same value in the graph around and in this one */
};

struct reader {
    struct sx_graph *graph;
    struct sx_error *error;
    struct sx_names names;
    const struct sx_op *ops[64];    /* those found last, by hash: a voice has thousands of nodes of a few kinds */
    struct reader *parent;          /* of a graph in a node's attribute; NULL for the model's own */
    int depth;
    struct capture *captures;       /* values of graphs around that this one reads */
    int capture_count, capture_room;
    bool bodies;                    /* nodes with graphs were seen */
};

static int damaged(struct sx_error *error, const char *what)
{
    return sx_fail(error, SYRINX_ERROR_FORMAT, "not a valid ONNX model: %s", what);
}

static int no_memory(struct sx_error *error)
{
    return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
}

/* String attributes are bytes; the ones that matter are names, the rest is kept readable. */
static const char *loose_text(struct sx_arena *arena, struct sx_bytes bytes, struct sx_error *error)
{
    const char *copy = sx_arena_strdup(arena, bytes.size ? (const char *)bytes.data : "", bytes.size);
    if (!copy)
        no_memory(error);
    return copy;
}

/* The value of that name, made when it is new; -1 with an error. */
static int value_of(struct reader *reader, struct sx_bytes name)
{
    return sx_names_value(&reader->names, reader->graph, name, reader->error);
}

/* The value that a node means: one of this graph, or one of a graph around it, which then becomes an input of this graph. *id -1: there is none. */
static int look_up(struct reader *reader, struct sx_bytes name, int *id)
{
    int outer;
    *id = sx_names_find(&reader->names, reader->graph, name);
    if (*id >= 0 || !reader->parent)
        return SYRINX_OK;
    if (look_up(reader->parent, name, &outer) != SYRINX_OK)
        return reader->error->code;
    if (outer < 0)
        return SYRINX_OK;
    if (reader->capture_count == reader->capture_room) {
        int room = reader->capture_room ? reader->capture_room * 2 : 16;
        struct capture *bigger = realloc(reader->captures, (size_t)room * sizeof *bigger);
        if (!bigger)
            return no_memory(reader->error);
        reader->captures = bigger;
        reader->capture_room = room;
    }
    if ((*id = value_of(reader, name)) < 0)
        return reader->error->code;
    reader->graph->values[*id].constant = reader->parent->graph->values[outer].constant;
    reader->captures[reader->capture_count++] = (struct capture){outer, *id};
    return SYRINX_OK;
}

static int read_attribute(struct reader *reader, struct sx_bytes bytes, struct sx_attribute *out)
{
    struct sx_arena *arena = &reader->graph->arena;
    struct sx_error *error = reader->error;
    struct sx_wire wire = sx_wire_open(bytes);
    struct sx_field field;
    int64_t ints = 0;
    int strings = 0;
    size_t floats = 0;
    while (sx_wire_next(&wire, &field)) {
        strings += field.number == 9 && strings <= SX_WIRE_MOST;
        ints += field.number == 8;
    }
    if (ints)
        ints = sx_wire_count_varints(bytes, 8);
    out->name = "";
    if (wire.bad || ints < 0 || ints > SX_WIRE_MOST || strings > SX_WIRE_MOST)
        return damaged(error, "an attribute is damaged");
    if (strings > 0 && !(out->strings = sx_arena_array(arena, (size_t)strings, sizeof *out->strings)))
        return no_memory(error);
    wire = sx_wire_open(bytes);
    while (sx_wire_next(&wire, &field)) {
        if (field.number == 1 && field.type == SX_WIRE_BYTES) {
            if (!(out->name = sx_names_text(arena, field.bytes, error)))
                return error->code;
        } else if (field.number == 2 && field.type == SX_WIRE_FIXED32) {
            out->f = sx_field_float(&field);
        } else if (field.number == 3 && field.type == SX_WIRE_VARINT) {
            out->i = (int64_t)field.value;
        } else if (field.number == 4 && field.type == SX_WIRE_BYTES) {
            if (!(out->s = loose_text(arena, field.bytes, error)))
                return error->code;
        } else if (field.number == 5 && field.type == SX_WIRE_BYTES) {
            struct sx_tensor *tensor = sx_arena_alloc(arena, sizeof *tensor);
            if (!tensor)
                return no_memory(error);
            if (sx_onnx_tensor(field.bytes, arena, tensor, error) != SYRINX_OK)
                return error->code;
            out->tensor = tensor;
        } else if (field.number == 6 && field.type == SX_WIRE_BYTES) {
            out->body = field.bytes;
            reader->bodies = true;
        } else if (field.number == 9 && field.type == SX_WIRE_BYTES) {
            if (!(out->strings[out->string_count++] = loose_text(arena, field.bytes, error)))
                return error->code;
        } else if (field.number == 7 && (field.type == SX_WIRE_BYTES || field.type == SX_WIRE_FIXED32)) {
            floats += field.bytes.size / 4;
        }
    }
    if (wire.bad || floats > SX_WIRE_MOST)
        return damaged(error, "an attribute is damaged");
    if (ints) {
        int64_t *list = sx_arena_array(arena, (size_t)ints, sizeof *list);
        if (!list)
            return no_memory(error);
        if (!sx_wire_each_varint(bytes, 8, sx_wire_store_int64, list))
            return damaged(error, "an attribute is damaged");
        out->ints = list;
        out->int_count = (int)ints;
    }
    if (floats) {
        void *run = NULL;
        float *list = sx_arena_array(arena, floats, sizeof *list);
        if (!list)
            return no_memory(error);
        if (sx_onnx_fixed(bytes, 7, 4, floats, arena, &run, error) != SYRINX_OK)
            return error->code;
        memcpy(list, run, floats * sizeof *list);
        out->floats = list;
        out->float_count = (int)floats;
    }
    return SYRINX_OK;
}

/* Among the ones found last or among all; NULL: there is none. */
static const struct sx_op *op_of(struct reader *reader, struct sx_bytes domain, struct sx_bytes type)
{
    struct sx_error ignored;
    size_t n = type.size;
    const struct sx_op **last = n && domain.size == 0 ? &reader->ops[(type.data[0] * 7u + type.data[n / 2] * 5u + type.data[n - 1] + n) % 64] : NULL;
    if (last && *last && strncmp((*last)->name, (const char *)type.data, n) == 0 && (*last)->name[n] == 0)
        return *last;
    const char *d = sx_names_text(&reader->graph->arena, domain, &ignored), *t = sx_names_text(&reader->graph->arena, type, &ignored);
    const struct sx_op *op = d && t ? sx_op_find(d, t) : NULL;
    if (last && op)
        *last = op;
    return op;
}

static int read_node(struct reader *reader, struct sx_bytes bytes)
{
    struct sx_graph *graph = reader->graph;
    struct sx_error *error = reader->error;
    struct sx_wire wire = sx_wire_open(bytes);
    struct sx_field field;
    struct sx_bytes name_bytes = {NULL, 0}, type = {NULL, 0}, domain = {NULL, 0}, first = {NULL, 0};
    int inputs = 0, outputs = 0, attributes = 0;
    while (inputs <= SX_WIRE_MOST && outputs <= SX_WIRE_MOST && attributes <= SX_WIRE_MOST && sx_wire_next(&wire, &field)) {
        inputs += field.number == 1;
        outputs += field.number == 2;
        attributes += field.number == 5;
        if (field.type != SX_WIRE_BYTES)
            continue;
        if (field.number == 2 && first.size == 0)
            first = field.bytes;
        else if (field.number == 3 || field.number == 4 || field.number == 7)
            *(field.number == 3 ? &name_bytes : field.number == 4 ? &type : &domain) = field.bytes;
    }
    if (wire.bad || inputs > SX_WIRE_MOST || outputs > SX_WIRE_MOST || attributes > SX_WIRE_MOST)
        return damaged(error, "a node is damaged");
    /* nameless nodes are known by their first output */
    const char *name = sx_names_text(&graph->arena, name_bytes.size ? name_bytes : first, error);
    if (!name)
        return error->code;
    const struct sx_op *op = op_of(reader, domain, type);
    if (!op) {
        const char *d = sx_names_text(&graph->arena, domain, error), *t = d ? sx_names_text(&graph->arena, type, error) : NULL;
        return !t ? error->code : sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "operator %.80s%s%.80s of node '%.120s' (opset %d) is not supported", d,
                                          *d ? "." : "", t, name, graph->opset);
    }
    struct sx_node *node = sx_graph_node(graph, op, name, inputs, outputs);
    if (!node || !(node->attributes = sx_arena_array(&graph->arena, (size_t)attributes, sizeof *node->attributes)))
        return no_memory(error);
    int in = 0, out = 0;
    wire = sx_wire_open(bytes);
    while (sx_wire_next(&wire, &field)) {
        if (field.type != SX_WIRE_BYTES)
            continue;
        if (field.number == 5) {
            if (read_attribute(reader, field.bytes, &node->attributes[node->attribute_count++]) != SYRINX_OK)
                return error->code;
        } else if (field.number == 1 || field.number == 2) {
            int id = -1;
            if (field.bytes.size) {
                if ((field.number == 1 && look_up(reader, field.bytes, &id) != SYRINX_OK) || (id < 0 && (id = value_of(reader, field.bytes)) < 0))
                    return error->code;
            }
            if (field.number == 1) {
                node->inputs[in++] = id;
                continue;
            }
            node->outputs[out++] = id;
            if (id < 0)
                continue;
            if (graph->values[id].producer >= 0 || graph->values[id].constant)
                return sx_fail(error, SYRINX_ERROR_FORMAT, "not a valid ONNX model: value '%.120s' is made twice", graph->values[id].name);
            graph->values[id].producer = graph->node_count - 1;
        }
    }
    node->input_count = in;     /* fields of a wrong wire type were counted before */
    node->output_count = out;
    while (node->input_count && node->inputs[node->input_count - 1] < 0)
        node->input_count--;
    node->own_inputs = node->input_count;
    const char *wrong = sx_op_check(op, node);
    if (wrong)
        return sx_fail(error, SYRINX_ERROR_FORMAT, "node '%.120s' (%s): %s", name, op->name, wrong);
    return SYRINX_OK;
}

/* ValueInfoProto: a name, an element type, a shape with unknowns. */
static int read_value(struct reader *reader, struct sx_bytes bytes, bool input, int *id)
{
    struct sx_error *error = reader->error;
    struct sx_wire wire = sx_wire_open(bytes), shape;
    struct sx_field field;
    struct sx_bytes name = {NULL, 0}, type = {NULL, 0}, tensor = {NULL, 0}, dims = {NULL, 0};
    bool has_shape = false;
    uint64_t element = 0;
    while (sx_wire_next(&wire, &field)) {
        if (field.number == 1 && field.type == SX_WIRE_BYTES)
            name = field.bytes;
        if (field.number == 2 && field.type == SX_WIRE_BYTES)
            type = field.bytes;
    }
    if (wire.bad || name.size == 0)
        return damaged(error, "an input or output has no name");
    wire = sx_wire_open(type);
    while (sx_wire_next(&wire, &field))
        if (field.number == 1 && field.type == SX_WIRE_BYTES)
            tensor = field.bytes;
    bool bad = wire.bad;
    wire = sx_wire_open(tensor);
    while (sx_wire_next(&wire, &field)) {
        if (field.number == 1 && field.type == SX_WIRE_VARINT)
            element = field.value;
        if (field.number == 2 && field.type == SX_WIRE_BYTES) {
            dims = field.bytes;
            has_shape = true;
        }
    }
    if (bad || wire.bad)
        return damaged(error, "the type of an input or output is damaged");
    *id = -1;
    if ((!input && look_up(reader, name, id) != SYRINX_OK) || (*id < 0 && (*id = value_of(reader, name)) < 0))
        return error->code;
    struct sx_value *value = &reader->graph->values[*id];
    value->type = element < 64 ? (enum sx_dtype)element : (enum sx_dtype)63;
    value->rank = -1;
    if (!has_shape)
        return SYRINX_OK;
    value->rank = 0;
    shape = sx_wire_open(dims);
    while (sx_wire_next(&shape, &field)) {
        if (field.number != 1 || field.type != SX_WIRE_BYTES)
            continue;
        if (value->rank == SX_MAX_RANK)
            return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "'%.120s' has more than %d dimensions", value->name, SX_MAX_RANK);
        struct sx_wire dim = sx_wire_open(field.bytes);
        struct sx_field part;
        int64_t size = -1;
        while (sx_wire_next(&dim, &part))
            if (part.number == 1 && part.type == SX_WIRE_VARINT)
                size = (int64_t)part.value;
        if (dim.bad)
            return damaged(error, "a shape is damaged");
        value->shape[value->rank++] = size < 0 ? -1 : size;
    }
    return shape.bad ? damaged(error, "a shape is damaged") : SYRINX_OK;
}

static int read_initializer(struct reader *reader, struct sx_bytes bytes)
{
    struct sx_graph *graph = reader->graph;
    struct sx_error *error = reader->error;
    struct sx_wire wire = sx_wire_open(bytes);
    struct sx_field field;
    struct sx_bytes name = {NULL, 0};
    while (sx_wire_next(&wire, &field))
        if (field.number == 8 && field.type == SX_WIRE_BYTES)
            name = field.bytes;
    if (wire.bad || name.size == 0)
        return damaged(error, "an initializer has no name");
    int id = value_of(reader, name);
    if (id < 0)
        return error->code;
    if (graph->values[id].constant)
        return sx_fail(error, SYRINX_ERROR_FORMAT, "not a valid ONNX model: value '%.120s' is made twice", graph->values[id].name);
    struct sx_tensor *tensor = sx_arena_alloc(&graph->arena, sizeof *tensor);
    if (!tensor)
        return no_memory(error);
    if (sx_onnx_tensor(bytes, &graph->arena, tensor, error) != SYRINX_OK)
        return sx_context(error, "weight '%.120s'", graph->values[id].name);
    graph->values[id].constant = tensor;
    return SYRINX_OK;
}

static int read_graph(struct reader *reader, struct sx_bytes bytes);

/* Reads the graph of an attribute. What it reads of the graph around becomes an input more of the node. */
static int read_body(struct reader *reader, struct sx_node *node, struct sx_attribute *attribute)
{
    struct sx_graph *graph = reader->graph;
    struct sx_error *error = reader->error;
    struct sx_graph *child = sx_arena_alloc(&graph->arena, sizeof *child);
    if (reader->depth >= MAX_DEPTH)
        return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "node '%.120s' (%s): graphs in graphs more than %d deep", node->name, node->op->name, MAX_DEPTH);
    if (!child)
        return no_memory(error);
    child->opset = graph->opset;
    child->sibling = graph->children;
    graph->children = child;
    struct reader inner = {.graph = child, .error = error, .parent = reader, .depth = reader->depth + 1};
    int code = sx_names_new(&inner.names, 64) ? read_graph(&inner, attribute->body) : no_memory(error), count = node->input_count;
    if (code == SYRINX_OK && count + inner.capture_count > SX_MAX_INPUTS)
        code = sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "node '%.120s' (%s): its graph reads more than %d values from outside", node->name, node->op->name,
                       SX_MAX_INPUTS - count);
    if (code == SYRINX_OK) {
        size_t total = (size_t)child->input_count + (size_t)inner.capture_count;
        int *own = sx_arena_array(&child->arena, total, sizeof *own);
        int *inputs = sx_arena_array(&graph->arena, (size_t)count + (size_t)inner.capture_count, sizeof *inputs);
        if (own && inputs) {
            if (child->input_count)
                memcpy(own, child->inputs, (size_t)child->input_count * sizeof *own);
            if (count)
                memcpy(inputs, node->inputs, (size_t)count * sizeof *inputs);
            for (int i = 0; i < inner.capture_count; i++) {
                own[child->input_count + i] = inner.captures[i].inner;
                inputs[count + i] = inner.captures[i].outer;
            }
            attribute->graph = child;
            attribute->own_inputs = child->input_count;
            attribute->first_capture = count;
            child->inputs = own;
            child->input_count = (int)total;
            node->inputs = inputs;
            node->input_count = count + inner.capture_count;
        } else {
            code = no_memory(error);
        }
    }
    free(inner.captures);
    sx_names_free(&inner.names);
    return code;
}

/* The names that the nodes of an inner graph make, before any node reads one: an outer value of the same name is not meant. */
static int read_outputs(struct reader *reader, struct sx_bytes bytes)
{
    struct sx_wire wire = sx_wire_open(bytes), node;
    struct sx_field field, part;
    while (sx_wire_next(&wire, &field)) {
        if (field.number != 1 || field.type != SX_WIRE_BYTES)
            continue;
        node = sx_wire_open(field.bytes);
        while (sx_wire_next(&node, &part)) {
            if (part.number != 2 || part.type != SX_WIRE_BYTES || part.bytes.size == 0)
                continue;
            if (value_of(reader, part.bytes) < 0)
                return reader->error->code;
        }
    }
    return SYRINX_OK;
}

static int read_graph(struct reader *reader, struct sx_bytes bytes)
{
    struct sx_graph *graph = reader->graph;
    struct sx_error *error = reader->error;
    struct sx_field field;
    int inputs = sx_wire_count(bytes, 11), outputs = sx_wire_count(bytes, 12);
    if (inputs < 0 || outputs < 0)
        return damaged(error, "the graph is damaged");
    graph->inputs = sx_arena_array(&graph->arena, (size_t)inputs, sizeof *graph->inputs);
    graph->outputs = sx_arena_array(&graph->arena, (size_t)outputs, sizeof *graph->outputs);
    graph->output_names = sx_arena_array(&graph->arena, (size_t)outputs, sizeof *graph->output_names);
    if (!graph->inputs || !graph->outputs || !graph->output_names)
        return no_memory(error);
    /* Weights first: they are what tells an input from a weight that old exporters list among the inputs. */
    struct sx_wire wire = sx_wire_open(bytes);
    while (sx_wire_next(&wire, &field)) {
        if (field.number == 15)
            return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "sparse weights are not supported");
        if (field.number == 5 && field.type == SX_WIRE_BYTES && read_initializer(reader, field.bytes) != SYRINX_OK)
            return error->code;
    }
    wire = sx_wire_open(bytes);
    while (sx_wire_next(&wire, &field)) {
        int id = 0;
        if (field.number != 11 || field.type != SX_WIRE_BYTES)
            continue;
        if (read_value(reader, field.bytes, true, &id) != SYRINX_OK)
            return error->code;
        if (!graph->values[id].constant)
            graph->inputs[graph->input_count++] = id;
    }
    if (reader->parent && read_outputs(reader, bytes) != SYRINX_OK)
        return error->code;
    wire = sx_wire_open(bytes);
    while (sx_wire_next(&wire, &field)) {
        int code = SYRINX_OK, id = 0;
        if (field.type != SX_WIRE_BYTES)
            continue;
        if (field.number == 1) {
            code = read_node(reader, field.bytes);
        } else if (field.number == 12) {
            code = read_value(reader, field.bytes, false, &id);
            if (code == SYRINX_OK) {
                graph->output_names[graph->output_count] = graph->values[id].name;
                graph->outputs[graph->output_count++] = id;
            }
        }
        if (code != SYRINX_OK)
            return code;
    }
    for (int i = 0; i < graph->input_count; i++)
        if (graph->values[graph->inputs[i]].producer >= 0)
            return sx_fail(error, SYRINX_ERROR_FORMAT, "not a valid ONNX model: input '%.120s' is made by a node", graph->values[graph->inputs[i]].name);
    if (wire.bad)
        return damaged(error, "the graph is damaged");
    for (int n = 0; reader->bodies && n < graph->node_count; n++)
        for (int a = 0; a < graph->nodes[n]->attribute_count; a++)
            if (graph->nodes[n]->attributes[a].body.data && (graph->nodes[n]->op->flags & SX_OP_CONTROL)
                && read_body(reader, graph->nodes[n], &graph->nodes[n]->attributes[a]) != SYRINX_OK)
                return error->code;
    return SYRINX_OK;
}

int sx_onnx_read(const void *data, size_t size, struct sx_graph *graph, struct sx_error *error)
{
    struct sx_bytes bytes = {data, size}, body = {NULL, 0};
    struct sx_wire wire = sx_wire_open(bytes);
    struct sx_field field;
    int graphs = 0;
    while (sx_wire_next(&wire, &field)) {
        if (field.number == 7 && field.type == SX_WIRE_BYTES) {
            body = field.bytes;
            graphs++;
        } else if (field.number == 8 && field.type == SX_WIRE_BYTES) {
            struct sx_wire set = sx_wire_open(field.bytes);
            struct sx_field part;
            uint64_t version = 0;
            bool standard = true;
            while (sx_wire_next(&set, &part)) {
                if (part.number == 1 && part.bytes.size && !(part.bytes.size == 7 && memcmp(part.bytes.data, "ai.onnx", 7) == 0))
                    standard = false;
                if (part.number == 2)
                    version = part.value;
            }
            if (standard)
                graph->opset = version > 0 && version < 10000 ? (int)version : 0;
        } else if (field.number == 25) {
            return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "functions defined by the model are not supported");
        }
    }
    if (wire.bad || graphs != 1)
        return damaged(error, graphs > 1 ? "two graphs" : wire.bad ? "the file is truncated or damaged" : "no graph");
    if (graph->opset == 0)
        return damaged(error, "no version of the operator set");
    struct reader reader = {.graph = graph, .error = error};
    int code = sx_names_new(&reader.names, 1024) ? read_graph(&reader, body) : no_memory(error);
    sx_names_free(&reader.names);
    return code;
}
