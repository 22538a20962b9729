/* short.c - which kernels for short weights run, and weights made short. */
#include "nn/kernels/short.h"

#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>

static const struct sx_short_kernels *wide(void)
{
    unsigned a, b, c, d;
    bool brain = __get_cpuid_count(7, 0, &a, &b, &c, &d) && a >= 1 && __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a >> 5 & 1);
    return brain ? &sx_short_kernels_avx512_bf16 : &sx_short_kernels_avx512;
}
#elif defined(__aarch64__)
#include <sys/auxv.h>

enum { HAS_BF16 = 1 << 14 };        /* HWCAP2_BF16 of Linux's asm/hwcap.h */
#endif

const struct sx_short_kernels *sx_short_kernels_level(const char *name)
{
    static const struct sx_short_kernels none;      /* all NULL */
#if defined(__x86_64__)
    if (strcmp(name, "avx512") == 0)
        return wide();
    if (strcmp(name, "avx2") == 0)
        return &sx_short_kernels_avx2;
#elif defined(__aarch64__)
    if (strcmp(name, "neon") == 0)
        return getauxval(AT_HWCAP2) & HAS_BF16 ? &sx_short_kernels_neon_bf16 : &sx_short_kernels_neon;
#endif
    (void)name;
    return &none;
}

static const struct sx_short_kernels *chosen;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void choose(void)
{
    chosen = sx_short_kernels_level(sx_kernels()->name);
}

/* Asked once: in a virtual machine the question costs microseconds. */
const struct sx_short_kernels *sx_short_kernels(void)
{
    pthread_once(&once, choose);
    return chosen;
}

void sx_panel_to_bfloat(const struct sx_short_kernels *kernels, const float *panel, int taps, int in, uint16_t *out)
{
    float pair[2 * SX_PANEL];
    for (int k = 0; k < taps; k++)
        for (int i = 0; i < in; i += 2, panel += i <= in ? 2 * SX_PANEL : SX_PANEL, out += 2 * SX_PANEL) {
            for (int o = 0; o < SX_PANEL; o++) {
                pair[2 * o] = panel[o];
                pair[2 * o + 1] = i + 1 < in ? panel[SX_PANEL + o] : 0;
            }
            kernels->to_bfloat(pair, out, 2 * SX_PANEL);
        }
}

void sx_panel_to_bytes(const float *panel, size_t count, int8_t *out, float scale[SX_PANEL])
{
    float most[SX_PANEL] = {0}, inverse[SX_PANEL];
    for (size_t i = 0; i < count; i++)
        for (int o = 0; o < SX_PANEL; o++)
            most[o] = fmaxf(most[o], fabsf(panel[i * SX_PANEL + (size_t)o]));
    for (int o = 0; o < SX_PANEL; o++) {
        bool usable = most[o] > 1e-30f && most[o] < INFINITY;      /* else its inverse is no number */
        scale[o] = usable ? most[o] / 127 : 0;
        inverse[o] = usable ? 127 / most[o] : 0;
    }
    for (size_t i = 0; i < count; i++)
        for (int o = 0; o < SX_PANEL; o++) {
            float q = panel[i * SX_PANEL + (size_t)o] * inverse[o];
            out[i * SX_PANEL + (size_t)o] = (int8_t)(q >= 127 ? 127 : q > -127 ? rintf(q) : q <= -127 ? -127 : 0);
        }
}
