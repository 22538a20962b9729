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

/* "est" or "e.s.t." behind a time; zones in capitals are acronyms like others. */
static void say_zone(struct sx_say *say)
{
    static const char zones[] = " est edt pst pdt cst cdt mst mdt gmt utc bst cet cest ist jst aest et pt ";
    const char *p = say->text + say->at;
    struct sx_match m;
    size_t space = *p == ' ';
    if (sx_match("(\\l{2,4})\\b", p + space, &m) && p[space + m.length] != '\'' && sx_say_one_of(m.from[1], m.size[1], zones)) {
        sx_say_spell(say, say->at + space, say->at + space + m.length, m.from[1], m.size[1]);
        say->at += space + m.length;
    }
}

/* What may stand right behind "p.m": no letter, or a zone. */
static bool half_ends(const char *p)
{
    struct sx_match m;
    bool letter = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9');
    return !letter || sx_match_nocase("([ecmp][sd]t|gmt|utc)\\b", p, &m);
}

/* "-5pm" behind "9am": the second time is next. */
static void say_until(struct sx_say *say)
{
    struct sx_match m;
    if (sx_match_nocase(" ?(-|–|—) ?\\d{1,2}([:.]\\d{2})? ?" HALF, say->text + say->at, &m) || sx_match_nocase(" ?(-|–|—) ?(noon|midnight)\\b", say->text + say->at, &m)) {
        size_t begin = (size_t)(m.from[1] - say->text);
        sx_say_add(say, begin, begin + m.size[1], "to");
        say->at = begin + m.size[1];
    }
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
    if (sx_match_nocase("(noon|midnight) ?(-|–|—) ?\\d", p, &m) && (!say->at || strchr(" (\n", p[-1])))
        return sx_say_takef(say, (size_t)(m.from[2] - p) + m.size[2], "%s to", m.size[1] == 4 ? "noon" : "midnight");
    if (*p < '0' || *p > '9')
        return false;
    char a[64], b[64], c[64];
    /* 1430 hours, 0900 hrs */
    if (sx_match("([01]\\d|2[0-4])([0-5]\\d) ?(hours|hrs|h)\\b", p, &m) && (*p == '0' || m.from[3][0] != 'h' || m.size[3] > 1) &&
        !sx_say_after(say, " about some over nearly almost of for ")) {
        int h = atoi((char[]){p[0], p[1], 0}), min = atoi((char[]){p[2], p[3], 0});
        return sx_say_takef(say, m.length, "%s%s %s%s hours", h && h < 10 ? "oh " : "", small(h, a, sizeof a), !min ? "hundred" : min < 10 ? "oh " : "", min
            ? small(min, b, sizeof b) : "");
    }
    /* 1:10.80 of a runner */
    if (sx_match("(\\d{1,2}):([0-5]\\d).(\\d{1,3})\\e", p, &m)) {
        char s[SX_NUMBER_ROOM];
        const char *seconds = m.from[2] + (*m.from[2] == '0');
        return sx_say_takef(say, m.length, "%s%s %s", small(atoi(m.from[1]), a, sizeof a), *m.from[2] == '0' ? " oh"
            : "", sx_number_text(seconds, m.length - (size_t)(seconds - p), s, sizeof s));
    }
    /* 2:03:59, 2:03:59.5 */
    if (sx_match("(\\d{1,2}):([0-5]\\d):([0-5]\\d).(\\d{1,3})\\e", p, &m)) {
        char s[SX_NUMBER_ROOM];
        int h = atoi(m.from[1]), min = atoi(m.from[2]);
        const char *seconds = m.from[3] + (*m.from[3] == '0');
        return sx_say_takef(say, m.length, "%s hour%s %s minute%s and %s seconds", small(h, a, sizeof a), h == 1 ? ""
            : "s", small(min, b, sizeof b), min == 1 ? "" : "s",
                            sx_number_text(seconds, m.length - (size_t)(seconds - p), s, sizeof s));
    }
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
    if (sx_match_nocase("(\\d{1,2})[:.]([0-5]\\d) ?" HALF, p, &m) && atoi(m.from[1]) <= 24 && half_ends(p + m.length)) {
        say_clock(say, m.length, atoi(m.from[1]), atoi(m.from[2]), m.from[3]);
        say_zone(say);
        say_until(say);
        return true;
    }
    if (sx_match("(\\d{1,2}):([0-5]\\d) ?(-|–) ?(\\d{1,2}:[0-5]\\d)", p, &m) && atoi(m.from[1]) <= 24 &&
        p[m.length] != ':') {   /* 10:15-11:30: the second is next */
        size_t at = say->at, length = (size_t)(m.from[3] - p);
        say_clock(say, length, atoi(m.from[1]), atoi(m.from[2]), NULL);
        sx_say_add(say, at + length, at + length + m.size[3], "to");
        say->at = at + (size_t)(m.from[4] - p);
        return true;
    }
    if (sx_match("(\\d{1,2}):([0-5]\\d)(\\e|-)", p, &m) && atoi(m.from[1]) <= 24 && !sx_say_ratio_meant(say, m.length)) {
        say_clock(say, m.length - (p[m.length - 1] == '-'), atoi(m.from[1]), atoi(m.from[2]), NULL);
        say_zone(say);
        return true;
    }
    /* 9am-5pm, 9-5pm */
    if (sx_match_nocase("(\\d{1,2}) ?" HALF "? ?(-|–|—) ?(\\d{1,2}) ?" HALF "\\b", p, &m) && atoi(m.from[1]) <= 12 && atoi(m.from[4]) <= 12)
        return sx_say_takef(say, m.length, "%s%s to %s%s", small(atoi(m.from[1]), a, sizeof a), half(m.from[2]), small(atoi(m.from[4]), b, sizeof b),
                            half(m.from[5]));
    /* 10-11:30am: the second is next */
    if (sx_match_nocase("(\\d{1,2}) ?(-|–|—) ?(\\d{1,2}):[0-5]\\d ?" HALF, p, &m) && atoi(m.from[1]) <= 12 && atoi(m.from[3]) <= 12 && half_ends(p + m.length))
        return sx_say_takef(say, (size_t)(m.from[3] - p), "%s to", small(atoi(m.from[1]), a, sizeof a));
    /* 3 PM, 7 a.m. */
    if (sx_match_nocase("(\\d{1,2}) ?" HALF, p, &m) && atoi(m.from[1]) <= 24 && half_ends(p + m.length)) {
        sx_say_takef(say, m.length, "%s%s", small(atoi(m.from[1]), a, sizeof a), half(m.from[2]));
        say_zone(say);
        say_until(say);
        return true;
    }
    return false;
}

/* 14:05, 14:05:30, 14:05:30.123, then Z or +01:00: the time of a time stamp. */
void sx_say_stamp(struct sx_say *say)
{
    const char *p = say->text + say->at;
    struct sx_match m;
    char a[64], b[64], c[64];
    if (!sx_match("(\\d{2}):(\\d{2})(:(\\d{2})(.\\d{1,9})?)?(Z|[+-]\\d{2}:?(\\d{2})?)?", p, &m))
        return;
    int h = atoi((char[]){p[0], p[1], 0}), min = atoi((char[]){p[3], p[4], 0}), s = m.from[4] ? atoi((char[]){p[6], p[7], 0}) : -1;
    sx_say_addf(say, say->at, say->at + 5, "%s%s %s%s", h < 10 ? "oh " : "", small(h, a, sizeof a), !min ? "hundred" : min < 10 ? "oh " : "", min
        ? small(min, b, sizeof b) : "");
    if (s >= 0)
        sx_say_addf(say, say->at + 6, say->at + 8, "and %s second%s", small(s, c, sizeof c), s == 1 ? "" : "s");
    if (m.from[6]) {
        size_t at = (size_t)(m.from[6] - say->text);
        sx_say_mark(say, SX_PHONE_COMMA);
        sx_say_add(say, at, at + 1, "U T C");
        if (*m.from[6] != 'Z') {
            int zone = atoi((char[]){m.from[6][1], m.from[6][2], 0}), rest = m.from[7] ? atoi((char[]){m.from[7][0], m.from[7][1], 0}) : 0;
            sx_say_addf(say, at, at + m.size[6], "%s %s", *m.from[6] == '+' ? "plus" : "minus", small(zone, a, sizeof a));
            if (rest)
                sx_say_add(say, at, at + m.size[6], small(rest, b, sizeof b));
        }
    }
    say->at += m.length;
}
