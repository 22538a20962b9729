/* musicxml_direction.c - what stands between the notes of a bar: attributes, directions, sound, barlines, backup and forward. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/sax.h"
#include "score/musicxml.h"

int sx_mx_add_event(struct sx_mx *xml, const struct sx_mx_event *event)
{
    if (xml->event_count >= SX_SCORE_CONTROLS)
        return SX_SCORE_FULL;           /* a million of them: the score's own limit has warned, or will */
    if (!sx_grow(&xml->events, xml->event_count, &xml->event_room, sizeof *xml->events))
        return SYRINX_ERROR_MEMORY;
    xml->events[xml->event_count] = *event;
    xml->events[xml->event_count++].at = xml->cursor;
    return SYRINX_OK;
}

static int add(struct sx_mx *xml, enum sx_mx_kind kind, int a, int b, double value)
{
    return sx_mx_add_event(xml, &(struct sx_mx_event){ .kind = (uint8_t)kind, .a = (int16_t)a, .b = (int16_t)b, .value = value });
}

static int control(struct sx_mx *xml, enum sx_control_kind kind, double value)
{
    return add(xml, SX_MX_CONTROL, (int)kind, 0, value);
}

static struct sx_unfold_bar *order(struct sx_mx *xml)
{
    return &xml->measures[xml->measure].order;
}

static const char *label(struct sx_mx *xml, const char *text)
{
    return sx_score_keep(xml->score, text, strlen(text));
}

/* ------------------------------------------------------------------ sound */

static int sound(struct sx_mx *xml, const char **attributes)
{
    static const struct { const char *name; uint32_t flag; bool place; } jumps[] = {
        { "segno", SX_BAR_SEGNO, true }, { "coda", SX_BAR_CODA, true }, { "tocoda", SX_BAR_TO_CODA, false }, { "dalsegno", SX_BAR_DAL_SEGNO, false },
        { "dacapo", SX_BAR_DA_CAPO, false }, { "fine", SX_BAR_FINE, false }, { "forward-repeat", SX_BAR_REPEAT_BEGIN, false },
    };
    int code = SYRINX_OK;
    for (size_t i = 0; i < sizeof jumps / sizeof *jumps; i++) {
        const char *value = sx_sax_attribute(attributes, jumps[i].name);
        if (!value || strcmp(value, "no") == 0)
            continue;
        xml->jumps_told = xml->jumps_told || jumps[i].flag != SX_BAR_REPEAT_BEGIN;
        order(xml)->flags |= jumps[i].flag;
        if (jumps[i].place)
            order(xml)->place_label = label(xml, value);
        else if (jumps[i].flag & (SX_BAR_TO_CODA | SX_BAR_DAL_SEGNO))
            order(xml)->jump_label = label(xml, value);
    }
    const char *value = sx_sax_attribute(attributes, "tempo");
    if (value && sx_mx_number(value, 0) > 0) {
        code = add(xml, SX_MX_TEMPO, 0, 0, sx_mx_number(value, 120));
        xml->tempo_told = true;
    } else if (value) {
        sx_mx_warn(xml, "a tempo that is no number above 0 is left out");
    }
    value = sx_sax_attribute(attributes, "dynamics");
    double share = value ? sx_mx_number(value, -1) * 0.9 : -1;      /* percent of a forte, which is 90 */
    if (share >= 0 && !xml->mark_seen && code == SYRINX_OK)
        code = add(xml, SX_MX_LEVEL, share < 1 ? 1 : share > 127 ? 127 : (int)share, 0, 0);
    value = sx_sax_attribute(attributes, "pizzicato");
    if (value)
        xml->parts[xml->part].pizzicato = strcmp(value, "yes") == 0;
    static const struct { const char *name; uint8_t kind; } pedals[] = { { "damper-pedal", SX_CONTROL_PEDAL }, { "soft-pedal", SX_CONTROL_SOFT } };
    for (size_t i = 0; i < sizeof pedals / sizeof *pedals && code == SYRINX_OK; i++) {
        value = sx_sax_attribute(attributes, pedals[i].name);
        if (value)
            code = control(xml, pedals[i].kind, strcmp(value, "yes") == 0 ? 1 : fmin(fmax(sx_mx_number(value, 0) / 100, 0), 1));
    }
    value = sx_sax_attribute(attributes, "pan");
    if (value && code == SYRINX_OK)
        code = control(xml, SX_CONTROL_PAN, fmin(fmax(sx_mx_number(value, 0) / 90, -1), 1));
    return code;
}

/* ------------------------------------------------------------------ words */

static bool has(const char *text, const char *what)
{
    return strstr(text, what) != NULL;
}

/* Jumps count only where no <sound> of the score tells any. */
static int words(struct sx_mx *xml, const char *text)
{
    char lower[80];
    size_t n = 0;
    for (; *text && n + 1 < sizeof lower; text++) {
        if (!sx_ascii_is_space(*text) || (n && lower[n - 1] != ' '))
            lower[n++] = sx_ascii_is_space(*text) ? ' ' : sx_ascii_lower(*text);
    }
    while (n && lower[n - 1] == ' ')
        n--;
    lower[n] = '\0';
    uint32_t *signs = &xml->measures[xml->measure].signs;
    if (has(lower, "d.c.") || has(lower, "d. c.") || has(lower, "da capo"))
        *signs |= SX_BAR_DA_CAPO;
    else if (has(lower, "d.s.") || has(lower, "d. s.") || has(lower, "dal segno"))
        *signs |= SX_BAR_DAL_SEGNO;
    else if (has(lower, "to coda"))
        *signs |= SX_BAR_TO_CODA;
    else if (strcmp(lower, "coda") == 0)
        *signs |= SX_BAR_CODA;
    else if (strcmp(lower, "fine") == 0)
        *signs |= SX_BAR_FINE;
    if (strncmp(lower, "pizz", 4) == 0)
        xml->parts[xml->part].pizzicato = true;
    else if (strncmp(lower, "arco", 4) == 0)
        xml->parts[xml->part].pizzicato = false;
    else if (strncmp(lower, "swing", 5) == 0 && xml->score->swing == 0.5)
        xml->score->swing = 2 / 3.0;
    else if (strncmp(lower, "cresc", 5) == 0)
        return add(xml, SX_MX_CRESCENDO, 0, 0, 0);
    else if (strncmp(lower, "dim", 3) == 0 || strncmp(lower, "decresc", 7) == 0)
        return add(xml, SX_MX_DIMINUENDO, 0, 0, 0);
    return SYRINX_OK;
}

static int end_metronome(struct sx_mx *xml)
{
    if (xml->tempo_told || xml->beat_unit == 0)
        return SYRINX_OK;
    if (xml->per_minute > 0)
        return add(xml, SX_MX_TEMPO, 0, 0, xml->per_minute * xml->beat_units[0]);
    if (xml->beat_unit == 2 && xml->beat_units[0] > 0)      /* "a quarter as a dotted quarter was": the right one takes the left one's time */
        return add(xml, SX_MX_TEMPO_RATIO, 0, 0, xml->beat_units[1] / xml->beat_units[0]);
    return SYRINX_OK;
}

/* Events of a direction whose offset counts for the sound are moved. */
static void end_direction(struct sx_mx *xml)
{
    if (!xml->sound_offset || xml->offset != xml->offset)
        return;
    double magnitude = fabs(xml->offset);
    int64_t ticks = sx_mx_duration(xml, magnitude);
    for (size_t i = xml->direction_event; i < xml->event_count; i++) {
        xml->events[i].at += xml->offset < 0 ? -ticks : ticks;
        xml->events[i].at = xml->events[i].at < 0 ? 0 : xml->events[i].at;
    }
}

/* ------------------------------------------------------------------ barlines */

static void repeat(struct sx_mx *xml, const char **attributes)
{
    const char *times = sx_sax_attribute(attributes, "times");
    uint32_t measure = xml->measure;
    bool forward = sx_mx_is(attributes, "direction", "forward");
    if (forward && xml->barline_right) {        /* behind this bar: the next one begins it */
        xml->measures[measure].repeat_behind = true;
    } else if (forward) {
        order(xml)->flags |= SX_BAR_REPEAT_BEGIN;
    } else {
        if (!xml->barline_right && measure > 0)
            measure--;
        int n = times ? sx_mx_integer(times, 2) : 0;
        if (n > SX_MX_TIMES) {
            sx_mx_warn(xml, "a repeat of %d times is played %d times", n, SX_MX_TIMES);
            n = SX_MX_TIMES;
        }
        xml->measures[measure].order.flags |= SX_BAR_REPEAT_END;
        if (n > 0)
            xml->measures[measure].order.times = (uint16_t)n;
    }
}

static void ending(struct sx_mx *xml, const char **attributes)
{
    const char *at = sx_sax_attribute(attributes, "number");
    uint32_t set = 0;
    for (int from = 0; at && *at; at++) {       /* "1", "1, 2", "1-3" */
        if (!sx_ascii_is_digit(*at))
            continue;
        int n = 0;
        while (sx_ascii_is_digit(*at) && n < 1000)
            n = n * 10 + (*at++ - '0');
        for (int k = from && from < n ? from : n; k <= n && k <= 32; k++)
            set |= k > 0 ? 1u << (k - 1) : 0;
        from = *at == '-' ? n : 0;
        if (*at == '\0')
            break;
    }
    if (sx_mx_is(attributes, "type", "start") && set) {
        order(xml)->flags |= SX_BAR_ENDING_BEGIN;
        order(xml)->endings = set;
    } else if (!sx_mx_is(attributes, "type", "start")) {
        order(xml)->flags |= SX_BAR_ENDING_END;
    }
}

/* ------------------------------------------------------------------ elements that begin */

static int pedal(struct sx_mx *xml, const char **attributes)
{
    int code = SYRINX_OK;
    if (sx_mx_is(attributes, "type", "stop") || sx_mx_is(attributes, "type", "change") || sx_mx_is(attributes, "type", "discontinue"))
        code = control(xml, SX_CONTROL_PEDAL, 0);
    if (code == SYRINX_OK && (sx_mx_is(attributes, "type", "start") || sx_mx_is(attributes, "type", "change") || sx_mx_is(attributes, "type", "resume")))
        code = control(xml, SX_CONTROL_PEDAL, 1);
    return code;
}

/* Elements of <attributes> that begin. */
static void begin_attribute(struct sx_mx *xml, enum sx_mx_element element, const char **attributes)
{
    const char *number;
    switch (element) {
    case MX_TIME:
        xml->time_beats = 0;
        xml->time_unit = 1;
        xml->time_free = false;
        break;
    case MX_SENZA_MISURA:
        xml->time_free = true;
        break;
    case MX_KEY:
        xml->fifths = 0;
        xml->minor = false;
        break;
    case MX_TRANSPOSE:
        number = sx_sax_attribute(attributes, "number");
        xml->transpose_staff = number ? sx_mx_integer(number, 0) : 0;
        xml->chromatic = xml->octave_change = 0;
        break;
    case MX_MEASURE_REPEAT:
        xml->repeat_stop = sx_mx_is(attributes, "type", "stop");
        break;
    default:
        break;
    }
}

int sx_mx_direction_part(struct sx_mx *xml, enum sx_mx_element element, const char *name, const char **attributes)
{
    enum sx_mx_element inside = xml->depth >= 2 ? (enum sx_mx_element)xml->stack[xml->depth - 2] : MX_OTHER;
    switch (element) {
    case MX_DIRECTION:
        xml->direction_event = (uint32_t)xml->event_count;
        xml->sound_offset = xml->tempo_told = xml->mark_seen = false;
        xml->offset = 0;
        return SYRINX_OK;
    case MX_METRONOME:
        xml->beat_unit = 0;
        xml->per_minute = 0;
        xml->beat_units[0] = xml->beat_units[1] = 0;
        xml->metronome_at = xml->event_count;
        return SYRINX_OK;
    case MX_SOUND:
        if (inside == MX_MEASURE) {
            xml->direction_event = (uint32_t)xml->event_count;
            xml->tempo_told = xml->mark_seen = xml->sound_offset = false;
        } else if (sx_sax_attribute(attributes, "tempo") && xml->metronome_seen && xml->event_count == xml->metronome_at + 1) {
            xml->event_count = xml->metronome_at;       /* the sound knows better than the sign */
        }
        return sound(xml, attributes);
    case MX_OFFSET:
        xml->sound_offset = sx_mx_is(attributes, "sound", "yes") || inside == MX_SOUND;
        return SYRINX_OK;
    case MX_BEAT_UNIT_DOT:
        if (xml->beat_unit > 0)
            xml->beat_units[xml->beat_unit - 1] *= 1.5;
        return SYRINX_OK;
    case MX_WEDGE:
        if (sx_mx_is(attributes, "type", "crescendo"))
            return add(xml, SX_MX_CRESCENDO, 0, 0, 0);
        if (sx_mx_is(attributes, "type", "diminuendo"))
            return add(xml, SX_MX_DIMINUENDO, 0, 0, 0);
        return sx_mx_is(attributes, "type", "stop") ? add(xml, SX_MX_WEDGE_END, 0, 0, 0) : SYRINX_OK;
    case MX_PEDAL:
        return pedal(xml, attributes);
    case MX_SEGNO:
        xml->measures[xml->measure].signs |= SX_BAR_SEGNO;
        return SYRINX_OK;
    case MX_CODA:
        xml->measures[xml->measure].signs |= SX_BAR_CODA;
        xml->measures[xml->measure].coda_sign = true;
        return SYRINX_OK;
    case MX_BARLINE:
        xml->barline_right = !sx_mx_is(attributes, "location", "left");
        return SYRINX_OK;
    case MX_REPEAT:
        repeat(xml, attributes);
        return SYRINX_OK;
    case MX_ENDING:
        ending(xml, attributes);
        return SYRINX_OK;
    case MX_STRAIGHT:
        xml->score->swing = 0.5;
        return SYRINX_OK;
    case MX_TIME: case MX_SENZA_MISURA: case MX_KEY: case MX_TRANSPOSE: case MX_MEASURE_REPEAT:
        begin_attribute(xml, element, attributes);
        return SYRINX_OK;
    default: {
        const char *mark = inside == MX_DYNAMICS ? sx_score_mark(name) : NULL;
        xml->mark_seen = xml->mark_seen || mark;
        return mark ? sx_mx_add_event(xml, &(struct sx_mx_event){ .kind = SX_MX_MARK, .mark = mark }) : SYRINX_OK;
    }
    }
}

/* ------------------------------------------------------------------ elements that end */

static int end_time(struct sx_mx *xml)
{
    if (xml->time_free || xml->time_beats == 0)
        return SYRINX_OK;
    if (xml->time_beats < 1 || xml->time_beats > 999 || xml->time_unit > 256) {
        sx_mx_warn(xml, "a meter of %d/%d is none", xml->time_beats, xml->time_unit);
        return SYRINX_OK;
    }
    xml->beats = xml->measures[xml->measure].beats = (uint16_t)xml->time_beats;
    xml->unit = xml->measures[xml->measure].unit = (uint16_t)xml->time_unit;
    return add(xml, SX_MX_METER, xml->beats, xml->unit, 0);
}

/* "3/8+2/4" is 7/8: another unit is brought to the finer one. */
static void add_beats(struct sx_mx *xml, int unit)
{
    if (unit < 1 || unit > 256 || (unit & (unit - 1)) || xml->part_beats < 1) {
        sx_mx_warn(xml, "a meter of %d/%d is none", xml->part_beats, unit);
        return;
    }
    if (xml->time_beats == 0)
        xml->time_unit = unit;
    while (xml->time_unit < unit) {
        xml->time_unit *= 2;
        xml->time_beats *= 2;
    }
    if (xml->time_beats < 1000)                 /* more is no meter, and would overflow some day */
        xml->time_beats += xml->part_beats * (xml->time_unit / unit);
}

static void end_transpose(struct sx_mx *xml)
{
    struct sx_mx_part *part = &xml->parts[xml->part];
    int semitones = xml->chromatic + 12 * xml->octave_change, staff = xml->transpose_staff;
    semitones = semitones < -60 ? -60 : semitones > 60 ? 60 : semitones;
    for (int i = 0; i < SX_MX_STAVES; i++) {
        if (staff <= 0 || i == staff)
            part->transpose[i] = semitones;
    }
    xml->score->parts[xml->part].transpose = (int8_t)semitones;
}

static int end_measure_repeat(struct sx_mx *xml, int bars)
{
    struct sx_mx_part *part = &xml->parts[xml->part];
    if (part->repeat_bars && xml->repeat_stop) {
        xml->repeats[part->repeat_from].last = xml->measure ? xml->measure - 1 : 0;
        part->repeat_bars = 0;
    }
    if (xml->repeat_stop || bars < 1 || bars > 8)
        return SYRINX_OK;
    if (part->repeat_bars)
        xml->repeats[part->repeat_from].last = xml->measure ? xml->measure - 1 : 0;
    if (!sx_grow(&xml->repeats, xml->repeat_count, &xml->repeat_room, sizeof *xml->repeats))
        return SYRINX_ERROR_MEMORY;
    part->repeat_from = (uint32_t)xml->repeat_count;
    part->repeat_bars = bars;
    xml->repeats[xml->repeat_count++] = (struct sx_mx_repeat){ (uint32_t)xml->part, xml->measure, UINT32_MAX, bars };
    return SYRINX_OK;
}

static void move(struct sx_mx *xml, bool forward)
{
    int64_t ticks = sx_mx_duration(xml, xml->duration);
    xml->duration = NAN;
    if (!forward && ticks > xml->cursor) {
        sx_mx_warn(xml, "a <backup> goes to before the bar");
        ticks = xml->cursor;
    }
    xml->cursor += forward ? ticks : -ticks;
    if (xml->cursor > SX_SCORE_QUARTERS * SX_QUARTER)
        xml->cursor = SX_SCORE_QUARTERS * SX_QUARTER;
    if (xml->cursor > xml->reached)
        xml->reached = xml->cursor;
}

/* Elements of <attributes> that end. */
static int end_attribute(struct sx_mx *xml, enum sx_mx_element element, enum sx_mx_element inside, const char *text)
{
    switch (element) {
    case MX_DIVISIONS: {
        double divisions = sx_mx_number(text, 0);
        if (divisions > 0)
            xml->parts[xml->part].divisions = divisions < 1e6 ? divisions : 1e6;
        else
            sx_mx_warn(xml, "divisions of 0 are left out");
        return SYRINX_OK;
    }
    case MX_STAVES: {
        int staves = sx_mx_integer(text, 1);
        xml->score->parts[xml->part].staves = (uint8_t)(staves < 1 ? 1 : staves > SX_MX_STAVES ? SX_MX_STAVES : staves);
        return SYRINX_OK;
    }
    case MX_FIFTHS:
        xml->fifths = sx_mx_integer(text, 0);
        return SYRINX_OK;
    case MX_MODE:
        xml->minor = has(text, "minor");
        return SYRINX_OK;
    case MX_KEY:
        return add(xml, SX_MX_KEY, xml->fifths < -7 ? -7 : xml->fifths > 7 ? 7 : xml->fifths, xml->minor, 0);
    case MX_BEATS:
        xml->part_beats = 0;
        for (const char *at = text; at; at = strchr(at, '+') ? strchr(at, '+') + 1 : NULL) {        /* "3+2" */
            int n = sx_mx_integer(at, 0);
            xml->part_beats += n > 0 && n < 1000 ? n : 0;
            if (xml->part_beats > 1000)
                break;
        }
        return SYRINX_OK;
    case MX_BEAT_TYPE:
        if (inside == MX_TIME)         /* not in <interchangeable> */
            add_beats(xml, sx_mx_integer(text, 0));
        return SYRINX_OK;
    case MX_TIME:
        return end_time(xml);
    case MX_CHROMATIC:
        xml->chromatic = sx_mx_integer(text, 0);
        xml->chromatic = xml->chromatic < -60 ? -60 : xml->chromatic > 60 ? 60 : xml->chromatic;
        return SYRINX_OK;
    case MX_OCTAVE_CHANGE:
        xml->octave_change = sx_mx_integer(text, 0);
        xml->octave_change = xml->octave_change < -5 ? -5 : xml->octave_change > 5 ? 5 : xml->octave_change;
        return SYRINX_OK;
    case MX_TRANSPOSE:
        end_transpose(xml);
        return SYRINX_OK;
    case MX_MEASURE_REPEAT:
        return end_measure_repeat(xml, sx_mx_integer(text, 1));
    default:
        return SYRINX_OK;
    }
}

int sx_mx_direction_value(struct sx_mx *xml, enum sx_mx_element element, enum sx_mx_element inside, const char *text)
{
    switch (element) {
    case MX_DURATION:
        xml->duration = sx_mx_number(text, NAN);
        return SYRINX_OK;
    case MX_BACKUP:
        move(xml, false);
        return SYRINX_OK;
    case MX_FORWARD:
        move(xml, true);
        return SYRINX_OK;
    case MX_WORDS:
        return words(xml, text);
    case MX_OTHER_DYNAMICS: {
        const char *mark = inside == MX_DYNAMICS ? sx_score_mark(text) : NULL;
        xml->mark_seen = xml->mark_seen || mark;
        return mark ? sx_mx_add_event(xml, &(struct sx_mx_event){ .kind = SX_MX_MARK, .mark = mark }) : SYRINX_OK;
    }
    case MX_BEAT_UNIT:
        if (xml->beat_unit < 2)
            xml->beat_units[xml->beat_unit++] = sx_mx_note_type(text);
        return SYRINX_OK;
    case MX_PER_MINUTE: {
        while (*text && !sx_ascii_is_digit(*text))      /* "c. 108" */
            text++;
        xml->per_minute = sx_mx_number(text, 0);
        return SYRINX_OK;
    }
    case MX_METRONOME:
        xml->metronome_seen = true;
        return end_metronome(xml);
    case MX_OFFSET:
        xml->offset = sx_mx_number(text, NAN);
        return SYRINX_OK;
    case MX_DIRECTION:
        end_direction(xml);
        xml->metronome_seen = false;
        return SYRINX_OK;
    case MX_SOUND:
        if (inside == MX_MEASURE)
            end_direction(xml);
        return SYRINX_OK;
    case MX_FIRST:
        xml->swing_first = sx_mx_number(text, 1);
        return SYRINX_OK;
    case MX_SECOND: {
        double second = sx_mx_number(text, 1), share = xml->swing_first / (xml->swing_first + second);
        if (share >= 0.5 && share <= 0.8)
            xml->score->swing = share;
        return SYRINX_OK;
    }
    default:
        return end_attribute(xml, element, inside, text);
    }
}
