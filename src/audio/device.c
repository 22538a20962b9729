/* device.c - PortAudio's devices: start-up, choice, fallback, and messages that help. */
#include "audio/device.h"

#ifdef SX_HAVE_DEVICE
#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "audio/quiet.h"
#include "base/ascii.h"

/* PortAudio counts its users but is not safe for several threads, so its global calls take turns. */
static pthread_mutex_t portaudio = PTHREAD_MUTEX_INITIALIZER;

/* PortAudio 19.6 aborts the process when ALSA's configuration names neither "default" nor "dmix" (an assertion in its list of devices), as
 * on a system without alsa.conf. So look first; without ALSA in the process there is nothing to look at. */
static bool alsa_has_default(void)
{
    int (*update)(void), (*search)(void *config, const char *key, void **result);
    void *update_symbol = dlsym(RTLD_DEFAULT, "snd_config_update"), *search_symbol = dlsym(RTLD_DEFAULT, "snd_config_search");
    void *top = dlsym(RTLD_DEFAULT, "snd_config"), *config = NULL, *node;
    if (!update_symbol || !search_symbol || !top)
        return true;
    memcpy(&update, &update_symbol, sizeof update);
    memcpy(&search, &search_symbol, sizeof search);
    if (update() < 0)
        return false;
    memcpy(&config, top, sizeof config);
    return config && (search(config, "pcm.default", &node) >= 0 || search(config, "pcm.dmix", &node) >= 0);
}

static int contains(const char *text, const char *part)
{
    size_t n = strlen(part);
    for (; *text; text++) {
        if (sx_ascii_compare_n(text, part, n) == 0)
            return 1;
    }
    return n == 0;
}

/* Writes "a, b, c" of what PortAudio has; cut when it gets long. */
static void list_names(char *text, size_t size, int devices)
{
    int count = devices ? Pa_GetDeviceCount() : Pa_GetHostApiCount();
    text[0] = '\0';
    for (int i = 0; i < count; i++) {
        if (devices && Pa_GetDeviceInfo(i)->maxOutputChannels < 1)
            continue;
        const char *name = devices ? Pa_GetDeviceInfo(i)->name : Pa_GetHostApiInfo(i)->name;
        if (strlen(text) + strlen(name) + 6 > size) {
            strcat(text, " …");
            return;
        }
        if (*text)
            strcat(text, ", ");
        strcat(text, name);
    }
}

static int choose(const char *name, PaDeviceIndex *index, struct sx_error *error)
{
    char names[300];
    *index = paNoDevice;
    if (!name || !*name) {
        *index = Pa_GetDefaultOutputDevice();
        if (*index != paNoDevice)
            return SYRINX_OK;
        list_names(names, sizeof names, 0);
        return sx_fail(error, SYRINX_ERROR_DEVICE, "no audio device found (asked: %s)", *names ? names : "no sound system in this build of PortAudio");
    }
    for (int i = 0; i < Pa_GetDeviceCount(); i++) {
        if (Pa_GetDeviceInfo(i)->maxOutputChannels > 0 && contains(Pa_GetDeviceInfo(i)->name, name)) {
            *index = i;
            return SYRINX_OK;
        }
    }
    list_names(names, sizeof names, 1);
    return sx_fail(error, SYRINX_ERROR_DEVICE, "no audio device has \"%s\" in its name (there are: %s)", name, *names ? names : "none at all");
}

static int open_stream(const char *name, int rate, int channels, double latency, PaStreamCallback *callback, void *user,
                       struct sx_device *device, struct sx_error *error)
{
    PaDeviceIndex index;
    int code = choose(name, &index, error);
    if (code < 0)
        return code;
    const PaDeviceInfo *info = Pa_GetDeviceInfo(index);
    /* In the order of how little they change the sound. */
    const struct { int rate, channels; } attempts[] = {
        { rate, channels }, { rate, channels == 1 ? 2 : channels },
        { (int)info->defaultSampleRate, channels }, { (int)info->defaultSampleRate, channels == 1 ? 2 : channels },
    };
    PaError why = paInvalidDevice;
    for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
        PaStreamParameters parameters = {
            .device = index, .channelCount = attempts[i].channels, .sampleFormat = paFloat32, .suggestedLatency = latency,
        };
        why = Pa_OpenStream(&device->stream, NULL, &parameters, attempts[i].rate, paFramesPerBufferUnspecified, paClipOff | paDitherOff,
                            callback, user);
        if (why == paNoError) {
            device->rate = attempts[i].rate;
            device->channels = attempts[i].channels;
            return SYRINX_OK;
        }
    }
    const PaHostErrorInfo *host = Pa_GetLastHostErrorInfo();
    return sx_fail(error, SYRINX_ERROR_DEVICE, "audio device \"%s\" cannot be opened: %s", info->name,
                   why == paUnanticipatedHostError && host && host->errorText ? host->errorText : Pa_GetErrorText(why));
}

int sx_device_open(const char *name, int rate, int channels, double latency, PaStreamCallback *callback, void *user,
                   struct sx_device *device, struct sx_error *error)
{
    struct sx_quiet quiet;
    device->stream = NULL;
    pthread_mutex_lock(&portaudio);
    sx_quiet_begin(&quiet);
    bool usable = alsa_has_default();
    PaError why = usable ? Pa_Initialize() : paNotInitialized;
    int code;
    if (!usable) {
        code = sx_fail(error, SYRINX_ERROR_DEVICE, "no audio device found (ALSA's configuration names no default device)");
    } else if (why != paNoError) {
        code = sx_fail(error, SYRINX_ERROR_DEVICE, "the sound system cannot be used: %s", Pa_GetErrorText(why));
    } else {
        code = open_stream(name, rate, channels, latency, callback, user, device, error);
        if (code < 0)
            Pa_Terminate();
    }
    sx_quiet_end(&quiet);
    pthread_mutex_unlock(&portaudio);
    return code;
}

void sx_device_close(struct sx_device *device)
{
    struct sx_quiet quiet;
    if (!device->stream)
        return;
    pthread_mutex_lock(&portaudio);
    sx_quiet_begin(&quiet);
    Pa_CloseStream(device->stream);
    Pa_Terminate();
    sx_quiet_end(&quiet);
    pthread_mutex_unlock(&portaudio);
    device->stream = NULL;
}
#else
typedef int sx_device_is_not_in_this_build;         /* ISO C wants a declaration in every file */
#endif
