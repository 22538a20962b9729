/* say_script.c - passages in other languages, and words in scripts that the reader's language does not use: phones of libespeak-ng, else Latin letters that
 * sound alike, else the names of the characters. Never silence. */
#include "text/say.h"

#include <string.h>
#include <utf8proc.h>

#include "base/utf8.h"
#include "text/characters.h"
#include "text/foreign.h"
#include "text/script.h"

enum { NAMES = 8 };     /* characters of a row that are named; the rest is counted */

static bool is_letter(uint32_t code)
{
    utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)code);
    return k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_LO;
}

static bool is_mark(uint32_t code)
{
    utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)code);
    return (k >= UTF8PROC_CATEGORY_MN && k <= UTF8PROC_CATEGORY_ME) || k == UTF8PROC_CATEGORY_CF;
}

/* Small letters, no blanks; false when it does not fit. */
static bool lower_case(const char *text, size_t length, char *out, size_t room)
{
    size_t n = 0;
    for (size_t i = 0; i < length;) {
        uint32_t code;
        i += (size_t)sx_utf8_decode(text + i, length - i, &code);
        if (n + 5 > room)
            return false;
        if (code != ' ' && code != '\n')
            n += (size_t)sx_utf8_encode((uint32_t)utf8proc_tolower((utf8proc_int32_t)code), out + n);
    }
    out[n] = 0;
    return n > 0;
}

/* ------------------------------------------------------------------ without libespeak-ng */

/* A row of characters that are named: the first NAMES of them, then how many more. */
struct row {
    int named, left;
    size_t from, to;        /* of those that are left */
};

static void end_row(struct sx_say *say, struct row *row)
{
    if (row->left) {
        char digits[16], words[SX_NUMBER_ROOM];
        size_t n = 0;
        for (int v = row->left, tenth = 1000000; tenth; tenth /= 10)
            if (n || v / tenth % 10)
                digits[n++] = (char)('0' + v / tenth % 10);
        sx_say_addf(say, row->from, row->to, "and %s more", sx_number_cardinal(digits, n, words, sizeof words));
    }
    *row = (struct row){0};
}

/* The characters of say->text[begin, end) by name. */
static void name_characters(struct sx_say *say, size_t begin, size_t end, struct row *row)
{
    for (size_t i = begin; i < end;) {
        uint32_t code;
        size_t at = i;
        i += (size_t)sx_utf8_decode(say->text + i, end - i, &code);
        if (!is_letter(code))
            continue;
        if (row->named == NAMES) {
            row->from = row->left ? row->from : at;
            row->to = i;
            row->left++;
            continue;
        }
        row->named++;
        enum sx_script script = sx_script_of(code);
        if (script == SX_SCRIPT_HAN) {
            sx_say_add(say, at, i, "chinese character");
        } else if (script != SX_SCRIPT_OTHER && script != SX_SCRIPT_COMMON) {
            char name[32];
            lower_case(sx_script_name(script), strlen(sx_script_name(script)), name, sizeof name);
            sx_say_addf(say, at, i, "%s letter", name);
        } else {
            char digits[12];
            static const char hex[] = "0123456789ABCDEF";
            size_t n = 0;
            for (int shift = 20; shift >= 0; shift -= 4)
                if (code >> shift || shift < 16)
                    digits[n++] = hex[code >> shift & 15];
            sx_say_add(say, at, i, "symbol U plus");
            sx_say_spell(say, at, i, digits, n);
        }
        sx_say_mark(say, SX_PHONE_COMMA);
    }
}

/* say->text[begin, end), a few words in one script, in Latin letters or by name. */
static void say_latin(struct sx_say *say, size_t begin, size_t end, struct row *row)
{
    for (size_t i = begin; i < end;) {
        char latin[512];
        size_t n = i;
        /* up to a blank, and Chinese characters by themselves */
        for (int han = -1; n < end && n - i < 96;) {
            uint32_t code;
            size_t m = (size_t)sx_utf8_decode(say->text + n, end - n, &code);
            bool is_han = sx_script_of(code) == SX_SCRIPT_HAN;
            if (code == ' ' || code == '\n' || (han >= 0 && is_han != han))
                break;
            han = is_han;
            n += m;
        }
        if (n > i && sx_script_latin(say->text + i, n - i, latin, sizeof latin)) {
            end_row(say, row);
            sx_say_add(say, i, n, latin);
        } else if (n > i) {
            name_characters(say, i, n, row);
        }
        i = n + (n == i);
    }
}

/* ------------------------------------------------------------------ with it */

static bool has_letter(const char *text, size_t length)
{
    for (size_t i = 0; i < length;) {
        uint32_t code;
        i += (size_t)sx_utf8_decode(text + i, length - i, &code);
        if (is_letter(code))
            return true;
    }
    return false;
}

/* The pause that stands in what is between two words. */
static int gap_mark(const char *text, size_t length)
{
    static const char *const weak = ",()[]{}،、，؛（）〈〉《》「」";
    static const char *const strong = ";:.!?–—…。！？；：।॥؟۔·՝՜՞։׃၊።፣፤፥፧";
    int mark = SX_PHONE_WORD;
    for (size_t i = 0; i < length;) {
        uint32_t code;
        char bytes[5] = "";
        size_t n = (size_t)sx_utf8_decode(text + i, length - i, &code);
        memcpy(bytes, text + i, n);
        bool dash = code == '-' && i && text[i - 1] == ' ' && (i + 1 == length || text[i + 1] == ' ');
        if (dash || strstr(strong, bytes))
            return SX_PHONE_SEMICOLON;
        if (strstr(weak, bytes))
            mark = SX_PHONE_COMMA;
        i += n;
    }
    return mark;
}

/* Points and accents of Hebrew say more than libespeak-ng 1.51 makes of them: it spells such words. */
static bool pointed(const char *text, size_t length)
{
    for (size_t i = 0; i + 1 < length; i++)
        if (((unsigned char)text[i] == 0xD6 && (unsigned char)text[i + 1] >= 0x91) || ((unsigned char)text[i] == 0xD7 && (unsigned char)text[i + 1] <= 0x87))
            return true;
    return false;
}

/* A word with its phones. */
static void add_known(struct sx_say *say, size_t begin, size_t end, const struct sx_foreign_word *word)
{
    char text[256];
    int before = say->count;
    if (!lower_case(say->text + begin, end - begin, text, sizeof text))
        return;
    sx_say_add(say, begin, end, text);
    if (say->count == before)
        return;
    struct sx_spoken *spoken = &say->words[say->count - 1];
    if (word->count == SX_FOREIGN_ENGLISH || (say->lexicon && sx_lexicon_find(say->lexicon, spoken->text, strlen(spoken->text))))
        return;                 /* English, or the user knows better */
    spoken->kind = SX_SPOKEN_WORD;
    spoken->phones = word->phones;
    spoken->phone_count = word->count;
}

/* Says the next `length` bytes in a language; false when libespeak-ng cannot. */
static bool say_passage(struct sx_say *say, size_t length, const char *language)
{
    const struct sx_foreign_word *words;
    struct sx_error error;
    int count;
    size_t at = say->at, done = at;     /* all before it has been dealt with */
    struct row row = {0};
    int status = sx_foreign_say(language, say->text + at, length, say->arena, &words, &count, &error);
    if (status < 0) {
        say->failed |= status == SYRINX_ERROR_MEMORY;
        return false;
    }
    for (int i = 0; i < count && !say->failed; i++) {
        size_t begin = at + words[i].begin, end = at + words[i].end;
        char value[64];
        if (words[i].count)
            end_row(say, &row);
        if (begin > done)
            sx_say_mark(say, gap_mark(say->text + done, begin - done));
        if (pointed(say->text + begin, end - begin)) {
            if (i + 1 == count || words[i + 1].begin != words[i].begin)
                say_latin(say, begin, end, &row);
        } else if (words[i].count > 0 || words[i].count == SX_FOREIGN_ENGLISH)
            add_known(say, begin, end, &words[i]);
        else if (has_letter(say->text + begin, end - begin))
            say_latin(say, begin, end, &row);
        else if (sx_say_table(SX_DICT(symbols), say->text + begin, end - begin, value, sizeof value))
            sx_say_add(say, begin, end, value);
        done = end;
    }
    end_row(say, &row);
    if (done < at + length)
        sx_say_mark(say, gap_mark(say->text + done, at + length - done));
    say->at = at + length;
    return true;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool in_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0xC3; }

/* Does the punctuation level ask for the name of the mark at `at` in the passage [begin, end)? Not of those that belong to a number or a word: "3,5", "-5", "geht's";
 * signs of money and pictures have a place of their own in a sentence, which libespeak-ng knows. */
static bool is_named(const struct sx_say *say, size_t begin, size_t end, size_t at, size_t n, uint32_t code, int level)
{
    utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)code);
    char before = at > begin ? say->text[at - 1] : ' ', behind = at + n < end ? say->text[at + n] : ' ';
    if ((k < UTF8PROC_CATEGORY_PC || k > UTF8PROC_CATEGORY_SM) && k != UTF8PROC_CATEGORY_SK)
        return false;
    if (sx_characters_level(code) > level || (is_digit(behind) && (is_digit(before) || (code == '-' && strchr(" \n(", before)))))
        return false;
    return !((code == '\'' || code == 0x2019) && in_word(before) && in_word(behind));
}

/* A passage with its marks by name. */
static void say_marks(struct sx_say *say, size_t end, const char *language, int level)
{
    size_t begin = say->at, whole = say->length;
    say->length = end;
    for (size_t at = begin; at < end && !say->failed;) {
        uint32_t code;
        size_t n = (size_t)sx_utf8_decode(say->text + at, end - at, &code);
        if (!is_named(say, begin, end, at, n, code, level)) {
            at += n;
            continue;
        }
        if (at > say->at)
            say_passage(say, at - say->at, language);
        say->at = at;
        sx_say_name_run(say, n);
        sx_say_mark(say, gap_mark(say->text + at, n));
        at = say->at;
    }
    if (end > say->at)
        say_passage(say, end - say->at, language);
    say->length = whole;
    say->at = end;
}

bool sx_say_foreign(struct sx_say *say, size_t length, const char *language)
{
    struct sx_error error;
    if (length > say->length - say->at)
        length = say->length - say->at;
    int level = sx_say_level(say);
    if (!length || level == SYRINX_PUNCTUATION_NONE || sx_foreign_check(language, &error) < 0)
        return length && say_passage(say, length, language);
    say_marks(say, say->at + length, language, level);
    return !say->failed;
}

/* Chinese characters stand among those of Japanese and Korean. */
static bool one_script(enum sx_script a, enum sx_script b)
{
    return a == b || ((a == SX_SCRIPT_HAN || b == SX_SCRIPT_HAN) && (a == SX_SCRIPT_KANA || b == SX_SCRIPT_KANA || a == SX_SCRIPT_HANGUL || b == SX_SCRIPT_HANGUL));
}

/* A number in digits of another script. */
static bool say_digits(struct sx_say *say)
{
    char digits[300], words[SX_NUMBER_ROOM];
    size_t n = 0, at = say->at;
    while (at < say->length && n < sizeof digits) {
        uint32_t code;
        size_t m = (size_t)sx_utf8_decode(say->text + at, say->length - at, &code);
        if (sx_script_digit(code) < 0)
            break;
        digits[n++] = (char)('0' + sx_script_digit(code));
        at += m;
    }
    bool year = n == 4 && ((digits[0] == '1' && digits[1] != '0') || (digits[0] == '2' && digits[1] == '0'));
    return sx_say_take(say, at - say->at, year ? sx_number_year(digits, n, words, sizeof words) : sx_number_cardinal(digits, n, words, sizeof words));
}

bool sx_say_script(struct sx_say *say)
{
    const char *text = say->text;
    uint32_t code;
    if ((unsigned char)text[say->at] < 0xC3)
        return false;           /* ASCII and the signs of Latin-1 */
    size_t n = (size_t)sx_utf8_decode(text + say->at, say->length - say->at, &code);
    if (sx_script_digit(code) >= 0)
        return say_digits(say);
    enum sx_script script = sx_script_of(code);
    if (script == SX_SCRIPT_LATIN || script == SX_SCRIPT_COMMON || !is_letter(code))
        return false;
    /* words of this script, up to punctuation or another script */
    size_t end = say->at + n, at = end;
    int letters = 1;
    while (at < say->length) {
        n = (size_t)sx_utf8_decode(text + at, say->length - at, &code);
        enum sx_script s = sx_script_of(code);
        if (is_letter(code) ? one_script(s, script) : is_mark(code)) {
            end = at + n;
            letters += is_letter(code);
            if (s == SX_SCRIPT_KANA || s == SX_SCRIPT_HANGUL)
                script = s;
        } else if (!(code == ' ' || code == '\n' || ((code == '\'' || code == '-') && at == end))) {
            break;
        }
        at += n;
    }
    char name[64];
    if (letters == 1 && sx_say_table(SX_DICT(symbols), text + say->at, end - say->at, name, sizeof name))
        return false;           /* α as a sign */
    bool spelled = script == SX_SCRIPT_GREEK || script == SX_SCRIPT_CYRILLIC || script == SX_SCRIPT_HEBREW || script == SX_SCRIPT_ARABIC;
    if (letters == 1 && spelled) {      /* a letter alone is called by its name */
        sx_say_characters(say, end - say->at, false);
        return true;
    }
    const char *language = script == SX_SCRIPT_HAN ? sx_script_language(script, text + say->at, say->length - say->at) :
                                                     sx_script_language(script, text + say->at, end - say->at);
    if (!language || !say_passage(say, end - say->at, language)) {
        struct row row = {0};
        say_latin(say, say->at, end, &row);
        end_row(say, &row);
        say->at = end;
    }
    return true;
}
