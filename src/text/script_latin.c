/* script_latin.c - words of other scripts in Latin letters, for a reader of English to say when nobody says them better (data/transliteration.tsv). */
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#include "base/utf8.h"
#include "text/dict.h"
#include "text/script.h"

struct latin {
    char *out;
    size_t length, room;
    bool consonant, parted;     /* the last piece has no vowel; an a went before it */
};

static bool has_vowel(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (strchr("aeiou", text[i]))
            return true;
    return false;
}

/* `part`: the script leaves vowels out, of two consonants in a row the reader puts an a between. */
static void add(struct latin *l, const char *text, size_t length, bool part)
{
    bool consonant = length && !has_vowel(text, length);
    bool insert = part && consonant && l->consonant && !l->parted;
    if (!length || l->length + length + 2 > l->room)
        return;
    if (insert)
        l->out[l->length++] = 'a';
    memcpy(l->out + l->length, text, length);
    l->length += length;
    l->out[l->length] = 0;
    l->consonant = consonant;
    l->parted = insert;
}

static bool look_up(const char *key, size_t length, const char **value, size_t *size)
{
    const unsigned char *found;
    if (!sx_dict_find(SX_DICT(transliteration), key, length, &found, size))
        return false;
    *value = (const char *)found;
    if (*size == 1 && **value == '-')
        *size = 0;
    return true;
}

static bool look_up_code(uint32_t code, const char **value, size_t *size)
{
    char key[4];
    return look_up(key, (size_t)sx_utf8_encode(code, key), value, size);
}

/* A syllable of Hangul by its three jamo (The Unicode Standard, 3.12). */
static void hangul(struct latin *l, uint32_t code)
{
    static const char *const lead[] = {"g", "k", "n", "d", "t", "r", "m", "b", "p", "s", "s", "", "j", "j", "ch", "k", "t", "p", "h"};
    static const char *const vowel[] = {"a", "ae", "ya", "yae", "uh", "eh", "yuh", "yeh", "oh", "wa", "wae", "weh", "yo", "oo", "wuh", "weh", "wee", "yoo", "uh", "wee", "ee"};
    static const char *const tail[] = {"", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t", "ng", "t", "t", "k", "t", "p", "t"};
    uint32_t s = code - 0xAC00;
    const char *part[] = {lead[s / 588], vowel[s % 588 / 28], tail[s % 28]};
    for (int i = 0; i < 3; i++)
        add(l, part[i], strlen(part[i]), false);
}

/* A syllable of Ethiopic: rows of eight, a consonant each. */
static bool ethiopic(struct latin *l, uint32_t code, bool last)
{
    static const char *const vowel[] = {"e", "oo", "ee", "a", "ay", "i", "o", "wa"};
    const char *value;
    size_t size;
    if (code > 0x1357 || !look_up_code(code & ~7u, &value, &size))
        return false;
    add(l, value, size, false);
    if (!(last && (code & 7) == 5))
        add(l, vowel[code & 7], strlen(vowel[code & 7]), false);
    return true;
}

/* Scripts of India have the order of Devanagari in blocks of 128. */
static bool indic(uint32_t code)
{
    return code >= 0x900 && code < 0xD80;
}

static bool is_consonant(uint32_t code)
{
    uint32_t at = code & 0x7F;
    if (code >= 0xD9A && code <= 0xDC6)
        return true;            /* Sinhala */
    return indic(code) && ((at >= 0x15 && at <= 0x39) || (at >= 0x58 && at <= 0x5F));
}

static bool is_sign(uint32_t code)
{
    uint32_t at = code & 0x7F;
    return (indic(code) && at >= 0x3E && at <= 0x4D) || (code >= 0xDCA && code <= 0xDDF);
}

static bool is_leading(uint32_t code)
{
    return (code >= 0xE40 && code <= 0xE44) || (code >= 0xEC0 && code <= 0xEC4);
}

static bool leaves_vowels_out(enum sx_script s)
{
    return s == SX_SCRIPT_HEBREW || s == SX_SCRIPT_ARABIC || s == SX_SCRIPT_THAI || s == SX_SCRIPT_LAO || s == SX_SCRIPT_MYANMAR || s == SX_SCRIPT_KHMER ||
           s == SX_SCRIPT_TIBETAN;
}

size_t sx_script_latin(const char *text, size_t length, char *out, size_t room)
{
    struct latin l = {.out = out, .room = room};
    out[0] = 0;
    for (size_t i = 0; i < length;) {
        /* one to three characters, lower case, katakana as hiragana */
        char key[3 * 4 + 1];
        size_t ends[3] = {0}, from[3] = {0}, n = 0, at = i;
        uint32_t first = 0;
        int count = 0;
        for (; count < 3 && at < length; count++) {
            uint32_t code;
            at += (size_t)sx_utf8_decode(text + at, length - at, &code);
            code = (uint32_t)utf8proc_tolower((utf8proc_int32_t)code);
            if (code >= 0x30A1 && code <= 0x30F6)
                code -= 0x60;
            if (code >= 0x1C90 && code <= 0x1CBF)
                code -= 0x1C90 - 0x10D0;    /* Georgian capitals */
            if (code >= 0xAB70 && code <= 0xABBF)
                code -= 0xAB70 - 0x13A0;    /* Cherokee's small letters, of which Unicode makes the lower case */
            if (!count)
                first = code;
            n += (size_t)sx_utf8_encode(code, key + n);
            ends[count] = n;
            from[count] = at;
        }
        enum sx_script script = sx_script_of(first);
        const char *value = NULL, *second;
        size_t size = 0, second_size, used = from[0];
        bool found = false;
        for (int k = count - 1; k >= 0 && !found; k--)
            if ((found = look_up(key, ends[k], &value, &size)))
                used = from[k];
        if (!found && indic(first))
            found = look_up_code(0x900 + (first & 0x7F), &value, &size);
        uint32_t next = 0;
        size_t more = used < length ? (size_t)sx_utf8_decode(text + used, length - used, &next) : 0;
        if (script == SX_SCRIPT_ETHIOPIC && ethiopic(&l, first, !more || next == ' ')) {
            used = from[0];
        } else if (found && more && first >= 0xE40 && first <= 0xEC4 && is_leading(first) && look_up_code(next, &second, &second_size)) {
            /* Thai and Lao write some vowels before the consonant */
            add(&l, second, second_size, true);
            add(&l, value, size, true);
            used += more;
        } else if (found && (next == 0xE4C || next == 0xECC)) {
            used += more;       /* a silent letter */
        } else if (found && (first & 0x7F) == 2 && first >= 0xB80 && indic(first) && (!more || next == ' ')) {
            add(&l, "m", 1, false);
        } else if (found) {
            add(&l, value, size, leaves_vowels_out(script));
            l.parted |= first == 0x17D2 || first == 0x1039;     /* Khmer and Burmese: the next consonant hangs below, nothing between */
            if (is_consonant(first)) {
                if (indic(next) && (next & 0x7F) == 0x3C) {     /* a dot below belongs to it */
                    used += more;
                    more = used < length ? (size_t)sx_utf8_decode(text + used, length - used, &next) : 0;
                }
                /* the a of its own, which northern languages drop at the end of a word */
                if (!(more && is_sign(next)) && ((more && next != ' ') || first >= 0xB00))
                    add(&l, "a", 1, false);
            }
        } else if (first >= 0xAC00 && first <= 0xD7A3) {
            hangul(&l, first);
        } else if ((first >= 'a' && first <= 'z') || first == '\'') {
            char c = (char)first;
            add(&l, &c, 1, false);
        } else if (first == ' ' && l.length && l.out[l.length - 1] != ' ') {
            add(&l, " ", 1, false);
            l.consonant = false;
        } else if (first >= 0x80) {     /* a presentation form, a letter with an accent: what it is made of */
            int32_t parts[8];
            utf8proc_ssize_t m = utf8proc_decompose_char((utf8proc_int32_t)first, parts, 8, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, NULL);
            for (utf8proc_ssize_t k = 0; k < m && m <= 8; k++)
                if (parts[k] != (int32_t)first && look_up_code((uint32_t)parts[k], &value, &size))
                    add(&l, value, size, leaves_vowels_out(script));
        }
        i = used;
    }
    while (l.length && out[l.length - 1] == ' ')
        out[--l.length] = 0;
    return l.length;
}
