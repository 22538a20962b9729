/* job.c - reads one job: keys and values against the options of `syrinx speak`, paths against the rules. */
#include "job.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

enum { ID_MOST = 1000, PATH_MOST = 4000 };

static bool refuse(struct job *job, unsigned long column, const char *message)
{
    job->column = column;
    snprintf(job->told.message, sizeof job->told.message, "%s", message);
    return false;
}

/* ------------------------------------------------------------------ names and prints */

/* Two hashes: FNV-1a, and the same walk with another multiplier and a fold. */
static void hash_bytes(struct job_name *name, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < length; i++) {
        name->a = (name->a ^ at[i]) * 0x100000001B3u;
        name->b = (name->b ^ at[i]) * 0x9E3779B97F4A7C15u;
        name->b ^= name->b >> 29;
    }
}

/* So that every bit of what went in reaches every bit (the last steps of SplitMix64). */
static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

static const struct job_name fresh = { 0xCBF29CE484222325u, 0x6A09E667F3BCC908u };

struct job_name job_name_of(const char *text)
{
    struct job_name name = fresh;
    hash_bytes(&name, text, strlen(text));
    return (struct job_name){ mix(name.a), mix(name.b) };
}

static void print_text(struct job_name *print, const char *text)
{
    if (text)
        hash_bytes(print, text, strlen(text));
    hash_bytes(print, text ? "\001" : "", 1);       /* the NUL as well: one value ends, and none is not an empty one */
}

static uint64_t print_of(const struct job *job, const struct cli_option *options)
{
    struct job_name print = fresh;
    print_text(&print, job->text);
    print_text(&print, job->speak.file);
    print_text(&print, job->out);
    print_text(&print, job->events);
    for (; options->name; options++) {
        switch (options->kind) {
        case CLI_STRING: print_text(&print, *(const char *const *)options->value); break;
        case CLI_FLAG:
        case CLI_INT:
        case CLI_MAYBE_INT: hash_bytes(&print, options->value, sizeof(int)); break;
        case CLI_FLOAT: hash_bytes(&print, options->value, sizeof(float)); break;
        case CLI_UINT64: hash_bytes(&print, options->value, sizeof(uint64_t)); break;
        }
    }
    return mix(print.a ^ mix(print.b));
}

/* ------------------------------------------------------------------ paths */

void job_clean_path(char *path)
{
    char *out = path;
    const char *in = path;
    bool absolute = *path == '/';
    while (*in) {
        if (in[0] == '.' && (in[1] == '/' || in[1] == '\0') && (out == path || out[-1] == '/')) {
            in += in[1] ? 2 : 1;
        } else if (in[0] == '/' && (out > path ? out[-1] == '/' : !absolute || in > path)) {       /* ".//a" is no "/a" */
            in++;
        } else {
            *out++ = *in++;
        }
    }
    *out = '\0';
}

char *job_path(const char *folder, const char *path)
{
    char *joined = NULL;
    bool plain = *path == '/' || (strcmp(folder, ".") == 0 && strcmp(path, "-") != 0);
    return plain ? strdup(path) : asprintf(&joined, "%s/%s", folder, path) < 0 ? NULL : joined;
}

static const char *path_refused(const char *path, bool any)
{
    for (const char *c = path; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7F)
            return "a path with control characters";
    if (*path == '\0')
        return "an empty path";
    if (strlen(path) > PATH_MOST)
        return "a path of more than 4000 bytes";
    if (any)
        return NULL;
    if (*path == '/')
        return "an absolute path (--any-path takes it)";
    for (const char *part = path; part; part = strchr(part, '/')) {
        part += *part == '/';
        if (part[0] == '.' && part[1] == '.' && (part[2] == '/' || part[2] == '\0'))
            return "a path with \"..\" (--any-path takes it)";
    }
    return NULL;
}

/* The value of an option becomes a path beside the list. */
static bool place_beside(struct job *job, const struct job_rules *rules, int which, const char **value, unsigned long column)
{
    const char *why = path_refused(*value, rules->any_path);
    if (why)
        return refuse(job, column, why);
    job->paths[which] = job_path(rules->folder, *value);
    *value = job->paths[which];
    return *value || refuse(job, column, "out of memory");
}

/* ------------------------------------------------------------------ values */

static bool wrong_kind(struct job *job, const struct cli_json_value *key, const struct cli_json_value *value, const char *wanted)
{
    job->column = value->column;
    snprintf(job->told.message, sizeof job->told.message, "\"%.40s\" needs %s", key->text, wanted);
    return false;
}

static bool set_number(struct job *job, const struct cli_option *option, const struct cli_json_value *key, const struct cli_json_value *value)
{
    char *end;
    if (value->kind != CLI_JSON_NUMBER)
        return wrong_kind(job, key, value, option->kind == CLI_FLOAT ? "a number" : "a whole number");
    errno = 0;
    if (option->kind == CLI_UINT64) {
        unsigned long long number = strtoull(value->number, &end, 10);
        if (*value->number == '-' || *end || errno)
            return wrong_kind(job, key, value, "a whole number from 0 to 18446744073709551615");
        *(uint64_t *)option->value = number;
        return true;
    }
    double number = strtod(value->number, &end);
    if (*end || !isfinite(number) || (option->kind == CLI_INT && number != floor(number)))
        return wrong_kind(job, key, value, option->kind == CLI_FLOAT ? "a number" : "a whole number");
    if (number < option->low || number > option->high) {
        job->column = value->column;
        snprintf(job->told.message, sizeof job->told.message, "\"%s\": %s is out of range (%g to %g)", option->name, value->number, option->low, option->high);
        return false;
    }
    if (option->kind == CLI_INT)
        *(int *)option->value = (int)number;
    else
        *(float *)option->value = (float)number;
    return true;
}

static bool set_option(struct job *job, const struct cli_option *option, const struct cli_json_value *key, const struct cli_json_value *value)
{
    if (option->kind == CLI_FLAG) {
        if (value->kind != CLI_JSON_TRUE && value->kind != CLI_JSON_FALSE)
            return wrong_kind(job, key, value, "true or false");
        *(int *)option->value = value->kind == CLI_JSON_TRUE;
        return true;
    }
    if (option->kind != CLI_STRING)
        return set_number(job, option, key, value);
    if (value->kind != CLI_JSON_STRING)
        return wrong_kind(job, key, value, "a string");
    *(const char **)option->value = value->text;
    return true;
}

/* ------------------------------------------------------------------ a job */

/* The keys that are no options of `speak`. */
enum { KEY_ID, KEY_TEXT, KEY_FILE, KEY_OUT, KEY_EVENTS, KEYS };

struct places {
    unsigned long own[KEYS], option[32];        /* columns of the values; 0: not given */
};

static bool read_member(struct job *job, const struct cli_option *options, const struct cli_json_value *key, const struct cli_json_value *value, struct places *places)
{
    static const char *const names[KEYS] = { "id", "text", "file", "out", "events" };
    const char **own[KEYS] = { &job->id, &job->text, &job->speak.file, &job->out, &job->events };
    unsigned long *place = NULL;
    int i = 0;
    for (; i < KEYS && !place; i++)
        place = strcmp(key->text, names[i]) == 0 ? &places->own[i] : NULL;
    const struct cli_option *option = options;
    for (; !place && option->name; option++)
        if (strcmp(key->text, option->name) == 0) {
            place = &places->option[option - options];
            break;
        }
    if (!place) {
        job->column = key->column;
        snprintf(job->told.message, sizeof job->told.message, "unknown key \"%.40s\"", key->text);
        return false;
    }
    if (*place) {
        job->column = key->column;
        snprintf(job->told.message, sizeof job->told.message, "\"%s\" is there twice", key->text);
        return false;
    }
    *place = value->column;
    if (value->kind == CLI_JSON_NULL)           /* as if it were not there */
        return true;
    if (place >= places->option && place < places->option + 32)
        return set_option(job, option, key, value);
    if (value->kind != CLI_JSON_STRING)
        return wrong_kind(job, key, value, "a string");
    *own[i - 1] = value->text;
    return true;
}

/* What the members must be to each other, and to the rules. */
static bool check(struct job *job, const struct job_rules *rules, const struct places *places)
{
    struct cli_speak *speak = &job->speak;
    const char *why;
    if (!job->text == !speak->file)
        return refuse(job, 1, job->text ? "\"text\" and \"file\": one of both is needed" : "neither \"text\" nor \"file\"");
    if (!job->out)
        return refuse(job, 1, "no \"out\"");
    if (job->id && (!*job->id || strlen(job->id) > ID_MOST))
        return refuse(job, places->own[KEY_ID], "an \"id\" has 1 to 1000 bytes");
    if ((why = path_refused(job->out, rules->any_path)))
        return refuse(job, places->own[KEY_OUT], why);
    if (job->events && (why = path_refused(job->events, rules->any_path)))
        return refuse(job, places->own[KEY_EVENTS], why);
    job_clean_path((char *)job->out);
    if (job->events)
        job_clean_path((char *)job->events);
    if (!*job->out || job->out[strlen(job->out) - 1] == '/' || (job->events && (!*job->events || job->events[strlen(job->events) - 1] == '/')))
        return refuse(job, places->own[KEY_OUT], "a path that names a folder, not a file");
    if (!job->id)
        job->id = job->out;
    speak->output = job->out;                   /* for the check; where it is written is another matter */
    cli_listen(&job->told);
    int status = cli_speak_check(speak);
    cli_listen(NULL);
    job->column = 1;
    return status == CLI_DONE;
}

bool job_read(struct job *job, const struct job_rules *rules)
{
    struct cli_json json;
    struct cli_json_value key, value;
    struct places places = { { 0 }, { 0 } };
    int got = 0;
    for (int i = 0; i < 3; i++) {
        free(job->paths[i]);
        job->paths[i] = NULL;
    }
    job->speak = rules->defaults;
    job->id = job->text = job->out = job->events = NULL;
    *job->told.message = '\0';
    const struct cli_option options[] = { CLI_SPEAK_OPTIONS(job->speak), { NULL, 0, 0, NULL, NULL, NULL, 0, 0 } };
    _Static_assert(sizeof options / sizeof *options <= 32, "places has room for all");
    if (cli_json_begin(&json, job->line, job->length) < 0)
        return refuse(job, json.column, json.message);
    while ((got = cli_json_next(&json, &key, &value)) > 0)
        if (!read_member(job, options, &key, &value, &places))
            return false;
    if (got < 0)
        return refuse(job, json.column, json.message);
    const char *voice = rules->defaults.voice_name;
    if (job->speak.voice_name != voice && job->speak.options.speaker == rules->defaults.options.speaker)
        job->speak.options.speaker = NULL;      /* the speaker that all have belongs to the voice that all have */
    if (!check(job, rules, &places))
        return false;
    job->name = job_name_of(job->id);
    job->print = print_of(job, options);
    for (const struct cli_option *option = options; option->name; option++) {
        bool lexicon = strcmp(option->name, "lexicon") == 0, voice_named = strcmp(option->name, "voice") == 0;
        unsigned long column = places.option[option - options];
        if (!column || !(lexicon || voice_named))
            continue;
        const char **path = option->value;
        if (*path && (lexicon || strchr(*path, '/')) && !place_beside(job, rules, lexicon ? 1 : 2, path, column))
            return false;
    }
    return !job->speak.file || place_beside(job, rules, 0, &job->speak.file, places.own[KEY_FILE]);
}

void job_free(struct job *job)
{
    for (int i = 0; i < 3; i++)
        free(job->paths[i]);
    free(job->line);
    memset(job, 0, sizeof *job);
}
