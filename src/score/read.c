/* read.c - the entry: which kind of score a file is, by what it begins with. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "score/score.h"

static bool has_prefix(const unsigned char *bytes, size_t length, const char *prefix, size_t n)
{
    return length >= n && memcmp(bytes, prefix, n) == 0;
}

/* A line "X:" or "K:" makes an ABC file. */
static bool looks_like_abc(const unsigned char *bytes, size_t length)
{
    bool begin = true;
    for (size_t i = 0; i + 1 < length; i++) {
        if (begin && (bytes[i] == 'X' || bytes[i] == 'K') && bytes[i + 1] == ':')
            return true;
        begin = bytes[i] == '\n' || bytes[i] == '\r';
    }
    return false;
}

static enum sx_score_format guess(const char *path, const unsigned char *bytes, size_t length)
{
    size_t i = 0;
    if (has_prefix(bytes, length, "MThd", 4) || (length >= 12 && memcmp(bytes, "RIFF", 4) == 0 && memcmp(bytes + 8, "RMID", 4) == 0))
        return SX_SCORE_MIDI;
    if (has_prefix(bytes, length, "PK\3\4", 4) || has_prefix(bytes, length, "PK\5\6", 4) || has_prefix(bytes, length, "\xFF\xFE", 2) || has_prefix(bytes, length, "\xFE\xFF", 2))
        return SX_SCORE_MUSICXML;
    if (has_prefix(bytes, length, "\xEF\xBB\xBF", 3))
        i = 3;
    while (i < length && (bytes[i] == ' ' || bytes[i] == '\n' || bytes[i] == '\r' || bytes[i] == '\t'))
        i++;
    if (i < length && bytes[i] == '<')
        return SX_SCORE_MUSICXML;
    if (has_prefix(bytes + i, length - i, "X:", 2) || looks_like_abc(bytes + i, length - i))
        return SX_SCORE_ABC;
    const char *dot = path ? strrchr(path, '.') : NULL;
    if (dot && strcmp(dot, ".abc") == 0)
        return SX_SCORE_ABC;
    if (length >= 132 && memcmp(bytes + 128, "MThd", 4) == 0)      /* a MacBinary header before it */
        return SX_SCORE_MIDI;
    return SX_SCORE_AUTO;
}

static int read_bytes(const char *path, const unsigned char *bytes, size_t length, const struct sx_score_options *options, struct sx_score *score,
                      struct sx_error *error)
{
    enum sx_score_format format = options ? options->format : SX_SCORE_AUTO;
    if (length == 0)
        return sx_fail(error, SYRINX_ERROR_INPUT, "the score is empty");
    if (length > SX_SCORE_BYTES)
        return sx_fail(error, SYRINX_ERROR_INPUT, "larger than %d MB: no score is", SX_SCORE_BYTES >> 20);
    if (format == SX_SCORE_AUTO)
        format = guess(path, bytes, length);
    switch (format) {
    case SX_SCORE_MIDI:
        return sx_midi_read(bytes, length, score, error);
    case SX_SCORE_MUSICXML:
        return sx_musicxml_read((const char *)bytes, length, score, error);
    case SX_SCORE_ABC:
        return sx_abc_read((const char *)bytes, length, options ? options->tune : 0, score, error);
    default:
        return sx_fail(error, SYRINX_ERROR_FORMAT, "neither MIDI nor MusicXML nor ABC");
    }
}

int sx_score_read(const char *path, const void *bytes, size_t length, const struct sx_score_options *options, struct sx_score **out, struct sx_error *error)
{
    struct sx_map map = { bytes, length };
    *out = NULL;
    sx_error_clear(error);
    if (path) {
        int code = sx_map_open(path, &map, error);
        if (code < 0)
            return code;
    }
    struct sx_score *score = sx_score_new();
    int code = score ? read_bytes(path, map.data, map.size, options, score, error) : SYRINX_ERROR_MEMORY;
    if (code == SYRINX_OK)
        code = sx_score_finish(score);
    if (code == SYRINX_ERROR_MEMORY && error->code == SYRINX_OK)
        sx_fail(error, code, "out of memory");
    if (path)
        sx_map_close(&map);
    if (code < 0) {
        sx_score_free(score);
        if (path)
            sx_context(error, "%s", path);
        return code;
    }
    *out = score;
    return SYRINX_OK;
}
