/* xsampa.h - the Extended Speech Assessment Methods Phonetic Alphabet (Wells 1995), which writes IPA on a plain keyboard. */
#ifndef SX_TEXT_XSAMPA_H
#define SX_TEXT_XSAMPA_H

#include <stddef.h>

/* IPA of `text`, NUL-terminated; its length, -1 for something that is not X-SAMPA or does not fit. */
int sx_xsampa_to_ipa(const char *text, size_t length, char *out, size_t room);

#endif
