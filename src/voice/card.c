/* card.c - reads voice.json. What a wrong card could do later (a path outside the folder, another sample rate) is refused here. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dsp/format.h"
#include "voice/voice.h"

enum { FORMAT = 1, PHONES = 1 };        /* versions of package and phone table that this library reads */

static int bad(struct sx_error *error, const char *where, const char *what)
{
    return sx_fail(error, SYRINX_ERROR_FORMAT, "%s: %s", where, what);
}

static int read_speakers(const json_t *root, const char *where, struct sx_card *card, struct sx_error *error)
{
    const json_t *list = json_object_get(root, "speakers");
    size_t count = json_array_size(list);
    const char *first = json_string_value(json_object_get(root, "default_speaker"));
    if (count < 1 || count > SX_SPEAKERS)
        return bad(error, where, "\"speakers\" must be a list of 1 to 64 speakers");
    for (size_t i = 0; i < count; i++) {
        const char *name = json_string_value(json_object_get(json_array_get(list, i), "name"));
        if (!name || !*name || strpbrk(name, ":,"))
            return bad(error, where, "a speaker needs a \"name\" without ':' and ','");
        card->speakers[i] = strdup(name);
        if (!card->speakers[i])
            return sx_fail(error, SYRINX_ERROR_MEMORY, "%s: out of memory", where);
        double pitch = json_number_value(json_object_get(json_array_get(list, i), "pitch"));
        card->pitch[i] = pitch > 3.5 && pitch < 6.5 ? (float)pitch : 5.2f;      /* 33 to 665 Hz; else about 180 Hz */
        const char *sex = json_string_value(json_object_get(json_array_get(list, i), "sex"));
        const char *language = json_string_value(json_object_get(json_array_get(list, i), "language"));
        card->sex[i] = sex && (*sex == 'f' || *sex == 'm') ? *sex : 0;
        snprintf(card->language[i], sizeof card->language[i], "%s", language ? language : "");
        card->speaker_count = (int)i + 1;
        if (first && strcmp(first, name) == 0)
            card->default_speaker = (int)i;
    }
    return SYRINX_OK;
}

static int read_files(const json_t *root, const char *where, struct sx_card *card, struct sx_error *error)
{
    static const char *const keys[SX_GRAPHS] = {"text", "decoder", "vocoder"};
    const json_t *files = json_object_get(root, "files");
    for (int i = 0; i < SX_GRAPHS; i++) {
        const json_t *entry = json_object_get(files, keys[i]);
        const char *name = json_string_value(json_object_get(entry, "name"));
        const char *digest = json_string_value(json_object_get(entry, "sha256"));
        if (!name || !*name || *name == '.' || strchr(name, '/') || !digest || strlen(digest) != 64)
            return sx_fail(error, SYRINX_ERROR_FORMAT, "%s: \"files\" needs \"%s\" with a plain \"name\" and a \"sha256\"", where, keys[i]);
        card->file[i] = strdup(name);
        if (!card->file[i])
            return sx_fail(error, SYRINX_ERROR_MEMORY, "%s: out of memory", where);
        memcpy(card->digest[i], digest, 65);
    }
    return SYRINX_OK;
}

static int read_root(const json_t *root, const char *where, struct sx_card *card, struct sx_error *error)
{
    const json_t *format = json_object_get(root, "format");
    const char *name = json_string_value(json_object_get(root, "name"));
    if (!json_is_integer(format))
        return bad(error, where, "not a voice card: \"format\" is missing");
    if (json_integer_value(format) != FORMAT)
        return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "%s: voice format %lld; this version of Syrinx reads format %d", where,
                       (long long)json_integer_value(format), FORMAT);
    if (json_integer_value(json_object_get(root, "phones")) != PHONES)
        return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "%s: needs another version of the phone table", where);
    if (json_integer_value(json_object_get(root, "sample_rate")) != SX_RATE || json_integer_value(json_object_get(root, "hop")) != SX_HOP ||
        json_integer_value(json_object_get(root, "fft")) != SX_FFT ||
        json_integer_value(json_object_get(json_object_get(root, "mel"), "bands")) != SX_MELS)
        return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "%s: needs another sample rate, hop, FFT or mel scale than %d, %d, %d, %d bands", where,
                       SX_RATE, SX_HOP, SX_FFT, SX_MELS);
    json_int_t hidden = json_integer_value(json_object_get(root, "hidden"));
    if (!name || !*name)
        return bad(error, where, "\"name\" is missing");
    if (hidden < 1 || hidden > 4096)
        return bad(error, where, "\"hidden\" must be 1 to 4096");
    card->hidden = (int)hidden;
    card->name = strdup(name);
    if (!card->name)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "%s: out of memory", where);
    const json_t *known = json_object_get(root, "phones_known");
    for (size_t i = 0; i < json_array_size(known); i++) {
        json_int_t id = json_integer_value(json_array_get(known, i));
        if (id < 1 || id > 127)
            return bad(error, where, "\"phones_known\" must be a list of phone numbers");
        card->phones_known[id / 64] |= (uint64_t)1 << id % 64;
    }
    int code = read_speakers(root, where, card, error);
    return code < 0 ? code : read_files(root, where, card, error);
}

int sx_card_parse(const char *text, size_t length, const char *where, struct sx_card *card, struct sx_error *error)
{
    memset(card, 0, sizeof *card);
    json_error_t why;
    json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &why);
    if (!root)
        return sx_fail(error, SYRINX_ERROR_FORMAT, "%s:%d:%d: %s", where, why.line, why.column, why.text);
    int code = read_root(root, where, card, error);
    json_decref(root);
    if (code == SYRINX_OK) {
        card->text = malloc(length + 1);
        if (card->text) {
            memcpy(card->text, text, length);
            card->text[length] = '\0';
        } else
            code = sx_fail(error, SYRINX_ERROR_MEMORY, "%s: out of memory", where);
    }
    if (code < 0)
        sx_card_free(card);
    return code;
}

void sx_card_free(struct sx_card *card)
{
    free(card->text);
    free(card->name);
    for (int i = 0; i < card->speaker_count; i++)
        free(card->speakers[i]);
    for (int i = 0; i < SX_GRAPHS; i++)
        free(card->file[i]);
    memset(card, 0, sizeof *card);
}
