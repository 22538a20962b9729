/* say_character.c - punctuation and symbols by name: those that a punctuation level asks for, those that are always spoken, texts that are nothing else,
 * passages that are spelled, and words of letters that nobody reads. */
#include "text/say.h"

#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#include "base/ascii.h"
#include "base/utf8.h"
#include "text/characters.h"
#include "text/foreign.h"

enum {
    RUN = 4,            /* so many of one character in a row are counted, fewer are named one by one */
    ALONE = 4           /* a text of so many characters and nothing else is named; a longer medley is ornament */
};

static bool is_blank(char c) { return c == ' ' || c == '\n'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0xC3; }

/* The style of the passage at hand; passages that only sound different are read as one, so it may have changed on the way. */
static const struct sx_style *style_here(const struct sx_say *say)
{
    int low = 0, high = say->passage_count;
    while (low + 1 < high) {
        int middle = (low + high) / 2;
        if (say->passages[middle].begin <= say->at)
            low = middle;
        else
            high = middle;
    }
    return say->passages[low].style;
}

int sx_say_level(const struct sx_say *say)
{
    if (say->punctuation >= SYRINX_PUNCTUATION_SOME)
        return say->punctuation;
    const struct sx_style *style = say->passage_count > 1 ? style_here(say) : say->style;
    return style && style->structure == SX_STRUCTURE_CODE ? SYRINX_PUNCTUATION_SOME : SYRINX_PUNCTUATION_NONE;
}

char *sx_say_count(unsigned count, char out[SX_NUMBER_ROOM])
{
    char digits[16];
    int n = snprintf(digits, sizeof digits, "%u", count);
    return sx_number_cardinal(digits, (size_t)n, out, SX_NUMBER_ROOM);
}

/* How often the `n` bytes at `at` stand one behind the other. */
static unsigned count_run(const struct sx_say *say, size_t at, size_t n)
{
    unsigned count = 1;
    while (at + (count + 1) * n <= say->length && !memcmp(say->text + at, say->text + at + count * n, n))
        count++;
    return count;
}

/* Names the character of `n` bytes at say->at, all of a long run of it; moves behind what was named. */
static void name_run(struct sx_say *say, size_t n, const char *name)
{
    unsigned count = count_run(say, say->at, n);
    char number[SX_NUMBER_ROOM];
    if (sx_say_elsewhere(say) && sx_say_local_run(say, n, count >= RUN ? count : 1))
        return;
    if (count >= RUN)
        sx_say_takef(say, count * n, "%s %s", sx_say_count(count, number), name);
    else
        sx_say_take(say, n, name);
}

bool sx_say_character(struct sx_say *say)
{
    const char *p = say->text + say->at;
    int level = sx_say_level(say);
    if (is_letter(*p) && (unsigned char)*p < 0x80)
        return false;
    uint32_t code;
    size_t n = (size_t)sx_utf8_decode(p, say->length - say->at, &code);
    int from = sx_characters_level(code);
    if (from > level || (code < 0x80 && level == SYRINX_PUNCTUATION_NONE))
        return false;
    if (code == '\'' && is_letter(p[1])) {
        size_t end = 1;
        while (is_letter(p[end]))
            end++;
        if (sx_say_known(p, end))       /* "'em" */
            return false;
    }
    /* "f of x": the other one of the parentheses was read, too */
    if (code == ')' && say->count >= 2 && say->at >= 3 && say->words[say->count - 2].begin == say->at - 2 && !strcmp(say->words[say->count - 2].text, "of")) {
        sx_say_punctuation(say);
        return true;
    }
    char name[SX_CHARACTER_ROOM];
    sx_characters_name_code(code, false, name, sizeof name);
    /* the pause that it makes comes behind its name */
    size_t begin = say->at;
    name_run(say, n, name);
    size_t end = say->at;
    say->at = begin;
    sx_say_punctuation(say);
    say->at = end;
    return true;
}

void sx_say_name_run(struct sx_say *say, size_t n)
{
    char name[SX_CHARACTER_ROOM];
    uint32_t code;
    sx_utf8_decode(say->text + say->at, say->length - say->at, &code);
    sx_characters_name_code(code, false, name, sizeof name);
    name_run(say, n, name);
}

/* ------------------------------------------------------------------ spelling */

static bool blanks_only(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!is_blank(text[i]))
            return false;
    return true;
}

/* The name without the script when the character before was of the same one: "cyrillic pe, er, capital i". */
static void drop_script(char *name, uint32_t code, const char **last)
{
    const char *script = code < 0x80 ? NULL : sx_characters_script(code);
    size_t n = script ? strlen(script) : 0;
    char *at = strncmp(name, "capital ", 8) ? name : name + 8;
    if (script && *last == script && !strncmp(at, script, n) && at[n] == ' ')
        memmove(at, at + n + 1, strlen(at + n + 1) + 1);
    *last = script;
}

void sx_say_characters(struct sx_say *say, size_t length, bool capitals)
{
    size_t end = say->at + length;
    const char *script = NULL;
    bool blanks = blanks_only(say->text + say->at, length);
    while (say->at < end && !say->failed) {
        if (is_blank(say->text[say->at]) && !blanks) {
            say->at++;
            continue;
        }
        char name[SX_CHARACTER_ROOM];
        uint32_t code;
        sx_utf8_decode(say->text + say->at, end - say->at, &code);
        if (sx_say_elsewhere(say) && sx_say_local_character(say, end - say->at, capitals)) {
            script = NULL;
        } else {
            size_t n = sx_characters_name(say->text + say->at, end - say->at, capitals, name, sizeof name);
            drop_script(name, code, &script);
            sx_say_take(say, n, name);
        }
        if (say->at < end)
            sx_say_mark(say, SX_PHONE_COMMA);
    }
}

void sx_say_phonetic(struct sx_say *say, size_t length, bool capitals)
{
    size_t end = say->at + length;
    while (say->at < end && !say->failed) {
        char c = say->text[say->at], key = sx_ascii_lower(c), word[SX_CHARACTER_ROOM];
        struct sx_error error;
        bool elsewhere = sx_say_elsewhere(say) && sx_foreign_check(say->language, &error) >= 0;
        if (elsewhere && sx_say_local_spelling(say, end - say->at, capitals)) {
            if (say->at < end)
                sx_say_mark(say, SX_PHONE_COMMA);
            continue;
        }
        if (!elsewhere && sx_say_table(SX_DICT(nato), &key, 1, word, sizeof word)) {
            sx_say_takef(say, 1, "%s%s", c == key || !capitals ? "" : "capital ", word);
            if (say->at < end)
                sx_say_mark(say, SX_PHONE_COMMA);
            continue;
        }
        uint32_t code;
        size_t n = (size_t)sx_utf8_decode(say->text + say->at, end - say->at, &code);
        sx_say_characters(say, n, capitals);
        if (say->at < end && n)
            sx_say_mark(say, SX_PHONE_COMMA);
    }
}

/* ------------------------------------------------------------------ never silent */

void sx_say_alone(struct sx_say *say)
{
    char name[SX_CHARACTER_ROOM];
    int names = 0;
    for (size_t at = 0; at < say->length; names++) {
        if (is_blank(say->text[at]))
            return;             /* "* * *" parts scenes of a book */
        size_t n = sx_characters_name(say->text + at, say->length - at, false, name, sizeof name);
        unsigned count = count_run(say, at, n);
        at += count >= RUN ? count * n : n;
        if (names == ALONE)
            return;
    }
    for (say->at = 0; say->at < say->length && !say->failed;) {
        size_t n = sx_characters_name(say->text + say->at, say->length - say->at, false, name, sizeof name);
        name_run(say, n, name);
    }
}

/* Can letter-to-sound make something of it: a Latin letter, accents taken off? */
static bool is_readable(uint32_t code)
{
    static const uint32_t special[] = {0xDF, 0xE6, 0xF8, 0x153, 0x142, 0x111, 0xFE, 0xF0, 0x131, 0x127};      /* as pronounce.c spells them */
    int32_t parts[20];
    code = (uint32_t)utf8proc_tolower((utf8proc_int32_t)code);
    for (size_t i = 0; i < sizeof special / sizeof special[0]; i++)
        if (code == special[i])
            return true;
    utf8proc_ssize_t n = utf8proc_decompose_char((utf8proc_int32_t)code, parts, 20, UTF8PROC_DECOMPOSE, NULL);
    return n > 0 && n <= 20 && parts[0] >= 'a' && parts[0] <= 'z';
}

bool sx_say_odd_letters(struct sx_say *say)
{
    size_t at = say->at, n;
    for (; at < say->length; at += n) {
        uint32_t code;
        n = (size_t)sx_utf8_decode(say->text + at, say->length - at, &code);
        utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)code);
        if (k < UTF8PROC_CATEGORY_LU || k > UTF8PROC_CATEGORY_ME)
            break;
        if (is_readable(code))
            return false;
    }
    if (at == say->at)
        return false;
    sx_say_characters(say, at - say->at, false);
    return true;
}
