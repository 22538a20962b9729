/* abc_note.c - notes, chords, grace notes, rests, tuplets, broken rhythm and ties. */
#include <math.h>
#include <string.h>

#include "score/abc.h"

static const int8_t semitones[7] = { 0, 2, 4, 5, 7, 9, 11 };

bool sx_abc_is_note(char c)
{
    return (c >= 'A' && c <= 'G') || (c >= 'a' && c <= 'g') || c == '^' || c == '_' || c == '=';
}

/* 3, 3/2, /, //, /4, as a fraction of the unit. */
static struct sx_abc_fraction read_length(struct sx_abc_reader *reader, struct sx_abc_scan *scan)
{
    int64_t number = 1, of = 1, n;
    if (sx_abc_scan_int(scan, 1000001, &n))
        number = n;
    bool bad = number == 0 || number > 1000000;
    while (scan->at < scan->end && *scan->at == '/') {
        scan->at++;
        int64_t below = 2;
        if (sx_abc_scan_int(scan, 100000, &below))
            bad |= below == 0;
        if (below == 0)
            below = 1;
        of = of * below > 1000000 ? 1000001 : of * below;
    }
    bad |= of > 1000000;
    if (bad) {
        if (sx_abc_first_warning(reader, ABC_W_LENGTH))
            sx_abc_warn(reader, "a note length of 0, or one that is far too small or large");
        number = number == 0 ? 1 : number;
        of = of > 1000000 ? 1000000 : of;
    }
    return (struct sx_abc_fraction){ number, of };
}

static int64_t ticks_of(struct sx_abc_reader *reader, const struct sx_abc_voice *voice, struct sx_abc_fraction length)
{
    int64_t ticks = sx_score_ticks(4 * length.number * voice->unit.number, length.of * voice->unit.of);
    if (ticks > ABC_LONGEST * ABC_WHOLE) {
        sx_abc_warn(reader, "a note of more than %d whole notes is cut to that", ABC_LONGEST);
        ticks = ABC_LONGEST * ABC_WHOLE;
    }
    return ticks;
}

static int64_t scaled(const struct sx_abc_reader *reader, const struct sx_abc_voice *voice, int64_t ticks)
{
    if (ticks > ABC_LONGEST * ABC_WHOLE)        /* of a chord: its length times that of its first note */
        ticks = ABC_LONGEST * ABC_WHOLE;
    for (int i = 0; i < voice->nested; i++) {
        ticks = (ticks * voice->tuplets[i].of + voice->tuplets[i].into / 2) / voice->tuplets[i].into;
        if (ticks > ABC_LONGEST * ABC_WHOLE)
            ticks = ABC_LONGEST * ABC_WHOLE;
    }
    int broken = voice->broken;
    if (broken) {
        int n = broken < 0 ? -broken : broken;
        double small = n == 1 ? 2 * (1 - (double)reader->midi_ratio) : 1.0 / (1 << n);
        ticks = llround((double)ticks * (broken > 0 ? small : 2 - small));
    }
    return ticks;
}

static void too_long(struct sx_abc_reader *reader, const struct sx_abc_voice *voice)
{
    if (voice->now <= SX_SCORE_QUARTERS * SX_QUARTER)
        return;
    if (sx_abc_first_warning(reader, ABC_W_NEST))
        sx_abc_warn(reader, "the music lasts more than %d quarter notes; the rest is left out", SX_SCORE_QUARTERS);
    reader->status = SX_SCORE_FULL;
}

/* Behind a note, chord or rest: the tuplets that it fills, the time that it takes. */
static void advance(struct sx_abc_reader *reader, struct sx_abc_voice *voice, int64_t ticks)
{
    voice->group_begin = voice->now;
    voice->now += ticks;
    voice->broken = 0;
    int kept = 0;
    for (int i = 0; i < voice->nested; i++) {
        struct sx_abc_tuplet tuplet = voice->tuplets[i];
        if (--tuplet.left > 0)
            voice->tuplets[kept++] = tuplet;
    }
    voice->nested = kept;
    voice->touched = true;
    too_long(reader, voice);
}

static float alter_of(const struct sx_abc_voice *voice, int step, int octave)
{
    int o = octave < 0 ? 0 : octave > 11 ? 11 : octave;
    float a = voice->accidental[step][o];
    return isnan(a) ? voice->key.alter[step] : a;
}

struct pitch { int step, octave; float alter; };

/* Accidental, letter and octave marks. false: no letter there. */
static bool read_pitch(struct sx_abc_reader *reader, struct sx_abc_voice *voice, struct sx_abc_scan *scan, int old_ties, struct pitch *pitch)
{
    bool told = false;
    float alter = 0;
    while (scan->at < scan->end && (*scan->at == '^' || *scan->at == '_' || *scan->at == '=')) {
        char kind = *scan->at++;
        float change = kind == '^' ? 1 : kind == '_' ? -1 : 0;
        told = true;
        if (kind == '=')
            alter = 0;
        else if (fabsf(alter + change) <= 2)
            alter += change;
        /* ^/c is a quarter tone, ^3/2c three of them. */
        int64_t number = 1, of = 1;
        struct sx_abc_scan start = *scan;
        bool some = sx_abc_scan_int(scan, 100, &number);
        if (scan->at < scan->end && *scan->at == '/' && kind != '=') {
            scan->at++;
            of = 2;
            sx_abc_scan_int(scan, 100, &of);
        } else if (some) {
            *scan = start;
            number = 1;
        }
        if (of >= 1 && number >= 1 && (float)number / (float)of <= 2 && kind != '=')
            alter += change * ((float)number / (float)of - 1);
    }
    static const char letters[] = "CDEFGAB";
    char c = scan->at < scan->end ? *scan->at : 0;
    bool low = c >= 'a' && c <= 'g';
    const char *letter = c ? strchr(letters, low ? c - 'a' + 'A' : c) : NULL;
    if (!letter)
        return false;
    scan->at++;
    int octave = low ? 5 : 4;
    for (; scan->at < scan->end && (*scan->at == '\'' || *scan->at == ','); scan->at++)
        octave += *scan->at == '\'' ? octave < 20 : -(octave > -10);
    octave = octave < -1 ? -1 : octave > 9 ? 9 : octave;
    int step = (int)(letter - letters);
    *pitch = (struct pitch){ step, octave, alter };
    if (told) {
        if (reader->propagate == 2)
            for (int o = 0; o < 12; o++)
                voice->accidental[step][o] = alter;
        else if (reader->propagate == 1)
            voice->accidental[step][octave < 0 ? 0 : octave] = alter;
        return true;
    }
    /* A tie carries its accidental over the bar line. */
    for (int i = 0; i < old_ties && i < voice->tie_count; i++)
        if (voice->ties[i].step == step && voice->ties[i].octave == octave) {
            pitch->alter = voice->ties[i].alter;
            return true;
        }
    pitch->alter = alter_of(voice, step, octave);
    return true;
}

static void place(struct sx_abc_reader *reader, const struct sx_abc_voice *voice, const struct pitch *pitch, struct sx_abc_note *note)
{
    float key = (float)(12 * (pitch->octave + 1) + semitones[pitch->step]) + pitch->alter;
    note->step = (int8_t)pitch->step;
    note->octave = (int8_t)pitch->octave;
    note->alter = pitch->alter;
    if (voice->percussion || voice->channel == 9) {
        note->flags |= SX_NOTE_PERCUSSION;
        int drum = key >= 0 && key <= 127 ? (int)key : 0;
        note->pitch = reader->drum_map[drum] ? reader->drum_map[drum] : key;
        return;
    }
    note->pitch = key + (float)(voice->shift.clef + 12 * voice->shift.octave + voice->shift.transpose + voice->shift.midi + 12 * voice->octave_line);
}

/* Semitones to the next step up or down, by the key and the bar. */
static int8_t neighbour(const struct sx_abc_voice *voice, const struct sx_abc_note *note, int direction)
{
    int step = note->step + direction, octave = note->octave;
    if (step < 0)
        step = 6, octave--;
    if (step > 6)
        step = 0, octave++;
    float key = (float)(12 * octave + semitones[step]) + alter_of(voice, step, octave);
    float self = (float)(12 * note->octave + semitones[note->step]) + note->alter;
    return (int8_t)lroundf(key - self);
}

static void mark(const struct sx_abc_voice *voice, struct sx_abc_note *note)
{
    note->flags |= voice->marks.flags | (voice->slurs > 0 ? SX_NOTE_SLUR : 0);
    note->tremolo = voice->marks.tremolo;
    note->ornament = voice->marks.ornament ? voice->marks.ornament : voice->trilling ? SX_ORNAMENT_TRILL : SX_ORNAMENT_NONE;
    if (note->ornament && note->ornament != SX_ORNAMENT_TREMOLO) {
        note->above = neighbour(voice, note, 1);
        note->below = (int8_t)-neighbour(voice, note, -1);
    }
}

/* What waits for a bar (jumps) goes to the one that this note is in. */
static void settle(struct sx_abc_voice *voice)
{
    struct sx_abc_bar *bar = sx_abc_open_bar(voice);
    bar->flags |= voice->marks.bar;
    if (voice->marks.coda && !bar->coda)
        bar->coda = voice->now > bar->begin ? 2 : 1;
    voice->marks = (struct sx_abc_marks){ 0 };
}

static void forget_ties(struct sx_abc_voice *voice, int old)
{
    voice->tie_count -= old;
    memmove(voice->ties, voice->ties + old, (size_t)voice->tie_count * sizeof *voice->ties);
}

static void push_tie(struct sx_abc_voice *voice, const struct sx_abc_note *note)
{
    if (voice->tie_count < ABC_TIES)
        voice->ties[voice->tie_count++] = (struct sx_abc_tie){ note->step, note->octave, note->alter };
}

void sx_abc_read_tie(struct sx_abc_voice *voice)
{
    if (!voice->group_is)
        return;
    for (size_t i = voice->group; i < voice->note_count; i++)
        if (!(voice->notes[i].flags & SX_NOTE_GRACE) && !voice->notes[i].tie) {
            voice->notes[i].tie = true;
            push_tie(voice, &voice->notes[i]);
        }
}

void sx_abc_read_note(struct sx_abc_reader *reader, struct sx_abc_voice *voice, struct sx_abc_scan *scan)
{
    struct pitch pitch;
    int old = voice->tie_count;
    if (!read_pitch(reader, voice, scan, old, &pitch)) {
        if (sx_abc_first_warning(reader, ABC_W_CHARACTER))
            sx_abc_warn(reader, "an accidental without a note");
        return;
    }
    int64_t ticks = scaled(reader, voice, ticks_of(reader, voice, read_length(reader, scan)));
    voice->group = voice->note_count;
    voice->group_is = true;
    struct sx_abc_note *note = sx_abc_add_note(reader, voice);
    if (!note)
        return;
    place(reader, voice, &pitch, note);
    note->length = ticks;
    note->head = true;
    mark(voice, note);
    settle(voice);
    forget_ties(voice, old);
    advance(reader, voice, ticks);
}

/* One note or more in [ ], or in { }, where a note is a quarter as long as it is written. Stops at `close`. */
static void read_inside(struct sx_abc_reader *reader, struct sx_abc_voice *voice, struct sx_abc_scan *scan, char close, uint32_t flags, int old_ties)
{
    struct sx_abc_marks outer = voice->marks;
    bool grace = close == '}';
    if (grace)
        voice->marks = (struct sx_abc_marks){ 0 };
    while (scan->at < scan->end && *scan->at != close && reader->status == SYRINX_OK) {
        char c = *scan->at;
        if (sx_abc_is_note(c)) {
            struct pitch pitch;
            if (!read_pitch(reader, voice, scan, old_ties, &pitch))
                continue;
            struct sx_abc_fraction length = read_length(reader, scan);
            if (grace)
                length.of *= 4;
            struct sx_abc_note *note = sx_abc_add_note(reader, voice);
            if (!note)
                break;
            place(reader, voice, &pitch, note);
            note->length = ticks_of(reader, voice, length);
            mark(voice, note);
            note->flags |= flags;
            if (!grace)
                voice->marks = outer;
        } else if (c == '-' && !grace && voice->note_count > voice->group) {
            scan->at++;
            struct sx_abc_note *note = &voice->notes[voice->note_count - 1];
            note->tie = true;
            push_tie(voice, note);
        } else if (c == '.') {
            scan->at++;
            voice->marks.flags |= SX_NOTE_STACCATO;
        } else if (c == reader->deco_mark) {
            const char *end = memchr(scan->at + 1, c, (size_t)(scan->end - scan->at - 1));
            if (end)
                sx_abc_decorate(reader, voice, scan->at + 1, (size_t)(end - scan->at - 1), NULL);
            scan->at = end ? end + 1 : scan->at + 1;
        } else if (c == '(' || c == ')') {
            voice->slurs += c == '(' ? voice->slurs < 1000 : -(voice->slurs > 0);
            scan->at++;
        } else if (c == '|' || c == '[' || c == '{' || c == '"') {
            break;                      /* never closed */
        } else {
            scan->at++;
        }
    }
    if (grace)
        voice->marks = outer;
    if (scan->at < scan->end && *scan->at == close)
        scan->at++;
    else if (reader->status == SYRINX_OK && sx_abc_first_warning(reader, ABC_W_BRACKET))
        sx_abc_warn(reader, close == ']' ? "a chord without its closing ]" : "grace notes without their closing }");
}

void sx_abc_read_chord(struct sx_abc_reader *reader, struct sx_abc_voice *voice, struct sx_abc_scan *scan)
{
    int old = voice->tie_count;
    scan->at++;
    voice->group = voice->note_count;
    read_inside(reader, voice, scan, ']', 0, old);
    struct sx_abc_fraction outer = read_length(reader, scan);
    if (voice->note_count == voice->group)
        return;
    voice->group_is = true;
    int64_t first = voice->notes[voice->group].length;
    size_t kept = voice->group;
    for (size_t i = voice->group; i < voice->note_count; i++) {
        struct sx_abc_note note = voice->notes[i];
        note.length = scaled(reader, voice, (int64_t)llround((double)note.length * (double)outer.number / (double)outer.of));
        bool twice = false;             /* [DD]: one sound */
        for (size_t k = voice->group; k < kept && k < voice->group + 64; k++)
            twice |= voice->notes[k].pitch == note.pitch;
        if (!twice)
            voice->notes[kept++] = note;
    }
    reader->note_total -= voice->note_count - kept;
    voice->note_count = kept;
    voice->notes[voice->group].head = true;
    int64_t ticks = scaled(reader, voice, (int64_t)llround((double)first * (double)outer.number / (double)outer.of));
    settle(voice);
    forget_ties(voice, old);
    advance(reader, voice, ticks);
}

void sx_abc_read_graces(struct sx_abc_reader *reader, struct sx_abc_voice *voice, struct sx_abc_scan *scan)
{
    uint32_t flags = SX_NOTE_GRACE;
    scan->at++;
    if (scan->at < scan->end && *scan->at == '/') {
        flags |= SX_NOTE_SLASH;
        scan->at++;
    }
    int slurs = voice->slurs;
    read_inside(reader, voice, scan, '}', flags, 0);
    voice->slurs = slurs;
    voice->group_is = false;
}

void sx_abc_read_rest(struct sx_abc_reader *reader, struct sx_abc_voice *voice, struct sx_abc_scan *scan)
{
    char kind = *scan->at++;
    voice->group_is = false;
    if (kind == 'z' || kind == 'x') {
        int64_t ticks = scaled(reader, voice, ticks_of(reader, voice, read_length(reader, scan)));
        voice->group = voice->note_count;
        settle(voice);
        forget_ties(voice, voice->tie_count);
        advance(reader, voice, ticks);
        voice->group_is = true;         /* broken rhythm acts on rests, too */
        return;
    }
    int64_t bars = 1;
    if (sx_abc_scan_int(scan, 10000, &bars) && (bars < 1 || bars > 9999)) {
        if (sx_abc_first_warning(reader, ABC_W_LENGTH))
            sx_abc_warn(reader, "a rest of no bar at all, or of more than 9999");
        bars = bars < 1 ? 1 : 9999;
    }
    settle(voice);
    voice->tie_count = 0;
    for (int64_t i = 0; i < bars && reader->status == SYRINX_OK; i++) {
        if (i > 0)
            sx_abc_bar_line(reader, voice, 0, 0, 0, 0);
        voice->now += voice->meter.length;
        too_long(reader, voice);
    }
    voice->touched = true;
}

void sx_abc_read_tuplet(struct sx_abc_reader *reader, struct sx_abc_voice *voice, struct sx_abc_scan *scan)
{
    static const int8_t defaults[10] = { 1, 1, 3, 2, 3, 0, 2, 0, 3, 0 };
    int64_t p, q = 0, r = 0;
    sx_abc_scan_int(scan, 1000, &p);
    if (scan->at < scan->end && *scan->at == ':') {
        scan->at++;
        sx_abc_scan_int(scan, 1000, &q);
        if (scan->at < scan->end && *scan->at == ':') {
            scan->at++;
            sx_abc_scan_int(scan, 1000, &r);
        }
    }
    const struct sx_abc_meter *m = &voice->meter;
    bool compound = !m->free && m->beats % 3 == 0 && m->beats > 3;
    if (q == 0)
        q = p < 10 && defaults[p] ? defaults[p] : compound ? 3 : 2;
    if (r == 0)
        r = p;
    if (p < 1 || p > 999 || q > 999 || r > 999) {
        if (sx_abc_first_warning(reader, ABC_W_TUPLET))
            sx_abc_warn(reader, "a tuplet of %d notes is left out", (int)p);
        return;
    }
    if (voice->nested == ABC_NESTED) {
        if (sx_abc_first_warning(reader, ABC_W_TUPLET))
            sx_abc_warn(reader, "more than %d tuplets within each other", ABC_NESTED);
        return;
    }
    voice->tuplets[voice->nested++] = (struct sx_abc_tuplet){ (int)p, (int)q, (int)r };
}

void sx_abc_read_broken(struct sx_abc_reader *reader, struct sx_abc_voice *voice, struct sx_abc_scan *scan)
{
    char kind = *scan->at;
    int n = 0;
    while (scan->at < scan->end && *scan->at == kind)
        scan->at++, n++;
    if (n > 3)
        n = 3;
    if (!voice->group_is || voice->broken)      /* nothing to act on, or it has been acted on */
        return;
    /* a>b: a has 3/2 of its length and b half, a>>b: 7/4 and 1/4, a>>>b: 15/8 and 1/8. */
    double small = n == 1 ? 2 * (1 - (double)reader->midi_ratio) : 1.0 / (1 << n);
    double factor = kind == '>' ? 2 - small : small;
    for (size_t i = voice->group; i < voice->note_count; i++)
        if (!(voice->notes[i].flags & SX_NOTE_GRACE))
            voice->notes[i].length = llround((double)voice->notes[i].length * factor);
    voice->now = voice->group_begin + llround((double)(voice->now - voice->group_begin) * factor);
    voice->broken = kind == '>' ? n : -n;
}
