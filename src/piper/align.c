/* align.c - which word a phoneme belongs to. libespeak-ng tells phonemes of a clause, where words run together ("of the") or fall apart ("42"); said alone,
 * each word gives nearly the same ones. The edit distance (Wagner and Fischer 1974) between both joins them. */
#include <stdlib.h>
#include <string.h>

#include "piper/piper.h"

enum { CELLS = 4 << 20 };               /* a clause of 800 bytes has far less */

/* Without a table: by how far along they are. */
static void by_place(const int *owner, int said_count, int *word_of, int count)
{
    for (int i = 0; i < count; i++)
        word_of[i] = said_count ? owner[(int)((int64_t)i * said_count / count)] : -1;
}

int sx_piper_align(const uint32_t *said, const int *owner, int said_count, const uint32_t *codes, int *word_of, int count, struct sx_error *error)
{
    size_t width = (size_t)count + 1;
    if (!said_count || !count || ((size_t)said_count + 1) * width > CELLS) {
        by_place(owner, said_count, word_of, count);
        return SYRINX_OK;
    }
    uint16_t *cost = malloc(2 * width * sizeof *cost);
    unsigned char *step = malloc(((size_t)said_count + 1) * width);     /* 0: both, 1: said[i] is left out, 2: codes[k] was put in */
    if (!cost || !step) {
        free(cost);
        free(step);
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    }
    uint16_t *above = cost, *here = cost + width;
    for (int k = 0; k <= count; k++) {
        above[k] = (uint16_t)k;
        step[k] = 2;
    }
    for (int i = 1; i <= said_count; i++) {
        here[0] = (uint16_t)i;
        step[(size_t)i * width] = 1;
        for (int k = 1; k <= count; k++) {
            int both = above[k - 1] + (said[i - 1] == codes[k - 1] ? 0 : 2), out = above[k] + 1, in = here[k - 1] + 1;
            int least = both < out ? both : out;
            least = least < in ? least : in;
            here[k] = (uint16_t)least;
            step[(size_t)i * width + (size_t)k] = both == least ? 0 : out == least ? 1 : 2;
        }
        uint16_t *swap = above;
        above = here;
        here = swap;
    }
    for (int i = said_count, k = count; k > 0;) {
        int way = step[(size_t)i * width + (size_t)k];
        if (way != 1) {
            k--;
            word_of[k] = owner[i > 0 ? i - 1 : 0];
        }
        if (way != 2)
            i--;
    }
    free(cost);
    free(step);
    return SYRINX_OK;
}
