/* say_date.c - dates: with the month's name, in digits, decades, quarters, years of an era. */
#include "text/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const months[] = {"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"};

#define MONTH "(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?)"

/* 0 to 11; -1 when the text is none. "may" and "march" in small letters are words of their own. */
static int month_of(const char *text, size_t length)
{
    if (length >= 3 && (text[0] == 'm') && (sx_say_one_of(text, length, " may mar march ")))
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

/* "march third", with the year when there is one; two digits of a year stand alone. */
static bool say_month_day(struct sx_say *say, size_t length, int month, const char *day, size_t day_length, const char *year, size_t year_length)
{
    char d[SX_NUMBER_ROOM], y[SX_NUMBER_ROOM] = "";
    if (year)
        year_length == 2 && year[0] == '0' ? (void)snprintf(y, sizeof y, "oh %s", sx_number_cardinal(year + 1, 1, (char[16]){0}, 16))
                                           : (void)sx_number_year(year, year_length, y, sizeof y);
    return sx_say_takef(say, length, "%s %s%s%s", months[month], day_words(day, day_length, d, sizeof d), year ? ", " : "", y);
}

static bool named(struct sx_say *say, const char *p)
{
    struct sx_match m;
    char d[SX_NUMBER_ROOM], y[SX_NUMBER_ROOM];
    /* March 3, 2024; Jan. 14; Jan-15-2020 */
    if (sx_match_nocase(MONTH "(\\.? ?|-)(\\d{1,2})(st|nd|rd|th)?\\b", p, &m) && !sx_match("[.,:/]\\d", p + m.length, &(struct sx_match){0})) {
        int month = month_of(m.from[1], m.size[1]);
        /* groups 2.. are inside MONTH: find what follows by hand */
        const char *q = m.from[1] + m.size[1];
        while (*q && !(*q >= '0' && *q <= '9'))
            q++;
        size_t n = 0;
        while (q[n] >= '0' && q[n] <= '9')
            n++;
        struct sx_match year;
        if (month >= 0 && good_day(q, n)) {
            if (sx_match("(,? |-)(\\d{4})\\e", p + m.length, &year))
                return say_month_day(say, m.length + year.length, month, q, n, year.from[2], 4);
            return say_month_day(say, m.length, month, q, n, NULL, 0);
        }
    }
    /* July 1998 */
    if (sx_match_nocase(MONTH "\\.?,? (\\d{4})\\e", p, &m)) {
        int month = month_of(m.from[1], m.size[1]);
        if (month >= 0)
            return sx_say_takef(say, m.length, "%s %s", months[month], sx_number_year(p + m.length - 4, 4, y, sizeof y));
    }
    /* 3 March 2024, 22nd of July */
    if (sx_match_nocase("(\\d{1,2})(st|nd|rd|th)?( of)? ?" MONTH "\\.?", p, &m) && good_day(m.from[1], m.size[1])) {
        const char *q = m.from[4];
        int month = month_of(m.from[4], m.size[4]);
        bool stop = p[m.length - 1] == '.';
        unsigned char next = (unsigned char)p[m.length];
        bool ended = stop || !((next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') || next >= 0x80);
        struct sx_match year;
        if (month >= 0 && ended && q) {
            day_words(m.from[1], m.size[1], d, sizeof d);
            const char *the = sx_say_after(say, " the ") ? "" : "the ";
            if (sx_match(",? (\\d{4})\\e", p + m.length, &year))
                return sx_say_takef(say, m.length + year.length, "%s%s of %s, %s", the, d, months[month], sx_number_year(year.from[1], 4, y, sizeof y));
            /* a stop may be the sentence's */
            size_t length = m.length;
            return sx_say_takef(say, length, "%s%s of %s", the, d, months[month]);
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
    /* 12/25/2019, 15-01-2020, 15.01.2020: the month is first unless it cannot be; with stops and hyphens the day is */
    if (sx_match("(\\d{1,2})([-/.])(\\d{1,2})[-/.](\\d{4}|\\d{2})\\e", p, &m) && m.from[2][0] == m.from[3][m.size[3]]) {
        int a = number(m.from[1], m.size[1]), b = number(m.from[3], m.size[3]);
        bool day_first = (m.from[2][0] != '/' && b <= 12) || a > 12;
        if (m.size[4] == 2 && m.from[2][0] != '/')
            return false;
        if (day_first && b >= 1 && b <= 12 && a >= 1 && a <= 31)
            return say_month_day(say, m.length, b - 1, m.from[1], m.size[1], m.from[4], m.size[4]);
        if (!day_first && a >= 1 && a <= 12 && b >= 1 && b <= 31)
            return say_month_day(say, m.length, a - 1, m.from[3], m.size[3], m.from[4], m.size[4]);
    }
    if (sx_match("9/11\\e", p, &m))
        return sx_say_take(say, m.length, "nine eleven");
    return false;
}

static bool decade(struct sx_say *say, const char *p)
{
    struct sx_match m;
    char out[SX_NUMBER_ROOM], high[SX_NUMBER_ROOM];
    if (sx_match("'?(\\d0)'?s\\b", p, &m) && m.from[1][0] >= '2')
        return sx_say_take(say, m.length, sx_number_plural(sx_number_cardinal(m.from[1], 2, out, sizeof out - 4), sizeof out));
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

bool sx_say_date(struct sx_say *say)
{
    const char *p = say->text + say->at;
    struct sx_match m;
    char out[SX_NUMBER_ROOM];
    bool digit = *p >= '0' && *p <= '9';
    if (!digit && *p != '\'' && !strchr("JFMASONDQTWjfasond", *p))
        return false;
    if (named(say, p) || (digit && in_digits(say, p)) || decade(say, p))
        return true;
    /* Q3 2022 */
    if (sx_match("Q([1-4]) (\\d{4})\\e", p, &m))
        return sx_say_takef(say, m.length, "Q %s %s", sx_number_cardinal(m.from[1], 1, (char[16]){0}, 16), sx_number_year(m.from[2], 4, out, sizeof out));
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
