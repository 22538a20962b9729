/* config.h - the module's configuration file, as Speech Dispatcher's own are: a line "Name value", values in quotation marks where they hold blanks. */
#ifndef SD_CONFIG_H
#define SD_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

enum { SD_TYPES = 8 };              /* MALE1 to 3, FEMALE1 to 3, CHILD_MALE, CHILD_FEMALE */

struct sd_config {
    char voice[256];                /* the voice, or "voice/speaker", of who asks for none; "": the library's default */
    char types[SD_TYPES][256];      /* the same for each voice type */
    char lexicon[1024];             /* a user's lexicon; "": none */
    char icons[1024];               /* the folder of sound icons */
    float rate_min, rate_max;       /* speaking rates at -100 and 100 */
    float pitch_span;               /* semitones at 100 */
    float capital_pitch;            /* semitones that a capital is higher */
    bool capital_icon;              /* capitals as "icon": the sound icon "capital" instead of the pitch */
    bool phonetic;                  /* spelling mode says alpha, bravo … */
    float pause;                    /* seconds between sentences at rate 1 */
    int ahead;                      /* milliseconds of sound sent ahead of its time */
};

void sd_config_init(struct sd_config *config);
/* Reads a file; `warn` hears of each line that is not understood. False: it cannot be read. */
bool sd_config_read(struct sd_config *config, const char *path, void (*warn)(const char *message));
/* One line; NULL, or what is wrong with it. */
const char *sd_config_line(struct sd_config *config, char *line);
/* Index of a voice type, such as "FEMALE2"; -1: no such type. */
int sd_config_type(const char *name);

#endif
