/* onnx_tensor.c - a TensorProto becomes a tensor. Its numbers stay in the file where they lie as they are needed, else they are unpacked. */
#include <string.h>

#include "nn/wire.h"

static int damaged(struct sx_error *error, const char *what)
{
    return sx_fail(error, SYRINX_ERROR_FORMAT, "not a valid ONNX model: %s", what);
}

static int no_memory(struct sx_error *error)
{
    return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
}

static void store_i32(void *out, int64_t i, uint64_t v) { ((int32_t *)out)[i] = (int32_t)(uint32_t)v; }
static void store_u16(void *out, int64_t i, uint64_t v) { ((uint16_t *)out)[i] = (uint16_t)v; }
static void store_u8(void *out, int64_t i, uint64_t v) { ((uint8_t *)out)[i] = (uint8_t)v; }
static void store_bool(void *out, int64_t i, uint64_t v) { ((uint8_t *)out)[i] = v != 0; }

int sx_onnx_fixed(struct sx_bytes bytes, uint32_t number, size_t size, size_t want, struct sx_arena *arena, void **data, struct sx_error *error)
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
    int64_t dims = sx_wire_count_varints(data, 1);
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
    if (wire.bad || (dims > 0 && !sx_wire_each_varint(data, 1, sx_wire_store_int64, tensor->shape)))
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
        return sx_onnx_fixed(data, 4, 4, count, arena, &tensor->data, error);
    if (tensor->type == SX_DOUBLE)
        return sx_onnx_fixed(data, 10, 8, count, arena, &tensor->data, error);
    uint32_t number = tensor->type == SX_INT64 ? 7 : tensor->type == SX_UINT32 || tensor->type == SX_UINT64 ? 11 : 5;
    int64_t found = sx_wire_count_varints(data, number);
    if (found != elements)
        return damaged(error, "a tensor has more or fewer numbers than its shape says");
    tensor->data = sx_arena_alloc(arena, count * size);
    if (!tensor->data)
        return no_memory(error);
    if (!sx_wire_each_varint(data, number,
                     tensor->type == SX_BOOL ? store_bool : size == 8 ? sx_wire_store_int64 : size == 4 ? store_i32 : size == 2 ? store_u16 : store_u8,
                             tensor->data))
        return damaged(error, "a tensor is damaged");
    return SYRINX_OK;
}
