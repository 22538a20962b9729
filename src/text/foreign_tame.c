/* foreign_tame.c - text as it is written, without what libespeak-ng 1.51 cannot bear.
 *
 * Voices of Piper want the library to read whole clauses as they stand, so ordinary text passes unchanged. What changes: characters that the library takes for
 * commands or markers of its own; words in several writing systems, or with several letters that the language lacks, which it spells in several languages by turns from
 * memory that it has freed; words longer than its buffers; clauses with more phonemes than its lists hold, which are parted at a blank. */
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/utf8.h"
#include "text/foreign_tame.h"
#include "text/script.h"

enum {
    WORD = 96,              /* bytes of a word */
    CLUSTER = 40,           /* characters of a word in a script without blanks */
    HEAVY = 600             /* phonemes of a clause, as far as they can be told by its characters; the library's list has 1 000 */
};

static bool is_blank(uint32_t c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == 0xA0 || c == 0x3000;
}

/* Controls, private use, surrogates, what stands for nothing: U+0001 begins a command inside of the text, U+E000 and on mark places. */
static bool unfit(uint32_t c, utf8proc_category_t k)
{
    return (k == UTF8PROC_CATEGORY_CC && c != '\n' && c != '\t') || k == UTF8PROC_CATEGORY_CO || k == UTF8PROC_CATEGORY_CS || k == UTF8PROC_CATEGORY_CN || c == 0xFFFD;
}

static bool is_letter(utf8proc_category_t k)
{
    return k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_LO;
}

static bool dense(enum sx_script s)
{
    return s == SX_SCRIPT_KANA || s == SX_SCRIPT_THAI || s == SX_SCRIPT_LAO || s == SX_SCRIPT_KHMER || s == SX_SCRIPT_MYANMAR || s == SX_SCRIPT_TIBETAN;
}

/* How many phonemes a character comes to at most, roughly: digits are read out, signs are named. */
static int weight(uint32_t c, utf8proc_category_t k)
{
    if (k == UTF8PROC_CATEGORY_ND || k == UTF8PROC_CATEGORY_NO || k == UTF8PROC_CATEGORY_NL)
        return 8;
    if (is_letter(k))
        return c < 0x590 ? 1 : c >= 0x3400 && c < 0xA000 ? 6 : 3;
    return k >= UTF8PROC_CATEGORY_SM && k <= UTF8PROC_CATEGORY_SO ? 12 : 1;
}

static void put(struct sx_tame *tame, const char *bytes, size_t count, size_t from)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t at = (uint32_t)(from + i);
        sx_buffer_putc(&tame->text, bytes[i]);
        sx_buffer_add(&tame->from, &at, sizeof at);
    }
}

/* Letters of the word that the language lacks: foreign_spell.c respells them. */
static bool is_strange(const char *language, const char *letter, size_t length)
{
    char piece[SX_FOREIGN_PIECE];
    memcpy(piece, letter, length);
    size_t n = sx_foreign_spell(language, piece, length);
    return n != length || memcmp(piece, letter, length) != 0;
}

struct word {
    size_t begin, end;
    int strange;
};

static struct word find_word(const char *language, const char *text, size_t begin, size_t end)
{
    struct word word = {begin, begin, 0};
    while (word.end < end) {
        uint32_t c;
        size_t n = (size_t)sx_utf8_decode(text + word.end, end - word.end, &c);
        if (is_blank(c))
            break;
        if (c >= 0x100 && c < 0x250 && is_letter(utf8proc_category((utf8proc_int32_t)c)))
            word.strange += is_strange(language, text + word.end, n);
        word.end += n;
    }
    return word;
}

/* One word, in pieces of one writing system and of bearable length. */
static int tame_word(struct sx_tame *tame, const char *language, const char *text, struct word word)
{
    enum sx_script script = SX_SCRIPT_COMMON;
    size_t piece = tame->text.length;
    int characters = 0, sum = 0;
    bool odd = false;
    for (size_t i = word.begin; i < word.end;) {
        uint32_t c;
        size_t n = (size_t)sx_utf8_decode(text + i, word.end - i, &c);
        utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)c);
        bool letter = is_letter(k), sign = c >= 0x2000 && !(c >= 0x20A0 && c < 0x20D0) && k >= UTF8PROC_CATEGORY_SM && k <= UTF8PROC_CATEGORY_SO;
        enum sx_script own = letter || sign ? sx_script_of(c) : SX_SCRIPT_COMMON;
        /* a sign among letters is named in a language of its own as well */
        bool other = (letter && script != SX_SCRIPT_COMMON && own != script) || (sign && (script != SX_SCRIPT_COMMON || odd)) || (letter && odd);
        if (own == SX_SCRIPT_HAN || own == SX_SCRIPT_KANA)
            other = other && !(script == SX_SCRIPT_HAN || script == SX_SCRIPT_KANA);
        if (other || tame->text.length - piece + n > WORD || (dense(own) && characters >= CLUSTER)) {
            put(tame, " ", 1, i);
            piece = tame->text.length;
            characters = 0;
            script = SX_SCRIPT_COMMON;
            odd = false;
        }
        if (letter)
            script = own;
        odd = odd || sign;
        characters += letter;
        sum += weight(c, k);
        if (unfit(c, k)) {
            put(tame, " ", 1, i);
            piece = tame->text.length;
        } else if (word.strange > 1 && letter && c >= 0x100 && c < 0x250) {
            char spelled[SX_FOREIGN_PIECE];
            memcpy(spelled, text + i, n);
            size_t m = sx_foreign_spell(language, spelled, n);
            for (size_t b = 0; b < m; b++)
                put(tame, spelled + b, 1, i);
        } else {
            put(tame, text + i, n, i);
        }
        i += n;
    }
    return sum;
}

bool sx_tame_next(struct sx_tame *tame, const char *language, const char *text, size_t length)
{
    int sum = 0;
    size_t begin = tame->end, at = begin;
    sx_buffer_clear(&tame->text);
    sx_buffer_clear(&tame->from);
    if (begin >= length)
        return false;
    while (at < length) {
        uint32_t c;
        size_t n = (size_t)sx_utf8_decode(text + at, length - at, &c);
        if (is_blank(c)) {
            put(tame, text + at, n, at);
            at += n;
            continue;
        }
        struct word word = find_word(language, text, at, length);
        size_t before = tame->text.length, from = tame->from.length;
        int own = tame_word(tame, language, text, word);
        if (sum > 0 && sum + own > HEAVY) {
            tame->text.length = before;         /* it begins the next piece */
            tame->from.length = from;
            break;
        }
        sum = memchr(".,:;!?", text[word.end - 1], 6) ? 0 : sum + own;
        at = word.end;
    }
    tame->end = at;
    put(tame, " ", 1, at);          /* nothing is held back for the next text */
    return !tame->text.failed && !tame->from.failed;
}

size_t sx_tame_source(const struct sx_tame *tame, size_t at)
{
    uint32_t from;
    if (at * sizeof from >= tame->from.length)
        return tame->end;
    memcpy(&from, tame->from.data + at * sizeof from, sizeof from);
    return from;
}

void sx_tame_free(struct sx_tame *tame)
{
    sx_buffer_free(&tame->text);
    sx_buffer_free(&tame->from);
}
