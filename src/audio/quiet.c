/* quiet.c - silences ALSA and JACK, which PortAudio brings in and which tell stderr about every device that is not there.
 *
 * Both are reached by name at run time: we link PortAudio only, and whether it uses them is its own business. */
#include "audio/quiet.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <string.h>

typedef void alsa_handler(const char *file, int line, const char *function, int error, const char *format, va_list arguments);
typedef void jack_handler(const char *message);

static void no_alsa(const char *file, int line, const char *function, int error, const char *format, va_list arguments)
{
    (void)file, (void)line, (void)function, (void)error, (void)format, (void)arguments;
}

static void no_jack(const char *message)
{
    (void)message;
}

/* ISO C knows no conversion between object and function pointers; dlsym() promises that the bits are the same. */
static void *from_alsa(alsa_handler *function)
{
    void *pointer;
    memcpy(&pointer, &function, sizeof pointer);
    return pointer;
}

static void *swap_alsa(void *handler)
{
    alsa_handler *(*set)(alsa_handler *), *function;
    void *symbol = dlsym(RTLD_DEFAULT, "snd_lib_error_set_local");
    if (!symbol)
        return NULL;
    memcpy(&set, &symbol, sizeof set);
    memcpy(&function, &handler, sizeof function);
    return from_alsa(set(function));
}

/* Sets JACK's handler `name`; the variable that holds it is exported too and tells what was there. */
static void *swap_jack(const char *name, const char *variable, void *handler)
{
    void (*set)(jack_handler *);
    jack_handler *function;
    void *symbol = dlsym(RTLD_DEFAULT, name), *place = dlsym(RTLD_DEFAULT, variable), *before = NULL;
    if (!symbol)
        return NULL;
    if (place)
        memcpy(&before, place, sizeof before);
    memcpy(&set, &symbol, sizeof set);
    memcpy(&function, &handler, sizeof function);
    set(function);
    return before;
}

void sx_quiet_begin(struct sx_quiet *quiet)
{
    jack_handler *silent = no_jack;
    void *pointer;
    memcpy(&pointer, &silent, sizeof pointer);
    quiet->alsa = swap_alsa(from_alsa(no_alsa));
    quiet->jack_error = swap_jack("jack_set_error_function", "jack_error_callback", pointer);
    quiet->jack_info = swap_jack("jack_set_info_function", "jack_info_callback", pointer);
}

void sx_quiet_end(const struct sx_quiet *quiet)
{
    swap_alsa(quiet->alsa);
    swap_jack("jack_set_error_function", "jack_error_callback", quiet->jack_error);     /* NULL: JACK's own default */
    swap_jack("jack_set_info_function", "jack_info_callback", quiet->jack_info);
}
