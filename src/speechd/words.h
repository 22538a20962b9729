/* words.h - the module's own words in the language that speaks. */
#ifndef SD_WORDS_H
#define SD_WORDS_H

#include "speechd/settings.h"
#include "speechd/text.h"

/* Puts the English words, such as "left control", in the settings' language; marked as English where nothing here knows the language. */
void sd_words_put(struct sd_text *out, const struct sd_settings *settings, const char *english);

#endif
