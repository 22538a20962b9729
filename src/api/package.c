/* package.c - the public functions for voice packages: the check of src/voice, and a trial of each speaker on top. */
#include <math.h>
#include <stdlib.h>

#include "api/handles.h"
#include "dsp/format.h"
#include "voice/package.h"

enum { TRIAL_BLOCK = 480, TRIAL_LONGEST = 20 * SX_RATE };
static const char sentence[] = "Is this a voice? It says so.";
static const float quiet = 1e-3f;       /* -60 dBFS; voices are levelled to a peak of some 0.3 */

/* Speaks a sentence with one speaker. A network that gives no numbers or nothing but silence is no voice. */
static void try_speaker(syrinx_voice *voice, const char *speaker, struct sx_faults *faults)
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
    code = syrinx_stream_text(stream, sentence, sizeof sentence - 1, SYRINX_TEXT);
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
        sx_fault(faults, SYRINX_ERROR_FORMAT, "%s: speaker %s does not come to an end (\"%s\" lasts over %d seconds)", path, speaker, sentence, TRIAL_LONGEST / SX_RATE);
    syrinx_stream_free(stream);
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
    for (int i = 0; i < voice->card.speaker_count && faults->count == 0; i++)
        try_speaker(&handle, voice->card.speakers[i], faults);
    sx_text_free(handle.text);
}

/* Reads and checks all of a package, which must be freed whatever comes back. */
static int look_at(const char *path, struct sx_package *package, struct sx_faults *faults, struct sx_error *error)
{
    struct sx_voice *voice;
    int code = sx_package_read(path, package, faults, error);
    if (code < 0)
        return code;
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
