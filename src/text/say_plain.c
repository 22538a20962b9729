/* say_plain.c - the quick way for what most text is: a word of plain letters with a blank or a mark behind it, about which no class has anything to say.
 *
 * It must never say what the classes would say otherwise: whatever is doubtful is left to them. */
#include "text/say.h"

#include <string.h>

enum { LONGEST = 40 };

static bool is_small(char c) { return c >= 'a' && c <= 'z'; }

/* What the classes look at though it is written like a word: days before a date, single letters, what a number or a numeral follows. */
static bool doubtful(const char *p, size_t n)
{
    switch (*p) {
    case 'd': case 'D': return sx_say_one_of(p, n, " dr ");
    case 'e': case 'E': return sx_say_one_of(p, n, " ed ");
    case 'f': case 'F': return sx_say_one_of(p, n, " fri ");
    case 'm': case 'M': return sx_say_one_of(p, n, " mon ");
    case 's': case 'S': return sx_say_one_of(p, n, " st sat sun ");
    case 't': case 'T': return sx_say_one_of(p, n, " tue tues thu thur thurs ");
    case 'w': case 'W': return sx_say_one_of(p, n, " wed ");
    default: return false;
    }
}

bool sx_say_plain(struct sx_say *say)
{
    const char *p = say->text + say->at;
    bool vowel = false, numeral = true, apostrophe = false;
    size_t n = 0;
    bool capital = *p >= 'A' && *p <= 'Z';
    if (!capital && !is_small(*p))
        return false;
    if (say->at && p[-1] != ' ' && p[-1] != '\n' && p[-1] != '"' && p[-1] != '(')
        return false;
    for (; n < LONGEST; n++) {
        char c = n || !capital ? p[n] : (char)(p[n] + 32);
        if (!is_small(c)) {
            if (c != '\'' || !is_small(p[n + 1]) || apostrophe)
                break;
            apostrophe = true;
            continue;
        }
        switch (c) {
        case 'a': case 'e': case 'o': case 'u': case 'y':
            vowel = true, numeral = false;
            break;
        case 'i':
            vowel = true;
            break;
        case 'v': case 'x': case 'l': case 'c': case 'd': case 'm':
            break;
        default:
            numeral = false;
            break;
        }
    }
    if (capital && n == 2)
        return false;           /* "Eb", "Dr", "Na": short names of things */
    if (n < 2 ? *p != 'a' : n == LONGEST || !vowel || numeral)
        return false;
    const char *q = p + n;
    if (*q == '"' || *q == ')')
        q++;
    bool stop = *q == '.';
    if (stop || *q == ',' || *q == ';' || *q == ':' || *q == '!' || *q == '?')
        q++;
    if (*q == '"' || *q == ')')
        q++;
    if (*q && *q != ' ' && *q != '\n')
        return false;
    if (*q)
        q++;
    /* a number, a numeral, a sign that may belong to the word; 'A' to 'Z' but for I, V, X … */
    bool next_small = is_small(*q), next_capital = *q >= 'A' && *q <= 'Z' && !strchr("IVXLCDM", *q);
    if (*q && !next_small && !next_capital && *q != '"' && *q != '\n' && !(*q == '(' && is_small(q[1])))
        if (!strchr("ICMDL", *q) || !is_small(q[1]))
            return false;
    if (apostrophe) {
        if (n < 3)
            return false;
    } else if (n <= 8) {
        char key[8], value[120];
        for (size_t i = 0; i < n; i++)
            key[i] = (char)(p[i] < 'a' ? p[i] + 32 : p[i]);
        if (stop && capital && sx_say_table(SX_DICT(places), p, n, value, sizeof value))
            return false;
        if (n > 1 && (doubtful(p, n) || sx_say_table(SX_DICT(abbreviations), key, n, value, sizeof value)))
            return false;
    }
    sx_say_word(say, say->at, say->at + n, p, n);
    say->at += n;
    return true;
}
