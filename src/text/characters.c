/* characters.c - names of characters: the table's, then those that follow from what Unicode says of a character (accents, enclosed and other forms of
 * letters, syllables, braille), at last its script, its kind and its number. */
#include "text/characters.h"

#include <string.h>
#include <utf8proc.h>

#include "base/utf8.h"
#include "text/dict.h"
#include "text/say.h"

static const struct { uint32_t first, last; char name[32]; } scripts[] = {
#include "text/scripts.inc"
};

static const char *const digits[] = {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"};

struct name {
    char *out;
    size_t room, length;
};

static void put_bytes(struct name *name, const char *text, size_t n)
{
    if (name->length + n >= name->room)
        n = name->room - name->length - 1;
    memcpy(name->out + name->length, text, n);
    name->length += n;
    name->out[name->length] = 0;
}

/* Words behind those that are there. */
static void put(struct name *name, const char *words)
{
    if (name->length && *words)
        put_bytes(name, " ", 1);
    put_bytes(name, words, strlen(words));
}

static void put_letter(struct name *name, uint32_t c)
{
    char letter[2] = {(char)(c >= 'a' ? c - 32 : c), 0};
    put(name, letter);
}

/* "one F six zero zero" */
static void put_hex(struct name *name, uint32_t code)
{
    int shift = code > 0xFFFFF ? 20 : code > 0xFFFF ? 16 : 12;
    for (; shift >= 0; shift -= 4) {
        uint32_t digit = code >> shift & 15;
        if (digit < 10)
            put(name, digits[digit]);
        else
            put_letter(name, 'A' + digit - 10);
    }
}

/* ------------------------------------------------------------------ the table */

static bool find(uint32_t code, const unsigned char **value, size_t *size)
{
    char key[4];
    size_t n = (size_t)sx_utf8_encode(code, key);
    return code && sx_dict_find(SX_DICT(characters), key, n, value, size) && *size > 1;
}

/* A name as compile.c wrote it: bytes from 0x80 on are words of a list. */
static bool put_entry(struct name *name, uint32_t code)
{
    const unsigned char *value, *list;
    size_t size, list_size;
    if (!find(code, &value, &size) || !sx_dict_find(SX_DICT(characters), "words", 5, &list, &list_size))
        return false;
    for (size_t i = 1; i < size;) {
        char word[SX_CHARACTER_ROOM];
        size_t n = 0;
        if (value[i] >= 0x80) {
            size_t at = 0;
            for (int skip = value[i] - 0x80; skip > 0 && at < list_size; at++)
                skip -= list[at] == ' ';
            for (; at < list_size && list[at] != ' ' && n < sizeof word - 1; at++)
                word[n++] = (char)list[at];
            i++;
        } else {
            for (; i < size && value[i] < 0x80 && n < sizeof word - 1; i++)
                word[n++] = (char)value[i];
            while (n && word[n - 1] == ' ')
                n--;
        }
        word[n] = 0;
        put(name, word);
    }
    return true;
}

int sx_characters_level(uint32_t code)
{
    const unsigned char *value;
    size_t size;
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
    if (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_ND)
        return SX_LEVEL_NEVER;
    if (find(code, &value, &size))
        return value[0] - '0';
    switch (category) {
    case UTF8PROC_CATEGORY_SM: case UTF8PROC_CATEGORY_SC: case UTF8PROC_CATEGORY_SK: case UTF8PROC_CATEGORY_SO: case UTF8PROC_CATEGORY_NO:
        return SYRINX_PUNCTUATION_SOME;
    case UTF8PROC_CATEGORY_PC: case UTF8PROC_CATEGORY_PD: case UTF8PROC_CATEGORY_PS: case UTF8PROC_CATEGORY_PE: case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF: case UTF8PROC_CATEGORY_PO:
        return SYRINX_PUNCTUATION_MOST;
    default:
        return SX_LEVEL_NEVER;
    }
}

const char *sx_characters_script(uint32_t code)
{
    size_t low = 0, high = sizeof scripts / sizeof scripts[0];
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (code > scripts[middle].last)
            low = middle + 1;
        else if (code < scripts[middle].first)
            high = middle;
        else
            return scripts[middle].name;
    }
    return NULL;
}

/* ------------------------------------------------------------------ computed names */

static void put_code(struct name *name, uint32_t code, bool capitals, int depth);

/* The decomposition's characters one behind the other; "twelve" for "12". */
static void put_all(struct name *name, const int32_t *parts, utf8proc_ssize_t count, int depth)
{
    char number[8];
    size_t n = 0;
    while (n < (size_t)count && n < sizeof number && parts[n] >= '0' && parts[n] <= '9') {
        number[n] = (char)parts[n];
        n++;
    }
    if (n && n == (size_t)count) {
        char words[SX_NUMBER_ROOM];
        put(name, sx_number_cardinal(number, n, words, sizeof words));
        return;
    }
    for (utf8proc_ssize_t i = 0; i < count && i < 8; i++)
        if (parts[i] != ' ' || count == 1)
            put_code(name, (uint32_t)parts[i], false, depth + 1);
}

/* Enclosed, raised, wide and other forms of what has a name. */
static bool put_form(struct name *name, uint32_t code, int depth)
{
    const utf8proc_property_t *property = utf8proc_get_property((utf8proc_int32_t)code);
    int32_t parts[20];
    utf8proc_ssize_t n = utf8proc_decompose_char((utf8proc_int32_t)code, parts, 20, UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE, NULL);
    if (depth > 4 || n < 1 || n > 20 || (n == 1 && parts[0] == (int32_t)code))
        return false;
    switch (property->decomp_type) {
    case UTF8PROC_DECOMP_TYPE_CIRCLE: put(name, "circled"); break;
    case UTF8PROC_DECOMP_TYPE_SUPER: put(name, "superscript"); break;
    case UTF8PROC_DECOMP_TYPE_SUB: put(name, "subscript"); break;
    case UTF8PROC_DECOMP_TYPE_SQUARE:
        if (n == 1)
            put(name, "squared");
        break;
    default:
        if (code >= 0x2160 && code <= 0x217F) {         /* Roman numerals */
            static const char *const numerals[] = {"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "fifty",
                                                   "one hundred", "five hundred", "one thousand"};
            put(name, "roman numeral");
            put(name, numerals[code & 15]);
            return true;
        }
        if (n > 2 && parts[0] == '(' && parts[n - 1] == ')') {
            put(name, "parenthesized");
            put_all(name, parts + 1, n - 2, depth);
            return true;
        }
        break;
    }
    put_all(name, parts, n, depth);
    return true;
}

/* "E acute", "not equals": what a mark does to its base. */
static bool put_accented(struct name *name, uint32_t code, bool capitals, int depth)
{
    int32_t parts[20];
    utf8proc_ssize_t n = utf8proc_decompose_char((utf8proc_int32_t)code, parts, 20, UTF8PROC_DECOMPOSE, NULL);
    if (depth > 4 || n < 1 || n > 20 || (n == 1 && parts[0] == (int32_t)code))
        return false;
    if (n == 2 && parts[1] == 0x338) {
        put(name, "not");
        n = 1;
    }
    put_code(name, (uint32_t)parts[0], capitals, depth + 1);
    for (utf8proc_ssize_t i = 1; i < n; i++)
        if (!put_entry(name, (uint32_t)parts[i]))
            put_code(name, (uint32_t)parts[i], false, depth + 1);
    return true;
}

/* Revised romanisation, letter by letter (Hangul is written in blocks of two or three: The Unicode Standard, section 3.12). */
static void put_hangul(struct name *name, uint32_t code)
{
    static const char *const first[] = {"g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h"};
    static const char *const vowel[] = {"a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "eu", "ui", "i"};
    static const char *const last[] = {"", "k", "kk", "ks", "n", "nj", "nh", "t", "l", "lk", "lm", "lb", "ls", "lt", "lp", "lh", "m", "p", "ps", "t", "t", "ng", "t", "t", "k", "t",
                                       "p", "t"};
    uint32_t i = code - 0xAC00;
    put(name, "hangul");
    put_bytes(name, " ", 1);
    put_bytes(name, first[i / 588], strlen(first[i / 588]));
    put_bytes(name, vowel[i / 28 % 21], strlen(vowel[i / 28 % 21]));
    put_bytes(name, last[i % 28], strlen(last[i % 28]));
}

static void put_braille(struct name *name, uint32_t code)
{
    put(name, (code & 0xFF) == 0 ? "braille blank" : (code & (code - 1) & 0xFF) ? "braille dots" : "braille dot");
    for (int i = 0; i < 8; i++)
        if (code >> i & 1)
            put(name, digits[i + 1]);
}

/* Scripts that are laid out like another one whose letters have names. */
static bool put_parallel(struct name *name, uint32_t code)
{
    struct name rest;
    char text[SX_CHARACTER_ROOM] = "";
    uint32_t other = code >= 0x30A1 && code <= 0x30F6 ? code - 0x60 : code >= 0x980 && code < 0xD80 ? 0x900 + (code & 0x7F) : 0;
    rest = (struct name){text, sizeof text, 0};
    if (!other || !put_entry(&rest, other))
        return false;
    const char *tail = strchr(text, ' ');
    if (!tail)
        return false;
    put(name, sx_characters_script(code));
    put(name, tail + 1);
    return true;
}

static void put_kind(struct name *name, uint32_t code)
{
    uint32_t value;
    switch (utf8proc_category((utf8proc_int32_t)code)) {
    case UTF8PROC_CATEGORY_LU: case UTF8PROC_CATEGORY_LL: case UTF8PROC_CATEGORY_LT: case UTF8PROC_CATEGORY_LM: case UTF8PROC_CATEGORY_LO:
        put(name, sx_characters_script(code) && !strcmp(sx_characters_script(code), "chinese") ? "character" : "letter");
        break;
    case UTF8PROC_CATEGORY_MN: case UTF8PROC_CATEGORY_MC: case UTF8PROC_CATEGORY_ME:
        put(name, "mark");
        break;
    case UTF8PROC_CATEGORY_ND:          /* the digits of a script stand in a row of ten */
        for (value = 0; value < 9 && utf8proc_category((utf8proc_int32_t)(code - value - 1)) == UTF8PROC_CATEGORY_ND; value++)
            ;
        put(name, "digit");
        put(name, digits[value]);
        return;
    case UTF8PROC_CATEGORY_NL: case UTF8PROC_CATEGORY_NO:
        put(name, "number");
        break;
    case UTF8PROC_CATEGORY_PC: case UTF8PROC_CATEGORY_PD: case UTF8PROC_CATEGORY_PS: case UTF8PROC_CATEGORY_PE: case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF: case UTF8PROC_CATEGORY_PO:
        if (!name->length || strcmp(name->out, "punctuation"))
            put(name, "punctuation");
        break;
    default:
        put(name, "symbol");
        break;
    }
    put_hex(name, code);
}

/* What has neither shape nor script. True when it is that. */
static bool put_special(struct name *name, uint32_t code)
{
    if (code < 0x20) {
        put(name, code ? "control" : "null");
        if (code >= 1 && code <= 26)
            put_letter(name, code + 64);
        else if (code)
            put_hex(name, code);
    } else if (code >= 0x7F && code < 0xA0) {
        put(name, "control");
        put_hex(name, code);
    } else if ((code >= 0xFE00 && code <= 0xFE0F) || (code >= 0xE0100 && code <= 0xE01EF)) {
        put(name, "variation selector");
    } else if (code > 0xE0000 && code <= 0xE007F) {
        put(name, code == 0xE007F ? "cancel tag" : "tag");
        if (code > 0xE0020 && code < 0xE007F)
            put_code(name, code - 0xE0000, false, 4);
    } else if ((code >= 0xE000 && code <= 0xF8FF) || (code >= 0xF0000 && (code & 0xFFFE) != 0xFFFE)) {
        put(name, "private use character");
        put_hex(name, code);
    } else {
        return false;
    }
    return true;
}

/* One code point. `depth`: of decompositions within decompositions. */
static void put_code(struct name *name, uint32_t code, bool capitals, int depth)
{
    if ((code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z')) {
        if (capitals && code <= 'Z')
            put(name, "capital");
        put_letter(name, code);
        return;
    }
    if (code >= '0' && code <= '9') {
        put(name, digits[code - '0']);
        return;
    }
    if (put_entry(name, code))
        return;
    uint32_t lower = (uint32_t)utf8proc_tolower((utf8proc_int32_t)code);
    if (lower != code && !(code >= 0x2160 && code <= 0x216F)) {         /* a letter's capital */
        if (capitals)
            put(name, "capital");
        put_code(name, lower, false, depth + 1);
        return;
    }
    char bytes[4];
    char words[SX_CHARACTER_ROOM];
    size_t n = (size_t)sx_utf8_encode(code, bytes);
    if (sx_emoji_find(bytes, n, true, words, sizeof words)) {
        put(name, words);
        return;
    }
    if (code >= 0x2800 && code <= 0x28FF) {
        put_braille(name, code);
        return;
    }
    if (code >= 0xAC00 && code <= 0xD7A3) {
        put_hangul(name, code);
        return;
    }
    if ((code >= 0x1F150 && code <= 0x1F169) || (code >= 0x1F170 && code <= 0x1F189)) {
        put(name, code < 0x1F170 ? "black circled" : "black squared");
        put_letter(name, 'A' + (code - 0x1F150) % 32);
        return;
    }
    if (code >= 0x1F030 && code <= 0x1F093) {
        uint32_t i = code >= 0x1F062 ? code - 0x1F062 : code - 0x1F030;
        put(name, code >= 0x1F062 ? "vertical domino" : "domino");
        if (i) {
            put(name, digits[(i - 1) / 7]);
            put(name, digits[(i - 1) % 7]);
        } else {
            put(name, "back");
        }
        return;
    }
    if (code >= 0x4DC0 && code <= 0x4DFF) {
        char number[4] = {(char)('0' + (code - 0x4DC0 + 1) / 10), (char)('0' + (code - 0x4DC0 + 1) % 10), 0, 0}, spoken[SX_NUMBER_ROOM];
        put(name, "hexagram");
        put(name, sx_number_cardinal(number[0] == '0' ? number + 1 : number, number[0] == '0' ? 1 : 2, spoken, sizeof spoken));
        return;
    }
    if (put_parallel(name, code) || put_special(name, code) || put_accented(name, code, capitals, depth) || put_form(name, code, depth))
        return;
    const char *script = sx_characters_script(code);
    if (utf8proc_category((utf8proc_int32_t)code) == UTF8PROC_CATEGORY_CN || !script) {
        put(name, "U plus");
        put_hex(name, code);
        return;
    }
    put(name, script);
    put_kind(name, code);
}

void sx_characters_name_code(uint32_t code, bool capitals, char *out, size_t room)
{
    struct name name = {out, room, 0};
    out[0] = 0;
    put_code(&name, code, capitals, 0);
}

static bool is_mark(uint32_t code)
{
    utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)code);
    return (k == UTF8PROC_CATEGORY_MN || k == UTF8PROC_CATEGORY_ME) && utf8proc_get_property((utf8proc_int32_t)code)->boundclass == UTF8PROC_BOUNDCLASS_EXTEND;
}

size_t sx_characters_name(const char *text, size_t length, bool capitals, char *out, size_t room)
{
    enum { MARKS = 3 };         /* so many accents are named, however many there are */
    size_t at = sx_emoji_find(text, length, true, out, room);
    if (at)
        return at;
    struct name name = {out, room, 0};
    uint32_t code;
    out[0] = 0;
    at = (size_t)sx_utf8_decode(text, length, &code);
    if (utf8proc_get_property((utf8proc_int32_t)code)->combining_class || code == 0x20DD || code == 0x20E3)
        put(&name, "combining");
    put_code(&name, code, capitals, 0);
    int marks = 0;
    bool base = utf8proc_category((utf8proc_int32_t)code) != UTF8PROC_CATEGORY_CC && code != ' ' && code != 0x200D;
    while (base && at < length && (unsigned char)text[at] >= 0x80) {
        size_t n = (size_t)sx_utf8_decode(text + at, length - at, &code);
        bool variation = code >= 0xFE00 && code <= 0xFE0F;
        if (!variation && !is_mark(code))
            break;
        if (!variation && marks++ < MARKS)
            put_code(&name, code, false, 1);
        at += n;
    }
    return at;
}
