/* ornament.c - trills, mordents, turns, rolls and tremolos as the notes that they stand for. */
#include <math.h>

#include "score/perform.h"

static const int semitones[7] = { 0, 2, 4, 5, 7, 9, 11 };

/* The key's accidental on a step: fifths 1 is one sharp, on F. */
static int signature(int fifths, int step)
{
    static const int order[7] = { 1, 3, 5, 0, 2, 4, 6 };       /* C D E F G A B in the order of sharps (F first) */
    if (fifths > 0)
        return order[step] < fifths;
    return fifths < 0 && 6 - order[step] < -fifths ? -1 : 0;
}

static int neighbour(const struct sx_score *score, int part, const struct sx_note *note, int by)
{
    int fifths = 0, told = by > 0 ? note->above : note->below;
    if (told)
        return told;
    if (note->step < 0)
        return by > 0 ? 2 : -1;
    for (size_t i = 0; i < score->key_count && score->keys[i].tick <= note->onset; i++) {
        if (score->keys[i].part < 0 || score->keys[i].part == part)
            fifths = score->keys[i].fifths;
    }
    int step = note->step + by, octave = step < 0 ? -12 : step > 6 ? 12 : 0;
    step = (step + 7) % 7;
    int distance = semitones[step] + signature(fifths, step) + octave - semitones[note->step] - (int)lrintf(note->alter);
    return by > 0 ? (distance < 1 ? 1 : distance > 3 ? 3 : distance) : (distance > -1 ? -1 : distance < -3 ? -3 : distance);
}

/* `count` quick notes, thirty-seconds but not faster or slower than fingers are, then the rest on the note itself. */
static double quick_note(const struct sx_note *note, double seconds)
{
    double each = note->duration > 0 ? seconds * (double)(SX_QUARTER / 8) / (double)note->duration : 0.1;
    return each < 0.06 ? 0.06 : each > 0.12 ? 0.12 : each;
}

static int quick(const int *steps, int count, double each, double seconds, struct sx_ornament_note *pieces)
{
    if (each * count > seconds * 0.75)          /* a short note: they take three quarters of it */
        each = seconds * 0.75 / count;
    for (int i = 0; i < count; i++)
        pieces[i] = (struct sx_ornament_note){ each / seconds, steps[i] };
    pieces[count] = (struct sx_ornament_note){ 1 - count * each / seconds, 0 };
    return count + 1;
}

int sx_ornament_expand(const struct sx_score *score, int part, const struct sx_note *note, double seconds, struct sx_ornament_note pieces[SX_ORNAMENT_NOTES])
{
    pieces[0] = (struct sx_ornament_note){ 1, 0 };
    if (note->ornament == SX_ORNAMENT_NONE || seconds < 0.05 || (note->flags & SX_NOTE_GRACE))
        return 1;
    int up = neighbour(score, part, note, 1), down = neighbour(score, part, note, -1), count = 1;
    double each = quick_note(note, seconds);
    switch (note->ornament) {
    case SX_ORNAMENT_TRILL: {
        count = (int)(seconds / each);          /* an odd number, so it ends on the note */
        count = count < 3 ? 3 : count >= SX_ORNAMENT_NOTES ? SX_ORNAMENT_NOTES - 1 : count;
        count -= count % 2 == 0;
        for (int i = 0; i < count; i++)
            pieces[i] = (struct sx_ornament_note){ 1.0 / count, i % 2 ? up : 0 };
        return count;
    }
    case SX_ORNAMENT_MORDENT:
        return quick((int[]){ 0, down }, 2, each, seconds, pieces);
    case SX_ORNAMENT_PRALLTRILLER:
        return quick((int[]){ 0, up }, 2, each, seconds, pieces);
    case SX_ORNAMENT_SCHLEIFER:
        return quick((int[]){ down * 2, down }, 2, each, seconds, pieces);
    case SX_ORNAMENT_TURN: case SX_ORNAMENT_INVERTED_TURN: {
        int first = note->ornament == SX_ORNAMENT_TURN ? up : down, third = note->ornament == SX_ORNAMENT_TURN ? down : up;
        return quick((int[]){ first, 0, third }, 3, each, seconds, pieces);
    }
    case SX_ORNAMENT_DELAYED_TURN:              /* the note, and the turn in its second half */
        pieces[0].share = 0.5;
        for (int i = 0; i < 4; i++)
            pieces[i + 1] = (struct sx_ornament_note){ 0.125, i == 0 ? up : i == 2 ? down : 0 };
        return 5;
    case SX_ORNAMENT_ROLL: {                    /* the note three times, cut above and below */
        static const double shares[] = { 0.28, 0.08, 0.28, 0.08, 0.28 };
        for (int i = 0; i < 5; i++)
            pieces[i] = (struct sx_ornament_note){ shares[i], i == 1 ? up : i == 3 ? down : 0 };
        return 5;
    }
    case SX_ORNAMENT_TREMOLO: {
        int64_t stroke = SX_QUARTER >> (note->tremolo ? note->tremolo : 3);
        count = (int)(note->duration / stroke < SX_ORNAMENT_NOTES ? note->duration / stroke : SX_ORNAMENT_NOTES);
        count = count < 1 ? 1 : count;
        for (int i = 0; i < count; i++)
            pieces[i] = (struct sx_ornament_note){ 1.0 / count, 0 };
        return count;
    }
    default:
        return 1;
    }
}
