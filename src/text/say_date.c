/* say_date.c - dates: with the month's name, in digits, decades, quarters, years of an era. */
#include "text/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const months[] = {"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"};

#define MONTH "(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?)"

/* 0 to 11; -1 when the text is none. "may" and "march" in small letters are words of their own unless a year makes it sure. */
static int month_of(const char *text, size_t length, bool sure)
{
    if (!sure && length >= 3 && (text[0] == 'm') && (sx_say_one_of(text, length, " may mar march ")))
        return -1;
    for (int i = 0; i < 12 && length >= 3; i++)
        if (sx_say_one_of(text, 3, (char[]){' ', months[i][0], months[i][1], months[i][2], ' ', 0}))
            return i;
    return -1;
}

static int number(const char *text, size_t length)
{
    int n = 0;
    for (size_t i = 0; i < length && i < 6; i++)
        n = n * 10 + text[i] - '0';
    return n;
}

static const char *day_words(const char *text, size_t length, char *out, size_t room)
{
    char digits[12];
    snprintf(digits, sizeof digits, "%d", number(text, length));
    return sx_number_ordinal(digits, strlen(digits), out, room);
}

static bool good_day(const char *text, size_t length)
{
    int n = number(text, length);
    return n >= 1 && n <= 31;
}

/* Four digits as a year; two stand alone. */
static const char *year_words(const char *year, size_t length, char *out, size_t room)
{
    if (length == 2 && year[0] == '0') {
        char digit[16];
        snprintf(out, room, "oh %s", sx_number_cardinal(year + 1, 1, digit, sizeof digit));
        return out;
    }
    return sx_number_year(year, length, out, room);
}

/* "march third", with the year when there is one. */
static bool say_month_day(struct sx_say *say, size_t length, int month, const char *day, size_t day_length, const char *year, size_t year_length)
{
    char d[SX_NUMBER_ROOM], y[SX_NUMBER_ROOM] = "";
    if (year)
        year_words(year, year_length, y, sizeof y);
    return sx_say_takef(say, length, "%s %s%s%s", months[month], day_words(day, day_length, d, sizeof d), year ? ", " : "", y);
}

/* What stands around "6/15" says that it is a day: a fraction is no day. */
static bool day_meant(const struct sx_say *say, int a, int b, size_t end)
{
    static const char sure[] = " on due meet meeting dated until till since date deadline starting starts ending ends begins monday tuesday wednesday "
        "thursday friday saturday sunday today tomorrow ";
    static const char weak[] = " by from before after of through to for between at ";
    static const char units[] = " of cup cups inch inches teaspoon tablespoon mile miles full empty the an pound pounds yard yards hour size way ";
    const char *word;
    size_t n = sx_say_word_after(say, end, &word);
    if (n && word == say->text + end + 1 && sx_say_one_of(word, n, units))
        return false;
    if (sx_say_after(say, sure))
        return true;
    return sx_say_after(say, weak) && !(a < b && (b <= 5 || b == 8 || b == 10 || b == 16 || b == 12)) && !(a == 24 && b == 7);
}

static bool named(struct sx_say *say, const char *p)
{
    struct sx_match m;
    char d[SX_NUMBER_ROOM], y[SX_NUMBER_ROOM];
    /* March 3, 2024; Jan. 14; Jan-15-2020; March 3-5, 2020 */
    if (sx_match_nocase(MONTH "(\\.? ?|-)(\\d{1,2})(st|nd|rd|th)?\\b", p, &m) && !sx_match("[.,:/]\\d", p + m.length, &(struct sx_match){0})) {
        /* groups 2.. are inside MONTH: find what follows by hand */
        const char *q = m.from[1] + m.size[1];
        while (*q && !(*q >= '0' && *q <= '9'))
            q++;
        size_t n = 0;
        while (q[n] >= '0' && q[n] <= '9')
            n++;
        struct sx_match year, range;
        size_t length = m.length;
        const char *last = NULL;
        size_t last_length = 0;
        if (sx_match(" ?(-|–|—) ?(\\d{1,2})(st|nd|rd|th)?\\e", p + length, &range) && good_day(range.from[2], range.size[2]) &&
            number(range.from[2], range.size[2]) > number(q, n)) {
            last = range.from[2];
            last_length = range.size[2];
            length += range.length;
        }
        bool with_year = sx_match("(,? |-|/)(\\d{4})\\e", p + length, &year) || sx_match(",?( )'(\\d{2})\\b", p + length, &year);
        int month = month_of(m.from[1], m.size[1], with_year);
        if (month >= 0 && good_day(q, n)) {
            if (last) {
                char e[SX_NUMBER_ROOM];
                day_words(q, n, d, sizeof d);
                day_words(last, last_length, e, sizeof e);
                if (with_year)
                    return sx_say_takef(say, length + year.length, "%s %s to %s, %s", months[month], d, e, year_words(year.from[2], year.size[2], y, sizeof y));
                return sx_say_takef(say, length, "%s %s to %s", months[month], d, e);
            }
            if (with_year)
                return say_month_day(say, length + year.length, month, q, n, year.from[2], year.size[2]);
            return say_month_day(say, length, month, q, n, NULL, 0);
        }
    }
    /* July 1998, Feb-2012, June '98 */
    if (sx_match_nocase(MONTH "\\.?(,? |-|/)('\\d{2}\\b|\\d{4}\\e)", p, &m)) {
        int month = month_of(m.from[1], m.size[1], true);
        bool short_year = m.length > 3 && p[m.length - 3] == '\'';
        size_t digits = short_year ? 2 : 4;
        const char *year = p + m.length - digits;
        /* "may 1500 people" */
        if (month >= 0 && (short_year || *p != 'm' || !sx_say_one_of(m.from[1], m.size[1], " may mar march ") || *year == '2' ||
            (*year == '1' && year[1] == '9')))
            return sx_say_takef(say, m.length, "%s %s", months[month], year_words(year, digits, y, sizeof y));
    }
    /* 3 March 2024, 22nd of July, 3-5 March */
    if (sx_match_nocase("((\\d{1,2})(st|nd|rd|th)? ?(-|–|—) ?)?(\\d{1,2})(st|nd|rd|th)?( of|-)? ?" MONTH "\\.?", p, &m) && good_day(m.from[5], m.size[5]) &&
        (!m.from[2] || good_day(m.from[2], m.size[2]))) {
        const char *q = m.from[8];
        bool stop = p[m.length - 1] == '.';
        unsigned char next = (unsigned char)p[m.length];
        bool ended = stop || !((next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') || next >= 0x80);
        struct sx_match year;
        bool with_year = sx_match("(,? |-)(\\d{4})\\e", p + m.length, &year) || sx_match(",?( )'(\\d{2})\\b", p + m.length, &year);
        int month = month_of(m.from[8], m.size[8], with_year || m.from[6]);
        if (month >= 0 && ended && q) {
            char first[SX_NUMBER_ROOM] = "";
            if (m.from[2])
                snprintf(first + strlen(day_words(m.from[2], m.size[2], first, sizeof first - 8)), 8, " to ");
            day_words(m.from[5], m.size[5], d, sizeof d);
            const char *the = sx_say_after(say, " the ") ? "" : "the ";
            if (with_year)
                return sx_say_takef(say, m.length + year.length, "%s%s%s of %s, %s", the, first, d, months[month],
                    year_words(year.from[2], year.size[2], y, sizeof y));
            /* a stop may be the sentence's */
            return sx_say_takef(say, m.length, "%s%s%s of %s", the, first, d, months[month]);
        }
    }
    return false;
}

static bool in_digits(struct sx_say *say, const char *p)
{
    struct sx_match m;
    /* 2023-11-02, 2016/07/03 */
    if (sx_match("(1\\d{3}|2[01]\\d{2})[-/.](\\d{1,2})[-/.](\\d{1,2})\\e", p, &m)) {
        int month = number(m.from[2], m.size[2]);
        if (month >= 1 && month <= 12 && good_day(m.from[3], m.size[3]))
            return say_month_day(say, m.length, month - 1, m.from[3], m.size[3], m.from[1], 4);
    }
    /* 2026-11-25T14:05:30Z: the time is next */
    if (sx_match("(1\\d{3}|2[01]\\d{2})-(\\d{2})-(\\d{2})T\\d{2}:\\d{2}", p, &m)) {
        int month = number(m.from[2], m.size[2]);
        if (month >= 1 && month <= 12 && good_day(m.from[3], m.size[3])) {
            say_month_day(say, 10, month - 1, m.from[3], m.size[3], m.from[1], 4);
            sx_say_mark(say, SX_PHONE_COMMA);
            say->at++;
            sx_say_stamp(say);
            return true;
        }
    }
    /* 12/25/2019, 15-01-2020, 15.01.2020: the month is first unless it cannot be; with stops and hyphens the day is */
    if (sx_match("(\\d{1,2})([-/.])(\\d{1,2})[-/.](\\d{4}|\\d{2})\\e", p, &m) && m.from[2][0] == m.from[3][m.size[3]]) {
        int a = number(m.from[1], m.size[1]), b = number(m.from[3], m.size[3]);
        bool day_first = ((m.from[2][0] != '/' || sx_say_day_first(say)) && b <= 12) || a > 12;
        if (m.size[4] == 2 && m.from[2][0] != '/')
            return false;
        if (day_first && b >= 1 && b <= 12 && a >= 1 && a <= 31)
            return say_month_day(say, m.length, b - 1, m.from[1], m.size[1], m.from[4], m.size[4]);
        if (!day_first && a >= 1 && a <= 12 && b >= 1 && b <= 31)
            return say_month_day(say, m.length, a - 1, m.from[3], m.size[3], m.from[4], m.size[4]);
    }
    if (sx_match("9/11\\e", p, &m) && !sx_say_day_first(say))
        return sx_say_take(say, m.length, "nine eleven");
    /* "meet 6/15": without a year only where the words around say so */
    if (sx_match("(\\d{1,2})/(\\d{1,2})\\e", p, &m)) {
        int a = number(m.from[1], m.size[1]), b = number(m.from[2], m.size[2]);
        bool day_first = (sx_say_day_first(say) && b <= 12) || a > 12;
        int month = day_first ? b : a, day = day_first ? 1 : 2;
        if (month >= 1 && month <= 12 && good_day(m.from[day], m.size[day]) && day_meant(say, a, b, say->at + m.length))
            return say_month_day(say, m.length, month - 1, m.from[day], m.size[day], NULL, 0);
    }
    /* 03/2020; 2020-07, but 2019-20 is a season */
    char y[SX_NUMBER_ROOM];
    if (sx_match("(0?[1-9]|1[0-2])/((19|20)\\d{2})\\e", p, &m))
        return sx_say_takef(say, m.length, "%s %s", months[number(m.from[1], m.size[1]) - 1], sx_number_year(m.from[2], 4, y, sizeof y));
    if (sx_match("((19|20)\\d{2})-(0[1-9]|1[0-2])\\e", p, &m) && number(m.from[3], 2) != (number(m.from[1], 4) + 1) % 100)
        return sx_say_takef(say, m.length, "%s %s", months[number(m.from[3], 2) - 1], sx_number_year(m.from[1], 4, y, sizeof y));
    return false;
}

/* "1990s-2000s", "the '60s/'70s": the second is next. */
static void decade_next(struct sx_say *say)
{
    struct sx_match m;
    if (sx_match("(-|–|—)('?\\d0|1\\d{2}0|20\\d0)'?s\\b", say->text + say->at, &m)) {
        sx_say_add(say, say->at, say->at + m.size[1], "to");
        say->at += m.size[1];
    }
}

static bool decade(struct sx_say *say, const char *p)
{
    struct sx_match m;
    char out[SX_NUMBER_ROOM], high[SX_NUMBER_ROOM];
    /* 100s of users, 10,000s, the 300s: round numbers, not seconds */
    if (sx_match("(1000|\\d{1,2},000|\\d00(,?000)?|\\d{2}000)s\\b", p, &m) && (m.size[1] > 3 || sx_match(" of\\b", p + m.length, &(struct sx_match){0}) || sx_say_after(say, " the early mid late "))) {
        char *words = sx_number_plural(sx_number_text(p, m.size[1], out, sizeof out - 4), sizeof out);
        return sx_say_take(say, m.length, strncmp(words, "one ", 4) ? words : words + 4);
    }
    if (sx_match("'?(\\d0)'?s\\b", p, &m) && m.from[1][0] >= '2')
        return sx_say_take(say, m.length, sx_number_plural(sx_number_cardinal(m.from[1], 2, out, sizeof out - 4), sizeof out));
    if (sx_match("'?00'?s\\b", p, &m))
        return sx_say_take(say, m.length, "two thousands");
    if (sx_match("(1\\d|20)(\\d0)'?s\\b", p, &m)) {
        if (m.from[2][0] == '0') {
            if (m.from[1][0] == '2')
                return sx_say_take(say, m.length, "two thousands");
            return sx_say_takef(say, m.length, "%s hundreds", sx_number_cardinal(m.from[1], 2, high, sizeof high));
        }
        return sx_say_takef(say, m.length, "%s %s", sx_number_cardinal(m.from[1], 2, high, sizeof high),
                            sx_number_plural(sx_number_cardinal(m.from[2], 2, out, sizeof out - 4), sizeof out));
    }
    return false;
}

/* Two days of the week or two months with a hyphen or a dash between them. */
static bool between_names(struct sx_say *say, const char *p)
{
    static const char *const days[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
    struct sx_match m;
    if (!(*p >= 'A' && *p <= 'Z') || !sx_match("(\\u\\l{2,8}).? ?(-|–|—) ?(\\u\\l{2,8})\\b", p, &m))
        return false;
    const char *words[2] = {NULL, NULL};
    for (int side = 0; side < 2; side++) {
        const char *name = m.from[side ? 3 : 1];
        size_t n = m.size[side ? 3 : 1];
        for (int i = 0; i < 12; i++) {
            const char *full = months[i];
            if ((n == 3 || n == strlen(full) || (n == 4 && i == 8)) && sx_say_one_of(name, 3, (char[]){' ', full[0], full[1], full[2], ' ', 0}))
                words[side] = full;
        }
        for (int i = 0; i < 7; i++) {
            const char *full = days[i];
            if ((n <= 5 || n == strlen(full)) && sx_say_one_of(name, 3, (char[]){' ', full[0], full[1], full[2], ' ', 0}) &&
                (n == 3 || !strncmp(name + 1, full + 1, n - 1)))
                words[side] = full;
        }
    }
    if (!words[0] || !words[1] || (strstr(words[0], "day") != NULL) != (strstr(words[1], "day") != NULL))
        return false;
    return sx_say_takef(say, m.length + (p[m.length] == '.' && m.size[3] <= 4), "%s to %s", words[0], words[1]);
}

bool sx_say_date(struct sx_say *say)
{
    const char *p = say->text + say->at;
    struct sx_match m;
    char out[SX_NUMBER_ROOM];
    bool digit = *p >= '0' && *p <= '9';
    if (!digit && *p != '\'' && !strchr("JFMASONDQTWHjfmasond", *p))
        return false;
    if (named(say, p) || (digit && in_digits(say, p))) {
        struct sx_match m2;
        /* "May 3–June 7", "1/2/2020-3/4/2020": the second is next */
        if (sx_match_nocase(" ?(-|–|—) ?(\\d{1,2}(st|nd|rd|th)? )?" MONTH "\\b", say->text + say->at, &m2) ||
            sx_match(" ?(-|–|—) ?(\\d{1,2}[/.-]\\d{1,2}[/.-]\\d{2,4}|\\d{4}-\\d{2}-\\d{2})\\e", say->text + say->at, &m2)) {
            size_t begin = (size_t)(m2.from[1] - say->text);
            sx_say_add(say, begin, begin + m2.size[1], "to");
            say->at = begin + m2.size[1];
        }
        return true;
    }
    if (decade(say, p)) {
        decade_next(say);
        return true;
    }
    /* Q3 2022, H1 2020, Q4 '21, FY23 */
    if (sx_match("(Q[1-4]|H[12])[ /-]('\\d{2}|\\d{4})\\e", p, &m)) {
        size_t quote = *m.from[2] == '\'';
        return sx_say_takef(say, m.length, "%c %s %s", *p, sx_number_cardinal(p + 1, 1, (char[16]){0}, 16),
            year_words(m.from[2] + quote, m.size[2] - quote, out, sizeof out));
    }
    /* Mon-Fri, Monday-Friday, Jan-Mar, June–August */
    if (between_names(say, p))
        return true;
    /* 476 AD */
    if (digit && sx_match("(\\d{1,4}) ?(A\\.?D\\.?|B\\.?C\\.?E\\.?|B\\.?C\\.?|C\\.?E\\.?)", p, &m) && !(p[m.length] >= 'A' && p[m.length] <= 'z')) {
        const char *era = m.from[2][0] == 'A' ? "A D" : m.from[2][0] == 'C' ? "C E" : memchr(m.from[2], 'E', m.size[2]) ? "B C E" : "B C";
        return sx_say_takef(say, m.length, "%s %s", sx_number_year(m.from[1], m.size[1], out, sizeof out), era);
    }
    /* Tue, 5 Aug */
    if (sx_match("(Mon|Tues?|Wed|Thu|Thurs?|Fri|Sat|Sun)[.,]? (\\d|\\u\\l)", p, &m) && (p[m.size[1]] == ',' || p[m.size[1]] == '.' || m.from[2][0] <= '9')) {
        static const char *const days[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
        struct sx_match after;
        if (m.from[2][0] <= '9' || sx_match_nocase(MONTH, m.from[2], &after))
            for (int i = 0; i < 7; i++)
                if (sx_say_one_of(p, 3, (char[]){' ', days[i][0], days[i][1], days[i][2], ' ', 0}))
                    return sx_say_take(say, m.size[1] + (p[m.size[1]] == '.'), days[i]);
    }
    return false;
}
