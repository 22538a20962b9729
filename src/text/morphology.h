/* morphology.h - words that the dictionary has only in parts: endings, prefixes, British spellings, compounds. */
#ifndef SX_TEXT_MORPHOLOGY_H
#define SX_TEXT_MORPHOLOGY_H

#include "text/phones.h"

/* A word of a-z and ' that the dictionary lacks, from words that it has; the number of phones, -1 when no rule takes it. Writes at most SX_WORD_PHONES.
 * `rule`, unless NULL, gets the name of the rule (static). */
int sx_morphology_say(const char *word, size_t length, struct sx_phone *out, const char **rule);

/* Appends "'s" as the phones before it want it: IH0 Z, S or Z. The new count. */
int sx_morphology_plural(struct sx_phone *phones, int count);
/* Appends ARPAbet names, which must be right. The new count. */
int sx_morphology_append(struct sx_phone *phones, int count, const char *arpabet);

#endif
