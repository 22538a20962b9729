/* say_symbol.c - signs: mathematics between its operands, footnote marks that are silent, emoji, and what the table names. */
#include "text/say.h"

#include <string.h>

#include "base/utf8.h"

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool sx_say_symbol(struct sx_say *say)
{
    const char *p = say->text + say->at;
    struct sx_match m;
    size_t at = say->at;
    char before = at ? p[-1] : ' ';
    /* "20 cm x 30 cm" */
    size_t cross = *p == 'x' ? 1 : !strncmp(p, "×", 2) ? 2 : 0;
    if (cross && before == ' ' && p[cross] == ' ' && p[cross + 1] >= '0' && p[cross + 1] <= '9' && at > 1 && say->count > 1 &&
        !(p[-2] >= '0' && p[-2] <= '9') &&
        !sx_say_equation(say) && say->words[say->count - 1].begin == say->words[say->count - 2].begin)
        return sx_say_take(say, cross, "by");
    /* "5 items/day" */
    if (*p == '/' && is_word(before) && before > '9' && sx_match("/(day|week|month|year|hour|hr|min|minute|sec|person|night|game|user|seat|unit|mile|gallon|student|head)\\b", p, &m)) {
        size_t word = at;
        while (word && is_word(say->text[word - 1]))
            word--;
        if (word > 1 && say->text[word - 1] == ' ' && say->text[word - 2] >= '0' && say->text[word - 2] <= '9') {
            sx_say_add(say, at, at + 1, "per");
            say->at++;
            return true;
        }
    }
    /* reference marks: "before.[3]", "false.¹", "Sale*" */
    if (*p == '[' && at && before != ' ' && (sx_match("\\[\\d{1,3}([,-]\\d{1,3})*\\]", p, &m) ||
        (!is_word(before) && sx_match("\\[([ivx]{1,5}|\\l)\\]", p, &m)))) {
        say->at += m.length;
        return true;
    }
    if (!is_word(before) && sx_say_isotope(say))
        return true;
    if (sx_match("(¹|²|³|⁴|⁵|⁶|⁷|⁸|⁹|⁰|⁻|⁺|ⁿ|†|‡)+", p, &m)) {
        say->at += m.length;
        return true;
    }
    if (sx_match("\\+/- ?[$£€]?\\d", p, &m))
        return sx_say_take(say, 3, "plus or minus");
    if (*p == '-' && before == 'T' && (at < 2 || !is_word(p[-2])) && sx_match("-\\d+ (days?|hours?|minutes?|seconds?|weeks?)\\b", p, &m))          /* T-3 days */
        return sx_say_take(say, 1, "minus");
    if (sx_match("(§§|¶¶)", p, &m))
        return sx_say_take(say, m.length, !strncmp(p, "§", 2) ? "sections" : "paragraphs");
    if (*p == '-' && sx_match("-\\d", p, &m) && at >= 3 && (!strncmp(p - 3, "UTC", 3) || !strncmp(p - 3, "GMT", 3)))
        return sx_say_take(say, 1, "minus");
    /* "B- grade", "an A-": letters of a school */
    if (*p == '-' && before >= 'A' && before <= 'F' && (at < 2 || !is_word(p[-2])) && (!p[1] || strchr(" \n,;.!?)\"", p[1])) &&
        !sx_match("- (and|or|to) \\u-", p, &m))
        return sx_say_take(say, 1, "minus");
    /* "I <3 cats" */
    if (sx_match("<3", p, &m) && !is_word(p[2]) && before == ' ' && (p[2] != ' ' || !(p[3] >= '0' && p[3] <= '9')) && at > 1 &&
        !(p[-2] >= '0' && p[-2] <= '9') && !sx_say_equation(say) &&
        (is_word(p[-2]) ? p[-2] != 'x' && p[-2] != 'n' : true))
        return sx_say_take(say, 2, "heart");
    /* ~50, >100, <5% */
    if (strchr("~<>", *p) && *p && (before == ' ' || before == '(') && sx_match("$?\\d", p + 1, &m))
        return sx_say_take(say, 1, *p == '~' ? "about" : *p == '<' ? "less than" : "more than");
    if (*p == '<' || *p == '>') {
        bool between = before == ' ' && p[1] == ' ' && at >= 2 && (is_word(p[-2]) || p[-2] == '|' || p[-2] == '%' || p[-2] == ')' ||
            (unsigned char)p[-2] >= 0x80) && (is_word(p[2]) || p[2] == '-' || p[2] == '(' || p[2] == '$' ||
            (p[2] == '.' && p[3] >= '0' && p[3] <= '9'));
        bool tight = is_word(before) && is_word(p[1]);
        if (between || tight)
            return sx_say_take(say, 1, *p == '<' ? "is less than" : "is greater than");
        if ((between = before == ' ' && p[1] == '=' && p[2] == ' '))
            return sx_say_take(say, 2, *p == '<' ? "is less than or equal to" : "is greater than or equal to");
        return false;
    }
    if (*p == '*' && sx_match("[*]\\d{2,3}\\b", p, &m) && before == ' ') {          /* "dial *69" */
        sx_say_add(say, at, at + 1, "star");
        sx_say_spell(say, at + 1, at + m.length, p + 1, m.length - 1);
        say->at += m.length;
        return true;
    }
    /* signs that are spoken of: "the * key", "press # to end", "in $." */
    if (*p && strchr("*#$", *p) && before == ' ' && (!p[1] || strchr(" ,.;)", p[1])) &&
        (sx_say_after(say, " press dial hit enter type pound star ") || sx_match(" (key|sign|signs|symbol|button|character)\\b", p + 1, &m) || *p == '$'))
        return sx_say_take(say, 1, *p == '*' ? "star" : *p == '$' ? "dollar" : "pound");
    if (*p == '*')          /* "A* search" */
        return before >= 'A' && before <= 'Z' && (at < 2 || p[-2] == ' ') && (p[1] == ' ' || p[1] == '-') && sx_say_take(say, 1, "star");
    if (*p == '#') {
        if (sx_match("#\\d", p, &m))
            return sx_say_take(say, 1, "number");
        if (before >= 'A' && before <= 'G' && (at < 2 || !is_word(p[-2])) && !is_word(p[1]))
            return sx_say_take(say, 1, "sharp");
        return false;
    }
    if (*p == '/')
        return before >= '0' && before <= '9' && p[1] >= '0' && p[1] <= '9' && sx_say_take(say, 1, "slash");
    if (*p == '=' && (p[1] == '=' || before == '='))
        return false;           /* a line of them */
    if (*p == '+' && (p[1] == '+' || before == '+') && !is_word(before) && before != '+')
        return false;
    /* "&", "%", Greek, emoji: of a row of one sign only the first is said, but of "C++" */
    uint32_t code;
    size_t n = (size_t)sx_utf8_decode(p, say->length - at, &code);
    char value[64];
    if (!sx_say_table(SX_DICT(symbols), p, n, value, sizeof value))
        return false;
    /* a row of different signs says nothing: "*&%$#" */
    if (*p < 0x7F && at && strchr("!?.,;:_-()[]{}<>\"'`~^*&%$#@=+/\\|", before) && strchr("!?.,;:_-()[]{}<>\"'`~^*&%$#@=+/\\|", p[1]) && before != *p)
        return false;
    bool again = at >= n && !memcmp(p - n, p, n) && code != '+';
    /* Greek letters within a word are its letters */
    if (again) {
        say->at += n;
        return true;
    }
    size_t last = strlen(value);
    if (last > 3 && !strcmp(value + last - 3, " of") && sx_match(" of\\b", p + n, &m))        /* "∑ of" */
        value[last - 3] = 0;
    return sx_say_take(say, n, value);
}
