/* piper_cut.h - what a Piper voice's graph tells of itself by its structure. */
#ifndef SX_VOICE_PIPER_CUT_H
#define SX_VOICE_PIPER_CUT_H

#include "nn/graph.h"

/* For sx_model_open_part: the graph gets the outputs durations (frames of each id), samples; without durations, when they are not to be found, samples alone. *user, a bool: are
 * there durations? */
int sx_piper_cut(struct sx_graph *graph, void *user, struct sx_error *error);

#endif
