/* test_ssml.c - what the SSML reader makes of its elements, of mistakes and of attacks; that cuts of the input change nothing. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/random.h"
#include "markup_recorder.h"
#include "text/lexicon.h"
#include "text/say.h"
#include "text/ssml.h"
#include "text/xsampa.h"

static char asked[256];

static const char *choose(void *user, const char *names, const char *gender, int age, int variant, const char *languages)
{
    (void)user;
    snprintf(asked, sizeof asked, "%s/%s/%d/%d/%s", names ? names : "", gender ? gender : "", age, variant, languages ? languages : "");
    return names && strstr(names, "kathleen") ? "kathleen" : gender && !strcmp(gender, "female") ? "linda" : NULL;
}

static bool playable(void *user, const char *path)
{
    (void)user;
    return strstr(path, "there") != NULL;
}

/* What the sink gets of a document, cut into pieces of `step` bytes (0: one piece; < 0: of random lengths). */
static int run(struct recorder *r, const char *text, size_t length, int step, const char *folder, struct sx_error *error)
{
    struct sx_ssml_options options = {.user = r, .warn = recorder_warn, .choose_voice = choose, .playable = playable, .folder = folder, .hertz = 200};
    struct sx_markup_sink sink = recorder_sink(r);
    struct sx_ssml *ssml;
    assert_int_equal(sx_ssml_new(&options, &sink, 0, &ssml, error), 0);
    int status = 0;
    uint64_t turn = 0;
    for (size_t at = 0; at < length && status >= 0;) {
        size_t n = step > 0 ? (size_t)step : step ? 1 + sx_random_bits((uint64_t)-step, turn++) % 9 : length;
        if (n > length - at)
            n = length - at;
        status = sx_ssml_push(ssml, text + at, n, error);
        at += n;
    }
    if (status >= 0)
        status = sx_ssml_end(ssml, error);
    struct sx_error again;
    if (status < 0)     /* it says so again */
        assert_int_equal(sx_ssml_push(ssml, "x", 1, &again), status);
    recorder_close(r);
    assert_int_equal(r->bad, 0);
    sx_ssml_free(ssml);
    return status;
}

static const char *lines(const struct recorder *r)
{
    return r->lines.data ? r->lines.data : "";
}

/* Whatever the cuts. */
static int run_cut(struct recorder *r, const char *text, size_t length, const char *folder, struct sx_error *error)
{
    int status = run(r, text, length, 0, folder, error);
    static const int steps[] = {1, 2, 3, 7, -1, -2};
    for (size_t i = 0; i < COUNT(steps); i++) {
        struct recorder other = {0};
        struct sx_error e;
        assert_int_equal(run(&other, text, length, steps[i], folder, &e), status);
        if (strcmp(lines(&other), lines(r)) != 0)
            print_message("step %d: %s\n", steps[i], text);
        assert_string_equal(lines(&other), lines(r));
        assert_string_equal(other.warnings.data ? other.warnings.data : "", r->warnings.data ? r->warnings.data : "");
        if (status < 0)
            assert_string_equal(e.message, error->message);
        recorder_free(&other);
    }
    return status;
}

/* The document is `content` inside <speak>, whose 7 bytes count; the style before and the end behind are left out of `want`. */
static void reads(const char *content, const char *want, const char *warning)
{
    struct recorder r = {0};
    struct sx_error error;
    char text[4096], all[4096];
    snprintf(text, sizeof text, "<speak>%s</speak>", content);
    if (run_cut(&r, text, strlen(text), NULL, &error) < 0)
        fail_msg("%s: %s", content, error.message);
    snprintf(all, sizeof all, "%sB 2\n", want);
    if (strcmp(lines(&r), all) != 0)
        fail_msg("%s\ngives\n%swanted\n%s", content, lines(&r), all);
    if (!warning && r.warnings.length)
        fail_msg("%s\nwarns\n%s", content, r.warnings.data);
    if (warning && (!r.warnings.data || !strstr(r.warnings.data, warning)))
        fail_msg("%s\nwarns\n%swanted\n%s", content, r.warnings.data ? r.warnings.data : "", warning);
    recorder_free(&r);
}

static void structure(void **state)
{
    (void)state;
    reads("a b", "S\nT 7-10|a b|\n", NULL);
    reads("<p>a</p><p><s>b</s><s>c</s></p>", "B 2\nS\nT 10-11|a|\nB 2\nB 2\nB 1\nT 21-22|b|\nB 1\nB 1\nT 29-30|c|\nB 1\nB 2\n", NULL);
    reads("<paragraph><sentence>a</sentence></paragraph>", "B 2\nB 1\nS\nT 28-29|a|\nB 1\nB 2\n", NULL);
    /* every kind of white space is a blank of its own byte */
    reads("a\n\n\tb", "S\nT 7-12|a   b|\n", NULL);
    reads("a<!-- no --><?no no?>b", "S\nT 7-8|a|\nT 28-29|b|\n", NULL);
    reads("<meta name=\"n\" content=\"c\"/><metadata>no<x xmlns=\"urn:x\">no<p/></x></metadata>yes", "S\nT 85-88|yes|\n", NULL);
    reads("<desc>no</desc>yes", "S\nT 22-25|yes|\n", NULL);
}

static void places(void **state)
{
    (void)state;
    reads("a &amp; b", "S\nT 7-9|a |\nT 9-14~|&|\nT 14-16| b|\n", NULL);
    reads("&#x20AC;5", "S\nT 7-15~|\xE2\x82\xAC|\nT 15-16|5|\n", NULL);
    reads("<![CDATA[R & D]]>.", "S\nT 16-21|R & D|\nT 24-25|.|\n", NULL);
    reads("S\xC3\xA3o \xF0\x9F\x99\x82!", "S\nT 7-17|S\xC3\xA3o \xF0\x9F\x99\x82!|\n", NULL);
    reads("a\r\nb", "S\nT 7-8|a|\nT 8-10~| |\nT 10-11|b|\n", NULL);

    struct recorder r = {0};
    struct sx_error error;
    /* Latin-1: a byte is a character */
    const char *latin = "<?xml version='1.0' encoding='ISO-8859-1'?><speak>S\xE3o</speak>";
    assert_int_equal(run_cut(&r, latin, strlen(latin), NULL, &error), 0);
    assert_string_equal(lines(&r), "S\nT 50-51|S|\nT 51-52~|\xC3\xA3|\nT 52-53|o|\nB 2\n");
    recorder_free(&r);
    /* UTF-16: two or four bytes are one */
    static const char wide[] = "\xFE\xFF\0<\0s\0p\0e\0a\0k\0>\0S\0\xE3\xD8\x3D\xDE\x42\0<\0/\0s\0p\0e\0a\0k\0>";
    memset(&r, 0, sizeof r);
    assert_int_equal(run_cut(&r, wide, sizeof wide - 1, NULL, &error), 0);
    assert_string_equal(lines(&r), "S\nT 16-18~|S|\nT 18-24|\xC3\xA3\xF0\x9F\x99\x82|\nB 2\n");
    recorder_free(&r);
    /* the offset of a document that is not the first */
    struct sx_markup_sink sink = recorder_sink(&r);
    struct sx_ssml *ssml;
    memset(&r, 0, sizeof r);
    assert_int_equal(sx_ssml_new(NULL, &sink, 100, &ssml, &error), 0);
    assert_false(sx_ssml_begun(ssml));
    assert_int_equal(sx_ssml_push(ssml, "<speak>a<mark name='m'/>", 24, &error), 0);
    assert_true(sx_ssml_begun(ssml) && !sx_ssml_done(ssml));
    assert_int_equal(sx_ssml_push(ssml, "</speak>", 8, &error), 0);
    assert_true(sx_ssml_done(ssml));
    assert_int_equal(sx_ssml_end(ssml, &error), 0);
    assert_int_equal(sx_ssml_reset(ssml, 132, &error), 0);
    assert_false(sx_ssml_begun(ssml) || sx_ssml_done(ssml));
    assert_int_equal(sx_ssml_push(ssml, "<speak>b</speak>", 16, &error), 0);
    assert_int_equal(sx_ssml_end(ssml, &error), 0);
    recorder_close(&r);
    assert_string_equal(lines(&r), "S\nT 107-108|a|\nP 1 108-124 m\nB 2\nS\nT 139-140|b|\nB 2\n");
    sx_ssml_free(ssml);
    recorder_free(&r);
}

static void breaks(void **state)
{
    (void)state;
    reads("<break/>", "P 0 3 -1 7-15\n", NULL);
    reads("<break strength='none'/>", "P 0 0 -1 7-31\n", NULL);
    reads("<break strength='x-strong'/>", "P 0 5 -1 7-35\n", NULL);
    reads("<break time='1.5s'/>", "P 0 3 1.5 7-27\n", NULL);
    reads("<break time='250 ms' strength='weak'/>", "P 0 2 0.25 7-45\n", NULL);
    reads("<break time='.5s'></break>", "P 0 3 0.5 7-25\n", NULL);
    reads("<break time='11s'/>", "P 0 3 10 7-26\n", "line 1, column 8: <break time=\"11s\"> is more");
    static const char *const bad[] = {"soon", "5", "-1s", "", "s", "1e999s", "nan", "1 2s", "1sec"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        char content[80], want[80];
        int n = snprintf(content, sizeof content, "<break time='%s'/>", bad[i]);
        snprintf(want, sizeof want, "P 0 3 -1 7-%d\n", 7 + n);
        reads(content, want, "is not understood");
    }
    reads("<break strength='huge'/>", "P 0 3 -1 7-31\n", "is not understood");
}

/* The style of the content of a <prosody> with these attributes. */
static void prosody(const char *attributes, const char *style, const char *warning)
{
    char content[512], want[512];
    snprintf(content, sizeof content, "<prosody %s>x</prosody>", attributes);
    size_t at = 7 + 10 + strlen(attributes);
    snprintf(want, sizeof want, "S%s\nT %zu-%zu|x|\n", style, at, at + 1);
    reads(content, want, warning);
}

static void prosodies(void **state)
{
    (void)state;
    static const struct { const char *attributes, *style, *warning; } rows[] = {
        {"rate='x-slow'", " rate=0.5", NULL}, {"rate='slow'", " rate=0.75", NULL}, {"rate='medium'", "", NULL}, {"rate='fast'", " rate=1.35", NULL},
        {"rate='x-fast'", " rate=1.8", NULL}, {"rate='default'", "", NULL}, {"rate='80%'", " rate=0.8", NULL}, {"rate='+20%'", " rate=1.2", NULL},
        {"rate='-20%'", " rate=0.8", NULL}, {"rate='1.5'", " rate=1.5", NULL}, {"rate='+0.5'", " rate=1.5", NULL}, {"rate='-10'", " rate=0.9", NULL}, {"rate='0%'", " rate=0.25", "is more than"},
        {"rate='1e308%'", " rate=6", "is more than"}, {"rate='brisk'", "", "not understood"}, {"rate='80 %'", " rate=0.8", NULL}, {"rate='2st'", "", "not understood"},
        {"pitch='x-low'", " pitch=-6", NULL}, {"pitch='high'", " pitch=3", NULL}, {"pitch='+2st'", " pitch=2", NULL}, {"pitch='-2st'", " pitch=-2", NULL},
        {"pitch='+20Hz'", " pitch=1.65", NULL}, {"pitch='-20hz'", " pitch=-1.82", NULL}, {"pitch='100Hz'", " pitch=-12", NULL}, {"pitch='+10%'", " pitch=1.65", NULL},
        {"pitch='+999999Hz'", " pitch=24", "is more than"}, {"pitch='-500Hz'", " pitch=-24", "is more than"}, {"pitch='100'", "", "not understood"},
        {"range='x-low'", " range=0.25", NULL}, {"range='+50%'", " range=1.5", NULL}, {"range='6st'", " range=0.5", NULL}, {"range='-99st'", " range=0", "is more than"},
        {"range='100Hz'", " range=0.737", NULL}, {"volume='silent'", " volume=-inf", NULL}, {"volume='soft'", " volume=-6", NULL}, {"volume='x-loud'", " volume=10", NULL},
        {"volume='+6dB'", " volume=6", NULL}, {"volume='-6.5dB'", " volume=-6.5", NULL}, {"volume='100'", "", NULL}, {"volume='50'", " volume=-6.02", NULL},
        {"volume='0'", " volume=-inf", NULL}, {"volume='-50%'", " volume=-6.02", NULL}, {"volume='+90dB'", " volume=20", "is more than"},
        {"volume='-99dB'", " volume=-60", "is more than"}, {"volume='nan'", "", "not understood"}, {"volume='+10'", " volume=0.828", NULL},
        {"duration='2s'", " seconds=2", NULL}, {"duration='long'", "", "not understood"}, {"duration='9999s'", " seconds=600", "is more than"},
        {"contour='(0%,+20Hz) (50%,+2st),(100%,low)'", " (0,1.65) (0.5,2) (1,-3)", NULL}, {"contour='(100%,-2st)(0%,+1st)'", " (0,1) (1,-2)", NULL},
        {"contour='(0%,+20Hz'", "", "not understood"}, {"contour='(120%,+1st)(10%,+1st)'", " (0.1,1)", "is more than"},
        {"pitch='+2st' contour='(0%,+2st)'", " pitch=2 (0,2)", NULL}, {"pitch='+2st' contour='(0%,200Hz)'", " pitch=2 (0,-2)", NULL}};
    for (size_t i = 0; i < COUNT(rows); i++)
        prosody(rows[i].attributes, rows[i].style, rows[i].warning);
    /* relative values build on one another, labels do not */
    reads("<prosody rate='50%' pitch='+2st' volume='-3dB'>a<prosody rate='50%' pitch='+2st' volume='-3dB'>b</prosody>"
          "<prosody rate='slow' pitch='low' volume='soft'>c</prosody>d</prosody>e",
          "S rate=0.5 pitch=2 volume=-3\nT 54-55|a|\nS rate=0.25 pitch=4 volume=-6\nT 102-103|b|\nS rate=0.75 pitch=-3 volume=-6\nT 160-161|c|\n"
          "S rate=0.5 pitch=2 volume=-3\nT 171-172|d|\nS\nT 182-183|e|\n", NULL);
}

/* Time and contour of an element are shared among the passages in it, by their letters. */
static void shared_time(void **state)
{
    (void)state;
    reads("<prosody duration='4s'>abcdef <emphasis>gh</emphasis></prosody>!",
          "S seconds=3\nT 30-37|abcdef |\nS seconds=1 emphasis=3\nT 47-49|gh|\nS\nT 70-71|!|\n", NULL);
    reads("<prosody contour='(0%,+0st)(100%,+4st)'>ab<mark name='m'/><emphasis>cdef</emphasis>gh</prosody>",
          "S (0,0) (1,1)\nT 47-49|ab|\nP 1 49-65 m\nS emphasis=3 (0,1) (1,3)\nT 75-79|cdef|\nS (0,3) (1,4)\nT 90-92|gh|\n", NULL);
    reads("<prosody duration='2s'>a<prosody duration='1s' rate='slow'>b</prosody></prosody>", "S seconds=1\nT 30-31|a|\nS rate=0.75 seconds=1\nT 66-67|b|\n",
          "inside another one");
    reads("<prosody duration='2s'>\n</prosody>a", "S\nT 30-31| |\nS\nT 41-42|a|\n", NULL);
    /* too much to wait for */
    struct recorder r = {0};
    struct sx_error error;
    struct sx_buffer text = {0};
    sx_buffer_puts(&text, "<speak><prosody duration='5s'>");
    for (int i = 0; i < 30000; i++)
        sx_buffer_puts(&text, "word ");
    sx_buffer_puts(&text, "</prosody></speak>");
    assert_int_equal(run(&r, text.data, text.length, 0, NULL, &error), 0);
    assert_memory_equal(lines(&r), "S\nT 30-150030|word ", 19);
    assert_non_null(strstr(r.warnings.data, "too long"));
    sx_buffer_free(&text);
    recorder_free(&r);
}

static void passages(void **state)
{
    (void)state;
    reads("<emphasis>a</emphasis><emphasis level='strong'>b</emphasis><emphasis level='none'>c</emphasis>",
          "S emphasis=3\nT 17-18|a|\nS emphasis=4\nT 54-55|b|\nS emphasis=1\nT 89-90|c|\n", NULL);
    reads("<emphasis level='reduced'>a</emphasis><emphasis level='x'>b</emphasis>", "S emphasis=2\nT 33-34|a|\nS emphasis=3\nT 65-66|b|\n", "not understood");
    reads("<sub alias='World'>W</sub>!", "S instead=World\nT 26-27|W|\nS\nT 33-34|!|\n", NULL);
    reads("<sub alias='World'/>!", "S instead=World\nT 7-27~|World|\nS\nT 27-28|!|\n", NULL);
    reads("<sub alias='World'> </sub>!", "S instead=World\nT 26-27| |\nT 26-33~|World|\nS\nT 33-34|!|\n", NULL);
    reads("<sub>W</sub>", "S\nT 12-13|W|\n", "line 1, column 8: <sub> lacks alias");
    reads("<sub alias='W'>a<emphasis>b</emphasis><mark name='m'/></sub>", "S instead=W\nT 22-23|a|\nT 33-34|b|\nP 1 45-61 m\n", "<emphasis> changes nothing inside");
    reads("<w role='claws:VVD'>read</w><token>ice cream</token>", "S one_word role=VVD\nT 27-31|read|\nS one_word\nT 42-51|ice cream|\n", NULL);
    reads("<w role=' amazon:VB  NN '>read</w>", "S one_word role=VB NN\nT 33-37|read|\n", NULL);
    reads("<lang xml:lang='fr-FR'>a</lang><s xml:lang='en_GB'>b</s><lang>c</lang>",
          "S language=fr-FR\nT 30-31|a|\nB 1\nS language=en-GB\nT 58-59|b|\nB 1\nS\nT 69-70|c|\n", "<lang> lacks xml:lang");
    reads("<lang xml:lang='d&#xE9;'>a</lang>", "S\nT 32-33|a|\n", "is no language");
    char want[80];
    snprintf(want, sizeof want, "S as=%d format=mdy detail=1\nT 59-65|1/2/03|\n", SX_AS_DATE);
    reads("<say-as interpret-as='date' format='mdy' detail='1'>1/2/03</say-as>", want, NULL);
    snprintf(want, sizeof want, "S as=%d\nT 41-43|W3|\nT 53-54|C|\n", SX_AS_CHARACTERS);
    reads("<say-as interpret-as='characters'>W3<emphasis>C</emphasis></say-as>", want, "<emphasis> changes nothing");
    reads("<say-as>1</say-as>", "S\nT 15-16|1|\n", "<say-as> lacks interpret-as");
    reads("<say-as interpret-as='rhubarb'>1</say-as>", "S\nT 38-39|1|\n", "\"rhubarb\"> is not known");
}

static void phonemes(void **state)
{
    (void)state;
    reads("<phoneme alphabet='ipa' ph='t&#x259;\xCB\x88me\xC9\xAAto\xCA\x8A'>x</phoneme>", "S phones=t\xC9\x99\xCB\x88me\xC9\xAAto\xCA\x8A alphabet=0\nT 55-56|x|\n", NULL);
    reads("<phoneme ph='l\xC9\x9B""d'>x</phoneme>", "S phones=l\xC9\x9B""d alphabet=0\nT 26-27|x|\n", NULL);
    reads("<phoneme alphabet='x-arpabet' ph='R EH1 D'>x</phoneme>", "S phones=R EH1 D alphabet=1\nT 50-51|x|\n", NULL);
    reads("<phoneme alphabet='CMU' ph='r eh1 d'/>", "S phones=r eh1 d alphabet=1\nT 7-45~|r eh1 d|\n", NULL);
    reads("<phoneme alphabet='x-sampa' ph='t@&quot;meItoU'>x</phoneme>", "S phones=t\xC9\x99\xCB\x88me\xC9\xAAto\xCA\x8A alphabet=0\nT 55-56|x|\n", NULL);
    reads("<phoneme alphabet='x-sampa' ph='\xE2\x98\x83'>x</phoneme>", "S\nT 44-45|x|\n", "is not X-SAMPA");
    reads("<phoneme ph='\xE2\x98\x83'>x</phoneme>", "S\nT 25-26|x|\n", "not known");
    reads("<phoneme alphabet='x-arpabet' ph='R QQ'>x</phoneme>", "S\nT 47-48|x|\n", "not known");
    reads("<phoneme alphabet='x-ups' ph='R'>x</phoneme>", "S\nT 40-41|x|\n", "\"x-ups\"> is not ipa");
    reads("<phoneme>x</phoneme>", "S\nT 16-17|x|\n", "lacks ph");
    char out[64];
    static const struct { const char *sampa, *ipa; } rows[] = {
        {"\"tSi:z", "\xCB\x88t\xCA\x83i\xCB\x90z"}, {"r\\", "\xC9\xB9"}, {"@`", "\xC9\x9A"}, {"\"D@s", "\xCB\x88\xC3\xB0\xC9\x99s"}, {"y2", "y\xC3\xB8"}, {"t_dn=", "t\xCC\xAAn\xCC\xA9"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(sx_xsampa_to_ipa(rows[i].sampa, strlen(rows[i].sampa), out, sizeof out), strlen(rows[i].ipa));
        assert_string_equal(out, rows[i].ipa);
    }
    assert_int_equal(sx_xsampa_to_ipa("\"tSi:z", 6, out, 8), -1);
    assert_int_equal(sx_xsampa_to_ipa("*", 1, out, sizeof out), -1);
}

static void voices(void **state)
{
    (void)state;
    reads("<voice name='x kathleen' age='30' variant='2' languages='en-GB en'>a</voice>", "S speaker=kathleen\nT 74-75|a|\n", NULL);
    assert_string_equal(asked, "x kathleen//30/2/en-GB en");
    reads("<voice gender='female'>a</voice>b", "S speaker=linda\nT 30-31|a|\nS\nT 39-39~| |\nT 39-40|b|\n", NULL);
    assert_string_equal(asked, "/female/-1/0/");
    reads("<voice name='x' age='old'>a</voice>", "S\nT 33-34|a|\n", "no such <voice>");
    assert_string_equal(asked, "x//-1/0/");
    reads("<voice name='x' onvoicefailure='ignoretext'>a<p>b</p></voice>c", "S\nT 68-69|c|\n", "not spoken");
    reads("<voice xml:lang='de'>a</voice>", "S language=de\nT 28-29|a|\n", NULL);
}

static void marks(void **state)
{
    (void)state;
    reads("a<mark name='m'/>b", "S\nT 7-8|a|\nP 1 8-24 m\nT 24-25|b|\n", NULL);
    reads("<mark/>", "", "lacks a name");
    struct recorder r = {0};
    struct sx_error error;
    const char *both = "<speak startmark='a' endmark='b'>no <mark name='x'/><p>no<mark name='a'/>yes</p><mark name='b'/> no <break/></speak>";
    assert_int_equal(run_cut(&r, both, strlen(both), NULL, &error), 0);
    assert_string_equal(lines(&r), "P 1 57-73 a\nS\nT 73-76|yes|\nB 2\nP 1 80-96 b\n");
    recorder_free(&r);
    memset(&r, 0, sizeof r);
    const char *start = "<speak startmark='a'>no <mark name='x'/></speak>";
    assert_int_equal(run_cut(&r, start, strlen(start), NULL, &error), 0);
    assert_string_equal(lines(&r), "");
    assert_non_null(strstr(r.warnings.data, "nothing is spoken"));
    recorder_free(&r);
}

static void recordings(void **state)
{
    (void)state;
    reads("<audio src='there.wav'>no<desc>no</desc><p>no</p></audio>a", "P 3 7-30 there.wav\nS\nT 64-65|a|\n", NULL);
    reads("<audio src='file:///x/the%72e.wav'/>", "P 3 7-43 /x/there.wav\n", NULL);
    reads("<p xml:base='sounds/x.xml'><audio src='there.wav' repeatCount='2'/></p>", "B 2\nP 3 34-74 sounds/there.wav\nB 2\n", "repeatCount> is not heeded");
    reads("<p xml:base='http://x/'><audio src='there.wav'>a</audio></p>", "B 2\nS\nT 54-55|a|\nB 2\n", "not a file");
    reads("<audio src='https://x/there.wav'>a</audio>", "S\nT 40-41|a|\n", "not a file");
    reads("<audio src='//x/there.wav'/>", "", "not a file");
    reads("<audio src='there%00.wav'/>", "", "not a file");
    /* a description is for those that have nothing else */
    reads("<audio src='x.wav'> <desc>dog &amp; cat</desc> </audio>a", "S\nT 33-46~|dog & cat|\nT 62-63|a|\n", "cannot be played");
    reads("<audio src='x.wav'><desc>dog</desc>a <audio src='y.wav'><desc>cat</desc></audio></audio>", "S\nT 42-44|a |\nT 69-72|cat|\n", "cannot be played");
    reads("<audio src='x.wav'><desc>dog</desc><desc>Hund</desc></audio>", "S\nT 32-35|dog|\n", "cannot be played");
    reads("<audio src='x.wav'><desc>dog</desc><audio src='there.wav'/></audio>", "P 3 42-66 there.wav\n", "cannot be played");
    reads("<audio>a</audio>", "S\nT 14-15|a|\n", "lacks src");
    /* the folder of the document */
    struct recorder r = {0};
    struct sx_error error;
    const char *text = "<speak><audio src='a/there.wav'/><audio src='/there'/></speak>";
    assert_int_equal(run_cut(&r, text, strlen(text), "/books", &error), 0);
    assert_string_equal(lines(&r), "P 3 7-33 /books/a/there.wav\nP 3 33-54 /there\nB 2\n");
    recorder_free(&r);
}

static void put(const char *folder, const char *name, const char *content)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(content, file);
    assert_int_equal(fclose(file), 0);
}

static void lexica(void **state)
{
    (void)state;
    char folder[] = "/tmp/syrinx-ssml-XXXXXX", command[128];
    assert_non_null(mkdtemp(folder));
    put(folder, "one.txt", "q\tone\n");
    put(folder, "two words.pls", "<lexicon><lexeme><grapheme>q</grapheme><alias>two</alias></lexeme><lexeme><grapheme>r</grapheme><alias>two</alias></lexeme></lexicon>");
    put(folder, "bad.pls", "<lexicon>\n <lexeme/></lexicon>");
    struct recorder r = {0};
    struct sx_error error;
    const char *text = "<speak><lexicon uri='one.txt' xml:id='a'/><lexicon uri='two%20words.pls' xml:id='b'/>x<lookup ref='a'>a<lookup ref='b'>b</lookup></lookup>"
                       "<lookup ref='b'><lookup ref='a'>c</lookup></lookup></speak>";
    assert_int_equal(run_cut(&r, text, strlen(text), folder, &error), 0);
    assert_string_equal(lines(&r), "S\nT 85-86|x|\nS lexicon=one/-\nT 102-103|a|\nS lexicon=two/two\nT 119-120|b|\nS lexicon=one/two\nT 170-171|c|\nB 2\n");
    recorder_free(&r);
    /* without a name: all of the document; mistakes are warnings */
    memset(&r, 0, sizeof r);
    text = "<speak>x<lexicon uri='one.txt'/>y<p><lexicon uri='two words.pls'/>z</p><lookup>w</lookup><lookup ref='no'>v</lookup></speak>";
    assert_int_equal(run_cut(&r, text, strlen(text), folder, &error), 0);
    assert_string_equal(lines(&r), "S\nT 7-8|x|\nS lexicon=one/-\nT 32-33|y|\nB 2\nS lexicon=one/two\nT 66-67|z|\nB 2\nT 79-80|w|\nT 106-107|v|\nB 2\n");
    assert_string_equal(r.warnings.data, "line 1, column 72: <lookup> lacks ref\nline 1, column 90: <lookup ref=\"no\">: there is no such lexicon\n");
    recorder_free(&r);
    memset(&r, 0, sizeof r);
    text = "<speak><lexicon uri='bad.pls'/><lexicon/><lexicon uri='no.txt'/><lexicon uri='http://x/one.txt'/></speak>";
    assert_int_equal(run_cut(&r, text, strlen(text), folder, &error), 0);
    assert_string_equal(lines(&r), "B 2\n");
    assert_non_null(strstr(r.warnings.data, "/bad.pls:2:2: the lexeme lacks a grapheme\n"));
    assert_non_null(strstr(r.warnings.data, "column 32: <lexicon> lacks uri\n"));
    assert_non_null(strstr(r.warnings.data, "/no.txt: No such file"));
    assert_non_null(strstr(r.warnings.data, "\"http://x/one.txt\"> is not a file on this machine\n"));
    recorder_free(&r);
    /* text that is not a file's reads none */
    memset(&r, 0, sizeof r);
    snprintf(command, sizeof command, "<speak><lexicon uri='%s/one.txt'/>x</speak>", folder);
    assert_int_equal(run_cut(&r, command, strlen(command), NULL, &error), 0);
    assert_string_equal(lines(&r) + 2, "T 55-56|x|\nB 2\n");
    assert_non_null(strstr(r.warnings.data, "files are not read here"));
    recorder_free(&r);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    assert_int_equal(system(command), 0);
}

static void unknown(void **state)
{
    (void)state;
    reads("<shout>a</shout><shout>b</shout>", "S\nT 14-15|a|\nT 30-31|b|\n", "line 1, column 8: <shout> is not known");
    /* prefixes that nobody declared, as in the manuals of other engines */
    reads("<amazon:effect name='whispered'>a</amazon:effect><mstts:express-as>b</mstts:express-as>", "S\nT 39-40|a|\nT 74-75|b|\n", "<mstts:express-as>");
    reads("<ssml:p>a</ssml:p>", "B 2\nS\nT 15-16|a|\nB 2\n", NULL);
    reads("<x:p xmlns:x='http://www.w3.org/2001/10/synthesis'>a</x:p>", "B 2\nS\nT 58-59|a|\nB 2\n", NULL);
    reads("<p xmlns='urn:x'>a</p><p>b</p>", "S\nT 24-25|a|\nB 2\nT 32-33|b|\nB 2\n", "<p> is not known");
    reads("<ssml:p xmlns:ssml='urn:x'>a</ssml:p>", "S\nT 34-35|a|\n", "<ssml:p> is not known");
    struct recorder r = {0};
    struct sx_error error;
    const char *html = "<html><p>a</p></html>";
    assert_int_equal(run_cut(&r, html, strlen(html), NULL, &error), 0);
    assert_string_equal(lines(&r), "B 2\nS\nT 9-10|a|\nB 2\n");
    assert_string_equal(r.warnings.data, "line 1, column 1: a document begins with <speak>, not with <html>\n");
    recorder_free(&r);
    /* names in another namespace than they should be in are common at the root */
    memset(&r, 0, sizeof r);
    const char *odd = "<s:speak xmlns:s='http://www.w3.org/TR/speech-synthesis' xmlns='urn:x'><p>a</p></s:speak>";
    assert_int_equal(run_cut(&r, odd, strlen(odd), NULL, &error), 0);
    assert_string_equal(lines(&r), "B 2\nS\nT 74-75|a|\nB 2\nB 2\n");
    recorder_free(&r);
    /* a flood of mistakes is a hundred warnings */
    struct sx_buffer text = {0};
    sx_buffer_puts(&text, "<speak>");
    for (int i = 0; i < 1000; i++)
        sx_buffer_puts(&text, "<break time='x'/>");
    sx_buffer_puts(&text, "</speak>");
    memset(&r, 0, sizeof r);
    assert_int_equal(run(&r, text.data, text.length, 0, NULL, &error), 0);
    int count = 0;
    for (size_t i = 0; i < r.warnings.length; i++)
        count += r.warnings.data[i] == '\n';
    assert_int_equal(count, 101);
    sx_buffer_free(&text);
    recorder_free(&r);
}

static void errors(void **state)
{
    (void)state;
    static const struct { const char *text, *message; } rows[] = {
        {"<speak>\n <p>a\n <s>b</p>\n</speak>", "line 3, column 8: </p> closes while <s> (line 3, column 2) is open"},
        {"<speak>\n<s>a</s>\n", "line 3, column 1: the document ends while <speak> (line 1, column 1) is open"},
        {"<speak>\na & b</speak>", "line 2, column 4: \"&\" begins a name that ends with \";\"; the character itself is written &amp;"},
        {"<speak>a < b</speak>", "line 1, column 11: \"<\" begins a tag; the character itself is written &lt;"},
        {"<speak><break time=5s/></speak>", "line 1, column 20: the value of an attribute stands in quotes"},
        {"<speak><break a='1' time='1s' a='2'/></speak>", "line 1, column 31: the attribute a is given twice"},
        {"<speak>\xC3\xA9&nbsp;</speak>", "line 1, column 9: the entity &nbsp; is not known"},
        {"<speak>a</speak>\nb", "line 2, column 1: there is more behind the end of the document"},
        {"<speak>a</speak>\n<speak/>", "line 2, column 1: there is more behind the end of the document"},
        {"Hello.", "line 1, column 1: this is not XML: a document begins with <speak>"},
        {"", "line 1, column 1: the document is empty: it lacks <speak>"},
        {"  \n", "line 2, column 1: the document is empty: it lacks <speak>"},
        {"<speak>a<!-- b", "line 1, column 9: the document ends inside a tag, a comment or a reference"},
        {"<speak>a\x01</speak>", "line 1, column 9: the control character U+0001 is not allowed in XML"},
        {"<speak>a\xFF</speak>", "line 1, column 9: the byte 0xFF is not UTF-8"},
        {"<speak>&#0;</speak>", "line 1, column 8: the number of a character that XML does not allow"},
        {" <?xml version='1.0'?><speak/>", "line 1, column 2: <?xml ...?> stands at the very beginning of a document or nowhere"},
        {"<?xml version='1.0' encoding='EBCDIC'?><speak/>", "line 1, column 31: the encoding is not one of UTF-8"},
        {"<speak><![CDATA[a</speak>", "inside <![CDATA["},
        {"</speak>", "line 1, column "},
        {"<speak></a></speak>", "line 1, column 10: </a> closes while <speak> (line 1, column 1) is open"},
        {"<!DOCTYPE s [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;\">]><speak>&b;</speak>", "the entity b is made of other entities or of markup: refused"},
        {"<!DOCTYPE s [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><speak>&x;</speak>", "the entity x is read from elsewhere: refused"},
        {"<!DOCTYPE s [<!ENTITY x PUBLIC \"a\" \"b\">]><speak>&x;</speak>", "the entity x is read from elsewhere: refused"},
        {"<!DOCTYPE s [<!ENTITY % x \"a\">]><speak/>", "the entity %x is for other declarations: refused"},
        {"<!DOCTYPE s [<!ENTITY x \"<p/>\">]><speak>&x;</speak>", "the entity x is made of other entities or of markup: refused"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct recorder r = {0};
        struct sx_error error;
        assert_int_equal(run_cut(&r, rows[i].text, strlen(rows[i].text), NULL, &error), SYRINX_ERROR_INPUT);
        if (!strstr(error.message, rows[i].message))
            fail_msg("%s\ngives  %s\nwanted %s", rows[i].text, error.message, rows[i].message);
        recorder_free(&r);
    }
}

static void entities(void **state)
{
    (void)state;
    struct recorder r = {0};
    struct sx_error error;
    const char *good = "<!DOCTYPE speak [<!ENTITY co \"Syrinx Sons\"><!ENTITY amp \"&#38;#38;\">]><speak>&co;.</speak>";
    assert_int_equal(run_cut(&r, good, strlen(good), NULL, &error), 0);
    assert_string_equal(lines(&r), "S\nT 77-81~|Syrinx Sons|\nT 81-82|.|\nB 2\n");
    recorder_free(&r);
    /* the DTD of SSML is named but not read */
    memset(&r, 0, sizeof r);
    const char *dtd = "<!DOCTYPE speak PUBLIC \"-//W3C//DTD SYNTHESIS 1.0//EN\" \"http://www.w3.org/TR/speech-synthesis/synthesis.dtd\"><speak>a&nbsp;b</speak>";
    assert_int_equal(run_cut(&r, dtd, strlen(dtd), NULL, &error), 0);
    assert_non_null(strstr(lines(&r), "|a|"));
    assert_non_null(strstr(lines(&r), "~| |"));
    assert_non_null(strstr(r.warnings.data, "&nbsp; is not known"));
    recorder_free(&r);
}

/* Depth, lengths, time. */
static void limits(void **state)
{
    (void)state;
    struct recorder r = {0};
    struct sx_error error;
    struct sx_buffer text = {0};
    sx_buffer_puts(&text, "<speak>");
    for (int i = 0; i < 5000; i++)
        sx_buffer_puts(&text, "<emphasis>");
    assert_int_equal(run(&r, text.data, text.length, 0, NULL, &error), SYRINX_ERROR_INPUT);
    assert_non_null(strstr(error.message, "line 1, column 2558: more than 256 elements are open"));
    recorder_free(&r);

    memset(&r, 0, sizeof r);
    sx_buffer_clear(&text);
    sx_buffer_puts(&text, "<speak><sub alias='");
    for (int i = 0; i < 9000; i++)
        sx_buffer_puts(&text, "a");
    sx_buffer_puts(&text, "'/></speak>");
    assert_int_equal(run_cut(&r, text.data, text.length, NULL, &error), SYRINX_ERROR_INPUT);
    assert_non_null(strstr(error.message, "line 1, column 8: the attribute alias is longer than 8192 bytes"));
    recorder_free(&r);

    /* a long comment byte by byte is not looked at over and over */
    memset(&r, 0, sizeof r);
    sx_buffer_clear(&text);
    sx_buffer_puts(&text, "<speak><!--");
    for (int i = 0; i < 500000; i++)
        sx_buffer_puts(&text, "c");
    sx_buffer_puts(&text, "-->a</speak>");
    assert_int_equal(run(&r, text.data, text.length, 1, NULL, &error), 0);
    assert_string_equal(lines(&r), "S\nT 500014-500015|a|\nB 2\n");
    recorder_free(&r);

    memset(&r, 0, sizeof r);
    sx_buffer_clear(&text);
    sx_buffer_puts(&text, "<speak><break");
    for (int i = 0; i < 3000000; i++)
        sx_buffer_puts(&text, " ");
    assert_int_equal(run(&r, text.data, text.length, 4096, NULL, &error), SYRINX_ERROR_INPUT);
    assert_non_null(strstr(error.message, "line 1, column 8: a tag or comment that is longer than"));
    recorder_free(&r);
    sx_buffer_free(&text);
}

/* A sink that fails, whichever call it is. */
static void failing_sink(void **state)
{
    (void)state;
    const char *text = "<speak><p>a</p><prosody duration='1s'>b<break/>c</prosody><audio src='x'><desc>d</desc></audio></speak>";
    for (int i = 1; i <= 11; i++) {
        struct recorder r = {.fail_at = i};
        struct sx_error error;
        assert_int_equal(run(&r, text, strlen(text), 3, NULL, &error), SYRINX_ERROR_CANCELLED);
        assert_string_equal(error.message, "the sink is full");
        assert_int_equal(r.calls, i);
        recorder_free(&r);
    }
}

/* Bytes of a document, changed at random: the same calls whatever the cuts, and none that breaks the contract. */
static void random_cuts(void **state)
{
    (void)state;
    static const char seed[] = "<?xml version='1.0'?><speak xml:lang='en'><p>One <s>two</s></p><prosody rate='80%' duration='3s'>x<emphasis>y</emphasis> z</prosody>"
                               "<audio src='a.wav'> <desc>d&amp;</desc></audio><sub alias='q'/> &#233;\xC3\xA9\r\n<mark name='m'/><![CDATA[ <> ]]><w role='a:b'>t</w></speak>";
    for (uint64_t i = 0; i < 400; i++) {
        char text[sizeof seed];
        memcpy(text, seed, sizeof seed);
        size_t length = sizeof seed - 1;
        for (uint64_t k = 0; k < i % 4; k++) {
            uint64_t bits = sx_random_bits(i, k);
            text[bits % length] = "<>&;'\"/= ax\xC3"[bits >> 32 & 7];
        }
        struct recorder r = {0};
        struct sx_error error;
        run_cut(&r, text, length, NULL, &error);
        recorder_free(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(structure), cmocka_unit_test(places), cmocka_unit_test(breaks), cmocka_unit_test(prosodies), cmocka_unit_test(shared_time),
        cmocka_unit_test(passages), cmocka_unit_test(phonemes), cmocka_unit_test(voices), cmocka_unit_test(marks), cmocka_unit_test(recordings),
        cmocka_unit_test(lexica), cmocka_unit_test(unknown), cmocka_unit_test(errors), cmocka_unit_test(entities), cmocka_unit_test(limits), cmocka_unit_test(failing_sink),
        cmocka_unit_test(random_cuts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
