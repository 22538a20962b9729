/* test_piper_text.c - what Piper voices make of text: marks, sentences and phonemes in many languages, and text that is meant to do harm. What is expected was put together by
 * hand from what espeak_TextToPhonemes of libespeak-ng 1.51 says for each clause and from the published rules of piper-phonemize. */
#include "test.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "piper/piper.h"
#include "text/foreign.h"
#include "text/foreign_tame.h"

/* A voice that has every phoneme which Piper's voices have, and a few code points more. */
static const char symbols[] = "_^$ !'(),-.:;?abcdefghijklmnopqrstuvwxyzæðøħŋœǀǁǂǃɐɑɒɓɔɕɖɗɘəɚɛɜɞɟɠɡɢɣɤɥɦɧɨɪɫɬɭɮɯɰɱɲɳɴɵɶɸɹɺɻɽɾʀʁʂʃʄʈʉʊʋʌʍʎʏʐʑʒʔʕʘʙʛʜʝʟʡʢʲˈˌːˑ˞βθχᵻⱱ0123456789\xCC\xA7\xCC\x83\xCC\xAA\xCC\xAF"
                              "\xCC\xA9ʰˤε↓#\"↑\xCC\xBA\xCC\xBB";

static void open_config(const char *language, const char *extra, struct sx_piper_config *config)
{
    char *json = malloc(8000), *at = json;
    struct sx_faults faults = {0};
    at += sprintf(at, "{\"espeak\":{\"voice\":\"%s\"},%s\"phoneme_id_map\":{", language, extra);
    for (size_t i = 0, id = 0; symbols[i]; id++) {
        uint32_t code;
        size_t n = (size_t)sx_utf8_decode(symbols + i, strlen(symbols + i), &code);
        at += sprintf(at, "%s\"%s%.*s\":[%zu]", id ? "," : "", code == '"' ? "\\" : "", (int)n, symbols + i, id);
        i += n;
    }
    strcpy(at, "}}");
    sx_piper_config_read(json, strlen(json), "x.json", config, &faults);
    if (faults.count)
        fail_msg("%s", faults.first.message);
    free(json);
}

/* The phonemes of a text as one string; utterances end with '|'. Returns the number of words. */
static int spell(const struct sx_piper_config *config, const char *text, char *out, size_t room)
{
    struct sx_piper_speller speller = {.config = config};
    struct sx_arena arena = {0};
    struct sx_error error = {0};
    struct sx_spelled spelled = {0};
    struct sx_say_passage whole = {0, strlen(text), &sx_style_plain, 1};
    struct sx_say say = {.text = text, .length = strlen(text), .passages = &whole, .passage_count = 1, .arena = &arena};
    assert_int_equal(sx_piper_spell(&speller, &say, &spelled, &error), SYRINX_OK);
    *out = 0;
    size_t n = 0;
    for (int i = 0, word = 0; i < spelled.token_count; i++) {
        const char *phoneme = config->phonemes[spelled.tokens[i].phone].text;
        if (n + strlen(phoneme) + 2 < room)
            n += (size_t)sprintf(out + n, "%s", phoneme);
        for (; word < say.count && spelled.starts[word + 1] == i + 1; word++)
            if (spelled.ends[word] && n + 2 < room)
                n += (size_t)sprintf(out + n, "|");
        assert_true(spelled.tokens[i].word >= -1 && spelled.tokens[i].word < say.count);
    }
    for (int i = 0; i < say.count; i++)
        assert_true(say.words[i].begin < say.words[i].end && say.words[i].end <= say.length && (i == 0 || say.words[i].begin >= say.words[i - 1].begin));
    int words = say.count;
    sx_arena_free(&arena);
    return words;
}

static void test_languages(void **state)
{
    static const struct { const char *voice, *text, *want; } cases[] = {
        {"de", "Hallo, schöne Welt! Wie geht's? Dr. Müller zahlt 3,50 € am 5. Mai 2024.",
         "hˈaloː, ʃˈøːnə vˈɛlt!|viː ɡˈeːts?|dˌeːˈɛɾ.|mˈylɜ tsˈɑːlt dɾˈaɪ kɔmɑː fˈynf nˈʊl ˈɔøroː am fˈynf.|mˈaɪ tsvˈaɪ tˈaʊzənt fˈiːɾ ʊnttsvˈantsɪc\xCC\xA7.|"},
        {"fr", "Bonjour, le monde ! « Ça va ? » L'été coûte 1 234,5 €…",       /* an ellipsis is handed on as nothing */
         "bɔ\xCC\x83ʒˈuʁ, lə- mˈɔ\xCC\x83" "d!|sa vˈa?|letˈe kˈut mˈil døsɑ\xCC\x83 tʁɑ\xCC\x83tkatʁ viʁɡyl sˈɛ\xCC\x83k əʁˈo"},
        {"es", "¡Hola! ¿Qué tal? Son las 3:45; adiós.", "ˈola!|kˈe tˈal?|sˈon las tɾˈes kwaɾˌɛntaiθˈinko; aðjˈos.|"},
        {"ru", "Привет, мир! Как дела? Это — тест: 42 рубля.", "prʲivʲˈet, mʲˈir!|kˈɑk dʲˈeɭa?|ˈɛtʌ; tʲˈɛst: sˈorɔkdvˈɑ rubɭʲˈɑ.|"},
        {"ar", "مرحبا، كيف حالك؟ هذا اختبار.", "mrħbˈaː, kˈajfa ħˈaːlik?|hˈaːðaː ˈiχtibˌaːr.|"},      /* as it is written: without vowels where nobody wrote them */
        {"it", "Perché no? È l'ora: 12.30.", "perkˌe nˈɔ?|e lˈora: dˈoditʃɪ pʊnto trˈeːnta.|"},
        {"el", "Καλημέρα· τι κάνεις; Καλά.", "kˌalimˈera tˈi kˈanis; kalˈa.|"},
        {"hi", "नमस्ते दुनिया। आप कैसे हैं?", "nəmˈʌsteː dˈʊnɪjˌaː|ˌaːp kˈɛːseː hɛ\xCC\x83?|"},          /* a danda ends a sentence, but is no mark of Piper's */
        {"ka", "გამარჯობა, მსოფლიო!", "ɡˈamardʒˌoba, msˈopʰlio!|"},
        {"pt-br", "Não, são 1.000 km/h!", "nˈɐ\xCC\x83ʊ\xCC\x83, sɐ\xCC\x83ʊ\xCC\x83 mˈiʊ kˌaˈeme aɡˈa!|"},
        {"pl", "Cześć! Jak się masz?", "tʃˈɛɕtɕ!|jˈak ɕɛ mˈaʃ?|"},
        {"vi", "Xin chào, bạn khỏe không?", "sˈin tʃˈaː2w, bˈaː6n xwˈɛ4 xˌoŋ?|"},
        {"tr", "İstanbul'da, yağmur yağıyor mu?", "ɪstanbʊɫdˈa, jaːmˈʊr jaːˈɯjɔr mʊ?|"},
        {"en-us", "Mr. Smith said: “It's 3.14... really?!” Then (quietly) left; e.g. at 5 p.m.",
         "mˈɪstɚ.|smˈɪθ sˈɛd: ɪts θɹˈiː pɔɪnt wˈʌn fˈoːɹɹˈiəli?|ðˈɛn kwˈaɪətli lˈɛft; fˌɔːɹɛɡzˈæmpəl æt fˈaɪv pˌiːˈɛm.|"},
        {"en-us", "One\ntwo. I have $4.50 & 10%.", "wˈʌn tˈuː.|aɪ hæv dˈɑːlɚ fˈoːɹ pɔɪnt fˈaɪv zˈiəɹoʊ ænd tˈɛn pɚsˈɛnt.|"},
    };
    (void)state;
    if (!sx_foreign_present())
        skip();
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sx_piper_config config;
        char got[1000];
        open_config(cases[i].voice, "", &config);
        if (sx_piper_spell_check(&config, &(struct sx_error){0}) == SYRINX_OK) {
            spell(&config, cases[i].text, got, sizeof got);
            assert_string_equal(got, cases[i].want);
        }
        sx_piper_config_free(&config);
    }
}

/* phoneme_map replaces code points, clusters are one phoneme, several ids are kept together. */
static void test_map(void **state)
{
    struct sx_piper_config config;
    char got[200];
    (void)state;
    open_config("en-us", "\"phoneme_map\":{\"h\":[\"x\",\"j\"],\"ʊ\":[\"u\"]},", &config);
    if (!sx_foreign_present()) {
        sx_piper_config_free(&config);
        skip();
    }
    spell(&config, "Hello.", got, sizeof got);
    assert_string_equal(got, "xjəlˈou.|");
    spell(&config, "say [[h ʊ]] now", got, sizeof got);         /* raw phonemes are not mapped */
    assert_string_equal(got, "sˈeɪ h ʊ nˈau");
    sx_piper_config_free(&config);
}

/* -------------------------------------------------------------- text that is meant to do harm */

static void test_hostile(void **state)
{
    static const char *const units[] = {
        "a", "\xC3\xA6", "7", "\xE0\xB8\x81", "\xE1\x9E\x80", "\xE4\xBD\xA0", "\xD0\xAF", "ÞŃ", "aЯβ", "\xF0\x9F\x98\x80", "\xE2\x82\xAC", "a\xCC\x81", ".", "?!", "- ", "<a b='c'>", "&amp;", "[[", "]]",
        "a b ", "1,", "\xE2\x80\xA6", "$", "\xE0\xA4\x95\xE0\xA5\x8D", "A.", "\xEA\xB0\x80", "\xEE\x80\x80", "\0015P", "\xC2\x85", "'", "\xE2\x80\x8D",
    };
    static const char *const voices[] = {"en-us", "de", "ru", "hi", "cmn"};
    (void)state;
    if (!sx_foreign_present())
        skip();
    for (size_t v = 0; v < COUNT(voices); v++) {
        struct sx_piper_config config;
        open_config(voices[v], "", &config);
        for (size_t u = v; u < COUNT(units); u += v ? 5 : 1) {
            char text[1501] = "", got[20000];
            while (strlen(text) + strlen(units[u]) < 1500)
                strcat(text, units[u]);
            spell(&config, text, got, sizeof got);
        }
        sx_piper_config_free(&config);
    }
    /* afterwards all is as before: nothing of it was a command that stays */
    struct sx_piper_config config;
    char got[200];
    open_config("en-us", "", &config);
    spell(&config, "Hello, world.", got, sizeof got);
    assert_string_equal(got, "həlˈoʊ, wˈɜːld.|");
    spell(&config, "Hello,\x01" "2L world\x02.", got, sizeof got);
    assert_null(strstr(got, "\x01"));
    spell(&config, "He\xEE\x80\x80llo", got, sizeof got);
    sx_piper_config_free(&config);
}

/* What is cut where, without the library: pieces in order, every byte with its source, nothing lost. */
static void test_tame(void **state)
{
    static const struct { const char *text, *want; } cases[] = {
        {"Don\xE2\x80\x99t, \xE2\x80\x9Cplease\xE2\x80\x9D \xE2\x80\x94 na\xC3\xAFve!", NULL},      /* ordinary text stays as it is */
        {"a\x01" "b\x7F" "c", "a b c"},
        {"\xD0\xAFz", "\xD0\xAF z"},                           /* two writing systems */
        {"caf\xC3\xA9", NULL}, {"\xE4\xBD\xA0\xE5\xA5\xBD\xE3\x81\xAE", NULL}, {"5\xE2\x82\xAC", NULL}, {"x\xE2\x86\x92y", "x \xE2\x86\x92 y"},
        {"\xC5\x83", NULL},                                     /* one strange letter is named */
        {"\xC5\x83\xC5\x81", "nl"},                             /* several are plain ones */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sx_tame tame = {.end = 0};
        const char *want = cases[i].want ? cases[i].want : cases[i].text;
        assert_true(sx_tame_next(&tame, "en", cases[i].text, strlen(cases[i].text)));
        assert_int_equal(tame.text.length, strlen(want) + 1);
        assert_memory_equal(tame.text.data, want, strlen(want));
        assert_int_equal(tame.text.data[strlen(want)], ' ');
        for (size_t k = 1; k <= tame.text.length; k++)
            assert_true(sx_tame_source(&tame, k) >= sx_tame_source(&tame, k - 1) && sx_tame_source(&tame, k) <= strlen(cases[i].text));
        assert_false(sx_tame_next(&tame, "en", cases[i].text, strlen(cases[i].text)));
        sx_tame_free(&tame);
    }
    char text[3001] = "";
    for (int i = 0; i < 300; i++)
        strcat(text, "123456 ab ");
    struct sx_tame tame = {.end = 0};
    size_t pieces = 0, before = 0;
    for (; sx_tame_next(&tame, "en", text, strlen(text)); pieces++) {
        assert_true(tame.end > before && tame.text.length <= 200);
        before = tame.end;
    }
    assert_int_equal(before, strlen(text));
    assert_true(pieces > 20);
    sx_tame_free(&tame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tame), cmocka_unit_test(test_languages), cmocka_unit_test(test_map), cmocka_unit_test(test_hostile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
