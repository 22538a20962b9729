/* settings.h - what SET tells: the client's wishes for the messages that follow, and what they mean in the library's units. */
#ifndef SD_SETTINGS_H
#define SD_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "speechd/config.h"

enum sd_capitals { SD_CAPITALS_NONE, SD_CAPITALS_SPELL, SD_CAPITALS_ICON };

enum sd_sex { SD_SEX_ANY, SD_SEX_MALE, SD_SEX_FEMALE };

/* Numbers are -100 to 100 as the client gave them. */
struct sd_settings {
    int rate, pitch, pitch_range, volume;
    int punctuation;                /* SYRINX_PUNCTUATION_… */
    bool spelling;
    enum sd_capitals capitals;
    enum sd_sex sex;                /* of the voice type, such as MALE2 */
    bool child;
    int which;                      /* 1 to 3 */
    char language[36];              /* BCP 47; "" not told */
    char voice[256];                /* synthesis_voice; "" not told */
};

enum { SD_SET_DONE = 0, SD_SET_SYNTAX = -1, SD_SET_VALUE = -2 };

void sd_settings_init(struct sd_settings *settings);
/* Lines of "name=value". All that can be taken is taken; the result tells of the worst of the others. */
int sd_settings_apply(struct sd_settings *settings, const char *data, size_t length);
/* Calls `set` for each line; 0 or SD_SET_VALUE is what it answers. */
int sd_settings_lines(const char *data, size_t length, int (*set)(void *user, const char *name, const char *value), void *user);

float sd_settings_rate(const struct sd_settings *settings, const struct sd_config *config);         /* 0.25 to 6 */
float sd_settings_pitch(const struct sd_settings *settings, const struct sd_config *config);        /* semitones */
float sd_settings_range(const struct sd_settings *settings);                                        /* factor, 0 to 2 */
float sd_settings_volume(const struct sd_settings *settings);                                       /* decibels, -60 to 0 */

#endif
