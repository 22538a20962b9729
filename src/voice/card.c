/* card.c - reads voice.json. What a wrong card could do later (a path outside the folder, another sample rate) is refused here. Reading goes on
 * behind a fault, so that a check of a package tells all of them. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dsp/format.h"
#include "voice/voice.h"

enum { FORMAT = 1, PHONES = 1 };        /* versions of package and phone table that this library reads */

struct reading {
    const char *where;                  /* for messages */
    struct sx_card *card;
    struct sx_faults *faults;
};

static int no_memory(struct reading *r)
{
    return sx_fault(r->faults, SYRINX_ERROR_MEMORY, "%s: out of memory", r->where);
}

static void bad(struct reading *r, const char *what)
{
    sx_fault(r->faults, SYRINX_ERROR_FORMAT, "%s: %s", r->where, what);
}

/* Bytes that do not move a terminal's cursor about; jansson has checked that they are UTF-8 without NUL. */
static bool is_printable(const char *text)
{
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        if (*c < 0x20 || *c == 0x7F || (*c == 0xC2 && c[1] < 0xA0))
            return false;
    return true;
}

bool sx_plain_name(const char *name)
{
    return *name && strlen(name) <= 100 && *name != '.' && *name != '-' && !strpbrk(name, "/\\") && is_printable(name);
}

static bool is_language(const char *tag)
{
    size_t part = 0;
    for (const char *c = tag; *c; c++) {
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z'), digit = *c >= '0' && *c <= '9';
        part = *c == '-' ? 0 : part + 1;
        if (part > 8 || (!letter && !digit && (*c != '-' || c == tag || c[-1] == '-')))
            return false;
    }
    return part > 0 && strlen(tag) < SX_LANGUAGE_BYTES;
}

/* A string of the card in fresh memory; "" when it is not there. NULL: no memory. */
static char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return strdup(text ? text : "");
}

/* -------------------------------------------------------------- speakers and languages */

static void add_language(struct sx_card *card, const char *tag)
{
    for (int i = 0; i < card->language_count; i++)
        if (strcmp(card->languages[i], tag) == 0)
            return;
    if (card->language_count < SX_LANGUAGES)
        snprintf(card->languages[card->language_count++], SX_LANGUAGE_BYTES, "%s", tag);
}

static int read_speaker(struct reading *r, const json_t *entry)
{
    struct sx_card *card = r->card;
    int i = card->speaker_count;
    const char *name = json_string_value(json_object_get(entry, "name"));
    if (!name || !*name || strlen(name) > 100 || strpbrk(name, ":,") || *name == ' ' || name[strlen(name) - 1] == ' ' || !is_printable(name)) {
        bad(r, "a speaker needs a \"name\" without ':' and ',' and without spaces at its ends");
        return SYRINX_OK;
    }
    for (int k = 0; k < i; k++)
        if (strcmp(card->speakers[k], name) == 0)
            sx_fault(r->faults, SYRINX_ERROR_FORMAT, "%s: two speakers are named \"%s\"", r->where, name);
    card->speakers[i] = strdup(name);
    if (!card->speakers[i])
        return no_memory(r);
    card->speaker_count++;
    double pitch = json_number_value(json_object_get(entry, "pitch"));
    card->pitch[i] = pitch > 3.5 && pitch < 6.5 ? (float)pitch : 5.2f;      /* 33 to 665 Hz; else about 180 Hz */
    if (!(pitch > 3.5 && pitch < 6.5))
        sx_hint(r->faults, "%s: speaker %s has no \"pitch\" (mean ln f0 in Hz, 3.5 to 6.5): 180 Hz is taken", r->where, name);
    const char *sex = json_string_value(json_object_get(entry, "sex"));
    const char *language = json_string_value(json_object_get(entry, "language"));
    card->sex[i] = sex && (*sex == 'f' || *sex == 'm') ? *sex : 0;
    if (!language)
        sx_hint(r->faults, "%s: speaker %s has no \"language\"", r->where, name);
    else if (!is_language(language))
        sx_hint(r->faults, "%s: the \"language\" of speaker %s is no BCP 47 tag such as \"en-US\"", r->where, name);
    else
        snprintf(card->language[i], SX_LANGUAGE_BYTES, "%s", language);
    if (!json_is_string(json_object_get(entry, "licence")))
        sx_hint(r->faults, "%s: speaker %s has no \"licence\" (of the recordings)", r->where, name);
    if (!json_is_string(json_object_get(entry, "source")))
        sx_hint(r->faults, "%s: speaker %s has no \"source\" (where the recordings come from)", r->where, name);
    return SYRINX_OK;
}

static void read_languages(struct reading *r, const json_t *root)
{
    struct sx_card *card = r->card;
    const json_t *list = json_object_get(root, "languages");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *tag = json_string_value(json_array_get(list, i));
        if (tag && is_language(tag))
            add_language(card, tag);
        else
            sx_hint(r->faults, "%s: an entry of \"languages\" is no BCP 47 tag such as \"en-US\"", r->where);
    }
    int told = card->language_count;
    if (told == 0)
        sx_hint(r->faults, "%s: \"languages\" (a list of BCP 47 tags) is missing", r->where);
    for (int i = 0; i < card->speaker_count; i++) {
        if (card->language[i][0])
            add_language(card, card->language[i]);
        if (told && card->language_count > told) {
            sx_hint(r->faults, "%s: \"languages\" lacks %s, which speaker %s has", r->where, card->language[i], card->speakers[i]);
            told = card->language_count;
        }
    }
}

static int read_speakers(struct reading *r, const json_t *root)
{
    const json_t *list = json_object_get(root, "speakers");
    const char *first = json_string_value(json_object_get(root, "default_speaker"));
    size_t count = json_array_size(list);
    if (count < 1 || count > SX_SPEAKERS) {
        bad(r, "\"speakers\" must be a list of 1 to 64 speakers");
        return SYRINX_OK;
    }
    for (size_t i = 0; i < count; i++) {
        int code = read_speaker(r, json_array_get(list, i));
        if (code < 0)
            return code;
    }
    int found = -1;
    for (int i = 0; first && i < r->card->speaker_count; i++)
        if (strcmp(first, r->card->speakers[i]) == 0)
            found = i;
    if (first && found < 0)
        bad(r, "\"default_speaker\" is none of \"speakers\"");
    r->card->default_speaker = found < 0 ? 0 : found;
    read_languages(r, root);
    return SYRINX_OK;
}

/* -------------------------------------------------------------- files */

static int read_files(struct reading *r, const json_t *root)
{
    static const char *const keys[SX_GRAPHS] = {"text", "decoder", "vocoder"};
    const json_t *files = json_object_get(root, "files");
    struct sx_card *card = r->card;
    for (int i = 0; i < SX_GRAPHS; i++) {
        const json_t *entry = json_object_get(files, keys[i]);
        const char *name = json_string_value(json_object_get(entry, "name"));
        const char *digest = json_string_value(json_object_get(entry, "sha256"));
        if (!name || !sx_plain_name(name) || strcmp(name, "voice.json") == 0)
            sx_fault(r->faults, SYRINX_ERROR_FORMAT, "%s: \"files\" needs \"%s\" with a \"name\" that is no path", r->where, keys[i]);
        else if (!(card->file[i] = strdup(name)))
            return no_memory(r);
        if (!digest || strlen(digest) != 64 || strspn(digest, "0123456789abcdef") != 64)
            sx_fault(r->faults, SYRINX_ERROR_FORMAT, "%s: \"files\" needs \"%s\" with a \"sha256\" of 64 hexadecimal digits in small letters",
                     r->where, keys[i]);
        else
            memcpy(card->digest[i], digest, 65);
        for (int k = 0; k < i; k++)
            if (card->file[i] && card->file[k] && strcmp(card->file[i], card->file[k]) == 0)
                sx_fault(r->faults, SYRINX_ERROR_FORMAT, "%s: \"%s\" and \"%s\" are the same file", r->where, keys[k], keys[i]);
    }
    return SYRINX_OK;
}

/* -------------------------------------------------------------- the whole card */

/* A number of the card that must be ours; absent is as good as ours unless it is required. */
static bool is_number(const json_t *object, const char *key, double wanted, bool required)
{
    const json_t *value = json_object_get(object, key);
    if (!value)
        return !required;
    return json_is_number(value) && fabs(json_number_value(value) - wanted) <= 1e-6 * fabs(wanted);
}

static void read_geometry(struct reading *r, const json_t *root)
{
    const json_t *mel = json_object_get(root, "mel");
    const char *scale = json_string_value(json_object_get(mel, "scale"));
    if (!is_number(root, "sample_rate", SX_RATE, true) || !is_number(root, "hop", SX_HOP, true) || !is_number(root, "fft", SX_FFT, true))
        sx_fault(r->faults, SYRINX_ERROR_UNSUPPORTED, "%s: needs another sample rate, hop or FFT than %d, %d, %d", r->where, SX_RATE, SX_HOP, SX_FFT);
    if (!is_number(mel, "bands", SX_MELS, true) || !is_number(mel, "low", SX_MEL_LOW, false) || !is_number(mel, "high", SX_MEL_HIGH, false) ||
        !is_number(mel, "floor", SX_MEL_FLOOR, false) || (scale && strcmp(scale, "htk") != 0))
        sx_fault(r->faults, SYRINX_ERROR_UNSUPPORTED, "%s: needs another mel scale than %d bands from %g to %g Hz, \"htk\", floor %g", r->where, SX_MELS,
                 (double)SX_MEL_LOW, (double)SX_MEL_HIGH, (double)SX_MEL_FLOOR);
    json_int_t hidden = json_integer_value(json_object_get(root, "hidden"));
    if (hidden < 1 || hidden > 4096)
        bad(r, "\"hidden\" must be 1 to 4096");
    else
        r->card->hidden = (int)hidden;
}

static int read_names(struct reading *r, const json_t *root)
{
    static const struct { const char *key, *what; } wanted[] = {
        {"version", "as in \"1.0\""}, {"description", "a sentence"}, {"licence", "of the voice"}, {"consent", "what the speakers agreed to"}};
    const char *name = json_string_value(json_object_get(root, "name"));
    struct sx_card *card = r->card;
    if (!name || !*name)
        bad(r, "\"name\" is missing");
    else if (!sx_plain_name(name))
        bad(r, "\"name\" is the name of a folder: at most 100 bytes, no '/', no '.' or '-' at its beginning, nothing that cannot be seen");
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (!json_is_string(json_object_get(root, wanted[i].key)))
            sx_hint(r->faults, "%s: \"%s\" (%s) is missing", r->where, wanted[i].key, wanted[i].what);
    if (!json_is_object(json_object_get(root, "training")))
        sx_hint(r->faults, "%s: \"training\" (commands, data, steps, figures) is missing", r->where);
    card->name = strdup(name && sx_plain_name(name) ? name : "");
    card->version = text_of(root, "version");
    card->description = text_of(root, "description");
    return card->name && card->version && card->description ? SYRINX_OK : no_memory(r);
}

static void read_phones(struct reading *r, const json_t *root)
{
    const json_t *known = json_object_get(root, "phones_known");
    bool good = !known || json_is_array(known);
    for (size_t i = 0; i < json_array_size(known); i++) {
        json_int_t id = json_integer_value(json_array_get(known, i));
        if (id < 1 || id > 127)
            good = false;
        else
            r->card->phones_known[id / 64] |= (uint64_t)1 << id % 64;
    }
    if (!good)
        bad(r, "\"phones_known\" must be a list of phone numbers");
}

static int read_root(struct reading *r, const json_t *root)
{
    const json_t *format = json_object_get(root, "format");
    if (!json_is_integer(format))
        return sx_fault(r->faults, SYRINX_ERROR_FORMAT, "%s: not a voice card: \"format\" is missing", r->where);
    if (json_integer_value(format) != FORMAT)       /* what else is in it may mean something else there */
        return sx_fault(r->faults, SYRINX_ERROR_UNSUPPORTED, "%s: voice format %lld; this version of Syrinx reads format %d", r->where,
                        (long long)json_integer_value(format), FORMAT);
    if (json_integer_value(json_object_get(root, "phones")) != PHONES)
        sx_fault(r->faults, SYRINX_ERROR_UNSUPPORTED, "%s: needs another version of the phone table", r->where);
    read_geometry(r, root);
    read_phones(r, root);
    int code = read_names(r, root);
    if (code == SYRINX_OK)
        code = read_speakers(r, root);
    return code == SYRINX_OK ? read_files(r, root) : code;
}

void sx_card_read(const char *text, size_t length, const char *where, struct sx_card *card, struct sx_faults *faults)
{
    struct reading r = {where, card, faults};
    memset(card, 0, sizeof *card);
    json_error_t why;
    json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &why);
    if (!root) {
        sx_fault(faults, SYRINX_ERROR_FORMAT, "%s:%d:%d: %s", where, why.line, why.column, why.text);
        return;
    }
    read_root(&r, root);
    json_decref(root);
    card->text = malloc(length + 1);
    if (card->text) {
        memcpy(card->text, text, length);
        card->text[length] = '\0';
    } else {
        no_memory(&r);
    }
}

int sx_card_parse(const char *text, size_t length, const char *where, struct sx_card *card, struct sx_error *error)
{
    struct sx_faults faults = {0};
    sx_card_read(text, length, where, card, &faults);
    if (faults.count == 0)
        return SYRINX_OK;
    sx_card_free(card);
    *error = faults.first;
    return error->code;
}

void sx_card_free(struct sx_card *card)
{
    free(card->text);
    free(card->name);
    free(card->version);
    free(card->description);
    for (int i = 0; i < card->speaker_count; i++)
        free(card->speakers[i]);
    for (int i = 0; i < SX_GRAPHS; i++)
        free(card->file[i]);
    memset(card, 0, sizeof *card);
}
