/* wire.h - the protobuf wire format (protobuf.dev/programming-guides/encoding): fields one after the other, no schema. */
#ifndef SX_NN_WIRE_H
#define SX_NN_WIRE_H

#include <stdbool.h>
#include <string.h>

#include "nn/graph.h"

enum { SX_WIRE_VARINT = 0, SX_WIRE_FIXED64 = 1, SX_WIRE_BYTES = 2, SX_WIRE_FIXED32 = 5 };

struct sx_wire {
    const unsigned char *p, *end;
    bool bad;               /* the message is damaged; no more fields come */
};

struct sx_field {
    uint32_t number;
    int type;               /* SX_WIRE_... */
    uint64_t value;         /* of a varint or fixed number */
    struct sx_bytes bytes;  /* of a length-delimited one; also the raw bytes of a fixed one */
};

static inline struct sx_wire sx_wire_open(struct sx_bytes bytes)
{
    return (struct sx_wire){bytes.data, bytes.data ? bytes.data + bytes.size : bytes.data, false};
}

/* Reads one varint; false sets bad. */
bool sx_wire_varint(struct sx_wire *wire, uint64_t *value);
/* The next field; false at the end or when the message is damaged. */
bool sx_wire_next(struct sx_wire *wire, struct sx_field *field);

static inline float sx_field_float(const struct sx_field *field)
{
    uint32_t bits = (uint32_t)field->value;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

#endif
