/* speller.h - the place where a voice that brings its own way from text to phonemes takes a sentence out of the reader's hands (Piper voices do). */
#ifndef SX_TEXT_SPELLER_H
#define SX_TEXT_SPELLER_H

#include "text/say.h"

/* A sentence as tokens, all of it in say->arena. */
struct sx_spelled {
    struct sx_token *tokens;    /* `phone` is a number of the speller's; `word` an index into say->words, -1 between words */
    int token_count;
    int *starts;                /* [say->count + 1] where the tokens of each word begin; those between words belong to the word before, the first to the first */
    bool *ends;                 /* [say->count] an utterance ends behind the word, wherever the sentence does */
};

struct sx_speller {
    void *user;
    /* Gets say->text, passages, language and arena; fills say->words and count (begin, end, text, mark, style, share; each with a token at least) and `spelled`.
     * 0 or a failure. Text without anything to say has no words. */
    int (*spell)(void *user, struct sx_say *say, struct sx_spelled *spelled, struct sx_error *error);
    int longest;                /* tokens of an utterance, at most; longer sentences are cut */
};

struct sx_reader;
/* Sentences go to the speller from now on, as they are written: quotation marks and the like are left alone. Before the first text. */
void sx_reader_speller(struct sx_reader *reader, const struct sx_speller *speller);

#endif
