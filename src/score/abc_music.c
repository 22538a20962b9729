/* abc_music.c - a line of music, sign by sign: bar lines, repeats and endings, slurs, overlays, inline fields, decorations. */
#include <string.h>

#include "score/abc.h"

/* 1 or 1,3 or 1-3 as bits; 0: no number there. */
static uint32_t read_endings(struct sx_abc_scan *scan)
{
    uint32_t endings = 0;
    int64_t n, last;
    while (sx_abc_scan_int(scan, 33, &n)) {
        last = n;
        if (scan->at + 1 < scan->end && *scan->at == '-' && scan->at[1] >= '0' && scan->at[1] <= '9') {
            scan->at++;
            sx_abc_scan_int(scan, 33, &last);
        }
        for (; n <= last && n <= 32; n++)
            if (n >= 1)
                endings |= 1u << (n - 1);
        if (!(scan->at + 1 < scan->end && *scan->at == ',' && scan->at[1] >= '0' && scan->at[1] <= '9'))
            break;
        scan->at++;
    }
    return endings;
}

/* Any of | || |] [| |: :| :: ::| :|: |1 :|2 and what people write like them. */
static void read_bar(struct sx_abc_reader *reader, struct sx_abc_voice *voice, struct sx_abc_scan *scan)
{
    int before = 0, lines = 0, behind = 0;
    bool thick = false;
    for (; scan->at < scan->end && *scan->at == ':'; scan->at++)
        before++;
    while (scan->at < scan->end && (*scan->at == '|' || *scan->at == ']' || (*scan->at == '[' && scan->at + 1 < scan->end && (scan->at[1] == '|' || (lines == 0 && scan->at[1] == ']'))))) {
        lines += *scan->at == '|';
        thick |= *scan->at != '|';
        scan->at++;
    }
    for (; scan->at < scan->end && *scan->at == ':'; scan->at++)
        behind++;
    if (lines == 0 && !thick) {
        if (before < 2) {
            if (sx_abc_first_warning(reader, ABC_W_CHARACTER))
                sx_abc_warn(reader, "a colon that belongs to no bar line");
            return;
        }
        behind = before - before / 2;
        before /= 2;
    }
    struct sx_abc_scan at_end = *scan;
    uint32_t endings = 0;
    if (scan->at < scan->end && *scan->at >= '1' && *scan->at <= '9')
        endings = read_endings(&at_end);
    *scan = at_end;
    uint32_t ends = 0, begins = 0;
    if (before)
        ends |= SX_BAR_REPEAT_END;
    if (before || behind || thick || lines > 1)
        ends |= SX_BAR_ENDING_END;
    if (behind)
        begins |= SX_BAR_REPEAT_BEGIN;
    if (endings)
        begins |= SX_BAR_ENDING_BEGIN;
    int times = before > 1 ? (before < 1000 ? before + 1 : 1000) : 0;
    sx_abc_bar_line(reader, voice, ends, times, begins, endings);
}

/* [1 without a bar line before it divides the bar. */
static void read_ending(struct sx_abc_reader *reader, struct sx_abc_voice *voice, struct sx_abc_scan *scan)
{
    scan->at++;
    bool quoted = *scan->at == '"';
    scan->at += quoted;
    uint32_t endings = read_endings(scan);
    if (quoted) {
        const char *close = memchr(scan->at, '"', (size_t)(scan->end - scan->at));
        scan->at = close ? close + 1 : scan->end;
    }
    if (endings)
        sx_abc_bar_line(reader, voice, 0, 0, SX_BAR_ENDING_BEGIN, endings);
}

static void inline_field(struct sx_abc_reader *reader, struct sx_abc_scan *scan)
{
    char letter = scan->at[1];
    const char *text = scan->at + 3, *close = memchr(text, ']', (size_t)(scan->end - text));
    /* A name="..." or Q:"..." may have brackets. */
    bool inside = false;
    for (const char *p = text; p < scan->end; p++) {
        inside ^= *p == '"';
        if (*p == ']' && !inside) {
            close = p;
            break;
        }
    }
    scan->at = close ? close + 1 : scan->end;
    if (!close)
        sx_abc_warn(reader, "the field [%c: has no closing ]", letter);
    if (strchr("IKLMmNPQRrUV", letter))
        sx_abc_field(reader, letter, text, (size_t)((close ? close : scan->end) - text), true);
}

/* & goes back to the begin of the bar, && to that of the one before; (& ... & ... &) spans what it encloses. */
static void read_overlay(struct sx_abc_voice *voice, struct sx_abc_scan *scan)
{
    size_t n = 0;
    while (scan->at < scan->end && *scan->at == '&')
        scan->at++, n++;
    if (voice->now > voice->far)
        voice->far = voice->now;
    voice->group_is = false;
    voice->nested = 0;
    if (scan->at < scan->end && *scan->at == ')') {
        scan->at++;
        voice->overlay_from = 0;
        voice->overlay_bars = 1;        /* the next bar line ends it */
        return;
    }
    if (voice->overlay_from)
        n = voice->bar_count - voice->overlay_from + 1;
    if (n > voice->bar_count)
        n = voice->bar_count;
    voice->now = voice->bars[voice->bar_count - n].begin;
    voice->overlay_bars = n > 100000 ? 100000 : (int)n;
    if (voice->overlay < 255)
        voice->overlay++;
    voice->tie_count = 0;
    sx_abc_clear_accidentals(voice);
}

static void read_decoration(struct sx_abc_reader *reader, struct sx_abc_voice *voice, struct sx_abc_scan *scan)
{
    const char *begin = scan->at + 1, *end = begin;
    while (end < scan->end && *end != reader->deco_mark && *end != '|' && *end != ' ' && end - begin < 64)
        end++;
    if (end == scan->end || *end != reader->deco_mark) {
        scan->at++;                     /* a line break of old ABC */
        return;
    }
    scan->at = end + 1;
    if (!sx_abc_decorate(reader, voice, begin, (size_t)(end - begin), NULL) && sx_abc_first_warning(reader, ABC_W_DECORATION))
        sx_abc_warn(reader, "I do not know the decoration !%.*s!", (int)(end - begin), begin);
}

static void end_slur(struct sx_abc_voice *voice)
{
    if (voice->slurs > 0 && --voice->slurs == 0)
        for (size_t i = voice->group; i < voice->note_count; i++)
            voice->notes[i].flags &= ~(uint32_t)SX_NOTE_SLUR;
}

static void read_open(struct sx_abc_reader *reader, struct sx_abc_voice *voice, struct sx_abc_scan *scan)
{
    char next = scan->at + 1 < scan->end ? scan->at[1] : 0;
    scan->at++;
    if (next >= '0' && next <= '9') {
        sx_abc_read_tuplet(reader, voice, scan);
    } else if (next == '&') {
        scan->at++;
        voice->overlay_from = voice->bar_count;
    } else if (voice->slurs < 1000) {
        voice->slurs++;
    }
}

static void read_bracket(struct sx_abc_reader *reader, struct sx_abc_voice *voice, struct sx_abc_scan *scan)
{
    char next = scan->at + 1 < scan->end ? scan->at[1] : 0, third = scan->at + 2 < scan->end ? scan->at[2] : 0;
    if (((next >= 'A' && next <= 'Z') || (next >= 'a' && next <= 'z')) && third == ':')
        inline_field(reader, scan);
    else if ((next >= '1' && next <= '9') || (next == '"' && third >= '1' && third <= '9'))
        read_ending(reader, voice, scan);
    else if (next == '|' || next == ']')
        read_bar(reader, voice, scan);
    else
        sx_abc_read_chord(reader, voice, scan);
}

static void read_symbol(struct sx_abc_reader *reader, struct sx_abc_voice *voice, struct sx_abc_scan *scan)
{
    unsigned char c = (unsigned char)*scan->at++;
    const char *name = c < 128 ? reader->user[c] : NULL;
    if (name && *name == '"')
        sx_abc_quoted(reader, voice, name + 1, strlen(name + 1), NULL);
    else if (name)
        sx_abc_decorate(reader, voice, name, strlen(name), NULL);
    else if (!strchr(" \t`\\$*;?@#", (char)c) && sx_abc_first_warning(reader, ABC_W_CHARACTER))
        sx_abc_warn(reader, c >= 0x20 && c < 0x7F ? "'%c' means nothing here" : "the byte 0x%02X means nothing here", c);
}

void sx_abc_music(struct sx_abc_reader *reader, const char *text, size_t length)
{
    struct sx_abc_scan line = { text, text + length }, *scan = &line;
    struct sx_abc_voice *voice = NULL;
    while (scan->at < scan->end && reader->status == SYRINX_OK) {
        voice = sx_abc_current(reader);    /* an inline field may have changed it */
        if (!voice)
            return;
        char c = *scan->at, next = scan->at + 1 < scan->end ? scan->at[1] : 0;
        bool field = c == '[' && scan->at + 2 < scan->end && scan->at[2] == ':';
        if (voice->lyrics_open && !field) {     /* the next w: lines are for what comes from here on */
            voice->lyrics_open = false;
            voice->lyrics_from = voice->note_count;
            voice->lyrics_bar = voice->bar_count - 1;
            voice->verse = 0;
        }
        if (sx_abc_is_note(c)) {
            sx_abc_read_note(reader, voice, scan);
        } else if (c == '|' || c == ':' || c == ']') {
            read_bar(reader, voice, scan);
        } else if (c == '[') {
            read_bracket(reader, voice, scan);
        } else if (c == 'z' || c == 'x' || c == 'Z' || c == 'X') {
            sx_abc_read_rest(reader, voice, scan);
        } else if (c == '(') {
            read_open(reader, voice, scan);
        } else if (c == '{') {
            sx_abc_read_graces(reader, voice, scan);
        } else if (c == '>' || c == '<') {
            sx_abc_read_broken(reader, voice, scan);
        } else if (c == '&') {
            read_overlay(voice, scan);
        } else if (c == '"') {
            const char *close = memchr(scan->at + 1, '"', (size_t)(scan->end - scan->at - 1));
            const char *end = close ? close : scan->end;
            sx_abc_quoted(reader, voice, scan->at + 1, (size_t)(end - scan->at - 1), NULL);
            scan->at = close ? close + 1 : scan->end;
        } else if (c == reader->deco_mark && (c != '!' || next != 0)) {
            read_decoration(reader, voice, scan);
        } else if (c == ')') {
            end_slur(voice);
            scan->at++;
        } else if (c == '-') {
            sx_abc_read_tie(voice);
            scan->at++;
        } else if (c == '.' && (next == '(' || next == '-' || next == '|')) {
            scan->at++;                 /* dotted slurs, ties and bar lines sound as others */
        } else if (c == 'y') {
            int64_t width;
            scan->at++;
            sx_abc_scan_int(scan, 1000, &width);
        } else {
            read_symbol(reader, voice, scan);
        }
    }
}
