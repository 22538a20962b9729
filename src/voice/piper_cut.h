/* piper_cut.h - where the graph of a Piper voice is cut, found by its structure. */
#ifndef SX_VOICE_PIPER_CUT_H
#define SX_VOICE_PIPER_CUT_H

#include "nn/graph.h"

struct sx_piper_cut {
    int durations;              /* value: frames of each id; -1: not to be found */
    int decoder;                /* value: the decoder's input [1,C,F]; -1: the graph cannot be cut */
    int width;                  /* C */
};

/* For sx_model_open_part, `user` is the cut, which it finds: all before the decoder, with the outputs (durations,) decoder's input as [1,F,C] or, uncut, samples. */
int sx_piper_cut_front(struct sx_graph *graph, void *user, struct sx_error *error);
/* The decoder alone, from [1,F,C]: a model for sx_flow. */
int sx_piper_cut_decoder(struct sx_graph *graph, void *user, struct sx_error *error);

#endif
