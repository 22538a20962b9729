/* piper.h - what a Piper voice does with text: sentences to its phonemes (spell.c, align.c), phonemes to ids, ids to samples (engine.c). */
#ifndef SX_PIPER_PIPER_H
#define SX_PIPER_PIPER_H

#include "text/speller.h"
#include "voice/engine.h"
#include "voice/piper.h"

/* ------------------------------------------------------------------ spell.c */

enum { SX_PIPER_UTTERANCE = 1000 };     /* phonemes of a run: some 40 seconds; Piper knows no limit, but attention grows with the square */

/* Text to the phonemes of one voice. The tokens of what it spells are numbers of sx_piper_config.phonemes. */
struct sx_piper_speller {
    const struct sx_piper_config *config;
    void (*warn)(void *user, const char *message);      /* may be NULL */
    void *warn_user;
    uint32_t missing[32];       /* code points that the voice lacks and that were told */
    int missing_count;
};

/* For sx_speller.spell; `user` is a struct sx_piper_speller. Without libespeak-ng: UNSUPPORTED for voices that need it. */
int sx_piper_spell(void *user, struct sx_say *say, struct sx_spelled *spelled, struct sx_error *error);
/* Can the voice's text be spelled at all? UNSUPPORTED: libespeak-ng or its voice is not there. */
int sx_piper_spell_check(const struct sx_piper_config *config, struct sx_error *error);

/* ------------------------------------------------------------------ align.c */

/* Gives each of `count` code points (of a clause) a word. `said`: what the words are when each is said alone, one after the other; owner[i] the word of said[i],
 * ascending. The word of codes[i] goes to word_of[i]: ascending, by the cheapest way to change one into the other. 0 or MEMORY. */
int sx_piper_align(const uint32_t *said, const int *owner, int said_count, const uint32_t *codes, int *word_of, int count, struct sx_error *error);

/* ------------------------------------------------------------------ ids.c */

/* The ids of an utterance as the graph wants them: begin, pad, each phoneme with a pad behind it, end. `last` [token_count + 1] gets where the ids of each token end (its
 * pad included); last[token_count] is the number of all. Returns it, or how many there would be when `ids` is NULL. */
int sx_piper_ids(const struct sx_piper_config *config, const struct sx_token *tokens, int token_count, int64_t *ids, int *last);

/* ------------------------------------------------------------------ engine.c */

extern const struct sx_engine_kind sx_piper_engine;

#endif
