/* say.c - the reading of one sentence: words, marks, and the classes asked in turn. */
#include "text/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#include "base/utf8.h"
#include "text/characters.h"

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
                                                  .phone_count = -1, .style = say->style, .share = say->share, .open = say->opening};
    say->opening = 0;
}

void sx_say_phones(struct sx_say *say, size_t begin, size_t end, const char *text, size_t length, const struct sx_phone *phones, int count)
{
    int before = say->count;
    add_word(say, begin, end, text, length, SX_SPOKEN_WORD);
    struct sx_phone *copy = sx_arena_array(say->arena, (size_t)count, sizeof *copy);
    if (!copy)
        say->failed = true;
    if (say->failed || say->count == before)
        return;
    memcpy(copy, phones, (size_t)count * sizeof *copy);
    say->words[before].phones = copy;
    say->words[before].phone_count = count;
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

static bool word(struct sx_say *say)
{
    size_t begin = say->at, at = begin, n;
    if ((unsigned char)say->text[at] >= 0xC2 && sx_say_odd_letters(say))
        return true;
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
    /* "dogs'"; where every mark is spoken this one is, too */
    if (say->text[at] == '\'' && say->punctuation < SYRINX_PUNCTUATION_ALL && (say->text[at - 1] == 's' || say->text[at - 1] == 'S'))
        at++;
    char text[512];
    add_word(say, begin, at, text, lower_case(say, begin, at, text), SX_SPOKEN_WORD);
    say->at = at;
    return true;
}

/* Most of the letters are capitals, in more than one word. */
static bool find_shouting(const struct sx_say *say)
{
    int words = 0, small = 0, run = 0, function = 0;
    bool known = false;
    for (size_t i = 0; i <= say->length; i++) {
        char c = say->text[i];
        small += c >= 'a' && c <= 'z';
        if (c >= 'A' && c <= 'Z') {
            run++;
            continue;
        }
        bool alone = run == 1 && (say->text[i - 1] == 'I' || say->text[i - 1] == 'A') && c == ' ' && say->text[i + 1] >= 'A' && say->text[i + 1] <= 'Z' &&
            (i < 2 || say->text[i - 2] == ' ');
        words += run > 1 || alone;
        function += alone;
        function += run > 1 && sx_say_one_of(say->text + i - run, (size_t)run, " the and not you all for are was but his her out get now how who why did had "
            "has can am is of to in on we he "
                                                                               "do no so if at by be up my me go ");
        known |= run > 3 && sx_say_known(say->text + i - run, (size_t)run);
        run = 0;
    }
    return words > 1 && (known || function) && !small;
}

/* A word of letters without a vowel that the dictionary lacks: "brb". */
static bool consonants(struct sx_say *say)
{
    const char *p = say->text + say->at;
    size_t n = 0;
    struct sx_match m;
    /* "per km²", "mc²", "ab^2": a unit or variables */
    if (sx_match("\\l{1,3}(²|³|\\^)", p, &m) && (say->at == 0 || !letter_at(say, say->at - 1))) {
        char value[200], one[64];
        size_t letters = m.length - m.size[1];
        bool square = (unsigned char)m.from[1][0] == 0xC2;
        if (square && (letters > 1 || sx_say_after(say, " per square ")) && sx_say_table(SX_DICT(units), p, letters, value, sizeof value) &&
            sx_say_field(value, 0, one, sizeof one))
            return sx_say_takef(say, m.length, "%s %s", (unsigned char)m.from[1][1] == 0xB2 ? "square" : "cubic", one);
        if (letters > 1) {
            sx_say_spell(say, say->at, say->at + letters, p, letters);
            say->at += letters;
            return true;
        }
    }
    while (p[n] >= 'a' && p[n] <= 'z' && !strchr("aeiouy", p[n]))
        n++;
    if (n < 2 || n > 5 || letter_at(say, say->at + n) || p[n] == '\'' || (n == 2 && sx_say_known(p, n)) ||
        sx_say_one_of(p, n, " hmm mhm shh pst psst brr grr tsk hmph hmpf pff pfft zzz nth mth kth mrs msgr sgt blvd ltd lbs ths cwm ") || sx_match("\\l?(hhh|mmm|rrr|sss|zzz|fff|ttt)", p + n - 3 - (n > 3), &m))
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
    } list[] = {{sx_say_emoji, AT_ANY}, {sx_say_script, AT_OTHER}, {sx_say_code, AT_ANY & ~AT_OTHER}, {sx_say_web, AT_ANY & ~AT_OTHER},
        {sx_say_formula, AT_CAPITAL}, {sx_say_music, AT_CAPITAL},
                {sx_say_post_code, AT_DIGIT}, {sx_say_date, AT_DIGIT | AT_LETTER | AT_SIGN}, {sx_say_phone, AT_DIGIT | AT_SIGN}, {sx_say_time, AT_DIGIT | AT_LETTER},
                {sx_say_money, AT_ANY}, {sx_say_measure, AT_DIGIT | AT_SIGN}, {sx_say_relation, AT_DIGIT}, {sx_say_roman, AT_LETTER},
                {sx_say_abbreviation, AT_LETTER}, {sx_say_serial, AT_DIGIT | AT_LETTER}, {sx_say_numeral, AT_DIGIT | AT_SIGN}, {sx_say_capitals, AT_LETTER},
                {consonants, AT_SMALL}, {sx_say_math, AT_SIGN | AT_OTHER}, {sx_say_symbol, AT_ANY}};
    int kind = kind_of((unsigned char)say->text[say->at]);
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        if ((list[i].at & kind) && list[i].read(say))
            return true;
    return false;
}

/* The classes where punctuation is spoken: what they leave out without a word is named. */
static bool named_classes(struct sx_say *say)
{
    size_t begin = say->at;
    int count = say->count;
    bool taken = classes(say);
    if (taken && say->count > count)
        return true;
    size_t end = say->at;
    say->at = begin;
    if (sx_say_character(say))
        return true;
    say->at = end;
    return taken;
}

void sx_say_run(struct sx_say *say, size_t end)
{
    char *text = (char *)say->text;     /* the reader's copy, in the arena */
    char behind = text[end];
    size_t length = say->length;
    text[end] = 0;
    say->length = end;
    while (say->at < end && !say->failed) {
        char c = text[say->at];
        if (c == ' ' || c == '\n')
            say->at++;
        else if (!sx_say_lexicon(say) && !sx_say_plain(say) && !sx_say_inline_phones(say) &&
                 !(sx_say_level(say) ? named_classes(say) : classes(say)) && !word(say) && ((unsigned char)c < 0x80 || !sx_say_character(say)))
            sx_say_punctuation(say);
    }
    text[end] = behind;
    say->length = length;
}

/* Words of running text have the style of the passage that they begin in. */
static void give_styles(struct sx_say *say, int from, int first, int last)
{
    for (int i = from, p = first; i < say->count; i++) {
        while (p + 1 < last && say->passages[p].end <= say->words[i].begin)
            p++;
        say->words[i].style = say->passages[p].style;
        say->words[i].share = say->passages[p].share;
    }
}

int sx_say_sentence(struct sx_say *say, struct sx_error *error)
{
    struct sx_say_passage all = {0, say->length, &sx_style_plain, 1};
    say->at = 0;
    say->count = 0;
    say->failed = false;
    say->opening = 0;
    if (!say->passages) {
        say->passages = &all;
        say->passage_count = 1;
    }
    sx_say_find_end(say);
    say->shouting = find_shouting(say);
    const char *language = say->language;
    for (int p = 0; p < say->passage_count && !say->failed;) {
        say->style = say->passages[p].style;
        say->share = say->passages[p].share;
        say->at = say->passages[p].begin;
        say->language = say->style->language ? say->style->language : language;
        if (sx_say_passage_special(say)) {
            sx_say_passage(say, say->passages[p].end);
            p++;
            continue;
        }
        /* neighbours that differ only in how they sound are read as one */
        int next = p + 1, from = say->count;
        while (next < say->passage_count && sx_say_passage_joins(say, say->passages[p].style, say->passages[next].style))
            next++;
        sx_say_run(say, say->passages[next - 1].end);
        give_styles(say, from, p, next);
        p = next;
    }
    say->language = language;
    if (say->passages == &all)
        say->passages = NULL;
    if (!say->count && say->alone)
        sx_say_alone(say);
    if (say->failed)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    return 0;
}
