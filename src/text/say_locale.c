/* say_locale.c - how a language's region writes dates and numbers, by its BCP 47 tag. What is unambiguous is read by itself, whatever the tag. */
#include "text/say.h"

#include <string.h>

#include "base/ascii.h"

/* Language and region ("en", "gb") of a tag; the region is the first part behind the language that has two letters or three digits. */
static void split(const char *tag, char language[9], char region[4])
{
    language[0] = region[0] = 0;
    for (int part = 0; tag && *tag; part++) {
        size_t n = strcspn(tag, "-_");
        char *out = part ? region : language;
        if (part ? (n == 2 || (n == 3 && *tag >= '0' && *tag <= '9')) : n < 9) {
            for (size_t i = 0; i < n; i++)
                out[i] = sx_ascii_lower(tag[i]);
            out[n] = 0;
        }
        if (part && region[0])
            return;
        if (n == 1)
            return;             /* an extension: no region comes any more */
        tag += n + (tag[n] != 0);
    }
}

bool sx_say_day_first(const struct sx_say *say)
{
    char language[9], region[4];
    split(say->language, language, region);
    if (!language[0])
        return false;
    if (!strcmp(language, "en"))
        return region[0] && !sx_say_one_of(region, strlen(region), " us ca ph pr gu vi as mp um 021 ");
    return !sx_say_one_of(language, strlen(language), " zh ja ko hu lt mn fil ");
}

bool sx_say_decimal_comma(const struct sx_say *say)
{
    static const char regions[] = " de at fr it es nl be dk se no fi pl cz sk hu ro bg gr hr si rs ru ua by tr br pt ar cl co id vn is lv lt ee za 150 ";
    static const char languages[] = " de fr it es nl da sv nb nn no fi pl cs sk hu ro bg el hr sl sr ru uk be tr pt id vi is lv lt et ca gl eu af ";
    char language[9], region[4];
    split(say->language, language, region);
    if (!strcmp(language, "en"))
        return region[0] && strcmp(region, "za") && sx_say_one_of(region, strlen(region), regions);
    return sx_say_one_of(language, strlen(language), languages);
}
