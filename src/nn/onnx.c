/* onnx.c - a ModelProto (onnx.proto of ONNX 1.22, IR 3 to 13) becomes a graph. Weights stay where they are. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "nn/op.h"
#include "nn/wire.h"

enum { MAX_ITEMS = 1 << 20 };       /* nodes, values: far above any network, low enough for 32-bit arithmetic */

struct reader {
    struct sx_graph *graph;
    struct sx_error *error;
    int *table;                     /* open-addressing hash of value names, -1 is free */
    uint32_t mask;
};

static int damaged(struct sx_error *error, const char *what)
{
    return sx_fail(error, SYRINX_ERROR_FORMAT, "not a valid ONNX model: %s", what);
}

static int no_memory(struct sx_error *error)
{
    return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
}

/* A name in the arena; NULL with an error when it is no text or there is no memory. */
static const char *text(struct sx_arena *arena, struct sx_bytes bytes, struct sx_error *error)
{
    uint32_t c;
    for (size_t i = 0; i < bytes.size; ) {
        size_t n = (size_t)sx_utf8_decode((const char *)bytes.data + i, bytes.size - i, &c);
        if (c < 0x20 || c == 0x7F || c == 0xFFFD) {
            damaged(error, "a name is not text");
            return NULL;
        }
        i += n;
    }
    const char *copy = sx_arena_strdup(arena, bytes.size ? (const char *)bytes.data : "", bytes.size);
    if (!copy)
        no_memory(error);
    return copy;
}

/* String attributes are bytes; the ones that matter are names, the rest is kept readable. */
static const char *loose_text(struct sx_arena *arena, struct sx_bytes bytes, struct sx_error *error)
{
    const char *copy = sx_arena_strdup(arena, bytes.size ? (const char *)bytes.data : "", bytes.size);
    if (!copy)
        no_memory(error);
    return copy;
}

static uint32_t hash(const char *name)
{
    uint32_t h = 2166136261u;       /* FNV-1a */
    for (; *name; name++)
        h = (h ^ (unsigned char)*name) * 16777619u;
    return h ^ h >> 15;
}

/* The value of that name, made when it is new; -1 with an error. */
static int value_of(struct reader *reader, const char *name)
{
    struct sx_graph *graph = reader->graph;
    uint32_t slot = hash(name) & reader->mask;
    for (; reader->table[slot] >= 0; slot = (slot + 1) & reader->mask)
        if (strcmp(graph->values[reader->table[slot]].name, name) == 0)
            return reader->table[slot];
    int id = sx_graph_value(graph, name);
    if (id < 0) {
        no_memory(reader->error);
        return -1;
    }
    reader->table[slot] = id;
    if ((uint32_t)graph->value_count * 2 > reader->mask) {      /* grow: all names again into a table twice as long */
        uint32_t mask = reader->mask * 2 + 1;
        int *table = malloc(((size_t)mask + 1) * sizeof *table);
        if (!table) {
            no_memory(reader->error);
            return -1;
        }
        memset(table, 0xFF, ((size_t)mask + 1) * sizeof *table);
        for (int i = 0; i < graph->value_count; i++) {
            uint32_t s = hash(graph->values[i].name) & mask;
            while (table[s] >= 0)
                s = (s + 1) & mask;
            table[s] = i;
        }
        free(reader->table);
        reader->table = table;
        reader->mask = mask;
    }
    return id;
}

/* Counts the fields `number` of a message; -1 when it is damaged or has too many. */
static int count_fields(struct sx_bytes bytes, uint32_t number)
{
    struct sx_wire wire = sx_wire_open(bytes);
    struct sx_field field;
    int count = 0;
    while (sx_wire_next(&wire, &field))
        if (field.number == number && ++count > MAX_ITEMS)
            return -1;
    return wire.bad ? -1 : count;
}

/* How many numbers a repeated field of varints holds, packed or not. */
static int64_t count_varints(struct sx_bytes bytes, uint32_t number)
{
    struct sx_wire wire = sx_wire_open(bytes);
    struct sx_field field;
    int64_t count = 0;
    while (sx_wire_next(&wire, &field)) {
        if (field.number != number)
            continue;
        if (field.type == SX_WIRE_VARINT)
            count++;
        else if (field.type == SX_WIRE_BYTES)
            for (size_t i = 0; i < field.bytes.size; i++)
                count += !(field.bytes.data[i] & 0x80);
    }
    return wire.bad ? -1 : count;
}

/* Calls `store` for each number of a repeated varint field. */
static bool each_varint(struct sx_bytes bytes, uint32_t number, void (*store)(void *out, int64_t index, uint64_t value), void *out)
{
    struct sx_wire wire = sx_wire_open(bytes);
    struct sx_field field;
    int64_t index = 0;
    while (sx_wire_next(&wire, &field)) {
        if (field.number != number)
            continue;
        if (field.type == SX_WIRE_VARINT) {
            store(out, index++, field.value);
        } else if (field.type == SX_WIRE_BYTES) {
            struct sx_wire packed = sx_wire_open(field.bytes);
            uint64_t value;
            while (packed.p != packed.end) {
                if (!sx_wire_varint(&packed, &value))
                    return false;
                store(out, index++, value);
            }
        }
    }
    return !wire.bad;
}

static void store_i64(void *out, int64_t i, uint64_t v) { ((int64_t *)out)[i] = (int64_t)v; }
static void store_i32(void *out, int64_t i, uint64_t v) { ((int32_t *)out)[i] = (int32_t)(uint32_t)v; }
static void store_u16(void *out, int64_t i, uint64_t v) { ((uint16_t *)out)[i] = (uint16_t)v; }
static void store_u8(void *out, int64_t i, uint64_t v) { ((uint8_t *)out)[i] = (uint8_t)v; }
static void store_bool(void *out, int64_t i, uint64_t v) { ((uint8_t *)out)[i] = v != 0; }

/* Numbers of a repeated fixed-width field: in place when they lie in one packed run, else gathered. */
static int fixed_numbers(struct sx_bytes bytes, uint32_t number, size_t size, size_t want, struct sx_arena *arena, void **data, struct sx_error *error)
{
    struct sx_wire wire = sx_wire_open(bytes);
    struct sx_field field;
    size_t total = 0, runs = 0;
    const unsigned char *first = NULL;
    while (sx_wire_next(&wire, &field))
        if (field.number == number && field.type != SX_WIRE_VARINT) {
            total += field.bytes.size;
            if (field.bytes.size && runs++ == 0)
                first = field.bytes.data;
        }
    if (total != want * size)
        return damaged(error, "a tensor has more or fewer numbers than its shape says");
    if (runs <= 1) {
        *data = (void *)first;
        return SYRINX_OK;
    }
    unsigned char *copy = sx_arena_alloc(arena, total);
    if (!copy)
        return no_memory(error);
    *data = copy;
    wire = sx_wire_open(bytes);
    while (sx_wire_next(&wire, &field))
        if (field.number == number && field.type != SX_WIRE_VARINT && field.bytes.size) {
            memcpy(copy, field.bytes.data, field.bytes.size);
            copy += field.bytes.size;
        }
    return SYRINX_OK;
}

int sx_onnx_tensor(struct sx_bytes data, struct sx_arena *arena, struct sx_tensor *tensor, struct sx_error *error)
{
    struct sx_wire wire = sx_wire_open(data);
    struct sx_field field;
    struct sx_bytes raw = {NULL, 0};
    bool has_raw = false, external = false;
    *tensor = (struct sx_tensor){.type = 0};
    int64_t dims = count_varints(data, 1);
    if (dims < 0)
        return damaged(error, "a tensor is damaged");
    if (dims > SX_MAX_RANK)
        return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "a tensor has %lld dimensions; the engine has %d", (long long)dims, SX_MAX_RANK);
    while (sx_wire_next(&wire, &field)) {
        if (field.number == 2 && field.type == SX_WIRE_VARINT)
            tensor->type = (enum sx_dtype)(field.value < 64 ? field.value : 63);
        else if (field.number == 9 && field.type == SX_WIRE_BYTES) {
            raw = field.bytes;
            has_raw = true;
        } else if (field.number == 13 || (field.number == 14 && field.value == 1))
            external = true;
    }
    if (wire.bad || !each_varint(data, 1, store_i64, tensor->shape))
        return damaged(error, "a tensor is damaged");
    tensor->rank = (int)dims;
    if (external)
        return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "weights in a second file (external data) are not supported: save the model as one file");
    size_t size = sx_dtype_size(tensor->type);
    if (size == 0)
        return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "a tensor has elements of type %s, which the engine lacks", sx_dtype_name(tensor->type));
    int64_t elements = sx_tensor_count(tensor);
    if (elements < 0)
        return damaged(error, "a tensor has an impossible shape");
    size_t count = (size_t)elements;
    static const char none[64];
    if (count == 0) {
        tensor->data = (void *)none;
        return SYRINX_OK;
    }
    if (has_raw) {
        if (raw.size != count * size)
            return damaged(error, "a tensor has more or fewer bytes than its shape says");
        tensor->data = (void *)raw.data;
        return SYRINX_OK;
    }
    if (tensor->type == SX_FLOAT)
        return fixed_numbers(data, 4, 4, count, arena, &tensor->data, error);
    if (tensor->type == SX_DOUBLE)
        return fixed_numbers(data, 10, 8, count, arena, &tensor->data, error);
    uint32_t number = tensor->type == SX_INT64 ? 7 : tensor->type == SX_UINT32 || tensor->type == SX_UINT64 ? 11 : 5;
    int64_t found = count_varints(data, number);
    if (found != elements)
        return damaged(error, "a tensor has more or fewer numbers than its shape says");
    tensor->data = sx_arena_alloc(arena, count * size);
    if (!tensor->data)
        return no_memory(error);
    if (!each_varint(data, number,
                     tensor->type == SX_BOOL ? store_bool : size == 8 ? store_i64 : size == 4 ? store_i32 : size == 2 ? store_u16 : store_u8, tensor->data))
        return damaged(error, "a tensor is damaged");
    return SYRINX_OK;
}

static int read_attribute(struct reader *reader, struct sx_bytes bytes, struct sx_attribute *out)
{
    struct sx_arena *arena = &reader->graph->arena;
    struct sx_error *error = reader->error;
    struct sx_wire wire = sx_wire_open(bytes);
    struct sx_field field;
    int64_t ints = count_varints(bytes, 8);
    size_t floats = 0, strings = 0;
    out->name = "";
    while (sx_wire_next(&wire, &field)) {
        if (field.number == 1 && field.type == SX_WIRE_BYTES) {
            if (!(out->name = text(arena, field.bytes, error)))
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
        } else if (field.number == 9 && field.type == SX_WIRE_BYTES) {
            strings++;
        } else if (field.number == 7 && (field.type == SX_WIRE_BYTES || field.type == SX_WIRE_FIXED32)) {
            floats += field.bytes.size / 4;
        }
    }
    if (wire.bad || ints < 0 || ints > MAX_ITEMS || floats > MAX_ITEMS || strings > MAX_ITEMS)
        return damaged(error, "an attribute is damaged");
    if (strings) {
        const char **list = sx_arena_array(arena, strings, sizeof *list);
        if (!list)
            return no_memory(error);
        for (wire = sx_wire_open(bytes); sx_wire_next(&wire, &field);)
            if (field.number == 9 && field.type == SX_WIRE_BYTES && !(list[out->string_count++] = loose_text(arena, field.bytes, error)))
                return error->code;
        out->strings = list;
    }
    if (ints) {
        int64_t *list = sx_arena_array(arena, (size_t)ints, sizeof *list);
        if (!list)
            return no_memory(error);
        if (!each_varint(bytes, 8, store_i64, list))
            return damaged(error, "an attribute is damaged");
        out->ints = list;
        out->int_count = (int)ints;
    }
    if (floats) {
        void *run = NULL;
        float *list = sx_arena_array(arena, floats, sizeof *list);
        if (!list)
            return no_memory(error);
        if (fixed_numbers(bytes, 7, 4, floats, arena, &run, error) != SYRINX_OK)
            return error->code;
        memcpy(list, run, floats * sizeof *list);
        out->floats = list;
        out->float_count = (int)floats;
    }
    return SYRINX_OK;
}

static int read_node(struct reader *reader, struct sx_bytes bytes)
{
    struct sx_graph *graph = reader->graph;
    struct sx_error *error = reader->error;
    struct sx_wire wire = sx_wire_open(bytes);
    struct sx_field field;
    int inputs = count_fields(bytes, 1), outputs = count_fields(bytes, 2), attributes = count_fields(bytes, 5);
    const char *name = "", *type = "", *domain = "";
    if (inputs < 0 || outputs < 0 || attributes < 0)
        return damaged(error, "a node is damaged");
    while (sx_wire_next(&wire, &field)) {
        if (field.type != SX_WIRE_BYTES || (field.number != 3 && field.number != 4 && field.number != 7))
            continue;
        const char *s = text(&graph->arena, field.bytes, error);
        if (!s)
            return error->code;
        *(field.number == 3 ? &name : field.number == 4 ? &type : &domain) = s;
    }
    const struct sx_op *op = sx_op_find(domain, type);
    if (!*name) {                   /* nameless nodes are known by their first output */
        wire = sx_wire_open(bytes);
        while (!*name && sx_wire_next(&wire, &field))
            if (field.number == 2 && field.type == SX_WIRE_BYTES && !(name = text(&graph->arena, field.bytes, error)))
                return error->code;
    }
    if (!op)
        return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "operator %.80s%s%.80s of node '%.120s' (opset %d) is not supported", domain, *domain ? "." : "",
                       type, name, graph->opset);
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
                const char *s = text(&graph->arena, field.bytes, error);
                if (!s || (id = value_of(reader, s)) < 0)
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
    const char *wrong = sx_op_check(op, node);
    if (wrong)
        return sx_fail(error, SYRINX_ERROR_FORMAT, "node '%.120s' (%s): %s", name, op->name, wrong);
    return SYRINX_OK;
}

/* ValueInfoProto: a name, an element type, a shape with unknowns. */
static int read_value(struct reader *reader, struct sx_bytes bytes, int *id)
{
    struct sx_error *error = reader->error;
    struct sx_wire wire = sx_wire_open(bytes), shape;
    struct sx_field field;
    struct sx_bytes type = {NULL, 0}, tensor = {NULL, 0}, dims = {NULL, 0};
    const char *name = NULL;
    bool has_shape = false;
    uint64_t element = 0;
    while (sx_wire_next(&wire, &field)) {
        if (field.number == 1 && field.type == SX_WIRE_BYTES && !(name = text(&reader->graph->arena, field.bytes, error)))
            return error->code;
        if (field.number == 2 && field.type == SX_WIRE_BYTES)
            type = field.bytes;
    }
    if (wire.bad || !name || !*name)
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
    if ((*id = value_of(reader, name)) < 0)
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
            return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "'%.120s' has more than %d dimensions", name, SX_MAX_RANK);
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
    const char *name = NULL;
    while (sx_wire_next(&wire, &field))
        if (field.number == 8 && field.type == SX_WIRE_BYTES && !(name = text(&graph->arena, field.bytes, error)))
            return error->code;
    if (wire.bad || !name || !*name)
        return damaged(error, "an initializer has no name");
    int id = value_of(reader, name);
    if (id < 0)
        return error->code;
    if (graph->values[id].constant)
        return sx_fail(error, SYRINX_ERROR_FORMAT, "not a valid ONNX model: value '%.120s' is made twice", name);
    struct sx_tensor *tensor = sx_arena_alloc(&graph->arena, sizeof *tensor);
    if (!tensor)
        return no_memory(error);
    if (sx_onnx_tensor(bytes, &graph->arena, tensor, error) != SYRINX_OK)
        return sx_context(error, "weight '%.120s'", name);
    graph->values[id].constant = tensor;
    return SYRINX_OK;
}

static int read_graph(struct reader *reader, struct sx_bytes bytes)
{
    struct sx_graph *graph = reader->graph;
    struct sx_error *error = reader->error;
    struct sx_field field;
    int inputs = count_fields(bytes, 11), outputs = count_fields(bytes, 12);
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
        int code = SYRINX_OK, id;
        if (field.type != SX_WIRE_BYTES)
            continue;
        if (field.number == 1) {
            code = read_node(reader, field.bytes);
        } else if (field.number == 11) {
            code = read_value(reader, field.bytes, &id);
            if (code == SYRINX_OK && !graph->values[id].constant)
                graph->inputs[graph->input_count++] = id;
        } else if (field.number == 12) {
            code = read_value(reader, field.bytes, &id);
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
    return wire.bad ? damaged(error, "the graph is damaged") : SYRINX_OK;
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
    struct reader reader = {.graph = graph, .error = error, .mask = 1023};
    reader.table = malloc(((size_t)reader.mask + 1) * sizeof *reader.table);
    if (!reader.table)
        return no_memory(error);
    memset(reader.table, 0xFF, ((size_t)reader.mask + 1) * sizeof *reader.table);
    int code = read_graph(&reader, body);
    free(reader.table);
    return code;
}
