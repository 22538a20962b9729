/* lexicon.h - a user's own pronunciations. */
#ifndef SX_TEXT_LEXICON_H
#define SX_TEXT_LEXICON_H

#include "base/error.h"
#include "text/phones.h"

struct sx_lexicon;

/* Lines `word<TAB>ARPAbet`, `word<TAB>[[IPA]]` or `word<TAB>other words`; '#' begins a comment line; case does not count; the first line of a word wins.
 * NOT_FOUND, IO, INPUT (the message has file and line), MEMORY. */
int sx_lexicon_open(const char *path, struct sx_lexicon **lexicon, struct sx_error *error);
void sx_lexicon_close(struct sx_lexicon *lexicon);

struct sx_lexicon_entry {
    const struct sx_phone *phones;      /* NULL: `words` instead */
    int count;
    const char *words;                  /* lower case, parted by spaces; they are pronounced without this lexicon */
};

/* NULL when the word (lower case) is not there. */
const struct sx_lexicon_entry *sx_lexicon_find(const struct sx_lexicon *lexicon, const char *word, size_t length);

#endif
