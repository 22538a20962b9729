/* syllable.h - where the syllables of a word begin. */
#ifndef SX_TEXT_SYLLABLE_H
#define SX_TEXT_SYLLABLE_H

#include "text/phones.h"

/* starts[i]: the first phone of syllable i; room for `count`. One syllable for each vowel (one for a word without any); the number of them. The consonants
 * between two vowels go to the later one as far as English words may begin with them (the maximal onset principle). */
int sx_syllables(const struct sx_phone *phones, int count, int *starts);

#endif
