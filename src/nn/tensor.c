/* tensor.c - element types, sizes that cannot overflow, half precision. */
#include <string.h>

#include "nn/graph.h"
#include "nn/types.h"

size_t sx_dtype_size(enum sx_dtype type)
{
    switch (type) {
    case SX_UINT8: case SX_INT8: case SX_BOOL: return 1;
    case SX_FLOAT16: case SX_BFLOAT16: case SX_UINT16: case SX_INT16: return 2;
    case SX_FLOAT: case SX_INT32: case SX_UINT32: return 4;
    case SX_INT64: case SX_UINT64: case SX_DOUBLE: return 8;
    }
    return 0;
}

const char *sx_dtype_name(enum sx_dtype type)
{
    static const char *const names[] = {"undefined", "float", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16",
                                        "double", "uint32", "uint64", "complex64", "complex128", "bfloat16"};
    return (unsigned)type < sizeof names / sizeof *names ? names[type] : "unknown type";
}

int64_t sx_tensor_count(const struct sx_tensor *tensor)
{
    int64_t count = 1;
    bool zero = false;
    for (int i = 0; i < tensor->rank; i++) {
        int64_t n = tensor->shape[i];
        if (n < 0)
            return -1;
        if (n == 0)
            zero = true;
        else if (n > ((int64_t)1 << 31) / count)
            return -1;
        else
            count *= n;
    }
    return zero ? 0 : count;
}

bool sx_tensor_same_shape(const struct sx_tensor *a, const struct sx_tensor *b)
{
    return a->rank == b->rank && memcmp(a->shape, b->shape, (size_t)a->rank * sizeof *a->shape) == 0;
}

static float half_bits(uint16_t h)
{
    uint32_t sign = (uint32_t)(h & 0x8000) << 16, mantissa = h & 0x3FF, exponent = h >> 10 & 31, bits;
    if (exponent == 31)
        bits = sign | 0x7F800000u | mantissa << 13;
    else if (exponent)
        bits = sign | (exponent + 112) << 23 | mantissa << 13;
    else {                                      /* subnormal: mantissa * 2^-24 is exact */
        float value = (float)mantissa * 5.9604644775390625e-8f;
        return sign ? -value : value;
    }
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

void sx_half_to_float(const void *half, float *out, size_t count)
{
    const unsigned char *p = half;
    for (size_t i = 0; i < count; i++)
        out[i] = half_bits((uint16_t)(p[2 * i] | p[2 * i + 1] << 8));
}

/* Rounds to nearest, ties to even. */
uint16_t sx_float_to_half(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
    bits &= 0x7FFFFFFF;
    if (bits > 0x7F800000)
        return sign | 0x7E00;
    if (bits >= 0x477FF000)                     /* rounds to 65536 or more */
        return sign | 0x7C00;
    if (bits < 0x38800000) {                    /* subnormal half: adding 0.5 leaves the rounded mantissa in the low bits */
        float magnitude;
        memcpy(&magnitude, &bits, sizeof magnitude);
        magnitude += 0.5f;
        memcpy(&bits, &magnitude, sizeof bits);
        return (uint16_t)(sign | (bits - 0x3F000000));
    }
    bits += 0xFFF + (bits >> 13 & 1);
    return (uint16_t)(sign | (bits - 0x38000000) >> 13);
}

float sx_bfloat_to_float(uint16_t value)
{
    uint32_t bits = (uint32_t)value << 16;
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

/* Rounds to nearest, ties to even. */
uint16_t sx_float_to_bfloat(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (value != value)
        return (uint16_t)(bits >> 16 | 0x40);
    return (uint16_t)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

#define INTEGER(number, type) \
    case number: { \
        type v; \
        memcpy(&v, p, sizeof v); \
        return (int64_t)v; \
    }
#define REAL(number, type) \
    case number: { \
        type v; \
        memcpy(&v, p, sizeof v); \
        return (double)v; \
    }

int64_t sx_tensor_int(const struct sx_tensor *tensor, int64_t index)
{
    const unsigned char *p = (const unsigned char *)tensor->data + (size_t)index * sx_dtype_size(tensor->type);
    switch (tensor->type) {
    SX_INTEGER_TYPES(INTEGER)
    case SX_BOOL: return *p != 0;
    default: return (int64_t)sx_tensor_real(tensor, index);
    }
}

double sx_tensor_real(const struct sx_tensor *tensor, int64_t index)
{
    const unsigned char *p = (const unsigned char *)tensor->data + (size_t)index * sx_dtype_size(tensor->type);
    switch (tensor->type) {
    SX_NUMBER_TYPES(REAL)
    case SX_BOOL: return *p != 0;
    case SX_FLOAT16: return half_bits((uint16_t)(p[0] | p[1] << 8));
    case SX_BFLOAT16: return sx_bfloat_to_float((uint16_t)(p[0] | p[1] << 8));
    }
    return 0;
}

bool sx_dtype_integer(enum sx_dtype type)
{
    switch (type) {
#define YES(number, c_type) case number:
    SX_INTEGER_TYPES(YES)
        return true;
    default:
        return false;
    }
}
