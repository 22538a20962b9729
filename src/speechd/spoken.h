/* spoken.h - what a message of Speech Dispatcher is in SSML: texts as they are, characters and keys by name, capitals and spelling as the user wants them. */
#ifndef SD_SPOKEN_H
#define SD_SPOKEN_H

#include "speechd/config.h"
#include "speechd/protocol.h"
#include "speechd/settings.h"
#include "speechd/text.h"

/* The SSML of a message in `out` (cleared first). `verb`: SD_SPEAK, SD_CHAR, SD_KEY or SD_SOUND_ICON. False: memory was short. */
bool sd_spoken(struct sd_text *out, enum sd_verb verb, const char *data, size_t length, const struct sd_settings *settings, const struct sd_config *config);

/* The same without any markup of the message: for one that is no SSML, or broken. */
bool sd_spoken_plain(struct sd_text *out, const char *data, size_t length);

/* spoken_key.c: a key such as "control_alt_Delete" or "kp-plus", behind what is in `out`. */
void sd_spoken_key(struct sd_text *out, const char *data, size_t length, const struct sd_settings *settings, const struct sd_config *config);
/* One character, or a few that belong together. */
void sd_spoken_character(struct sd_text *out, const char *data, size_t length, const struct sd_settings *settings, const struct sd_config *config);
/* Characters of UTF-8 in the text, counted to at most `most`. */
size_t sd_spoken_count(const char *data, size_t length, size_t most);

#endif
