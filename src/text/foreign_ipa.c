/* foreign_ipa.c - the phonemes that libespeak-ng writes, one by one, to the phones of our table (data/ipa_nearest.tsv). */
#include <string.h>

#include "base/utf8.h"
#include "text/dict.h"
#include "text/foreign.h"

enum { LONGEST = 28 };      /* bytes of a key */

static bool look_up(const char *language, const char *symbol, size_t length, const unsigned char **ids, size_t *count)
{
    char key[16 + 1 + LONGEST];
    size_t n = strcspn(language, "-");
    if (length > LONGEST)
        return false;
    if (n < 8) {
        memcpy(key, language, n);
        key[n] = '|';
        memcpy(key + n + 1, symbol, length);
        if (sx_dict_find(SX_DICT(ipa_nearest), key, n + 1 + length, ids, count))
            return true;
    }
    return sx_dict_find(SX_DICT(ipa_nearest), symbol, length, ids, count);
}

static size_t stress_mark(const char *text, size_t length, int *stress)
{
    if (length < 2 || (unsigned char)text[0] != 0xCB || ((unsigned char)text[1] != 0x88 && (unsigned char)text[1] != 0x8C))
        return 0;
    *stress = (unsigned char)text[1] == 0x88 ? 1 : 2;
    return 2;
}

struct phones {
    struct sx_phone *out;
    int count, room, stress;
    bool soft;              /* a ʲ came last */
    int token;              /* where the phones of the phoneme at hand begin */
};

static void add(struct phones *p, int id)
{
    bool vowel = sx_phone_vowel(id);
    const char *name = sx_phone_ipa(id);
    if (p->soft && vowel && name[0] != 'i' && strncmp(name, "ɪ", 2) && p->count < p->room)
        p->out[p->count++] = (struct sx_phone){SX_PHONE_J, 0};
    p->soft = false;
    if (p->count == p->room || (p->count > p->token && p->out[p->count - 1].id == id))
        return;             /* a phoneme written twice is a long one */
    int stress = vowel ? p->stress : 0;
    if (vowel)
        p->stress = 0;
    /* The table's reduced vowels are never stressed. */
    if (stress && (id == SX_PHONE_SCHWA || id == SX_PHONE_SCHWA_R))
        id--;
    p->out[p->count++] = (struct sx_phone){(uint8_t)id, (uint8_t)stress};
}

/* One phoneme, stress marks in front or inside. */
static void phoneme(struct phones *p, const char *language, const char *text, size_t length, int *unknown)
{
    const unsigned char *ids;
    size_t count, n;
    p->token = p->count;
    while (length && (n = stress_mark(text, length, &p->stress))) {
        text += n;
        length -= n;
    }
    while (length) {
        size_t take = length < LONGEST ? length : LONGEST;
        if ((n = stress_mark(text, length, &p->stress))) {
            take = n;
        } else {
            /* the longest piece that the table has; whole characters, but the keys see to that */
            while (take && !look_up(language, text, take, &ids, &count))
                take--;
            if (!take) {
                uint32_t code;
                take = (size_t)sx_utf8_decode(text, length, &code);
                if (unknown)
                    ++*unknown;
            } else if (take == 2 && !memcmp(text, "ʲ", 2)) {
                p->soft = true;
                if (p->count && sx_phone_vowel(p->out[p->count - 1].id)) {
                    p->soft = false;
                    add(p, SX_PHONE_J);
                }
            } else {
                for (size_t i = 0; i < count; i++)
                    add(p, ids[i]);
            }
        }
        text += take;
        length -= take;
    }
}

int sx_ipa_parse(char language[16], const char *home, const char *text, size_t length, struct sx_phone *out, int room, int *unknown)
{
    struct phones p = {.out = out, .room = room};
    size_t at = 0;
    while (at < length) {
        if (text[at] == '(') {          /* "(en)": what follows is read as English; "(base2)" and the like are noise */
            size_t n = at + 1;
            while (n < length && text[n] != ')')
                n++;
            size_t m = n - at - 1;
            bool tag = m >= 2 && m < 16;
            for (size_t i = 0; tag && i < m; i++)
                tag = (text[at + 1 + i] >= 'a' && text[at + 1 + i] <= 'z') || text[at + 1 + i] == '-';
            if (tag) {
                memcpy(language, text + at + 1, m);
                language[m] = 0;
                if (sx_language_same(language, home))
                    strcpy(language, home);
            }
            at = n < length ? n + 1 : length;
            continue;
        }
        size_t n = at;
        while (n < length && text[n] != '_' && text[n] != '(')
            n++;
        phoneme(&p, language, text + at, n - at, unknown);
        at = n + (n < length && text[n] == '_');
    }
    return p.count;
}
