/* abc_lyrics.c - words under notes (w:) and symbols over them (s:): which note each syllable is for. */
#include <string.h>

#include "score/abc.h"

/* Where in the notes a line is: two places, as the notes behind an & have their own words. */
struct place {
    struct sx_abc_voice *voice;
    size_t bar;                     /* of the voice; behind a | in the words it goes on */
    size_t next;                    /* first note that may come */
    uint8_t overlay;
};

/* The next note for a syllable; false: none in these lines of music. */
static bool next_note(struct sx_abc_reader *reader, struct place *place, size_t *note)
{
    const struct sx_abc_voice *voice = place->voice;
    int64_t from = place->bar < voice->bar_count ? voice->bars[place->bar].begin : INT64_MAX;
    size_t i = place->next;
    while (i < voice->lyrics_to && !(voice->notes[i].head && voice->notes[i].overlay == place->overlay && voice->notes[i].time >= from))
        i++;
    bool found = i < voice->lyrics_to;
    sx_abc_spend(reader, i - place->next);
    place->next = i + found;
    *note = i;
    return found;
}

/* At a | the words go to the next bar: the one behind that of the last note. */
static void next_bar(struct place *place)
{
    place->bar++;
}

static bool begin_line(struct sx_abc_reader *reader, struct sx_abc_voice **out)
{
    struct sx_abc_voice *voice = *out = sx_abc_current(reader);
    if (!voice)
        return false;
    if (!voice->lyrics_open) {
        voice->lyrics_open = true;
        voice->lyrics_to = voice->note_count;
        voice->verse = 0;
    }
    return true;
}

static bool add_syllable(struct sx_abc_reader *reader, struct sx_abc_voice *voice, size_t note, const struct sx_abc_syllable *syllable)
{
    if (!sx_abc_grow(reader, &reader->syllables, &reader->syllable_room, reader->syllable_count, sizeof *reader->syllables))
        return false;
    reader->syllables[reader->syllable_count] = *syllable;
    reader->syllables[reader->syllable_count].next = voice->notes[note].words;
    voice->notes[note].words = (int32_t)reader->syllable_count++;
    return true;
}

/* &auml; is a letter, any other & goes to an overlay's notes. */
static bool is_entity(const char *at, const char *end)
{
    const char *c = at + 1;
    while (c < end && c - at < 10 && ((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z')))
        c++;
    return c > at + 1 && c < end && *c == ';';
}

/* A syllable's text up to what ends it; ~ is a space, \- a hyphen. */
static size_t syllable_length(const char *text, const char *end)
{
    const char *at = text;
    while (at < end && !strchr(" \t-_*|", *at) && (*at != '&' || is_entity(at, end))) {
        if (*at == '\\' && at + 1 < end)
            at++;
        at++;
    }
    return (size_t)(at - text);
}

static const char *syllable_text(struct sx_abc_reader *reader, const char *text, size_t length)
{
    sx_buffer_clear(&reader->scratch);
    for (size_t i = 0; i < length;) {
        size_t n = 0;
        while (i + n < length && text[i + n] != '~')
            n += text[i + n] == '\\' && i + n + 1 < length ? 2 : 1;
        sx_abc_add_text(&reader->scratch, text + i, n);
        i += n;
        if (i < length) {
            sx_buffer_putc(&reader->scratch, ' ');
            i++;
        }
    }
    if (reader->scratch.failed) {
        sx_abc_fail_memory(reader);
        return NULL;
    }
    size_t n = reader->scratch.length;
    const char *data = reader->scratch.data ? reader->scratch.data : "";
    while (n && *data == ' ')
        data++, n--;
    while (n && data[n - 1] == ' ')
        n--;
    return sx_score_keep(reader->score, data, n);
}

void sx_abc_lyrics(struct sx_abc_reader *reader, const char *text, size_t length, bool more)
{
    struct sx_abc_voice *voice;
    if (!begin_line(reader, &voice))
        return;
    struct place place = { voice, voice->lyrics_bar, voice->lyrics_from, 0 }, under = place;
    struct place *at = &place;
    bool in_word = false;
    size_t under_bars = 0;
    more |= voice->joined;
    if (more && voice->verse > 0) {
        place.bar = voice->joined_bar;
        place.next = voice->joined_note;
        in_word = voice->joined_word;
    } else {
        voice->verse++;
    }
    if (length && text[length - 1] == '\\' && (length < 2 || text[length - 2] != '\\')) {
        length--;
        voice->joined = true;
    } else {
        voice->joined = false;
    }
    const char *c = text, *end = text + length;
    int32_t last = -1;                  /* the syllable that a _ prolongs */
    while (c < end && reader->status == SYRINX_OK) {
        size_t note;
        if (*c == ' ' || *c == '\t') {
            c++;
        } else if (*c == '|') {
            next_bar(at);
            if (at == &under && (under_bars == 0 || --under_bars == 0))
                at = &place;
            c++;
        } else if (*c == '&' && !is_entity(c, end)) {
            size_t back = 0;
            for (; c < end && *c == '&'; c++)
                back++;
            under = (struct place){ voice, place.bar + 1 > back ? place.bar + 1 - back : 0, voice->lyrics_from, (uint8_t)(at->overlay < 255 ? at->overlay + 1 : 255) };
            under_bars = back;
            at = &under;
        } else if (*c == '_' || *c == '-' || *c == '*') {
            if (!next_note(reader, at, &note))
                break;
            if (*c == '*')
                last = -1;
            else if (last >= 0)
                reader->syllables[last].extend = true;
            c++;
        } else {
            size_t n = syllable_length(c, end);
            if (!next_note(reader, at, &note)) {
                if (sx_abc_first_warning(reader, ABC_W_LYRICS))
                    sx_abc_warn(reader, "more syllables than notes, from \"%.*s\" on", (int)(n < 40 ? n : 40), c);
                break;
            }
            bool hyphen = c + n < end && c[n] == '-';
            uint8_t kind = in_word ? (hyphen ? SX_SYLLABLE_MIDDLE : SX_SYLLABLE_END) : hyphen ? SX_SYLLABLE_BEGIN : SX_SYLLABLE_SINGLE;
            struct sx_abc_syllable syllable = { .text = syllable_text(reader, c, n), .verse = (uint16_t)voice->verse, .kind = kind };
            if (!syllable.text || !add_syllable(reader, voice, note, &syllable))
                break;
            last = (int32_t)reader->syllable_count - 1;
            in_word = hyphen;
            c += n + hyphen;
        }
    }
    voice->joined_note = place.next;
    voice->joined_bar = place.bar;
    voice->joined_word = in_word;
}

void sx_abc_symbols(struct sx_abc_reader *reader, const char *text, size_t length)
{
    struct sx_abc_voice *voice;
    if (!begin_line(reader, &voice))
        return;
    struct place place = { voice, voice->lyrics_bar, voice->lyrics_from, 0 };
    const char *c = text, *end = text + length;
    while (c < end && reader->status == SYRINX_OK) {
        size_t note;
        if (*c == ' ' || *c == '\t') {
            c++;
            continue;
        }
        if (*c == '|') {
            next_bar(&place);
            c++;
            continue;
        }
        if (!next_note(reader, &place, &note))
            break;
        const char *close = *c == '"' || *c == reader->deco_mark ? memchr(c + 1, *c, (size_t)(end - c - 1)) : NULL;
        if (!close) {
            const char *name = *c != '*' && (unsigned char)*c < 128 ? reader->user[(unsigned char)*c] : NULL;
            if (name && *name != '"')
                sx_abc_decorate(reader, voice, name, strlen(name), &note);
            c++;
            continue;
        }
        if (*c == '"')
            sx_abc_quoted(reader, voice, c + 1, (size_t)(close - c - 1), &note);
        else
            sx_abc_decorate(reader, voice, c + 1, (size_t)(close - c - 1), &note);
        c = close + 1;
    }
}
