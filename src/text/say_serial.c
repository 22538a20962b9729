/* say_serial.c - letters and digits in one word: serial numbers, versions, formulas: "MP3s", "B12", "XJ-900B", "v2.3.1", "H2O". */
#include "text/say.h"

#include <string.h>

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* A run of digits: short ones as numbers, "380" in groups, others digit by digit. */
static void say_digits(struct sx_say *say, size_t begin, size_t end, bool after_stop)
{
    char out[SX_NUMBER_ROOM];
    const char *p = say->text + begin;
    size_t n = end - begin;
    if (n <= 2 && p[0] == '0' && n == 2)
        sx_number_digits(p, n, out, sizeof out);
    else if (n <= 2)
        sx_number_cardinal(p, n, out, sizeof out);
    else if (n <= 4 && !after_stop)
        sx_number_pairs(p, n, out, sizeof out);
    else
        sx_number_digits(p, n, out, sizeof out);
    sx_say_add(say, begin, end, out);
}

static void say_letters(struct sx_say *say, size_t begin, size_t end)
{
    const char *p = say->text + begin;
    size_t n = end - begin;
    bool capitals = true;
    for (size_t i = 0; i < n; i++)
        capitals &= p[i] >= 'A' && p[i] <= 'Z';
    /* an element in a formula: "Fe2O3" */
    bool element = n == 2 && !capitals && p[0] < 'a' && (is_digit(p[2]) || (begin && is_digit(p[-1])));
    if (element || (capitals && n <= 4 && !(n >= 3 && sx_say_known(p, n) && say->shouting)))
        sx_say_spell(say, begin, end, p, n);
    else
        sx_say_piece(say, begin, end, p, n);
}

bool sx_say_serial(struct sx_say *say)
{
    const char *p = say->text + say->at;
    struct sx_match m;
    /* 2.x, 3.1.x */
    if (sx_match("[vV]?(\\d+(.\\d+)*).([xX])\\b", p, &m) && (is_digit(*p) || is_digit(p[1])) && m.length < 20) {
        for (size_t i = 0; i < m.length; i++)
            if (p[i] == '.')
                sx_say_add(say, say->at + i, say->at + i + 1, "point");
            else
                sx_say_spell(say, say->at + i, say->at + i + 1, p + i, 1);
        say->at += m.length;
        return true;
    }
    /* 3.12.1, v2.3.1, 1.0.0-beta */
    if (sx_match("[vV]?\\d+(.\\d+)+([-+]?\\a+[.-]?\\d*)?", p, &m)) {
        size_t stops = 0;
        for (size_t i = 0; i < m.length; i++)
            stops += p[i] == '.';
        bool letters = is_alpha(p[m.length - 1]) || is_alpha(*p);
        /* "3.14" alone is a decimal */
        bool tail = m.from[2] && m.from[2][0] == '-' && stops < 2;
        struct sx_match groups;
        if (sx_match("\\d{1,3}(.\\d{3}){2,}(,\\d+)?\\e", p, &groups) || sx_match("\\d{1,3}(.\\d{3})+,\\d", p, &groups))
            return false;           /* 1.234.567,89 */
        if (stops > 1 && sx_match("_\\d{1,4}\\b", p + m.length, &groups))         /* 1.8.0_281 */
            m.length += groups.length;
        if ((stops < 2 && !letters) || tail || m.length > 60 || is_alpha(p[m.length]))
            goto mixed;
        size_t at = say->at, i = 0;
        bool after_stop = false;
        while (i < m.length) {
            size_t j = i;
            if (is_digit(p[i])) {
                while (j < m.length && is_digit(p[j]))
                    j++;
                say_digits(say, at + i, at + j, after_stop);
            } else if (is_alpha(p[i])) {
                while (j < m.length && is_alpha(p[j]))
                    j++;
                say_letters(say, at + i, at + j);
            } else {
                j++;
                sx_say_add(say, at + i, at + j, p[i] == '.' ? "point" : p[i] == '+' ? "plus" : p[i] == '_' ? "underscore" : "dash");
                after_stop = p[i] == '.';
            }
            i = j;
        }
        say->at += m.length;
        return true;
    }
mixed:
    if (!sx_match("\\w+(-\\w+)*", p, &m) || m.length > 60)
        return false;
    bool digits = false, letters = false, capital = false;
    for (size_t i = 0; i < m.length; i++) {
        digits |= is_digit(p[i]);
        letters |= is_alpha(p[i]);
        capital |= p[i] >= 'A' && p[i] <= 'Z';
    }
    if (!digits || !letters)
        return false;
    /* "covid-19", "4-kilogram", "100-car": parts that are words or numbers by themselves are left to the other classes */
    size_t first = 0;
    while (is_digit(p[first]) || is_alpha(p[first]))
        first++;
    bool inner = false;     /* some part mixes both */
    for (size_t i = 0; i + 1 < m.length; i++)
        inner |= (is_digit(p[i]) && is_alpha(p[i + 1])) || (is_alpha(p[i]) && is_digit(p[i + 1]));
    if (!inner)
        return false;
    /* "1st", "90s", and "mid-1960s", whose parts are said by themselves */
    struct sx_match other;
    if (sx_match("\\d+(st|nd|rd|th|ST|ND|RD|TH|ers|'?s)\\b", p, &other) && !(other.from[1][0] == 's' && other.size[1] == 1 && other.length < 3))
        return false;
    if (sx_match("\\d+(k|K|M|bn|mn)\\e", p, &other) && !sx_match("[48]K", p, &other))
        return false;
    if (sx_match("\\d+[eE][+-]?\\d+\\e", p, &other) && sx_match("(\\d[eE]|\\d+[eE][+-])", p, &other))
        return false;               /* 1e9 */
    bool mixed = false;
    for (size_t i = 0; i + 1 < first; i++)
        mixed |= is_digit(p[i]) != is_digit(p[i + 1]);
    if (!mixed && !capital)
        return false;
    bool dash = memchr(p, '-', m.length) != NULL, spoken_dash = dash && capital;
    size_t at = say->at;
    for (size_t i = 0; i < m.length;) {
        size_t j = i;
        if (is_digit(p[i])) {
            while (j < m.length && is_digit(p[j]))
                j++;
            say_digits(say, at + i, at + j, false);
        } else if (is_alpha(p[i])) {
            while (j < m.length && is_alpha(p[j]))
                j++;
            /* the plural of "MP3s" belongs to the digits */
            if (j - i == 1 && p[i] == 's' && j == m.length && i >= 2 && is_digit(p[i - 1]) && (dash || !is_digit(p[i - 2])) && say->count)  {
                char word[64];
                struct sx_spoken *last = &say->words[say->count - 1];
                size_t n = strlen(last->text);
                if (n + 6 < sizeof word) {
                    memcpy(word, last->text, n + 1);
                    sx_number_plural(word, sizeof word);
                    say->count--;
                    sx_say_add(say, last->begin, at + j, word);
                }
            } else {
                say_letters(say, at + i, at + j);
            }
        } else {
            j++;
            if (spoken_dash)
                sx_say_add(say, at + i, at + j, "dash");
        }
        i = j;
    }
    say->at += m.length;
    return true;
}
