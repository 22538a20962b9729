/* level.h - kernels that are one source, inlined into one function a processor level. */
#ifndef SX_DSP_LEVEL_H
#define SX_DSP_LEVEL_H

#include <string.h>

#define SX_INLINE static inline __attribute__((always_inline))

/* LEVEL(name, attributes) makes the functions and the table kernels_name of a level. SX_LEVELS makes all that there are, SX_LEVEL_OF(level) is the table of the
 * level that sx_nn_level() names, or of the best that is not above it: AVX-512 would gain nothing on these loops. */
#if defined(__x86_64__)
#define SX_LEVELS \
    LEVEL(c, ) \
    LEVEL(avx2, __attribute__((target("avx2"))))
#define SX_LEVEL_OF(level) (strcmp(level, "avx2") == 0 || strcmp(level, "avx512") == 0 ? &kernels_avx2 : &kernels_c)
#else
#define SX_LEVELS LEVEL(c, )
#define SX_LEVEL_OF(level) ((void)(level), &kernels_c)
#endif

#endif
