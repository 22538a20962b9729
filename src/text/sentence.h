/* sentence.h - where a sentence ends in clean text. */
#ifndef SX_TEXT_SENTENCE_H
#define SX_TEXT_SENTENCE_H

#include <stdbool.h>
#include <stddef.h>

enum { SX_SENTENCE_LIMIT = 1500 };      /* bytes of clean text; longer sentences are cut */

struct sx_sentence {
    size_t length;          /* bytes of the sentence, its stop included */
    size_t consumed;        /* with the white space behind it */
    bool paragraph;         /* a paragraph ends here */
    bool cut;               /* cut for its length only */
    bool flood;             /* no white space in it: a piece of something endless */
};

/* Looks for the first sentence of text[0..length), which does not begin with white space. False: more text is needed to tell; never false when SX_CLEAN_END is
 * there or when there is much text. The answer does not depend on how much text lies beyond what it needed. */
bool sx_sentence_find(const char *text, size_t length, struct sx_sentence *sentence);

#endif
