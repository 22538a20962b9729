/* musicxml_element.c - the elements of a MusicXML file as they come: which one it is, and who reads it. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/number.h"
#include "base/sax.h"
#include "score/musicxml.h"

static const char *const names[MX_ELEMENTS] = {
    "",
#define X(name, text) text,
    SX_MX_ELEMENTS(X)
#undef X
};

static enum sx_mx_element find(const char *name)
{
    int low = 1, high = MX_ELEMENTS;
    while (low < high) {
        int middle = (low + high) / 2, order = strcmp(names[middle], name);
        if (order == 0)
            return (enum sx_mx_element)middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return MX_OTHER;
}

bool sx_mx_is(const char **attributes, const char *name, const char *value)
{
    const char *found = sx_sax_attribute(attributes, name);
    return found && strcmp(found, value) == 0;
}

double sx_mx_number(const char *text, double otherwise)
{
    const char *end;
    while (sx_ascii_is_space(*text))
        text++;
    double value = sx_parse_decimal(text, &end);
    return end == text || !(value > -1e12 && value < 1e12) ? otherwise : value;
}

int sx_mx_integer(const char *text, int otherwise)
{
    double value = sx_mx_number(text, otherwise);
    return value >= -2e9 && value <= 2e9 ? (int)value : otherwise;
}

void sx_mx_warn(struct sx_mx *xml, const char *format, ...)
{
    char text[300];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    sx_score_warn(xml->score, xml->measure < xml->measure_count ? xml->measures[xml->measure].number : -1, xml->part, "%s", text);
}

/* ------------------------------------------------------------------ parts and measures */

static int find_part(struct sx_mx *xml, const char *id)
{
    size_t next = (size_t)(xml->part + 1);      /* they mostly come in their order */
    if (next < xml->part_count && strcmp(xml->parts[next].id, id) == 0)
        return (int)next;
    for (size_t i = 0; i < xml->part_count; i++) {
        if (strcmp(xml->parts[i].id, id) == 0)
            return (int)i;
    }
    return -1;
}

/* SX_SCORE_FULL: there are too many. */
static int add_part(struct sx_mx *xml, const char *id)
{
    if (!sx_grow(&xml->parts, xml->part_count, &xml->part_room, sizeof *xml->parts))
        return SYRINX_ERROR_MEMORY;
    int index = sx_score_add_part(xml->score, id, "");
    if (index < 0)
        return index == -SX_SCORE_FULL ? SX_SCORE_FULL : index;
    xml->parts[index] = (struct sx_mx_part){ .id = xml->score->parts[index].id, .divisions = 1, .instrument = (uint32_t)xml->instrument_count };
    xml->part_count = (size_t)index + 1;
    return SYRINX_OK;
}

static int begin_part(struct sx_mx *xml, const char **attributes, bool list)
{
    const char *id = sx_sax_attribute(attributes, "id");
    int code = SYRINX_OK;
    id = id ? id : "";
    if (!list && xml->cells_full) {
        xml->part = -1;
        return SYRINX_OK;
    }
    int part = find_part(xml, id);
    if (part < 0 || (list && *id == '\0')) {
        code = add_part(xml, id);
        part = (int)xml->part_count - 1;
    }
    xml->part = code == SYRINX_OK ? part : -1;
    return code < 0 ? code : SYRINX_OK;
}

static int add_measure(struct sx_mx *xml, const char **attributes)
{
    const char *number = sx_sax_attribute(attributes, "number");
    if (xml->measure_count >= SX_SCORE_BARS) {
        if (xml->measure_count == xml->measure)
            sx_mx_warn(xml, "more than %d bars: the rest is left out", SX_SCORE_BARS);
        return SX_SCORE_FULL;
    }
    if (!sx_grow(&xml->measures, xml->measure_count, &xml->measure_room, sizeof *xml->measures))
        return SYRINX_ERROR_MEMORY;
    int before = xml->measure_count ? xml->measures[xml->measure_count - 1].number : 0;
    bool unseen = sx_mx_is(attributes, "implicit", "yes");
    struct sx_mx_measure measure = { .number = sx_mx_integer(number ? number : "", unseen ? before : before + 1), .beats = xml->beats, .unit = xml->unit };
    xml->measures[xml->measure_count++] = measure;
    return SYRINX_OK;
}

/* The part and the measure are known: what follows is a cell's. */
static int begin_cell(struct sx_mx *xml)
{
    if (xml->part < 0 || xml->measure >= xml->measure_count)
        return SYRINX_OK;
    if (xml->cell_count >= SX_MX_CELLS) {
        sx_mx_warn(xml, "more than %d bars in all parts: the rest is left out", SX_MX_CELLS);
        xml->cells_full = true;
        xml->part = -1;
        return SYRINX_OK;
    }
    if (!sx_grow(&xml->cells, xml->cell_count, &xml->cell_room, sizeof *xml->cells))
        return SYRINX_ERROR_MEMORY;
    xml->cells[xml->cell_count++] = (struct sx_mx_cell){ .part = (uint32_t)xml->part, .measure = xml->measure, .note = (uint32_t)xml->note_count,
                                                          .event = (uint32_t)xml->event_count };
    xml->cursor = xml->reached = xml->last_onset = 0;
    xml->metronome_seen = false;        /* a sign of another cell: its event stays */
    return SYRINX_OK;
}

/* Grace notes with no note behind them in their voice belong to the one before. */
static void mark_after(struct sx_mx *xml, const struct sx_mx_cell *cell)
{
    size_t from = cell->note, end = xml->note_count, seen = 0;
    for (size_t i = end; i-- > from && seen < 64;) {
        struct sx_mx_note *grace = &xml->notes[i];
        if (!(grace->note.flags & SX_NOTE_GRACE))
            continue;
        seen++;
        bool followed = false, preceded = false;
        for (size_t k = i + 1; k < end && k < i + 64 && !followed; k++)
            followed = xml->notes[k].note.voice == grace->note.voice && !(xml->notes[k].note.flags & SX_NOTE_GRACE);
        for (size_t k = i; k-- > from && k + 64 > i && !preceded;)
            preceded = xml->notes[k].note.voice == grace->note.voice && !(xml->notes[k].note.flags & SX_NOTE_GRACE);
        if (!followed && preceded)
            grace->note.flags |= SX_NOTE_AFTER;
    }
}

static void end_cell(struct sx_mx *xml)
{
    if (xml->part < 0 || xml->cell_count == 0 || xml->measure >= xml->measure_count)
        return;
    struct sx_mx_cell *cell = &xml->cells[xml->cell_count - 1];
    struct sx_mx_measure *measure = &xml->measures[xml->measure];
    cell->notes = (uint32_t)xml->note_count - cell->note;
    cell->events = (uint32_t)xml->event_count - cell->event;
    mark_after(xml, cell);
    if (xml->reached > measure->length)
        measure->length = xml->reached;
}

static int begin_measure(struct sx_mx *xml, const char **attributes)
{
    if (xml->timewise) {
        xml->measure = (uint32_t)xml->measure_count;
        xml->part = -1;
        int code = add_measure(xml, attributes);
        return code < 0 ? code : SYRINX_OK;
    }
    if (xml->part < 0)
        return SYRINX_OK;
    xml->measure = xml->parts[xml->part].measure++;
    if (xml->measure >= xml->measure_count) {
        int code = add_measure(xml, attributes);
        if (code != SYRINX_OK)
            return code < 0 ? code : SYRINX_OK;
    } else {
        xml->beats = xml->measures[xml->measure].beats;
        xml->unit = xml->measures[xml->measure].unit;
    }
    return begin_cell(xml);
}

/* ------------------------------------------------------------------ the list of parts */

static int add_instrument(struct sx_mx *xml, const char **attributes)
{
    const char *id = sx_sax_attribute(attributes, "id");
    xml->instrument = -1;
    if (xml->part < 0 || !id || xml->parts[xml->part].instruments >= SX_MX_INSTRUMENTS)
        return SYRINX_OK;
    struct sx_mx_part *part = &xml->parts[xml->part];
    if (part->instrument + part->instruments != xml->instrument_count)
        return SYRINX_OK;       /* a part that comes twice */
    if (!sx_grow(&xml->instruments, xml->instrument_count, &xml->instrument_room, sizeof *xml->instruments))
        return SYRINX_ERROR_MEMORY;
    const char *kept = sx_score_keep(xml->score, id, strlen(id));
    if (!kept)
        return SYRINX_OK;
    xml->instruments[xml->instrument_count] = (struct sx_mx_instrument){ kept, (uint32_t)xml->part, -1, -1, -1, -1 };
    xml->instrument = (int)xml->instrument_count++;
    part->instruments++;
    return SYRINX_OK;
}

static void select_instrument(struct sx_mx *xml, const char **attributes)
{
    const char *id = sx_sax_attribute(attributes, "id");
    xml->instrument = -1;
    if (xml->part < 0 || !id)
        return;
    const struct sx_mx_part *part = &xml->parts[xml->part];
    for (uint32_t i = part->instrument; i < part->instrument + part->instruments; i++) {
        if (strcmp(xml->instruments[i].id, id) == 0)
            xml->instrument = (int)i;
    }
}

static void instrument_value(struct sx_mx *xml, enum sx_mx_element element, const char *text)
{
    if (xml->instrument < 0)
        return;
    struct sx_mx_instrument *instrument = &xml->instruments[xml->instrument];
    int value = sx_mx_integer(text, 0);
    switch (element) {
    case MX_INSTRUMENT_NAME: case MX_INSTRUMENT_SOUND:
        if (instrument->program < 0)
            instrument->program = (int16_t)sx_program_find(text);
        if (instrument->unpitched < 0)
            instrument->unpitched = (int16_t)-2 - (int16_t)sx_drum_find(text);      /* used for unpitched notes alone: below -2, else -1 */
        break;
    case MX_MIDI_CHANNEL:
        instrument->channel = (int16_t)(value >= 1 && value <= 16 ? value - 1 : -1);
        break;
    case MX_MIDI_PROGRAM:
        instrument->program = (int16_t)(value >= 1 && value <= 128 ? value - 1 : instrument->program);
        break;
    case MX_MIDI_BANK:
        instrument->bank = (int16_t)(value >= 1 && value <= 16384 ? value - 1 : -1);
        break;
    case MX_MIDI_UNPITCHED:
        instrument->unpitched = (int16_t)(value >= 1 && value <= 128 ? value - 1 : -1);
        break;
    default:
        break;
    }
}

/* The first instrument of a part tells how it begins. */
static int end_score_part(struct sx_mx *xml)
{
    if (xml->part < 0)
        return SYRINX_OK;
    struct sx_mx_part *part = &xml->parts[xml->part];
    struct sx_score_part *to = &xml->score->parts[xml->part];
    int program = -1;
    if (part->instruments) {
        const struct sx_mx_instrument *first = &xml->instruments[part->instrument];
        program = first->program;
        to->bank = (uint16_t)(first->bank > 0 ? first->bank : 0);
        to->channel = (uint8_t)(first->channel > 0 ? first->channel : 0);
        to->percussion = first->channel == 9;
    }
    if (program < 0)
        program = sx_program_find(to->name);
    to->program = (uint8_t)(program > 0 ? program : 0);
    return SYRINX_OK;
}

static void keep_text(struct sx_mx *xml, const char **to, const char *text)
{
    while (sx_ascii_is_space(*text))
        text++;
    size_t length = strlen(text);
    while (length && sx_ascii_is_space(text[length - 1]))
        length--;
    if (!*to && length)
        *to = sx_score_keep(xml->score, text, length);
}

/* ------------------------------------------------------------------ calls of the XML reader */

static bool within(const struct sx_mx *xml, enum sx_mx_element element)
{
    for (int i = xml->depth - 1; i >= 0; i--) {
        if (xml->stack[i] == element)
            return true;
    }
    return false;
}

static enum sx_mx_element parent(const struct sx_mx *xml, int up)
{
    return xml->depth > up ? (enum sx_mx_element)xml->stack[xml->depth - 1 - up] : MX_OTHER;
}

int sx_mx_begin(void *user, const char *name, const char **attributes)
{
    struct sx_mx *xml = user;
    enum sx_mx_element element = find(name), inside = parent(xml, 0);
    if (xml->depth == 0) {
        if (element != MX_SCORE_PARTWISE && element != MX_SCORE_TIMEWISE)
            return sx_fail(xml->error, SYRINX_ERROR_FORMAT, "XML, but no score: <%.60s> is neither <score-partwise> nor <score-timewise>", name);
        xml->timewise = element == MX_SCORE_TIMEWISE;
        xml->started = true;
    }
    if (xml->depth < SX_MX_DEPTH)
        xml->stack[xml->depth] = (uint8_t)element;
    xml->depth++;
    sx_buffer_clear(&xml->text);
    if (element == MX_CREATOR) {           /* who it was stands in an attribute */
        const char *type = sx_sax_attribute(attributes, "type");
        bool words = type && (strcmp(type, "lyricist") == 0 || strcmp(type, "poet") == 0);
        if (words && xml->depth <= SX_MX_DEPTH)
            xml->stack[xml->depth - 1] = MX_LYRICIST;
        return SYRINX_OK;
    }
    switch (element) {
    case MX_SCORE_PART:
        return begin_part(xml, attributes, true);
    case MX_SCORE_INSTRUMENT:
        return add_instrument(xml, attributes);
    case MX_MIDI_INSTRUMENT:
        select_instrument(xml, attributes);
        return SYRINX_OK;
    case MX_PART: {
        int code = begin_part(xml, attributes, false);
        return code == SYRINX_OK && xml->timewise ? begin_cell(xml) : code;
    }
    case MX_MEASURE:
        return begin_measure(xml, attributes);
    default:
        break;
    }
    if (xml->part < 0 || xml->measure >= xml->measure_count)
        return SYRINX_OK;
    if (element == MX_NOTE) {
        sx_mx_note_begin(xml, attributes);
        return SYRINX_OK;
    }
    if (within(xml, MX_NOTE)) {
        sx_mx_note_part(xml, element, attributes);
        if (xml->depth >= 2 && inside == MX_DYNAMICS && element != MX_OTHER_DYNAMICS)
            xml->note.note.velocity = (uint8_t)sx_score_velocity(name);
        return SYRINX_OK;
    }
    return within(xml, MX_MEASURE) ? sx_mx_direction_part(xml, element, name, attributes) : SYRINX_OK;
}

int sx_mx_end(void *user, const char *name)
{
    struct sx_mx *xml = user;
    enum sx_mx_element element = parent(xml, 0), inside = parent(xml, 1);
    const char *text = xml->text.data && !xml->text.failed ? xml->text.data : "";
    int code = SYRINX_OK;
    (void)name;
    if (xml->text.failed)
        return SYRINX_ERROR_MEMORY;
    switch (element) {
    case MX_WORK_TITLE:
        keep_text(xml, &xml->score->title, text);
        break;
    case MX_MOVEMENT_TITLE:
        keep_text(xml, &xml->score->title, text);
        break;
    case MX_CREATOR:
        keep_text(xml, &xml->score->composer, text);
        break;
    case MX_LYRICIST:
        keep_text(xml, &xml->score->lyricist, text);
        break;
    case MX_RIGHTS:
        keep_text(xml, &xml->score->rights, text);
        break;
    case MX_PART_NAME:
        if (xml->part >= 0 && inside == MX_SCORE_PART) {
            const char *kept = NULL;
            keep_text(xml, &kept, text);
            xml->score->parts[xml->part].name = kept ? kept : "";
        }
        break;
    case MX_INSTRUMENT_NAME: case MX_INSTRUMENT_SOUND: case MX_MIDI_CHANNEL: case MX_MIDI_PROGRAM: case MX_MIDI_BANK: case MX_MIDI_UNPITCHED:
        instrument_value(xml, element, text);
        break;
    case MX_SCORE_PART:
        code = end_score_part(xml);
        xml->instrument = -1;
        break;
    case MX_PART:
        if (xml->timewise)
            end_cell(xml);
        xml->part = xml->timewise ? xml->part : -1;
        break;
    case MX_MEASURE:
        if (!xml->timewise)
            end_cell(xml);
        break;
    default:
        if (xml->part < 0 || xml->measure >= xml->measure_count)
            break;
        if (element == MX_NOTE)
            code = sx_mx_note_end(xml);
        else if (within(xml, MX_NOTE))
            code = sx_mx_note_value(xml, element, text);
        else if (within(xml, MX_MEASURE))
            code = sx_mx_direction_value(xml, element, inside, text);
    }
    xml->depth--;
    sx_buffer_clear(&xml->text);
    return code < 0 ? code : SYRINX_OK;
}

int sx_mx_text(void *user, const char *text, size_t length)
{
    struct sx_mx *xml = user;
    if (xml->depth > 0 && xml->stack[xml->depth - 1] != MX_OTHER && xml->text.length + length <= 65536)
        sx_buffer_add(&xml->text, text, length);
    return SYRINX_OK;
}
