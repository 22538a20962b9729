/* faults.h - what is wrong with a voice package: opening a voice stops for the first fault, checking a package tells all of them. */
#ifndef SX_VOICE_FAULTS_H
#define SX_VOICE_FAULTS_H

#include <stdbool.h>

#include "base/error.h"

/* Zeroed: only counts, and keeps the first fault. */
struct sx_faults {
    void (*tell)(void *user, bool hint, const char *message);   /* NULL: nobody listens */
    void *user;
    int count;                  /* faults so far, hints not among them */
    bool memory;                /* memory ran out: what was found is not the whole story */
    struct sx_error first;
};

/* The package has to be refused: counts it, tells it, returns `code`. */
int sx_fault(struct sx_faults *faults, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Something a maker of voices wants to know, which does not keep the voice from speaking. */
void sx_hint(struct sx_faults *faults, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
