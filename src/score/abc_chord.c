/* abc_chord.c - chord symbols ("Am7/G") to notes, and the patterns in which they are struck. */
#include <stdlib.h>
#include <string.h>

#include "score/abc.h"

enum { CHORDS = 4096 };

struct type { const char *name; uint8_t count; int8_t notes[7]; };

/* Semitones above the root. Voiced so that they fit into an octave or so, as accompaniments play them. */
static const struct type types[] = {
    { "", 3, { 0, 4, 7 } }, { "maj", 3, { 0, 4, 7 } }, { "M", 3, { 0, 4, 7 } }, { "major", 3, { 0, 4, 7 } },
    { "m", 3, { 0, 3, 7 } }, { "min", 3, { 0, 3, 7 } }, { "mi", 3, { 0, 3, 7 } }, { "-", 3, { 0, 3, 7 } }, { "minor", 3, { 0, 3, 7 } },
    { "5", 2, { 0, 7 } }, { "6", 4, { 0, 4, 7, 9 } }, { "M6", 4, { 0, 4, 7, 9 } }, { "maj6", 4, { 0, 4, 7, 9 } }, { "m6", 4, { 0, 3, 7, 9 } }, { "min6", 4, { 0, 3, 7, 9 } },
    { "69", 5, { 0, 4, 7, 9, 14 } }, { "6/9", 5, { 0, 4, 7, 9, 14 } },
    { "7", 4, { 0, 4, 7, 10 } }, { "dom7", 4, { 0, 4, 7, 10 } }, { "m7", 4, { 0, 3, 7, 10 } }, { "min7", 4, { 0, 3, 7, 10 } }, { "mi7", 4, { 0, 3, 7, 10 } }, { "-7", 4, { 0, 3, 7, 10 } },
    { "maj7", 4, { 0, 4, 7, 11 } }, { "M7", 4, { 0, 4, 7, 11 } }, { "ma7", 4, { 0, 4, 7, 11 } }, { "j7", 4, { 0, 4, 7, 11 } }, { "\xCE\x94", 4, { 0, 4, 7, 11 } },
    { "mM7", 4, { 0, 3, 7, 11 } }, { "mmaj7", 4, { 0, 3, 7, 11 } }, { "m(maj7)", 4, { 0, 3, 7, 11 } }, { "minmaj7", 4, { 0, 3, 7, 11 } },
    { "dim", 3, { 0, 3, 6 } }, { "o", 3, { 0, 3, 6 } }, { "\xC2\xB0", 3, { 0, 3, 6 } }, { "dim7", 4, { 0, 3, 6, 9 } }, { "o7", 4, { 0, 3, 6, 9 } }, { "\xC2\xB0" "7", 4, { 0, 3, 6, 9 } },
    { "m7b5", 4, { 0, 3, 6, 10 } }, { "m7(b5)", 4, { 0, 3, 6, 10 } }, { "min7b5", 4, { 0, 3, 6, 10 } }, { "\xC3\xB8", 4, { 0, 3, 6, 10 } }, { "\xC3\xB8" "7", 4, { 0, 3, 6, 10 } },
    { "aug", 3, { 0, 4, 8 } }, { "+", 3, { 0, 4, 8 } }, { "aug7", 4, { 0, 4, 8, 10 } }, { "+7", 4, { 0, 4, 8, 10 } }, { "7#5", 4, { 0, 4, 8, 10 } }, { "7+", 4, { 0, 4, 8, 10 } },
    { "7b5", 4, { 0, 4, 6, 10 } }, { "sus", 3, { 0, 5, 7 } }, { "sus4", 3, { 0, 5, 7 } }, { "sus2", 3, { 0, 2, 7 } }, { "sus9", 3, { 0, 2, 7 } }, { "4", 3, { 0, 5, 7 } },
    { "7sus", 4, { 0, 5, 7, 10 } }, { "7sus4", 4, { 0, 5, 7, 10 } }, { "9sus4", 5, { 0, 5, 7, 10, 14 } }, { "9sus", 5, { 0, 5, 7, 10, 14 } },
    { "add9", 4, { 0, 4, 7, 14 } }, { "add2", 4, { 0, 2, 4, 7 } }, { "2", 4, { 0, 2, 4, 7 } }, { "madd9", 4, { 0, 3, 7, 14 } }, { "add4", 4, { 0, 4, 5, 7 } },
    { "9", 5, { 0, 4, 7, 10, 14 } }, { "m9", 5, { 0, 3, 7, 10, 14 } }, { "min9", 5, { 0, 3, 7, 10, 14 } }, { "maj9", 5, { 0, 4, 7, 11, 14 } }, { "M9", 5, { 0, 4, 7, 11, 14 } },
    { "7b9", 5, { 0, 4, 7, 10, 13 } }, { "7#9", 5, { 0, 4, 7, 10, 15 } }, { "11", 6, { 0, 4, 7, 10, 14, 17 } }, { "m11", 6, { 0, 3, 7, 10, 14, 17 } },
    { "7#11", 5, { 0, 4, 7, 10, 18 } }, { "maj7#11", 5, { 0, 4, 7, 11, 18 } }, { "13", 6, { 0, 4, 7, 10, 14, 21 } }, { "m13", 6, { 0, 3, 7, 10, 14, 21 } }, { "7b13", 5, { 0, 4, 7, 10, 20 } },
};

/* A note name with its sharp or flat, 0 to 11; -1: none. */
static int read_root(struct sx_abc_scan *scan)
{
    static const int8_t keys[7] = { 9, 11, 0, 2, 4, 5, 7 };
    if (scan->at == scan->end || *scan->at < 'A' || *scan->at > 'G')
        return -1;
    int key = keys[*scan->at++ - 'A'];
    if (scan->at < scan->end && (*scan->at == '#' || *scan->at == 'b')) {
        key += *scan->at++ == '#' ? 1 : -1;
    } else if (scan->end - scan->at >= 3 && memcmp(scan->at, "\xE2\x99", 2) == 0 && ((unsigned char)scan->at[2] == 0xAF || (unsigned char)scan->at[2] == 0xAD)) {
        key += (unsigned char)scan->at[2] == 0xAF ? 1 : -1;
        scan->at += 3;
    }
    return (key + 12) % 12;
}

static bool find_type(const struct sx_abc_reader *reader, const char *name, size_t length, struct sx_abc_chord *chord)
{
    for (size_t i = reader->type_count; i-- > 0;)
        if (strlen(reader->types[i].name) == length && memcmp(reader->types[i].name, name, length) == 0) {
            chord->count = reader->types[i].count;
            memcpy(chord->notes, reader->types[i].notes, sizeof chord->notes);
            return true;
        }
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strlen(types[i].name) == length && memcmp(types[i].name, name, length) == 0) {
            chord->count = types[i].count;
            memcpy(chord->notes, types[i].notes, sizeof types[i].notes);
            return true;
        }
    return false;
}

int sx_abc_read_chord_symbol(struct sx_abc_reader *reader, const char *text, size_t length)
{
    struct sx_abc_scan scan = { text, text + length };
    /* (Am) is an alternative chord; several lines: the first one is played */
    if (length && *scan.at == '(')
        return -2;
    for (const char *p = scan.at; p < scan.end; p++)
        if (*p == ';' || (*p == '\\' && p + 1 < scan.end && p[1] == 'n')) {
            scan.end = p;
            break;
        }
    while (scan.end > scan.at && scan.end[-1] == ' ')
        scan.end--;
    size_t n = (size_t)(scan.end - scan.at);
    if (sx_abc_word_is(scan.at, n, "N.C.") || sx_abc_word_is(scan.at, n, "NC") || sx_abc_word_is(scan.at, n, "N.C"))
        return -1;
    struct sx_abc_chord chord = { .bass = -1 };
    int root = read_root(&scan);
    if (root < 0)
        return -2;
    chord.root = (int8_t)root;
    const char *name = scan.at, *slash = scan.end;
    for (const char *p = scan.end; p > name + 0 && slash == scan.end; p--)
        if (p[-1] == '/') {
            struct sx_abc_scan bass = { p, scan.end };
            /* lower case is met, too: A7/e */
            char upper[8];
            size_t m = (size_t)(scan.end - p) < sizeof upper ? (size_t)(scan.end - p) : sizeof upper;
            memcpy(upper, p, m);
            if (m && upper[0] >= 'a' && upper[0] <= 'g')
                upper[0] = (char)(upper[0] - 'a' + 'A');
            bass.at = upper;
            bass.end = upper + m;
            int key = read_root(&bass);
            if (key < 0)
                break;
            chord.bass = (int8_t)key;
            slash = p - 1;
        }
    /* D/f+ of the Nottingham collection: what is behind the bass note's name is no more than its octave */
    if (!find_type(reader, name, (size_t)(slash - name), &chord))
        return -2;
    sx_abc_spend(reader, reader->chord_count);
    for (size_t i = reader->chord_count; i-- > 0;)
        if (memcmp(&reader->chords[i], &chord, sizeof chord) == 0)
            return (int)i;
    if (reader->chord_count == CHORDS)
        return -2;
    if (!sx_abc_grow(reader, &reader->chords, &reader->chord_room, reader->chord_count, sizeof *reader->chords))
        return -2;
    reader->chords[reader->chord_count] = chord;
    return (int)reader->chord_count++;
}

bool sx_abc_read_pattern(const char *text, size_t length, struct sx_abc_pattern *pattern)
{
    struct sx_abc_scan scan = { text, text + length };
    *pattern = (struct sx_abc_pattern){ 0 };
    while (sx_abc_skip_space(&scan), scan.at < scan.end) {
        char c = *scan.at++;
        int64_t n;
        if (!strchr("fcbzghijGHIJd", c) || pattern->count == ABC_PATTERN)
            return false;
        if (!sx_abc_scan_int(&scan, 1000, &n) || n < 1)
            n = 1;
        double stroke = (double)n;
        if (scan.at < scan.end && *scan.at == '/') {
            scan.at++;
            if (!sx_abc_scan_int(&scan, 1000, &n) || n < 1)
                n = 2;
            stroke /= (double)n;
        }
        pattern->strokes[pattern->count++] = (struct sx_abc_stroke){ .kind = c, .length = (float)stroke };
        pattern->length += stroke;
    }
    return pattern->count > 0;
}

void sx_abc_default_pattern(const struct sx_abc_meter *meter, struct sx_abc_pattern *pattern)
{
    char text[ABC_PATTERN + 1];
    size_t n = 0;
    bool compound = meter->unit >= 8 && meter->beats % 3 == 0;
    int beats = compound ? meter->beats / 3 : meter->beats;
    const char *low = compound ? "fzc" : "fz", *high = compound ? "fzc" : "cz";
    if (!compound && beats == 2 && meter->unit == 2)
        low = "fzcz", high = "fzcz";                   /* 2/2 as 4/4 */
    bool even = beats % 2 == 0;         /* bass and chord in turn; in odd meters one bass note and chords */
    for (int i = 0; i < beats; i++) {
        const char *beat = i == 0 || (even && i % 2 == 0) ? low : high;
        size_t m = strlen(beat);
        if (n + m > ABC_PATTERN)
            break;
        memcpy(text + n, beat, m);
        n += m;
    }
    sx_abc_read_pattern(text, n, pattern);
    if (beats * (int)strlen(low) > (int)n)
        pattern->length = beats * (double)strlen(low);
}

struct sx_abc_accompaniment *sx_abc_setting(struct sx_abc_reader *reader)
{
    size_t count = reader->setting_count;
    if (count >= 10000)
        return &reader->settings[count - 1];
    if (!sx_abc_grow(reader, &reader->settings, &reader->setting_room, count, sizeof *reader->settings))
        return NULL;
    static const struct sx_abc_accompaniment usual = { .chords = true, .chord_program = 25, .bass_program = 32, .chord_volume = 62, .bass_volume = 72, .drum_bars = 1 };
    reader->settings[count] = count ? reader->settings[count - 1] : usual;
    reader->setting_count++;
    return &reader->settings[count];
}
