/* types.h - lists of the element types: X(number, C type) for each, so that a function for every type is one macro. */
#ifndef SX_NN_TYPES_H
#define SX_NN_TYPES_H

#include <stdint.h>

#define SX_SIGNED_TYPES(X) X(SX_INT8, int8_t) X(SX_INT16, int16_t) X(SX_INT32, int32_t) X(SX_INT64, int64_t)
#define SX_UNSIGNED_TYPES(X) X(SX_UINT8, uint8_t) X(SX_UINT16, uint16_t) X(SX_UINT32, uint32_t) X(SX_UINT64, uint64_t)
#define SX_INTEGER_TYPES(X) SX_SIGNED_TYPES(X) SX_UNSIGNED_TYPES(X)
#define SX_REAL_TYPES(X) X(SX_FLOAT, float) X(SX_DOUBLE, double)
#define SX_NUMBER_TYPES(X) SX_REAL_TYPES(X) SX_INTEGER_TYPES(X)

#endif
