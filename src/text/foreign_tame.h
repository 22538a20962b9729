/* foreign_tame.h - pieces of a text that libespeak-ng can be given as they are. */
#ifndef SX_TEXT_FOREIGN_TAME_H
#define SX_TEXT_FOREIGN_TAME_H

#include "base/buffer.h"
#include "text/foreign.h"

/* Zeroed at first. */
struct sx_tame {
    struct sx_buffer text;      /* the piece, NUL-terminated; it ends with a blank */
    struct sx_buffer from;      /* uint32_t for each byte of it: where it stands in the source */
    size_t end;                 /* of the piece in the source */
};

/* The next piece of a text in a language (a subtag). False at its end, or without memory (a buffer has failed). */
bool sx_tame_next(struct sx_tame *tame, const char *language, const char *text, size_t length);
/* Where byte `at` of the piece, or its end, stands in the source. */
size_t sx_tame_source(const struct sx_tame *tame, size_t at);
void sx_tame_free(struct sx_tame *tame);

#endif
