/* package.c - the public functions for voice packages: the check of src/voice, and a trial of each speaker on top. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "api/handles.h"
#include "dsp/format.h"
#include "piper/piper.h"
#include "voice/package.h"

enum { TRIAL_BLOCK = 480, TRIAL_LONGEST = 20 * SX_RATE, TRIAL_PHONEMES = 24, TRIALS = 8 };   /* of a Piper voice with hundreds of speakers some are tried */
static const char sentence[] = "Is this a voice? It says so.";
static const float quiet = 1e-3f;       /* -60 dBFS; voices are levelled to a peak of some 0.3 */

/* Speaks a sentence with one speaker. A network that gives no numbers or nothing but silence is no voice. */
static void try_speaker(syrinx_voice *voice, const char *speaker, const char *text, struct sx_faults *faults)
{
    syrinx_options options;
    syrinx_stream *stream;
    float block[TRIAL_BLOCK], peak = 0;
    int n, total = 0;
    const char *path = voice->voice->path;
    syrinx_options_init(&options);
    options.speaker = speaker;
    int code = syrinx_stream_new(voice, &options, &stream);
    if (code < 0) {
        sx_fault(faults, code, "%s: %s", path, syrinx_last_message());
        return;
    }
    code = syrinx_stream_text(stream, text, SYRINX_LEN_AUTO, SYRINX_TEXT);
    if (code == SYRINX_OK)
        code = syrinx_stream_end(stream);
    bool numbers = true;
    while (code == SYRINX_OK && total < TRIAL_LONGEST && (n = syrinx_stream_read(stream, block, TRIAL_BLOCK)) != 0) {
        code = n < 0 ? n : SYRINX_OK;
        for (int i = 0; i < n; i++) {
            numbers = numbers && isfinite(block[i]);
            peak = fabsf(block[i]) > peak ? fabsf(block[i]) : peak;
        }
        total += n > 0 ? n : 0;
    }
    if (code < 0)
        sx_fault(faults, code, "%s: speaker %s cannot speak: %s", path, speaker, syrinx_stream_message(stream));
    else if (!numbers)
        sx_fault(faults, SYRINX_ERROR_FORMAT, "%s: the sound of speaker %s is no numbers", path, speaker);
    else if (peak < quiet)
        sx_fault(faults, SYRINX_ERROR_FORMAT, "%s: speaker %s is silent", path, speaker);
    else if (total >= TRIAL_LONGEST)
        sx_fault(faults, SYRINX_ERROR_FORMAT, "%s: speaker %s does not come to an end (\"%s\" lasts over %d seconds)", path, speaker, text, TRIAL_LONGEST / SX_RATE);
    syrinx_stream_free(stream);
}

/* Something that any Piper voice can say: the first letters of its own table. */
static void phonemes_of(const struct sx_piper_config *config, struct sx_buffer *text)
{
    if (config->type == SX_PIPER_ESPEAK)
        sx_buffer_puts(text, "[[");
    for (int i = 0, count = 0; i < config->phoneme_count && count < TRIAL_PHONEMES; i++) {
        unsigned char c = (unsigned char)config->phonemes[i].text[0];
        if ((c >= 'a' && c <= 'z') || c > 0xC2) {
            sx_buffer_puts(text, config->phonemes[i].text);
            count++;
        }
    }
    if (config->type == SX_PIPER_ESPEAK)
        sx_buffer_puts(text, "]]");
}

static void try_speakers(struct sx_voice *voice, struct sx_faults *faults)
{
    struct syrinx_voice handle = {.voice = voice};
    struct sx_error error;
    int code = sx_text_new(NULL, 0, &handle.text, &error);
    if (code < 0) {
        sx_fault(faults, code, "%s", error.message);
        return;
    }
    struct sx_buffer own = {0};
    const char *text = sentence;
    if (voice->piper) {
        phonemes_of(&voice->piper->config, &own);
        text = own.data && !own.failed ? own.data : sentence;
        if (sx_piper_spell_check(&voice->piper->config, &error) < 0) {
            sx_hint(faults, "%s: not tried: %s", voice->path, error.message);
            text = NULL;
        }
    }
    int count = sx_voice_speaker_count(voice), step = voice->piper && count > TRIALS ? (count + TRIALS - 1) / TRIALS : 1;
    for (int i = 0; text && i < count && faults->count == 0; i += step)
        try_speaker(&handle, sx_voice_speaker(voice, i), text, faults);
    sx_buffer_free(&own);
    sx_text_free(handle.text);
}

/* Reads and checks all of a package, which must be freed whatever comes back. */
static int look_at(const char *path, struct sx_package *package, struct sx_faults *faults, struct sx_error *error)
{
    struct sx_voice *voice = NULL;
    struct stat info;
    char *piper = sx_voice_piper_file(path), *json = piper ? malloc(strlen(piper) + 6) : NULL;
    if (json)
        strcpy(stpcpy(json, piper), ".json");
    bool both = json && stat(piper, &info) == 0 && stat(json, &info) == 0;
    int code = both ? sx_package_read_piper(piper, package, faults, &voice, error) : sx_package_read(path, package, faults, error);
    free(json);
    free(piper);
    if (code < 0)
        return code;
    if (!both)
        sx_package_check(package, faults, &voice);
    if (voice)
        try_speakers(voice, faults);
    sx_voice_close(voice);
    return faults->memory ? sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory") : SYRINX_OK;
}

struct listener {
    void (*tell)(void *user, int hint, const char *message);
    void *user;
};

static void hand_on(void *user, bool hint, const char *message)
{
    struct listener *listener = user;
    if (listener->tell)
        listener->tell(listener->user, hint, message);
}

int syrinx_voices_check(const char *path, void (*tell)(void *user, int hint, const char *message), void *user)
{
    struct sx_error *error = sx_thread_error();
    struct listener listener = {tell, user};
    struct sx_faults faults = {.tell = hand_on, .user = &listener};
    struct sx_package package;
    if (!path)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "syrinx_voices_check: path is NULL");
    int code = look_at(path, &package, &faults, error);
    sx_package_free(&package);
    return code < 0 ? code : faults.count;
}

int syrinx_voices_add(const char *path, int replace, char **folder)
{
    struct sx_error *error = sx_thread_error();
    struct sx_faults faults = {0};
    struct sx_package package;
    char *where = NULL;
    if (folder)
        *folder = NULL;
    if (!path)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "syrinx_voices_add: path is NULL");
    int code = look_at(path, &package, &faults, error);
    if (code == SYRINX_OK && faults.count) {
        *error = faults.first;
        code = error->code;
        if (faults.count > 1)
            code = sx_fail(error, code, "%s (and %d more: `syrinx voices check` tells)", faults.first.message, faults.count - 1);
    }
    if (code == SYRINX_OK)
        code = sx_package_install(&package, replace != 0, &where, error);
    sx_package_free(&package);
    if (folder)
        *folder = where;
    else
        free(where);
    return code;
}

int syrinx_voices_remove(const char *name, char **folder)
{
    struct sx_error *error = sx_thread_error();
    char *where = NULL;
    if (folder)
        *folder = NULL;
    if (!name)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "syrinx_voices_remove: name is NULL");
    int code = sx_package_remove(name, &where, error);
    if (folder)
        *folder = where;
    else
        free(where);
    return code;
}
