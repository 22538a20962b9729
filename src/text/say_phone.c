/* say_phone.c - telephone numbers, network addresses and book numbers: digit by digit, a short pause between groups. */
#include "text/say.h"

#include <string.h>

static bool groups(struct sx_say *say, size_t length)
{
    const char *p = say->text + say->at;
    size_t at = say->at;
    for (size_t i = 0; i < length;) {
        size_t n = 0;
        while (i + n < length && p[i + n] >= '0' && p[i + n] <= '9')
            n++;
        if (n) {
            sx_say_spell(say, at + i, at + i + n, p + i, n);
            if (i + n < length)
                sx_say_mark(say, SX_PHONE_COMMA);
            i += n;
        } else {
            if (p[i] == '+')
                sx_say_add(say, at + i, at + i + 1, "plus");
            i++;
        }
    }
    say->at += length;
    return true;
}

bool sx_say_phone(struct sx_say *say)
{
    const char *p = say->text + say->at;
    struct sx_match m;
    if (*p != '+' && *p != '(' && (*p < '0' || *p > '9'))
        return false;
    /* +44 20 7946 0958, +1(123) 123-5678 */
    if (sx_match("\\+\\d{1,3}[ -.]?(\\(\\d{1,4}\\)[ -]?)?\\d{2,4}([ .-]\\d{2,4}){1,4}\\e", p, &m) || sx_match("\\+\\d{8,15}\\e", p, &m))
        return groups(say, m.length);
    /* (212) 555-0187, 617-555-0110, 1-800-555-0100, 555-0142 */
    if (sx_match("(1[ -])?(\\(\\d{3}\\) ?|\\d{3}[-. ])\\d{3}[-.]\\d{4}\\e", p, &m) || sx_match("\\d{3}-\\d{4}\\e", p, &m))
        return groups(say, m.length);
    /* 192.168.0.1 */
    if (sx_match("\\d{1,3}.\\d{1,3}.\\d{1,3}.\\d{1,3}\\e", p, &m)) {
        size_t at = say->at;
        for (size_t i = 0; i < m.length; i++)
            if (p[i] == '.')
                sx_say_add(say, at + i, at + i + 1, "dot");
            else
                sx_say_spell(say, at + i, at + i + 1, p + i, 1);
        say->at += m.length;
        return true;
    }
    /* 0-306-40615-2 */
    if (sx_match("\\d{1,5}-\\d{1,7}-\\d{1,7}(-\\d{1,7})*(-[\\dX])?\\e", p, &m)) {
        size_t at = say->at;
        for (size_t i = 0; i < m.length; i++)
            if (p[i] == '-')
                sx_say_add(say, at + i, at + i + 1, "dash");
            else
                sx_say_spell(say, at + i, at + i + 1, p + i, 1);
        say->at += m.length;
        return true;
    }
    return false;
}
