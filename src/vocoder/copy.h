/* copy.h - copy synthesis: a recording through the analysis and the vocoder, for hearing what the vocoder can do. */
#ifndef SX_VOCODER_COPY_H
#define SX_VOCODER_COPY_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/pool.h"
#include "nn/nn.h"

/* Mono samples at `rate` (8 000 to 192 000; at least one frame, a hundredth of a second) -> *out, malloc'ed, *out_count samples at SX_RATE and at the level of the
 * input. `pool` may be NULL. Errors: INPUT, MEMORY, those of sx_vocoder_new. */
int sx_copy(const struct sx_model *vocoder_model, struct sx_pool *pool, uint64_t seed, const float *samples, size_t count, int rate,
            float **out, size_t *out_count, struct sx_error *error);

#endif
