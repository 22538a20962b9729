/* say_measure.c - numbers with units: "5 kg", "120 km/h", "3.5 %", "-4°C", "45 m²", "5'11\"", "4 1/2 lbs". */
#include "text/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER "(\\d{1,3}(,\\d{3})+|\\d+)?(.\\d+)?"

struct unit {
    size_t length;
    char one[160], many[160];
};

/* Longest symbol of the table at p, at most 8 bytes, nothing of a word behind it. */
static size_t look_up(const char *p, bool attached, bool divisor, char one[64], char many[64])
{
    char value[200], where[8];
    size_t n = 0;
    if (!strncmp(p, "fl oz", 5) || !strncmp(p, "fl. oz", 6)) {
        strcpy(one, "fluid ounce");
        strcpy(many, "fluid ounces");
        return p[2] == '.' ? 6 : 5;
    }
    if (!strncmp(p, "ft-lb", 5)) {
        strcpy(one, "foot pound");
        strcpy(many, "foot pounds");
        return p[5] == 's' ? 6 : 5;
    }
    while (n < 8 && p[n] && !strchr(" \n/,;:!?)(\"'-", p[n]) && (p[n] < '0' || p[n] > '9'))
        n++;
    for (; n; n--) {
        unsigned char next = (unsigned char)p[n];
        if ((next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') || (next >= 0x80 && next < 0xC0))
            continue;
        if (next == '\'' && p[n + 1] == 's')
            continue;           /* "the 5 W's" */
        if (next >= 0xC3 && strncmp(p + n, "–", 3) && strncmp(p + n, "—", 3))
            continue;
        if (next >= '0' && next <= '9' && !((next == '2' || next == '3') && !(p[n + 1] >= '0' && p[n + 1] <= '9')))
            continue;
        bool found = sx_say_table(SX_DICT(units), p, n, value, sizeof value);
        if (!found && n >= 2) {         /* "12KG" */
            char small[8];
            bool capitals = true;
            for (size_t i = 0; i < n; i++) {
                capitals &= p[i] >= 'A' && p[i] <= 'Z';
                small[i] = (char)(p[i] + 32);
            }
            found = capitals && !sx_say_one_of(p, n, " in hr ") && sx_say_table(SX_DICT(units), small, n, value, sizeof value);
        }
        if (!found || !sx_say_field(value, 0, one, 64) || !sx_say_field(value, 1, many, 64) || !sx_say_field(value, 2, where, sizeof where))
            continue;
        /* "1845 W Elm Rd", "5 N Main St" */
        if (n == 1 && !attached && !divisor && p[0] >= 'A' && p[0] <= 'Z' &&
            (sx_match(".? \\u\\l", p + 1, &(struct sx_match){0}) || (strchr("NSEW", *p) && sx_match(".? \\d", p + 1, &(struct sx_match){0}))))
            continue;
        if ((where[0] == 'a' && !attached && !divisor) || (where[0] == '/' && !divisor) || (where[0] == '.' && p[n] != '.' && !divisor))
            continue;
        return n;
    }
    return 0;
}

/* "², ³, 2, 3, ^2" behind a unit. */
static size_t power(const char *p, int *exponent)
{
    struct sx_match m;
    *exponent = 1;
    if (sx_match("(²|\\^?2)\\b", p, &m))
        *exponent = 2;
    else if (sx_match("(³|\\^?3)\\b", p, &m))
        *exponent = 3;
    else
        return 0;
    return m.length;
}

static const char *power_word(int exponent)
{
    return exponent == 2 ? "square " : exponent == 3 ? "cubic " : "";
}

/* "km/h", "mg/dL", "m²", "kg/m³" */
static bool read_unit(const char *p, bool attached, struct unit *unit)
{
    char one[64], many[64], per[64], unused[64];
    struct sx_match m;
    /* "200 sq. ft." */
    if (sx_match("(sq|cu)\\.?[ -](ft|in|yd|mi|m|km|cm)\\b", p, &m) && look_up(m.from[2], false, true, one, many)) {
        const char *word = p[0] == 's' ? "square" : "cubic";
        snprintf(unit->one, sizeof unit->one, "%s %s", word, one);
        snprintf(unit->many, sizeof unit->many, "%s %s", word, many);
        unit->length = m.length;
        return true;
    }
    size_t n = look_up(p, attached, false, one, many);
    if (!n && (sx_match("[sVNJKBAhCFTd]/(s|m|kg|K|C|V|day|d|h)\\b", p, &m) || sx_match("[NJACVW](·|⋅)", p, &m) ||
        sx_match("(A|C|F|T|H) (at|fuse|current|max|rms|peak|charge|capacitor|magnet|field)\\b", p, &m)))
        n = look_up(p, attached, true, one, many);
    if (!n)
        return false;
    int exponent;
    n += power(p + n, &exponent);
    snprintf(unit->one, sizeof unit->one, "%s%s", power_word(exponent), one);
    snprintf(unit->many, sizeof unit->many, "%s%s", power_word(exponent), many);
    size_t dot = !strncmp(p + n, "·", 2) ? 2 : !strncmp(p + n, "⋅", 3) ? 3 : 0;
    if (dot) {                      /* N·m, kW·h */
        char other[64], others[64];
        size_t k = look_up(p + n + dot, true, true, other, others);
        if (k) {
            n += dot + k;
            snprintf(unit->one, sizeof unit->one, "%s %s", one, other);
            snprintf(unit->many, sizeof unit->many, "%s %s", one, others);
        }
    }
    if (p[n] == '/') {
        size_t k = look_up(p + n + 1, true, true, per, unused);
        if (k) {
            n += 1 + k;
            n += power(p + n, &exponent);
            size_t used = strlen(unit->one);
            snprintf(unit->one + used, sizeof unit->one - used, " per %s%s", power_word(exponent), per);
            used = strlen(unit->many);
            snprintf(unit->many + used, sizeof unit->many - used, " per %s%s", power_word(exponent), per);
        }
    }
    unit->length = n;
    return true;
}

static bool is_one(const char *p, size_t length)
{
    return length == 1 && *p == '1';
}

/* A number's words and its length; with "½" or " 1/2" behind it; false when there is none. */
static bool read_number(const char *p, char *out, size_t room, size_t *length, bool *single)
{
    static const struct { const char *sign, *words; } fractions[] = {
        {"½", "a half"}, {"¼", "a quarter"}, {"¾", "three quarters"}, {"⅓", "one third"}, {"⅔", "two thirds"}, {"⅛", "one eighth"}, {"⅜", "three eighths"},
        {"⅝", "five eighths"}, {"⅞", "seven eighths"}, {"1/2", "a half"}, {"1/4", "a quarter"}, {"3/4", "three quarters"}, {"1/3", "one third"},
        {"2/3", "two thirds"}, {"1/8", "one eighth"}, {"3/8", "three eighths"}, {"5/8", "five eighths"}, {"7/8", "seven eighths"}};
    struct sx_match m, f;
    if (!sx_match(NUMBER, p, &m) || !m.length)
        return false;
    *length = m.length;
    *single = is_one(p, m.length);
    sx_number_text(p, m.length, out, room);
    if (m.from[3] || *length > 20)
        return true;
    for (size_t i = 0; i < sizeof fractions / sizeof fractions[0]; i++) {
        size_t n = strlen(fractions[i].sign), space = p[m.length] == ' ';
        bool digits = fractions[i].sign[0] <= '9';
        if (strncmp(p + m.length + space, fractions[i].sign, n) || (digits && (!space ||
            (p[m.length + space + n] >= '0' && p[m.length + space + n] <= '9') || p[m.length + space + n] == '/')))
            continue;
        size_t used = strlen(out);
        snprintf(out + used, room - used, " and %s", fractions[i].words);
        *length += space + n;
        *single = false;
        return true;
    }
    if (sx_match(" ([1-9]\\d?)/([1-9]\\d?)\\e", p + m.length, &f) && atoi(f.from[1]) < atoi(f.from[2])) {         /* 2 5/16 */
        char fraction[SX_NUMBER_ROOM];
        size_t used = strlen(out);
        snprintf(out + used, room - used, " and %s", sx_number_fraction(f.from[1], f.size[1], f.from[2], f.size[2], fraction, sizeof fraction));
        *length += f.length;
        *single = false;
        return true;
    }
    if (sx_match(" (hundred|thousand|million|billion|trillion)\\b", p + m.length, &f)) {
        size_t used = strlen(out);
        snprintf(out + used, room - used, " %.*s", (int)f.size[1], f.from[1]);
        *length += f.length;
        *single = false;
    }
    return true;
}

/* A quotation mark behind a number closes nothing, so it means inches. */
static bool inch_mark(const struct sx_say *say, size_t at)
{
    bool open = false;
    for (size_t i = 0; i < at; i++)
        if (say->text[i] == '"')
            open = !open && !(i && say->text[i - 1] >= '0' && say->text[i - 1] <= '9');         /* one behind a number was another inch */
    return !open;
}

static bool foot_mark(const struct sx_say *say, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (say->text[i] == '\'' && (!i || strchr(" \n(\"", say->text[i - 1])))
            return false;
    return true;
}

/* ¾", ½ tsp, ¼lb */
static bool sign_and_unit(struct sx_say *say)
{
    static const struct { const char *sign, *words; } fractions[] = {{"½", "one half"}, {"¼", "one quarter"}, {"¾", "three quarters"}, {"⅓", "one third"}, {"⅔", "two thirds"},
                                                                     {"⅛", "one eighth"}, {"⅜", "three eighths"}, {"⅝", "five eighths"}, {"⅞", "seven eighths"}};
    const char *p = say->text + say->at;
    struct unit unit;
    for (size_t i = 0; i < sizeof fractions / sizeof fractions[0]; i++) {
        size_t n = strlen(fractions[i].sign), space;
        if (strncmp(p, fractions[i].sign, n))
            continue;
        const char *words = fractions[i].words;
        if (p[n] == '"' && inch_mark(say, say->at + n))
            return sx_say_takef(say, n + 1, "%s inch", words);
        space = p[n] == ' ';
        if (!read_unit(p + n + space, !space, &unit) || unit.length < 2 || !strncmp(p + n + space, "in", 2))
            return false;
        return sx_say_takef(say, n + space + unit.length, "%s%s%s", words, *words == 'o' ? " " : strchr("aeiou", *unit.one) ? " of an " : " of a ", unit.one);
    }
    return false;
}

bool sx_say_measure(struct sx_say *say)
{
    const char *p = say->text + say->at;
    struct sx_match m;
    if ((unsigned char)*p >= 0x80)
        return sign_and_unit(say);
    char number[SX_NUMBER_ROOM + 64], second[SX_NUMBER_ROOM + 64];
    /* 5'11", 6' 2" */
    if (sx_match("(\\d{1,2})' ?(\\d{1,2})(\"|'')", p, &m)) {
        sx_number_cardinal(m.from[1], m.size[1], number, sizeof number);
        return sx_say_takef(say, m.length, "%s %s %s", number, is_one(m.from[1], m.size[1]) ? "foot" : "feet",
                            sx_number_cardinal(m.from[2], m.size[2], second, sizeof second));
    }
    /* 6"x4" */
    if (sx_match("(\\d{1,4}(.\\d+)?)\" ?(x|×|by) ?(\\d{1,4}(.\\d+)?)\"", p, &m)) {
        sx_number_text(m.from[1], m.size[1], number, sizeof number);
        bool noun = p[m.length] == ' ' && p[m.length + 1] >= 'a' && !sx_match(" (in|of|by|and|or|from|to|is|was|are|were|for|with|on)\\b", p + m.length, &(struct sx_match){0});
        return sx_say_takef(say, m.length, noun ? "%s by %s inch" : "%s by %s inches", number, sx_number_text(m.from[4], m.size[4], second, sizeof second));
    }
    /* 45° 30' N, 12° 5' 20" W, 40.7° N */
    if (sx_match("(\\d{1,3})° ?(\\d{1,2})' ?((\\d{1,2}(.\\d+)?)(\"|'') ?)?([NSEW]\\b)?", p, &m) ||
        sx_match("(\\d{1,3}(.\\d+)?)°()()()() ?([NSEW])\\b", p, &m)) {
        bool minutes = m.size[1] && m.from[2] && *m.from[2] != '.' && m.from[2] > m.from[1] + m.size[1];
        char words[4 * SX_NUMBER_ROOM];
        snprintf(words, sizeof words, "%s degree%s", sx_number_text(m.from[1], m.size[1], number, sizeof number), is_one(m.from[1], m.size[1]) ? "" : "s");
        if (minutes)
            snprintf(words + strlen(words), sizeof words - strlen(words), " %s minute%s",
                sx_number_text(m.from[2] + (m.size[2] == 2 && *m.from[2] == '0'), m.size[2] - (m.size[2] == 2 && *m.from[2] == '0'), number, sizeof number),
                     is_one(m.from[2], m.size[2]) ? "" : "s");
        if (minutes && m.size[4])
            snprintf(words + strlen(words), sizeof words - strlen(words), " %s second%s", sx_number_text(m.from[4], m.size[4], number, sizeof number),
                is_one(m.from[4], m.size[4]) ? "" : "s");
        if (m.from[7])
            snprintf(words + strlen(words), sizeof words - strlen(words), " %s", *m.from[7] == 'N' ? "north" : *m.from[7] == 'S' ? "south"
                : *m.from[7] == 'E' ? "east" : "west");
        size_t end = m.length;
        while (end && p[end - 1] == ' ')
            end--;
        return sx_say_take(say, end, words);
    }
    /* 10' x 12', 6' tall */
    if (sx_match("(\\d{1,4})' ?(x|by|tall|long|wide|high|deep)\\b", p, &m) || (sx_match("(\\d{1,4})'(.|,|$)?", p, &m) && sx_say_after(say, " by x ") &&
        !(p[m.length] >= '0' && p[m.length] <= 'z'))) {
        size_t end = m.size[1] + 1;
        return sx_say_takef(say, end, "%s %s", sx_number_cardinal(m.from[1], m.size[1], number, sizeof number), is_one(m.from[1], m.size[1]) ? "foot" : "feet");
    }
    /* a 10' pole, where no quotation is open */
    if (sx_match("(\\d{1,4})' \\l", p, &m) && foot_mark(say, say->at)) {
        size_t end = m.size[1] + 1;
        return sx_say_takef(say, end, "%s foot", sx_number_cardinal(m.from[1], m.size[1], number, sizeof number));
    }
    /* 4x4, 10 x 12 */
    if (sx_match("(\\d+(.\\d+)?) ?(x|×) ?(\\d+(.\\d+)?)( ?(x|×) ?(\\d+(.\\d+)?))?", p, &m) && (p[m.length] < 'a' || p[m.length] > 'z') &&
        (m.from[3][0] == 'x' || !sx_match(" ?=", p + m.length, &(struct sx_match){0}))) {
        char third[SX_NUMBER_ROOM];
        size_t at = say->at;
        bool more = m.from[6];
        /* 6 x 10^23, 6×10⁻³: a product; the power is next */
        if (!more && (p[m.length] == '^' || !strncmp(p + m.length, "**", 2) || sx_match("(⁰|¹|²|³|⁴|⁵|⁶|⁷|⁸|⁹|⁻)", p + m.length, &(struct sx_match){0})))
            return sx_say_takef(say, (size_t)(m.from[4] - p), "%s times", sx_number_text(m.from[1], m.size[1], number, sizeof number));
        sx_say_addf(say, at, at + m.length, "%s by %s%s%s", sx_number_text(m.from[1], m.size[1], number, sizeof number),
                    sx_number_text(m.from[4], m.size[4], second, sizeof second), more ? " by " : "",
                    more ? sx_number_text(m.from[8], m.size[8], third, sizeof third) : "");
        struct unit unit;
        size_t space = p[m.length] == ' ';
        size_t length = m.length;
        if (read_unit(p + length + space, !space, &unit)) {
            sx_say_add(say, at + length, at + length + space + unit.length, unit.many);
            length += space + unit.length;
        }
        say->at += length;
        return true;
    }
    /* 1/2 kg, 3/4 tsp */
    struct unit part;
    if (sx_match("([1-9]\\d?)/([2-9]|\\d{2}) ", p, &m) && m.from[2][0] != '0' && atoi(m.from[1]) < atoi(m.from[2]) && read_unit(p + m.length, false, &part) && part.length > 1 && strncmp(p + m.length, "in", 2)) {
        sx_number_fraction(m.from[1], m.size[1], m.from[2], m.size[2], number, sizeof number);
        return sx_say_takef(say, m.length + part.length + (p[m.length + part.length] == '.' && p[m.length + part.length + 1] == ' ' && p[m.length + part.length + 2] >= 'a'), "%s%s%s", number,
                            *p == '1' && m.size[1] == 1 ? " " : strchr("aeiou", *part.one) ? " of an " : " of a ", part.one);
    }
    size_t sign = *p == '-' || *p == '+';
    size_t length;
    bool single;
    struct unit unit;
    if (!read_number(p + sign, number, sizeof number, &length, &single))
        return false;
    length += sign;
    const char *minus = !sign ? "" : *p == '-' ? "minus " : "plus ";
    /* 5-10%, 2-5lb, 7-8 hrs */
    if (sx_match(" ?(-|–|—| to ) ?(\\d)", p + length, &m)) {
        size_t gap = (size_t)(m.from[2] - (p + length)), more;
        bool one;
        if (memcmp(m.from[1], " to", 3) && read_number(m.from[2], second, sizeof second, &more, &one)) {
            size_t end = length + gap + more, space = p[end] == ' ';
            if (read_unit(p + end + space, !space, &unit))
                return sx_say_takef(say, end + space + unit.length, "%s%s to %s %s", minus, number, second, unit.many);
        }
    }
    size_t space = p[length] == ' ';
    /* 8-oz., 10-km: one thing of that size */
    if (p[length] == '-' && !sign && !(say->at && p[-1] == '-') && read_unit(p + length + 1, false, &unit) && unit.length > 1 &&
        p[length + 1 + unit.length] != '-' &&
        (!sx_say_known(p + length + 1, unit.length) || sx_say_one_of(p + length + 1, unit.length, " lb lbs ft kg km mm cm hr min sec yr "))) {
        size_t end = length + 1 + unit.length;
        end += p[end] == '.' && p[end + 1] == ' ' && p[end + 2] >= 'a' && p[end + 2] <= 'z';
        return sx_say_takef(say, end, "%s %s", number, unit.one);
    }
    /* 10%-20%, 5 kg - 10 kg */
    if (read_unit(p + length + space, !space, &unit)) {
        size_t first = length + space + unit.length, more;
        bool one;
        struct unit other;
        if (sx_match(" ?(-|–|—) ?(-?\\d)", p + first, &m)) {
            size_t gap = (size_t)(m.from[2] - (p + first)), below = *m.from[2] == '-';
            if (read_number(m.from[2] + below, second, sizeof second, &more, &one)) {
                size_t end = first + gap + below + more, gap2 = p[end] == ' ';
                if (read_unit(p + end + gap2, !gap2, &other) && !strcmp(other.many, unit.many))
                    return sx_say_takef(say, end + gap2 + other.length, "%s%s %s to %s%s %s", minus, number, single ? unit.one : unit.many, below ? "minus "
                        : "", second,
                                        one ? other.one : other.many);
            }
        }
    }
    /* "9.58 s", "5 ft 10 in": symbols that are words or letters elsewhere */
    if (memchr(p, '.', length) && sx_match(" ?s\\b", p + length, &m) && p[length + m.length] != '\'')
        return sx_say_takef(say, length + m.length, "%s%s seconds", minus, number);
    if (sx_match(" ?in\\b", p + length, &m) && sx_say_after(say, " feet foot "))
        return sx_say_takef(say, length + m.length, "%s %s", number, single ? "inch" : "inches");
    if (p[length] == '"' && p[length + 1] != '"' && inch_mark(say, say->at + length))
        return sx_say_takef(say, length + 1, "%s%s %s", minus, number, p[length + 1] == ' ' && p[length + 2] >= 'A' &&
            !sx_match(" (wide|long|tall|high|deep|thick|across|in|of|by|and|or|x|from|to|apart|is|was)\\b", p + length + 1, &m) ? "inch" : "inches");
    if (!read_unit(p + length + space, !space, &unit))
        return false;
    size_t end = length + space + unit.length;
    /* the stop of "6 in. wide"; at the sentence's end it stays one */
    if (p[end] == '.' && p[end + 1] == ' ' && p[end + 2] >= 'a' && p[end + 2] <= 'z')
        end++;
    return sx_say_takef(say, end, "%s%s %s", minus, number, single ? unit.one : unit.many);
}
