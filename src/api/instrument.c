/* instrument.c - the public functions of instruments. */
#include <stdlib.h>

#include "api/handles.h"

int syrinx_instrument_open(const char *name, syrinx_instrument **out)
{
    struct sx_error *error = sx_thread_error();
    if (!name || !out) return sx_fail(error, SYRINX_ERROR_ARGUMENT, "syrinx_instrument_open: name or instrument is NULL");
    *out = NULL;
    syrinx_instrument *instrument = calloc(1, sizeof *instrument);
    if (!instrument) return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    int code = sx_instrument_open(name, &instrument->instrument, error);
    if (code < 0)
        syrinx_instrument_close(instrument);
    else
        *out = instrument;
    return code;
}

void syrinx_instrument_close(syrinx_instrument *instrument)
{
    if (!instrument) return;
    sx_instrument_close(instrument->instrument);
    free(instrument);
}

const char *syrinx_instrument_name(const syrinx_instrument *instrument)
{
    return instrument ? instrument->instrument->card.name : "";
}

const char *syrinx_instrument_title(const syrinx_instrument *instrument)
{
    return instrument ? instrument->instrument->card.title : "";
}

const char *syrinx_instrument_path(const syrinx_instrument *instrument)
{
    return instrument ? instrument->instrument->path : "";
}

const char *syrinx_instrument_card(const syrinx_instrument *instrument)
{
    return instrument ? instrument->instrument->card.text : "";
}

int syrinx_instrument_program(const syrinx_instrument *instrument)
{
    return instrument && !instrument->instrument->card.percussion ? instrument->instrument->card.program : -1;
}

int syrinx_instrument_percussion(const syrinx_instrument *instrument)
{
    return instrument && instrument->instrument->card.percussion;
}

int syrinx_instrument_sustained(const syrinx_instrument *instrument)
{
    return instrument && instrument->instrument->card.sustained;
}

float syrinx_instrument_lowest(const syrinx_instrument *instrument)
{
    return instrument ? instrument->instrument->card.low : 0.0f;
}

float syrinx_instrument_highest(const syrinx_instrument *instrument)
{
    return instrument ? instrument->instrument->card.high : 0.0f;
}

uint64_t syrinx_instrument_size(const syrinx_instrument *instrument)
{
    return instrument ? sx_instrument_size(instrument->instrument) : 0;
}

int syrinx_instruments_list(int (*visit)(const char *name, const char *path, void *user), void *user)
{
    if (!visit) return sx_fail(sx_thread_error(), SYRINX_ERROR_ARGUMENT, "syrinx_instruments_list: visit is NULL");
    int visits = sx_instrument_list(visit, user);
    return visits < 0 ? sx_fail(sx_thread_error(), visits, "out of memory") : visits;
}
