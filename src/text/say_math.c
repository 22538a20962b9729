/* say_math.c - signs between operands: minus or a dash, times or a footnote, divided by or a choice; powers, factorials, functions. */
#include "text/say.h"

#include <stdio.h>
#include <string.h>

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* A single letter, no part of a word, stands at text[at]. */
static bool variable(const struct sx_say *say, size_t at)
{
    const char *p = say->text + at;
    return is_alpha(*p) && (!at || (!is_alpha(p[-1]) && p[-1] != '\'')) && !is_alpha(p[1]) && p[1] != '\'' && p[1] != '.';
}

/* What an operator may stand behind or before, one blank between them allowed. Greek letters are two bytes that begin with CE or CF. */
static bool operand_before(const struct sx_say *say, size_t at)
{
    const char *p = say->text;
    at -= at && p[at - 1] == ' ';
    if (!at)
        return false;
    unsigned char c = (unsigned char)p[at - 1];
    if (is_digit((char)c) || c == ')' || c == ']' || (c == '!' && at > 1 && (is_digit(p[at - 2]) || variable(say, at - 2))))
        return true;
    if (at > 1 && c >= 0x80)
        return (unsigned char)p[at - 2] == 0xCE || (unsigned char)p[at - 2] == 0xCF || (unsigned char)p[at - 2] == 0xC2 ||
            (at > 2 && (unsigned char)p[at - 3] == 0xE2);
    return variable(say, at - 1) || (is_alpha((char)c) && at > 1 && is_digit(p[at - 2]));
}

static bool operand_after(const struct sx_say *say, size_t at)
{
    const char *p = say->text + at;
    p += *p == ' ';
    if (*p == '-' && p[1] != ' ')
        p++;
    if (is_digit(*p) || *p == '(' || (*p == '.' && is_digit(p[1])))
        return true;
    if ((unsigned char)*p == 0xCE || (unsigned char)*p == 0xCF || !strncmp(p, "√", 3) || !strncmp(p, "∞", 3))
        return true;
    return variable(say, (size_t)(p - say->text)) || (is_alpha(*p) && p[1] == '(');
}

bool sx_say_equation(const struct sx_say *say)
{
    for (const char *p = say->text; (p = strpbrk(p, "=\xE2")); p++)
        if ((*p == '=' && p[1] != '=' && (p == say->text || !strchr("=<>!&?", p[-1])) && operand_after(say, (size_t)(p - say->text) + 1)) ||
            !strncmp(p, "≈", 3) ||
            !strncmp(p, "≤", 3) || !strncmp(p, "≥", 3) || !strncmp(p, "≠", 3) || !strncmp(p, "≡", 3))
            return true;
    return false;
}

/* Letters that are words or names rather than variables. */
static bool capital_or_a(char c)
{
    return (c >= 'A' && c <= 'Z') || c == 'a';
}

/* ⁻¹² */
size_t sx_say_superscript(const char *p, char out[8])
{
    static const char *const signs[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹", "⁻", "⁺", "ⁿ"};
    size_t n = 0, k = 0;
    while (k < 6) {
        size_t i = 0;
        while (i < 13 && strncmp(p + n, signs[i], strlen(signs[i])))
            i++;
        if (i == 13)
            break;
        out[k++] = "0123456789-+n"[i];
        n += strlen(signs[i]);
    }
    out[k] = 0;
    return n;
}

static bool say_power(struct sx_say *say, size_t length, const char *power)
{
    char number[SX_NUMBER_ROOM];
    bool minus = *power == '-';
    const char *digits = power + (minus || *power == '+');
    size_t n = strspn(digits, "0123456789");
    if (!strcmp(power, "2") || !strcmp(power, "3"))
        return sx_say_take(say, length, *power == '2' ? "squared" : "cubed");
    if (!strcmp(digits, "n"))
        return sx_say_take(say, length, "to the N");
    if (!n || digits[n])
        return false;
    if (minus)
        return sx_say_takef(say, length, "to the minus %s", sx_number_cardinal(digits, n, number, sizeof number));
    return sx_say_takef(say, length, "to the %s", sx_number_ordinal(digits, n, number, sizeof number));
}

bool sx_say_math(struct sx_say *say)
{
    const char *p = say->text + say->at;
    size_t at = say->at;
    struct sx_match m;
    char before = at ? p[-1] : ' ', power[8];
    unsigned char c = (unsigned char)*p;
    if (c == 0xC2 || c == 0xE2) {
        size_t n = sx_say_superscript(p, power);
        /* behind a variable, a number, a bracket; behind a longer word it is a note's mark */
        bool unit = at && ((is_alpha(before) && (at < 4 || !is_alpha(p[-2]) || !is_alpha(p[-3]))) || is_digit(before) || before == ')' ||
            (unsigned char)before >= 0x80);
        return n && unit && strcmp(power, "1") && strcmp(power, "0") && say_power(say, n, power);
    }
    if (*p == '^' && at && (is_alpha(before) || is_digit(before) || before == ')')) {
        if (sx_match("\\^[({]?(-?\\d+)[)}]?\\e", p, &m) && m.size[1] < sizeof power) {
            memcpy(power, m.from[1], m.size[1]);
            power[m.size[1]] = 0;
            return say_power(say, m.length, power);
        }
        return sx_say_take(say, 1, "to the");
    }
    if (*p == '(' && at && is_alpha(before)) {          /* f(x), sin(2x), P(A) */
        size_t begin = at;
        while (begin && is_alpha(say->text[begin - 1]))
            begin--;
        bool function = sx_say_one_of(say->text + begin, at - begin, " sin cos tan cot sec csc log ln exp lim max min gcd lcm det arcsin arccos arctan sinh "
            "cosh tanh ");
        bool single = at - begin == 1 && (!begin || !is_digit(say->text[begin - 1])) && (before >= 'a' || strchr("FGHPEX", before)) &&
            sx_match("\\([\\w+^*/, .-]{1,12}\\)", p, &m) &&
                      !sx_match("\\(\\l{3}", p, &m) && !(before == 's' && begin && say->text[begin - 1] == '\'');
        if (!function && !single)
            return false;
        sx_say_add(say, at, at + 1, "of");
        say->at++;
        return true;
    }
    if (*p == '!' && (is_digit(before) || (at && variable(say, at - 1))) && p[1] != '=') {
        bool end = sx_match("!( ?[=/+*-]| (is|equals)\\b|\\))", p, &m) || (before >= 'b' && before != 'i' && p[1] == ' ' && p[2] >= 'a' && p[2] <= 'z');
        return end && sx_say_take(say, 1, "factorial");
    }
    if (*p == '|' && before != '|' && sx_match("\\|-?\\w( ?[-+*/] ?\\w+)*\\|", p, &m)) {
        say->at++;
        sx_say_add(say, at, at + 1, "the absolute value of");
        return true;
    }
    if (*p == ':' && at && variable(say, at - 1) && variable(say, at + 1) && sx_say_ratio_meant(say, 2))          /* the ratio a:b */
        return sx_say_take(say, 1, "to");
    if (*p == ':' && before == ' ' && p[1] == ' ' && at > 1 && is_digit(p[-2]) && is_digit(p[2]))
        return sx_say_take(say, 1, "to");
    if (*p == '-' && (!at || before == ' ' || before == '(') && variable(say, at + 1) && sx_say_equation(say))       /* y = -x */
        return sx_say_take(say, 1, "minus");
    if (!strchr("-*/+", c) || !c)
        return false;
    bool spaced = before == ' ' && p[1] == ' ', tight = before != ' ' && p[1] != ' ';
    if (!spaced && !tight && !(*p == '-' && p[1] == ' '))
        return false;
    if (!operand_before(say, at) || !operand_after(say, at + 1))
        return false;
    bool equation = sx_say_equation(say);
    size_t left = at - (before == ' ');
    const char *right = p + 1 + (p[1] == ' ');
    bool digits = (is_digit(say->text[left - 1]) || say->text[left - 1] == '!') && is_digit(*right);
    bool letters = is_alpha(say->text[left - 1]) && is_alpha(*right);
    switch (*p) {
    case '*':
        return sx_say_take(say, 1, "times");
    case '+':
        return sx_say_take(say, 1, "plus");
    case '/':
        if (spaced && digits)
            return sx_say_take(say, 1, "divided by");
        if (equation || (tight && !digits && !letters && before != 'w' && right[1] != '-' && (is_alpha(*right) ? *right : before) >= 'a'))
            return sx_say_take(say, 1, spaced ? "divided by" : "over");
        return false;
    default:
        if (equation)
            return sx_say_take(say, 1, "minus");
        if (spaced && !digits && !capital_or_a(say->text[left - 1]) && !capital_or_a(*right))
            return sx_say_take(say, 1, "minus");
        return spaced && digits ? sx_say_take(say, 1, "to") : false;
    }
}
