/* letters.h - letter-to-sound: a small network of ours that says words which no lexicon has. */
#ifndef SX_TEXT_LETTERS_H
#define SX_TEXT_LETTERS_H

#include "base/error.h"
#include "text/phones.h"

struct sx_letters_model;    /* graphs and weights: immutable, shared */
struct sx_letters;          /* one user of it */

int sx_letters_model_new(struct sx_letters_model **model, struct sx_error *error);
void sx_letters_model_free(struct sx_letters_model *model);

int sx_letters_new(struct sx_letters_model *model, struct sx_letters **letters, struct sx_error *error);
void sx_letters_free(struct sx_letters *letters);

enum { SX_LETTERS_MAX = 64 };   /* letters of a word */

/* `word`: 1 to SX_LETTERS_MAX of a-z and '. Writes at most `room` phones; their number. */
int sx_letters_say(struct sx_letters *letters, const char *word, size_t length, struct sx_phone *out, int room, struct sx_error *error);

#endif
