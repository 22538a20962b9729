/* say.c - the reading of one sentence: words, marks, and the classes asked in turn. */
#include "text/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#include "base/utf8.h"

enum { MAX_WORDS = 60000 };     /* of one sentence: 1500 bytes give far fewer */

static void add_word(struct sx_say *say, size_t begin, size_t end, const char *text, size_t length, enum sx_spoken_kind kind)
{
    if (say->failed || !length || say->count >= MAX_WORDS)
        return;
    if (say->count == say->room) {
        int room = say->room ? say->room * 2 : 64;
        struct sx_spoken *more = sx_arena_array(say->arena, (size_t)room, sizeof *more);
        if (!more) {
            say->failed = true;
            return;
        }
        if (say->count)
            memcpy(more, say->words, (size_t)say->count * sizeof *more);
        say->words = more;
        say->room = room;
    }
    char *copy = sx_arena_strdup(say->arena, text, length);
    if (!copy) {
        say->failed = true;
        return;
    }
    for (size_t i = 0; i < length; i++)
        if (copy[i] >= 'A' && copy[i] <= 'Z')
            copy[i] += 32;
    say->words[say->count++] = (struct sx_spoken){.text = copy, .begin = (uint32_t)begin, .end = (uint32_t)end, .kind = (uint8_t)kind, .mark = SX_PHONE_WORD,
                                                  .phone_count = -1, .style = say->style};
}

void sx_say_word(struct sx_say *say, size_t begin, size_t end, const char *text, size_t length)
{
    add_word(say, begin, end, text, length, SX_SPOKEN_WORD);
}

void sx_say_add(struct sx_say *say, size_t begin, size_t end, const char *text)
{
    while (*text) {
        size_t n = strcspn(text, " ");
        bool comma = n && text[n - 1] == ',';
        size_t length = n - comma;
        bool letter = length == 1 && text[0] >= 'A' && text[0] <= 'Z';
        add_word(say, begin, end, text, length, letter ? SX_SPOKEN_LETTER : SX_SPOKEN_WORD);
        if (comma)
            sx_say_mark(say, SX_PHONE_COMMA);
        text += n;
        text += *text == ' ';
    }
}

void sx_say_addf(struct sx_say *say, size_t begin, size_t end, const char *format, ...)
{
    char text[4 * SX_NUMBER_ROOM];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    sx_say_add(say, begin, end, text);
}

bool sx_say_take(struct sx_say *say, size_t length, const char *text)
{
    sx_say_add(say, say->at, say->at + length, text);
    say->at += length;
    return true;
}

bool sx_say_takef(struct sx_say *say, size_t length, const char *format, ...)
{
    char text[4 * SX_NUMBER_ROOM];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    return sx_say_take(say, length, text);
}

void sx_say_mark(struct sx_say *say, int mark)
{
    if (say->count && say->words[say->count - 1].mark < mark)
        say->words[say->count - 1].mark = (uint8_t)mark;
}

void sx_say_spell(struct sx_say *say, size_t begin, size_t end, const char *text, size_t length)
{
    static const char *const digit[] = {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"};
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (c >= '0' && c <= '9')
            sx_say_add(say, begin, end, digit[c - '0']);
        else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
            add_word(say, begin, end, &c, 1, SX_SPOKEN_LETTER);
    }
}

/* ------------------------------------------------------------------ plain words */

/* Bytes of the letter at text[at], 0 for something else. */
static size_t letter_at(const struct sx_say *say, size_t at)
{
    unsigned char c = (unsigned char)say->text[at];
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
        return 1;
    if (c < 0x80)
        return 0;
    uint32_t code;
    int n = sx_utf8_decode(say->text + at, say->length - at, &code);
    utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)code);
    return k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_LO ? (size_t)n : 0;
}

static size_t lower_case(const struct sx_say *say, size_t begin, size_t end, char out[512])
{
    size_t n = 0;
    for (size_t i = begin; i < end && n < 512 - 8;) {
        uint32_t code;
        i += (size_t)sx_utf8_decode(say->text + i, end - i, &code);
        n += (size_t)sx_utf8_encode((uint32_t)utf8proc_tolower((utf8proc_int32_t)code), out + n);
    }
    return n;
}

/* A word of the user's lexicon, with digits and hyphens if need be ("W3C"), whatever the classes would make of it. */
static bool own_word(struct sx_say *say)
{
    if (!say->lexicon)
        return false;
    size_t stops[2] = {say->at, say->at}, n;
    for (size_t at = say->at; at < say->length && at - say->at < 200;) {
        char c = say->text[at];
        if ((n = letter_at(say, at)) || (n = c == '\''))
            stops[1] = stops[1] == at ? at + n : stops[1];
        else if (!(n = (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '+' || c == '&'))
            break;
        at += n;
        stops[0] = at;
    }
    while (stops[0] > say->at && strchr(".-&'", say->text[stops[0] - 1]))
        stops[0]--;
    for (int i = 0; i < 2; i++) {
        char text[512];
        size_t length = stops[i] > say->at ? lower_case(say, say->at, stops[i], text) : 0;
        bool possessive = length > 2 && !memcmp(text + length - 2, "'s", 2);
        if (length && (sx_lexicon_find(say->lexicon, text, length) || (possessive && sx_lexicon_find(say->lexicon, text, length - 2)))) {
            add_word(say, say->at, stops[i], text, length, SX_SPOKEN_WORD);
            say->at = stops[i];
            return true;
        }
    }
    return false;
}

static bool word(struct sx_say *say)
{
    size_t begin = say->at, at = begin, n;
    enum { LONG = 64, PIECE = 24 };     /* a longer run of letters is no word: it is said in pieces */
    if (say->text[at] == '\'')
        at++;
    if (!letter_at(say, at))
        return false;
    if (at > begin) {           /* a quotation mark, but for "'em" and the like */
        size_t end = at;
        while (letter_at(say, end) == 1)
            end++;
        if (!sx_say_known(say->text + begin, end - begin))
            begin = at;
    }
    size_t run = at;
    while (run - begin <= LONG && run < say->length && (n = letter_at(say, run)))
        run += n;
    size_t limit = run - begin > LONG ? PIECE : 3 * LONG;
    while (at - begin < limit && at < say->length) {
        if ((n = letter_at(say, at)))
            at += n;
        else if (say->text[at] == '\'' && letter_at(say, at + 1))
            at++;
        else
            break;
    }
    /* "dogs'" */
    if (say->text[at] == '\'' && (say->text[at - 1] == 's' || say->text[at - 1] == 'S'))
        at++;
    char text[512];
    add_word(say, begin, at, text, lower_case(say, begin, at, text), SX_SPOKEN_WORD);
    say->at = at;
    return true;
}

/* Punctuation: a pause or nothing. Always moves on. */
static void punctuation(struct sx_say *say)
{
    const char *p = say->text + say->at;
    switch (*p) {
    case ',': case '(': case ')': case '[': case ']': case '{': case '}':
        sx_say_mark(say, SX_PHONE_COMMA);
        break;
    case '.':
        /* an initial's stop: "J. Smith" */
        if (say->at && p[-1] >= 'A' && p[-1] <= 'Z' && (say->at < 2 || !letter_at(say, say->at - 2)) && p[1])
            break;
        sx_say_mark(say, SX_PHONE_SEMICOLON);
        break;
    case ';': case ':': case '!': case '?':
        sx_say_mark(say, SX_PHONE_SEMICOLON);
        break;
    case '-':
        /* "well-known" is two words; " - " and "--" are dashes */
        if (p[1] == '-' || ((p[1] == ' ' || p[1] == '\n' || !p[1]) && say->at && (p[-1] == ' ' || p[-1] == '\n')))
            sx_say_mark(say, SX_PHONE_SEMICOLON);
        break;
    default:
        if (!memcmp(p, "\xE2\x80", 2) && (p[2] == '\x93' || p[2] == '\x94'))
            sx_say_mark(say, SX_PHONE_SEMICOLON);
        break;
    }
    uint32_t code;
    say->at += (size_t)sx_utf8_decode(p, say->length - say->at, &code);
}

/* The mark at the end: the first of the last run of stops, as the training texts are read. */
static void find_end(struct sx_say *say)
{
    size_t n = say->length;
    while (n && !strchr(".?!", say->text[n - 1]) && !letter_at(say, n - 1) && (unsigned char)say->text[n - 1] < 0x80 &&
           !(say->text[n - 1] >= '0' && say->text[n - 1] <= '9'))
        n--;
    size_t first = n;
    while (first && strchr(".?!", say->text[first - 1]))
        first--;
    say->end = first == n ? SX_PHONE_STOP : say->text[first] == '?' ? SX_PHONE_QUESTION : say->text[first] == '!' ? SX_PHONE_EXCLAMATION : SX_PHONE_STOP;
}

/* Most of the letters are capitals, in more than one word. */
static bool find_shouting(const struct sx_say *say)
{
    int words = 0, small = 0, run = 0;
    bool known = false;
    for (size_t i = 0; i <= say->length; i++) {
        char c = say->text[i];
        small += c >= 'a' && c <= 'z';
        if (c >= 'A' && c <= 'Z') {
            run++;
            continue;
        }
        words += run > 1;
        known |= run > 3 && sx_say_known(say->text + i - run, (size_t)run);
        run = 0;
    }
    return words > 1 && known && !small;
}

/* A word of letters without a vowel that the dictionary lacks: "brb". */
static bool consonants(struct sx_say *say)
{
    const char *p = say->text + say->at;
    size_t n = 0;
    while (p[n] >= 'a' && p[n] <= 'z' && !strchr("aeiouy", p[n]))
        n++;
    if (n < 2 || n > 5 || letter_at(say, say->at + n) || p[n] == '\'' || sx_say_known(p, n))
        return false;
    sx_say_spell(say, say->at, say->at + n, p, n);
    say->at += n;
    return true;
}

/* What a class may begin with: others are not asked. */
enum { AT_DIGIT = 1, AT_CAPITAL = 2, AT_SMALL = 4, AT_SIGN = 8, AT_OTHER = 16, AT_LETTER = AT_CAPITAL | AT_SMALL, AT_ANY = 31 };

static int kind_of(unsigned char c)
{
    return c >= '0' && c <= '9' ? AT_DIGIT : c >= 'A' && c <= 'Z' ? AT_CAPITAL : c >= 'a' && c <= 'z' ? AT_SMALL : c < 0x80 ? AT_SIGN : AT_OTHER;
}

static bool classes(struct sx_say *say)
{
    static const struct {
        bool (*read)(struct sx_say *);
        int at;
    } list[] = {{sx_say_code, AT_ANY & ~AT_OTHER}, {sx_say_web, AT_ANY & ~AT_OTHER}, {sx_say_formula, AT_CAPITAL}, {sx_say_music, AT_CAPITAL}, {sx_say_post_code, AT_DIGIT}, {sx_say_date, AT_DIGIT | AT_LETTER | AT_SIGN}, {sx_say_phone, AT_DIGIT | AT_SIGN}, {sx_say_time, AT_DIGIT},
                {sx_say_money, AT_ANY & ~AT_SMALL}, {sx_say_measure, AT_DIGIT | AT_SIGN}, {sx_say_relation, AT_DIGIT}, {sx_say_roman, AT_LETTER},
                {sx_say_abbreviation, AT_LETTER}, {sx_say_serial, AT_DIGIT | AT_LETTER}, {sx_say_numeral, AT_DIGIT | AT_SIGN}, {sx_say_capitals, AT_LETTER},
                {consonants, AT_SMALL}, {sx_say_math, AT_SIGN | AT_OTHER}, {sx_say_symbol, AT_ANY}};
    int kind = kind_of((unsigned char)say->text[say->at]);
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        if ((list[i].at & kind) && list[i].read(say))
            return true;
    return false;
}

int sx_say_sentence(struct sx_say *say, struct sx_error *error)
{
    say->at = 0;
    say->count = 0;
    say->failed = false;
    find_end(say);
    say->shouting = find_shouting(say);
    while (say->at < say->length && !say->failed) {
        char c = say->text[say->at];
        if (c == ' ' || c == '\n')
            say->at++;
        else if (!own_word(say) && !sx_say_plain(say) && !classes(say) && !word(say))
            punctuation(say);
    }
    if (say->failed)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    return 0;
}
