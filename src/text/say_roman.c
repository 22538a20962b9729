/* say_roman.c - Roman numerals, where the words around say that they are some: "Chapter IV", "Henry VIII", "World War II". */
#include "text/say.h"

#include <stdio.h>
#include <string.h>

static const char counted[] = " chapter ch chap chs part pt pts book act scene volume vol vols war bowl section phase type appendix figure table stage grade title article canto "
    "psalm apollo gemini "
                              "rocky mark round level episode fantasy wars quest godfather kombat strikes book books volumes parts chapters sections tables "
                                  "figures appendices corps olympiad lecture problem theorem lemma rule step item note paragraph clause folio plate map hymn "
                                  "sonnet symphony concerto opus variation movement gate platform area zone sector site building pier terminal block station "
                                  "tower hall room generation gen edition study cohort tier saturn titan pentium playstation diablo civilization evil trek "
                                  "souls effect duty empires warcraft halo season vatican rambo jaws basel "
                                  "terminator predator alien superman series version class category division lesson unit exhibit schedule annex ";
static const char rulers[] = " henry elizabeth george louis charles james edward william richard john paul pius benedict leo philip francis frederick "
    "catherine "
                             "napoleon alexander ivan peter nicholas mary victoria wilhelm friedrich otto karl gustav christian harald olaf ferdinand alfonso "
                                 "carlos "
                             "juan pedro innocent gregory clement urban boniface julius sixtus ramesses ramses ptolemy darius xerxes cleopatra justinian "
                                 "theodosius "
                             "constantine basil michael leopold albert rudolf maximilian joseph robert david malcolm duncan kenneth stephen ";

/* What "I" says of itself. */
static const char speakers[] = " am have think know mean guess suppose will would can could should do did want like love saw see told say said hope wish "
    "believe never always just also met thought "
                               "knew might may must shall went got feel felt need used found heard ";

/* Is the name at `name` behind a ruler's title? Names may stand between: "Pope John Paul". */
static bool ruled(const struct sx_say *say, const char *name)
{
    for (int i = 0; i < 3; i++) {
        const char *before;
        size_t n = sx_say_word_before(say, (size_t)(name - say->text), &before);
        if (!n || before + n + 1 != name || before[0] < 'A' || before[0] > 'Z')
            return false;
        if (sx_say_one_of(before, n, " king queen pope emperor empress prince princess tsar czar kaiser sultan shah saint st duke lord pharaoh caliph "
            "patriarch "))
            return true;
        name = before;
    }
    return false;
}

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

/* The words, with "'s" if that is behind the numeral. */
static bool finish(struct sx_say *say, size_t length, size_t own, const char *words)
{
    return sx_say_takef(say, length + own, "%s%s", words, own ? "'s" : "");
}

int sx_roman_value(const char *text, size_t length)
{
    struct sx_match m;
    return length && sx_match("M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})\\b", text, &m) && m.length == length ? value(text, length) : 0;
}

bool sx_say_roman(struct sx_say *say)
{
    const char *p = say->text + say->at;
    struct sx_match m;
    /* (ii), (iv): an item of a list */
    if ((!say->at || strchr("( \n", p[-1])) && sx_match("(viii|vii|vi|iv|ix|iii|ii|xi{1,3}|xiv|xv)\\)", p, &m)) {
        char digits[12], words[64], capitals[8];
        for (size_t i = 0; i < m.size[1] && i < sizeof capitals; i++)
            capitals[i] = (char)(p[i] - 32);
        snprintf(digits, sizeof digits, "%d", value(capitals, m.size[1]));
        return sx_say_take(say, m.size[1], sx_number_cardinal(digits, strlen(digits), words, sizeof words));
    }
    /* "Scene ii": small ones only behind a word that counts */
    if (*p && strchr("ivx", *p) && sx_match("(viii|vii|vi|v|iv|ix|iii|ii|i|xi{0,3}|xiv|xv)\\b", p, &m) && p[m.length] != '\'') {
        static const char *const small_ones[] = {"i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv"};
        const char *head;
        size_t h = sx_say_word_before(say, say->at, &head);
        char number[12], out[64];
        bool page = h && sx_say_one_of(head, h, " p pp page pages "), near = h && (head + h + 1 == p || (page && head + h + 2 == p));
        for (int i = 0; i < 15 && near && (page || sx_say_one_of(head, h, counted)); i++)
            if (strlen(small_ones[i]) == m.length && !memcmp(p, small_ones[i], m.length) && !(m.length == 1 && *p == 'i')) {
                struct sx_match last;
                size_t length = m.length;
                snprintf(number, sizeof number, "%d", i + 1);
                sx_say_take(say, length, sx_number_cardinal(number, strlen(number), out, sizeof out));
                if (sx_match("(-|–)([ivx]{1,4})\\b", p + length, &last))         /* pp. xii-xv */
                    for (int k = i + 1; k < 15; k++)
                        if (strlen(small_ones[k]) == last.size[2] && !memcmp(last.from[2], small_ones[k], last.size[2])) {
                            snprintf(number, sizeof number, "%d", k + 1);
                            return sx_say_takef(say, last.length, "to %s", sx_number_cardinal(number, strlen(number), out, sizeof out));
                        }
                return true;
            }
        return false;
    }
    if (!*p || !strchr("IVXLCDM", *p) || !sx_match("M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})\\b", p, &m) || !m.length || p[m.length] == '&')
        return false;
    size_t own = p[m.length] == '\'' && p[m.length + 1] == 's' && !(p[m.length + 2] >= 'a' && p[m.length + 2] <= 'z') ? 2 : 0;
    if (p[m.length] == '\'' && !own && p[m.length + 1] >= 'A')
        return false;
    char digits[12], words[SX_NUMBER_ROOM];
    int number = value(p, m.length);
    snprintf(digits, sizeof digits, "%d", number);
    const char *before, *after;
    size_t n = sx_say_word_before(say, say->at, &before), k = sx_say_word_after(say, say->at + m.length, &after);
    bool next = k && after == p + m.length + 1;
    if (p[m.length] == '-' && p[m.length + 1] >= 'A' && p[m.length + 1] <= 'z' && !(n && sx_say_one_of(before, n, counted)))
        return false;           /* "V-neck", but "World War I-era" */
    bool adjacent = n && (before + n + 1 == p || (before[n] == '.' && before + n + 2 == p));
    bool small = true;      /* only I, V and X: no initials such as CD, MD */
    for (size_t i = 0; i < m.length; i++)
        small &= strchr("IVX", p[i]) != NULL;
    /* "II Corinthians" */
    if (next && number <= 4 && small && (sx_say_one_of(after, k, " corinthians thessalonians chronicles maccabees samuel kings ") ||
        (number > 1 && sx_say_one_of(after, k, " timothy peter john "))) &&
        *after < 'a' && !(adjacent && before[0] >= 'A' && before[0] <= 'Z'))
        return finish(say, m.length, own, sx_number_ordinal(digits, strlen(digits), words, sizeof words));
    if (m.length == 1 && !small)
        return false;           /* "Schedule C" */
    /* "in the hall I felt": alone, "I" counts only chapters and the like, and where no word of its own follows */
    bool pronoun = m.length == 1 && *p == 'I' && (!sx_say_one_of(before, n, " chapter part act scene volume vol war book section phase type appendix figure "
        "ch chap pt fig table title article canto level "
                                                                             "stage class grade category division gemini fantasy schedule annex exhibit "
                                                                                 "lecture ") ||
                                                  (before[0] >= 'a' && next && *after >= 'a') || (next && sx_say_one_of(after, k, speakers)));
    if (adjacent && !pronoun && sx_say_one_of(before, n, counted))
        return finish(say, m.length, own, sx_number_cardinal(digits, strlen(digits), words, sizeof words));
    /* "Chapters I-V", "Parts II and III" */
    if (sx_say_after(say, " to and ") && say->count > 2 && sx_say_one_of(say->words[say->count - 3].text, strlen(say->words[say->count - 3].text),
        counted) && (m.length > 1 || *p != 'I'))
        return finish(say, m.length, own, sx_number_cardinal(digits, strlen(digits), words, sizeof words));
    if (m.length > 1 && small && next && sx_say_one_of(after, k, " century centuries dynasty olympic olympics olympiad congress legion corps army amendment "
        "arrondissement "))
        return finish(say, m.length, own, sx_number_ordinal(digits, strlen(digits), words, sizeof words));
    /* MCMXCIX, MMXXIV: a year by itself */
    if (m.length >= 4 && number >= 1000 && number <= 2100 && !sx_say_known(p, m.length))
        return sx_say_take(say, m.length, sx_number_year(digits, strlen(digits), words, sizeof words));
    if (!adjacent || !small || say->shouting) {
        /* "XIV." by itself */
        bool plain = small && m.length > 2 && number != 30 && !say->shouting && !sx_say_known(p, m.length);
        return plain && finish(say, m.length, own, sx_number_cardinal(digits, strlen(digits), words, sizeof words));
    }
    bool capital = before[0] >= 'A' && before[0] <= 'Z' && n > 1 && before[1] >= 'a';
    bool ruler = sx_say_one_of(before, n, rulers), titled = capital && ruled(say, before);
    if (m.length == 1) {
        /* "George V was"; "Malcolm X", "and I" are no numerals, "Elizabeth I" before a verb or a mark is, and "King Richard I" whatever follows */
        bool follows = !next || sx_say_one_of(after, k, " was is of and had died became ruled reigned who in ") ||
            ((titled || before == say->text) && *after >= 'a' && !sx_say_one_of(after, k, speakers));
        if (!(ruler || titled) || sx_say_one_of(before, n, " malcolm ") || (*p == 'I' && !follows))
            return false;
    } else if (sx_say_one_of(before, n, " the ")) {
        if (number == 4 && next && *after >= 'a')
            return false;       /* "the IV drip" */
        return finish(say, m.length, own, sx_number_ordinal(digits, strlen(digits), words, sizeof words));
    } else if (!capital) {
        return false;
    } else if (!ruler && !titled && number > 4 && !(next && sx_say_one_of(after, k,
        " of was reigned ruled died became "))) {       /* "Final Fantasy VII", "Apollo XI": few people are the seventh */
        return finish(say, m.length, own, sx_number_cardinal(digits, strlen(digits), words, sizeof words));
    }
    return sx_say_takef(say, m.length + own, "the %s%s", sx_number_ordinal(digits, strlen(digits), words, sizeof words), own ? "'s" : "");
}
