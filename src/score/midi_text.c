/* midi_text.c - names and lyrics of a MIDI file: their encoding, syllables and words, and the notes that they belong to. */
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "base/encoding.h"
#include "base/utf8.h"
#include "score/midi.h"

/* ------------------------------------------------------------------ encodings */

/* RP-026 marks the language of what follows: {@LATIN}, {@JP}. */
static const char *tagged(const char **bytes, size_t *length)
{
    static const struct { const char *tag, *encoding; } tags[] = { { "{@LATIN}", "WINDOWS-1252" }, { "{@JP}", "SHIFT_JIS" } };
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        size_t n = strlen(tags[i].tag);
        if (*length >= n && memcmp(*bytes, tags[i].tag, n) == 0) {
            *bytes += n;
            *length -= n;
            return tags[i].encoding;
        }
    }
    return NULL;
}

/* Fresh memory; NULL: no memory. What cannot be converted is U+FFFD. */
static char *convert(const char *bytes, size_t length, const char *encoding, size_t *out_length)
{
    size_t room = 3 * length + 4;
    char *out = malloc(room), *to = out, *from = (char *)bytes;
    iconv_t way = iconv_open("UTF-8", encoding);
    while (out && length > 0) {
        if (way != (iconv_t)-1)
            iconv(way, &from, &length, &to, &room);
        if (length > 0) {               /* no such byte, or no such converter */
            bool latin = way == (iconv_t)-1;
            int n = sx_utf8_encode(latin ? (unsigned char)*from : 0xFFFD, to);
            to += n;
            room -= (size_t)n;
            from++;
            length--;
        }
    }
    if (way != (iconv_t)-1)
        iconv_close(way);
    *out_length = out ? (size_t)(to - out) : 0;
    return out;
}

const char *sx_midi_keep(struct sx_midi *midi, const char *bytes, size_t length)
{
    if (length > SX_SCORE_TEXT)
        length = SX_SCORE_TEXT;
    const char *tag = tagged(&bytes, &length);
    midi->encoding = tag ? tag : midi->encoding;
    if (!midi->encoding && sx_encoding_valid(bytes, length))
        return sx_score_keep(midi->score, bytes, length);
    size_t n;
    char *text = midi->encoding ? convert(bytes, length, midi->encoding, &n) : sx_encoding_convert(bytes, length, true, &n);
    const char *kept = text ? sx_score_keep(midi->score, text, n) : NULL;
    free(text);
    return kept;
}

/* ------------------------------------------------------------------ lyrics */

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* A syllable in the bytes of a text: without blanks and hyphens around, and whether a word ends before and behind it. */
struct piece {
    const char *bytes;
    size_t length;
    bool parted_before, parted_behind, hyphen;
};

static struct piece cut(const struct sx_midi_text *text)
{
    struct piece piece = { text->bytes, text->length, false, false, false };
    while (piece.length && (blank(*piece.bytes) || (text->karaoke && (*piece.bytes == '\\' || *piece.bytes == '/')))) {
        piece.bytes++;
        piece.length--;
        piece.parted_before = true;
    }
    while (piece.length && blank(piece.bytes[piece.length - 1])) {
        piece.length--;
        piece.parted_behind = true;
    }
    if (piece.length > 1 && piece.bytes[piece.length - 1] == '-') {
        piece.length--;
        piece.hyphen = true;
        piece.parted_behind = false;
    }
    return piece;
}

/* The first note at a tick, or up to a 16th of a quarter note from it; NULL: none. */
static struct sx_note *note_at(struct sx_score_part *part, int64_t tick)
{
    size_t low = 0, high = part->note_count;
    int64_t slack = SX_QUARTER / 16;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (part->notes[middle].onset < tick - slack)
            low = middle + 1;
        else
            high = middle;
    }
    struct sx_note *best = NULL;
    for (size_t seen = 0; low < part->note_count && part->notes[low].onset <= tick + slack && seen < 64; low++, seen++) {
        struct sx_note *note = &part->notes[low];
        if (!best || llabs(note->onset - tick) < llabs(best->onset - tick) || (note->onset == best->onset && note->pitch > best->pitch))
            best = note;
    }
    return best;
}

/* The part that sings what a track's texts say: of the same track, or of another one, the one that has most notes where texts are. -1: none. */
static int singer(struct sx_midi *midi, uint32_t track, bool karaoke, bool *own)
{
    struct sx_score *score = midi->score;
    int best = -1;
    size_t best_hits = 0;
    *own = midi->tracks[track].channels != 0;
    size_t step = score->part_count > 64 ? midi->text_count / 256 + 1 : 1;      /* many parts: a sample will do */
    for (size_t i = 0; i < score->part_count; i++) {
        if ((*own && midi->parts[i]->track != track) || score->parts[i].percussion)
            continue;
        size_t hits = 0, seen = 0;
        for (size_t k = 0; k < midi->text_count && seen < 1024; k += step) {
            if (midi->texts[k].track == track && midi->texts[k].karaoke == karaoke) {
                hits += note_at(&score->parts[i], midi->texts[k].tick) != NULL;
                seen++;
            }
        }
        if (hits > best_hits) {
            best_hits = hits;
            best = (int)i;
        }
    }
    return best;
}

/* A text that tells about the file and is not sung: ".kar" headers, RP-026 tags, a remark at the start. */
static bool is_remark(const struct sx_midi_text *text)
{
    return text->length == 0 || *text->bytes == '@' || (text->length > 1 && text->bytes[0] == '{' && (text->bytes[1] == '#' || text->bytes[1] == '@') &&
                                                       text->bytes[text->length - 1] == '}');
}

static int place(struct sx_midi *midi, uint32_t track, bool karaoke)
{
    bool own, spaced = false, before = false, ended = true;
    int part = singer(midi, track, karaoke, &own);
    struct sx_note *last = NULL;
    if (part < 0)
        return SYRINX_OK;
    for (size_t i = 0; i < midi->text_count && !spaced; i++) {      /* without a blank or a hyphen anywhere, each text is a word */
        if (midi->texts[i].track == track && midi->texts[i].karaoke == karaoke && !is_remark(&midi->texts[i])) {
            struct piece piece = cut(&midi->texts[i]);
            spaced = piece.parted_before || piece.parted_behind || piece.hyphen;
        }
    }
    for (size_t i = 0; i < midi->text_count; i++) {
        const struct sx_midi_text *text = &midi->texts[i];
        if (text->track != track || text->karaoke != karaoke || is_remark(text))
            continue;
        struct piece piece = cut(text);
        ended = ended || piece.parted_before || !spaced;
        if (ended && last)
            last->syllable = last->syllable == SX_SYLLABLE_BEGIN ? SX_SYLLABLE_SINGLE : last->syllable == SX_SYLLABLE_MIDDLE ? SX_SYLLABLE_END : last->syllable;
        if (ended)
            before = false;
        if (piece.length == 0)
            continue;
        struct sx_note *note = note_at(&midi->score->parts[part], text->tick);
        if (note && !note->lyric) {
            note->lyric = sx_midi_keep(midi, piece.bytes, piece.length);
            if (!note->lyric)
                return SYRINX_OK;       /* enough of it */
            note->syllable = before ? SX_SYLLABLE_MIDDLE : SX_SYLLABLE_BEGIN;      /* the next text tells whether the word ends here */
            last = note;
            before = true;
        }
        ended = piece.parted_behind;
    }
    if (last)
        last->syllable = last->syllable == SX_SYLLABLE_BEGIN ? SX_SYLLABLE_SINGLE : last->syllable == SX_SYLLABLE_MIDDLE ? SX_SYLLABLE_END : last->syllable;
    return SYRINX_OK;
}

int sx_midi_place_lyrics(struct sx_midi *midi)
{
    bool lyrics = false, *done;
    for (size_t i = 0; i < midi->text_count; i++)
        lyrics = lyrics || !midi->texts[i].karaoke;
    done = calloc(midi->track_count + 1, sizeof *done);
    if (!done)
        return SYRINX_ERROR_MEMORY;
    int tracks = 0, code = SYRINX_OK;
    for (size_t i = 0; i < midi->text_count && code == SYRINX_OK && tracks < 8; i++) {
        const struct sx_midi_text *text = &midi->texts[i];
        if (done[text->track] || (lyrics && text->karaoke) || (text->karaoke && (text->tick == 0 || is_remark(text))))
            continue;
        done[text->track] = true;
        tracks++;
        code = place(midi, text->track, text->karaoke);
    }
    free(done);
    return code;
}
