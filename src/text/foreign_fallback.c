/* foreign_fallback.c - what a voice says for a phone that it was not trained with (data/phones_fallback.tsv). */
#include <string.h>

#include "text/dict.h"
#include "text/foreign.h"

enum { TABLE = 128 };       /* ids that a sx_known has room for */

void sx_known_english(struct sx_known *known)
{
    memset(known, 0, sizeof *known);
    for (int i = SX_PHONE_FIRST; i < TABLE; i++)
        if (sx_phone_arpabet(i, 0))
            known->bits[i / 64] |= (uint64_t)1 << i % 64;
}

bool sx_known_has(const struct sx_known *known, int phone)
{
    return phone >= 0 && phone < TABLE && (known->bits[phone / 64] >> phone % 64 & 1);
}

int sx_phone_fallback(const struct sx_known *known, struct sx_phone in, enum sx_phone_place place, struct sx_phone out[4])
{
    const unsigned char *value;
    const char key = (char)in.id;
    size_t size;
    if (sx_known_has(known, in.id)) {
        out[0] = in;
        return 1;
    }
    if (!sx_dict_find(SX_DICT(phones_fallback), &key, 1, &value, &size))
        return 0;
    for (int i = 0; i < (int)place; i++)
        value += 1 + value[0];
    int n = value[0], stress = in.stress;
    for (int i = 0; i < n; i++) {
        int id = value[1 + i];
        bool full = sx_phone_vowel(id);
        if (full && stress && (id == SX_PHONE_SCHWA || id == SX_PHONE_SCHWA_R))
            id--;           /* the table's reduced vowels are never stressed */
        out[i] = (struct sx_phone){(uint8_t)id, (uint8_t)(full ? stress : 0)};
        if (full)
            stress = 0;
    }
    return n;
}

int sx_phones_fallback(const struct sx_known *known, const struct sx_phone *in, int count, struct sx_phone *out, int room)
{
    int n = 0;
    for (int i = 0; i < count; i++) {
        struct sx_phone some[4];
        int next = i + 1 < count ? in[i + 1].id : 0;
        bool vowel = sx_phone_vowel(next) || next == SX_PHONE_J || next == SX_PHONE_W;
        int m = sx_phone_fallback(known, in[i], !next ? SX_PLACE_LAST : vowel ? SX_PLACE_BEFORE_VOWEL : SX_PLACE_INSIDE, some);
        if (m > room - n)
            break;
        /* two phones with one stand-in are one long consonant */
        for (int k = 0; k < m; k++)
            if (k || !n || some[k].id != out[n - 1].id || sx_phone_vowel(some[k].id) || in[i].id == in[i - 1].id)
                out[n++] = some[k];
    }
    if (!n && count > 0 && room)        /* nothing but phones that are left out: a word is never silent */
        out[n++] = (struct sx_phone){SX_PHONE_SCHWA, 0};
    return n;
}
