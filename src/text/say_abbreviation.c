/* say_abbreviation.c - abbreviations: the table, "St." and "Dr." by what stands around, initials with stops, compass points in addresses. */
#include "text/say.h"

#include <string.h>

#include "base/ascii.h"

static bool capitalised(const char *word, size_t length)
{
    return length && word[0] >= 'A' && word[0] <= 'Z';
}

static bool ordinal(const char *word, size_t length)
{
    return length > 2 && word[0] >= '0' && word[0] <= '9' && word[length - 1] >= 'a';
}

static bool name_street(const struct sx_say *say, size_t at)
{
    const char *word;
    size_t n = sx_say_word_after(say, at, &word);
    if (!n || !(capitalised(word, n) || ordinal(word, n)))
        return false;
    n = sx_say_word_after(say, (size_t)(word - say->text) + n, &word);
    return sx_say_one_of(word, n, " st street ave avenue rd road blvd boulevard ln lane way pkwy hwy ");
}

/* "St.": a street behind a name, a saint before one. "Dr.": drive or doctor in the same way. */
static const char *street_or_title(const struct sx_say *say, size_t end, bool saint)
{
    const char *before, *after;
    size_t n = sx_say_word_before(say, say->at, &before), k = sx_say_word_after(say, end, &after);
    bool name_before = n && before + n + 1 == say->text + say->at && (capitalised(before, n) || ordinal(before, n)) &&
        !sx_say_one_of(before, n, " the on in at and mr mrs a of to ");
    bool name_after = k && after <= say->text + end + 1 && capitalised(after, k);
    if (!saint)
        return name_before && !name_after && (n < 4 || !sx_say_one_of(before, n, " dear "))  ? "drive" : "doctor";
    return name_before && (!name_after || ordinal(before, n) || before > say->text) && !(name_after && before == say->text) ? "street" : name_after ||
        !n ? "saint" : "street";
}

bool sx_say_abbreviation(struct sx_say *say)
{
    const char *p = say->text + say->at;
    struct sx_match m;
    char key[24], value[120];
    if (sx_match("Ph.?D.?", p, &m) && !(p[m.length] >= 'A' && p[m.length] <= 'z'))
        return sx_say_take(say, m.length, "P H D");
    /* U.S., J.R.R., p.m., e.g. */
    bool dotted = sx_match("\\a(.\\a){1,6}\\b.?", p, &m) && !(p[m.length] >= '0' && p[m.length] <= '9');
    if (!dotted && !sx_match("(\\a{1,7}/o?|\\a{1,8})", p, &m))
        return false;
    if (!dotted && ((p[m.length] >= 'a' && p[m.length] <= 'z') || (p[m.length] >= 'A' && p[m.length] <= 'Z') ||
        (p[m.length] == '\'' && p[m.length + 1] >= 'a') || (unsigned char)p[m.length] >= 0xC3)) {
        /* "w/o", not "w/other" */
        if (!sx_match("\\a{1,8}", p, &m) || (p[m.length] >= 'A' && p[m.length] <= 'z'))
            return false;
    }
    size_t length = m.length;
    bool stop = dotted ? p[length - 1] == '.' : p[length] == '.';
    size_t name = dotted && stop ? length - 1 : length;
    if (name >= sizeof key)
        return false;
    for (size_t i = 0; i < name; i++)
        key[i] = sx_ascii_lower(p[i]);
    key[name] = 0;
    size_t end = say->at + name + stop;
    if (!dotted && name >= 2 && sx_say_place(say, name, stop))
        return true;
    /* the stop belongs to the abbreviation for the words' bytes, whatever it also ends */
    if (!strcmp(key, "st") && (stop || capitalised(p, 1))) {
        if (!stop) {
            const char *before, *after;
            size_t n = sx_say_word_before(say, say->at, &before), k = sx_say_word_after(say, end, &after);
            if (!(capitalised(before, n) || ordinal(before, n)) && !(capitalised(after, k) && after == say->text + end + 1))
                return false;
        }
        return sx_say_take(say, name + stop, street_or_title(say, end, true));
    }
    if (!strcmp(key, "dr") && capitalised(p, 1))
        return sx_say_take(say, name + stop, street_or_title(say, end, false));
    if (!strcmp(key, "min") && stop && say->at > 2 && p[-1] == ' ' && p[-2] >= 'A' && p[-2] <= 'G' && p[-3] == ' ')         /* "in C min." */
        return sx_say_take(say, name + stop, "minor");
    /* "Gen. 1:3" */
    static const struct { const char *key, *words; } bible[] = {{"gen", "genesis"}, {"ex", "exodus"}, {"lev", "leviticus"}, {"deut", "deuteronomy"}, {"ps", "psalm"}, {"prov", "proverbs"}, {"isa", "isaiah"},
                                                                {"jer", "jeremiah"}, {"matt", "matthew"}, {"rom", "romans"}, {"cor", "corinthians"}, {"gal", "galatians"}, {"eph", "ephesians"},
                                                                {"phil", "philippians"}, {"col", "colossians"}, {"thess", "thessalonians"}, {"tim", "timothy"}, {"heb", "hebrews"}, {"rev", "revelation"}};
    for (size_t i = 0; i < sizeof bible / sizeof bible[0] && stop && *p <= 'Z'; i++)
        if (!strcmp(bible[i].key, key) && sx_match(" \\d{1,3}:\\d", say->text + end, &m))
            return sx_say_take(say, name + stop, bible[i].words);
    if (!strcmp(key, "ed") && stop && !say->count)
        return sx_say_take(say, name + stop, "editor's");
    bool all_capitals = name > 1 && p[1] >= 'A' && p[1] <= 'Z';
    char acronym[64];
    if (all_capitals && !dotted && !(stop && !strcmp(key, "no")) && sx_say_table(SX_DICT(acronyms), p, name, acronym, sizeof acronym))
        return false;               /* EST is no "est." */
    if (name == 1 && key[0] == 'c' && (*p == 'C' || !stop || !sx_match("c. \\d{3,4}\\b", p, &m)))
        return false;               /* circa */
    if (sx_say_table(SX_DICT(abbreviations), key, name, value, sizeof value) && (!all_capitals || dotted || stop)) {
        const char *before, *after;
        size_t n = sx_say_word_before(say, say->at, &before);
        sx_say_word_after(say, end, &after);
        bool number = (*after >= '0' && *after <= '9') || (*after && strchr("IVX", *after) && !(after[1] >= 'a' && after[1] <= 'z') &&
            !(*after == 'I' && !strcmp(key, "no")));
        for (const char *q = after; !number && *q && *q != ' ' && *q != '\n' && q < after + 12; q++)
            number = *q >= '0' && *q <= '9' && stop;       /* "no. XJ-900B" */
        /* "app. A", "pp. iv-xii" */
        number |= stop && name > 1 && *after >= 'A' && *after <= 'Z' && !((after[1] >= 'a' && after[1] <= 'z') || (after[1] >= 'A' && after[1] <= 'Z') || after[1] == '.');
        number |= stop && *key == 'p' && sx_match("[ivxlc]+\\b", after, &m);
        number = number && after - (say->text + end) <= 1;
        if (*p == 'P' && name == 1 && (!stop || (say->at && p[-1] == '&')))
            number = false;         /* "S&P 500" */
        bool fits = value[0] == '*' ? true : value[0] == '.' ? stop : value[0] == 'o' ? stop || number : value[0] == '#' ? number
                    : (n && before + n + 1 == p && (capitalised(before, n) || ordinal(before, n)) && capitalised(p, 1));
        if (number && stop && name == 1 && *p == 'v')           /* "ch. 5, v. 3", "v. 2.1" */
            return sx_say_take(say, name + stop, sx_say_one_of(before, n, " versus ") || (before + n + 1 == p && n && before[n - 1] >= '0' && before[n - 1] <= '9') ? "versus" : sx_match("\\d+.\\d", after, &m) ? "version" : "verse");
        if (number && !strcmp(key, "rt"))
            return sx_say_take(say, name + stop, "route");
        if (number && !strcmp(key, "secs") && capitalised(p, 1))
            return sx_say_take(say, name + stop, "sections");
        if (value[0] == '.' && sx_say_one_of(key, name, " may mar sun mon sat wed max min ed fig gen rep col co al art ex temp ref ") &&
            end >= say->length && !capitalised(p, 1) && !sx_say_one_of(key, name, " max min co al "))
            fits = false;
        /* "Ai" is a name, "ai" and "AI" are letters */
        if (value[0] == '*' && !stop && !dotted && value[3] == ' ' && value[2] <= 'Z' && capitalised(p, 1) && !all_capitals)
            fits = false;
        if (fits && value[1] == ' ') {
            /* "two hrs", "one hr" are words already */
            return sx_say_take(say, name + stop, value + 2);
        }
    }
    if (dotted) {
        size_t at = say->at;
        for (size_t i = 0; i < name; i += 2)
            sx_say_spell(say, at + i, at + i + 1, p + i, 1);
        /* the last letter takes the stop with it */
        say->words[say->count ? say->count - 1 : 0].end = (uint32_t)(at + length);
        say->at += length;
        return true;
    }
    /* "1211 E Arques Ave", "Pennsylvania Ave. NW." */
    static const struct { const char *key, *words; } points[] = {{"n", "north"}, {"s", "south"}, {"e", "east"}, {"w", "west"}, {"ne", "northeast"},
        {"nw", "northwest"},
                                                                 {"se", "southeast"}, {"sw", "southwest"}};
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++)
        if (!strcmp(points[i].key, key) && p[0] < 'a' && (name == 1 || p[1] < 'a')) {
            const char *before, *after;
            size_t n = sx_say_word_before(say, say->at, &before), k = sx_say_word_after(say, end, &after);
            bool number = n && before[n - 1] >= '0' && before[n - 1] <= '9' && before + n + 1 == p;
            bool street = sx_say_after(say, " street avenue road boulevard drive lane highway place court parkway terrace ");
            size_t gap = (size_t)(after - (say->text + end));
            if (street || (number && k > 1 && (capitalised(after, k) || ordinal(after, k)) && gap == 1) ||
                (n && gap == 1 && !number && name_street(say, end) && (stop || name > 1 || !n)))
                return sx_say_take(say, name + (stop && (street || k)), points[i].words);
            if (number && name == 1 && before >= say->text + 2 && before[-1] == '-' && before[-2] == 'I')       /* I-95 S */
                return sx_say_take(say, name, points[i].words);
        }
    return false;
}
