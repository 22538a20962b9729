/* phones.h - phones inside the front end: the table and the two alphabets that a user may write. */
#ifndef SX_TEXT_PHONES_H
#define SX_TEXT_PHONES_H

#include "text/text.h"

enum { SX_PHONE_SCHWA = 19, SX_PHONE_SCHWA_R = 25, SX_PHONE_W = 53, SX_PHONE_J = 54, SX_PHONE_A = 57, SX_PHONE_TRILL = 90 };  /* ə, ɚ: each stands behind its full vowel */
enum { SX_WORD_PHONES = 96 };                           /* the most that one word has */

struct sx_phone {
    uint8_t id, stress;
};

/* One ARPAbet name in any case, "AH0"; a vowel without a digit is unstressed. */
bool sx_phone_parse_arpabet(const char *text, size_t length, struct sx_phone *phone);
/* A word in IPA with ˈ and ˌ before the stressed syllable or vowel. The number of phones, -1 for something unknown or too many. */
int sx_phone_parse_ipa(const char *text, size_t length, struct sx_phone *out, int room);

#endif
