/* test_score_musicxml.c - MusicXML: notes, voices, ties, repeats, verses, marks and their performance, and what is broken. */
#include "score.h"

#include <stdlib.h>

#include "base/buffer.h"

#define SCORE(inside) "<score-partwise><part-list><score-part id=\"P1\"><part-name>Violin</part-name></score-part></part-list><part id=\"P1\">" inside "</part></score-partwise>"
#define BAR(inside) "<measure number=\"1\">" inside "</measure>"
#define START "<attributes><divisions>2</divisions></attributes><sound tempo=\"60\"/>"
#define PITCH(step, octave) "<pitch><step>" step "</step><octave>" octave "</octave></pitch>"
#define NOTE(step, duration, more) "<note>" PITCH(step, "4") "<duration>" duration "</duration><voice>1</voice>" more "</note>"
#define MARK(what) "<notations><articulations><" what "/></articulations></notations>"
#define ORNAMENT(what) "<notations><ornaments><" what "/></ornaments></notations>"

#ifdef SX_HAVE_FILES
enum { PACKED = SYRINX_ERROR_FORMAT };
#else
enum { PACKED = SYRINX_ERROR_UNSUPPORTED };
#endif

static void check(const char *text, const char *notes, bool velocity)
{
    struct sx_score *score = read_score(text, strlen(text));
    assert_string_equal(notes_of(score, NULL, velocity), notes);
    sx_score_free(score);
}

static void notes(void **state)
{
    (void)state;
    check(SCORE(BAR(START NOTE("C", "2", "") NOTE("D", "3", "") "<note><rest/><duration>1</duration></note>" NOTE("E", "2", ""))), "0+1000 60; 1000+1500 62; 3000+1000 64", false);
    check(SCORE(BAR(START NOTE("C", "4", "") "<note><chord/>" PITCH("E", "4") "<duration>4</duration></note><backup><duration>4</duration></backup>"
                    "<forward><duration>2</duration></forward><note>" PITCH("C", "3") "<duration>2</duration><voice>2</voice></note>")),
          "0+2000 60; 0+2000 64; 1000+1000 48", false);
    check(SCORE(BAR(START "<note><pitch><step>B</step><alter>-1.5</alter><octave>4</octave></pitch><duration>2</duration></note>")), "0+1000 69.5", false);
    check(SCORE(BAR(START NOTE("C", "2", "<tie type=\"start\"/>")) BAR(NOTE("C", "2", "<tie type=\"stop\"/><tie type=\"start\"/>") NOTE("C", "2", "<tie type=\"stop\"/>") NOTE("C", "2", ""))),
          "0+3000 60; 3000+1000 60", false);
    check(SCORE(BAR(START "<attributes><transpose><chromatic>-2</chromatic><octave-change>-1</octave-change></transpose></attributes>" NOTE("D", "2", ""))), "0+1000 48", false);
    check(SCORE(BAR(START "<direction><direction-type><metronome><beat-unit>half</beat-unit><beat-unit-dot/><per-minute>ca. 40</per-minute></metronome></direction-type></direction>" NOTE("C", "2", ""))),
          "0+500 60", false);
    check(SCORE(BAR(START "<note>" PITCH("C", "4") "<type>eighth</type><time-modification><actual-notes>3</actual-notes><normal-notes>2</normal-notes></time-modification></note>")), "0+333 60", false);
    check(SCORE(BAR(START NOTE("C", "2", "<cue/>") NOTE("D", "2", ""))), "1000+1000 62", false);
}

/* Numbers that no score has: what is too long is held within the longest score, and what stands behind its end is left out. */
static void hostile_numbers(void **state)
{
    struct sx_buffer text = { 0 };
    (void)state;
    /* a metronome outside of a direction, and a tempo that takes its place from another bar */
    check(SCORE(BAR("<attributes><divisions>2</divisions></attributes><metronome><beat-unit>quarter</beat-unit><per-minute>120</per-minute></metronome>" NOTE("C", "2", ""))
                BAR("<direction><sound tempo=\"0\"/></direction>" NOTE("D", "2", ""))), "0+500 60; 500+500 62", false);
    /* notes without a duration, of an endless type */
    check(SCORE(BAR(START "<note>" PITCH("C", "4") "<type>maxima</type><time-modification><actual-notes>1</actual-notes><normal-notes>2000000000</normal-notes></time-modification></note>"
                    "<note>" PITCH("D", "4") "<type>maxima</type><time-modification><actual-notes>1</actual-notes><normal-notes>2000000000</normal-notes></time-modification></note>"
                    "<note><grace/>" PITCH("E", "4") "<type>maxima</type><time-modification><actual-notes>1</actual-notes><normal-notes>2000000000</normal-notes></time-modification></note>")),
          "0+86400000 60", false);
    /* a meter of many beats */
    sx_buffer_puts(&text, "<score-partwise><part-list/><part id=\"P\"><measure><attributes><time><beats>1</beats><beat-type>256</beat-type>");
    for (int i = 0; i < 10000; i++)
        sx_buffer_puts(&text, "<beats>999</beats><beat-type>1</beat-type>");
    sx_buffer_puts(&text, "</time></attributes>" NOTE("C", "1", "") "</measure></part></score-partwise>");
    check(text.data, "0+500 60", false);
    /* an empty part goes on long behind the end: its last note does not come round to the begin */
    sx_buffer_clear(&text);
    sx_buffer_puts(&text, "<score-partwise><part-list/><part id=\"P\">");
    for (int i = 0; i < 60; i++)
        sx_buffer_puts(&text, BAR("<barline location=\"left\"><repeat direction=\"forward\"/></barline><forward><duration>1000000</duration></forward>"
                                  "<barline><repeat direction=\"backward\" times=\"100\"/></barline>"));
    sx_buffer_puts(&text, "<measure/></part><part id=\"Q\">");
    for (int i = 0; i < 60; i++)
        sx_buffer_puts(&text, "<measure/>");
    sx_buffer_puts(&text, "<measure>" NOTE("C", "1", "") "</measure></part></score-partwise>");
    check(text.data, "", false);
    sx_buffer_free(&text);
}

static void bars_repeat_others(void **state)
{
    (void)state;
#define AGAIN(bars) "<attributes><measure-style><measure-repeat type=\"start\">" bars "</measure-repeat></measure-style></attributes>"
#define STOP "<attributes><measure-style><measure-repeat type=\"stop\"/></measure-style></attributes>"
    check(SCORE(BAR(START NOTE("C", "2", "")) BAR(AGAIN("1")) BAR(STOP NOTE("D", "2", "")) BAR(NOTE("E", "2", "")) BAR(AGAIN("2")) BAR("") BAR(STOP NOTE("C", "2", ""))),
          "0+1000 60; 1000+1000 60; 5000+1000 62; 6000+1000 64; 7000+1000 62; 11000+1000 64; 15000+1000 60", false);     /* bars without notes of their own are as long as the meter says */
#undef AGAIN
#undef STOP
}

static void drums_and_programs(void **state)
{
    (void)state;
    static const char text[] = "<score-partwise><part-list><score-part id=\"a\"><part-name>Kit</part-name><score-instrument id=\"s\"/><score-instrument id=\"k\"/>"
        "<midi-instrument id=\"s\"><midi-channel>10</midi-channel><midi-unpitched>39</midi-unpitched></midi-instrument><midi-instrument id=\"k\"><midi-unpitched>37</midi-unpitched></midi-instrument>"
        "</score-part><score-part id=\"b\"><part-name>Fl\xC3\xB6te</part-name></score-part></part-list>"
        "<part id=\"a\"><measure><note><unpitched><display-step>C</display-step><display-octave>5</display-octave></unpitched><duration>1</duration><instrument id=\"s\"/></note>"
        "<note><unpitched/><duration>1</duration><instrument id=\"k\"/></note></measure></part><part id=\"b\"><measure>" NOTE("C", "1", "") "</measure></part></score-partwise>";
    struct sx_score *score = read_score(BYTES(text));
    assert_int_equal(score->parts[0].notes[0].pitch, 38);
    assert_int_equal(score->parts[0].notes[1].pitch, 36);
    assert_true(score->parts[0].notes[1].flags & SX_NOTE_PERCUSSION);
    assert_int_equal(score->parts[1].notes[0].program, 73);
    const struct sx_perform_options up = { .transpose = 12, .first_bar = -1 };
    assert_string_equal(notes_of(score, &up, false), "0+500 38; 0+500 72; 500+500 36");
    const struct sx_perform_options solo = { .first_bar = -1, .solo = " fl\xC3\xB6te ", .tempo = 2 };
    assert_string_equal(notes_of(score, &solo, false), "0+250 60");
    const struct sx_perform_options mute = { .first_bar = -1, .mute = "2, a" };
    assert_string_equal(notes_of(score, &mute, false), "");
    const struct sx_perform_options wrong = { .first_bar = -1, .solo = "oboe" };
    struct sx_performance performance;
    struct sx_error error;
    assert_int_equal(sx_perform(score, &wrong, &performance, &error), SYRINX_ERROR_INPUT);
    sx_score_free(score);
}

static void repeats_and_verses(void **state)
{
    (void)state;
    static const char text[] = SCORE("<measure number=\"1\">" START NOTE("C", "2", "<lyric number=\"1\"><syllabic>begin</syllabic><text>one-</text></lyric><lyric number=\"2\"><text>two</text></lyric>")
        "</measure><measure number=\"2\"><barline location=\"left\"><ending number=\"1\" type=\"start\"/></barline>" NOTE("D", "2", "") "<barline><ending number=\"1\" type=\"stop\"/>"
        "<repeat direction=\"backward\"/></barline></measure><measure number=\"3\"><barline location=\"left\"><ending number=\"2\" type=\"start\"/></barline>" NOTE("E", "2", "")
        "<barline><ending number=\"2\" type=\"discontinue\"/></barline></measure>");
    check(text, "0+1000 60 one; 1000+1000 62; 2000+1000 60 two; 3000+1000 64", false);
    struct sx_score *score = read_score(BYTES(text));
    assert_int_equal(score->bar_count, 4);
    assert_int_equal(score->bars[2].number, 1);
    assert_int_equal(score->bars[2].pass, 2);
    assert_int_equal(score->parts[0].notes[0].syllable, SX_SYLLABLE_BEGIN);
    const struct sx_perform_options bars = { .first_bar = 2, .last_bar = 2 };
    assert_string_equal(notes_of(score, &bars, false), "0+1000 62");
    const struct sx_perform_options both = { .first_bar = 1, .last_bar = 2 };
    assert_string_equal(notes_of(score, &both, false), "0+1000 60 one; 1000+1000 62; 2000+1000 60 two");
    sx_score_free(score);
    /* words and signs alone */
    check(SCORE(BAR(START NOTE("C", "2", "")) BAR("<direction><direction-type><segno/></direction-type></direction>" NOTE("D", "2", "")
                "<direction><direction-type><coda/></direction-type></direction>")
                BAR(NOTE("E", "2", "") "<direction><direction-type><words>D.S. al Coda</words></direction-type></direction>")
                BAR("<direction><direction-type><coda/></direction-type></direction>" NOTE("F", "2", ""))),
          "0+1000 60; 1000+1000 62; 2000+1000 64; 3000+1000 62; 4000+1000 65", false);
    /* a jump back brings back the tempo */
    check(SCORE(BAR(START NOTE("C", "2", "")) BAR("<sound tempo=\"120\"/>" NOTE("D", "2", "") "<sound dacapo=\"yes\"/>")),
          "0+1000 60; 1000+500 62; 1500+1000 60; 2500+500 62", false);
    /* bars that sound as the one before them */
    check(SCORE(BAR(START NOTE("C", "2", "")) BAR("<attributes><measure-style><measure-repeat type=\"start\">1</measure-repeat></measure-style></attributes>"
                "<note><rest/><duration>2</duration></note>") BAR("<attributes><measure-style><measure-repeat type=\"stop\"/></measure-style></attributes>" NOTE("D", "2", ""))),
          "0+1000 60; 1000+1000 60; 2000+1000 62", false);
}

static void marks(void **state)
{
    (void)state;
    check(SCORE(BAR(START NOTE("C", "2", MARK("staccato")) NOTE("C", "2", MARK("staccatissimo")) NOTE("C", "2", MARK("tenuto")) NOTE("C", "2", MARK("accent")))),
          "0+500 60 v80; 1000+300 60 v80; 2000+1000 60 v80; 3000+1000 60 v92", true);
    check(SCORE(BAR(START "<direction><direction-type><dynamics><pp/></dynamics></direction-type></direction>" NOTE("C", "2", "")
                    "<direction><direction-type><dynamics><fp/></dynamics></direction-type></direction>" NOTE("C", "2", "") NOTE("C", "2", ""))),
          "0+1000 60 v33; 1000+1000 60 v96; 2000+1000 60 v49", true);
    check(SCORE(BAR(START "<note><grace slash=\"yes\"/>" PITCH("D", "4") "<voice>1</voice><type>eighth</type></note>" NOTE("C", "2", ""))), "0+65 62; 65+935 60", false);
    check(SCORE(BAR(START "<note><grace/>" PITCH("D", "4") "<voice>1</voice><type>eighth</type></note>" NOTE("C", "2", ""))), "0+500 62; 500+500 60", false);
    check(SCORE(BAR(START NOTE("C", "2", "") "<note><grace/>" PITCH("D", "4") "<voice>1</voice><type>eighth</type></note>")), "0+935 60; 935+65 62", false);
    check(SCORE(BAR(START NOTE("C", "2", ORNAMENT("mordent")))), "0+120 60; 120+120 59; 240+760 60", false);
    check(SCORE(BAR("<attributes><divisions>2</divisions><key><fifths>2</fifths></key></attributes><sound tempo=\"60\"/>" NOTE("E", "2", ORNAMENT("inverted-mordent")))),
          "0+120 64; 120+120 66; 240+760 64", false);       /* F sharp is in the key */
    check(SCORE(BAR(START NOTE("C", "2", "<notations><ornaments><tremolo>1</tremolo></ornaments></notations>"))), "0+500 60; 500+500 60", false);
    check(SCORE(BAR(START NOTE("C", "2", "<notations><arpeggiate/></notations>") "<note><chord/>" PITCH("E", "4") "<duration>2</duration><voice>1</voice><notations><arpeggiate/></notations></note>")),
          "0+1000 60; 66+934 64", false);
    check(SCORE(BAR("<sound><swing><first>2</first><second>1</second></swing></sound>" START NOTE("C", "1", "") NOTE("D", "1", ""))), "0+667 60; 667+333 62", false);
    struct sx_score *score = read_score(BYTES(SCORE(BAR(START NOTE("C", "2", "<notations><fermata/></notations>") NOTE("D", "2", "")))));
    const struct sx_perform_options hold = { .first_bar = -1, .fermata = 0.5 };
    assert_string_equal(notes_of(score, NULL, false), "0+1000 60; 1000+1000 62");
    assert_string_equal(notes_of(score, &hold, false), "0+1500 60; 1500+1000 62");
    sx_score_free(score);
}

static void broken(void **state)
{
    struct sx_score *score;
    struct sx_error error;
    (void)state;
    score = read_score(BYTES(SCORE("<measure number=\"7\">" START NOTE("C", "-3", "") NOTE("D", "x", "") NOTE("E", "2", "") "<backup><duration>9</duration></backup></measure>")));
    assert_true(warned(score, "bar 7, Violin: a duration"));
    assert_true(warned(score, "bar 7, Violin: a <backup>"));
    assert_string_equal(notes_of(score, NULL, false), "0+0 60; 0+0 62; 0+1000 64");
    sx_score_free(score);
    score = read_score(BYTES(SCORE(BAR("<attributes><divisions>0</divisions><time><beats>0</beats><beat-type>3</beat-type></time></attributes>" NOTE("C", "1",
        "<time-modification><actual-notes>0</actual-notes><normal-notes>0</normal-notes></time-modification>")))));
    assert_true(warned(score, "divisions of 0") && warned(score, "a meter of") && warned(score, "a tuplet of 0"));
    sx_score_free(score);
    score = read_score(BYTES(SCORE(BAR(NOTE("C", "1000000000", "") NOTE("C", "1", "")))));
    assert_true(warned(score, "quarter notes in length"));
    sx_score_free(score);
    assert_int_equal(sx_score_read(NULL, BYTES("<score-partwise><part-list>"), NULL, &score, &error), SYRINX_ERROR_FORMAT);
    assert_non_null(strstr(error.message, "line 1"));
    assert_int_equal(sx_score_read(NULL, BYTES("PK\3\4 no archive"), NULL, &score, &error), PACKED);
    /* an entity that names a file is not read */
    score = read_score(BYTES("<!DOCTYPE score-partwise [<!ENTITY x SYSTEM \"/etc/passwd\">]><score-partwise><work><work-title>a&x;b</work-title></work></score-partwise>"));
    assert_true(!score->title || strlen(score->title) <= 2);
    sx_score_free(score);
}

/* Utf-16, and the same bars part by part or bar by bar. */
static void other_shapes(void **state)
{
    static const char text[] = "\xFF\xFE<\0s\0c\0o\0r\0e\0-\0t\0i\0m\0e\0w\0i\0s\0e\0/\0>";
    (void)state;
    sx_score_free(read_score(text, sizeof text));      /* the last zero is the end of a character */
    check("<score-timewise><part-list><score-part id=\"a\"/><score-part id=\"b\"/></part-list><measure><part id=\"a\">" NOTE("C", "1", "") "</part><part id=\"b\">" NOTE("E", "2", "")
          "</part></measure><measure><part id=\"b\">" NOTE("F", "1", "") "</part><part id=\"a\">" NOTE("D", "1", "") "</part></measure></score-timewise>",
          "0+500 60; 0+1000 64; 1000+500 62; 1000+500 65", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notes), cmocka_unit_test(hostile_numbers), cmocka_unit_test(bars_repeat_others), cmocka_unit_test(drums_and_programs), cmocka_unit_test(repeats_and_verses), cmocka_unit_test(marks), cmocka_unit_test(broken),
        cmocka_unit_test(other_shapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
