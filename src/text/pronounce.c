/* pronounce.c - which source says a word, in the order that the voices were trained with: weak forms, the dictionary's first entry, possessives. */
#include "text/pronounce.h"

#include <string.h>
#include <utf8proc.h>

#include "base/utf8.h"
#include "text/dict.h"
#include "text/homograph.h"

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
    int n = 0;
    while (*arpabet) {
        size_t m = strcspn(arpabet, " ");
        n += sx_phone_parse_arpabet(arpabet, m, &out[n]);
        arpabet += m;
        arpabet += *arpabet == ' ';
    }
    return n;
}

/* ARPAbet of the phone without stress is one of " A B ". */
static bool one_of(struct sx_phone phone, const char *list)
{
    const char *name = sx_phone_arpabet(phone.id, 0);
    for (const char *p = list; name && (p = strstr(p, name)); p++)
        if (p[-1] == ' ' && p[strlen(name)] == ' ')
            return true;
    return false;
}

/* "'s": IH0 Z, S or Z. */
static int plural(struct sx_phone *phones, int n)
{
    if (n < 1 || n + 2 > SX_WORD_PHONES)
        return n;
    const char *ending = one_of(phones[n - 1], " S Z SH CH JH ZH ") ? "IH0 Z" : one_of(phones[n - 1], " P T K F TH ") ? "S" : "Z";
    return n + parse(ending, phones + n);
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

/* The past's ending: IH0 D, T or D. */
static int past(struct sx_phone *phones, int n)
{
    const char *ending = one_of(phones[n - 1], " T D ") ? "IH0 D" : one_of(phones[n - 1], " P K F TH S SH CH ") ? "T" : "D";
    return n + parse(ending, phones + n);
}

/* "equall" of "equalled" -> "equal", "tun" -> "tune", "carri" -> "carry": the stem as the dictionary has it. */
static int look_up_stem(const char *word, size_t length, struct sx_phone *out)
{
    char stem[80];
    int n;
    if (length < 3 || length > sizeof stem - 2)
        return NOT_FOUND;
    memcpy(stem, word, length);
    stem[length] = 'e';
    if ((n = look_up(SX_DICT(lexicon), stem, length + 1, out)) > 0 || (n = look_up(SX_DICT(lexicon), stem, length, out)) > 0)
        return n;
    if (length > 3 && stem[length - 1] == stem[length - 2] && (n = look_up(SX_DICT(lexicon), stem, length - 1, out)) > 0)
        return n;
    if (stem[length - 1] == 'i') {
        stem[length - 1] = 'y';
        return look_up(SX_DICT(lexicon), stem, length, out);
    }
    return NOT_FOUND;
}

static bool ends(const char *word, size_t length, const char *ending)
{
    size_t n = strlen(ending);
    return length > n + 2 && !memcmp(word + length - n, ending, n);
}

/* Words that the dictionary has only without their ending: with an apostrophe, then those of grammar. */
static int with_ending(const char *word, size_t length, struct sx_phone *out)
{
    static const struct { const char *ending, *phones; } short_forms[] = {
        {"'ll", "AH0 L"}, {"'ve", "AH0 V"}, {"'re", "ER0"}, {"'d", "D"}, {"n't", "AH0 N T"}, {"'m", "M"}};
    enum { LONGEST = SX_WORD_PHONES - 4 };
    int n;
    if (length > 2 && !memcmp(word + length - 2, "'s", 2)) {
        n = look_up(SX_DICT(lexicon), word, length - 2, out);
        return n < 1 ? NOT_FOUND : plural(out, n);
    }
    if (length > 2 && word[length - 1] == '\'')
        return look_up(SX_DICT(lexicon), word, length - 1, out);
    for (size_t i = 0; i < sizeof short_forms / sizeof short_forms[0]; i++) {
        size_t m = strlen(short_forms[i].ending);
        if (length <= m || memcmp(word + length - m, short_forms[i].ending, m))
            continue;
        n = look_up(SX_DICT(lexicon), word, length - m, out);
        if (n > 0 && n <= LONGEST)
            return n + parse(short_forms[i].phones[0] == 'D' && one_of(out[n - 1], " T D ") ? "AH0 D" : short_forms[i].phones, out + n);
    }
    if (ends(word, length, "s") && !ends(word, length, "ss")) {
        n = ends(word, length, "ies") ? look_up_stem(word, length - 2, out) : look_up(SX_DICT(lexicon), word, length - 1, out);
        if (n < 1 && ends(word, length, "es"))
            n = look_up(SX_DICT(lexicon), word, length - 2, out);
        return n > 0 && n <= LONGEST ? plural(out, n) : NOT_FOUND;
    }
    if (ends(word, length, "ed") && (n = look_up_stem(word, length - 2, out)) > 0 && n <= LONGEST)
        return past(out, n);
    if (ends(word, length, "ing") && (n = look_up_stem(word, length - 3, out)) > 0 && n <= LONGEST)
        return n + parse("IH0 NG", out + n);
    if ((ends(word, length, "ness") || ends(word, length, "less")) && (n = look_up_stem(word, length - 4, out)) > 0 && n <= LONGEST)
        return n + parse(word[length - 4] == 'n' ? "N AH0 S" : "L AH0 S", out + n);
    return NOT_FOUND;
}

static int say_word(const struct sx_pronouncer *by, const struct sx_spoken *spoken, bool alone, bool use_user, struct sx_phone *out, struct sx_error *error)
{
    const char *word = spoken->text;
    size_t length = strlen(word);
    int n;
    if (spoken->kind == SX_SPOKEN_LETTER) {
        n = parse(letter_names[word[0] - 'a'], out);
        return word[1] ? plural(out, n) : n;
    }
    if (use_user) {
        const struct sx_lexicon_entry *entry = sx_lexicon_find(by->lexicon, word, length);
        if (!entry && length > 2 && !strcmp(word + length - 2, "'s") && (entry = sx_lexicon_find(by->lexicon, word, length - 2)) && entry->phones) {
            memcpy(out, entry->phones, (size_t)entry->count * sizeof *out);
            return plural(out, entry->count);
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
        if ((n = sx_homograph_pick(by->sentence, by->sentence_length, spoken->begin, spoken->end, word, out)) > 0)
            return n;
        if (alone && length == 1 && word[0] == 'a')
            return parse("EY1", out);
        if (!alone && (n = look_up(SX_DICT(reduced), word, length, out)) >= 0)
            return n;
        if ((n = look_up(SX_DICT(lexicon), word, length, out)) >= 0)
            return n;
    }
    char folded[512];
    size_t m = fold(word, length, folded, sizeof folded);
    if (!by->no_lexicon) {
        if ((n = look_up(SX_DICT(lexicon), folded, m, out)) >= 0 || (n = with_ending(folded, m, out)) >= 0)
            return n;
        if (m > 2 && folded[0] == '\'' && (n = look_up(SX_DICT(lexicon), folded + 1, m - 1, out)) >= 0)
            return n;
    }
    m = squeeze(folded, m);
    if (!m)
        return 0;
    if (!by->no_lexicon && (n = look_up(SX_DICT(lexicon), folded, m, out)) >= 0)
        return n;
    /* A possessive of an unknown word: the network says the word, the rule the ending. */
    bool possessive = m > 2 && !memcmp(folded + m - 2, "'s", 2) && !by->no_lexicon;
    if (possessive)
        m -= 2;
    n = sx_letters_say(by->letters, folded, m > SX_LETTERS_MAX ? SX_LETTERS_MAX : m, out, SX_WORD_PHONES, error);
    return n > 0 && possessive ? plural(out, n) : n;
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
