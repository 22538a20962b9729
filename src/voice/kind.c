/* kind.c - what is asked of voices of both kinds, and where a Piper voice's files are. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/ascii.h"
#include "dsp/format.h"
#include "voice/voice.h"

int sx_voice_speaker_count(const struct sx_voice *voice)
{
    return voice->piper ? voice->piper->config.speaker_count : voice->card.speaker_count;
}

const char *sx_voice_speaker(const struct sx_voice *voice, int index)
{
    if (index < 0 || index >= sx_voice_speaker_count(voice))
        return NULL;
    return voice->piper ? voice->piper->config.speakers[index] : voice->card.speakers[index];
}

const char *sx_voice_speaker_language(const struct sx_voice *voice, int index)
{
    if (index < 0 || index >= sx_voice_speaker_count(voice))
        return NULL;
    return voice->piper ? voice->piper->config.language : voice->card.language[index];
}

int sx_voice_default_speaker(const struct sx_voice *voice)
{
    return voice->piper ? voice->piper->config.default_speaker : voice->card.default_speaker;
}

/* How well a speaker's language fits: 2 the same tag, 1 the same language of another country, 0 another one. */
static int fits(const char *own, const char *wanted)
{
    size_t length = strcspn(wanted, "-_");
    if (*own && sx_ascii_compare(own, wanted) == 0)
        return 2;
    return length > 0 && sx_ascii_compare_n(own, wanted, length) == 0 && (own[length] == '\0' || own[length] == '-' || own[length] == '_');
}

int sx_voice_native_speaker(const struct sx_voice *voice, const char *language)
{
    int first = sx_voice_default_speaker(voice), found = first;
    if (voice->piper || !language || fits(voice->card.language[first], language))
        return first;
    for (int i = 0, best = 0; i < voice->card.speaker_count; i++) {
        int fit = fits(voice->card.language[i], language);
        if (fit > best) {
            best = fit;
            found = i;
        }
    }
    return found;
}

int sx_voice_rate(const struct sx_voice *voice)
{
    return voice->piper ? voice->piper->config.sample_rate : SX_RATE;
}

uint64_t sx_voice_size(const struct sx_voice *voice)
{
    uint64_t sum = voice->piper ? voice->piper->file.size : 0;
    for (int i = 0; i < SX_GRAPHS; i++)
        sum += voice->map[i].size;
    return sum;
}

int sx_voice_piper_card(struct sx_voice *voice, struct sx_error *error)
{
    const struct sx_piper_config *config = &voice->piper->config;
    struct sx_card *card = &voice->card;
    const char *slash = strrchr(voice->path, '/'), *name = slash && slash[1] ? slash + 1 : voice->path;
    size_t n = strlen(name);
    char about[300];
    if (n > 5 && strcmp(name + n - 5, ".onnx") == 0)
        n -= 5;
    if (config->speaker_count > 1)
        snprintf(about, sizeof about, "Piper voice, quality %s, %d speakers, %d Hz", *config->quality ? config->quality : "not told", config->speaker_count, config->sample_rate);
    else
        snprintf(about, sizeof about, "Piper voice, quality %s, %d Hz", *config->quality ? config->quality : "not told", config->sample_rate);
    card->text = strdup(config->json);
    card->name = strndup(name, n);
    card->version = strdup(config->version);
    card->description = strdup(about);
    if (!card->text || !card->name || !card->version || !card->description)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    if (*config->language)
        snprintf(card->languages[card->language_count++], SX_LANGUAGE_BYTES, "%s", config->language);
    return SYRINX_OK;
}

static bool is_file(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

/* The first file of a folder, by name, that has its JSON beside it. */
static char *in_folder(const char *folder)
{
    char best[256] = "";
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    while (dir && (entry = readdir(dir))) {
        size_t n = strlen(entry->d_name);
        if (n <= 10 || n >= sizeof best || strcmp(entry->d_name + n - 10, ".onnx.json") != 0 || *entry->d_name == '.')
            continue;
        char name[256];
        memcpy(name, entry->d_name, n - 5);
        name[n - 5] = 0;
        char *path = sx_path_join(folder, name);
        if (path && is_file(path) && (!*best || strcmp(name, best) < 0))
            strcpy(best, name);
        free(path);
    }
    if (dir)
        closedir(dir);
    return *best ? sx_path_join(folder, best) : NULL;
}

char *sx_voice_piper_file(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0 || !S_ISDIR(info.st_mode))
        return sx_piper_is(path) ? strdup(path) : NULL;
    char *card = sx_path_join(path, "voice.json");
    bool ours = card && is_file(card);
    free(card);
    return ours ? NULL : in_folder(path);
}
