/* voices.c - the list of speakers, the choice among them, and a few voices and streams kept open. */
#include "speechd/voices.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool sd_voices_init(struct sd_voices *voices, const struct sd_config *config, void (*log)(const char *message))
{
    memset(voices, 0, sizeof *voices);
    voices->config = config;
    voices->log = log;
    return pthread_mutex_init(&voices->lock, NULL) == 0;
}

/* ------------------------------------------------------------------ the list */

struct growing {
    struct sd_entry *list;
    int count, room;
    bool failed;
};

static void free_list(struct sd_entry *list, int count)
{
    for (int i = 0; i < count; i++) {
        free(list[i].voice);
        free(list[i].path);
        free(list[i].speaker);
        free(list[i].language);
    }
    free(list);
}

static void add_speaker(struct growing *growing, const syrinx_voice *voice, const char *path, int speaker)
{
    if (growing->count == growing->room) {
        int room = growing->room ? 2 * growing->room : 16;
        struct sd_entry *list = realloc(growing->list, (size_t)room * sizeof *list);
        if (!list) {
            growing->failed = true;
            return;
        }
        growing->list = list;
        growing->room = room;
    }
    const char *language = syrinx_voice_speaker_language(voice, speaker), *sex = syrinx_voice_speaker_sex(voice, speaker);
    if (!language || !*language)
        language = syrinx_voice_language_count(voice) > 0 ? syrinx_voice_language(voice, 0) : "en";
    struct sd_entry *entry = &growing->list[growing->count++];
    *entry = (struct sd_entry){strdup(syrinx_voice_name(voice)), strdup(path), strdup(syrinx_voice_speaker(voice, speaker)), strdup(language),
                               !sex || !*sex ? SD_SEX_ANY : *sex == 'm' ? SD_SEX_MALE : SD_SEX_FEMALE};
    growing->failed |= !entry->voice || !entry->path || !entry->speaker || !entry->language;
}

static int add_voice(const char *name, const char *path, void *user)
{
    struct growing *growing = user;
    syrinx_voice_options options;
    syrinx_voice *voice;
    (void)name;
    syrinx_voice_options_init(&options);
    options.verify = 0;
    if (syrinx_voice_open(path, &options, &voice) < 0)
        return 0;                   /* damaged: who asks for it is told */
    int first = syrinx_voice_default_speaker(voice), count = syrinx_voice_speaker_count(voice);
    for (int i = -1; i < count && !growing->failed; i++)
        if (i != first)
            add_speaker(growing, voice, path, i < 0 ? first : i);
    syrinx_voice_close(voice);
    return growing->failed;
}

bool sd_voices_look(struct sd_voices *voices)
{
    struct growing growing = {0};
    syrinx_voices_list(add_voice, &growing);
    if (growing.failed) {
        free_list(growing.list, growing.count);
        return false;
    }
    pthread_mutex_lock(&voices->lock);
    struct sd_entry *old = voices->list;
    int count = voices->count;
    voices->list = growing.list;
    voices->count = growing.count;
    pthread_mutex_unlock(&voices->lock);
    free_list(old, count);
    return true;
}

void sd_voices_visit(struct sd_voices *voices, void (*visit)(void *user, const struct sd_entry *entry), void *user)
{
    pthread_mutex_lock(&voices->lock);
    for (int i = 0; i < voices->count; i++)
        visit(user, &voices->list[i]);
    pthread_mutex_unlock(&voices->lock);
}

/* ------------------------------------------------------------------ the choice */

/* The entry that "voice/speaker", a speaker's name or a voice's name means; NULL: none. */
static const struct sd_entry *find(const struct sd_voices *voices, const char *name)
{
    size_t voice = strcspn(name, "/");
    for (int pass = 0; pass < 3; pass++)
        for (int i = 0; i < voices->count; i++) {
            const struct sd_entry *entry = &voices->list[i];
            if (pass == 0 ? name[voice] && strlen(entry->voice) == voice && !strncasecmp(entry->voice, name, voice) && !strcasecmp(entry->speaker, name + voice + 1)
                          : !strcasecmp(pass == 1 ? entry->speaker : entry->voice, name))
                return entry;
        }
    return NULL;
}

/* The same language, whatever the country. */
static bool same_language(const char *a, const char *b)
{
    size_t n = strcspn(a, "-");
    return n == strcspn(b, "-") && !strncasecmp(a, b, n);
}

/* The which-th speaker of that sex and language; *missing is told how many voice types it stands in for. */
static const struct sd_entry *of_type(const struct sd_voices *voices, enum sd_sex sex, const char *language, int which, int *missing)
{
    int count = 0;
    for (int i = 0; i < voices->count; i++)
        count += (sex == SD_SEX_ANY || voices->list[i].sex == sex) && (!*language || same_language(voices->list[i].language, language));
    if (!count)
        return NULL;
    *missing = (which - 1) / count;
    int at = (which - 1) % count;
    for (int i = 0; i < voices->count; i++)
        if ((sex == SD_SEX_ANY || voices->list[i].sex == sex) && (!*language || same_language(voices->list[i].language, language)) && at-- == 0)
            return &voices->list[i];
    return NULL;
}

/* Who speaks when nobody is asked for: of the language if somebody is, else whoever comes first. */
static const struct sd_entry *usual(const struct sd_voices *voices, const char *language)
{
    int missing;
    const struct sd_entry *entry = *voices->config->voice ? find(voices, voices->config->voice) : NULL;
    if (!entry && voices->count)
        entry = &voices->list[0];
    if (entry && *language && !same_language(entry->language, language)) {
        const struct sd_entry *native = of_type(voices, SD_SEX_ANY, language, 1, &missing);
        entry = native ? native : entry;
    }
    return entry;
}

static int type_index(const struct sd_settings *settings)
{
    if (settings->sex == SD_SEX_ANY)
        return 0;
    if (settings->child)
        return settings->sex == SD_SEX_MALE ? 6 : 7;
    return (settings->sex == SD_SEX_MALE ? 0 : 3) + settings->which - 1;
}

/* MALE1 is what Speech Dispatcher asks for when the user has chosen nothing, so there it is the user's voice of syrinx.conf first, and nothing is shifted. */
static const struct sd_entry *by_type(const struct sd_voices *voices, const struct sd_settings *settings, float *pitch)
{
    int type = type_index(settings), missing = 0;
    const char *language = settings->language;
    const struct sd_entry *entry = *voices->config->types[type] ? find(voices, voices->config->types[type]) : NULL;
    if (entry)
        return entry;
    if (type == 0) {
        entry = *voices->config->voice ? NULL : of_type(voices, SD_SEX_MALE, language, 1, &missing);
        return settings->sex == SD_SEX_MALE && entry ? entry : usual(voices, language);
    }
    if (settings->child) {
        *pitch = settings->sex == SD_SEX_MALE ? 4 : 6;
        entry = of_type(voices, SD_SEX_FEMALE, language, 1, &missing);
        return entry ? entry : usual(voices, language);
    }
    entry = of_type(voices, settings->sex, language, settings->which, &missing);
    if (entry) {
        *pitch = (settings->sex == SD_SEX_MALE ? -2.0f : 2.0f) * (float)missing;
        return entry;
    }
    *pitch = settings->sex == SD_SEX_MALE ? -2.0f * (float)settings->which : 1 + 2.0f * (float)settings->which;
    return usual(voices, language);
}

void sd_voices_choose(struct sd_voices *voices, const struct sd_settings *settings, struct sd_target *target)
{
    memset(target, 0, sizeof *target);
    pthread_mutex_lock(&voices->lock);
    const struct sd_entry *entry = *settings->voice ? find(voices, settings->voice) : NULL;
    if (!entry)
        entry = by_type(voices, settings, &target->pitch);
    if (entry) {
        snprintf(target->path, sizeof target->path, "%s", entry->path);
        snprintf(target->speaker, sizeof target->speaker, "%s", entry->speaker);
    }
    /* a country matters to how dates are read, so "en-GB" is told to an American voice, but not a bare "en" */
    if (*settings->language && (!entry || !same_language(settings->language, entry->language) || strchr(settings->language, '-')))
        snprintf(target->language, sizeof target->language, "%s", settings->language);
    snprintf(target->reads, sizeof target->reads, "%s", *target->language || !entry ? target->language : entry->language);
    pthread_mutex_unlock(&voices->lock);
}

/* ------------------------------------------------------------------ what is kept */

static void drop_stream(struct sd_kept *kept)
{
    syrinx_stream_free(kept->stream);
    memset(kept, 0, sizeof *kept);
}

static void drop_voice(struct sd_voices *voices, struct sd_open *open)
{
    for (int i = 0; i < SD_STREAMS; i++)
        if (voices->kept[i].stream && voices->kept[i].voice == open->voice)
            drop_stream(&voices->kept[i]);
    syrinx_voice_close(open->voice);
    memset(open, 0, sizeof *open);
}

void sd_voices_free(struct sd_voices *voices)
{
    for (int i = 0; i < SD_VOICES_OPEN; i++)
        if (voices->open[i].voice)
            drop_voice(voices, &voices->open[i]);
    free_list(voices->list, voices->count);
    pthread_mutex_destroy(&voices->lock);
}

static int open_voice(struct sd_voices *voices, const char *path, syrinx_voice **voice)
{
    struct sd_open *oldest = &voices->open[0];
    for (int i = 0; i < SD_VOICES_OPEN; i++) {
        struct sd_open *open = &voices->open[i];
        if (open->voice && !strcmp(open->path, path)) {
            open->used = ++voices->clock;
            *voice = open->voice;
            return SYRINX_OK;
        }
        if (!open->voice || (oldest->voice && open->used < oldest->used))
            oldest = open;
    }
    syrinx_voice *opened;
    int code = syrinx_voice_open(*path ? path : NULL, NULL, &opened);
    if (code < 0)
        return code;
    if (oldest->voice)
        drop_voice(voices, oldest);
    snprintf(oldest->path, sizeof oldest->path, "%s", path);
    oldest->voice = *voice = opened;
    oldest->used = ++voices->clock;
    return SYRINX_OK;
}

static int new_stream(struct sd_voices *voices, syrinx_voice *voice, const struct sd_target *target, int punctuation, syrinx_stream **stream)
{
    const struct sd_config *config = voices->config;
    syrinx_options options;
    syrinx_options_init(&options);
    options.speaker = *target->speaker ? target->speaker : NULL;
    options.language = *target->language ? target->language : NULL;
    options.punctuation = punctuation;
    options.sentence_pause = config->pause;
    options.prompt = 1;
    options.lexicon = *config->lexicon ? config->lexicon : NULL;
    options.folder = *config->icons ? config->icons : NULL;
    int code = syrinx_stream_new(voice, &options, stream);
    if (code < 0 && options.lexicon) {          /* somebody's mistake in a lexicon makes nobody silent */
        voices->log(syrinx_last_message());
        options.lexicon = NULL;
        code = syrinx_stream_new(voice, &options, stream);
    }
    if (code < 0 && options.language) {         /* nor a language that nothing here reads */
        voices->log(syrinx_last_message());
        options.language = NULL;
        code = syrinx_stream_new(voice, &options, stream);
    }
    return code;
}

int sd_voices_stream(struct sd_voices *voices, const struct sd_target *target, int punctuation, syrinx_stream **stream, int *rate)
{
    syrinx_voice *voice;
    int code = open_voice(voices, target->path, &voice);
    if (code < 0)
        return code;
    *rate = syrinx_voice_sample_rate(voice);
    struct sd_kept *oldest = &voices->kept[0];
    for (int i = 0; i < SD_STREAMS; i++) {
        struct sd_kept *kept = &voices->kept[i];
        if (kept->stream && kept->voice == voice && kept->punctuation == punctuation && !strcmp(kept->target.speaker, target->speaker) &&
            !strcmp(kept->target.language, target->language)) {
            kept->used = ++voices->clock;
            *stream = kept->stream;
            syrinx_stream_cancel(*stream);      /* as new with the next text */
            return SYRINX_OK;
        }
        if (!kept->stream || (oldest->stream && kept->used < oldest->used))
            oldest = kept;
    }
    syrinx_stream *made;
    code = new_stream(voices, voice, target, punctuation, &made);
    if (code < 0)
        return code;
    if (oldest->stream)
        drop_stream(oldest);
    *oldest = (struct sd_kept){*target, punctuation, voice, made, ++voices->clock};
    *stream = made;
    return SYRINX_OK;
}
