/* say_time.c - times of day and durations in colons. */
#include "text/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HALF "(a\\.m\\.?|p\\.m\\.?|am|pm)"

static const char *half(const char *text)
{
    return text ? (*text == 'a' || *text == 'A' ? " A M" : " P M") : "";
}

static char *small(int n, char *out, size_t room)
{
    char digits[12];
    snprintf(digits, sizeof digits, "%d", n);
    return sx_number_cardinal(digits, strlen(digits), out, room);
}

/* The stop of "p.m." stays a stop of the sentence: only the bytes before it are taken when the sentence ends there. */
static bool say_clock(struct sx_say *say, size_t length, int hour, int minute, const char *day_half)
{
    char h[64], m[64];
    small(hour, h, sizeof h);
    small(minute, m, sizeof m);
    if (minute)
        return sx_say_takef(say, length, "%s%s %s%s", h, minute < 10 ? " oh" : "", m, half(day_half));
    if (day_half)
        return sx_say_takef(say, length, "%s%s", h, half(day_half));
    if (hour == 0)
        return sx_say_take(say, length, "midnight");
    return sx_say_takef(say, length, hour <= 12 ? "%s o'clock" : "%s hundred", h);
}

bool sx_say_time(struct sx_say *say)
{
    const char *p = say->text + say->at;
    struct sx_match m;
    if (*p < '0' || *p > '9')
        return false;
    char a[64], b[64], c[64];
    /* 2:03:59 */
    if (sx_match("(\\d{1,2}):([0-5]\\d):([0-5]\\d)\\e", p, &m)) {
        int h = atoi(m.from[1]), min = atoi(m.from[2]), s = atoi(m.from[3]);
        return sx_say_takef(say, m.length, "%s hour%s %s minute%s and %s second%s", small(h, a, sizeof a), h == 1 ? "" : "s", small(min, b, sizeof b),
                            min == 1 ? "" : "s", small(s, c, sizeof c), s == 1 ? "" : "s");
    }
    /* 3h 20m, 1h30, 1m30s */
    if (sx_match("(\\d{1,2}) ?h(rs?)?.? ?([0-5]?\\d) ?m(in(s|utes)?)?\\b", p, &m) || sx_match("(\\d{1,2})h()([0-5]\\d)\\e", p, &m)) {
        int h = atoi(m.from[1]), min = atoi(m.from[3]);
        return sx_say_takef(say, m.length, "%s hour%s %s minute%s", small(h, a, sizeof a), h == 1 ? "" : "s", small(min, b, sizeof b), min == 1 ? "" : "s");
    }
    if (sx_match("(\\d{1,2})m ?([0-5]?\\d)s\\b", p, &m)) {
        int min = atoi(m.from[1]), s = atoi(m.from[2]);
        return sx_say_takef(say, m.length, "%s minute%s %s second%s", small(min, a, sizeof a), min == 1 ? "" : "s", small(s, b, sizeof b), s == 1 ? "" : "s");
    }
    /* 3:30pm, 14:05, 1.59 p.m. */
    if (sx_match_nocase("(\\d{1,2})[:.]([0-5]\\d) ?" HALF "\\b", p, &m) && atoi(m.from[1]) <= 24)
        return say_clock(say, m.length, atoi(m.from[1]), atoi(m.from[2]), m.from[3]);
    if (sx_match("(\\d{1,2}):([0-5]\\d) ?(-|–) ?(\\d{1,2}:[0-5]\\d)", p, &m) && atoi(m.from[1]) <= 24 && p[m.length] != ':') {   /* 10:15-11:30: the second is next */
        size_t at = say->at, length = (size_t)(m.from[3] - p);
        say_clock(say, length, atoi(m.from[1]), atoi(m.from[2]), NULL);
        sx_say_add(say, at + length, at + length + m.size[3], "to");
        say->at = at + (size_t)(m.from[4] - p);
        return true;
    }
    if (sx_match("(\\d{1,2}):([0-5]\\d)(\\e|-)", p, &m) && atoi(m.from[1]) <= 24)
        return say_clock(say, m.length - (p[m.length - 1] == '-'), atoi(m.from[1]), atoi(m.from[2]), NULL);
    /* 9am-5pm, 9-5pm */
    if (sx_match_nocase("(\\d{1,2}) ?" HALF "? ?(-|–|—) ?(\\d{1,2}) ?" HALF "\\b", p, &m) && atoi(m.from[1]) <= 12 && atoi(m.from[4]) <= 12)
        return sx_say_takef(say, m.length, "%s%s to %s%s", small(atoi(m.from[1]), a, sizeof a), half(m.from[2]), small(atoi(m.from[4]), b, sizeof b),
                            half(m.from[5]));
    /* 3 PM, 7 a.m. */
    if (sx_match_nocase("(\\d{1,2}) ?" HALF "\\b", p, &m) && atoi(m.from[1]) <= 24)
        return sx_say_takef(say, m.length, "%s%s", small(atoi(m.from[1]), a, sizeof a), half(m.from[2]));
    return false;
}
