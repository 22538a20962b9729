/* pronounce.c - which source says a word, in the order that the voices were trained with: weak forms, the dictionary's first entry, possessives. */
#include "text/pronounce.h"

#include <string.h>
#include <utf8proc.h>

#include "base/utf8.h"
#include "text/dict.h"
#include "text/homograph.h"
#include "text/morphology.h"
#include "text/wordbook.h"

enum { NOT_FOUND = -1 };

/* Phones from a dictionary's value: u8 count, then a byte a phone (id - 16, stress in the upper two bits). */
static int decode(const unsigned char *value, size_t length, struct sx_phone *out)
{
    int n = length ? value[0] : 0;
    if (n > SX_WORD_PHONES)
        n = SX_WORD_PHONES;
    for (int i = 0; i < n; i++) {
        out[i].id = (uint8_t)(SX_PHONE_FIRST + (value[1 + i] & 0x3F));
        out[i].stress = value[1 + i] >> 6;
    }
    return n;
}

static int look_up(struct sx_dict dict, const char *word, size_t length, struct sx_phone *out)
{
    const unsigned char *value;
    size_t size;
    return sx_dict_find(dict, word, length, &value, &size) ? decode(value, size, out) : NOT_FOUND;
}

static int parse(const char *arpabet, struct sx_phone *out)
{
    return sx_morphology_append(out, 0, arpabet);
}

static const char *const letter_names[] = {"EY1", "B IY1", "S IY1", "D IY1", "IY1", "EH1 F", "JH IY1", "EY1 CH", "AY1", "JH EY1", "K EY1", "EH1 L", "EH1 M",
                                           "EH1 N", "OW1", "P IY1", "K Y UW1", "AA1 R", "EH1 S", "T IY1", "Y UW1", "V IY1", "D AH1 B AH0 L Y UW0", "EH1 K S",
                                           "W AY1", "Z IY1"};

/* a-z and ' of a word: accents taken off, the few Latin letters that are more than an accent spelled out, others left out. */
static size_t fold(const char *word, size_t length, char *out, size_t room)
{
    static const struct { uint32_t code; const char *as; } special[] = {
        {0xDF, "ss"}, {0xE6, "ae"}, {0xF8, "o"}, {0x153, "oe"}, {0x142, "l"}, {0x111, "d"}, {0xFE, "th"}, {0xF0, "th"}, {0x131, "i"}, {0x127, "h"}};
    size_t n = 0;
    for (size_t i = 0; i < length && n + 3 < room;) {
        uint32_t code;
        i += (size_t)sx_utf8_decode(word + i, length - i, &code);
        if (code >= 0x80) {
            bool found = false;
            for (size_t s = 0; s < sizeof special / sizeof special[0]; s++)
                if (special[s].code == code) {
                    for (const char *p = special[s].as; *p; p++)
                        out[n++] = *p;
                    found = true;
                }
            if (found)
                continue;
            int32_t parts[20];
            utf8proc_ssize_t m = utf8proc_decompose_char((utf8proc_int32_t)code, parts, 20, UTF8PROC_DECOMPOSE, NULL);
            code = m > 0 && m <= 20 ? (uint32_t)parts[0] : 0;
        }
        if ((code >= 'a' && code <= 'z') || code == '\'')
            out[n++] = (char)code;
    }
    return n;
}

/* What the network is asked: "soooooo" has two o's, an apostrophe at an edge says nothing. */
static size_t squeeze(char *word, size_t length)
{
    size_t n = 0;
    for (size_t i = 0; i < length; i++) {
        size_t run = 1;
        while (i + run < length && word[i + run] == word[i])
            run++;
        size_t keep = run > 3 ? 2 : run;
        memset(word + n, word[i], keep);
        n += keep;
        i += run - 1;
    }
    while (n && word[n - 1] == '\'')
        n--;
    if (n && word[0] == '\'')
        memmove(word, word + 1, --n);
    return n;
}

/* Not of the network: the dictionary, then the rules; -1 when neither has it. `folded` is the word without accents, [512] long. */
static int say_known(const char *word, size_t length, char *folded, size_t *folded_length, enum sx_word_source *source, struct sx_phone *out)
{
    int n = sx_wordbook_find(word, length, 0, out);
    size_t m = fold(word, length, folded, 512);
    *folded_length = m;
    *source = SX_WORD_DICTIONARY;
    if (n >= 0 || (n = sx_wordbook_find(folded, m, 0, out)) >= 0)
        return n;
    *source = SX_WORD_RULE;
    if ((n = sx_morphology_say(folded, m, out, NULL)) >= 0)
        return n;
    *source = SX_WORD_DICTIONARY;
    if (m > 2 && folded[0] == '\'' && (n = sx_wordbook_find(folded + 1, m - 1, 0, out)) >= 0)
        return n;
    *folded_length = squeeze(folded, m);
    if ((n = sx_wordbook_find(folded, *folded_length, 0, out)) >= 0)
        return n;
    *source = SX_WORD_LETTERS;
    return NOT_FOUND;
}

enum sx_word_source sx_pronounce_source(const char *word, size_t length)
{
    char folded[512];
    size_t m;
    enum sx_word_source source;
    struct sx_phone phones[SX_WORD_PHONES];
    say_known(word, length, folded, &m, &source, phones);
    return source;
}

/* A word that has no weak form and no entry of the user's. */
static int say_full(const struct sx_pronouncer *by, const char *word, size_t length, struct sx_phone *out, struct sx_error *error)
{
    char folded[512];
    size_t m;
    int n = sx_recall_find(by->recall, word, length, out);
    if (n >= 0)
        return n;
    if (by->no_lexicon) {
        m = squeeze(folded, fold(word, length, folded, sizeof folded));
    } else {
        enum sx_word_source source;
        n = say_known(word, length, folded, &m, &source, out);
    }
    if (n < 0 && !m)
        return 0;
    if (n < 0) {
        /* A possessive of an unknown word: the network says the word, the rule the ending. */
        bool possessive = m > 2 && !memcmp(folded + m - 2, "'s", 2) && !by->no_lexicon;
        if (possessive)
            m -= 2;
        n = sx_letters_say(by->letters, folded, m > SX_LETTERS_MAX ? SX_LETTERS_MAX : m, out, SX_WORD_PHONES, error);
        if (n > 0 && possessive)
            n = sx_morphology_plural(out, n);
    }
    if (n > 0)
        sx_recall_keep(by->recall, word, length, out, n);
    return n;
}

static int say_word(const struct sx_pronouncer *by, const struct sx_spoken *spoken, bool alone, bool use_user, struct sx_phone *out, struct sx_error *error)
{
    const char *word = spoken->text;
    size_t length = strlen(word);
    int n;
    if (spoken->phone_count >= 0) {
        n = spoken->phone_count < SX_WORD_PHONES ? spoken->phone_count : SX_WORD_PHONES;
        if (n && by->known)
            return sx_phones_fallback(by->known, spoken->phones, n, out, SX_WORD_PHONES);
        if (n)
            memcpy(out, spoken->phones, (size_t)n * sizeof *out);
        return n;
    }
    if (spoken->kind == SX_SPOKEN_LETTER) {
        n = parse(letter_names[word[0] - 'a'], out);
        return word[1] ? sx_morphology_plural(out, n) : n;
    }
    if (use_user && !spoken->own) {
        const struct sx_lexicon_entry *entry = sx_lexicon_find(by->lexicon, word, length);
        if (!entry && length > 2 && !strcmp(word + length - 2, "'s") && (entry = sx_lexicon_find(by->lexicon, word, length - 2)) && entry->phones) {
            memcpy(out, entry->phones, (size_t)entry->count * sizeof *out);
            return sx_morphology_plural(out, entry->count);
        }
        if (entry && entry->phones) {
            memcpy(out, entry->phones, (size_t)entry->count * sizeof *out);
            return entry->count;
        }
        if (entry) {        /* other words, run together */
            char piece[256];
            n = 0;
            for (const char *p = entry->words; *p;) {
                size_t m = strcspn(p, " ");
                struct sx_phone phones[SX_WORD_PHONES];
                struct sx_spoken part = *spoken;
                if (m && m < sizeof piece) {
                    memcpy(piece, p, m);
                    piece[m] = 0;
                    part.text = piece;
                    part.kind = m == 1 && piece[0] >= 'a' && piece[0] <= 'z' ? SX_SPOKEN_LETTER : SX_SPOKEN_WORD;
                    int k = say_word(by, &part, true, false, phones, error);
                    if (k < 0)
                        return k;
                    for (int i = 0; i < k && n < SX_WORD_PHONES; i++)
                        out[n++] = phones[i];
                }
                p += m;
                p += *p == ' ';
            }
            return n;
        }
    }
    if (!by->no_lexicon) {
        if (spoken->style && spoken->style->role && (n = sx_homograph_role(word, spoken->style->role, out)) > 0)
            return n;
        if ((n = sx_homograph_pick(by->sentence, by->sentence_length, spoken->begin, spoken->end, word, out)) > 0)
            return n;
        if (alone && length == 1 && word[0] == 'a')
            return parse("EY1", out);
        if (!alone && (n = look_up(SX_DICT(reduced), word, length, out)) >= 0)
            return n;
    }
    return say_full(by, word, length, out, error);
}

int sx_pronounce(const struct sx_pronouncer *by, const struct sx_spoken *spoken, int count, struct sx_phone *phones, int *starts, struct sx_error *error)
{
    int total = 0;
    for (int i = 0; i < count; i++) {
        starts[i] = total;
        int n = say_word(by, &spoken[i], count == 1, true, phones + total, error);
        if (n < 0)
            return n;
        total += n;
    }
    starts[count] = total;
    /* "the" before a vowel, whatever mark stands between */
    for (int i = 0; i + 1 < count && !by->no_lexicon; i++) {
        int at = starts[i + 1];
        if (strcmp(spoken[i].text, "the") || starts[i + 1] - starts[i] != 2 || starts[i + 2] == at || !sx_phone_vowel(phones[at].id) ||
            phones[at - 1].id != SX_PHONE_SCHWA)
            continue;
        parse("IY0", &phones[at - 1]);
    }
    return 0;
}
