/* test_locale.c - a program that speaks Turkish or German: with its locale set, all parsers read and all rules do what they do in the C locale.
 * In Turkish, strcasecmp finds "TITLE" and "title" different; in German, strtod stops at the point of "1.5". */
#include "test.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/buffer.h"
#include "document/document.h"
#include "score/perform.h"
#include "text/ssml.h"
#include "voice/voice.h"

/* What was read goes into `out` as it lies in memory: printf would write it in the locale. */
static int take_text(void *user, const char *bytes, size_t length, uint64_t begin, uint64_t end, struct sx_error *error)
{
    (void)begin, (void)end, (void)error;
    sx_buffer_add(user, bytes, length);
    return 0;
}

static int take_style(void *user, const struct sx_style *style, struct sx_error *error)
{
    (void)error;
    const float numbers[] = {style->rate, style->pitch, style->range, style->volume, style->seconds, style->emphasis, style->as, style->structure, style->alphabet};
    const char *const words[] = {style->format, style->language, style->phones, style->instead};
    sx_buffer_add(user, numbers, sizeof numbers);
    for (size_t i = 0; i < COUNT(words); i++)
        sx_buffer_puts(user, words[i] ? words[i] : "-");
    return 0;
}

static int take_boundary(void *user, enum sx_boundary boundary, struct sx_error *error)
{
    (void)error;
    sx_buffer_add(user, &boundary, sizeof boundary);
    return 0;
}

static int take_point(void *user, const struct sx_point *point, struct sx_error *error)
{
    (void)error;
    sx_buffer_add(user, &point->seconds, sizeof point->seconds);
    return 0;
}

static void read_ssml(struct sx_buffer *out)
{
    static const char text[] =
        "<speak xml:lang='EN-GB'><prosody rate='1.25' pitch='+1.5st' volume='-2.5dB'>One</prosody><prosody rate='X-FAST' pitch='HIGH'>two</prosody>"
        "<break time='1.5s'/><break strength='X-WEAK'/><say-as interpret-as='DIGITS'>12</say-as><say-as interpret-as='DATE' format='DMY'>1.5.2026</say-as>"
        "<phoneme alphabet='IPA' ph='ˈaɪ'>I</phoneme><phoneme alphabet='X-SAMPA' ph='\"aI'>I</phoneme><emphasis level='MODERATE'>so</emphasis></speak>";
    const struct sx_markup_sink sink = {out, take_text, take_style, take_boundary, take_point};
    const struct sx_ssml_options options = {.hertz = 200};
    struct sx_ssml *ssml;
    struct sx_error error;
    assert_int_equal(sx_ssml_new(&options, &sink, 0, &ssml, &error), 0);
    assert_int_equal(sx_ssml_push(ssml, text, sizeof text - 1, &error), 0);
    assert_int_equal(sx_ssml_end(ssml, &error), 0);
    sx_ssml_free(ssml);
}

static void read_score(struct sx_buffer *out)
{
    static const char *const texts[] = {
        "X:1\nT:Locale\nR:HORNPIPE\nM:4/4\nL:1/8\nQ:1/4=92.5\nK:C MIXOLYDIAN\n\"^RIT.\"C2D2|\"^DIMINUENDO\"E2F2|\"^A TEMPO\"G4|\n",
        "<score-partwise><part-list><score-part id='P1'><part-name>VIOLIN I</part-name></score-part></part-list><part id='P1'><measure number='1'>"
        "<attributes><divisions>2.5</divisions></attributes><sound tempo='92.5' dynamics='71.5'/><note><pitch><step>B</step><alter>-0.5</alter><octave>4</octave></pitch>"
        "<duration>2.5</duration></note></measure></part></score-partwise>"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        const struct sx_perform_options options = {.first_bar = -1, .solo = i ? "violin i" : NULL};
        struct sx_score *score;
        struct sx_performance performance;
        struct sx_error error;
        assert_int_equal(sx_score_read(NULL, texts[i], strlen(texts[i]), NULL, &score, &error), 0);
        if (sx_perform(score, &options, &performance, &error) < 0)
            fail_msg("%s", error.message);
        assert_true(performance.note_count > 0);
        for (size_t k = 0; k < performance.note_count; k++) {
            const struct sx_performed_note *note = &performance.notes[k];
            const double numbers[] = {note->onset, note->duration, note->pitch, note->velocity};
            sx_buffer_add(out, numbers, sizeof numbers);
        }
        sx_performance_free(&performance);
        sx_score_free(score);
    }
}

#ifdef SX_HAVE_FILES
static void read_documents(struct sx_buffer *out)
{
    static const struct { int kind; const char *text; } texts[] = {
        {SYRINX_DOCUMENT_HTML, "<HTML><HEAD><TITLE>I</TITLE></HEAD><BODY><SCRIPT>if</SCRIPT><BLOCKQUOTE>quite</BLOCKQUOTE><UL><LI>in</LI></UL><I HIDDEN>hid</I></BODY></HTML>"},
        {SYRINX_DOCUMENT_TEXT, "TITLE: Kiwi\nAUTHOR: I\n\nCHAPTER I\n\nIt is.\n"}};
    for (size_t i = 0; i < COUNT(texts); i++) {
        const struct sx_markup_sink sink = {out, take_text, take_style, take_boundary, take_point};
        struct sx_document *document;
        struct sx_error error;
        assert_int_equal(sx_document_read(NULL, texts[i].text, strlen(texts[i].text), texts[i].kind, &document, &error), 0);
        assert_int_equal(sx_document_play(document, -1, &sink, &error), 0);
        sx_buffer_puts(out, sx_document_title(document) ? sx_document_title(document) : "-");
        sx_buffer_puts(out, sx_document_author(document) ? sx_document_author(document) : "-");
        sx_document_free(document);
    }
}
#endif

static void read_texts(struct sx_buffer *out)
{
    static const char *const texts[] = {"On FRI. 1 APRIL 2026, INTERSTATE 95 was 1.5 MI long; Louis XIII paid $2.50 and 3,5 IN.", "WIFI IS IN IRAQ. I.E. 12:30 P.M. Titi'S IPHONE"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        char *result;
        assert_int_equal(syrinx_normalize(texts[i], strlen(texts[i]), &result), 0);
        sx_buffer_puts(out, result);
        syrinx_free(result);
        assert_int_equal(syrinx_phonemize(texts[i], strlen(texts[i]), SYRINX_IPA, 0, NULL, &result), 0);
        sx_buffer_puts(out, result);
        syrinx_free(result);
    }
}

static void read_cards(struct sx_buffer *out)
{
    struct sx_voice *voice;
    struct sx_error error;
    float weights[SX_SPEAKERS] = {0};
    if (sx_voice_open("base", 1, false, &voice, &error) < 0)
        fail_msg("%s", error.message);
    sx_buffer_add(out, voice->card.pitch, sizeof voice->card.pitch);
    char mix[200];
    snprintf(mix, sizeof mix, "%s:0.75,%s:1.5", sx_voice_speaker(voice, 0), sx_voice_speaker(voice, sx_voice_speaker_count(voice) - 1));
    assert_int_equal(sx_voice_weights(voice, mix, weights, &error), 0);
    sx_buffer_add(out, weights, sizeof weights);
    sx_voice_close(voice);
}

static void read_all(struct sx_buffer *out)
{
    read_ssml(out);
    read_score(out);
#ifdef SX_HAVE_FILES
    read_documents(out);
#endif
    read_texts(out);
    read_cards(out);
    assert_false(out->failed);
}

static char folder[] = "/tmp/syrinx-locale-XXXXXX";

static int remove_folder(void **state)
{
    (void)state;
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

/* localedef is of the C library's own package, its sources of Debian's "locales". */
static void in_locale(const char *name)
{
    char command[300];
    struct sx_buffer here = {0}, there = {0};
    snprintf(command, sizeof command, "localedef -c -i %s -f UTF-8 %s/%s.UTF-8 >/dev/null 2>&1", name, folder, name);
    int status = system(command);
    snprintf(command, sizeof command, "%s.UTF-8", name);
    read_all(&here);
    if (status == -1 || !setlocale(LC_ALL, command)) {
        sx_buffer_free(&here);
        skip();
    }
    read_all(&there);
    setlocale(LC_ALL, "C");
    assert_int_equal(there.length, here.length);
    assert_memory_equal(there.data, here.data, here.length);
    sx_buffer_free(&here);
    sx_buffer_free(&there);
}

static void turkish(void **state)
{
    (void)state;
    in_locale("tr_TR");
}

static void german(void **state)
{
    (void)state;
    in_locale("de_DE");
}

int main(void)
{
    if (!mkdtemp(folder) || setenv("LOCPATH", folder, 1) != 0)
        return 1;
    const struct CMUnitTest tests[] = {cmocka_unit_test(turkish), cmocka_unit_test(german)};
    return cmocka_run_group_tests(tests, NULL, remove_folder);
}
