/* homograph.h - words whose sound depends on the sentence ("read", "lead", "record"): which reading is meant.
 *
 * The readings stand in data/homographs_en.tsv, the model that weighs them in data/homographs_en.bin; tools/train/homographs makes the latter. Both are
 * parts of the text data. */
#ifndef SX_TEXT_HOMOGRAPH_H
#define SX_TEXT_HOMOGRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/phones.h"

/* `word` (lower case, NUL-terminated) stands at bytes [begin, end) of the clean text of a sentence. Writes the phones of the reading that the
 * sentence asks for, at most SX_WORD_PHONES, and returns their count; 0 when the word is no homograph or the place is none: then the dictionary says it. */
int sx_homograph_pick(const char *sentence, size_t length, uint32_t begin, uint32_t end, const char *word, struct sx_phone *out);

/* The reading of a word for a part of speech as markup names it, in any case: a name ("noun", "verb", "adjective", "adj", "past", "present",
 * "participle", "name") or a tag of the Penn, CLAWS or universal set ("VBD", "NN1", "JJ", "PROPN"), after an optional "prefix:" ("claws:VVD"); of several, parted by spaces, the
 * first that the word has. Returns as sx_homograph_pick;
 * 0 also for a role that is unknown or that no reading has. */
int sx_homograph_role(const char *word, const char *role, struct sx_phone *out);

#endif
