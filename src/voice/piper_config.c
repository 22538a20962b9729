/* piper_config.c - reads the .onnx.json of a Piper voice: what its graph wants, and which ids its phonemes have. Files of all ages are out there: only what
 * speaking needs is demanded, and what is odd but harmless is told as a hint. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "voice/piper.h"

struct reading {
    const char *where;
    struct sx_piper_config *config;
    struct sx_faults *faults;
};

static void no_memory(struct reading *r)
{
    sx_fault(r->faults, SYRINX_ERROR_MEMORY, "%s: out of memory", r->where);
}

/* A string in the arena; "" for one that is not there or no memory (which is told). */
static const char *keep(struct reading *r, const char *text)
{
    const char *copy = text ? sx_arena_strdup(&r->config->arena, text, strlen(text)) : "";
    if (!copy)
        no_memory(r);
    return copy ? copy : "";
}

static bool is_printable(const char *text)
{
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        if (*c < 0x20 || *c == 0x7F || (*c == 0xC2 && c[1] < 0xA0))
            return false;
    return true;
}

static const char *name_of(struct reading *r, const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text && is_printable(text) && strlen(text) <= 200 ? keep(r, text) : "";
}

/* A whole number within [low, high]; `normal` when it is not there, a fault when it is anything else. */
static int whole(struct reading *r, const json_t *object, const char *key, const char *name, int normal, int low, int high)
{
    const json_t *value = json_object_get(object, key);
    if (!value || json_is_null(value))
        return normal;
    double number = json_is_number(value) ? json_number_value(value) : NAN;
    if (!(number >= low && number <= high) || number != floor(number)) {
        sx_fault(r->faults, SYRINX_ERROR_FORMAT, "%s: \"%s\" must be a whole number of %d to %d", r->where, name, low, high);
        return normal;
    }
    return (int)number;
}

static float scale(struct reading *r, const json_t *object, const char *key, float normal, float low, float high)
{
    const json_t *value = json_object_get(object, key);
    if (!value || json_is_null(value))
        return normal;
    double number = json_is_number(value) ? json_number_value(value) : NAN;
    if (!(number >= (double)low && number <= (double)high)) {
        sx_fault(r->faults, SYRINX_ERROR_FORMAT, "%s: \"%s\" of \"inference\" must be a number of %g to %g", r->where, key, (double)low, (double)high);
        return normal;
    }
    return (float)number;
}

/* -------------------------------------------------------------- phonemes */

static int by_text(const void *a, const void *b)
{
    return strcmp(((const struct sx_piper_phoneme *)a)->text, ((const struct sx_piper_phoneme *)b)->text);
}

int sx_piper_phoneme(const struct sx_piper_config *config, const char *text, size_t length)
{
    int low = 0, high = config->phoneme_count;
    while (low < high) {
        int middle = (low + high) / 2;
        const char *other = config->phonemes[middle].text;
        int order = strncmp(text, other, length);
        if (order == 0 && other[length])
            order = -1;
        if (order == 0)
            return middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return -1;
}

/* The ids of a phoneme. One that the graph has no row for would make it fail (rhasspy/piper#124), so such a phoneme is dropped. */
static void read_phoneme(struct reading *r, const char *key, const json_t *list)
{
    struct sx_piper_config *c = r->config;
    struct sx_piper_phoneme *p = &c->phonemes[c->phoneme_count];
    size_t count = json_is_integer(list) ? 1 : json_array_size(list);
    if (!*key || strlen(key) > 60 || count < 1 || count > SX_PIPER_IDS) {
        sx_hint(r->faults, "%s: phoneme \"%.60s\" has not 1 to %d ids: left out", r->where, key, SX_PIPER_IDS);
        return;
    }
    p->count = 0;
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_is_integer(list) ? list : json_array_get(list, i);
        json_int_t id = json_is_integer(value) ? json_integer_value(value) : -1;
        if (id < 0 || id >= c->symbols) {
            sx_hint(r->faults, "%s: phoneme \"%.60s\" has id %lld, which is outside the table of %d symbols: left out", r->where, key, (long long)id, c->symbols);
            return;
        }
        p->ids[p->count++] = (int)id;
    }
    p->text = keep(r, key);
    c->phoneme_count += *p->text != 0;
}

static void read_phonemes(struct reading *r, json_t *root)
{
    struct sx_piper_config *c = r->config;
    json_t *map = json_object_get(root, "phoneme_id_map"), *value;
    size_t count = json_object_size(map);
    const char *key;
    if (count < 1 || count > SX_PIPER_PHONEMES) {
        sx_fault(r->faults, SYRINX_ERROR_FORMAT, "%s: needs \"phoneme_id_map\", an object of 1 to %d phonemes", r->where, SX_PIPER_PHONEMES);
        return;
    }
    c->phonemes = sx_arena_array(&c->arena, count, sizeof *c->phonemes);
    if (!c->phonemes) {
        no_memory(r);
        return;
    }
    json_object_foreach(map, key, value)
        read_phoneme(r, key, value);
    qsort(c->phonemes, (size_t)c->phoneme_count, sizeof *c->phonemes, by_text);
    c->pad = sx_piper_phoneme(c, "_", 1);
    c->begin = sx_piper_phoneme(c, "^", 1);
    c->end = sx_piper_phoneme(c, "$", 1);
    if (c->pad < 0 || c->begin < 0 || c->end < 0)
        sx_fault(r->faults, SYRINX_ERROR_FORMAT, "%s: \"phoneme_id_map\" lacks \"_\", \"^\" or \"$\" (pad, begin, end)", r->where);
}

/* phoneme -> [phonemes]: what is said for a code point. */
static void read_map(struct reading *r, json_t *root)
{
    struct sx_piper_config *c = r->config;
    json_t *map = json_object_get(root, "phoneme_map"), *value;
    const char *key;
    size_t count = json_object_size(map);
    if (count > SX_PIPER_PHONEMES) {
        sx_fault(r->faults, SYRINX_ERROR_FORMAT, "%s: \"phoneme_map\" has more than %d entries", r->where, SX_PIPER_PHONEMES);
        return;
    }
    if (!(c->map = sx_arena_array(&c->arena, count + 1, sizeof *c->map))) {
        no_memory(r);
        return;
    }
    json_object_foreach(map, key, value) {
        char to[256] = "";
        size_t used = 0;
        for (size_t i = 0; i < json_array_size(value); i++) {
            const char *part = json_string_value(json_array_get(value, i));
            if (part && used + strlen(part) < sizeof to)
                used += (size_t)snprintf(to + used, sizeof to - used, "%s", part);
        }
        c->map[c->map_count].from = keep(r, key);
        c->map[c->map_count].to = keep(r, json_is_string(value) ? json_string_value(value) : to);
        c->map_count++;
    }
    /* what Piper's own phonemizer does where the file says nothing */
    if (c->map_count == 0 && strcmp(c->espeak, "pt-br") == 0) {
        c->map[0].from = "c";
        c->map[0].to = "k";
        c->map_count = 1;
    }
}

static void read_clusters(struct reading *r, const json_t *root)
{
    struct sx_piper_config *c = r->config;
    const json_t *list = json_object_get(root, "vowel_clusters");
    size_t count = json_array_size(list);
    count = count < SX_PIPER_PHONEMES ? count : SX_PIPER_PHONEMES;
    if (!(c->clusters = sx_arena_array(&c->arena, count + 1, sizeof *c->clusters))) {
        no_memory(r);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *parts = json_array_get(list, i);
        char text[64] = "";
        size_t used = 0;
        for (size_t k = 0; k < json_array_size(parts); k++) {
            const char *part = json_string_value(json_array_get(parts, k));
            if (part && used + strlen(part) < sizeof text)
                used += (size_t)snprintf(text + used, sizeof text - used, "%s", part);
        }
        if (sx_piper_phoneme(c, text, strlen(text)) >= 0)
            c->clusters[c->cluster_count++] = keep(r, text);
        else
            sx_hint(r->faults, "%s: \"vowel_clusters\": \"%s\" is not in \"phoneme_id_map\": left out", r->where, text);
    }
}

/* -------------------------------------------------------------- speakers */

static void read_speakers(struct reading *r, json_t *root)
{
    struct sx_piper_config *c = r->config;
    json_t *map = json_object_get(root, "speaker_id_map"), *value;
    const char *key;
    int told = whole(r, root, "num_speakers", "num_speakers", 1, 0, SX_PIPER_SPEAKERS);
    c->speaker_count = told < 1 ? 1 : told;
    size_t count = (size_t)c->speaker_count;
    c->speakers = sx_arena_array(&c->arena, count, sizeof *c->speakers);
    c->speaker_ids = sx_arena_array(&c->arena, count, sizeof *c->speaker_ids);
    if (!c->speakers || !c->speaker_ids) {
        no_memory(r);
        c->speaker_count = 0;
        return;
    }
    for (int i = 0; i < c->speaker_count; i++)
        c->speaker_ids[i] = i;
    json_object_foreach(map, key, value) {
        json_int_t id = json_is_integer(value) ? json_integer_value(value) : -1;
        if (id < 0 || id >= c->speaker_count)
            sx_hint(r->faults, "%s: speaker \"%.60s\" has number %lld of %d: left out", r->where, key, (long long)id, c->speaker_count);
        else if (!*key || strlen(key) > 100 || !is_printable(key))
            sx_hint(r->faults, "%s: the name of speaker %lld cannot be shown: left out", r->where, (long long)id);
        else if (!c->speakers[id])
            c->speakers[id] = keep(r, key);
    }
    for (int i = 0; i < c->speaker_count; i++) {
        char number[16];
        snprintf(number, sizeof number, "%d", i);
        if (!c->speakers[i])
            c->speakers[i] = keep(r, number);
    }
    c->default_speaker = whole(r, root, "default_speaker_id", "default_speaker_id", 0, 0, c->speaker_count - 1);
}

static int no_speaker(const struct sx_piper_config *config, const char *name, struct sx_error *error)
{
    char known[360] = "";
    size_t used = 0;
    int i = 0;
    for (; i < config->speaker_count && used + strlen(config->speakers[i]) + 8 < sizeof known; i++)
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", used ? ", " : "", config->speakers[i]);
    return sx_fail(error, SYRINX_ERROR_NOT_FOUND, "no speaker \"%.60s\": this voice has %d, by number from 0 on or by name: %s%s", name, config->speaker_count,
                   known, i < config->speaker_count ? " and others" : "");
}

int sx_piper_speaker(const struct sx_piper_config *config, const char *name, struct sx_error *error)
{
    if (!name || !*name)
        return config->default_speaker;
    for (int i = 0; i < config->speaker_count; i++)
        if (strcmp(config->speakers[i], name) == 0)
            return i;
    size_t digits = strspn(name, "0123456789");
    if (digits && digits < 7 && !name[digits] && atoi(name) < config->speaker_count)
        return atoi(name);
    if (strchr(name, ',') || strchr(name, ':'))
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "speaker \"%.60s\": the speakers of a Piper voice cannot be blended", name);
    return no_speaker(config, name, error);
}

/* -------------------------------------------------------------- the whole file */

static void read_language(struct reading *r, const json_t *root)
{
    struct sx_piper_config *c = r->config;
    const json_t *language = json_object_get(root, "language");
    char tag[16];
    size_t n = 0;
    const char *code = json_string_value(json_object_get(language, "code"));
    if (!code || strlen(code) >= sizeof tag || strspn(code, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") != strlen(code))
        code = strlen(c->espeak) < sizeof tag ? c->espeak : "";
    for (; code[n]; n++)            /* "en_US", "en-us" -> "en-US" */
        tag[n] = code[n] == '_' ? '-' : code[n];
    tag[n] = 0;
    char *region = strchr(tag, '-');
    if (region && strlen(region) == 3)
        for (char *p = region + 1; *p; p++)
            *p = (char)(*p >= 'a' && *p <= 'z' ? *p - 32 : *p);
    c->language = keep(r, tag);
}

static void read_type(struct reading *r, const json_t *root)
{
    struct sx_piper_config *c = r->config;
    const json_t *value = json_object_get(root, "phoneme_type");
    const char *type = json_string_value(value);
    if (!value || json_is_null(value) || (type && strcmp(type, "espeak") == 0))
        c->type = SX_PIPER_ESPEAK;
    else if (type && strcmp(type, "text") == 0)
        c->type = SX_PIPER_TEXT;
    else
        sx_fault(r->faults, SYRINX_ERROR_UNSUPPORTED, "%s: \"phoneme_type\" \"%.40s\": only \"espeak\" and \"text\" can be spoken", r->where, type ? type : "(no text)");
    if (c->type == SX_PIPER_ESPEAK && !*c->espeak)
        sx_fault(r->faults, SYRINX_ERROR_FORMAT, "%s: needs \"espeak\" with a \"voice\"", r->where);
}

static void read_root(struct reading *r, json_t *root)
{
    struct sx_piper_config *c = r->config;
    const json_t *audio = json_object_get(root, "audio"), *inference = json_object_get(root, "inference");
    if (!json_is_object(root)) {
        sx_fault(r->faults, SYRINX_ERROR_FORMAT, "%s: is no JSON object", r->where);
        return;
    }
    c->sample_rate = whole(r, audio, "sample_rate", "audio.sample_rate", 22050, 8000, 192000);
    c->hop = whole(r, root, "hop_length", "hop_length", 256, 1, 4096);
    c->symbols = whole(r, root, "num_symbols", "num_symbols", 256, 1, 1 << 20);
    c->quality = name_of(r, audio, "quality");
    c->dataset = name_of(r, root, "dataset");
    c->version = name_of(r, root, "piper_version");
    c->espeak = name_of(r, json_object_get(root, "espeak"), "voice");
    c->noise_scale = scale(r, inference, "noise_scale", 0.667f, 0, 10);
    c->length_scale = scale(r, inference, "length_scale", 1, 0.01f, 100);
    c->noise_w = scale(r, inference, "noise_w", 0.8f, 0, 10);
    if (json_object_size(json_object_get(inference, "phoneme_silence")))
        sx_hint(r->faults, "%s: \"phoneme_silence\" is not used", r->where);
    read_type(r, root);
    read_language(r, root);
    read_phonemes(r, root);
    read_map(r, root);
    read_clusters(r, root);
    read_speakers(r, root);
}

void sx_piper_config_read(const char *text, size_t length, const char *where, struct sx_piper_config *config, struct sx_faults *faults)
{
    struct reading r = {where, config, faults};
    json_error_t why;
    memset(config, 0, sizeof *config);
    config->json = config->espeak = config->language = config->quality = config->dataset = config->version = "";
    config->pad = config->begin = config->end = -1;
    if (length == 0 || length > SX_PIPER_JSON) {
        sx_fault(faults, SYRINX_ERROR_FORMAT, "%s: a voice's JSON has 1 byte to 4 MiB, not %zu bytes", where, length);
        return;
    }
    json_t *root = json_loadb(text, length, 0, &why);
    if (!root) {
        sx_fault(faults, SYRINX_ERROR_FORMAT, "%s:%d:%d: %s", where, why.line, why.column, why.text);
        return;
    }
    read_root(&r, root);
    json_decref(root);
    config->json = sx_arena_strdup(&config->arena, text, length);
    if (!config->json) {
        config->json = "";
        no_memory(&r);
    }
}

void sx_piper_config_free(struct sx_piper_config *config)
{
    sx_arena_free(&config->arena);
    memset(config, 0, sizeof *config);
}
