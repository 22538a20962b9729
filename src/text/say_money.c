/* say_money.c - amounts: "$5", "£2.50", "US$4.6 billion", "50 EUR", "65¢". */
#include "text/say.h"

#include <stdio.h>
#include <string.h>

#define SIGN "(US|CA|AU|NZ|HK|[A-Z])?($|£|€|¥|₹|₩|₽|₺|₪|₫|₱|₴|₦|₿)"
#define AMOUNT "(\\d{1,3}(,\\d{3})+|\\d+)?(.\\d+)?"
#define SCALE "( ?(hundred|thousand|million|billion|trillion|bn|mn|tn|mln|m|b|k|t)\\b)?"

static const char *scale_word(const char *text, size_t length)
{
    if (sx_say_one_of(text, length, " k thousand "))
        return " thousand";
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
};

/* A number that is there at p; letters of a scale count only right behind it ("$5m") or as words. */
static bool read_amount(const char *p, struct amount *a)
{
    struct sx_match m;
    memset(a, 0, sizeof *a);
    a->scale = "";
    if (!sx_match(AMOUNT, p, &m) || !m.length)
        return false;
    a->length = m.length;
    a->whole = m.from[1];
    a->whole_length = m.from[1] ? m.size[1] : 0;
    if (m.from[3]) {
        a->fraction = m.from[3] + 1;
        a->fraction_length = m.size[3] - 1;
    }
    struct sx_match s;
    if (sx_match_nocase(SCALE, p + m.length, &s) && s.from[2] && (s.size[2] > 3 || s.from[1][0] != ' ' || s.size[2] == 2)) {
        a->scale = scale_word(s.from[2], s.size[2]);
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
        snprintf(text, sizeof text, "%s%.*s", a->whole_length ? "" : fraction ? "0" : "", (int)(a->whole_length > 200 ? 200 : a->whole_length), a->whole_length ? a->whole : "");
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
    static const char nouns[] = " bill bills note notes coin coins fine fee prize check cheque question tax gift budget deal bonus ticket tickets grant loan "
                                "donation investment house car phone increase discount reward deposit bet jackpot tip program project company industry ";
    const char *word;
    size_t n = sx_say_word_after(say, at, &word);
    return word == say->text + at + 1 && sx_say_one_of(word, n, nouns);
}

bool sx_say_money(struct sx_say *say)
{
    const char *p = say->text + say->at;
    struct sx_match m;
    struct amount a, b;
    char words[4 * SX_NUMBER_ROOM];
    size_t sign = *p == '-' ? 1 : 0;
    const char *minus = sign ? "minus " : "";
    /* the sign first; or a code: "CHF 45" */
    bool code = false;
    if (sx_match(SIGN, p + sign, &m) || (code = sx_match("(USD|EUR|GBP|CHF|JPY|CNY|INR|AUD|CAD|NZD|SEK|NOK|DKK|PLN|RUB|BRL|MXN|ZAR|KRW|TRY|BTC|ETH)", p, &m))) {
        const char *currency = p + sign;
        size_t length = m.length, skip = sign + m.length;
        char value[200];
        if (!sx_say_table(SX_DICT(currencies), currency, length, value, sizeof value)) {
            currency = m.from[2];
            length = m.size[2];
        }
        if (code && (p[skip] != ' ' || (say->at && p[-1] == '/')))
            return false;
        if (p[skip] == '-' && !sign && !code) {
            minus = "minus ";
            skip++;
        }
        skip += p[skip] == ' ';
        if (!read_amount(p + skip, &a) || !currency)
            return false;
        skip += a.length;
        /* $5-$10, $5-10 */
        struct sx_match range;
        if (sx_match("( ?(-|–|—) ?)([$£€¥₹]|US$|€|£)?(\\d)", p + skip, &range)) {
            size_t gap = (size_t)(range.from[4] - (p + skip));
            char second[2 * SX_NUMBER_ROOM];
            if (read_amount(p + skip + gap, &b) && p[skip + gap + b.length] != '-' && amount_words(&b, currency, length, false, false, second, sizeof second) &&
                amount_words(&a, currency, length, false, false, words, sizeof words))
                return sx_say_takef(say, skip + gap + b.length, "%s to %s", words, second);
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
        return sx_say_takef(say, m.length, "%s %s", sx_number_cardinal(m.from[1], m.size[1], words, SX_NUMBER_ROOM), m.size[1] == 1 && *p == '1' ? "penny" : "pence");
    /* 50 EUR, 300 kr, 65¢ */
    if (!read_amount(p, &a))
        return false;
    if (sx_match("¢", p + a.length, &m)) {
        char number[SX_NUMBER_ROOM];
        return sx_say_takef(say, a.length + m.length, "%s %s", sx_number_text(p, a.length, number, sizeof number), is_one(&a) ? "cent" : "cents");
    }
    if (sx_match(" ?(USD|EUR|GBP|CHF|JPY|CNY|INR|AUD|CAD|NZD|SEK|NOK|DKK|PLN|RUB|BRL|MXN|ZAR|KRW|TRY|BTC|ETH|kr|£|€|₽|₪|$)", p + a.length, &m) &&
        (m.from[1][0] < 'A' ? !(p[a.length + m.length] >= '0' && p[a.length + m.length] <= '9') : (unsigned char)m.from[1][0] >= 0x80 || sx_match("\\b", p + a.length + m.length, &(struct sx_match){0})) &&
        amount_words(&a, m.from[1], m.size[1], false, true, words, sizeof words))
        return sx_say_take(say, a.length + m.length, words);
    return false;
}
