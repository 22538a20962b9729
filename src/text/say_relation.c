/* say_relation.c - two numbers and what lies between them: ranges, scores, ratios, fractions, powers. */
#include "text/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char books[] = " psalm psalms genesis exodus leviticus deuteronomy joshua judges ruth samuel kings chronicles ezra nehemiah esther job proverbs ecclesiastes isaiah jeremiah ezekiel "
                            "hosea joel amos obadiah jonah micah zechariah malachi matthew luke acts romans corinthians galatians ephesians philippians colossians thessalonians timothy titus "
                            "hebrews peter revelation surah quran ";

static bool is_year(const char *p, size_t length)
{
    return length == 4 && strspn(p, "0123456789") >= 4 && (*p == '1' || (*p == '2' && p[1] <= '1'));
}

static char *number(const char *p, size_t length, char *out, size_t room)
{
    return is_year(p, length) ? sx_number_year(p, length, out, room) : sx_number_text(p, length, out, room);
}

/* "three quarters", "one hundredth" */
char *sx_number_fraction(const char *top, size_t top_length, const char *bottom, size_t bottom_length, char *out, size_t room)
{
    char a[SX_NUMBER_ROOM / 2], b[SX_NUMBER_ROOM / 2];
    int n = top_length < 9 ? atoi(top) : 0, d = bottom_length < 9 ? atoi(bottom) : 0;
    sx_number_cardinal(top, top_length, a, sizeof a);
    if (d == 2 || d == 4) {
        const char *name = d == 2 ? (n == 1 ? "half" : "halves") : (n == 1 ? "quarter" : "quarters");
        snprintf(out, room, "%s %s", a, name);
        return out;
    }
    sx_number_ordinal(bottom, bottom_length, b, sizeof b);
    if (n != 1)
        sx_number_plural(b, sizeof b);
    if (d >= 100 && !strncmp(b, "one ", 4))
        memmove(b, b + 4, strlen(b + 4) + 1);
    snprintf(out, room, "%s %s", a, b);
    return out;
}

/* "2 1/2-3 hours": the second number is next. */
static void until(struct sx_say *say)
{
    struct sx_match m;
    if (sx_match(" ?(-|–|—) ?\\d", say->text + say->at, &m)) {
        size_t begin = (size_t)(m.from[1] - say->text);
        sx_say_add(say, begin, begin + m.size[1], "to");
        say->at = begin + m.size[1];
    }
}

bool sx_say_relation(struct sx_say *say)
{
    const char *p = say->text + say->at;
    struct sx_match m;
    char a[SX_NUMBER_ROOM], b[SX_NUMBER_ROOM], c[SX_NUMBER_ROOM];
    if (*p < '0' || *p > '9')
        return false;
    if (sx_match("24/7/365\\b", p, &m))
        return sx_say_take(say, m.length, "twenty four seven three sixty five");
    if (sx_match("24[/-]7\\e", p, &m))
        return sx_say_take(say, m.length, "twenty four seven");
    if (sx_match("401\\(k\\)", p, &m))
        return sx_say_take(say, m.length, "four oh one K");
    /* 3x the price, 10x faster */
    if (sx_match("(\\d{1,4}(.\\d{1,2})?)[xX] (the|as|a|per|more|less|\\l+er)\\b", p, &m))
        return sx_say_takef(say, m.size[1] + 1, "%s times", sx_number_text(m.from[1], m.size[1], a, sizeof a));
    /* 3/4 time, 50/50, 60/40 */
    if (sx_match("(\\d{1,2})/(2|4|8|16) (time|beat|meter|metre|rhythm|signature|feel|groove|waltz|bar|measure|march|blues|jig|ballad|shuffle|swing|polka|reel)\\b", p, &m) ||
        (sx_match("(\\d{1,3})/(\\d{1,3})\\e", p, &m) && ((m.size[1] == m.size[2] && !memcmp(m.from[1], m.from[2], m.size[1])) ||
                                                      (atoi(m.from[1]) + atoi(m.from[2]) == 100 && atoi(m.from[1]) % 5 == 0))))
        return sx_say_takef(say, (size_t)(m.from[2] - p) + m.size[2], "%s %s", sx_number_cardinal(m.from[1], m.size[1], a, sizeof a),
                            sx_number_cardinal(m.from[2], m.size[2], b, sizeof b));
    if (sx_match("50-50\\e", p, &m))
        return sx_say_take(say, m.length, "fifty fifty");
    /* 120/80 mmHg, blood pressure; 20/40 vision */
    if ((sx_match("(\\d{2,3})/(\\d{2,3}) (mmHg|mm Hg|vision)", p, &m) || (sx_match("(\\d{2,3})/(\\d{2,3})\\e", p, &m) &&
        sx_say_after(say, " pressure bp vision "))))
        return sx_say_takef(say, (size_t)(m.from[2] - p) + m.size[2], m.from[3] &&
            *m.from[3] == 'v' ? "%s %s" : "%s over %s", sx_number_cardinal(m.from[1], m.size[1], a, sizeof a),
                            sx_number_cardinal(m.from[2], m.size[2], b, sizeof b));
    /* the 2019/20 season */
    if (sx_match("((19|20)\\d{2})/(\\d{2}|(19|20)\\d{2})\\e", p, &m))
        return sx_say_takef(say, m.length, "%s %s%s", sx_number_year(m.from[1], 4, a, sizeof a), m.size[3] == 2 && *m.from[3] == '0' ? "oh " : "",
                            m.size[3] == 4 ? sx_number_year(m.from[3], 4, b, sizeof b)
                                : sx_number_cardinal(m.from[3] + (*m.from[3] == '0'), 2 - (*m.from[3] == '0'), b, sizeof b));
    /* 2½ */
    static const struct { const char *sign, *words; } parts[] = {{"½", "a half"}, {"¼", "a quarter"}, {"¾", "three quarters"}, {"⅓", "a third"},
        {"⅔", "two thirds"},
                                                                 {"⅛", "an eighth"}, {"⅜", "three eighths"}, {"⅝", "five eighths"}, {"⅞", "seven eighths"}};
    if (sx_match("(\\d{1,9}) ?", p, &m))
        for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
            if (!strncmp(p + m.length, parts[i].sign, strlen(parts[i].sign)))
                return sx_say_takef(say, m.length + strlen(parts[i].sign), "%s and %s", sx_number_cardinal(m.from[1], m.size[1], a, sizeof a), parts[i].words);
    /* 5 1/2 */
    if (sx_match("(\\d{1,4})( |-)(\\d{1,2})/(\\d{1,3})\\e", p, &m) && atoi(m.from[4]) > atoi(m.from[3]) && atoi(m.from[3]) > 0) {
        sx_number_fraction(m.from[3], m.size[3], m.from[4], m.size[4], b, sizeof b);
        const char *f = !strcmp(b, "one half") ? "a half" : b;
        bool inch = *m.from[2] == '-' && p[m.length] == '"';           /* a 7-1/4" blade */
        sx_say_takef(say, m.length + inch, "%s and %s%s", sx_number_cardinal(m.from[1], m.size[1], a, sizeof a), f, inch ? " inch" : "");
        until(say);
        return true;
    }
    /* 1/8th, 3/5ths */
    if (sx_match("(\\d{1,3})/(\\d{1,4})(ths?|rds?|nds?)\\b", p, &m) && atoi(m.from[2]) > 1 && m.from[2][0] != '0')
        return sx_say_take(say, m.length, sx_number_fraction(m.from[1], m.size[1], m.from[2], m.size[2], a, sizeof a));
    if (sx_match("(\\d{1,3})/(\\d{1,4})\\e", p, &m) && atoi(m.from[2]) > 1 && m.from[2][0] != '0' && m.from[1][0] != '0') {
        struct sx_match unit;
        sx_number_fraction(m.from[1], m.size[1], m.from[2], m.size[2], a, sizeof a);
        if (sx_match("( in.|\")", p + m.length, &unit))       /* 3/8", 1/4 in. */
            return sx_say_takef(say, m.length + (unit.length == 1 ? 1 : 3), "%s inch", a);
        return sx_say_take(say, m.length, a);
    }
    /* Psalm 23:1, Romans 12:1-2: chapter and verse */
    if (sx_say_after(say, books) && sx_match("(\\d{1,3}):(\\d{1,3})((-|–)(\\d{1,3}))?\\e", p, &m)) {
        size_t verse = (size_t)(m.from[2] - p) + m.size[2];
        sx_say_takef(say, verse, "%s %s", sx_number_cardinal(m.from[1], m.size[1], a, sizeof a), sx_number_cardinal(m.from[2], m.size[2], b, sizeof b));
        return !m.from[3] || sx_say_takef(say, m.length - verse, "to %s", sx_number_cardinal(m.from[5], m.size[5], c, sizeof c));
    }
    /* 2:3:5, 3:1, 16:9 */
    if (sx_match("(\\d{1,4}):(\\d{1,4}):(\\d{1,4})\\e", p, &m))
        return sx_say_takef(say, m.length, "%s to %s to %s", number(m.from[1], m.size[1], a, sizeof a), number(m.from[2], m.size[2], b, sizeof b),
                            number(m.from[3], m.size[3], c, sizeof c));
    if (sx_match("(\\d{1,3}(,\\d{3})+|\\d+(.\\d+)?):(\\d{1,3}(,\\d{3})+|\\d+(.\\d+)?)\\e", p, &m) && m.length < 24)
        return sx_say_takef(say, m.length, "%s to %s", sx_number_text(m.from[1], m.size[1], a, sizeof a), sx_number_text(m.from[4], m.size[4], b, sizeof b));
    /* 10^9 */
    if (sx_match("(\\d+(.\\d+)?)(\\^|\\*\\*)(-?)(\\d{1,3})\\e", p, &m) && m.length < 24) {
        number(m.from[1], m.size[1], a, sizeof a);
        if (m.size[4])
            return sx_say_takef(say, m.length, "%s to the minus %s", a, sx_number_cardinal(m.from[5], m.size[5], b, sizeof b));
        if (m.size[5] == 1 && (m.from[5][0] == '2' || m.from[5][0] == '3'))
            return sx_say_takef(say, m.length, "%s %s", a, m.from[5][0] == '2' ? "squared" : "cubed");
        return sx_say_takef(say, m.length, "%s to the %s", a, sx_number_ordinal(m.from[5], m.size[5], b, sizeof b));
    }
    /* 1-4=5, 1- 2 = 5 */
    if (sx_match("(\\d+(.\\d+)?) ?- ?(\\d+(.\\d+)?) ?=", p, &m) && m.length < 40)
        return sx_say_takef(say, m.length - 1, "%s minus %s", sx_number_text(m.from[1], m.size[1], a, sizeof a),
            sx_number_text(m.from[3], m.size[3], b, sizeof b));
    /* a hyphen of an equation is a minus; one of a number in parts ("CVE-2023-1234") is none of both */
    bool part = say->at > 1 && p[-1] == '-' && ((p[-2] >= '0' && p[-2] <= '9') || (p[-2] >= 'A' && p[-2] <= 'Z'));
    struct sx_match tail;
    if (part || (sx_match("\\d+(.\\d+)?-\\d+[\\d.-]*( ?[=+*])", p, &tail) && sx_say_equation(say)))
        return false;
    /* the 737 MAX, a Boeing 747 */
    if (sx_match("7\\d7\\b", p, &m) && p[2] == '7' && sx_say_after(say, " the a boeing ") && sx_match(" (MAX|Max|jet|jets|plane|planes|aircraft|pilot|fleet|Dreamliner|freighter|flight|crash)\\b", p + 3, &m))
        return sx_say_take(say, 3, sx_number_pairs(p, 3, a, sizeof a));
    /* Boeing 737-800 */
    if (sx_match("(7\\d7)-(\\d{1,3})\\b", p, &m) && m.from[1][0] == '7' && p[m.length] != '-' &&
        !(p[m.length] == '.' && p[m.length + 1] >= '0' && p[m.length + 1] <= '9') &&
        (sx_say_after(say, " boeing a the an jet ") || m.size[2] == 3))
        return sx_say_takef(say, m.length, "%s dash %s", sx_number_pairs(m.from[1], 3, a, sizeof a), sx_number_cardinal(m.from[2], m.size[2], b, sizeof b));
    if (sx_match("(\\d{1,4})(-|–)(\\d{1,4})[xX]\\b", p, &m))       /* 5-10x */
        return sx_say_takef(say, m.length, "%s to %s times", sx_number_cardinal(m.from[1], m.size[1], a, sizeof a),
            sx_number_cardinal(m.from[3], m.size[3], b, sizeof b));
    /* case no. 22-1034 */
    if (sx_say_after(say, " number case docket ") && sx_match("(\\d{1,4})-(\\d{3,6})\\e", p, &m) && m.size[1] != m.size[2])
        return sx_say_takef(say, m.length, "%s dash %s", sx_number_text(m.from[1], m.size[1], a, sizeof a), m.size[2] < 5 ? sx_number_pairs(m.from[2], m.size[2], b, sizeof b) : sx_number_digits(m.from[2], m.size[2], b, sizeof b));
    /* 1990-1995, 2019-20, 12-15, 3-1, 1,000-2,000 */
    if (sx_match("(\\d{1,3}(,\\d{3})+|\\d+(.\\d+)?)( ?(–|—) ?|-)(\\d{1,3}(,\\d{3})+|\\d+(.\\d+)?)\\e", p, &m) && m.size[1] < 20 && m.size[6] < 20 &&
        m.from[1][0] != '.' && p[m.length] != '-' && (m.from[1][0] != '0' || m.size[1] == 1) &&
            (m.from[6][0] != '0' || m.size[6] == 1 || (is_year(m.from[1], m.size[1]) && m.size[6] == 2)))
        return sx_say_takef(say, m.length, "%s to %s%s", number(m.from[1], m.size[1], a, sizeof a), m.from[6][0] == '0' && m.size[6] == 2 ? "oh " : "",
                            number(m.from[6] + (m.from[6][0] == '0' && m.size[6] == 2), m.size[6] - (m.from[6][0] == '0' && m.size[6] == 2), b, sizeof b));
    return false;
}

bool sx_say_ratio_meant(const struct sx_say *say, size_t length)
{
    static const char before[] = " ratio odds scale of mix mixed aspect dilution diluted beat won lost score ";
    static const char after[] = " ratio odds scale mix mixture model map screen aspect display dilution split solution slope gradient leverage monitor video "
        "format favorite favourite chance victory win lead defeat loss draw ";
    const char *word;
    for (int i = say->count; i-- > 0;)          /* "dilute it 1:20" */
        if (sx_say_one_of(say->words[i].text, strlen(say->words[i].text), " ratio ratios dilute diluted dilution "))
            return true;
    size_t n = sx_say_word_after(say, say->at + length, &word);
    return (n && word == say->text + say->at + length + 1 && sx_say_one_of(word, n, after)) || (sx_say_after(say, before) && !sx_say_after(say, " of ")) ||
           (sx_say_after(say, " of ") && say->count > 1 && sx_say_one_of(say->words[say->count - 2].text, strlen(say->words[say->count - 2].text),
               " ratio odds scale "));
}
