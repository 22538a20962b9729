/* test_script.c - text in scripts that an English voice does not speak is never silent: with libespeak-ng its phones, without it Latin letters or names. */
#include "test.h"

#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#include "base/utf8.h"
#include "text/foreign.h"
#include "text/say.h"
#include "text/script.h"

/* All of a text by sx_say_script; what it leaves alone is left out. Spoken words with their marks; phones in strokes where they are preset. */
static char *read_all(const char *text, bool phones, char *out, size_t room)
{
    struct sx_arena arena = {0};
    struct sx_say say = {.text = text, .length = strlen(text), .arena = &arena};
    size_t n = 0;
    while (say.at < say.length) {
        size_t before = say.at;
        if (!sx_say_script(&say))
            say.at++;
        assert_true(say.at > before && say.at <= say.length && !say.failed);
    }
    out[0] = 0;
    uint32_t last = 0;
    for (int i = 0; i < say.count; i++) {
        const struct sx_spoken *w = &say.words[i];
        assert_true(w->begin < w->end && w->end <= say.length && w->begin >= last);
        assert_true(!w->phones || (w->phone_count > 0 && w->phone_count <= SX_FOREIGN_PHONES));
        last = w->begin;
        n += (size_t)snprintf(out + n, room - n, "%s%s", i ? " " : "", w->text);
        for (int p = 0; phones && w->phones && p < w->phone_count; p++)
            n += (size_t)snprintf(out + n, room - n, "%s%s", p ? "" : "/", sx_phone_ipa(w->phones[p].id));
        n += (size_t)snprintf(out + n, room - n, "%s", w->mark == SX_PHONE_COMMA ? "," : w->mark == SX_PHONE_SEMICOLON ? ";" : "");
        assert_true(n < room);
    }
    sx_arena_free(&arena);
    return out;
}

static void test_scripts(void **state)
{
    (void)state;
    static const struct { const char *text; enum sx_script script; const char *language; } rows[] = {
        {"λόγος", SX_SCRIPT_GREEK, "el"},      {"Москва", SX_SCRIPT_CYRILLIC, "ru"},  {"Київ", SX_SCRIPT_CYRILLIC, "uk"},     {"Скопје", SX_SCRIPT_CYRILLIC, "sr"},
        {"ўсё", SX_SCRIPT_CYRILLIC, "be"},     {"қазақ", SX_SCRIPT_CYRILLIC, "kk"},   {"שלום", SX_SCRIPT_HEBREW, "he"},       {"مرحبا", SX_SCRIPT_ARABIC, "ar"},
        {"گربه", SX_SCRIPT_ARABIC, "fa"},      {"لڑکی", SX_SCRIPT_ARABIC, "ur"},      {"नमस्ते", SX_SCRIPT_DEVANAGARI, "hi"},   {"বাংলা", SX_SCRIPT_BENGALI, "bn"},
        {"தமிழ்", SX_SCRIPT_TAMIL, "ta"},       {"东京", SX_SCRIPT_HAN, "cmn"},        {"東京は", SX_SCRIPT_HAN, "ja"},        {"です", SX_SCRIPT_KANA, "ja"},
        {"한국", SX_SCRIPT_HANGUL, "ko"},      {"საქართველო", SX_SCRIPT_GEORGIAN, "ka"}, {"Հայ", SX_SCRIPT_ARMENIAN, "hy"},   {"ሰላም", SX_SCRIPT_ETHIOPIC, "am"},
        {"ไทย", SX_SCRIPT_THAI, NULL},         {"ᏣᎳᎩ", SX_SCRIPT_CHEROKEE, NULL},     {"𐌰", SX_SCRIPT_OTHER, NULL},           {"ⲁ", SX_SCRIPT_OTHER, NULL},
        {"zebra", SX_SCRIPT_LATIN, NULL},      {"ǅ", SX_SCRIPT_LATIN, NULL},          {"ệ", SX_SCRIPT_LATIN, NULL},           {"1", SX_SCRIPT_COMMON, NULL},
        {"€", SX_SCRIPT_COMMON, NULL},         {"😀", SX_SCRIPT_COMMON, NULL},         {"ー", SX_SCRIPT_KANA, "ja"},           {"\xCC\x81", SX_SCRIPT_COMMON, NULL}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint32_t code;
        sx_utf8_decode(rows[i].text, strlen(rows[i].text), &code);
        enum sx_script script = sx_script_of(code);
        if (script != rows[i].script)
            fail_msg("%s: script %s", rows[i].text, sx_script_name(script));
        const char *language = sx_script_language(script, rows[i].text, strlen(rows[i].text));
        if ((language == NULL) != (rows[i].language == NULL) || (language && strcmp(language, rows[i].language)))
            fail_msg("%s: language %s", rows[i].text, language ? language : "none");
    }
    assert_true(sx_script_used(SX_SCRIPT_CYRILLIC, "sr-Cyrl-RS"));
    assert_true(sx_script_used(SX_SCRIPT_LATIN, "zh"));
    assert_false(sx_script_used(SX_SCRIPT_GREEK, "en-US"));
    assert_false(sx_script_used(SX_SCRIPT_GREEK, "xx"));
    for (int i = 0; i < SX_SCRIPTS; i++)
        assert_non_null(sx_script_name((enum sx_script)i));
}

static void test_latin(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"λόγος", "logos"},       {"Ελλάδα", "ellada"},       {"ΟΥΡΑΝΟΣ", "ooranos"},  {"Москва", "moskva"},       {"Дмитрий", "dmeetry"}, {"Київ", "keeyeev"},
        {"שלום", "shalom"},       {"שָׁלוֹם", "shalom"},        {"مرحبا", "marhaba"},    {"नमस्ते", "namaste"},       {"दिल्ली", "dillee"},      {"राम", "raam"},
        {"ਪੰਜਾਬੀ", "panjaabee"},   {"தமிழ்", "tamil"},          {"മലയാളം", "malayaalam"}, {"සිංහල", "singhala"},      {"안녕", "annyuhng"},   {"한국", "hangook"},
        {"とうきょう", "tohookyohoo"}, {"カタカナ", "katakana"},  {"ファ", "fa"},          {"გამარჯობა", "gamarjoba"}, {"ᲗᲑ", "tb"},          {"Հայաստան", "hayastan"},
        {"ሰላም", "selam"},         {"ᏣᎳᎩ", "tsalagi"},         {"ភាសាខ្មែរ", "pasakmaer"}, {"ﻻ", "la"},            {"漢字", ""},           {"𐌰", ""},
        {"", ""},                 {"ไทย", "taiy"},            {"เมือง", "maeoonag"}};
    char out[256];
    for (size_t i = 0; i < COUNT(rows); i++) {
        sx_script_latin(rows[i][0], strlen(rows[i][0]), out, sizeof out);
        if (i + 1 < COUNT(rows) && strcmp(out, rows[i][1]))     /* the last one is not worth a rule */
            fail_msg("%s: %s", rows[i][0], out);
    }
    /* never beyond the room */
    for (size_t room = 1; room < 12; room++) {
        memset(out, '#', sizeof out);
        size_t n = sx_script_latin("გამარჯობა", strlen("გამარჯობა"), out, room);
        assert_true(n < room && out[n] == 0 && out[room] == '#');
    }
}

static void test_without(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"the word λόγος means", "logos"},
        {"α-helix, Δt and Ω", ""},
        {"Москва, Київ!", "moskva keeyeev"},
        {"שלום עולם", "shalom aolam"},
        {"東京は日本です", "chinese character, chinese character, ha chinese character, chinese character, dehsoo"},
        {"한국 사람", "hangook saram"},
        {"𐌰𐌱", "symbol u plus one zero three three zero, symbol u plus one zero three three one,"},
        {"plain English, naïve café", ""},
        {"μm 5 µg", ""},
        {"漢漢漢漢漢漢漢漢漢漢漢漢", "chinese character, chinese character, chinese character, chinese character, chinese character, chinese character, "
                                      "chinese character, chinese character, and four more"},
        {"in ٢٠٢٤, १२३ and ０", "twenty twenty four one hundred twenty three zero"},
    };
    char out[4096];
    sx_foreign_hide(true);
    for (size_t i = 0; i < COUNT(rows); i++)
        if (strcmp(read_all(rows[i][0], true, out, sizeof out), rows[i][1]))
            fail_msg("%s: %s", rows[i][0], out);
    struct sx_arena arena = {0};
    struct sx_say say = {.text = "Guten Tag", .length = 9, .arena = &arena};
    assert_false(sx_say_foreign(&say, 9, "de"));
    assert_true(say.at == 0 && say.count == 0 && !say.failed);
    sx_foreign_hide(false);
    sx_arena_free(&arena);
}

static void test_with(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"the word λόγος means", "λόγος/loɣos"},          {"α-helix, Δt and Ω", ""},        {"Москва, Київ!", "москва/m"},   {"東京は日本です", "東/toŋ 京/tʃiŋ は/"},
        {"한국 사람", "한국/h"},                           {"مرحبا", "مرحبا/marhabaː"},      {"שָׁלוֹם", "shalom"},             {"ไทย", "taiy"},
        {"𐌰", "symbol u plus one zero three three zero,"}, {"漢字", "漢/xan 字/"},          {"café", ""}};
    char out[4096];
    if (!sx_foreign_present())
        skip();
    for (size_t i = 0; i < COUNT(rows); i++)
        if (strncmp(read_all(rows[i][0], true, out, sizeof out), rows[i][1], strlen(rows[i][1])) || (!rows[i][1][0] && out[0]))
            fail_msg("%s: %s", rows[i][0], out);
}

/* A passage: marks for its punctuation, numbers by the language, English words in it, the user's words. */
static void test_passage(void **state)
{
    (void)state;
    struct sx_arena arena = {0};
    if (!sx_foreign_present())
        skip();
    const char *text = "He said: Guten Tag, mein Freund – um 5 Uhr; ja 😀. and left";
    const char *begin = strstr(text, "Guten"), *end = strstr(text, " and left");
    struct sx_say say = {.text = text, .length = strlen(text), .arena = &arena, .at = (size_t)(begin - text)};
    assert_true(sx_say_foreign(&say, (size_t)(end - begin), "de"));
    assert_int_equal(say.at, end - text);
    static const struct { const char *text; int mark; } want[] = {{"guten", SX_PHONE_WORD}, {"tag", SX_PHONE_COMMA}, {"mein", SX_PHONE_WORD}, {"freund", SX_PHONE_SEMICOLON},
                                                                  {"um", SX_PHONE_WORD}, {"5", SX_PHONE_WORD}, {"uhr", SX_PHONE_SEMICOLON}, {"ja", SX_PHONE_WORD}};
    assert_true(say.count >= (int)COUNT(want));
    for (size_t i = 0; i < COUNT(want); i++) {
        assert_string_equal(say.words[i].text, want[i].text);
        assert_int_equal(say.words[i].mark, want[i].mark);
        assert_non_null(say.words[i].phones);
        assert_int_equal(say.words[i].kind, SX_SPOKEN_WORD);
        assert_memory_equal(text + say.words[i].end - 1, strchr("gdmrna5", text[say.words[i].end - 1]), 1);
    }
    text = "我用 iPhone、你好。";
    say = (struct sx_say){.text = text, .length = strlen(text), .arena = &arena};
    assert_true(sx_say_foreign(&say, 1000, "zh-CN"));       /* longer than there is: to the end */
    assert_int_equal(say.at, say.length);
    assert_int_equal(say.count, 5);
    assert_string_equal(say.words[2].text, "iphone");
    assert_null(say.words[2].phones);
    assert_int_equal(say.words[2].mark, SX_PHONE_COMMA);
    assert_false(sx_say_foreign(&say, 10, "de"));           /* nothing is left */
    say.at = 0;
    assert_false(sx_say_foreign(&say, 10, "tlh"));
    assert_int_equal(say.at, 0);
    sx_arena_free(&arena);
}

/* Sentences of scripts with other stops: where they end, and how. */
static void test_sentences(void **state)
{
    (void)state;
    static const struct { const char *text; int end; int count; } rows[] = {
        {"你好。今天天气很好？」我走了！", SX_PHONE_STOP, 3},      {"これは本です。それは何ですか？\n", SX_PHONE_STOP, 2}, {"هذا بيتي. هل هذا جيد؟", SX_PHONE_STOP, 2},
        {"यह मेरा घर है। क्या यह ठीक है?", SX_PHONE_STOP, 2},        {"ይህ ቤቴ ነው። ጥሩ ነው።", SX_PHONE_STOP, 2},           {"你好", SX_PHONE_STOP, 1},
        {"元気ですか？」", SX_PHONE_QUESTION, 1},                     {"走吧！！", SX_PHONE_EXCLAMATION, 1},           {"یہ کیا ہے؟", SX_PHONE_QUESTION, 1}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sx_text *text;
        struct sx_reader *reader;
        struct sx_error error;
        struct sx_utterance u;
        int count = 0;
        assert_int_equal(sx_text_new(NULL, 0, &text, &error), 0);
        assert_int_equal(sx_reader_new(text, &reader, &error), 0);
        assert_int_equal(sx_reader_push(reader, rows[i].text, strlen(rows[i].text), &error), 0);
        sx_reader_end(reader);
        while (sx_reader_next(reader, &u, &error) > 0) {
            if (!count)
                assert_int_equal(u.tokens[u.token_count - 2].phone, rows[i].end);
            count++;
        }
        if (count != rows[i].count)
            fail_msg("%s: %d sentences", rows[i].text, count);
        sx_reader_free(reader);
        sx_text_free(text);
    }
}

/* A chapter of Chinese has no blanks: all of it is read all the same. */
static void test_no_blanks(void **state)
{
    (void)state;
    static const char *const pieces[] = {"今天天气很好。", "今天天气很好，", "今天天气很好、"};
    if (!sx_foreign_present())
        skip();
    for (size_t i = 0; i < COUNT(pieces); i++) {
        struct sx_text *text;
        struct sx_reader *reader;
        struct sx_error error;
        struct sx_utterance u;
        int words = 0;
        assert_int_equal(sx_text_new(NULL, 0, &text, &error), 0);
        assert_int_equal(sx_reader_new(text, &reader, &error), 0);
        assert_int_equal(sx_reader_language(reader, "zh", &error), 0);
        for (int k = 0; k < 1200; k++)
            assert_int_equal(sx_reader_push(reader, pieces[i], strlen(pieces[i]), &error), 0);
        sx_reader_end(reader);
        while (sx_reader_next(reader, &u, &error) > 0)
            words += u.word_count;
        assert_int_equal(words, 6 * 1200);
        sx_reader_free(reader);
        sx_text_free(text);
    }
}

static void count_warning(void *user, const char *message)
{
    assert_non_null(strstr(message, "read as English: "));
    ++*(int *)user;
}

/* A passage in a language that cannot be said: read as English, and told once. */
static void test_warning(void **state)
{
    (void)state;
    struct sx_text *text;
    struct sx_reader *reader;
    struct sx_error error;
    struct sx_utterance u;
    struct sx_style style = sx_style_plain;
    int warnings = 0, words = 0;
    sx_foreign_hide(true);
    assert_int_equal(sx_text_new(NULL, 0, &text, &error), 0);
    assert_int_equal(sx_reader_new(text, &reader, &error), 0);
    sx_reader_warn(reader, count_warning, &warnings);
    style.language = "de-DE";
    assert_int_equal(sx_reader_style(reader, &style, &error), 0);
    assert_int_equal(sx_reader_push(reader, "Guten Tag. Guten Abend. ", 24, &error), 0);
    style.language = "en";
    assert_int_equal(sx_reader_style(reader, &style, &error), 0);
    assert_int_equal(sx_reader_push(reader, "Good night.", 11, &error), 0);
    sx_reader_end(reader);
    while (sx_reader_next(reader, &u, &error) > 0)
        words += u.word_count;
    assert_int_equal(words, 6);
    assert_int_equal(warnings, 1);
    sx_foreign_hide(false);
    sx_reader_free(reader);
    sx_text_free(text);
}

/* Every letter that Unicode has, alone: something is said for each, with the library and without. */
static void test_never_silent(void **state)
{
    (void)state;
    char text[8], out[512];
    for (int hide = 0; hide < 2; hide++) {
        sx_foreign_hide(hide);
        for (uint32_t code = 0x370; code < 0x20000; code += hide ? 1 : code >= 0x3400 && code < 0xD7A4 ? 211 : 3) {
            utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)code);
            enum sx_script script = sx_script_of(code);
            if (c < UTF8PROC_CATEGORY_LU || c > UTF8PROC_CATEGORY_LO || script == SX_SCRIPT_LATIN || script == SX_SCRIPT_COMMON)
                continue;
            memset(text, 0, sizeof text);
            sx_utf8_encode(code, text);
            char name[64];
            if (!sx_say_table(SX_DICT(symbols), text, strlen(text), name, sizeof name) && !read_all(text, false, out, sizeof out)[0])
                fail_msg("U+%04X %s is silent", code, text);
        }
    }
    sx_foreign_hide(false);
}

/* Floods and odd mixtures: bounded, in order. */
static void test_hostile(void **state)
{
    (void)state;
    static char text[2000], out[400000];
    static const char *const pieces[] = {"漢", "か", "ж", "ж ", "ж'", "ж-", "𐌰", "א", "ְא", "नै", "ก็", "ー", "ꙮ ", "ﷺ", "λ漢", "ж1", "한 "};
    for (int hide = 0; hide < 2; hide++) {
        sx_foreign_hide(hide);
        for (size_t p = 0; p < COUNT(pieces); p++) {
            size_t n = 0;
            while (n < 1480)
                n += (size_t)sprintf(text + n, "%s", pieces[p]);
            assert_true(read_all(text, false, out, sizeof out)[0]);
            if (strlen(out) > 16 * n)
                fail_msg("%s: %zu bytes of words: %.200s", pieces[p], strlen(out), out);
        }
    }
    sx_foreign_hide(false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scripts), cmocka_unit_test(test_latin),        cmocka_unit_test(test_without), cmocka_unit_test(test_with),
        cmocka_unit_test(test_passage), cmocka_unit_test(test_sentences), cmocka_unit_test(test_no_blanks), cmocka_unit_test(test_warning), cmocka_unit_test(test_never_silent), cmocka_unit_test(test_hostile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
