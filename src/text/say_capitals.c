/* say_capitals.c - capitals that tell how a word is said: acronyms, single letters, CamelCase, states behind a comma.
 *
 * An acronym that the table lacks is a word when four or more letters make one that the dictionary has or that looks sayable, else it is spelled. */
#include "text/say.h"

#include <string.h>

#include "base/ascii.h"

static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

static bool vowel(char c)
{
    return c && strchr("aeiouyAEIOUY", c);
}

/* No run of consonants that English lacks: at most two at the begin, three inside, and vowels there are. */
static bool sayable(const char *p, size_t length)
{
    size_t run = 0, vowels = 0;
    for (size_t i = 0; i < length; i++) {
        run = vowel(p[i]) ? 0 : run + 1;
        vowels += vowel(p[i]);
        if (run > 3 || (run > 2 && i < 3))
            return false;
    }
    return vowels && run < 3;
}

/* The words of a table entry; letters keep the bytes of the whole. */
static bool from_table(struct sx_say *say, size_t begin, size_t end, const char *text, size_t length)
{
    char value[64];
    if (!sx_say_table(SX_DICT(acronyms), text, length, value, sizeof value))
        return false;
    bool word_too = say->shouting && sx_say_one_of(text, length, " am us it led who aids ");
    if (value[0] == '=' || word_too) {
        char word[64];
        if (length >= sizeof word)
            return false;
        for (size_t i = 0; i < length; i++)
            word[i] = sx_ascii_lower(text[i]);
        word[length] = 0;
        /* a single letter is no capital here, so it stays a word */
        sx_say_add(say, begin, end, word);
    } else {
        sx_say_add(say, begin, end, value);
    }
    return true;
}

static void as_word(struct sx_say *say, size_t begin, size_t end, const char *text, size_t length)
{
    char word[128];
    if (length >= sizeof word)
        length = sizeof word - 1;
    for (size_t i = 0; i < length; i++)
        word[i] = sx_ascii_lower(text[i]);
    word[length] = 0;
    sx_say_add(say, begin, end, word);
}

static void acronym(struct sx_say *say, size_t begin, size_t end, const char *text, size_t length)
{
    if (from_table(say, begin, end, text, length))
        return;
    /* "ICYMI": the abbreviations have it in small letters */
    char key[10], value[120];
    for (size_t i = 0; i < length && length < sizeof key; i++)
        key[i] = (char)(text[i] + 32);
    if (length > 2 && length < sizeof key && sx_say_table(SX_DICT(abbreviations), key, length, value, sizeof value) && value[0] == '*' && value[3] == ' ' &&
        value[2] <= 'Z') {
        sx_say_add(say, begin, end, value + 2);
        return;
    }
    bool known = sx_say_known(text, length), sounded = false;
    for (size_t i = 0; i < length; i++)
        sounded |= vowel(text[i]);
    known &= sounded || length > 4;
    if (length == 1 || !(say->shouting ? known || (length > 3 && sayable(text, length)) : length > 3 && (known || (length > 4 && sayable(text, length)))))
        sx_say_spell(say, begin, end, text, length);
    else
        as_word(say, begin, end, text, length);
}

void sx_say_piece(struct sx_say *say, size_t begin, size_t end, const char *text, size_t length)
{
    for (size_t i = 0; i < length;) {
        size_t j = i + 1;
        if (!is_upper(text[i]) && !is_lower(text[i]) && (unsigned char)text[i] < 0x80) {
            sx_say_spell(say, begin, end, text + i, 1);         /* a digit; signs say nothing */
            i = j;
            continue;
        }
        if (is_upper(text[i]))
            while (j < length && is_upper(text[j]))
                j++;
        size_t capitals = j - i;
        if (capitals > 1 && j < length && is_lower(text[j]))
            j--;                    /* HTML|String */
        else if (capitals <= 1)
            while (j < length && is_lower(text[j]))
                j++;
        size_t n = j - i;
        char key[12], value[64];
        bool spelled = false;       /* "XmlHttp", "userId": acronyms written as words */
        if (n > 1 && n < sizeof key && is_upper(text[i]) && is_lower(text[i + 1])) {
            for (size_t k = 0; k < n; k++)
                key[k] = (char)(is_lower(text[i + k]) ? text[i + k] - 32 : text[i + k]);
            spelled = sx_say_one_of(key, n, " id url http https sql xml html css api json ") && sx_say_table(SX_DICT(acronyms), key, n, value, sizeof value);
        }
        /* "bbc.com", "/html": acronyms in small letters, and what has no vowel though the dictionary has it */
        bool small = n > 1 && n < 5 && is_lower(text[i]);
        size_t vowels = 0;
        for (size_t k = 0; k < n && small; k++) {
            key[k] = (char)(text[i + k] - 32);
            vowels += vowel(text[i + k]);
        }
        if (small && ((n > 2 && sx_say_table(SX_DICT(acronyms), key, n, value, sizeof value) && strlen(value) == 2 * n - 1 && value[1] == ' ' && !sx_say_one_of(key, n, " LED MIT EST ")) ||
                      (!vowels && !sx_say_one_of(text + i, n, " mr dr st mt jr sr ms vs mrs msgr sgt blvd ltd hm mm hmm hmmm lbs sh shh nth "))))
            sx_say_spell(say, begin, end, text + i, n);
        else if (spelled) {
            acronym(say, begin, end, key, n);
        } else if (n == 1 || (is_upper(text[i]) && capitals > 1 && is_upper(text[j - 1])))
            acronym(say, begin, end, text + i, n);
        else if (sx_say_known(text + i, n) ? true : n > 2 && sayable(text + i, n))
            as_word(say, begin, end, text + i, n);
        else if (n <= 5)
            sx_say_spell(say, begin, end, text + i, n);
        else
            as_word(say, begin, end, text + i, n);
        i = j;
    }
}

/* Makes the last letter a plural or possessive: "CDs", "FBI's". */
static void add_ending(struct sx_say *say, const char *ending, size_t end)
{
    if (!say->count)
        return;
    struct sx_spoken *last = &say->words[say->count - 1];
    size_t n = strlen(last->text), k = strlen(ending);
    char *text = sx_arena_alloc(say->arena, n + k + 1);
    if (!text) {
        say->failed = true;
        return;
    }
    memcpy(text, last->text, n);
    memcpy(text + n, ending, k + 1);
    last->text = text;
    last->end = (uint32_t)end;
}

bool sx_say_capitals(struct sx_say *say)
{
    const char *p = say->text + say->at;
    size_t at = say->at, length = 0, upper = 0;
    while (is_upper(p[length]) || is_lower(p[length])) {
        upper += is_upper(p[length]);
        length++;
    }
    if (!upper || length > 60 || (unsigned char)p[length] >= 0xC3)
        return false;
    bool possessive = p[length] == '\'' && (p[length + 1] == 's' || p[length + 1] == 'S') && !is_lower(p[length + 2]) && !is_upper(p[length + 2]);
    if (p[length] == '\'' && !possessive && (is_lower(p[length + 1]) || is_upper(p[length + 1])))
        return false;               /* O'Neill, I'LL */

    if (length > 1 && sx_say_place(say, length, false))
        return true;

    /* "the IT team", not a stressed "it" */
    if (length == 2 && !strncmp(p, "IT", 2) && !say->shouting) {
        static const char nouns[] = " staff team teams department dept support manager managers guy guys people desk sector industry industries company companies firm firms service services security person "
                                    "specialist specialists consultant consultants infrastructure system systems job jobs skills professional professionals director administrator admin budget project projects "
                                    "expert experts worker workers crowd training ";
        const char *after;
        size_t k = sx_say_word_after(say, at + length, &after);
        if (after == p + length + 1 && sx_say_one_of(after, k, nouns))
            return sx_say_take(say, length, "I T");
    }
    if (length == 1) {
        bool spelled = *p != 'A' && *p != 'I';
        if (*p == 'A')          /* a grade, a name: "vitamin A", "A & B"; not the article */
            spelled = (at && p[1] != ' ' && p[1] != '\n') || sx_say_after(say, " vitamin plan class grade group hepatitis type an big section ave avenue ") ||
                      (p[1] == ' ' && (p[2] == '&' || p[2] == '+')) || p[1] == '&';
        if (*p == 'I' && possessive)
            spelled = true;
        if (!spelled)
            return false;
        sx_say_spell(say, at, at + 1, p, 1);
        if (possessive)
            add_ending(say, "'s", at + 3);
        say->at += possessive ? 3 : 1;
        return true;
    }
    if (upper == length && (p[length] == '&' || (at && p[-1] == '&'))) {     /* AT&T: letters on both sides of a sign */
        sx_say_spell(say, at, at + length, p, length);
        say->at += length;
        return true;
    }
    if (from_table(say, at, at + length, p, length)) {
        if (possessive)
            add_ending(say, "'s", at + length + 2);
        say->at += length + (possessive ? 2 : 0);
        return true;
    }
    /* PhDs */
    char value[64];
    if (length > 3 && p[length - 1] == 's' && upper > 1 && upper < length - 1 && sx_say_table(SX_DICT(acronyms), p, length - 1, value, sizeof value)) {
        from_table(say, at, at + length, p, length - 1);
        add_ending(say, "s", at + length);
        say->at += length;
        return true;
    }
    /* CDs, DVDs */
    if (upper == length - 1 && p[length - 1] == 's' && length > 2) {
        acronym(say, at, at + length, p, length - 1);
        add_ending(say, "s", at + length);
        say->at += length;
        return true;
    }
    if (upper == length) {
        acronym(say, at, at + length, p, length);
        if (possessive)
            add_ending(say, "'s", at + length + 2);
        say->at += length + (possessive ? 2 : 0);
        return true;
    }
    /* CamelCase: a capital behind a small letter, but not in McDonald, MacLeod */
    bool camel = false;
    for (size_t i = 1; i < length; i++)
        camel |= is_upper(p[i]) && is_lower(p[i - 1]);
    camel |= upper > 2 && is_upper(p[1]);
    if (!camel || !strncmp(p, "Mc", 2) || (!strncmp(p, "Mac", 3) && upper == 2) || sx_say_known(p, length))
        return false;
    sx_say_piece(say, at, at + length, p, length);
    if (possessive)
        add_ending(say, "'s", at + length + 2);
    say->at += length + (possessive ? 2 : 0);
    return true;
}
