/* test_characters.c - what characters are called: every one has a name that can be said; accents, scripts and forms are computed; spelling. */
#include "test.h"

#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#include "base/utf8.h"
#include "text/characters.h"
#include "text/say.h"

struct row {
    const char *text, *name;
};

static const struct row names[] = {
    {"a", "A"}, {"Z", "capital Z"}, {"7", "seven"}, {",", "comma"}, {"!", "exclamation mark"}, {"(", "left paren"}, {" ", "space"}, {"\t", "tab"}, {"\n", "new line"},
    {"\x1B", "escape"}, {"\x03", "control C"}, {"\x1C", "control zero zero one C"}, {"\x7F", "delete"}, {"\xC2\x85", "next line"}, {"\xC2\x9B", "control zero zero nine B"},
    {"\xC2\xA0", "no break space"}, {"\xE2\x80\x8B", "zero width space"}, {"\xE2\x80\x8D", "zero width joiner"}, {"\xEF\xB8\x8F", "variation selector"},
    {"\xEE\x80\x80", "private use character E zero zero zero"}, {"\xEF\xBF\xBD", "replacement character"}, {"\xCD\xB8", "U plus zero three seven eight"},
    /* accents, composed and not */
    {"\xC3\xA9", "E acute"}, {"e\xCC\x81", "E acute"}, {"\xC3\x89", "capital E acute"}, {"\xE1\xBA\xAD", "A dot below circumflex"}, {"\xC3\x9F", "sharp S"},
    {"\xC3\x98", "capital O stroke"}, {"\xCC\x81", "combining acute"}, {"q\xCC\x88\xCC\x81\xCC\x80\xCC\x83", "Q diaeresis acute grave"}, {"\xCC\xB2", "combining underline"},
    /* scripts */
    {"\xCE\xB1", "alpha"}, {"\xCE\xA9", "capital omega"}, {"\xD0\x96", "capital cyrillic zhe"}, {"\xD7\x90", "hebrew alef"}, {"\xD8\xA8", "arabic beh"},
    {"\xE0\xA4\x95", "devanagari ka"}, {"\xE0\xAE\x95", "tamil ka"}, {"\xE3\x81\x97", "hiragana shi"}, {"\xE3\x82\xB7", "katakana shi"}, {"\xE0\xB8\x81", "thai ko kai"},
    {"\xED\x95\x9C", "hangul han"}, {"\xE6\xBC\xA2", "chinese character six F two two"}, {"\xD9\xA3", "arabic digit three"}, {"\xEA\xAD\xB0", "cherokee letter A B seven zero"},
    {"\xE1\x88\x80", "ethiopic letter one two zero zero"},
    /* forms */
    {"\xF0\x9D\x90\x80", "A"}, {"\xE2\x91\xA0", "circled one"}, {"\xE2\x91\xAB", "circled twelve"}, {"\xE2\x91\xB4", "parenthesized one"}, {"\xE2\x92\xB6", "capital circled A"},
    {"\xC2\xB2", "superscript two"}, {"\xE2\x82\x83", "subscript three"}, {"\xEF\xBC\xA1", "capital A"}, {"\xEF\xBC\x81", "exclamation mark"}, {"\xE2\x85\xA3", "roman numeral four"},
    {"\xC2\xBD", "one half"}, {"\xE2\x89\x84", "not asymptotically equal to"}, {"\xEF\xAC\x81", "F I"}, {"\xE3\x8E\x8F", "K G"},
    /* symbols */
    {"\xE2\x82\xAC", "euro"}, {"\xE2\x86\x90", "left arrow"}, {"\xE2\x88\x9E", "infinity"}, {"\xE2\x94\x80", "light horizontal"}, {"\xE2\x96\x88", "full block"},
    {"\xE2\x99\x9E", "black knight"}, {"\xE2\x99\xA0", "spades"}, {"\xE2\x99\x88", "aries"}, {"\xE2\xA0\x93", "braille dots one two five"}, {"\xE2\xA0\x80", "braille blank"},
    {"\xE2\xA0\x81", "braille dot one"}, {"\xE2\x99\xAF", "sharp"}, {"\xF0\x9D\x84\x9E", "G clef"}, {"\xF0\x9F\x80\xB7", "domino zero six"}, {"\xF0\x9F\x82\xA1", "ace of spades"},
    {"\xE4\xB7\x81", "hexagram two"}, {"\xF0\x9D\xA0\x80", "sign writing symbol one D eight zero zero"}, {"\xF0\x9F\x85\x90", "black circled A"}, {"\xE2\x84\x9D", "R"},
    {"\xF0\x9F\x98\x82", "face with tears of joy"}, {"\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBE", "thumbs up, medium dark skin tone"},
};

static void golden(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        char name[SX_CHARACTER_ROOM];
        size_t length = strlen(names[i].text), n = sx_characters_name(names[i].text, length, true, name, sizeof name);
        assert_string_equal(name, names[i].name);
        assert_int_equal(n, length);
    }
}

/* Words of a-z parted by single blanks; a capital stands alone. */
static bool speakable(const char *name)
{
    bool begin = true;
    if (!*name)
        return false;
    for (const char *p = name; *p; p++) {
        if (*p == ' ' || (*p == ',' && p[1] == ' ')) {
            if (begin)
                return false;
            begin = *p == ' ';
            continue;
        }
        bool capital = *p >= 'A' && *p <= 'Z';
        if (!capital && !(*p >= 'a' && *p <= 'z') && *p != '\'')
            return false;
        if (capital && (!begin || (p[1] && p[1] != ' ' && p[1] != ',')))
            return false;
        begin = false;
    }
    return !begin;
}

static void every_character(void **state)
{
    int symbols = 0, numbered = 0;
    (void)state;
    for (uint32_t c = 0; c < 0x110000; c++) {
        if (c >= 0xD800 && c < 0xE000)
            continue;
        if (c == 0x20000)               /* Chinese, unassigned, private: the begin of each will do */
            c = 0x2FA00;
        if (c == 0x30000)
            c = 0xE0000;
        if (c == 0xF0100)
            c = 0x10FF00;
        char text[4], name[SX_CHARACTER_ROOM];
        size_t length = (size_t)sx_utf8_encode(c, text), n = sx_characters_name(text, length, true, name, sizeof name);
        if (n != length || !speakable(name))
            print_error("U+%04X \"%s\"\n", c, name);
        assert_int_equal(n, length);
        assert_true(speakable(name));
        utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)c);
        if (c < 0x1FB00 && k >= UTF8PROC_CATEGORY_PC && k <= UTF8PROC_CATEGORY_SO) {
            symbols++;
            numbered += strstr(name, " symbol ") || strstr(name, " punctuation ");
            assert_true(sx_characters_level(c) <= SX_LEVEL_NEVER);
        }
    }
    /* most have a name of their own */
    assert_true(symbols > 8000);
    assert_true(numbered < symbols / 3);
}

static void small_room(void **state)
{
    char name[8];
    (void)state;
    assert_int_equal(sx_characters_name("\xE2\x89\x84", 3, false, name, sizeof name), 3);
    assert_string_equal(name, "not asy");
    assert_int_equal(sx_characters_name("\xFF", 1, false, name, sizeof name), 1);
    /* a tower of marks is one character */
    char tower[3001] = "a";
    for (int i = 0; i < 1500; i++)
        memcpy(tower + 1 + 2 * i, "\xCC\x81", 2);
    char out[SX_CHARACTER_ROOM];
    assert_int_equal(sx_characters_name(tower, 3001, false, out, sizeof out), 3001);
    assert_string_equal(out, "A acute acute acute");
}

/* ------------------------------------------------------------------ spelling */

enum { PLAIN, CAPITALS, PHONETIC };

static char *spell(const char *text, int how, char *out, size_t room)
{
    struct sx_arena arena = {0};
    struct sx_say say = {.text = text, .length = strlen(text), .arena = &arena, .style = &sx_style_plain};
    if (how == PHONETIC)
        sx_say_phonetic(&say, say.length, !strchr(text, '+'));
    else
        sx_say_characters(&say, say.length, how == CAPITALS);
    assert_int_equal(say.at, say.length);
    assert_false(say.failed);
    size_t n = 0;
    out[0] = 0;
    for (int i = 0; i < say.count; i++)
        n += (size_t)snprintf(out + n, room - n, "%s%s%s", i ? " " : "", say.words[i].text, say.words[i].mark == SX_PHONE_COMMA ? "," : "");
    sx_arena_free(&arena);
    return out;
}

static void spelling(void **state)
{
    char out[1000];
    (void)state;
    assert_string_equal(spell("Ab3-", PLAIN, out, sizeof out), "a, b, three, dash");
    assert_string_equal(spell("Ab3", CAPITALS, out, sizeof out), "capital a, b, three");
    assert_string_equal(spell("a b", PLAIN, out, sizeof out), "a, b");
    assert_string_equal(spell(" ", PLAIN, out, sizeof out), "space");
    assert_string_equal(spell("\xD0\x94\xD0\xB0", CAPITALS, out, sizeof out), "capital cyrillic de, a");
    assert_string_equal(spell("\xD0\xB4\xD0\x90" "x\xD0\xB4", PLAIN, out, sizeof out), "cyrillic de, a, x, cyrillic de");
    assert_string_equal(spell("\xD0\xB4\xD0\x90", CAPITALS, out, sizeof out), "cyrillic de, capital a");
    assert_string_equal(spell("na\xC3\xAFve", PLAIN, out, sizeof out), "n, a, i diaeresis, v, e");
    assert_string_equal(spell("Sx9!", PHONETIC, out, sizeof out), "capital sierra, x ray, niner, exclamation mark");
    assert_string_equal(spell("Ab+", PHONETIC, out, sizeof out), "alpha, bravo, plus");
    assert_string_equal(spell("", PLAIN, out, sizeof out), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden), cmocka_unit_test(every_character), cmocka_unit_test(small_room), cmocka_unit_test(spelling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
