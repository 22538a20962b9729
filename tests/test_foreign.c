/* test_foreign.c - words of other languages: libespeak-ng's phonemes to our phones, words and their bytes, stand-ins for voices that lack a phone. What
 * needs libespeak-ng is skipped where it is not installed. */
#include "test.h"

#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/utf8.h"
#include "text/foreign.h"
#include "text/script.h"

static const char *show(const struct sx_phone *phones, int count, char out[1024])
{
    size_t n = 0;
    out[0] = 0;
    for (int i = 0; i < count && n < 1000; i++)
        n += (size_t)snprintf(out + n, 1024 - n, "%s%s", phones[i].stress == 1 ? "ˈ" : phones[i].stress == 2 ? "ˌ" : "", sx_phone_ipa(phones[i].id));
    return out;
}

static void need_library(void)
{
    if (!sx_foreign_present())
        skip();
}

/* "word=phones word=phones", all words of a passage */
static char *passage(const char *language, const char *text, char out[4096])
{
    struct sx_arena arena = {0};
    struct sx_error error;
    const struct sx_foreign_word *words;
    int count;
    size_t n = 0;
    char phones[1024];
    assert_int_equal(sx_foreign_say(language, text, strlen(text), &arena, &words, &count, &error), 0);
    out[0] = 0;
    for (int i = 0; i < count; i++) {
        assert_true(words[i].begin < words[i].end && words[i].end <= strlen(text));
        assert_true(!i || words[i].begin >= words[i - 1].end || (words[i].begin == words[i - 1].begin && words[i].end == words[i - 1].end));
        assert_true(words[i].count <= SX_FOREIGN_PHONES);
        n += (size_t)snprintf(out + n, 4096 - n, "%s%.*s=%s", i ? " " : "", (int)(words[i].end - words[i].begin), text + words[i].begin,
                              show(words[i].phones, words[i].count, phones));
        assert_true(n < 4096);
    }
    sx_arena_free(&arena);
    return out;
}

/* ------------------------------------------------------------------ phonemes */

static void test_ipa(void **state)
{
    (void)state;
    static const struct { const char *home, *said, *phones; } rows[] = {
        {"de", "ɡ_ˈuː_t_ə_n", "ɡˈuːtən"},      {"de", "j_ˈy_ɾ_ɡ_ə_n", "jˈʏʁɡən"},  {"de", "v_ˈœ_ɾ_t_ɜ", "vˈœʁtɐ"},  {"nl", "l_ˈɛɪ_d_s", "lˈɛids"},
        {"ru", "d_ʲ_ˈe", "djˈe"},              {"ru", "nʲ_ˈe_t", "njˈet"},           {"ru", "s_ˈo_lʲ", "sˈol"},        {"ru", "nʲ_i", "ni"},
        {"cmn", "n_ˈi2_", "nˈi"},              {"cmn", "s._ˈi.5_", "ʃˈɝ"},           {"cmn", "ts.h_ˈonɡ5", "tʃˈoŋ"},   {"sv", "sx_ˈʉ", "ʃˈy"},
        {"ja", "(en)_tʃ_ˈaɪ_n_iː_z_(ja)_l_ˈe̞", "tʃˈaɪnizlˈe"},                        {"it", "(base2)_tː_a", "ta"},     {"bg", "b_ˈə_l", "bˈʌl"},
        {"pt", "n_ˌɐ̃ʊ̃", "nˌaʊn"},             {"hi", "c_ˈaː_ɾ", "tʃˈaːɾ"},          {"hu", "c_ˈuː_k", "tjˈuːk"},      {"es", "ʝ_a", "ja"},
        {"xx", "kː_k_kk", "kkk"},              {"sq", "ll_a_ll", "lal"},             {"", "", ""},                       {"de", "_ _", ""}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sx_phone phones[64];
        char text[1024], language[16];
        int unknown = 0;
        snprintf(language, sizeof language, "%s", rows[i].home);
        int n = sx_ipa_parse(language, rows[i].home, rows[i].said, strlen(rows[i].said), phones, 64, &unknown);
        assert_string_equal(show(phones, n, text), rows[i].phones);
    }
    struct sx_phone phones[64];
    char language[16] = "de";
    int unknown = 0;
    assert_int_equal(sx_ipa_parse(language, "de", "t_☃_a", strlen("t_☃_a"), phones, 64, &unknown), 2);
    assert_int_equal(unknown, 1);
    assert_int_equal(sx_ipa_parse(language, "de", "a_a_a_a", 7, phones, 2, &unknown), 2);
    assert_int_equal(sx_ipa_parse(language, "de", "(en", 3, phones, 2, NULL), 0);
}

/* Every letter of a script and every pair with some others, and numbers, as all voices say them: no phoneme is unknown to ipa_nearest.tsv. */
static void test_all_voices(void **state)
{
    (void)state;
    static char identifiers[400][64];
    static char letters[3000][5];
    need_library();
    int voices = sx_espeak_list(identifiers, 400), groups = 0;
    assert_true(voices > 50);
    for (int v = 0; v < voices; v++) {
        const char *slash = strrchr(identifiers[v], '/');
        char home[16], language[16];
        snprintf(home, sizeof home, "%.*s", (int)strcspn(slash ? slash + 1 : identifiers[v], "-"), slash ? slash + 1 : identifiers[v]);
        int count = 0;
        for (uint32_t code = 'a'; code < 0xD7A4 && count < 3000; code += code > 0xAC00 ? 53 : code >= 0x4E00 && code < 0x9F00 ? 61 : 1) {
            enum sx_script s = sx_script_of(code);
            bool latin = s == SX_SCRIPT_LATIN && code < 0x180 && code == (uint32_t)utf8proc_tolower((utf8proc_int32_t)code);
            if ((latin || (s > SX_SCRIPT_LATIN && s < SX_SCRIPT_OTHER && sx_script_used(s, home))) && sx_utf8_encode(code, letters[count]))
                count++;
        }
        struct sx_buffer said = {0};
        char text[SX_FOREIGN_PIECE];
        size_t length = 0;
        for (int i = 0; i < count + 140; i++) {
            for (int k = 0; k < (i < count ? 4 : 1); k++) {
                char word[16];
                int n = i < count ? snprintf(word, sizeof word, "%s%s", letters[i], k ? letters[(i * 7 + k * 97) % count] : "") :
                                    snprintf(word, sizeof word, "%d", i - count < 120 ? i - count : (i - count) * 737);
                memcpy(text + length, word, (size_t)n);
                text[length + (size_t)n] = ' ';
                length += (size_t)n + 1;
                if (length > 60) {
                    length = sx_foreign_spell(home, text, length);
                    assert_true(sx_espeak_say(identifiers[v], text, length, &said));
                    length = 0;
                }
            }
        }
        snprintf(language, sizeof language, "%s", home);
        for (size_t i = 0; i < said.length;) {
            struct sx_phone phones[256];
            int unknown = 0;
            size_t n = strcspn(said.data + i, " ");
            sx_ipa_parse(language, home, said.data + i, n, phones, 256, &unknown);
            if (unknown)
                fail_msg("%s: unknown phoneme in %.*s", identifiers[v], (int)n, said.data + i);
            groups++;
            i += n + 1;
        }
        sx_buffer_free(&said);
    }
    assert_true(groups > 20000);
}

/* ------------------------------------------------------------------ words */

static void test_words(void **state)
{
    (void)state;
    char out[4096];
    need_library();
    static const struct { const char *language, *text, *has; } rows[] = {
        {"de", "Guten Tag, ich heiße Jürgen.", "Guten=ɡˈuːtən Tag=tˈaːk ich=ɪç heiße=hˈaɪsə Jürgen=j"},
        {"de-AT", "Der Bach am Haus", "Bach=bˈax am=am Haus=hˈaʊs"},
        {"nl", "het huis", "huis=hˈœys"},
        {"es-MX", "José y el niño", "José=xosˈe"},
        {"fr", "un bon vin blanc", "vin=v"},
        {"pt-BR", "coração", "coração=k"},
        {"ru", "Привет, как дела?", "Привет=privjˈet как=kˈɑk"},
        {"zh", "你好", "你=nˈi 好=xˈaʊ"},
        {"zh-HK", "你好", "你=nˈeɪ 好=hˈoʊ"},
        {"ja", "これは", "これは=ko"},
        {"ko", "안녕하세요", "안녕하세요=ˈannjʌŋ"},
        {"el", "Καλημέρα κόσμε", "κόσμε=kˈosme"},
        {"hi", "नमस्ते दुनिया", "नमस्ते=n"},
        {"ar", "مرحبا", "مرحبا=marhabˈaː"},
        {"no", "hus", "hus=h"},
        {"sr-Latn", "dobro jutro", "jutro=j"},
        {"zh", "我用 iPhone。", "用=j"},
        {"zh", "我用 iPhone。", " iPhone="},
        {"hi", "१२", "१२="},
        {"ko", "한൭ 국", "한൭=hˈan 한൭="},      /* which made libespeak-ng 1.51 read freed memory */
        {"zh", "東΅ ΄ 京", "東=tˈoŋ 京="},
        {"be", "мы ўсё", "ўсё=usj"},
        {"de", "Ein λόγος in Москва", "λόγος=lˈoɣos in=ˈɪn Москва=m"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        if (!strstr(passage(rows[i].language, rows[i].text, out), rows[i].has))
            fail_msg("%s: %s", rows[i].language, out);
    /* a number is some words of the same bytes */
    passage("de", "um 1987 Uhr", out);
    assert_non_null(strstr(out, " 1987="));
    assert_non_null(strstr(strstr(out, " 1987=") + 1, " 1987="));
    assert_non_null(strstr(out, " Uhr="));
    passage("de", "MÜNCHEN ÞŃ ÞÈ", out);        /* which made libespeak-ng 1.51 read freed memory */
    assert_non_null(strstr(out, "MÜNCHEN=mˈʏnçən ÞŃ="));
    assert_string_equal(passage("de", "", out), "");
    assert_string_equal(passage("de", " ,. ", out), "");
}

/* The same phones whatever came before, and in any thread. */
static void *speaker(void *user)
{
    static const char *const texts[][2] = {{"de", "Das Wetter ist heute schön, nicht wahr? 12,5 Grad"}, {"fr", "Les enfants ont mangé une pomme."},
                                           {"ru", "Москва слезам не верит"},                            {"zh", "我是学生。"},
                                           {"ar", "السلام عليكم"},                                      {"ja", "わたしはがくせいです。本"},
                                           {"hi", "मैं घर जा रहा हूँ।क"},                                     {"th", "ภาษาไทย"}};
    char (*first)[4096] = user, out[4096];
    for (int round = 0; round < 6; round++)
        for (size_t i = 0; i < COUNT(texts); i++) {
            size_t k = (i * 5 + (size_t)round * 3) % COUNT(texts);
            passage(texts[k][0], texts[k][1], out);
            if (round == 0 && !first[k][0])
                strcpy(first[k], out);
            else if (strcmp(first[k], out))
                return first[k];
        }
    return NULL;
}

static void test_same(void **state)
{
    (void)state;
    static char first[8][4096];
    need_library();
    assert_null(speaker(first));
    pthread_t threads[3];
    void *wrong = NULL;
    for (size_t i = 0; i < COUNT(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, speaker, first), 0);
    for (size_t i = 0; i < COUNT(threads); i++) {
        void *result;
        pthread_join(threads[i], &result);
        wrong = result ? result : wrong;
    }
    assert_null(wrong);
}

/* Long words, floods, odd characters: bounded, in order, no byte outside. */
static void test_hostile(void **state)
{
    (void)state;
    static char text[6000];
    need_library();
    static const char *const pieces[] = {"ä", "ß1", "0", "ै", "᯽", "\xF0\x90\x8C\xB0", "ﷺ", "ก็", "字", "[[a]]", "<b>", "(en)", "e\xCC\x81\xCC\x81\xCC\x81", "ー", "့ဨ", "'", "._"};
    static const char *const languages[] = {"de", "my", "ja", "zh", "ar", "th", "en"};
    for (size_t p = 0; p < COUNT(pieces); p++)
        for (size_t l = 0; l < COUNT(languages); l++)
            for (int blank = 0; blank < 2; blank++) {
                struct sx_arena arena = {0};
                struct sx_error error;
                const struct sx_foreign_word *words;
                int count;
                size_t n = 0;
                while (n < 1400) {
                    n += (size_t)sprintf(text + n, "%s%s", pieces[p], blank ? " " : "");
                }
                assert_int_equal(sx_foreign_say(languages[l], text, n, &arena, &words, &count, &error), 0);
                uint32_t last = 0;
                for (int i = 0; i < count; i++) {
                    assert_true(words[i].begin >= last || (i && words[i].begin == words[i - 1].begin));
                    assert_true(words[i].end <= n && words[i].count >= SX_FOREIGN_ENGLISH && words[i].count <= SX_FOREIGN_PHONES);
                    last = words[i].begin;
                }
                sx_arena_free(&arena);
            }
}

/* The program's locale is its own business. */
static void test_locale(void **state)
{
    (void)state;
    char out[4096];
    need_library();
    char *before = strdup(setlocale(LC_ALL, NULL));
    passage("de", "Straße", out);
    assert_string_equal(setlocale(LC_ALL, NULL), before);
    free(before);
}

/* ------------------------------------------------------------------ without the library, and languages that are not there */

static void test_refused(void **state)
{
    (void)state;
    struct sx_error error;
    struct sx_arena arena = {0};
    const struct sx_foreign_word *words;
    int count = 7;
    sx_foreign_hide(true);
    assert_false(sx_foreign_present());
    assert_int_equal(sx_foreign_check("de-CH", &error), SYRINX_ERROR_UNSUPPORTED);
    assert_string_equal(error.message, "German needs libespeak-ng (Debian package libespeak-ng1), which was not found");
    assert_int_equal(sx_foreign_say("fr", "oui", 3, &arena, &words, &count, &error), SYRINX_ERROR_UNSUPPORTED);
    assert_int_equal(count, 0);
    assert_string_equal(error.message, "French needs libespeak-ng (Debian package libespeak-ng1), which was not found");
    sx_foreign_hide(false);
    if (sx_foreign_present()) {
        assert_int_equal(sx_foreign_check("de-CH", &error), 0);
        assert_int_equal(sx_foreign_check("tlh", &error), SYRINX_ERROR_UNSUPPORTED);
        assert_string_equal(error.message, "tlh: libespeak-ng has no such language");
        assert_int_equal(sx_foreign_check("", &error), SYRINX_ERROR_UNSUPPORTED);
        assert_int_equal(sx_foreign_check("../../etc/passwd", &error), SYRINX_ERROR_UNSUPPORTED);
    }
    sx_arena_free(&arena);
}

static void test_tags(void **state)
{
    (void)state;
    char name[64];
    assert_string_equal(sx_language_name("pt_BR", name, sizeof name), "Portuguese");
    assert_string_equal(sx_language_name("ZH-Hant-TW", name, sizeof name), "Chinese");
    assert_string_equal(sx_language_name("xx-YY", name, sizeof name), "xx-YY");
    assert_string_equal(sx_language_name("de", name, 4), "Ger");
    assert_true(sx_language_same("en-US", "EN_gb"));
    assert_false(sx_language_same("en", "eng"));
    assert_false(sx_language_same("", ""));
}

/* ------------------------------------------------------------------ stand-ins */

static void test_fallback(void **state)
{
    (void)state;
    struct sx_known english, all;
    assert_string_equal(sx_phone_ipa(SX_PHONE_A), "a");
    assert_string_equal(sx_phone_ipa(SX_PHONE_J), "j");
    assert_string_equal(sx_phone_ipa(SX_PHONE_W), "w");
    assert_string_equal(sx_phone_ipa(SX_PHONE_TRILL), "r");
    sx_known_english(&english);
    memset(&all, 0xFF, sizeof all);
    assert_true(sx_known_has(&english, SX_PHONE_SCHWA));
    assert_false(sx_known_has(&english, 72));
    assert_false(sx_known_has(&english, SX_PHONE_WORD));
    assert_false(sx_known_has(&english, -1));
    assert_false(sx_known_has(&english, 1000));
    int listed = 0;
    for (int id = SX_PHONE_FIRST; id < 128; id++) {
        if (!sx_phone_ipa(id))
            continue;
        listed++;
        for (int place = 0; place < 3; place++) {
            struct sx_phone out[4];
            bool vowel = sx_phone_vowel(id) && id != SX_PHONE_SCHWA && id != SX_PHONE_SCHWA_R;      /* one that may be stressed */
            struct sx_phone in = {(uint8_t)id, (uint8_t)(vowel ? 1 : 0)};
            int n = sx_phone_fallback(&english, in, (enum sx_phone_place)place, out), stressed = 0;
            assert_true(n > 0 || !strcmp(sx_phone_ipa(id), "ʔ"));
            for (int i = 0; i < n; i++) {
                assert_true(sx_known_has(&english, out[i].id));
                stressed += out[i].stress != 0;
                assert_true(!out[i].stress || (sx_phone_vowel(out[i].id) && out[i].id != SX_PHONE_SCHWA && out[i].id != SX_PHONE_SCHWA_R));
            }
            assert_int_equal(stressed, vowel);
            assert_int_equal(sx_phone_fallback(&all, in, (enum sx_phone_place)place, out), 1);
            assert_int_equal(out[0].id, id);
        }
    }
    assert_true(listed > 80);
    static const struct { const char *home, *said, *english; } rows[] = {{"de", "b_ˈa_x", "bˈɑk"}, {"es", "x_o_s_ˈe", "hoʊsˈeɪ"}, {"de", "ʃ_ˈøː_n", "ʃˈɝn"},
                                                                         {"es", "n_ˈi_ɲ_o", "nˈinjoʊ"}, {"de", "ts_ˈuː_k", "tsˈuk"}, {"ar", "ʔ", "ə"},
                                                                         {"de", "ʔ_ˈa_x_t", "ˈɑkt"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sx_phone in[32], out[32];
        char language[16], text[1024];
        strcpy(language, rows[i].home);
        int n = sx_ipa_parse(language, rows[i].home, rows[i].said, strlen(rows[i].said), in, 32, NULL);
        int m = sx_phones_fallback(&english, in, n, out, 32);
        assert_string_equal(show(out, m, text), rows[i].english);
        m = sx_phones_fallback(&english, in, n, out, 1);
        assert_true(m <= 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ipa),    cmocka_unit_test(test_words),  cmocka_unit_test(test_all_voices), cmocka_unit_test(test_same),    cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_locale), cmocka_unit_test(test_refused), cmocka_unit_test(test_tags),       cmocka_unit_test(test_fallback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
