/* abc_read.c - sx_abc_read, and the lines of a tune: which are fields, which are music. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "score/abc.h"

int sx_abc_fail_memory(struct sx_abc_reader *reader)
{
    return reader->status = sx_fail(reader->error, SYRINX_ERROR_MEMORY, "no memory for the tune");
}

bool sx_abc_first_warning(struct sx_abc_reader *reader, int kind)
{
    bool first = !(reader->warned & 1u << kind);
    reader->warned |= 1u << kind;
    return first;
}

void sx_abc_spend(struct sx_abc_reader *reader, size_t steps)
{
    reader->work += steps;
    if (reader->work < ABC_WORK || reader->status != SYRINX_OK)
        return;
    if (sx_abc_first_warning(reader, ABC_W_WORK))
        sx_abc_warn(reader, "lines that look through too much of the tune too often; the rest is left out");
    reader->status = SX_SCORE_FULL;
}

void sx_abc_warn(struct sx_abc_reader *reader, const char *format, ...)
{
    char text[300], place[ABC_ID + 100];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    int bar = -1;
    place[0] = 0;
    if (reader->voice < reader->voice_count) {
        const struct sx_abc_voice *voice = &reader->voices[reader->voice];
        /* The printed number: a short first bar is 0. */
        const struct sx_abc_bar *bars = voice->bars;
        bool pickup = voice->bar_count > 1 && bars[0].length && bars[1].begin - bars[0].begin < bars[0].length * (ABC_WHOLE / 1024);
        bar = (int)voice->bar_count - pickup;
        snprintf(place, sizeof place, "voice %.60s: ", voice->name && *voice->name ? voice->name : voice->id);
    }
    sx_score_warn(reader->score, bar, -1, "%s%s (line %d)", place, text, reader->line);
}

static void set_title(struct sx_abc_reader *reader, const char **where, const char *text, size_t length)
{
    if (!*where)
        *where = sx_abc_keep_text(reader, text, length);
}

/* Whether a field in the body is still as good as one in the header. */
static bool nothing_yet(const struct sx_abc_reader *reader)
{
    for (size_t i = 0; i < reader->voice_count; i++)
        if (reader->voices[i].touched)
            return false;
    return !reader->voice_told;
}

static void begin_body(struct sx_abc_reader *reader)
{
    if (reader->body)
        return;
    reader->body = true;
    if (!reader->unit_told)
        reader->unit = sx_abc_default_unit(&reader->meter);
    for (size_t i = 0; i < reader->voice_count; i++) {
        struct sx_abc_voice *voice = &reader->voices[i];
        voice->unit = reader->unit;
        voice->meter = reader->meter;
        voice->key = reader->key;
        voice->bars[0].length = (int32_t)(voice->meter.free ? 0 : voice->meter.length / (ABC_WHOLE / 1024));
        if (!voice->shift.clef)
            voice->shift.clef = reader->shift.clef;
        if (!voice->shift.octave)
            voice->shift.octave = reader->shift.octave;
        if (!voice->shift.transpose)
            voice->shift.transpose = reader->shift.transpose;
        if (!voice->shift.midi)
            voice->shift.midi = reader->shift.midi;
        if (reader->percussion && !voice->percussion) {
            voice->percussion = true;
            voice->channel = 9;
        }
    }
    reader->voice = 0;
    reader->voice_told = false;
    reader->start_meter = reader->meter;
    reader->start_key = reader->key;
}

static void field_meter(struct sx_abc_reader *reader, const char *text, size_t length)
{
    struct sx_abc_meter meter;
    if (!sx_abc_read_meter(text, length, &meter)) {
        if (sx_abc_first_warning(reader, ABC_W_METER))
            sx_abc_warn(reader, "M:%.*s is no meter", (int)(length < 40 ? length : 40), text);
        return;
    }
    bool all = !reader->body || nothing_yet(reader);
    if (all)
        reader->meter = meter;
    if (!reader->body)
        return;
    struct sx_abc_voice *voice = sx_abc_current(reader);
    if (!voice)
        return;
    for (size_t i = 0; i < reader->voice_count; i++)
        if (all || &reader->voices[i] == voice) {
            struct sx_abc_voice *v = &reader->voices[i];
            v->meter = meter;
            struct sx_abc_bar *bar = sx_abc_open_bar(v);
            if (v->now == bar->begin)
                bar->length = (int32_t)(meter.free ? 0 : meter.length / (ABC_WHOLE / 1024));
        }
    sx_abc_add_event(reader, voice, ABC_METER, meter.beats, meter.unit, meter.free);
}

static void field_unit(struct sx_abc_reader *reader, const char *text, size_t length)
{
    struct sx_abc_fraction unit;
    if (!sx_abc_read_unit(text, length, &unit)) {
        if (sx_abc_first_warning(reader, ABC_W_LENGTH))
            sx_abc_warn(reader, "L:%.*s is no note length", (int)(length < 40 ? length : 40), text);
        return;
    }
    if (!reader->body) {
        reader->unit = unit;
        reader->unit_told = true;
        return;
    }
    bool all = nothing_yet(reader);
    struct sx_abc_voice *voice = sx_abc_current(reader);
    if (all)
        reader->unit = unit;
    for (size_t i = 0; voice && i < reader->voice_count; i++)
        if (all || &reader->voices[i] == voice)
            reader->voices[i].unit = unit;
}

static void field_tempo(struct sx_abc_reader *reader, const char *text, size_t length)
{
    struct sx_abc_fraction unit = reader->unit_told || reader->body ? reader->unit : sx_abc_default_unit(&reader->meter);
    double quarters = sx_abc_read_tempo(reader, text, length, unit);
    if (quarters == 0) {
        if (sx_abc_first_warning(reader, ABC_W_TEMPO))
            sx_abc_warn(reader, "Q:%.*s tells no tempo that I know", (int)(length < 60 ? length : 60), text);
        return;
    }
    if (!reader->first_tempo)
        reader->first_tempo = quarters;
    if (!reader->body) {
        reader->tempo = quarters;
        return;
    }
    struct sx_abc_voice *voice = sx_abc_current(reader);
    if (voice)
        sx_abc_add_event(reader, voice, ABC_TEMPO, 0, 0, quarters);
}

static void field_key(struct sx_abc_reader *reader, const char *text, size_t length)
{
    int percussion = 0;
    if (!reader->body) {
        sx_abc_read_key(reader, text, length, &reader->key, &reader->shift, &percussion);
        reader->percussion |= percussion;
        begin_body(reader);
        return;
    }
    bool all = nothing_yet(reader);
    struct sx_abc_voice *voice = sx_abc_current(reader);
    if (!voice)
        return;
    struct sx_abc_key key;
    bool told = sx_abc_read_key(reader, text, length, &key, &voice->shift, &percussion);
    if (percussion && !voice->percussion) {
        voice->percussion = true;
        voice->channel = 9;
    }
    if (!told)
        return;
    if (all)
        reader->key = key;
    for (size_t i = 0; i < reader->voice_count; i++)
        if (all || &reader->voices[i] == voice)
            reader->voices[i].key = key;
    sx_abc_clear_accidentals(voice);
    sx_abc_add_event(reader, voice, ABC_KEY, key.fifths, key.minor, 0);
}

static void field_part(struct sx_abc_reader *reader, const char *text, size_t length)
{
    if (!reader->body) {
        size_t n = length < sizeof reader->order - 1 ? length : sizeof reader->order - 1;
        memcpy(reader->order, text, n);
        reader->order[n] = 0;
        return;
    }
    struct sx_abc_scan scan = { text, text + length };
    sx_abc_skip_space(&scan);
    struct sx_abc_voice *voice = sx_abc_current(reader);
    if (voice && scan.at < scan.end)
        sx_abc_add_event(reader, voice, ABC_PART, (unsigned char)*scan.at, 0, 0);
}

static void field_rhythm(struct sx_abc_reader *reader, const char *text, size_t length)
{
    if (!reader->body)
        reader->hornpipe = length >= 8 && sx_ascii_compare_n(text, "hornpipe", 8) == 0;
}

void sx_abc_field(struct sx_abc_reader *reader, char letter, const char *text, size_t length, bool inlined)
{
    struct sx_score *score = reader->score;
    while (length && (*text == ' ' || *text == '\t'))
        text++, length--;
    switch (letter) {
    case 'T': if (!inlined) set_title(reader, &score->title, text, length); break;
    case 'C': set_title(reader, &score->composer, text, length); break;
    case 'M': field_meter(reader, text, length); break;
    case 'L': field_unit(reader, text, length); break;
    case 'Q': field_tempo(reader, text, length); break;
    case 'K': field_key(reader, text, length); break;
    case 'P': field_part(reader, text, length); break;
    case 'R': field_rhythm(reader, text, length); break;
    case 'V': sx_abc_choose_voice(reader, text, length); break;
    case 'U': sx_abc_user_symbol(reader, text, length); break;
    case 'm': sx_abc_macro(reader, text, length); break;
    case 'I': sx_abc_directive(reader, text, length); break;
    case 'w': if (reader->body) sx_abc_lyrics(reader, text, length, false); break;
    case 's': if (reader->body) sx_abc_symbols(reader, text, length); break;
    default: break;             /* what is only to read: A B D F G H N O r S W X Z */
    }
}

/* Only with its own letter and colon at the begin of the line; "c:|" and "A::" are music. */
static bool is_field(const struct sx_abc_reader *reader, const char *text, size_t length)
{
    if (length < 2 || text[1] != ':')
        return false;
    char c = text[0];
    if (c == '+')
        return true;
    if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')))
        return false;
    if (reader->body && ((c >= 'a' && c <= 'g') || (c >= 'A' && c <= 'G') || c == 'z' || c == 'x'))
        return !(length == 2 || text[2] == '|' || text[2] == ':' || text[2] == ']') && c != 'z' && c != 'x';
    return true;
}

/* Behind the first % that no backslash makes a percent sign. */
static size_t without_comment(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] == '%' && (i == 0 || text[i - 1] != '\\'))
            return i;
    return length;
}

static bool is_block(const char *text, size_t length, const char *what)
{
    while (length && *text == ' ')
        text++, length--;
    size_t n = strlen(what);
    return length >= n && strncmp(text, what, n) == 0;
}

static void read_line(struct sx_abc_reader *reader, const char *text, size_t length, bool header_only)
{
    if (length >= 2 && text[0] == '%' && text[1] == '%') {
        if (reader->skipping) {
            if (is_block(text + 2, length - 2, "end"))
                reader->skipping = false;
        } else if (is_block(text + 2, length - 2, "begin")) {
            reader->skipping = true;
        } else {
            sx_abc_directive(reader, text + 2, without_comment(text + 2, length - 2));
        }
        return;
    }
    if (reader->skipping)
        return;
    length = without_comment(text, length);
    while (length && (text[length - 1] == ' ' || text[length - 1] == '\t'))
        length--;
    if (length == 0)
        return;
    if (is_field(reader, text, length)) {
        char letter = text[0];
        if (letter == '+') {
            if (reader->field == 'w' && reader->body)
                sx_abc_lyrics(reader, text + 2, length - 2, true);
            return;
        }
        reader->field = letter;
        if (header_only && !strchr("CIKLMmQRUZ", letter))
            return;
        if (header_only && letter == 'K') {
            int percussion = 0;
            sx_abc_read_key(reader, text + 2, length - 2, &reader->key, &reader->shift, &percussion);
            return;
        }
        sx_abc_field(reader, letter, text + 2, length - 2, false);
        return;
    }
    if (header_only)
        return;
    if (!reader->body) {
        if (sx_abc_first_warning(reader, ABC_W_FIELD))
            sx_abc_warn(reader, "text in the header of the tune, where only fields may stand, is left out");
        return;
    }
    sx_abc_expand_macros(reader, &text, &length);
    sx_abc_music(reader, text, length);
}

static void read_lines(struct sx_abc_reader *reader, const char *text, size_t length, int line_before, bool header_only)
{
    struct sx_abc_line line = { .number = line_before };
    size_t at = 0;
    while (reader->status == SYRINX_OK && sx_abc_next_line(text, length, &at, &line)) {
        reader->line = line.number;
        read_line(reader, line.text, line.length, header_only);
    }
    reader->skipping = false;
}

/* Pairs of eighths on a beat, each a third longer or shorter, as hornpipes are danced. Notes of a chord stay together. */
static void swing(struct sx_abc_voice *voice)
{
    const int64_t eighth = ABC_WHOLE / 8, third = ABC_WHOLE / 24;
    size_t k = 0;
    for (size_t i = 0; i < voice->note_count;) {
        struct sx_abc_note *note = &voice->notes[i];
        size_t next = i + 1;
        while (next < voice->note_count && (!voice->notes[next].head || voice->notes[next].time == note->time))
            next++;
        while (k + 1 < voice->bar_count && voice->bars[k + 1].begin <= note->time)
            k++;
        int64_t begin = voice->bars[k].begin, measure = (int64_t)voice->bars[k].length * (ABC_WHOLE / 1024);
        if (k == 0 && voice->bar_count > 1 && voice->bars[1].begin < measure)
            begin = voice->bars[1].begin - measure;     /* a pickup */
        bool pair = note->head && note->length == eighth && (note->time - begin) % (2 * eighth) == 0 && next < voice->note_count
            && voice->notes[next].length == eighth && voice->notes[next].time == note->time + eighth && note->overlay == voice->notes[next].overlay;
        if (!pair) {
            i = next;
            continue;
        }
        for (; i < next; i++)
            if (!(voice->notes[i].flags & SX_NOTE_GRACE) && voice->notes[i].time == note->time)
                voice->notes[i].length = eighth + third;
        int64_t time = voice->notes[next].time;
        for (; i < voice->note_count && voice->notes[i].time == time; i++) {
            voice->notes[i].time += third;
            voice->notes[i].length -= voice->notes[i].flags & SX_NOTE_GRACE ? 0 : third;
        }
    }
}

/* Bars that the end of the tune ends. */
static void close_voices(struct sx_abc_reader *reader)
{
    for (size_t i = 0; i < reader->voice_count && reader->status >= 0; i++) {
        int status = reader->status;
        reader->voice = i;
        sx_abc_bar_line(reader, &reader->voices[i], SX_BAR_ENDING_END, 0, 0, 0);
        if (reader->hornpipe)
            swing(&reader->voices[i]);
        if (status != SYRINX_OK && reader->status >= 0)
            reader->status = status;
    }
}

static int read_tune(struct sx_abc_reader *reader, const char *text, size_t length, int tune)
{
    size_t header, begin, end;
    int line;
    int code = sx_abc_find_tune(text, length, tune, reader, &header, &begin, &end, &line);
    if (code < 0)
        return code;
    read_lines(reader, text, header, 0, true);
    if (reader->status == SYRINX_OK)
        read_lines(reader, text + begin, end - begin, line - 1, false);
    if (reader->status >= 0 && !reader->body)
        return sx_fail(reader->error, SYRINX_ERROR_INPUT, "line %d: the tune ends in its header; the music comes behind a line such as K:C", reader->line);
    if (reader->status >= 0)
        close_voices(reader);
    if (reader->status < 0)
        return reader->status;
    reader->voice = reader->voice_count;        /* further warnings name their place themselves */
    reader->status = SYRINX_OK;
    struct sx_abc_order order = { 0 };
    code = sx_abc_make_order(reader, &order);
    if (code == SYRINX_OK)
        code = sx_abc_play(reader, &order);
    sx_abc_order_free(&order);
    return code;
}

int sx_abc_read(const char *bytes, size_t length, int tune, struct sx_score *score, struct sx_error *error)
{
    struct sx_abc_reader *reader = calloc(1, sizeof *reader);
    size_t text_length = 0;
    char *text = reader ? sx_abc_decode(bytes, length, &text_length) : NULL;
    if (!text) {
        free(reader);
        return sx_fail(error, SYRINX_ERROR_MEMORY, "no memory for the tune");
    }
    reader->score = score;
    reader->error = error;
    reader->deco_mark = '!';
    reader->propagate = 2;
    reader->midi_ratio = 0.75f;
    sx_abc_read_meter("4/4", 3, &reader->meter);
    for (int c = 0; c < 128; c++)
        reader->user[c] = sx_abc_default_symbol((char)c);
    int code = read_tune(reader, text, text_length, tune);
    sx_abc_voices_free(reader);
    sx_abc_macros_free(reader);
    free(reader->syllables);
    free(reader->chords);
    free(reader->types);
    free(reader->settings);
    sx_buffer_free(&reader->scratch);
    sx_buffer_free(&reader->macro_text);
    free(text);
    free(reader);
    return code > 0 ? SYRINX_OK : code;
}
