/* engine.h - how the utterances of a voice become sound: the table of functions behind which Syrinx voices (api/engine.c) and Piper voices
 * (piper/engine.c) stand for a stream. An engine belongs to one stream. */
#ifndef SX_VOICE_ENGINE_H
#define SX_VOICE_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct sx_voice;
struct sx_utterance;
struct sx_speller;
struct sx_prosody;
struct sx_engine_kind;

/* What all engines tell a stream; their own things follow it. */
struct sx_engine {
    const struct sx_engine_kind *kind;
    int rate;                   /* samples a second */
    int room;                   /* the most samples that one step makes */
    int lead;                   /* samples of silence that every utterance begins with: they count as part of the pause before it */
    float gain;                 /* that brings the voice to the level of all others */
    float pause;                /* seconds between sentences when nobody asks for others */
    bool has_pitch;             /* it can be changed */
    const struct sx_speller *speller;   /* for the reader; NULL: its own words and phones are what the voice speaks */
};

struct sx_engine_options {
    const char *speaker;        /* as in syrinx_options */
    uint64_t seed;
    float noise_scale, noise_w; /* of Piper voices; negative: the voice's own */
    bool normalize;             /* each sentence to full scale, as Piper does */
    const _Atomic int *cancelled;       /* not 0: what runs may end with SYRINX_ERROR_CANCELLED, after which the engine is reset; may be NULL */
    void (*warn)(void *user, const char *message);      /* may be NULL */
    void *warn_user;
};

/* A phone, or what is between words, whose place is known; samples of the utterance. */
struct sx_heard {
    int word;                   /* index into the utterance's words, -1 between them */
    const char *name;           /* of a phone; lives as long as the engine or its voice */
    int stress;
    uint64_t start, end;
    int cut;                    /* of the first one: samples at the beginning that are better left out */
    bool silence;               /* what lies behind the last word */
};

/* One step. */
struct sx_step {
    float *samples;             /* [engine->room], the caller's */
    int count;
    const float *frames;        /* [frame_count][SX_VOCODER_IN], for pictures; NULL: the voice has none */
    int frame_count;
    bool last;                  /* the utterance is done */
};

struct sx_engine_kind {
    int (*create)(const struct sx_voice *voice, const struct sx_engine_options *options, struct sx_engine **engine, struct sx_error *error);
    void (*free)(struct sx_engine *engine);
    void (*reset)(struct sx_engine *engine, uint64_t seed);
    /* Takes an utterance. `speaker`: the markup's, NULL: the engine's. `place`: enum sx_standing. */
    int (*begin)(struct sx_engine *engine, const struct sx_utterance *utterance, const char *speaker, float rate, int place, struct sx_error *error);
    int (*make)(struct sx_engine *engine, const struct sx_prosody *prosody, struct sx_step *step, struct sx_error *error);
    /* The next one since the last call, in order; false when none is known yet. */
    bool (*placed)(struct sx_engine *engine, struct sx_heard *heard);
};

#endif
