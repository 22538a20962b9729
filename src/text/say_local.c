/* say_local.c - characters by name, and words to spell with, in other languages than English: from tables that people can edit (data/characters_de.tsv,
 * spelling_de.tsv), read by libespeak-ng; letters that a language has are named by it in any language. Without libespeak-ng, or for a character that nothing here
 * knows, the caller has the English name. */
#include "text/say.h"

#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#include "base/utf8.h"
#include "text/characters.h"
#include "text/foreign.h"
#include "text/script.h"

struct local {
    char language[4];
    enum sx_data_section characters, spelling;
};

static const struct local tables[] = {
    {"de", SX_DATA_characters_de, SX_DATA_spelling_de},
    {"nl", SX_DATA_characters_nl, SX_DATA_spelling_nl}};

bool sx_say_elsewhere(const struct sx_say *say)
{
    return say->language && !sx_language_same(say->language, "en");
}

static const struct local *table_of(const char *language)
{
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        if (sx_language_same(language, tables[i].language))
            return &tables[i];
    return NULL;
}

/* Words of the language at hand for the bytes [begin, end). False, with nothing added: libespeak-ng is not there, or says nothing. */
static bool add_words(struct sx_say *say, size_t begin, size_t end, const char *text)
{
    const struct sx_foreign_word *words;
    struct sx_error error;
    int count, before = say->count;
    int status = sx_foreign_say(say->language, text, strlen(text), say->arena, &words, &count, &error);
    say->failed |= status == SYRINX_ERROR_MEMORY;
    for (int i = 0; status >= 0 && i < count; i++)
        if (words[i].count > 0)
            sx_say_phones(say, begin, end, text + words[i].begin, words[i].end - words[i].begin, words[i].phones, words[i].count);
    return say->count > before;
}

/* ------------------------------------------------------------------ names */

struct name {
    const struct local *local;      /* NULL: the language has no table */
    const char *language;
    char *out;
    size_t room, length;
};

static void put(struct name *name, const char *text, size_t n)
{
    if (name->length + n + 2 > name->room)
        return;
    if (name->length)
        name->out[name->length++] = ' ';
    memcpy(name->out + name->length, text, n);
    name->out[name->length += n] = 0;
}

/* A line of the table: by the character itself, or by its number. */
static bool put_line(struct name *name, uint32_t code)
{
    char key[12], words[SX_CHARACTER_ROOM];
    if (!name->local)
        return false;
    if (!code || !sx_say_table(sx_dict_of(name->local->characters), key, (size_t)sx_utf8_encode(code, key), words, sizeof words)) {
        int n = snprintf(key, sizeof key, "U+%04X", (unsigned)code);
        if (!sx_say_table(sx_dict_of(name->local->characters), key, (size_t)n, words, sizeof words))
            return false;
    }
    put(name, words, strlen(words));
    return true;
}

/* A letter or digit that the language's readers know: libespeak-ng has its name. Only Latin letters of a to z where accents are told by the table. */
static bool put_letter(struct name *name, uint32_t code)
{
    char bytes[4];
    utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)code);
    bool letter = k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_LO, digit = k == UTF8PROC_CATEGORY_ND;
    if ((!letter && !digit) || !sx_script_used(sx_script_of(code), name->language) || (name->local && letter && code >= 0x80))
        return false;
    put(name, bytes, (size_t)sx_utf8_encode(code, bytes));
    return true;
}

static bool put_code(struct name *name, uint32_t code, bool accents)
{
    int32_t parts[20];
    if (put_line(name, code) || put_letter(name, code))
        return true;
    if (!accents || !name->local)
        return false;
    utf8proc_ssize_t n = utf8proc_decompose_char((utf8proc_int32_t)code, parts, 20, UTF8PROC_DECOMPOSE, NULL);
    if (n < 2 || n > 4)
        return false;
    for (utf8proc_ssize_t i = 0; i < n; i++)
        if (!put_code(name, (uint32_t)parts[i], false))
            return false;
    return true;
}

static bool is_emoji(uint32_t code)
{
    return code >= 0x2190 && sx_emoji_is(code);
}

/* The name of the character at text[0..length) in the language; its bytes, 0: none. `emoji`: it is one, for libespeak-ng to name as it stands. */
static size_t name_of(const struct sx_say *say, const char *text, size_t length, bool capitals, char *out, size_t room)
{
    struct name name = {table_of(say->language), say->language, out, room, 0};
    uint32_t code;
    size_t n = (size_t)sx_utf8_decode(text, length, &code);
    uint32_t lower = (uint32_t)utf8proc_tolower((utf8proc_int32_t)code);
    out[0] = 0;
    if (capitals && lower != code && (!name.local || !sx_say_table(sx_dict_of(name.local->characters), "capital", 7, out, room)))
        return 0;
    name.length = strlen(out);
    if (put_code(&name, lower, true)) {
        while (n < length && (unsigned char)text[n] >= 0x80) {      /* accents by themselves behind their letter */
            uint32_t mark;
            size_t m = (size_t)sx_utf8_decode(text + n, length - n, &mark);
            utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)mark);
            if ((k != UTF8PROC_CATEGORY_MN && k != UTF8PROC_CATEGORY_ME) || (!put_line(&name, mark) && !(mark >= 0xFE00 && mark <= 0xFE0F)))
                break;
            n += m;
        }
        return n;
    }
    size_t emoji = is_emoji(code) ? sx_emoji_find(text, length, true, NULL, 0) : 0;
    if (!emoji || emoji >= room)
        return 0;
    memcpy(out, text, emoji);
    out[emoji] = 0;
    return emoji;
}

size_t sx_say_local_character(struct sx_say *say, size_t length, bool capitals)
{
    char name[SX_CHARACTER_ROOM];
    size_t n = name_of(say, say->text + say->at, length, capitals, name, sizeof name);
    if (!n || !add_words(say, say->at, say->at + n, name))
        return 0;
    say->at += n;
    return n;
}

bool sx_say_local_run(struct sx_say *say, size_t n, unsigned count)
{
    char name[SX_CHARACTER_ROOM], text[SX_CHARACTER_ROOM + 12];
    if (!name_of(say, say->text + say->at, n, false, name, sizeof name))
        return false;
    if (count > 1)
        snprintf(text, sizeof text, "%u %s", count, name);
    if (!add_words(say, say->at, say->at + count * n, count > 1 ? text : name))
        return false;
    say->at += count * n;
    return true;
}

size_t sx_say_local_spelling(struct sx_say *say, size_t length, bool capitals)
{
    const struct local *local = table_of(say->language);
    char words[SX_CHARACTER_ROOM], word[SX_CHARACTER_ROOM / 2], key[4];
    uint32_t code;
    size_t n = (size_t)sx_utf8_decode(say->text + say->at, length, &code);
    uint32_t lower = (uint32_t)utf8proc_tolower((utf8proc_int32_t)code);
    words[0] = 0;
    if (!local || !sx_say_table(sx_dict_of(local->spelling), key, (size_t)sx_utf8_encode(lower, key), word, sizeof word))
        return 0;
    if (capitals && lower != code)
        sx_say_table(sx_dict_of(local->characters), "capital", 7, words, sizeof words / 3);
    size_t at = strlen(words);
    snprintf(words + at, sizeof words - at, "%s%s", at ? " " : "", word);
    if (!add_words(say, say->at, say->at + n, words))
        return 0;
    say->at += n;
    return n;
}
