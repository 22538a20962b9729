/* options.c - defaults, limits and the size field of the option structs. */
#include <string.h>

#include "api/handles.h"

void syrinx_voice_options_init(syrinx_voice_options *options)
{
    if (!options)
        return;
    memset(options, 0, sizeof *options);
    options->size = sizeof *options;
    options->threads = 1;
    options->verify = 1;
}

void syrinx_options_init(syrinx_options *options)
{
    if (!options)
        return;
    memset(options, 0, sizeof *options);
    options->size = sizeof *options;
    options->rate = 1;
    options->seed = 1;
    options->sentence_pause = options->noise_scale = options->noise_w = -1;
}

int sx_options_copy(void *options, size_t size, size_t smallest, const void *given, const char *what, struct sx_error *error)
{
    size_t theirs;
    if (!given)
        return SYRINX_OK;
    memcpy(&theirs, given, sizeof theirs);      /* `size` is the first field of every options struct */
    if (theirs < smallest)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "%s: size is %zu; was %s_init called?", what, theirs, what);
    theirs -= theirs % sizeof(void *);          /* no half of a pointer */
    memcpy(options, given, theirs < size ? theirs : size);
    memcpy(options, &size, sizeof size);
    return SYRINX_OK;
}

const char *sx_setting_refused(int what, float value)
{
    switch (what) {
    case SYRINX_RATE: return value >= 0.25f && value <= 6 ? NULL : "a rate is 0.25 to 6";
    case SYRINX_PITCH: return value >= -24 && value <= 24 ? NULL : "a pitch is -24 to 24 semitones";
    case SYRINX_VOLUME: return value >= -60 && value <= 20 ? NULL : "a volume is -60 to 20 decibels";
    default: return "no such setting";
    }
}

int sx_punctuation_check(int level, struct sx_error *error)
{
    if (level < SYRINX_PUNCTUATION_NONE || level > SYRINX_PUNCTUATION_ALL)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "a level of punctuation is 0 (none) to 3 (all), not %d", level);
    return SYRINX_OK;
}

const char *syrinx_version(void)
{
    return SX_VERSION;
}
