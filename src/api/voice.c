/* voice.c - the public voice functions. */
#include <stddef.h>
#include <stdlib.h>

#include "api/handles.h"

int syrinx_voice_open(const char *name, const syrinx_voice_options *given, syrinx_voice **out)
{
    struct sx_error *error = sx_thread_error();
    syrinx_voice_options options;
    if (!out)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "syrinx_voice_open: voice is NULL");
    *out = NULL;
    syrinx_voice_options_init(&options);
    int code = sx_options_copy(&options, sizeof options, offsetof(syrinx_voice_options, precision), given, "syrinx_voice_options", error);
    if (code < 0)
        return code;
    if (options.threads < 0 || options.threads > 256)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "threads is 0 to 256, not %d", options.threads);
    if (options.precision < 0 || options.precision >= SX_PRECISIONS)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "precision is 0 (float32) to %d (int8), not %d", SX_PRECISIONS - 1, options.precision);
    syrinx_voice *voice = calloc(1, sizeof *voice);
    if (!voice)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    code = sx_voice_open_as(name, options.threads, options.verify != 0, (enum sx_precision)options.precision, &voice->voice, error);
    if (code == SYRINX_OK)
        code = sx_text_new(NULL, 0, &voice->text, error);
    if (code < 0)
        syrinx_voice_close(voice);
    else
        *out = voice;
    return code;
}

void syrinx_voice_close(syrinx_voice *voice)
{
    if (!voice)
        return;
    sx_text_free(voice->text);
    sx_voice_close(voice->voice);
    free(voice);
}

const char *syrinx_voice_name(const syrinx_voice *voice)
{
    return voice ? voice->voice->card.name : "";
}

const char *syrinx_voice_path(const syrinx_voice *voice)
{
    return voice ? voice->voice->path : "";
}

const char *syrinx_voice_card(const syrinx_voice *voice)
{
    return voice ? voice->voice->card.text : "";
}

int syrinx_voice_precision(const syrinx_voice *voice)
{
    return voice ? (int)voice->voice->precision : SYRINX_PRECISION_FLOAT32;
}

int syrinx_voice_sample_rate(const syrinx_voice *voice)
{
    return voice ? sx_voice_rate(voice->voice) : 0;
}

int syrinx_voice_speaker_count(const syrinx_voice *voice)
{
    return voice ? sx_voice_speaker_count(voice->voice) : 0;
}

const char *syrinx_voice_speaker(const syrinx_voice *voice, int index)
{
    return voice ? sx_voice_speaker(voice->voice, index) : NULL;
}

const char *syrinx_voice_speaker_sex(const syrinx_voice *voice, int index)
{
    if (!voice || index < 0 || index >= voice->voice->card.speaker_count)
        return NULL;
    char sex = voice->voice->card.sex[index];
    return sex == 'f' ? "female" : sex == 'm' ? "male" : "";
}

const char *syrinx_voice_speaker_language(const syrinx_voice *voice, int index)
{
    return voice ? sx_voice_speaker_language(voice->voice, index) : NULL;
}

int syrinx_voice_default_speaker(const syrinx_voice *voice)
{
    return voice ? sx_voice_default_speaker(voice->voice) : 0;
}

int syrinx_voice_language_count(const syrinx_voice *voice)
{
    return voice ? voice->voice->card.language_count : 0;
}

const char *syrinx_voice_language(const syrinx_voice *voice, int index)
{
    return voice && index >= 0 && index < voice->voice->card.language_count ? voice->voice->card.languages[index] : NULL;
}

const char *syrinx_voice_version(const syrinx_voice *voice)
{
    return voice ? voice->voice->card.version : "";
}

const char *syrinx_voice_description(const syrinx_voice *voice)
{
    return voice ? voice->voice->card.description : "";
}

uint64_t syrinx_voice_size(const syrinx_voice *voice)
{
    return voice ? sx_voice_size(voice->voice) : 0;
}

const char *syrinx_voices_default(void)
{
    return SX_DEFAULT_VOICE;
}

int syrinx_voices_list(int (*visit)(const char *name, const char *path, void *user), void *user)
{
    return visit ? sx_voice_list(visit, user) : SYRINX_ERROR_ARGUMENT;
}

int syrinx_voices_find(const char *name, int (*visit)(const char *path, void *user), void *user)
{
    return name && visit ? sx_voice_each(name, visit, user) : SYRINX_ERROR_ARGUMENT;
}
