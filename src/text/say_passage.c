/* say_passage.c - passages that markup has something to say about: phones, other words instead, the kind of thing that they are, another language. */
#include <string.h>

#include "base/ascii.h"
#include "text/foreign.h"
#include "text/say.h"

static bool english(const char *language)
{
    return !language || sx_language_same(language, "en");
}

static bool special(const struct sx_style *style, const char *language)
{
    return style->phones || style->instead || style->as || style->role || !english(language);
}

bool sx_say_passage_special(const struct sx_say *say)
{
    return special(say->style, say->language);
}

bool sx_say_passage_joins(const struct sx_say *say, const struct sx_style *before, const struct sx_style *next)
{
    const char *a = before->language, *b = next->language;
    return !special(next, b ? b : say->language) && (a == b || (a && b && !sx_ascii_compare(a, b))) && before->seconds == next->seconds && before->lexicon == next->lexicon;
}

/* Words parted by blanks, in IPA or ARPAbet; ARPAbet words are parted by "|" or "_". False, with nothing added, when one of them is not known. */
static bool add_phones(struct sx_say *say, size_t begin, size_t end, const char *text, size_t length, int alphabet)
{
    int before = say->count;
    for (size_t i = 0; i < length && !say->failed;) {
        struct sx_phone phones[SX_WORD_PHONES];
        int n = 0;
        size_t from = i;
        if (alphabet == SYRINX_IPA) {
            while (i < length && text[i] != ' ')
                i++;
            n = sx_phone_parse_ipa(text + from, i - from, phones, SX_WORD_PHONES);
        } else {
            while (i < length && text[i] != '|' && text[i] != '_') {
                size_t at = i;
                while (i < length && !strchr(" |_", text[i]))
                    i++;
                if (i > at && n >= 0)
                    n = n < SX_WORD_PHONES && sx_phone_parse_arpabet(text + at, i - at, &phones[n]) ? n + 1 : -1;
                while (i < length && text[i] == ' ')
                    i++;
            }
        }
        if (n < 0) {
            say->count = before;
            return false;
        }
        size_t named = i - from;
        while (named && text[from + named - 1] == ' ')
            named--;
        if (n)
            sx_say_phones(say, begin, end, text + from, named, phones, n);
        while (i < length && strchr(" |_", text[i]))
            i++;
    }
    return say->count > before;
}

/* Reads other text than what stands there; its words come from [begin, end). */
static void read_instead(struct sx_say *say, size_t begin, size_t end, const char *text)
{
    static const struct sx_style plain = {.rate = 1, .range = 1};
    enum { LONGEST = 4000 };
    struct sx_error error = {0};
    struct sx_say inner = {.arena = say->arena, .lexicon = say->lexicon, .language = say->language, .punctuation = say->punctuation};
    size_t length = strlen(text);
    while (length > LONGEST || (length && length < strlen(text) && ((unsigned char)text[length] & 0xC0) == 0x80))
        length--;
    inner.text = sx_arena_strdup(say->arena, text, length);
    inner.length = length;
    struct sx_say_passage whole = {0, length, &plain, 1};
    inner.passages = &whole;
    inner.passage_count = 1;
    if (!inner.text || sx_say_sentence(&inner, &error) < 0) {
        say->failed = true;
        return;
    }
    for (int i = 0; i < inner.count; i++) {
        int at = say->count;
        sx_say_add(say, begin, end, "x");       /* grows the list */
        if (say->failed || say->count == at)
            return;
        struct sx_spoken *word = &say->words[at];
        const struct sx_style *style = word->style;
        float share = word->share;
        *word = inner.words[i];
        word->begin = (uint32_t)begin;
        word->end = (uint32_t)end;
        word->style = style;
        word->share = share;
    }
}

void sx_say_passage(struct sx_say *say, size_t end)
{
    const struct sx_style *style = say->style;
    size_t begin = say->at;
    while (begin < end && strchr(" \n", say->text[begin]))
        begin++;
    size_t stop = end;
    while (stop > begin && strchr(" \n", say->text[stop - 1]))
        stop--;
    say->at = begin;
    if (begin < stop && style->phones && add_phones(say, begin, stop, style->phones, strlen(style->phones), style->alphabet)) {
        say->at = end;
        return;
    }
    if (begin < stop && style->instead) {
        read_instead(say, begin, stop, style->instead);
        say->at = end;
        return;
    }
    if (begin < stop && style->as && sx_say_as(say, stop - begin, style->as, style->format, style->detail)) {
        say->at = end;
        return;
    }
    if (begin < stop && !english(say->language) && sx_say_foreign(say, stop - begin, say->language)) {
        say->at = end;
        return;
    }
    sx_say_run(say, end);
}

bool sx_say_inline_phones(struct sx_say *say)
{
    const char *p = say->text + say->at;
    if (p[0] != '[' || p[1] != '[')
        return false;
    const char *stop = strstr(p + 2, "]]");
    if (!stop)
        return false;
    size_t length = (size_t)(stop - p) + 2;
    const char *text = p + 2;
    size_t n = (size_t)(stop - text);
    if (!add_phones(say, say->at, say->at + length, text, n, SYRINX_IPA) && !add_phones(say, say->at, say->at + length, text, n, SYRINX_ARPABET))
        return false;
    say->at += length;
    return true;
}
