/* settings.c - SET's lines, and the curves from Speech Dispatcher's -100 to 100 to the library's units (docs/SCREEN_READER.md has them as a table). */
#include "speechd/settings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <syrinx.h>

void sd_settings_init(struct sd_settings *settings)
{
    memset(settings, 0, sizeof *settings);
    settings->volume = 100;
    settings->sex = SD_SEX_ANY;
    settings->which = 1;
}

static bool number(const char *value, int *out)
{
    char *end;
    long n = strtol(value, &end, 10);
    if (end == value || *end)
        return false;
    *out = n < -100 ? -100 : n > 100 ? 100 : (int)n;
    return true;
}

/* The index of `value` among the names; -1: none of them. */
static int one_of(const char *value, const char *const *names)
{
    for (int i = 0; names[i]; i++)
        if (!strcasecmp(names[i], value))
            return i;
    return -1;
}

/* Copies a value that fits and is not "NULL", else "". */
static bool text(const char *value, char *out, size_t room)
{
    size_t n = strlen(value);
    *out = 0;
    if (!strcasecmp(value, "NULL"))
        return true;
    if (n >= room)
        return false;
    memcpy(out, value, n + 1);
    return true;
}

static bool is_tag(const char *tag)
{
    for (; *tag; tag++)
        if (!((*tag >= 'a' && *tag <= 'z') || (*tag >= 'A' && *tag <= 'Z') || (*tag >= '0' && *tag <= '9') || *tag == '-' || *tag == '_'))
            return false;
    return true;
}

/* "male2", "child_female" */
static bool voice_type(struct sd_settings *settings, const char *value)
{
    bool child = !strncasecmp(value, "child_", 6);
    const char *p = child ? value + 6 : value;
    enum sd_sex sex = !strncasecmp(p, "female", 6) ? SD_SEX_FEMALE : !strncasecmp(p, "male", 4) ? SD_SEX_MALE : SD_SEX_ANY;
    if (!strcasecmp(value, "NULL") || !strcasecmp(value, "unspecified")) {
        child = false;
        p = "";
    } else if (sex == SD_SEX_ANY) {
        return false;
    }
    p += sex == SD_SEX_FEMALE ? 6 : sex == SD_SEX_MALE ? 4 : 0;
    int which = *p ? *p - '0' : 1;
    if (*p && (which < 1 || which > 3 || p[1]))
        return false;
    settings->sex = sex;
    settings->child = child;
    settings->which = which;
    return true;
}

static int set(void *user, const char *name, const char *value)
{
    static const char *const punctuation[] = {"none", "some", "most", "all", NULL}, *const spelling[] = {"off", "on", NULL},
                      *const capitals[] = {"none", "spell", "icon", NULL};
    struct sd_settings *settings = user;
    bool good = false;
    int i = -1;
    if (!strcasecmp(name, "rate")) {
        good = number(value, &settings->rate);
    } else if (!strcasecmp(name, "pitch")) {
        good = number(value, &settings->pitch);
    } else if (!strcasecmp(name, "pitch_range")) {
        good = number(value, &settings->pitch_range);
    } else if (!strcasecmp(name, "volume")) {
        good = number(value, &settings->volume);
    } else if (!strcasecmp(name, "punctuation_mode")) {
        if ((good = (i = one_of(value, punctuation)) >= 0))
            settings->punctuation = SYRINX_PUNCTUATION_NONE + i;
    } else if (!strcasecmp(name, "spelling_mode")) {
        if ((good = (i = one_of(value, spelling)) >= 0))
            settings->spelling = i;
    } else if (!strcasecmp(name, "cap_let_recogn")) {
        if ((good = (i = one_of(value, capitals)) >= 0))
            settings->capitals = (enum sd_capitals)i;
    } else if (!strcasecmp(name, "voice")) {
        good = voice_type(settings, value);
    } else if (!strcasecmp(name, "language")) {
        good = is_tag(value) && text(value, settings->language, sizeof settings->language);
        for (char *c = settings->language; *c; c++)
            *c = *c == '_' ? '-' : *c;
        if (!strcasecmp(settings->language, "C") || !strcasecmp(settings->language, "POSIX"))
            settings->language[0] = 0;          /* the locale of who has none */
    } else if (!strcasecmp(name, "synthesis_voice")) {
        good = text(value, settings->voice, sizeof settings->voice);
    }
    return good ? SD_SET_DONE : SD_SET_VALUE;
}

int sd_settings_lines(const char *data, size_t length, int (*each)(void *user, const char *name, const char *value), void *user)
{
    int result = SD_SET_DONE;
    for (size_t at = 0; at < length;) {
        char line[600];
        const char *feed = memchr(data + at, '\n', length - at);
        size_t n = feed ? (size_t)(feed - data) - at : length - at, k = n < sizeof line ? n : 0;
        memcpy(line, data + at, k);
        line[k] = 0;
        at += n + 1;
        char *equals = strchr(line, '=');
        if (!equals || equals == line || strlen(line) != n) {
            result = result == SD_SET_DONE ? SD_SET_SYNTAX : result;
            continue;
        }
        *equals = 0;
        if (each(user, line, equals + 1) != SD_SET_DONE)
            result = SD_SET_VALUE;
    }
    return result;
}

int sd_settings_apply(struct sd_settings *settings, const char *data, size_t length)
{
    return sd_settings_lines(data, length, set, settings);
}

float sd_settings_rate(const struct sd_settings *settings, const struct sd_config *config)
{
    float end = settings->rate < 0 ? config->rate_min : config->rate_max;
    float rate = powf(end, fabsf((float)settings->rate) / 100);
    return rate < 0.25f ? 0.25f : rate > 6 ? 6 : rate;
}

float sd_settings_pitch(const struct sd_settings *settings, const struct sd_config *config)
{
    return (float)settings->pitch / 100 * config->pitch_span;
}

float sd_settings_range(const struct sd_settings *settings)
{
    return 1 + (float)settings->pitch_range / 100;
}

float sd_settings_volume(const struct sd_settings *settings)
{
    float amplitude = (float)(settings->volume + 100) / 200;
    return amplitude > 0.001f ? 20 * log10f(amplitude) : -60;
}
