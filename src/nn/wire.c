/* wire.c - protobuf fields from bytes that nobody has checked. */
#include "nn/wire.h"

static bool long_varint(struct sx_wire *wire, uint64_t *value)
{
    uint64_t v = 0;
    for (int shift = 0; shift < 70; shift += 7) {
        if (wire->p == wire->end)
            break;
        unsigned char byte = *wire->p++;
        if (shift == 63 && byte > 1)
            break;
        v |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80)) {
            *value = v;
            return true;
        }
    }
    wire->bad = true;
    wire->p = wire->end;
    return false;
}

/* Most are one byte long. */
static inline bool varint(struct sx_wire *wire, uint64_t *value)
{
    if (wire->p != wire->end && *wire->p < 0x80) {
        *value = *wire->p++;
        return true;
    }
    return long_varint(wire, value);
}

bool sx_wire_varint(struct sx_wire *wire, uint64_t *value)
{
    return varint(wire, value);
}

bool sx_wire_next(struct sx_wire *wire, struct sx_field *field)
{
    uint64_t key, length;
    if (wire->bad || wire->p == wire->end || !varint(wire, &key))
        return false;
    field->number = (uint32_t)(key >> 3);
    field->type = (int)(key & 7);
    field->value = 0;
    field->bytes = (struct sx_bytes){NULL, 0};
    size_t left = (size_t)(wire->end - wire->p), size;
    switch (field->type) {
    case SX_WIRE_VARINT:
        return varint(wire, &field->value);
    case SX_WIRE_FIXED64:
    case SX_WIRE_FIXED32:
        size = field->type == SX_WIRE_FIXED64 ? 8 : 4;
        if (left >= size && key >> 3 != 0 && key >> 32 == 0) {
            for (size_t i = 0; i < size; i++)
                field->value |= (uint64_t)wire->p[i] << 8 * i;
            field->bytes = (struct sx_bytes){wire->p, size};
            wire->p += size;
            return true;
        }
        break;
    case SX_WIRE_BYTES:
        if (!varint(wire, &length))
            return false;
        if (length <= (size_t)(wire->end - wire->p)) {
            field->bytes = (struct sx_bytes){wire->p, (size_t)length};
            wire->p += length;
            return true;
        }
        break;
    default:            /* groups and reserved types: ONNX has none */
        break;
    }
    wire->bad = true;
    wire->p = wire->end;
    return false;
}

int sx_wire_count(struct sx_bytes bytes, uint32_t number)
{
    struct sx_wire wire = sx_wire_open(bytes);
    struct sx_field field;
    int count = 0;
    while (sx_wire_next(&wire, &field))
        if (field.number == number && ++count > SX_WIRE_MOST)
            return -1;
    return wire.bad ? -1 : count;
}

int64_t sx_wire_count_varints(struct sx_bytes bytes, uint32_t number)
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

bool sx_wire_each_varint(struct sx_bytes bytes, uint32_t number, void (*store)(void *out, int64_t index, uint64_t value), void *out)
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
                if (!varint(&packed, &value))
                    return false;
                store(out, index++, value);
            }
        }
    }
    return !wire.bad;
}

void sx_wire_store_int64(void *out, int64_t index, uint64_t value)
{
    ((int64_t *)out)[index] = (int64_t)value;
}
