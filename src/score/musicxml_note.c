/* musicxml_note.c - <note>: pitch, time, voice, ties, marks, lyrics. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/sax.h"
#include "score/musicxml.h"

double sx_mx_note_type(const char *name)
{
    static const char *const types[] = { "maxima", "long", "breve", "whole", "half", "quarter", "eighth", "16th", "32nd", "64th", "128th", "256th", "512th", "1024th" };
    while (sx_ascii_is_space(*name))
        name++;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        size_t n = strlen(types[i]);
        if (strncmp(name, types[i], n) == 0 && (name[n] == '\0' || sx_ascii_is_space(name[n])))
            return ldexp(32, -(int)i);
    }
    return 0;
}

/* quarters: at least 0. Held within the longest score. */
static int64_t ticks_of(double quarters)
{
    return quarters < SX_SCORE_QUARTERS ? (int64_t)llrint(quarters * (double)SX_QUARTER) : SX_SCORE_QUARTERS * SX_QUARTER;
}

int64_t sx_mx_duration(struct sx_mx *xml, double duration)
{
    double divisions = xml->parts[xml->part].divisions;
    if (!(duration >= 0)) {
        sx_mx_warn(xml, "a duration that is no number of at least 0 counts as 0");
        return 0;
    }
    if (duration == floor(duration) && divisions == floor(divisions))
        return sx_score_ticks((int64_t)duration, (int64_t)divisions);
    return ticks_of(duration / divisions);
}

void sx_mx_note_begin(struct sx_mx *xml, const char **attributes)
{
    const char *dynamics = sx_sax_attribute(attributes, "dynamics"), *pizzicato = sx_sax_attribute(attributes, "pizzicato");
    double share = dynamics ? sx_mx_number(dynamics, 0) : 0;
    xml->note = (struct sx_mx_note){ .note = { .step = SX_STEP_UNKNOWN, .voice = 1 }, .lyric = (uint32_t)xml->lyric_count };
    if (share > 0)                              /* percent of a forte, which is 90 */
        xml->note.note.velocity = (uint8_t)(share * 0.9 < 1 ? 1 : share * 0.9 > 127 ? 127 : share * 0.9);
    if (pizzicato ? strcmp(pizzicato, "yes") == 0 : xml->parts[xml->part].pizzicato)
        xml->note.note.flags |= SX_NOTE_PIZZICATO;
    xml->chord = xml->rest = xml->grace = xml->unpitched = xml->tied_start = xml->tied_stop = false;
    xml->duration = -1;
    xml->type_quarters = 0;
    xml->dots = 0;
    xml->actual = xml->normal = 1;
    xml->instrument = xml->parts[xml->part].instruments ? (int)xml->parts[xml->part].instrument : -1;
}

/* ------------------------------------------------------------------ what is said by an element alone */

static void slur(struct sx_mx *xml, const char **attributes)
{
    const char *number = sx_sax_attribute(attributes, "number");
    int index = (number ? sx_mx_integer(number, 1) : 1) & (SX_MX_SLURS - 1);
    if (sx_mx_is(attributes, "type", "start"))
        xml->slur_start |= 1u << index;
    else if (sx_mx_is(attributes, "type", "stop"))
        xml->slur_stop |= 1u << index;
}

static void tremolo(struct sx_mx *xml, const char **attributes)
{
    const char *type = sx_sax_attribute(attributes, "type");
    if (!type || strcmp(type, "single") == 0 || strcmp(type, "unmeasured") == 0)
        xml->note.note.ornament = SX_ORNAMENT_TREMOLO;
}

static const struct { uint8_t element; uint32_t flag; } marks[] = {
    { MX_STACCATO, SX_NOTE_STACCATO }, { MX_SPICCATO, SX_NOTE_STACCATO }, { MX_DETACHED_LEGATO, SX_NOTE_TENUTO | SX_NOTE_STACCATO },
    { MX_STACCATISSIMO, SX_NOTE_STACCATISSIMO }, { MX_TENUTO, SX_NOTE_TENUTO }, { MX_ACCENT, SX_NOTE_ACCENT }, { MX_STRESS, SX_NOTE_ACCENT },
    { MX_STRONG_ACCENT, SX_NOTE_MARCATO }, { MX_FERMATA, SX_NOTE_FERMATA }, { MX_BREATH_MARK, SX_NOTE_BREATH }, { MX_CAESURA, SX_NOTE_BREATH },
    { MX_UP_BOW, SX_NOTE_UPBOW }, { MX_DOWN_BOW, SX_NOTE_DOWNBOW }, { MX_HARMONIC, SX_NOTE_HARMONIC }, { MX_STOPPED, SX_NOTE_MUTED },
    { MX_SNAP_PIZZICATO, SX_NOTE_PIZZICATO }, { MX_CUE, SX_NOTE_CUE },
};

static const struct { uint8_t element, ornament; } ornaments[] = {
    { MX_TRILL_MARK, SX_ORNAMENT_TRILL }, { MX_MORDENT, SX_ORNAMENT_MORDENT }, { MX_INVERTED_MORDENT, SX_ORNAMENT_PRALLTRILLER },
    { MX_TURN, SX_ORNAMENT_TURN }, { MX_INVERTED_TURN, SX_ORNAMENT_INVERTED_TURN }, { MX_DELAYED_TURN, SX_ORNAMENT_DELAYED_TURN },
    { MX_SCHLEIFER, SX_ORNAMENT_SCHLEIFER },
};

void sx_mx_note_part(struct sx_mx *xml, enum sx_mx_element element, const char **attributes)
{
    struct sx_note *note = &xml->note.note;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        note->flags |= marks[i].element == element ? marks[i].flag : 0;
    for (size_t i = 0; i < sizeof ornaments / sizeof *ornaments; i++)
        note->ornament = ornaments[i].element == element ? ornaments[i].ornament : note->ornament;
    switch (element) {
    case MX_CHORD:
        xml->chord = true;
        break;
    case MX_REST:
        xml->rest = true;
        break;
    case MX_UNPITCHED:
        xml->unpitched = true;
        break;
    case MX_DOT:
        xml->dots++;
        break;
    case MX_GRACE:
        xml->grace = true;
        note->flags |= SX_NOTE_GRACE | (sx_mx_is(attributes, "slash", "yes") ? SX_NOTE_SLASH : 0) |
                       (sx_sax_attribute(attributes, "steal-time-previous") ? SX_NOTE_AFTER : 0);
        break;
    case MX_TIE:
        xml->note.tie |= sx_mx_is(attributes, "type", "start") ? SX_TIE_START : sx_mx_is(attributes, "type", "stop") ? SX_TIE_STOP : 0;
        break;
    case MX_TIED:
        if (sx_mx_is(attributes, "type", "let-ring"))
            note->flags |= SX_NOTE_RING;
        xml->tied_start = xml->tied_start || sx_mx_is(attributes, "type", "start");
        xml->tied_stop = xml->tied_stop || sx_mx_is(attributes, "type", "stop");
        break;
    case MX_SLUR:
        slur(xml, attributes);
        break;
    case MX_GLISSANDO: case MX_SLIDE:
        note->flags |= sx_mx_is(attributes, "type", "start") ? SX_NOTE_GLISSANDO : 0;
        break;
    case MX_ARPEGGIATE:
        note->flags |= sx_mx_is(attributes, "direction", "down") ? SX_NOTE_ARPEGGIO_DOWN : SX_NOTE_ARPEGGIO;
        break;
    case MX_TREMOLO:
        tremolo(xml, attributes);
        break;
    case MX_ACCIDENTAL_MARK:
        xml->mark_below = sx_mx_is(attributes, "placement", "below");
        break;
    case MX_INSTRUMENT: {
        const char *id = sx_sax_attribute(attributes, "id");
        const struct sx_mx_part *part = &xml->parts[xml->part];
        for (uint32_t i = part->instrument; id && i < part->instrument + part->instruments; i++) {
            if (strcmp(xml->instruments[i].id, id) == 0)
                xml->instrument = (int)i;
        }
        break;
    }
    case MX_LYRIC: {
        const char *number = sx_sax_attribute(attributes, "number");
        int verse = 0;
        for (const char *at = number; at && *at; at++)      /* "2", "part1verse2" */
            verse = sx_ascii_is_digit(*at) ? (sx_ascii_is_digit(at[-(at > number)]) && at > number && verse < 1000 ? verse * 10 : 0) + *at - '0' : verse;
        xml->lyric = (struct sx_mx_lyric){ .verse = (uint16_t)(verse > 0 ? verse : 1), .syllable = SX_SYLLABLE_SINGLE };
        sx_buffer_clear(&xml->syllable);
        break;
    }
    case MX_EXTEND:
        xml->lyric.extend = !sx_mx_is(attributes, "type", "stop");
        break;
    default:
        break;
    }
}

/* ------------------------------------------------------------------ what is said by text */

static int add_lyric(struct sx_mx *xml)
{
    const char *text = xml->syllable.data ? xml->syllable.data : "";
    size_t length = xml->syllable.length;
    if (xml->syllable.failed)
        return SYRINX_ERROR_MEMORY;
    while (length && sx_ascii_is_space(*text)) {
        text++;
        length--;
    }
    while (length && (sx_ascii_is_space(text[length - 1]) || (length > 1 && text[length - 1] == '-')))
        length--;
    if (length == 0 || xml->note.lyrics >= 64)
        return SYRINX_OK;
    if (!sx_grow(&xml->lyrics, xml->lyric_count, &xml->lyric_room, sizeof *xml->lyrics))
        return SYRINX_ERROR_MEMORY;
    xml->lyric.text = sx_score_keep(xml->score, text, length);
    if (!xml->lyric.text)
        return SYRINX_OK;
    xml->lyrics[xml->lyric_count++] = xml->lyric;
    xml->note.lyrics++;
    return SYRINX_OK;
}

static int accidental(const char *text)
{
    return strstr(text, "double-sharp") || strstr(text, "sharp-sharp") ? 2 : strstr(text, "sharp") ? 1 : strstr(text, "flat-flat") || strstr(text, "double-flat") ? -2
         : strstr(text, "flat") ? -1 : 0;
}

static int voice_number(const char *text)
{
    int value = sx_mx_integer(text, -1);
    if (value >= 0)
        return value & 0x7FFF;
    unsigned sum = 0;
    for (; *text; text++)
        sum = sum * 31 + (unsigned char)*text;
    return 0x4000 + (int)(sum % 0x3FFF);        /* a name */
}

int sx_mx_note_value(struct sx_mx *xml, enum sx_mx_element element, const char *text)
{
    struct sx_note *note = &xml->note.note;
    static const char letters[] = "CDEFGAB";
    switch (element) {
    case MX_STEP: case MX_DISPLAY_STEP: {
        while (sx_ascii_is_space(*text))
            text++;
        const char *found = *text ? strchr(letters, *text) : NULL;
        note->step = (int8_t)(found ? found - letters : SX_STEP_UNKNOWN);
        break;
    }
    case MX_ALTER: {
        double alter = sx_mx_number(text, 0);
        note->alter = (float)(alter > -12 && alter < 12 ? alter : 0);
        break;
    }
    case MX_OCTAVE: case MX_DISPLAY_OCTAVE: {
        int octave = sx_mx_integer(text, 4);
        note->octave = (int8_t)(octave < -2 ? -2 : octave > 10 ? 10 : octave);
        break;
    }
    case MX_DURATION:
        xml->duration = sx_mx_number(text, NAN);
        xml->duration = xml->duration >= 0 ? xml->duration : NAN;
        break;
    case MX_VOICE:
        note->voice = (uint16_t)voice_number(text);
        break;
    case MX_STAFF: {
        int staff = sx_mx_integer(text, 1);
        note->staff = (uint8_t)(staff < 1 ? 1 : staff >= SX_MX_STAVES ? SX_MX_STAVES - 1 : staff);
        break;
    }
    case MX_TYPE:
        xml->type_quarters = sx_mx_note_type(text);
        break;
    case MX_ACTUAL_NOTES:
        xml->actual = sx_mx_integer(text, 1);
        break;
    case MX_NORMAL_NOTES:
        xml->normal = sx_mx_integer(text, 1);
        break;
    case MX_TREMOLO: {
        int strokes = sx_mx_integer(text, 3);
        note->tremolo = (uint8_t)(strokes < 1 ? 1 : strokes > 8 ? 8 : strokes);
        break;
    }
    case MX_ACCIDENTAL_MARK:
        xml->mark_alter = accidental(text);
        xml->mark_told = true;
        break;
    case MX_SYLLABIC:
        xml->lyric.syllable = strstr(text, "begin") ? SX_SYLLABLE_BEGIN : strstr(text, "middle") ? SX_SYLLABLE_MIDDLE : strstr(text, "end") ? SX_SYLLABLE_END
                            : SX_SYLLABLE_SINGLE;
        break;
    case MX_TEXT:
        sx_buffer_puts(&xml->syllable, text);
        break;
    case MX_ELISION:
        sx_buffer_puts(&xml->syllable, *text ? text : "\xE2\x80\xBF");      /* an undertie */
        break;
    case MX_LYRIC:
        return add_lyric(xml);
    case MX_OTHER_DYNAMICS:
        note->velocity = (uint8_t)sx_score_velocity(text);
        break;
    default:
        break;
    }
    return SYRINX_OK;
}

/* ------------------------------------------------------------------ the whole note */

/* Semitones from the note to its neighbour above (by 1) or below (by -1) with an accidental. */
static int neighbour(const struct sx_note *note, int by, int alter)
{
    static const int semitones[7] = { 0, 2, 4, 5, 7, 9, 11 };
    int step = note->step + by, octave = step < 0 ? -12 : step > 6 ? 12 : 0;
    return semitones[(step + 7) % 7] + octave + alter - semitones[note->step] - (int)lrintf(note->alter);
}

static void sound(struct sx_mx *xml)
{
    static const int semitones[7] = { 0, 2, 4, 5, 7, 9, 11 };
    struct sx_note *note = &xml->note.note;
    const struct sx_mx_part *part = &xml->parts[xml->part];
    const struct sx_score_part *score_part = &xml->score->parts[xml->part];
    const struct sx_mx_instrument *instrument = xml->instrument >= 0 ? &xml->instruments[xml->instrument] : NULL;
    int step = note->step >= 0 ? note->step : 0, staff = note->staff;
    note->program = (uint8_t)(instrument && instrument->program >= 0 ? instrument->program : score_part->program);
    note->bank = (uint16_t)(instrument && instrument->bank >= 0 ? instrument->bank : score_part->bank);
    note->channel = (uint8_t)(instrument && instrument->channel >= 0 ? instrument->channel : score_part->channel);
    note->pitch = (float)((note->octave + 1) * 12 + semitones[step] + part->transpose[staff]) + note->alter;
    bool drums = xml->unpitched || (instrument && instrument->channel == 9);
    if (!drums)
        return;
    note->flags |= SX_NOTE_PERCUSSION;
    if (instrument && instrument->unpitched >= 0)
        note->pitch = instrument->unpitched;
    else if (xml->unpitched && instrument && instrument->unpitched < -1)
        note->pitch = (float)(-2 - instrument->unpitched);
    else if (xml->unpitched)
        note->pitch = (float)sx_drum_at(note->step, note->octave);
    if (xml->unpitched)
        note->step = SX_STEP_UNKNOWN;
}

static void follow_slurs(struct sx_mx *xml)
{
    struct sx_mx_part *part = &xml->parts[xml->part];
    struct sx_note *note = &xml->note.note;
    for (int i = 0; i < SX_MX_SLURS; i++) {
        if (xml->slur_stop >> i & 1)
            part->slur_voice[i] = 0;
        if (xml->slur_start >> i & 1)
            part->slur_voice[i] = note->voice;
        if (part->slur_voice[i] == note->voice && note->voice != 0)
            note->flags |= SX_NOTE_SLUR;
    }
    xml->slur_start = xml->slur_stop = 0;
}

int sx_mx_note_end(struct sx_mx *xml)
{
    struct sx_note *note = &xml->note.note;
    double quarters = xml->type_quarters * (2 - ldexp(1, -(xml->dots < 8 ? xml->dots : 8)));
    if (xml->actual > 0 && xml->normal > 0)
        quarters = quarters * xml->normal / xml->actual;
    else
        sx_mx_warn(xml, "a tuplet of %d in the time of %d is none", xml->actual, xml->normal);
    if (xml->grace)
        note->duration = ticks_of(quarters > 0 ? quarters : 0.5);
    else if (xml->duration != xml->duration || xml->duration >= 0)
        note->duration = sx_mx_duration(xml, xml->duration);
    else
        note->duration = ticks_of(quarters);
    note->onset = xml->chord ? xml->last_onset : xml->cursor;
    if (!xml->chord) {
        xml->last_onset = xml->cursor;
        if (!xml->grace)
            xml->cursor += note->duration;
        if (xml->cursor > SX_SCORE_QUARTERS * SX_QUARTER)
            xml->cursor = SX_SCORE_QUARTERS * SX_QUARTER;
        if (xml->cursor > xml->reached)
            xml->reached = xml->cursor;
    }
    if (xml->note.tie == 0)
        xml->note.tie = (uint8_t)((xml->tied_start ? SX_TIE_START : 0) | (xml->tied_stop ? SX_TIE_STOP : 0));
    if (xml->mark_told && note->step >= 0)
        *(xml->mark_below ? &note->below : &note->above) = (int8_t)neighbour(note, xml->mark_below ? -1 : 1, xml->mark_alter);
    xml->mark_told = xml->mark_below = false;
    follow_slurs(xml);
    if (xml->rest || (note->step < 0 && !xml->unpitched)) {
        if (!xml->rest)
            sx_mx_warn(xml, "a note without pitch is left out");
        return SYRINX_OK;
    }
    sound(xml);
    if (xml->note_count >= SX_SCORE_NOTES) {
        if (xml->note_count == SX_SCORE_NOTES && !xml->notes_full)
            sx_mx_warn(xml, "more than %d notes: the rest is left out", SX_SCORE_NOTES);
        xml->notes_full = true;
        return SYRINX_OK;
    }
    if (!sx_grow(&xml->notes, xml->note_count, &xml->note_room, sizeof *xml->notes))
        return SYRINX_ERROR_MEMORY;
    xml->notes[xml->note_count++] = xml->note;
    return SYRINX_OK;
}
