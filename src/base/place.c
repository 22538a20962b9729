/* place.c - asks the dynamic linker what file the library was loaded from. */
#include "base/place.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "syrinx.h"

char *sx_own_folder(void)
{
    Dl_info info;
    char *full = dladdr((const void *)syrinx_version, &info) && info.dli_fname && strchr(info.dli_fname, '/') ? realpath(info.dli_fname, NULL) : NULL;
    if (!full)          /* of a program there is just the name that it was called by */
        full = realpath("/proc/self/exe", NULL);
    char *slash = full ? strrchr(full, '/') : NULL;
    if (!slash) {
        free(full);
        return NULL;
    }
    slash[slash == full] = '\0';        /* "/" stays */
    return full;
}
