/* programs.c - instruments that a score names and gives no MIDI program: English, Italian, German and French names, and MusicXML's sound identifiers. */
#include <string.h>

#include "base/ascii.h"
#include "score/musicxml.h"

/* Looked for in this order within the name in small letters: what is longer or more special comes first. */
static const struct { const char *name; signed char program; } programs[] = {
    { "harpsichord", 6 }, { "cembalo", 6 }, { "clavichord", 7 }, { "celesta", 8 }, { "glockenspiel", 9 }, { "music box", 10 }, { "vibraphone", 11 },
    { "marimba", 12 }, { "xylophone", 13 }, { "tubular", 14 }, { "dulcimer", 15 }, { "accordion", 21 }, { "akkordeon", 21 }, { "harmonica", 22 },
    { "bandoneon", 23 }, { "harmonium", 20 }, { "organ", 19 }, { "orgel", 19 }, { "orgue", 19 }, { "piano", 0 }, { "klavier", 0 },
    { "electric bass", 33 }, { "bass guitar", 33 }, { "e-bass", 33 }, { "electric guitar", 27 }, { "guitar", 24 }, { "gitarre", 24 }, { "guitare", 24 },
    { "lute", 24 }, { "mandolin", 24 }, { "ukulele", 24 }, { "banjo", 105 }, { "sitar", 104 }, { "koto", 107 },
    { "contrabassoon", 70 }, { "kontrafagott", 70 }, { "bassoon", 70 }, { "fagott", 70 }, { "basson", 70 }, { "double bass", 43 }, { "contrabass", 43 },
    { "kontrabass", 43 }, { "contrebasse", 43 }, { "violoncell", 42 }, { "cello", 42 }, { "violin", 40 }, { "violon", 40 }, { "geige", 40 }, { "fiddle", 110 },
    { "viola", 41 }, { "bratsche", 41 }, { "strings", 48 }, { "harp", 46 }, { "harfe", 46 }, { "timpani", 47 }, { "pauken", 47 },
    { "trumpet", 56 }, { "trompete", 56 }, { "cornet", 56 }, { "flugelhorn", 56 }, { "trombone", 57 }, { "posaune", 57 }, { "tuba", 58 }, { "euphonium", 58 },
    { "english horn", 69 }, { "cor anglais", 69 }, { "englischhorn", 69 }, { "horn", 60 }, { "brass", 61 },
    { "soprano sax", 64 }, { "alto sax", 65 }, { "tenor sax", 66 }, { "baritone sax", 67 }, { "sax", 65 }, { "oboe", 68 }, { "hautbois", 68 },
    { "clarinet", 71 }, { "klarinette", 71 }, { "piccolo", 72 }, { "pan flute", 75 }, { "recorder", 74 }, { "blockfl", 74 }, { "whistle", 78 },
    { "ocarina", 79 }, { "flute", 73 }, { "flauto", 73 }, { "fl\xC3\xB6te", 73 }, { "fl\xC3\xBBte", 73 }, { "bagpipe", 109 }, { "steel drum", 114 },
    { "voice", 52 }, { "vocal", 52 }, { "choir", 52 }, { "chor", 52 }, { "soprano", 52 }, { "sopran", 52 }, { "alto", 52 }, { "tenor", 52 }, { "baritone", 52 },
    { "bariton", 52 }, { "singstimme", 52 }, { "gesang", 52 }, { "canto", 52 }, { "chant", 52 }, { "solo", 52 }, { "bass", 52 }, { "alt", 52 },
};

static const struct { const char *name; signed char key; } drums[] = {
    { "bass drum", 36 }, { "kick", 36 }, { "side stick", 37 }, { "rim", 37 }, { "snare", 38 }, { "clap", 39 }, { "pedal hi-hat", 44 }, { "open hi-hat", 46 },
    { "open hi hat", 46 }, { "hi-hat", 42 }, { "hi hat", 42 }, { "hihat", 42 }, { "floor tom", 41 }, { "low tom", 45 }, { "mid tom", 47 }, { "high tom", 50 },
    { "tom", 47 }, { "ride bell", 53 }, { "ride", 51 }, { "splash", 55 }, { "china", 52 }, { "crash", 49 }, { "cymbal", 49 }, { "tambourine", 54 },
    { "cowbell", 56 }, { "bongo", 60 }, { "conga", 63 }, { "timbale", 65 }, { "agogo", 67 }, { "maracas", 70 }, { "guiro", 73 }, { "claves", 75 },
    { "wood block", 76 }, { "woodblock", 76 }, { "triangle", 81 }, { "shaker", 82 }, { "tam-tam", 52 }, { "gong", 52 },
};

static void lower(const char *from, char to[64])
{
    size_t n = 0;
    for (; from[n] && n < 63; n++)
        to[n] = sx_ascii_lower(from[n]);
    for (size_t i = 0; i < n; i++)
        to[i] = to[i] == '.' || to[i] == '_' ? ' ' : to[i];         /* "wind.flutes.flute" */
    to[n] = '\0';
}

int sx_program_find(const char *name)
{
    char text[64];
    lower(name, text);
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        if (strstr(text, programs[i].name))
            return programs[i].program;
    }
    return -1;
}

int sx_drum_find(const char *name)
{
    char text[64];
    lower(name, text);
    for (size_t i = 0; i < sizeof drums / sizeof *drums; i++) {
        if (strstr(text, drums[i].name))
            return drums[i].key;
    }
    return -1;
}

/* The usual places on a five-line staff (Weinberg, Guidelines for Drumset Notation), from D4 below the lowest line. */
int sx_drum_at(int step, int octave)
{
    static const unsigned char keys[] = { 44 /* D4 */, 36, 36, 41 /* G4 */, 45, 47 /* B4 */, 38, 48, 50, 51 /* F5 */, 42, 49, 57 };
    int place = (step < 0 ? 6 : step) + 7 * octave - (1 + 7 * 4);
    place = place < 0 ? 0 : place >= (int)sizeof keys ? (int)sizeof keys - 1 : place;
    return keys[place];
}
