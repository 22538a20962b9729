/* phones.c - the phone table (data/phones.tsv, compiled at build time) and the names of phones. */
#include "text/phones.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

static const struct phone {
    char ipa[16], arpabet[8];       /* "" where there is none; AH and ER carry a digit: AH1, AH0 */
    unsigned char vowel;
} phones[] = {
#include "text/phones.inc"
};

enum { COUNT = sizeof phones / sizeof phones[0] };

static const struct phone *get(int phone)
{
    return phone >= 0 && phone < COUNT && phones[phone].ipa[0] ? &phones[phone] : NULL;
}

const char *sx_phone_ipa(int phone)
{
    const struct phone *p = get(phone);
    return p ? p->ipa : NULL;
}

bool sx_phone_vowel(int phone)
{
    const struct phone *p = get(phone);
    return p && p->vowel;
}

/* Vowels with each stress: AA..UW are 16 to 32. A constant table, so that the strings are static. */
static const char *const stressed[][3] = {
    {"AA0", "AA1", "AA2"}, {"AE0", "AE1", "AE2"}, {"AH0", "AH1", "AH2"}, {"AH0", "AH1", "AH2"}, {"AO0", "AO1", "AO2"}, {"AW0", "AW1", "AW2"},
    {"AY0", "AY1", "AY2"}, {"EH0", "EH1", "EH2"}, {"ER0", "ER1", "ER2"}, {"ER0", "ER1", "ER2"}, {"EY0", "EY1", "EY2"}, {"IH0", "IH1", "IH2"},
    {"IY0", "IY1", "IY2"}, {"OW0", "OW1", "OW2"}, {"OY0", "OY1", "OY2"}, {"UH0", "UH1", "UH2"}, {"UW0", "UW1", "UW2"}};

const char *sx_phone_arpabet(int phone, int stress)
{
    const struct phone *p = get(phone);
    if (!p || !p->arpabet[0])
        return NULL;
    if (!p->vowel)
        return p->arpabet;
    int row = phone - SX_PHONE_FIRST;
    if (row < 0 || row >= (int)(sizeof stressed / sizeof stressed[0]) || stress < 0 || stress > 2)
        return NULL;
    return stressed[row][stress];
}

bool sx_phone_parse_arpabet(const char *text, size_t length, struct sx_phone *phone)
{
    char name[8];
    int stress = -1;
    if (length < 1 || length > 4)
        return false;
    for (size_t i = 0; i < length; i++)
        name[i] = (char)(text[i] >= 'a' && text[i] <= 'z' ? text[i] - 32 : text[i]);
    if (name[length - 1] >= '0' && name[length - 1] <= '2')
        stress = name[--length] - '0';
    if (length == 2 && (!memcmp(name, "AH", 2) || !memcmp(name, "ER", 2)))
        name[length++] = stress > 0 ? '1' : '0';
    name[length] = 0;
    for (int i = SX_PHONE_FIRST; i < COUNT; i++)
        if (phones[i].arpabet[0] && !strcmp(phones[i].arpabet, name)) {
            if (stress > 0 && !phones[i].vowel)
                return false;
            phone->id = (uint8_t)i;
            phone->stress = (uint8_t)(stress > 0 ? stress : 0);
            return true;
        }
    return false;
}

/* Other ways to write a phone of the table. */
static const struct { const char *ipa; const char *same; } spellings[] = {
    {"g", "ɡ"}, {"ʧ", "tʃ"}, {"ʤ", "dʒ"}, {"ɜː", "ɝ"}, {"ɜ", "ɝ"}, {"ɹ̩", "ɚ"}, {"əɹ", "ɚ"}, {"t͡ʃ", "tʃ"}, {"d͡ʒ", "dʒ"}, {"ɒ", "ɑ"}, {"əʊ", "oʊ"}, {"ɨ", "ɪ"},
    {"ɔi", "ɔɪ"}, {"ai", "aɪ"}, {"au", "aʊ"}, {"ei", "eɪ"}, {"ou", "oʊ"}, {"ɾ", "t"}, {"r", "ɹ"}, {"ɫ", "l"}, {"ɐ", "ə"}, {"ʍ", "w"}};

static size_t match(const char *text, size_t length, const char *name)
{
    size_t n = strlen(name);
    return n <= length && !memcmp(text, name, n) ? n : 0;
}

int sx_phone_parse_ipa(const char *text, size_t length, struct sx_phone *out, int room)
{
    static const char *const ignored[] = {"ː", ".", " ", "‿", "ˑ", "͡", "̩", "̯", "/", "[", "]"};
    int n = 0, stress = 0;
    while (length) {
        size_t took = 0;
        if ((took = match(text, length, "ˈ")) || (took = match(text, length, "'"))) {
            stress = 1;
        } else if ((took = match(text, length, "ˌ"))) {
            stress = 2;
        } else {
            int best = 0;
            /* English phones first: of the others only those that English lacks, so a long mark on an English vowel is let go. */
            for (int i = SX_PHONE_FIRST; i < COUNT; i++) {
                size_t m = phones[i].ipa[0] ? match(text, length, phones[i].ipa) : 0;
                if (m > took && phones[i].arpabet[0]) {
                    took = m;
                    best = i;
                }
            }
            for (size_t s = 0; s < sizeof spellings / sizeof spellings[0]; s++) {
                size_t m = match(text, length, spellings[s].ipa);
                if (m <= took)
                    continue;
                for (int i = SX_PHONE_FIRST; i < COUNT; i++)
                    if (!strcmp(phones[i].ipa, spellings[s].same)) {
                        took = m;
                        best = i;
                    }
            }
            for (int i = SX_PHONE_FIRST; !best && i < COUNT; i++) {
                size_t m = phones[i].ipa[0] ? match(text, length, phones[i].ipa) : 0;
                if (m > took) {
                    took = m;
                    best = i;
                }
            }
            if (best) {
                if (n == room)
                    return -1;
                out[n].id = (uint8_t)best;
                out[n].stress = (uint8_t)(phones[best].vowel ? stress : 0);
                if (phones[best].vowel)
                    stress = 0;
                n++;
            } else {
                for (size_t i = 0; !took && i < sizeof ignored / sizeof ignored[0]; i++)
                    took = match(text, length, ignored[i]);
                if (!took)
                    return -1;
            }
        }
        text += took;
        length -= took;
    }
    /* A stressed ə or ɚ is the full vowel, as in the training data; an unstressed full one is reduced. */
    for (int i = 0; i < n; i++) {
        if (out[i].stress && out[i].id == SX_PHONE_SCHWA)
            out[i].id = SX_PHONE_SCHWA - 1;
        if (out[i].stress && out[i].id == SX_PHONE_SCHWA_R)
            out[i].id = SX_PHONE_SCHWA_R - 1;
        if (!out[i].stress && n > 1 && out[i].id == SX_PHONE_SCHWA_R - 1)
            out[i].id = SX_PHONE_SCHWA_R;
    }
    return n;
}
