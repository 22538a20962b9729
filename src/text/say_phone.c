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
    /* "x12", "ext 12" */
    struct sx_match m;
    if (length > 6 && sx_match(",? ?(x|ext.?|extension) ?(\\d{1,6})\\b", say->text + say->at, &m)) {
        size_t begin = (size_t)(m.from[1] - say->text), digits = (size_t)(m.from[2] - say->text);
        sx_say_mark(say, SX_PHONE_COMMA);
        sx_say_add(say, begin, begin + m.size[1], "extension");
        sx_say_spell(say, digits, digits + m.size[2], m.from[2], m.size[2]);
        say->at += m.length;
    }
    return true;
}

/* "pages 100-1000" is a range. */
static bool after_range(const struct sx_say *say)
{
    return sx_say_after(say, " pages page between from lines ages years about numbers ");
}

/* "call 200 people", "text 100 friends" */
static bool counted(const struct sx_say *say, size_t length)
{
    const char *word;
    size_t n = sx_say_word_after(say, say->at + length, &word);
    return n > 3 && word == say->text + say->at + length + 1 && (word[n - 1] == 's' || sx_say_one_of(word, n, " people men women children "));
}

/* Has the sentence named a telephone before? */
static bool spoken_of(const struct sx_say *say)
{
    for (int i = say->count; i-- > 0;)
        if (sx_say_one_of(say->words[i].text, strlen(say->words[i].text), " call phone cell mobile telephone tel number text dial ring fax whatsapp contact "))
            return true;
    return false;
}

bool sx_say_phone(struct sx_say *say)
{
    const char *p = say->text + say->at;
    struct sx_match m;
    if (*p != '+' && *p != '(' && (*p < '0' || *p > '9'))
        return false;
    /* +44 20 7946 0958, +1(123) 123-5678, +44 (0)20 7946 0958, +49 30 901820 */
    if (sx_match("\\+\\d{1,3}[ -.]?(\\(\\d{1,4}\\)[ -]?)?\\d{1,5}([ .-]\\d{2,8}){1,4}\\e", p, &m) || sx_match("\\+\\d{8,15}\\e", p, &m))
        return groups(say, m.length);
    /* (212) 555-0187, 617-555-0110, 1-800-555-0100, 555-0142, 555 123 4567; not behind another number's hyphen */
    bool fresh = !say->at || !((p[-1] >= '0' && p[-1] <= '9') || p[-1] == '-' || p[-1] == '/' || p[-1] == '.');
    if (fresh && (sx_match("1[-. ]\\d{3}-\\d{4}\\e", p, &m) || sx_match("\\d{3}-\\d{2}-\\d{4}\\e", p, &m)))
        return groups(say, m.length);           /* 1-555-0100; 078-05-1120 of social security */
    if (fresh && (sx_match("(1[ -.])?(\\(\\d{3}\\)[ -]?|\\d{3}[-. ])\\d{3}[-. ]\\d{4}\\e", p, &m) || (sx_match("\\d{3}-\\d{4}\\e", p, &m) && !after_range(say))))
        return groups(say, m.length);
    /* 020 7946 0958, 07700 900123, 01 23 45 67 89, (020) 7946 0958 */
    if (fresh && (sx_match("\\(?0\\d{2,4}\\)?([ -]\\d{3,8}){1,3}\\e", p, &m) || sx_match("0\\d([ .]\\d{2}){4}\\e", p, &m)))
        return groups(say, m.length);
    /* 1-800-FLOWERS, 800-GO-U-HAUL: the letters are next */
    if (fresh && sx_match("(1[ -])?(8\\d{2}|900)-\\u+", p, &m)) {
        const char *q = p + m.length;
        while (q > p && !(q[-1] >= '0' && q[-1] <= '9'))
            q--;
        return groups(say, (size_t)(q - p));
    }
    /* "text 555.0123", "dial 999": behind a word for calling, digits are dialled */
    if (sx_say_after(say, " call dial ring text phone ph fax telephone tel calling called dialed texted ") && *p != '(' && *p != '+' &&
        (sx_match("\\d{3}[. ]\\d{4}\\e", p, &m) || (sx_match("\\d{3,12}\\e", p, &m) && !counted(say, m.length))))
        return groups(say, m.length);
    /* 6175550123 where telephones are spoken of */
    if (fresh && sx_match("[2-9]\\d{2}[2-9]\\d{6}\\e", p, &m) && spoken_of(say) && !counted(say, m.length)) {
        sx_say_spell(say, say->at, say->at + 3, p, 3);
        sx_say_mark(say, SX_PHONE_COMMA);
        sx_say_spell(say, say->at + 3, say->at + 6, p + 3, 3);
        sx_say_mark(say, SX_PHONE_COMMA);
        sx_say_spell(say, say->at + 6, say->at + 10, p + 6, 4);
        say->at += 10;
        return true;
    }
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
    /* 9-1-1 */
    if (fresh && sx_match("\\d-\\d-\\d\\e", p, &m) && p[m.length] != '-')
        return groups(say, m.length);
    /* 0-306-40615-2 */
    if (sx_match("\\d{1,5}-\\d{1,7}-\\d{1,7}(-\\d{1,7})*(-[\\dX])?\\e", p, &m) && fresh) {
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
