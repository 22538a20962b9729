/* test_speechd.c - parts of sd_syrinx: the protocol cut anywhere, settings, configuration, and the markup that messages become. */
#include "test.h"

#include <math.h>
#include <string.h>

#include <syrinx.h>

#include "../src/speechd/config.c"
#include "../src/speechd/protocol.c"
#include "../src/speechd/settings.c"
#include "../src/speechd/spoken.c"
#include "../src/speechd/spoken_key.c"
#include "../src/speechd/text.c"
#include "../src/speechd/words.c"

/* ------------------------------------------------------------------ the protocol */

struct log {
    char text[4000];
    size_t length;
};

static void note(struct log *log, const char *string)
{
    log->length += (size_t)snprintf(log->text + log->length, sizeof log->text - log->length, "%s", string);
}

static void on_begin(void *user, enum sd_verb verb)
{
    char line[40];
    snprintf(line, sizeof line, "<%d", (int)verb);
    note(user, line);
}

static void on_command(void *user, enum sd_verb verb, const char *data, size_t length, size_t lines)
{
    char line[200];
    snprintf(line, sizeof line, "(%d %zu %zu|%.100s)", (int)verb, length, lines, data ? data : "lost");
    if (data)
        assert_int_equal(data[length], 0);
    note(user, line);
}

static const char *parse(struct log *log, const char *bytes, size_t length, size_t step)
{
    struct sd_parser parser;
    const struct sd_sink sink = {log, on_begin, on_command};
    log->length = 0;
    log->text[0] = 0;
    sd_parser_init(&parser, &sink);
    for (size_t at = 0; at < length; at += step)
        sd_parser_push(&parser, bytes + at, length - at < step ? length - at : step);
    sd_parser_free(&parser);
    return log->text;
}

static void commands_are_cut(void **state)
{
    static const char input[] = "INIT\nSPEAK\none\n..two\n...\n.\nSTOP\r\nLIST VOICES \nCHAR\n..\n.\nKEY\n.\nDEBUG ON /tmp/x\nDEBUG\nDEBUGGER\nset\nSET\na=b\nSPEAK\n.\nQUIT\nSPEAK\nunfinished";
    static const char output[] = "(1 0 0|)<2(2 11 3|one\n.two\n..)(9 0 0|)(11 0 0|)<3(3 1 1|.)<4(4 0 0|)(12 9 0|ON /tmp/x)(12 0 0|)(0 0 0|)(0 0 0|)<6(6 9 2|a=b\nSPEAK)(13 0 0|)<2";
    struct log log;
    (void)state;
    for (size_t step = 1; step < sizeof input; step++)
        assert_string_equal(parse(&log, input, sizeof input - 1, step), output);
}

static void too_much_is_dropped(void **state)
{
    struct log log;
    size_t n = SD_DATA_MOST + 100;
    char *input = malloc(n + 100);
    (void)state;
    assert_non_null(input);
    memset(input, 'x', n);
    memcpy(input, "SPEAK\n", 6);
    for (size_t i = 1000; i < n; i += 1000)
        input[i] = '\n';
    strcpy(input + n, "\n.\nSTOP\nCHAR\na\n.\n");
    assert_string_equal(parse(&log, input, n + strlen(input + n), 777), "<2(2 0 4195|lost)(9 0 0|)<3(3 1 1|a)");
    memset(input, 'x', n);
    input[n] = '\n';
    assert_string_equal(parse(&log, input, n + 1, 4096), "(0 0 0|)");
    free(input);
}

/* ------------------------------------------------------------------ settings */

static int apply(struct sd_settings *settings, const char *lines)
{
    return sd_settings_apply(settings, lines, strlen(lines));
}

static void settings_are_taken(void **state)
{
    struct sd_settings settings;
    struct sd_config config;
    (void)state;
    sd_settings_init(&settings);
    sd_config_init(&config);
    assert_int_equal(apply(&settings, "rate=30\npitch=-20\npitch_range=500\nvolume=0\npunctuation_mode=most\nspelling_mode=on\ncap_let_recogn=icon\nvoice=FEMALE2\n"
                                      "language=en_GB\nsynthesis_voice=base/linda"), SD_SET_DONE);
    assert_int_equal(settings.rate, 30);
    assert_int_equal(settings.pitch, -20);
    assert_int_equal(settings.pitch_range, 100);
    assert_int_equal(settings.volume, 0);
    assert_int_equal(settings.punctuation, SYRINX_PUNCTUATION_MOST);
    assert_true(settings.spelling);
    assert_int_equal(settings.capitals, SD_CAPITALS_ICON);
    assert_int_equal(settings.sex, SD_SEX_FEMALE);
    assert_int_equal(settings.which, 2);
    assert_string_equal(settings.language, "en-GB");
    assert_string_equal(settings.voice, "base/linda");
    assert_int_equal(apply(&settings, "voice=child_male\nlanguage=NULL\nsynthesis_voice=NULL"), SD_SET_DONE);
    assert_true(settings.child && settings.sex == SD_SEX_MALE);
    assert_string_equal(settings.language, "");
    assert_string_equal(settings.voice, "");
    /* one that is wrong does not lose the others */
    assert_int_equal(apply(&settings, "rate=quick\npitch=7"), SD_SET_VALUE);
    assert_int_equal(settings.pitch, 7);
    assert_int_equal(apply(&settings, "rate"), SD_SET_SYNTAX);
    assert_int_equal(apply(&settings, "voice=male4"), SD_SET_VALUE);
    assert_int_equal(apply(&settings, "voice=robot"), SD_SET_VALUE);
    assert_int_equal(apply(&settings, "language=../../etc"), SD_SET_VALUE);
    assert_int_equal(apply(&settings, "unheard=1"), SD_SET_VALUE);
    /* the curves' ends and middle */
    const int values[] = {-100, 0, 100};
    const float rates[] = {0.4f, 1, 6}, volumes[] = {-60, -6.02f, 0};
    for (int i = 0; i < 3; i++) {
        settings.rate = settings.volume = values[i];
        assert_true(fabsf(sd_settings_rate(&settings, &config) - rates[i]) < 0.001f);
        assert_true(fabsf(sd_settings_volume(&settings) - volumes[i]) < 0.01f);
    }
}

static void configuration_lines(void **state)
{
    struct sd_config config;
    (void)state;
    sd_config_init(&config);
    static const char *const good[] = {"", "  # nothing", "SyrinxVoice \"base/linda\" # mine", "syrinxmaxrate 4", "SyrinxVoiceType FEMALE2 base/linda", "SyrinxSpelling phonetic", "Debug 0"};
    static const char *const bad[] = {"SyrinxVoice", "SyrinxMaxRate 9", "SyrinxMaxRate nan", "SyrinxVoiceType ROBOT x", "SyrinxVoiceType MALE1", "Unheard 1", "SyrinxCapitalIcon loud"};
    char line[200];
    for (size_t i = 0; i < COUNT(good); i++) {
        strcpy(line, good[i]);
        assert_null(sd_config_line(&config, line));
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        strcpy(line, bad[i]);
        assert_non_null(sd_config_line(&config, line));
    }
    assert_string_equal(config.voice, "base/linda");
    assert_string_equal(config.types[sd_config_type("female2")], "base/linda");
    assert_true(config.phonetic && config.rate_max == 4);
}

/* ------------------------------------------------------------------ markup */

struct row {
    enum sd_verb verb;
    const char *set, *message, *markup;
};

#define CHARACTERS "<say-as interpret-as=\"characters\">"
#define RAISED "<prosody pitch=\"+5.00st\">"

static const struct row rows[] = {
    {SD_SPEAK, "rate=0", "<speak>Hello <mark name=\"x\"/>you</speak>", "<speak>Hello <mark name=\"x\"/>you</speak>"},
    {SD_SPEAK, "rate=0", "a < b", "<speak>a &lt; b</speak>"},
    {SD_SPEAK, "pitch_range=-50", "<?xml version='1.0'?><speak a='>'>x</speak>", "<?xml version='1.0'?><speak a='>'><prosody range=\"-50%\">x</prosody></speak>"},
    {SD_SPEAK, "pitch_range=0\ncap_let_recogn=spell", "<speak>one Two <!-- Three --><sub alias=\"Four\">Five</sub> &#83;ix</speak>",
     "<speak>one capital Two <!-- Three --><sub alias=\"Four\">Five</sub> &#83;ix</speak>"},
    {SD_SPEAK, "cap_let_recogn=icon", "<speak>(Anna)</speak>", "<speak>" RAISED "(Anna)</prosody></speak>"},
    {SD_SPEAK, "cap_let_recogn=none\nspelling_mode=on", "<speak>Ab c&amp;</speak>", "<speak>" CHARACTERS "Ab</say-as>, " CHARACTERS "c&amp;</say-as></speak>"},
    {SD_SPEAK, "cap_let_recogn=icon", "<speak>aBc</speak>",
     "<speak>" CHARACTERS "a</say-as>" RAISED CHARACTERS "B</say-as></prosody>" CHARACTERS "c</say-as></speak>"},
    {SD_CHAR, "cap_let_recogn=none\nspelling_mode=off", "a", "<speak>" CHARACTERS "a</say-as></speak>"},
    {SD_CHAR, "rate=0", "space", "<speak>space</speak>"},
    {SD_CHAR, "rate=0", "\"", "<speak>" CHARACTERS "&quot;</say-as></speak>"},
    {SD_CHAR, "cap_let_recogn=icon", "\xC3\x84", "<speak>" RAISED CHARACTERS "\xC3\x84</say-as></prosody></speak>"},
    {SD_CHAR, "cap_let_recogn=spell", "A", "<speak>capital " CHARACTERS "A</say-as></speak>"},
    {SD_KEY, "cap_let_recogn=none", "shift_a", "<speak>shift " CHARACTERS "a</say-as></speak>"},
    {SD_KEY, "rate=0", "control_alt_Delete", "<speak>control alt Delete</speak>"},
    {SD_KEY, "rate=0", "shift_l", "<speak>left shift</speak>"},
    {SD_KEY, "rate=0", "underscore", "<speak>" CHARACTERS "_</say-as></speak>"},
    {SD_KEY, "rate=0", "shift_underscore", "<speak>shift " CHARACTERS "_</say-as></speak>"},
    {SD_KEY, "rate=0", "KP_Add", "<speak>keypad plus</speak>"},
    {SD_KEY, "rate=0", "f12", "<speak>" CHARACTERS "F</say-as> 12</speak>"},
    {SD_KEY, "rate=0", "Prior", "<speak>page up</speak>"},
    {SD_KEY, "rate=0", "volume-up", "<speak>volume up</speak>"},
    {SD_KEY, "language=de\ncap_let_recogn=spell", "control_alt_Delete", "<speak>Steuerung Alt Entfernen</speak>"},
    {SD_KEY, "language=de-AT", "KP_Add", "<speak>Ziffernblock plus</speak>"},
    {SD_KEY, "language=nl", "Up", "<speak>pijl omhoog</speak>"},
    {SD_KEY, "language=fr", "Up", "<speak><lang xml:lang=\"en\">Up</lang></speak>"},
    {SD_CHAR, "language=de", "A", "<speak>gro\xC3\x9F " CHARACTERS "A</say-as></speak>"},
    {SD_CHAR, "language=nl", " ", "<speak>spatie</speak>"},
    {SD_CHAR, "language=en-GB\ncap_let_recogn=none", "\t", "<speak>tab</speak>"},
    {SD_CHAR, "rate=0", "\xE2\x80\x8B", "<speak>zero width space</speak>"},
    {SD_CHAR, "rate=0", "\x01", "<speak>control character</speak>"},
    {SD_CHAR, "language=de", "\xE2\x80\x83", "<speak>Leerzeichen</speak>"},
    {SD_SOUND_ICON, "language=NULL", "guitar-13.wav", "<speak><audio src=\"guitar-13.wav\">guitar 13 </audio></speak>"},
    {SD_SOUND_ICON, "rate=0", "../etc/x", "<speak>../etc/x </speak>"}};

static void messages_become_markup(void **state)
{
    struct sd_settings settings;
    struct sd_config config;
    struct sd_text out = {0};
    (void)state;
    sd_settings_init(&settings);
    sd_config_init(&config);
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(apply(&settings, rows[i].set), SD_SET_DONE);
        assert_true(sd_spoken(&out, rows[i].verb, rows[i].message, strlen(rows[i].message), &settings, &config));
        assert_string_equal(out.bytes, rows[i].markup);
    }
    assert_true(sd_spoken_plain(&out, "<speak>a<b>c</b> & d < e &lt; \x01", strlen("<speak>a<b>c</b> & d < e &lt; \x01")));
    assert_string_equal(out.bytes, "<speak> a c  &amp; d   e &lt;  </speak>");
    sd_text_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(commands_are_cut), cmocka_unit_test(too_much_is_dropped), cmocka_unit_test(settings_are_taken),
                                       cmocka_unit_test(configuration_lines), cmocka_unit_test(messages_become_markup)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
