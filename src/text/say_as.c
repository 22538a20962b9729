/* say_as.c - passages whose kind markup tells: SSML's say-as with the W3C note's kinds and those of other engines. What is not of its kind is refused
 * and then read as usual: an author's slip shall not silence a text. */
#include "text/foreign.h"
#include "text/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

int sx_say_as_kind(const char *interpret_as)
{
    static const struct { const char *name; int kind; } names[] = {
        {"cardinal", SX_AS_CARDINAL}, {"number", SX_AS_CARDINAL}, {"decimal", SX_AS_CARDINAL}, {"number:cardinal", SX_AS_CARDINAL},
            {"vxml:number", SX_AS_CARDINAL},
        {"ordinal", SX_AS_ORDINAL}, {"number:ordinal", SX_AS_ORDINAL}, {"number_ordinal", SX_AS_ORDINAL},
        {"digits", SX_AS_DIGITS}, {"digit", SX_AS_DIGITS}, {"number_digit", SX_AS_DIGITS}, {"number:digits", SX_AS_DIGITS}, {"vxml:digits", SX_AS_DIGITS},
        {"characters", SX_AS_CHARACTERS}, {"character", SX_AS_CHARACTERS}, {"spell-out", SX_AS_CHARACTERS}, {"spell", SX_AS_CHARACTERS},
            {"spellout", SX_AS_CHARACTERS},
        {"verbatim", SX_AS_CHARACTERS}, {"letters", SX_AS_CHARACTERS}, {"alphanumeric", SX_AS_CHARACTERS},
        {"date", SX_AS_DATE}, {"vxml:date", SX_AS_DATE}, {"time", SX_AS_TIME}, {"vxml:time", SX_AS_TIME}, {"duration", SX_AS_DURATION},
        {"telephone", SX_AS_TELEPHONE}, {"phone", SX_AS_TELEPHONE}, {"number:telephone", SX_AS_TELEPHONE}, {"vxml:phone", SX_AS_TELEPHONE},
        {"currency", SX_AS_CURRENCY}, {"money", SX_AS_CURRENCY}, {"vxml:currency", SX_AS_CURRENCY},
        {"measure", SX_AS_MEASURE}, {"unit", SX_AS_MEASURE}, {"measurement", SX_AS_MEASURE}, {"fraction", SX_AS_FRACTION}, {"address", SX_AS_ADDRESS},
            {"name", SX_AS_NAME},
        {"net", SX_AS_NET}, {"electronic", SX_AS_NET}, {"uri", SX_AS_NET}, {"url", SX_AS_NET}, {"email", SX_AS_NET}, {"net:email", SX_AS_NET},
            {"net:uri", SX_AS_NET},
        {"expletive", SX_AS_EXPLETIVE}, {"bleep", SX_AS_EXPLETIVE},
        {"interjection", SX_AS_NONE}, {"words", SX_AS_NONE}, {"text", SX_AS_NONE}, {"vxml:boolean", SX_AS_NONE}};
    for (size_t i = 0; interpret_as && i < sizeof names / sizeof names[0]; i++)
        if (!sx_ascii_compare(names[i].name, interpret_as))
            return names[i].kind;
    return -1;
}

static bool has(const char *text, const char *part)
{
    return text && strstr(text, part);
}

/* ------------------------------------------------------------------ numbers */

/* "1,234.5", "12 345", "-7", "XIV" */
static bool cardinal(struct sx_say *say, const char *p, size_t n)
{
    char text[200], words[SX_NUMBER_ROOM];
    size_t sign = *p == '-' || *p == '+', k = 0;
    int roman = sx_roman_value(p, n);
    if (roman) {
        snprintf(text, sizeof text, "%d", roman);
        return sx_say_take(say, n, sx_number_cardinal(text, strlen(text), words, sizeof words));
    }
    bool comma = sx_say_decimal_comma(say), digits = false;
    int stops = 0;
    for (size_t i = sign; i < n && k < sizeof text; i++) {
        char c = p[i];
        digits |= is_digit(c);
        if (is_digit(c))
            text[k++] = c;
        else if (c == (comma ? ',' : '.') && !stops++)
            text[k++] = '.';
        else if (c != ' ' && c != '\'' && c != (comma ? '.' : ','))
            return false;
    }
    while (k > 1 && text[0] == '0' && text[1] != '.')
        memmove(text, text + 1, --k);
    return digits && stops < 2 && sx_say_takef(say, n, "%s%s", !sign ? "" : *p == '-' ? "minus " : "plus ", sx_number_text(text, k, words, sizeof words));
}

static bool ordinal(struct sx_say *say, const char *p, size_t n)
{
    char text[64], words[SX_NUMBER_ROOM];
    size_t k = 0, i = 0;
    int roman = sx_roman_value(p, n);
    if (roman) {
        snprintf(text, sizeof text, "%d", roman);
        return sx_say_take(say, n, sx_number_ordinal(text, strlen(text), words, sizeof words));
    }
    for (; i < n && (is_digit(p[i]) || p[i] == ',') && k < sizeof text; i++)
        if (is_digit(p[i]))
            text[k++] = p[i];
    while (k > 1 && text[0] == '0')
        memmove(text, text + 1, --k);
    bool ending = i == n || (n - i == 1 && p[i] == '.') || sx_say_one_of(p + i, n - i, " st nd rd th ") || (n - i == 2 && (unsigned char)p[i] == 0xC2);
    return k && k < 36 && ending && sx_say_take(say, n, sx_number_ordinal(text, k, words, sizeof words));
}

/* Digits and letters by name, groups parted by a pause; "point" before digits that follow a stop if `point`. */
static bool digits(struct sx_say *say, const char *p, size_t n, bool point)
{
    size_t at = say->at;
    bool any = false;
    for (size_t i = 0; i < n; i++)
        any |= is_digit(p[i]);
    if (!any)
        return false;
    for (size_t i = 0; i < n; i++) {
        size_t j = i + 1;
        if (is_digit(p[i])) {
            sx_say_spell(say, at + i, at + j, p + i, 1);
        } else if (is_alpha(p[i])) {
            while (j < n && is_alpha(p[j]))
                j++;
            if (sx_say_one_of(p + i, j - i, " x ext extension "))
                sx_say_add(say, at + i, at + j, "extension");
            else if (j - i > 2)
                sx_say_piece(say, at + i, at + j, p + i, j - i);
            else
                sx_say_spell(say, at + i, at + j, p + i, j - i);
            i = j - 1;
        } else if (p[i] == '+' && !i) {
            sx_say_add(say, at, at + 1, "plus");
        } else if (p[i] == '.' && point && i + 1 < n && is_digit(p[i + 1])) {
            sx_say_add(say, at + i, at + j, "point");
        } else if (p[i] == '*' || p[i] == '#') {
            sx_say_add(say, at + i, at + j, p[i] == '*' ? "star" : "pound");
        } else {
            sx_say_mark(say, SX_PHONE_COMMA);
        }
    }
    say->at = at + n;
    return true;
}

static bool fraction(struct sx_say *say, const char *p, size_t n)
{
    struct sx_match m;
    char a[SX_NUMBER_ROOM], b[SX_NUMBER_ROOM], whole[SX_NUMBER_ROOM];
    if (!sx_match("(-)?((\\d{1,9})[ +]+)?(\\d{1,9}) ?/ ?(\\d{1,9})", p, &m) || m.length != n || strspn(m.from[5], "0") == m.size[5])
        return false;
    if (m.size[5] == 1 && *m.from[5] == '1')
        snprintf(a, sizeof a, "%s over one", sx_number_cardinal(m.from[4], m.size[4], b, sizeof b));
    else
        sx_number_fraction(m.from[4], m.size[4], m.from[5], m.size[5], a, sizeof a);
    if (m.from[3])
        return sx_say_takef(say, n, "%s%s and %s", m.from[1] ? "minus " : "", sx_number_cardinal(m.from[3], m.size[3], whole, sizeof whole),
            strcmp(a, "one half") ? a : "a half");
    return sx_say_takef(say, n, "%s%s", m.from[1] ? "minus " : "", a);
}

/* ------------------------------------------------------------------ dates and times */

static bool by_class(struct sx_say *say, size_t n, bool (*read)(struct sx_say *));

static const char *const months[] = {"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"};

struct part {
    int value;
    size_t length;          /* digits; 0: a name */
    const char *text;
};

/* A number or a month's name at *p, which moves on; false for something else. */
static bool read_part(const char **p, const char *end, size_t most, struct part *part)
{
    const char *q = *p;
    memset(part, 0, sizeof *part);
    part->text = q;
    if (is_digit(*q)) {
        while (q < end && is_digit(*q) && part->length < most)
            part->value = part->length < 6 ? part->value * 10 + *q - '0' : part->value, part->length++, q++;
        if (end - q >= 2 && sx_say_one_of(q, 2, " st nd rd th "))
            q += 2;
    } else {
        while (q < end && is_alpha(*q))
            q++;
        size_t n = (size_t)(q - *p);
        for (int i = 0; i < 12 && n >= 3; i++)
            if (!sx_ascii_compare_n(*p, months[i], n < strlen(months[i]) ? n : strlen(months[i])))
                part->value = i + 1;
        if (!part->value)
            return false;
    }
    *p = q;
    return true;
}

static bool date(struct sx_say *say, const char *p, size_t n, const char *format)
{
    char order[4] = "";
    size_t fields = 0;
    for (const char *f = format; f && *f; f++) {        /* "yyyy-mm-dd", "mdy": the order of d, m and y */
        char c = (char)(*f | 32);
        if ((c == 'd' || c == 'm' || c == 'y') && !strchr(order, c) && fields < 3) {
            order[fields++] = c;
            order[fields] = 0;
        }
    }
    if (!fields)
        return by_class(say, n, sx_say_date);
    struct part parts[3] = {{0}};
    const char *q = p, *end = p + n;
    size_t found = 0, digit_run = strspn(p, "0123456789?");
    bool packed = digit_run == n && ((fields == 3 && (n == 8 || n == 6)) || (fields == 2 && (n == 4 || n == 6)));
    while (q < end && found < fields) {
        while (q < end && strchr(" -/.,", *q))
            q++;
        if (packed && *q == '?') {          /* "????0923": not known */
            while (q < end && *q == '?')
                q++;
            memmove(order + found, order + found + 1, strlen(order + found));
            fields--;
            continue;
        }
        size_t most = packed && fields > 1 ? (order[found] == 'y' && n != 6 && (fields == 3 || n == 6) ? 4 : order[found] == 'y' && fields == 2 &&
            n == 6 ? 4 : 2) : 8;
        if (q < end && sx_say_one_of(q, 3, " of ") && end - q > 3 && q[2] == ' ')
            q += 3;
        if (q == end || !read_part(&q, end, most, &parts[found]))
            return false;
        found++;
    }
    while (q < end && (*q == ' ' || *q == '.'))
        q++;
    if (q != end || found != fields)
        return false;
    const struct part *day = NULL, *month = NULL, *year = NULL;
    for (size_t i = 0; i < fields; i++) {
        if (order[i] == 'd')
            day = &parts[i];
        else if (order[i] == 'm')
            month = &parts[i];
        else
            year = &parts[i];
    }
    /* the parts that cannot stand where the format has them */
    if (day && month && ((month->value > 12 && day->value >= 1 && day->value <= 12) || (month->length && !day->length))) {
        const struct part *other = day;
        day = month;
        month = other;
    }
    if ((month && (month->value < 1 || month->value > 12)) || (day && (day->value < 1 || day->value > 31 || !day->length)) ||
        (year && (!year->length || year->length > 4)))
        return false;
    char d[64] = "", y[SX_NUMBER_ROOM] = "", text[8];
    if (day) {
        snprintf(text, sizeof text, "%d", day->value);
        sx_number_ordinal(text, strlen(text), d, sizeof d);
    }
    if (year) {
        if (year->length == 2 && year->text[0] == '0')
            snprintf(y, sizeof y, "oh %s", sx_number_cardinal(year->text + 1, 1, (char[16]){0}, 16));
        else
            sx_number_year(year->text, year->length, y, sizeof y);
    }
    if (day && month) {
        bool first = strchr(order, 'd') < strchr(order, 'm');
        return first ? sx_say_takef(say, n, "the %s of %s%s%s", d, months[month->value - 1], year ? ", " : "", y)
                     : sx_say_takef(say, n, "%s %s%s%s", months[month->value - 1], d, year ? ", " : "", y);
    }
    if (month)
        return sx_say_takef(say, n, "%s%s%s", months[month->value - 1], year ? " " : "", y);
    return sx_say_takef(say, n, "%s%s%s", day ? "the " : "", d, y);
}

static char *small(int n, char *out, size_t room)
{
    char text[12];
    snprintf(text, sizeof text, "%d", n);
    return sx_number_cardinal(text, strlen(text), out, room);
}

static bool clock_time(struct sx_say *say, const char *p, size_t n, const char *format)
{
    struct sx_match m;
    char a[64], b[64], c[64];
    int hour, minute = 0, second = -1;
    char half = 0;
    if (sx_match_nocase("(\\d{1,2})[:.h](\\d{2})([:.m](\\d{2})s?)?( ?([ap])[.]?m?[.]?)?", p, &m) && m.length == n) {
        hour = atoi(m.from[1]);
        minute = atoi(m.from[2]);
        second = m.from[4] ? atoi(m.from[4]) : -1;
        half = m.from[6] ? (char)(*m.from[6] | 32) : 0;
    } else if (sx_match_nocase("(\\d{1,2}) ?([ap])[.]?m?[.]?", p, &m) && m.length == n) {
        hour = atoi(m.from[1]);
        half = (char)(*m.from[2] | 32);
    } else if (sx_match("(\\d{2})(\\d{2})(\\d{2})?", p, &m) && m.length == n) {
        hour = (p[0] - '0') * 10 + p[1] - '0';
        minute = (p[2] - '0') * 10 + p[3] - '0';
        second = m.from[3] ? (p[4] - '0') * 10 + p[5] - '0' : -1;
    } else if (sx_match("\\d{1,2}", p, &m) && m.length == n) {
        hour = atoi(p);
    } else {
        return false;
    }
    if (hour > 24 || minute > 59 || second > 60)
        return false;
    if (has(format, "12") && !half && (hour > 12 || hour == 0)) {       /* a time of 24 hours asked for in 12 */
        half = hour >= 12 && hour < 24 ? 'p' : 'a';
        hour = hour % 12 ? hour % 12 : 12;
    }
    const char *end = half == 'a' ? " A M" : half == 'p' ? " P M" : "";
    char seconds[96] = "";
    if (second > 0)
        snprintf(seconds, sizeof seconds, " and %s second%s", small(second, c, sizeof c), second == 1 ? "" : "s");
    if (minute)
        return sx_say_takef(say, n, "%s%s %s%s%s", small(hour, a, sizeof a), minute < 10 ? " oh" : "", small(minute, b, sizeof b), seconds, end);
    if (half)
        return sx_say_takef(say, n, "%s%s%s", small(hour, a, sizeof a), seconds, end);
    return sx_say_takef(say, n, hour >= 1 && hour <= 12 ? "%s o'clock%s" : "%s hundred hours%s", small(hour, a, sizeof a), seconds);
}

/* Hours, minutes, seconds as they are there: "2:30" with a format of "ms", "1'21\"", "PT1H30M", "1:02:03". */
static bool duration(struct sx_say *say, const char *p, size_t n, const char *format)
{
    static const char *const names[] = {"year", "month", "week", "day", "hour", "minute", "second"};
    enum { YEAR, MONTH, WEEK, DAY, HOUR, MINUTE, SECOND, COUNT };
    struct sx_match m;
    const char *values[COUNT] = {NULL};
    size_t sizes[COUNT] = {0};
    if (sx_match("P((\\d+)Y)?((\\d+)M)?((\\d+)W)?((\\d+)D)?(T.*)?", p, &m) && *p == 'P') {
        size_t i = 1;
        bool time = false;
        while (i < n) {
            if (p[i] == 'T' && !time) {
                time = true;
                i++;
                continue;
            }
            size_t k = 0;
            while (i + k < n && (is_digit(p[i + k]) || p[i + k] == '.'))
                k++;
            char unit = i + k < n ? p[i + k] : 0;
            int u = unit == 'Y' ? YEAR : unit == 'M' ? (time ? MINUTE : MONTH) : unit == 'W' ? WEEK : unit == 'D' ? DAY : unit == 'H' ? HOUR : unit == 'S'
                ? SECOND : -1;
            if (!k || u < 0)
                return false;
            values[u] = p + i;
            sizes[u] = k;
            i += k + 1;
        }
    } else if (sx_match("(\\d+):(\\d{1,2}):(\\d{1,2}(.\\d+)?)", p, &m) && m.length == n) {
        for (int i = 0; i < 3; i++) {
            values[HOUR + i] = m.from[1 + i];
            sizes[HOUR + i] = m.size[1 + i];
        }
    } else if (sx_match("(\\d+):(\\d{1,2}(.\\d+)?)", p, &m) && m.length == n) {
        int first = has(format, "h") && !has(format, "s") ? HOUR : MINUTE;
        for (int i = 0; i < 2; i++) {
            values[first + i] = m.from[1 + i];
            sizes[first + i] = m.size[1 + i];
        }
    } else if (sx_match("((\\d+)')? ?((\\d+)(\"|''))?", p, &m) && m.length == n && n) {
        values[MINUTE] = m.from[2];
        sizes[MINUTE] = m.size[2];
        values[SECOND] = m.from[4];
        sizes[SECOND] = m.size[4];
    } else {
        return false;
    }
    char words[SX_NUMBER_ROOM * 2] = "", number[SX_NUMBER_ROOM / 4];
    int said = 0, left = 0;
    for (int i = 0; i < COUNT; i++)
        left += values[i] && strspn(values[i], "0") < sizes[i];
    for (int i = 0; i < COUNT; i++) {
        const char *v = values[i];
        size_t k = sizes[i];
        while (v && k > 1 && *v == '0' && is_digit(v[1]))
            v++, k--;
        if (!v || (k == 1 && *v == '0' && left))
            continue;
        said++;
        size_t used = strlen(words);
        snprintf(words + used, sizeof words - used, "%s%s %s%s", used ? said == left ? " and " : " "
            : "", sx_number_text(v, k > 12 ? 12 : k, number, sizeof number), names[i],
                 k == 1 && *v == '1' ? "" : "s");
    }
    return said && sx_say_take(say, n, words);
}

/* ------------------------------------------------------------------ what the classes of running text can do */

/* Other text than what stands there ("USD 42.50" for "42.50"), its words from all `n` bytes. */
static bool by_text(struct sx_say *say, size_t n, const char *text, bool (*read)(struct sx_say *))
{
    struct sx_say inner = *say;
    inner.text = text;
    inner.length = strlen(text);
    inner.at = 0;
    inner.words = NULL;
    inner.count = inner.room = 0;
    bool done = read(&inner) && inner.at == inner.length && !inner.failed;
    say->failed |= inner.failed;
    for (int i = 0; done && i < inner.count; i++) {
        const struct sx_spoken *word = &inner.words[i];
        if (word->kind == SX_SPOKEN_LETTER)
            sx_say_spell(say, say->at, say->at + n, word->text, 1);
        else
            sx_say_word(say, say->at, say->at + n, word->text, strlen(word->text));
    }
    if (done)
        say->at += n;
    return done;
}

/* The class must read all of it; it sees nothing of what stands before. */
static bool by_class(struct sx_say *say, size_t n, bool (*read)(struct sx_say *))
{
    const char *copy = sx_arena_strdup(say->arena, say->text + say->at, n);
    if (!copy) {
        say->failed = true;
        return false;
    }
    return by_text(say, n, copy, read);
}

static bool currency(struct sx_say *say, const char *p, size_t n, const char *format, const char *detail)
{
    char text[160];
    if (by_class(say, n, sx_say_money))
        return true;
    const char *code = detail && strlen(detail) == 3 ? detail : format && strlen(format) == 3 ? format : NULL;
    if (!code || n > 100)
        return false;
    snprintf(text, sizeof text, "%.3s %.*s", code, (int)n, p);
    return by_text(say, n, text, sx_say_money);
}

static bool measure(struct sx_say *say, const char *p, size_t n)
{
    char text[160];
    struct sx_match m;
    if (by_class(say, n, sx_say_measure))
        return true;
    if (n < 100 && sx_match("[\\d.,/ -]*\\d", p, &m) && m.length < n) {     /* "10 A", "2foot": a unit that running text doubts */
        snprintf(text, sizeof text, "%.*s%.*s", (int)m.length, p, (int)(n - m.length - strspn(p + m.length, " ")), p + m.length + strspn(p + m.length, " "));
        if (by_text(say, n, text, sx_say_measure))
            return true;
    }
    return false;
}

static bool read_as(struct sx_say *say, const char *p, size_t n, int kind, const char *format, const char *detail)
{
    if (sx_say_elsewhere(say) && kind != SX_AS_CHARACTERS && kind != SX_AS_EXPLETIVE) {
        struct sx_error error;
        if (sx_foreign_check(say->language, &error) >= 0) {     /* numbers and dates in words of the language are libespeak-ng's */
            if (kind != SX_AS_DIGITS && kind != SX_AS_TELEPHONE)
                return sx_say_foreign(say, n, say->language);
            sx_say_characters(say, n, false);
            return true;
        }
    }
    if (kind == SX_AS_CARDINAL && format)       /* interpret-as="number" format="ordinal" */
        kind = !sx_ascii_compare(format, "ordinal") ? SX_AS_ORDINAL : !sx_ascii_compare(format, "digits") ? SX_AS_DIGITS : !sx_ascii_compare(format, "telephone")
            ? SX_AS_TELEPHONE : kind;
    switch (kind) {
    case SX_AS_CARDINAL: return cardinal(say, p, n);
    case SX_AS_ORDINAL: return ordinal(say, p, n);
    case SX_AS_DIGITS: return digits(say, p, n, true);
    case SX_AS_CHARACTERS: {
        bool capitals = has(format, "glyph") || has(format, "capital") || has(detail, "capital");
        if (has(format, "phonetic") || has(detail, "phonetic"))
            sx_say_phonetic(say, n, capitals);
        else
            sx_say_characters(say, n, capitals);
        return true;
    }
    case SX_AS_DATE: return date(say, p, n, format);
    case SX_AS_TIME: return (format && !has(format, "12") && !has(format, "24") && has(format, "ms") && !has(format, "h") && duration(say, p, n, format)) ||
                            clock_time(say, p, n, format) || duration(say, p, n, format);
    case SX_AS_DURATION: return duration(say, p, n, format);
    case SX_AS_TELEPHONE: return digits(say, p, n, false);
    case SX_AS_CURRENCY: return currency(say, p, n, format, detail);
    case SX_AS_MEASURE: return measure(say, p, n);
    case SX_AS_FRACTION: return fraction(say, p, n);
    case SX_AS_NET:
        sx_say_net(say, n);
        return true;
    case SX_AS_EXPLETIVE: return sx_say_take(say, n, "bleep");
    default: return false;                      /* an address, a name: running text reads them as well */
    }
}

bool sx_say_as(struct sx_say *say, size_t length, int kind, const char *format, const char *detail)
{
    char *text = (char *)say->text;             /* the reader's copy, in the arena */
    size_t begin = say->at, end = begin + length, whole = say->length, at = begin;
    if (length > whole - begin)
        return false;
    while (end > at && strchr(" \n", text[end - 1]))
        end--;
    while (at < end && strchr(" \n", text[at]))
        at++;
    if (at == end)
        return false;
    char behind = text[end];
    int count = say->count;
    text[end] = 0;
    say->length = end;
    say->at = at;
    bool done = read_as(say, text + at, end - at, kind, format, detail);
    text[end] = behind;
    say->length = whole;
    if (!done)
        say->count = count;
    say->at = done ? begin + length : begin;
    return done;
}
