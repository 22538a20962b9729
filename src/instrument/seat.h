/* seat.h - where the parts of a score sit on the stage when no controller tells. */
#ifndef SX_INSTRUMENT_SEAT_H
#define SX_INSTRUMENT_SEAT_H

#include "score/perform.h"

/* pan [score's part_count]: -1 left to 1 right, 0 for parts without notes. MEMORY alone. */
int sx_seat_parts(const struct sx_score *score, const struct sx_performance *performance, float *pan);

#endif
