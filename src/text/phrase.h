/* phrase.h - breaks inside long stretches of words without a mark.
 *
 * A reader breathes where an author might have put a comma. A small network rates the places between words, and the set of breaks with the best
 * sum of ratings and lengths is taken (phrase.c). */
#ifndef SX_TEXT_PHRASE_H
#define SX_TEXT_PHRASE_H

#include "text/say.h"

/* Raises words[i].mark from SX_PHONE_WORD to SX_PHONE_COMMA where a break is due; other marks and those that were asked for (`fixed`) stay. Stretches of up to SX_PHRASE_LONG words between
 * marks have none; no break comes within SX_PHRASE_ROOM words of another mark or break, nor between words of the same bytes ("1999"). Linear time. */
void sx_phrase(struct sx_spoken *words, int count);

/* The word of words[first..last) behind which it is best to part a text that is too long: the last strongest mark, else the best rated place, else the last word.
 * Looks no further than `first` - 4 and `last` + 4 within [0, count). */
int sx_phrase_part(const struct sx_spoken *words, int count, int first, int last);

enum { SX_PHRASE_LONG = 13, SX_PHRASE_ROOM = 4 };

#endif
