/* say_lexicon.c - words and signs that the user's lexicon, or one that the markup names, has: they are read as it says, whatever the classes would make of them. */
#include <string.h>

#include "base/ascii.h"
#include "text/characters.h"
#include "text/morphology.h"
#include "text/say.h"

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool for_language(const struct sx_lexicon_entry *entry, const char *language)
{
    size_t n = entry->language ? strcspn(entry->language, "-_") : 0;
    const char *here = language ? language : "en";
    return !n || (n == strcspn(here, "-_") && !sx_ascii_compare_n(entry->language, here, n));
}

static bool take(struct sx_say *say, const struct sx_lexicon *lexicon)
{
    const char *text = say->text + say->at;
    size_t took, whole;
    const struct sx_lexicon_entry *entry = sx_lexicon_match(lexicon, text, say->length - say->at, say->style->role, &took);
    if ((unsigned char)*text >= 0x80 && (whole = sx_emoji_find(text, say->length - say->at, false, NULL, 0)) > took) {
        char plain[64];     /* an emoji is one thing, whatever it begins with, and its skin tone does not count */
        entry = sx_lexicon_find(lexicon, plain, sx_emoji_plain(text, whole, plain, sizeof plain));
        took = whole;
    }
    if (!entry || !took || !for_language(entry, say->language))
        return false;
    bool plural = text[took] == '\'' && (text[took + 1] == 's' || text[took + 1] == 'S') && !is_letter(text[took + 2]);
    size_t ending = plural ? 2 : 0;     /* "Nguyen's" */
    int before = say->count;
    size_t end = say->at + took + ending;
    if (entry->phones) {
        struct sx_phone phones[SX_WORD_PHONES + 4];
        int n = entry->count < SX_WORD_PHONES - 3 ? entry->count : SX_WORD_PHONES - 3;
        memcpy(phones, entry->phones, (size_t)n * sizeof *phones);
        sx_say_phones(say, say->at, end, text, took, phones, plural ? sx_morphology_plural(phones, n) : n);
    } else {
        for (const char *p = entry->words; *p;) {
            char word[256];
            size_t n = strcspn(p, " ");
            if (n && n < sizeof word) {
                memcpy(word, p, n);
                word[n] = 0;
                if (plural && !p[n] && n > 1 && n + 2 < sizeof word)
                    strcat(word, "'s");
                if (n == 1 && word[0] >= 'b' && word[0] <= 'z' && word[0] != 'i')
                    word[0] -= 32;      /* "engine x": a letter's name */
                sx_say_add(say, say->at, end, word);
            }
            p += n;
            p += strspn(p, " ");
        }
    }
    for (int i = before; i < say->count; i++)
        say->words[i].own = true;
    say->at = end;
    return say->count > before;
}

bool sx_say_lexicon(struct sx_say *say)
{
    return (say->style->lexicon && take(say, say->style->lexicon)) || (say->lexicon && take(say, say->lexicon));
}
