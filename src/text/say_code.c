/* say_code.c - what programmers write, read as one tells a colleague: flags, hexadecimal numbers, keys and hashes, operators.
 *
 * Of keys and hashes of 20 digits and more the first eight are spelled and "and so on" stands for the rest: nobody listens to more. */
#include "text/say.h"

#include <string.h>

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool is_word(char c) { return is_digit(c) || is_alpha(c) || c == '_'; }

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Digits and letters of text[at, at + length), with a pause where something else stands; the bytes of what is left out go to the last word. */
static void spell(struct sx_say *say, size_t at, size_t length, size_t most)
{
    size_t said = 0;
    for (size_t i = 0; i < length && said < most; i++) {
        char c = say->text[at + i];
        if (is_digit(c) || is_alpha(c)) {
            sx_say_spell(say, at + i, at + i + 1, &c, 1);
            said++;
        } else if (said) {
            sx_say_mark(say, SX_PHONE_COMMA);
        }
    }
    if (said == most)
        sx_say_add(say, at + length - 1, at + length, "and so on");
    say->at = at + length;
}

static bool hexadecimal(struct sx_say *say, const char *p)
{
    enum { SPELLED = 8, WHOLE = 19 };
    struct sx_match m;
    size_t at = say->at;
    if (sx_match("0[xX]([\\da-fA-F]+)\\b", p, &m)) {
        sx_say_add(say, at, at + 2, "zero X");
        spell(say, at + 2, m.length - 2, m.length > 2 + WHOLE ? SPELLED : WHOLE + 1);
        return true;
    }
    if (sx_match("[\\da-fA-F]{8}-[\\da-fA-F]{4}-[\\da-fA-F]{4}-[\\da-fA-F]{4}-[\\da-fA-F]{12}\\b", p, &m)) {      /* UUID */
        spell(say, at, m.length, SPELLED);
        return true;
    }
    if (sx_match("[\\da-fA-F]{2}([:-][\\da-fA-F]{2}){5}\\b", p, &m)) {         /* MAC address */
        spell(say, at, m.length, WHOLE);
        return true;
    }
    /* 2001:db8::1: groups by a colon, letters among them or "::" */
    if (sx_match("[\\da-fA-F]{0,4}(::?[\\da-fA-F]{1,4}){2,8}(::)?\\b", p, &m) || sx_match("::1\\b", p, &m)) {
        bool twice = false, letter = false;
        size_t colons = 0;
        for (size_t i = 0; i < m.length; i++) {
            twice |= p[i] == ':' && p[i + 1] == ':';
            colons += p[i] == ':';
            letter |= is_alpha(p[i]);
        }
        if (twice || colons == 7 || (letter && colons > 3)) {
            for (size_t i = 0; i < m.length; i++)
                if (p[i] != ':')
                    sx_say_spell(say, at + i, at + i + 1, p + i, 1);
                else if (!(i && p[i - 1] == ':'))
                    sx_say_add(say, at + i, at + i + 1, p[i + 1] == ':' ? "double colon" : "colon");
            say->at += m.length;
            return true;
        }
    }
    /* hashes, short and long */
    size_t n = 0, digits = 0, capitals = 0, changes = 0;
    for (; is_hex(p[n]); n++) {
        digits += is_digit(p[n]);
        capitals += p[n] >= 'A' && p[n] <= 'F';
        changes += n && is_digit(p[n]) != is_digit(p[n - 1]);
    }
    size_t letters = n - digits;
    if (n >= 7 && !is_word(p[n]) && p[n] != '-' && digits > 1 && letters > 1 && changes > 2 && (!capitals || capitals == letters)) {
        spell(say, at, n, n > WHOLE ? SPELLED : WHOLE + 1);
        return true;
    }
    return false;
}

static bool flag(struct sx_say *say, const char *p)
{
    struct sx_match m;
    size_t at = say->at;
    if (sx_match("--(\\l[\\w-]*)", p, &m) && p[m.length - 1] != '-' && m.length < 60 && strchr(" \n=,.;:)'\"", p[m.length])) {
        sx_say_add(say, at, at + 2, "dash dash");
        for (size_t i = 2; i < m.length;) {
            size_t j = i;
            while (j < m.length && p[j] != '-')
                j++;
            if (j > i)
                sx_say_piece(say, at + i, at + j, p + i, j - i);
            i = j + 1;
        }
        say->at += m.length;
        return true;
    }
    if (sx_match("-(\\a)(\\d{1,4})\\b", p, &m) && m.length == 2 + m.size[2] && !strchr("-.", p[m.length] ? p[m.length] : ' ')) {       /* -j8 */
        char number[SX_NUMBER_ROOM];
        sx_say_add(say, at, at + 1, "dash");
        sx_say_spell(say, at + 1, at + 2, p + 1, 1);
        sx_say_add(say, at + 2, at + m.length, sx_number_cardinal(m.from[2], m.size[2], number, sizeof number));
        say->at += m.length;
        return true;
    }
    bool end = !sx_say_equation(say) && sx_match("-(\\a{1,3})", p, &m) && (!p[m.length] || strchr(" \n=,;)'\"", p[m.length]) || (p[m.length] == '.' && !is_word(p[m.length + 1])));
    if (end && at && p[1] != 'I' && (m.size[1] == 1 || !sx_say_known(m.from[1], m.size[1]))) {
        sx_say_add(say, at, at + 1, "dash");
        sx_say_spell(say, at + 1, at + m.length, p + 1, m.size[1]);
        say->at += m.length;
        return true;
    }
    return false;
}

static bool operators(struct sx_say *say, const char *p, char before)
{
    static const struct { const char *sign, *words; } list[] = {
        {"===", "triple equals"}, {"!==", "is not equal to"}, {"==", "equals equals"}, {"!=", "is not equal to"}, {"->", "arrow"}, {"=>", "arrow"},
            {"<=", "is less than or equal to"},
        {">=", "is greater than or equal to"}, {"&&", "and"}, {"||", "or"}, {"+=", "plus equals"}, {"-=", "minus equals"}, {"*=", "times equals"},
            {"/=", "divided by equals"},
        {":=", "colon equals"}, {"::", "colon colon"}, {"++", "plus plus"}, {"--", "minus minus"}};
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        size_t n = strlen(list[i].sign);
        if (strncmp(p, list[i].sign, n))
            continue;
        char after = p[n], next = after == ' ' ? p[n + 1] : after;
        char last = before == ' ' && say->at > 1 ? p[-2] : before;
        bool left = is_word(last) || strchr(")]'\"", last), right = is_word(next) || (next && strchr("([\"'$!-&*{", next));
        if (!last || !left || (before == ' ') != (after == ' '))
            return false;
        if (!strcmp(list[i].sign, "++") || !strcmp(list[i].sign, "--")) {       /* i++, but not "yes--no" */
            bool counter = before != ' ' && is_word(before) && !is_word(after) && (say->at < 2 || !is_word(p[-2]) || *p == '+');
            return counter && (*p == '+' || strchr(");,", after)) && sx_say_take(say, n, list[i].words);
        }
        if (!right)
            return false;
        if (!strcmp(list[i].sign, "->") && before == ' ')
            return sx_say_take(say, n, "to");
        return sx_say_take(say, n, list[i].words);
    }
    return false;
}

bool sx_say_code(struct sx_say *say)
{
    const char *p = say->text + say->at;
    char before = say->at ? p[-1] : ' ';
    bool fresh = strchr(" \n(\"'[=,:#", before) != NULL;
    if (is_hex(*p) || (*p == ':' && p[1] == ':'))
        if ((fresh || (*p == ':' && before == ' ')) && hexadecimal(say, p))
            return true;
    if (*p == '-' && (before == ' ' || before == '\n' || before == '"' || before == '\'' || before == '[' || before == '(') &&
        is_alpha(p[1 + (p[1] == '-')]) && flag(say, p))
        return true;
    if (*p == '.' && fresh && p[1] >= 'A' && p[1] <= 'Z' && p[2] >= 'A' && p[2] <= 'Z') {      /* .NET */
        size_t n = 1;
        while (is_word(p[n]))
            n++;
        sx_say_add(say, say->at, say->at + 1, "dot");
        sx_say_piece(say, say->at + 1, say->at + n, p + 1, n - 1);
        say->at += n;
        return true;
    }
    if (*p == '#' && (before == ' ' || before == '"' || before == ':')) {       /* a colour */
        struct sx_match m;
        bool mixed = false;
        if (sx_match("#[\\da-fA-F]{6}\\b", p, &m))
            for (size_t i = 2; i < m.length; i++)
                mixed |= is_digit(p[i]) != is_digit(p[i - 1]);
        if (mixed) {
            sx_say_add(say, say->at, say->at + 1, "hash");
            spell(say, say->at + 1, 6, 7);
            return true;
        }
    }
    if (*p == ':' && is_digit(p[1]) && is_alpha(before)) {                      /* main.c:42:7 */
        size_t begin = say->at;
        bool stop = false;
        while (begin && say->text[begin - 1] != ' ' && say->text[begin - 1] != '\n')
            stop |= say->text[--begin] == '.';
        size_t n = 1;
        while (is_digit(p[n]))
            n++;
        if (stop && n < 8 && !is_word(p[n])) {
            char number[SX_NUMBER_ROOM];
            return sx_say_takef(say, n, "colon %s", sx_number_cardinal(p + 1, n - 1, number, sizeof number));
        }
    }
    if (*p == '!' && (is_alpha(p[1]) || p[1] == '(') && (before == '(' || (before == ' ' && say->at > 2 && strchr("&|=", p[-2]))))
        return sx_say_take(say, 1, "not");
    if (*p == '$' && (before == ' ' || before == '"' || before == '/' || before == '\n') && (is_alpha(p[1]) || p[1] == '{'))
        return sx_say_take(say, 1, "dollar");
    if (*p == '\\' && is_alpha(p[1]) && !is_word(p[2]) && !is_word(before)) {   /* \n */
        sx_say_add(say, say->at, say->at + 1, "backslash");
        sx_say_spell(say, say->at + 1, say->at + 2, p + 1, 1);
        say->at += 2;
        return true;
    }
    return operators(say, p, before);
}
