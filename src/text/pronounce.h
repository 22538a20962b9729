/* pronounce.h - a word to phones: the user's lexicon, homographs, weak forms, the dictionary, endings, then the letter-to-sound network. */
#ifndef SX_TEXT_PRONOUNCE_H
#define SX_TEXT_PRONOUNCE_H

#include "base/error.h"
#include "text/foreign.h"
#include "text/letters.h"
#include "text/lexicon.h"
#include "text/phones.h"
#include "text/recall.h"
#include "text/say.h"

/* What is needed to pronounce; belongs to one reader. */
struct sx_pronouncer {
    const struct sx_lexicon *lexicon;   /* the user's, NULL: none */
    bool no_lexicon;                    /* letter-to-sound only */
    const struct sx_known *known;       /* phones that the voice has; NULL: all */
    struct sx_letters *letters;
    struct sx_recall *recall;           /* words said lately, NULL: none are kept */
    const char *sentence;               /* [sentence_length] clean text that the words' bytes mean, for homographs; NULL: the dictionary's reading */
    size_t sentence_length;
};

enum sx_word_source { SX_WORD_LETTERS, SX_WORD_RULE, SX_WORD_DICTIONARY };
/* What says a word (lower case) that is not in the user's lexicon. */
enum sx_word_source sx_pronounce_source(const char *word, size_t length);

/* The phones of spoken[0..count), an utterance: phones[i] starts at starts[i], starts[count] is the end. Room for SX_WORD_PHONES a word. A word that
 * cannot be said has none. Failure: MEMORY or what the network reports. */
int sx_pronounce(const struct sx_pronouncer *by, const struct sx_spoken *spoken, int count, struct sx_phone *phones, int *starts,
                 struct sx_error *error);

#endif
