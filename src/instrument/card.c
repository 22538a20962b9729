/* card.c - reads instrument.json. What a wrong card could do later (an endless table, a negative time) is refused here. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/instrument.h"
#include "voice/voice.h"

#define FORMAT "syrinx-instrument-1"

struct reading {
    const char *where;
    struct sx_instrument_card *card;
    struct sx_error *error;
};

static int bad(const struct reading *r, const char *what)
{
    return sx_fail(r->error, SYRINX_ERROR_FORMAT, "%s: %s", r->where, what);
}

static int no_memory(const struct reading *r)
{
    return sx_fail(r->error, SYRINX_ERROR_MEMORY, "%s: out of memory", r->where);
}

static bool finite_in(const json_t *value, double low, double high)
{
    double x = json_number_value(value);
    return json_is_number(value) && isfinite(x) && x >= low && x <= high;
}

/* A number within [low, high]; absent: *value stays, unless it is required. */
static int number(const struct reading *r, const json_t *object, const char *key, double low, double high, bool required, float *value)
{
    const json_t *entry = json_object_get(object, key);
    if (!entry && !required) return SYRINX_OK;
    if (!finite_in(entry, low, high)) return sx_fail(r->error, SYRINX_ERROR_FORMAT, "%s: \"%s\" must be a number from %g to %g", r->where, key, low, high);
    *value = (float)json_number_value(entry);
    return SYRINX_OK;
}

static int whole(const struct reading *r, const json_t *root, const char *key, int low, int high, bool required, int *value)
{
    const json_t *entry = json_object_get(root, key);
    if (!entry && !required) return SYRINX_OK;
    if (!json_is_integer(entry) || json_integer_value(entry) < low || json_integer_value(entry) > high)
        return sx_fail(r->error, SYRINX_ERROR_FORMAT, "%s: \"%s\" must be a whole number from %d to %d", r->where, key, low, high);
    *value = (int)json_integer_value(entry);
    return SYRINX_OK;
}

static int flag(const struct reading *r, const json_t *root, const char *key, bool required, bool *value)
{
    const json_t *entry = json_object_get(root, key);
    if (!entry && !required) return SYRINX_OK;
    if (!json_is_boolean(entry)) return sx_fail(r->error, SYRINX_ERROR_FORMAT, "%s: \"%s\" must be true or false", r->where, key);
    *value = json_is_true(entry);
    return SYRINX_OK;
}

/* Two numbers, not falling. */
static int pair(const struct reading *r, const json_t *root, const char *key, double low, double high, float *first, float *second)
{
    const json_t *list = json_object_get(root, key);
    const json_t *a = json_array_get(list, 0), *b = json_array_get(list, 1);
    if (json_array_size(list) != 2 || !finite_in(a, low, high) || !finite_in(b, json_number_value(a), high))
        return sx_fail(r->error, SYRINX_ERROR_FORMAT, "%s: \"%s\" must be [from, to], numbers from %g to %g", r->where, key, low, high);
    *first = (float)json_number_value(a);
    *second = (float)json_number_value(b);
    return SYRINX_OK;
}

/* The words of a list, or the names in an object. */
static int words(const struct reading *r, const json_t *root, const char *key, int *count, char *list[SX_INSTRUMENT_WORDS])
{
    json_t *entry = json_object_get(root, key), *value;
    const char *name;
    for (size_t i = 0; i < json_array_size(entry) && *count < SX_INSTRUMENT_WORDS; i++) {
        const char *word = json_string_value(json_array_get(entry, i));
        if (!word) continue;
        if (!(list[*count] = strdup(word))) return no_memory(r);
        ++*count;
    }
    json_object_foreach(entry, name, value) {
        if (*count == SX_INSTRUMENT_WORDS) break;
        if (!(list[*count] = strdup(name))) return no_memory(r);
        ++*count;
    }
    return SYRINX_OK;
}

/* The graphs' files: by their names in format 1, or as "files" tells, with their digests. */
static int read_files(const struct reading *r, const json_t *root)
{
    static const char *const keys[] = { "frame", "onset" }, *const names[] = { "frame.onnx", "onset.onnx" };
    const json_t *files = json_object_get(root, "files");
    if (files && !json_is_object(files)) return bad(r, "\"files\" must be an object");
    for (int i = 0; i < 2; i++) {
        const json_t *entry = json_object_get(files, keys[i]);
        const char *name = entry ? json_string_value(json_object_get(entry, "name")) : names[i], *digest = json_string_value(json_object_get(entry, "sha256"));
        if (!name || !sx_plain_name(name))
            return sx_fail(r->error, SYRINX_ERROR_FORMAT, "%s: \"files\": \"%s\" needs a \"name\" that is no path", r->where, keys[i]);
        if (entry && (!digest || strlen(digest) != 64 || strspn(digest, "0123456789abcdef") != 64))
            return sx_fail(r->error, SYRINX_ERROR_FORMAT, "%s: \"files\": \"%s\" needs a \"sha256\" of 64 hexadecimal digits in small letters", r->where, keys[i]);
        if (!(r->card->file[i] = strdup(name))) return no_memory(r);
        if (digest) memcpy(r->card->digest[i], digest, 65);
    }
    return SYRINX_OK;
}

/* Keys of a kit; where it tells none, all within its range. */
static int read_keys(const struct reading *r, const json_t *root)
{
    json_t *keys = json_object_get(root, "keys"), *value;
    struct sx_instrument_card *card = r->card;
    const char *name;
    for (int key = 0; key < 128 && !json_is_object(keys); key++)
        if ((float)key >= card->low && (float)key <= card->high) card->keys[key / 64] |= (uint64_t)1 << key % 64;
    json_object_foreach(keys, name, value) {
        char *end;
        long key = strtol(name, &end, 10);
        if (end == name || *end || key < 0 || key > 127) return bad(r, "\"keys\" must have names from \"0\" to \"127\"");
        card->keys[key / 64] |= (uint64_t)1 << key % 64;
    }
    return SYRINX_OK;
}

/* A text of the card, or what is in an object or a list as JSON; "" when absent. NULL: no memory. */
static char *text_of(const json_t *root, const char *key)
{
    const json_t *entry = json_object_get(root, key);
    if (json_is_object(entry) || json_is_array(entry)) return json_dumps(entry, JSON_COMPACT);
    const char *text = json_string_value(entry);
    return strdup(text ? text : "");
}

static int read_release(const struct reading *r, const json_t *root)
{
    const json_t *list = json_object_get(root, "release");
    struct sx_instrument_card *card = r->card;
    if (!list || json_is_null(list)) return SYRINX_OK;
    if (!json_is_array(list) || json_array_size(list) < 1 || json_array_size(list) > SX_RELEASES)
        return bad(r, "\"release\" must be a list of 1 to 128 pairs [key, seconds]");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *entry = json_array_get(list, i), *key = json_array_get(entry, 0), *seconds = json_array_get(entry, 1);
        double least = i ? (double)card->release[i - 1][0] : 0.0;
        if (json_array_size(entry) != 2 || !finite_in(key, least, 127.0) || !finite_in(seconds, 0.001, 100.0))
            return bad(r, "\"release\" must be pairs [key, seconds], keys from 0 to 127 that do not fall, seconds from 0.001 to 100");
        card->release[i][0] = (float)json_number_value(key);
        card->release[i][1] = (float)json_number_value(seconds);
        card->release_count++;
    }
    return SYRINX_OK;
}

static int read_partials(const struct reading *r, const json_t *root)
{
    struct sx_instrument_card *card = r->card;
    const json_t *list = json_object_get(root, "ratios");
    int code = whole(r, root, "partials", 1, SX_SOUND_PARTIALS, true, &card->partials);
    if (code < 0) return code;
    bool given = list && !json_is_null(list);
    if (given && json_array_size(list) != (size_t)card->partials) return bad(r, "\"ratios\" must be as many numbers as \"partials\" tells");
    for (int k = 0; k < card->partials; k++) {
        if (given && !finite_in(json_array_get(list, (size_t)k), 0.01, 1000.0)) return bad(r, "\"ratios\" must be numbers from 0.01 to 1000");
        card->ratios[k] = given ? (float)json_number_value(json_array_get(list, (size_t)k)) : (float)(k + 1);
    }
    return SYRINX_OK;
}

static int read_course(const struct reading *r, const json_t *root)
{
    struct sx_instrument_card *card = r->card;
    const json_t *vibrato = json_object_get(root, "vibrato");
    int code = flag(r, root, "sustained", true, &card->sustained);
    if (code == SYRINX_OK && card->sustained) code = pair(r, root, "hold", 0.0, 100.0, &card->hold[0], &card->hold[1]);
    if (code == SYRINX_OK && !card->sustained) code = number(r, root, "seconds", 0.01, 100.0, true, &card->seconds);
    if (code == SYRINX_OK && !card->sustained) code = number(r, root, "tail", 0.0, 10000.0, true, &card->tail);
    if (code == SYRINX_OK) code = read_release(r, root);
    if (code == SYRINX_OK) code = number(r, root, "attack_skip", 0.0, 10.0, false, &card->attack_skip);
    if (code == SYRINX_OK && vibrato && !json_is_null(vibrato) && !json_is_object(vibrato)) code = bad(r, "\"vibrato\" must be an object");
    card->vibrato_hertz = 5.5f;
    if (code == SYRINX_OK) code = number(r, vibrato, "hertz", 0.1, 20.0, false, &card->vibrato_hertz);
    if (code == SYRINX_OK) code = number(r, vibrato, "cents", 0.0, 200.0, false, &card->vibrato_cents);
    if (code == SYRINX_OK) code = number(r, vibrato, "decibels", 0.0, 12.0, false, &card->vibrato_decibels);
    if (code == SYRINX_OK) code = number(r, vibrato, "delay", 0.0, 100.0, false, &card->vibrato_delay);
    return code;
}

static int read_root(const struct reading *r, const json_t *root)
{
    struct sx_instrument_card *card = r->card;
    const char *format = json_string_value(json_object_get(root, "format")), *name = json_string_value(json_object_get(root, "name"));
    if (!format || strncmp(format, "syrinx-instrument-", 18) != 0) return bad(r, "not an instrument's card: \"format\" is missing");
    if (strcmp(format, FORMAT) != 0)
        return sx_fail(r->error, SYRINX_ERROR_UNSUPPORTED, "%s: needs another version of Syrinx: its format is not \"" FORMAT "\"", r->where);
    if (!name || !sx_plain_name(name)) return bad(r, "\"name\" must be the name of a folder");
    card->program = -1;
    int code = read_partials(r, root);
    if (code == SYRINX_OK) code = flag(r, root, "percussion", false, &card->percussion);
    if (code == SYRINX_OK && !json_is_null(json_object_get(root, "program"))) code = whole(r, root, "program", 0, 127, false, &card->program);
    if (code == SYRINX_OK) code = pair(r, root, "range", 0.0, 127.0, &card->low, &card->high);
    if (code == SYRINX_OK) code = read_course(r, root);
    if (code == SYRINX_OK) code = number(r, root, "gain", -60.0, 60.0, false, &card->gain);
    if (code == SYRINX_OK) code = words(r, root, "articulations", &card->articulation_count, card->articulations);
    if (code == SYRINX_OK) code = words(r, root, "dynamics", &card->dynamic_count, card->dynamics);
    if (code == SYRINX_OK) code = read_keys(r, root);
    if (code == SYRINX_OK) code = read_files(r, root);
    if (code < 0) return code;
    const char *title = json_string_value(json_object_get(root, "title"));
    card->name = strdup(name);
    card->title = strdup(title ? title : name);
    card->version = text_of(root, "version");
    card->data = text_of(root, "data");
    card->licence = text_of(root, "licence");
    return card->name && card->title && card->version && card->data && card->licence ? SYRINX_OK : no_memory(r);
}

int sx_instrument_card_parse(const char *text, size_t length, const char *where, struct sx_instrument_card *card, struct sx_error *error)
{
    struct reading r = { where, card, error };
    memset(card, 0, sizeof *card);
    json_error_t why;
    json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &why);
    if (!root) return sx_fail(error, SYRINX_ERROR_FORMAT, "%s:%d:%d: %s", where, why.line, why.column, why.text);
    int code = read_root(&r, root);
    json_decref(root);
    if (code == SYRINX_OK && !(card->text = malloc(length + 1))) code = no_memory(&r);
    if (code < 0) {
        sx_instrument_card_free(card);
        return code;
    }
    memcpy(card->text, text, length);
    card->text[length] = '\0';
    return SYRINX_OK;
}

void sx_instrument_card_free(struct sx_instrument_card *card)
{
    free(card->text);
    free(card->name);
    free(card->title);
    free(card->version);
    free(card->data);
    free(card->licence);
    for (int i = 0; i < 2; i++) free(card->file[i]);
    for (int i = 0; i < card->articulation_count; i++) free(card->articulations[i]);
    for (int i = 0; i < card->dynamic_count; i++) free(card->dynamics[i]);
    memset(card, 0, sizeof *card);
}
