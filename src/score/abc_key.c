/* abc_key.c - the field K:, and the clefs and transpositions that K: and V: share. */
#include <string.h>

#include "base/ascii.h"
#include "score/abc.h"

static int step_of(char c)
{
    static const char steps[] = "CDEFGAB";
    const char *found = c ? strchr(steps, c >= 'a' && c <= 'g' ? c - 'a' + 'A' : c) : NULL;
    return found ? (int)(found - steps) : -1;
}

static void signature(int fifths, float alter[7])
{
    static const int8_t sharps[7] = { 3, 0, 4, 1, 5, 2, 6 };        /* F C G D A E B */
    memset(alter, 0, 7 * sizeof *alter);
    for (int i = 0; i < fifths; i++)
        alter[sharps[i % 7]] += 1;
    for (int i = 0; i < -fifths; i++)
        alter[sharps[6 - i % 7]] -= 1;
}

/* Fifths of a mode against the major key on the same note; 99: no mode. */
static int mode_of(const char *word, size_t length, bool *minor)
{
    static const struct { char name[4]; int8_t fifths; bool minor; } modes[] = {
        { "maj", 0, false }, { "ion", 0, false }, { "min", -3, true }, { "aeo", -3, true }, { "mix", -1, false }, { "dor", -2, true }, { "phr", -4, true },
        { "lyd", 1, false }, { "loc", -5, true },
    };
    *minor = false;
    if (length == 1 && (*word == 'm' || *word == 'M')) {
        *minor = *word == 'm';
        return *minor ? -3 : 0;
    }
    for (size_t i = 0; length >= 3 && i < sizeof modes / sizeof *modes; i++)
        if (sx_ascii_compare_n(word, modes[i].name, 3) == 0) {
            *minor = modes[i].minor && modes[i].fifths == -3;
            return modes[i].fifths;
        }
    return 99;
}

/* One or more accidentals such as ^f _B =c ^/g; false where the word is something else. */
static bool read_accidentals(const char *word, size_t length, float alter[7])
{
    const char *at = word, *end = word + length;
    float out[7];
    memcpy(out, alter, sizeof out);
    while (at < end) {
        float value = 0;
        if (*at != '^' && *at != '_' && *at != '=')
            return false;
        char kind = *at++;
        if (kind != '=') {
            value = kind == '^' ? 1 : -1;
            if (at < end && *at == kind)
                value *= 2, at++;
            else if (at < end && *at == '/')
                value /= 2, at++;
        }
        int step = at < end ? step_of(*at) : -1;
        if (step < 0)
            return false;
        out[step] = value;
        at++;
    }
    memcpy(alter, out, sizeof out);
    return length > 0;
}

static const char *strip_quotes(const char *text, size_t *length)
{
    if (*length >= 1 && *text == '"')
        text++, --*length;
    if (*length >= 1 && text[*length - 1] == '"')
        --*length;
    return text;
}

/* treble, bass3, alto+8, G2-8, perc, none */
static bool read_clef_name(const char *name, size_t length, struct sx_abc_shift *shift, int *percussion)
{
    static const char *const names[] = { "treble", "bass", "alto", "tenor", "soprano", "mezzosoprano", "baritone", "subbass", "perc", "none", "auto", "G", "F", "C", "P" };
    size_t n = 0;
    while (n < length && ((name[n] >= 'a' && name[n] <= 'z') || (name[n] >= 'A' && name[n] <= 'Z')))
        n++;
    bool known = false;
    for (size_t i = 0; i < sizeof names / sizeof *names && !known; i++)
        known = strlen(names[i]) == n && strncmp(names[i], name, n) == 0;
    if (!known)
        return false;
    if (name[0] == 'p' || name[0] == 'P')
        *percussion = 1;
    if (n < length && name[n] >= '1' && name[n] <= '5')
        n++;
    shift->clef = 0;
    if (length - n >= 2 && (name[n] == '+' || name[n] == '-')) {
        int octaves = name[n + 1] == '8' ? 1 : length - n >= 3 && name[n + 1] == '1' && name[n + 2] == '5' ? 2 : 0;
        shift->clef = (name[n] == '+' ? 12 : -12) * octaves;
    } else if (length - n >= 2 && name[n] != '^' && name[n] != '_') {
        return false;
    }
    return true;
}

static bool starts(const char *word, size_t length, const char *with, const char **value, size_t *value_length)
{
    size_t n = strlen(with);
    if (length <= n || sx_ascii_compare_n(word, with, n) != 0)
        return false;
    *value = word + n;
    *value_length = length - n;
    *value = strip_quotes(*value, value_length);
    return true;
}

/* The semitones from one note name to another, as in shift=CB, */
static int interval(const char *text, size_t length)
{
    static const int8_t semitones[7] = { 0, 2, 4, 5, 7, 9, 11 };
    int at[2] = { 0, 0 }, n = 0;
    for (size_t i = 0; i < length && n < 2;) {
        int alter = 0;
        for (; i < length && (text[i] == '^' || text[i] == '_' || text[i] == '='); i++)
            alter += text[i] == '^' ? 1 : text[i] == '_' ? -1 : 0;
        int step = i < length ? step_of(text[i]) : -1;
        if (step < 0)
            return 0;
        int key = semitones[step] + alter + (text[i] >= 'a' ? 12 : 0);
        for (i++; i < length && strchr("',#b", text[i]); i++)
            key += text[i] == '\'' ? 12 : text[i] == ',' ? -12 : text[i] == '#' ? 1 : -1;
        at[n++] = key;
    }
    int value = n == 2 ? at[1] - at[0] : 0;
    return value < -60 ? -60 : value > 60 ? 60 : value;
}

bool sx_abc_read_clef(const char *word, size_t length, struct sx_abc_shift *shift, int *percussion)
{
    static const char *const silent[] = { "middle=", "m=", "stafflines=", "staffscale=", "score=", "sound=", "style=", "cue=", "map=", "instrument=" };
    const char *value;
    size_t n;
    int64_t number;
    if (starts(word, length, "clef=", &value, &n)) {
        read_clef_name(value, n, shift, percussion);
        return true;
    }
    if (starts(word, length, "octave=", &value, &n) || starts(word, length, "transpose=", &value, &n) || starts(word, length, "t=", &value, &n)) {
        struct sx_abc_scan scan = { value, value + n };
        if (!sx_abc_scan_signed(&scan, 60, &number))
            return true;
        if (*word == 'o' || *word == 'O')
            shift->octave = number < -5 ? -5 : number > 5 ? 5 : (int)number;
        else
            shift->transpose = (int)number;
        return true;
    }
    if (starts(word, length, "shift=", &value, &n)) {
        shift->transpose = interval(value, n);
        return true;
    }
    for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
        if (starts(word, length, silent[i], &value, &n))
            return true;
    return length > 1 && read_clef_name(word, length, shift, percussion);
}

/* The tonic and what is written together with it: Bb, F#m, Ador. Moves *used behind it. */
static bool read_tonic(const char *word, size_t length, int *fifths, bool *minor, bool *moded)
{
    static const int8_t naturals[7] = { 0, 2, 4, -1, 1, 3, 5 };
    int step = *word >= 'A' && *word <= 'G' ? step_of(*word) : -1;
    if (step < 0)
        return false;
    size_t i = 1;
    *fifths = naturals[step];
    if (i < length && (word[i] == '#' || word[i] == 'b'))
        *fifths += word[i++] == '#' ? 7 : -7;
    *moded = false;
    *minor = false;
    if (i == length)
        return true;
    int mode = mode_of(word + i, length - i, minor);
    if (mode == 99)
        return false;
    *fifths += mode;
    *moded = true;
    return true;
}

bool sx_abc_read_key(struct sx_abc_reader *reader, const char *text, size_t length, struct sx_abc_key *key, struct sx_abc_shift *shift, int *percussion)
{
    struct sx_abc_scan scan = { text, text + length };
    struct sx_abc_key k = { 0 };
    bool first = true, told = false, moded = false, quoted, any = false;
    const char *word;
    for (size_t n; (n = sx_abc_scan_word(&scan, &word, &quoted)) > 0 || quoted; first = false) {
        any = true;
        if (n == 0)
            continue;
        int fifths;
        bool minor, with_mode;
        if (first && sx_abc_word_is(word, n, "none")) {
            told = moded = true;
        } else if (first && n == 2 && (memcmp(word, "HP", 2) == 0 || memcmp(word, "Hp", 2) == 0)) {
            k.fifths = 2;               /* Highland pipes: F and C sharp, G natural */
            signature(2, k.alter);
            told = moded = true;
        } else if (first && read_tonic(word, n, &fifths, &minor, &with_mode)) {
            k.fifths = fifths;
            k.minor = minor;
            signature(fifths, k.alter);
            told = true;
            moded = with_mode;
        } else if (told && sx_abc_word_is(word, n, "exp")) {
            signature(0, k.alter);
            k.fifths = 0;
            moded = true;
        } else if (told && !moded && mode_of(word, n, &minor) != 99) {
            k.fifths += mode_of(word, n, &minor);
            k.minor = minor;
            signature(k.fifths, k.alter);
            moded = true;
        } else if (read_accidentals(word, n, k.alter)) {
            told = true;
        } else if (!sx_abc_read_clef(word, n, shift, percussion) && sx_abc_first_warning(reader, ABC_W_KEY)) {
            sx_abc_warn(reader, "\"%.*s\" in K: is no key, mode, accidental or clef", (int)(n < 40 ? n : 40), word);
        }
    }
    if (!any)
        told = true;                    /* an empty K: is K:none */
    if (told)
        *key = k;
    return told;
}
