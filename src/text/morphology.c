/* morphology.c - endings, prefixes, British spellings and compounds, each rule measured against the letter-to-sound network by tools/eval/morphology: what
 * the network says better is not here. */
#include "text/morphology.h"

#include <string.h>

#include "text/dict.h"
#include "text/wordbook.h"

enum { NOT_FOUND = -1, STEM = 48, LONGEST = SX_WORD_PHONES / 2 - 12, DEPTH = 2 };

int sx_morphology_append(struct sx_phone *phones, int count, const char *arpabet)
{
    while (*arpabet && count < SX_WORD_PHONES) {
        size_t m = strcspn(arpabet, " ");
        count += sx_phone_parse_arpabet(arpabet, m, &phones[count]);
        arpabet += m;
        arpabet += *arpabet == ' ';
    }
    return count;
}

/* ARPAbet of the phone, a vowel as unstressed, is one of " A B0 ". */
static bool one_of(struct sx_phone phone, const char *list)
{
    const char *name = sx_phone_arpabet(phone.id, 0);
    for (const char *p = list; name && (p = strstr(p, name)); p++)
        if (p[-1] == ' ' && p[strlen(name)] == ' ')
            return true;
    return false;
}

int sx_morphology_plural(struct sx_phone *phones, int count)
{
    if (count < 1 || count + 2 > SX_WORD_PHONES)
        return count;
    const char *ending = one_of(phones[count - 1], " S Z SH CH JH ZH ") ? "IH0 Z" : one_of(phones[count - 1], " P T K F TH ") ? "S" : "Z";
    return sx_morphology_append(phones, count, ending);
}

static int past(struct sx_phone *phones, int n)
{
    return sx_morphology_append(phones, n, one_of(phones[n - 1], " T D ") ? "IH0 D" : one_of(phones[n - 1], " P K F TH S SH CH ") ? "T" : "D");
}

static bool ends(const char *word, size_t length, const char *ending)
{
    size_t n = strlen(ending);
    return length >= n && !memcmp(word + length - n, ending, n);
}

static void weaken(struct sx_phone *phones, int count)
{
    for (int i = 0; i < count; i++)
        phones[i].stress = phones[i].stress == 1 ? 2 : 0;
}

static int derive(const char *word, size_t length, struct sx_phone *out, const char **rule, int depth);

/* A word of the dictionary, or with `depth` one that a rule makes. */
static int known(const char *word, size_t length, struct sx_phone *out, int depth)
{
    if (length < 2)
        return NOT_FOUND;
    int n = sx_wordbook_find(word, length, 0, out);
    if (n < 1 && depth > 0) {
        const char *rule;
        n = derive(word, length, out, &rule, depth - 1);
    }
    return n > 0 && n <= LONGEST ? n : NOT_FOUND;
}

/* "advocate" the verb, when the dictionary begins with the noun. */
static int verb(const char *word, size_t length, struct sx_phone *out)
{
    for (int variant = 0; variant < 4; variant++) {
        int n = sx_wordbook_find(word, length, variant, out);
        if (n < 1)
            return NOT_FOUND;
        if (n > 2 && n <= LONGEST && one_of(out[n - 2], " EY0 "))
            return n;
    }
    return NOT_FOUND;
}

/* "equall" of "equalled" -> "equal", "tun" -> "tune", "carri" -> "carry": the stem as the dictionary has it. */
static int known_stem(const char *word, size_t length, struct sx_phone *out, int depth)
{
    char stem[STEM];
    int n;
    if (length < 3 || length > sizeof stem - 2)
        return NOT_FOUND;
    memcpy(stem, word, length);
    for (int d = 0; d <= depth; d++) {
        stem[length] = 'e';
        if ((n = known(stem, length + 1, out, d)) > 0 || (n = known(stem, length, out, d)) > 0)
            return n;
        if (length > 3 && stem[length - 1] == stem[length - 2] && (n = known(stem, length - 1, out, d)) > 0)
            return n;
        if (stem[length - 1] == 'i') {
            stem[length - 1] = 'y';
            n = known(stem, length, out, d);
            stem[length - 1] = 'i';
            if (n > 0)
                return n;
        }
    }
    return NOT_FOUND;
}

/* With an apostrophe: possessives and short forms. */
static int apostrophe(const char *word, size_t length, struct sx_phone *out, const char **rule, int depth)
{
    static const struct { const char *ending, *phones; } short_forms[] = {
        {"'ll", "AH0 L"}, {"'ve", "AH0 V"}, {"'re", "ER0"}, {"'d", "D"}, {"n't", "AH0 N T"}, {"'m", "M"}};
    *rule = "'s";
    if (length > 2 && ends(word, length, "'s")) {
        int n = known(word, length - 2, out, depth);
        return n < 1 ? NOT_FOUND : sx_morphology_plural(out, n);
    }
    if (length > 2 && word[length - 1] == '\'')
        return known(word, length - 1, out, depth);
    for (size_t i = 0; i < sizeof short_forms / sizeof short_forms[0]; i++) {
        size_t m = strlen(short_forms[i].ending);
        if (length <= m || !ends(word, length, short_forms[i].ending))
            continue;
        int n = known(word, length - m, out, depth);
        *rule = "short form";
        if (n > 0)
            return sx_morphology_append(out, n, short_forms[i].phones[0] == 'D' && one_of(out[n - 1], " T D ") ? "AH0 D" : short_forms[i].phones);
    }
    return NOT_FOUND;
}

static int inflected(const char *word, size_t length, struct sx_phone *out, const char **rule, int depth)
{
    int n;
    if (length > 3 && ends(word, length, "s") && !ends(word, length, "ss")) {
        *rule = "-s";
        n = ends(word, length, "ies") ? known_stem(word, length - 2, out, depth) : known(word, length - 1, out, depth);
        if (n < 1 && ends(word, length, "es") && length > 4)
            n = known(word, length - 2, out, depth);
        return n > 0 ? sx_morphology_plural(out, n) : NOT_FOUND;
    }
    if (length > 7 && (ends(word, length, "ated") || ends(word, length, "ating"))) {
        char stem[STEM];
        size_t m = length - (word[length - 1] == 'd' ? 1 : 3);
        memcpy(stem, word, m);
        if (word[length - 1] == 'g')
            stem[m++] = 'e';
        if ((n = verb(stem, m, out)) > 0) {
            *rule = "-ate";
            return sx_morphology_append(out, n, word[length - 1] == 'd' ? "IH0 D" : "IH0 NG");
        }
    }
    if (length > 4 && ends(word, length, "ed") && (n = known_stem(word, length - 2, out, depth)) > 0) {
        *rule = "-ed";
        return past(out, n);
    }
    if (length > 5 && ends(word, length, "ing") && (n = known_stem(word, length - 3, out, depth)) > 0) {
        *rule = "-ing";
        return sx_morphology_append(out, n, "IH0 NG");
    }
    return NOT_FOUND;
}

static const struct { const char *ending, *phones; } suffixes[] = {
    {"ness", "N AH0 S"}, {"less", "L AH0 S"}, {"fully", "F AH0 L IY0"}, {"ful", "F AH0 L"}, {"like", "L AY2 K"}, {"wise", "W AY2 Z"},
    {"ship", "SH IH2 P"}, {"hood", "HH UH2 D"}, {"some", "S AH0 M"}, {"wards", "W ER0 D Z"}, {"ward", "W ER0 D"}, {"woman", "W UH2 M AH0 N"}};

/* The stem before such an ending is spelled in full, save for "happiness". */
static int known_whole(const char *word, size_t length, struct sx_phone *out, int depth)
{
    char stem[STEM];
    int n = known(word, length, out, depth);
    if (n > 0 || length < 3 || length > sizeof stem || word[length - 1] != 'i')
        return n;
    memcpy(stem, word, length);
    stem[length - 1] = 'y';
    return known(stem, length, out, depth);
}

static int suffixed(const char *word, size_t length, struct sx_phone *out, const char **rule, int depth)
{
    int n;
    if (length > 5 && ends(word, length, "ly")) {
        char stem[STEM];
        *rule = "-ly";
        if (ends(word, length, "arily"))        /* the stress moves */
            return NOT_FOUND;
        if (word[length - 3] == 'i') {  /* "noisily" */
            memcpy(stem, word, length - 3);
            stem[length - 3] = 'y';
            if ((n = known(stem, length - 2, out, depth)) > 1 && one_of(out[n - 1], " IY0 "))
                return sx_morphology_append(out, n - 1, "AH0 L IY0");
            return NOT_FOUND;
        }
        if (length < sizeof stem) {     /* "gentl" of "gently" -> "gentle", and "crumble" before "crumb" */
            memcpy(stem, word, length);
            stem[length - 1] = 'e';
            if ((n = known(stem, length, out, depth)) > 2 && one_of(out[n - 1], " L ") && out[n - 2].id == SX_PHONE_SCHWA)
                return sx_morphology_append(out, n - 2, "L IY0");
        }
        if ((n = known(word, length - 2, out, depth)) > 2 && ends(word, length, "ically") && out[n - 2].id == SX_PHONE_SCHWA)
            return sx_morphology_append(out, n - 2, "L IY0");
        if (n > 0)
            return sx_morphology_append(out, n, one_of(out[n - 1], " L ") ? "IY0" : "L IY0");
        if (ends(word, length, "ically") && (n = known(word, length - 4, out, depth)) > 0)
            return sx_morphology_append(out, n, "L IY0");
        return NOT_FOUND;
    }
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        size_t m = strlen(suffixes[i].ending);
        if (length < m + 3 || !ends(word, length, suffixes[i].ending))
            continue;
        n = known_whole(word, length - m, out, depth);
        if (n < 1)
            continue;
        *rule = suffixes[i].ending;
        return sx_morphology_append(out, n, suffixes[i].phones);
    }
    return NOT_FOUND;
}

/* Phones with a '?' for the stress of a prefix whose stem keeps the primary: none right before it, else secondary. Others take the primary themselves,
 * save from a past form ("overpriced"). */
static const struct { const char *prefix, *phones; size_t shortest; } prefixes[] = {
    {"un", "AH? N", 4}, {"re", "R IY?", 5}, {"non", "N AA? N", 4}, {"over", "OW1 V ER0", 4}, {"under", "AH1 N D ER0", 4}, {"out", "AW1 T", 4},
    {"mis", "M IH0 S", 5}, {"pre", "P R IY?", 5}, {"anti", "AE2 N T IY0", 4}, {"inter", "IH2 N T ER0", 4}, {"super", "S UW2 P ER0", 5},
    {"semi", "S EH2 M IY0", 4}, {"multi", "M AH2 L T IY0", 4}, {"dis", "D IH? S", 5}, {"counter", "K AW1 N T ER0", 4}, {"micro", "M AY2 K R OW0", 4},
    {"mega", "M EH1 G AH0", 4}, {"hyper", "HH AY2 P ER0", 4}, {"ultra", "AH2 L T R AH0", 4}, {"post", "P OW2 S T", 5}, {"fore", "F AO1 R", 4},
    {"cyber", "S AY1 B ER0", 4}, {"electro", "IH2 L EH2 K T R OW0", 4}, {"neo", "N IY2 OW0", 5}, {"pseudo", "S UW2 D OW0", 4},
    {"extra", "EH2 K S T R AH0", 4}, {"self", "S EH2 L F", 4}, {"mid", "M IH1 D", 4}};

static int first_stress(const struct sx_phone *phones, int count)
{
    for (int i = 0; i < count; i++)
        if (sx_phone_vowel(phones[i].id))
            return phones[i].stress;
    return 0;
}

static int prefixed(const char *word, size_t length, struct sx_phone *out, const char **rule, int depth)
{
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        size_t m = strlen(prefixes[i].prefix);
        if (length < m + prefixes[i].shortest || memcmp(word, prefixes[i].prefix, m))
            continue;
        struct sx_phone stem[SX_WORD_PHONES];
        char phones[32];
        int n = known(word + m, length - m, stem, depth);
        if (n < 1)
            continue;
        strcpy(phones, prefixes[i].phones);
        char *mark = strchr(phones, '?'), *one = strchr(phones, '1');
        if (mark)
            *mark = first_stress(stem, n) == 1 ? '0' : '2';
        if (one && ends(word, length, "ed"))
            *one = '2';
        else if (one)
            weaken(stem, n);
        int k = sx_morphology_append(out, 0, phones);
        memcpy(out + k, stem, (size_t)n * sizeof *stem);
        *rule = prefixes[i].prefix;
        return k + n;
    }
    return NOT_FOUND;
}

static bool has_vowel(const char *word, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (strchr("aeiouy", word[i]))
            return true;
    return false;
}

static bool may_follow(const char *tails, const char *rest, size_t length)
{
    if (!length || tails[0] == '*')
        return true;
    for (const char *p = tails; *p; p += strcspn(p, " ")) {
        p += *p == ' ';
        if (strcspn(p, " ") == length && !memcmp(p, rest, length))
            return true;
    }
    return false;
}

/* British spellings of words that the dictionary has in the American one. */
static int british(const char *word, size_t length, struct sx_phone *out, const char **rule, int depth)
{
    /* what may follow: "" nothing, "*" anything, else one of the words of the list or nothing */
    static const struct { const char *from, *to, *tails; } pairs[] = {
        {"our", "or", " s ed ing er ers able ably ful less ite ites hood ly y ism ist "}, {"isation", "ization", " s al "}, {"ise", "ize", " s d r rs "},
        {"ising", "izing", ""}, {"yse", "yze", " s d r "}, {"ysing", "yzing", ""}, {"ogue", "og", " s "}, {"tre", "ter", " s d "}, {"bre", "ber", " s d "},
        {"ence", "ense", " s "}, {"ilful", "illful", " ly ness "}, {"haem", "hem", "*"}, {"paed", "ped", "*"}, {"anaes", "anes", "*"}, {"archae", "arche", "*"}, {"foet", "fet", "*"},
        {"oeuv", "euv", "*"}, {"grey", "gray", "*"}, {"mould", "mold", "*"}, {"plough", "plow", "*"}, {"cheque", "check", "*"}};
    char other[STEM];
    if (length < 5 || length > sizeof other - 2)
        return NOT_FOUND;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        size_t m = strlen(pairs[i].from), k = strlen(pairs[i].to);
        for (size_t at = pairs[i].tails[0] == '*' ? 0 : 2; at + m <= length; at++) {
            /* "flavour", not "flour" */
            if (memcmp(word + at, pairs[i].from, m) || (i == 0 && !has_vowel(word, at)) || !may_follow(pairs[i].tails, word + at + m, length - at - m))
                continue;
            memcpy(other, word, at);
            memcpy(other + at, pairs[i].to, k);
            memcpy(other + at + k, word + at + m, length - at - m);
            int n = known(other, length - m + k, out, depth);
            if (n > 0) {
                *rule = "british";
                return n;
            }
        }
    }
    return NOT_FOUND;
}

/* The dictionary's compounds have this word first or second ("both", or the place itself). */
static bool takes_place(const char *word, size_t length, const char *place)
{
    const unsigned char *value;
    size_t size;
    return sx_dict_find(SX_DICT(compounds), word, length, &value, &size) && (value[0] == 'b' || value[0] == (unsigned char)place[0]);
}

/* Two words in one, the shorter as long as can be: "water" + "house". The first has the stress. */
static int compound(const char *word, size_t length, struct sx_phone *out, const char **rule, int depth)
{
    enum { SHORTEST = 4 };
    for (size_t shorter = length / 2; shorter >= SHORTEST; shorter--)
        for (int side = 0; side < 2; side++) {
            size_t cut = side ? shorter : length - shorter;
            struct sx_phone second[SX_WORD_PHONES];
            int n, m;
            if (!takes_place(word, cut, "first") || !takes_place(word + cut, length - cut, "second"))
                continue;
            if ((n = known(word, cut, out, 0)) < 1 || (m = known(word + cut, length - cut, second, depth)) < 1)
                continue;
            weaken(second, m);
            memcpy(out + n, second, (size_t)m * sizeof *second);
            *rule = "compound";
            return n + m;
        }
    return NOT_FOUND;
}

static int derive(const char *word, size_t length, struct sx_phone *out, const char **rule, int depth)
{
    static int (*const kinds[])(const char *, size_t, struct sx_phone *, const char **, int) = {inflected, british, suffixed, prefixed, compound};
    int n;
    if (length < 3 || length >= STEM)
        return NOT_FOUND;
    if (memchr(word, '\'', length))
        return apostrophe(word, length, out, rule, depth);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if ((n = kinds[i](word, length, out, rule, depth)) > 0)
            return n;
    return NOT_FOUND;
}

int sx_morphology_say(const char *word, size_t length, struct sx_phone *out, const char **rule)
{
    const char *name;
    for (int depth = 0; depth < DEPTH; depth++) {
        int n = derive(word, length, out, &name, depth);
        if (n > 0) {
            if (rule)
                *rule = name;
            return n;
        }
    }
    return NOT_FOUND;
}
