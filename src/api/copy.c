/* copy.c - the public copy synthesis. */
#include "vocoder/copy.h"

#include "api/handles.h"

int syrinx_copy(syrinx_voice *voice, const float *samples, size_t count, int sample_rate, uint64_t seed, float **output, size_t *output_count)
{
    struct sx_error *error = sx_thread_error();
    if (!voice || !samples || !output || !output_count)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "syrinx_copy: a NULL");
    *output = NULL;
    *output_count = 0;
    if (count == 0 || sample_rate < 8000 || sample_rate > 192000)
        return sx_fail(error, SYRINX_ERROR_INPUT, "a recording has at least one sample, and 8 000 to 192 000 a second");
    return sx_copy(voice->voice->model[SX_GRAPH_VOCODER], voice->voice->pool, seed, samples, count, sample_rate, output, output_count, error);
}
