/* config.c - reads syrinx.conf. */
#include "speechd/config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void sd_config_init(struct sd_config *config)
{
    memset(config, 0, sizeof *config);
    config->rate_min = 0.4f;
    config->rate_max = 6;
    config->pitch_span = 12;
    config->capital_pitch = 5;
    config->pause = 0.25f;
    config->ahead = 100;
    snprintf(config->icons, sizeof config->icons, "/usr/share/sounds/sound-icons");
}

int sd_config_type(const char *name)
{
    static const char *const names[SD_TYPES] = {"MALE1", "MALE2", "MALE3", "FEMALE1", "FEMALE2", "FEMALE3", "CHILD_MALE", "CHILD_FEMALE"};
    for (int i = 0; i < SD_TYPES; i++)
        if (!strcasecmp(names[i], name))
            return i;
    return -1;
}

/* The next word of a line, or what stands in quotation marks; NULL at the end. Moves on. */
static char *word(char **at)
{
    char *p = *at + strspn(*at, " \t\r\n"), *end;
    if (!*p || *p == '#')
        return NULL;
    if (*p == '"') {
        p++;
        end = p + strcspn(p, "\"");
    } else {
        end = p + strcspn(p, " \t\r\n");
    }
    *at = *end ? end + 1 : end;
    *end = 0;
    return p;
}

static const char *put_text(char *out, size_t room, const char *value)
{
    if (strlen(value) >= room)
        return "the value is too long";
    memcpy(out, value, strlen(value) + 1);
    return NULL;
}

static const char *put_number(float *out, const char *value, float low, float high)
{
    char *end;
    float x = strtof(value, &end);
    if (end == value || *end || !isfinite(x) || x < low || x > high)
        return "the value is no number, or out of range";
    *out = x;
    return NULL;
}

const char *sd_config_line(struct sd_config *config, char *line)
{
    const char *name = word(&line), *value, *wrong = NULL;
    float x = 0;
    if (!name)
        return NULL;
    if (!(value = word(&line)))
        return "there is no value";
    if (!strcasecmp(name, "SyrinxVoice"))
        return put_text(config->voice, sizeof config->voice, value);
    if (!strcasecmp(name, "SyrinxLexicon"))
        return put_text(config->lexicon, sizeof config->lexicon, value);
    if (!strcasecmp(name, "SyrinxSoundIconFolder"))
        return put_text(config->icons, sizeof config->icons, value);
    if (!strcasecmp(name, "SyrinxMinRate"))
        return put_number(&config->rate_min, value, 0.25f, 1);
    if (!strcasecmp(name, "SyrinxMaxRate"))
        return put_number(&config->rate_max, value, 1, 6);
    if (!strcasecmp(name, "SyrinxPitchSpan"))
        return put_number(&config->pitch_span, value, 0, 24);
    if (!strcasecmp(name, "SyrinxCapitalPitchRise"))
        return put_number(&config->capital_pitch, value, 0, 24);
    if (!strcasecmp(name, "SyrinxSentencePause"))
        return put_number(&config->pause, value, 0, 10);
    if (!strcasecmp(name, "SyrinxAudioAhead")) {
        if (!(wrong = put_number(&x, value, 20, 5000)))
            config->ahead = (int)x;
        return wrong;
    }
    if (!strcasecmp(name, "Debug"))
        return NULL;                /* other modules have it; here the server's log level tells */
    if (!strcasecmp(name, "SyrinxCapitalIcon")) {
        if (strcasecmp(value, "pitch") != 0 && strcasecmp(value, "icon") != 0)
            return "it is \"pitch\" or \"icon\"";
        config->capital_icon = !strcasecmp(value, "icon");
        return NULL;
    }
    if (!strcasecmp(name, "SyrinxSpelling")) {
        if (strcasecmp(value, "names") != 0 && strcasecmp(value, "phonetic") != 0)
            return "it is \"names\" or \"phonetic\"";
        config->phonetic = !strcasecmp(value, "phonetic");
        return NULL;
    }
    if (!strcasecmp(name, "SyrinxVoiceType")) {
        int type = sd_config_type(value);
        const char *voice = word(&line);
        return type < 0 ? "there is no such voice type" : !voice ? "there is no voice" : put_text(config->types[type], sizeof config->types[type], voice);
    }
    return "there is no such setting";
}

bool sd_config_read(struct sd_config *config, const char *path, void (*warn)(const char *message))
{
    char line[2048], message[2200];
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    for (int number = 1; fgets(line, sizeof line, file); number++) {
        const char *wrong = sd_config_line(config, line);
        if (wrong) {
            snprintf(message, sizeof message, "%.1000s:%d: %s", path, number, wrong);
            warn(message);
        }
    }
    bool good = !ferror(file);
    fclose(file);
    return good;
}
