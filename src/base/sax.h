/* sax.h - XML read from front to back: what documents and scores share of expat. */
#ifndef SX_BASE_SAX_H
#define SX_BASE_SAX_H

#include <stddef.h>

#include "base/error.h"

/* Called with local names ("creator", not "dc:creator"). Any may be NULL. A negative return ends the reading. */
struct sx_sax_calls {
    int (*begin)(void *user, const char *name, const char **attributes);
    int (*end)(void *user, const char *name);
    int (*text)(void *user, const char *text, size_t length);
};
/* FORMAT with the line, or what a call returned. */
int sx_sax_read(const char *bytes, size_t length, const struct sx_sax_calls *calls, void *user, struct sx_error *error);
/* The value of an attribute by its local name; NULL: not there. */
const char *sx_sax_attribute(const char **attributes, const char *name);

#endif
