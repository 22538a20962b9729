/* sentence.c - sentence ends: stops, what may follow them, and the abbreviations, initials and numbers after which a stop says nothing. */
#include "text/sentence.h"

#include <stdint.h>
#include <string.h>

#include "base/ascii.h"
#include "text/clean.h"
#include "text/phrase.h"
#include "text/script.h"

enum { LOOK = 96 };         /* bytes behind a stop that may decide */

enum next { NEXT_NONE, NEXT_LOWER, NEXT_UPPER, NEXT_DIGIT, NEXT_OTHER };

static bool in_list(const char *list, const char *word, size_t length)
{
    /* " a b c " */
    for (const char *p = list; (p = strchr(p, ' ')) && p[1]; p++)
        if (!strncmp(p + 1, word, length) && p[1 + length] == ' ')
            return true;
    return false;
}

/* A name or a number follows them. */
static const char never[] = " mr mrs ms messrs mme mlle dr prof st capt col gen lt sgt cpl cmdr adm maj rev hon pres gov sen rep supt insp hr "
                            "fr sr. mt vs viz cf approx ca e.g i.e al ";
/* A stop after them ends a sentence when a word follows that begins sentences. */
static const char maybe[] = " etc inc ltd co corp bros ave blvd rd jr sr esq ph.d m.d b.a m.a a.m p.m jan feb mar apr jun jul aug sep sept oct nov dec "
                            "mon tue tues wed thu thur thurs fri dept univ assn est ft oz lb lbs hwy pkwy apt bldg min max tel ext ed eds trans ";
/* They are abbreviations before a number only. */
static const char before_number[] = " c ca no nos vol vols fig figs p pp ch chap sec art pt par op ex eq ref pg cap v ver rs re kr fr eqs secs chs nr st k bk "
    "bks tab ste rm cor ps isa jer thess deut prov eph ";
static const char starters[] = " the a an he she it they we i you this that these those there in on at but and so if when what who how why where "
                               "then his her its their our my your as for from with after before while once since no not yes well now one some "
                               "many most all both each every other another even still yet however perhaps nobody everybody everyone somebody someone nothing "
                                   "everything "
                               "something none neither either let please look here because although though until unless during without within thus therefore "
                                   "moreover "
                               "besides meanwhile later soon today tomorrow yesterday finally next also only just never always often sometimes can could will "
                                   "would should "
                               "might must do does did is are was were have has had am ";
/* A single letter behind them is no initial. */
static const char lettered[] = " vitamin plan class grade group type hepatitis section appendix exhibit team part an a got letter model vs route ";

static bool is_alpha(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0xC3;
}

static bool is_space(unsigned char c)
{
    return c == ' ' || c == '\n';
}

static bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

/* Does the single stop at text[at] end the sentence? `next` begins at text[follow]. */
static bool stop_ends(const char *text, size_t at, size_t follow, size_t view, enum next next)
{
    size_t start = at;
    while (start > 0 && !is_space((unsigned char)text[start - 1]) && at - start < 40 && !strchr("\"([{", text[start - 1]))
        start--;
    char word[44];
    size_t n = at - start;
    bool capital = n && text[start] >= 'A' && text[start] <= 'Z';
    for (size_t i = 0; i < n; i++)
        word[i] = sx_ascii_lower(text[start + i]);
    word[n] = 0;
    if (!n)
        return true;
    char following[24];
    size_t f = 0;
    while (f < sizeof following - 1 && follow + f < view && is_alpha((unsigned char)text[follow + f])) {
        following[f] = sx_ascii_lower(text[follow + f]);
        f++;
    }
    following[f] = 0;
    bool starter = next == NEXT_UPPER && in_list(starters, following, f);

    if (next == NEXT_LOWER || (capital && next == NEXT_DIGIT && in_list(" sat sun ", word, n)))
        return false;
    if (in_list(never, word, n))
        return !strcmp(word, "st") && starter;
    bool dotted = memchr(word, '.', n) && n >= 3 && is_alpha((unsigned char)word[0]);     /* u.s, p.m, e.g */
    if (dotted)
        for (size_t i = 1; i < n; i += 2)
            dotted &= word[i] == '.';
    /* "3 p.m. - 4 p.m." */
    if (dotted && n == 3 && word[2] == 'm' && (text[follow] == '-' || !strncmp(text + follow, "–", 3)))
        return false;
    if (dotted)
        return starter || next == NEXT_NONE || next == NEXT_OTHER;
    /* "55 W. 4th St." */
    if (n == 1 && capital && strchr("nsew", *word) && next == NEXT_DIGIT && start > 1 && is_digit((unsigned char)text[start - 2]))
        return false;
    if (n == 1 && *word == 'v' && !capital && next == NEXT_UPPER)
        return false;           /* Roe v. Wade */
    if (in_list(before_number, word, n) && (n > 1 || !capital || next == NEXT_DIGIT)) {      /* "no. 5", "no. XJ-900" */
        bool digit = false;
        for (size_t i = follow; i < view && i < follow + 16 && !is_space((unsigned char)text[i]); i++)
            digit |= is_digit((unsigned char)text[i]);
        size_t roman = follow;
        while (roman < view && text[roman] && strchr("IVXLC", text[roman]))
            roman++;
        /* "I" alone is a word behind "no" */
        bool numeral = roman > follow && !(roman == follow + 1 && text[follow] == 'I' && !strcmp(word, "no")) &&
            !(roman < view && is_alpha((unsigned char)text[roman]));
        return !digit && !numeral;
    }
    if (in_list(maybe, word, n))
        return !(next == NEXT_DIGIT) && (starter || next == NEXT_OTHER || !in_list(" jan feb mar apr jun jul aug sep sept oct nov dec jr sr inc co corp ltd "
            "ave st rd ", word, n));
    if (n == 1 && capital && next == NEXT_UPPER) {      /* an initial: alone, or after another capital */
        if (starter)
            return start > 1;
        size_t p = start;
        while (p > 0 && is_space((unsigned char)text[p - 1]))
            p--;
        size_t end = p;
        while (p > 0 && !is_space((unsigned char)text[p - 1]))
            p--;
        char before[16];
        size_t k = 0;
        for (; p < end && k < sizeof before - 1; p++)
            before[k++] = sx_ascii_lower(text[p]);
        before[k] = 0;
        return k && in_list(lettered, before, k);
    }
    if (start == 0) {           /* "1. Item", "IV. Item" */
        bool digits = n <= 3;
        for (size_t i = 0; i < n; i++)
            digits &= is_digit((unsigned char)word[i]);
        if (digits)
            return false;
    }
    return true;
}

/* Past what may stand behind a stop: quotation marks, brackets, and marks of notes: "so.[3]", "false.¹". */
static size_t skip_closers(const char *text, size_t i, size_t view)
{
    for (;;) {
        while (i < view && strchr("\"')]}*_", text[i]) && text[i])
            i++;
        size_t j = i;
        if (j + 2 < view && text[j] == '[' && is_digit((unsigned char)text[j + 1])) {
            for (j++; j < view && (is_digit((unsigned char)text[j]) || text[j] == ',' || text[j] == '-'); j++)
                ;
            if (j < view && text[j] == ']') {
                i = j + 1;
                continue;
            }
        }
        unsigned char c = i < view ? (unsigned char)text[i] : 0, d = i + 1 < view ? (unsigned char)text[i + 1] : 0, e = i + 2 < view
            ? (unsigned char)text[i + 2] : 0;
        if (c == 0xC2 && (d == 0xB2 || d == 0xB3 || d == 0xB9))
            i += 2;
        else if (c == 0xE2 && ((d == 0x81 && e >= 0xB0 && e <= 0xB9) || (d == 0x80 && (e == 0xA0 || e == 0xA1))))
            i += 3;
        else
            return i;
    }
}

/* A line begins at text[i] with what marks an item of a list: "- ", "* ", "• ", "1) ", "a) ", "(a) ", and "2. " behind a line that has ended. */
static bool item(const char *text, size_t i, size_t view)
{
    size_t j = i;
    if (j + 2 >= view)
        return false;
    if ((text[j] == '-' || text[j] == '*' || text[j] == '+') && text[j + 1] == ' ')
        return true;
    if (!memcmp(text + j, "\xE2\x80\xA2", 3) || !memcmp(text + j, "\xE2\x97\xA6", 3) || !memcmp(text + j, "\xE2\x96\xAA", 3))
        return true;
    bool open = text[j] == '(';
    j += open;
    size_t digits = 0;
    while (j + digits < view && digits < 3 && is_digit((unsigned char)text[j + digits]))
        digits++;
    bool letter = !digits && text[j] >= 'a' && text[j] <= 'z';
    j += digits ? digits : letter;
    if ((!digits && !letter) || digits > 2 || j + 1 >= view || text[j + 1] != ' ')
        return false;
    if (text[j] == ')')
        return true;
    char before = i > 1 ? text[i - 2] : '.';
    return !open && digits && text[j] == '.' && strchr(".:;!?\"", before);
}

static size_t character_start(const char *text, size_t i)
{
    while (i > 0 && ((unsigned char)text[i] & 0xC0) == 0x80)
        i--;
    return i;
}

/* The best space of text[from..limit) to part the words at, 0 for none. */
static size_t best_space(const char *text, size_t from, size_t limit)
{
    char lowered[SX_SENTENCE_LIMIT + 1];
    enum { WORDS = 512 };
    struct sx_spoken words[WORDS];
    size_t spaces[WORDS];
    int count = 0;
    for (size_t i = from; i < limit && count < WORDS;) {
        while (i < limit && is_space((unsigned char)text[i]))
            i++;
        size_t start = i;
        for (; i < limit && !is_space((unsigned char)text[i]); i++)
            lowered[i] = sx_ascii_lower(text[i]);
        lowered[i] = 0;
        if (i == limit || i == start)
            break;
        words[count] = (struct sx_spoken){.text = lowered + start, .begin = (uint32_t)start, .end = (uint32_t)i, .mark = SX_PHONE_WORD, .phone_count = -1};
        spaces[count++] = i;
    }
    return count ? spaces[sx_phrase_part(words, count, 0, count)] : 0;
}

/* The best place to cut text[0..SX_SENTENCE_LIMIT). */
static void cut(const char *text, size_t view, struct sx_sentence *s)
{
    size_t limit = view < SX_SENTENCE_LIMIT ? view : SX_SENTENCE_LIMIT;
    size_t strong = 0, comma = 0, space = 0;
    for (size_t i = limit / 3; i < limit; i++) {
        if (!is_space((unsigned char)text[i]))
            continue;
        space = i;
        char before = text[i - 1];
        if (strchr(";:.!?", before) || (i >= 3 && !memcmp(text + i - 3, "\xE2\x80\x94", 3)))
            strong = i;
        else if (before == ',')
            comma = i;
    }
    if (!space)
        for (size_t i = 1; i < limit / 3; i++)
            if (is_space((unsigned char)text[i]))
                space = i;
    if (!space) {           /* Chinese, Japanese, Thai: behind the last comma that there is */
        char sign;
        for (size_t i = 1; i + 4 < limit; i++)
            if (sx_script_stop(text + i, limit - i, &sign))
                strong = i + sx_script_stop(text + i, limit - i, &sign);
    }
    size_t at = strong ? strong : comma ? comma : space ? best_space(text, limit / 3, limit) : 0;
    if (!at)
        at = space;
    s->flood = !space && !strong;
    if (!at)
        at = character_start(text, limit);
    s->length = at;
    while (at < view && is_space((unsigned char)text[at]))
        at++;
    s->consumed = at;
    s->paragraph = false;
    s->cut = true;
}

/* Behind the stop of another script ("。", "؟"), its repetitions and what closes. 0: there is no stop. */
static size_t behind_other_stop(const char *text, size_t i, size_t view)
{
    static const char *const closers[] = {"」", "』", "）", "》", "〉", "】", "”", "’", "»"};
    char sign;
    size_t n = sx_script_stop(text + i, view - i, &sign), j = i + n;
    if (!n || sign == ',')
        return 0;
    while (j < view) {
        n = sx_script_stop(text + j, view - j, &sign);
        if (n && sign == ',')
            break;
        for (size_t c = 0; !n && c < sizeof closers / sizeof closers[0]; c++)
            if (view - j >= strlen(closers[c]) && !memcmp(text + j, closers[c], strlen(closers[c])))
                n = strlen(closers[c]);
        if (!n && text[j] && strchr(".?!\"')]}", text[j]))
            n = 1;
        if (!n)
            break;
        j += n;
    }
    return j;
}

bool sx_sentence_find(const char *text, size_t length, struct sx_sentence *s)
{
    size_t view = length < SX_SENTENCE_LIMIT + LOOK ? length : SX_SENTENCE_LIMIT + LOOK;
    bool whole = length >= SX_SENTENCE_LIMIT + LOOK;       /* nothing behind the view may count */
    memset(s, 0, sizeof *s);
    for (size_t i = 0; i < view; i++) {
        if (i >= SX_SENTENCE_LIMIT) {
            cut(text, view, s);
            return true;
        }
        unsigned char c = (unsigned char)text[i];
        if (c == '\n' && i + 1 < view && text[i + 1] == '\n') {
            s->length = i;
            s->consumed = i + 2;
            s->paragraph = true;
            return true;
        }
        if (c == '\n' && i) {       /* a line that is an item of a list is a sentence */
            if (i + 8 >= view && !whole && !memchr(text + i, SX_CLEAN_END, view - i))
                return false;
            if (item(text, i + 1, view)) {
                s->length = i;
                s->consumed = i + 1;
                return true;
            }
        }
        if (c == SX_CLEAN_END) {
            s->length = i;
            s->consumed = i + 1;
            while (s->length && is_space((unsigned char)text[s->length - 1]))
                s->length--;
            return true;
        }
        size_t other = c >= 0xD6 ? behind_other_stop(text, i, view) : 0;
        if (other) {
            size_t k = other;
            while (k < view && is_space((unsigned char)text[k])) {
                s->paragraph |= text[k] == '\n' && k + 1 < view && text[k + 1] == '\n';
                k++;
            }
            if (k == view && !whole)
                return false;
            s->length = other;
            s->consumed = k;
            return true;
        }
        if (c != '.' && c != '!' && c != '?')
            continue;
        size_t j = i + 1;
        bool strong = c != '.';
        while (j < view && (text[j] == '.' || text[j] == '!' || text[j] == '?')) {
            strong |= text[j] != '.';
            j++;
        }
        size_t run = j - i;
        j = skip_closers(text, j, view);
        if (j < view && !is_space((unsigned char)text[j])) {
            /* Chinese and Japanese have no blank behind it ("？" is "?" by now) */
            if (i && (unsigned char)text[i - 1] >= 0x80 && (unsigned char)text[j] >= 0xE3 && (unsigned char)text[j] <= 0xE9) {
                s->length = s->consumed = j;
                return true;
            }
            i = j - 1;
            continue;
        }
        size_t k = j;
        bool paragraph = false;
        while (k < view && is_space((unsigned char)text[k])) {
            paragraph |= text[k] == '\n' && k + 1 < view && text[k + 1] == '\n';
            k++;
        }
        if (k == view && !whole)
            return false;
        size_t f = k;
        while (f < view && strchr("\"'([{*_", text[f]) && text[f])
            f++;
        size_t e = f;
        while (e < view && e - f < 24 && (unsigned char)text[e] > ' ')
            e++;
        if (e == view && !whole)
            return false;
        unsigned char n = f < view ? (unsigned char)text[f] : 0;
        enum next next = f >= view || n == SX_CLEAN_END ? NEXT_NONE : n >= 'a' && n <= 'z' ? NEXT_LOWER : n >= 'A' &&
            n <= 'Z' ? NEXT_UPPER : is_digit(n) ? NEXT_DIGIT : NEXT_OTHER;
        bool ends;
        if (paragraph || next == NEXT_NONE)
            ends = true;
        else if (strong || run > 1)     /* "3! = 6" goes on */
            ends = next != NEXT_LOWER && !(c == '!' && i && (is_digit((unsigned char)text[i - 1]) || (is_alpha((unsigned char)text[i - 1]) && (i < 2 || text[i - 2] == ' '))) && strchr("=+*/<>", text[f]) && f + 1 < view && text[f + 1] == ' ');
        else
            ends = stop_ends(text, i, f, view, next);
        if (ends) {
            s->length = j;
            s->consumed = k;
            s->paragraph = paragraph;
            return true;
        }
        i = j - 1;
    }
    return false;
}
