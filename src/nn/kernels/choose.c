/* choose.c - which kernels run: the best level that processor and operating system have, $SYRINX_CPU lowers it. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "nn/kernels/kernels.h"
#include "nn/nn.h"

#if defined(__x86_64__)
#include <cpuid.h>

/* 0 plain C, 1 AVX2 + FMA + F16C, 2 also AVX-512 F, BW, DQ, VL. */
static int processor_level(void)
{
    unsigned a, b, c, d, low, high;
    const unsigned needed = 1u << 12 | 1u << 27 | 1u << 28 | 1u << 29;      /* FMA, OSXSAVE, AVX, F16C */
    if (!__get_cpuid(1, &a, &b, &c, &d) || (c & needed) != needed)
        return 0;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    if ((low & 6) != 6 || !__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(b >> 5 & 1))
        return 0;
    const unsigned wide = 1u << 16 | 1u << 17 | 1u << 30 | 1u << 31;
    return (low & 0xE6) == 0xE6 && (b & wide) == wide ? 2 : 1;
}

static const struct sx_kernels *const levels[] = {&sx_kernels_c, &sx_kernels_avx2, &sx_kernels_avx512};
#elif defined(__aarch64__)
static int processor_level(void)
{
    return 1;       /* the architecture has it */
}

static const struct sx_kernels *const levels[] = {&sx_kernels_c, &sx_kernels_neon};
#else
static int processor_level(void)
{
    return 0;
}

static const struct sx_kernels *const levels[] = {&sx_kernels_c};
#endif

const struct sx_kernels *sx_kernels_level(const char *name)
{
    for (int i = processor_level(); i >= 0; i--)
        if (strcmp(levels[i]->name, name) == 0)
            return levels[i];
    return NULL;
}

static const struct sx_kernels *chosen;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void choose(void)
{
    const char *wish = getenv("SYRINX_CPU");
    const struct sx_kernels *level = wish ? sx_kernels_level(wish) : NULL;
    chosen = level ? level : levels[processor_level()];
}

const struct sx_kernels *sx_kernels(void)
{
    pthread_once(&once, choose);
    return chosen;
}

const char *sx_nn_level(void)
{
    return sx_kernels()->name;
}
