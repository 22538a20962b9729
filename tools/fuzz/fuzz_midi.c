/* fuzz_midi.c - any bytes as a score of this kind. */
#include "score.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_score(data, size, SX_SCORE_MIDI);
}
