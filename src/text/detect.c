/* detect.c - the language of a sentence: its script, then its commonest words and its letters and the ends of others (data/function_words.tsv).
 *
 * A word of the table counts 1/sqrt(k) for each of the k languages that have it, a letter beyond a-z half of that; a letter that a language lacks counts
 * against it. */
#include "text/detect.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#include "base/utf8.h"
#include "text/dict.h"
#include "text/wordbook.h"
#include "text/foreign.h"
#include "text/script.h"

enum { MAX_LANGUAGES = 64, WORD = 64, LETTERS = 48, FAR = 2000 };

struct scores {
    struct { char tag[8]; float score, hits; } of[MAX_LANGUAGES];
    int count;
    int words, strange;     /* words in small letters that no English dictionary has */
};

static int find(struct scores *s, const char *tag, size_t length)
{
    if (length > 7)
        return -1;
    for (int i = 0; i < s->count; i++)
        if (!strncmp(s->of[i].tag, tag, length) && !s->of[i].tag[length])
            return i;
    if (s->count == MAX_LANGUAGES)
        return -1;
    memset(&s->of[s->count], 0, sizeof s->of[0]);
    memcpy(s->of[s->count].tag, tag, length);
    return s->count++;
}

/* Adds `weight` to the languages of a table's value; their number. */
static int spread(struct scores *s, const unsigned char *value, size_t size, float weight, bool hit)
{
    int k = 1;
    for (size_t i = 0; i < size; i++)
        k += value[i] == ' ';
    float each = weight / sqrtf((float)k);
    for (size_t i = 0; i < size;) {
        size_t n = i;
        while (n < size && value[n] != ' ')
            n++;
        int at = find(s, (const char *)value + i, n - i);
        if (at >= 0) {
            s->of[at].score += each;
            s->of[at].hits += (float)hit;
        }
        i = n + 1;
    }
    return k;
}

static bool add_word(struct scores *s, const char *word, size_t length)
{
    const unsigned char *value;
    size_t size;
    if (!length || !sx_dict_find(SX_DICT(function_words), word, length, &value, &size))
        return false;
    spread(s, value, size, length == 1 ? 0.3f : length == 2 ? 0.8f : 1, true);
    return true;
}

/* A word, whole, else what stands before and behind an apostrophe: "l'eau". */
static void take_word(struct scores *s, const char *word, size_t length, bool name)
{
    const unsigned char *value;
    size_t size;
    s->words++;
    bool english = sx_wordbook_has(word, length);
    s->strange += !name && length > 2 && !english;
    if (add_word(s, word, length))
        return;
    const char *mark = memchr(word, '\'', length);
    if (mark) {
        size_t n = (size_t)(mark - word);
        add_word(s, word, n + 1);
        add_word(s, mark + 1, length - n - 1);
        return;
    }
    /* the longest known end of a word that is in no list */
    for (size_t n = length > 9 ? 7 : length > 2 ? length - 2 : 0; !english && n >= 2; n--) {
        char key[8] = "-";
        memcpy(key + 1, word + length - n, n);
        if (((unsigned char)key[1] & 0xC0) != 0x80 && sx_dict_find(SX_DICT(function_words), key, n + 1, &value, &size)) {
            spread(s, value, size, 0.4f, false);
            break;
        }
    }
}

/* Each letter of the text beyond a-z: for those that have it, against those that have not. */
static void take_letters(struct scores *s, const uint32_t *letters, const int *counts, int count)
{
    for (int i = 0; i < count; i++) {
        char key[8] = "=";
        const unsigned char *value;
        size_t size;
        size_t n = 1 + (size_t)sx_utf8_encode(letters[i], key + 1);
        float often = (float)(counts[i] < 4 ? counts[i] : 4);
        if (!sx_dict_find(SX_DICT(function_words), key, n, &value, &size))
            continue;
        /* first the penalty for all, which those that have the letter get back */
        for (int k = 0; k < s->count; k++)
            s->of[k].score -= 0.5f * often;
        int before = s->count;
        for (size_t at = 0; at < size;) {
            size_t m = at;
            while (m < size && value[m] != ' ')
                m++;
            int k = find(s, (const char *)value + at, m - at);
            if (k >= 0 && k < before)
                s->of[k].score += 0.5f * often;
            at = m + 1;
        }
        spread(s, value, size, 0.5f * often, false);
    }
}

/* The script of most letters, and how many letters there are. */
static enum sx_script main_script(const char *text, size_t length, int *letters)
{
    int counts[SX_SCRIPTS] = {0}, best = SX_SCRIPT_LATIN;
    *letters = 0;
    for (size_t i = 0; i < length;) {
        uint32_t code;
        i += (size_t)sx_utf8_decode(text + i, length - i, &code);
        enum sx_script script = sx_script_of(code);
        if (script == SX_SCRIPT_COMMON)
            continue;
        counts[script]++;
        ++*letters;
    }
    if (counts[SX_SCRIPT_KANA])         /* Japanese is a mixture */
        counts[SX_SCRIPT_KANA] += counts[SX_SCRIPT_HAN];
    for (int i = 0; i < SX_SCRIPTS; i++)
        if (counts[i] > counts[best])
            best = i;
    return (enum sx_script)best;
}

static void read_text(struct scores *s, const char *text, size_t length, enum sx_script script)
{
    char word[WORD];
    uint32_t letters[LETTERS];
    int counts[LETTERS], kinds = 0;
    bool name = false;
    size_t n = 0;
    for (size_t i = 0; i <= length;) {
        uint32_t code = ' ';
        i += i < length ? (size_t)sx_utf8_decode(text + i, length - i, &code) : 1;
        if (!n)
            name = utf8proc_category((utf8proc_int32_t)code) == UTF8PROC_CATEGORY_LU;
        code = (uint32_t)utf8proc_tolower((utf8proc_int32_t)code);
        enum sx_script of = sx_script_of(code);
        bool mark = utf8proc_category((utf8proc_int32_t)code) == UTF8PROC_CATEGORY_MN || utf8proc_category((utf8proc_int32_t)code) == UTF8PROC_CATEGORY_MC;
        if (of == script || mark || (code == '\'' && n)) {
            if (n + 4 < sizeof word)
                n += (size_t)sx_utf8_encode(code, word + n);
            else
                n = sizeof word;        /* no word of the table */
            int k = 0;
            while (k < kinds && letters[k] != code)
                k++;
            if (k == kinds && code >= 0x80 && kinds < LETTERS) {
                letters[kinds] = code;
                counts[kinds++] = 0;
            }
            if (k < kinds)
                counts[k]++;
            continue;
        }
        while (n && n <= sizeof word && word[n - 1] == '\'')
            n--;
        if (n && n < sizeof word)
            take_word(s, word, n, name);
        else if (n)
            s->words++;
        n = 0;
    }
    take_letters(s, letters, counts, kinds);
}

int sx_detect_language(const char *text, size_t length, const char *fallback, char out[SX_LANGUAGE_TAG])
{
    struct scores s = {.count = 0};
    int letters;
    if (length > FAR)
        length = FAR;
    snprintf(out, SX_LANGUAGE_TAG, "%s", fallback);
    enum sx_script script = main_script(text, length, &letters);
    if (letters < 2)
        return 0;
    char home[8];
    size_t n = strcspn(fallback, "-_");
    snprintf(home, sizeof home, "%.*s", (int)(n < 7 ? n : 7), fallback);
    int mine = find(&s, home, strlen(home));
    read_text(&s, text, length, script);
    int best = -1;
    for (int i = 0; i < s.count; i++)
        if (best < 0 || s.of[i].score > s.of[best].score)
            best = i;
    float own = mine >= 0 ? s.of[mine].score : 0, top = best >= 0 ? s.of[best].score : 0;
    const char *found = NULL;
    if (script == SX_SCRIPT_LATIN) {
        if (best == mine && top >= 1)
            return 1;
        /* some of its words, a good part of the text's, and much better than what is around; words that are not English make English less likely */
        float strange = !strcmp(home, "en") ? 0.35f * (float)(s.strange < 6 ? s.strange : 6) : 0;
        bool enough = (s.words > 2 || top >= 2) && (top >= 1.6f || s.strange > 2 || (best >= 0 && s.of[best].hits >= 2)) && top >= 0.9f && top >= 0.1f * (float)s.words;
        if (best != mine && enough && top >= 1.2f * (own > 0 ? own : 0) + 1 - strange)
            found = s.of[best].tag;
    } else if (best >= 0 && top > 0) {
        if (sx_script_used(script, home) && own >= top - 0.5f)
            return own > 0;
        found = s.of[best].tag;
    } else {
        if (sx_script_used(script, home))
            return 0;
        found = sx_script_language(script, text, length);
    }
    if (!found)
        return 0;
    if (!sx_language_same(found, fallback))
        snprintf(out, SX_LANGUAGE_TAG, "%s", found);
    return 1;
}
