/* abc_deco.c - what !decorations!, their one-letter forms and "quoted texts" do to notes, dynamics and the order of bars. */
#include <string.h>

#include "score/abc.h"

enum action {
    NOTHING, NOTE, ORNAMENT, TREMOLO, JUMP, CODA, LEVEL, CRESCENDO, DIMINUENDO, HAIRPIN_END, SFORZATO, PEDAL, OCTAVE, TRILL_BEGIN, TRILL_END
};

struct deco { const char *name; uint8_t action; int32_t value; };

static const struct deco decos[] = {
    { ".", NOTE, SX_NOTE_STACCATO }, { "staccato", NOTE, SX_NOTE_STACCATO }, { "wedge", NOTE, SX_NOTE_STACCATISSIMO },
    { "tenuto", NOTE, SX_NOTE_TENUTO }, { "accent", NOTE, SX_NOTE_ACCENT }, { ">", NOTE, SX_NOTE_ACCENT }, { "emphasis", NOTE, SX_NOTE_ACCENT },
    { "marcato", NOTE, SX_NOTE_MARCATO }, { "^", NOTE, SX_NOTE_MARCATO }, { "fermata", NOTE, SX_NOTE_FERMATA }, { "invertedfermata", NOTE, SX_NOTE_FERMATA },
    { "breath", NOTE, SX_NOTE_BREATH }, { "caesura", NOTE, SX_NOTE_BREATH }, { "shortphrase", NOTHING, 0 }, { "mediumphrase", NOTHING, 0 }, { "longphrase", NOTHING, 0 },
    { "arpeggio", NOTE, SX_NOTE_ARPEGGIO }, { "plus", NOTE, SX_NOTE_PIZZICATO }, { "+", NOTE, SX_NOTE_PIZZICATO }, { "snap", NOTE, SX_NOTE_PIZZICATO },
    { "pizz", NOTE, SX_NOTE_PIZZICATO }, { "pizzicato", NOTE, SX_NOTE_PIZZICATO }, { "open", NOTE, SX_NOTE_HARMONIC }, { "harmonic", NOTE, SX_NOTE_HARMONIC },
    { "upbow", NOTE, SX_NOTE_UPBOW }, { "downbow", NOTE, SX_NOTE_DOWNBOW }, { "slide", ORNAMENT, SX_ORNAMENT_SCHLEIFER }, { "stopped", NOTE, SX_NOTE_MUTED },
    { "glissando", NOTE, SX_NOTE_GLISSANDO }, { "glissando(", NOTE, SX_NOTE_GLISSANDO }, { "~(", NOTE, SX_NOTE_GLISSANDO }, { "-(", NOTE, SX_NOTE_GLISSANDO },
    { "lv", NOTE, SX_NOTE_RING },
    { "trill", ORNAMENT, SX_ORNAMENT_TRILL }, { "tr", ORNAMENT, SX_ORNAMENT_TRILL }, { "trill(", TRILL_BEGIN, 0 }, { "trill)", TRILL_END, 0 },
    { "lowermordent", ORNAMENT, SX_ORNAMENT_MORDENT }, { "mordent", ORNAMENT, SX_ORNAMENT_MORDENT }, { "uppermordent", ORNAMENT, SX_ORNAMENT_PRALLTRILLER },
    { "pralltriller", ORNAMENT, SX_ORNAMENT_PRALLTRILLER }, { "roll", ORNAMENT, SX_ORNAMENT_ROLL }, { "turn", ORNAMENT, SX_ORNAMENT_TURN },
    { "turnx", ORNAMENT, SX_ORNAMENT_TURN }, { "invertedturn", ORNAMENT, SX_ORNAMENT_INVERTED_TURN }, { "invertedturnx", ORNAMENT, SX_ORNAMENT_INVERTED_TURN },
    { "/", TREMOLO, 1 }, { "//", TREMOLO, 2 }, { "///", TREMOLO, 3 }, { "////", TREMOLO, 4 },
    { "segno", JUMP, SX_BAR_SEGNO }, { "coda", CODA, 0 }, { "dacoda", JUMP, SX_BAR_TO_CODA }, { "tocoda", JUMP, SX_BAR_TO_CODA }, { "fine", JUMP, SX_BAR_FINE },
    { "dacapo", JUMP, SX_BAR_DA_CAPO }, { "D.C.", JUMP, SX_BAR_DA_CAPO }, { "D.C.alcoda", JUMP, SX_BAR_DA_CAPO }, { "D.C.alfine", JUMP, SX_BAR_DA_CAPO },
    { "D.S.", JUMP, SX_BAR_DAL_SEGNO }, { "dalsegno", JUMP, SX_BAR_DAL_SEGNO }, { "D.S.alcoda", JUMP, SX_BAR_DAL_SEGNO }, { "D.S.alfine", JUMP, SX_BAR_DAL_SEGNO },
    { "pppp", LEVEL, 0 }, { "ppp", LEVEL, 0 }, { "pp", LEVEL, 0 }, { "p", LEVEL, 0 }, { "mp", LEVEL, 0 }, { "mf", LEVEL, 0 }, { "f", LEVEL, 0 }, { "ff", LEVEL, 0 },
    { "fff", LEVEL, 0 }, { "ffff", LEVEL, 0 }, { "sfz", SFORZATO, 0 }, { "sf", SFORZATO, 0 }, { "fz", SFORZATO, 0 }, { "rfz", SFORZATO, 0 }, { "fp", LEVEL, 0 },
    { "crescendo(", CRESCENDO, 0 }, { "<(", CRESCENDO, 0 }, { "cresc(", CRESCENDO, 0 }, { "crescendo)", HAIRPIN_END, 0 }, { "<)", HAIRPIN_END, 0 }, { "cresc)", HAIRPIN_END, 0 },
    { "diminuendo(", DIMINUENDO, 0 }, { ">(", DIMINUENDO, 0 }, { "dim(", DIMINUENDO, 0 }, { "diminuendo)", HAIRPIN_END, 0 }, { ">)", HAIRPIN_END, 0 }, { "dim)", HAIRPIN_END, 0 },
    { "ped", PEDAL, 1 }, { "ped(", PEDAL, 1 }, { "ped-up", PEDAL, 0 }, { "ped)", PEDAL, 0 },
    { "8va(", OCTAVE, 1 }, { "8va)", OCTAVE, 0 }, { "8vb(", OCTAVE, -1 }, { "8vb)", OCTAVE, 0 }, { "15ma(", OCTAVE, 2 }, { "15ma)", OCTAVE, 0 },
    { "15mb(", OCTAVE, -2 }, { "15mb)", OCTAVE, 0 },
    { "thumb", NOTHING, 0 }, { "0", NOTHING, 0 }, { "1", NOTHING, 0 }, { "2", NOTHING, 0 }, { "3", NOTHING, 0 }, { "4", NOTHING, 0 }, { "5", NOTHING, 0 },
    { "editorial", NOTHING, 0 }, { "courtesy", NOTHING, 0 }, { "nil", NOTHING, 0 }, { "none", NOTHING, 0 }, { "beambr1", NOTHING, 0 }, { "beambr2", NOTHING, 0 },
    { "rbstop", NOTHING, 0 }, { "xstem", NOTHING, 0 }, { "invisible", NOTHING, 0 }, { "beam-accel", NOTHING, 0 }, { "beam-rall", NOTHING, 0 }, { "beamon", NOTHING, 0 },
    { "gmark", NOTHING, 0 }, { "cpu", NOTHING, 0 }, { "trem1", TREMOLO, 1 }, { "trem2", TREMOLO, 2 }, { "trem3", TREMOLO, 3 }, { "trem4", TREMOLO, 4 },
};

static const struct deco *find(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof decos / sizeof *decos; i++)
        if (strlen(decos[i].name) == length && memcmp(decos[i].name, name, length) == 0)
            return &decos[i];
    return NULL;
}

/* "ff" to a velocity; pppp and ffff are the ends of the scale. */
static int velocity_of(const char *name)
{
    int velocity = sx_score_velocity(name);
    if (velocity == 0)
        velocity = sx_score_velocity(name[0] == 'p' ? "ppp" : name[0] == 'f' ? "fff" : "sfz");
    return velocity;
}

/* An event at a note that was read before: symbol lines come behind their music. */
static void add_at(struct sx_abc_reader *reader, struct sx_abc_voice *voice, const size_t *on, enum sx_abc_event_kind kind, int a, int b, double value)
{
    int64_t now = voice->now;
    if (on)
        voice->now = voice->notes[*on].time;
    sx_abc_add_event(reader, voice, kind, a, b, value);
    voice->now = now;
}

static void on_notes(struct sx_abc_voice *voice, const size_t *on, const struct deco *deco)
{
    for (size_t i = *on; i < voice->note_count && (i == *on || !voice->notes[i].head) && !(voice->notes[i].flags & SX_NOTE_GRACE); i++) {
        struct sx_abc_note *note = &voice->notes[i];
        if (deco->action == NOTE)
            note->flags |= (uint32_t)deco->value;
        else if (deco->action == ORNAMENT)
            note->ornament = (uint8_t)deco->value;
        else
            note->ornament = SX_ORNAMENT_TREMOLO, note->tremolo = (uint8_t)deco->value;
    }
}

static void jump_at(struct sx_abc_voice *voice, const size_t *on, const struct deco *deco)
{
    if (!on) {
        voice->marks.bar |= deco->action == JUMP ? (uint32_t)deco->value : 0;
        voice->marks.coda |= deco->action == CODA;
        return;
    }
    int64_t time = voice->notes[*on].time;
    size_t k = 0, high = voice->bar_count;
    while (high - k > 1) {                      /* the last bar that begins at this time or before it */
        size_t middle = k + (high - k) / 2;
        if (voice->bars[middle].begin <= time)
            k = middle;
        else
            high = middle;
    }
    if (deco->action == JUMP)
        voice->bars[k].flags |= (uint32_t)deco->value;
    else if (!voice->bars[k].coda)
        voice->bars[k].coda = time > voice->bars[k].begin ? 2 : 1;
}

bool sx_abc_decorate(struct sx_abc_reader *reader, struct sx_abc_voice *voice, const char *name, size_t length, const size_t *on)
{
    const struct deco *deco = find(name, length);
    if (!deco)
        return false;
    switch ((enum action)deco->action) {
    case NOTHING: break;
    case NOTE:
        if (on)
            on_notes(voice, on, deco);
        else
            voice->marks.flags |= (uint32_t)deco->value;
        break;
    case ORNAMENT: case TREMOLO:
        if (on) {
            on_notes(voice, on, deco);
        } else {
            voice->marks.ornament = deco->action == ORNAMENT ? (uint8_t)deco->value : SX_ORNAMENT_TREMOLO;
            if (deco->action == TREMOLO)
                voice->marks.tremolo = (uint8_t)deco->value;
        }
        break;
    case JUMP: case CODA: jump_at(voice, on, deco); break;
    case LEVEL: add_at(reader, voice, on, ABC_DYNAMIC, SX_DYNAMIC_LEVEL, velocity_of(deco->name), 0); break;
    case SFORZATO: add_at(reader, voice, on, ABC_DYNAMIC, SX_DYNAMIC_ACCENT, velocity_of(deco->name), 0); break;
    case CRESCENDO: add_at(reader, voice, on, ABC_DYNAMIC, SX_DYNAMIC_CRESCENDO, 0, 0); break;
    case DIMINUENDO: add_at(reader, voice, on, ABC_DYNAMIC, SX_DYNAMIC_DIMINUENDO, 0, 0); break;
    case HAIRPIN_END: add_at(reader, voice, on, ABC_DYNAMIC, SX_DYNAMIC_HAIRPIN_END, 0, 0); break;
    case PEDAL: add_at(reader, voice, on, ABC_CONTROL, SX_CONTROL_PEDAL, 0, deco->value); break;
    case OCTAVE: if (!on) voice->octave_line = deco->value; break;
    case TRILL_BEGIN: if (!on) voice->trilling = true; break;
    case TRILL_END: voice->trilling = false; break;
    }
    return true;
}

/* "D.C. al Fine" and its kind, which many tunes have as text. */
static const char *jump_of_text(const char *text, size_t length)
{
    static const struct { const char *text, *deco; } jumps[] = {
        { "dc", "D.C." }, { "dcalfine", "D.C." }, { "dcalcoda", "D.C." }, { "dacapo", "D.C." }, { "dacapoalfine", "D.C." }, { "dacapoalcoda", "D.C." },
        { "ds", "D.S." }, { "dsalfine", "D.S." }, { "dsalcoda", "D.S." }, { "dalsegno", "D.S." }, { "dalsegnoalfine", "D.S." }, { "dalsegnoalcoda", "D.S." },
        { "fine", "fine" }, { "tocoda", "dacoda" }, { "segno", "segno" }, { "coda", "coda" },
    };
    char bare[24];
    size_t n = 0;
    for (size_t i = 0; i < length; i++) {
        char c = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];
        if (c == ' ' || c == '.')
            continue;
        if (n + 1 >= sizeof bare)
            return NULL;
        bare[n++] = c;
    }
    bare[n] = 0;
    for (size_t i = 0; i < sizeof jumps / sizeof *jumps; i++)
        if (strcmp(bare, jumps[i].text) == 0)
            return jumps[i].deco;
    return NULL;
}

void sx_abc_quoted(struct sx_abc_reader *reader, struct sx_abc_voice *voice, const char *text, size_t length, const size_t *on)
{
    bool annotation = length > 0 && strchr("^_<>@", text[0]);
    if (annotation)
        text++, length--;
    while (length && *text == ' ')
        text++, length--;
    if (length == 0)
        return;
    const char *jump = jump_of_text(text, length);
    if (jump) {
        sx_abc_decorate(reader, voice, jump, strlen(jump), on);
        return;
    }
    if (annotation || reader->event_total >= ABC_EVENTS)
        return;
    int chord = sx_abc_read_chord_symbol(reader, text, length);
    if (chord >= -1)
        add_at(reader, voice, on, ABC_CHORD_SYMBOL, chord, 0, 0);
    else if (reader->status == SYRINX_OK && sx_abc_first_warning(reader, ABC_W_CHORD))
        sx_abc_warn(reader, "\"%.*s\" is no chord that I know", (int)(length < 40 ? length : 40), text);
}

const char *sx_abc_default_symbol(char c)
{
    switch (c) {
    case '.': return ".";
    case '~': return "roll";
    case 'H': return "fermata";
    case 'L': return "accent";
    case 'M': return "lowermordent";
    case 'O': return "coda";
    case 'P': return "uppermordent";
    case 'S': return "segno";
    case 'T': return "trill";
    case 'u': return "upbow";
    case 'v': return "downbow";
    case 'J': return "slide";
    case 'R': return "roll";
    default: return NULL;
    }
}

void sx_abc_user_symbol(struct sx_abc_reader *reader, const char *text, size_t length)
{
    struct sx_abc_scan scan = { text, text + length };
    sx_abc_skip_space(&scan);
    if (scan.at == scan.end)
        return;
    char symbol = *scan.at++;
    sx_abc_skip_space(&scan);
    bool allowed = (symbol >= 'H' && symbol <= 'Y') || (symbol >= 'h' && symbol <= 'w') || symbol == '~' || symbol == '.';
    if (!allowed || scan.at == scan.end || *scan.at != '=')
        return;
    scan.at++;
    sx_abc_skip_space(&scan);
    if (scan.at == scan.end)
        return;
    const char *begin = scan.at, *end = scan.end;
    while (end > begin && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    bool quoted = *begin == '"', marked = *begin == '!' || *begin == '+';
    if ((quoted || marked) && end - begin >= 2 && end[-1] == *begin)
        end--;
    if (marked)
        begin++;
    if (end - begin > 200)
        return;
    if (marked && ((end - begin == 3 && memcmp(begin, "nil", 3) == 0) || (end - begin == 4 && memcmp(begin, "none", 4) == 0))) {
        reader->user[(unsigned char)symbol] = NULL;
        return;
    }
    const char *kept = sx_score_keep(reader->score, begin, (size_t)(end - begin));
    if (kept)
        reader->user[(unsigned char)symbol] = kept;
}
