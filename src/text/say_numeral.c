/* say_numeral.c - numbers by themselves: ordinals, decimals, grouped thousands, years, house numbers, cardinals. */
#include "text/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char year_before[] = " in since of from until till by before after during year circa around early late mid spring summer fall autumn winter "
    "january february "
                                  "march april may june july august september october november december class born est established "
    "founded built erected rebuilt completed published dated copyright to and the ";
static const char code_before[] = " pin code extension passcode password ";
static const char group_before[] = " box flight room suite apartment route boeing airbus form model highway interstate bus channel peugeot porsche bmw mazda "
    "train tram unit locker gate formula ";
static const char streets[] = " st street ave avenue rd road blvd boulevard dr drive ln lane ct court pl place sq square way hwy highway expy expressway pkwy "
                              "parkway terrace ter circle cir trail row alley ";

/* "1600 Pennsylvania Ave": a street's name within the next three words, all capitalised. */
static bool house_number(const struct sx_say *say, size_t end)
{
    size_t at = end;
    for (int i = 0; i < 4; i++) {
        if (say->text[at] != ' ' && i == 0)
            return false;
        const char *word;
        size_t n = sx_say_word_after(say, at, &word);
        if (!n || word - (say->text + at) > 2)
            return false;
        if (i && sx_say_one_of(word, n, streets))
            return true;
        bool ordinal = word[0] >= '1' && word[0] <= '9';
        if (!(word[0] >= 'A' && word[0] <= 'Z') && !ordinal)
            return false;
        at = (size_t)(word - say->text) + n;
    }
    return false;
}

/* A plural noun follows, so a number counts it: "1500 people" is a count, "in 1500 he" a year. `sure`: of the few nouns that are always counted. */
static bool counts(const struct sx_say *say, size_t end, bool sure)
{
    const char *word;
    size_t n = sx_say_word_after(say, end, &word);
    if (!n || word != say->text + end + 1 || !(word[0] >= 'a' && word[0] <= 'z'))
        return false;
    if (sx_say_one_of(word, n, " people men women children units feet miles "))
        return true;
    return !sure && n > 3 && word[n - 1] == 's' && word[n - 2] != 's' && !sx_say_one_of(word, n, " was this his has does always perhaps is as its us thus ");
}

/* "(1789)", "Paris, 1789." */
static bool year_alone(const struct sx_say *say, size_t at, size_t length)
{
    const char *p = say->text + at, *before;
    char next = p[length];
    if (at && p[-1] == '(' && (next == ')' || next == ';'))
        return true;
    size_t n = sx_say_word_before(say, at, &before);
    if (sx_say_one_of(before, n, " ad a.d ") && before[0] == 'A')
        return true;
    return at > 1 && p[-1] == ' ' && p[-2] == ',' && n && before[0] >= 'A' && before[0] <= 'Z' && (!next || next == '.' || next == ',');
}

/* "the code is 4071" */
static bool after_code(const struct sx_say *say)
{
    if (say->count < 2 || !sx_say_after(say, " is was "))
        return false;
    const char *word = say->words[say->count - 2].text;
    return sx_say_one_of(word, strlen(word), code_before);
}

/* 1.299,99 and 1.234.567: no English number is written so, whatever the language; "3,5" and "1.000" only where commas are decimal. */
static bool continental(struct sx_say *say, const char *q, const char *minus, size_t sign)
{
    struct sx_match m;
    char text[80], out[SX_NUMBER_ROOM];
    bool sure = sx_match("\\d{1,3}(.\\d{3})+,(\\d{1,2}|\\d{4,})\\e", q, &m) || sx_match("\\d{1,3}(.\\d{3}){2,}\\e", q, &m);
    if (!sure && !(sx_say_decimal_comma(say) && (sx_match("\\d{1,3}([.]\\d{3})+(,\\d+)?\\e", q, &m) || sx_match("\\d+,\\d+\\e", q, &m))))
        return false;
    if (m.length >= sizeof text)
        return false;
    for (size_t i = 0; i < m.length; i++)
        text[i] = q[i] == '.' ? ',' : q[i] == ',' ? '.' : q[i];
    return sx_say_takef(say, sign + m.length, "%s%s", minus, sx_number_text(text, m.length, out, sizeof out));
}

/* "ran a 5K": the race. */
static bool running(struct sx_say *say, const char *q, size_t sign)
{
    struct sx_match m;
    char out[64];
    const char *word;
    if (sign || !sx_match("(5|8|10|15|20)[kK]\\b", q, &m))
        return false;
    size_t n = sx_say_word_after(say, say->at + m.length, &word);
    if (!sx_say_after(say, " ran run running walk walked jog jogged race ") && !sx_say_one_of(word, n, " race run walk runner runners runs races jog "))
        return false;
    return sx_say_takef(say, m.length, "%s K", sx_number_cardinal(q, m.size[1], out, sizeof out));
}

bool sx_say_numeral(struct sx_say *say)
{
    const char *p = say->text + say->at;
    struct sx_match m;
    char out[SX_NUMBER_ROOM];
    /* -17, +5: a sign where a number begins */
    size_t sign = *p == '-' || *p == '+';
    if (sign && say->at && !strchr(" \n([\"'=<>|", p[-1]))
        return false;
    const char *q = p + sign;
    bool stop = *q == '.' && q[1] >= '0' && q[1] <= '9' && !(q > say->text && q[-1] == '.');
    if ((*q < '0' || *q > '9') && !stop)
        return false;
    const char *minus = !sign ? "" : *p == '-' ? "minus " : "plus ";

    if (sign && sx_match("\\d{1,3}/\\d{1,3}\\e", q, &m))         /* -1/2: the fraction is next */
        return sx_say_take(say, 1, *p == '-' ? "minus" : "plus");
    if (sx_match("49ers\\b", p, &m))
        return sx_say_take(say, m.length, "forty niners");
    if (!sign && sx_match("([1-9]\\d[1-9])s\\b", p, &m))       /* 747s */
        return sx_say_take(say, m.length, sx_number_plural(sx_number_pairs(p, 3, out, sizeof out), sizeof out));
    if (!sign && sx_match("(\\d{1,2})st\\b", q, &m) && (q[m.size[1] - 1] != '1' || m.size[1] == 2) &&
        !(m.size[1] == 2 && q[1] == '1' && q[0] != '1'))       /* 14st 6lb */
        return sx_say_takef(say, m.length, "%s stone", sx_number_cardinal(q, m.size[1], out, sizeof out));
    if (sx_match("(\\d{1,3}(,\\d{3})+|\\d+)(st|nd|rd|th|ST|ND|RD|TH)\\b", q, &m)) {
        char digits[64];
        size_t n = 0;
        for (size_t i = 0; i < m.size[1] && n < sizeof digits; i++)
            if (q[i] != ',')
                digits[n++] = q[i];
        while (n > 1 && digits[0] == '0')
            memmove(digits, digits + 1, --n);
        return sx_say_takef(say, sign + m.length, "%s%s", minus, sx_number_ordinal(digits, n, out, sizeof out));
    }
    /* 12 345 678 */
    if ((sx_match("\\d{1,3}( \\d{3}){2,}\\e", q, &m) || sx_match("\\d{1,3} 0\\d{2}\\e", q, &m)) && m.length < 48)
        return sx_say_takef(say, sign + m.length, "%s%s", minus, sx_number_text(q, m.length, out, sizeof out));
    if (continental(say, q, minus, sign) || running(say, q, sign))
        return true;
    /* "3.5e6" */
    if (sx_match("(\\d+(.\\d+)?)[eE]([+-]?)(\\d{1,3})\\e", q, &m) && m.size[1] < 20 && (m.from[2] || m.from[3] || m.size[1] == 1)) {
        char power[SX_NUMBER_ROOM];
        return sx_say_takef(say, sign + m.length, "%s%s times ten to the %s%s", minus, sx_number_text(q, m.size[1], out, sizeof out), m.size[3] &&
            *m.from[3] == '-' ? "minus " : "",
                            m.size[3] && *m.from[3] == '-' ? sx_number_cardinal(m.from[4], m.size[4], power, sizeof power)
                                : sx_number_ordinal(m.from[4], m.size[4], power, sizeof power));
    }
    if (sx_match("\\d{1,3}(,\\d{3})+", q, &m) && q[m.length] >= '0' && q[m.length] <= '9')
        sx_match("(\\d+)()(())", q, &m);          /* "12,3456" is no number with groups */
    else if (!sx_match("(\\d{1,3}(,\\d{3})+|\\d+)?(.\\d+)?", q, &m) || !m.length)
        return false;
    if (m.from[3] && !m.size[3])
        m.from[3] = NULL;
    size_t length = sign + m.length, digits = m.from[1] ? m.size[1] : 0;
    struct sx_match scale;
    /* a letter for thousands, millions: 100K, 0.1 B */
    if (sx_match(" ?(K|k|M|B|bn|mn)\\e", q + m.length, &scale) && (scale.from[1][0] != ' ' || m.from[3]) &&
        (p[length] != ' ' || (scale.from[1][0] >= 'A' && scale.from[1][0] <= 'Z'))) {
        char s = scale.from[1][0];
        if (p[length] == ' ' && s == 'K')           /* kelvin as well */
            return sx_say_takef(say, length + scale.length, "%s%s K", minus, sx_number_text(q, m.length, out, sizeof out));
        return sx_say_takef(say, length + scale.length, "%s%s %s", minus, sx_number_text(q, m.length, out, sizeof out),
                            s == 'K' || s == 'k' ? "thousand" : s == 'M' || s == 'm' ? "million" : "billion");
    }
    if (sign && sx_match(" ?(–|—| - ) ?[-+]?\\d", q + m.length, &scale)) {          /* -5 – 5 */
        size_t begin = (size_t)(scale.from[1] - say->text);
        sx_say_takef(say, length, "%s%s", minus, sx_number_text(q, m.length, out, sizeof out));
        sx_say_add(say, begin, begin + scale.size[1], "to");
        say->at = begin + scale.size[1];
        return true;
    }
    if (m.from[3] || memchr(q, ',', m.length)) {
        /* more stops: a version; the bytes go on */
        return sx_say_takef(say, length, "%s%s", minus, sx_number_text(q, m.length, out, sizeof out));
    }
    if (!sign && digits >= 3 && (sx_say_after(say, code_before) || after_code(say)))
        return sx_say_take(say, length, sx_number_digits(q, digits, out, sizeof out));
    if (!sign && (digits == 3 || digits == 4) && (sx_say_after(say, group_before) || house_number(say, say->at + length)))
        return sx_say_take(say, length, sx_number_pairs(q, digits, out, sizeof out));
    if (!sign && digits == 3 && q[1] == '1' && q[2] == '1' && q[0] >= '2' && !counts(say, say->at + length, true))
        return sx_say_take(say, length, sx_number_digits(q, digits, out, sizeof out));
    bool recent = (q[0] == '1' && q[1] == '9') || (q[0] == '2' && q[1] == '0');
    if (!sign && digits == 4 && (recent || q[0] == '1') && !counts(say, say->at + length, false) &&
        (recent || sx_say_after(say, year_before) || sx_match(" when\\b", q + m.length, &scale) || (!say->count && length == say->length) || year_alone(say, say->at, length)))
        return sx_say_take(say, length, sx_number_year(q, 4, out, sizeof out));
    if (digits > 12)
        return sx_say_takef(say, length, "%s%s", minus, sx_number_digits(q, digits, out, sizeof out));
    return sx_say_takef(say, length, "%s%s", minus, sx_number_cardinal(q, digits, out, sizeof out));
}
