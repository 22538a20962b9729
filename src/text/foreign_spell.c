/* foreign_spell.c - words respelled for libespeak-ng where it would name letters instead of reading the word.
 *
 * A letter that a language lacks is named in English or in a third language ("n acute"), which nobody wants to hear, and two such letters in one word make
 * libespeak-ng 1.51 read memory that it has freed ("ÞŃ" in German). So Latin letters that the voice's language does not have lose their accents. */
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/utf8.h"
#include "text/dict.h"
#include "text/foreign.h"
#include "text/script.h"

/* Is the letter (small) in the language's line of data/function_words.tsv? */
static bool has_letter(const char *language, char kind, uint32_t code)
{
    char key[8] = {kind};
    const unsigned char *value;
    size_t size, n = strlen(language);
    if (!sx_dict_find(SX_DICT(function_words), key, 1 + (size_t)sx_utf8_encode(code, key + 1), &value, &size))
        return false;
    for (size_t i = 0; i + n <= size; i++)
        if ((!i || value[i - 1] == ' ') && !memcmp(value + i, language, n) && (i + n == size || value[i + n] == ' '))
            return true;
    return false;
}

/* Vowels of Latin-1 with an accent: every voice reads them as some vowel. */
static bool common_vowel(uint32_t code)
{
    static const char letters[] = "àáâãäåèéêëìíîïòóôõöùúûüýÿ";
    char bytes[5] = "";
    sx_utf8_encode(code, bytes);
    return code < 0x100 && strstr(letters, bytes);
}

/* The letter without what the language does not know: a-z, or "" when nothing is left. */
static const char *plain_letter(uint32_t code, char out[4])
{
    static const struct { const char *letter, *as; } special[] = {{"ß", "ss"}, {"æ", "ae"}, {"ø", "o"}, {"œ", "oe"}, {"ł", "l"}, {"đ", "d"}, {"þ", "th"}, {"ð", "d"}, {"ı", "i"},
                                                                  {"ħ", "h"},  {"ŋ", "ng"}, {"ə", "e"}, {"ĸ", "k"},  {"ŧ", "t"}, {"ƒ", "f"}, {"ŀ", "l"},  {"ſ", "s"}, {"ɓ", "b"}};
    char bytes[5] = "";
    sx_utf8_encode(code, bytes);
    for (size_t i = 0; i < sizeof special / sizeof special[0]; i++)
        if (!strcmp(special[i].letter, bytes))
            return special[i].as;
    int32_t parts[20];
    utf8proc_ssize_t m = utf8proc_decompose_char((utf8proc_int32_t)code, parts, 20, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, NULL);
    out[0] = m > 0 && m <= 20 && parts[0] >= 'a' && parts[0] <= 'z' ? (char)parts[0] : 0;
    out[1] = 0;
    return out;
}

/* NFKC in place, when there is anything that it changes; what does not fit is left out, whole characters. */
static size_t plain_forms(char piece[SX_FOREIGN_PIECE], size_t length)
{
    bool any = false;
    for (size_t i = 0; i + 2 < length; i++)
        any |= (unsigned char)piece[i] == 0xEF && (unsigned char)piece[i + 1] >= 0xAC && (unsigned char)piece[i + 1] <= 0xBF;
    if (!any)
        return length;
    utf8proc_uint8_t *plain = NULL;
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)piece, (utf8proc_ssize_t)length, &plain, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
    if (n > 0) {
        length = n < SX_FOREIGN_PIECE ? (size_t)n : SX_FOREIGN_PIECE;
        while (length && length < (size_t)n && (plain[length] & 0xC0) == 0x80)
            length--;
        memcpy(piece, plain, length);
    }
    free(plain);
    return length;
}

/* Belarusian by the Russian voice (1.51 comes with half of its own, which says so on standard error): the two letters that Russian lacks. */
static uint32_t belarusian(uint32_t code)
{
    return code == 0x456 ? 0x438 : code == 0x406 ? 0x418 : code == 0x45E ? 0x443 : code == 0x40E ? 0x423 : code;
}

size_t sx_foreign_spell(const char *language, char piece[SX_FOREIGN_PIECE], size_t length)
{
    char out[SX_FOREIGN_PIECE];
    size_t n = 0;
    bool changed = false;
    length = plain_forms(piece, length);
    for (size_t i = 0; i < length;) {
        uint32_t code;
        char bytes[4];
        const char *add = bytes;
        size_t begin = i, size;
        i += (size_t)sx_utf8_decode(piece + i, length - i, &code);
        if (!strcmp(language, "be"))
            code = belarusian(code);
        if (sx_script_digit(code) >= 0)
            code = (uint32_t)('0' + sx_script_digit(code));
        size = (size_t)sx_utf8_encode(code, bytes);
        uint32_t lower = (uint32_t)utf8proc_tolower((utf8proc_int32_t)code);
        if (lower >= 0x80 && sx_script_of(lower) == SX_SCRIPT_LATIN && !common_vowel(lower) && !has_letter(language, '=', lower) && !has_letter(language, '+', lower)) {
            add = plain_letter(lower, bytes);
            size = strlen(add);
        }
        if (n + size > sizeof out)
            break;
        changed |= size != i - begin || memcmp(add, piece + begin, size);
        memcpy(out + n, add, size);
        n += size;
    }
    if (!changed || !n)
        return length;
    memcpy(piece, out, n);
    return n;
}
