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
    if (*p == 'x' && before == ' ' && p[1] == ' ' && sx_say_after(say, " foot feet inches ") && p[2] >= '0' && p[2] <= '9')
        return sx_say_take(say, 1, "by");
    /* reference marks: "before.[3]", "false.¹", "Sale*" */
    if (*p == '[' && at && before != ' ' && sx_match("\\[\\d{1,3}([,-]\\d{1,3})*\\]", p, &m)) {
        say->at += m.length;
        return true;
    }
    if (sx_match("(¹|²|³)", p, &m)) {
        if (is_word(before) && m.from[0][1] != '\xB9' && (at < 2 || !is_word(p[-2]) || at < 3 || !is_word(p[-3]) || (before >= '0' && before <= '9')))
            return sx_say_take(say, m.length, p[1] == '\xB2' ? "squared" : "cubed");
        say->at += m.length;
        return true;
    }
    /* x^2, x² */
    if (*p == '^' && is_word(before)) {
        if (sx_match("\\^2\\e", p, &m) || sx_match("\\^3\\e", p, &m))
            return sx_say_take(say, m.length, p[1] == '2' ? "squared" : "cubed");
        return sx_say_take(say, 1, "to the");
    }
    /* f(x) */
    if (*p == '(' && is_word(before) && (at < 2 || !is_word(p[-2])) && sx_match("\\(\\l\\)", p, &m) && before >= 'a') {
        sx_say_add(say, at, at + 1, "of");
        say->at++;
        return true;
    }
    /* ~50, >100, <5% */
    if (strchr("~<>", *p) && *p && (before == ' ' || before == '(') && sx_match("$?\\d", p + 1, &m))
        return sx_say_take(say, 1, *p == '~' ? "about" : *p == '<' ? "less than" : "more than");
    if (*p == '<' || *p == '>') {
        bool between = before == ' ' && p[1] == ' ' && at >= 2 && is_word(p[-2]) && is_word(p[2]);
        bool tight = is_word(before) && is_word(p[1]);
        if (between || tight)
            return sx_say_take(say, 1, *p == '<' ? "is less than" : "is greater than");
        if ((between = before == ' ' && p[1] == '=' && p[2] == ' '))
            return sx_say_take(say, 2, *p == '<' ? "is less than or equal to" : "is greater than or equal to");
        if (sx_match("<3", p, &m) && !is_word(p[2]))
            return sx_say_take(say, 2, "heart");
        return false;
    }
    if (*p == '*') {
        bool between = (before == ' ' && p[1] == ' ' && at >= 2 && is_word(p[-2]) && is_word(p[2])) || (before >= '0' && before <= '9' && p[1] >= '0' && p[1] <= '9');
        return between ? sx_say_take(say, 1, "times") : false;
    }
    if (*p == '-' && before == ' ' && p[1] == ' ' && at >= 2 && p[-2] >= '0' && p[-2] <= '9' && sx_match("- \\d+(.\\d+)? =", p, &m))
        return sx_say_take(say, 1, "minus");
    if (*p == '#') {
        if (sx_match("#\\d", p, &m))
            return sx_say_take(say, 1, "number");
        if (before >= 'A' && before <= 'G' && (at < 2 || !is_word(p[-2])) && !is_word(p[1]))
            return sx_say_take(say, 1, "sharp");
        return false;
    }
    if (*p == '/') {
        if (before >= '0' && before <= '9' && p[1] >= '0' && p[1] <= '9')
            return sx_say_take(say, 1, "slash");
        if (before == ' ' && p[1] == ' ' && at >= 2 && p[-2] >= '0' && p[-2] <= '9' && p[2] >= '0' && p[2] <= '9')
            return sx_say_take(say, 1, "divided by");
        return false;
    }
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
    return sx_say_take(say, n, value);
}
