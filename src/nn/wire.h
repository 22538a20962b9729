/* wire.h - the protobuf wire format (protobuf.dev/programming-guides/encoding): fields one after the other, no schema. */
#ifndef SX_NN_WIRE_H
#define SX_NN_WIRE_H

#include <stdbool.h>
#include <string.h>

#include "nn/graph.h"

enum { SX_WIRE_MOST = 1 << 20 };     /* nodes, values: far above any network, low enough for 32-bit arithmetic */
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

/* Fields `number` of a message; -1 when it is damaged or has more than SX_WIRE_MOST. */
int sx_wire_count(struct sx_bytes bytes, uint32_t number);
/* How many numbers a repeated field of varints holds, packed or not; -1: damaged. */
int64_t sx_wire_count_varints(struct sx_bytes bytes, uint32_t number);
/* Calls `store` for each number of a repeated varint field; false: damaged. */
bool sx_wire_each_varint(struct sx_bytes bytes, uint32_t number, void (*store)(void *out, int64_t index, uint64_t value), void *out);
void sx_wire_store_int64(void *out, int64_t index, uint64_t value);     /* one for that, to int64_t[] */

static inline float sx_field_float(const struct sx_field *field)
{
    uint32_t bits = (uint32_t)field->value;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

#endif
