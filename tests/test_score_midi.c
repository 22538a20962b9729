/* test_score_midi.c - Standard MIDI Files: events, time, channels, lyrics, and what is broken. */
#include "score.h"

#include <math.h>

#define HEAD(format, tracks, division) "MThd\0\0\0\6\0" format "\0" tracks division
#define END "\0\xFF\x2F\0"

/* A file of one track, format 0, 96 ticks a quarter note. */
static struct sx_score *one_track(const char *events, size_t length)
{
    static char file[4096];
    size_t n = sizeof(HEAD("\0", "\1", "\0\x60")) - 1;
    memcpy(file, HEAD("\0", "\1", "\0\x60"), n);
    memcpy(file + n, "MTrk\0\0", 6);
    file[n + 6] = (char)(length >> 8);
    file[n + 7] = (char)length;
    memcpy(file + n + 8, events, length);
    return read_score(file, n + 8 + length);
}

#define TRACK(events) one_track(BYTES(events))

static void check(struct sx_score *score, const char *notes)
{
    assert_string_equal(notes_of(score, NULL, true), notes);
    sx_score_free(score);
}

static void notes_and_running_status(void **state)
{
    (void)state;
    check(TRACK("\0\x90\x3C\x40\x60\x3C\0\0\x3E\x50\x30\x80\x3E\x40" END), "0+500 60 v64; 500+250 62 v80");
    check(TRACK("\0\x90\x3C\x40\x30\x3C\x20\x30\x3C\0\x30\x3C\0" END), "0+500 60 v64; 250+500 60 v32");       /* first in, first out */
    check(TRACK("\0\x90\x3C\x40\x60\xFF\x2F\0"), "0+500 60 v64");                                             /* never ended */
    check(TRACK("\0\x90\x3C\x40\x60\xB0\x7B\0\x60\x80\x3C\0" END), "0+500 60 v64");                           /* all notes off */
    check(TRACK("\0\x90\x3C\x40\0\xF0\3\1\2\xF7\x60\xFF\x7F\2\0\0\0\x80\x3C\0" END), "0+500 60 v64");         /* system exclusive, own meta event */
}

static void time_of_many_kinds(void **state)
{
    (void)state;
    check(TRACK("\0\xFF\x51\3\x0F\x42\x40\0\x90\x3C\x40\x60\x3C\0\0\xFF\x51\3\x07\xA1\x20\0\x3E\x40\x60\x3E\0" END), "0+1000 60 v64; 1000+500 62 v64");
    /* 25 frames of 40 ticks: a tick is a millisecond, and tempos do not count */
    static const char smpte[] = HEAD("\0", "\1", "\xE7\x28") "MTrk\0\0\0\x15\0\xFF\x51\3\1\0\0\0\x90\x3C\x40\x81\x48\x80\x3C\0" END;
    check(read_score(BYTES(smpte)), "0+200 60 v64");
    /* RIFF around it; format 2: one pattern behind the other */
    static const char patterns[] = "RIFF\0\0\0\0RMIDdata\0\0\0\0" HEAD("\2", "\2", "\0\x60") "MTrk\0\0\0\x0C\0\x90\x3C\x40\x60\x80\x3C\0" END
                                   "MTrk\0\0\0\x0C\0\x90\x3E\x40\x60\x80\x3E\0" END;
    check(read_score(BYTES(patterns)), "0+500 60 v64; 500+500 62 v64");
    struct sx_score *score = TRACK("\0\xFF\x58\4\3\2\x18\x08\0\xFF\x59\2\xFE\1\0\x90\x3C\x40\x85\x50\x3C\0" END);     /* 720 ticks: 7.5 quarters of 3/4 */
    assert_int_equal(score->bar_count, 3);
    assert_int_equal(score->bars[2].tick, 6 * SX_QUARTER);
    assert_int_equal(score->keys[0].fifths, -2);
    assert_true(score->keys[0].minor);
    sx_score_free(score);
}

static void channels(void **state)
{
    (void)state;
    struct sx_score *score = TRACK("\0\xC0\x28\0\xB0\0\1\0\xB0\x20\2\0\xB0\7\x7F\0\xB0\x0A\0\0\x90\x3C\x40\0\x99\x24\x40\0\xB0\x65\0\0\x64\0\0\6\x0C\0\xE0\0\x60"
                                   "\x60\xB0\x40\x7F\0\x90\x3C\0\0\x89\x24\0\x60\xB0\x40\0\0\xB0\x79\0\0\xC0\x10\0\x90\x3C\x40\x60\x90\x3C\0" END);
    assert_int_equal(score->part_count, 2);
    const struct sx_score_part *part = &score->parts[0];
    assert_string_equal(part->name, "track0:ch1");
    assert_string_equal(score->parts[1].name, "track0:drums");
    assert_int_equal(part->notes[0].program, 0x28);
    assert_int_equal(part->notes[0].bank, 1 << 7 | 2);
    assert_int_equal(part->notes[1].program, 0x10);
    assert_false(part->notes[0].flags & SX_NOTE_PERCUSSION);
    assert_true(score->parts[1].notes[0].flags & SX_NOTE_PERCUSSION);
    float bend = 0, volume = 0, pan = 0;
    for (size_t i = 0; i < part->control_count; i++) {
        const struct sx_control *control = &part->controls[i];
        bend = control->kind == SX_CONTROL_BEND && control->value != 0 ? control->value : bend;
        volume = control->kind == SX_CONTROL_VOLUME ? control->value : volume;
        pan = control->kind == SX_CONTROL_PAN ? control->value : pan;
    }
    assert_true(fabsf(bend - 6) < 1e-6f);       /* half of the twelve semitones that the RPN asks for */
    assert_true(volume == 1 && pan == -1);
    assert_int_equal(part->controls[part->control_count - 1].kind, SX_CONTROL_BEND);       /* reset */
    struct sx_performance performance;
    struct sx_error error;
    assert_int_equal(sx_perform(score, NULL, &performance, &error), SYRINX_OK);
    assert_true(fabs(performance.notes[0].duration - 0.5) < 1e-9 && fabs(performance.notes[0].sounding - 1) < 1e-9);       /* the pedal */
    sx_performance_free(&performance);
    sx_score_free(score);
}

static void lyrics(void **state)
{
    (void)state;
    struct sx_score *score = TRACK("\0\xFF\5\4Hel-\0\x90\x3C\x40\x60\x3C\0\0\xFF\5\3lo \0\x3C\x40\x60\x3C\0\0\xFF\5\4st\xE4r\0\x3C\x40\x60\x3C\0" END);
    assert_string_equal(notes_of(score, NULL, false), "0+500 60 Hel; 500+500 60 lo; 1000+500 60 st\xC3\xA4r");
    assert_int_equal(score->parts[0].notes[0].syllable, SX_SYLLABLE_BEGIN);
    assert_int_equal(score->parts[0].notes[1].syllable, SX_SYLLABLE_END);
    assert_int_equal(score->parts[0].notes[2].syllable, SX_SYLLABLE_SINGLE);
    sx_score_free(score);
    check(TRACK("\0\x90\x3C\x40\x60\x3C\0\0\xFF\1\4\\Shi\0\x3C\x40\x60\x3C\0\0\xFF\1\3ny \0\x3C\x40\x60\x3C\0" END), "0+500 60 v64; 500+500 60 v64 Shi; 1000+500 60 v64 ny");
}

/* Cut off anywhere, and with any byte changed, a file is refused or read. */
static void damaged(void **state)
{
    static const char file[] = HEAD("\1", "\2", "\0\x60") "MTrk\0\0\0\x13\0\xFF\x51\3\1\0\0\0\xFF\3\4Duet" END "MTrk\0\0\0\x17\0\xFF\5\1a\0\xC0\1\0\x90\x3C\x40\x60\x3C\0\0\xE0\0\x60" END;
    struct sx_error error;
    struct sx_score *score;
    (void)state;
    for (size_t i = 0; i + 1 < sizeof file; i++) {
        if (sx_score_read(NULL, file, i, NULL, &score, &error) == SYRINX_OK)
            sx_score_free(score);
        for (int k = 0; k < 256; k += 17) {
            char changed[sizeof file];
            memcpy(changed, file, sizeof file);
            changed[i] = (char)(changed[i] ^ k);
            if (sx_score_read(NULL, changed, sizeof file - 1, NULL, &score, &error) == SYRINX_OK)
                sx_score_free(score);
        }
    }
    assert_int_equal(sx_score_read(NULL, BYTES(HEAD("\0", "\1", "\0\0") "MTrk\0\0\0\4" END), NULL, &score, &error), SYRINX_ERROR_FORMAT);
    assert_int_equal(sx_score_read(NULL, BYTES(HEAD("\0", "\0", "\0\x60")), NULL, &score, &error), SYRINX_ERROR_FORMAT);
    score = TRACK("\0\x90\x3C\x40\x60\xFF\5\xFF\xFF\xFF\x7Fx");
    assert_true(warned(score, "longer than the track"));
    check(score, "0+500 60 v64");
    score = TRACK("\0\x90\x3C\x40\x60\x90\x3C\0\0\xFF\x51\3\0\0\0" END);
    assert_true(warned(score, "no time at all"));
    check(score, "0+500 60 v64");
    score = TRACK("\0\x90\x3C\x40\xFF\xFF\xFF\x7F\x3C\0\xFF\xFF\xFF\x7F\x3C\x40" END);
    assert_true(warned(score, "quarter notes in length"));
    sx_score_free(score);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notes_and_running_status), cmocka_unit_test(time_of_many_kinds), cmocka_unit_test(channels), cmocka_unit_test(lyrics),
        cmocka_unit_test(damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
