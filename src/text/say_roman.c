/* say_roman.c - Roman numerals, where the words around say that they are some: "Chapter IV", "Henry VIII", "World War II". */
#include "text/say.h"

#include <stdio.h>
#include <string.h>

static const char counted[] = " chapter part book act scene volume vol war bowl section phase type appendix figure table stage grade title article canto psalm apollo gemini "
                              "rocky mark round level episode season series version class category division lesson unit exhibit schedule annex ";
static const char rulers[] = " henry elizabeth george louis charles james edward william richard john paul pius benedict leo philip francis frederick catherine "
                             "napoleon alexander ivan peter nicholas mary victoria wilhelm friedrich otto karl gustav christian harald olaf ferdinand alfonso carlos "
                             "juan pedro innocent gregory clement urban boniface julius sixtus ramesses ramses ptolemy darius xerxes cleopatra justinian theodosius "
                             "constantine basil michael leopold albert rudolf maximilian joseph robert david malcolm duncan kenneth stephen ";

static int value(const char *text, size_t length)
{
    static const char digits[] = "IVXLCDM";
    static const int values[] = {1, 5, 10, 50, 100, 500, 1000};
    int total = 0;
    for (size_t i = 0; i < length; i++) {
        int v = values[strchr(digits, text[i]) - digits];
        int next = i + 1 < length ? values[strchr(digits, text[i + 1]) - digits] : 0;
        total += v < next ? -v : v;
    }
    return total;
}

bool sx_say_roman(struct sx_say *say)
{
    const char *p = say->text + say->at;
    struct sx_match m;
    /* "Scene ii": small ones only behind a word that counts */
    if (*p && strchr("ivx", *p) && sx_match("(viii|vii|vi|v|iv|ix|iii|ii|i|xi{0,3}|xiv|xv)\\b", p, &m) && p[m.length] != '\'') {
        static const char *const small_ones[] = {"i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv"};
        const char *head;
        size_t h = sx_say_word_before(say, say->at, &head);
        char number[12], out[64];
        for (int i = 0; i < 15 && h && head + h + 1 == p && sx_say_one_of(head, h, counted); i++)
            if (strlen(small_ones[i]) == m.length && !memcmp(p, small_ones[i], m.length) && !(m.length == 1 && *p == 'i')) {
                snprintf(number, sizeof number, "%d", i + 1);
                return sx_say_take(say, m.length, sx_number_cardinal(number, strlen(number), out, sizeof out));
            }
        return false;
    }
    if (!*p || !strchr("IVXLCDM", *p) || !sx_match("M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})\\b", p, &m) || !m.length || p[m.length] == '\'' || p[m.length] == '&')
        return false;
    char digits[12], words[SX_NUMBER_ROOM];
    snprintf(digits, sizeof digits, "%d", value(p, m.length));
    const char *before, *after;
    size_t n = sx_say_word_before(say, say->at, &before), k = sx_say_word_after(say, say->at + m.length, &after);
    bool adjacent = n && (before + n + 1 == p || (before[n] == '.' && before + n + 2 == p));
    if (!adjacent && !sx_say_one_of(after, k, " century "))
        return false;
    bool small = true;      /* only I, V and X: no initials such as CD, MD */
    for (size_t i = 0; i < m.length; i++)
        small &= strchr("IVX", p[i]) != NULL;
    if (sx_say_one_of(before, n, counted))
        return sx_say_take(say, m.length, sx_number_cardinal(digits, strlen(digits), words, sizeof words));
    if (!small || say->shouting)
        return false;
    bool capital = before[0] >= 'A' && before[0] <= 'Z' && n > 1 && before[1] >= 'a';
    if (m.length > 1 && sx_say_one_of(after, k, " century ") && after == p + m.length + 1)
        return sx_say_take(say, m.length, sx_number_ordinal(digits, strlen(digits), words, sizeof words));
    bool ruler = sx_say_one_of(before, n, rulers);
    if (m.length == 1) {
        /* "George V was"; "Malcolm X", "and I" are no numerals, "Elizabeth I" before a verb or a mark is */
        bool follows = !k || after != p + m.length + 1 || sx_say_one_of(after, k, " was is of and had died became ruled reigned who in ");
        if (!ruler || sx_say_one_of(before, n, " malcolm ") || (*p == 'I' && !follows))
            return false;
    } else if (sx_say_one_of(before, n, " the ") && (m.length >= 2)) {
        return sx_say_take(say, m.length, sx_number_ordinal(digits, strlen(digits), words, sizeof words));
    } else if (!capital || (!ruler && m.length < 2)) {
        return false;
    }
    return sx_say_takef(say, m.length, "the %s", sx_number_ordinal(digits, strlen(digits), words, sizeof words));
}
