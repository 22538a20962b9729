/* test_score_abc.c - ABC tunes as notes: every rule of docs/ABC.md, with lists worked out by hand. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "score/score.h"

static struct sx_score *read_tune(const char *text, size_t length, int tune)
{
    struct sx_error error = { 0 };
    struct sx_score *score = sx_score_new();
    assert_non_null(score);
    int code = sx_abc_read(text, length, tune, score, &error);
    if (code != SYRINX_OK)
        fail_msg("%d %s: %s", code, error.message, text);
    assert_int_equal(sx_score_finish(score), SYRINX_OK);
    return score;
}

/* "60@0+1 62@1+.5s": pitch @ onset + duration in quarters, then marks and the syllable; parts divided by " / ". */
static char *list(const struct sx_score *score)
{
    static const struct { uint32_t flag; char c; } marks[] = {
        { SX_NOTE_GRACE, 'g' }, { SX_NOTE_SLASH, '/' }, { SX_NOTE_STACCATO, 's' }, { SX_NOTE_ACCENT, 'a' }, { SX_NOTE_FERMATA, 'f' }, { SX_NOTE_SLUR, '_' },
        { SX_NOTE_PERCUSSION, 'd' }, { SX_NOTE_TENUTO, 't' },
    };
    struct sx_buffer out = { 0 };
    sx_buffer_puts(&out, "");
    for (size_t p = 0; p < score->part_count; p++) {
        sx_buffer_puts(&out, p ? " /" : "");
        for (size_t i = 0; i < score->parts[p].note_count; i++) {
            const struct sx_note *note = &score->parts[p].notes[i];
            sx_buffer_printf(&out, "%s%g@%.4g+%.4g", i || p ? " " : "", (double)note->pitch, (double)note->onset / (double)SX_QUARTER, (double)note->duration / (double)SX_QUARTER);
            for (size_t k = 0; k < COUNT(marks); k++)
                if (note->flags & marks[k].flag)
                    sx_buffer_putc(&out, marks[k].c);
            if (note->ornament)
                sx_buffer_printf(&out, "o%d", note->ornament);
            if (note->lyric)
                sx_buffer_printf(&out, "'%s%s%s", note->lyric, note->extend ? "_" : "", note->syllable == SX_SYLLABLE_BEGIN || note->syllable == SX_SYLLABLE_MIDDLE ? "-" : "");
        }
    }
    assert_false(out.failed);
    return out.data ? out.data : strdup("");
}

struct test_case { const char *text, *wanted; };

static void check_all(const struct test_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct sx_score *score = read_tune(cases[i].text, strlen(cases[i].text), 0);
        char *got = list(score);
        if (strcmp(got, cases[i].wanted) != 0)
            fail_msg("\n%s\ngives   %s\ninstead %s", cases[i].text, got, cases[i].wanted);
        free(got);
        sx_score_free(score);
    }
}
#define CHECK(cases) check_all(cases, COUNT(cases))
#define HEAD "X:1\nL:1/4\nM:4/4\nK:C\n"

static void test_lengths(void **state)
{
    static const struct test_case cases[] = {
        { HEAD "CC2C/C//C3/2C/4|", "60@0+1 60@1+2 60@3+0.5 60@3.5+0.25 60@3.75+1.5 60@5.25+0.25" },
        { "X:1\nK:C\nC|", "60@0+0.5" },                             /* no meter: eighths */
        { "X:1\nM:2/4\nK:C\nC|", "60@0+0.25" },                     /* under 3/4: sixteenths */
        { "X:1\nM:6/8\nK:C\nC|", "60@0+0.5" },
        { "X:1\nM:none\nK:C\nC|", "60@0+0.5" },
        { "X:1\nL:1/8\nM:C|\nK:C\nC[L:1/4]C[L:1/16]C|", "60@0+0.5 60@0.5+1 60@1.5+0.25" },
        { HEAD "C>DE<F G>>AB<<c|", "60@0+1.5 62@1.5+0.5 64@2+0.5 65@2.5+1.5 67@4+1.75 69@5.75+0.25 71@6+0.25 72@6.25+1.75" },
        { HEAD "C>z D|[CE]>D|", "60@0+1.5 62@2+1 60@3+1.5 64@3+1.5 62@4.5+0.5" },
        { HEAD "%%MIDI ratio 2 1\nC>D|", "60@0+1.333 62@1.333+0.6667" },
        { HEAD "(3CDE (2CD (4CDEF|", "60@0+0.6667 62@0.6667+0.6667 64@1.333+0.6667 60@2+1.5 62@3.5+1.5 60@5+0.75 62@5.75+0.75 64@6.5+0.75 65@7.25+0.75" },
        { HEAD "(3:2:2C2D E|", "60@0+1.333 62@1.333+0.6667 64@2+1" },
        { HEAD "(3::2C2D E|(3:4CDE|", "60@0+1.333 62@1.333+0.6667 64@2+1 60@3+1.333 62@4.333+1.333 64@5.667+1.333" },
        { "X:1\nL:1/8\nM:6/8\nK:C\n(5CDEFG (2CD|", "60@0+0.3 62@0.3+0.3 64@0.6+0.3 65@0.9+0.3 67@1.2+0.3 60@1.5+0.75 62@2.25+0.75" },
        { HEAD "(3(3CDECC|", "60@0+0.4444 62@0.4444+0.4444 64@0.8889+0.4444 60@1.333+1 60@2.333+1" },
        { "X:1\nR:hornpipe\nM:4/4\nL:1/8\nK:C\nCD E2 (3FGA B>c|", "60@0+0.6667 62@0.6667+0.3333 64@1+1 65@2+0.3333 67@2.333+0.3333 69@2.667+0.3333 71@3+0.75 72@3.75+0.25" },
    };
    (void)state;
    CHECK(cases);
}

static void test_pitches(void **state)
{
    static const struct test_case cases[] = {
        { HEAD "C,,C,CcC'c'c''|", "36@0+1 48@1+1 60@2+1 72@3+1 72@4+1 84@5+1 96@6+1" },
        { HEAD "^C_D=E^^F__B^/G_/A|", "61@0+1 61@1+1 64@2+1 67@3+1 69@4+1 67.5@5+1 68.5@6+1" },
        { HEAD "^Cc C|C|", "61@0+1 73@1+1 61@2+1 60@3+1" },         /* through the bar, in all octaves */
        { HEAD "%%propagate-accidentals octave\n^Cc C|C|", "61@0+1 72@1+1 61@2+1 60@3+1" },
        { HEAD "%%propagate-accidentals not\n^Cc C|", "61@0+1 72@1+1 60@2+1" },
        { HEAD "^F-|F F|", "66@0+2 65@2+1" },                       /* a tie takes its accidental along */
        { "X:1\nL:1/4\nK:Bb\nBEA|", "70@0+1 63@1+1 69@2+1" },
        { "X:1\nL:1/4\nK:F#m\nFCG|", "66@0+1 61@1+1 68@2+1" },
        { "X:1\nL:1/4\nK:A Mixolydian\nGFC|", "67@0+1 66@1+1 61@2+1" },
        { "X:1\nL:1/4\nK:Ddor\nFB|[K:Ephr]F[K:Flyd]B[K:Bloc]B[K:Gaeo]B[K:Cion]B|", "65@0+1 71@1+1 65@2+1 71@3+1 71@4+1 70@5+1 71@6+1" },
        { "X:1\nL:1/4\nK:D exp _b ^g\nFBG|", "65@0+1 70@1+1 68@2+1" },
        { "X:1\nL:1/4\nK:D =c _B\nFcB|", "66@0+1 72@1+1 70@2+1" },
        { "X:1\nL:1/4\nK:HP\nFCG|[K:none]FC|[K:]F|", "66@0+1 61@1+1 67@2+1 65@3+1 60@4+1 65@5+1" },
        { "X:1\nL:1/4\nK:C treble-8\nC|[K:clef=treble]C|[K:octave=1]C|[K:transpose=-2 octave=0]C|", "48@0+1 60@1+1 72@2+1 58@3+1" },
        { "X:1\nL:1/4\nK:C clef=bass middle=d\nC|", "60@0+1" },
        { "X:1\nL:1/4\n%%MIDI transpose 5\nK:C\nC|\n%%MIDI transpose -5\nC|\n%%MIDI rtranspose 2\nC|", "65@0+1 55@1+1 57@2+1" },
        { HEAD "!8va(!C!8va)!C|", "72@0+1 60@1+1" },
    };
    (void)state;
    CHECK(cases);
}

static void test_chords_ties_graces(void **state)
{
    static const struct test_case cases[] = {
        { HEAD "[CEG]2[C2E]/|", "60@0+2 64@0+2 67@0+2 60@2+1 64@2+0.5" },
        { HEAD "[CC]E|", "60@0+1 64@1+1" },                         /* a unison is one sound */
        { HEAD "[CE]-|[CE]|[C-E][CF]|", "60@0+2 64@0+2 64@2+1 60@2+2 65@3+1" },
        { HEAD "C -C C-D|", "60@0+2 60@2+1 62@3+1" },
        { HEAD "(CDE)F|", "60@0+1_ 62@1+1_ 64@2+1 65@3+1" },
        { HEAD "{g}C{/ab}D|", "79@0+0.25g 60@0+1 81@1+0.25g/ 83@1+0.25g/ 62@1+1" },
        { HEAD ".C LD HE !tenuto!F|!>!C TD ~E .[CE]|", "60@0+1s 62@1+1a 64@2+1f 65@3+1t 60@4+1a 62@5+1o1 64@6+1o9 60@7+1s 64@7+1s" },
        { HEAD "!trill(!CD!trill)!E|!///!C|", "60@0+1o1 62@1+1o1 64@2+1 60@3+1o8" },
        { "X:1\nL:1/4\nI:decoration +\nK:C\n+accent+C|", "60@0+1a" },
        { "X:1\nL:1/4\nU:W=!tenuto!\nU:T=!nil!\nK:C\nWC TD|", "60@0+1t 62@1+1" },
        { HEAD "C & E2|D|", "60@0+1 64@0+2 62@2+1" },
        { HEAD "C4|D4&&E8|G|", "60@0+4 64@0+8 62@4+4 67@8+1" },
        { HEAD "(&C4|D4&E4|F4&)|G|", "60@0+4 64@0+4 62@4+4 65@4+4 67@8+1" },
    };
    (void)state;
    CHECK(cases);
}

static void test_rests(void **state)
{
    static const struct test_case cases[] = {
        { HEAD "zCx2C|yC|", "60@1+1 60@4+1 60@5+1" },
        { HEAD "Z|C|Z2|C|", "60@4+1 60@13+1" },
        { "X:1\nL:1/8\nM:6/8\nK:C\nC6|Z|C|", "60@0+3 60@6+0.5" },
        { "X:1\nL:1/8\nM:2+3/8\nK:C\nZ|C|", "60@2.5+0.5" },
        { "X:1\nL:1/8\nM:3/4+2/8\nK:C\nZ|C|", "60@4+0.5" },
    };
    (void)state;
    CHECK(cases);
}

static void test_order(void **state)
{
    static const struct test_case cases[] = {
        { HEAD "|:C4:|D4|", "60@0+4 60@4+4 62@8+4" },
        { HEAD "C4:|D4:|", "60@0+4 60@4+4 62@8+4 62@12+4" },
        { HEAD "|:C4|1D4:|2E4|F4|", "60@0+4 62@4+4 60@8+4 64@12+4 65@16+4" },
        { HEAD "|:C4|[1,3 D4:|[2 E4:|F4|", "60@0+4 62@4+4 60@8+4 64@12+4 60@16+4 62@20+4 65@24+4" },
        { HEAD "|:C4|[1-2D4:|[3E4|]", "60@0+4 62@4+4 60@8+4 62@12+4 60@16+4 64@20+4" },
        { HEAD "|::C4::|", "60@0+4 60@4+4 60@8+4" },
        { HEAD "|:C4::D4:|", "60@0+4 60@4+4 62@8+4 62@12+4" },
        { HEAD "|:C4|D4||", "60@0+4 62@4+4" },
        { HEAD "C4|D4!fine!|E4!D.C.!|", "60@0+4 62@4+4 64@8+4 60@12+4 62@16+4" },
        { HEAD "C4|\"^D.C. al Fine\"D4|", "60@0+4 62@4+4 60@8+4 62@12+4" },
        { HEAD "C4|!segno!D4|E4!dacoda!|F4!D.S.!|!coda!G4|", "60@0+4 62@4+4 64@8+4 65@12+4 62@16+4 64@20+4 67@24+4" },
        { HEAD "C4|D4|OE4|F4!dacapo!|OG4|", "60@0+4 62@4+4 64@8+4 65@12+4 60@16+4 62@20+4 67@24+4" },
        { "X:1\nL:1/4\nP:AAB\nK:C\nP:A\nC4|\nP:B\nD4|", "60@0+4 60@4+4 62@8+4" },
        { "X:1\nL:1/4\nP:(AB)2.A3\nK:C\nP:A\nC|\nP:B\nD|", "60@0+1 62@1+1 60@2+1 62@3+1 60@4+1 60@5+1 60@6+1" },
        { "X:1\nL:1/4\nK:C\nP:A\nC|\nP:B\nD:|", "60@0+1 62@1+1 62@2+1" },
        { "X:1\nL:1/4\nP:BA\nK:C\nV:1\nP:A\nC|\nV:2\nG|\nP:B\nV:1\nD|\nV:2\nA|", "62@0+1 60@1+1 / 69@0+1 67@1+1" },
    };
    (void)state;
    CHECK(cases);
}

static void test_voices(void **state)
{
    static const struct test_case cases[] = {
        { "X:1\nL:1/4\nK:C\nV:1\nCD|\nV:2\nEF|\nV:1\nC|\nV:2\nG|", "60@0+1 62@1+1 60@2+1 / 64@0+1 65@1+1 67@2+1" },
        { "X:1\nL:1/4\nV:T clef=treble-8\nV:B\nK:C\n[V:T]C|[V:B]E|\n[V:T]D|[V:B]F|", "48@0+1 50@1+1 / 64@0+1 65@1+1" },
        { "X:1\nL:1/4\nK:C\nV:1\n|:C4:|\nV:2\nE4|", "60@0+4 60@4+4 / 64@0+4 64@4+4" },      /* a voice without the repeat sign */
        { "X:1\nL:1/4\nM:2/4\nK:C\nV:1\nC2|D2|E2|F2|G2|A2|\nV:2\nC2|D|E2|F2|G2|A2|",
          "60@0+2 62@2+2 64@4+2 65@6+2 67@8+2 69@10+2 / 60@0+2 62@2+1 64@4+2 65@6+2 67@8+2 69@10+2" },
        { "X:1\nL:1/4\nV:1\nV:2 clef=perc\n%%MIDI drummap C 36\nK:C\nV:1\nC|\nV:2\nCD|", "60@0+1 / 36@0+1d 62@1+1d" },
    };
    (void)state;
    CHECK(cases);
    const char *text = "X:1\nT:Two\nC:N. N.\nV:1 nm=\"Flute\"\n%%MIDI program 73\nV:2 name=\"Basso\"\n%%MIDI channel 3\n%%MIDI program 32\nK:C\nV:1\nC|\nV:2\nC|\n%%MIDI program 43\nC|\n";
    struct sx_score *score = read_tune(text, strlen(text), 0);
    assert_string_equal(score->title, "Two");
    assert_string_equal(score->composer, "N. N.");
    assert_string_equal(score->parts[0].name, "Flute");
    assert_int_equal(score->parts[0].program, 73);
    assert_string_equal(score->parts[1].name, "Basso");
    assert_int_equal(score->parts[1].percussion, false);
    assert_int_equal(score->parts[1].channel, 2);
    assert_int_equal(score->parts[1].notes[0].program, 32);
    assert_int_equal(score->parts[1].notes[1].program, 43);
    sx_score_free(score);
    /* Without %%MIDI program a voice's name tells the instrument. */
    const char *named = "X:1\nV:1 name=\"2nd Violin\"\nV:2 name=\"Violin\"\n%%MIDI program 41\nV:3 name=\"Anna\"\nK:C\nV:1\nC|\nV:2\nC|\nV:3\nC|\n";
    score = read_tune(named, strlen(named), 0);
    assert_int_equal(score->parts[0].notes[0].program, 40);
    assert_int_equal(score->parts[1].notes[0].program, 41);
    assert_int_equal(score->parts[2].notes[0].program, 0);
    sx_score_free(score);
}

static void test_tempo(void **state)
{
    static const struct { const char *q; double quarters; } cases[] = {
        { "1/4=90", 90 }, { "3/8=50", 75 }, { "120", 60 }, { "C=100", 50 }, { "C3=40", 60 }, { "1/4 3/8 1/4 3/8=40", 200 }, { "\"Allegro\" 1/4=111", 111 },
        { "1/2=60 \"slowly\"", 120 }, { "\"Andante\"", 88 }, { "\"Molto allegro\"", 132 }, { "1/4=112.5", 112.5 }, { "1/4=100000", 1000 }, { " 1/8 = 100", 50 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[200];
        snprintf(text, sizeof text, "X:1\nL:1/8\nQ:%s\nK:C\nC|", cases[i].q);
        struct sx_score *score = read_tune(text, strlen(text), 0);
        assert_int_equal(score->tempo_count, 1);
        if (score->tempos[0].quarters != cases[i].quarters)
            fail_msg("Q:%s is %g, not %g", cases[i].q, score->tempos[0].quarters, cases[i].quarters);
        sx_score_free(score);
    }
    /* Behind a repeat the tempo is the one that is written there. */
    const char *text = "X:1\nL:1/4\nQ:1/4=60\nK:C\n|:C|[Q:1/4=120]D:|[Q:\"a tempo\"]E|";
    struct sx_score *score = read_tune(text, strlen(text), 0);
    char *got = list(score);
    assert_string_equal(got, "60@0+1 62@1+1 60@2+1 62@3+1 64@4+1");
    assert_float_equal(sx_score_seconds(score, 4 * SX_QUARTER), 3, 1e-9);
    assert_float_equal(sx_score_seconds(score, 5 * SX_QUARTER), 4, 1e-9);
    free(got);
    sx_score_free(score);
}

static void test_words(void **state)
{
    static const struct test_case cases[] = {
        { HEAD "CDEF|\nw:A-ma-zing_", "60@0+1'A- 62@1+1'ma- 64@2+1'zing_ 65@3+1" },
        { HEAD "CDEF|\nw:a * b~c \\-", "60@0+1'a 62@1+1 64@2+1'b c 65@3+1'-" },
        { HEAD "CDEF|GA|\nw:a|b", "60@0+1'a 62@1+1 64@2+1 65@3+1 67@4+1'b 69@5+1" },
        { HEAD "CDEF|\nw:long--er now", "60@0+1'long_- 62@1+1 64@2+1'er 65@3+1'now" },
        { HEAD "C z [EG] {g}F|\nw:a b c", "60@0+1'a 64@2+1'b 67@2+1 79@3+0.25g 65@3+1'c" },
        { HEAD "CD|\nEF|\nw:a b c d\nG|\nw:e", "60@0+1'a 62@1+1'b 64@2+1'c 65@3+1'd 67@4+1'e" },
        { HEAD "|:CD:|\nw:a b\nw:c d", "60@0+1'a 62@1+1'b 60@2+1'c 62@3+1'd" },
        { HEAD "CDEF|\nw:a b\n+:c d", "60@0+1'a 62@1+1'b 64@2+1'c 65@3+1'd" },
        { HEAD "CDEF|\nw:a b\\\nw:c d", "60@0+1'a 62@1+1'b 64@2+1'c 65@3+1'd" },
        { HEAD "C-|CD|\nw:a_ b", "60@0+2'a_ 62@2+1'b" },
        { HEAD "CD|\nw:\\'et\\'e &auml;\\u00e9", "60@0+1'\xC3\xA9t\xC3\xA9 62@1+1'\xC3\xA4\xC3\xA9" },
        { HEAD "C2&E2|\nw:a&b", "60@0+2'a 64@0+2'b" },
        { "X:1\nL:1/4\nP:AA\nK:C\nP:A\nC|\nw:a\nw:b", "60@0+1'a 60@1+1'b" },
        { HEAD "CDEF|\ns:!accent! * . !fermata!", "60@0+1a 62@1+1 64@2+1s 65@3+1f" },
    };
    (void)state;
    CHECK(cases);
}

static void test_macros_and_lines(void **state)
{
    static const struct test_case cases[] = {
        { "X:1\nL:1/4\nm:~G2=GAG\nK:C\n~G2 ~A|", "67@0+1 69@1+1 67@2+1 69@3+1o9" },
        { "X:1\nL:1/4\nm:~n2=n/o/n/m/\nK:C\n~G2~c2|", "67@0+0.5 69@0.5+0.5 67@1+0.5 65@1.5+0.5 72@2+0.5 74@2.5+0.5 72@3+0.5 71@3.5+0.5" },
        { "X:1\nL:1/4\nK:C % c\nC\\\nD %E\n%F\nE|[r:remark]F`F y$|\n\nG|", "60@0+1 62@1+1 64@2+1 65@3+1 65@4+1" },
        { "X:1\nL:1/4\nK:C\n%%begintext\nCCC\n%%endtext\nD|\nN:note\nE|!\nF!|", "62@0+1 64@1+1 65@2+1" },
        { "L:1/4\nK:C\nC|", "60@0+1" },
        { "X:1\r\nL:1/4\r\nK:C\r\nC|\r\nD|", "60@0+1 62@1+1" },
        { "L:1/4\nM:3/4\n\nX:1\nK:G\nF|", "66@0+1" },                /* the file's header */
    };
    (void)state;
    CHECK(cases);
}

static void test_accompaniment(void **state)
{
    static const struct test_case cases[] = {
        { HEAD "\"Am\"A4|", "69@0+4 / 57@1+0.5 60@1+0.5 64@1+0.5 57@3+0.5 60@3+0.5 64@3+0.5 / 45@0+0.5 45@2+0.5" },
        { "X:1\nL:1/4\nM:3/4\nK:C\n\"G7/B\"G3|", "67@0+3 / 59@1+0.5 62@1+0.5 65@1+0.5 67@1+0.5 59@2+0.5 62@2+0.5 65@2+0.5 67@2+0.5 / 47@0+0.5" },
        { "X:1\nL:1/8\nM:6/8\nK:C\n\"C\"C6|", "60@0+3 / 48@1+0.5 52@1+0.5 55@1+0.5 48@2.5+0.5 52@2.5+0.5 55@2.5+0.5 / 36@0+0.5 36@1.5+0.5" },
        { "X:1\nL:1/4\nM:4/4\n%%MIDI gchord c2\nK:C\n\"C\"C4|\"N.C.\"C4|", "60@0+4 60@4+4 / 48@0+4 52@0+4 55@0+4 /" },
        { "X:1\nL:1/4\nM:4/4\n%%MIDI gchord GHIJ\nK:C\n\"C7\"C4|", "60@0+4 / 36@0+1 40@1+1 43@2+1 46@3+1 /" },
        { "X:1\nL:1/4\nM:2/4\n%%MIDI gchordoff\nK:C\n\"C\"C2|", "60@0+2 / /" },
        { "X:1\nL:1/4\nM:4/4\n%%MIDI drum dzd2 36 38 100 90\n%%MIDI drumon\nK:C\nC4|", "60@0+4 / 36@0+1d 38@2+2d" },
        { "X:1\nL:1/4\nM:4/4\n%%MIDI gchord b\n%%MIDI chordname q 0 1\nK:C\n\"Cq\"C4|", "60@0+4 / 48@0+4 49@0+4 / 36@0+4" },
        { HEAD "\"^Text\"C4|\"nonsense\"C4|", "60@0+4 60@4+4" },
    };
    (void)state;
    CHECK(cases);
}

static void test_choice(void **state)
{
    static const char text[] = "L:1/4\n\nX:7\nT:Seven\nK:C\nC|\n\nfree text\nX:3\nT:Three\nK:C\nD|\nX:9\nT:Nine\nK:C\nE|\n";
    static const struct { int tune, place; const char *title; } cases[] = { { 0, 1, "Seven" }, { 1, 1, "Seven" }, { 2, 2, "Three" }, { 3, 3, "Nine" }, { 7, 1, "Seven" }, { 9, 3, "Nine" } };
    struct sx_error error = { 0 };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sx_score *score = read_tune(text, strlen(text), cases[i].tune);
        assert_string_equal(score->title, cases[i].title);
        assert_int_equal(score->tune, cases[i].place);
        assert_int_equal(score->tunes, 3);
        sx_score_free(score);
    }
    struct sx_score *score = sx_score_new();
    assert_int_equal(sx_abc_read(text, strlen(text), 4, score, &error), SYRINX_ERROR_INPUT);
    assert_non_null(strstr(error.message, "the file has 3"));
    assert_int_equal(sx_abc_read("hello\n", 6, 0, score, &error), SYRINX_ERROR_FORMAT);
    assert_int_equal(sx_abc_read("X:1\nT:x\n", 8, 0, score, &error), SYRINX_ERROR_INPUT);
    assert_non_null(strstr(error.message, "K:C"));
    sx_score_free(score);
}

static void test_encodings(void **state)
{
    static const char *const titles[] = { "X:1\nT:\xC3\x84nnchen\nK:C\nC|", "X:1\nT:\xC4nnchen\nK:C\nC|", "\xEF\xBB\xBFX:1\nT:\\\"Annchen\nK:C\nC|", "X:1\nT:&Auml;nnchen\nK:C\nC|" };
    (void)state;
    for (size_t i = 0; i < COUNT(titles); i++) {
        struct sx_score *score = read_tune(titles[i], strlen(titles[i]), 0);
        assert_string_equal(score->title, "\xC3\x84nnchen");
        sx_score_free(score);
    }
    struct sx_score *score = read_tune("X:1\nT:\x93Hi\x94\nK:C\nC|", 17, 0);      /* curved quotation marks of Windows-1252 */
    assert_string_equal(score->title, "\xE2\x80\x9CHi\xE2\x80\x9D");
    sx_score_free(score);
}

static void test_model(void **state)
{
    const char *text = "X:1\nL:1/4\nM:3/4\nK:Gm\nC|!p!CDE|!<(!C!<)!D!f!E|[K:D][M:2/4]C2|:D2:|\n";
    struct sx_score *score = read_tune(text, strlen(text), 0);
    (void)state;
    static const int numbers[] = { 0, 1, 2, 3, 4, 4 };
    assert_int_equal(score->bar_count, COUNT(numbers));
    for (size_t i = 0; i < COUNT(numbers); i++)
        assert_int_equal(score->bars[i].number, numbers[i]);
    assert_int_equal(score->bars[5].pass, 2);
    assert_int_equal(score->meters[1].beats, 2);
    assert_true(score->meters[1].tick == 7 * SX_QUARTER);
    assert_int_equal(score->keys[0].fifths, -2);
    assert_true(score->keys[0].minor);
    assert_int_equal(score->keys[1].fifths, 2);
    const struct sx_dynamic *d = score->parts[0].dynamics;
    assert_int_equal(score->parts[0].dynamic_count, 4);
    assert_int_equal(d[0].kind, SX_DYNAMIC_LEVEL);
    assert_int_equal(d[0].velocity, sx_score_velocity("p"));
    assert_int_equal(d[1].kind, SX_DYNAMIC_CRESCENDO);
    assert_int_equal(d[2].kind, SX_DYNAMIC_HAIRPIN_END);
    assert_int_equal(d[3].velocity, sx_score_velocity("f"));
    assert_true(d[3].tick == 6 * SX_QUARTER);
    assert_int_equal(score->warning_count, 0);
    sx_score_free(score);
}

static bool warned(const struct sx_score *score, const char *of)
{
    for (size_t i = 0; i < score->warning_count; i++)
        if (strstr(score->warnings[i].text, of))
            return true;
    return false;
}

static void test_warnings(void **state)
{
    static const struct { const char *text, *warning; } cases[] = {
        { HEAD "C4|D0|", "bar 2: voice 1: a note length" }, { HEAD "C4|!what!D|", "decoration !what!" }, { HEAD "C4|(0C|", "tuplet" },
        { HEAD "C4|C1000000|", "cut" }, { HEAD "[CE|", "closing ]" }, { HEAD "C|\nw:a b", "bar 1: voice 1: more syllables" }, { "X:1\nK:H#\nC|", "\"H#\" in K:" },
        { "X:1\nM:4/0\nK:C\nC|", "M:4/0" }, { "X:1\nQ:fast\nK:C\nC|", "Q:fast" }, { "X:1\nP:AX\nK:C\nP:A\nC|", "a part X" },
        { "X:1\nL:1/4\nM:2/4\nK:C\nV:1\nC2|D2|E2|F2|G2|A2|\nV:Alto\nC2|D|E2|F2|G2|A2|", "bar 2: voice Alto" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sx_score *score = read_tune(cases[i].text, strlen(cases[i].text), 0);
        if (!warned(score, cases[i].warning))
            fail_msg("%s\ndoes not warn of %s but \"%s\"", cases[i].text, cases[i].warning, score->warning_count ? score->warnings[0].text : "");
        sx_score_free(score);
    }
}

static void add_many(struct sx_buffer *text, const char *what, size_t times)
{
    for (size_t i = 0; i < times; i++)
        sx_buffer_puts(text, what);
}

static void test_hostile(void **state)
{
    static const struct { const char *begin, *piece; size_t times; } cases[] = {
        { "X:1\nK:C\n", "C/D/(3EFG", 1200000 },                     /* a bar of 10 MB */
        { "X:1\nP:(((((A9999)9999)9999)9999)9999)9999\nK:C\nP:A\n|:", "C:|", 200 },
        { "X:1\nP:((((((9999)9999)9999)9999)9999)9999)9999\nK:C\n", "C|", 2 },
        { "X:1\nK:C\n", "(3", 100000 }, { "X:1\nK:C\n", "[", 100000 }, { "X:1\nK:C\n", "{", 100000 }, { "X:1\nK:C\n", "\"A", 100000 },
        { "X:1\nm:A=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nK:C\n", "A", 300000 },
        { "X:1\nK:C\n", "[Q:1/4=99][Q:1/4=98]", 100000 }, { "X:1\nK:C\n", "|:C:|", 60000 }, { "X:1\nM:999/1\nK:C\n", "Z9999|", 1000 },
        { "X:1\nK:C\nC|\n", "w:a-\n", 100000 }, { "X:1\nK:C\n", "[CEG]-", 50000 }, { "X:1\nK:C\n", "&C", 100000 }, { "X:1\nK:C\nC", "::::::::", 10000 },
        { "X:1\nK:C\n", "!segno!!coda!!D.S.!C|", 10000 }, { "X:1\nK:C\n", "\"C\"C1024|", 4000 }, { "X:1\nK:C\n", "C!coda!|", 1000 }, { "X:1\n", "V:1 octave=9\n", 10000 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sx_buffer text = { 0 };
        struct sx_error error = { 0 };
        sx_buffer_puts(&text, cases[i].begin);
        add_many(&text, cases[i].piece, cases[i].times);
        assert_false(text.failed);
        struct sx_score *score = sx_score_new();
        int code = sx_abc_read(text.data, text.length, 0, score, &error);
        assert_true(code == SYRINX_OK || (code == SYRINX_ERROR_INPUT && error.message[0]));
        assert_true(score->note_count <= SX_SCORE_NOTES);
        if (i < 2)
            assert_true(score->warning_count > 0);
        sx_score_free(score);
        sx_buffer_free(&text);
    }
}

/* Lengths that are multiplied and multiplied stay within a note's longest. */
static void test_hostile_lengths(void **state)
{
    static const char *const tunes[] = {
        "X:1\nL:1/1\nK:C\n(9:999:9(9:999:9[C1000000]1000000 D|", "X:1\nK:C\nC> > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > D|",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(tunes); i++) {
        struct sx_score *score = read_tune(tunes[i], strlen(tunes[i]), 0);
        assert_true(score->parts[0].note_count > 0 && score->end > 0);
        for (size_t k = 0; k < score->parts[0].note_count; k++)
            assert_in_range(score->parts[0].notes[k].duration, 1, 4096 * SX_QUARTER);
        sx_score_free(score);
    }
    struct sx_score *score = read_tune(tunes[1], strlen(tunes[1]), 0);
    char *notes = list(score);
    assert_string_equal(notes, "60@0+0.75 62@0.75+0.25");      /* only the first > has a note to act on */
    free(notes);
    sx_score_free(score);
}

/* Lines that look through the whole tune again and again end the reading, with a warning. */
static void test_hostile_searches(void **state)
{
    static const struct { const char *begin, *piece; int pieces; const char *line; } cases[] = {
        { "X:1\nK:C\n", "C", 20000, "\nw:&a" }, { "X:1\nK:C\n", "C", 20000, "\ns:|*" },
        { "X:1\nm:CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCD = E\nK:C\n", "CCCCCCCCCCCCCCCC", 1000, "\nCCCCCCCC" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sx_buffer text = { 0 };
        sx_buffer_puts(&text, cases[i].begin);
        add_many(&text, cases[i].piece, cases[i].pieces);
        add_many(&text, cases[i].line, i < 2 ? 40000 : 0);
        struct sx_score *score = read_tune(text.data, text.length, 0);
        bool told = false;
        for (size_t k = 0; k < score->warning_count; k++)
            told = told || strstr(score->warnings[k].text, "too often");
        assert_int_equal(told, i < 2);
        sx_score_free(score);
        sx_buffer_free(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lengths), cmocka_unit_test(test_pitches), cmocka_unit_test(test_chords_ties_graces), cmocka_unit_test(test_rests),
        cmocka_unit_test(test_order), cmocka_unit_test(test_voices), cmocka_unit_test(test_tempo), cmocka_unit_test(test_words),
        cmocka_unit_test(test_macros_and_lines), cmocka_unit_test(test_accompaniment), cmocka_unit_test(test_choice), cmocka_unit_test(test_encodings),
        cmocka_unit_test(test_model), cmocka_unit_test(test_warnings), cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_hostile_lengths), cmocka_unit_test(test_hostile_searches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
