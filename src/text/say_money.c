/* say_money.c - amounts: "$5", "£2.50", "US$4.6 billion", "50 EUR", "65¢". */
#include "text/say.h"

#include <stdio.h>
#include <string.h>

#define SIGN "(US|CA|AU|NZ|HK|NT|MX|[A-Z])?($|£|€|¥|₹|₩|₽|₺|₪|₫|₱|₴|₦|₿|₨|฿|₡|₲|₮|₸|₭|₼|₾|₵|₣|₤|₢|₳)"
#define AMOUNT "(\\d{1,3}(,\\d{3})+|\\d+)?(.\\d+)?"
#define SCALE "( ?(hundred|thousand|million|billion|trillion|crore|lakh|bn|mn|tn|mln|m|b|k|t)\\b)?"

/* A currency's letters at p: a code ("USD") or a short name of the table ("Rs.", "kr", "zł"); their length, 0 for none. Codes that are words are none in
 * a sentence of capitals. */
static size_t read_letters(const struct sx_say *say, const char *p)
{
    static const char *const names[] = {"Rs.", "Rs", "Re.", "kr.", "kr", "Kr.", "Kr", "SFr.", "Fr.", "zł", "Kč", "Ft", "DM", "RM", "Rp", "RMB", "USDT", "DOGE"};
    char value[200];
    struct sx_match m;
    if (sx_match("\\u{3}", p, &m) && !(p[3] >= 'A' && p[3] <= 'z') && (unsigned char)p[3] < 0xC3 &&
        sx_say_table(SX_DICT(currencies), p, 3, value, sizeof value) &&
        !(say->shouting && sx_say_one_of(p, 3, " try all mad pen ron sar cop ban ")))
        return 3;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t n = strlen(names[i]);
        if (!strncmp(p, names[i], n) && !(p[n] >= 'A' && p[n] <= 'z') && (unsigned char)p[n] < 0xC3 && p[n] != '\'')
            return n;
    }
    return 0;
}

static const char *scale_word(const char *text, size_t length)
{
    if (sx_say_one_of(text, length, " k thousand "))
        return " thousand";
    if (sx_say_one_of(text, length, " crore lakh "))
        return (*text | 32) == 'c' ? " crore" : " lakh";
    if (sx_say_one_of(text, length, " hundred "))
        return " hundred";
    if (sx_say_one_of(text, length, " m mn mln million "))
        return " million";
    if (sx_say_one_of(text, length, " b bn billion "))
        return " billion";
    return " trillion";
}

struct amount {
    size_t length;              /* bytes with the scale */
    const char *whole, *fraction;       /* digits; fraction without its stop */
    size_t whole_length, fraction_length;
    const char *scale;          /* " million" or "" */
    char digits[64];            /* of an amount written 1.299,99 */
};

/* A number that is there at p (`comma`: cents may stand behind one, "3,50"); letters of a scale count only right behind it ("$5m") or as words. */
static bool read_amount(const char *p, bool comma, struct amount *a)
{
    struct sx_match m;
    memset(a, 0, sizeof *a);
    a->scale = "";
    if (sx_match("(\\d{1,3}(.\\d{3})+|\\d+),(\\d{2})\\e", p, &m) && m.size[1] < sizeof a->digits && (m.from[2] || comma)) {
        for (size_t i = 0; i < m.size[1]; i++)
            if (m.from[1][i] != '.')
                a->digits[a->whole_length++] = m.from[1][i];
        a->whole = a->digits;
        a->fraction = m.from[3];
        a->fraction_length = 2;
        a->length = m.length;
    } else if (sx_match("\\d{1,3}(.\\d{3}){2,}\\e", p, &m) && m.length < sizeof a->digits) {
        for (size_t i = 0; i < m.length; i++)
            if (p[i] != '.')
                a->digits[a->whole_length++] = p[i];
        a->whole = a->digits;
        a->length = m.length;
    } else {
        if (!sx_match(AMOUNT, p, &m) || !m.length)
            return false;
        a->length = m.length;
        a->whole = m.from[1];
        a->whole_length = m.from[1] ? m.size[1] : 0;
        if (m.from[3]) {
            a->fraction = m.from[3] + 1;
            a->fraction_length = m.size[3] - 1;
        }
    }
    struct sx_match s;
    if (sx_match_nocase(SCALE, p + m.length, &s) && s.from[2] && (s.size[2] > 3 || s.from[1][0] != ' ' || s.size[2] == 2 ||
        (*s.from[2] <= 'Z' && !(s.from[2][1] == ' ' && s.from[2][2] >= 'A' && s.from[2][2] <= 'Z')))) {
        a->scale = scale_word(s.from[2], s.size[2]);
        a->length += s.length;
    }
    else if (sx_match("-(hundred|thousand|million|billion|trillion)\\b", p + m.length, &s)) {         /* a $2-billion loss */
        a->scale = scale_word(s.from[1], s.size[1]);
        a->length += s.length;
    }
    return true;
}

static bool is_one(const struct amount *a)
{
    return a->whole_length == 1 && a->whole[0] == '1' && !a->fraction && !a->scale[0];
}

/* Words of an amount in a currency of the table. `single`: "a five dollar bill"; `joined`: "and" between dollars and cents. */
static bool amount_words(const struct amount *a, const char *currency, size_t length, bool single, bool joined, char *out, size_t room)
{
    char value[200], one[64], many[64], cent[64], cents[64], number[SX_NUMBER_ROOM], part[SX_NUMBER_ROOM];
    if (!sx_say_table(SX_DICT(currencies), currency, length, value, sizeof value) || !sx_say_field(value, 0, one, sizeof one) ||
        !sx_say_field(value, 1, many, sizeof many) || !sx_say_field(value, 2, cent, sizeof cent) || !sx_say_field(value, 3, cents, sizeof cents))
        return false;
    size_t fraction = a->fraction_length;
    while (fraction > 2 && a->fraction[fraction - 1] == '0')
        fraction--;
    bool in_cents = fraction && fraction <= 2 && !a->scale[0] && cent[0] != '-';
    if (!in_cents) {
        char text[420];
        snprintf(text, sizeof text, "%s%.*s", a->whole_length ? "" : fraction ? "0"
            : "", (int)(a->whole_length > 200 ? 200 : a->whole_length), a->whole_length ? a->whole : "");
        if (fraction)
            snprintf(text + strlen(text), sizeof text - strlen(text), ".%.*s", (int)(fraction > 200 ? 200 : fraction), a->fraction);
        snprintf(out, room, "%s%s %s", sx_number_text(text, strlen(text), number, sizeof number), a->scale, single || is_one(a) ? one : many);
        return true;
    }
    char two[2] = {a->fraction[0], fraction == 2 ? a->fraction[1] : '0'};
    int hundredths = (two[0] - '0') * 10 + two[1] - '0';
    sx_number_cardinal(two[0] == '0' ? two + 1 : two, two[0] == '0' ? 1 : 2, part, sizeof part);
    bool nothing = !a->whole_length || (a->whole_length == 1 && a->whole[0] == '0');
    const char *cent_name = hundredths == 1 ? cent : cents;
    if (nothing && hundredths)
        snprintf(out, room, "%s %s", part, cent_name);
    else {
        sx_number_text(a->whole ? a->whole : "0", a->whole ? a->whole_length : 1, number, sizeof number);
        const char *name = single || (a->whole_length == 1 && a->whole[0] == '1') ? one : many;
        if (hundredths)
            snprintf(out, room, "%s %s%s %s %s", number, name, joined ? " and" : "", part, cent_name);
        else
            snprintf(out, room, "%s %s", number, name);
    }
    return true;
}

/* "the $100 bill" */
static bool before_noun(const struct sx_say *say, size_t at)
{
    static const char nouns[] = " bill bills note notes coin coins question ";
    /* behind an article only: "a $300 home", but "sent $300 home" */
    static const char things[] = " fine fee prize check cheque tax gift budget deal bonus ticket tickets grant loan donation investment house car phone "
        "increase discount reward deposit bet jackpot "
                                 "tip program project company industry range limit plan minimum maximum home store menu meal lunch dinner entry membership "
                                     "subscription salary penalty payment "
                                 "purchase contract lawsuit settlement bailout package fund market business movie film ransom bounty cap threshold tab item "
                                     "haircut shirt watch ring bottle "
                                 "rebate voucher card stake job mortgage bid sale debt drop rise gain loss cut raise upgrade mistake book game scholarship "
                                     "gap shortfall surplus ";
    const char *word;
    size_t scale = at;
    while (scale && say->text[scale - 1] >= 'a' && say->text[scale - 1] <= 'z')
        scale--;
    if (scale && scale < at && say->text[scale - 1] == '-' && say->text[at] == ' ' && say->text[at + 1] >= 'a')         /* "a $2-billion loss" */
        return true;
    size_t n = sx_say_word_after(say, at, &word);
    bool article = sx_say_after(say, " a an the this that each another one his her its their my our your every no any ") || say->count == 0;
    return word == say->text + at + 1 && (sx_say_one_of(word, n, nouns) || (article && sx_say_one_of(word, n, things)));
}

bool sx_say_money(struct sx_say *say)
{
    const char *p = say->text + say->at;
    if ((*p >= 'a' && *p <= 'z' && *p != 'k' && *p != 'z') || (*p > 0 && strchr(".,;:!?\"'()", *p)))
        return false;           /* of small letters only "kr" and "zł" begin an amount */
    struct sx_match m;
    struct amount a, b;
    char words[4 * SX_NUMBER_ROOM];
    size_t sign = *p == '-' ? 1 : 0;
    const char *minus = sign ? "minus " : "";
    /* the sign first; or a code: "CHF 45" */
    bool code = false, comma = sx_say_decimal_comma(say) || !strncmp(p + sign, "€", 3);
    size_t letters = 0;
    if (sx_match(SIGN, p + sign, &m) || (code = (letters = read_letters(say, p)) > 0)) {
        const char *currency = p + sign;
        size_t length = code ? letters : m.length, skip = sign + length;
        char value[200];
        if (!sx_say_table(SX_DICT(currencies), currency, length, value, sizeof value)) {
            if (code)
                return false;
            currency = m.from[2];
            length = m.size[2];
        }
        if (code && ((p[skip] != ' ' && !(p[skip] >= '0' && p[skip] <= '9')) || (say->at && (p[-1] == '/' || p[-1] == '-' || (p[-1] >= '0' && p[-1] <= '9')))))
            return false;
        bool owed = false;      /* $(500) */
        if (p[skip] == '(' && !code && sx_match("\\([\\d,.]+\\)", p + skip, &(struct sx_match){0})) {
            minus = "minus ";
            owed = true;
            skip++;
        }
        if (p[skip] == '-' && !sign && !code) {
            minus = "minus ";
            skip++;
        }
        skip += p[skip] == ' ';
        if (p[skip] == '+' && !code)
            skip++;
        if (!currency || !read_amount(p + skip, comma, &a))
            return false;
        skip += a.length + owed;
        /* $5-$10, $5-10 */
        struct sx_match range;
        if (sx_match("( ?(-|–|—) ?)([$£€¥₹]|US$|€|£)?(\\d)", p + skip, &range)) {
            size_t gap = (size_t)(range.from[4] - (p + skip));
            char second[2 * SX_NUMBER_ROOM];
            if (read_amount(p + skip + gap, comma, &b) && p[skip + gap + b.length] != '-' &&
                amount_words(&b, currency, length, before_noun(say, say->at + skip + gap + b.length), false, second, sizeof second)) {
                /* one sign and one scale are for both: "$5-10 million" */
                bool plain = !range.from[3] && (!a.fraction || b.scale[0]) && (!a.scale[0] || !strcmp(a.scale, b.scale));
                if (plain)
                    sx_number_text(p + skip - a.length, a.scale[0] ? strcspn(p + skip - a.length, " kmbtKMBT") : a.length, words, SX_NUMBER_ROOM);
                if (plain || amount_words(&a, currency, length, false, false, words, sizeof words))
                    return sx_say_takef(say, skip + gap + b.length, "%s%s to %s", minus, words, second);
            }
        }
        if (!amount_words(&a, currency, length, before_noun(say, say->at + skip), true, words, sizeof words))
            return false;
        /* $50/year */
        struct sx_match per;
        if (sx_match("/(\\l{2,9})\\b", p + skip, &per)) {
            char unit[64], value2[200];
            bool known = sx_say_table(SX_DICT(units), per.from[1], per.size[1], value2, sizeof value2) && sx_say_field(value2, 0, unit, sizeof unit);
            if (!known)
                snprintf(unit, sizeof unit, "%.*s", (int)per.size[1], sx_say_one_of(per.from[1], per.size[1], " mo ") ? "month" : per.from[1]);
            return sx_say_takef(say, skip + per.length, "%s%s per %s", minus, words, unit);
        }
        return sx_say_takef(say, skip, "%s%s", minus, words);
    }
    if (*p < '0' || *p > '9')
        return false;
    /* 10 000 € */
    if (sx_match("(\\d{1,3}( \\d{3})+) ?(€|$|£|kr\\b)", p, &m) && m.size[1] < 20) {
        a = (struct amount){.length = m.size[1], .whole = m.from[1], .whole_length = m.size[1], .scale = ""};
        if (amount_words(&a, m.from[3], m.size[3], false, true, words, sizeof words))
            return sx_say_take(say, m.length, words);
    }
    /* 50p */
    if (sx_match("(\\d{1,2})p\\b", p, &m))
        return sx_say_takef(say, m.length, "%s %s", sx_number_cardinal(m.from[1], m.size[1], words, SX_NUMBER_ROOM), m.size[1] == 1 &&
            *p == '1' ? "penny" : "pence");
    /* 50 EUR, 300 kr, 65¢ */
    struct sx_match euro;
    comma |= sx_match("\\d+,\\d{2} ?(€|EUR|kr|zł)", p, &euro);
    if (!read_amount(p, comma, &a))
        return false;
    if (sx_match("¢", p + a.length, &m)) {
        char number[SX_NUMBER_ROOM];
        return sx_say_takef(say, a.length + m.length, "%s %s", sx_number_text(p, a.length, number, sizeof number), is_one(&a) ? "cent" : "cents");
    }
    size_t space = p[a.length] == ' ';
    letters = read_letters(say, p + a.length + space);
    if (letters && p[a.length + space + letters - 1] == '.' && p[a.length + space + letters] != ' ')
        letters--;              /* the sentence's stop */
    if (!letters && sx_match("(£|€|₽|₪|₺|₴|₹|₫|฿|¥|₸|₩|$)", p + a.length + space, &m) &&
        !(p[a.length + space + m.length] >= '0' && p[a.length + space + m.length] <= '9') &&
        !(space && p[a.length + space + m.length] != ' ' && p[a.length + space + m.length] > '9'))
        letters = m.length;
    if (letters && amount_words(&a, p + a.length + space, letters, before_noun(say, say->at + a.length + space + letters), true, words, sizeof words))
        return sx_say_take(say, a.length + space + letters, words);
    return false;
}
