/* syllable.c - syllables by the maximal onset principle (Kahn 1976; Selkirk 1982): as many consonants as an English word may begin with go to the vowel
 * behind them. */
#include "text/syllable.h"

#include <string.h>

/* What two or three consonants may begin a word, in ARPAbet; one consonant may, save NG. */
static const char onsets[] =
    " P L  P R  P Y  B L  B R  B Y  T R  T W  T Y  D R  D W  D Y  K L  K R  K W  K Y  G L  G R  G W  G Y  F L  F R  F Y  V Y  V R  TH R  TH W  TH Y  SH R  "
    "S L  S W  S M  S N  S P  S T  S K  S F  S Y  M Y  N Y  L Y  HH Y  HH W  S P L  S P R  S P Y  S T R  S T Y  S K L  S K R  S K W  S K Y  ";

static bool legal(const struct sx_phone *phones, int count)
{
    char wanted[32] = " ";
    if (count == 1) {
        const char *name = sx_phone_arpabet(phones[0].id, 0);
        return !name || strcmp(name, "NG");
    }
    if (count > 3)
        return false;
    for (int i = 0; i < count; i++) {
        const char *name = sx_phone_arpabet(phones[i].id, 0);
        if (!name)
            return false;
        strcat(wanted, name);
        strcat(wanted, " ");
    }
    strcat(wanted, " ");        /* two behind: what is listed ends here; and two before it, or the list's beginning */
    const char *at = strstr(onsets, wanted);
    while (at && at != onsets && at[-1] != ' ')
        at = strstr(at + 1, wanted);
    return at != NULL;
}

int sx_syllables(const struct sx_phone *phones, int count, int *starts)
{
    int n = 0, last = -1;       /* the last vowel */
    if (count > 0)
        starts[n++] = 0;
    for (int i = 0; i < count; i++) {
        if (!sx_phone_vowel(phones[i].id))
            continue;
        if (last >= 0) {
            int start = last + 1;
            while (start < i && !legal(phones + start, i - start))
                start++;
            starts[n++] = start;
        }
        last = i;
    }
    return n;
}
