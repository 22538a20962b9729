/* abc_midi.c - instructions (I: and %%): those that change what sounds, most of them abc2midi's %%MIDI. */
#include <stdlib.h>
#include <string.h>

#include "score/abc.h"

static int64_t number(struct sx_abc_scan *scan, int64_t least, int64_t most, int64_t usual)
{
    int64_t value;
    sx_abc_skip_space(scan);
    if (!sx_abc_scan_signed(scan, 1000000, &value))
        return usual;
    return value < least ? least : value > most ? most : value;
}

/* The voice that a %%MIDI line is for; NULL: the header's, for all. */
static struct sx_abc_voice *target(struct sx_abc_reader *reader)
{
    if (reader->body)
        return sx_abc_current(reader);
    return reader->voice_told && reader->voice < reader->voice_count ? &reader->voices[reader->voice] : NULL;
}

/* program N, or program CHANNEL N, the channel from 1 */
static void program(struct sx_abc_reader *reader, struct sx_abc_scan *scan)
{
    int64_t a = number(scan, 0, 127, -1), b = number(scan, 0, 127, -1);
    if (a < 0)
        return;
    struct sx_abc_voice *voice = target(reader);
    int64_t value = b >= 0 ? b : a;
    if (voice) {
        voice->program = (uint8_t)value;
        voice->program_told = true;
        return;
    }
    reader->program = (uint8_t)value;
    reader->program_told = true;
}

static void channel(struct sx_abc_reader *reader, struct sx_abc_scan *scan)
{
    int64_t n = number(scan, 1, 16, -1);
    struct sx_abc_voice *voice = target(reader);
    if (n < 0)
        return;
    if (voice) {
        voice->channel = (uint8_t)(n - 1);
        voice->percussion = n == 10;
    } else {
        reader->channel = (uint8_t)(n - 1);
        reader->percussion = n == 10;
    }
}

static void transpose(struct sx_abc_reader *reader, struct sx_abc_scan *scan, bool relative)
{
    int64_t n = number(scan, -60, 60, 0);
    struct sx_abc_voice *voice = target(reader);
    int *where = voice ? &voice->shift.midi : &reader->shift.midi;
    n += relative ? *where : 0;
    *where = n < -60 ? -60 : n > 60 ? 60 : (int)n;
}

static void control(struct sx_abc_reader *reader, struct sx_abc_scan *scan)
{
    static const struct { uint8_t controller, kind; } kinds[] = {
        { 1, SX_CONTROL_MODULATION }, { 7, SX_CONTROL_VOLUME }, { 10, SX_CONTROL_PAN }, { 11, SX_CONTROL_EXPRESSION }, { 64, SX_CONTROL_PEDAL },
        { 67, SX_CONTROL_SOFT }, { 91, SX_CONTROL_REVERB }, { 93, SX_CONTROL_CHORUS },
    };
    int64_t controller = number(scan, 0, 127, -1), value = number(scan, 0, 127, -1);
    struct sx_abc_voice *voice = target(reader);
    for (size_t i = 0; controller >= 0 && value >= 0 && i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].controller == controller) {
            double v = (double)value / 127;
            v = kinds[i].kind == SX_CONTROL_PAN ? 2 * v - 1 : v;
            if (voice)
                sx_abc_add_event(reader, voice, ABC_CONTROL, kinds[i].kind, 0, v);
            else if (reader->control_count < sizeof reader->controls / sizeof *reader->controls)
                reader->controls[reader->control_count++] = (struct sx_control){ 0, (float)v, kinds[i].kind };
        }
}

/* drumstring pitch ... velocity ...: "dzddd2 35 38 38 38 100 60 60 60" */
static bool drum(struct sx_abc_accompaniment *setting, struct sx_abc_scan *scan)
{
    const char *word;
    bool quoted;
    size_t n = sx_abc_scan_word(scan, &word, &quoted);
    struct sx_abc_pattern pattern;
    if (n == 0 || !sx_abc_read_pattern(word, n, &pattern))
        return false;
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < pattern.count; i++)
            if (pattern.strokes[i].kind == 'd') {
                if (pass == 0)
                    pattern.strokes[i].pitch = (uint8_t)number(scan, 0, 127, 38);
                else
                    pattern.strokes[i].velocity = (uint8_t)number(scan, 1, 127, 80);
            }
    setting->drum = pattern;
    return true;
}

/* chordname NAME n1 n2 ...: semitones above the root */
static void chord_name(struct sx_abc_reader *reader, struct sx_abc_scan *scan)
{
    enum { TYPES = 256 };
    const char *word;
    bool quoted;
    size_t n = sx_abc_scan_word(scan, &word, &quoted);
    struct sx_abc_chord_type type = { 0 };
    if (n == 0 || n >= sizeof type.name || reader->type_count == TYPES)
        return;
    memcpy(type.name, word, n);
    int64_t value;
    while (type.count < ABC_CHORD && (value = number(scan, -24, 48, 99)) != 99)
        type.notes[type.count++] = (int8_t)value;
    if (type.count == 0)
        return;
    if (!reader->types && !(reader->types = calloc(TYPES, sizeof *reader->types))) {
        sx_abc_fail_memory(reader);
        return;
    }
    reader->types[reader->type_count++] = type;
}

/* A note of the staff to a drum: drummap ^g 42. */
static void drum_map(struct sx_abc_reader *reader, struct sx_abc_scan *scan)
{
    static const char letters[] = "CDEFGAB";
    static const int8_t semitones[7] = { 0, 2, 4, 5, 7, 9, 11 };
    const char *word;
    bool quoted;
    size_t n = sx_abc_scan_word(scan, &word, &quoted), i = 0;
    int key = 60;
    for (; i < n && strchr("^_=", word[i]); i++)
        key += word[i] == '^' ? 1 : word[i] == '_' ? -1 : 0;
    if (i == n)
        return;
    bool low = word[i] >= 'a' && word[i] <= 'g';
    const char *letter = strchr(letters, low ? word[i] - 'a' + 'A' : word[i]);
    if (!letter || !*letter)
        return;
    key += semitones[letter - letters] + (low ? 12 : 0);
    for (i++; i < n && i < 20; i++)
        key += word[i] == '\'' ? 12 : word[i] == ',' ? -12 : 0;
    int64_t to = number(scan, 1, 127, -1);
    if (key >= 0 && key < 128 && to > 0)
        reader->drum_map[key] = (uint8_t)to;
}

/* What changes the accompaniment; false: something else. */
static bool accompaniment(struct sx_abc_reader *reader, const char *word, size_t n, struct sx_abc_scan *scan)
{
    static const char *const names[] = { "gchord", "gchordon", "gchordoff", "chordprog", "bassprog", "chordvol", "bassvol", "drum", "drumon", "drumoff", "drumbars" };
    size_t which = 0;
    while (which < sizeof names / sizeof *names && !sx_abc_word_is(word, n, names[which]))
        which++;
    if (which == sizeof names / sizeof *names)
        return false;
    /* In the header it is what the tune begins with: setting 0. */
    struct sx_abc_voice *voice = reader->body ? sx_abc_current(reader) : NULL;
    struct sx_abc_accompaniment *setting = reader->setting_count == 0 ? sx_abc_setting(reader) : reader->settings;
    if (setting && reader->body)
        setting = sx_abc_setting(reader);
    if (!setting || (reader->body && !voice))
        return true;
    struct sx_abc_pattern pattern;
    switch (which) {
    case 0:
        sx_abc_skip_space(scan);
        if (scan->at == scan->end)
            setting->gchord = (struct sx_abc_pattern){ 0 };
        else if (sx_abc_read_pattern(scan->at, (size_t)(scan->end - scan->at), &pattern))
            setting->gchord = pattern;
        break;
    case 1: setting->chords = true; break;
    case 2: setting->chords = false; break;
    case 3: case 4: {
        int64_t value = number(scan, 0, 127, 0);
        sx_abc_skip_space(scan);
        int8_t octave = 0;
        if (scan->end - scan->at > 7 && strncmp(scan->at, "octave=", 7) == 0) {
            scan->at += 7;
            octave = (int8_t)number(scan, -3, 3, 0);
        }
        if (which == 3)
            setting->chord_program = (uint8_t)value, setting->chord_octave = octave;
        else
            setting->bass_program = (uint8_t)value, setting->bass_octave = octave;
        break;
    }
    case 5: setting->chord_volume = (uint8_t)number(scan, 1, 127, 62); break;
    case 6: setting->bass_volume = (uint8_t)number(scan, 1, 127, 72); break;
    case 7: drum(setting, scan); break;
    case 8: setting->drums = true; break;
    case 9: setting->drums = false; break;
    default: setting->drum_bars = (int)number(scan, 1, 64, 1); break;
    }
    if (voice)
        sx_abc_add_event(reader, voice, ABC_ACCOMPANY, (int)reader->setting_count - 1, 0, 0);
    return true;
}

static void midi(struct sx_abc_reader *reader, struct sx_abc_scan *scan)
{
    const char *word;
    bool quoted;
    size_t n = sx_abc_scan_word(scan, &word, &quoted);
    if (sx_abc_word_is(word, n, "program"))
        program(reader, scan);
    else if (sx_abc_word_is(word, n, "channel"))
        channel(reader, scan);
    else if (sx_abc_word_is(word, n, "transpose"))
        transpose(reader, scan, false);
    else if (sx_abc_word_is(word, n, "rtranspose"))
        transpose(reader, scan, true);
    else if (sx_abc_word_is(word, n, "control"))
        control(reader, scan);
    else if (sx_abc_word_is(word, n, "drummap"))
        drum_map(reader, scan);
    else if (sx_abc_word_is(word, n, "chordname"))
        chord_name(reader, scan);
    else if (sx_abc_word_is(word, n, "ratio")) {
        int64_t a = number(scan, 1, 100, 3), b = number(scan, 1, 100, 1);
        reader->midi_ratio = (float)a / (float)(a + b);
    } else
        accompaniment(reader, word, n, scan);
}

void sx_abc_directive(struct sx_abc_reader *reader, const char *text, size_t length)
{
    struct sx_abc_scan scan = { text, text + length };
    const char *word;
    bool quoted;
    size_t n = sx_abc_scan_word(&scan, &word, &quoted);
    if (sx_abc_word_is(word, n, "MIDI")) {
        midi(reader, &scan);
    } else if (sx_abc_word_is(word, n, "propagate-accidentals")) {
        n = sx_abc_scan_word(&scan, &word, &quoted);
        reader->propagate = sx_abc_word_is(word, n, "not") ? 0 : sx_abc_word_is(word, n, "octave") ? 1 : 2;
    } else if (sx_abc_word_is(word, n, "decoration")) {
        sx_abc_skip_space(&scan);
        if (scan.at < scan.end && (*scan.at == '+' || *scan.at == '!'))
            reader->deco_mark = *scan.at;
    } else if (sx_abc_word_is(word, n, "abc-copyright")) {
        if (!reader->score->rights)
            reader->score->rights = sx_abc_keep_text(reader, scan.at, (size_t)(scan.end - scan.at));
    } else if (sx_abc_word_is(word, n, "abc-creator") || n == 0) {
        return;
    } else if (sx_abc_word_is(word, n, "transpose")) {
        struct sx_abc_voice *voice = target(reader);
        (voice ? &voice->shift : &reader->shift)->transpose = (int)number(&scan, -60, 60, 0);
    }
}
